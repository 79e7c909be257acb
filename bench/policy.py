"""The measured policy: ten indicators, every common way to score, a grade and a bonus; and its data.

The model is built by hand, so that the bench measures scoring and not parsing.
"""

from __future__ import annotations

from fractions import Fraction as F

import numpy as np
import numpy.typing as npt

from kpirules.diagnostics import Span
from kpirules.matrix import Column, StaffPeriodMatrix
from kpirules.model import expressions as e
from kpirules.model import forms as f
from kpirules.model import rules as r
from kpirules.numbers import Rounding
from kpirules.units import Unit

Floats = npt.NDArray[np.float64]
HERE = Span("bench.kpi", 1, 1, 1, 1)
COLUMNS = (
    "late", "defects", "good", "complaints", "punctual", "rating",
    "done", "planned", "coverage", "failed", "complete", "salary",
)  # fmt: skip
#: What the rates in the data look like: raw quotients, four decimals, whole percents, counts over counts.
FLAVOURS = ("quotients", "decimals", "percents", "counts")


def _number(value: F | int) -> e.Constant:
    return e.Constant(F(value), Unit.NUMBER, HERE)


def _fact(name: str) -> e.Fact:
    return e.Fact(name, Unit.NUMBER, HERE)


def _bands(edges: list[str], points: list[tuple[int, int]], *, closed_above: bool, otherwise: int) -> f.Bands:
    cut = [F(edge) for edge in edges]
    bands = tuple(
        f.Band(low, not closed_above, high, closed_above, F(at_low), F(at_high))
        for low, high, (at_low, at_high) in zip(cut, cut[1:], points, strict=False)
    )
    return f.Bands(bands, F(otherwise))


def policy() -> r.Ruleset:
    """The policy: weights add up to 102, as real ones do before anyone checks them."""
    rows: list[tuple[str, int, e.Expr, f.Form, r.TargetRule | None]] = [
        ("late", 20, _fact("late"), f.Deduct(F(1), F(1)), None),
        (
            "defects", 10, _fact("defects"),
            f.Bands(
                (
                    f.Band(None, False, F("0.01"), True, F(10), F(10)),
                    *_bands(
                        ["0.01", "0.02", "0.05", "0.1", "0.2"], [(10, 8), (5, 3), (2, 0), (0, 0)],
                        closed_above=True, otherwise=0,
                    ).bands,
                ),
                F(0),
            ),
            None,
        ),
        (
            "good", 15, _fact("good"),
            f.Bands(
                (
                    *_bands(["0.6", "0.8", "0.9", "0.95"], [(0, 8), (8, 12), (12, 15)], closed_above=False, otherwise=0).bands,
                    f.Band(F("0.95"), True, None, False, F(15), F(15)),
                ),
                F(0),
            ),
            None,
        ),
        ("complaints", 15, _fact("complaints"), f.Deduct(F(1), F(1), "above"), r.TargetRule("<=", _number(3))),
        (
            "punctual", 10, _fact("punctual"),
            f.Bands(
                (
                    *_bands(["0.6", "0.8", "0.9", "0.95"], [(0, 5), (5, 8), (8, 10)], closed_above=False, otherwise=0).bands,
                    f.Band(F("0.95"), True, None, False, F(10), F(10)),
                ),
                F(0),
            ),
            None,
        ),
        ("rating", 8, _fact("rating"), f.Levels(tuple((F(i), F(i)) for i in range(4)), F(0), scaled=True), None),
        (
            "done", 5, e.Arithmetic("/", _fact("done"), _fact("planned"), Unit.RATIO, HERE), f.ProRata(),
            r.TargetRule(">=", _number(F("0.95"))),
        ),
        ("coverage", 5, _fact("coverage"), f.AllOrNothing(), r.TargetRule(">=", _number(F("0.8")))),
        ("failed", 4, _fact("failed"), f.Deduct(F(5), F(1)), None),
        (
            "complete", 10, _fact("complete"), f.Deduct(F(1), F("0.01"), "below", whole=True),
            r.TargetRule(">=", _number(F("0.98"))),
        ),
    ]  # fmt: skip
    indicators = tuple(
        r.Indicator(
            name, name, None, F(weight), None, (), (), measure, target, form,
            r.Missing(r.Absent.REDISTRIBUTE), HERE, HERE,
        )
        for name, weight, measure, form, target in rows
    )  # fmt: skip
    earned = e.Logic(
        "and",
        e.Compare(">=", _fact("punctual"), _number(F("0.9")), HERE),
        e.Compare("=", _fact("good"), _number(1), HERE),
        HERE,
    )
    tenth = e.Arithmetic("*", _fact("salary"), _number(F("0.1")), Unit.MONEY, HERE)
    bonus = e.Choice(tenth, earned, _number(0), Unit.MONEY, HERE)
    return r.Ruleset(
        id="bench", label="bench", path="bench.kpi", version=None, in_force=(None, None), period="month",
        applies=None, working=r.Working("none", (), ()), inputs={}, parameters={}, data={}, tables={},
        measures={}, aggregates=(), sections=(), indicators=indicators,
        points_rounding=Rounding(), total_rounding=Rounding(),
        grades=tuple(
            r.Grade(name, name, low, HERE)
            for name, low in (("excellent", F(90)), ("good", F(80)), ("pass", F(60)), ("fail", None))
        ),
        outcomes=(r.Outcome("bonus", "bonus", Unit.MONEY, bonus, Rounding(), (), HERE),),
        examples=(), span=HERE,
    )  # fmt: skip


def facts(rows: int, flavour: str, seed: int = 7) -> StaffPeriodMatrix:
    """Made-up facts, about 2% of every column missing."""
    rng = np.random.default_rng(seed)
    divisors: dict[str, Floats] = {}

    def rate(name: str, share: float, low: int, high: int) -> Floats:
        below = rng.integers(low, high + 1, rows).astype(np.float64)
        above = rng.binomial(below.astype(np.int64), share).astype(np.float64)
        if flavour == "counts":
            divisors[name] = below
            return above
        places = {"decimals": 4, "percents": 2}.get(flavour)
        return above / below if places is None else np.round(above / below * 10**places) / 10**places

    planned = rng.integers(1, 61, rows)
    values: dict[str, Floats] = {
        "late": rng.poisson(3.0, rows).astype(np.float64),
        "defects": rate("defects", 0.03, 20, 200),
        "good": rate("good", 0.93, 5, 60),
        "complaints": rng.poisson(4.0, rows).astype(np.float64),
        "punctual": rate("punctual", 0.90, 5, 60),
        "rating": rng.integers(0, 4, rows).astype(np.float64),
        "done": rng.binomial(planned, 0.92).astype(np.float64),
        "planned": planned.astype(np.float64),
        "coverage": rate("coverage", 0.82, 5, 60),
        "failed": rng.poisson(0.3, rows).astype(np.float64),
        "complete": rate("complete", 0.95, 20, 100),
        "salary": np.round(rng.lognormal(9, 0.4, rows), 2),
    }
    for column in values.values():
        column[rng.random(rows) < 0.02] = np.nan
    return matrix(values, divisors)


def matrix(values: dict[str, Floats], divisors: dict[str, Floats]) -> StaffPeriodMatrix:
    """A matrix of these columns: a person a row, one period."""
    count = len(values["late"])
    return StaffPeriodMatrix(
        np.arange(count, dtype=np.int32),
        range(count),  # type: ignore[arg-type]  # names that nobody reads
        np.zeros(count, np.int32),
        ["2026-01"],
        {
            name: Column(name, Unit.NUMBER, array, divisor=divisors.get(name))
            for name, array in values.items()
        },
    )
