"""The laws that any source keeps, whatever it holds: tested on a sample that its author names."""

from __future__ import annotations

import datetime
import io
import logging
import re
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar
from unittest import SkipTest

import pyarrow as pa
import pyarrow.compute as pc

from kpirules.plugin.columns import as_text, is_settled
from kpirules.plugin.contract.held import held, let_go
from kpirules.plugin.contract.laws import hold, spoken
from kpirules.plugin.contract.options import unsafe, unspoken
from kpirules.plugin.contract.secrets import Canary, secret_settings
from kpirules.plugin.contract.tables import Broken
from kpirules.plugin.contract.wanted import rows_in, rows_within
from kpirules.plugin.exchange import Capability, Chunk, DataRequest, OnlyIn, Source, SourceTable, Within
from kpirules.plugin.problems import PLUGIN_FAULT
from kpirules.plugin.protocols import Adapter
from kpirules.plugin.reading import describe, read_table
from kpirules.plugin.registry import Plugins, flaw
from kpirules.plugin.secrets import Secrets
from kpirules.plugin.settings import check_settings

#: Columns of a sample that are asked for parts of it: each costs a read.
_ASKED = 4
_ODD = ("", "no\0place", "/no/such/" + "x" * 5000, "/no/such/员工 😀/table")


class SourceContract:
    """What a source must do, whatever it is. Set `adapter`; give `sample`; override the rest where the source differs.

    settings: of the adapter, as the project file gives them. missing: a location where there is nothing.
    stable_rows: whether a row has the same number when only a part of the rows is asked for; a database that
    counts what it sends says False. shown: the capabilities that show in the sample, where that is not all of them.
    secrets: settings that hold a secret, where the kit cannot make them up from
    the options by itself (`{"auth": {"kind": "bearer", "token": {"env": Canary.NAME}}}`).
    """

    adapter: ClassVar[Adapter[Any]]
    settings: ClassVar[dict[str, object]] = {}
    missing: ClassVar[str] = "/no/such/place"
    stable_rows: ClassVar[bool] = True
    shown: ClassVar[frozenset[Capability] | None] = None
    secrets: ClassVar[dict[str, object] | None] = None

    # What an author gives

    def sample(self, folder: Path) -> str:
        """Where some rows can be read, the same each time; put there first if need be."""
        raise NotImplementedError

    def settings_at(self, location: str) -> dict[str, object]:
        """The settings that read that location."""
        return dict(self.settings)

    def put_broken(self, folder: Path) -> Broken | None:
        """A source with a cell or a row that cannot be read, and where; None if nothing can be wrong in it."""
        return None

    # How the tests ask

    def read(
        self,
        location: str,
        columns: tuple[str, ...] | None = None,
        *,
        period: Within | None = None,
        staff: OnlyIn | None = None,
        where: tuple[OnlyIn, ...] = (),
    ) -> SourceTable:
        """The table, read through the seam as kpirules does."""
        return read_table(
            Plugins((self.adapter,), ()),
            location,
            adapter=self.adapter.name,
            settings=self.settings_at(location),
            columns=columns,
            period=period,
            staff=staff,
            where=where,
        )

    def ask(self, location: str, settings: Mapping[str, object] | None = None, **wanted: Any) -> Source:
        """The adapter's own answer: nothing is checked or hidden on the way."""
        given = self.settings_at(location) if settings is None else settings
        options, wrong = check_settings(self.adapter, given, None, Secrets())
        hold(options is not None, "the test's settings are the adapter's", "mend `settings`", spoken(wrong))
        return self.adapter.read(DataRequest(location, options, **wanted))

    def whole(self, location: str) -> SourceTable:
        """All of it, without a finding."""
        found = self.read(location)
        hold(
            found.table is not None and not any(one.is_error for one in found.diagnostics),
            "a good source is read without an error",
            "look at what the adapter says of the test's own source, and whether the settings fit it",
            spoken(found.diagnostics),
        )
        return found

    # The laws

    def test_is_an_adapter(self) -> None:
        wrong = flaw(self.adapter, Adapter)
        hold(not wrong, "the object is an adapter (see `kpirules.plugin.Adapter`)", "mend the member", wrong)
        said = self.adapter.description
        hold(said.en and said.zh, "the description is given in English and Chinese", "give both", said)

    def test_options_say_what_they_mean(self) -> None:
        found = unspoken(self.adapter.Options)
        hold(
            not found,
            "every setting says what it is for: users see it in `kpirules plugins`",
            "give it a description: Field(..., description=...)",
            ", ".join(found),
        )

    def test_passwords_are_secrets(self) -> None:
        found = unsafe(self.adapter.Options)
        hold(
            not found,
            "a setting that holds a password or a token is a secret (law 9)",
            "type it as pydantic.SecretStr, without a value of its own",
            ", ".join(found),
        )

    def test_health(self) -> None:
        asked = getattr(self.adapter, "health", None)
        found = () if asked is None else asked()
        hold(
            isinstance(found, tuple), "health gives a tuple of diagnostics", "end it with `return ()`", found
        )

    def test_stream(self, tmp_path: Path) -> None:
        """Types, row numbers, findings and progress of every chunk."""
        source = self.ask(self.sample(tmp_path))
        schema = source.schema
        assert schema is not None, spoken(source.diagnostics)
        _check_names(source.header, "header")
        _check_names(tuple(schema.names), "schema")
        inside = set(schema.names) <= set(source.header)
        hold(
            inside, "the header holds every column that is read", "give Source the whole header", schema.names
        )
        for field in schema:
            hold(
                is_settled(field.type),
                "columns have the types of the seam (law 2)",
                "bring the column to one of them with kpirules.plugin.columns.settle",
                f"{field.name} as {field.type}",
            )
        last, done, path = 0, 0.0, None
        for chunk in _closing(source):
            if getattr(chunk, "path", None) != path:  # several files in one table: each has rows of its own
                last, path = 0, getattr(chunk, "path", None)
            last = _check_chunk(chunk, schema, last)
            if chunk.done is not None:
                hold(
                    done <= chunk.done <= 1,
                    "`done` is the share of the source that is read: it never falls, and ends at most at 1",
                    "give what is read by now divided by all there is, or None",
                    f"{chunk.done} after {done}",
                )
                done = chunk.done

    def test_it_prints_nothing(self, tmp_path: Path, capsys: Any) -> None:
        location = self.sample(tmp_path)
        capsys.readouterr()
        for _ in _closing(self.ask(location)):
            pass
        printed = "".join(capsys.readouterr())
        hold(not printed, "only the command line prints", "return findings as diagnostics instead", printed)

    def test_only_what_is_wanted(self, tmp_path: Path) -> None:
        location = self.sample(tmp_path)
        found = self.whole(location)
        assert found.table is not None
        names = found.table.column_names
        wanted = (names[-1], "nobody's column", names[0])
        part = self.read(location, wanted)
        assert part.table is not None, spoken(part.diagnostics)
        hold(
            part.table.column_names == [name for name in names if name in wanted],
            "with `columns`, exactly those of them come that the source has, in the source's order (law 1)",
            "take out of the source only what request.wants(name); a missing one is the caller's to tell",
            part.table.column_names,
        )
        hold(
            part.header == found.header, "the header is whole, whatever is asked for", "keep it", part.header
        )
        hold(
            part.table.equals(found.table.select(part.table.column_names)),
            "a column holds the same, whatever else is asked for",
            "look at how values find their column when some columns are left out",
            f"columns {', '.join(part.table.column_names)} differ",
        )
        nothing = self.read(location, ("nobody's column",))
        assert nothing.table is not None, spoken(nothing.diagnostics)
        hold(
            nothing.table.column_names == [],
            "a column that is not there is no problem here",
            "give a table of no columns",
            nothing.table.column_names,
        )

    def test_twice_the_same(self, tmp_path: Path) -> None:
        location = self.sample(tmp_path)
        one, other = self.whole(location), self.whole(location)
        _equal(one, other, "reading the same twice gives the same (law 7)", "order the rows; keep nothing")

    def test_two_reads_at_once(self, tmp_path: Path) -> None:
        """Two readings that are open at the same time: state that belongs to the adapter shows here."""
        location = self.sample(tmp_path)
        alone = self.whole(location)
        assert alone.table is not None
        names = alone.table.column_names
        first = self.ask(location)
        second = self.ask(location, columns=(names[-1],))
        chunks = iter(first.chunks)
        begun = [*_next(chunks)]
        others = list(_closing(second))
        rest = [*begun, *chunks]
        _close(first)
        one, other = _table(first, rest), _table(second, others)
        hold(
            one is not None
            and other is not None
            and one.equals(alone.table)
            and other.equals(alone.table.select(other.column_names)),
            "readings do not know of each other: two may be under way at once (law 11)",
            "keep what belongs to one reading (connection, position, columns) in that reading, not in the adapter",
            "other rows or columns than of a reading alone",
        )

    def test_it_lets_go_of_everything(self, tmp_path: Path, monkeypatch: Any) -> None:
        """Reading stops after the first chunk, as when the user interrupts it."""
        temporary = tmp_path / "temporary"
        temporary.mkdir()
        location = self.sample(tmp_path)
        monkeypatch.setattr(tempfile, "tempdir", str(temporary))
        before = held(tmp_path, temporary)
        whole = self.whole(location)
        left = let_go(tmp_path, temporary, before)
        advice = "close files and connections in the `finally` of the generator that gives the chunks"
        hold(not left, "a source that is read to its end lets go of everything (law 10)", advice, left)
        source = self.ask(location)
        list(_next(iter(source.chunks)))
        _close(source)
        del source
        left = let_go(tmp_path, temporary, before)
        hold(not left, "a reading that stops early lets go of everything when closed (law 10)", advice, left)
        _equal(
            whole, self.whole(location), "after a reading that stopped early, it is read as before", advice
        )

    def test_parts_hold_what_is_asked(self, tmp_path: Path) -> None:
        """Period, staff and other filters are hints: rows beyond them may come, those that they ask for must."""
        location = self.sample(tmp_path)
        whole = self.whole(location)
        assert whole.table is not None
        less: dict[Capability, bool] = {}
        for asked, wanted, capability in _questions(whole.table):
            found = self.read(location, **asked)
            self._check_part(whole, found, wanted, asked)
            if sum(wanted) < len(wanted):
                assert found.table is not None
                less[capability] = less.get(capability, False) or found.table.num_rows < len(wanted)
        claimed = self.adapter.capabilities if self.shown is None else self.shown
        for capability, is_less in less.items():
            if capability in claimed:
                hold(
                    is_less,
                    f'an adapter with the capability "{capability}" sends less when it is asked for a part',
                    f'use the hint, or take "{capability}" out of the capabilities; a source that leaves out whole '
                    "parts needs a sample of several parts; `shown` says what shows in the sample",
                    "as many rows as without the hint",
                )

    def test_a_filter_on_a_column_that_is_not_there(self, tmp_path: Path) -> None:
        location = self.sample(tmp_path)
        whole = self.whole(location)
        assert whole.table is not None
        day = datetime.date(2026, 1, 1)
        for asked in (
            {"period": Within("nobody's column", day, day)},
            {"staff": OnlyIn("nobody's column", ("S1",))},
            {"where": (OnlyIn("nobody's column", ("S1",)),)},
        ):
            self._check_part(whole, self.read(location, **asked), [True] * whole.table.num_rows, asked)

    def test_says_what_is_there(self, tmp_path: Path) -> None:
        location = self.sample(tmp_path)
        whole = self.whole(location)
        found = describe(
            Plugins((self.adapter,), ()),
            location,
            adapter=self.adapter.name,
            settings=self.settings_at(location),
        )
        assert whole.table is not None
        columns = found.sheets[0].columns if found.sheets else None
        hold(
            columns == whole.header,
            "describe names the columns that read gives, the default sheet first",
            "let both find the header in one place",
            f"{columns} and {whole.header}; {spoken(found.diagnostics)}",
        )
        rows = found.sheets[0].rows
        hold(
            rows in (None, whole.table.num_rows),
            "describe says how many rows there are, or None",
            "say None where it would take reading them",
            rows,
        )

    def test_nothing_there(self) -> None:
        self._check_refused(self.missing)

    def test_odd_locations(self) -> None:
        for location in _ODD:
            self._check_refused(location)

    def test_errors_name_their_place(self, tmp_path: Path) -> None:
        broken = self.put_broken(tmp_path)
        if broken is None:
            raise SkipTest("put_broken gives nothing: nothing can be wrong inside this source")
        found = self.read(broken.location)
        errors = [one for one in found.diagnostics if one.is_error]
        _check_spoken(errors)
        places = {
            (getattr(one.place, "row", None), getattr(one.place, "column", None)): one.place for one in errors
        }
        place = places.get((broken.row, broken.column))
        hold(
            place is not None and (broken.sheet is None or getattr(place, "sheet", None) == broken.sheet),
            f"the error names row {broken.row}, column {broken.column}, sheet {broken.sheet} (law 6)",
            "give the diagnostic Cell(path, row, column, sheet, value)",
            f"places {[*places]}: {spoken(found.diagnostics)}",
        )
        if broken.rows is not None:
            count = found.table.num_rows if found.table is not None else None
            hold(
                count == broken.rows,
                f"{broken.rows} rows can be read all the same: one wrong cell is null, one wrong row is left out",
                "go on after an error",
                count,
            )

    def test_secrets_are_never_said(self, tmp_path: Path, monkeypatch: Any, capsys: Any) -> None:
        given = secret_settings(self.adapter.Options) if self.secrets is None else self.secrets
        if given == {}:
            raise SkipTest("no setting of this adapter is a secret")
        hold(
            given is not None,
            "the tests know how to give this adapter a secret",
            'set `secrets`, such as {"auth": {"kind": "bearer", "token": {"env": Canary.NAME}}}',
        )
        location = self.sample(tmp_path)
        monkeypatch.setenv(Canary.NAME, Canary.VALUE)
        log = io.StringIO()
        with _Logged(log):
            for where in (location, self.missing):
                said = self._all_that_is_said(where, {**self.settings_at(where), **(given or {})})
                found = Canary.found_in(said) or Canary.found_in(repr(self.adapter))
                hold(not found, "a secret never stands in what comes back (law 9)", "leave it out", found)
        told = Canary.found_in(log.getvalue() + "".join(capsys.readouterr()))
        hold(not told, "a secret is never logged or printed (law 9)", "quiet the library that logs it", told)

    # Parts of them

    def _all_that_is_said(self, location: str, settings: dict[str, object]) -> str:
        try:
            source = self.ask(location, settings)
            findings = [
                *source.diagnostics,
                *(one for chunk in _closing(source) for one in chunk.diagnostics),
            ]
        except Exception as fault:  # a broken law of its own, which another test tells
            return f"{fault!r} {fault}"
        said = " ".join(f"{one!r} {one.message('en')} {one.message('zh')}" for one in findings)
        return f"{source.path} {source.sheet} {source.header} {source.query} {source!r} {said}"

    def _check_refused(self, location: str) -> None:
        found = self.read(location)
        errors = [one for one in found.diagnostics if one.is_error]
        law = f"a location where nothing can be read ({location[:40]!r}) gives an error and no table (law 7)"
        hold(found.table is None and errors, law, "give Source.refused(path, problem)", spoken(errors))
        hold(
            not any(one.problem is PLUGIN_FAULT for one in errors),
            "nothing raises for what a user can do wrong (law 7)",
            "catch it, and say what is wrong as a diagnostic",
            spoken(errors),
        )
        _check_spoken(errors)

    def _check_part(
        self, whole: SourceTable, found: SourceTable, wanted: list[bool], asked: Mapping[str, object]
    ) -> None:
        law = f"a part of a source holds at least what is asked for (law 8): {asked}"
        hold(
            found.table is not None and not any(one.is_error for one in found.diagnostics),
            law,
            "send all rows where the hint cannot be used, such as for a column that is not there",
            spoken(found.diagnostics),
        )
        assert whole.table is not None
        assert found.table is not None
        all_rows = _rows(whole, self.stable_rows)
        came = Counter(_rows(found, self.stable_rows))
        lost = Counter(row for row, is_wanted in zip(all_rows, wanted, strict=True) if is_wanted) - came
        hold(
            not lost,
            law,
            "send more where a filter would leave out rows that are asked for: mind missing values, blanks around text, "
            "numbers as text, the last day of a period, and zones",
            f"without {next(iter(lost), None)} and {lost.total() - 1} more",
        )
        strange = came - Counter(all_rows)
        hold(
            not strange,
            "a part of a source holds rows of the source, with their numbers",
            "count the rows that are left out, or set `stable_rows = False` where a source has no numbers of its own",
            f"{next(iter(strange), None)} and {strange.total() - 1} more are not among all rows",
        )


def _questions(table: pa.Table) -> Iterator[tuple[dict[str, Any], list[bool], Capability]]:
    """Parts to ask for: what to ask, which rows it means, and the capability that would use it."""
    days = [name for name in table.column_names if _days(table[name])]
    for name in days[:_ASKED]:
        known = _days(table[name])
        middle = known[len(known) // 2]
        for start, end in ((known[0], middle), (middle, known[-1] + datetime.timedelta(days=1))):
            within = Within(name, start, end)
            yield {"period": within}, rows_within(table[name], within), "period"
    for name in table.column_names[:_ASKED]:
        values = [one.strip() for one in as_text(table[name]).to_pylist() if one is not None]
        for chosen in ((values[0],), tuple(dict.fromkeys(values))[-2:]) if values else ():
            only = OnlyIn(name, chosen)
            yield {"staff": only}, rows_in(table[name], only, staff=True), "staff"
            yield {"where": (only,)}, rows_in(table[name], only, staff=False), "where"


def _days(column: pa.ChunkedArray) -> list[datetime.date]:
    """The days of a column of days or moments, also of such as text, in order; empty for other columns."""
    kind = column.type
    if not (pa.types.is_date(kind) or pa.types.is_timestamp(kind) or pa.types.is_string(kind)):
        return []
    texts = [text.strip()[:10] for text in as_text(column).to_pylist() if text is not None]
    if not texts or not all(re.fullmatch(r"\d{4}-\d\d-\d\d", text) for text in texts):
        return []
    try:
        return sorted(datetime.date.fromisoformat(text) for text in texts)
    except ValueError:
        return []


def _rows(found: SourceTable, numbered: bool) -> list[tuple[object, ...]]:
    assert found.table is not None
    columns = [as_text(column).to_pylist() for column in found.table.columns]
    if numbered:
        columns.insert(0, found.row_numbers().tolist())
    return list(zip(*columns, strict=True)) if columns else []


def _equal(one: SourceTable, other: SourceTable, law: str, advice: str) -> None:
    assert one.table is not None
    hold(
        one.table.equals(other.table) and one.row_numbers().tolist() == other.row_numbers().tolist(),
        law,
        advice,
        "the tables or their row numbers differ",
    )


def _check_names(names: tuple[str, ...], what: str) -> None:
    right = len(set(names)) == len(names) and all(name and name == name.strip() for name in names)
    advice = "say which column is double or blank, and leave it out"
    hold(right, f"column names are unique, not blank and trimmed (law 1): {what}", advice, names)


def _check_chunk(chunk: Chunk, schema: pa.Schema, last: int) -> int:
    """The chunk's last row number."""
    hold(
        chunk.batch.schema.equals(schema),
        "all chunks have the source's schema",
        "settle types before the first chunk",
        chunk.batch.schema.to_string(),
    )
    for name, column in zip(schema.names, chunk.batch.columns, strict=True):
        blank = pa.types.is_string(column.type) and pc.any(pc.equal(column, "")).as_py()
        no_number = pa.types.is_floating(column.type) and pc.any(pc.is_nan(column)).as_py()
        hold(
            not blank and not no_number,
            "an empty cell is null, never empty text or NaN (laws 2 and 4)",
            "kpirules.plugin.columns.settle sees to it",
            f"column {name}",
        )
    count = chunk.batch.num_rows
    numbers = (
        list(range(chunk.rows, chunk.rows + count)) if isinstance(chunk.rows, int) else chunk.rows.tolist()
    )
    hold(
        len(numbers) == count, "every row has its number", "give one for each row", f"{len(numbers)}, {count}"
    )
    rising = all(one < other for one, other in zip([last, *numbers], numbers, strict=False))
    hold(
        rising,
        "row numbers start at 1 at the earliest and rise from row to row, over all chunks",
        "count on from chunk to chunk as a person counts in the source",
        f"{numbers[:3]} after {last}",
    )
    _check_spoken(chunk.diagnostics)
    return numbers[-1] if numbers else last


def _check_spoken(findings: Any) -> None:
    for one in findings:
        silent = not (one.message("en") and one.message("zh"))
        hold(not silent, "findings are said in English and Chinese", "declare the problem in both", one.code)
        open_ended = re.search(r"\{[a-z_]+\}", one.message("en"))
        hold(not open_ended, "findings say what they mention", "give `at` every value", one.message("en"))


def _table(source: Source, chunks: list[Chunk]) -> pa.Table | None:
    """The table of the chunks; None where they do not fit together."""
    if not all(chunk.batch.schema.equals(source.schema) for chunk in chunks):
        return None
    return pa.Table.from_batches([chunk.batch for chunk in chunks], schema=source.schema)


def _next(chunks: Iterator[Chunk]) -> Iterator[Chunk]:
    for chunk in chunks:
        yield chunk
        return


def _closing(source: Source) -> Iterator[Chunk]:
    try:
        yield from source.chunks
    finally:
        _close(source)


def _close(source: Source) -> None:
    close = getattr(source.chunks, "close", None)
    if close is not None:
        close()


class _Logged:
    """Everything that is logged in the meantime, by whoever, goes to the stream."""

    def __init__(self, stream: io.StringIO) -> None:
        self.handler = logging.StreamHandler(stream)
        self.root = logging.getLogger()
        self.level = self.root.level

    def __enter__(self) -> None:
        self.root.addHandler(self.handler)
        self.root.setLevel(logging.DEBUG)

    def __exit__(self, *_: object) -> None:
        self.root.removeHandler(self.handler)
        self.root.setLevel(self.level)
