"""Declares both outputs to the seam. Their work is imported when it is first needed: start-up."""

from __future__ import annotations

from typing import Any

from kpirules.diagnostics import Diagnostic, Words
from kpirules.plugin import Output, Report, hookimpl
from kpirules_notify.options import MailOptions, WebhookOptions

KPIRULES_API = 2


class WebhookOutput:
    name = "webhook"
    description = Words(
        "alerts to a group chat: DingTalk, Feishu/Lark, WeCom, Slack",
        "发送警报到群聊：钉钉、飞书、企业微信、Slack",
    )
    endings: tuple[str, ...] = ()
    Options = WebhookOptions

    def write_report(self, report: Report, location: str, options: WebhookOptions) -> tuple[Diagnostic, ...]:
        from kpirules_notify import webhook  # late: HTTP library

        return webhook.send(report, location, options)


class MailOutput:
    name = "mail"
    description = Words("alerts by mail", "以邮件发送警报")
    endings: tuple[str, ...] = ()
    Options = MailOptions

    def write_report(self, report: Report, location: str, options: MailOptions) -> tuple[Diagnostic, ...]:
        from kpirules_notify import mail  # late: mail libraries

        return mail.send(report, location, options)


@hookimpl
def kpirules_outputs() -> list[Output[Any]]:
    return [WebhookOutput(), MailOutput()]
