"""The meaning of values across people: groups, places in them. Part of the reference: short, slow and obvious."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from kpirules.diagnostics import Words
from kpirules.matrix import StaffPeriodMatrix
from kpirules.model import expressions as e
from kpirules.model.rules import Ruleset
from kpirules.numbers import decimal_text

Value = e.Value | None
Key = tuple[Value, ...]


class Known(Protocol):
    """What the reference knows of single rows."""

    rules: Ruleset
    facts: StaffPeriodMatrix

    @property
    def appraised(self) -> list[int]: ...

    def value(self, expr: e.Expr, row: int) -> Value: ...

    def fact(self, name: str, row: int) -> Value: ...

    def total(self, row: int) -> Fraction | None: ...

    def own_grade(self, row: int) -> int: ...


@dataclass(frozen=True, slots=True)
class Seats:
    """What a quota says of one row that had the grade (by its place) before it: whether the row keeps it.

    people: of the group, with a total. places: how many may have the grade. ahead, tied: of those who had it.
    """

    place: int
    people: int
    places: int
    ahead: int
    tied: int
    kept: bool


@dataclass(frozen=True, slots=True)
class Pool:
    """A pool divided: what there is (None: not known), everybody's share in it, and what they get.

    whole: all shares together; paid: all parts together.
    """

    pool: Fraction | None
    shares: Mapping[int, Fraction]
    whole: Fraction
    parts: Mapping[int, Fraction]
    paid: Fraction


class People:
    """Answers what crosses people, from what is known of each."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._groups: dict[tuple[str, ...], Mapping[tuple[int, Key], list[int]]] = {}
        self._values: dict[tuple[int, int, Key], Value] = {}
        self._seats: dict[int, dict[int, list[Seats]]] = {}
        self._pools: dict[tuple[int, int, Key], Pool] = {}
        self._taking_part: dict[tuple[int, int, Key], tuple[int, list[e.Value]]] = {}

    def value(self, expr: e.Group | e.Rank | e.Division, row: int) -> Value:
        """The value of the row's group, or the row's place in it; missing for a row without a group."""
        key = self._key(expr.by, row)
        if None in key:
            return None
        if isinstance(expr, e.Division):
            return self._pool(expr, row, key).parts.get(row)
        if isinstance(expr, e.Rank):
            return _place(expr, self._known.value(expr.item, row), self._items(expr, row, key)[1])
        here = self._here(expr, row, key)
        if here not in self._values:
            heads, items = self._items(expr, row, key)
            self._values[here] = _over(expr, items, heads)
        return self._values[here]

    def _here(self, expr: e.Group | e.Rank | e.Division, row: int, key: Key) -> tuple[int, int, Key]:
        """What is asked, and of whom: the answer is the same for everybody there."""
        between = not isinstance(expr, e.Division) and expr.between
        return id(expr), self._period(row), () if between else key

    def _pool(self, expr: e.Division, row: int, key: Key) -> Pool:
        """The pool that this row divides with others."""
        here = self._here(expr, row, key)
        if here not in self._pools:
            members = self._grouped(expr.by).get((self._period(row), key), [])
            self._pools[here] = self._divide(expr, members)
        return self._pools[here]

    def _divide(self, expr: e.Division, members: list[int]) -> Pool:
        pool = self._known.value(expr.pool, members[0]) if members else None
        shares: dict[int, Fraction] = {}
        for member in members:
            share = Fraction(1) if expr.share is None else self._known.value(expr.share, member)
            if isinstance(share, Fraction):
                shares[member] = max(share, Fraction(0))
        whole = sum(shares.values(), Fraction(0))
        if not isinstance(pool, Fraction) or pool < 0 or not whole:
            return Pool(pool if isinstance(pool, Fraction) else None, {}, whole, {}, Fraction(0))
        exact = {member: pool * share / whole / expr.step for member, share in shares.items()}
        steps = {member: int(part) for member, part in exact.items()}
        left = int(pool / expr.step) - sum(steps.values())
        names = {member: self._known.facts.row_name(member)[0] for member in members}
        waiting = sorted((member for member in shares if shares[member]), key=lambda one: (names[one], one))
        if expr.remainder is e.Remainder.LARGEST:
            waiting.sort(key=lambda one: steps[one] - exact[one])
        for member in waiting[: 0 if expr.remainder is e.Remainder.KEPT else left]:
            steps[member] += 1
        parts = {member: count * expr.step for member, count in steps.items()}
        return Pool(pool, shares, whole, parts, sum(parts.values(), Fraction(0)))

    def limited(self, expr: e.LimitedGrade, row: int) -> int:
        """The place of the row's grade within the quotas, -1 where it has none."""
        place = self._known.own_grade(row)
        return next((one.place + (not one.kept) for one in reversed(self.seats(expr, row))), place)

    def seats(self, expr: e.LimitedGrade, row: int) -> list[Seats]:
        """What every quota that the row met says of it, from the best grade down."""
        period = self._period(row)
        if period not in self._seats:
            self._seats[period] = self._limit(expr, period)
        return self._seats[period].get(row, [])

    def _limit(self, expr: e.LimitedGrade, period: int) -> dict[int, list[Seats]]:
        rows = [row for row in self._known.appraised if self._period(row) == period]
        totals = {row: total for row in rows if (total := self._known.total(row)) is not None}
        places = {row: self._known.own_grade(row) for row in totals}
        found: dict[int, list[Seats]] = {}
        for place, quota in enumerate(expr.quotas):
            if quota is None:
                continue
            groups: dict[Key, list[int]] = {}
            for row in totals:
                groups.setdefault(self._key(quota.by, row), []).append(row)
            for key, members in groups.items():
                if None in key:
                    continue
                seats = max(quota.least, int(quota.share * len(members)))
                having = sorted(totals[row] for row in members if places[row] == place)
                for row in [row for row in members if places[row] == place]:
                    behind, upto = bisect_left(having, totals[row]), bisect_right(having, totals[row])
                    ahead, tied = len(having) - upto, upto - behind
                    kept = ahead < seats if quota.ties else ahead + tied <= seats
                    found.setdefault(row, []).append(Seats(place, len(members), seats, ahead, tied, kept))
                    places[row] += not kept
        return found

    def detail(self, expr: e.Group | e.Rank | e.Division, row: int) -> Words:
        """How many people (or groups) take part, and where the row stands among them: to redo it by hand."""
        key = self._key(expr.by, row)
        if None in key:
            return Words("no group: the attribute is missing", "没有分组：属性缺失")
        if isinstance(expr, e.Division):
            return self._of_pool(expr, row, key)
        members, items = self._items(expr, row, key)
        of = Words(
            f"{members} {'groups' if expr.between else 'people'}",
            f"{members} {'组' if expr.between else '人'}",
        )
        if isinstance(expr, e.Group):
            counted = Words(f", {len(items)} with a value", f"，{len(items)} 个有值")
            return Words(of.en + counted.en, of.zh + counted.zh)
        own = self._known.value(expr.item, row)
        if own is None:
            return Words(f"{of.en}; not ranked, the value is missing", f"{of.zh}；数值缺失，不参加排名")
        ahead, same = _standing(expr, own, items)
        behind = len(items) - ahead - same
        return Words(
            f"{len(items)} ranked: {ahead} ahead, {same - 1} tied, {behind} behind",
            f"{len(items)} 个参加排名：{ahead} 个在前，{same - 1} 个并列，{behind} 个在后",
        )

    def _of_pool(self, expr: e.Division, row: int, key: Key) -> Words:
        found = self._pool(expr, row, key)
        of = "?" if found.pool is None else decimal_text(found.pool)
        if row not in found.parts or found.pool is None:
            return Words(f"the pool is {of}; no part in it", f"总额 {of}，不参与分配")
        own, paid = found.shares[row], found.paid
        cut = found.pool * own / found.whole
        return Words(
            f"pool {of} x {decimal_text(own)} / {decimal_text(found.whole)} = {decimal_text(cut, 6)};"
            f" {len(found.parts)} people got {decimal_text(paid)} together",
            f"总额 {of} x {decimal_text(own)} / {decimal_text(found.whole)} = {decimal_text(cut, 6)}；"
            f"{len(found.parts)} 人共得 {decimal_text(paid)}",
        )

    def _period(self, row: int) -> int:
        return int(self._known.facts.period[row])

    def _key(self, by: tuple[str, ...], row: int) -> Key:
        return tuple(self._known.fact(name, row) for name in by)

    def _grouped(self, by: tuple[str, ...]) -> Mapping[tuple[int, Key], list[int]]:
        """The appraised rows by period and attributes."""
        if by not in self._groups:
            found: dict[tuple[int, Key], list[int]] = {}
            for row in self._known.appraised:
                found.setdefault((self._period(row), self._key(by, row)), []).append(row)
            self._groups[by] = found
        return self._groups[by]

    def _members(self, expr: e.Group | e.Rank, row: int, key: Key) -> list[int]:
        """Who takes part: the row's group; or, between groups, one member of each group of the period."""
        groups = self._grouped(expr.by)
        if not expr.between:
            return groups.get((self._period(row), key), [])
        return [
            rows[0]
            for (period, other), rows in groups.items()
            if period == self._period(row) and None not in other
        ]

    def _items(self, expr: e.Group | e.Rank, row: int, key: Key) -> tuple[int, list[e.Value]]:
        """How many take part, and the values of those who have one; of a rank in ascending order."""
        here = self._here(expr, row, key)
        if here not in self._taking_part:
            members = self._members(expr, row, key)
            found = () if expr.item is None else (self._known.value(expr.item, member) for member in members)
            items = [value for value in found if value is not None]
            if isinstance(expr, e.Rank):
                items.sort(key=_number)
            self._taking_part[here] = len(members), items
        return self._taking_part[here]


def _over(group: e.Group, items: list[e.Value], heads: int) -> Value:
    if group.kind is e.Over.COUNT:
        return Fraction(heads if group.item is None else len(items))
    if group.kind is e.Over.SHARE:
        return Fraction(len(items), heads) if heads else None
    if group.kind is e.Over.DISTINCT:
        return Fraction(len(set(items)))
    numbers = sorted(value for value in items if isinstance(value, Fraction))
    if group.kind is e.Over.SUM:
        return sum(numbers, Fraction(0))
    if not numbers:
        return None
    match group.kind:
        case e.Over.MEAN:
            return sum(numbers, Fraction(0)) / len(numbers)
        case e.Over.MIN:
            return numbers[0]
        case e.Over.MAX:
            return numbers[-1]
        case e.Over.MEDIAN:
            return (numbers[(len(numbers) - 1) // 2] + numbers[len(numbers) // 2]) / 2
        case e.Over.PERCENTILE:
            assert group.percent is not None
            return next(
                value
                for place, value in enumerate(numbers, 1)
                if Fraction(100 * place, len(numbers)) >= group.percent
            )
        case _:
            raise AssertionError(f"no {group.kind} across people")


def _place(rank: e.Rank, own: Value, items: list[e.Value]) -> Fraction | None:
    """items: in ascending order."""
    if own is None:
        return None
    ahead, same = _standing(rank, own, items)
    match rank.kind:
        case e.Place.RANK:
            return Fraction(ahead + 1)
        case e.Place.DENSE:
            return Fraction(len(set(items[:ahead] if rank.lowest else items[len(items) - ahead :])) + 1)
        case e.Place.AVERAGE:
            return ahead + Fraction(same + 1, 2)
        case e.Place.PERCENTILE:
            return Fraction(len(items) - ahead - 1, len(items))


def _standing(rank: e.Rank, own: e.Value, items: list[e.Value]) -> tuple[int, int]:
    """How many of the items, in ascending order, are ahead of one, and how many are equal to it."""
    below = bisect_left(items, _number(own), key=_number)
    upto = bisect_right(items, _number(own), key=_number)
    return below if rank.lowest else len(items) - upto, upto - below


def _number(value: e.Value) -> Fraction:
    assert isinstance(value, Fraction)
    return value
