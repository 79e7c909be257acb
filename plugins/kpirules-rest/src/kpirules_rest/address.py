"""Addresses: which may be asked, which belong to one server, and how they are shown without their secrets."""

from __future__ import annotations

import base64
import ipaddress
import re
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import parse_qsl, quote, quote_plus, urlencode, urlsplit, urlunsplit

from kpirules.diagnostics import Diagnostic, Words
from kpirules_rest.problems import BAD_ADDRESS

_PORTS = {"http": 80, "https": 443}
_LONGEST_SAID = 300
_LONGEST_SHOWN = 600
_NOT_HTTP = Words("it does not begin with https://", "它不以 https:// 开头")
_NO_HOST = Words("it names no host", "其中没有主机名")
_BAD_PORT = Words("its port is not a number from 1 to 65535", "端口不是 1 至 65535 的数字")
_PASSWORD = Words("it holds a user or password; put them into `auth`", "其中含有用户名或密码，请写入 `auth`")
_FRAGMENT = Words("it has a part after #, which a server never sees", "其中含有 # 之后的部分，服务器不会收到")
_PLAIN = Words(
    "http:// is neither private nor safe from change; use https://, or set `insecure = true`",
    "http:// 既不保密也不防篡改；请使用 https://，或设置 `insecure = true`",
)


def check(address: str, *, insecure: bool = False) -> Diagnostic | None:
    """What is wrong with an address to ask, without showing what may be secret in it."""
    try:
        parts = urlsplit(address)
        user, host = parts.username or parts.password, parts.hostname
    except ValueError:
        return BAD_ADDRESS.at(None, address=_bare(address), reason=_NO_HOST)
    try:
        port = parts.port
    except ValueError:
        port = 0
    reason: Words | None = None
    if parts.scheme not in _PORTS:
        reason = _NOT_HTTP
    elif not host:
        reason = _NO_HOST
    elif user is not None:
        reason = _PASSWORD
    elif port == 0:
        reason = _BAD_PORT
    elif parts.fragment:
        reason = _FRAGMENT
    elif parts.scheme == "http" and not insecure and not is_loopback(host):
        reason = _PLAIN
    return None if reason is None else BAD_ADDRESS.at(None, address=_bare(address), reason=reason)


def origin(address: str) -> tuple[str, str, int]:
    """Scheme, host and port: two addresses of one origin belong to one server."""
    parts = urlsplit(address)
    return parts.scheme, (parts.hostname or "").lower(), parts.port or _PORTS.get(parts.scheme, 0)


def is_loopback(host: str) -> bool:
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def below(base: str, path: str) -> str:
    """The address of a path below the base; a path that is a whole address stays as it is."""
    if "://" in path or not path:
        return path or base
    bare, mark, question = base.partition("?")
    return f"{bare.rstrip('/')}/{path.lstrip('/')}{mark}{question}"


def without(address: str, params: Mapping[str, str | Sequence[str]]) -> tuple[str, list[str]]:
    """The address without the parameters that have just these values, and their names."""
    parts = urlsplit(address)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    same = [name for name, value in pairs if params.get(name) == value]
    kept = [(name, value) for name, value in pairs if name not in same]
    return (
        (urlunsplit(parts._replace(query=urlencode(kept, quote_via=quote, safe=""))), same)
        if same
        else (address, [])
    )


def _bare(address: str) -> str:
    """The address without user, password and parameters."""
    return re.sub(r"//[^/@]*@", "//", address.partition("?")[0].partition("#")[0])[:_LONGEST_SHOWN]


class Secrets:
    """Secret values, and how to take them out of what others said."""

    def __init__(self, values: Iterable[str] = ()) -> None:
        self._forms: set[str] = set()
        for value in values:
            self.add(value)

    def add(self, value: str) -> None:
        packed = base64.b64encode(value.encode()).decode()
        self._forms |= {
            form for form in (value, quote(value), quote_plus(value), quote(value, safe=""), packed) if form
        }

    def scrub(self, text: str) -> str:
        for form in sorted(self._forms, key=len, reverse=True):
            text = text.replace(form, "***")
        return text

    def shown(self, address: str) -> str:
        """The address as a message may show it."""
        text = self.scrub(re.sub(r"//[^/@]*@", "//", address))
        return text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "…"

    def said(self, text: str) -> str:
        """What a server said, on one line, shortened."""
        plain = self.scrub(" ".join("".join(c if c.isprintable() else " " for c in text).split()))
        return plain if len(plain) <= _LONGEST_SAID else plain[:_LONGEST_SAID] + "…"
