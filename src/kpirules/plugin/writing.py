"""Writing through the seam: picks the output, checks its settings, writes. The way out beside `reading`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TextIO

from kpirules.diagnostics import Diagnostic, Place, Words
from kpirules.plugin.guarding import guarded, sound
from kpirules.plugin.problems import NOT_FOR_TABLES, NOT_TEXT_OUTPUT
from kpirules.plugin.protocols import Output, ReportOutput, Rows, Settings, TableOutput, TextOutput
from kpirules.plugin.registry import Plugins
from kpirules.plugin.report import Report
from kpirules.plugin.secrets import Secrets, secret_in_address
from kpirules.plugin.settings import check_settings

_TABLE = Words("a table", "表格")
_REPORT = Words("a report", "报告")


def write_table(
    plugins: Plugins,
    rows: Rows,
    location: str,
    *,
    output: str | None = None,
    settings: Settings | None = None,
    place: Place = None,
) -> tuple[Diagnostic, ...]:
    """Write the rows to a location; the output goes by its name, or by the location's ending. Errors: see the result."""
    ready = _ready(plugins, TableOutput, _TABLE, location, output, settings, place)
    if isinstance(ready, tuple):
        return ready
    return ready.done(lambda: ready.output.write(rows, location, ready.options))


def write_report(
    plugins: Plugins,
    report: Report,
    location: str,
    *,
    output: str | None = None,
    settings: Settings | None = None,
    place: Place = None,
) -> tuple[Diagnostic, ...]:
    """Write a finished result to a location, as `write_table` does; an output of tables alone gets the table of scores."""
    chosen = plugins.output(location, output)
    if isinstance(chosen, TableOutput) and not isinstance(chosen, ReportOutput):
        return write_table(
            plugins, report.table, location, output=chosen.name, settings=settings, place=place
        )
    ready = _ready(plugins, ReportOutput, _REPORT, location, output, settings, place)
    if isinstance(ready, tuple):
        return ready
    return ready.done(lambda: ready.output.write_report(report, location, ready.options))


def write_text(
    plugins: Plugins,
    rows: Rows,
    stream: TextIO,
    *,
    output: str = "csv",
    settings: Settings | None = None,
    place: Place = None,
) -> tuple[Diagnostic, ...]:
    """Print the rows to a stream. A stream that closes early (a pipe to `head`) raises its BrokenPipeError."""
    chosen = plugins.output("", output)
    if isinstance(chosen, Diagnostic):
        return (chosen,)
    if not isinstance(chosen, TextOutput):
        return (NOT_TEXT_OUTPUT.at(place, name=chosen.name),)
    secrets = Secrets()
    options, wrong = check_settings(chosen, settings or {}, place, secrets)
    if options is None:
        return wrong
    gone: list[OSError] = []

    def write() -> tuple[Diagnostic, ...]:
        try:
            return chosen.write_text(rows, stream, options)
        except OSError as refused:  # by the stream, which is the caller's: no fault of the plugin
            gone.append(refused)
            raise

    found = guarded(chosen.name, write, secrets)
    if gone:
        raise gone[0]
    return (found,) if isinstance(found, Diagnostic) else sound(chosen.name, found, secrets)


@dataclass(frozen=True, slots=True)
class _Ready:
    """An output with its checked options, and the secrets among them."""

    output: Any
    name: str
    options: Any
    secrets: Secrets

    def done(self, work: Callable[[], tuple[Diagnostic, ...]]) -> tuple[Diagnostic, ...]:
        """What the output found when it wrote."""
        found = guarded(self.name, work, self.secrets)
        return (found,) if isinstance(found, Diagnostic) else sound(self.name, found, self.secrets)


def _ready(
    plugins: Plugins,
    kind: type[Any],
    what: Words,
    location: str,
    name: str | None,
    settings: Settings | None,
    place: Place,
) -> _Ready | tuple[Diagnostic, ...]:
    """The output for a location, ready to write; or what is wrong."""
    secret = secret_in_address(location, place)
    if secret is not None:
        return (secret,)
    chosen: Output[Any] | Diagnostic = plugins.output(location, name)
    if isinstance(chosen, Diagnostic):
        return (chosen,)
    if not isinstance(chosen, kind):
        known = ", ".join(one.name for one in plugins.outputs if isinstance(one, kind))
        return (NOT_FOR_TABLES.at(place, name=chosen.name, what=what, known=known),)
    secrets = Secrets()
    options, wrong = check_settings(chosen, settings or {}, place, secrets)
    return wrong if options is None else _Ready(chosen, chosen.name, options, secrets)
