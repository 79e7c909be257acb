"""`kpirules why`: how one person's result comes about, from the records to the grade."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from kpirules.cli.running import Options, Ready, prepare, rolled, rollup_option, run_options
from kpirules.cli.terminal import ERRORS, language, language_option, say, several
from kpirules.cli.wording import Command, Misuse, both
from kpirules.diagnostics import Words, nearest
from kpirules.engine import explain_ahead, explain_row, score_matrix
from kpirules.periods import parse

if TYPE_CHECKING:
    from kpirules.matrix import StaffPeriodMatrix
    from kpirules.model.rules import Ruleset
    from kpirules.results.paper import Paper
    from kpirules.scoring.explain import Derivation

#: So many record ids are named for a measure, unless asked otherwise.
_LISTED = 10
_CHINESE = """\
说明某人的结果如何得出：规则、条款、目标、事实、记录、扣分及其原因。

\b
kpirules why policy.kpi --data facts.xlsx --staff E017 --period 2026-Q3
kpirules why policy.kpi --data facts.xlsx --staff E017 --period 2026-Q3 --format json
"""


@click.command("why", cls=Command, chinese=_CHINESE)
@run_options
@click.option("--staff", help=both("Whose result; to be given.", "谁的结果；必填。"))
@click.option("--subject", hidden=True)  # the same, for policies on other subjects
@click.option(
    "--period",
    "period",
    required=True,
    help=both("Of which period: 2026-Q3, 2026-07 ...", "哪个周期的结果：2026-Q3、2026-07……"),
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    help=both("How to print it.", "输出形式。"),
)
@click.option(
    "--records",
    type=click.IntRange(min=0),
    default=_LISTED,
    help=both("How many record ids to name for each measure.", "每个度量列出多少条记录的编号。"),
)
@rollup_option
@language_option
def command(
    options: Options,
    staff: str | None,
    subject: str | None,
    period: str,
    form: str,
    records: int,
    rollup: str | None,
) -> None:
    """Show how one person's result comes about: rules, clauses, targets, facts, records, points lost and why.

    \b
    kpirules why policy.kpi --data facts.xlsx --staff E017 --period 2026-Q3
    kpirules why policy.kpi --data facts.xlsx --staff E017 --period 2026-Q3 --format json
    """
    if staff is None and subject is None:
        raise click.MissingParameter(param_hint="'--staff'", param_type="option")
    wanted = parse(period)
    if wanted is None:
        raise Misuse(
            f'--period: "{period}" is not a period (2026-Q3, 2026-07)',
            f"--period：“{period}”不是周期（2026-Q3、2026-07）",
        )
    ready = prepare(options)
    whom = (staff or subject or "").strip()
    assert ready.policy.ruleset is not None
    rules = rolled(ready.policy.ruleset, rollup)
    matrix = ready.facts.matrix
    if rollup is not None:
        from kpirules.scoring.rollups import rollup_facts  # late: numpy

        whole = ready.policy.ruleset
        matrix = rollup_facts(whole, whole.rollups[rollup], score_matrix(whole, matrix))
    row = matrix.row_of(whom, str(wanted))
    if row is None:
        _nobody(whom, str(wanted), matrix)
        raise click.exceptions.Exit(ERRORS)
    if rollup is None:
        told = [Told.of(ready, one, records) for one in ready.facts.spells(row)]
    else:
        told = [Told(rolled_statement(ready, rules, matrix, row))]
    click.echo(_as_json(told, ready) if form == "json" else "\n".join(_as_text(told, ready)))


@dataclass(frozen=True, slots=True)
class Told:
    """A row's derivation, and what would have been needed for the next grade."""

    paper: Paper
    next_grade: tuple[Words, ...] = ()

    @classmethod
    def of(cls, ready: Ready, row: int, records: int) -> Told:
        derivation, ahead = explain_ahead(ready.policy, ready.facts, row, records)
        return cls(_paper(derivation, ready), ahead)

    def text(self) -> Iterator[str]:
        yield from (*self.paper.text(), "")
        if self.next_grade:
            yield from (*(one.read(language()) for one in self.next_grade), "")

    def record(self) -> dict[str, object]:
        from kpirules.results.record import Recorder  # late: numpy

        one = Recorder(self.paper.quotes, self.paper.language).record(self.paper.derivation)
        return {**one, "next_grade": [words.read(language()) for words in self.next_grade]}


def _as_json(told: Sequence[Told], ready: Ready) -> str:
    from kpirules.results.record import source_record  # late: numpy
    from kpirules.results.sources import sources_of

    sources = [source_record(one) for one in sources_of(ready.facts)]
    found = [{**one.record(), "sources": sources} for one in told]
    return json.dumps(found if len(found) > 1 else found[0], ensure_ascii=False, indent=2)


def _as_text(told: Sequence[Told], ready: Ready) -> Iterator[str]:
    from kpirules.results import sources  # late: numpy

    for one in told:
        yield from one.text()
    if len(told) > 1:
        yield from (*whole_period([one.paper.derivation for one in told], ready), "")
    yield from sources.told(sources.sources_of(ready.facts), language())


def whole_period(spells: Sequence[Derivation], ready: Ready) -> Iterator[str]:
    """What the spells make together."""
    from kpirules.results.together import together  # late: numpy

    assert ready.policy.ruleset is not None
    return together(spells, ready.policy.ruleset, language())


def statement(ready: Ready, row: int, records: int = _LISTED) -> Paper:
    """The derivation of a row, with the ids of so many records behind each measure."""
    assert ready.policy.ruleset is not None
    return _paper(explain_row(ready.policy.ruleset, ready.facts, row, records), ready)


def rolled_statement(ready: Ready, rules: Ruleset, matrix: StaffPeriodMatrix, row: int) -> Paper:
    """The derivation of a row of a roll-up: the numbers that it is made of are the published ones."""
    from kpirules.scoring.explain import explain  # late: numpy

    return _paper(explain(rules, matrix, row), ready)


def _paper(derivation: Derivation, ready: Ready) -> Paper:
    from kpirules.results.paper import Paper  # late: numpy
    from kpirules.results.quotes import Quotes

    return Paper(derivation, Quotes(ready.policy.sources), language())


def _nobody(staff: str, period: str, matrix: StaffPeriodMatrix) -> None:
    """Say that there are no facts of that person and period, and what there is."""
    names, times = list(matrix.staff_names), list(matrix.period_names)
    hint = hint_zh = ""
    if staff in names:
        own = sorted(
            {
                times[time]
                for person, time in zip(matrix.staff, matrix.period, strict=True)
                if names[person] == staff
            }
        )
        hint = f"; there are for {_some(own, ', ')}"
        hint_zh = f"；有这些周期的事实：{_some(own, '、')}"
    elif meant := nearest(staff, names):
        hint, hint_zh = f'; did you mean "{meant}"?', f"；您是不是想查“{meant}”？"
    elif times:
        hint = f"; the data has {several(len(names), 'person').replace('persons', 'people')} in {_some(times, ', ')}"
        hint_zh = f"；数据中有 {len(names)} 人，周期为 {_some(times, '、')}"
    say(
        f'kpirules: there are no facts of "{staff}" for {period}{hint}',
        f"kpirules：没有“{staff}”在 {period} 的事实{hint_zh}",
    )


def _some(words: Sequence[str], between: str, most: int = 8) -> str:
    """The first and the last of many words."""
    return between.join(words) if len(words) <= most else f"{words[0]} ... {words[-1]}"
