"""The meaning of values across people: groups, places in them. Part of the reference: short, slow and obvious."""

from __future__ import annotations

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


class People:
    """Answers what crosses people, from what is known of each."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._groups: dict[tuple[str, ...], Mapping[tuple[int, Key], list[int]]] = {}
        self._values: dict[tuple[int, int, Key], Value] = {}
        self._seats: dict[int, dict[int, list[Seats]]] = {}
        self._parts: dict[tuple[int, int, Key], Mapping[int, Fraction]] = {}

    def value(self, expr: e.Group | e.Rank | e.Division, row: int) -> Value:
        """The value of the row's group, or the row's place in it; missing for a row without a group."""
        key = self._key(expr.by, row)
        if None in key:
            return None
        if isinstance(expr, e.Division):
            return self.divided(expr, row).get(row)
        if isinstance(expr, e.Rank):
            return _place(expr, self._known.value(expr.item, row), self._items(expr, row, key))
        here = (id(expr), self._period(row), () if expr.between else key)
        if here not in self._values:
            self._values[here] = _over(expr, self._items(expr, row, key), len(self._members(expr, row, key)))
        return self._values[here]

    def divided(self, expr: e.Division, row: int) -> Mapping[int, Fraction]:
        """The parts of everybody who divides the pool with this row."""
        key = self._key(expr.by, row)
        here = (id(expr), self._period(row), key)
        if here not in self._parts:
            members = self._grouped(expr.by).get((self._period(row), key), [])
            self._parts[here] = self._divide(expr, members)
        return self._parts[here]

    def _divide(self, expr: e.Division, members: list[int]) -> Mapping[int, Fraction]:
        pool = self._known.value(expr.pool, members[0]) if members else None
        shares: dict[int, Fraction] = {}
        for member in members:
            share = Fraction(1) if expr.share is None else self._known.value(expr.share, member)
            if isinstance(share, Fraction):
                shares[member] = max(share, Fraction(0))
        if not isinstance(pool, Fraction) or pool < 0 or not any(shares.values()):
            return {}
        exact = {member: pool * share / sum(shares.values()) / expr.step for member, share in shares.items()}
        steps = {member: int(part) for member, part in exact.items()}
        left = int(pool / expr.step) - sum(steps.values())
        names = {member: self._known.facts.row_name(member)[0] for member in members}
        waiting = sorted((member for member in shares if shares[member]), key=lambda one: (names[one], one))
        if expr.remainder is e.Remainder.LARGEST:
            waiting.sort(key=lambda one: steps[one] - exact[one])
        for member in waiting[: 0 if expr.remainder is e.Remainder.KEPT else left]:
            steps[member] += 1
        return {member: count * expr.step for member, count in steps.items()}

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
                having = [totals[row] for row in members if places[row] == place]
                for row in [row for row in members if places[row] == place]:
                    ahead = sum(total > totals[row] for total in having)
                    tied = having.count(totals[row])
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
            return self._of_pool(expr, row)
        members, items = len(self._members(expr, row, key)), self._items(expr, row, key)
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
        ahead = sum(_before(item, own, expr.lowest) for item in items)
        tied = sum(item == own for item in items) - 1
        return Words(
            f"{len(items)} ranked: {ahead} ahead, {tied} tied, {len(items) - ahead - tied - 1} behind",
            f"{len(items)} 个参加排名：{ahead} 个在前，{tied} 个并列，{len(items) - ahead - tied - 1} 个在后",
        )

    def _of_pool(self, expr: e.Division, row: int) -> Words:
        parts = self.divided(expr, row)
        paid = sum(parts.values(), Fraction(0))
        pool = self._known.value(expr.pool, row)
        of = decimal_text(pool) if isinstance(pool, Fraction) else "?"
        one = next((part for member, part in parts.items() if member == row), None)
        if one is None or not isinstance(pool, Fraction):
            return Words(f"the pool is {of}; no part in it", f"总额 {of}，不参与分配")
        shares = [Fraction(1)] * len(parts)
        own = Fraction(1)
        if expr.share is not None:
            found = {member: self._known.value(expr.share, member) for member in parts}
            shares = [max(share, Fraction(0)) for share in found.values() if isinstance(share, Fraction)]
            own = max(share, Fraction(0)) if isinstance(share := found[row], Fraction) else own
        all_shares = sum(shares, Fraction(0))
        cut = pool * own / all_shares
        return Words(
            f"pool {of} x {decimal_text(own)} / {decimal_text(all_shares)} = {decimal_text(cut, 6)};"
            f" {len(parts)} people got {decimal_text(paid)} together",
            f"总额 {of} x {decimal_text(own)} / {decimal_text(all_shares)} = {decimal_text(cut, 6)}；"
            f"{len(parts)} 人共得 {decimal_text(paid)}",
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

    def _items(self, expr: e.Group | e.Rank, row: int, key: Key) -> list[e.Value]:
        if expr.item is None:
            return []
        found = (self._known.value(expr.item, member) for member in self._members(expr, row, key))
        return [value for value in found if value is not None]


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
    if own is None:
        return None
    ahead = [item for item in items if _before(item, own, rank.lowest)]
    match rank.kind:
        case e.Place.RANK:
            return Fraction(len(ahead) + 1)
        case e.Place.DENSE:
            return Fraction(len(set(ahead)) + 1)
        case e.Place.AVERAGE:
            tied = sum(item == own for item in items)
            return len(ahead) + Fraction(tied + 1, 2)
        case e.Place.PERCENTILE:
            return Fraction(len(items) - len(ahead) - 1, len(items))


def _before(item: Value, own: Value, lowest: bool) -> bool:
    assert isinstance(item, Fraction) and isinstance(own, Fraction)
    return item < own if lowest else item > own
