"""The values of a swept parameter: an exact grid between two values as a policy writes them."""

from __future__ import annotations

from fractions import Fraction

from kpirules.diagnostics import Words
from kpirules.language import tree
from kpirules.model.literals import LITERALS, literal
from kpirules.model.rules import Parameter
from kpirules.units import PLAIN, Unit

#: At most so many values.
MOST = 1_000


class Unfit(Exception):
    """A range that cannot be swept; `words` say why."""

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en)
        self.words = Words(en, zh)


def grid(
    parameter: Parameter, first: tree.Expr, last: tree.Expr, step: tree.Expr
) -> tuple[tuple[Fraction, tree.Number], ...]:
    """The values from `first` to at most `last`, each in the held form of its unit and as a policy writes it.

    A bound may leave out the unit that the other has (`0..20 yuan`). Raises Unfit.
    """
    numbers = [_number(one) for one in (first, last, step)]
    word = next((one.unit for one in (numbers[1], numbers[0], numbers[2]) if one.unit is not None), None)
    unit, factor = LITERALS[word] if word is not None else (Unit.NUMBER, Fraction(1))
    if parameter.schedule is not None:
        raise Unfit(
            f'"{parameter.name}" changes on certain days and cannot be swept',
            f"“{parameter.name}”的值按日期变化，不能试取",
        )
    if unit is not parameter.type.unit and not (unit in PLAIN and parameter.type.unit in PLAIN):
        raise Unfit(
            f'"{parameter.name}" is {parameter.type.unit}; write the range with its unit, as in {_sample(parameter)}',
            f"“{parameter.name}”的单位不符；请带单位书写范围，如 {_sample(parameter)}",
        )
    held = [literal(_with_unit(one, word)) for one in numbers]
    if any(own is not unit for _, own in held):
        raise Unfit("the range and its step have different units", "范围与步长的单位不同")
    (low, _), (high, _), (size, _) = held
    if size <= 0 or low > high:
        raise Unfit(
            "write the smaller value first, and a step above zero", "请把较小的值写在前面，步长须大于零"
        )
    count = int((high - low) / size) + 1
    if count > MOST:
        raise Unfit(
            f"that makes {count:,} values; at most {MOST:,} are tried",
            f"共有 {count:,} 个取值，最多 {MOST:,} 个",
        )
    where = numbers[0].span
    return tuple(
        (low + size * place, tree.Number((low + size * place) / factor, word, where))
        for place in range(count)
    )


def _number(given: tree.Expr) -> tree.Number:
    if isinstance(given, tree.Number):
        return given
    raise Unfit("the bounds and the step must be numbers", "范围的两端与步长须是数")


def _with_unit(number: tree.Number, word: str | None) -> tree.Number:
    return number if number.unit is not None else tree.Number(number.value, word, number.span)


def _sample(parameter: Parameter) -> str:
    samples = {
        Unit.RATIO: "85%..95% step 1pp",
        Unit.MONEY: "0 yuan..20 yuan step 1 yuan",
        Unit.DURATION: "10 min..60 min step 5 min",
        Unit.WORKDAYS: "1 workdays..5 workdays step 1 workdays",
    }
    return samples.get(parameter.type.unit, "0..5 step 1")
