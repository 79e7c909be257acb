"""Declares the sources to the seam. Their work is imported when it is first needed: start-up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kpirules_crm.options import RequestTrackerOptions, RoundupOptions, SalesforceOptions, ZendeskOptions

from kpirules.diagnostics import Words
from kpirules.plugin import Adapter, Capability, DataRequest, Description, Source, hookimpl

KPIRULES_API = 2


class RequestTracker:
    name = "request_tracker"
    description = Words("tickets of Request Tracker 5", "Request Tracker 5 的工单")
    endings: tuple[str, ...] = ()
    Options = RequestTrackerOptions
    capabilities: frozenset[Capability] = frozenset({"columns", "period", "staff", "where"})

    def describe(self, location: str, options: RequestTrackerOptions) -> Description:
        from kpirules_crm import request_tracker  # late: HTTP and Arrow libraries

        return request_tracker.describe(location, options)

    def read(self, request: DataRequest[RequestTrackerOptions]) -> Source:
        from kpirules_crm import request_tracker  # late: HTTP and Arrow libraries

        return request_tracker.read(request)


class Roundup:
    name = "roundup"
    description = Words("issues of Roundup 2", "Roundup 2 的工单")
    endings: tuple[str, ...] = ()
    Options = RoundupOptions
    capabilities: frozenset[Capability] = frozenset({"columns", "period"})

    def describe(self, location: str, options: RoundupOptions) -> Description:
        from kpirules_crm import roundup  # late: HTTP and Arrow libraries

        return roundup.describe(location, options)

    def read(self, request: DataRequest[RoundupOptions]) -> Source:
        from kpirules_crm import roundup  # late: HTTP and Arrow libraries

        return roundup.read(request)


class Salesforce:
    name = "salesforce"
    description = Words("records of Salesforce, such as cases", "Salesforce 的记录，如个案")
    endings: tuple[str, ...] = ()
    Options = SalesforceOptions
    capabilities: frozenset[Capability] = frozenset({"columns", "period", "staff", "where"})

    def describe(self, location: str, options: SalesforceOptions) -> Description:
        from kpirules_crm import salesforce  # late: HTTP and Arrow libraries

        return salesforce.describe(location, options)

    def read(self, request: DataRequest[SalesforceOptions]) -> Source:
        from kpirules_crm import salesforce  # late: HTTP and Arrow libraries

        return salesforce.read(request)


class Zendesk:
    name = "zendesk"
    description = Words("tickets of Zendesk", "Zendesk 的工单")
    endings: tuple[str, ...] = ()
    Options = ZendeskOptions
    capabilities: frozenset[Capability] = frozenset({"columns", "period", "resume"})

    def describe(self, location: str, options: ZendeskOptions) -> Description:
        from kpirules_crm import zendesk  # late: HTTP and Arrow libraries

        return zendesk.describe(location, options)

    def read(self, request: DataRequest[ZendeskOptions]) -> Source:
        from kpirules_crm import zendesk  # late: HTTP and Arrow libraries

        return zendesk.read(request)


@hookimpl
def kpirules_adapters() -> Sequence[Adapter[Any]]:
    return (RequestTracker(), Roundup(), Salesforce(), Zendesk())
