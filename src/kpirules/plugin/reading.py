"""Reading through the seam: picks the adapter, checks its settings, reads, and holds it to the laws of a source.

Knows nothing of what the table is for.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from kpirules.diagnostics import Diagnostic, Place
from kpirules.plugin.exchange import DataRequest, Description, OnlyIn, SourceTable, Within, collect
from kpirules.plugin.problems import PLUGIN_FAULT
from kpirules.plugin.protocols import Settings
from kpirules.plugin.registry import Plugins
from kpirules.plugin.settings import check_settings

T = TypeVar("T")


def read_table(
    plugins: Plugins,
    location: str,
    *,
    adapter: str | None = None,
    settings: Settings | None = None,
    columns: tuple[str, ...] | None = None,
    period: Within | None = None,
    staff: OnlyIn | None = None,
    place: Place = None,
) -> SourceTable:
    """The table at a location. Never raises for what a user or a plugin does wrong.

    adapter: its name, or None to go by the file's ending. settings: as the user gave them. columns, period,
    staff: see DataRequest. place: where the user named the source, for findings about the naming.
    """
    chosen = plugins.adapter(location, adapter)
    if isinstance(chosen, Diagnostic):
        return _nothing(location, chosen)
    options, wrong = check_settings(chosen, settings or {}, place)
    if options is None:
        return _nothing(location, *wrong)
    request = DataRequest(location, options, columns, period, staff)
    found = guarded(chosen.name, lambda: collect(chosen.read(request)))
    if isinstance(found, Diagnostic):
        return _nothing(location, found)
    broken = _broken_law(found)
    return _nothing(location, PLUGIN_FAULT.at(None, plugin=chosen.name, fault=broken)) if broken else found


def describe(
    plugins: Plugins,
    location: str,
    *,
    adapter: str | None = None,
    settings: Settings | None = None,
    place: Place = None,
) -> Description:
    """The sheets and columns at a location; the arguments are as for `read_table`."""
    chosen = plugins.adapter(location, adapter)
    if isinstance(chosen, Diagnostic):
        return Description((), (chosen,))
    options, wrong = check_settings(chosen, settings or {}, place)
    if options is None:
        return Description((), wrong)
    found = guarded(chosen.name, lambda: chosen.describe(location, options))
    return Description((), (found,)) if isinstance(found, Diagnostic) else found


def guarded(plugin: str, work: Callable[[], T]) -> T | Diagnostic:
    """What the plugin gives, or a diagnostic where it raises: a stranger's mistake must not end the run."""
    try:
        return work()
    except Exception as fault:
        said = " ".join(str(fault).split())[:300]
        return PLUGIN_FAULT.at(None, plugin=plugin, fault=f"{type(fault).__name__}: {said}")


def _nothing(location: str, *findings: Diagnostic) -> SourceTable:
    return SourceTable(location, None, (), None, 1, findings)


def _broken_law(found: SourceTable) -> str:
    """Which law of a source the table breaks; empty when none."""
    from kpirules.plugin.columns import is_settled  # late: pyarrow

    if found.table is None:
        if any(one.is_error for one in found.diagnostics):
            return ""
        return "it gave no table and no reason"
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
