"""Ruleset 6 on made-up plans and ratings through files, its quarters and its years, against plain counting."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest

from kpirules.engine import score_rollup
from kpirules.scoring import run
from tests.rulesets import oracle_quantified_scheme as oracle
from tests.rulesets.test_events import facts_of, ruleset
from tests.rulesets.test_oracles_of_records import SEEDS, Table, assert_scored, maybe

RATIOS = (
    ("surveyed_customers", ("satisfied_customers",)),
    ("problems_taken", ("problems_solved", "replied_in_time", "finished_in_time")),
)


def records(seed: int) -> tuple[Table, Table, Table]:
    """Plans from before, changed on edges of quarters and twice a day; some people have none, or leave a quarter out."""
    random = Random(seed)
    people = [f"P{number:02}" for number in range(16)]
    posts = {
        person: random.choice(("specialist", "specialist", "supervisor", "manager")) for person in people
    }
    inputs = []
    for name in ("2025-Q4", "2026-Q1", "2026-Q2", "2026-Q3"):
        for person in people:
            if random.random() < 0.1 and person != people[0]:
                continue
            row = {"staff": person, "period": name, "post": posts[person]}
            row["work_done"] = maybe(random, ("0", "30", "45", "60"), 0.1)
            for below, parts in RATIOS:
                whole = random.choice((0, 20, 97, 200))
                row[below] = maybe(random, (str(whole),), 0.1)
                for above in parts:
                    row[above] = maybe(
                        random, [str(whole * share // 100) for share in (60, 90, 95, 100)], 0.1
                    )
            for lapses in ("fee_lapses", "support_lapses", "goods_lapses"):
                row[lapses] = maybe(random, "00012", 0.05)
            inputs.append(row)
    edges = [date(2025, 7, 1), date(2026, 1, 1), date(2026, 3, 31), date(2026, 5, 16), date(2026, 7, 1)]
    plan = [
        {
            "staff": person,
            "since": (random.choice(edges) + timedelta(days=random.choice((-1, 0, 0, 1)))).isoformat(),
            "target": str(random.randrange(30, 70)),
            "reason": maybe(random, ("peak season", "leave")),
        }
        for person in people[1:]
        for _ in range(random.randrange(6))
    ]
    ratings = [
        {
            "staff": person,
            "given": f"{month}-{random.choice(('01', '15', '28'))}",
            "rater": f"r{random.randrange(5)}",
            "group": random.choice(("superior", "peer", "peer", "report")),
            "mark": str(random.randrange(40, 101)),
        }
        for month in ("2025-12", "2026-01", "2026-03", "2026-04", "2026-08")
        for person in people
        for _ in range(random.choice((0, 2, 6)))
    ]
    return inputs, plan, ratings


@pytest.mark.parametrize("seed", SEEDS)
def test_quantified_scheme(seed: int, tmp_path: Path) -> None:
    rules = ruleset("quantified_scheme")
    inputs, plan, ratings = records(seed)
    expected = oracle.scheme(inputs, plan, ratings)
    assert len({one.points["plan_completion"] for one in expected.values()}) > 5
    assert_scored(rules, tmp_path, expected, inputs=inputs, plan=plan, ratings=ratings)
    facts, _ = facts_of(rules, tmp_path / "kpirules.toml")
    for engine in ("kernels", "reference"):
        scores = score_rollup(rules, "year", run.score(rules, facts.matrix), engine)
        found = {}
        for place, row in enumerate(scores.rows.tolist()):
            grade = int(scores.grade[place])
            name = None if grade < 0 else scores.grades[grade]
            found[scores.facts.row_name(row)] = oracle.Year(scores.total.exact(place), name)
        assert found == oracle.years(expected)
