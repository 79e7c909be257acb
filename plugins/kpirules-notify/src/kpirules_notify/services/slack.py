"""Slack: blocks with a text for notifications, or text alone; an answer is a word, and 429 names a wait."""

from __future__ import annotations

from collections.abc import Sequence

from kpirules.diagnostics import Words
from kpirules_notify.news import Draft, Line, left_out_words, level_word, link_words, people_words, run_words
from kpirules_notify.options import Format
from kpirules_notify.services.shape import (
    MARKS,
    Call,
    Payload,
    Verdict,
    encoded,
    meaning_of,
    plain_text,
    unlinked,
)

_LONGEST_HEADER = 150
_LONGEST_SECTION = 3000
_LONGEST_TEXT = 4000
_MOST_BLOCKS = 50
_CODES = {
    "invalid_payload": Words("the message is not in its shape", "消息格式有误"),
    "invalid_blocks": Words("the message is not in its shape", "消息格式有误"),
    "no_text": Words("the message is empty", "消息内容为空"),
    "invalid_token": Words("the address is no longer valid", "地址已失效"),
    "no_service": Words("the webhook is switched off or does not exist", "webhook 已停用或不存在"),
    "no_service_id": Words("the address is not that of a webhook", "地址不是 webhook 的地址"),
    "no_team": Words("the workspace does not exist", "工作区不存在"),
    "team_disabled": Words("the workspace is switched off", "工作区已停用"),
    "user_not_found": Words("whoever is written to does not exist", "收件人不存在"),
    "channel_not_found": Words("the channel does not exist", "频道不存在"),
    "channel_is_archived": Words("the channel is archived", "频道已归档"),
    "action_prohibited": Words("an administrator does not allow it", "管理员不允许此操作"),
    "posting_to_general_channel_denied": Words(
        "only some may write into this channel", "该频道仅限部分成员发言"
    ),
    "too_many_attachments": Words("the message is too long", "消息过长"),
}


class Slack:
    title = Words("Slack", "Slack")
    hosts = ("hooks.slack.com", "hooks.slack-gov.com")
    formats: tuple[Format, ...] = ("blocks", "text")

    def limit(self, format: Format) -> int:
        return 12_000

    def size(self, payload: Payload, format: Format) -> int:
        """Beyond what any of the limits on single parts allows, the message counts as too large."""
        blocks = payload.get("blocks", [])
        parts = [len(block["text"]["text"]) for block in blocks if block["type"] == "section"]
        fits = len(blocks) <= _MOST_BLOCKS and all(part <= _LONGEST_SECTION for part in parts)
        if not fits or len(payload["text"]) > _LONGEST_TEXT:
            return self.limit(format) + 1
        return len(encoded(payload))

    def payload(self, drafts: Sequence[Draft], format: Format, call: Call) -> Payload:
        called = "<!channel>" if call.everybody else " ".join(f"<@{one}>" for one in call.ids)
        text = plain_text(drafts, escaped)
        if format == "text":
            return {"text": f"{text}\n{called}".strip()}
        blocks = [block for draft in drafts for block in _blocks(draft)]
        if called:
            blocks.append(_section(called))
        return {"text": text, "blocks": blocks}

    def signed(self, address: str, payload: Payload, secret: str, seconds: float) -> tuple[str, Payload]:
        return address, payload

    def verdict(self, status: int, body: bytes) -> Verdict:
        said = body[:200].decode("utf-8", "replace").strip()
        if status == 200 and said == "ok":
            return Verdict(True)
        known = said.replace("_", "").isalnum() and said.isascii() and len(said) < 60
        limited = status == 429 or said in ("rate_limited", "message_limit_exceeded")
        code = f"{status} {said}" if known else str(status)
        return Verdict(False, code, "", limited, meaning_of(_CODES, said), known or limited)


def _blocks(draft: Draft) -> list[Payload]:
    title = draft.title if len(draft.title) <= _LONGEST_HEADER else draft.title[: _LONGEST_HEADER - 1] + "…"
    blocks: list[Payload] = [
        {"type": "header", "text": {"type": "plain_text", "text": title, "emoji": False}}
    ]
    blocks.append(_section(escaped(draft.intro)))
    blocks += [_section(_line(line, draft)) for line in draft.lines]
    more = left_out_words(draft)
    if more:
        blocks.append(_section(more))
    if draft.link:
        # Brackets and bars were refused in the setting: nothing in it can end the link.
        blocks.append(_section(f"<{draft.link.replace('&', '&amp;')}|{link_words(draft.language)}>"))
    context = {"type": "plain_text", "text": run_words(draft), "emoji": False}
    blocks.append({"type": "context", "elements": [context]})
    return blocks


def _line(line: Line, draft: Draft) -> str:
    colon = "：" if draft.language == "zh" else ": "
    people = escaped(people_words(line, draft.language))
    return f"{MARKS[line.level]} *{level_word(line, draft.language)} · {escaped(line.label)}*{colon}{people}"


def _section(text: str) -> Payload:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def escaped(text: str) -> str:
    """Text from data: & < > are the only signs that Slack takes for more than letters and emphasis."""
    return unlinked(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


SLACK = Slack()
