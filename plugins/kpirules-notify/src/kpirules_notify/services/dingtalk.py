"""DingTalk: text, markdown and action cards, signed in the address; 20 messages a minute, 20,000 bytes each."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence
from urllib.parse import quote_plus

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
)

_LIMITED = frozenset({"130101", "410100", "90018"})
_CODES = {
    "310000": Words(
        "the robot's security rules do not let it pass: keyword, signature (`secret`) or this machine's IP",
        "未通过机器人的安全设置：关键词、加签（`secret`）或本机 IP",
    ),
    "300001": Words("the token in the address is not known", "地址中的 token 无效"),
    "300005": Words("the token in the address is not known", "地址中的 token 无效"),
    "400013": Words("the group has been dissolved", "群已解散"),
    "400101": Words("the token in the address is not known", "地址中的 access_token 不存在"),
    "400102": Words("the robot is switched off", "机器人已停用"),
    "400106": Words("this kind of message is not supported", "不支持此消息类型"),
    "430101": Words("the message holds a link that is not allowed", "消息含不安全的外链"),
    "430102": Words("the message holds words that are not allowed", "消息含不合适的文本"),
}


class DingTalk:
    title = Words("DingTalk", "钉钉")
    hosts = ("oapi.dingtalk.com",)
    formats: tuple[Format, ...] = ("markdown", "text", "card")

    def limit(self, format: Format) -> int:
        return 20_000

    def size(self, payload: Payload, format: Format) -> int:
        return len(encoded(payload))

    def payload(self, drafts: Sequence[Draft], format: Format, call: Call) -> Payload:
        title = harmless(drafts[0].title)
        called = {"atMobiles": list(call.ids), "isAtAll": call.everybody}
        at = "".join(f" @{one}" for one in call.ids)
        if format == "text":
            content = plain_text(drafts, harmless) + (f"\n{at.strip()}" if at else "")
            return {"msgtype": "text", "text": {"content": content}, "at": called}
        text = "\n\n---\n\n".join(_markdown(draft, format) for draft in drafts)
        if format == "markdown":
            text += f"\n\n{at.strip()}" if at else ""
            return {"msgtype": "markdown", "markdown": {"title": title, "text": text}, "at": called}
        card: dict[str, str] = {"title": title, "text": text, "btnOrientation": "0"}
        if drafts[0].link:
            card |= {"singleTitle": link_words(drafts[0].language), "singleURL": drafts[0].link}
        return {"msgtype": "actionCard", "actionCard": card}

    def signed(self, address: str, payload: Payload, secret: str, seconds: float) -> tuple[str, Payload]:
        stamp = str(round(seconds * 1000))
        mac = hmac.new(secret.encode(), f"{stamp}\n{secret}".encode(), hashlib.sha256).digest()
        sign = quote_plus(base64.b64encode(mac))
        return f"{address}{'&' if '?' in address else '?'}timestamp={stamp}&sign={sign}", payload

    def verdict(self, status: int, body: bytes) -> Verdict:
        answer = read_json(body)
        if answer is None or "errcode" not in answer:
            return Verdict(False, str(status), known=False, limited=status == 429)
        code, said = str(answer["errcode"]), str(answer.get("errmsg", ""))
        return Verdict(code == "0", code, said, code in _LIMITED or status == 429, meaning_of(_CODES, code))


def _markdown(draft: Draft, format: Format) -> str:
    """Its markdown needs a blank line between paragraphs."""
    colon = "：" if draft.language == "zh" else ": "
    parts = [f"### {harmless(draft.title)}", harmless(draft.intro)]
    parts += [
        f"{MARKS[line.level]} **{level_word(line, draft.language)} · {harmless(line.label)}**{colon}"
        f"{harmless(people_words(line, draft.language))}"
        for line in draft.lines
    ]
    parts += [left_out_words(draft), f"> {harmless(run_words(draft))}"]
    if draft.link and format == "markdown":
        parts.append(f"[{link_words(draft.language)}]({draft.link})")
    return "\n\n".join(part for part in parts if part)


DINGTALK = DingTalk()
