"""The `kpirules` command: its subcommands are loaded when one is called, so that each starts as fast as it can.

It also sees to every way in which a run may end: its own exit status, wrong usage (2), an interruption (130), a
reader that went away (141), and a mistake of the program itself (70), which is said in a line and never as a
traceback, unless KPIRULES_DEBUG=1 asks for one.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import os
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NoReturn, TextIO

import click

from kpirules.cli.log import asks_for_json, log_as_json, logs_json
from kpirules.cli.terminal import UNUSABLE, language, language_option, say, tell
from kpirules.cli.wording import Misuse, both, usage_message, write_options, write_usage
from kpirules.diagnostics import Words, nearest

_COMMANDS = {
    "check": Words(
        "find the mistakes in policies before anyone is scored by them", "在计分之前找出制度中的错误"
    ),
    "fmt": Words("lay a policy out, or translate its words", "整理制度的版式，或转换中英文用词"),
    "explain": Words("say more about a message (K203)", "详细解释一条消息（K203）"),
    "diff": Words("say what was edited between two policies", "说明两份制度之间改了什么"),
    "test": Words("run the tests written in policies", "运行制度中写的测试"),
    "score": Words("score staff by a policy", "按制度给员工计分"),
    "simulate": Words("show what a change of policy does before it is made", "模拟制度变更的影响"),
    "report": Words(
        "write reports on scores: statements, workbooks, pages", "写出计分报告：说明、工作簿、网页"
    ),
    "why": Words("show how one person's result comes about", "说明某人的结果如何得出"),
    "run": Words("make an official run and archive it", "进行一次正式运行并归档"),
    "runs": Words("list the official runs of an archive", "列出归档中的正式运行"),
    "correct": Words("correct facts of an official run", "更正正式运行中的事实"),
    "statement": Words("write one person's statement of an official run", "写出正式运行中某人的说明"),
    "verify": Words("verify official runs from their archive", "根据归档核验正式运行"),
    "needs": Words("list the data and parameters a policy needs", "列出制度需要的数据和参数"),
    "look": Words("look at a source and how to bind it", "查看数据源及其绑定方法"),
    "plugin": Words("make a new plugin: a source of data or an output", "新建插件：数据源或输出"),
    "plugins": Words("list what reads data and writes results here", "列出可用的数据源与输出"),
    "sample": Words("make up data that fit a policy, to try it on", "为制度生成试用数据"),
    "demo": Words("make a department, score it and show the results", "生成一个示例部门，计分并展示结果"),
}
_ABOUT = Words(
    "Score staff by policies written as they read.",
    "用读起来像制度本身的文本给员工计分。",
)
_EXAMPLES = """\b
kpirules check policy.kpi
kpirules score policy.kpi --data facts.xlsx -o scores.xlsx
kpirules why policy.kpi --data facts.xlsx --staff E017 --period 2026-Q3"""

#: Exit statuses of runs that do not end by themselves: as a shell reports the signals, and EX_SOFTWARE of sysexits.
INTERRUPTED, NOBODY_READS, INTERNAL = 130, 141, 70


class _Commands(click.Group):
    """Loads `kpirules.cli.NAME` for the subcommand NAME."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(f"kpirules.cli.{cmd_name}")
        command: click.Command = module.command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in _COMMANDS and not args[0].startswith("-"):
            meant = nearest(args[0], _COMMANDS)
            hint, hint_zh = (f' Did you mean "{meant}"?', f"您是不是想写“{meant}”？") if meant else ("", "")
            raise Misuse(f'No such command "{args[0]}".{hint}', f"没有命令“{args[0]}”。{hint_zh}")
        return super().resolve_command(ctx, args)

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        write_usage(self, ctx, formatter)

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(f"{_ABOUT.read(language())}\n\n{_EXAMPLES}")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        write_options(self, ctx, formatter)
        self.format_commands(ctx, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("命令" if language() == "zh" else "Commands"):
            formatter.write_dl([(name, words.read(language())) for name, words in _COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> Any:
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            _silence(sys.stdout, sys.stderr)
            raise click.exceptions.Exit(NOBODY_READS) from None
        return result

    def main(self, args: Sequence[str] | None = None, *rest: Any, **options: Any) -> NoReturn:
        """Run a command line, and end with its exit status."""
        given = list(sys.argv[1:] if args is None else args)
        options |= {"prog_name": "kpirules", "standalone_mode": False, "obj": _asked(given)}
        for name in ("stdout", "stderr"):
            stream = getattr(sys, name)
            if stream is None:  # closed by whoever started the run
                setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115 - for the rest of the run
            elif isinstance(stream, io.TextIOWrapper):
                # A terminal that cannot show a character must not end the run.
                stream.reconfigure(errors="backslashreplace")
        status = _status(lambda: super(_Commands, self).main(given, *rest, **options), given)
        if asks_for_json(given):
            with _speaking(given):
                words = Words(f"ended with status {status}", f"结束，状态 {status}")
                tell("ended", words, "error" if status else "info", status=status)
        sys.exit(status)


def _status(run: Callable[[], object], given: Sequence[str]) -> int:
    """The exit status of a run; what ended it is said on the error stream."""
    try:
        code = run()
        return code if isinstance(code, int) else 0
    except click.exceptions.NoArgsIsHelpError as wrong:
        click.echo(wrong.format_message(), err=True)
        return UNUSABLE
    except click.UsageError as wrong:
        with _speaking(given, wrong.ctx):
            if wrong.ctx is not None and not logs_json():
                click.echo(wrong.ctx.get_usage(), err=True)
                path = wrong.ctx.command_path
                say(f"Try '{path} --help' for help.\n", f"用法见：{path} --help\n")
            message = usage_message(wrong)
            tell("failed", Words(f"Error: {message}", f"错误：{message}"), "error")
        return UNUSABLE
    except click.Abort:
        with _speaking(given):
            tell("failed", Words("kpirules: interrupted", "kpirules：已中断"), "error")
        return INTERRUPTED
    except OSError as wrong:
        # A file that a step below does not speak of itself, or a standard output that takes no more.
        reason = f"{wrong.filename}: {wrong.strerror}" if wrong.filename else wrong.strerror or str(wrong)
        with _speaking(given):
            tell(
                "failed",
                Words(f"kpirules: the system refused: {reason}", f"kpirules：系统拒绝：{reason}"),
                "error",
            )
        _silence(sys.stdout)
        return UNUSABLE
    except Exception as fault:
        return _internal(fault, given)


def _internal(fault: Exception, given: Sequence[str]) -> int:
    """Say that the program itself is wrong, and how to report it."""
    if os.environ.get("KPIRULES_DEBUG"):
        traceback.print_exception(fault)
    said = " ".join(f"{type(fault).__name__}: {fault}".split())[:300]
    with _speaking(given):
        words = Words(
            f"kpirules: internal error: {said}. This is a mistake of kpirules, not yours: please report it with the"
            " command you ran and what it prints with KPIRULES_DEBUG=1.",
            f"kpirules：内部错误：{said}。这是 kpirules 的错误，不是您的：请附上所用的命令以及设置 KPIRULES_DEBUG=1 后的输出来报告。",
        )
        tell("failed", words, "error")
    return INTERNAL


def _asked(given: Sequence[str]) -> str | None:
    """The language that a command line asks for, known before it is read: help and wrong usage speak it too."""
    for place, word in enumerate(given):
        name, equals, value = word.partition("=")
        if name == "--" or (word == "fmt" and "--lang" not in given[:place]):
            return None  # the words of a policy are another matter than those of messages
        if name == "--lang":
            value = value if equals else (given[place + 1] if place + 1 < len(given) else "")
            return value if value in ("en", "zh") else None
    return None


@contextlib.contextmanager
def _speaking(given: Sequence[str], ctx: click.Context | None = None) -> Iterator[None]:
    """Say what follows in the language that the command line asks for."""
    with (ctx or click.Context(main, obj=_asked(given))).scope(cleanup=False) as context:
        if asks_for_json(given):
            log_as_json(context)
        yield


def _silence(*streams: TextIO) -> None:
    """What is still to be written there goes nowhere, without a word at the end of the run."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in streams:
        with contextlib.suppress(OSError, ValueError):
            os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="kpirules", help=both("Show the version and exit.", "显示版本。"))
@language_option
def main() -> None:
    """Score staff by policies written as they read."""
