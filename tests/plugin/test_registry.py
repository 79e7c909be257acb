"""Plugins are found, held to the protocols, and never take the rest down."""

from __future__ import annotations

import itertools
import re
import subprocess
import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from kpirules.diagnostics import Diagnostic
from kpirules.plugin import Progress, installed, read_table
from kpirules.plugin.registry import ELSEWHERE

GOOD = """
from pydantic import BaseModel
import pyarrow as pa
from kpirules.diagnostics import Words
from kpirules.plugin import Chunk, Description, Source, hookimpl
from kpirules.plugin.problems import NO_FILE

KPIRULES_API = 2

class Options(BaseModel):
    rows: int = 2

class Numbers:
    name = "numbers"
    description = Words("numbers", "数字")
    endings = ()
    Options = Options
    capabilities = frozenset()

    def describe(self, location, options):
        return Description(())

    def read(self, request):
        schema = pa.schema([("n", pa.int64())])
        batch = pa.record_batch([pa.array(range(request.options.rows), pa.int64())], schema=schema)
        return Source(request.location, None, ("n",), schema, (Chunk(batch, 1),))

@hookimpl
def kpirules_adapters():
    return [Numbers()]
"""


COUNTER = itertools.count()


@pytest.fixture
def plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    """Makes a plugin of source text, and gives its entry point."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def make(name: str, text: str) -> EntryPoint:
        module = f"plugin_{next(COUNTER)}"  # each its own: Python remembers modules by name
        (tmp_path / f"{module}.py").write_text(text, "utf-8")
        return EntryPoint(name, module, "kpirules")

    return make


def names(found: list[EntryPoint]) -> tuple[list[str], list[Diagnostic]]:
    plugins = installed(found=found)
    return [one.name for one in plugins.adapters], list(plugins.diagnostics)


BUILT_IN = ["csv", "json", "parquet", "xlsx", "folder"]


def test_the_built_in_ones_are_there() -> None:
    plugins = installed(found=[])
    assert [one.name for one in plugins.adapters] == BUILT_IN
    assert [one.name for one in plugins.outputs] == ["csv", "json", "jsonl", "parquet", "xlsx", "html", "pdf"]
    assert plugins.diagnostics == ()


def test_a_plugin_reads_through_the_same_door(plugin) -> None:  # type: ignore[no-untyped-def]
    plugins = installed(found=[plugin("good", GOOD)])
    assert plugins.diagnostics == ()
    found = read_table(plugins, "db://somewhere/x.csv", adapter="numbers", settings={"rows": "3"})
    assert found.table is not None
    assert found.table.to_pydict() == {"n": [0, 1, 2]}


@pytest.mark.parametrize(
    ("text", "code", "word"),
    [
        ("import no_such_module_anywhere", "K520", "no_such_module_anywhere"),
        ("raise SystemExit(3)", "K520", "SystemExit"),
        ("raise GeneratorExit", "K520", "GeneratorExit"),
        ("class Odd(BaseException): pass\nraise Odd('gone')", "K520", "Odd: gone"),
        ("class Mute(Exception):\n    def __str__(self): return 1 / 0\nraise Mute", "K520", "Mute"),
        ("def f(): f()\nf()", "K520", "RecursionError"),
        (GOOD.replace("frozenset()", "frozenset({'groups'})"), "K520", "group"),
        (GOOD.replace("return [Numbers()]", "return None"), "K520", "TypeError"),
        (
            GOOD.replace('name = "numbers"', "name = property(lambda self: 1 / 0)"),
            "K520",
            "ZeroDivisionError",
        ),
        ("this is no python", "K520", "SyntaxError"),
        (GOOD.replace("KPIRULES_API = 2", ""), "K521", "unnamed"),
        (GOOD.replace("KPIRULES_API = 2", "KPIRULES_API = 99"), "K521", "99"),
        (GOOD + "\n@hookimpl\ndef kpirules_telepathy(): pass\n", "K520", "kpirules_telepathy"),
        (GOOD.replace("def kpirules_adapters():", "def kpirules_adapters(engine):"), "K520", "engine"),
        (GOOD.replace("return [Numbers()]", "return 1 / 0"), "K520", "ZeroDivisionError"),
        (GOOD.replace("return [Numbers()]", "return [object()]"), "K520", "object"),
        (GOOD.replace('name = "numbers"', 'name = "No Name"'), "K520", "No Name"),
        (GOOD.replace("endings = ()", "endings = '.n'"), "K520", "endings"),
        (GOOD.replace("Options = Options", "Options = dict"), "K520", "pydantic"),
        (GOOD.replace('Words("numbers", "数字")', '"numbers"'), "K520", "Words"),
        (GOOD.replace('name = "numbers"', 'name = "csv"'), "K522", "csv"),
    ],
)
def test_a_broken_plugin_is_left_out_and_named(plugin, text: str, code: str, word: str) -> None:  # type: ignore[no-untyped-def]
    good = GOOD.replace('"numbers"', '"others"')
    found, diagnostics = names([plugin("bad", text), plugin("fine", good)])
    assert found == [*BUILT_IN, "others"]
    assert [one.code for one in diagnostics] == [code]
    assert "bad" in diagnostics[0].message()
    assert word in diagnostics[0].message()
    assert not diagnostics[0].is_error


@pytest.mark.parametrize(
    ("before", "after", "word"),
    [
        ("return Source(", "raise KeyError('lost'); return Source(", "lost"),
        ("schema, (Chunk(batch, 1),))", "schema, [1])", "AttributeError"),
        ("pa.int64()", "pa.int32()", "int32"),
        ('("n", pa', '(" n", pa', "' n'"),
        ("(Chunk(batch, 1),))", "())", ""),
        ("schema, (Chunk(batch, 1),))", "None, ())", "no table and no reason"),
        ("return Source(", "raise GeneratorExit; return Source(", "GeneratorExit"),
        ("return Source(", "return None; Source(", "NoneType, not a Source"),
        ("Source(request.location,", "Source(Words('a', 'b'),", "Words as its path"),
        ('None, ("n",), schema', '7, ("n",), schema', "int as its sheet"),
        ('("n",), schema', '["n"], schema', "header"),
        ("(Chunk(batch, 1),))", "(Chunk(batch, 1),), ('oops',))", "str where a finding belongs"),
        ("(Chunk(batch, 1),))", "(Chunk(batch, 1),), (NO_FILE.at(None),))", "K530 cannot be said"),
    ],
)
def test_a_plugin_that_fails_while_reading_is_a_finding(  # type: ignore[no-untyped-def]
    plugin, before: str, after: str, word: str
) -> None:
    assert before in GOOD
    plugins = installed(found=[plugin("failing", GOOD.replace(before, after))])
    found = read_table(plugins, "x", adapter="numbers")
    if word:
        assert [one.code for one in found.diagnostics] == ["K523"]
        assert word in found.diagnostics[0].message()
        assert found.table is None or "finding" in word or "said" in word
    else:
        assert found.table is not None
        assert found.table.num_rows == 0


def test_an_interruption_is_the_users(plugin) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(KeyboardInterrupt):
        installed(found=[plugin("slow", "raise KeyboardInterrupt")])
    plugins = installed(found=[plugin("slow", GOOD.replace("return Source(", "raise KeyboardInterrupt("))])
    with pytest.raises(KeyboardInterrupt):
        read_table(plugins, "x", adapter="numbers")


def test_who_watches_may_end_the_reading(plugin) -> None:  # type: ignore[no-untyped-def]
    def enough(_: Progress) -> None:
        raise TimeoutError("enough")

    with pytest.raises(TimeoutError, match="enough"):
        read_table(installed(found=[plugin("good", GOOD)]), "x", adapter="numbers", watch=enough)


def test_what_is_printed_while_loading_is_kept_out(plugin, capsys: pytest.CaptureFixture[str]) -> None:  # type: ignore[no-untyped-def]
    loud = "print('hello')\n" + GOOD.replace("return [Num", "print('again'); return [Num")
    plugins = installed(found=[plugin("loud", loud)])
    assert capsys.readouterr() == ("", "")
    assert [one.name for one in plugins.adapters] == [*BUILT_IN, "numbers"]
    assert plugins.diagnostics == ()
    (_, info) = plugins.each
    assert [one.code for one in info.diagnostics] == ["K555", "K555"]
    assert "hello" in info.diagnostics[0].message()


def test_two_plugins_of_one_name_are_both_there(plugin) -> None:  # type: ignore[no-untyped-def]
    """Entry points of two packages may have the same name; the first must not be lost with the second."""
    other = GOOD.replace('"numbers"', '"others"')
    plugins = installed(found=[plugin("twin", GOOD), plugin("twin", other), plugin("twin", "1 / 0")])
    assert {one.name for one in plugins.adapters} == {*BUILT_IN, "numbers", "others"}
    assert [one.code for one in plugins.diagnostics] == ["K520"]


def test_what_each_plugin_offers(plugin) -> None:  # type: ignore[no-untyped-def]
    plugins = installed(found=[plugin("good", GOOD), plugin("gone", "import no_such_module_anywhere")])
    own, gone, good = plugins.each
    assert (own.name, [one.name for one in own.adapters]) == ("kpirules", BUILT_IN)
    assert [one.name for one in own.outputs] == [one.name for one in plugins.outputs]
    assert (good.name, [one.name for one in good.adapters], good.diagnostics) == ("good", ["numbers"], ())
    assert (gone.adapters, [one.code for one in gone.diagnostics]) == ((), ["K520"])


@pytest.mark.parametrize(
    ("location", "name"),
    [
        ("a.csv", "csv"),
        ("A.CSV", "csv"),
        ("a.csv.gz", "csv"),
        ("a.b.xlsx", "xlsx"),
        ("x/data.ndjson", "json"),
    ],
)
def test_the_ending_picks_the_adapter(location: str, name: str) -> None:
    chosen = installed(found=[]).adapter(location)
    assert not isinstance(chosen, Diagnostic)
    assert chosen.name == name


@pytest.mark.parametrize("location", ["a.dat", "csv", "", "https://host/a.csv", "postgresql://host/db"])
def test_no_adapter_for_the_location(location: str) -> None:
    chosen = installed(found=[]).adapter(location)
    assert isinstance(chosen, Diagnostic)
    assert chosen.code == "K525"
    assert ".csv" in chosen.help()


def test_the_name_picks_the_adapter_and_near_ones_are_meant() -> None:
    plugins = installed(found=[])
    chosen = plugins.adapter("a.dat", "json")
    assert not isinstance(chosen, Diagnostic)
    assert chosen.name == "json"
    unknown = plugins.output("a.csv", "exel-xlsx")
    assert isinstance(unknown, Diagnostic)
    assert unknown.code == "K524"
    typo = plugins.adapter("a.dat", "parqet")
    assert isinstance(typo, Diagnostic)
    assert typo.suggestion == "parquet"


@pytest.mark.parametrize(
    ("location", "name", "package"),
    [
        ("x", "sql", "kpirules-sql"),
        ("x", "zendesk", "kpirules-crm"),
        ("postgresql://db/sales", None, "kpirules-sql"),
        ("HTTPS://crm.example/", None, "kpirules-rest"),
    ],
)
def test_a_plugin_that_is_not_installed_is_named(location: str, name: str | None, package: str) -> None:
    missing = installed(found=[]).adapter(location, name)
    assert isinstance(missing, Diagnostic)
    for language in ("en", "zh"):
        assert package in missing.help(language)


def test_no_package_is_named_for_what_nobody_has() -> None:
    for missing in (installed(found=[]).adapter("x", "sqll"), installed(found=[]).adapter("x.dat")):
        assert isinstance(missing, Diagnostic)
        assert "kpirules-" not in missing.help()


def test_the_packages_that_are_named_are_there() -> None:
    """Every adapter and output of the packages beside this one is known by its name, and only these."""
    names: dict[str, str] = {}
    for hooks in (Path(__file__).parents[2] / "plugins").glob("*/src/*/hooks.py"):
        for name in re.findall(r'^    name = "(\w+)"$', hooks.read_text("utf-8"), re.MULTILINE):
            names[name] = hooks.parents[2].name
    assert names == ELSEWHERE


def test_the_seam_loads_neither_pyarrow_nor_pydantic() -> None:
    code = "import sys, kpirules.plugin; print([m for m in ('pyarrow', 'pydantic', 'numpy') if m in sys.modules])"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        == "[]\n"
    )


def test_what_is_built_in_is_known_without_pyarrow() -> None:
    code = (
        "import sys, kpirules.plugin as p; p.installed(found=[]);"
        "print([m for m in ('pyarrow', 'xlsxwriter', 'python_calamine', 'numpy') if m in sys.modules])"
    )
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        == "[]\n"
    )
