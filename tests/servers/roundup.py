"""A real Roundup issue tracker on loopback, in a folder of its own, with a clock that the tests set.

Needs `roundup` from PyPI. Issues and messages get into it over its REST API, as the people that they are from.
"""

from __future__ import annotations

import datetime
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import httpx2

from tests.servers.programs import ServerFailed, free_port, missing, running

_SERVE = Path(__file__).with_name("serve_roundup.py")
_ATTEMPTS = 3

ADMIN = ("admin", "admin")
READER = ("reader", "reader")


@dataclass(frozen=True, slots=True)
class Roundup:
    """The running tracker: staff li, wang and zhao, customers anna and bob, and reader; password = name."""

    address: str
    folder: Path
    client: httpx2.Client

    def at(self, moment: str) -> None:
        """From now on it is this moment (UTC, such as 2026-07-01 08:00) there."""
        when = datetime.datetime.fromisoformat(moment).replace(tzinfo=datetime.UTC)
        (self.folder / "clock").write_text(str(int(when.timestamp())))

    def call(
        self, method: str, path: str, body: Mapping[str, object], user: str, **headers: str
    ) -> dict[str, Any]:
        """What the API answers to this person."""
        # Roundup takes a request that changes something only with proof that no other site made it.
        own = {"Origin": self.address, "Referer": f"{self.address}/", "X-Requested-With": "rest", **headers}
        answer = self.client.request(
            method, f"{self.address}/rest/data/{path}", json=body, auth=(user, user), headers=own
        )
        if answer.is_error:
            raise RuntimeError(f"{answer.status_code} {answer.text}")
        data = answer.json()["data"]
        assert isinstance(data, dict)
        return data

    def open(self, moment: str, customer: str, owner: str | None, title: str, **more: object) -> str:
        """A new issue."""
        self.at(moment)
        body = {"title": title, "status": "unread", "priority": "bug", **more}
        return str(
            self.call("POST", "issue", body | ({"assignedto": owner} if owner else {}), customer)["id"]
        )

    def reply(self, moment: str, issue: str, user: str, text: str = "An answer") -> str:
        """Somebody writes a message to the issue."""
        self.at(moment)
        made = self.call("POST", "msg", {"content": text, "author": user, "date": _spelled(moment)}, user)[
            "id"
        ]
        self.change(moment, issue, user, messages=f"+{made}")
        return str(made)

    def change(self, moment: str, issue: str, user: str, **fields: object) -> None:
        """Somebody changes the issue; messages="+5" adds one."""
        self.at(moment)
        tag = self._tag(issue)
        added = str(fields.pop("messages", ""))
        if added:
            body = {"@op": "add", "messages": added.lstrip("+"), "@etag": tag}
            self.call("PATCH", f"issue/{issue}", body, user)
            tag = self._tag(issue)
        if fields:
            self.call("PATCH", f"issue/{issue}", {**fields, "@etag": tag}, user)

    def retire(self, moment: str, issue: str) -> None:
        """Somebody takes the issue away."""
        self.at(moment)
        self.call("DELETE", f"issue/{issue}", {}, ADMIN[0], **{"If-Match": self._tag(issue)})

    def _tag(self, issue: str) -> str:
        found = self.client.get(f"{self.address}/rest/data/issue/{issue}", auth=ADMIN)
        found.raise_for_status()
        return str(found.json()["data"]["@etag"])


def _spelled(moment: str) -> str:
    return datetime.datetime.fromisoformat(moment).strftime("%Y-%m-%d.%H:%M:%S")


@contextmanager
def roundup(folder: Path, burst: int = 0) -> Iterator[Roundup]:
    """An empty tracker while the block runs. burst: more calls in five seconds are refused with 429; 0: none are."""
    if find_spec("roundup") is None:
        missing("Roundup is not installed (from PyPI: roundup)")
    for attempt in range(_ATTEMPTS):
        home = folder / f"roundup{attempt}"
        home.mkdir(parents=True)
        port = free_port()
        address = f"http://127.0.0.1:{port}"
        command = [sys.executable, "-P", str(_SERVE), str(home), str(port), str(burst)]
        try:
            with httpx2.Client(timeout=60) as client:
                ready = partial(_answers, client, address)
                with running(command, home / "log", ready, {}):
                    yield Roundup(address, home, client)
                    return
        except ServerFailed:  # somebody was faster in taking the port
            if attempt == _ATTEMPTS - 1:
                raise


def _answers(client: httpx2.Client, address: str) -> bool:
    try:
        # Not the API: a call of it would count.
        return client.get(f"{address}/").status_code == 200
    except httpx2.TransportError:
        return False
