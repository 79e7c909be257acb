"""What an author gives to the tests of an output, and how they write and read back."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

import pyarrow as pa

from kpirules.diagnostics import Diagnostic
from kpirules.plugin.columns import as_text
from kpirules.plugin.contract.laws import hold, same, spoken, told
from kpirules.plugin.protocols import Output, Rows
from kpirules.plugin.registry import Plugins
from kpirules.plugin.report import Report
from kpirules.plugin.writing import write_report, write_table

#: The longest text that is tried, unless an author says that fewer characters fit.
LONGEST = 70_000

_ESCAPE = (
    "cut and change no text; where it holds what separates cells or rows in the format (a comma, a bar, a tab, a "
    "quotation mark, a line break), escape that, and the sign of escape itself"
)
_SPELLING = "write the plain spelling of kpirules.plugin.columns.printed where the format has no such type"


class Writing:
    """How the output of a test writes, and how what it wrote is read."""

    output: ClassVar[Output[Any]]
    settings: ClassVar[dict[str, object]] = {}
    missing: ClassVar[str | None] = None
    keeps: ClassVar[bool] = True
    empty_tables: ClassVar[bool] = True
    secrets: ClassVar[dict[str, object] | None] = None
    not_secrets: ClassVar[frozenset[str]] = frozenset()
    places: ClassVar[bool] = True
    longest: ClassVar[int] = LONGEST

    # What an author gives

    def place(self, folder: Path) -> str:
        """Where to write for a test: the same each time, in the folder where that makes sense."""
        ending = self.output.endings[0] if self.output.endings else ""
        return str(folder / f"out{ending}")

    def settings_at(self, location: str) -> dict[str, object]:
        """The settings for writing there."""
        return dict(self.settings)

    def read_back(self, location: str) -> pa.Table:
        """The table that was written, read with other code than this output's; text in the plain spelling will do."""
        raise NotImplementedError("give `read_back`: without it no law about values can be tested")

    def read_text(self, text: str, folder: Path) -> pa.Table:
        """The table in what `write_text` printed. As it is here: the text put into a file is what `write` writes."""
        location = self.place(folder)
        Path(location).write_text(text, "utf-8", newline="")
        return self.read_back(location)

    def expected(self, table: pa.Table) -> pa.Table:
        """What is read back of a table that was written, where that is not all of it."""
        return table

    def contents(self, location: str) -> object:
        """All that is there, to be compared: also what an output may have left beside its place."""
        folder = Path(location).parent
        return {str(one.relative_to(folder)): one.read_bytes() for one in folder.rglob("*") if one.is_file()}

    def formulas(self, location: str) -> list[str]:
        """The formulas and links made of data in what was written, where it is a spreadsheet."""
        return []

    def active(self, location: str) -> list[str]:
        """The live links and tags made of data in what was written, where the format can hold any (HTML, Markdown).

        Those that the output puts there itself are left out.
        """
        return []

    # How the tests write

    def write(self, rows: Rows, location: str) -> tuple[Diagnostic, ...]:
        """Through the seam, as kpirules does."""
        return write_table(
            Plugins((), (self.output,)),
            rows,
            location,
            output=self.output.name,
            settings=self.settings_at(location),
        )

    def write_report(self, report: Report, location: str) -> tuple[Diagnostic, ...]:
        """Through the seam, as kpirules does."""
        return write_report(
            Plugins((), (self.output,)),
            report,
            location,
            output=self.output.name,
            settings=self.settings_at(location),
        )

    def check(self, folder: Path, table: pa.Table) -> pa.Table:
        """Writes the table, and finds it there."""
        __tracebackhide__ = True
        location = self.place(folder)
        fine(self.write(table, location))
        found = self.read(location)
        self.compare(found, table)
        return found

    def read(self, location: str) -> pa.Table:
        """What was written; where it cannot be read, the failure says what may be the cause."""
        __tracebackhide__ = True
        try:
            return self.read_back(location)
        except (AssertionError, NotImplementedError):
            raise
        except Exception as fault:
            advice = f"where `read_back` is right: {_ESCAPE}"
            raise AssertionError(told("other code can read what is written", advice, repr(fault))) from fault

    def compare(self, found: pa.Table, table: pa.Table) -> None:
        """Holds what is found against what was to be written."""
        __tracebackhide__ = True
        put = self.expected(table)
        names = found.column_names
        hold(names == put.column_names, "all columns are written, in their order", "keep them", names)
        for name in names:
            kind = put[name].type
            same(
                as_text(found[name]).to_pylist(),
                as_text(put[name]).to_pylist(),
                f"values are written as they are, column {name!r} (put as {kind})",
                _ESCAPE if pa.types.is_string(kind) else _SPELLING,
            )


def fine(found: tuple[Diagnostic, ...]) -> None:
    """Nothing was wrong."""
    __tracebackhide__ = True
    errors = [one for one in found if one.is_error]
    hold(not errors, "what is in order is written without an error", "look at what it says", spoken(errors))
