"""What is found by looking at a run before it is archived (K874 to K879, K882), declared once in both languages."""

from __future__ import annotations

from kpirules.diagnostics import declare

_LIMITS = (
    "the limit is {limit}; [run.block] in kpirules.toml says what stops a run",
    "界限为 {limit}；kpirules.toml 的 [run.block] 规定哪些情况停止运行",
)

MISSING = declare(
    "K874",
    "warning",
    en="{indicator} lacks its facts for {count} of {of} people ({share})",
    zh="{of} 人中有 {count} 人缺少 {indicator} 的事实（{share}）",
    help=_LIMITS,
    explain=(
        "Before a run, everybody for whom an indicator is meant should have its facts. Where they lack for many, a source"
        " may be incomplete, or a column bound wrongly. What the policy says of missing facts is applied all the same.",
        "运行之前，每个指标适用的人员都应有其事实。缺失较多时，可能是数据源不完整，或列绑定有误。制度对缺失事实的规定照常适用。",
    ),
)
WITHOUT_DATA = declare(
    "K875",
    "warning",
    en="{count} of {of} people have no data at all ({share}): {names}",
    zh="{of} 人中有 {count} 人完全没有数据（{share}）：{names}",
    help=_LIMITS,
    explain=(
        "People of the table of staff who do not occur in the data of the period, and people with a row in which nothing"
        " stands. They may have left, or a source may lack a part.",
        "人员表中有、但该周期数据里没有的人员，以及有一行却没有任何值的人员。他们可能已离职，也可能是数据源缺少一部分。",
    ),
)
NO_RECORDS = declare(
    "K876",
    "warning",
    en="none of the {read} rows of {data} counts in {period}",
    zh="{data} 的 {read} 行中没有一行计入 {period}",
    help=(
        "sources = true under [run.block] stops such a run",
        "[run.block] 中的 sources = true 会停止这样的运行",
    ),
    explain=(
        "The source could be read, but nothing of it is used: its dates may be of another period, or its people others.",
        "数据源可以读取，但没有任何内容被采用：日期可能属于别的周期，或人员不同。",
    ),
)
CHANGED = declare(
    "K877",
    "warning",
    en="{what} was {before} in {earlier} and is {now}: {share} {way}",
    zh="{what} 在 {earlier} 为 {before}，现为 {now}：{way} {share}",
    help=_LIMITS,
    explain=(
        "Compared with the final run of the period before are the number of people, the mean total, and the median of"
        " every input and measure. A jump may be real; it may also be a source that is doubled or cut off.",
        "与上一周期的最终运行相比较的有：人数、平均总分，以及每个输入和度量的中位数。骤变可能属实，也可能是数据源重复或缺失。",
    ),
)
ENDS_EARLY = declare(
    "K878",
    "warning",
    en="the last record of {data} is of {last}, {days} days before {period} ends",
    zh="{data} 的最后一条记录在 {last}，距 {period} 结束还有 {days} 天",
    help=(
        "sources = true under [run.block] stops such a run",
        "[run.block] 中的 sources = true 会停止这样的运行",
    ),
    explain=(
        "A source that ends before the period does may have been exported too early. This is told where the last record"
        " lies more than a tenth of the period before its end, and more than three times the longest gap between records"
        " before it.",
        "数据在周期结束之前就中断，可能是导出过早。当最后一条记录距周期末超过周期的十分之一，且超过此前记录之间最长间隔的三倍时，会有此提示。",
    ),
)
BLOCKED = declare(
    "K879",
    "error",
    en="the run is stopped by [run.block]: {what}",
    zh="运行被 [run.block] 停止：{what}",
    help=(
        "mend the data; or raise the limit in kpirules.toml, if it is as it should be",
        "请更正数据；如情况属实，可在 kpirules.toml 中放宽界限",
    ),
    explain=(
        "What is found before a run is told as a warning. Limits that stand in [run.block] stop the run instead, with"
        " exit status 3, so that a scheduler knows it from errors; nothing was archived and nothing sent.",
        "运行前发现的情况以警告提示。写在 [run.block] 中的界限则会停止运行，退出状态为 3，便于调度程序与错误相区分；没有归档，也没有发送任何内容。",
    ),
)
COMINGS = declare(
    "K882",
    "info",
    en="since {earlier}, {new} people are new{new_names}, and {gone} are gone{gone_names}",
    zh="与 {earlier} 相比，新增 {new} 人{new_names}，减少 {gone} 人{gone_names}",
    explain=(
        "Compared with the people of the final run of the period before.",
        "与上一周期最终运行中的人员相比较。",
    ),
)
