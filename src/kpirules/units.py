"""The units of values, and what arithmetic does with them. Knows nothing of names, files or text.

Ratios and percentage points are one unit (`95% - 2pp` is a ratio); a duration is held in microseconds,
money in the currency's main unit, a ratio as the plain ratio (93% is 0.93), date-times in microseconds
since 1970-01-01 and dates in days since then.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache

from kpirules.diagnostics import Words
from kpirules.numbers import decimal_text


class Unit(StrEnum):
    NUMBER = "number"
    COUNT = "count"
    RATIO = "ratio"
    POINTS = "points"
    RATING = "rating"
    DURATION = "duration"
    WORKDAYS = "workdays"
    MONEY = "money"
    DATETIME = "datetime"
    DATE = "date"
    TEXT = "text"
    BOOLEAN = "boolean"
    STAFF = "staff"


NUMERIC = frozenset(
    {
        Unit.NUMBER,
        Unit.COUNT,
        Unit.RATIO,
        Unit.POINTS,
        Unit.RATING,
        Unit.DURATION,
        Unit.WORKDAYS,
        Unit.MONEY,
    }
)
# Units whose values are plain numbers: a bare literal such as `5` may stand for any of them.
PLAIN = frozenset({Unit.NUMBER, Unit.COUNT, Unit.POINTS, Unit.RATING})
_DIMENSIONAL = frozenset({Unit.DURATION, Unit.WORKDAYS, Unit.MONEY})

#: The currencies that a policy may count in, by their code: the word for each as a policy writes it.
CURRENCIES = {
    "CNY": Words("yuan", "元"),
    "USD": Words("USD", "美元"),
    "EUR": Words("EUR", "欧元"),
    "GBP": Words("GBP", "英镑"),
    "JPY": Words("JPY", "日元"),
    "HKD": Words("HKD", "港元"),
    "MOP": Words("MOP", "澳门元"),
    "TWD": Words("TWD", "新台币"),
    "KRW": Words("KRW", "韩元"),
    "SGD": Words("SGD", "新加坡元"),
    "MYR": Words("MYR", "林吉特"),
    "THB": Words("THB", "泰铢"),
    "IDR": Words("IDR", "印尼盾"),
    "VND": Words("VND", "越南盾"),
    "PHP": Words("PHP", "菲律宾比索"),
    "INR": Words("INR", "印度卢比"),
    "AUD": Words("AUD", "澳元"),
    "NZD": Words("NZD", "新西兰元"),
    "CAD": Words("CAD", "加元"),
    "CHF": Words("CHF", "瑞士法郎"),
    "SEK": Words("SEK", "瑞典克朗"),
    "NOK": Words("NOK", "挪威克朗"),
    "DKK": Words("DKK", "丹麦克朗"),
    "PLN": Words("PLN", "兹罗提"),
    "RUB": Words("RUB", "卢布"),
    "TRY": Words("TRY", "土耳其里拉"),
    "AED": Words("AED", "迪拉姆"),
    "SAR": Words("SAR", "沙特里亚尔"),
    "ZAR": Words("ZAR", "兰特"),
    "BRL": Words("BRL", "雷亚尔"),
    "MXN": Words("MXN", "墨西哥比索"),
}

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
WEEK = 7 * DAY


@dataclass(frozen=True, slots=True)
class Type:
    """A declared type: its unit; for a rating scale, lowest and highest value and the step between; for a text,
    the values it may have (empty: any); for money its currency."""

    unit: Unit
    low: Fraction | None = None
    high: Fraction | None = None
    step: Fraction | None = None
    choices: tuple[str, ...] = ()
    currency: str = "CNY"

    @property
    def lowest(self) -> Fraction | None:
        """The least value that a fact of this type can have, where the type bounds it."""
        if self.low is not None:
            return self.low
        return Fraction(0) if self.unit in (Unit.COUNT, Unit.DURATION, Unit.WORKDAYS) else None


def sum_unit(left: Unit, right: Unit) -> Unit | None:
    """The unit of `left + right`, or None where they do not add. A bare number takes the other's unit."""
    if left == right and left in NUMERIC:
        return left
    if left in PLAIN and right in PLAIN:
        return right if left is Unit.NUMBER else left
    return None


def difference_unit(left: Unit, right: Unit) -> Unit | None:
    """The unit of `left - right`: as for a sum, and the time between two date-times or two dates."""
    if left == right and left in (Unit.DATETIME, Unit.DATE):
        return Unit.DURATION
    return sum_unit(left, right)


def product_unit(left: Unit, right: Unit) -> Unit | None:
    """The unit of `left * right`: a share or a plain number of something is that something."""
    if left not in NUMERIC or right not in NUMERIC:
        return None
    for one, other in ((left, right), (right, left)):
        if one in _DIMENSIONAL:
            return None if other in _DIMENSIONAL else one
    if {left, right} == {Unit.NUMBER, Unit.RATIO}:
        return Unit.NUMBER  # 95% of 1000 is 950, whichever stands first
    for one, other in ((left, right), (right, left)):
        if one in (Unit.NUMBER, Unit.RATIO):
            return other
    if {left, right} == {Unit.COUNT, Unit.POINTS}:
        return Unit.POINTS
    return Unit.NUMBER


def quotient_unit(left: Unit, right: Unit) -> Unit | None:
    """The unit of `left / right`: like by like is a ratio (of ratios: a number); else the left one's per plain number."""
    if left not in NUMERIC or right not in NUMERIC:
        return None
    if left == right:
        return Unit.NUMBER if left in (Unit.RATIO, Unit.NUMBER, Unit.POINTS, Unit.RATING) else Unit.RATIO
    if right in _DIMENSIONAL:
        return None
    if left in _DIMENSIONAL:
        return left
    if right in (Unit.NUMBER, Unit.RATIO):
        return left
    return Unit.NUMBER


def comparable(left: Unit, right: Unit) -> bool:
    """Whether the two may stand on the two sides of a comparison."""
    return left == right or (left in PLAIN and right in PLAIN)


def fits(given: Unit, wanted: Unit) -> bool:
    """Whether a value of the given unit may be used where the wanted unit is declared."""
    return given == wanted or (given in PLAIN and wanted in PLAIN)


_SIZES = ((DAY, "days", "天"), (HOUR, "h", "小时"), (MINUTE, "min", "分钟"))


@lru_cache(maxsize=4096)  # statements of many people show the same values over and over
def shown(value: Fraction, unit: Unit, language: str = "en", currency: str = "CNY") -> str:
    """A value as it would be written in a policy: `92.5%`, `30 min`, `1200 yuan`. currency: of money."""
    chinese = language == "zh"
    match unit:
        case Unit.RATIO:
            return f"{_short(value * 100)}%"
        case Unit.DURATION:
            for size, word, zh in _SIZES:
                if value and value % size == 0:
                    count = value // size
                    return f"{count} {zh if chinese else word.removesuffix('s') if count == 1 else word}"
            if abs(value) >= MINUTE:
                return f"{_short(value / MINUTE)} {'分钟' if chinese else 'min'}"
            return f"{_short(value / SECOND)} {'秒' if chinese else 's'}"
        case Unit.MONEY:
            money = CURRENCIES[currency]
            return f"{_short(value)} {money.zh if chinese else money.en}"
        case Unit.WORKDAYS:
            return f"{_short(value)} {'个工作日' if chinese else 'workdays'}"
        case Unit.DATE | Unit.DATETIME:
            whole = datetime.datetime(1970, 1, 1) + datetime.timedelta(
                **{"days" if unit is Unit.DATE else "microseconds": int(value)}
            )
            return str(whole.date() if unit is Unit.DATE else whole)
        case _:
            return _short(value)


def _short(value: Fraction) -> str:
    """In full where the decimal is short; else to six places, marked as cut."""
    text = decimal_text(value)
    if "/" not in text and len(text.partition(".")[2]) <= 6:
        return text
    return decimal_text(value, 6).rstrip("0") + "…"
