"""`kpirules look`: what a source holds, and what to write into the project file to have it read."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import click

from kpirules.cli.terminal import ERRORS, heading, language, language_option, print_diagnostics, say, stop
from kpirules.cli.wording import Command, Misuse, both
from kpirules.diagnostics import Diagnostic, Words, width
from kpirules.plugin import Adapter, Description, Progress, SourceTable, describe, installed, read_table

if TYPE_CHECKING:
    from kpirules.facts.looks import Looks

_CHINESE = """\
查看数据源：有哪些表和列、各列像什么、前几行，以及应写入 kpirules.toml 的内容。

LOCATION 是文件、文件夹、模式（“tickets/2026-*.csv”）或地址。设置写作 --option 名称=值；密码写作
--option password=env:变量名 或 file:路径，不写在命令行上。

\b
kpirules look tickets.csv
kpirules look export/ --option period_from=name
kpirules look https://desk.example/api --adapter rest --option auth.token=env:DESK_TOKEN
"""
#: So many rows are looked at to tell what the columns are like.
_SAMPLE = 2000
_WIDEST = 32
_MOST_SHEETS = 20
_MOST_ACROSS = 8  # columns; of wider tables a line is a column
_KINDS = {
    "text": Words("text", "文本"),
    "boolean": Words("yes or no", "是否"),
    "number": Words("number", "数"),
    "ratio": Words("percent", "百分比"),
    "money": Words("money", "金额"),
    "date": Words("day", "日期"),
    "datetime": Words("moment", "时刻"),
    "duration": Words("duration", "时长"),
}


@click.command("look", cls=Command, chinese=_CHINESE)
@click.argument("location")
@click.option(
    "--adapter", help=both("What reads it, if not told by its ending.", "由哪个适配器读取；默认按后缀。")
)
@click.option(
    "--option",
    "options",
    multiple=True,
    metavar="NAME=VALUE",
    help=both("A setting of the adapter; may be repeated.", "适配器的设置；可重复。"),
)
@click.option(
    "--rows", type=click.IntRange(min=0), default=5, help=both("How many rows to show.", "显示多少行。")
)
@click.option("--name", help=both("What to call the table in kpirules.toml.", "在 kpirules.toml 中的表名。"))
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    help=both("How to print it.", "输出形式。"),
)
@language_option
def command(
    location: str, adapter: str | None, options: tuple[str, ...], rows: int, name: str | None, form: str
) -> None:
    """Look at a source: its tables and columns, what these are like, the first rows, and what to write into kpirules.toml.

    LOCATION is a file, a folder, a pattern ("tickets/2026-*.csv") or an address. A secret is given as
    --option password=env:NAME or file:PATH, never as it is.

    \b
    kpirules look tickets.csv
    kpirules look export/ --option period_from=name
    kpirules look https://desk.example/api --adapter rest --option auth.token=env:DESK_TOKEN
    """
    settings = settings_of(options)
    plugins = installed()
    chosen = plugins.adapter(location, adapter)
    if isinstance(chosen, Diagnostic):
        stop((*plugins.diagnostics, chosen))
        return
    described = describe(plugins, location, adapter=adapter, settings=settings)
    heard: list[Progress] = []
    found = read_table(
        plugins, location, adapter=adapter, settings=settings, watch=heard.append, most=max(rows, _SAMPLE)
    )
    findings = (*described.diagnostics, *found.diagnostics)
    if found.table is None:
        stop(findings)
        return
    whole = found.table.num_rows < _SAMPLE or (bool(heard) and heard[-1].done == 1.0)
    seen = _Seen(location, chosen, adapter, settings, described, found, _columns(found), name, whole)
    if form == "json":
        click.echo(json.dumps(_record(seen, rows), ensure_ascii=False, indent=2))
    else:
        _print(seen, rows)
    print_diagnostics(findings, {}, err=True)
    if any(one.is_error for one in findings):
        raise click.exceptions.Exit(ERRORS)


# Settings


def settings_of(options: Iterable[str]) -> dict[str, object]:
    """Settings as a project file would have them: `auth.token=env:NAME` is `auth = { token = { env = "NAME" } }`."""
    settings: dict[str, Any] = {}
    for one in options:
        path, equals, written = one.partition("=")
        keys = [key.strip() for key in path.split(".")]
        if not equals or not all(keys):
            raise Misuse(f'--option: write NAME=VALUE, not "{one}"', f"--option：请写 名称=值，而不是“{one}”")
        inner = settings
        for key in keys[:-1]:
            inner = inner.setdefault(key, {})
            if not isinstance(inner, dict):
                raise Misuse(f'--option: "{path}" is given twice', f"--option：“{path}”给了两次")
        if keys[-1] in inner:
            raise Misuse(f'--option: "{path}" is given twice', f"--option：“{path}”给了两次")
        inner[keys[-1]] = _value(written)
    return settings


def _value(written: str) -> object:
    """What TOML would make of the text; text that TOML does not know is text."""
    way, colon, where = written.partition(":")
    if colon and way in ("env", "file") and where:
        return {way: where}
    try:
        return tomllib.loads(f"value = {written}")["value"]
    except (tomllib.TOMLDecodeError, KeyError):
        return written


# What was seen


@dataclass(frozen=True, slots=True)
class _Seen:
    """A source: how it was asked for, what it says of itself, some rows of it, and what its columns look like.

    called: the name that the user wants for the table. whole: all its rows were looked at.
    """

    location: str
    adapter: Adapter[Any]
    named: str | None
    settings: Mapping[str, object]
    described: Description
    found: SourceTable
    looks: Mapping[str, Looks]
    called: str | None
    whole: bool

    @property
    def name(self) -> str:
        """What the table is called in the project file."""
        if self.called:
            return self.called
        path = self.location.split("?")[0].rstrip("/*")
        stem = re.split(r"[*?\[]", PurePath(path).name)[0].split(".")[0]
        if not re.search(r"\w", stem):
            stem = PurePath(path).parent.name
        word = re.sub(r"\W+", "_", stem).strip("_").lower()
        return word if word and not word[0].isdigit() else "records"


def _columns(found: SourceTable) -> dict[str, Looks]:
    from kpirules.facts.looks import looks_of  # late: numpy and pyarrow

    table = found.table
    assert table is not None
    return {name: looks_of(table[name]) for name in table.column_names}


def _print(seen: _Seen, rows: int) -> None:
    heading(f"{seen.location}  ({seen.adapter.name}: {seen.adapter.description.read(language())})")
    if seen.found.query:
        click.echo(seen.found.query)
    _print_sheets(seen)
    click.echo()
    _print_table(_column_lines(seen), say_header=True)
    if rows and seen.found.table is not None and seen.found.table.num_rows:
        click.echo()
        _print_table(_row_lines(seen.found, rows), say_header=True)
    click.echo()
    say("To have it read, write into kpirules.toml:", "要读取它，请在 kpirules.toml 中写入：", err=False)
    click.echo()
    for line in section(seen):
        click.echo(line)


def _print_sheets(seen: _Seen) -> None:
    sheets = seen.described.sheets
    read = sheets[0] if sheets else None
    count = seen.found.table.num_rows if seen.found.table is not None else 0
    columns = len(seen.found.header)
    if read is not None and read.rows is not None:
        say(f"{read.rows} rows, {columns} columns", f"{read.rows} 行，{columns} 列", err=False)
    elif not seen.whole:
        say(
            f"{columns} columns; the first {count} rows were looked at",
            f"{columns} 列；查看了前 {count} 行",
            err=False,
        )
    else:
        say(f"{count} rows, {columns} columns", f"{count} 行，{columns} 列", err=False)
    if len(sheets) > 1:
        names = ", ".join(f"{one.name}" for one in sheets[:_MOST_SHEETS])
        key = "sheet" if "sheet" in seen.adapter.Options.model_fields else "table"
        say(
            f'tables: {names}; "{sheets[0].name}" is read, another one with --option {key}=NAME',
            f"表：{names}；读取的是“{sheets[0].name}”，其他表用 --option {key}=名称",
            err=False,
        )


def _column_lines(seen: _Seen) -> Iterator[tuple[str, ...]]:
    yield tuple(
        one.read(language())
        for one in (
            Words("column", "列"),
            Words("like", "像"),
            Words("filled", "有值"),
            Words("values", "值"),
        )
    )
    for title, looks in seen.looks.items():
        kind = _KINDS[looks.unit.value].read(language())
        filled = f"{looks.filled * 100 // looks.cells}%" if looks.cells else "-"
        yield title, kind, filled, ", ".join(_examples(seen.found, title))


def _examples(found: SourceTable, title: str, most: int = 3) -> list[str]:
    from kpirules.plugin.columns import as_text  # late: pyarrow

    assert found.table is not None
    texts = as_text(found.table[title].slice(0, 200)).to_pylist()
    return [_short(one) for one in dict.fromkeys(text for text in texts if text is not None)][:most]


def _row_lines(found: SourceTable, rows: int) -> Iterator[tuple[str, ...]]:
    from kpirules.plugin.columns import as_text  # late: pyarrow

    assert found.table is not None
    part = found.table.slice(0, rows)
    columns = [as_text(column).to_pylist() for column in part.columns]
    lines: list[tuple[str, ...]] = [(Words("row", "行").read(language()), *part.column_names)]
    for place in range(part.num_rows):
        file = found.file(place)
        number = str(found.row(place)) if file is None else f"{PurePath(file).name} {found.row(place)}"
        lines.append(
            (number, *("" if column[place] is None else _short(column[place]) for column in columns))
        )
    yield from lines if len(columns) <= _MOST_ACROSS else zip(*lines, strict=True)


def _short(text: str) -> str:
    plain = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    while width(plain) > _WIDEST:
        plain = plain[:-2].rstrip() + "…" if plain.endswith("…") else plain[:-1] + "…"
    return plain


def _print_table(lines: Iterable[Sequence[str]], *, say_header: bool) -> None:
    table = [[_short(cell) if place else cell for place, cell in enumerate(line)] for line in lines]
    widths = [max(width(line[place]) for line in table) for place in range(len(table[0]))]
    for number, line in enumerate(table):
        cells = (cell + " " * (wide - width(cell)) for cell, wide in zip(line, widths, strict=True))
        text = "  ".join(cells).rstrip()
        heading(text) if say_header and not number else click.echo(text)


# The section of the project file


def section(seen: _Seen) -> Iterator[str]:
    """What to write into the project file."""
    inputs = {"staff", "period"} <= set(seen.found.header) or {"员工", "周期"} <= set(seen.found.header)
    place = "inputs" if inputs and not seen.called else f"data.{_key(seen.name)}"
    yield f"[{place}]"
    yield f"path = {_toml(seen.location)}"
    if seen.named is not None:
        yield f"adapter = {_toml(seen.named)}"
    for key, value in seen.settings.items():
        yield f"{_key(key)} = {_toml(value)}"
    markers = dict.fromkeys(one for looks in seen.looks.values() for one in looks.missing)
    if markers:
        yield f"missing = {_toml([*markers])}"
    yield from _orders(seen)
    if any(looks.zoned for looks in seen.looks.values()):
        clock = Words(
            "moments here carry a zone: whose clock counts?", "此处的时刻带有时区：以哪里的时钟为准？"
        )
        yield f'timezone = "UTC"   # {clock.read(language())}'
    yield ""
    yield f"[{place}.columns]   # " + Words(
        "name in the policy = title in the file", "制度中的名称 = 文件中的列名"
    ).read(language())
    taken: set[str] = set()
    for title, looks in seen.looks.items():
        kind = _KINDS[looks.unit.value].read(language())
        yield f"# {_key(_identifier(title, taken))} = {_toml(title)}   # {kind}"


def _orders(seen: _Seen) -> Iterator[str]:
    """The order of days: as the cells show it, or, where they do not, a question."""
    asked = [looks.orders for looks in seen.looks.values() if looks.orders]
    if not asked:
        return
    fitting = [order for order in asked[0] if all(order in orders for orders in asked)]
    if len(fitting) == 1:
        yield f"date_format = {_toml(fitting[0])}"
        return
    if fitting:
        either = Words(
            "either fits what was read: find out which is right", "都符合所读内容：请弄清哪种正确"
        ).read(language())
        yield f"# date_format = {' | '.join(_toml(one) for one in fitting)}   # {either}"
        return
    each = Words(
        "differs: write NAME = { column = ..., date_format = ... } below", "各列不同：请在下面逐列写明"
    ).read(language())
    for title, looks in seen.looks.items():
        if looks.orders:
            yield f"# {title}: {' | '.join(looks.orders)}   # {each}"


def _identifier(title: str, taken: set[str]) -> str:
    """A name like the title that is not taken yet, and takes it."""
    word = re.sub(r"\W+", "_", title).strip("_").lower()
    plain = word if word.isidentifier() else f"column_{word}".rstrip("_")
    names = (plain, *(f"{plain}_{number}" for number in range(2, len(taken) + 3)))
    name = next(one for one in names if one not in taken)
    taken.add(name)
    return name


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _toml(name)


def _toml(value: object) -> str:
    """A value as TOML writes it."""
    match value:
        case Mapping():
            inner = ", ".join(f"{_key(str(key))} = {_toml(one)}" for key, one in value.items())
            return f"{{ {inner} }}"
        case list() | tuple():
            return f"[{', '.join(_toml(one) for one in value)}]"
        case bool():
            return "true" if value else "false"
        case int() | float():
            return repr(value)
        case str():
            return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
        case _:
            return str(value)


def _record(seen: _Seen, rows: int) -> dict[str, object]:
    from kpirules.plugin.columns import as_text  # late: pyarrow

    table = seen.found.table
    assert table is not None
    part = table.slice(0, rows)
    columns = {name: as_text(part[name]).to_pylist() for name in part.column_names}
    return {
        "location": seen.location,
        "adapter": seen.adapter.name,
        "query": seen.found.query,
        "tables": [
            {"name": one.name, "columns": list(one.columns), "rows": one.rows}
            for one in seen.described.sheets
        ],
        "columns": [
            {
                "name": title,
                "type": str(table.schema.field(title).type),
                "like": looks.unit.value,
                "missing": list(looks.missing),
                "date_formats": list(looks.orders),
                "cells": looks.cells,
                "filled": looks.filled,
            }
            for title, looks in seen.looks.items()
        ],
        "rows": [{name: columns[name][place] for name in columns} for place in range(part.num_rows)],
        "section": "\n".join(section(seen)),
    }
