"""The chat template against its Python twin, and the tokenizer's special tokens."""

from __future__ import annotations

import json
from itertools import islice

import jinja2
import pytest

from spark.mix import examples
from spark.prompt import BOS, TEMPLATE_FILE, render


def template(trims: bool = True) -> jinja2.Template:
    """As transformers sets Jinja up, or as others do, without trimming."""
    environment = jinja2.Environment(trim_blocks=trims, lstrip_blocks=trims)
    environment.filters["tojson"] = lambda value: json.dumps(value, ensure_ascii=False)
    return environment.from_string(TEMPLATE_FILE.read_text(encoding="utf-8"))


@pytest.mark.parametrize("seed", range(3))
def test_template_says_what_training_said(seed: int) -> None:
    jinja = template(trims=seed % 2 == 0)
    for example in islice(examples(seed, "train"), 700):
        text = jinja.render(messages=example.messages, tools=example.tools, bos_token=BOS,
                            add_generation_prompt=True, enable_thinking=example.is_thinking)
        assert text == render(example.messages, example.tools, example.is_thinking)


def test_corners() -> None:
    """What the generator does not write, but clients do."""
    call = {"type": "function", "function": {"name": "f", "arguments": '{"a": 1}'}}
    messages = [{"role": "system", "content": "S"}, {"role": "user", "content": "Q"},
                {"role": "assistant", "content": None, "tool_calls": [call, call]},
                {"role": "tool", "content": "1"}, {"role": "tool", "content": "2"},
                {"role": "assistant", "content": "<think>\nno\n</think>\n\nA"}, {"role": "user", "content": "R"}]
    tools = [{"type": "function", "function": {"name": "f", "parameters": {
        "type": "object", "properties": {"a": {"enum": ["x", "y"]}, "b": {}}, "required": ["a"]}}},
             {"type": "function", "function": {"name": "g", "description": "D"}}]
    text = template().render(messages=messages, tools=tools, bos_token=BOS, add_generation_prompt=True)
    assert text == render(messages, tools)
    assert "- f(a: x|y, b?: any)\n- g(): D\n</tools>" in text
    assert "no" not in text.split("<｜Assistant｜>")[2]


def test_no_generation_prompt() -> None:
    text = template().render(messages=[{"role": "user", "content": "Q"}], bos_token=BOS)
    assert text == BOS + "<｜User｜>Q"
