"""What of the scores is published: those of the periods that are asked for, not of those that were only read."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from kpirules.matrix import Flags, Labels, Result, ScoreMatrix

Published = Result | Flags | Labels


def published(scores: ScoreMatrix) -> ScoreMatrix:
    """The scores without the rows of periods that later ones merely read."""
    if not scores.facts.earlier:
        return scores
    kept = scores.facts.asked[scores.rows]
    return replace(
        scores,
        rows=scores.rows[kept],
        points={name: replace(one, values=one.values[kept]) for name, one in scores.points.items()},
        total=replace(scores.total, values=scores.total.values[kept]),
        grade=scores.grade[kept],
        adjustments={name: _only(one, kept) for name, one in scores.adjustments.items()},
        outcomes={name: _only(one, kept) for name, one in scores.outcomes.items()},
    )


def _only(column: Published, kept: npt.NDArray[np.bool_]) -> Published:
    match column:
        case Result():
            return replace(column, values=column.values[kept])
        case Flags():
            return replace(column, values=column.values[kept])
    codes = column.values[kept]
    used = np.unique(codes[codes >= 0])
    places = np.full(len(column.choices) + 1, -1, np.int32)  # the last one is of the code -1
    places[used] = np.arange(len(used), dtype=np.int32)
    return Labels(places[codes], tuple(column.choices[code] for code in used))
