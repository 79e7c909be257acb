"""What a run was given, as files of its archive and back: project, policy, calendar days, and every table as it was read.

A table that is read back has the same rows with the same numbers in the same files as the adapter gave them, so that
`facts.build` makes the same facts of it, without the source. What the source said of single rows is not kept in it: an
error would have stopped the run, and the rest stands in the run's notes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Annotated

import numpy as np
import pyarrow as pa
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from kpirules import periods
from kpirules.periods import Period
from kpirules.plugin import Part, SourceTable
from kpirules.plugin.columns import is_settled
from kpirules.records.manifest import canonical
from kpirules.records.parquet import Unfit

#: The project file's name in an archive, and what it is called there in messages.
PROJECT = "kpirules.toml"
CALENDAR = "calendar.csv"
GIVEN = "given.json"
#: More than any description of tables is long.
MOST_BYTES = 64 << 20


@dataclass(frozen=True, slots=True)
class Given:
    """What a run was given. project: the project file's text. policy: the texts of its files by path, its own first.

    corrections: tables of corrections of facts, in the order in which they were made.
    """

    period: Period
    project: str
    policy: Mapping[str, str]
    tables: Mapping[str, SourceTable]
    calendar: str | None = None
    corrections: tuple[SourceTable, ...] = ()


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class _Text(_Record):
    file: str
    path: str


class _Part(_Record):
    start: Annotated[int, Field(ge=0)]
    path: str
    sheet: str | None


class _Table(_Record):
    """A table's file and where its rows stand. first: the number of the first row; None: `numbers` of each, in the table."""

    name: str
    file: str
    path: str
    sheet: str | None
    header: list[str]
    adapter: str | None
    query: str | None
    first: int | None
    numbers: str | None
    parts: list[_Part]


class _Given(_Record):
    period: str
    policy: Annotated[list[_Text], Field(min_length=1)]
    tables: list[_Table]
    corrections: list[_Table]


@dataclass(frozen=True, slots=True)
class Described:
    """The files of what was given: texts as bytes, tables as Arrow tables, by path in the archive."""

    texts: Mapping[str, bytes]
    tables: Mapping[str, pa.Table]


def described(given: Given) -> Described:
    """The files that hold what was given."""
    texts = {PROJECT: given.project.encode()}
    if given.calendar is not None:
        texts[CALENDAR] = given.calendar.encode()
    policy: list[_Text] = []
    for number, (path, text) in enumerate(given.policy.items(), 1):
        file = f"policy/{number}-{_plain(PurePath(path).stem)}.kpi"
        texts[file] = text.encode()
        policy.append(_Text(file=file, path=path))
    tables: dict[str, pa.Table] = {}
    lines: list[_Table] = []
    for number, (name, one) in enumerate(given.tables.items(), 1):
        line = _line(name, f"tables/{number}-{_plain(name)}.parquet", one)
        tables[line.file] = _with_numbers(one, line)
        lines.append(line)
    corrections: list[_Table] = []
    for number, one in enumerate(given.corrections, 1):
        line = _line("corrections", f"corrections/{number}.parquet", one)
        tables[line.file] = _with_numbers(one, line)
        corrections.append(line)
    whole = _Given(period=str(given.period), policy=policy, tables=lines, corrections=corrections)
    texts[GIVEN] = canonical(whole.model_dump(mode="json"))
    return Described(texts, tables)


def _plain(name: str) -> str:
    """A name as a part of a file's: nothing where it has other characters than every file system knows."""
    return name if name.isascii() and name.replace("_", "").replace("-", "").isalnum() else "x"


def _line(name: str, file: str, one: SourceTable) -> _Table:
    assert one.table is not None
    numbered = not isinstance(one.rows, int)
    numbers = "row"
    while numbered and numbers in one.table.column_names:
        numbers = f"#{numbers}"
    return _Table(
        name=name,
        file=file,
        path=one.path,
        sheet=one.sheet,
        header=list(one.header),
        adapter=one.adapter,
        query=one.query,
        first=one.rows if isinstance(one.rows, int) else None,
        numbers=numbers if numbered else None,
        parts=[_Part(start=part.start, path=part.path, sheet=part.sheet) for part in one.parts],
    )


def _with_numbers(one: SourceTable, line: _Table) -> pa.Table:
    assert one.table is not None
    bare = one.table.replace_schema_metadata(None)
    if line.numbers is None:
        return bare
    return bare.add_column(0, line.numbers, pa.array(one.row_numbers(), pa.int64()))


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What stands in `given.json`, checked: which files hold what. Tables are read one by one."""

    period: Period
    policy: Mapping[str, str]
    _tables: tuple[_Table, ...]
    _corrections: tuple[_Table, ...] = field(default=())

    @property
    def files(self) -> Iterator[tuple[str, str, bool]]:
        """Name and file of every table, and whether it is one of corrections."""
        yield from ((one.name, one.file, False) for one in self._tables)
        yield from ((one.name, one.file, True) for one in self._corrections)

    def source(self, file: str, table: pa.Table) -> SourceTable:
        """The table of a file as the adapter gave it. Raises Unfit where it is not that table."""
        line = next(one for one in (*self._tables, *self._corrections) if one.file == file)
        return _source(line, table)


def read_given(written: bytes) -> Snapshot:
    """What `given.json` says. Raises Unfit where it is not what an archive holds."""
    try:
        found = _Given.model_validate_json(written)
    except (ValidationError, ValueError, RecursionError):
        raise Unfit("it does not say what a run was given", "其中没有说明运行的输入") from None
    period = periods.parse(found.period)
    if period is None:
        raise Unfit(f'"{found.period}" is no period', f"“{found.period}”不是周期")
    names = [one.name for one in found.tables]
    files = [one.file for one in found.policy] + [one.file for one in (*found.tables, *found.corrections)]
    paths = [one.path for one in found.policy]
    if any(len(set(one)) < len(one) for one in (names, files, paths)):
        raise Unfit("it names something twice", "有重复的名称")
    policy = {one.path: one.file for one in found.policy}
    return Snapshot(period, policy, tuple(found.tables), tuple(found.corrections))


def _source(line: _Table, table: pa.Table) -> SourceTable:
    rows: int | np.ndarray[tuple[int], np.dtype[np.int64]] = 1
    if line.first is not None and line.numbers is None:
        rows = line.first
    elif line.numbers is not None and line.first is None:
        if table.column_names[:1] != [line.numbers] or table.schema.types[0] != pa.int64():
            raise Unfit("it lacks the numbers of its rows", "缺少行号")
        if table[line.numbers].null_count:
            raise Unfit("it lacks the numbers of some rows", "部分行缺少行号")
        rows = table[line.numbers].to_numpy()
        table = table.select(range(1, table.num_columns))
    else:
        raise Unfit("it does not say how its rows are numbered", "没有说明行号")
    names = table.column_names
    if len(set(names)) < len(names) or not all(is_settled(one) for one in table.schema.types):
        raise Unfit("its columns are not those of a table that a source gives", "其列不是数据源的表所应有的")
    starts = [part.start for part in line.parts]
    if starts and (starts[0] != 0 or sorted(set(starts)) != starts or starts[-1] >= max(1, table.num_rows)):
        raise Unfit("its rows do not stand in the files that are named", "各行所在的文件与所列不符")
    parts = tuple(Part(one.start, one.path, one.sheet) for one in line.parts)
    return SourceTable(
        line.path,
        line.sheet,
        tuple(line.header),
        table.replace_schema_metadata(None),
        rows,
        (),
        line.adapter,
        line.query,
        parts,
    )
