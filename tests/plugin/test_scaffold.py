"""`kpirules plugin new`: what it makes installs, passes its tests and is in order; what it cannot make leaves nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from kpirules.diagnostics import Diagnostic
from kpirules.plugin import installed
from kpirules.plugin.scaffold import Kind, make_plugin, package_files, wrong_name
from tests.cli.desk import Desk

ROOT = Path(__file__).resolve().parents[2]
KINDS: list[Kind] = ["adapter", "output"]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(tmp_path, monkeypatch)


def run(folder: Path, *command: str) -> str:
    """A program of this Python run in the folder; its output. It must end well."""
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src"), "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    ran = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def made(kind: Kind, folder: Path, name: str = "my_crm") -> Path:
    path = make_plugin(name, kind, folder)
    assert not isinstance(path, Diagnostic), path.message()
    return path


@pytest.mark.parametrize("kind", KINDS)
def test_it_passes_its_tests(tmp_path: Path, kind: Kind) -> None:
    folder = made(kind, tmp_path)
    assert " passed" in run(folder, "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist")


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_in_order(tmp_path: Path, kind: Kind) -> None:
    folder = made(kind, tmp_path)
    run(folder, "ruff", "check", "--no-cache", ".")
    run(folder, "ruff", "format", "--no-cache", "--check", ".")
    run(folder, "compileall", "-q", ".")


def test_it_is_typed(tmp_path: Path) -> None:
    """Both kinds in one go, with what mypy knows of the libraries already."""
    folders = [made("adapter", tmp_path), made("output", tmp_path, "my_report")]
    sources = [str(folder / "src") for folder in folders]
    settings = tmp_path / "mypy.ini"
    settings.write_text("[mypy]\nstrict = True\n[mypy-pyarrow.*]\nignore_missing_imports = True\n", "utf-8")
    cache = str(ROOT / ".mypy_cache" / "scaffold")
    paths = [str(file) for folder in folders for file in folder.rglob("*.py")]
    environment = os.environ | {"MYPYPATH": os.pathsep.join([*sources, str(ROOT / "src")])}
    for folder in folders:
        own = [path for path in paths if path.startswith(str(folder))]
        command = [sys.executable, "-m", "mypy", "--config-file", str(settings), "--follow-imports=silent"]
        ran = subprocess.run(
            [*command, "--cache-dir", cache, *own],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=280,
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.parametrize("kind", KINDS)
def test_it_installs_and_is_found(tmp_path: Path, kind: Kind) -> None:
    folder = made(kind, tmp_path)
    site = tmp_path / "site"
    pip = ("pip", "install", "--quiet", "--no-index", "--no-deps", "--no-build-isolation")
    run(folder, *pip, "--target", str(site), str(folder))
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(site), str(ROOT / "src")])}
    command = [sys.executable, "-c", "from kpirules.cli import main; main()", "plugins", "my_crm"]
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=100)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert ran.stdout.startswith("my_crm 0.1.0  (kpirules-my-crm)\n")
    assert f"  {'reads' if kind == 'adapter' else 'writes'}  my_crm  " in ran.stdout
    command[3:] = ["explain", "mycrm1"]
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=100)
    assert ran.stdout.startswith("MYCRM1 (error)"), ran.stdout + ran.stderr


@pytest.mark.parametrize(
    ("name", "code", "meant"),
    [
        ("2fast", "K556", None),
        ("my-crm", "K556", "my_crm"),
        ("My CRM", "K556", "my_crm"),
        ("../away", "K556", "away"),
        ("客户", "K556", None),
        ("", "K556", None),
        ("x" * 41, "K556", None),
        ("class", "K556", None),
        ("csv", "K557", None),
        ("kpirules", "K557", None),
    ],
)
def test_a_name_that_cannot_be(name: str, code: str, meant: str | None) -> None:
    wrong = wrong_name(name, "adapter", installed(found=[]))
    assert wrong is not None
    assert (wrong.code, wrong.suggestion) == (code, meant)


def test_names_of_outputs_are_their_own() -> None:
    assert wrong_name("folder", "output", installed(found=[])) is None
    assert wrong_name("parquet", "output", installed(found=[])) is not None


def test_the_name_of_a_broken_plugin_is_taken() -> None:
    plugins = installed(found=[EntryPoint("my_crm", "no_such_module_anywhere", "kpirules")])
    wrong = wrong_name("my_crm", "adapter", plugins)
    assert wrong is not None
    assert wrong.code == "K557"


def test_nothing_is_written_into_a_folder_that_is_there(desk: Desk) -> None:
    (desk.folder / "kpirules-my-crm").mkdir()
    before = sorted(desk.folder.rglob("*"))
    result = desk.run("plugin", "new", "my_crm")
    assert result.exit_code == 2
    assert "K558" in result.stderr and "kpirules-my-crm" in result.stderr
    assert sorted(desk.folder.rglob("*")) == before


def test_nothing_is_left_half_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    count = len(list(package_files("my_crm", "adapter")))
    whole = Path.write_text

    for last in range(count):
        written: list[str] = []

        def failing(self: Path, *args: object, last: int = last, written: list[str] = written) -> int:
            if len(written) == last:
                raise OSError(28, "No space left on device")
            written.append(self.name)
            return whole(self, *args)  # type: ignore[arg-type]

        monkeypatch.setattr(Path, "write_text", failing)
        found = make_plugin("my_crm", "adapter", tmp_path)
        assert isinstance(found, Diagnostic)
        assert "No space left" in found.message()
        assert list(tmp_path.iterdir()) == []


def test_the_command(desk: Desk) -> None:
    result = desk.run("plugin", "new", "my_crm", "plugins/own")
    assert result.exit_code == 0
    assert "kpirules-my-crm" in result.stdout and "pip install" in result.stdout
    hooks = (desk.folder / "plugins/own/kpirules-my-crm/src/kpirules_my_crm/hooks.py").read_text("utf-8")
    assert "class MyCrmAdapter" in hooks and "@" not in hooks.replace("@hookimpl", "")
    assert desk.run("plugin", "old", "my_crm").exit_code == 2
    assert desk.run("plugin", "new", "2fast").exit_code == 2
    assert "已建立" in desk.run("plugin", "new", "mine", "--output", "--lang", "zh").stdout
