"""What an adapter does with tables that the test makes: every kind of value comes back as it was put."""

from __future__ import annotations

import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import ClassVar
from unittest import SkipTest

import pyarrow as pa

from kpirules.plugin.columns import as_text
from kpirules.plugin.contract import tables
from kpirules.plugin.contract.laws import hold, same, spoken
from kpirules.plugin.contract.sources import SourceContract
from kpirules.plugin.contract.tables import every_kind
from kpirules.plugin.contract.wanted import rows_in, rows_within
from kpirules.plugin.exchange import OnlyIn, SourceTable, Within

_MANY_STAFF = 2000


class AdapterContract(SourceContract):
    """What an adapter must do with any table. Set `adapter`; give `put`; override the rest where the source differs.

    Tables are compared as text in the plain spelling, so that a source without types passes as well.

    first_row: the number of the first row as a person counts; None where the source has no such numbers.
    empty_tables: whether the source can hold a table of columns without rows. zones: whether it can hold moments with
    a zone. numbers: whether it holds numbers exactly that pass 15 digits. several_lines: whether text may have line
    breaks. many, wide: rows and columns of the largest tables; less than 3,000 and 40 try nothing.
    """

    first_row: ClassVar[int | None] = 2
    empty_tables: ClassVar[bool] = True
    zones: ClassVar[bool] = True
    numbers: ClassVar[bool] = True
    several_lines: ClassVar[bool] = True
    many: ClassVar[int] = 30_000
    wide: ClassVar[int] = 400

    def put(self, folder: Path, table: pa.Table) -> str:
        """Puts the table (of the seam's types) where the adapter reads it, in place of one put before; its location."""
        raise NotImplementedError

    def expected(self, table: pa.Table) -> pa.Table:
        """What a source makes of the table that was put, where it has not all types (1 and 0 for booleans)."""
        return table

    def sample(self, folder: Path) -> str:
        return self.put(folder, tables.records())

    def check(self, folder: Path, table: pa.Table) -> SourceTable:
        """Reads the table back, and finds what was put."""
        __tracebackhide__ = True
        location = self.put(folder, table)
        found = self.read(location)
        hold(
            found.table is not None and not found.diagnostics,
            "a good table is read without a finding",
            "look at what the adapter says of a table that is in order",
            spoken(found.diagnostics),
        )
        assert found.table is not None
        table = self.expected(table)
        hold(
            found.header == tuple(table.column_names) == tuple(found.table.column_names),
            "all columns come, by their names and in the source's order (law 1)",
            "keep names and order as they are there",
            f"header {found.header}, columns {found.table.column_names}",
        )
        for name in table.column_names:
            same(
                as_text(found.table[name]).to_pylist(),
                as_text(table[name]).to_pylist(),
                f"the values of a column come as they are in the source, column {name!r} "
                f"(put as {table[name].type}, came as {found.table[name].type})",
                "nothing is guessed, rounded, trimmed, filled in or left out on the way (laws 2 to 5)",
            )
        return found

    # Values

    def test_types(self, tmp_path: Path) -> None:
        self.check(tmp_path, every_kind())

    def test_missing_cells_are_null(self, tmp_path: Path) -> None:
        whole = every_kind()
        gaps = [
            pa.array(
                [None if row == place % 3 else value for row, value in enumerate(column.to_pylist())],
                column.type,
            )
            for place, column in enumerate(whole.columns)
        ]
        found = self.check(tmp_path, pa.table(gaps, names=whole.column_names))
        assert found.table is not None
        counts = [column.null_count for column in found.table.columns]
        hold(
            counts == [1] * len(gaps), "an empty cell is null (law 4)", "never 0, false or empty text", counts
        )

    def test_empty_text_is_null(self, tmp_path: Path) -> None:
        found = self.read(self.put(tmp_path, pa.table({"id": ["1", "2", "3"], "note": ["a", "", "b"]})))
        assert found.table is not None, spoken(found.diagnostics)
        came = found.table["note"].to_pylist()
        hold(
            came == ["a", None, "b"], "empty text is null (law 4)", "use kpirules.plugin.columns.settle", came
        )

    def test_a_column_without_any_value(self, tmp_path: Path) -> None:
        found = self.check(tmp_path, pa.table({"staff": ["a", "b"], "late": pa.nulls(2, pa.string())}))
        assert found.table is not None
        nulls = found.table["late"].null_count
        hold(nulls == 2, "a column without a value is a column of nulls", "keep it", f"{nulls} nulls of 2")

    def test_mixed_text_keeps_its_spelling(self, tmp_path: Path) -> None:
        self.check(tmp_path, pa.table({"id": ["007", "7", "1e5", "NaN", "true", "2026-01-05", "-", "?"]}))

    def test_text_stays_text(self, tmp_path: Path) -> None:
        table = tables.texts()
        found = self.check(tmp_path, table)
        assert found.table is not None
        guessed = [field.name for field in found.table.schema if not pa.types.is_string(field.type)]
        hold(
            not guessed,
            "kinds are never guessed from text (law 3)",
            "keep text as text: the project says what it means",
            ", ".join(guessed),
        )

    def test_numbers_are_exact(self, tmp_path: Path) -> None:
        if not self.numbers:
            raise SkipTest("`numbers` is False: this source holds 15 digits")
        table, values = tables.exact()
        found = self.read(self.put(tmp_path, table))
        assert found.table is not None, spoken(found.diagnostics)
        for name, wanted in values.items():
            same(
                [_number(text) for text in as_text(found.table[name]).to_pylist()],
                list[object](wanted),
                f"numbers come exactly, column {name!r} ({found.table[name].type})",
                "whole numbers as int64, decimals as decimal128 or text; never through a float",
            )

    def test_moments_keep_their_zone(self, tmp_path: Path) -> None:
        if not self.zones:
            raise SkipTest("`zones` is False: this source holds no zones")
        table = tables.zones()
        found = self.read(self.put(tmp_path, table))
        assert found.table is not None, spoken(found.diagnostics)
        for name in ("opened", "closed"):
            same(
                [_instant(value) for value in found.table[name].to_pylist()],
                [_instant(value) for value in table[name].to_pylist()],
                f"a moment with a zone stays that moment, also where clocks change, column {name!r} "
                f"({found.table[name].type})",
                "give timestamp[us] with a zone, or text with the distance to UTC; a moment without it is another one",
            )

    def test_moments_to_the_second(self, tmp_path: Path) -> None:
        """Midnights, ends of days, leap days, and years long ago and to come."""
        moments = [
            datetime.datetime(2026, 1, 5),
            datetime.datetime(2026, 1, 5, 23, 59, 59),
            datetime.datetime(2024, 2, 29, 12, 0, 1),
            datetime.datetime(1969, 12, 31, 23, 59, 58),
            datetime.datetime(2099, 12, 31, 0, 0, 1),
        ]
        days = [one.date() for one in moments]
        self.check(
            tmp_path, pa.table({"moment": pa.array(moments, pa.timestamp("us")), "day": pa.array(days)})
        )

    def test_any_script(self, tmp_path: Path) -> None:
        names = ["员工", "Größe", "имя", "名前 2", "🙂"]
        self.check(tmp_path, pa.table({name: [f"{name} 一", 'a,b;\t"c" | d\'e', "=1+1"] for name in names}))

    def test_text_of_several_lines(self, tmp_path: Path) -> None:
        if not self.several_lines:
            raise SkipTest("`several_lines` is False: text in this source has no line breaks")
        found = self.check(
            tmp_path, pa.table({"staff": ["a", "b", "c"], "note": ["one", "two\nlines", "three"]})
        )
        self._check_numbers(found, 3)

    def test_long_text(self, tmp_path: Path) -> None:
        self.check(tmp_path, pa.table({"staff": ["a", "b"], "note": ["字" * 8_000, "x" * 30_000]}))

    # Shapes

    def test_no_rows(self, tmp_path: Path) -> None:
        if not self.empty_tables:
            raise SkipTest("`empty_tables` is False: this source holds no table without rows")
        found = self.read(self.put(tmp_path, every_kind().slice(0, 0)))
        assert found.table is not None, spoken(found.diagnostics)
        right = found.table.num_rows == 0 and found.header == tuple(self.expected(every_kind()).column_names)
        hold(
            right and not found.diagnostics,
            "a table without rows is a table: its header, no rows, no error",
            "take the columns from what the source says of itself, not from its first row",
            f"{found.table.num_rows} rows, header {found.header}; {spoken(found.diagnostics)}",
        )

    def test_one_row(self, tmp_path: Path) -> None:
        self._check_numbers(self.check(tmp_path, every_kind().slice(0, 1)), 1)

    def test_many_columns(self, tmp_path: Path) -> None:
        self.check(tmp_path, pa.table({f"c{column}": [column, -column] for column in range(self.wide)}))

    def test_many_rows_are_counted(self, tmp_path: Path) -> None:
        found = self.check(tmp_path, tables.many(self.many))
        self._check_numbers(found, self.many)
        place = found.cell(1, "id", "x")
        hold(place.row == found.row(1) and place.path, "a cell has its place", "give Source its path", place)

    # Parts

    def test_people_are_found_as_they_are_written(self, tmp_path: Path) -> None:
        """Names with blanks, quotes and wildcards, numbers as names, rows without a name."""
        location = self.put(tmp_path, tables.records())
        whole = self.whole(location)
        assert whole.table is not None
        names = sorted({one.strip() for one in tables.PEOPLE if one is not None})
        wanted = [OnlyIn("staff", (name,)) for name in names]
        wanted.append(OnlyIn("staff", tuple(f"nobody {place}" for place in range(_MANY_STAFF))))
        wanted += [OnlyIn("number", ("1001", "1003")), OnlyIn("share", ("0.5", "1")), OnlyIn("staff", ())]
        for only in wanted:
            asked = {"staff": only}
            rows = rows_in(whole.table[only.column], only, staff=True)
            self._check_part(whole, self.read(location, staff=only), rows, asked)

    def test_days_at_the_edges_of_a_period(self, tmp_path: Path) -> None:
        location = self.put(tmp_path, tables.records())
        whole = self.whole(location)
        assert whole.table is not None
        for name in ("day", "moment"):
            for first, days in ((0, 1), (31, 28), (-400, 30), (0, 400)):
                start = datetime.date(2026, 1, 1) + datetime.timedelta(days=first)
                within = Within(name, start, start + datetime.timedelta(days=days))
                rows = rows_within(whole.table[name], within)
                self._check_part(whole, self.read(location, period=within), rows, {"period": within})

    def test_periods_of_moments_with_a_zone(self, tmp_path: Path) -> None:
        """Whose clock says on which day a moment lies, the source does not know: every clock may be meant."""
        if not self.zones:
            raise SkipTest("`zones` is False: this source holds no zones")
        location = self.put(tmp_path, tables.zones())
        whole = self.whole(location)
        assert whole.table is not None
        kind = whole.table["opened"].type
        for day in (datetime.date(2026, 3, 8), datetime.date(2026, 1, 1)):
            within = Within("closed", day, day + datetime.timedelta(days=1))
            if pa.types.is_timestamp(kind):
                rows = rows_within(whole.table["closed"], within)
                self._check_part(whole, self.read(location, period=within), rows, {"period": within})

    def test_all_hints_together(self, tmp_path: Path) -> None:
        """Of a part, only some columns: also those by which it is chosen may be left out."""
        location = self.put(tmp_path, tables.records())
        whole = self.whole(location)
        assert whole.table is not None
        within = Within("day", datetime.date(2026, 2, 1), datetime.date(2026, 4, 1))
        staff, where = OnlyIn("staff", ("S1", "007")), OnlyIn("number", ("1001", "1002", "1004"))
        rows = [
            all(each)
            for each in zip(
                rows_within(whole.table["day"], within),
                rows_in(whole.table["staff"], staff, staff=True),
                rows_in(whole.table["number"], where, staff=False),
                strict=True,
            )
        ]
        asked = {"period": within, "staff": staff, "where": (where,)}
        part = self.read(location, period=within, staff=staff, where=(where,))
        self._check_part(whole, part, rows, asked)
        only = self.read(location, ("record",), period=within, staff=staff, where=(where,))
        assert only.table is not None, spoken(only.diagnostics)
        assert part.table is not None
        hold(
            only.table.column_names == ["record"] and only.table["record"].equals(part.table["record"]),
            "the same rows come, whatever columns are asked for",
            "a filter may need columns that are not sent",
            f"{only.table.num_rows} rows, not {part.table.num_rows}",
        )

    def _check_numbers(self, found: SourceTable, count: int) -> None:
        if self.first_row is None:
            return
        numbers = found.row_numbers().tolist()
        same(
            numbers,
            list(range(self.first_row, self.first_row + count)),
            f"rows are numbered as a person counts them there, from {self.first_row}",
            "count over all chunks; set `first_row` to the number of the first row in this source, None if it has none",
        )


def _number(text: object) -> object:
    try:
        return Decimal(str(text))
    except InvalidOperation:
        return text


def _instant(value: object) -> object:
    """The moment, if the value says which; else the value, which then is not equal to any."""
    try:
        moment = datetime.datetime.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        return value
    if isinstance(moment, datetime.datetime) and moment.tzinfo is not None:
        return moment.astimezone(datetime.UTC)
    return moment
