"""Where the ruleset that a file extends is found: beside that file, then among the rulesets that ship."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from kpirules.diagnostics import Words
from kpirules.language.parse import Parsed, decode, parse
from kpirules.language.vocabulary import vocabulary
from kpirules.model.compose import NotFound

#: The rulesets that ship with kpirules.
SHIPPED = Path(__file__).resolve().parent / "rulesets"


def base_of(name: str, path: str) -> Parsed | NotFound:
    """The file of the ruleset `name`, for the file at `path` (which is never its own base).

    NAME.kpi is looked for first, then a file whose ruleset is called NAME. A text without a file looks in the
    current folder.
    """
    folders = _folders(Path(path))
    files = [one for folder in folders for one in _policies(folder) if not _same(one, Path(path))]
    found = next((one for one in files if one.stem == name), None)
    if found is None:
        found = next((one for one in files if _called(one) == name), None)
    if found is None:
        known = {one.stem for one in files} | {called for one in files if (called := _called(one))}
        ours = Words("the rulesets that ship with kpirules", "kpirules 自带的规则集")
        searched = [Words(str(one), str(one)) for one in folders if SHIPPED not in (one, one.parent)]
        return NotFound((*searched, ours), tuple(sorted(known)))
    return read(found)


def read(path: Path) -> Parsed:
    """A policy file as parsed. Raises OSError where it cannot be read."""
    text, problems = decode(path.read_bytes(), str(path))
    if problems:
        return Parsed(str(path), "", None, (), problems, frozenset())
    return parse(text, str(path))


def _folders(path: Path) -> tuple[Path, ...]:
    beside = Path() if str(path).startswith("<") else path.parent
    folders = (beside, beside / "zh", SHIPPED, SHIPPED / "zh")
    return tuple(dict.fromkeys(one for one in folders if one.is_dir()))


def _policies(folder: Path) -> Iterator[Path]:
    return iter(sorted(one for one in folder.glob("*.kpi") if one.is_file()))


def _same(one: Path, other: Path) -> bool:
    return one.resolve() == other.resolve()


def _called(path: Path) -> str | None:
    """What the ruleset in a file is called, by its first line of words."""
    words = "|".join(vocabulary().spellings["_RULESET"])
    try:
        found = re.search(rf"^\s*(?:{words})\s+(\w+)", path.read_text(encoding="utf-8-sig"), re.MULTILINE)
    except (OSError, UnicodeDecodeError):
        return None
    return found[1] if found else None
