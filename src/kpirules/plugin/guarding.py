"""Strangers' code is run here: whatever it raises, and whatever it says, the run goes on."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from kpirules.diagnostics import Diagnostic, render
from kpirules.plugin.problems import PLUGIN_FAULT
from kpirules.plugin.secrets import Secrets

T = TypeVar("T")
_MOST = 300


def guarded(plugin: str, work: Callable[[], T], secrets: Secrets | None = None) -> T | Diagnostic:
    """What the plugin gives, or a diagnostic where it raises. An interruption by the user is not its own."""
    try:
        return work()
    except KeyboardInterrupt:
        raise
    except BaseException as fault:  # an exit, or an exception that is no Exception, is a fault as well
        return PLUGIN_FAULT.at(None, plugin=plugin, fault=told(fault, secrets))


def told(fault: BaseException, secrets: Secrets | None = None) -> str:
    """What was raised, in one line; its own text may fail, too."""
    try:
        said = str(fault)
    except Exception:
        said = ""
    if secrets is not None:
        said = secrets.hide(said)  # before its spaces change, by which it would be another text
    said = " ".join(said.split())
    return f"{type(fault).__name__}: {said[:_MOST]}" if said else type(fault).__name__


def sound(plugin: str, findings: object, secrets: Secrets) -> tuple[Diagnostic, ...]:
    """The findings that a plugin gave, without secrets; what is none or cannot be said is told as its fault."""
    if not isinstance(findings, tuple | list):
        return (_fault(plugin, f"it gave {type(findings).__name__} where its findings belong"),)
    return secrets.hidden(_sayable(plugin, one) for one in findings)


def _sayable(plugin: str, one: object) -> Diagnostic:
    if not isinstance(one, Diagnostic):
        return _fault(plugin, f"it gave {type(one).__name__} where a finding belongs")
    try:
        for language in ("en", "zh"):
            render(one, {}, language)
    except Exception as fault:
        return _fault(plugin, f"its message {one.code} cannot be said: {told(fault)}")
    return one


def _fault(plugin: str, fault: str) -> Diagnostic:
    return PLUGIN_FAULT.at(None, plugin=plugin, fault=fault)
