"""What the next grade would have taken: every claim holds when everything is scored again, and none lies nearer."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kpirules.engine import policy_of
from kpirules.gathering import gather_table
from kpirules.matrix import Column, ScoreMatrix, StaffPeriodMatrix, column
from kpirules.model import expressions as e
from kpirules.model.corrected import corrected_name, measure_of_indicator, with_corrected
from kpirules.model.rules import Input, Ruleset
from kpirules.results.next_grade import Ahead, Instead
from kpirules.results.next_grade_words import next_grade_told
from kpirules.results.quotes import Quotes
from kpirules.scoring.reference import Reference, score
from kpirules.units import Type, Unit
from tests.scoring import generated
from tests.scoring import making as m

F = Fraction
#: Each example is scored again for every claim.
FEW = settings.default.max_examples // 6 if settings.default is not None else 50
POLICY = """\
ruleset desk "Desk"
  period month
  missing redistribute

attribute team : text
input late : count "Late replies"
input calls : count "Calls answered"
input all : count "All calls"
input view : rating 0 to 3 step 1 "View"
input trained : boolean "Trained"

indicator speed "Speed" weight 40
  measure late
  target <= 1
  deduct 5 points per time above target

indicator quality "Quality" weight 40
  measure calls / all
  target >= 90%
  pro rata to target

indicator view "View" weight 20
  measure view
  levels
    3 : 20
    2 : 12
    1 : 6
    0 : 0

grades
  A from 90
  B from 70
  C otherwise
"""


def ahead(text: str, rows: list[dict[str, object]], staff: str = "Ann") -> list[str]:
    """What is told of a person, in English."""
    import pyarrow as pa

    policy = policy_of(text)
    assert policy.ruleset is not None, [one.message() for one in policy.diagnostics]
    facts, found = gather_table(policy.ruleset, pa.Table.from_pylist(rows))
    assert not any(one.is_error for one in found), [one.message() for one in found]
    row = facts.row(staff, "2026-01")
    assert row is not None
    told = Ahead(Reference(policy.ruleset, facts.matrix)).of(row)
    return [one.en for one in next_grade_told(told, policy.ruleset, Quotes(policy.sources))]


def person(name: str = "Ann", **values: object) -> dict[str, object]:
    usual = {"late": 0, "calls": 95, "all": 100, "view": 3, "trained": True, "team": "x"}
    return {"staff": name, "period": "2026-01", **usual, **values}


def test_a_count_that_would_have_done() -> None:
    # 20 + 40 + 20 = 80; for 90 two of the five times are enough: 40 - 5 x 2 = 30.
    assert ahead(POLICY, [person(late=5)]) == [
        "next grade: A, with a total of 90: 10 more",
        'with "Late replies" 3 instead of 5, everything else the same: total 90.00, grade A',
    ]


def test_a_share_of_the_work_and_a_level() -> None:
    # 40 + 40 x 45/90 + 12 = 72; for 90: 38 of quality are needed, 85.5 of 100 calls; a level gives 80 at most.
    assert ahead(POLICY, [person(calls=45, view=2)]) == [
        "next grade: A, with a total of 90: 18 more",
        'with "Calls answered" 86 instead of 45, everything else the same: total 90.22, grade A',
    ]


def test_how_much_work_there_was_is_no_way_out() -> None:
    """With fewer calls in all the share would be better, and with none of them it would not be scored."""
    assert all("All calls" not in line for line in ahead(POLICY, [person(calls=45)]))


def test_no_single_fact_is_enough() -> None:
    # 20 + 26.67 + 6: with any one of them in full it is 77.3 at most, and A takes 90.
    text = POLICY.replace("B from 70", "B from 10")
    assert ahead(text, [person(late=5, calls=60, view=1)])[1:] == [
        "no single fact would have been enough by itself"
    ]


def test_of_the_best_grade_nothing_is_told() -> None:
    assert ahead(POLICY, [person()]) == []


def test_of_somebody_without_a_total_nothing_is_told() -> None:
    nothing = person(late=None, calls=None, all=None, view=None)
    assert ahead(POLICY, [nothing, person("Bob")]) == []


def test_yes_and_no_and_what_stands_in_the_way() -> None:
    text = f"{POLICY}\nadjustments\n  veto untrained when not trained : grade at most B\n"
    assert ahead(text, [person(trained=False)]) == [
        "next grade: A; no total would be enough",
        "while it holds, untrained stands in the way",
        'with "Trained" yes instead of no, everything else the same: total 100.00, grade A',
    ]


def test_a_quota_asks_for_a_place() -> None:
    text = POLICY.replace("A from 90", "A from 90, at most 50% of team, ties out")
    others = [person("Bob", view=2, late=0), person("Cem", late=3)]
    told = ahead(text, [person(view=2, calls=88), *others, person("Dee", late=8)])
    # Two of four may have an A: Bob with 92 and Ann with 91.11 would, were there not Cem with 90.
    assert told == []
    told = ahead(text, [person(late=3, view=3), person("Bob", view=2), person("Cem"), person("Dee", late=8)])
    # Ann has 90 and no place; whoever is tied for the last one gets none, so that Bob's 92 must be passed.
    assert told[0] == "next grade: A, with a total of 92.01, given who else has it: 2.01 more"
    assert told[1:] == ['with "Late replies" 2 instead of 3, everything else the same: total 95.00, grade A']


def test_both_languages_say_the_same_numbers() -> None:
    import pyarrow as pa

    policy = policy_of(POLICY)
    assert policy.ruleset is not None
    facts, _ = gather_table(policy.ruleset, pa.Table.from_pylist([person(late=5)]))
    told = next_grade_told(
        Ahead(Reference(policy.ruleset, facts.matrix)).of(0), policy.ruleset, Quotes(policy.sources)
    )
    assert [one.zh for one in told] == [
        "下一等级：A，总分需达 90：还差 10",
        "若“Late replies”为 3 而不是 5，其他不变：总分 90.00，等级 A",
    ]


@given(late=st.integers(0, 12), calls=st.integers(0, 100), view=st.integers(0, 3), more=st.integers(0, 3))
@settings(max_examples=FEW)
def test_counts_are_those_that_trying_all_of_them_finds(late: int, calls: int, view: int, more: int) -> None:
    """By hand: the total of these three rules in plain numbers."""

    def total(late: int, calls: int, view: int) -> Fraction:
        speed = max(F(0), F(40) - 5 * max(0, late - 1))
        return speed + 40 * min(F(1), F(calls, 90)) + (0, 6, 12, 20)[view]

    def grade(*facts: int) -> int:
        whole = F(round(total(*facts) * 100 + F(1, 10**9)), 100)
        return 0 if whole >= 90 else 1 if whole >= 70 else 2

    now = grade(late, calls, view)
    others = [person(f"other{number}") for number in range(more)]
    told = ahead(POLICY, [person(late=late, calls=calls, view=view), *others])
    if now == 0:
        assert told == []
        return
    expected = []
    for name, tries, own in (
        ("Late replies", [(one, (one, calls, view)) for one in range(late, -1, -1)], late),
        ("Calls answered", [(one, (late, one, view)) for one in range(calls, 101)], calls),
        ("View", [(one, (late, calls, one)) for one in range(view, 4)], view),
    ):
        first = next((value for value, facts in tries if grade(*facts) < now), None)
        if first is not None:
            expected.append(f'with "{name}" {first} instead of {own}, everything else the same')
    assert [line.partition(": total")[0] for line in told[1:]] == (
        expected or ["no single fact would have been enough by itself"]
    )


# Any policy: what is claimed holds when everything is worked out again


def with_inputs(rules: Ruleset) -> Ruleset:
    """The generated policies read numbers without declaring them; what follows from results is of no concern here."""
    own = {
        name: Input(name, Type(Unit.NUMBER), name, False, None, m.HERE)
        for name in generated.NUMBERS
        if name not in rules.inputs
    }
    return replace(rules, inputs={**rules.inputs, **own}, outcomes=())


def changed(rules: Ruleset, facts: StaffPeriodMatrix, row: int, one: Instead, value: e.Value) -> ScoreMatrix:
    """Everything scored anew with another value, by nothing that the search uses."""
    lever = one.lever
    if lever.fact is None:
        (id,) = lever.entered
        name = measure_of_indicator(id)
        rules, target = with_corrected(rules, [name]), corrected_name(name)
        values: list[e.Value | None] = [None] * len(facts)
    else:
        target, before = lever.fact, facts.columns[lever.fact]
        values = [before.value(at) for at in range(len(facts))]
    values[row] = value
    made: Column = column(target, lever.unit, values)
    return score(rules, replace(facts, columns={**facts.columns, target: made}))


def place_of(scores: ScoreMatrix, row: int) -> tuple[int, Fraction | None]:
    at = scores.rows.tolist().index(row)
    return int(scores.grade[at]), scores.total.exact(at)


@given(rules=generated.rulesets(), facts=generated.matrices())
@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], max_examples=FEW)
def test_what_is_claimed_holds_when_everything_is_scored_again(
    rules: Ruleset, facts: StaffPeriodMatrix
) -> None:
    rules = with_inputs(rules)
    reference = Reference(rules, facts)
    work = Ahead(reference)
    for row in reference.appraised[:2]:
        found = work.of(row)
        if found is None:
            continue
        now = reference.grade(row)
        for one in found.instead:
            assert place_of(changed(rules, facts, row, one, one.value), row) == (one.grade, one.total)
            assert 0 <= one.grade < now
            assert one.lever.grid.holds(one.value) if isinstance(one.value, Fraction) else True


@given(rules=generated.rulesets(groups=False), facts=generated.matrices())
@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], max_examples=FEW)
def test_the_value_one_step_nearer_does_not_do(rules: Ruleset, facts: StaffPeriodMatrix) -> None:
    rules = with_inputs(rules)
    reference = Reference(rules, facts)
    work = Ahead(reference)
    for row in reference.appraised[:2]:
        found = work.of(row)
        for one in () if found is None else found.instead:
            if not isinstance(one.value, Fraction) or not isinstance(one.lever.now, Fraction):
                continue
            grid = one.lever.grid
            nearer = grid.below(one.value) + (1 if one.value < one.lever.now else -1)
            between = sorted((one.value, one.lever.now))
            if between[0] < grid.at(nearer) < between[1]:
                place, _ = place_of(changed(rules, facts, row, one, grid.at(nearer)), row)
                fair = place < 0 or place >= reference.grade(row)
                assert fair or _unfair(rules, facts, row, one, grid.at(nearer))


def _unfair(rules: Ruleset, facts: StaffPeriodMatrix, row: int, one: Instead, value: Fraction) -> bool:
    """A value that only makes an indicator fall away is not named: with it fewer, or others, are counted."""
    from kpirules.results.trial import Changed, Otherwise

    lever = one.lever
    measure = lever.measure if lever.fact is None else None
    trial = Changed(Reference(rules, facts), row, Otherwise(value, fact=lever.fact, measure=measure))
    before = Reference(rules, facts).indicators(row)
    after = trial.indicators(row)
    return {id for id, s in before.items() if not s.absent} != {id for id, s in after.items() if not s.absent}
