"""`kpirules plugins`: what reads data and writes results here, with which settings, and whether it works."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import click

from kpirules.cli.terminal import ERRORS, heading, language, language_option, print_diagnostics, say, stop
from kpirules.cli.wording import Command, both
from kpirules.diagnostics import Diagnostic, Words, as_record, nearest, width
from kpirules.plugin import Adapter, Output, installed
from kpirules.plugin.kit_problems import NO_SUCH_PLUGIN
from kpirules.plugin.listing import OptionInfo, health_of, options_of, writes_of
from kpirules.plugin.registry import BUILT_IN_NAME, PluginInfo

_CHINESE = """\
列出插件：能读取的数据源、能写出的结果、设置，以及能否使用。给出 NAME 则详细列出其设置。

\b
kpirules plugins
kpirules plugins csv
"""
_ADAPTER, _OUTPUT = Words("reads", "读取"), Words("writes", "写出")
_WRITES = {
    "table": Words("tables", "表格"),
    "text": Words("text", "文本"),
    "report": Words("reports", "报告"),
}
_NO_ENDING = Words("by name only", "仅按名称")


@click.command("plugins", cls=Command, chinese=_CHINESE)
@click.argument("name", required=False)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    help=both("How to print it.", "输出形式。"),
)
@language_option
def command(name: str | None, form: str) -> None:
    """List what reads data and writes results: plugins, what each offers, and whether it works here.

    With NAME, a plugin, adapter or output, its settings as well. The exit status is 1 where a plugin was left out or
    something of it does not work here.

    \b
    kpirules plugins
    kpirules plugins csv
    """
    every = installed().each
    chosen = every if name is None else tuple(_named(name, every))
    if not chosen:
        stop((NO_SUCH_PLUGIN.at(None, name=name, suggestion=nearest(name or "", _names(every))),))
    if form == "json":
        click.echo(json.dumps([_record(one) for one in chosen], ensure_ascii=False, indent=2))
    else:
        for place, one in enumerate(chosen):
            if place:
                click.echo()
            _print(one, settings=name is not None)
        if name is None:
            say(
                "\n`kpirules plugins NAME` lists the settings of one.",
                "\n`kpirules plugins 名称` 列出其设置。",
                err=False,
            )
    if any(_wrong(one) for one in chosen):
        raise click.exceptions.Exit(ERRORS)


# What was asked for


def _names(every: Iterable[PluginInfo]) -> Iterator[str]:
    for one in every:
        yield from filter(None, (one.name, one.distribution))
        yield from (each.name for each in (*one.adapters, *one.outputs))


def _named(name: str, every: Iterable[PluginInfo]) -> Iterator[PluginInfo]:
    """The plugins of that name or package; else those that offer it, without what else they offer."""
    every = tuple(every)
    whole = [one for one in every if name in (one.name, one.distribution)]
    if whole:
        yield from whole
        return
    for one in every:
        adapters = tuple(each for each in one.adapters if each.name == name)
        outputs = tuple(each for each in one.outputs if each.name == name)
        if adapters or outputs:
            yield PluginInfo(one.name, one.distribution, one.version, adapters, outputs)


def _wrong(one: PluginInfo) -> bool:
    """Whether something of a plugin was left out, or does not work here."""
    found = (finding for each in (*one.adapters, *one.outputs) for finding in health_of(each))
    return any(finding.problem.severity != "info" for finding in (*one.diagnostics, *found))


def _version(one: PluginInfo) -> str | None:
    if one.name != BUILT_IN_NAME:
        return one.version
    try:
        return version(BUILT_IN_NAME)
    except PackageNotFoundError:  # run from its sources
        return None


# As text


def _print(one: PluginInfo, *, settings: bool) -> None:
    package = "" if one.distribution in (None, one.name) else f"  ({one.distribution})"
    heading(f"{one.name} {_version(one) or ''}".rstrip() + package)
    offered: list[tuple[Words, Any]] = [(_ADAPTER, each) for each in one.adapters]
    offered += [(_OUTPUT, each) for each in one.outputs]
    names = max((width(each.name) for _, each in offered), default=0)
    for verb, each in offered:
        endings = " ".join(each.endings) or _NO_ENDING.read(language())
        said = f"{each.description.read(language())} [{endings}]{_powers(each)}"
        click.echo(f"  {verb.read(language())}  {each.name:<{names}}  {said}")
        if settings:
            _print_settings(options_of(each))
        print_diagnostics(health_of(each), {})
    print_diagnostics(one.diagnostics, {})


def _powers(each: Adapter[Any] | Output[Any]) -> str:
    """By which parts of a request a source sends less, or what an output writes."""
    if isinstance(each, Adapter):
        return f" ({', '.join(sorted(each.capabilities))})" if each.capabilities else ""
    return f" ({', '.join(_WRITES[one].read(language()) for one in writes_of(each))})"


def _print_settings(options: tuple[OptionInfo, ...]) -> None:
    for one in options:
        given = (
            Words("required", "必填")
            if one.required
            else Words(f"default {one.default}", f"默认 {one.default}")
        )
        default = f", {given.read(language())}" if one.required or one.default is not None else ""
        click.echo(f"      {one.name}: {one.type.read(language())}{default}")
        if one.meaning.en:
            click.echo(f"          {one.meaning.read(language())}")


# As JSON


def _record(one: PluginInfo) -> dict[str, object]:
    return {
        "name": one.name,
        "distribution": one.distribution,
        "version": _version(one),
        "adapters": [_part(each) | {"capabilities": sorted(each.capabilities)} for each in one.adapters],
        "outputs": [_part(each) | {"writes": list(writes_of(each))} for each in one.outputs],
        "problems": _findings(one.diagnostics),
    }


def _part(each: Adapter[Any] | Output[Any]) -> dict[str, object]:
    return {
        "name": each.name,
        "description": each.description.read(language()),
        "endings": list(each.endings),
        "options": [
            {
                "name": option.name,
                "type": option.type.read(language()),
                "default": option.default,
                "required": option.required,
                "secret": option.secret,
                "meaning": option.meaning.read(language()),
            }
            for option in options_of(each)
        ],
        "health": _findings(health_of(each)),
    }


def _findings(found: Iterable[Diagnostic]) -> list[dict[str, object]]:
    return [as_record(one, language()) for one in found]
