"""What can be wrong with the section `[run]` of a project file (K880 and K881)."""

from __future__ import annotations

from kpirules.diagnostics import declare

UNKNOWN_OUTPUT = declare(
    "K880",
    "error",
    en='[run] names the output "{name}", which the project does not have',
    zh="[run] 提到的输出“{name}”在项目中不存在",
    help=("there are: {known}", "现有：{known}"),
    explain=(
        "An official run writes to the outputs that [run] names, or to all of the project's if it names none. Each is a"
        " section [output.NAME] of the same file.",
        "正式运行写到 [run] 所列的输出；未列出时写到项目的全部输出。每个输出都是同一文件中的 [output.名称] 小节。",
    ),
    example='[output.hr]\npath = "hr.xlsx"\n\n[run]\noutputs = ["hrr"]',
)
NO_SHARE = declare(
    "K881",
    "error",
    en='{key} under [run.block] is not a share: "{value}"',
    zh="[run.block] 的 {key} 不是比例：“{value}”",
    help=('write it like "20%" or 0.2', '请写成 "20%" 或 0.2 这样'),
    explain=(
        "What stops an official run is given as shares: of people whose facts are missing, of staff without data, of how"
        " much may change from one period to the next.",
        "使正式运行停止的条件以比例给出：事实缺失的人员比例、没有数据的人员比例、与上一周期相比的变动比例。",
    ),
    example='[run.block]\nmissing = "a few"',
)
