"""Findings that a policy accepts: which lines are wrong, which findings they cover, and which lines cover none.

A line covers the findings of its code that lie in its declaration; under the first line, those anywhere. Errors are
never covered.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from kpirules.diagnostics import Diagnostic, Severity, Span, Words, nearest, problems
from kpirules.model.rules import Accepted
from kpirules.policy.lint import accept_problems, structure_problems
from kpirules.policy.lint import problems as scoring_problems

#: Their codes are known where these modules are loaded; those of the rooms below are.
DECLARED = (accept_problems, structure_problems, scoring_problems)
#: Codes of what is found in policies begin so: writing, meaning, a second look.
_OF_POLICIES = ("K1", "K2", "K3")


@dataclass(frozen=True, slots=True)
class Known:
    """A finding that a line of the policy accepts."""

    finding: Diagnostic
    line: Accepted


@dataclass(frozen=True, slots=True)
class Settled:
    """Findings that nobody has accepted, and those that somebody has."""

    left: tuple[Diagnostic, ...]
    known: tuple[Known, ...]


def settle(lines: Sequence[Accepted], found: Iterable[Diagnostic]) -> Settled:
    """Tell accepted findings from the others. The line that stands closest to a finding is the one that accepts it."""
    left: list[Diagnostic] = []
    known: list[Known] = []
    for one in found:
        covering = [line for line in lines if _covers(line, one)]
        if covering:
            known.append(Known(one, max(covering, key=_closeness)))
        else:
            left.append(one)
    return Settled(tuple(left), tuple(known))


def wrong_lines(lines: Iterable[Accepted]) -> Iterator[Diagnostic]:
    """Lines with a code that cannot be accepted, or without a reason."""
    declared = {code: one for code, one in problems().items() if code.startswith(_OF_POLICIES)}
    for line in lines:
        problem = declared.get(line.code)
        if problem is None:
            soft = [code for code, one in declared.items() if one.severity is not Severity.ERROR]
            yield accept_problems.UNKNOWN_CODE.at(
                line.span, suggestion=nearest(line.code, soft), code=line.code
            )
        elif problem.severity is Severity.ERROR:
            why = Words("it is an error", "它是错误")
            yield accept_problems.NOT_ACCEPTABLE.at(line.span, code=line.code, why=why)
        elif problem is accept_problems.ACCEPTS_NOTHING:
            why = Words("it is about such lines themselves", "它针对的就是容许行本身")
            yield accept_problems.NOT_ACCEPTABLE.at(line.span, code=line.code, why=why)
        if not line.reason:
            yield accept_problems.NO_REASON.at(line.span)


def idle_lines(lines: Iterable[Accepted], known: Iterable[Known], path: str) -> Iterator[Diagnostic]:
    """Lines of this file that accept nothing. Those of a ruleset that it extends may do so for that one alone."""
    at_work = {one.line.span for one in known}
    for line in lines:
        if line.span.path == path and line.span not in at_work:
            yield accept_problems.ACCEPTS_NOTHING.at(line.span, code=line.code)


def _covers(line: Accepted, one: Diagnostic) -> bool:
    if one.is_error or one.code != line.code or not isinstance(one.place, Span):
        return False
    if line.within is None:
        return not line.files or one.place.path in line.files
    return line.within.path == one.place.path and _begins_in(line.within, one.place)


def _begins_in(outer: Span, inner: Span) -> bool:
    start = (inner.line, inner.column)
    return (outer.line, outer.column) <= start < (outer.end_line, outer.end_column)


def _closeness(line: Accepted) -> tuple[bool, int, int]:
    """Greater for a line that stands nearer: in a declaration, and of those in the one that begins last."""
    return (False, 0, 0) if line.within is None else (True, line.within.line, line.within.column)
