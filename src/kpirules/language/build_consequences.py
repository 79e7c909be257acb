"""The part of the tree's building that is for adjustments and for what follows from the results."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kpirules.diagnostics import Span
from kpirules.language import tree
from kpirules.language.automaton import Branch

_NOTES = ("clause", "note")


class ConsequenceBuilder:
    """Methods of `build.Builder`, which says how a node, its span and its numbers are built."""

    #: How many alerts without a name were met: they are numbered.
    alerts = 0

    def build(self, item: Any) -> Any:
        raise NotImplementedError

    def all(self, items: Iterable[Any]) -> list[Any]:
        raise NotImplementedError

    def span(self, item: Any) -> Span:
        raise NotImplementedError

    def line_span(self, node: Any) -> Span:
        raise NotImplementedError

    def mode(self, terminal: str) -> str:
        raise NotImplementedError

    # Adjustments

    def _adjustments(self, node: Any) -> tree.Adjustments:
        return tree.Adjustments(tuple(self.all(node.children)), self.line_span(node))

    def _bonus(self, node: Any) -> tree.Adjusted:
        return self._adjusted(node, "bonus")

    def _malus(self, node: Any) -> tree.Adjusted:
        return self._adjusted(node, "penalty")

    def _adjusted(self, node: Any, kind: str) -> tree.Adjusted:
        name, label, said, cap, *notes = node.children
        points = condition = count = None
        whole = False
        match said.data, said.children:
            case "points_plain", [value]:
                points = value
            case "points_when", [value, when]:
                points, condition = value, when
            case "points_per", [value, full, counted, when]:
                points, whole, count, condition = value, full is not None, counted, when
            case _, [full, counted, value, when]:
                points, whole, count, condition = value, full is not None, counted, when
        return tree.Adjusted(
            kind,
            self.build(name),
            self.build(label),
            self.build(points),
            whole,
            None if count is None else self._size(count),
            None if count is None else self.build(count.children[-1]),
            self.build(condition),
            None if cap is None else self.build(cap.children[0]),
            tuple(self.all(notes)),
            self.span(said) if cap is None else _through(self.span(said), self.span(cap)),
        )

    def _size(self, counted: Any) -> tree.Number | None:
        """Of how many one step is: `10000 yuan` in `per 10000 yuan of sales`."""
        digits, *rest = [one for one in counted.children[:-1] if one is not None] or [None]
        if digits is None:
            return None
        number: tree.Number = self.build(digits)
        wan = any(one.terminal == "WAN" for one in rest)
        unit = next((one.terminal for one in rest if one.terminal != "WAN"), None)
        last = self.span(rest[-1]) if rest else number.span
        value = number.value * (10_000 if wan else 1)
        return tree.Number(value, unit, _through(number.span, last))

    # Lists of deductions

    def _deductions(self, node: Any) -> tree.Deductions:
        limits = {one.data: self.build(one.children[0]) for one in node.children if _limits(one)}
        lines = tuple(self.build(one) for one in node.children if one is not None and not _limits(one))
        return tree.Deductions(lines, limits.get("at_most"), limits.get("not_below"), self.line_span(node))

    def _lost_per(self, node: Any) -> tree.Lost:
        points, full, counted, cap, label = node.children
        return self._lost(node, points, full, counted, cap, label)

    def _per_lost(self, node: Any) -> tree.Lost:
        full, counted, points, cap, label = node.children
        return self._lost(node, points, full, counted, cap, label)

    def _lost(self, node: Any, points: Any, full: Any, counted: Any, cap: Any, label: Any) -> tree.Lost:
        return tree.Lost(
            self.build(points),
            full is not None,
            self._size(counted),
            self.build(counted.children[-1]),
            None,
            None if cap is None else self.build(cap.children[0]),
            self.build(label),
            self.line_span(node),
        )

    def _lost_when(self, node: Any) -> tree.Lost:
        points, condition, label = self.build_all(node.children)
        return tree.Lost(points, False, None, None, condition, None, label, self.line_span(node))

    def _when_lost(self, node: Any) -> tree.Lost:
        condition, points, label = self.build_all(node.children)
        return tree.Lost(points, False, None, None, condition, None, label, self.line_span(node))

    def build_all(self, items: Iterable[Any]) -> list[Any]:
        """Every part built, those left out kept as None."""
        return [self.build(item) for item in items]

    def _bonus_cap(self, node: Any) -> tree.Cap:
        return tree.Cap("bonus", self.build(node.children[0]), self.line_span(node))

    def _malus_cap(self, node: Any) -> tree.Cap:
        return tree.Cap("penalty", self.build(node.children[0]), self.line_span(node))

    def _total_cap(self, node: Any) -> tree.Cap:
        return tree.Cap("total", self.build(node.children[-1]), self.line_span(node))

    def _veto(self, node: Any) -> tree.Veto:
        name, label, condition, highest, *notes = node.children
        total = grade = None
        if highest.data == "total_at_most":
            total = self.build(highest.children[-1])
        else:
            grade = self.build(highest.children[-1])
        return tree.Veto(
            self.build(name),
            self.build(label),
            self.build(condition),
            total,
            grade,
            tuple(self.all(notes)),
            _through(self.span(condition), self.span(highest)),
        )

    # Consequences

    def _result(self, node: Any) -> tree.Consequence:
        name, label, type_, value, *rest = node.children
        return self._consequence("result", (name, label, type_, None, value), rest)

    def _award(self, node: Any) -> tree.Consequence:
        name, label, condition, value, *rest = node.children
        return self._consequence("award", (name, label, None, condition, value), rest)

    def _penalty(self, node: Any) -> tree.Consequence:
        name, label, condition, value, *rest = node.children
        return self._consequence("penalty", (name, label, None, condition, value), rest)

    def _alert(self, node: Any) -> tree.Consequence:
        name, label, condition, *rest = node.children
        return self._consequence("alert", (name, label, None, condition, None), rest)

    def _unnamed_alert(self, node: Any) -> tree.Consequence:
        label, condition, *rest = node.children
        self.alerts += 1
        name = tree.Name(f"alert_{self.alerts}", self.span(label))
        built = self._consequence("alert", (None, label, None, condition, None), rest)
        return tree.Consequence(**(vars(built) | {"name": name, "span": name.span}))

    def _consequence(self, kind: str, parts: tuple[Any, ...], rest: list[Any]) -> tree.Consequence:
        name, label, type_, condition, value = parts
        step = next((one for one in rest if isinstance(one, Branch) and one.data == "step"), None)
        word = next((one.terminal for one in rest if one is not None and not isinstance(one, Branch)), None)
        notes = [one for one in rest if isinstance(one, Branch) and one.data in _NOTES]
        alert = kind == "alert"
        return tree.Consequence(
            kind,
            self.build(name),
            self.build(label),
            self.build(type_),
            self.build(condition),
            self.build(value),
            None if step is None else self.build(step.children[0]),
            None if word is None or alert else self.mode(word),
            (word or "WARNING").lower() if alert else None,
            tuple(self.all(notes)),
            self.span(name if name is not None else label),
        )

    # Expressions

    def _grade_of(self, node: Any) -> tree.PublishedGrade:
        return tree.PublishedGrade(self.span(node))


def _through(first: Span, last: Span) -> Span:
    """From the beginning of one piece to the end of another."""
    return Span(first.path, first.line, first.column, last.end_line, last.end_column)


def _limits(part: Any) -> bool:
    return isinstance(part, Branch) and part.data in ("at_most", "not_below")
