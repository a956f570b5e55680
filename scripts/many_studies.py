#!/usr/bin/env python3
"""How often the analysis is right: simulates studies with known effects, analyses each, and counts.

Usage: scripts/many_studies.py FALCONET [--studies 200] [--preset model-study|null]
Prints for length and turn how often a threshold, a gradual decline or nothing was found and how often a threshold's interval
holds the planted one; how often any tested finding was made; and the same for the rate of malformed answers."""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
from collections import Counter
from pathlib import Path

TESTED = ("threshold", "gradual", "segment_difference")


def call(*words: object) -> str:
    return subprocess.run([str(word) for word in words], check=True, capture_output=True, text=True).stdout


def study(falconet: str, preset: str, seed: int) -> tuple[dict, dict]:
    """What was found, and what was planted."""
    with tempfile.TemporaryDirectory() as name:
        folder, spec = Path(name) / "study", Path(name) / "spec.json"
        spec.write_text(json.dumps({"preset": preset}))
        call(falconet, "feedback", "simulate", "--seed", seed, "-o", folder, "--spec", spec)
        analysis = json.loads(call(falconet, "feedback", "analyze", "--data", folder, "--json"))
        return analysis, json.loads((Path(name) / "study.truth.json").read_text())


def count(analysis: dict, truth: dict, counts: Counter) -> None:
    findings, spec = analysis["findings"], truth["spec"]
    counts["any tested finding"] += any(finding["kind"] in TESTED for finding in findings)
    counts["a segment differs"] += any(finding["kind"] == "segment_difference" for finding in findings)
    for variable, planted in (("prompt_tokens", spec["length"]["threshold"]), ("turn", spec["turn"]["threshold"])):
        found = next((finding for finding in findings if finding.get("variable") == variable), None)
        counts[f"{variable}: {found['kind'] if found else 'none'}"] += 1
        if found and found["kind"] == "threshold":
            low, high = found["threshold_interval"]
            counts[f"{variable}: threshold held"] += low <= planted <= high
    rate = next((f for f in findings if f.get("category") == "function_calling" and f["kind"] == "rate"), None)
    if rate:
        counts["malformed answers: found"] += 1
        counts["malformed answers: rate held"] += rate["interval"][0] <= truth["malformed_rate"] <= rate["interval"][1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("falconet")
    parser.add_argument("--studies", type=int, default=200)
    parser.add_argument("--preset", default="model-study")
    args = parser.parse_args()
    counts: Counter = Counter()
    for seed in range(1, args.studies + 1):
        count(*study(args.falconet, args.preset, seed), counts)
    print(f"{args.studies} studies, {args.preset}")
    for name, number in sorted(counts.items()):
        print(f"{name:32} {number}")


if __name__ == "__main__":
    main()
