"""The made-up policy of `made_report`: its indicators, and what follows from the facts of one person."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal

from kpirules.diagnostics import Words
from kpirules.plugin.report import AdjustmentInfo, GradeInfo, OutcomeInfo, PolicyInfo


@dataclass(frozen=True, slots=True)
class Form:
    """A made-up indicator: a measure that counts up to its target, or falls off above it."""

    id: str
    label: str
    section: str | None
    weight: int
    target: Decimal
    more_is_better: bool
    unit: str
    clause: str
    formula: str
    data: str


FORMS = (
    Form(
        "satisfaction",
        "客户满意度",
        "quality",
        25,
        Decimal("0.9"),
        True,
        "%",
        "第四条：客户满意度达到 90% 得满分",
        "share of tickets where survey >= satisfied_from among survey is present",
        "tickets",
    ),
    Form(
        "first_contact",
        "First-contact resolution",
        "quality",
        20,
        Decimal("0.8"),
        True,
        "%",
        "第五条：一次解决率不低于 80%",
        "share of tickets where contacts <= 1",
        "tickets",
    ),
    Form(
        "reopened",
        "重复投诉率",
        "quality",
        10,
        Decimal("0.05"),
        False,
        "%",
        "第六条：重复投诉率不高于 5%",
        "share of tickets where reopened > 0",
        "tickets",
    ),
    Form(
        "response_time",
        "服务响应时间",
        "efficiency",
        20,
        Decimal(5),
        False,
        "min",
        "第七条：平均响应时间≤5分钟",
        "mean of first_reply - opened over tickets where first_reply is present",
        "tickets",
    ),
    Form(
        "workload",
        "Workload: standard jobs finished in the month, weighted by difficulty",
        "efficiency",
        15,
        Decimal(40),
        True,
        "",
        "第八条：每月折算工作量 40 件",
        "sum of difficulty[kind] over jobs where finished is present",
        "jobs",
    ),
    Form(
        "mentoring",
        "带教",
        None,
        10,
        Decimal(2),
        True,
        "",
        "第九条：每月带教两次；试用期人员不考核",
        "mentoring",
        "",
    ),
)
GRADES = (
    GradeInfo("excellent", "优秀", Decimal(90)),
    GradeInfo("good", "良好", Decimal(80)),
    GradeInfo("pass", "合格", Decimal(60)),
    GradeInfo("fail", "不合格", None),
)
POLICY = PolicyInfo(
    "made_service",
    "售后服务绩效考核办法",
    "2026.1",
    "month",
    Words("staff", "员工"),
    "CNY",
    Decimal(100),
    None,
)
ADJUSTMENTS = (
    AdjustmentInfo(
        "referral",
        "客户推荐加分",
        "referral",
        "bonus",
        "referral_points * referrals, at most 2",
        ("第十二条",),
    ),
    AdjustmentInfo(
        "complaint", "投诉扣分", "complaint", "penalty", "2 * complaints, at most 5", ("第十二条",)
    ),
    AdjustmentInfo("safety", "安全事故", "safety", "veto", "when accidents > 0", ("第十二条",)),
)
OUTCOMES = (
    OutcomeInfo("bonus", "奖金", "bonus", "amount", None, "bonus_amount when total >= 90 otherwise 0 yuan"),
    OutcomeInfo("promoted", "Up for promotion", "promoted", "yes", None, "total >= 95"),
    OutcomeInfo("below_pass", "Total below the pass mark", "below_pass", "yes", "warning", "total < 60"),
)
CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Scored:
    """What was made up for one person and period, and what follows from it."""

    staff: str
    period: str
    team: str | None
    post: str
    measures: tuple[Decimal | None, ...]
    applies: tuple[bool, ...]
    exact: tuple[Decimal | None, ...]
    records: tuple[int, ...]
    referrals: int
    complaints: int
    accident: bool
    total: Decimal | None
    grade: str | None

    @property
    def points(self) -> tuple[Decimal | None, ...]:
        """As published; `exact` are those before rounding."""
        return tuple(None if one is None else cents(one) for one in self.exact)


def exact_of(form: Form, measure: Decimal | None) -> Decimal | None:
    """Points before rounding, to 15 digits."""
    if measure is None:
        return None
    share = measure / form.target if form.more_is_better else 2 - measure / form.target
    return Context(prec=15).plus(form.weight * min(Decimal(1), max(Decimal(0), share)))


def total_of(exact: tuple[Decimal | None, ...], referrals: int, complaints: int) -> Decimal | None:
    present = present_of(exact)
    if not present:
        return None
    return max(Decimal(0), cents(earned_of(exact) / present * 100 + referrals - penalty_of(complaints)))


def earned_of(points: tuple[Decimal | None, ...]) -> Decimal:
    return sum((one for one in points if one is not None), Decimal(0))


def present_of(points: tuple[Decimal | None, ...]) -> Decimal:
    return Decimal(sum(form.weight for form, one in zip(FORMS, points, strict=True) if one is not None))


def penalty_of(complaints: int) -> Decimal:
    return Decimal(min(5, 2 * complaints))


def grade_of(total: Decimal | None, accident: bool) -> str | None:
    if total is None:
        return None
    earned = next(grade.id for grade in GRADES if grade.low is None or total >= grade.low)
    return "fail" if accident else earned


def bonus_of(row: Scored) -> Decimal | None:
    if row.total is None:
        return None
    return Decimal("1250.00") if row.total >= 90 else Decimal("0.00")


def promoted_of(row: Scored) -> bool | None:
    return None if row.total is None else row.total >= 95


def target_of(form: Form) -> Words:
    sign = ">=" if form.more_is_better else "<="
    return Words(f"{sign} {in_words(form, form.target).en}", f"{sign} {in_words(form, form.target).zh}")


def rule_of(form: Form) -> str:
    if form.more_is_better:
        return "pro rata to target"
    limit = in_words(form, form.target).en
    return f"linear from {limit} : {form.weight} to {in_words(form, 2 * form.target).en} : 0"


def in_words(form: Form, value: Decimal | None) -> Words:
    """A value in words."""
    if value is None:
        return Words("missing", "缺失")
    if form.unit == "%":
        text = f"{plain(value * 100)}%"
        return Words(text, text)
    if form.unit == "min":
        return Words(f"{plain(value)} min", f"{plain(value)} 分钟")
    return Words(plain(value), plain(value))


def plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def cents(value: Decimal) -> Decimal:
    return value.quantize(CENT, ROUND_HALF_UP)
