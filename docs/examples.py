"""The example data that ship with each ruleset: made up by `kpirules sample`'s own code, twelve people each.

`python -m docs.generate` writes them to `rulesets/examples/`, one folder for each ruleset with a `kpirules.toml`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from kpirules.cli.sample import sample_files
from kpirules.engine import read_policy

RULESETS = Path(__file__).parent.parent / "rulesets"
EXAMPLES = RULESETS / "examples"

_PEOPLE = 12
#: How many periods: fewer where every person has many records in each.
_PERIODS: Mapping[str, int] = {"appliance_repair": 2, "ecommerce_after_sales": 2}

#: Parameters without a default, and a value for each: with them a ruleset can score.
SETTINGS: Mapping[str, Mapping[str, str]] = {
    "monthly_lock_service": {"install_price": "20 yuan", "repair_price": "10 yuan"},
    "department_head": {
        "complaint_rate_limit": "2%",
        "complaint_days_limit": "5",
        "compensation_limit": "5 wan yuan",
    },
}


def example_files() -> dict[Path, str]:
    """Every file of every example, by its place, as it should be."""
    found: dict[Path, str] = {}
    for path in sorted(RULESETS.glob("*.kpi")):
        settings = SETTINGS.get(path.stem, {})
        rules = read_policy(path, settings).ruleset
        if rules is None:
            raise ValueError(f"{path.stem} has errors")
        files = sample_files(
            rules, f"../../{path.name}", settings, people=_PEOPLE, periods=_PERIODS.get(path.stem)
        )
        found |= {EXAMPLES / path.stem / name: text for name, text in files.items()}
    return found
