"""How a parameter that changes inside a period is told: each stretch of days with its value and its reason."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from kpirules.diagnostics import Words
from kpirules.model.schedule import InPeriod, Part
from kpirules.numbers import decimal_text
from kpirules.units import Unit, shown

_RULES = {
    InPeriod.DAYS: Words("pro rata by days", "按天折算"),
    InPeriod.END: Words("as of period end", "以期末为准"),
    InPeriod.START: Words("as of period start", "以期初为准"),
}


def stretches_told(rule: InPeriod, parts: Sequence[Part], unit: Unit) -> Words:
    """`2026-07-01 to 2026-08-14 (45 days): 90%; ... ; pro rata by days of 92`."""
    en = "; ".join(
        f"{one.first} to {one.last} ({one.days} days): {_value(one, unit)}{_reason(one)}" for one in parts
    )
    zh = "；".join(
        f"{one.first} 至 {one.last}（{one.days} 天）：{_value(one, unit, chinese=True)}{_reason(one)}"
        for one in parts
    )
    days = sum(one.days for one in parts)
    of = Words(f" of {days}", f"，共 {days} 天") if rule is InPeriod.DAYS else Words()
    return Words(f"{en}; {_RULES[rule].en}{of.en}", f"{zh}；{_RULES[rule].zh}{of.zh}")


def stretch_record(part: Part) -> dict[str, object]:
    """One stretch as plain values."""
    value = part.stretch.value
    return {
        "first": part.first.isoformat(),
        "last": part.last.isoformat(),
        "days": part.days,
        "value": decimal_text(value) if isinstance(value, Fraction) else value,
        "reason": part.stretch.reason,
    }


def _value(part: Part, unit: Unit, chinese: bool = False) -> str:
    value = part.stretch.value
    if isinstance(value, Fraction):
        return shown(value, unit, "zh" if chinese else "en")
    if isinstance(value, bool):
        return ("是" if value else "否") if chinese else ("yes" if value else "no")
    return f'"{value}"'


def _reason(part: Part) -> str:
    return f' "{part.stretch.reason}"' if part.stretch.reason else ""
