"""Generated policies of one shop, each an edit of the others, and tables of its staff. Holds no test."""

from __future__ import annotations

from dataclasses import dataclass, field

import pyarrow as pa
from hypothesis import strategies as st

PERIODS = ("2026-01", "2026-02", "2026-03")
NAMES = ("Ann", "Bob", "Cem", "Dee", "Eve", "Fay")


@dataclass(frozen=True)
class Shop:
    """What may be edited."""

    speed: int = 40
    allowance: int = 1
    deduction: int = 5
    lowest: int = 60
    target: int = 90
    good: int = 80
    quota: str = ""
    places: str = "0.01"
    applies: str = ""
    missing: str = "redistribute"
    price: str = "3 yuan"
    base: str = "sum of earned over department / headcount over department"
    pool: bool = False
    memory: bool = False
    alert: bool = False
    third: bool = False
    label: str = "Speed"
    extra: tuple[str, ...] = field(default=())

    @property
    def text(self) -> str:
        quality = 100 - self.speed - (20 if self.third else 0)
        lines = [
            'ruleset shop "Shop"',
            "  period month",
            *([f"  applies to staff where {self.applies}"] if self.applies else []),
            f"  missing {self.missing}",
            f"  round total to {self.places} half up",
            "",
            'attribute department : text "Team"',
            "attribute on_probation : boolean missing no",
            'input late : count "Late replies"',
            "input good : count",
            "input all : count",
            "input sold : count missing zero",
            f"parameter price : money = {self.price}",
            f"parameter allowance : count = {self.allowance} time",
            "measure earned = sold * price",
            f'indicator speed "{self.label}" weight {self.speed}',
            "  measure late",
            "  target <= allowance",
            f"  deduct {self.deduction} points per time above target",
            f"indicator quality weight {quality}",
            "  measure good / all",
            f"  target >= {self.target}%",
            "  bands",
            f"    from {self.target}% : {quality}",
            f"    from {self.lowest}% to below {self.target}% : 0 to {quality}",
            "    otherwise : 0",
        ]
        if self.third:
            lines += [
                "indicator selling weight 20",
                "  measure sold",
                "  target >= 5",
                "  pro rata to target",
            ]
        lines += ["grades", f'  good "良好" from {self.good}{self.quota}', '  poor "差" otherwise']
        lines.append(f"amount base : money = {self.base} round to 0.01")
        lines.append("amount bonus : money = base * total / 100 round to 0.01")
        if self.pool:
            lines.append(
                "amount part : money = divide 100 yuan over department by total round to 0.01, remainder to largest"
            )
        if self.memory:
            lines.append("amount held : points = previous total round to 0.01")
        lines.append("eligible prize when total >= 95")
        if self.alert:
            lines.append("alert falling when total < 50 level warning")
        return "\n".join([*lines, *self.extra, ""])


BASES = (
    "sum of earned over department / headcount over department",
    "earned",
    "earned + 1 yuan * rank of total within everyone",
)
shops = st.builds(
    Shop,
    speed=st.sampled_from([30, 40, 50]),
    allowance=st.integers(0, 3),
    deduction=st.sampled_from([5, 7]),
    lowest=st.sampled_from([50, 60]),
    target=st.sampled_from([80, 90]),
    good=st.sampled_from([60, 80]),
    quota=st.sampled_from(["", ", at most 40% of department, ties out"]),
    places=st.sampled_from(["0.01", "0.1", "1"]),
    applies=st.sampled_from(["", "not on_probation", 'department = "north"']),
    missing=st.sampled_from(["redistribute", "zero"]),
    price=st.sampled_from(["3 yuan", "2.5 yuan"]),
    base=st.sampled_from(BASES),
    pool=st.booleans(),
    memory=st.booleans(),
    alert=st.booleans(),
    third=st.booleans(),
    label=st.sampled_from(["Speed", "Pace"]),
)


@st.composite
def changes(draw: st.DrawFn, most: int = 3) -> tuple[Shop, Shop]:
    """A policy and the same with a few things edited."""
    old, other = draw(shops), draw(shops)
    names = draw(st.lists(st.sampled_from(sorted(Shop.__dataclass_fields__)), max_size=most, unique=True))
    values = {name: getattr(other if name in names else old, name) for name in Shop.__dataclass_fields__}
    return old, Shop(**values)


_COUNTS = st.sampled_from([None, 0, 1, 2, 3, 5, 9, 10])


@st.composite
def tables(draw: st.DrawFn) -> pa.Table:
    """The table of inputs: some people in some periods, with gaps."""
    keys = [(name, period) for period in PERIODS for name in NAMES]
    chosen = draw(st.lists(st.sampled_from(keys), min_size=1, unique=True))
    of = {name: draw(st.sampled_from(["north", "south", None])) for name in NAMES}
    new = {name: draw(st.sampled_from([True, False, None])) for name in NAMES}
    columns: dict[str, list[object]] = {
        "staff": [staff for staff, _ in chosen],
        "period": [period for _, period in chosen],
        "department": [of[staff] for staff, _ in chosen],
        "on_probation": [new[staff] for staff, _ in chosen],
    }
    for name in ("late", "good", "sold"):
        columns[name] = [draw(_COUNTS) for _ in chosen]
    columns["all"] = [
        None if good is None else good + draw(st.sampled_from([0, 1, 4]))  # type: ignore[operator]
        for good in columns["good"]
    ]
    kinds = {
        "staff": pa.string(),
        "period": pa.string(),
        "department": pa.string(),
        "on_probation": pa.bool_(),
    }
    return pa.table({name: pa.array(values, kinds.get(name, pa.int64())) for name, values in columns.items()})
