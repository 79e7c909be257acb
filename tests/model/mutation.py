"""Policies that were valid before somebody's hand slipped, and tables of facts for those that still are. Holds no test."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

import numpy as np
from hypothesis import strategies as st

from kpirules.matrix import Column, StaffPeriodMatrix, column
from kpirules.model.bands import scale
from kpirules.model.rules import Ruleset
from kpirules.units import Type, Unit
from tests.model.writing import cases

ROOT = Path(__file__).resolve().parents[2]
POLICIES = tuple(
    sorted(
        {path.read_text(encoding="utf-8") for path in (ROOT / "rulesets").glob("*.kpi")}
        | {case.policy for case in cases() if len(case.policy) < 3000}
    )
)
_TOKEN = re.compile(r'"[^"\n]*"|\w+|[<>=!]=|[^\w\s]')
_WORDS = (
    *("calls", "late", "share", "wait", "pay", "score", "post", "total", "team", "tickets", "kind", "most"),
    *(
        "0",
        "1",
        "3",
        "100",
        "95%",
        "2pp",
        "30 min",
        "3 yuan",
        "1e9",
        "0.000001",
        "99999999999999",
        "1/3",
        "(",
        ")",
    ),
    *(
        "yes",
        '"a"',
        "and",
        "or",
        "not",
        "when",
        "otherwise",
        "over",
        "sum of",
        "mean of",
        "count of",
        "points of",
    ),
    *(
        "max(calls, 0)",
        "abs(",
        "round(",
        "fallback(",
        "weight_of[kind]",
        "is missing",
        "in (1, 2)",
        "missing",
    ),
    *(
        "+",
        "-",
        "*",
        "/",
        "=",
        "<=",
        ">=",
        ":",
        "to",
        "from",
        "up to",
        "below target",
        "full",
        "count",
        "money",
    ),
    *("9" * 5000, "0." + "1" * 300, "headcount over team", "points of a", "a", "b", "everyone", "where"),
)


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """A policy with up to four slips: lines lost, doubled or exchanged; words, numbers and signs replaced."""
    lines = draw(st.sampled_from(POLICIES)).splitlines()
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(lines) - 1))
        match draw(st.sampled_from(("lose", "double", "exchange", "word", "word", "word", "drop", "add"))):
            case "lose":
                lines[at : at + 1] = []
            case "double":
                lines.insert(at, lines[at])
            case "exchange":
                other = draw(st.integers(0, len(lines) - 1))
                lines[at], lines[other] = lines[other], lines[at]
            case what:
                lines[at] = _slip(draw, lines[at], what)
        if not lines:
            break
    return "\n".join(lines) + "\n"


def _slip(draw: st.DrawFn, line: str, what: str) -> str:
    tokens = list(_TOKEN.finditer(line))
    if not tokens:
        return line
    token = draw(st.sampled_from(tokens))
    instead = "" if what == "drop" else draw(st.sampled_from(_WORDS))
    begin, end = token.span()
    return f"{line[:begin]}{instead}{' ' if what == 'add' else ''}{line[end if what != 'add' else begin :]}"


_NUMBERS = st.one_of(
    st.integers(-5, 120),
    st.integers(0, 10**6),
    st.decimals(-100, 10**5, places=3, allow_nan=False, allow_infinity=False),
)


def _values(type_: Type) -> st.SearchStrategy[Fraction | str | bool | None]:
    """What a fact of the type may be."""
    known = scale(type_)
    if known is not None:
        return st.none() | st.sampled_from(known)
    match type_.unit:
        case Unit.TEXT | Unit.STAFF:
            return st.none() | st.sampled_from(type_.choices or ("a", "b", "x", ""))
        case Unit.BOOLEAN:
            return st.none() | st.booleans()
        case Unit.COUNT:
            return st.none() | st.integers(0, 50).map(Fraction)
        case Unit.DATE | Unit.DATETIME:
            return st.none() | st.integers(0, 30_000).map(Fraction)
        case Unit.DURATION | Unit.WORKDAYS:
            return st.none() | st.integers(0, 10**12).map(Fraction)
        case _:
            return st.none() | _NUMBERS.map(Fraction)


@st.composite
def facts(draw: st.DrawFn, rules: Ruleset) -> StaffPeriodMatrix:
    """A small table of facts for a policy: some people, two periods, gaps everywhere."""
    size = draw(st.integers(1, 4))
    types = {
        **{name: one.type for name, one in rules.inputs.items()},
        **{one.name: Type(one.unit) for one in rules.aggregates},
    }
    columns: dict[str, Column] = {}
    for name, type_ in types.items():
        cells = draw(st.lists(_values(type_), min_size=size, max_size=size))
        columns[name] = column(name, type_.unit, cells)
    staff = np.arange(size, dtype=np.int32)
    period = np.array(draw(st.lists(st.integers(0, 1), min_size=size, max_size=size)), np.int32)
    return StaffPeriodMatrix(staff, [f"s{i}" for i in range(size)], period, ["p", "q"], columns)
