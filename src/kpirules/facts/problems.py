"""What can be wrong with tables and their cells (K401 to K479), declared once in both languages."""

from __future__ import annotations

from kpirules.diagnostics import Words, declare
from kpirules.units import CURRENCIES, Type, Unit

#: How a unit is called in messages, with a spelling that fits.
KINDS: dict[Unit, Words] = {
    Unit.NUMBER: Words("number (such as 12.5)", "数值（如 12.5）"),
    Unit.COUNT: Words("count (a whole number such as 12)", "计数（整数，如 12）"),
    Unit.RATIO: Words("percentage (such as 93% or 0.93)", "百分比（如 93% 或 0.93）"),
    Unit.POINTS: Words("number of points (such as 8.5)", "分数（如 8.5）"),
    Unit.RATING: Words("rating (such as 4)", "评级（如 4）"),
    Unit.DURATION: Words(
        "duration (such as 30 min, 1.5 h or 00:30:00)", "时长（如 30 分钟、1.5 小时 或 00:30:00）"
    ),
    Unit.WORKDAYS: Words("number of working days (such as 2)", "工作日数（如 2）"),
    Unit.MONEY: Words("amount of money (such as 1,234.50)", "金额（如 1,234.50）"),
    Unit.DATETIME: Words("date and time (such as 2026-01-05 09:30)", "日期时间（如 2026-01-05 09:30）"),
    Unit.DATE: Words("date (such as 2026-01-05)", "日期（如 2026-01-05）"),
    Unit.TEXT: Words("text", "文本"),
    Unit.STAFF: Words("name of a person", "人员姓名"),
    Unit.BOOLEAN: Words("yes or no", "是或否"),
}


def kind_of(type: Type) -> Words:
    """What a cell of the type is to be, in words."""
    if type.unit is not Unit.MONEY or type.currency == "CNY":
        return KINDS[type.unit]
    return Words(
        f"sum in {type.currency} (such as 1,234.50)",
        f"以{CURRENCIES[type.currency].zh}计的金额（如 1,234.50）",
    )


# Tables and columns

MISSING_COLUMNS = declare(
    "K401",
    "error",
    en="the table of {table} has no column {columns}",
    zh="{table} 表缺少列 {columns}",
    help=(
        'add the columns, or say in kpirules.toml which ones they are: {section} {first} = "title in the file"',
        "补上这些列，或在 kpirules.toml 里写明对应的列：{section} {first} = “文件中的列名”",
    ),
    explain=(
        "Every input, attribute and data field of the policy is read from a column of its own name, unless"
        " kpirules.toml binds it to another title. All missing columns of a table are named at once.",
        "制度的每个输入、属性和数据字段都从同名的列读取，除非 kpirules.toml 指定了别的列名。一张表缺少的列会一次列全。",
    ),
    example="staff,period\n张三,2026-Q1",
)
UNUSED_COLUMNS = declare(
    "K402",
    "info",
    en="not used by the policy: column {columns}",
    zh="制度没有用到的列：{columns}",
    explain=(
        "Columns that the policy does not name are left alone. Look whether one of them is a misspelt input.",
        "制度没有提到的列会被忽略。请检查其中是否有写错名字的输入列。",
    ),
    example="staff,period,complaints,remark",
)
NO_TABLE = declare(
    "K403",
    "error",
    en="nothing is given for {table}, which the policy needs",
    zh="制度需要 {table}，但没有提供",
    help=(
        "give the file with --data {option}, or name it in kpirules.toml under {section}",
        "用 --data {option} 指定文件，或在 kpirules.toml 的 {section} 里写明",
    ),
    explain=(
        "A policy with inputs needs a table with the columns staff, period and one for each input; every data set"
        " that a measure reads needs a table of its records.",
        "有输入的制度需要一张含 staff、period 和各输入列的表；度量用到的每个数据集也需要一张记录表。",
    ),
    example="data tickets",
)
UNKNOWN_TABLE = declare(
    "K404",
    "error",
    en='the policy has no data set "{table}"',
    zh="制度里没有数据集“{table}”",
    help=("its data sets are: {known}", "它的数据集有：{known}"),
    explain=(
        "Data is given by the name that the policy declares it under; inputs and staff are always known.",
        "数据按制度声明的名字提供；inputs 和 staff 总是可用。",
    ),
    example="--data tikets=tickets.csv",
)
NO_ROWS = declare(
    "K405",
    "warning",
    en="the table of {table} has no rows",
    zh="{table} 表没有数据行",
    explain=(
        "The file was read, and there is nothing below its header.",
        "文件已读取，但表头下面没有数据。",
    ),
    example="staff,period,complaints",
)
UNKNOWN_BOUND = declare(
    "K406",
    "error",
    en='the binding of {table} names "{name}", which the policy does not declare there',
    zh="{table} 的绑定里写了“{name}”，制度里没有声明它",
    explain=(
        "The left sides under [data.NAME.columns] and [inputs.columns] are names of the policy, the right sides"
        " titles of the file.",
        "[data.NAME.columns] 和 [inputs.columns] 左边是制度里的名字，右边是文件里的列名。",
    ),
    example='[data.tickets.columns]\nopend = "Created"',
)

NO_CELLS = declare(
    "K407",
    "warning",
    en='the column "{column}" ({type}) is left out: it has no name of its own, or holds no plain values',
    zh="列“{column}”（{type}）被忽略：没有独立的列名，或内容不是普通的值",
    explain=(
        "Numbers, texts, dates, times and yes/no values can be cells; lists, structures and bytes cannot. Column"
        " names are not blank, and no two are the same.",
        "数字、文本、日期、时间和是/否可以作为单元格；列表、结构和字节不行。列名不能为空，也不能重复。",
    ),
    example='{"staff": ["张三"], "tags": [["a", "b"]]}',
)

NO_INPUTS = declare(
    "K408",
    "warning",
    en="no table of inputs is given, so these are missing for everybody: {names}",
    zh="没有提供输入表，所有人都缺少：{names}",
    help=(
        "give the table with --data FILE, or leave it if there is none: the policy says what a missing fact means",
        "用 --data 文件 提供该表；确实没有时可以不管：缺失的事实如何处理由制度规定",
    ),
    explain=(
        "A policy that also reads records can score without its table of inputs. Its people and periods are then"
        " those of the records, and every input is missing (or what the policy says a blank one stands for).",
        "同时使用记录的制度没有输入表也能计分。此时人员和周期来自记录，所有输入都视为缺失（或按制度规定的空白取值）。",
    ),
    example="kpirules score service_staff.kpi --data tickets=tickets.csv",
)
BLANK_COLUMNS = declare(
    "K409",
    "info",
    en="{table} has no column {columns}: blank in every record",
    zh="{table} 没有列 {columns}：每条记录的该项按空白处理",
    help=(
        'if the file has it under another title, say so in kpirules.toml: {section} {first} = "title in the file"',
        "如果文件里用的是别的列名，请在 kpirules.toml 里写明：{section} {first} = “文件中的列名”",
    ),
    explain=(
        "A field that the policy declares optional may be blank in a record, so its column may be absent from the"
        " file. What is measured by it is then missing. A column that kpirules.toml names must be there.",
        "制度声明为可选的字段可以空白，所以文件里可以没有这一列，由它得出的度量即为缺失。kpirules.toml 写明的列则必须存在。",
    ),
    example="staff,opened,closed",
)

# Staff and periods of a row

NO_STAFF = declare(
    "K410",
    "error",
    en="this row does not say {what} it is about",
    zh="这一行没有写明{what}",
    explain=(
        "A row without staff belongs to nobody. Fill the cell, or leave the row out.",
        "没有人员的行不属于任何人。请补填，或删去该行。",
    ),
    example="staff,period,complaints\n,2026-Q1,3",
)
NO_PERIOD = declare(
    "K411",
    "error",
    en="this row does not say which {kind} it is about",
    zh="这一行没有写明{kind}",
    explain=(
        "A row of inputs belongs to one person in one period.",
        "输入表的一行属于一个人的一个周期。",
    ),
    example="staff,period,complaints\n张三,,3",
)
BAD_PERIOD = declare(
    "K412",
    "error",
    en='"{value}" is not a period',
    zh="“{value}”不是周期",
    help=("write the {kind} like {sample}", "请像 {sample} 这样写{kind}"),
    explain=(
        "Periods are written 2026, 2026-H1, 2026-Q3, 2026-07, 2026-W31 or 2026-07-15.",
        "周期的写法：2026、2026-H1、2026-Q3、2026-07、2026-W31 或 2026-07-15。",
    ),
    example="staff,period,complaints\n张三,first quarter,3",
)
WRONG_PERIOD = declare(
    "K413",
    "error",
    en='"{value}" is a {found}, but the policy appraises by {kind}',
    zh="“{value}”是{found}，而制度按{kind}考核",
    help=(
        "write the {kind} like {sample}; workbooks turn such text into dates: format the cells as text first",
        "请像 {sample} 这样写{kind}；表格软件会把它变成日期，请先把单元格设为文本格式",
    ),
    explain=(
        "Inputs are given for the very periods that the policy scores. A month's figure in a quarterly policy"
        " would have to be added up or averaged, and the table does not say which.",
        "输入必须按制度评分的周期提供。季度制度里给出的月度数字要相加还是平均，表格并没有说明。",
    ),
    example="staff,period,complaints\n张三,2026-01,3",
)
DUPLICATE = declare(
    "K414",
    "error",
    en="{staff} already has a row for {period}: row {first}",
    zh="{staff} 在 {period} 已有一行：第 {first} 行",
    help=("keep one of them", "请只保留一行"),
    explain=(
        "One person has one row of inputs per period; two rows are never added up. With --reject the first one"
        " is kept and the others are set aside.",
        "每人每个周期只能有一行输入；两行不会相加。使用 --reject 时保留第一行，其余搁置。",
    ),
    example="staff,period,complaints\n张三,2026-Q1,3\n张三,2026-Q1,2",
)
DUPLICATE_STAFF = declare(
    "K415",
    "error",
    en="{staff} already has a row: row {first}",
    zh="{staff} 已有一行：第 {first} 行",
    help=("keep one of them", "请只保留一行"),
    explain=(
        "A table of staff has one row per person.",
        "人员表每人一行。",
    ),
    example="staff,post\n张三,manager\n张三,other",
)
UNKNOWN_STAFF = declare(
    "K416",
    "error",
    en="{staff} is not among the {who} in {table}",
    zh="{table} 里没有 {staff}",
    explain=(
        "When a table of inputs or of staff is given, every record must belong to somebody in it. Otherwise work"
        " would vanish, or be scored for somebody who is not appraised.",
        "提供了输入表或人员表时，每条记录都必须属于其中的人员；否则工作会丢失，或算到不参加考核的人头上。",
    ),
    example="--data staff=staff.csv --data tickets=tickets.csv",
)

# Cells

BAD_CELL = declare(
    "K420",
    "error",
    en='"{value}" is not a {kind}',
    zh="“{value}”不是{kind}",
    help=(
        'mend the cell; if this text means "no value", declare it: missing = ["{value}"] or --missing "{value}"',
        '请改正单元格；如果它表示“没有值”，请声明：missing = ["{value}"] 或 --missing "{value}"',
    ),
    explain=(
        "A cell fits the declared type of its column, is empty, or holds a declared marker of missing values."
        " Nothing else is guessed or skipped.",
        "单元格要么符合该列声明的类型，要么为空，要么是声明过的缺失标记；不会猜测，也不会跳过。",
    ),
    example="staff,period,complaints\n张三,2026-Q1,three",
)
NOT_WHOLE = declare(
    "K421",
    "error",
    en="{value} is not a whole number",
    zh="{value} 不是整数",
    help=(
        "a count counts whole things; declare the column as a number if it does not",
        "计数必须是整数；如果不是计数，请把该列声明为 number",
    ),
    explain=("Columns declared as count hold whole numbers.", "声明为 count 的列只能是整数。"),
    example="staff,period,complaints\n张三,2026-Q1,5.5",
)
OUT_OF_RANGE = declare(
    "K422",
    "error",
    en="{value} is out of range: {range}",
    zh="{value} 超出范围：{range}",
    explain=(
        "The declared type bounds its values: a count or duration is never negative, a rating lies on its scale.",
        "声明的类型限定了取值范围：计数和时长不为负，评级不超出量表。",
    ),
    example="staff,period,superior_rating\n张三,2026-Q1,7",
)
BARE_PERCENT = declare(
    "K423",
    "error",
    en="{value} is {percent}: a plain number in a percentage column is the ratio itself",
    zh="{value} 等于 {percent}：百分比列里的普通数字就是比值本身",
    help=(
        "write {value}% or {ratio} if that is meant",
        "如果本意是百分之 {value}，请写 {value}% 或 {ratio}",
    ),
    explain=(
        "0.93 and 93% are the same, and 1 is 100%. A plain number above 10 (or below -10) would be more than"
        " 1000%: almost surely a percentage without its sign, so it is refused rather than misread. A type that"
        " declares a range up to more than 10 takes such numbers.",
        "0.93 与 93% 相同，1 是 100%。绝对值大于 10 的普通数字意味着超过 1000%，几乎肯定是漏写了百分号，因此拒绝而不误读。"
        "声明了更大范围的类型可以接受这样的数字。",
    ),
    example="staff,period,quick_share\n张三,2026-Q1,93",
)
OFF_STEP = declare(
    "K424",
    "error",
    en="{value} is not on the scale: it goes from {low} in steps of {step}",
    zh="{value} 不在量表上：量表从 {low} 起，每级 {step}",
    explain=("A rating takes only the values of its scale.", "评级只能取量表上的值。"),
    example="staff,period,superior_rating\n张三,2026-Q1,2.3",
)
NO_UNIT = declare(
    "K425",
    "error",
    en="{value} is a duration without a unit",
    zh="{value} 是没有单位的时长",
    help=(
        'write it like 30 min, or declare the unit in kpirules.toml: {name} = {{ column = "{column}", unit = "min" }}',
        '请写成 30 分钟 这样，或在 kpirules.toml 里声明单位：{name} = {{ column = "{column}", unit = "min" }}',
    ),
    explain=(
        "Nothing says whether 30 is seconds, minutes or hours.",
        "无法知道 30 是秒、分钟还是小时。",
    ),
    example="staff,period,handling\n张三,2026-Q1,30",
)
UNCLEAR_DATE = declare(
    "K426",
    "error",
    en='"{value}" may be day first or month first',
    zh="“{value}”可能是日在前，也可能是月在前",
    help=(
        'declare it in kpirules.toml: date_format = "day first" (or "month first", "%d/%m/%Y %H:%M")',
        '请在 kpirules.toml 里声明：date_format = "day first"（或 "month first"、"%d/%m/%Y %H:%M"）',
    ),
    explain=(
        "The order of day and month is never guessed: guessing right for 29/2/2016 and wrong for 3/4/2016 in the"
        " same column gives times that run backwards.",
        "日和月的顺序从不猜测：同一列里 29/2/2016 猜对而 3/4/2016 猜错，就会出现倒着走的时间。",
    ),
    example="opened\n29/2/2016 01:16",
)
OTHER_DATE = declare(
    "K427",
    "error",
    en='"{value}" does not fit the declared date format "{format}"',
    zh="“{value}”不符合声明的日期格式“{format}”",
    help=(
        'mend the cell or date_format; if this text means "no value", declare it: missing = ["{value}"]',
        '请改正单元格或 date_format；如果它表示“没有值”，请声明：missing = ["{value}"]',
    ),
    explain=(
        "A column with a declared date format is read by that format alone.",
        "声明了日期格式的列只按该格式读取。",
    ),
    example="opened\n2016-13-40",
)
ZONED = declare(
    "K428",
    "error",
    en='"{value}" gives the time of a zone, and nothing says which zone the policy\'s days are in',
    zh="“{value}”带有时区，但没有说明制度的日期按哪个时区计算",
    help=(
        'declare it in kpirules.toml: timezone = "Asia/Shanghai"',
        '请在 kpirules.toml 里声明：timezone = "Asia/Shanghai"',
    ),
    explain=(
        "Days, periods and working hours are those of a wall clock. A moment with a zone or offset becomes clock"
        " time only in a declared zone.",
        "日期、周期和工作时间按当地钟表计算。带时区或偏移的时刻，要声明时区才能换算成当地时间。",
    ),
    example="opened\n2026-01-05T23:30:00Z",
)
FAR_DATE = declare(
    "K429",
    "error",
    en='"{value}" lies outside of the years 1900 to 2199',
    zh="“{value}”不在 1900 至 2199 年之间",
    explain=(
        "Such a date is a typing error, or a stand-in for a missing one: then declare it as a marker.",
        "这样的日期多半是笔误，或用来表示缺失；若是后者，请声明为缺失标记。",
    ),
    example="opened\n0001-01-01",
)
BLANK_FIELD = declare(
    "K430",
    "error",
    en="the cell is empty, but {name} is not optional",
    zh="单元格为空，但 {name} 不是可选字段",
    help=(
        "fill it, or declare the field as optional in the policy if it may be missing",
        "请补填；如果允许缺失，请在制度里把该字段声明为 optional",
    ),
    explain=(
        "A field of a data set that is not declared optional has a value in every record.",
        "没有声明为 optional 的字段，每条记录都必须有值。",
    ),
    example="staff,opened\n张三,",
)
TOO_LARGE = declare(
    "K431",
    "error",
    en="{value} is too large to count with",
    zh="{value} 太大，无法计算",
    explain=(
        "Amounts stay below 10^18 in the unit's own measure (durations: below 30,000 years).",
        "数值必须小于 10^18（时长小于三万年）。",
    ),
    example="staff,period,complaints\n张三,2026-Q1,1e30",
)

NOT_A_CHOICE = declare(
    "K432",
    "error",
    en='"{value}" is none of the declared values: {choices}',
    zh="“{value}”不是声明的取值之一：{choices}",
    explain=(
        "A text that lists its choices takes only these, in this very spelling.",
        "列出了取值的文本列只能取这些值，写法必须一致。",
    ),
    example="staff,period,post\n张三,2026-01,manger",
)

# Records

BACKWARD = declare(
    "K440",
    "error",
    en="{to} lies before {start}: the time between them is negative",
    zh="{to} 早于 {start}：两者之间的时间为负",
    help=(
        "mend one of the two times, or set such rows aside with --reject FILE",
        "请改正其中一个时间，或用 --reject FILE 搁置这样的行",
    ),
    explain=(
        "A time between two moments of a record that a measure uses came out negative. Counted as it is, a"
        " wrong clock would look like quick work. Records that the measure's own condition leaves out are not"
        " looked at.",
        "度量所用的两个时刻之差为负。照算会让错误的时钟看起来像高效的工作。被度量条件排除的记录不检查。",
    ),
    example="opened,first_reply\n2026-01-05 09:30,2026-01-05 09:10",
)
UNPLACED = declare(
    "K441",
    "info",
    en="{count} records of {table} have no {name} and so belong to no {what}: they are not counted",
    zh="{table} 有 {count} 条记录没有 {name}，不属于任何{what}，不计入",
    explain=(
        "The field that places a record in a period, or names its staff, is declared optional and is empty here.",
        "决定记录所属周期或人员的字段声明为可选，这里为空。",
    ),
    example="data tickets\n  closed : datetime optional\n  placed by closed",
)
NO_SUCH_ROW = declare(
    "K442",
    "warning",
    en="{count} records of {table} belong to periods that the inputs do not have for their staff: they are not counted",
    zh="{table} 有 {count} 条记录所属的周期在输入表中没有对应行，不计入",
    help=("the first is row {first}: {staff} in {period}", "第一条是第 {first} 行：{staff}，{period}"),
    explain=(
        "With a table of inputs, the rows of that table are appraised. Records of other periods are left out.",
        "提供了输入表时，只考核表中的行；其他周期的记录不计入。",
    ),
    example="--data inputs.csv --data tickets=tickets.csv",
)
NO_CASE = declare(
    "K443",
    "error",
    en="the row does not say which case it belongs to: {name} is empty",
    zh="这一行没有写明属于哪个案例：{name} 为空",
    explain=(
        "With one_row_per, the last row of every case is read, so every row must name its case.",
        "使用 one_row_per 时只取每个案例的最后一行，因此每一行都必须写明案例编号。",
    ),
    example='one_row_per = "number"',
)
NO_ORDER = declare(
    "K444",
    "error",
    en='"{value}" in {name} is neither a number nor a date: it does not say which row of a case is the last',
    zh="{name} 里的“{value}”既不是数字也不是日期，无法判断案例的最后一行",
    explain=(
        "latest_by names a column of date-times or numbers; the row with the greatest is the case's last.",
        "latest_by 指定一个日期时间列或数字列，其中最大的一行是案例的最后状态。",
    ),
    example='latest_by = "sys_updated_at"',
)
SUPERSEDED = declare(
    "K445",
    "info",
    en="{table}: {rows} rows of {cases} cases; the last row of each is read",
    zh="{table}：{rows} 行，{cases} 个案例，取每个案例的最后一行",
    explain=(
        "The source has several rows for one case (one_row_per), and the last holds its final state.",
        "来源中一个案例有多行（one_row_per），最后一行是其最终状态。",
    ),
    example='one_row_per = "number"',
)
FILTERED = declare(
    "K446",
    "info",
    en="{table}: {count} of {rows} rows are left out by `where` in kpirules.toml",
    zh="{table}：kpirules.toml 里的 where 排除了 {rows} 行中的 {count} 行",
    explain=(
        "The binding keeps only the rows whose cells are as it says.",
        "绑定只保留符合条件的行。",
    ),
    example='[data.tickets.where]\ncontact_type = "Phone"',
)

# Measures

TOO_MANY_DIGITS = declare(
    "K451",
    "error",
    en="the numbers of {name} in {table} have too many digits to be added up exactly",
    zh="{table} 里 {name} 的数字位数太多，无法精确相加",
    help=("round the column to a few decimals", "请把该列保留到合理的小数位数"),
    explain=(
        "Sums are whole numbers of 38 digits at most; the largest and the finest number of this column do not"
        " fit into that together.",
        "求和使用最多 38 位的整数；该列最大的数和最细的小数放在一起超出了范围。",
    ),
    example="cost\n123456789012345678\n0.00000000000000000000001",
)
NOT_OF_RECORDS = declare(
    "K452",
    "error",
    en="this cannot be worked out from the records of {table}",
    zh="无法从 {table} 的记录算出这一项",
    label=("not a matter of single records", "不是单条记录能决定的"),
    explain=(
        "Inside `of … where …` stand fields of the data set, constants, tables and the functions for records.",
        "在“……的……当……”里只能使用该数据集的字段、常数、对照表和用于记录的函数。",
    ),
    example="sum of total over tickets",
)

# Counts of findings

MORE = declare(
    "K460",
    "error",
    en="{count} more findings of {code} in {table}, {total} in all",
    zh="{table} 还有 {count} 处 {code}，共 {total} 处",
    help=("the first {shown} are listed", "已列出前 {shown} 处"),
    explain=(
        "Findings of one kind in one table are listed up to a limit; all of them are counted.",
        "同一张表的同类问题只列出一部分，但全部计数。",
    ),
    example="",
)
SET_ASIDE = declare(
    "K461",
    "warning",
    en="{count} of {rows} rows of {table} were set aside",
    zh="{table} 的 {rows} 行中有 {count} 行被搁置",
    explain=(
        "With --reject, rows with findings are written to a file with the reasons, and are not scored.",
        "使用 --reject 时，有问题的行连同原因写入文件，不参与评分。",
    ),
    example="--reject rejected.csv",
)

# Records beside others

OPEN_WINDOW = declare(
    "K465",
    "warning",
    en="{other} ends on {last}: for {count} records of {table} it is not yet known whether another follows within"
    " {within}",
    zh="{other} 到 {last} 为止：{table} 有 {count} 条记录尚不知道 {within} 内是否有后续",
    help=(
        "give records that reach {within} beyond the last period, or score again when they are there",
        "请提供末期之后 {within} 的记录，或等数据齐了再评分",
    ),
    explain=(
        "What follows a record may lie in a later period. Such records are read although they are not scored; where the"
        " data ends earlier, a record counts as not followed, and that may still change.",
        "后续记录可能落在下一个周期。这些记录会读取，但不参与该期计分；数据提前结束时按“没有后续”计，结果以后可能改变。",
    ),
    example="share of repairs followed within 7 days by repairs of the same device",
)

SECOND_PARTNER = declare(
    "K466",
    "error",
    en='the {name} "{value}" stands twice in {table}: row {first} has it already',
    zh="{table} 中“{name}”为“{value}”的记录有两条：第 {first} 行已有",
    help=(
        "correct one of the two, or say `one_row_per` in kpirules.toml if they are states of one case",
        "请更正其中一条；若是同一事项的多个状态，请在 kpirules.toml 中写 one_row_per",
    ),
    explain=(
        "A data set is tied to another by a field whose values each stand there once: with two partners nobody could"
        " say which one is meant.",
        "数据按某字段关联到另一数据，该字段的值在那里须唯一：若有两条，就说不清指的是哪一条。",
    ),
    example="tied to tickets by ticket = id",
)
NO_PARTNER = declare(
    "K467",
    "warning",
    en="{count} records of {table} have no partner in {other} (the first in row {first})",
    zh="{table} 有 {count} 条记录在 {other} 中找不到对应记录（首条在第 {first} 行）",
    help=('look whether "{name}" is written the same in both', "请检查“{name}”在两处的写法是否一致"),
    explain=(
        "What a measure reads of a partner is missing where there is none. A record that is placed by its partner, or"
        " belongs to the partner's staff, is then not counted at all.",
        "没有对应记录时，度量所读的对应字段为缺失；归期或人员取自对应记录的，则完全不计。",
    ),
    example="tied to tickets by ticket = id",
)
NOT_SO_FAR_BACK = declare(
    "K477",
    "warning",
    en="{ruleset} reads up to {back} periods back, and the data have nothing of {names}: their values are missing",
    zh="{ruleset} 最多读取此前 {back} 个周期，而数据中没有 {names}：其值为缺失",
    help=("give data that reach back as far, if there are any", "若有更早的数据，请一并提供"),
    explain=(
        "`previous` and `last` take values of earlier periods. A run for some periods reads the earlier ones as well, as"
        " far as the data go; what they lack is missing, which is right for somebody's first period and not for data"
        " that were cut off.",
        "“上期”和“近”取更早周期的值。只对部分周期计分时也会读取更早的周期，以数据所有为限；数据所缺的为缺失：对某人的首个周期这是对的，"
        "若数据被截断则不然。",
    ),
)

# The project file

NOT_TOML = declare(
    "K501",
    "error",
    en="this is not TOML: {said}",
    zh="这不是有效的 TOML：{said}",
    help=(
        'a line is [section] or key = value; texts stand in quotes: path = "tickets.csv"',
        '每行是 [节] 或 键 = 值；文本要加引号：path = "tickets.csv"',
    ),
    explain=(
        "kpirules.toml is a TOML file. Nothing in it is read before all of it can be.",
        "kpirules.toml 是 TOML 文件，必须整体有效才会读取。",
    ),
    example="[data.tickets]\npath = tickets.csv",
)
UNKNOWN_KEY = declare(
    "K502",
    "error",
    en='there is no "{key}" in {section}',
    zh="{section} 里没有“{key}”这一项",
    label=("unknown", "未知"),
    help=("known here: {known}", "此处可用：{known}"),
    explain=(
        "The project file says which ruleset, parameters, tables and calendar a project uses. A key that nothing"
        " reads would only seem to do something.",
        "项目文件写明制度、参数、数据表和日历。没有任何作用的键会让人误以为生效，因此报错。",
    ),
    example='[data.tickets]\npath = "tickets.csv"\ndate_formt = "day first"',
)
WRONG_VALUE = declare(
    "K503",
    "error",
    en='"{key}" in {section} must be {what}',
    zh="{section} 里的“{key}”必须是{what}",
    explain=(
        "The value of this key is of another kind than it takes.",
        "这一项的值类型不符。",
    ),
    example="[data.tickets]\npath = 3",
)
NO_FORMAT = declare(
    "K504",
    "error",
    en='"{value}" is not a date format',
    zh="“{value}”不是日期格式",
    help=(
        'write "day first", "month first" or "year first", or a pattern: "%d/%m/%Y %H:%M", "dd/mm/yyyy hh:mm"',
        '请写 "day first"、"month first" 或 "year first"，或格式："%d/%m/%Y %H:%M"、"dd/mm/yyyy hh:mm"',
    ),
    explain=(
        "A format names year, month and day. Numbers need not be padded. With %: Y y m d H I M S f p. With"
        " letters: yyyy yy m d h s, where m right after hours is minutes.",
        "格式要包含年、月、日，数字可以不补零。百分号写法：Y y m d H I M S f p；字母写法：yyyy yy m d h s，紧跟小时的 m 是分钟。",
    ),
    example='date_format = "%d.%m"',
)
NO_SUCH_UNIT = declare(
    "K505",
    "error",
    en='"{value}" is not a unit of time',
    zh="“{value}”不是时间单位",
    help=('write "s", "min", "h", "days" or "weeks"', "请写“秒”“分钟”“小时”“天”或“周”"),
    explain=(
        "The unit says what bare numbers in a column of durations are counted in.",
        "单位说明时长列里的纯数字按什么计。",
    ),
    example='handling = { column = "Minutes", unit = "mins." }',
)
NO_ZONE = declare(
    "K506",
    "error",
    en='"{value}" is not a time zone',
    zh="“{value}”不是时区",
    help=('write its name, such as "Asia/Shanghai" or "UTC"', '请写时区名称，如 "Asia/Shanghai" 或 "UTC"'),
    explain=(
        "Zones are named as in the IANA data base: continent, slash, city.",
        "时区按 IANA 数据库命名：洲/城市。",
    ),
    example='timezone = "Beijing"',
)
NO_SUCH_PERIOD = declare(
    "K507",
    "error",
    en='"{value}" is not a period',
    zh="“{value}”不是周期",
    help=("write it like 2026-Q1 or 2026-07", "请写成 2026-Q1 或 2026-07 这样"),
    explain=(
        "A table without a column of periods may say in the project file which one period all of it is about, and"
        ' [project] which periods are scored (periods = "2026-01..2026-06").',
        "没有周期列的表可以在项目文件里写明整张表属于哪个周期；[project] 里可以写明计哪些周期的分"
        '（periods = "2026-01..2026-06"）。',
    ),
    example='[inputs]\nperiod = "spring"',
)
