"""Fields of a text into JSON for a schema, and a text into one of given labels."""

from __future__ import annotations

import json

from .core import Context, Example, exact_check, user
from .lexicon import COLOURS, FOODS, JOBS, THINGS, WEEKDAYS
from .words import city, code, full_name, pair, phone, thing, with_articles

# field -> (English keys, Chinese keys, JSON type)
FIELDS = {
    "name": (("name", "full_name", "person"), ("姓名", "name", "名字"), "string"),
    "age": (("age", "years"), ("年龄", "age"), "integer"),
    "city": (("city", "town", "location"), ("城市", "city", "地点"), "string"),
    "job": (("job", "occupation", "profession"), ("职业", "job", "工作"), "string"),
    "phone": (("phone", "phone_number", "tel"), ("电话", "phone"), "string"),
    "item": (("item", "product"), ("商品", "item", "物品"), "string"),
    "quantity": (("quantity", "count", "amount"), ("数量", "quantity"), "integer"),
    "price": (("price", "cost", "total"), ("价格", "price", "金额"), "number"),
    "order": (("order_id", "order", "id"), ("订单号", "order_id", "编号"), "string"),
    "day": (("day", "weekday", "date"), ("日期", "day", "时间"), "string"),
    "time": (("time", "start", "hour"), ("时刻", "time", "开始"), "string"),
    "room": (("room", "place"), ("房间", "room", "会议室"), "string"),
    "color": (("color", "colour"), ("颜色", "color"), "string"),
    "food": (("food", "dish", "favorite_food"), ("食物", "food", "菜"), "string"),
}
TEXTS = {
    "en": (
        (("name", "age", "city", "job"), (
            "{name} is {age} years old, lives in {city} and works as a {job}.",
            "[Meet|This is] {name}, a {age}-year-old {job} from {city}.",
            "My name is {name}. I am {age} and I work as a {job} in {city}.",
            "In {city} there is a {job} [called|named] {name}, aged {age}.")),
        (("name", "item", "quantity", "price", "order"), (
            "Order {order}: {name} bought {quantity} {item} for {price} dollars.",
            "{name} ordered {quantity} {item}. The [order number|order] is {order} and the [total|price] is {price} dollars.",
            "[Hello|Hi], I am {name}. I [paid|was charged] {price} dollars for {quantity} {item}, order {order}.")),
        (("name", "day", "time", "room"), (
            "{name} [has|holds|leads] a meeting on {day} at {time} in room {room}.",
            "The meeting with {name} is on {day}, {time}, in room {room}.",
            "On {day} at {time} {name} will be in room {room}.")),
        (("name", "phone", "city"), (
            "You can [call|reach] {name} in {city} at {phone}.",
            "Contact: {name}, {city}, phone {phone}.",
            "{name} moved to {city}. The new number is {phone}.")),
        (("name", "food", "color", "age"), (
            "{name}, {age}, likes {food} and the color {color}.",
            "{name} turned {age}. Favorite food: {food}. Favorite color: {color}.",
            "At {age}, {name} eats {food} every day and wears {color}.")),
    ),
    "zh": (
        (("name", "age", "city", "job"), (
            "{name}今年{age}岁，住在{city}，是一名{job}。", "我叫{name}，{age}岁，在{city}当{job}。",
            "{city}的{job}{name}今年{age}岁。", "[这位是|这是]{name}，{age}岁的{job}，来自{city}。")),
        (("name", "item", "quantity", "price", "order"), (
            "订单{order}：{name}买了{quantity}件{item}，共{price}元。",
            "{name}[订购|购买]了{item}{quantity}件，订单号{order}，[总价|金额]{price}元。",
            "您好，我是{name}，{item}{quantity}件花了{price}元，单号{order}。")),
        (("name", "day", "time", "room"), (
            "{name}{day}{time}在{room}室开会。", "和{name}的会议[定在|安排在]{day}{time}，地点{room}室。",
            "{day}{time}，{name}会到{room}室。")),
        (("name", "phone", "city"), (
            "{name}在{city}，电话{phone}。", "[请联系|联系人]{city}的{name}，号码是{phone}。", "{name}搬到{city}了，新电话是{phone}。")),
        (("name", "food", "color", "age"), (
            "{name}{age}岁，爱吃{food}，喜欢{color}。", "{name}[刚满|今年]{age}岁，最喜欢的食物是{food}，最喜欢的颜色是{color}。")),
    ),
}
# Clause by clause, in any order: no text is like another.
CLAUSES = {
    "en": {"age": ("age {v}", "{v} years old", "is {v}"), "city": ("lives in {v}", "from {v}", "now in {v}", "city: {v}"),
           "job": ("works as a {v}", "a {v}", "job: {v}", "trained as a {v}"), "phone": ("phone {v}", "call {v}", "tel. {v}", "can be reached at {v}"),
           "food": ("likes {v}", "loves to eat {v}", "favorite food: {v}", "never says no to {v}"),
           "color": ("prefers the color {v}", "dressed in {v}", "color: {v}", "paints everything {v}"),
           "order": ("order {v}", "order number {v}", "see order {v}"), "room": ("room {v}", "stays in room {v}", "sits in room {v}"),
           "day": ("free on {v}", "comes on {v}", "{v} only"), "time": ("at {v}", "from {v} on", "not before {v}"),
           "item": ("wants some {v}", "sells {v}", "collects {v}"), "price": ("pays {v} dollars", "price {v}", "owes {v} dollars")},
    "zh": {"age": ("{v}岁", "今年{v}岁", "年龄{v}"), "city": ("住在{v}", "来自{v}", "现居{v}", "城市：{v}"),
           "job": ("是{v}", "职业{v}", "做{v}", "工作：{v}"), "phone": ("电话{v}", "号码是{v}", "可拨打{v}", "手机：{v}"),
           "food": ("爱吃{v}", "喜欢{v}", "最爱的食物是{v}"), "color": ("偏爱{v}", "颜色选{v}", "穿{v}的衣服"),
           "order": ("订单{v}", "单号{v}", "订单号是{v}"), "room": ("在{v}室", "房间{v}", "住{v}房"),
           "day": ("{v}有空", "{v}来", "约在{v}"), "time": ("{v}到", "时间{v}", "{v}以后"),
           "item": ("想买{v}", "卖{v}", "收集{v}"), "price": ("付{v}元", "价格{v}", "共{v}元")},
}


def composed(ctx: Context, language: str) -> tuple[tuple[str, ...], str]:
    """The fields that a text made of clauses has, and its pattern."""
    chosen = ctx.rng.sample(tuple(CLAUSES[language]), ctx.rng.randrange(1, 6))
    clauses = [ctx.spin_of(CLAUSES[language][field]).replace("{v}", "{" + field + "}") for field in chosen]
    colon = (": " if ctx.chance(0.3) else ", " if ctx.chance(0.5) else " ") if language == "en" else ctx.any(("：", "，", ""))
    comma, stop = ctx.any(((", ", "."), ("; ", ""), (" - ", ""))) if language == "en" else ctx.any((("，", "。"), ("；", "。"), ("、", "")))
    return ("name", *chosen), "{name}" + colon + comma.join(clauses) + stop


ASK_SCHEMA = {
    "en": "[Extract|Return|Give me|Output|Get] the [data|fields|information|details] as JSON [for|matching|following] this schema: {s}\nText: {t}",
    "zh": "[按|根据|依照]这个模式[提取|抽取|输出]JSON：{s}\n[文本|内容|原文]：{t}",
}
ASK_KEYS = {
    "en": "[Extract|Return|Give me|Output|Find] {k} as JSON[.|:|]\n{t}",
    "zh": "[提取|抽取|请提取|找出|从下文提取]{k}，[用JSON输出|输出JSON|以JSON格式返回|返回JSON]。\n{t}",
}


def field_value(ctx: Context, name: str, language: str) -> object:
    rng = ctx.rng
    makers = {
        "name": lambda: full_name(ctx, language), "age": lambda: rng.randrange(5, 95),
        "city": lambda: city(ctx, language), "job": lambda: pair(ctx, "jobs", JOBS, language),
        "phone": lambda: phone(ctx), "quantity": lambda: rng.randrange(2, 60),
        "item": lambda: thing(ctx, language)[1],
        "price": lambda: ctx.any((rng.randrange(5, 500), rng.randrange(100, 9999) / 100)),
        "order": lambda: code(ctx), "day": lambda: pair(ctx, "any_day", WEEKDAYS, language),
        "time": lambda: f"{rng.randrange(7, 21)}:{ctx.any(('00', '15', '30', '45'))}",
        "room": lambda: ctx.any((code(ctx), str(rng.randrange(100, 999)))),
        "color": lambda: pair(ctx, "colours", COLOURS, language),
        "food": lambda: pair(ctx, "foods", FOODS, language),
    }
    return makers[name]()


def schema_of(keys: dict[str, str]) -> dict:
    return {"type": "object", "properties": {key: {"type": FIELDS[name][2]} for name, key in keys.items()},
            "required": list(keys.values())}


def extraction(ctx: Context) -> Example:
    language = ctx.language()
    if ctx.chance(0.35):
        names, text = composed(ctx, language)
    else:
        names, patterns = ctx.any(TEXTS[language])
        text = ctx.spin_of(patterns)
    values = {name: field_value(ctx, name, language) for name in names}
    for name, value in values.items():
        text = text.replace("{" + name + "}", str(value))
    text = with_articles(text)
    asked = ctx.rng.sample(list(names), ctx.rng.randrange(1, len(names) + 1))
    keys = {name: ctx.any(FIELDS[name][0 if language == "en" else 1]) for name in asked}
    result = {key: values[name] for name, key in keys.items()}
    if ctx.chance(0.6):
        question = ctx.spin(ASK_SCHEMA[language])
        question = question.replace("{s}", json.dumps(schema_of(keys), ensure_ascii=False))
    else:
        question = ctx.spin(ASK_KEYS[language]).replace("{k}", ", ".join(keys.values()))
    answer = json.dumps(result, ensure_ascii=False)
    thinking = "\n".join(f"{key}: {values[name]}" for name, key in keys.items())
    return Example("json_extraction", language, [user(question.replace("{t}", text))], thinking, answer,
                   {"kind": "json", "value": result}, is_thinking=ctx.chance(0.8))


SENTIMENTS = {
    "en": {"positive": ("I love this {o}.", "The {o} is [great|wonderful|excellent|perfect|fantastic].",
                        "[Very|So] happy with the {o}!", "[What a|Such a] [lovely|beautiful|good] {o}!",
                        "The {o} works [well|perfectly] and I [like|enjoy] it."),
           "negative": ("I hate this {o}.", "The {o} is [terrible|awful|bad|horrible|useless].",
                        "[Very|So] disappointed with the {o}.", "The {o} broke after [one|two] [day|week]s.",
                        "[Do not buy|I regret buying|A waste of money,] this {o}."),
           "neutral": ("The {o} arrived on Monday.", "This is a {o}.", "The {o} is in the [box|kitchen|office].",
                       "I [bought|ordered] a {o} [yesterday|last week].", "The {o} weighs two kilos.")},
    "zh": {"正面": ("这个{o}[太好了|真棒|非常好|很不错|好极了]。", "我[很喜欢|特别喜欢|爱死]这个{o}了。", "{o}质量[很好|特别棒]，[满意|推荐]！"),
           "负面": ("这个{o}[太差了|很糟糕|真烂|一点也不好]。", "我[讨厌|不喜欢|后悔买]这个{o}。", "{o}[用了一天就坏了|又贵又难用]，[失望|别买]！"),
           "中性": ("{o}[昨天|周一|今天]到的。", "这是一个{o}。", "{o}放在[桌子上|办公室|厨房里]。", "我[上周|昨天]买了一个{o}。")},
}
TOPICS = {
    "en": {"sports": ("The team won the [match|game] [two to one|in overtime].", "She [ran|finished] the marathon in three hours.",
                      "The [striker|player] scored a [late|great] goal."),
           "weather": ("It will [rain|snow] [tomorrow|all week].", "A [storm|cold wind] is coming from the [north|sea].",
                       "Expect [sunshine|fog] and [mild|low] temperatures."),
           "food": ("Boil the [noodles|rice] for ten minutes.", "The [soup|cake] needs more [salt|sugar].",
                    "This restaurant serves [fresh fish|tasty pasta]."),
           "technology": ("The new [phone|laptop] has a faster chip.", "The [update|app] fixes a [security|network] bug.",
                          "The company released its [software|robot]."),
           "travel": ("We booked a [hotel|flight] to the island.", "The [train|tour] leaves from the old [station|town].",
                      "Pack your [passport|suitcase] for the trip.")},
    "zh": {"体育": ("球队[二比一|加时]赢了比赛。", "她[三小时|轻松]跑完了马拉松。", "[前锋|队长]踢进了关键一球。"),
           "天气": ("明天[有雨|下雪|刮大风]。", "[北方|沿海]将有[暴雨|寒潮]。", "今天[晴|多云]，气温[偏低|适宜]。"),
           "美食": ("面条要煮[十|五]分钟。", "这[汤|菜]再加点[盐|糖]。", "这家餐厅的[鱼|烤鸭]很新鲜。"),
           "科技": ("新[手机|电脑]的芯片更快了。", "这次[更新|升级]修复了[安全|网络]漏洞。", "公司发布了新[软件|机器人]。"),
           "旅游": ("我们订了去海岛的[酒店|机票]。", "[火车|旅行团]从老车站出发。", "出发前带好[护照|行李]。")},
}
ASK_LABEL = {
    "en": "[Classify|Label|Categorize] the [text|sentence] as [one of|one of these labels]: {l}.\n[Text: |]{t}",
    "zh": "[把下面的句子分类|给文本分类|选择一个标签|判断类别]：{l}。\n[文本：|]{t}",
}


def classification(ctx: Context) -> Example:
    language = ctx.language()
    table = ctx.any((SENTIMENTS, TOPICS))[language]
    label = ctx.any(tuple(table))
    others = [other for other in table if other != label]
    labels = [label] + ctx.rng.sample(others, ctx.rng.randrange(1, len(others) + 1))
    ctx.rng.shuffle(labels)
    text = ctx.spin_of(table[label]).replace("{o}", pair(ctx, "things", THINGS, language))
    question = ctx.spin(ASK_LABEL[language]).replace("{l}", ", ".join(labels)).replace("{t}", text)
    thinking = f'"{text}" is {label}.' if language == "en" else f"“{text}”属于{label}。"
    return Example("classification", language, [user(question)], thinking, label, exact_check(label),
                   is_thinking=ctx.chance(0.8))
