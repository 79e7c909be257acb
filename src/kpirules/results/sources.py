"""The tables that a result rests on: where each stands, what its source was asked, and what became of its rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kpirules.diagnostics import Cell, Language, Words, where
from kpirules.facts.build import Facts
from kpirules.plugin.report import SourceInfo


def sources_of(facts: Facts) -> tuple[SourceInfo, ...]:
    """The tables of a run, in the order in which they were read."""
    return tuple(
        SourceInfo(
            name,
            one.path,
            one.sheet,
            one.adapter,
            one.query,
            facts.counts[name].read,
            facts.counts[name].used,
            facts.counts[name].set_aside,
        )
        for name, one in facts.origins.items()
    )


def told(sources: Sequence[SourceInfo], language: Language) -> Iterator[str]:
    """The tables as a tree: place and rows of each, and below it what its source was asked."""
    yield Words("sources", "数据来源").read(language)
    for number, one in enumerate(sources, 1):
        last = number == len(sources)
        yield f"{'└─' if last else '├─'} {_in_words(one).read(language)}"
        if one.query is not None:
            asked = Words("asked: ", "查询：").read(language) + " ".join(one.query.split())
            yield f"{'  ' if last else '│ '} └─ {asked}"


def _in_words(source: SourceInfo) -> Words:
    """One table on one line: its name, its place, and how many rows of it count."""
    place = Cell(source.path, sheet=source.sheet)
    aside = f", {source.set_aside} set aside" if source.set_aside else ""
    aside_zh = f"，搁置 {source.set_aside} 行" if source.set_aside else ""
    return Words(
        f"{source.name}: {where(place, 'en')} ({source.used} of {source.read} rows used{aside})",
        f"{source.name}：{where(place, 'zh')}（读取 {source.read} 行，使用 {source.used} 行{aside_zh}）",
    )
