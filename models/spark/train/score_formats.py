"""Scores one set of weights in several formats, each through Falconet: what quantization costs.

Writes the model card's table. Items are the same for all formats, and answers are greedy."""

from __future__ import annotations

import argparse
import re
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator

from evaluate import REQUESTS_AT_ONCE, endpoint_answerer, held_out, score, wilson
from export import export, load_model

ADDRESS = re.compile(r"ready: open (http://\S+)")


@contextmanager
def served(falconet: Path, model: Path) -> Iterator[str]:
    """The address of a server on loopback, on a port that the system chooses."""
    command = [falconet, "serve", "--model", model, "--served-model-name", "spark", "--port", "0", "--no-auth",
               "--data", model.with_suffix(".data")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        try:
            found = next((m for m in map(ADDRESS.search, server.stdout) if m), None)
            if found is None:
                raise RuntimeError(f"{model} was not served")
            yield found.group(1) + "/v1"
        finally:
            server.terminate()


def files(weights: Path, tokenizer: Path, falconet: Path, folder: Path) -> dict[str, Path]:
    """Format -> GGUF. The 4-bit ones are made by `falconet quantize`."""
    model, found = load_model(weights), {}
    for kind in ("bf16", "q8_0"):
        found[kind] = folder / f"spark-{kind}.gguf"
        export(model, tokenizer, found[kind], kind)
    for kind in ("q4_0", "q4_k_m"):
        found[kind] = folder / f"spark-{kind}.gguf"
        subprocess.run([falconet, "quantize", found["bf16"], found[kind], "--type", kind], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return found


def cell(right: int, total: int) -> str:
    low, high = wilson(right, total)
    return f"{100 * right / total:.0f} ({100 * low:.0f}–{100 * high:.0f})"


def markdown(tables: dict[str, dict], sizes: dict[str, int]) -> str:
    head = " | ".join(f"{kind.upper()}, {size / 1e6:.1f} MB" for kind, size in sizes.items())
    rows = [f"| task | {head} | English, Q8_0 | Chinese, Q8_0 |", "|---" * (len(sizes) + 3) + "|"]
    for family in sorted(tables["q8_0"]):
        both = [cell(sum(t[family][lang][0] for lang in ("en", "zh")), sum(t[family][lang][1] for lang in ("en", "zh")))
                for t in tables.values()]
        apart = [cell(*tables["q8_0"][family][language]) for language in ("en", "zh")]
        rows.append(f"| {family} | " + " | ".join(both + apart) + " |")
    totals = [cell(*(sum(pair[i] for languages in t.values() for pair in languages.values()) for i in (0, 1)))
              for t in tables.values()]
    rows.append("| **all** | " + " | ".join(totals) + " | | |")
    return "\n".join(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("weights", type=Path, help="checkpoint.pt")
    parser.add_argument("--falconet", type=Path, default=Path("../../../build/release/src/falconet"))
    parser.add_argument("--tokenizer", type=Path, default=Path("tokenizer.json"))
    parser.add_argument("--per-group", type=int, default=50, help="items for each family and language")
    parser.add_argument("--seed", type=int, default=2)
    args = parser.parse_args()
    items = held_out(args.seed, args.per_group)
    with tempfile.TemporaryDirectory() as name:
        found, tables = files(args.weights, args.tokenizer, args.falconet, Path(name)), {}
        for kind, path in found.items():
            with served(args.falconet, path) as url:
                tables[kind] = score(items, endpoint_answerer(url, "spark"), at_once=REQUESTS_AT_ONCE)
        print(markdown(tables, {kind: path.stat().st_size for kind, path in found.items()}))


if __name__ == "__main__":
    main()
