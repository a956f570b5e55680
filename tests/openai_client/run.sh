#!/usr/bin/env bash
# Usage: tests/openai_client/run.sh FALCONET [MODEL]
# Starts `FALCONET serve --model MODEL` on a free port and talks to it with OpenAI's own client.
# Without a MODEL it is a small one with random weights: what it says does not matter here.
set -euo pipefail
folder=$(mktemp -d)
server=
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

log=$folder/log
"$binary" serve --model "$model" --served-model-name tested other-name --host 127.0.0.1 --port 0 \
  --data "$folder/data" \
  --api-key first-key --api-key second-key >"$log" 2>&1 &
server=$!

# The server says its address once it listens; /health turns to 200 when the model is loaded.
url=
for _ in $(seq 600); do
  url=$(grep -oE 'http://127\.0\.0\.1:[0-9]+' "$log" | head -1 || true)
  [ -n "$url" ] && curl -fs "$url/health" >/dev/null && break
  kill -0 "$server" 2>/dev/null || { echo "the server ended:"; cat "$log"; exit 1; }
  sleep 0.1
done
[ -n "$url" ] || { echo "the server did not say its address:"; cat "$log"; exit 1; }

FALCONET_URL=$url FALCONET_KEY=second-key npm run --silent test || { cat "$log"; exit 1; }

# SIGTERM drains and ends well.
kill -TERM "$server"
wait "$server"
server=
