"""What can be wrong with plugins as packages: what they need, what they say, and new ones. K528, K529, K555 to K559."""

from __future__ import annotations

from kpirules.diagnostics import declare

#: For the `health` of an adapter or output, and for what it says when it is used all the same.
NOT_INSTALLED = declare(
    "K528",
    "error",
    en='"{name}" cannot be used here: {library} is not installed',
    zh="此处无法使用“{name}”：未安装 {library}",
    help=('install it: pip install "{package}"', '请安装：pip install "{package}"'),
    explain=(
        "An adapter or an output rests on a library that is not part of kpirules, and that is not installed here. "
        "`kpirules plugins` says of each whether it works.",
        "某个适配器或输出依赖不随 kpirules 安装的库，而此处未安装该库。`kpirules plugins` 会列出各插件能否使用。",
    ),
    example="kpirules report policy.kpi -o statements.pdf",
)
NO_SUCH_PLUGIN = declare(
    "K529",
    "error",
    en='there is no plugin, adapter or output called "{name}"',
    zh="没有名为“{name}”的插件、适配器或输出",
    help=("`kpirules plugins` lists them all", "`kpirules plugins` 列出全部"),
    explain=(
        "`kpirules plugins NAME` takes the name of a plugin, of its package, of an adapter or of an output.",
        "`kpirules plugins NAME` 接受插件名、其软件包名、适配器名或输出名。",
    ),
    example="kpirules plugins cvs",
)
PRINTED = declare(
    "K555",
    "info",
    en='the plugin "{plugin}" printed something when it was loaded, which is not shown: {text}',
    zh="插件“{plugin}”在加载时打印了内容，已略去：{text}",
    help=("report it to the plugin's authors", "请报告给插件作者"),
    explain=(
        "What kpirules writes to standard output is read by other programs, so a plugin must not print there. "
        "What it printed while it was loaded is kept out.",
        "kpirules 的标准输出会被其他程序读取，插件不得在其中打印。加载时打印的内容已被拦下。",
    ),
)
WRONG_NAME = declare(
    "K556",
    "error",
    en='"{name}" is no name for a plugin: {reason}',
    zh="“{name}”不能用作插件名：{reason}",
    help=(
        "take lower-case letters, digits and underscores, beginning with a letter, such as my_crm",
        "请使用小写字母、数字和下划线，以字母开头，例如 my_crm",
    ),
    explain=(
        "The name of a new plugin becomes the name of its adapter or output, of a package and of a Python module.",
        "新插件的名称将同时用作适配器或输出名、软件包名和 Python 模块名。",
    ),
    example="kpirules plugin new 2fast",
)
NAME_IN_USE = declare(
    "K557",
    "error",
    en='the name "{name}" is taken by {owner}',
    zh="名称“{name}”已被{owner}占用",
    help=("choose another name", "请换一个名称"),
    explain=(
        "Adapters and outputs go by their names in project files, so each name is there once.",
        "项目文件以名称指定适配器和输出，因此名称不得重复。",
    ),
    example="kpirules plugin new csv",
)
NOT_MADE = declare(
    "K558",
    "error",
    en='"{path}" cannot be made: {reason}',
    zh="无法创建“{path}”：{reason}",
    help=("name another folder; nothing was changed", "请指定其他文件夹；未作任何更改"),
    explain=(
        "`kpirules plugin new` makes a new folder, whole or not at all, and never writes into one that is there.",
        "`kpirules plugin new` 只新建完整的文件夹，绝不写入已有的文件夹，也不留下半成品。",
    ),
    example="kpirules plugin new my_crm /usr",
)
ODD_VALUE = declare(
    "K559",
    "error",
    en='this cell holds {value}, and the column "{column}" holds {kind}',
    zh="该单元格为 {value}，而列“{column}”应为{kind}",
    help=("mend it in the source{advice}", "请在数据源中改正{advice}"),
    explain=(
        "A source says of each of its columns what it holds. A cell that holds something else is never turned into it "
        "by guessing: it is left empty, and named. A moment without a zone is none of a column of moments with one: "
        "which moment it is, only who knows the place of its clock can say.",
        "数据源声明每一列的类型。单元格与之不符时绝不猜测转换，而是留空并指明。没有时区的时刻不能放入带时区的列："
        "它究竟是哪一刻，只有知道该时钟所在地的人才能说明。",
    ),
)
