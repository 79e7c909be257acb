"""What can go wrong when alerts are sent: K680 to K699."""

from __future__ import annotations

from kpirules.diagnostics import declare

NOT_REACHED = declare(
    "K680",
    "error",
    en="{chat}: {host} cannot be reached: {cause}",
    zh="{chat}：无法连接 {host}：{cause}",
    help=(
        "check the address, the network and, where one is needed, the setting `proxy`. Nothing was sent",
        "请检查地址、网络，以及（如需要）设置 `proxy`。消息未发送",
    ),
    explain=(
        "No connection could be made, also after several attempts, so the message was not sent.",
        "多次尝试后仍无法建立连接，消息未发送。",
    ),
)
REFUSED = declare(
    "K681",
    "error",
    en="{chat}: {service} refuses the message ({code}{said}): {meaning}",
    zh="{chat}：{service}拒绝了消息（{code}{said}）：{meaning}",
    help=(
        "change the settings or the robot's security rules accordingly. Nothing was sent",
        "请相应修改设置或机器人的安全设置。消息未发送",
    ),
    explain=(
        "The service answered that it did not take the message. Most of them say so with status 200 and a code inside.",
        "服务应答表示未接收该消息。多数服务以状态 200 和应答中的代码来表示。",
    ),
)
LIMITED = declare(
    "K682",
    "error",
    en="{chat}: {service} takes no more messages for now ({code}{said})",
    zh="{chat}：{service}暂不接收更多消息（{code}{said}）",
    help=(
        "try again in some minutes, or raise longest_wait_seconds. Nothing was sent",
        "请过几分钟再试，或调大 longest_wait_seconds。消息未发送",
    ),
    explain=(
        "Chats take only so many messages a minute from one robot (DingTalk and WeCom 20). Waiting was tried as far as "
        "the settings allow.",
        "聊天服务限制每个机器人每分钟的消息数（钉钉、企业微信为 20 条）。已在设置允许的范围内等待。",
    ),
)
UNSURE = declare(
    "K683",
    "error",
    en="{chat}: {host} gave no answer after the message was sent, so it may have arrived: {cause}",
    zh="{chat}：消息发出后 {host} 没有应答，可能已送达：{cause}",
    help=(
        "look into the chat before you send it again",
        "重新发送之前请先在聊天中查看",
    ),
    explain=(
        "The connection broke, or the server failed, when the message was already on its way. It is not sent again by "
        "itself, so that nobody gets it twice.",
        "消息发送途中连接中断或服务器出错。为避免重复，不会自动重发。",
    ),
)
STRANGE_ANSWER = declare(
    "K684",
    "error",
    en="{chat}: {host} does not answer as {service} does ({status}{said})",
    zh="{chat}：{host} 的应答不像是{service}（{status}{said}）",
    help=("check the address and the setting `service`", "请检查地址和设置 `service`"),
    explain=(
        "The answer is not in the service's shape, so it is not known whether the message was taken.",
        "应答不符合该服务的格式，无法得知消息是否被接收。",
    ),
)
BAD_ADDRESS = declare(
    "K685",
    "error",
    en="{chat}: the setting `{setting}` cannot be used: {reason}",
    zh="{chat}：设置 `{setting}` 无法使用：{reason}",
    help=(
        "copy the robot's address from the chat's settings into the environment or a file",
        "请将聊天设置中的机器人地址复制到环境变量或文件中",
    ),
    explain=(
        "The address of a robot begins with https:// (http:// only for this machine) and is itself a secret.",
        "机器人地址以 https:// 开头（http:// 仅限本机），其本身就是机密。",
    ),
)
WHICH_SERVICE = declare(
    "K686",
    "error",
    en="{chat}: the address does not say which service it belongs to",
    zh="{chat}：无法由地址判断是哪种服务",
    help=("set `service` to one of: {known}", "请将 `service` 设为以下之一：{known}"),
    explain=(
        "The host tells the service for the usual addresses; another one (a gateway of the company) needs the setting.",
        "常用地址可由主机名判断服务；其他地址（如公司网关）须在设置中指明。",
    ),
)
NOTHING_TO_SAY = declare(
    "K687",
    "info",
    en="{chat}: no alert of level {level} or graver, so nothing was sent",
    zh="{chat}：没有“{level}”及以上级别的警报，未发送消息",
    help=("`always = true` sends a message all the same", "设置 `always = true` 可照常发送"),
    explain=(
        "Without an alert there is nothing to tell.",
        "没有警报，无需通知。",
    ),
)
SHORTENED = declare(
    "K688",
    "info",
    en="{chat}: the message was shortened to what {service} takes ({limit} bytes): {named} people are named for each alert, {left_out} alerts are only counted",
    zh="{chat}：消息已缩短至{service}的上限（{limit} 字节）：每项警报列出 {named} 人，{left_out} 项警报仅计数",
    explain=(
        "Each service limits a message's size. The gravest alerts come first; people who are not named are counted.",
        "各服务都限制消息大小。最严重的警报在前；未列出的人员会计数。",
    ),
)
NO_SUCH_FORMAT = declare(
    "K689",
    "error",
    en='{chat}: {service} has no messages of the format "{format}"',
    zh="{chat}：{service}没有“{format}”格式的消息",
    help=("it has: {known}", "可用的有：{known}"),
    explain=("Each service has its own kinds of messages.", "各服务支持的消息类型不同。"),
)
MAIL_NOT_REACHED = declare(
    "K690",
    "error",
    en="mail: {host} cannot be reached: {cause}",
    zh="邮件：无法连接 {host}：{cause}",
    help=("check host, port and security. Nothing was sent", "请检查 host、port 和 security。邮件未发送"),
    explain=(
        "No connection to the mail server could be made.",
        "无法与邮件服务器建立连接。",
    ),
)
MAIL_LOGIN = declare(
    "K691",
    "error",
    en="mail: {host} refuses the user {user} ({code}{said})",
    zh="邮件：{host} 拒绝了用户 {user}（{code}{said}）",
    help=(
        "check user and password; many servers want a password for programs",
        "请检查用户名和密码；许多服务器需要专用密码（授权码）",
    ),
    explain=("The mail server did not accept the login.", "邮件服务器未接受登录。"),
)
MAIL_UNSAFE = declare(
    "K692",
    "error",
    en="mail: no safe connection to {host}: {cause}",
    zh="邮件：无法与 {host} 建立安全连接：{cause}",
    help=(
        'check `security` ("starttls", "tls" or "none") and, for a certificate of your own, `ca_file`',
        "请检查 `security`（“starttls”、“tls”或“none”），自有证书请设置 `ca_file`",
    ),
    explain=(
        "The server does not offer encryption, or its certificate is not trusted. Neither names nor a password are sent "
        "in the open.",
        "服务器不支持加密或证书不受信任。姓名和密码不会明文发送。",
    ),
)
NOBODY_TAKES = declare(
    "K693",
    "error",
    en="mail: {host} takes it for none of the recipients: {refused}",
    zh="邮件：{host} 不接收任何收件人：{refused}",
    help=("check the addresses under `to`", "请检查 `to` 中的地址"),
    explain=(
        "The mail server refused every recipient. Nothing was sent.",
        "邮件服务器拒绝了所有收件人。邮件未发送。",
    ),
)
SOME_REFUSED = declare(
    "K694",
    "warning",
    en="mail: sent, but {host} did not take it for: {refused}",
    zh="邮件：已发送，但 {host} 未接收以下收件人：{refused}",
    help=("check these addresses; the others have the mail", "请检查这些地址；其他人已收到"),
    explain=("The mail server refused some of the recipients.", "邮件服务器拒绝了部分收件人。"),
)
MAIL_REFUSED = declare(
    "K695",
    "error",
    en="mail: {host} refuses the message ({code}{said})",
    zh="邮件：{host} 拒绝了邮件（{code}{said}）",
    help=(
        "check `sender` and the server's rules. Nothing was sent",
        "请检查 `sender` 和服务器的规则。邮件未发送",
    ),
    explain=("The mail server did not take the sender or the message.", "邮件服务器未接受发件人或邮件。"),
)
MAIL_UNSURE = declare(
    "K696",
    "error",
    en="mail: the connection to {host} broke while the message was sent, so it may have arrived: {cause}",
    zh="邮件：发送途中与 {host} 的连接中断，可能已送达：{cause}",
    help=("ask a recipient before you send it again", "重新发送之前请先询问收件人"),
    explain=(
        "The server went away before it said whether it took the message.",
        "服务器在确认接收之前断开了连接。",
    ),
)
BAD_MAIL = declare(
    "K697",
    "error",
    en='mail: "{address}" is not a mail address',
    zh="邮件：“{address}”不是邮箱地址",
    help=("write it like name@example.com", "请写成 name@example.com 的形式"),
    explain=(
        "Mail goes to the addresses under `to`, or to the one that stands in the place of the file.",
        "邮件发往 `to` 中的地址，或写在文件位置上的地址。",
    ),
    example="-o hr@example",
)
