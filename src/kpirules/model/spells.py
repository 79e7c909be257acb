"""`split by post`: a person's period is scored in spells of one post each, and published as one result."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kpirules.diagnostics import Words
from kpirules.language import tree
from kpirules.model import expressions as e
from kpirules.model import people_problems as told
from kpirules.model import problems, rules
from kpirules.model.scope import Named, Scope
from kpirules.units import Type, Unit

DAYS, SERVICE_SHARE = "days", "service_share"
#: What every spell has besides the policy's own facts: how many days it has, and what share of the period's that is.
SPELL_FACTS: Mapping[str, Unit] = {DAYS: Unit.DURATION, SERVICE_SHARE: Unit.RATIO}


@dataclass(frozen=True, slots=True)
class SplitCheck:
    """Checks the header's `split by` line."""

    scope: Scope
    header: tree.Header

    def facts(self, inputs: Mapping[str, rules.Input]) -> dict[str, rules.Input]:
        """The facts of a spell, under their own names; nothing where no period is split."""
        found: dict[str, rules.Input] = {}
        for line in self.header.split[:1]:
            history = inputs[line.text].history if line.text in inputs else None
            self.scope.used.add(line.text)
            for name, unit in SPELL_FACTS.items():
                own = tree.Name(name, line.span)
                if name in self.scope.first:
                    before = self.scope.first[name]
                    self.scope.report(problems.TAKEN, before.span, name=name, line=line.span.line)
                    continue
                self.scope.enter(own, "attribute")
                self.scope.names[name] = Named("attribute", unit, line.span, Type(unit))
                found[name] = rules.Input(name, Type(unit), "", True, None, line.span, None, history or "")
        return found

    def attribute(self, inputs: Mapping[str, rules.Input]) -> str | None:
        """The attribute that the period is split by: one that a history holds."""
        lines = self.header.split
        for extra in lines[1:]:
            what = Words('"split by"', "“分段按”")
            self.scope.report(problems.REPEATED, extra.span, what=what, line=lines[0].span.line)
        if not lines:
            return None
        name = lines[0].text
        taken = [one.name for one in inputs.values() if one.history and one.name not in SPELL_FACTS]
        if name in taken:
            return name
        if name in inputs and name not in SPELL_FACTS:
            what = Words(f"{name} is not taken from a history", f"{name} 不是取自历史")
            mend = Words(
                f"write `attribute {name} : TYPE from HISTORY`", f"请写 `属性 {name} : 类型 来自 历史`"
            )
            self.scope.report(told.SPLIT, lines[0].span, what=what, mend=mend)
        else:
            self.scope.unknown(lines[0], taken, thing=Words("no attribute from a history", "取自历史的属性"))
        return None

    def alone(self, ruleset: rules.Ruleset) -> None:
        """Spells are scored one by one: nothing may be taken across people, or from other periods."""
        if not self.header.split:
            return
        place = self.header.split[0].span
        crossing = next((part for one in _formulas(ruleset) for part in e.walk(one) if _crosses(part)), None)
        if isinstance(crossing, e.Earlier | e.Recent):
            what = Words("no earlier period can be read", "不能读取以前的周期")
            mend = Words("score the periods whole, without `split by`", "请整个周期计分，不用“分段按”")
            self.scope.report(told.SPLIT, crossing.span, what=what, mend=mend)
        elif crossing is not None:
            what = Words("a value across people cannot be taken", "不能跨人员取值")
            mend = Words(
                "take it in a policy of its own that is not split, or do without `split by`",
                "请在另一个不分段的制度中计算，或不用“分段按”",
            )
            self.scope.report(told.SPLIT, crossing.span, what=what, mend=mend)
        if any(one.quota is not None for one in ruleset.grades):
            what = Words("grades cannot have a quota", "等级不能有名额")
            mend = Words("leave out the quota, or `split by`", "请去掉名额，或不用“分段按”")
            self.scope.report(told.SPLIT, place, what=what, mend=mend)
        if ruleset.grains:
            what = Words("nothing can be measured by shorter periods", "不能按更短的周期度量")
            mend = Words(
                "measure over the whole period, or do without `split by`", "请按整个周期度量，或不用“分段按”"
            )
            self.scope.report(told.SPLIT, place, what=what, mend=mend)


def _crosses(part: e.Expr) -> bool:
    return isinstance(part, e.Group | e.Rank | e.Division | e.Earlier | e.Recent)


def _formulas(ruleset: rules.Ruleset) -> Iterator[e.Expr]:
    yield from (one.value for one in ruleset.measures.values())
    for one in ruleset.indicators:
        yield one.measure
        yield from (
            part for part in (one.applies, one.target.value if one.target else None) if part is not None
        )
    yield from (one.value for one in ruleset.outcomes)
    if ruleset.applies is not None:
        yield ruleset.applies
