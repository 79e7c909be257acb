"""A mail server on loopback that keeps what it gets, and refuses what a test tells it to."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


@dataclass
class Post:
    """letters: (sender, recipients, mail). refused: recipients, with the answer; data: the answer to the text."""

    port: int = 0
    letters: list[tuple[str, list[str], EmailMessage]] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    data: str = "250 taken"
    logins: list[tuple[str, str]] = field(default_factory=list)
    password: str = "s3cret-w0rd"
    hang_up: bool = False
    silent: float = 0

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.hang_up:
            assert server.transport is not None
            server.transport.close()
            return ""
        await asyncio.sleep(self.silent)
        assert isinstance(envelope.content, bytes)
        if self.data.startswith("250"):
            mail = message_from_bytes(envelope.content, policy=policy.default)
            assert isinstance(mail, EmailMessage)
            self.letters.append((envelope.mail_from or "", list(envelope.rcpt_tos), mail))
        return self.data

    def login(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.logins.append((data.login.decode(), data.password.decode()))
        return AuthResult(success=data.password.decode() == self.password, handled=False)


class _Controller(Controller):
    async def _bound(self) -> asyncio.AbstractServer:
        server: asyncio.AbstractServer = await super()._create_server()
        self.port = server.sockets[0].getsockname()[1]  # type: ignore[attr-defined]
        return server

    def _create_server(self) -> Any:
        return self._bound()


@contextmanager
def post_office(
    *, tls: ssl.SSLContext | None = None, starttls: ssl.SSLContext | None = None, login: bool = False
) -> Iterator[Post]:
    """A server: with TLS from the start, or by STARTTLS, or without; with a login that is needed, or none."""
    post = Post()
    server = _Controller(
        post,
        hostname="127.0.0.1",
        port=0,
        ssl_context=tls,
        tls_context=starttls,
        require_starttls=starttls is not None,
        authenticator=post.login if login else None,
        auth_required=login,
        auth_require_tls=starttls is not None,  # it does not know that it is safe from the start
    )
    server.start()
    post.port = server.port
    try:
        yield post
    finally:
        server.stop()
