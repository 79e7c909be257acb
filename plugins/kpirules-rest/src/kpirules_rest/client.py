"""One server, asked for JSON: credentials, patience and limits, and every failure as a diagnostic.

    with Client("https://crm.example.com/api", auth=Bearer(token=SecretStr("..."))) as client:
        answer = client.get_json("tickets", {"status": "open"})
        if isinstance(answer, Diagnostic): ...   # what went wrong, without secrets
        answer.body                              # what was in the JSON
        answer.header("Link"), answer.address

A request is made again, with growing waits or as long as the server asks, where that may help (no answer,
408, 425, 429, 500, 502, 503, 504, an answer cut short, broken JSON); all else fails at once. Only GET, and POST
with `post_json` for servers that take their searches so: nothing here is meant to change anything.
Credentials go to the server of the base address alone; redirects and links elsewhere are not followed.
"""

from __future__ import annotations

import base64
import json
import logging
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, TypeAlias
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit, urlunsplit

import httpx2
import stamina
from pydantic import SecretStr

from kpirules.diagnostics import Diagnostic, Words
from kpirules_rest.address import Secrets, below, check, origin
from kpirules_rest.answers import Answer, parse
from kpirules_rest.failures import (
    Failure,
    asks_to_wait,
    is_used_up,
    no_connection,
    not_json,
    page_words,
    refusal,
    remark,
)
from kpirules_rest.problems import ELSEWHERE, NO_ANSWER, NO_TOKEN, TIMED_OUT, TOO_LARGE, UNUSABLE
from kpirules_rest.settings import Anonymous, Auth, Basic, Bearer, HeaderSecret, Limits, OAuth2, QuerySecret

#: Parameters of an address: a value, or several for one name.
Params: TypeAlias = Mapping[str, "str | int | Sequence[str]"]

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MOST_REDIRECTS = 5
_EARLY_SECONDS = 30  # an access token is renewed so long before it expires
_NO_PROXY = Words("it is not an address like http://host:port", "不是 http://主机:端口 形式的地址")
_ENDLESS = Words("it redirects without end", "无休止地重定向")

# Retries are told in diagnostics; without a handler, Python would print the library's log.
logging.getLogger("stamina").addHandler(logging.NullHandler())


@dataclass(slots=True)
class Tally:
    """What a client did: requests made, those made again, the last reason for that, seconds waited."""

    requests: int = 0
    again: int = 0
    reason: Words = field(default_factory=Words)


@dataclass(frozen=True, slots=True)
class _Ask:
    method: str
    address: str
    page: int | None = None
    content: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    secret: bool = (
        False  # asks for a token: without credentials in the header, and its answer is never quoted
    )


class Client:
    """See the module. `sleep` and `clock` (seconds that only go forward) stand in for the real ones in tests."""

    def __init__(
        self,
        base: str,
        *,
        auth: Auth | None = None,
        limits: Limits | None = None,
        headers: Mapping[str, str] | None = None,
        insecure: bool = False,
        proxy: str | None = None,
        ca_file: str | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.base = base
        self.auth: Auth = auth if auth is not None else Anonymous()
        self.limits = limits if limits is not None else Limits()
        self.secrets = Secrets(secrets_of(self.auth))
        self.tally = Tally()
        self.insecure = insecure
        self.wrong = check(base, insecure=insecure)
        self._clock, self._sleep = clock, sleep
        self._next_at: float | None = None
        self._token: str | None = None
        self._token_until: float | None = None
        self._headers = {"Accept": "application/json", **(headers or {})}
        self._http = self._opened(proxy, ca_file)

    def _opened(self, proxy: str | None, ca_file: str | None) -> httpx2.Client:
        """The HTTP library's client; without what cannot be used, which `wrong` then tells."""
        trust: ssl.SSLContext | bool = True
        if ca_file is not None:
            try:
                trust = ssl.create_default_context(cafile=ca_file)
            except (OSError, ValueError) as error:  # an SSLError is an OSError
                said = getattr(error, "strerror", None) or str(error)
                self.wrong = UNUSABLE.at(None, setting="ca_file", value=ca_file, reason=Words(said, said))
        try:
            through = None if proxy is None else httpx2.Proxy(proxy)
        except (httpx2.InvalidURL, ValueError):
            self.wrong = UNUSABLE.at(
                None, setting="proxy", value=self.secrets.shown(proxy or ""), reason=_NO_PROXY
            )
            through = None
        return httpx2.Client(
            http1=True,
            http2=False,
            trust_env=False,  # proxies and certificates are settings; ~/.netrc must not add credentials
            proxy=through,
            verify=trust,
            timeout=httpx2.Timeout(self.limits.silence_seconds, connect=self.limits.connect_seconds),
            follow_redirects=False,
        )

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._http.close()

    def get_json(
        self, path: str, params: Params | None = None, *, page: int | None = None
    ) -> Answer | Diagnostic:
        """What is at a path below the base, or at a whole address of the same server. page: for messages."""
        return self._answer("GET", path, params, page)

    def post_json(
        self, path: str, body: object, params: Params | None = None, *, page: int | None = None
    ) -> Answer | Diagnostic:
        """As `get_json`, for a server that takes its searches in a body. Asked again as a GET is."""
        return self._answer("POST", path, params, page, json.dumps(body).encode())

    def shown(self, path: str, params: Params | None = None) -> str:
        """The address of a request as it may be shown: what `Source.query` says."""
        return self.secrets.shown(with_params(below(self.base, path), params))

    def _answer(
        self,
        method: str,
        path: str,
        params: Params | None,
        page: int | None,
        content: bytes | None = None,
    ) -> Answer | Diagnostic:
        if self.wrong is not None:
            return self.wrong
        address = with_params(below(self.base, path), params)
        if origin(address) != origin(self.base):
            target = self.secrets.shown(address.partition("?")[0])
            return ELSEWHERE.at(None, address=self.shown(""), target=target, page=page_words(page))
        kind = {} if content is None else {"Content-Type": "application/json"}
        return self._patiently(_Ask(method, address, page, content, kind))

    def _patiently(self, ask: _Ask) -> Answer | Diagnostic:
        """The answer to a request, asked again where that may help."""
        limits = self.limits
        attempts = stamina.retry_context(
            on=self._again,
            attempts=limits.attempts,
            timeout=limits.patience_seconds,
            wait_initial=limits.first_wait_seconds,
            wait_max=limits.longest_wait_seconds,
            wait_jitter=limits.first_wait_seconds,
        )
        made = 0
        cause = Words()
        try:
            for attempt in attempts:
                with attempt:
                    made = attempt.num
                    if made > 1:
                        self.tally.again += 1
                        self.tally.reason = cause
                    try:
                        return self._follow(ask)
                    except Failure as failure:
                        cause = failure.cause
                        raise
        except Failure as failure:
            return failure.finding(made)
        raise AssertionError("unreachable: the last attempt answers or raises")

    def _again(self, error: Exception) -> bool | float:
        """Whether to ask again, or after how many seconds."""
        if not isinstance(error, Failure) or not error.passing:
            return False
        if error.wait is None:
            return True
        return error.wait if error.wait <= self.limits.longest_wait_seconds else False

    def _follow(self, ask: _Ask) -> Answer:
        """Makes the request, goes after redirects on the same server, and renews an expired token once."""
        address = ask.address
        renewed = False
        for _ in range(_MOST_REDIRECTS + 1):
            status, headers, body, at = self._send(ask, address)
            if status in _REDIRECTS and "location" in headers and ask.method == "GET":
                address = self._redirected(at, headers["location"], ask)
                continue
            if status == 401 and isinstance(self.auth, OAuth2) and not renewed and not ask.secret:
                self._token = None
                renewed = True
                continue
            return self._judged(ask, status, headers, body, at)
        raise Failure(NO_ANSWER, self.secrets.shown(ask.address), ask.page, _ENDLESS, passing=False)

    def _redirected(self, at: str, location: str, ask: _Ask) -> str:
        target = urljoin(at, location)
        old, new = origin(at), origin(target)
        upgraded = old[:2] == ("http", new[1]) and new[0] == "https"
        if new != old and not upgraded:
            shown = self.secrets.shown(target.partition("?")[0])
            raise Failure.final(
                ELSEWHERE.at(None, address=self.secrets.shown(at), target=shown, page=page_words(ask.page))
            )
        return target

    def _judged(self, ask: _Ask, status: int, headers: Mapping[str, str], body: bytes, at: str) -> Answer:
        shown = self.secrets.shown(at)
        if status // 100 != 2:
            said = "" if ask.secret else self.secrets.said(remark(headers, body))
            raise refusal(shown, status, headers, said, ask.page, self.limits.longest_wait_seconds)
        self._mind(headers)
        try:
            found = parse(body)
        except (ValueError, RecursionError) as error:
            raise not_json(shown, ask.page, headers, body, error) from None
        return Answer(found, shown, at, headers)

    def _mind(self, headers: Mapping[str, str]) -> None:
        """Waits before the next request where the server says that this was the last one for a while."""
        wait = asks_to_wait(headers) if is_used_up(headers) else None
        if wait is not None and wait <= self.limits.longest_wait_seconds:
            self._next_at = max(self._next_at or 0, self._clock() + wait)

    def _send(self, ask: _Ask, address: str) -> tuple[int, Mapping[str, str], bytes, str]:
        """One request: status, headers, body, and the address as it was asked, without a secret parameter."""
        headers = {**self._headers, **ask.headers}
        target = address if ask.secret else self._identify(headers, address)
        self._pace()
        self.tally.requests += 1
        shown = self.secrets.shown(address)
        try:
            with self._http.stream(ask.method, target, headers=headers, content=ask.content) as response:
                found = {name.lower(): value for name, value in response.headers.items()}
                return response.status_code, found, self._body(response, shown, ask.page), address
        except (httpx2.HTTPError, httpx2.InvalidURL, UnicodeError, OSError) as error:
            raise no_connection(error, shown, ask.page, self.limits, self.secrets) from None

    def _body(self, response: httpx2.Response, shown: str, page: int | None) -> bytes:
        limit = self.limits.max_megabytes * 2**20
        until = self._clock() + self.limits.answer_seconds
        pieces: list[bytes] = []
        size = 0
        for piece in response.iter_bytes():
            size += len(piece)
            pieces.append(piece)
            if size > limit:
                raise Failure.final(
                    TOO_LARGE.at(None, address=shown, limit=self.limits.max_megabytes, page=page_words(page))
                )
            if self._clock() > until:
                seconds = f"{self.limits.answer_seconds:g}"
                cause = Words(
                    f"its answer was not complete after {seconds} seconds", f"{seconds} 秒后应答仍未传完"
                )
                raise Failure(TIMED_OUT, shown, page, cause, setting="answer_seconds")
        return b"".join(pieces)

    def _pace(self) -> None:
        """Waits until the next request may be made."""
        now = self._clock()
        if self._next_at is not None and self._next_at > now:
            self._sleep(self._next_at - now)
        rate = self.limits.requests_per_second
        self._next_at = None if rate is None else self._clock() + 1 / rate

    def _identify(self, headers: dict[str, str], address: str) -> str:
        """Adds the credentials to the headers; the address, with the secret parameter where there is one."""
        match self.auth:
            case Bearer(token=token, word=word):
                headers["Authorization"] = f"{word} {token.get_secret_value()}"
            case Basic(user=user, password=password):
                headers["Authorization"] = _basic(user, password.get_secret_value())
            case HeaderSecret(name=name, value=value):
                headers[name] = value.get_secret_value()
            case QuerySecret(name=name, value=value):
                return with_params(address, {name: value.get_secret_value()})
            case OAuth2():
                headers["Authorization"] = f"Bearer {self._access_token(self.auth)}"
            case _:
                pass
        return address

    def _access_token(self, auth: OAuth2) -> str:
        expired = self._token_until is not None and self._clock() >= self._token_until
        if self._token is None or expired:
            self._token = self._new_token(auth)
        return self._token

    def _new_token(self, auth: OAuth2) -> str:
        wrong = check(auth.token_url, insecure=self.insecure)
        if wrong is not None:
            raise Failure.final(wrong)
        secret = auth.client_secret.get_secret_value() if auth.client_secret else ""
        form = {"grant_type": "client_credentials"}
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        if auth.refresh_token is not None:
            form = {"grant_type": "refresh_token", "refresh_token": auth.refresh_token.get_secret_value()}
        if auth.scope:
            form["scope"] = auth.scope
        if auth.style == "basic":
            headers["Authorization"] = _basic(auth.client_id, secret)
        else:
            form |= {"client_id": auth.client_id} | ({"client_secret": secret} if secret else {})
        content = urlencode(form).encode()
        given = self._follow(_Ask("POST", auth.token_url, content=content, headers=headers, secret=True))
        return self._taken(given.body, given.address)

    def _taken(self, given: Any, shown: str) -> str:
        token = given.get("access_token") if isinstance(given, dict) else None
        if not isinstance(token, str) or not token:
            cause = Words("its answer holds no `access_token`", "其应答中没有 `access_token`")
            raise Failure.final(NO_TOKEN.at(None, address=shown, cause=cause))
        self.secrets.add(token)
        lasts = given.get("expires_in")
        known = isinstance(lasts, int | float) and not isinstance(lasts, bool)
        self._token_until = self._clock() + max(float(lasts) - _EARLY_SECONDS, 1) if known else None
        return token


def secrets_of(auth: Auth) -> tuple[str, ...]:
    """The secret values of credentials, and the form in which basic authentication sends them."""
    values = [value.get_secret_value() for _, value in auth if isinstance(value, SecretStr)]
    match auth:
        case Basic(user=user, password=password):
            values.append(_basic(user, password.get_secret_value()).removeprefix("Basic "))
        case OAuth2(client_id=client, client_secret=SecretStr() as secret):
            values.append(_basic(client, secret.get_secret_value()).removeprefix("Basic "))
    return tuple(values)


def with_params(address: str, params: Params | None) -> str:
    """The address with these parameters; one that it has already is replaced."""
    if not params:
        return address
    parts = urlsplit(address)
    kept = [
        (name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name not in params
    ]
    new = [
        (name, str(one))
        for name, value in params.items()
        for one in ([value] if isinstance(value, str | int) else value)
    ]
    return urlunsplit(parts._replace(query=urlencode(kept + new, quote_via=quote, safe="")))


def _basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
