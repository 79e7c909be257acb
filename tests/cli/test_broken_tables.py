"""Broken tables in the hands of a policy: every message names the row, and nothing is guessed."""

from __future__ import annotations

from tests.cli.desk import Desk


def test_dates_in_three_orders_are_told_and_not_guessed(desk: Desk) -> None:
    desk.put(
        "tickets.csv",
        "staff,opened,first_reply,survey\n"
        "Ann,2026-01-05 09:00,,5\nAnn,05/01/2026 09:00,,4\nBob,01/15/2026 09:00,,4\nBob,5.1.2026,,3\n",
    )
    desk.put("courses.csv", "staff,period,courses\nAnn,2026-01,1\nBob,2026-01,2\n")
    words = ("score", "desk.kpi", "--data", "courses.csv", "--data", "tickets=tickets.csv")
    result = desk.run(*words)
    assert (result.exit_code, result.stdout) == (1, "")
    for row in (3, 4, 5):
        assert f'--> tickets.csv, row {row}, column "opened"' in result.stderr
    assert "row 2," not in result.stderr
    desk.put("kpirules.toml", '[data.tickets]\npath = "tickets.csv"\ndate_format = "day first"\n')
    declared = desk.run(*words[:4])
    assert declared.exit_code == 1
    assert '--> tickets.csv, row 4, column "opened"' in declared.stderr  # there is no 15th month
    assert "row 3," not in declared.stderr


def test_a_second_row_of_names_is_told_where_a_policy_reads_it(desk: Desk) -> None:
    desk.put(
        "shop.csv", "staff,period,department,late,good,all\n员工,周期,部门,迟,好,全\nAnn,2026-01,n,1,2,3\n"
    )
    result = desk.score()
    assert (result.exit_code, result.stdout) == (1, "")
    assert "--> shop.csv, row 2" in result.stderr
    assert "row 3" not in result.stderr
