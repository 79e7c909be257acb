"""The street on one screen. A policy enters as text and leaves as scores; each step is one function of a lower room.

1. `language.parse`     text to syntax tree: what it says (`model.compose`: with the ruleset that it extends)
2. `model.check`        tree to ruleset: what it means, with every mistake found
3. `plugin.read_table`  files to tables, each cell with its place
4. `facts.build`        tables to the matrix of facts, a row per staff member and period
5. `scoring.run`        ruleset and matrix to scores (or `scoring.reference`, slow and obvious)
6. `scoring.explain`    ruleset, matrix and one row to the derivation of that row
7. `results.report`     all of it to a finished result, with a statement for every row

`read_policy`, `score_matrix`, `explain_row` and `report` here do no more than call them in this order; steps 3 and 4 stand in
`gathering`. Steps 3 to 7 are imported when first needed, since checking a policy needs none of them. What is made of the
street stands above it: `trials` of a policy by its tests, `comparison` of two policies, `official` runs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from kpirules.diagnostics import Diagnostic, Problems, Span, Words, in_order
from kpirules.language import tree
from kpirules.language.parse import Parsed, decode, parse
from kpirules.library import base_of
from kpirules.model.check import check
from kpirules.model.compose import Composed, NotFound, compose
from kpirules.model.problems import UNSET
from kpirules.model.rules import Accepted, Ruleset
from kpirules.policy.lint.accepting import Known, idle_lines, settle, wrong_lines
from kpirules.scoring.problems import TOO_LARGE

if TYPE_CHECKING:
    from kpirules.facts.build import Facts
    from kpirules.matrix import ScoreMatrix, StaffPeriodMatrix
    from kpirules.plugin.report import Report
    from kpirules.results.report import Wanted
    from kpirules.scoring.explain import Derivation

Engine = Literal["kernels", "reference"]
Settings = Mapping[str, str | int | bool | Fraction | tree.Expr]


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy as read and checked. ruleset: None where it has errors. diagnostics: sorted by position.

    known: findings that the policy accepts; they are not among the diagnostics. sources: every file that it is made of,
    path to text; more than one where it extends another ruleset. composed: the whole that the file and those below it make.
    settings: the parameters that its user set, and (spoken) as they were written where they were given as text.
    """

    path: str
    text: str
    parsed: Parsed | None
    ruleset: Ruleset | None
    diagnostics: tuple[Diagnostic, ...]
    sources: Mapping[str, str] = field(default_factory=dict)
    composed: Composed | None = None
    known: tuple[Known, ...] = ()
    settings: Mapping[str, tree.Expr] = field(default_factory=dict)
    spoken: Mapping[str, str] = field(default_factory=dict)

    @property
    def has_errors(self) -> bool:
        return any(one.is_error for one in self.diagnostics)

    def missing_settings(self) -> tuple[Diagnostic, ...]:
        """One error that names every parameter without a value; nothing can be scored before they are set."""
        unset = self.ruleset.unset if self.ruleset is not None else ()
        if self.ruleset is None or not unset:
            return ()
        names = ", ".join(one.name for one in unset)
        commands = " ".join(f"--set {one.name}=..." for one in unset)
        return (UNSET.at(unset[0].span, names=names, commands=commands),)


def policy_of(text: str, path: str = "<text>", settings: Settings | None = None) -> Policy:
    """Read and check a policy's text. settings: parameters by name; strings are read as the policy would write them."""
    parsed = parse(text, path)
    return _checked(parsed, compose(parsed, base_of), settings)


def policy_from(sources: Mapping[str, str], settings: Settings | None = None) -> Policy:
    """The policy of texts at hand, as `Policy.sources` has them: the file itself, then what it extends, one after another."""
    paths = list(sources)

    def next_of(name: str, path: str) -> Parsed | NotFound:
        at = paths.index(path) + 1
        if at == len(paths):
            return NotFound((), ())
        found = parse(sources[paths[at]], paths[at])
        called = None if found.tree is None else found.tree.name.text
        return found if name in (Path(paths[at]).stem, called) else NotFound((), ())

    parsed = parse(sources[paths[0]], paths[0])
    return _checked(parsed, compose(parsed, next_of), settings)


def _checked(parsed: Parsed, whole: Composed, settings: Settings | None) -> Policy:
    """The policy of a file and what it extends."""
    ruleset, found = None, whole.diagnostics
    lines: tuple[Accepted, ...] = ()
    given = {name: setting_of(value) for name, value in (settings or {}).items()}
    spoken = {name: value for name, value in (settings or {}).items() if isinstance(value, str)}
    if whole.tree is not None:
        checked = check(whole.tree, parsed.path, skipped=whole.skipped, settings=given)
        lines = checked.accepted
        found = in_order((*found, *checked.diagnostics, *wrong_lines(lines)))
        ruleset = None if any(one.is_error for one in found) else checked.ruleset
    settled = settle(lines, in_order(found))
    return Policy(
        parsed.path,
        parsed.text,
        parsed,
        ruleset,
        settled.left,
        whole.sources,
        whole,
        settled.known,
        given,
        spoken,
    )


def read_policy(path: Path, settings: Settings | None = None) -> Policy:
    """Read and check a policy file. Raises OSError where the file cannot be read."""
    text, problems = decode(path.read_bytes(), str(path))
    if problems:
        return Policy(str(path), "", None, None, problems, {str(path): ""})
    return policy_of(text, str(path), settings)


def with_settings(policy: Policy, settings: Settings) -> Policy:
    """The same policy with these parameters set, and no others."""
    assert policy.parsed is not None and policy.composed is not None
    return _checked(policy.parsed, policy.composed, settings)


def setting_of(value: str | int | bool | Fraction | tree.Expr) -> tree.Expr:
    """A parameter's value as a piece of policy: `5`, `95%`, `20 yuan`; words that are no formula are a text."""
    nowhere = Span("<setting>", 1, 1, 1, 1)
    if isinstance(value, bool):
        return tree.Truth(value, nowhere)
    if isinstance(value, int | Fraction):
        return tree.Number(Fraction(value), None, nowhere)
    if not isinstance(value, str):
        return value
    parsed = parse(f"ruleset x\n  period month\nparameter p : number = {value.strip()}\n", "<setting>")
    found = parsed.tree.declarations if parsed.tree is not None else ()
    if (
        not parsed.diagnostics
        and len(found) == 1
        and isinstance(found[0], tree.Parameter)
        and found[0].default
    ):
        given = found[0].default
        if isinstance(given, tree.Negate) and isinstance(given.item, tree.Number):
            return tree.Number(-given.item.value, given.item.unit, nowhere)
        if not isinstance(given, tree.Name):
            return given
    return tree.Text(value, nowhere)


def score_matrix(
    rules: Ruleset, facts: StaffPeriodMatrix, engine: Engine = "kernels", threads: int | None = None
) -> ScoreMatrix:
    """The scores of every appraised row. Both engines publish the same, the reference much more slowly.

    Raises Problems where a result has more digits than can be published.
    """
    from kpirules.scoring import reference, run, spells, whole  # late: numpy

    try:
        if engine == "reference":
            scores = reference.score(rules, facts)
            return scores if rules.split is None else whole.whole_periods(rules, scores)
        scores = run.score(rules, facts, threads=threads)
        return scores if rules.split is None else spells.together(rules, scores)
    except OverflowError:
        raise Problems([TOO_LARGE.at(rules.span, ruleset=rules.id)]) from None


def score_rollup(
    rules: Ruleset, kind: str, scores: ScoreMatrix, engine: Engine = "kernels", threads: int | None = None
) -> ScoreMatrix:
    """The scores of a longer period, from the published scores of the policy's own. kind: of the roll-up (`year`)."""
    from kpirules.scoring.rollups import rollup_facts  # late: numpy

    rollup = rules.rollups[kind]
    return score_matrix(rollup.ruleset, rollup_facts(rules, rollup, scores), engine, threads)


def explain_row(rules: Ruleset, facts: Facts, row: int, listed: int = 10) -> Derivation:
    """Why the row has its scores. listed: how many ids of records to name behind each measure."""
    from kpirules.results.evidence import evidence_in  # late: numpy
    from kpirules.scoring.explain import Explainer

    known = evidence_in(facts, listed), facts.lineage.cell, facts.remark
    return Explainer(rules, facts.matrix, *known).derivation(row)


def explain_ahead(
    policy: Policy, facts: Facts, row: int, listed: int = 10
) -> tuple[Derivation, tuple[Words, ...]]:
    """The same, and what would have been needed for the next grade, a sentence each."""
    from kpirules.results.evidence import evidence_in  # late: numpy
    from kpirules.results.next_grade import Ahead
    from kpirules.results.next_grade_words import next_grade_told
    from kpirules.results.quotes import Quotes
    from kpirules.scoring.explain import Explainer

    assert policy.ruleset is not None
    rules = policy.ruleset
    known = evidence_in(facts, listed), facts.lineage.cell, facts.remark
    explainer = Explainer(rules, facts.matrix, *known)
    derivation = explainer.derivation(row)
    ahead = Ahead(explainer.reference).of(row)
    return derivation, next_grade_told(ahead, rules, Quotes(policy.sources))


def report(
    policy: Policy, facts: Facts, scores: ScoreMatrix, wanted: Wanted, rollup: str | None = None
) -> Report:
    """The finished result, for outputs to write. rollup: the kind of longer period that the scores are of."""
    from kpirules.results.report import make_report  # late: numpy

    assert policy.ruleset is not None
    rules = policy.ruleset if rollup is None else policy.ruleset.rollups[rollup].ruleset
    return make_report(rules, policy.sources, facts, scores, wanted)


def lint(policy: Policy) -> Policy:
    """The policy with what it does that its author hardly meant among its findings, each with a person whose scores show it.

    Lines that accept a finding and have none are told here, where all findings are known. With errors nothing is added.
    """
    if policy.ruleset is None:
        return policy
    from kpirules.policy.lint.all import lint as found_in  # late: numpy

    lines = policy.ruleset.accepted
    settled = settle(lines, found_in(policy.ruleset))
    told = {(one.finding.code, one.finding.place) for one in settled.known}
    known = (
        *settled.known,
        *(one for one in policy.known if (one.finding.code, one.finding.place) not in told),
    )
    # what only scores can show is not known while a parameter has no value
    idle = () if policy.ruleset.unset else idle_lines(lines, known, policy.path)
    # What the check has told already comes again where the lint can show it by an example, and that one stays.
    return replace(policy, diagnostics=in_order((*settled.left, *policy.diagnostics, *idle)), known=known)
