"""`kpirules diff`: what was edited between two policies, in their own terms."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kpirules.cli.policies import STDIN, read_valid, settings_of
from kpirules.cli.terminal import ERRORS, heading, language, language_option, say, several, tinted
from kpirules.cli.wording import Command, Misuse, both
from kpirules.comparison import edits_between
from kpirules.diagnostics import Span, Words, width

if TYPE_CHECKING:
    from kpirules.policy.edits import Detail, Edit

_CHINESE = """\
说明两份制度之间改了什么：参数、权重、分段、条款等，而不是文本的行。

OLD 与 NEW 是制度文件（.kpi），其中一个可以是 -（标准输入）。只改版式或只作翻译不算改动。不写 NEW 时，与用 --set 设置后的
OLD 比较。

\b
kpirules diff policy.kpi draft.kpi
kpirules diff policy.kpi --set allowance=5
git show HEAD:policy.kpi | kpirules diff - policy.kpi
"""
_MARKS = {"added": ("+", "green"), "removed": ("-", "red")}
_CHANGED = ("~", "yellow")
_WIDE = 100
_NO_EFFECT = Words("Without effect on any result", "不影响任何结果")


@click.command("diff", cls=Command, chinese=_CHINESE)
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", required=False, type=click.Path(path_type=Path))
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="PARAM=VALUE",
    help=both("Set a parameter of NEW. May be repeated.", "设置 NEW 的参数。可重复。"),
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    help=both("How to print the edits.", "输出形式。"),
)
@click.option(
    "--exit-code",
    is_flag=True,
    help=both("End with 1 where an edit may change results.", "若有改动可能影响结果，则退出状态为 1。"),
)
@language_option
def command(old: Path, new: Path | None, settings: tuple[str, ...], form: str, exit_code: bool) -> None:
    """Say what was edited between two policies: parameters, weights, bands, clauses rather than lines of text.

    OLD and NEW are policies (.kpi), one of them perhaps - for standard input. Another layout and a translation are no
    edits. Without NEW, the other policy is OLD with what --set sets.

    \b
    kpirules diff policy.kpi draft.kpi
    kpirules diff policy.kpi --set allowance=5
    git show HEAD:policy.kpi | kpirules diff - policy.kpi
    """
    if new is None and not settings:
        raise Misuse("give a second policy, or --set", "请给出第二份制度，或使用 --set")
    if old == STDIN and (new or STDIN) == STDIN:
        raise Misuse("only one policy can be read from -", "只能有一份制度从 - 读取")
    one = read_valid(old)
    other = read_valid(new or old, settings_of(settings))
    found = edits_between(one, other)
    if form == "json":
        _print_record(one.path, other.path, found)
    else:
        _print_edits(found)
    if exit_code and any(edit.effect for edit in found):
        raise click.exceptions.Exit(ERRORS)


def _print_edits(found: Sequence[Edit]) -> None:
    """The edits as a plan is read: those with an effect under their sections, then the others."""
    effective = [one for one in found if one.effect]
    idle = [one for one in found if not one.effect]
    for section, edits in groupby(effective, lambda one: one.section):
        if section is not None:
            heading(f"{'章节' if language() == 'zh' else 'section'} {section}")
        for edit in edits:
            _print_edit(edit, "  " if section is not None else "")
    if idle:
        if effective:
            click.echo()
        heading(_NO_EFFECT.read(language()))
        for edit in idle:
            _print_edit(edit, "  ")
    if not found:
        say("no change", "没有改动", err=False)
        return
    say(
        f"{several(len(effective), 'edit')} that may change results, {len(idle)} without effect",
        f"{len(effective)} 处改动可能影响结果，{len(idle)} 处不影响",
    )


def _print_edit(edit: Edit, indent: str) -> None:
    mark, colour = _MARKS.get(edit.change, _CHANGED)
    head, rows = edit.words, [row for one in edit.details for row in _rows(one)]
    if edit.change == "changed" and (edit.old or edit.new) and width(head.read(language())) + 4 > _WIDE:
        head, rows = edit.head, [*_apart(edit.old, edit.new), *rows]
    click.echo(tinted(f"{indent}{mark} {head.read(language())}", colour))
    for line, tint in rows:
        text = f"{indent}    {line}"
        click.echo(tinted(text, tint) if tint else text)


def _rows(detail: Detail) -> list[tuple[str, str]]:
    """A row that changed, with its colour: in one line if it fits, else what was and what is."""
    old, new = detail.old, detail.new
    if old is not None and new is not None:
        line = f"{old.read(language())} -> {new.read(language())}"
        if width(line) + 8 <= _WIDE:
            return [(line, "")]
    return _apart(old, new)


def _apart(old: Words | None, new: Words | None) -> list[tuple[str, str]]:
    """What was and what is, a line each."""
    was = [] if old is None else [(f"- {old.read(language())}", "red")]
    return was + ([] if new is None else [(f"+ {new.read(language())}", "green")])


def _print_record(old: str, new: str, found: Sequence[Edit]) -> None:
    record = {"old": old, "new": new, "edits": [_record(one) for one in found]}
    click.echo(json.dumps(record, ensure_ascii=False, indent=2))


def _record(edit: Edit) -> dict[str, object]:
    return {
        "change": str(edit.change),
        "subject": edit.subject,
        "name": edit.name,
        "aspect": edit.aspect,
        "section": edit.section,
        "effect": edit.effect,
        "title": edit.title.read(language()),
        "text": edit.words.read(language()),
        "old": _said(edit.old),
        "new": _said(edit.new),
        "details": [{"old": _said(one.old), "new": _said(one.new)} for one in edit.details],
        "old_place": _place(edit.old_span),
        "new_place": _place(edit.new_span),
    }


def _said(words: Words | None) -> str | None:
    return None if words is None else words.read(language())


def _place(span: Span | None) -> dict[str, object] | None:
    return None if span is None else {"path": span.path, "line": span.line, "column": span.column}
