"""The answers against computations of their own, and the line between training and test."""

from __future__ import annotations

import json
import random
import re
from datetime import date, timedelta
from fractions import Fraction
from itertools import islice

import pytest

from spark import steps
from spark.core import Context, Example, is_held_out
from spark.judge import BOXED, CALL, is_right
from spark.mix import MIXTURE, examples
from spark.lexicon import CITIES_EN, NAMES_EN

COUNT = 3000


@pytest.fixture(scope="module")
def train() -> list[Example]:
    return list(islice(examples(5, "train"), COUNT))


@pytest.fixture(scope="module")
def test() -> list[Example]:
    return list(islice(examples(6, "test"), COUNT // 2))


def of(items: list[Example], family: str) -> list[Example]:
    found = [item for item in items if item.family == family]
    assert found, f"no example of {family}"
    return found


def question(example: Example) -> str:
    return example.messages[-1]["content"]


@pytest.mark.parametrize("op", "+-*")
def test_steps_are_true(op: str) -> None:
    rng = random.Random(op)
    for _ in range(500):
        a, b = rng.randrange(0, 10 ** rng.randrange(1, 5)), rng.randrange(0, 10 ** rng.randrange(1, 4))
        lines, value = steps.op_lines(a, op, b)
        assert value == {"+": a + b, "-": a - b, "*": a * b}[op], lines


def test_every_small_equation_in_the_thinking_holds(train: list[Example]) -> None:
    """Reads the text as a stranger would: "8+9=17" between separators."""
    pattern = re.compile(r"(?:^|[:,\n])(\d+(?:[+*-]\d+)+)=(\d+)(?=[,\n]|$)")
    num_found = 0
    for example in of(train, "arithmetic_2") + of(train, "word_problems_3_4"):
        for left, right in pattern.findall(example.thinking):
            assert eval(left) == int(right), example.thinking
            num_found += 1
    assert num_found > 1000


def test_long_division() -> None:
    for a in range(0, 700, 7):
        for b in range(2, 13):
            _, quotient, rest = steps.div_line(a, b)
            assert (quotient, rest) == divmod(a, b)


def test_a_division_that_leaves_something_is_refused() -> None:
    with pytest.raises(ValueError):
        steps.op_lines(7, "/", 2)


@pytest.mark.parametrize("left,right", [("9.11", "9.9"), ("3.5", "3.50"), ("120", "99"), ("0.7", "0.69"), ("412", "421")])
def test_comparison(left: str, right: str) -> None:
    _, sign = steps.compare_line(left, right)
    expected = Fraction(left) - Fraction(right)
    assert sign == ("=" if expected == 0 else "<" if expected < 0 else ">")


def test_expressions_are_answered_truly(train: list[Example]) -> None:
    num_checked = 0
    for example in of(train, "arithmetic_2") + of(train, "arithmetic_1") + of(train, "decimals") + of(train, "fractions"):
        text = question(example).replace("×", "*").replace("x", "*").replace("÷", "/")
        found = re.search(r"[\d(][\d\s.()+*/-]*\d\)?", text)
        if not found or not re.search(r"\d\)?\s*[-+*/]", found.group()):
            continue  # in words
        exact = eval(re.sub(r"\d+(?:\.\d+)?", lambda m: f"Fraction('{m.group()}')", found.group()))
        assert Fraction(BOXED.findall(example.answer)[-1]) == exact, text
        num_checked += 1
    assert num_checked > 300


def test_equations_are_solved_truly(train: list[Example]) -> None:
    for example in of(train, "equations"):
        a, op, b, c = re.search(r"(\d*)x(?: ([+-]) (\d+))? = (\d+)", question(example)).groups()
        x = int(BOXED.findall(example.answer)[-1])
        assert int(a or 1) * x + int((op or "+") + (b or "0")) == int(c)


def test_weekdays_are_true(train: list[Example]) -> None:
    monday = date(2024, 1, 1)
    for example in of(train, "dates"):
        if example.language != "en":
            continue
        start = re.search(r"((?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)", question(example)).group(1)
        days = int(re.search(r"\d+", question(example)).group())
        first = next(monday + timedelta(i) for i in range(7) if f"{monday + timedelta(i):%A}" == start)
        assert f"{first + timedelta(days):%A}" in example.answer


def test_every_answer_passes_its_own_judge(train: list[Example], test: list[Example]) -> None:
    for example in train + test:
        assert is_right(example, example.answer), example


def test_a_wrong_answer_fails_its_judge(train: list[Example]) -> None:
    for example in train:
        assert not is_right(example, "something else altogether"), example


def test_extracted_strings_stand_in_the_text(train: list[Example]) -> None:
    for example in of(train, "json_extraction"):
        for value in json.loads(example.answer).values():
            assert str(value) in question(example)


def test_calls_fit_a_declared_tool(train: list[Example]) -> None:
    kinds = {"string": str, "integer": int}
    for example in of(train, "tool_calls"):
        call = json.loads(CALL.search(example.answer).group(1))
        declared = {tool["function"]["name"]: tool["function"]["parameters"] for tool in example.tools}
        parameters = declared[call["name"]]
        assert set(parameters["required"]) <= set(call["arguments"]) <= set(parameters["properties"])
        for name, value in call["arguments"].items():
            assert isinstance(value, kinds[parameters["properties"][name]["type"]])


def test_same_seed_same_stream() -> None:
    first, second = (list(islice(examples(9, "train"), 200)) for _ in range(2))
    assert first == second


def test_repeats_are_rare_and_only_where_there_is_little_to_say(train: list[Example]) -> None:
    keys: dict[int, str] = {}
    repeats = []
    for example in train:
        if example.key() in keys:
            repeats.append(example.family)
        keys[example.key()] = example.family
    assert len(repeats) < 0.1 * COUNT
    assert not {"arithmetic_1", "arithmetic_2", "word_problems_1_2", "json_extraction", "tool_calls"} & set(repeats)


def test_no_test_question_is_trained_on(train: list[Example], test: list[Example]) -> None:
    trained = {example.key() for example in train}
    for example in test:
        if example.family not in ("small_talk", "acknowledge", "dates", "units", "recall_1_5", "classification", "python"):
            assert example.key() not in trained, example


def test_words_and_numbers_are_split() -> None:
    pools = {}
    for split in ("train", "test"):
        ctx = Context(3, split)
        pools[split] = {ctx.pick("names_en", NAMES_EN) for _ in range(3000)}
        cities = {ctx.pick("cities_en", CITIES_EN) for _ in range(2000)}
        pools[split] |= cities
    assert not pools["train"] & pools["test"]
    assert pools["train"] | pools["test"] == set(NAMES_EN) | set(CITIES_EN)


def test_wordings_are_split() -> None:
    pattern = "[a|b|c|d|e|f] [a|b|c|d|e|f] [a|b|c|d]"
    spun = {split: {Context(seed, split).spin(pattern) for seed in range(400)} for split in ("train", "test")}
    assert not spun["train"] & spun["test"]
    assert all(is_held_out("wording", text) for text in spun["test"])


def test_both_languages_and_every_maker_are_heard(train: list[Example]) -> None:
    share = sum(example.language == "zh" for example in train) / COUNT
    assert 0.45 < share < 0.55
    assert len({example.family for example in train}) >= len(MIXTURE)
