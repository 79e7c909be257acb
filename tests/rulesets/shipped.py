"""The rulesets that ship, found and read once for the tests of this folder."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from kpirules.engine import Policy, read_policy

ROOT = Path(__file__).resolve().parents[2]
RULESETS = ROOT / "rulesets"
FILES = sorted(RULESETS.rglob("*.kpi"))
#: Policies that extend a shipped one keep its rules, which are tested there.
EXTENDING = [path for path in FILES if "\n  extends " in path.read_text(encoding="utf-8")]
CASES = sorted((Path(__file__).parent / "cases").glob("*.kpi"))

#: Parameters without a default, and a value for each: with them a ruleset can score.
SETTINGS: Mapping[str, Mapping[str, str]] = {
    "monthly_lock_service": {"install_price": "20 yuan", "repair_price": "10 yuan"},
    "department_head": {
        "complaint_rate_limit": "2%",
        "complaint_days_limit": "5",
        "compensation_limit": "5 wan yuan",
    },
}


def shown(path: Path) -> str:
    """How a test names a file."""
    return path.relative_to(ROOT).with_suffix("").as_posix()


@cache
def policy(path: Path) -> Policy:
    """The file as checked; parameters without a default are set."""
    return read_policy(path, SETTINGS.get(path.stem))
