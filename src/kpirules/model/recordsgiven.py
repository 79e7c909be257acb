"""Records that a test gives: `given tickets`, and below it one record a line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from kpirules.diagnostics import Words
from kpirules.language import tree
from kpirules.model import problems
from kpirules.model.expressions import Value
from kpirules.model.rules import Data, GivenRecord, Ruleset
from kpirules.model.scope import Scope
from kpirules.periods import Period, PeriodKind, containing
from kpirules.units import DAY, Type, Unit

#: Reads a value of a type for a name; None where that is reported.
Read = Callable[[tree.Expr, Type, str], Value | None]


@dataclass(frozen=True, slots=True)
class GivenRecords:
    """Checks the records of one test at a time."""

    scope: Scope
    rules: Ruleset
    read: Read

    def records(self, test: tree.Test) -> tuple[frozenset[str], tuple[GivenRecord, ...]]:
        """The data sets that a test gives the records of, and these."""
        named: set[str] = set()
        found: list[GivenRecord] = []
        alone = "" if not test.people else None
        blocks = [(alone, one) for one in test.given if isinstance(one, tree.GivenRecords)]
        blocks += [
            (person.name.text, one)
            for person in test.people
            for one in person.given
            if isinstance(one, tree.GivenRecords)
        ]
        for person, block in blocks:
            data = self.rules.data.get(block.data.text)
            if data is not None:
                named.add(data.name)
                found += self._records(data, person, block.records)
            elif block.data.text not in self.scope.broken:
                self.scope.unknown(block.data, self.rules.data, thing=Words("no data set", "数据"))
        return frozenset(named), tuple(found)

    def _records(
        self, data: Data, person: str | None, lines: Sequence[Sequence[tree.Setting]]
    ) -> Iterator[GivenRecord]:
        types = {one.name: one.type for one in data.fields}
        types |= {name: Type(Unit.TEXT) for name, one in types.items() if one.unit is Unit.STAFF}
        for line in lines:
            self.scope.distinct([one.name for one in line], {})
            values: dict[str, Value | None] = {}
            for one in line:
                name = one.name.text
                if name not in types:
                    self.scope.unknown(
                        one.name, types, thing=Words(f"no field of {data.name}", f" {data.name} 字段")
                    )
                elif one.value is None:
                    values[name] = None
                elif isinstance(one.value, tree.Series):
                    self._lacks(one, data, Words("a single value", "单个值"))
                else:
                    values[name] = self.read(one.value, types[name], name)
            said = {one.name.text for one in line}
            for field, given in ((data.staff, person is not None), (data.placed_by, False)):
                if field in types and field not in said and not given and line:
                    self._lacks(line[0], data, Words(f'"{field}"', f"“{field}”"))
            yield GivenRecord(data.name, person, values)

    def _lacks(self, one: tree.Setting, data: Data, what: Words) -> None:
        self.scope.report(problems.RECORD_LACKS, one.span, data=data.name, what=what)


def period_of_records(rules: Ruleset, records: Sequence[GivenRecord]) -> Period | None:
    """The period of the first record that has a moment of its own."""
    for one in records:
        data = rules.data[one.data]
        moment = one.values.get(data.placed_by)
        if isinstance(moment, Fraction):
            field = next(field for field in data.fields if field.name == data.placed_by)
            days = int(moment if field.type.unit is Unit.DATE else moment // DAY)
            return containing(date(1970, 1, 1) + timedelta(days=days), PeriodKind(rules.period))
    return None
