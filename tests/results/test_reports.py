"""Reports on every shipped policy: statements say what is published, and what `why` says."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import kpirules
from kpirules import engine, gathering
from kpirules.plugin import Report, Statement
from kpirules.results.paper import Paper
from kpirules.results.quotes import Quotes
from kpirules.results.report import Wanted

RULESETS = Path(__file__).resolve().parents[2] / "rulesets"
EXAMPLES = sorted(path.parent.name for path in RULESETS.glob("examples/*/kpirules.toml"))
#: So many statements of each are looked at.
_LOOKED_AT = 25


def made(name: str, rollup: str | None = None, **wanted: Any) -> tuple[engine.Policy, Any, Report]:
    """The policy, its facts and the report on the example of a shipped ruleset."""
    project, wrong = gathering.open_project(RULESETS / "examples" / name / "kpirules.toml")
    assert not wrong
    settings = {key: one.text for key, one in project.parameters.items()}
    policy = engine.read_policy(RULESETS / f"{name}.kpi", settings)
    assert policy.ruleset is not None
    facts, found = gathering.gather(gathering.Work(rules=policy.ruleset, tables={}, project=project))
    assert not [one for one in found if one.is_error]
    scores = engine.score_matrix(policy.ruleset, facts.matrix)
    if rollup is not None:
        scores = engine.score_rollup(policy.ruleset, rollup, scores)
    return policy, facts, engine.report(policy, facts, scores, Wanted(engine="test", **wanted), rollup)


@pytest.mark.parametrize("name", EXAMPLES)
def test_statements_say_what_is_published(name: str) -> None:
    _, _, report = made(name)
    rows = report.table.to_pylist()
    assert rows
    for row, published in list(enumerate(rows))[:_LOOKED_AT]:
        statement = report.statement(row)
        same(report, statement, published)
        hangs_together(report, statement)


def same(report: Report, statement: Statement, published: dict[str, Any]) -> None:
    """Every published number stands in the statement."""
    subject = report.table.column_names[0]
    assert (statement.staff, statement.period) == (published[subject], published["period"])
    assert statement.total == published["total"]
    assert statement.grade == published["grade"]
    assert [line.id for line in statement.lines] == [one.id for one in report.indicators]
    for line in statement.lines:
        assert line.points == published[line.id], line.id
    for one in statement.adjustments:
        if one.points is not None:
            assert one.points == published[one.id]
    for outcome in statement.outcomes:
        if isinstance(published[outcome.id], Decimal):
            assert outcome.number == published[outcome.id], outcome.id


def hangs_together(report: Report, statement: Statement) -> None:
    """What is lost and what is left make the weight; the total follows where the policy's arithmetic is plain."""
    for line in statement.lines:
        if line.unrounded is not None and line.lost is not None:
            assert abs(line.unrounded + line.lost - line.weight) < Decimal("1E-12")
            assert line.because.en and line.because.zh
        for fact in line.facts:
            assert fact.said.en and fact.said.zh and fact.title.zh
    if report.policy.rule is not None and statement.total is not None:
        counted = [line for line in statement.lines if line.unrounded is not None]
        earned = sum((line.unrounded for line in counted if line.unrounded is not None), Decimal(0))
        present = sum((line.weight for line in counted), Decimal(0))
        assert abs(earned / present * 100 - statement.total) <= Decimal("0.5").scaleb(
            -report.policy.rule.places
        )


@pytest.mark.parametrize("name", ["service_staff", "department_annual", "service_index"])
def test_the_text_is_that_of_why(name: str) -> None:
    policy, facts, report = made(name)
    assert policy.ruleset is not None
    quotes = Quotes(policy.sources)
    subject = report.table.column_names[0]
    for row, published in list(enumerate(report.table.to_pylist()))[:3]:
        derivation = engine.explain_row(
            policy.ruleset, facts, facts.row(published[subject], published["period"])
        )
        for language in ("en", "zh"):
            told = list(Paper(derivation, quotes, language).text())
            assert [line.read(language) for line in report.statement(row).text] == told


def test_a_report_on_a_longer_period() -> None:
    name, kind = next(
        (name, kind)
        for name in EXAMPLES
        if (policy := engine.read_policy(RULESETS / f"{name}.kpi")).ruleset is not None
        for kind in policy.ruleset.rollups
    )
    _, _, report = made(name, kind)
    for row, published in enumerate(report.table.to_pylist()):
        statement = report.statement(row)
        assert statement.total == published["total"] and statement.total_steps


def test_an_extract_and_its_run() -> None:
    _, _, whole = made("service_staff")
    subject = whole.table.column_names[0]
    person = whole.table[subject][0].as_py()
    _, _, extract = made("service_staff", staff=(person,))
    assert set(extract.table[subject].to_pylist()) == {person}
    assert extract.run == whole.run  # of the same run, whoever it is for
    assert extract.attributes.num_rows == extract.facts.num_rows == extract.table.num_rows
    rows = [row for row, name in enumerate(whole.table[subject].to_pylist()) if name == person]
    assert [extract.statement(row).text for row in range(extract.table.num_rows)] == [
        whole.statement(row).text for row in rows
    ]
    assert {one.staff for one in extract.alerts} <= {person}
    _, _, few = made("service_staff", people=1)
    assert few.table.num_rows == whole.table.num_rows
    assert [few.table[subject][row].as_py() for row in few.told] == [person] * len(rows)


def test_records_are_named_as_for_one_row() -> None:
    _, facts, _ = made("service_staff")
    one, many = facts.lookup(5), facts.lookup(5, together=True)
    names = [
        name
        for name in facts.matrix.columns
        if any(one(name, row) is not None for row in range(len(facts.matrix)))
    ]
    assert len(names) > 5
    for name in names:
        for row in range(len(facts.matrix)):
            assert one(name, row) == many(name, row)


def test_what_stands_beside_the_scores() -> None:
    _, _, report = made("quantified_scheme")
    assert report.attributes.column_names == [one.name for one in report.attribute_columns]
    assert report.facts.column_names == [one.name for one in report.fact_columns]
    assert {one.kind for one in report.fact_columns} <= {
        *("amount", "number", "ratio", "points", "duration", "date", "moment", "text", "yes")
    }
    assert report.sources and all(one.read >= one.used for one in report.sources)
    assert report.parameters and all(one.value.en and one.value.zh for one in report.parameters)
    assert [one.low for one in report.grades] == sorted(
        (one.low for one in report.grades), key=lambda low: -(low if low is not None else Decimal(-1))
    )


def test_facts_of_any_size_have_a_column() -> None:
    policy = kpirules.load(
        "ruleset big\n  period month\n  missing redistribute\ninput plan : number\n"
        "measure cube = plan * plan * plan\n"
        "indicator all weight 100\n  measure cube\n  target >= 10\n  pro rata to target\n"
    )
    for plans, wanted in (
        ([1.25, None, 3.0], [Decimal("1.25"), None, Decimal("3.00")]),
        ([1 / 3, -0.5, 0.0], [Decimal("0.333333"), Decimal("-0.500000"), Decimal("0.000000")]),
        ([10.0, 20.0, 0.0], [Decimal(10), Decimal(20), Decimal(0)]),
    ):
        table = pa.table({"staff": ["a", "b", "c"], "period": ["2026-01"] * 3, "plan": plans})
        scores = policy.score(table)
        report = engine.report(policy.policy, scores.facts, scores.matrix, Wanted(engine="test"))
        assert report.facts["plan"].to_pylist() == wanted
    table = pa.table({"staff": ["a", "b"], "period": ["2026-01"] * 2, "plan": [9e15, 1.0]})
    scores = policy.score(table)
    report = engine.report(policy.policy, scores.facts, scores.matrix, Wanted(engine="test"))
    assert report.facts["cube"].to_pylist() == [pytest.approx(7.29e47), 1.0]
