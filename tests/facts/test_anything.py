"""Whatever stands in a table: nothing is raised, no row is lost from the count, and both ways of asking agree."""

from __future__ import annotations

import datetime
from typing import Any

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from kpirules.diagnostics import as_record, render
from kpirules.facts.bindings import Binding, CellRules
from kpirules.facts.build import build
from kpirules.facts.dateformat import date_format
from kpirules.facts.project import read_project
from kpirules.model import expressions as e
from kpirules.units import MINUTE, Unit
from tests.facts.policies import TICKETS, aggregate, an_input, compare, constant, field, minus, policy, source

LIKELY = (
    "93%",
    "0.93",
    "1,234",
    "¥5",
    "3万",
    "30 min",
    "1:30",
    "00:30:00",
    "2026-Q1",
    "2026-01-05",
    "3/4/2016",
    "29/2/2016 01:16",
    "2026-01-05T00:00:00Z",
    "yes",
    "否",
    "?",
    "-",
    " ",
    "",
    "1e400",
    "-1e-400",
    "nan",
    "９３％",
    "9" * 30,
    "0." + "1" * 40,
    "a",
)
texts = st.one_of(st.none(), st.sampled_from(LIKELY), st.text(max_size=6))
# Without some rows that are right, nothing would ever be measured.
GOOD = {
    "staff": ("a", "b"),
    "agent": ("a", "b"),
    "period": ("2026-Q1", "2026-Q2"),
    "opened": ("2026-01-05 09:30", "2026-04-01"),
    "closed": ("2026-01-05 09:30", "2026-04-02", None),
    "cost": ("1.5", "0", None, "1e-9", "12345678901234.5"),
    "score": ("1", "3", "0"),
    **{
        f"i_{unit.value}": ("1", None)
        for unit in Unit
        if unit not in (Unit.DURATION, Unit.DATE, Unit.DATETIME)
    },
}
whens = st.datetimes(datetime.datetime(1600, 1, 1), datetime.datetime(2500, 1, 1))


@st.composite
def columns(draw: st.DrawFn, names: tuple[str, ...]) -> pa.Table:
    """Columns of the types that a source may give, with anything in them."""
    rows = draw(st.integers(0, 5))
    kinds: list[tuple[pa.DataType, st.SearchStrategy[Any]]] = [
        (pa.string(), texts),
        (pa.float64(), st.none() | st.floats()),
        (pa.int64(), st.none() | st.integers(-(2**63), 2**63 - 1)),
        (pa.bool_(), st.none() | st.booleans()),
        (pa.timestamp("us"), st.none() | whens),
        (pa.timestamp("us", "Asia/Shanghai"), st.none() | whens),
        (pa.date32(), st.none() | whens.map(lambda when: when.date())),
        (
            pa.duration("us"),
            st.none() | st.timedeltas(datetime.timedelta(-(10**8)), datetime.timedelta(10**8)),
        ),
        (pa.decimal128(20, 3), st.none() | st.decimals(-(10**15), 10**15, places=3)),
    ]
    made: dict[str, pa.Array] = {}
    for name in names:
        if name in GOOD and draw(st.integers(0, 3)):
            made[name] = pa.array(draw(st.lists(st.sampled_from(GOOD[name]), min_size=rows, max_size=rows)))
            continue
        # Mostly text: what people and CSV files deliver.
        kind, cells = draw(st.sampled_from([*kinds[:1] * 6, *kinds]))
        made[name] = pa.array(draw(st.lists(cells, min_size=rows, max_size=rows)), kind)
    return pa.table(made)


INPUTS = tuple(an_input(f"i_{unit.value}", unit, attribute=unit is Unit.TEXT) for unit in Unit)
WORK = e.Call("working_time", (field("opened"), field("closed")), Unit.DURATION, field("opened").span)
MEASURES = (
    aggregate(e.Over.COUNT, name="n"),
    aggregate(
        e.Over.SHARE,
        where=compare("<=", minus(field("replied"), field("opened")), constant(30 * MINUTE, Unit.DURATION)),
        name="quick",
    ),
    aggregate(e.Over.MEDIAN, field("cost"), name="median"),
    aggregate(
        e.Over.SUM, e.Arithmetic("/", field("cost"), field("score"), Unit.MONEY, WORK.span), name="each"
    ),
    aggregate(e.Over.LAST, field("kind"), where=field("urgent"), name="kind", unit=Unit.TEXT),
    aggregate(e.Over.MAX, WORK, name="work"),
)
RULES = policy(inputs=INPUTS, data=[TICKETS], aggregates=MEASURES)
BINDINGS: tuple[dict[str, Binding], ...] = (
    {},
    {
        "tickets": Binding(
            cells=CellRules(frozenset({"?", "-1"}), date_format("day first"), "h", "Asia/Shanghai"),
            one_row_per="kind",
            latest_by="score",
        )
    },
)


@given(
    columns(("staff", "period", *(one.name for one in INPUTS))),
    columns(tuple(one.name for one in TICKETS.fields)),
    st.sampled_from(BINDINGS),
)
@settings(max_examples=(settings.default or settings()).max_examples // 8)
def test_any_table_gives_facts_and_diagnostics(
    inputs: pa.Table, tickets: pa.Table, bindings: dict[str, Binding]
) -> None:
    tables = {"inputs": source(inputs), "tickets": source(tickets, "tickets.csv")}
    strict, found = build(RULES, tables, bindings=bindings)
    for one in found:
        assert render(one, {}, "en") and render(one, {}, "zh") and as_record(one)
    loose, told = build(RULES, tables, bindings=bindings, reject=True)
    assert not any(one.is_error and one.code not in ("K451", "K480") for one in told)
    for name, count in loose.counts.items():
        assert count.read == tables[name].table.num_rows  # type: ignore[union-attr]
        assert min(count.used, count.set_aside, count.left_out) >= 0
    assert len(loose.rejects) == sum(count.set_aside for count in loose.counts.values())
    assert loose.rejects.table().num_rows >= len(loose.rejects)
    # What is set aside is what is an error, and the matrix is the same.
    assert len(strict.matrix) == len(loose.matrix)
    errors = any(one.is_error and one.code not in ("K451", "K480") for one in found)
    assert errors == (len(loose.rejects) > 0)


@given(st.text(st.sampled_from("[]=\"'\n.abcdatpinus {}#3,é数"), max_size=60))
def test_any_text_is_a_project_or_has_diagnostics(text: str) -> None:
    _, found = read_project(text, "kpirules.toml")
    for one in found:
        assert render(one, {"kpirules.toml": text}, "en")
