"""A list of records behind an HTTP interface, as a source of the seam. Other packages build theirs on it.

A source says what to ask and what a record holds; `kpirules_rest.pull` does the work.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from kpirules.plugin import DataRequest, Description, SheetInfo, Source
from kpirules_rest.pull import Pull
from kpirules_rest.question import Question


@dataclass(frozen=True, kw_only=True)
class RestSource(Question):
    """A question with its answer.

    Configure one, or subclass it and override `asked` (parameters from the request's hints), `fill` (further
    requests for the records of a page) or `connect`.
    """

    def read(self, request: DataRequest[Any]) -> Source:
        """The records as a source. The first page is asked for at once, the others as chunks are taken."""
        pull = Pull(self, request)
        chunks = pull.run()
        opening = next(chunks)
        if any(one.is_error for one in opening.diagnostics):
            chunks.close()
            return Source.refused(pull.path, *opening.diagnostics)
        schema = opening.batch.schema
        return Source(pull.path, None, pull.header, schema, chunks, opening.diagnostics, query=pull.query)

    def describe(self, request: DataRequest[Any]) -> Description:
        """The columns; where none are declared, those of all records."""
        # Without the cache: describing is not pulling.
        source = replace(self, incremental=None).read(request)
        close = getattr(source.chunks, "close", None)
        if close is not None:
            close()
        if source.schema is None:
            return Description((), source.diagnostics)
        return Description((SheetInfo(None, source.header),), source.diagnostics)
