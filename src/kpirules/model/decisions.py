"""Decision tables: from their written rules to a checked table, and its value as an ordinary expression.

What a hit policy means is said here, once: `value_of` writes a decision with choices and logic that every other
room knows already. An unknown condition never counts as one that does not hold.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from kpirules.diagnostics import Words
from kpirules.language import tree
from kpirules.model import decision_problems, problems, rules
from kpirules.model import expressions as e
from kpirules.model.advice import allowed, never
from kpirules.model.coverage import Coverage, same
from kpirules.model.plain import plain
from kpirules.model.resolve import Resolver
from kpirules.model.scope import A_NUMBER, UNIT_WORDS, Scope
from kpirules.units import NUMERIC, PLAIN, Type, Unit

Join = Callable[[e.Expr, e.Expr], e.Expr]
_RESULT = Words("the result of this rule", "此规则的结果")
_SUMMED = frozenset({"sum", "min", "max", "mean"})


@dataclass(frozen=True, slots=True)
class DecisionCheck:
    """Checks one decision; type_: what it gives."""

    scope: Scope
    type_: Type

    def decision(self, node: tree.Decision) -> rules.Decision | None:
        """The checked decision, its gaps and overlaps reported; None where a part of it is wrong."""
        if not self._fits(node):
            return None
        written = [one for one in node.rules if one.condition is not None]
        last = [one for one in node.rules if one.condition is None]
        for extra in last[1:]:
            what = Words('"otherwise"', "“其余”")
            self.scope.report(problems.REPEATED, extra.span, what=what, line=last[0].span.line)
        if not written:
            what = Words(f'the decision "{node.name.text}"', f"决策“{node.name.text}”")
            mend = Words(
                "add rules such as `when age >= 18 : ...` below, indented",
                "请在下面缩进写出规则，例如 `若 年龄 >= 18 : …`",
            )
            self.scope.report(problems.EMPTY_BLOCK, node.name.span, what=what, mend=mend)
            return None
        built = [self._rule(node, one) for one in written]
        otherwise = [self._rule(node, one) for one in last]
        ranked = self._ranked(node, built)
        sound = [one for one in built if one is not None]
        if len(sound) < len(built) or None in otherwise or ranked is None:
            return None
        found = rules.Decision(
            name=node.name.text,
            label=node.label.text if node.label else "",
            unit=self.type_.unit,
            policy=node.policy,
            collected=node.collected,
            rules=tuple(sound) if node.policy != "priority" else ranked,
            otherwise=otherwise[0] if otherwise else None,
            span=node.name.span,
        )
        Coverage(self.scope, found).report()
        return found

    def _fits(self, node: tree.Decision) -> bool:
        """Whether the type is one that the hit policy can work with."""
        unit = self.type_.unit
        mend = Words(
            "write the type of the results, such as `text` or `number`",
            "请写结果的类型，例如 `文本` 或 `数值`",
        )
        wanted = Words("a kind of value", "一种值")
        fitting = unit is not Unit.STAFF
        if node.collected in _SUMMED:
            fitting, wanted = unit in NUMERIC, A_NUMBER
        elif node.collected == "count":
            fitting, wanted = unit in PLAIN, UNIT_WORDS[Unit.COUNT]
            mend = Words("write `count`", "请写 `次数`")
        if not fitting:
            what = Words("what this decision gives", "此决策的结果")
            Resolver(self.scope).wrong(node.type.span, what, wanted, UNIT_WORDS[unit], mend)
        return fitting

    def _rule(self, node: tree.Decision, one: tree.Decided) -> rules.DecisionRule | None:
        resolver = Resolver(self.scope, owner=node.name.text, zero_allowed=True)
        condition = None if one.condition is None else resolver.condition(one.condition)
        result = self._result(resolver, one.result)
        if result is None or (condition is None and one.condition is not None):
            return None
        return rules.DecisionRule(condition, result, one.span)

    def _result(self, resolver: Resolver, node: tree.Expr) -> e.Expr | None:
        unit = self.type_.unit
        if isinstance(node, tree.MissingValue):
            return e.Constant(None, unit, node.span)
        found = plain(node, self.type_) or resolver.fitting(node, unit, _RESULT)
        if isinstance(found, e.Constant) and found.value is not None and not allowed(found.value, self.type_):
            never(self.scope, node.span, resolver.owner, found.value, self.type_)
            return None
        return found

    # Priority

    def _ranked(
        self, node: tree.Decision, built: Sequence[rules.DecisionRule | None]
    ) -> tuple[rules.DecisionRule, ...] | None:
        """For `priority`: the rules in the order in which their results are listed, equal ones in writing order."""
        if node.policy != "priority":
            return ()
        resolver = Resolver(self.scope, owner=node.name.text)
        places: dict[e.Value, int] = {}
        sound = True
        for one in node.priorities:
            constant = resolver.constant(one, self.type_.unit, Words("a result in the order", "次序中的结果"))
            sound = sound and constant is not None
            if constant is None or constant.value is None:
                continue
            if constant.value in places:
                what = Words("a result in the order", "次序中的结果")
                self.scope.report(problems.REPEATED, one.span, what=what, line=one.span.line)
            places.setdefault(constant.value, len(places))
        ranked: list[tuple[int, rules.DecisionRule]] = []
        for rule in built:
            if rule is None:
                continue
            value = rule.result.value if isinstance(rule.result, e.Constant) else None
            if value is None or value not in places:
                self.scope.report(decision_problems.NOT_RANKED, rule.result.span)
                sound = False
            else:
                ranked.append((places[value], rule))
        ranked.sort(key=lambda one: one[0])
        return tuple(rule for _, rule in ranked) if sound else None


# The value


def value_of(decision: rules.Decision) -> e.Expr:
    """The decision as an expression.

    unique, any: the result of the rule that is known to hold. first: of the first that holds, where every rule before
    it is known not to. priority: the same, in the order of results, rules of one result taken together. Without a
    rule that holds: `otherwise` where all are known not to hold, else missing.
    """
    match decision.policy:
        case "first":
            return _first(decision, [(_condition(one), one.result) for one in decision.rules])
        case "priority":
            return _first(decision, _together(decision.rules))
        case "collect":
            return _collected(decision)
        case _:
            return _known(decision)


def _first(decision: rules.Decision, ways: Sequence[tuple[e.Expr, e.Expr]]) -> e.Expr:
    found = _last(decision)
    for condition, result in reversed(ways):
        found = e.Choice(result, condition, found, decision.unit, decision.span)
    return found


def _together(ranked: Sequence[rules.DecisionRule]) -> list[tuple[e.Expr, e.Expr]]:
    """One condition for each result: any of its rules holds."""
    ways: list[tuple[list[e.Expr], e.Expr]] = []
    for rule in ranked:
        if ways and same(ways[-1][1], rule.result):
            ways[-1][0].append(_condition(rule))
        else:
            ways.append(([_condition(rule)], rule.result))
    return [(_joined("or", conditions), result) for conditions, result in ways]


def _known(decision: rules.Decision) -> e.Expr:
    conditions = [_condition(one) for one in decision.rules]
    none = e.Not(_joined("or", conditions), decision.span)
    missing = e.Constant(None, decision.unit, decision.span)
    found: e.Expr = missing
    if decision.otherwise is not None:
        found = e.Choice(decision.otherwise.result, none, missing, decision.unit, decision.span)
    for rule, condition in zip(reversed(decision.rules), reversed(conditions), strict=True):
        holds = e.Logic("and", e.Presence(condition, True, rule.span), condition, rule.span)
        found = e.Choice(rule.result, holds, found, decision.unit, decision.span)
    return found


def _collected(decision: rules.Decision) -> e.Expr:
    """What is made of all results whose rules hold; missing where a condition, or such a result, is."""
    span, unit = decision.span, decision.unit
    zero, one = e.Constant(Fraction(0), unit, span), e.Constant(Fraction(1), unit, span)
    conditions = [_condition(rule) for rule in decision.rules]
    results = [rule.result for rule in decision.rules]
    count = _sum([e.Choice(one, holds, zero, unit, span) for holds in conditions])
    parts: list[e.Expr] = [
        e.Choice(result, holds, zero, unit, span) for holds, result in zip(conditions, results, strict=True)
    ]
    if decision.collected == "count":
        found = count
    elif decision.collected == "sum":
        found = _sum(parts)
    elif decision.collected == "mean":
        found = e.Arithmetic("/", _sum(parts), count, unit, span)
    else:
        none = e.Constant(None, unit, span)
        there = [
            e.Choice(result, holds, none, unit, span)
            for holds, result in zip(conditions, results, strict=True)
        ]
        name = "least_known" if decision.collected == "min" else "greatest_known"
        best = there[0] if len(there) == 1 else e.Call(name, tuple(there), unit, span)
        all_known = _joined("and", [e.Presence(part, True, span) for part in parts])
        found = e.Choice(best, all_known, none, unit, span)
    if decision.otherwise is None:
        return found
    none_holds = e.Not(_joined("or", conditions), span)
    return e.Choice(decision.otherwise.result, none_holds, found, unit, span)


def _last(decision: rules.Decision) -> e.Expr:
    if decision.otherwise is not None:
        return decision.otherwise.result
    return e.Constant(None, decision.unit, decision.span)


def _condition(rule: rules.DecisionRule) -> e.Expr:
    assert rule.condition is not None
    return rule.condition


def _sum(parts: Sequence[e.Expr]) -> e.Expr:
    return _balanced(parts, lambda left, right: e.Arithmetic("+", left, right, left.unit, left.span))


def _joined(operator: str, conditions: Sequence[e.Expr]) -> e.Expr:
    return _balanced(conditions, lambda left, right: e.Logic(operator, left, right, left.span))


def _balanced(parts: Sequence[e.Expr], join: Join) -> e.Expr:
    """Joined in pairs, so that long tables do not make deep expressions."""
    found = list(parts)
    while len(found) > 1:
        pairs = [join(one, other) for one, other in zip(found[::2], found[1::2], strict=False)]
        found = pairs + found[2 * len(pairs) :]
    return found[0]
