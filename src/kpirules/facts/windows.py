"""Says where the data ends before it is known whether a record is followed by another."""

from __future__ import annotations

from datetime import datetime, timedelta
from fractions import Fraction

import numpy as np

from kpirules.diagnostics import Cell, Diagnostic, Words
from kpirules.facts import problems
from kpirules.facts.following import microseconds
from kpirules.facts.recordset import PLACE, RecordSet
from kpirules.units import Unit, shown

_EPOCH = datetime(1970, 1, 1)


def still_open(records: RecordSet) -> list[Diagnostic]:
    """One warning for each condition on what follows of which the answer may still change."""
    told: dict[tuple[str, Fraction], Diagnostic] = {}
    mine = records.table[PLACE].to_numpy()
    moments = microseconds(records.records.columns[records.records.data.placed_by])[mine]
    for condition, column in records.followers.items():
        then = records.around.records.get(condition.data)
        within = condition.within.value
        if then is None or not len(then) or not isinstance(within, Fraction):
            continue
        last = int(microseconds(then.columns[then.data.placed_by]).max())
        alone = records.table[column].to_numpy() < 0
        count = int(np.count_nonzero(alone & (moments + int(within) > last)))
        if count:
            source = then.findings.source
            told[condition.data, within] = problems.OPEN_WINDOW.at(
                Cell(source.path, sheet=source.sheet),
                count=count,
                table=records.records.data.name,
                other=condition.data,
                last=_written(last, then.columns[then.data.placed_by].unit),
                within=Words(shown(within, Unit.DURATION), shown(within, Unit.DURATION, "zh")),
            )
    return list(told.values())


def _written(moment: int, unit: Unit) -> str:
    found = _EPOCH + timedelta(microseconds=moment)
    return f"{found:%Y-%m-%d}" if unit is Unit.DATE else f"{found:%Y-%m-%d %H:%M}"
