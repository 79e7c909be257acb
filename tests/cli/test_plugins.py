"""`kpirules plugins`: what is installed, what it offers with which settings, and what does not work."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.desk import Desk

GOOD = """
from pydantic import BaseModel, Field, SecretStr
from kpirules.diagnostics import Words
from kpirules.plugin import Description, Source, hookimpl
from kpirules.plugin.kit_problems import NOT_INSTALLED

KPIRULES_API = 2

class Options(BaseModel):
    token: SecretStr = Field(description="The key of the tills.")
    shop: int = Field(1, ge=1, description="Which shop.")

class Tills:
    name = "tills"
    description = Words("cash registers", "收银机")
    endings = (".till",)
    Options = Options
    capabilities = frozenset({"period", "columns"})

    def describe(self, location, options): return Description(())
    def read(self, request): return Source.refused(request.location)
    HEALTH

@hookimpl
def kpirules_adapters(): return [Tills()]
"""


@pytest.fixture
def install(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    """Puts a package with a plugin where Python finds installed ones."""
    site = tmp_path_factory.mktemp("site")
    monkeypatch.syspath_prepend(str(site))

    def make(name: str, text: str) -> None:
        module = f"kpirules_{name}_{site.name}".replace("-", "_")
        (site / f"{module}.py").write_text(text, "utf-8")
        info = Path(site / f"kpirules_{name}-1.4.dist-info")
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: kpirules-{name}\nVersion: 1.4\n")
        (info / "entry_points.txt").write_text(f"[kpirules]\n{name} = {module}\n")

    return make


def test_the_built_in_ones(desk: Desk) -> None:
    result = desk.run("plugins")
    assert result.stdout.startswith("kpirules 0.")
    lines = [line for line in result.stdout.splitlines() if line.startswith("  reads  csv ")]
    assert len(lines) == 1 and ".csv .tsv" in lines[0] and "(columns)" in lines[0]
    assert "  writes  xlsx" in result.stdout


def test_a_plugin_with_its_settings(desk: Desk, install) -> None:  # type: ignore[no-untyped-def]
    install("tills", GOOD.replace("HEALTH", ""))
    assert "tills 1.4  (kpirules-tills)" in desk.run("plugins").stdout
    for name in ("tills", "kpirules-tills"):
        result = desk.run("plugins", name)
        assert result.exit_code == 0
        assert "  reads  tills  cash registers [.till] (columns, period)" in result.stdout
        assert '      token: secret: { env = "NAME" } or { file = "PATH" }, required\n' in result.stdout
        assert "      shop: whole number >= 1, default 1\n          Which shop.\n" in result.stdout
        assert "csv" not in result.stdout
    chinese = desk.run("plugins", "tills", "--lang", "zh").stdout
    assert "收银机" in chinese and "必填" in chinese and "默认 1" in chinese


def test_as_json(desk: Desk, install) -> None:  # type: ignore[no-untyped-def]
    install("tills", GOOD.replace("HEALTH", ""))
    (found,) = json.loads(desk.run("plugins", "tills", "--format", "json").stdout)
    assert (found["name"], found["distribution"], found["version"]) == ("tills", "kpirules-tills", "1.4")
    (adapter,) = found["adapters"]
    assert adapter["capabilities"] == ["columns", "period"]
    assert adapter["options"][0] == {
        "name": "token",
        "type": 'secret: { env = "NAME" } or { file = "PATH" }',
        "default": None,
        "required": True,
        "secret": True,
        "meaning": "The key of the tills.",
    }
    assert (adapter["health"], found["problems"], found["outputs"]) == ([], [], [])


def test_what_does_not_work_here(desk: Desk, install) -> None:  # type: ignore[no-untyped-def]
    health = (
        'def health(self): return (NOT_INSTALLED.at(None, name="tills", library="ink", package="ink>=2"),)'
    )
    install("tills", GOOD.replace("HEALTH", health))
    install("broken", "import no_such_module_anywhere")
    result = desk.run("plugins")
    assert result.exit_code == 1
    assert 'K528]: "tills" cannot be used here: ink is not installed' in result.stdout
    assert 'pip install "ink>=2"' in result.stdout
    assert "K520" in result.stdout and "no_such_module_anywhere" in result.stdout
    assert "broken 1.4  (kpirules-broken)" in result.stdout
    assert "  reads  csv " in result.stdout
    assert desk.run("plugins", "csv").exit_code == 0
    problems = json.loads(desk.run("plugins", "broken", "--format", "json").stdout)[0]["problems"]
    assert [one["code"] for one in problems] == ["K520"]


def test_everything_else_works_beside_a_broken_plugin(desk: Desk, install) -> None:  # type: ignore[no-untyped-def]
    install("broken", "print('noise')\nraise SystemExit(9)")
    result = desk.run("plugins", "csv", "--format", "json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)[0]["adapters"][0]["name"] == "csv"


def test_a_name_that_nobody_has(desk: Desk) -> None:
    result = desk.run("plugins", "cvs")
    assert result.exit_code == 2
    assert 'K529]: there is no plugin, adapter or output called "cvs"' in result.stderr
    assert 'did you mean "csv"?' in result.stderr
