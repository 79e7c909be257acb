"""Policies and the same ones after an edit, for the tests of comparing. Holds no test."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from docs.examples import SETTINGS
from kpirules.comparison import version_of
from kpirules.engine import Policy, policy_of
from kpirules.model.rules import Ruleset
from kpirules.policy.edits import Version

ROOT = Path(__file__).resolve().parents[2]
FILES = (
    *sorted((ROOT / "docs").glob("policy.*.kpi")),
    *(
        one
        for one in sorted((ROOT / "rulesets").rglob("*.kpi"))
        if "\n  extends " not in one.read_text("utf-8")
    ),
)
_NUMBER = re.compile(r"(?<![\w.\"-])\d+(?:\.\d+)?(?![\w.-])")
_SIGN = re.compile(r">=|<=|≥|≤| > | < ")


@cache
def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def policy(text: str, path: str = "<text>", name: str = "") -> Policy:
    """A policy as checked; name: of the file that it was, for parameters that must be set."""
    return policy_of(text, path, SETTINGS.get(name))


def version(text: str, path: str = "<text>") -> Version:
    return version_of(policy_of(text, path))


def of_both(one: Ruleset, other: Ruleset) -> tuple[Ruleset, Ruleset]:
    """Two rulesets without what only one of them declares and nothing uses, and without what only puts in order."""
    found = []
    for rules, like in ((one, other), (other, one)):
        kept: dict[str, Any] = {
            name: {key: value for key, value in getattr(rules, name).items() if key in getattr(like, name)}
            for name in ("inputs", "parameters", "data", "tables", "measures", "decisions", "raters")
        }
        indicators = tuple(replace(indicator, section=None) for indicator in rules.indicators)
        found.append(
            replace(rules, **kept, indicators=indicators, sections=(), aggregates=(), grains=(), rollups={})
        )
    return found[0], found[1]


def edited(text: str, chance: random.Random, most: int = 4) -> str:
    """A policy after some edits as people make them: other numbers and signs, a line less, lines exchanged."""
    lines = text.splitlines()
    for _ in range(chance.randint(1, most)):
        match chance.choice(("number", "number", "number", "weights", "sign", "line", "block", "exchange")):
            case "number":
                _replace(
                    lines, chance, _NUMBER, lambda old: str(chance.choice((float(old) + 1, float(old) / 2)))
                )
            case "sign":
                _replace(lines, chance, _SIGN, lambda _: chance.choice((" >= ", " <= ", " > ", " < ")))
            case "weights":
                _shifted(lines, chance)
            case "line":
                del lines[chance.randrange(1, len(lines))]
            case "block":
                _lost_block(lines, chance)
            case _:
                one, other = (chance.randrange(1, len(lines)) for _ in range(2))
                lines[one], lines[other] = lines[other], lines[one]
    return "\n".join(lines) + "\n"


def _replace(
    lines: list[str], chance: random.Random, pattern: re.Pattern[str], new: Callable[[str], str]
) -> None:
    there = [(n, found) for n, line in enumerate(lines) for found in pattern.finditer(line.partition("#")[0])]
    if there:
        at, found = chance.choice(there)
        value = new(found[0])
        lines[at] = lines[at][: found.start()] + value.removesuffix(".0") + lines[at][found.end() :]


def _shifted(lines: list[str], chance: random.Random) -> None:
    """Some weight from one indicator to another, so that the sum stays."""
    pattern = re.compile(r"^(\s*(?:indicator|指标) .*(?:weight|权重) )(\d+)$")
    there = [(n, found) for n, line in enumerate(lines) if (found := pattern.match(line))]
    if len(there) > 1:
        (one, first), (other, second) = chance.sample(there, 2)
        moved = chance.randint(0, int(first[2]))
        lines[one] = f"{first[1]}{int(first[2]) - moved}"
        lines[other] = f"{second[1]}{int(second[2]) + moved}"


def _lost_block(lines: list[str], chance: random.Random) -> None:
    at = chance.randrange(1, len(lines))
    depth = len(lines[at]) - len(lines[at].lstrip())
    end = at + 1
    while end < len(lines) and lines[end].strip() and len(lines[end]) - len(lines[end].lstrip()) > depth:
        end += 1
    del lines[at:end]
