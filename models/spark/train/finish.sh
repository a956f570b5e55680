#!/bin/sh
# From a checkpoint to what is shipped: the GGUF, its scores, the loss curve.
#   finish.sh WORK_FOLDER     with run/checkpoint.pt and run/log.jsonl in it
set -eu
work=$1
cd "$(dirname "$0")"
python export.py "$work/run/checkpoint.pt" --kind q8_0 --out "$work/spark.gguf"
python plot_loss.py "$work/run/log.jsonl" --out ../loss.svg
python evaluate.py --weights "$work/spark.gguf" --per-group "${PER_GROUP:-50}" \
  --transcript "$work/transcript.jsonl" | tee "$work/scores.md"
