"""Word lists. The last tenth of each (by hash) appears only in the test."""

from __future__ import annotations

import string

from .core import Context

NAMES_EN = (
    "Anna Ben Clara David Emma Frank Grace Henry Ivy Jack Kate Liam Mia Noah Olivia Paul Quinn Rosa "
    "Sam Tina Uma Victor Wendy Xander Yara Zoe Adam Bella Carl Diana Eric Fiona George Hannah Ian "
    "Julia Kevin Laura Mark Nina Oscar Petra Robert Sarah Tom Ursula Vera Walter Alice Bruno Chloe "
    "Daniel Eva Felix Gina Hugo Irene James Karen Leo Maria Nick Otto Peter Rachel Simon Theo Vivian "
    "Lucy Max Nora Philip Ruth Steve Tara Vince Amir Priya Kenji Yuki Omar Leila Chen Mei Diego Ana"
).split()
SURNAMES_ZH = tuple("王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕")
GIVEN_ZH = (
    "伟 芳 娜 敏 静 丽 强 磊 军 洋 勇 艳 杰 涛 明 超 霞 平 刚 桂英 小红 志强 建国 海燕 晓明 文博 子涵 浩然 "
    "雨桐 欣怡 思远 佳琪 一鸣 天宇 梦瑶 俊杰 雪梅 国栋 丹 琳"
).split()
NICK_ZH = ("小明 小红 小华 小刚 小丽 小李 小王 小张 小美 小芳 小强 小兰 小林 小军 小亮 小雨 小杰 小玲 小龙 小燕 "
           "老王 老李 阿强 阿珍 丽丽 明明 乐乐 豆豆 妞妞 壮壮").split()
OBJECTS_EN = (
    "apples pears books pens coins cookies stamps marbles stickers cards balloons flowers eggs candies "
    "oranges bananas shells buttons pencils toys cups plates stones lemons peaches tickets keys beads "
    "photos bottles cakes mangoes plums nuts badges ribbons notebooks erasers crayons magnets"
).split()
OBJECTS_ZH = (  # measure word, thing
    ("个", "苹果"), ("个", "梨"), ("本", "书"), ("支", "铅笔"), ("枚", "硬币"), ("块", "饼干"), ("张", "邮票"),
    ("颗", "糖"), ("张", "卡片"), ("个", "气球"), ("朵", "花"), ("个", "鸡蛋"), ("个", "橙子"), ("根", "香蕉"),
    ("个", "贝壳"), ("颗", "纽扣"), ("个", "玩具"), ("个", "杯子"), ("个", "盘子"), ("块", "石头"), ("个", "柠檬"),
    ("个", "桃子"), ("张", "票"), ("把", "钥匙"), ("颗", "珠子"), ("张", "照片"), ("个", "瓶子"), ("块", "蛋糕"),
    ("个", "芒果"), ("个", "李子"), ("个", "本子"), ("块", "橡皮"), ("只", "小鸡"), ("条", "鱼"), ("面", "小旗"),
)
CITIES_EN = (
    "Paris London Berlin Rome Madrid Vienna Prague Oslo Dublin Lisbon Athens Warsaw Boston Chicago Denver "
    "Seattle Toronto Sydney Tokyo Osaka Seoul Delhi Cairo Nairobi Lima Quito Dallas Miami Zurich Geneva "
    "Hamburg Munich Milan Naples Porto Lyon Beijing Shanghai Singapore Bangkok Hanoi Jakarta Helsinki"
).split()
CITIES_ZH = ("北京 上海 广州 深圳 杭州 南京 成都 武汉 西安 重庆 天津 苏州 长沙 青岛 大连 厦门 昆明 哈尔滨 沈阳 济南 "
             "郑州 合肥 福州 南昌 贵阳 兰州 太原 海口 拉萨 桂林 宁波 无锡 珠海 东京 巴黎 伦敦 纽约 悉尼").split()
JOBS = (("teacher", "老师"), ("doctor", "医生"), ("nurse", "护士"), ("driver", "司机"), ("cook", "厨师"),
        ("engineer", "工程师"), ("farmer", "农民"), ("lawyer", "律师"), ("painter", "画家"),
        ("singer", "歌手"), ("writer", "作家"), ("pilot", "飞行员"), ("baker", "面包师"),
        ("student", "学生"), ("dentist", "牙医"), ("librarian", "图书管理员"))
COLOURS = (("red", "红色"), ("blue", "蓝色"), ("green", "绿色"), ("yellow", "黄色"), ("black", "黑色"),
           ("white", "白色"), ("purple", "紫色"), ("orange", "橙色"), ("pink", "粉色"), ("brown", "棕色"),
           ("grey", "灰色"), ("silver", "银色"))
FOODS = (("pizza", "披萨"), ("noodles", "面条"), ("rice", "米饭"), ("dumplings", "饺子"), ("soup", "汤"),
         ("salad", "沙拉"), ("sushi", "寿司"), ("curry", "咖喱"), ("pancakes", "煎饼"), ("tofu", "豆腐"),
         ("chocolate", "巧克力"), ("cheese", "奶酪"), ("hot pot", "火锅"), ("ice cream", "冰淇淋"),
         ("roast duck", "烤鸭"), ("fried eggs", "煎蛋"))
PETS = (("cat", "猫"), ("dog", "狗"), ("parrot", "鹦鹉"), ("rabbit", "兔子"), ("hamster", "仓鼠"),
        ("turtle", "乌龟"), ("pony", "小马"), ("goldfish", "金鱼"))
PET_NAMES_EN = "Milo Luna Rex Bella Coco Max Oreo Simba Nala Biscuit Pepper Ginger Shadow Lucky Toby Daisy Ziggy Pip".split()
PET_NAMES_ZH = "豆豆 球球 小白 小黑 旺财 咪咪 花花 毛毛 点点 可乐 布丁 年糕 汤圆 芝麻 团团 阿福 雪球 来福".split()
HOBBIES = (("chess", "下棋"), ("swimming", "游泳"), ("painting", "画画"), ("running", "跑步"), ("reading", "看书"),
           ("fishing", "钓鱼"), ("dancing", "跳舞"), ("cooking", "做饭"), ("hiking", "爬山"), ("singing", "唱歌"),
           ("football", "踢足球"), ("photography", "摄影"), ("gardening", "种花"), ("cycling", "骑车"))
WEEKDAYS = (("Monday", "星期一"), ("Tuesday", "星期二"), ("Wednesday", "星期三"), ("Thursday", "星期四"),
            ("Friday", "星期五"), ("Saturday", "星期六"), ("Sunday", "星期日"))
MONTHS = ("January February March April May June July August September October November December").split()
MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

_ONSETS = "b c d f g h k l m n p r s t v w z br dr gr kr pl st tr sh th".split()
_VOWELS = "a e i o u ai ee oa".split()


def invented_word(ctx: Context, syllables: int = 2) -> str:
    """A word that no list has: what is copied letter by letter is copied, not remembered."""
    while True:
        word = "".join(ctx.any(_ONSETS) + ctx.any(_VOWELS) for _ in range(syllables))
        word += ctx.any(("", "n", "r", "l", "s", "x"))
        if ctx.fits("word", word):
            return word


def name_en(ctx: Context) -> str:
    if ctx.chance(0.15):
        return invented_word(ctx).capitalize()
    return ctx.pick("names_en", NAMES_EN)


def full_name(ctx: Context, language: str) -> str:
    if language == "zh":
        while True:
            name = ctx.any(SURNAMES_ZH) + ctx.any(GIVEN_ZH)
            if ctx.fits("name_zh", name):
                return name
    return f"{name_en(ctx)} {invented_word(ctx).capitalize()}" if ctx.chance(0.6) else name_en(ctx)


def person(ctx: Context, language: str) -> str:
    if language == "en":
        return name_en(ctx)
    return ctx.pick("nick_zh", NICK_ZH) if ctx.chance(0.6) else full_name(ctx, "zh")


def city(ctx: Context, language: str) -> str:
    return ctx.pick("cities_" + language, CITIES_EN if language == "en" else CITIES_ZH)


def pair(ctx: Context, pool: str, items: tuple, language: str) -> str:
    """From a pool of (English, Chinese)."""
    return ctx.pick(pool, items)[0 if language == "en" else 1]


def code(ctx: Context) -> str:
    """Such as K7-482: an order number, a room, a ticket."""
    letters = "".join(ctx.any(string.ascii_uppercase) for _ in range(ctx.any((1, 2))))
    digits = "".join(ctx.any(string.digits) for _ in range(ctx.any((2, 3, 4))))
    return letters + ctx.any(("", "-")) + digits


def phone(ctx: Context) -> str:
    return "".join(ctx.any(string.digits) for _ in range(ctx.any((6, 7, 8))))
