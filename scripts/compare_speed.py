#!/usr/bin/env python3
"""Compares falconet's speed with llama.cpp's on the same GGUF file, in alternating runs.

    pip install numpy cffi && pip install --no-deps llama-cpp-cffi==0.4.42    # llama.cpp, prebuilt
    scripts/compare_speed.py --falconet build/release/src/falconet model.gguf …

Each round measures both engines, one after the other, so that a machine whose speed drifts drifts
for both. A table row holds the medians over the rounds and the median of the rounds' ratios.
"""

import argparse
import json
import statistics
import subprocess
import time

from compare_logits import LlamaCpp


class Peer(LlamaCpp):
    def decode(self, context, ids, first_position):
        """One call of llama.cpp: ids of one sequence, logits after the last."""
        batch = self.lib.llama_batch_init(len(ids), 0, 1)
        batch.n_tokens = len(ids)
        for i, token in enumerate(ids):
            batch.token[i], batch.pos[i] = token, first_position + i
            batch.n_seq_id[i], batch.seq_id[i][0] = 1, 0
            batch.logits[i] = i + 1 == len(ids)
        if self.lib.llama_decode(context, batch) != 0:
            raise SystemExit("llama.cpp cannot decode")
        self.lib.llama_synchronize(context)
        self.lib.llama_batch_free(batch)

    def measure(self, options):
        """Tokens a second of prefill and of decoding after it."""
        params = self.lib.llama_context_default_params()
        params.n_ctx = options.prompt + options.decode
        params.n_batch, params.n_ubatch = options.prompt, min(512, options.prompt)
        params.n_threads = params.n_threads_batch = options.threads
        context = self.lib.llama_init_from_model(self.model, params)
        size = self.lib.llama_vocab_n_tokens(self.vocab)
        ids = [(i * 7919 + 13) % size for i in range(options.prompt)]
        self.decode(context, ids[:1], 0)  # the first call sets memory up
        self.lib.llama_kv_self_clear(context)
        start = time.perf_counter()
        self.decode(context, ids, 0)
        middle = time.perf_counter()
        for i in range(options.decode):
            self.decode(context, [ids[i % len(ids)]], options.prompt + i)
        end = time.perf_counter()
        self.lib.llama_free(context)
        return options.prompt / (middle - start), options.decode / (end - middle)


def measure_falconet(options, model):
    done = subprocess.run(
        [options.falconet, "bench", "-m", model, "-p", str(options.prompt), "-n",
         str(options.decode), "--runs", "1", "--threads", str(options.threads), "--json"],
        capture_output=True, text=True, check=True)
    result = json.loads(done.stdout)
    return (result["prefill_tokens_per_second"]["median"],
            result["decode"][0]["tokens_per_second"]["median"], result["isa"])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--falconet", default="build/release/src/falconet")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--prompt", type=int, default=512)
    parser.add_argument("--decode", type=int, default=64)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("models", nargs="+")
    options = parser.parse_args()

    print("| file | | falconet, tokens/s | llama.cpp, tokens/s | ratio (each round) |")
    print("|---|---|---|---|---|")
    for model in options.models:
        peer = Peer(model, options.prompt + options.decode)
        ours, theirs = [], []
        for _ in range(options.rounds):
            theirs.append(peer.measure(options))
            ours.append(measure_falconet(options, model))
        for column, name in enumerate(("prefill", "decode")):
            ratios = [a[column] / b[column] for a, b in zip(ours, theirs)]
            spread = ", ".join(f"{ratio:.2f}" for ratio in sorted(ratios))
            print(f"| {model} ({ours[0][2]}) | {name} "
                  f"| {statistics.median(row[column] for row in ours):.2f} "
                  f"| {statistics.median(row[column] for row in theirs):.2f} "
                  f"| {statistics.median(ratios):.2f} ({spread}) |", flush=True)
        peer.lib.llama_model_free(peer.model)


if __name__ == "__main__":
    main()
