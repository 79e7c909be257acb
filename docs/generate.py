"""Write the language reference and the list of messages from the declarations that the checker reads.

`python -m docs.generate` (or `make docs`) writes `docs/language.md`, `docs/problems.md`, both in Chinese, the tables of the
rulesets' pages, and the rulesets' example data; a test sees that the committed files are what this writes. Every
example is parsed and checked on the way.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from docs.examples import example_files
from docs.needs import ruleset_pages
from docs.statements import CHAPTERS, CHINESE_LABELS, CHINESE_NAMES, Both, Chapter, Statement
from kpirules.cli.explain import all_problems
from kpirules.diagnostics import Language, Problem, Severity
from kpirules.engine import policy_of
from kpirules.language.format import format_text
from kpirules.language.parse import parse
from kpirules.language.vocabulary import vocabulary
from kpirules.model import checklist, forms
from kpirules.model.called_forms import CALLED, Called
from kpirules.model.functions import FUNCTIONS, Function
from kpirules.model.problems import PRELUDE
from kpirules.model.scope import UNIT_EXAMPLES, UNIT_WORDS
from kpirules.model.spellings import SPELLINGS
from kpirules.units import Unit, product_unit, quotient_unit, sum_unit

HERE = Path(__file__).parent
LANGUAGES: tuple[Language, ...] = ("en", "zh")
_MARK = "#>"
_FILLER = 'indicator filler "Filler" weight 100\n  points = 100\n'
_NUMERIC = (
    Unit.NUMBER,
    Unit.COUNT,
    Unit.RATIO,
    Unit.POINTS,
    Unit.RATING,
    Unit.DURATION,
    Unit.WORKDAYS,
    Unit.MONEY,
)
_HELD: dict[Unit, Both] = {
    Unit.NUMBER: ("any number", "任何数"),
    Unit.COUNT: ("whole things, from 0", "不小于 0 的整数"),
    Unit.RATIO: ("a share; `95%` and `0.95` in a cell are the same", "份额；单元格中的 `95%` 与 `0.95` 相同"),
    Unit.POINTS: ("points of indicators and totals", "指标得分和总分"),
    Unit.RATING: (
        "`rating 1 to 5 [step 0.5]`; nothing outside its scale",
        "`评级 1 至 5 [步长 0.5]`，不超出范围",
    ),
    Unit.DURATION: ("time, from 0", "不小于 0 的时间"),
    Unit.WORKDAYS: ("working days", "工作日"),
    Unit.MONEY: ("amounts in one currency", "同一币种的金额"),
    Unit.DATETIME: ("a moment, local time", "时刻（当地时间）"),
    Unit.DATE: ("a day", "一天"),
    Unit.TEXT: ('`text one of ("A", "B")` lists the values', "`文本 取自 (“甲”, “乙”)` 列出取值"),
    Unit.BOOLEAN: ("yes or no", "是或否"),
    Unit.STAFF: ("whose a record is; in `data` only", "记录属于谁；只用于“数据”"),
}
_TYPE_WORDS = {unit: "_TYPE_RATING" if unit is Unit.RATING else f"TYPE_{unit.name}" for unit in Unit}
_FORMS = (
    forms.Deduct,
    forms.Bands,
    forms.Levels,
    forms.ProRata,
    forms.AllOrNothing,
    forms.Linear,
    forms.Formula,
    checklist.Lost,
)
#: The word groups of the grammar: the first word of each.
_GROUPS: tuple[tuple[str, Both], ...] = (
    ("_RULESET", ("The first lines", "开头几行")),
    ("_INPUT", ("Declarations", "声明")),
    ("_SECTION", ("Indicators", "指标")),
    ("_GRADES", ("Results", "结果")),
    ("_TEST", ("Tests", "测试")),
    ("_OR", ("Formulas", "公式")),
    ("WAN", ("Units", "单位")),
    ("_COLON", ("Signs", "符号")),
)


# Examples


def in_context(statement: Statement) -> str:
    """A statement's example inside a whole policy, behind a marked line."""
    lines = statement.example.splitlines()
    if statement.within == "file":
        return "\n".join((_MARK, *lines)) + "\n"
    if statement.within == "subject":  # whose data would have to name it
        body = "".join(f"  {one}\n" for one in ("period month", "missing zero", _MARK, *lines))
        return f'ruleset example "Example"\n{body}attribute post : text\n{_FILLER}'
    if statement.within == "ruleset":
        required = [one for one in ("period month", "missing zero") if not _says(lines, one.split()[0])]
        body = "".join(f"  {one}\n" for one in (*required, _MARK, *lines))
        declared = PRELUDE.partition("\n\n")[2]
        return f'ruleset example "Example"\n{body}\n{declared}{_FILLER}'
    if statement.within:
        return f"{PRELUDE}{statement.within}\n" + "".join(f"  {one}\n" for one in (_MARK, *lines))
    filler = "" if _says(lines, "indicator") or _says(lines, "section") else _FILLER
    return PRELUDE + filler + "\n".join((_MARK, *lines)) + "\n"


def _says(lines: Sequence[str], word: str) -> bool:
    return any(line.split()[:1] == [word] for line in lines)


def translated(text: str, language: Language) -> str:
    """A policy in the house layout and a vocabulary; in Chinese with Chinese names."""
    policy = policy_of(text, "example.kpi")
    assert policy.parsed is not None
    parsed = policy.parsed
    wrong = [one.message() for one in policy.diagnostics if one.is_error]
    if wrong:
        raise ValueError(f"an example of the reference is wrong: {wrong}\n{text}")
    if language == "en":
        return format_text(parsed, "en", SPELLINGS)
    chinese = in_chinese(format_text(parsed, "zh", SPELLINGS))
    again = parse(chinese, "example.kpi")  # the names have other widths, and must be as good
    return format_text(again, "zh", SPELLINGS)


def in_chinese(text: str) -> str:
    """The names and labels of a text in Chinese."""
    text = re.sub(r'"([^"\n]*)"', lambda found: f'"{CHINESE_LABELS.get(found[1], found[1])}"', text)
    return re.sub(r"[A-Za-z_]\w*", lambda found: CHINESE_NAMES.get(found[0], found[0]), text)


def example(statement: Statement, language: Language) -> str:
    """A statement's example alone."""
    whole = translated(in_context(statement), language).splitlines()
    mark = next(number for number, line in enumerate(whole) if line.strip() == _MARK)
    indent = len(whole[mark]) - len(whole[mark].lstrip())
    lines = [line[indent:] for line in whole[mark + 1 :]]
    shown = len(statement.example.splitlines())
    kept = [number for number, line in enumerate(lines) if line.strip()][:shown]
    return "\n".join(lines[: kept[-1] + 1]).strip("\n")


def function_example(function: Function) -> str:
    """A policy around a function's example, with everything that it mentions declared."""
    known = "".join(
        f"input {name} : count\n" for name in ("complaints", "returns_done", "returns_due", "heads")
    )
    known += "input spent : money\ninput budget : money\ninput hours : number\n"
    policy = PRELUDE.replace("  closed :", "  first_reply : datetime\n  closed :") + known + _FILLER
    if function.record:
        return f"{policy}measure shown = mean of ({function.example}) over tickets\n"
    return f"{policy}measure shown = {function.example}\n"


# Parts of the reference


def whole_policy(language: Language) -> str:
    """The opening example, as its file has it."""
    return (HERE / f"policy.{language}.kpi").read_text(encoding="utf-8")


def _pick(both: Both, language: Language) -> str:
    return both[LANGUAGES.index(language)]


def _code(text: str) -> str:
    return f"```\n{text.rstrip()}\n```\n"


def _table(head: Sequence[str], rows: Iterator[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)


def _statement(statement: Statement, language: Language) -> str:
    parts = [f"### {_pick(statement.title, language)}\n"]
    if statement.syntax[0]:
        parts.append(_code(_pick(statement.syntax, language)))
    parts.append(_pick(statement.text, language) + "\n")
    if statement.example:
        parts.append(_code(example(statement, language)))
    return "\n".join(parts)


def _chapter(chapter: Chapter, language: Language) -> str:
    text = _pick(chapter.text, language)
    head = f"## {_pick(chapter.title, language)}\n\n" + (f"{text}\n\n" if text else "")
    return head + "\n".join(_statement(one, language) for one in chapter.statements)


def _types(language: Language) -> str:
    words = vocabulary()
    head = _pick(("type|what it is|as written in a policy", "类型|含义|在制度中的写法"), language).split("|")
    rows = (
        [
            f"`{words.spell(_TYPE_WORDS[unit], language)}`",
            _pick(_HELD[unit], language),
            f"`{UNIT_EXAMPLES[unit].read(language)}`" if unit not in (Unit.STAFF, Unit.BOOLEAN) else "",
        ]
        for unit in Unit
    )
    return _table(head, rows)


def _algebra(language: Language) -> str:
    """What arithmetic does with units, as the checker works it out."""
    parts: list[str] = []
    for sign, rule in (("+ -", sum_unit), ("×", product_unit), ("÷", quotient_unit)):
        rows = (
            [
                f"**{UNIT_WORDS[left].read(language)}**",
                *(
                    UNIT_WORDS[unit].read(language) if (unit := rule(left, right)) else "–"
                    for right in _NUMERIC
                ),
            ]
            for left in _NUMERIC
        )
        parts.append(_table([sign, *(UNIT_WORDS[unit].read(language) for unit in _NUMERIC)], rows))
    return "\n".join(parts)


def _functions(language: Language) -> str:
    head = _pick(("function|meaning|example", "函数|含义|例子"), language).split("|")
    rows = []
    for one in FUNCTIONS.values():
        whole = translated(function_example(one), "en").splitlines()[-1]  # raises where the example is wrong
        shown = one.example if language == "en" else _function_in_chinese(one)
        if not whole.startswith("measure shown"):
            raise ValueError(whole)
        name = one.name.replace("_", " ") if one.record else one.name
        rows.append(
            [f"`{name if language == 'en' else one.chinese}`", _pick(one.doc, language), f"`{shown}`"]
        )
    return _table(head, iter(rows))


def _function_in_chinese(function: Function) -> str:
    text = format_text(parse(function_example(function), "x"), "zh", SPELLINGS)
    last = text.splitlines()[-1].partition(" = ")[2]
    return last.removeprefix("平均 (").removesuffix(") 于 tickets") if function.record else last


def _scoring_forms(language: Language) -> str:
    """The ways to score, as the code declares them; those that are called by name with all that is said of them."""
    head = ["form", "as the code defines it"]
    rows = ((f"`{one.__name__}`", (inspect.getdoc(one) or "").replace("\n", " ")) for one in _FORMS)
    own = _table(head, rows) + "\n\n" if language == "en" else ""
    called = _pick(("form|values|target|meaning|example", "计分方式|各值|目标|含义|例子"), language).split(
        "|"
    )
    return own + _table(called, (_called(one, language) for one in CALLED.values()))


def _called(one: Called, language: Language) -> list[str]:
    names = [argument.name if language == "en" else argument.chinese for argument in one.arguments]
    return [
        f"`{one.name if language == 'en' else one.chinese}`",
        _pick((", ", "、"), language).join(names),
        " ".join(f"`{operator}`" for operator in one.operators) or "–",
        _pick(one.doc, language),
        f"`{_called_example(one, language)}`",
    ]


def _called_example(one: Called, language: Language) -> str:
    """The example, tried in an indicator of its own."""
    target = f"  target {one.operators[0]} 90%\n" if one.operators else ""
    text = f'{PRELUDE}indicator shown "Shown" weight 100\n  measure share\n{target}  {one.example}\n'
    return translated(text, language).splitlines()[-1].strip()


def _words(language: Language) -> str:
    """Every word and sign in both vocabularies, in the grammar's groups."""
    words = vocabulary().spellings
    starts = dict(_GROUPS)
    groups: dict[str, list[str]] = {}
    name = "_COLON"
    for terminal in words:
        name = terminal if terminal in starts else name
        groups.setdefault(name, []).append(terminal)
    parts: list[str] = []
    for first, title in _GROUPS:
        rows = (
            [
                " · ".join(f"`{one}`" for one in words[terminal] if one.isascii()),
                " · ".join(f"`{one}`" for one in words[terminal] if not one.isascii()),
            ]
            for terminal in groups[first]
        )
        head = _pick(("English|Chinese", "英文|中文"), language).split("|")
        parts.append(f"### {_pick(title, language)}\n\n{_table(head, rows)}")
    return "\n".join(parts)


_OPENING: dict[Language, str] = {
    "en": """\
# The rule language

Files end in `.kpi` and are plain text in UTF-8. This page is made from the declarations that the checker reads
(`make docs`); every example on it has been checked. The same page in Chinese: [language.zh.md](language.zh.md). All
messages: [problems.md](problems.md), or `kpirules explain CODE`.

## A whole policy

{policy}
`kpirules check policy.kpi` finds its mistakes, `kpirules test policy.kpi` runs its tests, `kpirules needs policy.kpi`
says what data it needs, `kpirules score policy.kpi --data facts.csv` scores, and `kpirules why` says where a number came
from. The same policy in the Chinese vocabulary:

{other}
## How a file is laid out

- One statement a line. Lines that belong to a line above stand below it, indented by two more spaces (never tabs).
- `#` begins a comment. Blank lines mean nothing. Inside parentheses a formula may go on over several lines.
- Text pasted from a word processor may keep its blanks, line ends and curved quotes; its tabs, dashes, bullets and
  list numbers must go, and `kpirules check` names each.
- Every word has an English and a Chinese spelling, and a file may use both; `kpirules fmt --lang en|zh` turns one into
  the other. Full-width punctuation (`，：（）％≥≤“”`) is read as its plain twin.
- Names are letters of any script, digits and `_`, not beginning with a digit; capitals count. Words of the language are
  not reserved: where no word may stand, a name may.
- Texts and labels stand in quotes: `"..."` or `“...”`, on one line.

Unless they say otherwise, the examples below go on from these declarations:

{prelude}
## Types and units

{types}
Every value has one of these units, and arithmetic keeps track of it: like adds to like, a number or a ratio of something
is that something, like divided by like is a ratio, and the time between two dates or moments is a duration. `–` is an
error that names both sides. (`a + b`, then `row × column`, then `row ÷ column`.)

{algebra}
""",
    "zh": """\
# 规则语言

文件以 `.kpi` 结尾，是 UTF-8 纯文本。本页由检查器读取的声明生成（`make docs`），其中每个例子都经过检查。英文版：
[language.md](language.md)。全部消息：[problems.zh.md](problems.zh.md)，或 `kpirules explain 编号`。

## 一份完整的制度

{policy}
`kpirules check 制度.kpi` 检查错误，`kpirules test 制度.kpi` 运行其中的测试，`kpirules needs 制度.kpi` 列出所需的数据，
`kpirules score 制度.kpi --data 事实.csv` 计分，`kpirules why` 说明一个数的由来。同类制度的英文写法：

{other}
## 文件的写法

- 一行一句。属于某一行的内容写在其下，多缩进两格（不用制表符）。
- `#` 之后为注释。空行没有意义。括号内的公式可以分成几行。
- 从文字处理软件粘贴的内容可以保留各种空格、换行和弯引号；制表符、破折号、项目符号和编号须去掉，`kpirules check` 会逐一指出。
- 每个词都有英文和中文写法，一个文件里可以混用；`kpirules fmt --lang en|zh` 在二者间转换。全角标点（`，：（）％≥≤“”`）与半角相同。
- 名称由任何文字的字母、数字和 `_` 组成，不以数字开头，区分大小写。关键字不是保留字：不能出现关键字的地方可以用作名称。
- 中文关键字与数字、引号、标点之间可以不空格；关键字与名称之间须空一格。
- 文字和标题写在引号里：`"……"` 或 `“……”`，不跨行。

除非另有说明，下面的例子接在这些声明之后：

{prelude}
## 类型和单位

{types}
每个值都有其中一种单位，运算时一并推算：同类才能相加；某物乘以数或比率仍是某物；同类相除得比率；两个日期或时刻相减得时长。
`–` 表示错误，提示会说明两边各是什么。（依次为：`行 + 列`、`行 × 列`、`行 ÷ 列`。）

{algebra}
""",
}
_CLOSING: dict[Language, str] = {
    "en": """\
## Functions

{functions}
A missing argument makes the result missing, except for `fallback`. Both spellings may be used in any file.

## The ways to score, as the code declares them

Points are kept between 0 and the weight (`full`) whatever the form gives.

{forms}
## All words

The first spelling is the one that `kpirules fmt` writes; English ones may have a plural.

{words}""",
    "zh": """\
## 函数

{functions}
除“缺失取”外，任一参数缺失则结果缺失。中英文写法在任何文件中都可以用。

## 全部关键字

每组第一个写法是 `kpirules fmt` 的写法。

{words}""",
}


def language_page(language: Language) -> str:
    """The reference of the language."""
    other: Language = "zh" if language == "en" else "en"
    opening = _OPENING[language].format(
        policy=_code(whole_policy(language)),
        other=_code(whole_policy(other)),
        prelude=_code(translated(PRELUDE + _FILLER, language).rpartition("\n\n")[0]),
        types=_types(language),
        algebra=_algebra(language),
    )
    closing = _CLOSING[language].format(
        functions=_functions(language), forms=_scoring_forms(language), words=_words(language)
    )
    return opening + "\n".join(_chapter(one, language) for one in CHAPTERS) + "\n" + closing


# Messages

_ROOMS: tuple[tuple[str, Both], ...] = (
    ("K1", ("Writing", "书写")),
    ("K2", ("Meaning", "含义")),
    ("K3", ("A second look: warnings", "值得再看：警告")),
    ("K4", ("Data and calendars", "数据和日历")),
    ("K5", ("Project file, files, plugins", "项目文件、文件、插件")),
    ("K6", ("Command line", "命令行")),
    ("K8", ("Tests, simulation, official runs", "测试、模拟与正式运行")),
)
_SEVERITY: dict[Severity, Both] = {
    Severity.ERROR: ("error", "错误"),
    Severity.WARNING: ("warning", "警告"),
    Severity.INFO: ("note", "提示"),
}


def _problem(problem: Problem, language: Language) -> str:
    message = problem.message.read(language)
    title = _HOLE.sub("…", message).strip()
    if not title.strip("… ,，:："):
        title = ""
    head = f"### {problem.code} · {_pick(_SEVERITY[problem.severity], language)}"
    parts = [f"{head}{': ' if title else ''}{title}\n", problem.explanation.read(language) + "\n"]
    if problem.example:
        parts.append(_code(_problem_example(problem, language)))
    return "\n".join(parts)


_HOLE = re.compile(r"\{\w+\}")


def _problem_example(problem: Problem, language: Language) -> str:
    """The example as declared; where it can be read, in the vocabulary of the page."""
    if language == "en" or not "K200" <= problem.code < "K400":
        return problem.example
    goes_on = not problem.example.startswith("ruleset")
    text = PRELUDE + _MARK + "\n" + problem.example if goes_on else problem.example
    chinese = in_chinese(format_text(parse(text, "x"), "zh", SPELLINGS))
    return chinese.partition(_MARK + "\n")[2] if goes_on else chinese


_PROBLEMS_OPENING: dict[Language, str] = {
    "en": """\
# Messages

Every message has a code that never changes its meaning; `kpirules explain CODE` shows what stands here. This page is made
from the declarations (`make docs`). `…` stands for what the message names. Examples have the mistake in question; those of
K2 and K3 that do not begin with `ruleset` go on from

{prelude}
""",
    "zh": """\
# 消息

每条消息都有含义不变的编号；`kpirules explain 编号` 显示同样的内容。本页由声明生成（`make docs`）。`…` 代表消息中的具体内容。
例子都含有所说的错误；K2 和 K3 中不以“规则集”开头的例子接在以下内容之后：

{prelude}
""",
}


def _own_problems() -> dict[str, Problem]:
    """The problems of kpirules itself, whatever plugins are loaded beside it."""
    known = all_problems()
    modules = [module for name, module in sys.modules.items() if name.partition(".")[0] == "kpirules"]
    own = {id(one) for module in modules for one in vars(module).values() if isinstance(one, Problem)}
    return {code: one for code, one in known.items() if id(one) in own}


def problems_page(language: Language) -> str:
    """All messages by room."""
    known = _own_problems()
    prelude = PRELUDE
    if language == "zh":
        prelude = in_chinese(format_text(parse(PRELUDE, "x"), "zh", SPELLINGS))
    parts = [_PROBLEMS_OPENING[language].format(prelude=_code(prelude))]
    for prefix, title in _ROOMS:
        parts.append(f"## {prefix}xx {_pick(title, language)}\n")
        parts.extend(_problem(one, language) for code, one in known.items() if code.startswith(prefix))
    return "\n".join(parts)


def pages() -> dict[str, str]:
    """Every generated file of this folder, by name."""
    return {
        "language.md": language_page("en"),
        "language.zh.md": language_page("zh"),
        "problems.md": problems_page("en"),
        "problems.zh.md": problems_page("zh"),
        **ruleset_pages(),
    }


def main() -> None:
    """Write the pages beside this module."""
    for name, text in pages().items():
        (HERE / name).write_text(text, encoding="utf-8")
    for path, text in example_files().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
