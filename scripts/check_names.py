#!/usr/bin/env python3
"""Every type of namespace falconet has one definition; exits 1 where a name stands twice.

All rooms share one namespace and one program. Two classes of one name in two rooms are legal to
each compiler run and undefined behaviour together: the linker keeps one's functions for both.
"""

import collections
import pathlib
import re
import sys

NAMESPACE = re.compile(r"^(?:inline )?namespace(?: ([\w:]+))? \{$")
CLOSE = re.compile(r"^\}  // namespace")
TYPE = re.compile(r"^(?:class|struct|union|enum(?: class)?) (\w+)(?: final)?(?: :[^:;][^;]*)?(?: \{.*)?$")


def types(source: pathlib.Path):
    """(qualified name, line) of the types at namespace scope, those of unnamed namespaces left out."""
    scopes: list[str] = []
    for number, text in enumerate(source.read_text(encoding="utf-8").splitlines(), 1):
        if match := NAMESPACE.match(text):
            scopes.append(match.group(1) or "")
        elif CLOSE.match(text):
            scopes.pop()
        elif (match := TYPE.match(text)) and scopes and "" not in scopes and not text.endswith(";"):
            yield "::".join([*scopes, match.group(1)]), number


def main() -> int:
    root = pathlib.Path(__file__).resolve().parent.parent / "src"
    places = collections.defaultdict(list)
    for source in sorted([*root.rglob("*.h"), *root.rglob("*.cpp")]):
        for name, number in types(source):
            places[name].append(f"{source.relative_to(root.parent)}:{number}")
    twice = {name: where for name, where in places.items() if len(where) > 1}
    for name, where in sorted(twice.items()):
        print(f"{name} is defined more than once: {', '.join(where)}", file=sys.stderr)
    if not twice:
        print(f"names: {len(places)} types, each defined once")
    return 1 if twice else 0


if __name__ == "__main__":
    sys.exit(main())
