"""Folders and patterns as one table: every file read by the adapter of its ending, their rows one after another.

Columns go by name and their types are united; a row's place is its own file. Knows no format of files.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from kpirules.adapters.file_problems import (
    COLUMN_TAKEN,
    LACKS_COLUMN,
    LEFT_OUT,
    NO_FORMAT_FITS,
    SETTING_FOR_NONE,
    TYPES_DIFFER,
)
from kpirules.adapters.folder_choice import chosen_files
from kpirules.adapters.folder_files import Listed, list_files
from kpirules.adapters.options import FolderOptions
from kpirules.diagnostics import Cell, Diagnostic, nearest
from kpirules.plugin import (
    Adapter,
    Chunk,
    DataRequest,
    Description,
    Plugins,
    SheetInfo,
    Source,
    called,
    check_settings,
    installed,
)
from kpirules.plugin.columns import as_text
from kpirules.plugin.findings import Findings
from kpirules.plugin.secrets import Secrets

_NAMED = 5  # files that a finding lists
_TEXT = pa.string()


@dataclass(frozen=True, slots=True)
class _Part:
    """One file, opened. made: the columns that its name gives, with their one value."""

    file: Listed
    source: Source
    made: Mapping[str, str | None]


def describe(location: str, options: FolderOptions) -> Description:
    """The columns of all files together; each file is described by its own adapter."""
    files = list_files(location, options.files)
    if isinstance(files, Diagnostic):
        return Description((), (files,))
    choice = chosen_files(files, options, None, None, ())
    readers = _readers(location, choice.files, options)
    findings = [*choice.diagnostics, *readers.diagnostics]
    names: dict[str, None] = {}
    rows: int | None = 0
    for file, adapter, settings in readers.each:
        found = adapter.describe(file.path, settings)
        findings += found.diagnostics
        if found.sheets:
            names |= dict.fromkeys((*found.sheets[0].columns, *choice.made(file)))
            more = found.sheets[0].rows
            rows = None if rows is None or more is None else rows + more
    sheets = (SheetInfo(None, tuple(names), rows),) if names else ()
    return Description(sheets, _gathered(location, findings, readers.secrets))


def read(request: DataRequest[FolderOptions]) -> Source:
    location, options = request.location, request.options
    files = list_files(location, options.files)
    if isinstance(files, Diagnostic):
        return Source.refused(location, files)
    choice = chosen_files(files, options, request.period, request.staff, request.where)
    readers = _readers(location, choice.files, options)
    findings = [*choice.diagnostics, *readers.diagnostics]
    parts: list[_Part] = []
    for file, adapter, settings in readers.each:
        made = choice.made(file)
        source = _open(adapter, replace(request, location=file.path, options=settings), made)
        findings += source.diagnostics
        taken = set(made) & set(source.header) & {options.period_column} if options.period_from else set()
        findings += (COLUMN_TAKEN.at(Cell(file.path, column=n), path=file.path, column=n) for n in taken)
        if source.schema is not None:
            parts.append(_Part(file, source, made))
    if not parts:
        return Source.refused(location, *_gathered(location, findings, readers.secrets))
    header = tuple(dict.fromkeys(name for part in parts for name in (*part.source.header, *part.made)))
    findings += _lacking(parts, header, request, options)
    schema, notes = _united(parts, [name for name in header if request.wants(name)])
    findings += notes
    chunks = _chunks(location, parts, schema, readers.secrets)
    told = _gathered(location, findings, readers.secrets)
    return Source(location, None, header, schema, chunks, told, choice.query)


# Who reads what


@dataclass(frozen=True, slots=True)
class _Readers:
    """secrets: those among the settings; what the files' adapters say must not hold them."""

    each: tuple[tuple[Listed, Adapter[Any], Any], ...]
    diagnostics: tuple[Diagnostic, ...]
    secrets: Secrets


def _readers(location: str, files: Sequence[Listed], options: FolderOptions) -> _Readers:
    """Each file with its adapter and that one's settings; what is said of those that have none."""
    plugins = installed()
    given = options.for_files()
    secrets = Secrets()
    findings: list[Diagnostic] = []
    strange: list[Listed] = []
    used: dict[str, Adapter[Any]] = {}
    settings: dict[str, Any] = {}
    each: list[tuple[Listed, Adapter[Any], Any]] = []
    for file in files:
        adapter = plugins.adapter(file.path, options.read_as)
        if isinstance(adapter, Diagnostic):
            if options.read_as is not None:
                return _Readers((), (adapter,), secrets)
            strange.append(file)
            continue
        if adapter.name not in used:
            used[adapter.name] = adapter
            own = {name: value for name, value in given.items() if name in adapter.Options.model_fields}
            if options.called is not None:
                own = called(adapter, own, options.called)
            settings[adapter.name], wrong = check_settings(adapter, own, None, secrets)
            findings += wrong
        if settings[adapter.name] is not None:
            each.append((file, adapter, settings[adapter.name]))
    if strange and not used:
        return _Readers((), (_nothing_fits(location, strange[0], plugins),), secrets)
    if strange:
        findings.append(_left_out(location, strange))
    findings += _unknown(location, given, used.values())
    return _Readers(tuple(each), tuple(findings), secrets)


def _nothing_fits(location: str, file: Listed, plugins: Plugins) -> Diagnostic:
    known = ", ".join(one.name for one in plugins.adapters if one.endings)
    return NO_FORMAT_FITS.at(None, path=location, name=os.path.basename(file.name), known=known)


def _left_out(location: str, files: Sequence[Listed]) -> Diagnostic:
    names = ", ".join(file.name for file in files[:_NAMED]) + (", …" if len(files) > _NAMED else "")
    return LEFT_OUT.at(None, count=len(files), path=location, names=names)


def _unknown(
    location: str, given: Mapping[str, object], used: Iterable[Adapter[Any]]
) -> Iterator[Diagnostic]:
    known = {name for adapter in used for name in adapter.Options.model_fields}
    own = set(FolderOptions.model_fields)
    for name in given:
        if name not in known:
            yield SETTING_FOR_NONE.at(
                None,
                suggestion=nearest(name, known | own),
                setting=name,
                path=location,
                known=", ".join(sorted(known | own)),
            )


# One table of them


def _open(adapter: Adapter[Any], request: DataRequest[Any], made: Mapping[str, str | None]) -> Source:
    """The file's source. Where only made columns are wanted, one of its own comes along, so that rows are counted."""
    source = adapter.read(request)
    if source.schema is None or len(source.schema) or not any(request.wants(name) for name in made):
        return source
    _close(source)
    return adapter.read(replace(request, columns=source.header[:1]))


def _lacking(
    parts: Sequence[_Part], header: Sequence[str], request: DataRequest[Any], options: FolderOptions
) -> Iterator[Diagnostic]:
    """Which files lack wanted columns that others have."""
    if options.missing_columns == "empty":
        return
    has = {id(part): {*part.source.header, *part.made} for part in parts}
    for name in header:
        if not request.wants(name):
            continue
        other = next(part for part in parts if name in has[id(part)])
        for part in parts:
            if name not in has[id(part)]:
                place = Cell(part.file.path, column=name)
                yield LACKS_COLUMN.at(place, path=part.file.path, column=name, other=other.file.path)


def _united(parts: Sequence[_Part], wanted: Sequence[str]) -> tuple[pa.Schema, list[Diagnostic]]:
    """The schema that holds the rows of every file, and notes on columns that had to become text for it."""
    found: dict[str, tuple[pa.DataType, _Part]] = {}
    notes: dict[str, Diagnostic] = {}
    for part in parts:
        assert part.source.schema is not None
        mine = {field.name: field.type for field in part.source.schema}
        for name, kind in (dict.fromkeys(part.made, _TEXT) | mine).items():
            if name not in wanted:
                continue
            if name not in found:
                found[name] = kind, part
                continue
            before, first = found[name]
            both = _both(before, kind)
            found[name] = both, first
            if both == _TEXT and before != kind and name not in notes:
                notes[name] = TYPES_DIFFER.at(
                    Cell(part.file.path, column=name),
                    column=name,
                    first=str(before),
                    one=first.file.path,
                    second=str(kind),
                    other=part.file.path,
                )
    return pa.schema([(name, found[name][0]) for name in wanted if name in found]), list(notes.values())


def _both(one: pa.DataType, other: pa.DataType) -> pa.DataType:
    """The type that holds the values of both: exact decimals grow, whatever else differs is text."""
    if one == other:
        return one
    exact = [_digits(kind) for kind in (one, other)]
    if exact[0] is None or exact[1] is None:
        return _TEXT
    whole, places = max(exact[0][0], exact[1][0]), max(exact[0][1], exact[1][1])
    return pa.decimal128(whole + places, places) if whole + places <= 38 else _TEXT


def _digits(kind: pa.DataType) -> tuple[int, int] | None:
    """Digits before and after the point; None for what is no exact number."""
    if pa.types.is_int64(kind):
        return 19, 0
    return (kind.precision - kind.scale, kind.scale) if pa.types.is_decimal128(kind) else None


def _chunks(location: str, parts: Sequence[_Part], schema: pa.Schema, secrets: Secrets) -> Iterator[Chunk]:
    findings = Findings(location)
    total, before = sum(part.file.size for part in parts), 0
    try:
        for part in parts:
            for chunk in part.source.chunks:
                findings.take(secrets.hidden(chunk.diagnostics))
                share = chunk.done if chunk.done is not None else 0.0
                done = (before + share * part.file.size) / total if total else None
                batch = _recast(chunk.batch, schema, part.made)
                path = chunk.path or part.source.path
                sheet = chunk.sheet or part.source.sheet
                yield Chunk(batch, chunk.rows, findings.drain(), done, path, sheet)
            before += part.file.size
        if last := findings.rest():
            yield Chunk(pa.RecordBatch.from_pylist([], schema=schema), 1, last)
    finally:
        for part in parts:
            _close(part.source)


def _close(source: Source) -> None:
    close = getattr(source.chunks, "close", None)
    if close is not None:
        close()


def _recast(batch: pa.RecordBatch, schema: pa.Schema, made: Mapping[str, str | None]) -> pa.RecordBatch:
    """The rows with the columns of all files, in their united types."""
    if not len(schema):
        return pa.RecordBatch.from_pylist([], schema=schema)
    count = batch.num_rows
    columns: list[pa.Array] = []
    for field in schema:
        place = batch.schema.get_field_index(field.name)
        if place >= 0:
            column = batch.column(place)
            if column.type != field.type:
                column = as_text(column) if field.type == _TEXT else pc.cast(column, field.type)
        elif made.get(field.name) is not None:
            column = pa.repeat(pa.scalar(made[field.name], field.type), count)
        else:
            column = pa.nulls(count, field.type)
        columns.append(column)
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def _gathered(location: str, found: Sequence[Diagnostic], secrets: Secrets) -> tuple[Diagnostic, ...]:
    findings = Findings(location)
    findings.take(secrets.hidden(found))
    return findings.rest()
