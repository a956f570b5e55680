"""Copying, quoting, finding a sentence in a text, and one-sentence summaries by extraction."""

from __future__ import annotations

from .core import Context, Example, contains_check, exact_check, user
from .lexicon import COLOURS, FOODS, HOBBIES, JOBS
from .words import city, code, invented_word, pair, person, thing, with_articles

SENTENCES = {
    "en": ("{p} lives in {c} and works as a {j}.", "{p} [bought|sold|found] {n} {o} in {c}.", "The {k} door of room {r} belongs to {p}.",
           "{p} [likes|enjoys] {h} and eats {f}.", "In {c}, {p} keeps {n} {o}.", "The ticket of {p} has the number {r}.", "{p} painted the house {k}.",
           "{p} [met|visited] an old friend in {c}.", "The train to {c} leaves from platform {n}."),
    "zh": ("{p}住在{c}，是一名{j}。", "{p}在{c}[买了|卖了|捡到]{n}{m}{o}。", "{r}房间的{k}的门是{p}的。", "{p}喜欢{h}，爱吃{f}。", "{p}在{c}有{n}{m}{o}。",
           "{p}的票号是{r}。", "{p}把房子刷成了{k}。", "{p}在{c}见了老朋友。", "去{c}的火车在{n}站台。"),
}
FIND = {
    "en": "[Which sentence mentions|Quote the sentence about|Find the sentence with|Which sentence is about] {w}?\n{t}",
    "zh": "[哪句话提到了|找出提到|引用提到|哪一句写到]{w}[？|的句子。]\n{t}",
}
FIND_AFTER = {"en": "{t}\n\n[Which sentence mentions|Quote the sentence about|Find the sentence with] {w}?", "zh": "{t}\n\n[哪句话提到了|找出提到|引用提到]{w}？"}
PLACE = {
    "en": "[Quote|Copy|Give me|Repeat|Write out|What is] the {w} sentence[ of this text|]:\n{t}",
    "zh": "[引用|抄写|写出|重复|给我|照抄]{w}句话：\n{t}",
}
SUMMARY = {
    "en": "[Summarize|Summarise|Sum up|Give the main point of] this text in one sentence[.|:]\n{t}",
    "zh": "[用一句话总结|一句话概括|概括大意|用一句话说说主要内容]：\n{t}",
}
COPY = {"en": "[Repeat|Copy|Say|Repeat after me|Write exactly]: {t}", "zh": "[重复|照抄|跟我说|请复述|原样写出]：{t}"}
MAIN = {
    "en": ("[In short|All in all|Most important], {p} [wants|plans|hopes] to move to {c}.", "The main [news|point] is that {p} opened a shop for {o}[ in {c}|]."),
    "zh": ("[总之|最重要的是|总的来说]，{p}[想|打算|希望]搬到{c}。", "[主要消息|重点]是{p}[在{c}|]开了一家{o}店。"),
}


def sentence(ctx: Context, language: str, pattern: str, who: str) -> str:
    measure, what = thing(ctx, language)
    values = {"p": who, "c": city(ctx, language), "j": pair(ctx, "jobs", JOBS, language), "n": ctx.rng.randrange(2, 60), "o": what, "m": measure,
              "k": pair(ctx, "colours", COLOURS, language), "r": code(ctx), "h": pair(ctx, "hobbies", HOBBIES, language), "f": pair(ctx, "foods", FOODS, language)}
    for key, value in values.items():
        pattern = pattern.replace("{" + key + "}", str(value))
    return with_articles(pattern)


def names_of(ctx: Context, language: str, count: int) -> list[str]:
    names: list[str] = []
    while len(names) < count:
        name = person(ctx, language) if len(names) < 12 else invented_word(ctx, 3).capitalize()
        if not any(name in other or other in name for other in names):
            names.append(name)
    return names


def passage(ctx: Context, language: str, count: int) -> tuple[list[str], list[str]]:
    """One person a sentence, so that a name finds exactly one of them."""
    names = names_of(ctx, language, count)
    patterns = [p for p in SENTENCES[language] if "{p}" in p]
    return [sentence(ctx, language, ctx.spin_of(patterns), name) for name in names], names


def join(language: str, sentences: list[str]) -> str:
    return (" " if language == "en" else "").join(sentences)


def find_sentence(ctx: Context) -> Example:
    language = ctx.language()
    length = ctx.any((2, 3, 3, 4, 5, 6, 8, 12)) if ctx.chance(0.97) else ctx.any((24, 48, 72))
    sentences, names = passage(ctx, language, length)
    which = ctx.rng.randrange(length)
    text = ctx.spin((FIND if ctx.chance(0.6) else FIND_AFTER)[language])
    text = text.replace("{w}", names[which]).replace("{t}", join(language, sentences))
    thinking = f"Look for {names[which]}." if language == "en" else f"找{names[which]}。"
    family = "find_sentence" if length <= 12 else "find_sentence_long"
    return Example(family, language, [user(text)], thinking, f'"{sentences[which]}"' if language == "en" else f"“{sentences[which]}”",
                   contains_check(sentences[which]))


def quote_place(ctx: Context) -> Example:
    """The first, second or last sentence: the thought numbers their beginnings."""
    language = ctx.language()
    sentences, _ = passage(ctx, language, ctx.any((2, 3, 4, 5)))
    which, words = ctx.any(((0, ("first", "第一")), (1, ("second", "第二")), (-1, ("last", "最后一"))))
    word = words[0] if language == "en" else words[1]
    begins = [" ".join(text.split()[:2]) if language == "en" else text[:3] for text in sentences]
    text = ctx.spin(PLACE[language]).replace("{w}", word).replace("{t}", join(language, sentences))
    counted = begins[: which + 1] if which >= 0 else begins
    thinking = "\n".join(f"{i}: {begin}" for i, begin in enumerate(counted, 1))
    return Example("quote", language, [user(text)], thinking, sentences[which], exact_check(sentences[which]))


def summary(ctx: Context) -> Example:
    """The sentence that says what matters, wherever it stands."""
    language = ctx.language()
    sentences, names = passage(ctx, language, ctx.any((2, 3, 4)))
    main = sentence(ctx, language, ctx.spin_of(MAIN[language]), names[0])
    sentences.insert(ctx.rng.randrange(len(sentences) + 1), main)
    text = ctx.spin(SUMMARY[language]).replace("{t}", join(language, sentences))
    thinking = "The sentence with the main point." if language == "en" else "找出主要的一句。"
    return Example("summary", language, [user(text)], thinking, main, exact_check(main))


def copy_text(ctx: Context) -> Example:
    language, kind = ctx.language(), ctx.rng.randrange(4)
    if kind == 0:
        text = " ".join(invented_word(ctx) for _ in range(ctx.rng.randrange(1, 6)))
    elif kind == 1:
        text = ", ".join(str(ctx.rng.randrange(1, 1000)) for _ in range(ctx.rng.randrange(2, 7)))
    elif kind == 2:
        text = " ".join(code(ctx) for _ in range(ctx.rng.randrange(1, 4)))
    else:
        text = passage(ctx, language, 1)[0][0]
    thinking = "I copy it." if language == "en" else "照抄。"
    return Example("copy", language, [user(ctx.spin(COPY[language]).replace("{t}", text))], thinking, text, exact_check(text),
                   is_thinking=ctx.chance(0.7))


WHO = {
    "en": {"c": ("{p} lives in {v}.", "[Where does {p} live|In which city does {p} live|Which city is {p}'s home]?"), "j": ("{p} works as a {v}.", "[What does {p} work as|What is {p}'s job]?"),
           "k": ("{p} likes the color {v}.", "[Which color does {p} like|What is {p}'s favorite color]?"), "r": ("{p} has the room {v}.", "[Which room does {p} have|What is {p}'s room]?")},
    "zh": {"c": ("{p}住在{v}。", "{p}住在[哪里|哪个城市|哪儿]？"), "j": ("{p}的工作是{v}。", "{p}[是做什么的|的工作是什么]？"),
           "k": ("{p}喜欢{v}。", "{p}喜欢什么颜色？"), "r": ("{p}的房间是{v}。", "{p}的房间是[哪个|多少]？")},
}


def text_question(ctx: Context) -> Example:
    """Who has what: the sentence is quoted in the thought, the answer is its last word."""
    language = ctx.language()
    names = names_of(ctx, language, ctx.any((2, 3, 4, 5)))
    makers = {"c": lambda: city(ctx, language), "j": lambda: pair(ctx, "jobs", JOBS, language),
              "k": lambda: pair(ctx, "colours", COLOURS, language), "r": lambda: code(ctx)}
    kinds = [ctx.any(tuple(makers)) for _ in names]
    values = [makers[kind]() for kind in kinds]
    sentences = [with_articles(WHO[language][kind][0].replace("{p}", name).replace("{v}", value)) for kind, name, value in zip(kinds, names, values)]
    which = ctx.rng.randrange(len(names))
    ask = ctx.spin(WHO[language][kinds[which]][1]).replace("{p}", names[which])
    text = join(language, sentences) + ("\n" if ctx.chance(0.5) else " ") + ask if ctx.chance(0.6) else ask + "\n" + join(language, sentences)
    thinking = f'"{sentences[which]}"' if language == "en" else f"“{sentences[which]}”"
    answer = f"{values[which]}." if language == "en" else f"{values[which]}。"
    return Example("text_question", language, [user(text)], thinking, answer, contains_check(values[which]))
