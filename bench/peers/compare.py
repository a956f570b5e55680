#!/usr/bin/env python3
"""Measures falconet, llama.cpp and ik_llama.cpp on the same GGUF files in alternating runs.

    bench/peers/get_peers.sh FOLDER
    bench/peers/compare.py --peers FOLDER --falconet build/release/src/falconet model.gguf …

Each round measures every engine once, one after the other, so that a machine whose speed drifts
drifts for all. The table has medians over the rounds, and the median (least, most) of the rounds'
ratios of falconet to the faster peer. `share` is falconet's use of the memory's bandwidth, as its
own bench measures both.
"""

import argparse
import json
import os
import statistics
import subprocess
from pathlib import Path

STREAMS = [8, 16, 32]
STREAM_PROMPT, STREAM_DECODE = 64, 32


def output_of(command, **environment):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True,
                          env=os.environ | environment)
    if done.returncode != 0:
        raise SystemExit(f"{command[0]} ended with {done.returncode}:\n{done.stderr[-2000:]}")
    return done.stdout


class Falconet:
    name = "falconet"

    def __init__(self, program):
        self.program = program

    def bench(self, options, model, prompt, decode, streams):
        return json.loads(output_of([
            self.program, "bench", "-m", model, "-p", prompt, "-n", decode, "-b",
            ",".join(map(str, streams)), "--runs", 1, "--threads", options.threads, "--json"]))

    def measure(self, options, model):
        one = self.bench(options, model, options.prompt, options.decode, [1])
        many = self.bench(options, model, STREAM_PROMPT, STREAM_DECODE, STREAMS)
        speeds = {"prefill": one["prefill_tokens_per_second"]["median"],
                  "decode 1": one["decode"][0]["tokens_per_second"]["median"],
                  "share": one["decode"][0]["bandwidth_share"]}
        for row in many["decode"]:
            speeds[f"decode {row['sequences']}"] = row["tokens_per_second"]["median"]
        return speeds


class LlamaCpp:
    """What llama-bench and batched-bench of llama.cpp or a fork print."""

    def __init__(self, name, folder, arguments=(), environment=None):
        self.name = name
        self.folder = Path(folder)
        self.arguments = list(arguments)
        self.environment = environment or {}

    def measure(self, options, model):
        lines = json.loads(output_of([
            self.folder / "llama-bench", "-m", model, "-t", options.threads, "-fa", 1, "-p",
            options.prompt, "-n", options.decode, "-r", 1, "-o", "json", *self.arguments],
            **self.environment))
        speeds = {}
        for line in lines:
            speeds["prefill" if line["n_prompt"] else "decode 1"] = line["avg_ts"]
        context = (STREAM_PROMPT + STREAM_DECODE) * max(STREAMS)
        table = output_of([
            self.folder / "batched-bench", "-m", model, "-t", options.threads, "-fa",
            *(["on"] if self.name == "llama.cpp" else []), "-c", context, "-npp", STREAM_PROMPT,
            "-ntg", STREAM_DECODE, "-npl", ",".join(map(str, STREAMS)), *self.arguments],
            **self.environment)
        for line in table.splitlines():
            cells = [cell.strip() for cell in line.split("|")]
            if len(cells) > 8 and cells[1].isdigit():
                speeds[f"decode {cells[3]}"] = float(cells[8])
        return speeds


def peers_in(folder):
    peers = []
    llama = folder / "llama.cpp"
    if (llama / "llama-bench").exists():
        kernels = best_kernels(llama)
        peers.append(LlamaCpp("llama.cpp", llama, environment={
            "GGML_BACKEND_PATH": str(kernels), "LD_LIBRARY_PATH": str(llama)}))
    ik = folder / "ik_llama.cpp"
    if (ik / "llama-bench").exists():
        peers.append(LlamaCpp("ik_llama.cpp", ik, ["-rtr", "1"]))
    if not peers:
        raise SystemExit(f"no peers in {folder}; run bench/peers/get_peers.sh {folder}")
    return peers


def best_kernels(folder):
    """The kernel library for this CPU among those that llama.cpp ships."""
    flags = set(Path("/proc/cpuinfo").read_text().split("flags")[1].split("\n")[0].split())
    for library, needed in [("sapphirerapids", "amx_int8"), ("zen4", "avx512_bf16"),
                            ("icelake", "avx512_vnni"), ("skylakex", "avx512f"),
                            ("haswell", "avx2")]:
        if needed in flags:
            return folder / f"libggml-cpu-{library}.so"
    return folder / "libggml-cpu-x64.so"


def print_table(model, engines, rounds):
    quantities = ["prefill", "decode 1"] + [f"decode {n}" for n in STREAMS]
    print(f"\n{Path(model).name}, tokens/s\n")
    print("| | " + " | ".join(engine.name for engine in engines) + " | falconet over the faster |")
    print("|---|" + "---|" * (len(engines) + 1))
    for quantity in quantities:
        medians = [statistics.median(r[engine.name][quantity] for r in rounds) for engine in engines]
        ratios = [r["falconet"][quantity] / max(r[e.name][quantity] for e in engines[1:])
                  for r in rounds]
        print(f"| {quantity} | " + " | ".join(f"{median:.1f}" for median in medians) +
              f" | {statistics.median(ratios):.2f} ({min(ratios):.2f}–{max(ratios):.2f}) |")
    shares = [r["falconet"]["share"] for r in rounds]
    print(f"\nshare of the bandwidth, decode 1: {statistics.median(shares):.0%} "
          f"({min(shares):.0%}–{max(shares):.0%}), {len(rounds)} rounds")


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", nargs="+")
    parser.add_argument("--peers", type=Path, required=True)
    parser.add_argument("--falconet", default="build/release/src/falconet")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--prompt", type=int, default=512)
    parser.add_argument("--decode", type=int, default=64)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    engines = [Falconet(options.falconet), *peers_in(options.peers)]
    for model in options.models:
        rounds = [{engine.name: engine.measure(options, model) for engine in engines}
                  for _ in range(options.rounds)]
        print_table(model, engines, rounds)


if __name__ == "__main__":
    main()
