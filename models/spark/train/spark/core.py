"""What every task family shares: examples, chance, and the line between training and test."""

from __future__ import annotations

import hashlib
import random
import re
from dataclasses import dataclass, field
from typing import Sequence, TypeVar

Item = TypeVar("Item")
HELD_OUT_ONE_IN = 10
SPIN_TRIES = 300  # a pattern none of whose wordings turns up in so many has none in this split
_CHOICE = re.compile(r"\[([^\[\]]*)\]")


def stable_hash(*parts: object) -> int:
    """Python's own hash changes with every process; the split must not."""
    text = "\x1f".join(str(part) for part in parts)
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")


def is_held_out(*parts: object) -> bool:
    return stable_hash("split", *parts) % HELD_OUT_ONE_IN == 0


@dataclass
class Example:
    """A conversation up to the turn that the model must produce, and that turn."""

    family: str
    language: str
    messages: list[dict]
    thinking: str
    answer: str
    check: dict  # how evaluate.py judges an answer: {"kind": …, "value": …}
    tools: list[dict] = field(default_factory=list)
    is_thinking: bool = True

    def key(self) -> int:
        """Two examples with one key ask the same thing."""
        return stable_hash(self.messages, self.tools, self.is_thinking)


class Context:
    """Chance with a seed, and choices that keep the test's material out of training."""

    def __init__(self, seed: int, split: str) -> None:
        if split not in ("train", "test"):
            raise ValueError(f"split is {split!r}; expected 'train' or 'test'")
        self.rng = random.Random(seed)
        self.split = split
        self.exhausted: set[str] = set()  # patterns without a wording in this split
        self.mine: dict[tuple[str, int], list] = {}  # (pool, its size) -> the items of this split

    def chance(self, probability: float) -> bool:
        return self.rng.random() < probability

    def any(self, items: Sequence[Item]) -> Item:
        """A choice that is not split: of structure, not of content."""
        return items[self.rng.randrange(len(items))]

    def language(self) -> str:
        return self.any(("en", "zh"))

    def fits(self, *parts: object) -> bool:
        """Whether content with this key belongs to this split."""
        return is_held_out(*parts) == (self.split == "test")

    def pick(self, pool: str, items: Sequence[Item]) -> Item:
        """One of a pool's items, of which a tenth (by hash, at least one) is kept for the test."""
        key = (pool, len(items))
        if key not in self.mine:
            ranked = sorted(items, key=lambda item: stable_hash(pool, item))
            held = max(1, len(items) // HELD_OUT_ONE_IN) if len(items) >= 4 else 0
            self.mine[key] = ranked if held == 0 else ranked[:held] if self.split == "test" else ranked[held:]
        return self.any(self.mine[key])

    def sample(self, pool: str, items: Sequence[Item], count: int) -> list[Item]:
        """Different items of one pool; a small pool's test part may not suffice, then any."""
        found: list[Item] = []
        for attempt in range(60 * count):
            item = self.pick(pool, items) if attempt < 30 * count else self.any(items)
            if item not in found:
                found.append(item)
            if len(found) == count:
                return found
        raise ValueError(f"pool {pool!r} has no {count} different items")

    def expand(self, pattern: str) -> str:
        while "[" in pattern:
            expanded = _CHOICE.sub(lambda m: self.any(m.group(1).split("|")), pattern)
            if expanded == pattern:
                break
            pattern = expanded
        return pattern

    def spin(self, pattern: str) -> str:
        """Expands "[How many|What number of]" by chance; a tenth of the wordings is test only.

        A pattern with so few wordings that none is in the split gives any of them."""
        for _ in range(SPIN_TRIES if pattern not in self.exhausted else 0):
            text = self.expand(pattern)
            if self.fits("wording", text):
                return text
        self.exhausted.add(pattern)
        return self.expand(pattern)

    def spin_of(self, patterns: Sequence[str]) -> str:
        """One of several patterns; those with no wording in this split are left to the other."""
        order = self.rng.sample(list(patterns), len(patterns))
        for pattern in order:
            text = self.spin(pattern)
            if pattern not in self.exhausted:
                return text
        return self.expand(order[0])


def math_check(value: str) -> dict:
    return {"kind": "boxed", "value": value}


def exact_check(value: str) -> dict:
    return {"kind": "exact", "value": value}


def contains_check(*values: str) -> dict:
    return {"kind": "contains", "value": list(values)}


def user(text: str) -> dict:
    return {"role": "user", "content": text}


def assistant(text: str) -> dict:
    return {"role": "assistant", "content": text}


def boxed(value: object) -> str:
    return f"\\boxed{{{value}}}"


_ZH_HALF = str.maketrans({"，": ",", "。": ".", "？": "?", "：": ":", "！": "!"})


def chinese_style(ctx: Context, text: str) -> str:
    """People set Chinese with full or half punctuation, with or without spaces around numbers."""
    if ctx.chance(0.3):
        text = text.translate(_ZH_HALF)
    if ctx.chance(0.4):
        text = re.sub(r"(?<=[\u4e00-\u9fff])(?=\d)|(?<=\d)(?=[\u4e00-\u9fff])", " ", text)
    return text
