"""Short policies with a mistake, as the case files beside hold them, and the check of one. Holds no test.

A case file is a row of cases: `=== name`, the policy, `---`, then what must be said: code, line:column-end (lines of
the case itself; `-` for the ruleset's first line where that is the prelude's), message `|` help, in English and, on the
next line, in Chinese. A policy that does not begin with `ruleset` goes on from `prelude.kpi`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kpirules.diagnostics import Diagnostic, Span
from kpirules.engine import policy_of
from kpirules.model.rules import Ruleset

HERE = Path(__file__).parent / "mistakes"
PRELUDE = (HERE / "prelude.kpi").read_text(encoding="utf-8")
#: The prelude declares more than a case uses.
UNUSED = frozenset({"K301", "K302"})


@dataclass(frozen=True)
class Case:
    """file: the theme. said: what the checker must say about the text, as lines."""

    file: str
    name: str
    text: str
    said: str

    @property
    def whole(self) -> bool:
        """Whether the case is a policy of its own."""
        return self.text.startswith(("ruleset", "规则集"))

    @property
    def policy(self) -> str:
        return self.text if self.whole else PRELUDE + self.text


def cases() -> Iterator[Case]:
    """Every case of every file."""
    for file in sorted(HERE.glob("*.txt")):
        for block in re.split(r"^=== ", file.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
            name, _, rest = block.partition("\n")
            text, _, said = rest.partition("---\n")
            yield Case(file.stem, name, text, said.strip("\n"))


def understood(text: str, path: str = "case.kpi") -> tuple[Ruleset | None, tuple[Diagnostic, ...]]:
    """A policy read and checked."""
    policy = policy_of(text, path)
    return policy.ruleset, policy.diagnostics


def said(case: Case) -> str:
    """What the checker says about a case, in the form of the case files."""
    _, found = understood(case.policy)
    shift = 0 if case.whole else PRELUDE.count("\n")
    lines: list[str] = []
    for one in found:
        if one.code in UNUSED and not case.whole:
            continue
        assert isinstance(one.place, Span)
        line = one.place.line - shift
        place = f"{line}:{one.place.column}-{one.place.end_column}" if line > 0 else "-"
        lines.append(f"{one.code} {place} {one.message()} | {one.help()}")
        lines.append(f"  {one.message('zh')} | {one.help('zh')}")
    return "\n".join(lines)
