"""Data sets tied to others: `tied to tickets by ticket = id`. The partner's fields are then read as `tickets.FIELD`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from kpirules.diagnostics import Words
from kpirules.language import tree
from kpirules.model import problems, rules
from kpirules.model.scope import UNIT_WORDS, Named, Scope
from kpirules.units import Unit, comparable

Fields = Mapping[str, Sequence[rules.DataField]]


def tie_all(scope: Scope, nodes: Sequence[tree.Data], fields: Fields) -> dict[str, tuple[rules.Tie, ...]]:
    """The ties of every data set; the fields of its partners join its own in the scope.

    A data set of which a tie is wrong is broken: what it lacks then, nobody can know.
    """
    own = {name: dict(known) for name, known in scope.fields.items()}
    found = {node.name.text: _ties(scope, node, own) for node in nodes}
    for name, ties in found.items():
        for tie in ties:
            for field in fields[tie.data]:
                named = own[tie.data][field.name]
                scope.fields[name][f"{tie.data}.{field.name}"] = replace(named, kind="field")
    return found


def _ties(scope: Scope, node: tree.Data, own: Mapping[str, Mapping[str, Named]]) -> tuple[rules.Tie, ...]:
    ties: dict[str, rules.Tie] = {}
    for line in node.ties:
        name = line.data.text
        if name in ties:
            what = Words(f'"tied to {name}"', f"“关联 {name}”")
            scope.report(problems.REPEATED, line.span, what=what, line=ties[name].span.line)
        elif name == node.name.text or name not in own:
            known = [one for one in own if one != node.name.text]
            if name not in scope.broken:
                scope.unknown(line.data, known, thing=Words("no other data set", "其他数据"))
        else:
            tie = _tie(scope, node.name.text, line, own)
            if tie is not None:
                ties[name] = tie
    if len(ties) < len({line.data.text for line in node.ties}):
        scope.broken.add(node.name.text)
    return tuple(ties.values())


def _tie(scope: Scope, data: str, line: tree.Tie, own: Mapping[str, Mapping[str, Named]]) -> rules.Tie | None:
    then = line.data.text
    scope.used.add(then)
    here, there = line.own, line.own if line.other is None else line.other
    for name, known in ((here, own[data]), (there, own[then])):
        if name.text not in known:
            scope.unknown(name, known, thing=Words("no field", "字段"))
            return None
    left, right = own[data][here.text].unit, own[then][there.text].unit
    if not comparable(left, right):
        scope.report(
            problems.UNLIKE_FIELDS,
            line.span,
            name=here.text,
            left=UNIT_WORDS[left],
            other=there.text,
            data=then,
            right=UNIT_WORDS[right],
        )
        return None
    return rules.Tie(then, here.text, there.text, line.span)


def staff_of_partner(ties: Sequence[rules.Tie], fields: Fields) -> list[str]:
    """The fields of partners that say whose a record is, where it has none of its own."""
    return [
        f"{tie.data}.{field.name}"
        for tie in ties
        for field in fields[tie.data]
        if field.type.unit is Unit.STAFF
    ]
