"""What the lint finds in how a policy is made up (K316 to K319, K325 to K329, K332 to K340), in both languages."""

from __future__ import annotations

from kpirules.diagnostics import declare

_INPUTS = """\
ruleset example "Example"
  period month
  missing zero
input late    : count
input lost    : count
input sold    : money
input plan    : money
input view    : rating 0 to 5
input conduct : rating 0 to 5
"""

OPINION = declare(
    "K325",
    "warning",
    en="more than half of the weight{whom} is opinion: {share} of {all} points",
    zh="{whom}一半以上的权重来自主观评价：{all} 分中占 {share} 分",
    label=("rests on what people think", "取决于人的看法"),
    help=(
        "let records decide more of the total: counts, times, shares; or accept this with a reason",
        "请让记录（次数、时间、占比）决定更多的分数；或写明理由予以容许",
    ),
    explain=(
        "Opinion is what `raters` give and what is delivered as a rating; ratings inside single records, such as a"
        " customer's answer to a survey, count as data. An indicator rests on opinion where its measure reads nothing else."
        " Where such indicators weigh more than half, judgement decides who is good, and data do not.",
        "主观评价指“评价人”给出的评分和以评级类型录入的输入；单条记录中的评分（如客户对一次服务的评分）算作数据。度量只取自主观评价的指标即以主观评价为据。"
        "这类指标的权重超过一半时，谁优谁劣由判断而不是由数据决定。",
    ),
    example=_INPUTS
    + """\
indicator attitude "Attitude" weight 60
  measure view
  linear from 0 : 0 to 5 : 60
indicator answered "Answered calls" weight 40
  deduct 1 point per late
""",
)
HEAVY = declare(
    "K326",
    "warning",
    en='"{indicator}" weighs more than all other indicators together{whom}: {weight} of {all} points',
    zh="“{indicator}”的权重超过其余指标之和{whom}：{all} 分中占 {weight} 分",
    label=("decides alone", "一项定胜负"),
    help=(
        "give it half at most, or accept this with a reason",
        "请使其不超过一半；或写明理由予以容许",
    ),
    explain=(
        "Whoever fails in an indicator of more than half of the weight fails altogether, however good the rest. The others"
        " hardly matter, and people will learn that.",
        "某指标的权重超过一半时，只要它不好，其余再好总分也不及一半。其他指标形同虚设，大家很快会明白这一点。",
    ),
    example=_INPUTS
    + """\
indicator sales "Sales" weight 70
  measure sold / plan
  target >= 100%
  pro rata to target
indicator answered "Answered calls" weight 30
  deduct 1 point per late
""",
)
ONLY_RESULTS = declare(
    "K327",
    "info",
    en="every indicator looks at results, none at how the work is done",
    zh="所有指标都只看结果，没有一项看工作过程",
    label=("results without process", "只重结果不重过程"),
    help=(
        "add an indicator of time or of lapses (`deduct 1 point per late`), or a rating of the conduct",
        "请增加时效、差错（`每 late 扣 1 分`）或工作表现评分的指标",
    ),
    explain=(
        "An indicator looks at the process where it reads durations, working days or moments, takes points for each lapse, or"
        " rests on somebody's judgement of the conduct; every other one looks at results. Types tell no more than that: a share"
        " of counts may well be a habit that its author has in mind, so this is a note and no warning. Results alone tell"
        " nobody what to do better, and come when it is too late.",
        "读取时长、工作日或时刻、按差错逐次扣分、或取决于对工作表现的评价的指标看过程，其余看结果。类型能说明的仅此而已：两个次数之比也可能是作者心目中的工作习惯，"
        "因此这只是提示而不是警告。只看结果，没有人知道该改进什么，等结果出来也已太迟。",
    ),
    example=_INPUTS
    + """\
indicator sales "Sales" weight 50
  measure sold / plan
  target >= 100%
  pro rata to target
indicator lost_share "Lost customers" weight 50
  measure lost
  bands
    up to 3 times   : 50
    over 3 times    : 0
""",
)
ONLY_PROCESS = declare(
    "K328",
    "info",
    en="every indicator looks at how the work is done, none at what came of it",
    zh="所有指标都只看工作过程，没有一项看结果",
    label=("process without results", "只重过程不重结果"),
    help=(
        "add an indicator of what the work achieves",
        "请增加反映工作成果的指标",
    ),
    explain=(
        "The other way round of K327, by the same definition: each indicator reads times, takes points for lapses or rests on"
        " a judgement of the conduct. Somebody can have full marks without achieving anything.",
        "与 K327 相反，定义相同：每个指标都只看时间、按差错扣分或取决于对工作表现的评价。什么成果也没有，仍可以得满分。",
    ),
    example=_INPUTS
    + """\
indicator answered "Answered calls" weight 60
  deduct 1 point per late
indicator conduct "Conduct" weight 40
  measure conduct
  linear from 0 : 0 to 5 : 40
""",
)
ONE_SIDED = declare(
    "K329",
    "warning",
    en="{share} of {all} points{whom} are opinion, and all of it comes from one side",
    zh="{whom}{all} 分中有 {share} 分来自主观评价，且只来自一方",
    label=("nobody else is asked", "没有问过其他人"),
    help=(
        "ask several groups (`raters`: superior, peers, those served, the person), or accept this with a reason",
        "请用“评价人”征求多方意见（上级、同级、服务对象、本人）；或写明理由予以容许",
    ),
    explain=(
        "More than a quarter of the weight rests on ratings, and no `raters` of two or more groups are among them. One person's"
        " mark then decides a good part of the total, and staff have no part in it: they will not take it for fair.",
        "四分之一以上的权重取决于评分，而其中没有由两组以上“评价人”给出的。总分的相当一部分由一个人的评分决定，员工没有参与，难以信服。",
    ),
    example=_INPUTS
    + """\
indicator attitude "Attitude" weight 40
  measure view
  linear from 0 : 0 to 5 : 40
indicator answered "Answered calls" weight 60
  deduct 1 point per late
""",
)
TOO_SHORT = declare(
    "K332",
    "warning",
    en="a period of one {period} is too short: {limit} is as long, or longer",
    zh="以{period}为周期太短：{limit} 已不短于一个周期",
    label=("outlasts the period", "长于周期"),
    help=(
        "choose a longer period, or a shorter limit",
        "请改用更长的周期，或更短的时限",
    ),
    explain=(
        "Single records are judged by a time that is as long as the longest period or longer: how long they took, or what follows"
        " them. For most records of a period it is not yet known at its end, so that scores rest on a few, or change"
        " afterwards.",
        "单条记录按某个时间判断（处理了多久，或其后发生了什么），而该时间不短于最长的一个周期。周期结束时，大部分记录尚无定论，得分只依据少数记录，或事后还会变动。",
    ),
    example="""\
ruleset example "Example"
  period week
  missing zero
data jobs
  who    : staff
  done   : datetime
  device : text
  placed by done
measure lasting = share of jobs where not followed within 7 days by jobs of the same device
indicator success "Repairs that last" weight 100
  measure lasting
  target >= 95%
  pro rata to target
""",
)
TOO_LONG = declare(
    "K333",
    "warning",
    en="a period of one {period} is too long for records: nothing is seen before it is over",
    zh="以{period}为周期对逐条记录来说太长：周期结束前看不到任何结果",
    label=("of records that come all the time", "记录随时产生"),
    help=(
        "choose a shorter period and gather it (`rollup`), or measure by month or week and warn (`alert`)",
        "请改用较短的周期再汇总（“汇总”），或按月、按周度量并预警（“预警”）",
    ),
    explain=(
        "The policy counts single records (tickets, repairs, surveys) over half a year or a year, and looks at no shorter time"
        " inside it. Whoever does badly learns of it when it can no longer be mended. Records of raters and histories are not"
        " meant: they do not come day by day.",
        "制度对半年或一年的逐条记录（工单、维修、问卷）进行统计，其间没有更短时间的度量。做得不好的人知道时已无法补救。评价人的评分记录和“历史”不在此列：它们不是逐日产生的。",
    ),
    example="""\
ruleset example "Example"
  period year
  missing zero
data jobs
  who   : staff
  done  : datetime
  clean : boolean
  placed by done
measure clean_share = share of jobs where clean
indicator success "Clean jobs" weight 100
  measure clean_share
  target >= 95%
  pro rata to target
""",
)
COUNTED_TWICE = declare(
    "K334",
    "warning",
    en='"{one}" and "{other}" count the same: {measure}',
    zh="“{one}”与“{other}”计的是同一件事：{measure}",
    label=("the same is counted on line {line}", "第 {line} 行已计"),
    help=(
        "keep one of them, or accept this with a reason",
        "请只保留其一；或写明理由予以容许",
    ),
    explain=(
        "The two read the same measure, and somebody has both. What happens once is scored twice: it weighs more than the"
        " policy says. Meant are two indicators, and an indicator and a penalty; that a bonus or a veto goes by the measure of an"
        " indicator is usual.",
        "两者取同一度量，且有人同时适用。发生一次，计两次，实际分量大于制度所写。所指为两个指标，或一个指标与一项减分；加分或否决取某指标的度量是常见做法，不在此列。",
    ),
    example=_INPUTS
    + """\
indicator answered "Answered calls" weight 60
  deduct 1 point per late
indicator punctual "Punctuality" weight 40
  measure late
  target <= 3
  deduct 2 points per time above target
""",
)
FEW = declare(
    "K335",
    "warning",
    en="{only}{whom}: too few to tell how somebody works",
    zh="{only}{whom}，不足以反映工作情况",
    label=("fewer than 3", "少于 3 个"),
    help=(
        "three to twelve indicators are usual; accept this with a reason where fewer are enough",
        "一般以 3 至 12 个指标为宜；若确已足够，请写明理由予以容许",
    ),
    explain=(
        "With one indicator or two, people work for these and leave the rest undone. Counted are the indicators that one person"
        " has, with a weight above zero.",
        "只有一两个指标时，大家只顾这一两项，其余就没人做了。按一个人所适用、权重大于零的指标计数。",
    ),
    example=_INPUTS
    + """\
indicator answered "Answered calls" weight 100
  deduct 1 point per late
""",
)
MANY = declare(
    "K336",
    "warning",
    en="{number} indicators{whom}: too many to work for",
    zh="多达 {number} 个指标{whom}，难以兼顾",
    label=("more than 12", "多于 12 个"),
    help=(
        "leave out those of little weight, or put several together; three to twelve are usual",
        "请去掉分量很小的，或合并几项；一般以 3 至 12 个为宜",
    ),
    explain=(
        "Nobody keeps more than a dozen aims in mind, and each is worth little. Counted are the indicators that one person has, with"
        " a weight above zero.",
        "没有人能同时顾及十几个目标，而且每项分量都很小。按一个人所适用、权重大于零的指标计数。",
    ),
    example=_INPUTS
    + "".join(
        f"indicator i{n} weight {4 if n == 13 else 8}\n  deduct {n} points per late\n" for n in range(1, 14)
    ),
)
NOBODY = declare(
    "K337",
    "warning",
    en='nobody can have "{indicator}": its condition and that of the policy exclude each other',
    zh="没有人会有“{indicator}”这项指标：其适用条件与制度的适用条件互相排斥",
    label=("for nobody", "不适用于任何人"),
    help=(
        "change the condition of one of the two, or leave the indicator out",
        "请修改其中一个条件，或删除该指标",
    ),
    explain=(
        "All combinations of the attributes that the conditions mention were looked at, and in none is somebody appraised to whom"
        " the indicator applies.",
        "对各条件涉及的属性逐一组合，没有一种组合中的人既参加考核又适用该指标。",
    ),
    example="""\
ruleset example "Example"
  period month
  missing zero
  applies to staff where post = "manager"
attribute post : text one of ("manager", "clerk")
input late : count
input lost : count
indicator answered "Answered calls" weight 100
  deduct 1 point per late
indicator till "Till" weight 100
  applies to staff where post = "clerk"
  deduct 1 point per lost
""",
)
ABSENCE_PERFECT = declare(
    "K338",
    "warning",
    en='an empty cell of "{input}" counts as {value}, which is perfect for "{indicator}"',
    zh="“{input}”的空单元格算作 {value}，而这正是“{indicator}”的满分",
    label=("nothing delivered is full marks", "不填即满分"),
    help=(
        "leave the cell missing (without `missing ...`), so that the rule for missing facts decides; or accept this with a reason",
        "请不写“缺失 …”，由缺失规则处理；或写明理由予以容许",
    ),
    explain=(
        "Where less is better, an empty cell that stands for zero makes a person perfect of whom nothing was recorded: whoever does"
        " not report is rewarded.",
        "越少越好的事项，若空单元格算作零，没有任何记录的人就得满分：不上报反而有利。",
    ),
    example="""\
ruleset example "Example"
  period month
  missing redistribute
input late : count missing zero
indicator answered "Answered calls" weight 100
  deduct 1 point per late
""",
)
UNLIMITED = declare(
    "K339",
    "warning",
    en='the bonus "{name}" has no limit: it can be worth more than all indicators',
    zh="加分“{name}”没有上限，可以超过全部指标",
    label=("without a limit", "没有上限"),
    help=(
        "add `, at most ...` to the line, or `bonus at most ...` or `total at most ...` to the adjustments",
        "请在该行写“，最多 …”，或在“调整”中写“加分 最多 …”或“总分 最多 …”",
    ),
    explain=(
        "A bonus for each of something grows with it. Without a limit of its own, of all bonuses or of the total, enough of it"
        " makes up for failing in every indicator.",
        "按件加分会随件数增长。若该行、全部加分和总分都没有上限，只要件数够多，所有指标都不及格也能弥补。",
    ),
    example=_INPUTS
    + """\
indicator answered "Answered calls" weight 100
  deduct 1 point per late
adjustments
  bonus win : 2 points per lost
""",
)
MISSING_IN_FULL = declare(
    "K340",
    "warning",
    en='a missing fact gives "{indicator}" its full {weight} points',
    zh="事实缺失时“{indicator}”得满分 {weight} 分",
    label=("nothing delivered is full marks", "不填即满分"),
    help=(
        "use `missing redistribute`, `zero` or `error`; or accept this with a reason",
        "请改用“缺失 重新分配”“零分”或“报错”；或写明理由予以容许",
    ),
    explain=(
        "With `missing full` (or a value as high) whoever reports a poor figure has fewer points than whoever reports none. Left"
        " out and shared by the rest (`redistribute`), a missing fact helps nobody who is good elsewhere.",
        "写“缺失 满分”（或取同样高的值）时，如实上报较差数字的人反而不如什么都不报的人。改为“重新分配”，缺失的指标由其余指标分摊，其他方面好的人不会因此受益。",
    ),
    example=_INPUTS
    + """\
indicator answered "Answered calls" weight 100
  missing full
  deduct 1 point per late
""",
)
GIVEN = declare(
    "K316",
    "warning",
    en='"{indicator}" gives {least} of its {weight} points whatever happens',
    zh="“{indicator}”无论如何都有 {least} 分，而权重为 {weight}",
    label=("the worst still gives more than half", "最差也得一半以上"),
    help=(
        "let the worst value give less, or give the indicator the weight that it can take",
        "请让最差的数值得分更低，或把权重降到它实际能拉开的分数",
    ),
    explain=(
        "More than half of the weight is given to everyone, because a limit (`at most`, `not below`) or the lowest band stops the fall."
        " Such points tell nobody apart and lift every total: a weight of 20 of which 2 can be lost is a weight of 2.",
        "权重的一半以上人人都有，因为上限（“最多”“不低于”）或最低的分段止住了扣分。这样的分数区分不了任何人，只是抬高总分：权重 20 而最多只扣 2 分，实际权重就是 2。",
    ),
    example=_INPUTS
    + """\
indicator answered "Answered calls" weight 100
  deduct 1 point per late, at most 10
""",
)
NEVER_ENOUGH = declare(
    "K317",
    "warning",
    en="{wanted} periods are required, and a {kind} has {most}: nobody ever has a total",
    zh="要求至少 {wanted} 个周期，而一{kind}只有 {most} 个：永远没有总分",
    label=("more than there are", "超过实有数"),
    help=("require {most} at most", "最多要求 {most} 个"),
    explain=(
        "A roll-up has a total only where enough of the periods in it have one. With more required than it holds, it never has.",
        "汇总只有在其中足够多的周期有总分时才有总分。要求的个数超过实有的个数，就永远没有。",
    ),
    example=_INPUTS
    + """\
indicator answered "Answered calls" weight 100
  deduct 1 point per late
rollup quarter
  total = mean of total
  require 4 months
""",
)
NO_PLACES = declare(
    "K318",
    "warning",
    en='nobody can have the grade "{grade}": its quota leaves no place',
    zh="没有人能得等级“{grade}”：名额比例没有留下任何名额",
    label=("no place", "没有名额"),
    help=("raise the share, or add `at least 1`", "请提高比例，或写“至少 1”"),
    explain=(
        "A share of nothing is no place, whatever the size of the group, and no least number is said.",
        "比例为零，无论群体多大都没有名额，又没有写明最少人数。",
    ),
    example=_INPUTS
    + """\
indicator answered "Answered calls" weight 100
  deduct 1 point per late
grades
  good from 80, at most 0% of everyone, ties in
  rest otherwise
""",
)
DECIDED = declare(
    "K319",
    "warning",
    en="this condition {holds}, whatever a record of {data} says",
    zh="无论 {data} 的记录内容如何，此条件{holds}",
    label=("decided beforehand", "事先已定"),
    help=(
        "compare with a value that tells records apart, or leave the condition out",
        "请改为能区分记录的值，或删除此条件",
    ),
    explain=(
        "The fields' types leave only one answer: no rating of 1 to 5 is below 1, and none is at least 4 and below 3. A share counted so"
        " is 100% or 0% for everyone. All values that the condition's constants tell apart were tried.",
        "字段的类型只留下一种答案：1 至 5 的评分不会低于 1，也不会既不低于 4 又低于 3。这样统计的占比人人都是 100% 或 0%。条件中各常数所能区分的值都已逐一试过。",
    ),
    example="""\
ruleset example "Example"
  period month
  missing zero
data surveys
  who   : staff
  sent  : date
  stars : rating 1 to 5
  placed by sent
measure happy = share of surveys where stars >= 1
indicator satisfaction "Satisfaction" weight 100
  measure happy
  target >= 90%
  pro rata to target
""",
)
