"""How a conversation becomes text: Python's twin of chat_template.jinja, which a test holds equal."""

from __future__ import annotations

import json
from pathlib import Path

BOS, EOS = "<｜begin▁of▁sentence｜>", "<｜end▁of▁sentence｜>"
USER, ASSISTANT = "<｜User｜>", "<｜Assistant｜>"
SPECIAL_TOKENS = (EOS, USER, ASSISTANT, BOS)  # control tokens
ADDED_TOKENS = ("<think>", "</think>", "<tool_call>", "</tool_call>", "<tool_response>",
                "</tool_response>", "<tools>", "</tools>")  # ordinary text to every reader
TEMPLATE_FILE = Path(__file__).parent.parent / "chat_template.jinja"


def parameter_text(name: str, schema: dict, required: list[str]) -> str:
    kind = "|".join(str(choice) for choice in schema["enum"]) if "enum" in schema else schema.get("type", "any")
    return f"{name}{'' if name in required else '?'}: {kind}"


def tool_text(tool: dict) -> str:
    """One line a tool: JSON Schema in full would fill a small context."""
    function = tool.get("function", tool)
    parameters = function.get("parameters") or {}
    required = parameters.get("required", [])
    shown = ", ".join(parameter_text(name, schema, required)
                      for name, schema in parameters.get("properties", {}).items())
    line = f"- {function['name']}({shown})"
    return f"{line}: {function['description']}" if function.get("description") else line


def call_text(call: dict) -> str:
    function = call.get("function", call)
    arguments = function["arguments"]
    if not isinstance(arguments, str):
        arguments = json.dumps(arguments, ensure_ascii=False)
    return f'<tool_call>\n{{"name": "{function["name"]}", "arguments": {arguments}}}\n</tool_call>'


def assistant_text(message: dict) -> str:
    content = (message.get("content") or "").split("</think>")[-1].lstrip("\n")
    calls = [call_text(call) for call in message.get("tool_calls", [])]
    return "\n".join(([content] if content else []) + calls)


def render(messages: list[dict], tools: list[dict], is_thinking: bool = True) -> str:
    """Up to where the model's own words begin."""
    system = "\n\n".join(m["content"] for m in messages if m["role"] == "system")
    if tools:
        listing = "<tools>\n" + "\n".join(tool_text(tool) for tool in tools) + "\n</tools>"
        system = f"{system}\n\n{listing}" if system else listing
    text, follows_tool = BOS + system, False
    for message in messages:
        role = message["role"]
        if role == "user":
            text += USER + message["content"]
        elif role == "tool":
            text += ("\n" if follows_tool else USER) + f"<tool_response>\n{message['content']}\n</tool_response>"
        elif role == "assistant":
            text += ASSISTANT + assistant_text(message) + EOS
        follows_tool = role == "tool"
    return text + ASSISTANT + ("<think>\n" if is_thinking else "<think>\n\n</think>\n\n")


def target(thinking: str, answer: str, is_thinking: bool = True) -> str:
    return (f"{thinking}\n</think>\n\n" if is_thinking else "") + answer + EOS
