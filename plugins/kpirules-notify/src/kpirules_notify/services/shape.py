"""What a chat is to the sender, and what several of them share: words of a message, escaping, the size of JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from kpirules.diagnostics import Words
from kpirules_notify.news import Draft, left_out_words, level_word, link_words, people_words, run_words
from kpirules_notify.options import Format

Payload: TypeAlias = "dict[str, Any]"

MARKS = {"critical": "🔴", "warning": "🟠", "info": "🔵"}
_UNKNOWN = Words("see the service's documentation on this code", "请查阅该服务文档对此代码的说明")
# Their full-width twins look like them, and are no markup anywhere.
_TWINS = str.maketrans("[]()<>*_~`|\\#", "［］（）＜＞＊＿～｀｜＼＃")


@dataclass(frozen=True, slots=True)
class Call:
    """Who is to be called: ids or phone numbers, or everybody."""

    ids: tuple[str, ...] = ()
    everybody: bool = False

    @property
    def somebody(self) -> bool:
        return self.everybody or bool(self.ids)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an answer says of the message. known: whether it is in the service's shape at all."""

    taken: bool
    code: str = ""
    said: str = ""
    limited: bool = False
    meaning: Words = _UNKNOWN
    known: bool = True


class Shape(Protocol):
    """One service. formats: what it has, the default first; limit: bytes of a message, as `size` counts them."""

    @property
    def title(self) -> Words: ...
    @property
    def hosts(self) -> tuple[str, ...]: ...
    @property
    def formats(self) -> tuple[Format, ...]: ...
    def limit(self, format: Format) -> int: ...
    def size(self, payload: Payload, format: Format) -> int: ...
    def payload(self, drafts: Sequence[Draft], format: Format, call: Call) -> Payload: ...
    def signed(self, address: str, payload: Payload, secret: str, seconds: float) -> tuple[str, Payload]:
        """Address and payload with the signature for this moment."""
        ...

    def verdict(self, status: int, body: bytes) -> Verdict: ...


def encoded(payload: Payload) -> bytes:
    """The payload as it is sent."""
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def harmless(text: str) -> str:
    """Text from data in which no service finds markup, a link or a call."""
    return unlinked(text).translate(_TWINS)


def unlinked(text: str) -> str:
    """Text from data that no program turns into a link by itself."""
    return text.replace("://", "：//")


def same(text: str) -> str:
    return text


def plain_text(drafts: Sequence[Draft], escape: Callable[[str], str] = same) -> str:
    """The message as text without markup."""
    return "\n\n".join(_plain(draft, escape) for draft in drafts)


def _plain(draft: Draft, escape: Callable[[str], str]) -> str:
    lines = [escape(draft.title), escape(draft.intro)]
    colon = "：" if draft.language == "zh" else ": "
    for line in draft.lines:
        head = f"{MARKS[line.level]} [{level_word(line, draft.language)}] {escape(line.label)}"
        lines.append(head + colon + escape(people_words(line, draft.language)))
    lines.append(left_out_words(draft))
    lines.append(escape(run_words(draft)))
    if draft.link:
        lines.append(f"{link_words(draft.language)}{colon}{draft.link}")
    return "\n".join(line for line in lines if line)


def read_json(body: bytes) -> Mapping[str, Any] | None:
    """The object that an answer holds; None where it is none."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def meaning_of(codes: Mapping[str, Words], code: str) -> Words:
    return codes.get(code, _UNKNOWN)
