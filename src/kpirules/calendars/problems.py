"""What can be wrong with calendars and calendar files."""

from kpirules.diagnostics import declare

UNKNOWN_YEARS = declare(
    "K480",
    "error",
    en='the calendar "{calendar}" knows the working days of {known}, not of {years}',
    zh="日历“{calendar}”只有 {known} 年的工作日安排，没有 {years} 年的",
    help=(
        "give a calendar file with the rest days and make-up workdays of {years}, "
        'and a line such as "{year},complete" for each year',
        "请提供日历文件，列出 {years} 年的休息日和调休上班日，并为每一年加一行，如“{year},齐全”",
    ),
    explain=(
        "Public holidays and make-up workdays are announced year by year. Working "
        "time and working days of other years would be a guess, so they are an error instead. A calendar file "
        "says what the days of such a year are: one line for each day that differs from the plain week, "
        '"2027-02-08,rest" or "2027-02-20,work", a range of days "2027-02-06..2027-02-12,rest", and the line '
        '"2027,complete" to say that no other day of that year differs. Text after a second comma is a note.',
        "法定节假日和调休上班日每年公布一次。尚未公布或未收录的年份，其工作时间和工作日只能靠猜，因此报错。"
        "日历文件可以说明这些年份：每个与普通周不同的日子写一行，如“2027-02-08,休息”“2027-02-20,上班”，"
        "连续几天写“2027-02-06..2027-02-12,休息”，再写一行“2027,齐全”，表示这一年没有其他例外。第二个逗号之后是备注。",
    ),
    example="2027-02-06..2027-02-12,rest,Spring Festival\n2027,complete\n",
)

UNREADABLE_LINE = declare(
    "K481",
    "error",
    en='"{text}" is not a line of a calendar file',
    zh="“{text}”不是日历文件的一行",
    label=("not understood", "无法理解"),
    help=(
        'write a day and "work" or "rest", such as "2027-02-08,rest", or a year and "complete"',
        "请写日期和“上班”或“休息”，如“2027-02-08,休息”，或者写年份和“齐全”",
    ),
    explain=(
        'Each line of a calendar file is a day (or a range of days, "2027-02-06..2027-02-12") and "work" or '
        '"rest", or a year and "complete". Empty lines, lines that begin with # and a heading "date,..." are '
        "passed over.",
        "日历文件的每一行是一个日期（或日期范围，如“2027-02-06..2027-02-12”）加“上班”或“休息”，或者是年份加“齐全”。"
        "空行、以 # 开头的行以及以“日期”开头的标题行会被跳过。",
    ),
    example="2027-02-30,rest\n",
)

CONTRADICTION = declare(
    "K482",
    "error",
    en="{day} is a day of rest and a working day in the same calendar file",
    zh="同一个日历文件里，{day} 既是休息日又是工作日",
    label=("line {line} says otherwise", "与第 {line} 行矛盾"),
    help=("keep one of the two lines", "请只保留其中一行"),
    explain=(
        "A calendar file may name a day more than once only if it says the same each time.",
        "日历文件可以重复列出同一天，但每次说法必须一致。",
    ),
    example="2027-02-20,work\n2027-02-20,rest\n",
)
