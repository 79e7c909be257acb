"""A built wheel works alone: the grammar and the rulesets, which live outside of `src/`, are in it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel built from a copy, so that nothing left by an earlier build gets into it."""
    copy = tmp_path_factory.mktemp("source")
    shutil.copy(ROOT / "pyproject.toml", copy)
    for folder in ("src", "grammar", "rulesets"):
        ignored = shutil.ignore_patterns("*.egg-info", "__pycache__")
        shutil.copytree(ROOT / folder, copy / folder, symlinks=True, ignore=ignored)
    for readme in ROOT.glob("README.md"):
        shutil.copy(readme, copy)
    command = [
        sys.executable,
        "-m",
        "build",
        "--wheel",
        "--no-isolation",
        "--outdir",
        str(copy / "dist"),
        str(copy),
    ]
    built = subprocess.run(command, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    (found,) = (copy / "dist").glob("*.whl")
    return found


def test_grammar_and_rulesets_are_in_it(wheel: Path) -> None:
    held = set(ZipFile(wheel).namelist())
    grammar = {f"kpirules/language/grammar/{file.name}" for file in (ROOT / "grammar").glob("*.lark")}
    rulesets = {
        f"kpirules/rulesets/{file.relative_to(ROOT / 'rulesets')}"
        for file in (ROOT / "rulesets").rglob("*.kpi")
    }
    assert grammar
    assert grammar | rulesets | {"kpirules/py.typed"} <= held
    modules = {str(file.relative_to(ROOT / "src")) for file in (ROOT / "src").rglob("*.py")}
    assert modules <= held
    for pieces in ("scaffold/*/*.txt", "outputs/html/look/*"):
        found = {str(file.relative_to(ROOT / "src")) for file in (ROOT / "src").rglob(pieces)}
        assert found
        assert found <= held


def run(folder: Path, program: str) -> subprocess.CompletedProcess[str]:
    """A program in a fresh process that finds kpirules in the folder alone."""
    return subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONPATH": str(folder)},
        cwd=folder,
    )


def test_it_reads_a_policy_without_the_repository(wheel: Path, tmp_path: Path) -> None:
    ZipFile(wheel).extractall(tmp_path)
    program = (
        "import kpirules.language.parse as p\n"
        "parsed = p.parse('ruleset r\\n  period quarter\\n', 'r.kpi')\n"
        "print(p.__file__, parsed.tree is not None)"
    )
    ran = run(tmp_path, program)
    assert ran.stdout.split() == [str(tmp_path / "kpirules/language/parse.py"), "True"], ran.stderr


def test_it_writes_a_report_without_the_repository(wheel: Path, tmp_path: Path) -> None:
    """A made-up report: scoring a real one would compile the kernels anew, which takes a minute."""
    ZipFile(wheel).extractall(tmp_path)
    program = (
        f"import sys; sys.path.append({str(ROOT)!r})\n"
        "import kpirules\n"
        "from kpirules.plugin import installed, write_report\n"
        "from tests.outputs.made_report import made_report\n"
        "print(kpirules.__file__)\n"
        "print([write_report(installed(found=()), made_report(), name) for name in ('r.html', 'r.xlsx')])\n"
    )
    ran = run(tmp_path, program)
    assert ran.stdout.split("\n")[:2] == [str(tmp_path / "kpirules/__init__.py"), "[(), ()]"], ran.stderr
    assert "</html>" in (tmp_path / "r.html").read_text("utf-8")
    assert ZipFile(tmp_path / "r.xlsx").testzip() is None
