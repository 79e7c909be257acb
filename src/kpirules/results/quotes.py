"""The policy's own words at a place of its text: what a statement quotes."""

from __future__ import annotations

from collections.abc import Mapping

from kpirules.diagnostics import Span


class Quotes:
    """Quotes from the texts of a policy's files, by path; each place is looked up once."""

    def __init__(self, sources: Mapping[str, str]) -> None:
        self._lines = {path: text.split("\n") for path, text in sources.items()}
        self._known: dict[Span, str] = {}

    def of(self, span: Span) -> str:
        """What stands there; a block is quoted by its lines, empty for a place that is in no text."""
        found = self._known.get(span)
        if found is None:
            found = self._known[span] = self._read(span)
        return found

    def _read(self, span: Span) -> str:
        lines = self._lines.get(span.path, [])
        if span.line > len(lines):
            return ""
        if span.end_line == span.line:
            return lines[span.line - 1][span.column - 1 : span.end_column - 1].strip()
        first = lines[span.line - 1][span.column - 1 :].split("#")[0].strip()
        rest = (one.split("#")[0].strip() for one in lines[span.line : span.end_line - 1])
        return "; ".join([first, *(" ".join(one.split()) for one in rest if one)])
