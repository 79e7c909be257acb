"""Holds what an adapter gives to the laws of a source: types, names, one number for each row."""

from __future__ import annotations

from kpirules.plugin.exchange import Description, SheetInfo, SourceTable


def broken_law(found: SourceTable) -> str:
    """Which law of a source the table breaks; empty when none."""
    from kpirules.plugin.columns import is_settled  # late: pyarrow

    if found.table is None:
        if any(one.is_error for one in found.diagnostics):
            return ""
        return "it gave no table and no reason"
    wrong = _wrong_words(found)
    if wrong:
        return wrong
    names = found.table.column_names
    if len(set(names)) < len(names):
        return "it gave two columns of one name"
    for field in found.table.schema:
        if not field.name or field.name != field.name.strip():
            return f"it gave a column called {field.name!r}"
        if not is_settled(field.type):
            return f"it gave the column {field.name!r} as {field.type}"
    if not isinstance(found.rows, int) and len(found.rows) != found.table.num_rows:
        return f"it gave {len(found.rows)} row numbers for {found.table.num_rows} rows"
    return ""


def broken_description(found: object) -> str:
    """What is wrong with what an adapter says of a source; empty when nothing."""
    if not isinstance(found, Description):
        return f"describe gave {type(found).__name__}, not a Description"
    for sheet in found.sheets:
        if not isinstance(sheet, SheetInfo) or not _are_names(sheet.columns):
            return "describe gave a sheet whose columns are not a tuple of names"
    return ""


def _wrong_words(found: SourceTable) -> str:
    """What is not text where text belongs: a stranger's objects hold what they like."""
    said: tuple[tuple[str, object], ...] = (("sheet", found.sheet), ("query", found.query))
    for what, value in (("path", found.path), *said):
        if not isinstance(value, str) and not (value is None and what != "path"):
            return f"it gave {type(value).__name__} as its {what}"
    if not _are_names(found.header):
        return "it gave a header that is not a tuple of names"
    return ""


def _are_names(header: object) -> bool:
    return isinstance(header, tuple) and all(isinstance(name, str) for name in header)
