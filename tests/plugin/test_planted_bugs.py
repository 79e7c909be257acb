"""The test kit passes what keeps the laws, and finds every bug that is planted, with words that say which law it is."""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from typing import Annotated, Any, ClassVar
from unittest import SkipTest

import pyarrow as pa
import pytest
from pydantic import create_model

from kpirules.plugin.contract import AdapterContract, Broken, OutputContract
from kpirules.plugin.contract.options import unsafe
from tests.plugin.planted import BAD, Sheets, Shelf
from tests.plugin.planted_lines import Lines, read_lines


class ShelfContract(AdapterContract):
    adapter: ClassVar[Any] = Shelf()
    first_row = 1
    many = 3_000
    wide = 40

    def put(self, folder: Path, table: pa.Table) -> str:
        path = str(folder / "table.arrow")
        with pa.OSFile(path, "wb") as file, pa.ipc.new_stream(file, table.schema) as writer:
            writer.write_table(table)
        return path

    def put_broken(self, folder: Path) -> list[Broken]:
        rows = [str(row) for row in range(250)]
        rows[120] = BAD
        other = folder / "other"
        other.mkdir(exist_ok=True)
        return [
            Broken(self.put(folder, pa.table({"late": rows})), 121, "late", rows=250),
            Broken(self.put(other, pa.table({"text": ["a", BAD]})), 2, "text", rows=2),
        ]


class SheetsContract(OutputContract):
    output: ClassVar[Any] = Sheets()

    def read_back(self, location: str) -> pa.Table:
        with pa.OSFile(location) as file:
            return pa.ipc.open_stream(file).read_all()


class LinesContract(OutputContract):
    output: ClassVar[Any] = Lines()

    def read_back(self, location: str) -> pa.Table:
        return read_lines(Path(location).read_bytes().decode())

    def active(self, location: str) -> list[str]:
        return re.findall("<[^>]*>", Path(location).read_text("utf-8"))


class TestShelf(ShelfContract):
    """Without a bug, everything passes."""


class TestSheets(SheetsContract):
    """Without a bug, everything passes."""


class TestLines(LinesContract):
    """Without a bug, everything passes."""


@pytest.mark.parametrize(
    ("bug", "test", "word"),
    [
        ("row lost at a border", "test_many_rows_are_counted", "rows where 3000 are"),
        ("null is nought", "test_missing_cells_are_null", "is '0', not None"),
        ("numbers of text", "test_text_stays_text", "'7', not '007'"),
        ("numbers of text", "test_mixed_text_keeps_its_spelling", "'7', not '007'"),
        ("trimmed", "test_types", "'x', not ' x '"),
        ("short text", "test_long_text", "values of a column"),
        ("ascii", "test_any_script", "values of a column"),
        ("numbers begin anew", "test_stream", "row numbers"),
        ("numbers begin anew", "test_many_rows_are_counted", "is 1, not 101"),
        ("numbers from nought", "test_one_row", "from 1"),
        ("not closed", "test_it_lets_go_of_everything", "table.arrow"),
        ("temporary file left", "test_it_lets_go_of_everything", "temporary files"),
        ("thread left", "test_it_lets_go_of_everything", "threads"),
        ("shared state", "test_two_reads_at_once", "do not know of each other"),
        ("zone dropped", "test_moments_keep_their_zone", "stays that moment"),
        ("duplicate column", "test_stream", "unique"),
        ("names changed", "test_types", "by their names"),
        ("says the secret", "test_secrets_are_never_said", "canary"),
        ("secret in the query", "test_secrets_are_never_said", "canary"),
        ("secret in a rare message", "test_secrets_are_never_said", "canary"),
        ("plain password", "test_passwords_are_secrets", "password, key\n"),
        ("plain password", "test_passwords_are_secrets", "`not_secrets`"),
        ("numbers of what is left", "test_parts_hold_what_is_asked", "the row came, but as number "),
        (
            "one column for every period",
            "test_a_filter_on_a_column_that_is_not_there",
            "`period.column` (here",
        ),
        ("unspoken option", "test_options_say_what_they_mean", "depth"),
        ("missing days filtered", "test_days_at_the_edges_of_a_period", "at least what is asked for"),
        ("last day cut", "test_days_at_the_edges_of_a_period", "at least what is asked for"),
        ("days of one clock", "test_periods_of_moments_with_a_zone", "at least what is asked for"),
        ("people not trimmed", "test_people_are_found_as_they_are_written", "at least what is asked for"),
        ("nobody filtered", "test_people_are_found_as_they_are_written", "at least what is asked for"),
        ("numbers spelled otherwise", "test_people_are_found_as_they_are_written", "at least what is asked"),
        ("filter on a strange column fails", "test_a_filter_on_a_column_that_is_not_there", "send all rows"),
        ("hints ignored", "test_parts_hold_what_is_asked", 'capability "period"'),
        ("error without a place", "test_errors_name_their_place", "names row 121, column late"),
        ("silent of text", "test_errors_name_their_place", "names row 2, column text"),
        ("silent", "test_errors_name_their_place", "no finding"),
        ("stops after an error", "test_errors_name_their_place", "go on after an error"),
        ("half a message", "test_nothing_there", "cannot be said"),
        ("raises", "test_nothing_there", "nothing raises"),
        ("done falls", "test_stream", "`done`"),
        ("done over one", "test_stream", "`done`"),
        ("describe differs", "test_says_what_is_there", "describe names the columns"),
        ("describe counts wrong", "test_says_what_is_there", "how many rows"),
        ("prints", "test_it_prints_nothing", "reading"),
        ("empty text kept", "test_empty_text_is_null", "empty text is null"),
        ("floats", "test_numbers_are_exact", "money"),
        ("whole through a float", "test_numbers_are_exact", "whole"),
        ("narrow numbers", "test_stream", "number as int32"),
        ("all columns come", "test_only_what_is_wanted", "exactly those"),
        ("columns as they are asked for", "test_only_what_is_wanted", "in the source's order"),
        ("header of what is wanted", "test_only_what_is_wanted", "header is whole"),
        ("another order each time", "test_twice_the_same", "gives the same"),
    ],
)
def test_a_bug_in_an_adapter_is_found(request: pytest.FixtureRequest, bug: str, test: str, word: str) -> None:
    class Planted(ShelfContract):
        adapter = Shelf(bug)

    said = failure(Planted(), test, request)
    assert "broken law: " in said and "what to do: " in said
    assert word in said


@pytest.mark.parametrize(
    ("bug", "test", "word"),
    [
        ("written in place", "test_half_a_table_is_not_written", "all of it or nothing"),
        ("left beside", "test_half_a_table_is_not_written", "all of it or nothing"),
        ("floats", "test_decimals_are_exact", "published values"),
        ("appends", "test_writing_again_replaces", "rows where 1 are"),
        ("first batch alone", "test_batches_and_a_table_are_the_same", "999 rows, not 5000"),
        ("null is nought", "test_missing_cells", "is '0', not None"),
        ("text changed", "test_text_is_never_a_formula", "as they are"),
        ("raises", "test_nowhere_to_write", "nothing raises"),
        ("raises for lists", "test_what_cannot_be_written_is_told", "nothing raises"),
        ("names no column", "test_what_cannot_be_written_is_told", "names the column"),
        ("prints", "test_it_prints_nothing", "writing"),
        ("says the secret", "test_secrets_are_never_said", "canary"),
    ],
)
def test_a_bug_in_an_output_is_found(request: pytest.FixtureRequest, bug: str, test: str, word: str) -> None:
    class Planted(SheetsContract):
        output = Sheets(bug)

    said = failure(Planted(), test, request)
    assert "broken law: " in said and "what to do: " in said
    assert word in said


def test_a_name_that_only_sounds_like_a_secret_is_said_to_be_none(request: pytest.FixtureRequest) -> None:
    class Planted(ShelfContract):
        adapter = Shelf("plain password")
        not_secrets = frozenset({"key"})

    said = failure(Planted(), "test_passwords_are_secrets", request)
    assert "what came:  password\n" in said
    Planted.not_secrets = frozenset({"key", "password"})
    assert failure(Planted(), "test_passwords_are_secrets", request) == "passed"


def test_one_broken_source_is_enough(request: pytest.FixtureRequest) -> None:
    class Planted(ShelfContract):
        def put_broken(self, folder: Path) -> Broken:  # type: ignore[override]
            return super().put_broken(folder)[0]

    assert failure(Planted(), "test_errors_name_their_place", request) == "passed"


@pytest.mark.parametrize(
    "kind", [str, str | None, Annotated[str, "x"] | None], ids=["text", "text or none", "annotated"]
)
@pytest.mark.parametrize(
    "name", ["key", "pin", "secret", "api_token", "password", "passwd", "auth", "credential", "signing_key"]
)
def test_text_that_is_called_like_a_secret_is_unsafe(name: str, kind: Any) -> None:
    assert unsafe(create_model("Named", **{name: (kind, "")})) == [name]  # type: ignore[call-overload]
    assert unsafe(create_model("Named", **{name: (kind, "")}), {name}) == []  # type: ignore[call-overload]


@pytest.mark.parametrize("name", ["keyword", "author", "spin", "pinned", "key_column", "token_url", "monkey"])
def test_text_that_speaks_of_other_things_is_not(name: str) -> None:
    assert unsafe(create_model("Named", **{name: (str, "")})) == []  # type: ignore[call-overload]


@pytest.mark.parametrize(
    ("bug", "test", "word"),
    [
        ("two places", "test_decimals_are_exact", "not Decimal('30.005')"),
        ("through a float", "test_decimals_are_exact", "published values"),
        ("exponents", "test_decimals_are_exact", "with all of their places"),
        ("idle zeros lost", "test_decimals_are_exact", "is '0', not '0.00'"),
        ("cut", "test_long_text", "cut and change no text"),
        ("last row lost in a stream", "test_text_to_a_stream", "2 rows where 3 are"),
        ("no header in a stream", "test_text_to_a_stream", "all columns are written"),
        ("bar not escaped", "test_separators_are_text", "separates cells"),
        ("bar not escaped", "test_text_is_never_a_formula", "separates cells"),
        ("break not escaped", "test_separators_are_text", "separates cells"),
        ("tags live", "test_text_is_never_active", "a link or a tag"),
    ],
)
def test_a_bug_in_an_output_of_text_is_found(
    request: pytest.FixtureRequest, bug: str, test: str, word: str
) -> None:
    class Planted(LinesContract):
        output = Lines(bug)

    said = failure(Planted(), test, request)
    assert "broken law: " in said and "what to do: " in said
    assert word in said


def test_a_text_that_does_not_fit_is_told(request: pytest.FixtureRequest) -> None:
    """Where only so much fits, more is refused: what is cut unseen is found."""

    class Cutting(LinesContract):
        output = Lines("cut")
        longest = 255

    assert "cut and change no text" in failure(Cutting(), "test_long_text", request)


def failure(case: Any, test: str, request: pytest.FixtureRequest) -> str:
    """What the test says of it; the test must fail by its own words."""
    method = getattr(case, test)
    given = {name: request.getfixturevalue(name) for name in inspect.signature(method).parameters}
    try:
        method(**given)
    except SkipTest as skipped:
        return f"skipped: {skipped}"
    except AssertionError as failed:
        return str(failed)
    return "passed"
