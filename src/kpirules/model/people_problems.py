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
