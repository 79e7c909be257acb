"""A sheet that is filled from top to bottom: the one way by which anything gets into a report's workbook.

Text is text whatever it looks like, numbers keep all their digits or become text. Knows nothing of reports.
"""

from __future__ import annotations

import datetime
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from kpirules.diagnostics import Language, Words, width
from kpirules.outputs.book import MOST_ROWS, check_length, put_text, too_much
from kpirules.plugin.columns import spell

#: A spreadsheet keeps so many digits, and knows dates from this day on (it has a 29 February 1900).
_DIGITS = 15
_FIRST_DAY = datetime.date(1900, 3, 1)
_DAY = datetime.timedelta(days=1)
#: A sheet can hold so many links.
_MOST_LINKS = 65_530
_LONGEST_NAME = 31
_NOT_IN_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\", "_"))

Look = dict[str, object]
#: What cells look like; a look is a name or the properties themselves.
LOOKS: dict[str, Look] = {
    "plain": {"valign": "top"},
    "title": {"bold": True, "font_size": 16},
    "heading": {"bold": True, "font_size": 12},
    "head": {
        "bold": True,
        "bg_color": "#1F4E78",
        "font_color": "#FFFFFF",
        "text_wrap": True,
        "valign": "vcenter",
        "border": 1,
        "border_color": "#BFBFBF",
    },
    "name": {"bold": True, "valign": "top"},
    "wrap": {"text_wrap": True, "valign": "top"},
    "small": {"font_color": "#595959", "font_size": 9, "valign": "top"},
    "quote": {"text_wrap": True, "valign": "top", "font_color": "#404040", "italic": True},
    "link": {"font_color": "#0563C1", "underline": 1, "valign": "top"},
    "sum": {"bold": True, "top": 1, "valign": "top"},
    "check": {"font_color": "#9C0006", "bg_color": "#FFC7CE"},
}


@dataclass(slots=True)
class Book:
    """The workbook, its formats and the names of its sheets. cut: how many numbers had to become text."""

    file: xlsxwriter.Workbook
    path: str
    language: Language
    cut: int = 0
    _formats: dict[tuple[tuple[str, object], ...], Format] = field(default_factory=dict)
    _names: set[str] = field(default_factory=set)

    def say(self, en: str, zh: str) -> str:
        return zh if self.language == "zh" else en

    def read(self, words: Words) -> str:
        return words.read(self.language)

    def look(self, look: str | Look = "plain", number: str | None = None) -> Format:
        """The format of a look, made once. number: how numbers are shown."""
        properties = dict(LOOKS[look] if isinstance(look, str) else look)
        if number is not None:
            properties["num_format"] = number
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self.file.add_format(properties)
        return self._formats[key]

    def name_for(self, wanted: str) -> str:
        """A name that a sheet can have and none has yet, as near as may be to the one wanted."""
        clean = "".join(" " if unicodedata.category(one)[0] == "C" else one for one in wanted)
        clean = _cut(clean.translate(_NOT_IN_NAMES).strip().strip("'"), _LONGEST_NAME).strip()
        clean = clean.strip("'") or "_"
        name, number = ("History_" if clean.lower() == "history" else clean), 1
        while name.casefold() in self._names:
            number += 1
            ending = f" ({number})"
            name = _cut(clean, _LONGEST_NAME - len(ending)) + ending
        self._names.add(name.casefold())
        return name

    def page(self, wanted: str) -> Page:
        """A new sheet, printed across, one page wide."""
        name = self.name_for(wanted)
        sheet = self.file.add_worksheet(name)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        return Page(self, sheet, name)


@dataclass(slots=True)
class Page:
    """A sheet. row: the next one to be written."""

    book: Book
    sheet: Worksheet
    name: str
    row: int = 0
    links: int = 0
    breaks: list[int] = field(default_factory=list)

    def widths(self, *wide: float) -> None:
        """The columns' widths, in characters."""
        for column, one in enumerate(wide):
            self.sheet.set_column(column, column, one)

    def footer(self, text: str) -> None:
        """A footer with page numbers; `&` would be a command there."""
        self.sheet.set_footer(f"&L&8{_cut(text.replace('&', '&&'), 200)}&R&8&P / &N")

    def break_here(self, most: int) -> None:
        """Print what follows on a new page, so many times at most."""
        if self.row and len(self.breaks) < most:
            self.breaks.append(self.row)
            self.sheet.set_h_pagebreaks(self.breaks)

    def next(self, rows: int = 1) -> None:
        self.row += rows
        if self.row >= MOST_ROWS:
            raise too_much(self.book.path, Words("the number of rows", "行数"), f"> {self.row}", MOST_ROWS)

    def line(self, values: Iterable[object], look: str | Look = "plain") -> None:
        """A row of values from the first column on."""
        for column, value in enumerate(values):
            self.put(column, value, look)
        self.next()

    def head(self, titles: Sequence[str]) -> None:
        """A row of column titles."""
        self.line(titles, "head")

    def put(self, column: int, value: object, look: str | Look = "plain", number: str | None = None) -> None:
        """Write one cell of the row. number: how a number is shown."""
        match value:
            case None:
                if look != "plain":
                    self.sheet.write_blank(self.row, column, None, self.book.look(look))
            case str():
                self._text(column, value, look)
            case bool():
                self._text(column, self.book.say("yes", "是") if value else self.book.say("no", "否"), look)
            case int() | float() | Decimal():
                self._number(column, value, look, number)
            case datetime.datetime() if value.tzinfo is None and value.date() >= _FIRST_DAY:
                style = self.book.look(look, number or "yyyy-mm-dd hh:mm:ss")
                self.sheet.write_datetime(self.row, column, value, style)
            case datetime.date() if not isinstance(value, datetime.datetime) and value >= _FIRST_DAY:
                self.sheet.write_datetime(
                    self.row, column, value, self.book.look(look, number or "yyyy-mm-dd")
                )
            case datetime.timedelta() if value >= datetime.timedelta(0):
                self.sheet.write_number(self.row, column, value / _DAY, self.book.look(look, "[h]:mm:ss"))
            case _:
                self._text(column, spell(value), look)

    def formula(
        self,
        column: int,
        formula: str,
        value: float | str,
        look: str | Look = "plain",
        number: str = "General",
    ) -> None:
        """A formula of our own making (never of data), with what it gives now."""
        self.sheet.write_formula(self.row, column, formula, self.book.look(look, number), value)

    def link(self, column: int, text: str, page: str, row: int = 0) -> None:
        """A link to a row of another sheet; plain text where the sheet has too many already."""
        self.links += 1
        place = f"internal:{quoted(page)}!{xl_rowcol_to_cell(row, 0)}"
        if self.links > _MOST_LINKS or len(text) > 255 or len(place) > 255:
            self._text(column, text, "plain")
            return
        self.sheet.write_url(self.row, column, place, self.book.look("link"), "-")
        self._text(column, text, "link")

    def _text(self, column: int, text: str, look: str | Look) -> None:
        check_length(text, self.book.path)
        put_text(self.sheet, self.row, column, text, self.book.look(look), self.book.look({}))

    def _number(self, column: int, value: float | Decimal, look: str | Look, number: str | None) -> None:
        exact = Decimal(value) if isinstance(value, int | Decimal) else Decimal(repr(value))
        if exact.is_finite() and len(exact.normalize().as_tuple().digits) <= _DIGITS:
            self.sheet.write_number(self.row, column, float(exact), self.book.look(look, number))
        else:
            self.book.cut += 1
            self._text(column, spell(exact), look)


def quoted(page: str) -> str:
    """The name of a sheet as formulas and links write it."""
    return "'" + page.replace("'", "''") + "'"


def fitting(texts: Iterable[object], least: float = 8, most: float = 40) -> float:
    """A column's width for these texts."""
    widest = max(
        (max(map(width, str(one).split("\n")), default=0) for one in texts if one is not None), default=0
    )
    return min(most, max(least, widest + 2))


def shown_as(kind: str, places: int) -> str:
    """How numbers of a kind are shown, with so many decimal places in full."""

    def with_places(count: int, head: str = "0") -> str:
        return head + ("." + "0" * count if count > 0 else "")

    match kind:
        case "ratio":
            return with_places(max(0, places - 2)) + "%"
        case "amount":
            return with_places(places, "#,##0")
        case _:
            return with_places(places)


def _cut(text: str, most: int) -> str:
    """The first so many units as spreadsheets count them: a character beyond the basic plane is two."""
    while len(text.encode("utf-16-le")) // 2 > most:
        text = text[:-1]
    return text


def places_of(column: Any) -> int:
    """The decimal places of an Arrow column; 0 where it holds no decimals."""
    return max(0, getattr(column.type, "scale", 0))
