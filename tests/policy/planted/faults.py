"""Faults planted in the rulesets that ship, each by a small edit: what must be found, and on which line.

Written as an auditor would, from documents and from what goes wrong with such policies; not from the rules of the lint. `on`: a
piece of the line that the finding points at, after the edit. witness: False where no facts of one person can show the fault.
"""

from __future__ import annotations

from dataclasses import dataclass

Edits = tuple[tuple[str, str], ...]

MANAGER = "after_sales_manager"
LOCKS = "monthly_lock_service"
STAFF = "service_staff"
CORE = "after_sales_core"
HEAD = "department_head"
BALANCED = "customer_service_balanced"
ANNUAL = "department_annual"
SHOP = "ecommerce_after_sales"
REPAIR = "appliance_repair"
SCHEME = "quantified_scheme"
SCHEME_MANAGER = "quantified_scheme_manager"
INDEX = "service_index"


@dataclass(frozen=True)
class Fault:
    """edits: pieces of the text, each of which stands there once, and what is written instead."""

    name: str
    ruleset: str
    code: str
    on: str
    edits: Edits
    witness: bool = True


def _before_grades(text: str) -> Edits:
    """Something added in front of the grades."""
    return (("\ngrades\n", f"\n{text}\n\ngrades\n"),)


#: What leaves the policy without a meaning: errors, found by the check. A place is all that they have to show.
ERRORS = (
    Fault(
        "weights that add to 90",
        MANAGER,
        "K211",
        "ruleset after_sales_manager",
        (('速度" weight 20', '速度" weight 10'), ('绩效" weight 70', '绩效" weight 60')),
    ),
    Fault(
        "a section whose weight is not that of its indicators",
        MANAGER,
        "K212",
        "section performance",
        (('绩效" weight 70', '绩效" weight 65'),),
    ),
    Fault(
        "an inverted band", MANAGER, "K205", "over 5% to 2%", (("over 2% to 5%   :", "over 5% to 2%   :"),)
    ),
    Fault(
        "a gap between bands", MANAGER, "K203", "over 3% to 5%", (("over 2% to 5%   :", "over 3% to 5%   :"),)
    ),
    Fault(
        "overlapping bands", MANAGER, "K204", "over 0.5% to 2%", (("over 1% to 2%   :", "over 0.5% to 2% :"),)
    ),
    Fault(
        "a gap under the lowest grade",
        MANAGER,
        "K225",
        'pass      "合格"',
        (('  fail      "不合格" otherwise\n', ""),),
    ),
    Fault(
        "grades whose boundaries are exchanged",
        STAFF,
        "K225",
        'pass      "合格"',
        (("pass_from      : points = 60", "pass_from      : points = 85"),),
    ),
    Fault(
        "a grade from more than 100",
        MANAGER,
        "K242",
        'excellent "优秀"   from',
        (("excellent_from : points = 90", "excellent_from : points = 101"),),
    ),
    Fault(
        "a percentage written as a number", MANAGER, "K226", "target <= 1", (("target <= 1%", "target <= 1"),)
    ),
    Fault(
        "division by zero",
        MANAGER,
        "K210",
        "amount cost",
        _before_grades("amount cost : number = 100 / total_services round to 0.01"),
    ),
    Fault(
        "a rating scale that is not covered",
        MANAGER,
        "K228",
        "levels scaled",
        (('      0 "很不满意" : 0\n', ""),),
    ),
    Fault(
        "a deduction on the wrong side of the target",
        LOCKS,
        "K217",
        "deduct 1 point per full pp above target",
        (
            (
                "target >= 99%\n  deduct 1 point per full pp below",
                "target >= 99%\n  deduct 1 point per full pp above",
            ),
        ),
    ),
    Fault(
        "a post that there is not",
        LOCKS,
        "K241",
        'post in ("manager", "others")',
        (('post in ("manager", "other")', 'post in ("manager", "others")'),),
    ),
    Fault(
        "a post without indicators of weight 100",
        LOCKS,
        "K211",
        "ruleset monthly_lock_service",
        (('post in ("manager", "other")', 'post in ("manager")'),),
    ),
    Fault(
        "shares of raters that do not add up",
        BALANCED,
        "K281",
        "raters opinion",
        (('"superior" 40%', '"superior" 30%'),),
    ),
    Fault(
        "a target of nothing to be in proportion to",
        STAFF,
        "K239",
        "target >= satisfaction_target",
        (("satisfaction_target    : ratio = 90%", "satisfaction_target    : ratio = 0%"),),
    ),
    Fault(
        "weights that a parameter makes negative",
        REPAIR,
        "K242",
        "indicator repair_success",
        (("satisfaction_weight : number = 40", "satisfaction_weight : number = 65"),),
    ),
)

#: What has a meaning that its author hardly wants: warnings and notes.
WARNINGS = (
    Fault(
        "5 points for a weight of 3",
        MANAGER,
        "K303",
        "    bands",
        (("    all or nothing\n", "    bands\n      from 80%  : 5\n      otherwise : 0\n"),),
    ),
    Fault(
        "full marks that nobody reaches",
        MANAGER,
        "K304",
        "    levels",
        (
            ("levels scaled", "levels"),
            ('"很满意"   : 3', '"很满意"   : 6'),
            ('"较满意"   : 2', '"较满意"   : 4'),
        ),
    ),
    Fault(
        "bands that turn back",
        MANAGER,
        "K390",
        "    bands",
        (("over 2% to 5%   : 7 to 5", "over 2% to 5%   : 9 to 5"),),
    ),
    Fault(
        "a target on the wrong side",
        MANAGER,
        "K391",
        "    bands",
        (
            (
                "measure plm_docs / total_docs\n    target >= 95%",
                "measure plm_docs / total_docs\n    target <= 95%",
            ),
        ),
    ),
    Fault(
        "a line drawn the wrong way",
        CORE,
        "K391",
        "linear from 100% : 0",
        (
            (
                "linear from 100% : cost_weight to cost_worst : 0",
                "linear from 100% : 0 to cost_worst : cost_weight",
            ),
        ),
    ),
    Fault(
        "a worst value better than the limit",
        STAFF,
        "K391",
        "linear from handling_limit",
        (("handling_worst         : duration = 48 h", "handling_worst         : duration = 12 h"),),
    ),
    Fault(
        "a cliff between bands that run smoothly",
        MANAGER,
        "K392",
        "    bands",
        (
            ("over 2% to 5%   : 7 to 5", "over 2% to 5%   : 3 to 2.5"),
            ("over 5% to 10%  : 4 to 2", "over 5% to 10%  : 2.4 to 2"),
        ),
    ),
    Fault(
        "levels that are all worth the same",
        MANAGER,
        "K393",
        "levels scaled",
        (
            ('"较满意"   : 2', '"较满意"   : 3'),
            ('"不满意"   : 1', '"不满意"   : 3'),
            ('"很不满意" : 0', '"很不满意" : 3'),
        ),
    ),
    Fault(
        "a step larger than the range",
        LOCKS,
        "K393",
        "deduct 1 point per full 100 pp below target",
        (
            (
                "target >= 98%\n  deduct 1 point per full pp",
                "target >= 98%\n  deduct 1 point per full 100 pp",
            ),
        ),
    ),
    Fault(
        "a target that is always met",
        MANAGER,
        "K395",
        "all or nothing",
        (("target >= 80%\n", "target >= 0%\n"),),
    ),
    Fault(
        "a share that would have to pass 100%",
        STAFF,
        "K395",
        "pro rata to target",
        (("satisfaction_target    : ratio = 90%", "satisfaction_target    : ratio = 120%"),),
    ),
    Fault(
        "a band that no share can reach",
        STAFF,
        "K394",
        "    bands",
        (
            (
                "    target < complaint_limit\n    bands\n",
                "    target < complaint_limit\n    bands\n      from 150% : 0\n",
            ),
            (
                "      otherwise                                     : 0",
                "      from complaint_worst to below 150% : 0",
            ),
        ),
        witness=False,
    ),
    Fault(
        "missing worth more than the best",
        MANAGER,
        "K396",
        "    levels",
        (
            ("    levels scaled", "    missing full\n    levels"),
            ('"很满意"   : 3', '"很满意"   : 6'),
            ('"较满意"   : 2', '"较满意"   : 4'),
        ),
    ),
    Fault(
        "missing facts rewarded",
        MANAGER,
        "K340",
        "indicator response_speed",
        (("missing redistribute", "missing full"),),
    ),
    Fault(
        "an empty cell that stands for perfection",
        LOCKS,
        "K338",
        "input work_errors",
        (("input work_errors      : count", "input work_errors      : count missing zero"),),
    ),
    Fault(
        "rounding that wipes an indicator out",
        MANAGER,
        "K397",
        "deduct 5 points per failed_trainees",
        (("round points to 0.01", "round points to 10"),),
    ),
    Fault(
        "an indicator that weighs nothing",
        MANAGER,
        "K311",
        "indicator internal_cooperation",
        (('满意度" weight 10', '满意度" weight 0'), ('准时率" weight 5', '准时率" weight 15')),
        witness=False,
    ),
    Fault(
        "points that everyone has",
        MANAGER,
        "K316",
        "deduct 1 point per late_replies, at most 2",
        (("1 point per late_replies", "1 point per late_replies, at most 2"),),
    ),
    Fault(
        "the same counted in two indicators",
        MANAGER,
        "K334",
        "indicator periodic_reports",
        (("reports_submitted / reports_due", "reports_on_time / reports_expected"),),
    ),
    Fault(
        "punished twice for one complaint",
        MANAGER,
        "K334",
        "penalty again",
        _before_grades("adjustments\n  penalty again : 2 points per complaints, at most 10"),
    ),
    Fault(
        "a grade that nobody is left for",
        CORE,
        "K305",
        'fail      "不合格" otherwise',
        (("pass_from      : points = 60", "pass_from      : points = 0"),),
    ),
    Fault(
        "a grade out of reach",
        MANAGER,
        "K398",
        'excellent "优秀"   from',
        (("levels scaled", "levels"), ("excellent_from : points = 90", "excellent_from : points = 98")),
    ),
    Fault(
        "a grade without places",
        ANNUAL,
        "K318",
        'excellent "优秀"   from',
        (
            ("excellent_share : ratio = 100%", "excellent_share : ratio = 0%"),
            (", ties in, at least 1", ", ties in"),
        ),
        witness=False,
    ),
    Fault(
        "an entitlement that everyone has",
        MANAGER,
        "K399",
        "eligible promotion",
        _before_grades("eligible promotion when total >= 0"),
    ),
    Fault(
        "an entitlement that nobody has",
        CORE,
        "K399",
        "eligible transfer",
        (("transfer_below : points = 50", "transfer_below : points = 0"),),
    ),
    Fault(
        "a bonus that never applies",
        REPAIR,
        "K399",
        "amount bonus",
        (("bonus_satisfaction  : ratio = 90%", "bonus_satisfaction  : ratio = 110%"),),
        witness=False,
    ),
    Fault(
        "more paid for a worse grade",
        MANAGER,
        "K308",
        "amount premium",
        _before_grades(
            "amount premium : money = 500 yuan when grade = excellent otherwise 800 yuan when grade = good"
            " otherwise 0 yuan round to 1"
        ),
    ),
    Fault(
        "a bonus for what an indicator deducts",
        MANAGER,
        "K309",
        "bonus care",
        _before_grades("adjustments\n  bonus care : 2 points per complaints, at most 10"),
    ),
    Fault(
        "a veto that never bites",
        MANAGER,
        "K341",
        "veto incident",
        _before_grades("adjustments\n  veto incident when late_replies > 9 : total at most 100"),
        witness=False,
    ),
    Fault(
        "a limit above what a bonus can come to",
        MANAGER,
        "K310",
        "bonus punctual",
        _before_grades("adjustments\n  bonus punctual : 3 points when late_replies = 0, at most 5"),
    ),
    Fault(
        "a limit of all bonuses that they never come to",
        MANAGER,
        "K310",
        "bonus at most 50",
        _before_grades(
            "adjustments\n  bonus documents : 1 point per plm_docs, at most 5\n  bonus at most 50"
        ),
    ),
    Fault(
        "a limit of the total that nobody comes to",
        REPAIR,
        "K310",
        "total at most 120",
        (("  total at most 100\n", "  total at most 120\n"),),
    ),
    Fault(
        "a bonus without a limit",
        MANAGER,
        "K339",
        "bonus documents",
        _before_grades("adjustments\n  bonus documents : 2 points per plm_docs"),
    ),
    Fault(
        "an indicator that decides alone",
        LOCKS,
        "K326",
        "indicator superior_view",
        (
            (
                '  accept K326 "文件给另外两项的权重为 30% 和 10%，其余 60% 归“上级领导根据工作状况的主观评价；每出现一个工作失误扣 3 分”"\n',
                "",
            ),
        ),
    ),
    Fault(
        "judgement without data",
        HEAD,
        "K325",
        "indicator regulation_quality",
        (
            ("regulation_weight   : number = 10", "regulation_weight   : number = 50"),
            ("plan_weight         : number = 15", "plan_weight         : number = 5"),
            ("quality_weight      : number = 15", "quality_weight      : number = 5"),
            ("satisfaction_weight : number = 10", "satisfaction_weight : number = 2"),
            ("days_weight         : number = 10", "days_weight         : number = 3"),
            ("ratio_weight        : number = 10", "ratio_weight        : number = 5"),
        ),
    ),
    Fault(
        "nobody but the superior is asked",
        HEAD,
        "K329",
        "indicator regulation_quality",
        (
            ("regulation_weight   : number = 10", "regulation_weight   : number = 30"),
            ("plan_weight         : number = 15", "plan_weight         : number = 5"),
            ("quality_weight      : number = 15", "quality_weight      : number = 5"),
        ),
    ),
    Fault(
        "too few indicators",
        SHOP,
        "K335",
        "ruleset ecommerce_after_sales",
        (
            (
                """indicator satisfaction "客户满意度" weight satisfaction_weight
  clause "客户满意度 ≥85% 每单结束后自动推送评分链接 季度汇总分析"
  measure satisfied_share
  target >= satisfaction_target
  pro rata to target
""",
                "",
            ),
            ('number = 30  "响应', 'number = 50  "响应'),
            ("number = 40", "number = 50"),
        ),
        witness=False,
    ),
    Fault(
        "too many indicators",
        INDEX,
        "K336",
        "ruleset service_index",
        (
            ("cost_weight         : number = 15", "cost_weight         : number = 3"),
            (
                "\ngrades\n",
                "\n"
                + "".join(
                    f"indicator more{n} weight 4\n  measure customers\n  target >= {n * 10}\n  all or nothing\n"
                    for n in (1, 2, 3)
                )
                + "\ngrades\n",
            ),
        ),
        witness=False,
    ),
    Fault(
        "results without process",
        SCHEME,
        "K327",
        "ruleset quantified_scheme",
        (
            (
                """  deductions
    lapse_points per fee_lapses "收费、缴款不足额或不及时"
    lapse_points per support_lapses "技术支持不到位"
    lapse_points per goods_lapses "收发差错"
""",
                "  measure problems_solved\n  target >= 10\n  pro rata to target\n",
            ),
            (
                "  measure opinion\n  linear from 0 : 0 to 100",
                "  measure work_done / 2\n  linear from 0 : 0 to 100",
            ),
        ),
        witness=False,
    ),
    Fault(
        "process without results",
        INDEX,
        "K328",
        "ruleset service_index",
        (
            (
                "measure repairs_passed / repairs_done\n    target >= pass_target",
                "measure repair_time\n    target >= 1 h",
            ),
            (
                "measure fixed_first_time / repairs_done\n    target >= first_target",
                "measure repair_time * 2\n    target >= 1 h",
            ),
            (
                "measure return_share\n    target <= return_limit\n    linear from return_limit : return_weight to return_worst : 0",
                "deduct 1 point per products_returned",
            ),
            (
                "measure satisfied_share\n    target >= satisfaction_target",
                "measure complaint_response\n    target >= 1 h",
            ),
            (
                "measure returning_customers / customers\n    target >= repeat_target",
                "measure complaint_response * 2\n    target >= 1 h",
            ),
            (
                "measure service_cost / service_budget\n    target <= 100%\n    linear from 100% : cost_weight to cost_worst : 0",
                "deduct 1 point per customers",
            ),
        ),
        witness=False,
    ),
    Fault(
        "an indicator for nobody",
        LOCKS,
        "K337",
        "indicator return_quality",
        (("staff where not on_probation", 'staff where not on_probation and post != "customer_service"'),),
        witness=False,
    ),
    Fault(
        "a day that is too short for a limit of a day",
        BALANCED,
        "K332",
        "measure quick_share",
        (("period month", "period day"),),
        witness=False,
    ),
    Fault(
        "a year of tickets",
        STAFF,
        "K333",
        "measure satisfied_share",
        (("period month", "period year"),),
        witness=False,
    ),
    Fault(
        "every answer counts as satisfied",
        STAFF,
        "K319",
        "measure satisfied_share",
        (("satisfied_from         : rating 1 to 5 = 4", "satisfied_from         : rating 1 to 5 = 1"),),
        witness=False,
    ),
    Fault(
        "an answer that contradicts itself",
        STAFF,
        "K319",
        "measure satisfied_share",
        (
            (
                "where survey >= satisfied_from among survey is present",
                "where survey >= satisfied_from and survey < 4 among survey is present",
            ),
        ),
        witness=False,
    ),
    Fault(
        "a year of five quarters",
        SCHEME,
        "K317",
        "rollup year",
        (("require 2 quarters", "require 5 quarters"),),
        witness=False,
    ),
    Fault(
        "a parameter that nothing reads",
        MANAGER,
        "K301",
        "parameter allowance",
        (("target <= allowance", "target <= 3"),),
        witness=False,
    ),
    Fault(
        "an input that nothing reads",
        MANAGER,
        "K302",
        "input failed_trainees",
        (("deduct 5 points per failed_trainees", "deduct 5 points per complaints"),),
        witness=False,
    ),
    Fault(
        "a change that changes nothing",
        SCHEME_MANAGER,
        "K306",
        "set lapse_points",
        (("without rollup year", "without rollup year\nset lapse_points = 2"),),
        witness=False,
    ),
    Fault(
        "an excuse for what is not there",
        CORE,
        "K324",
        "accept K303",
        (("  missing redistribute", '  accept K303 "as the board wished"\n  missing redistribute'),),
        witness=False,
    ),
)
