"""Tests written in the policy: their given facts and expected results, checked against the ruleset's names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from kpirules.diagnostics import Problem, Span, Words
from kpirules.language import tree
from kpirules.model import expressions as e
from kpirules.model import problems
from kpirules.model.advice import allowed, never
from kpirules.model.folding import unset
from kpirules.model.grains import BY, PLURAL, WORDS
from kpirules.model.literals import literal
from kpirules.model.recordsgiven import GivenRecords, period_of_records
from kpirules.model.resolve import Resolver
from kpirules.model.rules import Example, Expected, Given, Past, Person, Ruleset
from kpirules.model.scope import Scope, listed
from kpirules.model.testperiods import PeriodsOfTest
from kpirules.periods import Period, PeriodKind, first_period, shorter
from kpirules.units import Type, Unit

_GIVEN = Words("set", "设置")
_EXPECTED = Words("expect", "期望")
_WHAT = Words("this value", "此值")
#: Units whose values may be written bare in a test: there is one way to read them.
_BARE = frozenset({Unit.NUMBER, Unit.COUNT, Unit.RATIO, Unit.POINTS, Unit.RATING, Unit.MONEY, Unit.WORKDAYS})


def check_examples(scope: Scope, rules: Ruleset, tests: Sequence[tree.Test]) -> tuple[Example, ...]:
    """The tests of a ruleset; a name or value that does not fit is reported."""
    settable = {
        **{name: one.type for name, one in rules.inputs.items()},
        **{name: Type(one.value.unit) for name, one in rules.measures.items()},
        **{name: one.type for name, one in rules.parameters.items()},
    }
    expectable = {
        **{
            name: scope.names[name].type or Type(one.value.unit)
            for name, one in rules.measures.items()
            if name in scope.names and one.grain is None
        },
        **{one.id: Type(Unit.POINTS) for one in rules.indicators},
        **{one.id: Type(one.unit) for one in rules.adjustments.lines},
        **{one.id: Type(one.unit) for one in rules.outcomes},
        "total": Type(Unit.POINTS),
    }
    # indicators and amounts with a mistake of their own are no unknown names
    silent = (scope.indicators.keys() | scope.kinds.keys()) - expectable.keys()
    work = _Examples(
        scope, settable, expectable, frozenset(silent), {one.id: one.label for one in rules.grades}, rules
    )
    return tuple(work.example(test) for test in tests)


def _settings(given: Sequence[tree.Setting | tree.GivenRecords]) -> list[tree.Setting]:
    return [one for one in given if isinstance(one, tree.Setting)]


@dataclass(frozen=True, slots=True)
class _Examples:
    scope: Scope
    settable: dict[str, Type]
    expectable: dict[str, Type]
    silent: frozenset[str]
    grades: dict[str, str]
    rules: Ruleset

    def example(self, test: tree.Test) -> Example:
        """One test; what it expects at its own level, each of its people is expected to have."""
        given = tuple(self._given(_settings(test.given)))
        shared = tuple(self._expected(test.expected))
        data, records = GivenRecords(self.scope, self.rules, self._value).records(test)
        times = PeriodsOfTest(self.scope, self.rules, test, period_of_records(self.rules, records))
        self.scope.distinct([tree.Name(one.name.text, one.name.span) for one in test.people], {})
        people = [
            Person(
                one.name.text,
                tuple(self._given(_settings(one.given), own=True)),
                (*shared, *self._expected(one.expected)),
                one.name.span,
                self._past(times, one.periods),
            )
            for one in test.people
        ]
        if not people:
            people = [Person("", (), shared, test.title.span, self._past(times, ()))]
        said = [one.expected for one in test.people] + [one.expected for one in times.blocks]
        if not test.expected and not any(said):
            self.scope.report(
                problems.EMPTY_BLOCK,
                test.title.span,
                what=Words("what this test expects", "本测试的预期"),
                mend=Words("add a line such as `expect total = 100`", "请加上一行，例如 `应得 总分 = 100`"),
            )
        return Example(test.title.text, given, tuple(people), test.title.span, times.own, data, records)

    def _past(self, times: PeriodsOfTest, own: Sequence[tree.PeriodBlock]) -> tuple[Past, ...]:
        """What is said of one person's earlier periods, each period once; `own` goes on from what all share."""
        found: dict[Period, Past] = {}
        for blocks in (times.shared, own):
            for period, merged in times.merged(blocks).items():
                before = found.get(period, Past(period, (), ()))
                found[period] = Past(
                    period,
                    (*before.given, *self._given(merged.given, own=True)),
                    (*before.expected, *self._expected(merged.expected)),
                )
        return tuple(found[period] for period in sorted(found))

    def _given(self, settings: Sequence[tree.Setting], own: bool = False) -> Iterator[Given]:
        """own: facts of one person, where a parameter cannot stand."""
        self._once(settings)
        for one in settings:
            name = one.name.text
            type_ = self.settable.get(name)
            if name in self.scope.broken:
                continue
            if type_ is None:
                self._unknown(one.name, self.settable, problems.TESTED, use=_GIVEN)
                continue
            if own and name in self.rules.parameters:
                self.scope.report(problems.SHARED, one.span, name=name)
                continue
            grain = self._grain(name)
            if isinstance(one.value, tree.Series) or grain is not None:
                yield from self._series(one, type_, grain)
            elif one.value is None:
                yield Given(name, None, one.span)
            elif (value := self._value(one.value, type_, name)) is not None:
                yield Given(name, value, one.span)

    def _grain(self, name: str) -> str | None:
        """The kind of shorter period that a fact is given for."""
        one = self.rules.inputs.get(name) or self.rules.measures.get(name)
        return None if one is None else one.grain

    def _series(self, one: tree.Setting, type_: Type, grain: str | None) -> Iterator[Given]:
        """A value for every shorter period, in their order."""
        name, series = one.name.text, one.value
        if grain is None:
            what = Words("has one value for the whole period", "整个周期只有一个值")
            mend = Words(f"write `given {name} = VALUE`", f"请写 `给定 {name} = 值`")
            self.scope.report(problems.SERIES, one.span, name=name, what=what, mend=mend)
            return
        if not isinstance(series, tree.Series) or series.grain != grain:
            by, word = BY[grain], WORDS[grain]
            what = Words(f"has a value for every {word.en}", f"每{word.zh}各有一个值")
            mend = Words(
                f"write `given {name} {by.en} = (VALUE, VALUE, ...)`",
                f"请写 `给定 {name} {by.zh} = (值, 值, …)`",
            )
            self.scope.report(problems.SERIES, one.span, name=name, what=what, mend=mend)
            return
        most = len(shorter(first_period(self.rules.period), PeriodKind(grain)))
        if len(series.values) > most:
            plural = PLURAL[grain]
            what = Words(
                f"is given {len(series.values)} values, and the period has {most} {plural.en}",
                f"给定了 {len(series.values)} 个值，而周期内{plural.zh}共 {most} 个",
            )
            mend = Words(f"give at most {most} values", f"请最多给 {most} 个值")
            self.scope.report(problems.SERIES, one.span, name=name, what=what, mend=mend)
            return
        values = [None if value is None else self._value(value, type_, name) for value in series.values]
        if all((value is None) == (node is None) for value, node in zip(values, series.values, strict=True)):
            yield Given(name, None, one.span, tuple(values))

    def _expected(self, settings: Sequence[tree.Setting]) -> Iterator[Expected]:
        self._once(settings)
        for one in settings:
            name = one.name.text
            if name == "grade":
                yield from self._grade(one)
                continue
            type_ = self.expectable.get(name)
            if type_ is None:
                if name not in self.silent or name in self.settable:
                    self._unknown(one.name, [*self.expectable, "grade"], problems.TESTED, use=_EXPECTED)
            elif one.value is None:
                yield Expected(name, None, one.span)
            elif isinstance(one.value, tree.Series):
                continue  # the grammar has no such line
            elif (value := self._value(one.value, type_, name)) is not None:
                yield Expected(name, value, one.span)

    def _once(self, settings: Sequence[tree.Setting]) -> None:
        seen: dict[str, Span] = {}
        for one in settings:
            if one.name.text in seen:
                what, line = Words(f'"{one.name.text}"', f"“{one.name.text}”"), seen[one.name.text].line
                self.scope.report(problems.REPEATED, one.span, what=what, line=line)
            seen.setdefault(one.name.text, one.span)

    def _unknown(
        self, name: tree.Name, known: Sequence[str] | dict[str, Type], problem: Problem, *, use: Words
    ) -> None:
        self.scope.unknown(name, known, problem, use=use)

    def _grade(self, one: tree.Setting) -> Iterator[Expected]:
        if one.value is None:
            yield Expected("grade", None, one.span)
            return
        if not self.grades:
            self.scope.report(
                problems.TESTED,
                one.name.span,
                name="grade",
                use=_EXPECTED,
                known=Words("the policy has no `grades`", "本制度没有“等级”"),
            )
            return
        match one.value:
            case tree.Name(text) | tree.Text(text):
                grade = next((id for id, label in self.grades.items() if text in (id, label)), None)
                if grade is not None:
                    yield Expected("grade", grade, one.span)
                    return
                self._unknown(
                    tree.Name(text, one.value.span), list(self.grades), problems.TESTED, use=_EXPECTED
                )
            case other:
                names = listed(self.grades)
                self.scope.report(
                    problems.WRONG_UNIT,
                    other.span,
                    what=Words("a grade", "等级"),
                    wanted=Words("the name of one", "等级名称"),
                    given=Words("a value", "一个值"),
                    mend=Words(f"the grades are {names.en}", f"等级有：{names.zh}"),
                )

    def _worked_out(self, name: str, value: e.Value) -> bool:
        """Whether a measure of counts may have this value: halves and means of counts need not be whole."""
        measure = self.rules.measures.get(name)
        formula = measure is not None and not isinstance(measure.value, e.Aggregate | e.Fact)
        return formula and isinstance(value, Fraction) and value >= 0

    def _value(self, node: tree.Expr, type_: Type, name: str) -> e.Value | None:
        """A fixed value; a bare number is taken in the unit that is declared (a ratio as the ratio itself)."""
        resolver = Resolver(self.scope)
        value: e.Value | None
        zero = isinstance(node, tree.Number) and node.value == 0
        if isinstance(node, tree.Number) and node.unit is None and (type_.unit in _BARE or zero):
            if type_.unit is Unit.RATIO and node.value > 2:
                resolver.percent(node)
                return None
            found = resolver.constant(node, Unit.NUMBER, _WHAT)
            value = None if found is None else literal(node)[0]
        else:
            built = resolver.fitting(node, type_.unit, _WHAT)
            if built is None:
                return None
            names = unset(built)
            if names:
                self.scope.report(problems.NOT_CONSTANT, node.span, what=_WHAT, names=listed(names))
                return None
            constant = resolver.fold(built, _WHAT)
            value = None if constant is None else constant.value
        if value is not None and not allowed(value, type_) and not self._worked_out(name, value):
            never(self.scope, node.span, name, value, type_)
            return None
        return value
