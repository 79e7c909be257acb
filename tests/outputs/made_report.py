"""Made-up finished results for tests of outputs: the same arguments always give the same report.

`made_report()` has three teams (and people of none), three periods, missing facts, an indicator that does not apply to
all, bonuses, penalties, a veto, ties, alerts, Chinese labels, and names that hurt careless writers. Its numbers hang
together as a real policy's do: published points add up to the total by the steps that a statement shows. It imports
`kpirules.plugin` and `kpirules.diagnostics` alone, and knows no rules: what it shows is made up here.
"""

from __future__ import annotations

import datetime
import random
from decimal import Decimal

import pyarrow as pa

from kpirules.diagnostics import Language, Words
from kpirules.plugin.report import (
    Alert,
    ColumnInfo,
    IndicatorInfo,
    ParameterInfo,
    Report,
    SourceInfo,
)
from tests.outputs.made_policy import (
    ADJUSTMENTS,
    FORMS,
    GRADES,
    OUTCOMES,
    POLICY,
    Form,
    Scored,
    bonus_of,
    exact_of,
    grade_of,
    penalty_of,
    promoted_of,
    rule_of,
    target_of,
    total_of,
)
from tests.outputs.made_statements import statement

#: Names that a careless writer breaks on: markup, quotes, formulas, both directions, emoji, no end.
HOSTILE = (
    "<script>alert('x')</script>",
    "\"quoted\" & 'single' <b>bold</b>",
    '=HYPERLINK("http://evil.example","click")',
    "محمد بن سلمان",
    "\u202eevil\u202c right to left",
    "👩‍🔧 Zoë 🇨🇳",
    "Wolfeschlegelsteinhausenbergerdorff" * 3,
    "{{ 7 * 7 }} {% raw %} ${x} `y`",
    "]]></script><!-- --> &lt;",
    "@SUM(A1) \t tab",
)

#: Usual names, in the order in which people get them.
_NAMES = (
    "王小明",
    "Li Hua",
    "张伟",
    "Han Meimei",
    "欧阳娜娜",
    "Maria García",
    "刘洋",
    "Tom O'Neill",
    "陈静",
    "Anna Müller",
)

_KINDS = {"%": "ratio", "min": "duration"}
NO_TEAM = None
TEAMS = ("华北一组", "South", "华东")
HOSTILE_TEAM = "<img src=x onerror=alert(1)>"


def made_report(
    people: int = 24,
    periods: tuple[str, ...] = ("2026-01", "2026-02", "2026-03"),
    *,
    teams: tuple[str | None, ...] = (*TEAMS, NO_TEAM),
    hostile: bool = True,
    language: Language = "en",
    seed: int = 1,
    made: datetime.datetime | None = None,
) -> Report:
    """A report of so many people in each period. teams: dealt out in turn; hostile: the bad names come first."""
    chance = random.Random(seed)
    names = _names(people, hostile)
    rows = [
        _scored(chance, name, period, teams[number % len(teams)] if teams else None, number)
        for period in periods
        for number, name in enumerate(names)
    ]
    rows = [
        row for row in rows if not (row.staff == names[-1] and row.period == periods[0] and len(periods) > 1)
    ]
    return Report(
        run="made-7f3a9c",
        made=made,
        engine="kpirules 0.1.0",
        language=language,
        policy=POLICY,
        parameters=_parameters(),
        indicators=tuple(_indicator(form) for form in FORMS),
        grades=GRADES,
        adjustments=ADJUSTMENTS,
        outcomes=OUTCOMES,
        periods=periods,
        table=_table(rows),
        attributes=pa.table(
            {
                "team": pa.array([row.team for row in rows], pa.string()),
                "post": pa.array([row.post for row in rows], pa.string()),
            }
        ),
        attribute_columns=(ColumnInfo("team", "班组", "text"), ColumnInfo("post", "岗位", "text")),
        facts=pa.table(
            {
                form.id: pa.array([row.measures[column] for row in rows], pa.decimal128(20, 6))
                for column, form in enumerate(FORMS)
            }
        ),
        fact_columns=tuple(
            ColumnInfo(form.id, form.label, _KINDS.get(form.unit, "number"), bool(form.data))
            for form in FORMS
        ),
        group="team" if teams else None,
        alerts=_alerts(rows),
        sources=_sources(len(rows)),
        notes=(
            Words(
                "3 rows of tickets name nobody and are left out",
                "tickets 中有 3 行没有人员，未计入",
            ),
        ),
        statement=lambda row: statement(row, rows[row]),
    )


def _names(people: int, hostile: bool) -> list[str]:
    known = [*(HOSTILE if hostile else ()), *_NAMES]
    return [known[number] if number < len(known) else f"S{number:04d}" for number in range(people)]


def _scored(chance: random.Random, staff: str, period: str, team: str | None, number: int) -> Scored:
    mentors = number % 4 != 3  # a fourth of all are on probation
    skill = Decimal(chance.randint(45, 110)) / 100
    measures: list[Decimal | None] = []
    records: list[int] = []
    for form in FORMS:
        luck = skill + Decimal(chance.randint(-15, 15)) / 100
        reached = form.target * luck if form.more_is_better else form.target * (2 - luck)
        if form.unit == "%":
            reached = min(reached, Decimal(1))
        places = Decimal(1) if form.id in ("workload", "mentoring") else Decimal("0.0001")
        missing = chance.random() < 0.05
        measures.append(None if missing else max(Decimal(0), reached).quantize(places))
        records.append(0 if missing else chance.randint(4, 60))
    applies = tuple(mentors or form.id != "mentoring" for form in FORMS)
    if number % 11 == 10:  # nothing is known of this one
        measures, records = [None] * len(FORMS), [0] * len(FORMS)
    exact = tuple(
        exact_of(form, measure) if applied else None
        for form, measure, applied in zip(FORMS, measures, applies, strict=True)
    )
    referrals = max(0, chance.randint(-3, 2))
    complaints = max(0, chance.randint(-4, 3))
    accident = chance.random() < 0.04
    total = total_of(exact, referrals, complaints)
    if number in (12, 13):  # two that tie, of different teams
        exact = tuple(Decimal(form.weight) - (Decimal(3) if form.id == "workload" else 0) for form in FORMS)
        measures = [Decimal(32) if form.id == "workload" else form.target for form in FORMS]
        applies, records = (True,) * len(FORMS), [12] * len(FORMS)
        referrals = complaints = 0
        accident, total = False, Decimal("97.00")
    return Scored(
        staff,
        period,
        HOSTILE_TEAM if number == 9 else team,
        "senior" if number % 3 == 0 else "专员",
        tuple(measures),
        applies,
        exact,
        tuple(records),
        referrals,
        complaints,
        accident,
        total,
        grade_of(total, accident),
    )


def _table(rows: list[Scored]) -> pa.Table:
    money = pa.decimal128(38, 2)
    columns: dict[str, pa.Array] = {
        "staff": pa.array([row.staff for row in rows], pa.string()),
        "period": pa.array([row.period for row in rows], pa.string()),
    }
    for number, form in enumerate(FORMS):
        columns[form.id] = pa.array([row.points[number] for row in rows], money)
    columns["referral"] = pa.array([Decimal(row.referrals) for row in rows], money)
    columns["complaint"] = pa.array([penalty_of(row.complaints) for row in rows], money)
    columns["safety"] = pa.array([None if row.total is None else row.accident for row in rows], pa.bool_())
    columns["total"] = pa.array([row.total for row in rows], money)
    columns["grade"] = pa.array([row.grade for row in rows], pa.string())
    columns["bonus"] = pa.array([bonus_of(row) for row in rows], money)
    columns["promoted"] = pa.array([promoted_of(row) for row in rows], pa.bool_())
    columns["below_pass"] = pa.array([row.total is not None and row.total < 60 for row in rows], pa.bool_())
    return pa.table(columns)


def _alerts(rows: list[Scored]) -> tuple[Alert, ...]:
    found = []
    for number, row in enumerate(rows):
        if row.accident:
            found.append(Alert("safety", "安全事故", "critical", number, row.staff, row.period))
        if row.total is not None and row.total < 60:
            found.append(
                Alert("below_pass", "Total below the pass mark", "warning", number, row.staff, row.period)
            )
        if row.complaints == 3:
            found.append(Alert("complaints", "投诉增多", "info", number, row.staff, row.period))
    return tuple(found)


def _parameters() -> tuple[ParameterInfo, ...]:
    return (
        ParameterInfo("satisfaction_target", "客户满意度目标", Words("90%", "90%")),
        ParameterInfo("response_limit", "平均响应时间目标", Words("5 min", "5 分钟")),
        ParameterInfo("certificate_worth", "", Words("2", "2")),
        ParameterInfo("pass_from", "合格的最低总分 <&>", Words("60", "60")),
        ParameterInfo("bonus_amount", "奖金金额", Words("1250 yuan", "1250 元")),
    )


def _sources(rows: int) -> tuple[SourceInfo, ...]:
    return (
        SourceInfo("inputs", "data/inputs 2026.xlsx", "Figures & more", "xlsx", None, rows + 2, rows, 2),
        SourceInfo("tickets", "data/tickets.csv", None, "csv", None, 1234, 1231, 3),
        SourceInfo(
            "jobs",
            "postgresql://db.example/erp",
            None,
            "sql",
            'SELECT "staff", "kind" FROM "jobs" WHERE "day" >= \'2026-01-01\' AND note <> \'<b>\'',
            88,
            88,
            0,
        ),
    )


def _indicator(form: Form) -> IndicatorInfo:
    return IndicatorInfo(
        form.id,
        form.label,
        form.section,
        form.id,
        None if form.id == "mentoring" else Decimal(form.weight),
        target_of(form),
        rule_of(form),
        (form.clause,),
    )
