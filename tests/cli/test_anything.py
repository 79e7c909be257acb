"""Whatever the files hold, a command ends with a promised status and a message, never with a mistake of its own."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cli.desk import DESK, SHOP, SHOP_FACTS, TICKETS, Desk
from tests.model.mutation import mutated

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
    command=st.sampled_from(
        [
            *("check", "explain", "test", "score", "why", "needs", "diff", "simulate"),
            *("run", "runs", "verify", "correct", "statement"),
        ]
    ),
)
def test_command_lines(desk: Desk, command: str, words: list[str]) -> None:
    result = desk.run(command, *words, stdin=DESK)
    assert result.exit_code in (0, 1, 2), result.output


OFFICIAL = """\
[project]
ruleset = "shop.kpi"
[parameters]
price = "20 yuan"
[inputs]
path = "shop.csv"
[run]
archive = "archive"
[run.block]
missing = "90%"
change = "30%"
[output.scores]
path = "{period}.csv"
"""
CORRECTIONS = """\
staff,period,fact,old,new,reason,evidence
Ann,2026-01,late,3,1,two were not hers,mail of 5 February
Cem,2026-01,good,,7,the sheet was lost,
"""


@settings(max_examples=40)
@given(policy=st.one_of(broken(SHOP), mutated().map(str.encode)), language=st.sampled_from(["en", "zh"]))
def test_policies_are_looked_through(desk: Desk, policy: bytes, language: str) -> None:
    """Lint, coverage, suggestions, comparison and simulation."""
    (desk.folder / "broken.kpi").write_bytes(policy)
    for command in (
        ["check", "--strict", "broken.kpi"],
        ["test", "--coverage", "broken.kpi"],
        ["test", "--suggest", "broken.kpi"],
        ["diff", "shop.kpi", "broken.kpi"],
        ["simulate", "shop.kpi", "broken.kpi", "--data", "shop.csv", "--with", "price=20"],
    ):
        result = desk.run(*command, "--lang", language)
        assert result.exit_code in (0, 1, 2), f"{command}\n{result.output}"
        assert result.output


@settings(max_examples=40)
@given(project=broken(OFFICIAL))
def test_projects_are_run(desk: Desk, project: bytes) -> None:
    (desk.folder / "official.toml").write_bytes(project)
    result = desk.run("run", "official.toml", "--period", "2026-01", "--dry-run")
    assert result.exit_code in (0, 1, 2, 3), result.output


@settings(max_examples=40)
@given(table=broken(CORRECTIONS))
def test_corrections(desk: Desk, table: bytes) -> None:
    desk.put("kpirules.toml", OFFICIAL)
    try:
        assert desk.run("run", ".", "--period", "2026-01").exit_code == 0
        (desk.folder / "corrections.csv").write_bytes(table)
        result = desk.run("correct", "2026-01", "--facts", "corrections.csv", "--dry-run")
        assert result.exit_code in (0, 1, 2), result.output
        assert result.output
    finally:
        (desk.folder / "kpirules.toml").unlink()


@settings(max_examples=40)
@given(data=st.data())
def test_archives(desk: Desk, data: st.DataObject) -> None:
    """A file of a run with a scrap in it is told; nothing is read beyond it."""
    desk.put("kpirules.toml", OFFICIAL)
    try:
        assert desk.run("run", ".", "--period", "2026-01").exit_code == 0
        [run] = (desk.folder / "archive" / "2026-01").iterdir()
        file = data.draw(st.sampled_from(sorted(one for one in run.rglob("*") if one.is_file())))
        whole = file.read_bytes()
        at = data.draw(st.integers(0, len(whole)))
        hurt = whole[:at] + data.draw(st.binary(max_size=8)) + whole[at + data.draw(st.integers(0, 12)) :]
        file.write_bytes(hurt)
        try:
            verified = desk.run("verify", str(run))
            assert verified.exit_code == (0 if hurt == whole else 1), verified.output
            told = desk.run("statement", str(run), "--staff", "Ann")
            assert told.exit_code in (0, 1), told.output
            assert desk.run("runs", ".").exit_code in (0, 1)
        finally:
            file.write_bytes(whole)
    finally:
        (desk.folder / "kpirules.toml").unlink()
