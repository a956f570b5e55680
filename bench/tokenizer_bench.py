#!/usr/bin/env python3
"""Compares the speed of our tokenizer with Hugging Face's `tokenizers` on one thread.

    cmake --preset release -DFALCONET_BENCH=ON && ninja -C build/release tokenizer_bench
    pip install tokenizers
    bench/tokenizer_bench.py --program build/release/bench/tokenizer_bench \\
        --tokenizer NAME=path/to/tokenizer.json --text english=a.txt --text code=b.cpp

Both encode the same text in turn, again and again, in the same run; the medians of the CPU time of
the encoding thread are compared. Ids and decoded texts of both must be equal. The table is
Markdown.
"""

import argparse
import os
import platform
import statistics
import subprocess
import time

os.environ["TOKENIZERS_PARALLELISM"] = "false"
import tokenizers  # noqa: E402  (reads the variable)


def fnv(values):
    value = 0xCBF29CE484222325
    for item in values:
        value = ((value ^ item) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    return value


class Ours:
    def __init__(self, program, path):
        self.process = subprocess.Popen([program, path], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        self.load_seconds = float(self.process.stdout.readline())

    def run(self, command, path):
        self.process.stdin.write(f"{command} {path}\n")
        self.process.stdin.flush()
        seconds, num_ids, checksum = self.process.stdout.readline().split()
        return float(seconds), int(num_ids), int(checksum)

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class Theirs:
    def __init__(self, path):
        start = time.thread_time()
        self.tokenizer = tokenizers.Tokenizer.from_file(path)
        self.load_seconds = time.thread_time() - start

    def timed(self, function, argument):
        start = time.thread_time()
        result = function(argument)
        return time.thread_time() - start, result

    def encode(self, text):
        """The usual call, with offsets."""
        return self.timed(lambda t: self.tokenizer.encode(t, add_special_tokens=False).ids, text)

    def encode_fast(self, text):
        """Without offsets; exists in newer versions."""
        return self.timed(lambda t: self.tokenizer.encode_batch_fast(
            [t], add_special_tokens=False)[0].ids, text)

    def decode(self, ids):
        return self.timed(lambda i: self.tokenizer.decode(i, skip_special_tokens=False), ids)


def spread(values):
    return f"{min(values):.1f}–{max(values):.1f}"


def compare(ours, theirs, name, kind, path, rounds):
    with open(path, encoding="utf-8", newline="") as file:
        text = file.read()
    megabytes = len(text.encode()) / 1e6
    speeds = {key: [] for key in ("ours", "encode", "fast", "our decode", "their decode")}
    for i in range(rounds + 1):
        seconds, num_ids, checksum = ours.run("encode", path)
        usual, ids = theirs.encode(text)
        fast, fast_ids = theirs.encode_fast(text)
        assert num_ids == len(ids) and checksum == fnv(ids) and ids == fast_ids, \
            f"{name}, {kind}: the ids differ"
        decode_seconds, _, text_checksum = ours.run("decode", path)
        their_decode, decoded = theirs.decode(ids)
        assert text_checksum == fnv(decoded.encode()), f"{name}, {kind}: decoded texts differ"
        if i == 0:
            continue  # caches are cold, ours and theirs
        for key, value in (("ours", seconds), ("encode", usual), ("fast", fast),
                           ("our decode", decode_seconds), ("their decode", their_decode)):
            speeds[key].append(megabytes / value)
    median = {key: statistics.median(values) for key, values in speeds.items()}
    print(f"| {name} | {kind} | {megabytes:.2f} | {median['ours']:.1f} ({spread(speeds['ours'])}) "
          f"| {median['encode']:.2f} | {median['fast']:.2f} ({spread(speeds['fast'])}) "
          f"| **{median['ours'] / median['fast']:.1f}×** "
          f"| {median['our decode']:.0f} | {median['their decode']:.1f} |", flush=True)


def cpu_name():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        names = [line.split(":")[1].strip() for line in file if line.startswith("model name")]
    return names[0] if names else platform.processor()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--program", required=True)
    parser.add_argument("--tokenizer", action="append", required=True, help="NAME=PATH")
    parser.add_argument("--text", action="append", required=True, help="KIND=PATH")
    parser.add_argument("--rounds", type=int, default=9)
    arguments = parser.parse_args()
    print(f"tokenizers {tokenizers.__version__}, {cpu_name()}, {arguments.rounds} rounds; "
          "MB of text a CPU second, median (lowest–highest)\n")
    print("| tokenizer | text | MB | ours | theirs | theirs, no offsets | ratio "
          "| our decode | their decode |")
    print("|---|---|---|---|---|---|---|---|---|")
    loads = []
    for pair in arguments.tokenizer:
        name, path = pair.split("=", 1)
        ours, theirs = Ours(arguments.program, path), Theirs(path)
        loads.append((name, ours.load_seconds, theirs.load_seconds))
        for text in arguments.text:
            kind, text_path = text.split("=", 1)
            compare(ours, theirs, name, kind, os.path.abspath(text_path), arguments.rounds)
        ours.close()
    print("\n| tokenizer | our load, ms | their load, ms |\n|---|---|---|")
    for name, mine, others in loads:
        print(f"| {name} | {mine * 1000:.0f} | {others * 1000:.0f} |")


if __name__ == "__main__":
    main()
