#!/usr/bin/env python3
"""Validates generated documents with the Python package jsonschema, which shares nothing with
Falconet's own automaton.

Standard input: JSON lines {"schema": …, "document": "the generated text"}. Prints each document
that is not JSON, repeats a key, or does not validate, and a summary; exits 1 if there was any.
"""

import json
import sys
import threading

import jsonschema


def without_repetition(pairs):
    keys = [key for key, _ in pairs]
    if len(set(keys)) != len(keys):
        raise ValueError("a key stands twice")
    return dict(pairs)


def main() -> int:
    validators = {}
    num_documents = num_failures = 0
    for line in sys.stdin:
        row = json.loads(line)
        num_documents += 1
        schema_text = json.dumps(row["schema"])
        if schema_text not in validators:
            kind = jsonschema.validators.validator_for(
                row["schema"], default=jsonschema.Draft202012Validator)
            validators[schema_text] = kind(row["schema"], format_checker=kind.FORMAT_CHECKER)
        try:
            document = json.loads(row["document"], object_pairs_hook=without_repetition)
            validators[schema_text].validate(document)
        except (ValueError, jsonschema.ValidationError) as failure:
            num_failures += 1
            reason = getattr(failure, "message", str(failure))
            print(f"{reason[:300]}\n  document {row['document'][:300]}\n  schema {schema_text[:300]}")
    print(f"{num_documents} documents of {len(validators)} schemas, {num_failures} wrong")
    return 1 if num_failures else 0


if __name__ == "__main__":
    # A model may nest lists as deep as its tokens go; the validator recurses, some ten frames a level.
    sys.setrecursionlimit(100_000)
    threading.stack_size(512 << 20)
    exit_codes = []
    thread = threading.Thread(target=lambda: exit_codes.append(main()))
    thread.start()
    thread.join()
    sys.exit(exit_codes[0] if exit_codes else 2)
