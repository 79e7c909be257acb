"""A test as text, in the policy's own vocabulary and in the formatter's layout."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from kpirules.diagnostics import Language
from kpirules.language.vocabulary import vocabulary
from kpirules.model import expressions as e
from kpirules.model.grains import BY
from kpirules.model.rules import Example, Given, Ruleset
from kpirules.units import Unit, shown

#: A line with more than so many letters is begun anew.
_WIDE = 96


@dataclass(frozen=True, slots=True)
class Expectation:
    """What is expected of the first person under a name; None: missing. unit: of a number."""

    name: str
    value: e.Value | None
    unit: Unit


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes tests of a policy or of one of its roll-ups."""

    rules: Ruleset
    language: Language

    def word(self, terminal: str) -> str:
        """A word of the language in the policy's vocabulary."""
        return vocabulary().spell(terminal, self.language)

    def test(self, example: Example, title: str, comment: str, expected: Sequence[Expectation]) -> str:
        """The whole test, with a comment above."""
        lines = [f"# {comment}", f'{self.word("_TEST")} "{title}"']
        if example.rollup is not None:
            lines.append(f"  {self.word('_ROLLUP')} {self.word(example.rollup.upper())}")
        lines += self._given(example.given, "  ")
        for number, person in enumerate(example.people):
            indent = "  "
            if len(example.people) > 1:
                lines.append(f'  {self.word("_PERSON")} "{person.name}"')
                indent = "    "
            lines += self._given(person.given, indent)
            for past in reversed(person.past):
                back, period = 0, example.period
                while period != past.period:
                    back, period = back + 1, period.previous()
                lines += self._given(past.given, indent, f"{self.word('_PREVIOUS')} " * back)
            if number == 0:
                lines += self._line("_EXPECT", [self._expected(one) for one in expected], indent)
        return "\n".join(lines) + "\n"

    def facts(self, example: Example) -> str | None:
        """The facts of a test with one person, on one line; None of others, and where nothing is given."""
        lines = self.test(example, "", "", ()).splitlines()
        word = f"{self.word('_GIVEN')} "
        given = [line.strip().removeprefix(word) for line in lines if line.strip().startswith(word)]
        return word + ", ".join(given) if given and len(example.people) == 1 else None

    def _given(self, given: Sequence[Given], indent: str, before: str = "") -> Iterator[str]:
        single = [f"{before}{self._name(one.name)} = {self._of(one)}" for one in given if one.series is None]
        yield from self._line("_GIVEN", single, indent)
        for one in given:
            if one.series is not None:
                values = ", ".join(self.value(value, self._unit(one.name)) for value in one.series)
                by = BY[self._grain(one.name)].read(self.language)
                yield from self._line("_GIVEN", [f"{self._name(one.name)} {by} = ({values})"], indent)

    def _line(self, word: str, items: Sequence[str], indent: str) -> Iterator[str]:
        """The items on as few lines as they fit on."""
        line = ""
        for item in items:
            longer = f"{line}, {item}" if line else f"{indent}{self.word(word)} {item}"
            if line and len(longer) > _WIDE:
                yield line
                longer = f"{indent}{self.word(word)} {item}"
            line = longer
        if line:
            yield line

    def _of(self, one: Given) -> str:
        return self.value(one.value, self._unit(one.name))

    def _unit(self, name: str) -> Unit:
        rules = self.rules
        if name in rules.measures:
            return rules.measures[name].value.unit
        if name in rules.inputs:
            return rules.inputs[name].type.unit
        return rules.parameters[name].type.unit

    def _grain(self, name: str) -> str:
        one = self.rules.inputs.get(name) or self.rules.measures[name]
        assert one.grain is not None
        return one.grain

    def _expected(self, one: Expectation) -> str:
        value = str(one.value) if one.name == "grade" and one.value is not None else None
        return f"{self._name(one.name)} = {value or self.value(one.value, one.unit)}"

    def _name(self, name: str) -> str:
        match name:
            case "total":
                return self.word("TOTAL")
            case "grade":
                return self.word("GRADE")
            case _:
                return name

    def value(self, value: e.Value | None, unit: Unit) -> str:
        """A value as the policy writes it."""
        match value:
            case None:
                return self.word("_MISSING")
            case bool():
                return self.word("YES" if value else "NO")
            case Fraction():
                text = shown(value, unit, self.language, self.rules.currency)
                return text.removesuffix(":00") if unit is Unit.DATETIME else text
            case _:
                return f'"{value}"'
