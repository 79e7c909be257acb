"""What can be wrong with a table of corrections, and with the run that it is about (K865 to K873, K883), declared once in both languages."""

from __future__ import annotations

from kpirules.diagnostics import declare

NO_COLUMNS = declare(
    "K865",
    "error",
    en="the corrections have no column {columns}",
    zh="更正表缺少列 {columns}",
    help=(
        "a table of corrections has the columns staff, period, fact, old, new, reason and, if you like, evidence",
        "更正表的列为：员工、周期、事实、原值、新值、原因，以及可选的依据",
    ),
    explain=(
        "Each row of a table of corrections names whose fact of which period is wrong, what it was, what it is, and why."
        " An empty cell under old or new means that there is no value. The titles may be Chinese or English.",
        "更正表的每一行说明谁在哪个周期的哪项事实有误、原值、新值以及原因。原值或新值为空表示没有值。列名可用中文或英文。",
    ),
    example="staff,period,fact,old,new,reason,evidence\nE017,2026-Q3,complaints,4,2,two were withdrawn,mail of 5 October",
)
NO_SUCH_FACT = declare(
    "K866",
    "error",
    en='the policy has no fact "{fact}"',
    zh="制度没有事实“{fact}”",
    help=(
        "an input, an attribute or a measure by its name or its label: {known}",
        "请用名称或标签给出输入、属性或度量：{known}",
    ),
    explain=(
        "What can be corrected are inputs and attributes, and measures, by their name in the policy or their label.",
        "可以更正的是输入、属性和度量，用制度中的名称或标签指明。",
    ),
)
NO_SUCH_PERSON = declare(
    "K867",
    "error",
    en='the run has nothing of "{staff}" in {period}',
    zh="该运行没有“{staff}”在 {period} 的数据",
    help=("{hint}", "{hint}"),
    explain=(
        "A correction is of a fact that the run rests on, so the person and the period must be among its facts. A person who"
        " is missing altogether belongs in the data, not in the corrections.",
        "更正针对运行所依据的事实，因此该人员和周期必须在其中。完全缺失的人员应补入数据，而不是写在更正表里。",
    ),
)
WRONG_OLD = declare(
    "K868",
    "error",
    en='{fact} of "{staff}" in {period} was {actual}, and not {old}',
    zh="“{staff}”在 {period} 的 {fact} 原为 {actual}，而不是 {old}",
    help=(
        "look at the statement of the run: somebody may have corrected it already, or another run is meant",
        "请查看该运行的说明：可能已被更正，或指的是另一个运行",
    ),
    explain=(
        "The old value says what the correction was decided on. Where the run has another one, the correction may be"
        " about something else, and it is not made.",
        "原值说明更正所依据的情况。如果运行中的值不同，更正的可能是另一回事，因此不予采用。",
    ),
)
NO_CHANGE = declare(
    "K869",
    "error",
    en='{fact} of "{staff}" in {period} is {old} already',
    zh="“{staff}”在 {period} 的 {fact} 已经是 {old}",
    help=("give the new value, or take the row out", "请给出新值，或删去此行"),
    explain=(
        "Old and new are the same value, so nothing would be corrected.",
        "原值与新值相同，没有可更正的内容。",
    ),
)
NO_REASON = declare(
    "K870",
    "error",
    en="the correction gives no reason",
    zh="更正没有给出原因",
    help=("say under reason why the old value is wrong", "请在“原因”一列写明原值为何有误"),
    explain=(
        "The reason is archived with the correction and stands in the person's statement.",
        "原因会随更正一起归档，并出现在该人员的说明中。",
    ),
)
TWICE = declare(
    "K871",
    "error",
    en='{fact} of "{staff}" in {period} is corrected already in row {first}',
    zh="“{staff}”在 {period} 的 {fact} 已在第 {first} 行更正",
    help=("keep one of the two rows", "两行中只保留一行"),
    explain=(
        "One fact is corrected once in a table; a later correction is a run of its own.",
        "一项事实在一张表中只更正一次；之后的更正应作为单独的运行。",
    ),
)
CANNOT = declare(
    "K872",
    "error",
    en="{fact} cannot be corrected so: {why}",
    zh="不能这样更正 {fact}：{why}",
    help=(
        "correct the data themselves, and run again with --supersede",
        "请更正数据本身，再用 --supersede 重新运行",
    ),
    explain=(
        "By which stretches of time a person is scored, and what was measured in each of them, follows from whole records;"
        " a measure can be given another value, but not none.",
        "人员按哪些时段计分，以及每段的度量，由完整的记录得出；度量可以给出另一个值，但不能没有值。",
    ),
)
NOTHING = declare(
    "K873",
    "error",
    en="the corrections have no row",
    zh="更正表没有任何行",
    help=("give a row for each fact that is wrong", "请为每项有误的事实写一行"),
    explain=("A table with titles alone corrects nothing.", "只有列名的表没有更正任何内容。"),
)
OTHERWISE = declare(
    "K883",
    "error",
    en="the figures of the run {run} come out differently here",
    zh="运行 {run} 的结果在此重新计算后不同",
    help=("see what differs with: kpirules verify {path}", "查看差异：kpirules verify {path}"),
    explain=(
        "A statement and a corrected run rest on figures that are worked out from the archive again. They must be those that"
        " were published; where they are not, the archive was changed or another version of kpirules made it.",
        "说明与更正后的运行都以归档重新计算的结果为依据，必须与已公布的一致；如不一致，则归档已被改动，或由另一版本的 kpirules 生成。",
    ),
)
