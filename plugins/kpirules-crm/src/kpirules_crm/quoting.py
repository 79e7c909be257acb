"""Queries that users write themselves: whether further conditions can be added to them."""

from __future__ import annotations

import re

from kpirules_crm.problems import NOT_WHOLE

from kpirules.diagnostics import Diagnostic

_QUOTED = re.compile(r"\"(?:[^\\\"]|\\.)*\"|'(?:[^\\']|\\.)*'", re.DOTALL)


def is_whole(query: str) -> bool:
    """Whether quotation marks and parentheses match."""
    bare = _QUOTED.sub("", query)
    depth = 0
    for sign in bare:
        depth += (sign == "(") - (sign == ")")
        if depth < 0:
            return False
    return depth == 0 and not set("'\"") & set(bare)


def not_whole(query: str | None, setting: str) -> Diagnostic | None:
    """What is wrong with the query of a setting."""
    return None if query is None or is_whole(query) else NOT_WHOLE.at(None, setting=setting, query=query)
