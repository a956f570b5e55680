#!/bin/sh
# Fetches the engines that compare.py measures against, and builds what they are measured with:
#   bench/peers/get_peers.sh FOLDER
# llama.cpp: the library that npm's node-llama-cpp ships, with a kernel library for each kind of CPU;
#            its own llama-bench is compiled against it. FOLDER/llama.cpp
# ik_llama.cpp: from the sources in PyPI's ik-llama-cpp-python, for this CPU. FOLDER/ik_llama.cpp
# Needs npm, git, python3 with venv, cmake, ninja and g++; ik_llama.cpp compiles for half an hour on
# two cores.
set -eu

if [ $# -ne 1 ]; then
  echo "usage: bench/peers/get_peers.sh FOLDER" >&2
  exit 2
fi
mkdir -p "$1"
folder=$(cd "$1" && pwd)
mkdir -p "$folder/npm" "$folder/llama.cpp" "$folder/ik_llama.cpp"

(cd "$folder/npm" && npm init -y >/dev/null && npm install --ignore-scripts node-llama-cpp@3.22.1)
libraries=$folder/npm/node_modules/@node-llama-cpp/linux-x64/bins/linux-x64
source=$folder/npm/llama.cpp
[ -d "$source" ] || git clone -q "$folder/npm/node_modules/node-llama-cpp/llama/gitRelease.bundle" "$source"
cp "$libraries"/*.so "$folder/llama.cpp"
for tool in llama-bench batched-bench; do
  g++ -O2 -std=c++17 -I"$source/include" -I"$source/ggml/include" -I"$source/common" \
    -I"$source/vendor" -I"$source/tools/$tool" "$source/tools/$tool"/*.cpp -o "$folder/llama.cpp/$tool" \
    -L"$folder/llama.cpp" -l:libllama-common.so -l:libllama.v0.5.0.so -l:libggml.v0.5.0.so \
    -l:libggml-base.so -Wl,-rpath,"$folder/llama.cpp" -Wl,--allow-shlib-undefined -lpthread
done

python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install scikit-build-core
(cd "$folder" && venv/bin/pip download -q --no-deps --no-binary :all: --no-build-isolation \
  ik-llama-cpp-python==0.1.5 && tar xzf ik_llama_cpp_python-0.1.5.tar.gz)
cmake -S "$folder/ik_llama_cpp_python-0.1.5/vendor/ik_llama.cpp" -B "$folder/ik_llama.cpp/build" -G Ninja \
  -DCMAKE_BUILD_TYPE=Release -DGGML_NATIVE=ON -DLLAMA_CURL=OFF -DLLAMA_BUILD_SERVER=OFF \
  -DLLAMA_BUILD_TESTS=OFF
ninja -C "$folder/ik_llama.cpp/build" llama-bench llama-batched-bench
cp "$folder/ik_llama.cpp/build/bin/llama-bench" "$folder/ik_llama.cpp/llama-bench"
cp "$folder/ik_llama.cpp/build/bin/llama-batched-bench" "$folder/ik_llama.cpp/batched-bench"
