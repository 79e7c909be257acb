"""Parts of a source: period, staff and other filters are hints, by which a source may send less and never too little."""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from kpirules.plugin.columns import as_text
from kpirules.plugin.contract.asking import Asking
from kpirules.plugin.contract.laws import hold, spoken
from kpirules.plugin.contract.wanted import rows_in, rows_within
from kpirules.plugin.exchange import Capability, OnlyIn, SourceTable, Within

#: Columns of a sample that are asked for parts of it: each costs a read.
_ASKED = 4


class PartsContract(Asking):
    """The laws of hints."""

    #: The rows of the whole source that was read last: many parts are held against them.
    _known: tuple[SourceTable, list[tuple[object, ...]]] | None = None

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

    def _all_rows(self, whole: SourceTable) -> list[tuple[object, ...]]:
        if self._known is None or self._known[0] is not whole:
            self._known = (whole, _rows(whole, self.stable_rows))
        return self._known[1]

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
        all_rows = self._all_rows(whole)
        came = Counter(_rows(found, self.stable_rows))
        lost = Counter(row for row, is_wanted in zip(all_rows, wanted, strict=True) if is_wanted) - came
        strange = came - Counter(all_rows)
        if self.stable_rows:
            _check_numbers_stay(lost, strange, asked)
        hold(
            not lost,
            law,
            f"{_look_at_columns(asked)}; send more where a filter would leave out rows that are asked for: mind missing "
            "values, blanks around text, numbers as text, the last day of a period, and zones",
            f"without {next(iter(lost), None)} and {lost.total() - 1} more",
        )
        hold(
            not strange,
            "a part of a source holds rows of the source, with their numbers",
            "count the rows that are left out, or set `stable_rows = False` where a source has no numbers of its own",
            f"{next(iter(strange), None)} and {strange.total() - 1} more are not among all rows",
        )


def _check_numbers_stay(
    lost: Counter[tuple[object, ...]], strange: Counter[tuple[object, ...]], asked: Mapping[str, object]
) -> None:
    """Rows that are all there, and have other numbers than in the whole source: told apart from rows that lack."""
    __tracebackhide__ = True
    numbers = {row[1:]: row[0] for row in strange}
    if not lost or Counter(row[1:] for row in lost.elements()) - Counter(
        row[1:] for row in strange.elements()
    ):
        return  # nothing lacks, or a row really does: that is told as such
    first = next(iter(lost))
    hold(
        False,
        f"row numbers must not change when a part is asked for (law 8): {asked}",
        "count every row of the source, also those that you leave out (enumerate first, filter after it), or set "
        "`stable_rows = False` where a source has no numbers of its own",
        f"the row came, but as number {numbers[first[1:]]}: in the whole source it is {first}",
    )


def _look_at_columns(asked: Mapping[str, Any]) -> str:
    """Which hint is on which column: a source that filters another one by it loses rows."""
    hints = [
        (name, one) for name, each in asked.items() for one in (each if isinstance(each, tuple) else (each,))
    ]
    said = ", ".join(f"`{name}.column` (here {one.column!r})" for name, one in hints)
    return f"look at {said}: a hint says nothing about other columns, and one on a column that is not there, nothing"


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
