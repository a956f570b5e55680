"""Sequences, simple equations, units, and dates."""

from __future__ import annotations

from .arithmetic import finish, number, numbers_fit
from .core import Context, Example, boxed, chinese_style, contains_check, user
from .steps import op_lines
from .lexicon import WEEKDAYS

SEQUENCE = {
    "en": "[What comes next|What is the next number|Find the next number|Which number follows]: {s}[?|, ?|, ...|, _]",
    "zh": "[找规律|接下来是几|下一个数是多少|按规律填数|请写出下一个数]：{s}[，？|，__|，…|，?]",
}
EQUATION = {
    "en": "[Solve|Solve for x|Find x|What is x if|Find the value of x]: {e}[.|?|]",
    "zh": "[解方程|求x|求解|x等于多少|求x的值]：{e}[。|？|]",
}


def sequence(ctx: Context) -> Example:
    """Equal differences, or equal ratios."""
    language, is_ratio = ctx.language(), ctx.chance(0.25)
    while True:
        first = ctx.rng.randrange(1, 60)
        step = ctx.rng.randrange(2, 5) if is_ratio else ctx.rng.randrange(1, 16)
        if is_ratio:
            terms = [first % 7 * step**i + (step**i if first % 7 == 0 else 0) for i in range(5)]
        else:
            sign = -1 if first > 50 else 1
            terms = [first + sign * step * i + (0 if sign > 0 else 60) for i in range(5)]
        if numbers_fit(ctx, "sequence", *terms):
            break
    *shown, _ = terms
    if is_ratio:
        lines, _ = op_lines(shown[1], "/", shown[0]) if shown[0] < 10 else ([f"{shown[1]}/{shown[0]}={step}"], step)
        more, value = op_lines(shown[-1], "*", step)
    else:
        op = "+" if shown[1] > shown[0] else "-"
        lines, _ = op_lines(max(shown[:2]), "-", min(shown[:2]))
        check, _ = op_lines(shown[1], op, step)
        lines += check
        more, value = op_lines(shown[-1], op, step)
    text = ctx.spin(SEQUENCE[language]).replace("{s}", ", ".join(map(str, shown)))
    return finish(ctx, "sequences", language, text, lines + more, value)


def equation(ctx: Context) -> Example:
    """x + b = c, a x = c and a x + b = c; the root is put back in to check it."""
    language, rng = ctx.language(), ctx.rng
    while True:
        a, x, b = ctx.any((1, 1, rng.randrange(2, 10))), rng.randrange(1, 50), rng.randrange(0, 60)
        op = ctx.any("+-")
        c = a * x + b if op == "+" else a * x - b
        if c >= 0 and (a > 1 or b > 0) and numbers_fit(ctx, "equation", a, x, op, b):
            break
    left = ("x" if a == 1 else f"{a}x") + (f" {op} {b}" if b else "")
    lines, right = [], c
    if b:
        back = "-" if op == "+" else "+"
        more, right = op_lines(c, back, b)
        lines += [f"{'x' if a == 1 else f'{a}x'}={c}{back}{b}"] + more
    if a > 1:
        more, _ = op_lines(right, "/", a)
        lines += [f"x={right}/{a}"] + more
    check = f"{a}*{x}={a * x}" if a > 1 else ""
    if b:
        check += ("," if check else "") + f"{a * x}{op}{b}={c}"
    lines.append(("Check: " if language == "en" else "验算: ") + check)
    text = ctx.spin(EQUATION[language]).replace("{e}", f"{left} = {c}")
    return finish(ctx, "equations", language, text, lines, x)


UNITS = (("km", "千米", "m", "米", 1000), ("m", "米", "cm", "厘米", 100), ("kg", "千克", "g", "克", 1000),
         ("hours", "小时", "minutes", "分钟", 60), ("minutes", "分钟", "seconds", "秒", 60),
         ("weeks", "星期", "days", "天", 7), ("cm", "厘米", "mm", "毫米", 10),
         ("litres", "升", "ml", "毫升", 1000), ("days", "天", "hours", "小时", 24))
CONVERT = {
    "en": ("[How many {t} are in|How many {t} are there in|Convert to {t}:] {n} {f}[?|]",
           "[Convert|Change|Turn] {n} {f} [to|into] {t}[.|]"),
    "zh": ("{n}{f}[等于|是|有|合][多少|几]{t}[？|]", "[把|请把]{n}{f}[换算成|换成]{t}[。|]"),
}


def units(ctx: Context) -> Example:
    language, (fe, fz, te, tz, factor) = ctx.language(), ctx.any(UNITS)
    while True:
        n = number(ctx, ctx.any((1, 1, 2)))
        if numbers_fit(ctx, fe, te, n):
            break
    lines, value = op_lines(n, "*", factor) if factor in (60, 7, 24) else ([], n * factor)
    if not lines:
        lines = [f"{n}*{factor}={value}"]
    head = f"1 {fe} = {factor} {te}" if language == "en" else f"1{fz} = {factor}{tz}"
    text = ctx.spin_of(CONVERT[language]).replace("{n}", str(n))
    f, t = (fe, te) if language == "en" else (fz, tz)
    text = text.replace("{f}", f).replace("{t}", t)
    return finish(ctx, "units", language, text, [head] + lines, value)


DAYS = {
    "en": "[Today is {d}.|It is {d} today.|If today is {d},] [What day is it in {n} days?|What day will it be {n} days from now?|"
          "Which day of the week is it after {n} days?]",
    "zh": "[今天是{d}|今天{d}|如果今天是{d}]，[{n}天后是星期几？|过{n}天是星期几？|再过{n}天是星期几？|{n}天之后是星期几？]",
}


def weekday(ctx: Context) -> Example:
    """Counting on, day by day, after whole weeks are taken off."""
    language = ctx.language()
    while True:
        start, n = ctx.rng.randrange(7), ctx.rng.randrange(1, 31)
        if numbers_fit(ctx, "weekday", start, n):
            break
    names = [day[0 if language == "en" else 1] for day in WEEKDAYS]
    rest = n % 7
    lines = [f"{n}-{n - rest}={rest}"] if n >= 7 else []
    lines.append(", ".join([names[start]] + [f"{i} {names[(start + i) % 7]}" for i in range(1, rest + 1)]))
    value = names[(start + n) % 7]
    text = ctx.spin(DAYS[language]).replace("{d}", names[start]).replace("{n}", str(n))
    text = chinese_style(ctx, text) if language == "zh" else text
    answer = f"It will be {boxed(value)}." if language == "en" else f"是{boxed(value)}。"
    return Example("dates", language, [user(text)], "\n".join(lines), answer, contains_check(value))
