"""The table of inputs and the table of staff: rows, periods, duplicates, what is missing and what is set aside."""

from __future__ import annotations

import datetime
from fractions import Fraction

import pytest

from kpirules.diagnostics import Cell, Diagnostic, problems
from kpirules.facts.bindings import Binding, Bound, CellRules
from kpirules.facts.build import build
from kpirules.facts.requests import columns_wanted
from kpirules.model.rules import Ruleset
from kpirules.periods import parse, periods_between
from kpirules.plugin import SourceTable
from kpirules.plugin.problems import ERROR_CELL
from kpirules.units import Type, Unit
from tests.facts.policies import an_input, errors, policy, rows_of, source, told, values

COMPLAINTS = an_input("complaints", Unit.COUNT)
SHARE = an_input("share", Unit.RATIO)
POST = an_input("post", Type(Unit.TEXT, choices=("manager", "other")), attribute=True)


def rules(*, period: str = "quarter") -> Ruleset:
    return policy(inputs=[COMPLAINTS, SHARE, POST], period=period)


def table(**columns: list[object]) -> SourceTable:
    rows = len(next(iter(columns.values())))
    whole: dict[str, list[object]] = {
        "staff": [f"s{n}" for n in range(rows)],
        "period": ["2026-Q1"] * rows,
        "complaints": ["0"] * rows,
        "share": ["50%"] * rows,
        "post": ["other"] * rows,
    }
    return source(whole | columns)


def test_rows_keep_the_order_of_the_table() -> None:
    facts, found = build(
        rules(),
        {
            "inputs": table(
                staff=["李四", " 张三 ", "李四"],
                period=["2026-Q2", "2026年一季度", "2026-q1"],
                complaints=["3", None, "1,000"],
                share=["93%", "0.5", "?"],
            )
        },
        bindings={"inputs": Binding(cells=CellRules(missing=frozenset("?")))},
    )
    assert found == []
    assert rows_of(facts) == [("李四", "2026-Q2"), ("张三", "2026-Q1"), ("李四", "2026-Q1")]
    assert values(facts, "complaints") == [3, None, 1000]
    assert values(facts, "share") == [Fraction(93, 100), Fraction(1, 2), None]
    assert values(facts, "post") == ["other"] * 3
    assert facts.periods == (parse("2026-Q1"), parse("2026-Q2"))
    assert facts.counts["inputs"].read == facts.counts["inputs"].used == 3


def test_every_wrong_cell_is_told_with_its_place() -> None:
    _, found = build(
        rules(),
        {
            "inputs": table(
                staff=["a", "b", None, "a", "c", "d"],
                period=["2026-Q1", "2026-01", "2026-Q1", "2026Q1", "soon", None],
                complaints=["x", "1.5", "-1", "1", "2", "3"],
                share=["93", "0.9", "0.9", "0.9", "0.9", "0.9"],
                post=["other", "manger", "other", "other", "other", "other"],
            )
        },
    )
    assert sorted(errors(found)) == sorted(
        [
            "K420 2 complaints",
            "K423 2 share",
            "K413 3 period",
            "K421 3 complaints",
            "K432 3 post",
            "K410 4 staff",
            "K422 4 complaints",
            "K414 5 staff",
            "K412 6 period",
            "K411 7 period",
        ]
    )
    duplicate = next(one for one in found if one.code == "K414")
    assert duplicate.args["first"] == 2
    assert "row 2" in duplicate.message("en") and "第 2 行" in duplicate.message("zh")
    misspelt = next(one for one in found if one.code == "K432")
    assert misspelt.suggestion == "manager"
    assert isinstance(misspelt.place, Cell)
    assert misspelt.place.value == "manger"


def test_rejected_rows_are_counted_and_listed_with_reasons() -> None:
    inputs = table(
        staff=["a", "b", "a", "c"], complaints=["1", "x", "2", "3"], share=["93", "oops", "0.5", "0.7"]
    )
    facts, found = build(rules(), {"inputs": inputs}, reject=True)
    assert errors(found) == []
    assert [one.code for one in found] == ["K461"]
    assert found[0].args["count"] == 3
    assert rows_of(facts) == [("c", "2026-Q1")]
    assert len(facts.rejects) == 3
    listed = facts.rejects.table().to_pylist()
    assert [(one["row"], one["column"], one["value"], one["code"]) for one in listed] == [
        (2, "share", "93", "K423"),
        (3, "complaints", "x", "K420"),
        (3, "share", "oops", "K420"),
        (4, "staff", "a", "K414"),
    ]
    assert "不是" in facts.rejects.table("zh").to_pylist()[1]["reason"]
    counts = facts.counts["inputs"]
    assert (counts.read, counts.used, counts.set_aside, counts.left_out) == (4, 1, 3, 0)


def test_one_error_names_all_missing_columns() -> None:
    whole = table(complaints=["1"]).table
    assert whole is not None
    renamed = whole.rename_columns(["staff", "period", "complants", "Anteil", "post"])
    _, found = build(rules(), {"inputs": source(renamed)})
    assert [one.code for one in found] == ["K401", "K402"]
    assert '"complaints" (did you mean the column "complants"?), "share"' in found[0].message("en")
    assert "Anteil" in found[1].message("zh")


def test_braces_in_titles_are_only_letters() -> None:
    facts, found = build(
        policy(inputs=[an_input("a{b}", Unit.COUNT)]),
        {"inputs": source({"staff": ["x"], "period": ["2026-Q1"], "{c}": [1]})},
    )
    assert '"a{b}"' in found[0].message("en") and '"{c}"' in found[1].message("en")
    assert rows_of(facts) == [("x", "2026-Q1")]


def test_a_binding_finds_columns_by_their_titles() -> None:
    binding = Binding(
        columns={
            "staff": Bound("姓名"),
            "complaints": Bound("投诉"),
            "share": Bound("Anteil", CellRules(frozenset({"k.A."}))),
        },
        period="2026-Q3",
        where={"部门": ("售后",)},
    )
    inputs = source(
        {
            "姓名": ["a", "b"],
            "投诉": [1.0, 2.0],
            "Anteil": ["k.A.", "1"],
            "post": ["other", "other"],
            "部门": ["售后 ", "研发"],
        }
    )
    facts, found = build(rules(), {"inputs": inputs}, bindings={"inputs": binding})
    assert [one.code for one in found] == ["K446"]
    assert rows_of(facts) == [("a", "2026-Q3")]
    assert values(facts, "share") == [None]
    assert columns_wanted(rules(), "inputs", binding) == (
        "姓名",
        "员工",
        "period",
        "周期",
        "投诉",
        "Anteil",
        "post",
        "部门",
    )


def test_chinese_titles_of_staff_and_period_need_no_binding() -> None:
    inputs = source(
        {"员工": ["a"], "周期": ["2026年一季度"], "complaints": [1], "share": [1.0], "post": ["other"]}
    )
    facts, found = build(rules(), {"inputs": inputs})
    assert found == []
    assert rows_of(facts) == [("a", "2026-Q1")]


def test_a_binding_of_an_unknown_name_is_an_error() -> None:
    _, found = build(
        rules(),
        {"inputs": table(complaints=["1"])},
        bindings={"inputs": Binding(columns={"complaint": Bound("x")})},
    )
    assert [(one.code, one.suggestion) for one in found] == [("K406", "complaints")]


def test_asked_periods_alone_are_taken() -> None:
    inputs = table(staff=["a", "a", "a"], period=["2025-Q4", "2026-Q1", "2026-Q2"])
    facts, found = build(rules(), {"inputs": inputs}, periods=periods_between("2026-Q1..2026-Q2"))
    assert found == []
    assert [period for _, period in rows_of(facts)] == ["2026-Q1", "2026-Q2"]
    assert facts.counts["inputs"].left_out == 1
    year = parse("2026")
    assert year is not None
    assert len(build(rules(), {"inputs": inputs}, periods=[year])[0].matrix) == 2


@pytest.mark.parametrize(
    ("cells", "period", "expected"),
    [
        ([2026.0], "year", ["2026"]),
        (["2026-07-15"], "day", ["2026-07-15"]),
        (["2026-W31"], "week", ["2026-W31"]),
    ],
)
def test_periods_of_every_kind(cells: list[object], period: str, expected: list[str]) -> None:
    facts, found = build(rules(period=period), {"inputs": table(period=cells)})
    assert found == []
    assert [one for _, one in rows_of(facts)] == expected


def test_dates_are_periods_of_daily_policies_only() -> None:
    days = [datetime.datetime(2026, 7, 15)]
    daily, found = build(rules(period="day"), {"inputs": table(period=list(days))})
    assert (rows_of(daily), found) == ([("s0", "2026-07-15")], [])
    _, found = build(rules(period="month"), {"inputs": table(period=list(days))})
    assert errors(found) == ["K413 2 period"]


def test_the_table_of_staff_gives_attributes_to_every_period() -> None:
    inputs = source(
        {
            "staff": ["a", "b", "a"],
            "period": ["2026-Q1", "2026-Q1", "2026-Q2"],
            "complaints": [1, 2, 3],
            "share": [1.0, 1.0, 1.0],
        }
    )
    staff = source({"staff": ["b", "a"], "post": ["manager", "other"], "phone": ["1", "2"]}, "staff.csv")
    facts, found = build(rules(), {"inputs": inputs, "staff": staff})
    assert told(found) == ["K402 None None"]
    assert values(facts, "post") == ["other", "manager", "other"]


def test_everybody_must_be_among_the_staff() -> None:
    inputs = source(
        {"staff": ["a", "x"], "period": ["2026-Q1", "2026-Q1"], "complaints": [1, 2], "share": [1.0, 1.0]}
    )
    staff = source({"staff": ["a", "b", "b"], "post": ["other", "other", "manager"]}, "staff.csv")
    _, found = build(rules(), {"inputs": inputs, "staff": staff})
    assert sorted(errors(found)) == ["K415 4 staff", "K416 3 staff"]


def test_what_is_not_given_is_told() -> None:
    _, found = build(rules(), {})
    assert [one.code for one in found] == ["K403"]
    _, found = build(rules(), {"input": table(complaints=["1"])})
    assert [(one.code, one.suggestion) for one in found] == [("K403", None), ("K404", "inputs")]


def test_findings_of_one_kind_are_listed_up_to_a_limit_and_all_counted() -> None:
    _, found = build(rules(), {"inputs": table(complaints=["x"] * 120)})
    assert [one.code for one in found].count("K420") == 50
    more = next(one for one in found if one.code == "K460")
    assert (more.args["count"], more.args["total"], more.args["code"]) == (70, 120, "K420")


def test_what_the_source_found_wrong_in_rows_is_set_aside_too() -> None:
    whole = table(staff=["a", "b"], complaints=["1", None])
    said: tuple[Diagnostic, ...] = (
        ERROR_CELL.at(Cell("t.csv", 3, "complaints", None, "#DIV/0!"), value="#DIV/0!"),
        ERROR_CELL.at(Cell("t.csv", 9), value="#N/A"),
    )
    broken = SourceTable(whole.path, None, whole.header, whole.table, 2, said)
    facts, found = build(rules(), {"inputs": broken})
    assert errors(found) == ["K560 3 complaints", "K560 9 None"]
    facts, found = build(rules(), {"inputs": broken}, reject=True)
    assert errors(found) == []
    assert rows_of(facts) == [("a", "2026-Q1")]
    assert [one["row"] for one in facts.rejects.table().to_pylist()] == [3, 9]
    assert facts.counts["inputs"].read == 3


def test_a_table_without_rows_is_a_warning() -> None:
    facts, found = build(
        rules(), {"inputs": source({n: [] for n in ("staff", "period", "complaints", "share", "post")})}
    )
    assert [one.code for one in found] == ["K405"]
    assert len(facts.matrix) == 0


def test_every_problem_of_the_room_speaks_both_languages() -> None:
    own = [one for code, one in problems().items() if "K401" <= code < "K480" or "K501" <= code < "K520"]
    assert len(own) > 40
    for one in own:
        assert one.message.en and one.message.zh and one.explanation.en and one.explanation.zh, one.code


def test_the_one_period_of_a_table_must_be_of_the_right_kind() -> None:
    month = {"inputs": Binding(period="2026-01")}
    facts, found = build(rules(), {"inputs": table(complaints=["1"])}, bindings=month)
    assert [one.code for one in found if one.is_error] == ["K413"]
    assert len(facts.matrix) == 0
