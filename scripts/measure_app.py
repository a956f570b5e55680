#!/usr/bin/env python3
"""Measures the page's API with many conversations: the list, a search in each language, and opening one.

Usage: scripts/measure_app.py FALCONET [--conversations 10000] [--messages 20] [--database URL] [-- SERVE_FLAGS…]
Starts `FALCONET serve` with the bundled model and a folder of its own, fills it by import, and prints the median and the
99th percentile of each request, one after the other over one connection. With --database, the URL of an empty PostgreSQL
database, a second server keeps the same conversations there, and every request is put to both in turn:

    scripts/with_postgres.sh sh -c 'scripts/measure_app.py FALCONET --database "$FALCONET_TEST_POSTGRES"'"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import random
import re
import subprocess
import tempfile
import time
import urllib.parse
from typing import Callable, Iterator

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


class Kept:
    """A server, what it keeps things in, and the ids of its conversations."""

    def __init__(self, name: str, client: Client, seed: int) -> None:
        self.name = name
        self.client = client
        self.rng = random.Random(seed)  # the same questions for all
        self.ids: list[str] = []
        self.cursor = ""

    def next_page(self) -> None:
        page = self.client.ask("GET", f"/conversations?limit=50&before={urllib.parse.quote(self.cursor)}")
        self.ids.extend(each["id"] for each in page["conversations"])
        self.cursor = page["next"] or ""

    def search(self, word: str) -> None:
        self.client.ask("GET", f"/conversations/search?q={urllib.parse.quote(word)}")

    def search_latin(self) -> None:
        self.search("".join(self.rng.choices(SYLLABLES, k=3)))

    def search_chinese(self) -> None:
        self.search("".join(self.rng.choices(CHINESE, k=2)))

    def open_one(self) -> None:
        self.client.ask("GET", f"/conversations/{self.rng.choice(self.ids)}")


REQUESTS: list[tuple[str, Callable[[Kept], None]]] = [
    ("list, a page of 50", Kept.next_page),
    ("search, a word", Kept.search_latin),
    ("search, two Chinese characters", Kept.search_chinese),
    ("open a conversation", Kept.open_one),
]


def fill(kept: Kept, args: argparse.Namespace) -> None:
    rng = random.Random(args.seed)
    begin = time.perf_counter()
    for first in range(0, args.conversations, CHUNK):
        numbers = range(first, min(first + CHUNK, args.conversations))
        document = {"format": "falconet", "version": 1,
                    "conversations": [conversation(rng, number, args.messages) for number in numbers]}
        kept.client.ask("POST", "/import", document)
    print(f"{kept.name}: {args.conversations} conversations of {args.messages} messages imported in "
          f"{time.perf_counter() - begin:.1f} s", flush=True)


def measure(name: str, ask: Callable[[Kept], None], all_kept: list[Kept], count: int) -> None:
    times: dict[str, list[float]] = {kept.name: [] for kept in all_kept}
    for _ in range(count):
        for kept in all_kept:
            begin = time.perf_counter()
            ask(kept)
            times[kept.name].append(1000 * (time.perf_counter() - begin))
    for kept_name, values in times.items():
        values.sort()
        print(f"{name:32} {kept_name:10} median {values[len(values) // 2]:7.1f} ms   "
              f"p99 {values[int(0.99 * (len(values) - 1))]:7.1f} ms", flush=True)


@contextlib.contextmanager
def served(command: list[str], folder: str) -> Iterator[Client]:
    command = [*command, "--port", "0", "--data", folder]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        try:
            found = next((m for m in map(re.compile(r"open http://(\S+)").search, server.stdout) if m), None)
            if found is None:
                raise RuntimeError(f"the server did not start: {' '.join(command)}")
            yield Client(found.group(1))
        finally:
            server.terminate()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("falconet")
    parser.add_argument("--conversations", type=int, default=10_000)
    parser.add_argument("--messages", type=int, default=20)
    parser.add_argument("--requests", type=int, default=200)
    parser.add_argument("--database", metavar="URL", help="of an empty PostgreSQL database, measured beside SQLite")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("flags", nargs="*", help="more flags of serve")
    args = parser.parse_args()
    serve = [args.falconet, "serve", "spark", *args.flags]
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        all_kept = [Kept("SQLite", stack.enter_context(served(serve, folder + "/sqlite")), args.seed)]
        if args.database:
            client = stack.enter_context(served([*serve, "--database", args.database], folder + "/postgres"))
            all_kept.append(Kept("PostgreSQL", client, args.seed))
        for kept in all_kept:
            fill(kept, args)
        for kept in all_kept:
            kept.client.connection.close()  # which the server has, if it was idle: the next request opens another
        for name, ask in REQUESTS:
            measure(name, ask, all_kept, args.requests)


if __name__ == "__main__":
    main()
