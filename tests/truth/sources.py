"""Published tables with published results, where they are at hand. Holds no test."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kpirules.engine import Policy, policy_of
from kpirules.trials import run_tests

#: Beside the repository.
FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data" / "truth"


def read(name: str) -> Any:
    """A file of published tables; nothing where it is not there."""
    path = FOLDER / name
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def absent(name: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(read(name) is None, reason=f"the published tables {name} are not at hand")


def holds(text: str) -> Policy:
    """The policy, which has no error and whose tests all hold."""
    checked = policy_of(text)
    assert [one.message() for one in checked.diagnostics if one.is_error] == []
    findings = list(run_tests(checked))
    assert findings
    assert [(one.name, one.expected, one.actual) for one in findings if not one.passed] == []
    return checked


#: What every policy needs and these tables do not speak of.
FRAME = """\
ruleset published
  period month
  missing redistribute
indicator nothing weight 100
  points = 100
"""
