"""What can be wrong with a simulation, and what a reader must know of it (K825 to K831)."""

from __future__ import annotations

from kpirules.diagnostics import declare

FEW_RECORDS = declare(
    "K825",
    "warning",
    en='"{measure}" moves {rows} of {moved} on fewer than {least} records: {examples}',
    zh="“{measure}”使 {moved} 行变动，其中 {rows} 行所依据的记录不足 {least} 条：{examples}",
    help=(
        "do not rest a decision on these; take more periods, or have the policy ask for a least number",
        "不宜据此作出决定；可取更多周期，或在制度中规定最少数量",
    ),
    explain=(
        "A share of 2 of 3 jumps by a third with a single record. Where the points of an indicator change for somebody"
        " whose measure rests on so few records (or on so small a denominator), the move says little of the edit and"
        " much of chance. `--few N` sets how many are few; 5 unless it is given.",
        "3 条中的 2 条这样的占比，一条记录就能使其变动三分之一。若某人的指标得分有变，而其度量所依据的记录（或分母）这么少，"
        "这一变动说明的多是偶然而非改动。`--few N` 规定多少算少，默认为 5。",
    ),
)

UNLIKE = declare(
    "K826",
    "error",
    en="the two policies cannot be laid side by side: one has {what} {old}, the other {new}",
    zh="两份制度无法对照：{what}分别为{old}和{new}",
    help=(
        "simulate policies that appraise the same people by the same kind of period and in the same currency",
        "请对考核对象、周期种类和币种相同的制度进行模拟",
    ),
    explain=(
        "A simulation sets what a person had in a period against what they would have had. Policies by month and by"
        " quarter, of staff and of regions, or in yuan and in euros have no rows, or no amounts, in common.",
        "模拟把某人某一周期的原结果与新结果对照。按月与按季、考核员工与考核区域、以人民币与以欧元计的制度没有可对照的行或金额。",
    ),
)

NO_EFFECT = declare(
    "K827",
    "warning",
    en="nothing that could change a result was edited",
    zh="没有任何可能影响结果的改动",
    help=(
        "look at what `kpirules diff` says of the two files, and whether a parameter was to be set",
        "请查看 `kpirules diff` 对两份文件的说明，并确认是否漏设了参数",
    ),
    explain=(
        "The two policies say the same, apart from their layout, their vocabulary, wording or tests. Every result is the"
        " same under both.",
        "除版式、用词、说明或测试外，两份制度内容相同，所有结果都一样。",
    ),
)

NOBODY_INSIDE = declare(
    "K828",
    "warning",
    en="the pilot is for nobody: the condition holds for no row",
    zh="试点没有对象：没有一行满足该条件",
    help=(
        "compare it with how the values are written in the data",
        "请与数据中值的写法核对",
    ),
    explain=(
        "`--where` says to whom the new policy applies. A text that the data write differently, such as"
        ' "North" for "north", is equal to none of them, and everybody stays with the old policy.',
        "`--where` 规定新制度适用于谁。若文字与数据写法不同（如 “North” 与 “north”），则无人满足，所有人仍按旧制度。",
    ),
)

NOT_ATTRIBUTED = declare(
    "K829",
    "warning",
    en="the change is not attributed to its {edits} edits: {rows} rows would have to be scored {times} times",
    zh="未把变动归因到 {edits} 处改动：需要对 {rows} 行计分 {times} 次",
    help=(
        "ask for it with --attribute all, or simulate fewer periods",
        "可用 --attribute all 要求归因，或减少周期",
    ),
    explain=(
        "What each edit does is found by scoring policies half way between the old and the new one: as many as there are"
        " choices of the edits, up to five of them, and a few for each edit beyond. Where that would take many times as"
        " long as the simulation itself, it is left out unless it is asked for. All other figures are complete.",
        "每处改动的作用，是对介于新旧之间的各种制度计分得出的：改动不超过五处时为全部取舍，超过时每处数次。若耗时将是模拟本身的许多倍，"
        "除非指明，否则略去。其他数字都是完整的。",
    ),
)

OVER_BUDGET = declare(
    "K830",
    "error",
    en='"{amount}" comes to {new}, which is {over} over the budget of {limit}',
    zh="“{amount}”合计 {new}，超出预算 {limit} 共 {over}",
    help=(
        "see in the report what each edit costs and what the policy would come to without it, or sweep a parameter",
        "报告中列有每处改动的费用以及去掉它的合计；也可用 --sweep 试参数的取值",
    ),
    explain=(
        "`--fail-over NAME=SUM` ends the run with status 1 where the sum of an amount over all rows of the new policy"
        " exceeds the limit, for use in checks before a policy is put in force.",
        "`--fail-over 名称=金额`：新制度下该金额的合计超过上限时，以状态 1 结束，用于制度施行前的检查。",
    ),
)

SWEEP_UNFIT = declare(
    "K831",
    "error",
    en='with "{parameter}" at {value} the new policy is not valid: {why}',
    zh="“{parameter}”取 {value} 时新制度无效：{why}",
    help=("sweep values that the policy allows", "请在制度允许的范围内取值"),
    explain=(
        "`--sweep` sets a parameter to one value after the other. Each must leave the policy valid: in the range that"
        " the parameter's type allows, with weights that add up, and grades that stay in order.",
        "`--sweep` 依次设置参数的各个取值。每个取值都须使制度有效：在参数类型允许的范围内、权重合计正确、等级次序不乱。",
    ),
)
