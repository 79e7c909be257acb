"""From written expressions to checked ones: names resolved, units worked out, constants folded.

Every method returns None after it has reported why; callers then say nothing more about that expression.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from kpirules.diagnostics import Span, Words, nearest
from kpirules.language import tree
from kpirules.model import decision_problems, following, grades, grains, people, problems, time_problems
from kpirules.model import expressions as e
from kpirules.model.advice import allowed, how_many, mend_for, misfit_mend, never, no_day
from kpirules.model.folding import fold, moving, unset
from kpirules.model.functions import BY_CHINESE, FUNCTIONS
from kpirules.model.histories import fits_data
from kpirules.model.literals import literal, moment
from kpirules.model.ranges import may_be_zero, nonzero_if, nonzero_unless, range_of
from kpirules.model.recent import earlier, recent
from kpirules.model.scope import A_NUMBER, UNIT_WORDS, Scope, listed
from kpirules.model.scope import KIND_WORDS as _KIND_WORDS
from kpirules.model.subtotals import section_points
from kpirules.model.trimming import trimmed
from kpirules.numbers import decimal_text
from kpirules.units import (
    NUMERIC,
    Type,
    Unit,
    comparable,
    difference_unit,
    fits,
    product_unit,
    quotient_unit,
    sum_unit,
)

#: Numbers beyond these have no place in a policy and would make its arithmetic slow.
GREATEST = 10**15
FINEST = 10**12
_LONGEST = 10**60
_OPERATOR_WORDS = {
    "and": Words("and", "且"),
    "or": Words("or", "或"),
    "otherwise": Words("otherwise", "否则"),
}
#: Summaries that authors write like functions.
_SUMMARIES = {
    **dict.fromkeys(["avg", "average", "mean", "平均", "平均值", "均值"], Words("mean of", "平均")),
    **dict.fromkeys(["sum", "total", "合计", "求和", "总和"], Words("sum of", "合计")),
    **dict.fromkeys(["median", "中位数"], Words("median of", "中位数")),
}
_WHAT = {
    "condition": Words("what stands here", "此处"),
    "operand": Words("a value to calculate with", "参与计算的值"),
    "choice": Words("each choice", "各个选项"),
    "share": Words("the share that such a record counts", "这类记录折计的比例"),
    "key": Words("the key of the table", "对照表的键"),
}


@dataclass(frozen=True, slots=True)
class Resolver:
    """Resolves expressions of one place.

    data: inside a measure over this data set's records. zero_allowed: a quotient by zero may simply be missing.
    guards: written expressions known not to be zero here. owner: names the aggregates found on the way.
    grain: the kind of shorter period that the expression is worked out for; None: the policy's own.
    """

    scope: Scope
    owner: str = ""
    data: str | None = None
    zero_allowed: bool = False
    guards: tuple[tree.Expr, ...] = ()
    grain: str | None = None

    def expr(self, node: tree.Expr) -> e.Expr | None:
        """The checked form of any expression."""
        match node:
            case tree.Number():
                return self._number(node)
            case tree.Text(text):
                return e.Constant(text, Unit.TEXT, node.span)
            case tree.Truth(value):
                return e.Constant(value, Unit.BOOLEAN, node.span)
            case tree.Moment():
                return self._moment(node)
            case tree.Name():
                return self._name(node)
            case tree.MissingValue():
                self.scope.report(decision_problems.MISSING_VALUE, node.span)
                return None
            case tree.Total():
                return self._of_people(node, e.PublishedTotal(Unit.POINTS, node.span))
            case tree.PublishedGrade():
                grades.use(self.scope, node.span)
                return None
            case tree.PointsOf(indicator):
                return self._points_of(node, indicator)
            case tree.Negate(item):
                inner = self.numeric(item)
                return None if inner is None else e.Negate(inner, inner.unit, node.span)
            case tree.Binary():
                return self._binary(node)
            case tree.Not(item):
                condition = self.condition(item)
                return None if condition is None else e.Not(condition, node.span)
            case tree.Member():
                return self._member(node)
            case tree.Presence(tree.PublishedGrade() as grade, present):
                place = self._of_people(node, e.PublishedGrade(Unit.NUMBER, grade.span))
                return None if place is None else e.Presence(place, present, node.span)
            case tree.Presence(item, present):
                # asking whether a quotient is there is one way to say what its missing means
                inner = replace(self, zero_allowed=True).expr(item)
                return None if inner is None else e.Presence(inner, present, node.span)
            case tree.Choice():
                return self._choice(node)
            case tree.Call():
                return self._call(node)
            case tree.Lookup():
                return self._lookup(node)
            case tree.Over():
                return self._over(node)
            case tree.Trimmed(over):
                mean = self._over(over)
                return None if mean is None else trimmed(self.scope, node, mean)
            case tree.Followed():
                return self._followed(node)
            case tree.Place():
                return people.place(self, node) if self._whole_period(node.span) else None
            case tree.Within():
                return self._within(node)
            case tree.Weighted():
                return self._weighted(node)
            case tree.Counting():
                return self._counting(node)
            case tree.Division():
                return people.division(self, node)
            case tree.Previous() | tree.Recent() if self.data is not None:
                self._misplaced(node.span, Words("an earlier period", "更早的周期"), self._record_advice())
                return None
            case tree.Previous():
                return earlier(self.scope, node, self.expr) if self._whole_period(node.span) else None
            case tree.Recent():
                return recent(self.scope, node, self.expr) if self._whole_period(node.span) else None

    # What a place wants

    def condition(self, node: tree.Expr) -> e.Expr | None:
        return self.of(node, lambda unit: unit is Unit.BOOLEAN, Unit.BOOLEAN, _WHAT["condition"])

    def numeric(self, node: tree.Expr, what: Words = _WHAT["operand"]) -> e.Expr | None:
        """The expression, if it is a number of any unit."""
        found = self.expr(node)
        if found is None or found.unit in NUMERIC:
            return found
        mend = Words("give a number, a duration, an amount of money or the like", "请给出数值、时长、金额等")
        if found.unit is Unit.BOOLEAN:
            mend = Words("write for example `1 when ... otherwise 0`", "例如 `1 当 … 否则 0`")
        self.wrong(node.span, what, A_NUMBER, UNIT_WORDS[found.unit], mend)
        return None

    def of(
        self, node: tree.Expr, fitting: Callable[[Unit], bool], wanted: Unit, what: Words
    ) -> e.Expr | None:
        """The expression, if its unit fits."""
        found = self.expr(node)
        if found is None or fitting(found.unit):
            return found
        if found.unit is Unit.NUMBER and wanted is Unit.RATIO and isinstance(node, tree.Number):
            self.percent(node)
        else:
            self.wrong(
                node.span,
                what,
                UNIT_WORDS[wanted],
                UNIT_WORDS[found.unit],
                mend_for(node, found.unit, wanted, self.scope.currency),
            )
        return None

    def fitting(self, node: tree.Expr, wanted: Unit, what: Words) -> e.Expr | None:
        """The expression as a value of the wanted unit; a bare number given for a ratio is told to carry a %."""
        return self.of(node, lambda unit: fits(unit, wanted), wanted, what)

    def wrong(self, span: Span, what: Words, wanted: Words, given: Words, mend: Words) -> None:
        self.scope.report(problems.WRONG_UNIT, span, what=what, wanted=wanted, given=given, mend=mend)

    def percent(self, number: tree.Number) -> None:
        """Report a bare number where a ratio belongs."""
        value = number.value
        percent = decimal_text(value if value > 1 else value * 100)
        mend = Words(f"write {percent}%", f"请写 {percent}%")
        if value == 1:
            mend = Words("write 100%, or 1% if one in a hundred is meant", "请写 100%；若指百分之一，请写 1%")
        self.scope.report(problems.PERCENT, number.span, number=decimal_text(value), mend=mend)

    def constant(self, node: tree.Expr, wanted: Unit, what: Words) -> e.Constant | None:
        """A fixed value of the wanted unit: numbers and parameters only. Its value is None while a parameter is unset."""
        found = self.fitting(node, wanted, what)
        return None if found is None else self.fold(found, what)

    def fold(self, found: e.Expr, what: Words) -> e.Constant | None:
        """Work out an expression of constants; reports what it depends on otherwise."""
        parts = moving(found)
        depends = sorted({_shown(part) for part in parts})
        if depends and all(isinstance(part, e.InForce) for part in parts):
            self.scope.report(time_problems.DATED, found.span, name=listed(depends), what=what)
            return None
        if depends:
            self.scope.report(problems.NOT_CONSTANT, found.span, what=what, names=listed(depends))
            return None
        value = fold(found)
        if value is None and unset(found):
            self.scope.waiting.add(self.owner)
        if isinstance(value, Fraction) and max(abs(value.numerator), value.denominator) > _LONGEST:
            self._too_long(found.span)
            return None
        name = found.parameter if isinstance(found, e.Constant) else None
        return e.Constant(value, found.unit, found.span, name)

    def _too_long(self, span: Span) -> None:
        self.scope.report(
            problems.OUT_OF_RANGE,
            span,
            what=Words("a number of a policy", "制度中的数"),
            wanted=Words(
                "at most 1,000,000,000,000,000 and have at most 12 decimals",
                "不超过 1,000,000,000,000,000 且最多 12 位小数",
            ),
            given=Words("longer", "更长的数"),
            mend=Words("write a shorter number", "请写短一些的数"),
        )

    # Single forms

    def _number(self, node: tree.Number) -> e.Expr | None:
        if node.value > GREATEST or node.value.denominator > FINEST:
            self._too_long(node.span)
            return None
        value, unit = literal(node)
        return e.Constant(value, unit, node.span)

    def _moment(self, node: tree.Moment) -> e.Expr | None:
        found = moment(node)
        if found is None:
            no_day(self.scope, node)
            return None
        return e.Constant(found[0], found[1], node.span)

    def _of_people(self, node: tree.Expr, found: e.Expr) -> e.Expr | None:
        """A result of a person: it has no meaning for a single record."""
        what = Words("the result of a person", "人员的结果")
        if self.data is not None:
            self._misplaced(node.span, what, self._record_advice())
            return None
        if self.grain is not None:
            grains.longer(self.scope, node.span, what, self.scope.period, self.grain)
            return None
        return found

    def _points_of(self, node: tree.Expr, indicator: tree.Name) -> e.Expr | None:
        section = self.scope.sections.get(indicator.text)
        if section is not None and indicator.text not in self.scope.indicators:
            what = Words("a weight", "权重")
            weights = [(name, self.constant(weight, Unit.NUMBER, what)) for name, weight in section]
            known = [(name, weight) for name, weight in weights if weight is not None]
            return self._of_people(node, section_points(known, node.span)) if known else None
        if indicator.text not in self.scope.indicators:
            thing = Words("no indicator", "指标")
            self.scope.unknown(indicator, [*self.scope.indicators, *self.scope.sections], thing=thing)
            return None
        return self._of_people(node, e.PointsOf(indicator.text, Unit.POINTS, node.span))

    def _name(self, node: tree.Name) -> e.Expr | None:
        name = node.text
        if self.data is not None and name in self.scope.fields[self.data]:
            return e.Field(self.data, name, self.scope.fields[self.data][name].unit, node.span)
        named = self.scope.names.get(name)
        if name in self.scope.broken:
            self.scope.used.add(name)
            return None
        if named is None or (self.data is not None and named.kind != "parameter"):
            self._no_value(node)
            return None
        self.scope.used.add(name)
        if not grains.fits(self.scope, node, named, self.grain):
            return None
        match named.kind:
            case "parameter" if name in self.scope.schedules:
                return self._in_force(node, named.unit)
            case "parameter":
                return e.Constant(self.scope.values.get(name), named.unit, node.span, name)
            case "measure":
                return e.MeasureOf(name, named.unit, node.span)
            case "amount":
                return e.OutcomeOf(name, named.unit, node.span)
            case _:
                return e.Fact(name, named.unit, node.span)

    def _in_force(self, node: tree.Name, unit: Unit) -> e.Expr | None:
        """A parameter that changes on certain days: a fact of a person's period, not of a single record."""
        if self.data is None:
            return e.InForce(node.text, unit, node.span)
        what = Words("a condition or value of single records", "单条记录的条件或数值")
        self.scope.report(time_problems.DATED, node.span, name=node.text, what=what)
        return None

    def _no_value(self, node: tree.Name) -> None:
        """Report a name that has no value here: it is something else, or nothing at all."""
        name, scope = node.text, self.scope
        kind = scope.kinds.get(name)
        owners = [data for data, known in scope.fields.items() if name in known]
        if self.data is not None and kind in ("input", "attribute", "measure", "amount", "adjustment"):
            self._misplaced(node.span, _KIND_WORDS[kind], self._record_advice())
        elif kind in (
            "input",
            "attribute",
            "measure",
            "amount",
            "adjustment",
        ):  # constants are worked out before these
            what = Words("what stands here", "此处")
            scope.report(problems.NOT_CONSTANT, node.span, what=what, names=name)
        elif kind == "data":
            self._misplaced(
                node.span,
                _KIND_WORDS[kind],
                Words(f"summarise it: `count of {name}`", f"请先汇总：`计数 {name}`"),
            )
        elif kind == "table":
            mend = Words(f"look a value up in it: `{name}[KEY]`", f"请从中查值：`{name}[键]`")
            self._misplaced(node.span, _KIND_WORDS[kind], mend)
        elif name in scope.indicators:
            mend = Words(f"write `points of {name}` for its points", f"要用其得分，请写 `指标得分 {name}`")
            self._misplaced(node.span, Words("an indicator", "指标"), mend)
        elif self.data is None and owners:
            data = owners[0]
            what = Words(f"a field of the data {data}", f"数据 {data} 的字段")
            mend = Words(
                f"use it in a measure over {data}, such as `count of {data} where {name} is present`",
                f"请在对 {data} 的度量中使用，例如 `计数 {data} 当 {name} 有值`",
            )
            self._misplaced(node.span, what, mend)
        elif name in FUNCTIONS or name in BY_CHINESE:
            function = FUNCTIONS.get(name) or BY_CHINESE[name]
            mend = Words(f"write for example `{function.example}`", f"例如 `{function.example}`")
            self._misplaced(node.span, Words("a function", "函数"), mend)
        else:
            known = [
                one for one, what in scope.names.items() if self.data is None or what.kind == "parameter"
            ]
            if self.data is not None:
                known += scope.fields[self.data]
            elif name.casefold() == "total":
                known.append("total")
            scope.unknown(node, known)

    def _record_advice(self) -> Words:
        data = self.data or ""
        fields = listed(self.scope.fields[data])
        return Words(
            f"a measure over records uses their fields and parameters: {fields.en}",
            f"对记录的度量只能用其字段和参数：{fields.zh}",
        )

    def _misplaced(self, span: Span, what: Words, mend: Words) -> None:
        self.scope.report(problems.MISPLACED, span, what=what, mend=mend)

    # Operators

    def _binary(self, node: tree.Binary) -> e.Expr | None:
        if node.operator in ("and", "or"):
            left, right = self.condition(node.left), self.condition(node.right)
            if left is None or right is None:
                return None
            return e.Logic(node.operator, left, right, node.span)
        if grades.mentions_grade(node):
            found = grades.compared(self.scope, node)
            return None if found is None else self._of_people(node, found)
        if self._hyphened(node):
            return None
        left = self.expr(node.left)
        if left is not None and self._unquoted(left, node.right):
            return None
        right = self.expr(node.right)
        if left is None or right is None:
            return None
        if node.operator in ("+", "-", "*", "/"):
            return self._arithmetic(node, left, right)
        ordered = node.operator not in ("=", "!=")
        if not comparable(left.unit, right.unit) or (ordered and left.unit in (Unit.TEXT, Unit.BOOLEAN)):
            self._misfit(node, left.unit, right.unit)
            return None
        if not ordered and not (self._possible(left, right) and self._possible(right, left)):
            return None
        return e.Compare(node.operator, left, right, node.span)

    def _hyphened(self, node: tree.Binary) -> bool:
        """Report `in-time` for the name `in_time`: a hyphen is a minus."""
        match node:
            case tree.Binary("-", tree.Name(first), tree.Name(second)) if self.data is None:
                meant = f"{first}_{second}"
                if meant in self.scope.names and not {first, second} <= set(self.scope.names):
                    written = tree.Name(f"{first}-{second}", node.span)
                    self.scope.used.add(meant)
                    self.scope.unknown(written, [meant])
                    return True
        return False

    def _unquoted(self, left: e.Expr, node: tree.Expr) -> bool:
        """Report a word that is compared with a text and was probably meant as one."""
        if left.unit is not Unit.TEXT or not isinstance(node, tree.Name):
            return False
        name = node.text
        fields = self.scope.fields[self.data] if self.data is not None else {}
        if (
            name in self.scope.names
            or name in fields
            or name in self.scope.broken
            or name in self.scope.skipped
        ):
            return False
        advice = Words(f'a text stands in quotes: "{name}"', f"文字要写在引号里：“{name}”")
        self.scope.unknown(node, (), advice=advice)
        return True

    def type_of(self, expr: e.Expr) -> Type | None:
        """The declared type of a fact or a field."""
        match expr:
            case e.Fact(name) | e.MeasureOf(name) if name in self.scope.names:
                return self.scope.names[name].type
            case e.Field(data, name):
                return self.scope.fields[data][name].type
            case _:
                return None

    def _possible(self, item: e.Expr, value: e.Expr) -> bool:
        """Whether a fact can have the value that it is compared with; reported otherwise."""
        type_ = self.type_of(item)
        if (
            type_ is None
            or not isinstance(value, e.Constant)
            or value.value is None
            or allowed(value.value, type_)
        ):
            return True
        never(
            self.scope,
            value.span,
            _field(item) if isinstance(item, e.Field) else _shown(item),
            value.value,
            type_,
        )
        return False

    def _arithmetic(self, node: tree.Binary, left: e.Expr, right: e.Expr) -> e.Expr | None:
        rule = {"+": sum_unit, "-": difference_unit, "*": product_unit, "/": quotient_unit}[node.operator]
        unit = rule(left.unit, right.unit)
        if unit is None:
            self._misfit(node, left.unit, right.unit)
            return None
        if node.operator == "/" and not self._safe(node.right, right):
            if isinstance(right, e.Constant) and right.value == 0:
                self.scope.report(problems.ZERO, node.right.span)
            else:
                self.scope.report(problems.BY_ZERO, node.right.span)
        return e.Arithmetic(node.operator, left, right, unit, node.span)

    def _safe(self, node: tree.Expr, divisor: e.Expr) -> bool:
        if isinstance(divisor, e.Constant) and divisor.value == 0:
            return False  # nobody means that, wherever it stands
        return self.zero_allowed or node in self.guards or not may_be_zero(divisor, self.scope)

    def _misfit(self, node: tree.Binary, left: Unit, right: Unit) -> None:
        for one, other in ((node.left, right), (node.right, left)):
            if other is Unit.RATIO and isinstance(one, tree.Number) and one.unit is None:
                self.percent(one)
                return
        self.scope.report(
            problems.MISFIT,
            node.span,
            left=UNIT_WORDS[left],
            right=UNIT_WORDS[right],
            operator=_OPERATOR_WORDS.get(node.operator, node.operator),
            mend=misfit_mend(node, left, right),
        )

    def _member(self, node: tree.Member) -> e.Expr | None:
        if grades.mentions_grade(node):
            found = grades.among(self.scope, node)
            return None if found is None else self._of_people(node, found)
        item = self.expr(node.item)
        if item is None:
            return None
        values: list[e.Value] = []
        sound = True
        for choice in node.choices:
            built = None
            if not self._unquoted(item, choice):
                built = self.constant(choice, item.unit, _WHAT["choice"])
            sound = sound and built is not None and self._possible(item, built)
            if built is not None and built.value is not None:
                values.append(built.value)
        if not sound:
            return None
        found = e.Member(item, tuple(values), node.span)
        return e.Not(found, node.span) if node.negated else found

    def _choice(self, node: tree.Choice) -> e.Expr | None:
        condition = self.condition(node.condition)
        if isinstance(node.then, tree.MissingValue) or isinstance(node.other, tree.MissingValue):
            return self._or_missing(node, condition)
        then = replace(self, guards=(*self.guards, *nonzero_if(node.condition))).expr(node.then)
        other = replace(self, guards=(*self.guards, *nonzero_unless(node.condition))).expr(node.other)
        if condition is None or then is None or other is None:
            return None
        unit = then.unit if then.unit == other.unit else sum_unit(then.unit, other.unit)
        if unit is None:
            self._misfit(tree.Binary("otherwise", node.then, node.other, node.span), then.unit, other.unit)
            return None
        return e.Choice(then, condition, other, unit, node.span)

    def _or_missing(self, node: tree.Choice, condition: e.Expr | None) -> e.Expr | None:
        """A choice between a value and `missing`, which is then missing of the value's kind."""
        first = isinstance(node.then, tree.MissingValue)
        written, guards = (
            (node.other, nonzero_unless(node.condition)) if first else (node.then, nonzero_if(node.condition))
        )
        value = replace(self, guards=(*self.guards, *guards)).expr(written)
        if condition is None or value is None:
            return None
        none = e.Constant(None, value.unit, (node.then if first else node.other).span)
        then, other = (none, value) if first else (value, none)
        return e.Choice(then, condition, other, value.unit, node.span)

    def _call(self, node: tree.Call) -> e.Expr | None:
        name = node.function.text
        function = FUNCTIONS.get(name) or BY_CHINESE.get(name)
        if function is None:
            self._no_function(node)
            return None
        if function.record and self.data is None:
            self._only_records(node.span, Words(function.name.replace("_", " "), function.chinese))
            return None
        lenient = replace(self, zero_allowed=True) if function.lenient else self
        first = [lenient.expr(one) for one in node.arguments[:-1]]
        arguments = [*first, *(self.expr(one) for one in node.arguments[-1:])]
        found = [one for one in arguments if one is not None]
        if len(found) < len(arguments):
            return None
        example = function.example
        if len(found) < function.least or (function.most is not None and len(found) > function.most):
            wanted = how_many(function.least, function.most)
            self.scope.report(
                problems.ARGUMENTS, node.span, name=name, wanted=wanted, given=len(found), example=example
            )
            return None
        unit = function.unit([one.unit for one in found])
        if unit is None:
            self._misfit_call(node, name, found, example)
            return None
        most = range_of(found[1], self.scope).high if function.stepped else None
        if most is not None and most <= 0:
            what = Words("rounding needs a step above zero", "取整的步长须大于零")
            mend = Words(f"write for example `{example}`", f"例如 `{example}`")
            self.scope.report(problems.STEP, found[1].span, what=what, mend=mend)
            return None
        return e.Call(function.name, tuple(found), unit, node.span)

    def _no_function(self, node: tree.Call) -> None:
        name = node.function
        if name.text in self.scope.tables and len(node.arguments) == 1:
            self.scope.used.add(name.text)
            mend = Words("look a value up with brackets: `TABLE[KEY]`", "查值用方括号：`对照表[键]`")
            if isinstance(node.arguments[0], tree.Name):
                key = node.arguments[0].text
                mend = Words(f"write `{name.text}[{key}]`", f"请写 `{name.text}[{key}]`")
            self._misplaced(node.span, _KIND_WORDS["table"], mend)
            return
        summary = _SUMMARIES.get(name.text.casefold())
        if summary is not None:
            item, over = self._summarised(node)
            mend = Words(f"write `{summary.en} {item} over {over}`", f"请写 `{summary.zh} {item} 于 {over}`")
            self.scope.report(problems.FUNCTION, name.span, name=name.text, known=mend)
            return
        known = Words(
            f"the functions are {', '.join(FUNCTIONS)}; the mean of records is written `mean of X over DATA`",
            f"函数有{'、'.join(BY_CHINESE)}；记录的平均值写作 `平均 X 于 数据`",
        )
        meant = nearest(name.text, FUNCTIONS if name.text.isascii() else BY_CHINESE)
        if name.text not in self.scope.skipped:
            known = Words() if meant is not None else known
            self.scope.report(problems.FUNCTION, name.span, suggestion=meant, name=name.text, known=known)

    def _summarised(self, node: tree.Call) -> tuple[str, str]:
        """What a summary that is written like a function would be of, and over which records, as far as that is clear."""
        match node.arguments:
            case (tree.Name(field),):
                owners = [data for data, known in self.scope.fields.items() if field in known]
                self.scope.used.update(owners)
                return field, owners[0] if owners else "DATA"
        return "X", "DATA"

    def _misfit_call(self, node: tree.Call, name: str, found: Sequence[e.Expr], example: str) -> None:
        units = {one.unit for one in found}
        for one in node.arguments:
            if Unit.RATIO in units and isinstance(one, tree.Number) and one.unit is None:
                self.percent(one)
                return
        words = [UNIT_WORDS[one.unit] for one in found]
        given = Words(", ".join(one.en for one in words), "、".join(one.zh for one in words))
        wanted = Words("of one kind", "同一种类")
        if len(found) == 1 or (len(units) == 1 and units != {Unit.TEXT, Unit.BOOLEAN}):
            wanted = A_NUMBER
        mend = Words(f"write for example `{example}`", f"例如 `{example}`")
        self.wrong(node.span, Words(f'each value of "{name}"', f"“{name}”的各个值"), wanted, given, mend)

    def _lookup(self, node: tree.Lookup) -> e.Expr | None:
        name = node.table.text
        key = self.expr(node.key)
        if name not in self.scope.tables:
            kind = self.scope.kinds.get(name)
            if kind is not None:
                mend = Words(
                    "only a table can be looked up: `TABLE[KEY]`", "只有对照表可以查值：`对照表[键]`"
                )
                self._misplaced(node.table.span, _KIND_WORDS[kind], mend)
            else:
                self.scope.unknown(node.table, self.scope.tables, thing=Words("no table", "对照表"))
            return None
        self.scope.used.add(name)
        unit, wanted = self.scope.tables[name]
        if key is None:
            return None
        if not fits(key.unit, wanted):
            mend = mend_for(node.key, key.unit, wanted, self.scope.currency)
            self.wrong(node.key.span, _WHAT["key"], UNIT_WORDS[wanted], UNIT_WORDS[key.unit], mend)
            return None
        return e.Lookup(name, key, unit, node.span)

    # Over people and records

    def _followed(self, node: tree.Followed) -> e.Expr | None:
        if self.data is None:
            self._only_records(node.span, following.WHAT, following.MEND)
            return None
        within = self.constant(node.within, Unit.DURATION, following.WITHIN)
        if not following.known_data(self.scope, node):
            return None
        then = replace(self, data=node.data.text)
        where = None if node.where is None else then.condition(node.where)
        if within is None or (where is None) != (node.where is None):
            return None
        return following.followed(self.scope, self.data, node, within, where)

    def _over(self, node: tree.Over) -> e.Expr | None:
        if self.data is not None:
            mend = Words(
                "name the summary with `measure` and use it outside", "请用“度量”为汇总命名，在外面使用"
            )
            self._misplaced(node.span, Words("a summary of several records", "多条记录的汇总"), mend)
            return None
        names = node.over.names
        if len(names) == 1 and self.scope.kinds.get(names[0].text) == "data" and not node.over.between:
            self.scope.used.add(names[0].text)
            return self._aggregate(node, names[0].text)
        return people.group(self, node) if self._whole_period(node.span) else None

    def _whole_period(self, span: Span) -> bool:
        """Whether values across people may stand here; reported otherwise."""
        if self.grain is not None:
            what = Words("a value across people", "人员间的值")
            grains.longer(self.scope, span, what, self.scope.period, self.grain)
        return self.grain is None

    def _counting(self, node: tree.Counting) -> e.Expr | None:
        """All records less the part that mild ones do not count; unless known to be mild, a record counts in full."""
        count, mild = node.count, node.mild
        where = mild if count.where is None else tree.Binary("and", count.where, mild, mild.span)
        part = tree.Over("count", None, count.over, where, None, None, _through(node.share.span, mild.span))
        every = self._over(count)
        share = self.constant(node.share, Unit.RATIO, _WHAT["share"])
        few = None if every is None else self._over(part)
        if every is None or share is None or few is None:
            return None
        if isinstance(share.value, Fraction) and not 0 <= share.value <= 1:
            mend = Words("write for example `counting 50% where ...`", "例如 `折计 50% 当 …`")
            given = Words(f"{decimal_text(share.value * 100)}%", f"{decimal_text(share.value * 100)}%")
            self.scope.report(
                problems.OUT_OF_RANGE,
                node.share.span,
                what=_WHAT["share"],
                wanted=Words("between 0% and 100%", "在 0% 到 100% 之间"),
                given=given,
                mend=mend,
            )
            return None
        one = e.Constant(Fraction(1), Unit.RATIO, node.share.span)
        rest = e.Arithmetic("-", one, share, Unit.RATIO, node.share.span)
        less = e.Arithmetic("*", rest, few, Unit.COUNT, part.span)
        return e.Arithmetic("-", every, less, Unit.COUNT, node.span)

    def _only_records(self, span: Span, what: Words, mend: Words | None = None) -> None:
        self.scope.report(
            problems.ONLY_RECORDS,
            span,
            what=what,
            mend=mend
            or Words(
                "use it in a measure over data, for example `mean of (working time from opened to closed) over tickets`",
                "请在对数据的度量中使用，例如 `平均 (工作时间自 opened 至 closed) 于 tickets`",
            ),
        )

    def _within(self, node: tree.Within) -> e.Expr | None:
        """A summary over the shorter periods inside the one at hand."""
        if self.data is not None:
            mend = Words(
                "name the summary with `measure` and use it outside", "请用“度量”为汇总命名，在外面使用"
            )
            self._misplaced(node.span, Words("a summary of several periods", "多个周期的汇总"), mend)
            return None
        grain = grains.inside(self.scope, node, self.grain)
        if grain is None:
            return None
        each = replace(self, grain=grain, zero_allowed=True, guards=())
        kind = e.Over(node.kind)
        item = None if node.item is None else each.numeric(node.item)
        where = None if node.where is None else each.condition(node.where)
        if (node.item is not None and item is None) or (node.where is not None and where is None):
            return None
        unit = people.over_unit(kind, Unit.NUMBER if item is None else item.unit)
        best = None
        if node.best is not None:
            if kind not in (e.Over.MEAN, e.Over.SUM) or node.best.denominator != 1 or node.best < 1:
                what = Words("this use of `best`", "此处的“最好”")
                mend = Words("write for example `mean of best 3 of total`", "例如 `平均 最好 3 之 总分`")
                self.scope.report(problems.MISPLACED, node.span, what=what, mend=mend)
                return None
            best = int(node.best)
        return e.Within(kind, grain, item, where, unit, node.span, best)

    def _weighted(self, node: tree.Weighted) -> e.Expr | None:
        """A mean in which each shorter period counts by its weight; one without item or weight is left out."""
        if node.kind != "mean":
            what = Words("`weighted by` here", "此处的“加权按”")
            mend = Words("write `mean of X weighted by W`", "请写 `平均 X 加权按 W`")
            self.scope.report(problems.MISPLACED, node.span, what=what, mend=mend)
            return None
        span = node.span
        product = tree.Binary("*", node.item, node.weight, span)
        there = tree.Presence(product, True, span)
        above = self.expr(tree.Within("sum", None, product, None, None, span))
        below = self.expr(tree.Within("sum", None, node.weight, there, None, span))
        item = self.expr(tree.Within("mean", None, node.item, None, None, span))
        if above is None or below is None or item is None:
            return None
        return e.Arithmetic("/", above, below, item.unit, span)

    def _aggregate(self, node: tree.Over, data: str) -> e.Expr | None:
        if node.kind == "headcount":
            mend = Words(
                f"people have no headcount there; write `count of {data}` for its records",
                f"要记录数请写 `计数 {data}`",
            )
            self._misplaced(node.over.span, _KIND_WORDS["data"], mend)
            return None
        if data in self.scope.broken or not fits_data(self.scope, node, data):
            return None
        records = replace(self, data=data, zero_allowed=True, guards=())
        kind = e.Over(node.kind)
        item: e.Expr | None = None
        if node.item is not None:
            anything = kind in (e.Over.DISTINCT, e.Over.FIRST, e.Over.LAST)
            item = records.expr(node.item) if anything else records.numeric(node.item)
        where = None if node.where is None else records.condition(node.where)
        among = None if node.among is None else records.condition(node.among)
        written, built = (node.item, node.where, node.among), (item, where, among)
        if any((one is None) != (other is None) for one, other in zip(written, built, strict=True)):
            return None
        if not people.sound_percent(self.scope, node):
            return None
        unit = people.over_unit(kind, Unit.NUMBER if item is None else item.unit)
        taken = sum(one.name.rpartition(".")[0] == self.owner for one in self.scope.aggregates)
        name = f"{self.owner}.{taken + 1}"
        found = e.Aggregate(
            name, kind, data, item, where, among, node.percent, unit, node.span, grain=self.grain
        )
        self.scope.aggregates.append(found)
        return found


def _through(first: Span, last: Span) -> Span:
    return Span(first.path, first.line, first.column, last.end_line, last.end_column)


def _field(expr: e.Expr) -> str:
    return expr.name if isinstance(expr, e.Field) else ""


def _shown(part: e.Expr) -> str:
    match part:
        case e.Fact(name) | e.InForce(name) | e.MeasureOf(name) | e.OutcomeOf(name):
            return name
        case e.PointsOf(indicator):
            return indicator
        case e.Lookup(table):
            return table
        case e.PublishedTotal():
            return "total"
        case e.PublishedGrade():
            return "grade"
        case e.Aggregate(_, _, data):
            return data
        case e.Group(by=by) | e.Rank(by=by) | e.Division(by=by):
            return " and ".join(by) or "everyone"
        case e.Within(_, grain):
            return grains.PLURAL[grain].en
        case e.Earlier() | e.Recent():
            return "previous"
        case _:
            return "data"
