"""From page to page: asks, finds the records, lets the source fill them in; tells a circle and a shortfall."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kpirules.diagnostics import Diagnostic, Words
from kpirules_rest.answers import Answer
from kpirules_rest.cells import as_written
from kpirules_rest.client import Client
from kpirules_rest.failures import page_words
from kpirules_rest.pages import Ask, Got, OnePage
from kpirules_rest.paths import PathError, search
from kpirules_rest.problems import ASKED_AGAIN, FEWER, MORE_PAGES, NO_RECORDS, PAGE_TWICE, SAID_ERROR
from kpirules_rest.question import Question

_MOST_KEYS = 20


class Stopped(Exception):
    """The pull cannot go on, for this reason. It does not leave this package."""

    def __init__(self, finding: Diagnostic) -> None:
        super().__init__(finding.code)
        self.finding = finding


@dataclass(frozen=True, slots=True)
class Page:
    """A page that came: its request, its records as the source filled them in, and the next request."""

    ask: Ask
    answer: Answer
    records: list[Any]
    given: int  # records so far, these among them
    total: int | None
    next: Ask | None

    @property
    def share(self) -> float | None:
        return min(1.0, self.given / self.total) if self.total else None


class Walk:
    """One walk through the pages. given: how many records came; total: how many the server says there are."""

    def __init__(self, source: Question, client: Client) -> None:
        self._source, self._client = source, client
        self._address = client.shown(source.path)
        self._asked: set[str] = set()
        self._seen: dict[bytes, int] = {}
        self.given = 0
        self.total: int | None = None

    def pages(self, ask: Ask | None, given: int = 0) -> Iterator[Page]:
        """Every page from this request on. Stopped where something is wrong."""
        self.given = given
        while ask is not None:
            if ask.page > self._source.limits.max_pages:
                limit = self._source.limits.max_pages
                raise Stopped(MORE_PAGES.at(None, address=self._address, limit=limit))
            self._asked.add(_mark(ask))
            page = self._page(ask)
            if page.next is not None and _mark(page.next) in self._asked:
                raise Stopped(self._circle(page))
            yield page
            ask = page.next

    def _page(self, ask: Ask) -> Page:
        number = None if isinstance(self._source.pages, OnePage) else ask.page
        answer = self._client.get_json(ask.address or self._source.path, ask.params, page=number)
        if isinstance(answer, Diagnostic):
            raise Stopped(answer)
        try:
            found = self._records(answer, number)
            self._refuse_twice(found, ask.page)
            self.given += len(found)
            following = self._source.pages.after(ask, Got(answer, found, self.given))
            total = self._source.pages.total_of(answer)
        except PathError as error:
            raise Stopped(
                self._no_records(answer, number, Words(f"an error ({error})", f"错误（{error}）"))
            ) from None
        self.total = self.total if total is None else total
        filled = self._filled(found)
        return Page(ask, answer, filled, self.given, self.total, following)

    def _filled(self, found: list[Any]) -> list[Any]:
        if not all(isinstance(one, dict) for one in found):
            return found  # told when the records are picked
        filled = self._source.fill(self._client, found)
        if isinstance(filled, Diagnostic):
            raise Stopped(filled)
        return filled

    def _records(self, answer: Answer, number: int | None) -> list[Any]:
        source = self._source
        if source.error_path is not None:
            wrong = search(source.error_path, answer.body)
            if wrong not in (None, "", False, [], {}):
                said = self._client.secrets.said(as_written(wrong))
                page = page_words(number)
                raise Stopped(SAID_ERROR.at(None, address=answer.address, page=page, said=said))
        found = search(source.records, answer.body)
        if isinstance(found, list):
            return found
        raise Stopped(self._no_records(answer, number, _what(found)))

    def _no_records(self, answer: Answer, number: int | None, what: Words) -> Diagnostic:
        body = answer.body
        keys = ", ".join(list(body)[:_MOST_KEYS]) if isinstance(body, dict) and body else _what(body)
        return NO_RECORDS.at(
            None,
            address=answer.address,
            path=self._source.records,
            page=page_words(number),
            what=what,
            keys=self._client.secrets.said(keys) if isinstance(keys, str) else keys,
        )

    def _refuse_twice(self, found: list[Any], page: int) -> None:
        """A page that begins and ends with the very records of one before is that page again."""
        if not found:
            return
        ends = json.dumps([len(found), found[0], found[-1]], sort_keys=True, default=str)
        content = hashlib.sha256(ends.encode()).digest()
        before = self._seen.setdefault(content, page)
        if before != page:
            cause = Words(
                f"page {page} holds the same records as page {before}",
                f"第 {page} 页与第 {before} 页的记录相同",
            )
            raise Stopped(PAGE_TWICE.at(None, address=self._address, cause=cause))

    def _circle(self, page: Page) -> Diagnostic:
        number = page.ask.page
        cause = Words(
            f"after page {number}, it names one that was asked for before",
            f"第 {number} 页之后指向已请求过的页",
        )
        return PAGE_TWICE.at(None, address=self._address, cause=cause)

    def shortfall(self, count: int, *, more_is_wrong: bool) -> Diagnostic | None:
        """Whether other than `count` records are there by what the server states."""
        total = self.total
        if total is None or count == total or (count > total and not more_is_wrong):
            return None
        return FEWER.at(None, address=self._address, total=total, count=count)

    def asked_again(self) -> tuple[Diagnostic, ...]:
        """Says so, where requests had to be made again."""
        tally = self._client.tally
        if not tally.again:
            return ()
        return (ASKED_AGAIN.at(None, address=self._address, count=tally.again, cause=tally.reason),)


def _mark(ask: Ask) -> str:
    return json.dumps([ask.address, sorted(ask.params.items())], default=list)


def _what(value: Any) -> Words:
    match value:
        case None:
            return Words("nothing", "空")
        case Mapping():
            return Words("an object", "对象")
        case list():
            return Words("a list", "列表")
        case _:
            return Words("a single value", "单个值")
