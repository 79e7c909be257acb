"""What can be wrong with the text of a policy, before any meaning (K1xx)."""

from __future__ import annotations

from kpirules.diagnostics import declare

TABS = declare(
    "K101",
    "error",
    en="this line is indented with tabs",
    zh="此行用制表符缩进",
    label=("tab here", "此处是制表符"),
    help=(
        "indent with spaces, two for each level; `kpirules fmt` does it",
        "请用空格缩进，每层两个；`kpirules fmt` 可自动处理",
    ),
    explain=(
        "Indentation shows which lines belong together. A tab is as wide as each editor likes, so what you see may"
        " not be what the program reads; therefore only spaces may indent.",
        "缩进表示哪些行属于一组。制表符的宽度因编辑器而异，看到的和程序读到的可能不同，因此只允许用空格缩进。",
    ),
    example='ruleset x "X"\n\tperiod month\n',
)
INDENTED = declare(
    "K102",
    "error",
    en="this line is indented deeper than the line above allows",
    zh="此行缩进过深，上一行不带下级内容",
    label=("indented too far", "缩进过深"),
    help=("align it with the line above", "请与上一行对齐"),
    explain=(
        "Only lines that open a block (a section, an indicator, bands, grades, a test ...) may be followed by deeper"
        " lines. This line is read as if it stood at the level of the line above.",
        "只有开启一个块的行（章节、指标、分段、等级、测试等）之后才可以有更深的行。此行按上一行的层级理解。",
    ),
    example='ruleset x "X"\n  period month\n    version "1"\n',
)
UNALIGNED = declare(
    "K103",
    "error",
    en="this line is aligned with no line above",
    zh="此行的缩进与上面任何一行都不对齐",
    label=("between two levels", "介于两层之间"),
    help=("align it with the lines of the block it belongs to", "请与所属块的其他行对齐"),
    explain=(
        "A line that goes back to the left must stand exactly below the lines of the block that it continues.",
        "向左退回的行必须与它所延续的块的各行严格对齐。",
    ),
    example='ruleset x "X"\n  period month\ngrades\n  good from 60\n fail otherwise\n',
)
UNCLOSED = declare(
    "K104",
    "error",
    en="this text has no closing quote",
    zh="这段文字缺少结尾引号",
    label=("opened here", "从这里开始"),
    help=('close it with a quote (") before the end of the line', "请在行末之前补上引号"),
    explain=(
        'A text begins and ends with a quote on the same line: "..." or “...”.',
        '文字以引号开始并在同一行以引号结束："……" 或 “……”。',
    ),
    example='ruleset x "X\n',
)
FOREIGN = declare(
    "K105",
    "error",
    en="the sign {sign} has no meaning here",
    zh="符号{sign}在此没有意义",
    label=("not a sign of the language", "不是本语言的符号"),
    help=("remove it", "请删除"),
    explain=(
        "The language uses letters, digits, quotes and the signs : , ( ) [ ] = != <= >= < > + - * / % and #"
        " (for a comment), each also in its full-width form.",
        "本语言只使用文字、数字、引号以及符号 : , ( ) [ ] = != <= >= < > + - * / % 和 #（注释），全角写法同样接受。",
    ),
    example='ruleset x "X"\n  period month;\n',
)
UNEXPECTED = declare(
    "K106",
    "error",
    en="{found} is not understood here",
    zh="此处的{found}无法理解",
    label=("not understood here", "此处无法理解"),
    help=("what may stand here: {expected}", "此处可以写：{expected}"),
    explain=(
        "The line follows the language up to the marked place and then does not. The message says what may stand"
        " there. The rest of the line, and the deeper lines under it, were not read.",
        "此行到标记处之前符合语法，之后不符合。提示说明了此处可以写什么。该行其余部分及其下级各行未被读取。",
    ),
    example='ruleset x "X"\n  period fortnight\n',
)
MISTYPED = declare(
    "K107",
    "error",
    en="{found} is not understood here",
    zh="此处的{found}无法理解",
    label=("read as {meant}", "按{meant}理解"),
    explain=(
        "A word of the language is misspelt. The rest of the file was checked as if it were spelt right.",
        "关键字拼写有误。文件其余部分按正确写法继续检查。",
    ),
    example='ruleset x "X"\n  perod month\n',
)
ABSENT = declare(
    "K108",
    "error",
    en="{missing} is missing before {found}",
    zh="{found}之前缺少{missing}",
    label=("{missing} belongs here", "此处应有{missing}"),
    help=("write {missing} here", "请在此补上{missing}"),
    explain=(
        "One sign or word is left out. The rest of the file was checked as if it stood there.",
        "少写了一个符号或词。文件其余部分按已补上继续检查。",
    ),
    example='ruleset x "X"\n  period month\ninput calls count\n',
)
SURPLUS = declare(
    "K109",
    "error",
    en="{found} is one word or sign too many",
    zh="{found}是多余的",
    label=("not needed here", "此处不需要"),
    help=("remove it", "请删除"),
    explain=(
        "Without the marked word or sign the line is right. The rest of the file was checked as if it were not there.",
        "去掉标记的词或符号后，此行即正确。文件其余部分按已删除继续检查。",
    ),
    example='ruleset x "X"\n  period month month\n',
)
COMPLEX = declare(
    "K110",
    "error",
    en="this line is too complex: more than {most} {what}",
    zh="此行过于复杂：{what}超过 {most}",
    help=("split it with named measures", "请用命名的度量拆开"),
    explain=(
        "A line may have up to 150 operators, 40 levels of parentheses, 60 digits in a number and 20,000 characters."
        " Longer formulas cannot be checked by a reader either; give their parts names with `measure`.",
        "一行最多 150 个运算符、40 层括号、每个数 60 位、20,000 个字符。更长的公式人也无法核对，请用“度量”给各部分命名。",
    ),
)
UNREADABLE = declare(
    "K111",
    "error",
    en="this file is not text in UTF-8 (byte {offset})",
    zh="此文件不是 UTF-8 文本（第 {offset} 字节）",
    help=("save it as UTF-8 in your editor", "请在编辑器中另存为 UTF-8"),
    explain=(
        "Policies are text files in UTF-8. A word processor's document or another encoding (GBK, for instance) must"
        " be saved as UTF-8 text first.",
        "制度文件须为 UTF-8 文本。文字处理软件的文档或其他编码（例如 GBK）须先另存为 UTF-8 文本。",
    ),
)
EMPTY = declare(
    "K112",
    "error",
    en="this file has no ruleset",
    zh="此文件没有规则集",
    help=('begin it with `ruleset NAME "label"`', '请以 `规则集 名称 "标题"` 开头'),
    explain=(
        "Every policy file is one ruleset: its first line says `ruleset`, the name, and a label in quotes.",
        "每个制度文件是一个规则集：首行写“规则集”、名称和引号中的标题。",
    ),
    example="# nothing\n",
)
UNINDENTED = declare(
    "K113",
    "error",
    en="this line belongs to the block above, but is not indented under it",
    zh="此行属于上面的块，却没有缩进",
    label=("indent this line", "此行应缩进"),
    help=(
        "put two more spaces before it and before the lines that go with it",
        "请在此行及同组各行之前各加两个空格",
    ),
    explain=(
        "Lines that belong to a section, an indicator, bands, grades, a test and so on stand deeper than the line that"
        " opens it. This line was read as if it were indented, and so are the lines below that fit there.",
        "属于章节、指标、分段、等级、测试等的行必须比开启该块的行缩进更深。此行及其后合适的各行按已缩进理解。",
    ),
    example='ruleset x "X"\ngrades\ngood from 60\n',
)
TOO_DEEP = declare(
    "K114",
    "error",
    en="this line does not belong to the block that it stands in",
    zh="此行不属于它所在的块",
    label=("indented too far", "缩进过深"),
    help=("move it to the left, under the lines of its own block", "请向左移，与它所属块的各行对齐"),
    explain=(
        "The line makes sense one or more levels further to the left, and was read as if it stood there.",
        "此行若再向左一层或几层则有意义，按移过之后理解。",
    ),
    example='ruleset x "X"\ngrades\n  good from 60\n  input calls : count\n',
)
TOGETHER = declare(
    "K115",
    "error",
    en="{found} is read as one name, with the word {word} inside it",
    zh="{found}被读成一个名称，其中含有关键字{word}",
    label=("a space is missing here", "此处缺少空格"),
    help=("write a space before {word}", "请在{word}之前加一个空格"),
    explain=(
        "Words of the language and numbers may stand close together in Chinese, but a name ends only at a space, a"
        " sign or the end of the line. The file was checked on as if the space were there.",
        "中文关键字与数字可以连写，但名称只在空格、符号或行末结束。文件其余部分按已加空格继续检查。",
    ),
    example='规则集 甲 "甲"\n指标 答复 权重 10\n  每答复次数扣1分\n',
)
UNQUOTED = declare(
    "K116",
    "error",
    en="{found} must stand in quotes",
    zh="{found}应放在引号里",
    label=("read as {meant}", "按 {meant} 理解"),
    help=("write {meant}", "请写成 {meant}"),
    explain=(
        'Labels, clauses, notes and texts stand in double quotes: "..." or “...”.',
        '标题、条款、备注和文本放在双引号里："……" 或 “……”。',
    ),
    example='ruleset x "X"\nsection service Service weight 10\n',
)
MANY = declare(
    "K117",
    "error",
    en="more than {most} lines are wrong: the rest of this file was not read",
    zh="错误超过 {most} 处：文件其余部分未读取",
    label=("reading ended here", "读取到此为止"),
    help=("mend the first ones and check again", "请先改正前面的错误再检查"),
    explain=(
        "After a hundred mistakes of writing in one file, the next ones help nobody. Perhaps the file is not a policy.",
        "一个文件里的书写错误超过一百处之后，再列出也无益。也许此文件不是制度文件。",
    ),
)
UNEVEN = declare(
    "K118",
    "error",
    en="the lines of this block begin in column {these}, and this one in column {this}",
    zh="本块各行从第 {these} 列开始，而此行从第 {this} 列开始",
    label=("not below the others", "未与其他行对齐"),
    help=("move it to column {these}", "请移到第 {these} 列"),
    explain=(
        "All lines of a block begin in the same column. This one stands first in its block and more or less to the"
        " right than the others; it was read as if it were aligned with them. A full-width blank counts two columns.",
        "同一块的各行从同一列开始。此行是本块的首行，却比其他行偏左或偏右，按已对齐理解。全角空格算两列。",
    ),
    example='ruleset x "X"\n  period month\ngrades\n    good from 60\n  fail otherwise\n',
)
