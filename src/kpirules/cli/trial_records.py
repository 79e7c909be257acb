"""What came of a policy's tests as plain values, for `kpirules test --format json`. Numbers are exact texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from kpirules.diagnostics import Diagnostic, Language, Span, as_record
from kpirules.engine import Policy
from kpirules.model.expressions import Value
from kpirules.numbers import decimal_text
from kpirules.policy.coverage.reached import Coverage, Reached
from kpirules.policy.coverage.suggesting import Suggestions
from kpirules.policy.examples import Finding, TestRun

Record = dict[str, object]


def policy_record(
    policy: Policy,
    runs: Sequence[TestRun],
    coverage: Coverage | None,
    hints: Mapping[Reached, str],
    suggested: Suggestions | None,
    wrong: Sequence[Diagnostic],
    language: Language,
) -> Record:
    """One policy."""
    record: Record = {
        "path": policy.path,
        "ruleset": None if policy.ruleset is None else policy.ruleset.id,
        "passed": policy.ruleset is not None and not wrong and all(one.passed for one in runs),
        "diagnostics": [as_record(one, language) for one in wrong],
        "tests": [_run(one, language) for one in runs],
    }
    if coverage is not None:
        record["coverage"] = _coverage(coverage, hints, language)
    if suggested is not None:
        record["suggested"] = [
            {"title": one.title, "text": one.text, "for": _point(one.reached, language)}
            for one in suggested.tests
        ]
        record["without_facts"] = [_point(one, language) for one in suggested.without]
    return record


def _run(run: TestRun, language: Language) -> Record:
    example = run.example
    return {
        "title": example.title,
        **_place(example.span),
        "rollup": example.rollup,
        "passed": run.passed,
        "diagnostics": [as_record(one, language) for one in run.wrong],
        "expectations": [_finding(one) for one in run.findings],
    }


def _finding(one: Finding) -> Record:
    return {
        "person": one.person or None,
        "name": one.name,
        "expected": _value(one.expected),
        "actual": _value(one.actual),
        "passed": one.passed,
        **_place(one.span),
    }


def _value(value: Value | None) -> Record:
    """kind: number, text, truth or missing; a number is a decimal in full, or p/q where that never ends."""
    match value:
        case None:
            return {"kind": "missing", "value": None}
        case bool():
            return {"kind": "truth", "value": value}
        case Fraction():
            return {"kind": "number", "value": decimal_text(value)}
        case _:
            return {"kind": "text", "value": value}


def _coverage(coverage: Coverage, hints: Mapping[Reached, str], language: Language) -> Record:
    return {
        "reached": coverage.reached,
        "possible": coverage.possible,
        "impossible": coverage.impossible,
        "share": decimal_text(coverage.share),
        "points": [
            {**_point(one, language), "tests": list(one.tests), "try": hints.get(one)}
            for one in coverage.points
        ],
    }


def _point(one: Reached, language: Language) -> Record:
    point = one.point
    return {
        "rollup": one.rollup,
        "owner": point.owner,
        "label": point.label,
        "sort": str(point.sort),
        "words": point.words.read(language),
        **_place(point.span),
        "cause": None if one.why is None else str(one.why.cause),
        "why": None if one.why is None else one.why.words.read(language),
    }


def _place(span: Span) -> Record:
    return {"path": span.path, "line": span.line}
