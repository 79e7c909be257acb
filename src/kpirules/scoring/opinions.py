"""What may be said of several raters: the means of their groups, how many they were, and how much each group counts.

The mean of a group below its least number is missing here as it is in the score, so it is nowhere to be read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from kpirules.diagnostics import Words
from kpirules.model import expressions as e
from kpirules.model.rules import RaterGroup, Raters
from kpirules.numbers import decimal_text
from kpirules.units import Unit, shown

ValueOf = Callable[[e.Expr], e.Value | None]


@dataclass(frozen=True, slots=True)
class Opinion:
    """One group. value: its rating as it counts, None where it does not. words: number, share, and why it does not."""

    name: str
    value: e.Value | None
    unit: Unit
    words: Words


def opinions(raters: Raters, value_of: ValueOf) -> Iterator[Opinion]:
    """What is said of each group, in the policy's order."""
    values = [value_of(one.rating) for one in raters.groups]
    present = _present(raters, values)
    for one, value in zip(raters.groups, values, strict=True):
        yield Opinion(one.name, value, one.rating.unit, _said(raters, one, value, value_of, present))


def sum_in_words(raters: Raters, value_of: ValueOf) -> Words | None:
    """The result as a sum that a person can redo: `(4 x 50% + 2.5 x 20%) / 70%`; nothing where no group counts."""
    values = [value_of(one.rating) for one in raters.groups]
    parts = [
        f"{shown(value, one.rating.unit)} x {shown(_share(one), Unit.RATIO)}"
        for one, value in zip(raters.groups, values, strict=True)
        if isinstance(value, Fraction)
    ]
    present = _present(raters, values)
    if not parts or (not raters.shared and len(parts) < len(values)):
        return None
    added = " + ".join(parts)
    text = added if present == 1 else f"({added}) / {shown(present, Unit.RATIO)}"
    return Words(text, text)


def _share(group: RaterGroup) -> Fraction:
    value = group.share.value
    assert isinstance(value, Fraction)
    return value


def _present(raters: Raters, values: Sequence[e.Value | None]) -> Fraction:
    found = zip(raters.groups, values, strict=True)
    return sum((_share(one) for one, value in found if value is not None), Fraction(0))


def _said(
    raters: Raters, group: RaterGroup, value: e.Value | None, value_of: ValueOf, present: Fraction
) -> Words:
    count = None if group.count is None else value_of(group.count)
    least = None if group.least is None else group.least.value
    share = shown(_share(group), Unit.RATIO)
    said = Words(f"share {share}", f"占比 {share}")
    if isinstance(count, Fraction):
        many = decimal_text(count)
        word = "rater" if count == 1 else "raters"
        said = Words(f"{many} {word}, {said.en}", f"{many} 人评价，{said.zh}")
    if value is None and isinstance(least, Fraction) and isinstance(count, Fraction) and count < least:
        few = decimal_text(least)
        return Words(f"{said.en}; fewer than {few}: not counted", f"{said.zh}；不足 {few} 人，不计")
    if value is None:
        return Words(f"{said.en}; no rating: not counted", f"{said.zh}；无评分，不计")
    if raters.shared and present not in (0, 1):
        now = shown(_share(group) / present, Unit.RATIO)
        return Words(f"{said.en}, {now} in force", f"{said.zh}，实际占 {now}")
    return said
