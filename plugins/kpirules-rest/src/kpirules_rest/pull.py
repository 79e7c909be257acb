"""One pull as chunks of the seam: never short in silence, never a record twice.

Without a key, a page's rows are given on at once. With one (or without declared columns), pages go through a
cache: a record that comes twice counts once, in its latest state, and rows are given when all is there.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import Any

import pyarrow as pa

from kpirules.diagnostics import Diagnostic
from kpirules.plugin import Chunk, DataRequest
from kpirules_rest.cache import Cache
from kpirules_rest.keeping import Keeping, file_of, texts_of
from kpirules_rest.pages import Ask
from kpirules_rest.problems import NO_COLUMNS
from kpirules_rest.question import Question
from kpirules_rest.records import Findings, Picker, Reader, Record, column_of
from kpirules_rest.walk import Stopped, Walk

_STRETCH = 5_000  # records of the cache that make one batch
_PULLING = 0.9  # the share of the work that is pulling, where rows come from the cache afterwards


class Pull:
    """`run` gives first an empty chunk, of the table's schema or with the reason why there is none; then the rows."""

    def __init__(self, source: Question, request: DataRequest[Any]) -> None:
        self._source, self._request = source, request
        self._client = source.connect()
        self.path = self._client.shown(source.path)
        self.query = ""
        self.header: tuple[str, ...] = () if source.columns is None else tuple(source.columns)
        self._findings = Findings(self.path)
        self._params = source.asked(request)
        self._picker = Picker(source.columns, source.key, self._findings)
        self._reader: Reader | None = None
        if source.columns is not None:
            self._reader = Reader(source.columns, request.columns, self._findings)
        self._row = 1

    def run(self) -> Generator[Chunk, None, None]:
        kept = self._source.columns is None or self._source.key is not None
        with self._client:
            try:
                yield from self._kept() if kept else self._streamed()
            except Stopped as stop:
                yield self._empty(*self._findings.rest(), stop.finding)

    def _empty(self, *findings: Diagnostic, done: float | None = None) -> Chunk:
        """A chunk without rows: to open with, as a sign of life, or for findings."""
        batch = self._reader.batch((), 1) if self._reader else pa.RecordBatch.from_pydict({})
        return Chunk(batch, self._row, findings, done)

    def _rows(self, records: list[Record], done: float | None) -> Chunk:
        assert self._reader is not None
        batch = self._reader.batch(records, self._row)
        chunk = Chunk(batch, self._row, self._findings.drain(), done)
        self._row += len(records)
        return chunk

    def _streamed(self) -> Iterator[Chunk]:
        walk = Walk(self._source, self._client)
        first = Ask(params={**texts_of(self._params), **self._source.pages.first()})
        self.query = self._client.shown(self._source.path, first.params)
        opened = False
        for page in walk.pages(first):
            if not opened:
                yield self._empty()
                opened = True
            yield self._rows(self._picker.pick(page.records, page.ask.page, self._row), page.share)
        short = walk.shortfall(walk.given, more_is_wrong=True)
        if short is not None:
            raise Stopped(short)
        yield self._empty(*self._findings.rest(), *self._picker.nowhere(), *walk.asked_again())

    def _kept(self) -> Iterator[Chunk]:
        incremental = self._source.incremental
        file = None if incremental is None else file_of(self._source, self._params, incremental.folder)
        cache = Cache.open(file)
        if isinstance(cache, Diagnostic):
            raise Stopped(cache)
        try:
            yield from self._through(cache)
        finally:
            cache.close()

    def _through(self, cache: Cache) -> Iterator[Chunk]:
        keeping = Keeping(self._source, self._client, self._params, self._picker, cache)
        self.query = self._client.shown(self._source.path, keeping.first().params)
        opened = False
        for page in keeping.pages():
            if self._reader is not None:
                yield self._empty(done=None if page.share is None else page.share * _PULLING)
                opened = True
        if self._reader is None:
            self._reader = self._all_columns(cache)
        if not opened:
            yield self._empty()
        yield from self._from(cache)
        notes = (*keeping.notes, *self._picker.nowhere(), *keeping.walk.asked_again())
        yield self._empty(*self._findings.rest(), *notes)

    def _from(self, cache: Cache) -> Iterator[Chunk]:
        """The rows of a complete cache. Only what the latest pull brought still knows its page."""
        count, keyed = cache.count(), self._source.key is not None
        for stretch in cache.stretches(_STRETCH):
            records = [
                Record(one.cells, one.page if new else None, one.place, one.id if keyed else None)
                for one, new in stretch
            ]
            yield self._rows(records, _PULLING + (1 - _PULLING) * (self._row - 1 + len(records)) / count)

    def _all_columns(self, cache: Cache) -> Reader:
        """Every field that a record has, where no columns are declared."""
        names: dict[str, None] = {}
        for stretch in cache.stretches(_STRETCH):
            for one, _ in stretch:
                names |= dict.fromkeys(one.cells)
        if not names:
            raise Stopped(NO_COLUMNS.at(None, address=self.path))
        self.header = tuple(names)
        return Reader({name: column_of(name) for name in names}, self._request.columns, self._findings)
