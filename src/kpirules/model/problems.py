"""What can be wrong with the meaning of a policy (K2xx), and what deserves a second look (K3xx).

An example that does not begin with `ruleset` goes on from `PRELUDE`.
"""

from __future__ import annotations

from kpirules.diagnostics import Words, declare

#: The beginning that most examples share.
PRELUDE = """\
ruleset example "Example"
  period month
  missing redistribute

attribute post       : text one of ("manager", "clerk")
attribute department : text
input calls : count
input late  : count
input share : ratio
input wait  : duration
input sales : money
input view  : rating 1 to 5
data tickets
  agent  : staff
  opened : datetime
  closed : datetime optional
  kind   : text
  placed by opened

"""
#: How the message about an unknown name begins where any name would do.
NOTHING = Words("nothing", "内容")

REPEATED = declare(
    "K201",
    "error",
    en="{what} is said twice",
    zh="{what}重复说明",
    label=("said before on line {line}", "第 {line} 行已说明"),
    help=("keep one of the two", "请只保留其中一处"),
    explain=(
        "The header of a ruleset and each indicator say a thing once: with two periods, two targets or two ways to"
        " score, nobody could tell which one counts. The first one was used to check the rest of the file.",
        "规则集的表头和每个指标中，同一事项只说明一次：若有两个周期、两个目标或两种计分方式，就不知道以哪个为准。"
        "文件其余部分按第一处继续检查。",
    ),
    example="""\
indicator accuracy "Accuracy" weight 100
  measure share
  target >= 90%
  target >= 95%
  all or nothing
""",
)
NO_PERIOD = declare(
    "K202",
    "error",
    en="the ruleset does not say its period",
    zh="规则集没有说明周期",
    label=("how long is a period?", "周期多长？"),
    help=(
        "add a line `period month` (or day, week, quarter, half, year) under the first line",
        "请在首行之下加上 `周期 月度`（或 日、周、季度、半年、年度）",
    ),
    explain=(
        "A score is for one staff member and one period, and every fact belongs to a period; so the policy must say"
        " how long a period is: day, week, month, quarter, half (of a year) or year.",
        "得分是某员工在某周期的得分，每个事实也归属某个周期，因此制度必须说明周期长短：日、周、月度、季度、半年或年度。",
    ),
    example="""\
ruleset example "Example"
  missing zero
indicator presence "Presence" weight 100
  points = 100
""",
)
GAP = declare(
    "K203",
    "error",
    en='the bands of "{indicator}" leave a gap {where}',
    zh="“{indicator}”的分段{where}有空档",
    label=("no band says what {witness} scores", "没有分段说明 {witness} 得几分"),
    help=("{mend}", "{mend}"),
    explain=(
        "Bands stand in one unbroken row: where one ends, the next begins, and one of the two owns the boundary"
        " (`up to 1%`, then `over 1% to 2%`; or `from 95%`, then `from 90% to below 95%`). `otherwise` gives the"
        " points outside the outermost bands; it does not fill a hole between two of them, because such a hole is"
        " nearly always a slip. Where the measure is a whole count or a rating, only values that it can have matter:"
        " `from 0 to 3` and `from 4 to 6` leave no gap.",
        "各分段须首尾相接：一段止处即下一段起处，边界值归其中一段（“不超过 1%”接“高于 1% 至 2%”，或“自 95%”接"
        "“自 90% 至低于 95%”）。“其他”说明的是最外侧分段之外的得分，不用来填补两段之间的空档，因为空档几乎总是笔误。"
        "度量为次数或评级时，只看它可能取到的值：“自 0 至 3”与“自 4 至 6”之间没有空档。",
    ),
    example="""\
indicator invalid "Invalid services" weight 10
  measure share
  bands
    up to 1%       : 10
    over 1% to 2%  : 10 to 8
    over 3% to 5%  : 7 to 5
    otherwise      : 0
indicator others "Others" weight 90
  points = 90
""",
)
OVERLAP = declare(
    "K204",
    "error",
    en='two bands of "{indicator}" both say what {witness} scores',
    zh="“{indicator}”有两个分段都说明了 {witness} 的得分",
    label=("overlaps the band on line {line}", "与第 {line} 行的分段重叠"),
    help=("{mend}", "{mend}"),
    explain=(
        "A value belongs to one band. Where two bands meet, one of them owns the boundary: `from 90% to below 95%` and"
        " `from 95%`, or `up to 1%` and `over 1% to 2%`. The order of the lines does not matter.",
        "一个值只属于一个分段。两段相接处的边界值只归其中一段：“自 90% 至低于 95%”与“自 95%”，或“不超过 1%”与“高于 1% 至 2%”。"
        "各行的先后次序没有影响。",
    ),
    example="""\
indicator punctual "Punctuality" weight 100
  measure share
  bands
    from 95%        : 100
    from 90% to 95% : 80
    otherwise       : 0
""",
)
INVERTED = declare(
    "K205",
    "error",
    en="this interval holds nothing: it runs from {low} to {high}",
    zh="此区间为空：从 {low} 到 {high}",
    label=("the lower bound is not below the upper one", "下限不小于上限"),
    help=("{mend}", "{mend}"),
    explain=(
        "An interval goes from its smaller to its greater value, also where less is better. Only the points may fall:"
        " `over 1% to 2% : 10 to 8` gives 10 points just above 1% and 8 points at 2%.",
        "区间总是从小到大书写，数值越小越好时也一样；只有得分可以递减：`高于 1% 至 2% : 10 至 8` 表示略高于 1% 得 10 分，2% 得 8 分。",
    ),
    example="""\
indicator invalid "Invalid services" weight 100
  measure share
  bands
    up to 2%      : 100
    over 5% to 2% : 80
    otherwise     : 0
""",
)
UNKNOWN = declare(
    "K206",
    "error",
    en='{thing} is named "{name}"',
    zh="没有名为“{name}”的{thing}",
    label=("unknown name", "未知名称"),
    help=("{known}", "{known}"),
    explain=(
        "A formula may use the inputs, attributes, parameters, measures and amounts of this ruleset by name, also"
        " those that are declared further down; inside a measure over records, the fields of that data and parameters."
        " Capital letters count. Points of an indicator are written `points of NAME`, and a text stands in quotes.",
        "公式可以按名称使用本规则集的输入、属性、参数、度量和奖金（写在下文的也可以）；对记录的度量中可用该数据的字段和参数。"
        "名称区分大小写。指标得分写作 `指标得分 名称`，文字要写在引号里。",
    ),
    example="""\
indicator answered "Answered calls" weight 100
  deduct 1 point per cals
""",
)
TAKEN = declare(
    "K207",
    "error",
    en='the name "{name}" is taken',
    zh="名称“{name}”已被占用",
    label=("first used on line {line}", "第 {line} 行已使用"),
    help=("give one of the two another name", "请为其中一个另取名称"),
    explain=(
        "Inputs, attributes, parameters, measures, data sets, tables and amounts share one list of names. Indicators"
        " and amounts are columns of the results and share another, so that an indicator may be called like the input"
        " that it scores, but not like an amount. Sections, grades, the fields of a data set and the people of a test"
        " have a list each.",
        "输入、属性、参数、度量、数据、对照表和奖金共用一套名称。指标与奖金都是结果的列，也不能同名；但指标可以与它所计分的"
        "输入同名。章节、等级、同一数据的字段、同一测试的人员各有一套名称。",
    ),
    example="""\
parameter calls : count = 3
indicator answered "Answered calls" weight 100
  deduct 1 point per calls
""",
)
MISFIT = declare(
    "K208",
    "error",
    en="{left} and {right} do not go together with {operator}",
    zh="{left}与{right}不能用“{operator}”放在一起",
    label=("{left} {operator} {right}", "{left} {operator} {right}"),
    help=("{mend}", "{mend}"),
    explain=(
        "Values carry units: counts, ratios, points, durations, working days, money ... Only like things add, subtract"
        " and compare: `95% - 2pp` is a ratio, `95% + 3 min` is nothing. A plain number goes with counts, points and"
        " ratings. A number or a ratio of something is that something; like divided by like is a ratio; the time"
        " between two moments is a duration.",
        "数值带有单位：次数、比率、分数、时长、工作日数、金额……同类才能相加减和比较：`95% - 2 个百分点` 是比率，"
        "`95% + 3 分钟` 没有意义。普通数可与次数、分数、评级一起使用。某物乘以数或比率仍是某物；同类相除得比率；两个时刻相减得时长。",
    ),
    example="""\
indicator answered "Answered calls" weight 100
  measure share + wait
  target >= 90%
  all or nothing
""",
)
WRONG_UNIT = declare(
    "K209",
    "error",
    en="{what} must be {wanted}, and this is {given}",
    zh="{what}应为{wanted}，而这里是{given}",
    label=("this is {given}", "这里是{given}"),
    help=("{mend}", "{mend}"),
    explain=(
        "Each place wants a value of a certain kind: a weight is a plain number, a target has the unit of its measure,"
        " points are points, what follows `where`, `when` and `and` is true or false. The message names the kind that"
        " the place wants and the kind that stands there.",
        "每个位置都要求一定种类的值：权重是普通数，目标与其度量同单位，得分是分数，“当”“若”“且”之后的内容为真或假。"
        "提示说明了该处需要的种类和实际的种类。",
    ),
    example="""\
indicator presence "Presence" weight 100%
  points = 100
""",
)
BY_ZERO = declare(
    "K210",
    "error",
    en="this divides by a value that may be zero, and does not say what then",
    zh="除数可能为零，而没有说明届时如何处理",
    label=("may be zero", "可能为零"),
    help=(
        "write `fallback(a / b, VALUE)`, or `a / b when b > 0 otherwise VALUE`",
        "请写 `缺失取(a / b, 值)`，或 `a / b 当 b > 0 否则 值`",
    ),
    explain=(
        "In a measure, a quotient by zero is missing, and the rule for missing facts says what that means. Points,"
        " amounts, targets and conditions have no such rule, so the formula itself must say it: with `fallback`, with"
        " `when b > 0 otherwise`, or with a divisor that is never zero (`max(b, 1)`, a headcount, a rating from 1).",
        "在度量中，除数为零即为缺失，由缺失规则处理。得分、奖金、目标和条件的公式没有这样的规则，因此公式必须自己说明："
        "用“缺失取”，用“当 b > 0 否则”，或使除数永不为零（`最大(b, 1)`、人数、从 1 起的评级）。",
    ),
    example="""\
indicator presence "Presence" weight 100
  points = 100
amount per_call "Sales per call" : money = sales / calls
""",
)
WEIGHTS = declare(
    "K211",
    "error",
    en="the weights add up to {sum}, not to {wanted}{whom}",
    zh="{whom}权重之和为 {sum}，而不是 {wanted}",
    label=("{sum} in all", "合计 {sum}"),
    help=("the weights are {parts}: {mend}", "各权重为 {parts}：请{mend}"),
    explain=(
        "Weights add up to 100, exactly, for every person whom the policy applies to. Where indicators are for some"
        " people only (`applies to staff where post = ...`), every combination of attributes that these conditions"
        " mention is looked at, and the indicators that exist for it are added up; the message names one that is wrong.",
        "权重之和必须恰为 100，且对制度适用的每个人都成立。若有些指标只适用于部分人员（`适用 员工 当 岗位 = …`），"
        "就对这些条件涉及的每种属性组合分别加总存在的指标；提示给出其中一种不对的组合。",
    ),
    example="""\
indicator answered "Answered calls" weight 50
  deduct 1 point per late
indicator views "View" weight 49.9
  measure view
  target >= 4
  all or nothing
""",
)
SECTION_WEIGHTS = declare(
    "K212",
    "error",
    en='the indicators of section "{section}" add up to {sum}, and the section weighs {wanted}{whom}',
    zh="{whom}章节“{section}”各指标之和为 {sum}，而章节权重为 {wanted}",
    label=("{sum} in all", "合计 {sum}"),
    help=("the weights are {parts}: {mend}", "各权重为 {parts}：请{mend}"),
    explain=(
        "The weights of a section's indicators are parts of 100, as the section's own weight is, and add up to it. A"
        " section may also leave its weight out; then only the total counts.",
        "章节内各指标的权重与章节权重一样是 100 中的份额，其和须等于章节权重。章节也可以不写权重，此时只检查总和。",
    ),
    example="""\
section performance "Performance" weight 100
  indicator answered "Answered calls" weight 60
    deduct 1 point per late
""",
)
NO_MISSING = declare(
    "K213",
    "error",
    en="the policy does not say what a missing fact means",
    zh="制度没有说明事实缺失时怎么办",
    label=("nothing is said for {indicators}", "{indicators} 没有说明"),
    help=(
        "add `missing redistribute` (or zero, full, error, value N) under the first line, or to each indicator",
        "请在首行之下或各指标中加上 `缺失 重新分配`（或 零分、满分、报错、取值 N）",
    ),
    explain=(
        "Missing is not zero: a blank cell, or a ratio over nothing, says nothing about the person. redistribute: the"
        " indicator is left out, and the total is what was earned of the weight that is left. zero, full, value N: it"
        " scores that. error: scoring stops and names the missing cells. A line under `ruleset` holds for all"
        " indicators, one in an indicator for that one.",
        "缺失不等于零：空白单元格或分母为零的比率并不说明此人的表现。重新分配：不计该指标，总分按其余权重折算。"
        "零分、满分、取值 N：按此得分。报错：停止计分并列出缺失的单元格。写在规则集之下的一行适用于所有指标，写在指标中的只适用于该指标。",
    ),
    example="""\
ruleset example "Example"
  period month
input late : count
indicator answered "Answered calls" weight 100
  deduct 1 point per late
""",
)
NO_FORM = declare(
    "K214",
    "error",
    en='the indicator "{indicator}" does not say how it scores',
    zh="指标“{indicator}”没有说明如何计分",
    label=("no way to score", "没有计分方式"),
    help=(
        "add one: `deduct 1 point per ...`, `bands`, `levels`, `pro rata to target`, `all or nothing`,"
        " `linear from ...`, or `points = ...`",
        "请加上一种：`每 … 扣 1 分`、`分段`、`等级分`、`按目标比例`、`达标满分`、`线性 从 …`、`得分 = …`",
    ),
    explain=(
        "An indicator has a measure, perhaps a target, and one way to turn the measure into points between 0 and its"
        " weight.",
        "每个指标有一个度量，可以有目标，并有一种方式把度量变成 0 到权重之间的得分。",
    ),
    example="""\
indicator answered "Answered calls" weight 100
  measure calls
""",
)
NO_MEASURE = declare(
    "K215",
    "error",
    en='the indicator "{indicator}" has nothing to measure',
    zh="指标“{indicator}”没有度量",
    label=("measures what?", "度量什么？"),
    help=("add a line `measure ...` above", "请在上面加上一行 `度量 …`"),
    explain=(
        "Bands, levels, pro rata, all or nothing, linear and deductions per amount (`per pp`, `per 30 min`) score a"
        " measure: a line `measure ...` says which. Only a deduction per name (`deduct 1 point per complaints`) and a"
        " formula (`points = ...`) need none.",
        "分段、等级分、按目标比例、达标满分、线性以及按量扣分（`每 1 个百分点`、`每 30 分钟`）都是对度量计分，由一行 `度量 …` 说明。"
        "只有按名称扣分（`每 投诉次数 扣 1 分`）和公式（`得分 = …`）不需要度量。",
    ),
    example="""\
indicator punctual "Punctuality" weight 100
  target >= 95%
  all or nothing
""",
)
NO_TARGET = declare(
    "K216",
    "error",
    en='the indicator "{indicator}" scores against a target and has none',
    zh="指标“{indicator}”按目标计分，但没有目标",
    label=("needs a target", "需要目标"),
    help=("add a line such as `target >= 95%` above", "请在上面加上一行，例如 `目标 >= 95%`"),
    explain=(
        "Deductions above or below target, pro rata and all or nothing compare the measure with a target: a line"
        " `target >= ...` (more is better) or `target <= ...` (less is better).",
        "高于或低于目标的扣分、按目标比例和达标满分都要把度量与目标比较：`目标 >= …`（越高越好）或 `目标 <= …`（越低越好）。",
    ),
    example="""\
indicator punctual "Punctuality" weight 100
  measure share
  pro rata to target
""",
)
TARGET_SIDE = declare(
    "K217",
    "error",
    en="{what}",
    zh="{what}",
    label=("against the target", "与目标方向不符"),
    help=("{mend}", "{mend}"),
    explain=(
        "A target `<= x` is missed above it and a target `>= x` below it. A deduction on the other side, or a share of"
        " a target that should not be reached, would punish those who meet the target. Turn either the target or the"
        " rule round.",
        "目标 `<= x` 高于它才算未达标，目标 `>= x` 低于它才算未达标。在另一侧扣分，或对“越低越好”的目标按比例计分，"
        "会惩罚达标的人。请改变目标或规则的方向。",
    ),
    example="""\
indicator punctual "Punctuality" weight 100
  measure share
  target >= 95%
  deduct 1 point per pp above target
""",
)
NOT_CONSTANT = declare(
    "K218",
    "error",
    en="{what} must be a fixed value, and this depends on {names}",
    zh="{what}必须是固定值，而这里取决于 {names}",
    label=("not a fixed value", "不是固定值"),
    help=("use numbers and parameters here", "此处请使用数字和参数"),
    explain=(
        "Weights, bounds and points of bands and levels, deductions, grade boundaries, defaults and the values of tests"
        " are the same for everyone, so that the checker can prove that nothing is missing and nothing overlaps. A"
        " target may depend on a person's own input; parameters may stand everywhere.",
        "权重、分段与等级的界限和得分、扣分、等级界限、默认值和测试中的值对所有人相同，这样检查器才能证明没有遗漏和重叠。"
        "目标可以取决于个人的输入；参数可以用在任何地方。",
    ),
    example="""\
indicator answered "Answered calls" weight calls
  deduct 1 point per late
""",
)
CYCLE = declare(
    "K219",
    "error",
    en='"{name}" is worked out from itself: {names}',
    zh="“{name}”要由它自己算出：{names}",
    label=("begins and ends here", "循环的起点和终点"),
    help=(
        "break the circle: one of these must not use the next",
        "请打破循环：其中一个不能使用它后面的一个",
    ),
    explain=(
        "Every value is worked out from others that are known before it. The total comes from the points of the"
        " indicators, grades and amounts come from the total; none of them may lead back.",
        "每个值都由先已知的值算出。总分来自各指标得分，等级和奖金来自总分，都不能再反过来。",
    ),
    example="""\
measure a = b + 1
measure b = a + 1
indicator presence "Presence" weight 100
  points = 100
""",
)
FUNCTION = declare(
    "K220",
    "error",
    en='there is no function "{name}"',
    zh="没有名为“{name}”的函数",
    label=("unknown function", "未知函数"),
    help=("{known}", "{known}"),
    explain=(
        "The language has a fixed list of functions: min, max, abs, round, round_down, round_up and fallback, and on"
        " records `working time from ... to ...` and `workdays from ... to ...`. Summaries are written in words:"
        " `mean of X over tickets`.",
        "函数是固定的：最小、最大、绝对值、四舍五入、向下取整、向上取整、缺失取，以及对记录的 `工作时间自 … 至 …`、`工作日自 … 至 …`。"
        "汇总用文字书写：`平均 X 于 工单`。",
    ),
    example="""\
measure effort = maxx(calls, 2)
indicator answered "Answered calls" weight 100
  deduct 1 point per effort
""",
)
ARGUMENTS = declare(
    "K221",
    "error",
    en='"{name}" takes {wanted}, not {given}',
    zh="“{name}”需要 {wanted}，而不是 {given} 个",
    label=("{given} given", "给了 {given} 个"),
    help=("write for example `{example}`", "例如 `{example}`"),
    explain=(
        "`abs` takes one value; `round`, `round_down` and `round_up` take a value and a step (`round(x, 0.01 yuan)`); `min`"
        " and `max` take one or more, `fallback` two or more.",
        "“绝对值”需要一个值；“四舍五入”“向下取整”“向上取整”需要一个值和一个步长（`四舍五入(x, 0.01 元)`）；“最小”“最大”需要一个或多个，"
        "“缺失取”需要两个或多个。",
    ),
    example="""\
measure effort = round(calls)
indicator answered "Answered calls" weight 100
  deduct 1 point per effort
""",
)
NOT_DATA = declare(
    "K222",
    "error",
    en='"{name}" is neither a data set nor an attribute',
    zh="“{name}”既不是数据也不是属性",
    label=("over what?", "对什么汇总？"),
    help=("{known}", "{known}"),
    explain=(
        "`mean of X over NAME` goes over the records of a data set that belong to the person and period, or over the"
        " people who share an attribute (department, team) in that period; `over everyone` takes all of them.",
        "`平均 X 于 名称` 汇总某个数据中属于该人该周期的记录，或同一周期内某属性（部门、团队）相同的人；`于 全体` 表示所有人。",
    ),
    example="""\
indicator presence "Presence" weight 100
  points = 100
amount pool : money = sum of sales over departmnt
""",
)
ONLY_RECORDS = declare(
    "K223",
    "error",
    en="{what} can be had from the records of a data set only",
    zh="{what}只能用于数据的记录",
    label=("no records here", "此处没有记录"),
    help=("{mend}", "{mend}"),
    explain=(
        "Working time, first and last are worked out from single records. Across people there are `headcount`, shares,"
        " sum, mean, median, percentiles, least and greatest, the number of distinct values, and ranks.",
        "工作时间、首个、末个是从单条记录算出的。对人员可用人数、人数占比、合计、平均、中位数、百分位、最小值、最大值、去重计数和名次。",
    ),
    example="""\
measure posts = first of post over department
indicator presence "Presence" weight 100
  deduct 1 point per (1 when posts = "manager" otherwise 0)
""",
)
EMPTY_BLOCK = declare(
    "K224",
    "error",
    en="{what} is empty",
    zh="{what}是空的",
    label=("nothing below", "下面没有内容"),
    help=("{mend}", "{mend}"),
    explain=(
        "This line opens a block, and the lines of the block say what it means. They stand below, indented by two more"
        " spaces.",
        "此行开启一个块，内容写在块里：各行写在下面，多缩进两格。",
    ),
    example="""\
indicator presence "Presence" weight 100
  points = 100
grades
""",
)
GRADES = declare(
    "K225",
    "error",
    en="{what}",
    zh="{what}",
    label=("here", "此处"),
    help=("{mend}", "{mend}"),
    explain=(
        "Grades are read from the top: the first one that the published total reaches is given. So boundaries fall"
        " from line to line, and the last grade takes the rest (`otherwise`, or `from 0`).",
        "等级自上而下匹配：取公布的总分达到的第一个等级。因此界限逐行递减，最后一级包含其余（`其他`，或 `从 0`）。",
    ),
    example="""\
indicator presence "Presence" weight 100
  points = 100
grades
  pass from 60
  good from 80
  fail otherwise
""",
)
PERCENT = declare(
    "K226",
    "error",
    en="the plain number {number} stands where a ratio belongs",
    zh="此处应为比率，而写的是普通数 {number}",
    label=("a plain number", "普通数"),
    help=("{mend}", "{mend}"),
    explain=(
        "A ratio is written with a percent sign, so that 95 and 0.95 cannot be mixed up: `95%`. A difference of ratios"
        " may also be written in percentage points: `2pp`.",
        "比率必须写百分号，以免混淆 95 与 0.95：`95%`。比率之差也可写百分点：`2 个百分点`。",
    ),
    example="""\
indicator punctual "Punctuality" weight 100
  measure share
  target >= 95
  all or nothing
""",
)
STEP = declare(
    "K227",
    "error",
    en="{what}",
    zh="{what}",
    label=("here", "此处"),
    help=("{mend}", "{mend}"),
    explain=(
        "`deduct P per U`: P is a positive number of points, U a positive amount in the unit of the measure. A step on"
        " a ratio is written in percentage points (`1pp`), since 1% of a ratio could also mean a hundredth of it."
        " Steps of rounding are positive too.",
        "`每 U 扣 P 分`：P 为正的分数，U 为与度量同单位的正数。比率的步长写作百分点（`1 个百分点`），因为比率的 1% 也可以理解为其百分之一。"
        "取整的步长也须为正数。",
    ),
    example="""\
indicator punctual "Punctuality" weight 100
  measure share
  target >= 95%
  deduct 1 point per 1% below target
""",
)
LEVEL = declare(
    "K228",
    "error",
    en="{what}",
    zh="{what}",
    label=("here", "此处"),
    help=("{mend}", "{mend}"),
    explain=(
        "Levels list every value that the measure can have, once each; the scale of a rating (`rating 0 to 3`) or the"
        " choices of a text say which those are. `otherwise` covers the rest. Where the fact is none of the listed"
        " values and there is no `otherwise`, it counts as missing.",
        "等级分逐一列出度量可能的取值，每个一次；评级的范围（`评级 0 至 3`）或文本的选项说明了有哪些值。`其他` 覆盖其余。",
    ),
    example="""\
indicator views "View" weight 100
  measure view
  levels
    5 : 100
    4 : 80
""",
)
DATA_SHAPE = declare(
    "K229",
    "error",
    en='the data "{data}" {what}',
    zh="数据“{data}”{what}",
    label=("here", "此处"),
    help=("{mend}", "{mend}"),
    explain=(
        "A record belongs to one person and one period: one field has the type `staff`, and `placed by FIELD` names"
        " the date or date-time that puts the record in its period.",
        "每条记录属于一个人和一个周期：有一个字段的类型是“员工”，`归期按 字段` 指明按哪个日期或时刻归入周期。",
    ),
    example="""\
data repairs
  technician : staff
  done       : datetime
indicator presence "Presence" weight 100
  points = 100
""",
)
HEADER = declare(
    "K230",
    "error",
    en="{what}",
    zh="{what}",
    label=("here", "此处"),
    help=("{mend}", "{mend}"),
    explain=(
        "Dates must exist and stand in order; the calendar is `china` (weekends, public holidays and make-up workdays)"
        " or `none` (weekends alone); working hours lie within a day, one span after the other.",
        "日期须存在且先后正确；日历为“中国”（周末、法定节假日和调休）或“无”（只有周末）；上班时间须在一天之内，各段先后有序。",
    ),
    example="""\
ruleset example "Example"
  period month
  missing zero
  in force from 2026-02-30
indicator presence "Presence" weight 100
  points = 100
""",
)
LOOKUP = declare(
    "K231",
    "error",
    en="{what}",
    zh="{what}",
    label=("here", "此处"),
    help=("{mend}", "{mend}"),
    explain=(
        "A table gives one number for each key; each key stands once, and `otherwise` once at most. A key that the"
        " table does not list gives what `otherwise` says, and without it nothing: the value is missing.",
        "对照表为每个键给出一个数；每个键只出现一次，“其他”至多一次。未列出的键取“其他”的值，没有“其他”则为缺失。",
    ),
    example="""\
table difficulty : number by kind
  "repair"   1.5
  "cleaning" 1
  "repair"   2
measure work = sum of difficulty[kind] over tickets
indicator effort "Effort" weight 100
  measure work
  target >= 20
  pro rata to target
""",
)
TESTED = declare(
    "K232",
    "error",
    en='this ruleset has no "{name}" that a test could {use}',
    zh="本规则集没有可供测试{use}的“{name}”",
    label=("unknown", "未知"),
    help=("{known}", "{known}"),
    explain=(
        "`given` sets inputs, attributes, measures and parameters; `expect` names indicators (their published points),"
        " `total`, `grade`, amounts and eligibilities.",
        "`给定` 设置输入、属性、度量和参数；`应得` 写指标（其公布的得分）、`总分`、`等级`、奖金和资格。",
    ),
    example="""\
indicator answered "Answered calls" weight 100
  deduct 1 point per late
test "five late answers"
  given latte = 5
  expect answered = 95
""",
)
SETTING = declare(
    "K233",
    "error",
    en='the value given for the parameter "{name}" does not fit: {why}',
    zh="参数“{name}”的值不合适：{why}",
    help=("give {wanted}", "请给出{wanted}"),
    explain=(
        "A parameter takes a value of its declared type, written as a policy writes it: `--set allowance=3`,"
        ' `--set goal=95%`, `--set price="20 yuan"`. A plain number is taken as money, working days or the ratio itself'
        " where the parameter is declared so.",
        '参数的值须符合其声明的类型，写法与制度中相同：`--set allowance=3`、`--set goal=95%`、`--set price="20 元"`。'
        "声明为金额、工作日数或比率的参数，可直接写数字。",
    ),
)
NO_PARAMETER = declare(
    "K234",
    "error",
    en='the ruleset has no parameter "{name}"',
    zh="规则集没有参数“{name}”",
    help=("{known}", "{known}"),
    explain=(
        "Only what the ruleset declares with `parameter` can be set from outside.",
        "只能从外部设置规则集中用“参数”声明的内容。",
    ),
)
UNSET = declare(
    "K235",
    "error",
    en="these parameters have no value yet: {names}",
    zh="以下参数尚未设置：{names}",
    help=(
        "set them with {commands}, or under [parameters] in kpirules.toml",
        "请用 {commands} 设置，或写入 kpirules.toml 的 [parameters]",
    ),
    explain=(
        "The policy leaves these parameters to its user. Nothing can be scored before each has a value, on the"
        " command line with --set or in kpirules.toml.",
        "制度把这些参数留给使用者决定。全部设置之前无法计分；可在命令行用 --set 设置，或写入 kpirules.toml。",
    ),
)
NO_GROUND = declare(
    "K236",
    "error",
    en="this ruleset has no indicators, so nobody can be scored",
    zh="本规则集没有指标，无法计分",
    label=("no indicators", "没有指标"),
    help=('add `indicator NAME "label" weight 100`', '请加上 `指标 名称 "标题" 权重 100`'),
    explain=(
        "The total is made of the points of indicators; a policy needs at least one.",
        "总分由各指标得分组成，制度至少需要一个指标。",
    ),
    example='ruleset example "Example"\n  period month\n  missing zero\n',
)
SLOPE = declare(
    "K237",
    "error",
    en="points that run from one value to another need two bounds to run between",
    zh="得分由一值变到另一值时，分段需要上下两个界限",
    label=("open-ended", "没有界限"),
    help=(
        "give the band its other bound, or a single number of points",
        "请补上另一个界限，或只写一个得分",
    ),
    explain=(
        "`over 1% to 2% : 10 to 8` draws a straight line from the lower bound to the upper one. A band without an end"
        " has nothing to draw it to.",
        "`高于 1% 至 2% : 10 至 8` 表示在两个界限之间按直线变化；没有终点的分段无法画线。",
    ),
    example="""\
indicator invalid "Invalid services" weight 100
  measure share
  bands
    up to 2% : 100
    over 2%  : 70 to 50
""",
)
OUTSIDE = declare(
    "K238",
    "error",
    en='the bands of "{indicator}" say nothing of values {side}',
    zh="“{indicator}”的分段没有说明{side} 的情形",
    label=("what about values {side}?", "{side} 时得几分？"),
    help=("add a line `otherwise : 0`", "请加上一行 `其他 : 0`"),
    explain=(
        "The bands must answer for every value that the measure can have: counts and durations begin at 0, a rating"
        " has its scale, a ratio has no end. `otherwise` gives the points outside the bands.",
        "分段必须说明度量可能的一切取值：次数和时长从 0 起，评级有范围，比率没有尽头。“其他”给出各分段之外的得分。",
    ),
    example="""\
indicator punctual "Punctuality" weight 100
  measure share
  bands
    from 80%              : 100
    from 60% to below 80% : 50
""",
)
TARGET_VALUE = declare(
    "K239",
    "error",
    en="a share of the target needs a target above zero, and this is {given}",
    zh="按目标比例计分要求目标大于零，而这里是 {given}",
    label=("not above zero", "不大于零"),
    help=("give a target above zero", "请给出大于零的目标"),
    explain=(
        "`pro rata to target` gives the weight times measure over target; over a target of zero that has no meaning."
        " Where the target is a person's own input and is zero, the indicator counts as missing.",
        "`按目标比例` 得分为权重乘以度量除以目标，目标为零时没有意义。若目标是个人的输入且为零，该指标按缺失处理。",
    ),
    example="""\
indicator punctual "Punctuality" weight 100
  measure share
  target >= 0%
  pro rata to target
""",
)
MISPLACED = declare(
    "K240",
    "error",
    en="{what} cannot stand here",
    zh="此处不能用{what}",
    label=("this is {what}", "这是{what}"),
    help=("{mend}", "{mend}"),
    explain=(
        "The name is known, but what it names has no value at this place: a data set or a table is not a number, an"
        " indicator is not its points, a field belongs to a record and an input to a person. The help says how to get"
        " a value from it.",
        "名称是已知的，但它在此处没有值：数据和对照表不是数，指标不是其得分，字段属于记录，输入属于人员。建议中说明了如何由它得到值。",
    ),
    example="""\
measure load = tickets
indicator presence "Presence" weight 100
  deduct 1 point per load
""",
)
NEVER = declare(
    "K241",
    "error",
    en='"{name}" is never {value}',
    zh="“{name}”不会是 {value}",
    label=("not one of its values", "不是可取的值"),
    help=("{known}", "{known}"),
    explain=(
        "The declaration says which values the name can have: the choices of a text, the scale of a rating, whole"
        " numbers from zero for a count. A condition on another value would never hold, and a default or a test could"
        " not be true.",
        "声明说明了可取的值：文本的选项、评级的范围、次数为不小于零的整数。以其他值为条件永远不成立，默认值和测试也不能取其他值。",
    ),
    example="""\
indicator presence "Presence" weight 100
  points = 100 when post = "manger" otherwise 90
""",
)
OUT_OF_RANGE = declare(
    "K242",
    "error",
    en="{what} must be {wanted}, and this is {given}",
    zh="{what}应{wanted}，而这里是 {given}",
    label=("out of range", "超出范围"),
    help=("{mend}", "{mend}"),
    explain=(
        "Weights lie between 0 and 100, points between 0 and the weight, grades between 0 and 100, percentiles between"
        " 0 and 100. Numbers have at most 15 digits and 12 decimals.",
        "权重在 0 到 100 之间，得分在 0 到权重之间，等级界限和百分位在 0 到 100 之间。数字最多 15 位整数和 12 位小数。",
    ),
    example="""\
indicator answered "Answered calls" weight 100
  missing value 120
  deduct 1 point per late
""",
)
ZERO = declare(
    "K243",
    "error",
    en="this divides by zero",
    zh="除数为零",
    label=("is zero", "为零"),
    help=("divide by something else", "请改用其他除数"),
    explain=(
        "Nothing can be divided by a number or a parameter that is zero.",
        "不能除以零，也不能除以值为零的参数。",
    ),
    example="""\
measure effort = calls / 0
indicator answered "Answered calls" weight 100
  deduct 1 point per effort
""",
)
SCALE = declare(
    "K244",
    "error",
    en="this is no scale of a rating: {what}",
    zh="这不是评级的范围：{what}",
    label=("here", "此处"),
    help=("{mend}", "{mend}"),
    explain=(
        "`rating 1 to 5` has the values 1, 2, 3, 4, 5; `rating 1 to 5 step 0.5` those between them too. A scale goes"
        " from the lowest to the highest rating, in at most 1000 whole steps.",
        "`评级 1 至 5` 的取值为 1、2、3、4、5；`评级 1 至 5 步长 0.5` 还包括中间的半分。范围从最低到最高，步长须能整除，最多 1000 级。",
    ),
    example="""\
input opinion : rating 5 to 1
indicator views "View" weight 100
  measure opinion
  target >= 4
  all or nothing
""",
)
NO_USE = declare(
    "K245",
    "error",
    en="{what} has no use: {why}",
    zh="{what}不起作用：{why}",
    label=("not used", "未使用"),
    help=("{mend}", "{mend}"),
    explain=(
        "A formula `points = ...` names what it needs itself. A measure beside it would look as if it counted, and"
        " does not.",
        "公式 `得分 = …` 自己写明所用的内容。旁边的度量看似起作用，其实没有。",
    ),
    example="""\
indicator answered "Answered calls" weight 100
  measure calls
  points = calls * 2
""",
)
DEEP = declare(
    "K246",
    "error",
    en='"{name}" is worked out through too many others, one inside another',
    zh="“{name}”经过的中间步骤太多",
    label=("more than {most} steps deep", "超过 {most} 层"),
    help=("shorten the chain of measures", "请缩短度量的链条"),
    explain=(
        "A value may rest on others, and those on others again, up to 250 steps of calculation one inside another. No"
        " reader follows so many.",
        "一个值可以由其他值算出，层层相套最多 250 步。再多人也无法核对。",
    ),
)
SHARED = declare(
    "K247",
    "error",
    en='the parameter "{name}" is the same for all people of a test',
    zh="参数“{name}”对测试中的所有人相同",
    label=("belongs to the test", "应写在测试一级"),
    help=("move it to a `given` line under `test`", "请移到“测试”之下的“给定”一行"),
    explain=(
        "A parameter belongs to the policy, not to a person: within one test it has one value. Write a second test for"
        " another value.",
        "参数属于制度而不属于个人，一个测试中只有一个值。要试别的值，请另写一个测试。",
    ),
    example="""\
parameter cost : points = 1
indicator answered "Answered calls" weight 100
  deduct cost per late
test "two people"
  person "a"
    given cost = 2, late = 1
    expect total = 98
""",
)
TOO_MANY_KINDS = declare(
    "K248",
    "error",
    en="the indicators' conditions tell apart too many kinds of people to add up the weights of each",
    zh="各指标的适用条件区分的人员种类太多，无法逐一核对权重",
    label=("more than {most} kinds", "超过 {most} 种"),
    help=(
        "base `applies to` on one attribute, such as the post",
        "请只按一个属性（例如岗位）决定指标是否适用",
    ),
    explain=(
        "For every combination of the attributes that the conditions mention together, the weights must add up to 100."
        " With many attributes in one condition there are more combinations than anyone could look at.",
        "对适用条件一并涉及的每种属性组合，权重之和都须为 100。一个条件里属性太多时，组合多得无法逐一核对。",
    ),
)
RESERVED = declare(
    "K249",
    "error",
    en='"{name}" is a column that every table of facts or results has',
    zh="“{name}”是事实表或结果表固有的列",
    label=("taken by the language", "语言已占用"),
    help=("give it another name", "请另取名称"),
    explain=(
        "Tables of inputs have the columns `staff` (or what `subject` says) and `period`; results have `total` and"
        " `grade` too. Inputs, indicators and amounts must be called otherwise.",
        "输入表有 staff（或“对象”所写的名称）和 period 两列，结果表还有 total 和 grade。输入、指标和奖金须用其他名称。",
    ),
    example="""\
indicator total "All of it" weight 100
  deduct 1 point per late
""",
)
UNLIKE_FIELDS = declare(
    "K276",
    "error",
    en='"{name}" is {left}, and "{other}" of {data} is {right}: they are never the same',
    zh="“{name}”是{left}，而 {data} 的“{other}”是{right}，两者不会相同",
    label=("never the same", "不会相同"),
    help=("name fields of one kind", "请写同一种类的字段"),
    explain=(
        "Records belong together by equal values of a field. Where the other data set calls it otherwise, write"
        " `of the same device as serial` (here `device`, there `serial`).",
        "记录按字段的值是否相等来关联。另一数据集的字段名不同时，写 `同一 device 对应 serial`（此处 device，彼处 serial）。",
    ),
    example="""\
measure again = share of tickets followed within 7 days by tickets of the same agent as opened
indicator lasting "Lasting repairs" weight 100
  measure again
  target <= 5%
  deduct 1 point per pp above target
""",
)
UNLIKE_TIMES = declare(
    "K277",
    "error",
    en="records of {data} are placed by {left}, and those of {other} by {right}: which is later cannot be told",
    zh="{data} 按{left}归期，而 {other} 按{right}归期，无法判断先后",
    label=("of different precision", "精度不同"),
    help=("declare both as dates, or both as moments", "请都声明为日期，或都声明为时刻"),
    explain=(
        "On the day on which something happened, nobody can say whether it was before or after ten o'clock.",
        "只知道日期的事情，说不清在当天十点之前还是之后。",
    ),
    example="""\
data visits
  agent : staff
  day   : date
  kind  : text
  placed by day
measure again = share of tickets followed within 7 days by visits of the same kind
indicator lasting "Lasting repairs" weight 100
  measure again
  target <= 5%
  deduct 1 point per pp above target
""",
)
ONLY_MEANS = declare(
    "K278",
    "error",
    en="only a mean over records can be trimmed",
    zh="只有对记录的平均才能去掉两端",
    label=("no mean over records", "不是对记录的平均"),
    help=("{mend}", "{mend}"),
    explain=(
        "A trimmed mean leaves out the lowest and the highest values: a share of them at each end, rounded down to"
        " whole values, or a number of them. Other summaries have no ends to leave out.",
        "去掉两端的平均不计最低和最高的若干值：按比例（向下取整）或按个数。其他汇总没有两端可去。",
    ),
    example="""\
measure middle = sum of closed - opened over tickets trimmed 10%
indicator handling "Handling" weight 100
  measure middle
  target <= 8 h
  deduct 1 point per h above target
""",
)
NOT_ALIKE = declare(
    "K286",
    "error",
    en="{what} may differ between people of one {teams}, so there is no single value to compare",
    zh="{what}在同一 {teams} 内可能因人而异，没有可比较的单一数值",
    label=("each {teams} counts once here", "此处每组只计一次"),
    help=(
        "compare a value of all of them, such as `mean of X over {teams}`",
        "请比较整组的数值，例如 `平均 X 于 {teams}`",
    ),
    explain=(
        "`between team` ranks or summarises teams: each team counts once, however many people it has. What is compared"
        " must therefore be the same for all people of a team: made of values over that attribute (`mean of total over"
        " team`), of the attribute itself, of parameters, or of amounts made of such.",
        "“组间 团队”在团队之间排名或汇总：每个团队无论人数多少只计一次。因此所比较的数必须对团队内每个人都相同：由该属性上的汇总"
        "（`平均 总分 于 团队`）、属性本身、参数，或由这些算出的奖金项构成。",
    ),
    example="""\
indicator answered "Answered calls" weight 100
  deduct 1 point per late
amount place : count = rank of total between department
""",
)
RECORD_LACKS = declare(
    "K280",
    "error",
    en="this record of {data} does not give {what}",
    zh="这条 {data} 记录没有给出{what}",
    label=("a record", "一条记录"),
    help=("add it to the line", "请在该行补上"),
    explain=(
        "A record that a test gives says when it happened, and whose it is where the test has several people; in the"
        " block of one person it is theirs. Other fields that the line leaves out are missing.",
        "测试给出的记录须写明时间；测试有多个人员时还须写明属于谁，写在某人的块内则属于此人。其他未写的字段为缺失。",
    ),
    example="""\
measure answered = count of tickets
indicator busy "Busy" weight 100
  points = 100 when answered > 0 otherwise 0
test "one ticket"
  given tickets
    kind = "repair"
  expect total = 100
""",
)
NO_POOL = declare(
    "K287",
    "error",
    en="{what} may differ between people of {group}, so it is no pool that they could divide",
    zh="{what}在{group}内可能因人而异，不是可供分配的总额",
    label=("not one figure for all of them", "不是大家共有的一个数"),
    help=(
        "divide a value of the whole group, such as `sum of X over {over}`",
        "请分配整组的数值，例如 `合计 X 于 {over}`",
    ),
    explain=(
        "What is divided belongs to the group, and everybody in it must see the same figure: a sum over the attribute, a"
        " parameter, or an amount made of such.",
        "被分配的数属于整个群体，其中每个人看到的都应是同一个数：该属性上的汇总、参数，或由这些算出的奖金项。",
    ),
    example="""\
indicator answered "Answered calls" weight 100
  deduct 1 point per late
amount bonus : money = divide sales over department round to 0.01, remainder to largest
""",
)
NO_REMAINDER = declare(
    "K288",
    "error",
    en="it is not said who gets what is left over",
    zh="没有说明分不尽的余数归谁",
    label=("100.00 in three parts leaves 0.01", "100.00 分三份余 0.01"),
    help=(
        "write `remainder to largest`, `remainder to first` or `remainder kept` at the end",
        "请在行末写 `余数归最大`、`余数归在前` 或 `余数留存`",
    ),
    explain=(
        "Parts are cut to the step that is paid out, so that a few steps are left over. `remainder to largest` gives one"
        " step each to those whose parts were cut most (among equals in the order of staff names), `remainder to"
        " first` in the order of staff names; the parts then add up to the pool, to the cent. `remainder kept` pays"
        " nothing more.",
        "每份按发放的最小单位向下取整，因此会剩下几个单位。“余数归最大”各加一个单位给被舍去最多的人（相同者按员工名称次序），“余数归在前”按员工名称"
        "次序；这样各份之和与总额分毫不差。“余数留存”则不再发放。",
    ),
    example="""\
indicator answered "Answered calls" weight 100
  deduct 1 point per late
amount bonus : money = divide sum of sales over department over department round to 0.01
""",
)
NO_TIES = declare(
    "K289",
    "error",
    en="it is not said what happens to people who are tied for the last place",
    zh="没有说明并列争夺最后名额的人如何处理",
    label=("which of them get the grade?", "他们中谁得此等级？"),
    help=(
        "write `ties in` (all of them keep the grade) or `ties out` (none of them does) behind the group",
        "请在群体之后写 `并列计入`（都保留该等级）或 `并列不计`（都不得该等级）",
    ),
    explain=(
        "A quota gives a number of places, and people with equal totals may stand on both sides of the last one. With"
        " `ties in` more people than places may have the grade, with `ties out` fewer.",
        "名额有限，总分相同的人可能正好跨在最后一个名额两侧。“并列计入”时得此等级的人可能多于名额，“并列不计”时可能少于名额。",
    ),
    example="""\
indicator answered "Answered calls" weight 100
  deduct 1 point per late
grades
  good from 80, at most 20% of department
  fail otherwise
""",
)
LOWEST_QUOTA = declare(
    "K290",
    "error",
    en="the lowest grade cannot have a quota",
    zh="最低等级不能有名额限制",
    label=("there is no grade below it", "其下没有等级"),
    help=("leave the quota out, or add a grade below", "请删去名额限制，或在其下再加一级"),
    explain=(
        "Whoever finds no place within the quota of a grade has the next grade below, so there must be one.",
        "超出某等级名额的人得其下一等级，因此其下必须还有等级。",
    ),
    example="""\
indicator answered "Answered calls" weight 100
  deduct 1 point per late
grades
  good from 80
  fail from 0, at most 20% of everyone, ties in
""",
)
UNUSED_PARAMETER = declare(
    "K301",
    "warning",
    en='the parameter "{name}" is never used',
    zh="参数“{name}”从未使用",
    label=("not used", "未使用"),
    help=("use it or remove it", "请使用或删除"),
    explain=(
        "Whoever sets this parameter will expect that something changes, and nothing does. Perhaps a formula repeats"
        " its number instead of its name.",
        "设置此参数的人会以为有所改变，其实没有。也许公式里直接写了数字而没有写参数名。",
    ),
    example="""\
parameter allowance : count = 3
indicator answered "Answered calls" weight 100
  measure late
  target <= 3
  deduct 1 point per time above target
""",
)
UNUSED_INPUT = declare(
    "K302",
    "warning",
    en='"{name}" is never used',
    zh="“{name}”从未使用",
    label=("not used", "未使用"),
    help=("use it or remove it", "请使用或删除"),
    explain=(
        "An input, attribute or data set must be delivered by the users even if no formula asks for it; a measure or"
        " table that nothing uses has no effect.",
        "声明的输入、属性和数据都要由使用者提供，即使没有公式用到；没有用到的度量和对照表不起作用。",
    ),
    example="""\
indicator presence "Presence" weight 100
  points = 100
""",
)
CUT = declare(
    "K303",
    "warning",
    en='"{indicator}" can give {best} points, but weighs {weight}: the rest is cut',
    zh="“{indicator}”最多可得 {best} 分，但权重为 {weight}，超出部分不计",
    label=("more than the weight", "超过权重"),
    help=("let the best result give {weight}", "请使最好的结果等于 {weight} 分"),
    explain=(
        "Points are kept between 0 and the weight. A table that promises more misleads its readers: 5 points for a"
        " weight of 3 are 3 points.",
        "得分限制在 0 到权重之间。写得更多会误导读者：权重 3 分的指标写 5 分，仍只得 3 分。",
    ),
    example="""\
indicator training "Training" weight 3
  measure share
  bands
    from 80%  : 5
    otherwise : 0
indicator answered "Answered calls" weight 97
  deduct 1 point per late
""",
)
UNREACHED = declare(
    "K304",
    "warning",
    en='the best "{indicator}" can give is {best} of its weight of {weight} points',
    zh="“{indicator}”最多只能得 {best} 分，而权重为 {weight}",
    label=("full marks cannot be reached", "无法得满分"),
    help=("let the best result give {weight}", "请使最好的结果等于 {weight} 分"),
    explain=(
        "Nobody can reach a total of 100 where an indicator cannot give its full weight.",
        "若某指标得不到满分，就没有人能得到 100 分。",
    ),
    example="""\
indicator punctual "Punctuality" weight 100
  measure share
  bands
    from 80%  : 50
    otherwise : 0
""",
)
NEVER_GIVEN = declare(
    "K305",
    "warning",
    en='the grade "{name}" is never given',
    zh="等级“{name}”永远不会用到",
    label=("nothing is left for it", "没有剩下的总分"),
    help=('remove it: "{above}" begins at 0', "请删除：“{above}”从 0 起"),
    explain=(
        "Totals run from 0 to 100, and the first grade that a total reaches is given. A grade from 0 takes all that"
        " is left, so nothing remains for the grade below it.",
        "总分在 0 到 100 之间，取达到的第一个等级。从 0 起的等级已包含其余，其下的等级用不到。",
    ),
    example="""\
indicator answered "Answered calls" weight 100
  deduct 1 point per late
grades
  good from 80
  rest from 0
  fail otherwise
""",
)

# Finer time inside a period
NOT_SHORTER = declare(
    "K380",
    "error",
    en="a {grain} is not shorter than a {period}",
    zh="{grain}并不比{period}短",
    label=("no shorter period", "不是更短的周期"),
    help=(
        "leave `{by}` out, or name a period that is shorter (day, week, month, quarter, half)",
        "请删去“{by}”，或写更短的周期（日、周、月、季度、半年）",
    ),
    explain=(
        "`by week` measures something for every week inside the period of the policy, so it needs a period that is"
        " shorter than the policy's own: day < week < month < quarter < half < year. What is measured once for the"
        " whole period needs no `by`.",
        "“每周”表示对制度周期内的每一周分别度量，因此须比制度的周期短：日 < 周 < 月 < 季度 < 半年 < 年。"
        "整个周期只度量一次的，不需要写。",
    ),
    example="""\
measure monthly by month = mean of (closed - opened) over tickets
indicator speed "Speed" weight 100
  measure monthly
  target <= 3 min
  all or nothing
""",
)
FINER = declare(
    "K381",
    "error",
    en='"{name}" has a value for every {grain}, and one for the whole {period} is wanted here',
    zh="“{name}”每{grain}各有一个值，而此处需要整个{period}的一个值",
    label=("one value for each {grain}", "每{grain}一个值"),
    help=(
        "summarise it: `mean of {name}`, `sum of {name}`, `share of {plural} where {name} ...`",
        "请先汇总：`平均 {name}`、`合计 {name}`、`占比 {plural} 其中 {name} …`",
    ),
    explain=(
        "What is measured `by day`, `by week` or `by month` has several values in a longer period. The policy must say"
        " what they come to: their mean, sum, least, greatest, median, first or last, or in which share of the weeks"
        " a condition holds. A measure by week is made of daily ones in the same way.",
        "“每日”“每周”“每月”的度量在更长的周期内有多个值，制度须说明如何合成：平均、合计、最小、最大、中位数、首个、末个，"
        "或条件成立的周所占的比例。由每日的度量得出每周的度量也是如此。",
    ),
    example="""\
measure daily by day = mean of (closed - opened) over tickets
indicator speed "Speed" weight 100
  measure daily
  target <= 3 min
  all or nothing
""",
)
COARSER = declare(
    "K382",
    "error",
    en="{what} belongs to the whole {grain}, and this is worked out for every {period}",
    zh="{what}属于整个{grain}，而此处按每{period}计算",
    label=("known for the {grain} only", "只有{grain}的值"),
    help=(
        "inputs, attributes and parameters may stand here; combine anything else outside of this formula",
        "此处可用输入、属性和参数；其他内容请在此公式之外合并",
    ),
    explain=(
        "A formula by day, week or month is worked out for that short period alone: from its records, from inputs and"
        " measures of the same or a shorter length, from parameters, and from inputs and attributes of the longer"
        " period, which hold in all of it. Totals, points, amounts, summaries across people and measures of the longer"
        " period come after it.",
        "每日、每周、每月的公式只针对该短周期计算：可用其记录、同样长短或更短周期的输入和度量、参数，以及较长周期的输入和属性"
        "（在整个周期内有效）。总分、得分、奖金、对人员的汇总以及较长周期的度量都在其后才得出。",
    ),
    example="""\
measure daily by day = (count of tickets) * total
indicator speed "Speed" weight 100
  measure mean of daily
  target >= 3
  pro rata to target
""",
)
OF_NOTHING = declare(
    "K383",
    "error",
    en="this summary does not say of what",
    zh="此汇总没有说明对象",
    label=("over what?", "对什么汇总？"),
    help=("{mend}", "{mend}"),
    explain=(
        "A summary goes over records (`mean of X over tickets`), over people (`mean of X over department`), or over the"
        " shorter periods inside the period (`mean of X`, where X is an input or measure `by day`, `by week` or `by month`).",
        "汇总的对象是记录（“平均 X 于 工单”）、人员（“平均 X 于 部门”），或周期内的更短周期（“平均 X”，其中 X 是“每日”“每周”或“每月”的输入或度量）。",
    ),
    example="""\
measure handling = mean of closed - opened
indicator speed "Speed" weight 100
  measure handling
  target <= 3 min
  all or nothing
""",
)
SERIES = declare(
    "K384",
    "error",
    en='"{name}" {what}',
    zh="“{name}”{what}",
    label=("cannot be given so", "不能这样给定"),
    help=("{mend}", "{mend}"),
    explain=(
        "In a test, what is measured by week is given week by week, in the order of the weeks that belong to the period:"
        " `given calls by week = (3, 5, missing)`. Weeks that are not listed are missing. A test's period is the first one of"
        " 2026 (the first quarter, January, the whole year). A week belongs to the period in which its Thursday lies.",
        "测试中，每周的度量按周逐个给定，次序为属于该周期的各周：“给定 来电数 每周 = (3, 5, 缺失)”。未列出的周为缺失。"
        "测试的周期为 2026 年的第一个周期（第一季度、一月、全年）。一周归入其周四所在的周期。",
    ),
    example="""\
input answered by week : count
indicator speed "Speed" weight 100
  measure sum of answered
  target >= 3
  pro rata to target
test "weeks"
  given answered = 3
  expect total = 100
""",
)
NO_ROLLED_TOTAL = declare(
    "K385",
    "error",
    en="the roll-up does not say what the total of the {kind} is",
    zh="汇总没有说明{kind}的总分",
    label=("no total", "没有总分"),
    help=(
        "add a line such as `total = mean of total` below, indented",
        "请在下面缩进写出，例如 `总分 = 平均 总分`",
    ),
    explain=(
        "A roll-up makes one result of the results of several periods: `total = mean of total` for the mean of the"
        " quarters, `greatest of total` for the best one, or any formula over what the policy publishes.",
        "汇总由多个周期的结果得出一个结果：“总分 = 平均 总分”取各季度的平均，“最大值 总分”取最好的一个，也可以是对制度公布的结果的任何公式。",
    ),
    example="""\
indicator answered "Answered calls" weight 100
  deduct 1 point per late
rollup year
  require 3 periods
""",
)
NO_ROLLUP = declare(
    "K386",
    "error",
    en="there is no roll-up to a {kind}",
    zh="没有到{kind}的汇总",
    label=("tests a roll-up", "测试一个汇总"),
    help=("declare it (`rollup year`), or leave this line out", "请声明（“汇总 年度”），或删去此行"),
    explain=(
        "A test whose first line is `rollup year` tests the roll-up of that name: it is given the results of the shorter"
        " periods (`given total by quarter = (80, 90, missing, 70)`) and expects those of the year.",
        "首行为“汇总 年度”的测试针对该汇总：给定较短周期的结果（“给定 总分 每季度 = (80, 90, 缺失, 70)”），预期年度的结果。",
    ),
    example="""\
indicator answered "Answered calls" weight 100
  deduct 1 point per late
test "year"
  rollup year
  given total by month = (80, 90)
  expect total = 85
""",
)
NOT_LONGER = declare(
    "K387",
    "error",
    en="a {kind} is not longer than the {period} by which this policy scores",
    zh="{kind}并不比本制度的计分周期（{period}）长",
    label=("no longer period", "不是更长的周期"),
    help=("roll up to a longer period, such as `rollup year`", "请汇总到更长的周期，例如 `汇总 年度`"),
    explain=(
        "A roll-up makes one result of the results of several periods, so its own period is longer than the policy's.",
        "汇总由多个周期的结果得出一个结果，因此其周期须比制度的周期长。",
    ),
    example="""\
indicator answered "Answered calls" weight 100
  deduct 1 point per late
rollup month
  total = mean of total
""",
)
