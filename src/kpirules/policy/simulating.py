"""A simulation from its beginning to its end: both policies are scored part by part, and the account is made up.

The caller brings the parts of the data, each with what scores a ruleset on it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pyarrow as pa

from kpirules.diagnostics import Words
from kpirules.matrix import ScoreMatrix
from kpirules.model.rules import Parameter, Ruleset
from kpirules.model.scope import said
from kpirules.plugin.simulated import Note, Simulation, Version
from kpirules.policy.accounting import Account, Pair
from kpirules.policy.framing import frame, label
from kpirules.policy.movetable import Largest, row_table
from kpirules.policy.moving import MoverTally, figures_of, move
from kpirules.policy.pairing import basis, scored
from kpirules.units import Unit

Score = Callable[[Ruleset], ScoreMatrix]
#: So many rows are kept for readers to look through; all of them go to a file that is asked for.
KEPT = 5_000
#: Attributes by which people usually compare themselves.
_USUAL = ("team", "group", "department", "dept", "unit", "office", "团队", "班组", "部门", "小组", "组")


@dataclass(frozen=True, slots=True)
class Compared:
    """The two policies. given: the parameters that were set for each. within: the attribute in whose groups ranks are told."""

    old: Ruleset
    new: Ruleset
    old_given: tuple[str, ...] = ()
    new_given: tuple[str, ...] = ()
    within: str | None = None


class Simulator:
    """Takes the parts of the data in, one after the other. most: how many moves of each figure and way are told.

    every: is given every row, as a table, part by part.
    """

    def __init__(
        self, compared: Compared, *, most: int = 20, every: Callable[[pa.Table], None] | None = None
    ) -> None:
        old, new = compared.old, compared.new
        self.compared, self.every = compared, every
        self.notes: list[Note] = []
        self._frame = frame(old, new)
        self._attributes = attributes(old, new)
        within = compared.within or _usual(self._attributes)
        self._account = Account(self._frame, self._attributes, within, most)
        self._movers = [MoverTally(one, most) for one in figures_of(self._frame)]
        self._rows = Largest(KEPT)

    def add(self, score: Score) -> None:
        """Take a part in. Raises OverflowError where a result has too many digits to be added up."""
        pair = self._pair(score)
        self._account.add(pair)
        subject = self.compared.new.subject.name
        self._rows.add(self._frame, subject, pair, self._attributes)
        if self.every is not None:
            self.every(row_table(self._frame, subject, pair, self._attributes, pair.met))
        for one in self._movers:
            rows = one.candidates(pair)
            shown = [pair.basis.texts(name, rows) for name, _ in self._attributes]
            moves = [
                move(
                    self._frame,
                    pair,
                    row,
                    one.moved,
                    {name: texts[place] for (name, _), texts in zip(self._attributes, shown, strict=True)},
                    (),
                )
                for place, row in enumerate(rows.tolist())
            ]
            one.add(moves)

    def _pair(self, score: Score) -> Pair:
        old, new = score(self.compared.old), score(self.compared.new)
        rows = basis(old, new)
        before, after = scored(self._frame, rows, old), scored(self._frame, rows, new)
        return Pair(rows, before, after, after.side)

    def simulation(self) -> Simulation:
        """The finished whole, after the last part."""
        old, new, account = self.compared.old, self.compared.new, self._account
        return Simulation(
            old=version(old, self.compared.old_given),
            new=version(new, self.compared.new_given),
            subject=new.subject.words,
            subjects=new.subject.all,
            period=new.period,
            total=self._frame.total,
            levels=self._frame.levels,
            attributes=tuple(self._attributes),
            edits=(),
            parts=(),
            method=Words(),
            people=account.people,
            whole=account.whole.figures(self._frame),
            distribution=account.distribution,
            transitions=account.transitions,
            ranks=account.ranks,
            periods=account.periods,
            by=account.by,
            movers=tuple(one.movers for one in self._movers),
            attribution=(),
            curves=(),
            budgets=(),
            few=(),
            pilot=None,
            notes=tuple(self.notes),
            rows=self._rows.table,
            all_rows=self._rows.count,
        )


def attributes(old: Ruleset, new: Ruleset) -> list[tuple[str, Words]]:
    """The attributes by which figures are broken down: those of texts and of truth, of either policy."""
    return [
        (name, label(name, one.label))
        for name, one in {**old.inputs, **new.inputs}.items()
        if one.attribute and one.grain is None and one.type.unit in (Unit.TEXT, Unit.BOOLEAN)
    ]


def _usual(known: Sequence[tuple[str, Words]]) -> str | None:
    """The attribute by which people are compared unless one is named: one with a usual name, else none."""
    for usual in _USUAL:
        for name, words in known:
            if usual in (name.lower(), words.en.lower()):
                return name
    return None


def version(rules: Ruleset, given: Sequence[str]) -> Version:
    """Which policy it is, with its parameters in force."""
    return Version(
        rules.path,
        rules.id,
        rules.label,
        rules.version,
        tuple((one.name, _value(one, rules.currency)) for one in rules.parameters.values()),
        tuple(given),
        frame(rules, rules).levels[:-2],
    )


def _value(one: Parameter, currency: str) -> Words:
    if isinstance(one.value, bool):
        return Words("yes", "是") if one.value else Words("no", "否")
    if one.value is None or isinstance(one.value, str):
        return Words(one.value or "", one.value or "")
    return said(one.value, one.type.unit, currency)
