"""Histories of people: records that hold from a date on, attributes taken from them, and what may be asked of their days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kpirules.diagnostics import Span, Words
from kpirules.language import tree
from kpirules.model import people_problems as told
from kpirules.model import problems, rules
from kpirules.model.scope import UNIT_WORDS, Scope, listed
from kpirules.units import Unit

#: What is asked of the days of a history, as the tree calls it.
_OF_DAYS = {
    "days": Words("a number of days in force", "生效天数"),
    "share of days": Words("a share of days in force", "生效天数占比"),
    "daily mean": Words("a daily mean", "按天平均"),
}
_DATES = (Unit.DATE, Unit.DATETIME)
_SINCE = Words(
    "declare its date, such as `since : date`, and write `in force from since`",
    "请声明其日期，例如 `since : 日期`，并写 `生效自 since`",
)


def of_days(scope: Scope, node: tree.Over) -> bool:
    """Whether days are asked of people, who have none: reported."""
    if node.kind not in _OF_DAYS:
        return False
    mend = Words(
        "ask it of a history: records that hold from a date on, declared with `history`",
        "只能对“历史”提问：用“历史”声明从某日起生效的记录",
    )
    scope.report(problems.ONLY_RECORDS, node.span, what=_OF_DAYS[node.kind], mend=mend)
    return True


def fits_data(scope: Scope, node: tree.Over, data: str) -> bool:
    """Whether a summary suits a data set or a history; reported otherwise."""
    history = data in scope.histories
    place = node.over.span
    several = history and scope.histories[data] and node.kind in ("days", "share of days")
    if history == (node.kind in _OF_DAYS) and not several:
        return True
    if several:
        what = Words("may hold several records on one day", "同一天可能有几条记录生效")
        mend = Words(
            f"write `daily mean of X over {data} where ...`, or count the days of a history without `for each`",
            f"请写 `按天平均 X 于 {data} 当 …`，或对没有“分别按”的历史计算天数",
        )
    elif history:
        what = Words("is a history: its records hold for days", "是历史，其记录按天生效")
        mend = Words(
            f"write `days of {data} where ...`, `share of days of {data} where ...` or `daily mean of X over {data}`",
            f"请写 `生效天数 {data} 当 …`、`生效天数占比 {data} 当 …` 或 `按天平均 X 于 {data}`",
        )
    else:
        what = Words("is no history: its records do not hold for days", "不是历史，其记录没有生效天数")
        mend = Words(
            f"write `count of {data}`, `share of {data} where ...` or `mean of X over {data}`, or declare it with `history`",
            f"请写 `计数 {data}`、`占比 {data} 当 …` 或 `平均 X 于 {data}`，或改用“历史”声明",
        )
    scope.report(told.HISTORY_USE, place, data=data, what=what, mend=mend)
    return False


@dataclass(frozen=True, slots=True)
class HistoryCheck:
    """Checks `history` blocks, and the attributes that are taken from them."""

    scope: Scope

    def history(self, node: tree.History, fields: Sequence[rules.DataField]) -> rules.Data:
        """The data set that a history is: placed by the day from which its records hold."""
        staff = [one for one in fields if one.type.unit is Unit.STAFF]
        since, until = "", None
        each: tuple[str, ...] = ()
        if len(staff) != 1:
            what = Words("does not say whose a record is", "没有说明记录属于谁")
            mend = Words("add a field `staff : staff`", "请加上字段 `staff : 员工`")
            if staff:
                what = Words("has two fields of type staff", "有两个“员工”类型的字段")
                mend = Words("declare the other person as `text`", "另一个人请声明为 `文本`")
            self._shape(staff[1].span if staff else node.name.span, node, what, mend)
        if not node.in_force:
            what = Words("does not say from when a record holds", "没有说明记录从何时起生效")
            self._shape(node.name.span, node, what, _SINCE)
        else:
            for extra in node.in_force[1:]:
                at = node.in_force[0].span.line
                what = Words('"in force from"', "“生效自”")
                self.scope.report(problems.REPEATED, extra.span, what=what, line=at)
            line = node.in_force[0]
            since = self._date(node, line.since, fields)
            until = None if line.until is None else self._date(node, line.until, fields) or None
            each = self._each(line, fields)
        name, label = node.name.text, node.label.text if node.label else ""
        whose = staff[0].name if staff else ""
        return rules.Data(name, label, tuple(fields), whose, since, node.name.span, (), True, until, each)

    def _each(self, line: tree.InForceBy, fields: Sequence[rules.DataField]) -> tuple[str, ...]:
        """The fields in which records that hold at once differ."""
        known = [one.name for one in fields if one.type.unit is not Unit.STAFF]
        for one in line.each:
            if one.text not in known:
                self.scope.unknown(one, known, thing=Words("no field", "字段"))
        return tuple(one.text for one in line.each if one.text in known)

    def _date(self, node: tree.History, name: tree.Name, fields: Sequence[rules.DataField]) -> str:
        """The field, if it is a date."""
        dated = sorted(one.name for one in fields if one.type.unit in _DATES)
        if name.text in dated:
            return name.text
        if any(one.name == name.text for one in fields):
            what = Words(f"goes by {name.text}, which is no date", f"按 {name.text} 生效，但它不是日期")
            self._shape(name.span, node, what, _SINCE)
        else:
            advice = None if dated else _SINCE
            self.scope.unknown(name, dated, thing=Words("no field", "字段"), advice=advice)
        return ""

    def _shape(self, span: Span, node: tree.History, what: Words, mend: Words) -> None:
        self.scope.report(told.HISTORY_SHAPE, span, data=node.name.text, what=what, mend=mend)

    def taken(self, inputs: Sequence[tree.Input]) -> None:
        """Whether each attribute that is taken from a history is one of its fields."""
        for one in inputs:
            if one.taken_from is not None:
                self._taken(one, one.taken_from)

    def _taken(self, one: tree.Input, history: tree.Name) -> None:
        name, data = one.name.text, history.text
        self.scope.used.add(data)
        if data not in self.scope.histories:
            self.scope.unknown(history, self.scope.histories, thing=Words("no history", "历史"))
            return
        if self.scope.histories[data]:
            what = Words("may have several values on one day in", "同一天可能有几个值：")
            mend = Words("take it from a history without `for each`", "请取自没有“分别按”的历史")
            self._wrong(history.span, name, data, what, mend)
            return
        if one.missing is not None:
            what = Words("is taken from the history", "取自历史")
            mend = Words(
                "leave `missing` out: without a record in force it is missing",
                "请删除“缺失”：没有生效的记录即为缺失",
            )
            self._wrong(one.missing.span, name, data, what, mend)
            return
        field = self.scope.fields.get(data, {}).get(name)
        named = self.scope.names.get(name)
        if field is None:
            known = listed(self.scope.fields.get(data, {}))
            what = Words("is no field of the history", "不是这个历史的字段：")
            mend = Words(f"call it like one of its fields: {known.en}", f"请与其某个字段同名：{known.zh}")
            self._wrong(history.span, name, data, what, mend)
        elif named is not None and named.type is not None and field.type != named.type:
            what = Words("has another type in the history", "的类型不同于历史")
            of_field, own = UNIT_WORDS[field.unit], UNIT_WORDS[named.unit]
            mend = Words("declare both alike, scale and values too", "请把两处声明成一样，包括范围和取值")
            if field.unit is not named.unit:
                mend = Words(
                    f"declare both alike: the field is {of_field.en}, the attribute {own.en}",
                    f"请把两处声明成一样：字段是{of_field.zh}，属性是{own.zh}",
                )
            self._wrong(one.type.span, name, data, what, mend)

    def _wrong(self, span: Span, name: str, data: str, what: Words, mend: Words) -> None:
        self.scope.report(told.HISTORY_FIELD, span, name=name, data=data, what=what, mend=mend)
