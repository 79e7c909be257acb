"""The rulesets that ship, with numbers changed at random: the lint says something or nothing, and never breaks down.

What it claims of a mutated policy the reference confirms: a rule that proposes facts which do not show what it says is wrong.
"""

from __future__ import annotations

import re
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from docs.examples import SETTINGS
from kpirules.engine import lint, policy_of
from kpirules.policy.lint.all import findings

RULESETS = Path(__file__).resolve().parents[3] / "rulesets"
NAMES = sorted(path.stem for path in RULESETS.glob("*.kpi"))
NUMBER = re.compile(r"(?<![\w.\"])\d+(\.\d+)?(?![\w.\"])")
OTHERS = ("0", "1", "2", "3", "7", "10", "33.3", "50", "80", "99.5", "100", "101", "1000")


@st.composite
def mutated(draw: st.DrawFn) -> tuple[str, str]:
    """The name of a ruleset and its text, without tests and comments, with one to three numbers changed."""
    name = draw(st.sampled_from(NAMES))
    text = (RULESETS / f"{name}.kpi").read_text(encoding="utf-8").partition('\ntest "')[0]
    text = re.sub(r"^#.*\n", "", text, flags=re.MULTILINE) + "\n"
    for _ in range(draw(st.integers(1, 3))):
        places = list(NUMBER.finditer(text))
        if places:
            at = draw(st.sampled_from(places))
            text = text[: at.start()] + draw(st.sampled_from(OTHERS)) + text[at.end() :]
    return name, text


@settings(max_examples=max(25, settings().max_examples // 4), deadline=None)
@given(mutated())
def test_a_number_changed_never_breaks_the_lint(case: tuple[str, str]) -> None:
    name, text = case
    policy = lint(policy_of(text, str(RULESETS / f"{name}.kpi"), SETTINGS.get(name)))
    for one in policy.diagnostics:
        assert one.message("en") and one.message("zh")
    if policy.ruleset is not None:
        for finding, witness in findings(policy.ruleset):
            assert finding.claim is None or witness is not None, finding
