"""A finished simulation, as printers and pages get it: what a change of policy does to people and to costs.

Plain records, no rules and no engine. Numbers are exact: published figures, and sums, means and parts of them, as
`Fraction`; how many places a reader is shown, a `Notation` says. Sentences are `Words`. "Old" and "new" are the two
policies throughout. In a simulation of a pilot, "new" is the new policy where the pilot's condition holds and the old one
elsewhere.

A *row* is one staff member in one period. Rows are aligned by both; a policy may leave some out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING

from kpirules.diagnostics import Language, Words
from kpirules.numbers import decimal_text
from kpirules.units import CURRENCIES, Unit, shown

if TYPE_CHECKING:  # keeps start-up free of it
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Notation:
    """How a figure is written. places: those of published values; means and parts are shown with them, too.

    currency: the code, of money.
    """

    unit: Unit
    places: int
    currency: str = "CNY"

    @property
    def is_money(self) -> bool:
        return self.unit is Unit.MONEY

    def text(self, value: Fraction | None, language: Language = "en", *, signed: bool = False) -> str:
        """The value for a reader, rounded half up to the places: "-1,200.50 yuan"; a dash where there is none."""
        if value is None:
            return "–"
        sign = "+" if signed and value > 0 else ""
        match self.unit:
            case Unit.RATIO:
                return f"{sign}{_grouped(value * 100, max(0, self.places - 2))}%"
            case Unit.MONEY:
                word = CURRENCIES[self.currency].read(language)
                return f"{sign}{_grouped(value, self.places)} {word}"
            case Unit.DURATION | Unit.DATE | Unit.DATETIME | Unit.WORKDAYS:
                return f"{sign}{shown(value, self.unit, language)}"
            case _:
                return f"{sign}{_grouped(value, self.places)}"


def _grouped(value: Fraction, places: int) -> str:
    """A decimal with its thousands apart."""
    text = decimal_text(abs(value), places)
    whole, point, rest = text.partition(".")
    minus = "-" if value < 0 and text.strip("0.") else ""
    return f"{minus}{int(whole):,}{point}{rest}"


def apportioned(parts: Sequence[Fraction], places: int) -> tuple[Fraction, ...]:
    """The parts cut to so many places so that they add up to their rounded sum: what is left over goes, a step each,
    to those that were cut most. For columns that a reader may add up; the exact parts are in the results."""
    unit = Fraction(1, 10**places)
    floors = [part // unit for part in parts]
    missing = round(sum(parts, Fraction(0)) / unit) - sum(floors)
    order = sorted(range(len(parts)), key=lambda one: (floors[one] * unit - parts[one], one))
    for place in order[: max(0, missing)]:
        floors[place] += 1
    return tuple(one * unit for one in floors)


@dataclass(frozen=True, slots=True)
class Level:
    """A grade, or what stands in its place. id: as published; "" for "no grade" and "not appraised"."""

    id: str
    label: Words


@dataclass(frozen=True, slots=True)
class Version:
    """One of the two policies. parameters: every parameter with its value in words, set ones included.

    given: those that were set for this run. levels: its grades, best first.
    """

    path: str
    id: str
    label: str
    version: str | None
    parameters: tuple[tuple[str, Words], ...]
    given: tuple[str, ...]
    levels: tuple[Level, ...]


@dataclass(frozen=True, slots=True)
class EditShown:
    """One edit, in the policy's own terms. title: what was edited; old, new: empty where it was added or removed.

    kind: of `policy.edits` ("parameter", "weight" ...). effect: whether it can change a result.
    part: its place in `Simulation.parts`; None where it is in none.
    """

    title: Words
    old: Words
    new: Words
    kind: str
    effect: bool
    part: int | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of rows, by their published totals. They add up to the number of rows.

    up, down, same: both policies give a total. only_old, only_new: one gives a total, the other none (it does not appraise
    the row, or nothing is known that it scores by). none: appraised by either policy, and a total of neither.
    """

    up: int
    down: int
    same: int
    only_old: int
    only_new: int
    none: int

    @property
    def rows(self) -> int:
        return self.up + self.down + self.same + self.only_old + self.only_new + self.none


@dataclass(frozen=True, slots=True)
class Amount:
    """A numeric consequence ("amount", "penalty", "result" of a policy), added up over rows.

    old, new: sums; 0 where a policy has none of the name. up, down, same: of all rows, a missing amount counting as 0.
    kind: as declared. cost: whether it is money. difference: new less old.
    """

    id: str
    label: Words
    kind: str
    notation: Notation
    old: Fraction
    new: Fraction
    up: int
    down: int
    same: int

    @property
    def cost(self) -> bool:
        return self.notation.is_money

    @property
    def difference(self) -> Fraction:
        return self.new - self.old


@dataclass(frozen=True, slots=True)
class Heads:
    """How many rows have a yes/no consequence (eligible, award, penalty, alert), or one text of a consequence in words.

    text: of the latter; None for yes/no. gained, lost: rows that have it under one policy alone.
    """

    id: str
    label: Words
    kind: str
    text: str | None
    old: int
    new: int
    gained: int
    lost: int


@dataclass(frozen=True, slots=True)
class Figures:
    """The headline figures of some rows.

    sum_old, sum_new: of the totals that there are; scored_old, scored_new: how many. mean_*: exact; None without totals.
    grades_old, grades_new: rows by `Simulation.levels`.
    """

    rows: int
    counts: Counts
    sum_old: Fraction
    sum_new: Fraction
    scored_old: int
    scored_new: int
    grades_old: tuple[int, ...]
    grades_new: tuple[int, ...]
    amounts: tuple[Amount, ...]
    heads: tuple[Heads, ...]

    @property
    def mean_old(self) -> Fraction | None:
        return self.sum_old / self.scored_old if self.scored_old else None

    @property
    def mean_new(self) -> Fraction | None:
        return self.sum_new / self.scored_new if self.scored_new else None


@dataclass(frozen=True, slots=True)
class Bin:
    """Values from `low` (included) to `high` (excluded; included in the last bin), and how many rows have one."""

    low: Fraction
    high: Fraction
    old: int
    new: int


@dataclass(frozen=True, slots=True)
class Spread:
    """Lowest, quartiles and highest by nearest rank, so that each is a value that somebody has; None without values."""

    least: Fraction
    quarter: Fraction
    middle: Fraction
    three_quarters: Fraction
    most: Fraction


@dataclass(frozen=True, slots=True)
class Distribution:
    """How totals are spread. bins: of totals before and after, without gaps; spread_*: exact values.

    changes: of new less old of the rows with both (in `Bin.new`; `old` is 0); spread_change: the same.
    """

    bins: tuple[Bin, ...]
    spread_old: Spread | None
    spread_new: Spread | None
    changes: tuple[Bin, ...]
    spread_change: Spread | None


@dataclass(frozen=True, slots=True)
class RankMove:
    """One person's place among those with a total in a period (or a group of it). Tied ones share the better place."""

    staff: str
    period: str
    old: int
    new: int


@dataclass(frozen=True, slots=True)
class Ranks:
    """Places among all who have a total in the same period, under either policy, the highest total first.

    within: the attribute whose values make groups; None: among all. Rows with both totals count. Ranks are a comparison
    of this report; they need not be the policy's own. rises, falls: the largest, largest first.
    """

    within: str | None
    up: int
    down: int
    same: int
    rises: tuple[RankMove, ...]
    falls: tuple[RankMove, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """The rows that share a value of an attribute, or a period. rest: all values that are not shown by themselves;
    missing: rows without a value. either has its words in `label`."""

    value: str
    label: Words
    figures: Figures
    rest: bool = False
    missing: bool = False


@dataclass(frozen=True, slots=True)
class Breakdown:
    """The headline figures by the values of one attribute (or by period). The groups add up to the whole.

    values: how many different values there are. name: of the attribute; "period" for periods.
    """

    name: str
    label: Words
    values: int
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class PointsMove:
    """An indicator or adjustment of one row: its points before and after, None where there are none."""

    id: str
    label: Words
    old: Fraction | None
    new: Fraction | None


@dataclass(frozen=True, slots=True)
class AmountMove:
    """A numeric consequence of one row. `id` as in `Figures.amounts`."""

    id: str
    old: Fraction | None
    new: Fraction | None


@dataclass(frozen=True, slots=True)
class Move:
    """What happens to one row. change: new less old of what the list is about, a missing value counting as 0 (of amounts).

    old_level, new_level: places in `Simulation.levels`. attributes: name and value, in the order of
    `Simulation.attributes`. points: indicators and adjustments that differ, the largest difference first.
    parts: how much of `change` each of `Simulation.parts` makes; they add up to it exactly. Empty where the change
    was not attributed. reason: the same in a sentence.
    """

    staff: str
    period: str
    change: Fraction
    old_total: Fraction | None
    new_total: Fraction | None
    old_level: int
    new_level: int
    attributes: tuple[tuple[str, str], ...]
    amounts: tuple[AmountMove, ...]
    points: tuple[PointsMove, ...]
    parts: tuple[Fraction, ...]
    reason: Words


@dataclass(frozen=True, slots=True)
class Movers:
    """The largest moves of one figure. name: "total", or the id of an amount. losses, gains: the largest first,
    people with the same change in the order of names."""

    name: str
    label: Words
    notation: Notation
    losses: tuple[Move, ...]
    gains: tuple[Move, ...]


@dataclass(frozen=True, slots=True)
class ChangePart:
    """What a part of the change is attributed to: one edit, or several that only make sense together.

    edits: places in `Simulation.edits`. title: in words, short.
    """

    title: Words
    edits: tuple[int, ...]


class Attributed(StrEnum):
    """What a line of the attribution is: the sum of totals, an amount, rows of a grade, of winners, of losers, rows with
    a total, or rows with a yes/no consequence."""

    TOTALS = "totals"
    AMOUNT = "amount"
    GRADE = "grade"
    UP = "up"
    DOWN = "down"
    SCORED = "scored"
    HEADS = "heads"


@dataclass(frozen=True, slots=True)
class Attribution:
    """One figure of all rows, attributed. old + the sum of `parts` is exactly new; parts in the order of
    `Simulation.parts`.

    without: the figure under the new policy without that part: what giving it up would make of it. alone: under the old
    policy with that part alone. name: id of the amount or grade; "" for the others.
    """

    kind: Attributed
    name: str
    label: Words
    notation: Notation
    old: Fraction
    new: Fraction
    parts: tuple[Fraction, ...]
    without: tuple[Fraction, ...]
    alone: tuple[Fraction, ...]


@dataclass(frozen=True, slots=True)
class Point:
    """One value of a swept parameter, and what the new policy comes to with it. figures: of all rows, against the old one.

    value: in the parameter's own unit; text: as a policy writes it. current: the value that the new policy has.
    """

    value: Fraction
    text: Words
    current: bool
    figures: Figures


@dataclass(frozen=True, slots=True)
class Kept:
    """Where a budget is kept along a sweep. kept: places in `Curve.points`, ascending, of all values within it.

    last: the place of the value that comes nearest to the budget without exceeding it; None where none keeps it.
    """

    budget: int
    kept: tuple[int, ...]
    last: int | None


@dataclass(frozen=True, slots=True)
class Curve:
    """What a parameter's values cost. points: by ascending value. budgets: one for each of `Simulation.budgets`."""

    parameter: str
    label: Words
    points: tuple[Point, ...]
    kept: tuple[Kept, ...]


@dataclass(frozen=True, slots=True)
class Budget:
    """A limit on the sum of an amount over all rows. over: by how much the new policy exceeds it; 0 or less: kept.

    fails: whether exceeding it is an error of the run (`--fail-over`).
    """

    amount: str
    label: Words
    notation: Notation
    limit: Fraction
    new: Fraction
    fails: bool = False

    @property
    def over(self) -> Fraction:
        return self.new - self.limit

    @property
    def kept(self) -> bool:
        return self.new <= self.limit


@dataclass(frozen=True, slots=True)
class FewRecords:
    """A measure that rests on fewer than `least` records for people whose total moves.

    rows: how many such rows there are, of `moved` rows that move at all. examples: some of them, with how many records.
    """

    measure: str
    label: Words
    least: int
    rows: int
    moved: int
    examples: tuple[tuple[str, str, int], ...]


@dataclass(frozen=True, slots=True)
class Pilot:
    """Where the new policy applies. condition: as it was given. inside, outside: figures of the rows on either side.

    beyond: what the new policy would come to if it applied to the rows outside, too.
    """

    condition: str
    inside: Figures
    outside: Figures
    beyond: Figures


@dataclass(frozen=True, slots=True)
class Note:
    """Something that a reader has to know. code: of a declared problem ("K825"), "" for a plain note."""

    text: Words
    code: str = ""


@dataclass(frozen=True, slots=True)
class Simulation:
    """The whole. subject: what is appraised ("staff member"), and many of them. period: the kind ("month").

    levels: the grades of both policies, best first, then "no grade" and "not appraised".
    edits: everything that was edited; parts: what the change is attributed to. method: how, in a sentence.
    people: how many different people the rows are of. whole: figures of all rows; transitions[i][j]: rows
    of `levels[i]` before and `levels[j]` after. periods: by period; by: by each attribute.
    attributes: their names and labels. rows: as `movetable.row_table`; the first `len(rows)` of `all_rows`, the largest
    changes of the total first. total: how totals are written. notes: warnings (with a code) first.
    """

    old: Version
    new: Version
    subject: Words
    subjects: Words
    period: str
    total: Notation
    levels: tuple[Level, ...]
    attributes: tuple[tuple[str, Words], ...]
    edits: tuple[EditShown, ...]
    parts: tuple[ChangePart, ...]
    method: Words
    people: int
    whole: Figures
    distribution: Distribution
    transitions: tuple[tuple[int, ...], ...]
    ranks: tuple[Ranks, ...]
    periods: Breakdown
    by: tuple[Breakdown, ...]
    movers: tuple[Movers, ...]
    attribution: tuple[Attribution, ...]
    curves: tuple[Curve, ...]
    budgets: tuple[Budget, ...]
    few: tuple[FewRecords, ...]
    pilot: Pilot | None
    notes: tuple[Note, ...]
    rows: pa.Table
    all_rows: int

    @property
    def within_budget(self) -> bool:
        """Whether every budget whose excess is an error is kept."""
        return all(one.kept for one in self.budgets if one.fails)
