"""What is different on a terminal: colour, a table, progress."""

from __future__ import annotations

import os
import pty
import re
import subprocess

import pytest

from tests.cli.desk import SHOP, Desk

ESCAPE = "\x1b["


def on_terminal(desk: Desk, *words: str, **environment: str) -> str:
    """What a run prints with all of its streams on a terminal."""
    ours, theirs = pty.openpty()
    with desk.start(
        *words, environment={"TERM": "xterm", "COLUMNS": "100"} | environment,
        stdin=theirs, stdout=theirs, stderr=theirs,
    ) as run:  # fmt: skip
        os.close(theirs)
        said = b""
        try:
            while part := os.read(ours, 65536):
                said += part
        except OSError:  # the other side is closed
            pass
        os.close(ours)
        run.wait()
    return said.decode()


@pytest.fixture
def gap(desk: Desk) -> str:
    desk.put("gap.kpi", SHOP.replace("from 60% to below 90%", "from 60% to below 80%"))
    return "gap.kpi"


def test_findings_are_coloured_on_a_terminal_alone(desk: Desk, gap: str) -> None:
    assert f"{ESCAPE}31m" in on_terminal(desk, "check", gap)
    run = desk.start("check", gap, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert b"\x1b" not in run.communicate()[0]


@pytest.mark.parametrize("environment", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_colour_can_be_declined(desk: Desk, gap: str, environment: dict[str, str]) -> None:
    said = on_terminal(desk, "check", gap, **environment)
    assert "error[K203]" in said and ESCAPE not in said
    assert ESCAPE not in on_terminal(desk, "explain", "K203", **environment)


def test_scores_are_a_table_on_a_terminal_with_progress_beside(desk: Desk) -> None:
    said = on_terminal(desk, "score", "shop.kpi", "--data", "shop.csv", "--set", "price=20")
    assert "reading the data" in said
    plain = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", said)
    assert re.search(r"│ Bob +│ 2026-01 │ +40\.00 │ +13\.33 │ +53\.33 │ poor", plain)
    assert "Bob,2026-01" not in plain


def test_a_narrow_terminal_shows_fewer_columns_and_says_so(desk: Desk) -> None:
    said = on_terminal(desk, "score", "shop.kpi", "--data", "shop.csv", "--set", "price=20", COLUMNS="50")
    plain = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", said)
    assert re.search(r"\.\.\. and \d more columns?: write", plain)
    assert "53.33" in plain
