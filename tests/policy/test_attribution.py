"""Parts add up to the change exactly, and are what the definition says: the mean over all orders of the edits."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from itertools import permutations
from pathlib import Path

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kpirules.comparison import hybrids_between
from kpirules.engine import policy_of, score_matrix
from kpirules.matrix import MISSING, StaffPeriodMatrix, column
from kpirules.model.rules import Ruleset
from kpirules.policy.alike import alike
from kpirules.policy.attribution import Part, attribute, scorings
from kpirules.policy.hybrids import ALL_CHOICES, Hybrids
from tests.model.mutation import facts
from tests.policy.edited import FILES, ROOT, edited, of_both, policy, text_of
from tests.scoring.test_kernels_equal_reference import assert_all_agree

ENGLISH = text_of(ROOT / "docs" / "policy.en.kpi")
#: Edits that may be made alone and together: what is written, and what instead.
ALLOWANCE = ("parameter allowance  : count = 3", "parameter allowance  : count = 5")
COST = ("deduct 5 points", "deduct 4 points")
BANDS = ("from 95%              : 15", "from 94%              : 15", "below 95%", "below 94%")
LEVELS = ('2 "good"      : 10', '2 "good"      : 12')
GRADE = ("from 90", "from 92")
BONUS = ("* total / 100", "* total / 90")
WEIGHTS = ('Response" weight 40', 'Response" weight 45', 'Complaints" weight 30', 'Complaints" weight 25')
ALL = (ALLOWANCE, COST, BANDS, LEVELS, GRADE, BONUS, WEIGHTS)


def after(*changes: str) -> str:
    text = ENGLISH.partition("\ntest ")[0] + "\n"
    for old, new in zip(changes[::2], changes[1::2], strict=True):
        assert old in text
        text = text.replace(old, new)
    return text


def hybrids_of(*changes: str) -> Hybrids:
    return hybrids_between(policy_of(after()), policy_of(after(*changes)))


def totals(matrix: StaffPeriodMatrix) -> Callable[[Ruleset], list[int]]:
    """The published total of every row in steps of its rounding, 0 where there is none, and whether there is one."""

    def measured(rules: Ruleset) -> list[int]:
        scores = score_matrix(rules, matrix, "reference")
        found = dict.fromkeys(range(len(matrix)), MISSING)
        found |= {int(row): int(value) for row, value in zip(scores.rows, scores.total.values, strict=True)}
        return [0 if value == MISSING else value for value in found.values()] + [
            int(value != MISSING) for value in found.values()
        ]

    return measured


def by_all_orders(made: Hybrids, measure: Callable[[Ruleset], list[int]]) -> list[list[Fraction]]:
    """What each group adds, as the mean over every order in which the groups can be chosen."""
    worth = {}
    groups = range(len(made.groups))
    found = [[Fraction(0)] * len(measure(made.ruleset(frozenset()))) for _ in groups]
    orders = list(permutations(groups))
    for order in orders:
        for place, group in enumerate(order):
            for chosen in (frozenset(order[:place]), frozenset(order[: place + 1])):
                if chosen not in worth:
                    worth[chosen] = measure(made.ruleset(chosen))
            more, less = worth[frozenset(order[: place + 1])], worth[frozenset(order[:place])]
            for at in range(len(more)):
                found[group][at] += Fraction(more[at] - less[at], len(orders))
    return found


def exact(parts: tuple[Part, ...]) -> list[list[Fraction]]:
    return [[one.exact(at) for at in range(len(one.numerators))] for one in parts]


# By hand


def worths(table: dict[frozenset[int], int]) -> Callable[[Hybrids], Callable[[Ruleset], list[int]]]:
    """A figure that is what a table says of each choice of edits."""

    def measured(made: Hybrids) -> Callable[[Ruleset], list[int]]:
        known = {id(made.ruleset(chosen)): value for chosen, value in table.items()}
        return lambda rules: [known[id(rules)]]

    return measured


def test_two_edits_that_work_together_share_what_only_both_bring() -> None:
    made = hybrids_of(*ALLOWANCE, *COST)
    none, one, two, both = (frozenset(chosen) for chosen in ((), (0,), (1,), (0, 1)))
    parts = attribute(made, worths({none: 10, one: 16, two: 10, both: 26})(made))
    assert [part.exact(0) for part in parts] == [Fraction(11), Fraction(5)]  # 6 alone, 10 together


def test_an_edit_that_changes_no_figure_has_no_part() -> None:
    made = hybrids_of(*ALLOWANCE, *COST, *GRADE)
    choices = [frozenset(one) for one in ((), (0,), (1,), (2,), (0, 1), (0, 2), (1, 2), (0, 1, 2))]
    measure = worths({chosen: 5 * (0 in chosen) - 7 * (2 in chosen) for chosen in choices})
    parts = attribute(made, measure(made))
    assert exact(parts) == [[5], [0], [-7]]
    assert [part.group for part in attribute(made, measure(made), nulls=False)] == [0, 2]


def test_beyond_five_edits_the_two_orders_count() -> None:
    made = hybrids_of(*(one for changes in ALL for one in changes))
    count = len(made.groups)
    assert count > ALL_CHOICES and scorings(count) == 2 * count
    for group in range(count):  # the choices that are promised
        assert made.ruleset(frozenset({group})) and made.ruleset(made.all - {group})
    scores = totals(people(3))
    parts = exact(attribute(made, scores))
    for group in range(count):
        forward = [scores(made.ruleset(frozenset(range(n)))) for n in (group, group + 1)]
        backward = [scores(made.ruleset(frozenset(range(n, count)))) for n in (group + 1, group)]
        for at, part in enumerate(parts[group]):
            assert part == Fraction(forward[1][at] - forward[0][at] + backward[1][at] - backward[0][at], 2)


def test_large_figures_do_not_wrap_round() -> None:
    made = hybrids_of(*ALLOWANCE, *COST)
    great = 2**62
    figures = {frozenset(): -great, frozenset({0}): great, frozenset({1}): 0, frozenset({0, 1}): great}
    known = {id(made.ruleset(chosen)): value for chosen, value in figures.items()}
    parts = attribute(made, lambda rules: np.array([known[id(rules)]], np.int64))
    assert [part.exact(0) for part in parts] == [great + Fraction(great, 2), Fraction(great, 2)]


def test_hybrids_are_scored_alike_by_kernels_and_reference() -> None:
    """Their weights do not add up to 100."""
    made = hybrids_of(*WEIGHTS, *BONUS)
    for chosen in ({0}, {1, 2}):
        rules = made.ruleset(frozenset(chosen))
        assert sum(one.weight for one in rules.indicators) != 100
        assert_all_agree(rules, people(30))


# Which edits go together


def groups(made: Hybrids) -> list[list[str]]:
    return [[made.edits[place].title.en for place in group] for group in made.groups]


def test_edits_that_cannot_be_made_alone_go_together() -> None:
    made = hybrids_of(
        "    measure quick\n    target >= 95%\n    deduct 1 point per full pp below target",
        "    measure complaints\n    target <= 3\n    deduct 2 points per time above target",
        *GRADE,
    )
    assert groups(made) == [
        ["measure of indicator response", "target of indicator response", "scoring of indicator response"],
        ["bound of grade excellent"],
    ]


def test_a_name_of_another_kind_comes_and_goes_at_once() -> None:
    made = hybrids_of(
        'input complaints       : count "complaints"', "input lost : count\nmeasure complaints = lost + 1"
    )
    assert groups(made) == [["input complaints removed", "measure complaints added"]]


def test_weights_are_edits_of_their_own_though_they_add_up_only_together() -> None:
    made = hybrids_of(*WEIGHTS)
    assert groups(made) == [["weight of indicator response"], ["weight of indicator complaints"]]
    assert [one.weight for one in made.ruleset(frozenset({0})).indicators] == [45, 30, 15, 15]


def test_what_nothing_uses_yet_stands_in_the_way_of_no_edit() -> None:
    made = hybrids_of(
        "input sales ", "input calls : count\nparameter most : count = 4\ninput sales ",
        "    measure complaints\n", "    measure complaints + calls\n",
        "target <= allowance", "target <= most",
    )  # fmt: skip
    assert groups(made) == [["measure of indicator complaints"], ["target of indicator complaints"]]


def test_an_edit_that_comes_to_the_same_has_no_effect() -> None:
    made = hybrids_of(
        "= 2% ",
        "= 1% + 1% ",
        "target <= allowance",
        "target <= 3 times",
        "period quarter",
        "period quarter\n  round points to 0.01",
    )
    assert made.groups == () and [one.effect for one in made.edits] == [False, False, False]
    assert attribute(made, totals(people(2))) == ()


def test_lines_that_come_to_the_same_are_in_every_hybrid() -> None:
    """The rule for all changes nothing while the indicator has its own; without that it counts."""
    before = after("    measure complaints\n", "    measure complaints\n    missing redistribute\n")
    one = policy_of(
        "\n".join(
            line + "\n    missing redistribute"
            if line.startswith("    measure") and "complaints" not in line
            else line
            for line in before.splitlines()
        )
        + "\n"
    )
    other = policy_of(
        one.text.replace("  missing redistribute\n\n#", "  missing zero\n\n#")
        .replace("    measure complaints\n    missing redistribute\n", "    measure complaints\n")
        .replace("from 90", "from 91")
    )
    made = hybrids_between(one, other)
    assert [edit.effect for edit in made.edits] == [False, True, True]
    mixed = made.ruleset(frozenset({0}))
    assert {rule.id: rule.missing.rule for rule in mixed.indicators}["complaints"] == "zero"


# Laws


def people(size: int) -> StaffPeriodMatrix:
    """Some people with all facts of the example."""
    chance = random.Random(size)
    columns: dict[str, list[Fraction | str | bool | None]] = {
        "department": [chance.choice("ab") for _ in range(size)],
        "on_probation": [False] * size,
        "complaints": [Fraction(chance.randint(0, 9)) for _ in range(size)],
        "reports_on_time": [Fraction(chance.randint(5, 9)) for _ in range(size)],
        "reports_due": [Fraction(10)] * size,
        "supervisor_view": [Fraction(chance.randint(0, 3)) for _ in range(size)],
        "sales": [Fraction(chance.randint(0, 4000)) for _ in range(size)],
    }
    rules = policy_of(ENGLISH).ruleset
    assert rules is not None
    made = {name: column(name, rules.inputs[name].type.unit, values) for name, values in columns.items()}
    shares = {
        one.name: column(one.name, one.unit, [Fraction(chance.randint(80, 100), 100) for _ in range(size)])
        for one in rules.aggregates
    }
    return StaffPeriodMatrix(
        np.arange(size, dtype=np.int32),
        [f"s{n}" for n in range(size)],
        np.zeros(size, np.int32),
        ["2026-Q1"],
        made | shares,
    )


@settings(max_examples=max(15, settings().max_examples // 20))
@given(st.sets(st.sampled_from(ALL), max_size=3), st.integers(1, 4))
def test_parts_are_the_mean_over_all_orders_and_add_up(chosen: set[tuple[str, ...]], size: int) -> None:
    made = hybrids_of(*(one for changes in sorted(chosen) for one in changes))
    measure = totals(people(size))
    parts = exact(attribute(made, measure))
    assert parts == by_all_orders(made, measure)
    old, new = policy_of(after()).ruleset, made.ruleset(made.all)
    assert old is not None
    change = [Fraction(b - a) for a, b in zip(measure(old), measure(new), strict=True)]
    assert [sum(figures, Fraction(0)) for figures in zip(*parts, strict=True)] == (change if parts else [])


@settings(max_examples=max(15, settings().max_examples // 20))
@given(st.sampled_from(FILES), st.integers(0, 2**32), st.data())
def test_random_edits_of_shipped_policies_add_up(path: Path, seed: int, data: st.DataObject) -> None:
    old = policy(text_of(path), str(path), path.stem)
    new = policy(edited(text_of(path), random.Random(seed)), str(path), path.stem)
    assume(new.ruleset is not None)
    assert old.ruleset is not None and new.ruleset is not None
    made = hybrids_between(old, new)
    assert alike(made.ruleset(frozenset()), old.ruleset) or not made.groups
    assert alike(made.ruleset(made.all), new.ruleset) or not made.groups
    mixed = made._mixer.checked_with(frozenset(one.slot for one in made.edits))
    assert mixed is not None and alike(*of_both(mixed, new.ruleset))  # the edits are all there is
    types = [{name: one.type for name, one in rules.inputs.items()} for rules in (old.ruleset, new.ruleset)]
    assume(all(types[0][name] == types[1][name] for name in types[0].keys() & types[1].keys()))
    assume(len(made.groups) <= 3)
    one, other = data.draw(facts(old.ruleset)), data.draw(facts(new.ruleset))
    size = min(len(one), len(other))
    matrix = StaffPeriodMatrix(
        one.staff[:size], one.staff_names, one.period[:size], one.period_names,
        {name: replace(column, values=column.values[:size]) for name, column in {**one.columns, **other.columns}.items()},
    )  # fmt: skip
    measure = totals(matrix)
    parts = exact(attribute(made, measure))
    change = [b - a for a, b in zip(measure(old.ruleset), measure(new.ruleset), strict=True)]
    assert (
        [sum(figures, Fraction(0)) for figures in zip(*parts, strict=True)] == change
        if parts
        else not any(change)
    )
