"""What can be wrong with a ticket system and what it says: K650 to K679. Failures of its server are K620 to K649."""

from __future__ import annotations

from kpirules.diagnostics import declare

NO_LOGIN = declare(
    "K650",
    "error",
    en="it is not said how to log in to {system}: {reason}",
    zh="未说明如何登录 {system}：{reason}",
    help=(
        'write it as a secret, such as `{setting} = {{ env = "NAME" }}`',
        '请以机密形式填写，如 `{setting} = {{ env = "变量名" }}`',
    ),
    explain=(
        "A ticket system shows its tickets to those who log in. What is secret stands in an environment variable or "
        "a file, never in the project file.",
        "工单系统只向已登录者提供工单。机密内容放在环境变量或文件中，不写入项目文件。",
    ),
)
NO_SUCH_FIELD = declare(
    "K653",
    "error",
    en='none of the {count} tickets has "{column}"',
    zh="{count} 个工单中均没有“{column}”",
    help=("the tickets that came have: {known}", "取得的工单中有：{known}"),
    explain=(
        "A field of a company's own is shown with the tickets that have it. Where no ticket has it, its name is wrong "
        "or the account may not see it.",
        "自定义字段随工单一并给出。若没有任何工单含有该字段，则名称有误，或该账户无权查看。",
    ),
)
UNCOUNTED = declare(
    "K654",
    "warning",
    en="{address} does not say how many tickets there are: some that this account may not see may have ended the list early",
    zh="{address} 未说明共有多少工单：列表可能因该账户无权查看的工单而提前结束",
    help=(
        "let the account see tickets everywhere, or switch on UseSQLForACLChecks there",
        "请授予该账户查看全部工单的权限，或在服务器上启用 UseSQLForACLChecks",
    ),
    explain=(
        "Request Tracker takes tickets that an account may not see out of a page after it has counted it. Without a "
        "total it cannot be told whether an empty page is the last.",
        "Request Tracker 在分页之后才去掉账户无权查看的工单。没有总数时，无法判断空白页是否为最后一页。",
    ),
)
FEWER = declare(
    "K655",
    "error",
    en="{address} says that there are {total} tickets, and gave {count}",
    zh="{address} 声明有 {total} 个工单，实际给出 {count} 个",
    help=("read again", "请重新读取"),
    explain=(
        "The server states how many tickets there are, before and after the pull, and gave fewer. A result that lacks "
        "tickets is not given.",
        "服务器在拉取前后均声明了工单总数，但实际给出的较少。缺少工单的结果不予给出。",
    ),
)
ODD_ANSWER = declare(
    "K656",
    "error",
    en="{address} does not answer as {system} does: {what}",
    zh="{address} 的应答不符合 {system} 的形式：{what}",
    help=(
        "check that the address is that of {system} itself, and its version",
        "请检查地址是否为 {system} 本身，以及其版本",
    ),
    explain=(
        "The answer lacks what the system's interface always gives, so something else answers there, or another version.",
        "应答中缺少该系统接口必有的内容，说明应答者另有其物，或版本不同。",
    ),
)
STANDS_STILL = declare(
    "K657",
    "error",
    en="{address} gives the same tickets again after number {last}",
    zh="{address} 在第 {last} 号之后再次给出相同的工单",
    help=("check the setting `query`", "请检查设置 `query`"),
    explain=(
        "Tickets are asked for in the order of their numbers, each page beginning after the last. A page that goes "
        "back would never end.",
        "工单按编号顺序请求，每页从上一页之后开始。往回的分页将无法结束。",
    ),
)
NOT_WHOLE = declare(
    "K658",
    "error",
    en="the setting `{setting}` is not whole: its quotation marks or parentheses do not match",
    zh="设置 `{setting}` 不完整：引号或括号不配对",
    help=("close what is open: {query}", "请补全未闭合之处：{query}"),
    explain=(
        "What it says is put in parentheses and further conditions are added to it. One that is not whole would change "
        "what they mean.",
        "其内容会放入括号并附加其他条件。不完整的查询会改变这些条件的含义。",
    ),
)
NO_SUCH_NAME = declare(
    "K659",
    "error",
    en='"{object}" of {address} has no field "{column}"',
    zh="{address} 的“{object}”没有字段“{column}”",
    help=("its fields are: {known}", "现有字段：{known}"),
    explain=(
        "The fields of an object were asked for before its records, and this one is not among those that the account may see.",
        "读取记录前先查询了对象的字段，该账户可见的字段中没有它。",
    ),
)
SAID_NO = declare(
    "K660",
    "error",
    en="{address} refuses: {code}, {said}",
    zh="{address} 拒绝：{code}，{said}",
    help=(
        "see the system's documentation on this error, and the account's rights",
        "请查阅该系统文档中的此项错误，并检查账户权限",
    ),
    explain=("The ticket system answered with an error of its own.", "工单系统给出了自己的错误说明。"),
)
DELETED = declare(
    "K661",
    "info",
    en="{count} deleted tickets are left out",
    zh="已略去 {count} 个已删除的工单",
    help=("set `deleted = true` to have them in", "如需保留，请设置 `deleted = true`"),
    explain=(
        "An export of changes also names tickets that were deleted.",
        "变更导出中也包含已删除的工单。",
    ),
)
HIDDEN_PART = declare(
    "K663",
    "warning",
    en="{count} messages of tickets cannot be read by this account, so that times of answers may be too late or missing",
    zh="该账户无法读取工单的 {count} 条消息，响应时间可能偏晚或缺失",
    help=("give the account the right to see messages", "请授予该账户查看消息的权限"),
    explain=(
        "Times of answers are worked out of a ticket's messages. Some of those that a ticket names did not come.",
        "响应时间由工单的消息得出，而工单所列的部分消息未能取得。",
    ),
)
GONE = declare(
    "K664",
    "info",
    en="{count} tickets were taken away while the list was read, and are left out",
    zh="读取列表期间有 {count} 个工单被移除，已略去",
    explain=(
        "First the numbers of all tickets are asked for, then the tickets. Those that are no longer there by then are not in the result.",
        "先取得所有工单的编号，再读取工单。其间已不存在的工单不在结果中。",
    ),
)
SHRANK = declare(
    "K665",
    "error",
    en="tickets of {address} were taken out of the list while it was read, so that others may have been missed",
    zh="读取期间有工单从 {address} 的列表中移出，可能遗漏了其他工单",
    help=("read again, at a calmer time", "请在较空闲时重新读取"),
    explain=(
        "Pages are asked for by their number. If a ticket before the page leaves the list, the next one moves up and "
        "is never seen. It was begun anew several times.",
        "分页按页码请求。若前面的工单离开列表，后面的会前移而被漏掉。已多次重新开始。",
    ),
)
UNMEASURED = declare(
    "K666",
    "warning",
    en="of {count} tickets no measured times came: they have no reply time, no resolution time and no reopens",
    zh="有 {count} 个工单未给出测量的时间：没有响应时间、解决时间和重开次数",
    help=(
        "let an account read that may see ticket metrics",
        "请使用可查看工单指标的账户读取",
    ),
    explain=(
        "Zendesk gives its measured times inside the tickets, or in a list of their own, as far as the account may see "
        "them; the list leaves out archived tickets.",
        "Zendesk 将测量的时间放在工单内或单独的列表中，以账户权限为限；列表不含已归档的工单。",
    ),
)
