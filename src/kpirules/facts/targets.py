"""Where results go, as a project file says it: the sections `[output.NAME]`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from kpirules.diagnostics import Diagnostic, Span, nearest
from kpirules.facts.target_problems import NO_PLACE, UNKNOWN_PLACEHOLDER

#: What a path may have in braces.
PLACEHOLDERS = ("period", "run", "policy")
_BRACES = re.compile(r"\{([^{}]*)\}")
#: Not in names of files: what separates folders, and what some systems do not allow.
_UNFIT = re.compile(r"[\\/:*?\"<>|\x00-\x1f]+")


@dataclass(frozen=True, slots=True)
class Target:
    """One place for results. output: who writes there, by the path's ending if None; settings: for it, as they stand."""

    name: str
    path: str
    output: str | None
    settings: Mapping[str, object]
    span: Span


def target(
    name: str, path: str | None, output: str | None, settings: Mapping[str, object], span: Span
) -> Target | Diagnostic:
    """A target, or what is wrong with its path."""
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
    return Target(name, path, output, settings, span)


def names_in(path: str) -> frozenset[str]:
    """What a path leaves open."""
    return frozenset(_BRACES.findall(path)) & {*PLACEHOLDERS}


def filled(path: str, values: Mapping[str, str]) -> str:
    """The path of one run; a value brings no folders of its own."""
    return _BRACES.sub(lambda found: _UNFIT.sub("_", values.get(found[1], found[0])), path)
