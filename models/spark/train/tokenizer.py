"""Trains Spark's vocabulary on generated dialogues: byte-level BPE with Qwen2's pre-tokenizer."""

from __future__ import annotations

import argparse
from itertools import islice
from pathlib import Path

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

from spark.mix import examples
from spark.prompt import ADDED_TOKENS, SPECIAL_TOKENS, render, target

# Qwen2's rule, as in its tokenizer.json: digits stand alone, so that sums are done digit by digit.
QWEN2_PATTERN = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*"
                 r"|\s*[\r\n]+|\s+(?!\S)|\s+")
# The vocabulary is trained on a stream of its own, so that it knows no test example.
SEED_OFFSET = 1_000_003


def make_tokenizer() -> Tokenizer:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(QWEN2_PATTERN), behavior="isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer


def split_han(tokenizer: Tokenizer) -> None:
    """For training alone: merges never join two Chinese characters, so that a name is spelled alike
    wherever it stands, and can be copied. Without such merges, Qwen2's rule gives the same tokens."""
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(QWEN2_PATTERN), behavior="isolated"),
        pre_tokenizers.Split(Regex(r"\p{Han}"), behavior="isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])


def train_tokenizer(size: int, seed: int, count: int) -> Tokenizer:
    """Special tokens come last, as in Qwen2's file."""
    tokenizer, published = make_tokenizer(), make_tokenizer()
    split_han(tokenizer)
    num_added = len(SPECIAL_TOKENS) + len(ADDED_TOKENS)
    trainer = trainers.BpeTrainer(vocab_size=size - num_added, show_progress=False, min_frequency=2,
                                  initial_alphabet=pre_tokenizers.ByteLevel.alphabet())
    stream = (plain_text(e) for e in islice(examples(seed + SEED_OFFSET, "train"), count))
    tokenizer.train_from_iterator(stream, trainer)
    tokenizer.pre_tokenizer = published.pre_tokenizer
    tokenizer.add_special_tokens([AddedToken(t, special=True, normalized=False) for t in SPECIAL_TOKENS])
    tokenizer.add_tokens([AddedToken(t, special=False, normalized=False) for t in ADDED_TOKENS])
    return tokenizer


def plain_text(example) -> str:
    text = render(example.messages, example.tools) + target(example.thinking, example.answer)
    for token in SPECIAL_TOKENS + ADDED_TOKENS:
        text = text.replace(token, "\n")
    return text


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=4096)
    parser.add_argument("--examples", type=int, default=60000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=Path("tokenizer.json"))
    args = parser.parse_args()
    tokenizer = train_tokenizer(args.size, args.seed, args.examples)
    tokenizer.save(str(args.out))
    print(f"{tokenizer.get_vocab_size()} tokens -> {args.out}")


if __name__ == "__main__":
    main()
