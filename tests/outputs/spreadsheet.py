"""A spreadsheet program in small: works out the formulas of a workbook, as far as our own workbooks have any.

Independent of what wrote them: it reads the file with openpyxl and rounds decimals of 15 digits, as spreadsheets do.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Decimal
from pathlib import Path
from typing import Any

import openpyxl

_TOKEN = re.compile(
    r"\s*(?:(?P<text>\"(?:[^\"]|\"\")*\")"
    r"|(?P<range>(?:'(?:[^']|'')+'!)?\$?[A-Z]+\$?\d+(?::\$?[A-Z]+\$?\d+)?)"
    r"|(?P<number>\d+(?:\.\d+)?(?:E-?\d+)?)"
    r"|(?P<name>[A-Z]+)(?=\()"
    r"|(?P<sign><=|>=|<>|[-+*/=<>(),]))"
)
_BINARY: dict[str, Callable[[Any, Any], Any]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "=": lambda a, b: a == b,
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
}


class Sheets:
    """The cells of a workbook as a reader sees them: values, and what formulas give."""

    def __init__(self, path: Path) -> None:
        self.book = openpyxl.load_workbook(path)
        self.cached = openpyxl.load_workbook(path, data_only=True)

    def value(self, sheet: str, cell: str) -> Any:
        """What a cell shows; of a formula, what it gives when it is worked out anew."""
        raw = self.book[sheet][cell]
        if raw.data_type != "f":
            return raw.value
        return _plain(_Formula(self, sheet, str(raw.value)[1:]).result())

    def formulas(self) -> list[tuple[str, str]]:
        """Every cell that holds a formula."""
        return [
            (sheet.title, cell.coordinate)
            for sheet in self.book.worksheets
            for row in sheet.iter_rows()
            for cell in row
            if cell.data_type == "f"
        ]

    def stored(self, sheet: str, cell: str) -> Any:
        """What the file says that a formula gives."""
        return self.cached[sheet][cell].value


class _Formula:
    def __init__(self, sheets: Sheets, sheet: str, text: str) -> None:
        self.sheets, self.sheet, self.tokens, at = sheets, sheet, [], 0
        while at < len(text):
            found = _TOKEN.match(text, at)
            assert found and found.lastgroup, f"not understood: {text[at:]}"
            self.tokens.append((found.lastgroup, found[found.lastgroup]))
            at = found.end()
        self.at = 0

    def result(self) -> Any:
        value = self._compared()
        assert self.at == len(self.tokens), self.tokens[self.at :]
        return value

    def _peek(self) -> str:
        return self.tokens[self.at][1] if self.at < len(self.tokens) else ""

    def _next(self) -> tuple[str, str]:
        self.at += 1
        return self.tokens[self.at - 1]

    def _chain(self, below: Callable[[], Any], signs: str) -> Any:
        value = below()
        while self._peek() and self._peek() in signs.split():
            sign = self._next()[1]
            value = _each(_BINARY[sign], value, below())
        return value

    def _compared(self) -> Any:
        return self._chain(self._summed, "= <= >= < >")

    def _summed(self) -> Any:
        return self._chain(self._multiplied, "+ -")

    def _multiplied(self) -> Any:
        return self._chain(self._single, "* /")

    def _single(self) -> Any:
        kind, word = self._next()
        if kind == "text":
            return word[1:-1].replace('""', '"')
        if kind == "number":
            return Decimal(word)
        if kind == "range":
            return self._range(word)
        if word == "(":
            value = self._compared()
            assert self._next()[1] == ")"
            return value
        assert kind == "name", word
        assert self._next()[1] == "("
        if word == "IF":
            return self._if()
        arguments = [self._compared()]
        while self._next()[1] == ",":
            arguments.append(self._compared())
        return getattr(self, f"_{word.lower()}")(*arguments)

    def _if(self) -> Any:
        """Works out only the branch that counts: the other one may divide by nothing."""
        condition = self._compared()
        found: list[Any] = []
        while self._next()[1] == ",":
            wanted = bool(condition) if not found else not condition
            begin = self.at
            if wanted:
                found.append(self._compared())
            else:
                self._skip()
                found.append(None)
            assert self.at > begin
        return found[0] if condition else found[1]

    def _skip(self) -> None:
        depth = 0
        while depth or self._peek() not in (",", ")"):
            depth += {"(": 1, ")": -1}.get(self._next()[1], 0)

    def _range(self, written: str) -> Any:
        name, _, cells = written.rpartition("!")
        sheet = name[1:-1].replace("''", "'") if name else self.sheet
        cells = cells.replace("$", "")
        if ":" not in cells:
            return _number(self.sheets.value(sheet, cells))
        found = self.sheets.book[sheet][cells]
        return [_number(self.sheets.value(sheet, cell.coordinate)) for row in found for cell in row]

    # Functions, as spreadsheets have them

    def _sum(self, values: list[Any]) -> Decimal:
        return sum((one for one in values if isinstance(one, Decimal)), Decimal(0))

    def _sumproduct(self, values: list[Any]) -> Decimal:
        return self._sum(values)

    def _count(self, values: list[Any]) -> Decimal:
        return Decimal(sum(isinstance(one, Decimal) for one in values))

    def _counta(self, values: list[Any]) -> Decimal:
        return Decimal(sum(one is not None for one in values))

    def _isnumber(self, values: list[Any]) -> list[Decimal]:
        return [Decimal(isinstance(one, Decimal)) for one in values]

    def _countif(self, values: list[Any], wanted: str) -> Decimal:
        return Decimal(sum(_fits(one, wanted) for one in values))

    def _countifs(self, *given: Any) -> Decimal:
        pairs = list(zip(given[::2], given[1::2], strict=True))
        rows = zip(*(values for values, _ in pairs), strict=True)
        return Decimal(
            sum(all(_fits(one, wanted) for one, (_, wanted) in zip(row, pairs, strict=True)) for row in rows)
        )

    def _abs(self, value: Decimal) -> Decimal:
        return abs(value)

    def _round(self, value: Decimal, places: Decimal) -> Decimal:
        return _rounded(value, places, ROUND_HALF_UP)

    def _rounddown(self, value: Decimal, places: Decimal) -> Decimal:
        return _rounded(value, places, ROUND_DOWN)

    def _roundup(self, value: Decimal, places: Decimal) -> Decimal:
        return _rounded(value, places, ROUND_UP)


def _fits(value: Any, wanted: str) -> bool:
    found = re.fullmatch(r"(<=|>=|<|>)(-?[\d.]+)", wanted)
    if found is None:
        return bool(value == wanted)
    return isinstance(value, Decimal) and bool(_BINARY[found[1]](value, Decimal(found[2])))


def _rounded(value: Decimal, places: Decimal, mode: str) -> Decimal:
    """Spreadsheets look at 15 digits of a number before they round it."""
    return Decimal(f"{value:.15g}").quantize(Decimal(1).scaleb(-int(places)), mode)


def _each(do: Callable[[Any, Any], Any], left: Any, right: Any) -> Any:
    if isinstance(left, list):
        zero = Decimal(0)
        return [
            do(zero if a is None else a, zero if b is None else b) for a, b in zip(left, right, strict=True)
        ]
    return do(Decimal(0) if left is None else left, Decimal(0) if right is None else right)


def _number(value: Any) -> Any:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Decimal(repr(value))
    return value


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else value
