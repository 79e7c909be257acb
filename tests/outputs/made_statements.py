"""The statements of `made_report`: one person's made-up result, line by line, in words."""

from __future__ import annotations

from decimal import Decimal

from kpirules.diagnostics import Words
from kpirules.plugin.report import (
    AdjustmentInfo,
    AdjustmentShown,
    FactShown,
    OutcomeShown,
    RecordsBehind,
    Statement,
    StatementLine,
)
from tests.outputs.made_policy import (
    ADJUSTMENTS,
    FORMS,
    GRADES,
    Form,
    Scored,
    bonus_of,
    earned_of,
    in_words,
    penalty_of,
    plain,
    present_of,
    promoted_of,
    rule_of,
    target_of,
)


def statement(number: int, row: Scored) -> Statement:
    lines = tuple(_line(column, form, row) for column, form in enumerate(FORMS))
    steps = _steps(row)
    grade = next((one for one in GRADES if one.id == row.grade), None)
    grade_because = _grade_because(row)
    return Statement(
        number,
        row.staff,
        row.period,
        True,
        (
            _attribute("team", "班组", row.team),
            _attribute("post", "岗位", row.post),
        ),
        lines,
        _adjustments(row),
        steps,
        row.total,
        row.grade,
        grade.label if grade else "",
        grade_because,
        _outcomes(row),
        _text(row, lines, steps),
        Words(),
    )


_KINDS = {
    "attribute": Words("attribute", "属性"),
    "parameter": Words("parameter", "参数"),
    "input": Words("input", "输入"),
    "measure": Words("measure", "度量"),
}


def _fact(
    kind: str,
    name: str,
    label: str,
    value: Words,
    number: Decimal | None = None,
    formula: str = "",
    records: RecordsBehind | None = None,
    origin: Words | None = None,
) -> FactShown:
    title = _KINDS[kind]
    made = f" = {formula}" if formula else ""
    said = Words(
        f"{title.en} {name} {label}{made} = {value.en}", f"{title.zh} {name} {label}{made} = {value.zh}"
    )
    return FactShown(kind, title, name, label, value, number, formula, Words(), records, origin, said)


def _attribute(name: str, label: str, value: str | None) -> FactShown:
    said = Words("missing", "缺失") if value is None else Words(value, value)
    return _fact("attribute", name, label, said, origin=_origin("staff", 2))


def _origin(sheet: str, row: int) -> Words:
    return Words(
        f"data/inputs 2026.xlsx, sheet {sheet}, row {row}",
        f"data/inputs 2026.xlsx，工作表 {sheet}，第 {row} 行",
    )


def _line(column: int, form: Form, row: Scored) -> StatementLine:
    points, exact, measure = row.points[column], row.exact[column], row.measures[column]
    weight = Decimal(form.weight)
    applies = row.applies[column]
    return StatementLine(
        form.id,
        form.label,
        form.section,
        applies,
        applies and points is None,
        weight,
        points,
        exact,
        None if exact is None else weight - exact,
        target_of(form),
        in_words(form, measure),
        _because(form, measure, applies, points),
        rule_of(form),
        (form.clause,),
        ("shared weight since nothing was recorded",) if applies and points is None else (),
        _facts(column, form, row) if applies else (),
    )


def _because(form: Form, measure: Decimal | None, applies: bool, points: Decimal | None) -> Words:
    target, value = in_words(form, form.target), in_words(form, measure)
    if not applies:
        return Words("it does not apply on probation", "试用期不考核此项")
    if points is None:
        return Words(
            "the fact is missing: left out, and its weight shared by the others",
            "事实缺失：不计此项，其权重由其余指标分担",
        )
    if points == form.weight:
        return Words(f"the target of {target.en} is reached", f"达到目标 {target.zh}")
    if form.more_is_better:
        return Words(
            f"{value.en} of the target of {target.en}, times {form.weight}",
            f"目标 {target.zh} 完成 {value.zh}，乘以 {form.weight}",
        )
    return Words(
        f"on the line from {target.en} ({form.weight} points) to twice that (0 points)",
        f"在 {target.zh}（{form.weight} 分）至其两倍（0 分）的直线上",
    )


def _facts(column: int, form: Form, row: Scored) -> tuple[FactShown, ...]:
    measure, count = row.measures[column], row.records[column]
    said = in_words(form, measure)
    target = _fact(
        "parameter", f"{form.id}_target", f"{form.label}目标", in_words(form, form.target), form.target
    )
    if not form.data:
        given = _fact("input", "mentoring", "带教次数", said, measure, origin=_origin("2026", 2 + column))
        return (given, target)
    ids = tuple(f"T-{row.period}-{1000 + 7 * one}" for one in range(min(count, 10)))
    behind = RecordsBehind(form.data, count, count + 3, ids)
    return (_fact("measure", form.id, form.label, said, measure, form.formula, behind), target)


def _adjustments(row: Scored) -> tuple[AdjustmentShown, ...]:
    referral, complaint, safety = ADJUSTMENTS
    return (
        _changed(referral, Decimal(row.referrals), "+"),
        _changed(complaint, penalty_of(row.complaints), "-"),
        AdjustmentShown(
            safety.id,
            safety.label,
            safety.kind,
            row.accident,
            None,
            Words("grade at most fail", "等级最高为不合格"),
            Words("an accident was recorded", "发生安全事故")
            if row.accident
            else Words("no accident", "无事故"),
            safety.rule,
            safety.clauses,
            (),
        ),
    )


def _changed(info: AdjustmentInfo, points: Decimal, sign: str) -> AdjustmentShown:
    effect, because = f"{sign} {plain(points)}", Words(f"{plain(points)} points", f"{plain(points)} 分")
    both = Words(effect, effect)
    return AdjustmentShown(
        info.id, info.label, info.kind, points > 0, points, both, because, info.rule, info.clauses, ()
    )


def _steps(row: Scored) -> tuple[Words, ...]:
    if row.total is None:
        return (Words("total: none, since no indicator has a fact", "总分：无，因为没有任何指标有事实"),)
    earned, present = plain(earned_of(row.exact)), plain(present_of(row.exact))
    exact = earned_of(row.exact) / present_of(row.exact) * 100
    shown = plain(exact) if len(plain(exact)) <= 10 else f"{exact:.6f}…"
    steps = [Words(f"{earned} / {present} x 100 = {shown}", f"{earned} / {present} x 100 = {shown}")]
    if row.referrals:
        steps.append(Words(f"bonuses + {row.referrals}", f"加分 + {row.referrals}"))
    if row.complaints:
        penalty = plain(penalty_of(row.complaints))
        steps.append(Words(f"penalties - {penalty}", f"扣分 - {penalty}"))
    steps.append(Words(f"rounded to 0.01, half up: {row.total:.2f}", f"按 0.01 四舍五入: {row.total:.2f}"))
    return tuple(steps)


def _grade_because(row: Scored) -> tuple[Words, ...]:
    grade = next((one for one in GRADES if one.id == row.grade), None)
    if grade is None:
        return ()
    if row.accident:
        return (Words("lowered by safety", "因 safety 降低"),)
    if grade.low is None:
        return ()
    return (Words(f"from {grade.low}", f"{grade.low} 起"),)


def _outcomes(row: Scored) -> tuple[OutcomeShown, ...]:
    bonus, promoted = bonus_of(row), promoted_of(row)
    missing = Words("missing", "缺失")
    return (
        OutcomeShown(
            "bonus", "奖金", missing if bonus is None else Words(f"{plain(bonus)} yuan", f"{plain(bonus)} 元"), bonus,
            "bonus_amount when total >= 90 otherwise 0 yuan", Words("rounded to 0.01, half up", "按 0.01 四舍五入"), (),
        ),
        OutcomeShown(
            "promoted", "Up for promotion",
            missing if promoted is None else Words("yes", "是") if promoted else Words("no", "否"), None,
            "total >= 95", Words(), (),
        ),
    )  # fmt: skip


def _text(row: Scored, lines: tuple[StatementLine, ...], steps: tuple[Words, ...]) -> tuple[Words, ...]:
    head = Words(f"{row.staff}, {row.period}", f"{row.staff}, {row.period}")
    told = [
        Words(
            f"{line.id} {line.label}: {_got(line.points, 'missing')} of {plain(line.weight)}",
            f"{line.id} {line.label}: {_got(line.points, '缺失')} / {plain(line.weight)}",
        )
        for line in lines
        if line.applies
    ]
    return (head, *told, *steps)


def _got(points: Decimal | None, missing: str) -> str:
    return missing if points is None else f"{points:.2f}"
