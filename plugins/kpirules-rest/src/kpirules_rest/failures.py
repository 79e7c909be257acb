"""Why a request failed: what an exception, a status or a body means, and whether asking again may help."""

from __future__ import annotations

import datetime
import json
import re
import socket
import ssl
from collections.abc import Iterator, Mapping
from email.utils import parsedate_to_datetime
from typing import Any

import httpx2

from kpirules.diagnostics import Diagnostic, Problem, Words
from kpirules_rest.address import Secrets
from kpirules_rest.problems import (
    BUSY,
    CUT_SHORT,
    LOGIN_REFUSED,
    NO_ANSWER,
    NOT_JSON,
    NOT_THERE,
    REFUSED,
    SERVER_FAULT,
    TIMED_OUT,
)
from kpirules_rest.settings import Limits

_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
_EPOCH = 1_000_000_000  # a number of seconds this large is a moment, not a wait
_REMAINING = ("ratelimit-remaining", "x-ratelimit-remaining", "x-rate-limit-remaining")
_RESET = ("ratelimit-reset", "x-ratelimit-reset", "x-rate-limit-reset")
_LONGEST_REMARK = 4000

_NO_HOST = Words("no host of that name is known", "找不到该主机名")
_NOBODY = Words("nothing accepts connections there", "该处没有服务接受连接")
_BROKE = Words("the connection broke: {said}", "连接中断：{said}")
_CUT = Words("the connection ended half-way", "连接中途结束")
_GARBLED = Words("it cannot be unpacked", "无法解压")
_INVALID = Words("the address or a header holds what cannot be sent", "地址或请求头中含有无法发送的内容")
_CLOSED = Words("the server closed the connection without an answer", "服务器未应答即关闭了连接")
_EMPTY = Words("the answer is empty", "应答为空")
_PAGE = Words("it is a web page, perhaps for logging in", "是网页，可能是登录页")
_ENCODING = Words("it is not UTF-8 text", "不是 UTF-8 文本")
_NESTED = Words("it is nested too deeply", "嵌套过深")


class Failure(Exception):
    """A request that failed. passing: asking again may help; wait: after so many seconds, where the server says.

    Carries no secret, not even in its text: loggers may see it.
    """

    def __init__(
        self,
        problem: Problem,
        address: str,
        page: int | None,
        cause: Words,
        *,
        passing: bool = True,
        wait: float | None = None,
        **args: object,
    ) -> None:
        super().__init__(problem.code)
        self.cause, self.passing, self.wait = cause, passing, wait
        self._problem = problem
        self._args: dict[str, Any] = {"address": address, "page": page_words(page), "cause": cause, **args}
        self._done: Diagnostic | None = None

    @staticmethod
    def final(diagnostic: Diagnostic) -> Failure:
        """A failure for which asking again does not help."""
        failure = Failure(diagnostic.problem, "", None, Words(), passing=False)
        failure._done = diagnostic
        return failure

    def finding(self, attempts: int) -> Diagnostic:
        return self._done or self._problem.at(None, attempts=attempts, **self._args)


def filled(words: Words, **args: object) -> Words:
    """The words with their gaps filled, to stand inside others."""
    return Words(words.say("en", args), words.say("zh", args))


def page_words(page: int | None) -> Words:
    return Words() if page is None else Words(f", page {page}", f"，第 {page} 页")


def said_words(said: str) -> Words:
    return Words(f'; it says "{said}"', f"；其说明为“{said}”") if said else Words()


def no_connection(
    error: Exception, address: str, page: int | None, limits: Limits, secrets: Secrets
) -> Failure:
    """What it means that a request raised this."""
    chain = list(_chain(error))
    said = secrets.said(str(error)) or type(error).__name__
    match error:
        case httpx2.ConnectTimeout() | httpx2.PoolTimeout():
            cause = _seconds(
                Words("no connection after {n} s", "{n} 秒内未能建立连接"), limits.connect_seconds
            )
            return Failure(TIMED_OUT, address, page, cause, setting="connect_seconds")
        case httpx2.TimeoutException():
            cause = _seconds(Words("it said nothing for {n} s", "{n} 秒内没有应答"), limits.silence_seconds)
            return Failure(TIMED_OUT, address, page, cause, setting="silence_seconds")
        case httpx2.DecodingError():
            return Failure(CUT_SHORT, address, page, _GARBLED)
        case httpx2.RemoteProtocolError() if "without sending a response" in said:
            return Failure(NO_ANSWER, address, page, _CLOSED)
        case httpx2.RemoteProtocolError():
            return Failure(CUT_SHORT, address, page, _CUT)
        case (
            httpx2.InvalidURL() | httpx2.UnsupportedProtocol() | UnicodeError() | httpx2.LocalProtocolError()
        ):
            return Failure(NO_ANSWER, address, page, _INVALID, passing=False)
    tls = next((one for one in chain if isinstance(one, ssl.SSLError)), None)
    if tls is not None:
        reason = getattr(tls, "verify_message", "") or (tls.reason or said).replace("_", " ").lower()
        cause = Words(f"no safe connection (TLS): {reason}", f"无法建立安全连接（TLS）：{reason}")
        return Failure(NO_ANSWER, address, page, cause, passing=False)
    unknown = next((one for one in chain if isinstance(one, socket.gaierror)), None)
    if unknown is not None:
        return Failure(NO_ANSWER, address, page, _NO_HOST, passing=unknown.errno == socket.EAI_AGAIN)
    if any(isinstance(one, ConnectionRefusedError) for one in chain):
        return Failure(NO_ANSWER, address, page, _NOBODY)
    return Failure(NO_ANSWER, address, page, filled(_BROKE, said=said))


def refusal(
    address: str, status: int, headers: Mapping[str, str], said: str, page: int | None, longest: float
) -> Failure:
    """What a status other than success means."""
    wait = asks_to_wait(headers)
    limited = status == 429 or (status in (403, 503) and (wait is not None))
    passing = status in _PASSING or limited
    cause = Words(f"status {status}", f"状态 {status}")
    if limited:
        problem = BUSY if status != 503 else SERVER_FAULT
    elif status >= 500:
        problem = SERVER_FAULT
    elif status in (401, 403, 407):
        problem = LOGIN_REFUSED
    elif status in (404, 410):
        problem = NOT_THERE
    else:
        problem = REFUSED
    return Failure(
        problem,
        address,
        page,
        cause,
        passing=passing,
        wait=wait if limited else None,
        status=status,
        said=said_words(said),
        waits=_waits(wait, longest),
    )


def not_json(
    address: str, page: int | None, headers: Mapping[str, str], body: bytes, error: Exception
) -> Failure:
    """What it means that a body of a success could not be read. Web pages do not become JSON by asking again."""
    start = body[:200].lstrip().lower()
    if start.startswith((b"<!doctype", b"<html", b"<head", b"<?xml")) or "html" in headers.get(
        "content-type", ""
    ):
        return Failure(NOT_JSON, address, page, _PAGE, passing=False)
    if not body.strip():
        return Failure(NOT_JSON, address, page, _EMPTY)
    if isinstance(error, json.JSONDecodeError):
        cause = Words(
            f"{error.msg.lower()}, at line {error.lineno}, column {error.colno}",
            f"第 {error.lineno} 行第 {error.colno} 列有误（{error.msg}）",
        )
        return Failure(NOT_JSON, address, page, cause)
    if isinstance(error, UnicodeDecodeError):
        return Failure(NOT_JSON, address, page, _ENCODING, passing=False)
    if isinstance(error, RecursionError):
        return Failure(NOT_JSON, address, page, _NESTED, passing=False)
    return Failure(NOT_JSON, address, page, Words(str(error), str(error)))


def remark(headers: Mapping[str, str], body: bytes) -> str:
    """What the server says of a refusal, as one text; web pages without their tags."""
    text = body[:_LONGEST_REMARK].decode("utf-8", "replace")
    if "html" in headers.get("content-type", "") or text.lstrip()[:1] == "<":
        text = re.sub(r"(?is)<(script|style)\b.*?</\1\s*>|<[^>]*>", " ", text)
    return text


def asks_to_wait(headers: Mapping[str, str]) -> float | None:
    """The seconds that the server asks to wait: Retry-After (seconds or a date), or when its limit is renewed."""
    after = headers.get("retry-after", "").strip()
    if after:
        return _seconds_or_date(after, headers)
    if not is_used_up(headers):
        return None
    for name in _RESET:
        if name in headers:
            return _seconds_or_date(headers[name].strip(), headers)
    return None


def is_used_up(headers: Mapping[str, str]) -> bool:
    """Whether the server says that no request is left for now."""
    return any(headers.get(name, "").strip() == "0" for name in _REMAINING)


def _seconds_or_date(text: str, headers: Mapping[str, str]) -> float | None:
    """A wait in seconds, or the stretch from the server's own clock (its Date header) to a moment."""
    try:
        number = float(text)
    except ValueError:
        moment = _date(text)
    else:
        if not 0 <= number < 10 * _EPOCH:
            return None
        if number < _EPOCH:
            return number
        moment = datetime.datetime.fromtimestamp(number, datetime.UTC)
    now = _date(headers.get("date", ""))
    if moment is None or now is None:
        return None
    return max(0.0, (moment - now).total_seconds())


def _date(text: str) -> datetime.datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=datetime.UTC)


def _waits(wait: float | None, longest: float) -> Words:
    if wait is None:
        return Words("asking again did not help", "重试未能成功")
    seconds = f"{wait:.0f}"
    if wait > longest:
        return Words(
            f"asks to wait {seconds} s, longer than the limit of {longest:g} s",
            f"要求等待 {seconds} 秒，超过 {longest:g} 秒的上限",
        )
    return Words(f"still refuses after waits of {seconds} s as it asked", f"按要求等待 {seconds} 秒后仍拒绝")


def _seconds(words: Words, seconds: float) -> Words:
    return filled(words, n=f"{seconds:g}")


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
