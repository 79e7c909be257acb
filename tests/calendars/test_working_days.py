"""Which days are worked: weekends, public holidays of China with make-up workdays, a company's own days."""

from datetime import date, timedelta

import pytest

from kpirules.calendars import Calendar, Overrides, UnknownYears
from kpirules.diagnostics import render

CHINA = Calendar("china")
PLAIN = Calendar("none")


def days(first: str, last: str) -> list[date]:
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    return [start + timedelta(days=offset) for offset in range((end - start).days + 1)]


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("2026-01-01", "2026-01-03"),  # New Year
        ("2026-02-15", "2026-02-23"),  # Spring Festival
        ("2026-04-04", "2026-04-06"),  # Qingming
        ("2026-05-01", "2026-05-05"),  # Labour Day
        ("2026-10-01", "2026-10-07"),  # National Day
        ("2024-02-10", "2024-02-17"),
        ("2023-09-29", "2023-10-06"),
    ],
)
def test_public_holidays_are_days_of_rest(first: str, last: str) -> None:
    assert [CHINA.is_workday(day) for day in days(first, last)] == [False] * len(days(first, last))


@pytest.mark.parametrize(
    "day",
    [
        "2026-01-04",
        "2026-02-14",
        "2026-02-28",
        "2026-05-09",
        "2026-09-20",
        "2026-10-10",
        "2024-02-04",
        "2023-10-07",
    ],
)
def test_make_up_workdays_on_weekends_are_worked(day: str) -> None:
    assert date.fromisoformat(day).weekday() >= 5
    assert CHINA.is_workday(date.fromisoformat(day)) is True
    assert PLAIN.is_workday(date.fromisoformat(day)) is False


def test_plain_weeks_are_the_same_in_both_calendars() -> None:
    for calendar in (CHINA, PLAIN):
        week = [calendar.is_workday(day) for day in days("2026-07-13", "2026-07-19")]
        assert week == [True] * 5 + [False] * 2


def test_the_plain_calendar_knows_every_year() -> None:
    assert PLAIN.is_workday(date(1969, 7, 21)) is True
    assert [PLAIN.is_workday(day) for day in days("2350-01-01", "2350-01-02")] == [
        False,
        True,
    ]  # Sunday, Monday


def test_another_weekend_keeps_holidays_and_make_up_days() -> None:
    six_days = Calendar("china", weekend=(6,))
    assert six_days.is_workday(date(2026, 7, 18)) is True  # a plain Saturday
    assert six_days.is_workday(date(2026, 7, 19)) is False
    assert six_days.is_workday(date(2026, 10, 3)) is False  # a Saturday in the National Day holiday
    assert six_days.is_workday(date(2026, 9, 20)) is True  # a Sunday made a workday


def test_working_days_between_two_dates() -> None:
    # From Friday before the Spring Festival of 2026: Saturday 14 is worked, then nine days of rest.
    assert CHINA.workdays(date(2026, 2, 13), date(2026, 2, 13)) == 0
    assert CHINA.workdays(date(2026, 2, 13), date(2026, 2, 14)) == 1
    assert CHINA.workdays(date(2026, 2, 13), date(2026, 2, 23)) == 1
    assert CHINA.workdays(date(2026, 2, 13), date(2026, 2, 24)) == 2
    assert CHINA.workdays(date(2026, 2, 24), date(2026, 2, 13)) == -2
    assert PLAIN.workdays(date(2026, 2, 13), date(2026, 2, 24)) == 7
    assert CHINA.workdays(date(2024, 12, 31), date(2025, 12, 31)) == 248


def test_a_year_has_the_announced_number_of_working_days() -> None:
    counts = {
        year: CHINA.workdays(date(year - 1, 12, 31), date(year, 12, 31)) for year in (2023, 2024, 2025, 2026)
    }
    assert counts == {2023: 249, 2024: 251, 2025: 248, 2026: 248}


def test_an_unknown_year_is_an_answer_not_a_guess() -> None:
    assert CHINA.is_workday(date(2003, 12, 31)) == UnknownYears("china", (2003,))
    assert CHINA.workdays(date(2003, 12, 31), date(2004, 1, 5)) == 2  # 2003-12-31 itself does not count
    assert CHINA.workdays(date(2003, 12, 30), date(2004, 1, 5)) == UnknownYears("china", (2003,))
    assert CHINA.workdays(date(2150, 1, 5), date(2148, 1, 5)) == UnknownYears("china", (2148, 2149, 2150))
    assert CHINA.table(date(2003, 12, 1), date(2004, 1, 1)) == UnknownYears("china", (2003,))
    assert CHINA.workdays(date(2150, 1, 5), date(2150, 1, 5)) == 0


def test_an_unknown_year_as_a_message() -> None:
    finding = UnknownYears("china", (2002, 2003, 2148)).diagnostic()
    assert finding.is_error
    text = render(finding, {})
    assert text.startswith('error[K480]: the calendar "china" knows the working days of 2004–')
    assert "not of 2002–2003, 2148" in text
    assert '"2002,complete"' in text
    assert "“2002,齐全”" in render(finding, {}, "zh")


def test_overrides_go_before_everything() -> None:
    own = Calendar("china", overrides=Overrides({date(2026, 10, 1): True, date(2026, 7, 15): False}))
    assert own.is_workday(date(2026, 10, 1)) is True
    assert own.is_workday(date(2026, 7, 15)) is False
    assert own.is_workday(date(2026, 10, 2)) is False
    assert own.workdays(date(2026, 7, 14), date(2026, 7, 16)) == 1


def test_single_days_do_not_make_a_year_known() -> None:
    own = Calendar("china", overrides=Overrides({date(2150, 2, 7): False}))
    assert own.is_workday(date(2150, 2, 7)) is False
    assert own.is_workday(date(2150, 2, 6)) == UnknownYears("china", (2150,))
    assert own.workdays(date(2150, 2, 6), date(2150, 2, 7)) == 0
    assert own.workdays(date(2150, 2, 6), date(2150, 2, 8)) == UnknownYears("china", (2150,))


def test_a_complete_year_is_known_by_its_overrides_alone() -> None:
    own = Calendar("china", overrides=Overrides({date(2150, 2, 9): False}, complete=frozenset({2150, 2026})))
    week = [own.is_workday(day) for day in days("2150-02-09", "2150-02-15")]
    assert week == [False, True, True, True, True, False, False]
    assert own.is_workday(date(2026, 10, 1)) is True  # declared complete without that holiday


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"name": "mars"}, "no calendar"),
        ({"weekend": (7,)}, "0 to 6"),
        ({"hours": ()}, "working hours"),
        ({"hours": ((540, 540),)}, "working hours"),
        ({"hours": ((780, 1080), (540, 720))}, "working hours"),
        ({"hours": ((540, 800), (780, 1080))}, "working hours"),
        ({"hours": ((1320, 1800),)}, "working hours"),
    ],
)
def test_impossible_calendars_are_refused(arguments: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Calendar(**arguments)  # type: ignore[arg-type]
