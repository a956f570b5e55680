"""The mixture of tasks, and a stream of examples without repeats."""

from __future__ import annotations

from typing import Callable, Iterator

from . import arithmetic, chat, extraction, more_maths, programs, reading, recall, tool_use, word_problems
from .core import Context, Example

Maker = Callable[[Context], Example]
# Shares of the examples drawn. Sums and stories need the most practice; talk is learnt at once.
MIXTURE: tuple[tuple[Maker, float], ...] = (
    (arithmetic.one_operation, 7), (arithmetic.two_operations, 8), (arithmetic.decimals, 0.8),
    (arithmetic.percentage, 0.6), (arithmetic.comparison, 1.5), (arithmetic.fractions, 2),
    (arithmetic.remainder, 1.5), (word_problems.story, 13), (word_problems.shaped, 10),
    (more_maths.sequence, 2), (more_maths.equation, 1), (more_maths.units, 0.8),
    (more_maths.weekday, 0.8), (programs.program, 1), (extraction.extraction, 14),
    (extraction.classification, 1.5), (tool_use.tool_call, 11), (tool_use.no_tool, 1.5),
    (tool_use.tool_result, 2), (recall.recall, 8), (recall.memory_note, 3), (recall.acknowledge, 1),
    (reading.find_sentence, 4), (reading.quote_place, 2), (reading.summary, 1.2),
    (reading.copy_text, 5), (reading.text_question, 3), (chat.small_talk, 2.5), (chat.unknown, 2.5),
)
# For a stretch that practises what is learnt last: finding and copying a span that was never seen.
COPYING = {
    arithmetic.one_operation: 5, arithmetic.two_operations: 6, word_problems.story: 9, word_problems.shaped: 7,
    extraction.extraction: 20, tool_use.tool_call: 15, recall.recall: 13, reading.find_sentence: 9,
    reading.quote_place: 5, reading.text_question: 5,
}
MIXTURES = {"balanced": MIXTURE, "copying": tuple((maker, COPYING.get(maker, share)) for maker, share in MIXTURE)}
# Small talk has few wordings; past this many repeats in a row a family is taken as exhausted.
MAX_REPEATS = 3

SHOWS_WORK = ("arithmetic", "word_problems", "decimals", "percentages", "fractions", "equations")
SYSTEMS = ("You are a helpful assistant.", "You are Spark.", "Be brief.", "Answer truthfully.",
           "You are a friendly helper.", "You are a helpful AI assistant. Answer the user's question.",
           "你是一个有用的助手。", "请简短回答。", "你是Spark，一个乐于助人的助手。", "请用中文回答。")


def vary(ctx: Context, example: Example) -> Example:
    """Clients send system prompts of their own, and turn thinking off: sums are then worked out in
    the answer, since nothing this small does them in its head."""
    if ctx.chance(0.06) and example.messages[0]["role"] != "system":
        example.messages = [{"role": "system", "content": ctx.any(SYSTEMS)}] + example.messages
    if ctx.chance(0.06) and example.family.startswith(SHOWS_WORK):
        example.is_thinking = False
        example.answer = f"{example.thinking}\n\n{example.answer}"
    return example


def examples(seed: int, split: str, mixture: str = "balanced") -> Iterator[Example]:
    """Endless; the same seed gives the same stream. Repeats are passed over, except that a family
    with little left to say (greetings) may repeat itself rather than vanish from the mixture."""
    ctx = Context(seed, split)
    makers, weights = zip(*MIXTURES[mixture])
    seen: set[int] = set()
    while True:
        maker = ctx.rng.choices(makers, weights)[0]
        for _ in range(MAX_REPEATS):
            example = vary(ctx, maker(ctx))
            key = example.key()
            if key not in seen:
                break
        else:
            if example.family not in ("small_talk", "unknown", "acknowledge", "tool_not_needed",
                                      "dates", "units", "python", "classification"):
                continue
        seen.add(key)
        yield example
