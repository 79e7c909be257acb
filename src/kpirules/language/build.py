"""From the parser's tree to the syntax tree of `language.tree`: one method per rule of the grammar."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any

from kpirules.diagnostics import Span
from kpirules.language import tree
from kpirules.language.automaton import Branch
from kpirules.language.build_consequences import ConsequenceBuilder

_OPERATORS = {
    "PLUS": "+",
    "MINUS": "-",
    "TIMES": "*",
    "DIVIDE": "/",
    "EQUAL": "=",
    "NE": "!=",
    "LE": "<=",
    "GE": ">=",
    "LT": "<",
    "GT": ">",
}
_DIGITS = str.maketrans("０１２３４５６７８９．", "0123456789.", ",，")
_TRUE = frozenset({"YES"})
_AGGREGATES = {
    "SUM_OF": "sum",
    "MEAN_OF": "mean",
    "MIN_OF": "min",
    "MAX_OF": "max",
    "MEDIAN_OF": "median",
    "DISTINCT_OF": "distinct",
    "FIRST_OF": "first",
    "LAST_OF": "last",
    "DAILY_MEAN_OF": "daily mean",
}
_REMAINDERS = {
    "REMAINDER_TO_LARGEST": "largest",
    "REMAINDER_TO_FIRST": "first",
    "REMAINDER_KEPT": "kept",
}
_PLACES = {
    "RANK_OF": "rank",
    "DENSE_RANK_OF": "dense",
    "AVERAGE_RANK_OF": "average",
    "STANDING_OF": "percentile",
}
_HIT_POLICIES = {"UNIQUE": "unique", "ANY": "any", "FIRST_HIT": "first"}
_SHORTER = {"DAYS": "day", "WEEKS": "week", "MONTHS": "month", "QUARTERS": "quarter", "HALVES": "half"}
_STRETCH_RULES = {"BY_DAYS": "days", "AS_OF_END": "end", "AS_OF_START": "start"}
_MODES = {"HALF_UP": "half_up", "HALF_EVEN": "half_even", "ROUNDING_DOWN": "down", "ROUNDING_UP": "up"}


def _is_tree(item: object) -> bool:
    return isinstance(item, Branch)


class Builder(ConsequenceBuilder):
    """Builds one file's tree; `path` goes into every span."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.accepted: list[tree.Accept] = []

    # What every rule needs

    def span(self, item: Any) -> Span:
        span: Span = item.span
        return span

    def line_span(self, node: Any) -> Span:
        """A line's span: from its first word to its own end, without its block."""
        at: Span = node.span
        return Span(at.path, at.line, at.column, at.end_line, max(at.end_column, at.column + 1))

    def build(self, item: Any) -> Any:
        """The node of a tree or token; None stays None (an optional part left out)."""
        if item is None:
            return None
        if _is_tree(item):
            self._set_aside(item)
            work: Callable[[Any], Any] = getattr(self, f"_{item.data}".replace("__", "_"))
            return work(item)
        return self.token(item)

    def _set_aside(self, node: Any) -> None:
        """Take the lines that accept findings out of a declaration: any may have them, and none is changed by them."""
        lines = [one for one in node.children if _is_tree(one) and one.data == "accept"]
        if not lines:
            return
        node.children = [one for one in node.children if one not in lines]
        named = (
            self.token(one).text
            for one in node.children
            if getattr(one, "terminal", "") in ("NAME", "STRING")
        )
        part = "" if node.data == "ruleset" else f"{node.data} {next(named, '')}".strip()
        for line in lines:
            code, reason = self.all(line.children)
            self.accepted.append(tree.Accept(code, reason, part, (), self.span(node)))

    def all_of(self, items: Iterable[Any]) -> list[Any]:
        """Every node in its place, those left out as None."""
        return [self.build(item) for item in items]

    def all(self, items: Iterable[Any]) -> list[Any]:
        return [self.build(item) for item in items if item is not None]

    def build_all(self, items: Iterable[Any]) -> list[Any]:
        """The nodes of all parts; None for those left out."""
        return [self.build(item) for item in items]

    def token(self, token: Any) -> Any:
        match token.terminal:
            case "NAME":
                return tree.Name(unicodedata.normalize("NFC", token.text), self.span(token))
            case "STRING":
                return tree.Text(token.text[1:-1], self.span(token))
            case "NUMBER":
                return tree.Number(_number(token), None, self.span(token))
            case "DATE":
                return tree.Moment(_date(token.text), False, self.span(token))
            case _:
                return tree.Name(token.text, self.span(token))

    def mode(self, terminal: str) -> str:
        return _MODES[terminal]

    # The file and its header

    def ruleset(self, node: Any) -> tree.Ruleset:
        self._set_aside(node)
        name, label, *rest = node.children
        parts = [_in_header(part) for part in _flat(self.all(rest))]
        return tree.Ruleset(
            self.build(name),
            self.build(label),
            _header([part for part in parts if isinstance(part, _HeaderLine)]),
            tuple(part for part in parts if not isinstance(part, _HeaderLine | tree.Change)),
            tuple(part for part in parts if isinstance(part, tree.Change)),
            tuple(sorted(self.accepted, key=lambda one: one.code.span)),
            self.span(name),
        )

    def _extends(self, node: Any) -> _HeaderLine:
        return _HeaderLine("extends", self.build(node.children[0]))

    def _subject(self, node: Any) -> _HeaderLine:
        name, label = node.children
        return _HeaderLine("subject", tree.Subject(self.build(name), self.build(label), self.span(name)))

    def _currency(self, node: Any) -> _HeaderLine:
        word = node.children[0]
        code = "CNY" if word.terminal == "YUAN" else word.text if word.terminal == "NAME" else word.terminal
        return _HeaderLine("currency", tree.Name(code, self.span(word)))

    def _version(self, node: Any) -> _HeaderLine:
        return _HeaderLine("version", self.build(node.children[0]))

    def _in_force(self, node: Any) -> _HeaderLine:
        return _HeaderLine("in_force", tuple(self.build(one) for one in node.children))

    def _period(self, node: Any) -> _HeaderLine:
        kind = node.children[0]
        return _HeaderLine("period", tree.Name(kind.terminal.lower(), self.span(kind)))

    def _applies(self, node: Any) -> tree.Applies:
        subject = next((one for one in node.children[:-1] if one is not None), None)
        return tree.Applies(self.build(subject), self.build(node.children[-1]), self.line_span(node))

    def _missing(self, node: Any) -> tree.Absence:
        return self._missing_rule(node.children[0])

    def _missing_rule(self, node: Any) -> tree.Absence:
        what = node.children[0]
        if not _is_tree(what) and what.terminal in ("REDISTRIBUTE", "ZERO", "FULL", "ERROR"):
            return tree.Absence(what.terminal.lower(), None, self.span(node))
        return tree.Absence("value", self.build(what), self.span(node))

    def _split(self, node: Any) -> _HeaderLine:
        return _HeaderLine("split", self.build(node.children[0]))

    def _calendar(self, node: Any) -> _HeaderLine:
        return _HeaderLine("calendar", self.build(node.children[0]))

    def _weekend(self, node: Any) -> _HeaderLine:
        return _HeaderLine("weekend", tuple(day.terminal.lower() for day in node.children))

    def _working_hours(self, node: Any) -> _HeaderLine:
        spans = tuple((_clock(one.children[0]), _clock(one.children[1])) for one in node.children)
        return _HeaderLine("working_hours", tree.WorkingHours(spans, self.line_span(node)))

    def _rounding(self, node: Any) -> _HeaderLine:
        what, step, mode = (*node.children, None)[:3]
        rounded = tree.Rounded(
            what.children[0].terminal.lower(),
            self.build(step.children[0]),
            None if mode is None else _MODES[mode.terminal],
            self.line_span(node),
        )
        return _HeaderLine("rounding", rounded)

    def _note(self, node: Any) -> tree.Note:
        return tree.Note("note", node.children[0].text[1:-1], self.line_span(node))

    def _clause(self, node: Any) -> tree.Note:
        return tree.Note("clause", node.children[0].text[1:-1], self.line_span(node))

    # Changes to an extended ruleset

    def _set(self, node: Any) -> tree.Set:
        name, value = self.all(node.children)
        return tree.Set(name, False, value, self.line_span(node))

    def _set_weight(self, node: Any) -> tree.Set:
        name, value = self.all(node.children)
        return tree.Set(name, True, value, self.line_span(node))

    def _without(self, node: Any) -> list[tree.Without]:
        return self.all(node.children)

    def _unwanted(self, node: Any) -> tree.Without:
        span = self.span(node)
        if not node.children:
            return tree.Without("grades", tree.Name("grades", span), span)
        kind, name = node.children
        said = None if kind is None else kind.children[0].terminal.strip("_").lower()
        return tree.Without(said, self.build(name), span)

    def _unwanted_adjustments(self, node: Any) -> tree.Without:
        span = self.span(node)
        return tree.Without("adjustments", tree.Name("adjustments", span), span)

    def _unwanted_rollup(self, node: Any) -> tree.Without:
        kind = node.children[0]
        return tree.Without("rollup", tree.Name(kind.terminal.lower(), self.span(kind)), self.span(node))

    def _replace(self, node: Any) -> tree.Replace:
        return tree.Replace(self.build(node.children[0]), self.line_span(node))

    def _add(self, node: Any) -> tree.Add:
        return tree.Add(self.build(node.children[0]), self.line_span(node))

    # Declarations

    def _input(self, node: Any) -> tree.Input:
        name, *rest = node.children
        return self._column(name, None, rest, attribute=False)

    def _attribute(self, node: Any) -> tree.Input:
        name, type_, taken_from, *rest = node.children
        return self._column(name, taken_from, [type_, *rest], attribute=True)

    def _column(self, name: Any, taken_from: Any, rest: list[Any], attribute: bool) -> tree.Input:
        *grain, type_, missing, label = rest
        return tree.Input(
            self.build(name),
            self.build(type_),
            self.build(missing),
            self.build(label),
            attribute,
            self.build(grain[0]) if grain else None,
            self.build(taken_from),
            self.span(name),
        )

    def _grain(self, node: Any) -> str:
        """The kind of shorter period: `by week` is week."""
        word: str = node.children[0].terminal
        return word.removeprefix("BY_").lower()

    def _shorter(self, node: Any) -> str:
        return _SHORTER[node.children[0].terminal]

    def _input_missing(self, node: Any) -> tree.Expr:
        what = node.children[0]
        if not _is_tree(what) and what.terminal == "ZERO":
            return tree.Number(Fraction(0), None, self.span(what))
        if not _is_tree(what) and what.terminal in ("YES", "NO"):
            return tree.Truth(what.terminal in _TRUE, self.span(what))
        built: tree.Expr = self.build(what)
        return built

    def _parameter(self, node: Any) -> tree.Parameter:
        name, type_, default, label, *rest = node.children
        lines = self.all(rest)
        return tree.Parameter(
            self.build(name),
            self.build(type_),
            self.build(default),
            self.build(label),
            tuple(one for one in lines if isinstance(one, tree.Stretch)),
            tuple(one for one in lines if isinstance(one, tree.StretchRule)),
            self.span(name),
        )

    def _stretch(self, node: Any) -> tree.Stretch:
        first, value, reason = node.children
        return tree.Stretch(self.build(first), self.build(value), self.build(reason), self.line_span(node))

    def _pro_rata_rule(self, node: Any) -> tree.StretchRule:
        return tree.StretchRule(_STRETCH_RULES[node.children[0].terminal], self.line_span(node))

    def _type(self, node: Any) -> tree.TypeName:
        what = node.children[0]
        span = self.span(node)
        if not _is_tree(what):
            return tree.TypeName(what.terminal.removeprefix("TYPE_").lower(), None, None, None, (), span)
        if what.data == "choices":
            return tree.TypeName("text", None, None, None, tuple(self.all(what.children[1:])), span)
        low, high, step = what.children
        return tree.TypeName("rating", self.build(low), self.build(high), self.build(step), (), span)

    def _data(self, node: Any) -> tree.Data:
        name, label, *rest = node.children
        parts = self.all(rest)
        return tree.Data(
            self.build(name),
            self.build(label),
            tuple(part for part in parts if isinstance(part, tree.Field)),
            tuple(part for part in parts if isinstance(part, tree.Name)),
            tuple(part for part in parts if isinstance(part, tree.Tie)),
            self.span(name),
        )

    def _field(self, node: Any) -> tree.Field:
        name, type_, optional, label = node.children
        return tree.Field(
            self.build(name), self.build(type_), optional is not None, self.build(label), self.span(name)
        )

    def _placed_by(self, node: Any) -> tree.Name:
        name: tree.Name = self.build(node.children[0])
        return name

    def _tie(self, node: Any) -> tree.Tie:
        data, own, other = self.build_all(node.children)
        return tree.Tie(data, own, other, self.line_span(node))

    def _partners_field(self, node: Any) -> tree.Name:
        data, field = self.build_all(node.children)
        return tree.Name(f"{data.text}.{field.text}", self.span(node))

    def _history(self, node: Any) -> tree.History:
        name, label, *rest = node.children
        parts = self.all(rest)
        return tree.History(
            self.build(name),
            self.build(label),
            tuple(part for part in parts if isinstance(part, tree.Field)),
            tuple(part for part in parts if isinstance(part, tree.InForceBy)),
            self.span(name),
        )

    def _in_force_by(self, node: Any) -> tree.InForceBy:
        since, until, each = node.children
        names = () if each is None else tuple(self.all(each.children))
        return tree.InForceBy(self.build(since), self.build(until), names, self.line_span(node))

    def _table(self, node: Any) -> tree.Table:
        name, label, type_, key, marginal, *entries = node.children
        lines = self.all(entries)
        word = key.children[0]
        return tree.Table(
            self.build(name),
            self.build(label),
            self.build(type_),
            self.build(word) if word.terminal == "NAME" else self._type(key),
            marginal is not None,
            tuple(line for line in lines if isinstance(line, tree.Entry)),
            tuple(line for line in lines if isinstance(line, tree.Band)),
            self.span(name),
        )

    def _scale_entry(self, node: Any) -> tree.Band:
        return self._band(node)

    def _entry(self, node: Any) -> tree.Entry:
        key, value = node.children
        return tree.Entry(self.build(key), None, self.build(value), self.line_span(node))

    def _entry_otherwise(self, node: Any) -> tree.Entry:
        return tree.Entry(None, None, self.build(node.children[0]), self.line_span(node))

    def _measure_definition(self, node: Any) -> tree.MeasureDefinition:
        name, label, grain, value = self.all_of(node.children)
        return tree.MeasureDefinition(name, label, grain, value, self.span(node.children[0]))

    def _raters(self, node: Any) -> tree.Raters:
        name, label, rated, *lines = node.children
        parts = self.all(lines)
        return tree.Raters(
            self.build(name),
            self.build(label),
            self.build(rated),
            tuple(part for part in parts if isinstance(part, tree.RaterGroup)),
            tuple(part for part in parts if isinstance(part, tree.Name)),
            any(part is True for part in parts),
            self.span(name),
        )

    def _rated(self, node: Any) -> tree.Rated:
        item, _, data, by, where = node.children
        return tree.Rated(
            self.build(item), self.build(data), self.build(by), self.build(where), self.span(node)
        )

    def _rater_group(self, node: Any) -> tree.RaterGroup:
        key, share, *options = node.children
        found = {one.data: one.children for one in options}
        least, counted_in = found.get("least_raters", (None, None))
        trimmed, percent = found.get("trimmed_raters", (None, None))
        return tree.RaterGroup(
            self.build(key.children[0]),
            self.build(share),
            self.build(least),
            self.build(counted_in),
            None if trimmed is None else _number(trimmed),
            percent is not None,
            self.line_span(node),
        )

    def _counted_by(self, node: Any) -> tree.Name:
        name: tree.Name = self.build(node.children[0])
        return name

    def _unshared(self, node: Any) -> bool:
        return True

    def _decision(self, node: Any) -> tree.Decision:
        name, label, type_, policy, *rest = node.children
        parts = self.all(rest)
        kind, priorities, collected = _HIT_POLICIES.get(getattr(policy, "terminal", ""), ""), [], None
        if _is_tree(policy) and policy.data == "priority":
            kind, priorities = "priority", self.all(policy.children)
        elif _is_tree(policy):
            kind, collected = "collect", policy.children[0].terminal.removeprefix("COLLECT_").lower()
        return tree.Decision(
            self.build(name),
            self.build(label),
            self.build(type_),
            kind,
            tuple(priorities),
            collected,
            tuple(part for part in parts if isinstance(part, tree.Decided)),
            tuple(part for part in parts if isinstance(part, tree.Note)),
            self.span(name),
        )

    def _decided(self, node: Any) -> tree.Decided:
        condition, result = node.children
        return tree.Decided(self.build(condition), self.build(result), self.line_span(node))

    def _decided_otherwise(self, node: Any) -> tree.Decided:
        return tree.Decided(None, self.build(node.children[0]), self.line_span(node))

    def _section(self, node: Any) -> tree.Section:
        name, label, weight, *rest = node.children
        parts = self.all(rest)
        return tree.Section(
            self.build(name),
            self.build(label),
            self.build(weight),
            tuple(part for part in parts if isinstance(part, tree.Indicator)),
            tuple(part for part in parts if isinstance(part, tree.Note)),
            self.span(name),
        )

    def _indicator(self, node: Any) -> tree.Indicator:
        name, label, weight, to, *items = node.children
        return tree.Indicator(
            self.build(name),
            self.build(label),
            self.build(weight),
            tuple(self.all(items)),
            self.build(to),
            self.span(name),
        )

    def _measure(self, node: Any) -> tree.MeasureLine:
        return tree.MeasureLine(self.build(node.children[0]), self.line_span(node))

    def _target(self, node: Any) -> tree.TargetLine:
        sign, value = node.children
        return tree.TargetLine(_OPERATORS[sign.children[0].terminal], self.build(value), self.line_span(node))

    # Forms

    def _deduct(self, node: Any) -> tree.Deduct:
        points, whole, step, side, *limits = node.children
        return self._deduction(
            node, points, whole, step, None if side is None else side.children[0].terminal, limits
        )

    def _deduct_per(self, node: Any) -> tree.Deduct:
        whole, step, points, *limits = node.children
        return self._deduction(node, points, whole, step, None, limits)

    def _deduct_over(self, node: Any) -> tree.Deduct:
        side, whole, step, points, *limits = node.children
        above = side.children[0].terminal == "PER_OVER_TARGET"
        return self._deduction(node, points, whole, step, "ABOVE" if above else "BELOW", limits)

    def _deduction(
        self, node: Any, points: Any, whole: Any, step: Any, side: str | None, limits: list[Any]
    ) -> tree.Deduct:
        found = {one.data: self.build(one.children[0]) for one in limits}
        return tree.Deduct(
            self.build(points),
            whole is not None,
            self.build(step),
            step.data == "step_of_measure",
            None if side is None else side.lower(),
            found.get("at_most"),
            found.get("not_below"),
            self.line_span(node),
        )

    def _step_of_unit(self, node: Any) -> tree.Number:
        number, unit = node.children
        value = Fraction(1) if number is None else _number(number)
        return tree.Number(value, unit.terminal, self.span(node))

    def _step_of_number(self, node: Any) -> tree.Number:
        number: tree.Number = self.build(node.children[0])
        return number

    def _step_of_measure(self, node: Any) -> tree.Expr:
        built: tree.Expr = self.build(node.children[0])
        return built

    def _bands(self, node: Any) -> tree.Bands:
        return tree.Bands(tuple(self.all(node.children)), self.line_span(node))

    def _band(self, node: Any) -> tree.Band:
        interval, points, points_to = node.children
        low, high = None, None
        low_closed, high_closed = interval.data == "from_", interval.data == "up_to"
        parts = interval.children
        match interval.data:
            case "up_to" | "below":
                high = self.build(parts[0])
            case "over" | "from_":
                low = self.build(parts[1])
                upper = parts[2]
                if upper is not None:
                    high, high_closed = self.build(upper.children[0]), upper.data == "to"
        return tree.Band(
            low,
            low_closed,
            high,
            high_closed,
            interval.data == "otherwise",
            self.build(points),
            self.build(points_to),
            self.span(interval),
        )

    def _score_by(self, node: Any) -> tree.ScoreBy:
        name, *arguments = self.all(node.children)
        return tree.ScoreBy(name, tuple(arguments), self.line_span(node))

    def _levels(self, node: Any) -> tree.Levels:
        scaled, *entries = node.children
        return tree.Levels(scaled is not None, tuple(self.all(entries)), self.line_span(node))

    def _level(self, node: Any) -> tree.Entry:
        key, label, value = node.children
        return tree.Entry(
            self.build(key.children[0]), self.build(label), self.build(value), self.line_span(node)
        )

    def _level_otherwise(self, node: Any) -> tree.Entry:
        return tree.Entry(None, None, self.build(node.children[0]), self.line_span(node))

    def _pro_rata(self, node: Any) -> tree.ProRata:
        return tree.ProRata(self.build(node.children[0]), self.line_span(node))

    def _all_or_nothing(self, node: Any) -> tree.AllOrNothing:
        return tree.AllOrNothing(self.line_span(node))

    def _linear(self, node: Any) -> tree.Linear:
        _, start, at_start, end, at_end = self.all(node.children)
        return tree.Linear(start, at_start, end, at_end, self.line_span(node))

    def _formula(self, node: Any) -> tree.Formula:
        return tree.Formula(self.build(node.children[1]), self.line_span(node))

    # Grades, outcomes, tests

    def _grades(self, node: Any) -> tree.Grades:
        return tree.Grades(tuple(self.all(node.children)), self.line_span(node))

    def _grade(self, node: Any) -> tree.Grade:
        name, label, _, low, quota = node.children
        made = (self.build(name), self.build(label), self.build(low), self.build(quota))
        return tree.Grade(*made, self.span(name))

    def _grade_otherwise(self, node: Any) -> tree.Grade:
        name, label = node.children
        return tree.Grade(self.build(name), self.build(label), None, None, self.span(name))

    def _quota(self, node: Any) -> tree.QuotaLine:
        share, of, ties, least = node.children
        said = None if ties is None else {"TIES_IN": "in", "TIES_OUT": "out"}[ties.children[0].terminal]
        places = None if least is None else self.build(least.children[0])
        return tree.QuotaLine(self.build(share), self.build(of), said, places, self.span(node))

    def _quota_of(self, node: Any) -> tree.Across:
        names = tuple(self.build(name) for name in node.children if name.terminal != "EVERYONE")
        return tree.Across(names, False, self.span(node))

    def _amount(self, node: Any) -> tree.Amount:
        name, label, type_, value, *rest = node.children
        step = next((one for one in rest if _is_tree(one) and one.data == "step"), None)
        mode = next((one.terminal for one in rest if one is not None and not _is_tree(one)), None)
        notes = [one for one in rest if _is_tree(one) and one.data in ("clause", "note")]
        return tree.Amount(
            self.build(name),
            self.build(label),
            self.build(type_),
            self.build(value),
            None if step is None else self.build(step.children[0]),
            None if mode is None else _MODES[mode],
            tuple(self.all(notes)),
            self.span(name),
        )

    def _eligible(self, node: Any) -> tree.Eligible:
        name, label, condition, *notes = node.children
        return tree.Eligible(
            self.build(name),
            self.build(label),
            self.build(condition),
            tuple(self.all(notes)),
            self.span(name),
        )

    def _test(self, node: Any) -> tree.Test:
        title, *rest = node.children
        rolled = next((one for one in rest if one is not None and one.data == "rolled"), None)
        given, expected, people = self._settings([one for one in rest if one is not rolled])
        kind = None if rolled is None else self._rolled(rolled)
        blocks = self._period_blocks([one for one in rest if one is not rolled])
        return tree.Test(self.build(title), kind, given, expected, people, blocks, self.span(title))

    def _rolled(self, node: Any) -> tree.Name:
        kind = node.children[0]
        return tree.Name(kind.terminal.lower(), self.span(kind))

    def _rollup(self, node: Any) -> tree.Rollup:
        kind, label, *rest = node.children
        lines = [one for one in rest if one is not None]
        totals = [one.children[1] for one in lines if one.data == "rolled_total"]
        required = [
            tree.Number(_number(one.children[0]), None, self.line_span(one))
            for one in lines
            if one.data == "required"
        ]
        others = [one for one in lines if one.data not in ("rolled_total", "required")]
        return tree.Rollup(
            kind.terminal.lower(),
            self.build(label),
            tuple(self.all(totals)),
            required[0] if required else None,
            tuple(self.all(others)),
            self.span(kind),
        )

    def _person(self, node: Any) -> tree.Person:
        name, *rest = node.children
        given, expected, _ = self._settings(rest)
        return tree.Person(self.build(name), given, expected, self._period_blocks(rest), self.span(name))

    def _settings(
        self, nodes: list[Any]
    ) -> tuple[tuple[tree.Setting, ...], tuple[tree.Setting, ...], tuple[tree.Person, ...]]:
        found: dict[str, list[Any]] = {"given": [], "expect": [], "person": [], "period_block": []}
        found["given_then"] = found["given"]
        for node in nodes:
            if node is not None:
                one_node = node.data in ("person", "period_block", "given_records")
                built = [self.build(node)] if one_node else self.all(node.children)
                kind = "given" if node.data == "given_records" else node.data
                found[kind].extend(one for one in built if not isinstance(one, tree.PeriodBlock))
        return tuple(found["given"]), tuple(found["expect"]), tuple(found["person"])

    def _period_blocks(self, nodes: list[Any]) -> tuple[tree.PeriodBlock, ...]:
        """What is said of other periods: in blocks of their own, and by `given previous`."""
        lines = [
            one
            for node in nodes
            if node is not None and node.data in ("given", "period_block")
            for one in (self.all(node.children) if node.data == "given" else [self.build(node)])
        ]
        return tuple(one for one in lines if isinstance(one, tree.PeriodBlock))

    def _period_block(self, node: Any) -> tree.PeriodBlock:
        name, *rest = node.children
        given, expected, _ = self._settings(rest)
        return tree.PeriodBlock(self.build(name), 0, given, expected, self.line_span(node))

    def _given_previous(self, node: Any) -> tree.PeriodBlock:
        inner = self.build(node.children[0])
        if isinstance(inner, tree.PeriodBlock):
            return tree.PeriodBlock(None, inner.back + 1, inner.given, (), self.span(node))
        return tree.PeriodBlock(None, 1, (inner,), (), self.span(node))

    def _given_item(self, node: Any) -> tree.Setting:
        name, value = node.children
        return self._setting(node, self.build(name), value)

    def _given_series(self, node: Any) -> tree.Setting:
        name, grain, *values = node.children
        built = tuple(None if isinstance(one, tree.MissingValue) else one for one in self.all(values))
        span = self.span(node)
        text = name.text if name.terminal == "NAME" else name.terminal.lower()
        own = tree.Name(unicodedata.normalize("NFC", text), self.span(name))
        return tree.Setting(own, tree.Series(self.build(grain), built, span), span)

    def _expected_item(self, node: Any) -> tree.Setting:
        name, value = node.children
        token = name.children[0]
        text = token.text if token.terminal == "NAME" else token.terminal.lower()
        return self._setting(node, tree.Name(text, self.span(token)), value)

    def _given_records(self, node: Any) -> tree.GivenRecords:
        data, *records = (one for one in node.children if one is not None)
        built = tuple(tuple(self.all(one.children)) for one in records)
        return tree.GivenRecords(self.build(data), built, self.line_span(node))

    def _setting(self, node: Any, name: tree.Name, value: Any) -> tree.Setting:
        built = self.build(value)
        missing = isinstance(built, tree.MissingValue)
        return tree.Setting(name, None if missing else built, self.span(node))

    # Expressions

    def _choice(self, node: Any) -> tree.Choice:
        then, condition, other = self.all(node.children)
        return tree.Choice(then, condition, other, self.span(node))

    def _missing_value(self, node: Any) -> tree.MissingValue:
        return tree.MissingValue(self.span(node))

    def _or_(self, node: Any) -> tree.Binary:
        return self._binary(node, "or")

    def _and_(self, node: Any) -> tree.Binary:
        return self._binary(node, "and")

    def _binary(self, node: Any, operator: str) -> tree.Binary:
        left, right = node.children
        return tree.Binary(operator, self.build(left), self.build(right), self.span(node))

    def _not_(self, node: Any) -> tree.Not:
        return tree.Not(self.build(node.children[0]), self.span(node))

    def _compare(self, node: Any) -> tree.Binary:
        left, sign, right = node.children
        operator = _OPERATORS[sign.children[0].terminal]
        return tree.Binary(operator, self.build(left), self.build(right), self.span(node))

    def _arithmetic(self, node: Any) -> tree.Binary:
        left, sign, right = node.children
        return tree.Binary(_OPERATORS[sign.terminal], self.build(left), self.build(right), self.span(node))

    def _member(self, node: Any) -> tree.Member:
        item, *choices = self.all(node.children)
        return tree.Member(item, tuple(choices), False, self.span(node))

    def _not_member(self, node: Any) -> tree.Member:
        item, *choices = self.all(node.children)
        return tree.Member(item, tuple(choices), True, self.span(node))

    def _is_present(self, node: Any) -> tree.Presence:
        return tree.Presence(self.build(node.children[0]), True, self.span(node))

    def _is_missing(self, node: Any) -> tree.Presence:
        return tree.Presence(self.build(node.children[0]), False, self.span(node))

    def _negate(self, node: Any) -> tree.Negate:
        return tree.Negate(self.build(node.children[1]), self.span(node))

    def _previous(self, node: Any) -> tree.Previous:
        return tree.Previous(self.build(node.children[0]), self.span(node))

    def _recent(self, node: Any) -> tree.Recent:
        kind, count, item, least = node.children
        number = None if least is None else _number(least.children[0])
        return tree.Recent(
            _AGGREGATES[kind.terminal], None, _number(count), number, self.build(item), self.span(node)
        )

    def _best_of_recent(self, node: Any) -> tree.Recent:
        best, count, item, least = node.children
        number = None if least is None else _number(least.children[0])
        return tree.Recent("mean", _number(best), _number(count), number, self.build(item), self.span(node))

    def _name(self, node: Any) -> tree.Name:
        name: tree.Name = self.build(node.children[0])
        return name

    def _total(self, node: Any) -> tree.Total:
        return tree.Total(self.span(node))

    def _call(self, node: Any) -> tree.Call:
        function, *arguments = self.all(node.children)
        return tree.Call(function, tuple(arguments), self.span(node))

    def _lookup(self, node: Any) -> tree.Lookup:
        table, key = self.all(node.children)
        return tree.Lookup(table, key, self.span(node))

    def _points_of(self, node: Any) -> tree.PointsOf:
        return tree.PointsOf(self.build(node.children[0]), self.span(node))

    def _between(self, node: Any) -> tree.Call:
        word, start, end = node.children
        function = "working_time" if word.terminal == "WORKING_TIME_FROM" else "workdays"
        return tree.Call(
            tree.Name(function, self.span(word)), (self.build(start), self.build(end)), self.span(node)
        )

    def _count_of(self, node: Any) -> tree.Over | tree.Counting:
        data, where, counting = node.children
        count = tree.Over(
            "count", None, tree.records(self.build(data)), self.build(where), None, None, self.span(node)
        )
        if counting is None:
            return count
        share, mild = self.all(counting.children)
        return tree.Counting(count, share, mild, self.span(node))

    def _share_of(self, node: Any) -> tree.Over:
        data, where, among = node.children
        over = tree.records(self.build(data))
        return tree.Over("share", None, over, self.build(where), self.build(among), None, self.span(node))

    def _days_of(self, node: Any) -> tree.Over:
        word, data, where = node.children
        kind = "days" if word.terminal == "DAYS_OF" else "share of days"
        over = tree.records(self.build(data))
        return tree.Over(kind, None, over, self.build(where), None, None, self.span(node))

    def _headcount(self, node: Any) -> tree.Over:
        across, where = node.children
        over = self.build(across)
        return tree.Over("headcount", None, over, self.build(where), None, None, self.span(node))

    def _share_of_people(self, node: Any) -> tree.Over:
        across, where = node.children
        over = self.build(across)
        return tree.Over("share", None, over, self.build(where), None, None, self.span(node))

    def _aggregate(self, node: Any) -> tree.Over:
        kind, item, across, where = node.children
        return tree.Over(
            _AGGREGATES[kind.terminal],
            self.build(item),
            self.build(across),
            self.build(where),
            None,
            None,
            self.span(node),
        )

    def _trimmed(self, node: Any) -> tree.Trimmed:
        kind, item, across, amount, percent, where = node.children
        span = self.span(node)
        over = self.build(across)
        values = tree.Over(
            _AGGREGATES[kind.terminal], self.build(item), over, self.build(where), None, None, span
        )
        return tree.Trimmed(values, _number(amount), percent is not None, span)

    def _followed(self, node: Any) -> tree.Followed:
        within, data, *same, where = self.build_all(node.children)
        return tree.Followed(within, data, tuple(same), where, self.span(node))

    def _same(self, node: Any) -> tree.Same:
        own, other = node.children
        renamed = None if other is None else self.build(other.children[0])
        return tree.Same(self.build(own), renamed, self.span(node))

    def _count_within(self, node: Any) -> tree.Within:
        grain, where = self.all_of(node.children)
        return tree.Within("count", grain, None, where, None, self.span(node))

    def _share_within(self, node: Any) -> tree.Within:
        grain, where = self.all_of(node.children)
        return tree.Within("share", grain, None, where, None, self.span(node))

    def _within(self, node: Any) -> tree.Within:
        kind, item, where = node.children
        return tree.Within(
            _AGGREGATES[kind.terminal], None, self.build(item), self.build(where), None, self.span(node)
        )

    def _best_within(self, node: Any) -> tree.Within:
        kind, best, item = node.children
        return tree.Within(
            _AGGREGATES[kind.terminal], None, self.build(item), None, _number(best), self.span(node)
        )

    def _weighted_within(self, node: Any) -> tree.Weighted:
        kind, item, weight = node.children
        return tree.Weighted(
            _AGGREGATES[kind.terminal], self.build(item), self.build(weight), self.span(node)
        )

    def _percentile(self, node: Any) -> tree.Over:
        percent, item, across, where = node.children
        return tree.Over(
            "percentile",
            self.build(item),
            self.build(across),
            self.build(where),
            None,
            _number(percent),
            self.span(node),
        )

    def _divided_amount(self, node: Any) -> tree.Amount:
        name, label, type_, division, step, remainder, *notes = node.children
        pool, among, share = division.children
        rule = None if remainder is None else _REMAINDERS[remainder.children[0].terminal]
        rounded = None if step is None else self.build(step.children[0])
        divided = (self.build(pool), self.build(among), self.build(share), rounded, rule)
        named = (self.build(name), self.build(label), self.build(type_))
        money = tree.Division(*divided, self.span(division))
        return tree.Amount(*named, money, rounded, None, tuple(self.all(notes)), self.span(name))

    def _place(self, node: Any) -> tree.Place:
        kind, item, rivals, direction, where = node.children
        lowest = direction is not None and direction.terminal == "LOWEST_FIRST"
        among = self.build(rivals)
        return tree.Place(
            _PLACES[kind.terminal], self.build(item), among, lowest, self.build(where), self.span(node)
        )

    def _across(self, node: Any) -> tree.Across:
        """Which people, or which data: the attributes or the data set by name; none of them: everyone."""
        word, *names = node.children
        named = tuple(self.build(name) for name in names if name.terminal != "EVERYONE")
        span = named[0].span.to(named[-1].span) if named else self.span(node)
        return tree.Across(named, word.terminal == "BETWEEN", span)

    _rivals = _across

    def _number(self, node: Any) -> tree.Number:
        digits, wan, unit = (*node.children, None)[:3]
        if wan is not None and wan.terminal != "WAN":
            wan, unit = None, wan
        value = _number(digits) * (10_000 if wan is not None else 1)
        return tree.Number(value, None if unit is None else unit.terminal, self.span(node))

    def _text(self, node: Any) -> tree.Text:
        text: tree.Text = self.build(node.children[0])
        return text

    def _date(self, node: Any) -> tree.Moment:
        return tree.Moment(_date(node.children[0].text), False, self.span(node))

    def _datetime(self, node: Any) -> tree.Moment:
        return tree.Moment(_datetime(node.children[0].text), True, self.span(node))

    def _yes(self, node: Any) -> tree.Truth:
        return tree.Truth(True, self.span(node))

    def _no(self, node: Any) -> tree.Truth:
        return tree.Truth(False, self.span(node))


class _HeaderLine:
    """A line under `ruleset`, by the header's field it belongs to."""

    __slots__ = ("field", "value")

    def __init__(self, field: str, value: Any) -> None:
        self.field = field
        self.value = value


def _flat(parts: list[Any]) -> list[Any]:
    """A line of several statements is as many lines."""
    return [one for part in parts for one in (part if isinstance(part, list) else [part])]


def _in_header(part: Any) -> Any:
    """Lines that indicators have too stand at the top level only in the header."""
    match part:
        case tree.Applies():
            return _HeaderLine("applies", part)
        case tree.Absence():
            return _HeaderLine("missing", part)
        case tree.Note():
            return _HeaderLine("notes", part)
        case _:
            return part


def _header(lines: list[_HeaderLine]) -> tree.Header:
    def found(name: str) -> tuple[Any, ...]:
        return tuple(line.value for line in lines if line.field == name)

    return tree.Header(
        *(found(name) for name in tree.Header.__match_args__),
    )


def _number(token: Any) -> Fraction:
    return Fraction(token.text.translate(_DIGITS) or 0)  # empty: left out, supplied by a mend and reported


def _date(text: str) -> str:
    year, month, day = map(int, re.findall(r"\d+", text or "1970-01-01"))
    return f"{year:04}-{month:02}-{day:02}"


def _datetime(text: str) -> str:
    year, month, day, *clock = map(int, re.findall(r"\d+", text or "1970-01-01 00:00"))
    return f"{year:04}-{month:02}-{day:02}T" + ":".join(f"{part:02}" for part in clock)


def _clock(token: Any) -> int:
    hours, minutes = (token.text or "0:0").replace("：", ":").split(":")
    return int(hours) * 60 + int(minutes)
