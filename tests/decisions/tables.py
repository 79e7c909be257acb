"""Random decision tables beside what they mean, written independently of the checker and the scoring. Holds no test."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from hypothesis import strategies as st

Cell = Fraction | str | bool | None
Facts = Mapping[str, Cell]
Truth = bool | None
OPENING = """\
ruleset tables
  period month
  missing redistribute

input x    : number
input y    : number
input n    : count
input risk : text one of ("high", "medium", "low")
input post : text
input flag : boolean

"""


@dataclass(frozen=True)
class Condition:
    """A condition as text, and its truth for a row (None: unknown)."""

    text: str
    holds: Callable[[Facts], Truth]


def _compare(name: str, operator: str, other: Fraction | str) -> Condition:
    def holds(row: Facts) -> Truth:
        left, right = row[name], row[other] if isinstance(other, str) else other
        if left is None or right is None:
            return None
        assert isinstance(left, Fraction) and isinstance(right, Fraction)
        return {
            "<": left < right,
            "<=": left <= right,
            "=": left == right,
            "!=": left != right,
            ">": left > right,
            ">=": left >= right,
        }[operator]

    return Condition(f"{name} {operator} {other}", holds)


def _among(name: str, choices: tuple[str, ...]) -> Condition:
    listed = ", ".join(f'"{one}"' for one in choices)
    return Condition(f"{name} in ({listed})", lambda row: None if row[name] is None else row[name] in choices)


def _there(name: str, present: bool) -> Condition:
    word = "present" if present else "missing"
    return Condition(f"{name} is {word}", lambda row: (row[name] is not None) == present)


def _flag() -> Condition:
    return Condition("flag", lambda row: None if row["flag"] is None else row["flag"] is True)


def _not(inner: Condition) -> Condition:
    def holds(row: Facts) -> Truth:
        value = inner.holds(row)
        return None if value is None else not value

    return Condition(f"not ({inner.text})", holds)


def _both(left: Condition, right: Condition, decisive: bool) -> Condition:
    def holds(row: Facts) -> Truth:
        values = (left.holds(row), right.holds(row))
        if decisive in values:
            return decisive
        return None if None in values else not decisive

    return Condition(f"({left.text}) {'or' if decisive else 'and'} ({right.text})", holds)


_SIGNS = st.sampled_from(["<", "<=", "=", "!=", ">", ">="])
_ATOMS = st.one_of(
    st.builds(_compare, st.sampled_from(["x", "n"]), _SIGNS, st.sampled_from([Fraction(1), Fraction(3)])),
    st.builds(_compare, st.just("x"), _SIGNS, st.just("y")),
    st.builds(_among, st.just("risk"), st.sampled_from([("high",), ("low", "medium"), ("medium",)])),
    st.builds(_among, st.just("post"), st.sampled_from([("clerk",), ("clerk", "guard")])),
    st.builds(_there, st.sampled_from(["x", "risk"]), st.booleans()),
    st.builds(_flag),
)
CONDITIONS = st.recursive(
    _ATOMS,
    lambda inner: st.one_of(st.builds(_not, inner), st.builds(_both, inner, inner, st.booleans())),
    max_leaves=4,
)


@dataclass(frozen=True)
class Table:
    """policy: as written, with its list or its summary. results: whole numbers from 1 to 9."""

    policy: str
    rules: tuple[tuple[Condition, int], ...]
    otherwise: int | None

    @property
    def text(self) -> str:
        lines = [f"decision d : number, {self.policy}"]
        lines += [f"  when {condition.text} : {result}" for condition, result in self.rules]
        if self.otherwise is not None:
            lines.append(f"  otherwise : {self.otherwise}")
        return "\n".join(lines) + "\n"

    def value(self, row: Facts) -> Fraction | None:
        """What the table gives, by the words of its hit policy."""
        truths = [(condition.holds(row), result) for condition, result in self.rules]
        held = [Fraction(result) for truth, result in truths if truth]
        unknown = any(truth is None for truth, _ in truths)
        kind, _, rest = self.policy.partition(" ")
        if kind in ("unique", "any"):
            found: list[Fraction] | None = held[:1]
        elif kind == "first":
            found = self._first(truths)
            if found is None:
                return None
        elif kind == "priority":
            ranked = [int(one) for one in rest.split(", ")]
            merged = [(_any([truth for truth, one in truths if one == result]), result) for result in ranked]
            found = self._first(merged)
            if found is None:
                return None
        else:
            if unknown:
                return None
            return self._collected(rest, held)
        if found:
            return found[0]
        return None if unknown or self.otherwise is None else Fraction(self.otherwise)

    def _first(self, truths: list[tuple[Truth, int]]) -> list[Fraction] | None:
        """The first result that is reached, none, or None where an unknown stands before it."""
        for truth, result in truths:
            if truth is None:
                return None
            if truth:
                return [Fraction(result)]
        return []

    def _collected(self, kind: str, held: list[Fraction]) -> Fraction | None:
        if not held and self.otherwise is not None:
            return Fraction(self.otherwise)
        match kind:
            case "sum":
                return sum(held, Fraction(0))
            case "count":
                return Fraction(len(held))
            case "mean":
                return sum(held, Fraction(0)) / len(held) if held else None
            case "min":
                return min(held, default=None)
            case _:
                return max(held, default=None)


def _any(truths: list[Truth]) -> Truth:
    return True if True in truths else None if None in truths else False


POLICIES = (
    *("unique", "any", "first", "priority 3, 1, 2"),
    *("collect sum", "collect count", "collect mean", "collect min", "collect max"),
)


@st.composite
def decision_tables(draw: st.DrawFn, policies: tuple[str, ...] = POLICIES) -> Table:
    rules = draw(st.lists(st.tuples(CONDITIONS, st.integers(1, 3)), min_size=1, max_size=4))
    return Table(draw(st.sampled_from(policies)), tuple(rules), draw(st.one_of(st.none(), st.integers(1, 3))))
