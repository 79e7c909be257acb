"""What a simulation must say, worked out from two published tables of scores in plain Python. Holds no test."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from kpirules.plugin.simulated import Figures, Simulation

Row = Mapping[str, object]
Key = tuple[str, str]
Rows = Mapping[Key, Row]


def rows_of(table: object) -> dict[Key, Row]:
    """Published rows by staff and period."""
    return {(row["staff"], row["period"]): row for row in table.to_pylist()}  # type: ignore[attr-defined]


def number(row: Row | None, name: str) -> Fraction | None:
    value = None if row is None else row.get(name)
    return Fraction(value) if isinstance(value, Decimal) else None


def fate(old: Row | None, new: Row | None) -> str:
    before, after = number(old, "total"), number(new, "total")
    if before is None and after is None:
        return "none"
    if before is None:
        return "only_new"
    if after is None:
        return "only_old"
    return "up" if after > before else "down" if after < before else "same"


def hold_figures(figures: Figures, old: Rows, new: Rows, keys: Sequence[Key], levels: Sequence[str]) -> None:
    """Hold headline figures against the rows that they are of."""
    assert figures.rows == len(keys)
    fates = Counter(fate(old.get(key), new.get(key)) for key in keys)
    for name in ("up", "down", "same", "only_old", "only_new", "none"):
        assert getattr(figures.counts, name) == fates[name], name
    assert figures.counts.rows == len(keys)
    for side, rows, count in (("old", old, figures.scored_old), ("new", new, figures.scored_new)):
        totals = [t for key in keys if (t := number(rows.get(key), "total")) is not None]
        assert getattr(figures, f"sum_{side}") == sum(totals, Fraction(0))
        assert count == len(totals)
        grades = Counter(level(rows.get(key)) for key in keys)
        assert getattr(figures, f"grades_{side}") == tuple(grades[one] for one in levels)
    for amount in figures.amounts:
        both = [
            (number(old.get(key), amount.id) or Fraction(0), number(new.get(key), amount.id) or Fraction(0))
            for key in keys
        ]
        assert amount.old == sum((one for one, _ in both), Fraction(0)), amount.id
        assert amount.new == sum((two for _, two in both), Fraction(0)), amount.id
        assert amount.up == sum(two > one for one, two in both)
        assert amount.down == sum(two < one for one, two in both)
    for head in figures.heads:
        assert head.old == sum((old.get(key) or {}).get(head.id) is True for key in keys)
        assert head.new == sum((new.get(key) or {}).get(head.id) is True for key in keys)


def level(row: Row | None) -> str:
    if row is None:
        return "not appraised"
    return str(row["grade"]) if row["grade"] is not None else "no grade"


def level_names(simulation: Simulation) -> list[str]:
    return [one.id or one.label.en for one in simulation.levels]


def hold(
    simulation: Simulation,
    old: Rows,
    new: Rows,
    attribute: Callable[[Key, str], str | None],
) -> None:
    """Hold every figure of a simulation that two tables of scores decide. new: what is published, in a pilot too."""
    keys = sorted({*old, *new})
    levels = level_names(simulation)
    hold_figures(simulation.whole, old, new, keys, levels)
    for by in (simulation.periods, *simulation.by):
        assert sum(group.figures.rows for group in by.groups) == len(keys)
        for group in by.groups:
            if group.rest:
                continue
            wanted = None if group.missing else group.value
            own = [
                key for key in keys if (key[1] if by.name == "period" else attribute(key, by.name)) == wanted
            ]
            hold_figures(group.figures, old, new, own, levels)
    moves = Counter((level(old.get(key)), level(new.get(key))) for key in keys)
    for row, before in enumerate(levels):
        for column, after in enumerate(levels):
            assert simulation.transitions[row][column] == moves[before, after]
    hold_ranks(simulation, old, new, keys)
    hold_movers(simulation, old, new, keys)
    hold_attribution(simulation)
    assert simulation.people == len({staff for staff, _ in keys})
    assert simulation.all_rows == len(keys) == simulation.rows.num_rows
    bins = simulation.distribution.bins
    assert sum(one.old for one in bins) == simulation.whole.scored_old
    assert sum(one.new for one in bins) == simulation.whole.scored_new


def hold_ranks(simulation: Simulation, old: Rows, new: Rows, keys: Sequence[Key]) -> None:
    ranks = simulation.ranks[0]
    moves: Counter[str] = Counter()
    for key in keys:
        before, after = _rank(key, old, keys), _rank(key, new, keys)
        if before is not None and after is not None:
            moves["up" if after < before else "down" if after > before else "same"] += 1
    assert (ranks.up, ranks.down, ranks.same) == (moves["up"], moves["down"], moves["same"])
    for move in (*ranks.rises, *ranks.falls):
        key = (move.staff, move.period)
        assert (move.old, move.new) == (_rank(key, old, keys), _rank(key, new, keys))


def _rank(key: Key, rows: Rows, keys: Sequence[Key]) -> int | None:
    own = number(rows.get(key), "total")
    if own is None:
        return None
    others = [number(rows.get(one), "total") for one in keys if one[1] == key[1]]
    return 1 + sum(one > own for one in others if one is not None)


def hold_movers(simulation: Simulation, old: Rows, new: Rows, keys: Sequence[Key]) -> None:
    for movers in simulation.movers:
        changes = {}
        for key in keys:
            before, after = number(old.get(key), movers.name), number(new.get(key), movers.name)
            if movers.name == "total" and (before is None or after is None):
                continue
            changes[key] = (after or Fraction(0)) - (before or Fraction(0))
        for told, sign in ((movers.losses, -1), (movers.gains, 1)):
            expected = sorted(
                (key for key, change in changes.items() if change * sign > 0),
                key=lambda key: (-abs(changes[key]), key),
            )[:20]
            assert [(move.staff, move.period) for move in told] == expected
            for move in told:
                assert move.change == changes[move.staff, move.period]
                if simulation.attribution:
                    assert sum(move.parts, Fraction(0)) == move.change


def hold_attribution(simulation: Simulation) -> None:
    for line in simulation.attribution:
        assert line.old + sum(line.parts, Fraction(0)) == line.new, (line.kind, line.name)
        assert len(line.parts) == len(line.without) == len(line.alone) == len(simulation.parts)
    lines = {(line.kind.value, line.name): line for line in simulation.attribution}
    if lines:
        whole = simulation.whole
        assert (lines["totals", ""].old, lines["totals", ""].new) == (whole.sum_old, whole.sum_new)
        assert [lines["up", ""].old, lines["up", ""].new] == [Fraction(0), Fraction(whole.counts.up)]
        assert [lines["down", ""].old, lines["down", ""].new] == [Fraction(0), Fraction(whole.counts.down)]
        for amount in whole.amounts:
            line = lines["amount", amount.id]
            assert (line.old, line.new) == (amount.old, amount.new)
