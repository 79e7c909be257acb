"""An empty workbook for a policy's facts: a sheet of inputs, and one for each data set, with types and choices."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from kpirules.diagnostics import Language, width
from kpirules.model.rules import STAFF, Ruleset
from kpirules.model.scope import UNIT_WORDS
from kpirules.periods import TABLES, PeriodKind
from kpirules.units import Type, Unit

#: The sheet of inputs; adapters look for it first.
INPUTS_SHEET = "data"
_ROWS = 1000
_FORMATS = {
    Unit.RATIO: "0.00%",
    Unit.MONEY: "#,##0.00",
    Unit.DATE: "yyyy-mm-dd",
    Unit.DATETIME: "yyyy-mm-dd hh:mm",
    Unit.DURATION: "[h]:mm:ss",
    Unit.TEXT: "@",
    Unit.STAFF: "@",
}


@dataclass(frozen=True, slots=True)
class _Title:
    """A column of a sheet."""

    name: str
    type: Type
    label: str


def write_template(rules: Ruleset, path: Path, language: Language) -> None:
    """Write the workbook beside and rename it. Raises OSError where it cannot be written."""
    beside = path.with_name(f".{path.name}.part")
    try:
        with xlsxwriter.Workbook(str(beside)) as book:
            _sheets(rules, book, language)
        os.replace(beside, path)
    except xlsxwriter.exceptions.FileCreateError as wrong:
        cause = wrong.args[0] if wrong.args else None
        raise cause if isinstance(cause, OSError) else OSError(str(wrong)) from None
    finally:
        beside.unlink(missing_ok=True)


def _sheets(rules: Ruleset, book: Workbook, language: Language) -> None:
    bold = book.add_format({"bold": True, "bg_color": "#DDE7F3", "border": 1})
    for grain in (None, *rules.grains):
        inputs = rules.inputs_of(grain).values()
        period = grain or rules.period
        titles = [
            _Title(
                rules.subject.name,
                Type(Unit.STAFF if rules.subject == STAFF else Unit.TEXT),
                "" if rules.subject == STAFF else rules.subject.label,
            ),
            _Title("period", Type(Unit.TEXT), period),
        ]
        titles += [_Title(one.name, one.type, one.label) for one in inputs]
        if inputs:
            sheet = INPUTS_SHEET if grain is None else TABLES[PeriodKind(grain)]
            _sheet(book, sheet, titles, bold, language)
    for data in rules.data.values():
        titles = [_Title(one.name, one.type, one.label) for one in data.fields]
        _sheet(book, data.name[:31], titles, bold, language)


def _sheet(book: Workbook, name: str, titles: Sequence[_Title], bold: Format, language: Language) -> None:
    sheet: Worksheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    for number, title in enumerate(titles):
        sheet.write_string(0, number, title.name, bold)
        number_format = book.add_format({"num_format": _FORMATS.get(title.type.unit, "General")})
        sheet.set_column(number, number, max(12, width(title.name) + 2), number_format)
        kind = UNIT_WORDS[title.type.unit].read(language)
        if title.type.unit is Unit.MONEY and title.type.currency != "CNY":
            kind = title.type.currency
        sheet.write_comment(0, number, f"{title.label}\n{kind}".strip())
        _validate(sheet, number, title.type)


def _validate(sheet: Worksheet, column: int, type_: Type) -> None:
    """Let the spreadsheet itself refuse what the type does not allow."""
    rule: dict[str, object] | None = None
    if type_.choices and len(",".join(type_.choices)) <= 255:
        rule = {"validate": "list", "source": list(type_.choices)}
    elif type_.unit is Unit.BOOLEAN:
        rule = {"validate": "list", "source": ["yes", "no"]}
    elif type_.unit is Unit.COUNT:
        rule = {"validate": "integer", "criteria": ">=", "value": 0}
    elif type_.low is not None and type_.high is not None:
        rule = {
            "validate": "integer" if type_.step in (None, Fraction(1)) else "decimal",
            "criteria": "between",
            "minimum": float(type_.low),
            "maximum": float(type_.high),
        }
    if rule is not None:
        sheet.data_validation(1, column, _ROWS, column, rule)
