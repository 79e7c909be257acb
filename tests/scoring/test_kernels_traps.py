"""Each trap of exactness on its own: the rows on which plain floats, or a careless plan, go wrong."""

from __future__ import annotations

import subprocess
import sys
from fractions import Fraction as F

import numpy as np
import pytest

from kpirules.matrix import MISSING, Column, StaffPeriodMatrix
from kpirules.model import expressions as e
from kpirules.model import forms as f
from kpirules.model import rules as r
from kpirules.numbers import Mode, Rounding
from kpirules.scoring import reference, run
from kpirules.scoring.exact import evaluate
from kpirules.scoring.lowering import lower
from kpirules.scoring.plan import GRADE, TOTAL, layout, outcome_output, point_output, prepare
from kpirules.scoring.run import Scorer, score
from kpirules.units import DAY, Unit
from tests.scoring import making as m
from tests.scoring.test_kernels_equal_reference import published

PERCENTS = [k / 100 for k in range(-5, 121)]
TEN_THOUSANDTHS = [k / 10_000 for k in range(0, 10_001, 7)]
RATIOS = [(k, n) for n in range(1, 65) for k in range(n + 1)]


def check(rules: r.Ruleset, facts: StaffPeriodMatrix) -> None:
    assert published(score(rules, facts)) == published(reference.score(rules, facts))


def steps_below(target: str) -> r.Ruleset:
    form = f.Deduct(F(1), F("0.01"), "below", whole=True)
    return m.ruleset([m.indicator("i", 10, m.fact("a"), form, m.target(">=", target))])


def test_full_percentage_points_are_counted_exactly() -> None:
    facts = m.matrix(m.column("a", PERCENTS))
    for target in ("0.95", "0.98", "0.99", "0.07"):
        check(steps_below(target), facts)
    scores = score(steps_below("0.95"), m.matrix(m.column("a", [0.92, 0.924, 0.95, 0.9500001])))
    assert scores.points["i"].values.tolist() == [700, 800, 1000, 1000]


def test_full_points_of_quotients_are_counted_exactly() -> None:
    check(steps_below("0.95"), m.matrix(m.column("a", [k for k, _ in RATIOS], [n for _, n in RATIOS])))


def test_points_half_way_between_two_cents_are_rounded_up() -> None:
    line = f.Bands((f.Band(F(0), True, F(1), True, F(0), F(25)),), F(0))
    rules = m.ruleset([m.indicator("i", 25, m.fact("a"), line), m.indicator("j", 7, m.fact("a"), line)])
    check(rules, m.matrix(m.column("a", TEN_THOUSANDTHS)))
    assert score(rules, m.matrix(m.column("a", [0.0002]))).points["i"].values.tolist() == [1]


@pytest.mark.parametrize("mode", list(Mode))
def test_every_way_to_round_holds_on_and_beside_the_edge(mode: Mode) -> None:
    amount = m.amount("o", m.arithmetic(m.fact("a"), "*", m.number("0.5")), Rounding(F(1, 100), mode))
    rules = m.ruleset([m.indicator("i", 1, m.fact("a"), f.Formula())], [amount])
    cells = [k / 100 for k in range(-50, 51)] + [0.1 + 0.2, 1e-320, -1e-320, 12345678.91, 1e14]
    check(rules, m.matrix(m.column("a", cells)))


def test_ratios_meet_their_targets_exactly() -> None:
    facts = m.matrix(
        m.column("a", [k for k, _ in RATIOS]),
        m.column("b", [n for _, n in RATIOS]),
        m.column("c", [k / n for k, n in RATIOS]),
    )
    share = m.arithmetic(m.fact("a"), "/", m.fact("b"))
    faults = m.arithmetic(m.number(1), "-", share)
    for target in ("0.95", "0.9", "1/3", "0.8"):
        for measure, operator in ((share, ">="), (share, ">"), (faults, "<="), (m.fact("c"), ">=")):
            rules = m.ruleset(
                [m.indicator("i", 10, measure, f.AllOrNothing(), m.target(operator, m.number(target)))]
            )
            check(rules, facts)


def test_a_ratio_of_small_counts_is_never_in_doubt() -> None:
    """The certificate works: nothing is left to slower arithmetic, ties included."""
    facts = m.matrix(m.column("a", [k for k, _ in RATIOS], [n for _, n in RATIOS]))
    assert _doubted(steps_below("0.95"), facts) == 0


def test_tie_heavy_decimals_are_never_in_doubt() -> None:
    line = f.Bands((f.Band(F(0), True, F(1), True, F(0), F(25)),), F(0))
    rules = m.ruleset([m.indicator("i", 25, m.fact("a"), line), m.indicator("j", 15, m.fact("a"), line)])
    assert _doubted(rules, m.matrix(m.column("a", TEN_THOUSANDTHS))) == 0


def _doubted(rules: r.Ruleset, facts: StaffPeriodMatrix) -> int:
    """How many rows the kernels leave to slower arithmetic."""
    program = prepare(rules, layout(facts)).stages[0].program
    arrays: list[run.Array] = []
    for source in program.sources:
        column = facts.columns[source.name]
        array = column.values if source.place == "column" else column.divisor
        assert array is not None
        arrays.append(array)
    assumed = [run.assume(source, array) for source, array in zip(program.sources, arrays, strict=True)]
    results = [np.empty(len(facts), np.int8 if o.name == GRADE else np.int64) for o in program.outputs]
    return len(run.run_kernels(lower(program, assumed), arrays, results, len(facts), 1))


def test_an_unusual_row_among_plain_ones_is_scored_exactly() -> None:
    """Ranges and decimals are assumed from a sample: rows that break the assumption are noticed."""
    for odd in (1e12, 0.123456789012, -7.0, 1e300, 5e-324, 0.1 + 0.2):
        cells = [float(k % 7) for k in range(3000)]
        cells[1777] = odd
        others = [float(k % 5) for k in range(3000)]
        facts = m.matrix(m.column("a", cells), m.column("b", others))
        form = f.Deduct(F(1), F(1), "above", whole=True)
        measure = m.arithmetic(m.arithmetic(m.fact("a"), "-", m.fact("b")), "*", m.number("0.5"))
        rules = m.ruleset(
            [m.indicator("i", 10, measure, form, m.target("<=", "0.5"))],
            [m.amount("o", m.arithmetic(m.fact("a"), "/", m.arithmetic(m.fact("a"), "-", m.fact("b"))))]
            if odd < 1e13
            else [],
        )
        facts = _rows(facts, slice(1500, 2000))
        check(rules, facts)


def _rows(facts: StaffPeriodMatrix, cut: slice) -> StaffPeriodMatrix:
    columns = {name: Column(name, c.unit, c.values[cut], c.choices) for name, c in facts.columns.items()}
    return StaffPeriodMatrix(
        facts.staff[cut], facts.staff_names, facts.period[cut], facts.period_names, columns
    )


def test_a_long_decimal_beside_its_float_is_told_apart() -> None:
    long = F(10**17 + 5, 2 * 10**17)  # a little above one half; its float is one half
    values = np.array([0.5, 0.5])
    column = Column("a", Unit.NUMBER, values, exact={1: long})
    rules = m.ruleset([m.indicator("i", 10, m.fact("a"), f.AllOrNothing(), m.target(">", "0.5"))])
    assert score(rules, m.matrix(column)).points["i"].values.tolist() == [0, 1000]


def test_grades_follow_the_published_total() -> None:
    rules = m.ruleset([m.indicator("i", 100, m.fact("a"), f.Formula())])
    scores = score(rules, m.matrix(m.column("a", [89.995, 89.9949, 90.0, 80.0, 59.995, None])))
    assert scores.total.values.tolist() == [9000, 8999, 9000, 8000, 6000, MISSING]
    assert scores.grade.tolist() == [0, 1, 0, 1, 2, -1]


def test_missing_is_redistributed_or_scored_as_said() -> None:
    def rules(rule: r.Missing) -> r.Ruleset:
        return m.ruleset(
            [
                m.indicator("i", 60, m.fact("a"), f.Formula(), missing=rule),
                m.indicator("j", 40, m.fact("b"), f.Formula()),
            ]
        )

    facts = m.matrix(m.column("a", [None, 30.0, None]), m.column("b", [20.0, 20.0, None]))
    expected = {
        r.Absent.REDISTRIBUTE: [5000, 5000, MISSING],
        r.Absent.ZERO: [2000, 5000, 0],
        r.Absent.FULL: [8000, 5000, 10000],
        r.Absent.ERROR: [5000, 5000, MISSING],
    }
    for rule, totals in expected.items():
        assert score(rules(r.Missing(rule)), facts).total.values.tolist() == totals
        check(rules(r.Missing(rule)), facts)
    check(rules(r.Missing(r.Absent.VALUE, F(99))), facts)


def test_two_indicators_that_are_alike_count_twice() -> None:
    twins = [m.indicator(name, 30, m.fact("a"), f.Formula()) for name in ("i", "j")]
    other = m.indicator("k", 40, m.number(40), f.Formula())
    scores = score(m.ruleset([*twins, other]), m.matrix(m.column("a", [0.0])))
    assert scores.total.values.tolist() == [4000]


def pool() -> r.Ruleset:
    """A department's pool shared by heads, and a bonus from the published pool and total."""
    fund = m.arithmetic(
        m.group(e.Over.SUM, m.arithmetic(m.fact("a"), "*", m.number("12.35")), "post"),
        "/",
        m.group(e.Over.COUNT, None, "post"),
    )
    base = e.OutcomeOf("base", Unit.MONEY, m.HERE)
    total = e.PublishedTotal(Unit.POINTS, m.HERE)
    bonus = m.arithmetic(m.arithmetic(base, "*", total), "/", m.number(100))
    return m.ruleset(
        [m.indicator("i", 100, m.fact("b"), f.Formula())],
        [m.amount("bonus", bonus), m.amount("base", fund)],
        applies=e.Not(m.fact("leave", Unit.BOOLEAN), m.HERE),
        inputs=[m.declared("post", Unit.TEXT)],
    )


def test_a_pool_is_shared_exactly_and_only_among_the_appraised() -> None:
    rng = np.random.default_rng(3)
    count = 400
    facts = m.matrix(
        m.column("a", [float(x) for x in rng.integers(0, 9, count)]),
        m.column("b", [None if x == 0 else float(x) / 100 for x in rng.integers(0, 10_000, count)]),
        m.texts("post", [["x", "y", "z", None][k] for k in rng.integers(0, 4, count)]),
        m.truths("leave", [[True, False, False, None][k] for k in rng.integers(0, 4, count)]),
        periods=[int(k) for k in rng.integers(0, 3, count)],
    )
    check(pool(), facts)
    scores = score(pool(), facts)
    assert 0 < len(scores) < count
    assert (scores.outcomes["base"].values == MISSING).any()


def test_threads_buffers_and_read_only_columns_change_nothing() -> None:
    rng = np.random.default_rng(5)
    count = 50_000
    columns = []
    for name in ("a", "b"):
        column = m.column(name, [float(k) for k in rng.integers(0, 100, count)])
        column.values.flags.writeable = False
        columns.append(column)
    facts = m.matrix(*columns)
    share = m.arithmetic(m.fact("a"), "/", m.fact("b"))
    rules = m.ruleset(
        [m.indicator("i", 10, share, f.ProRata(), m.target(">=", "0.9"))], [m.amount("o", share)]
    )
    buffers = {
        name: np.full(count + 5, 77, np.int64) for name in (point_output("i"), TOTAL, outcome_output("o"))
    }
    buffers[GRADE] = np.full(count + 5, 77, np.int8)
    scorer = Scorer(rules, facts)
    alone, both = (
        published(scorer.score(facts, threads=1)),
        published(scorer.score(facts, threads=2, into=buffers)),
    )
    assert alone == both
    assert buffers[TOTAL][:count].tolist() == alone["total"]
    assert buffers[TOTAL][count:].tolist() == [77] * 5
    half = _rows(facts, slice(0, 20_000))
    assert published(scorer.score(half, into=buffers))["total"] == alone["total"][:20_000]


def test_the_time_between_two_dates_is_a_duration() -> None:
    between = e.Arithmetic("-", m.fact("a", Unit.DATE), m.fact("b", Unit.DATE), Unit.DURATION, m.HERE)
    rules = m.ruleset(
        [m.indicator("i", 10, between, f.Deduct(F(1), F(DAY), "above"), m.target("<=", 2 * DAY))],
        [m.amount("o", between, Rounding(F(1)))],
    )
    dates: dict[str, list[float | None]] = {
        "a": [20_005.0, 20_003.0, None],
        "b": [20_000.0, 20_001.0, 20_000.0],
    }
    facts = m.matrix(
        *(Column(name, Unit.DATE, m.column(name, cells).values) for name, cells in dates.items())
    )
    assert score(rules, facts).points["i"].values.tolist() == [700, 1000, MISSING]
    check(rules, facts)


def test_a_table_without_rows_has_no_scores() -> None:
    scores = score(steps_below("0.95"), m.matrix(m.column("a", [])))
    assert len(scores) == 0
    assert scores.total.values.tolist() == []


def test_a_column_that_is_not_there_is_missing() -> None:
    scores = score(steps_below("0.95"), m.matrix(m.column("other", [1.0])))
    assert scores.total.values.tolist() == [MISSING]
    assert scores.grade.tolist() == [-1]


def test_exact_steps_mean_what_the_reference_says() -> None:
    facts = m.matrix(m.column("a", PERCENTS))
    program = prepare(steps_below("0.95"), layout(facts)).stages[0].program
    total = next(output for output in program.outputs if output.name == TOTAL)
    expected = reference.score(steps_below("0.95"), facts).total
    for row in range(len(facts)):
        value = facts.columns["a"].value(row)
        assert isinstance(value, F)
        assert evaluate(program, [value])[total.slot] == expected.exact(row)


def test_planning_does_not_import_numba() -> None:
    code = (
        "import sys, kpirules.scoring.run, kpirules.scoring.plan\n"
        "sys.exit(any(name.split('.')[0] in ('numba', 'llvmlite') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
