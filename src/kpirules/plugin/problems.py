"""What can be wrong with plugins, sources and outputs: K510 to K599. Built-in files use the same words."""

from __future__ import annotations

from kpirules.diagnostics import declare

# Plugins and their settings

BROKEN_PLUGIN = declare(
    "K520",
    "warning",
    en='the plugin "{plugin}" is left out: {fault}',
    zh="插件“{plugin}”未启用：{fault}",
    help=("update or uninstall it; everything else works without it", "请更新或卸载该插件；其余功能不受影响"),
    explain=(
        "An installed package names itself as a plugin, but it cannot be imported, implements a hook that does not "
        "exist, or offers something that is not an adapter or an output. Only this plugin is left out.",
        "某个已安装的包声明自己是插件，但无法导入、实现了不存在的钩子，或提供的内容不是适配器或输出。仅停用该插件。",
    ),
)
OTHER_VERSION = declare(
    "K521",
    "warning",
    en='the plugin "{plugin}" is left out: it is made for version {made_for} of the hooks, and this is version {version}',
    zh="插件“{plugin}”未启用：它针对第 {made_for} 版钩子，而当前为第 {version} 版",
    help=("install a release of it for this version of kpirules", "请安装与当前 kpirules 版本匹配的插件版本"),
    explain=(
        "A plugin says with KPIRULES_API for which version of the hooks it was made. Another version, or none, means "
        "that it may misunderstand what it is asked, so it is not asked.",
        "插件用 KPIRULES_API 声明所针对的钩子版本。版本不同或未声明时可能误解请求，因此不启用。",
    ),
)
NAME_TAKEN = declare(
    "K522",
    "warning",
    en='the plugin "{plugin}" offers another "{name}", which is left out: that name is taken',
    zh="插件“{plugin}”又提供了一个“{name}”，已忽略：该名称已被占用",
    help=("uninstall one of the two plugins", "请卸载两个插件之一"),
    explain=(
        "Two plugins (or a plugin and kpirules itself) offer an adapter or an output under one name. The first one counts.",
        "两个插件（或某插件与 kpirules 自身）以同一名称提供适配器或输出，以先登记者为准。",
    ),
)
PLUGIN_FAULT = declare(
    "K523",
    "error",
    en='the plugin "{plugin}" failed: {fault}',
    zh="插件“{plugin}”运行出错：{fault}",
    help=(
        "this is a mistake in the plugin, not in your files: report it to the plugin's authors with this message",
        "这是插件的缺陷，不是您的文件有误：请将此消息报告给插件作者",
    ),
    explain=(
        "An adapter or an output stopped with an error of its own, or gave something back that breaks the laws of a "
        "source (types, unique names, one row number for each row).",
        "适配器或输出因自身错误而中断，或返回的内容违反数据源约定（类型、列名唯一、每行一个行号）。",
    ),
)
UNKNOWN_PLUGIN = declare(
    "K524",
    "error",
    en='there is no {kind} called "{name}"',
    zh="没有名为“{name}”的{kind}",
    help=("there are: {known}{elsewhere}", "现有：{known}{elsewhere}"),
    explain=(
        "A project file or an option names an adapter or output that neither kpirules nor an installed plugin offers.",
        "项目文件或选项所指的适配器或输出，kpirules 与已安装的插件均未提供。",
    ),
    example='adapter = "cvs"',
)
UNKNOWN_ENDING = declare(
    "K525",
    "error",
    en='no {kind} goes with "{location}": its ending says nothing about the format',
    zh="无法由“{location}”的后缀判断格式，没有对应的{kind}",
    help=(
        "use one of {endings}; or name one of these in the project file, as `adapter = ...` of a table or `output = ...` of "
        "an output: {known}{elsewhere}",
        "请使用后缀 {endings}；或在项目文件中指明（表的 `adapter = ...`，输出的 `output = ...`）：{known}{elsewhere}",
    ),
    explain=(
        "The ending of a file's name picks the adapter that reads it or the output that writes it, unless one is named.",
        "文件名后缀决定由哪个适配器读取或由哪个输出写出，除非另行指明。",
    ),
    example="--data facts.dat",
)
WRONG_SETTING = declare(
    "K526",
    "error",
    en='the setting "{setting}" of "{name}" is wrong: {reason}',
    zh="“{name}”的设置“{setting}”有误：{reason}",
    explain=(
        "Every adapter and output declares its settings with their types; a setting of another name or type is refused.",
        "每个适配器和输出都声明了各项设置及其类型；名称或类型不符的设置会被拒绝。",
    ),
    example='delimiter = ",,"',
)
NOT_TEXT_OUTPUT = declare(
    "K527",
    "error",
    en='the output "{name}" cannot be printed; it only writes files',
    zh="输出“{name}”不能打印到屏幕，只能写入文件",
    help=('give it a file to write, or print as "csv"', "请指定输出文件，或以“csv”打印"),
    explain=(
        "A workbook or a Parquet file is not text and would garble a terminal.",
        "工作簿或 Parquet 文件不是文本，无法显示在终端上。",
    ),
)

# Secrets

NO_SECRET = declare(
    "K516",
    "error",
    en='the secret for "{setting}" cannot be had: {what} {where} is not there, or is empty',
    zh="无法取得“{setting}”的密钥：{what} {where} 不存在或为空",
    help=(
        "set it where this command runs; a file's path is taken from the folder of the project file",
        "请在运行此命令的环境中设置；文件路径相对于项目文件所在的文件夹",
    ),
    explain=(
        'A setting written as { env = "NAME" } is taken from the environment, and { file = "path" } from a file, so '
        "that passwords and tokens stand in no project file and on no command line.",
        '写作 { env = "名称" } 的设置取自环境变量，写作 { file = "路径" } 的取自文件，这样密码和令牌不会出现在项目文件或命令行中。',
    ),
    example='password = { env = "CRM_PASSWORD" }',
)
PLAIN_SECRET = declare(
    "K517",
    "error",
    en='"{setting}" of "{name}" is a secret and must not be written down here',
    zh="“{name}”的“{setting}”是密钥，不得直接写在这里",
    help=(
        'write {{ env = "NAME" }} to take it from the environment, or {{ file = "path" }}; '
        "and change it, since it was readable here",
        '请写 {{ env = "名称" }} 从环境变量读取，或 {{ file = "路径" }}；它曾以明文出现，请更换',
    ),
    explain=(
        "Project files are copied, mailed and kept under version control; a password in one of them is known to everybody "
        "who ever had it.",
        "项目文件会被复制、发送和纳入版本管理；写在其中的密码会被所有拿到文件的人知道。",
    ),
    example='password = "abc123"',
)
SECRET_IN_ADDRESS = declare(
    "K518",
    "error",
    en="the address holds a password or a token, which would be shown wherever the address is",
    zh="地址中含有密码或令牌，凡显示该地址之处都会泄露",
    help=(
        "take it out of the address and give it as a setting from the environment or a file",
        "请将其从地址中去掉，改为取自环境变量或文件的设置",
    ),
    explain=(
        "Addresses stand in messages, statements and archives. Adapters have settings for user and password, or for a token.",
        "地址会出现在消息、成绩单和归档中。适配器另有用户名、密码或令牌的设置项。",
    ),
    example='path = "postgresql://kpi:abc123@db/sales"',
)
NOT_FOR_TABLES = declare(
    "K519",
    "error",
    en='the output "{name}" does not write {what}',
    zh="输出“{name}”不能写出{what}",
    help=("these do: {known}", "可用的输出：{known}"),
    explain=(
        "Some outputs write a table of scores, some a whole report with statements, some only alerts.",
        "有的输出写出成绩表，有的写出含个人成绩单的完整报告，有的只发送预警。",
    ),
    example="kpirules score policy.kpi --data facts.csv -o scores.html",
)

# Files

NO_FILE = declare(
    "K530",
    "error",
    en='there is no file "{path}"',
    zh="文件“{path}”不存在",
    help=("check the name and the folder", "请检查文件名和所在文件夹"),
    explain=(
        "The path is taken from the folder in which the command runs, or from that of the project file that names it.",
        "路径相对于命令运行所在的文件夹，或相对于引用它的项目文件所在的文件夹。",
    ),
)
NO_PERMISSION = declare(
    "K531",
    "error",
    en='"{path}" may not be read by this user',
    zh="当前用户无权读取“{path}”",
    help=(
        "ask for permission to read it, or copy it to a folder of your own",
        "请申请读取权限，或将其复制到自己的文件夹",
    ),
    explain=("The file system refuses to open the file for reading.", "文件系统拒绝以读取方式打开该文件。"),
)
NOT_A_FILE = declare(
    "K532",
    "error",
    en='"{path}" is not a file but a {what}',
    zh="“{path}”不是文件，而是{what}",
    help=(
        "name the file itself; all files of a folder are read where no adapter is named (read_as = ... says theirs)",
        "请指明文件本身；不指明 adapter 即可读取文件夹中的所有文件（其格式用 read_as 指明）",
    ),
    explain=(
        "The adapters of file formats read one file; the adapter `folder` reads all files of a folder with them. Pipes and "
        "devices are not read.",
        "各文件格式的适配器只读取单个文件；适配器 folder 用它们读取文件夹中的所有文件。不读取管道和设备。",
    ),
)
EMPTY_FILE = declare(
    "K533",
    "error",
    en='"{path}" is empty',
    zh="“{path}”是空的",
    help=(
        "export it again; a table has at least a line with the column names",
        "请重新导出；表格至少要有一行列名",
    ),
    explain=("The file has no bytes, or nothing but blanks.", "文件没有内容，或只有空白。"),
)
READ_FAILED = declare(
    "K534",
    "error",
    en='"{path}" cannot be read: {reason}',
    zh="无法读取“{path}”：{reason}",
    help=("check the disk or the network drive, then try again", "请检查磁盘或网络驱动器后重试"),
    explain=("The operating system reports an error while reading.", "读取时操作系统报告错误。"),
)
DAMAGED = declare(
    "K535",
    "error",
    en='"{path}" is damaged or cut off: {reason}',
    zh="“{path}”已损坏或不完整：{reason}",
    help=("export or download it again", "请重新导出或下载"),
    explain=(
        "The file begins as its format should, but cannot be read to its end: an export or a download was cut off, or "
        "bytes were changed.",
        "文件开头符合格式，但无法读到结尾：可能导出或下载中断，或内容被改动。",
    ),
)
OTHER_FORMAT = declare(
    "K536",
    "error",
    en='"{path}" is not {format}',
    zh="“{path}”不是{format}",
    help=("{advice}", "{advice}"),
    explain=(
        "The bytes of the file are not of the format that its ending, or the adapter named for it, stands for.",
        "文件内容与其后缀（或所指适配器）代表的格式不符。",
    ),
)
TOO_LARGE = declare(
    "K537",
    "error",
    en='"{path}" is refused: {part} unpacks to {size}, more than the limit of {limit}',
    zh="拒绝读取“{path}”：{part} 解压后为 {size}，超过上限 {limit}",
    help=(
        'if the file is really that large, export it as CSV or Parquet, or raise the setting "{setting}"',
        "若文件确实如此之大，请导出为 CSV 或 Parquet，或调高设置“{setting}”",
    ),
    explain=(
        "A small packed file can unpack to more than the memory holds. The sizes are checked before anything is unpacked.",
        "很小的压缩文件解压后可能超出内存，因此在解压前先检查大小。",
    ),
)
MORE = declare(
    "K539",
    "error",
    en='and {count} more of {code} in "{path}"',
    zh="“{path}”中另有 {count} 处 {code}",
    help=("mend the ones listed; the rest are probably alike", "请先修正已列出的；其余多半与之类似"),
    explain=(
        "The first findings of a kind are listed in full, the rest are counted.",
        "同类问题只详细列出前若干处，其余仅计数。",
    ),
)

# Text and CSV

UNKNOWN_ENCODING = declare(
    "K540",
    "error",
    en='line {row} of "{path}" cannot be read as {encoding}: the byte {byte} is the {at} of the file',
    zh="“{path}”第 {row} 行无法按 {encoding} 读取：字节 {byte} 为文件的第 {at} 个字节",
    help=(
        'save the file as UTF-8, or name its encoding with the setting "encoding"',
        "请将文件另存为 UTF-8，或用设置“encoding”指明编码",
    ),
    explain=(
        "The text is tried as UTF-8 and then as GB18030 (which includes GBK and GB2312). It is neither, or not what the "
        "setting says. Text that could be taken for GB18030 but would be no Chinese that anybody writes (Latin-1, Big5, "
        "Shift-JIS) is not read as such: name its encoding.",
        "文本先按 UTF-8、再按 GB18030（含 GBK、GB2312）尝试，均不符合，或与设置不符。能按 GB18030 解码但不像中文的文本"
        "（Latin-1、Big5、Shift-JIS 等）不会按其读取，请指明编码。",
    ),
)
READ_AS_GB = declare(
    "K541",
    "info",
    en='"{path}" is not UTF-8 and is read as GB18030',
    zh="“{path}”不是 UTF-8，按 GB18030 读取",
    help=(
        'check that names look right; the setting encoding = "gb18030" confirms it',
        '请核对姓名是否正常；设置 encoding = "gb18030" 可确认',
    ),
    explain=(
        "Files saved as CSV by Chinese spreadsheet programs are often GBK or GB18030. Nearly all such text is recognised, "
        "but text in another old encoding may be taken for it.",
        "中文表格软件保存的 CSV 多为 GBK 或 GB18030，一般能正确识别，但其他旧编码的文本可能被误认。",
    ),
)
RAGGED = declare(
    "K542",
    "error",
    en="this row has {found} cells, and the header has {expected}",
    zh="本行有 {found} 个单元格，而表头有 {expected} 个",
    help=(
        "a cell with a separator or a line break inside must stand in quotes; a row must not end early",
        "含分隔符或换行的单元格须加引号；每行的单元格不能缺少",
    ),
    explain=(
        "It is not known which cell belongs to which column, so the row is left out of the table and reported.",
        "无法判断各单元格属于哪一列，因此该行不计入表格并予以报告。",
    ),
    example="staff,period,complaints\nLi,2026-Q1\n",
)
LONG_ROW = declare(
    "K543",
    "error",
    en='a row of "{path}" is longer than {limit}',
    zh="“{path}”中有一行超过 {limit}",
    help=("look for a quotation mark that is opened and never closed", "请查找只开不闭的引号"),
    explain=(
        "A quotation mark at the beginning of a cell runs to the next one, over line ends too: one that is never closed "
        "swallows the rest of the file.",
        "单元格开头的引号一直延续到下一个引号（可跨行）；未闭合的引号会吞掉其后的全部内容。",
    ),
)
OPEN_QUOTE = declare(
    "K544",
    "error",
    en='"{path}" ends inside a quotation',
    zh="“{path}”在引号内结束",
    help=(
        "look for a quotation mark that is opened and never closed, or export the file again",
        "请查找只开不闭的引号，或重新导出文件",
    ),
    explain=(
        "The last cell begins with a quotation mark and the file ends before it is closed, so rows may have been swallowed.",
        "最后一个单元格以引号开头，而文件在引号闭合前结束，可能有若干行被吞掉。",
    ),
)

# Column names

NAME_TWICE = declare(
    "K545",
    "error",
    en='two columns are called "{column}": {first} and {second}',
    zh="有两列都叫“{column}”：{first} 和 {second}",
    help=("rename or delete one of them", "请将其中一列改名或删除"),
    explain=(
        "It is not known which of the two is meant. The first one is kept so that the rest can be checked.",
        "无法判断指的是哪一列。保留前一列以便继续检查其余内容。",
    ),
)
NAME_BLANK = declare(
    "K546",
    "warning",
    en="columns without a name are left out: {positions}",
    zh="以下各列没有列名，已忽略：{positions}",
    help=("name them, or delete the columns", "请为其命名，或删除这些列"),
    explain=("A column without a name cannot be referred to.", "没有列名的列无法引用。"),
)
NO_HEADER = declare(
    "K547",
    "error",
    en='no column names are found in "{path}"',
    zh="“{path}”中找不到列名",
    help=("the first row that is not blank must name the columns", "第一个非空行应为列名"),
    explain=(
        "A table begins with a row of column names. The file has none, or the row that is said to hold them is blank.",
        "表格应以列名行开头。文件没有列名行，或所指定的列名行为空。",
    ),
)

# JSON

JSON_SYNTAX = declare(
    "K550",
    "error",
    en='"{path}" is not valid JSON at line {line}, column {column}: {reason}',
    zh="“{path}”第 {line} 行第 {column} 列不是合法的 JSON：{reason}",
    help=("export the file again, or mend that line", "请重新导出文件，或修正该行"),
    explain=(
        "The text does not follow JSON there. A file that ends too early reports its last line.",
        "该处不符合 JSON 语法；文件不完整时报告其最后一行。",
    ),
)
NOT_OBJECTS = declare(
    "K551",
    "error",
    en='"{path}" does not hold a list of objects but {what}',
    zh="“{path}”的内容不是对象列表，而是{what}",
    help=(
        'write [{{"staff": "Li", …}}, …], one object for each row',
        '请写成 [{{"staff": "李", …}}, …]，每行一个对象',
    ),
    explain=(
        "A table in JSON is a list of objects, one for each row, whose keys are the columns.",
        "JSON 表格是对象列表，每行一个对象，键即列名。",
    ),
)
NOT_AN_OBJECT = declare(
    "K552",
    "error",
    en="this element is not an object but {what}",
    zh="该元素不是对象，而是{what}",
    help=("give it as an object whose keys are the columns", "请写成以列名为键的对象"),
    explain=(
        "Such an element has no columns; it is left out of the table.",
        "这样的元素没有列，不计入表格。",
    ),
)
KEY_TWICE = declare(
    "K553",
    "error",
    en='this object has "{column}" twice',
    zh="该对象中“{column}”出现两次",
    help=("delete one of them", "请删除其中一个"),
    explain=(
        "It is not known which of the two values is meant; the cell is left empty.",
        "无法判断应取哪个值；该单元格置空。",
    ),
)
NESTED = declare(
    "K554",
    "error",
    en="this cell holds {what}, not a single value",
    zh="该单元格是{what}，而不是单个值",
    help=("export a flat table, or leave the column out", "请导出平面表格，或去掉该列"),
    explain=(
        "A cell is a text, a number, a boolean or nothing; lists and objects do not fit.",
        "单元格只能是文本、数字、布尔值或空；不能是列表或对象。",
    ),
)

# Workbooks

ERROR_CELL = declare(
    "K560",
    "error",
    en="this cell holds the error {value}",
    zh="该单元格为错误值 {value}",
    help=(
        "mend its formula or its sources in the workbook, then save",
        "请在工作簿中修正公式或其引用的数据后保存",
    ),
    explain=(
        "An error value such as #DIV/0! or #N/A is neither a number nor a blank. It is never read as missing silently.",
        "#DIV/0!、#N/A 等错误值既不是数字也不是空白，绝不会被悄悄当作缺失。",
    ),
)
NOT_CALCULATED = declare(
    "K561",
    "error",
    en='sheet "{sheet}" has {count} formulas without a calculated value, the first in {cell}',
    zh="工作表“{sheet}”有 {count} 个公式没有计算结果，首个在 {cell}",
    help=(
        "open the workbook in a spreadsheet program, save it, and try again",
        "请用表格软件打开并保存该工作簿后重试",
    ),
    explain=(
        "The workbook was written by a program that does not calculate. Its formula cells would read as blank, so it is refused.",
        "该工作簿由不进行计算的程序写出，其公式单元格会读成空白，因此拒绝读取。",
    ),
)
STALE = declare(
    "K562",
    "warning",
    en='the calculated values in sheet "{sheet}" may be out of date: the workbook asks to be recalculated when opened',
    zh="工作表“{sheet}”的计算结果可能已过期：该工作簿要求打开时重新计算",
    help=(
        "open the workbook in a spreadsheet program, save it, and try again",
        "请用表格软件打开并保存该工作簿后重试",
    ),
    explain=(
        "Programs that write workbooks without calculating often put 0 as every formula's value and ask for a "
        "recalculation. The values are read as they stand.",
        "不进行计算的程序常把所有公式的结果写成 0，并要求重新计算。这里按文件中的值读取。",
    ),
)
MERGED = declare(
    "K563",
    "warning",
    en="the cells {cells} are merged: only the first of them holds the value, the others are empty",
    zh="单元格 {cells} 已合并：只有第一个有值，其余为空",
    help=(
        'unmerge them and fill in each cell, or set merged = "repeat" if the value is meant for all of them',
        '请取消合并并填写每个单元格；若该值适用于其中每格，请设置 merged = "repeat"',
    ),
    explain=(
        "In a merged range a workbook stores one value, in the top left cell. Rows that look filled are empty.",
        "合并区域只在左上角单元格存一个值，看似有内容的行其实是空的。",
    ),
)
NO_SHEET = declare(
    "K564",
    "error",
    en='"{path}" has no sheet "{sheet}"',
    zh="“{path}”中没有工作表“{sheet}”",
    help=("its sheets are: {sheets}", "现有工作表：{sheets}"),
    explain=(
        'The setting "sheet" names a sheet that the workbook does not have.',
        "设置“sheet”所指的工作表不存在。",
    ),
)
NO_SHEETS = declare(
    "K565",
    "error",
    en='"{path}" has no worksheet to read',
    zh="“{path}”中没有可读的工作表",
    help=(
        "charts and macros are not read; put the table on a worksheet",
        "图表和宏不会读取；请把表格放在工作表中",
    ),
    explain=("The workbook holds no worksheets, or only chart sheets.", "工作簿没有工作表，或只有图表页。"),
)
WIDE_AREA = declare(
    "K566",
    "error",
    en='sheet "{sheet}" spreads its cells over {area} places, more than the limit of {limit}',
    zh="工作表“{sheet}”的单元格散布在 {area} 个位置上，超过上限 {limit}",
    help=(
        "delete stray cells far from the table, or export the sheet as CSV",
        "请删除远离表格的零散单元格，或将工作表导出为 CSV",
    ),
    explain=(
        "The whole rectangle from the first to the last cell is held in memory; a stray cell in the last row or column makes it huge.",
        "从首个到最后一个单元格的整个矩形都要放入内存；末行或末列的零散单元格会使其极大。",
    ),
)
BLANK_SHEET = declare(
    "K567",
    "error",
    en='sheet "{sheet}" of "{path}" is blank',
    zh="“{path}”的工作表“{sheet}”是空的",
    help=(
        'put the table there, or name another sheet with the setting "sheet"',
        "请把表格放在该表中，或用设置“sheet”指定其他工作表",
    ),
    explain=("The sheet that was picked has no cells with content.", "所选工作表没有任何内容。"),
)

# Columns

WRONG_KIND = declare(
    "K570",
    "error",
    en='the column "{column}" is of the type {type}, which holds no single values',
    zh="列“{column}”的类型为 {type}，不是单个值",
    help=("export it as text or numbers, or leave the column out", "请导出为文本或数字，或去掉该列"),
    explain=(
        "Lists, structures and raw bytes do not fit into a cell.",
        "列表、结构和原始字节不能作为单元格的值。",
    ),
)
FINER_TIME = declare(
    "K571",
    "warning",
    en='the column "{column}" holds times finer than a microsecond; the rest is cut off',
    zh="列“{column}”的时间精度高于微秒，多余部分已舍去",
    explain=("Times are held in microseconds.", "时间以微秒为单位保存。"),
)

# Outputs

NO_FOLDER = declare(
    "K580",
    "error",
    en='"{path}" cannot be written: there is no folder "{folder}"',
    zh="无法写入“{path}”：文件夹“{folder}”不存在",
    help=("make the folder first, or choose another", "请先建立该文件夹，或另选位置"),
    explain=(
        "Outputs are written into folders that exist; none is made unasked.",
        "只写入已存在的文件夹，不会自行新建。",
    ),
)
WRITE_REFUSED = declare(
    "K581",
    "error",
    en='"{path}" may not be written by this user',
    zh="当前用户无权写入“{path}”",
    help=(
        "choose a folder of your own; close the file if another program has it open",
        "请选择自己的文件夹；若文件被其他程序打开，请先关闭",
    ),
    explain=(
        "The file system refuses to write there. A file that was there before is untouched.",
        "文件系统拒绝写入；原有文件未被改动。",
    ),
)
DISK_FULL = declare(
    "K582",
    "error",
    en='"{path}" is not written: the disk is full',
    zh="“{path}”未写入：磁盘已满",
    help=("free some space, or write to another disk", "请释放空间，或写到其他磁盘"),
    explain=(
        "The file is written beside its place and renamed when whole; a file that was there before is untouched.",
        "文件先写在旁边，完整后再改名；原有文件未被改动。",
    ),
)
WRITE_FAILED = declare(
    "K583",
    "error",
    en='"{path}" is not written: {reason}',
    zh="“{path}”未写入：{reason}",
    help=(
        "check the place and try again; a file that was there before is untouched",
        "请检查位置后重试；原有文件未被改动",
    ),
    explain=("The operating system reports an error while writing.", "写入时操作系统报告错误。"),
)
DOES_NOT_FIT = declare(
    "K584",
    "error",
    en='"{path}" is not written: {what} is {found}, and a worksheet holds {limit}',
    zh="“{path}”未写入：{what}为 {found}，而工作表最多容纳 {limit}",
    help=("write CSV or Parquet instead", "请改用 CSV 或 Parquet"),
    explain=(
        "A worksheet has at most 1,048,576 rows and 16,384 columns, and a cell 32,767 characters.",
        "工作表最多 1,048,576 行、16,384 列，单元格最多 32,767 个字符。",
    ),
)
NOT_WRITABLE = declare(
    "K585",
    "error",
    en='"{path}" is not written: the column "{column}" is of the type {type}, which the output "{name}" does not write',
    zh="“{path}”未写入：列“{column}”的类型 {type} 无法由输出“{name}”写出",
    help=("leave the column out, or write Parquet", "请去掉该列，或改用 Parquet"),
    explain=(
        "Tables of text, numbers, booleans, dates, times and durations are written.",
        "可写出文本、数字、布尔、日期、时间和时长。",
    ),
)

# Statements as PDF

NO_PDF_LIBRARY = declare(
    "K780",
    "error",
    en="PDF files need the library WeasyPrint, which is not installed",
    zh="PDF 输出需要 WeasyPrint 库，但尚未安装",
    help=(
        'install it with `pip install "kpirules[pdf]"`; or write .html and print it from a browser',
        '请运行 `pip install "kpirules[pdf]"` 安装；也可输出 .html 并用浏览器打印',
    ),
    explain=(
        "Statements are set in pages by WeasyPrint, which the extra `pdf` installs. All other outputs work without it.",
        "个人说明由 WeasyPrint 排版，可通过附加项 `pdf` 安装；其他输出不受影响。",
    ),
)
NO_PDF_PARTS = declare(
    "K781",
    "error",
    en="PDF files need a library of the system that is not there: {reason}",
    zh="PDF 输出缺少系统库：{reason}",
    help=(
        "install Pango (Debian, Ubuntu: apt install libpango-1.0-0 libpangoft2-1.0-0); or write .html and print it",
        "请安装 Pango（Debian、Ubuntu：apt install libpango-1.0-0 libpangoft2-1.0-0）；也可输出 .html 后打印",
    ),
    explain=(
        "WeasyPrint is installed, but the library of the system that sets its text, Pango, cannot be loaded.",
        "WeasyPrint 已安装，但无法加载其排版所用的系统库 Pango。",
    ),
)
STATEMENTS_LEFT_OUT = declare(
    "K782",
    "warning",
    en='"{path}" holds {count} statements of {rows}, the latest period first',
    zh="“{path}”含 {rows} 份说明中的 {count} 份，从最近周期起",
    help=(
        "ask for more with the setting `people`, or for single people with --staff",
        "可用设置 `people` 提高上限，或用 --staff 指定人员",
    ),
    explain=(
        "Setting pages takes about a second for each statement, so an output of statements stops at `people` of them.",
        "排版每份说明约需一秒，因此最多输出 `people` 份。",
    ),
)
