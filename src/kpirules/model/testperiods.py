"""The periods of a test: its own, and the earlier ones that it gives facts of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from kpirules.diagnostics import Words
from kpirules.language import tree
from kpirules.model import problems, time_problems
from kpirules.model.rules import Ruleset
from kpirules.model.scope import Scope
from kpirules.periods import Period, PeriodKind, containing, parse

#: Where neither the test nor the policy names a day, tests are of the period that this day lies in.
_SOME_DAY = date(2026, 1, 1)


def usual_period(rules: Ruleset) -> Period:
    """The period of a test that says nothing of time: the one in which the policy comes in force."""
    first = rules.in_force[0]
    try:
        day = _SOME_DAY if first is None else date.fromisoformat(first)
    except ValueError:  # reported where it stands
        day = _SOME_DAY
    return containing(day, PeriodKind(rules.period))


class PeriodsOfTest:
    """The periods of one test. own: the one that its plain `given` and `expect` lines are about.

    recorded: the one in which the first record that the test gives lies, if it gives any. shared: the blocks of earlier
    periods at the test's own level. blocks: those of its people too.
    """

    def __init__(self, scope: Scope, rules: Ruleset, test: tree.Test, recorded: Period | None = None) -> None:
        self._scope = scope
        self._recorded = recorded
        self._kind = PeriodKind(rules.period)
        self.blocks = [*test.periods, *(block for one in test.people for block in one.periods)]
        self._named = dict(self._read())
        empty = [one for one in test.periods if one.name is not None and not (one.given or one.expected)]
        for extra in empty[1:]:
            what = Words("the period of the test", "测试的周期")
            scope.report(problems.REPEATED, extra.span, what=what, line=empty[0].span.line)
        own = next((self._named[id(one)] for one in empty if id(one) in self._named), None)
        self.shared = [one for one in test.periods if one not in empty]
        earlier = [period for key, period in self._named.items() if key not in {id(one) for one in empty}]
        self.own = own or self._own(earlier, rules)
        self._in_time(empty)

    def _read(self) -> Iterator[tuple[int, Period]]:
        for block in self.blocks:
            if block.name is None:
                continue
            period = parse(block.name.text)
            if period is None or period.kind is not self._kind:
                sample = str(containing(_SOME_DAY, self._kind))
                self._scope.report(
                    time_problems.TEST_PERIOD, block.name.span, name=block.name.text, sample=sample
                )
            else:
                yield id(block), period

    def _own(self, earlier: Sequence[Period], rules: Ruleset) -> Period:
        """The period after the latest that is named; where none is, that of the records; without such, the one in which
        the policy comes in force.
        """
        if earlier:
            return max(earlier).next()
        if self._recorded is not None:
            return self._recorded
        return usual_period(rules)

    def _in_time(self, empty: Sequence[tree.PeriodBlock]) -> None:
        for block in self.blocks:
            period = self._named.get(id(block))
            if period is None or block in empty:
                continue
            assert block.name is not None
            if not (block.given or block.expected) or period >= self.own:
                self._scope.report(
                    time_problems.NOT_EARLIER, block.name.span, name=str(period), own=str(self.own)
                )

    def merged(self, blocks: Sequence[tree.PeriodBlock]) -> dict[Period, tree.PeriodBlock]:
        """The blocks by period, those of one period as one."""
        found: dict[Period, tree.PeriodBlock] = {}
        for block in blocks:
            period = self._named.get(id(block)) if block.name is not None else self._back(block.back)
            if period is None:
                continue
            before = found.get(period)
            given = (*(before.given if before else ()), *block.given)
            expected = (*(before.expected if before else ()), *block.expected)
            found[period] = tree.PeriodBlock(None, 0, given, expected, block.span)
        return found

    def _back(self, periods: int) -> Period:
        found = self.own
        for _ in range(periods):
            found = found.previous()
        return found
