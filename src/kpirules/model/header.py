"""The lines under `ruleset`, each said at most once: version, dates, period, rounding, working time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from kpirules.calendars import CALENDARS, hours_in_order
from kpirules.diagnostics import Span, Words
from kpirules.language import tree
from kpirules.model import problems, rules
from kpirules.model.advice import no_day
from kpirules.model.literals import moment
from kpirules.model.scope import Scope
from kpirules.numbers import Mode, Rounding

_CALENDAR_NAMES = {"中国": "china", "无": "none"}
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WORKING = rules.Working("china", (5, 6), ((9 * 60, 18 * 60),))
#: The finest step of a published result: results are whole numbers of steps in 64 bits.
FINEST_STEP = Fraction(1, 1_000_000)


@dataclass(frozen=True, slots=True)
class Header:
    """Reads the header's lines. place: the ruleset's name, for what the header leaves out."""

    header: tree.Header
    scope: Scope
    place: Span

    def version(self) -> str | None:
        """The version as written."""
        versions = self.header.version
        self._once([one.span for one in versions], '"version"', "“版本”")
        return versions[0].text if versions else None

    def in_force(self) -> tuple[str | None, str | None]:
        """First and last day, in ISO form."""
        lines = self.header.in_force
        self._once([one[0].span for one in lines], '"in force from"', "“施行自”")
        if not lines:
            return None, None
        begin, end = lines[0]
        wrong = [one for one in (begin, end) if one is not None and moment(one) is None]
        for one in wrong:
            no_day(self.scope, one)
        if not wrong and end is not None and end.text < begin.text:
            what = Words("the policy would end before it begins", "制度在开始之前就结束了")
            self._wrong(end.span, what, Words("write the earlier day first", "请先写较早的日期"))
        return begin.text, end.text if end is not None else None

    def period(self) -> str:
        """The period: day, week, month, quarter, half or year."""
        self._once([one.span for one in self.header.period], '"period"', "“周期”")
        if not self.header.period:
            self.scope.report(problems.NO_PERIOD, self.place)
            return "month"
        return self.header.period[0].text

    def rounding(self, what: str) -> Rounding:
        """How points or the total are published: two places half up unless said."""
        lines = [one for one in self.header.rounding if one.what == what]
        chinese = {"points": "得分", "total": "总分"}[what]
        self._once([one.span for one in lines], f'"round {what}"', f"“取整 {chinese}”")
        return rounding_of(self.scope, lines[0].step if lines else None, lines[0].mode if lines else None)

    def working(self) -> rules.Working:
        """Working days and hours: the public calendar of China, Monday to Friday, 9 to 18 unless said."""
        return rules.Working(self._calendar(), self._weekend(), self._hours())

    def _calendar(self) -> str:
        calendars = self.header.calendar
        self._once([one.span for one in calendars], '"calendar"', "“日历”")
        if not calendars:
            return _WORKING.calendar
        name = _CALENDAR_NAMES.get(calendars[0].text, calendars[0].text)
        if name in CALENDARS:
            return name
        known, chinese = ", ".join(CALENDARS), "、".join(_CALENDAR_NAMES)
        self._wrong(
            calendars[0].span,
            Words(f'there is no calendar "{calendars[0].text}"', f"没有日历“{calendars[0].text}”"),
            Words(f"the calendars are {known}", f"可用的日历：{chinese}"),
        )
        return _WORKING.calendar

    def _weekend(self) -> tuple[int, ...]:
        """Days off; two lines add up."""
        if not self.header.weekend:
            return _WORKING.weekend
        days = tuple(sorted({_DAYS.index(day) for line in self.header.weekend for day in line}))
        if len(days) == 7:
            what = Words(
                "the weekend takes all seven days: no working day is left", "周末占满七天，没有工作日"
            )
            self._wrong(self.place, what, Words("leave out the days of work", "请去掉工作的日子"))
        return days

    def _hours(self) -> tuple[tuple[int, int], ...]:
        hours = self.header.working_hours
        self._once([one.span for one in hours], '"working hours"', "“上班时间”")
        if not hours:
            return _WORKING.hours
        if hours_in_order(hours[0].spans):
            return hours[0].spans
        self._wrong(
            hours[0].span,
            Words(
                "working hours must lie within a day, in order and apart",
                "上班时间须在一天之内、先后有序且不重叠",
            ),
            Words(
                "write for example `working hours 09:00 to 12:00, 13:00 to 18:00`",
                "例如 `上班时间 09:00 至 12:00, 13:00 至 18:00`",
            ),
        )
        return _WORKING.hours

    def _once(self, spans: Sequence[Span], en: str, zh: str) -> None:
        for extra in spans[1:]:
            self.scope.report(problems.REPEATED, extra, what=Words(en, zh), line=spans[0].line)

    def _wrong(self, span: Span, what: Words, mend: Words) -> None:
        self.scope.report(problems.HEADER, span, what=what, mend=mend)


def rounding_of(scope: Scope, step: tree.Number | None, mode: str | None) -> Rounding:
    """The rounding written, or two places half up."""
    if step is None:
        return Rounding()
    value = step.value
    odd = value.denominator
    for factor in (2, 5):
        while odd % factor == 0:
            odd //= factor
    if value < FINEST_STEP or value > 10**9 or odd != 1 or value.denominator > 10**6:
        what = Words(
            "a rounding step lies between 0.000001 and 1,000,000,000", "取整的步长须在 0.000001 与十亿之间"
        )
        mend = Words("write for example `round to 0.01`", "例如 `取整至 0.01`")
        scope.report(problems.STEP, step.span, what=what, mend=mend)
        return Rounding()
    return Rounding(value, Mode(mode) if mode else Mode.HALF_UP)
