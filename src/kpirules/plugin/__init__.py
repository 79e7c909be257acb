"""The seam: how tables come in and go out, built in or from a separately installed package.

A plugin imports `kpirules.plugin` (and `kpirules.diagnostics` to declare its own problems) and nothing
else of kpirules. It is an installed module or object, named by an entry point of group `kpirules`:

    [project.entry-points.kpirules]
    crm = "kpirules_crm.hooks"

which says for which version of the hooks it was made and implements one or both of them:

    from kpirules.plugin import hookimpl
    KPIRULES_API = 2

    @hookimpl
    def kpirules_adapters(): return [CrmAdapter()]

What comes in
-------------
`Adapter.read(DataRequest) -> Source`: a stream of chunks that share one schema. `read_table(...)` finds
the adapter, checks the options, reads everything and gives one `SourceTable`:

    path         the file or address, as the user gave it
    sheet        the sheet, table or end point read; None where the source has just one
    header       every column name of the source, also of columns not asked for (for "did you mean")
    table        pyarrow.Table, or None when nothing could be read (an error in `diagnostics` says why)
    rows         where row i stands as a person counts in that source: an int (the first row's number,
                 the others follow without a gap) or an int64 array of len(table); ask `row(i)`, `cell(i, column)`
    diagnostics  what was found: wrong rows and cells with their place, or why nothing could be read
    parts        which rows stand in which file, where the source is made of several: ask `cell(i)`, `part(i)`

Laws of a source, kept by every adapter and tested by `kpirules.plugin.contract`:

1. Column names are unique, not blank, and without surrounding spaces. Order is the source's. With
   `columns` given, exactly those of them that the source has come out; a missing one is not a problem
   here (the caller compares with `header`).
2. A column is `string` (text as written there) or one of the native types `bool`, `int64`, `float64`,
   `decimal128`, `date32`, `timestamp[us]` (with a zone only where the source has one) or `duration[us]`.
   Nothing else; `columns.settle` turns other Arrow types into these. CSV columns are always text.
   A float64 means the shortest decimal that reads back as it (0.93 is 0.93); it is never NaN, but a
   Parquet file may hold infinity.
3. Kinds are never guessed from text: "2026-01-05" in a CSV or JSON file stays text. A column that mixes
   kinds is text: numbers in plain decimal notation without exponent or idle zeros ("0.93", "5"), dates
   "2026-01-05", date-times "2026-01-05 09:30:00", durations and times of day "HH:MM:SS" (hours may
   pass 24; ".ffffff" only if needed), booleans "true" and "false". `columns.as_text` does the same for
   any column, so the number 1001 and the text "1001" name the same person.
4. An empty cell is null. (Text of spaces alone is kept: sources do hold it, and it is the caller's to
   trim.) In CSV files and workbooks, rows that are wholly empty are left out; row numbers count them on.
5. A percent cell of a workbook is its ratio (93% is 0.93); text "93%" stays text. A time of day or a
   duration of a workbook is duration[us] since midnight or zero.
6. A row that cannot be split into columns is left out, with an error naming the row. A cell that cannot
   be read (#DIV/0!, a nested object) is null, with an error naming sheet, row, column and value. At most
   `MOST_FINDINGS` findings of one problem are listed; one more then says how many there are.
7. Nothing raises for what a user can do wrong. Reading the same file twice gives the same.

Row numbers: a workbook's own; for CSV as a spreadsheet shows it (the header is row 1, a record with line
breaks inside quotes is one row); for JSON lines the line; for a JSON array or Parquet the element, from 1.

8. A request's `period`, `staff` and `where` are hints: more rows than asked for may come, never fewer. What a
   source takes account of, it says in `capabilities`. On which day a moment with a zone lies depends on the
   reader's clock, which a source does not know: it sends what lies in the period by some clock of the world
   (`may_lie_within` says so of a value). A hint on a column that is not there asks for nothing.
9. Secrets are `pydantic.SecretStr` in the Options. They come from the environment or a file (`secrets`), and an
   adapter puts none into `query`, a path or a diagnostic.
10. Chunks stop when reading stops: `chunks.close()`, if there is one, lets go of files, connections and
   temporary files.
11. Readings do not know of each other: two of one adapter may be open at once. An adapter prints nothing.

An adapter that can count and add up in the source itself has `group` as well: see `kpirules.plugin.grouping`.

What goes out
-------------
An output has one or more of these; all take the options and give back diagnostics:

    write(rows, location, options)          a `pyarrow.Table` or `RecordBatchReader`. Numbers may be decimal128:
                                            published values, written exactly with their places
                                            (`columns.printed`)
    write_text(rows, stream, options)       the same to a terminal or a pipe
    write_report(report, location, options) a finished result (`report.Report`) with statements and alerts

Importing this package loads neither pyarrow nor pydantic: they are needed when something is read.
"""

from kpirules.plugin.exchange import (
    MOST_FINDINGS,
    Capability,
    Chunk,
    DataRequest,
    Description,
    Kind,
    OnlyIn,
    Part,
    Progress,
    SheetInfo,
    Source,
    SourceTable,
    Watch,
    Within,
    collect,
)
from kpirules.plugin.hints import may_lie_within
from kpirules.plugin.hooks import API_VERSION, hookimpl, hookspec
from kpirules.plugin.protocols import Adapter, Output, ReportOutput, Rows, TableOutput, TextOutput
from kpirules.plugin.reading import describe, read_groups, read_table
from kpirules.plugin.registry import Plugins, installed
from kpirules.plugin.report import Report, Statement
from kpirules.plugin.settings import called, check_settings
from kpirules.plugin.writing import write_report, write_table, write_text

__all__ = [
    "API_VERSION",
    "MOST_FINDINGS",
    "Adapter",
    "Capability",
    "Chunk",
    "DataRequest",
    "Description",
    "Kind",
    "OnlyIn",
    "Output",
    "Part",
    "Plugins",
    "Progress",
    "Report",
    "ReportOutput",
    "Rows",
    "SheetInfo",
    "Source",
    "SourceTable",
    "Statement",
    "TableOutput",
    "TextOutput",
    "Watch",
    "Within",
    "called",
    "check_settings",
    "collect",
    "describe",
    "hookimpl",
    "hookspec",
    "installed",
    "may_lie_within",
    "read_groups",
    "read_table",
    "write_report",
    "write_table",
    "write_text",
]
