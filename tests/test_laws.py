"""The laws of the architecture: which room may import which, and what the code never does.

`pyproject.toml` states the floors and who may use which library; this module runs them, and checks on the
syntax trees what import contracts cannot say.
"""

import ast
import subprocess
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

ROOT = Path(__file__).resolve().parents[1]
HOUSE = ROOT / "src" / "kpirules"

#: Imports inside functions: file, what it imports there, and why. All others stand at the top of their module.
LATE: dict[str, dict[str, str]] = {
    "__init__.py": {"kpirules.face": "importing one room must not load the rest"},
    "face.py": {"kpirules.matrix": "needs numpy: start-up"},
    "engine.py": {
        "kpirules.policy.lint.all": "needs numpy: start-up",
        "kpirules.results.evidence": "needs numpy: start-up",
        "kpirules.results.next_grade": "needs numpy: start-up",
        "kpirules.results.next_grade_words": "comes with results.next_grade",
        "kpirules.results.quotes": "comes with results.next_grade",
        "kpirules.results.report": "needs numpy: start-up",
        "kpirules.scoring.explain": "needs numpy: start-up",
        "kpirules.scoring.reference": "needs numpy: start-up",
        "kpirules.scoring.rollups": "needs numpy: start-up",
        "kpirules.scoring.run": "needs numpy: start-up",
        "kpirules.scoring.spells": "needs numpy: start-up",
        "kpirules.scoring.whole": "needs numpy: start-up",
    },
    "gathering.py": {
        "kpirules.facts.arrow": "needs pyarrow: checking a policy needs no data",
        "kpirules.facts.bindings": "comes with facts.build",
        "kpirules.facts.build": "needs pyarrow: checking a policy needs no data",
        "kpirules.facts.groups": "comes with facts.build",
        "kpirules.facts.project": "needs pydantic: start-up",
        "kpirules.facts.requests": "comes with facts.build",
        "kpirules.plugin": "finds installed plugins: checking a policy needs none",
        "kpirules.plugin.spooling": "comes with policy.supplying",
        "kpirules.policy.simulation.supplying": "needs pyarrow: checking a policy needs no data",
    },
    "trials.py": {
        "kpirules.policy.coverage.appending": "needs numpy: start-up",
        "kpirules.policy.coverage.reached": "needs numpy: start-up",
        "kpirules.policy.coverage.suggesting": "needs numpy: start-up",
        "kpirules.policy.examples": "needs numpy: start-up",
    },
    "comparison.py": {
        "kpirules.policy.edits": "checking and scoring compare nothing: start-up",
        "kpirules.policy.hybrids": "checking and scoring compare nothing: start-up",
        "kpirules.policy.simulation.piloting": "comes with policy.hybrids",
        "kpirules.policy.simulation.simulating": "needs numpy: start-up",
        "kpirules.policy.simulation.problems": "comes with policy.simulating",
        "kpirules.policy.simulation.sweeping": "comes with policy.simulating",
    },
    "matrix.py": {"pyarrow": "only a table of scores needs it: start-up"},
    "scoring/run.py": {
        "kpirules.scoring.kernels": "needs numba: start-up",
        "kpirules.scoring.lanes": "needs numba: start-up",
    },
    "outputs/hooks.py": {
        "kpirules.outputs.csv_file": "needs pyarrow: start-up",
        "kpirules.outputs.html.pdf": "needs Jinja2 and WeasyPrint: only statements in PDF do",
        "kpirules.outputs.html.page": "needs Jinja2: only a report in HTML does",
        "kpirules.outputs.json_file": "needs pyarrow: start-up",
        "kpirules.outputs.parquet_file": "needs pyarrow: start-up",
        "kpirules.outputs.workbook.report": "needs XlsxWriter: start-up",
        "kpirules.outputs.xlsx_file": "needs XlsxWriter: start-up",
    },
    "cli/alerts.py": {"numpy": "only a run that has scores comes here: start-up"},
    "cli/look.py": {
        "kpirules.facts.looks": "needs numpy and pyarrow: wrong usage should be told at once",
        "kpirules.plugin.columns": "needs pyarrow: wrong usage should be told at once",
    },
    "cli/needs.py": {"kpirules.cli.template": "needs XlsxWriter: only a template does"},
    "cli/progress.py": {"rich": "only a terminal needs it"},
    "cli/outlets.py": {"kpirules.facts.targets": "comes with a project file"},
    "cli/sending.py": {
        "kpirules.results.run": "needs numpy: wrong usage should be told at once",
        "kpirules.results.report": "needs numpy: wrong usage should be told at once",
    },
    "cli/archiving.py": {
        "kpirules.records.lock": "comes with the archive",
        "kpirules.records.problems": "comes with the archive",
        "kpirules.records.shelf": "needs numpy and pydantic: wrong usage should be told at once",
    },
    "cli/correct.py": {
        "kpirules.official": "needs numpy and pydantic: wrong usage should be told at once",
        "kpirules.records.archive": "needs numpy and pydantic: wrong usage should be told at once",
        "kpirules.records.differences": "needs numpy: wrong usage should be told at once",
        "kpirules.records.preflight": "comes with the archive",
        "kpirules.records.problems": "comes with the archive",
        "kpirules.records.shelf": "comes with the archive",
    },
    "cli/statement.py": {
        "kpirules.official": "needs numpy and pydantic: wrong usage should be told at once",
        "kpirules.records.archive": "needs numpy and pydantic: wrong usage should be told at once",
        "kpirules.records.shelf": "comes with the archive",
        "kpirules.results.sources": "needs numpy: wrong usage should be told at once",
    },
    "cli/archives.py": {
        "kpirules.records.archive": "needs numpy and pydantic: wrong usage should be told at once",
        "kpirules.records.problems": "comes with the archive",
        "kpirules.records.shelf": "comes with the archive",
        "kpirules.records.signing": "an extra",
    },
    "cli/run.py": {
        "kpirules.official": "needs numpy and pydantic: wrong usage should be told at once",
        "kpirules.records.archive": "needs numpy and pydantic: wrong usage should be told at once",
        "kpirules.records.preflight": "comes with the archive",
        "kpirules.records.problems": "comes with the archive",
        "kpirules.records.shelf": "needs numpy and pydantic: wrong usage should be told at once",
    },
    "cli/runs.py": {
        "kpirules.records.journal": "needs pydantic: wrong usage should be told at once",
        "kpirules.records.shelf": "comes with the archive",
    },
    "cli/verify.py": {
        "kpirules.official": "needs numpy: wrong usage should be told at once",
        "kpirules.records.archive": "needs numpy and pydantic: wrong usage should be told at once",
        "kpirules.records.shelf": "comes with the archive",
        "kpirules.records.verify": "comes with the archive",
    },
    "cli/score.py": {
        "kpirules.results.run": "needs numpy: wrong usage should be told at once",
        "kpirules.matrix": "needs numpy: wrong usage should be told at once",
        "rich": "only a terminal needs it",
    },
    "cli/test.py": {"kpirules.cli.trial": "needs numpy: wrong usage should be told at once"},
    "cli/running.py": {"pyarrow": "only rows that several policies set aside need it"},
    "cli/simulating.py": {
        "kpirules.cli.simulated": "wrong usage should be told at once",
        "kpirules.cli.simulation_json": "wrong usage should be told at once",
        "kpirules.outputs.html.simulation.page": "needs Jinja2: only a page does",
        "kpirules.policy.simulation.fewness": "needs numpy: wrong usage should be told at once",
        "kpirules.policy.simulation.grouping": "comes with policy.fewness",
        "kpirules.policy.simulation.simulating": "needs numpy: wrong usage should be told at once",
        "kpirules.policy.simulation.sweeping": "comes with policy.simulating",
        "pyarrow": "only a file of rows needs it: start-up",
    },
    "cli/why.py": {
        "kpirules.results.sources": "needs numpy: wrong usage should be told at once",
        "kpirules.results.paper": "needs numpy: wrong usage should be told at once",
        "kpirules.results.quotes": "comes with results.paper",
        "kpirules.results.record": "needs numpy: wrong usage should be told at once",
        "kpirules.results.together": "needs numpy: wrong usage should be told at once",
        "kpirules.scoring.explain": "needs numpy: wrong usage should be told at once",
        "kpirules.scoring.rollups": "needs numpy: wrong usage should be told at once",
    },
    "language/parse.py": {
        "lark": "only when the grammar has changed: start-up",
    },
    "calendars/holidays.py": {"chinese_calendar": "most policies never ask for working days"},
    "adapters/hooks.py": {
        "kpirules.adapters.csv_table": "needs pyarrow: start-up",
        "kpirules.adapters.folder_files": "comes with folder_table",
        "kpirules.adapters.folder_table": "needs pyarrow: start-up",
        "kpirules.adapters.json_table": "needs pyarrow: start-up",
        "kpirules.adapters.parquet_table": "needs pyarrow: start-up",
        "kpirules.adapters.workbook_reading": "needs pyarrow, calamine and xlrd: start-up",
    },
    "facts/query.py": {"duckdb": "start-up; only data sets need it"},
    "plugin/exchange.py": {"numpy": "start-up", "pyarrow": "start-up"},
    "plugin/registry.py": {"pydantic": "start-up"},
    "plugin/secrets.py": {"pydantic": "start-up"},
    "plugin/settings.py": {"pydantic": "start-up"},
    "plugin/holding.py": {"kpirules.plugin.columns": "needs pyarrow: start-up"},
    "plugin/listing.py": {"pydantic": "start-up"},
    "plugin/reading.py": {"pyarrow": "start-up"},
    "plugin/spooling.py": {"numpy": "start-up", "pyarrow": "start-up"},
}

#: What may be known of the environment all the same: file, name, and why. It never changes a result.
ENVIRONMENT: dict[str, dict[str, str]] = {
    "language/parse.py": {"os.environ": "where the compiled grammar is kept between runs"},
    "plugin/secrets.py": {"os.environ": "where passwords and tokens of sources stand"},
}

#: What a built-in plugin may import: the seam, and the values of the ground floor that pass through it.
SEAM = ("kpirules.plugin", "kpirules.diagnostics", "kpirules.units", "kpirules.numbers", "kpirules.periods")

#: Rooms that may not touch files: all below the engine but for parse (the grammar) and the plugins.
WITHOUT_FILES = (
    "diagnostics",
    "units",
    "numbers",
    "periods",
    "calendars",
    "matrix",
    "model",
    "facts",
    "scoring",
    "policy",
    "results",
)

Finding = tuple[int, str]


def modules() -> dict[str, ast.Module]:
    """The syntax tree of every module of the house, by its path within it."""
    files = sorted(HOUSE.rglob("*.py"))
    return {str(file.relative_to(HOUSE)): ast.parse(file.read_text("utf-8")) for file in files}


TREES = modules()
PATHS = list(TREES)


def module_name(path: str) -> str:
    parts = ["kpirules", *Path(path).with_suffix("").parts]
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


NAMES = {module_name(path) for path in PATHS}


def room(path: str) -> str:
    return Path(path).parts[0].removesuffix(".py")


def imported(node: ast.AST) -> list[str]:
    """The modules that an import statement names; `from package import module` names the module."""
    match node:
        case ast.Import(names):
            return [name.name for name in names]
        case ast.ImportFrom(module=str(module), names=names):
            return [f"{module}.{n.name}" if f"{module}.{n.name}" in NAMES else module for n in names]
        case _:
            return []


def all_imports(tree: ast.Module) -> set[str]:
    """Everything a module imports anywhere: inside functions and for type checking alone, too."""
    return {name for node in ast.walk(tree) for name in imported(node)}


def late_imports(tree: ast.Module) -> Iterator[Finding]:
    functions = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    for statement in (inner for function in functions for inner in ast.walk(function)):
        for name in imported(statement):
            assert isinstance(statement, ast.stmt)
            yield statement.lineno, name if name in NAMES else name.split(".")[0]


def dotted(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=attribute):
            return f"{dotted(value)}.{attribute}"
        case _:
            return "?"


def uses(tree: ast.Module, forbidden: frozenset[str]) -> Iterator[Finding]:
    """Where the tree names something forbidden: `print`, `sys.stdout`, or `?.read_text` of whatever object."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name | ast.Attribute):
            name = dotted(node)
            if name in forbidden or ("." in name and f"?.{name.rpartition('.')[2]}" in forbidden):
                yield node.lineno, name


PRINTING = frozenset({"print", "input", "sys.stdout", "sys.stderr", "sys.stdin"})
CLOCK_AND_ENVIRONMENT = frozenset(
    {"os.environ", "os.getenv", "date.today", "datetime.now", "datetime.today", "datetime.utcnow"}
    | {"datetime.date.today", "datetime.datetime.now", "time.time", "time.monotonic", "time.perf_counter"}
)
FILES = frozenset({"open", "?.read_text", "?.write_text", "?.read_bytes", "?.write_bytes", "?.open"})


def said(path: str, findings: Iterator[Finding]) -> list[str]:
    return [f"{path}:{line}: {name}" for line, name in findings]


def test_import_contracts(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    broken = lint_imports(no_cache=True, no_logo=True)
    assert broken == 0, capsys.readouterr().out


@pytest.mark.parametrize("path", PATHS)
def test_imports_stand_at_the_top(path: str) -> None:
    allowed = LATE.get(path, {})
    assert said(path, ((line, name) for line, name in late_imports(TREES[path]) if name not in allowed)) == []


@pytest.mark.parametrize("path", list(LATE))
def test_the_list_of_late_imports_holds_no_old_entries(path: str) -> None:
    assert path in TREES
    assert set(LATE[path]) <= {name for _, name in late_imports(TREES[path])}


@pytest.mark.parametrize("path", [path for path in PATHS if room(path) != "cli"])
def test_only_the_command_line_prints(path: str) -> None:
    assert said(path, uses(TREES[path], PRINTING)) == []


@pytest.mark.parametrize("path", [path for path in PATHS if room(path) != "cli"])
def test_only_the_command_line_knows_clock_and_environment(path: str) -> None:
    allowed = ENVIRONMENT.get(path, {})
    found = uses(TREES[path], CLOCK_AND_ENVIRONMENT)
    assert said(path, ((line, name) for line, name in found if name not in allowed)) == []


@pytest.mark.parametrize("path", [path for path in PATHS if room(path) in WITHOUT_FILES])
def test_the_core_reads_no_files(path: str) -> None:
    assert said(path, uses(TREES[path], FILES)) == []


@pytest.mark.parametrize("path", [path for path in PATHS if room(path) in ("adapters", "outputs")])
def test_built_in_plugins_know_the_seam_alone(path: str) -> None:
    known = (*SEAM, f"kpirules.{room(path)}")
    ours = {name for name in all_imports(TREES[path]) if name.partition(".")[0] == "kpirules"}
    assert {name for name in ours if not any(f"{name}.".startswith(f"{one}.") for one in known)} == set()


PLUGIN_FILES = sorted((ROOT / "plugins").glob("*/src/**/*.py"))


@pytest.mark.parametrize("file", PLUGIN_FILES, ids=lambda file: str(file.relative_to(ROOT / "plugins")))
def test_a_plugin_knows_the_seam_alone(file: Path) -> None:
    tree = ast.parse(file.read_text("utf-8"))
    ours = {name for name in all_imports(tree) if name.partition(".")[0] == "kpirules"}
    assert {name for name in ours if not any(f"{name}.".startswith(f"{one}.") for one in SEAM)} == set()
    assert ast.get_docstring(tree) or not tree.body
    assert said(file.name, uses(tree, PRINTING)) == []


@pytest.mark.parametrize("folder", sorted({file.parent for file in PLUGIN_FILES if file.name == "hooks.py"}))
def test_the_hooks_of_a_plugin_are_light(folder: Path) -> None:
    """Every run of every command imports them."""
    heavy = ("pyarrow", "numpy", "httpx2", "stamina", "duckdb", "pymysql", "adbc_driver_manager")
    code = f"import sys, {folder.name}.hooks as hooks\n" + "\n".join(
        (
            "[offer() for name, offer in vars(hooks).items() if name in ('kpirules_adapters', 'kpirules_outputs')]",
            f"print([name for name in {heavy} if name in sys.modules])",
        )
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ran.stdout == "[]\n", ran.stderr


def plugin_module(file: Path) -> str:
    parts = file.relative_to(ROOT / "plugins").with_suffix("").parts[2:]
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def names_in(tree: ast.Module, known: set[str]) -> set[str]:
    """The known modules that a tree imports anywhere."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            modules = {f"{node.module}.{name.name}" for name in node.names}
            found |= modules & known or {node.module}
    return found & known


def assert_no_cycles(trees: dict[str, ast.Module]) -> None:
    graph = {name: names_in(tree, set(trees)) - {name} for name, tree in trees.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as cycle:
        pytest.fail(" -> ".join(cycle.args[1]))


def test_no_import_cycles() -> None:
    assert_no_cycles({module_name(path): tree for path, tree in TREES.items()})


def test_no_import_cycles_in_plugins() -> None:
    assert_no_cycles({plugin_module(file): ast.parse(file.read_text("utf-8")) for file in PLUGIN_FILES})


@pytest.mark.parametrize("path", PATHS)
def test_a_module_says_what_it_is_for(path: str) -> None:
    assert ast.get_docstring(TREES[path]) or not TREES[path].body


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("def f():\n    import numba.core", [(2, "numba")]),
        ("def f():\n    if 1:\n        from kpirules.units import Unit", [(3, "kpirules.units")]),
        ("class C:\n    async def f(self):\n        import duckdb", [(3, "duckdb")]),
        ("import numba\nif True:\n    import duckdb", []),
    ],
)
def test_late_imports_are_seen(source: str, found: list[Finding]) -> None:
    assert list(late_imports(ast.parse(source))) == found


@pytest.mark.parametrize(
    ("source", "forbidden", "count"),
    [
        ("print(1)", PRINTING, 1),
        ("sys.stderr.write('x')", PRINTING, 1),
        ("Path('x').read_text()", FILES, 1),
        ("with open('x') as f: pass", FILES, 1),
        ("f = date.today()", CLOCK_AND_ENVIRONMENT, 1),
        ("printed = opened(now)", PRINTING | FILES | CLOCK_AND_ENVIRONMENT, 0),
    ],
)
def test_forbidden_names_are_seen(source: str, forbidden: frozenset[str], count: int) -> None:
    assert len(list(uses(ast.parse(source), forbidden))) == count
