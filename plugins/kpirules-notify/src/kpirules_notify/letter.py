"""The alerts as a mail: text for any reader, and HTML that shows the same with colours, without anything from outside."""

from __future__ import annotations

from collections.abc import Sequence
from email.message import EmailMessage
from email.utils import make_msgid
from html import escape

from kpirules.plugin import Report
from kpirules_notify.mailboxes import Mailbox
from kpirules_notify.news import Draft, News, left_out_words, level_word, link_words, people_words, run_words

_COLOURS = {"critical": "#b3261e", "warning": "#8a5300", "info": "#0b57a4"}
_MARKS = {"critical": "!!", "warning": "!", "info": "-"}


def letter(
    report: Report,
    news: News,
    made: Sequence[Draft],
    sender: Mailbox,
    to: Sequence[Mailbox],
    cc: Sequence[Mailbox],
) -> EmailMessage:
    """The mail. Nothing in it is a header or markup that comes from data."""
    mail = EmailMessage()
    mail["Subject"] = made[0].title
    mail["From"] = sender.written()
    mail["To"] = ", ".join(one.written() for one in to)
    if cc:
        mail["Cc"] = ", ".join(one.written() for one in cc)
    if report.made is not None:
        mail["Date"] = report.made
    mail["Message-ID"] = make_msgid(domain=sender.domain)
    mail["Auto-Submitted"] = "auto-generated"
    if news.gravest == "critical":
        mail["Importance"] = "high"
    mail.set_content("\n\n".join(_text(draft) for draft in made) + "\n")
    mail.add_alternative(_page(made), subtype="html")
    return mail


def _text(draft: Draft) -> str:
    colon = "：" if draft.language == "zh" else ": "
    lines = [draft.title, "", draft.intro, ""]
    for line in draft.lines:
        level = level_word(line, draft.language)
        lines.append(
            f"{_MARKS[line.level]} [{level}] {line.label}{colon}{people_words(line, draft.language)}"
        )
    if draft.left_out:
        lines.append(left_out_words(draft))
    lines += ["", run_words(draft)]
    if draft.link:
        lines.append(f"{link_words(draft.language)}{colon}{draft.link}")
    return "\n".join(lines)


def _page(made: Sequence[Draft]) -> str:
    parts = "\n<hr>\n".join(_html(draft) for draft in made)
    language = "zh-CN" if made[0].language == "zh" else "en"
    return (
        f'<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8">'
        f"<title>{escape(made[0].title)}</title></head>\n"
        '<body style="font-family: sans-serif; color: #1b1b1b; background: #ffffff; max-width: 44em">\n'
        f"{parts}\n</body></html>\n"
    )


def _html(draft: Draft) -> str:
    rows = "\n".join(
        f'<tr><td style="padding: 4px 10px 4px 0; vertical-align: top; white-space: nowrap; color: {_COLOURS[line.level]}">'
        f"<strong>{escape(level_word(line, draft.language))}</strong></td>"
        f'<td style="padding: 4px 10px 4px 0; vertical-align: top"><strong>{escape(line.label)}</strong></td>'
        f'<td style="padding: 4px 0; vertical-align: top">{escape(people_words(line, draft.language))}</td></tr>'
        for line in draft.lines
    )
    table = (
        f'<table role="presentation" style="border-collapse: collapse">\n{rows}\n</table>\n' if rows else ""
    )
    more = f"<p>{escape(left_out_words(draft))}</p>\n" if draft.left_out else ""
    link = f'<p><a href="{escape(draft.link)}">{link_words(draft.language)}</a></p>\n' if draft.link else ""
    language = "zh-CN" if draft.language == "zh" else "en"
    return (
        f'<section lang="{language}">\n<h1 style="font-size: 1.2em">{escape(draft.title)}</h1>\n'
        f"<p>{escape(draft.intro)}</p>\n{table}{more}{link}"
        f'<p style="color: #5c5c5c; font-size: 0.85em">{escape(run_words(draft))}</p>\n</section>'
    )
