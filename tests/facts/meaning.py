"""What expressions and aggregates over records mean, in plain Python: the oracle for the query engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction

from kpirules.calendars import Calendar
from kpirules.model import expressions as e
from kpirules.model.functions import FUNCTIONS
from kpirules.model.rules import Table
from kpirules.units import DAY

Value = e.Value | None
Record = Mapping[str, Value]


class Oracle:
    """One record at a time, in exact fractions; None is missing."""

    def __init__(
        self,
        tables: Mapping[str, Table],
        calendar: Calendar,
        world: Mapping[str, Sequence[Record]] | None = None,
        placed: Mapping[str, str] | None = None,
    ) -> None:
        """world: all records of every data set in the order of their files, of which some may follow others.

        placed: the field that places the records of each.
        """
        self.tables = tables
        self.calendar = calendar
        self.world = world or {}
        self.placed = placed or {}

    def value(self, expr: e.Expr, record: Record) -> Value:
        match expr:
            case e.Constant(value):
                return value
            case e.Field(_, name):
                return record[name]
            case e.Negate(item):
                value = self.value(item, record)
                return None if value is None else -value  # type: ignore[operator, return-value]
            case e.Arithmetic(operator, left, right):
                return _arithmetic(operator, self.value(left, record), self.value(right, record))
            case e.Compare(operator, left, right):
                return _compare(operator, self.value(left, record), self.value(right, record))
            case e.Member(item, choices):
                value = self.value(item, record)
                return None if value is None else any(value == one for one in choices)
            case e.Logic(operator, left, right):
                return _logic(operator, [self.value(left, record), self.value(right, record)])
            case e.Not(item):
                value = self.value(item, record)
                return None if value is None else not value
            case e.Presence(item, present):
                return (self.value(item, record) is not None) is present
            case e.Choice(then, condition, other):
                holds = self.value(condition, record)
                return None if holds is None else self.value(then if holds else other, record)
            case e.Lookup(name, key):
                value = self.value(key, record)
                return None if value is None else self.tables[name].value(value)
            case e.Call("working_time" | "workdays" as function, (start, end)):
                return self._between(function, self.value(start, record), self.value(end, record))
            case e.Call(function, arguments):
                return FUNCTIONS[function].meaning([self.value(one, record) for one in arguments])
            case e.Followed():
                return self._followed(expr, record)
            case _:
                raise AssertionError(expr)

    def _followed(self, expr: e.Followed, record: Record) -> Value:
        """Looks at every record there is."""
        mine = [self.value(one, record) for one in expr.own]
        if None in mine:
            return None
        home = next(name for name, records in self.world.items() if any(one is record for one in records))
        begun, within = record[self.placed[home]], expr.within.value
        assert isinstance(begun, Fraction) and isinstance(within, Fraction)
        behind = False
        for one in self.world[expr.data]:
            then = one[self.placed[expr.data]]
            if isinstance(then, Fraction):
                later = then > begun or (then == begun and home == expr.data and behind)
                alike = [self.value(other, one) for other in expr.other] == mine
                counts = expr.where is None or self.value(expr.where, one) is True
                if later and then - begun <= within and alike and counts:
                    return True
            behind = behind or one is record
        return False

    def _between(self, function: str, start: Value, end: Value) -> Value:
        if start is None or end is None:
            return None
        assert isinstance(start, Fraction) and isinstance(end, Fraction)
        if function == "working_time":
            found = self.calendar.working_time(int(start), int(end))
        else:
            found = self.calendar.workdays(_day(start), _day(end))
        assert isinstance(found, int)
        return Fraction(found)

    def aggregate(self, one: e.Aggregate, records: Sequence[Record]) -> Value:
        """The aggregate of records in the order of their placing field."""
        held = [r for r in records if one.where is None or self.value(one.where, r) is True]
        if one.kind is e.Over.SHARE:
            whole = [r for r in records if one.among is None or self.value(one.among, r) is True]
            part = [r for r in whole if any(r is other for other in held)]
            return Fraction(len(part), len(whole)) if whole else None
        if one.item is None:
            return Fraction(len(held))
        values = [value for r in held if (value := self.value(one.item, r)) is not None]
        match one.kind:
            case e.Over.COUNT:
                return Fraction(len(values))
            case e.Over.DISTINCT:
                return Fraction(len(set(values)))
            case e.Over.SUM:
                return sum(values, Fraction(0))
        if not values:
            return None
        if one.kind in (e.Over.FIRST, e.Over.LAST):
            return values[0 if one.kind is e.Over.FIRST else -1]
        numbers = sorted(value for value in values if isinstance(value, Fraction))
        match one.kind:
            case e.Over.TRIMMED:
                assert one.trim is not None
                ends = one.trim.ends(len(numbers))
                left = numbers[ends : len(numbers) - ends] if 2 * ends < len(numbers) else []
                return sum(left, Fraction(0)) / len(left) if left else None
            case e.Over.MEAN:
                return sum(numbers, Fraction(0)) / len(numbers)
            case e.Over.MIN:
                return numbers[0]
            case e.Over.MAX:
                return numbers[-1]
            case e.Over.MEDIAN:
                return (numbers[(len(numbers) - 1) // 2] + numbers[len(numbers) // 2]) / 2
            case _:
                assert one.percent is not None
                enough = [
                    n for n in numbers if 100 * sum(m <= n for m in numbers) >= one.percent * len(numbers)
                ]
                return enough[0]


def _day(moment: Fraction) -> date:
    return date(1970, 1, 1) + timedelta(days=int(moment // DAY))


def _arithmetic(operator: str, left: Value, right: Value) -> Value:
    if left is None or right is None:
        return None
    assert isinstance(left, Fraction) and isinstance(right, Fraction)
    match operator:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case _:
            return left / right if right else None


def _compare(operator: str, left: Value, right: Value) -> bool | None:
    if left is None or right is None:
        return None
    signs = {
        "=": left == right,
        "!=": left != right,
    }
    if operator in signs:
        return signs[operator]
    assert isinstance(left, Fraction) and isinstance(right, Fraction)
    return {"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[operator]


def _logic(operator: str, sides: list[Value]) -> bool | None:
    decisive = operator == "or"
    if decisive in sides:
        return decisive
    return None if None in sides else not decisive
