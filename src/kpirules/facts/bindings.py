"""How declared columns and fields are found in a source: what a project file says about one table.

Plain records. `facts.project` makes them from `kpirules.toml`; a table without a binding is read with the
defaults: every column under its own name, empty cells missing, dates as ISO writes them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kpirules.facts.dateformat import DateFormat

#: The name that stands for the table of `input` columns among the tables of a run.
INPUTS = "inputs"


@dataclass(frozen=True, slots=True)
class CellRules:
    """How the cells of a column are read.

    missing: texts that mean "no value", besides the empty cell. date_format: None for ISO only.
    unit: the unit of bare numbers in a column of durations ("min"). timezone: moments that carry a zone or
    an offset are turned into the clock time of this zone.
    """

    missing: frozenset[str] = frozenset()
    date_format: DateFormat | None = None
    unit: str | None = None
    timezone: str | None = None


PLAIN = CellRules()


@dataclass(frozen=True, slots=True)
class Bound:
    """Where a declared column stands: the source's column title, and how to read its cells."""

    column: str
    cells: CellRules = PLAIN


@dataclass(frozen=True, slots=True)
class Binding:
    """What a project file says about one table.

    columns: declared name to the source's column; a name that is not listed stands under itself.
    cells: how cells are read where a column does not say. one_row_per: the column naming a case of which
    there are several rows; the last one by `latest_by` (by the order of the rows, without it) holds its
    state. id: the column that names a record in evidence (`one_row_per` where not given).
    where: keep only rows whose cell is one of the texts. period: the one period of a table without such a
    column.
    """

    columns: Mapping[str, Bound] = field(default_factory=dict)
    cells: CellRules = PLAIN
    one_row_per: str | None = None
    latest_by: str | None = None
    id: str | None = None
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    period: str | None = None

    def bound(self, name: str) -> Bound:
        """Where the declared name stands in the source."""
        return self.columns.get(name, Bound(name, self.cells))

    @property
    def names_a_record(self) -> str | None:
        return self.id or self.one_row_per

    @property
    def own_columns(self) -> tuple[str, ...]:
        """The source's columns that the binding itself needs, whatever the policy declares."""
        wanted = (self.one_row_per, self.latest_by, self.id, *self.where)
        return tuple(dict.fromkeys(name for name in wanted if name is not None))


NO_BINDING = Binding()
