"""The alerts that a run has raised, as a short list: the gravest first, and of each the first few people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kpirules.diagnostics import Words

if TYPE_CHECKING:
    from kpirules.matrix import ScoreMatrix
    from kpirules.model.rules import Ruleset

#: So many people are named for an alert.
_NAMED = 5
_LEVELS = {
    "critical": Words("critical", "严重"),
    "warning": Words("warning", "警告"),
    "info": Words("info", "提示"),
}


def raised(scores: ScoreMatrix, rules: Ruleset) -> Iterator[Words]:
    """A line for each alert that holds for somebody."""
    import numpy as np  # late: only a run that has scores comes here

    ranks = list(_LEVELS)
    alerts = [one for one in rules.outcomes if one.kind == "alert" and one.level in _LEVELS]
    for one in sorted(alerts, key=lambda one: ranks.index(one.level or "warning")):
        places = np.flatnonzero(scores.outcomes[one.id].values == 1)
        if not len(places):
            continue
        names = [" ".join(scores.facts.row_name(int(scores.rows[place]))) for place in places[:_NAMED]]
        rest = len(places) - len(names)
        level, title = _LEVELS[one.level or "warning"], one.label or one.id
        more = f", and {rest} more" if rest else ""
        more_zh = f" 等 {len(places)} 行" if rest else ""
        yield Words(
            f"{level.en}: {title}: {', '.join(names)}{more}",
            f"{level.zh}：{title}：{'、'.join(names)}{more_zh}",
        )
