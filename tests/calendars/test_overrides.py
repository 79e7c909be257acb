"""Calendar files: what their lines say, and what is wrong with those that say nothing."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from kpirules.calendars import parse_overrides
from kpirules.diagnostics import Span


def test_lines_in_both_languages_and_several_separators() -> None:
    text = (
        "\ufeff日期,类型\r\n"
        "# 2027\r\n"
        "\r\n"
        "2027-02-20,work,make-up day\r\n"
        "2027/2/21\t上班\r\n"
        "２０２７年２月８日，休息\r\n"
        "2027-05-01 rest\r\n"
        "2027-10-01..2027-10-03; REST\r\n"
        '"2027-12-31","rest"\r\n'
        "2027,complete\r\n"
        "2028年 齐全\r\n"
    )
    overrides, wrong = parse_overrides(text, "own.csv")
    assert wrong == ()
    rest = [
        date(2027, 2, 8),
        date(2027, 5, 1),
        *(date(2027, 10, day) for day in (1, 2, 3)),
        date(2027, 12, 31),
    ]
    assert overrides.days == {date(2027, 2, 20): True, date(2027, 2, 21): True} | dict.fromkeys(rest, False)
    assert overrides.complete == {2027, 2028}


def test_every_bad_line_is_named() -> None:
    text = "2027-02-30,rest\n2027-02-01,rest\n2027-02-02,perhaps\n2027,rest\n2027-02,complete\nnonsense\n"
    overrides, wrong = parse_overrides(text, "own.csv")
    assert overrides.days == {date(2027, 2, 1): False}
    assert [(one.code, one.place) for one in wrong] == [
        ("K481", Span("own.csv", 1, 1, 1, 16)),
        ("K481", Span("own.csv", 3, 1, 3, 19)),
        ("K481", Span("own.csv", 4, 1, 4, 10)),
        ("K481", Span("own.csv", 5, 1, 5, 17)),
        ("K481", Span("own.csv", 6, 1, 6, 9)),
    ]
    assert wrong[0].message() == '"2027-02-30,rest" is not a line of a calendar file'


def test_the_same_day_twice() -> None:
    text = "2027-02-20,work\n2027-02-20,work\n2027-02-19..2027-02-21,rest\n"
    overrides, wrong = parse_overrides(text, "own.csv")
    assert overrides.days == {date(2027, 2, 20): True}
    assert [one.code for one in wrong] == ["K482"]
    assert wrong[0].args == {"day": "2027-02-20", "line": 2}
    assert "休息日又是工作日" in wrong[0].message("zh")


@given(st.text(st.sampled_from("2027-01..,; \t\n#workrest休息complete齐全日期年月")))
def test_any_text_gives_overrides_or_findings(text: str) -> None:
    overrides, wrong = parse_overrides(text, "own.csv")
    assert all(one.code in ("K481", "K482") and one.message("zh") for one in wrong)
    assert set(overrides.days.values()) <= {True, False}
