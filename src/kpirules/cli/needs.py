"""`kpirules needs`: what a policy needs from its users, and an empty workbook to fill in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import click

from kpirules.cli.policies import read_valid, settings_of
from kpirules.cli.running import PERIOD_WORDS
from kpirules.cli.terminal import UNUSABLE, language, language_option, say
from kpirules.cli.wording import Command, Misuse, both
from kpirules.diagnostics import Language, Words, width
from kpirules.model.rules import STAFF, Ruleset
from kpirules.model.scope import UNIT_WORDS
from kpirules.numbers import decimal_text
from kpirules.periods import TABLES, PeriodKind
from kpirules.units import CURRENCIES, Type, Unit, shown

_CHINESE = """\
列出制度需要的数据、列、类型和参数。

\b
kpirules needs policy.kpi
kpirules needs policy.kpi --template facts.xlsx
"""
#: How a cell of each kind is written.
_CELLS = {
    Unit.RATIO: Words("93% or 0.93", "93% 或 0.93"),
    Unit.DURATION: Words("1:30:00 or 90 min", "1:30:00 或 90 分钟"),
    Unit.DATETIME: Words("2026-07-15 09:30", "2026-07-15 09:30"),
    Unit.DATE: Words("2026-07-15", "2026-07-15"),
}
_KINDS = UNIT_WORDS | {Unit.BOOLEAN: Words("yes or no", "是或否"), Unit.RATING: Words("a rating", "评级")}


@click.command("needs", cls=Command, chinese=_CHINESE)
@click.argument("ruleset", type=click.Path(path_type=Path))
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="PARAM=VALUE",
    help=both("Set a parameter of the policy. May be repeated.", "设置制度的参数。可重复。"),
)
@click.option(
    "--template",
    type=click.Path(path_type=Path),
    metavar="FILE.xlsx",
    help=both("Write an empty workbook to fill in.", "写出一个待填写的空白工作簿。"),
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    help=both("How to print it.", "输出形式。"),
)
@language_option
def command(ruleset: Path, settings: tuple[str, ...], template: Path | None, form: str) -> None:
    """List the data, columns, types and parameters that a policy needs.

    \b
    kpirules needs policy.kpi
    kpirules needs policy.kpi --template facts.xlsx
    """
    if template is not None and template.suffix.lower() != ".xlsx":
        raise Misuse(
            f"--template: the workbook's name must end in .xlsx, not {template.suffix or 'nothing'}",
            f"--template：工作簿的文件名须以 .xlsx 结尾：{template}",
        )
    given = settings_of(settings)
    policy = read_valid(ruleset, given, dict.fromkeys(given))
    rules = policy.ruleset
    assert rules is not None
    if form == "json":
        click.echo(json.dumps(needs(rules), ensure_ascii=False, indent=2))
    else:
        for line in _Listing(rules, language()).lines():
            click.echo(line)
    if template is not None:
        _write(rules, ruleset, template)


def _write(rules: Ruleset, ruleset: Path, template: Path) -> None:
    from kpirules.cli.template import write_template  # late: XlsxWriter

    try:
        write_template(rules, template, language())
    except OSError as wrong:
        say(
            f"kpirules: cannot write {template}: {wrong.strerror}",
            f"kpirules：无法写入 {template}：{wrong.strerror}",
        )
        raise click.exceptions.Exit(UNUSABLE) from None
    tables = [f"--data {template}"] if rules.inputs_of(None) else []
    inner = [TABLES[PeriodKind(grain)] for grain in rules.grains if rules.inputs_of(grain)]
    tables += [f"--data {name}={template}" for name in inner]
    tables += [f"--data {name}={template}" for name in rules.data]
    how = f"kpirules score {ruleset} {' '.join(tables)}"
    say(
        f"\nan empty workbook was written to {template}; when it is filled in: {how}",
        f"\n空白工作簿已写入 {template}；填好后：{how}",
    )


def needs(rules: Ruleset) -> dict[str, object]:
    """What the policy needs, as plain values."""
    return {
        "ruleset": rules.id,
        "period": rules.period,
        "inputs": [
            {
                "name": one.name,
                "type": str(one.type.unit),
                "values": values(one.type),
                "label": one.label,
                "attribute": one.attribute,
                "by": one.grain or rules.period,
                "missing": None if one.missing is None else _text(one.missing, one.type),
            }
            for one in rules.delivered.values()
        ],
        "data": [
            {
                "name": data.name,
                "label": data.label,
                "placed_by": data.placed_by,
                "ties": [{"data": tie.data, "own": tie.own, "other": tie.other} for tie in data.ties],
                "fields": [
                    {
                        "name": one.name,
                        "type": str(one.type.unit),
                        "values": values(one.type),
                        "label": one.label,
                        "optional": one.optional,
                    }
                    for one in data.fields
                ],
            }
            for data in rules.data.values()
        ],
        "parameters": [
            {
                "name": one.name,
                "type": str(one.type.unit),
                "values": values(one.type),
                "label": one.label,
                "value": None if one.value is None else _text(one.value, one.type),
            }
            for one in rules.parameters.values()
        ],
    }


def values(type_: Type, chinese: bool = False) -> str:
    """What the type allows besides its kind: a scale, or a list of choices."""
    if type_.choices:
        return ("、" if chinese else ", ").join(type_.choices)
    if type_.low is None or type_.high is None:
        return ""
    low, high = decimal_text(type_.low), decimal_text(type_.high)
    step = "" if type_.step is None or type_.step == 1 else decimal_text(type_.step)
    if chinese:
        return f"{low} 至 {high}{f'，步长 {step}' if step else ''}"
    return f"{low} to {high}{f' step {step}' if step else ''}"


def _text(value: object, type_: Type, chosen: Language = "en") -> str:
    if isinstance(value, bool):
        return ("是" if value else "否") if chosen == "zh" else ("yes" if value else "no")
    if isinstance(value, str):
        return value
    assert isinstance(value, Fraction)
    return shown(value, type_.unit, chosen, type_.currency)


class _Listing:
    """What a policy needs, for people."""

    def __init__(self, rules: Ruleset, chosen: Language) -> None:
        self.rules = rules
        self.language: Language = chosen

    def lines(self) -> Iterator[str]:
        yield f"{self.rules.id} {self.rules.label}".rstrip()
        for grain in (None, *self.rules.grains):
            if self.rules.inputs_of(grain):
                yield from self._inputs(grain)
        for data in self.rules.data.values():
            option = f"--data {data.name}={self.say('FILE', '文件')}"
            yield ""
            label = f"{self.say(': ', '：')}{data.label}" if data.label else ""
            yield self.say(f"Data {data.name} ({option}){label}", f"数据 {data.name}（{option}）{label}")
            for field in data.fields:
                optional = self.say("may be blank", "可空") if field.optional else ""
                yield self.line(field.name, field.type, field.label, optional)
            for tie in data.ties:
                yield "  " + self.say(
                    f"each {tie.own} is the {tie.other} of one record of {tie.data}",
                    f"{tie.own} 对应 {tie.data} 中唯一一条记录的 {tie.other}",
                )
        if self.rules.parameters:
            yield ""
            yield self.say("Parameters (--set NAME=VALUE)", "参数（--set 名称=值）")
            for one in self.rules.parameters.values():
                value = self.say("must be set", "必须设置")
                if one.value is not None:
                    value = f"= {_text(one.value, one.type, self.language)}"
                yield self.line(one.name, one.type, value, one.label, cell=False)

    def _inputs(self, grain: str | None) -> Iterator[str]:
        kind, subject = PeriodKind(grain or self.rules.period), self.rules.subject
        table = "" if grain is None else f"{TABLES[kind]}="
        yield ""
        yield self.say(
            f"The table of inputs (--data {table}FILE): a row per {subject.words.en} and {kind}",
            f"输入表（--data {table}文件）：每个{subject.words.zh}每个{PERIOD_WORDS[kind]}一行",
        )
        yield self.line(subject.name, Type(Unit.STAFF))
        period = self.say(f"a {kind} such as {_SAMPLES[kind]}", f"{PERIOD_WORDS[kind]}，如 {_SAMPLES[kind]}")
        yield f"  {'period':<24} {period}"
        for one in self.rules.inputs_of(grain).values():
            notes = [one.label]
            if one.attribute:
                notes.append(
                    self.say(
                        f"of the {subject.this.en}: may stand in --data {subject.name}=FILE",
                        f"{subject.this.zh}属性：也可放在 --data {subject.name}=文件",
                    )
                )
            if one.missing is not None:
                notes.append(
                    f"{self.say('blank is', '空白按')} {_text(one.missing, one.type, self.language)}"
                )
            yield self.line(one.name, one.type, *notes)

    def line(self, name: str, type_: Type, *notes: str, cell: bool = True) -> str:
        """A column or parameter. cell: whether to show how a cell of its kind is written."""
        kind = _KINDS[type_.unit].read(self.language)
        if type_.unit is Unit.STAFF and self.rules.subject != STAFF:
            who = self.rules.subject.words
            kind = self.say(f"a {who.en}", who.zh)
        if type_.unit is Unit.MONEY and type_.currency != "CNY":
            kind = self.say(f"{kind} in {type_.currency}", f"{kind}，{CURRENCIES[type_.currency].zh}")
        allowed = values(type_, self.language == "zh")
        if cell and not allowed and type_.unit in _CELLS:
            allowed = _CELLS[type_.unit].read(self.language)
        first = f"{kind} ({allowed})" if allowed else kind
        return f"  {name}{' ' * max(1, 25 - width(name))}{'; '.join(one for one in (first, *notes) if one)}"

    def say(self, en: str, zh: str) -> str:
        return zh if self.language == "zh" else en


#: A period of each kind as one writes it.
_SAMPLES = {
    PeriodKind.YEAR: "2026",
    PeriodKind.HALF: "2026-H1",
    PeriodKind.QUARTER: "2026-Q3",
    PeriodKind.MONTH: "2026-07",
    PeriodKind.WEEK: "2026-W31",
    PeriodKind.DAY: "2026-07-15",
}
