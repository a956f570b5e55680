"""Writes the items that Falconet's own tests ask the shipped model, and the bars that it must reach.

The bars come from what the model behind an endpoint answers now, less a margin, since other processors add up
in another order and a close decision may then fall the other way."""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from pathlib import Path

from evaluate import endpoint_answerer, held_out
from spark.core import Example
from spark.judge import is_right, visible

TASKS = ("arithmetic_1", "arithmetic_2", "word_problems_1_2", "json_extraction", "tool_calls", "recall_1_5",
         "memory_note", "copy")
MARGIN = 0.1


def item_of(example: Example) -> dict:
    return {"family": example.family, "language": example.language, "messages": example.messages,
            "tools": example.tools, "is_thinking": example.is_thinking, "check": example.check}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--endpoint", required=True, help="such as http://127.0.0.1:8000/v1, serving the model")
    parser.add_argument("--model", default="spark")
    parser.add_argument("--per-group", type=int, default=12, help="items for each task and language")
    parser.add_argument("--seed", type=int, default=3, help="another than the scores', which are not to be tuned to")
    parser.add_argument("--out", type=Path, default=Path("../held_out.json"))
    args = parser.parse_args()
    items = [example for example in held_out(args.seed, args.per_group) if example.family in TASKS]
    answer, right = endpoint_answerer(args.endpoint, args.model), defaultdict(list)
    for example in items:
        said = visible(answer(example), example.is_thinking)
        right[f"{example.family} {example.language}"].append(is_right(example, said))
    bars = {task: round(max(0.0, sum(marks) / len(marks) - MARGIN), 3) for task, marks in sorted(right.items())}
    lines = ",\n".join(json.dumps(item_of(example), ensure_ascii=False) for example in items)
    args.out.write_text(f'{{"bars": {json.dumps(bars, indent=1)},\n"items": [\n{lines}\n]}}\n', encoding="utf-8")
    print(f"{len(items)} items, bars {bars} -> {args.out}")


if __name__ == "__main__":
    main()
