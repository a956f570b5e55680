"""Sums as people type them, in both languages, with every step written out."""

from __future__ import annotations

from math import gcd

from .core import Context, Example, boxed, chinese_style, math_check, user
from .steps import add_line, compare_line, div_line, op_lines, signed_sub_lines

ASK = {
    "en": (
        "[What is|What's|Calculate|Compute|Work out|Find|Solve|Evaluate|How much is] {e}[?|.|]",
        "{e} = ?",
        "{e}[=|?| =]",
        "[Please|Can you|Could you|Kindly] [compute|calculate|work out|solve|find] {e}[.|?| for me|]",
        "[Tell me|Give me|I need|I want to know] [the result of|the value of|what you get for] {e}[.|]",
    ),
    "zh": (
        "[计算|请计算|求|算一下|帮我算算|请你算出|麻烦算一下|口算]{e}[。||的值|的结果|是多少]",
        "{e}[等于多少|是多少|等于几|得多少|得几|结果是多少][？|?||呀？|啊]",
        "{e}=[?|？|]",
        "[请问|你知道|问一下|那]{e}[等于多少|是多少|等于几][？|?|]",
    ),
}
SIGNS = {"+": "+", "-": "-", "*": ("*", "×", "x"), "/": ("/", "÷")}
WORDS = {
    "en": {"+": " plus ", "-": " minus ", "*": " times ", "/": " divided by "},
    "zh": {"+": "加", "-": "减", "*": "乘以", "/": "除以"},
}


def number(ctx: Context, digits: int) -> int:
    return ctx.rng.randrange(10 ** (digits - 1) if digits > 1 else 1, 10**digits)


def in_test_band(value: int) -> bool:
    """Whole runs of numbers (140-149, 250-259, …) that training never shows as an operand."""
    return value >= 100 and (value // 10) % 11 == 3


def numbers_fit(ctx: Context, *values: object) -> bool:
    """Sums of the test are held out one by one, and by runs of their operands."""
    banded = any(isinstance(value, int) and in_test_band(value) for value in values)
    if ctx.split == "train":
        return not banded and ctx.fits("numbers", *values)
    return banded or ctx.fits("numbers", *values)


def operands(ctx: Context, op: str) -> tuple[int, int]:
    """Mostly small, so that the budget goes where people look."""
    if op in "+-":
        digits = ctx.any((1, 1, 2, 2, 2, 2, 2, 2, 3, 3, 3, 4))
        a, b = number(ctx, digits), number(ctx, ctx.any((max(1, digits - 1), digits, digits)))
        if ctx.chance(0.3):
            a, b = b, a
        if op == "-" and a < b and ctx.chance(0.8):
            a, b = b, a
        return a, b
    if op == "*":
        a, b = number(ctx, ctx.any((1, 2, 2, 2, 3))), number(ctx, ctx.any((1, 1, 1, 1, 1, 1, 2)))
        return (a, b) if a < 100 or b < 100 else (a, b % 10 + 1)
    b = ctx.rng.randrange(2, 10 if ctx.chance(0.8) else 13)
    return b * number(ctx, ctx.any((1, 2, 2, 2))), b


def fresh_operands(ctx: Context, op: str) -> tuple[int, int]:
    while True:
        a, b = operands(ctx, op)
        if numbers_fit(ctx, a, op, b):
            return a, b


def spell(ctx: Context, language: str, a: object, op: str, b: object) -> str:
    if ctx.chance(0.15):
        return f"{a}{WORDS[language][op]}{b}"
    sign = ctx.any(SIGNS[op]) if len(SIGNS[op]) > 1 else SIGNS[op]
    space = ctx.any((" ", ""))
    return f"{a}{space}{sign}{space}{b}"


def ask(ctx: Context, language: str, expression: str) -> str:
    return ctx.spin_of(ASK[language]).replace("{e}", expression)


def result_text(language: str, value: object) -> str:
    return f"The answer is {boxed(value)}." if language == "en" else f"答案是 {boxed(value)}。"


def finish(ctx: Context, family: str, language: str, question: str, lines: list[str],
           value: object) -> Example:
    question = chinese_style(ctx, question) if language == "zh" else question
    return Example(family, language, [user(question)], "\n".join(lines),
                   result_text(language, value), math_check(str(value)))


def one_operation(ctx: Context) -> Example:
    language, op = ctx.language(), ctx.any("+-*/")
    a, b = fresh_operands(ctx, op)
    lines, value = op_lines(a, op, b)
    if op == "/" and b < 10:  # the inverse checks a division, where it takes one line
        check, _ = op_lines(value, "*", b)
        lines = lines + ["Check:" if language == "en" else "验算:"] + check
    return finish(ctx, "arithmetic_1", language, ask(ctx, language, spell(ctx, language, a, op, b)),
                  lines, value)


def two_operations(ctx: Context) -> Example:
    """a op b op c with precedence, or with brackets; every partial result on its line."""
    language = ctx.language()
    while True:
        first, second = ctx.any("+-*"), ctx.any("+-*")
        a, b, c = (number(ctx, ctx.any((1, 2, 2))) for _ in range(3))
        if "*" in first + second:  # one factor has one digit
            b = b % 9 + 2
        if ctx.chance(0.2) and first != "*" and second != "*":
            a += 100 * ctx.rng.randrange(1, 9)
        if [first, second].count("*") == 2 or ("*" in first + second and ctx.chance(0.4)):
            continue
        shape = ctx.any(("plain", "plain", "left", "right"))
        is_right = shape == "right" or (shape == "plain" and second == "*" and first != "*")
        inner = (b, second, c) if is_right else (a, first, b)
        lines, partial = op_lines(*inner)
        outer = (a, first, partial) if is_right else (partial, second, c)
        if partial < 0 or not numbers_fit(ctx, a, first, b, second, c, shape):
            continue
        more, value = op_lines(*outer)
        break
    space = ctx.any((" ", ""))
    star = ctx.any(("*", "×"))
    s1, s2 = (f"{space}{star if op == '*' else op}{space}" for op in (first, second))
    forms = {"plain": f"{a}{s1}{b}{s2}{c}", "left": f"({a}{s1}{b}){s2}{c}",
             "right": f"{a}{s1}({b}{s2}{c})"}
    return finish(ctx, "arithmetic_2", language, ask(ctx, language, forms[shape]),
                  lines + more, value)


def decimals(ctx: Context) -> Example:
    """Both numbers times ten or a hundred, a sum of whole numbers, and back."""
    language, op, places = ctx.language(), ctx.any("+-"), ctx.any((1, 1, 2))
    scale = 10**places
    while True:
        a, b = number(ctx, ctx.any((2, 3))), number(ctx, ctx.any((2, 3)))
        if op == "-" and a < b:
            a, b = b, a
        if a % 10 and b % 10 and a != b and numbers_fit(ctx, "decimal", a, op, b, places):
            break
    left, right = f"{a / scale:.{places}f}", f"{b / scale:.{places}f}"
    lines, value = op_lines(a, op, b)
    text = f"{value / scale:.{places}f}"
    short = text.rstrip("0").rstrip(".")
    lines = [f"{left}*{scale}={a},{right}*{scale}={b}"] + lines + [f"{value}/{scale}={text}"]
    if short != text:
        lines.append(f"{text}={short}")
    return finish(ctx, "decimals", language, ask(ctx, language, spell(ctx, language, left, op, right)),
                  lines, short)


def percentage(ctx: Context) -> Example:
    language = ctx.language()
    while True:
        percent, base = 5 * ctx.rng.randrange(1, 20), 20 * ctx.rng.randrange(1, 45)
        if numbers_fit(ctx, percent, "%", base):
            break
    lines, product = op_lines(base, "*", percent)
    value = product // 100
    expression = f"{percent}% of {base}" if language == "en" else f"{base}的{percent}%"
    return finish(ctx, "percentages", language, ask(ctx, language, expression),
                  [f"{base}*{percent}/100"] + lines + [f"{product}/100={value}"], value)


COMPARE = {
    "en": ("[Which|Which number|Which one] is [bigger|larger|greater][,|:] {a} or {b}?",
           "[Is|Tell me if] {a} or {b} [is |]the [bigger|larger|greater] [number|one|value][?|]",
           "[Compare|Please compare] {a} and {b}[: which is [larger|bigger|greater]?|. Which one is [larger|bigger]?]"),
    "zh": ("{a}和{b}[哪个大|哪个更大|谁大|谁更大|哪一个数大][？|?|呢？|]",
           "[比较|请比较|比一比]{a}和{b}，[哪个更大|较大的是哪个|哪个大][？|]"),
}


def comparison(ctx: Context) -> Example:
    language = ctx.language()
    while True:
        if ctx.chance(0.5):
            whole = ctx.rng.randrange(0, 30)
            a = f"{whole}.{number(ctx, ctx.any((1, 2)))}"
            b = f"{whole if ctx.chance(0.8) else whole + 1}.{number(ctx, ctx.any((1, 2)))}"
        else:
            digits = ctx.any((2, 3, 3, 4))
            a, b = str(number(ctx, digits)), str(number(ctx, digits if ctx.chance(0.8) else 2))
        line, sign = compare_line(a, b)
        if sign != "=" and numbers_fit(ctx, "compare", a, b):
            break
    question = ctx.spin_of(COMPARE[language]).replace("{a}", a).replace("{b}", b)
    return finish(ctx, "comparisons", language, question, [line], a if sign == ">" else b)


def fractions(ctx: Context) -> Example:
    """Same-size or different denominators; the result is reduced by the gcd."""
    language, op = ctx.language(), ctx.any("+-")
    while True:
        q, s = ctx.rng.randrange(2, 10), ctx.rng.randrange(2, 10)
        if ctx.chance(0.4):
            s = q
        p, r = ctx.rng.randrange(1, q + 1), ctx.rng.randrange(1, s + 1)
        positive = p * s + r * q if op == "+" else p * s - r * q
        if positive > 0 and p < q and r < s and numbers_fit(ctx, p, q, op, r, s):
            break
    bottom = q if q == s else q * s
    left, right = (p, r) if q == s else (p * s, r * q)
    top = left + right if op == "+" else left - right
    lines = [] if q == s else [f"{p}*{s}={left},{r}*{q}={right},{q}*{s}={bottom}"]
    lines.append(f"{left}{op}{right}={top},{top}/{bottom}")
    divisor = gcd(top, bottom)
    if divisor > 1:
        lines.append(f"gcd {divisor}:{top}/{divisor}={top // divisor},"
                     f"{bottom}/{divisor}={bottom // divisor}")
    top, bottom = top // divisor, bottom // divisor
    value = str(top) if bottom == 1 else f"{top}/{bottom}"
    return finish(ctx, "fractions", language, ask(ctx, language, f"{p}/{q} {op} {r}/{s}"),
                  lines, value)


def remainder(ctx: Context) -> Example:
    language = ctx.language()
    while True:
        b, a = ctx.rng.randrange(2, 10), number(ctx, ctx.any((2, 2, 3)))
        if a > b and numbers_fit(ctx, a, "%", b):
            break
    line, _, rest = div_line(a, b)
    expression = f"the remainder of {a} divided by {b}" if language == "en" else f"{a}除以{b}的余数"
    return finish(ctx, "remainders", language, ask(ctx, language, expression),
                  [line, f"r{rest}"], rest)


__all__ = ["add_line", "comparison", "decimals", "fractions", "one_operation", "percentage",
           "remainder", "signed_sub_lines", "two_operations"]
