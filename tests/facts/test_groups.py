"""A source that aggregates gives the same scores as its rows, and where rows would have something to tell they are read."""

from __future__ import annotations

import datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kpirules.plugin
from kpirules.diagnostics import Diagnostic
from kpirules.engine import policy_of
from kpirules.facts.build import Facts
from kpirules.gathering import Work, gather
from kpirules.model.rules import Ruleset
from kpirules.periods import periods_between
from kpirules.plugin import Plugins
from tests.facts.grouping import Memory

POLICY = """
ruleset desk
  version "1"
  period PERIOD
  missing redistribute

data tickets
  agent   : staff
  opened  : datetime
  replied : datetime optional
  closed  : datetime optional
  kind    : text optional
  price   : money optional
  again   : count optional
  done    : boolean
  placed by opened

measure number = count of tickets where kind = "Phone" or price > 10 yuan
measure unknown = count of tickets where kind is missing and not done
measure quick = share of tickets where replied - opened <= 30 min
measure wait = mean of closed - opened over tickets where closed >= opened
measure paid = sum of price over tickets where kind in ("Phone", "Mail")
measure dear = greatest of price over tickets
measure mended = sum of again over tickets
measure least = least of again over tickets where done

indicator speed "Speed" weight 60
  measure quick
  bands
    from 80%      : 60
    from 50% to below 80% : 30
    otherwise : 0
indicator rest "Rest" weight 40
  measure number + unknown + mended
  bands
    from 3    : 40
    otherwise : 0

amount wait_shown : ratio = wait / 1 min round to 0.01
amount paid_shown : money = paid round to 0.01
amount dear_shown : money = dear round to 0.01
amount least_shown : count = least round to 1
"""


@cache
def rules(period: str = "quarter") -> Ruleset:
    policy = policy_of(POLICY.replace("PERIOD", period))
    assert policy.ruleset is not None, [one.message() for one in policy.diagnostics]
    return policy.ruleset


SCHEMA = pa.schema(
    [
        ("agent", pa.string()),
        ("opened", pa.timestamp("us")),
        ("replied", pa.timestamp("us")),
        ("closed", pa.timestamp("us")),
        ("kind", pa.string()),
        ("price", pa.decimal128(12, 4)),
        ("again", pa.int64()),
        ("done", pa.bool_()),
    ]
)
OPENED = datetime.datetime(2026, 1, 1)
MINUTES = st.integers(0, 3 * 24 * 60).map(lambda one: datetime.timedelta(minutes=one))
RECORDS = st.fixed_dictionaries(
    {
        "agent": st.sampled_from(["Ann", " Bo ", "李"]),
        "opened": st.integers(0, 300 * 24).map(lambda one: OPENED + datetime.timedelta(hours=one)),
        "replied": st.none() | MINUTES,
        "closed": st.none() | MINUTES,
        "kind": st.sampled_from([None, "", "Phone", " Phone", "Mail", "phone"]),
        "price": st.none() | st.decimals(-20, 20, places=3),
        "again": st.none() | st.integers(0, 5),
        "done": st.booleans(),
    }
)


def table(records: list[dict[str, Any]]) -> pa.Table:
    def later(one: dict[str, Any], name: str) -> datetime.datetime | None:
        return None if one[name] is None else one["opened"] + one[name]

    rows = [one | {name: later(one, name) for name in ("replied", "closed")} for one in records]
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def gathered(
    source: Memory, policy: Ruleset, records: bool, periods: str | None = None, **tables: str
) -> tuple[Facts, tuple[Diagnostic, ...]]:
    wanted = None if periods is None else periods_between(periods)
    with pytest.MonkeyPatch.context() as patch:
        plugins = Plugins((source, *kpirules.plugin.installed().adapters), ())
        patch.setattr(kpirules.plugin, "installed", lambda: plugins)
        return gather(Work(policy, {"tickets": "x.memory"} | tables, periods=wanted, records=records))


def same(one: Facts, other: Facts) -> None:
    mine, others = one.matrix, other.matrix
    assert [mine.row_name(row) for row in range(len(mine))] == [
        others.row_name(row) for row in range(len(others))
    ]
    assert mine.columns.keys() == others.columns.keys()
    for name, column in mine.columns.items():
        for row in range(len(mine)):
            assert column.value(row) == others.columns[name].value(row), (name, row)


@settings(max_examples=25, deadline=None)
@given(st.lists(RECORDS, min_size=1, max_size=30), st.sampled_from(["quarter", "month", "week"]))
def test_groups_give_what_rows_give(records: list[dict[str, Any]], period: str) -> None:
    policy = rules(period)
    source = Memory(table(records))
    by_rows, told = gathered(source, policy, records=True)
    assert not any(one.is_error for one in told)
    assert source.grouped == 0
    source.read_rows = 0
    by_groups, told = gathered(source, policy, records=False)
    assert not any(one.is_error for one in told)
    assert (source.grouped, source.read_rows) == (1, 0)
    same(by_groups, by_rows)
    assert by_groups.counts["tickets"] == by_rows.counts["tickets"]


ONE: dict[str, Any] = {
    "agent": "Ann",
    "opened": OPENED,
    "replied": datetime.timedelta(minutes=5),
    "closed": None,
    "kind": "Phone",
    "price": Decimal(5),
    "again": 1,
    "done": True,
}


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"agent": None}, "K430"),
        ({"agent": "  "}, "K430"),
        ({"opened": None, "replied": None}, "K430"),
        ({"done": None}, "K430"),
        ({"again": -1}, "K422"),
        ({"replied": datetime.timedelta(minutes=-5)}, "K440"),
        ({"opened": datetime.datetime(1850, 1, 1)}, "K429"),
    ],
)
def test_rows_that_would_have_something_to_tell_are_read(wrong: dict[str, Any], code: str) -> None:
    source = Memory(table([ONE, ONE | wrong]))
    _, told = gathered(source, rules(), records=False)
    assert (source.grouped, source.read_rows) == (1, 1)
    _, expected = gathered(source, rules(), records=True)
    assert [one.code for one in told] == [one.code for one in expected]
    assert any(one.is_error for one in told), told
    assert code in [one.code for one in told]


def test_a_time_that_no_measure_uses_may_run_backwards() -> None:
    source = Memory(table([ONE | {"closed": datetime.timedelta(minutes=-5)}]))
    _, told = gathered(source, rules(), records=False)
    assert (source.grouped, source.read_rows, told) == (1, 0, ())


def test_only_periods_that_are_asked_for() -> None:
    later = ONE | {"opened": datetime.datetime(2026, 4, 2)}
    source = Memory(table([ONE, later, later]))
    by_groups, _ = gathered(source, rules(), records=False, periods="2026-Q1")
    by_rows, _ = gathered(source, rules(), records=True, periods="2026-Q1")
    assert source.grouped == 1
    same(by_groups, by_rows)
    assert by_groups.counts["tickets"].left_out == 2


@pytest.mark.parametrize("names", [["Ann"], ["Ann", "Bo"]])
def test_staff_whom_the_table_of_staff_does_not_name(names: list[str], tmp_path: Path) -> None:
    path = tmp_path / "staff.csv"
    path.write_text("staff\n" + "\n".join(names) + "\n", "utf-8")
    source = Memory(table([ONE, ONE | {"agent": "Bo"}]))
    _, told = gathered(source, rules(), records=False, staff=str(path))
    stranger = "Bo" not in names
    assert source.read_rows == (1 if stranger else 0)
    assert any(one.is_error for one in told) is stranger


@pytest.mark.parametrize(
    "change",
    [
        ("count of tickets where kind is missing and not done", "distinct of kind over tickets"),
        ("count of tickets where kind is missing and not done", "count of tickets where price * 2 > 5 yuan"),
        ("greatest of price over tickets", "median of price over tickets"),
    ],
)
def test_what_a_source_cannot_be_asked_is_read(change: tuple[str, str]) -> None:
    policy = policy_of(POLICY.replace("PERIOD", "quarter").replace(*change))
    assert policy.ruleset is not None, [one.message() for one in policy.diagnostics]
    source = Memory(table([ONE]))
    _, told = gathered(source, policy.ruleset, records=False)
    assert (source.grouped, source.read_rows) == (0, 1)
    assert not any(one.is_error for one in told)
