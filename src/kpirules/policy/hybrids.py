"""Policies half way between two: the old one with some of the edits made, for any choice of them.

What a change does is attributed to its edits by scoring such hybrids. They are made of syntax trees and checked like
any policy, with two differences. Weights need not add up to 100, since a total is divided by the weight present. And
declarations that nothing uses are harmless: those of both policies stand in every true hybrid, tests in none.

Edits that cannot be made one without the other (a measure that changes its unit and the target that goes with it) are
of one group. Groups are found by trying: choices that do not check join the edits that mend them, until every choice
of groups is a valid policy, or only the smallest and the greatest choice are left.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Any

from kpirules.language import tree
from kpirules.model import problems
from kpirules.model.check import check
from kpirules.model.parts import with_fields
from kpirules.model.rules import Ruleset
from kpirules.policy.alike import essence
from kpirules.policy.edits.aspects import aspects, with_aspects
from kpirules.policy.edits.comparison import SERVANTS, edits
from kpirules.policy.edits.edit import Edit, Version
from kpirules.policy.edits.pieces import GRADES, HEADER, Key, Piece, in_both, pieces
from kpirules.policy.edits.renaming import renamed, renamings

#: Up to so many groups every choice of them is a valid policy; beyond, each group alone, all but each, and `trails`.
ALL_CHOICES = 5
#: What a hybrid may have wrong: weights that do not add up, in all or in a section.
TOLERATED = frozenset({problems.WEIGHTS.code, problems.SECTION_WEIGHTS.code})

Choice = frozenset[int]
Slot = tuple[Key, str]


@dataclass(slots=True)
class Hybrids:
    """edits: all edits. groups: by number, the edits (places in `edits`) that are made together; only those with effect.

    Rulesets are made when first asked for and kept: a check each, some milliseconds to some tens of them.
    """

    old: Version
    new: Version
    edits: tuple[Edit, ...]
    groups: tuple[tuple[int, ...], ...]
    _mixer: _Mixer
    _made: dict[frozenset[int], Ruleset | None] = field(default_factory=dict)

    @property
    def all(self) -> Choice:
        return frozenset(range(len(self.groups)))

    def ruleset(self, chosen: Choice) -> Ruleset:
        """The old policy with the edits of the chosen groups made: with none the old one, with all the new one.

        With more than ALL_CHOICES groups other choices than a group alone, all but one, and those of `trails` need not
        be policies: ValueError then.
        """
        found = self._ruleset(chosen)
        if found is None:
            raise ValueError(f"edits {sorted(chosen)} make no valid policy without the others")
        return found

    def of(self, group: int) -> tuple[Edit, ...]:
        """The edits of a group."""
        return tuple(self.edits[one] for one in self.groups[group])

    def _ruleset(self, chosen: Choice) -> Ruleset | None:
        places = frozenset(place for group in chosen for place in self.groups[group])
        if places not in self._made:
            self._made[places] = self._mixer.ruleset(places, whole=chosen == self.all)
        return self._made[places]


def hybrids(old: Version, new: Version) -> Hybrids:
    """The hybrids of two valid policies."""
    mixer = _tried(old, new)
    found = mixer.edits
    by_slot: dict[Slot, tuple[int, ...]] = {}
    for number, one in enumerate(found):
        if one.effect:
            by_slot[one.slot] = (*by_slot.get(one.slot, ()), number)
    groups = list(by_slot.values())
    while True:
        made = Hybrids(old, new, found, tuple(groups), mixer, {})
        joined = _joined(made)
        if joined is None:
            return made
        groups = joined


def tried_edits(old: Version, new: Version) -> tuple[Edit, ...]:
    """The edits between two valid policies, those without effect found by trying: each is made alone, and checked."""
    return _tried(old, new).edits


def _tried(old: Version, new: Version) -> _Mixer:
    mixer = _Mixer(old, new, edits(old, new))
    mixer.find_idle()
    return mixer


def trails(count: int) -> tuple[Choice, ...]:
    """The choices that come about when so many groups are chosen one after the other, first to last and last to first."""
    forward = [frozenset(range(length)) for length in range(count + 1)]
    backward = [frozenset(range(count - length, count)) for length in range(1, count)]
    return (*forward, *backward)


def _joined(made: Hybrids) -> list[tuple[int, ...]] | None:
    """The groups with some joined, because a choice of them is no policy; None: every choice is one."""
    count = len(made.groups)
    if count < 2:
        return None
    for chosen in _choices(count) if count <= ALL_CHOICES else _some_choices(count):
        if made._ruleset(chosen) is None:
            return _with_joined(made, _mending(made, chosen))
    return None


def _choices(count: int) -> list[Choice]:
    return [frozenset(one) for size in range(count + 1) for one in combinations(range(count), size)]


def _some_choices(count: int) -> list[Choice]:
    """Each group alone, all but each, and the trails."""
    whole = frozenset(range(count))
    single = [frozenset({one}) for one in range(count)]
    return [*single, *(whole - one for one in single), *trails(count)]


def _mending(made: Hybrids, chosen: Choice) -> Choice:
    """Groups to be joined so that a choice that is no policy cannot be made: one of it, and one that is not."""
    rest = sorted(made.all - chosen)
    for outside in rest:
        if made._ruleset(chosen | {outside}) is not None:
            inside = next((one for one in sorted(chosen) if made._ruleset(chosen - {one}) is not None), None)
            return frozenset({outside, min(chosen) if inside is None else inside})
    for inside in sorted(chosen):
        if made._ruleset(chosen - {inside}) is not None:
            return frozenset({inside, *rest[:1]})
    return made.all


def _with_joined(made: Hybrids, joined: Choice) -> list[tuple[int, ...]]:
    first = min(joined)
    whole = tuple(sorted(place for group in joined for place in made.groups[group]))
    return [
        whole if number == first else one
        for number, one in enumerate(made.groups)
        if number == first or number not in joined
    ]


class _Mixer:
    """Makes the rulesets of choices of edits."""

    def __init__(self, old: Version, new: Version, found: tuple[Edit, ...]) -> None:
        self.old, self.new, self.edits = old, new, found
        self.idle: frozenset[Slot] = frozenset()
        self._checked: dict[frozenset[Slot], Ruleset | None] = {}
        self.names = renamings(old.policy, new.policy)
        self.tree = renamed(old.policy, self.names)
        self.before, self.after = pieces(self.tree), pieces(new.policy)
        self.order = in_both(self.before, self.after)

    def ruleset(self, chosen: frozenset[int], whole: bool) -> Ruleset | None:
        """The ruleset with the chosen edits; None where they make no valid policy. whole: with all that have effect."""
        if not chosen:
            return check(self.old.policy, self.old.path, settings=self.old.settings).ruleset
        if whole:
            return check(self.new.policy, self.new.path, settings=self.new.settings).ruleset
        return self.checked_with(self.idle | {self.edits[one].slot for one in chosen})

    def find_idle(self) -> None:
        """Edits after which the old policy comes to the same have no effect; they are made in every hybrid, since
        together with others they may have one: the rule for missing facts, once an indicator has none of its own."""
        nothing = self.checked_with(frozenset())
        if nothing is None:
            return
        same = essence(nothing)
        for one in self.edits:
            other = self.checked_with(self.idle | {one.slot}) if one.effect else None
            if other is not None and essence(other) == same:
                self.idle |= {one.slot}
        self.edits = tuple(
            replace(one, effect=one.effect and one.slot not in self.idle) for one in self.edits
        )

    def checked_with(self, slots: frozenset[Slot]) -> Ruleset | None:
        """The old policy with just these pieces of the new one; None where that is no valid policy."""
        if slots not in self._checked:
            mixed, settings = self._tree(slots), self._settings(slots)
            self._checked[slots] = check(mixed, self.new.path, settings=settings, tolerated=TOLERATED).ruleset
        return self._checked[slots]

    def _tree(self, slots: frozenset[Slot]) -> tree.Ruleset:
        header = self._mixed(HEADER, self.tree.header, self.new.policy.header, slots)
        kept = [one for one in (self._piece(key, slots) for key in self.order) if one is not None]
        return tree.Ruleset(
            self.new.policy.name,
            self.new.policy.label,
            header,
            tuple(_arranged(kept)),
            (),
            self.new.policy.span,
        )

    def _piece(self, key: Key, slots: frozenset[Slot]) -> Piece | None:
        """A part as the choice has it; None: not there."""
        old, new = self.before.get(key), self.after.get(key)
        if key[0] == "test":
            return None
        if key[0] == "grade" and any(one.slot[0] == GRADES for one in self.edits):
            return new if (GRADES, "") in slots else old
        if old is not None and new is not None and type(old.node) is type(new.node):
            section = new.section if (key, "section") in slots else old.section
            return Piece(key, old.kind, old.name, self._mixed(key, old.node, new.node, slots), section)
        exchanged = (key, "") in slots
        if old is not None and new is not None:
            return new if exchanged else old
        there = old if old is not None else new
        assert there is not None
        if there.kind in SERVANTS or there.kind == "section":
            return there
        return there if exchanged is (old is None) else None

    def _mixed(self, key: Key, old: Any, new: Any, slots: frozenset[Slot]) -> Any:
        wanted = aspects(new)
        return with_aspects(old, {name: wanted[name] for name in wanted if (key, name) in slots})

    def _settings(self, slots: frozenset[Slot]) -> Mapping[str, tree.Expr]:
        """What users set, by the new names: a parameter of both as its edit is chosen or not."""
        found: dict[str, tree.Expr] = {}
        former = {new: old[1] for old, new in self.names.items()}
        for key, one in {**self.after, **self.before}.items():
            if one.kind != "parameter":
                continue
            new = key not in self.before or (key in self.after and (key, "value") in slots)
            settings = self.new.settings if new else self.old.settings
            name = one.name if new else former.get(key, one.name)
            if name in settings:
                found[one.name] = settings[name]
        return found


def _arranged(kept: Sequence[Piece]) -> list[Any]:
    """Pieces as declarations: indicators in their sections, grades and adjustments in one block each."""
    found: list[Any] = []
    inside: dict[str, list[Any]] = {}
    for one in kept:
        if one.section is not None:
            inside.setdefault(one.section, []).append(one.node)
    grades = [one.node for one in kept if isinstance(one.node, tree.Grade)]
    lines = [one.node for one in kept if isinstance(one.node, tree.Adjusted | tree.Veto | tree.Cap)]
    for one in kept:
        match one.node:
            case tree.Section(name=name) as section:
                indicators = inside.get(name.text, ())
                if indicators:
                    found.append(with_fields(section, indicators=tuple(indicators)))
            case tree.Grade() | tree.Adjusted() | tree.Veto() | tree.Cap():
                pass
            case _ if one.section is None:
                found.append(one.node)
    if grades:
        found.append(tree.Grades(tuple(grades), grades[0].span))
    if lines:
        found.append(tree.Adjustments(tuple(lines), lines[0].span))
    return found
