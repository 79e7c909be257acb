"""How a server splits a list over several answers, and what to ask for next.

Each kind is a model with two methods: `first` gives the parameters of the first request, `after` the next
request, or None at the end. They keep no state: a pull may be taken up from any `Ask`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Literal
from urllib.parse import urljoin

from pydantic import Field

from kpirules_rest.answers import Answer
from kpirules_rest.paths import Path, search
from kpirules_rest.settings import Settings

_LINK = re.compile(r"<([^>]*)>((?:\s*;\s*[\w*-]+\s*=\s*(?:\"[^\"]*\"|[^\s;,]+))*)")
_NEXT = re.compile(r";\s*rel\s*=\s*(?:\"([^\"]*)\"|([^\s;,]+))", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Ask:
    """One request of a pull. address: a whole one, or None for that of the pull; page: counted from 1.

    left: in a cache, the parameters that were left out because the settings give them.
    """

    page: int = 1
    address: str | None = None
    params: Mapping[str, str | Sequence[str]] = field(default_factory=dict)
    left: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Got:
    """What came. given: how many records came so far, these among them."""

    answer: Answer
    records: Sequence[Any]
    given: int


class _Pages(Settings):
    #: Whether a pull may go on after hours from where it stood: a number of a page means another page by then.
    lasting: ClassVar[bool] = False

    size: str | None = Field(default=None, description="The parameter for the number of records of a page.")
    per_page: int | None = Field(default=None, ge=1, description="How many records to ask for in a page.")
    total: Path | None = Field(
        default=None,
        description="Where the answer says how many records there are in all; checked at the end.",
    )

    def first(self) -> dict[str, str]:
        """The parameters that the first request adds."""
        return {self.size: str(self.per_page)} if self.size and self.per_page else {}

    def after(self, ask: Ask, got: Got) -> Ask | None:
        return None

    def total_of(self, answer: Answer) -> int | None:
        """How many records the server says there are in all."""
        found = None if self.total is None else search(self.total, answer.body)
        if isinstance(found, str) and found.strip().isdigit():
            return int(found)
        return found if isinstance(found, int) and not isinstance(found, bool) and found >= 0 else None

    def _complete(self, got: Got) -> bool:
        total = self.total_of(got.answer)
        return not got.records or (total is not None and got.given >= total)


class OnePage(_Pages):
    """Everything in one answer."""

    kind: Literal["none"] = Field(default="none", description="Everything comes in one answer.")


class Numbered(_Pages):
    """Pages by number, up to one without records (or as many as the server says)."""

    kind: Literal["page"] = Field(default="page", description="Pages are asked for by their number.")
    number: str = Field(default="page", description="The parameter for the page's number.")
    begin: int = Field(default=1, description="The first page's number.")
    pages: Path | None = Field(default=None, description="Where the answer says how many pages there are.")
    size: str | None = Field(
        default="per_page", description="The parameter for the number of records of a page."
    )
    short_ends: bool = Field(
        default=False,
        description="Whether a page with fewer than per_page records is the last, so that no more is asked.",
    )

    def first(self) -> dict[str, str]:
        return super().first() | {self.number: str(self.begin)}

    def after(self, ask: Ask, got: Got) -> Ask | None:
        pages = None if self.pages is None else search(self.pages, got.answer.body)
        if self._complete(got) or (isinstance(pages, int) and ask.page >= pages):
            return None
        if self.short_ends and self.per_page and len(got.records) < self.per_page:
            return None
        return Ask(ask.page + 1, ask.address, {**ask.params, self.number: str(self.begin + ask.page)})


class Offset(_Pages):
    """Pages by the number of records before them."""

    kind: Literal["offset"] = Field(
        default="offset", description="Pages are asked for by the records before them."
    )
    offset: str = Field(default="offset", description="The parameter for the number of records to skip.")
    size: str | None = Field(
        default="limit", description="The parameter for the number of records of a page."
    )
    per_page: int | None = Field(default=100, ge=1, description="How many records to ask for in a page.")

    def first(self) -> dict[str, str]:
        return super().first() | {self.offset: "0"}

    def after(self, ask: Ask, got: Got) -> Ask | None:
        if self._complete(got):
            return None
        return Ask(ask.page + 1, ask.address, {**ask.params, self.offset: str(got.given)})


class Cursor(_Pages):
    """Each answer names a mark, with which the next page is asked for."""

    lasting: ClassVar[bool] = True
    kind: Literal["cursor"] = Field(
        default="cursor", description="Each answer holds the mark of the next page."
    )
    next: Path = Field(description="Where the answer holds the mark of the next page.")
    parameter: str = Field(default="cursor", description="The parameter in which the mark is sent.")
    more: Path | None = Field(default=None, description="Where the answer says whether there are more pages.")
    end: Path | None = Field(default=None, description="Where the answer says that this was the last page.")
    alone: bool = Field(default=False, description="Whether the mark is sent without the other parameters.")

    def after(self, ask: Ask, got: Got) -> Ask | None:
        body = got.answer.body
        if self.more is not None and not search(self.more, body):
            return None
        if self.end is not None and search(self.end, body):
            return None
        mark = search(self.next, body)
        if mark is None or mark == "" or isinstance(mark, bool | list | dict):
            return None
        kept = {} if self.alone else dict(ask.params)
        return Ask(ask.page + 1, ask.address, {**kept, self.parameter: str(mark)})


class NextLink(_Pages):
    """Each answer holds the address of the next page, in its body or in its header Link."""

    lasting: ClassVar[bool] = True
    kind: Literal["next_link"] = Field(
        default="next_link", description="Each answer holds the next page's address."
    )
    path: Path | None = Field(
        default=None,
        description='Where the answer holds the address. None: in the header Link, as rel="next".',
    )

    def after(self, ask: Ask, got: Got) -> Ask | None:
        if self.path is None:
            link = next_of(got.answer.header("link") or "")
        else:
            found = search(self.path, got.answer.body)
            link = found if isinstance(found, str) else None
        return Ask(ask.page + 1, urljoin(got.answer.link, link)) if link else None


class Keyset(_Pages):
    """Each page begins after the last record of the one before."""

    lasting: ClassVar[bool] = True
    kind: Literal["keyset"] = Field(
        default="keyset", description="Each page begins after the last record of the one before."
    )
    value: Path = Field(default="id", description="Where a record holds the value that pages go by.")
    parameter: str = Field(
        default="since_id", description="The parameter in which the last record's value is sent."
    )

    def after(self, ask: Ask, got: Got) -> Ask | None:
        if self._complete(got):
            return None
        last = search(self.value, got.records[-1])
        return Ask(
            ask.page + 1, ask.address, {**ask.params, self.parameter: "" if last is None else str(last)}
        )


Pages = Annotated[OnePage | Numbered | Offset | Cursor | NextLink | Keyset, Field(discriminator="kind")]


def next_of(header: str) -> str | None:
    """The address with rel="next" of a Link header."""
    for address, rest in _LINK.findall(header):
        for quoted, bare in _NEXT.findall(rest):
            if "next" in (quoted or bare).lower().split():
                return str(address)
    return None
