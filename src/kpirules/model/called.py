"""`score by NAME(arguments)` as written: the form by its declaration, with everything that does not fit reported."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from kpirules.diagnostics import Span, Words, nearest
from kpirules.language import tree
from kpirules.model import expressions as e
from kpirules.model import table_problems as problems
from kpirules.model.called_forms import BY_CHINESE, CALLED, Argument, Called
from kpirules.model.forms import Form
from kpirules.model.resolve import Resolver
from kpirules.model.rules import TargetRule
from kpirules.model.scope import Scope, listed, said


@dataclass(frozen=True, slots=True)
class CalledCheck:
    """Checks one such line. weight: full marks, as far as they are known."""

    scope: Scope
    resolver: Resolver
    weight: Fraction | None

    def declared(self, line: tree.ScoreBy) -> Called | None:
        """The form of that name; an unknown one is reported."""
        name = line.name.text
        found = CALLED.get(name) or BY_CHINESE.get(name)
        if found is None and name not in self.scope.skipped:
            meant = nearest(name, CALLED if name.isascii() else BY_CHINESE)
            words = Words(listed(CALLED).en, listed(BY_CHINESE).zh)
            known = (
                Words(f"the forms are {words.en}", f"计分方式有：{words.zh}") if meant is None else Words()
            )
            self.scope.report(problems.NO_SUCH_FORM, line.name.span, suggestion=meant, name=name, known=known)
        return found

    def form(
        self, line: tree.ScoreBy, declared: Called, measure: e.Expr, target: TargetRule | None
    ) -> Form | None:
        """The form, its arguments and its target as they must be."""
        if target is not None and declared.operators and target.operator not in declared.operators:
            wanted = " ".join(declared.operators)
            what = Words(
                f'"{declared.name}" needs a target with {wanted}, not {target.operator}',
                f"“{declared.chinese}”的目标须用 {wanted}，而不是 {target.operator}",
            )
            mend = Words(
                f"write for example `target {declared.operators[-1]} ...`",
                f"例如 `目标 {declared.operators[-1]} …`",
            )
            self._wrong(line.span, what, mend)
            return None
        if len(line.arguments) != len(declared.arguments):
            names = [one.name for one in declared.arguments]
            chinese = [one.chinese for one in declared.arguments]
            what = Words(
                f'"{declared.name}" takes {len(names)} values: {", ".join(names)}',
                f"“{declared.chinese}”需要 {len(names)} 个值：{'、'.join(chinese)}",
            )
            self._wrong(line.span, what, self._example(declared))
            return None
        values = [
            self._value(node, one, measure, declared)
            for node, one in zip(line.arguments, declared.arguments, strict=True)
        ]
        known = [value for value in values if value is not None]
        if len(known) < len(values):
            return None
        return self._built(line, declared, known)

    def _built(self, line: tree.ScoreBy, declared: Called, values: Sequence[Fraction]) -> Form | None:
        wrong = None if self.weight is None else declared.wrong(values, self.weight)
        if wrong is not None:
            self._wrong(line.span, wrong, self._example(declared))
            return None
        return declared.form(values)

    def _value(
        self, node: tree.Expr, argument: Argument, measure: e.Expr, declared: Called
    ) -> Fraction | None:
        unit = argument.unit or measure.unit
        name = Words(argument.name, argument.chinese)
        found = self.resolver.constant(node, unit, name)
        if found is None:
            return None
        if not isinstance(found.value, Fraction):  # waits for a parameter
            return Fraction(1)
        if found.value < 0 or (argument.positive and found.value == 0):
            least = Words("above zero", "大于零") if argument.positive else Words("zero or more", "不小于零")
            given = said(found.value, unit, self.scope.currency)
            what = Words(
                f"{name.en} must be {least.en}, and is {given.en}",
                f"{name.zh}须{least.zh}，而这里是 {given.zh}",
            )
            self._wrong(node.span, what, self._example(declared))
            return None
        return found.value

    def _example(self, declared: Called) -> Words:
        chinese = declared.example.replace("score by", "计分按").replace(declared.name, declared.chinese)
        return Words(
            f"write for example `{declared.example}`", f"例如 `{chinese.replace('pp', ' 个百分点')}`"
        )

    def _wrong(self, span: Span, what: Words, mend: Words) -> None:
        self.scope.report(problems.NOT_CALLED_SO, span, what=what, mend=mend)
