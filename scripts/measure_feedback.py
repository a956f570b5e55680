#!/usr/bin/env python3
"""Measures the requests of the feedback pages with a million answers and a hundred thousand ratings.

Usage: scripts/measure_feedback.py FALCONET [--generations 1000000] [--ratings 100000] [--people 10000] [--database URL]
Lets `FALCONET serve spark` make the schema in a folder of its own (with --database, in that empty PostgreSQL database),
writes the rows into the tables themselves (asking for a million answers would take weeks), starts it again and prints the
median and the 99th percentile of each request: first while the first analysis is being made, then with its figures kept.

    scripts/with_postgres.sh sh -c 'scripts/measure_feedback.py FALCONET --database "$FALCONET_TEST_POSTGRES"'"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import random
import re
import sqlite3
import subprocess
import tempfile
import time
from typing import Iterable, Iterator

START = 1_750_000_000_000
STEP = 20_000  # milliseconds between two answers: a million take 231 days
TURNS = 5  # answers a conversation
QUESTIONS = ["Tell me more about it, please.", "请再详细说明一下。", "Is that correct?", "这个结果对吗？"]
COMMENTS = ["forgot what I said before", "语气生硬，像公文", "broken JSON again", "the proof is clear", "too slow", "总结漏掉了后半部分"]
REASONS = [[], ["forgot"], ["wrong"], ["language"], ["correct", "clear"]]
STUDY, EXPERIMENT = "study00000000000000000000a", "experiment0000000000000000a"
COLUMNS = {
    "users": "id name role created name_key",
    "group_members": "user_id name",
    "conversations": "id user_id title is_title_auto parameters is_pinned is_archived is_unread is_temporary created changed",
    "messages": "id conversation_id parent_id role content reasoning status attachments created",
    "generations": "id user_id conversation_id message_id state last_event content_begin reasoning_begin created ended model "
                   "parameters prompt_tokens reasoning_tokens answer_tokens cached_tokens context_max evicted_message_ids turn "
                   "queue_ms prefill_ms decode_ms finish_reason seed arm",
    "ratings": "message_id user_id value reasons comment changed",
    "probes": "message_id user_id probability drawn shown answered",
    "studies": "id name goal hypotheses segments is_open state started protocol protocol_digest created",
    "consent_texts": "study_id version text_en text_zh scopes created",
    "participants": "id study_id user_id segment locale channel consented consent_version scopes",
    "experiments": "id name hypothesis first_arm second_arm people_per_arm started",
}


class Content:
    """All rows, made again whenever they are asked for: a million do not have to be in memory at once."""

    def __init__(self, args: argparse.Namespace) -> None:
        self.args = args

    def user_of(self, chat: int) -> int:
        return random.Random(f"chat {chat}").randrange(self.args.people)

    def rows(self, table: str) -> Iterator[tuple]:
        return getattr(self, table)()

    def users(self) -> Iterator[tuple]:
        return ((f"u{n:025}", f"person{n}", "user", START, f"person{n}") for n in range(self.args.people))

    def group_members(self) -> Iterator[tuple]:
        return ((f"u{n:025}", ["developers", "leads", "students"][n % 3]) for n in range(self.args.people))

    def chats(self) -> range:
        return range(self.args.generations // TURNS)

    def conversations(self) -> Iterator[tuple]:
        for chat in self.chats():
            at = START + chat * TURNS * STEP
            yield (f"c{chat:025}", f"u{self.user_of(chat):025}", "A chat", 1, "{}", 0, 0, 0, 0, at, at)

    def messages(self) -> Iterator[tuple]:
        for chat in self.chats():
            parent = None
            for turn in range(TURNS):
                number = chat * TURNS + turn
                question, answer = f"m{2 * number:025}", f"m{2 * number + 1:025}"
                at = START + number * STEP
                text = QUESTIONS[number // 3 % len(QUESTIONS)]
                yield (question, f"c{chat:025}", parent, "user", text, "", "done", "[]", at)
                yield (answer, f"c{chat:025}", question, "assistant", "An answer.", "", "done", "[]", at + 1)
                parent = answer

    def generations(self) -> Iterator[tuple]:
        rng = random.Random(self.args.seed)
        for chat in self.chats():
            user = self.user_of(chat)
            for turn in range(TURNS):
                number = chat * TURNS + turn
                at = START + number * STEP
                prompt = int(50 * 2 ** rng.uniform(0, 6)) + 200 * turn
                arm = f"{EXPERIMENT}/{'first' if user % 2 else 'second'}" if number % 500 == 0 else ""
                yield (f"g{number:025}", f"u{user:025}", f"c{chat:025}", f"m{2 * number + 1:025}", "done", 9, 0, 0, at, at + 3000,
                       "spark" if number % 3 else "other", "{}", prompt, 0, 200, 0, 4096, "[]", turn + 1, 1.0, 200.0, 2000.0,
                       "stop", 1, arm)

    def rated(self) -> Iterator[tuple[int, int, random.Random]]:
        """(answer, user, chance), evenly over time."""
        rng = random.Random(self.args.seed + 1)
        every = self.args.generations / self.args.ratings
        for n in range(self.args.ratings):
            number = int(n * every)
            yield number, self.user_of(number // TURNS), rng

    def ratings(self) -> Iterator[tuple]:
        for number, user, rng in self.rated():
            comment = f"{rng.choice(COMMENTS)} {number % 97}" if rng.random() < 0.4 else ""
            yield (f"m{2 * number + 1:025}", f"u{user:025}", -1 if rng.random() < 0.25 else 1,
                   json.dumps(rng.choice(REASONS)), comment, START + number * STEP + 60_000)

    def probes(self) -> Iterator[tuple]:
        for number, user, rng in self.rated():
            if rng.random() < 0.5:
                at = START + number * STEP + 30_000
                yield (f"m{2 * number + 1:025}", f"u{user:025}", 0.1, at, at, at + 30_000)

    def studies(self) -> Iterator[tuple]:
        segments = json.dumps([{"name": "leads", "target": 8}])
        yield (STUDY, "A large study", "", "[]", segments, 1, "running", START, "{}", "digest", START)

    def consent_texts(self) -> Iterator[tuple]:
        yield (STUDY, 1, "We keep ratings.", "我们保存评分。", '["ratings_and_logs"]', START)

    def participants(self) -> Iterator[tuple]:
        for n in range(0, self.args.people, 20):
            yield (f"p-{n:010}", STUDY, f"u{n:025}", "leads", "en", "page", START, 1, '["ratings_and_logs"]')

    def experiments(self) -> Iterator[tuple]:
        first = json.dumps({"name": "as it is", "parameters": {}})
        second = json.dumps({"name": "brief", "parameters": {"system": "Be brief."}})
        yield (EXPERIMENT, "Brief", "Brief answers are less often poor", first, second, 20, START)


def fill_sqlite(path: str, content: Content) -> None:
    database = sqlite3.connect(path)
    database.execute("PRAGMA foreign_keys = OFF")
    for table, columns in COLUMNS.items():
        names = columns.split()
        marks = ", ".join("?" * len(names))
        database.executemany(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})", content.rows(table))
        database.commit()
    database.execute("ANALYZE")
    database.commit()
    database.close()


def copy_line(row: Iterable[object]) -> str:
    texts = ("\\N" if value is None else str(value).replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n") for value in row)
    return "\t".join(texts) + "\n"


def fill_postgres(url: str, content: Content) -> None:
    with subprocess.Popen(["psql", "-q", "-v", "ON_ERROR_STOP=1", url], stdin=subprocess.PIPE, text=True) as psql:
        for table, columns in COLUMNS.items():
            psql.stdin.write(f"COPY {table} ({', '.join(columns.split())}) FROM STDIN;\n")
            psql.stdin.writelines(copy_line(row) for row in content.rows(table))
            psql.stdin.write("\\.\n")
        psql.stdin.write("ANALYZE;\n")
    if psql.returncode:
        raise RuntimeError("psql could not write the rows")


@contextlib.contextmanager
def served(command: list[str], folder: str) -> Iterator[http.client.HTTPConnection]:
    command = [*command, "--port", "0", "--data", folder]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        try:
            found = next((m for m in map(re.compile(r"open http://(\S+)").search, server.stdout) if m), None)
            if found is None:
                raise RuntimeError(f"the server did not start: {' '.join(command)}")
            yield http.client.HTTPConnection(found.group(1), timeout=900)
        finally:
            server.terminate()


def ask(connection: http.client.HTTPConnection, path: str) -> bytes:
    connection.request("GET", "/api/feedback" + path, headers={"X-Falconet": "1"})
    response = connection.getresponse()
    body = response.read()
    if response.status >= 300:
        raise RuntimeError(f"{path}: {response.status} {body[:200]!r}")
    return body


MODEL, MONTH = "model=spark", f"from={START}&until={START + 30 * 86_400_000}"
REQUESTS = [
    ("figures of everybody", "/analysis?wait=150&language=en"),
    ("figures, one model, one month", f"/analysis?wait=150&{MODEL}&{MONTH}"),
    ("figures of a study", f"/analysis?wait=150&study={STUDY}"),
    ("the newest 50 comments", "/comments?limit=50"),
    ("… to Chinese questions", "/comments?limit=50&prompt_language=zh"),
    ("… of one model and month", f"/comments?limit=50&{MODEL}&{MONTH}"),
    ("… of a group", "/comments?limit=50&segment=leads"),
    ("… of a study", f"/comments?limit=50&study={STUDY}"),
    ("studies", "/studies"),
    ("how far a study is", f"/studies/{STUDY}/progress"),
    ("a study's participants", f"/studies/{STUDY}/participants"),
    ("experiments", "/experiments"),
    ("samples", "/samples"),
    ("interviews", "/interviews"),
]


def measure(connection: http.client.HTTPConnection, count: int) -> None:
    for name, path in REQUESTS:
        times = []
        for _ in range(count):
            begin = time.perf_counter()
            size = len(ask(connection, path))
            times.append(1000 * (time.perf_counter() - begin))
        times.sort()
        print(f"{name:34} median {times[len(times) // 2]:7.1f} ms   p99 {times[int(0.99 * (len(times) - 1))]:7.1f} ms   "
              f"most {times[-1]:7.1f} ms   {size // 1024} KiB", flush=True)


def wait_for_figures(connection: http.client.HTTPConnection) -> None:
    for name, path in REQUESTS[:3]:
        begin = time.perf_counter()
        asked = json.loads(ask(connection, path))["asked"]
        while json.loads(ask(connection, f"{path}&after={asked}"))["is_refreshing"]:
            time.sleep(1)
        print(f"{name}: there after {time.perf_counter() - begin:.1f} s", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("falconet")
    parser.add_argument("--generations", type=int, default=1_000_000)
    parser.add_argument("--ratings", type=int, default=100_000)
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--requests", type=int, default=100)
    parser.add_argument("--database", metavar="URL", help="of an empty PostgreSQL database")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    command = [args.falconet, "serve", "spark", *(["--database", args.database] if args.database else [])]
    with tempfile.TemporaryDirectory() as folder:
        with served(command, folder):
            pass
        begin = time.perf_counter()
        content = Content(args)
        if args.database:
            fill_postgres(args.database, content)
        else:
            fill_sqlite(folder + "/falconet.db", content)
        print(f"{args.generations} answers and {args.ratings} ratings of {args.people} people written in "
              f"{time.perf_counter() - begin:.0f} s", flush=True)
        with served(command, folder) as connection:
            print("while the first analyses are being made:", flush=True)
            measure(connection, max(3, args.requests // 10))
            wait_for_figures(connection)
            print("with figures that are kept:", flush=True)
            measure(connection, args.requests)


if __name__ == "__main__":
    main()
