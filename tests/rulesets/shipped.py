"""The rulesets that ship, found and read once for the tests of this folder."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from docs.examples import SETTINGS as SETTINGS
from kpirules.engine import Policy, read_policy

ROOT = Path(__file__).resolve().parents[2]
RULESETS = ROOT / "rulesets"
FILES = sorted(RULESETS.rglob("*.kpi"))
#: Policies that extend a shipped one keep its rules, which are tested there.
EXTENDING = [path for path in FILES if "\n  extends " in path.read_text(encoding="utf-8")]
CASES = sorted((Path(__file__).parent / "cases").glob("*.kpi"))


def shown(path: Path) -> str:
    """How a test names a file."""
    return path.relative_to(ROOT).with_suffix("").as_posix()


@cache
def policy(path: Path) -> Policy:
    """The file as checked; parameters without a default are set."""
    return read_policy(path, SETTINGS.get(path.stem))
