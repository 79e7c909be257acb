"""What there is to tell of a report: its alerts in groups, the gravest first, so many people of each by name.

Knows no service and no markup: names are still as they are in the data, but on one line.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kpirules.diagnostics import Language, Words
from kpirules.plugin import Report
from kpirules_notify.options import Level, NewsOptions

LEVELS: tuple[Level, ...] = ("critical", "warning", "info")
LEVEL_WORDS = {
    "critical": Words("critical", "严重"),
    "warning": Words("warning", "警告"),
    "info": Words("note", "提示"),
}
_LONGEST_NAME = 60
_JOINER = "\u200d"  # holds the parts of an emoji together
_NONE = Words("No alerts.", "没有警报。")


@dataclass(frozen=True, slots=True)
class Group:
    """One alert and everyone whom it concerns. people: each once, with periods where the report has several."""

    level: Level
    label: str
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class News:
    """What is to be told, of which `draft` makes a message."""

    policy: str
    periods: str
    scored: int
    run: str
    groups: tuple[Group, ...]
    link: str | None

    @property
    def gravest(self) -> Level | None:
        return self.groups[0].level if self.groups else None


@dataclass(frozen=True, slots=True)
class Line:
    """One group as it is told: who is named, and how many more there are."""

    level: Level
    label: str
    names: tuple[str, ...]
    count: int

    @property
    def rest(self) -> int:
        return self.count - len(self.names)


@dataclass(frozen=True, slots=True)
class Draft:
    """A message in one language. left_out: alerts that are only counted."""

    language: Language
    title: str
    intro: str
    lines: tuple[Line, ...]
    left_out: int
    run: str
    link: str | None


def news_of(report: Report, options: NewsOptions) -> News:
    """The alerts of the wanted levels in groups."""
    wanted = LEVELS[: LEVELS.index(options.level) + 1]
    found: dict[tuple[Level, str], dict[str, list[str]]] = {}
    labels: dict[tuple[Level, str], str] = {}
    for one in report.alerts:
        level = one.level
        if level in LEVELS and level in wanted:
            key = (LEVELS[LEVELS.index(level)], one.id)
            labels[key] = one_line(one.label or one.id)
            found.setdefault(key, {}).setdefault(one_line(one.staff), []).append(one.period)
    several = len(report.periods) > 1
    groups = [
        Group(key[0], labels[key], tuple(_named(who, when, several) for who, when in people.items()))
        for key, people in found.items()
    ]
    # Of one level, what concerns more people comes first; the rest keeps the policy's order.
    groups.sort(key=lambda group: (LEVELS.index(group.level), -len(group.people)))
    periods = report.periods
    span = "" if not periods else periods[0] if len(periods) == 1 else f"{periods[0]} – {periods[-1]}"
    label = one_line(report.policy.label or report.policy.id)
    return News(label, span, report.table.num_rows, report.run, tuple(groups), options.link)


def drafts(news: News, languages: tuple[Language, ...], named: int, shown: int) -> tuple[Draft, ...]:
    """The message in each language: so many people of each alert by name, so many alerts in full."""
    return tuple(_draft(news, language, named, shown) for language in languages)


def languages_of(report: Report, options: NewsOptions) -> tuple[Language, ...]:
    if options.language == "both":
        return ("zh", "en") if report.language == "zh" else ("en", "zh")
    return (options.language or report.language,)


def sizes(news: News, options: NewsOptions) -> Iterator[tuple[int, int]]:
    """How many people to name and how many alerts to tell in full: from all that is wanted to as little as there is."""
    named = options.people if options.names else 0
    count = len(news.groups)
    yield named, count
    while named > 1:
        named //= 2
        yield named, count
    if named:
        yield 0, count
    while count > 0:
        count //= 2
        yield 0, count


def _draft(news: News, language: Language, named: int, shown: int) -> Draft:
    lines = tuple(
        Line(group.level, group.label, group.people[:named], len(group.people))
        for group in news.groups[:shown]
    )
    alerts = len(news.groups)
    title = " ".join(part for part in (news.policy, news.periods) if part)
    if language == "zh":
        head = f"{title}：{alerts} 项警报" if alerts else f"{title}：没有警报"
        intro = f"共计分 {news.scored} 人次。" if alerts else f"共计分 {news.scored} 人次，没有警报。"
    else:
        head = f"{title}: {_many(alerts, 'alert')}" if alerts else f"{title}: no alerts"
        intro = (
            f"{_many(news.scored, 'result')} in all."
            if alerts
            else f"{_many(news.scored, 'result')}, no alerts."
        )
    return Draft(language, head, intro, lines, alerts - len(lines), news.run, news.link)


def level_word(line: Line, language: Language) -> str:
    return LEVEL_WORDS[line.level].read(language)


def people_words(line: Line, language: Language) -> str:
    """Who it is: "Ann, Bob, and 3 more"; "5 people" where nobody is named."""
    if language == "zh":
        if not line.names:
            return f"{line.count} 人"
        return "、".join(line.names) + (f" 等 {line.count} 人" if line.rest else "")
    if not line.names:
        return "1 person" if line.count == 1 else f"{line.count} people"
    return ", ".join(line.names) + (f", and {line.rest} more" if line.rest else "")


def left_out_words(draft: Draft) -> str:
    if not draft.left_out:
        return ""
    return (
        f"另有 {draft.left_out} 项警报。"
        if draft.language == "zh"
        else f"And {_many(draft.left_out, 'further alert')}."
    )


def run_words(draft: Draft) -> str:
    return f"计分编号 {draft.run}" if draft.language == "zh" else f"run {draft.run}"


def link_words(language: Language) -> str:
    return "查看报告" if language == "zh" else "Read the report"


def one_line(text: str) -> str:
    """Text from data on one line, without what could turn or hide what follows it."""
    plain = " ".join(
        "".join(c if c.isprintable() or c.isspace() or c == _JOINER else " " for c in text).split()
    )
    return plain if len(plain) <= _LONGEST_NAME else plain[: _LONGEST_NAME - 1] + "…"


def _named(who: str, when: list[str], several: bool) -> str:
    return f"{who} ({', '.join(dict.fromkeys(when))})" if several else who


def _many(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"
