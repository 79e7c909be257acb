"""The checker's verdicts on weights and bands against counting out every possibility."""

from __future__ import annotations

import itertools
from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kpirules.matrix import StaffPeriodMatrix, column
from kpirules.model.forms import Bands
from kpirules.scoring.reference import Reference
from kpirules.units import Unit
from tests.model.writing import understood

POSTS, SITES = ("a", "b", "c"), ("x", "y")
HEAD = """\
ruleset p "P"
  period month
  missing zero
{applies}
attribute post : text one of ("a", "b", "c")
attribute site : text one of ("x", "y")
attribute new  : boolean
"""

_SIMPLE = st.one_of(
    st.sampled_from([f'post = "{one}"' for one in POSTS]),
    st.sampled_from([f'post != "{one}"' for one in POSTS]),
    st.sampled_from(['post in ("a", "b")', 'site = "x"', 'site = "y"', "new", "not new"]),
)
_CONDITIONS = st.one_of(
    _SIMPLE,
    st.tuples(_SIMPLE, st.sampled_from(["and", "or"]), _SIMPLE).map(" ".join),
    st.tuples(_SIMPLE, st.sampled_from(["and", "or"]), _SIMPLE).map(lambda one: f"not ({' '.join(one)})"),
)


def everyone() -> StaffPeriodMatrix:
    """One row for each combination of the attributes."""
    kinds = list(itertools.product(POSTS, SITES, (False, True)))
    size = len(kinds)
    return StaffPeriodMatrix(
        np.arange(size, dtype=np.int32),
        [str(i) for i in range(size)],
        np.zeros(size, np.int32),
        ["2026"],
        {
            "post": column("post", Unit.TEXT, [one[0] for one in kinds]),
            "site": column("site", Unit.TEXT, [one[1] for one in kinds]),
            "new": column("new", Unit.BOOLEAN, [one[2] for one in kinds]),
        },
    )


@given(
    st.lists(
        st.tuples(st.sampled_from([20, 40, 50, 60, 100]), st.none() | _CONDITIONS), min_size=1, max_size=4
    ),
    st.none() | _CONDITIONS,
)
def test_weights_are_right_exactly_where_every_person_has_a_hundred(
    parts: list[tuple[int, str | None]], applies: str | None
) -> None:
    text = HEAD.format(applies=f"  applies to staff where {applies}" if applies else "")
    sound = text  # the same indicators with weights that nobody adds up: the header's parameter has no value
    for number, (weight, condition) in enumerate(parts):
        lines = f"  applies to staff where {condition}\n" if condition else ""
        text += f"indicator i{number} weight {weight}\n{lines}  points = 1\n"
        sound += f"indicator i{number} weight {weight} + w\n{lines}  points = 1\n"
    _, found = understood(text)
    verdict = [one.code for one in found if one.is_error]
    rules, _ = understood(sound + "parameter w : number\n")
    assert rules is not None
    reference = Reference(rules, everyone())
    weights = {f"i{number}": weight for number, (weight, _) in enumerate(parts)}
    sums = {
        sum(weights[name] for name in present)
        for row in reference.appraised
        if (present := reference.indicators(row))
    }
    assert verdict in ([], ["K211"])
    if sums:  # a policy for nobody is not worth judging
        assert bool(verdict) == (not sums <= {100}), (sums, verdict)


_EDGES = st.integers(0, 6)
_BANDS = st.one_of(
    st.tuples(st.sampled_from(["from", "over"]), _EDGES, st.sampled_from(["to", "to below"]), _EDGES).filter(
        lambda one: one[1] < one[3]
    ),
    st.tuples(st.sampled_from(["up to", "below"]), _EDGES),
    st.tuples(st.sampled_from(["from", "over"]), _EDGES),
)


def holds(band: tuple[str | int, ...], value: Fraction) -> bool:
    """Whether a band as written holds a value."""
    match band:
        case ("up to", high):
            return value <= Fraction(high)
        case ("below", high):
            return value < Fraction(high)
    low = Fraction(band[1])
    if not (value >= low if band[0] == "from" else value > low):
        return False
    return len(band) == 2 or (value <= Fraction(band[3]) if band[2] == "to" else value < Fraction(band[3]))


@given(
    st.lists(_BANDS, min_size=1, max_size=4), st.sampled_from(["number", "count", "rating 0 to 6 step 0.5"])
)
def test_bands_are_right_exactly_where_every_value_has_one(
    bands: list[tuple[str | int, ...]], kind: str
) -> None:
    lines = "".join(f"    {' '.join(map(str, band))} : {n * 10}\n" for n, band in enumerate(bands, 1))
    text = (
        f'ruleset p "P"\n  period month\n  missing zero\ninput x : {kind}\n'
        f"indicator a weight 100\n  measure x\n  bands\n{lines}    otherwise : 1\n"
    )
    rules, found = understood(text)
    steps = {"number": Fraction(1, 4), "count": Fraction(1)}.get(kind, Fraction(1, 2))
    values = [steps * k for k in range(int(Fraction(6) / steps) + 1)]
    values = [
        *([Fraction(-1)] if kind == "number" else []),
        *values,
        *([Fraction(9)] if "rating" not in kind else []),
    ]
    counts = [sum(holds(band, value) for band in bands) for value in values]
    inside = [n for n, count in enumerate(counts) if count]
    hole = bool(inside) and 0 in counts[inside[0] : inside[-1]]
    double = any(count > 1 for count in counts)
    codes = {one.code for one in found if one.is_error}
    assert codes <= {"K203", "K204"}
    if rules is not None:
        assert not hole and not double
        form = rules.indicators[0].form
        assert isinstance(form, Bands)
        for value, count in zip(values, counts, strict=True):
            expected = next((n * 10 for n, band in enumerate(bands, 1) if holds(band, value)), 1)
            assert form.points(value, None, Fraction(100)) == expected, (value, count)
    elif kind == "number":
        assert hole or double
