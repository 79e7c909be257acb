"""Expressions over a data set's records become SQL over whole numbers, with the same exact meaning.

A number is `numerator / denominator * factor`: the first two are SQL over integer columns, the factor is an
exact constant known here. The engine only ever adds, multiplies and compares whole numbers, whose greatest
size is tracked so that none overflows. Missing is NULL, and conditions are SQL's three-valued logic, which is
the language's. Differences from plain SQL, all on purpose: a quotient by zero is missing, and `min` and `max` of
several values are missing where one of them is.

Names and values never enter the text: columns have names of our own, values are bound as parameters.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import gcd

from kpirules.facts.whole import WIDEST
from kpirules.model import expressions as e
from kpirules.model.forms import Piece
from kpirules.model.functions import FUNCTIONS
from kpirules.model.rules import Table
from kpirules.model.scales import Scale
from kpirules.numbers import Mode
from kpirules.units import DAY, Unit

_ONE = Fraction(1)
_COMPARISONS = {"=": "=", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_TEXTS = frozenset({Unit.TEXT, Unit.STAFF})


class NotOfRecords(Exception):
    """A part of an expression that no query over records gives; caught by this room."""

    def __init__(self, expr: e.Expr) -> None:
        self.expr = expr
        super().__init__(type(expr).__name__)


@dataclass(frozen=True, slots=True)
class Number:
    """`top / below * factor`; below None is 1. `top` is NULL where the number is missing; `below` is always positive.

    bound, below_bound: no value of `top` or `below` is farther from 0.
    """

    top: str
    factor: Fraction
    bound: int
    below: str | None = None
    below_bound: int = 1


@dataclass(frozen=True, slots=True)
class Other:
    """A text or a condition as SQL."""

    sql: str


Term = Number | Other


@dataclass(frozen=True, slots=True)
class NumberColumn:
    """A field as whole numbers: the column's name in the query, and the value of one step."""

    name: str
    factor: Fraction
    bound: int


@dataclass(frozen=True, slots=True)
class Columns:
    """What the columns of the query hold, by field name.

    clocks: for the functions `working_time` and `workdays`, date-time fields as working time or working days since
    some day, so that a difference of two is the result. moment: the same of a constant date-time. followed: the
    column that says whether a record is followed by another, for each such condition.
    """

    numbers: Mapping[str, NumberColumn]
    others: Mapping[str, str]
    clocks: Mapping[tuple[str, str], NumberColumn] = field(default_factory=dict)
    moment: Callable[[str, int], int] | None = None
    followed: Mapping[e.Followed, str] = field(default_factory=dict)


class Compiler:
    """Turns expressions into SQL; `parameters` are the values that its text refers to."""

    def __init__(self, columns: Columns, tables: Mapping[str, Table]) -> None:
        self.columns = columns
        self.tables = tables
        self.parameters: dict[str, int | str | bool] = {}

    def condition(self, expr: e.Expr | None) -> str:
        """SQL that is true exactly where the condition is known to hold; no condition always holds."""
        return "TRUE" if expr is None else f"({self.other(expr)})"

    def number(self, expr: e.Expr) -> Number:
        term = self.term(expr)
        if not isinstance(term, Number):
            raise NotOfRecords(expr)
        return term

    def other(self, expr: e.Expr) -> str:
        term = self.term(expr)
        if not isinstance(term, Other):
            raise NotOfRecords(expr)
        return term.sql

    def term(self, expr: e.Expr) -> Term:
        """The expression's SQL. Raises NotOfRecords for what is not a matter of single records."""
        match expr:
            case e.Constant(value):
                return self._constant(value, expr.unit)
            case e.Field(_, name):
                return self._field(expr, name)
            case e.Negate(item):
                number = self.number(item)
                return replace(number, factor=-number.factor)
            case e.Arithmetic(operator, left, right):
                return self._arithmetic(expr, operator, self.number(left), self.number(right))
            case e.Compare(operator, left, right):
                return Other(self._compare(operator, self.term(left), self.term(right)))
            case e.Member(item, choices):
                return Other(self._member(self.term(item), choices))
            case e.Logic(operator, left, right):
                word = "AND" if operator == "and" else "OR"
                return Other(f"({self.other(left)} {word} {self.other(right)})")
            case e.Not(item):
                return Other(f"(NOT {self.other(item)})")
            case e.Presence(item, present):
                return Other(f"({_sql(self.term(item))} IS {'NOT ' if present else ''}NULL)")
            case e.Choice(then, condition, other):
                return self._choice(self.other(condition), self.term(then), self.term(other))
            case e.Lookup(table, key):
                return self._lookup(self.tables[table], self.term(key))
            case e.Call(function, arguments):
                return self._call(expr, function, arguments)
            case e.Followed() if expr in self.columns.followed:
                return Other(self.columns.followed[expr])
            case _:
                raise NotOfRecords(expr)

    # Leaves

    def bind(self, value: int | str | bool) -> str:
        """The value as a parameter of the query."""
        name = f"v{len(self.parameters)}"
        self.parameters[name] = value
        if isinstance(value, bool):
            return f"${name}::BOOLEAN"
        if isinstance(value, str):
            return f"${name}::VARCHAR"
        return f"${name}::{'BIGINT' if abs(value) < 2**62 else 'HUGEINT'}"

    def _constant(self, value: e.Value | None, unit: Unit) -> Term:
        if isinstance(value, bool | str):
            return Other(self.bind(value))
        if value is None:
            return Other("NULL::VARCHAR") if unit in _TEXTS or unit is Unit.BOOLEAN else _missing()
        # One step of the value itself: a constant factor never costs the query anything.
        return Number("1::BIGINT", value, 1) if value else Number("0::BIGINT", _ONE, 0)

    def _field(self, expr: e.Expr, name: str) -> Term:
        if name in self.columns.numbers:
            column = self.columns.numbers[name]
            return Number(column.name, column.factor, column.bound)
        if name in self.columns.others:
            return Other(self.columns.others[name])
        raise NotOfRecords(expr)

    # Arithmetic

    def _arithmetic(self, expr: e.Arithmetic, operator: str, left: Number, right: Number) -> Number:
        match operator:
            case "+":
                return self._sum(left, right)
            case "-":
                days = expr.left.unit is expr.right.unit is Unit.DATE
                difference = self._sum(left, replace(right, factor=-right.factor))
                return replace(difference, factor=difference.factor * DAY) if days else difference
            case "*":
                return self._product(left, right)
            case _:
                return self._product(left, self._inverse(right))

    def _sum(self, left: Number, right: Number) -> Number:
        a, b, factor = self._alike(left, right)
        bound = a.bound + b.bound
        return Number(f"({_wide(a.top, bound)} + {b.top})", factor, bound, a.below, a.below_bound)

    def _product(self, left: Number, right: Number) -> Number:
        factor = left.factor * right.factor
        if _is_one(left) or _is_one(right):
            return replace(left if _is_one(right) else right, factor=factor)
        top, bound = self._times(left.top, left.bound, right.top, right.bound)
        if left.below is None or right.below is None:
            below, size = (left.below, left.below_bound) if left.below else (right.below, right.below_bound)
            return Number(top, factor, bound, below, size)
        below, size = self._times(left.below, left.below_bound, right.below, right.below_bound)
        return Number(top, factor, bound, below, size)

    def _inverse(self, number: Number) -> Number:
        """One over the number; missing where it is zero. Its sign moves to the top, so that what is below is positive."""
        if _is_one(number):
            return replace(number, factor=1 / number.factor)
        top = number.top
        sign = f"CASE WHEN {top} > 0 THEN 1::BIGINT WHEN {top} < 0 THEN -1::BIGINT END"
        factor = 1 / number.factor
        below = f"coalesce(nullif(abs({top}), 0), 1)"
        if number.below is None:
            return Number(f"({sign})", factor, 1, below, number.bound)
        swapped, bound = self._times(f"({sign})", 1, number.below, number.below_bound)
        return Number(swapped, factor, bound, below, number.bound)

    def _times(self, left: str, left_bound: int, right: str, right_bound: int) -> tuple[str, int]:
        bound = left_bound * right_bound
        return f"({_wide(left, bound)} * {right})", bound

    def _scaled(self, number: Number, by: int) -> Number:
        """The same in steps that are `by` times smaller; the factor is the caller's matter."""
        if by == 1:
            return number
        bound = number.bound * abs(by)
        return replace(number, top=f"({_wide(number.top, bound)} * {self.bind(by)})", bound=bound)

    def _alike(self, left: Number, right: Number) -> tuple[Number, Number, Fraction]:
        """Both over one denominator and in steps of one positive factor."""
        factor = common(left.factor, right.factor)
        a = self._scaled(left, int(left.factor / factor))
        b = self._scaled(right, int(right.factor / factor))
        if a.below is None and b.below is None:
            return a, b, factor
        return self._over(a, b), self._over(b, a), factor

    def _over(self, number: Number, other: Number) -> Number:
        """The number with the other's denominator multiplied in, above and below."""
        if other.below is None:
            return number
        top, bound = self._times(number.top, number.bound, other.below, other.below_bound)
        if number.below is None:
            return replace(number, top=top, bound=bound, below=other.below, below_bound=other.below_bound)
        one, two = sorted(((number.below, number.below_bound), (other.below, other.below_bound)))
        below, size = self._times(*one, *two)
        return replace(number, top=top, bound=bound, below=below, below_bound=size)

    # Conditions and choices

    def _compare(self, operator: str, left: Term, right: Term) -> str:
        sign = _COMPARISONS[operator]
        if isinstance(left, Number) and isinstance(right, Number):
            a, b, _ = self._alike(left, right)
            return f"({a.top} {sign} {b.top})"
        return f"({_sql(left)} {sign} {_sql(right)})"

    def _member(self, item: Term, choices: tuple[e.Value, ...]) -> str:
        if not choices:
            return f"(CASE WHEN {_sql(item)} IS NOT NULL THEN FALSE END)"
        unit = Unit.NUMBER if isinstance(item, Number) else Unit.TEXT
        alike = (self._compare("=", item, self._constant(one, unit)) for one in choices)
        return f"({' OR '.join(alike)})"

    def _choice(self, condition: str, then: Term, other: Term) -> Term:
        if isinstance(then, Number) and isinstance(other, Number):
            a, b, factor = self._alike(then, other)
            return replace(a, top=_case(condition, a.top, b.top), factor=factor, bound=max(a.bound, b.bound))
        return Other(_case(condition, _sql(then), _sql(other)))

    def _scaled_by(self, scale: Scale, key: Number) -> Number:
        """The scale's curve, piece by piece from the last one backwards."""

        def line(piece: Piece) -> Number:
            rising = self._product(key, self._known(piece.slope)) if piece.slope else None
            flat = self._known(piece.intercept)
            return flat if rising is None else self._sum(rising, flat) if piece.intercept else rising

        def within(low: str, bound: Fraction) -> str:
            return self._compare(low, key, self._known(bound))

        *pieces, last = scale.curve().pieces
        found: Term = line(last)
        for piece in reversed(pieces):
            assert piece.high is not None
            found = self._choice(within("<=" if piece.closed else "<", piece.high), line(piece), found)
        for operator, bound in scale.limits():
            found = self._choice(within(operator, bound), found, _missing())
        if last.slope == 0 and not pieces:
            found = self._choice(f"{key.top} IS NOT NULL", found, _missing())
        assert isinstance(found, Number)
        return found

    def _known(self, value: Fraction) -> Number:
        known = self._constant(value, Unit.NUMBER)
        assert isinstance(known, Number)
        return known

    def _lookup(self, table: Table, key: Term) -> Number:
        if table.scale is not None:
            assert isinstance(key, Number)
            return self._scaled_by(table.scale, key)
        factor = _ONE
        values = [*table.entries.values(), *([] if table.otherwise is None else [table.otherwise])]
        for value in values:
            factor = common(factor, value)
        unit = Unit.NUMBER if isinstance(key, Number) else Unit.TEXT
        cases = [
            f"WHEN {self._compare('=', key, self._constant(entry, unit))} THEN {self.bind(int(value / factor))}"
            for entry, value in table.entries.items()
        ]
        if table.otherwise is not None:
            cases.append(f"WHEN {_sql(key)} IS NOT NULL THEN {self.bind(int(table.otherwise / factor))}")
        if not cases:
            return _missing()
        bound = max(abs(int(value / factor)) for value in values)
        return Number(f"(CASE {' '.join(cases)} END)", factor, bound)

    # Functions

    def _call(self, expr: e.Call, function: str, arguments: tuple[e.Expr, ...]) -> Term:
        lowering = FUNCTIONS[function].lowering
        if lowering is None:
            start, end = (self._clock(function, one) for one in arguments)
            return self._sum(end, replace(start, factor=-start.factor))
        return lowering(_OfRecords(self, expr), [self.term(one) for one in arguments])

    def _clock(self, function: str, moment: e.Expr) -> Number:
        """A moment on the clock that only runs in working time (or by working days)."""
        match moment:
            case e.Field(_, name) if (name, function) in self.columns.clocks:
                column = self.columns.clocks[name, function]
                return Number(column.name, column.factor, column.bound)
            case e.Constant(value) if isinstance(value, Fraction) and self.columns.moment is not None:
                worked = self.columns.moment(function, int(value))
                return Number(self.bind(worked), _ONE, abs(worked))
            case e.Choice(then, condition, other):
                chosen = self._choice(
                    self.other(condition), self._clock(function, then), self._clock(function, other)
                )
            case e.Call("fallback", arguments):
                chosen = self._clock(function, arguments[-1])
                for one in reversed(arguments[:-1]):
                    clock = self._clock(function, one)
                    chosen = self._choice(f"{_sql(clock)} IS NOT NULL", clock, chosen)
            case _:
                raise NotOfRecords(moment)
        assert isinstance(chosen, Number)
        return chosen

    def chosen(self, condition: str, then: Term, other: Term) -> Term:
        """One of two where the condition is known, missing elsewhere."""
        return self._choice(condition, then, other)

    def compared(self, operator: str, left: Term, right: Term) -> str:
        return self._compare(operator, left, right)

    def rounded(self, number: Number, step: Fraction, mode: Mode) -> Number:
        """Whole steps of the number, rounded by size and then given its sign."""
        number = positive(number)
        rate = number.factor / step
        scaled = self._scaled(number, rate.numerator)
        below, size = "1::BIGINT", 1
        if number.below is not None:
            below, size = number.below, number.below_bound
        if rate.denominator != 1:
            below, size = self._times(below, size, self.bind(rate.denominator), rate.denominator)
        bound = 2 * scaled.bound + 2 * size
        top = _wide(f"abs({scaled.top})", bound)
        match mode:
            case Mode.HALF_UP:
                steps = f"((2 * {top} + {below}) // (2 * {_wide(below, bound)}))"
            case Mode.DOWN:
                steps = f"({top} // {below})"
            case _:
                steps = f"(({top} + {below} - 1) // {below})"
        return Number(f"(sign({scaled.top}) * {steps})", step, scaled.bound + 1)


@dataclass(frozen=True, slots=True)
class _OfRecords:
    """The operations that built-in functions are made of (`model.operations`), as SQL. call: the function at hand."""

    compiler: Compiler
    call: e.Call

    def least(self, one: Term, other: Term) -> Term:
        return self.compiler.chosen(self.compiler.compared("<=", one, other), one, other)

    def greatest(self, one: Term, other: Term) -> Term:
        return self.compiler.chosen(self.compiler.compared(">=", one, other), one, other)

    def absolute(self, one: Term) -> Term:
        number = self._number(one)
        return replace(number, top=f"abs({number.top})", factor=abs(number.factor))

    def fallback(self, one: Term, other: Term) -> Term:
        return self.compiler.chosen(f"{_sql(one)} IS NOT NULL", one, other)

    def rounded(self, one: Term, step: Term, mode: Mode) -> Term:
        written = self.call.arguments[1]
        if not isinstance(written, e.Constant):
            raise NotOfRecords(self.call)
        if not isinstance(written.value, Fraction) or written.value <= 0:
            return _missing()
        return self.compiler.rounded(self._number(one), written.value, mode)

    def _number(self, term: Term) -> Number:
        if not isinstance(term, Number):
            raise NotOfRecords(self.call)
        return term


def common(left: Fraction, right: Fraction) -> Fraction:
    """The greatest positive number of which both are whole multiples."""
    top = gcd(left.numerator * right.denominator, right.numerator * left.denominator)
    return Fraction(top, left.denominator * right.denominator) if top else _ONE


def positive(number: Number) -> Number:
    """The same number with a positive factor, so that its whole numbers sort as it does."""
    if number.factor > 0:
        return number
    return replace(number, top=f"(-{number.top})", factor=-number.factor)


def _missing() -> Number:
    return Number("NULL::BIGINT", _ONE, 0)


def _is_one(number: Number) -> bool:
    """Whether the number is a constant: all of it is in the factor."""
    return number.top == "1::BIGINT" and number.below is None


def _sql(term: Term) -> str:
    return term.top if isinstance(term, Number) else term.sql


def _case(condition: str, then: str, other: str) -> str:
    """Missing where the condition is unknown."""
    return f"(CASE WHEN {condition} THEN {then} WHEN NOT ({condition}) THEN {other} END)"


def _wide(sql: str, bound: int) -> str:
    """The SQL as a wider whole number where a result may be as large as the bound."""
    if bound >= WIDEST:
        raise OverflowError(bound)
    return f"{sql}::HUGEINT" if bound >= 2**62 else sql
