"""The words of the language reference: every statement with its syntax, its meaning and an example, in two languages.

Facts that the code declares (words, functions, units, forms, problems) are not repeated here: `generate` reads them.
Examples are English; `generate` checks each one and writes it in the Chinese vocabulary too.
"""

from __future__ import annotations

from dataclasses import dataclass

Both = tuple[str, str]


@dataclass(frozen=True)
class Statement:
    """One thing that a policy can say.

    syntax: one line for each way to write it; capitals stand for what the author fills in, brackets for what may be
    left out, `|` for a choice. example: lines that go on from the shared beginning; `within`: the line that they
    stand under ("" for the top level).
    """

    title: Both
    syntax: Both
    text: Both
    example: str = ""
    within: str = ""


@dataclass(frozen=True)
class Chapter:
    title: Both
    text: Both
    statements: tuple[Statement, ...] = ()


_INDICATOR = 'indicator example "Example" weight 100'

HEADER = Chapter(
    ("The first lines", "开头几行"),
    (
        "A file is one ruleset. The lines under its first line describe the policy as a whole; each stands once, in any"
        " order, and only `period` and (unless every indicator says it) `missing` are required.",
        "一个文件是一个规则集。首行之下各行描述整个制度；每种只写一次，次序不限，只有“周期”以及“缺失”（若各指标都自行说明则不必）是必需的。",
    ),
    (
        Statement(
            ("ruleset", "规则集"),
            ('ruleset NAME ["LABEL"]', "规则集 名称 [“标题”]"),
            (
                "The name is used by programs (letters of any script, digits and `_`, not beginning with a digit); the"
                " label is for readers.",
                "名称供程序使用（任何文字的字母、数字和 `_`，不以数字开头），标题供人阅读。",
            ),
        ),
        Statement(
            ("version, in force from", "版本、施行自"),
            ('version "TEXT"\nin force from DATE [until DATE]', "版本 “文字”\n施行自 日期 [至 日期]"),
            (
                "What the policy is called and when it holds. Both days count. Dates are written `2026-01-31` or"
                " `2026年1月31日`.",
                "制度的版本和施行期间，首尾两日都算在内。日期写作 `2026-01-31` 或 `2026年1月31日`。",
            ),
            'version "2026.1"\nin force from 2026-01-01 until 2026-12-31',
            "ruleset",
        ),
        Statement(
            ("period", "周期"),
            ("period day|week|month|quarter|half|year", "周期 日|周|月度|季度|半年|年度"),
            (
                "How long an appraisal period is; a score is for one staff member and one period. Weeks begin on Monday"
                " and are numbered as in ISO 8601: week 1 is the one with the first Thursday of the year.",
                "考核周期的长短；得分是某员工在某周期的得分。周从周一开始，按 ISO 8601 编号：含当年第一个周四的一周为第 1 周。",
            ),
            "period quarter",
            "ruleset",
        ),
        Statement(
            ("split by", "分段"),
            ("split by ATTRIBUTE", "分段按 属性"),
            (
                "People who change in mid-period get both parts. The attribute is taken from a `history`; every stretch of a"
                " person's period with one value of it is a spell and is scored by itself: conditions read the spell's value,"
                " a record belongs to the spell in which its day lies, measures over histories see the spell's days, inputs"
                " delivered for the period are the same in each. `days` (a duration) and `service_share` (the spell's days"
                " over those of the period) can be read; days on which no record of the history holds belong to no spell, so"
                " a hire or a leave counts pro rata where a formula multiplies by `service_share`. Published is one row: total,"
                " points, bonuses and penalties are the means of the spells' published ones by days, those missing left out,"
                " rounded as usual; the grade is that of this total, vetoes on grades kept; amounts, awards and penalties in"
                " money are sums; an eligibility, a veto or an alert holds where it holds in one spell; any other result is"
                " that of the last spell. Spells to which the policy does not apply count for nothing. Someone without any"
                " record in the period has one spell of all of it, the attribute missing. Values across people and by shorter"
                " periods cannot be taken. `why` shows every spell and how they make the result.",
                "周期中途变动的人两部分都得。属性取自“历史”；每人周期内该属性取值不变的每一段单独计分：条件读取该段的值，"
                "记录归入其日期所在的段，对历史的度量只看该段的天，按周期提供的输入各段相同。可以读取 `days`（该段时长）和"
                " `service_share`（该段天数除以周期天数）；历史中没有生效记录的日子不属于任何段，因此公式乘以 `service_share` 即可对入职、离职按天折算。"
                "公布的是一行：总分、得分、加分和减分为各段公布值按天数加权的平均，缺失的不计，照常取整；等级按这个总分，仍受等级否决限制；"
                "奖金、奖励和处罚金额相加；资格、否决和预警只要一段成立即成立；其他结果取最后一段。制度不适用的段不计。"
                "周期内没有任何记录的人只有一段，即整个周期，属性缺失。不能跨人员取值，也不能按更短的周期度量。`why` 显示各段以及如何合并。",
            ),
        ),
        Statement(
            ("applies to", "适用"),
            ("applies to staff [where CONDITION]", "适用 员工 [当 条件]"),
            (
                "Who is appraised. Nobody else gets a row in the results, and nobody else counts in groups. A person for"
                " whom the condition is unknown, because an attribute is missing, is not appraised.",
                "谁参加考核。其他人在结果中没有行，在分组汇总中也不计入。若因属性缺失而无法判断条件，则不参加考核。",
            ),
            'applies to staff where post = "manager" and department != "headquarters"',
            "ruleset",
        ),
        Statement(
            ("subject", "对象"),
            ('subject NAME ["LABEL"]', "对象 名称 [“标题”]"),
            (
                "What is appraised where it is not staff: a region, a team, a product line. The name is the key column of the"
                " tables read (the label will do as well) and written, the table of its attributes (`--data region=FILE`),"
                " and the word in `applies to`. A data set names it in a field of type `subject`.",
                "考核对象不是员工时（区域、团队、产品线等）写明。名称即所读写各表的键列（标题亦可作列名）、属性表的名称"
                "（`--data region=文件`）以及“适用”之后的词。数据集用类型为“对象”的字段指明它。",
            ),
            'subject region "Region"\napplies to region where post = "manager"',
            "subject",
        ),
        Statement(
            ("currency", "币种"),
            ("currency CODE", "币种 代码"),
            (
                "The currency of all amounts: CNY unless said. Amounts are then written with that word (`500 USD`) and shown"
                " with it; one in another currency is an error, since nothing is ever converted.",
                "所有金额的币种，未写时为人民币。金额以该币种书写（`500 美元`）和显示；写成其他币种是错误，因为从不换算。",
            ),
            "currency USD",
            "ruleset",
        ),
        Statement(
            ("missing", "缺失"),
            (
                "missing redistribute|zero|full|error\nmissing value POINTS",
                "缺失 重新分配|零分|满分|报错\n缺失 取值 分数",
            ),
            (
                "What a missing fact means for an indicator. `redistribute`: the indicator is left out, and the total is"
                " worked out from the rest (see *Total*). `zero`, `full`, `value`: it scores 0, its weight, or that many"
                " points. `error`: scoring refuses the table and names the cells. An indicator may say otherwise for"
                " itself.",
                "事实缺失时指标如何处理。“重新分配”：不计该指标，总分由其余指标折算（见“总分”）。“零分”“满分”“取值”：得 0 分、满分或所写的分数。"
                "“报错”：拒绝计分并指出单元格。指标可以为自己另作规定。",
            ),
            "missing redistribute",
            "ruleset",
        ),
        Statement(
            ("round", "取整"),
            (
                "round points|total to STEP [half up|half even|down|up]",
                "舍入 得分|总分 至 步长 [四舍五入|四舍六入五成双|舍去|进位]",
            ),
            (
                "How points of indicators and the total are published: as multiples of the step, `0.01` and `half up`"
                " unless said. A half goes away from zero with `half up`, to the even step with `half even`; `down` goes"
                " toward zero, `up` away from it.",
                "各指标得分和总分如何公布：取步长的整数倍，未写时为 `0.01`、四舍五入。四舍五入时恰为一半者远离零；“四舍六入五成双”取偶；"
                "“舍去”趋向零，“进位”远离零。",
            ),
            "round points to 0.1\nround total to 0.01 half even",
            "ruleset",
        ),
        Statement(
            ("calendar, weekend, working hours", "日历、周末、上班时间"),
            (
                "calendar china|none\nweekend DAY[, DAY ...]\nworking hours TIME to TIME[, TIME to TIME ...]",
                "日历 中国|无\n周末 星期[, 星期 …]\n上班时间 时刻 至 时刻[, 时刻 至 时刻 …]",
            ),
            (
                "What counts as working time. Unless said: the calendar `china` (public holidays and make-up workdays),"
                " a weekend of Saturday and Sunday, and 09:00 to 18:00 without a break. `none` knows weekends only.",
                "什么算工作时间。未写时：日历“中国”（含法定节假日和调休），周末为周六和周日，上班时间 09:00 至 18:00 不含休息。“无”只有周末。",
            ),
            "calendar china\nweekend sunday\nworking hours 09:00 to 12:00, 13:30 to 18:00",
            "ruleset",
        ),
        Statement(
            ("note", "备注"),
            ('note "TEXT"', "备注 “文字”"),
            (
                "A remark that stays with the policy. `# ...` is a comment: the language does not read it.",
                "随制度保留的说明。`# …` 是注释，语言不读取。",
            ),
            'note "agreed with the works council"',
            "ruleset",
        ),
        Statement(
            ("accept", "容许"),
            ('accept CODE "REASON"', "容许 编号 “理由”"),
            (
                "A finding of `kpirules check` that is known and wanted. CODE is what stands in brackets before its message;"
                " the reason is for whoever reads the policy later, best in the words of the written one. Under the first line it"
                " holds for the whole file (and for what the file changes in a ruleset that it extends); under any other"
                " declaration, for the findings that lie in it. Accepted findings are counted, not shown"
                " (`kpirules check --accepted` shows them). Errors cannot be accepted (K322), a line without a reason is an error"
                " (K323), and one that accepts nothing is told (K324).",
                "`kpirules check` 的一项发现，已知且有意如此。编号即消息前方括号中的编号；理由写给以后阅读制度的人，最好引用书面制度的原文。"
                "写在首行之下，对整个文件有效（包括该文件对所沿用规则集的改动）；写在其他声明之下，只对位于该声明中的发现有效。"
                "容许的发现只计数、不显示（`kpirules check --accepted` 可显示）。错误不能容许（K322），没有理由是错误（K323），没有对应发现的容许行会提示（K324）。",
            ),
            'accept K326 "agreed with the works council: punctuality comes first"',
            "ruleset",
        ),
    ),
)

REUSE = Chapter(
    ("Extending another ruleset", "沿用另一个规则集"),
    (
        "A ruleset may be another one with changes: a company's template, or one that ships with kpirules. The file says"
        " what differs, and nothing else. Everything that reads policies (`check`, `fmt`, `test`, `score`, `why`,"
        " `needs`, `kpirules.load`) reads such a file like any other; messages point into the file that they are"
        " about.",
        "规则集可以是另一个规则集加上改动：公司的模板，或 kpirules 自带的规则集。文件只写不同之处。凡读取制度的命令（`check`、`fmt`、"
        "`test`、`score`、`why`、`needs`、`kpirules.load`）都照常读取这样的文件；信息会指向所涉及的那个文件。",
    ),
    (
        Statement(
            ("extends", "沿用"),
            ("extends NAME", "沿用 名称"),
            (
                "A line under the first one. NAME is the file NAME.kpi, or a file whose ruleset is called NAME: beside this"
                " file (or in the folder `zh` there), else among the shipped rulesets. That ruleset may extend another in"
                " turn. Its header lines hold where this file has no line of that kind; its label and name do not. Its"
                " tests go on being run where nothing that they name, nor anything that those depend on, was changed; a"
                " parameter that a test gives itself does not count.",
                "首行之下的一行。名称即文件 名称.kpi，或其中规则集名为该名称的文件：先在本文件旁（或其 `zh` 文件夹）查找，再在自带的规则集中"
                "查找。它也可以再沿用别的规则集。本文件没有写的表头各行以它的为准（名称与标题除外）。它的测试中，凡所涉及的内容及其所依赖的内容"
                "都未改动的，仍然执行；测试自己给定的参数不算改动。",
            ),
            'ruleset hotline "Hotline"\n  extends after_sales_core\n  version "2026.2"\n'
            "set response_limit = 3 min\nset weight of satisfaction = 20\nwithout unit_cost\n"
            'input pickup : ratio "Calls picked up"\nadd indicator pickup_rate "Calls picked up" weight 15\n'
            "  measure pickup\n  target >= 95%\n  pro rata to target\n"
            "replace indicator channel_coverage weight 10\n  measure covered_share\n  target >= 100%\n"
            "  all or nothing\n",
            "file",
        ),
        Statement(
            ("set", "设定"),
            (
                "set PARAMETER = VALUE\nset weight of INDICATOR|SECTION = VALUE",
                "设定 参数 = 值\n设定 权重 指标|章节 = 值\n设定 指标|章节 的权重 = 值",
            ),
            (
                "Gives a parameter another value (or its first, where it has no default), or an indicator or section"
                " another weight. A parameter that changes on certain days has the one value then. The command line (`--set`) and"
                " kpirules.toml can still override a parameter.",
                "给参数另一个值（若无默认值则为首次赋值），或改变指标、章节的权重。自某日起改变的参数从此只有这一个值。命令行（`--set`）和 kpirules.toml 仍可再改参数。",
            ),
        ),
        Statement(
            ("without", "去除"),
            (
                'without [KIND] NAME[, ...]\nwithout grades|adjustments|rollup PERIOD\nwithout "TITLE OF A TEST"',
                "去除 [种类] 名称[, …]\n去除 等级|调整|汇总 周期\n去除 “测试标题”",
            ),
            (
                "Leaves out an indicator, a section with its indicators, an amount, an entitlement, or any other declaration."
                " KIND (`indicator`, `input`, ...) is needed only where two parts have the same name. Inputs, parameters,"
                " measures, tables and data that nothing else used go with what used them.",
                "去除指标、章节（连同其指标）、奖金、资格或任何其他声明。仅当两个部分同名时才需写明种类（“指标”“输入”等）。"
                "只为被去除内容所用的输入、参数、度量、对照表和数据随之去除。",
            ),
        ),
        Statement(
            ("replace", "替换"),
            ("replace DECLARATION", "替换 声明"),
            (
                "Puts a declaration where the one of its name stood; a label that it does not state stays. A measure may be"
                " replaced by an input, and the other way round: they share one list of names.",
                "用新的声明代替同名的声明，位置不变；未写标题则沿用原标题。度量可以替换为输入，反之亦然，因为它们共用一套名称。",
            ),
        ),
        Statement(
            ("add, to section", "增加、到 章节"),
            (
                '[add] DECLARATION\n[add] indicator NAME ["LABEL"] weight WEIGHT [to section SECTION]',
                "[增加] 声明\n[增加] 指标 名称 [“标题”] 权重 权重 [到 章节 章节]",
            ),
            (
                "What the other ruleset does not have, it now has; `add` may be left out. New indicators stand behind the"
                " others, or at the end of the section named.",
                "加入对方没有的内容，“增加”可以省略。新指标排在最后，或排在所写章节的末尾。",
            ),
        ),
    ),
)

DECLARATIONS = Chapter(
    ("What is known: inputs, data, parameters", "已知的内容：输入、数据、参数"),
    (
        "Declarations may stand in any order; a formula may use what is declared further down. Inputs, attributes,"
        " parameters, data sets, tables, measures and amounts share one list of names. `staff` and `period` are taken.",
        "声明的次序不限，公式可以使用写在下文的内容。输入、属性、参数、数据、对照表、度量和奖金共用一套名称。`staff` 和 `period` 已被占用。",
    ),
    (
        Statement(
            ("input", "输入"),
            (
                'input NAME : TYPE [missing zero|yes|no | missing value X] ["LABEL"]',
                "输入 名称 : 类型 [缺失 零分|是|否 | 缺失 取值 X] [“标题”]",
            ),
            (
                "A fact that is delivered per staff member and period, as a column of a table. An empty cell is missing,"
                " never zero, unless the line says what it stands for.",
                "每个员工每个周期提供的一个事实，对应表中的一列。空单元格为缺失而不是零，除非此行说明了它代表什么。",
            ),
            'input repairs   : count missing zero "repairs done"\ninput cost      : money\ninput certified : boolean missing no',
        ),
        Statement(
            ("attribute", "属性"),
            (
                'attribute NAME : TYPE [missing ...] ["LABEL"]',
                "属性 名称 : 类型 [缺失 …] [“标题”]",
            ),
            (
                "The same for what describes the person and not the work: post, team, probation. People are grouped by"
                " attributes. A text may list its values: then a misspelt one is found.",
                "与输入相同，但描述的是人员而不是工作：岗位、团队、试用期。按属性对人员分组。文本可以列出取值，写错时即可发现。",
            ),
            'attribute team  : text\nattribute grade_of_pay : text one of ("A", "B", "C")',
        ),
        Statement(
            ("parameter", "参数"),
            ('parameter NAME : TYPE [= VALUE] ["LABEL"]', "参数 名称 : 类型 [= 值] [“标题”]"),
            (
                "A setting of the policy: a weight, a target, a price. Whoever uses the policy can set it"
                ' (`--set price="20 yuan"`, or in `kpirules.toml`); without a value here they must, and one message'
                " lists all that are not set. A value may be worked out from other parameters.",
                '制度的设定：权重、目标、单价。使用者可以设置它（`--set 单价="20 元"`，或写入 `kpirules.toml`）；此处没有值时必须设置，'
                "并由一条消息列出所有未设置的参数。值可以由其他参数算出。",
            ),
            "parameter price     : money\nparameter allowance : count = 3\nparameter strict    : count = allowance - 1",
        ),
        Statement(
            ("parameters that change", "随时间变化的参数"),
            (
                'parameter NAME : TYPE = VALUE ["LABEL"]\n  from DATE : VALUE ["REASON"]\n  ...\n  pro rata by days | as of period end | as of period start',
                "参数 名称 : 类型 = 值 [“标题”]\n  自 日期 : 值 [“原因”]\n  …\n  按天折算 | 以期末为准 | 以期初为准",
            ),
            (
                "The value in the first line holds until the first of the days, each later one from its day on. What a period"
                " goes by in which it changes must be said: `pro rata by days` is the sum of value x days over the days of"
                " the period, exactly; the other two take the value of the last or the first day. Such a parameter is a fact"
                " of each period, for measures, targets, conditions and formulas; where one fixed value is needed (weights,"
                " bands, boundaries of grades, single records) it is refused. Setting it (`set`, `--set`, `kpirules.toml`, a test)"
                " replaces all of its values by the one that is set. `kpirules why` lists the stretches of the period with"
                " their days, values and reasons.",
                "首行的值在第一个日期之前有效，其后各值自其日期起生效。变化所在的周期如何计算必须说明：“按天折算”为各段“值 × 天数”之和除以周期天数（精确），"
                "另两种取最后一天或第一天的值。这样的参数是各周期的事实，可用于度量、目标、条件和公式；需要固定值之处（权重、分段、等级界限、单条记录）不能使用。"
                "设置它（`设定`、`--set`、`kpirules.toml` 或测试）会以所设的一个值取代全部各值。`kpirules why` 列出该周期各段的天数、值和原因。",
            ),
            'parameter busy_target : ratio = 90%  "Target of the season"\n  from 2026-08-15 : 92%  "the relief of the peak season ends"\n  pro rata by days',
        ),
        Statement(
            ("data", "数据"),
            (
                'data NAME ["LABEL"]\n  FIELD : TYPE [optional] ["LABEL"]\n  tied to DATA by FIELD [= FIELD]\n  placed by FIELD',
                "数据 名称 [“标题”]\n  字段 : 类型 [可空] [“标题”]\n  关联 数据 按 字段 [= 字段]\n  归期按 字段",
            ),
            (
                "Records: tickets, surveys, repairs. One field has the type `staff` and says whose a record is; `placed"
                " by` names the date or date-time that puts it in its period. A field that may be empty is `optional`."
                " Inside measures over the data, fields are used by name. `tied to tickets by ticket = id`: the record's"
                " partner is the ticket whose `id` is its `ticket`, in whatever period that lies. The ticket's fields are"
                " then read as `tickets.opened`; they may place the record (`placed by tickets.closed`), and where the data"
                " has no field of type `staff`, the record belongs to the ticket's. Keys stand once in the other data"
                " (K466); records without a partner are counted in a warning (K467), and what they read of it is missing.",
                "记录：工单、问卷、维修单。有一个字段的类型是“员工”，说明记录属于谁；“归期按”指明按哪个日期或时刻归入周期。"
                "可能为空的字段写“可空”。在对该数据的度量中按名称使用字段。“关联 工单 按 工单号 = 编号”：编号等于本记录工单号的工单"
                "是其对应记录，不论落在哪个周期；其字段写作 `工单.受理时间`，也可用于归期（`归期按 工单.关闭时间`）；本数据没有“员工”类型的字段时，"
                "记录属于该工单的员工。对应字段的值在另一数据中须唯一（K466）；没有对应记录的会计数提示（K467），所读内容为缺失。",
            ),
            'data surveys "customer surveys"\n  agent   : staff\n  sent    : date\n  stars   : rating 1 to 5 optional\n  placed by sent\ndata reviews\n  of     : text\n  stars  : rating 1 to 5\n  tied to jobs by of = number\n  placed by jobs.done\ndata jobs\n  number : text\n  who    : staff\n  done   : datetime\n  placed by done',
        ),
        Statement(
            ("history", "历史"),
            (
                'history NAME ["LABEL"]\n  FIELD : TYPE [optional] ["LABEL"]\n'
                "  in force from FIELD [until FIELD] [for each FIELD, ...]\n"
                'attribute NAME : TYPE from HISTORY ["LABEL"]',
                "历史 名称 [“标题”]\n  字段 : 类型 [可空] [“标题”]\n  生效自 字段 [至 字段] [分别按 字段, …]\n"
                "属性 名称 : 类型 来自 历史 [“标题”]",
            ),
            (
                "Records that are true for a time: posts, leaves, individual targets. A record holds from its date (that"
                " day counts) until the day before the next record of the same person, or through the day in the `until`"
                " field if that is earlier; after it nothing holds until the next record begins. Of two records of one"
                " day the later in the file holds. With `for each`, people have several records at once, such as a"
                " target for each goal: then a record ends only the one before it with the same values in these fields."
                " An attribute `from` a history is the field of its name as of the last day of the period, also from a"
                " record made long before; it is missing where no record holds on that day. `days of HISTORY where"
                " CONDITION` is a duration: on how many days of the period a record holds that fulfils the condition;"
                " `share of days of` is that over all days of the period; both are 0 without such a record. `daily mean"
                " of X over HISTORY` is the mean over the days on which a record with X holds, each value by its days:"
                " a target changed in mid-period counts pro rata. `why` lists the stretches with their days, values and"
                " texts, so a field such as `reason` keeps the reason beside them. A history names no people and periods"
                " to score: these come from the table of inputs or from other data.",
                "在一段时间内成立的记录：任职、休假、个人目标。记录从其日期当天起生效，直到同一人下一条记录的前一日；"
                "“至”字段的日期更早时到该日为止，此后在下一条记录开始前没有生效的记录。同一天有两条记录时，以文件中靠后的为准。"
                "写了“分别按”时，一个人可同时有多条记录（例如每个目标一条）：一条记录只结束这些字段取值相同的前一条。"
                "“来自”历史的属性取同名字段在周期最后一日的值，记录可以早已写下；该日没有生效的记录则为缺失。"
                "`生效天数 历史 当 条件` 是时长：周期内有多少天有符合条件的记录生效；`生效天数占比` 是它除以周期的全部天数；没有这样的记录时都是 0。"
                "`按天平均 X 于 历史` 按天数加权，是有 X 的记录生效各日的平均：周期中途变更的目标按天折算。"
                "`why` 列出各段的起止、天数、值和文字，因此“原因”一类的字段可把缘由留在旁边。历史不产生要计分的人员和周期，它们来自输入表或其他数据。",
            ),
            "history posts\n  person : staff\n  since  : date\n  rank   : text\n  in force from since\n"
            "history plan\n  person : staff\n  since  : date\n  goal   : text\n  aim    : number\n  reason : text optional\n"
            "  in force from since for each goal\nattribute rank : text from posts\n"
            'measure led = share of days of posts where rank = "manager"\n'
            'measure aimed = daily mean of aim over plan where goal = "calls"',
        ),
        Statement(
            ("table", "对照表"),
            (
                'table NAME ["LABEL"] : TYPE by WORD\n  KEY VALUE\n  otherwise VALUE',
                "对照表 名称 [“标题”] : 类型 按 词\n  键 值\n  其他 值",
            ),
            (
                "One number for each key; keys are texts or numbers. `NAME[KEY]` looks it up; a key that is not listed"
                " gives what `otherwise` says, and without that line the value is missing.",
                "为每个键给出一个数；键为文字或数字。`名称[键]` 用来查值；未列出的键取“其他”的值，没有这一行则为缺失。",
            ),
            'table difficulty : number by kind\n  "board repair" 1.5\n  "cleaning"     0.8\n  otherwise      1\nmeasure work = sum of difficulty[kind] over tickets',
        ),
        Statement(
            ("table of intervals", "区间对照表"),
            (
                'table NAME ["LABEL"] : TYPE by WORD|TYPE [marginal]\n  up to X|below X : VALUE\n'
                "  over X|from X [to Y|to below Y] : VALUE [to VALUE]\n  [otherwise : VALUE|missing]",
                "对照表 名称 [“标题”] : 类型 按 词|类型 [累进]\n  不超过 X|低于 X : 值\n"
                "  高于 X|自 X [至 Y|至低于 Y] : 值 [至 值]\n  [其他 : 值|缺失]",
            ),
            (
                "A number for every interval of a value, read with `NAME[VALUE]`; gaps and overlaps are told as with"
                " bands. `A to B` runs in a straight line between the bounds. `marginal`: each entry is the rate for the"
                " part of the value that lies in its interval, and the result is the sum of the parts, as in tiered"
                " commissions and income tax; the value is counted from 0, a negative one backwards. Without `otherwise`"
                " the intervals must reach as far as the value can. Behind `by` stands the kind of value (`money`,"
                " `count`), the fact that is looked up, or any word; then the bounds tell the kind.",
                "为一个值的每个区间给出一个数，用 `名称[值]` 读取；空档和重叠的检查与分段相同。`A 至 B` 在两个界限之间按直线变化。"
                "“累进”：每行是落在该区间内那一部分的费率，结果为各部分之和，如分级提成和个人所得税；值从 0 算起，负值反向计算。"
                "没有“其他”时，各区间须覆盖值的全部可能。“按”之后写值的种类（`金额`、`次数`）、所查的事实，或任意一个词（此时由界限判断种类）。",
            ),
            'table commission "Commission" : ratio by money marginal\n  up to 1000              : 0%\n  over 1000 to below 5000 : 3%\n  from 5000               : 5%\n'
            "measure earned = commission[sales]",
        ),
        Statement(
            ("measure", "度量"),
            ('measure NAME ["LABEL"] = FORMULA', "度量 名称 [“标题”] = 公式"),
            (
                "Names a value, so that indicators, amounts and other measures can use it. In a measure, a quotient by"
                " zero is missing.",
                "给一个值命名，供指标、奖金和其他度量使用。在度量中，除数为零即为缺失。",
            ),
            'measure on_time "answered in time" = share of tickets where closed - opened <= 30 min\nmeasure late_share = late / calls',
        ),
        Statement(
            ("by day, week, month", "每日、每周、每月"),
            (
                'input NAME by day|week|month|quarter|half : TYPE ...\nmeasure NAME ["LABEL"] by day|week|month|quarter|half = FORMULA',
                "输入 名称 每日|每周|每月|每季度|每半年 : 类型 …\n度量 名称 [“标题”] 每日|每周|每月|每季度|每半年 = 公式",
            ),
            (
                "What has a value for every shorter period inside the period of the policy: records are then those of the"
                " day, week or month, and inputs come from a table of their own (`--data weeks=FILE`). A formula by week may"
                " use inputs and attributes of the longer period, which hold in all of it. Every day, week or month of the"
                " period counts, also one without a record: a `count` is 0 there and a `mean` is missing. A week belongs to"
                " the month, quarter, half or year in which its Thursday lies, so that most of its days are in it; all seven"
                " of its days belong to it, those of the neighbouring period too. Summarise what is shorter before it is used"
                " (see *over shorter periods*).",
                "在制度周期内的每个更短周期各有一个值：记录为该日、该周或该月的记录，输入来自各自的表（`--data weeks=文件`）。"
                "每周的公式可以使用较长周期的输入和属性，它们在整个周期内有效。周期内的每一日、周、月都算在内，没有记录的也算：“计数”为 0，“平均”为缺失。"
                "一周归入其周四所在的月、季度、半年或年，因为它的大多数日子在其中；该周的七天全部随之归入，包括落在相邻周期的日子。"
                "使用前须先汇总（见“对更短周期汇总”）。",
            ),
            "input checks by week : count\nmeasure daily by day = mean of (closed - opened) over tickets\nmeasure weekly by week = mean of daily",
        ),
        Statement(
            ("raters", "评价人"),
            (
                'raters NAME ["LABEL"] = FORMULA over DATA by FIELD [where CONDITION]\n'
                '  "GROUP" SHARE [, at least N raters] [, trimmed N|N%]\n  [counted by FIELD]\n  [otherwise missing]\n'
                'raters NAME ["LABEL"]\n  COLUMN SHARE [, at least N of COLUMN]\n  [otherwise missing]',
                "评价人 名称 [“标题”] = 公式 于 数据 按 字段 [当 条件]\n"
                "  “组” 占比 [, 至少 N 人] [, 去掉两端 N|N%]\n  [人数按 字段]\n  [其余 缺失]\n"
                "评价人 名称 [“标题”]\n  列 占比 [, 至少 N 人数见 列]\n  [其余 缺失]",
            ),
            (
                "A measure of several groups of raters, each with its share; the shares add up to 100%. The rating of a"
                " group is the mean of its records' ratings, or stands in a column of its own. A group with fewer raters"
                " than its least number counts as missing, so that nobody can be identified; every record with a rating"
                " is one rater, unless `counted by` names the field that tells them apart. The share of a missing group"
                " goes to the others in proportion: the result is the sum of share x rating over the sum of the shares"
                " that are there; with `otherwise missing` there is then no result. Without any group it is missing. `trimmed`"
                " leaves out the lowest and the highest ratings of the group, so many or that share at each end; who is left out"
                " still counts as a rater."
                " `why` shows the groups' means, numbers and shares, never a single rating of the data set, and no mean"
                " of a group below its least number; a group without a least number may be one known person.",
                "由几组评价人合成的度量，每组有其占比，占比之和为 100%。一组的评分是其记录评分的平均，或写在单独一列。"
                "评价人数不足的组按缺失处理，使任何人都不会被认出；每条有评分的记录算一人，除非用“人数按”指明区分评价人的字段。"
                "缺失组的占比按比例分给其余各组：结果为 占比×评分 之和除以现有占比之和；写了“其余 缺失”则没有结果。没有任何组时为缺失。“去掉两端”去掉该组最低和最高的若干个（或百分之几）评分，被去掉的仍计入人数。"
                "`why` 显示各组的平均、人数和占比，绝不显示数据中的单条评分，也不显示人数不足的组的平均；没有规定最少人数的组可能就是某一个人。",
            ),
            "data ratings\n  ratee : staff\n  rater : text\n  role  : text\n  mark  : rating 1 to 5\n  given : date\n  placed by given\n"
            'raters opinion = mark over ratings by role\n  "superior" 50%\n  "peer" 30%, at least 3 raters\n'
            '  "report" 20%, at least 3 raters, trimmed 1\n  counted by rater',
        ),
        Statement(
            ("decision", "决策"),
            (
                'decision NAME ["LABEL"] : TYPE, unique|any|first\n'
                'decision NAME ["LABEL"] : TYPE, priority RESULT, RESULT ...\n'
                'decision NAME ["LABEL"] : TYPE, collect sum|min|max|count|mean\n'
                "  when CONDITION : RESULT\n  otherwise : RESULT|missing",
                "决策 名称 [“标题”] : 类型, 唯一|任一|首个\n"
                "决策 名称 [“标题”] : 类型, 优先 结果, 结果 …\n"
                "决策 名称 [“标题”] : 类型, 汇总 合计|最小|最大|计数|平均\n"
                "  若 条件 : 结果\n  其余 : 结果|缺失",
            ),
            (
                "A named measure that is decided by rules over several facts; its type may be any, texts and conditions"
                " included. `unique`: at most one rule can hold. `any`: several may, with equal results. `first`: the"
                " first that holds. `priority`: the result that stands first in the list. `collect`: the sum, least,"
                " greatest, number or mean of the results of all rules that hold (of none: 0 for sum and count, else"
                " missing). Nothing is guessed where a fact is missing: with `unique` and `any` a rule that is known to"
                " hold decides; with `first` and `priority` a rule counts once all before it are known not to hold; with"
                " `collect` every condition must be known; `otherwise` stands for no rule at all, and so needs all of them"
                " known. The checker finds gaps, overlaps and rules that never decide, exactly: it cuts every fact at the"
                " values that it is compared with and walks all combinations (of facts, which it takes to be independent"
                " of one another).",
                "由若干事实按规则决定的命名度量，类型不限，也可为文字或条件。“唯一”：至多一条规则成立。“任一”：可有多条成立，但结果相同。"
                "“首个”：取第一条成立的。“优先”：取清单中排在最前的结果。“汇总”：取所有成立规则之结果的合计、最小、最大、个数或平均"
                "（没有成立的：合计和计数为 0，其余为缺失）。事实缺失时不作猜测：“唯一”“任一”由已知成立的规则决定；“首个”“优先”要求其前的规则"
                "都已知不成立；“汇总”要求所有条件已知；“其余”表示没有任何规则成立，因此要求全部已知。检查时精确找出空档、重叠和永远不起作用的规则："
                "把每个事实按所比较的值切分，遍历所有组合（各事实视为互相独立）。",
            ),
            'decision allowance "Allowance" : money, first\n  when calls >= 100 and late = 0 : 100 yuan\n  when calls >= 100 : 50 yuan\n  otherwise : 0 yuan\n'
            "decision remarks : count, collect count\n  when late > 3 : 1\n  when share < 80% : 1",
        ),
    ),
)

INDICATORS = Chapter(
    ("Indicators", "指标"),
    (
        "An indicator turns a measure into points between 0 and its weight. Weights are parts of 100 and add up to 100,"
        " exactly, for every person whom the policy applies to.",
        "指标把度量变成 0 到权重之间的得分。权重是 100 中的份额，对制度适用的每个人，权重之和都恰为 100。",
    ),
    (
        Statement(
            ("section", "章节"),
            ('section NAME ["LABEL"] [weight W]', "章节 名称 [“标题”] [权重 W]"),
            (
                "Groups indicators, which stand below it, indented. Where it has a weight, theirs add up to it.",
                "把指标分组，指标缩进写在其下。章节写有权重时，其指标的权重之和须等于它。",
            ),
            'section performance "Performance" weight 70\n  indicator answers "Answers" weight 70\n    deduct 1 point per late\nindicator views "View" weight 30\n  measure view\n  levels scaled\n    5 : 3\n    4 : 2\n    otherwise : 0',
        ),
        Statement(
            ("indicator", "指标"),
            ('indicator NAME ["LABEL"] weight W', "指标 名称 [“标题”] 权重 W"),
            (
                "Below it, indented and in any order: at most one `applies to`, `measure`, `target` and `missing`, one"
                " way to score, and any number of `clause` and `note`. The name may be that of an input, but not that of"
                " an amount, and not `staff`, `period`, `total` or `grade`.",
                "其下缩进书写，次序不限：“适用”“度量”“目标”“缺失”各至多一行，一种计分方式，“条款”和“备注”若干。名称可与输入相同，"
                "但不能与奖金相同，也不能是 `staff`、`period`、`total`、`grade`。",
            ),
            'indicator answers "Answers" weight 100\n  clause "table 1, row 3"\n  note "agreed in May"\n  applies to staff where post = "clerk"\n  measure late\n  target <= 3\n  missing zero\n  deduct 2 points per time above target',
        ),
        Statement(
            ("applies to", "适用"),
            ("applies to staff where CONDITION", "适用 员工 当 条件"),
            (
                "The indicator exists for these people only. For the others it is not missing, it is not there.",
                "该指标只适用于这些人。对其他人它不是缺失，而是不存在。",
            ),
            'applies to staff where post in ("manager", "clerk")\nmeasure late\ntarget <= 3\nall or nothing',
            _INDICATOR,
        ),
        Statement(
            ("measure, target", "度量、目标"),
            ("measure FORMULA\ntarget <=|<|>=|>|= FORMULA", "度量 公式\n目标 <=|<|>=|>|= 公式"),
            (
                "What is scored, and what is aimed at, in the same unit. `>=` says that more is better, `<=` that less"
                " is. A target may be a person's own input. `≤` and `≥` may be written too.",
                "计分的内容和目标，二者同单位。`>=` 表示越高越好，`<=` 表示越低越好。目标可以是个人的输入。也可写 `≤`、`≥`。",
            ),
            "measure late / calls\ntarget <= 2%\nall or nothing",
            _INDICATOR,
        ),
        Statement(
            ("deduct", "扣分"),
            (
                "deduct P per [full] U above|below target [, at most X] [, not below Y]\ndeduct P per [full] U\ndeduct P per NAME",
                "每超出目标|每低于目标 [满] U 扣 P[，最多 X][，不低于 Y]\n每 [满] U 扣 P\n每 名称 扣 P",
            ),
            (
                "From the weight, P points are lost for each U (`time`, `1pp`, `30 min`, `100 yuan`) by which the measure"
                " misses the target, or, without a target, for each U of the measure; `per NAME` counts that input or"
                " measure itself and needs no `measure` line. Parts of U cost their part, unless `full` counts full ones"
                " only: at 1 point per full pp below 95%, 92.4% loses 2. `at most` caps the loss, `not below` the points"
                " left; points never fall below 0, with or without it; the commas may be left out. Steps of a ratio are"
                " percentage points (`pp`), never `%`.",
                "从权重起扣：度量每偏离目标一个 U（`次`、`1 个百分点`、`30 分钟`、`100 元`）扣 P 分；没有目标时，度量每有一个 U 扣 P 分；"
                "`每 名称` 直接按该输入或度量计数，不需要“度量”一行。不足一个 U 的按比例扣，写“满”则只计足额：每低于 95% 满 1 个百分点扣 1 分时，"
                "92.4% 扣 2 分。“最多”限制扣分，“不低于”限制剩余得分，不写时扣完为止；其前的逗号可省。比率的步长是百分点，不写 `%`。",
            ),
            "measure share\ntarget >= 95%\ndeduct 1 point per full pp below target, at most 10 points",
            _INDICATOR,
        ),
        Statement(
            ("bands", "分段"),
            (
                "bands\n  up to|below X : P\n  from|over X to|to below Y : P [to Q]\n  from|over X : P\n  otherwise : P",
                "分段\n  不超过|低于 X : P\n  自|高于 X 至|至低于 Y : P [至 Q]\n  自|高于 X : P\n  其他 : P",
            ),
            (
                "Points by interval. `up to X` and `to Y` hold their bound, `below X` and `to below Y` do not; `from X`"
                " holds it, `over X` does not. `P to Q` runs in a straight line from P at the lower bound to Q at the"
                " upper one. Bands may stand in any order, but must join without gap or overlap; counts and ratings"
                " need no band between neighbouring values. `otherwise` is for values outside all bands.",
                "按区间给分。“不超过 X”“至 Y”含边界，“低于 X”“至低于 Y”不含；“自 X”含边界，“高于 X”不含。`P 至 Q` 由下限的 P 按直线变到上限的 Q。"
                "各段次序不限，但须首尾相接，不留空档也不重叠；次数和评级的相邻取值之间不需要分段。“其他”用于各段之外的值。",
            ),
            "measure late / calls\nbands\n  up to 1%       : 100\n  over 1% to 5%  : 80 to 40\n  over 5% to 10% : 30\n  otherwise      : 0",
            _INDICATOR,
        ),
        Statement(
            ("levels", "等级分"),
            (
                'levels [scaled]\n  VALUE ["LABEL"] : P\n  otherwise : P',
                "等级分 [按比例]\n  取值 [“标题”] : P\n  其他 : P",
            ),
            (
                "Points by exact value of a rating, a count or a text. All values that the measure can have must be"
                " listed, or `otherwise` given. With `scaled` the numbers are marks, and points are mark / best mark x"
                " weight.",
                "按评级、次数或文本的确切取值给分。须列出度量可能的全部取值，或写“其他”。写“按比例”时所列为分值，得分 = 分值 / 最高分值 x 权重。",
            ),
            'measure view\nlevels scaled\n  5 "very good" : 3\n  4 "good"      : 2\n  3 "fair"      : 1\n  otherwise     : 0',
            _INDICATOR,
        ),
        Statement(
            ("pro rata to target", "按目标比例"),
            ("pro rata to target [up to X%]", "按目标比例 [至多 X%]"),
            (
                "Weight x measure / target, at most the weight. Needs a target with `>=` (or `=`) above zero; where a"
                " person's own target is 0 or less, the indicator counts as missing.",
                "权重 x 度量 / 目标，至多为权重。目标须为 `>=`（或 `=`）且大于零；个人目标为 0 或更低时，该指标按缺失处理。",
            ),
            "measure share\ntarget >= 90%\npro rata to target",
            _INDICATOR,
        ),
        Statement(
            ("all or nothing", "达标满分"),
            ("all or nothing", "达标满分"),
            ("The weight where the target is met, else 0.", "达到目标得满分，否则 0 分。"),
            "measure wait\ntarget <= 30 min\nall or nothing",
            _INDICATOR,
        ),
        Statement(
            ("linear", "线性"),
            ("linear from X : P to Y : Q", "线性 从 X : P 至 Y : Q"),
            (
                "A straight line from P points at X to Q points at Y, flat beyond both. X may be greater than Y.",
                "由 X 处的 P 分到 Y 处的 Q 分按直线变化，两端之外不再变化。X 可以大于 Y。",
            ),
            "measure wait\nlinear from 10 min : 100 to 60 min : 0",
            _INDICATOR,
        ),
        Statement(
            ("deductions", "扣分项"),
            (
                'deductions [, at most P] [, not below P]\n  P points per [full] COUNT [, at most P] ["LABEL"]\n'
                '  P points per [full] 30 min of DURATION [, at most P] ["LABEL"]\n  P points when CONDITION ["LABEL"]',
                "扣分项 [，最多 P] [，不低于 P]\n  每 [满] 次数 扣 P 分 [，最多 P] [“标题”]\n"
                "  每 [满] 30 分钟 之 时长 扣 P 分 [，最多 P] [“标题”]\n  若 条件 扣 P 分 [“标题”]",
            ),
            (
                "A checklist of defects: the indicator begins at its weight and every line takes its points. The list is"
                " the measure, so there is no `measure` and no `target`. A line whose fact is missing makes the indicator"
                " missing; where no entry means none, the input says `missing zero` or `missing no`. `why` shows what"
                " each line took.",
                "缺陷清单：指标从权重起扣，每行各扣其分。清单即度量，因此没有“度量”和“目标”。某行的事实缺失时指标缺失；若不填表示没有，"
                "请在输入中写 `缺失 零` 或 `缺失 否`。`why` 显示每行各扣多少。",
            ),
            'deductions\n  2 points per late "late answers"\n  5 points when calls = 0 "no calls at all"',
            _INDICATOR,
        ),
        Statement(
            ("score by", "计分按"),
            ("score by FORM(VALUE, VALUE ...)", "计分按 计分方式(值, 值 …)"),
            (
                "A form by its name; the table at the end of this chapter lists them, with their values and targets.",
                "按名称使用计分方式；本章末尾的表列出各方式、其各值和目标。",
            ),
            "measure share\ntarget >= 90%\nscore by steps(80, 5pp, 2)",
            _INDICATOR,
        ),
        Statement(
            ("points =", "得分 ="),
            ("points = FORMULA", "得分 = 公式"),
            (
                "Any formula that gives points; no `measure` line beside it. A ratio is no number of points: say what"
                " the whole is worth. A quotient by what may be zero must say what then.",
                "任何得出分数的公式；旁边不写“度量”。比率不是分数，须写明满分是多少。除数可能为零时必须说明届时如何处理。",
            ),
            "points = fallback(100 points * (calls - late) / calls, 0)",
            _INDICATOR,
        ),
    ),
)

RESULTS = Chapter(
    ("Adjustments, grades, consequences", "调整、等级与其他结果"),
    (
        "What follows from the points. These lines read published (rounded) figures.",
        "由得分得出的结果。这些行读取的是公布（取整后）的数。",
    ),
    (
        Statement(
            ("grades", "等级"),
            (
                'grades\n  NAME ["LABEL"] from X [, at most SHARE of GROUP, ties in|out [, at least N]]\n  NAME ["LABEL"] otherwise',
                "等级\n  名称 [“标题”] 从 X [, 最多 比例 于 群体, 并列计入|并列不计 [, 至少 N]]\n  名称 [“标题”] 其他",
            ),
            (
                "From the best to the lowest. The first grade whose boundary the published total reaches is given; no"
                " total, no grade.",
                "从高到低书写。公布的总分达到的第一个等级即为结果；没有总分就没有等级。",
            ),
            'indicator answers "Answers" weight 100\n  deduct 1 point per late\ngrades\n  excellent "Excellent" from 90\n  good      "Good"      from 80\n  fail      "Fail"      otherwise',
        ),
        Statement(
            ("adjustments", "调整"),
            (
                'adjustments\n  bonus NAME ["LABEL"] : POINTS [when CONDITION][, at most P]\n'
                '  bonus NAME ["LABEL"] : P per [full] [N [UNIT] of] NAME [when CONDITION][, at most P]\n'
                "  penalty ...\n"
                '  veto NAME ["LABEL"] when CONDITION : total at most P\n'
                '  veto NAME ["LABEL"] when CONDITION : grade at most GRADE\n'
                "  bonus at most P\n  penalty at most P\n  total at most P",
                "调整\n  加分 名称 [“标题”] : 分数 [若 条件][, 最多 P]\n"
                "  加分 名称 [“标题”] : 每 [满] [N [单位] 之] 名称 加 P [若 条件][, 最多 P]\n"
                "  减分 …（“加”写作“扣”）\n"
                "  否决 名称 [“标题”] 若 条件 : 总分 最多 P\n"
                "  否决 名称 [“标题”] 若 条件 : 等级 最多 等级名\n"
                "  加分 最多 P\n  减分 最多 P\n  总分 最多 P",
            ),
            (
                "What changes the total after the indicators, in this order: the unrounded total, plus all bonuses, less"
                " all penalties, not below 0, at most the limit of the total, then vetoes; then it is rounded. The grade"
                " follows from the published total, and a veto of the grade comes last. Points are zero or more:"
                " what comes out below 0 counts 0. `at most` behind a line limits that line, a line of its own limits"
                " all bonuses, all penalties or the total; without `total at most`, bonuses may lead above 100. A line"
                " whose facts are missing is not made, and without a total there is none. The results have a column"
                " for each: the points of a bonus or penalty, rounded like points of indicators (the total takes them"
                " unrounded), and whether a veto holds. Formulas may read them by name. Below a line, indented,"
                " `clause` and `note` may stand.",
                "指标之后对总分的调整，次序如下：未取整的总分，加各项加分，减各项减分，不低于 0，不超过总分的上限，然后是否决；最后取整。"
                "等级按公布的总分确定，对等级的否决最后执行。分数不小于零，算出来小于 0 的按 0 计。行末的“最多”限制该行，单独一行限制加分合计、"
                "减分合计或总分；没有“总分 最多”时，加分可使总分超过 100。事实缺失的行不作调整；没有总分时一律不调整。结果中每行一列：加分或减分的分数"
                "（与指标得分同样取整，总分使用未取整的值），以及否决是否成立。公式可以按名称使用。每行之下可缩进写“条款”和“备注”。",
            ),
            'indicator answers "Answers" weight 100\n  deduct 1 point per late\ngrades\n  good "Good" from 80\n  fail "Fail" otherwise\nadjustments\n  bonus busy : 2 points per full 100 times of calls, at most 6\n  bonus liked : 3 points when view = 5\n  penalty lateness : 1 point per late when late > 10, at most 5\n  veto accident when late > 20 : total at most 59\n  veto unseen when calls = 0 : grade at most fail\n  bonus at most 8\n  total at most 105',
        ),
        Statement(
            ("quota", "名额"),
            (
                "NAME from X, at most SHARE of ATTRIBUTE [and ATTRIBUTE ...]|everyone, ties in|ties out [, at least N]",
                "名称 从 X, 最多 比例 于 属性 [和 属性 …]|全体, 并列计入|并列不计 [, 至少 N]",
            ),
            (
                "How many of a group may have the grade: SHARE of its people who have a total, rounded down, and N at"
                " least. The places go by published total to those who would have the grade; of people tied for the last"
                " place, `ties in` lets all keep it and `ties out` none. Whoever gets no place has the next grade below,"
                " whose own quota counts them too. A person whom a veto keeps below the grade takes no place of it. Who has"
                " no such attribute is not limited. The share may be a parameter: 100% limits nobody.",
                "群体中可得该等级的人数：有总分者乘以比例，向下取整，且不少于 N。名额按公布的总分给够得上该等级的人；争夺最后名额的并列者，“并列计入”时都保留，"
                "“并列不计”时都不得。没有名额的人得下一等级，并计入其名额。因否决而低于该等级的人不占名额。该属性缺失的人不受限制。比例可以是参数：100% 即不限制。",
            ),
            'indicator answers "Answers" weight 100\n  deduct 1 point per late\ngrades\n  excellent "Excellent" from 90, at most 20% of department, ties out, at least 1\n  good      "Good"      from 80\n  fail      "Fail"      otherwise',
        ),
        Statement(
            ("amount", "奖金"),
            (
                'amount NAME ["LABEL"] : TYPE = FORMULA [round to STEP [MODE]]',
                "金额 名称 [“标题”] : 类型 = 公式 [精确到 步长 [方式]]",
            ),
            (
                "A number that is published per person and period, rounded to 0.01 unless said. It may use the total,"
                " points, other amounts and groups. Below it, indented, `clause` and `note` may stand.",
                "每人每周期公布的一个数，未写时取整到 0.01。可以使用总分、得分、其他奖金和分组汇总。其下可缩进写“条款”和“备注”。",
            ),
            'indicator answers "Answers" weight 100\n  deduct 1 point per late\namount pool  "Pool"  : money = sum of sales over department * 2% round to 0.01\namount bonus "Bonus" : money = pool / headcount over department * total / 100\n  clause "article 12"',
        ),
        Statement(
            ("pool", "总额分配"),
            (
                'amount NAME ["LABEL"] : TYPE = divide POOL over GROUP [by X] [round to STEP], remainder to largest|remainder to first|remainder kept',
                "金额 名称 [“标题”] : 类型 = 分配 总额 于 群体 [按 X] [精确到 步长], 余数归最大|余数归在前|余数留存",
            ),
            (
                "Everybody's part of a pool that belongs to the group: in proportion to X, or equal parts. Takes part who has an X"
                " above zero (without `by`: all appraised people of the group); an X of zero or less gets 0, a missing X"
                " nothing. Parts are cut to whole steps (0.01 unless said). What is left over goes, one step each, to those"
                " whose parts were cut most (among equals in the order of staff names), or in the order of staff names: then"
                " the parts add up to the pool, cut to whole steps, exactly. `remainder kept` pays no more. A pool that is"
                " missing or negative, or that nobody takes part in, gives nothing.",
                "属于群体的总额中每人所得的一份：按 X 的比例，或平均分配。X 大于零者参加分配（不写“按”则为群体中参加考核的所有人）；X 为零或负者得 0，X 缺失者没有结果。"
                "每份按步长（未写时为 0.01）向下取整。剩下的步长逐个给被舍去最多的人（相同者按员工名称次序），或按员工名称次序；这样各份之和恰为按步长向下取整的总额。"
                "“余数留存”则不再发放。总额缺失、为负或无人参加时没有结果。",
            ),
            'indicator answers "Answers" weight 100\n  deduct 1 point per late\namount pool  "Pool"  : money = sum of sales over department * 2%\namount bonus "Bonus" : money = divide pool over department by total round to 0.01, remainder to largest',
        ),
        Statement(
            ("eligible", "资格"),
            ('eligible NAME ["LABEL"] when CONDITION', "资格 名称 [“标题”] 若 条件"),
            (
                "A published yes or no. Unknown where the condition is unknown.",
                "公布的是或否。条件无法判断时为未知。",
            ),
            'indicator answers "Answers" weight 100\n  deduct 1 point per late\neligible promotion "Promotion" when total >= 90 and points of answers >= 95',
        ),
        Statement(
            ("rollup", "汇总"),
            (
                'rollup year|half|quarter|month ["LABEL"]\n  total = FORMULA\n  [require N periods]\n  [grades ...]\n  [amount ...]\n  [eligible ...]',
                "汇总 年度|半年|季度|月度 [“标题”]\n  总分 = 公式\n  [至少 N 个周期]\n  [等级 …]\n  [奖金 …]\n  [资格 …]",
            ),
            (
                "What a longer period comes to, from what the policy publishes for its own periods: `total`, `points of"
                " INDICATOR`, amounts and other results, adjustments, and inputs. They are summarised as said under *over shorter"
                " periods*: `mean of total`, `mean of best 3 of total`, `mean of total weighted by"
                " months`; outside of a summary `total` is that of the longer period, and attributes are those of the last"
                " period in which the person was appraised. Figures are taken as published. `require`: without so many periods"
                " that have a total there is none. A roll-up without `grades` gives those of the policy. `kpirules score"
                " --rollup year` writes it; the results of the policy's own periods stay as they are. Tests of it begin with"
                " `rollup year` and are given results by period: `given total by quarter = (80, 90, missing, 70)`.",
                "由制度对自身各周期公布的结果得出较长周期的结果：`总分`、`指标得分 指标`、奖金和其他结果、调整以及输入。按“对更短周期汇总”的写法汇总："
                "`平均 总分`、`平均 最好 3 之 总分`、`平均 总分 加权按 月数`；不在汇总之内的 `总分` 是较长周期的总分，属性取该人最后一个参加考核的周期。"
                "数字按公布的取用。“至少”：有总分的周期不足此数时没有总分。没有写“等级”时沿用制度的等级。`kpirules score --rollup year` 写出汇总结果，"
                "制度自身各周期的结果不变。其测试以“汇总 年度”开头，按周期给定结果：`给定 总分 每季度 = (80, 90, 缺失, 70)`。",
            ),
            'indicator answers "Answers" weight 100\n  deduct 1 point per late\nrollup year "Year"\n  total = mean of total\n  require 9 periods\n  eligible promotion when total >= 90 and (least of total) >= 60\ntest "half a year is too little"\n  rollup year\n  given total by month = (80, 90, missing, 70)\n  expect total = missing',
        ),
        Statement(
            ("result", "结果"),
            (
                'result NAME ["LABEL"] : TYPE = FORMULA [round to STEP [MODE]]',
                "结果 名称 [“标题”] : 类型 = 公式 [精确到 步长 [方式]]",
            ),
            (
                "A published value of any type: a number as for an amount, a text, yes or no, a date, or a duration"
                " (published to the microsecond; `round(X, 1 min)` rounds it).",
                "公布的任何类型的值：数值（同奖金）、文本、是否、日期或时长（公布到微秒，可用 `四舍五入(X, 1 分钟)` 取整）。",
            ),
            'indicator answers "Answers" weight 100\n  deduct 1 point per late\ngrades\n  good "Good" from 80\n  fail "Fail" otherwise\nresult talk : text = "praise" when grade = good otherwise "training"',
        ),
        Statement(
            ("award, penalty", "奖励、处罚"),
            (
                'award NAME ["LABEL"] when CONDITION [: FORMULA [round to STEP [MODE]]]\n'
                'penalty NAME ["LABEL"] when CONDITION [: FORMULA [round to STEP [MODE]]]',
                "奖励 名称 [“标题”] 若 条件 [: 公式 [精确到 步长 [方式]]]\n"
                "处罚 名称 [“标题”] 若 条件 [: 公式 [精确到 步长 [方式]]]",
            ),
            (
                "Without a formula a published yes or no. With one, a number in the formula's own unit (money, points,"
                " ...): its value where the condition holds, 0 where it does not, missing where that is unknown.",
                "没有公式时公布是或否。有公式时公布一个数，单位随公式（金额、分数等）：条件成立时为公式的值，不成立时为 0，无法判断时为缺失。",
            ),
            'indicator answers "Answers" weight 100\n  deduct 1 point per late\naward prize "Bonus" when total >= 95 and share >= 90% : sales * 1% round to 0.01\npenalty warned when late > 20',
        ),
        Statement(
            ("alert", "预警"),
            (
                'alert [NAME] ["TEXT"] when CONDITION [level info|warning|critical]',
                "预警 [名称] [“文字”] 若 条件 [级别 提示|警告|严重]",
            ),
            (
                "Says whom somebody must look at: a published yes or no, `warning` unless a level is said. After"
                " scoring, the command line lists the alerts raised. What is unknown is not raised. Alerts with a text and"
                " without a name are called `alert_1`, `alert_2` and so on.",
                "指出谁需要关注：公布是或否，未写级别时为“警告”。计分后命令行列出触发的预警。无法判断的不触发。只有文字而没有名称的预警依次名为 `alert_1`、`alert_2` 等。",
            ),
            'indicator answers "Answers" weight 100\n  deduct 1 point per late\nalert unhappy "test" when share < 85% or total < 60 level critical',
        ),
    ),
)

TESTS = Chapter(
    ("Tests", "测试"),
    (
        "A policy carries its own worked examples; `kpirules test FILE` runs them.",
        "制度自带算例，由 `kpirules test 文件` 运行。",
    ),
    (
        Statement(
            ("test", "测试"),
            (
                'test "TITLE"\n  given NAME = VALUE[, ...]\n  given NAME by week = (VALUE, VALUE, ...)\n  given DATA\n    FIELD = VALUE[, ...]\n  expect NAME = VALUE[, ...]\n  person "NAME"\n    given ...\n    expect ...',
                "测试 “标题”\n  给定 名称 = 值[, …]\n  给定 名称 每周 = (值, 值, …)\n  给定 数据\n    字段 = 值[, …]\n  应得 名称 = 值[, …]\n  人员 “名称”\n    给定 …\n    应得 …",
            ),
            (
                "`given` sets inputs, attributes, measures and parameters; what is not given is missing (or what its"
                " line says). `expect` names indicators (their published points), adjustments, `total`, `grade`,"
                " amounts and other results, measures and decisions; `missing` expects that there is none. With people, the lines of the test itself hold"
                " for each of them; parameters stand there. Groups are made of the people of the test. `given tickets` gives"
                " all records of a data set, one a line (no line: there are none), and its measures are worked out as from"
                " a company's data. A record says when it happened; whose it is, only where the test has several people"
                " and it does not stand in one's block; fields left out are missing. Unless the test"
                " names its period, it is then about that of its first record. What is measured by a shorter period is given in the"
                " order of these periods, those that are left out being missing.",
                "“给定”设置输入、属性、度量和参数；没有给定的为缺失（或取声明中的值）。“应得”写指标（其公布的得分）、调整、`总分`、`等级`、奖金和其他结果、度量和决策；"
                "`缺失` 表示没有结果。有人员时，测试一级的行对每个人都有效，参数写在这一级。分组汇总由测试中的人员组成。“给定 工单”给出该数据的全部记录，每行一条（没有行即没有记录），其度量按公司数据同样算出。记录须写明时间；"
                "有多个人员且不写在某人的块内时，还须写明属于谁；未写的字段为缺失。测试没有写明周期时，以首条记录所在的周期为准。"
                "按更短周期度量的值按这些周期的次序给定，未写的为缺失。",
            ),
            'indicator answers "Answers" weight 100\n  deduct 1 point per late\namount pool "Pool" : money = sum of sales over department\ntest "two of one department"\n  given department = "north", sales = 50 yuan\n  expect pool = 100\n  person "a"\n    given late = 2\n    expect answers = 98, total = 98\n  person "b"\n    given late = missing\n    expect answers = missing, total = missing\nmeasure slow = count of tickets where closed - opened > 1 h\ntest "an hour and a minute is slow"\n  given tickets\n    opened = 2026-01-05 09:00, closed = 2026-01-05 10:00\n    opened = 2026-01-05 11:00, closed = 2026-01-05 12:01\n  expect slow = 1',
        ),
        Statement(
            ("several periods", "多个周期"),
            (
                'period "PERIOD"\ngiven previous NAME = VALUE[, ...]\nperiod "PERIOD"\n  given ...\n  expect ...',
                "周期 “周期”\n给定 上期 名称 = 值[, …]\n周期 “周期”\n  给定 …\n  应得 …",
            ),
            (
                "A line `period` without lines below it, under `test`, is the period that the test is about: it matters where"
                " parameters change on certain days. Facts of earlier periods are given in blocks `period`, under `test` for"
                " everybody or under `person`, or briefly with `given previous` (one period back; `previous previous` two)."
                " What is expected there is about that period. Without its own line a test is about the period after the"
                " latest that a block names, else about the one in which the policy comes in force. Attributes hold in earlier"
                " periods too, unless they are given there; inputs do not.",
                "“测试”之下没有下级行的“周期”一行说明测试所在的周期，参数随日期变化时需要它。更早周期的事实写在“周期”块中（在“测试”之下对所有人有效，或写在“人员”之下），"
                "也可简写为 `给定 上期 …`（上一个周期；`上期 上期` 为上两个周期）。块中的预期属于该周期。没有说明时，测试所在的周期是各块中最晚周期的下一个，否则是制度施行之日所在的周期。"
                "属性在更早的周期中同样有效，除非另有给定；输入则不然。",
            ),
            'indicator answers "Answers" weight 100\n  deduct 1 point per late\ntest "two months"\n  period "2026-09"\n  given late = 2\n  expect total = 98\n  period "2026-08"\n    given late = 5\n    expect total = 95',
        ),
    ),
)

FORMULAS = Chapter(
    ("Formulas", "公式"),
    (
        "From the loosest to the tightest: `A when C otherwise B`; `or`; `and`; `not`; comparisons, `in`, `is present`;"
        " `+ -`; `* /`; a minus sign; names, numbers, functions, summaries. Parentheses group.",
        "由松到紧：`A 当 C 否则 B`；`或`；`且`；`非`；比较、`属于`、`有值`；`+ -`；`* /`；负号；名称、数字、函数、汇总。用括号分组。",
    ),
    (
        Statement(
            ("grade in a condition", "条件中的等级"),
            (
                "grade >= GRADE   grade = GRADE   ...\ngrade in (GRADE, GRADE)   grade is present",
                "等级 >= 等级名   等级 = 等级名   …\n等级 属于 (等级名, 等级名)   等级 有值",
            ),
            (
                "Compares the published grade with a line of `grades`, by name or by label in quotes; the greater grade"
                " is the better one. Unknown without a total.",
                "把公布的等级与“等级”中的一行比较，写名称或引号里的标题；较大即较好。没有总分时为未知。",
            ),
            'indicator answers "Answers" weight 100\n  deduct 1 point per late\ngrades\n  excellent "Excellent" from 90\n  good "Good" from 80\n  fail "Fail" otherwise\neligible promotion "Promotion" when grade >= good and late < 3',
        ),
        Statement(
            ("numbers, texts, dates", "数字、文字、日期"),
            (
                '95%   2pp   1,000   30 min   2 workdays   20 yuan   3 times   2.5wan yuan\n"TEXT"   2026-01-31   2026-01-31 09:00   yes   no',
                "95%   2 个百分点   1,000   30 分钟   2 个工作日   20 元   3 次   2.5 万元\n“文字”   2026-01-31   2026-01-31 09:00   是   否",
            ),
            (
                "A number carries its unit. Commas part groups of three digits. Numbers have at most 15 digits before"
                " the point and 12 behind it, and are exact: nothing is rounded unless the policy says so.",
                "数字带单位。逗号按三位分节。整数部分最多 15 位，小数最多 12 位，且都是精确值：除非制度写明，不作任何取整。",
            ),
            "measure goal = 1,000 yuan * (95% - 2pp)",
        ),
        Statement(
            ("conditions", "条件"),
            (
                "A = B   A != B   A < B   A <= B   A > B   A >= B\nA in (X, Y)   A not in (X, Y)\nA is present   A is missing\nC and D   C or D   not C",
                "A = B   A != B   A < B   A <= B   A > B   A >= B\nA 属于 (X, Y)   A 不属于 (X, Y)\nA 有值   A 缺值\nC 且 D   C 或 D   非 C",
            ),
            (
                "Texts compare with `=`, `!=` and `in` only, letter by letter. A comparison with a missing value is"
                " unknown. `and` is no as soon as one side is no, `or` is yes as soon as one side is yes; else an unknown"
                " side makes them unknown, and `not` unknown is unknown. An unknown condition does not hold. `is present`"
                " and `is missing` are never unknown.",
                "文字只能用 `=`、`!=` 和“属于”逐字比较。与缺失值比较的结果为未知。“且”只要一边为否即为否，“或”只要一边为是即为是；"
                "否则有一边未知则未知，“非”未知仍为未知。未知的条件视为不成立。“有值”“缺值”从不未知。",
            ),
            'measure busy = 1 when calls > 100 and (post = "clerk" or department in ("north", "south")) otherwise 0',
        ),
        Statement(
            ("choice", "二选一"),
            ("A|missing when CONDITION otherwise B|missing", "A|缺失 当 条件 否则 B|缺失"),
            (
                "Missing where the condition is unknown. Choices chain: `A when C otherwise B when D otherwise E`.",
                "条件未知时为缺失。可以连写：`A 当 C 否则 B 当 D 否则 E`。",
            ),
            "measure rate = 3 yuan when calls > 100 otherwise 2 yuan when calls > 50 otherwise 1 yuan",
        ),
        Statement(
            ("over records", "对记录汇总"),
            (
                "count of DATA [where C] [counting S where D]\nshare of DATA where C [among D]\nsum|mean|least|greatest|median|distinct|first|last of X over DATA [where C]\npercentile N of X over DATA [where C]\nmean of X over DATA trimmed N|N% [where C]",
                "计数 数据 [当 C] [折计 S 当 D]\n占比 数据 当 C [基于 D]\n合计|平均|最小值|最大值|中位数|去重计数|首个|末个 X 于 数据 [当 C]\n百分位 N 之 X 于 数据 [当 C]\n平均 X 于 数据 去掉两端 N|N% [当 C]",
            ),
            (
                "Over the records of the person and period. Formulas inside use the fields of the data and parameters."
                " Records whose condition does not hold, or whose X is missing, are left out. `share`: of the records"
                " for which D holds (all, without `among`), the part for which C holds too. `count`, `sum` and `distinct`"
                " of nothing are 0, everything else of nothing is missing. `counting 50% where D`: records for which D holds"
                " count half; where D is unknown, in full. `percentile N`: the least value that at least"
                " N% of the values do not exceed (nearest rank). `median`: the middle value, or the mean of the middle"
                " two. `trimmed N`: the mean without the N lowest and the N highest values; `trimmed N%`: without that share at"
                " each end, rounded down to whole values; missing where nothing is left. `first`, `last`: in the order"
                " of the date that places the records, then of the file. A condition"
                " after `where` reaches as far as it can; put the summary in parentheses to end it earlier.",
                "汇总属于该人该周期的记录，其中的公式使用该数据的字段和参数。条件不成立或 X 缺失的记录不计。“占比”：在 D 成立的记录"
                "（没有“基于”则为全部）中，C 也成立者所占的份额。没有记录时，“计数”“合计”“去重计数”为 0，其余为缺失。“折计 50% 当 D”：D 成立的记录按一半计，无法判断时按整条计。“百分位 N”：至少 N% 的值不超过"
                "的最小值（最近秩）。“中位数”：居中的值，或居中两值的平均。“去掉两端 N”：不计最低和最高各 N 个值的平均；“去掉两端 N%”：两端各去掉该比例（向下取整），去完则为缺失。“首个”“末个”按归期的日期，再按文件中的次序。“当”之后的条件尽可能长；"
                "要提前结束，请给汇总加括号。",
            ),
            'measure quick   = share of tickets where closed - opened <= 30 min among closed is present\nmeasure repairs = count of tickets where kind = "repair" counting 50% where closed - opened <= 2 h\nmeasure slowest = percentile 90 of (closed - opened) over tickets where kind != "test"',
        ),
        Statement(
            ("what follows a record", "记录的后续"),
            (
                "followed within TIME by DATA of the same FIELD [as FIELD] [and the same FIELD] [where C]",
                "其后 时限 内又有 数据 同一 字段 [对应 字段] [及同一 字段] [当 C]",
            ),
            (
                "A condition on a record: another record of DATA, with the same value of the field, is placed after it (by"
                " `placed by`), at most TIME later. Of the same data set and at the same moment, the one that stands later"
                " in the file is after; of another data set, none is. Whose the other record is does not matter, nor in"
                " which period it lies: give data that reaches TIME beyond the last period, else a warning (K465) counts"
                " the records of which it is not known yet. C is about the other record. Unknown where the record's own"
                " field is missing; a record whose field is missing follows none. `as` names the field in the other data"
                " set where it is called otherwise there. Right behind the data set's name `where` may be left out.",
                "对单条记录的条件：数据中另有一条记录，该字段的值相同，按“归期按”的时刻在其之后，且相隔不超过时限。同一数据集中时刻相同的，"
                "以文件中靠后者为后；另一数据集中时刻相同的不算。另一条记录属于谁、落在哪个周期都不论：请提供末期之后一个时限的数据，"
                "否则会有提示（K465）说明还有多少条尚不知道。C 针对另一条记录。本记录的字段缺失时为未知；字段缺失的记录不算任何记录的后续。"
                "另一数据集中字段名不同时用“对应”写明。紧跟在数据集名称之后时可以省略“当”。",
            ),
            "measure redone = share of tickets followed within 7 days by tickets of the same kind\nmeasure kept   = count of tickets where not followed within 24 h by tickets of the same kind and the same agent",
        ),
        Statement(
            ("over shorter periods", "对更短周期汇总"),
            (
                "sum|mean|least|greatest|median|first|last of X [where C]\nmean|sum of best N of X\nmean of X weighted by W\ncount of days|weeks|months|quarters|halves [where C]\nshare of days|weeks|months|quarters|halves where C",
                "合计|平均|最小值|最大值|中位数|首个|末个 X [当 C]\n平均|合计 最好 N 之 X\n平均 X 加权按 W\n计数 各日|各周|各月|各季度|各半年 [当 C]\n占比 各日|各周|各月|各季度|各半年 当 C",
            ),
            (
                "Over the shorter periods of the period at hand, where X or C uses what is measured `by day`, `by week` or"
                " `by month`. X and C are worked out for each of these periods; periods for which X is missing, or C is not"
                " known to hold, are left out. `share`: of the periods for which it is known whether C holds, the part for"
                " which it does. `sum` and `count` of nothing are 0, everything else of nothing is missing. `first` and `last`"
                " go by time. `best N`: of the N greatest, or of all where there are fewer. `weighted by`: each period counts by"
                " its weight, one without X or W is left out. X and C reach as far as they can: `(mean of a) - (mean of b)` needs its parentheses.",
                "对当前周期内的更短周期汇总，X 或 C 使用“每日”“每周”“每月”的度量。X 和 C 对每个更短周期分别计算；X 缺失或不知 C 成立的周期不计。"
                "“占比”：在已知 C 是否成立的周期中，C 成立者所占的份额。没有可计的周期时，“合计”“计数”为 0，其余为缺失。“首个”“末个”按时间。“最好 N”：取最高的 N 个，不足时取全部。“加权按”：按权数计，缺 X 或 W 的周期不计。"
                "X 和 C 尽可能长：`(平均 a) - (平均 b)` 须加括号。",
            ),
            "measure daily by day = mean of (closed - opened) over tickets\nmeasure weekly by week = mean of daily\nmeasure steady = share of weeks where weekly <= 3 h\nmeasure worst  = greatest of weekly\nmeasure usual  = mean of best 3 of weekly",
        ),
        Statement(
            ("working time", "工作时间"),
            (
                "working time from A to B\nworkdays from A to B",
                "工作时间自 A 至 B\n工作日自 A 至 B",
            ),
            (
                "Between two date-times of a record. The first is the time that lies in working hours of working days;"
                " the second counts the working days after the day of A up to and with the day of B. Both are negative"
                " where B is before A. A year whose public holidays nobody has described is an error, not a guess.",
                "用于记录的两个时刻之间。前者为落在工作日上班时间内的时间；后者为 A 当日之后至 B 当日（含）的工作日数。B 早于 A 时为负。"
                "节假日未公布的年份会报错，不作猜测。",
            ),
            "measure handling = mean of (working time from opened to closed) over tickets\nmeasure in_two_days = share of tickets where (workdays from opened to closed) <= 2 workdays",
        ),
        Statement(
            ("across people", "对人员汇总"),
            (
                "sum|mean|least|greatest|median|count|distinct of X over GROUP [where C]\npercentile N of X over GROUP [where C]\nheadcount over GROUP [where C]\nshare of people over GROUP where C\n\nGROUP: over ATTRIBUTE [and ATTRIBUTE ...] | over everyone | between ATTRIBUTE [and ...]",
                "合计|平均|最小值|最大值|中位数|去重计数 X 于 群体 [当 C]\n百分位 N 之 X 于 群体 [当 C]\n人数 于 群体 [当 C]\n人数占比 于 群体 当 C\n\n群体: 于 属性 [和 属性 …] | 于 全体 | 组间 属性 [和 …]",
            ),
            (
                "Over the appraised people of the same period who share the attribute, or all the attributes. Whose X is"
                " missing, or for whom C is not known to hold, does not count; a sum and a number of distinct values of"
                " nothing are 0, everything else of nothing is missing. `headcount` counts people, also those without a"
                " total; `share of people`: the part of them for whom C is known to hold. `percentile N`: the least value"
                " that at least N% of the values do not exceed (nearest rank). Who has no such attribute has no group:"
                " missing. `between team`: over the whole period, where each team counts once, however many people it"
                " has; X must then be the same for everybody of a team. An `and` behind an attribute joins attributes: put"
                " a summary in parentheses before a logical `and`.",
                "汇总同一周期内参加考核且该属性（或各个属性）相同的人。X 缺失或 C 不确知成立的人不计；没有人时合计与去重计数为 0，其余为缺失。“人数”计入所有人，"
                "包括没有总分的人；“人数占比”：其中 C 确知成立者所占份额。“百分位 N”：至少 N% 的值不超过的最小值（最近秩）。属性缺失的人没有分组，结果为缺失。"
                "“组间 团队”：在整个周期内汇总，每个团队无论人数多少只计一次，此时 X 对团队内每个人必须相同。",
            ),
            "amount fair_share  : money = sum of sales over department / headcount over department\namount top         : money = percentile 90 of sales over department and post\namount busy_share  : ratio = share of people over department where calls > 100\namount department_mean : money = mean of (sum of sales over department) between department",
        ),
        Statement(
            ("ranks", "名次"),
            (
                "rank|dense rank|average rank of X within GROUP [lowest first] [where C]\npercentile of X within GROUP [lowest first] [where C]",
                "名次|连续名次|平均名次 X 在 群体 [从低到高] [当 C]\n百分位排名 X 在 群体 [从低到高] [当 C]",
            ),
            (
                "The place of X in the group, the highest first unless said. `rank` leaves out places behind tied ones"
                " (1, 2, 2, 4), `dense rank` does not (1, 2, 2, 3), in `average rank` tied ones share the mean of their"
                " places (1, 2.5, 2.5, 4). `percentile`: the share of those ranked who stand behind, (ranked - rank) /"
                " ranked; tied ones share the better place, so `percentile of total within team >= 70%` are the best 30%:"
                " at most 30% of the places, rounded down, and all who are tied with the last of them. Whose X is missing,"
                " or for whom C is not known to hold, has no place, and none is counted for them. `rank of X between team`"
                " ranks the teams: each counts once.",
                "X 在群体中的名次，未写时从高到低。“名次”在并列之后留空（1、2、2、4），“连续名次”不留空（1、2、2、3），“平均名次”由并列者均分名次"
                "（1、2.5、2.5、4）。“百分位排名”：参加排名者中排在其后的份额，即（人数 − 名次）/ 人数；并列者取较好的名次，因此"
                "`百分位排名 总分 在 团队 >= 70%` 即前 30%：名额为 30% 向下取整，与最后一名并列者一并计入。X 缺失或 C 不确知成立的人没有名次，也不计入。"
                "`名次 X 组间 团队` 对团队排名，每个团队只计一次。",
            ),
            'indicator answers "Answers" weight 100\n  deduct 1 point per late\namount place : count = rank of total within department\namount calm : count = dense rank of late within department and post lowest first\namount team_place : count = rank of (mean of total over department) between department\neligible promotion "Promotion" when percentile of total within department >= 70%',
        ),
        Statement(
            ("earlier periods", "更早的周期"),
            (
                "previous X\nmean|sum|least|greatest of last N [periods of] X [if at least M [periods]]\nbest K [periods] of last N [periods of] X [if at least M [periods]]",
                "上期 X\n平均|合计|最小值|最大值 近 N [期] X [至少有 M [期]]\n最好 K [期] 取自近 N [期] X [至少有 M [期]]",
            ),
            (
                "`previous X` is what X was for the same person in the period before (of the same kind): an input, a measure, a"
                " condition, the total, points or an amount, as published then. `previous previous X` is two periods back, up to"
                " 12. It is missing where there are no facts of them in that period, and where the policy did not apply to them"
                " then. `last N` takes this period and the N - 1 before it (N up to 36) and leaves missing ones out; with none"
                " known, or fewer than `if at least` asks for, it is missing. `best K` is the mean of the K greatest (of all that"
                " are known, if fewer). X is one name, or a formula in parentheses. A value must not read its own past: an"
                " amount may read `previous total`, an indicator may not. Runs for some periods only (`--periods`) read the"
                " earlier ones too, as far as the data have them, and publish the asked ones; groups of an earlier period are"
                " its own people.",
                "`上期 X` 为同一员工上一个（同类）周期的 X：输入、度量、条件、总分、得分或奖金，取当时公布的值。`上期 上期 X` 为上两个周期，至多 12 个。"
                "该周期没有此人的事实，或当时制度不适用于此人时为缺失。`近 N 期` 取本期及此前 N - 1 期（N 至多 36），缺失的不计；全部缺失，或少于“至少有”所要求的期数时为缺失。"
                "`最好 K` 为最大的 K 个的平均值（已知的不足 K 个时取全部）。X 为一个名称，或括号中的公式。值不能读取自身的过去：奖金可以读取 `上期 总分`，指标则不能。"
                "只对部分周期计分（`--periods`）时也会读取更早的周期（以数据所有为限），但只公布所要的周期；更早周期的群体由当期人员组成。",
            ),
            'measure change = calls - previous calls\namount steady : points = mean of last 4 total if at least 2\namount peak : points = best 2 of last 4 total\neligible improved when total > previous total and change > 0\nindicator busy "Busy" weight 100\n  points = calls',
        ),
        Statement(
            ("results", "结果"),
            (
                "total\npoints of INDICATOR\npoints of SECTION\nAMOUNT",
                "总分\n指标得分 指标\n指标得分 章节\n奖金名称",
            ),
            (
                "As published: a formula that reads a rounded figure reads it rounded, so that everyone can redo the sum"
                " by hand. Nothing may be worked out from itself. The points of a section are what its indicators earned of"
                " the weight that counted, times the section's weight: a missing one leaves its weight to the others.",
                "均为公布的数：公式读取取整后的数，任何人都可以手工复算。不能由自身算出。章节的得分是其指标得分之和除以计入的权重，"
                "再乘以章节的权重：缺失的指标把权重让给其余指标。",
            ),
            'indicator answers "Answers" weight 100\n  deduct 1 point per late\namount bonus : money = 10 yuan * total + 5 yuan * points of answers',
        ),
    ),
)

MEANING = Chapter(
    ("Exact meaning", "确切含义"),
    ("", ""),
    (
        Statement(
            ("Exact numbers", "精确的数"),
            ("", ""),
            (
                "Every value is a fraction: `(95% - 92%) / 1pp` is 3. A cell is taken as the decimal that is written in"
                " it. Rounding happens where the policy says, and when points, the total and amounts are published.",
                "每个值都是分数：`(95% - 92%) / 1 个百分点` 等于 3。单元格按所写的小数取值。只在制度写明处，以及公布得分、总分和奖金时取整。",
            ),
        ),
        Statement(
            ("Missing", "缺失"),
            ("", ""),
            (
                "Empty cells, ratios over zero and summaries of nothing are missing, and so is what is calculated from"
                " something missing; `fallback(A, B)` gives B instead. An indicator whose measure or target is missing"
                " follows its rule for missing facts.",
                "空单元格、分母为零的比率、没有内容的汇总都是缺失，由缺失值算出的也是缺失；`缺失取(A, B)` 则改取 B。度量或目标缺失的指标按其缺失规则处理。",
            ),
        ),
        Statement(
            ("Division by zero", "除以零"),
            ("", ""),
            (
                "In a measure it is missing. In points, amounts, targets and conditions the formula must say what then:"
                " `fallback(a / b, VALUE)`, `a / b when b > 0 otherwise VALUE`, or a divisor that cannot be zero"
                " (`max(b, 1)`, a headcount, a rating from 1).",
                "在度量中为缺失。在得分、奖金、目标和条件中公式必须说明：`缺失取(a / b, 值)`、`a / b 当 b > 0 否则 值`，或使用不可能为零的除数"
                "（`最大(b, 1)`、人数、从 1 起的评级）。",
            ),
        ),
        Statement(
            ("Points", "得分"),
            ("", ""),
            (
                "What the way to score gives, kept between 0 and the weight; published rounded.",
                "计分方式的结果限制在 0 到权重之间；公布时取整。",
            ),
        ),
        Statement(
            ("Total", "总分"),
            ("", ""),
            (
                "Points earned / weight present x 100, from unrounded points, then adjusted (see *adjustments*), then rounded. Present are the indicators"
                " that exist for the person and have points. Without any there is no total and no grade.",
                "所得分数 / 计入的权重 x 100，用未取整的得分计算，再作调整（见“调整”），然后取整。计入的是对该人存在且有得分的指标。一个都没有时，没有总分和等级。",
            ),
        ),
        Statement(
            ("Order", "次序"),
            ("", ""),
            (
                "Who is appraised, then measures, points, adjustments, total, grade, amounts and the rest; groups take the"
                " appraised people of the same period.",
                "先确定谁参加考核，再算度量、得分、调整、总分、等级、奖金和其他结果；分组汇总取同一周期参加考核的人。",
            ),
        ),
    ),
)

CHAPTERS = (HEADER, DECLARATIONS, INDICATORS, RESULTS, TESTS, FORMULAS, REUSE, MEANING)

#: Names and labels of the examples in Chinese; in a policy in the Chinese vocabulary nothing else is in Latin letters.
CHINESE_NAMES = {
    "region": "区域",
    "checks": "检查次数",
    "worst": "最差周",
    "steady": "达标周占比",
    "weekly": "每周时长",
    "daily": "每日时长",
    "pickup_rate": "接通",
    "pickup": "接通率",
    "hotline": "热线组",
    "grade_of_pay": "薪级",
    "late_share": "迟答率",
    "in_two_days": "两日内",
    "department_mean": "部门均值",
    "team_place": "部门名次",
    "fair_share": "人均",
    "busy_share": "繁忙占比",
    "place": "排位",
    "calm": "稳妥名次",
    "top": "标杆",
    "department": "部门",
    "allowance": "免扣次数",
    "certified": "有证",
    "lateness": "迟答扣分",
    "accident": "事故",
    "unhappy": "不满意",
    "unseen": "未出勤",
    "warned": "警告",
    "liked": "好评",
    "prize": "奖",
    "talk": "面谈",
    "difficulty": "难度系数",
    "performance": "绩效",
    "promotion": "晋升",
    "excellent": "优秀",
    "handling": "处理时长",
    "surveys": "问卷",
    "tickets": "工单",
    "repairs": "维修数",
    "answers": "答复",
    "example": "示例",
    "on_time": "及时率",
    "slowest": "最慢",
    "strict": "从严次数",
    "manager": "经理",
    "opened": "受理时间",
    "closed": "办结时间",
    "agent": "经办人",
    "bonus": "季度奖",
    "price": "单价",
    "stars": "星级",
    "views": "评价",
    "share": "满意率",
    "sales": "销售额",
    "calls": "来电数",
    "quick": "快速率",
    "clerk": "专员",
    "post": "岗位",
    "late": "迟答数",
    "wait": "等待时长",
    "view": "上级评分",
    "kind": "类别",
    "cost": "费用",
    "sent": "发出日期",
    "team": "团队",
    "pool": "奖金池",
    "good": "良好",
    "fail": "不合格",
    "work": "工作量",
    "goal": "指标值",
    "busy": "繁忙",
    "rate": "单次单价",
    "china": "中国",
}
CHINESE_LABELS = {
    "Region": "区域",
    "Calls picked up": "接通率",
    "Hotline": "热线组考核",
    "two of one department": "同一部门的两个人",
    "agreed with the works council": "已与职工代表商定",
    "agreed with the works council: punctuality comes first": "已与职工代表商定：守时优先",
    "table 1, row 3": "表一第 3 行",
    "agreed in May": "五月商定",
    "customer surveys": "客户问卷",
    "answered in time": "及时答复",
    "repairs done": "完成的维修",
    "board repair": "主板维修",
    "headquarters": "总部",
    "Performance": "绩效",
    "article 12": "第十二条",
    "very good": "很好",
    "Promotion": "晋升",
    "Excellent": "优秀",
    "cleaning": "清洁",
    "Answers": "答复",
    "Example": "示例",
    "repair": "维修",
    "training": "培训",
    "praise": "表扬",
    "north": "北区",
    "south": "南区",
    "Bonus": "奖金",
    "View": "评价",
    "Pool": "奖金池",
    "Good": "良好",
    "Fail": "不合格",
    "good": "好",
    "fair": "一般",
    "test": "测试",
    "manager": "经理",
    "clerk": "专员",
    "A": "甲",
    "B": "乙",
    "C": "丙",
    "a": "甲",
    "b": "乙",
}
