"""A simulation from its beginning to its end: both policies are scored part by part, and the account is made up.

1. `supplying`: the facts of a part of the data, once for all policies that need the same.
2. `framing`, `pairing`: both sets of scores side by side.
3. `accounting`, `moving`, `fewness`: what a report says of rows; rows themselves are not kept.
4. `attributing`: the policies half way between are scored, for what each edit does; sweeps score theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pyarrow as pa

from kpirules.diagnostics import Diagnostic, Words, in_order
from kpirules.model.rules import Parameter, Ruleset
from kpirules.model.scope import said
from kpirules.plugin.simulated import (
    Attribution,
    Budget,
    ChangePart,
    Curve,
    EditShown,
    FewRecords,
    Figures,
    Kept,
    Note,
    Pilot,
    Point,
    Simulation,
    Version,
)
from kpirules.policy.attribution import scorings
from kpirules.policy.edits import Edit
from kpirules.policy.hybrids import ALL_CHOICES, Hybrids
from kpirules.policy.simulation import problems
from kpirules.policy.simulation.accounting import Account, Pair
from kpirules.policy.simulation.attributing import Attributing, Told
from kpirules.policy.simulation.fewness import Fewness
from kpirules.policy.simulation.framing import Side, chosen, frame, label, side, taken
from kpirules.policy.simulation.movetable import Largest, row_table
from kpirules.policy.simulation.moving import MoverTally, figures_of, move
from kpirules.policy.simulation.pairing import NO, YES, basis, scored
from kpirules.policy.simulation.supplying import Part, Supply
from kpirules.policy.simulation.tallying import Tally, tally
from kpirules.units import Unit

#: So many rows are kept for readers to look through; all of them go to a file that is asked for.
KEPT = 5_000
#: So many rows are scored for the attribution, counting every policy half way, unless it is asked for all the same.
AFFORDED = 100_000_000
#: Attributes by which people usually compare themselves.
_USUAL = ("team", "group", "department", "dept", "unit", "office", "团队", "班组", "部门", "小组", "组")


@dataclass(frozen=True, slots=True)
class Limit:
    """A budget: of which amount, how much, and whether to exceed it is an error."""

    amount: str
    limit: Fraction
    fails: bool


@dataclass(frozen=True, slots=True)
class Swept:
    """One value of a swept parameter, and the new policy with it."""

    value: Fraction
    text: Words
    current: bool
    rules: Ruleset


@dataclass(frozen=True, slots=True)
class Sweep:
    """A parameter and its values, ascending."""

    parameter: str
    label: Words
    values: tuple[Swept, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """The two policies and how one became the other. given: parameters that were set for each.

    condition: where the new policy applies, as given and as a ruleset that appraises just these rows.
    """

    old: Ruleset
    new: Ruleset
    hybrids: Hybrids
    old_given: tuple[str, ...] = ()
    new_given: tuple[str, ...] = ()
    condition: tuple[str, Ruleset] | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """What a report shall hold. most: moves of each figure and way. few: fewer records than these are few.

    within: the attribute in whose groups ranks are told; None: one with a usual name. attribute: whether each edit's part
    is worked out; None: where that is affordable. rollup: the kind of longer period. every: is given every row, as
    tables. told: how many rows are done, and how many there are.
    """

    most: int = 20
    few: int = 5
    within: str | None = None
    attribute: bool | None = None
    sweeps: tuple[Sweep, ...] = ()
    limits: tuple[Limit, ...] = ()
    rollup: str | None = None
    every: Callable[[pa.Table], None] | None = None
    told: Callable[[int, int], None] | None = None

    def published(self, rules: Ruleset) -> Ruleset:
        """The rules by which results are published."""
        return rules if self.rollup is None else rules.rollups[self.rollup].ruleset


def simulate(change: Change, supply: Supply, wish: Wish) -> tuple[Simulation, tuple[Diagnostic, ...]]:
    """The simulation, and what was noticed about the data.

    Raises Problems where tables do not fit a policy or results are too large, OverflowError where results are too
    large to be laid side by side.
    """
    work = _Simulator(change, supply, wish)
    told: list[Diagnostic] = []
    done = 0
    for part in supply.parts((change.old, change.new)):
        work.add(part)
        told += part.told
        done += part.size
        if wish.told is not None:
            wish.told(done, supply.rows)
    return work.simulation(), in_order(told)


class _Simulator:
    """Takes the parts of the data in, one after the other."""

    def __init__(self, change: Change, supply: Supply, wish: Wish) -> None:
        self.change, self.wish = change, wish
        old, new = wish.published(change.old), wish.published(change.new)
        self.old, self.new = old, new
        self.frame = frame(old, new)
        self.attributes = attributes(supply.asking(old), supply.asking(new))
        self.defaults = defaults(supply.asking(old), supply.asking(new))
        within = wish.within or _usual(self.attributes)
        self.account = Account(self.frame, self.attributes, within, wish.most)
        self.movers = [MoverTally(one, wish.most) for one in figures_of(self.frame)]
        self.rows = Largest(KEPT)
        self.few = Fewness(new, wish.few)
        self.titles = [_title(change.hybrids.of(group)) for group in range(len(change.hybrids.groups))]
        self.warnings: list[Note] = []
        self.attributing = self._attributing(supply.rows)
        self.curves = [[Tally() for _ in one.values] for one in wish.sweeps]

    def _attributing(self, rows: int) -> Attributing | None:
        hybrids = self.change.hybrids
        count = len(hybrids.groups)
        if not count or self.wish.attribute is False:
            return None
        # the old and the new policy are scored anyway
        times = scorings(count) - 2 + (2 * count if count > ALL_CHOICES else 0)
        if self.wish.attribute is None and rows * times > AFFORDED:
            self._warn(problems.NOT_ATTRIBUTED.at(None, edits=count, rows=f"{rows:,}", times=times))
            return None
        return Attributing(self.frame, hybrids)

    def _warn(self, found: Diagnostic) -> None:
        self.warnings.append(Note(Words(found.message("en"), found.message("zh")), found.code))

    # A part

    def add(self, part: Part) -> None:
        pair = self._pair(part)
        self.account.add(pair)
        subject = self.new.subject.name
        self.rows.add(self.frame, subject, pair, self.attributes)
        if self.wish.every is not None:
            self.wish.every(row_table(self.frame, subject, pair, self.attributes, pair.met))
        if self.wish.rollup is None:
            self.few.add(pair, part.facts(self.change.new).matrix)
        self._move(part, pair)
        for sweep, tallies in zip(self.wish.sweeps, self.curves, strict=True):
            for value, sums in zip(sweep.values, tallies, strict=True):
                self._sweep(part, pair, value.rules, sums)

    def _pair(self, part: Part) -> Pair:
        old, new = part.score(self.change.old), part.score(self.change.new)
        rows = basis(old, new, defaults=self.defaults)
        before, after = scored(self.frame, rows, old), scored(self.frame, rows, new)
        if self.change.condition is None:
            return Pair(rows, before, after, after.side)
        inside = rows.places(part.score(self.change.condition[1])) >= 0
        return Pair(rows, before, after, chosen(inside, after.side, before.side), inside)

    def _published(self, part: Part, pair: Pair, rules: Ruleset) -> Side:
        """What another policy in the place of the new one publishes."""
        scores = part.score(rules)
        found = side(self.frame, scores, pair.basis.places(scores))
        return found if pair.inside is None else chosen(pair.inside, found, pair.old.side)

    def _sweep(self, part: Part, pair: Pair, rules: Ruleset, sums: Tally) -> None:
        new = self._published(part, pair, rules)
        rows = np.flatnonzero(pair.old.side.appraised | new.appraised)
        sums.add(tally(self.frame, taken(pair.old.side, rows), taken(new, rows)))

    def _move(self, part: Part, pair: Pair) -> None:
        told = [Told(one.moved, one.candidates(pair)) for one in self.movers]
        parts: list[list[tuple[Fraction, ...]]] = [[()] * len(one.rows) for one in told]
        if self.attributing is not None:
            parts = self.attributing.add(pair.old.side, self._known(part, pair), told)
        for mover, one, own in zip(self.movers, told, parts, strict=True):
            texts = [(name, pair.basis.texts(name, one.rows)) for name, _ in self.attributes]
            mover.add(
                [
                    move(
                        self.frame,
                        pair,
                        row,
                        one.moved,
                        {name: values[place] for name, values in texts},
                        tuple(zip(self.titles, own[place], strict=True)) if own[place] else (),
                    )
                    for place, row in enumerate(one.rows.tolist())
                ]
            )

    def _known(self, part: Part, pair: Pair) -> Callable[[Ruleset], Side]:
        """What rulesets publish; the old and the new policy's results are there already."""
        hybrids = self.change.hybrids
        ends = {
            id(hybrids.ruleset(frozenset())): pair.old.side,
            id(hybrids.ruleset(hybrids.all)): pair.published,
        }

        def published(rules: Ruleset) -> Side:
            found = ends.get(id(rules))
            return self._published(part, pair, rules) if found is None else found

        return published

    # The whole

    def simulation(self) -> Simulation:
        """The finished whole, after the last part."""
        account, change = self.account, self.change
        few = self.few.found
        limits = self._budgets()
        groups = change.hybrids.groups
        of_edit = {edit: part for part, group in enumerate(groups) for edit in group}
        return Simulation(
            old=version(self.change.old, self.old, change.old_given),
            new=version(self.change.new, self.new, change.new_given),
            subject=self.new.subject.words,
            subjects=self.new.subject.all,
            period=self.wish.rollup or self.new.period,
            total=self.frame.total,
            levels=self.frame.levels,
            attributes=tuple(self.attributes),
            edits=tuple(_edit(one, of_edit.get(place)) for place, one in enumerate(change.hybrids.edits)),
            parts=tuple(ChangePart(title, group) for title, group in zip(self.titles, groups, strict=True)),
            method=self._method(),
            people=account.people,
            whole=account.whole.figures(self.frame),
            distribution=account.distribution,
            transitions=account.transitions,
            ranks=account.ranks,
            periods=account.periods,
            by=account.by,
            movers=tuple(one.movers for one in self.movers),
            attribution=self._lines(),
            curves=self._curves(limits),
            budgets=limits,
            few=few,
            pilot=self._pilot(),
            notes=self._notes(few, limits),
            rows=self.rows.table,
            all_rows=self.rows.count,
        )

    def _lines(self) -> tuple[Attribution, ...]:
        return () if self.attributing is None else self.attributing.lines()

    def _method(self) -> Words:
        if self.attributing is None:
            return Words()
        if len(self.change.hybrids.groups) <= ALL_CHOICES:
            return Words(
                "each part is what the edit adds, as the mean over all orders in which the edits can be made",
                "每一部分是该改动所增加的，取所有改动先后次序的平均",
            )
        return Words(
            "each part is what the edit adds, as the mean of making the edits first to last and last to first",
            "每一部分是该改动所增加的，取从前到后与从后到前两种次序的平均",
        )

    def _budgets(self) -> tuple[Budget, ...]:
        sums = self.account.whole.figures(self.frame)
        found = {one.id: one for one in sums.amounts}
        return tuple(
            Budget(
                one.amount,
                found[one.amount].label,
                found[one.amount].notation,
                one.limit,
                found[one.amount].new,
                one.fails,
            )
            for one in self.wish.limits
        )

    def _curves(self, budgets: Sequence[Budget]) -> tuple[Curve, ...]:
        return tuple(
            curve(sweep, [one.figures(self.frame) for one in tallies], budgets)
            for sweep, tallies in zip(self.wish.sweeps, self.curves, strict=True)
        )

    def _pilot(self) -> Pilot | None:
        found, condition = self.account.pilot, self.change.condition
        if found is None or condition is None:
            return None
        sides = (one.figures(self.frame) for one in (found.inside, found.outside, found.beyond))
        return Pilot(condition[0], *sides)

    def _notes(self, few: Sequence[FewRecords], limits: Sequence[Budget]) -> tuple[Note, ...]:
        if not self.change.hybrids.groups:
            self._warn(problems.NO_EFFECT.at(None))
        pilot = self.account.pilot
        if pilot is not None and not pilot.inside.rows:
            self._warn(problems.NOBODY_INSIDE.at(None))
        for one in few:
            self._warn(few_found(one))
        for over in limits:
            if over.fails and not over.kept:
                self._warn(over_budget(over))
        return (*self.warnings, *_plain(self.account.nobody, self.change, self.wish))


def few_found(one: FewRecords) -> Diagnostic:
    """The warning that a change rests on few records, with some of the people."""
    en = ", ".join(f"{staff} {period} ({count})" for staff, period, count in one.examples)
    zh = "、".join(f"{staff} {period}（{count}）" for staff, period, count in one.examples)
    more = " ..." if one.rows > len(one.examples) else ""
    return problems.FEW_RECORDS.at(
        None,
        measure=one.label,
        rows=one.rows,
        moved=one.moved,
        least=one.least,
        examples=Words(en + more, zh + (" 等" if more else "")),
    )


def over_budget(one: Budget) -> Diagnostic:
    """What exceeds a budget."""

    def text(value: Fraction) -> Words:
        return Words(one.notation.text(value, "en"), one.notation.text(value, "zh"))

    return problems.OVER_BUDGET.at(
        None, amount=one.label, new=text(one.new), over=text(one.over), limit=text(one.limit)
    )


def _plain(nobody: int, change: Change, wish: Wish) -> list[Note]:
    """What a reader has to know besides."""
    found = []
    if nobody:
        found.append(
            Words(
                f"neither policy is for {nobody} row{'s' if nobody > 1 else ''} of the data, which are left out",
                f"数据中有 {nobody} 行两份制度都不适用，未列入",
            )
        )
    if change.condition is not None:
        found.append(
            Words(
                "each policy was applied to everybody, and the new results taken inside the pilot: whoever is ranked or"
                " shares a pool is so among all, and the parts of a pool need not add up to it",
                "两份制度都按全体计算，试点之内取新结果：排名与奖金池均按全体计算，因此各人所得之和未必等于奖金池",
            )
        )
    if wish.rollup is not None:
        found.append(
            Words(
                "results of a roll-up rest on those of its periods; few records are not looked for",
                "汇总结果以各周期的结果为依据，未检查记录是否过少",
            )
        )
    return [Note(one) for one in found]


def curve(sweep: Sweep, figures: Sequence[Figures], budgets: Sequence[Budget]) -> Curve:
    """The curve of a sweep, and where it keeps each budget."""
    points = [
        Point(value.value, value.text, value.current, own)
        for value, own in zip(sweep.values, figures, strict=True)
    ]
    return Curve(
        sweep.parameter,
        sweep.label,
        tuple(points),
        tuple(_kept(place, one, points) for place, one in enumerate(budgets)),
    )


def _kept(budget: int, one: Budget, points: Sequence[Point]) -> Kept:
    costs = [
        next(amount.new for amount in point.figures.amounts if amount.id == one.amount) for point in points
    ]
    kept = tuple(place for place, cost in enumerate(costs) if cost <= one.limit)
    return Kept(budget, kept, max(kept, key=lambda place: costs[place], default=None))


def attributes(old: Ruleset, new: Ruleset) -> list[tuple[str, Words]]:
    """The attributes by which figures are broken down: those of texts and of truth, of either policy."""
    return [
        (name, label(name, one.label))
        for name, one in {**old.inputs, **new.inputs}.items()
        if one.attribute and one.grain is None and one.type.unit in (Unit.TEXT, Unit.BOOLEAN)
    ]


def defaults(old: Ruleset, new: Ruleset) -> dict[str, str]:
    """What an empty cell of an attribute stands for, where a policy says so; the new one's word counts."""
    given = {
        name: one.missing for name, one in {**old.inputs, **new.inputs}.items() if one.missing is not None
    }
    return {
        name: (YES if value else NO) if isinstance(value, bool) else value
        for name, value in given.items()
        if isinstance(value, bool | str)
    }


def unlike(old: Ruleset, new: Ruleset) -> tuple[Words, str, str] | None:
    """What keeps two policies from being laid side by side: what it is, and that of each; None: nothing."""
    for what, one, other in (
        (Words("periods of a", "周期"), old.period, new.period),
        (Words("as what it appraises", "考核对象"), old.subject.name, new.subject.name),
        (Words("the currency", "币种"), old.currency, new.currency),
    ):
        if one != other:
            return what, one, other
    return None


def swept_label(value: Fraction, parameter: Parameter, currency: str) -> Words:
    """A value of a parameter as a policy writes it."""
    return said(value, parameter.type.unit, currency)


def _usual(known: Sequence[tuple[str, Words]]) -> str | None:
    """The attribute by which people are compared unless one is named: one with a usual name, else none."""
    for usual in _USUAL:
        for name, words in known:
            if usual in (name.lower(), words.en.lower()):
                return name
    return None


def _title(edits: Sequence[Edit]) -> Words:
    """A group of edits in one line."""
    return Words("; ".join(one.words.en for one in edits), "；".join(one.words.read("zh") for one in edits))


def _edit(one: Edit, part: int | None) -> EditShown:
    old = one.old or _lines_of([detail.old for detail in one.details])
    new = one.new or _lines_of([detail.new for detail in one.details])
    return EditShown(one.title, old, new, one.aspect or one.subject, one.effect, part)


def _lines_of(rows: Sequence[Words | None]) -> Words:
    there = [one for one in rows if one is not None]
    return Words("\n".join(one.en for one in there), "\n".join(one.read("zh") for one in there))


def version(rules: Ruleset, published: Ruleset, given: Sequence[str]) -> Version:
    """Which policy it is, with its parameters in force."""
    return Version(
        rules.path,
        rules.id,
        rules.label,
        rules.version,
        tuple((one.name, _value(one, rules.currency)) for one in rules.parameters.values()),
        tuple(given),
        frame(published, published).levels[:-2],
    )


def _value(one: Parameter, currency: str) -> Words:
    if isinstance(one.value, bool):
        return Words("yes", "是") if one.value else Words("no", "否")
    if one.value is None or isinstance(one.value, str):
        return Words(one.value or "", one.value or "")
    return said(one.value, one.type.unit, currency)
