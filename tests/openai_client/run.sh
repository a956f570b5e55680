#!/usr/bin/env bash
# Usage: tests/openai_client/run.sh FALCONET [MODEL]
# Starts `FALCONET serve` on free ports and talks to it with OpenAI's own client: with MODEL, or a small
# one with random weights, since what it says does not matter; then with the bundled model, whose answers do.
set -euo pipefail
folder=$(mktemp -d)
server=
log=$folder/log
finish() {
  [ -z "$server" ] || { kill "$server" 2>/dev/null && wait "$server" 2>/dev/null; } || true
  rm -rf "$folder"
}
trap finish EXIT
binary=$(realpath "$1")
if [ $# -gt 1 ]; then
  model=$(realpath "$2")
else
  model=$folder/tiny.gguf
  "$binary" synth --shape tiny-qwen2 --type q8_0 -o "$model"
fi
cd "$(dirname "$0")"

# The packages are installed once for each version of the lock file.
if ! cmp -s package-lock.json node_modules/.installed; then
  npm ci --no-audit --no-fund --loglevel=error
  cp package-lock.json node_modules/.installed
fi

# The server says its address once it listens; /health turns to 200 when the model is loaded.
url=
start() { # FLAGS…
  FALCONET_HOME=$folder/home "$binary" serve --host 127.0.0.1 --port 0 --data "$folder/data" \
    --api-key first-key --api-key second-key "$@" >"$log" 2>&1 &
  server=$!
  url=
  for _ in $(seq 600); do
    url=$(grep -oE 'http://127\.0\.0\.1:[0-9]+' "$log" | head -1 || true)
    [ -n "$url" ] && curl -fs "$url/health" >/dev/null && return
    kill -0 "$server" 2>/dev/null || { echo "the server ended:"; cat "$log"; exit 1; }
    sleep 0.1
  done
  echo "the server is not ready:"; cat "$log"; exit 1
}

# SIGTERM drains and ends well.
stop() {
  kill -TERM "$server"
  wait "$server"
  server=
}

check() { # TEST_FILE
  FALCONET_URL=$url FALCONET_KEY=second-key node --test --test-reporter=spec "$1" || { cat "$log"; exit 1; }
}

start --model "$model" --served-model-name tested other-name
check client_test.mjs
stop
start
check spark_test.mjs
check parse_test.mjs
python=${FALCONET_PYTHON:-python3}
if "$python" -c "import openai, pydantic" 2>/dev/null; then
  FALCONET_URL=$url FALCONET_KEY=second-key "$python" client_test.py || { cat "$log"; exit 1; }
else
  echo "*** SKIPPED: client_test.py needs the Python packages openai and pydantic ***" >&2
fi
stop
