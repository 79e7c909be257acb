"""Sends one message to a group chat: signed, within the service's limits, never twice by itself.

A message that was not sent (no connection, or the service said that it takes none for now) is tried again. One that
may have arrived is not: nobody wants an alert twice, and a person can look.
"""

from __future__ import annotations

import ipaddress
import logging
import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlsplit

import httpx2
import stamina

from kpirules.diagnostics import Diagnostic, Words
from kpirules.plugin import Report
from kpirules_notify.news import LEVEL_WORDS, LEVELS, Draft, News, drafts, languages_of, news_of, sizes
from kpirules_notify.options import Format, WebhookOptions
from kpirules_notify.problems import (
    BAD_ADDRESS,
    LIMITED,
    NO_SUCH_FORMAT,
    NOT_REACHED,
    NOTHING_TO_SAY,
    REFUSED,
    SHORTENED,
    STRANGE_ANSWER,
    UNSURE,
    WHICH_SERVICE,
)
from kpirules_notify.services import SERVICES, of_host
from kpirules_notify.services.shape import Call, Payload, Shape, encoded

_LARGEST_ANSWER = 64 * 1024
_LONGEST_SAID = 200
_SHORTEST_SECRET = 8
_FIRST_WAIT = 1.0
_PAUSE = 60.0  # a minute's allowance is over by then
_NOT_HTTP = Words("it does not begin with https://", "它不以 https:// 开头")
_PLAIN = Words(
    "http:// is not private; use https://, or set `insecure = true`",
    "http:// 不保密；请使用 https://，或设置 `insecure = true`",
)
_NO_PROXY = Words("it is not an address like http://host:port", "不是 http://主机:端口 形式的地址")
_NOBODY = Words("nothing accepts connections there", "该处没有服务接受连接")
_NO_HOST = Words("no host of that name is known", "找不到该主机名")
_TIME = Words("it took too long", "超时")
_FAILED = Words("the server failed (status {status})", "服务器出错（状态 {status}）")

# Retries end in a diagnostic; without a handler, Python would print the library's log.
logging.getLogger("stamina").addHandler(logging.NullHandler())


class _Not(Exception):
    """The message was not sent, or nobody knows. wait: None where trying again does not help."""

    def __init__(self, finding: Diagnostic, wait: float | None = None) -> None:
        super().__init__(finding.code)
        self.finding, self.wait = finding, wait


@dataclass(frozen=True, slots=True)
class _Message:
    shape: Shape
    address: str
    host: str
    payload: Payload
    place: str


def send(
    report: Report, location: str, options: WebhookOptions, clock: Callable[[], float] = time.time
) -> tuple[Diagnostic, ...]:
    """Sends the report's alerts; nothing where there is none. location: what messages call the chat."""
    place = location.rpartition("/")[2] or "webhook"  # a project file makes a path of it
    address = options.address.get_secret_value().strip()
    wrong = _check(address, place, options)
    if wrong is not None:
        return (wrong,)
    host = urlsplit(address).hostname or ""
    shape = of_host(host) if options.service is None else SERVICES[options.service]
    if shape is None:
        return (WHICH_SERVICE.at(None, chat=place, known=", ".join(SERVICES)),)
    format = options.format or shape.formats[0]
    if format not in shape.formats:
        known = ", ".join(shape.formats)
        return (NO_SUCH_FORMAT.at(None, chat=place, service=shape.title, format=format, known=known),)
    news = news_of(report, options)
    if not news.groups and not options.always:
        return (NOTHING_TO_SAY.at(None, chat=place, level=LEVEL_WORDS[options.level]),)
    payload, notes = _fitting(report, news, shape, format, options, place)
    try:
        with _connection(options, place) as client:
            _patiently(client, _Message(shape, address, host, payload, place), options, clock)
    except _Not as failed:
        return (failed.finding,)
    return notes


def _check(address: str, place: str, options: WebhookOptions) -> Diagnostic | None:
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
        parts = urlsplit("")
    reason: Words | None = None
    if parts.scheme not in ("http", "https") or not host or any(c.isspace() for c in address):
        reason = _NOT_HTTP
    elif parts.scheme == "http" and not options.insecure and not is_loopback(host):
        reason = _PLAIN
    del port
    return None if reason is None else BAD_ADDRESS.at(None, chat=place, setting="address", reason=reason)


def is_loopback(host: str) -> bool:
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _fitting(
    report: Report, news: News, shape: Shape, format: Format, options: WebhookOptions, place: str
) -> tuple[Payload, tuple[Diagnostic, ...]]:
    """The message with as much as the service takes, and whether it had to be shortened."""
    call = Call()
    if news.gravest is not None and LEVELS.index(news.gravest) <= LEVELS.index(options.mention_from):
        call = Call(options.mention, options.mention_all)
    languages = languages_of(report, options)
    payload: Payload = {}
    for tries, (named, shown) in enumerate(sizes(news, options)):
        made = [_with_keyword(one, options.keyword) for one in drafts(news, languages, named, shown)]
        payload = shape.payload(made, format, call)
        if shape.size(payload, format) <= shape.limit(format):
            if not tries:
                return payload, ()
            left_out = len(news.groups) - shown
            note = SHORTENED.at(
                None,
                chat=place,
                service=shape.title,
                limit=shape.limit(format),
                named=named,
                left_out=left_out,
            )
            return payload, (note,)
    return payload, ()


def _with_keyword(draft: Draft, keyword: str | None) -> Draft:
    if keyword is None or keyword in draft.title:
        return draft
    return replace(draft, title=f"{keyword} {draft.title}")


def _connection(options: WebhookOptions, place: str) -> httpx2.Client:
    trust: ssl.SSLContext | bool = True
    if options.ca_file is not None:
        try:
            trust = ssl.create_default_context(cafile=options.ca_file)
        except (OSError, ValueError) as error:
            said = getattr(error, "strerror", None) or str(error)
            reason = Words(said, said)
            raise _Not(BAD_ADDRESS.at(None, chat=place, setting="ca_file", reason=reason)) from None
    try:
        through = None if options.proxy is None else httpx2.Proxy(options.proxy)
    except (httpx2.InvalidURL, ValueError):
        raise _Not(BAD_ADDRESS.at(None, chat=place, setting="proxy", reason=_NO_PROXY)) from None
    return httpx2.Client(
        trust_env=False, proxy=through, verify=trust, timeout=options.timeout_seconds, follow_redirects=False
    )


def _patiently(
    client: httpx2.Client, message: _Message, options: WebhookOptions, clock: Callable[[], float]
) -> None:
    """Sends the message, again while it was surely not taken and waiting may help."""

    def again(error: Exception) -> bool | float:
        if not isinstance(error, _Not) or error.wait is None:
            return False
        return error.wait if error.wait <= options.longest_wait_seconds else False

    for attempt in stamina.retry_context(on=again, attempts=options.attempts, timeout=None):
        with attempt:
            _once(client, message, options, clock)


def _once(
    client: httpx2.Client, message: _Message, options: WebhookOptions, clock: Callable[[], float]
) -> None:
    address, payload = message.address, message.payload
    if options.secret is not None:  # anew each time: a signature holds for some minutes
        secret = options.secret.get_secret_value()
        address, payload = message.shape.signed(address, payload, secret, clock())
    try:
        headers = {"Content-Type": "application/json; charset=utf-8"}
        with client.stream("POST", address, content=encoded(payload), headers=headers) as response:
            body = b""
            for piece in response.iter_bytes():
                body += piece
                if len(body) > _LARGEST_ANSWER:
                    break
            _judge(message, response.status_code, response.headers.get("retry-after"), body)
    except (httpx2.HTTPError, httpx2.InvalidURL, UnicodeError, OSError) as error:
        raise _broken(message, error) from None


def _judge(message: _Message, status: int, after: str | None, body: bytes) -> None:
    verdict = message.shape.verdict(status, body)
    if verdict.taken and status == 200:
        return
    service = message.shape.title
    said = _said(verdict.said, message.address)
    if verdict.limited:
        finding = LIMITED.at(None, chat=message.place, service=service, code=verdict.code, said=said)
        raise _Not(finding, _seconds(after))
    if status in (500, 502, 504) and not verdict.known:
        cause = Words(_FAILED.say("en", {"status": status}), _FAILED.say("zh", {"status": status}))
        raise _Not(UNSURE.at(None, chat=message.place, host=message.host, cause=cause))
    if not verdict.known:
        finding = STRANGE_ANSWER.at(
            None, chat=message.place, host=message.host, service=service, status=status, said=said
        )
        raise _Not(finding, _FIRST_WAIT if status == 503 else None)
    finding = REFUSED.at(
        None, chat=message.place, service=service, code=verdict.code, said=said, meaning=verdict.meaning
    )
    raise _Not(finding)


def _seconds(after: str | None) -> float:
    """How long to wait: as the service says, else until a minute's allowance is over."""
    try:
        return max(0.0, float(after)) if after is not None else _PAUSE
    except ValueError:
        return _PAUSE


def _broken(message: _Message, error: Exception) -> _Not:
    """What it means that sending raised this. Only before the connection stands, nothing was surely sent."""
    place, host = message.place, message.host
    chain: list[BaseException] = []
    one: BaseException | None = error
    while one is not None:
        chain.append(one)
        one = one.__cause__ or one.__context__
    tls = next((each for each in chain if isinstance(each, ssl.SSLError)), None)
    if tls is not None:
        reason = getattr(tls, "verify_message", "") or (tls.reason or "TLS").replace("_", " ").lower()
        cause = Words(f"no safe connection (TLS): {reason}", f"无法建立安全连接（TLS）：{reason}")
        return _Not(NOT_REACHED.at(None, chat=place, host=host, cause=cause))
    if isinstance(
        error, httpx2.ConnectError | httpx2.ConnectTimeout | httpx2.PoolTimeout | httpx2.ProxyError
    ):
        if any(isinstance(each, socket.gaierror) for each in chain):
            cause = _NO_HOST
        else:
            cause = _TIME if isinstance(error, httpx2.TimeoutException) else _NOBODY
        return _Not(NOT_REACHED.at(None, chat=place, host=host, cause=cause), _FIRST_WAIT)
    if isinstance(
        error, httpx2.InvalidURL | httpx2.UnsupportedProtocol | httpx2.LocalProtocolError | UnicodeError
    ):
        return _Not(BAD_ADDRESS.at(None, chat=place, setting="address", reason=_NOT_HTTP))
    kind = type(error).__name__
    cause = _TIME if isinstance(error, httpx2.TimeoutException) else Words(kind, kind)
    return _Not(UNSURE.at(None, chat=place, host=host, cause=cause))


def _said(text: str, address: str) -> Words:
    """What the service said, on one line, shortened, without the parts of the address that are secret."""
    parts = urlsplit(address)
    secrets = [
        address,
        parts.query,
        parts.path.rpartition("/")[2],
        *(value for _, value in parse_qsl(parts.query)),
    ]
    plain = " ".join(text.split())
    for one in sorted(secrets, key=len, reverse=True):
        plain = plain.replace(one, "***") if len(one) >= _SHORTEST_SECRET else plain
    plain = plain[:_LONGEST_SAID]
    return Words(f": {plain}", f"：{plain}") if plain else Words()
