"""Messages to group chats, held against what the services document: shapes, signatures, limits, answers."""

from __future__ import annotations

import base64
import json
import subprocess
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, quote_plus, urlsplit

import pytest
from kpirules_notify.options import WebhookOptions
from kpirules_notify.services import SERVICES, of_host
from kpirules_notify.webhook import send
from pydantic import SecretStr

from kpirules.diagnostics import Diagnostic
from kpirules.plugin import Report
from kpirules.plugin.report import Alert
from tests.outputs.made_report import HOSTILE, made_report
from tests.servers.web import Asked, Reply, Server

GOOD = {
    "dingtalk": Reply({"errcode": 0, "errmsg": "ok"}),
    "feishu": Reply({"code": 0, "data": {}, "msg": "success", "StatusCode": 0, "StatusMessage": "success"}),
    "wecom": Reply({"errcode": 0, "errmsg": "ok"}),
    "slack": Reply(b"ok", headers={"Content-Type": "text/html"}),
}
TOKEN = "/hook/t0k3n-of-the-robot?access_token=k3y-of-the-robot"
FORMATS = [(name, format) for name, shape in SERVICES.items() for format in shape.formats]
LONGEST = {"dingtalk": 20_000, "feishu": 20 * 1024}


def report(
    *alerts: tuple[str, str, str], language: Any = "en", periods: tuple[str, ...] = ("2026-07",)
) -> Report:
    """A report with these alerts: level, label, staff."""
    made = made_report(12, periods, language=language)
    found = tuple(
        Alert(f"a{label}", label, level, 0, staff, period)
        for level, label, staff in alerts
        for period in (periods if staff == "everywhere" else periods[:1])
    )
    return replace(made, alerts=found)


SOME = report(
    ("info", "Many complaints", "Ann"),
    ("warning", "Below the pass mark", "Bob"),
    ("warning", "Below the pass mark", "Cem"),
    ("critical", "安全事故", "Dee"),
    ("warning", "Below the pass mark", "Eva"),
)


def options(server: Server, service: str | None = "dingtalk", **more: Any) -> WebhookOptions:
    address = SecretStr(server.address + TOKEN)
    given = {
        "address": address,
        "service": service,
        "timeout_seconds": 5,
        "attempts": 3,
        "longest_wait_seconds": 0,
    }
    return WebhookOptions.model_validate(given | more)


def sent(server: Server, made: Report, service: str = "dingtalk", **more: Any) -> dict[str, Any]:
    """The message that arrived; the service took it."""
    server.answer = lambda asked: GOOD[service]
    found = send(made, "chat of HR", options(server, service, **more), clock=lambda: 1782867602.25)
    assert not [one for one in found if one.is_error], [one.message() for one in found]
    (asked,) = server.asked
    assert asked.method == "POST"
    assert asked.headers["content-type"].startswith("application/json")
    message: dict[str, Any] = json.loads(asked.body)
    return message


def words(message: Any) -> str:
    """All text of a message."""
    match message:
        case dict():
            return "\n".join(words(one) for one in message.values())
        case list():
            return "\n".join(words(one) for one in message)
        case _:
            return str(message)


def code_of(found: tuple[Diagnostic, ...]) -> str:
    (one,) = found
    assert one.message("zh")
    return one.code


# Shapes, as the services document them


def test_dingtalk_markdown(server: Server) -> None:
    message = sent(server, SOME, link="https://reports.example.com/2026-07.html")
    assert message["msgtype"] == "markdown"
    assert message["at"] == {"atMobiles": [], "isAtAll": False}
    assert set(message["markdown"]) == {"title", "text"}
    parts = message["markdown"]["text"].split("\n\n")
    assert parts[0].startswith("### ")
    assert parts[0].endswith("2026-07: 3 alerts")
    assert parts[2:5] == [
        "🔴 **critical · 安全事故**: Dee",
        "🟠 **warning · Below the pass mark**: Bob, Cem, Eva",
        "🔵 **note · Many complaints**: Ann",
    ]
    assert parts[-1] == "[Read the report](https://reports.example.com/2026-07.html)"


def test_dingtalk_text_and_card(server: Server) -> None:
    message = sent(server, SOME, format="text", mention=["13800000000"])
    assert message["msgtype"] == "text"
    assert message["at"]["atMobiles"] == ["13800000000"]
    assert message["text"]["content"].endswith("@13800000000")
    server.asked.clear()
    card = sent(server, SOME, format="card", link="https://h/x")["actionCard"]
    assert card["singleURL"] == "https://h/x"
    assert card["singleTitle"] == "Read the report"
    assert card["title"] and card["text"]


def test_feishu_card(server: Server) -> None:
    message = sent(server, SOME, "feishu", link="https://h/x", mention_all=True)
    assert message["msg_type"] == "interactive"
    card = message["card"]
    assert card["header"]["template"] == "red"
    assert card["header"]["title"]["tag"] == "plain_text"
    assert [one["tag"] for one in card["elements"]] == ["markdown", "note", "action", "markdown"]
    assert card["elements"][2]["actions"][0]["url"] == "https://h/x"
    assert card["elements"][3]["content"] == "<at id=all></at>"


def test_feishu_post_and_text(server: Server) -> None:
    post = sent(server, SOME, "feishu", format="post", mention=["ou_1"], language="zh")["content"]["post"]
    assert set(post) == {"zh_cn"}
    assert post["zh_cn"]["content"][1] == [{"tag": "text", "text": "🔴 [严重] 安全事故：Dee"}]
    assert post["zh_cn"]["content"][-1] == [{"tag": "at", "user_id": "ou_1"}]
    server.asked.clear()
    message = sent(server, SOME, "feishu", format="text", mention=["ou_1"])
    assert message["msg_type"] == "text"
    assert '<at user_id="ou_1"></at>' in message["content"]["text"]


def test_wecom(server: Server) -> None:
    content = sent(server, SOME, "wecom", mention_all=True)["markdown"]["content"]
    assert '> <font color="warning">critical</font> **安全事故**: Dee' in content
    assert content.endswith("<@all>")
    server.asked.clear()
    text = sent(server, SOME, "wecom", format="text", mention=["13800000000"])["text"]
    assert text["mentioned_mobile_list"] == ["13800000000"]


def test_slack_blocks(server: Server) -> None:
    made = report(("critical", "R&D <late>", "O'Hara & <Sons>"))
    message = sent(server, made, "slack", mention=["U012AB3CD"], link="https://h/x?a=1&b=2")
    assert "R&amp;D &lt;late&gt;" in message["text"]
    kinds = [one["type"] for one in message["blocks"]]
    assert kinds == ["header", "section", "section", "section", "context", "section"]
    assert message["blocks"][0]["text"]["type"] == "plain_text"
    assert message["blocks"][2]["text"] == {
        "type": "mrkdwn",
        "text": "🔴 *critical · R&amp;D &lt;late&gt;*: O'Hara &amp; &lt;Sons&gt;",
    }
    assert message["blocks"][3]["text"]["text"] == "<https://h/x?a=1&amp;b=2|Read the report>"
    assert message["blocks"][5]["text"]["text"] == "<@U012AB3CD>"
    server.asked.clear()
    assert set(sent(server, made, "slack", format="text")) == {"text"}


# Signatures, worked out by another program


def openssl(key: str, text: bytes) -> str:
    done = subprocess.run(
        ["openssl", "dgst", "-sha256", "-mac", "HMAC", "-macopt", f"hexkey:{key.encode().hex()}", "-binary"],
        input=text,
        capture_output=True,
        check=True,
    )
    return base64.b64encode(done.stdout).decode()


def test_dingtalk_signs_the_address(server: Server) -> None:
    sent(server, SOME, secret=SecretStr("SEC0123abc"))
    expected = openssl("SEC0123abc", b"1782867602250\nSEC0123abc")
    asked = server.asked[0]
    assert asked.params == {
        "access_token": "k3y-of-the-robot",
        "timestamp": "1782867602250",
        "sign": expected,
    }
    _, payload = SERVICES["dingtalk"].signed("https://h/x", {}, "SEC0123abc", 1782867602.25)
    assert payload == {}
    address, _ = SERVICES["dingtalk"].signed("https://h/x?a=1", {}, "SEC0123abc", 1782867602.25)
    assert urlsplit(address).query == f"a=1&timestamp=1782867602250&sign={quote_plus(expected)}"
    assert parse_qs(urlsplit(address).query)["sign"] == [expected]


def test_feishu_signs_the_body(server: Server) -> None:
    message = sent(server, SOME, "feishu", secret=SecretStr("demo"))
    assert message["timestamp"] == "1782867602"
    assert message["sign"] == openssl("1782867602\ndemo", b"")


# What is told


def test_the_gravest_come_first_and_the_rest_are_counted(server: Server) -> None:
    people = [("warning", "Low", f"P{n}") for n in range(25)]
    made = report(("info", "Note", "A"), *people, ("critical", "Accident", "B"))
    text = words(sent(server, made, people=3))
    assert text.index("Accident") < text.index("Low") < text.index("Note")
    assert "P0, P1, P2, and 22 more" in text
    server.asked.clear()
    text = words(sent(server, made, people=3, language="zh", level="warning"))
    assert "P0、P1、P2 等 25 人" in text
    assert "Note" not in text
    server.asked.clear()
    text = words(sent(server, made, names=False))
    assert "25 people" in text
    assert "1 person" in text
    assert "P0" not in text


def test_a_person_of_several_periods_is_named_once(server: Server) -> None:
    made = report(("warning", "Low", "everywhere"), periods=("2026-06", "2026-07"))
    text = words(sent(server, made, format="text"))
    assert "everywhere （2026-06, 2026-07）" in text
    assert text.count("everywhere") == 1


def test_both_languages(server: Server) -> None:
    text = words(sent(server, SOME, language="both", format="text"))
    assert "[critical] 安全事故: Dee" in text
    assert "[严重] 安全事故：Dee" in text
    server.asked.clear()
    assert "严重" in words(sent(server, replace(SOME, language="zh")))


def test_without_alerts_nothing_is_sent(server: Server) -> None:
    assert code_of(send(report(), "chat", options(server))) == "K687"
    assert code_of(send(report(("info", "x", "A")), "chat", options(server, level="warning"))) == "K687"
    assert server.asked == []
    assert "no alerts" in words(sent(server, report(), always=True))


def test_they_are_called_only_for_grave_alerts(server: Server) -> None:
    calm = report(("warning", "Low", "A"))
    assert sent(server, calm, mention_all=True)["at"]["isAtAll"] is False
    server.asked.clear()
    assert sent(server, calm, mention_all=True, mention_from="warning")["at"]["isAtAll"] is True


def test_a_keyword_stands_in_the_message(server: Server) -> None:
    assert sent(server, SOME, keyword="考核通知")["markdown"]["title"].startswith("考核通知 ")
    server.asked.clear()
    title = sent(server, SOME, keyword="2026-07")["markdown"]["title"]
    assert title.count("2026-07") == 1


@pytest.mark.parametrize(("service", "format"), FORMATS)
def test_names_are_no_markup_and_call_nobody(server: Server, service: str, format: str) -> None:
    bad = (
        *HOSTILE,
        '<at user_id="all"></at>',
        "<@all>",
        "<!channel>",
        "[x](http://evil.example)",
        "**a**\n# b",
    )
    made = report(*(("critical", f"label {name}", name) for name in bad))
    message = sent(server, made, service, format=format, people=50)
    text = words(message)
    for evil in ("<at user_id", "<at id=all", "<@all", "<!channel", "<script", "://evil", "<img"):
        if service == "feishu" and format == "post" and "://" not in evil:
            continue  # its text is text alone
        assert evil not in text, evil
    assert "\u202e" not in text
    assert "evil.example" in text


@pytest.mark.parametrize(("service", "format"), FORMATS)
@pytest.mark.parametrize("language", ["zh", "both"])
def test_it_fits_whatever_there_is(server: Server, service: str, format: str, language: str) -> None:
    alerts = [("warning", f"警报 {n % 60} 员工绩效 🙂", f"员工{n:04d} 欧阳娜娜") for n in range(3000)]
    server.answer = lambda asked: GOOD[service]
    made = report(*alerts, ("critical", "the gravest", "Ann"))
    found = send(made, "chat", options(server, service, format=format, people=1000, language=language))
    assert code_of(found) == "K688"
    body = server.asked[0].body
    message = json.loads(body)
    if service == "wecom":
        assert len(message[format]["content"].encode()) <= {"text": 2048, "markdown": 4096}[format]
    elif service == "slack":
        assert len(message["text"]) <= 4000
        assert len(message.get("blocks", [])) <= 50
        assert all(len(one["text"]["text"]) <= 3000 for one in message.get("blocks", []) if "text" in one)
    else:
        assert len(body) <= LONGEST[service]
    assert "the gravest" in words(message)
    assert "61 项警报" in words(message)


# Answers


@pytest.mark.parametrize(
    ("service", "reply", "code", "said"),
    [
        ("dingtalk", Reply({"errcode": 310000, "errmsg": "sign not match"}), "K681", "security rules"),
        ("dingtalk", Reply({"errcode": 300005, "errmsg": "token is not exist"}), "K681", "token"),
        ("dingtalk", Reply({"errcode": 130101, "errmsg": "send too fast"}), "K682", "send too fast"),
        ("dingtalk", Reply({"errcode": 99, "errmsg": "what"}), "K681", "what"),
        ("feishu", Reply({"code": 19021, "msg": "sign match fail"}), "K681", "clock"),
        ("feishu", Reply({"StatusCode": 19024, "StatusMessage": "Key Words Not Found"}), "K681", "keyword"),
        ("feishu", Reply({"code": 9499, "msg": "Bad Request"}, status=400), "K681", "shape"),
        ("feishu", Reply({"code": 11232, "msg": "frequency limited"}), "K682", "frequency"),
        ("wecom", Reply({"errcode": 93000, "errmsg": "invalid webhook url"}), "K681", "key"),
        ("wecom", Reply({"errcode": 45009, "errmsg": "api freq out of limit"}), "K682", "freq"),
        ("wecom", Reply({"errcode": 40058, "errmsg": "exceed max length 4096"}), "K681", "too long"),
        ("slack", Reply(b"invalid_payload", status=400), "K681", "shape"),
        ("slack", Reply(b"channel_is_archived", status=410), "K681", "archived"),
        ("slack", Reply(b"no_service", status=404), "K681", "switched off"),
        ("slack", Reply(b"", status=429, headers={"Retry-After": "30"}), "K682", "429"),
        ("dingtalk", Reply(b"<html>log in"), "K684", "DingTalk"),
        ("feishu", Reply([]), "K684", "Feishu"),
        ("wecom", Reply({"x": 1}, status=302, headers={"Location": "http://evil.example"}), "K684", "302"),
        ("slack", Reply(b"<html><p>page"), "K684", "Slack"),
        ("dingtalk", Reply(b"oops", status=500), "K683", "500"),
        ("feishu", Reply(b"oops", status=504), "K683", "504"),
        ("slack", Reply(drop=True), "K683", "may have arrived"),
        ("wecom", Reply(silent=2), "K683", "too long"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_answer_is_understood(server: Server, service: str, reply: Reply, code: str, said: str) -> None:
    server.answer = lambda asked: reply
    found = send(SOME, "chat of HR", options(server, service, timeout_seconds=0.5))
    assert code_of(found) == code
    assert said in found[0].message("en")
    assert "chat of HR" in found[0].message("en")
    assert len(server.asked) == 1  # never sent again where that cannot help or may double it


@pytest.mark.parametrize("service", ["dingtalk", "feishu", "wecom", "slack"])
def test_a_limit_is_waited_for(server: Server, service: str) -> None:
    server.answer = lambda asked: GOOD[service]
    server.faults = [Reply(b"", status=429, headers={"Retry-After": "0"})]
    assert send(SOME, "chat", options(server, service)) == ()
    assert len(server.asked) == 2


def test_a_limit_that_lasts(server: Server) -> None:
    server.answer = lambda asked: Reply(b"", status=429, headers={"Retry-After": "0"})
    assert code_of(send(SOME, "chat", options(server, "slack"))) == "K682"
    assert len(server.asked) == 3


def test_each_attempt_is_signed_anew(server: Server) -> None:
    server.answer = lambda asked: GOOD["dingtalk"]
    server.faults = [Reply(b"", status=429, headers={"Retry-After": "0"})]
    times = iter([1000.0, 1060.0])
    assert send(SOME, "chat", options(server, secret=SecretStr("SEC1")), clock=lambda: next(times)) == ()
    assert [one.params["timestamp"] for one in server.asked] == ["1000000", "1060000"]
    assert server.asked[0].params["sign"] != server.asked[1].params["sign"]


def test_nobody_there() -> None:
    given = {"address": SecretStr("http://127.0.0.1:9/x"), "service": "slack", "attempts": 1}
    assert code_of(send(SOME, "chat", WebhookOptions.model_validate(given))) == "K680"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"address": SecretStr("http://oapi.dingtalk.com/robot/send")}, "K685"),
        ({"address": SecretStr("oapi.dingtalk.com/robot/send")}, "K685"),
        ({"address": SecretStr("https://")}, "K685"),
        ({"address": SecretStr("https://[x")}, "K685"),
        ({"service": None}, "K686"),
        ({"format": "blocks"}, "K689"),
        ({"ca_file": "/no/such/file"}, "K685"),
        ({"proxy": "nonsense"}, "K685"),
    ],
)
def test_settings_that_cannot_be(server: Server, more: dict[str, Any], code: str) -> None:
    assert code_of(send(SOME, "chat", options(server, **more))) == code
    assert server.asked == []


@pytest.mark.parametrize(
    ("host", "service"),
    [
        ("oapi.dingtalk.com", "dingtalk"),
        ("open.feishu.cn", "feishu"),
        ("open.larksuite.com", "feishu"),
        ("qyapi.weixin.qq.com", "wecom"),
        ("hooks.slack.com", "slack"),
        ("hooks.slack.com.evil.example", None),
    ],
)
def test_the_host_tells_the_service(host: str, service: str | None) -> None:
    assert of_host(host) is (None if service is None else SERVICES[service])  # type: ignore[index]


@pytest.mark.parametrize("service", ["dingtalk", "feishu", "wecom", "slack"])
def test_the_address_is_never_said(server: Server, service: str) -> None:
    def echo(asked: Asked) -> Reply:
        said = f"no robot t0k3n-of-the-robot {asked.params} {asked.path}"
        return Reply({"errcode": 1, "errmsg": said, "code": 1, "msg": said})

    server.answer = echo
    found = send(SOME, "chat", options(server, service, secret=SecretStr("SEC-s3cr3t")))
    told = repr(found) + found[0].message("en") + found[0].message("zh")
    for secret in ("t0k3n-of-the-robot", "k3y-of-the-robot", "SEC-s3cr3t"):
        assert secret not in told
