"""Both outputs pass the tests of the seam. A message does not stay, so nothing is read back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pytest
from kpirules_notify.hooks import MailOutput, WebhookOutput

from kpirules.plugin.contract import OutputContract
from kpirules.plugin.contract.secrets import Canary
from tests.servers.post import post_office
from tests.servers.web import Reply, Server


class TestWebhook(OutputContract):
    output = WebhookOutput()
    keeps = False

    @pytest.fixture(autouse=True)
    def _serve(self, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
        server.answer = lambda asked: Reply({"errcode": 0, "errmsg": "ok"})
        monkeypatch.setenv("CONTRACT_ADDRESS", f"{server.address}/robot/send?access_token=t0k")

    def settings_at(self, location: str) -> dict[str, object]:
        return {"address": {"env": "CONTRACT_ADDRESS"}, "service": "dingtalk", "always": True}


class TestMail(OutputContract):
    output = MailOutput()
    keeps = False
    secrets: ClassVar[dict[str, object] | None] = {"user": "kpi", "password": {"env": Canary.NAME}}

    @pytest.fixture(autouse=True)
    def _serve(self) -> Iterator[None]:
        with post_office() as post:
            self.port = post.port
            yield

    def place(self, folder: Path) -> str:
        return "hr@example.com"

    def settings_at(self, location: str) -> dict[str, object]:
        return {
            "host": "127.0.0.1",
            "port": self.port,
            "security": "none",
            "sender": "kpi@example.com",
            "always": True,
        }
