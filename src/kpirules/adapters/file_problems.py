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
