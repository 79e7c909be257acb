"""Reading through the seam: picks the adapter, checks its settings, reads, and holds it to the laws of a source.

Knows nothing of what the table is for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from kpirules.diagnostics import Diagnostic, Place
from kpirules.plugin.exchange import (
    DataRequest,
    Description,
    Kind,
    OnlyIn,
    Progress,
    Source,
    SourceTable,
    Watch,
    Within,
    collect,
)
from kpirules.plugin.grouping import STAFF, TIME, GroupingAdapter, GroupRequest, Summary
from kpirules.plugin.guarding import guarded, sound
from kpirules.plugin.holding import broken_description, broken_law
from kpirules.plugin.problems import PLUGIN_FAULT, SECRET_IN_ADDRESS
from kpirules.plugin.protocols import Adapter, Settings
from kpirules.plugin.registry import Plugins
from kpirules.plugin.secrets import Secrets, secret_in_address
from kpirules.plugin.settings import check_settings
from kpirules.plugin.spooling import Spool

if TYPE_CHECKING:  # keeps start-up free of it
    import pyarrow as pa


def read_table(
    plugins: Plugins,
    location: str,
    *,
    adapter: str | None = None,
    settings: Settings | None = None,
    columns: tuple[str, ...] | None = None,
    period: Within | None = None,
    staff: OnlyIn | None = None,
    where: tuple[OnlyIn, ...] = (),
    kinds: Mapping[str, Kind] | None = None,
    place: Place = None,
    watch: Watch | None = None,
    most: int | None = None,
    spool: Spool | None = None,
) -> SourceTable:
    """The table at a location. Never raises for what a user or a plugin does wrong.

    adapter: its name, or None to go by the file's ending. settings: as the user gave them. columns, period,
    staff, where, kinds: see DataRequest. place: where the user named the source, for findings about the naming.
    watch: is told how far the reading has come. most: stop once so many rows are read; the rest is not looked at.
    spool: takes the rows, so that the table has no more than stays in memory.
    """
    ready = _ready(plugins, location, adapter, settings, place)
    if isinstance(ready, tuple):
        return _nothing("" if ready[0].problem is SECRET_IN_ADDRESS else location, *ready)
    request = DataRequest(location, ready.options, columns, period, staff, where, kinds or {})
    name, secrets = ready.adapter.name, ready.secrets
    watching = None if watch is None else _Watching(watch)
    found = guarded(
        name, lambda: collect(_opened(ready.adapter.read(request)), watching, most, spool), secrets
    )
    if watching is not None and watching.stopped is not None:
        raise watching.stopped  # by the caller's own wish: no fault of the plugin
    if isinstance(found, Diagnostic):
        return _nothing(location, found)
    broken = broken_law(found)
    if broken:
        return _nothing(location, PLUGIN_FAULT.at(None, plugin=name, fault=secrets.hide(broken)))
    query = None if found.query is None else secrets.hide(found.query)
    return replace(
        found,
        adapter=name,
        path=secrets.hide(found.path),
        sheet=None if found.sheet is None else secrets.hide(found.sheet),
        query=query,
        diagnostics=sound(name, found.diagnostics, secrets),
        parts=tuple(replace(part, path=secrets.hide(part.path)) for part in found.parts),
    )


def read_groups(
    plugins: Plugins,
    location: str,
    *,
    staff: str,
    moment: str,
    by: Literal["day", "month"],
    values: Mapping[str, Summary],
    kinds: Mapping[str, Kind],
    adapter: str | None = None,
    settings: Settings | None = None,
    period: Within | None = None,
    where: tuple[OnlyIn, ...] = (),
) -> SourceTable | None:
    """The groups of a source that can aggregate; see `grouping.GroupRequest`. None where it cannot, for whatever reason.

    Who gets None reads the rows, and learns then what is wrong, if anything is.
    """
    ready = _ready(plugins, location, adapter, settings, None)
    if (
        isinstance(ready, tuple)
        or "groups" not in ready.adapter.capabilities
        or not isinstance(ready.adapter, GroupingAdapter)
    ):
        return None
    aggregating, name = ready.adapter, ready.adapter.name
    request = GroupRequest(location, ready.options, staff, moment, by, values, kinds, period, where)

    def grouped() -> SourceTable | None:
        source = aggregating.group(request)
        return None if source is None else collect(source)

    found = guarded(name, grouped, ready.secrets)
    if found is None or isinstance(found, Diagnostic) or found.table is None or found.diagnostics:
        return None
    if not _are_groups(found.table, values):
        return None
    query = None if found.query is None else ready.secrets.hide(found.query)
    return replace(found, adapter=name, query=query)


def _are_groups(table: pa.Table, values: Mapping[str, Summary]) -> bool:
    """Whether the columns are those that were asked for, in types that say values exactly."""
    import pyarrow as pa  # late: start-up

    kinds = dict(zip(table.column_names, table.schema.types, strict=True))
    return (
        table.column_names == [STAFF, TIME, *values]
        and pa.types.is_string(kinds[STAFF])
        and pa.types.is_date32(kinds[TIME])
        and all(pa.types.is_int64(kinds[one]) or pa.types.is_decimal128(kinds[one]) for one in values)
    )


def describe(
    plugins: Plugins,
    location: str,
    *,
    adapter: str | None = None,
    settings: Settings | None = None,
    place: Place = None,
) -> Description:
    """The sheets and columns at a location; the arguments are as for `read_table`."""
    ready = _ready(plugins, location, adapter, settings, place)
    if isinstance(ready, tuple):
        return Description((), ready)
    found = guarded(
        ready.adapter.name, lambda: ready.adapter.describe(location, ready.options), ready.secrets
    )
    if isinstance(found, Diagnostic):
        return Description((), (found,))
    broken = broken_description(found)
    if broken:
        return Description((), (PLUGIN_FAULT.at(None, plugin=ready.adapter.name, fault=broken),))
    return replace(found, diagnostics=sound(ready.adapter.name, found.diagnostics, ready.secrets))


@dataclass(slots=True)
class _Watching:
    """The caller's watch, which keeps the exception by which the caller ends the reading."""

    watch: Watch
    stopped: BaseException | None = None

    def __call__(self, progress: Progress) -> None:
        try:
            self.watch(progress)
        except BaseException as wish:
            self.stopped = wish
            raise


@dataclass(frozen=True, slots=True)
class _Ready:
    """An adapter with its checked options, and the secrets among them."""

    adapter: Adapter[Any]
    options: Any
    secrets: Secrets


def _ready(
    plugins: Plugins, location: str, name: str | None, settings: Settings | None, place: Place
) -> _Ready | tuple[Diagnostic, ...]:
    """The adapter for a location, ready to be asked; or what is wrong."""
    secret = secret_in_address(location, place)
    if secret is not None:
        return (secret,)
    chosen = plugins.adapter(location, name)
    if isinstance(chosen, Diagnostic):
        return (chosen,)
    secrets = Secrets()
    options, wrong = check_settings(chosen, settings or {}, place, secrets)
    return wrong if options is None else _Ready(chosen, options, secrets)


def _opened(source: object) -> Source:
    if not isinstance(source, Source):
        raise TypeError(f"read gave {type(source).__name__}, not a Source")
    return source


def _nothing(location: str, *findings: Diagnostic) -> SourceTable:
    return SourceTable(location, None, (), None, 1, findings)
