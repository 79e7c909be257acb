"""What can be wrong with workbooks beside K560 to K567: K730 to K759."""

from __future__ import annotations

from kpirules.diagnostics import declare

HEADER_BELOW = declare(
    "K730",
    "info",
    en="the column names are taken from row {row}; the rows above it are left out",
    zh="列名取自第 {row} 行；其上各行不读取",
    help=("the setting header_row = {row} confirms it", "设置 header_row = {row} 可确认"),
    explain=(
        "Titles often stand above a table. The first row that holds most of the wanted column names is taken as the header, "
        "never another one.",
        "表格上方常有标题。以包含所需列名最多的首行作为表头，不作其他猜测。",
    ),
)
TITLE_ROW = declare(
    "K731",
    "warning",
    en='row {row} is taken for the column names, but all it holds is "{text}"',
    zh="第 {row} 行被当作列名，但其中只有“{text}”",
    help=(
        "if that is a title, say in which row the column names stand: header_row = {next}",
        "若这是标题，请指明列名所在的行：header_row = {next}",
    ),
    explain=(
        "Without the setting header_row, the first row that is not blank names the columns, unless a row below holds the "
        "wanted names.",
        "未设置 header_row 时，首个非空行为列名，除非下方某行含有所需列名。",
    ),
)
TWO_ROWS = declare(
    "K732",
    "error",
    en="the header has two rows: {group} in row {row} stands over {names} in row {next}",
    zh="表头有两行：第 {row} 行的 {group} 之下，第 {next} 行有 {names}",
    help=(
        'set header_rows = 2: the columns are then called like "{sample}"; header_rows = 1 reads row {next} as data',
        "请设置 header_rows = 2，列名形如“{sample}”；header_rows = 1 则把第 {next} 行当作数据",
    ),
    explain=(
        "A title merged over several columns, with names of its own under it, is a header of two rows. Read as one row, most "
        "columns would have no name, and the second row would be taken for data.",
        "横跨多列合并、下方另有名称的标题是两行表头。按一行读取，多数列将没有列名，第二行会被当作数据。",
    ),
)
HIDDEN = declare(
    "K733",
    "warning",
    en="{what} hidden in the workbook and read all the same: {which}",
    zh="{what}在工作簿中已隐藏，仍照常读取：{which}",
    help=(
        'the setting hidden = "skip" leaves them out, hidden = "read" confirms this',
        '设置 hidden = "skip" 可略去，hidden = "read" 可确认',
    ),
    explain=(
        "Rows and columns may be hidden by hand, by a filter or by a folded group. A person who looks at the workbook does "
        "not see them.",
        "行和列可能被手工、筛选或折叠分组隐藏，查看工作簿的人看不到它们。",
    ),
)
HIDDEN_LEFT_OUT = declare(
    "K734",
    "info",
    en="{what} hidden in the workbook and left out: {which}",
    zh="{what}在工作簿中已隐藏，已略去：{which}",
    explain=('So the setting hidden = "skip" asks.', '按设置 hidden = "skip" 处理。'),
)
HIDDEN_SHEET = declare(
    "K735",
    "info",
    en='sheet "{sheet}" is hidden in the workbook; it is read because it was named',
    zh="工作表“{sheet}”已隐藏；因被指定而读取",
    explain=(
        "Of themselves only visible sheets are picked. A hidden one is read when it bears the name that was asked for.",
        "默认只选可见的工作表；隐藏的工作表仅在被指名时读取。",
    ),
)
NO_TABLE = declare(
    "K736",
    "error",
    en='"{path}" has no table, named range or sheet "{table}"',
    zh="“{path}”中没有名为“{table}”的表、命名区域或工作表",
    help=("there are: {names}", "现有：{names}"),
    explain=(
        'The setting "table" names a table (made with "Format as Table"), a named range, or a sheet.',
        "设置“table”指表（套用表格格式）、命名区域或工作表的名称。",
    ),
)
NOT_A_RANGE = declare(
    "K737",
    "error",
    en='the name "{table}" does not stand for one range of cells but for {formula}',
    zh="名称“{table}”不是单个单元格区域，而是 {formula}",
    help=(
        'give the range itself, such as range = "A5:F40", together with its sheet',
        '请直接给出区域，如 range = "A5:F40"，并指明工作表',
    ),
    explain=(
        "Names may stand for constants, formulas, several ranges, or cells that were deleted. Only one plain range is a table.",
        "名称可以指常量、公式、多个区域或已删除的单元格；只有单个普通区域才是表格。",
    ),
)
PASSWORD = declare(
    "K738",
    "error",
    en='"{path}" is protected with a password and cannot be read',
    zh="“{path}”设有密码，无法读取",
    help=(
        "open it in its program, remove the password (File, Info, Protect Workbook, Encrypt with Password: empty), save a copy",
        "请用原程序打开，去掉打开密码（文件 → 信息 → 保护工作簿 → 用密码进行加密：清空），另存一份",
    ),
    explain=(
        "A workbook with a password to open it is encrypted as a whole. Passwords of workbooks are not asked for.",
        "设有打开密码的工作簿整体加密。本程序不询问工作簿密码。",
    ),
)
REALLY = declare(
    "K739",
    "error",
    en='"{path}" is not {expected}: it is really {found}',
    zh="“{path}”不是{expected}，实际是{found}",
    help=("{advice}", "{advice}"),
    explain=(
        "The ending of the file and its content disagree, as happens when a system exports web pages or text under the ending "
        ".xls, or when a file is renamed. What it holds is said; it is not read in a format that nobody asked for.",
        "文件后缀与内容不符，常见于系统把网页或文本导出为 .xls，或文件被改名。只说明实际内容，不按未要求的格式读取。",
    ),
)
BOMB = declare(
    "K740",
    "error",
    en='"{path}" is refused: {part} unpacks from {packed} to {size}; no workbook shrinks that much',
    zh="拒绝读取“{path}”：{part} 由 {packed} 解压为 {size}；正常工作簿不会压缩得如此之小",
    help=(
        "do not open it unless you know where it comes from; export the table again, or as CSV",
        "除非来源可靠，请勿打开；请重新导出，或导出为 CSV",
    ),
    explain=(
        "Packed files of some kilobytes can be made to unpack to gigabytes. Sizes and their ratio are checked before "
        "anything is unpacked.",
        "几千字节的压缩文件可能解压出数吉字节。解压前会检查大小及比例。",
    ),
)
WRONG_MOMENT = declare(
    "K741",
    "error",
    en="this cell holds {value}, which is no day or time",
    zh="该单元格的值为 {value}，不是日期或时间",
    help=(
        "spreadsheet programs show such a cell as #####; mend it there",
        "表格软件会把这样的单元格显示为 #####；请在其中修正",
    ),
    explain=(
        "A cell that is formatted as a date or a time holds a negative number, or one past the year 9999.",
        "日期或时间格式的单元格中是负数，或超出 9999 年。",
    ),
)
NOT_A_NUMBER = declare(
    "K742",
    "error",
    en="this cell holds {value}, which is no number",
    zh="该单元格的值为 {value}，不是数字",
    help=("mend the cell in the workbook, then save", "请在工作簿中修正该单元格后保存"),
    explain=(
        "Some programs write NaN or a number beyond all limits into a cell; a spreadsheet program would not.",
        "有些程序会把 NaN 或超限的数写入单元格，表格软件则不会。",
    ),
)
REPEATED = declare(
    "K743",
    "info",
    en="the value of the merged cells {cells} counts for each of them",
    zh="合并单元格 {cells} 的值用于其中每个单元格",
    explain=('So the setting merged = "repeat" asks.', '按设置 merged = "repeat" 处理。'),
)
LONG_NUMBERS = declare(
    "K744",
    "warning",
    en='the column "{column}" holds numbers of more than 15 digits, such as {value}; a workbook keeps only 15 of them',
    zh="列“{column}”含超过 15 位的数字，如 {value}；工作簿只能保存 15 位",
    help=(
        "format the column as text and enter these numbers again; those that are there may differ from what was typed",
        "请将该列设为文本格式后重新录入；现有数字可能与录入时不同",
    ),
    explain=(
        "Spreadsheet programs hold numbers with 15 digits and put zeros for the rest: two long ticket or identity numbers may "
        "become one.",
        "表格软件的数字只有 15 位精度，其余变为零：两个较长的单号或证件号可能变得相同。",
    ),
)
MIXED_DATES = declare(
    "K745",
    "warning",
    en='the column "{column}" holds dates, and texts such as "{text}" that look like dates',
    zh="列“{column}”既有日期，又有像日期的文本，如“{text}”",
    help=(
        "look at the dates: a program that took the month for the day has turned round those up to the 12th and left the rest",
        "请核对日期：若软件把日、月弄反，12 日及以前的会被颠倒，其余则保留为文本",
    ),
    explain=(
        "When a table is opened or pasted, spreadsheet programs make dates of what fits their own order of day and month, and "
        "leave the rest as text. In such a column the dates themselves may be wrong.",
        "打开或粘贴表格时，表格软件按自身的日月顺序转换能识别的日期，其余保留为文本；这样的列中，日期本身也可能有误。",
    ),
)
SHEET_LACKS = declare(
    "K746",
    "error",
    en='sheet "{sheet}" has no column "{column}", which sheet "{other}" has',
    zh="工作表“{sheet}”没有列“{column}”，而工作表“{other}”有",
    help=(
        'give the column the same title in every sheet, or leave the sheet out of "sheets"',
        "请在各工作表中使用相同的列名，或从“sheets”中去掉该表",
    ),
    explain=(
        "Several sheets are read as one table, their columns by name. What one of them lacks would be missing in all its rows.",
        "多张工作表按列名合并读取；某表缺少的列在其所有行中都会缺失。",
    ),
)
SHEET_COLUMN_TAKEN = declare(
    "K747",
    "error",
    en='the sheets have a column "{column}" of their own, beside the one made of their names',
    zh="各工作表自身已有列“{column}”，与由表名得出的列重复",
    help=('give the made column another name with "sheet_column"', "请用“sheet_column”为生成的列另取名称"),
    explain=(
        "The setting sheet_column makes a column of the sheets' names. It must not be called like one that is there.",
        "设置 sheet_column 用表名生成一列，其名称不得与已有列相同。",
    ),
)
NO_SUCH_SHEETS = declare(
    "K748",
    "error",
    en='no sheet of "{path}" fits {patterns}',
    zh="“{path}”中没有与 {patterns} 相符的工作表",
    help=("its sheets are: {sheets}", "现有工作表：{sheets}"),
    explain=(
        'The setting "sheets" names several sheets, * and ? standing for any letters: "*月", "2026-*".',
        "设置“sheets”指多张工作表，* 与 ? 代表任意字符，如“*月”“2026-*”。",
    ),
)
