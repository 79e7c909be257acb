"""What can be wrong with forms called by name and with lists of deductions.

Examples go on from `problems.PRELUDE`, as all of K2 and K3 do.
"""

from __future__ import annotations

from kpirules.diagnostics import declare

NO_SUCH_FORM = declare(
    "K260",
    "error",
    en='no way to score is called "{name}"',
    zh="没有名为“{name}”的计分方式",
    label=("unknown", "未知"),
    help=("{known}", "{known}"),
    explain=(
        "`score by NAME(...)` scores by a form of the language's own list; the other ways to score have their own words:"
        " `deduct`, `bands`, `levels`, `linear`, `pro rata to target`, `all or nothing`, `deductions`, `points =`.",
        "“计分按 名称(…)”使用语言所列的计分方式；其他方式各有其词：“扣”“分段”“等级分”“线性”“按目标比例”“达标满分”“扣分项”“得分 =”。",
    ),
    example="""\
indicator budget "Budget" weight 100
  measure share
  target = 100%
  score by deviance(2pp, 1pp, 5)
""",
)
NOT_CALLED_SO = declare(
    "K261",
    "error",
    en="{what}",
    zh="{what}",
    label=("here", "此处"),
    help=("{mend}", "{mend}"),
    explain=(
        "A form called by name takes its values in a fixed order, each of its own kind, and the target that it is made"
        " for: `deviation` looks at both sides of a target with `=`, `steps` goes beyond one with `>=` or `<=`.",
        "按名称使用的计分方式，其各值次序固定、种类固定，并需要相应的目标：“偏差”看目标 `=` 的两侧，“阶梯”在目标 `>=` 或 `<=` 之外加减分。",
    ),
    example="""\
indicator budget "Budget" weight 100
  measure share
  target <= 100%
  score by deviation(2pp, 1pp, 5)
""",
)
NOT_LOST = declare(
    "K262",
    "error",
    en="{what}",
    zh="{what}",
    label=("here", "此处"),
    help=("{mend}", "{mend}"),
    explain=(
        "Each line of `deductions` says how many points are lost, and for what: `2 points per bad_case` for each of a"
        " count, `5 points when winform` where a condition holds. The list is what the indicator measures: it has no"
        " `measure` of its own. A line whose fact is missing makes the indicator missing; declare the input with"
        " `missing zero` or `missing no` where no entry means none.",
        "“扣分项”的每一行写明扣几分、因何而扣：`每 bad_case 扣 2 分` 按次数扣，`若 winform 扣 5 分` 在条件成立时扣。"
        "清单本身就是该指标的度量，不再另写“度量”。某行的事实缺失时，该指标缺失；若不填表示没有，请在输入中写 `缺失 零` 或 `缺失 否`。",
    ),
    example="""\
indicator naming "Naming" weight 100
  deductions
    0 points per late "late"
""",
)
