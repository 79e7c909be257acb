"""The README tells the truth: its policy, its table, and what the commands in it print."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from tests.cli.desk import Desk

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def block(kind: str) -> str:
    found = re.search(rf"^```{kind}\n(.*?)^```", README, re.DOTALL | re.MULTILINE)
    assert found is not None
    return found[1]


def test_what_the_readme_shows_is_what_happens(desk: Desk) -> None:
    policy = block("kpi")
    desk.put("manager.kpi", policy)
    desk.put("facts.csv", block("csv"))
    draft = policy.replace("over 1% to 5%", "over 2% to 5%").replace(
        "measure complaints", "measure complaint"
    )
    assert draft != policy
    desk.put("draft.kpi", draft)
    shown = re.findall(r"^```console\n\$ kpirules ([^\n]*)\n(.*?)^```", README, re.DOTALL | re.MULTILINE)
    assert [words.split()[0] for words, _ in shown] == ["score", "why", "check"]
    for words, expected in shown:
        result = desk.run(*shlex.split(words))
        assert result.stdout + result.stderr == expected


def test_the_policy_of_the_readme_is_laid_out(desk: Desk) -> None:
    desk.put("manager.kpi", block("kpi"))
    assert desk.run("fmt", "--check", "manager.kpi").exit_code == 0
    assert desk.run("check", "manager.kpi").exit_code == 0


def test_links_lead_somewhere() -> None:
    for page in [
        ROOT / "README.md",
        ROOT / "CONTRIBUTING.md",
        ROOT / "CHANGELOG.md",
        *(ROOT / "docs").rglob("*.md"),
    ]:
        text = page.read_text(encoding="utf-8")
        for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text):
            assert (page.parent / link).exists(), f"{page.name}: {link}"
