"""Several raters of one person: groups with shares and least numbers become one measure.

A group's rating is the mean of its ratings, or a column. A group with fewer raters than its least number counts as
missing, so that nobody is identified. The share of a group that is missing goes to the others in proportion: the
result is the sum of share x rating over the sum of the shares that are there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from kpirules.diagnostics import Span, Words
from kpirules.language import tree
from kpirules.model import expressions as e
from kpirules.model import people_problems as told
from kpirules.model import problems, rules
from kpirules.model.ranges import range_of
from kpirules.model.resolve import Resolver
from kpirules.model.scope import Range, Scope, listed, said
from kpirules.units import Unit, sum_unit

_SHARE = Words("the share of a group", "一组的占比")
_LEAST = Words("the least number of raters", "最少评价人数")


@dataclass(frozen=True, slots=True)
class RatersCheck:
    """Checks `raters` blocks: each gives a measure's value, and what is said of it (None where it is wrong)."""

    scope: Scope

    def raters(self, node: tree.Raters) -> rules.Raters | None:
        """The groups of one block."""
        if not node.groups:
            what = Words(f'the raters "{node.name.text}"', f"评价人“{node.name.text}”")
            mend = Words(
                'add lines such as `"peer" 30%, at least 3 raters` below, indented',
                "请在下面缩进写出各组，例如 `“同事” 30%, 至少 3 人`",
            )
            self.scope.report(problems.EMPTY_BLOCK, node.name.span, what=what, mend=mend)
            return None
        if not self._fields_are_there(node):
            return None
        groups: list[rules.RaterGroup] = []
        for one in self._distinct(node):
            group = self._group(node, one)
            if group is None:
                return None  # what is wrong with the rated item would be told for every group
            groups.append(group)
        if not self._whole(node, groups) or not self._alike(node, groups):
            return None
        data = node.rated.data.text if node.rated is not None else None
        found = rules.Raters(tuple(groups), not node.unshared, data)
        self.scope.ranges[node.name.text] = self._range(groups)
        return found

    def _distinct(self, node: tree.Raters) -> Sequence[tree.RaterGroup]:
        seen: dict[str, tree.RaterGroup] = {}
        for one in node.groups:
            if one.key.text in seen:
                what = Words(f'the group "{one.key.text}"', f"“{one.key.text}”组")
                line = seen[one.key.text].span.line
                self.scope.report(problems.REPEATED, one.span, what=what, line=line)
            seen.setdefault(one.key.text, one)
        return list(seen.values())

    def _fields_are_there(self, node: tree.Raters) -> bool:
        """The data set and the fields that name group and rater."""
        for extra in node.counted_by[1:]:
            what, line = Words('"counted by"', "“人数按”"), node.counted_by[0].span.line
            self.scope.report(problems.REPEATED, extra.span, what=what, line=line)
        if node.rated is None:
            for one in node.counted_by:
                what = Words("only records name their raters", "只有记录才写明评价人")
                self._wrong(node, one.span, what, _COLUMN_COUNT)
            return not node.counted_by
        data = node.rated.data.text
        if self.scope.kinds.get(data) != "data":
            known = [one for one, kind in self.scope.kinds.items() if kind == "data"]
            self.scope.unknown(node.rated.data, known, thing=Words("no data set", "数据"))
            return False
        fields = self.scope.fields.get(data, {})
        sound = True
        for name in (node.rated.by, *node.counted_by[:1]):
            if name.text not in fields:
                self.scope.unknown(name, fields, thing=Words("no field", "字段"))
                sound = False
            elif name is node.rated.by and fields[name.text].unit is not Unit.TEXT:
                what = Words(f"the field {name.text} is no text", f"字段 {name.text} 不是文字")
                mend = Words("name the field that says the rater's role", "请写出说明评价人角色的字段")
                self._wrong(node, name.span, what, mend)
                sound = False
        return sound

    # One group

    def _group(self, node: tree.Raters, one: tree.RaterGroup) -> rules.RaterGroup | None:
        resolver = Resolver(self.scope, owner=node.name.text, zero_allowed=True)
        share = resolver.constant(one.share, Unit.RATIO, _SHARE)
        least = None if one.least is None else resolver.constant(one.least, Unit.COUNT, _LEAST)
        if share is None or (one.least is not None and least is None):
            return None
        if isinstance(share.value, Fraction) and share.value < 0:
            what = Words("a share is not below zero", "占比不能小于零")
            self._wrong(node, one.share.span, what, Words("write for example 30%", "例如 30%"))
            return None
        if isinstance(least, e.Constant) and not _is_number_of_people(least.value):
            what = Words(
                "the least number of raters is a whole number from 1", "最少评价人数须为不小于 1 的整数"
            )
            self._wrong(
                node, one.span, what, Words("write for example `at least 3 raters`", "例如 `至少 3 人`")
            )
            return None
        rating, count = self._of_records(resolver, node, one) if node.rated else self._of_column(node, one)
        if rating is None or (least is not None and count is None):
            return None
        counted = rating
        if least is not None and count is not None:
            enough = e.Compare(">=", count, least, one.span)
            nothing = e.Constant(None, rating.unit, one.span)
            counted = e.Choice(rating, enough, nothing, rating.unit, one.span)
        return rules.RaterGroup(one.key.text, share, counted, count, least, one.span)

    def _of_records(
        self, resolver: Resolver, node: tree.Raters, one: tree.RaterGroup
    ) -> tuple[e.Expr | None, e.Expr | None]:
        """The group's mean, and how many raters it is of."""
        assert node.rated is not None
        rated, at = node.rated, one.span
        if isinstance(one.key, tree.Name) or one.counted_in is not None:
            what = Words(
                "the groups of records stand in quotes, as their field says them", "记录的各组须写在引号里"
            )
            mend = Words(
                f'write for example `"{one.key.text}" 30%, at least 3 raters`',
                f"例如 `“{one.key.text}” 30%, 至少 3 人`",
            )
            self._wrong(node, at, what, mend)
            return None, None
        where: tree.Expr = tree.Binary("=", rated.by, one.key, at)
        if rated.where is not None:
            where = tree.Binary("and", where, rated.where, at)
        mean = resolver.expr(self._mean(rated, where, one))
        if mean is None:
            return None, None
        given = tree.Binary("and", where, tree.Presence(rated.item, True, at), at)
        kind, item = ("distinct", node.counted_by[0]) if node.counted_by else ("count", None)
        return mean, resolver.expr(tree.Over(kind, item, tree.records(rated.data), given, None, None, at))

    def _mean(self, rated: tree.Rated, where: tree.Expr, one: tree.RaterGroup) -> tree.Expr:
        mean = tree.Over("mean", rated.item, tree.records(rated.data), where, None, None, one.span)
        if one.trimmed is None:
            return mean
        return tree.Trimmed(mean, one.trimmed, one.percent, one.span)

    def _of_column(self, node: tree.Raters, one: tree.RaterGroup) -> tuple[e.Expr | None, e.Expr | None]:
        """The column with the group's rating, and the one with the number of its raters."""
        resolver = Resolver(self.scope, owner=node.name.text, zero_allowed=True)
        if isinstance(one.key, tree.Text):
            what = Words("no records are rated here", "此处没有记录")
            mend = Words(
                "write `raters NAME = ITEM over DATA by FIELD`, or the name of a column instead of the text",
                "请写 `评价人 名称 = 评分 于 数据 按 字段`，或把文字换成列名",
            )
            self._wrong(node, one.key.span, what, mend)
            return None, None
        if one.trimmed is not None:
            what = Words(
                "a column holds one number: nothing can be left out of it", "一列只有一个数，无从去掉"
            )
            mend = Words("leave `trimmed` out, or rate records", "请删除“去掉两端”，或改为评价记录")
            self._wrong(node, one.span, what, mend)
            return None, None
        if one.least is not None and one.counted_in is None:
            what = Words("how many raters there were is not said", "没有说明评价人数")
            self._wrong(node, one.span, what, _COLUMN_COUNT)
            return None, None
        rating = resolver.numeric(one.key)
        count = None
        if one.counted_in is not None:
            count = resolver.of(
                one.counted_in, lambda unit: unit in (Unit.COUNT, Unit.NUMBER), Unit.COUNT, _LEAST
            )
        return rating, count

    # All groups

    def _whole(self, node: tree.Raters, groups: Sequence[rules.RaterGroup]) -> bool:
        """The shares are all of it; those that wait for a parameter, or for a group to be told apart, are added up later."""
        shares = [one.share.value for one in groups]
        known = [one for one in shares if isinstance(one, Fraction)]
        if len(known) < len(node.groups) or sum(known) == 1:
            return True
        total = sum(known, Fraction(0))
        self.scope.report(
            told.RATER_SHARES,
            node.name.span,
            name=node.name.text,
            sum=said(total, Unit.RATIO),
            rest=said(1 - total, Unit.RATIO),
        )
        return False

    def _alike(self, node: tree.Raters, groups: Sequence[rules.RaterGroup]) -> bool:
        """All ratings are of one kind."""
        first = groups[0].rating.unit
        for one in groups[1:]:
            if sum_unit(first, one.rating.unit) is None:
                what = Words(
                    f"{one.name} and {groups[0].name} are not of one kind",
                    f"{one.name} 与 {groups[0].name} 不是同类",
                )
                names = listed(one.name for one in groups)
                mend = Words(f"bring {names.en} to one scale first", f"请先把{names.zh}换算到同一尺度")
                self._wrong(node, one.span, what, mend)
                return False
        return True

    def _range(self, groups: Sequence[rules.RaterGroup]) -> Range:
        """A weighted mean lies between its least and its greatest part."""
        ranges = [
            range_of(one.rating.then if isinstance(one.rating, e.Choice) else one.rating, self.scope)
            for one in groups
        ]
        lows = [one.low for one in ranges if one.low is not None]
        highs = [one.high for one in ranges if one.high is not None]
        return Range(
            min(lows) if len(lows) == len(ranges) else None, max(highs) if len(highs) == len(ranges) else None
        )

    def _wrong(self, node: tree.Raters, span: Span, what: Words, mend: Words) -> None:
        self.scope.report(told.RATER_LINE, span, name=node.name.text, what=what, mend=mend)


_COLUMN_COUNT = Words(
    "say which column has their number: `at least 3 of COLUMN`", "请写出人数所在的列：`至少 3 人数见 列`"
)


def _is_number_of_people(value: e.Value | None) -> bool:
    return value is None or (isinstance(value, Fraction) and value >= 1 and value.denominator == 1)


def shared_mean(raters: rules.Raters, span: Span) -> e.Expr:
    """The result of the groups: their ratings by their shares, over the shares of those that are there."""
    unit = raters.groups[0].rating.unit
    zero = e.Constant(Fraction(0), Unit.NUMBER, span)
    earned: list[e.Expr] = []
    present: list[e.Expr] = []
    for one in raters.groups:
        weighed = e.Arithmetic("*", one.rating, one.share, unit, span)
        there = e.Presence(one.rating, True, span)
        earned.append(e.Call("fallback", (weighed, zero), unit, span) if raters.shared else weighed)
        present.append(e.Choice(one.share, there, zero, Unit.NUMBER, span))
    if not raters.shared:
        return _added(earned, unit, span)
    return e.Arithmetic("/", _added(earned, unit, span), _added(present, Unit.NUMBER, span), unit, span)


def _added(parts: Sequence[e.Expr], unit: Unit, span: Span) -> e.Expr:
    found = parts[0]
    for one in parts[1:]:
        found = e.Arithmetic("+", found, one, unit, span)
    return found
