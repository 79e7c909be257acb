"""`followed within TIME by DATA of the same FIELD`: what two records have in common, and that their times compare.

The resolver works out the parts of the condition; here they are held together.
"""

from __future__ import annotations

from fractions import Fraction

from kpirules.diagnostics import Words
from kpirules.language import tree
from kpirules.model import expressions as e
from kpirules.model import problems
from kpirules.model.scope import UNIT_WORDS, Scope, said
from kpirules.units import Unit, comparable

WITHIN = Words("the time within which another record follows", "后续记录的时限")
WHAT = Words("what follows another record", "记录的后续")
MEND = Words(
    "use it in a measure over data, for example"
    " `share of repairs followed within 7 days by repairs of the same device`",
    "请在对数据的度量中使用，例如 `占比 repairs 其后 7 天内又有 repairs 同一 device`",
)


def known_data(scope: Scope, node: tree.Followed) -> bool:
    """Whether the condition names a data set whose fields are known; reported otherwise."""
    name = node.data.text
    if scope.kinds.get(name) == "data":
        scope.used.add(name)
        return name not in scope.broken
    known = [one for one, what in scope.kinds.items() if what == "data"]
    if name not in scope.broken:
        scope.unknown(node.data, known, thing=Words("no data set", "数据"))
    return False


def followed(
    scope: Scope, data: str, node: tree.Followed, within: e.Constant, where: e.Expr | None
) -> e.Followed | None:
    """The condition on records of `data`, or None where something about it is reported."""
    pairs = [_same(scope, data, node.data.text, one) for one in node.same]
    found = [one for one in pairs if one is not None]
    sound = len(found) == len(pairs) and _positive(scope, within) and _comparable(scope, data, node)
    if not sound:
        return None
    own, other = (tuple(pair[side] for pair in found) for side in (0, 1))
    return e.Followed(node.data.text, within, own, other, where, node.span)


def _same(scope: Scope, data: str, then: str, node: tree.Same) -> tuple[e.Field, e.Field] | None:
    own = _field(scope, data, node.own)
    other = _field(scope, then, node.own if node.other is None else node.other)
    if own is None or other is None:
        return None
    if comparable(own.unit, other.unit):
        return own, other
    scope.report(
        problems.UNLIKE_FIELDS,
        node.span,
        name=own.name,
        left=UNIT_WORDS[own.unit],
        other=other.name,
        data=then,
        right=UNIT_WORDS[other.unit],
    )
    return None


def _field(scope: Scope, data: str, name: tree.Name) -> e.Field | None:
    known = scope.fields.get(data, {})
    if name.text in known:
        return e.Field(data, name.text, known[name.text].unit, name.span)
    scope.unknown(name, known, thing=Words(f"no field of {data}", f" {data} 字段"))
    return None


def _positive(scope: Scope, within: e.Constant) -> bool:
    if not isinstance(within.value, Fraction) or within.value > 0:
        return True
    scope.report(
        problems.OUT_OF_RANGE,
        within.span,
        what=WITHIN,
        wanted=Words("above zero", "大于零"),
        given=said(within.value, Unit.DURATION),
        mend=Words("write for example `within 7 days`", "例如 `其后 7 天内又有 …`"),
    )
    return False


def _comparable(scope: Scope, data: str, node: tree.Followed) -> bool:
    """Whether both data sets are placed by moments of one kind: a day has no place among times of day."""
    then = node.data.text
    units = [_placed(scope, one) for one in (data, then)]
    if None in units or units[0] == units[1]:
        return True
    words = [UNIT_WORDS[unit] for unit in units if unit is not None]
    scope.report(problems.UNLIKE_TIMES, node.span, data=data, left=words[0], other=then, right=words[1])
    return False


def _placed(scope: Scope, data: str) -> Unit | None:
    """The kind of moment that places the records of a data set; None where that is not known."""
    field = scope.fields.get(data, {}).get(scope.placed.get(data, ""))
    return None if field is None else field.unit
