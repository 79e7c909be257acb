"""What can be wrong with decision tables, interval tables, and with `missing` as a value.

Examples go on from `problems.PRELUDE`, as all of K2 and K3 do.
"""

from __future__ import annotations

from kpirules.diagnostics import Words, declare

#: How an overlap is mended.
SAY_ANY = Words(
    "change a condition, or write `any` if equal results may meet",
    "请修改条件；若允许结果相同的规则同时成立，请写“任一”",
)
SAY_FIRST = Words(
    "change a condition so that only one rule holds, or let the order decide: write `first`",
    "请修改条件使只有一条规则成立，或改为按次序决定：写“首个”",
)
#: Why a rule never decides.
NEVER_HOLDS = Words("its condition can never hold", "其条件不可能成立")
ALWAYS_BEFORE = Words(
    "wherever it holds, a rule that comes before it has decided", "凡其成立之处，排在前面的规则已作决定"
)
NOTHING_LEFT = Words("the rules leave nothing for it", "其余规则已包含所有情形")

DECISION_GAP = declare(
    "K256",
    "error",
    en='no rule of "{decision}" says what happens for {witness}',
    zh="决策“{decision}”没有规则说明 {witness} 时如何处理",
    label=("the rules leave a gap", "规则有空档"),
    help=(
        "add a rule for it, or a last line `otherwise : ...` (`otherwise : missing` if there is no result then)",
        "请补上规则，或在最后写 `其余 : …`（若此时没有结果，写 `其余 : 缺失`）",
    ),
    explain=(
        "A decision must say what happens for all facts that can occur. The checker cuts every fact at the values"
        " that the conditions compare it with, and walks all combinations; it names one that no rule covers. What"
        " types promise counts (a count is not negative, `text one of (...)` has no other text). Facts are taken to be"
        " independent of one another: if the named combination cannot occur, `otherwise : missing` says so.",
        "决策须说明一切可能出现的事实如何处理。检查时按条件中比较的值把每个事实切分，遍历所有组合，并指出一个没有规则覆盖的组合。"
        "类型的约定也计算在内（次数不为负，`文本 取自 (…)` 没有其他文字）。各事实视为互相独立：若所指组合不可能出现，请写 `其余 : 缺失`。",
    ),
    example="""\
decision allowance : money, unique
  when calls >= 100               : 50 yuan
  when calls < 100 and late = 0   : 20 yuan
indicator answered "Answered calls" weight 100
  points = 100 when allowance > 0 yuan otherwise 0
""",
)
DECISION_OVERLAP = declare(
    "K257",
    "error",
    en='two rules of "{decision}" hold for {witness}',
    zh="决策“{decision}”有两条规则在 {witness} 时同时成立",
    label=("overlaps the rule on line {line}", "与第 {line} 行的规则重叠"),
    help=("{mend}", "{mend}"),
    explain=(
        "With `unique` at most one rule can hold; with `any` several may, if they give the same result. Where the order"
        " of the lines is meant to decide, the decision says `first`; where one result is stronger than another, it"
        " says `priority` and lists the results, the strongest first.",
        "“唯一”要求至多一条规则成立；“任一”允许结果相同的规则同时成立。若以先后次序为准，请写“首个”；若某个结果优先于另一个，请写“优先”并按优先次序列出结果。",
    ),
    example="""\
decision allowance : money, unique
  when calls >= 100 : 50 yuan
  when calls <= 100 : 20 yuan
indicator answered "Answered calls" weight 100
  points = 100 when allowance > 20 yuan otherwise 0
""",
)
NOT_RANKED = declare(
    "K258",
    "error",
    en="this result does not stand in the order of results",
    zh="此结果不在所列的优先次序中",
    label=("which place has it?", "它排第几？"),
    help=(
        'list every result behind `priority`, the strongest first: `priority "refused", "granted"`',
        "请在“优先”之后列出所有结果，优先的在前：`优先 “拒绝”, “批准”`",
    ),
    explain=(
        "With `priority` several rules may hold, and the result that stands first in the list decides. So every rule"
        " must give one of the listed results, as a fixed value.",
        "“优先”允许多条规则成立，以清单中排在最前的结果为准。因此每条规则的结果都须是清单中的固定值。",
    ),
    example="""\
decision allowance : money, priority 50 yuan, 20 yuan
  when calls >= 100 : 50 yuan
  when calls >= 50  : 30 yuan
  otherwise         : 20 yuan
indicator answered "Answered calls" weight 100
  points = 100 when allowance > 20 yuan otherwise 0
""",
)
MISSING_VALUE = declare(
    "K259",
    "error",
    en="`missing` has no kind of value here",
    zh="此处的“缺失”不知是哪种值",
    label=("missing what?", "缺失的是什么？"),
    help=(
        "use it beside a value: `x when c otherwise missing`, or ask with `is missing`",
        "请与值一起使用：`x 当 条件 否则 缺失`；若要判断是否缺失，请写“缺值”",
    ),
    explain=(
        "`missing` can be the result of a choice whose other side is a value, of a rule of a decision, and what a test"
        " gives or expects. Alone it says nothing, and nothing equals it: whether a fact is there is asked with `is"
        " present` and `is missing`.",
        "“缺失”可以是“当…否则”的一个结果（另一个须是值）、决策规则的结果，以及测试中给定或预期的值。单独写没有意义，也没有什么等于它："
        "判断事实是否存在请用“有值”“缺值”。",
    ),
    example="""\
measure quality = missing
indicator answered "Answered calls" weight 100
  points = 100 when calls = 0 otherwise 0
""",
)
NEVER_DECIDES = declare(
    "K330",
    "warning",
    en="this rule never decides: {why}",
    zh="此规则永远不起作用：{why}",
    label=("never used", "用不到"),
    help=("remove it, or change its condition or its place", "请删除，或修改其条件或位置"),
    explain=(
        "A rule that cannot decide for any facts misleads whoever reads the table. The checker looks at all"
        " combinations of facts that the conditions tell apart.",
        "对任何事实都不起作用的规则会误导读者。检查时遍历条件所区分的全部事实组合。",
    ),
    example="""\
decision allowance : money, first
  when calls >= 50  : 20 yuan
  when calls >= 100 : 50 yuan
  otherwise         : 0 yuan
indicator answered "Answered calls" weight 100
  points = 100 when allowance > 0 yuan otherwise 0
""",
)
UNDECIDED = declare(
    "K331",
    "warning",
    en='"{decision}" tells apart more than {most} combinations of facts: gaps and overlaps were not looked for',
    zh="决策“{decision}”区分的事实组合超过 {most} 种，未检查空档和重叠",
    label=("too many combinations", "组合过多"),
    help=("split it into several decisions", "请拆分为几个决策"),
    explain=(
        "Every fact is cut at each value that a condition compares it with; the number of combinations is the product"
        " over all facts. A decision that was not looked through still works as its hit policy says; where two rules"
        " hold, the first of them decides.",
        "每个事实按条件中比较的各值切分，组合数为各事实之积。未检查的决策仍按其命中方式运行；若有两条规则成立，以在前者为准。",
    ),
    example="".join(
        [
            "".join(f"input fact{n} : number\n" for n in range(9)),
            "decision allowance : money, first\n",
            *(f"  when {' and '.join(f'fact{n} > {k}' for n in range(9))} : {k} yuan\n" for k in (2, 1)),
            "  otherwise : 0 yuan\n",
            'indicator answered "Answered calls" weight 100\n',
            "  points = 100 when allowance > 0 yuan otherwise 0\n",
        ]
    ),
)
