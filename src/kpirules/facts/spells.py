"""`split by post`: each row becomes a row for every stretch of its period with one value of the attribute.

On the axis of staff every spell of a person has a place of its own, so that records, histories and columns find
their rows as they always do; what the matrix shows there is the person's name.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np

from kpirules.facts.cells import Cells
from kpirules.facts.histories import stretches
from kpirules.facts.records import Records
from kpirules.facts.rows import Rows, Spells
from kpirules.matrix import Column, Integers
from kpirules.model.spells import DAYS, SERVICE_SHARE, SPELL_FACTS
from kpirules.units import DAY

_EPOCH = date(1970, 1, 1)


def split(rows: Rows, history: Records, attribute: str) -> Rows:
    """The rows in spells: days on which the attribute has one value, whichever records say so.

    Days without a record in force are in no spell; without any, the whole period is one, with the attribute missing.
    """
    held = stretches(history, rows)
    order = np.lexsort((held.first, held.row))
    row, first, last = held.row[order], held.first[order], (held.first + held.days - 1)[order]
    value = _values(history.columns[attribute])[held.place[order]]
    new = np.ones(len(row), bool)
    new[1:] = (row[1:] != row[:-1]) | (value[1:] != value[:-1]) | (first[1:] != last[:-1] + 1)
    begin = np.flatnonzero(new)
    end = np.append(begin[1:], len(row))[: len(begin)] - 1
    bare = np.setdiff1d(np.arange(len(rows)), row)
    days = [((one.first - _EPOCH).days, (one.last - _EPOCH).days) for one in rows.periods] or [(0, 0)]
    bounds = np.array(days, np.int64)[rows.period[bare]].reshape(-1, 2)
    whole = np.concatenate([row[begin], bare])
    starts, ends = np.concatenate([first[begin], bounds[:, 0]]), np.concatenate([last[end], bounds[:, 1]])
    order = np.lexsort((starts, whole))
    whole, starts, ends = whole[order], starts[order], ends[order]
    opens = np.ones(len(whole), bool)
    opens[1:] = whole[1:] != whole[:-1]
    number = np.arange(len(whole)) - np.maximum.accumulate(np.where(opens, np.arange(len(whole)), 0))
    most = int(number.max(initial=0)) + 1
    codes, staff = np.unique(rows.staff[whole].astype(np.int64) * most + number, return_inverse=True)
    people = tuple(rows.names[code // most] for code in codes)
    names = tuple(f"{who}\0{code % most}" for who, code in zip(people, codes, strict=True))
    spells = Spells(people, whole.astype(np.int64), starts, ends)
    return Rows(staff.astype(np.int32), names, rows.period[whole], rows.periods, spells)


def _values(cells: Cells) -> Integers:
    """Equal values by equal numbers; -1 where missing."""
    _, codes = np.unique(cells.values, return_inverse=True)
    return np.where(cells.present, codes, -1).astype(np.int64)


def in_spells(records: Records, rows: Rows, parts: Rows) -> Records:
    """The records by the spell in which their day lies; those of no spell are nobody's. rows: before they were split."""
    assert parts.spells is not None
    spells = parts.spells
    found = rows.find(records.staff, records.staff_names, records.period, records.periods)
    found[~records.counting] = -1
    days = records.days
    earliest = min(int(days.min(initial=0)), int(spells.first.min(initial=0)))
    width = max(int(days.max(initial=0)), int(spells.last.max(initial=0))) - earliest + 2
    keys = spells.whole * width + (spells.first - earliest)
    at = np.searchsorted(keys, found * width + (days - earliest), "right") - 1
    place = np.maximum(at, 0)
    inside = (found >= 0) & (at >= 0)
    if len(spells.whole):
        inside &= (spells.whole[place] == found) & (days <= spells.last[place])
    staff = np.where(inside, parts.staff[place] if len(parts) else -1, -1).astype(np.int32)
    return replace(records, staff=staff, staff_names=parts.names)


def spell_facts(rows: Rows, whole: Rows) -> dict[str, Column]:
    """How many days each spell has, and what share of its period that is."""
    assert rows.spells is not None
    days = (rows.spells.last - rows.spells.first + 1).astype(np.float64)
    lengths = [(one.last - one.first).days + 1 for one in whole.periods] or [0]
    period = np.array(lengths, np.float64)[rows.period]
    return {
        DAYS: Column(DAYS, SPELL_FACTS[DAYS], days * DAY),
        SERVICE_SHARE: Column(SERVICE_SHARE, SPELL_FACTS[SERVICE_SHARE], days, divisor=period),
    }
