"""What can be wrong with a pull over HTTP: K620 to K649. Sources built on this package use the same words."""

from __future__ import annotations

from kpirules.diagnostics import declare

# The connection and the answer

NO_ANSWER = declare(
    "K620",
    "error",
    en="{address} cannot be reached: {cause}",
    zh="无法连接 {address}：{cause}",
    help=(
        "check the address, the network and, where one is needed, the setting `proxy`",
        "请检查地址、网络，以及（如需要）设置 `proxy`",
    ),
    explain=(
        "No connection could be made, or it broke before an answer came, also after several attempts where that "
        "could help. Nothing of this pull is used.",
        "无法建立连接，或在收到应答前连接中断；在有意义时已多次重试。本次拉取的内容一概不采用。",
    ),
)
TIMED_OUT = declare(
    "K621",
    "error",
    en="{address} took too long{page}: {cause}",
    zh="{address} 响应超时{page}：{cause}",
    help=(
        "ask for less at a time (a smaller page, a shorter period), or raise {setting} under limits",
        "请减少每次请求的数量（更小的页、更短的期间），或调大 limits 中的 {setting}",
    ),
    explain=(
        "The server accepted the request and then said nothing, or sent its answer too slowly, for longer than the "
        "limits allow.",
        "服务器接受了请求，但之后没有应答，或发送过慢，超过了允许的时间。",
    ),
)
LOGIN_REFUSED = declare(
    "K622",
    "error",
    en="{address} refuses the credentials (status {status}){page}{said}",
    zh="{address} 拒绝了凭据（状态 {status}）{page}{said}",
    help=(
        "check the token or password and that its owner may read this",
        "请检查令牌或密码，并确认其所有者有读取权限",
    ),
    explain=(
        "Status 401 means that the server does not know who asks, 403 that it knows and does not permit it.",
        "状态 401 表示服务器无法识别请求者，403 表示已识别但不允许访问。",
    ),
)
NOT_THERE = declare(
    "K623",
    "error",
    en="{address} does not exist (status {status}){page}{said}",
    zh="{address} 不存在（状态 {status}）{page}{said}",
    help=("check the base address and the setting `path`", "请检查基地址和设置 `path`"),
    explain=(
        "The host answers, but has nothing at this address. Some servers say so too where rights are missing.",
        "主机有应答，但该地址没有内容。有些服务器在权限不足时也如此应答。",
    ),
)
REFUSED = declare(
    "K624",
    "error",
    en="{address} refuses the request (status {status}){page}{said}",
    zh="{address} 拒绝了请求（状态 {status}）{page}{said}",
    help=(
        "check `params` and `headers` against the server's own documentation",
        "请对照服务器的文档检查 `params` 和 `headers`",
    ),
    explain=(
        "The server found something wrong with the request itself, so asking again would not help.",
        "服务器认为请求本身有误，重试无济于事。",
    ),
)
BUSY = declare(
    "K625",
    "error",
    en="{address} limits how often it may be asked (status {status}){page}, and {waits}{said}",
    zh="{address} 限制了请求频率（状态 {status}）{page}，{waits}{said}",
    help=(
        "try later, set requests_per_second under limits, or raise longest_wait_seconds there",
        "请稍后再试，或在 limits 中设置 requests_per_second，或调大 longest_wait_seconds",
    ),
    explain=(
        "The server answered that there were too many requests. Waiting as long as it asked was tried as far as the "
        "limits allow.",
        "服务器表示请求过多。已在允许的范围内按其要求等待并重试。",
    ),
)
SERVER_FAULT = declare(
    "K626",
    "error",
    en="{address} failed (status {status}){page}, at each of {attempts} attempts{said}",
    zh="{address} 出错（状态 {status}）{page}，共尝试 {attempts} 次{said}",
    help=(
        "this is a fault of the server: try later, or ask those who run it",
        "这是服务器的故障：请稍后再试，或联系其管理员",
    ),
    explain=(
        "A status from 500 on says that the server itself failed. The request was made again with growing waits.",
        "500 及以上的状态表示服务器自身出错。已以逐渐延长的间隔重试。",
    ),
)
CUT_SHORT = declare(
    "K627",
    "error",
    en="the answer of {address} ended before it was complete{page}: {cause}",
    zh="{address} 的应答未传完就中断了{page}：{cause}",
    help=(
        "try again; if it persists, ask for smaller pages",
        "请重试；若仍如此，请减小每页的数量",
    ),
    explain=(
        "Fewer bytes came than the server announced, or the last piece of the answer is missing. Half an answer is "
        "never read, even where it looks whole.",
        "收到的字节少于服务器声明的数量，或缺少最后一段。不完整的应答即使看似完整也不会采用。",
    ),
)
NOT_JSON = declare(
    "K628",
    "error",
    en="{address} does not answer in JSON{page}: {cause}",
    zh="{address} 的应答不是 JSON{page}：{cause}",
    help=(
        "check the address (a login page or a website may answer there) and the credentials",
        "请检查地址（那里可能是登录页或普通网站）和凭据",
    ),
    explain=(
        "The answer is a web page, is empty or is not valid JSON, so no record can be taken from it.",
        "应答是网页、为空或不是有效的 JSON，无法取得记录。",
    ),
)
TOO_LARGE = declare(
    "K629",
    "error",
    en="the answer of {address} is larger than {limit} MB{page}",
    zh="{address} 的应答超过 {limit} MB{page}",
    help=(
        "ask for smaller pages, or raise max_megabytes under limits",
        "请减小每页的数量，或调大 limits 中的 max_megabytes",
    ),
    explain=(
        "One answer is held in memory, so its unpacked size is bounded.",
        "单次应答保存在内存中，因此限制其解压后的大小。",
    ),
)
ELSEWHERE = declare(
    "K630",
    "error",
    en="{address} leads to another host, {target}{page}; nothing was sent there",
    zh="{address} 指向另一主机 {target}{page}；未向其发送任何内容",
    help=(
        "if that is the right server, name it as the address",
        "如果那才是正确的服务器，请直接填写其地址",
    ),
    explain=(
        "A redirect or a link to the next page names another host (or leaves https). Credentials are meant for the "
        "named host alone, so it is not followed.",
        "重定向或下一页链接指向另一主机（或离开 https）。凭据仅供所指明的主机使用，因此不予跟随。",
    ),
)
BAD_ADDRESS = declare(
    "K631",
    "error",
    en='"{address}" cannot be used as an address: {reason}',
    zh="“{address}”不能用作地址：{reason}",
    help=(
        "write it like https://host/path",
        "请写成 https://主机/路径 的形式",
    ),
    explain=(
        "An address begins with https://. Plain http:// is taken for this machine itself, or with `insecure = true`, "
        "since anybody on the way can read and change it. Passwords belong into `auth`.",
        "地址须以 https:// 开头。明文 http:// 仅用于本机或在 `insecure = true` 时使用，因为途中任何人都能读取和篡改。"
        "密码应写在 `auth` 中。",
    ),
    example="http://crm.example.com/api",
)
NO_TOKEN = declare(
    "K632",
    "error",
    en="{address} gave no access token: {cause}",
    zh="{address} 未给出访问令牌：{cause}",
    help=(
        "check client_id, client_secret, scope and token_url",
        "请检查 client_id、client_secret、scope 和 token_url",
    ),
    explain=(
        "With OAuth 2, an access token is fetched before anything is read.",
        "使用 OAuth 2 时，读取之前须先取得访问令牌。",
    ),
)
UNUSABLE = declare(
    "K649",
    "error",
    en='the setting `{setting}`, "{value}", cannot be used: {reason}',
    zh="设置 `{setting}` 的值“{value}”无法使用：{reason}",
    help=("correct it, or leave it out", "请更正或删除该设置"),
    explain=(
        "`ca_file` names a file of certificates in PEM form that are trusted instead of the usual ones; `proxy` is the "
        "address of a proxy.",
        "`ca_file` 指明用以代替默认信任列表的 PEM 证书文件；`proxy` 是代理服务器的地址。",
    ),
)

# What the answer holds

SAID_ERROR = declare(
    "K633",
    "error",
    en="{address} answers with an error{page}: {said}",
    zh="{address} 在应答中报错{page}：{said}",
    help=("see the server's documentation on this error", "请查阅服务器文档中关于此错误的说明"),
    explain=(
        "The status says that all is well, but the answer holds something where `error_path` points.",
        "状态正常，但应答中 `error_path` 所指之处有内容。",
    ),
)
NO_RECORDS = declare(
    "K634",
    "error",
    en="the answer of {address} has no list of records at `{path}`{page}: there is {what}",
    zh="{address} 的应答在 `{path}` 处没有记录列表{page}：该处是{what}",
    help=(
        "the answer has: {keys}. Set `records` to the list among them",
        "应答中有：{keys}。请将 `records` 设为其中的列表",
    ),
    explain=(
        "`records` is a JMESPath expression that picks the list of records out of each answer.",
        "`records` 是 JMESPath 表达式，从每个应答中取出记录列表。",
    ),
)
NOT_A_RECORD = declare(
    "K635",
    "error",
    en="{record} is not an object but {what}",
    zh="{record}不是对象，而是{what}",
    explain=(
        "Every record is a JSON object. Others are left out.",
        "每条记录都应是 JSON 对象，其余的不采用。",
    ),
)
WRONG_VALUE = declare(
    "K636",
    "error",
    en='{record}: "{value}" at `{path}` {reason}',
    zh="{record}：`{path}` 处的“{value}”{reason}",
    help=(
        "correct it in the source, or declare the column's kind as what it is",
        "请在来源中更正，或按实际情况声明该列的种类",
    ),
    explain=(
        "A column's declared kind is checked for every record.",
        "对每条记录都检查列所声明的种类。",
    ),
)
VALUE_MISSING = declare(
    "K637",
    "error",
    en="{record}: there is no value at `{path}`, which is required",
    zh="{record}：`{path}` 处没有值，而该列必须有值",
    help=(
        "complete it in the source, or take `required` off the column",
        "请在来源中补全，或去掉该列的 `required`",
    ),
    explain=(
        "The column is declared with `required = true`.",
        "该列声明了 `required = true`。",
    ),
)
PATH_NOWHERE = declare(
    "K638",
    "warning",
    en="no record has anything called `{key}`, which the column `{column}` reads",
    zh="没有任何记录含有列 `{column}` 所读取的 `{key}`",
    help=("records hold: {keys}", "记录中有：{keys}"),
    explain=(
        "The column's path begins with a name that none of the records has, so the column is empty. Some servers "
        "leave out what has no value.",
        "该列路径的第一个名称在所有记录中都不存在，因此该列为空。有些服务器会省略没有值的字段。",
    ),
)
NO_COLUMNS = declare(
    "K639",
    "error",
    en="{address} gave no record, so its columns are not known",
    zh="{address} 没有给出记录，因此无法得知其列",
    help=("declare `columns`, or ask for what exists", "请声明 `columns`，或请求存在的内容"),
    explain=(
        "Without declared columns, they are taken from the records.",
        "未声明列时，列取自记录本身。",
    ),
)

# The pull as a whole

PAGE_TWICE = declare(
    "K640",
    "error",
    en="{address} gives the same page again: {cause}",
    zh="{address} 重复给出同一页：{cause}",
    help=(
        "check the settings of `pages` against the server's documentation",
        "请对照服务器的文档检查 `pages` 的设置",
    ),
    explain=(
        "A page came that was there before, or the next page is one that was asked for already: the pull would never "
        "end, or would take records twice.",
        "出现了与之前相同的页，或下一页已请求过：拉取将无法结束，或会重复取得记录。",
    ),
)
FEWER = declare(
    "K641",
    "error",
    en="{address} says that there are {total} records, and gave {count}",
    zh="{address} 声明有 {total} 条记录，实际给出 {count} 条",
    help=(
        "pull again; if it persists, give `params` a stable order and check the settings of `pages`",
        "请重新拉取；若仍如此，请在 `params` 中指定稳定的排序，并检查 `pages` 的设置",
    ),
    explain=(
        "The server states a total, and the pages together hold another number of different records: some were "
        "missed. A result that lacks records is not given.",
        "服务器声明了总数，而各页合计的不同记录数与之不符：有记录遗漏。缺少记录的结果不予给出。",
    ),
)
MORE_PAGES = declare(
    "K642",
    "error",
    en="{address} has more than {limit} pages",
    zh="{address} 超过 {limit} 页",
    help=(
        "ask for less (a period, a filter), for larger pages, or raise max_pages under limits",
        "请缩小请求范围（期间、筛选），增大每页数量，或调大 limits 中的 max_pages",
    ),
    explain=("A pull is never cut short in silence.", "拉取绝不会无声地截断。"),
)
NO_KEY = declare(
    "K643",
    "error",
    en="{record} has no value at `{path}`, which tells records apart",
    zh="{record}在 `{path}` 处没有值，而该值用于区分记录",
    help=("set `key` to what every record has once", "请将 `key` 设为每条记录都有的唯一值"),
    explain=(
        "Records are told apart by their key, so that none is taken twice.",
        "记录以其键值区分，以免重复。",
    ),
)
SEEN_TWICE = declare(
    "K644",
    "info",
    en="{count} records came on more than one page and are counted once, in their latest state",
    zh="有 {count} 条记录出现在多页中，按最新状态只计一次",
    explain=(
        "Records that change while pages are read may move to a later page. The key shows that they are the same.",
        "读取分页期间发生变化的记录可能移到后面的页。由键值可知它们是同一条。",
    ),
)
ASKED_AGAIN = declare(
    "K645",
    "info",
    en="{address} had to be asked again {count} times; the last reason: {cause}",
    zh="对 {address} 重试了 {count} 次；最近一次的原因：{cause}",
    explain=(
        "Some requests failed at first and succeeded when they were made again. Nothing is missing.",
        "部分请求起初失败，重试后成功。没有遗漏。",
    ),
)

# The cache of an incremental pull

CACHE_UNUSABLE = declare(
    "K646",
    "error",
    en='the cache "{path}" cannot be used: {reason}',
    zh="缓存“{path}”无法使用：{reason}",
    help=(
        "free or delete that file; the next pull then takes everything anew",
        "请释放或删除该文件；下次将重新拉取全部内容",
    ),
    explain=(
        "An incremental pull keeps what it has seen in one SQLite file.",
        "增量拉取将已取得的内容保存在一个 SQLite 文件中。",
    ),
)
CACHE_BUSY = declare(
    "K647",
    "error",
    en='the cache "{path}" is in use by another run',
    zh="缓存“{path}”正被另一次运行使用",
    help=("wait until that run has ended", "请等待该次运行结束"),
    explain=(
        "Two pulls into one cache at a time would disturb each other.",
        "同时向一个缓存拉取会互相干扰。",
    ),
)
TAKEN_UP = declare(
    "K648",
    "info",
    en="an interrupted pull of {address} was taken up where it ended, after {count} records",
    zh="从中断处继续拉取 {address}，此前已取得 {count} 条记录",
    explain=(
        "Every page is put into the cache as soon as it is there, so what was pulled before is not asked for again.",
        "每页到达后立即存入缓存，因此已取得的内容不再请求。",
    ),
)
