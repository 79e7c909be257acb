"""What all commands share: the language of messages, printing diagnostics, and exit codes."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

import click

from kpirules.cli.log import logs_json, write_line
from kpirules.diagnostics import Diagnostic, Language, Severity, Words, as_record, in_order, render

#: Exit codes: no errors; errors in what was given; wrong usage or a file that cannot be read.
FINE, ERRORS, UNUSABLE = 0, 1, 2
#: Findings of the latter kind: unknown plugins and endings, files that are not there or may not be read or written.
_UNUSABLE_CODES = frozenset(
    {"K524", "K525", "K529", "K530", "K531", "K532", "K534", "K556", "K557", "K558", "K580", "K581"}
    | {"K842", "K843", "K861", "K862"}
)

_Decorated = TypeVar("_Decorated", bound=Callable[..., object])


def _remember(ctx: click.Context, parameter: click.Parameter, value: str | None) -> None:
    if value is not None:
        ctx.find_root().obj = value


class _LanguageOption(click.Option):
    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        record = super().get_help_record(ctx)
        return record if record is None or language() == "en" else (record[0], "消息的语言（默认随系统）。")


def language_option(command: _Decorated) -> _Decorated:
    """Add `--lang en|zh`, the language of messages; without it the locale decides."""
    return click.option(
        "--lang",
        type=click.Choice(["en", "zh"]),
        callback=_remember,
        expose_value=False,
        is_eager=True,
        help="Language of messages (default: the locale's).",
        cls=_LanguageOption,
    )(command)


def language() -> Language:
    """The language that messages are to be printed in."""
    context = click.get_current_context(silent=True)
    chosen = context.find_root().obj if context is not None else None
    if chosen in ("en", "zh"):
        return "zh" if chosen == "zh" else "en"
    locale = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "zh" if locale.lower().startswith("zh") else "en"


def say(en: str, zh: str, *, err: bool = True) -> None:
    """Print one line in the reader's language."""
    if err and logs_json():
        tell("note", Words(en, zh))
        return
    click.echo(zh if language() == "zh" else en, err=err)


def tell(event: str, words: Words, level: str = "info", *, log: bool = False, **fields: object) -> None:
    """Say what happened: a line of the log, where that is wanted, else its words. event: a name that stays the same.

    log: it is for the log alone.
    """
    if logs_json():
        write_line(event, level, words.read(language()), fields)
    elif not log:
        say(words.en, words.zh)


def coloured(text: str, severity: Severity) -> str:
    """The head of a message in its colour."""
    head, newline, rest = text.partition("\n")
    colour = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}[severity]
    return click.style(head, fg=colour, bold=True) + newline + rest


def print_diagnostics(
    diagnostics: Iterable[Diagnostic], sources: Mapping[str, str], *, err: bool = False
) -> None:
    """Print findings as text, in order of place."""
    if err and logs_json():
        for one in in_order(diagnostics):
            fields = {key: value for key, value in as_record(one, language()).items() if value is not None}
            level, message = str(fields.pop("severity")), str(fields.pop("message"))
            write_line("finding", level, message, fields)
        return
    colour = _may_colour(sys.stderr if err else sys.stdout)
    for one in in_order(diagnostics):
        text = render(one, sources, language())
        click.echo(coloured(text, one.severity) if colour else text, err=err, color=colour)


def heading(text: str) -> None:
    """Print a line in bold where that is wanted."""
    colour = _may_colour(sys.stdout)
    click.echo(click.style(text, bold=True) if colour else text, color=colour)


def tinted(text: str, colour: str) -> str:
    """A text for standard output in a colour, where that is wanted."""
    return click.style(text, fg=colour) if _may_colour(sys.stdout) else text


def print_json(diagnostics: Iterable[Diagnostic], accepted: Sequence[tuple[Diagnostic, str]] = ()) -> None:
    """Print findings as one JSON list; behind them those that a policy accepts, with the reason."""
    records = [as_record(one, language()) for one in in_order(diagnostics)]
    records += [as_record(one, language()) | {"accepted": reason} for one, reason in accepted]
    click.echo(json.dumps(records, ensure_ascii=False, indent=2))


def several(count: int, word: str) -> str:
    """`1 file`, `2 files`."""
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def count_of(diagnostics: Sequence[Diagnostic]) -> tuple[int, int]:
    """How many errors and how many warnings."""
    errors = sum(one.severity is Severity.ERROR for one in diagnostics)
    return errors, sum(one.severity is Severity.WARNING for one in diagnostics)


def stop(diagnostics: Iterable[Diagnostic], sources: Mapping[str, str] | None = None) -> None:
    """Print findings to the error stream and end where one of them is an error: with 1, or 2 for an unusable file."""
    found = tuple(diagnostics)
    print_diagnostics(found, sources or {}, err=True)
    errors = [one for one in found if one.is_error]
    if errors:
        raise click.exceptions.Exit(
            UNUSABLE if any(one.code in _UNUSABLE_CODES for one in errors) else ERRORS
        )


def unreadable(path: str, why: OSError) -> None:
    """Say that a file cannot be read."""
    reason = why.strerror or str(why)
    say(f"kpirules: cannot read {path}: {reason}", f"kpirules：无法读取 {path}：{reason}")


def _may_colour(stream: object) -> bool:
    isatty = getattr(stream, "isatty", None)
    return bool(isatty and isatty()) and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
