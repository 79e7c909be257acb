"""Corrections of facts: what is refused and where, and that everything that depends on a corrected fact follows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpirules.diagnostics import Diagnostic, render
from kpirules.engine import policy_of
from kpirules.facts.arrow import arrow_table_from
from kpirules.facts.build import Facts
from kpirules.gathering import gather_table
from kpirules.matrix import ScoreMatrix, score_table
from kpirules.model.rules import Ruleset
from kpirules.records.corrections import Corrected, corrected
from kpirules.records.differences import differences
from kpirules.scoring import reference, run

F = Fraction
FEW = max(20, (settings.default.max_examples if settings.default is not None else 100) // 6)
#: A rank, a pool, a quota: what one fact of one person can change for others.
POLICY = """\
ruleset desk "Desk"
  period month
  missing redistribute

attribute team : text "Team"
input late : count "Late replies"
input sold : money missing zero "Sales"
input mood : rating 1 to 5

measure speed "Speed points" = 100 - 10 * late

indicator work "Work" weight 100
  points = speed

grades
  A "Best" from 80, at most 50% of team, ties out, at least 1
  B otherwise

result place : number = rank of total within team round to 1
amount part : money = divide 1000 yuan over team by total, remainder to first
"""
TITLES = ("staff", "period", "fact", "old", "new", "reason", "evidence")


def desk(rows: Sequence[Mapping[str, object]], text: str = POLICY) -> tuple[Ruleset, Facts]:
    policy = policy_of(text)
    assert policy.ruleset is not None, [one.message() for one in policy.diagnostics]
    facts, found = gather_table(policy.ruleset, pa.Table.from_pylist(list(rows)))
    assert not any(one.is_error for one in found), [one.message() for one in found]
    return policy.ruleset, facts


def person(name: str, late: int | None = 0, **values: object) -> dict[str, object]:
    return {"staff": name, "period": "2026-01", "team": "x", "late": late, "sold": None, "mood": 3, **values}


def correct(rules: Ruleset, facts: Facts, *rows: Sequence[object]) -> Corrected:
    columns = {
        title: [None if len(row) <= place else row[place] for row in rows]
        for place, title in enumerate(TITLES)
    }
    table = arrow_table_from(pa.table({k: pa.array(v, pa.string()) for k, v in columns.items()}), "c.csv")
    return corrected(rules, facts, [table])


def codes(found: Corrected) -> list[str]:
    return [one.code for one in found.diagnostics if one.is_error]


def scores(found: Corrected) -> ScoreMatrix:
    """By the kernels; the reference must say the same."""
    made = run.score(found.rules, found.facts.matrix)
    assert score_table(made).equals(score_table(reference.score(found.rules, found.facts.matrix)))
    return made


# What is refused


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        (("Ann", "2026-01", "late", "3", "1", "why"), "K868", "old"),
        (("Ann", "2026-01", "late", "", "1", "why"), "K868", "old"),
        (("Ann", "2026-01", "late", "2", "2", "why"), "K869", "new"),
        (("Ann", "2026-01", "late", "2", "1", " "), "K870", "reason"),
        (("Ann", "2026-01", "late", "2", "1.5", "why"), "K421", "new"),
        (("Ann", "2026-01", "late", "two", "1", "why"), "K420", "old"),
        (("Ann", "2026-01", "mood", "3", "9", "why"), "K422", "new"),
        (("Ann", "2026-01", "lates", "2", "1", "why"), "K866", "fact"),
        (("Ann", "2026-01", "", "2", "1", "why"), "K866", "fact"),
        (("Anne", "2026-01", "late", "2", "1", "why"), "K867", "staff"),
        (("Ann", "2026-02", "late", "2", "1", "why"), "K867", "period"),
        (("Ann", "some day", "late", "2", "1", "why"), "K867", "period"),
        (("Ann", "2026-01", "speed", "80", "", "why"), "K872", "new"),
    ],
)
def test_what_does_not_hold_is_refused_at_its_cell(row: Sequence[str], code: str, column: str) -> None:
    rules, facts = desk([person("Ann", 2), person("Bob")])
    found = correct(rules, facts, ("Bob", "2026-01", "late", "0", "4", "a sound one"), row)
    (told,) = [one for one in found.diagnostics if one.is_error]
    place = told.place
    assert (told.code, getattr(place, "row", None), getattr(place, "column", None)) == (code, 2, column)
    for language in ("en", "zh"):
        assert "{" not in render(told, {}, "en" if language == "en" else "zh")
    # One wrong row, and nothing at all is corrected.
    assert found.made == () and found.facts is facts


def test_all_mistakes_at_once() -> None:
    rules, facts = desk([person("Ann", 2)])
    found = correct(
        rules,
        facts,
        ("Ann", "2026-01", "late", "3", "1", "why"),
        ("Ann", "2026-01", "sold", "", "-", ""),
        ("Ben", "2026-01", "late", "2", "1", "why"),
        ("Ann", "2026-01", "late", "2", "1", "why"),
    )
    assert sorted(codes(found)) == ["K420", "K867", "K868", "K870", "K871"]


def test_what_was_meant_is_told() -> None:
    rules, facts = desk([person("Annette", 2)])
    found = correct(rules, facts, ("Anette", "2026-01", "lat", "2", "1", "why"))
    assert [one.suggestion for one in found.diagnostics] == ["late"]
    found = correct(rules, facts, ("Anette", "2026-01", "late", "2", "1", "why"))
    assert [one.suggestion for one in found.diagnostics] == ["Annette"]


def test_columns_that_are_missing_are_named_together() -> None:
    rules, facts = desk([person("Ann", 2)])
    bare = arrow_table_from(pa.table({"staff": ["Ann"], "fakt": ["late"], "原值": ["2"]}), "c.csv")
    found = corrected(rules, facts, [bare])
    (told,) = found.diagnostics
    assert told.code == "K865"
    assert told.message() == (
        'the corrections have no column "period", "fact" (did you mean the column "fakt"?), "new", "reason"'
    )
    assert "“周期”、“事实”（是不是“fakt”列？）、“新值”、“原因”" in told.message("zh")


def test_a_table_without_rows_corrects_nothing() -> None:
    rules, facts = desk([person("Ann", 2)])
    assert codes(correct(rules, facts)) == ["K873"]


# What is accepted


def test_chinese_titles_labels_and_periods_in_any_spelling() -> None:
    rules, facts = desk([person("Ann", 2)])
    table = pa.table(
        {
            "员工": [" Ann "],
            "周期": ["2026年1月"],
            "事实": ["late REPLIES"],
            "原值": ["２"],
            "新值": ["1"],
            "原因": ["算重了"],
            "依据": ["邮件"],
        }
    )
    found = corrected(rules, facts, [arrow_table_from(table, "c.xlsx")])
    (made,) = found.made
    assert (made.fact, made.old, made.new, made.reason, made.evidence) == ("late", 2, 1, "算重了", "邮件")
    assert made.words.zh == "已更正，原为 2；原因：算重了；依据：邮件；c.xlsx, 行 1"


def test_an_old_value_may_be_what_an_empty_cell_counts_as() -> None:
    rules, facts = desk([person("Ann", 2)])
    for old in ("", "0"):
        found = correct(rules, facts, ("Ann", "2026-01", "sold", old, "12.345678901234567", "why"))
        assert codes(found) == []
        # More digits than a float carries: the fact is exactly what was written.
        assert found.facts.matrix.columns["sold"].value(0) == F("12.345678901234567")


def test_a_value_may_be_taken_away_and_given() -> None:
    rules, facts = desk([person("Ann", 2), person("Bob", None)])
    found = correct(
        rules,
        facts,
        ("Ann", "2026-01", "late", "2", "", "not hers"),
        ("Bob", "2026-01", "late", "", "2", "his"),
        ("Bob", "2026-01", "team", "x", "y", "moved"),
    )
    column = found.facts.matrix.columns["late"]
    assert [column.value(row) for row in (0, 1)] == [None, 2]
    assert found.facts.matrix.columns["team"].value(1) == "y"
    # What was delivered is as it was.
    assert [facts.matrix.columns["late"].value(row) for row in (0, 1)] == [2, None]


def test_a_measure_without_end_may_be_given_as_it_is_shown() -> None:
    text = POLICY.replace("100 - 10 * late", "100 * late / 3")
    rules, facts = desk([person("Ann", 2)], text)
    assert codes(correct(rules, facts, ("Ann", "2026-01", "speed", "66.666667", "70", "why"))) == []
    assert codes(correct(rules, facts, ("Ann", "2026-01", "speed", "66.6667", "70", "why"))) == ["K868"]


def test_a_later_table_sees_what_an_earlier_one_made() -> None:
    rules, facts = desk([person("Ann", 2)])
    first = correct(rules, facts, ("Ann", "2026-01", "late", "2", "1", "once"))
    assert codes(correct(first.rules, first.facts, ("Ann", "2026-01", "late", "2", "0", "late"))) == ["K868"]
    second = correct(first.rules, first.facts, ("Ann", "2026-01", "late", "1", "0", "twice"))
    remark = second.facts.remark("late", 0)
    assert remark is not None
    assert (
        remark.en
        == "corrected, 1 before; reason: twice; c.csv, row 1; corrected, 2 before; reason: once; c.csv, row 1"
    )


# What follows from it, held against plain Python


def by_hand(people: Mapping[str, tuple[str, Fraction | None]]) -> dict[str, dict[str, object]]:
    """Totals, places, grades within quotas, and parts of 1000 in each team, of late replies or given points."""
    totals = {
        name: None if points is None else max(F(0), min(points, F(100)))
        for name, (_, points) in people.items()
    }
    told: dict[str, dict[str, object]] = {name: {"total": total} for name, total in totals.items()}
    for team in {team for team, _ in people.values()}:
        names = sorted(name for name, (own, _) in people.items() if own == team)
        known = {name: total for name in names if (total := totals[name]) is not None}
        seats = max(1, len(known) // 2)
        whole = sum(known.values(), F(0))
        steps: dict[str, int] = {}
        for name, total in known.items():
            ahead = sum(other > total for other in known.values())
            same = sum(other == total and other >= 80 for other in known.values())
            told[name]["place"] = ahead + 1
            better = sum(other > total and other >= 80 for other in known.values())
            told[name]["grade"] = "A" if total >= 80 and better + same <= seats else "B"
            steps[name] = int(1000 * total / whole * 100) if whole else 0
        if whole:
            left = 100_000 - sum(steps.values())
            for name in [one for one in sorted(known) if known[one]][:left]:
                steps[name] += 1
        for name in known:
            told[name]["part"] = F(steps[name], 100) if whole else None
    return told


def published(made: ScoreMatrix) -> dict[str, dict[str, object]]:
    rows = score_table(made).to_pylist()
    return {row["staff"]: {name: row[name] for name in ("total", "grade", "place", "part")} for row in rows}


PEOPLE = st.lists(
    st.tuples(st.sampled_from("xy"), st.one_of(st.none(), st.integers(0, 9))), min_size=2, max_size=7
)


@given(people=PEOPLE, data=st.data())
@settings(max_examples=FEW)
def test_ranks_quotas_and_pools_follow(people: list[tuple[str, int | None]], data: st.DataObject) -> None:
    """Some lateness, a team and a measure are corrected; everybody's figures are those of plain arithmetic."""
    names = [f"p{number}" for number in range(len(people))]
    rules, facts = desk(
        [person(name, late, team=team) for name, (team, late) in zip(names, people, strict=True)]
    )
    now = {
        name: (team, None if late is None else F(100 - 10 * late))
        for name, (team, late) in zip(names, people, strict=True)
    }
    rows: list[tuple[str, ...]] = []
    for name in data.draw(st.lists(st.sampled_from(names), min_size=1, unique=True)):
        team, late = people[names.index(name)]
        match data.draw(st.sampled_from(["late", "team", "speed"])):
            case "late":
                new = data.draw(st.sampled_from([one for one in range(10) if one != late]))
                rows.append((name, "2026-01", "late", "" if late is None else str(late), str(new), "why"))
                now[name] = (team, F(100 - 10 * new))
            case "team":
                other = "y" if team == "x" else "x"
                rows.append((name, "2026-01", "Team", team, other, "why"))
                now[name] = (other, now[name][1])
            case _:
                old = now[name][1]
                points = data.draw(st.sampled_from([one for one in range(111) if one != old]))
                rows.append(
                    (name, "2026-01", "speed", "" if old is None else str(int(old)), str(points), "why")
                )
                now[name] = (team, F(points))
    before = corrected(rules, facts, [])
    found = correct(rules, facts, *rows)
    assert codes(found) == []
    made = scores(found)
    expected = by_hand(now)
    for name, told in published(made).items():
        for key, value in expected[name].items():
            shown = told[key]
            assert (F(shown) if isinstance(shown, Decimal) else shown) == value, (name, key)
    # The statement of differences names exactly what differs, and who was corrected.
    old = score_table(scores(before)).to_pylist()
    new = score_table(made).to_pylist()
    differ = {
        (a["staff"], key): (a[key], b[key])
        for a, b in zip(old, new, strict=True)
        for key in a
        if a[key] != b[key]
    }
    told_ = {
        (one.staff, change.name): one.corrected
        for one in differences(scores(before), made, found.made)
        for change in one.changes
    }
    assert set(told_) == set(differ)
    wrong = {row[0] for row in rows}
    assert all(is_corrected == (staff in wrong) for (staff, _), is_corrected in told_.items())


# Any table at all


CELLS = st.one_of(
    st.none(),
    st.sampled_from(
        ["Ann", "Bob", "2026-01", "2026-02", "late", "Team", "speed", "mood", "indicator work", "2", "0"]
    ),
    st.sampled_from(
        ["x", "y", "-1", "1e400", "99999999999999999999999999", "NaN", "inf", "5%", "１", "是", "", " "]
    ),
    st.text(max_size=6),
)
HEADERS = st.lists(
    st.one_of(
        st.sampled_from([*TITLES, "员工", "周期", "事实", "原值", "新值", "原因"]),
        st.text(min_size=1, max_size=5),
    ),
    unique_by=lambda one: one.strip(),
    max_size=9,
)


@given(header=HEADERS, cells=st.lists(st.lists(CELLS, min_size=9, max_size=9), max_size=4))
@settings(max_examples=settings.default.max_examples if settings.default is not None else 100)
def test_any_table_is_told_about_and_nothing_raises(header: list[str], cells: list[list[str | None]]) -> None:
    rules, facts = ANN_AND_BOB
    columns = {title: pa.array([row[at] for row in cells], pa.string()) for at, title in enumerate(header)}
    table = pa.table(columns) if columns else pa.table({"x": pa.nulls(len(cells), pa.string())})
    found = corrected(rules, facts, [arrow_table_from(table, "c.csv")])
    for one in found.diagnostics:
        assert "{" not in _rendered(one)
    if not codes(found):
        assert len(found.made) == len(cells)
        run.score(found.rules, found.facts.matrix)


def _rendered(one: Diagnostic) -> str:
    """Without what the table itself says."""
    return render(replace(one, args=dict.fromkeys(one.args, "")), {}, "zh")


ANN_AND_BOB = desk([person("Ann", 2), person("Bob")])
