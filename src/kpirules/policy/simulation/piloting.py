"""A pilot: the condition that says to whom the new policy applies, read and checked as a policy's own would be.

It stands in the place of the policy's "applies to", so that the same limits hold: it may ask who people are and what
was delivered for them, and nothing about results or about other people.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from kpirules.diagnostics import Diagnostic, Span
from kpirules.language import tree
from kpirules.language.parse import parse
from kpirules.model.check import check
from kpirules.model.parts import with_fields
from kpirules.model.rules import Adjustments, Ruleset
from kpirules.policy.hybrids import TOLERATED

#: Where findings about a condition stand.
PLACE = "--where"
_BEFORE = "  applies to staff where "
_LINE = 3


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition as given. rules: appraise just the rows for which it holds; None where it has errors."""

    text: str
    rules: Ruleset | None
    diagnostics: tuple[Diagnostic, ...]


def condition(
    text: str, policy: tree.Ruleset, rules: Ruleset, settings: Mapping[str, tree.Expr]
) -> Condition:
    """The condition in the scope of a policy without errors. policy: its syntax tree."""
    text = " ".join(text.splitlines())
    parsed = parse(f"ruleset x\n  period month\n{_BEFORE}{text}\n", PLACE)
    if parsed.diagnostics or parsed.tree is None or len(parsed.tree.header.applies) != 1:
        return Condition(text, None, tuple(_moved(parsed.diagnostics, text)))
    subject = policy.header.subject[0].name if policy.header.subject else None
    applies = with_fields(parsed.tree.header.applies[0], subject=subject)
    whole = with_fields(policy, header=with_fields(policy.header, applies=(applies,)))
    checked = check(whole, rules.path, settings=settings, tolerated=TOLERATED)
    found = [one for one in checked.diagnostics if _here(one)]
    if checked.ruleset is None or checked.ruleset.applies is None:
        return Condition(text, None, tuple(_moved(found or checked.diagnostics, text)))
    return Condition(text, _only(checked.ruleset), tuple(_moved(found, text)))


def _only(rules: Ruleset) -> Ruleset:
    """The policy with next to nothing to score: what counts is whom it appraises."""
    return replace(
        rules,
        indicators=rules.indicators[:1],
        sections=(),
        grades=(),
        outcomes=(),
        adjustments=Adjustments(),
        rollups={},
        total=None,
    )


def _here(one: Diagnostic) -> bool:
    return isinstance(one.place, Span) and one.place.path == PLACE


def _moved(found: Iterable[Diagnostic], text: str) -> Iterable[Diagnostic]:
    """Findings with their places in the condition alone."""
    shift, end = len(_BEFORE), len(text) + 1
    for one in found:
        if not isinstance(one.place, Span) or one.place.path != PLACE:
            yield one
            continue
        place = one.place
        inside = place.line == _LINE
        first = min(max(1, place.column - shift), end) if inside else end
        last = place.end_column - shift if inside and place.end_line == _LINE else end
        yield replace(one, place=Span(PLACE, 1, first, 1, max(first + 1, last)))
