"""A simulation agrees, to the last step, with scoring both policies apart and comparing the published tables."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings

from kpirules import face
from kpirules.comparison import change_between, pilot_condition, simulate, sweep_of
from kpirules.engine import policy_of, score_matrix
from kpirules.facts.arrow import arrow_table_from
from kpirules.matrix import MISSING
from kpirules.plugin.simulated import Attributed, Simulation, apportioned
from kpirules.plugin.spooling import Spool
from kpirules.policy.simulation import simulating
from kpirules.policy.simulation.fewness import with_counts
from kpirules.policy.simulation.placing import places
from kpirules.policy.simulation.simulating import Limit, Wish
from kpirules.policy.simulation.supplying import Supply
from tests.policy import oracle
from tests.policy.shops import Shop, changes, tables

#: Every example scores a dozen policies.
PACE = settings(max_examples=max(10, settings().max_examples // 10))


def supplied(table: pa.Table, by_period: int = 10**9) -> Supply:
    return Supply(
        {"inputs": arrow_table_from(table, "inputs")},
        lambda rules, facts: score_matrix(rules, facts.matrix),
        with_counts,
        by_period=by_period,
    )


def simulated(
    old: Shop,
    new: Shop,
    table: pa.Table,
    wish: Wish | None = None,
    where: str | None = None,
    by_period: int = 10**9,
) -> Simulation:
    before, after = policy_of(old.text, "old.kpi"), policy_of(new.text, "new.kpi")
    assert before.ruleset is not None and after.ruleset is not None, (before.diagnostics, after.diagnostics)
    condition = None if where is None else pilot_condition(after, where)
    found, _ = simulate(change_between(before, after, condition), supplied(table, by_period), wish or Wish())
    return found


def scores(shop: Shop, table: pa.Table) -> oracle.Rows:
    return oracle.rows_of(face.load(shop.text).score(table).table)


def told(table: pa.Table) -> dict[tuple[tuple[str, str], str], str | None]:
    """The attributes of every row, as the simulation calls their values; probation is "no" where it is missing."""
    found: dict[tuple[tuple[str, str], str], str | None] = {}
    for row in table.to_pylist():
        key = (row["staff"], row["period"])
        found[key, "department"] = row["department"]
        found[key, "on_probation"] = "yes" if row["on_probation"] else "no"
    return found


@PACE
@given(changes(), tables())
def test_every_figure_is_that_of_scoring_both_apart(change: tuple[Shop, Shop], table: pa.Table) -> None:
    old, new = change
    attributes = told(table)
    found = simulated(old, new, table)
    oracle.hold(found, scores(old, table), scores(new, table), lambda key, name: attributes[key, name])


@PACE
@given(changes(), tables())
def test_a_pilot_is_the_new_policy_inside_and_the_old_one_elsewhere(
    change: tuple[Shop, Shop], table: pa.Table
) -> None:
    old, new = change
    attributes = told(table)
    inside = {key for (key, name), value in attributes.items() if name == "department" and value == "north"}
    before, after = scores(old, table), scores(new, table)
    published = {key: row for key, row in after.items() if key in inside}
    published |= {key: row for key, row in before.items() if key not in inside}
    found = simulated(old, new, table, where='department = "north"')
    oracle.hold(found, before, published, lambda key, name: attributes[key, name])
    keys = sorted({*before, *published})
    levels = oracle.level_names(found)
    if found.pilot is None:
        assert not keys
        return
    within = [key for key in keys if key in inside]
    oracle.hold_figures(found.pilot.inside, before, after, within, levels)
    without = [key for key in keys if key not in inside]
    oracle.hold_figures(found.pilot.outside, before, before, without, levels)
    beyond = sorted(({*before} | {*after}) - inside)
    oracle.hold_figures(found.pilot.beyond, before, after, beyond, levels)


@PACE
@given(changes(), tables())
def test_the_same_comes_out_period_by_period(change: tuple[Shop, Shop], table: pa.Table) -> None:
    whole, parted = simulated(*change, table), simulated(*change, table, by_period=0)
    assert parted.rows.to_pylist() == whole.rows.to_pylist()
    assert replace(parted, rows=None) == replace(whole, rows=None)


@PACE
@given(changes(), tables())
def test_every_point_of_a_sweep_is_a_simulation_of_its_own(
    change: tuple[Shop, Shop], table: pa.Table
) -> None:
    old, new = change
    policy = policy_of(new.text, "new.kpi")
    sweep = sweep_of(policy, "allowance", "0", "3", "1")
    found = simulated(old, new, table, Wish(sweeps=(sweep,), attribute=False))
    assert [point.value for point in found.curves[0].points] == [0, 1, 2, 3]
    for point in found.curves[0].points:
        single = simulated(old, replace(new, allowance=int(point.value)), table, Wish(attribute=False))
        assert point.figures == single.whole
        assert point.current is (point.value == new.allowance)


@PACE
@given(changes(), tables())
def test_without_and_alone_are_simulations_of_their_own(change: tuple[Shop, Shop], table: pa.Table) -> None:
    """Only for edits of parameters, which can be made by hand."""
    old, new = change[0], replace(change[0], allowance=change[1].allowance, price=change[1].price)
    found = simulated(old, new, table)
    for place, part in enumerate(found.parts):
        name = "allowance" if "allowance" in part.title.en else "price"
        assert name in part.title.en
        without = simulated(old, replace(new, **{name: getattr(old, name)}), table)
        alone = simulated(old, replace(old, **{name: getattr(new, name)}), table)
        for line in found.attribution:
            if line.kind is Attributed.TOTALS:
                assert line.without[place] == without.whole.sum_new
                assert line.alone[place] == alone.whole.sum_new
            if line.kind is Attributed.AMOUNT:
                costs = [{one.id: one.new for one in one_.whole.amounts} for one_ in (without, alone)]
                assert (line.without[place], line.alone[place]) == (costs[0][line.name], costs[1][line.name])


TABLE = pa.table(
    {
        "staff": ["Ann", "Bob", "Cem", "Ann", "Bob"],
        "period": ["2026-01", "2026-01", "2026-01", "2026-02", "2026-02"],
        "department": ["north", "north", "south", "north", "north"],
        "on_probation": [False, False, False, False, False],
        "late": [3, 0, 2, 1, 4],
        "good": [19, 2, 80, 75, 9],
        "all": [20, 3, 100, 100, 10],
        "sold": [10, 5, 1, 0, 2],
    }
)


def test_an_edit_without_effect_is_told_and_changes_nothing() -> None:
    found = simulated(Shop(), Shop(label="Pace"), TABLE)
    assert [one.effect for one in found.edits] == [False]
    assert found.parts == () and found.attribution == ()
    assert found.whole.counts.same == found.whole.rows == 5
    assert [note.code for note in found.notes] == ["K827"]


def test_few_records_behind_a_move_are_told_with_the_people() -> None:
    found = simulated(Shop(), Shop(lowest=50), TABLE)
    [few] = found.few
    assert (few.measure, few.least, few.examples) == ("quality", 5, (("Bob", "2026-01", 3),))
    assert few.rows == 1
    assert few.moved == sum(fate_changes(Shop(), Shop(lowest=50)))
    assert "K825" in [note.code for note in found.notes]
    assert simulated(Shop(), Shop(lowest=50), TABLE, Wish(few=3)).few == ()


def fate_changes(old: Shop, new: Shop) -> list[bool]:
    before, after = scores(old, TABLE), scores(new, TABLE)
    return [before[key]["quality"] != after[key]["quality"] for key in before]


def test_the_nearest_value_within_a_budget() -> None:
    policy = policy_of(Shop().text, "new.kpi")
    sweep = sweep_of(policy, "price", "0 yuan", "5 yuan", "0.5 yuan")
    costs = [
        sum(
            (oracle.number(row, "bonus") or Fraction(0) for row in scores(shop, TABLE).values()),
            Fraction(0),
        )
        for shop in (Shop(price=f"{half / 2} yuan") for half in range(11))
    ]
    limit = costs[6]  # just kept at 3 yuan
    found = simulated(Shop(), Shop(), TABLE, Wish(sweeps=(sweep,), limits=(Limit("bonus", limit, False),)))
    [kept] = found.curves[0].kept
    assert [point.text.en for point in found.curves[0].points][kept.last or 0] == "3 yuan"
    assert kept.kept == tuple(place for place, cost in enumerate(costs) if cost <= limit)
    assert found.budgets[0].kept and found.budgets[0].over == found.budgets[0].new - limit
    tight = Wish(sweeps=(sweep,), limits=(Limit("bonus", limit - Fraction(1, 100), True),))
    over = simulated(Shop(), Shop(), TABLE, tight)
    assert not over.within_budget and over.curves[0].kept[0].last == 5


def test_what_would_take_too_long_is_left_out_unless_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    new = Shop(allowance=3, price="2.5 yuan")
    monkeypatch.setattr(simulating, "AFFORDED", 9)  # five rows, two policies half way
    left = simulated(Shop(), new, TABLE)
    assert left.attribution == () and "K829" in [note.code for note in left.notes]
    assert all(move.parts == () and move.reason.en for move in left.movers[0].gains)
    asked = simulated(Shop(), new, TABLE, Wish(attribute=True))
    assert len(asked.parts) == 2 and asked.attribution
    assert asked.whole == left.whole
    monkeypatch.setattr(simulating, "AFFORDED", 10)
    assert simulated(Shop(), new, TABLE).attribution == asked.attribution


def test_a_pilot_without_anybody_is_told() -> None:
    found = simulated(Shop(), Shop(allowance=3), TABLE, where='department = "North"')
    assert found.whole.counts.same == 5
    assert "K828" in [note.code for note in found.notes]


@pytest.mark.parametrize("parts", [(1, 1, 1), (1, 2, -3), (5, 0, 0), (-1, -1, -1, 2)])
def test_parts_are_shown_so_that_they_add_up(parts: tuple[int, ...]) -> None:
    exact = [Fraction(one, 7) for one in parts]
    shown = apportioned(exact, 2)
    whole = sum(exact, Fraction(0))
    assert abs(sum(shown, Fraction(0)) - whole) <= Fraction(1, 200)
    assert all(abs(one - part) < Fraction(1, 100) for one, part in zip(shown, exact, strict=True))


@PACE
@given(changes(most=9), tables())
def test_with_many_edits_parts_still_add_up(change: tuple[Shop, Shop], table: pa.Table) -> None:
    oracle.hold_attribution(simulated(*change, table))


@pytest.mark.parametrize("spread", [1, 10**9])
def test_places_are_the_same_counted_and_sorted(spread: int) -> None:
    totals = np.array([3, 1, 3, MISSING, 2, 2, 5], np.int64)
    totals[totals != MISSING] *= spread
    groups = np.array([0, 0, 0, 0, 1, 1, -1], np.int64)
    assert places(totals, groups).tolist() == [1, 3, 1, 0, 1, 1, 0]


@PACE
@given(changes(), tables())
def test_the_same_comes_out_of_rows_that_wait_on_disk(change: tuple[Shop, Shop], table: pa.Table) -> None:
    before, after = (policy_of(one.text, "shop.kpi") for one in change)
    plain = supplied(table)
    source = plain.tables["inputs"]
    assert source.table is not None
    with tempfile.TemporaryDirectory() as folder:
        spool = Spool(Path(folder), ("period",))
        batches = source.table.to_batches(max_chunksize=4)
        kept = pa.Table.from_batches([spool.put(batch) for batch in batches])
        assert kept.column_names == ["period"] and spool.rows == table.num_rows
        tables_kept = {"inputs": replace(source, table=kept)}
        for by_period in (0, 10**9):
            parted = replace(plain, tables=tables_kept, spool=spool, by_period=by_period)
            found, _ = simulate(change_between(before, after), parted, Wish())
            whole = simulated(*change, table)
            assert found.rows.to_pylist() == whole.rows.to_pylist()
            assert replace(found, rows=None, old=whole.old, new=whole.new) == replace(whole, rows=None)
