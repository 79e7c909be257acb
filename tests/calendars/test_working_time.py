"""Working time between two moments, and the table that lets a query engine work it out."""

from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from kpirules.calendars import Calendar, Overrides, UnknownYears, WorkdayTable
from kpirules.units import DAY, HOUR, MINUTE

EPOCH = datetime(1970, 1, 1)
CHINA = Calendar("china")
OFFICE = Calendar("china", hours=((9 * 60, 12 * 60), (13 * 60, 18 * 60)))

MOMENTS = st.datetimes(datetime(2023, 11, 1), datetime(2026, 3, 31))
SPANS = st.lists(st.integers(0, 1440), min_size=2, max_size=6, unique=True).map(
    lambda edges: tuple(zip(sorted(edges)[::2], sorted(edges)[1::2], strict=False))
)
CALENDARS = st.builds(
    Calendar,
    st.sampled_from(["china", "none"]),
    st.sets(st.integers(0, 6)).map(lambda found: tuple(sorted(found))),
    SPANS,
    st.builds(
        Overrides, st.dictionaries(st.dates(date(2025, 1, 1), date(2025, 2, 1)), st.booleans(), max_size=5)
    ),
)


def us(moment: datetime | str) -> int:
    moment = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return (moment - EPOCH) // timedelta(microseconds=1)


def time(calendar: Calendar, start: str | datetime, end: str | datetime) -> int:
    answer = calendar.working_time(us(start), us(end))
    assert isinstance(answer, int)
    return answer


def by_hand(calendar: Calendar, start: int, end: int) -> int:
    """The definition: every span of every worked day, cut to the moments."""
    total = 0
    for number in range(start // DAY, end // DAY + 1):
        if calendar.is_workday((EPOCH + timedelta(days=number)).date()) is True:
            for opens, closes in calendar.hours:
                low, high = number * DAY + opens * MINUTE, number * DAY + closes * MINUTE
                total += max(0, min(end, high) - max(start, low))
    return total


def test_within_a_day() -> None:
    assert time(CHINA, "2026-07-15T10:00", "2026-07-15T10:30") == 30 * MINUTE
    assert time(CHINA, "2026-07-15T07:00", "2026-07-15T09:10") == 10 * MINUTE
    assert time(CHINA, "2026-07-15T17:59:59.999999", "2026-07-15T23:00") == 1
    assert time(CHINA, "2026-07-15T00:00", "2026-07-16T00:00") == 9 * HOUR == CHINA.day_length
    assert time(OFFICE, "2026-07-15T11:30", "2026-07-15T13:30") == HOUR
    assert time(OFFICE, "2026-07-15T12:10", "2026-07-15T12:50") == 0
    assert OFFICE.day_length == 8 * HOUR


def test_nights_do_not_count() -> None:
    assert time(CHINA, "2026-07-15T17:30", "2026-07-16T09:30") == HOUR
    assert time(CHINA, "2026-07-15T19:00", "2026-07-16T08:00") == 0


def test_weekends_do_not_count() -> None:
    assert time(CHINA, "2026-07-17T17:00", "2026-07-20T10:00") == 2 * HOUR
    assert time(CHINA, "2026-07-18T10:00", "2026-07-19T17:00") == 0


def test_holidays_do_not_count_and_make_up_days_do() -> None:
    # Friday evening to the first Tuesday after the Spring Festival: Saturday the 14th is worked.
    assert time(CHINA, "2026-02-13T18:00", "2026-02-24T09:00") == 9 * HOUR
    assert time(CHINA, "2026-02-14T17:00", "2026-02-24T10:00") == 2 * HOUR
    assert time(CHINA, "2026-09-30T17:00", "2026-10-08T10:00") == 2 * HOUR


def test_over_the_turn_of_years() -> None:
    # 1 January 2025 is a holiday; 30 and 31 December and 2 January are worked.
    assert time(CHINA, "2024-12-30T00:00", "2025-01-03T00:00") == 27 * HOUR
    assert time(CHINA, "2024-01-01T00:00", "2026-01-01T00:00") == (251 + 248) * 9 * HOUR


def test_unknown_years_only_matter_where_they_are_needed() -> None:
    start, end = us("2003-12-31T23:00"), us("2004-01-02T10:00")
    assert CHINA.working_time(start, end) == UnknownYears("china", (2003,))
    assert CHINA.working_time(end, start) == UnknownYears("china", (2003,))
    assert CHINA.working_time(us("2004-01-01T00:00"), end) == HOUR
    assert CHINA.working_time(start, start) == 0
    # Midnight at the end of the last known year asks nothing of the next one.
    known = Calendar("china", overrides=Overrides(complete=frozenset({2149})))
    assert known.working_time(us("2149-12-31T17:00"), us("2150-01-01T00:00")) == HOUR
    assert known.working_time(us("2149-12-31T17:00"), us("2150-01-01T00:00") + 1) == UnknownYears(
        "china", (2150,)
    )


def test_moments_before_1970() -> None:
    plain = Calendar("none")
    assert time(plain, "1969-12-31T17:00", "1970-01-01T10:00") == 2 * HOUR
    assert time(plain, "1969-12-26T17:30", "1969-12-29T09:30") == HOUR


@given(CALENDARS, MOMENTS, MOMENTS)
def test_working_time_is_what_the_definition_says(calendar: Calendar, start: datetime, end: datetime) -> None:
    first, last = sorted((us(start), us(end)))
    assert calendar.working_time(first, last) == by_hand(calendar, first, last)


@given(CALENDARS, MOMENTS, MOMENTS, MOMENTS)
def test_working_time_adds_up(calendar: Calendar, a: datetime, b: datetime, c: datetime) -> None:
    assert time(calendar, a, c) == time(calendar, a, b) + time(calendar, b, c)


@given(CALENDARS, MOMENTS, MOMENTS)
def test_reversed_moments_give_the_negative(calendar: Calendar, a: datetime, b: datetime) -> None:
    assert time(calendar, a, b) == -time(calendar, b, a)
    assert calendar.workdays(a.date(), b.date()) == -_int(calendar.workdays(b.date(), a.date()))


@given(CALENDARS, MOMENTS, MOMENTS)
def test_the_table_gives_the_same_answers(calendar: Calendar, start: datetime, end: datetime) -> None:
    table = calendar.table(date(2023, 11, 1), date(2026, 3, 31))
    assert isinstance(table, WorkdayTable)

    def worked(moment: int) -> int:
        row = moment // DAY - table.first
        return table.before[row] * calendar.day_length + table.is_workday[row] * calendar.worked_by(
            moment % DAY
        )

    def through(moment: int) -> int:
        row = moment // DAY - table.first
        return table.before[row] + table.is_workday[row]

    assert worked(us(end)) - worked(us(start)) == calendar.working_time(us(start), us(end))
    assert through(us(end)) - through(us(start)) == calendar.workdays(start.date(), end.date())


def test_the_table_has_a_row_for_each_day() -> None:
    table = CHINA.table(date(2026, 9, 30), date(2026, 10, 10))
    assert isinstance(table, WorkdayTable)
    assert table.first == (date(2026, 9, 30) - date(1970, 1, 1)).days
    assert table.is_workday == (True, *[False] * 7, True, True, True)
    assert table.before == (0, *[1] * 8, 2, 3)


def _int(answer: int | UnknownYears) -> int:
    assert isinstance(answer, int)
    return answer
