#!/usr/bin/env python3
"""Loads an OpenAI-compatible server with concurrent streams and says what its clients see.

    bench/load_test.py --url http://127.0.0.1:8000 [--streams 1,8,32] [--tokens 128]

Each stream asks one question after the other, as long as --requests says. Tokens are counted by the
server (usage), times are those at which events arrive: first token, time between events, output
tokens a second of all streams together, from the first request to the last token. Texts are of
random words, so that no server finds them in its cache unless --same is given. Needs nothing but
Python; any server with /v1/completions or --chat will do.
"""

import argparse
import asyncio
import json
import random
import statistics
import sys
import time
import urllib.parse

WORDS = ("time year people way day man thing woman life child world school state family student "
         "group country problem hand part place case week company system program question work "
         "government number night point home water room mother area money story fact month lot "
         "right study book eye job word business issue side kind head house service friend").split()


class Outcome:
    def __init__(self):
        self.first_token = None  # seconds after the request
        self.gaps = []           # seconds between events that bring text
        self.num_tokens = 0
        self.num_prompt_tokens = 0
        self.num_cached_tokens = 0


async def read_head(reader):
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    status = int(head[0].split(" ")[1])
    headers = dict(line.lower().split(": ", 1) for line in head[1:] if ": " in line)
    return status, headers


async def read_body(reader, headers):
    """The body's bytes as they come."""
    if headers.get("transfer-encoding") == "chunked":
        while True:
            size = int(await reader.readline(), 16)
            data = await reader.readexactly(size + 2)
            if size == 0:
                return
            yield data[:-2]
    else:
        left = int(headers.get("content-length", 0))
        while left > 0:
            data = await reader.read(min(left, 65536))
            if not data:
                return
            left -= len(data)
            yield data


def text_of(event):
    if not event.get("choices"):
        return ""
    choice = event["choices"][0]
    delta = choice.get("delta", choice)
    return "".join(delta.get(name) or "" for name in ("content", "reasoning", "text"))


async def ask(options, prompt):
    url = urllib.parse.urlsplit(options.url)
    body = {"stream": True, "stream_options": {"include_usage": True},
            "max_tokens": options.tokens, "temperature": 0, "ignore_eos": True}
    if options.model:
        body["model"] = options.model
    if options.chat:
        body["messages"] = [{"role": "user", "content": prompt}]
    else:
        body["prompt"] = prompt
    text = json.dumps(body).encode()
    path = "/v1/chat/completions" if options.chat else "/v1/completions"
    key = f"Authorization: Bearer {options.key}\r\n" if options.key else ""
    reader, writer = await asyncio.open_connection(url.hostname, url.port or 80)
    outcome = Outcome()
    begin = time.perf_counter()
    try:
        writer.write((f"POST {url.path.rstrip('/')}{path} HTTP/1.1\r\nHost: {url.netloc}\r\n{key}"
                      f"Content-Type: application/json\r\nContent-Length: {len(text)}\r\n"
                      "Connection: close\r\n\r\n").encode() + text)
        status, headers = await read_head(reader)
        if status != 200:
            content = b"".join([part async for part in read_body(reader, headers)])
            raise RuntimeError(f"status {status}: {content.decode(errors='replace')[:300]}")
        last = None
        rest = b""
        async for part in read_body(reader, headers):
            now = time.perf_counter()
            *lines, rest = (rest + part).split(b"\n")
            for line in lines:
                if not line.startswith(b"data: {"):
                    continue
                event = json.loads(line[6:])
                if "error" in event:
                    raise RuntimeError(f"the stream ended in an error: {event['error']}")
                if event.get("usage"):
                    usage = event["usage"]
                    outcome.num_tokens = usage["completion_tokens"]
                    outcome.num_prompt_tokens = usage["prompt_tokens"]
                    details = usage.get("prompt_tokens_details") or {}
                    outcome.num_cached_tokens = details.get("cached_tokens") or 0
                if not text_of(event):
                    continue
                if last is None:
                    outcome.first_token = now - begin
                else:
                    outcome.gaps.append(now - last)
                last = now
        return outcome
    finally:
        writer.close()


async def run_stream(options, number, outcomes):
    words = random.Random(f"{options.seed} {0 if options.same else number}")
    for _ in range(options.requests):
        prompt = " ".join(words.choice(WORDS) for _ in range(options.prompt_words))
        outcomes.append(await ask(options, prompt))


def percentile(values, share):
    ordered = sorted(values)
    return ordered[round(share * (len(ordered) - 1))] if ordered else float("nan")


async def measure(options, num_streams):
    outcomes = []
    begin = time.perf_counter()
    await asyncio.gather(*(run_stream(options, i, outcomes) for i in range(num_streams)))
    seconds = time.perf_counter() - begin
    first = [o.first_token for o in outcomes if o.first_token is not None]
    gaps = [gap for o in outcomes for gap in o.gaps]
    return {
        "streams": num_streams,
        "requests": len(outcomes),
        "seconds": seconds,
        "prompt_tokens": sum(o.num_prompt_tokens for o in outcomes),
        "cached_tokens": sum(o.num_cached_tokens for o in outcomes),
        "output_tokens": sum(o.num_tokens for o in outcomes),
        "tokens_per_second": sum(o.num_tokens for o in outcomes) / seconds,
        # What a stream gets between its first token and its last, times the streams.
        "decode_tokens_per_second": num_streams * statistics.fmean(
            [(o.num_tokens - 1) / sum(o.gaps) for o in outcomes if sum(o.gaps) > 0] or [0]),
        "first_token_ms": [1000 * percentile(first, p) for p in (0.5, 0.9, 0.99)],
        "next_token_ms": [1000 * percentile(gaps, p) for p in (0.5, 0.9, 0.99)],
    }


def print_row(row):
    first = " / ".join(f"{ms:.1f}" for ms in row["first_token_ms"])
    following = " / ".join(f"{ms:.1f}" for ms in row["next_token_ms"])
    print(f"| {row['streams']} | {row['tokens_per_second']:.1f} | "
          f"{row['decode_tokens_per_second']:.1f} | {first} | {following} | "
          f"{row['cached_tokens']} of {row['prompt_tokens']} |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--url", required=True, help="http://127.0.0.1:8000, without /v1")
    parser.add_argument("--model", help="default: the server's first")
    parser.add_argument("--key", help="API key")
    parser.add_argument("--chat", action="store_true", help="chats instead of text completions")
    parser.add_argument("--streams", default="1,8,32", help="how many at once, one row each")
    parser.add_argument("--requests", type=int, default=2, help="of each stream, one by one")
    parser.add_argument("--tokens", type=int, default=128, help="of each answer")
    parser.add_argument("--prompt-words", type=int, default=32)
    parser.add_argument("--same", action="store_true", help="all streams ask the same")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if not options.json:
        print("| streams | tokens/s | decode tokens/s | first token, p50 / p90 / p99, ms | "
              "next token, ms | prompt tokens cached |\n|---|---|---|---|---|---|", flush=True)
    for num_streams in (int(n) for n in options.streams.split(",")):
        try:
            row = asyncio.run(measure(options, num_streams))
        except (OSError, RuntimeError, asyncio.IncompleteReadError) as failure:
            sys.exit(f"load_test: {num_streams} streams at {options.url}: {failure}")
        if options.json:
            print(json.dumps(row), flush=True)
        else:
            print_row(row)
        options.seed += 1  # other words, so that the next row finds nothing cached


if __name__ == "__main__":
    main()
