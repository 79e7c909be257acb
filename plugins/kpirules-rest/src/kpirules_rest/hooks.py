"""Declares the adapter to the seam. Its work is imported when it is first needed: start-up."""

from __future__ import annotations

from typing import Any

from kpirules.diagnostics import Words
from kpirules.plugin import Adapter, Capability, DataRequest, Description, Source, hookimpl
from kpirules_rest.options import RestOptions

KPIRULES_API = 2


class RestAdapter:
    name = "rest"
    description = Words("HTTP interfaces that answer in JSON", "以 JSON 应答的 HTTP 接口")
    endings: tuple[str, ...] = ()
    Options = RestOptions
    capabilities: frozenset[Capability] = frozenset({"period", "resume"})

    def claims(self, location: str) -> bool:
        return location.startswith(("https://", "http://"))

    def describe(self, location: str, options: RestOptions) -> Description:
        from kpirules_rest import adapter  # late: HTTP and Arrow libraries

        return adapter.describe(location, options)

    def read(self, request: DataRequest[RestOptions]) -> Source:
        from kpirules_rest import adapter  # late: HTTP and Arrow libraries

        return adapter.read(request)


@hookimpl
def kpirules_adapters() -> list[Adapter[Any]]:
    return [RestAdapter()]
