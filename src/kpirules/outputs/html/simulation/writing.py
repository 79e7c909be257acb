"""How the figures of a simulation are written on its page: as published, with a real minus sign, in both languages."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from kpirules.diagnostics import Language, Words
from kpirules.numbers import Rounding, decimal_text
from kpirules.plugin.simulated import Figures, Notation
from kpirules.units import CURRENCIES, Unit

#: Means are shown with so many places at least: that of whole points would hide what changes.
_PLACES_OF_MEANS = 2


def figure(notation: Notation, value: Fraction | None, *, signed: bool = False) -> Words:
    """With its unit: "1,200.50 yuan"."""

    def said(language: Language) -> str:
        return with_minus(notation.text(value, language, signed=signed))

    return Words(said("en"), said("zh"))


def cell(notation: Notation, value: Fraction | None, *, signed: bool = False) -> Words:
    """As `figure`, but money without its unit, which stands at the head of the column."""
    return figure(
        replace(notation, unit=Unit.NUMBER) if notation.is_money else notation, value, signed=signed
    )


def headed(label: Words, notation: Notation) -> Words:
    """A column's name, with the unit of money."""
    if not notation.is_money:
        return label
    unit = CURRENCIES[notation.currency]
    return Words(f"{label.en}, {unit.en}", f"{label.read('zh')}（{unit.zh}）")


def of_means(notation: Notation) -> Notation:
    return replace(notation, places=max(notation.places, _PLACES_OF_MEANS))


def relative(old: Fraction, new: Fraction) -> str:
    """By how much of the old value it changes, to a tenth of a percent; "" where there was nothing, or nothing changes.

    Never 0.0% of what does change.
    """
    if not old or old == new:
        return ""
    share = (new - old) / abs(old) * 100
    size = decimal_text(abs(share), 1)
    if not size.strip("0."):
        size = "<0.1"
    return f"{'+' if share > 0 else '−'}{size}%"


def counted(number: int) -> str:
    return f"{number:,}"


def signed_count(number: int) -> str:
    return with_minus(f"{number:+,}") if number else "0"


def arrowed(words: Words) -> Words:
    """The title of a part, which says what became what, with a real arrow."""
    return Words(words.en.replace(" -> ", " → "), words.read("zh").replace(" -> ", " → "))


def with_minus(text: str) -> str:
    return "−" + text[1:] if text.startswith("-") else text


def decimal(value: Fraction) -> Decimal:
    """Near enough to place a mark."""
    return Decimal(value.numerator) / Decimal(value.denominator)


def mean_change(figures: Figures, notation: Notation) -> Fraction | None:
    """The change of the mean total, of the means as they are shown; None where either is missing."""
    if figures.mean_old is None or figures.mean_new is None:
        return None
    shown = Rounding(Fraction(1, 10**notation.places))
    return shown(figures.mean_new) - shown(figures.mean_old)


def isolated(words: Words) -> Words:
    """A name within a sentence, so that whatever it is written in, the sentence goes on as it began."""
    return Words(f"\u2068{words.en}\u2069", f"\u2068{words.read('zh')}\u2069")
