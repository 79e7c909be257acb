"""What `kpirules simulate` does with its options: read both policies and the data, simulate, show or write the report."""

from __future__ import annotations

import contextlib
import json
import re
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from kpirules.cli.outlets import Outlet, outlets_of
from kpirules.cli.policies import read_valid, settings_of
from kpirules.cli.progress import step
from kpirules.cli.running import (
    Options,
    check_fitting,
    check_outlets,
    periods_of,
    project_of,
    rolled,
    set_aside,
    tables_of,
    text_of,
)
from kpirules.cli.terminal import (
    ERRORS,
    UNUSABLE,
    language,
    say,
    several,
    stop,
    unreadable,
)
from kpirules.cli.wording import Misuse
from kpirules.comparison import amount_limit, change_between, pilot_condition, simulate, sweep_of
from kpirules.diagnostics import Diagnostic, Problems, nearest
from kpirules.engine import Policy, score_matrix, score_rollup
from kpirules.gathering import Work, supply
from kpirules.plugin import Progress, Watch, installed, write_table
from kpirules.plugin.replacing import replace_file

if TYPE_CHECKING:
    import pyarrow as pa

    from kpirules.facts.build import Facts
    from kpirules.facts.project import Project
    from kpirules.matrix import ScoreMatrix
    from kpirules.model.rules import Ruleset
    from kpirules.periods import Period
    from kpirules.plugin.simulated import Simulation
    from kpirules.policy.simulation.piloting import Condition
    from kpirules.policy.simulation.simulating import Limit, Sweep
    from kpirules.policy.simulation.supplying import Supply

#: What the file of a page ends with.
_PAGES = (".html", ".htm")
_RANGE = re.compile(
    r"(?P<name>[^=]+)=(?P<first>.+?)\.\.(?P<last>.+?)(?:\s+(?:step|步长|每)\s*(?P<step>.+))?", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line asks for. budgets: each with whether exceeding it is an error."""

    options: Options
    new: Path
    shared: tuple[str, ...]
    condition: str | None
    sweeps: tuple[str, ...]
    budgets: tuple[tuple[str, bool], ...]
    by: tuple[str, ...]
    within: str | None
    few: int
    most: int
    attribute: bool | None
    rows: str | None
    output: str
    form: str
    rollup: str | None


@dataclass(frozen=True, slots=True)
class Ready:
    """Both policies without errors, what else is asked, and where to write."""

    asked: Asked
    project: Project | None
    old: Policy
    new: Policy
    periods: tuple[Period, ...] | None
    condition: Condition | None
    sweeps: tuple[Sweep, ...]
    limits: tuple[Limit, ...]
    page: Outlet | None
    rows: Outlet | None

    @property
    def rules(self) -> tuple[Ruleset, Ruleset]:
        assert self.old.ruleset is not None and self.new.ruleset is not None
        return self.old.ruleset, self.new.ruleset

    @property
    def sources(self) -> dict[str, str]:
        """The texts in which findings may have their place."""
        texts = {**self.old.sources, **self.new.sources}
        if self.project is not None:
            texts |= text_of(Path(self.project.path))
        if self.condition is not None:
            texts["--where"] = self.condition.text
        return texts


def run_once(asked: Asked) -> int:
    """Everything from the options to the report; the exit status."""
    ready = read(asked)
    with tempfile.TemporaryDirectory(prefix="kpirules-") as folder:
        found = run(ready, gathered(ready, folder))
    return show(found, ready)


def read(asked: Asked) -> Ready:
    """Both policies, read and checked, with everything that is said of them; ends the command with what is wrong."""
    options = asked.options
    project = project_of(options)
    shared, changed = settings_of(asked.shared), settings_of(options.settings)
    old = _policy(options.ruleset, shared, project)
    new = _policy(asked.new, shared | changed, project)
    assert old.ruleset is not None and new.ruleset is not None
    told = (one for policy in (old, new) for one in (*policy.diagnostics, *policy.missing_settings()))
    stop(told, {**old.sources, **new.sources})
    for rules in (old.ruleset, new.ruleset):
        rolled(rules, asked.rollup)
    periods = periods_of(options.periods) or (project.periods if project is not None else None)
    check_fitting(periods, new.ruleset)
    page = next(iter(outlets_of((asked.output,), None)), None)
    if page is not None and not page.path.lower().endswith((*_PAGES, ".json")):
        raise Misuse(
            f"-o: the report is a .html or a .json file, not {page.path}",
            f"-o：报告是 .html 或 .json 文件，不是 {page.path}",
        )
    rows = next(iter(outlets_of((asked.rows,) if asked.rows else (), project)), None)
    check_outlets([one for one in (rows,) if one], options, (old, new), project, tables_of(options.data))
    _check_within(asked, new.ruleset)
    condition = None
    if asked.condition is not None:
        condition = pilot_condition(new, asked.condition)
        stop(condition.diagnostics, {**new.sources, "--where": condition.text})
    limits = tuple(_limit(one, fails, rolled(new.ruleset, asked.rollup)) for one, fails in asked.budgets)
    sweeps = tuple(_sweep(one, new) for one in asked.sweeps)
    return Ready(asked, project, old, new, periods, condition, sweeps, limits, page, rows)


def _check_within(asked: Asked, rules: Ruleset) -> None:
    """Ranks are told within an attribute of texts or truth, of the policy or of --by."""
    known = [one.name for one in rules.inputs.values() if one.attribute] + list(asked.by)
    if asked.within is None or asked.within in known:
        return
    meant = nearest(asked.within, known)
    hint, hint_zh = (f'; did you mean "{meant}"?', f"；您是不是想写“{meant}”？") if meant else ("", "")
    raise Misuse(
        f'--within: the policy has no attribute "{asked.within}"{hint}; another column of the data is one with --by',
        f"--within：制度没有属性“{asked.within}”{hint_zh}；数据中的其他列可用 --by 加入",
    )


def _policy(path: Path, typed: dict[str, str], project: Project | None) -> Policy:
    given = project.parameters if project is not None else {}
    settings = {name: one.text for name, one in given.items()} | typed
    places = {name: one.span for name, one in given.items()} | dict.fromkeys(typed)
    return read_valid(path, settings, places, {} if project is None else text_of(Path(project.path)))


def _limit(text: str, fails: bool, rules: Ruleset) -> Limit:
    """`NAME=SUM`; the amount is one of the new policy."""
    option = "--fail-over" if fails else "--budget"
    name, equals, value = (part.strip() for part in text.partition("="))
    known = [one.id for one in rules.outcomes if one.rounding is not None]
    if name not in known:
        meant = nearest(name, known)
        names = ", ".join(known) or "none"
        raise Misuse(
            f'{option}: the policy has no amount "{name}"'
            + (f'; did you mean "{meant}"?' if meant else f"; its amounts: {names}"),
            f"{option}：制度中没有金额“{name}”"
            + (f"；您是不是想写“{meant}”？" if meant else f"；现有：{names}"),
        )
    from kpirules.policy.simulation.simulating import Limit  # late: numpy

    outcome = next(one for one in rules.outcomes if one.id == name)
    limit = amount_limit(value, outcome.unit) if equals else None
    if limit is None:
        raise Misuse(
            f'{option}: write NAME=SUM, as in {name}=500000, not "{text}"',
            f"{option}：请写 名称=金额，如 {name}=500000，而不是“{text}”",
        )
    return Limit(name, limit, fails)


def _sweep(text: str, policy: Policy) -> Sweep:
    found = _RANGE.fullmatch(text.strip())
    if found is None:
        raise Misuse(
            f'--sweep: write "PARAM=A..B step C", not "{text}"',
            f"--sweep：请写“参数=A..B step C”，而不是“{text}”",
        )
    assert policy.ruleset is not None
    name = found["name"].strip()
    known = policy.ruleset.parameters
    if name not in known:
        meant = nearest(name, known)
        raise Misuse(
            f'--sweep: the policy has no parameter "{name}"'
            + (f'; did you mean "{meant}"?' if meant else ""),
            f"--sweep：制度没有参数“{name}”" + (f"；您是不是想写“{meant}”？" if meant else ""),
        )
    from kpirules.policy.simulation.sweeping import Unfit  # late: numpy

    try:
        return sweep_of(policy, name, found["first"], found["last"], found["step"] or "1")
    except Unfit as unfit:
        raise Misuse(f"--sweep: {unfit.words.en}", f"--sweep：{unfit.words.zh}") from None
    except Problems as unfit:
        stop(unfit.diagnostics, policy.sources)
        raise click.exceptions.Exit(ERRORS) from None


def gathered(ready: Ready, folder: str) -> Supply:
    """The tables that both policies need, read once; ends the command with what is wrong. folder: for what memory does not hold."""
    from kpirules.policy.simulation.fewness import with_counts  # late: numpy
    from kpirules.policy.simulation.grouping import with_attributes

    asked = ready.asked
    old, new = ready.rules
    options = asked.options

    def scoring(rules: Ruleset, facts: Facts) -> ScoreMatrix:
        scores = score_matrix(rules, facts.matrix)
        return scores if asked.rollup is None else score_rollup(rules, asked.rollup, scores)

    def asking(rules: Ruleset) -> Ruleset:
        return with_counts(with_attributes(rules, asked.by))

    work = Work(
        rules=asking(new),
        tables=tables_of(options.data),
        project=ready.project,
        periods=ready.periods,
        missing=options.missing,
        reject=options.reject is not None,
    )
    try:
        with step("reading the data", "读取数据") as watch:
            found, told = supply(
                replace(work, watch=watch),
                asking(old),
                scoring=scoring,
                asking=asking,
                folder=Path(folder),
            )
    except OSError as wrong:
        unreadable(str(wrong.filename), wrong)
        raise click.exceptions.Exit(UNUSABLE) from None
    stop(told, ready.sources)
    # results of a longer period need all of its periods at once
    return found if asked.rollup is None else replace(found, by_period=found.rows + 1)


def run(ready: Ready, given: Supply) -> Simulation:
    """The simulation; ends the command with what is wrong."""
    from kpirules.policy.simulation.simulating import Wish  # late: numpy

    asked = ready.asked
    try:
        change = change_between(ready.old, ready.new, ready.condition)
        with _collecting(ready.rows) as every, step("simulating", "模拟") as watch:
            wish = Wish(
                most=asked.most,
                few=asked.few,
                within=asked.within,
                attribute=asked.attribute,
                sweeps=ready.sweeps,
                limits=ready.limits,
                rollup=asked.rollup,
                every=every,
                told=None if watch is None else partial(_tell, watch),
            )
            found, told = simulate(change, given, wish)
    except Problems as unfit:
        stop(unfit.diagnostics, ready.sources)
        raise click.exceptions.Exit(ERRORS) from None
    stop(told, ready.sources)
    if asked.options.reject is not None:
        set_aside(given.rejected, asked.options.reject)
    return found


def _tell(watch: Watch, done: int, rows: int) -> None:
    watch(Progress("inputs", done, done / rows if rows else None))


@contextlib.contextmanager
def _collecting(outlet: Outlet | None) -> Iterator[Callable[[pa.Table], None] | None]:
    """Takes the tables of rows that are written at the end; they wait on disk."""
    if outlet is None:
        yield None
        return
    import pyarrow as pa  # late: start-up

    with tempfile.TemporaryDirectory(prefix="kpirules-") as folder:
        path = Path(folder) / "rows.arrow"
        writer: pa.RecordBatchFileWriter | None = None

        def every(table: pa.Table) -> None:
            nonlocal writer
            if writer is None:
                writer = pa.ipc.new_file(str(path), table.schema)
            writer.write_table(table)

        yield every
        if writer is not None:
            writer.close()
            with pa.memory_map(str(path)) as source:
                table = pa.ipc.open_file(source).read_all()
                stop(
                    write_table(
                        installed(), table, outlet.path, output=outlet.output, settings=outlet.settings
                    )
                )
                say(
                    f"{several(table.num_rows, 'row')} written to {outlet.path}",
                    f"已写入 {table.num_rows} 行到 {outlet.path}",
                )


def show(simulation: Simulation, ready: Ready) -> int:
    """Print or write the report; the exit status."""
    if ready.page is not None:
        stop(_written(simulation, ready.page.path))
        say(f"report written to {ready.page.path}", f"报告已写入 {ready.page.path}")
    elif ready.asked.form == "json":
        click.echo(_json(simulation), nl=False)
    else:
        from kpirules.cli.simulated import report  # late: wrong usage should be told at once

        report(simulation)
    return 0 if simulation.within_budget else ERRORS


def _written(simulation: Simulation, path: str) -> tuple[Diagnostic, ...]:
    """The report as a file, a page or JSON by its ending; what went wrong."""
    if path.lower().endswith(_PAGES):
        from kpirules.outputs.html.simulation.page import write_simulation  # late: only a page needs Jinja2

        return write_simulation(simulation, path, language())
    text = _json(simulation)

    def write(file: BinaryIO) -> None:
        file.write(text.encode())

    return replace_file(path, write)


def _json(simulation: Simulation) -> str:
    from kpirules.cli.simulation_json import as_record  # late: wrong usage should be told at once

    return json.dumps(as_record(simulation), ensure_ascii=False, indent=2) + "\n"
