"""Appraisal scores from policies written as they read: exact, fast, explained.

    import kpirules

    rules = kpirules.load("policy.kpi", parameters={"install_price": 20})
    scores = rules.score(table)          # Arrow, pandas or Polars in
    scores.table                         # Arrow out, published figures as exact decimals
    scores.why("E017", "2026-Q3").total

Mistakes in the policy or the data raise `Problems`, which carries every diagnostic and prints as the command
line does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpirules.diagnostics import Diagnostic, Problems

if TYPE_CHECKING:
    from kpirules.face import Rules, Scores, load

__all__ = ["Diagnostic", "Problems", "Rules", "Scores", "load"]


def __getattr__(name: str) -> object:
    """The face is loaded when first asked for, so that importing a part of the package stays cheap."""
    if name in ("Rules", "Scores", "load"):
        from kpirules import face  # late: the rooms below know nothing of it

        return getattr(face, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
