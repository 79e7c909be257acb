"""The laws that any output keeps: all of it or nothing, exactly as it is, and nothing that acts by itself."""

from __future__ import annotations

import io
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any
from unittest import SkipTest

import pyarrow as pa

from kpirules.diagnostics import Diagnostic
from kpirules.plugin.columns import printed
from kpirules.plugin.contract.laws import hold, same, spoken
from kpirules.plugin.contract.options import unsafe, unspoken
from kpirules.plugin.contract.reports import NAMES, made_report
from kpirules.plugin.contract.secrets import Canary, secret_settings
from kpirules.plugin.contract.tables import ACTIVE, SEPARATORS, decimals, every_kind
from kpirules.plugin.contract.written import LONGEST, Writing, fine
from kpirules.plugin.problems import PLUGIN_FAULT
from kpirules.plugin.protocols import Output, ReportOutput, TableOutput, TextOutput
from kpirules.plugin.registry import Plugins, flaw
from kpirules.plugin.report import Statement
from kpirules.plugin.secrets import Secrets
from kpirules.plugin.settings import check_settings
from kpirules.plugin.writing import write_text

#: Text that a spreadsheet would take for a formula or a link.
_FORMULAS = ("=1+1", "+1", "-1+2", "@SUM(A1)", "{=1}", "=cmd|' /C calc'!A0", "http://example.org", "\t=1")


class OutputContract(Writing):
    """What an output must do, whatever it writes. Set `output`; give `read_back` if it writes tables.

    settings: of the output, as the project file gives them. missing: a place where nothing can be written, with the
    right ending. keeps: whether what was written stays and can be seen (a file, a database); a message does not.
    empty_tables: whether it can write a table without rows. secrets, not_secrets: as for a source. places: whether
    numbers of the format have places (30.00 is another text than 30); in workbooks and databases they have not. longest: so many
    characters fit into a cell; more must be told. What people open with a spreadsheet program gives `formulas`, too,
    and what can hold live links or tags `active`.
    """

    # Of any output

    def test_is_an_output(self) -> None:
        wrong = flaw(self.output, Output)
        hold(not wrong, "the object is an output (see `kpirules.plugin.Output`)", "mend the member", wrong)
        said = self.output.description
        hold(said.en and said.zh, "the description is given in English and Chinese", "give both", said)

    def test_options_say_what_they_mean(self) -> None:
        silent = unspoken(self.output.Options)
        advice = "give it a description: Field(..., description=...)"
        hold(not silent, "every setting says what it is for", advice, ", ".join(silent))
        plain = unsafe(self.output.Options, self.not_secrets)
        hold(
            not plain,
            "a setting that holds a secret is a SecretStr",
            "type it so, without default",
            ", ".join(plain),
        )

    def test_health(self) -> None:
        asked = getattr(self.output, "health", None)
        found = () if asked is None else asked()
        hold(
            isinstance(found, tuple), "health gives a tuple of diagnostics", "end it with `return ()`", found
        )

    def test_it_prints_nothing(self, tmp_path: Path, capsys: Any) -> None:
        capsys.readouterr()
        self._write_something(tmp_path)
        printed = "".join(capsys.readouterr())
        hold(not printed, "only the command line prints", "return findings as diagnostics instead", printed)

    def test_secrets_are_never_said(self, tmp_path: Path, monkeypatch: Any, capsys: Any) -> None:
        given = secret_settings(self.output.Options) if self.secrets is None else self.secrets
        if given == {}:
            raise SkipTest("no setting of this output is a secret")
        hold(
            given is not None, "the tests know how to give this output a secret", "set `secrets` (see Canary)"
        )
        monkeypatch.setenv(Canary.NAME, Canary.VALUE)
        for location in (self.place(tmp_path), self.missing or self.place(tmp_path)):
            settings = {**self.settings_at(location), **(given or {})}
            options, wrong = check_settings(self.output, settings, None, Secrets())
            hold(options is not None, "the test's settings are the output's", "mend `secrets`", spoken(wrong))
            found = Canary.found_in(self._said(location, options) + "".join(capsys.readouterr()))
            hold(
                not found,
                "a secret never stands in what comes back, and is not printed",
                "leave it out",
                found,
            )

    # Tables

    def test_types(self, tmp_path: Path) -> None:
        self._needs(TableOutput)
        self.check(tmp_path, every_kind())

    def test_missing_cells(self, tmp_path: Path) -> None:
        self._needs(TableOutput)
        whole = every_kind()
        gaps = [
            pa.array(
                [None if row == place % 3 else v for row, v in enumerate(column.to_pylist())], column.type
            )
            for place, column in enumerate(whole.columns)
        ]
        found = self.check(tmp_path, pa.table(gaps, names=whole.column_names))
        nulls = [column.null_count for column in found.columns]
        hold(nulls == [1] * len(gaps), "a missing value is no value", "never 0 or empty text", nulls)

    def test_any_script(self, tmp_path: Path) -> None:
        self._needs(TableOutput)
        self.check(
            tmp_path, pa.table({name: [f"{name} a", "d\"e', f"] for name in ("员工", "Größe", "имя 🙂")})
        )
        self.check(tmp_path, pa.table({"staff": list(NAMES), "n": list(range(len(NAMES)))}))

    def test_decimals_are_exact(self, tmp_path: Path) -> None:
        """Published values, with all of their places: 30.00 is not 30, and 30.0049 not 30.00."""
        self._needs(TableOutput)
        location = self.place(tmp_path)
        fine(self.write(decimals(), location))
        found, put = self.read(location), self.expected(decimals())
        law = "published values are written exactly"
        hold(found.column_names == put.column_names, law, "write every column", found.column_names)
        read = {name: printed(found[name]).to_pylist() for name in put.column_names}
        wanted = {name: printed(put[name]).to_pylist() for name in put.column_names}
        for name, texts in read.items():
            same(
                [_number(text) for text in texts],
                [_number(text) for text in wanted[name]],
                f"{law}, column {name!r}",
                "write the digits as text where the format rounds them; never through a float, nor f'{x:.2f}'",
            )
        for name, texts in read.items():
            if self.places:
                same(
                    texts,
                    wanted[name],
                    f"{law}, with all of their places, column {name!r}",
                    "print with kpirules.plugin.columns.printed; "
                    "where numbers of the format have no places, set `places = False`",
                )

    def test_long_text(self, tmp_path: Path) -> None:
        self._needs(TableOutput)
        lengths = [size for size in (256, 4_001, 32_767, 65_536) if size < self.longest]
        self.check(tmp_path, _long(*lengths, self.longest))
        if self.longest < LONGEST:
            location, more = self.place(tmp_path), _long(self.longest + 1)
            if not any(one.is_error for one in self.write(more, location)):
                self.compare(self.read(location), more)

    def test_separators_are_text(self, tmp_path: Path) -> None:
        self._needs(TableOutput)
        self.check(tmp_path, pa.table({"a|b, c": list(SEPARATORS), "n": list(range(len(SEPARATORS)))}))

    def test_text_is_never_active(self, tmp_path: Path) -> None:
        self._needs(TableOutput)
        location = self.place(tmp_path)
        self.check(tmp_path, pa.table({"<i>name</i>": list(ACTIVE), "n": list(range(len(ACTIVE)))}))
        self._is_dead(location)

    def test_no_rows(self, tmp_path: Path) -> None:
        self._needs(TableOutput)
        if not self.empty_tables:
            raise SkipTest("`empty_tables` is False")
        found = self.check(tmp_path, every_kind().slice(0, 0))
        hold(found.num_rows == 0, "a table without rows is written", "write its columns", found.num_rows)

    def test_text_is_never_a_formula(self, tmp_path: Path) -> None:
        self._needs(TableOutput)
        location = self.place(tmp_path)
        self.check(tmp_path, pa.table({"=name": list(_FORMULAS), "n": list(range(len(_FORMULAS)))}))
        found = self.formulas(location)
        hold(not found, "nothing from data becomes a formula or a link", "write it as text", found)

    def test_batches_and_a_table_are_the_same(self, tmp_path: Path) -> None:
        self._needs(TableOutput)
        table = pa.table({"n": list(range(5000)), "text": [f"row {n}" for n in range(5000)]})
        whole = self.check(tmp_path, table)
        location = self.place(tmp_path)
        reader = pa.RecordBatchReader.from_batches(table.schema, table.to_batches(max_chunksize=999))
        fine(self.write(reader, location))
        again = self.read_back(location)
        hold(
            again.equals(whole),
            "batches one after another are written as one table",
            "go on where the last batch ended",
            f"{again.num_rows} rows, not {whole.num_rows}",
        )

    def test_writing_again_replaces(self, tmp_path: Path) -> None:
        self._needs(TableOutput)
        self.check(tmp_path, every_kind())
        self.check(tmp_path, every_kind().slice(0, 1))

    def test_half_a_table_is_not_written(self, tmp_path: Path) -> None:
        """The rows end in an error half-way: what was there before is there still, and nothing else."""
        self._needs(TableOutput)
        self._needs_keeping()
        location = self.place(tmp_path)
        fine(self.write(every_kind(), location))
        before = self.contents(location)
        pieces = every_kind().to_batches() * 3

        def failing() -> Iterator[pa.RecordBatch]:
            yield from pieces
            raise RuntimeError("the rows end here")

        found = self.write(pa.RecordBatchReader.from_batches(every_kind().schema, failing()), location)
        hold(
            any(one.is_error for one in found),
            "what is not written is told",
            "do not swallow it",
            spoken(found),
        )
        self._is_as_before(location, before)

    def test_what_cannot_be_written_is_told(self, tmp_path: Path) -> None:
        self._needs(TableOutput)
        location = self.place(tmp_path)
        before = None
        if self.keeps:
            fine(self.write(every_kind(), location))
            before = self.contents(location)
        found = self.write(pa.table({"staff": ["Li"], "tickets": [[1, 2]]}), location)
        if not any(one.is_error for one in found):
            raise SkipTest("this output writes lists")
        _refused(found, "a column of lists")
        named = any("tickets" in one.message("en") or "tickets" in repr(one.place) for one in found)
        hold(named, "the error names the column that cannot be written", "name it", spoken(found))
        if self.keeps:
            self._is_as_before(location, before)

    def test_nowhere_to_write(self) -> None:
        if self.missing is None and not self.output.endings:
            raise SkipTest("`missing` is not given: there is no place where it cannot write")
        where = self.missing or f"/no/such/folder/out{self.output.endings[0]}"
        if isinstance(self.output, TableOutput):
            _refused(self.write(every_kind(), where), where)
        if isinstance(self.output, ReportOutput):
            _refused(self.write_report(made_report(), where), where)

    # Text

    def test_text_to_a_stream(self, tmp_path: Path) -> None:
        """The same table as in a file, in one piece and in batches."""
        self._needs(TextOutput)
        long = pa.table({"staff": [f"{NAMES[n % len(NAMES)]} {n}" for n in range(2_500)]})
        reader = pa.RecordBatchReader.from_batches(long.schema, long.to_batches(max_chunksize=999))
        for rows, table in ((every_kind(), every_kind()), (reader, long)):
            stream = io.StringIO()
            plugins = Plugins((), (self.output,))
            fine(write_text(plugins, rows, stream, output=self.output.name, settings=self.settings))
            hold(not stream.closed, "the stream belongs to the caller", "leave it open")
            self.compare(self.read_text(stream.getvalue(), tmp_path), table)

    # Reports

    def test_report(self, tmp_path: Path) -> None:
        self._needs(ReportOutput)
        location = self.place(tmp_path)
        fine(self.write_report(made_report(), location))
        found = self.formulas(location)
        names = [one for one in found if any(name in one for name in NAMES)]
        hold(not names, "nothing from data becomes a formula or a link", "write it as text", names)
        self._is_dead(location)

    def test_report_twice_the_same(self, tmp_path: Path) -> None:
        self._needs(ReportOutput)
        self._needs_keeping()
        location = self.place(tmp_path)
        fine(self.write_report(made_report(), location))
        before = self.contents(location)
        fine(self.write_report(made_report(), location))
        hold(
            before == self.contents(location),
            "the same result is written the same, over what was there",
            "use no clock and no chance; Report.made says when",
            "it differs",
        )

    def test_report_of_nobody(self, tmp_path: Path) -> None:
        self._needs(ReportOutput)
        fine(self.write_report(made_report(people=0), self.place(tmp_path)))

    def test_half_a_report_is_not_written(self, tmp_path: Path) -> None:
        """A statement fails half-way: what was there before is there still, and nothing else."""
        self._needs(ReportOutput)
        self._needs_keeping()
        location = self.place(tmp_path)
        fine(self.write_report(made_report(), location))
        before = self.contents(location)
        good = made_report()

        def failing(row: int) -> Statement:
            if row >= 3:
                raise RuntimeError("no statement")
            return good.statement(row)

        found = self.write_report(made_report(statement=failing), location)
        if any(one.is_error for one in found):  # an output may do without statements
            self._is_as_before(location, before)

    # Parts of them

    def _is_dead(self, location: str) -> None:
        found = self.active(location)
        hold(not found, "nothing from data becomes a link or a tag", "escape it: it is text", found)

    def _needs(self, kind: type[Any]) -> None:
        if not isinstance(self.output, kind):
            raise SkipTest(f"not a {kind.__name__}")

    def _needs_keeping(self) -> None:
        if not self.keeps:
            raise SkipTest("`keeps` is False: nothing stays that could be compared")

    def _is_as_before(self, location: str, before: object) -> None:
        hold(
            self.contents(location) == before,
            "it writes all of it or nothing: after an error, what was there before is there still, and nothing beside it",
            "write beside the place and rename, or in one transaction; clean up on every error",
            "it differs",
        )

    def _write_something(self, folder: Path) -> None:
        location = self.place(folder)
        if isinstance(self.output, TableOutput):
            fine(self.write(every_kind(), location))
        if isinstance(self.output, ReportOutput):
            fine(self.write_report(made_report(), location))

    def _said(self, location: str, options: Any) -> str:
        """Everything that it says when it writes there, past the seam."""
        try:
            found: list[Diagnostic] = []
            if isinstance(self.output, TableOutput):
                found += self.output.write(every_kind(), location, options)
            if isinstance(self.output, ReportOutput):
                found += self.output.write_report(made_report(), location, options)
        except Exception as fault:  # a broken law of its own, which another test tells
            return f"{fault!r} {fault} {self.output!r}"
        return f"{self.output!r} " + " ".join(f"{one!r} {one.message('en')}" for one in found)


def _number(text: str | None) -> object:
    """The number that a text is; another text as it is."""
    try:
        return None if text is None else Decimal(text)
    except ArithmeticError:
        return text


def _long(*sizes: int) -> pa.Table:
    """Texts so long, each with an end of its own."""
    return pa.table({"size": list(sizes), "text": [f"{'x' * (size - 6)}-{size:05}" for size in sizes]})


def _refused(found: tuple[Diagnostic, ...], what: str) -> None:
    __tracebackhide__ = True
    hold(any(one.is_error for one in found), f"{what} gives an error", "return a diagnostic", spoken(found))
    hold(
        not any(one.problem is PLUGIN_FAULT for one in found),
        f"nothing raises for what a user can do wrong: {what}",
        "catch it, and say what is wrong as a diagnostic",
        spoken(found),
    )
    for one in found:
        said = one.message("en") and one.message("zh")
        hold(said, "findings are said in English and Chinese", "declare the problem in both", one.code)
