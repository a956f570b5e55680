#!/usr/bin/env python3
"""Random schemas and instances: Falconet's grammars against the Python package jsonschema.

A schema is drawn from the keywords that grammars enforce, instances are drawn to fit it and then spoilt here and there,
and `falconet schema --validate` must say of each what jsonschema says. Nothing may be accepted that is invalid; what
is rejected though valid may be one in a hundred. Schemas that are refused count apart.

  check_schemas.py FALCONET [--schemas 300] [--instances 25] [--seed N]
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path

import jsonschema

NAMES = ["a", "b", "id", "名", "long name", "x-1", ""]
WORDS = ["", "a", "ab", "abc", "日本", "é", "x y", "\"", "2024-02-29", "10:20:30Z", "a@b.example", "0123456789"]
# The same language in ECMA-262 and in Python.
PATTERNS = ["^[a-c]+$", "b", "^(ab|cd)*$", "^[^x]{2,3}$", "^\\d{3}-\\d{2}$", "^a.?c$"]
FORMAT_WORDS = {"date": ["2024-02-29", "1999-12-31", "2023-02-29", "2024-13-01"],
                "time": ["10:20:30Z", "23:59:59.5+01:00", "25:00:00Z", "10:20"],
                # Of "@b" jsonschema thinks that it is an address.
                "email": ["a@b.example", "a.b@c.de", "a", "a.b"],
                "ipv4": ["1.2.3.4", "255.255.255.255", "256.1.1.1", "1.2.3"],
                "uuid": ["123e4567-e89b-12d3-a456-426614174000", "123e4567e89b12d3a456426614174000", "123e"]}

# Some it checks only where further packages are installed.
FORMATS = sorted(FORMAT_WORDS.keys() & jsonschema.Draft202012Validator.FORMAT_CHECKER.checkers.keys())


class Schemas:
    """Draws schemas that some instance satisfies in most cases."""

    def __init__(self, rng: random.Random):
        self.rng = rng

    def draw(self, depth: int = 3) -> dict:
        kinds = [self.number, self.string, self.enum, self.literal]
        if depth > 0:
            kinds += [self.object, self.object, self.array, self.either, self.reference]
        return self.rng.choice(kinds)(depth - 1)

    def maybe(self, schema: dict, key: str, draw, chance: float = 0.4) -> None:
        if self.rng.random() < chance:
            schema[key] = draw()

    def number(self, _: int) -> dict:
        schema = {"type": self.rng.choice(["integer", "integer", "number"])}
        low = self.rng.randint(-20, 20)
        self.maybe(schema, self.rng.choice(["minimum", "exclusiveMinimum"]), lambda: low)
        self.maybe(schema, self.rng.choice(["maximum", "exclusiveMaximum"]), lambda: low + self.rng.randint(2, 300))
        if schema["type"] == "integer":
            self.maybe(schema, "multipleOf", lambda: self.rng.choice([2, 3, 5, 7, 10]), 0.3)
        return schema

    def string(self, _: int) -> dict:
        schema = {"type": "string"}
        draw = self.rng.random()
        if draw < 0.3:
            schema["pattern"] = self.rng.choice(PATTERNS)
        elif draw < 0.5:
            schema["format"] = self.rng.choice(FORMATS)
        else:
            low = self.rng.randint(0, 3)
            self.maybe(schema, "minLength", lambda: low)
            self.maybe(schema, "maxLength", lambda: low + self.rng.randint(0, 4))
        return schema

    def enum(self, _: int) -> dict:
        values = [1, 2.5, -3, "a", "ab", None, True, [1, "a"], {"a": 1}, ""]
        return {"enum": self.rng.sample(values, self.rng.randint(1, 4))}

    def literal(self, _: int) -> dict:
        return self.rng.choice([{"type": "boolean"}, {"type": "null"}, {"const": self.rng.choice([7, "abc", [], False])},
                                {"type": ["string", "null"]}, {"type": ["integer", "boolean"]}])

    def object(self, depth: int) -> dict:
        names = self.rng.sample(NAMES, self.rng.randint(1, 4))
        schema = {"type": "object", "properties": {name: self.draw(depth) for name in names}}
        self.maybe(schema, "required", lambda: self.rng.sample(names, self.rng.randint(1, len(names))), 0.7)
        if self.rng.random() < 0.2:
            schema["patternProperties"] = {"^n[0-9]$": self.draw(0)}
        self.maybe(schema, "additionalProperties",
                   lambda: self.rng.choice([False, False, True, self.draw(0)]), 0.7)
        self.maybe(schema, "maxProperties", lambda: self.rng.randint(len(schema.get("required", [])), 5), 0.15)
        self.maybe(schema, "minProperties", lambda: self.rng.randint(0, 2), 0.15)
        return schema

    def array(self, depth: int) -> dict:
        schema: dict = {"type": "array"}
        self.maybe(schema, "prefixItems", lambda: [self.draw(depth) for _ in range(self.rng.randint(1, 2))], 0.3)
        self.maybe(schema, "items", lambda: self.rng.choice([self.draw(depth), self.draw(depth), False]), 0.8)
        low = self.rng.randint(0, 2)
        self.maybe(schema, "minItems", lambda: low)
        self.maybe(schema, "maxItems", lambda: low + self.rng.randint(0, 3))
        return schema

    def either(self, depth: int) -> dict:
        key = self.rng.choice(["anyOf", "anyOf", "oneOf", "allOf"])
        if key == "allOf":
            first = self.object(depth)
            return {"allOf": [first, {"type": "object", "required": self.rng.sample(list(first["properties"]), 1)}]}
        return {key: [self.draw(depth) for _ in range(self.rng.randint(2, 3))]}

    def reference(self, depth: int) -> dict:
        self.definitions[f"d{len(self.definitions)}"] = self.draw(min(depth, 1))
        return {"$ref": f"#/$defs/d{self.rng.randrange(len(self.definitions))}"}

    def whole(self) -> dict:
        self.definitions: dict = {}
        schema = self.draw()
        return {**schema, "$defs": self.definitions} if self.definitions else schema


class Instances:
    """Draws instances that mostly fit a schema, and spoils them."""

    def __init__(self, rng: random.Random, root: dict):
        self.rng, self.root = rng, root

    def anything(self, depth: int = 2):
        rng = self.rng
        draws = [lambda: rng.randint(-30, 30), lambda: rng.choice([0.5, -1.25, 2.0, 1e3]), lambda: rng.choice(WORDS),
                 lambda: rng.choice([True, False, None])]
        if depth > 0:
            draws += [lambda: [self.anything(depth - 1) for _ in range(rng.randint(0, 3))],
                      lambda: {rng.choice(NAMES + ["n1"]): self.anything(depth - 1) for _ in range(rng.randint(0, 3))}]
        return rng.choice(draws)()

    def draw(self, schema):
        rng = self.rng
        if not isinstance(schema, dict) or rng.random() < 0.04:
            return self.anything()
        if "$ref" in schema:
            return self.draw(self.root["$defs"][schema["$ref"].rsplit("/", 1)[1]])
        for key in ("anyOf", "oneOf"):
            if key in schema:
                return self.draw(rng.choice(schema[key]))
        if "allOf" in schema:
            return self.draw(schema["allOf"][0])
        if "enum" in schema:
            return rng.choice(schema["enum"])
        if "const" in schema:
            return schema["const"]
        kind = schema.get("type")
        return getattr(self, rng.choice(kind) if isinstance(kind, list) else kind)(schema)

    def boolean(self, _):
        return self.rng.choice([True, False])

    def null(self, _):
        return None

    def integer(self, schema):
        low = schema.get("minimum", schema.get("exclusiveMinimum", -20))
        high = schema.get("maximum", schema.get("exclusiveMaximum", low + 50))
        step = schema.get("multipleOf", 1)
        return self.rng.randint(low // step, high // step + 1) * step

    def number(self, schema):
        return self.integer(schema) + self.rng.choice([0, 0, 0.5, 0.25])

    def string(self, schema):
        if "format" in schema:
            return self.rng.choice(FORMAT_WORDS[schema["format"]])
        if "pattern" in schema:
            return self.rng.choice(["abc", "b", "abab", "cd", "xy", "日本", "123-45", "ac", "a\nc", "aXc"])
        size = self.rng.randint(schema.get("minLength", 0), schema.get("maxLength", 6))
        return "".join(self.rng.choice("ab日é \"\\") for _ in range(size + self.rng.choice([0, 0, 0, 1, -1])))

    def array(self, schema):
        prefix = [self.draw(item) for item in schema.get("prefixItems", [])]
        size = self.rng.randint(schema.get("minItems", 0), schema.get("maxItems", 3))
        rest = [self.draw(schema.get("items", True)) for _ in range(size - len(prefix))] if schema.get("items", 1) else []
        return prefix[:max(size, self.rng.randint(0, 2))] + rest

    def object(self, schema):
        required = schema.get("required", [])
        instance = {name: self.draw(value) for name, value in schema.get("properties", {}).items()
                    if name in required or self.rng.random() < 0.5}
        if self.rng.random() < 0.15 and instance:
            instance.pop(self.rng.choice(list(instance)))
        if self.rng.random() < 0.2:
            instance[self.rng.choice(["n1", "other", "b"])] = self.draw(schema.get("additionalProperties", True))
        return instance


def verdicts(falconet: str, folder: Path, schema: dict, instances: list) -> list | None:
    """Falconet's, or None with a schema that it refuses."""
    path = folder / "schema.json"
    path.write_text(json.dumps(schema))
    lines = "".join(json.dumps(instance) + "\n" for instance in instances)
    done = subprocess.run([falconet, "schema", "--schema", path, "--validate"], input=lines, text=True,
                          capture_output=True, timeout=120)
    if done.returncode != 0:
        return None
    return [json.loads(line)["valid"] for line in done.stdout.splitlines()]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("falconet")
    parser.add_argument("--schemas", type=int, default=300)
    parser.add_argument("--instances", type=int, default=25)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    rng = random.Random(args.seed)
    counts = {"refused": 0, "valid": 0, "invalid": 0, "wrongly accepted": 0, "wrongly rejected": 0}
    with tempfile.TemporaryDirectory() as name:
        for _ in range(args.schemas):
            schema = Schemas(rng).whole()
            drawer = Instances(rng, schema)
            instances = [drawer.draw(schema) for _ in range(args.instances)]
            said = verdicts(args.falconet, Path(name), schema, instances)
            if said is None:
                counts["refused"] += 1
                continue
            kind = jsonschema.Draft202012Validator
            validator = kind(schema, format_checker=kind.FORMAT_CHECKER)
            for instance, is_accepted in zip(instances, said, strict=True):
                is_valid = validator.is_valid(instance)
                counts["valid" if is_valid else "invalid"] += 1
                if is_valid == is_accepted:
                    continue
                wrong = "wrongly accepted" if is_accepted else "wrongly rejected"
                counts[wrong] += 1
                if counts[wrong] <= 3:
                    print(f"{wrong}: {json.dumps(instance)} under {json.dumps(schema)}")
    print(f"seed {args.seed}: " + ", ".join(f"{count} {what}" for what, count in counts.items()))
    is_telling = counts["valid"] > args.schemas and counts["invalid"] > args.schemas
    is_right = counts["wrongly accepted"] == 0 and counts["wrongly rejected"] * 100 <= counts["valid"]
    return 0 if is_telling and is_right and counts["refused"] * 10 <= args.schemas else 1


if __name__ == "__main__":
    sys.exit(main())
