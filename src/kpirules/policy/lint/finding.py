"""What a rule of the lint finds: a problem at a place, and the claim that a witness has to prove."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from kpirules.diagnostics import Problem, Span
from kpirules.model.rules import Ruleset
from kpirules.policy.lint.witness import Claim


@dataclass(frozen=True, slots=True)
class Finding:
    """claim: what the reference must confirm before anyone is told; None where no facts can show the finding."""

    problem: Problem
    span: Span
    args: Mapping[str, object] = field(default_factory=dict)
    claim: Claim | None = None


#: A rule looks at one checked policy. It yields nothing where it cannot decide.
Rule = Callable[[Ruleset], Iterator[Finding]]
