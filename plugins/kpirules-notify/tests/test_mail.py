"""Alerts by mail, sent to a real mail server on loopback; and servers that refuse, hang up or are not safe."""

from __future__ import annotations

import datetime
import ssl
import subprocess
from dataclasses import replace
from email.message import EmailMessage
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from kpirules_notify.mail import send
from kpirules_notify.mailboxes import Mailbox, mailbox
from kpirules_notify.options import MailOptions
from pydantic import SecretStr, ValidationError

from kpirules.diagnostics import Diagnostic
from kpirules.plugin import Report
from kpirules.plugin.report import Alert
from tests.outputs.made_report import HOSTILE, made_report
from tests.servers.post import Post, post_office

MADE = datetime.datetime(2026, 8, 1, 9, 30, tzinfo=datetime.timezone(datetime.timedelta(hours=8)))


def report(*alerts: tuple[str, str, str], **more: Any) -> Report:
    """A report with these alerts: level, label, staff."""
    made = made_report(12, ("2026-07",), made=MADE, **more)
    found = tuple(Alert(f"a{label}", label, level, 0, staff, "2026-07") for level, label, staff in alerts)
    return replace(made, alerts=found)


SOME = report(("warning", "Below <the> pass mark", "李雷"), ("critical", "Accident", "Bob & Co"))


def options(post: Post, **more: Any) -> MailOptions:
    given = {
        "host": "127.0.0.1",
        "port": post.port,
        "security": "none",
        "sender": "KPI 考核 <kpi@example.com>",
        "to": ["hr@example.com", "Lead <lead@example.com>"],
        "timeout_seconds": 5,
    }
    return MailOptions.model_validate(given | more)


def sent(post: Post, made: Report = SOME, **more: Any) -> EmailMessage:
    found = send(made, "", options(post, **more))
    assert found == (), [one.message() for one in found]
    return post.letters[-1][2]


def told(found: tuple[Diagnostic, ...]) -> str:
    (one,) = found
    return f"{one.code} {one.message('en')} {one.message('zh')} {one!r}"


def part(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    assert isinstance(body, EmailMessage)
    return str(body.get_content())


class _Tags(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.words = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value or "" for name, value in attributes if name in ("href", "src")]

    def handle_data(self, data: str) -> None:
        self.words += data


def test_a_mail_as_text_and_as_html() -> None:
    with post_office() as post:
        mail = sent(post, cc=["boss@example.com"], link="https://reports.example.com/x?a=1&b=2")
        sender, recipients, _ = post.letters[0]
    assert sender == "kpi@example.com"
    assert recipients == ["hr@example.com", "lead@example.com", "boss@example.com"]
    assert mail["Subject"].endswith("2026-07: 2 alerts")
    assert mail["From"] == "KPI 考核 <kpi@example.com>"
    assert mail["To"] == "hr@example.com, Lead <lead@example.com>"
    assert mail["Cc"] == "boss@example.com"
    assert mail["Date"].datetime == MADE
    assert mail["Message-ID"].endswith("@example.com>")
    assert mail["Importance"] == "high"
    text = part(mail, "plain")
    assert text.index("!! [critical] Accident: Bob & Co") < text.index(
        "! [warning] Below <the> pass mark: 李雷"
    )
    assert "https://reports.example.com/x?a=1&b=2" in text
    page = _Tags(part(mail, "html"))
    assert page.tags <= {
        "html",
        "head",
        "meta",
        "title",
        "body",
        "section",
        "h1",
        "p",
        "table",
        "tr",
        "td",
        "strong",
        "a",
    }
    assert page.links == ["https://reports.example.com/x?a=1&b=2"]
    assert "Below <the> pass mark" in page.words
    assert "Bob & Co" in page.words


def test_both_languages() -> None:
    with post_office() as post:
        mail = sent(post, language="both")
    for kind in ("plain", "html"):
        words = part(mail, kind)
        assert "critical" in words
        assert "严重" in words
    assert 'lang="zh-CN"' in part(mail, "html")


def test_names_change_neither_headers_nor_markup() -> None:
    bad = (*HOSTILE, "a\r\nBcc: evil@example.com", "x\nSubject: y")
    made = report(*(("critical", f"label {name}", name) for name in bad))
    with post_office() as post:
        mail = sent(
            post, replace(made, policy=replace(made.policy, label="p\r\nBcc: evil@example.com")), people=50
        )
        assert post.letters[0][1] == ["hr@example.com", "lead@example.com"]
    assert mail["Bcc"] is None
    page = _Tags(part(mail, "html"))
    assert not page.tags & {"script", "b", "img"}
    assert page.links == []
    assert "<script>alert('x')</script>" in page.words


def test_the_place_of_the_file_says_to_whom() -> None:
    with post_office() as post:
        for place in (
            "a@example.com, 李雷 <b@example.com>",
            "/of/the/project/mailto:a@example.com;b@example.com",
        ):
            assert send(SOME, place, options(post, to=[])) == ()
            assert post.letters[-1][1] == ["a@example.com", "b@example.com"]


def test_without_alerts_nothing_is_sent() -> None:
    with post_office() as post:
        assert told(send(report(), "", options(post))).startswith("K687")
        assert post.letters == []
        assert "no alerts" in part(sent(post, report(), always=True), "plain")


def test_many_people_are_counted() -> None:
    made = report(*(("warning", "Low", f"P{n}") for n in range(500)))
    with post_office() as post:
        text = part(sent(post, made, people=3), "plain")
        assert "Low: P0, P1, P2, and 497 more" in text
        assert "500 people" in part(sent(post, made, names=False), "plain")


# Safe connections and logins


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ssl.SSLContext]:
    folder = tmp_path_factory.mktemp("tls")
    key, chain = folder / "key.pem", folder / "certificate.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=mail"),
            *("-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(chain)),
        ],
        check=True,
        capture_output=True,
    )
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(chain, key)
    return chain, tls


PASSWORD = SecretStr("s3cret-w0rd")


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_login_over_a_safe_connection(certificate: tuple[Path, ssl.SSLContext], security: str) -> None:
    chain, tls = certificate
    how: dict[str, Any] = {security: tls}
    with post_office(**how, login=True) as post:
        given: dict[str, Any] = {"security": security, "ca_file": str(chain), "user": "kpi"}
        assert sent(post, **given, password=PASSWORD)["Subject"]
        assert post.logins == [("kpi", "s3cret-w0rd")]
        text = told(send(SOME, "", options(post, **given, password=SecretStr("wr0ng-w0rd"))))
        assert text.startswith("K691")
        assert "wr0ng-w0rd" not in text
        assert told(send(SOME, "", options(post, **given | {"user": None}))).startswith("K695")
        assert len(post.letters) == 1


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_certificate_that_nobody_vouches_for(
    certificate: tuple[Path, ssl.SSLContext], security: str
) -> None:
    how: dict[str, Any] = {security: certificate[1]}
    with post_office(**how) as post:
        text = told(send(SOME, "", options(post, security=security, user="kpi", password=PASSWORD)))
        assert text.startswith("K692")
        assert "self" in text
        assert (post.letters, post.logins) == ([], [])


def test_a_server_without_encryption_gets_nothing() -> None:
    with post_office() as post:
        text = told(send(SOME, "", options(post, security="starttls", user="kpi", password=PASSWORD)))
        assert text.startswith("K692")
        assert "STARTTLS" in text
        assert told(send(SOME, "", options(post, security="tls"))).startswith(("K692", "K690"))
        assert (post.letters, post.logins) == ([], [])


def test_in_the_open_only_on_this_machine() -> None:
    given = {
        "host": "mail.example.com",
        "security": "none",
        "sender": "a@example.com",
        "to": ["b@example.com"],
    }
    assert told(send(SOME, "", MailOptions.model_validate(given))).startswith("K692")


# Servers that refuse


def test_some_recipients_are_refused() -> None:
    with post_office() as post:
        post.refused["lead@example.com"] = "550 no such user here"
        text = told(send(SOME, "", options(post)))
        assert text.startswith("K694")
        assert "lead@example.com (550 no such user here)" in text
        assert post.letters[0][1] == ["hr@example.com"]


def test_all_recipients_are_refused() -> None:
    with post_office() as post:
        post.refused = {"hr@example.com": "550 no", "lead@example.com": "451 later"}
        text = told(send(SOME, "", options(post)))
        assert text.startswith("K693")
        assert "hr@example.com (550 no)" in text
        assert post.letters == []


def test_the_message_is_refused() -> None:
    with post_office() as post:
        post.data = "552 too large"
        text = told(send(SOME, "", options(post)))
        assert text.startswith("K695")
        assert "552: too large" in text


def test_the_server_hangs_up_half_way() -> None:
    with post_office() as post:
        post.hang_up = True
        assert told(send(SOME, "", options(post))).startswith("K696")


def test_the_server_says_nothing() -> None:
    with post_office() as post:
        post.silent = 3
        assert told(send(SOME, "", options(post, timeout_seconds=0.5))).startswith("K696")


def test_nobody_there() -> None:
    assert told(send(SOME, "", options(Post(port=9)))).startswith("K690")


@pytest.mark.parametrize(
    "more",
    [
        {"to": ["hr"]},
        {"to": ["hr@example.com\r\nBcc: x@example.com"]},
        {"to": []},
        {"cc": ["a b@example.com"]},
        {"sender": "nobody"},
    ],
)
def test_addresses_that_are_none(more: dict[str, Any]) -> None:
    with post_office() as post:
        found = send(SOME, "", options(post, **more))
        assert [one.code for one in found] == ["K697"]
        assert post.letters == []


@pytest.mark.parametrize(
    ("text", "box"),
    [
        ("a@example.com", Mailbox("a@example.com")),
        (" <a@example.com> ", Mailbox("a@example.com")),
        ("李雷 <a@example.com>", Mailbox("a@example.com", "李雷")),
        ('"Lei, Li" <a@example.com>', Mailbox("a@example.com", "Lei, Li")),
        ("a@localhost", Mailbox("a@localhost")),
        ("a@b@c", None),
        ("@example.com", None),
        ("a@", None),
        ("a@example.com, b@example.com", None),
        ("a@example..com", None),
        ("", None),
    ],
)
def test_mailboxes(text: str, box: Mailbox | None) -> None:
    assert mailbox(text) == box


def test_user_and_password_go_together() -> None:
    with pytest.raises(ValidationError, match="go together"):
        MailOptions.model_validate({"host": "h", "sender": "a@example.com", "user": "kpi"})
