"""What to advise: how to mend a value that does not fit its place, and what a declared type promises."""

from __future__ import annotations

from fractions import Fraction

from kpirules.diagnostics import Span, Words
from kpirules.language import tree
from kpirules.model import problems
from kpirules.model.expressions import Value
from kpirules.model.scope import UNIT_EXAMPLES, UNIT_WORDS, Scope
from kpirules.numbers import decimal_text
from kpirules.units import CURRENCIES, PLAIN, Type, Unit


def allowed(value: Value, type_: Type) -> bool:
    """Whether a fact of the type can have the value."""
    if isinstance(value, bool):
        return True
    if isinstance(value, str):
        return not type_.choices or value in type_.choices
    if type_.lowest is not None and value < type_.lowest:
        return False
    if type_.high is not None and value > type_.high:
        return False
    step = Fraction(1) if type_.unit is Unit.COUNT else type_.step
    return step is None or ((value - (type_.low or 0)) / step).denominator == 1


def never(scope: Scope, span: Span, name: str, value: Value, type_: Type) -> None:
    """Report a value that a fact never has."""
    shown = (
        Words(f'"{value}"', f"“{value}”")
        if isinstance(value, str)
        else scope.said(Fraction(value), type_.unit)
    )
    scope.report(problems.NEVER, span, name=name, value=shown, known=promise(type_))


def promise(type_: Type) -> Words:
    """The values that a type allows, in words."""
    if type_.choices:
        texts = [f'"{one}"' for one in type_.choices]
        chinese = "、".join(f"“{one}”" for one in type_.choices)
        return Words(f"its values are {', '.join(texts)}", f"可取的值：{chinese}")
    if type_.low is not None and type_.high is not None:
        low, high, step = (decimal_text(one) for one in (type_.low, type_.high, type_.step or Fraction(1)))
        return Words(
            f"its scale runs from {low} to {high} in steps of {step}", f"范围为 {low} 至 {high}，步长 {step}"
        )
    if type_.unit is Unit.COUNT:
        return Words("a count is a whole number, zero or more", "次数是不小于零的整数")
    return Words("it is zero or more", "不小于零")


def no_day(scope: Scope, node: tree.Moment) -> None:
    """Report a date or time that does not exist."""
    scope.report(
        problems.HEADER,
        node.span,
        what=Words(
            f"there is no day or time {node.text.replace('T', ' ')}",
            f"不存在日期或时刻 {node.text.replace('T', ' ')}",
        ),
        mend=Words("write one that exists", "请写存在的日期或时刻"),
    )


def how_many(least: int, most: int | None) -> Words:
    if most is None:
        return Words(f"at least {least} values", f"至少 {least} 个值")
    if least == most:
        return Words(f"{least} value{'s' if least > 1 else ''}", f"{least} 个值")
    return Words(f"{least} to {most} values", f"{least} 至 {most} 个值")


def mend_for(node: tree.Expr, given: Unit, wanted: Unit, currency: str = "CNY") -> Words:
    """How to turn what is written into what the place wants."""
    example = UNIT_EXAMPLES[wanted]
    general = Words(
        f"give {UNIT_WORDS[wanted].en}, for example `{example.en}`",
        f"请给出{UNIT_WORDS[wanted].zh}，例如 `{example.zh}`",
    )
    if wanted is Unit.BOOLEAN and isinstance(node, tree.Number):
        return Words("write `yes` or `no`", "请写 `是` 或 `否`")
    if wanted is Unit.BOOLEAN and isinstance(node, tree.Name):
        to = '= "..."' if given is Unit.TEXT else "> 0"
        return Words(f"compare it with something: `{node.text} {to}`", f"请作比较，例如 `{node.text} {to}`")
    if wanted is Unit.BOOLEAN:
        return Words(f"compare it with something: `{example.en}`", f"请作比较，例如 `{example.zh}`")
    if isinstance(node, tree.Number):
        plain = decimal_text(node.value)
        if wanted in PLAIN and node.unit is not None:
            return Words(f"write {plain}", f"请写 {plain}")
        words = {
            Unit.MONEY: Words(
                f"write `{plain} {CURRENCIES[currency].en}`", f"请写 `{plain} {CURRENCIES[currency].zh}`"
            ),
            Unit.DURATION: Words(
                f"write its unit: `{plain} min`, `{plain} h`, `{plain} days`",
                f"请写单位：`{plain} 分钟`、`{plain} 小时`、`{plain} 天`",
            ),
            Unit.WORKDAYS: Words(f"write `{plain} workdays`", f"请写 `{plain} 个工作日`"),
            Unit.TEXT: Words(f'write it in quotes: "{plain}"', f"请写在引号里：“{plain}”"),
        }
        return words.get(wanted, general) if node.unit is None else general
    if wanted is Unit.POINTS and given is Unit.RATIO:
        return Words(
            "say how many points the whole is worth: `20 points * (a / b)`", "请写明满分：`20 分 * (a / b)`"
        )
    return general


def misfit_mend(node: tree.Binary, left: Unit, right: Unit) -> Words:
    if Unit.BOOLEAN in (left, right) and node.operator in ("=", "!="):
        return Words("compare a yes/no fact with yes or no", "是否类的事实只与“是”或“否”比较")
    if (
        left == right
        and left in (Unit.TEXT, Unit.BOOLEAN)
        and node.operator not in ("+", "-", "*", "/", "otherwise")
    ):
        return Words("these can only be compared with = and !=", "只能用 = 和 != 比较")
    if Unit.TEXT in (left, right) or Unit.BOOLEAN in (left, right):
        number = next((one for one in (node.left, node.right) if isinstance(one, tree.Number)), None)
        if number is not None and node.operator in ("=", "!="):
            return mend_for(tree.Number(number.value, None, number.span), Unit.NUMBER, Unit.TEXT)
        return Words("only numbers can be calculated with", "只有数值可以计算")
    if node.operator == "otherwise":
        return Words("give both values the same unit", "请使两个值的单位相同")
    if node.operator in ("*", "/"):
        return Words("make one of the two a plain number or a ratio", "请使其中一个为普通数或比率")
    wanted = left if left is not Unit.NUMBER else right
    for one, unit in ((node.left, left), (node.right, right)):
        if isinstance(one, tree.Number) and unit is not wanted:
            return mend_for(one, unit, wanted)
    return Words(
        f"make both sides {UNIT_WORDS[wanted].en}, for example `{UNIT_EXAMPLES[wanted].en}`",
        f"请使两边都是{UNIT_WORDS[wanted].zh}，例如 `{UNIT_EXAMPLES[wanted].zh}`",
    )
