"""Whether an answer is right. The thinking is not judged: only what the user would see."""

from __future__ import annotations

import json
import re

from .core import Example

BOXED = re.compile(r"\\boxed\{([^{}]*)\}")
CALL = re.compile(r"<tool_call>\s*(\{.*?\})\s*</tool_call>", re.DOTALL)
PROGRAM = re.compile(r"```python\n(.*?)```", re.DOTALL)


def visible(said: str, is_thinking: bool) -> str:
    """After the thinking; nothing where it never ended."""
    if not is_thinking and "</think>" not in said:
        return said.strip()
    _, found, answer = said.partition("</think>")
    return answer.strip() if found else ""


def parse(text: str) -> object:
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return None


def judge_boxed(value: str, answer: str) -> bool:
    found = BOXED.findall(answer)
    return bool(found) and found[-1].strip() == value


def judge_tool(value: dict, answer: str) -> bool:
    calls = CALL.findall(answer)
    return len(calls) == 1 and parse(calls[0]) == value


def judge_python(value: dict, answer: str) -> bool:
    """Runs the model's own code: only ever on what this tiny model says, never on a stranger's."""
    found = PROGRAM.search(answer)
    scope: dict = {}
    try:
        exec(found.group(1), scope)  # noqa: S102
        return all(scope[value["name"]](*arguments) == result for arguments, result in value["tests"])
    except Exception:  # whatever is wrong with it, it is wrong
        return False


JUDGES = {
    "boxed": judge_boxed,
    "exact": lambda value, answer: answer == value,
    "contains": lambda value, answer: all(part.lower() in answer.lower() for part in value),
    "json": lambda value, answer: parse(answer) == value,
    "tool": judge_tool,
    "no_tool": lambda value, answer: "<tool_call>" not in answer and all(part in answer for part in value),
    "python": judge_python,
}


def is_right(example: Example, answer: str) -> bool:
    return bool(JUDGES[example.check["kind"]](example.check["value"], answer))
