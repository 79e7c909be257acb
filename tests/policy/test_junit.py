"""JUnit XML of tests: the shape that build servers read, whatever titles policies have."""

from __future__ import annotations

import re
from fractions import Fraction
from xml.etree import ElementTree as xml

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpirules.diagnostics import Span
from kpirules.engine import policy_of
from kpirules.model.rules import Example, Person
from kpirules.periods import first_period
from kpirules.policy.examples import Finding, TestRun
from kpirules.policy.junit import Suite, junit

HERE = Span("a.kpi", 3, 5, 3, 9)
#: Of the common schema: what may stand in each element, and which attributes it must and may have.
CHILDREN = {
    "testsuites": {"testsuite"},
    "testsuite": {"testcase"},
    "testcase": {"failure", "error"},
    "failure": set(),
    "error": set(),
}
MUST = {
    "testsuites": set(),
    "testsuite": {"name", "tests"},
    "testcase": {"name", "classname"},
    "failure": set(),
    "error": set(),
}
MAY = {
    "testsuites": {"name", "time", "tests", "failures", "errors", "disabled"},
    "testsuite": {
        "failures",
        "errors",
        "time",
        "skipped",
        "timestamp",
        "hostname",
        "id",
        "package",
        "disabled",
    },
    "testcase": {"assertions", "time", "status"},
    "failure": {"message", "type"},
    "error": {"message", "type"},
}


def fits(element: xml.Element) -> None:
    """The element is as the common schema has it."""
    assert MUST[element.tag] <= set(element.keys()) <= MUST[element.tag] | MAY[element.tag]
    assert {child.tag for child in element} <= CHILDREN[element.tag]
    for name in ("tests", "failures", "errors"):
        assert element.get(name, "0").isdigit()
    for child in element:
        fits(child)


def run(title: str, *findings: Finding) -> TestRun:
    person = Person("", (), (), HERE)
    return TestRun(Example(title, (), (person,), HERE, first_period("month")), findings)


def finding(expected: object, actual: object, person: str = "") -> Finding:
    return Finding("t", person, "total", expected, actual, HERE)  # type: ignore[arg-type]


def test_a_failure_says_what_was_expected_what_came_out_and_where() -> None:
    failed = run("edges", finding(Fraction(90), Fraction(1, 3)), finding(None, True, "Ann"))
    root = xml.fromstring(junit([Suite("a.kpi", "desk", [run("fine", finding("x", "x")), failed])], "en"))
    fits(root)
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("2", "1", "0")
    (suite,) = root
    assert (suite.get("name"), suite.get("tests"), suite.get("failures")) == ("a.kpi", "2", "1")
    assert [(case.get("classname"), case.get("name")) for case in suite] == [
        ("desk", "fine"),
        ("desk", "edges"),
    ]
    (failure,) = suite[1]
    assert failure.get("message") == "expected total = 90, got 1/3"
    assert failure.text == (
        "a.kpi:3:5: expected total = 90, got 1/3\na.kpi:3:5: expected total = missing, got yes (Ann)"
    )


def test_the_same_in_chinese() -> None:
    root = xml.fromstring(junit([Suite("a.kpi", "desk", [run("t", finding(None, False))])], "zh"))
    assert root[0][0][0].get("message") == "期望 total = 缺失，得到 否"


def test_a_policy_with_errors_is_a_case_that_could_not_be_run() -> None:
    policy = policy_of("ruleset x\n", "x.kpi")
    wrong = [one for one in policy.diagnostics if one.is_error]
    root = xml.fromstring(junit([Suite("x.kpi", "x", [], wrong)], "en"))
    fits(root)
    assert (root.get("tests"), root.get("errors"), root.get("failures")) == ("1", "1", "0")
    (error,) = root[0][0]
    assert error.get("type") == wrong[0].code
    assert error.text is not None and error.text.startswith("x.kpi:1:9: K202 ")


def test_tests_of_one_title_stay_apart() -> None:
    root = xml.fromstring(junit([Suite("a.kpi", "desk", [run("t"), run("t"), run("t")])], "en"))
    assert [case.get("name") for case in root[0]] == ["t", "t (2)", "t (3)"]


@given(st.text(), st.text(st.characters(categories=["Cc", "Cs", "Po", "So", "Lo"])))
def test_any_title_makes_a_document_that_can_be_read(title: str, name: str) -> None:
    found = junit([Suite(name, name, [run(title, finding(title, name))])], "en")
    root = xml.fromstring(found)
    fits(root)
    written = root[0][0].get("name")
    assert written is not None
    unwritable = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
    assert written == unwritable.sub("\ufffd", title)


@pytest.mark.parametrize("title", ['"quoted" <b>&amp;', "a\nb\tc", "bell \x07", "\x00", "]]>", "售后 𝔘"])
def test_hostile_titles(title: str) -> None:
    root = xml.fromstring(junit([Suite("a.kpi", "r", [run(title, finding(title, None))])], "en"))
    assert root[0][0].get("name") == re.sub("[\x00\x07]", "\ufffd", title)
