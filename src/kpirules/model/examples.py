"""Tests written in the policy: their given facts and expected results, checked against the ruleset's names."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from kpirules.diagnostics import Words
from kpirules.language import tree
from kpirules.model import expressions as e
from kpirules.model import problems
from kpirules.model.resolve import Resolver, literal
from kpirules.model.rules import Example, Expected, Given, Person, Ruleset
from kpirules.model.scope import Scope
from kpirules.units import Unit

_GIVEN = Words("set", "设置")
_EXPECTED = Words("expect", "期望")


def check_examples(scope: Scope, rules: Ruleset, tests: Sequence[tree.Test]) -> tuple[Example, ...]:
    """The tests of a ruleset; a name or value that does not fit is reported."""
    settable = {
        **{name: one.type.unit for name, one in rules.inputs.items()},
        **{name: one.value.unit for name, one in rules.measures.items()},
        **{name: one.type.unit for name, one in rules.parameters.items()},
    }
    expectable = {
        **{one.id: Unit.POINTS for one in rules.indicators},
        **{one.id: one.unit for one in rules.outcomes},
        "total": Unit.POINTS,
    }
    work = _Examples(scope, settable, expectable, {one.id: one.label for one in rules.grades})
    return tuple(work.example(test) for test in tests)


class _Examples:
    def __init__(
        self, scope: Scope, settable: dict[str, Unit], expectable: dict[str, Unit], grades: dict[str, str]
    ) -> None:
        self.scope = scope
        self.settable = settable
        self.expectable = expectable
        self.grades = grades

    def example(self, test: tree.Test) -> Example:
        given = self._given(test.given)
        people = [
            Person(one.name.text, self._given(one.given), self._expected(one.expected), one.name.span)
            for one in test.people
        ]
        expected = self._expected(test.expected)
        if not people:
            people = [Person("", (), expected, test.title.span)]
        if not any(one.expected for one in people):
            self.scope.report(
                problems.EMPTY_BLOCK, test.title.span, what=Words("what this test expects", "本测试的期望")
            )
        return Example(test.title.text, given, tuple(people), test.title.span)

    def _given(self, settings: Sequence[tree.Setting]) -> tuple[Given, ...]:
        found: list[Given] = []
        for one in settings:
            unit = self.settable.get(one.name.text)
            if unit is None:
                self.scope.unknown(one.name, self.settable, problems.TESTED, use=_GIVEN)
                continue
            value = None if one.value is None else self._value(one.value, unit)
            if one.value is None or value is not None:
                found.append(Given(one.name.text, value, one.span))
        return tuple(found)

    def _expected(self, settings: Sequence[tree.Setting]) -> tuple[Expected, ...]:
        found: list[Expected] = []
        for one in settings:
            name = one.name.text
            if name == "grade":
                found.extend(self._grade(one))
                continue
            unit = self.expectable.get(name)
            if unit is None:
                self.scope.unknown(one.name, [*self.expectable, "grade"], problems.TESTED, use=_EXPECTED)
                continue
            value = None if one.value is None else self._value(one.value, unit)
            if one.value is None or value is not None:
                found.append(Expected(name, value, one.span))
        return tuple(found)

    def _grade(self, one: tree.Setting) -> list[Expected]:
        match one.value:
            case None:
                return [Expected("grade", None, one.span)]
            case tree.Name(text) | tree.Text(text):
                grade = next((id for id, label in self.grades.items() if text in (id, label)), None)
                if grade is not None:
                    return [Expected("grade", grade, one.span)]
                name = one.value if isinstance(one.value, tree.Name) else tree.Name(text, one.value.span)
                self.scope.unknown(name, self.grades, problems.TESTED, use=_EXPECTED)
            case other:
                known = Words(", ".join(self.grades), "、".join(self.grades))
                self.scope.report(
                    problems.WRONG_UNIT,
                    other.span,
                    what=Words("a grade", "等级"),
                    wanted=Words("the name of one", "等级名称"),
                    given=Words("a value", "一个值"),
                    mend=Words(f"the grades are {known.en}", f"等级有：{known.zh}"),
                )
        return []

    def _value(self, node: tree.Expr, unit: Unit) -> e.Value | None:
        """A fixed value; a bare number is taken in the unit that is declared (a ratio as the ratio itself)."""
        if (
            isinstance(node, tree.Number)
            and node.unit is None
            and unit not in (Unit.TEXT, Unit.BOOLEAN, Unit.DURATION)
        ):
            return literal(node)[0]
        found = Resolver(self.scope, zero_allowed=True).constant(node, unit, Words("this value", "此值"))
        if found is None:
            return None
        return found.value if found.value is not None else Fraction(0)
