"""Shorter periods inside a period: their summaries by kernels are the reference's, for every kind and every hole."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from kpirules.matrix import Column, Result, StaffPeriodMatrix
from kpirules.model import expressions as e
from kpirules.model import forms as f
from kpirules.model import rules as r
from kpirules.periods import Period, parse, shorter
from kpirules.periods import PeriodKind as Kind
from kpirules.scoring import reference, run
from kpirules.units import Type, Unit
from tests.scoring import making as m

KINDS = (e.Over.SUM, e.Over.MEAN, e.Over.MIN, e.Over.MAX, e.Over.MEDIAN, e.Over.FIRST, e.Over.LAST)
CELLS = st.one_of(
    st.none(),
    st.integers(-3, 6).map(float),
    st.integers(0, 110).map(lambda k: k / 100),
    st.sampled_from([0.1, 0.2, 0.3, 1 / 3, 2.5, 1e15, 0.1 + 0.2]),
)


def within(kind: e.Over, grain: str, item: e.Expr | None, where: e.Expr | None = None) -> e.Within:
    return e.Within(kind, grain, item, where, Unit.NUMBER, m.HERE)


def period(text: str) -> Period:
    found = parse(text)
    assert found is not None
    return found


@st.composite
def _column(draw: st.DrawFn, name: str, rows: int) -> Column:
    values = draw(st.lists(CELLS, min_size=rows, max_size=rows))
    if draw(st.integers(0, 2)):
        return m.column(name, values)
    below = st.one_of(st.none(), st.integers(0, 7).map(float))
    return m.column(name, values, draw(st.lists(below, min_size=rows, max_size=rows)))


@st.composite
def tables(draw: st.DrawFn) -> StaffPeriodMatrix:
    """Months of some people, with the weeks that belong to them and a few of the days of these; not every row is there."""
    people = draw(st.integers(1, 3))
    months = draw(st.lists(st.sampled_from(["2026-01", "2026-03", "2026-02"]), min_size=1, unique=True))
    pairs = [(who, code) for who in range(people) for code in range(len(months))]
    own = draw(st.lists(st.sampled_from(pairs), min_size=1, unique=True))
    names = [f"s{who}" for who in range(people)]
    weeks = sorted({one for month in months for one in shorter(period(month), Kind.WEEK)})
    days = [one for week in weeks for one in shorter(week, Kind.DAY)]
    days = draw(st.lists(st.sampled_from(days), min_size=1, max_size=6, unique=True))
    day = _part(draw, [(who, one) for who in range(people) for one in days], names, {}, ("d", "x"))
    some = [(who, one) for who in range(people) for one in weeks if draw(st.integers(0, 5))]
    week = _part(draw, some, names, {"day": day}, ("w", "y"))
    columns = {name: draw(_column(name, len(own))) for name in ("a", "b")}
    return StaffPeriodMatrix(
        np.array([who for who, _ in own], np.int32),
        names,
        np.array([code for _, code in own], np.int32),
        months,
        columns,
        {"day": day, "week": week},
    )


def _part(
    draw: st.DrawFn,
    rows: list[tuple[int, Period]],
    names: list[str],
    parts: dict[str, StaffPeriodMatrix],
    columns: tuple[str, ...],
) -> StaffPeriodMatrix:
    """A table in any order of rows and of periods on the axis."""
    rows = draw(st.permutations(rows))
    axis = draw(st.permutations(sorted({one for _, one in rows})))
    return StaffPeriodMatrix(
        np.array([who for who, _ in rows], np.int32),
        names,
        np.array([axis.index(one) for _, one in rows], np.int32),
        [str(one) for one in axis],
        {name: draw(_column(name, len(rows))) for name in columns},
        parts,
    )


@st.composite
def _numbers(draw: st.DrawFn, grain: str | None, depth: int = 2) -> e.Expr:
    """A number for periods of one length: of its own columns, of longer inputs, and of shorter periods inside."""
    names = {None: ["a", "b"], "week": ["w", "y", "a"], "day": ["d", "x", "a", "w"]}[grain]
    leaf = st.sampled_from(names).map(m.fact)
    kinds = ["leaf", "constant"]
    if depth:
        kinds += ["arithmetic", "choice"]
        kinds += ["within", "within", "within"] if grain != "day" else []
    match draw(st.sampled_from(kinds)):
        case "constant":
            return m.number(draw(st.sampled_from(["0", "1", "0.3", "2.5", "1/3"])))
        case "arithmetic":
            one = _numbers(grain, depth - 1)
            return m.arithmetic(draw(one), draw(st.sampled_from("+-*/")), draw(one))
        case "choice":
            one = _numbers(grain, depth - 1)
            return e.Choice(draw(one), draw(_conditions(grain, depth - 1)), draw(one), Unit.NUMBER, m.HERE)
        case "within":
            inside = "day" if grain == "week" else draw(st.sampled_from(["day", "week"]))
            where = draw(st.one_of(st.none(), _conditions(inside, depth - 1)))
            if draw(st.integers(0, 3)) == 0:
                return within(draw(st.sampled_from([e.Over.COUNT, e.Over.SHARE])), inside, None, where)
            return within(draw(st.sampled_from(KINDS)), inside, draw(_numbers(inside, depth - 1)), where)
        case _:
            return draw(leaf)


@st.composite
def _conditions(draw: st.DrawFn, grain: str | None, depth: int = 1) -> e.Expr:
    one = _numbers(grain, depth)
    if draw(st.integers(0, 4)) == 0:
        return e.Presence(draw(one), draw(st.booleans()), m.HERE)
    return m.compare(draw(one), draw(st.sampled_from(["=", "<", "<=", ">"])), draw(one))


def policy(value: e.Expr, applies: e.Expr | None = None) -> r.Ruleset:
    """A policy that pays the value, for months."""
    inputs = [r.Input(n, Type(Unit.NUMBER), n, False, None, m.HERE) for n in ("a", "b")]
    inputs.append(r.Input("w", Type(Unit.NUMBER), "w", False, Fraction(1, 3), m.HERE, "week"))
    inputs.append(r.Input("d", Type(Unit.NUMBER), "d", False, None, m.HERE, "day"))
    line = m.indicator(
        "i", 100, m.arithmetic(value, "+", m.fact("a")), f.Deduct(Fraction(1), Fraction(1), None)
    )
    return m.ruleset([line], [m.amount("paid", value)], inputs=inputs, applies=applies)


@settings(max_examples=max(60, settings().max_examples // 2), deadline=None)
@given(tables(), _numbers(None), st.booleans())
def test_kernels_equal_the_reference(facts: StaffPeriodMatrix, value: e.Expr, some: bool) -> None:
    rules = policy(value, m.compare(m.fact("b"), ">=", m.number(0)) if some else None)
    try:
        expected = reference.score(rules, facts)
    except OverflowError:
        return
    found = run.score(rules, facts)
    assert found.rows.tolist() == expected.rows.tolist()
    assert found.total.values.tolist() == expected.total.values.tolist()
    one, other = found.outcomes["paid"], expected.outcomes["paid"]
    assert isinstance(one, Result) and isinstance(other, Result)
    assert one.values.tolist() == other.values.tolist()


def january(values: dict[str, list[float | None]], days: list[str]) -> StaffPeriodMatrix:
    """One person's January, with a column for these days."""
    one = np.zeros(len(days), np.int32)
    part = StaffPeriodMatrix(
        one, ["s"], np.arange(len(days), dtype=np.int32), days, {n: m.column(n, v) for n, v in values.items()}
    )
    whole = m.column("a", [2])
    return StaffPeriodMatrix(one[:1], ["s"], one[:1], ["2026-01"], {"a": whole}, {"day": part})


def paid(value: e.Expr, facts: StaffPeriodMatrix) -> Fraction | None:
    rules = policy(value)
    results = [one.score(rules, facts).outcomes["paid"] for one in (reference, run)]
    found = {one.exact(0) for one in results if isinstance(one, Result)}
    assert len(found) == 1
    return found.pop()


def test_missing_periods_are_left_out_and_none_at_all_is_missing() -> None:
    facts = january({"d": [4, None, 1]}, ["2026-01-05", "2026-01-06", "2026-01-02"])
    expected = {"sum": 5, "mean": Fraction(5, 2), "min": 1, "max": 4, "median": Fraction(5, 2)}
    expected |= {"first": 1, "last": 4}  # by time, whatever the order of the rows
    assert {k.value: paid(within(k, "day", m.fact("d")), facts) for k in KINDS} == expected
    none = january({"d": [None]}, ["2026-01-05"])
    assert {k: paid(within(k, "day", m.fact("d")), none) for k in KINDS} == dict.fromkeys(KINDS) | {
        KINDS[0]: 0
    }


def test_a_share_is_of_the_periods_in_which_the_condition_is_known() -> None:
    days = ["2026-01-05", "2026-01-06", "2026-01-07", "2026-01-08"]
    facts = january({"d": [1, 3, None, 5]}, days)
    low = m.compare(m.fact("d"), "<=", m.number(3))
    assert paid(within(e.Over.SHARE, "day", None, low), facts) == Fraction("0.67")
    assert paid(within(e.Over.COUNT, "day", None, low), facts) == 2
    assert paid(within(e.Over.COUNT, "day", None), facts) == 4
    unknown = m.compare(m.fact("x"), "<=", m.number(3))
    assert paid(within(e.Over.SHARE, "day", None, unknown), facts) is None


def test_an_input_of_the_longer_period_holds_in_all_of_it() -> None:
    facts = january({"d": [1, 3, 2]}, ["2026-01-05", "2026-01-06", "2025-12-31"])
    within_goal = m.compare(m.fact("d"), "<=", m.fact("a"))
    assert paid(within(e.Over.SHARE, "day", None, within_goal), facts) == Fraction(1, 2)


def test_a_week_belongs_to_the_month_of_its_thursday() -> None:
    weeks = ["2026-W05", "2026-W06", "2026-W01"]  # to 1 February, to 8 February, from 29 December
    one = np.zeros(3, np.int32)
    part = StaffPeriodMatrix(
        one, ["s"], np.arange(3, dtype=np.int32), weeks, {"w": m.column("w", [10, 100, 1])}
    )
    facts = StaffPeriodMatrix(
        one[:2], ["s"], np.arange(2, dtype=np.int32), ["2026-01", "2026-02"], {}, {"week": part}
    )
    rules = policy(within(e.Over.SUM, "week", m.fact("w")))
    for engine in (reference, run):
        found = engine.score(rules, facts).outcomes["paid"]
        assert isinstance(found, Result)
        assert [found.exact(0), found.exact(1)] == [11, 100]
