"""What can go wrong with official runs and their archive (K840 to K864)."""

from __future__ import annotations

from kpirules.diagnostics import declare

HELD = declare(
    "K840",
    "error",
    en='another job works on the archive "{archive}": {holder}',
    zh="另一个作业正在使用归档“{archive}”：{holder}",
    help=(
        "nothing was done. Start again when it has ended, or wait for it with --wait SECONDS",
        "未做任何事。请在它结束后重试，或用 --wait 秒数 等待",
    ),
    explain=(
        "Runs of one archive follow each other in a chain, so one job at a time may add to it. The other one ends with"
        " status 4 and has written nothing. The lock goes with the process that holds it: after a job was killed"
        " there is nothing to be cleaned up by hand.",
        "同一归档中的运行首尾相接成链，因此一次只允许一个作业写入。另一个作业以状态 4 结束，未写入任何内容。锁随持有它的进程消失：作业被强行终止后无需手工清理。",
    ),
)
DIFFERENT = declare(
    "K841",
    "error",
    en="there is a final run of {ruleset} for {period} already, {run}, and this one would be different: {what}",
    zh="{ruleset} 在 {period} 已有最终运行 {run}，而本次的内容不同：{what}",
    help=(
        'a final run never changes. To put another in its place: kpirules correct {run} --facts FILE, or --supersede "REASON"',
        "最终运行不会改变。如要以新的运行取代：kpirules correct {run} --facts 文件，或 --supersede “原因”",
    ),
    explain=(
        "Running again with the same policy, parameters and data finds the run that is there, and changes nothing."
        " With anything else the results could differ from those that people were told, so a new run must say why it"
        " takes the place of the old one; the old one stays in the archive as superseded.",
        "用相同的制度、参数和数据再次运行会找到已有的运行，不作任何改动。如有任何不同，结果可能与已公布的不一致，因此新的运行必须说明取代的原因；旧的运行保留在归档中，标为已被取代。",
    ),
)
NO_RUN = declare(
    "K842",
    "error",
    en='there is no run "{run}" in the archive "{archive}"',
    zh="归档“{archive}”中没有运行“{run}”",
    help=(
        "name its folder, the beginning of its id, or its period: {known}",
        "请给出其文件夹、编号的开头或周期：{known}",
    ),
    explain=(
        "A run is named by its folder (archive/2026-Q3/1f0c…), by the first four or more digits of its id, or by its period, which"
        " means the run in force for it. `kpirules runs` lists them.",
        "运行可用其文件夹（archive/2026-Q3/1f0c…）、编号的前四位或更多位，或其周期来指定；给出周期时指该周期现行有效的运行。`kpirules runs` 列出全部运行。",
    ),
)
SEVERAL_RUNS = declare(
    "K843",
    "error",
    en='"{run}" may be several runs of the archive "{archive}": {known}',
    zh="归档“{archive}”中有多个运行符合“{run}”：{known}",
    help=("name one of them by its id", "请用编号指定其中一个"),
    explain=(
        "Several policies may share an archive, so that a period alone may not say which run is meant.",
        "多个制度可以共用一个归档，因此只给出周期可能无法确定是哪个运行。",
    ),
)
UNFIT_FILE = declare(
    "K844",
    "error",
    en="{file} of the run {run} is not what an archive holds: {why}",
    zh="运行 {run} 的 {file} 不是归档应有的内容：{why}",
    help=("restore the run from a copy", "请从副本恢复该运行"),
    explain=(
        "The file cannot be read as what it should be. Nothing is taken from it.",
        "该文件无法按应有的内容读取，因此不采用其中任何内容。",
    ),
)
MISSING_FILE = declare(
    "K845",
    "error",
    en="{file} of the run {run} is not there",
    zh="运行 {run} 缺少 {file}",
    help=("restore the run from a copy", "请从副本恢复该运行"),
    explain=(
        "The manifest of a run lists every file; one of them has been taken away.",
        "运行的清单列出了每个文件，其中一个已被移走。",
    ),
)
EXTRA_FILE = declare(
    "K846",
    "error",
    en="{file} does not belong to the run {run}",
    zh="{file} 不属于运行 {run}",
    help=("take it out of the run's folder", "请将其移出该运行的文件夹"),
    explain=(
        "The manifest of a run lists every file; what else lies in its folder was put there later.",
        "运行的清单列出了每个文件，文件夹中的其他内容是后来放入的。",
    ),
)
CHANGED_FILE = declare(
    "K847",
    "error",
    en="{file} of the run {run} has been changed: {what}",
    zh="运行 {run} 的 {file} 已被改动：{what}",
    help=("restore the run from a copy", "请从副本恢复该运行"),
    explain=(
        "Size and SHA-256 of every file stand in the run's manifest. A single changed bit gives another SHA-256.",
        "每个文件的大小和 SHA-256 都记录在运行的清单中。只要改动一位，SHA-256 就不同。",
    ),
)
CHANGED_MANIFEST = declare(
    "K848",
    "error",
    en="the manifest of the run {run} has been changed: {what}",
    zh="运行 {run} 的清单已被改动：{what}",
    help=("restore the run from a copy", "请从副本恢复该运行"),
    explain=(
        "The SHA-256 of a run's manifest stands in MANIFEST.sha256, names the run's folder, and stands in the manifest of"
        " the run after it.",
        "运行清单的 SHA-256 记录在 MANIFEST.sha256 中，也是运行文件夹的名称，并写在其后一个运行的清单里。",
    ),
)
LOST_RUN = declare(
    "K849",
    "error",
    en="the run {run} follows a run that is not in the archive: {previous}",
    zh="运行 {run} 之前的运行不在归档中：{previous}",
    help=("restore the run that is missing from a copy", "请从副本恢复缺失的运行"),
    explain=(
        "Every final run names the manifest of the final run before it. One of this chain was changed or taken away.",
        "每个最终运行都记载其前一个最终运行的清单。这条链中的一个已被改动或移走。",
    ),
)
FORK = declare(
    "K850",
    "error",
    en="the runs {runs} all follow the same run: {previous}",
    zh="运行 {runs} 都接在同一个运行之后：{previous}",
    help=(
        "one of them was put into the archive from elsewhere; take it out",
        "其中之一是从别处放入归档的，请将其移出",
    ),
    explain=(
        "One job at a time adds to an archive, so no two final runs follow the same one. Two archives may have been"
        " merged, or a run was put aside and brought back.",
        "一次只有一个作业写入归档，因此不会有两个最终运行接在同一个之后。可能是合并了两个归档，或曾移走又放回某个运行。",
    ),
)
NOT_IN_FORCE = declare(
    "K851",
    "error",
    en="the run {run} is {state}, and cannot be superseded",
    zh="运行 {run} 的状态为{state}，不能被取代",
    help=("the run in force is {current}", "现行有效的运行是 {current}"),
    explain=(
        "A new run takes the place of the one in force. One that was superseded before has its successor, and a draft"
        " needs none.",
        "新的运行取代现行有效的运行。已被取代的运行已有后继，草稿则无需取代。",
    ),
)
WRONG_SUPERSEDES = declare(
    "K852",
    "error",
    en="the run {run} supersedes a run that {what}: {previous}",
    zh="运行 {run} 所取代的运行{what}：{previous}",
    help=("restore the archive from a copy", "请从副本恢复归档"),
    explain=(
        "A run takes the place of an earlier final run of the same ruleset and period, and of one that no other run has"
        " superseded.",
        "一个运行取代同一规则集、同一周期的较早的最终运行，且该运行未被其他运行取代。",
    ),
)
BAD_SIGNATURE = declare(
    "K853",
    "error",
    en="the signature of the run {run} does not hold: {what}",
    zh="运行 {run} 的签名不成立：{what}",
    help=("trust nothing of this run until you know why", "查明原因之前，请勿采信该运行"),
    explain=(
        "The signature is over the digest of the manifest, which covers every file. It was made with another key, for"
        " another manifest, or was changed.",
        "签名针对清单的摘要，而清单涵盖每个文件。该签名用的是另一把密钥、针对另一份清单，或已被改动。",
    ),
)
NOT_CHECKED = declare(
    "K854",
    "info",
    en="the run {run} is signed; the signature was not checked",
    zh="运行 {run} 已签名；未核对签名",
    help=("give the public key: --key FILE.pem", "请给出公钥：--key 文件.pem"),
    explain=(
        "Without the key of whoever signed, a signature says nothing.",
        "没有签名者的公钥，签名不能说明任何问题。",
    ),
)
NOT_SIGNED = declare(
    "K855",
    "error",
    en="the run {run} is not signed",
    zh="运行 {run} 没有签名",
    help=("verify it without --key, or sign runs with --sign", "可不带 --key 核验，或用 --sign 为运行签名"),
    explain=(
        "A key was given, so a signature is expected. Whoever can write to an archive can also take a signature away.",
        "给出了公钥，因此应有签名。能够写入归档的人也能拿走签名。",
    ),
)
DIFFERS = declare(
    "K856",
    "error",
    en="{file}, row {row} ({who}), {column}: {found} is archived, and {expected} comes out",
    zh="{file} 第 {row} 行（{who}），{column}：归档中为{found}，重新计算得{expected}",
    help=("{rule}", "{rule}"),
    explain=(
        "Policy, parameters and data were taken from the archive and scored again. This figure is another one: the file"
        " was changed together with its manifest, or the run was scored by another version of kpirules.",
        "制度、参数和数据取自归档并重新计分，此处数值不同：文件与清单被一并改动，或运行由另一版本的 kpirules 计分。",
    ),
)
MORE_DIFFER = declare(
    "K857",
    "error",
    en="{file}: {count} figures differ; the first {shown} are listed",
    zh="{file}：共有 {count} 处不同，仅列出前 {shown} 处",
    help=(
        "one cause often changes many figures: begin with the first",
        "一个原因常使多处不同：请从第一处查起",
    ),
    explain=(
        "Only the first differences of each file are listed.",
        "每个文件只列出最前面的不同之处。",
    ),
)
OTHER_SHAPE = declare(
    "K858",
    "error",
    en="{file} has {found}, and {expected} comes out",
    zh="{file} 有{found}，重新计算得{expected}",
    help=("restore the run from a copy", "请从副本恢复该运行"),
    explain=(
        "Scored again from the archive, the file would have other rows or columns.",
        "根据归档重新计分，该文件的行或列会不同。",
    ),
)
NOT_RECOMPUTED = declare(
    "K859",
    "error",
    en="the run {run} cannot be scored again from its archive: {why}",
    zh="无法根据归档对运行 {run} 重新计分：{why}",
    help=(
        "the messages above say what does not fit; --no-recompute checks hashes, chain and signature alone",
        "上面的消息说明了不符之处；--no-recompute 只核对摘要、链和签名",
    ),
    explain=(
        "Policy, parameters and data of the archive were fine when the run was made. They do not go together any more.",
        "归档中的制度、参数和数据在运行时是相符的，现在不再相符。",
    ),
)
OTHER_VERSION = declare(
    "K860",
    "warning",
    en="the run {run} was made with {made}; this is {here}",
    zh="运行 {run} 由 {made} 生成；当前为 {here}",
    help=(
        "if figures differ below, score it with the version that made it",
        "若下面有数值不同，请用生成它的版本重新核验",
    ),
    explain=(
        "Another version may write other bytes for the same tables, and may give another figure where a mistake was"
        " mended. Figures are compared one by one, bytes are not.",
        "不同版本可能把相同的表写成不同的字节；若修正了错误，数值也可能不同。核验逐一比较数值，而不比较字节。",
    ),
)
UNFIT_KEY = declare(
    "K861",
    "error",
    en='"{path}" is no key that can be used here: {why}',
    zh="“{path}”不是可用的密钥：{why}",
    help=(
        "see docs/official.md for the commands that make a pair of keys",
        "生成密钥对的命令见 docs/official.md",
    ),
    explain=(
        "Runs are signed with an Ed25519 key in a PEM file, and checked with its public half.",
        "运行用 PEM 文件中的 Ed25519 私钥签名，并用其公钥核对。",
    ),
)
NO_SIGNING = declare(
    "K862",
    "error",
    en="signatures need a library that is not installed",
    zh="签名所需的库尚未安装",
    help=('pip install "kpirules[sign]"', 'pip install "kpirules[sign]"'),
    explain=(
        "Signing and checking signatures is an extra of the package.",
        "签名和核对签名是本软件包的附加功能。",
    ),
)
GONE = declare(
    "K863",
    "warning",
    en='the journal of the archive "{archive}" names a final run that is not there: {run}',
    zh="归档“{archive}”的日志中有一个不存在的最终运行：{run}",
    help=("restore it from a copy", "请从副本恢复"),
    explain=(
        "Nothing follows the last run of a chain yet, so its loss leaves no gap. The journal is not protected, but it"
        " tells of runs that were there.",
        "链上最后一个运行之后还没有别的运行，它丢失后不会留下缺口。日志不受保护，但记载了曾经存在的运行。",
    ),
)
BROKEN_CHAIN = declare(
    "K864",
    "error",
    en='the chain of final runs in the archive "{archive}" is broken, and nothing can be added to it: {why}',
    zh="归档“{archive}”中最终运行的链已断开，无法继续添加：{why}",
    help=(
        "kpirules verify names what is wrong; restore it from a copy",
        "用 kpirules verify 查明问题，并从副本恢复",
    ),
    explain=(
        "A final run names the one before it. While that one is missing or changed, a new one would follow nothing.",
        "每个最终运行都记载其前一个运行。前一个缺失或被改动时，新的运行无所承接。",
    ),
)
