"""The tests written in a ruleset reach its edges: each bound of a band, each target, level and grade, each missing fact."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest

from kpirules.matrix import StaffPeriodMatrix
from kpirules.model import expressions as e
from kpirules.model.forms import Bands, Levels, Linear
from kpirules.model.rules import Indicator, Ruleset
from kpirules.policy import examples
from kpirules.scoring.reference import Reference
from kpirules.trials import run_tests
from tests.rulesets.shipped import EXTENDING, FILES, policy, shown

Hits = dict[str, set[e.Value | None]]
SHIPPED = pytest.mark.parametrize(
    "path", [path for path in FILES if path.parent.name != "zh" and path not in EXTENDING], ids=shown
)


@pytest.fixture
def recorded(monkeypatch: pytest.MonkeyPatch) -> list[Reference]:
    """Every table that a ruleset's tests are run on, one for each test, in order."""
    found: list[Reference] = []

    class Recording(Reference):
        def __init__(self, rules: Ruleset, facts: StaffPeriodMatrix) -> None:
            super().__init__(rules, facts)
            found.append(self)

    monkeypatch.setattr(examples, "Reference", Recording)
    return found


def hits(path: Path, recorded: list[Reference]) -> tuple[Ruleset, Hits]:
    """The measures that some test expects points for, by indicator; the totals with an expected grade, as `grade`."""
    found = policy(path)
    assert found.ruleset is not None
    assert all(one.passed for one in run_tests(found))
    met: Hits = {}
    for example, reference in zip(found.ruleset.examples, recorded, strict=True):
        for row, person in enumerate(example.people):
            for expected in person.expected:
                if expected.name == "grade":
                    met.setdefault("grade", set()).add(reference.total(row))
                elif expected.name in (scored := reference.indicators(row)):
                    met.setdefault(expected.name, set()).add(scored[expected.name].measure)
    return found.ruleset, met


def edges(indicator: Indicator) -> Iterator[e.Value]:
    """The values of the measure at which its points change course."""
    target = indicator.target.value if indicator.target is not None else None
    if isinstance(target, e.Constant) and isinstance(target.value, Fraction):
        yield target.value
    match indicator.form:
        case Bands(bands):
            yield from (end for band in bands for end in (band.low, band.high) if end is not None)
        case Linear(start, _, end, _):
            yield from (start, end)
        case Levels(entries):
            yield from (level for level, _ in entries)


@SHIPPED
def test_every_edge_is_tested(path: Path, recorded: list[Reference]) -> None:
    rules, met = hits(path, recorded)
    missed = {
        one.id: sorted(map(str, gone))
        for one in rules.indicators
        if (gone := set(edges(one)) - met.get(one.id, set()))
    }
    assert missed == {}


def slopes(indicator: Indicator) -> Iterator[tuple[Fraction, Fraction]]:
    """The intervals inside which points rise or fall."""
    match indicator.form:
        case Bands(bands):
            for band in bands:
                if band.low is not None and band.high is not None and band.at_low != band.at_high:
                    yield band.low, band.high
        case Linear(start, _, end, _):
            yield min(start, end), max(start, end)


@SHIPPED
def test_every_slope_is_tested_between_its_ends(path: Path, recorded: list[Reference]) -> None:
    rules, met = hits(path, recorded)
    for one in rules.indicators:
        measured = [value for value in met[one.id] if isinstance(value, Fraction)]
        for low, high in slopes(one):
            assert any(low < value < high for value in measured), (one.id, low, high)


@SHIPPED
def test_every_indicator_is_tested_off_its_edges_and_missing(path: Path, recorded: list[Reference]) -> None:
    rules, met = hits(path, recorded)
    for one in rules.indicators:
        assert None in met.get(one.id, set()), f"no test expects what a missing {one.id} gives"
        off = met[one.id] - {None} - set(edges(one))
        assert off or isinstance(one.form, Levels), f"no test measures {one.id} off its edges"


@SHIPPED
def test_every_grade_is_tested_at_its_boundary_and_little_below(
    path: Path, recorded: list[Reference]
) -> None:
    rules, met = hits(path, recorded)
    totals = [total for total in met["grade"] if isinstance(total, Fraction)]
    for grade in rules.grades:
        if grade.low is not None:
            assert grade.low in totals, grade.id
            assert any(grade.low - 5 <= total < grade.low for total in totals), grade.id
