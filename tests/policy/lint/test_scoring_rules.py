"""Each rule about scoring, with a policy that has the fault and its nearest neighbour that has not."""

from __future__ import annotations

import pytest

from kpirules.policy.lint.finding import Finding
from kpirules.policy.lint.witness import Witness
from tests.policy.lint.faults import CASES, whole
from tests.policy.lint.reading import found


def told(text: str) -> dict[str, tuple[Finding, Witness | None]]:
    """Findings by code."""
    return {finding.problem.code: (finding, witness) for finding, witness in found(whole(text))}


@pytest.mark.parametrize(("code", "bad"), [(code, bad) for code, bad, _ in CASES])
def test_a_fault_is_found(code: str, bad: str) -> None:
    assert code in told(bad)


@pytest.mark.parametrize(("code", "good"), [(code, good) for code, _, good in CASES])
def test_its_neighbour_without_the_fault_is_left_alone(code: str, good: str) -> None:
    assert code not in told(good)
