"""What commands that score share: their options, and the way from options to a policy and its facts."""

from __future__ import annotations

import functools
import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from kpirules.cli.outlets import Outlet, all_outlets, outlets_of, unfit
from kpirules.cli.policies import read_valid, settings_of
from kpirules.cli.progress import step
from kpirules.cli.terminal import UNUSABLE, language, say, several, stop, unreadable
from kpirules.cli.wording import Misuse, both
from kpirules.engine import Policy
from kpirules.gathering import Work, gather, open_project
from kpirules.model.rules import Ruleset
from kpirules.periods import Period, PeriodKind, containing, periods_between
from kpirules.plugin import installed, write_table

if TYPE_CHECKING:
    import pyarrow as pa

    from kpirules.facts.build import Facts
    from kpirules.facts.findings import Rejects
    from kpirules.facts.project import Project

PROJECT = "kpirules.toml"
#: A period of each kind, as Chinese says it.
PERIOD_WORDS = {
    PeriodKind.YEAR: "年度",
    PeriodKind.HALF: "半年",
    PeriodKind.QUARTER: "季度",
    PeriodKind.MONTH: "月份",
    PeriodKind.WEEK: "周",
    PeriodKind.DAY: "日",
}
_NAMED = re.compile(r"(?P<name>[^\W\d]\w*)=(?P<path>.+)", re.DOTALL)
_Decorated = TypeVar("_Decorated", bound=Callable[..., object])


def run_options(command: Callable[..., None], policy: str | None = None) -> Callable[..., None]:
    """The options by which a command finds policy, parameters, data and periods; the command gets them as `Options`, first.

    policy: what the argument for the policy is called.
    """

    @functools.wraps(command)
    def collected(
        ruleset: Path,
        data: tuple[str, ...],
        settings: tuple[str, ...],
        periods: str | None,
        project: Path | None,
        missing: tuple[str, ...],
        reject: Path | None,
        **others: object,
    ) -> None:
        command(Options(ruleset, data, settings, periods, project, missing, reject), **others)

    for option in reversed(
        (
            click.argument("ruleset", metavar=policy, type=click.Path(path_type=Path)),
            click.option(
                "--data",
                "data",
                multiple=True,
                metavar="[NAME=]FILE",
                help=both(
                    "The table of inputs (no NAME), a data set of the policy, or staff=FILE. May be repeated.",
                    "输入表（不写 NAME）、制度的数据集，或 staff=文件。可重复。",
                ),
            ),
            click.option(
                "--set",
                "settings",
                multiple=True,
                metavar="PARAM=VALUE",
                help=both("Set a parameter of the policy. May be repeated.", "设置制度的参数。可重复。"),
            ),
            click.option(
                "--periods",
                metavar="FROM..TO",
                help=both(
                    "Only these periods: 2026-Q1..2026-Q3, or 2026-07, or all of 2026.",
                    "只计这些周期：2026-Q1..2026-Q3，或 2026-07，或 2026 全年。",
                ),
            ),
            click.option(
                "--project",
                type=click.Path(path_type=Path),
                help=both(
                    "A project file that binds data (default: kpirules.toml beside the policy or here, if there is one).",
                    "绑定数据的项目文件（默认：制度旁边或当前文件夹里的 kpirules.toml，若有）。",
                ),
            ),
            click.option(
                "--missing",
                multiple=True,
                metavar="TEXT",
                help=both(
                    'A cell that means "no value", such as ? or N/A. May be repeated.',
                    "表示“没有值”的单元格内容，如 ? 或 N/A。可重复。",
                ),
            ),
            click.option(
                "--reject",
                type=click.Path(path_type=Path),
                metavar="FILE",
                help=both(
                    "Set rows with problems aside into FILE and go on.", "把有问题的行搁置到 FILE 并继续。"
                ),
            ),
        )
    ):
        collected = option(collected)
    return collected


rollup_option = click.option(
    "--rollup",
    metavar="KIND",
    help=both(
        "The results of a longer period that the policy rolls up to: year, half, quarter.",
        "制度所汇总的较长周期的结果：year、half、quarter。",
    ),
)


def rolled(rules: Ruleset, kind: str | None) -> Ruleset:
    """The rules by which results are published: those of the roll-up, where one is asked for."""
    if kind is None:
        return rules
    if kind not in rules.rollups:
        known = ", ".join(rules.rollups)
        hint = f"its roll-ups are {known}" if known else "it has no roll-up"
        hint_zh = f"其汇总有：{known}" if known else "它没有汇总"
        raise Misuse(
            f'--rollup: this policy does not roll up to "{kind}"; {hint}',
            f"--rollup：本制度没有“{kind}”的汇总；{hint_zh}",
        )
    return rules.rollups[kind].ruleset


@dataclass(frozen=True, slots=True)
class Options:
    """The options as given. outputs: where the command will write; `-` prints.

    everywhere: where nothing is named, it will write to every output of the project.
    """

    ruleset: Path
    data: tuple[str, ...]
    settings: tuple[str, ...]
    periods: str | None
    project: Path | None
    missing: tuple[str, ...]
    reject: Path | None
    outputs: tuple[str, ...] = ()
    everywhere: bool = False


@dataclass(frozen=True, slots=True)
class Ready:
    """A policy and its facts, ready to be scored, and where to write."""

    policy: Policy
    facts: Facts
    outlets: tuple[Outlet, ...] = ()


def prepare(options: Options, *, records: bool = True) -> Ready:
    """Read project, policy and data; ends the command with every finding where one is an error.

    records: whether single records will be asked for; without them, a source may count and add up itself.
    """
    project = project_of(options)
    given = project.parameters if project is not None else {}
    typed = settings_of(options.settings)
    settings = {name: one.text for name, one in given.items()} | typed
    wanted = periods_of(options.periods) or (project.periods if project is not None else None)
    places = {name: given[name].span if name in given else None for name in settings}
    places |= dict.fromkeys(typed)
    project_file = None if project is None else Path(project.path)
    policy = read_valid(options.ruleset, settings, places, text_of(project_file))
    assert policy.ruleset is not None
    check_fitting(wanted, policy.ruleset)
    tables = tables_of(options.data)
    stop((*policy.diagnostics, *policy.missing_settings()), policy.sources)
    outlets = outlets_of(options.outputs, project)
    if options.everywhere and not options.outputs:
        outlets = all_outlets(project)
        if not outlets:
            raise Misuse(
                "-o: say where to write, or declare an [output.NAME] in the project file",
                "-o：请指明写到哪里，或在项目文件中声明 [output.名称]",
            )
    check_outlets(outlets, options, (policy,), project, tables)
    work = Work(
        rules=policy.ruleset,
        tables=tables,
        project=project,
        periods=wanted,
        missing=options.missing,
        reject=options.reject is not None,
        records=records,
    )
    try:
        with step("reading the data", "读取数据") as watch:
            facts, found = gather(replace(work, watch=watch))
    except OSError as wrong:
        unreadable(str(wrong.filename), wrong)
        raise click.exceptions.Exit(UNUSABLE) from None
    stop(found, {**policy.sources} | text_of(project_file))
    if options.reject is not None:
        set_aside((facts.rejects,), options.reject)
    if not facts.matrix.asked.any():
        _nothing(options.periods)
    return Ready(policy, facts, outlets)


def project_of(options: Options) -> Project | None:
    """The project file named; or the one beside the policy, or here, unless it is another policy's."""
    path = options.project
    if path is None:
        near = (options.ruleset.parent / PROJECT, Path(PROJECT))
        path = next((one for one in near if one.is_file()), None)
    if path is None:
        return None
    try:
        project, found = open_project(path)
    except OSError as wrong:
        unreadable(str(path), wrong)
        raise click.exceptions.Exit(UNUSABLE) from None
    if options.project is None and not _is_of(project, options.ruleset):
        return None
    stop(found, text_of(path))
    return project


def _is_of(project: Project, policy: Path) -> bool:
    """Whether a project is for this policy, or does not say for which."""
    return project.ruleset is None or Path(project.ruleset).resolve() == policy.resolve()


def text_of(path: Path | None) -> dict[str, str]:
    try:
        return {} if path is None else {str(path): path.read_text(encoding="utf-8", errors="replace")}
    except OSError:
        return {}


def tables_of(data: Sequence[str]) -> dict[str, str]:
    """Locations by table name; a location without a name is the table of inputs."""
    found: dict[str, str] = {}
    for one in data:
        named = None if Path(one).exists() else _NAMED.fullmatch(one)
        name, location = (named["name"], named["path"]) if named else ("inputs", one)
        if location == "-":
            raise Misuse(
                "--data: give a file; data is not read from standard input",
                "--data：请给出文件；数据不从标准输入读取",
            )
        if name in found:
            hint = "; write NAME=FILE for a data set" if named is None else ""
            hint_zh = "；数据集请写 名称=文件" if named is None else ""
            raise Misuse(f'--data: "{name}" is given twice{hint}', f"--data：“{name}”给了两次{hint_zh}")
        found[name] = location
    return found


def periods_of(text: str | None) -> tuple[Period, ...] | None:
    if text is None:
        return None
    found = periods_between(text)
    if not found:
        raise Misuse(
            f'--periods: "{text}" is not a period (2026-07) or a range (2026-Q1..2026-Q3)',
            f"--periods：“{text}”不是周期（2026-07）或范围（2026-Q1..2026-Q3）",
        )
    return found


def check_fitting(wanted: Sequence[Period] | None, rules: Ruleset) -> None:
    """Periods shorter than the policy's hold none of its periods: asking for them is a mistake."""
    kind = PeriodKind(rules.period)
    for one in wanted or ():
        first = containing(one.first, kind)
        if first not in one and first.next() not in one:
            raise Misuse(
                f"--periods: {one} holds no whole {kind}, and this policy scores by {kind} ({first})",
                f"--periods：{one} 里没有完整的{PERIOD_WORDS[kind]}，而本制度按{PERIOD_WORDS[kind]}计分（{first}）",
            )


def check_outlets(
    outlets: Sequence[Outlet],
    options: Options,
    policies: Sequence[Policy],
    project: Project | None,
    tables: Mapping[str, str],
) -> None:
    """See to it before any work that what will be written has a format, and does not overwrite what is read."""
    places = [*outlets, *(() if options.reject is None else (Outlet("--reject", str(options.reject)),))]
    check_places(places, (*(path for one in policies for path in one.sources), *tables.values()), project)
    if places:
        stop(unfit(places))


def check_places(places: Sequence[Outlet], sources: Sequence[str], project: Project | None) -> None:
    """See to it that what will be written overwrites neither what is read nor each other. sources: besides the project's."""
    whole = list(sources)
    if project is not None:
        whole += [project.path, *(one.path for one in project.tables.values() if one.path is not None)]
    read = {os.path.realpath(one) for one in whole}
    written: set[str] = set()
    for one in places:
        real = os.path.realpath(one.path)
        if not one.file:
            continue  # a database may be read as well, and takes several outputs
        if real in read:
            raise Misuse(
                f"{one.path} is read by this run and would be overwritten",
                f"{one.path} 是本次要读取的文件，不能覆盖",
            )
        if real in written:
            raise Misuse(f"{one.path} is given for two outputs", f"{one.path} 同时用于两个输出")
        written.add(real)
        for folder in whole:
            if _lies_in(one.path, folder):
                raise Misuse(
                    f"{one.path} lies among the files of {folder}, which are read as one table: the next run would read it too",
                    f"{one.path} 位于 {folder} 的文件之中，而这些文件作为一张表读取：下次运行会把它也读进去",
                )


def _lies_in(path: str, source: str) -> bool:
    """Whether a file would be among those of a folder or a pattern."""
    inside, whole = os.path.realpath(path), os.path.realpath(source)
    return inside.startswith(whole + os.sep) if os.path.isdir(source) else fnmatch(inside, whole)


def _nothing(asked: str | None) -> None:
    """Say that there is no row to score."""
    if asked is None:
        say("kpirules: the data has no row to score", "kpirules：数据中没有可计分的行")
    else:
        say(f"kpirules: the data has no row in {asked}", f"kpirules：数据中没有 {asked} 的行")


def set_aside(rejects: Sequence[Rejects], path: Path) -> None:
    """Write the rows that were set aside, each once, and say how many."""
    tables = [one.table(language()) for one in rejects]
    table = tables[0] if len(tables) == 1 else _once(tables)
    stop(write_table(installed(), table, str(path)))
    # a row with several problems stands there several times
    count = len(rejects[0]) if len(rejects) == 1 else _places(table)
    say(f"{several(count, 'row')} set aside into {path}", f"{count} 行已搁置到 {path}")


def _once(tables: Sequence[pa.Table]) -> pa.Table:
    """The rows of tables of the same columns, without those that an earlier one has."""
    import pyarrow as pa  # late: only rows that several policies set aside need it

    rows = [tuple(row.items()) for table in tables for row in table.to_pylist()]
    return pa.Table.from_pylist([dict(row) for row in dict.fromkeys(rows)], schema=tables[0].schema)


def _places(table: pa.Table) -> int:
    """How many rows of sources a table of rejects is about."""
    return len({tuple(row[name] for name in ("table", "file", "sheet", "row")) for row in table.to_pylist()})
