"""The hooks that pre-commit finds in this repository: their shape, and that each of their commands runs."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from tests.cli.desk import Desk

HOOKS = Path(__file__).resolve().parents[2] / ".pre-commit-hooks.yaml"


def hooks() -> dict[str, dict[str, str]]:
    """The hooks by id: a list of flat mappings is all that the file may be."""
    found: list[dict[str, str]] = []
    for line in HOOKS.read_text(encoding="utf-8").splitlines():
        match = re.fullmatch(r"(- |  )(\w+): (\S.*)", line)
        assert match is not None, line
        if match[1] == "- ":
            found.append({})
        assert match[2] not in found[-1]
        found[-1][match[2]] = match[3]
    return {one["id"]: one for one in found}


def test_every_hook_says_what_pre_commit_needs() -> None:
    assert list(hooks()) == ["kpirules-check", "kpirules-fmt", "kpirules-test"]
    for name, hook in hooks().items():
        assert (
            {"id", "name", "entry", "language", "files"}
            <= set(hook)
            <= {*("id", "name", "entry", "language", "files", "description")}
        )
        assert hook["language"] == "python"
        assert hook["entry"] == f"kpirules {name.removeprefix('kpirules-')}"
        assert re.search(hook["files"], "rules/a.kpi") and not re.search(hook["files"], "a.kpi.bak")


@pytest.mark.parametrize("name", ["kpirules-check", "kpirules-fmt", "kpirules-test"])
def test_a_hook_runs_on_the_files_that_it_is_given(desk: Desk, name: str) -> None:
    program, *words = shlex.split(hooks()[name]["entry"])
    assert program == "kpirules"
    assert desk.run(*words, "desk.kpi").exit_code == 0
    desk.put("broken.kpi", "ruleset\n")
    assert desk.run(*words, "desk.kpi", "broken.kpi").exit_code == 1
