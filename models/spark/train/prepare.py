"""Writes the training shards: examples drawn from a seed, tokenized, with the target marked."""

from __future__ import annotations

import argparse
from pathlib import Path

from tokenizers import Tokenizer

from spark.mix import MIXTURES
from spark.shards import Shards, write_shards


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tokenizer", type=Path, default=Path("tokenizer.json"))
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--examples", type=int, default=300_000)
    parser.add_argument("--max-tokens", type=int, default=1536)
    parser.add_argument("--repeats", type=float, default=0.2, help="share of copies of random tokens")
    parser.add_argument("--mixture", choices=MIXTURES, default="balanced")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    write_shards(args.out, Tokenizer.from_file(str(args.tokenizer)), args.seed, args.examples, args.max_tokens,
                 args.repeats, args.mixture)
    shards = Shards.open(args.out)
    print(f"{len(shards)} examples, {len(shards.ids)} tokens -> {args.out}")


if __name__ == "__main__":
    main()
