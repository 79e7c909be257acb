"""WeCom: text (2,048 bytes) and markdown (4,096 bytes); 20 messages a minute, no signature."""

from __future__ import annotations

from collections.abc import Sequence

from kpirules.diagnostics import Words
from kpirules_notify.news import Draft, left_out_words, level_word, link_words, people_words, run_words
from kpirules_notify.options import Format
from kpirules_notify.services.shape import (
    Call,
    Payload,
    Verdict,
    harmless,
    meaning_of,
    plain_text,
    read_json,
)

_LIMITED = frozenset({"45009", "45033", "-1"})
_CODES = {
    "93000": Words("the key in the address is not known", "地址中的 key 无效"),
    "93008": Words("the robot was taken out of the group", "机器人已不在群中"),
    "40008": Words("this kind of message is not supported", "不支持此消息类型"),
    "40058": Words("the message is too long or not in its shape", "消息过长或格式有误"),
    "44004": Words("the message is empty", "消息内容为空"),
    "45002": Words("the message is too long", "消息过长"),
}
_COLOURS = {"critical": "warning", "warning": "warning", "info": "info"}


class WeCom:
    title = Words("WeCom", "企业微信")
    hosts = ("qyapi.weixin.qq.com",)
    formats: tuple[Format, ...] = ("markdown", "text")

    def limit(self, format: Format) -> int:
        return 2048 if format == "text" else 4096

    def size(self, payload: Payload, format: Format) -> int:
        """The service counts the bytes of the content alone."""
        return len(str(payload[format]["content"]).encode("utf-8", "replace"))

    def payload(self, drafts: Sequence[Draft], format: Format, call: Call) -> Payload:
        if format == "text":
            mobiles = ["@all"] if call.everybody else list(call.ids)
            content = plain_text(drafts, harmless)
            return {"msgtype": "text", "text": {"content": content, "mentioned_mobile_list": mobiles}}
        text = "\n\n".join(_markdown(draft) for draft in drafts)
        called = ("all",) if call.everybody else call.ids
        if called:
            text += "\n" + "".join(f"<@{one}>" for one in called)
        return {"msgtype": "markdown", "markdown": {"content": text}}

    def signed(self, address: str, payload: Payload, secret: str, seconds: float) -> tuple[str, Payload]:
        return address, payload

    def verdict(self, status: int, body: bytes) -> Verdict:
        answer = read_json(body)
        if answer is None or "errcode" not in answer:
            return Verdict(False, str(status), known=False, limited=status == 429)
        code, said = str(answer["errcode"]), str(answer.get("errmsg", ""))
        return Verdict(code == "0", code, said, code in _LIMITED or status == 429, meaning_of(_CODES, code))


def _markdown(draft: Draft) -> str:
    colon = "：" if draft.language == "zh" else ": "
    parts = [f"### {harmless(draft.title)}", harmless(draft.intro)]
    parts += [
        f'> <font color="{_COLOURS[line.level]}">{level_word(line, draft.language)}</font> '
        f"**{harmless(line.label)}**{colon}{harmless(people_words(line, draft.language))}"
        for line in draft.lines
    ]
    parts += [left_out_words(draft), f'<font color="comment">{harmless(run_words(draft))}</font>']
    if draft.link:
        parts.append(f"[{link_words(draft.language)}]({draft.link})")
    return "\n".join(part for part in parts if part)


WECOM = WeCom()
