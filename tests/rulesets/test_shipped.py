"""Every ruleset that ships checks without a word, is laid out as the formatter does, and keeps its own tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from kpirules.diagnostics import render
from kpirules.engine import read_policy
from kpirules.language.format import format_text
from kpirules.language.parse import parse
from kpirules.trials import run_tests
from tests.rulesets.shipped import CASES, FILES, RULESETS, shown

WANTED = {
    "after_sales_manager",
    "monthly_lock_service",
    "service_staff",
    "after_sales_core",
    "department_head",
    "customer_service_balanced",
    "department_annual",
    "service_index",
    "ecommerce_after_sales",
    "appliance_repair",
    "quantified_scheme",
}


def test_the_rulesets_are_there() -> None:
    assert {path.stem for path in FILES if path.parent == RULESETS} >= WANTED


@pytest.mark.parametrize("path", [*FILES, *CASES], ids=shown)
def test_it_checks_without_errors_and_warnings(path: Path) -> None:
    policy = read_policy(path)
    assert [render(one, {policy.path: policy.text}) for one in policy.diagnostics] == []
    assert policy.ruleset is not None
    assert policy.ruleset.id == path.stem or path in CASES


@pytest.mark.parametrize("path", [*FILES, *CASES], ids=shown)
def test_its_own_tests_hold(path: Path) -> None:
    findings = list(run_tests(read_policy(path)))
    assert len(findings) > 1
    assert [one for one in findings if not one.passed] == []


@pytest.mark.parametrize("path", FILES, ids=shown)
def test_it_is_laid_out_as_the_formatter_does(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert format_text(parse(text, str(path))) == text


@pytest.mark.parametrize("path", [path for path in FILES if path.parent.name == "zh"], ids=shown)
def test_a_chinese_twin_says_the_same(path: Path) -> None:
    twin, original = (parse(one.read_text(encoding="utf-8")) for one in (path, RULESETS / path.name))
    assert twin.tree is not None
    assert twin.tree == original.tree
    assert twin.text != original.text
