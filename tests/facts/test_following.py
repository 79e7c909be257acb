"""Records that follow others: the engine's answer is that of looking at every record there is."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from kpirules.calendars import Calendar
from kpirules.engine import explain_row, policy_of
from kpirules.facts.bindings import Binding
from kpirules.facts.build import build
from kpirules.gathering import gather_table
from kpirules.model import expressions as e
from kpirules.periods import parse
from kpirules.units import DAY, HOUR, Unit
from tests.facts.meaning import Oracle, Record
from tests.facts.policies import (
    HERE,
    OFFICE,
    a_data,
    aggregate,
    compare,
    constant,
    errors,
    field,
    policy,
    source,
    told,
    values,
)

REPAIRS = a_data(
    "repairs",
    {
        "agent": (Unit.STAFF, True),
        "done": (Unit.DATETIME, True),
        "device": (Unit.TEXT, True),
        "slot": (Unit.NUMBER, True),
        "kind": (Unit.TEXT, True),
    },
    staff="agent",
    placed_by="done",
)
VISITS = a_data(
    "visits",
    {
        "who": (Unit.STAFF, False),
        "came": (Unit.DATETIME, False),
        "unit": (Unit.TEXT, True),
        "place": (Unit.NUMBER, True),
    },
    staff="who",
    placed_by="came",
)
DATA = {"repairs": REPAIRS, "visits": VISITS}
PLACED = {"repairs": "done", "visits": "came"}
CALENDAR = Calendar(OFFICE.calendar, OFFICE.weekend, OFFICE.hours)
NEW_YEAR = datetime(2026, 3, 31, 22)


def followed(
    data: str, own: list[str], other: list[str], within: int = 7 * DAY, where: e.Expr | None = None
) -> e.Followed:
    return e.Followed(
        data,
        constant(within, Unit.DURATION),
        tuple(field(name, REPAIRS) for name in own),
        tuple(field(name, DATA[data]) for name in other),
        where,
        HERE,
    )


moments = st.none() | st.integers(0, 12).map(lambda hours: NEW_YEAR + timedelta(hours=hours // 2))
texts = st.none() | st.sampled_from(["a", "b"])
numbers = st.none() | st.sampled_from(["0.1", "0.10", "0.30000000000000004", "0.3", "123456789012.123456"])
repairs = st.fixed_dictionaries(
    {"agent": st.none() | st.just("x"), "done": moments, "device": texts, "slot": numbers, "kind": texts}
)
visits = st.fixed_dictionaries(
    {"who": st.just("y"), "came": moments.filter(bool), "unit": texts, "place": numbers}
)
IS_A = compare("=", field("kind", REPAIRS), constant("a", Unit.TEXT))
keys = st.sampled_from(
    [(["device"], ["unit"]), (["slot"], ["place"]), (["device", "slot"], ["unit", "place"])]
)


@st.composite
def conditions(draw: st.DrawFn) -> e.Expr:
    own, other = draw(keys)
    within = draw(st.sampled_from([1, HOUR, 2 * HOUR, 3 * HOUR - 1]))
    if draw(st.booleans()):
        found = followed("visits", own, other, within)
    else:
        nested = followed("repairs", own, own, HOUR)
        where = draw(st.sampled_from([None, IS_A, nested, e.Not(nested, HERE)]))
        found = followed("repairs", own, own, within, where)
    ways: list[e.Expr] = [found, e.Not(found, HERE), e.Logic("or", found, IS_A, HERE)]
    return draw(st.sampled_from(ways))


def _exact(row: dict[str, Any]) -> Record:
    exact: dict[str, e.Value | None] = dict(row)
    for name in ("done", "came"):
        if row.get(name) is not None:
            exact[name] = Fraction((row[name] - datetime(1970, 1, 1)) // timedelta(microseconds=1))
    for name in ("slot", "place"):
        if row.get(name) is not None:
            exact[name] = Fraction(row[name])
    return exact


def _columns(name: str, rows: list[dict[str, Any]]) -> dict[str, list[Any]]:
    return {
        one.name: [None if r[one.name] is None else str(r[one.name]) for r in rows]
        for one in DATA[name].fields
    }


@given(
    st.lists(repairs, max_size=10),
    st.lists(visits, max_size=5),
    st.lists(conditions(), min_size=1, max_size=3),
)
@settings(max_examples=(settings.default or settings()).max_examples // 3)
def test_what_follows_is_found_by_looking_at_every_record(
    given_repairs: list[dict[str, Any]], given_visits: list[dict[str, Any]], asked: list[e.Expr]
) -> None:
    aggregates = [
        aggregate(e.Over.COUNT, where=one, name=f"m{number}", data="repairs")
        for number, one in enumerate(asked)
    ]
    rules = policy(data=DATA.values(), aggregates=aggregates, period="day")
    tables = {
        "repairs": source(_columns("repairs", given_repairs)),
        "visits": source(_columns("visits", given_visits)),
    }
    facts, found = build(rules, tables)
    assert errors(found) == []
    world = {"repairs": [_exact(r) for r in given_repairs], "visits": [_exact(r) for r in given_visits]}
    oracle = Oracle({}, CALENDAR, world, PLACED)
    for one in aggregates:
        for row in range(len(facts.matrix)):
            staff, day = facts.matrix.row_name(row)
            mine = [
                exact
                for exact, r in zip(world["repairs"], given_repairs, strict=True)
                if r["agent"] == staff and r["done"] is not None and f"{r['done']:%Y-%m-%d}" == day
            ]
            assert facts.matrix.columns[one.name].value(row) == oracle.aggregate(one, mine), (one, staff, day)


BEGUN = replace(REPAIRS, fields=(*REPAIRS.fields, replace(REPAIRS.fields[1], name="begun")))
AGAIN = aggregate(
    e.Over.SHARE, where=followed("repairs", ["device"], ["device"]), name="again", data="repairs"
)


def cells(**columns: list[Any]) -> dict[str, list[Any]]:
    rows = len(next(iter(columns.values())))
    whole: dict[str, list[Any]] = {one.name: [None] * rows for one in REPAIRS.fields}
    return whole | {"agent": ["a"] * rows} | columns


def test_what_follows_may_lie_in_another_period_and_be_of_anybody_or_nobody() -> None:
    rows = cells(
        agent=["a", "a", "b", None],
        done=["2026-03-29 09:00", "2026-03-30 10:00", "2026-04-05 08:00", "2026-04-06 10:00"],
        device=["d1", "d2", "d1", "d2"],
    )
    rules = policy(data=[REPAIRS], aggregates=[AGAIN])
    facts, found = build(rules, {"repairs": source(rows)}, periods=[parse("2026-Q1")])  # type: ignore[list-item]
    assert values(facts, "again") == [1]
    assert [one.code for one in found] == ["K441"]  # of nobody, and yet it followed
    assert facts.counts["repairs"].used == 2


def test_the_end_of_the_time_counts_and_the_next_moment_does_not() -> None:
    rows = cells(done=["2026-01-01 09:00", "2026-01-08 09:00", "2026-01-15 09:00:01"], device=["d", "d", "d"])
    facts, found = build(policy(data=[REPAIRS], aggregates=[AGAIN]), {"repairs": source(rows)})
    assert values(facts, "again") == [Fraction(1, 3)]
    assert [(one.code, one.args["count"]) for one in found] == [("K465", 1)]


def test_data_that_ends_before_the_time_is_over_is_told() -> None:
    rows = cells(done=["2026-01-01 09:00", "2026-01-02 09:00", "2026-01-03 09:00"], device=["d", "d", "e"])
    _, found = build(policy(data=[REPAIRS], aggregates=[AGAIN]), {"repairs": source(rows)})
    (note,) = found
    assert (note.code, note.args["count"], note.args["last"]) == ("K465", 2, "2026-01-03 09:00")
    assert "7 days" in note.message() and "7 天" in note.message("zh")


def test_a_record_that_is_set_aside_follows_nothing() -> None:
    backward = aggregate(
        e.Over.MEAN,
        e.Arithmetic("-", field("done", REPAIRS), field("begun", BEGUN), Unit.DURATION, HERE),
        name="took",
        data="repairs",
        unit=Unit.DURATION,
    )
    rows = cells(
        done=["2026-01-01", "2026-01-02", "2026-06-01"],
        begun=["2025-12-31", "2026-01-05", "2026-05-31"],
        device=["d", "d", "d"],
    )
    rules = policy(data=[BEGUN], aggregates=[AGAIN, backward])
    facts, found = build(rules, {"repairs": source(rows)}, reject=True)
    assert errors(found) == []
    assert values(facts, "again") == [0, 0]


def test_a_record_without_the_field_is_unknown_not_unfollowed() -> None:
    alone = aggregate(
        e.Over.COUNT,
        where=e.Not(followed("repairs", ["device"], ["device"]), HERE),
        name="alone",
        data="repairs",
    )
    rows = cells(done=["2026-01-01", "2026-01-02", "2026-06-01"], device=[None, None, "d"])
    facts, _ = build(policy(data=[REPAIRS], aggregates=[alone]), {"repairs": source(rows)})
    assert values(facts, "alone") == [0, 1]


def test_the_record_that_followed_is_named() -> None:
    rows = cells(
        done=["2026-01-01", "2026-01-03", "2026-01-02"], device=["d", "d", "d"], number=["R1", "R3", "R2"]
    )
    facts, _ = build(
        policy(data=[REPAIRS], aggregates=[AGAIN]),
        {"repairs": source(rows)},
        bindings={"repairs": Binding(id="number")},
    )
    found = facts.evidence("again", "a", "2026-Q1")
    assert found is not None
    assert [(one.id, [then.id for then in one.followers]) for one in found.records] == [
        ("R1", ["R2"]),
        ("R3", []),
        ("R2", ["R3"]),
    ]


POLICY = """\
规则集 维修 "维修"
  周期 季度
  缺失 重新分配
数据 维修单 "维修单"
  员工   : 员工
  完成   : 时刻
  设备   : 文本
  类型   : 文本
  归期按 完成
度量 返修率 = 占比 维修单 其后 7 天内又有 维修单 同一 设备 当 类型 = "维修"
指标 返修 "返修率" 权重 100
  度量 返修率
  目标 <= 10%
  每超出目标 1 个百分点 扣 1 分
"""


def test_a_policy_says_it_in_a_line_and_why_names_what_followed() -> None:
    read = policy_of(POLICY)
    assert read.ruleset is not None, [one.message("zh") for one in read.diagnostics]
    rows = {
        "员工": ["甲", "甲", "甲"],
        "完成": ["2026-01-05 09:00", "2026-01-06 09:00", "2026-01-07 09:00"],
        "设备": ["d", "d", "d"],
        "类型": ["维修", "巡检", "维修"],
    }

    facts, found = gather_table(read.ruleset, None, 维修单=pa.table(rows))
    assert told(found) == ["K465 None None"]
    derivation = explain_row(read.ruleset, facts, 0)
    records = derivation.indicators[0].facts[1].records
    assert records is not None
    assert (records.count, records.of, records.ids) == (2, 3, ("row 1 → row 3", "row 2 → row 3"))
