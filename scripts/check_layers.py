#!/usr/bin/env python3
"""Compares every #include under src/ with the order of the rooms; exits 1 on a breach.

Rooms on one line do not see each other; a room sees the lines below its own. The library's rooms
may include only the standard library, Highway, utf8proc and nlohmann/json.
"""

import pathlib
import re
import sys

LINES = [  # from the top down, as in ARCHITECTURE.md
    ["cli"],
    ["server"],
    ["feedback", "eval", "assistant"],
    ["store", "hub"],
    ["completion"],
    ["engine"],
    ["model", "grammar", "chat"],
    ["formats", "tokenizer"],
    ["kernels"],
    ["tensor", "stats"],
    ["base"],
]
LIBRARY = {"base", "tensor", "stats", "kernels", "formats", "tokenizer", "model", "grammar", "chat",
           "engine", "completion"}
# Foreign headers and the only rooms that may include them.
DOORS = {
    "hwy/": {"kernels"},
    "utf8proc.h": {"base"},
    "nlohmann/": {"base", "tokenizer"},  # the tokenizer reads vocabularies with its SAX interface
    "boost/": {"server"},
    "curl/": {"hub"},
    "openssl/": {"hub", "server"},
    "sodium.h": {"server"},
    "sqlite3.h": {"store"},
    "libpq": {"store"},
    "CLI/": {"cli"},
    "spdlog/": {"cli"},
    "histedit.h": {"cli"},
    "prometheus/": {"server"},
    "immintrin.h": {"kernels"},
    "arm_neon.h": {"kernels"},
}
INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]')


def breaches(source: pathlib.Path, root: pathlib.Path):
    room = source.relative_to(root).parts[0]
    level = {name: i for i, line in enumerate(LINES) for name in line}
    if room not in level:
        yield f"{source}: '{room}' is not a room; add it to LINES in its place"
        return
    is_test = source.stem.endswith(("_test", "_fuzz"))
    for number, text in enumerate(source.read_text(encoding="utf-8").splitlines(), 1):
        match = INCLUDE.match(text)
        if not match:
            continue
        quoted, path = match.group(1) == '"', match.group(2)
        where = f"{source}:{number}"
        target = path.split("/")[0]
        if quoted:
            if target not in level:
                yield f"{where}: \"{path}\" must be written from src/"
            elif target != room and level[target] <= level[room]:
                yield f"{where}: {room} must not see {target} ({path})"
        elif not is_test:
            for prefix, rooms in DOORS.items():
                if path.startswith(prefix) and room not in rooms:
                    yield f"{where}: <{path}> enters through {', '.join(sorted(rooms))} only"
            foreign = "/" in path and not any(path.startswith(p) for p in DOORS)
            if room in LIBRARY and foreign and not path.startswith(("sys/", "asm/", "linux/")):
                yield f"{where}: the library does not know <{path}>"


def main() -> int:
    root = pathlib.Path(__file__).resolve().parent.parent / "src"
    found = []
    for source in sorted(root.rglob("*")):
        if source.suffix in {".h", ".cpp"} and source.parent != root:
            found.extend(breaches(source, root))
    print("\n".join(found) if found else "layers: in order")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
