"""The hooks, version 2. Few on purpose: a new kind of source or output is a new object, not a new hook."""

from __future__ import annotations

from typing import Any

import pluggy

from kpirules.plugin.protocols import Adapter, Output

#: The version of these hooks and of the protocols behind them. It rises when a plugin would have to change.
API_VERSION = 2

hookspec = pluggy.HookspecMarker("kpirules")
hookimpl = pluggy.HookimplMarker("kpirules")


@hookspec
def kpirules_adapters() -> list[Adapter[Any]]:  # type: ignore[empty-body]
    """The kinds of sources that this plugin reads. Called once per run; must not open anything."""


@hookspec
def kpirules_outputs() -> list[Output[Any]]:  # type: ignore[empty-body]
    """The kinds of places that this plugin writes to. Called once per run; must not open anything."""
