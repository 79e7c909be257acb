"""Help taken at its word: what the messages about a mistyped policy tell to write or to remove, done, leaves it right."""

from __future__ import annotations

from pathlib import Path

import pytest

from kpirules.diagnostics import Diagnostic, Span
from kpirules.language.parse import Parsed, parse

BAD = sorted((Path(__file__).parent / "cases" / "bad").glob("*.kpi"))
_REMOVE = frozenset({"K105", "K109"})
_WRITE = frozenset({"K107", "K116"})


def instead(one: Diagnostic) -> str | None:
    """What to write in the marked place, or None where the help does not say it to the letter."""
    if one.code in _REMOVE:
        return ""
    if one.code == "K107":
        return one.suggestion
    return one.help().removeprefix("write ") if one.code == "K116" else None


def mended(parsed: Parsed) -> str:
    lines = parsed.text.split("\n")
    places = [
        (one.place, text)
        for one in parsed.diagnostics
        if isinstance(one.place, Span) and (text := instead(one)) is not None
    ]
    for place, text in sorted(places, key=lambda found: (found[0].line, found[0].column), reverse=True):
        assert place.line == place.end_line
        line = lines[place.line - 1]
        lines[place.line - 1] = line[: place.column - 1] + text + line[place.end_column - 1 :]
    return "\n".join(lines)


@pytest.mark.parametrize("case", BAD, ids=lambda case: case.stem)
def test_help_done_to_the_letter_mends(case: Path) -> None:
    before = parse(case.read_text(encoding="utf-8"), case.name)
    after = parse(mended(before), case.name)
    told = {one.code for one in before.diagnostics}
    left = {one.code for one in after.diagnostics}
    assert not left & (_REMOVE | _WRITE)
    if told <= _REMOVE | _WRITE:
        assert not left


def test_most_help_says_it_to_the_letter() -> None:
    found = [one for case in BAD for one in parse(case.read_text(encoding="utf-8")).diagnostics]
    assert sum(instead(one) is not None for one in found) > 80
