"""What every page of this package is made in: one file with its style and script, both languages, nothing from outside.

A page is a template that fills the blocks of `look/shell.html`; texts get into it as texts, whatever they hold.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from kpirules.diagnostics import Language, Words

#: What no text of a page may hold: such characters break parsers and readers.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")

TAGS: Mapping[Language, str] = {"en": "en", "zh": "zh-Hans"}


def environment(say: Callable[[Words], Markup]) -> Environment:
    """Where the templates of this package are found; `say` speaks one language or both."""
    made = Environment(
        loader=PackageLoader("kpirules.outputs.html", "look"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        finalize=clean,
    )
    made.globals |= {"say": say, "percent": percent, "option": option, "draw_text": draw_text}
    return made


def filled(made: Environment, template: str, language: Language, name: str) -> str:
    """The whole file: a template in the shell, with the style and script of every page and those called `name`."""
    style, script = (
        "\n".join(asset(made, one) for one in ends)
        for ends in (("style.css", f"{name}.css"), ("shell.js", f"{name}.js"))
    )
    made.globals |= {
        "language": language,
        "language_tag": TAGS[language],
        "style": Markup(style),
        "script": Markup(script),
        "style_hash": _hash(style),
        "script_hash": _hash(script),
    }
    return made.get_template(template).render()


def clean(value: object) -> object:
    """What a template puts out, without control characters; they are shown as replaced."""
    if isinstance(value, str) and not isinstance(value, Markup) and _CONTROL.search(value):
        return _CONTROL.sub("\ufffd", value)
    return value


def say_both(words: Words) -> Markup:
    """Both languages, of which the style shows one; what is the same in both stands once."""
    en, zh = (escape(clean(one)) for one in (words.en, words.zh))
    if not zh or en == zh:
        return en
    return Markup(f'<span lang="en">{en}</span><span lang="zh">{zh}</span>')


def draw_text(text: str | Words) -> Markup:
    """Both languages within a text of a drawing."""
    if isinstance(text, str):
        return escape(clean(text))
    both = str(say_both(text))  # a text, lest what is put in place be escaped
    return Markup(both.replace("<span ", "<tspan ").replace("</span>", "</tspan>"))


def option(words: Words) -> Markup:
    """The end of an opening tag, and its text, for what may hold no markup: the script chooses the language."""
    en, zh = escape(clean(words.en)), escape(clean(words.read("zh")))
    return Markup(f' data-en="{en}" data-zh="{zh}">{en} {zh}')


def number(value: Decimal | None) -> str:
    """As published, with a real minus sign."""
    return "" if value is None else f"{value:f}".replace("-", "−")


def percent(share: Fraction) -> str:
    """To a whole percent; but never 100% or 0% of what is not all or nothing."""
    whole = int(share * 100 + Fraction(1, 2))
    if share < 1 and whole >= 100:
        return "99%"
    return "1%" if share > 0 and whole < 1 else f"{whole}%"


def asset(environment: Environment, name: str) -> str:
    assert environment.loader is not None
    return environment.loader.get_source(environment, name)[0]


def _hash(text: str) -> str:
    """What the page's own policy of contents allows: this text and no other."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")
