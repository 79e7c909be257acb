"""A program: what a policy computes for one row, as numbered steps on exact numbers. Names end here.

Every value is a rational number or missing: truth is 1 or 0, a text is its place in a sorted vocabulary.
The meaning of each step is `exact.evaluate`; `lanes` follows the same steps in machine integers, and
`lowering` turns them into floating-point operations with a proof of what they decide. Nothing here knows
rules or arrays.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, IntEnum
from fractions import Fraction

from kpirules.model.forms import Piece


class Op(IntEnum):
    """What a step does with its arguments (a, b, c) and its datum. Missing in, missing out unless said."""

    INPUT = 0  # datum: the number of the source
    CONSTANT = 1  # datum: a Fraction, or None (missing)
    NEGATE = 2
    ADD = 3
    SUBTRACT = 4
    MULTIPLY = 5
    DIVIDE = 6  # by zero: missing
    AT_MOST = 7  # a <= b
    BELOW = 8  # a < b
    EQUAL = 9
    AND = 10  # three-valued: a known false decides
    OR = 11  # three-valued: a known true decides
    NOT = 12
    PRESENT = 13  # 1 or 0, never missing
    SELECT = 14  # b where a holds, c where it does not, missing where a is
    LEAST = 15
    GREATEST = 16
    ABSOLUTE = 17
    FALLBACK = 18  # a, or b where a is missing
    GATE = 19  # a where b is known to hold, else missing
    ROUND = 20  # datum: Rounding
    ROUND_BY = 21  # a rounded to a multiple of b; missing where b <= 0. datum: mode
    TABLE = 22  # datum: Entries
    STEPS = 23  # how many whole steps a is beyond an origin. datum: Steps
    POINTS = 24  # a: what is scored, b: whether the indicator is there (a constant 1: always). datum: Points
    TOTAL = (
        25  # arguments: points of the indicators. datum: their weights. Points over weight present, times 100
    )
    GRADE = 26  # a: the total. datum: least totals, best first (None: the rest)


@dataclass(frozen=True, slots=True)
class Entries:
    """A lookup: the value by exact key, `other` (None: missing) for any other key."""

    entries: tuple[tuple[Fraction, Fraction], ...]
    other: Fraction | None


@dataclass(frozen=True, slots=True)
class Steps:
    """Whole steps beyond the origin: `floor(max(0, sign * (x - origin)) / step)`, at most `most` of them."""

    origin: Fraction
    sign: int
    step: Fraction
    most: int


@dataclass(frozen=True, slots=True)
class Points:
    """Points by a curve, clamped to 0..weight; `instead` (None: missing) where the measure is missing.

    number: of the indicator, so that two indicators that are alike stay two.
    """

    pieces: tuple[Piece, ...]
    weight: Fraction
    instead: Fraction | None
    number: int


@dataclass(frozen=True, slots=True)
class Step:
    op: Op
    args: tuple[int, ...] = ()
    datum: object = None


class Kind(Enum):
    """How an array holds the values of a source."""

    NUMBER = "number"  # float64, NaN missing; a value is its shortest decimal
    TEXT = "text"  # int32 codes, -1 missing
    TRUTH = "truth"  # int8, -1 missing
    WHOLE = "whole"  # int64 multiples of a step, MISSING missing


@dataclass(frozen=True, slots=True)
class Source:
    """Where an input comes from.

    place: "column" or "divisor" (of the matrix), "published" (a result of an earlier stage) or
    "crossed" (a value made across rows). name: of the column, the result or the crossing's part.
    step: of a WHOLE source. codes: a TEXT column's own codes as places in the vocabulary.
    """

    place: str
    name: str
    kind: Kind
    step: Fraction = Fraction(1)
    codes: tuple[int, ...] = ()


class Want(Enum):
    """How a result leaves a program."""

    WHOLE = "whole"  # multiples of the rounding's step, int64
    TRUTH = "truth"  # int8: 1, 0, -1 unknown
    GRADE = "grade"  # int8: -1 none
    EXACT = "exact"  # any number, for a group; int64 multiples of a step where one is known, else by row


@dataclass(frozen=True, slots=True)
class Output:
    """A result by name, the slot that holds it, and how it leaves."""

    name: str
    slot: int
    want: Want
    step: Fraction = Fraction(1)


@dataclass(frozen=True, slots=True)
class Program:
    """Steps in order (a step's number is its slot), where its inputs come from, what leaves it."""

    steps: tuple[Step, ...]
    sources: tuple[Source, ...]
    outputs: tuple[Output, ...]


#: Works out one step from its arguments' values; given by `exact`, so that constants fold by the one meaning.
Meaning = Callable[[Step, list[Fraction | None]], Fraction | None]

_COMMUTES = frozenset({Op.ADD, Op.MULTIPLY, Op.EQUAL, Op.AND, Op.OR, Op.LEAST, Op.GREATEST})


@dataclass(slots=True)
class Assembler:
    """Collects steps: equal steps once, constants folded, quotients kept as one division at the end.

    `1 - a/b` becomes `(b - a)/b`: the same value, missing for the same rows, but a quotient of whole
    numbers, which a kernel can decide without doubt.
    """

    meaning: Meaning
    steps: list[Step] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    outputs: list[Output] = field(default_factory=list)
    _slots: dict[tuple[object, ...], int] = field(default_factory=dict)

    def input(self, source: Source) -> int:
        if source not in self.sources:
            self.sources.append(source)
        return self._add(Step(Op.INPUT, (), self.sources.index(source)))

    def constant(self, value: Fraction | None) -> int:
        return self._add(Step(Op.CONSTANT, (), value))

    def step(self, op: Op, *args: int, datum: object = None) -> int:
        """The slot of this step; a step that was there before is not repeated."""
        if op in _COMMUTES:
            args = tuple(sorted(args))
        quotient = self._as_one_quotient(op, args)
        if quotient is not None:
            return quotient
        step = Step(op, args, datum)
        if op is not Op.POINTS and all(self.steps[arg].op is Op.CONSTANT for arg in args):
            return self.constant(self.meaning(step, [self.constant_at(arg) for arg in args]))
        return self._add(step)

    def output(self, name: str, slot: int, want: Want, step: Fraction = Fraction(1)) -> None:
        self.outputs.append(Output(name, slot, want, step))

    def program(self) -> Program:
        return Program(tuple(self.steps), tuple(self.sources), tuple(self.outputs))

    def constant_at(self, slot: int) -> Fraction | None:
        datum = self.steps[slot].datum
        assert datum is None or isinstance(datum, Fraction)
        return datum

    def is_constant(self, slot: int) -> bool:
        return self.steps[slot].op is Op.CONSTANT

    def _add(self, step: Step) -> int:
        key = (step.op, step.args, step.datum)
        if key not in self._slots:
            self._slots[key] = len(self.steps)
            self.steps.append(step)
        return self._slots[key]

    def quotient(self, slot: int) -> tuple[int, int] | None:
        """The slots of both sides of a quotient, None for any other value."""
        step = self.steps[slot]
        return (step.args[0], step.args[1]) if step.op is Op.DIVIDE else None

    def _as_one_quotient(self, op: Op, args: tuple[int, ...]) -> int | None:
        """The step as numerator over denominator, where an argument is a quotient and the other is not a missing."""
        if op is Op.NEGATE:
            whole = self.quotient(args[0])
            return None if whole is None else self.step(Op.DIVIDE, self.step(Op.NEGATE, whole[0]), whole[1])
        if op not in (Op.ADD, Op.SUBTRACT, Op.MULTIPLY, Op.DIVIDE):
            return None
        left, right = self.quotient(args[0]), self.quotient(args[1])
        if left is None and right is None:
            return self._by_constant(op, args)
        if op is Op.MULTIPLY:
            above = self.step(op, left[0] if left else args[0], right[0] if right else args[1])
            below = left[1] if left else right[1] if right else args[1]
            if left and right:
                below = self.step(op, left[1], right[1])
            return self._add(Step(Op.DIVIDE, (above, below)))
        if op is Op.DIVIDE:
            # x / (p / q) is missing where q is 0: not so p's and q's turned quotient, so it stays.
            if right is not None or left is None:
                return None
            return self._over(left[0], self.step(Op.MULTIPLY, left[1], args[1]))
        if left and right:
            if left[1] == right[1]:
                return self._over(self.step(op, left[0], right[0]), left[1])
            if any(self.steps[below].op is not Op.INPUT for below in (left[1], right[1])):
                return None  # denominators multiplied on and on outgrow every machine number
        one = left if left else (args[0], None)
        two = right if right else (args[1], None)
        above = self.step(op, self._times(one[0], two[1]), self._times(two[0], one[1]))
        denominator = one[1] if two[1] is None else self._times(two[1], one[1])
        assert denominator is not None
        return self._over(above, denominator)

    def _by_constant(self, op: Op, args: tuple[int, ...]) -> int | None:
        """A division by a constant is a multiplication."""
        if op is not Op.DIVIDE or not self.is_constant(args[1]) or self.is_constant(args[0]):
            return None
        by = self.constant_at(args[1])
        return self.constant(None) if not by else self.step(Op.MULTIPLY, args[0], self.constant(1 / by))

    def halves(self, slot: int) -> tuple[int, int]:
        """What stands above and below the line of a value: 1 below one that is no quotient.

        Where one of several values is chosen, the same is chosen above and below.
        """
        step = self.steps[slot]
        match step.op:
            case Op.DIVIDE:
                return step.args[0], step.args[1]
            case Op.SELECT:
                return self._chosen(step.args[0], step.args[1], step.args[2])
            case Op.FALLBACK:
                return self._chosen(self.step(Op.PRESENT, step.args[0]), step.args[0], step.args[1])
            case Op.LEAST:
                return self._chosen(self.step(Op.AT_MOST, *step.args), step.args[0], step.args[1])
            case Op.GREATEST:
                return self._chosen(self.step(Op.AT_MOST, *step.args), step.args[1], step.args[0])
            case _:
                return slot, self.constant(Fraction(1))

    def _chosen(self, condition: int, then: int, other: int) -> tuple[int, int]:
        """The halves of the one value where the condition holds, of the other where it does not."""
        one, two = self.halves(then), self.halves(other)
        above = self.step(Op.SELECT, condition, one[0], two[0])
        return above, self.step(Op.SELECT, condition, one[1], two[1])

    def _times(self, slot: int, by: int | None) -> int:
        return slot if by is None else self.step(Op.MULTIPLY, slot, by)

    def _over(self, above: int, below: int) -> int:
        return self._add(Step(Op.DIVIDE, (above, below)))
