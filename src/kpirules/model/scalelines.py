"""Interval tables as written: from their lines to a scale, with everything that does not fit reported."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from kpirules.diagnostics import Span, Words
from kpirules.language import tree
from kpirules.model import bands, problems, rules
from kpirules.model import expressions as e
from kpirules.model.forms import ZERO, Band
from kpirules.model.literals import LITERALS
from kpirules.model.plain import plain
from kpirules.model.ranges import of_type
from kpirules.model.resolve import Resolver
from kpirules.model.scales import Scale
from kpirules.model.scope import A_NUMBER, UNIT_WORDS, Scope, said, unit_of
from kpirules.units import NUMERIC, Type, Unit, product_unit

_VALUE, _BOUND = (
    Words("an entry of this table", "此对照表的值"),
    Words("the bound of an interval", "区间界限"),
)


@dataclass(frozen=True, slots=True)
class ScaleCheck:
    """Checks one interval table. rate: the declared type of its entries."""

    scope: Scope
    node: tree.Table
    rate: Unit

    def table(self) -> rules.Table:
        """The table; where something is wrong (and reported) a harmless one."""
        node, name = self.node, self.node.name.text
        key = self._key()
        unit = self._unit(key)
        self._only_intervals()
        otherwise = self._otherwise()
        written = [self._band(one, key) for one in node.bands]
        whole = None not in written
        known = [one for one in written if one is not None]
        waits = name in self.scope.waiting
        row = bands.Row(self.scope, name, key, of_type(Type(key))).of(known) if not waits else ()
        if whole and row and not waits and not any(one.key is None for one in node.entries):
            whole = self._covered(row, key)
        if whole and row and node.marginal:
            self._from_nothing(row, otherwise, key)
        scale = Scale(row or (Band(None, False, None, False, ZERO, ZERO),), otherwise, node.marginal)
        self.scope.tables[name] = (unit, key)
        label = node.label.text if node.label else ""
        return rules.Table(name, label, unit, key, {}, otherwise, node.name.span, scale, self.rate)

    # Units

    def _key(self) -> Unit:
        """The unit of the keys: as the type says, or the fact of that name, or the bounds."""
        key = self.node.key
        if isinstance(key, tree.TypeName):
            unit = unit_of(key)
            if unit in NUMERIC:
                return unit
            mend = Words("write for example `money`, `count` or `duration`", "例如 `金额`、`次数` 或 `时长`")
            what = Words("what the intervals are of", "区间所分的值")
            Resolver(self.scope).wrong(key.span, what, A_NUMBER, UNIT_WORDS[unit], mend)
            return Unit.NUMBER
        named = self.scope.names.get(key.text)
        if named is not None and named.unit in NUMERIC:
            return named.unit
        bounds = [bound for one in self.node.bands for bound in (one.low, one.high)]
        numbers = [bound for bound in bounds if isinstance(bound, tree.Number) and bound.unit is not None]
        return LITERALS[numbers[0].unit or ""][0] if numbers else Unit.NUMBER

    def _unit(self, key: Unit) -> Unit:
        if not self.node.marginal:
            return self.rate
        unit = product_unit(key, self.rate)
        if unit is not None:
            return unit
        what = Words(
            f"a rate in {UNIT_WORDS[self.rate].en} of a part in {UNIT_WORDS[key].en} makes no sense",
            f"{UNIT_WORDS[key].zh}的一部分不能乘以{UNIT_WORDS[self.rate].zh}的费率",
        )
        mend = Words("make the rate a `ratio` or a `number`", "请把费率声明为 `比率` 或 `数值`")
        self._wrong(self.node.type.span, what, mend)
        return self.rate

    # Lines

    def _only_intervals(self) -> None:
        for one in self.node.entries:
            if one.key is not None:
                what = Words(
                    "this table has intervals, and this line a single key", "此对照表按区间，而此行是单个键"
                )
                mend = Words("write it as an interval: `from 5 to 5`", "请写成区间：`自 5 至 5`")
                self._wrong(one.span, what, mend)

    def _otherwise(self) -> Fraction | None:
        lines = [one for one in self.node.entries if one.key is None]
        for extra in lines[1:]:
            what = Words("`otherwise`", "“其他”")
            self.scope.report(problems.REPEATED, extra.span, what=what, line=lines[0].span.line)
        if not lines or isinstance(lines[0].value, tree.MissingValue):
            return None
        value = self._constant(lines[0].value, self.rate, _VALUE)
        return value.value if value is not None and isinstance(value.value, Fraction) else None

    def _band(self, node: tree.Band, key: Unit) -> bands.Written | None:
        low = None if node.low is None else self._constant(node.low, key, _BOUND)
        high = None if node.high is None else self._constant(node.high, key, _BOUND)
        first = self._constant(node.points, self.rate, _VALUE)
        second = first if node.points_to is None else self._constant(node.points_to, self.rate, _VALUE)
        if node.points_to is not None and (node.low is None or node.high is None):
            self.scope.report(problems.SLOPE, node.span)
            return None
        if node.points_to is not None and self.node.marginal:
            what = Words("a marginal table has one rate for each interval", "累进表每个区间只有一个费率")
            mend = Words("write one rate, or leave `marginal` out", "请只写一个费率，或去掉“累进”")
            self._wrong(node.points_to.span, what, mend)
            return None
        if (low is None) != (node.low is None) or (high is None) != (node.high is None):
            return None
        if first is None or second is None:
            return None
        band = Band(
            _number(low),
            node.low_closed,
            _number(high),
            node.high_closed,
            _number(first) or ZERO,
            _number(second) or ZERO,
            node.span,
        )
        return bands.Written(band, node.span)

    def _constant(self, node: tree.Expr, unit: Unit, what: Words) -> e.Constant | None:
        resolver = Resolver(self.scope, owner=self.node.name.text)
        return plain(node, Type(unit)) or resolver.constant(node, unit, what)

    # The whole

    def _covered(self, row: Sequence[Band], key: Unit) -> bool:
        """Without `otherwise` the intervals reach as far as the key can."""
        least = of_type(Type(key)).low
        first, last = row[0], row[-1]
        open_: list[Words] = []
        begins = (
            least is not None
            and first.low is not None
            and (first.low, not first.low_closed) <= (least, False)
        )
        if first.low is not None and not begins:
            bound = said(first.low, key, self.scope.currency)
            open_.append(Words(f"below {bound.en}", f"低于 {bound.zh}"))
        if last.high is not None:
            bound = said(last.high, key, self.scope.currency)
            open_.append(Words(f"above {bound.en}", f"高于 {bound.zh}"))
        if open_:
            sides = Words(" or ".join(one.en for one in open_), " 或".join(one.zh for one in open_))
            what = Words(
                f"this table says nothing of values {sides.en}", f"此对照表没有说明{sides.zh} 的情形"
            )
            mend = Words(
                "add a line `otherwise : VALUE`, or `otherwise : missing`",
                "请加上一行 `其他 : 值` 或 `其他 : 缺失`",
            )
            self._wrong(self.node.name.span, what, mend)
        return not open_

    def _from_nothing(self, row: Sequence[Band], otherwise: Fraction | None, key: Unit) -> None:
        """The parts of a value are counted from 0: there must be a rate for each of them."""
        low = row[0].low
        if low is not None and low > 0 and otherwise is None:
            begin = said(low, key, self.scope.currency)
            what = Words(
                f"this table has no rate for the part of a value below {begin.en}",
                f"此对照表没有说明 {begin.zh} 以下部分的费率",
            )
            mend = Words(f"add a line `below {begin.en} : 0`", f"请加上一行 `低于 {begin.zh} : 0`")
            self._wrong(self.node.name.span, what, mend)

    def _wrong(self, span: Span, what: Words, mend: Words) -> None:
        self.scope.report(problems.LOOKUP, span, what=what, mend=mend)


def _number(constant: e.Constant | None) -> Fraction | None:
    return constant.value if constant is not None and isinstance(constant.value, Fraction) else None
