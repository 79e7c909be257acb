"""The declared way in which a column writes dates and date-times, as a pattern. No guessing, no reading of columns.

Three spellings: plain words for the order (`day first`, `month first`, `year first`, with any separator and
an optional time of day); `strptime` directives (`%d/%m/%Y %H:%M`); letters as spreadsheets write them
(`dd/mm/yyyy hh:mm`). Numbers need not be padded in any of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

_TIME = (
    r"(?:(?:[ T]\s*)(?P<hour>\d{1,2}):(?P<minute>\d{1,2})(?::(?P<second>\d{1,2})(?:[.,](?P<part>\d{1,9}))?)?"
    r"\s*(?P<half>[AaPp][Mm])?)?"
)
_YEAR, _MONTH, _DAY = r"(?P<year>\d{4})", r"(?P<month>\d{1,2})", r"(?P<day>\d{1,2})"
_ORDERS = {
    "day first": (_DAY, _MONTH, _YEAR),
    "month first": (_MONTH, _DAY, _YEAR),
    "year first": (_YEAR, _MONTH, _DAY),
}
_DIRECTIVES = {
    "Y": _YEAR,
    "y": r"(?P<short>\d{2})",
    "m": _MONTH,
    "d": _DAY,
    "H": r"(?P<hour>\d{1,2})",
    "I": r"(?P<hour>\d{1,2})",
    "M": r"(?P<minute>\d{1,2})",
    "S": r"(?P<second>\d{1,2})",
    "f": r"(?P<part>\d{1,9})",
    "p": r"(?P<half>[AaPp][Mm])",
    "%": "%",
}
_EPOCH = datetime(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class DateFormat:
    """written: as declared. pattern: what a cell must match in full. fast: the strptime text of the same, if it has one."""

    written: str
    pattern: re.Pattern[str]
    fast: str | None

    def microseconds(self, text: str) -> int | None:
        """The moment as microseconds since 1970-01-01, or None where the text does not fit."""
        found = self.pattern.fullmatch(text)
        return None if found is None else moment(found)


def date_format(written: str) -> DateFormat | None:
    """The format that the text declares, or None where it is none (no year, month and day, or unknown letters)."""
    words = re.sub(r"[\s_-]+", " ", written.strip().lower())
    if words in _ORDERS:
        return DateFormat(written, re.compile(r"[-/.]".join(_ORDERS[words]) + _TIME, re.ASCII), None)
    directives = written.strip() if "%" in written else _from_letters(written.strip())
    if directives is None:
        return None
    try:
        pattern = re.compile(_pattern(directives), re.ASCII)
    except (KeyError, re.error):  # an unknown directive, or one that stands twice
        return None
    names = pattern.groupindex
    if not {"month", "day"} <= set(names) or ("year" in names) == ("short" in names):
        return None
    if ("half" in names or "minute" in names) and "hour" not in names:
        return None
    quick = not {"short", "part", "half"} & set(names)
    return DateFormat(written, pattern, directives if quick else None)


def moment(found: re.Match[str]) -> int | None:
    """The moment that the named groups of a match make, or None where the calendar or the clock has none."""
    groups = found.groupdict()
    hour = int(groups.get("hour") or 0)
    half = groups.get("half")
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half.lower() == "pm" else 0)
    year = int(groups["year"]) if groups.get("year") else _full_year(int(groups["short"]))
    try:
        whole = datetime(
            year,
            int(groups["month"]),
            int(groups["day"]),
            hour,
            int(groups.get("minute") or 0),
            int(groups.get("second") or 0),
        )
    except ValueError:
        return None
    part = int((groups.get("part") or "0").ljust(6, "0")[:6])
    return (whole - _EPOCH) // timedelta(microseconds=1) + part


def _full_year(short: int) -> int:
    """Two digits: 1969 to 2068, as POSIX has it."""
    return 1900 + short if short >= 69 else 2000 + short


def _pattern(directives: str) -> str:
    parts = re.split(r"%(.)", directives)
    pieces: list[str] = []
    for place, part in enumerate(parts):
        pieces.append(_DIRECTIVES[part] if place % 2 else re.sub(r"(\\ )+", r"\\s+", re.escape(part)))
    return "".join(pieces)


def _from_letters(written: str) -> str | None:
    """`dd/mm/yyyy hh:mm` as directives. An m right after hours is minutes, every other one the month."""
    found: list[str] = []
    last = ""
    for run in re.finditer(r"([A-Za-z])\1*|[^A-Za-z]+", written):
        text = run.group()
        letter = text[0].lower()
        if not letter.isascii() or not letter.isalpha():
            found.append(text)
            continue
        if letter == "t" and text == "T":
            found.append("T")
            continue
        directive = {
            "y": "Y" if len(text) == 4 else "y",
            "m": "M" if last == "H" else "m",
            "d": "d",
            "h": "H",
            "s": "S",
        }.get(letter)
        if directive is None or len(text) > (4 if letter == "y" else 2) or (letter == "y" and len(text) == 3):
            return None
        found.append("%" + directive)
        last = directive
    return "".join(found)
