"""The right tool out of several, its arguments, its result in words, or no tool at all."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Callable

from .arithmetic import number
from .chat import small_talk
from .core import Context, Example, contains_check, user
from .lexicon import FOODS, MESSAGES, TASKS, TOPICS
from .words import city, invented_name, invented_word, name_en, pair, person


@dataclass(frozen=True)
class Argument:
    names: tuple[str, ...]  # spellings of the parameter
    kind: str
    make: Callable[[Context, str], object]


@dataclass(frozen=True)
class Tool:
    names: tuple[str, ...]
    descriptions: tuple[str, ...]
    arguments: tuple[Argument, ...]
    asks: dict[str, tuple[str, ...]]  # {0}, {1} are the arguments
    result: Callable[[Context, list], dict] | None = None
    answer: dict[str, str] | None = None  # {key} of the result, {0} of the arguments


CURRENCIES = ("USD", "EUR", "CNY", "JPY", "GBP", "KRW", "INR", "CHF")
SKIES = (("sunny", "晴"), ("rainy", "下雨"), ("cloudy", "多云"), ("windy", "有风"), ("snowy", "下雪"))

TOOLS = (
    Tool(("get_weather", "weather", "weather_lookup", "current_weather"), ("Get the weather of a city", "Current weather", "查询天气"),
         (Argument(("city", "location", "place"), "string", city),),
         {"en": ("[What is|What's|How is|How's] the weather [in|like in] {0}[ today| now|]?", "[Tell me|Check|Show me] the weather in {0}[.|, please.|]",
                 "[Is it raining|Is it cold|Do I need an umbrella] in {0}?"),
          "zh": ("{0}[今天|现在|]天气[怎么样|如何|好吗]？", "[查一下|帮我查|看看]{0}的天气[。|]", "{0}[下雨了吗|冷不冷|要带伞吗]？")},
         lambda ctx, a: {"temperature": ctx.rng.randrange(-9, 38), "sky": ctx.any(SKIES)[0]},
         {"en": "It is {sky} in {0}, {temperature} degrees.", "zh": "{0}现在{temperature}度，{sky}。"}),
    Tool(("calculator", "calculate", "calc", "math_eval"), ("Evaluate an expression", "Do arithmetic", "计算表达式"),
         (Argument(("expression", "expr", "formula"), "string",
                   lambda ctx, _: f"{number(ctx, ctx.any((3, 4)))} {ctx.any('+-*')} {number(ctx, ctx.any((3, 4)))}"),),
         {"en": ("[Use the tool to compute|Calculate|Compute] {0}[.|]", "[What is|How much is] {0}?"), "zh": ("[用工具计算|计算|算一下]{0}[。|]", "{0}[等于多少|是多少]？")},
         lambda ctx, a: {"result": eval(a[0])},  # noqa: S307 - our own three-part sums
         {"en": "{0} = {result}", "zh": "{0} = {result}"}),
    Tool(("search", "web_search", "search_web", "find_pages"), ("Search the web", "Find pages on a topic", "搜索网页"),
         (Argument(("query", "q", "keywords"), "string", lambda ctx, l: pair(ctx, "topics", TOPICS, l)),),
         {"en": ("[Search for|Look up|Search the web for|Find pages about|Google] {0}[.|]", "[Find me|I need] [news|something] about {0}[.|]"),
          "zh": ("[搜索|搜一下|上网查|帮我搜]{0}[。|]", "[找一下|查查]关于{0}的[消息|资料|文章]。")}),
    Tool(("send_message", "send_text", "message", "send_sms"), ("Send a message to a person", "发消息"),
         (Argument(("to", "recipient", "name"), "string", person),
          Argument(("text", "message", "content"), "string", lambda ctx, l: pair(ctx, "texts", MESSAGES, l))),
         {"en": ("[Tell|Text|Message] {0}: {1}[.|]", "Send {0} [a message|a text][:| saying] {1}[.|]"),
          "zh": ("[告诉|通知]{0}：{1}[。|]", "[给|发消息给]{0}[发消息|发条短信|发个信息]：{1}[。|]")}),
    Tool(("set_timer", "timer", "start_timer", "countdown"), ("Start a timer", "Set a timer in minutes", "设置计时器"),
         (Argument(("minutes", "duration", "mins"), "integer", lambda ctx, _: ctx.rng.randrange(1, 90)),),
         {"en": ("[Set|Start] a timer for {0} minutes[.|, please.|]", "[Wake me|Remind me|Beep] in {0} minutes[.|]"),
          "zh": ("[设一个|定个|开个|来个]{0}分钟的[计时器|倒计时|闹钟]。", "{0}分钟后[叫我|提醒我|喊我]。")},
         lambda ctx, a: {"ok": True}, {"en": "The timer is set for {0} minutes.", "zh": "已设好{0}分钟的计时器。"}),
    Tool(("add_task", "create_todo", "add_reminder", "new_task"), ("Add a task to the list", "Create a to-do", "添加待办"),
         (Argument(("title", "task", "item"), "string", lambda ctx, l: pair(ctx, "tasks", TASKS, l)),),
         {"en": ("[Add|Put] \"{0}\" [to|on] my [list|to-do list][.|]", "[Remind me to|I must not forget to|Note down: ] {0}[.|]"),
          "zh": ("[把|请把]“{0}”[加到|写进]待办[。|]", "[提醒我|记得叫我|记下：]{0}[。|]")}),
    Tool(("convert_currency", "exchange", "currency", "fx_convert"), ("Convert money", "Exchange rates", "货币换算"),
         (Argument(("amount", "value"), "integer", lambda ctx, _: ctx.rng.randrange(2, 900)),
          Argument(("from", "source"), "string", lambda ctx, _: ctx.any(CURRENCIES[:4])),
          Argument(("to", "target"), "string", lambda ctx, _: ctx.any(CURRENCIES[4:]))),
         {"en": ("[Convert|Change|Exchange] {0} {1} [to|into] {2}[.|]", "How [much|many {2}] is {0} {1}[ in {2}]?"),
          "zh": ("[把|请把|将]{0} {1}[换成|兑换成|换算成]{2}[。|]", "{0} {1}[等于|是|能换]多少{2}？")},
         lambda ctx, a: {"result": ctx.rng.randrange(10, 9000)}, {"en": "{0} {1} is {result} {2}.", "zh": "{0} {1}是{result} {2}。"}),
    Tool(("translate", "translate_text", "translator", "translation"), ("Translate a text", "Translate words", "翻译"),
         (Argument(("text", "source_text"), "string", lambda ctx, l: pair(ctx, "foods", FOODS, l)),
          Argument(("language", "to", "lang"), "string", lambda ctx, l: ctx.any(("French", "German", "Spanish") if l == "en" else ("法语", "德语", "日语")))),
         {"en": ("[Translate|Please translate] \"{0}\" [to|into] {1}[.|]", "[How do you say|What is] \"{0}\" in {1}?"),
          "zh": ("[把|请把]“{0}”[翻译成|译成]{1}[。|]", "“{0}”用{1}怎么说？")}),
    Tool(("book_table", "reserve_table", "restaurant_booking", "reserve"), ("Book a table", "Reserve at a restaurant", "订餐厅"),
         (Argument(("restaurant", "place"), "string", lambda ctx, _: invented_name(ctx)),
          Argument(("people", "guests", "party_size"), "integer", lambda ctx, _: ctx.rng.randrange(2, 12))),
         {"en": ("[Book|Reserve] a table at {0} for {1} [people|guests|persons][.|]", "[We are|I need a table for] {1} [people|] at {0}[, please book.|.]"),
          "zh": ("[在|去]{0}[订|预订]一张{1}人的桌子[。|]", "[帮我订|预订]{0}，{1}个人[。|]")},
         lambda ctx, a: {"ok": True}, {"en": "The table at {0} for {1} is booked.", "zh": "已在{0}订好{1}人的桌子。"}),
    Tool(("get_stock_price", "stock_price", "stock_quote", "quote"), ("Price of a stock", "Get a share price", "查询股价"),
         (Argument(("symbol", "ticker"), "string", lambda ctx, _: "".join(ctx.any("ABCDEFGHKLMNPRSTVX") for _ in range(ctx.any((3, 4))))),),
         {"en": ("[What is|What's|Get|Check] the [stock price|share price|price] of {0}[?|]", "How is {0} [trading|stock] [today|now]?"),
          "zh": ("{0}的[股价|股票价格]是多少？", "[查一下|看看]{0}的[股价|股票][。|]")},
         lambda ctx, a: {"price": ctx.rng.randrange(100, 9000) / 10}, {"en": "{0} is at {price}.", "zh": "{0}的股价是{price}。"}),
    Tool(("play_music", "play", "play_song", "music_player"), ("Play music", "Play songs of an artist", "播放音乐"),
         (Argument(("artist", "song", "name"), "string", lambda ctx, l: name_en(ctx) if l == "en" else person(ctx, l)),),
         {"en": ("[Play|Put on] [something by|a song by|music by] {0}[.|]", "I want to hear {0}[.|]"),
          "zh": ("[放|播放|来]一首{0}的歌[。|]", "[我想听|给我放]{0}的歌[。|]")}),
    Tool(("find_route", "directions", "get_directions", "navigate"), ("Find a route", "Directions between cities", "路线规划"),
         (Argument(("origin", "from", "start"), "string", city), Argument(("destination", "to", "end"), "string", lambda ctx, l: city(ctx, l))),
         {"en": ("[How do I get|What is the way|Show me the route|Directions] from {0} to {1}[?|]", "[Navigate|Drive] from {0} to {1}[.|]"),
          "zh": ("[从|怎么从]{0}[到|去]{1}[怎么走|的路线][？|]", "[导航|规划路线]：从{0}到{1}[。|]")}),
)


@dataclass
class Declared:
    """A tool as one request declares it: its names are chosen afresh, so they must be read."""

    tool: Tool
    name: str
    parameters: list[str]
    schema: dict


def varied(ctx: Context, name: str) -> str:
    """As programs spell it: get_weather, getWeather, get_weather_v2, brask_weather."""
    kind = ctx.rng.randrange(20)
    if kind < 3:
        return name + "_" + ctx.any(("v2", "api", "tool", "now", "x", "in", "1", "value"))
    if kind < 6:
        head, *rest = name.split("_")
        return head + "".join(part.capitalize() for part in rest)
    if kind < 9:
        return invented_word(ctx, 1) + "_" + name
    return name


def declare(ctx: Context, tool: Tool) -> Declared:
    name = varied(ctx, ctx.any(tool.names))
    parameters = [varied(ctx, ctx.any(argument.names)) for argument in tool.arguments]
    if len(set(parameters)) < len(parameters):
        return declare(ctx, tool)
    properties = {p: {"type": a.kind} for p, a in zip(parameters, tool.arguments)}
    schema = {"type": "function", "function": {
        "name": name, "description": ctx.any(tool.descriptions),
        "parameters": {"type": "object", "properties": properties, "required": list(parameters)}}}
    return Declared(tool, name, parameters, schema)


def offer(ctx: Context) -> list[Declared]:
    chosen = ctx.rng.sample(TOOLS, ctx.any((1, 2, 3, 3, 4)))
    return [declare(ctx, tool) for tool in chosen]


def request(ctx: Context, declared: Declared, language: str) -> tuple[str, list]:
    while True:
        values = [argument.make(ctx, language) for argument in declared.tool.arguments]
        if len(set(map(str, values))) == len(values):
            break
    text = ctx.spin_of(declared.tool.asks[language])
    for i, value in enumerate(values):
        text = text.replace("{" + str(i) + "}", str(value))
    return text, values


def call_of(declared: Declared, values: list) -> dict:
    return {"name": declared.name, "arguments": dict(zip(declared.parameters, values))}


def tool_call(ctx: Context) -> Example:
    language, tools = ctx.language(), offer(ctx)
    used = ctx.any(tools)
    text, values = request(ctx, used, language)
    call = call_of(used, values)
    listed = ", ".join(f"{p} = {v}" for p, v in call["arguments"].items())
    thinking = f"Tool: {used.name}. {listed}" if language == "en" else f"工具：{used.name}。{listed}"
    answer = f"<tool_call>\n{json.dumps(call, ensure_ascii=False)}\n</tool_call>"
    return Example("tool_calls", language, [user(text)], thinking, answer, {"kind": "tool", "value": call},
                   [declared.schema for declared in tools], is_thinking=ctx.chance(0.8))


def no_tool(ctx: Context) -> Example:
    """Tools are there, but the question is small talk."""
    example, tools = small_talk(ctx), offer(ctx)
    example.family, example.tools = "tool_not_needed", [declared.schema for declared in tools]
    head = "No tool needed. " if example.language == "en" else "不需要工具。"
    example.thinking = head + example.thinking
    example.check = {"kind": "no_tool", "value": example.check["value"]}
    return example


def tool_result(ctx: Context) -> Example:
    language = ctx.language()
    used = declare(ctx, ctx.any([tool for tool in TOOLS if tool.result]))
    text, values = request(ctx, used, language)
    result = used.tool.result(ctx, values)
    if language == "zh" and "sky" in result:
        result["sky"] = dict(SKIES)[result["sky"]]
    answer = used.tool.answer[language]
    for i, value in enumerate(values):
        answer = answer.replace("{" + str(i) + "}", str(value))
    for key, value in result.items():
        answer = answer.replace("{" + key + "}", str(value))
    content = json.dumps(result, ensure_ascii=False)
    messages = [user(text), {"role": "assistant", "content": "", "tool_calls": [{"function": call_of(used, values)}]},
                {"role": "tool", "content": content}]
    thinking = f"Result: {content}" if language == "en" else f"结果：{content}"
    needed = [str(value) for value in result.values() if value is not True] or [str(values[0])]
    return Example("tool_results", language, messages, thinking, answer, contains_check(*needed), [used.schema])
