"""Words by chance: from a list, of which a tenth (by hash) appears only in the test, or made up."""

from __future__ import annotations

import re
import string

from .core import Context
from .lexicon import (CITIES_EN, CITIES_ZH, GIVEN_ZH, NAMES_EN, NICK_HEADS_ZH, OBJECTS_EN, OBJECTS_ZH, PET_NAMES_EN,
                      PET_NAMES_ZH, PLACE_ENDS_EN, PLACE_ENDS_ZH, PLACE_PARTS_ZH, QUALITIES, SURNAMES_ZH)

_ONSETS = ("b c d f g h j k l m n p qu r s t v w y z bl br ch cl cr dr fl fr gl gr kr pl pr sc sh sk sl sm sn sp st "
           "str sw th tr").split()
_VOWELS = "a e i o u ai au ea ee ei ia io oa oo ou y".split()
_CODAS = ("", "", "", "b", "ck", "d", "ft", "g", "k", "l", "ll", "m", "n", "nd", "ng", "nt", "p", "r", "rd", "rk", "s", "sh",
          "sk", "ss", "st", "t", "th", "tt", "x")
_RUDE = ("shit", "cunt", "clit", "slut", "twat", "spic", "coon")


def invented_word(ctx: Context, syllables: int = 2) -> str:
    """A word that no list has: what is copied piece by piece is copied, not remembered."""
    while True:
        word = "".join(ctx.any(_ONSETS) + ctx.any(_VOWELS) for _ in range(syllables)) + ctx.any(_CODAS)
        if ctx.fits("word", word) and not any(rude in word for rude in _RUDE):
            return word


def invented_name(ctx: Context) -> str:
    return invented_word(ctx, ctx.any((1, 2, 2, 3))).capitalize()


def name_en(ctx: Context) -> str:
    return invented_name(ctx) if ctx.chance(0.35) else ctx.pick("names_en", NAMES_EN)


def fitting(ctx: Context, pool: str, parts: tuple, separator: str = "") -> str:
    """One of each of the parts, put together; a tenth of what can so be made is test only."""
    while True:
        text = separator.join(ctx.any(part) for part in parts)
        if ctx.fits(pool, text):
            return text


def name_zh(ctx: Context) -> str:
    return fitting(ctx, "name_zh", (SURNAMES_ZH, GIVEN_ZH, GIVEN_ZH) if ctx.chance(0.7) else (SURNAMES_ZH, GIVEN_ZH))


def nick_zh(ctx: Context) -> str:
    if ctx.chance(0.2):
        return fitting(ctx, "nick_zh", (GIVEN_ZH,)) * 2
    return fitting(ctx, "nick_zh", (NICK_HEADS_ZH, GIVEN_ZH + SURNAMES_ZH))


def full_name(ctx: Context, language: str) -> str:
    if language == "zh":
        return name_zh(ctx)
    return f"{name_en(ctx)} {invented_name(ctx)}" if ctx.chance(0.6) else name_en(ctx)


def person(ctx: Context, language: str) -> str:
    if language == "en":
        return name_en(ctx)
    return nick_zh(ctx) if ctx.chance(0.6) else name_zh(ctx)


def city(ctx: Context, language: str) -> str:
    if ctx.chance(0.65):
        return ctx.pick("cities_" + language, CITIES_EN if language == "en" else CITIES_ZH)
    if language == "zh":
        return fitting(ctx, "place_zh", (PLACE_PARTS_ZH, PLACE_PARTS_ZH, PLACE_ENDS_ZH))
    return invented_word(ctx, ctx.any((1, 2))).capitalize() + ctx.any(PLACE_ENDS_EN + ("", "", ""))


def thing(ctx: Context, language: str) -> tuple[str, str]:
    """Measure word (Chinese only) and name of what can be counted."""
    if language == "en":
        name = ctx.pick("objects_en", OBJECTS_EN)
        return "", f"{ctx.any(QUALITIES)} {name}" if ctx.chance(0.15) else name
    return ctx.pick("objects_zh", OBJECTS_ZH)


def pet_name(ctx: Context, language: str) -> str:
    if ctx.chance(0.3):
        return invented_name(ctx) if language == "en" else nick_zh(ctx)
    return ctx.pick("pet_names_" + language, PET_NAMES_EN if language == "en" else PET_NAMES_ZH)


def pair(ctx: Context, pool: str, items: tuple, language: str) -> str:
    """From a pool of (English, Chinese)."""
    return ctx.pick(pool, items)[0 if language == "en" else 1]


def with_articles(text: str) -> str:
    """"a actor" becomes "an actor"."""
    return re.sub(r"\b([Aa]) (?=[aeiou])", r"\1n ", text)


def code(ctx: Context) -> str:
    """Such as K7-482: an order number, a room, a ticket."""
    letters = "".join(ctx.any(string.ascii_uppercase) for _ in range(ctx.any((1, 2))))
    digits = "".join(ctx.any(string.digits) for _ in range(ctx.any((2, 3, 4))))
    return letters + ctx.any(("", "-")) + digits


def phone(ctx: Context) -> str:
    return "".join(ctx.any(string.digits) for _ in range(ctx.any((6, 7, 8))))
