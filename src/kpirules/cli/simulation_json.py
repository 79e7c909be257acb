"""A simulation as plain values for `--format json`: its records field by field, numbers exact and as text.

A fraction that is no decimal is written `p/q`; words are in both languages; a notation tells how a figure is shown.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from enum import Enum
from fractions import Fraction

from kpirules.diagnostics import Words
from kpirules.numbers import decimal_text
from kpirules.plugin.simulated import Amount, Budget, Counts, Figures, Notation, Simulation

#: What follows from other fields and is said all the same.
_DERIVED = {
    Counts: ("rows",),
    Amount: ("difference",),
    Figures: ("mean_old", "mean_new"),
    Budget: ("over", "kept"),
}


def as_record(simulation: Simulation) -> dict[str, object]:
    """The whole, without its table of rows: `--rows` writes that."""
    found = {
        one.name: _plain(getattr(simulation, one.name)) for one in fields(simulation) if one.name != "rows"
    }
    return {"format": "kpirules simulation 1", **found}


def _plain(value: object) -> object:
    match value:
        case Words():
            return {"en": value.read("en"), "zh": value.read("zh")}
        case Fraction():
            return decimal_text(value)
        case Notation(unit, places, currency):
            return {"unit": str(unit), "places": places} | ({"currency": currency} if value.is_money else {})
        case Enum():
            return str(value.value)
        case tuple():
            return [_plain(one) for one in value]
        case _ if is_dataclass(value) and not isinstance(value, type):
            names = [one.name for one in fields(value)] + list(_DERIVED.get(type(value), ()))
            return {name: _plain(getattr(value, name)) for name in names}
        case _:
            return value
