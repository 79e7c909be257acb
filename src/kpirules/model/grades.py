"""The grade in formulas: `grade >= good`, `grade in (good, pass)`. What is compared are places in the list of grades."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from kpirules.diagnostics import Span, Words
from kpirules.language import tree
from kpirules.model import adjustment_problems as problems
from kpirules.model import expressions as e
from kpirules.model.scope import Scope
from kpirules.units import Unit

#: A better grade has a smaller place: the comparison of places that a comparison of grades is.
_OF_PLACES = {">=": "<=", ">": "<", "<=": ">=", "<": ">", "=": "=", "!=": "!="}
_MIRRORED = {">=": "<=", ">": "<", "<=": ">=", "<": ">", "=": "=", "!=": "!="}


def grade_names(declarations: Sequence[tree.Declaration]) -> tuple[tuple[str, str], ...]:
    """Name and label of each grade, the best first."""
    blocks = [one for one in declarations if isinstance(one, tree.Grades)]
    lines = blocks[0].grades if blocks else ()
    return tuple((one.name.text, one.label.text if one.label else "") for one in lines)


def mentions_grade(node: tree.Expr) -> bool:
    """Whether a comparison is one of grades."""
    match node:
        case tree.Binary(operator, left, right):
            sides = (left, right)
            return operator in _OF_PLACES and any(isinstance(one, tree.PublishedGrade) for one in sides)
        case tree.Member(item):
            return isinstance(item, tree.PublishedGrade)
        case _:
            return False


def compared(scope: Scope, node: tree.Binary) -> e.Expr | None:
    """`grade >= good`, or the other way round: unknown without a total."""
    grade, named, operator = node.left, node.right, node.operator
    if not isinstance(grade, tree.PublishedGrade):
        grade, named, operator = node.right, node.left, _MIRRORED[operator]
    place = place_of(scope, named)
    if place is None:
        return None
    rank = e.PublishedGrade(Unit.NUMBER, grade.span)
    there = e.Constant(Fraction(place), Unit.NUMBER, named.span)
    return e.Compare(_OF_PLACES[operator], rank, there, node.span)


def among(scope: Scope, node: tree.Member) -> e.Expr | None:
    """`grade in (good, pass)`."""
    places = [place_of(scope, one) for one in node.choices]
    known = tuple(Fraction(one) for one in places if one is not None)
    if len(known) < len(places):
        return None
    found = e.Member(e.PublishedGrade(Unit.NUMBER, node.item.span), known, node.span)
    return e.Not(found, node.span) if node.negated else found


def place_of(scope: Scope, node: tree.Expr) -> int | None:
    """The place of a grade that is named, 0 the best; anything else is reported."""
    if not isinstance(node, tree.Name | tree.Text):
        use(scope, node.span)
        return None
    for place, names in enumerate(scope.grades):
        if node.text in names:
            return place
    name = tree.Name(node.text, node.span)
    known = [one for one, _ in scope.grades]
    advice = None if known else Words("the policy has no `grades`", "本制度没有“等级”")
    scope.unknown(name, known, problems.NO_GRADE, advice=advice)
    return None


def use(scope: Scope, span: Span) -> None:
    """Report a grade that stands where it cannot."""
    best = scope.grades[0][0] if scope.grades else "good"
    scope.report(problems.GRADE_USE, span, grade=best)
