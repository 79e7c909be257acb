"""docs/plugins.md works: its commands are run, its files are written, its code passes, in the order of the page.

A block with `title` is a file, one with `replace` changes a file, `sh` is typed, and a `text` block right behind it is what
that prints, in this order and among other lines. Plain Python blocks are run.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from kpirules.plugin.scaffold import make_plugin

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "plugins.md"
_BLOCK = re.compile(r'^```(\w+)(?: (title|replace)="([^"]+)")?\n(.*?)^```$', re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """A block of the page. line: where it begins."""

    line: int
    language: str
    use: str | None
    path: str
    text: str


def blocks() -> Iterator[Block]:
    page = PAGE.read_text("utf-8")
    for found in _BLOCK.finditer(page):
        yield Block(page[: found.start()].count("\n") + 1, found[1], found[2], found[3] or "", found[4])


class Reader:
    """Does what the page says, in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.here = folder
        self.site = folder / "site"
        self.bin = folder / "bin"
        self.bin.mkdir()
        self.printed = ""
        self._program("python", f'exec {sys.executable} "$@"')
        self._program("kpirules", f'exec {sys.executable} -c "from kpirules.cli import main; main()" "$@"')
        # What is installed is read from its folder below, so an ordinary installation stands for an editable one.
        options = "--quiet --no-index --no-deps --no-build-isolation --disable-pip-version-check"
        self._program("pip", f'exec {sys.executable} -m pip install {options} --target "{self.site}" .')

    def _program(self, name: str, line: str) -> None:
        path = self.bin / name
        path.write_text(f"#!/bin/sh\n{line}\n", "utf-8")
        path.chmod(0o755)

    def run(self, *command: str) -> str:
        paths = [str(self.here / "src"), str(self.site), str(ROOT / "src")]
        environment = os.environ | {
            "PATH": f"{self.bin}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": os.pathsep.join(paths),
            "LANG": "C.UTF-8",
            "LC_ALL": "C.UTF-8",
            "PYTEST_ADDOPTS": "-p no:cacheprovider -p no:xdist",
        }
        ran = subprocess.run(
            command, cwd=self.here, env=environment, capture_output=True, text=True, check=False, timeout=200
        )
        assert ran.returncode == 0, f"{command}\n{ran.stdout}{ran.stderr}"
        return ran.stdout

    def follow(self, one: Block) -> None:
        match one:
            case Block(use="title", path=path, text=text):
                file = self.here / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text, "utf-8")
            case Block(use="replace", path=path, text=text):
                # The formatter puts blank lines behind imports, on this page too.
                before, after = (part.strip("\n") for part in text.split("# becomes\n"))
                whole = (self.here / path).read_text("utf-8")
                assert whole.count(before) == 1, f"line {one.line}: not in {path}"
                (self.here / path).write_text(whole.replace(before, after), "utf-8")
            case Block(language="sh", text=text):
                self.printed = "".join(self.typed(line) for line in text.splitlines())
            case Block(language="python", text=text):
                self.run("python", "-c", text)
            case Block(language="text", text=text):
                said = self.printed
                for line in text.splitlines():
                    assert line in said, f"line {one.line}: no {line!r} in\n{self.printed}"
                    said = said[said.index(line) + len(line) :]

    def typed(self, line: str) -> str:
        if line.startswith("cd "):
            self.here = (self.here / line.removeprefix("cd ")).resolve()
            return ""
        return self.run("sh", "-c", line)


@pytest.mark.timeout(900)  # sixteen programs, one after another
def test_the_page_can_be_followed(tmp_path: Path) -> None:
    reader = Reader(tmp_path)
    count = 0
    for one in blocks():
        reader.follow(one)
        count += 1
    assert count > 15
    made = tmp_path / "kpirules-pbx"
    for command in (("ruff", "check", "--no-cache", "."), ("ruff", "format", "--no-cache", "--check", ".")):
        ran = subprocess.run(
            [sys.executable, "-m", *command], cwd=made, capture_output=True, text=True, check=False
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.parametrize(
    ("before", "after", "test", "word"),
    [
        ("if text else None", "if text else make('0')", "test_the_sample_comes_as_it_is", "'talked'"),
        ("enumerate(file, start=1)", "enumerate(file)", "test_the_sample_comes_as_it_is", "numbered"),
        ('"call": name', '"call": name.lstrip("0")', "test_the_sample_comes_as_it_is", "'call'"),
        (
            "and who and who not in",
            "and who not in",
            "test_parts_hold_what_is_asked",
            "`staff.column`",
        ),
        (
            'request.period, "started"',
            'request.period, request.period.column if request.period else ""',
            "test_a_filter_on_a_column_that_is_not_there",
            "`period.column`",
        ),
    ],
)
def test_a_bug_in_the_pages_adapter_is_found(
    tmp_path: Path, before: str, after: str, test: str, word: str
) -> None:
    """What a reader of the page may get wrong, the contract of the page finds."""
    reader = Reader(tmp_path)
    folder = make_plugin("pbx", "adapter", tmp_path)
    assert isinstance(folder, Path)
    reader.here = folder
    for one in blocks():
        if one.use is not None:
            reader.follow(one)
    file = folder / "src/kpirules_pbx/source.py"
    whole = file.read_text("utf-8")
    assert before in whole
    file.write_text(whole.replace(before, after), "utf-8")
    with pytest.raises(AssertionError) as failed:
        reader.run("python", "-m", "pytest", "-q", "-k", test)
    assert "1 failed" in str(failed.value)
    assert word in str(failed.value)
