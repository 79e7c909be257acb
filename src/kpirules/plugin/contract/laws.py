"""How a broken law is told to a plugin's author: which law, what came, what to do."""

from __future__ import annotations

from collections.abc import Iterable

from kpirules.diagnostics import Diagnostic, render


def hold(kept: object, law: str, advice: str, came: object = None) -> None:
    """Fails the test where the law is not kept."""
    __tracebackhide__ = True
    if not kept:
        raise AssertionError(told(law, advice, came))


def told(law: str, advice: str, came: object = None) -> str:
    """The failure in words."""
    seen = [] if came is None else [f"  what came:  {came}"]
    return "\n".join([f"broken law: {law}", *seen, f"  what to do: {advice}"])


def spoken(findings: Iterable[Diagnostic]) -> str:
    """Findings as an author reads them."""
    return " ".join(" ".join(render(one, {}).split()) for one in findings) or "no finding"


def same(found: list[object], put: list[object], law: str, advice: str) -> None:
    """Fails the test where two columns differ, and says where first."""
    __tracebackhide__ = True
    if found == put:
        return
    if len(found) != len(put):
        hold(False, law, advice, f"{len(found)} rows where {len(put)} are; {_first(found, put)}")
    hold(False, law, advice, _first(found, put))


def _first(found: list[object], put: list[object]) -> str:
    for place, (one, other) in enumerate(zip(found, put, strict=False)):
        if one != other:
            return f"row {place + 1} of the table (counted from 1) is {one!r}, not {other!r}"
    return "what is there of both is the same"
