"""Draws log.jsonl as an SVG for the model card: loss on the targets against tokens seen."""

from __future__ import annotations

import argparse
import json
from math import log10
from pathlib import Path

WIDTH, HEIGHT, MARGIN = 640, 320, 48


def read_log(path: Path) -> list[tuple[float, float]]:
    """Millions of tokens, loss. After an unclean stop some steps stand twice; the later count."""
    rows = {row["step"]: row for row in map(json.loads, path.read_text().splitlines())}
    return [(rows[step]["tokens"] / 1e6, rows[step]["loss"]) for step in sorted(rows)]


def draw(points: list[tuple[float, float]]) -> str:
    """The loss falls by a factor of a hundred, so its axis is logarithmic."""
    right = max(x for x, _ in points)
    low, high = (log10(pick(y for _, y in points)) for pick in (min, max))

    def place(x: float, y: float) -> str:
        across = MARGIN + (WIDTH - 2 * MARGIN) * x / right
        down = HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * (log10(y) - low) / (high - low)
        return f"{across:.1f},{down:.1f}"

    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="11">',
             f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>']
    for mark in (10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01):
        if low <= log10(mark) <= high:
            x1, y = place(0, mark).split(",")
            parts.append(f'<path d="M{x1} {y}H{WIDTH - MARGIN}" stroke="#ddd"/><text x="8" y="{y}">{mark}</text>')
    for i in range(5):
        x, y = place(right * i / 4, 10**low).split(",")
        parts.append(f'<text x="{x}" y="{HEIGHT - 24}" text-anchor="middle">{right * i / 4:.1f}</text>')
    line = " ".join(place(x, y) for x, y in points)
    parts.append(f'<polyline points="{line}" fill="none" stroke="#0a5"/>')
    parts.append(f'<text x="{WIDTH / 2}" y="{HEIGHT - 6}" text-anchor="middle">million tokens</text></svg>')
    return "\n".join(parts) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("log", type=Path)
    parser.add_argument("--out", type=Path, default=Path("../loss.svg"))
    args = parser.parse_args()
    args.out.write_text(draw(read_log(args.log)), encoding="utf-8")


if __name__ == "__main__":
    main()
