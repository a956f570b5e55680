"""Word problems of one to four steps: a story, its sums in order, and the boxed result."""

from __future__ import annotations

from .arithmetic import number, numbers_fit
from .core import Context, Example, boxed, chinese_style, math_check, user
from .steps import op_lines
from .words import person, thing

GAINS = {
    "en": ("[buys|gets|finds|receives|picks|wins] {n} more", "is given {n} more",
           "[gets|receives] {n} from [a friend|a neighbour|an aunt|grandma]"),
    "zh": ("又[买了|得到|拿到|收到|捡到|赢了]{n}{m}", "[妈妈|爸爸|朋友|奶奶|老师]又给了{n}{m}",
           "[后来|接着|然后]又[买了|买来|得到了]{n}{m}"),
}
LOSSES = {
    "en": ("[gives away|loses|uses|sells|gives] {n}", "[gives|hands] {n} to [a friend|a neighbour|a sister]",
           "[throws away|breaks|takes out] {n}"),
    "zh": ("[吃了|用了|丢了|送出|卖了|弄丢了|用掉|吃掉]{n}{m}", "[送给|分给|借给][朋友|同学|邻居|弟弟]{n}{m}",
           "[拿走|坏了|弄坏]{n}{m}"),
}
STARTS = {
    "en": "{p} [has|had|starts with|owns] {n} {o}.",
    "zh": "{p}[有|原来有|一开始有|手里有]{n}{m}{o}，",
}
ENDS = {
    "en": "[How many {o} does {p} have now?|How many {o} are left?|How many {o} does {p} have in the end?"
          "|What number of {o} does {p} have now?|How many are there now?]",
    "zh": "[还剩几{m}？|现在有多少{m}{o}？|还有多少{m}？|现在一共有多少{m}？|{p}现在有几{m}{o}？|最后剩下多少{m}？|剩多少{m}{o}？]",
}
JOIN_EN = ("Then {p} {e}.", "{p} {e}.", "After that {p} {e}.", "Later {p} {e}.")


def fill(text: str, **values: object) -> str:
    for key, value in values.items():
        text = text.replace("{" + key + "}", str(value))
    return text


def plan(steps: list[tuple]) -> str:
    """The whole story as one expression: "914-75-32", "(34+5)*2". Reading and reckoning are then apart."""
    text, value = "", None
    for a, op, b in steps:
        if a == value:
            text = f"({text}){op}{b}" if op in "*/" and any(sign in text for sign in "+-") else f"{text}{op}{b}"
        else:
            text = f"{a}{op}{text if b == value else b}"
        _, value = op_lines(a, op, b)
    return text


def finish(ctx: Context, family: str, language: str, question: str, steps: list[tuple],
           unit: str = "") -> Example:
    """`steps` are (a, op, b) in order; the last one's result is the answer."""
    lines = [plan(steps)] if len(steps) > 1 else []
    value = 0
    for a, op, b in steps:
        more, value = op_lines(a, op, b)
        lines += more
    question = chinese_style(ctx, question) if language == "zh" else question
    tail = (f" {unit}" if unit else "") if language == "en" else unit
    answer = (f"The answer is {boxed(value)}{tail}." if language == "en"
              else f"答案是 {boxed(value)}{tail}。")
    return Example(family, language, [user(question)], "\n".join(lines), answer,
                   math_check(str(value)))


def story(ctx: Context) -> Example:
    """A count that goes up and down, one to four times."""
    language = ctx.language()
    num_steps = ctx.any((1, 1, 2, 2, 2, 3, 4))
    p, (m, o) = person(ctx, language), thing(ctx, language)
    while True:
        start = number(ctx, ctx.any((1, 2, 2, 2, 3)))
        count, steps, events = start, [], []
        for _ in range(num_steps):
            gains = ctx.chance(0.5) or count < 3
            change = number(ctx, ctx.any((1, 2, 2))) if gains else ctx.rng.randrange(1, min(count, 90))
            steps.append((count, "+" if gains else "-", change))
            count += change if gains else -change
            pattern = ctx.spin_of((GAINS if gains else LOSSES)[language])
            events.append(fill(pattern, n=change, m=m))
        if numbers_fit(ctx, start, *(step[2] for step in steps)):
            break
    head = fill(ctx.spin(STARTS[language]), p=p, n=start, m=m, o=o)
    if language == "en":
        body = " ".join(fill(ctx.any(JOIN_EN), p=p, e=event) for event in events) + " "
        if num_steps == 2 and ctx.chance(0.4):
            body = f"{p} {events[0]} and then {events[1]}. "
        head += " "
    else:
        body = "，".join(events) + "，"
    question = head + body + fill(ctx.spin(ENDS[language]), p=p, m=m, o=o)
    family = "word_problems_1_2" if num_steps <= 2 else "word_problems_3_4"
    return finish(ctx, family, language, question, steps, o if language == "en" else m)


SHAPES: dict[str, dict] = {
    "groups": {
        "en": "[There are {a} boxes.|{p} has {a} boxes.|{p} fills {a} bags.] [Each one holds|Each contains|In each there are] "
              "{b} {o}. How many {o} [are there|are there in total|are there altogether]?",
        "zh": "[有{a}个盒子|{p}有{a}个袋子|一共{a}箱]，每[个|份]里[有|装]{b}{m}{o}，[一共有多少{m}{o}？|总共有几{m}？|一共多少{m}？]"},
    "share": {
        "en": "{p} [shares|divides|splits] {a} {o} [equally |evenly |]among {b} [friends|children|people]. How many [{o} |]does each [get|receive]?",
        "zh": "{p}把{a}{m}{o}[平均分给|平分给]{b}[个朋友|个小朋友|个人]，[每人分到几{m}？|每个人得到多少{m}？|每人有多少{m}？]"},
    "both": {
        "en": "{p} has {a} {o} and {q} has {b}[ {o}|]. How many [{o} |]do they have [together|in total|altogether]?",
        "zh": "{p}有{a}{m}{o}，{q}有{b}{m}，[两人一共有多少{m}？|他们一共有几{m}？|合起来有多少{m}？]"},
    "more": {
        "en": "{p} has {a} {o}. {q} has {b} more [than {p}|{o} than {p}]. How many [{o} |]does {q} have?",
        "zh": "{p}有{a}{m}{o}，{q}比{p}多{b}{m}，{q}有[多少|几]{m}[{o}|]？"},
    "fewer": {
        "en": "{p} has {a} {o}. {q} has {b} fewer [than {p}|{o} than {p}]. How many [{o} |]does {q} have?",
        "zh": "{p}有{a}{m}{o}，{q}比{p}少{b}{m}，{q}有[多少|几]{m}[{o}|]？"},
    "difference": {
        "en": "{p} has {a} {o} and {q} has {b}[ {o}|]. How many more [{o} |]does {p} have than {q}?",
        "zh": "{p}有{a}{m}{o}，{q}有{b}{m}，{p}比{q}多[多少|几]{m}？"},
    "change": {
        "en": "{p} buys {b} {o} at {c} dollars each and pays with {a} dollars. How [much change does {p} get|many dollars does {p} get back]?",
        "zh": "{p}买了{b}{m}{o}，每{m}{c}元，付了{a}元，[应找回多少元？|找回多少钱？|还剩多少元？]"},
    "both_kinds": {
        "en": "{p} [buys|has] {a} [boxes|bags] with {b} {o} each and {c} more {o}. How many {o} [in total|are there in all|does {p} have]?",
        "zh": "{p}[买了|有]{a}[盒|袋]{o}，每[盒|袋]{b}{m}，另外还有{c}{m}，[一共有多少{m}？|总共几{m}{o}？]"},
    "speed": {
        "en": "A [car|train|bus|bike] [travels|goes|drives] at {a} km per hour for {b} hours. How [far does it go|many km does it travel]?",
        "zh": "一辆[汽车|火车|公交车]每小时[行驶|开|走]{a}千米，{b}小时[行驶|能走|一共走]多少千米？"},
    "perimeter": {
        "en": "A rectangle is {a} m long and {b} m wide. What is its perimeter[ in metres|]?",
        "zh": "一个长方形长{a}米，宽{b}米，[周长是多少米？|它的周长是多少？]"},
    "area": {
        "en": "A [rectangle|garden|field|room] is {a} m long and {b} m wide. What is its area[ in square metres|]?",
        "zh": "一[个长方形|块菜地|间房间]长{a}米，宽{b}米，[面积是多少平方米？|它的面积是多少？]"},
    "age": {
        "en": "{p} is {a} years old. {q} is {b} years older. How old will {q} be in {c} years?",
        "zh": "{p}今年{a}岁，{q}比{p}大{b}岁，{c}年后{q}[多少岁？|几岁？]"},
    "twice": {
        "en": "{p} has {a} {o}. {q} has {b} times as many. How many [{o} |]do they have [together|in total]?",
        "zh": "{p}有{a}{m}{o}，{q}的{o}是{p}的{b}倍，[两人一共有多少{m}？|他们一共有几{m}？]"},
}


def shape_numbers(ctx: Context, shape: str) -> tuple[int, int, int, list[tuple]]:
    """a, b, c and the steps of one story shape."""
    rng = ctx.rng
    if shape in ("groups", "speed", "area", "twice"):
        a, b = number(ctx, ctx.any((1, 2, 2))), rng.randrange(2, 10)
        steps = [(a, "*", b)]
        return a, b, 0, steps + [(a, "+", a * b)] if shape == "twice" else steps
    if shape == "share":
        b = rng.randrange(2, 10)
        a = b * number(ctx, ctx.any((1, 2, 2)))
        return a, b, 0, [(a, "/", b)]
    if shape in ("fewer", "difference"):
        a = number(ctx, ctx.any((2, 2, 3)))
        b = rng.randrange(1, a)
        return a, b, 0, [(a, "-", b)]
    if shape == "change":
        b, c = rng.randrange(2, 10), rng.randrange(2, 16)
        a = ctx.any((20, 50, 100, 200)) if b * c < 200 else 500
        a = max(a, (b * c // 10 + 1) * 10)
        return a, b, c, [(c, "*", b), (a, "-", b * c)]
    if shape == "both_kinds":
        a, b, c = rng.randrange(2, 10), rng.randrange(2, 40), rng.randrange(1, 60)
        return a, b, c, [(b, "*", a), (b * a, "+", c)]
    if shape == "perimeter":
        a = number(ctx, 2)
        b = rng.randrange(1, a)
        return a, b, 0, [(a, "+", b), (a + b, "*", 2)]
    if shape == "age":
        a, b, c = rng.randrange(3, 60), rng.randrange(1, 30), rng.randrange(2, 21)
        return a, b, c, [(a, "+", b), (a + b, "+", c)]
    a, b = number(ctx, ctx.any((1, 2, 2, 3))), number(ctx, ctx.any((1, 2, 2)))
    return a, b, 0, [(a, "+", b)]


UNITS = {"speed": ("km", "千米"), "perimeter": ("m", "米"), "area": ("square metres", "平方米"),
         "age": ("years", "岁"), "change": ("dollars", "元")}


def shaped(ctx: Context) -> Example:
    language, shape = ctx.language(), ctx.any(tuple(SHAPES))
    (m, o), p = thing(ctx, language), person(ctx, language)
    q = person(ctx, language)
    while q == p:
        q = person(ctx, language)
    while True:
        a, b, c, steps = shape_numbers(ctx, shape)
        if numbers_fit(ctx, shape, a, b, c):
            break
    question = fill(ctx.spin(SHAPES[shape][language]), p=p, q=q, a=a, b=b, c=c, m=m, o=o)
    unit = UNITS.get(shape, (o, m))[0 if language == "en" else 1]
    return finish(ctx, "word_problems_1_2", language, question, steps, unit)
