"""Every planted fault is found where it was planted, and its witness holds when somebody else works it out."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest

from docs.examples import SETTINGS
from kpirules.diagnostics import Diagnostic, Severity, Span
from kpirules.engine import Policy, lint, policy_of, read_policy
from kpirules.policy.lint.all import findings
from kpirules.policy.lint.witness import Case, Witness
from tests.policy.planted.faults import ERRORS, WARNINGS, Fault
from tests.policy.planted.independently import scores

RULESETS = Path(__file__).resolve().parents[3] / "rulesets"
SHOWN = tuple(one for one in WARNINGS if one.witness)


def path_of(fault: Fault) -> str:
    return str(RULESETS / f"{fault.ruleset}.kpi")


def settings_of(fault: Fault) -> dict[str, str]:
    return dict(SETTINGS.get(fault.ruleset, {}))


@cache
def planted(fault: Fault) -> str:
    """The ruleset with the fault in it, without its tests: they would tell the fault as well."""
    text = Path(path_of(fault)).read_text(encoding="utf-8").partition('\ntest "')[0] + "\n"
    for old, new in fault.edits:
        assert text.count(old) == 1, f"{old!r} stands there {text.count(old)} times"
        text = text.replace(old, new)
    return text


@cache
def looked_over(fault: Fault) -> Policy:
    return lint(policy_of(planted(fault), path_of(fault), settings_of(fault)))


def told(fault: Fault) -> list[Diagnostic]:
    """The findings of the wanted code on the wanted line."""
    policy = looked_over(fault)
    found = []
    for one in policy.diagnostics:
        if one.code == fault.code and isinstance(one.place, Span):
            line = policy.sources[one.place.path].split("\n")[one.place.line - 1]
            found += [one] if fault.on in line else []
    return found


def named(fault: Fault) -> str:
    return fault.name


def test_there_are_enough_of_them() -> None:
    assert len({one.name for one in (*ERRORS, *WARNINGS)}) == len(ERRORS) + len(WARNINGS) >= 60
    assert len({one.code for one in (*ERRORS, *WARNINGS)}) >= 40
    assert len(SHOWN) >= 25


@pytest.mark.parametrize("fault", ERRORS, ids=named)
def test_what_leaves_a_policy_without_a_meaning_is_an_error(fault: Fault) -> None:
    found = told(fault)
    assert found, [(one.code, one.place, one.message()) for one in looked_over(fault).diagnostics]
    assert all(one.severity is Severity.ERROR for one in found)


@pytest.mark.parametrize("fault", WARNINGS, ids=named)
def test_what_an_author_hardly_wants_is_told_in_its_place(fault: Fault) -> None:
    policy = looked_over(fault)
    assert not policy.has_errors, [one.message() for one in policy.diagnostics if one.is_error]
    found = told(fault)
    assert found, [(one.code, one.place, one.message()) for one in policy.diagnostics]
    assert all((one.note is not None) == fault.witness for one in found)


def test_without_the_fault_nothing_is_told() -> None:
    for name in {one.ruleset for one in (*ERRORS, *WARNINGS)}:
        whole = Fault("none", name, "", "", ())
        assert [(one.code, one.message()) for one in looked_over(whole).diagnostics] == []


def shipped() -> list[Path]:
    """Every ruleset that ships, and the opening examples of the reference."""
    return [*sorted(RULESETS.rglob("*.kpi")), *sorted((RULESETS.parent / "docs").glob("*.kpi"))]


@pytest.mark.parametrize("path", shipped(), ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_what_ships_has_no_findings_but_accepted_ones(path: Path) -> None:
    for given in ({}, SETTINGS.get(path.stem, {})):
        policy = lint(read_policy(path, given))
        assert [(one.code, one.message()) for one in policy.diagnostics] == []
        assert all(one.line.reason for one in policy.known)


# Witnesses


def witnesses(fault: Fault) -> list[Witness]:
    ruleset = looked_over(fault).ruleset
    assert ruleset is not None
    return [
        witness
        for one, witness in findings(ruleset)
        if one.problem.code == fault.code and witness is not None
    ]


def worked_out(fault: Fault, case: Case) -> dict[str, object]:
    return scores(planted(fault), path_of(fault), settings_of(fault), case.facts)


def number(value: object) -> Fraction | None:
    return None if value is None else Fraction(str(value))


@pytest.mark.parametrize("fault", SHOWN, ids=named)
def test_a_witness_holds_when_the_kernels_work_it_out(fault: Fault) -> None:
    found = witnesses(fault)
    assert found
    for witness in found:
        for case in (witness.before, witness.after):
            if case is None:
                continue
            scored = worked_out(fault, case)
            for name in witness.told:
                said = case.results.of(name)
                if isinstance(said, str):
                    assert scored[name] == said
                elif isinstance(said, bool):
                    assert scored[name] is said
                else:
                    assert number(scored[name]) == said, (name, scored)


def ends(fault: Fault, name: str) -> tuple[Fraction | None, Fraction | None]:
    """A number before and after, as worked out independently, of the first witness."""
    first = witnesses(fault)[0]
    assert first.after is not None
    return number(worked_out(fault, first.before)[name]), number(worked_out(fault, first.after)[name])


def of(name: str) -> Fault:
    return next(one for one in WARNINGS if one.name == name)


def less(one: Fraction | None, other: Fraction | None) -> bool:
    assert one is not None and other is not None
    return one < other


def test_the_better_value_scores_less_where_bands_turn_back() -> None:
    fault = of("bands that turn back")
    (witness,) = witnesses(fault)
    assert witness.after is not None
    shares = [
        Fraction(str(case.facts["invalid_services"])) / Fraction(str(case.facts["total_services"]))
        for case in (witness.before, witness.after)
    ]
    worse, better = sorted(zip(shares, ends(fault, "invalid_service"), strict=True), reverse=True)
    assert worse[0] > better[0]  # fewer invalid services are better
    assert less(better[1], worse[1])


@pytest.mark.parametrize(
    ("name", "result"),
    [
        ("missing facts rewarded", "response_speed"),
        ("missing worth more than the best", "assigned_tasks"),
    ],
)
def test_saying_nothing_is_better_than_saying_something(name: str, result: str) -> None:
    fault = of(name)
    (first, *_) = witnesses(fault)
    assert first.after is not None
    by_presence = sorted(
        (
            len([value for value in case.facts.values() if value is not None]),
            number(worked_out(fault, case)[result]),
        )
        for case in (first.before, first.after)
    )
    assert less(by_presence[1][1], by_presence[0][1])


def test_an_empty_cell_is_perfect_and_a_reported_lapse_is_not() -> None:
    fault = of("an empty cell that stands for perfection")
    (witness,) = witnesses(fault)
    absent = {name: value for name, value in witness.before.facts.items() if name != "work_errors"}
    unsaid = scores(planted(fault), path_of(fault), settings_of(fault), absent)
    assert number(unsaid["superior_view"]) == 60
    assert less(ends(fault, "superior_view")[1], Fraction(60))


@pytest.mark.parametrize(
    ("name", "weight"),
    [
        ("an indicator that decides alone", 60),
        ("judgement without data", 55),
        ("nobody but the superior is asked", 35),
    ],
)
def test_the_total_falls_by_what_is_judged_by_one_thing(name: str, weight: int) -> None:
    before, after = ends(of(name), "total")
    assert before == 100
    assert less(after, Fraction(100 - weight) + 1)


@pytest.mark.parametrize("name", ["the same counted in two indicators", "punished twice for one complaint"])
def test_one_event_changes_both(name: str) -> None:
    fault = of(name)
    (witness,) = witnesses(fault)
    assert witness.after is not None
    changed = {one for one in witness.before.facts if witness.before.facts[one] != witness.after.facts[one]}
    assert len(changed) == 1
    for result in witness.told:
        one, other = ends(fault, result)
        assert one != other


def test_a_bonus_without_a_limit_makes_up_for_everything() -> None:
    before, after = ends(of("a bonus without a limit"), "total")
    assert before is not None and after is not None and after >= before + 100


def test_everyone_has_the_points_that_are_given_away() -> None:
    fault = of("points that everyone has")
    (witness,) = witnesses(fault)
    for late in (2, 20, 2000):
        facts = {**witness.before.facts, "late_replies": Fraction(late)}
        scored = scores(planted(fault), path_of(fault), settings_of(fault), facts)
        assert number(scored["response_speed"]) == 18


def test_the_worse_grade_is_paid_more() -> None:
    fault = of("more paid for a worse grade")
    (witness,) = witnesses(fault)
    assert witness.after is not None
    by_total = sorted(
        (number(scored["total"]) or 0, number(scored["premium"]) or 0)
        for scored in (worked_out(fault, case) for case in (witness.before, witness.after))
    )
    assert by_total[0][0] < by_total[1][0]
    assert by_total[0][1] > by_total[1][1]


def test_nobody_comes_near_a_grade_out_of_reach() -> None:
    fault = of("a grade out of reach")
    (witness,) = witnesses(fault)
    total = number(worked_out(fault, witness.before)["total"])
    assert total == 95  # five points of the level are lost, whatever one does
    assert less(total, Fraction(98))
