"""The project file `kpirules.toml`: which ruleset, parameters, tables and calendar belong together.

    [project]
    ruleset = "policy.kpi"

    [parameters]
    allowance = 3
    target = "95%"

    [inputs]                                  # the table of inputs; columns may be bound as below
    path = "inputs.xlsx"
    sheet = "2026"                            # what the project does not know itself is a setting of the adapter

    [data.tickets]                            # a data set of the ruleset, or `staff`
    path = "incidents.csv.gz"                 # relative to this file
    adapter = "csv"                           # by the file's ending, if not given
    missing = ["?", "-"]                      # besides empty cells
    date_format = "day first"                 # ISO, if not given; never guessed
    timezone = "Asia/Shanghai"                # for moments that carry a zone
    one_row_per = "number"                    # several rows of one case: the last holds its state
    latest_by = "sys_updated_at"              # last by this column; by the order of rows, if not given
    id = "number"                             # what names a record in evidence
    where = { contact_type = ["Phone"] }      # only these rows

    [data.tickets.columns]                    # name in the ruleset = title in the file
    opened = "opened_at"
    spent  = { column = "Minutes", unit = "min", missing = ["n/a"], date_format = "month first" }

    [calendar]
    overrides = "days.csv"

    [output.hr]                               # a place for results: `kpirules report -o hr`
    path = "reports/{period}.xlsx"            # relative to this file; {period}, {run}, {policy} of the run
    output = "xlsx"                           # by the ending, if not given; other keys are settings of the output

    [run]                                     # official runs: see `run_section`
    archive = "archive"

Takes text and gives values; reads no file.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import PurePath
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from kpirules.diagnostics import Diagnostic, Problem, Span, Words, in_order, nearest
from kpirules.facts import problems
from kpirules.facts.amounts import DURATIONS
from kpirules.facts.bindings import INPUTS, PLAIN, Binding, Bound, CellRules
from kpirules.facts.dateformat import date_format
from kpirules.facts.run_section import (
    BlockPart,
    Limit,
    Limits,
    RunPart,
    RunSection,
    limit,
    unknown_outputs,
)
from kpirules.facts.targets import Target, target
from kpirules.periods import Period, parse, periods_between

Plain = str | bool | int | Decimal


@dataclass(frozen=True, slots=True)
class Setting:
    """A parameter's value as the text that one would write after `--set NAME=`, and where it stands."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class TableSource:
    """Where a table comes from, and how it is bound. path: None where the command line must give it.

    settings: for the adapter, as they stand in the file.
    """

    path: str | None
    adapter: str | None
    settings: Mapping[str, object]
    binding: Binding
    span: Span


@dataclass(frozen=True, slots=True)
class Project:
    """A project file, its paths made relative to the working folder. tables: by name, `inputs` and `staff` among them.

    outputs: by name.
    periods: those that are scored unless others are asked for; None: all.
    """

    path: str
    ruleset: str | None = None
    parameters: Mapping[str, Setting] = field(default_factory=dict)
    tables: Mapping[str, TableSource] = field(default_factory=dict)
    overrides: str | None = None
    periods: tuple[Period, ...] | None = None
    outputs: Mapping[str, Target] = field(default_factory=dict)
    run: RunSection = field(default_factory=RunSection)


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, arbitrary_types_allowed=True)


class _Column(_Part):
    column: str | None = None
    date_format: str | None = None
    unit: str | None = None
    timezone: str | None = None
    missing: str | list[Plain] | None = None


class _Table(_Part):
    # Any other key is a setting of the adapter, which checks it.
    model_config = ConfigDict(extra="allow", strict=True, arbitrary_types_allowed=True)

    path: str | None = None
    adapter: str | None = None
    missing: str | list[Plain] | None = None
    date_format: str | None = None
    timezone: str | None = None
    unit: str | None = None
    one_row_per: str | None = None
    latest_by: str | None = None
    id: str | None = None
    period: str | None = None
    where: dict[str, Plain | list[Plain]] = Field(default_factory=dict)
    columns: dict[str, str | _Column] = Field(default_factory=dict)


class _Output(_Part):
    # Any other key is a setting of the output, which checks it.
    model_config = ConfigDict(extra="allow", strict=True, arbitrary_types_allowed=True)

    path: str | None = None
    output: str | None = None


class _Project(_Part):
    ruleset: str | None = None
    periods: str | None = None


class _Calendar(_Part):
    overrides: str | None = None


class _File(_Part):
    project: _Project = Field(default_factory=_Project)
    parameters: dict[str, Plain | date] = Field(default_factory=dict)
    inputs: _Table | None = None
    data: dict[str, _Table] = Field(default_factory=dict)
    calendar: _Calendar = Field(default_factory=_Calendar)
    output: dict[str, _Output] = Field(default_factory=dict)
    run: RunPart = Field(default_factory=RunPart)


_PLAIN = Words("a text, a number, true or false", "文本、数字、true 或 false")
_TITLE = Words('a title in quotes, or { column = "title" }', '带引号的列名，或 { column = "列名" }')
_LIST = Words('a text, or a list such as ["?"]', '文本，或列表，如 ["?"]')
_TEXT = Words("a text in quotes", "带引号的文本")
_NAMES = Words('a list of names, such as ["hr"]', '名称列表，如 ["hr"]')
_SHARE = Words('a share such as "20%"', '比例，如 "20%"')
_YES = Words("true or false", "true 或 false")
_SECTION = Words("a section of its own", "一个小节")


def read_project(text: str, path: str) -> tuple[Project, tuple[Diagnostic, ...]]:
    """The project in the text of a file at `path`, and everything wrong with it; what is wrong is left out."""
    lines = _Lines(text, path)
    try:
        content = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as wrong:
        return Project(path), (_not_toml(wrong, lines),)
    try:
        file = _File.model_validate(content)
    except ValidationError as wrong:
        return Project(path), in_order(_wrong(wrong, lines))
    work = _Reading(lines, PurePath(path).parent)
    return work.project(file), in_order(work.told)


class _Lines:
    """Where the keys of a TOML text stand: an approximation that is right for files as people write them."""

    def __init__(self, text: str, path: str) -> None:
        self.path = path
        self.lines = text.splitlines() or [""]
        self.found: dict[tuple[str, ...], Span] = {}
        section: tuple[str, ...] = ()
        for number, line in enumerate(self.lines, 1):
            head = re.match(r"\s*\[\s*([^\[\]]+?)\s*\]", line)
            key = re.match(r"\s*((?:[^\s=\"'#\[\]{}]+|\"[^\"]*\"|'[^']*'))\s*=", line)
            if head:
                section = _keys(head[1])
                self._note(section, number, head.start(1), head.end(1))
            elif key:
                self._note(section + _keys(key[1]), number, key.start(1), key.end(1))

    def _note(self, keys: tuple[str, ...], line: int, start: int, end: int) -> None:
        for length in range(1, len(keys) + 1):
            self.found.setdefault(keys[:length], Span(self.path, line, start + 1, line, end + 1))

    def span(self, keys: Iterable[str]) -> Span:
        """The place of the key, or of the nearest section around it."""
        wanted = tuple(keys)
        while wanted and wanted not in self.found:
            wanted = wanted[:-1]
        return self.found.get(wanted, Span(self.path, 1, 1, 1, len(self.lines[0]) + 1))


def _keys(written: str) -> tuple[str, ...]:
    parts = re.findall(r"\"([^\"]*)\"|'([^']*)'|([^\s.\"']+)", written)
    return tuple(a or b or c for a, b, c in parts)


def _not_toml(wrong: tomllib.TOMLDecodeError, lines: _Lines) -> Diagnostic:
    said = str(wrong)
    at = re.search(r"\(at line (\d+), column (\d+)\)", said)
    line, column = (int(at[1]), int(at[2])) if at else (len(lines.lines), 1)
    reason = said[: at.start()].strip() if at else re.sub(r"\s*\(at end of document\)", "", said)
    return problems.NOT_TOML.at(Span(lines.path, line, column, line, column + 1), said=reason)


def _wrong(wrong: ValidationError, lines: _Lines) -> list[Diagnostic]:
    """What pydantic found, in our words, once for every key."""
    told: dict[tuple[str, ...], Diagnostic] = {}
    for error in sorted(wrong.errors(), key=lambda one: -len(_real(one["loc"]))):
        keys = _real(error["loc"])
        # A union is wrong in each of its members; what is wrong deeper inside says more.
        if not any(other[: len(keys)] == keys for other in told):
            told[keys] = _one_wrong(keys, error["type"], lines)
    return list(told.values())


def _real(place: tuple[int | str, ...]) -> tuple[str, ...]:
    """The keys of a place: pydantic also names the members of unions and the places in lists."""
    keys = tuple(str(part) for part in place)
    if keys[:1] == ("parameters",):
        return keys[:2]
    if keys[:2] == ("run", "block"):
        return keys[:3]
    if keys[:1] == ("run",):
        return keys[:2]
    start = 2 if keys[:1] in (("data",), ("output",)) else 1
    match keys[start : start + 1]:
        case ("missing",):
            return keys[: start + 1]
        case ("where",):
            return keys[: start + 2]
        case ("columns",) if keys[start + 2 : start + 3] == ("_Column",):
            return keys[: start + 2] + keys[start + 3 : start + 4]
        case ("columns",):
            return keys[: start + 2]
        case _:
            return keys


def _one_wrong(keys: tuple[str, ...], kind: str, lines: _Lines) -> Diagnostic:
    *above, key = keys
    section = f"[{'.'.join(above)}]" if above else Words("the project file", "项目文件")
    if kind == "extra_forbidden":
        known = _known(tuple(above))
        return problems.UNKNOWN_KEY.at(
            lines.span(keys), suggestion=nearest(key, known), key=key, section=section, known=", ".join(known)
        )
    if kind in ("dict_type", "model_type", "model_attributes_type") and above[-1:] != ["columns"]:
        what = _SECTION
    elif above[:1] == ["run"]:
        what = _YES if key == "sources" else _SHARE if above[1:] else _NAMES if key == "outputs" else _TEXT
    elif key == "missing":
        what = _LIST
    elif above[-1:] == ["columns"]:
        what = _TITLE
    else:
        what = _PLAIN if above[-1:] in (["parameters"], ["where"]) else _TEXT
    return problems.WRONG_VALUE.at(lines.span(keys), key=key, section=section, what=what)


def _known(section: tuple[str, ...]) -> list[str]:
    models: dict[tuple[str, ...], type[BaseModel]] = {
        (): _File,
        ("project",): _Project,
        ("calendar",): _Calendar,
        ("run",): RunPart,
        ("run", "block"): BlockPart,
    }
    return list(models.get(section, _Column).model_fields)


class _Reading:
    """Turns the checked structure into bindings; what values mean is checked here."""

    def __init__(self, lines: _Lines, folder: PurePath) -> None:
        self.lines = lines
        self.folder = folder
        self.told: list[Diagnostic] = []

    def project(self, file: _File) -> Project:
        tables = {} if file.inputs is None else {INPUTS: self._table(file.inputs, (INPUTS,))}
        tables |= {name: self._table(table, ("data", name)) for name, table in file.data.items()}
        return Project(
            self.lines.path,
            self._path(file.project.ruleset),
            {
                name: Setting(_text(value), self.lines.span(("parameters", name)))
                for name, value in file.parameters.items()
            },
            tables,
            self._path(file.calendar.overrides),
            self._periods(file.project.periods),
            self._outputs(file.output),
            self._run(file),
        )

    def _run(self, file: _File) -> RunSection:
        part, default = file.run, Limits()
        if part.outputs is not None:
            self.told += unknown_outputs(part.outputs, file.output, self.lines.span(("run", "outputs")))
        outputs = None if part.outputs is None else tuple(dict.fromkeys(part.outputs))
        limits = Limits(
            self._limit(part.block.missing, default.missing, "missing"),
            self._limit(part.block.without_data, default.without_data, "without_data"),
            self._limit(part.block.change, default.change, "change"),
            part.block.sources,
        )
        return RunSection(self._path(part.archive), self._path(part.sign), outputs, limits)

    def _limit(self, written: str | Decimal | None, default: Limit, key: str) -> Limit:
        found = limit(written, default, key, self.lines.span(("run", "block", key)))
        if isinstance(found, Diagnostic):
            self.told.append(found)
            return default
        return found

    def _outputs(self, outputs: Mapping[str, _Output]) -> dict[str, Target]:
        found: dict[str, Target] = {}
        for name, one in outputs.items():
            settings = {key: self._setting(value) for key, value in (one.model_extra or {}).items()}
            span = self.lines.span(("output", name, "path"))
            made = target(name, one.path, self.folder, one.output, settings, span)
            if isinstance(made, Target):
                found[name] = made
            else:
                self.told.append(made)
        return found

    def _periods(self, written: str | None) -> tuple[Period, ...] | None:
        found = None if written is None else periods_between(written)
        if written is not None and not found:
            self._say(problems.NO_SUCH_PERIOD, ("project", "periods"), value=written)
        return found or None

    def _path(self, written: str | None) -> str | None:
        """A path beside the project file; an address such as `https://…` stays as it is."""
        if written is None or "://" in written:
            return written
        return str(self.folder / written)

    def _setting(self, value: object) -> object:
        """A setting of an adapter; the file of a secret lies beside the project file."""
        if isinstance(value, dict):
            if list(value) == ["file"] and isinstance(value["file"], str):
                return {"file": self._path(value["file"])}
            return {key: self._setting(one) for key, one in value.items()}
        return [self._setting(one) for one in value] if isinstance(value, list) else value

    def _table(self, table: _Table, place: tuple[str, ...]) -> TableSource:
        own = [name for name in _Table.model_fields if name != "period" or place == (INPUTS,)]
        for key in table.model_extra or {}:
            # Nearly a key of ours: the adapter would only say that it knows no such setting. A longer name that
            # begins as ours does (`period_from`), or a part of ours (`format`), is no slip of the pen.
            near = nearest(key, [name for name in own if name not in ("path", "id", "unit")])
            if near is not None and not key.startswith(f"{near}_") and not near.endswith(f"_{key}"):
                self._say(
                    problems.UNKNOWN_KEY,
                    (*place, key),
                    suggestion=near,
                    key=key,
                    section=f"[{'.'.join(place)}]",
                    known=", ".join(own),
                )
        if table.period is not None and parse(table.period) is None:
            self._say(problems.NO_SUCH_PERIOD, (*place, "period"), value=table.period)
        cells = self._cells(table, place, PLAIN)
        binding = Binding(
            columns={
                name: self._bound(name, column, (*place, "columns", name), cells)
                for name, column in table.columns.items()
            },
            cells=cells,
            one_row_per=table.one_row_per,
            latest_by=table.latest_by,
            id=table.id,
            where={title: _texts(wanted) for title, wanted in table.where.items()},
            period=table.period,
        )
        settings = {name: self._setting(value) for name, value in (table.model_extra or {}).items()}
        return TableSource(self._path(table.path), table.adapter, settings, binding, self.lines.span(place))

    def _bound(self, name: str, column: str | _Column, place: tuple[str, ...], cells: CellRules) -> Bound:
        if isinstance(column, str):
            return Bound(column, cells)
        return Bound(column.column or name, self._cells(column, place, cells))

    def _cells(self, part: _Table | _Column, place: tuple[str, ...], default: CellRules) -> CellRules:
        """How cells are read: what the part says, else the default. Markers of a column add to the table's."""
        format_, unit, zone = default.date_format, default.unit, default.timezone
        if part.date_format is not None:
            format_ = date_format(part.date_format)
            if format_ is None:
                self._say(problems.NO_FORMAT, (*place, "date_format"), value=part.date_format)
        if part.unit is not None:
            unit = part.unit
            if unit.strip().lower() not in DURATIONS:
                self._say(problems.NO_SUCH_UNIT, (*place, "unit"), value=unit)
        if part.timezone is not None:
            zone = part.timezone
            if not _is_zone(zone):
                self._say(problems.NO_ZONE, (*place, "timezone"), value=zone)
        missing = default.missing | frozenset(_texts(part.missing) if part.missing is not None else ())
        return CellRules(missing, format_, unit, zone)

    def _say(
        self, problem: Problem, place: tuple[str, ...], *, suggestion: str | None = None, **args: object
    ) -> None:
        self.told.append(problem.at(self.lines.span(place), suggestion=suggestion, **args))


def _texts(value: Plain | list[Plain]) -> tuple[str, ...]:
    return tuple(_text(one) for one in value) if isinstance(value, list) else (_text(value),)


def _text(value: Plain | date) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True
