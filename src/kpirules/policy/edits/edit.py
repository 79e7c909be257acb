"""One thing that was edited between two policies, and how it is said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from kpirules.diagnostics import Span, Words
from kpirules.language import tree
from kpirules.model.parts import word
from kpirules.policy.edits.pieces import Key


class Change(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    RENAMED = "renamed"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Version:
    """One of the two policies. policy: its syntax tree, composed; sources: path to text; settings: parameters that its user set.

    spoken: the settings as their user wrote them, where that is known.
    """

    policy: tree.Ruleset
    path: str
    sources: Mapping[str, str]
    settings: Mapping[str, tree.Expr] = field(default_factory=dict)
    spoken: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Detail:
    """One row of what was edited: a band, an entry, a line. old None: it is new; new None: it is gone."""

    old: Words | None
    new: Words | None


@dataclass(frozen=True, slots=True)
class Edit:
    """One thing that was edited.

    subject: the word for what it belongs to (indicator, parameter, grade, bonus, ...; `ruleset` for the lines under it);
    name: what that is called in the new policy, in the old one where it is gone.
    aspect: what of it (weight, target, form, value, ...); "" for the whole. section: where an indicator stands.
    old, new: what was written, None where there was nothing or where `details` say it row by row; of a
    renaming the two names.
    effect: whether anybody's results may change by it; wording and tests have none, nor has a declaration that
    nothing uses yet. slot: what of the tree it is, for `hybrids`.
    """

    change: Change
    subject: str
    name: str
    aspect: str
    effect: bool
    old: Words | None
    new: Words | None
    details: tuple[Detail, ...]
    old_span: Span | None
    new_span: Span | None
    slot: tuple[Key, str]
    section: str | None = None

    @property
    def title(self) -> Words:
        """What was edited, without what it was and is: `weight of indicator complaints`, `award trip added`."""
        what = _subject(self.subject, self.name)
        match self.change:
            case Change.ADDED:
                return Words(f"{what.en} added", f"新增{what.zh}")
            case Change.REMOVED:
                return Words(f"{what.en} removed", f"删去{what.zh}")
        aspect = ASPECTS[self.aspect]
        return Words(f"{aspect.en} of {what.en}", f"{what.zh}的{aspect.zh}")

    @property
    def head(self) -> Words:
        """What was edited, as a list of edits begins its line: `indicator complaints: weight`."""
        what, aspect = _subject(self.subject, self.name), ASPECTS.get(self.aspect, Words())
        return Words(f"{what.en}: {aspect.en}", f"{what.zh}：{aspect.zh}")

    @property
    def words(self) -> Words:
        """The edit in one line: `indicator complaints: weight 40 -> 30`; what is there once is told by its first line."""
        what = _subject(self.subject, self.name)
        match self.change:
            case Change.ADDED | Change.REMOVED:
                return self.new or self.old or what
            case Change.RENAMED:
                before = _subject(self.subject, (self.old or NOTHING).en)
                return Words(f"{before.en} is now called {self.name}", f"{before.zh} 改名为 {self.name}")
        if self.old is None and self.new is None:
            return self.head
        old, new = self.old or NOTHING, self.new or NOTHING
        plain = self.aspect in _SAID or (self.subject == "ruleset" and self.aspect != "version")
        head = Words(f"{what.en}:", f"{what.zh}：") if plain else Words(self.head.en, f"{self.head.zh} ")
        return Words(f"{head.en} {old.en} -> {new.en}", f"{head.zh}{old.zh} -> {new.zh}")


NOTHING = Words("(none)", "（无）")
#: Aspects that are told as whole lines, which say themselves what they are; a parameter is its value.
_SAID = frozenset(
    {
        *("value", "column", "entries", "groups", "rules"),
        *("form", "bands", "levels", "lines", "missing", "applies", "points", "limit"),
    }
)
#: What the aspects are called.
ASPECTS: Mapping[str, Words] = {
    "accepted": Words("accepted findings", "容许的发现"),
    "value": Words("value", "取值"),
    "column": Words("column", "列"),
    "fields": Words("fields", "字段"),
    "entries": Words("entries", "各项"),
    "formula": Words("formula", "算式"),
    "groups": Words("groups of raters", "评分人分组"),
    "rules": Words("rules", "规则"),
    "weight": Words("weight", "权重"),
    "measure": Words("measure", "度量"),
    "target": Words("target", "目标"),
    "form": Words("scoring", "计分方式"),
    "bands": Words("bands", "分段"),
    "levels": Words("levels", "等级分"),
    "lines": Words("deductions", "扣分项"),
    "missing": Words("missing", "缺失"),
    "applies": Words("applies", "适用"),
    "section": Words("section", "章节"),
    "bound": Words("bound", "分界"),
    "quota": Words("quota", "名额"),
    "list": Words("list", "列表"),
    "name": Words("name", "名字"),
    "points": Words("points", "分值"),
    "condition": Words("condition", "条件"),
    "limit": Words("limit", "上限"),
    "rounding": Words("rounding", "舍入"),
    "level": Words("level", "级别"),
    "consequences": Words("consequences", "后续"),
    "subject": Words("what is appraised", "考核对象"),
    "currency": Words("currency", "币种"),
    "in force": Words("in force", "施行"),
    "period": Words("period", "周期"),
    "calendar": Words("calendar", "日历"),
    "split": Words("split", "分段计分"),
    "version": Words("version", "版本"),
    "label": Words("label", "显示名称"),
    "notes": Words("clauses and notes", "条款与注释"),
    "test": Words("expectations", "内容"),
}


def _subject(kind: str, name: str) -> Words:
    if kind == "ruleset":
        return Words("ruleset", "规则集")
    if kind == "limit":
        return Words(f"{word(name).en} at most", f"{word(name).zh}最多")
    called = word(kind)
    return Words(f"{called.en} {name}".strip(), f"{called.zh} {name}".strip())
