"""Policies as written and what the reader says about them: each `.kpi` of `cases` beside its `.out`.

`good` holds policies without a mistake of writing, with their text in both vocabularies as the formatter writes it;
`bad` holds mistyped ones, with every message in English and in Chinese. After a wanted change of the output:
`pytest tests/language/test_cases.py --accept`, and read the difference before you commit it.
"""

from pathlib import Path

import pytest

from kpirules.diagnostics import render
from kpirules.language.format import format_text
from kpirules.language.parse import Parsed, parse

CASES = Path(__file__).parent / "cases"


def policies(kind: str) -> list[Path]:
    return sorted((CASES / kind).glob("*.kpi"))


def compare(case: Path, output: str, accept: bool) -> None:
    expected = case.with_suffix(".out")
    if accept:
        expected.write_text(output, encoding="utf-8")
    assert expected.exists(), f"{expected.name} is missing: run with --accept"
    assert output == expected.read_text(encoding="utf-8")


def messages(parsed: Parsed) -> str:
    found = [
        render(one, {parsed.path: parsed.text}, language)
        for language in ("en", "zh")
        for one in parsed.diagnostics
    ]
    return "\n".join(found)


@pytest.mark.parametrize("case", policies("bad"), ids=lambda case: case.stem)
def test_a_mistyped_policy_is_told_what_is_wrong(case: Path, accept: bool) -> None:
    parsed = parse(case.read_text(encoding="utf-8"), case.name)
    assert parsed.diagnostics
    compare(case, messages(parsed), accept)


@pytest.mark.parametrize("case", policies("good"), ids=lambda case: case.stem)
def test_a_good_policy_reads_without_a_word_and_formats_in_both_vocabularies(
    case: Path, accept: bool
) -> None:
    parsed = parse(case.read_text(encoding="utf-8"), case.name)
    assert messages(parsed) == ""
    written = (format_text(parsed, language) for language in ("en", "zh"))
    compare(case, "\n".join(f"{'=' * 20}\n{text}" for text in written), accept)


def test_every_expectation_has_its_case() -> None:
    for expected in CASES.glob("*/*.out"):
        assert expected.with_suffix(".kpi").exists(), expected
