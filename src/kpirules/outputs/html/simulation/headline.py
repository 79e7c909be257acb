"""The answers that a reader wants first: who gains and loses, who loses most, what it costs, why, and what keeps a budget.

Each is made of the figures of the simulation and says the same as the section that it comes from.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from kpirules.diagnostics import Language, Words
from kpirules.outputs.html.simulation.writing import (
    arrowed,
    counted,
    figure,
    isolated,
    mean_change,
    of_means,
    relative,
)
from kpirules.plugin.simulated import (
    Amount,
    Attributed,
    Attribution,
    Breakdown,
    Budget,
    Counts,
    Figures,
    Group,
    Move,
    Movers,
    Notation,
    Simulation,
    apportioned,
)
from kpirules.units import Unit

#: A group of fewer results is not told as the one that loses most.
LEAST_OF_GROUP = 5
#: The answers tell of so many amounts of money.
_AMOUNTS = 3
#: A reason names so many parts.
_REASONS = 3


@dataclass(frozen=True, slots=True)
class Answer:
    """A question and what there is to say to it. alarm: something that has to be acted upon."""

    question: Words
    sentences: tuple[Words, ...]
    alarm: bool = False


def answers(simulation: Simulation) -> tuple[Answer, ...]:
    known = (
        Answer(Words("Who gains, who loses", "谁得谁失"), tuple(_fates(simulation))),
        Answer(Words("What it costs", "成本变化"), tuple(_costs(simulation))),
        Answer(Words("Who loses most", "谁损失最大"), tuple(_losers(simulation))),
        Answer(Words("Why", "主要原因"), tuple(_causes(simulation))),
        Answer(
            Words("Within the budget", "预算"),
            tuple(
                sentence for one in enumerate(simulation.budgets) for sentence in _budget(simulation, *one)
            ),
            any(not one.kept for one in simulation.budgets),
        ),
    )
    return tuple(one for one in known if one.sentences)


def span(simulation: Simulation) -> str:
    names = [one.value for one in simulation.periods.groups]
    if not names:
        return ""
    return names[0] if len(names) == 1 else f"{names[0]} – {names[-1]}"


def _fates(simulation: Simulation) -> Iterator[Words]:
    counts, people = simulation.whole.counts, counted(simulation.people)
    several = len(simulation.periods.groups) > 1
    of = Words(
        f"Of {counted(counts.rows)} results" + (f" of {people} {simulation.subjects.en}" if several else ""),
        f"{counted(counts.rows)} 条结果"
        + (f"（{people} 名{simulation.subjects.read('zh')}）" if several else ""),
    )
    yield Words(
        f"{of.en}, {counted(counts.up)} {_verb(counts.up, 'rise')}, {counted(counts.down)} {_verb(counts.down, 'fall')}"
        f" and {counted(counts.same)} {_verb(counts.same, 'stay')} as they are.",
        f"{of.zh}中，{counted(counts.up)} 条上升，{counted(counts.down)} 条下降，{counted(counts.same)} 条不变。",
    )
    yield from _one_sided(counts)
    yield from _mean(simulation)
    yield from _graded(simulation)


def _verb(count: int, verb: str) -> str:
    return f"{verb}s" if count == 1 else verb


def _one_sided(counts: Counts) -> Iterator[Words]:
    told = (
        (counts.only_old, "a total under the old policy only", "仅在旧制度下有总分"),
        (counts.only_new, "a total under the new policy only", "仅在新制度下有总分"),
        (counts.none, "no total under either", "两种制度下均无总分"),
    )
    there = [
        (f"{counted(count)} {'has' if count == 1 else 'have'} {en}", f"{counted(count)} 条{zh}")
        for count, en, zh in told
        if count
    ]
    if there:
        yield Words(
            "; ".join(en for en, _ in there) + ".",
            "；".join(zh for _, zh in there) + "。",
        )


def _mean(simulation: Simulation) -> Iterator[Words]:
    whole, notation = simulation.whole, of_means(simulation.total)
    change = mean_change(whole, notation)
    if change is None:
        return
    old, new, by = (
        figure(notation, whole.mean_old),
        figure(notation, whole.mean_new),
        figure(notation, change, signed=True),
    )
    yield Words(
        f"The mean total goes from {old.en} to {new.en} ({by.en}).",
        f"平均总分由 {old.zh} 变为 {new.zh}（{by.zh}）。",
    )


def _graded(simulation: Simulation) -> Iterator[Words]:
    better, worse = graded(simulation)
    if len(simulation.levels) > 2:
        yield Words(
            f"{counted(better)} {_verb(better, 'get')} a better grade, {counted(worse)} a worse one.",
            f"{counted(better)} 条等级提高，{counted(worse)} 条等级降低。",
        )


def graded(simulation: Simulation) -> tuple[int, int]:
    """How many rows get a better grade, how many a worse one."""
    grades = range(len(simulation.levels) - 2)
    moved = simulation.transitions
    better = sum(moved[old][new] for old in grades for new in grades if new < old)
    return better, sum(moved[old][new] for old in grades for new in grades if new > old)


def costs(figures: Figures) -> list[int]:
    """Places of the amounts of money, the largest difference first."""
    places = [place for place, one in enumerate(figures.amounts) if one.cost]
    return sorted(places, key=lambda place: -abs(figures.amounts[place].difference))


def _costs(simulation: Simulation) -> Iterator[Words]:
    for place in costs(simulation.whole)[:_AMOUNTS]:
        yield cost(simulation.whole.amounts[place])


def cost(one: Amount) -> Words:
    """What an amount comes to, in a sentence."""
    name = isolated(one.label)
    old, new, by = (
        figure(one.notation, one.old),
        figure(one.notation, one.new),
        figure(one.notation, abs(one.difference)),
    )
    if not one.difference:
        return Words(f"{name.en}: {new.en}, as before.", f"{name.zh}：{new.zh}，与原来相同。")
    more = one.difference > 0
    share = relative(one.old, one.new)
    en, zh = (f" ({share})", f"（{share}）") if share else ("", "")
    return Words(
        f"{name.en}: {new.en} instead of {old.en}, {by.en} {'more' if more else 'less'}{en}.",
        f"{name.zh}：由 {old.zh} 变为 {new.zh}，{'增加' if more else '减少'} {by.zh}{zh}。",
    )


def _losers(simulation: Simulation) -> Iterator[Words]:
    for one in simulation.movers:
        if one.losses:
            yield _loser(simulation, one, one.losses[0])
    hit = hardest_hit(simulation)
    if hit is not None:
        yield _group(simulation, *hit)


def _loser(simulation: Simulation, movers: Movers, move: Move) -> Words:
    name, of = isolated(Words(move.staff, move.staff)), isolated(movers.label)
    old, new = _ends(movers, move)
    was, now, by = (
        figure(movers.notation, old),
        figure(movers.notation, new),
        figure(movers.notation, move.change, signed=True),
    )

    reason = because(simulation, movers.notation, move)
    en, zh = (f" ({reason.en})", f"（{reason.zh}）") if reason.en else ("", "")
    return Words(
        f"By {of.en}: {name.en} in {move.period}, {was.en} → {now.en}, {by.en}{en}.",
        f"按{of.zh}：{name.zh}，{move.period}，{was.zh} → {now.zh}，{by.zh}{zh}。",
    )


def because(simulation: Simulation, notation: Notation, move: Move) -> Words:
    """What the change of a row is attributed to, the largest part first; its reason where it was not attributed."""
    there = [place for place, value in enumerate(move.parts) if value]
    if not there:
        return move.reason
    there.sort(key=lambda place: -abs(move.parts[place]))
    told = [
        (isolated(arrowed(simulation.parts[place].title)), figure(notation, move.parts[place], signed=True))
        for place in there[:_REASONS]
    ]
    en = [f"{title.en}: {value.en}" for title, value in told]
    zh = [f"{title.zh}：{value.zh}" for title, value in told]
    if len(there) > _REASONS:
        en.append(f"{len(there) - _REASONS} more")
        zh.append(f"另有 {len(there) - _REASONS} 项")
    return Words("; ".join(en), "；".join(zh))


def _ends(movers: Movers, move: Move) -> tuple[Fraction | None, Fraction | None]:
    """The figure of the list before and after."""
    if movers.name == "total":
        return move.old_total, move.new_total
    amount = next(one for one in move.amounts if one.id == movers.name)
    return amount.old, amount.new


def hardest_hit(simulation: Simulation) -> tuple[Breakdown, Group, Fraction] | None:
    """The group whose mean total falls most, more than everybody's. Small groups, and what is left over, do not count."""
    notation = of_means(simulation.total)
    found = [
        (by, group, change)
        for by in simulation.by
        for group in by.groups
        if not group.rest and group.figures.rows >= LEAST_OF_GROUP
        if (change := mean_change(group.figures, notation)) is not None
    ]
    if not found:
        return None
    lowest = min(found, key=lambda one: one[2])
    everybody = mean_change(simulation.whole, notation) or Fraction(0)
    return lowest if lowest[2] < min(everybody, Fraction(0)) else None


def _group(simulation: Simulation, by: Breakdown, group: Group, change: Fraction) -> Words:
    notation = of_means(simulation.total)
    old, new, fall = (
        figure(notation, group.figures.mean_old),
        figure(notation, group.figures.mean_new),
        figure(notation, change, signed=True),
    )
    of, value, rows = isolated(by.label), isolated(group.label), counted(group.figures.rows)
    return Words(
        f"Of all groups: {of.en} {value.en} ({rows} results), whose mean total goes {old.en} → {new.en}, {fall.en}.",
        f"按组：{of.zh} {value.zh}（{rows} 条结果），平均总分 {old.zh} → {new.zh}，{fall.zh}。",
    )


def main_figures(simulation: Simulation) -> list[Attribution]:
    """The figures whose change is told in full: amounts of money that change, the largest first, totals, and the grade
    whose number changes most."""
    amounts = [
        one
        for one in simulation.attribution
        if one.kind is Attributed.AMOUNT and one.notation.is_money and one.new != one.old
    ]
    totals = [one for one in simulation.attribution if one.kind is Attributed.TOTALS]
    grades = [one for one in simulation.attribution if one.kind is Attributed.GRADE and one.new != one.old]
    return [*_largest(amounts)[:_AMOUNTS], *totals, *_largest(grades)[:1]]


def _largest(lines: Sequence[Attribution]) -> list[Attribution]:
    return sorted(lines, key=lambda one: -abs(one.new - one.old))


def attributed_name(one: Attribution) -> Words:
    """What a line of the attribution is called."""
    match one.kind:
        case Attributed.TOTALS:
            return Words("Sum of totals", "总分合计")
        case Attributed.GRADE:
            return Words(f"Results with grade {one.label.en}", f"等级为{one.label.read('zh')}的结果")
        case Attributed.UP:
            return Words("Results that rise", "上升的结果")
        case Attributed.DOWN:
            return Words("Results that fall", "下降的结果")
        case Attributed.SCORED:
            return Words("Results with a total", "有总分的结果")
        case Attributed.AMOUNT | Attributed.HEADS:
            return one.label


def parts_notation(one: Attribution) -> Notation:
    """Parts of a count need not be whole: the mean over orders is not."""
    whole = all(part.denominator == 1 for part in one.parts)
    return one.notation if whole or one.notation.unit is not Unit.COUNT else of_means(one.notation)


def _causes(simulation: Simulation) -> Iterator[Words]:
    for one in main_figures(simulation):
        if any(one.parts):
            place = max(range(len(one.parts)), key=lambda part: abs(one.parts[part]))
            yield _cause(simulation, one, place)


def shown_parts(one: Attribution) -> tuple[Fraction, ...]:
    """The parts as they are shown: they add up."""
    return apportioned(one.parts, parts_notation(one).places)


def _cause(simulation: Simulation, one: Attribution, place: int) -> Words:
    name, title = isolated(attributed_name(one)), isolated(arrowed(simulation.parts[place].title))
    part, whole = (
        figure(parts_notation(one), shown_parts(one)[place], signed=True),
        figure(one.notation, one.new - one.old, signed=True),
    )
    against = _against(simulation, one, place)
    return Words(
        f"{name.en}: {whole.en}, most by {title.en} ({part.en}){against.en}.",
        f"{name.zh}：{whole.zh}，主要来自{title.zh}（{part.zh}）{against.zh}。",
    )


def _against(simulation: Simulation, one: Attribution, place: int) -> Words:
    """The largest part that goes the other way, where there is one."""
    way = 1 if one.parts[place] > 0 else -1
    other = min(range(len(one.parts)), key=lambda part: one.parts[part] * way)
    if one.parts[other] * way >= 0:
        return Words()
    title = isolated(arrowed(simulation.parts[other].title))
    part = figure(parts_notation(one), shown_parts(one)[other], signed=True)
    return Words(f", against it {title.en} ({part.en})", f"，反向的是{title.zh}（{part.zh}）")


def _budget(simulation: Simulation, place: int, one: Budget) -> Iterator[Words]:
    name, limit, new, over = (
        isolated(one.label),
        figure(one.notation, one.limit),
        figure(one.notation, one.new),
        figure(one.notation, abs(one.over)),
    )
    if one.kept:
        yield Words(
            f"{name.en}: {new.en} is within the budget of {limit.en}, with {over.en} left.",
            f"{name.zh}：{new.zh}，未超预算 {limit.zh}，余 {over.zh}。",
        )
        return
    yield Words(
        f"{name.en}: {new.en} exceeds the budget of {limit.en} by {over.en}.",
        f"{name.zh}：{new.zh}，超出预算 {limit.zh}，超 {over.zh}。",
    )
    yield from _swept(simulation, place, one)
    yield from _given_up(simulation, one)


def _swept(simulation: Simulation, place: int, budget: Budget) -> Iterator[Words]:
    """The values of swept parameters that keep the budget."""
    for curve in simulation.curves:
        name = isolated(curve.label)
        kept = next((one.last for one in curve.kept if one.budget == place), None)
        if kept is None:
            yield Words(
                f"No value of {name.en} that was tried keeps it.", f"所试的{name.zh}取值均不能保持在预算内。"
            )
            continue
        point = curve.points[kept]
        cost_there = next(one for one in point.figures.amounts if one.id == budget.amount)
        comes = figure(budget.notation, cost_there.new)
        yield Words(
            f"With {name.en} = {point.text.en} it is kept: {comes.en}. No other value that was tried comes nearer to it.",
            f"{name.zh} = {point.text.read('zh')} 时不超预算：{comes.zh}，是所试取值中最接近预算的。",
        )


def _given_up(simulation: Simulation, budget: Budget) -> Iterator[Words]:
    """The edits without any one of which the budget would be kept."""
    line = next(
        (
            one
            for one in simulation.attribution
            if one.kind is Attributed.AMOUNT and one.name == budget.amount
        ),
        None,
    )
    if line is None or len(line.without) < 2:
        return
    enough = [
        (simulation.parts[place].title, value)
        for place, value in enumerate(line.without)
        if value <= budget.limit
    ]
    if enough:
        yield Words(
            "It would also be kept without one of these edits: " + _listed(enough, budget, "en") + ".",
            "放弃以下任一修改也可不超预算：" + _listed(enough, budget, "zh") + "。",
        )


def _listed(enough: Sequence[tuple[Words, Fraction]], budget: Budget, language: Language) -> str:
    return ("；" if language == "zh" else "; ").join(
        f"{isolated(arrowed(title)).read(language)} ({figure(budget.notation, value).read(language)})"
        for title, value in enough
    )
