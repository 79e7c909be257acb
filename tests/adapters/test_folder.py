"""Folders and patterns as one table: which files, which columns, and where every row stands."""

from __future__ import annotations

import datetime
import gzip
import json
import os
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kpirules.adapters.hooks import FolderAdapter
from kpirules.diagnostics import Cell, Diagnostic
from kpirules.plugin import OnlyIn, Plugins, SourceTable, Within, describe, read_table
from tests.adapters.reading import ADAPTERS, codes, read, rows, values


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    return folder


def places(found: SourceTable) -> list[tuple[str, int | None]]:
    assert found.table is not None
    cells = [found.cell(index) for index in range(found.table.num_rows)]
    return [(Path(one.path).name, one.row) for one in cells]


def within(column: str, first: str, last: str) -> Within:
    end = datetime.date.fromisoformat(last) + datetime.timedelta(days=1)
    return Within(column, datetime.date.fromisoformat(first), end)


MONTHS = {f"2026-{month:02}.csv": f"id,opened\n{month}a,x\n{month}b,y\n" for month in (1, 2, 3, 10)}


# Which files


def test_a_folder_is_one_table_in_natural_order(tmp_path: Path) -> None:
    write(tmp_path, {"week10.csv": "id\nc\n", "week9.csv": "id\na\nb\n", "more/week1.csv.gz": "id\nd\n"})
    found = read(tmp_path)
    assert codes(found) == []
    assert values(found) == {"id": ["d", "a", "b", "c"]}
    assert places(found) == [("week1.csv.gz", 2), ("week9.csv", 2), ("week9.csv", 3), ("week10.csv", 2)]
    assert rows(found) == [2, 2, 3, 2]
    assert found.path == str(tmp_path)
    assert found.adapter == "folder"


def test_a_pattern_picks_files(tmp_path: Path) -> None:
    write(tmp_path, {**MONTHS, "staff.csv": "name\nLi\n"})
    assert values(read(f"{tmp_path}/2026-0[12].csv"))["id"] == ["1a", "1b", "2a", "2b"]
    assert values(read(f"{tmp_path}/2026-*.csv"))["id"][-1] == "10b"
    assert values(read(tmp_path, files="2026-1?.csv"))["id"] == ["10a", "10b"]


def test_a_pattern_of_folders(tmp_path: Path) -> None:
    write(tmp_path, {"a/2026/07.csv": "id\n1\n", "b/2026/07.csv": "id\n2\n", "b/2026/08.csv": "id\n3\n"})
    assert values(read(f"{tmp_path}/*/2026/07.csv"))["id"] == ["1", "2"]
    assert values(read(f"{tmp_path}/**/08.csv"))["id"] == ["3"]
    assert values(read(f"{tmp_path}/b*"))["id"] == ["2", "3"]


def test_a_file_with_a_bracket_in_its_name_is_a_file(tmp_path: Path) -> None:
    write(tmp_path, {"data[1].csv": "id\n1\n", "data1.csv": "id\n2\n"})
    found = read(tmp_path / "data[1].csv")
    assert found.adapter == "csv"
    assert values(found)["id"] == ["1"]


def test_files_kept_aside_do_not_count(tmp_path: Path) -> None:
    write(
        tmp_path, {"a.csv": "id\n1\n", "~$a.csv": "x", ".b.csv": "x", "_SUCCESS": "", "_tmp/c.csv": "x\n1\n"}
    )
    assert values(read(tmp_path)) == {"id": ["1"]}


def test_a_link_back_to_the_folder_is_not_followed_for_ever(tmp_path: Path) -> None:
    write(tmp_path, {"a.csv": "id\n1\n"})
    (tmp_path / "again").symlink_to(tmp_path)
    assert values(read(tmp_path)) == {"id": ["1"]}


def test_files_that_nothing_reads_are_told(tmp_path: Path) -> None:
    write(tmp_path, {"a.csv": "id\n1\n", "readme.txt": "hello", "b.pdf": "x"})
    found = read(tmp_path)
    assert codes(found) == ["K593"]
    assert "b.pdf, readme.txt" in found.diagnostics[0].message()
    assert codes(read(tmp_path, files="*.csv")) == []


@pytest.mark.parametrize(
    ("location", "code", "says"),
    [
        ("empty", "K590", "empty"),
        ("full/x*.csv", "K591", "x*.csv"),
        ("nothing/*.csv", "K530", "nothing"),
        ("2026/", "K530", "2026"),
    ],
)
def test_nothing_to_read(tmp_path: Path, location: str, code: str, says: str) -> None:
    (tmp_path / "empty").mkdir()
    write(tmp_path, {"full/a.csv": "id\n1\n"})
    found = read(f"{tmp_path}/{location}")
    assert found.table is None
    assert codes(found) == [code]
    assert says in found.diagnostics[0].message()


def test_no_file_of_a_known_ending(tmp_path: Path) -> None:
    write(tmp_path, {"a.log": "id\n1\n"})
    assert codes(read(tmp_path)) == ["K598"]
    assert values(read(tmp_path, read_as="csv")) == {"id": ["1"]}
    assert codes(read(tmp_path, read_as="cvs")) == ["K524"]


# One table of them


def test_columns_go_by_name(tmp_path: Path) -> None:
    write(tmp_path, {"a.csv": "id,name\n1,Li\n", "b.csv": "name;id\nHan;2\n"})
    assert values(read(tmp_path)) == {"id": ["1", "2"], "name": ["Li", "Han"]}


def test_a_file_that_lacks_a_column_is_named(tmp_path: Path) -> None:
    write(tmp_path, {"a.csv": "id,name\n1,Li\n", "b.csv": "id\n2\n", "c.csv": "id,name,more\n3,Wu,x\n"})
    found = read(tmp_path, ("id", "name"))
    assert codes(found) == ["K592"]
    place = found.diagnostics[0].place
    assert isinstance(place, Cell)
    assert (Path(place.path).name, place.column) == ("b.csv", "name")
    assert 'a.csv" has' in found.diagnostics[0].message()
    assert codes(read(tmp_path)) == ["K592"] * 3  # `more` is lacking in two
    assert codes(read(tmp_path, ("id",))) == []
    assert values(read(tmp_path, ("id", "name"), missing_columns="empty"))["name"] == ["Li", None, "Wu"]


def test_types_are_united(tmp_path: Path) -> None:
    two = {
        "a": {
            "n": pa.array([1], pa.int64()),
            "m": pa.array([1.5]),
            "d": pa.array([datetime.date(2026, 1, 5)]),
        },
        "b": {"n": pa.array([2.25]).cast(pa.decimal128(5, 2)), "m": pa.array(["x"]), "d": pa.array(["-"])},
    }
    for name, table in two.items():
        pq.write_table(pa.table(table), tmp_path / f"{name}.parquet")
    found = read(tmp_path)
    assert codes(found) == ["K596", "K596"]
    assert not any(one.is_error for one in found.diagnostics)
    assert found.table is not None
    assert pa.types.is_decimal(found.table.schema.field("n").type)
    assert values(found)["m"] == ["1.5", "x"]
    assert values(found)["d"] == ["2026-01-05", "-"]


def test_files_of_several_formats(tmp_path: Path) -> None:
    write(tmp_path, {"a.csv": "id\n007\n", "b.jsonl": json.dumps({"id": 7}) + "\n"})
    found = read(tmp_path)
    assert values(found) == {"id": ["007", "7"]}
    assert places(found) == [("a.csv", 2), ("b.jsonl", 1)]


def test_settings_go_to_the_files(tmp_path: Path) -> None:
    write(
        tmp_path,
        {"a.csv": "no table\nid|x\n1|2\n", "b.csv": "none\nid|x\n3|4\n", "c.json": '[{"id": 5, "x": 6}]'},
    )
    found = read(tmp_path, header_row=2, delimiter="|")
    assert values(found)["id"] == ["1", "3", "5"]
    wrong = read(tmp_path, delimeter="|", header_row=0)
    assert sorted(codes(wrong)) == ["K526", "K599"]
    assert wrong.table is not None  # what could be read is looked at too
    assert any(one.suggestion == "delimiter" for one in wrong.diagnostics)


# Where things stand


def test_a_broken_row_and_a_broken_file_are_named(tmp_path: Path) -> None:
    write(tmp_path, {"a.csv": "id,n\n1,2\n", "b.csv": "id,n\n3\n4,5\n", "c.csv.gz": "id,n\n5,6\n"})
    packed = tmp_path / "c.csv.gz"
    packed.write_bytes(packed.read_bytes()[:-9])
    found = read(tmp_path)
    assert sorted(codes(found)) == ["K535", "K542"]
    (ragged,) = [one for one in found.diagnostics if one.code == "K542"]
    assert isinstance(ragged.place, Cell)
    assert (Path(ragged.place.path).name, ragged.place.row) == ("b.csv", 2)
    assert values(found)["id"] == ["1", "4"]
    assert places(found) == [("a.csv", 2), ("b.csv", 3)]


def test_findings_of_many_files_are_counted_together(tmp_path: Path) -> None:
    write(tmp_path, {f"{name}.csv": "id,n\n" + "1\n" * 90 for name in "abc"})
    found = read(tmp_path)
    assert codes(found) == ["K542"] * 100 + ["K539"]
    assert found.diagnostics[-1].args["count"] == 170


def test_where_a_place_stands_in_the_table(tmp_path: Path) -> None:
    write(tmp_path, {"a.csv": "id\n1\n2\n", "b.csv": "id\n3\n\n4\n"})
    found = read(tmp_path)
    assert found.index_of(Cell(str(tmp_path / "b.csv"), 4)) == 3
    assert found.index_of(Cell(str(tmp_path / "b.csv"), 3)) is None
    assert found.index_of(Cell(str(tmp_path / "a.csv"), 4)) is None
    assert [found.index_of(found.cell(index)) for index in range(4)] == [0, 1, 2, 3]
    assert found.said_row(1, beside=0) == 3
    assert 'b.csv"' in str(found.said_row(3, beside=0))


# What names say


def test_the_period_in_the_name_is_a_column(tmp_path: Path) -> None:
    write(tmp_path, MONTHS)
    found = read(tmp_path, period_from="name")
    assert found.header == ("id", "opened", "period")
    assert values(found)["period"] == [f"2026-{m}" for m in ("01", "01", "02", "02", "03", "03", "10", "10")]
    assert values(read(tmp_path, ("period",), period_from="name"))["period"][-1] == "2026-10"
    named = read(tmp_path, period_from="name", period_column="month")
    assert "month" in values(named)


def test_folders_around_say_the_period(tmp_path: Path) -> None:
    write(tmp_path, {"2026/07/a.csv": "id\n1\n", "2026/08/a.csv": "id\n2\n"})
    assert values(read(tmp_path, period_from="name"))["period"] == ["2026-07", "2026-08"]
    assert values(read(f"{tmp_path}/2026", period_from="name"))["period"] == ["2026-07", "2026-08"]
    assert values(read(f"{tmp_path}/2026/08/*.csv", period_from="name"))["period"] == ["2026-08"]


def test_names_that_say_no_period_or_several(tmp_path: Path) -> None:
    write(tmp_path, {"a.csv": "id\n1\n", "2026-01_2026-02.csv": "id\n1\n", "2026-03.csv": "id\n1\n"})
    found = read(tmp_path, period_from="name")
    assert sorted(codes(found)) == ["K594", "K595"]
    assert values(found)["period"] == ["2026-03"]
    taken = write(tmp_path / "own", {"2026-01.csv": "id,period\n1,2026-01\n"})
    assert codes(read(taken, period_from="name")) == ["K597"]


def opened(
    folder: Path, monkeypatch: pytest.MonkeyPatch, settings: dict[str, Any], **hints: Any
) -> list[str]:
    """The names of the files of which rows came, with those of other months broken: opening them would be told."""
    found = read_table(ADAPTERS, str(folder), settings=settings, **hints)
    assert codes(found) == []
    return [name for name, row in places(found) if row == 2]


def test_files_of_other_periods_are_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {**MONTHS, "2026-03.csv": ""})  # an empty file would be an error
    first = ["2026-01.csv", "2026-02.csv"]
    period = within("period", "2026-01-15", "2026-02-10")
    assert opened(tmp_path, monkeypatch, {"period_from": "name"}, period=period) == first
    moments = within("opened", "2026-01-15", "2026-02-10")
    assert opened(tmp_path, monkeypatch, {"period_of": "opened"}, period=moments) == first
    found = read_table(ADAPTERS, str(tmp_path), settings={"period_of": "opened"}, period=moments)
    assert found.query == "2 of 4 files: 2026-01.csv, 2026-02.csv"
    assert "period" not in found.header
    whole = read(tmp_path, columns=("id",), files="2026-0[12].csv")
    assert whole.query == "2 files: 2026-01.csv, 2026-02.csv"
    # Without the word of the project file that rows lie in the month of their file, all files are read.
    assert codes(read_table(ADAPTERS, str(tmp_path), settings={"period_from": "name"}, period=moments)) == [
        "K533"
    ]


def test_weeks_may_reach_into_other_months(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {f"2026-W{week}.csv": f"id\n{week}\n" for week in range(25, 33)})
    july = within("period", "2026-07-01", "2026-07-31")
    names = opened(tmp_path, monkeypatch, {"period_from": "name"}, period=july)
    assert names == [f"2026-W{week}.csv" for week in range(26, 33)]


def test_partitions_are_columns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("team=north/month=2026-07/a.csv", "team=s%C3%BCd/month=2026-08/a.csv")
    write(
        tmp_path,
        {**dict.fromkeys(names, "id\n1\n"), "team=__HIVE_DEFAULT_PARTITION__/month=2026-08/b.csv": "id\n2\n"},
    )
    found = read(tmp_path, period_from="name")
    table = values(found)
    assert sorted(zip(table["team"], table["month"], table["period"], strict=True), key=str) == [
        ("north", "2026-07", "2026-07"), ("süd", "2026-08", "2026-08"), (None, "2026-08", "2026-08"),
    ]  # fmt: skip
    assert codes(read(tmp_path, ("team",))) == []
    assert len(values(read(tmp_path, ("team",)))["team"]) == 3
    assert "team" not in read(tmp_path, partitions=False).header
    north = read_table(ADAPTERS, str(tmp_path), where=(OnlyIn("team", ("north",)),))
    assert values(north)["team"] == ["north"]
    staff = read_table(ADAPTERS, str(tmp_path), staff=OnlyIn("team", ("north",)))
    assert set(values(staff)["team"]) == {"north", None}  # rows of nobody are mistakes to be told


def test_when_no_file_is_wanted_the_columns_are_there_still(tmp_path: Path) -> None:
    write(tmp_path, MONTHS)
    period = within("period", "2025-01-01", "2025-12-31")
    found = read_table(ADAPTERS, str(tmp_path), settings={"period_from": "name"}, period=period)
    assert found.header == ("id", "opened", "period")
    assert codes(found) == []


def test_progress_goes_by_size(tmp_path: Path) -> None:
    write(tmp_path, MONTHS)
    shares: list[float] = []
    read_table(ADAPTERS, str(tmp_path), watch=lambda one: shares.append(one.done or 0.0))
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1.0)


def test_what_is_there(tmp_path: Path) -> None:
    write(tmp_path, {"team=a/2026-01.csv": "id,x\n1,2\n", "team=b/2026-02.csv": "id,y\n1,2\n"})
    found = describe(ADAPTERS, str(tmp_path), settings={"period_from": "name"})
    assert found.sheets[0].columns == ("id", "x", "team", "period", "y")
    assert found.diagnostics == ()


def test_an_adapter_that_fails_in_a_claim_is_passed_over(tmp_path: Path) -> None:
    class Failing(FolderAdapter):
        name = "failing"

        def claims(self, location: str) -> bool:
            raise RuntimeError

    plugins = Plugins((Failing(), *ADAPTERS.adapters), ())
    chosen = plugins.adapter(str(tmp_path))
    assert not isinstance(chosen, Diagnostic)
    assert chosen.name == "folder"


def test_a_name_that_is_no_text(tmp_path: Path) -> None:
    try:
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/k=\xff")).mkdir()
    except OSError:
        pytest.skip("this file system has no such names")
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/k=\xff/a.csv")).write_text("a\n1\n")
    found = read(tmp_path)
    assert codes(found) == ["K717"]
    assert "udcff" in found.diagnostics[0].message()
