"""The values of earlier periods behind `previous` and summaries of the last periods, for whoever asks why."""

from __future__ import annotations

from kpirules.diagnostics import Words
from kpirules.model import expressions as e
from kpirules.scoring.reference import Reference
from kpirules.scoring.through_time import earlier_name
from kpirules.units import Unit, shown

_MISSING = Words("missing", "缺失")
_NO_ROW = Words("no result", "无结果")


def told(reference: Reference, node: e.Earlier | e.Recent, row: int) -> Words:
    """`2026-Q3: 80; 2026-Q2: missing`: each period that counts, the one at hand first."""
    backs = [node.back] if isinstance(node, e.Earlier) else list(range(node.count))
    found: list[tuple[str, Words]] = []
    for back in backs:
        name = earlier_name(reference.facts.row_name(row)[1], back)
        at = reference.before(row, back)
        if name is not None:
            value = _NO_ROW if at is None else _said(reference.value(node.item, at), node.item.unit)
            found.append((name, value))
    return Words(
        "; ".join(f"{name}: {value.en}" for name, value in found),
        "；".join(f"{name}：{value.zh}" for name, value in found),
    )


def _said(value: e.Value | None, unit: Unit) -> Words:
    match value:
        case None:
            return _MISSING
        case bool():
            return Words("yes", "是") if value else Words("no", "否")
        case str():
            return Words(f'"{value}"', f"“{value}”")
        case _:
            return Words(shown(value, unit), shown(value, unit, "zh"))
