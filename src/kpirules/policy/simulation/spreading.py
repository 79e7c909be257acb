"""How values are spread, from exact counts of every value: quartiles, and bins that a chart can show."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from kpirules.plugin.simulated import Bin, Distribution, Spread

#: At most so many bins; each is as wide as one of these, times a power of ten.
_BINS = 24
_WIDTHS = (Fraction(1), Fraction(2), Fraction(5))


def distribution(
    old: Mapping[int, int], new: Mapping[int, int], changes: Mapping[int, int], step: Fraction
) -> Distribution:
    """The distribution of totals and of their changes. Keys are steps; values are how many rows have them."""
    return Distribution(
        bins(old, new, step),
        spread(old, step),
        spread(new, step),
        bins({}, changes, step),
        spread(changes, step),
    )


def spread(counts: Mapping[int, int], step: Fraction) -> Spread | None:
    """Lowest, quartiles and highest by nearest rank."""
    values = sorted(value for value, count in counts.items() if count)
    if not values:
        return None
    rows = sum(counts.values())

    def at(quarters: int) -> Fraction:
        rank, seen = max(1, -(-rows * quarters // 4)), 0
        for value in values:
            seen += counts[value]
            if seen >= rank:
                return value * step
        raise AssertionError("a rank beyond the last row")

    return Spread(at(0), at(1), at(2), at(3), at(4))


def bins(old: Mapping[int, int], new: Mapping[int, int], step: Fraction) -> tuple[Bin, ...]:
    """Both counts in bins of one round width that cover every value; none where there is no value."""
    values = [*old, *new]
    if not values:
        return ()
    least, most = min(values), max(values)
    width = _width((most - least) * step, step)
    # values over the width, in whole numbers: there may be many values
    above, below = (step / width).as_integer_ratio()
    first = least * above // below
    last = max(first, -(-most * above // below) - 1)
    lows = [place * width for place in range(first, last + 1)]
    counted = [[0, 0] for _ in lows]
    for side, counts in enumerate((old, new)):
        for value, count in counts.items():
            counted[min(value * above // below - first, len(lows) - 1)][side] += count
    return tuple(Bin(low, low + width, *two) for low, two in zip(lows, counted, strict=True))


def _width(reach: Fraction, step: Fraction) -> Fraction:
    """The least round width, no finer than the step, by which the reach has few bins."""
    size = Fraction(1)
    while size > step:
        size /= 10
    while True:
        for one in _WIDTHS:
            width = one * size
            if width >= step and reach / width <= _BINS - 1:
                return width
        size *= 10
