"""Gathers the findings of one source: lists so many of each problem, then counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from kpirules.diagnostics import Diagnostic
from kpirules.plugin.exchange import MOST_FINDINGS
from kpirules.plugin.problems import MORE


class Findings:
    """Findings about one file. `drain` gives those not given yet, `rest` how many were only counted."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._seen: Counter[str] = Counter()
        self._waiting: list[Diagnostic] = []

    def full(self, code: str) -> bool:
        """Whether one more of this problem would only be counted: then its words need not be made."""
        return self._seen[code] >= MOST_FINDINGS

    def add(self, one: Diagnostic) -> None:
        if not self.full(one.code):
            self._waiting.append(one)
        self._seen[one.code] += 1

    def take(self, found: Iterable[Diagnostic]) -> None:
        """Adds the findings of a part of the source; what the part only counted is counted on."""
        for one in found:
            if one.code == MORE.code:
                self.count(str(one.args["code"]), int(str(one.args["count"])))
            else:
                self.add(one)

    def count(self, code: str, more: int = 1) -> None:
        """Counts findings without listing them."""
        self._seen[code] += more

    def drain(self) -> tuple[Diagnostic, ...]:
        given, self._waiting = tuple(self._waiting), []
        return given

    def rest(self) -> tuple[Diagnostic, ...]:
        """What is still waiting, and one finding for each problem of which there were too many."""
        over = [
            MORE.at(None, count=count - MOST_FINDINGS, code=code, path=self._path)
            for code, count in self._seen.items()
            if count > MOST_FINDINGS
        ]
        return self.drain() + tuple(over)
