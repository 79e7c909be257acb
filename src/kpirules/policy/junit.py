"""What came of tests as JUnit XML, the format that build servers read. Knows no files and no clock.

A suite for each policy, a case for each test; what was expected and what came out is in the failure. A policy with
errors is a suite with one case that could not be run.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from xml.etree import ElementTree as xml

from kpirules.diagnostics import Diagnostic, Language, Words, where
from kpirules.model.expressions import Value
from kpirules.numbers import decimal_text
from kpirules.policy.examples import Finding, TestRun

#: What XML 1.0 has no way to write.
_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Suite:
    """One policy. path, name: its file and its ruleset. wrong: its errors, where it cannot be tested."""

    path: str
    name: str
    runs: Sequence[TestRun]
    wrong: Sequence[Diagnostic] = ()


def junit(suites: Sequence[Suite], language: Language) -> bytes:
    """The whole document."""
    root = xml.Element("testsuites")
    for one in suites:
        root.append(_suite(one, language))
    for name in ("tests", "failures", "errors"):
        root.set(name, str(sum(int(one.get(name, "0")) for one in root)))
    xml.indent(root)
    text = xml.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()


def _suite(suite: Suite, language: Language) -> xml.Element:
    found = xml.Element("testsuite", name=_plain(suite.path))
    cases = [_case(suite, run, language) for run in suite.runs]
    if suite.wrong:
        checked = Words("the policy is checked", "检查制度").read(language)
        case = xml.Element("testcase", classname=_plain(suite.name), name=checked)
        case.append(_told("error", suite.wrong, language))
        cases.append(case)
    titles: Counter[str] = Counter()
    for case in cases:
        name = case.get("name", "")
        titles[name] += 1
        if titles[name] > 1:  # servers take cases of one name for one case
            case.set("name", f"{name} ({titles[name]})")
    found.extend(cases)
    found.set("tests", str(len(cases)))
    found.set("failures", str(sum(case.find("failure") is not None for case in cases)))
    found.set("errors", str(sum(case.find("error") is not None for case in cases)))
    return found


def _case(suite: Suite, run: TestRun, language: Language) -> xml.Element:
    case = xml.Element("testcase", classname=_plain(suite.name), name=_plain(run.example.title))
    failed = [one for one in run.findings if not one.passed]
    if run.wrong:
        case.append(_told("error", run.wrong, language))
    elif failed:
        lines = [f"{where(one.span)}: {difference(one, language)}" for one in failed]
        failure = xml.SubElement(
            case, "failure", message=_plain(difference(failed[0], language)), type="expect"
        )
        failure.text = _plain("\n".join(lines))
    return case


def _told(tag: str, wrong: Sequence[Diagnostic], language: Language) -> xml.Element:
    """Diagnostics as what went wrong."""
    lines = [f"{where(one.place, language)}: {one.code} {one.message(language)}" for one in wrong]
    found = xml.Element(tag, message=_plain(wrong[0].message(language)), type=wrong[0].code)
    found.text = _plain("\n".join(lines))
    return found


def difference(one: Finding, language: Language) -> str:
    """What was expected, of whom, and what came out."""
    expected, actual = value_text(one.expected, language), value_text(one.actual, language)
    whom = f" ({one.person})" if one.person else ""
    words = Words(
        f"expected {one.name} = {expected}, got {actual}{whom}",
        f"期望 {one.name} = {expected}，得到 {actual}{whom}",
    )
    return words.read(language)


def value_text(value: Value | None, language: Language) -> str:
    """A value in the reader's language, numbers in full."""
    match value:
        case None:
            return Words("missing", "缺失").read(language)
        case bool():
            return (Words("yes", "是") if value else Words("no", "否")).read(language)
        case Fraction():
            return decimal_text(value)
        case _:
            return value


def _plain(text: str) -> str:
    """The text with a sign in place of what XML cannot hold."""
    return _UNWRITABLE.sub("\ufffd", text)
