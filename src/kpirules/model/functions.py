"""The built-in functions: each one declaration, and nothing elsewhere that knows them by name.

The checker reads how many arguments of what units there are, the reference the meaning, the plan, the queries over
records and the bounds of values the lowering, editors and the documentation the words.

Arguments and results are exact values; a missing argument makes the result missing unless the function says otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from kpirules.model.expressions import Value
from kpirules.model.operations import Lowering, Operations, T, folded
from kpirules.numbers import Mode, Rounding
from kpirules.units import NUMERIC, Unit, sum_unit

Values = Sequence[Value | None]


@dataclass(frozen=True, slots=True)
class Function:
    """name and chinese: its two spellings. least, most: how many arguments (most None: any number).

    unit: the result's unit from the arguments', or None where they do not fit. meaning: the exact result.
    lowering: the same result from the operations that are there anyway. record: it may be used on the records of a
    data set only, and `facts` computes it (then there is no lowering). lenient: an argument before the last may be a
    quotient by zero, since the function says what a missing one means. stepped: the second argument is a step above
    zero.
    """

    name: str
    chinese: str
    least: int
    most: int | None
    unit: Callable[[Sequence[Unit]], Unit | None]
    meaning: Callable[[Values], Value | None]
    doc: tuple[str, str]
    example: str
    lowering: Lowering | None = None
    record: bool = False
    lenient: bool = False
    stepped: bool = False


def _alike(units: Sequence[Unit]) -> Unit | None:
    """One unit for all, bare numbers taking the others'."""
    found: Unit | None = units[0]
    if len(units) == 1:
        return found if found in NUMERIC else None
    for one in units[1:]:
        if found is None:
            return None
        found = sum_unit(found, one)
    return found


def _same(units: Sequence[Unit]) -> Unit | None:
    if all(one == units[0] for one in units):
        return units[0]
    return _alike(units)


def _step(units: Sequence[Unit]) -> Unit | None:
    return units[0] if sum_unit(units[0], units[1]) is not None else None


def _between(result: Unit) -> Callable[[Sequence[Unit]], Unit | None]:
    return lambda units: result if tuple(units) == (Unit.DATETIME, Unit.DATETIME) else None


def _strict(work: Callable[[Sequence[Fraction]], Fraction | None]) -> Callable[[Values], Value | None]:
    """The function is missing where any argument is."""

    def meaning(values: Values) -> Value | None:
        numbers = [value for value in values if isinstance(value, Fraction)]
        return work(numbers) if len(numbers) == len(values) else None

    return meaning


def _round(mode: Mode) -> Callable[[Values], Value | None]:
    return _strict(lambda v: Rounding(v[1], mode)(v[0]) if v[1] > 0 else None)


def _fallback(values: Values) -> Value | None:
    return next((value for value in values if value is not None), None)


def _by_records(values: Values) -> Value | None:
    raise AssertionError("computed from records by facts")


def _known(work: Callable[[Sequence[Fraction]], Fraction]) -> Callable[[Values], Value | None]:
    """Of the values that are not missing."""

    def meaning(values: Values) -> Value | None:
        numbers = [value for value in values if isinstance(value, Fraction)]
        return work(numbers) if numbers else None

    return meaning


def _least(ops: Operations[T], values: Sequence[T]) -> T:
    return folded(lambda o, a, b: o.least(a, b), ops, values)


def _greatest(ops: Operations[T], values: Sequence[T]) -> T:
    return folded(lambda o, a, b: o.greatest(a, b), ops, values)


def _least_known(ops: Operations[T], values: Sequence[T]) -> T:
    return folded(lambda o, a, b: o.least(o.fallback(a, b), o.fallback(b, a)), ops, values)


def _greatest_known(ops: Operations[T], values: Sequence[T]) -> T:
    return folded(lambda o, a, b: o.greatest(o.fallback(a, b), o.fallback(b, a)), ops, values)


def _absolute(ops: Operations[T], values: Sequence[T]) -> T:
    return ops.absolute(values[0])


def _first_known(ops: Operations[T], values: Sequence[T]) -> T:
    return folded(lambda o, a, b: o.fallback(a, b), ops, values)


def _rounding(mode: Mode) -> Lowering:
    def lowering(ops: Operations[T], values: Sequence[T]) -> T:
        return ops.rounded(values[0], values[1], mode)

    return lowering


FUNCTIONS: dict[str, Function] = {
    one.name: one
    for one in (
        Function(
            "min",
            "最小",
            1,
            None,
            _alike,
            _strict(min),
            ("the least of the values", "各值中最小的"),
            "min(complaints, 5)",
            _least,
        ),
        Function(
            "max",
            "最大",
            1,
            None,
            _alike,
            _strict(max),
            ("the greatest of the values", "各值中最大的"),
            "max(complaints - 3, 0)",
            _greatest,
        ),
        Function(
            "abs",
            "绝对值",
            1,
            1,
            _alike,
            _strict(lambda v: abs(v[0])),
            ("the value without its sign", "去掉正负号的值"),
            "abs(spent - budget)",
            _absolute,
        ),
        Function(
            "round",
            "四舍五入",
            2,
            2,
            _step,
            _round(Mode.HALF_UP),
            ("rounded to a multiple of a step, a half away from zero", "按步长四舍五入"),
            "round(sales / heads, 0.01 yuan)",
            _rounding(Mode.HALF_UP),
            stepped=True,
        ),
        Function(
            "round_down",
            "向下取整",
            2,
            2,
            _step,
            _round(Mode.DOWN),
            ("cut to a multiple of a step, toward zero", "按步长舍去（向零）"),
            "round_down(hours, 0.5)",
            _rounding(Mode.DOWN),
            stepped=True,
        ),
        Function(
            "round_up",
            "向上取整",
            2,
            2,
            _step,
            _round(Mode.UP),
            ("raised to a multiple of a step, away from zero", "按步长进位（远离零）"),
            "round_up(hours, 1)",
            _rounding(Mode.UP),
            stepped=True,
        ),
        Function(
            "fallback",
            "缺失取",
            2,
            None,
            _same,
            _fallback,
            ("the first value that is not missing", "第一个不缺失的值"),
            "fallback(returns_done / returns_due, 100%)",
            _first_known,
            lenient=True,
        ),
        Function(
            "least_known",
            "已知最小",
            2,
            None,
            _alike,
            _known(min),
            ("the least of the values that are not missing", "不缺失的各值中最小的"),
            "least_known(calls, late)",
            _least_known,
            lenient=True,
        ),
        Function(
            "greatest_known",
            "已知最大",
            2,
            None,
            _alike,
            _known(max),
            ("the greatest of the values that are not missing", "不缺失的各值中最大的"),
            "greatest_known(calls, late)",
            _greatest_known,
            lenient=True,
        ),
        Function(
            "clamp",
            "限定",
            3,
            3,
            _alike,
            _strict(lambda v: min(max(v[0], v[1]), v[2])),
            (
                "the value, but not below the second nor above the third",
                "该值，但不低于第二个值、不高于第三个值",
            ),
            "clamp(calls, 10, 100)",
            lambda ops, values: ops.least(ops.greatest(values[0], values[1]), values[2]),
        ),
        Function(
            "working_time",
            "工作时间",
            2,
            2,
            _between(Unit.DURATION),
            _by_records,
            (
                "working time from one moment to another, by the policy's calendar",
                "两个时刻之间的工作时间（按制度的日历）",
            ),
            "working time from opened to first_reply",
            record=True,
        ),
        Function(
            "workdays",
            "工作日",
            2,
            2,
            _between(Unit.WORKDAYS),
            _by_records,
            (
                "working days after the first moment's day, up to and with the second's",
                "首日之后至末日（含）的工作日数",
            ),
            "workdays from opened to closed",
            record=True,
        ),
    )
}
BY_CHINESE = {one.chinese: one for one in FUNCTIONS.values()}
