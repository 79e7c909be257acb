"""`kpirules simulate OLD NEW`: what a change of policy does to people and to costs, before it is made."""

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
from kpirules.cli.policies import STDIN, read_valid, settings_of
from kpirules.cli.progress import step
from kpirules.cli.running import (
    Options,
    check_fitting,
    check_places,
    periods_of,
    project_of,
    rolled,
    rollup_option,
    run_options,
    tables_of,
    text_of,
)
from kpirules.cli.terminal import (
    ERRORS,
    UNUSABLE,
    language,
    language_option,
    print_diagnostics,
    say,
    several,
    stop,
    unreadable,
)
from kpirules.cli.wording import Command, Misuse, both
from kpirules.diagnostics import Diagnostic, Problems, nearest
from kpirules.engine import (
    Policy,
    Work,
    amount_limit,
    change_between,
    pilot_condition,
    score_matrix,
    score_rollup,
    simulate,
    supply,
    sweep_of,
)
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
    from kpirules.policy.piloting import Condition
    from kpirules.policy.simulating import Limit, Sweep
    from kpirules.policy.supplying import Supply

_RANGE = re.compile(
    r"(?P<name>[^=]+)=(?P<first>.+?)\.\.(?P<last>.+?)(?:\s+(?:step|步长|每)\s*(?P<step>.+))?", re.DOTALL
)
#: What the file of a page ends with.
_PAGES = (".html", ".htm")
_CHINESE = """\
模拟制度变更：在施行之前看清谁增谁减、为什么、花费多少。

给出新旧两份文件；或只给一份，用 --set 说明新的参数值。两份制度按同一份数据计分。报告：增减人数、分布、等级转移、名次、
每项金额的费用、各属性的情况、变动最大的人及原因，以及每处改动各自的作用（合计与总变化分毫不差）。

\b
kpirules simulate old.kpi new.kpi --data facts.csv -o report.html
kpirules simulate policy.kpi --set bonus_share=12% --data facts.csv --budget bonus=500000
kpirules simulate policy.kpi --sweep "allowance=0..5 step 1" --data facts.csv
kpirules simulate old.kpi new.kpi --data facts.csv --where '部门 = "北区"' --rows moves.csv
"""


@click.command("simulate", cls=Command, chinese=_CHINESE)
@partial(run_options, policy="OLD")
@click.argument("new", metavar="[NEW]", required=False, type=click.Path(path_type=Path))
@click.option(
    "--with",
    "shared",
    multiple=True,
    metavar="PARAM=VALUE",
    help=both("Set a parameter of both policies. May be repeated.", "设置两份制度共同的参数。可重复。"),
)
@click.option(
    "--where",
    "condition",
    metavar="CONDITION",
    help=both(
        "A pilot: the new policy applies where this holds, the old one elsewhere.",
        "试点：满足条件者适用新制度，其余仍按旧制度。",
    ),
)
@click.option(
    "--sweep",
    "sweeps",
    multiple=True,
    metavar='"PARAM=A..B step C"',
    help=both(
        "Try a parameter's values in the new policy. May be repeated.", "试取新制度某参数的各个值。可重复。"
    ),
)
@click.option(
    "--budget",
    "budgets",
    multiple=True,
    metavar="AMOUNT=SUM",
    help=both(
        "Say where an amount stays within a sum. May be repeated.", "指出某项金额在何处不超预算。可重复。"
    ),
)
@click.option(
    "--fail-over",
    "limits",
    multiple=True,
    metavar="AMOUNT=SUM",
    help=both("The same, and exit with 1 where it does not.", "同上，超出时以状态 1 结束。"),
)
@click.option(
    "--by",
    "by",
    multiple=True,
    metavar="COLUMN",
    help=both(
        "Another column of the staff or inputs table to break down by.", "另按员工表或输入表中的某列分组。"
    ),
)
@click.option(
    "--within",
    metavar="ATTRIBUTE",
    help=both("Tell ranks within the groups of this attribute, too.", "另按此属性分组比较名次。"),
)
@click.option(
    "--few",
    type=click.IntRange(1),
    default=5,
    help=both("Fewer records than this are few (default: 5).", "少于此数的记录算少（默认 5）。"),
)
@click.option(
    "--most",
    type=click.IntRange(1, 1000),
    default=20,
    help=both("How many of the largest moves to keep (default: 20).", "保留多少个最大变动（默认 20）。"),
)
@click.option(
    "--attribute",
    type=click.Choice(["auto", "all", "none"]),
    default="auto",
    help=both(
        "Work out what each edit does: where it is affordable, always, or never.",
        "计算每处改动的作用：负担得起时、总是、从不。",
    ),
)
@click.option(
    "--rows",
    metavar="FILE",
    help=both("Write every row, before and after, into a file.", "把每一行的前后结果写入文件。"),
)
@click.option(
    "-o",
    "--output",
    default="-",
    metavar="FILE",
    help=both(
        "A file for the report: .html, a page to read and to print, or .json; - prints.",
        "报告文件：.html 为可阅读、打印的网页，或 .json；- 表示打印。",
    ),
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    help=both("How to print it.", "输出形式。"),
)
@click.option(
    "--watch",
    is_flag=True,
    help=both(
        "Run again whenever a policy is saved; Ctrl-C ends.", "制度保存后自动重新运行；按 Ctrl-C 结束。"
    ),
)
@rollup_option
@language_option
def command(
    options: Options,
    new: Path | None,
    shared: tuple[str, ...],
    condition: str | None,
    sweeps: tuple[str, ...],
    budgets: tuple[str, ...],
    limits: tuple[str, ...],
    by: tuple[str, ...],
    within: str | None,
    few: int,
    most: int,
    attribute: str,
    rows: str | None,
    output: str,
    form: str,
    watch: bool,
    rollup: str | None,
) -> None:
    """Simulate a change of policy: who gains, who loses, why, and what it costs, before it is made.

    Give both files; or one, and say with --set what changes. Both are scored on the same data. The report has
    winners and losers, distributions, how grades move, ranks, the cost of every amount, all of it by staff attribute,
    the largest moves with their reason, and what each edit does, in parts that add up exactly.

    \b
    kpirules simulate old.kpi new.kpi --data facts.csv -o report.html
    kpirules simulate policy.kpi --set bonus_share=12% --data facts.csv --budget bonus=500000
    kpirules simulate policy.kpi --sweep "allowance=0..5 step 1" --data facts.csv
    kpirules simulate old.kpi new.kpi --data facts.csv --where 'department = "north"' --rows moves.csv
    """
    asked = Asked(
        options=replace(options, outputs=tuple(one for one in (output, rows) if one is not None)),
        new=options.ruleset if new is None else new,
        shared=shared,
        condition=condition,
        sweeps=sweeps,
        budgets=(*((one, False) for one in budgets), *((one, True) for one in limits)),
        by=by,
        within=within,
        few=few,
        most=most,
        attribute={"auto": None, "all": True, "none": False}[attribute],
        rows=rows,
        output=output,
        form=form,
        rollup=rollup,
    )
    if STDIN in (asked.new, options.ruleset):
        raise Misuse("give the policies as files", "请以文件给出制度")
    if condition is not None and rollup is not None:
        raise Misuse(
            "--where and --rollup: a pilot is simulated by the policy's own periods",
            "--where 与 --rollup：试点按制度自身的周期模拟",
        )
    if new is None and not (options.settings or sweeps or watch):
        raise Misuse(
            "give the new policy as a second file, or say with --set or --sweep what changes",
            "请以第二个文件给出新制度，或用 --set 或 --sweep 说明改动",
        )
    if watch:
        from kpirules.cli.watching import run_again  # late: only --watch needs it

        run_again(asked)
    ready = read(asked)
    with tempfile.TemporaryDirectory(prefix="kpirules-") as folder:
        found = run(ready, gathered(ready, folder))
    raise click.exceptions.Exit(show(found, ready))


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


def read(asked: Asked) -> Ready:
    """Both policies, read and checked, with everything that is said of them; ends the command with what is wrong."""
    options = asked.options
    project = project_of(options)
    shared, changed = settings_of(asked.shared), settings_of(options.settings)
    old = _policy(options.ruleset, shared, project)
    new = _policy(asked.new, shared | changed, project)
    assert old.ruleset is not None and new.ruleset is not None
    stop((*old.missing_settings(), *new.missing_settings()), {**old.sources, **new.sources})
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
    check_places([one for one in (rows,) if one], options, (old, new), project, tables_of(options.data))
    condition = None
    if asked.condition is not None:
        condition = pilot_condition(new, asked.condition)
        stop(condition.diagnostics, {**new.sources, "--where": condition.text})
    limits = tuple(_limit(one, fails, rolled(new.ruleset, asked.rollup)) for one, fails in asked.budgets)
    sweeps = tuple(_sweep(one, new) for one in asked.sweeps)
    return Ready(asked, project, old, new, periods, condition, sweeps, limits, page, rows)


def _policy(path: Path, typed: dict[str, str], project: Project | None) -> Policy:
    given = project.parameters if project is not None else {}
    settings = {name: one.text for name, one in given.items()} | typed
    places = {name: one.span for name, one in given.items()} | dict.fromkeys(typed)
    policy = read_valid(path, settings, places, {} if project is None else text_of(Path(project.path)))
    print_diagnostics(policy.diagnostics, policy.sources, err=True)
    return policy


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
    from kpirules.policy.simulating import Limit  # late: numpy

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
    from kpirules.policy.sweeping import Unfit  # late: numpy

    try:
        return sweep_of(policy, name, found["first"], found["last"], found["step"] or "1")
    except Unfit as unfit:
        raise Misuse(f"--sweep: {unfit.words.en}", f"--sweep：{unfit.words.zh}") from None
    except Problems as unfit:
        stop(unfit.diagnostics, policy.sources)
        raise click.exceptions.Exit(ERRORS) from None


def gathered(ready: Ready, folder: str) -> Supply:
    """The tables that both policies need, read once; ends the command with what is wrong. folder: for what memory does not hold."""
    from kpirules.policy.fewness import with_counts  # late: numpy
    from kpirules.policy.grouping import with_attributes

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
    from kpirules.policy.simulating import Wish  # late: numpy

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
    return found


def _tell(watch: Watch, done: int, rows: int) -> None:
    watch(Progress("", done, done / rows if rows else None))


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
    from kpirules.cli.simulated import report  # late: wrong usage should be told at once
    from kpirules.cli.simulation_json import as_record

    if ready.page is not None:
        stop(_written(simulation, ready.page.path))
        say(f"report written to {ready.page.path}", f"报告已写入 {ready.page.path}")
    elif ready.asked.form == "json":
        click.echo(json.dumps(as_record(simulation), ensure_ascii=False, indent=2))
    else:
        report(simulation)
    return 0 if simulation.within_budget else ERRORS


def _written(simulation: Simulation, path: str) -> tuple[Diagnostic, ...]:
    """The report as a file, a page or JSON by its ending; what went wrong."""
    if path.lower().endswith(_PAGES):
        from kpirules.outputs.html.simulation.page import write_simulation  # late: only a page needs Jinja2

        return write_simulation(simulation, path, language())
    from kpirules.cli.simulation_json import as_record  # late: wrong usage should be told at once

    text = json.dumps(as_record(simulation), ensure_ascii=False, indent=2) + "\n"

    def write(file: BinaryIO) -> None:
        file.write(text.encode())

    return replace_file(path, write)
