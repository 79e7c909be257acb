"""The tables that a result rests on: where each stands, what its source was asked, and what became of its rows."""

from __future__ import annotations

from kpirules.diagnostics import Cell, Words, where
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


def in_words(source: SourceInfo) -> Words:
    """One table on one line: its name, its place, what was asked there, and how many rows of it count."""
    place = Cell(source.path, sheet=source.sheet)
    aside = f", {source.set_aside} set aside" if source.set_aside else ""
    aside_zh = f"，搁置 {source.set_aside} 行" if source.set_aside else ""
    asked = f", {source.query}" if source.query else ""
    asked_zh = f"，{source.query}" if source.query else ""
    return Words(
        f"{source.name}: {where(place, 'en')} ({source.used} of {source.read} rows used{aside}{asked})",
        f"{source.name}：{where(place, 'zh')}（读取 {source.read} 行，使用 {source.used} 行{aside_zh}{asked_zh}）",
    )
