"""Workbooks for the tests: made with a library where it can, else part by part."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

USUAL = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
_LINKS = {
    USUAL: "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    STRICT: "http://purl.oclc.org/ooxml/officeDocument/relationships",
}
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def book(
    path: Path, rows: list[list[Any]], change: Callable[[Worksheet], object] = lambda sheet: None
) -> Path:
    """A workbook of one sheet with these rows, as `change` leaves it."""
    made = openpyxl.Workbook()
    sheet = made.active
    assert isinstance(sheet, Worksheet)
    for row in rows:
        sheet.append(row)
    change(sheet)
    made.save(path)
    return path


def raw(
    path: Path,
    cells: str,
    *,
    strings: str = "",
    styles: str = '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="21"/><xf numFmtId="46"/></cellXfs>',
    space: str = USUAL,
    before: str = "",
    after: str = "",
    properties: str = "",
    prefix: str = "",
) -> Path:
    """A workbook whose sheet "S" has this XML between the tags of its data: what libraries do not write."""
    link = _LINKS[space]

    def part(root: str, content: str) -> str:
        return f'<{root} xmlns="{space}" xmlns:r="{link}">{content}</{root}>'

    sheet = part("worksheet", f"{before}<sheetData>{cells}</sheetData>{after}")
    if prefix:
        sheet = (
            sheet.replace("</", f"</{prefix}:")
            .replace("<", f"<{prefix}:")
            .replace(f"<{prefix}:/{prefix}:", f"</{prefix}:")
        )
        sheet = sheet.replace("xmlns=", f"xmlns:{prefix}=")
    kinds = {
        "worksheet": "worksheets/sheet1.xml",
        "sharedStrings": "sharedStrings.xml",
        "styles": "styles.xml",
    }
    links = "".join(
        f'<Relationship Id="rId{number}" Type="{link}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(kinds.items(), 1)
    )
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" Type="{link}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{links}</Relationships>',
        "xl/workbook.xml": part(
            "workbook", f'{properties}<sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets>'
        ),
        "xl/sharedStrings.xml": part("sst", strings),
        "xl/styles.xml": part("styleSheet", styles),
        "xl/worksheets/sheet1.xml": sheet,
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return path


def row(number: int, *cells: str) -> str:
    return f'<row r="{number}">{"".join(cells)}</row>'


def text(place: str, value: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{value}</t></is></c>'


def number(place: str, value: object, style: int = 0) -> str:
    return f'<c r="{place}" s="{style}"><v>{value}</v></c>'
