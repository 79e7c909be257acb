"""Sends the alerts by SMTP: over a safe connection, one mail for all recipients, and says who did not get it."""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Sequence

from kpirules.diagnostics import Diagnostic, Words
from kpirules.plugin import Report
from kpirules_notify.letter import letter
from kpirules_notify.mailboxes import Mailbox, mailbox
from kpirules_notify.news import LEVEL_WORDS, drafts, languages_of, news_of
from kpirules_notify.options import MailOptions
from kpirules_notify.problems import (
    BAD_MAIL,
    MAIL_LOGIN,
    MAIL_NOT_REACHED,
    MAIL_REFUSED,
    MAIL_UNSAFE,
    MAIL_UNSURE,
    NOBODY_TAKES,
    NOTHING_TO_SAY,
    SOME_REFUSED,
)
from kpirules_notify.webhook import is_loopback

_PORTS = {"starttls": 587, "tls": 465, "none": 25}
_LONGEST_SAID = 200
_NOBODY = Words("nothing accepts connections there", "该处没有服务接受连接")
_NO_HOST = Words("no host of that name is known", "找不到该主机名")
_TIME = Words("it took too long", "超时")
_NO_OFFER = Words("it does not offer encryption (STARTTLS)", "它不支持加密（STARTTLS）")
_OPEN = Words(
    "security is none, which is only for this machine, or with insecure = true",
    "security 为 none，仅限本机或 insecure = true 时使用",
)
_GONE = Words("it closed the connection", "它关闭了连接")


class _Failed(Exception):
    def __init__(self, finding: Diagnostic) -> None:
        super().__init__(finding.code)
        self.finding = finding


def send(report: Report, location: str, options: MailOptions) -> tuple[Diagnostic, ...]:
    """Sends the report's alerts in one mail; nothing where there is none. location: to whom, where `to` is not set."""
    # No address has a slash: a project file makes a path of it.
    given = options.to or location.rpartition("/")[2].removeprefix("mailto:").replace(";", ",").split(",")
    to, cc, sender = _mailboxes(given), _mailboxes(options.cc), mailbox(options.sender)
    wrong = [one for one in (*to, *cc, sender or options.sender) if isinstance(one, str)]
    if wrong:
        return tuple(BAD_MAIL.at(None, address=one) for one in wrong)
    assert sender is not None
    news = news_of(report, options)
    if not news.groups and not options.always:
        return (NOTHING_TO_SAY.at(None, chat="mail", level=LEVEL_WORDS[options.level]),)
    named = options.people if options.names else 0
    made = drafts(news, languages_of(report, options), named, len(news.groups))
    everyone = [one for one in (*to, *cc) if isinstance(one, Mailbox)]
    mail = letter(
        report,
        news,
        made,
        sender,
        [one for one in to if isinstance(one, Mailbox)],
        [one for one in cc if isinstance(one, Mailbox)],
    )
    try:
        server = _connected(options)
    except _Failed as failed:
        return (failed.finding,)
    try:
        _login(server, options)
        refused = server.send_message(mail, sender.address, [one.address for one in everyone])
    except _Failed as failed:
        return (failed.finding,)
    except (smtplib.SMTPException, OSError) as error:
        return (_refusal(error, options.host),)
    finally:
        _leave(server)
    if not refused:
        return ()
    return (SOME_REFUSED.at(None, host=options.host, refused=_who(refused)),)


def _mailboxes(texts: Sequence[str]) -> list[Mailbox | str]:
    """Each as an address, or as it is written where it is none."""
    return [mailbox(one) or one for one in texts]


def _connected(options: MailOptions) -> smtplib.SMTP:
    """The server, connected and safe."""
    host, port = options.host, options.port or _PORTS[options.security]
    if options.security == "none" and not options.insecure and not is_loopback(host):
        raise _Failed(MAIL_UNSAFE.at(None, host=host, cause=_OPEN))
    try:
        trust = ssl.create_default_context(cafile=options.ca_file)
    except (OSError, ValueError) as error:
        said = f"ca_file: {getattr(error, 'strerror', None) or error}"
        raise _Failed(MAIL_UNSAFE.at(None, host=host, cause=Words(said, said))) from None
    try:
        if options.security == "tls":
            return smtplib.SMTP_SSL(host, port, timeout=options.timeout_seconds, context=trust)
        server = smtplib.SMTP(host, port, timeout=options.timeout_seconds)
        if options.security == "starttls":
            _start_tls(server, host, trust)
        return server
    except ssl.SSLError as error:
        raise _Failed(MAIL_UNSAFE.at(None, host=host, cause=_tls_reason(error))) from None
    except (smtplib.SMTPException, OSError, ValueError) as error:
        raise _Failed(MAIL_NOT_REACHED.at(None, host=f"{host}:{port}", cause=_cause(error))) from None


def _start_tls(server: smtplib.SMTP, host: str, trust: ssl.SSLContext) -> None:
    try:
        server.ehlo()
        if not server.has_extn("starttls"):
            raise _Failed(MAIL_UNSAFE.at(None, host=host, cause=_NO_OFFER))
        server.starttls(context=trust)
    except smtplib.SMTPResponseException as error:
        said = Words(_said(error), _said(error))
        raise _Failed(MAIL_UNSAFE.at(None, host=host, cause=said)) from None
    finally:
        if server.sock is not None and not isinstance(server.sock, ssl.SSLSocket):
            server.close()


def _login(server: smtplib.SMTP, options: MailOptions) -> None:
    if options.user is None or options.password is None:
        return
    try:
        server.login(options.user, options.password.get_secret_value())
    except smtplib.SMTPAuthenticationError as error:
        code, said = error.smtp_code, _in_brackets(_said(error), options)
        raise _Failed(
            MAIL_LOGIN.at(None, host=options.host, user=options.user, code=code, said=said)
        ) from None
    except (smtplib.SMTPNotSupportedError, smtplib.SMTPException, UnicodeError) as error:
        said = _in_brackets(str(error), options)
        raise _Failed(
            MAIL_LOGIN.at(None, host=options.host, user=options.user, code="-", said=said)
        ) from None


def _refusal(error: Exception, host: str) -> Diagnostic:
    """What it means that sending raised this. After the server has taken the text, only a broken line is unsure."""
    match error:
        case smtplib.SMTPRecipientsRefused(recipients=refused):
            return NOBODY_TAKES.at(None, host=host, refused=_who(refused))
        case smtplib.SMTPResponseException():
            return MAIL_REFUSED.at(None, host=host, code=error.smtp_code, said=_colon(_said(error)))
        case smtplib.SMTPNotSupportedError():
            return MAIL_REFUSED.at(None, host=host, code="-", said=_colon(str(error)))
        case _:
            return MAIL_UNSURE.at(None, host=host, cause=_cause(error))


def _cause(error: Exception) -> Words:
    match error:
        case smtplib.SMTPServerDisconnected():
            return _GONE
        case smtplib.SMTPResponseException():
            return Words(_said(error), _said(error))
        case TimeoutError():
            return _TIME
        case socket.gaierror():
            return _NO_HOST
        case ConnectionRefusedError():
            return _NOBODY
        case OSError() if error.strerror:
            return Words(error.strerror, error.strerror)
        case _:
            said = " ".join(str(error).split())[:_LONGEST_SAID] or type(error).__name__
            return Words(said, said)


def _tls_reason(error: ssl.SSLError) -> Words:
    reason = getattr(error, "verify_message", "") or (error.reason or "TLS").replace("_", " ").lower()
    return Words(reason, reason)


def _said(error: smtplib.SMTPResponseException) -> str:
    said = error.smtp_error
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    return " ".join(text.split())[:_LONGEST_SAID]


def _in_brackets(said: str, options: MailOptions) -> Words:
    """What the server said of a login, without the password in any form in which it was sent."""
    if options.password is not None and options.password.get_secret_value() in said:
        return Words()
    return _colon(said)


def _colon(said: str) -> Words:
    return Words(f": {said}", f"：{said}") if said else Words()


def _who(refused: dict[str, tuple[int, bytes]]) -> str:
    return ", ".join(
        f"{address} ({code} {' '.join(said.decode('utf-8', 'replace').split())[:_LONGEST_SAID]})"
        for address, (code, said) in refused.items()
    )


def _leave(server: smtplib.SMTP) -> None:
    try:
        server.quit()
    except (smtplib.SMTPException, OSError):
        server.close()
