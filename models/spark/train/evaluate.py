"""Scores Spark on held-out items, by family and language, greedily.

The model is a checkpoint or GGUF run by PyTorch, or whatever stands behind an OpenAI endpoint."""

from __future__ import annotations

import argparse
import json
import urllib.request
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from math import sqrt
from pathlib import Path
from typing import Callable

import torch
from tokenizers import Tokenizer

from export import load_model
from spark.core import Example
from spark.judge import is_right, visible
from spark.mix import examples
from spark.model import SparkModel
from spark.prompt import EOS, render, target

Answerer = Callable[[Example], str]
MAX_NEW_TOKENS = 384
REQUESTS_AT_ONCE = 8  # to an endpoint


def wilson(right: int, total: int, z: float = 1.96) -> tuple[float, float]:
    """Interval of a share (Wilson 1927): honest for few items and for shares near 0 and 1."""
    if total == 0:
        return 0.0, 1.0
    share, square = right / total, z * z / total
    middle, spread = share + square / 2, z * sqrt((share * (1 - share) + square / 4) / total)
    return (middle - spread) / (1 + square), (middle + spread) / (1 + square)


def held_out(seed: int, per_group: int) -> list[Example]:
    """The same number of items for every family and language; long texts are rare, so fewer."""
    groups: dict[tuple[str, str], list[Example]] = defaultdict(list)
    seen: set[int] = set()
    for drawn, example in enumerate(examples(seed, "test")):
        group = groups[example.family, example.language]
        if len(group) < per_group and example.key() not in seen:
            group.append(example)
            seen.add(example.key())
        if drawn > per_group * 400:
            break
    return [example for key in sorted(groups) for example in groups[key]]


@torch.no_grad()
def generate(model: SparkModel, ids: list[int], end: int, limit: int) -> list[int]:
    past: list[list] = [[] for _ in model.blocks]
    step, out = torch.tensor([ids]), []
    for _ in range(min(limit, model.config.max_position_embeddings - len(ids))):
        token = int(model.logits(model.hidden(step, past)[:, -1]).argmax())
        if token == end:
            break
        out.append(token)
        step = torch.tensor([[token]])
    return out


@torch.no_grad()
def says(model: SparkModel, prompt: list[int], wanted: list[int]) -> bool:
    """Whether greedy generation would say exactly `wanted`, known from one pass over it."""
    ids = torch.tensor([prompt + wanted[:-1]])
    hidden = model.hidden(ids)[0, len(prompt) - 1 :]
    return model.logits(hidden).argmax(-1).tolist() == wanted


def torch_answerer(weights: Path, tokenizer_file: Path) -> Answerer:
    model, tokenizer = load_model(weights), Tokenizer.from_file(str(tokenizer_file))
    end = tokenizer.token_to_id(EOS)

    def answer(example: Example) -> str:
        prompt = render(example.messages, example.tools, example.is_thinking)
        ids = tokenizer.encode(prompt, add_special_tokens=False).ids
        text = target(example.thinking, example.answer, example.is_thinking)
        if says(model, ids, tokenizer.encode(text, add_special_tokens=False).ids):
            return text.removesuffix(EOS)
        return tokenizer.decode(generate(model, ids, end, MAX_NEW_TOKENS), skip_special_tokens=False)

    return answer


def endpoint_answerer(url: str, name: str) -> Answerer:
    """Through Falconet, vLLM or any other server; a tool call comes back parsed, and is respelled."""

    def answer(example: Example) -> str:
        body = {"model": name, "messages": example.messages, "temperature": 0, "max_tokens": MAX_NEW_TOKENS,
                "chat_template_kwargs": {"enable_thinking": example.is_thinking}}
        if example.tools:
            body["tools"] = example.tools
        request = urllib.request.Request(url.rstrip("/") + "/chat/completions", json.dumps(body).encode(),
                                         {"Content-Type": "application/json"})
        with urllib.request.urlopen(request) as response:
            message = json.load(response)["choices"][0]["message"]
        calls = [f'<tool_call>\n{{"name": "{call["function"]["name"]}", "arguments": {call["function"]["arguments"]}}}\n</tool_call>'
                 for call in message.get("tool_calls") or []]
        return "</think>" + "\n".join([message.get("content") or ""] + calls)

    return answer


def score(items: list[Example], answer: Answerer, transcript: Path | None = None, at_once: int = 1) -> dict:
    """family -> language -> [right, total]"""
    table: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    lines = []
    with ThreadPoolExecutor(at_once) as pool:
        answers = list(pool.map(answer, items))
    for example, said in zip(items, answers):
        right = is_right(example, visible(said, example.is_thinking))
        cell = table[example.family][example.language]
        cell[0] += right
        cell[1] += 1
        lines.append(json.dumps({"family": example.family, "right": right, "messages": example.messages, "said": said,
                                 "wanted": example.answer}, ensure_ascii=False))
    if transcript:
        transcript.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return table


def markdown(table: dict) -> str:
    rows = ["| task | English | Chinese | both, with 95% interval |", "|---|---|---|---|"]
    total = [0, 0]
    for family in sorted(table):
        en, zh = table[family]["en"], table[family]["zh"]
        right, count = en[0] + zh[0], en[1] + zh[1]
        total = [total[0] + right, total[1] + count]
        low, high = wilson(right, count)
        rows.append(f"| {family} | {en[0]}/{en[1]} | {zh[0]}/{zh[1]} | {100 * right / count:.1f}% ({100 * low:.0f}–{100 * high:.0f}) |")
    low, high = wilson(*total)
    rows.append(f"| all | | | {100 * total[0] / max(1, total[1]):.1f}% ({100 * low:.1f}–{100 * high:.1f}), {total[0]}/{total[1]} |")
    return "\n".join(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weights", type=Path, help="checkpoint.pt or a GGUF")
    parser.add_argument("--tokenizer", type=Path, default=Path("tokenizer.json"))
    parser.add_argument("--endpoint", help="such as http://127.0.0.1:8080/v1, instead of --weights")
    parser.add_argument("--model", default="spark")
    parser.add_argument("--per-group", type=int, default=50, help="items for each family and language")
    parser.add_argument("--families", help="comma-separated; all by default")
    parser.add_argument("--seed", type=int, default=2)
    parser.add_argument("--transcript", type=Path)
    args = parser.parse_args()
    torch.set_num_threads(1)
    answer = endpoint_answerer(args.endpoint, args.model) if args.endpoint else torch_answerer(args.weights, args.tokenizer)
    items = held_out(args.seed, args.per_group)
    if args.families:
        items = [item for item in items if item.family in args.families.split(",")]
    print(markdown(score(items, answer, args.transcript, REQUESTS_AT_ONCE if args.endpoint else 1)))


if __name__ == "__main__":
    main()
