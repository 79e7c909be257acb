"""`kpirules needs`: what a policy needs from its users, and an empty workbook to fill in."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import click

from kpirules.cli.policies import read_valid, settings_of
from kpirules.cli.terminal import ERRORS, language, language_option, say
from kpirules.model.rules import Ruleset
from kpirules.model.scope import UNIT_WORDS
from kpirules.numbers import decimal_text
from kpirules.units import Type, Unit, shown


@click.command("needs")
@click.argument("ruleset", type=click.Path(path_type=Path))
@click.option("--set", "settings", multiple=True, metavar="PARAM=VALUE", help="Set a parameter of the policy.")
@click.option("--template", type=click.Path(path_type=Path), metavar="FILE.xlsx", help="Write an empty workbook to fill in.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to print it.")
@language_option
def command(ruleset: Path, settings: tuple[str, ...], template: Path | None, form: str) -> None:
    """List the data, columns, types and parameters that a policy needs.

    \b
    kpirules needs policy.kpi
    kpirules needs policy.kpi --template facts.xlsx
    """
    policy = read_valid(ruleset, settings_of(settings))
    assert policy.ruleset is not None
    if form == "json":
        click.echo(json.dumps(needs(policy.ruleset), ensure_ascii=False, indent=2))
    else:
        _print(policy.ruleset)
    if template is not None:
        from kpirules.cli.template import write_template  # late: XlsxWriter

        try:
            write_template(policy.ruleset, template, language())
        except OSError as wrong:
            say(f"kpirules: cannot write {template}: {wrong.strerror}", f"kpirules：无法写入 {template}：{wrong.strerror}")
            raise click.exceptions.Exit(ERRORS) from None
        say(f"an empty workbook was written to {template}", f"空白工作簿已写入 {template}")


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
                "missing": None if one.missing is None else _text(one.missing, one.type),
            }
            for one in rules.inputs.values()
        ],
        "data": [
            {
                "name": data.name,
                "label": data.label,
                "placed_by": data.placed_by,
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


def values(type_: Type) -> str:
    """What the type allows besides its kind: a scale, or a list of choices."""
    if type_.choices:
        return ", ".join(type_.choices)
    if type_.low is None or type_.high is None:
        return ""
    step = "" if type_.step is None or type_.step == 1 else f" step {decimal_text(type_.step)}"
    return f"{decimal_text(type_.low)} to {decimal_text(type_.high)}{step}"


def _text(value: object, type_: Type) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value
    assert isinstance(value, Fraction)
    return shown(value, type_.unit)


def _print(rules: Ruleset) -> None:
    chinese = language() == "zh"

    def line(name: str, type_: Type, *rest: str) -> None:
        kind = UNIT_WORDS[type_.unit].read(language())
        allowed = values(type_)
        said = "; ".join(one for one in (f"{kind} ({allowed})" if allowed else kind, *rest) if one)
        click.echo(f"  {name:<24} {said}")

    say(f"{rules.id} {rules.label}", f"{rules.id} {rules.label}", err=False)
    if rules.inputs:
        say(
            f"\nThe table of inputs (--data FILE): a row per staff member and {rules.period}",
            f"\n输入表（--data 文件）：每个员工每个周期一行（{rules.period}）",
            err=False,
        )
        line("staff", Type(Unit.STAFF))
        line("period", Type(Unit.TEXT), _example(rules.period))
        for one in rules.inputs.values():
            blank = "" if one.missing is None else f"{'空白按' if chinese else 'blank is'} {_text(one.missing, one.type)}"
            line(one.name, one.type, one.label, blank)
    for data in rules.data.values():
        say(f"\nData {data.name} (--data {data.name}=FILE): {data.label}", f"\n数据 {data.name}（--data {data.name}=文件）：{data.label}", err=False)
        for field in data.fields:
            optional = ("可空" if chinese else "may be blank") if field.optional else ""
            line(field.name, field.type, field.label, optional)
    if rules.parameters:
        say("\nParameters (--set NAME=VALUE)", "\n参数（--set 名称=值）", err=False)
        for parameter in rules.parameters.values():
            value = ("必须设置" if chinese else "must be set") if parameter.value is None else f"= {_text(parameter.value, parameter.type)}"
            line(parameter.name, parameter.type, value, parameter.label)


def _example(period: str) -> str:
    return {
        "year": "2026",
        "half": "2026-H1",
        "quarter": "2026-Q3",
        "month": "2026-07",
        "week": "2026-W31",
        "day": "2026-07-15",
    }[period]
