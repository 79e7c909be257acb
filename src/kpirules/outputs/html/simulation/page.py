"""One HTML file of a simulation: all in it, nothing from outside, no script but its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import BinaryIO

from markupsafe import Markup

from kpirules.diagnostics import Diagnostic, Language, Words
from kpirules.outputs.html.shell import environment, filled, say_both
from kpirules.outputs.html.simulation import charts, headline, writing
from kpirules.outputs.html.simulation.rows import grade_code, listing
from kpirules.outputs.html.simulation.words import WORDS
from kpirules.plugin.replacing import replace_file
from kpirules.plugin.simulated import (
    Breakdown,
    Budget,
    Curve,
    Figures,
    Simulation,
)

#: Of the largest moves, so many each way are told in full, of an amount and of the total; the list behind has more.
MOVES = (4, 10)
#: Of ranks, so many each way.
_RANKS = 5
#: The darkest of the colours of a heat map.
_HEAT = 6
#: So many amounts are drawn, and have columns of their own.
_AMOUNTS = 3


def write_simulation(simulation: Simulation, path: str, language: Language) -> tuple[Diagnostic, ...]:
    """Writes the page. language: in which it opens; it holds both. What went wrong is a finding."""

    def fill(file: BinaryIO) -> None:
        file.write(page(simulation, language).encode("utf-8"))

    return replace_file(path, fill)


def page(simulation: Simulation, language: Language = "en") -> str:
    """The whole file."""
    made = environment(say_both)
    whole = simulation.whole
    listed = listing(simulation)
    amounts = {one.id: one for one in whole.amounts}
    made.globals |= {
        "s": simulation,
        "w": WORDS,
        "answers": headline.answers(simulation),
        "span": headline.span(simulation),
        "stack": charts.stack(whole.counts),
        "costs": headline.costs(whole)[:_AMOUNTS],
        "main_figures": headline.main_figures(simulation),
        "figure": writing.figure,
        "cell": writing.cell,
        "headed": writing.headed,
        "relative": writing.relative,
        "counted": writing.counted,
        "signed_count": writing.signed_count,
        "means": writing.of_means(simulation.total),
        "mean_change": lambda figures: writing.mean_change(figures, writing.of_means(simulation.total)),
        "waterfall": charts.waterfall,
        "parts_of": headline.shown_parts,
        "parts_notation": headline.parts_notation,
        "because": lambda notation, move: headline.because(simulation, notation, move),
        "arrowed": writing.arrowed,
        "attributed_name": lambda one: writing.headed(headline.attributed_name(one), one.notation),
        "totals_chart": charts.totals(simulation.distribution),
        "changes_chart": charts.changes(simulation.distribution, whole.counts.same),
        "between": charts.between,
        "by_period": lambda place: charts.by_period(simulation.periods, place),
        "cost_chart": lambda curve, place: charts.cost(curve, place, simulation.budgets),
        "kept_at": _kept_at(simulation),
        "swept_amounts": lambda curve: _swept(curve, simulation.budgets),
        "old_sum": lambda name: amounts[name].old,
        "amount_label": lambda name: amounts[name].label,
        "amount_notation": lambda name: amounts[name].notation,
        "attribute_label": lambda name: dict(simulation.attributes).get(name, Words(name, name)),
        "labelled": lambda groups: [(one.label, one.figures) for one in groups],
        "share": lambda count, of: Fraction(count, max(1, of)),
        "most_moved": _most_moved(simulation),
        "broken_down": [one for one in simulation.by if len(one.groups) > 1],
        "arrow": lambda old, new: Words(f"{old.en} → {new.en}", f"{old.read('zh')} → {new.read('zh')}"),
        "joined": lambda text, name: Words(text.en + name.en, text.zh + name.read("zh")),
        "heat": _heat,
        "shown_levels": _shown_levels(simulation),
        "level_class": _level_class(simulation),
        "widest": _widest(simulation),
        "ranks_told": _RANKS,
        "moves_told": MOVES,
        "listing": listed,
        "grade_code": grade_code,
        "with_count": _with_count,
    }
    return filled(made, "simulation.html", language, "simulation")


def _kept_at(simulation: Simulation) -> Callable[[Curve, str, int], list[bool]]:
    """Of an amount at a value of a sweep: whether it keeps each of its budgets."""

    def kept(curve: Curve, amount: str, at: int) -> list[bool]:
        return [at in one.kept for one in curve.kept if simulation.budgets[one.budget].amount == amount]

    return kept


def _swept(curve: Curve, budgets: Sequence[Budget]) -> list[int]:
    """Places of the amounts that a sweep is drawn for: those with a budget, then those of money that it changes."""
    limited = {one.amount for one in budgets}
    sums = [
        [point.figures.amounts[place] for point in curve.points]
        for place in range(len(curve.points[0].figures.amounts))
    ]
    changed = [
        place
        for place, one in enumerate(sums)
        if one[0].id in limited or (one[0].cost and len({amount.new for amount in one}) > 1)
    ]
    return sorted(changed, key=lambda place: sums[place][0].id not in limited)[:_AMOUNTS]


def _heat(count: int, most: int) -> int:
    """How dark a cell is, by its share of the largest: 0 for none."""
    return 0 if not count else 1 + count * (_HEAT - 1) // most


def _most_moved(simulation: Simulation) -> int:
    """How many rows the commonest move from one grade to another has."""
    moved = simulation.transitions
    return max(
        (count for old, row in enumerate(moved) for new, count in enumerate(row) if new != old), default=0
    )


def _shown_levels(simulation: Simulation) -> list[int]:
    """The grades, and what stands in their place where anybody has it."""
    grades = len(simulation.levels) - 2
    return [
        place
        for place in range(len(simulation.levels))
        if place < grades
        or any(simulation.transitions[place])
        or any(row[place] for row in simulation.transitions)
    ]


def _level_class(simulation: Simulation) -> list[str]:
    """The colour of a grade by its place: the best is the first of five; none of what is no grade."""
    last = max(1, len(simulation.levels) - 3)
    return [*(f"g{round(place * 4 / last)}" for place in range(len(simulation.levels) - 2)), "", ""]


def _widest(simulation: Simulation) -> Fraction:
    """The largest change of a group's mean: bars of all breakdowns are measured by it."""

    def size(figures: Figures) -> Fraction:
        change = writing.mean_change(figures, writing.of_means(simulation.total))
        return abs(change) if change is not None else Fraction(0)

    broken: tuple[Breakdown, ...] = (simulation.periods, *simulation.by)
    return max((size(group.figures) for one in broken for group in one.groups), default=Fraction(0))


def _with_count(words: Words, **counts: int) -> Markup:
    shown = {name: writing.counted(count) for name, count in counts.items()}
    return say_both(Words(words.en.format(**shown), words.zh.format(**shown)))
