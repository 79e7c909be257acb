"""A derivation as plain values: what `kpirules why --format json` prints."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from kpirules.diagnostics import Language
from kpirules.model.expressions import Value
from kpirules.numbers import decimal_text
from kpirules.plugin.report import SourceInfo
from kpirules.results import adjusting
from kpirules.results.quotes import Quotes
from kpirules.results.stretches import stretch_record
from kpirules.scoring.explain import Derivation, FactLine, IndicatorLine


class Recorder:
    """Makes plain values: exact numbers as decimal text (or p/q where the decimal never ends), sentences in one language."""

    def __init__(self, quotes: Quotes, language: Language) -> None:
        self.quotes = quotes
        self.language: Language = language

    def record(self, one: Derivation) -> dict[str, object]:
        """Everything about one result."""
        return {
            "ruleset": one.ruleset,
            "label": one.label,
            "version": one.version,
            one.subject.name: one.staff,
            "period": one.period,
            "appraised": one.appraised,
            "attributes": [self._fact_record(fact) for fact in one.attributes],
            "indicators": [self._indicator_record(line) for line in one.indicators],
            "earned": _exact(one.earned),
            "weight_present": _exact(one.present),
            "unrounded_total": _exact(one.unrounded_total),
            "adjustments": [
                {
                    **adjusting.record(line, self.language),
                    "rule": self.quotes.of(line.rule),
                    "facts": [self._fact_record(fact) for fact in facts],
                }
                for line, facts in one.adjustments
            ],
            "adjusted_total": None if one.adjusted is None else _exact(one.adjusted.total),
            "total": _exact(one.total),
            "total_rounding": one.total_rounding.read(self.language),
            "grade": one.grade,
            "grade_label": one.grade_label,
            "grade_from": _exact(one.grade_from),
            "quotas": [quota.read(self.language) for quota in one.quotas],
            "total_formula": None if one.rolled is None else self.quotes.of(one.rolled.formula),
            "total_facts": []
            if one.rolled is None
            else [self._fact_record(fact) for fact in one.rolled.facts],
            "outcomes": [
                {
                    "id": line.id,
                    "label": line.label,
                    "unit": str(line.unit),
                    "formula": self.quotes.of(line.formula),
                    "facts": [self._fact_record(fact) for fact in line.facts],
                    "unrounded": _exact(line.unrounded),
                    "published": _exact(line.published),
                    "rounding": line.rounding.read(self.language),
                }
                for line in one.outcomes
            ],
        }

    def _indicator_record(self, line: IndicatorLine) -> dict[str, object]:
        target: Mapping[str, object] | None = None
        if line.target is not None:
            operator, value, parameter = line.target
            target = {"operator": operator, "value": _exact(value), "parameter": parameter}
        return {
            "id": line.id,
            "label": line.label,
            "section": line.section,
            "weight": _exact(line.weight),
            "applies": line.applies,
            "clauses": list(line.clauses),
            "notes": list(line.notes),
            "rule": self.quotes.of(line.rule),
            "line": line.rule.line,
            "measure": self.quotes.of(line.measured),
            "value": _exact(line.measure),
            "unit": str(line.unit),
            "target": target,
            "facts": [self._fact_record(fact) for fact in line.facts],
            "missing": line.absent,
            "points": _exact(line.points),
            "published": _exact(line.published),
            "lost": _exact(line.lost),
            "because": line.because.read(self.language),
        }

    def _fact_record(self, fact: FactLine) -> dict[str, object]:
        record: dict[str, object] = {
            "kind": fact.kind,
            "name": fact.name,
            "label": fact.label,
            "value": _exact(fact.value),
            "unit": str(fact.unit),
        }
        if fact.grain is not None:
            record["by"] = fact.grain
        if fact.series:
            record["values"] = [{"period": time, "value": _exact(value)} for time, value in fact.series]
        if fact.formula is not None:
            record["formula"] = self.quotes.of(fact.formula)
        if fact.detail is not None:
            record["detail"] = fact.detail.read(self.language)
        if fact.rules:
            record["rules"] = [{"line": one.line, "text": self.quotes.of(one)} for one in fact.rules]
        if fact.in_force is not None:
            record["goes_by"] = str(fact.in_force[0])
            record["stretches"] = [stretch_record(part) for part in fact.in_force[1]]
        if fact.origin is not None:
            place = fact.origin
            record["origin"] = {
                "path": place.path,
                "sheet": place.sheet,
                "row": place.row,
                "column": place.column,
            }
        if fact.records is not None:
            record["records"] = {
                "count": fact.records.count,
                "of": fact.records.of,
                "ids": list(fact.records.ids),
            }
        return record


def source_record(source: SourceInfo) -> dict[str, object]:
    """A table that the result rests on."""
    return {
        "name": source.name,
        "path": source.path,
        "sheet": source.sheet,
        "adapter": source.adapter,
        "query": source.query,
        "read": source.read,
        "used": source.used,
        "set_aside": source.set_aside,
    }


def _exact(value: Value | None) -> str | bool | None:
    return decimal_text(value) if isinstance(value, Fraction) else value
