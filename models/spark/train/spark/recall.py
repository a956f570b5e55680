"""Facts told earlier, or noted in the system prompt, and asked for later."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable

from .chat import small_talk
from .core import Context, Example, assistant, contains_check, user
from .lexicon import COLOURS, FOODS, HOBBIES, JOBS, PETS
from .words import city, code, pair, person, pet_name, phone, with_articles


@dataclass(frozen=True)
class Fact:
    make: Callable[[Context, str], str]
    tell: dict[str, tuple[str, ...]]
    ask: dict[str, tuple[str, ...]]
    note: dict[str, str]  # as a memory note has it
    answer: dict[str, str]


def _of(pool: str, items: tuple) -> Callable[[Context, str], str]:
    return lambda ctx, language: pair(ctx, pool, items, language)


FACTS = {
    "name": Fact(person, {"en": ("My name is {v}.", "[I am|I'm] {v}[, nice to meet you|].", "[Call me|You can call me] {v}."),
                          "zh": ("我叫{v}。", "我[的名字是|是]{v}。", "[叫我|你可以叫我]{v}[吧|就行]。")},
                 {"en": ("[What is|What's|Do you remember|Tell me] my name?", "Who am I?"), "zh": ("我叫什么[名字|]？", "[你还记得|还记得]我[的名字|叫什么]吗？", "我是谁？")},
                 {"en": "name: {v}", "zh": "名字：{v}"}, {"en": "Your name is {v}.", "zh": "你叫{v}。"}),
    "city": Fact(city, {"en": ("I live in {v}.", "I [moved|have moved] to {v}[ last year|].", "My home is in {v}."),
                        "zh": ("我住在{v}。", "我[搬到|家在]{v}[了|]。", "我[现在|]在{v}生活。")},
                 {"en": ("Where do I live?", "[Which|What] city [do I live in|am I in|is my home in]?"), "zh": ("我住在哪[里|儿]？", "我[家|]在哪个城市？", "[还记得|你记得]我住哪吗？")},
                 {"en": "lives in {v}", "zh": "住在{v}"}, {"en": "You live in {v}.", "zh": "你住在{v}。"}),
    "job": Fact(_of("jobs", JOBS), {"en": ("I work as a {v}.", "I am a {v}.", "My job is {v}."), "zh": ("我是[一名|]{v}。", "我的工作是{v}。", "我当{v}。")},
                {"en": ("What is my job?", "What do I [do for a living|work as]?"), "zh": ("我[是做什么的|的工作是什么|干啥的]？",)},
                {"en": "job: {v}", "zh": "职业：{v}"}, {"en": "You are a {v}.", "zh": "你是{v}。"}),
    "pet": Fact(pet_name, {"en": ("My [cat|dog|pet] is [called|named] {v}.", "I have a [cat|dog] [called|named] {v}."), "zh": ("我的[猫|狗|宠物]叫{v}。", "我养了一只[猫|狗]，[叫|名叫]{v}。")},
                {"en": ("What is my [pet|cat or dog] called?", "[What is the name of my pet|What's my pet's name]?"), "zh": ("我的宠物叫什么？", "我[养的|家]宠物[叫啥|的名字是什么]？")},
                {"en": "pet's name: {v}", "zh": "宠物名：{v}"}, {"en": "Your pet is called {v}.", "zh": "你的宠物叫{v}。"}),
    "colour": Fact(_of("colours", COLOURS), {"en": ("My favorite color is {v}.", "I like {v} [best|most] of all colors."), "zh": ("我最喜欢的颜色是{v}。", "颜色里我最爱{v}。")},
                   {"en": ("[What is|What's] my favorite color?", "Which color do I like [best|most]?"), "zh": ("我最喜欢[什么颜色|的颜色是什么]？", "我[喜欢|爱]什么颜色？")},
                   {"en": "favorite color: {v}", "zh": "喜欢的颜色：{v}"}, {"en": "Your favorite color is {v}.", "zh": "你最喜欢{v}。"}),
    "food": Fact(_of("foods", FOODS), {"en": ("My favorite food is {v}.", "I love [eating |]{v}.", "I [always|often] eat {v}."), "zh": ("我最[喜欢|爱]吃{v}。", "我[常常|天天]吃{v}。")},
                 {"en": ("What [food do I like|do I like to eat|is my favorite food]?",), "zh": ("我[喜欢|爱|最爱]吃什么？",)},
                 {"en": "favorite food: {v}", "zh": "爱吃：{v}"}, {"en": "You like {v}.", "zh": "你爱吃{v}。"}),
    "hobby": Fact(_of("hobbies", HOBBIES), {"en": ("My hobby is {v}.", "I enjoy {v} [on weekends|in the evening|a lot]."), "zh": ("我的爱好是{v}。", "我[周末|平时|有空]喜欢{v}。")},
                  {"en": ("What is my hobby?", "What do I enjoy?"), "zh": ("我的爱好是什么？", "我有什么爱好？")},
                  {"en": "hobby: {v}", "zh": "爱好：{v}"}, {"en": "Your hobby is {v}.", "zh": "你的爱好是{v}。"}),
    "age": Fact(lambda ctx, _: str(ctx.rng.randrange(6, 90)), {"en": ("I am {v} years old.", "I [just|] turned {v}."), "zh": ("我[今年|]{v}岁[了|]。",)},
                {"en": ("How old am I?", "What is my age?"), "zh": ("我[今年|]多大[了|]？", "我几岁？")},
                {"en": "age: {v}", "zh": "年龄：{v}"}, {"en": "You are {v} years old.", "zh": "你{v}岁。"}),
    "code": Fact(lambda ctx, _: code(ctx), {"en": ("[Remember the code|The code is|My code is|Keep this code:] {v}.", "The password is {v}."), "zh": ("[记住暗号|暗号是|密码是|我的密码是]{v}。",)},
                 {"en": ("What [is|was] the [code|password]?",), "zh": ("[暗号|密码]是[什么|多少]？",)},
                 {"en": "code: {v}", "zh": "密码：{v}"}, {"en": "The code is {v}.", "zh": "是{v}。"}),
    "phone": Fact(lambda ctx, _: phone(ctx), {"en": ("My phone number is {v}.", "[Note|Write down] my number: {v}."), "zh": ("我的电话是{v}。", "[记一下|记下]我的号码：{v}。")},
                  {"en": ("What is my [phone |]number?",), "zh": ("我的[电话|号码]是多少？",)},
                  {"en": "phone: {v}", "zh": "电话：{v}"}, {"en": "Your number is {v}.", "zh": "你的电话是{v}。"}),
    "friend": Fact(person, {"en": ("My best friend is {v}.", "{v} is my best friend."), "zh": ("我最好的朋友是{v}。", "{v}是我最好的朋友。")},
                   {"en": ("Who is my best friend?",), "zh": ("我最好的朋友是谁？", "谁是我最好的朋友？")},
                   {"en": "best friend: {v}", "zh": "好友：{v}"}, {"en": "Your best friend is {v}.", "zh": "你最好的朋友是{v}。"}),
    "pet_kind": Fact(_of("pets", PETS), {"en": ("I have a {v}.", "I keep a {v}[ at home|]."), "zh": ("我养了一只{v}。", "我家有只{v}。")},
                     {"en": ("[What|Which] animal do I [have|keep]?",), "zh": ("我养了什么动物？",)},
                     {"en": "has a {v}", "zh": "养了{v}"}, {"en": "You have a {v}.", "zh": "你养了{v}。"}),
}
REMEMBER = {"en": "[Please remember: |Remember this: |Note: ||||]", "zh": "[请记住：|记一下，||||]"}
ACK = {"en": "I will remember that.", "zh": "好的，我记住了。"}
ASK_HEAD = {"en": "[||By the way, |So, ]", "zh": "[||对了，|那么，]"}
MEMORY_HEAD = {"en": "[Memory|Memory note|What you know about the user|Notes]:\n", "zh": "[记忆|备忘|关于用户的信息]：\n"}
MISSING = {"en": ("They have not told me.", "You have not told me that."), "zh": ("对方没有说过。", "你还没有告诉我。")}


def telling(ctx: Context, kind: str, value: str, language: str) -> str:
    text = with_articles(ctx.spin_of(FACTS[kind].tell[language]).replace("{v}", value))
    return ctx.spin(REMEMBER[language]) + text


def question(ctx: Context, kind: str, language: str) -> str:
    return ctx.spin(ASK_HEAD[language]) + ctx.spin_of(FACTS[kind].ask[language])


def distraction(ctx: Context, language: str) -> list[dict]:
    while True:
        other = small_talk(ctx)
        if other.language == language:
            return [other.messages[0], assistant(other.answer)]


def finish(ctx: Context, family: str, language: str, messages: list[dict], kind: str,
           known: dict[str, str], source: dict[str, str]) -> Example:
    """The thought quotes where the fact stands; a fact never told is admitted as such."""
    messages = messages + [user(question(ctx, kind, language))]
    is_thinking = ctx.chance(0.85)
    if kind not in known:
        thought, answer = MISSING[language]
        needed = "not told" if language == "en" else "没有告诉"
        return Example(family, language, messages, thought, answer, contains_check(needed), is_thinking=is_thinking)
    answer = with_articles(FACTS[kind].answer[language].replace("{v}", known[kind]))
    thought = f'They said: "{source[kind]}"' if language == "en" else f"对方说过：“{source[kind]}”"
    return Example(family, language, messages, thought, answer, contains_check(known[kind]), is_thinking=is_thinking)


def recall(ctx: Context) -> Example:
    """One to five facts among up to twelve turns."""
    language = ctx.language()
    turns = ctx.any((1, 2, 2, 3, 3, 4, 5, 5, 6, 8, 11))
    kinds = ctx.rng.sample(tuple(FACTS), min(turns, ctx.rng.randrange(1, 6)) + 1)
    missing, kinds = kinds[0], kinds[1:]
    slots = set(ctx.rng.sample(range(turns), len(kinds)))
    messages, known, source, left = [], {}, {}, list(kinds)
    for turn in range(turns):
        if turn not in slots:
            messages += distraction(ctx, language)
            continue
        kind = left.pop()
        known[kind] = FACTS[kind].make(ctx, language)
        source[kind] = telling(ctx, kind, known[kind], language)
        messages += [user(source[kind]), assistant(ACK[language])]
    kind = missing if ctx.chance(0.12) else ctx.any(kinds)
    family = "recall_1_5" if turns <= 5 else "recall_6_12"
    return finish(ctx, family, language, messages, kind, known, source)


def memory_note(ctx: Context) -> Example:
    language = ctx.language()
    kinds = ctx.rng.sample(tuple(FACTS), ctx.rng.randrange(2, 7))
    missing, kinds = kinds[0], kinds[1:]
    known = {kind: FACTS[kind].make(ctx, language) for kind in kinds}
    source = {kind: with_articles(FACTS[kind].note[language].replace("{v}", value)) for kind, value in known.items()}
    system = ctx.spin(MEMORY_HEAD[language]) + "\n".join(f"- {line}" for line in source.values())
    kind = missing if ctx.chance(0.12) else ctx.any(kinds)
    example = finish(ctx, "memory_note", language, [{"role": "system", "content": system}], kind, known, source)
    example.thinking = example.thinking.replace("They said", "Memory").replace("对方说过", "记忆")
    return example


def acknowledge(ctx: Context) -> Example:
    language, kind = ctx.language(), ctx.any(tuple(FACTS))
    text = telling(ctx, kind, FACTS[kind].make(ctx, language), language)
    thought = "They tell me a fact." if language == "en" else "对方告诉我一件事。"
    needed = "remember" if language == "en" else "记住"
    return Example("acknowledge", language, [user(text)], thought, ACK[language], contains_check(needed),
                   is_thinking=ctx.chance(0.8))
