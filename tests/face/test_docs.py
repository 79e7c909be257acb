"""The examples of docs/python.md run, and print what the page says."""

from __future__ import annotations

import ast
import contextlib
import io
import re
from pathlib import Path

import pytest

from tests.cli.desk import DESK, TICKETS

PAGE = Path(__file__).parents[2] / "docs" / "python.md"
SHOP = """\
ruleset shop "Shop"
  period month
  missing redistribute

input late : count
input good : count
input all : count
input sold : count missing zero
parameter price : money

indicator speed weight 40
  deduct 5 points per time above target
  measure late
  target <= 1

indicator quality weight 60
  measure good / all
  target >= 90%
  bands
    from 90%            : 60
    from 60% to below 90% : 0 to 60
    otherwise           : 0

grades
  good from 80
  poor otherwise

amount bonus : money = sold * price * total / 100 round to 0.01
"""


def blocks() -> list[str]:
    return re.findall(r"^```python\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)


def run(block: str, names: dict[str, object]) -> str:
    """Run a block, plain or as typed at a prompt; gives back what it prints."""
    if not block.startswith(">>>"):
        exec(block, names)
        return ""
    printed = io.StringIO()
    typed = "\n".join(line[4:] for line in block.splitlines() if line[:4] in (">>> ", "... "))
    with contextlib.redirect_stdout(printed):
        for part in ast.parse(typed).body:
            code = ast.unparse(part)
            if isinstance(part, ast.Expr):
                value = eval(code, names)
                if value is not None:
                    printed.write(f"{value!r}\n")
            else:
                exec(code, names)
    return printed.getvalue()


def test_the_page_tells_the_truth(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shop.kpi").write_text(SHOP, encoding="utf-8")
    (tmp_path / "desk.kpi").write_text(DESK, encoding="utf-8")
    (tmp_path / "tickets.csv").write_text("\n".join(TICKETS.splitlines()[:-1]), encoding="utf-8")
    names: dict[str, object] = {}
    found = blocks()
    assert len(found) >= 7
    for block in found:
        expected = [line for line in block.splitlines() if line[:4] not in (">>> ", "... ")]
        if block.startswith(">>>"):
            assert run(block, names).splitlines() == expected, block
        else:
            run(block, names)
    assert names["best"] == ["Ann"]
