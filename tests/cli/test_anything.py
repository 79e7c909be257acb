"""Whatever the files hold, a command ends with a promised status and a message, never with a mistake of its own."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cli.desk import DESK, SHOP, SHOP_FACTS, TICKETS, Desk

PROJECT = '[parameters]\nprice = 20\n[inputs]\npath = "shop.csv"\nmissing = ["?"]\n[inputs.columns]\nlate = "late"\n'
SCRAPS = st.one_of(
    st.text(max_size=6),
    st.sampled_from(
        [
            "\n",
            ",",
            '"',
            "\x00",
            "\ufeff",
            "=",
            "[",
            "]",
            "{",
            "}",
            "%",
            "-",
            "0",
            "1e999",
            "9" * 30,
            "NaN",
            "2026",
            "#",
        ]
    ),
)


@st.composite
def broken(draw: st.DrawFn, text: str) -> bytes:
    """The text with one to three scraps written over or into it."""
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(text)))
        text = text[:at] + draw(SCRAPS) + text[at + draw(st.integers(0, 12)) :]
    coding = draw(st.sampled_from(["utf-8", "utf-8", "utf-8", "gb18030", "utf-16"]))
    return text.encode(coding, errors="replace")


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        yield Desk(Path(folder), patch)


@settings(max_examples=60)
@given(policy=broken(SHOP), language=st.sampled_from(["en", "zh"]))
def test_policies(desk: Desk, policy: bytes, language: str) -> None:
    (desk.folder / "broken.kpi").write_bytes(policy)
    for command in (["check", "broken.kpi"], ["test", "broken.kpi"], ["needs", "broken.kpi"]):
        result = desk.run(*command, "--lang", language)
        assert result.exit_code in (0, 1), result.output
        assert result.output


@settings(max_examples=60)
@given(table=broken(SHOP_FACTS), reject=st.booleans())
def test_tables(desk: Desk, table: bytes, reject: bool) -> None:
    (desk.folder / "broken.csv").write_bytes(table)
    words = ["score", "shop.kpi", "--data", "broken.csv", "--set", "price=20"]
    result = desk.run(*words, *(["--reject", "rejects.csv"] if reject else []))
    assert result.exit_code in (0, 1), result.output
    assert result.stdout if result.exit_code == 0 else "error[K" in result.stderr


@settings(max_examples=30)
@given(table=broken(TICKETS))
def test_records(desk: Desk, table: bytes) -> None:
    (desk.folder / "broken.csv").write_bytes(table)
    words = ["desk.kpi", "--data", "tickets=broken.csv", "--reject", "rejects.csv"]
    result = desk.run("why", *words, "--staff", "Ann", "--period", "2026-01")
    assert result.exit_code in (0, 1), result.output


@settings(max_examples=40)
@given(project=broken(PROJECT))
def test_project_files(desk: Desk, project: bytes) -> None:
    (desk.folder / "project.toml").write_bytes(project)
    result = desk.run("score", "shop.kpi", "--project", "project.toml")
    assert result.exit_code in (0, 1, 2), result.output


@settings(max_examples=60)
@given(
    words=st.lists(
        st.one_of(
            # no shell can pass a null in an argument
            st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=5),
            st.sampled_from(
                [
                    "shop.kpi",
                    "shop.csv",
                    "--data",
                    "--set",
                    "price=20",
                    "price=",
                    "--periods",
                    "2026",
                    "-",
                    "--lang",
                    "zh",
                ]
            ),
        ),
        max_size=6,
    ),
    command=st.sampled_from(["check", "explain", "test", "score", "why", "needs"]),
)
def test_command_lines(desk: Desk, command: str, words: list[str]) -> None:
    result = desk.run(command, *words, stdin=DESK)
    assert result.exit_code in (0, 1, 2), result.output
