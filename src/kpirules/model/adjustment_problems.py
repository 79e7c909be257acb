"""What can be wrong with adjustments and with the use of grades (K266 to K268), and what deserves a second look (K341)."""

from __future__ import annotations

from kpirules.diagnostics import declare

NO_GRADE = declare(
    "K266",
    "error",
    en='the policy has no grade "{name}"',
    zh="本制度没有等级“{name}”",
    label=("no such grade", "没有此等级"),
    help=("{known}", "{known}"),
    explain=(
        "A limit to the grade and a comparison such as `grade >= good` name one of the lines under `grades`, by its name"
        " or by its label in quotes.",
        "对等级的限制以及 `等级 >= 良好` 这样的比较，须写出“等级”之下某一行的名称，或引号里的标题。",
    ),
    example="""\
indicator answered "Answered calls" weight 100
  deduct 1 point per late
grades
  good from 80
  fail otherwise
eligible promotion when grade >= excellent
""",
)
GRADE_USE = declare(
    "K267",
    "error",
    en="a grade can only be compared with a grade of the policy",
    zh="等级只能与本制度的等级比较",
    label=("not compared with a grade", "没有与等级比较"),
    help=(
        "write for example `grade >= {grade}` or `grade in ({grade})`; for its points write `total`",
        "例如 `等级 >= {grade}` 或 `等级 属于 ({grade})`；要用分数请写 `总分`",
    ),
    explain=(
        "A grade is neither a number nor a text: it stands in the order of the lines under `grades`, the best one first."
        " `grade >= good` holds for good and for every better grade; without a total it is unknown.",
        "等级既不是数也不是文字，它按“等级”之下各行从高到低排列。`等级 >= 良好` 对良好及更高的等级成立；没有总分时为未知。",
    ),
    example="""\
indicator answered "Answered calls" weight 100
  deduct 1 point per late
grades
  good from 80
  fail otherwise
eligible promotion when grade >= 80
""",
)
NOT_ADJUSTED = declare(
    "K268",
    "error",
    en="{what}",
    zh="{what}",
    label=("not an adjustment", "不能这样调整"),
    help=("{mend}", "{mend}"),
    explain=(
        "A bonus adds points to the total and a penalty takes points away, both written as points of zero or more. A limit"
        " is zero or more too.",
        "加分向总分增加分数，减分从总分扣除分数，两者都写作不小于零的分数。限制也不小于零。",
    ),
    example="""\
indicator answered "Answered calls" weight 100
  deduct 1 point per late
adjustments
  penalty lateness : -2 points when late > 3
""",
)
NO_BITE = declare(
    "K341",
    "warning",
    en='the veto "{name}" changes nothing: no total is above {limit}',
    zh="否决“{name}”不起作用：总分不会超过 {limit}",
    label=("never lower than without it", "有没有它都一样"),
    help=(
        "write the highest total that is left, such as `total at most 59`",
        "请写否决后的最高总分，例如 `总分 最多 59`",
    ),
    explain=(
        "A veto puts a limit to the total. One that is not below the highest total there can be never shows.",
        "否决是对总分的限制。若限制不低于可能的最高总分，就永远看不到效果。",
    ),
    example="""\
indicator answered "Answered calls" weight 100
  deduct 1 point per late
adjustments
  veto incident when late > 10 : total at most 100
""",
)
