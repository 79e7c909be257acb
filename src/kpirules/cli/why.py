"""`kpirules why`: how one person's result comes about, from the records to the grade."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kpirules.cli.running import Options, Ready, prepare, run_options
from kpirules.cli.terminal import ERRORS, language, language_option, say
from kpirules.diagnostics import nearest
from kpirules.engine import explain_row
from kpirules.periods import parse

if TYPE_CHECKING:
    from kpirules.cli.derivation import Statement

#: So many record ids are named for a measure; all of them with --records all.
_LISTED = 10


@click.command("why")
@run_options
@click.option("--staff", required=True, help="Whose result.")
@click.option("--period", "period", required=True, help="Of which period: 2026-Q3, 2026-07 ...")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to print it."
)
@click.option("--records", type=int, default=_LISTED, help="How many record ids to name for each measure.")
@language_option
def command(
    ruleset: Path,
    data: tuple[str, ...],
    settings: tuple[str, ...],
    periods: str | None,
    project: Path | None,
    missing: tuple[str, ...],
    reject: Path | None,
    staff: str,
    period: str,
    form: str,
    records: int,
) -> None:
    """Show how one person's result comes about: rules, clauses, targets, facts, records, points lost and why.

    \b
    kpirules why policy.kpi --data facts.xlsx --staff E017 --period 2026-Q3
    kpirules why policy.kpi --data facts.xlsx --staff E017 --period 2026-Q3 --format json
    """
    ready = prepare(Options(ruleset, data, settings, periods, project, missing, reject))
    rules, facts = ready.policy.ruleset, ready.facts
    assert rules is not None
    wanted = parse(period)
    row = facts.row(staff, str(wanted) if wanted is not None else period)
    if row is None:
        _nobody(staff, str(wanted or period), facts.matrix.staff_names, facts.matrix.period_names)
        raise click.exceptions.Exit(ERRORS)
    told = statement(ready, row, records)
    if form == "json":
        click.echo(json.dumps(told.record(), ensure_ascii=False, indent=2))
    else:
        for line in told.text():
            click.echo(line)


def statement(ready: Ready, row: int, records: int = _LISTED) -> Statement:
    """The derivation of a row, with the ids of so many records behind each measure."""
    from kpirules.cli.derivation import Statement  # late: numpy
    from kpirules.scoring.explain import Records

    rules, facts = ready.policy.ruleset, ready.facts
    assert rules is not None

    def evidence(name: str, row: int) -> Records | None:
        found = facts.evidence(name, *facts.matrix.row_name(row))
        if found is None:
            return None
        counted = [one for one in found.records if one.counted]
        return Records(found.count, found.of, tuple(one.id or f"row {one.row}" for one in counted[:records]))

    return Statement(explain_row(rules, facts.matrix, row, evidence), ready.policy.text, language())


def _nobody(staff: str, period: str, names: Sequence[str], times: Sequence[str]) -> None:
    """Say that there are no facts of that person and period, and what there is."""
    known = list(names)
    periods = ", ".join(times)
    meant = None if staff in known else nearest(staff, known)
    hint = f'; did you mean "{meant}"?' if meant else ""
    hint_zh = f"；您是不是想查“{meant}”？" if meant else ""
    say(
        f'kpirules: there are no facts of "{staff}" in {period}{hint} The data has the periods {periods}.',
        f"kpirules：没有“{staff}”在 {period} 的事实{hint_zh} 数据中的周期：{periods}。",
    )
