"""A period that is scored in spells has one statement, made of those of the spells."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pyarrow as pa

import kpirules
from kpirules import engine
from kpirules.results.report import Wanted
from tests.scoring.test_spells import POLICY

DAY = datetime.date


def test_the_statement_of_a_split_period() -> None:
    rules = kpirules.load(POLICY)
    posts = pa.table(
        {
            "person": ["Ann", "Ann", "Bob"],
            "since": [DAY(2026, 1, 1), DAY(2026, 1, 21), DAY(2026, 1, 1)],
            "ended": pa.array([None, None, None], pa.date32()),
            "post": ["clerk", "manager", "clerk"],
        }
    )
    calls = pa.table(
        {
            "who": ["Ann", "Ann", "Bob"],
            "day": [DAY(2026, 1, 5), DAY(2026, 1, 25), DAY(2026, 1, 7)],
            "late": [True, False, True],
        }
    )
    inputs = pa.table({"staff": ["Ann", "Bob"], "period": ["2026-01"] * 2, "plan": [30.0, 40.0]})
    scores = rules.score(inputs, posts=posts, calls=calls)
    report = engine.report(rules.policy, scores.facts, scores.matrix, Wanted(engine="test"))
    rows = report.table.to_pylist()
    assert [row["staff"] for row in rows] == ["Ann", "Bob"]
    ann = report.statement(0)
    assert [part.title.en for part in ann.parts] == ["clerk, 20 days", "manager, 11 days"]
    assert ann.total == rows[0]["total"] and ann.grade == rows[0]["grade"]
    assert report.policy.rule is None  # a mean of spells is not points over weights
    first, second = (part.total for part in ann.parts)
    assert first is not None and second is not None
    mean = (first * 20 + second * 11) / 31
    assert ann.total == mean.quantize(Decimal("0.01"))
    assert "2026-01" in ann.text[1].en and any("the whole period" in line.en for line in ann.text)
    for line in ann.lines:
        assert line.points == rows[0][line.id]
    told = {one.id: (one.value.en, one.value.zh, one.number) for one in ann.outcomes}
    assert told["held"] == ('"manager"', "“manager”", None)
    assert told["prize"] == ("yes", "是", None)
    assert told["bonus"] == ("901.61 yuan", "901.61 元", rows[0]["bonus"])
