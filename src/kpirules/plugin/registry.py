"""Which adapters and outputs there are: the built-in ones and those of installed plugins.

A plugin that is broken or made for another version of the hooks becomes a diagnostic; the rest work on. Whatever its
import does (exit, raise what is no Exception, print) ends here; only an interruption by the user goes through.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import re
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from importlib.metadata import EntryPoint, entry_points
from typing import Any, TypeVar

import pluggy

from kpirules.diagnostics import Diagnostic, Words, nearest
from kpirules.plugin import hooks
from kpirules.plugin.exchange import CAPABILITIES
from kpirules.plugin.guarding import told
from kpirules.plugin.kit_problems import PRINTED
from kpirules.plugin.problems import BROKEN_PLUGIN, NAME_TAKEN, OTHER_VERSION, UNKNOWN_ENDING, UNKNOWN_PLUGIN
from kpirules.plugin.protocols import WRITING, Adapter, Output

GROUP = "kpirules"
#: Modules of kpirules itself that register as any plugin does; by name, because they stand on a higher floor.
BUILT_IN = ("kpirules.adapters.hooks", "kpirules.outputs.hooks")
#: What they are called as a plugin, and the package that they come with.
BUILT_IN_NAME = "kpirules"

#: Which of the packages beside this one has an adapter or output, for who names it before it is installed.
ELSEWHERE = {
    "sql": "kpirules-sql",
    "rest": "kpirules-rest",
    **dict.fromkeys(("request_tracker", "roundup", "salesforce", "zendesk"), "kpirules-crm"),
    **dict.fromkeys(("webhook", "mail"), "kpirules-notify"),
}
#: And which reads addresses that begin so.
SCHEMES = {
    **dict.fromkeys(("postgresql:", "mysql:", "mariadb:", "sqlite:", "duckdb:"), "kpirules-sql"),
    **dict.fromkeys(("http://", "https://"), "kpirules-rest"),
}

_NAME = re.compile(r"[a-z][a-z0-9_-]*")
_ADAPTER = Words("adapter", "适配器")
_OUTPUT = Words("output", "输出")

One = TypeVar("One", bound="Adapter[Any] | Output[Any]")


#: What is printed is caught by process, so plugins are loaded one after another.
_LOADING = threading.RLock()


@dataclass(frozen=True, slots=True)
class PluginInfo:
    """One plugin and what it offers. name: of its entry point; "kpirules" for what is built in.

    distribution, version: of the installed package, as far as known. diagnostics: why it, or something that it
    offers, was left out.
    """

    name: str
    distribution: str | None
    version: str | None
    adapters: tuple[Adapter[Any], ...]
    outputs: tuple[Output[Any], ...]
    diagnostics: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True)
class Plugins:
    """What is installed, built-ins first. diagnostics: warnings on plugins that were left out; infos: see each one's."""

    adapters: tuple[Adapter[Any], ...]
    outputs: tuple[Output[Any], ...]
    diagnostics: tuple[Diagnostic, ...] = ()
    each: tuple[PluginInfo, ...] = ()

    def adapter(self, location: str, name: str | None = None) -> Adapter[Any] | Diagnostic:
        """The adapter of that name, or else the one that claims the location or reads files with this ending."""
        return _choose(self.adapters, _ADAPTER, location, name)

    def output(self, location: str, name: str | None = None) -> Output[Any] | Diagnostic:
        """The output of that name, or else the one that writes files with this ending."""
        return _choose(self.outputs, _OUTPUT, location, name)


@dataclass(slots=True)
class _Loaded:
    """A plugin under its key in the registry. The same name may come from two packages."""

    key: str
    name: str
    distribution: str | None = None
    version: str | None = None
    adapters: tuple[Adapter[Any], ...] = ()
    outputs: tuple[Output[Any], ...] = ()
    findings: list[Diagnostic] = field(default_factory=list)

    def info(self) -> PluginInfo:
        return PluginInfo(
            self.name, self.distribution, self.version, self.adapters, self.outputs, tuple(self.findings)
        )


def installed(*, found: Iterable[EntryPoint] | None = None) -> Plugins:
    """Every adapter and output. `found` stands for the entry points of the installation, which are looked up if None."""
    registry = pluggy.PluginManager("kpirules")
    registry.add_hookspecs(hooks)
    loaded: list[_Loaded] = []
    for module in BUILT_IN:
        registry.register(importlib.import_module(module), module)
        loaded.append(_Loaded(module, BUILT_IN_NAME, BUILT_IN_NAME))
    points = {
        (point.name, point.value): point for point in (entry_points(group=GROUP) if found is None else found)
    }
    with _LOADING:
        for (name, value), point in sorted(points.items()):
            one = _Loaded(f"{name} = {value}", name, *_package(point))
            with _quiet(one):
                one.findings += _register(registry, point, one)
            loaded.append(one)
        taken: tuple[dict[str, object], dict[str, object]] = {}, {}
        for one in loaded:
            with _quiet(one):
                one.adapters = _offered(registry, "kpirules_adapters", one, Adapter, taken[0])
                one.outputs = _offered(registry, "kpirules_outputs", one, Output, taken[1])
    return Plugins(
        tuple(each for one in loaded for each in one.adapters),
        tuple(each for one in loaded for each in one.outputs),
        tuple(each for one in loaded for each in one.findings if each.problem is not PRINTED),
        tuple(_infos(loaded)),
    )


def _infos(loaded: list[_Loaded]) -> Iterator[PluginInfo]:
    """A record of each plugin; the modules that are built in are one."""
    inner = loaded[: len(BUILT_IN)]
    yield PluginInfo(
        BUILT_IN_NAME,
        BUILT_IN_NAME,
        None,
        tuple(each for one in inner for each in one.adapters),
        tuple(each for one in inner for each in one.outputs),
        tuple(each for one in inner for each in one.findings),
    )
    yield from (one.info() for one in loaded[len(BUILT_IN) :])


def _package(point: EntryPoint) -> tuple[str | None, str | None]:
    """Name and version of the package that an entry point belongs to; its metadata may be damaged."""
    try:
        return (None, None) if point.dist is None else (point.dist.name, point.dist.version)
    except Exception:
        return None, None


@contextlib.contextmanager
def _quiet(plugin: _Loaded) -> Iterator[None]:
    """Keeps out of standard output what a plugin prints, and notes it."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        yield
    text = " ".join(printed.getvalue().split())
    if text:
        plugin.findings.append(PRINTED.at(None, plugin=plugin.name, text=text[:300]))


def _register(registry: pluggy.PluginManager, point: EntryPoint, one: _Loaded) -> Iterator[Diagnostic]:
    """Registers one installed plugin, or says why not."""
    try:
        plugin = point.load()
        made_for = getattr(plugin, "KPIRULES_API", None)
        if made_for != hooks.API_VERSION:
            stated = Words("an unnamed version", "未注明的") if made_for is None else str(made_for)
            yield OTHER_VERSION.at(None, plugin=point.name, made_for=stated, version=hooks.API_VERSION)
        elif registry.register(plugin, one.key) is None:
            yield BROKEN_PLUGIN.at(None, plugin=point.name, fault="it is blocked")
        else:
            registry.check_pending()
    except KeyboardInterrupt:
        raise
    except BaseException as fault:  # whatever a stranger's import does, it ends here
        if registry.has_plugin(one.key):
            registry.unregister(name=one.key)
        yield BROKEN_PLUGIN.at(None, plugin=point.name, fault=told(fault))


def _offered(
    registry: pluggy.PluginManager, hook: str, plugin: _Loaded, kind: type[Any], taken: dict[str, object]
) -> tuple[Any, ...]:
    """What a plugin offers through one hook, each name once."""
    offers: dict[str, Callable[[], Any]] = {
        one.plugin_name: one.function for one in getattr(registry.hook, hook).get_hookimpls()
    }
    if plugin.key not in offers:
        return ()
    good: list[Any] = []
    try:
        for one in offers[plugin.key]():
            wrong = flaw(one, kind)
            if wrong:
                plugin.findings.append(BROKEN_PLUGIN.at(None, plugin=plugin.name, fault=wrong))
            elif one.name in taken:
                plugin.findings.append(NAME_TAKEN.at(None, plugin=plugin.name, name=one.name))
            else:
                taken[one.name] = one
                good.append(one)
    except KeyboardInterrupt:
        raise
    except BaseException as fault:
        plugin.findings.append(BROKEN_PLUGIN.at(None, plugin=plugin.name, fault=told(fault)))
    return tuple(good)


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
    if kind is Adapter and "groups" in one.capabilities and not callable(getattr(one, "group", None)):
        return f'{one.name} has the capability "groups", but no method group'
    if kind is Output and not isinstance(one, WRITING):
        return f"{one.name} writes nothing: it has none of write, write_text and write_report"
    return ""


def _claims(one: object, location: str) -> bool:
    """Whether an adapter says that a location is its own; a fault in it counts as a no."""
    claims = getattr(one, "claims", None)
    try:
        return claims is not None and claims(location) is True
    except KeyboardInterrupt:
        raise
    except BaseException:
        return False


def _choose(known: tuple[One, ...], kind: Words, location: str, name: str | None) -> One | Diagnostic:
    names = ", ".join(one.name for one in known)
    if name is not None:
        for one in known:
            if one.name == name:
                return one
        return UNKNOWN_PLUGIN.at(
            None,
            kind=kind,
            name=name,
            known=names,
            elsewhere=_elsewhere(ELSEWHERE.get(name)),
            suggestion=nearest(name, [one.name for one in known]),
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
    package = next((one for start, one in SCHEMES.items() if location.lower().startswith(start)), None)
    return UNKNOWN_ENDING.at(
        None,
        kind=kind,
        location=location,
        endings=endings,
        known=names,
        elsewhere=_elsewhere(None if package in {f"kpirules-{one.name}" for one in known} else package),
    )


def _elsewhere(package: str | None) -> Words:
    """Which package has what is not here, if one of ours has."""
    if package is None:
        return Words()
    return Words(
        f'. It comes with the package "{package}", which is not installed',
        f"。它由软件包“{package}”提供，尚未安装",
    )
