"""The tables that the tests put into sources, and what an author hands back to them."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Context, Decimal
from zoneinfo import ZoneInfo

import pyarrow as pa

MOMENT = datetime.datetime(2026, 1, 5, 9, 30, 15)
_DAY = datetime.timedelta(days=1)
_TICK = datetime.timedelta(microseconds=1)
_EXACT = Context(prec=38)
#: People as sources hold them: with blanks around, and with what must be quoted somewhere.
PEOPLE = ("S1", " S1 ", "O'Hara", 'say "x"', "50%", "a_b", "a\\b", "李雷", "007", None)


@dataclass(frozen=True, slots=True)
class Broken:
    """A source with something wrong in it, and the place that its error must name.

    row: as a person counts there; column: None where the row as a whole is wrong; sheet: if the place must name one.
    rows: how many rows come all the same, None if that does not matter.
    """

    location: str
    row: int | None
    column: str | None
    sheet: str | None = None
    rows: int | None = None


#: Text that holds what separates or escapes something in one format or another.
SEPARATORS = (
    *("a,b", "a;b", "a|b", "a\tb", "a\nb", "a b", "a:b", "a=b", "a/b"),
    *('a"b', '"', '""', "a'b", "'a'", "`a`", "a\\b", "a\\|b", "a\\nb", "|", "\\", ",", ",,", "---"),
    *("a&amp;b", "&#124;", "<br>", "%7C", "# a", "null", "NULL", "[a]", "{a}", "$a", "a\n\nb"),
)
#: Text that acts in one format or another: links and tags.
ACTIVE = (
    *(
        "http://example.org/a",
        "www.example.org",
        "mailto:a@example.org",
        "a@example.org",
        "<http://example.org>",
    ),
    *("<b>a</b>", "<img src=x onerror=alert(1)>", "<script>alert(1)</script>", "</td><td>", "<!-- a"),
    *(
        "[a](javascript:alert(1))",
        "![a](http://example.org/a.png)",
        "[a]: http://example.org",
        "[[a]]",
        "**a**",
    ),
    *("\\[a](http://example.org)", "\\<b>a</b>", "&lt;b&gt;a", '" onclick=alert(1) a="', "{{ a }}"),
)
_PLACES = (0, 2, 3, 6, 10)
_DECIMALS = (
    *("0", "30", "-30", "100", "30.0049", "0.005", "-0.05", "93.5", "0.000001", "-0.0000000001", "0.1"),
    *("123456789012345.12", "12345678901234567890.10", "12345678901234567890.1234567890", "9007199254740993"),
)


def decimals() -> pa.Table:
    """Published values: columns with 0 places and more, idle zeros, more digits than a float holds, and a gap."""
    table = {"n": pa.array(range(len(_DECIMALS) + 1), pa.int64())}
    for places in _PLACES:
        unit = Decimal(1).scaleb(-places)
        values = [Decimal(text).quantize(unit, context=_EXACT) for text in _DECIMALS]
        table[f"places {places}"] = pa.array([*values, None], pa.decimal128(38, places))
    return pa.table(table)


def every_kind() -> pa.Table:
    """A column of every type of the seam (a decimal apart, which few sources hold)."""
    return pa.table(
        {
            "text": ["Li Lei", "韩梅梅", " x "],
            "whole": pa.array([5, 0, -12], pa.int64()),
            "number": pa.array([0.93, 1e-7, 123456789.25], pa.float64()),
            "yes": [True, False, True],
            "day": pa.array([MOMENT.date(), MOMENT.date() + _DAY, MOMENT.date() + 40 * _DAY], pa.date32()),
            "moment": pa.array([MOMENT, MOMENT + _DAY, MOMENT + _DAY / 2], pa.timestamp("us")),
            "time": pa.array([_DAY / 24, _DAY * 1.5, _DAY / 86_400], pa.duration("us")),
        }
    )


def texts() -> pa.Table:
    """Columns of text alone that look like something else: a source that guesses spoils them."""
    return pa.table(
        {
            "number with zeros": ["007", "010", "0"],
            "decimals": ["1.50", "2.00", "3.10"],
            "exponent": ["1e5", "2E3", "3e-1"],
            "flag": ["true", "false", "TRUE"],
            "day": ["2026-01-05", "2026-01-06", "2026-02-14"],
            "american day": ["01/05/2026", "01/06/2026", "12/31/2026"],
            "moment": ["2026-01-05 09:30:00", "2026-01-05T09:30:00Z", "2026-01-06 00:00:00"],
            "missing in other places": ["NA", "null", "None"],
            "marks": ["?", "-", "NaN"],
            "blanks": ["  x", "x  ", "x  y"],
        }
    )


def exact() -> tuple[pa.Table, dict[str, list[Decimal]]]:
    """Numbers that a careless conversion changes, and what they are."""
    whole = [0, -1, 2**31, 2**53 + 1, -(2**53) - 1]
    shares = [0.1, 0.07, 1e-7, 123456789012.34, -0.3]
    money = [Decimal(one) for one in ("93.50", "0.10", "-0.05", "1234567890.12", "0.00")]
    table = pa.table(
        {
            "whole": pa.array(whole, pa.int64()),
            "share": pa.array(shares, pa.float64()),
            "money": pa.array(money, pa.decimal128(14, 2)),
        }
    )
    return table, {
        "whole": [Decimal(one) for one in whole],
        "share": [Decimal(repr(one)) for one in shares],
        "money": money,
    }


def zones() -> pa.Table:
    """Moments with a zone, at the hours in which clocks are put forward and back, and the new year."""
    new_york = ZoneInfo("America/New_York")
    edges = [
        datetime.datetime(2026, 3, 8, 1, 59, 59, tzinfo=new_york),
        datetime.datetime(2026, 3, 8, 3, 0, 0, tzinfo=new_york),
        datetime.datetime(2026, 11, 1, 1, 30, 0, tzinfo=new_york),
        datetime.datetime(2026, 11, 1, 1, 30, 0, tzinfo=new_york, fold=1),
        datetime.datetime(2025, 12, 31, 23, 59, 59, tzinfo=ZoneInfo("Asia/Shanghai")),
    ]
    instants = [one.astimezone(datetime.UTC) for one in edges]
    return pa.table(
        {
            "id": [f"T{place}" for place in range(len(edges))],
            "opened": pa.array(instants, pa.timestamp("us", "America/New_York")),
            "closed": pa.array(instants, pa.timestamp("us", "UTC")),
        }
    )


def records(count: int = 400) -> pa.Table:
    """Records of half a year, in the order of their days, to ask parts of."""
    first = datetime.date(2026, 1, 1)
    days = [first + datetime.timedelta(days=place * 180 // count) for place in range(count)]
    midnight = [datetime.datetime.combine(day, datetime.time()) for day in days]
    # The first and the last moment of a day, and its noon.
    moments = [
        at + (datetime.timedelta(), _DAY - _TICK, _DAY / 2)[place % 3] for place, at in enumerate(midnight)
    ]
    gap = {count // 7, count // 3, count - 1}
    return pa.table(
        {
            "record": [f"R{place}" for place in range(count)],
            "staff": [PEOPLE[place % len(PEOPLE)] for place in range(count)],
            "number": pa.array([1001 + place % 7 for place in range(count)], pa.int64()),
            "share": pa.array([(place % 5) / 4 for place in range(count)], pa.float64()),
            "day": pa.array([None if p in gap else one for p, one in enumerate(days)], pa.date32()),
            "moment": pa.array([None if p in gap else m for p, m in enumerate(moments)], pa.timestamp("us")),
        }
    )


def many(count: int) -> pa.Table:
    """A long table in which no row is like another, with gaps."""
    return pa.table(
        {
            "id": [f"S{row}" for row in range(count)],
            "value": pa.array([None if row % 11 == 5 else row for row in range(count)], pa.int64()),
        }
    )
