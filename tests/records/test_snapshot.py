"""What a run was given comes back from its archive: the same rows in the same places, the same facts and scores."""

from __future__ import annotations

import datetime
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpirules import official
from kpirules.periods import parse
from kpirules.plugin import Part, SourceTable
from kpirules.records.archive import open_run
from kpirules.records.parquet import read_table, write_table
from kpirules.records.snapshot import Given, described, read_given
from tests.records.office import archived, finals, office, scored

JULY = parse("2026-07")
assert JULY is not None
#: Values of every type that a source may give.
VALUES: dict[pa.DataType, st.SearchStrategy[Any]] = {
    pa.string(): st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
    pa.bool_(): st.booleans(),
    pa.int64(): st.integers(-(2**63), 2**63 - 1),
    pa.float64(): st.floats(allow_nan=False),
    pa.date32(): st.dates(),
    pa.timestamp("us"): st.datetimes(),
    pa.timestamp("us", "UTC"): st.datetimes(timezones=st.just(datetime.UTC)),
    pa.duration("us"): st.timedeltas(datetime.timedelta(days=-9999), datetime.timedelta(days=9999)),
    pa.decimal128(38, 6): st.decimals(-(10**20), 10**20, places=6).map(Decimal),
}
NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"]), min_size=1, max_size=6)


@st.composite
def sources(draw: st.DrawFn) -> SourceTable:
    """Any table that an adapter may give."""
    names = draw(st.lists(st.one_of(NAMES, st.sampled_from(["row", "#row"])), max_size=4, unique=True))
    size = draw(st.integers(0, 6))
    columns = {}
    for name in names:
        kind = draw(st.sampled_from(list(VALUES)))
        values = draw(st.lists(st.none() | VALUES[kind], min_size=size, max_size=size))
        columns[name] = pa.array(values, kind)
    table = pa.table(columns)
    size = table.num_rows
    rows: Any = draw(st.integers(1, 99))
    parts: tuple[Part, ...] = ()
    if draw(st.booleans()):
        rows = np.array(draw(st.lists(st.integers(1, 10**9), min_size=size, max_size=size)), np.int64)
        starts = draw(st.lists(st.integers(1, max(1, size - 1)), max_size=2, unique=True)) if size > 1 else []
        parts = tuple(Part(one, f"{one}.csv", draw(st.none() | NAMES)) for one in sorted({0, *starts}))
    return SourceTable(
        "data/inputs.csv", draw(st.none() | NAMES), tuple(names), table, rows, (), "csv", "select 1", parts
    )


@given(sources(), st.lists(sources(), max_size=2))
@settings(max_examples=100)
def test_tables_come_back_as_they_were_given(
    tmp_path_factory: Any, one: SourceTable, more: list[SourceTable]
) -> None:
    folder = tmp_path_factory.mktemp("tables")
    assert JULY is not None
    whole = Given(JULY, "", {"工单/desk.kpi": "x"}, {"inputs": one, "工单": one}, None, tuple(more))
    files = described(whole)
    found = read_given(files.texts["given.json"])
    assert found.period == JULY and list(found.policy) == ["工单/desk.kpi"]
    assert [(name, correcting) for name, _, correcting in found.files] == [
        ("inputs", False),
        ("工单", False),
        *[("corrections", True)] * len(more),
    ]
    for (_, file, _), expected in zip(found.files, (one, one, *more), strict=True):
        assert file.isascii()
        path = folder / file.replace("/", "-")
        with open(path, "wb") as stream:
            write_table(stream, files.tables[file])
        _same(found.source(file, read_table(path)), expected)


class Desk(BaseHTTPRequestHandler):
    """A ticket system with one ticket."""

    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.asked.append(self.headers["Authorization"])
        row = {"staff": "Ann", "opened": "2026-01-05T09:00:00", "first_reply": "2026-01-05T09:10:00"}
        body = json.dumps([row]).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@contextmanager
def serving() -> Iterator[int]:
    """The ticket system on a port of this machine."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Desk) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


def _same(found: SourceTable, expected: SourceTable) -> None:
    assert found.table is not None and expected.table is not None
    assert (
        found.table.schema == expected.table.schema and found.table.to_pydict() == expected.table.to_pydict()
    )
    assert type(found.rows) is type(expected.rows)
    if expected.table.num_columns:  # a table without columns has no rows either
        assert found.row_numbers().tolist() == expected.row_numbers().tolist()
    for name in ("path", "sheet", "header", "adapter", "query", "parts"):
        assert getattr(found, name) == getattr(expected, name)


def test_facts_and_scores_come_back_with_their_places(project: Path, kept: Path) -> None:
    live = scored(project)
    again = official.score(official.restored(open_run(finals(kept)[0].path).given()))
    assert again.content.given.policy == live.content.given.policy
    for name, column in live.facts.matrix.columns.items():
        other = again.facts.matrix.columns[name]
        assert [other.value(row) for row in range(3)] == [column.value(row) for row in range(3)]
    assert again.facts.lineage.cell("courses", 1) == live.facts.lineage.cell("courses", 1)
    cell = again.facts.lineage.cell("courses", 1)
    assert cell is not None and (cell.path, cell.row, cell.column) == ("inputs.csv", 3, "courses")
    old, new = (one.facts.evidence_at("quick.1", 0) for one in (live, again))
    assert old is not None and old == new
    assert again.facts.origins == live.facts.origins
    assert again.facts.counts == live.facts.counts


def test_nothing_outside_of_the_archive_is_asked(
    kept: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The base that is extended, the sources and the calendar are those of the archive."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("kpirules.engine.base_of", None)
    monkeypatch.setattr("kpirules.gathering.read_tables", None)
    assert list(official.verified(open_run(finals(kept)[1].path))) == []


def test_secrets_never_enter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A token that a source needs stands in no file of the archive, though the source says it back."""
    pytest.importorskip("kpirules_rest", reason="needs the plugin for interfaces")
    folder = office(tmp_path / "office")
    with serving() as port:
        text = (folder / "kpirules.toml").read_text(encoding="utf-8")
        section = (
            f'path = "http://127.0.0.1:{port}/tickets?tenant=7"\nadapter = "rest"\n'
            'auth = { kind = "bearer", token = { env = "DESK_TOKEN" } }'
        )
        (folder / "kpirules.toml").write_text(text.replace('path = "tickets.csv"', section), encoding="utf-8")
        monkeypatch.setenv("DESK_TOKEN", "hunter2-s3cret")
        content = scored(folder).content
    run = archived(tmp_path / "archive", content).run
    told = open_run(run.path).given().tables["tickets"]
    assert told.path == f"http://127.0.0.1:{port}/tickets?tenant=7"
    assert told.table is not None and told.table.num_rows == 1 and Desk.asked == ["Bearer hunter2-s3cret"]
    for file in run.path.rglob("*"):
        if file.suffix == ".parquet":
            assert "hunter2" not in str(read_table(file).to_pydict()) + str(read_table(file).schema)
        elif file.is_file():
            assert b"hunter2" not in file.read_bytes()
