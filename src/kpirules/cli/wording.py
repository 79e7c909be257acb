"""Help and wrong usage in both languages. Knows nothing of what the commands do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import click

from kpirules.cli.terminal import language
from kpirules.diagnostics import Words

_BETWEEN = "\x1f"
#: What click says, and the same in Chinese; `{0}` is the first group.
_USAGE = tuple(
    (re.compile(pattern, re.DOTALL), chinese)
    for pattern, chinese in (
        (r"Missing argument '(.*?)'\.", "缺少参数 {0}。"),
        (r"Missing option '(.*?)'\.", "缺少选项 {0}。"),
        (r"Missing option '(.*?)'\. Choose from:(.*)", "缺少选项 {0}，可选：{1}"),
        (r"No such option '?(-[^\s']*?)'?\.", "没有选项 {0}。"),
        (r"No such option '?(-[^\s']*?)'?\. Did you mean '?(.*?)'?\?", "没有选项 {0}，您是不是想写 {1}？"),
        (r"No such option '?(-[^\s']*?)'?\. \(Possible options: (.*)\)", "没有选项 {0}，您是不是想写 {1}？"),
        (r"Option '(.*?)' requires an argument\.", "选项 {0} 后面要有值。"),
        (r"Option '(.*?)' does not take a value\.", "选项 {0} 后面不能有值。"),
        (r"Got unexpected extra arguments? \((.*)\)", "多余的参数：{0}。"),
        (r"Invalid value for '(.*?)': (.*) is not one of (.*)\.", "{0} 的值 {1} 不在可选范围内：{2}。"),
        (r"Invalid value for '(.*?)': (.*) is not in the range (.*)\.", "{0} 的值 {1} 超出范围 {2}。"),
        (r"Invalid value for '(.*?)': (.*) is not a valid integer( range)?\.", "{0} 的值 {1} 不是整数。"),
    )
)


def both(en: str, zh: str) -> str:
    """Help in both languages, for an option of a `Command`."""
    return f"{en}{_BETWEEN}{zh}"


class Misuse(click.UsageError):
    """Wrong usage that no option's type finds."""

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en)
        self.words = Words(en, zh)


def usage_message(error: click.ClickException) -> str:
    """What is wrong with a call, in the reader's language."""
    if isinstance(error, Misuse):
        return error.words.read(language())
    said = error.format_message()
    if language() == "zh":
        for pattern, chinese in _USAGE:
            found = pattern.fullmatch(said)
            if found:
                return chinese.format(*found.groups())
    return said


class Command(click.Command):
    """A command whose help is in both languages. chinese: what the docstring says."""

    def __init__(self, *args: Any, chinese: str = "", **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.chinese = chinese

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        write_usage(self, ctx, formatter)

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        whole = self.help
        try:
            if language() == "zh" and self.chinese:
                self.help = self.chinese
            super().format_help_text(ctx, formatter)
        finally:
            self.help = whole

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        write_options(self, ctx, formatter)


def write_usage(command: click.Command, ctx: click.Context, formatter: click.HelpFormatter) -> None:
    """The line on usage."""
    prefix = "用法：" if language() == "zh" else "Usage: "
    formatter.write_usage(ctx.command_path, " ".join(command.collect_usage_pieces(ctx)), prefix)


def write_options(command: click.Command, ctx: click.Context, formatter: click.HelpFormatter) -> None:
    """The list of options."""
    with formatter.section("选项" if language() == "zh" else "Options"):
        formatter.write_dl([*_options(command, ctx)])


def _options(command: click.Command, ctx: click.Context) -> Iterator[tuple[str, str]]:
    chinese = language() == "zh"
    for one in command.get_params(ctx):
        record = one.get_help_record(ctx)
        if record is None or isinstance(one, click.Argument):
            continue
        name, text = record
        if _BETWEEN in text:
            # What click adds to the help, such as [required], stands behind the second language.
            en, zh = text.split(_BETWEEN, 1)
            added = re.search(r"\s+\[[^\]]*\]$", zh)
            text = zh if chinese else (en + added[0] if added else en)
        elif chinese and "--help" in one.opts:
            text = "显示本帮助。"
        yield name, text
