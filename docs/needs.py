"""The part of a ruleset's page that lists what it takes: written from the checked ruleset, between two marks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from kpirules.cli.needs import needs
from kpirules.engine import read_policy

HERE = Path(__file__).parent
RULESETS = HERE.parent / "rulesets"
_BEGIN, _END = "<!-- written from the ruleset: needs -->", "<!-- end of needs -->"


def ruleset_pages() -> dict[str, str]:
    """Every ruleset's page with such a part, by name, as it should be."""
    found: dict[str, str] = {}
    for page in sorted((HERE / "rulesets").glob("*.md")):
        text = page.read_text(encoding="utf-8")
        if _BEGIN in text:
            before, _, rest = text.partition(_BEGIN)
            after = rest.partition(_END)[2]
            found[f"rulesets/{page.name}"] = f"{before}{_BEGIN}\n\n{_needs(page.stem)}\n{_END}{after}"
    return found


def _needs(name: str) -> str:
    """The tables of a ruleset's inputs, records and parameters, in Markdown."""
    rules = read_policy(RULESETS / f"{name}.kpi").ruleset
    if rules is None:
        raise ValueError(f"{name} has errors")
    listed: Mapping[str, Any] = needs(rules)
    parts = []
    for data in listed["data"]:
        rows = [
            (f"`{one['name']}`", _type(one) + (", may be blank" if one["optional"] else ""), one["label"])
            for one in data["fields"]
        ]
        title = f"`{data['name']}` {data['label']}".strip()
        parts.append(_table(f"{title}, a row per record", ("field", "type", "meaning"), rows))
    if listed["inputs"]:
        rows = [(f"`{one['name']}`", _type(one) + _blank(one), one["label"]) for one in listed["inputs"]]
        head = f"Facts by person and {listed['period']}"
        parts.append(_table(head, ("input", "type", "meaning"), rows))
    if listed["parameters"]:
        rows = [
            (f"`{one['name']}`", one["value"] if one["value"] is not None else "**to be set**", one["label"])
            for one in listed["parameters"]
        ]
        parts.append(_table("Parameters", ("parameter", "default", "meaning"), rows))
    return "\n".join(parts)


def _type(one: Mapping[str, Any]) -> str:
    said = {"boolean": "yes or no", "datetime": "date and time"}.get(one["type"], one["type"])
    return f"{said}: {one['values']}" if one["type"] in ("rating", "text") and one["values"] else said


def _blank(one: Mapping[str, Any]) -> str:
    return "" if one["missing"] is None else f", blank means {one['missing']}"


def _table(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    def lines() -> Iterator[str]:
        yield f"{title}:"
        yield ""
        yield f"| {' | '.join(head)} |"
        yield f"|{'---|' * len(head)}"
        for row in rows:
            yield f"| {' | '.join(str(cell).replace('|', '·') for cell in row)} |"

    return "\n".join(lines()) + "\n"
