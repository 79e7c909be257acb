"""What is asked of an HTTP interface, and what a record there holds. `kpirules_rest.source` reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from kpirules.diagnostics import Diagnostic
from kpirules.plugin import DataRequest
from kpirules_rest.cells import Column
from kpirules_rest.client import Client, Params
from kpirules_rest.incremental import Incremental
from kpirules_rest.pages import OnePage, Pages
from kpirules_rest.settings import Anonymous, Auth, Limits


@dataclass(frozen=True, kw_only=True)
class Question:
    """What to ask, how it comes in pages, where the records are and which columns they make.

    address: the base; `path` is below it. records: JMESPath to the list in an answer. error_path: JMESPath to
    what is there only where an answer of status 200 is an error. columns: None takes every field, as text.
    key: JMESPath to what tells records apart; with it, a record that comes twice counts once, in its latest
    state. incremental: keeps what was seen in a cache, and asks only for changes; needs `key`, and parameters that
    do not depend on the request (each set of them has a cache of its own).
    """

    #: What makes requests; a system that words its errors in its own way has one of its own.
    client: ClassVar[type[Client]] = Client

    address: str
    path: str = ""
    params: Params = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    auth: Auth = field(default_factory=Anonymous)
    limits: Limits = field(default_factory=Limits)
    insecure: bool = False
    proxy: str | None = None
    ca_file: str | None = None
    pages: Pages = field(default_factory=OnePage)
    records: str = "@"
    error_path: str | None = None
    columns: Mapping[str, Column] | None = None
    key: str | None = None
    incremental: Incremental | None = None

    def connect(self) -> Client:
        """The client that a pull uses; it is closed at the end."""
        return self.client(
            self.address,
            auth=self.auth,
            limits=self.limits,
            headers=self.headers,
            insecure=self.insecure,
            proxy=self.proxy,
            ca_file=self.ca_file,
        )

    def asked(self, request: DataRequest[Any]) -> Params:
        """The parameters of a pull. A subclass may ask for less where the request's hints allow it."""
        return self.params

    def fill(self, client: Client, records: list[dict[str, Any]]) -> list[dict[str, Any]] | Diagnostic:
        """The records of a page with what further requests add to them; a diagnostic ends the pull."""
        return records
