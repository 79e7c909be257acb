"""The check: from the syntax tree to the rule model, with every mistake in meaning reported at once.

Order of work: names are entered; parameters take their values; inputs, data, tables and measures are resolved;
then indicators, grades and amounts; then what only the whole can tell (weights, circles, missing data, unused
names). Syntax ends here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from kpirules.diagnostics import Diagnostic, Words, in_order
from kpirules.language import tree
from kpirules.model import decision_problems, problems, rules
from kpirules.model import expressions as e
from kpirules.model.adjustments import AdjustmentCheck
from kpirules.model.currency import currency_of
from kpirules.model.declarations import Declarations, enter_names, label_of, names_in, number_of
from kpirules.model.examples import check_examples
from kpirules.model.grades import grade_names
from kpirules.model.grains import in_length
from kpirules.model.header import Header
from kpirules.model.indicators import IndicatorCheck
from kpirules.model.lint import reach, unused
from kpirules.model.order import check_applies, check_order
from kpirules.model.outcomes import OutcomeCheck
from kpirules.model.people import check_people
from kpirules.model.recent import lookback
from kpirules.model.resolve import Resolver
from kpirules.model.rollups import check_rollups
from kpirules.model.scope import PUBLISHED, Scope
from kpirules.model.spells import SplitCheck
from kpirules.model.subject import check_word, subject_of
from kpirules.model.weights import check_weights

Kind = TypeVar("Kind")
Only = TypeVar("Only", tree.Absence, tree.Applies)
Placed = tuple[tree.Indicator, str | None]

# What only a file that was read completely can be blamed for.
_NEED_ALL = frozenset(
    problem.code
    for problem in (
        problems.NO_PERIOD,
        problems.GAP,
        problems.WEIGHTS,
        problems.SECTION_WEIGHTS,
        problems.NO_MISSING,
        problems.NO_FORM,
        problems.NO_MEASURE,
        problems.NO_TARGET,
        problems.EMPTY_BLOCK,
        problems.GRADES,
        problems.LEVEL,
        problems.DATA_SHAPE,
        problems.NO_GROUND,
        problems.OUTSIDE,
        problems.UNUSED_PARAMETER,
        problems.UNUSED_INPUT,
        problems.UNREACHED,
        decision_problems.DECISION_GAP,
        decision_problems.NEVER_DECIDES,
    )
)


@dataclass(frozen=True, slots=True)
class Checked:
    """ruleset: None where there are errors. diagnostics: errors and warnings, sorted by position."""

    ruleset: rules.Ruleset | None
    diagnostics: tuple[Diagnostic, ...]


def check(
    policy: tree.Ruleset,
    path: str,
    *,
    skipped: frozenset[str] = frozenset(),
    settings: Mapping[str, tree.Expr] | None = None,
    tolerated: frozenset[str] = frozenset(),
) -> Checked:
    """Check a policy whose parameters are set as given (others keep their defaults).

    skipped: words of lines that could not be read; with any, nothing that such a line could explain is reported.
    tolerated: codes of errors in spite of which there is a ruleset, such as weights that do not add up.
    """
    work = _Check(policy, path, Scope(skipped), dict(settings or {}), tolerated)
    ruleset = work.ruleset()
    found = work.scope.diagnostics
    if skipped:
        found = [one for one in found if one.code not in _NEED_ALL]
    failed = skipped or work.wrong(found)
    return Checked(None if failed else ruleset, in_order(found))


@dataclass(slots=True)
class _Check:
    policy: tree.Ruleset
    path: str
    scope: Scope
    settings: dict[str, tree.Expr]
    tolerated: frozenset[str] = frozenset()

    def wrong(self, found: Sequence[Diagnostic]) -> bool:
        """Whether there is an error that is not tolerated."""
        return any(one.is_error and one.code not in self.tolerated for one in found)

    def ruleset(self) -> rules.Ruleset:
        """The whole policy; to be used only where no error was reported."""
        policy, scope = self.policy, self.scope
        scope.period = next((one.text for one in policy.header.period), "")
        scope.subject = subject_of(policy.header, scope)
        scope.currency = currency_of(policy, scope)
        enter_names(scope, policy.declarations)
        scope.grades = grade_names(policy.declarations)
        placed = self._placed()
        sections = self._all(tree.Section)
        distinct = self._distinct(placed, sections)
        declared = Declarations(scope, policy, self.settings)
        after = OutcomeCheck(scope, policy.declarations)
        parameters = declared.parameters()
        inputs = declared.inputs()
        data = declared.data()
        splitting = SplitCheck(scope, policy.header)
        inputs |= splitting.facts(inputs)
        tables = declared.tables()
        after.enter()
        adjusting = AdjustmentCheck(scope, policy.declarations)
        adjusting.enter()
        measures, raters = declared.measures()
        header = Header(policy.header, scope, policy.name.span)
        builder = IndicatorCheck(scope, self._default_missing())
        built = [builder.indicator(node, section) for node, section in placed]
        applies_sound, applies = self._applies()
        adjustments = adjusting.adjustments()
        ruleset = rules.Ruleset(
            id=policy.name.text,
            label=label_of(policy.label),
            path=self.path,
            version=header.version(),
            in_force=header.in_force(),
            period=header.period(),
            applies=applies,
            working=header.working(),
            inputs=inputs,
            parameters=parameters,
            data=data,
            tables=tables,
            measures=measures,
            aggregates=tuple(scope.aggregates),
            sections=tuple(self._section(node, builder) for node in sections),
            indicators=tuple(one for one in built if one is not None),
            points_rounding=header.rounding("points"),
            total_rounding=header.rounding("total"),
            grades=after.grades(),
            outcomes=after.outcomes(),
            examples=(),
            span=policy.name.span,
            raters=raters,
            decisions=declared.decisions,
            adjustments=adjustments,
            subject=scope.subject,
            currency=scope.currency,
            split=splitting.attribute(inputs),
        )
        ruleset = replace(ruleset, aggregates=tuple(scope.aggregates), grains=in_length(scope.grains))
        self._said(placed)
        if distinct and applies_sound and None not in built and self._settled(placed, sections):
            place = policy.name.span
            check_weights(scope, inputs, applies, ruleset.indicators, ruleset.sections, place)
        check_order(scope, ruleset)
        check_applies(scope, ruleset)
        splitting.alone(ruleset)
        check_people(scope, ruleset)
        if not self.wrong(scope.diagnostics):
            ruleset = replace(ruleset, lookback=lookback(ruleset))
        tests = self._all(tree.Test)
        rollups, rolled = check_rollups(scope, ruleset, self._all(tree.Rollup), tests)
        examples = check_examples(scope, ruleset, [one for one in tests if one.rollup is None])
        self._lint(ruleset)
        both = sorted((*examples, *rolled), key=lambda one: one.span)
        return replace(ruleset, examples=tuple(both), rollups=rollups)

    def _all(self, kind: type[Kind]) -> list[Kind]:
        return [one for one in self.policy.declarations if isinstance(one, kind)]

    def _placed(self) -> list[Placed]:
        """Every indicator with its section, in writing order."""
        placed: list[Placed] = []
        for one in self.policy.declarations:
            if isinstance(one, tree.Indicator):
                placed.append((one, None))
            elif isinstance(one, tree.Section):
                placed.extend((node, one.name.text) for node in one.indicators)
        return placed

    def _distinct(self, placed: Sequence[Placed], sections: Sequence[tree.Section]) -> bool:
        """Indicators, sections, and the columns of the results each have names of their own."""
        names = [node.name for node, _ in placed]
        distinct = self.scope.distinct(names, self.scope.indicators)
        distinct = self.scope.distinct([section.name for section in sections], {}) and distinct
        for section in sections:
            self.scope.sections[section.name.text] = tuple(
                (one.name.text, one.weight) for one in section.indicators
            )
        for name in names:
            other = self.scope.first.get(name.text)
            if name.text in self.scope.of_results:
                self.scope.report(problems.RESERVED, name.span, name=name.text)
            elif other is not None and self.scope.kinds[name.text] in PUBLISHED:
                later, line = (other, name) if other.span > name.span else (name, other)
                at = self.scope.line_of(line.span, later.span)
                self.scope.report(problems.TAKEN, later.span, name=name.text, line=at)
        return distinct

    def _section(self, node: tree.Section, builder: IndicatorCheck) -> rules.Section:
        weight = None
        if node.weight is not None:
            weight = number_of(builder.weight(Resolver(self.scope), node.weight))
        if not node.indicators:
            what = Words(f'the section "{node.name.text}"', f"章节“{node.name.text}”")
            mend = Words(
                "add its indicators below, indented, or leave it out", "请在下面缩进写出指标，或删除此章节"
            )
            self.scope.report(problems.EMPTY_BLOCK, node.name.span, what=what, mend=mend)
        ids = tuple(one.name.text for one in node.indicators)
        return rules.Section(node.name.text, label_of(node.label), weight, ids, node.name.span)

    def _default_missing(self) -> tree.Absence | None:
        found = self._only(self.policy.header.missing, '"missing"', "“缺失”")
        if found is not None:
            builder = IndicatorCheck(self.scope, None)
            builder.missing(Resolver(self.scope), found, None, said_here=True)
        return found

    def _applies(self) -> tuple[bool, e.Expr | None]:
        """Whether the header's condition could be understood, and the condition."""
        found = self._only(self.policy.header.applies, '"applies to"', "“适用”")
        if found is not None:
            check_word(found, self.scope.subject, self.scope)
        if found is None or found.condition is None:
            return True, None
        built = Resolver(self.scope).condition(found.condition)
        return built is not None, built

    def _only(self, lines: Sequence[Only], en: str, zh: str) -> Only | None:
        for extra in lines[1:]:
            what = Words(en, zh)
            self.scope.report(problems.REPEATED, extra.span, what=what, line=lines[0].span.line)
        return lines[0] if lines else None

    # The whole

    def _said(self, placed: Sequence[Placed]) -> None:
        """There are indicators, and each says what a missing fact means."""
        if not placed:
            self.scope.report(problems.NO_GROUND, self.policy.name.span)
        if self.policy.header.missing:
            return
        silent = [
            node.name.text
            for node, _ in placed
            if not any(isinstance(item, tree.Absence) for item in node.items)
        ]
        if silent:
            names = Words(", ".join(silent), "、".join(silent))
            self.scope.report(problems.NO_MISSING, self.policy.name.span, indicators=names)

    def _settled(self, placed: Sequence[Placed], sections: Sequence[tree.Section]) -> bool:
        """Whether every weight has a value: those that wait for a parameter are added up once it is set."""
        unset = {name for name, value in self.scope.values.items() if value is None}
        weights = [*(node.weight for node, _ in placed), *(section.weight for section in sections)]
        return not any(unset & names_in(weight) for weight in weights)

    def _lint(self, ruleset: rules.Ruleset) -> None:
        errors = self.wrong(self.scope.diagnostics)
        self.scope.diagnostics.extend(reach(ruleset, self.scope))
        if not errors:
            self.scope.diagnostics.extend(unused(ruleset, self.scope))
