"""From written expressions to checked ones: names resolved, units worked out, constants folded.

Every method returns None after it has reported why; callers then say nothing more about that expression.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction

from kpirules.diagnostics import Words
from kpirules.language import tree
from kpirules.model import expressions as e
from kpirules.model import problems
from kpirules.model.functions import BY_CHINESE, FUNCTIONS
from kpirules.model.scope import UNIT_WORDS, Scope
from kpirules.numbers import decimal_text
from kpirules.units import (
    DAY,
    HOUR,
    MINUTE,
    NUMERIC,
    SECOND,
    WEEK,
    Unit,
    comparable,
    difference_unit,
    fits,
    product_unit,
    quotient_unit,
    sum_unit,
)

#: What the unit words of literals mean: the unit, and the factor to its held form.
LITERALS: dict[str, tuple[Unit, Fraction]] = {
    "PERCENT": (Unit.RATIO, Fraction(1, 100)),
    "PP": (Unit.RATIO, Fraction(1, 100)),
    "POINT": (Unit.POINTS, Fraction(1)),
    "TIME": (Unit.COUNT, Fraction(1)),
    "SECOND": (Unit.DURATION, Fraction(SECOND)),
    "MINUTE": (Unit.DURATION, Fraction(MINUTE)),
    "HOUR": (Unit.DURATION, Fraction(HOUR)),
    "DAY": (Unit.DURATION, Fraction(DAY)),
    "WEEK": (Unit.DURATION, Fraction(WEEK)),
    "WORKDAY": (Unit.WORKDAYS, Fraction(1)),
    "YUAN": (Unit.MONEY, Fraction(1)),
}
_EPOCH = datetime.datetime(1970, 1, 1)
_OPERATOR_WORDS = {"and": Words("and", "且"), "or": Words("or", "或")}


def literal(number: tree.Number) -> tuple[Fraction, Unit]:
    """A written number's value in the held form of its unit."""
    unit, factor = LITERALS[number.unit] if number.unit else (Unit.NUMBER, Fraction(1))
    return number.value * factor, unit


def moment(written: tree.Moment) -> tuple[Fraction, Unit] | None:
    """Microseconds of a date-time or days of a date since 1970-01-01; None for a day that does not exist."""
    try:
        found = datetime.datetime(*(int(part) for part in re.findall(r"\d+", written.text)))  # type: ignore[arg-type]
    except ValueError:
        return None
    since = found - _EPOCH
    if written.dated:
        return Fraction(since.days * DAY + since.seconds * SECOND), Unit.DATETIME
    return Fraction(since.days), Unit.DATE


@dataclass(frozen=True, slots=True)
class Resolver:
    """Resolves expressions of one place.

    data: inside a measure over this data set's records. zero_allowed: a quotient by zero may simply be missing.
    guards: written expressions known not to be zero here. owner: names the aggregates found on the way.
    """

    scope: Scope
    owner: str = ""
    data: str | None = None
    zero_allowed: bool = False
    guards: tuple[tree.Expr, ...] = ()

    def expr(self, node: tree.Expr) -> e.Expr | None:
        """The checked form of any expression."""
        match node:
            case tree.Number():
                value, unit = literal(node)
                return e.Constant(value, unit, node.span)
            case tree.Text(text):
                return e.Constant(text, Unit.TEXT, node.span)
            case tree.Truth(value):
                return e.Constant(value, Unit.BOOLEAN, node.span)
            case tree.Moment():
                return self._moment(node)
            case tree.Name():
                return self._name(node)
            case tree.Total():
                return e.PublishedTotal(Unit.POINTS, node.span)
            case tree.PointsOf(indicator):
                if indicator.text not in self.scope.indicators:
                    self.scope.unknown(indicator, self.scope.indicators)
                    return None
                return e.PointsOf(indicator.text, Unit.POINTS, node.span)
            case tree.Negate(item):
                inner = self.numeric(item)
                return None if inner is None else e.Negate(inner, inner.unit, node.span)
            case tree.Binary():
                return self._binary(node)
            case tree.Not(item):
                condition = self.condition(item)
                return None if condition is None else e.Not(condition, node.span)
            case tree.Member():
                return self._member(node)
            case tree.Presence(item, present):
                inner = self.expr(item)
                return None if inner is None else e.Presence(inner, present, node.span)
            case tree.Choice():
                return self._choice(node)
            case tree.Call():
                return self._call(node)
            case tree.Lookup():
                return self._lookup(node)
            case tree.Over():
                return self._over(node)

    # What a place wants

    def condition(self, node: tree.Expr) -> e.Expr | None:
        return self.of(node, lambda unit: unit is Unit.BOOLEAN, Unit.BOOLEAN, _WHAT["condition"])

    def numeric(self, node: tree.Expr) -> e.Expr | None:
        return self.of(node, lambda unit: unit in NUMERIC, Unit.NUMBER, _WHAT["operand"])

    def of(
        self, node: tree.Expr, fitting: Callable[[Unit], bool], wanted: Unit, what: Words
    ) -> e.Expr | None:
        """The expression, if its unit fits."""
        found = self.expr(node)
        if found is None or fitting(found.unit):
            return found
        self._wrong_unit(node, found.unit, wanted, what)
        return None

    def fitting(self, node: tree.Expr, wanted: Unit, what: Words) -> e.Expr | None:
        """The expression as a value of the wanted unit; a bare number given for a ratio is told to carry a %."""
        return self.of(node, lambda unit: fits(unit, wanted), wanted, what)

    def _wrong_unit(self, node: tree.Expr, given: Unit, wanted: Unit, what: Words) -> None:
        if given is Unit.NUMBER and wanted is Unit.RATIO and isinstance(node, tree.Number):
            self._percent(node)
            return
        self.scope.report(
            problems.WRONG_UNIT,
            node.span,
            what=what,
            wanted=UNIT_WORDS[wanted],
            given=UNIT_WORDS[given],
            mend=Words(f"give {UNIT_WORDS[wanted].en}", f"请给出{UNIT_WORDS[wanted].zh}"),
        )

    def _percent(self, number: tree.Number) -> None:
        value = number.value if number.value > 1 else number.value * 100
        self.scope.report(
            problems.PERCENT,
            number.span,
            number=decimal_text(number.value),
            percent=f"{decimal_text(value)}%",
        )

    def constant(self, node: tree.Expr, wanted: Unit, what: Words) -> e.Constant | None:
        """A fixed value of the wanted unit: numbers and parameters only. Its value is None while a parameter is unset."""
        found = self.fitting(node, wanted, what)
        return None if found is None else self.fold(found, what)

    def fold(self, found: e.Expr, what: Words) -> e.Constant | None:
        """Work out an expression of constants; reports what it depends on otherwise."""
        moving = sorted({_shown(part) for part in e.walk(found) if _moves(part)})
        if moving:
            self.scope.report(problems.NOT_CONSTANT, found.span, what=what, names=", ".join(moving))
            return None
        if isinstance(found, e.Constant):
            return found
        return e.Constant(_fold(found), found.unit, found.span)

    # Single forms

    def _moment(self, node: tree.Moment) -> e.Expr | None:
        found = moment(node)
        if found is None:
            self.scope.report(
                problems.HEADER,
                node.span,
                what=Words(f"there is no day {node.text}", f"不存在日期 {node.text}"),
                mend=Words("write a day that exists", "请写存在的日期"),
            )
            return None
        return e.Constant(found[0], found[1], node.span)

    def _name(self, node: tree.Name) -> e.Expr | None:
        name = node.text
        if self.data is not None and name in self.scope.fields[self.data]:
            return e.Field(self.data, name, self.scope.fields[self.data][name].unit, node.span)
        named = self.scope.names.get(name)
        if named is None or (self.data is not None and named.kind != "parameter"):
            known = [one for one, what in self.scope.names.items() if what.kind not in ("data", "table")]
            if self.data is not None:
                parameters = [one for one, what in self.scope.names.items() if what.kind == "parameter"]
                known = [*self.scope.fields[self.data], *parameters]
            self.scope.unknown(node, known)
            return None
        self.scope.used.add(name)
        match named.kind:
            case "input" | "attribute":
                return e.Fact(name, named.unit, node.span)
            case "parameter":
                return e.Constant(self.scope.values.get(name), named.unit, node.span, name)
            case "measure":
                return e.MeasureOf(name, named.unit, node.span)
            case "amount":
                return e.OutcomeOf(name, named.unit, node.span)
            case _:
                self.scope.unknown(
                    node, [one for one, what in self.scope.names.items() if what.kind != named.kind]
                )
                return None

    def _binary(self, node: tree.Binary) -> e.Expr | None:
        if node.operator in ("and", "or"):
            left, right = self.condition(node.left), self.condition(node.right)
            if left is None or right is None:
                return None
            return e.Logic(node.operator, left, right, node.span)
        left, right = self.expr(node.left), self.expr(node.right)
        if left is None or right is None:
            return None
        if node.operator in ("+", "-", "*", "/"):
            return self._arithmetic(node, left, right)
        if not comparable(left.unit, right.unit) or (
            node.operator not in ("=", "!=") and left.unit in (Unit.TEXT, Unit.BOOLEAN)
        ):
            self._misfit(node, left.unit, right.unit)
            return None
        return e.Compare(node.operator, left, right, node.span)

    def _arithmetic(self, node: tree.Binary, left: e.Expr, right: e.Expr) -> e.Expr | None:
        rule = {"+": sum_unit, "-": difference_unit, "*": product_unit, "/": quotient_unit}[node.operator]
        unit = rule(left.unit, right.unit)
        if unit is None:
            self._misfit(node, left.unit, right.unit)
            return None
        if (
            node.operator == "/"
            and not self.zero_allowed
            and node.right not in self.guards
            and may_be_zero(right)
        ):
            self.scope.report(problems.BY_ZERO, node.right.span)
        return e.Arithmetic(node.operator, left, right, unit, node.span)

    def _misfit(self, node: tree.Binary, left: Unit, right: Unit) -> None:
        for one, other in ((node.left, right), (node.right, left)):
            if other is Unit.RATIO and isinstance(one, tree.Number) and one.unit is None:
                self._percent(one)
                return
        wanted = left if left is not Unit.NUMBER else right
        mend = Words(f"make both sides {UNIT_WORDS[wanted].en}", f"请使两边都是{UNIT_WORDS[wanted].zh}")
        self.scope.report(
            problems.MISFIT,
            node.span,
            left=UNIT_WORDS[left],
            right=UNIT_WORDS[right],
            operator=_OPERATOR_WORDS.get(node.operator, node.operator),
            mend=mend,
        )

    def _member(self, node: tree.Member) -> e.Expr | None:
        item = self.expr(node.item)
        if item is None:
            return None
        choices = [self.constant(choice, item.unit, _WHAT["choice"]) for choice in node.choices]
        if any(choice is None for choice in choices):
            return None
        values = tuple(choice.value for choice in choices if choice is not None and choice.value is not None)
        found = e.Member(item, values, node.span)
        return e.Not(found, node.span) if node.negated else found

    def _choice(self, node: tree.Choice) -> e.Expr | None:
        condition = self.condition(node.condition)
        then = replace(self, guards=(*self.guards, *_nonzero_if(node.condition))).expr(node.then)
        other = replace(self, guards=(*self.guards, *_nonzero_unless(node.condition))).expr(node.other)
        if condition is None or then is None or other is None:
            return None
        unit = then.unit if then.unit == other.unit else sum_unit(then.unit, other.unit)
        if unit is None:
            self._misfit(tree.Binary("otherwise", node.then, node.other, node.span), then.unit, other.unit)
            return None
        return e.Choice(then, condition, other, unit, node.span)

    def _call(self, node: tree.Call) -> e.Expr | None:
        name = node.function.text
        function = FUNCTIONS.get(name) or BY_CHINESE.get(name)
        if function is None:
            self.scope.unknown(
                node.function, [*FUNCTIONS, *(BY_CHINESE if not name.isascii() else ())], problems.FUNCTION
            )
            return None
        if function.record and self.data is None:
            self.scope.report(problems.ONLY_RECORDS, node.span, what=Words(function.name, function.chinese))
            return None
        lenient = replace(self, zero_allowed=True) if function.name == "fallback" else self
        first = [lenient.expr(one) for one in node.arguments[:-1]]
        arguments = [*first, *(self.expr(one) for one in node.arguments[-1:])]
        found = [one for one in arguments if one is not None]
        if len(found) < len(arguments):
            return None
        if len(found) < function.least or (function.most is not None and len(found) > function.most):
            wanted = _how_many(function.least, function.most)
            self.scope.report(
                problems.ARGUMENTS,
                node.span,
                name=name,
                wanted=wanted,
                given=len(found),
                example=function.example,
            )
            return None
        unit = function.unit([one.unit for one in found])
        if unit is None:
            given = Words(
                ", ".join(UNIT_WORDS[one.unit].en for one in found),
                "、".join(UNIT_WORDS[one.unit].zh for one in found),
            )
            self.scope.report(
                problems.WRONG_UNIT,
                node.span,
                what=Words(f'each value of "{name}"', f"“{name}”的各个值"),
                wanted=Words("of one kind", "同一种类"),
                given=given,
                mend=Words(f"write for example `{function.example}`", f"例如 `{function.example}`"),
            )
            return None
        return e.Call(function.name, tuple(found), unit, node.span)

    def _lookup(self, node: tree.Lookup) -> e.Expr | None:
        name = node.table.text
        key = self.expr(node.key)
        if name not in self.scope.tables:
            self.scope.unknown(node.table, self.scope.tables)
            return None
        self.scope.used.add(name)
        unit, wanted = self.scope.tables[name]
        if key is None:
            return None
        if not fits(key.unit, wanted):
            self._wrong_unit(node.key, key.unit, wanted, _WHAT["key"])
            return None
        return e.Lookup(name, key, unit, node.span)

    # Over people and records

    def _over(self, node: tree.Over) -> e.Expr | None:
        if self.data is not None:
            self.scope.report(
                problems.WRONG_UNIT,
                node.span,
                what=Words("a value of a single record", "单条记录的值"),
                wanted=Words("worked out from that record", "由该记录算出的值"),
                given=Words("a summary of several", "多条的汇总"),
                mend=Words(
                    "name the summary with `measure` and use it outside", "请用“度量”为汇总命名，在外面使用"
                ),
            )
            return None
        if node.over is None:
            return self._group(node, None)
        named = self.scope.names.get(node.over.text)
        if named is not None and named.kind == "data":
            self.scope.used.add(node.over.text)
            return self._aggregate(node, node.over.text)
        if named is not None and named.kind == "attribute":
            self.scope.used.add(node.over.text)
            return self._group(node, node.over.text)
        known = [one for one, what in self.scope.names.items() if what.kind in ("data", "attribute")]
        self.scope.unknown(node.over, known, problems.NOT_DATA)
        return None

    def _group(self, node: tree.Over, by: str | None) -> e.Expr | None:
        if node.where is not None or node.kind in ("share", "distinct", "percentile", "first", "last"):
            span = node.span if node.where is None else node.where.span
            what = (
                Words("a condition after `where`", "“当”之后的条件")
                if node.where
                else Words(node.kind, node.kind)
            )
            self.scope.report(problems.ONLY_RECORDS, span, what=what)
            return None
        if node.kind == "headcount":
            return e.Group(e.Over.COUNT, None, by, Unit.COUNT, node.span)
        assert node.item is not None
        item = self.numeric(node.item)
        if item is None:
            return None
        kind = e.Over(node.kind)
        return e.Group(kind, item, by, _over_unit(kind, item.unit), node.span)

    def _aggregate(self, node: tree.Over, data: str) -> e.Expr | None:
        if node.kind == "headcount":
            self.scope.report(
                problems.NOT_DATA,
                node.span,
                name=data,
                known=Words(f"write `count of {data}`", f"请写 `计数 {data}`"),
            )
            return None
        records = replace(self, data=data, zero_allowed=True, guards=())
        kind = e.Over(node.kind)
        item: e.Expr | None = None
        if node.item is not None:
            anything = kind in (e.Over.DISTINCT, e.Over.FIRST, e.Over.LAST)
            item = records.expr(node.item) if anything else records.numeric(node.item)
        where = None if node.where is None else records.condition(node.where)
        among = None if node.among is None else records.condition(node.among)
        if (node.item, node.where, node.among) != (None, None, None) and (
            (item is None) != (node.item is None)
            or (where is None) != (node.where is None)
            or (among is None) != (node.among is None)
        ):
            return None
        unit = _over_unit(kind, Unit.NUMBER if item is None else item.unit)
        taken = sum(one.name.split(".")[0] == self.owner for one in self.scope.aggregates)
        found = e.Aggregate(
            f"{self.owner}.{taken + 1}", kind, data, item, where, among, node.percent, unit, node.span
        )
        self.scope.aggregates.append(found)
        return found


_WHAT = {
    "condition": Words("a condition", "条件"),
    "operand": Words("a value to calculate with", "参与计算的值"),
    "choice": Words("each choice", "各个选项"),
    "key": Words("the key of the table", "对照表的键"),
}


def _how_many(least: int, most: int | None) -> Words:
    if most is None:
        return Words(f"at least {least} values", f"至少 {least}")
    if least == most:
        return Words(f"{least} value{'s' if least > 1 else ''}", f"{least}")
    return Words(f"{least} to {most} values", f"{least} 至 {most}")


def _over_unit(kind: e.Over, item: Unit) -> Unit:
    match kind:
        case e.Over.COUNT | e.Over.DISTINCT:
            return Unit.COUNT
        case e.Over.SHARE:
            return Unit.RATIO
        case e.Over.MEAN | e.Over.MEDIAN:
            return Unit.NUMBER if item is Unit.COUNT else item
        case _:
            return item


def may_be_zero(expr: e.Expr) -> bool:
    """Whether nothing in the expression itself shows that it is never zero."""
    match expr:
        case e.Constant(value):
            return value == 0  # an unset parameter is checked again once it is set
        case e.Group(e.Over.COUNT, None):
            return False  # a person who is scored counts
        case e.Negate(item):
            return may_be_zero(item)
        case e.Arithmetic("*", left, right):
            return may_be_zero(left) or may_be_zero(right)
        case e.Arithmetic("/", left, _):
            return may_be_zero(left)
        case e.Call("max", arguments):
            return not any(isinstance(one, e.Constant) and _positive(one) for one in arguments)
        case _:
            return True


def _positive(constant: e.Constant) -> bool:
    return isinstance(constant.value, Fraction) and constant.value > 0


def _zero(node: tree.Expr) -> bool:
    return isinstance(node, tree.Number) and node.value == 0


def _nonzero_if(condition: tree.Expr) -> list[tree.Expr]:
    """Expressions that cannot be zero where the condition holds: `x > 0`, `x != 0`, `x >= 3`, joined by `and`."""
    match condition:
        case tree.Binary("and", left, right):
            return _nonzero_if(left) + _nonzero_if(right)
        case tree.Binary("!=", left, right) if _zero(right):
            return [left]
        case tree.Binary(">", left, tree.Number(value)) if value >= 0:
            return [left]
        case tree.Binary(">=", left, tree.Number(value)) if value > 0:
            return [left]
        case tree.Not(item):
            return _nonzero_unless(item)
        case _:
            return []


def _nonzero_unless(condition: tree.Expr) -> list[tree.Expr]:
    """Expressions that cannot be zero where the condition is false: `x = 0`, `x <= 0`."""
    match condition:
        case tree.Binary("or", left, right):
            return _nonzero_unless(left) + _nonzero_unless(right)
        case tree.Binary("=" | "<=", left, right) if _zero(right):
            return [left]
        case tree.Not(item):
            return _nonzero_if(item)
        case _:
            return []


def _moves(part: e.Expr) -> bool:
    return isinstance(
        part,
        e.Fact
        | e.MeasureOf
        | e.PublishedTotal
        | e.OutcomeOf
        | e.PointsOf
        | e.Group
        | e.Aggregate
        | e.Field
        | e.Lookup,
    )


def _shown(part: e.Expr) -> str:
    match part:
        case e.Fact(name) | e.MeasureOf(name) | e.OutcomeOf(name):
            return name
        case e.PointsOf(indicator):
            return indicator
        case e.Lookup(table):
            return table
        case e.PublishedTotal():
            return "total"
        case e.Aggregate(_, _, data):
            return data
        case e.Group(_, _, by):
            return by or "everyone"
        case _:
            return "data"


def _fold(expr: e.Expr) -> e.Value | None:
    """The value of an expression of constants; None where a parameter is not set or a divisor is zero."""
    match expr:
        case e.Constant(value):
            return value
        case e.Negate(item):
            value = _fold(item)
            return -value if isinstance(value, Fraction) else None
        case e.Arithmetic(operator, left, right):
            return _arithmetic(operator, _fold(left), _fold(right))
        case e.Call(function, arguments):
            return FUNCTIONS[function].meaning([_fold(one) for one in arguments])
        case e.Choice(then, condition, other):
            holds = _fold(condition)
            return None if holds is None else _fold(then if holds else other)
        case _:
            return holds_for(expr, {})


def _arithmetic(operator: str, left: e.Value | None, right: e.Value | None) -> Fraction | None:
    if not isinstance(left, Fraction) or not isinstance(right, Fraction):
        return None
    match operator:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case _:
            return left / right if right else None


def holds_for(condition: e.Expr, facts: dict[str, e.Value]) -> bool | None:
    """A condition's truth for a person of whom only these facts are known; None where it depends on others."""
    match condition:
        case e.Constant(value):
            return bool(value) if isinstance(value, bool) else None
        case e.Fact(name, Unit.BOOLEAN):
            found = facts.get(name)
            return found if isinstance(found, bool) else None
        case e.Not(item):
            inner = holds_for(item, facts)
            return None if inner is None else not inner
        case e.Logic(operator, left, right):
            sides = (holds_for(left, facts), holds_for(right, facts))
            decisive = operator == "or"
            if decisive in sides:
                return decisive
            return None if None in sides else not decisive
        case e.Presence(item, present):
            value = _known(item, facts)
            return None if value is None else present
        case e.Member(item, choices):
            value = _known(item, facts)
            return None if value is None else value in choices
        case e.Compare(operator, left, right):
            return _compared(operator, _known(left, facts), _known(right, facts))
        case _:
            return None


def _known(expr: e.Expr, facts: dict[str, e.Value]) -> e.Value | None:
    if isinstance(expr, e.Fact):
        return facts.get(expr.name)
    return _fold(expr) if not any(_moves(part) for part in e.walk(expr)) else None


def _compared(operator: str, left: e.Value | None, right: e.Value | None) -> bool | None:
    if left is None or right is None:
        return None
    if operator in ("=", "!="):
        return (left == right) == (operator == "=")
    if not isinstance(left, Fraction) or not isinstance(right, Fraction):
        return None
    return {"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[operator]
