"""Which adapters and outputs there are: the built-in ones and those of installed plugins.

A plugin that is broken or made for another version of the hooks becomes a diagnostic; the rest work on.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from typing import Any, TypeVar

import pluggy

from kpirules.diagnostics import Diagnostic, Words, nearest
from kpirules.plugin import hooks
from kpirules.plugin.exchange import CAPABILITIES
from kpirules.plugin.problems import BROKEN_PLUGIN, NAME_TAKEN, OTHER_VERSION, UNKNOWN_ENDING, UNKNOWN_PLUGIN
from kpirules.plugin.protocols import WRITING, Adapter, Output

GROUP = "kpirules"
#: Modules of kpirules itself that register as any plugin does; by name, because they stand on a higher floor.
BUILT_IN = ("kpirules.adapters.hooks", "kpirules.outputs.hooks")

_NAME = re.compile(r"[a-z][a-z0-9_-]*")
_ADAPTER = Words("adapter", "适配器")
_OUTPUT = Words("output", "输出")

One = TypeVar("One", bound="Adapter[Any] | Output[Any]")


@dataclass(frozen=True, slots=True)
class Plugins:
    """What is installed, built-ins first. diagnostics: warnings on plugins that were left out."""

    adapters: tuple[Adapter[Any], ...]
    outputs: tuple[Output[Any], ...]
    diagnostics: tuple[Diagnostic, ...] = ()

    def adapter(self, location: str, name: str | None = None) -> Adapter[Any] | Diagnostic:
        """The adapter of that name, or else the one that claims the location or reads files with this ending."""
        return _choose(self.adapters, _ADAPTER, location, name)

    def output(self, location: str, name: str | None = None) -> Output[Any] | Diagnostic:
        """The output of that name, or else the one that writes files with this ending."""
        return _choose(self.outputs, _OUTPUT, location, name)


def installed(*, found: Iterable[EntryPoint] | None = None) -> Plugins:
    """Every adapter and output. `found` stands for the entry points of the installation, which are looked up if None."""
    registry = pluggy.PluginManager("kpirules")
    registry.add_hookspecs(hooks)
    findings: list[Diagnostic] = []
    names: list[str] = []
    for module in BUILT_IN:
        registry.register(importlib.import_module(module), module)
        names.append(module)
    for point in sorted(entry_points(group=GROUP) if found is None else found, key=lambda point: point.name):
        finding = _register(registry, point)
        if finding is None:
            names.append(point.name)
        else:
            findings.append(finding)
    adapters = _offered(registry, "kpirules_adapters", names, Adapter, findings)
    outputs = _offered(registry, "kpirules_outputs", names, Output, findings)
    return Plugins(adapters, outputs, tuple(findings))


def _register(registry: pluggy.PluginManager, point: EntryPoint) -> Diagnostic | None:
    """Registers one installed plugin, or says why not."""
    try:
        plugin = point.load()
        made_for = getattr(plugin, "KPIRULES_API", None)
        if made_for != hooks.API_VERSION:
            stated = Words("an unnamed version", "未注明的") if made_for is None else made_for
            return OTHER_VERSION.at(None, plugin=point.name, made_for=stated, version=hooks.API_VERSION)
        if registry.register(plugin, point.name) is None:
            return BROKEN_PLUGIN.at(None, plugin=point.name, fault="it is blocked")
        registry.check_pending()
    except (Exception, SystemExit) as fault:  # whatever a stranger's import does, it ends here
        if registry.has_plugin(point.name):
            registry.unregister(name=point.name)
        return BROKEN_PLUGIN.at(None, plugin=point.name, fault=_fault(fault))
    return None


def _offered(
    registry: pluggy.PluginManager, hook: str, names: list[str], kind: type[Any], findings: list[Diagnostic]
) -> tuple[Any, ...]:
    """What the plugins offer through one hook, in the order of `names`, each name once."""
    offers: dict[str, Callable[[], Any]] = {
        one.plugin_name: one.function for one in getattr(registry.hook, hook).get_hookimpls()
    }
    taken: dict[str, object] = {}
    for plugin in names:
        if plugin not in offers:
            continue
        try:
            for one in offers[plugin]():
                wrong = flaw(one, kind)
                if wrong:
                    findings.append(BROKEN_PLUGIN.at(None, plugin=plugin, fault=wrong))
                elif one.name in taken:
                    findings.append(NAME_TAKEN.at(None, plugin=plugin, name=one.name))
                else:
                    taken[one.name] = one
        except (Exception, SystemExit) as fault:
            findings.append(BROKEN_PLUGIN.at(None, plugin=plugin, fault=_fault(fault)))
    return tuple(taken.values())


def flaw(one: Any, kind: type[Any]) -> str:
    """What keeps the object from being an adapter or output; empty when nothing does."""
    from pydantic import BaseModel  # late: start-up

    if not isinstance(one, kind):
        return f"{type(one).__name__} lacks a member of {kind.__name__}"
    if not (isinstance(one.name, str) and _NAME.fullmatch(one.name)):
        return f"{one.name!r} is not a name in lower-case letters"
    if not (isinstance(one.Options, type) and issubclass(one.Options, BaseModel)):
        return f"the Options of {one.name} are not a pydantic model"
    if not isinstance(one.description, Words):
        return f"the description of {one.name} is not given as Words"
    endings = one.endings
    if not isinstance(endings, tuple) or not all(
        isinstance(e, str) and e.startswith(".") and e == e.lower() for e in endings
    ):
        return f"the endings of {one.name} are not a tuple like ('.csv',)"
    if kind is Adapter and not (isinstance(one.capabilities, frozenset) and one.capabilities <= CAPABILITIES):
        return f"the capabilities of {one.name} are not a frozenset of {', '.join(sorted(CAPABILITIES))}"
    if kind is Output and not isinstance(one, WRITING):
        return f"{one.name} writes nothing: it has none of write, write_text and write_report"
    return ""


def _fault(fault: BaseException) -> str:
    said = " ".join(str(fault).split())
    return f"{type(fault).__name__}: {said[:300]}" if said else type(fault).__name__


def _claims(one: object, location: str) -> bool:
    """Whether an adapter says that a location is its own; a fault in it counts as a no."""
    claims = getattr(one, "claims", None)
    try:
        return claims is not None and claims(location) is True
    except (Exception, SystemExit):
        return False


def _choose(known: tuple[One, ...], kind: Words, location: str, name: str | None) -> One | Diagnostic:
    names = ", ".join(one.name for one in known)
    if name is not None:
        for one in known:
            if one.name == name:
                return one
        return UNKNOWN_PLUGIN.at(
            None, kind=kind, name=name, known=names, suggestion=nearest(name, [one.name for one in known])
        )
    for one in known:
        if _claims(one, location):
            return one
    # An address such as postgresql://host/x.csv is not a file: its adapter must be named.
    ending = "" if "://" in location else location.lower()
    fitting = [(len(e), one) for one in known for e in one.endings if ending.endswith(e)]
    if fitting:
        return max(fitting, key=lambda pair: pair[0])[1]
    endings = ", ".join(e for one in known for e in one.endings)
    return UNKNOWN_ENDING.at(None, kind=kind, location=location, endings=endings, known=names)
