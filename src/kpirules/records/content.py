"""What an official run consists of, before it is archived: values alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kpirules.diagnostics import Diagnostic
from kpirules.matrix import ScoreMatrix, StaffPeriodMatrix
from kpirules.model.rules import Ruleset
from kpirules.records.snapshot import Given


@dataclass(frozen=True, slots=True)
class Content:
    """A run to be archived. notes: what was told while its data were read.

    more: files of other parts of the work (`preflight.json`), by plain name. They must be the same bytes for the same run.
    """

    given: Given
    rules: Ruleset
    facts: StaffPeriodMatrix
    scores: ScoreMatrix
    notes: tuple[Diagnostic, ...] = ()
    more: Mapping[str, bytes] = field(default_factory=dict)
