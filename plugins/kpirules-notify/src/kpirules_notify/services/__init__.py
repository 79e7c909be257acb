"""The chats: what a message of each looks like, how large it may be, how it is signed, and what an answer means.

The shapes are those of the services' own documentation for robots in groups ("custom bots", "incoming webhooks").
"""

from __future__ import annotations

from collections.abc import Mapping

from kpirules_notify.options import Service as Name
from kpirules_notify.services.dingtalk import DINGTALK
from kpirules_notify.services.feishu import FEISHU
from kpirules_notify.services.shape import Shape
from kpirules_notify.services.slack import SLACK
from kpirules_notify.services.wecom import WECOM

SERVICES: Mapping[Name, Shape] = {"dingtalk": DINGTALK, "feishu": FEISHU, "wecom": WECOM, "slack": SLACK}


def of_host(host: str) -> Shape | None:
    """The service whose usual address has this host."""
    return next((shape for shape in SERVICES.values() if host.lower() in shape.hosts), None)
