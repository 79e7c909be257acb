"""The period that a file's name, or the folders around it, speak of: `2026-07.csv`, `2026/Q3/x.csv`, `month=2026-07`.

Reads names, never files, and guesses nothing: a name that speaks of two periods is told, not chosen from.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from kpirules.periods import Period, PeriodKind, containing, parse

_YEAR = r"(?<!\d)(?:19|2[01])\d\d"
_JOIN = r"[-_.]?"
_END = r"(?!\d)"
# What a name may hold, and how `periods.parse` would have it written; longer kinds of names first.
_FORMS = tuple(
    (re.compile(form, re.ASCII), spelled)
    for form, spelled in (
        (rf"({_YEAR})年(\d{{1,2}})月(\d{{1,2}})日?", "{0}-{1}-{2}"),
        (rf"({_YEAR})[-_.](\d{{1,2}})[-_.](\d{{1,2}}){_END}", "{0}-{1}-{2}"),
        (rf"({_YEAR})[-_.]?(\d\d)(\d\d){_END}", "{0}-{1}-{2}"),
        (rf"({_YEAR})年?(第?[1-4一二三四]季度?|[上下]半年|第?\d{{1,2}}周)", "{0}年{1}"),
        (rf"({_YEAR}){_JOIN}([QHW]\d{{1,2}}){_END}", "{0}-{1}"),
        (rf"(?<![A-Z])([QHW]\d{{1,2}}){_JOIN}({_YEAR}){_END}", "{1}-{0}"),
        (rf"({_YEAR})年(\d{{1,2}})月", "{0}-{1}"),
        (rf"({_YEAR})[-_.](\d{{1,2}}){_END}", "{0}-{1}"),
        (rf"({_YEAR})(\d\d){_END}", "{0}-{1}"),
        (rf"({_YEAR})年?{_END}", "{0}"),
    )
)
_PART = re.compile(r"(?:(?P<key>[A-Z_]+)=)?(?P<value>[QHW]?\d{1,4})", re.ASCII)
#: What programs put into names to make them their own: the digits of these are no dates.
_IDS = re.compile(
    r"[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}"
    r"|(?<![0-9A-Z])(?=[0-9]*[A-F])[0-9A-F]{12,}(?![0-9A-Z])"
)
_LETTERS = {"QUARTER": "Q", "Q": "Q", "HALF": "H", "H": "H", "WEEK": "W", "W": "W"}
_MOST_NUMBERS = 3  # year, month, day


def periods_in(name: str) -> tuple[Period, ...]:
    """The period that a path speaks of, alone where all that it says fits together; several where they contradict.

    name: the path from the folder that is read, without the file's ending.
    """
    parts = _IDS.sub("", unicodedata.normalize("NFKC", name).upper()).split("/")
    found = dict.fromkeys([*_chained(parts), *(period for part in parts for period in _in_part(part))])
    finest = [one for one in found if all(one in other for other in found)]
    return tuple(finest[:1]) or _from_to(*found) or tuple(found)


def _from_to(*found: Period) -> tuple[Period, ...]:
    """The period whose first and last days are all that a name says, as in `2026-07-01_2026-07-31`."""
    if len(found) != 2:
        return ()
    start, end = found
    around = (containing(start.first, kind) for kind in PeriodKind)
    return tuple(one for one in around if (one.first, one.last) == (start.first, end.last))[:1]


def is_part(segment: str) -> bool:
    """Whether a folder's name is a piece of a period (`2026`, `07`, `Q3`), or says one as `month=2026-07` does."""
    return _PART.fullmatch(segment.upper()) is not None


def _in_part(part: str) -> Iterator[Period]:
    """The periods in one folder's or file's name, from left to right."""
    text = part.partition("=")[2] or part
    at = 0
    while at < len(text):
        found = ((one, spelled) for form, spelled in _FORMS if (one := form.search(text, at)))
        match, spelled = min(found, key=lambda pair: pair[0].start(), default=(None, ""))
        if match is None:
            return
        period = parse(spelled.format(*match.groups()))
        if period is not None:
            yield period
        at = match.end()


def _chained(parts: Iterable[str]) -> Iterator[Period]:
    """The period that several names make together: `2026/07/15`, `2026/Q3`, `year=2026/month=07`."""
    numbers: list[str] = []
    for part in (*parts, ""):
        match = _PART.fullmatch(part)
        value = match["value"] if match else ""
        if match and len(value) == 4 and value.isdigit():
            numbers = [value]
            continue
        if match and numbers and len(numbers) < _MOST_NUMBERS:
            letter = _LETTERS.get(match["key"] or "", "")
            numbers.append(letter + value.removeprefix(letter))
            continue
        if len(numbers) > 1:
            period = parse("-".join(numbers))
            if period is not None:
                yield period
        numbers = []
