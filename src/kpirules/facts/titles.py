"""Finds the columns that a policy needs among the titles of a table; says which are missing and which are not used."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from kpirules.diagnostics import Cell, Diagnostic, Problem, Words, nearest
from kpirules.facts import problems
from kpirules.facts.bindings import INPUTS, Binding, Bound
from kpirules.plugin import SourceTable

#: What the columns for a person and a period are called in a table without a binding, the first one by choice.
STAFF_TITLES = ("staff", "员工")
PERIOD_TITLES = ("period", "周期")
_MOST_LISTED = 12


@dataclass(frozen=True, slots=True)
class Titles:
    """found: the place of every needed name that the table has."""

    found: Mapping[str, Bound]
    diagnostics: tuple[Diagnostic, ...]


#: The columns for whom and when, in a table of records.
_KEYS = (STAFF_TITLES, PERIOD_TITLES)


def bound_to(
    binding: Binding, name: str, header: Iterable[str], keys: Iterable[tuple[str, ...]] = _KEYS
) -> Bound:
    """Where a declared name stands; the columns for whom and when have a second title."""
    bound = binding.bound(name)
    if name in binding.columns or bound.column in header:
        return bound
    for titles in keys:
        if name == titles[0]:
            other = next((title for title in titles if title in header), name)
            return Bound(other, bound.cells)
    return bound


def find_titles(
    table: str,
    source: SourceTable,
    binding: Binding,
    needed: Iterable[str],
    allowed: Iterable[str] = (),
    optional: Collection[str] = (),
    subject: tuple[str, ...] | None = None,
) -> Titles:
    """Every needed name's column. One error names all that are missing; of inputs and staff (and where something is
    missing) one note names what nothing uses.

    allowed: names that the policy knows and does not need here. optional: those of the needed whose column may be
    absent, unless the binding names it; one note names them. subject: what the column for whom may be called, in the
    table of inputs and that of the people themselves.
    """
    header = source.header
    keys = _KEYS if subject is None else (subject, PERIOD_TITLES)
    places = {name: bound_to(binding, name, header, keys) for name in needed}
    wanted = {bound.column for bound in places.values()} | set(binding.own_columns)
    known = wanted | {bound_to(binding, name, header, keys).column for name in allowed}
    unused = [title for title in header if title not in known]
    own = [title for title in binding.own_columns if title not in header]
    absent = {name: bound.column for name, bound in places.items() if bound.column not in header}
    blank = [title for name, title in absent.items() if name in optional and name not in binding.columns]
    missing = [title for title in absent.values() if title not in blank] + own
    told: list[Diagnostic] = []
    if blank:
        told.append(_absent(problems.BLANK_COLUMNS, table, source, blank, unused))
    if missing:
        told.append(_absent(problems.MISSING_COLUMNS, table, source, list(dict.fromkeys(missing)), unused))
    # Tables of records often come from systems with many columns of their own.
    if unused and (missing or subject is not None):
        told.append(
            problems.UNUSED_COLUMNS.at(
                Cell(source.path, sheet=source.sheet),
                columns=Words(_quoted(unused, '"', '"', ", "), _quoted(unused, "“", "”", "、")),
            )
        )
    present = () if source.table is None else source.table.column_names
    return Titles({name: bound for name, bound in places.items() if bound.column in present}, tuple(told))


def _absent(
    problem: Problem, table: str, source: SourceTable, missing: list[str], unused: list[str]
) -> Diagnostic:
    english, chinese = [], []
    for title in missing:
        near = nearest(title, unused)
        english.append(f'"{title}"' + (f' (did you mean the column "{near}"?)' if near else ""))
        chinese.append(f"“{title}”" + (f"（是不是“{near}”列？）" if near else ""))
    return problem.at(
        Cell(source.path, sheet=source.sheet),
        table=table,
        columns=Words(", ".join(english), "、".join(chinese)),
        first=missing[0],
        section=section(table, "columns"),
    )


def section(table: str, part: str = "") -> str:
    """The section of a project file about a table: `[inputs]`, `[data.tickets]`, `[data.tickets.columns]`."""
    name = table if table == INPUTS else f"data.{table}"
    return f"[{name}.{part}]" if part else f"[{name}]"


def _quoted(titles: list[str], left: str, right: str, between: str) -> str:
    shown = between.join(f"{left}{title}{right}" for title in titles[:_MOST_LISTED])
    return shown + (f" … (+{len(titles) - _MOST_LISTED})" if len(titles) > _MOST_LISTED else "")
