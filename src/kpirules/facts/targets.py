"""Where results go, as a project file says it: the sections `[output.NAME]`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath

from kpirules.diagnostics import Diagnostic, Span, nearest
from kpirules.facts.target_problems import NO_PLACE, UNKNOWN_PLACEHOLDER

#: What a path may have in braces.
PLACEHOLDERS = ("period", "run", "policy")
_BRACES = re.compile(r"\{([^{}]*)\}")
#: `https://…`, `sqlite:…`; one letter is a drive.
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")
#: Not in names of files: what separates folders, and what some systems do not allow.
_UNFIT = re.compile(r"[\\/:*?\"<>|\x00-\x1f]+")


@dataclass(frozen=True, slots=True)
class Target:
    """One place for results. path: as written; file: the same as a file beside the project file, where it is one.

    output: who writes there, by the path's ending if None; settings: for it, as they stand.
    """

    name: str
    path: str
    file: str
    output: str | None
    settings: Mapping[str, object]
    span: Span


def target(
    name: str,
    path: str | None,
    folder: PurePath,
    output: str | None,
    settings: Mapping[str, object],
    span: Span,
) -> Target | Diagnostic:
    """A target, or what is wrong with its path. folder: that of the project file."""
    if path is None:
        return NO_PLACE.at(span, name=name)
    for braces in _BRACES.findall(path):
        if braces not in PLACEHOLDERS:
            return UNKNOWN_PLACEHOLDER.at(
                span,
                suggestion=nearest(braces, PLACEHOLDERS),
                name=name,
                written="{" + braces + "}",
                known=", ".join("{" + one + "}" for one in PLACEHOLDERS),
            )
    file = path if _ADDRESS.match(path) else str(folder / path)
    return Target(name, path, file, output, settings, span)


def names_in(path: str) -> frozenset[str]:
    """What a path leaves open."""
    return frozenset(_BRACES.findall(path)) & {*PLACEHOLDERS}


def filled(path: str, values: Mapping[str, str]) -> str:
    """The path of one run; a value brings no folders of its own."""
    return _BRACES.sub(lambda found: _UNFIT.sub("_", values.get(found[1], found[0])), path)
