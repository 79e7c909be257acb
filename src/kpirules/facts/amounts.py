"""What a written amount means: signs, separators and units of numbers, shares, money and durations, one text at a time.

The exact meaning of a cell's text; `facts.columns` reads whole columns and comes here for what is not plain.
Nothing here knows of tables or of what a missing cell is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from functools import cache

from kpirules.units import CURRENCIES, DAY, HOUR, MINUTE, SECOND, WEEK, Unit

_ONE = Fraction(1)
_LARGE = {"万": Fraction(10_000), "亿": Fraction(100_000_000)}


def _each(factor: int, words: str) -> dict[str, Fraction]:
    return dict.fromkeys(words.split(), Fraction(factor))


DURATIONS: Mapping[str, Fraction] = {
    "us": _ONE,
    "微秒": _ONE,
    **_each(1_000, "ms 毫秒"),
    **_each(SECOND, "s sec secs second seconds 秒 秒钟"),
    **_each(MINUTE, "m min mins minute minutes 分 分钟"),
    **_each(HOUR, "h hr hrs hour hours 时 小时 个小时 钟头"),
    **_each(DAY, "d day days 天 日"),
    **_each(WEEK, "w week weeks 周 星期"),
}

#: The words after a number, by unit, and what they multiply it with. "" is a bare number.
SUFFIXES: Mapping[Unit, Mapping[str, Fraction]] = {
    Unit.NUMBER: {"": _ONE, **_LARGE},
    Unit.COUNT: {"": _ONE, **_LARGE, **_each(1, "time times 次 件 个 人")},
    Unit.RATIO: {"": _ONE, "%": Fraction(1, 100), "‰": Fraction(1, 1000)},
    Unit.POINTS: {"": _ONE, **_each(1, "point points 分")},
    Unit.RATING: {"": _ONE, **_each(1, "point points star stars 分 星")},
    Unit.WORKDAYS: {"": _ONE, **_each(1, "workday workdays 工作日 个工作日")},
    Unit.DURATION: DURATIONS,
}

#: How amounts of a currency are marked, besides its code and its Chinese word: before the number, behind it.
_SIGNS = {
    "CNY": ("¥ rmb", "圆 yuan rmb 块"),
    "USD": ("$ us$", "$"),
    "EUR": ("€", "€"),
    "GBP": ("£", "£"),
    "JPY": ("¥", "円"),
    "HKD": ("hk$ $", "港币"),
}

_NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d*)?"
_WRITTEN = re.compile(
    rf"(?P<sign>[-+]?)\s*(?P<currency>[¥$€£]|(?:hk|us)\$|[a-z]{{3}})?\s*(?P<second_sign>[-+]?)\s*"
    rf"(?P<number>{_NUMBER})(?P<exponent>e[-+]?\d{{1,3}})?\s*(?P<suffix>[^\d\s,.].*)?",
    re.ASCII | re.DOTALL,
)
_CLOCK = re.compile(
    r"(-?)(?:(\d+)\s*(?:d|days?|天)[ ,]*)?(\d{1,6}):([0-5]?\d):([0-5]?\d)(?:\.(\d{1,9}))?", re.ASCII
)
_PART = re.compile(r"(\d+(?:\.\d+)?)\s*([^\d\s.,]+)[\s,]*", re.ASCII)
_ISO = re.compile(
    r"(-?)p(?:(\d+(?:\.\d+)?)w)?(?:(\d+(?:\.\d+)?)d)?"
    r"(?:t(?:(\d+(?:\.\d+)?)h)?(?:(\d+(?:\.\d+)?)m)?(?:(\d+(?:\.\d+)?)s)?)?",
    re.ASCII,
)
_ISO_PARTS = (WEEK, DAY, HOUR, MINUTE, SECOND)


def amount(text: str, unit: Unit, bare: str | None = None) -> Fraction | None:
    """The value of a text in NFKC without surrounding spaces, in the unit's own measure (durations: microseconds).

    bare: what a duration without a unit is counted in, or the currency of money (CNY). None where the text is no such amount.
    """
    text = text.lower().replace("−", "-")
    found = _WRITTEN.fullmatch(text)
    if found is not None and any(c.isdigit() for c in found["number"]):
        factor = _factor(found, unit, bare)
        if factor is not None:
            value = Fraction(found["number"].replace(",", "") + (found["exponent"] or ""))
            negative = "-" in (found["sign"], found["second_sign"])
            return (-value if negative else value) * factor
    return _duration(text) if unit is Unit.DURATION else None


def _factor(found: re.Match[str], unit: Unit, bare: str | None) -> Fraction | None:
    """What the number is multiplied with, or None where its signs, currency or suffix do not fit."""
    if found["sign"] and found["second_sign"]:
        return None
    suffix = (found["suffix"] or "").strip()
    if unit is Unit.MONEY:
        before, behind = _marks(bare or "CNY")
        return behind.get(suffix) if (found["currency"] or "") in before else None
    if found["currency"]:
        return None
    if unit is Unit.DURATION and not suffix:
        return None if bare is None else DURATIONS.get(bare.strip().lower())
    return SUFFIXES[unit].get(suffix)


@cache
def _marks(currency: str) -> tuple[frozenset[str], Mapping[str, Fraction]]:
    """What may stand before an amount of money, and behind it with the factor that it means."""
    before, behind = _SIGNS.get(currency, ("", ""))
    words = {currency.lower(), CURRENCIES[currency].zh, *behind.split()}
    large = {size + word: factor for size, factor in _LARGE.items() for word in words}
    return frozenset({"", currency.lower(), *before.split()}), {
        "": _ONE,
        **dict.fromkeys(words, _ONE),
        **_LARGE,
        **large,
    }


def _duration(text: str) -> Fraction | None:
    """`2h 15m`, `1 day, 2:00:00`, `00:30:00`, `1小时30分`, `PT1H30M`; `1:30` is none: it may be minutes or hours."""
    clock = _CLOCK.fullmatch(text)
    if clock is not None:
        sign, days, hours, minutes, seconds, part = clock.groups()
        whole = int(days or 0) * DAY + int(hours) * HOUR + int(minutes) * MINUTE + int(seconds) * SECOND
        value = whole + (Fraction(f"0.{part}") * SECOND if part else 0)
        return -Fraction(value) if sign else Fraction(value)
    iso = _ISO.fullmatch(text)
    if iso is not None and any(iso.groups()[1:]):
        sign, *parts = iso.groups()
        total = sum((Fraction(p) * u for p, u in zip(parts, _ISO_PARTS, strict=True) if p), Fraction(0))
        return -total if sign else total
    return _parts(text)


def _parts(text: str) -> Fraction | None:
    """Numbers each with its unit, the larger units first."""
    body = text.removeprefix("-").strip()
    total, place, last = Fraction(0), 0, None
    while place < len(body):
        part = _PART.match(body, place)
        factor = DURATIONS.get(part[2]) if part else None
        if part is None or factor is None or (last is not None and factor >= last):
            return None
        total, place, last = total + Fraction(part[1]) * factor, part.end(), factor
    return None if last is None else (-total if text.startswith("-") else total)
