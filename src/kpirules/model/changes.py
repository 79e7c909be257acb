"""What can be wrong with a ruleset that changes another one: `extends`, `set`, `replace`, `without`, `add`."""

from __future__ import annotations

from kpirules.diagnostics import declare

_FIRST = """\
ruleset hotline "Hotline"
  extends after_sales_core
"""

NO_BASE = declare(
    "K250",
    "error",
    en='there is no ruleset "{name}" to extend',
    zh="找不到要沿用的规则集“{name}”",
    label=("not found", "未找到"),
    help=("looked for {searched}; the rulesets there: {known}", "已查找 {searched}；那里的规则集有：{known}"),
    explain=(
        "The ruleset NAME is the file NAME.kpi, or a file whose ruleset is called NAME: beside the file that extends it"
        " (or in the folder `zh` there), else among the rulesets that ship with kpirules. A file may extend a shipped"
        " ruleset of its own name.",
        "规则集 NAME 即文件 NAME.kpi，或其中的规则集名为 NAME 的文件：先在沿用它的文件旁边（或其 `zh` 文件夹）查找，"
        "再在 kpirules 自带的规则集中查找。文件可以沿用与自己同名的自带规则集。",
    ),
    example="""\
ruleset hotline "Hotline"
  extends after_sales_cor
""",
)
BASE_CIRCLE = declare(
    "K251",
    "error",
    en='"{name}" extends itself: {circle}',
    zh="“{name}”沿用了它自己：{circle}",
    label=("leads back here", "又回到这里"),
    help=("let one of them extend nothing, or another ruleset", "请让其中一个不再沿用，或沿用别的规则集"),
    explain=(
        "A ruleset may extend one that extends another, as far as you like, but the last one must stand on its own.",
        "规则集可以沿用另一个，后者也可以再沿用别的，但最后一个必须独立成立。",
    ),
)
NOT_IN_BASE = declare(
    "K252",
    "error",
    en='"{base}" has no {what}',
    zh="“{base}”中没有{what}",
    label=("not in {base}", "不在 {base} 中"),
    help=("{known}", "{known}"),
    explain=(
        "`set`, `replace`, `without` and `to section` name something that the extended ruleset has: a parameter, an"
        " indicator, a section, a measure, a test by its title and so on. Something new needs no word before it, or `add`.",
        "“设定”“替换”“去除”“到 章节”须指明被沿用的规则集中已有的内容：参数、指标、章节、度量、按标题指明的测试等。"
        "新增的内容直接写，或写“增加”。",
    ),
    example=f"""{_FIRST}without chanel_coverage
without unit_prize
set response = 3 min
""",
)
IN_BASE = declare(
    "K253",
    "error",
    en='"{base}" has {what} already',
    zh="“{base}”中已有{what}",
    label=("it stands at {line}", "见 {line}"),
    help=(
        "write `replace` before it to put this in its place, or choose another name",
        "若要取而代之，请在前面写“替换”；否则请另取名称",
    ),
    explain=(
        "An extending ruleset adds what is new and says `replace` where it means to change something, so that no change"
        " comes about by accident. Inputs, parameters, measures, data, tables and results share one list of names.",
        "沿用时，新内容直接加入；要改动已有内容须写明“替换”，以免无意中改动。输入、参数、度量、数据、对照表与各项结果共用一套名称。",
    ),
    example=f"""{_FIRST}measure mean_response = mean of first_reply - opened over tickets
""",
)
NO_EXTENDS = declare(
    "K254",
    "error",
    en="{what} changes another ruleset, but this one extends none",
    zh="{what}用于改动另一个规则集，但本规则集没有沿用任何规则集",
    label=("a change of what?", "改动什么？"),
    help=(
        "write `extends NAME` under the first line, or write the value itself where it is declared",
        "请在首行之下写 `沿用 名称`，或直接在声明处修改",
    ),
    explain=(
        "`set`, `replace`, `without`, `add` and `to section` change the ruleset named after `extends`.",
        "“设定”“替换”“去除”“增加”“到 章节”改动的是“沿用”之后的规则集。",
    ),
    example="""\
set calls = 3
indicator answered "Answered calls" weight 100
  deduct 1 point per late
""",
)
CONFLICT = declare(
    "K255",
    "error",
    en="{what}",
    zh="{what}",
    help=("{mend}", "{mend}"),
    explain=(
        "Each part of the extended ruleset is changed by one line at most, and the line must leave no doubt which part"
        " it means: an input and an indicator may have the same name, then the word for it stands before the name.",
        "被沿用规则集的每个部分最多由一行改动，且须明确所指：输入与指标可以同名，此时请在名称前写明是哪一种。",
    ),
    example=f"""{_FIRST}set response_limit = 3 min
set response_limit = 4 min
""",
)
NO_CHANGE = declare(
    "K306",
    "warning",
    en='"{name}" is set to the value that it has',
    zh="“{name}”设定的值与原值相同",
    label=("changes nothing", "没有改变"),
    help=("leave this line out", "请删除此行"),
    explain=(
        "The extended ruleset gives this value already. The line does no harm, but a reader will look for the change.",
        "被沿用的规则集已是此值。此行无害，但会让读者误以为有改动。",
    ),
    example=f"""{_FIRST}set response_limit = 5 min
""",
)
