"""Copying of random tokens, so that every token of the vocabulary can be copied and none is ruled out.

The generator's training half never says a word that is held out, so training alone teaches that such a
word's tokens never come: quoting "Toronto" then fails although quoting works. Random tokens teach copying
itself. They tell nothing of the test: no word, no wording, no fact."""

from __future__ import annotations

import random

from tokenizers import Tokenizer

from .prompt import ADDED_TOKENS, ASSISTANT, BOS, EOS, SPECIAL_TOKENS, USER

Ids = list[int]


class Repeats:
    """Pairs of prompt and target, in ids, in the shape of a conversation without thinking."""

    def __init__(self, tokenizer: Tokenizer, seed: int) -> None:
        self.rng, self.tokenizer = random.Random(seed), tokenizer
        named = {tokenizer.token_to_id(token) for token in SPECIAL_TOKENS + ADDED_TOKENS}
        self.ordinary = [i for i in range(tokenizer.get_vocab_size()) if i not in named]
        self.makers = (self.copy, self.look_up, self.quote, self.fields)

    def text(self, text: str) -> Ids:
        return self.tokenizer.encode(text, add_special_tokens=False).ids

    def run(self, shortest: int, longest: int) -> Ids:
        return self.rng.choices(self.ordinary, k=self.rng.randint(shortest, longest))

    def conversation(self, question: Ids, thinking: Ids, answer: Ids) -> tuple[Ids, Ids]:
        prompt = self.text(BOS + USER) + question + self.text(ASSISTANT + "<think>\n")
        return prompt, thinking + self.text("\n</think>\n\n") + answer + self.text(EOS)

    def copy(self) -> tuple[Ids, Ids]:
        body = self.run(2, 40)
        asks = self.rng.choice(("Repeat: ", "Copy: ", "重复：", "照抄："))
        return self.conversation(self.text(asks) + body, self.text("I copy it."), body)

    def look_up(self) -> tuple[Ids, Ids]:
        """One of several facts, named by its beginning."""
        facts = [(self.run(1, 3), self.run(1, 6)) for _ in range(self.rng.randint(2, 8))]
        lines = [name + self.text(": ") + value for name, value in facts]
        name, value = self.rng.choice(facts)
        question = self.joined(lines, "\n") + self.text("\n\n") + name + self.text("?")
        return self.conversation(question, name + self.text(": ") + value, value)

    def quote(self) -> tuple[Ids, Ids]:
        """The sentence in which something is mentioned."""
        sentences = [self.run(4, 14) for _ in range(self.rng.randint(2, 6))]
        wanted = self.rng.choice(sentences)
        start = self.rng.randrange(len(wanted) - 1)
        mentioned = wanted[start : start + 2]
        question = self.text("Which sentence mentions ") + mentioned + self.text("?\n") + self.joined(sentences, ". ")
        return self.conversation(question, self.text("Look for ") + mentioned, wanted)

    def fields(self) -> tuple[Ids, Ids]:
        """Some of the facts, thought as lines and said as an object."""
        facts = [(self.run(1, 2), self.run(1, 4)) for _ in range(self.rng.randint(2, 6))]
        asked = self.rng.sample(facts, self.rng.randint(1, len(facts)))
        source = self.joined([name + self.text(": ") + value for name, value in facts], ", ")
        question = self.joined([name for name, _ in asked], ", ") + self.text(" as JSON:\n") + source
        thinking = self.joined([name + self.text(": ") + value for name, value in asked], "\n")
        quoted = [self.text('"') + name + self.text('": "') + value + self.text('"') for name, value in asked]
        return self.conversation(question, thinking, self.text("{") + self.joined(quoted, ", ") + self.text("}"))

    def joined(self, parts: list[Ids], separator: str) -> Ids:
        between = self.text(separator)
        return sum((between + part for part in parts[1:]), list(parts[0]))

    def next(self) -> tuple[Ids, Ids]:
        return self.rng.choice(self.makers)()
