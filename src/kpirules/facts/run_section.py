"""How a project is run officially: the section `[run]` of its file, with what stops a run.

[run]
archive = "archive"                       # relative to the project file; this, if not given
outputs = ["hr", "alerts"]                # of [output.NAME]; all of them, if not given
sign = "keys/official.pem"                # a key outside of the archive

[run.block]                               # what stops the run, instead of being told
missing = "20%"                           # an indicator lacks its facts for more of the people that it is for
without_data = "5%"                       # more of the staff have no data at all
change = "30%"                            # more people, or totals that differ by more, than in the period before
sources = true                            # a source without rows, or whose records end before the period does
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from pydantic import BaseModel, ConfigDict, Field

from kpirules.diagnostics import Diagnostic, Span, nearest
from kpirules.facts.run_problems import NO_SHARE, UNKNOWN_OUTPUT

#: What is told, where the project does not say what is too much.
_MISSING, _WITHOUT, _CHANGE = Fraction(20, 100), Fraction(5, 100), Fraction(30, 100)
_SHARE = re.compile(r"(\d{1,3}(?:\.\d{1,4})?)\s*[%％]", re.ASCII)


@dataclass(frozen=True, slots=True)
class Limit:
    """More than this share is told; stops: and ends the run."""

    share: Fraction
    stops: bool = False


@dataclass(frozen=True, slots=True)
class Limits:
    """What is looked at before a run. sources: whether a source without rows of the period stops it."""

    missing: Limit = field(default_factory=lambda: Limit(_MISSING))
    without_data: Limit = field(default_factory=lambda: Limit(_WITHOUT))
    change: Limit = field(default_factory=lambda: Limit(_CHANGE))
    sources: bool = False


@dataclass(frozen=True, slots=True)
class RunSection:
    """archive, sign: paths, None where not given. outputs: names, None for all that the project has."""

    archive: str | None = None
    sign: str | None = None
    outputs: tuple[str, ...] | None = None
    limits: Limits = field(default_factory=Limits)


class BlockPart(BaseModel):
    """`[run.block]` as it stands in the file."""

    model_config = ConfigDict(extra="forbid", strict=True, arbitrary_types_allowed=True)

    missing: str | Decimal | None = None
    without_data: str | Decimal | None = None
    change: str | Decimal | None = None
    sources: bool = False


class RunPart(BaseModel):
    """`[run]` as it stands in the file."""

    model_config = ConfigDict(extra="forbid", strict=True, arbitrary_types_allowed=True)

    archive: str | None = None
    outputs: list[str] | None = None
    sign: str | None = None
    block: BlockPart = Field(default_factory=BlockPart)


def limit(written: str | Decimal | None, default: Limit, key: str, span: Span) -> Limit | Diagnostic:
    """A share as written ("20%", 0.2); one that is written stops the run."""
    if written is None:
        return default
    found = _SHARE.fullmatch(written.strip()) if isinstance(written, str) else None
    share = Fraction(found[1]) / 100 if found is not None else None
    if isinstance(written, Decimal) and written.is_finite():
        share = Fraction(written)
    if share is None or not 0 <= share <= 10:
        return NO_SHARE.at(span, key=key, value=str(written))
    return Limit(share, stops=True)


def unknown_outputs(wanted: Collection[str], known: Collection[str], span: Span) -> list[Diagnostic]:
    """Outputs that the project does not have."""
    names = ", ".join(known) or "-"
    return [
        UNKNOWN_OUTPUT.at(span, suggestion=nearest(one, known), name=one, known=names)
        for one in wanted
        if one not in known
    ]
