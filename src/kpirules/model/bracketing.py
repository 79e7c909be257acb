"""What an interval table did with a value, in words that a reader can check."""

from __future__ import annotations

from fractions import Fraction

from kpirules.diagnostics import Language, Words
from kpirules.model.forms import Band
from kpirules.model.rules import Table
from kpirules.units import shown


def in_words(table: Table, key: Fraction, currency: str) -> Words | None:
    """The interval that holds the key and its entry; of a marginal table the sum of the parts."""
    return Words(_in(table, key, "en", currency), _in(table, key, "zh", currency))


def _in(table: Table, key: Fraction, language: Language, currency: str) -> str:
    scale = table.scale
    assert scale is not None
    chinese = language == "zh"
    rate = table.rate or table.unit

    def interval(band: Band | None) -> str:
        if band is None:
            return "其他" if chinese else "otherwise"
        return band.interval(lambda value: shown(value, table.key, language, currency)).read(language)

    if scale.marginal:
        if scale.value(key) is None:
            return f"{shown(key, table.key, language, currency)}: {interval(None)}"
        parts = [
            f"{interval(part.band)}: {shown(part.length, table.key, language, currency)} x {shown(part.rate, rate, language, currency)}"
            f" = {shown(part.length * part.rate, table.unit, language, currency)}"
            for part in scale.parts(key)
        ]
        return ("；" if chinese else "; ").join(parts) or shown(Fraction(0), table.unit, language, currency)
    band = scale.band(key)
    at = shown(key, table.key, language, currency)
    if band is None:
        return f"{at}: {interval(None)}"
    entry = shown(band.at_low, rate, language, currency)
    if band.at_low != band.at_high:
        to = "至" if chinese else "to"
        entry = f"{entry} {to} {shown(band.at_high, rate, language, currency)}"
    return f"{at}: {interval(band)}: {entry}"
