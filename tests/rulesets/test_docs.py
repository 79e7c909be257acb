"""The page about a ruleset names everything that the ruleset takes and gives, and its project files fit the ruleset."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from docs.examples import EXAMPLES, example_files
from kpirules.cli import main
from kpirules.engine import read_policy
from kpirules.facts.project import read_project
from tests.rulesets.shipped import FILES, ROOT, RULESETS, policy, shown

PAGES = ROOT / "docs" / "rulesets"
SHIPPED = [path.stem for path in FILES if path.parent == RULESETS]


def test_every_page_is_about_a_ruleset() -> None:
    assert {page.stem for page in PAGES.glob("*.md")} == set(SHIPPED), [shown(path) for path in FILES]


@pytest.mark.parametrize("name", SHIPPED)
def test_a_page_names_everything(name: str) -> None:
    rules = read_policy(RULESETS / f"{name}.kpi").ruleset
    assert rules is not None
    text = (PAGES / f"{name}.md").read_text(encoding="utf-8")
    # the page of an extending ruleset leaves to its base's page what is said there
    bases = [(PAGES / link).read_text(encoding="utf-8") for link in re.findall(r"\((\w+\.md)\)", text)]
    named = set(re.findall(r"`(\w+)`", "\n".join([text, *bases])))
    fields = {field.name for data in rules.data.values() for field in data.fields}
    ids = {one.id for one in rules.indicators} | {one.id for one in rules.outcomes}
    assert {rules.id, *rules.inputs, *rules.parameters, *fields, *ids} - named == set()


@pytest.mark.parametrize("name", SHIPPED)
def test_project_files_on_a_page_can_be_read_and_fit(name: str) -> None:
    rules = read_policy(RULESETS / f"{name}.kpi").ruleset
    assert rules is not None
    text = (PAGES / f"{name}.md").read_text(encoding="utf-8")
    for sample in re.findall(r"```toml\n(.*?)```", text, re.DOTALL):
        project, wrong = read_project(sample, "kpirules.toml")
        assert wrong == ()
        assert set(project.parameters) <= set(rules.parameters)
        assert set(project.tables) <= set(rules.data)
        for table, source in project.tables.items():
            assert set(source.binding.columns) <= {field.name for field in rules.data[table].fields}


@pytest.mark.parametrize("name", SHIPPED)
def test_a_page_ends_with_the_command_that_scores_its_example(
    name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """As it stands there, from the project's folder, without an error or warning; every indicator has points."""
    command = (PAGES / f"{name}.md").read_text(encoding="utf-8").partition("## Try it")[2]
    words = command.split("```")[1].split()
    assert words[:3] == ["kpirules", "score", f"rulesets/{name}.kpi"]
    monkeypatch.chdir(ROOT)
    result = CliRunner().invoke(main, [*words[1:], "--lang", "en", "-o", str(tmp_path / "scores.csv")])
    assert result.exit_code == 0, result.stderr
    assert not re.search(r"(error|warning|note)\[", result.stderr)
    with (tmp_path / "scores.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    rules = policy(RULESETS / f"{name}.kpi").ruleset
    assert rules is not None
    # a policy for some posts alone scores only those
    assert len({row[rules.subject.name] for row in rows}) >= (10 if rules.applies is None else 4)
    assert len({row["total"] for row in rows}) > 5
    assert [one.id for one in rules.indicators if not any(float(row[one.id] or 0) > 0 for row in rows)] == []


def test_the_examples_are_what_the_sampler_makes() -> None:
    made = example_files()
    there = {path for path in EXAMPLES.rglob("*") if path.is_file()}
    assert there == set(made)
    stale = [shown(path) for path, text in made.items() if path.read_text(encoding="utf-8") != text]
    assert stale == [], "run `make docs`"
