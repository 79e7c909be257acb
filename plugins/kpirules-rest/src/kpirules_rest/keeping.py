"""A pull into a cache: which part is asked for, where an interrupted one is taken up, and when it is complete."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from kpirules.diagnostics import Diagnostic, Words
from kpirules_rest.address import without
from kpirules_rest.cache import Cache, Kept, State
from kpirules_rest.client import Client, Params, with_params
from kpirules_rest.incremental import complete_up_to, highest, server_time
from kpirules_rest.pages import Ask
from kpirules_rest.paths import PathError, search
from kpirules_rest.problems import NOT_THERE, REFUSED, SEEN_TWICE, TAKEN_UP, WRONG_VALUE
from kpirules_rest.question import Question
from kpirules_rest.records import Picker, Record
from kpirules_rest.walk import Page, Stopped, Walk


class Keeping:
    """One pull of a source into its cache."""

    def __init__(
        self, source: Question, client: Client, params: Params, picker: Picker, cache: Cache
    ) -> None:
        self._source, self._client, self._picker, self._cache = source, client, picker, cache
        self._params = params
        self._incremental = source.incremental
        self.walk = Walk(source, client)
        self.notes: list[Diagnostic] = []
        self._state, self._taken_up = self._plan()

    def first(self) -> Ask:
        """The request that the pull begins with, unless it takes up an earlier one."""
        incremental, state = self._incremental, self._state
        added: dict[str, str] = {}
        if incremental is not None:
            since = incremental.sent(None if state.filling is not None else state.mark)
            added = {} if since is None else {incremental.parameter: since}
        return Ask(params={**texts_of(self._params), **self._source.pages.first(), **added})

    def pages(self) -> Iterator[Page]:
        """Every page, after it was put into the cache; at the end, the cache holds all there is. Or Stopped."""
        _go(self._cache.begin(self._state))
        anew = self.first()
        try:
            yield from self._put(self._taken_up or anew)
        except Stopped as stop:
            lost = stop.finding.code in (REFUSED.code, NOT_THERE.code)
            if self._taken_up is None or self.notes or not lost:
                raise
            # The server no longer knows that place: from the beginning. What came already counts once.
            self._state = replace(
                self._state, pull=self._state.pull + 1, at=None, given=0, high=None, since=None
            )
            self._taken_up = None
            self.walk = Walk(self._source, self._client)
            yield from self._put(anew)
        self._finish()

    def _put(self, begin: Ask) -> Iterator[Page]:
        for page in self.walk.pages(begin, self._state.given):
            if self._taken_up is not None and not self.notes:
                address = self._client.shown(self._source.path)
                self.notes.append(TAKEN_UP.at(None, address=address, count=self._state.given))
            kept = list(self._kept(page))
            self._state = self._after(page)
            _go(self._cache.put(kept, self._state))
            yield page

    def _plan(self) -> tuple[State, Ask | None]:
        """The state in which the pull begins, and the request that takes up an earlier one."""
        old, incremental = self._cache.state, self._incremental
        question = question_of(self._source, self._params)
        fresh = replace(old, pull=old.pull + 1, filling=None, at=None, given=0, high=None, since=None)
        if old.question != question:
            return replace(fresh, question=question, generation=old.generation + 1, mark=None), None
        if incremental is None or (old.at is None and not incremental.full):
            return fresh, None
        if old.at is not None and (old.filling is not None or not incremental.full):
            return old, self._taken_out(old.at)
        return replace(fresh, filling=old.generation + 1), None

    def _after(self, page: Page) -> State:
        """The state after a page."""
        state, incremental = self._state, self._incremental
        if incremental is None:
            return replace(state, given=page.given)
        try:
            marks = [incremental.mark_of(one) for one in page.records if isinstance(one, dict)]
        except PathError:
            marks = []
        state = replace(state, given=page.given, high=highest([state.high, *marks]))
        if state.since is None:
            state = replace(state, since=server_time(page.answer.header("date")))
        if incremental.ordered and state.filling is None:
            # The oldest change comes first: all up to here is complete, and the next pull goes on from here.
            return replace(state, mark=complete_up_to(state.high, state.since, state.mark))
        return replace(state, at=self._put_away(page.next))

    def _put_away(self, ask: Ask | None) -> Ask | None:
        """The request as it may lie in the cache: without what the settings give anyway, which may be secret.

        None where it would stand for another place later on, or where it holds a secret all the same.
        """
        if ask is None or not self._source.pages.lasting:
            return None
        given = texts_of(self._params)
        params = {name: value for name, value in ask.params.items() if given.get(name) != value}
        left = [name for name in ask.params if name not in params]
        address = ask.address
        if address is not None:
            address, same = without(address, given)
            left += same
        found = replace(ask, address=address, params=params, left=tuple(left))
        written = json.dumps([found.address, dict(found.params)], default=list)
        return found if self._client.secrets.scrub(written) == written else None

    def _taken_out(self, ask: Ask) -> Ask:
        """The request as it is made: with what the settings give."""
        given = texts_of(self._params)
        again = {name: given[name] for name in ask.left if name in given}
        if ask.address is not None:
            return replace(ask, address=with_params(ask.address, again), left=())
        return replace(ask, params={**again, **ask.params}, left=())

    def _kept(self, page: Page) -> Iterator[Kept]:
        incremental = self._incremental
        for record in self._picker.pick(page.records, page.ask.page):
            key = record.key if self._source.key is not None else f"{record.page}:{record.place}"
            raw = page.records[record.place - 1]
            gone = False
            if incremental is not None and incremental.deleted is not None:
                gone = self._gone(incremental.deleted, raw, record)
            yield Kept(key or "", dict(record.cells), page.ask.page, record.place, gone)

    def _gone(self, path: str, raw: Any, record: Record) -> bool:
        try:
            return search(path, raw) not in (None, False, "", 0, [], {})
        except PathError as error:
            reason = Words(f"cannot be worked out: {error}", f"无法计算：{error}")
            raise Stopped(
                WRONG_VALUE.at(None, record=record.words(), value="", path=path, reason=reason)
            ) from None

    def _finish(self) -> None:
        distinct = self._cache.distinct()
        short = self.walk.shortfall(distinct, more_is_wrong=False)
        if short is not None:
            raise Stopped(short)
        if distinct < self._state.given and self._source.key is not None:
            self.notes.append(SEEN_TWICE.at(None, count=self._state.given - distinct))
        state = self._state
        before = state.mark if state.filling is None else None
        _go(
            self._cache.finish(
                replace(
                    state,
                    generation=state.generation if state.filling is None else state.filling,
                    mark=complete_up_to(state.high, state.since, before),
                    filling=None,
                    at=None,
                )
            )
        )


def question_of(source: Question, params: Params) -> str:
    """What is asked and kept, as a hash without secrets: a cache answers one question."""
    columns = None if source.columns is None else [[name, one.path] for name, one in source.columns.items()]
    incremental = source.incremental
    asked = [
        _identity(source, params),
        source.records,
        source.key,
        columns,
        source.pages.model_dump(mode="json"),
        None if incremental is None else incremental.model_dump(mode="json", exclude={"folder", "full"}),
    ]
    return hashlib.sha256(json.dumps(asked, default=str).encode()).hexdigest()


def file_of(source: Question, params: Params, folder: str) -> str:
    """The cache's file: named after the host and the path, and after who asks for what."""
    parts = urlsplit(source.address)
    name = re.sub(r"[^A-Za-z0-9.]+", "-", f"{parts.hostname or ''}-{source.path}").strip("-.")[:80]
    mark = hashlib.sha256(json.dumps(_identity(source, params), default=str).encode()).hexdigest()[:12]
    return os.path.join(folder, f"{name}-{mark}.sqlite")


def _identity(source: Question, params: Params) -> list[object]:
    who = [getattr(source.auth, name, None) for name in ("kind", "user", "client_id")]
    return [source.address, source.path, sorted(texts_of(params).items()), *who]


def texts_of(params: Params) -> Mapping[str, str | list[str]]:
    """The parameters as they are sent; a list of one is that one."""
    found: dict[str, str | list[str]] = {}
    for name, value in params.items():
        texts = [str(value)] if isinstance(value, str | int) else [str(one) for one in value]
        found[name] = texts[0] if len(texts) == 1 else texts
    return found


def _go(wrong: Diagnostic | None) -> None:
    if wrong is not None:
        raise Stopped(wrong)
