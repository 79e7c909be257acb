"""Grades, amounts and eligibilities: what follows from the total. Other consequences stand in `consequences`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from kpirules.diagnostics import Span, Words
from kpirules.language import tree
from kpirules.model import expressions as e
from kpirules.model import problems, rules
from kpirules.model.consequences import ConsequenceCheck, rounding_for
from kpirules.model.declarations import label_of, number_of
from kpirules.model.quotas import quota
from kpirules.model.resolve import Resolver
from kpirules.model.scope import A_NUMBER, UNIT_WORDS, Named, Scope, unit_of
from kpirules.numbers import decimal_text
from kpirules.units import NUMERIC, Unit, fits

_WAITING = "grades"  # no name of a formula, so that it cannot be taken


@dataclass(frozen=True, slots=True)
class OutcomeCheck:
    """Checks the declarations that come after the indicators."""

    scope: Scope
    declarations: Sequence[tree.Declaration]

    # Grades

    def grades(self) -> tuple[rules.Grade, ...]:
        """The grades from the best to the lowest."""
        blocks = [one for one in self.declarations if isinstance(one, tree.Grades)]
        for extra in blocks[1:]:
            what = Words('"grades"', "“等级”")
            self.scope.report(problems.REPEATED, extra.span, what=what, line=blocks[0].span.line)
        if not blocks:
            return ()
        nodes = blocks[0].grades
        if not nodes:
            what = Words('"grades"', "“等级”")
            mend = Words(
                "add lines such as `good from 80` below, indented", "请在下面缩进写出各级，例如 `良好 从 80`"
            )
            self.scope.report(problems.EMPTY_BLOCK, blocks[0].span, what=what, mend=mend)
        distinct = self.scope.distinct([node.name for node in nodes], {})
        found = [
            rules.Grade(
                node.name.text,
                label_of(node.label),
                None if node.low is None else number_of(self._low(node.low)),
                node.name.span,
                None
                if node.quota is None
                else quota(Resolver(self.scope, owner=_WAITING), node.quota, node is nodes[-1]),
            )
            for node in nodes
        ]
        if distinct:
            self._falling(nodes, found)
        return tuple(found)

    def _low(self, node: tree.Expr) -> e.Constant | None:
        constant = Resolver(self.scope, owner=_WAITING).constant(
            node, Unit.POINTS, Words("a grade's boundary", "等级界限")
        )
        value = number_of(constant)
        highest = self.scope.highest
        if value is not None and (value < 0 or (highest is not None and value > highest)):
            self.scope.report(
                problems.OUT_OF_RANGE,
                node.span,
                what=Words("a grade's boundary", "等级界限"),
                wanted=_totals(highest),
                given=decimal_text(value),
                mend=Words(f"totals are {_totals(highest).en}", f"总分{_totals(highest).zh}"),
            )
            return None
        return constant

    def _falling(self, nodes: Sequence[tree.Grade], found: Sequence[rules.Grade]) -> None:
        """Boundaries fall from line to line, and the last grade takes the rest."""
        before: rules.Grade | None = None
        for node, grade in zip(nodes, found, strict=True):
            if node.low is None and node is not nodes[-1]:
                self._grade(
                    grade.span,
                    f'"{grade.id}" takes every total, so the grades below it are never given',
                    f"“{grade.id}”包含一切总分，其下的等级永远不会用到",
                    Words("move the line with `otherwise` to the end", "请把带“其他”的一行移到最后"),
                )
                return
            if (
                grade.low is not None
                and before is not None
                and before.low is not None
                and grade.low >= before.low
            ):
                low, above = decimal_text(grade.low), decimal_text(before.low)
                self._grade(
                    grade.span,
                    f'"{grade.id}" begins at {low} and stands below "{before.id}", which begins at {above}',
                    f"“{grade.id}”从 {low} 起，却写在从 {above} 起的“{before.id}”之下",
                    Words("list grades from the best to the lowest", "请从高到低列出等级"),
                )
                return
            before = grade if node.low is not None else before
        last = found[-1] if found else None
        if last is not None and nodes[-1].low is not None and last.low is not None and last.low > 0:
            low = decimal_text(last.low)
            self._grade(
                last.span,
                f"no grade is said for totals below {low}",
                f"没有说明低于 {low} 的等级",
                Words("add a last line such as `fail otherwise`", "请在最后加上一行，例如 `不合格 其他`"),
            )

    def _grade(self, span: Span, en: str, zh: str, mend: Words) -> None:
        self.scope.report(problems.GRADES, span, what=Words(en, zh), mend=mend)

    # Amounts and eligibilities

    def enter(self) -> None:
        """Make the names of amounts known, before the formulas that may use them."""
        for node in self.declarations:
            if isinstance(node, tree.Amount) and self.scope.owns(node.name):
                unit = unit_of(node.type)
                if unit not in NUMERIC:
                    what = Words("what an amount gives", "奖金的类型")
                    mend = Words(
                        "write `money`, `points` or another kind of number", "请写 `金额`、`分数` 等数值类型"
                    )
                    if unit not in (Unit.BOOLEAN, Unit.STAFF):
                        line = f"{node.name.text} : {node.type.unit} = ..."
                        mend = Words(f"write `result {line}`", f"请写 `结果 {node.name.text} : … = …`")
                    if unit is Unit.BOOLEAN:
                        name = node.name.text
                        mend = Words(f"write `eligible {name} when ...`", f"请写 `资格 {name} 若 …`")
                    Resolver(self.scope).wrong(node.type.span, what, A_NUMBER, UNIT_WORDS[unit], mend)
                    self.scope.broken.add(node.name.text)
                else:
                    self._name(node.name, unit)
            elif isinstance(node, tree.Eligible) and self.scope.owns(node.name):
                self._name(node.name, Unit.BOOLEAN)
        self._consequences().enter()

    def _consequences(self) -> ConsequenceCheck:
        nodes = [one for one in self.declarations if isinstance(one, tree.Consequence)]
        return ConsequenceCheck(self.scope, [one for one in nodes if self.scope.owns(one.name)])

    def _name(self, name: tree.Name, unit: Unit) -> None:
        self.scope.names[name.text] = Named("amount", unit, name.span)

    def outcomes(self) -> tuple[rules.Outcome, ...]:
        """Amounts, eligibilities and other consequences in writing order."""
        return tuple(sorted(self._outcomes(), key=lambda one: one.span))

    def _outcomes(self) -> Iterator[rules.Outcome]:
        yield from self._consequences().outcomes().values()
        for node in self.declarations:
            if not isinstance(node, tree.Amount | tree.Eligible) or not self.scope.owns(node.name):
                continue
            name = node.name.text
            if name in self.scope.broken:
                continue
            resolver = Resolver(self.scope, owner=name)
            clauses = tuple(note.text for note in node.notes if note.kind == "clause")
            unit, rounding, kind = Unit.BOOLEAN, None, "eligible"
            if isinstance(node, tree.Amount):
                unit, kind = unit_of(node.type), "amount"
                rounding = rounding_for(self.scope, unit, node.step, node.mode)
                value = resolver.of(node.value, _fitting(unit), unit, Words(f'"{name}"', f"“{name}”"))
            else:
                value = resolver.condition(node.condition)
            if value is not None:
                yield rules.Outcome(
                    name, label_of(node.label), unit, value, rounding, clauses, node.name.span, kind
                )


def _totals(highest: Fraction | None) -> Words:
    """Where totals lie."""
    if highest is None:
        return Words("zero or more", "不小于零")
    most = decimal_text(highest)
    return Words(f"between 0 and {most}", f"在 0 到 {most} 之间")


def _fitting(wanted: Unit) -> Callable[[Unit], bool]:
    return lambda given: fits(given, wanted)
