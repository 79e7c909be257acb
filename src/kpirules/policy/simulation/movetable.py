"""The rows of a simulation as an Arrow table: every person and period with what was and what would be."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kpirules.diagnostics import Words
from kpirules.matrix import MISSING, Integers, Result, decimals
from kpirules.numbers import Rounding
from kpirules.policy.simulation.accounting import Pair
from kpirules.policy.simulation.framing import Frame, taken
from kpirules.policy.simulation.placing import largest
from kpirules.policy.simulation.tallying import fates
from kpirules.units import Unit

#: What becomes of a row, in the order of `tallying`'s places.
FATES = ("up", "down", "same", "only_old", "only_new", "none")
_SIZE = "size of the change"


def row_table(
    frame: Frame, subject: str, pair: Pair, attributes: Sequence[tuple[str, Words]], rows: Integers
) -> pa.Table:
    """The rows of a part. Columns: staff (or what the policy appraises), period, attributes, `pilot` where there is one,
    `change` (up, down, same, only_old, only_new, none), old_total, new_total, total_change, old_grade, new_grade, and for each
    amount, yes/no and text old_NAME, new_NAME. An attribute that is called like a column has `attribute_` before it.
    """
    basis = pair.basis
    old, new = taken(pair.old.side, rows), taken(pair.published, rows)
    staff, period = (column.take(pa.array(rows)) for column in basis.names())
    columns: dict[str, pa.Array] = {subject: staff, "period": period}
    made: dict[str, pa.Array] = {}
    if pair.inside is not None:
        made["pilot"] = pa.array(pair.inside[rows])
    made["change"] = pa.array(FATES).take(pa.array(fates(old, new)))
    made["old_total"] = _numbers(old.total, Unit.POINTS, frame.total_step)
    made["new_total"] = _numbers(new.total, Unit.POINTS, frame.total_step)
    both = (old.total != MISSING) & (new.total != MISSING)
    made["total_change"] = _numbers(
        np.where(both, new.total - old.total, MISSING), Unit.POINTS, frame.total_step
    )
    grades = pa.array([*(one.id for one in frame.levels[:-2]), None, None], pa.string())
    made["old_grade"], made["new_grade"] = (grades.take(pa.array(one.level)) for one in (old, new))
    for number in frame.numbers:
        for word, side in (("old", old), ("new", new)):
            made[f"{word}_{number.id}"] = _numbers(side.numbers[number.id], number.notation.unit, number.step)
    for flag in frame.flags:
        for word, side in (("old", old), ("new", new)):
            values = side.flags[flag.id]
            made[f"{word}_{flag.id}"] = pa.array(values == 1, mask=values < 0)
    for text in frame.texts:
        for word, side in (("old", old), ("new", new)):
            codes, words = side.texts[text.id]
            made[f"{word}_{text.id}"] = pa.array(words, pa.string()).take(pa.array(codes, mask=codes < 0))
    for name, _ in attributes:
        codes, words = basis.attribute(name)
        here = codes[rows]
        title = f"attribute_{name}" if name in made or name in columns else name
        columns[title] = pa.array(words, pa.string()).take(pa.array(here, mask=here < 0))
    return pa.table(columns | made)


def _numbers(values: Integers, unit: Unit, step: Fraction) -> pa.Array:
    return decimals(Result(values, unit, Rounding(step)))


class Largest:
    """The rows with the largest changes of the total so far. Rows with a total of one policy alone have changed by all of it."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.count = 0
        self._kept: pa.Table | None = None

    def add(self, frame: Frame, subject: str, pair: Pair, attributes: Sequence[tuple[str, Words]]) -> None:
        rows = pair.met
        self.count += len(rows)
        old, new = pair.old.side.total, pair.published.total
        size = np.abs(np.where(new == MISSING, 0, new) - np.where(old == MISSING, 0, old))
        # those that do not change come last, by name
        chosen = largest(pair.basis, rows, size[rows] + 1, self.most)
        table = row_table(frame, subject, pair, attributes, chosen)
        table = table.append_column(_SIZE, pa.array(size[chosen]))
        kept = (
            table if self._kept is None else pa.concat_tables([self._kept, table], promote_options="default")
        )
        order = pc.sort_indices(
            kept, sort_keys=[(_SIZE, "descending"), (subject, "ascending"), ("period", "ascending")]
        )
        self._kept = kept.take(order.slice(0, self.most))

    @property
    def table(self) -> pa.Table:
        assert self._kept is not None
        return self._kept.drop_columns([_SIZE]).combine_chunks()
