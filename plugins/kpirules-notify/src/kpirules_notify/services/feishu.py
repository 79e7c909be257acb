"""Feishu and Lark: text, rich text and cards, signed in the body; 100 messages a minute, 20 KB each."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence

from kpirules.diagnostics import Words
from kpirules_notify.news import Draft, left_out_words, level_word, link_words, people_words, run_words
from kpirules_notify.options import Format
from kpirules_notify.services.shape import (
    MARKS,
    Call,
    Payload,
    Verdict,
    encoded,
    harmless,
    meaning_of,
    plain_text,
    read_json,
    unlinked,
)

_LIMITED = frozenset({"11232", "11233", "9499429", "99991400"})
_CODES = {
    "9499": Words("the message is not in its shape", "消息格式有误"),
    "19001": Words("the address is not that of a robot", "地址不是机器人的地址"),
    "19002": Words("the message is not in its shape", "消息格式有误"),
    "19021": Words(
        "the signature does not fit: check `secret`, and this machine's clock (at most an hour off)",
        "签名校验失败：请检查 `secret` 和本机时钟（误差不超过一小时）",
    ),
    "19022": Words("this machine's IP is not on the robot's list", "本机 IP 不在机器人的白名单中"),
    "19024": Words(
        "the robot's keyword is not in the message: set `keyword`",
        "消息中没有机器人要求的关键词：请设置 `keyword`",
    ),
}
_LOCALES = {"en": "en_us", "zh": "zh_cn"}
_COLOURS = {"critical": "red", "warning": "orange", "info": "blue"}


class Feishu:
    title = Words("Feishu/Lark", "飞书")
    hosts = ("open.feishu.cn", "open.larksuite.com")
    formats: tuple[Format, ...] = ("card", "post", "text")

    def limit(self, format: Format) -> int:
        return 20 * 1024 - 200  # the signature and its time come on top

    def size(self, payload: Payload, format: Format) -> int:
        return len(encoded(payload))

    def payload(self, drafts: Sequence[Draft], format: Format, call: Call) -> Payload:
        called = ("all",) if call.everybody else call.ids
        if format == "text":
            at = "".join(f'\n<at user_id="{one}"></at>' for one in called)
            return {"msg_type": "text", "content": {"text": plain_text(drafts, harmless) + at}}
        if format == "post":
            # Every reader sees the languages there are in turn: one block each would show only the reader's own.
            rows = [row for draft in drafts for row in _rows(draft, draft is not drafts[0])]
            if called:
                rows.append([{"tag": "at", "user_id": one} for one in called])
            locale = _LOCALES[drafts[0].language]
            post = {locale: {"title": drafts[0].title, "content": rows}}
            return {"msg_type": "post", "content": {"post": post}}
        return {"msg_type": "interactive", "card": _card(drafts, called)}

    def signed(self, address: str, payload: Payload, secret: str, seconds: float) -> tuple[str, Payload]:
        stamp = str(int(seconds))
        # The text to sign is the key, and what is signed is nothing: so the service has it.
        mac = hmac.new(f"{stamp}\n{secret}".encode(), b"", hashlib.sha256).digest()
        return address, {"timestamp": stamp, "sign": base64.b64encode(mac).decode(), **payload}

    def verdict(self, status: int, body: bytes) -> Verdict:
        answer = read_json(body)
        if answer is None or not ("code" in answer or "StatusCode" in answer):
            return Verdict(False, str(status), known=False, limited=status == 429)
        code = str(answer.get("code", answer.get("StatusCode")))
        said = str(answer.get("msg", answer.get("StatusMessage", "")))
        return Verdict(code == "0", code, said, code in _LIMITED or status == 429, meaning_of(_CODES, code))


def _rows(draft: Draft, titled: bool) -> list[list[dict[str, str]]]:
    colon = "：" if draft.language == "zh" else ": "
    texts = [draft.title, draft.intro] if titled else [draft.intro]
    texts += [
        f"{MARKS[line.level]} [{level_word(line, draft.language)}] {line.label}{colon}{people_words(line, draft.language)}"
        for line in draft.lines
    ]
    texts += [left_out_words(draft), run_words(draft)]
    rows = [[{"tag": "text", "text": unlinked(text)}] for text in texts if text]
    if draft.link:
        rows.append([{"tag": "a", "text": link_words(draft.language), "href": draft.link}])
    return rows


def _card(drafts: Sequence[Draft], called: Sequence[str]) -> Payload:
    elements: list[Payload] = []
    for draft in drafts:
        if elements:
            elements.append({"tag": "hr"})
            elements.append({"tag": "markdown", "content": f"**{harmless(draft.title)}**"})
        elements.append({"tag": "markdown", "content": _markdown(draft)})
        elements.append({"tag": "note", "elements": [{"tag": "plain_text", "content": run_words(draft)}]})
        if draft.link:
            button = {
                "tag": "button",
                "text": {"tag": "plain_text", "content": link_words(draft.language)},
                "url": draft.link,
                "type": "primary",
            }
            elements.append({"tag": "action", "actions": [button]})
    if called:
        elements.append({"tag": "markdown", "content": "".join(f"<at id={one}></at>" for one in called)})
    gravest = drafts[0].lines[0].level if drafts[0].lines else "info"
    header = {"title": {"tag": "plain_text", "content": drafts[0].title}, "template": _COLOURS[gravest]}
    return {"config": {"wide_screen_mode": True}, "header": header, "elements": elements}


def _markdown(draft: Draft) -> str:
    colon = "：" if draft.language == "zh" else ": "
    parts = [harmless(draft.intro)]
    parts += [
        f"{MARKS[line.level]} **{level_word(line, draft.language)} · {harmless(line.label)}**{colon}"
        f"{harmless(people_words(line, draft.language))}"
        for line in draft.lines
    ]
    parts.append(left_out_words(draft))
    return "\n".join(part for part in parts if part)


FEISHU = Feishu()
