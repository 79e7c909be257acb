"""Scores and reports into tables: replaced by run, never rounded, all of it or nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from kpirules.diagnostics import Cell, Diagnostic, Language, Words
from kpirules.plugin import Report, Rows
from kpirules.plugin.columns import settle, settled
from kpirules.plugin.problems import NOT_WRITABLE
from kpirules_sql.adapter import place_of
from kpirules_sql.columns import Column, Sort
from kpirules_sql.options import SqlOutputOptions
from kpirules_sql.problems import LACKS_COLUMNS, NOT_EXACT, NOT_REPLACED
from kpirules_sql.sessions import Trouble
from kpirules_sql.targets import FLOAT_DIGITS, Target, opened, sort_of

RUN = "run"
#: Into which sorts of columns a value goes unchanged.
_GOES_INTO: dict[Sort, frozenset[Sort]] = {
    "text": frozenset({"text"}),
    "yes": frozenset({"yes"}),
    "whole": frozenset({"whole", "big", "decimal", "spelled"}),
    "decimal": frozenset({"decimal", "spelled", "number"}),
    "number": frozenset({"number"}),
    "day": frozenset({"day", "text"}),
    "moment": frozenset({"moment", "text"}),
    "instant": frozenset({"instant"}),
    "span": frozenset({"span", "time"}),
}


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A table to be written. runs: the runs whose rows are replaced; None: it says nothing of runs."""

    name: str
    rows: pa.Table
    runs: tuple[str, ...] | None


def write(rows: Rows, location: str, options: SqlOutputOptions) -> tuple[Diagnostic, ...]:
    """One table, into the table of the options."""
    table = rows if isinstance(rows, pa.Table) else rows.read_all()
    if options.run is not None and RUN not in table.column_names:
        table = table.add_column(0, RUN, pa.array([options.run] * table.num_rows, pa.string()))
    runs = None
    if RUN in table.column_names:
        named = [options.run] if options.run is not None else []
        runs = tuple(dict.fromkeys(map(str, named + table[RUN].drop_null().to_pylist())))
    return _write(location, options, [_Sheet(options.prefix + options.table, table, runs)])


def write_report(report: Report, location: str, options: SqlOutputOptions) -> tuple[Diagnostic, ...]:
    """Scores with attributes (a row per person and period), points (a row per indicator), alerts; with the run in each."""
    run = options.run or report.run
    tables = {"scores": _scores(report), "points": _points(report), "alerts": _alerts(report)}
    sheets = [
        _Sheet(
            options.prefix + (options.table if name == "scores" else name),
            table.add_column(0, RUN, pa.array([run] * table.num_rows, pa.string())),
            (run,),
        )
        for name, table in tables.items()
    ]
    return _write(location, options, sheets)


# What is written of a report


def _scores(report: Report) -> pa.Table:
    table = report.table
    for name in report.attributes.column_names:
        if name not in table.column_names:
            table = table.append_column(name, report.attributes[name])
    return table


def _points(report: Report) -> pa.Table:
    staff, period = report.table.column_names[:2]
    rows: list[tuple[object, ...]] = []
    language: Language = "zh" if report.language == "zh" else "en"
    for row in range(report.table.num_rows):
        found = report.statement(row)
        for line in found.lines:
            if line.applies:
                numbers = (line.weight, line.points, line.lost)
                because = line.because.read(language)
                rows.append((found.staff, found.period, line.id, line.label, *numbers, because))
    columns = list(zip(*rows, strict=True)) if rows else [()] * 8
    names = (staff, period, "indicator", "label", "weight", "points", "lost", "because")
    arrays = [
        _exact(column) if name in names[4:7] else pa.array(column, pa.string())
        for name, column in zip(names, columns, strict=True)
    ]
    return pa.table(arrays, names=list(names))


def _alerts(report: Report) -> pa.Table:
    staff, period = report.table.column_names[:2]
    return pa.table(
        {
            staff: pa.array([one.staff for one in report.alerts], pa.string()),
            period: pa.array([one.period for one in report.alerts], pa.string()),
            "alert": pa.array([one.id for one in report.alerts], pa.string()),
            "label": pa.array([one.label for one in report.alerts], pa.string()),
            "level": pa.array([one.level for one in report.alerts], pa.string()),
        }
    )


def _exact(values: Any) -> pa.Array:
    known = [value for value in values if value is not None]
    places = max((-int(value.as_tuple().exponent) for value in known), default=0)
    return pa.array(values, pa.decimal128(38, max(0, places)))


# Into the database


def _write(location: str, options: SqlOutputOptions, sheets: list[_Sheet]) -> tuple[Diagnostic, ...]:
    try:
        ready = [(one, *_columns(one, location)) for one in sheets]
        with opened(place_of(location), options) as target:
            made: list[str] = []
            try:
                there = target.tables()
                _prepare(target, ready, there, made, options)
                for sheet, table, _ in ready:
                    _replace(target, sheet, table, options)
                target.commit()
            except BaseException:
                target.abandon(made)
                raise
    except Trouble as trouble:
        return (trouble.finding,)
    return ()


def _columns(sheet: _Sheet, location: str) -> tuple[pa.Table, list[Column]]:
    """The table in types of the seam, and its columns with the digits that they need."""
    arrays: list[Any] = []
    columns: list[Column] = []
    for name in sheet.rows.column_names:
        given = sheet.rows[name]
        array = None if settled(given.type) is None else settle(given)
        if array is None:
            raise Trouble(
                NOT_WRITABLE.at(
                    Cell(location, None, name), path=location, column=name, type=str(given.type), name="sql"
                )
            )
        arrays.append(array)
        precision, scale = _digits(array) if pa.types.is_decimal(array.type) else (None, None)
        columns.append(Column(name, sort_of(array.type), str(array.type), precision, scale))
    return pa.table(arrays, names=sheet.rows.column_names), columns


def _digits(array: Any) -> tuple[int, int]:
    """How many digits the values have at most, before and after the point, and after it."""
    before = places = 0
    for value in array.to_pylist():
        if value is not None:
            plain = value.normalize()
            places = max(places, -int(plain.as_tuple().exponent))
            before = max(before, plain.adjusted() + 1)
    return before + places, places


def _prepare(
    target: Target,
    ready: list[tuple[_Sheet, pa.Table, list[Column]]],
    there: list[str],
    made: list[str],
    options: SqlOutputOptions,
) -> None:
    """Makes the tables that are not there, and holds those that are against what they shall take."""
    for sheet, table, _ in ready:
        _check_keys(sheet, table, options)
        for name in (sheet.name, *table.column_names):
            if target.size(name) > target.longest:
                reason = Words(
                    f'the name "{name}" is too long for this database', f"名称“{name}”对此数据库过长"
                )
                raise Trouble(NOT_REPLACED.at(None, table=sheet.name, reason=reason))
    for sheet, _, columns in ready:
        if sheet.name not in there:
            made.append(sheet.name)
            target.create(sheet.name, columns)
            continue
        known = {one.name.casefold(): one for one in target.columns(sheet.name)}
        _check_others(sheet, known, columns, options)
        lacking = [one for one in columns if one.name.casefold() not in known]
        if lacking and not options.alter:
            names = ", ".join(one.name for one in lacking)
            raise Trouble(LACKS_COLUMNS.at(None, table=sheet.name, columns=names))
        for column in columns:
            if column.name.casefold() in known:
                _check_exact(sheet, column, known[column.name.casefold()])
        for column in lacking:
            target.add(sheet.name, column)


def _check_keys(sheet: _Sheet, table: pa.Table, options: SqlOutputOptions) -> None:
    """Each key stands in one row; keys that were asked for are there."""
    keys = [key for key in options.key if key in table.column_names]
    lacking = [key for key in options.key if key not in table.column_names]
    if lacking and "key" in options.model_fields_set and lacking != [RUN]:
        names = ", ".join(lacking)
        reason = Words(f"the result has no column {names}", f"结果中没有列 {names}")
        raise Trouble(NOT_REPLACED.at(None, table=sheet.name, reason=reason))
    # Of a person in a period there are several points and alerts.
    if "key" not in options.model_fields_set or not set(options.key) & {*keys} - {RUN}:
        return
    seen = Counter(zip(*(table[key].to_pylist() for key in keys), strict=True))
    double = next((key for key, count in seen.items() if count > 1), None)
    if double is not None:
        shown = ", ".join(map(str, double))
        reason = Words(f"two rows have the key {shown}", f"有两行的键同为 {shown}")
        raise Trouble(NOT_REPLACED.at(None, table=sheet.name, reason=reason))


def _check_others(
    sheet: _Sheet, known: dict[str, Column], columns: list[Column], options: SqlOutputOptions
) -> None:
    """All rows are replaced only where the table holds nothing but such a result."""
    if sheet.runs is not None or "key" in options.model_fields_set:
        return
    ours = {one.name.casefold() for one in columns}
    others = [one.name for key, one in known.items() if key not in ours]
    if others:
        names = ", ".join(others)
        reason = Words(f"it has other columns as well ({names})", f"它还有其他列（{names}）")
        raise Trouble(NOT_REPLACED.at(None, table=sheet.name, reason=reason))


def _check_exact(sheet: _Sheet, ours: Column, theirs: Column) -> None:
    """Nothing is rounded or turned into something else on the way in."""
    if theirs.sort == "mixed":
        return
    fits = theirs.sort in _GOES_INTO[ours.sort]
    if ours.sort == "decimal" and theirs.sort == "decimal" and theirs.scale is not None:
        fits = (ours.scale or 0) <= theirs.scale
        if theirs.precision == FLOAT_DIGITS == theirs.scale:  # SQLite's, a float in truth
            fits = (ours.precision or 0) <= FLOAT_DIGITS
    if ours.sort == "decimal" and theirs.sort == "number":
        fits = (ours.precision or 0) <= FLOAT_DIGITS
    if not fits:
        value = (
            f"{ours.precision} digits, {ours.scale} of them after the point"
            if ours.precision
            else ours.declared
        )
        raise Trouble(
            NOT_EXACT.at(
                None, table=sheet.name, column=ours.name, type=theirs.declared or theirs.sort, value=value
            )
        )


def _replace(target: Target, sheet: _Sheet, table: pa.Table, options: SqlOutputOptions) -> None:
    """The rows of the same runs go, or those of the same keys, or all; then the new ones come."""
    if sheet.runs is not None:
        target.delete(sheet.name, [RUN], [(run,) for run in sheet.runs])
    elif "key" in options.model_fields_set:
        keys = [key for key in options.key if key in table.column_names]
        target.delete(sheet.name, keys, list(zip(*(table[key].to_pylist() for key in keys), strict=True)))
    else:
        target.delete(sheet.name, [], [])
    if table.num_rows:
        target.insert(sheet.name, table)
