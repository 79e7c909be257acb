"""Advice that holds: what a message tells to write, written in the marked place, mends that mistake."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from kpirules.diagnostics import Diagnostic, Language, Span
from tests.model.writing import Case, cases, understood

#: Problems whose advice is to write something in the marked place.
_IN_PLACE = frozenset({"K203", "K204", "K205", "K209", "K226", "K227"})
_TO_WRITE = {
    "en": re.compile(r"^write (?:`([^`]+)`(?:$|,)|([0-9.]+%?)(?:$|,))"),
    "zh": re.compile(r"^请写 ?(?:`([^`]+)`(?:$|，)|([0-9.]+%?)(?:$|；))"),
}


def mend(one: Diagnostic, language: Language) -> str | None:
    """The text that the advice names, where it says just what to write."""
    if one.suggestion is not None:
        return one.suggestion
    found = _TO_WRITE[language].match(one.help(language))
    if (
        one.code not in _IN_PLACE
        or found is None
        or "above target" in one.help()
        or re.search("\\.\\.\\.|…", found[0])
    ):
        return None
    return found[1] or found[2]


def written(text: str, place: Span, instead: str) -> str:
    lines = text.splitlines(keepends=True)
    line = lines[place.line - 1]
    lines[place.line - 1] = line[: place.column - 1] + instead + line[place.end_column - 1 :]
    return "".join(lines)


def advice() -> Iterator[tuple[Case, Diagnostic, Language, str]]:
    for case in cases():
        for one in understood(case.policy)[1]:
            for language in ("en", "zh"):
                instead = mend(one, language)
                if instead is not None:
                    yield case, one, language, instead


ADVICE = tuple(advice())


@pytest.mark.parametrize(
    ("case", "one", "language", "instead"),
    ADVICE,
    ids=lambda one: (
        one.name if isinstance(one, Case) else one.code if isinstance(one, Diagnostic) else str(one)
    ),
)
def test_the_advice_mends_the_mistake(case: Case, one: Diagnostic, language: Language, instead: str) -> None:
    assert isinstance(one.place, Span)
    _, after = understood(written(case.policy, one.place, instead))
    there = {
        (d.code, d.place.line, d.place.column) for d in after if d.is_error and isinstance(d.place, Span)
    }
    assert (one.code, one.place.line, one.place.column) not in there


def test_much_advice_says_what_to_write() -> None:
    assert len(ADVICE) > 80
