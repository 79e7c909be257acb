"""Which files of a folder a request needs, and what columns their names give: periods and partitions."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kpirules.adapters.file_problems import NO_PERIOD_IN_NAME, SEVERAL_PERIODS
from kpirules.adapters.folder_files import Listed
from kpirules.adapters.name_periods import periods_in
from kpirules.adapters.options import FolderOptions
from kpirules.diagnostics import Cell, Diagnostic
from kpirules.periods import Period, PeriodKind
from kpirules.plugin import OnlyIn, Within

_ENDINGS = (".gz", ".csv", ".tsv", ".json", ".jsonl", ".ndjson", ".parquet", ".xlsx", ".xlsm", ".xls")


@dataclass(frozen=True, slots=True)
class Choice:
    """files: those to be opened. query: which these are. diagnostics: names that say no period."""

    files: tuple[Listed, ...]
    query: str
    diagnostics: tuple[Diagnostic, ...]
    columns: Mapping[str, Mapping[str, str | None]] = field(default_factory=dict)

    def made(self, file: Listed) -> Mapping[str, str | None]:
        """The columns that the file's name gives, each with the one value that all its rows have."""
        return self.columns.get(file.path, {})


def chosen_files(
    files: Sequence[Listed],
    options: FolderOptions,
    period: Within | None,
    staff: OnlyIn | None,
    where: tuple[OnlyIn, ...],
) -> Choice:
    """Files are passed over only where their names say that none of their rows is wanted."""
    findings: list[Diagnostic] = []
    columns: dict[str, dict[str, str | None]] = {}
    kept: list[Listed] = []
    by_period = period is not None and period.column in (options.period_column, options.period_of)
    for file in files:
        made: dict[str, str | None] = dict(file.partitions) if options.partitions else {}
        columns[file.path] = made
        if options.period_from is not None or (options.period_of is not None and by_period):
            found = periods_in(_plain(file.name))
            if len(found) != 1:
                findings.append(_no_period(file, found))
                continue
            if options.period_from is not None:
                made[options.period_column] = str(found[0])
            if by_period and period is not None and not _meets(found[0], period):
                continue
        if not (_excluded(made, staff, True) or any(_excluded(made, one, False) for one in where)):
            kept.append(file)
    if not kept and not findings:  # a table without wanted rows still has its columns
        kept = [*files[:1]]
    return Choice(tuple(kept), _said(kept, len(files)), tuple(findings), columns)


def _plain(name: str) -> str:
    """The name without its ending, whose digits and dots say nothing of a period."""
    for _ in range(2):
        for ending in _ENDINGS:
            name = name[: -len(ending)] if name.lower().endswith(ending) else name
    return name


def _no_period(file: Listed, found: Sequence[Period]) -> Diagnostic:
    if not found:
        return NO_PERIOD_IN_NAME.at(Cell(file.path), path=file.path)
    return SEVERAL_PERIODS.at(Cell(file.path), path=file.path, periods=", ".join(map(str, found)))


def _meets(one: Period, wanted: Within) -> bool:
    """Whether days of the period are wanted. Weeks may belong to a longer period in which only most of their days lie."""
    more = datetime.timedelta(days=6 if one.kind is PeriodKind.WEEK else 0)
    return one.first < wanted.end + more and one.last >= wanted.start - more


def _excluded(made: Mapping[str, str | None], wanted: OnlyIn | None, missing_too: bool) -> bool:
    if wanted is None or wanted.column not in made:
        return False
    value = made[wanted.column]
    if value is None or not value.strip():
        return not missing_too
    return value.strip() not in wanted.values


def _said(kept: Sequence[Listed], of: int) -> str:
    names = [file.name for file in kept]
    listed = ", ".join(names) if len(names) <= 4 else f"{names[0]}, {names[1]}, …, {names[-1]}"
    count = f"{of} files" if len(kept) == of else f"{len(kept)} of {of} files"
    return f"{count}: {listed}" if of > 1 else names[0]
