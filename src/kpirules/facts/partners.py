"""Records beside their partners: a tied data set gets the fields of the records that it is tied to."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

import numpy as np

from kpirules.diagnostics import Cell, Diagnostic
from kpirules.facts import problems
from kpirules.facts.bindings import Binding
from kpirules.facts.cells import Cells
from kpirules.facts.following import joint_codes
from kpirules.facts.records import Loaded
from kpirules.facts.selection import Selection, taken
from kpirules.facts.titles import bound_to
from kpirules.facts.wanted import partners_fields
from kpirules.matrix import Integers
from kpirules.model.rules import Tie


def with_partners(
    loaded: Mapping[str, Loaded], wanted: Mapping[str, Collection[str]], bindings: Mapping[str, Binding]
) -> tuple[dict[str, Loaded], list[Diagnostic]]:
    """Every data set with its partners' fields that are wanted; one whose partners could not be read is left out.

    A second record with the same key is a problem of the partners' table. Records without a partner are counted.
    """
    found: dict[str, Loaded] = {}
    told: list[Diagnostic] = []
    unique: set[tuple[str, str]] = set()
    for name, one in loaded.items():
        columns: dict[str, Cells] | None = dict(one.columns)
        for tie in one.data.ties:
            fields = partners_fields(tie, wanted[name])
            if not fields or columns is None:
                continue
            then = loaded.get(tie.data)
            if then is None:
                columns = None
                continue
            partner = _partners(one, then, tie, bindings, unique)
            columns |= {f"{tie.data}.{field}": taken(then.columns[field], partner) for field in fields}
            told += _alone(one, tie, partner)
        if columns is not None:
            found[name] = replace(one, columns=columns)
    return found, told


def _partners(
    one: Loaded, then: Loaded, tie: Tie, bindings: Mapping[str, Binding], unique: set[tuple[str, str]]
) -> Integers:
    """The place of each record's partner; -1 where it has none."""
    own, other = one.columns[tie.own], then.columns[tie.other]
    codes = joint_codes(own, other)
    mine, theirs = codes[: len(own)], codes[len(own) :]
    may = np.flatnonzero(then.selection.good & other.present)
    partner: Integers = np.full(int(codes.max(initial=0)) + 1, -1, np.int64)
    # Written backwards, so that the first record with a key is the one that stays.
    partner[theirs[may[::-1]]] = may[::-1]
    if (tie.data, tie.other) not in unique:
        unique.add((tie.data, tie.other))
        again = np.zeros(len(other), bool)
        again[may] = partner[theirs[may]] != may
        first = {int(row): int(partner[theirs[row]]) for row in np.flatnonzero(again)}
        _note_again(then, tie, first, bindings)
    return np.where(own.present, partner[mine], -1)


def _note_again(then: Loaded, tie: Tie, first: Mapping[int, int], bindings: Mapping[str, Binding]) -> None:
    source, selection = then.findings.source, then.selection
    wrong = np.zeros(len(selection), bool)
    wrong[list(first)] = True
    title = (
        bound_to(bindings[tie.data], tie.other, source.header).column if tie.data in bindings else tie.other
    )
    selection.note(
        problems.SECOND_PARTNER,
        wrong,
        title,
        lambda row: {"first": _row(selection, int(first[row]), row)},
        name=tie.other,
        table=tie.data,
    )


def _row(selection: Selection, first: int, beside: int) -> object:
    """Where a row stands, for a sentence at another one."""
    return selection.findings.source.said_row(int(selection.rows[first]), int(selection.rows[beside]))


def _alone(one: Loaded, tie: Tie, partner: Integers) -> list[Diagnostic]:
    """A warning that counts the good records without a partner."""
    alone = np.flatnonzero(one.selection.good & (partner < 0))
    if not len(alone):
        return []
    source = one.findings.source
    row = source.said_row(int(one.selection.rows[alone[0]]))
    place = Cell(source.path, sheet=source.sheet)
    return [
        problems.NO_PARTNER.at(
            place, count=len(alone), table=one.data.name, other=tie.data, name=tie.own, first=row
        )
    ]
