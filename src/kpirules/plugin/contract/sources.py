"""The laws that any source keeps, whatever it holds: tested on a sample that its author names."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from unittest import SkipTest

from kpirules.plugin.columns import is_settled
from kpirules.plugin.contract.checks import (
    Logged,
    check_chunk,
    check_names,
    check_spoken,
    close,
    closing,
    equal,
    first_of,
    spelled,
    table_of,
)
from kpirules.plugin.contract.held import held, let_go
from kpirules.plugin.contract.laws import hold, same, spoken
from kpirules.plugin.contract.options import unsafe, unspoken
from kpirules.plugin.contract.parts import PartsContract
from kpirules.plugin.contract.secrets import Canary, secret_settings
from kpirules.plugin.contract.tables import Broken
from kpirules.plugin.problems import PLUGIN_FAULT
from kpirules.plugin.protocols import Adapter
from kpirules.plugin.reading import describe
from kpirules.plugin.registry import Plugins, flaw

_ODD = ("", "no\0place", "/no/such/" + "x" * 5000, "/no/such/员工 😀/table")


class SourceContract(PartsContract):
    """What a source must do, whatever it holds. Set `adapter`; give `sample`; override the rest where the source differs.

    What can be set and given is said where it stands: see `Asking`.
    """

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
        found = unsafe(self.adapter.Options, self.not_secrets)
        hold(
            not found,
            "a setting that holds a password or a token is a secret (law 9)",
            "type it as pydantic.SecretStr, without a value of its own; if it is none and only called like one, list it in "
            "`not_secrets` of the test",
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
        check_names(source.header, "header")
        check_names(tuple(schema.names), "schema")
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
        for chunk in closing(source):
            if getattr(chunk, "path", None) != path:  # several files in one table: each has rows of its own
                last, path = 0, getattr(chunk, "path", None)
            last = check_chunk(chunk, schema, last)
            if chunk.done is not None:
                hold(
                    done <= chunk.done <= 1,
                    "`done` is the share of the source that is read: it never falls, and ends at most at 1",
                    "give what is read by now divided by all there is, or None",
                    f"{chunk.done} after {done}",
                )
                done = chunk.done

    def test_the_sample_comes_as_it_is(self, tmp_path: Path) -> None:
        wanted = self.sample_rows()
        if wanted is None:
            raise SkipTest("sample_rows gives nothing: nobody says what the sample holds")
        found = self.whole(self.sample(tmp_path))
        assert found.table is not None
        names = list(dict.fromkeys(name for row in wanted for name in row))
        lacking = [name for name in names if name not in found.table.column_names]
        hold(not lacking, "every column of the sample comes", "read them", f"no {', '.join(lacking)}")
        for name in names:
            put = [None if row.get(name) is None else spelled(row[name]) for row in wanted]
            same(
                [spelled(value) for value in found.table[name].to_pylist()],
                put,
                f"the values of a column come as they are in the source, column {name!r} ({found.table[name].type})",
                "nothing is guessed, rounded, trimmed, filled in or left out on the way (laws 2 to 5)",
            )
        if self.first_row is not None:
            same(
                found.row_numbers().tolist(),
                list(range(self.first_row, self.first_row + len(wanted))),
                f"rows are numbered as a person counts them there, from {self.first_row}",
                "count over all chunks",
            )

    def test_it_prints_nothing(self, tmp_path: Path, capsys: Any) -> None:
        location = self.sample(tmp_path)
        capsys.readouterr()
        for _ in closing(self.ask(location)):
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
        equal(one, other, "reading the same twice gives the same (law 7)", "order the rows; keep nothing")

    def test_two_reads_at_once(self, tmp_path: Path) -> None:
        """Two readings that are open at the same time: state that belongs to the adapter shows here."""
        location = self.sample(tmp_path)
        alone = self.whole(location)
        assert alone.table is not None
        names = alone.table.column_names
        first = self.ask(location)
        second = self.ask(location, columns=(names[-1],))
        chunks = iter(first.chunks)
        begun = [*first_of(chunks)]
        others = list(closing(second))
        rest = [*begun, *chunks]
        close(first)
        one, other = table_of(first, rest), table_of(second, others)
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
        list(first_of(iter(source.chunks)))
        close(source)
        del source
        left = let_go(tmp_path, temporary, before)
        hold(not left, "a reading that stops early lets go of everything when closed (law 10)", advice, left)
        equal(whole, self.whole(location), "after a reading that stopped early, it is read as before", advice)

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
        every = self.broken(tmp_path)
        if not every:
            raise SkipTest("put_broken gives nothing: nothing can be wrong inside this source")
        for broken in every:
            self._check_broken(broken)

    def _check_broken(self, broken: Broken) -> None:
        __tracebackhide__ = True
        found = self.read(broken.location)
        errors = [one for one in found.diagnostics if one.is_error]
        check_spoken(errors)
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
        with Logged(log):
            for where in (location, self.missing):
                self._check_unsaid(where, given or {})
            for one in self.broken(
                tmp_path
            ):  # put after the sample was read: some sources hold one thing at a time
                self._check_unsaid(one.location, given or {})
        told = Canary.found_in(log.getvalue() + "".join(capsys.readouterr()))
        hold(not told, "a secret is never logged or printed (law 9)", "quiet the library that logs it", told)

    # Parts of them

    def _check_unsaid(self, location: str, secrets: Mapping[str, object]) -> None:
        __tracebackhide__ = True
        said = self._all_that_is_said(location, {**self.settings_at(location), **secrets})
        found = Canary.found_in(said) or Canary.found_in(repr(self.adapter))
        law = f"a secret never stands in what comes back (law 9), here of {location[-60:]!r}"
        hold(not found, law, "leave it out", found)

    def _all_that_is_said(self, location: str, settings: dict[str, object]) -> str:
        try:
            source = self.ask(location, settings)
            findings = [
                *source.diagnostics,
                *(one for chunk in closing(source) for one in chunk.diagnostics),
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
        check_spoken(errors)
