"""Statements as PDF, read back by another program: everybody's pages, their numbers, their script; and what may be lacking."""

from __future__ import annotations

import importlib
import os
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from kpirules.outputs.hooks import PdfOutput
from kpirules.plugin import Plugins, Report, write_report
from tests.outputs.made_report import made_report

PLUGINS = Plugins((), (PdfOutput(),))


@pytest.fixture(autouse=True)
def _reader() -> None:
    """Programs that read PDF, and the library that makes it."""
    lacking = [name for name in ("pdftotext", "pdffonts") if shutil.which(name) is None]
    if (lacking or PdfOutput().health()) and not os.environ.get("CI"):
        pytest.skip("there is no poppler-utils or no Pango here: see tests/servers/install.sh")


def read(path: Path) -> list[str]:
    """The text of each page."""
    done = subprocess.run(
        ["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=True
    )
    return done.stdout.split("\f")[:-1]


def squeezed(text: str) -> str:
    return "".join(text.translate({0x2068: None, 0x2069: None}).split())


def made(report: Report, path: Path, **settings: object) -> list[str]:
    return [one.code for one in write_report(PLUGINS, report, str(path), settings=settings)]


@pytest.mark.parametrize(("language", "chosen"), [("en", (3, 10)), ("zh", (0, 12))])
def test_each_person_has_pages_with_all_that_the_statement_says(
    tmp_path: Path, language: str, chosen: tuple[int, ...]
) -> None:
    report = made_report(13, ("2026-Q1",))
    path = tmp_path / "s.pdf"
    report = replace(report, chosen=chosen)
    assert made(report, path, language=language) == []
    pages = read(path)
    counts = [re.findall(r"(\d+) ?/ ?(\d+)$", page, re.MULTILINE) for page in pages]
    starts = [place for place, found in enumerate(counts) if found and found[-1][0] == "1"]
    assert len(starts) == len(chosen)
    for row, first, last in zip(chosen, starts, [*starts[1:], len(pages)], strict=True):
        told = report.statement(row)
        own = squeezed("".join(pages[first:last]))
        if told.staff.isascii() and "\t" not in told.staff:
            assert squeezed(told.staff) in own
        assert counts[last - 1][-1] == (str(last - first), str(last - first))
        if told.total is not None:
            assert str(told.total) in own
        for line in told.lines:
            assert squeezed(line.label) in own
            assert squeezed(line.because.zh if language == "zh" else line.because.en) in own
            assert squeezed(line.because.en if language == "zh" else line.because.zh) not in own
            assert squeezed(line.rule) in own
        for step in told.total_steps:
            assert squeezed(step.zh if language == "zh" else step.en) in own


def test_fonts_are_in_the_file_chinese_ones_too(tmp_path: Path) -> None:
    path = tmp_path / "s.pdf"
    assert made(made_report(1, ("2026",), hostile=False), path) == []
    done = subprocess.run(["pdffonts", str(path)], capture_output=True, text=True, check=True)
    rows = done.stdout.splitlines()[2:]
    assert any("CJK" in row for row in rows)
    assert all(re.search(r" yes yes (yes|no) ", row) for row in rows), done.stdout
    assert "王小明" in read(path)[0]


def test_people_limits_the_statements_and_it_is_said(tmp_path: Path) -> None:
    report, path = made_report(3), tmp_path / "s.pdf"
    found = write_report(PLUGINS, report, str(path), settings={"people": 1})
    assert [one.code for one in found] == ["K782"]
    assert "1 statements of 8" in found[0].message()
    assert "2026-03" in read(path)[0]  # the latest period first
    assert made(report, tmp_path / "none.pdf", people=0) == ["K782"]


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ImportError("No module named 'weasyprint'"), "K780"),
        (OSError("cannot load library 'pango-1.0-0'\nmore"), "K781"),
    ],
)
def test_what_is_lacking_is_said_and_nothing_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, code: str
) -> None:
    real = importlib.import_module

    def lacking(name: str, package: str | None = None) -> ModuleType:
        if name == "weasyprint":
            raise error
        return real(name, package)

    monkeypatch.setattr("importlib.import_module", lacking)
    path = tmp_path / "s.pdf"
    path.write_text("old")
    assert made(made_report(1), path) == [code]
    assert path.read_text() == "old"
    assert [one.code for one in PdfOutput().health()] == [code]
    said = PdfOutput().health()[0]
    assert "\n" not in said.message()
    assert "pip install" in said.help() or "apt install" in said.help()


def test_nothing_is_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr("urllib.request.urlopen", lambda *given, **_: asked.append(str(given)))
    assert made(made_report(1, ("2026-Q1",)), tmp_path / "s.pdf") == []
    assert asked == []
