"""What the page on data says of the project file is true."""

from __future__ import annotations

import re
from pathlib import Path

from kpirules.facts.project import read_project

PAGE = Path(__file__).resolve().parents[2] / "docs" / "data.md"


def test_the_project_file_of_the_page_is_one() -> None:
    block, *others = re.findall(r"```toml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    project, found = read_project(block, "kpirules.toml")
    assert found == ()
    assert set(project.tables) == {"inputs", "staff", "tickets"}
    assert project.tables["inputs"].settings == {"sheet": "2026"}
    assert project.tables["tickets"].binding.bound("spent").cells.unit == "min"
    for other in others:
        assert read_project(other, "kpirules.toml")[1] == ()
