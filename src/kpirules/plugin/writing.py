"""Writing through the seam: picks the output, checks its settings, writes. The way out beside `reading`."""

from __future__ import annotations

from typing import TextIO

from kpirules.diagnostics import Diagnostic, Place
from kpirules.plugin.problems import NOT_TEXT_OUTPUT
from kpirules.plugin.protocols import Rows, Settings, TextOutput
from kpirules.plugin.reading import guarded
from kpirules.plugin.registry import Plugins
from kpirules.plugin.settings import check_settings


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
    chosen = plugins.output(location, output)
    if isinstance(chosen, Diagnostic):
        return (chosen,)
    options, wrong = check_settings(chosen, settings or {}, place)
    if options is None:
        return wrong
    done = guarded(chosen.name, lambda: chosen.write(rows, location, options))
    return (done,) if isinstance(done, Diagnostic) else done


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
    options, wrong = check_settings(chosen, settings or {}, place)
    return wrong if options is None else chosen.write_text(rows, stream, options)
