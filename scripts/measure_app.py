#!/usr/bin/env python3
"""Measures the page's API with many conversations: the list, a search in each language, and opening one.

Usage: scripts/measure_app.py FALCONET [--conversations 10000] [--messages 20] [-- SERVE_FLAGS…]
Starts `FALCONET serve` with the bundled model and a folder of its own, fills it by import, and prints the median and the
99th percentile of each request, one after the other over one connection."""

from __future__ import annotations

import argparse
import http.client
import json
import random
import re
import subprocess
import tempfile
import time
import urllib.parse
from typing import Callable

SYLLABLES = "ba ce di fo gu ha ki lo mu ne pa ri so tu ve wa xi yo za".split()
CHINESE = "今天天气很好我们去公园看书写字学习语言模型问题回答记忆函数调用文本处理时间地点朋友工作城市山水花鸟"
CHUNK = 500  # conversations a document: below the 16 MiB that an import may have
START_TIME = 1_700_000_000_000


def words(rng: random.Random, count: int) -> str:
    if rng.random() < 0.5:
        return " ".join("".join(rng.choices(SYLLABLES, k=rng.randint(2, 4))) for _ in range(count))
    return "".join(rng.choices(CHINESE, k=2 * count)) + "。"


def conversation(rng: random.Random, number: int, num_messages: int) -> dict:
    created = START_TIME + number * 60_000
    messages = [{"id": str(i + 1), "parent_id": str(i) if i else None, "role": "assistant" if i % 2 else "user",
                 "content": words(rng, 40), "created": created + i} for i in range(num_messages)]
    return {"title": words(rng, 4), "messages": messages, "created": created, "changed": created + num_messages}


class Client:
    def __init__(self, address: str) -> None:
        self.connection = http.client.HTTPConnection(address)

    def ask(self, method: str, path: str, body: object = None) -> dict:
        headers = {"X-Falconet": "1", "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        self.connection.request(method, "/api/app" + path, data, headers)
        response = self.connection.getresponse()
        text = response.read()
        if response.status >= 300:
            raise RuntimeError(f"{method} {path}: {response.status} {text[:200]!r}")
        return json.loads(text) if text else {}


def measure(name: str, ask: Callable[[], object], count: int) -> None:
    times = []
    for _ in range(count):
        begin = time.perf_counter()
        ask()
        times.append(1000 * (time.perf_counter() - begin))
    times.sort()
    print(f"{name:34} median {times[len(times) // 2]:7.1f} ms   p99 {times[int(0.99 * (len(times) - 1))]:7.1f} ms")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("falconet")
    parser.add_argument("--conversations", type=int, default=10_000)
    parser.add_argument("--messages", type=int, default=20)
    parser.add_argument("--requests", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("flags", nargs="*", help="more flags of serve")
    args = parser.parse_args()
    rng = random.Random(args.seed)
    with tempfile.TemporaryDirectory() as folder:
        command = [args.falconet, "serve", "spark", "--port", "0", "--data", folder + "/data", *args.flags]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
            try:
                address = next(m for m in map(re.compile(r"open http://(\S+)").search, server.stdout) if m).group(1)
                run(Client(address), rng, args)
            finally:
                server.terminate()


def run(client: Client, rng: random.Random, args: argparse.Namespace) -> None:
    begin = time.perf_counter()
    for first in range(0, args.conversations, CHUNK):
        numbers = range(first, min(first + CHUNK, args.conversations))
        document = {"format": "falconet", "version": 1,
                    "conversations": [conversation(rng, number, args.messages) for number in numbers]}
        client.ask("POST", "/import", document)
    print(f"{args.conversations} conversations of {args.messages} messages imported in "
          f"{time.perf_counter() - begin:.1f} s")
    ids: list[str] = []

    def next_page(state: dict = {"cursor": ""}) -> None:  # noqa: B006 - the place in the list is kept on purpose
        page = client.ask("GET", f"/conversations?limit=50&before={urllib.parse.quote(str(state['cursor']))}")
        ids.extend(each["id"] for each in page["conversations"])
        state["cursor"] = page["next"] or ""

    measure("list, a page of 50", next_page, args.requests)
    latin = lambda: "".join(rng.choices(SYLLABLES, k=3))  # noqa: E731
    measure("search, a word", lambda: client.ask("GET", f"/conversations/search?q={latin()}"), args.requests)
    chinese = lambda: "".join(f"%{byte:02X}" for byte in "".join(rng.choices(CHINESE, k=2)).encode())  # noqa: E731
    measure("search, two Chinese characters", lambda: client.ask("GET", f"/conversations/search?q={chinese()}"),
            args.requests)
    measure("open a conversation", lambda: client.ask("GET", f"/conversations/{rng.choice(ids)}"), args.requests)


if __name__ == "__main__":
    main()
