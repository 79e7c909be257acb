"""What can be wrong with databases: K600, K602 to K619. Files use the words of `kpirules.plugin.problems` as well."""

from __future__ import annotations

from kpirules.diagnostics import declare

# Where the database is

NO_ADDRESS = declare(
    "K600",
    "error",
    en='"{location}" is not the address of a database: {reason}',
    zh="“{location}”不是数据库地址：{reason}",
    help=(
        "write postgresql://host:5432/database, mysql://host:3306/database, sqlite:path or duckdb:path",
        "请写 postgresql://主机:5432/数据库、mysql://主机:3306/数据库、sqlite:路径 或 duckdb:路径",
    ),
    explain=(
        "Servers are named by an address without a password; user and password are settings. Files are named by their path.",
        "服务器以不含密码的地址指明，用户与密码另作设置；文件以路径指明。",
    ),
    example='path = "postgres:sales"',
)
NO_LIBRARY = declare(
    "K616",
    "error",
    en="{what} cannot be read here: the library {library} is not installed",
    zh="此处无法读取 {what}：未安装程序库 {library}",
    help=("install it: pip install {library}", "请安装：pip install {library}"),
    explain=(
        "Each kind of database needs its driver; they come with the package unless it was installed without them.",
        "每种数据库都需要相应驱动；正常安装此包时会一并安装。",
    ),
)
UNREACHABLE = declare(
    "K602",
    "error",
    en="the database server at {server} does not answer: {reason}",
    zh="数据库服务器 {server} 没有应答：{reason}",
    help=(
        "check host, port and network, and whether the server runs",
        "请检查主机、端口和网络，以及服务器是否在运行",
    ),
    explain=(
        "No connection could be made: the name is unknown, nothing listens there, or it takes too long.",
        "无法建立连接：主机名未知、端口无人监听，或超时。",
    ),
)
LOGIN_REFUSED = declare(
    "K603",
    "error",
    en='{server} refuses the user "{user}": {reason}',
    zh="{server} 拒绝用户“{user}”：{reason}",
    help=(
        'check the settings "user" and "password", and that the user may connect from here',
        "请检查设置“user”和“password”，以及该用户是否允许从此处连接",
    ),
    explain=(
        "The server answers, but does not let this user in with this password.",
        "服务器有应答，但不接受该用户或密码。",
    ),
)
NO_DATABASE = declare(
    "K604",
    "error",
    en='{server} has no database "{database}" for this user',
    zh="{server} 没有该用户可用的数据库“{database}”",
    help=("check the last part of the address", "请检查地址的最后一部分"),
    explain=(
        "The server answers, but the database of the address does not exist, or this user may not see it.",
        "服务器有应答，但地址所指的数据库不存在，或该用户无权查看。",
    ),
)
# Tables and queries

NO_TABLE = declare(
    "K605",
    "error",
    en='there is no table "{table}" in "{location}"',
    zh="“{location}”中没有表“{table}”",
    help=("there are: {known}", "现有：{known}"),
    explain=(
        "The table or view does not exist, lies in another schema, or this user may not see it.",
        "该表或视图不存在、位于其他模式，或该用户无权查看。",
    ),
)
WHICH_TABLE = declare(
    "K606",
    "error",
    en='"{location}" holds {count} tables: it is not said which one to read',
    zh="“{location}”有 {count} 张表，未说明读取哪一张",
    help=(
        'name it with the setting "table", or write a "query"; there are: {known}',
        "请用设置“table”指明，或写“query”；现有：{known}",
    ),
    explain=(
        "A database with one single table needs no setting; of several, none is guessed.",
        "只有一张表时无需设置；有多张时不作猜测。",
    ),
)
NO_COLUMN = declare(
    "K607",
    "error",
    en='there is no column "{column}": {reason}',
    zh="没有列“{column}”：{reason}",
    help=("there are: {known}", "现有：{known}"),
    explain=(
        "A setting or a query names a column that the table does not have.",
        "设置或查询所用的列不存在。",
    ),
)
QUERY_WRONG = declare(
    "K608",
    "error",
    en="the database does not understand the query{spot}: {reason}",
    zh="数据库无法理解该查询{spot}：{reason}",
    help=(
        "try the query in a program of the database, and keep to one SELECT without a semicolon",
        "请先在数据库程序中试运行该查询，且只写一条不带分号的 SELECT",
    ),
    explain=(
        "The query is put between brackets, as a table of its own, so that rows and columns can be picked from it. "
        "Lines and columns count in the query as it was given.",
        "查询会放进括号作为子查询，以便从中筛选行和列。行列位置按所给查询计算。",
    ),
    example='query = "selec * from tickets"',
)
QUERY_FORM = declare(
    "K609",
    "error",
    en="the query cannot be run: {reason}",
    zh="无法运行该查询：{reason}",
    help=(
        "write one SELECT; values stand as :name in it and are given under parameters",
        "请只写一条 SELECT；值写作 :名称，并在 parameters 中给出",
    ),
    explain=(
        "Values are bound and never pasted into the text, so each `:name` needs a value and each value a `:name`. "
        "More than one statement is refused.",
        "值以绑定方式传入而非拼接，因此每个 `:名称` 都要有值，每个值都要用到。不接受多条语句。",
    ),
    example='query = "select * from tickets where team = :team"',
)
NOT_ALLOWED = declare(
    "K610",
    "error",
    en="the database does not allow this: {reason}",
    zh="数据库不允许此操作：{reason}",
    help=(
        "ask for the right to it; reading needs SELECT on the table, and never changes anything",
        "请申请权限；读取需要对该表的 SELECT 权限，且不会改动任何内容",
    ),
    explain=(
        "The user may not read the table, or a query tried to change something. Reading runs in a transaction that cannot write.",
        "该用户无权读取该表，或查询试图改动数据。读取在只读事务中进行。",
    ),
)
TIMED_OUT = declare(
    "K611",
    "error",
    en="the database was stopped after {seconds} seconds without an answer{progress}",
    zh="数据库在 {seconds} 秒内没有应答，已停止{progress}",
    help=(
        'make the query cheaper (an index, fewer rows), or raise the setting "timeout_seconds"',
        "请让查询更省时（加索引、减少行数），或调高设置“timeout_seconds”",
    ),
    explain=("A question to the database took longer than it may.", "向数据库的一次查询超过了允许的时间。"),
)
LOST = declare(
    "K612",
    "error",
    en="the connection to the database was lost{progress}: {reason}",
    zh="与数据库的连接中断{progress}：{reason}",
    help=(
        "try again; nothing of an unfinished read is used, and nothing of an unfinished write kept",
        "请重试；未读完的内容不会被使用，未写完的内容不会保留",
    ),
    explain=(
        "The server ended, or the network broke, while the table was read.",
        "读取过程中服务器终止或网络中断。",
    ),
)
LOCKED = declare(
    "K613",
    "error",
    en='"{location}" is locked by another program',
    zh="“{location}”被其他程序锁定",
    help=("close the other program, or wait until it is done", "请关闭占用它的程序，或等待其完成"),
    explain=(
        "Another program writes to the file, or has it open for itself alone.",
        "另一个程序正在写入该文件，或以独占方式打开。",
    ),
)
SAID = declare(
    "K614",
    "error",
    en="the database reports an error{progress}: {reason}",
    zh="数据库报告错误{progress}：{reason}",
    help=(
        "the message is the database's own; its documentation or administrator knows more",
        "该消息来自数据库本身，请查阅其文档或咨询管理员",
    ),
    explain=(
        "Something went wrong inside the database that is none of the usual causes.",
        "数据库内部发生了不属于常见原因的错误。",
    ),
)
WRONG_CELL = declare(
    "K615",
    "error",
    en="this cell holds {value}, {reason}",
    zh="该单元格为 {value}，{reason}",
    help=(
        "mend it in the database, or turn it into NULL with a query",
        "请在数据库中更正，或用查询将其变为 NULL",
    ),
    explain=(
        "Databases know values that are no number, no day and no span of fixed length: NaN and infinity, the date "
        "0000-00-00, an interval of months. They are never taken for missing in silence.",
        "数据库中有些值不是数字、日期或固定时长：NaN 与无穷大、日期 0000-00-00、以月计的间隔。绝不悄悄当作缺失。",
    ),
)

# Writing

LACKS_COLUMNS = declare(
    "K617",
    "error",
    en='the table "{table}" has no columns for {columns}',
    zh="表“{table}”中没有以下列：{columns}",
    help=(
        "write to another table, add the columns, or let them be added: alter = true",
        "请写入其他表、自行添加这些列，或设置 alter = true 由程序添加",
    ),
    explain=(
        "A table that is there is not changed in its form unless that is asked for: others may rely on it. Nothing was written.",
        "未经要求不会改动已有表的结构，因为可能有其他程序依赖它。未写入任何内容。",
    ),
    example="a new indicator in the policy, and last quarter's table in the database",
)
NOT_EXACT = declare(
    "K618",
    "error",
    en='the column "{column}" of the table "{table}" is of the type {type}, which does not hold {value} exactly',
    zh="表“{table}”的列“{column}”类型为 {type}，无法精确保存 {value}",
    help=(
        "give the column a type that does, or write to another table",
        "请更改该列的类型，或写入其他表",
    ),
    explain=(
        "Databases round numbers and turn text into numbers in silence. Published values are never changed; nothing was written.",
        "数据库会悄悄舍入数字或把文本变成数字。已公布的数值绝不改动，因此未写入任何内容。",
    ),
)
NOT_REPLACED = declare(
    "K619",
    "error",
    en='nothing is written to the table "{table}": {reason}',
    zh="未写入表“{table}”：{reason}",
    help=(
        'name the run with the setting "run", or the columns of "key", or write to another table',
        "请用设置“run”指明本次运行，或用“key”指明键列，或写入其他表",
    ),
    explain=(
        "Writing replaces the rows of the same run, or those of the same key. Where neither is known, all rows of a table "
        "are replaced, but only if the table holds nothing else.",
        "写入会替换同一次运行的行，或键相同的行。两者都不清楚时会替换全表，但前提是表中没有其他内容。",
    ),
)
