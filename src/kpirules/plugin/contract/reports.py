"""A finished result that is made up: two teams, hostile names, a person without points, an alert."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pyarrow as pa

from kpirules.diagnostics import Words
from kpirules.plugin.report import (
    AdjustmentInfo,
    AdjustmentShown,
    Alert,
    ColumnInfo,
    FactShown,
    GradeInfo,
    IndicatorInfo,
    OutcomeInfo,
    OutcomeShown,
    ParameterInfo,
    PolicyInfo,
    RecordsBehind,
    Report,
    SourceInfo,
    Statement,
    StatementLine,
)

#: Names that must come out as they are, and do nothing.
NAMES = (
    "李雷",
    "O'Hara <b>&</b>",
    "=1+1",
    "@SUM(A1)",
    "<script>alert(1)</script>",
    "\u202eabc",
    "🙂 x",
    "+49",
)
PERIODS = ("2026-Q1", "2026-Q2")
_NOTHING = Words()
_SPEED, _RULE = "Speed, 速度", "at most 3: 100"
_AT_MOST, _BECAUSE = Words("at most 3", "至多 3"), Words("more than 3", "多于 3")
_GOOD = Decimal(88)


def made_report(people: int = 6, statement: Callable[[int], Statement] | None = None) -> Report:
    """A result for so many people in two quarters. statement: in place of the one that is made up."""
    rows = [
        (f"{NAMES[n % len(NAMES)]}{n if n >= len(NAMES) else ''}", p) for p in PERIODS for n in range(people)
    ]
    # Everybody has five points of the adjustment, and the sixth person no result.
    totals = [None if n % people == 5 else Decimal("90.25") - n for n in range(len(rows))]
    table = _table(rows, totals)
    teams = pa.table({"team": pa.array(["north" if n % 2 else "=南" for n in range(len(rows))], pa.string())})

    def made(row: int) -> Statement:
        return _statement(row, *rows[row], totals[row])

    return Report(
        run="made-up-1",
        made=None,
        engine="kpirules",
        language="en",
        policy=PolicyInfo(
            "made_up", "Made up, 虚构", "1", "quarter", Words("staff", "员工"), "CNY", Decimal(100), None
        ),
        parameters=(ParameterInfo("target", "=target", Words("95%", "95%")),),
        indicators=(IndicatorInfo("speed", _SPEED, None, "speed", Decimal(100), _AT_MOST, _RULE, ("1.2",)),),
        adjustments=(AdjustmentInfo("extra", "Extra", "extra", "bonus", "bonus extra: 5", ()),),
        grades=(GradeInfo("good", "Good", _GOOD), GradeInfo("poor", "Poor", None)),
        outcomes=(OutcomeInfo("award", "=Award", "award", "amount", None, "total * 10 yuan"),),
        periods=PERIODS if people else (),
        table=table,
        attributes=teams,
        attribute_columns=(ColumnInfo("team", "=Team", "text"),),
        facts=pa.table({"late": pa.array(range(len(rows)), pa.int64())}),
        fact_columns=(ColumnInfo("late", "=late", "number", measure=True),),
        group="team",
        alerts=(Alert("slow", "Too slow", "warning", 0, *rows[0]),) if rows else (),
        sources=(SourceInfo("tickets", "tickets.csv", None, "csv", "SELECT '=1'", 10, 9, 1),),
        notes=(Words("a note", "一条说明"),),
        statement=made if statement is None else statement,
    )


def _table(rows: list[tuple[str, str]], totals: list[Decimal | None]) -> pa.Table:
    """The published scores."""
    numbers = pa.decimal128(12, 2)
    return pa.table(
        {
            "staff": pa.array([staff for staff, _ in rows], pa.string()),
            "period": pa.array([period for _, period in rows], pa.string()),
            "speed": pa.array([None if one is None else one - 5 for one in totals], numbers),
            "extra": pa.array([None if one is None else Decimal(5) for one in totals], numbers),
            "total": pa.array(totals, numbers),
            "grade": pa.array([_grade(one) for one in totals], pa.string()),
            "award": pa.array([None if one is None else one * 10 for one in totals], numbers),
        }
    )


def _grade(total: Decimal | None) -> str | None:
    return None if total is None else "good" if total >= _GOOD else "poor"


def _statement(row: int, staff: str, period: str, total: Decimal | None) -> Statement:
    count = Words(str(row), str(row))
    fact = FactShown(
        kind="measure",
        title=Words("late tickets", "超时工单"),
        name="late",
        label="=late",
        value=count,
        number=Decimal(row),
        formula="count of tickets",
        detail=_NOTHING,
        records=RecordsBehind("tickets", 2, 9, ("T1", "=T2")),
        origin=Words("tickets.csv, row 2", "tickets.csv，第 2 行"),
        said=Words(f"late tickets: {row}", f"超时工单：{row}"),
    )
    points = None if total is None else total - 5
    line = StatementLine(
        id="speed",
        label=_SPEED,
        section=None,
        applies=True,
        missing=points is None,
        weight=Decimal(100),
        points=points,
        unrounded=points,
        lost=None if points is None else 100 - points,
        target=_AT_MOST,
        measure=count,
        because=_BECAUSE,
        rule=_RULE,
        clauses=("1.2",),
        notes=(),
        facts=(fact,),
    )
    extra = AdjustmentShown(
        id="extra",
        label="Extra",
        kind="bonus",
        made=total is not None,
        points=None if total is None else Decimal(5),
        effect=Words("+ 5", "+ 5"),
        because=_BECAUSE,
        rule="bonus extra: 5",
        clauses=(),
        facts=(),
    )
    money = None if total is None else total * 10
    award = OutcomeShown(
        id="award",
        label="=Award",
        value=Words(f"{money} yuan", f"{money} 元"),
        number=money,
        formula="total * 10 yuan",
        rounding=_NOTHING,
        facts=(),
    )
    grade = _grade(total)
    return Statement(
        row=row,
        staff=staff,
        period=period,
        appraised=True,
        attributes=(fact,),
        lines=(line,),
        adjustments=(extra,),
        total_steps=(Words("the points, and 5", "得分加 5"),),
        total=total,
        grade=grade,
        grade_label=(grade or "").title(),
        grade_because=(_BECAUSE,) if grade else (),
        outcomes=(award,),
        text=(Words(f"{staff}: {total}", f"{staff}：{total}"),),
        title=_NOTHING,
    )
