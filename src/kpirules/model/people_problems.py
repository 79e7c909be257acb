"""What can be wrong with raters, with histories of people, and with periods split by them.

Examples that do not begin with `ruleset` go on from `problems.PRELUDE`.
"""

from __future__ import annotations

from kpirules.diagnostics import declare

_RATINGS = """\
data ratings
  of    : staff
  rater : text
  role  : text
  given : date
  mark  : rating 1 to 5
  placed by given
"""
RATER_SHARES = declare(
    "K281",
    "error",
    en='the shares of "{name}" add up to {sum}, not to 100%',
    zh="“{name}”各组的占比之和为 {sum}，不是 100%",
    label=("{sum} in all", "合计 {sum}"),
    help=("change the shares by {rest} in all", "请将各组占比合计调整 {rest}"),
    explain=(
        "Each group of raters has its share of the result, and together they are the whole of it. A group that is"
        " missing for a person hands its share to the others in proportion; the shares as written still add up to 100%.",
        "每组评价人占结果的一部分，合起来是全部。某人缺某一组时，该组的占比按比例分给其余各组；但写出的占比之和须为 100%。",
    ),
    example=_RATINGS
    + """\
raters opinion = mark over ratings by role
  "superior" 50%
  "peer"     40%, at least 3 raters
indicator liked "Liked" weight 100
  measure opinion
  linear from 1 : 0 to 5 : 100
""",
)
RATER_LINE = declare(
    "K282",
    "error",
    en='"{name}": {what}',
    zh="“{name}”：{what}",
    label=("does not fit here", "此处不合适"),
    help=("{mend}", "{mend}"),
    explain=(
        "Raters come from records, `raters NAME = ITEM over DATA by FIELD` with the groups in quotes as the field says"
        " them, or from columns, `raters NAME` with a column for each group. Of records each is counted (or each rater,"
        " with `counted by FIELD`); of columns another one says how many raters there were: `at least 3 of COLUMN`.",
        "评价来自记录：`评价人 名称 = 评分 于 数据 按 字段`，各组按字段的值写在引号里；或来自各列：`评价人 名称`，每组一列。"
        "来自记录时按记录计人数（或用 `人数按 字段` 按人计）；来自各列时由另一列给出人数：`至少 3 人数见 列`。",
    ),
    example="""\
raters opinion
  view 100%, at least 3 raters
indicator liked "Liked" weight 100
  measure opinion
  linear from 1 : 0 to 5 : 100
""",
)
_POSTS = """\
history posts
  person : staff
  since  : date
  rank   : text
  in force from since
"""
HISTORY_SHAPE = declare(
    "K283",
    "error",
    en='the history "{data}" {what}',
    zh="历史“{data}”{what}",
    label=("here", "此处"),
    help=("{mend}", "{mend}"),
    explain=(
        "A history holds records that are true from a date on, until the next record of the same person: a field of"
        " type staff says of whom, `in force from FIELD` from when, and `until FIELD`, where there is one, the last day"
        " of those that end earlier.",
        "历史中的记录从某日起生效，直到同一人的下一条记录：“员工”类型的字段说明属于谁，`生效自 字段` 说明从何时起，"
        "`至 字段`（可省略）说明提前结束的最后一日。",
    ),
    example="""\
history posts
  person : staff
  since  : date
  rank   : text
attribute rank : text from posts
indicator liked "Liked" weight 100
  applies to staff where rank = "a"
  deduct 1 point per late
""",
)
HISTORY_USE = declare(
    "K284",
    "error",
    en='"{data}" {what}',
    zh="“{data}”{what}",
    label=("cannot be asked this", "不能这样提问"),
    help=("{mend}", "{mend}"),
    explain=(
        "Records of a data set happen in a period and are counted and summed up; records of a history hold for days, and"
        " what is asked of them is on how many days, or the mean over the days.",
        "数据的记录发生在某个周期，可以计数和汇总；历史的记录按天生效，可以问有多少天生效，或按天求平均。",
    ),
    example=_POSTS
    + """\
measure changes = count of posts
indicator steady "Steady" weight 100
  deduct 10 points per changes
""",
)
HISTORY_FIELD = declare(
    "K285",
    "error",
    en='the attribute "{name}" {what} {data}',
    zh="属性“{name}”{what} {data}",
    label=("here", "此处"),
    help=("{mend}", "{mend}"),
    explain=(
        "`attribute NAME : TYPE from HISTORY` takes the field of the same name and type: the value in force on the last"
        " day of the period.",
        "`属性 名称 : 类型 来自 历史` 取同名同类型的字段：周期最后一日生效的值。",
    ),
    example=_POSTS
    + """\
attribute rank : number from posts
indicator liked "Liked" weight 100
  applies to staff where rank > 1
  deduct 1 point per late
""",
)
SPLIT = declare(
    "K350",
    "error",
    en="a period that is split into spells: {what}",
    zh="周期按段计分：{what}",
    label=("not with `split by`", "不能与“分段按”同用"),
    help=("{mend}", "{mend}"),
    explain=(
        "With `split by ATTRIBUTE` every stretch of a person's period with one value of the attribute is scored by itself,"
        " and the results are put together. The attribute must be taken from a history, which knows the days. Values across"
        " people would count spells instead of people, shorter periods may lie in two spells, and earlier periods have"
        " spells of their own: all three are refused.",
        "写了 `分段按 属性` 时，每人周期内该属性取值不变的每一段单独计分，再合并为一个结果。属性须取自历史，由历史得知天数。"
        "跨人员取值会把段当作人，更短的周期可能跨两段，以前的周期有自己的段，因此都不允许。",
    ),
    example="""\
ruleset example "Example"
  period quarter
  split by post
  missing redistribute
attribute post : text
input late : count
indicator answered "Answered" weight 100
  applies to staff where post = "clerk"
  deduct 1 point per late
""",
)
