"""Every built-in function is its declaration: kernels, records and tests of the language give its meaning."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest

from kpirules.matrix import MISSING
from kpirules.model import expressions as e
from kpirules.model.forms import Formula
from kpirules.model.functions import FUNCTIONS
from kpirules.scoring.run import score
from kpirules.units import Unit
from tests.scoring import making as m

CELLS = (None, Fraction(0), Fraction(-1), Fraction(5, 2), Fraction(7))


@pytest.mark.parametrize("name", [name for name, one in FUNCTIONS.items() if one.lowering is not None])
def test_kernels_give_the_meaning(name: str) -> None:
    function = FUNCTIONS[name]
    count = function.most or max(function.least, 3)
    rows = [row for row in product(CELLS, repeat=count) if not function.stepped or row[1] == Fraction(5, 2)]
    facts = [m.fact(f"c{place}") for place in range(count)]
    arguments: list[e.Expr] = [*facts]
    if function.stepped:
        arguments[1] = m.number(Fraction(5, 2))
    columns = [
        m.column(f"c{place}", [None if row[place] is None else float(row[place]) for row in rows])  # type: ignore[arg-type]
        for place in range(count)
    ]
    value = e.Call(name, tuple(arguments), Unit.NUMBER, m.HERE)
    rules = m.ruleset([m.indicator("i", 100, m.number(1), Formula())], [m.amount("o", value, m.CENTS)])
    expected = [function.meaning(list(row)) for row in rows]
    cents = [m.CENTS.steps(one) if isinstance(one, Fraction) else MISSING for one in expected]
    assert score(rules, m.matrix(*columns)).outcomes["o"].values.tolist() == cents
