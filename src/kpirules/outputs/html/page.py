"""One HTML file of a finished result: all in it, nothing from outside, no script but its own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import BinaryIO

import pyarrow as pa
from jinja2 import Environment
from markupsafe import Markup, escape

from kpirules.diagnostics import Diagnostic, Words
from kpirules.outputs.html import charts
from kpirules.outputs.html.figures import Figures, Row, figures
from kpirules.outputs.html.scales import plain
from kpirules.outputs.html.shell import clean, environment, filled, number, say_both
from kpirules.outputs.html.statements import OPEN, chosen, others, sectioned, told
from kpirules.outputs.html.words import LEVELS, WORDS
from kpirules.outputs.options import HtmlOptions
from kpirules.plugin.replacing import replace_file
from kpirules.plugin.report import Alert, RecordsBehind, Report, Statement

#: The results list so many rows at most; a browser is slow with more.
MOST_ROWS = 6000


def write_report(report: Report, path: str, options: HtmlOptions) -> tuple[Diagnostic, ...]:
    def fill(file: BinaryIO) -> None:
        file.write(page(report, options).encode("utf-8"))

    return replace_file(path, fill)


def page(report: Report, options: HtmlOptions) -> str:
    """The whole file."""
    language = options.language or report.language
    made = made_environment(report, say_both)
    rows = chosen(report, options.people)
    mates = others(report, rows)
    wrap = made.get_template("wrap.html")

    def render(statement: Statement) -> str:
        return wrap.render(s=statement, others=mates(statement.row))

    shown = told(report, rows, render)
    found = figures(report, shown.weights)
    listed = _listed(found)
    made.globals |= {
        "figures": found,
        "newest": found.periods[-1] if found.periods else None,
        "people": len(set(report.table.column(0).to_pylist())),
        "span": _span(report),
        "trend": charts.trend(found),
        "histogram": lambda one: charts.histogram(one.totals, report.grades, report.policy.full),
        "of_full": lambda one: charts.of_full(one, report.policy.full),
        "bar_width": lambda total, most: f"{min(100.0, max(0.0, float(total / most * 100))):.1f}",
        "heat_step": lambda share: charts.heat_step(float(share)),
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
    }
    return filled(made, "page.html", language, "report")


def made_environment(report: Report, say: Callable[[Words], Markup], *, paper: bool = False) -> Environment:
    """What every template of this package may use; `say` speaks one language or both. paper: bars without SVG."""
    made = environment(say)
    made.globals |= {
        "report": report,
        "policy": report.policy,
        "paper": paper,
        "w": WORDS,
        "num": number,
        "plain": plain,
        "published": _published(report),
        "behind": behind,
        "bare": bare,
        "sectioned": sectioned,
        "grade_class": _grade_class(report),
    }
    return made


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
