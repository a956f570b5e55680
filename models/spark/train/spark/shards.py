"""Tokenized examples on disk: ids in one flat file, offsets in another, read by memory map."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Iterator

import numpy as np
from tokenizers import Tokenizer

from .core import Example
from .mix import examples
from .prompt import render, target
from .repeats import Repeats

CHUNK = 512


@dataclass(frozen=True)
class Shards:
    ids: np.ndarray  # uint16, all examples one after the other
    index: np.ndarray  # int64 [examples, 3]: start, start of the target, end

    def __len__(self) -> int:
        return len(self.index)

    @staticmethod
    def open(folder: Path) -> "Shards":
        return Shards(np.memmap(folder / "ids.u16", dtype=np.uint16, mode="r"), np.load(folder / "index.npy"))


def encode_all(tokenizer: Tokenizer, batch: list[Example]) -> Iterator[tuple[list[int], list[int]]]:
    prompts = [render(e.messages, e.tools, e.is_thinking) for e in batch]
    targets = [target(e.thinking, e.answer, e.is_thinking) for e in batch]
    for left, right in zip(tokenizer.encode_batch(prompts, add_special_tokens=False),
                           tokenizer.encode_batch(targets, add_special_tokens=False)):
        yield left.ids, right.ids


def pairs(tokenizer: Tokenizer, seed: int, count: int, repeats: float,
          mixture: str) -> Iterator[tuple[list[int], list[int]]]:
    """Prompt and target of `count` examples, and among them so many repeats that they are this share."""
    stream, random_runs = examples(seed, "train", mixture), Repeats(tokenizer, seed)
    for _ in range(0, count, CHUNK):
        for pair in encode_all(tokenizer, list(islice(stream, CHUNK))):
            yield pair
            while random_runs.rng.random() < repeats:
                yield random_runs.next()


def write_shards(folder: Path, tokenizer: Tokenizer, seed: int, count: int, max_tokens: int, repeats: float,
                 mixture: str = "balanced") -> None:
    """Prompt and target are encoded apart, as a server does: it never sees them joined."""
    folder.mkdir(parents=True, exist_ok=True)
    rows, position = [], 0
    with open(folder / "ids.u16", "wb") as file:
        for prompt, answer in pairs(tokenizer, seed, count, repeats, mixture):
            if len(prompt) + len(answer) > max_tokens:
                continue
            file.write(np.asarray(prompt + answer, dtype=np.uint16).tobytes())
            middle, end = position + len(prompt), position + len(prompt) + len(answer)
            rows.append((position, middle, end))
            position = end
    np.save(folder / "index.npy", np.asarray(rows, dtype=np.int64))


def micro_batches(shards: Shards, first: int, window: int, max_tokens: int, seed: int) -> list[np.ndarray]:
    """Examples of like length together, so that little is padding: cut to `max_tokens` a batch and
    shuffled. `first` walks through the shards window by window."""
    rows = np.arange(first, min(first + window, len(shards)))
    lengths = shards.index[rows, 2] - shards.index[rows, 0]
    batches, start = [], 0
    order = rows[np.argsort(lengths, kind="stable")]
    while start < len(order):
        end = start + 1
        while end < len(order):
            longest = shards.index[order[end], 2] - shards.index[order[end], 0]
            if longest * (end + 1 - start) > max_tokens:
                break
            end += 1
        batches.append(order[start:end])
        start = end
    np.random.default_rng(seed + first).shuffle(batches)
    return batches


def pad_batch(shards: Shards, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """ids [batch, longest], flat positions whose next token is a target, and these targets."""
    spans = shards.index[rows]
    width = int((spans[:, 2] - spans[:, 0]).max()) - 1
    ids = np.zeros((len(rows), width), dtype=np.int64)
    positions, targets = [], []
    for i, (start, middle, end) in enumerate(spans):
        sequence = shards.ids[start:end].astype(np.int64)
        ids[i, : len(sequence) - 1] = sequence[:-1]
        positions.append(i * width + np.arange(middle - start - 1, len(sequence) - 1))
        targets.append(sequence[middle - start :])
    return ids, np.concatenate(positions), np.concatenate(targets)
