"""What can be wrong with values that change in time or come from earlier periods."""

from __future__ import annotations

from kpirules.diagnostics import declare

APPRAISED = declare(
    "K307",
    "error",
    en="who is appraised cannot depend on other people, earlier periods or shorter ones",
    zh="考核对象不能取决于其他人员、更早的周期或更短的周期",
    label=("reads other rows", "读取其他行"),
    help=(
        "ask for inputs and attributes of the person here; what depends on more can be an indicator's own `applies to`",
        "此处请只用该员工的输入和属性；取决于更多内容的条件，可写在指标自身的“适用”中",
    ),
    explain=(
        "Groups, ranks and values of earlier periods are made of those who are appraised. Whether somebody is must be"
        " known before.",
        "群体、名次和更早周期的值由考核对象组成，所以须先知道谁是考核对象。",
    ),
    example="""\
ruleset example "Example"
  period month
  applies to staff where previous late > 3
  missing redistribute
input late : count
indicator answered "Answered" weight 100
  deduct 1 point per late
""",
)
NO_DAY_RULE = declare(
    "K370",
    "error",
    en='"{name}" changes on certain days, and nothing says what a period goes by in which it does',
    zh="“{name}”在某些日期变化，但没有说明变化所在的周期如何计算",
    label=("no rule for such a period", "没有周期内变化的算法"),
    help=("add a line below it: {rules}", "请在其下加一行：{rules}"),
    explain=(
        "A value that changes in the middle of a period can count by days, each day with its own value, or the whole"
        " period can go by the value of its last or its first day. The three give different results, so the policy says"
        " which one is meant.",
        "周期中途变化的值可以按天折算（每天用当天的值），也可以整个周期以最后一天或第一天的值为准。三者结果不同，须由制度说明。",
    ),
    example="""\
parameter goal : ratio = 90%
  from 2026-08-15 : 92%
indicator answered "Answered" weight 100
  measure share
  target >= goal
  all or nothing
""",
)
NO_STRETCH = declare(
    "K371",
    "error",
    en='"{name}" has a rule for changing in a period, and no day on which it changes',
    zh="“{name}”有周期内变化的算法，却没有变化的日期",
    label=("nothing changes", "没有变化"),
    help=(
        "add a line above it such as `from 2026-08-15 : VALUE`, or leave this one out",
        "请在其上加一行，例如 `自 2026-08-15 : 值`，或删除此行",
    ),
    explain=(
        "The rule says what a period goes by in which the parameter changes. A parameter of one value needs none.",
        "此行说明变化所在的周期如何计算。只有一个值的参数不需要。",
    ),
    example="""\
parameter goal : ratio = 90%
  pro rata by days
indicator answered "Answered" weight 100
  measure share
  target >= goal
  all or nothing
""",
)
NO_FIRST_VALUE = declare(
    "K372",
    "error",
    en='nothing says what "{name}" is before {day}',
    zh="没有说明“{name}”在 {day} 之前的值",
    label=("no first value", "没有最初的值"),
    help=("write its first value in this line: `= VALUE`", "请在此行写上最初的值：`= 值`"),
    explain=(
        "The value in the parameter's own line holds until the first of the days below it.",
        "参数行上的值在其下第一个日期之前有效。",
    ),
    example="""\
parameter goal : ratio
  from 2026-08-15 : 92%
  as of period end
indicator answered "Answered" weight 100
  measure share
  target >= goal
  all or nothing
""",
)
DAYS_IN_ORDER = declare(
    "K373",
    "error",
    en="{day} stands below {above}, and is not later",
    zh="{day} 写在 {above} 之下，却不晚于它",
    label=("not later", "不晚于上一行"),
    help=("list the days from the earliest to the latest, each once", "请从早到晚列出日期，每个一次"),
    explain=(
        "Each value holds from its day until the next line's day, so the days are listed in the order of time.",
        "每个值自其日期起生效，直到下一行的日期，所以日期须按先后列出。",
    ),
    example="""\
parameter goal : ratio = 90%
  from 2026-08-15 : 92%
  from 2026-07-15 : 94%
  as of period end
indicator answered "Answered" weight 100
  measure share
  target >= goal
  all or nothing
""",
)
DATED = declare(
    "K374",
    "error",
    en="{what} must be one fixed value, and {name} changes on certain days",
    zh="{what}须为一个固定值，而 {name} 在某些日期变化",
    label=("changes in time", "随时间变化"),
    help=(
        "use it in measures, targets and formulas, or give a parameter of one value here",
        "请用在度量、目标或公式中，此处改用只有一个值的参数",
    ),
    explain=(
        "A parameter with `from` lines is a fact of each period: measures, targets and formulas may read it. Weights,"
        " the edges of bands, grades' boundaries, keys of tables and conditions on single records are part of the"
        " policy's shape, which is the same in every period. For those, keep a version of the policy for each stretch of"
        " time (`in force from`), or score with a formula.",
        "带“自”行的参数是各周期的事实，可用于度量、目标和公式。权重、分段边界、等级界限、对照表的键和单条记录的条件属于制度本身，"
        "各周期相同。这些值若要变化，请为每段时间各备一个版本（“施行自”），或用公式计分。",
    ),
    example="""\
parameter heavy : number = 60
  from 2026-08-15 : 70
  as of period end
indicator answered "Answered" weight heavy
  deduct 1 point per late
indicator called "Calls" weight 40
  deduct 1 point per calls
""",
)
NO_PART = declare(
    "K375",
    "error",
    en='"{name}" is no number, so a part of it by days means nothing',
    zh="“{name}”不是数值，不能按天折算",
    label=("cannot be counted by days", "不能按天折算"),
    help=("write `as of period end` or `as of period start`", "请写 `以期末为准` 或 `以期初为准`"),
    explain=(
        "By days, a period's value is the sum of value x days over the days of the period. That needs numbers.",
        "按天折算时，周期的值为各段“值 × 天数”之和除以周期天数，因此须为数值。",
    ),
    example="""\
parameter strict : boolean = no
  from 2026-08-15 : yes
  pro rata by days
indicator answered "Answered" weight 100
  points = 100 when strict otherwise 50
""",
)
TEST_PERIOD = declare(
    "K376",
    "error",
    en='"{name}" is no period of this policy',
    zh="“{name}”不是本制度的周期",
    label=("no such period", "没有这样的周期"),
    help=('write for example `period "{sample}"`', '例如 `周期 "{sample}"`'),
    explain=(
        "A test names periods of the policy's own kind: `2026-Q3` where the policy's period is a quarter, `2026-07` for"
        " months, `2026-W31` for weeks.",
        "测试中的周期须与制度的周期同类：季度写 `2026-Q3`，月度写 `2026-07`，周写 `2026-W31`。",
    ),
    example="""\
indicator answered "Answered" weight 100
  deduct 1 point per late
test "in summer"
  period "summer"
  given late = 3
  expect total = 97
""",
)
NOT_EARLIER = declare(
    "K377",
    "error",
    en="{name} is not an earlier period with facts: the test is about {own}",
    zh="{name} 不是带有事实的更早周期：此测试的周期为 {own}",
    label=("not earlier", "不是更早的周期"),
    help=(
        "give facts of earlier periods in such blocks; the test's own period is a line of its own under `test`",
        "此类块中给出更早周期的事实；测试自身的周期在“测试”之下单独写一行",
    ),
    explain=(
        "What stands directly under `test` or `person` is about the test's own period, the last one. Blocks"
        ' `period "..."` with lines below them add facts and expectations of periods before it.',
        '直接写在“测试”或“人员”之下的内容属于测试自身的周期，即最后一个。带有下级行的 `周期 "…"` 块补充此前周期的事实和预期。',
    ),
    example="""\
indicator answered "Answered" weight 100
  deduct 1 point per late
test "two months"
  period "2026-03"
  period "2026-04"
    given late = 5
  given late = 3
  expect total = 97
""",
)
ENDLESS = declare(
    "K378",
    "error",
    en="{name} is worked out from its own earlier values without end: {names}",
    zh="{name} 由其自身更早的值算出，没有尽头：{names}",
    label=("reads its own past", "读取自身的过去"),
    help=(
        "read an earlier fact or measure that does not rest on {name}, or say how many periods count: an amount or an"
        " award may read `previous total`, what the total is made of may not",
        "请读取不依赖 {name} 的更早事实或度量，或说明计入几期：奖金和奖励可以读取 `上期 总分`，构成总分的内容则不能",
    ),
    explain=(
        "A value that reads its own value of the period before reads, through it, every period there ever was. Nobody"
        " could redo it by hand, and it would change with the first period that the data have.",
        "若一个值读取自身上一期的值，就会由此读取所有更早的周期，无法手工复算，并且随数据从哪一期开始而变。",
    ),
    example="""\
indicator answered "Answered" weight 100
  points = 100 - late + 0.1 * previous total
""",
)
NOT_OF_LAST = declare(
    "K379",
    "error",
    en="of the last periods there are the mean, the sum, the least, the greatest and the best ones",
    zh="对近几期可取平均、合计、最小值、最大值和最好的几期",
    label=("not over periods", "不能用于近几期"),
    help=(
        "write for example `mean of last 4 X` or `best 2 of last 4 X`",
        "例如 `平均 近 4 期 X` 或 `最好 2 取自近 4 期 X`",
    ),
    explain=(
        "A summary over the last periods takes one value of each. Others, such as a median of records, go over a data set.",
        "近几期的汇总对每期取一个值。其他汇总（例如记录的中位数）针对数据。",
    ),
    example="""\
indicator answered "Answered" weight 100
  deduct 1 point per (median of last 4 late)
""",
)
