"""One HTML file of a finished result: all in it, nothing from outside, no script but its own."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import BinaryIO

import pyarrow as pa
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from kpirules.diagnostics import Diagnostic, Language, Words
from kpirules.outputs.html import charts
from kpirules.outputs.html.figures import Figures, Row, figures
from kpirules.outputs.html.statements import OPEN, chosen, others, sectioned, told
from kpirules.outputs.html.words import LEVELS, WORDS
from kpirules.outputs.options import HtmlOptions
from kpirules.plugin.replacing import replace_file
from kpirules.plugin.report import Alert, RecordsBehind, Report, Statement

#: The results list so many rows at most; a browser is slow with more.
MOST_ROWS = 6000

#: What no text of a page may hold: such characters break parsers and readers.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")

TAGS: Mapping[Language, str] = {"en": "en", "zh": "zh-Hans"}


def write_report(report: Report, path: str, options: HtmlOptions) -> tuple[Diagnostic, ...]:
    def fill(file: BinaryIO) -> None:
        file.write(page(report, options).encode("utf-8"))

    return replace_file(path, fill)


def page(report: Report, options: HtmlOptions) -> str:
    """The whole file."""
    language = options.language or report.language
    environment = made_environment(report, say_both)
    rows = chosen(report, options.people)
    mates = others(report, rows)
    wrap = environment.get_template("wrap.html")

    def render(statement: Statement) -> str:
        return wrap.render(s=statement, others=mates(statement.row))

    shown = told(report, rows, render)
    found = figures(report, shown.weights)
    listed = _listed(found)
    style, script = asset(environment, "style.css"), asset(environment, "script.js")
    environment.globals |= {
        "language": language,
        "language_tag": TAGS[language],
        "style": Markup(style),
        "script": Markup(script),
        "style_hash": _hash(style),
        "script_hash": _hash(script),
        "figures": found,
        "newest": found.periods[-1] if found.periods else None,
        "people": len(set(report.table.column(0).to_pylist())),
        "span": _span(report),
        "trend": charts.trend(found),
        "histogram": lambda one: charts.histogram(one.totals, report.grades, report.policy.full),
        "of_full": lambda one: charts.of_full(one, report.policy.full),
        "bar_width": lambda total, most: f"{min(100.0, max(0.0, float(total / most * 100))):.1f}",
        "heat_step": lambda share: charts.heat_step(float(share)),
        "percent": percent,
        "alerts": _alerts_by_period(report),
        "grouped_alerts": _grouped,
        "row_alerts": _alerts_by_row(report),
        "levels": LEVELS,
        "group_index": {group: place for place, group in enumerate(found.groups)},
        "grade_label": _grade_label(report),
        "person": _person(set(rows)),
        "listed": lambda one: listed[one.index],
        "js_filters": any(listed.values()),
        "embedded": bool(rows),
        "open_statements": [Markup(one) for one in shown.open],
        "packs": shown.packs,
        "packed_note": _filled(WORDS["packed"], count=OPEN, rows=len(rows)),
        "limits": _limits(report, rows, listed),
        "option": option,
    }
    return environment.get_template("page.html").render()


def made_environment(report: Report, say: Callable[[Words], Markup], *, paper: bool = False) -> Environment:
    """What every template of this package may use; `say` speaks one language or both. paper: bars without SVG."""
    environment = Environment(
        loader=PackageLoader("kpirules.outputs.html", "look"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        finalize=clean,
    )
    environment.globals |= {
        "report": report,
        "policy": report.policy,
        "paper": paper,
        "w": WORDS,
        "say": say,
        "num": number,
        "plain": charts.plain,
        "published": _published(report),
        "behind": behind,
        "bare": bare,
        "sectioned": sectioned,
        "grade_class": _grade_class(report),
    }
    return environment


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


def option(words: Words) -> Markup:
    """The end of an opening tag, and its text, for what may hold no markup: the script chooses the language."""
    en, zh = escape(words.en), escape(words.zh)
    return Markup(f' data-en="{en}" data-zh="{zh}">{en} {zh}')


def number(value: Decimal | None) -> str:
    """As published, with a real minus sign."""
    return "" if value is None else f"{value:f}".replace("-", "−")


def bare(words: Words) -> Words:
    """A text without the quotes that tell it from a name in a rule: beside its label nobody takes it for one."""
    quoted = len(words.en) > 1 and words.en[0] == words.en[-1] == '"'
    return Words(words.en[1:-1], words.zh[1:-1]) if quoted and words.en == words.zh else words


def behind(records: RecordsBehind) -> Words:
    """How many records count, of how many."""
    if records.count == records.of:
        plural = "" if records.count == 1 else "s"
        return Words(f"{records.count} record{plural}", f"{records.count} 条记录")
    return Words(f"{records.count} of {records.of} records", f"{records.of} 条中的 {records.count} 条记录")


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


def _filled(words: Words, **values: object) -> Words:
    return Words(words.en.format(**values), words.zh.format(**values))


def _span(report: Report) -> str:
    if not report.periods:
        return ""
    first, last = report.periods[0], report.periods[-1]
    return first if first == last else f"{first} – {last}"


def _listed(found: Figures) -> dict[int, tuple[Row, ...]]:
    """The rows of each period that are listed: all of the latest ones, up to the most that a page holds."""
    left = MOST_ROWS
    listed: dict[int, tuple[Row, ...]] = {}
    for period in reversed(found.periods):
        listed[period.index] = period.rows[:left]
        left -= len(listed[period.index])
    return listed


def _limits(report: Report, rows: tuple[int, ...], listed: Mapping[int, tuple[Row, ...]]) -> list[Words]:
    """What the file leaves out, so that nobody takes it for all."""
    known, limits = report.table.num_rows, []
    if not rows and known:
        limits.append(WORDS["no_statements"])
    elif len(rows) < known:
        limits.append(_filled(WORDS["some_statements"], count=len(rows), rows=known))
    shown = sum(len(one) for one in listed.values())
    if shown < known:
        limits.append(_filled(WORDS["some_rows"], count=shown, rows=known))
    return limits


def _alerts_by_period(report: Report) -> Mapping[str, list[Alert]]:
    found: defaultdict[str, list[Alert]] = defaultdict(list)
    for alert in report.alerts:
        found[alert.period].append(alert)
    return found


def _grouped(alerts: list[Alert]) -> list[list[Alert]]:
    """Those of one kind together, the gravest kind first."""
    kinds: defaultdict[tuple[int, str], list[Alert]] = defaultdict(list)
    for alert in alerts:
        kinds[list(LEVELS).index(alert.level), alert.id].append(alert)
    return [kinds[kind] for kind in sorted(kinds)]


def _alerts_by_row(report: Report) -> Mapping[int, list[Alert]]:
    found: defaultdict[int, list[Alert]] = defaultdict(list)
    for alert in report.alerts:
        found[alert.row].append(alert)
    return found


def _published(report: Report) -> Callable[[Decimal, str], str]:
    """A number of a column with the places that the column has, idle zeros included; never with fewer than it needs."""
    places = {
        field.name: Decimal(1).scaleb(-field.type.scale)
        for field in report.table.schema
        if pa.types.is_decimal(field.type)
    }

    def shown(value: Decimal, column: str) -> str:
        step = places.get(column)
        fits = step is not None and value.as_tuple().exponent > step.as_tuple().exponent  # type: ignore[operator]
        return number(value.quantize(step) if step is not None and fits else value)

    return shown


def _grade_class(report: Report) -> Callable[[str], str]:
    """The colour of a grade by its place: the best is the first of five."""
    last = max(1, len(report.grades) - 1)
    classes = {one.id: f"g{round(place * 4 / last)}" for place, one in enumerate(report.grades)}
    return lambda grade: classes.get(grade, "")


def _grade_label(report: Report) -> Callable[[str], str]:
    labels = {one.id: one.label or one.id for one in report.grades}
    return lambda grade: labels.get(grade, grade)


def _person(told: set[int]) -> Callable[[int, str], Markup]:
    """A name; a link where the file has the statement."""

    def shown(row: int, staff: str) -> Markup:
        name = escape(clean(staff))
        if row in told:
            return Markup(f'<a href="#s{row}"><bdi>{name}</bdi></a>')
        return Markup(f'<span class="person"><bdi>{name}</bdi></span>')

    return shown
