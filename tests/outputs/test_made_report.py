"""The made-up report is what tests of outputs take it for: it hangs together, and has in it what they need."""

from __future__ import annotations

from decimal import Decimal

from tests.outputs.made_report import HOSTILE, made_report


def test_points_add_up_to_the_total_that_the_statement_shows() -> None:
    report = made_report()
    columns = [indicator.column for indicator in report.indicators]
    for number, row in enumerate(report.table.to_pylist()):
        statement = report.statement(number)
        assert (statement.staff, statement.period, statement.total) == (
            row["staff"],
            row["period"],
            row["total"],
        )
        assert [line.points for line in statement.lines] == [row[column] for column in columns]
        present = [line for line in statement.lines if line.points is not None]
        if row["total"] is None:
            assert not present
            assert row["grade"] is None
            continue
        weight = sum(line.weight for line in present)
        earned = sum((line.unrounded for line in present if line.unrounded is not None), Decimal(0))
        assert earned == weight - sum((line.lost for line in present if line.lost is not None), Decimal(0))
        exact = earned / weight * 100 + row["referral"] - row["complaint"]
        assert abs(max(Decimal(0), exact) - row["total"]) <= Decimal("0.005")
        assert statement.total_steps[-1].en.endswith(f"{row['total']:.2f}")


def test_it_has_what_tests_need() -> None:
    report = made_report()
    rows = report.table.to_pylist()
    assert {row["staff"] for row in rows} >= set(HOSTILE)
    assert len({row["period"] for row in rows}) == 3
    assert len(rows) == 24 * 3 - 1  # one joined later
    assert len(report.attributes) == len(report.facts) == len(rows)
    assert len(set(report.attributes["team"].to_pylist())) == 5  # one of a hostile name, and none
    assert any(row["satisfaction"] is None and row["total"] is not None for row in rows)
    assert {one.level for one in report.alerts} == {"critical", "warning", "info"}
    assert all(rows[one.row]["staff"] == one.staff for one in report.alerts)
    assert rows[12]["total"] == rows[13]["total"] == Decimal("97.00")
    assert {row["grade"] for row in rows} == {"excellent", "good", "pass", "fail", None}


def test_the_same_arguments_give_the_same_report() -> None:
    assert made_report(seed=3).table == made_report(seed=3).table
    assert made_report(seed=3).table != made_report(seed=4).table
    assert len(made_report(2000, ("2026-Q1",), hostile=False).table) == 2000
