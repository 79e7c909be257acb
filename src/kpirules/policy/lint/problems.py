"""What the lint finds in how a policy scores (K308 to K319, K390 to K399), in both languages."""

from __future__ import annotations

from kpirules.diagnostics import declare

_MEANT = ("; where this is meant, accept it with a reason", "；如确有此意，请写明理由予以容许")

NOT_MONOTONIC = declare(
    "K390",
    "warning",
    en='a better value of "{indicator}" can score lower',
    zh="“{indicator}”的数值更好，得分却可能更低",
    label=("the {better} the better, but not everywhere", "应当越{better}越好，但并非处处如此"),
    help=(
        f"order the points so that a better value never gets fewer{_MEANT[0]}",
        f"请调整分值，使更好的数值不会得到更少的分{_MEANT[1]}",
    ),
    explain=(
        "Whether an indicator is better the higher or the lower its measure is, its target says, or the side on which"
        " points are deducted, else the points of its outermost values. Here two values stand the other way round: the"
        " better one gets fewer points. The example names them.",
        "指标的数值越高越好还是越低越好，由目标决定，或由扣分的方向决定，否则由最两端数值的得分决定。此处有两个数值次序相反：较好的一个得分反而更少。"
        "示例列出了这两个数值。",
    ),
    example="""\
indicator punctual "Punctuality" weight 100
  measure late / calls
  bands
    up to 5%        : 80
    over 5% to 10%  : 100
    over 10%        : 0
""",
)
AGAINST_TARGET = declare(
    "K391",
    "warning",
    en='the target of "{indicator}" wants {better} values, and the points go the other way',
    zh="“{indicator}”的目标要求数值越{better}越好，分值却相反",
    label=("the worse the value, the more points", "数值越差，得分越多"),
    help=(
        "turn the target's sign or the order of the points round",
        "请改正目标的比较符号，或颠倒分值的次序",
    ),
    explain=(
        "A target of `>=` says that higher values are better, `<=` that lower ones are. Here the points fall all the way"
        " towards the side that the target wants: one of the two is written the wrong way round.",
        "目标写作 `>=` 表示越高越好，`<=` 表示越低越好。此处分值朝目标所要求的方向一路下降：两者必有一处写反。",
    ),
    example="""\
indicator complaints "Complaints" weight 100
  measure share
  target >= 5%
  linear from 5% : 100 to 10% : 0
""",
)
CLIFF = declare(
    "K392",
    "warning",
    en='the points of "{indicator}" jump by {jump} at {bound}, where they move in small steps on one side',
    zh="“{indicator}”的得分在 {bound} 处突变 {jump} 分，而其一侧是逐渐变化的",
    label=("a tiny change costs or gives {jump} points", "微小的变化相差 {jump} 分"),
    help=(
        f"let the points of neighbouring bands meet, or make the step a band of its own{_MEANT[0]}",
        f"请使相邻分段的分值相接，或把这一级单独写成一段{_MEANT[1]}",
    ),
    explain=(
        "Where points run gradually, readers expect that nearly the same result scores nearly the same. A cliff is a jump"
        " at the end of a gradual piece that is more than twice what the piece itself gives or takes, and at least 3"
        " of the total's 100 points. Steps between flat bands, whole steps of a deduction and all or nothing are"
        " jumps on purpose.",
        "得分逐渐变化时，读者会以为相近的结果得分也相近。悬崖是指渐变段的一端出现突变，其幅度超过该段本身全部变化的两倍，且不少于总分 100 分中的"
        " 3 分。固定分值的分段之间、按整步扣分、达标得满分等本来就是有意的跳跃，不在此列。",
    ),
    example="""\
indicator quick "Answered in time" weight 100
  measure share
  bands
    from 90% to 100% : 80 to 100
    over 100%        : 100
    otherwise        : 0
""",
)
ALL_THE_SAME = declare(
    "K393",
    "warning",
    en='every value of "{indicator}" scores the same: {points}',
    zh="“{indicator}”无论数值如何，得分都是 {points}",
    label=("nothing can change these points", "没有什么能改变得分"),
    help=(
        "compare the steps and bounds with the values that the measure can have",
        "请把步长和界限与度量可能的取值相对照",
    ),
    explain=(
        "An indicator that gives everybody the same points tells nobody apart. Often a step is larger than the whole range"
        " of the measure, so that no step is ever full.",
        "人人得分相同的指标不能区分任何人。常见的原因是步长大于度量的全部取值范围，永远凑不满一步。",
    ),
    example="""\
indicator atmosphere "Atmosphere" weight 100
  measure view
  target >= 5
  deduct 1 per full 10 below target
""",
)
EMPTY_BAND = declare(
    "K394",
    "warning",
    en='no value of "{indicator}" is ever {band}',
    zh="“{indicator}”的数值永远不会是 {band}",
    label=("a band or level without values", "没有数值落入的分段或等级"),
    help=(
        "remove the line, or compare it with the values that the measure can have",
        "请删除此行，或与度量可能的取值相对照",
    ),
    explain=(
        "The type of a fact says which values it can have: shares of records lie between 0% and 100%, counts are whole,"
        " ratings stay on their scale. A line for any other value is never used, and mostly shows that a bound was"
        " mistyped.",
        "事实的类型决定其取值：记录的占比在 0% 到 100% 之间，次数为整数，评分在其量表之内。为其他数值写的一行永远用不到，多半是界限写错了。",
    ),
    example="""\
indicator punctual "Punctuality" weight 100
  measure late
  bands
    up to 1              : 100
    over 1 to below 2    : 50
    from 2               : 0
""",
)
TARGET_SETTLED = declare(
    "K395",
    "warning",
    en='the target {target} of "{indicator}" is {met} met, whatever happens',
    zh="“{indicator}”的目标 {target} 无论如何都{met}达到",
    label=("outside of what can be measured", "超出度量的取值范围"),
    help=(
        "compare the target with the values that the measure can have",
        "请把目标与度量可能的取值相对照",
    ),
    explain=(
        "The measure lies within bounds that its type sets: a share of records is at most 100%, a rating stays on its scale."
        " A target beyond them is met by everybody or by nobody.",
        "度量的取值受类型限制：记录的占比至多 100%，评分在其量表之内。超出这一范围的目标，要么人人达到，要么无人达到。",
    ),
    example="""\
indicator atmosphere "Atmosphere" weight 100
  measure view
  target >= 6
  all or nothing
""",
)
BETTER_ABSENT = declare(
    "K396",
    "warning",
    en='a missing value of "{indicator}" scores {instead}, and the best value only {best}',
    zh="“{indicator}”缺失时得 {instead} 分，而最好的数值只得 {best} 分",
    label=("nothing delivered is worth more than the best", "不报数据反而得分最高"),
    help=(
        "let a missing value give no more than the best one",
        "请使缺失的得分不高于最好数值的得分",
    ),
    explain=(
        "Whoever delivers nothing then scores more than whoever delivers the best result there can be.",
        "这样一来，不报数据的人比取得最好结果的人得分还高。",
    ),
    example="""\
indicator answered "Answered calls" weight 100
  measure share
  missing full
  bands
    from 95%  : 90
    otherwise : 0
""",
)
ROUNDED_AWAY = declare(
    "K397",
    "warning",
    en='points are rounded to {step}: "{indicator}" always shows {points}',
    zh="得分舍入到 {step}：“{indicator}”显示的总是 {points}",
    label=("its differences are rounded away", "差别被舍入抹去"),
    help=(
        "round points to a smaller step, such as `round points to 0.01`",
        "请用更小的舍入单位，例如 `得分 舍入 到 0.01`",
    ),
    explain=(
        "The points of the indicator differ, but all are published as the same number. The total is worked out from the"
        " points before rounding, so that it changes for no reason that a reader can see.",
        "该指标的得分有差别，公布时却都成了同一个数。总分按舍入前的得分计算，因此会无缘无故地变化。",
    ),
    example="""\
ruleset example "Example"
  period month
  missing redistribute
  round points to 1 half up

input share : ratio
indicator small "A small one" weight 0.4
  measure share
  linear from 0% : 0 to 100% : 0.4
indicator large "A large one" weight 99.6
  measure share
  linear from 0% : 0 to 100% : 99.6
""",
)
GRADE_BEYOND = declare(
    "K398",
    "warning",
    en='nobody can get the grade "{grade}": {where}, and the {end} total is {total}',
    zh="无人能得到等级“{grade}”：{where}，而{end}的总分是 {total}",
    label=("out of reach", "无法达到"),
    help=(
        "compare the boundary with the points that the indicators can give",
        "请把界限与各指标能得到的分数相对照",
    ),
    explain=(
        "The best and the worst total follow from the points that each indicator can give, with bonuses, penalties and limits."
        " The best one is that of a person for whom every indicator is scored. A grade outside of them is never given.",
        "最高和最低的总分由各指标能得到的分数、加分、减分和限制决定；最高分以每项指标均有得分为准。此范围之外的等级永远不会用到。",
    ),
    example="""\
indicator answered "Answered calls" weight 100
  measure share
  bands
    from 95%  : 80
    otherwise : 0
grades
  excellent from 90
  good from 60
  fail otherwise
""",
)
CONDITION_SETTLED = declare(
    "K399",
    "warning",
    en='the condition of "{name}" {holds}, whatever happens',
    zh="“{name}”的条件无论如何都{holds}",
    label=("nothing can change it", "没有什么能改变它"),
    help=(
        "compare its bounds with the values that there can be",
        "请把其中的界限与可能的取值相对照",
    ),
    explain=(
        "A condition compares values with bounds. Where a value stays within bounds of its own (a share of records, a rating,"
        " the total), a comparison beyond them is settled before anyone is scored.",
        "条件把数值与界限相比较。若数值本身有范围（记录的占比、评分、总分），超出该范围的比较在计分之前就已有定论。",
    ),
    example="""\
indicator answered "Answered calls" weight 100
  measure share
  linear from 0% : 0 to 100% : 100
eligible reward when total > 100
""",
)
PAYS_LESS = declare(
    "K308",
    "warning",
    en='a better total can give {less} "{name}"',
    zh="总分更高，“{name}”却可能{less}",
    label=("not in the order of the totals", "与总分的次序不一致"),
    help=(
        f"order the values so that they follow the total{_MEANT[0]}",
        f"请调整次序，使其与总分一致{_MEANT[1]}",
    ),
    explain=(
        "What follows from the total alone should move one way only: from the lowest total to the highest an amount rises or"
        " falls. Here it turns back in between. The example shows two people, of whom the second has the better total.",
        "仅由总分决定的结果应当只朝一个方向变化：从最低到最高的总分，金额要么渐增，要么渐减。此处中途回头。示例中第二个人的总分更高。",
    ),
    example="""\
indicator answered "Answered calls" weight 100
  measure share
  linear from 0% : 0 to 100% : 100
grades
  excellent from 90
  good from 80
  fail otherwise
amount bonus : money = 500 yuan when grade = excellent otherwise 800 yuan when grade = good otherwise 0 yuan
""",
)
TOTAL_FALLS = declare(
    "K309",
    "warning",
    en='a better value of "{indicator}" can lower the total, through "{name}"',
    zh="“{indicator}”的数值更好，总分却可能因“{name}”而降低",
    label=("works against the indicator", "与该指标相悖"),
    help=(
        f"turn the condition round, or let it cost less than the indicator gives{_MEANT[0]}",
        f"请把条件反过来，或使其代价小于指标的得分{_MEANT[1]}",
    ),
    explain=(
        "The adjustment reads the same facts as the indicator. Where it takes more than the better value earns, working better"
        " lowers the total.",
        "该调整与指标依据同样的事实。若其扣减超过数值变好所得的分，工作越好总分反而越低。",
    ),
    example="""\
indicator punctual "Punctuality" weight 100
  deduct 5 points per late
adjustments
  penalty idle : 10 points when late < 1
""",
)
IDLE_LIMIT = declare(
    "K310",
    "warning",
    en='the limit "{limit}" of "{name}" changes nothing: {least} is as far as it goes',
    zh="“{name}”的限制“{limit}”不起作用：最远只到 {least}",
    label=("never comes into force", "永远不会起作用"),
    help=(
        "remove the limit, or compare it with what can be reached",
        "请删除该限制，或与能达到的分数相对照",
    ),
    explain=(
        "A limit that nothing reaches promises readers a protection, or a risk, that they do not have.",
        "无从达到的限制，会让读者以为有某种保障或风险，而实际并没有。",
    ),
    example="""\
indicator punctual "Punctuality" weight 10
  deduct 1 point per late, at most 20
indicator answered "Answered calls" weight 90
  measure share
  linear from 0% : 0 to 100% : 90
""",
)
NO_WEIGHT = declare(
    "K311",
    "warning",
    en='"{indicator}" weighs nothing',
    zh="“{indicator}”的权重为零",
    label=("has no part in the total", "不影响总分"),
    help=("give it a weight, or remove it", "请写上权重，或删除该指标"),
    explain=(
        "An indicator with a weight of 0 is measured and published, and changes no total.",
        "权重为 0 的指标会被度量和公布，但不影响任何总分。",
    ),
    example="""\
indicator answered "Answered calls" weight 100
  measure share
  linear from 0% : 0 to 100% : 100
indicator polite "Politeness" weight 0
  measure share
  linear from 0% : 0 to 100% : 0
""",
)
NO_EFFECT = declare(
    "K312",
    "warning",
    en='the {kind} "{name}" changes nothing: {why}',
    zh="{kind}“{name}”不起作用：{why}",
    label=("no total is different with it", "有无此项，总分都一样"),
    help=("remove it, or let it change something", "请删除，或使其起作用"),
    explain=(
        "A bonus or penalty that is always 0, and a veto that leaves the best total or the best grade, are written without an"
        " effect.",
        "恒为 0 的加分或减分，以及仍允许最高总分或最好等级的一票否决，都不起作用。",
    ),
    example="""\
indicator answered "Answered calls" weight 100
  measure share
  linear from 0% : 0 to 100% : 100
grades
  good from 80
  fail otherwise
adjustments
  veto fraud when share < 10% : grade at most good
""",
)
TURNS_BACK = declare(
    "K313",
    "warning",
    en='the {kind} "{name}" turns back while "{fact}" {rises}',
    zh="{kind}“{name}”在“{fact}”{rises}的途中回头",
    label=("not in one direction", "并非朝一个方向变化"),
    help=(
        f"order the conditions so that it moves one way{_MEANT[0]}",
        f"请调整条件的次序，使其朝一个方向变化{_MEANT[1]}",
    ),
    explain=(
        "From one end of the fact's values to the other a bonus or a penalty should rise or fall. Here it turns back in"
        " between, mostly because conditions stand in the wrong order.",
        "从事实取值的一端到另一端，加分或减分应当一路增加或减少。此处中途回头，多半是条件的次序写错了。",
    ),
    example="""\
indicator answered "Answered calls" weight 100
  measure share
  linear from 0% : 0 to 100% : 100
adjustments
  bonus busy : (5 points when calls >= 200 otherwise 8 points when calls >= 100 otherwise 0 points)
""",
)
