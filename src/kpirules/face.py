"""The Python face: load a policy, score a table, ask why. It raises `Problems` where the command line would stop."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import isfinite
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from kpirules.diagnostics import Diagnostic, Problems
from kpirules.engine import Engine, Policy, explain_row, policy_of, read_policy, score_matrix, score_rollup
from kpirules.gathering import gather_table
from kpirules.numbers import written
from kpirules.periods import parse

if TYPE_CHECKING:
    import pyarrow as pa

    from kpirules.facts.build import Facts
    from kpirules.matrix import ScoreMatrix
    from kpirules.model.rules import Ruleset
    from kpirules.scoring.explain import Derivation

Parameters = Mapping[str, str | int | float | bool | Decimal | Fraction]


def load(source: str | PathLike[str], *, parameters: Parameters | None = None) -> Rules:
    """A policy from a file, or from its text (a string with a line break in it).

    parameters: values by name, as Python numbers (a float at its shortest decimal) or as the policy would write
    them ("95%", "20 yuan"). Raises Problems with everything that is wrong with the policy, OSError where the file
    cannot be read, TypeError for a parameter that is neither text, number nor boolean.
    """
    settings = {name: _setting(name, value) for name, value in (parameters or {}).items()}
    if isinstance(source, str) and "\n" in source:
        policy = policy_of(source, "<text>", settings)
    else:
        policy = read_policy(Path(source), settings)
    if policy.has_errors:
        raise Problems(policy.diagnostics, policy.sources)
    return Rules(policy)


def _setting(name: str, value: object) -> str | bool | Fraction:
    """A parameter's value without loss."""
    match value:
        case str() | bool() | Fraction():
            return value
        case int():
            return Fraction(value)
        case float() if isfinite(value):
            return written(value)
        case Decimal() if value.is_finite():
            return Fraction(value)
    raise TypeError(f"the parameter {name!r} must be a text, a number or a boolean, not {value!r}")


@dataclass(frozen=True, slots=True)
class Rules:
    """A valid policy. Make one with `load`."""

    policy: Policy

    @property
    def ruleset(self) -> Ruleset:
        """What the policy means."""
        assert self.policy.ruleset is not None
        return self.policy.ruleset

    @property
    def warnings(self) -> tuple[Diagnostic, ...]:
        """What deserves a second look, though the policy is valid."""
        return self.policy.diagnostics

    def score(self, table: object = None, *, engine: Engine = "kernels", **tables: object) -> Scores:
        """Score every row of a table, or the people of data sets.

        table: the inputs, with columns `staff`, `period` and one per input; anything with the Arrow C stream
        interface (an Arrow table, a pandas or Polars data frame). tables: data sets by name (`tickets=...`), and
        `staff=...` for attributes. Numbers are taken at their shortest decimal, so 0.93 is 93% exactly. Raises
        Problems with every cell that does not fit, and for parameters that are not set.
        """
        if engine not in get_args(Engine):
            raise ValueError(f"engine must be one of {get_args(Engine)}, not {engine!r}")
        unset = self.policy.missing_settings()
        if unset:
            raise Problems(unset, self.policy.sources)
        facts, found = gather_table(self.ruleset, table, **tables)
        if any(one.is_error for one in found):
            raise Problems(found, self.policy.sources)
        return Scores(self, facts, score_matrix(self.ruleset, facts.matrix, engine), found)


@dataclass(frozen=True, slots=True)
class Scores:
    """Published scores. notes: what was noticed about the data, none of it an error."""

    rules: Rules
    facts: Facts
    matrix: ScoreMatrix
    notes: tuple[Diagnostic, ...]

    @property
    def table(self) -> pa.Table:
        """staff, period, points by indicator, adjustments, total, grade, then amounts and other outcomes.

        Numbers are decimals; durations and dates have types of their own.
        """
        from kpirules.matrix import score_table  # late: numpy

        return score_table(self.matrix)

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """So that `pandas.DataFrame.from_arrow(scores)`, `polars.DataFrame(scores)` and the like work directly."""
        return self.table.__arrow_c_stream__(requested_schema)

    def __len__(self) -> int:
        return len(self.matrix)

    def spells(self, staff: str, period: str) -> tuple[Derivation, ...]:
        """As `why`, of every spell of a period that the policy splits, in order of time; else of the whole period alone."""
        wanted = parse(period)
        row = self.facts.row(staff, period if wanted is None else str(wanted))
        if row is None:
            raise KeyError(f"no facts of {staff!r} in {period!r}")
        return tuple(explain_row(self.rules.ruleset, self.facts, one) for one in self.facts.spells(row))

    def rollup(self, kind: str) -> ScoreMatrix:
        """The scores of a longer period (`year`), made of these. Raises KeyError where the policy has no such roll-up."""
        return score_rollup(self.rules.ruleset, kind, self.matrix)

    def why(self, staff: str, period: str) -> Derivation:
        """The derivation of one person's result, in exact fractions; the records behind measures are counted in it.

        period: in any spelling that data may use. Raises KeyError where there are no facts of them in that period.
        """
        wanted = parse(period)
        row = self.facts.row(staff, period if wanted is None else str(wanted))
        if row is None:
            raise KeyError(f"no facts of {staff!r} in {period!r}")
        return explain_row(self.rules.ruleset, self.facts, row)
