"""What can be wrong with files and folders beside what every source shares: K590 to K599 and K710 to K729."""

from __future__ import annotations

from kpirules.diagnostics import declare

# Folders

EMPTY_FOLDER = declare(
    "K590",
    "error",
    en='the folder "{path}" has no file to read',
    zh="文件夹“{path}”中没有可读取的文件",
    help=(
        "put the tables there; files whose names begin with a dot, an underscore or ~$ do not count",
        "请将表格放入其中；名称以点、下划线或 ~$ 开头的文件不计",
    ),
    explain=(
        "A folder is read as one table made of all its files. This one has none.",
        "文件夹作为一张表读取，由其中所有文件组成；该文件夹没有文件。",
    ),
)
NO_MATCH = declare(
    "K591",
    "error",
    en='no file fits "{pattern}"',
    zh="没有文件符合“{pattern}”",
    help=(
        "check the pattern: * stands for any letters, ? for one, [0-9] for one of these, ** for any folders",
        "请检查该模式：* 代表任意字符，? 代表一个字符，[0-9] 代表其中之一，** 代表任意层文件夹",
    ),
    explain=(
        "A location with *, ? or [ ] names all files that fit, which are read as one table.",
        "含 *、? 或 [ ] 的位置指所有符合的文件，合为一张表读取。",
    ),
    example='path = "tickets/2026-*.csv"',
)
LACKS_COLUMN = declare(
    "K592",
    "error",
    en='"{path}" has no column "{column}", which "{other}" has',
    zh="“{path}”没有“{other}”中的列“{column}”",
    help=(
        'mend the file, leave it out with the setting "files", or set missing_columns = "empty"',
        '请修正该文件，或用设置“files”排除它，或设置 missing_columns = "empty"',
    ),
    explain=(
        "The files of a folder are read as one table, column by column under the same name. A column that some of them "
        "lack may have been renamed there; it is not taken for empty unless the project file says so.",
        "文件夹中的文件按列名合为一张表。个别文件缺少某列时，可能是列名有变；除非项目文件声明，否则不当作空列。",
    ),
)
LEFT_OUT = declare(
    "K593",
    "warning",
    en='{count} of the files in "{path}" are left out, since nothing reads files of their endings: {names}',
    zh="“{path}”中有 {count} 个文件的后缀无法读取，已忽略：{names}",
    help=(
        'say which files are meant with the setting "files", or their format with "read_as"',
        "请用设置“files”指明要读取的文件，或用“read_as”指明格式",
    ),
    explain=(
        "Every file of a folder is read by the adapter that its ending stands for. Files of other endings are no tables.",
        "文件夹中的每个文件由其后缀对应的适配器读取；其他后缀的文件不是表格。",
    ),
)
NO_PERIOD_IN_NAME = declare(
    "K594",
    "error",
    en='the name of "{path}" says no period',
    zh="“{path}”的名称中没有周期",
    help=(
        "name it like 2026-07.csv, 2026/07/x.csv, 2026-Q3.csv, month=2026-07/x.csv or x_202607.csv",
        "请命名为 2026-07.csv、2026/07/x.csv、2026-Q3.csv、month=2026-07/x.csv 或 x_202607.csv",
    ),
    explain=(
        'With period_from = "name" the rows of a file belong to the period that its name, or the folders around it, say.',
        '设置 period_from = "name" 后，文件各行属于其名称或所在文件夹所写的周期。',
    ),
)
SEVERAL_PERIODS = declare(
    "K595",
    "error",
    en='the name of "{path}" says several periods: {periods}',
    zh="“{path}”的名称含有多个周期：{periods}",
    help=("keep the one that its rows belong to", "请只保留其中各行所属的周期"),
    explain=(
        "A name may say a year and a month of that year, but two months, or a day outside of its folder's month, do not fit "
        "together. Which is meant is not guessed.",
        "名称可以既写年又写该年的月，但两个不同的月、或不在所在文件夹月份内的日期互相矛盾，不作猜测。",
    ),
)
TYPES_DIFFER = declare(
    "K596",
    "info",
    en='the column "{column}" is {first} in "{one}" and {second} in "{other}": it is read as text',
    zh="列“{column}”在“{one}”中为 {first}，在“{other}”中为 {second}：按文本读取",
    help=(
        "nothing has to be done where the cells are alike as text; else export all files in the same way",
        "若单元格作为文本一致则无需处理；否则请以同样方式导出所有文件",
    ),
    explain=(
        "Files of one table may hold a column in different types. As text the values keep what is written.",
        "同一张表的各文件可能以不同类型保存某列；按文本读取可保留其写法。",
    ),
)
COLUMN_TAKEN = declare(
    "K597",
    "error",
    en='"{path}" has a column "{column}" of its own, beside the one made of the names of files',
    zh="“{path}”自身已有列“{column}”，与由文件名得出的列重复",
    help=(
        'leave period_from out, or give the made column another name with "period_column"',
        "请去掉 period_from，或用“period_column”为生成的列另取名称",
    ),
    explain=(
        "It is not known whether the file's column or its name says the period of a row.",
        "无法判断行的周期以文件中的列还是文件名为准。",
    ),
)
NO_FORMAT_FITS = declare(
    "K598",
    "error",
    en='nothing in "{path}" can be read: no adapter reads files that end like "{name}"',
    zh="“{path}”中没有可读取的文件：没有适配器读取“{name}”这类后缀",
    help=(
        'name their format with the setting "read_as"; known are {known}',
        "请用设置“read_as”指明格式；现有：{known}",
    ),
    explain=(
        "The ending of a file's name picks the adapter that reads it, unless one is named.",
        "文件名后缀决定由哪个适配器读取，除非另行指明。",
    ),
)
SETTING_FOR_NONE = declare(
    "K599",
    "error",
    en='the setting "{setting}" is known neither to folders nor to the files in "{path}"',
    zh="设置“{setting}”既不是文件夹的设置，也不是“{path}”中文件的设置",
    help=("there are: {known}", "现有：{known}"),
    explain=(
        "Settings that a folder does not know itself are handed to the adapters that read its files.",
        "文件夹自身没有的设置会转交给读取其中文件的适配器。",
    ),
    example='delimeter = ";"',
)

# Text

MIXED_ENCODINGS = declare(
    "K710",
    "error",
    en='"{path}" is in two encodings: line {first} is UTF-8, and line {row} is not (byte {byte}, the {at} of the file)',
    zh="“{path}”混用两种编码：第 {first} 行是 UTF-8，第 {row} 行不是（字节 {byte}，为文件的第 {at} 个字节）",
    help=(
        "export the whole table at once, in UTF-8; files that were joined must be in one encoding",
        "请以 UTF-8 一次导出整张表；拼接的文件须使用同一编码",
    ),
    explain=(
        "Files of different encodings were joined, or a program appended rows in another one. Whichever encoding the whole is "
        "read in, some names would come out garbled; so it is refused.",
        "不同编码的文件被拼接，或某程序以另一种编码追加了行。无论按哪种编码读取都会出现乱码，因此拒绝读取。",
    ),
)
NUL_BYTE = declare(
    "K711",
    "error",
    en='line {row} of "{path}" holds a NUL character, which no text does',
    zh="“{path}”第 {row} 行含有 NUL 字符，而文本中不应有",
    help=(
        'export the table again; if it is UTF-16 or another encoding, name it with the setting "encoding"',
        "请重新导出；若为 UTF-16 等编码，请用设置“encoding”指明",
    ),
    explain=(
        "NUL characters come from damaged disks and interrupted writes, or from a file that is not text at all.",
        "NUL 字符多来自磁盘损坏、写入中断，或文件根本不是文本。",
    ),
)
SQUEEZED = declare(
    "K712",
    "error",
    en='"{path}" is refused: {packed} of it unpack to {size} and it goes on, as no table does',
    zh="拒绝读取“{path}”：其中 {packed} 已解压出 {size} 且仍在继续，不像正常的表格",
    help=(
        "unpack the file and look into it; if it is really a table, set max_megabytes to the size it may have",
        "请解压查看；若确为表格，请设置 max_megabytes 为其允许的大小",
    ),
    explain=(
        "Tables of text pack to a tenth of their size or so, very monotonous ones to a fiftieth. More than two hundredfold is a "
        "file made to fill memory or disk.",
        "文本表格通常压缩到十分之一左右，极单调的约五十分之一；超过两百倍的多为恶意构造。",
    ),
)
REALLY = declare(
    "K713",
    "error",
    en='"{path}" is no table of text but {what}',
    zh="“{path}”不是文本表格，而是{what}",
    help=("{advice}", "{advice}"),
    explain=(
        "The first bytes of the file show what it is, whatever it is called.",
        "文件开头的字节表明了其真实类型，与名称无关。",
    ),
)
SECOND_HEADER = declare(
    "K714",
    "warning",
    en="row {row} looks like the row of column names, below titles of groups",
    zh="第 {row} 行看起来才是列名行，其上为分组标题",
    help=(
        "if it is, set header_row = {row}; if it holds data, name the columns that are blank above it",
        "若是，请设置 header_row = {row}；若为数据，请补上其上方空白的列名",
    ),
    explain=(
        "The first row that is not blank names the columns. Here some of its cells are blank and the row below is full of "
        "different words without digits, as in sheets with two rows of headings.",
        "首个非空行作为列名行。此处该行有空白单元格，而下一行全是互不相同且不含数字的词，类似两行表头。",
    ),
)

# JSON

LIST_INSIDE = declare(
    "K715",
    "error",
    en='"{path}" is an object, with a list of objects inside it at "{records}"',
    zh="“{path}”是一个对象，其中“{records}”处有对象列表",
    help=(
        'if that is the table, set records = "{records}"',
        '若这就是所要的表，请设置 records = "{records}"',
    ),
    explain=(
        'Services often wrap the rows that they give: {"total": 2, "items": [...]}. Which list is the table is said by '
        'the setting "records", as a path of keys with dots between them.',
        '许多服务会把数据行包在对象里：{"total": 2, "items": [...]}。用设置“records”以点号连接的键路径指明所要的列表。',
    ),
    example='{"total": 1, "items": [{"staff": "Li"}]}',
)
NO_RECORDS = declare(
    "K716",
    "error",
    en='"{path}" has nothing at "{records}": there is no "{key}"',
    zh="“{path}”中“{records}”处没有内容：没有“{key}”",
    help=("there is: {there}", "现有：{there}"),
    explain=(
        'The setting "records" names the keys that lead to the list of objects, with dots between them; numbers count the '
        "elements of lists from 0.",
        "设置“records”以点号连接通向对象列表的各个键；数字表示列表中的第几个元素（从 0 起）。",
    ),
    example='records = "data.items"',
)

NAME_NO_TEXT = declare(
    "K717",
    "error",
    en='a file in "{path}" has a name that is no text: {name}',
    zh="“{path}”中有文件的名称不是文本：{name}",
    help=("give it a name in UTF-8", "请以 UTF-8 为其重新命名"),
    explain=(
        "Names from old systems or archives may hold bytes that are no text in UTF-8; rows of such a file could not be named.",
        "来自旧系统或压缩包的文件名可能含有非 UTF-8 字节，无法在消息中指明其中的行。",
    ),
)
