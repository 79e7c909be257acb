"""What can be wrong with the outputs of a project file: K760 and K761."""

from __future__ import annotations

from kpirules.diagnostics import declare

NO_PLACE = declare(
    "K760",
    "error",
    en="[output.{name}] does not say where to write",
    zh="[output.{name}] 没有写明写到哪里",
    label=("no path", "没有 path"),
    help=('write path = "report-{{period}}.xlsx"', '请写 path = "report-{{period}}.xlsx"'),
    explain=(
        "An output of a project file has a path: a file, whose ending says what is written, or an address together with"
        ' output = "NAME". Its other keys are settings of the output.',
        '项目文件的每个输出都要有 path：文件（后缀决定格式），或配合 output = "名称" 的地址。其余各项是该输出的设置。',
    ),
    example='[output.hr]\noutput = "xlsx"',
)
UNKNOWN_PLACEHOLDER = declare(
    "K761",
    "error",
    en="the path of [output.{name}] has {written}, which stands for nothing",
    zh="[output.{name}] 的 path 中的 {written} 没有含义",
    help=("there are: {known}", "可用：{known}"),
    explain=(
        "In the path of an output, {period} stands for the periods of the run, {run} for what names it, and {policy} for the"
        " id of the policy.",
        "输出路径中，{period} 表示本次的周期，{run} 表示批次名，{policy} 表示制度的标识。",
    ),
    example='[output.hr]\npath = "report-{quarter}.xlsx"',
)
