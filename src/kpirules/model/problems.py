"""What can be wrong with the meaning of a policy (K2xx), and what deserves a second look (K3xx)."""

from __future__ import annotations

from kpirules.diagnostics import declare

REPEATED = declare(
    "K201",
    "error",
    en='"{what}" is said twice',
    zh="“{what}”重复说明",
    label=("said before on line {line}", "第 {line} 行已说明"),
    help=("keep one of the two lines", "请只保留其中一行"),
    explain=(
        "A ruleset's header and an indicator say each thing once: two targets or two ways to score would leave open"
        " which one counts.",
        "规则集的表头和每个指标中，同一事项只说明一次；若有两个目标或两种计分方式，就不知道以哪个为准。",
    ),
    example='ruleset x "X"\n  period month\n  period year\n',
)
NO_PERIOD = declare(
    "K202",
    "error",
    en="the ruleset does not say its period",
    zh="规则集没有说明周期",
    help=(
        "add a line `period month` (or week, quarter, half, year, day) under the first line",
        "请在首行之下加上 `周期 月度`（或 周、季度、半年、年度、日）",
    ),
    explain=(
        "Facts belong to a period, and a score is for one staff member and one period; the policy must say how long it is.",
        "事实归属于周期，得分是某员工在某周期的得分，制度必须说明周期长短。",
    ),
    example='ruleset x "X"\n  missing zero\n',
)
GAP = declare(
    "K203",
    "error",
    en='the bands of "{indicator}" leave a gap between {low} and {high}',
    zh="“{indicator}”的分段在 {low} 与 {high} 之间有空档",
    label=("no band says what {witness} scores", "没有分段说明 {witness} 得几分"),
    help=(
        'begin this band at "{mend}", or add one for the values between',
        "请把此段的起点写成 `{mend_zh}`，或补上中间的分段",
    ),
    explain=(
        "Bands stand in one unbroken row. `otherwise` gives the points outside the outermost bands; it does not fill"
        " a hole between two bands, because such a hole is nearly always a slip of the pen.",
        "各分段必须首尾相接。“其他”说明的是最外侧分段之外的得分，不用来填补两段之间的空档，因为空档几乎总是笔误。",
    ),
    example="bands\n  over 1% to 2% : 10 to 8\n  over 3% to 5% : 7 to 5\n  otherwise : 0\n",
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
        " `from 95%`, or `up to 1%` and `over 1% to 2%`.",
        "一个值只属于一个分段。两段相接处的边界值只归其中一段：“自 90% 至低于 95%”与“自 95%”，或“不超过 1%”与“高于 1% 至 2%”。",
    ),
    example="bands\n  from 90% to 95% : 12\n  from 95% : 15\n",
)
INVERTED = declare(
    "K205",
    "error",
    en="this interval holds nothing: it runs from {low} to {high}",
    zh="此区间为空：从 {low} 到 {high}",
    label=("the lower bound is not below the upper one", "下限不小于上限"),
    help=("write the smaller value first", "请先写较小的值"),
    explain=(
        "An interval goes from its smaller to its greater value, also where less is better. Bands over which points"
        " fall are written `over 1% to 2% : 10 to 8`.",
        "区间总是从小到大书写，数值越小越好时也一样。得分递减写作 `高于 1% 至 2% : 10 至 8`。",
    ),
    example="bands\n  over 5% to 2% : 10 to 8\n",
)
UNKNOWN = declare(
    "K206",
    "error",
    en='nothing is named "{name}"',
    zh="没有名为“{name}”的内容",
    label=("unknown name", "未知名称"),
    help=("{known}", "{known}"),
    explain=(
        "A formula may use inputs, attributes, parameters, measures and amounts of this ruleset by name (inside a"
        " measure over data: the fields of that data). Points of an indicator are written `points of NAME`.",
        "公式可以按名称使用本规则集的输入、属性、参数、度量和奖金（对数据的度量中可用该数据的字段）。指标得分写作 `得分项 名称`。",
    ),
    example="input calls : count\nmeasure m = cals / 2\n",
)
TAKEN = declare(
    "K207",
    "error",
    en='"{name}" is named twice',
    zh="名称“{name}”重复",
    label=("first named on line {line}", "第 {line} 行已使用"),
    help=("give one of the two another name", "请为其中一个另取名称"),
    explain=(
        "Inputs, attributes, parameters, measures, data sets, tables and amounts share one list of names; indicators,"
        " sections and grades have a list of their own each.",
        "输入、属性、参数、度量、数据、对照表和奖金共用一套名称；指标、章节、等级各有自己的一套名称。",
    ),
    example="input calls : count\nparameter calls : count = 3\n",
)
MISFIT = declare(
    "K208",
    "error",
    en="{left} and {right} do not go together with {operator}",
    zh="{left} 与 {right} 不能用 {operator} 运算",
    label=("{left} {operator} {right}", "{left} {operator} {right}"),
    help=("{mend}", "{mend}"),
    explain=(
        "Values carry units: counts, ratios, points, durations, money ... Only like things add, subtract and compare;"
        " a ratio of something is that something, and like divided by like is a ratio.",
        "数值带有单位：次数、比率、分数、时长、金额……同类才能相加减和比较；某物乘以比率仍是某物，同类相除得比率。",
    ),
    example="measure 95% + 3 min\n",
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
        " a condition is true or false.",
        "每个位置都要求一定种类的值：权重是普通数，目标与其度量同单位，条件为真或假。",
    ),
    example="indicator calls weight 20%\n",
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
        "In a measure, a quotient by zero is missing, and the policy's rule for missing facts says what that means."
        " In points, amounts and conditions there is no such rule, so the formula must say it.",
        "在度量中，除数为零即为缺失，由制度的缺失规则处理。在得分、奖金和条件公式中没有这样的规则，因此公式必须自己说明。",
    ),
    example="amount share : money = pool / calls\n",
)
WEIGHTS = declare(
    "K211",
    "error",
    en="the weights add up to {sum}, not to {wanted}{whom}",
    zh="{whom}权重之和为 {sum}，而不是 {wanted}",
    label=("{sum} in all", "合计 {sum}"),
    help=(
        "the weights are {parts}: change them by {difference} in all",
        "各权重为 {parts}：合计需调整 {difference}",
    ),
    explain=(
        "Weights add up to 100 exactly, for every person the policy applies to: for each combination of attributes"
        " that the indicators' conditions mention, the indicators that exist are added up.",
        "权重之和必须恰为 100，且对制度适用的每个人都成立：对指标适用条件涉及的每种属性组合，分别把存在的指标加总。",
    ),
    example="indicator a weight 50\nindicator b weight 40\n",
)
SECTION_WEIGHTS = declare(
    "K212",
    "error",
    en='the indicators of section "{section}" add up to {sum}, and the section weighs {wanted}',
    zh="章节“{section}”各指标之和为 {sum}，而章节权重为 {wanted}",
    label=("{sum} in all", "合计 {sum}"),
    help=(
        "the weights are {parts}: change them by {difference} in all",
        "各权重为 {parts}：合计需调整 {difference}",
    ),
    explain=(
        "The weights of a section's indicators are parts of 100, as the section's own weight is, and add up to it.",
        "章节内各指标的权重与章节权重一样是 100 中的份额，其和须等于章节权重。",
    ),
    example="section s weight 70\n  indicator a weight 60\n",
)
NO_MISSING = declare(
    "K213",
    "error",
    en="the policy does not say what a missing fact means",
    zh="制度没有说明事实缺失时怎么办",
    label=("nothing is said for {indicators}", "{indicators} 没有说明"),
    help=(
        "add `missing redistribute` (or zero, full, error, value N) under the first line, or to each indicator",
        "请在首行之下或各指标中加上 `缺失 重新分配`（或 零、满分、报错、取值 N）",
    ),
    explain=(
        "Missing is not zero. redistribute: the indicator is left out and its weight shared by the others. zero, full,"
        " value N: it scores that. error: scoring stops and names the missing cells.",
        "缺失不等于零。重新分配：不计该指标，其权重由其余指标分担。零、满分、取值 N：按此得分。报错：停止计分并列出缺失的单元格。",
    ),
    example='ruleset x "X"\n  period month\nindicator a weight 100\n',
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
        "请加上一种：`每 … 扣 1 分`、`分段`、`等级分`、`按目标比例`、`达标满分`、`线性 自 …`、`得分 = …`",
    ),
    explain=(
        "An indicator has a measure and one way to turn it into points.",
        "每个指标有一个度量，以及一种把它变成得分的方式。",
    ),
    example="indicator a weight 100\n  measure calls\n",
)
NO_MEASURE = declare(
    "K215",
    "error",
    en='the indicator "{indicator}" has nothing to measure',
    zh="指标“{indicator}”没有度量",
    label=("no measure", "没有度量"),
    help=("add a line `measure ...`", "请加上一行 `度量 …`"),
    explain=(
        "Bands, levels, pro rata, all or nothing, linear and deductions by unit score a measure: say which.",
        "分段、等级分、按比例、达标满分、线性以及按单位扣分都是对度量计分，请说明是哪个度量。",
    ),
    example="indicator a weight 100\n  all or nothing\n",
)
NO_TARGET = declare(
    "K216",
    "error",
    en='the indicator "{indicator}" scores against a target and has none',
    zh="指标“{indicator}”按目标计分，但没有目标",
    label=("needs a target", "需要目标"),
    help=("add a line such as `target >= 95%`", "请加上一行，例如 `目标 >= 95%`"),
    explain=(
        "Deductions above or below target, pro rata and all or nothing compare the measure with the target.",
        "高于或低于目标的扣分、按目标比例和达标满分都要把度量与目标比较。",
    ),
    example="indicator a weight 100\n  measure calls\n  all or nothing\n",
)
TARGET_SIDE = declare(
    "K217",
    "error",
    en="the target is {operator}, and the rule works {side}",
    zh="目标是 {operator}，而计分规则是{side}",
    label=("against the target's direction", "与目标方向相反"),
    help=("{mend}", "{mend}"),
    explain=(
        "A target `<= x` is missed above it and a target `>= x` below it. A rule that works on the other side would"
        " punish those who meet the target.",
        "目标 `<= x` 在其上方为未达标，目标 `>= x` 在其下方为未达标。反方向的规则会惩罚达标的人。",
    ),
    example="target >= 95%\ndeduct 1 point per pp above target\n",
)
NOT_CONSTANT = declare(
    "K218",
    "error",
    en="{what} must be a fixed value, and this depends on {names}",
    zh="{what}必须是固定值，而这里取决于 {names}",
    label=("not a fixed value", "不是固定值"),
    help=("use numbers and parameters here", "此处请使用数字和参数"),
    explain=(
        "Weights, bounds of bands, points of bands and levels, grade boundaries and defaults are the same for"
        " everyone, so that the checker can prove that nothing is missing or overlaps.",
        "权重、分段边界、分段与等级得分、等级界限和默认值对所有人相同，这样检查器才能证明没有遗漏和重叠。",
    ),
    example="indicator a weight calls\n",
)
CYCLE = declare(
    "K219",
    "error",
    en="{names} depend on each other in a circle",
    zh="{names} 互相循环依赖",
    label=("begins and ends here", "循环的起点和终点"),
    help=("break the circle: one of them must not use the others", "请打破循环：其中一个不能使用其他几个"),
    explain=(
        "Every value is worked out from others that are known before it. The total comes from the indicators, amounts"
        " may come from the total; nothing may lead back.",
        "每个值都由先已知的值算出。总分来自指标，奖金可以来自总分，但不能反过来。",
    ),
    example="measure a = b + 1\nmeasure b = a + 1\n",
)
FUNCTION = declare(
    "K220",
    "error",
    en='there is no function "{name}"',
    zh="没有名为“{name}”的函数",
    label=("unknown function", "未知函数"),
    help=("the functions are {known}", "可用的函数：{known}"),
    explain=(
        "The language has a fixed list of functions; the reference lists them.",
        "本语言的函数是固定的，见语言参考。",
    ),
    example="measure m = average(calls, 2)\n",
)
ARGUMENTS = declare(
    "K221",
    "error",
    en='"{name}" takes {wanted}, not {given}',
    zh="“{name}”需要 {wanted} 个值，而不是 {given} 个",
    label=("{given} given", "给了 {given} 个"),
    help=("write for example `{example}`", "例如 `{example}`"),
    explain=("Each function takes a fixed number of values.", "每个函数接受固定个数的值。"),
    example="measure m = abs(calls, 2)\n",
)
NOT_DATA = declare(
    "K222",
    "error",
    en='"{name}" is neither a data set nor an attribute',
    zh="“{name}”既不是数据也不是属性",
    label=("over what?", "对什么汇总？"),
    help=("{known}", "{known}"),
    explain=(
        "`sum of X over NAME` goes over the records of a data set, or over the people who share an attribute"
        " (department, team); `over everyone` takes all.",
        "`合计 X 高于…` 之类的汇总要么针对一个数据的记录，要么针对同一属性（部门、团队）的人；`全体` 表示所有人。",
    ),
    example="amount a : money = sum of bonus over departmnt\n",
)
ONLY_RECORDS = declare(
    "K223",
    "error",
    en="{what} works on the records of a data set only",
    zh="{what}只能用于数据的记录",
    label=("no records here", "此处没有记录"),
    help=(
        "use it inside a measure over data, for example `mean of closed - opened over tickets`",
        "请在对数据的度量中使用",
    ),
    explain=(
        "Working time, shares, distinct values, percentiles, first and last, and conditions after `where` are worked"
        " out from single records.",
        "工作时间、占比、不同值数、百分位、首个、末个以及 `当` 之后的条件都是从单条记录算出的。",
    ),
    example="measure m = distinct of post over department\n",
)
EMPTY_BLOCK = declare(
    "K224",
    "error",
    en="{what} has no lines",
    zh="{what}没有内容",
    label=("nothing below", "下面没有内容"),
    help=("add its lines below, indented by two spaces", "请在下面缩进两格写出内容"),
    explain=("This line opens a block, and the block says what it means.", "此行开启一个块，内容写在块里。"),
    example="grades\n",
)
GRADES = declare(
    "K225",
    "error",
    en="{what}",
    zh="{what}",
    label=("here", "此处"),
    help=(
        "list grades from the best to the lowest, the last one with `otherwise`",
        "请从高到低列出等级，最低一级写 `其他`",
    ),
    explain=(
        "Grades are read from the top: the first one that the published total reaches is given, so boundaries fall"
        " from line to line, and the last grade takes the rest.",
        "等级自上而下匹配：取总分达到的第一个等级，因此界限逐行递减，最后一级包含其余。",
    ),
    example="grades\n  pass from 60\n  good from 80\n",
)
PERCENT = declare(
    "K226",
    "error",
    en="a ratio and the plain number {number} are put together",
    zh="比率与普通数 {number} 放在了一起",
    label=("a plain number", "普通数"),
    help=("write {percent}", "请写 {percent}"),
    explain=(
        "A ratio is written with a percent sign, so that 95 and 0.95 cannot be mixed up: `95%`.",
        "比率必须写百分号，以免混淆 95 与 0.95：`95%`。",
    ),
    example="target >= 95\n",
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
        " a ratio is written in percentage points (`1pp`), since 1% of a ratio could also mean a hundredth of it.",
        "`每 U 扣 P 分`：P 为正的分数，U 为与度量同单位的正数。比率的步长写作百分点（`1pp`），因为比率的 1% 也可以理解为其百分之一。",
    ),
    example="deduct 1 point per 1% below target\n",
)
LEVEL = declare(
    "K228",
    "error",
    en="{what}",
    zh="{what}",
    label=("here", "此处"),
    help=("{mend}", "{mend}"),
    explain=(
        "Levels list every value that the measure can have, once each; a rating's scale says which those are."
        " `otherwise` covers the rest.",
        "等级分逐一列出度量可能的取值，每个一次；评级的范围说明了有哪些值。`其他` 覆盖其余。",
    ),
    example="input r : rating 0 to 3\nlevels\n  3 : 8\n  2 : 5\n",
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
        "每条记录属于一个人和一个周期：有一个字段的类型是“员工”，`归期按 字段` 指明以哪个日期或时刻归入周期。",
    ),
    example="data tickets\n  opened : datetime\n",
)
HEADER = declare(
    "K230",
    "error",
    en="{what}",
    zh="{what}",
    label=("here", "此处"),
    help=("{mend}", "{mend}"),
    explain=(
        "The lines under `ruleset` describe the policy as a whole: dates that exist, in order; a known calendar;"
        " working hours within a day.",
        "规则集之下各行描述整个制度：日期须存在且先后正确，日历须为已知，上班时间须在一天之内。",
    ),
    example='ruleset x "X"\n  in force from 2026-02-30\n',
)
LOOKUP = declare(
    "K231",
    "error",
    en="{what}",
    zh="{what}",
    label=("here", "此处"),
    help=("{mend}", "{mend}"),
    explain=(
        "A table gives a number for each key; keys are all texts or all numbers and stand once each.",
        "对照表为每个键给出一个数；键要么全是文字，要么全是数，且各出现一次。",
    ),
    example='table t : number by kind\n  "a" 1\n  "a" 2\n',
)
TESTED = declare(
    "K232",
    "error",
    en='this ruleset has no "{name}" that a test could {use}',
    zh="本规则集没有可供测试{use}的“{name}”",
    label=("unknown", "未知"),
    help=("{known}", "{known}"),
    explain=(
        "`given` sets inputs, attributes, measures and parameters; `expect` names indicators (their points), `total`,"
        " `grade` and amounts.",
        "`给定` 设置输入、属性、度量和参数；`应得` 写指标（其得分）、`总分`、`等级` 和奖金。",
    ),
    example='test "t"\n  given colls = 5\n  expect total = 100\n',
)
SETTING = declare(
    "K233",
    "error",
    en='the value given for the parameter "{name}" does not fit: {why}',
    zh="参数“{name}”的值不合适：{why}",
    help=("give {wanted}", "请给出{wanted}"),
    explain=("A parameter takes a value of its declared type.", "参数的值须符合其声明的类型。"),
)
NO_PARAMETER = declare(
    "K234",
    "error",
    en='the ruleset has no parameter "{name}"',
    zh="规则集没有参数“{name}”",
    help=("{known}", "{known}"),
    explain=("Only parameters that the ruleset declares can be set.", "只能设置规则集声明的参数。"),
)
UNSET = declare(
    "K235",
    "error",
    en="these parameters have no value yet: {names}",
    zh="以下参数尚未设置：{names}",
    help=("set them: {commands}", "请设置：{commands}"),
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
    explain=("A policy scores indicators; it needs at least one.", "制度对指标计分，至少需要一个指标。"),
    example='ruleset x "X"\n  period month\n',
)
SLOPE = declare(
    "K237",
    "error",
    en="points that run from one value to another need two bounds to run between",
    zh="得分由一值变到另一值时，分段需要上下两个界限",
    label=("open-ended", "没有界限"),
    help=("give the band its other bound, or a single number of points", "请补上另一个界限，或只写一个得分"),
    explain=(
        "`over 1% to 2% : 10 to 8` draws a straight line from the lower bound to the upper one. A band without an end"
        " has nothing to draw it to.",
        "`高于 1% 至 2% : 10 至 8` 表示在两个界限之间按直线变化；没有终点的分段无法画线。",
    ),
    example="bands\n  over 2% : 7 to 5\n",
)
OUTSIDE = declare(
    "K238",
    "error",
    en='the bands of "{indicator}" say nothing of values {side} {bound}',
    zh="“{indicator}”的分段没有说明{side} {bound} 的情形",
    label=("the outermost band ends at {bound}", "最外侧分段止于 {bound}"),
    help=("add a line `otherwise : 0`", "请加上一行 `其他 : 0`"),
    explain=(
        "The bands must answer for every value that the measure can have. `otherwise` gives the points outside them.",
        "分段必须说明度量可能的一切取值。“其他”给出各分段之外的得分。",
    ),
    example="bands\n  from 60% to below 80% : 5\n  from 80% : 10\n",
)
TARGET_VALUE = declare(
    "K239",
    "error",
    en="a share of the target needs a target above zero, and this is {given}",
    zh="按目标比例计分要求目标大于零，而这里是 {given}",
    label=("not above zero", "不大于零"),
    help=("give a target above zero", "请给出大于零的目标"),
    explain=(
        "Measure divided by target has no meaning for a target of zero.",
        "目标为零时，度量除以目标没有意义。",
    ),
    example="target >= 0%\npro rata to target\n",
)
UNUSED_PARAMETER = declare(
    "K301",
    "warning",
    en='the parameter "{name}" is never used',
    zh="参数“{name}”从未使用",
    label=("not used", "未使用"),
    help=("use it or remove it", "请使用或删除"),
    explain=("Changing this parameter would change nothing.", "修改此参数不会有任何影响。"),
    example="parameter allowance : count = 3\n",
)
UNUSED_INPUT = declare(
    "K302",
    "warning",
    en='"{name}" is never used',
    zh="“{name}”从未使用",
    label=("not used", "未使用"),
    help=(
        "use it or remove it: users would have to deliver it for nothing",
        "请使用或删除，否则使用者要白白提供它",
    ),
    explain=(
        "Data must be delivered for every input that a ruleset declares.",
        "规则集声明的每个输入都需要提供数据。",
    ),
    example="input calls : count\n",
)
CUT = declare(
    "K303",
    "warning",
    en='"{indicator}" can give {best} points, but weighs {weight}: the rest is cut',
    zh="“{indicator}”最多可得 {best} 分，但权重为 {weight}，超出部分不计",
    label=("more than the weight", "超过权重"),
    help=("make the best band or level give {weight}", "请使最高一档等于 {weight}"),
    explain=(
        "Points are kept between 0 and the weight. A table that promises more misleads its readers.",
        "得分限制在 0 到权重之间。写得更多会误导读者。",
    ),
    example="indicator a weight 3\n  bands\n    from 80% : 5\n    otherwise : 0\n",
)
UNREACHED = declare(
    "K304",
    "warning",
    en='the best "{indicator}" can give is {best} of its weight of {weight} points',
    zh="“{indicator}”最多只能得 {best} 分，而权重为 {weight}",
    label=("full marks cannot be reached", "无法得满分"),
    help=("make the best band or level give {weight}", "请使最高一档等于 {weight}"),
    explain=(
        "Nobody can reach a total of 100 where an indicator cannot give its full weight.",
        "若某指标得不到满分，就没有人能得到 100 分。",
    ),
    example="indicator a weight 10\n  bands\n    from 80% : 5\n    otherwise : 0\n",
)
