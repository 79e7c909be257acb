"""Decision tables of the DMN compliance kit, level 2: written in the language, they give the published results."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from tests.truth.sources import FRAME, absent, holds, read

FILE = "dmn_level2_tables.json"
#: What does not fit, and why.
NOT_OURS = {
    "0008-LX-arithmetic": "a power whose exponent is a fact: the language has no powers",
    "0009-invocation-arithmetic": "a power whose exponent is a fact: the language has no powers",
    "0109-ruleOrder-hitpolicy": "the result is a list of all rules that hold",
    "0110-outputOrder-hitpolicy": "the result is a list of all rules that hold",
    "0112-ruleOrder-hitpolicy-singleinoutcol": "the result is a list of all rules that hold",
    "0113-outputOrder-hitpolicy-singleinoutcol": "the result is a list of all rules that hold",
    "0119-multi-collect-hitpolicy": "the result is a list of all rules that hold",
}
KINDS = {"Age": "number", "age": "number", "NumOfYears": "number", "isAffordable": "boolean"}
LOGIC = """\
input A : boolean
input B : boolean
measure DecisionAnd = A and B
measure DecisionOr = A or B
"""


def tables() -> dict[str, Any]:
    found = read(FILE)
    return {} if found is None else {one["case"]: one for one in found["tables"]}


def cases() -> dict[str, list[Any]]:
    """The published cases of each table."""
    found: dict[str, list[Any]] = {}
    for one in (read(FILE) or {"cases": []})["cases"]:
        found.setdefault(one["case"].rpartition("/")[2], []).append(one)
    return found


def written(table: Mapping[str, Any]) -> Iterator[str]:
    """A table in the language: its inputs, and one decision for each of its outputs."""
    for one in table["inputs"]:
        name, values = one["expression"], one["values"]
        yield f"input {name} : {KINDS.get(name) or f'text one of ({values})'}"
    for column, output in enumerate(table["outputs"]):
        kind = "text" if table["rules"][0]["then"][column].startswith('"') else "number"
        yield f"decision {named(output['name'])} : {kind}, {policy(table, output)}"
        for rule in ranked(table, output):
            yield f"  when {condition(table, rule)} : {rule['then'][column]}"
        yield f"  otherwise : {output['default'] or 'missing'}"


def named(name: str | None) -> str:
    return re.sub(r"\W", "_", name or "result")


def policy(table: Mapping[str, Any], output: Mapping[str, Any]) -> str:
    match table["hit_policy"], table["aggregation"]:
        case "COLLECT", str(kind):
            return f"collect {kind.lower()}"
        case "PRIORITY", _:
            return f"priority {output['values']}" if output["values"] else "first"
        case kind, _:
            return str(kind).lower()


def ranked(table: Mapping[str, Any], output: Mapping[str, Any]) -> list[Any]:
    """Where another output has the priorities, the rules stand in their order, and the first one decides."""
    if table["hit_policy"] != "PRIORITY" or output["values"]:
        return list(table["rules"])
    column = next(place for place, one in enumerate(table["outputs"]) if one["values"])
    order = table["outputs"][column]["values"].split(", ")
    return sorted(table["rules"], key=lambda rule: order.index(rule["then"][column]))


def condition(table: Mapping[str, Any], rule: Mapping[str, Any]) -> str:
    parts: list[str] = []
    for one, test in zip(table["inputs"], rule["when"], strict=True):
        name = one["expression"]
        if test == "true":
            parts.append(name)
        elif test == "false":
            parts.append(f"not {name}")
        elif test.startswith('"'):
            parts.append(f"{name} in ({test})")
        elif test != "-":
            parts.append(f"{name} {test}")
    return " and ".join(parts) or "yes"


def value(cell: Any) -> str:
    match cell:
        case None:
            return "missing"
        case bool():
            return "yes" if cell else "no"
        case {"$dec": digits}:
            return str(digits)
        case _:
            return f'"{cell}"'


def tried(published: list[Any]) -> Iterator[str]:
    """The published cases as tests of the language."""
    for number, one in enumerate(published):
        expected = one["expected"]
        results = (
            {named(name): cell for name, cell in expected.items()}
            if isinstance(expected, dict) and "$dec" not in expected
            else {one["decision"] if one["decision"].startswith("Decision") else "result": expected}
        )
        yield f'test "{number + 1}"'
        yield "  given " + ", ".join(f"{name} = {value(cell)}" for name, cell in one["inputs"].items())
        yield "  expect " + ", ".join(f"{name} = {value(cell)}" for name, cell in results.items())


@absent(FILE)
@pytest.mark.parametrize("name", [name for name in tables() if name not in NOT_OURS])
def test_a_decision_table_gives_the_published_results(name: str) -> None:
    text = "\n".join((*written(tables()[name]), *tried(cases()[name])))
    holds(f"{FRAME}{text}\n")


@absent(FILE)
def test_unknown_facts_in_conditions() -> None:
    text = "\n".join(tried(cases()["0106-feel-ternary-logic"]))
    holds(f"{FRAME}{LOGIC}{text}\n")


@absent(FILE)
def test_every_published_case_is_tried_or_listed() -> None:
    assert set(cases()) == {*tables(), "0106-feel-ternary-logic", *NOT_OURS}
    assert set(NOT_OURS) <= set(cases())
