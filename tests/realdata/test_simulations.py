"""A simulation of a shipped policy on real tickets, held against two runs of `score`; skipped without the data."""

from __future__ import annotations

import csv
import json
from collections import Counter
from fractions import Fraction
from pathlib import Path
from typing import Any

from tests.realdata.test_tickets import RULESETS, folder, run, support

__all__ = ["folder"]
POLICY = str(RULESETS / "service_staff.kpi")
WORDS = ("--project", "kpirules.toml", "--reject", "aside.csv")
EDITS = ("--set", "reply_limit=20 min", "--set", "handling_limit=20 h", "--set", "good_from=85")


@support
def test_totals_grades_and_parts_are_those_of_two_runs_of_score(folder: Path) -> None:
    rows: list[dict[tuple[str, str], dict[str, str]]] = []
    for words in ((), EDITS):
        name = f"scores{len(words)}.csv"
        assert run("score", POLICY, *WORDS, *words, "-o", name).exit_code == 0
        with (folder / name).open(encoding="utf-8-sig", newline="") as file:
            rows.append({(row["staff"], row["period"]): row for row in csv.DictReader(file)})
    old, new = rows
    result = run("simulate", POLICY, *WORDS, *EDITS, "--format", "json")
    assert result.exit_code == 0, result.stderr
    found: dict[str, Any] = json.loads(result.stdout)
    assert found["whole"]["rows"] == len(old) == len(new)
    for side, table in (("sum_old", old), ("sum_new", new)):
        totals = [Fraction(row["total"]) for row in table.values() if row["total"]]
        assert Fraction(found["whole"][side]) == sum(totals, Fraction(0))
    levels = [level["id"] for level in found["levels"]]
    moves = Counter((old[key]["grade"], new[key]["grade"]) for key in old)
    for (before, after), count in moves.items():
        assert found["transitions"][levels.index(before)][levels.index(after)] == count
    assert len(found["parts"]) == 3
    for line in found["attribution"]:
        parts = sum((Fraction(part) for part in line["parts"]), Fraction(0))
        assert Fraction(line["old"]) + parts == Fraction(line["new"])
    assert found["whole"]["counts"]["down"] > 0
    for move in found["movers"][0]["losses"]:
        key = (move["staff"], move["period"])
        assert Fraction(move["change"]) == Fraction(new[key]["total"]) - Fraction(old[key]["total"])
