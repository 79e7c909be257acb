"""Statements as PDF, one person after another: the statements of the HTML report, set in pages by WeasyPrint."""

from __future__ import annotations

import importlib
import logging
from types import ModuleType
from typing import Any, BinaryIO, NoReturn

from markupsafe import Markup, escape

from kpirules.diagnostics import Diagnostic, Language, Words
from kpirules.outputs.html.page import made_environment
from kpirules.outputs.html.shell import TAGS, asset, clean
from kpirules.outputs.html.statements import chosen, others
from kpirules.outputs.options import PdfOptions
from kpirules.plugin.problems import NO_PDF_LIBRARY, NO_PDF_PARTS, STATEMENTS_LEFT_OUT
from kpirules.plugin.replacing import replace_file
from kpirules.plugin.report import Report


def library() -> ModuleType | Diagnostic:
    """WeasyPrint; or what is lacking: the package, or the libraries of the system that it stands on."""
    try:
        found = importlib.import_module("weasyprint")
    except ImportError:
        return NO_PDF_LIBRARY.at(None)
    except OSError as error:
        return NO_PDF_PARTS.at(None, reason=str(error).splitlines()[0])
    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)  # what goes wrong is said by whoever calls
    return found


def write_report(report: Report, path: str, options: PdfOptions) -> tuple[Diagnostic, ...]:
    found = library()
    if isinstance(found, Diagnostic):
        return (found,)
    rows = chosen(report, options.people)
    language: Language = options.language or report.language

    def fill(file: BinaryIO) -> None:
        _pages(found, report, rows, language).write_pdf(file)

    wrong = replace_file(path, fill)
    wanted = len(report.told)
    if wrong or len(rows) == wanted:
        return wrong
    return (STATEMENTS_LEFT_OUT.at(None, path=path, count=len(rows), rows=wanted),)


def _pages(library: Any, report: Report, rows: tuple[int, ...], language: Language) -> Any:
    """All pages. Each statement is set by itself, so that its pages are counted by themselves."""

    def say(words: Words) -> Markup:
        return escape(clean(words.read(language)))

    environment = made_environment(report, say, paper=True)
    environment.globals["language_tag"] = TAGS[language]
    template, mates = environment.get_template("pdf.html"), others(report, ())
    fonts = library.text.fonts.FontConfiguration()
    style = library.CSS(string=asset(environment, "pdf.css"), font_config=fonts)

    def set_in_pages(html: str) -> Any:
        return library.HTML(string=html, url_fetcher=_fetch_nothing).render(
            stylesheets=[style], font_config=fonts
        )

    texts = (template.render(s=report.statement(row), others=mates(row)) for row in rows)
    documents = [set_in_pages(text) for text in texts] or [set_in_pages("<p></p>")]
    return documents[0].copy([page for document in documents for page in document.pages])


def _fetch_nothing(url: str, *_: object, **__: object) -> NoReturn:
    raise ValueError(f"{url} is not fetched: statements hold all that they show")
