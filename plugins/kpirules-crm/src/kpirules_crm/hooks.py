"""What this package offers to kpirules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kpirules_crm.request_tracker import RequestTracker
from kpirules_crm.roundup import Roundup
from kpirules_crm.salesforce import Salesforce
from kpirules_crm.zendesk import Zendesk

from kpirules.plugin import Adapter, hookimpl

KPIRULES_API = 2


@hookimpl
def kpirules_adapters() -> Sequence[Adapter[Any]]:
    return (RequestTracker(), Roundup(), Salesforce(), Zendesk())
