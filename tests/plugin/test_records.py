"""Sources made of records: types, wrong and missing cells with their places, wanted columns, batches, and closing."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from decimal import Decimal

import pyarrow as pa
import pytest
from pydantic import BaseModel

from kpirules.diagnostics import Cell, Diagnostic, Words
from kpirules.plugin import Capability, DataRequest, Description, Plugins, Source, SourceTable, read_table
from kpirules.plugin.problems import DAMAGED
from kpirules.plugin.records import (
    DAY,
    DURATION,
    INSTANT,
    MOMENT,
    NUMBER,
    TEXT,
    WHOLE,
    YES,
    Record,
    amount,
    source_of_records,
)

COLUMNS = {
    "text": TEXT,
    "yes": YES,
    "whole": WHOLE,
    "number": NUMBER,
    "money": amount(12, 2),
    "day": DAY,
    "moment": MOMENT,
    "instant": INSTANT,
    "time": DURATION,
}
NOON = datetime.datetime(2026, 1, 5, 12, 30)
GOOD: dict[str, object] = {
    "text": "Li",
    "yes": False,
    "whole": 3,
    "number": 0.5,
    "money": Decimal("9.50"),
    "day": NOON.date(),
    "moment": NOON,
    "instant": NOON.replace(tzinfo=datetime.UTC),
    "time": datetime.timedelta(hours=30),
}


class NoOptions(BaseModel):
    pass


class Given:
    name = "given"
    description = Words("given records", "给定记录")
    endings = ()
    Options = NoOptions
    capabilities: frozenset[Capability] = frozenset({"columns"})

    def __init__(self, *records: Record | Diagnostic, rows: int = 4_000) -> None:
        self.records, self.rows, self.closed = records, rows, 0

    def describe(self, location: str, options: NoOptions) -> Description:
        return Description(())

    def read(self, request: DataRequest[NoOptions]) -> Source:
        return source_of_records(request, COLUMNS, self.each(), query="all", batch_rows=self.rows)

    def each(self) -> Iterator[Record | Diagnostic]:
        try:
            yield from self.records
        finally:
            self.closed += 1


def read(adapter: Given, *columns: str) -> SourceTable:
    return read_table(Plugins((adapter,), ()), "there", adapter="given", columns=columns or None)


def test_every_type() -> None:
    found = read(Given(Record(1, GOOD), Record(2, {}), Record(3, dict.fromkeys(COLUMNS, ""))))
    assert found.diagnostics == ()
    assert found.table is not None
    assert found.table.schema == pa.schema(list(COLUMNS.items()))
    assert found.table.slice(0, 1).to_pylist() == [GOOD]
    assert found.table.slice(1).to_pylist() == [dict.fromkeys(COLUMNS)] * 2
    assert (found.header, found.query, found.path) == (tuple(COLUMNS), "all", "there")


@pytest.mark.parametrize(
    ("column", "value", "read_as"),
    [
        ("text", 3, "3"),
        ("text", 0.5, "0.5"),
        ("text", True, "true"),
        ("text", Decimal("9.50"), "9.5"),
        ("text", NOON, "2026-01-05 12:30:00"),
        ("text", "\ud800", "?"),
        ("number", 3, 3.0),
        ("number", float("nan"), None),
        ("money", 3, Decimal("3.00")),
        ("money", 0.1, Decimal("0.10")),
        ("time", datetime.time(1, 2, 3), datetime.timedelta(hours=1, minutes=2, seconds=3)),
        (
            "instant",
            NOON.replace(tzinfo=datetime.timezone(datetime.timedelta(hours=8))),
            datetime.datetime(2026, 1, 5, 4, 30, tzinfo=datetime.UTC),
        ),
    ],
)
def test_values_that_fit(column: str, value: object, read_as: object) -> None:
    found = read(Given(Record(1, {column: value})), column)
    assert found.diagnostics == ()
    assert found.table is not None
    assert found.table[column].to_pylist() == [read_as]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("text", [1]),
        ("text", {"a": 1}),
        ("yes", 1),
        ("yes", "true"),
        ("whole", True),
        ("whole", 1.0),
        ("whole", "7"),
        ("whole", 2**63),
        ("number", "0.5"),
        ("number", 2**53 + 1),
        ("number", False),
        ("money", Decimal("0.001")),
        ("money", Decimal("1e30")),
        ("money", "9.50"),
        ("money", float("inf")),
        ("day", NOON),
        ("day", "2026-01-05"),
        ("moment", NOON.date()),
        ("moment", NOON.replace(tzinfo=datetime.UTC)),
        ("instant", NOON),
        ("time", 30),
    ],
)
def test_values_that_do_not_fit_are_named_and_never_guessed(column: str, value: object) -> None:
    found = read(Given(Record(4, GOOD), Record(7, {column: value}), Record(9, GOOD)), column)
    (wrong,) = found.diagnostics
    assert wrong.code == "K559"
    assert wrong.place == Cell("there", 7, column, None, str(value)[:100])
    assert wrong.message("zh") and column in wrong.message("en")
    assert found.table is not None
    assert found.table[column].to_pylist() == [GOOD[column], None, GOOD[column]]


@pytest.mark.parametrize(
    ("column", "value", "en", "zh"),
    [
        ("instant", NOON, "the zone is lacking", "缺少时区"),
        ("instant", "2026-07-01 09:30:00", "the zone is lacking", "缺少时区"),
        ("moment", NOON.replace(tzinfo=datetime.UTC), "this one has a zone", "带有时区"),
        ("instant", "yesterday", "holds moments", "应为时刻"),
    ],
)
def test_a_zone_that_lacks_or_is_too_much_is_said(column: str, value: object, en: str, zh: str) -> None:
    (wrong,) = read(Given(Record(1, {column: value})), column).diagnostics
    assert wrong.code == "K559"
    assert en in wrong.message("en") and zh in wrong.message("zh")
    helped = {"the zone is lacking": "+08:00), or let the adapter", "this one has a zone": "INSTANT"}.get(
        en, "the source"
    )
    assert wrong.help("en").startswith("mend it in the source") and helped in wrong.help("en")
    assert "{" not in wrong.help("en") + wrong.help("zh")


def test_rows_findings_and_batches() -> None:
    one = DAMAGED.at(Cell("there", 3), path="there", reason="x")
    records = [Record(row, {"whole": row}, row / 10) for row in (1, 2, 4, 8, 9)]
    found = read(Given(*records[:2], one, *records[2:], rows=2), "whole")
    assert found.row_numbers().tolist() == [1, 2, 4, 8, 9]
    assert found.diagnostics == (one,)
    assert found.table is not None
    assert found.table["whole"].num_chunks == 3


def test_each_record_stands_in_its_file() -> None:
    records = [
        Record(3, {"whole": 1}, 0.5, path="a"),
        Record(4, {"whole": 2}, 0.5, path="a"),
        Record(1, {"whole": "x"}, 1.0, path="b"),
        Record(9, {"whole": 4}),
    ]
    found = read(Given(*records), "whole")
    assert found.table is not None
    assert found.table["whole"].to_pylist() == [1, 2, None, 4]
    places = [found.cell(row, "whole", "") for row in range(4)]
    assert [(one.path, one.row) for one in places] == [("a", 3), ("a", 4), ("b", 1), ("there", 9)]
    (wrong,) = found.diagnostics
    assert wrong.place == Cell("b", 1, "whole", None, "x")


def test_findings_are_listed_up_to_a_number() -> None:
    found = read(Given(*(Record(row, {"whole": "x"}) for row in range(1, 251)), rows=100), "whole")
    assert [one.code for one in found.diagnostics].count("K559") == 100
    assert found.diagnostics[-1].code == "K539"
    assert "150" in found.diagnostics[-1].message()


def test_nothing_at_all() -> None:
    found = read(Given())
    assert found.table is not None
    assert (found.table.num_rows, found.table.column_names) == (0, list(COLUMNS))


def test_the_records_are_closed_when_reading_stops() -> None:
    adapter = Given(*(Record(row, GOOD) for row in range(1, 10)), rows=2)
    source = adapter.read(DataRequest("there", NoOptions()))
    chunks = iter(source.chunks)
    next(chunks)
    assert adapter.closed == 0
    chunks.close()  # type: ignore[attr-defined]
    assert adapter.closed == 1


def test_a_column_of_a_strange_type_is_the_authors_mistake() -> None:
    with pytest.raises(TypeError, match="list"):
        source_of_records(DataRequest("there", NoOptions()), {"a": pa.list_(pa.int64())}, ())
