"""What the rules of a decision table cover, exactly: gaps, overlaps, and rules that never decide.

Every value that the conditions compare with constants is cut into cells at those constants: within a cell no
condition changes. All combinations of cells are walked at once, as sets of bits in whole numbers, so that a
condition costs a few operations however many combinations there are. What two facts' comparison says is a cut of its
own, kept in step with the cells of the two; facts are otherwise taken to be independent of one another.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields
from fractions import Fraction
from math import prod

from kpirules.diagnostics import Words
from kpirules.model import decision_problems as problems
from kpirules.model import expressions as e
from kpirules.model.cells import Cell, any_cells, number_cells, order_possible, text_cells
from kpirules.model.folding import fold, moving, unset
from kpirules.model.ranges import range_of
from kpirules.model.rules import Decision
from kpirules.model.scope import Scope
from kpirules.model.wording import named, valued
from kpirules.units import Type, Unit

#: With more combinations than this the analysis says so and gives up.
MOST_CELLS = 200_000
Key = tuple[object, ...]
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}
_ORDERED: dict[str, Callable[[int], bool]] = {
    "<": lambda sign: sign < 0,
    "<=": lambda sign: sign <= 0,
    ">": lambda sign: sign > 0,
    ">=": lambda sign: sign >= 0,
    "=": lambda sign: sign == 0,
    "!=": lambda sign: sign != 0,
}


def key_of(expr: e.Expr) -> Key:
    """What an expression says, wherever it stands."""
    parts: list[object] = [type(expr).__name__]
    for one in fields(expr):
        value = getattr(expr, one.name)
        if one.name in ("span", "parameter"):
            continue
        if isinstance(value, tuple):
            parts.append(tuple(key_of(item) if isinstance(item, e.Expr) else item for item in value))
        else:
            parts.append(key_of(value) if isinstance(value, e.Expr) else value)
    return tuple(parts)


def same(left: e.Expr, right: e.Expr) -> bool:
    """Whether two expressions say the same."""
    return key_of(left) == key_of(right)


@dataclass(slots=True)
class _Variable:
    """Something that conditions ask about. other: what it is compared with, for a comparison of two facts.

    points, texts: the constants it is compared with. missing: whether a condition asks if it is there.
    """

    expr: e.Expr
    other: e.Expr | None = None
    points: set[Fraction] = field(default_factory=set)
    texts: set[str] = field(default_factory=set)
    missing: bool = False
    cells: tuple[Cell, ...] = ()
    masks: tuple[int, ...] = ()
    stride: int = 1


@dataclass(frozen=True, slots=True)
class _Truth:
    """The combinations where a condition holds, and those where it does not; in the rest it is unknown."""

    holds: int
    fails: int


@dataclass(slots=True)
class Coverage:
    """Analyses one decision."""

    scope: Scope
    decision: Decision
    variables: dict[Key, _Variable] = field(default_factory=dict)
    all: int = 0

    def report(self) -> None:
        """Everything that can be said of the decision before any fact is known."""
        conditions = [rule.condition for rule in self.decision.rules if rule.condition is not None]
        if any(unset(one) for one in conditions):
            return  # looked at once the parameters are set
        for one in conditions:
            self._gather(one)
        if not self._laid_out():
            problem = problems.UNDECIDED
            self.scope.report(problem, self.decision.span, decision=self.decision.name, most=MOST_CELLS)
            return
        possible = self._possible()
        truths = [self._truth(one) for one in conditions]
        self._overlaps(truths, possible)
        self._idle(truths, possible)
        self._gap(truths, possible)

    # Variables

    def _gather(self, condition: e.Expr) -> None:
        match condition:
            case e.Logic(_, left, right):
                self._gather(left)
                self._gather(right)
            case e.Not(item):
                self._gather(item)
            case e.Constant():
                pass
            case e.Presence(item) if moving(item):
                self._variable(item).missing = True
            case e.Member(item, choices) if moving(item):
                for choice in choices:
                    _compared_with(self._variable(item), choice)
            case e.Compare(_, left, right) if moving(left) and moving(right):
                self._pair(left, right)
            case e.Compare(_, left, right) if moving(left):
                _compared_with(self._variable(left), fold(right))
            case e.Compare(_, left, right) if moving(right):
                _compared_with(self._variable(right), fold(left))
            case _ if moving(condition):
                self._variable(condition)

    def _variable(self, expr: e.Expr) -> _Variable:
        return self.variables.setdefault(key_of(expr), _Variable(expr))

    def _pair(self, left: e.Expr, right: e.Expr) -> tuple[_Variable, bool]:
        """The comparison of two facts, and whether it is turned round."""
        one, other = key_of(left), key_of(right)
        turned = repr(one) > repr(other)
        if turned:
            left, right, one, other = right, left, other, one
        return self.variables.setdefault(("pair", one, other), _Variable(left, right)), turned

    def _type(self, expr: e.Expr) -> Type | None:
        match expr:
            case e.Fact(name) | e.MeasureOf(name) if name in self.scope.names:
                return self.scope.names[name].type
            case _:
                return None

    def _laid_out(self) -> bool:
        """Give every variable its cells, and its place in the combinations; False where there are too many."""
        for one in self.variables.values():
            one.cells = self._cells(one)
        count = prod(len(one.cells) for one in self.variables.values())
        if count > MOST_CELLS:
            return False
        self.all = (1 << count) - 1
        stride = 1
        for one in self.variables.values():
            one.stride = stride
            period = stride * len(one.cells)
            repeated = self.all // ((1 << period) - 1) if one.cells else 0
            block = (1 << stride) - 1
            one.masks = tuple((block << (place * stride)) * repeated for place in range(len(one.cells)))
            stride = period
        return True

    def _cells(self, one: _Variable) -> tuple[Cell, ...]:
        if one.other is not None:
            ordered = one.expr.unit not in (Unit.TEXT, Unit.BOOLEAN)
            return tuple(Cell(Fraction(sign)) for sign in ((-1, 0, 1) if ordered else (0, 1)))
        unit = one.expr.unit
        if unit is Unit.BOOLEAN:
            found: tuple[Cell, ...] = (Cell(True), Cell(False))
        elif unit is Unit.TEXT:
            type_ = self._type(one.expr)
            found = text_cells(one.texts, type_.choices if type_ is not None else ())
        elif one.points:
            found = number_cells(one.points, range_of(one.expr, self.scope), unit)
        else:
            found = any_cells()
        return (*found, Cell(None)) if one.missing else found

    def _possible(self) -> int:
        """The combinations in which comparisons of two facts agree with what the facts are."""
        ruled_out = 0
        for one in self.variables.values():
            if one.other is None or one.expr.unit in (Unit.TEXT, Unit.BOOLEAN):
                continue
            left = self.variables.get(key_of(one.expr))
            right = self.variables.get(key_of(one.other))
            if left is None or right is None:
                continue
            for cell, mask in zip(left.cells, left.masks, strict=True):
                for other, other_mask in zip(right.cells, right.masks, strict=True):
                    for sign, sign_mask in zip((-1, 0, 1), one.masks, strict=True):
                        if not order_possible(cell, other, sign):
                            ruled_out |= mask & other_mask & sign_mask
        return self.all & ~ruled_out

    # Conditions

    def _truth(self, condition: e.Expr) -> _Truth:
        match condition:
            case e.Logic("and", left, right):
                one, other = self._truth(left), self._truth(right)
                return _Truth(one.holds & other.holds, one.fails | other.fails)
            case e.Logic(_, left, right):
                one, other = self._truth(left), self._truth(right)
                return _Truth(one.holds | other.holds, one.fails & other.fails)
            case e.Not(item):
                inner = self._truth(item)
                return _Truth(inner.fails, inner.holds)
            case e.Presence(item, present) if moving(item):
                return self._where(self._variable(item), lambda value: (value is not None) == present, True)
            case e.Member(item, choices) if moving(item):
                return self._where(self._variable(item), lambda value: value in choices)
            case e.Compare(operator, left, right) if moving(left) and moving(right):
                return self._paired(operator, left, right)
            case e.Compare(operator, left, right) if moving(left):
                return self._against(left, operator, fold(right))
            case e.Compare(operator, left, right) if moving(right):
                return self._against(right, _MIRRORED[operator], fold(left))
            case _ if moving(condition):
                return self._where(self._variable(condition), lambda value: value is True)
        known = fold(condition)
        return _Truth(self.all if known is True else 0, self.all if known is False else 0)

    def _against(self, item: e.Expr, operator: str, value: e.Value | None) -> _Truth:
        if value is None:
            return _Truth(0, 0)
        if not isinstance(value, Fraction):
            return self._where(self._variable(item), lambda one: (one == value) == (operator == "="))
        number = value

        def holds(one: e.Value | None) -> bool:
            assert isinstance(one, Fraction)
            return _ORDERED[operator]((one > number) - (one < number))

        return self._where(self._variable(item), holds)

    def _paired(self, operator: str, left: e.Expr, right: e.Expr) -> _Truth:
        variable, turned = self._pair(left, right)
        holds = _ORDERED[_MIRRORED[operator] if turned else operator]
        found = self._where(variable, lambda sign: holds(int(sign or 0)))
        unknown = 0
        for side in (left, right):
            there = self.variables.get(key_of(side))
            for cell, mask in zip(there.cells, there.masks, strict=True) if there is not None else ():
                unknown |= mask if cell.value is None and there is not None and there.missing else 0
        return _Truth(found.holds & ~unknown, found.fails & ~unknown)

    def _where(
        self, variable: _Variable, holds: Callable[[e.Value | None], bool], asks_missing: bool = False
    ) -> _Truth:
        """asks_missing: the condition is about being there, and never unknown."""
        true = false = 0
        for cell, mask in zip(variable.cells, variable.masks, strict=True):
            if cell.value is None and not asks_missing:
                continue
            if holds(cell.value):
                true |= mask
            else:
                false |= mask
        return _Truth(true, false)

    # Findings

    def _overlaps(self, truths: Sequence[_Truth], possible: int) -> None:
        policy, rules = self.decision.policy, self.decision.rules
        if policy not in ("unique", "any"):
            return
        for later in range(len(rules)):
            for earlier in range(later):
                both = truths[later].holds & truths[earlier].holds & possible
                alike = same(rules[later].result, rules[earlier].result)
                if both and not (policy == "any" and alike):
                    mend = problems.SAY_ANY if alike else problems.SAY_FIRST
                    self.scope.report(
                        problems.DECISION_OVERLAP,
                        rules[later].span,
                        decision=self.decision.name,
                        line=self.scope.line_of(rules[earlier].span, rules[later].span),
                        witness=self._witness(both),
                        mend=mend,
                    )
                    break

    def _idle(self, truths: Sequence[_Truth], possible: int) -> None:
        """Warn of rules that never hold, and of those that never get their turn."""
        rules, left = self.decision.rules, possible
        for place, (rule, truth) in enumerate(zip(rules, truths, strict=True)):
            if not truth.holds & possible:
                self.scope.report(problems.NEVER_DECIDES, rule.span, why=problems.NEVER_HOLDS)
            elif self.decision.policy in ("first", "priority"):
                before = possible
                for earlier, other in zip(rules[:place], truths[:place], strict=True):
                    if self.decision.policy == "first" or not same(earlier.result, rule.result):
                        before &= other.fails
                if not truth.holds & before:
                    self.scope.report(problems.NEVER_DECIDES, rule.span, why=problems.ALWAYS_BEFORE)
            left &= truth.fails
        if not left and self.decision.otherwise is not None and self.decision.policy != "collect":
            self.scope.report(problems.NEVER_DECIDES, self.decision.otherwise.span, why=problems.NOTHING_LEFT)

    def _gap(self, truths: Sequence[_Truth], possible: int) -> None:
        if self.decision.otherwise is not None or self.decision.policy == "collect":
            return
        left = possible
        for truth in truths:
            left &= truth.fails
        if left:
            witness = self._witness(left)
            self.scope.report(
                problems.DECISION_GAP, self.decision.span, decision=self.decision.name, witness=witness
            )

    def _witness(self, found: int) -> Words:
        """One of the combinations in words, without what does not matter there."""
        place = (found & -found).bit_length() - 1
        said: list[Words] = []
        for one in self.variables.values():
            at = place // one.stride % len(one.cells)
            base = place - at * one.stride
            if all(found >> (base + other * one.stride) & 1 for other in range(len(one.cells))):
                continue
            said.append(_said(one, one.cells[at], self.scope.currency))
        if not said:
            return Words("any facts", "任何事实")
        return Words(", ".join(one.en for one in said), "、".join(one.zh for one in said))


def _compared_with(variable: _Variable, value: e.Value | None) -> None:
    if isinstance(value, str):
        variable.texts.add(value)
    elif isinstance(value, Fraction):
        variable.points.add(value)


def _said(variable: _Variable, cell: Cell, currency: str) -> Words:
    name = named(variable.expr)
    if variable.other is not None:
        other = named(variable.other)
        sign = {-1: "<", 0: "=", 1: ">"}[int(cell.value or 0)]
        if variable.expr.unit in (Unit.TEXT, Unit.BOOLEAN):
            sign = "=" if cell.value == 0 else "!="
        return Words(f"{name.en} {sign} {other.en}", f"{name.zh} {sign} {other.zh}")
    if cell.other:
        return Words(f"{name.en} = any other text", f"{name.zh} = 其他文字")
    value = valued(cell.value, variable.expr.unit, currency)
    return Words(f"{name.en} = {value.en}", f"{name.zh} = {value.zh}")
