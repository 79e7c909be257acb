"""Hypothesis strategies: small policies as text that hold together, with every way to score. Holds no test."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from kpirules.diagnostics import Language
from kpirules.engine import Policy, policy_of
from kpirules.language.format import format_text
from kpirules.model.spellings import SPELLINGS

#: What is measured: declarations, the measure, two bounds of it that it can reach, and whether it is a scale of its own.
COUNTED = ("input {n}_a : count", "{n}_a", ("3", "6"), "1 time")
SHARE = ("input {n}_a : count\ninput {n}_b : count", "{n}_a / {n}_b", ("80%", "95%"), "1 pp")
TIMED = ("input {n}_a : duration", "{n}_a", ("30 min", "2 h"), "5 min")
SUMMED = ("input {n}_a : count\ninput {n}_b : count missing zero", "{n}_a + {n}_b", ("4", "9"), "2 times")
EARNED = ("input {n}_a : money", "{n}_a * 10%", ("100 yuan", "250 yuan"), "10 yuan")
KEPT = (
    "input {n}_a : count\ninput {n}_b : boolean missing no",
    "{n}_a when {n}_b otherwise {n}_a / 2",
    ("3", "6"),
    "1",
)
LIMITED = ("input {n}_a : count", "max({n}_a - 2, 0)", ("3", "6"), "1 time")
MEASURES = (COUNTED, SHARE, TIMED, SUMMED, EARNED, KEPT, LIMITED)
MISSING = ("", "redistribute", "zero", "full", "value 5")


@dataclass(frozen=True)
class Written:
    """An indicator on its way to text."""

    name: str
    weight: int
    lines: tuple[str, ...]
    declared: str


def _form(choose: Callable[[tuple[Any, ...]], Any], measure: tuple[Any, ...], weight: int) -> tuple[str, ...]:
    low, high = measure[2]
    step = measure[3]
    half = weight // 2
    return choose(  # type: ignore[no-any-return]
        (
            (
                "bands",
                f"  from {high} : {weight}",
                f"  from {low} to below {high} : {half}",
                "  otherwise : 0",
            ),
            (
                "bands",
                f"  over {high} : 0",
                f"  from {low} to {high} : 0 to {weight}",
                f"  below {low} : {weight}",
            ),
            (f"linear from {low} : 0 to {high} : {weight}",),
            (f"target <= {low}", f"deduct 2 points per {step} above target"),
            (f"target >= {high}", f"deduct 2 points per full {step} below target, at most {half} points"),
            (f"target >= {high}", "all or nothing"),
            (f"target >= {low}", "pro rata to target"),
        )
    )


@st.composite
def texts(draw: st.DrawFn) -> str:
    """The text of a policy without tests."""

    def choose(of: tuple[Any, ...]) -> Any:
        return draw(st.sampled_from(of))

    names = ("one", "two", "three")[: draw(st.integers(1, 3))]
    weights = {1: (100,), 2: (60, 40), 3: (50, 30, 20)}[len(names)]
    declared: list[str] = ['attribute post : text one of ("desk", "field")']
    indicators: list[str] = []
    for name, weight in zip(names, weights, strict=True):
        measure = choose(MEASURES)
        declared += measure[0].format(n=name).split("\n")
        lines = [
            f'indicator {name} "{name.title()}" weight {weight}',
            f"  measure {measure[1].format(n=name)}",
        ]
        lines += [f"  {line}" for line in _form(choose, measure, weight)]
        missing = choose(MISSING)
        if missing:
            lines.append(f"  missing {missing}")
        indicators += ["", *lines]
    after: list[str] = []
    if draw(st.booleans()):
        declared += ["input praise : count missing zero", "input grave : boolean missing no"]
        after += [
            "",
            "adjustments",
            "  bonus praised : 2 points per praise, at most 6 points",
            '  veto serious "Serious" when grave : total at most 59 points',
            "  total at most 100 points",
        ]
    after += ["", "grades", '  good "Good" from 80', '  fair "Fair" from 60', '  poor "Poor" otherwise']
    if draw(st.booleans()):
        after += ["", "eligible prize when total >= 90"]
    header = ["ruleset made", '  version "1"', "  period month", "  missing redistribute", ""]
    if draw(st.booleans()):
        header.insert(3, '  applies to staff where post = "desk"')
    return "\n".join([*header, *declared, *indicators, *after]) + "\n"


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """A policy in either vocabulary, laid out as `fmt` does."""
    read = policy_of(draw(texts()), "made.kpi")
    assert read.parsed is not None
    vocabularies: tuple[Language, ...] = ("en", "zh")
    language = draw(st.sampled_from(vocabularies))
    policy = policy_of(format_text(read.parsed, language, SPELLINGS), "made.kpi")
    assert policy.ruleset is not None, [one.message() for one in policy.diagnostics]
    return policy
