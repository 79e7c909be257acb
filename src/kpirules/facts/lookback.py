"""Which periods are read besides the ones asked for: a policy may look back at earlier ones."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from kpirules.diagnostics import Diagnostic, Words
from kpirules.facts.problems import NOT_SO_FAR_BACK
from kpirules.facts.rows import Rows
from kpirules.model.rules import Ruleset
from kpirules.periods import Period, PeriodKind, containing


def read_for(wanted: Collection[Period] | None, rules: Ruleset) -> Collection[Period] | None:
    """The periods to read so that the wanted ones can be scored; None for all there are."""
    if wanted is None or not rules.lookback:
        return wanted
    kind = PeriodKind(rules.period)
    found = set(wanted)
    for wish in wanted:
        first = containing(wish.first, kind)
        for _ in range(rules.lookback):
            first = first.previous()
            found.add(first)
    return found


def only_read(rows: Rows, wanted: Collection[Period] | None) -> frozenset[int]:
    """The codes of periods that are there for later ones only."""
    if wanted is None:
        return frozenset()
    asked = (any(period in wish for wish in wanted) for period in rows.periods)
    return frozenset(code for code, one in enumerate(asked) if not one)


def not_so_far(rules: Ruleset, rows: Rows, wanted: Collection[Period] | None) -> list[Diagnostic]:
    """A word where the data have nothing of a period that an asked one reads."""
    if wanted is None or not rules.lookback:
        return []
    asked = [one for one in rows.periods if any(one in wish for wish in wanted)]
    needed: set[Period] = set()
    for one in asked:
        for _ in range(rules.lookback):
            one = one.previous()
            needed.add(one)
    lost = sorted(needed - set(rows.periods))
    if not lost:
        return []
    back, names = rules.lookback, _listed(lost)
    return [NOT_SO_FAR_BACK.at(None, ruleset=rules.id, back=back, names=names)]


def _listed(periods: Sequence[Period]) -> Words:
    """All of a few, the first and the last of many."""
    if len(periods) > 6:
        return Words(f"{periods[0]} ... {periods[-1]}", f"{periods[0]} … {periods[-1]}")
    return Words(", ".join(map(str, periods)), "、".join(map(str, periods)))
