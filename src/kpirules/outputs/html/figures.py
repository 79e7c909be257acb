"""What a report comes to: who ranks where, how totals spread, what groups earn on average. Exact decimals throughout."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from kpirules.plugin.report import GradeInfo, IndicatorInfo, Report

_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Row:
    """One person in one period. rank: by total, within the period; equal totals share one. group: None for nobody's.

    worst: the indicator in which most was lost, with what was lost, where that is known and anything was.
    """

    number: int
    staff: str
    group: str | None
    total: Decimal | None
    grade: str | None
    points: tuple[Decimal | None, ...]
    rank: int | None
    tied: bool
    worst: tuple[IndicatorInfo, Decimal] | None
    alerts: int


@dataclass(frozen=True, slots=True)
class GradeCount:
    """How many have a grade; info None: those without."""

    info: GradeInfo | None
    count: int
    share: Fraction


@dataclass(frozen=True, slots=True)
class HeatCell:
    """What a group earned of an indicator. points: the mean; share: of the weight, None where weights are not known."""

    points: Decimal
    share: Fraction | None
    people: int


@dataclass(frozen=True, slots=True)
class HeatRow:
    """An indicator across the groups; the first cell is everybody's. None: nobody has points."""

    indicator: IndicatorInfo
    cells: tuple[HeatCell | None, ...]


@dataclass(frozen=True, slots=True)
class Period:
    """All that is shown of one period. rows: best first, those without a total last."""

    index: int
    name: str
    rows: tuple[Row, ...]
    totals: tuple[Decimal, ...]
    mean: Decimal | None
    median: Decimal | None
    grades: tuple[GradeCount, ...]
    groups: tuple[str | None, ...]
    heat: tuple[HeatRow, ...]
    means: Mapping[str | None, Decimal]


@dataclass(frozen=True, slots=True)
class Figures:
    """periods: in order of time. groups: by name; None, who is in none, comes last. group_label: what they are."""

    periods: tuple[Period, ...]
    groups: tuple[str | None, ...]
    group_label: str


Weights = Mapping[tuple[int, str], Decimal]


def figures(report: Report, weights: Weights) -> Figures:
    """weights: of rows and indicators whose weight differs from person to person, as far as they are known."""
    grouped = report.group is not None and report.group in report.attributes.column_names
    belongs = report.attributes[report.group].to_pylist() if grouped else [None] * report.table.num_rows
    groups = _groups(belongs) if grouped else ()
    rows = _rows(report, [None if one is None else str(one) for one in belongs], weights)
    by_period: defaultdict[str, list[Row]] = defaultdict(list)
    for name, row in zip(report.table["period"].to_pylist(), rows, strict=True):
        by_period[name].append(row)
    return Figures(
        tuple(
            _period(report, index, name, by_period[name], groups, weights)
            for index, name in enumerate(report.periods)
        ),
        groups,
        _label(report),
    )


def _label(report: Report) -> str:
    known = {one.name: one.label for one in report.attribute_columns}
    return known.get(report.group or "", "") or report.group or ""


def _groups(belongs: Iterable[object]) -> tuple[str | None, ...]:
    names = {None if one is None else str(one) for one in belongs}
    last: tuple[str | None, ...] = (None,) if None in names else ()
    return (*sorted(one for one in names if one is not None), *last)


def _rows(report: Report, belongs: Sequence[str | None], weights: Weights) -> list[Row]:
    table = report.table
    staff = [str(name) for name in table.column(0).to_pylist()]
    totals = _decimals(report, "total")
    grades = table["grade"].to_pylist() if "grade" in table.column_names else [None] * table.num_rows
    points = list(zip(*(_decimals(report, one.column) for one in report.indicators), strict=True))
    alerts = Counter(alert.row for alert in report.alerts)
    return [
        Row(
            number,
            staff[number],
            belongs[number],
            totals[number],
            grades[number],
            points[number] if points else (),
            None,
            False,
            _worst(report, number, points[number] if points else (), weights),
            alerts[number],
        )
        for number in range(table.num_rows)
    ]


def _decimals(report: Report, column: str) -> list[Decimal | None]:
    if column not in report.table.column_names:
        return [None] * report.table.num_rows
    values = report.table[column].to_pylist()
    return [None if one is None else one if isinstance(one, Decimal) else Decimal(str(one)) for one in values]


def _weight(one: IndicatorInfo, row: int, weights: Weights) -> Decimal | None:
    return one.weight if one.weight is not None else weights.get((row, one.id))


def _worst(
    report: Report, row: int, points: tuple[Decimal | None, ...], weights: Weights
) -> tuple[IndicatorInfo, Decimal] | None:
    worst: tuple[IndicatorInfo, Decimal] | None = None
    for one, got in zip(report.indicators, points, strict=bool(points)):
        weight = _weight(one, row, weights)
        if got is None or weight is None:
            continue
        if weight > got and (worst is None or weight - got > worst[1]):
            worst = (one, weight - got)
    return worst


def _period(
    report: Report, index: int, name: str, rows: list[Row], groups: tuple[str | None, ...], weights: Weights
) -> Period:
    ranked = _ranked(rows)
    totals = tuple(row.total for row in ranked if row.total is not None)
    return Period(
        index,
        name,
        ranked,
        totals,
        mean(totals),
        median(totals),
        _grade_counts(report, ranked),
        tuple(group for group in groups if any(row.group == group for row in ranked)),
        _heat(report, ranked, groups, weights),
        _means(ranked, groups),
    )


def _ranked(rows: list[Row]) -> tuple[Row, ...]:
    with_total = sorted((row for row in rows if row.total is not None), key=_by_total)
    counts = Counter(row.total for row in with_total)
    ranked: list[Row] = []
    rank = 0
    for place, row in enumerate(with_total, 1):
        if place == 1 or row.total != with_total[place - 2].total:
            rank = place
        ranked.append(replace(row, rank=rank, tied=counts[row.total] > 1))
    return (*ranked, *(row for row in rows if row.total is None))


def _by_total(row: Row) -> tuple[Decimal, int]:
    assert row.total is not None
    return (-row.total, row.number)


def _grade_counts(report: Report, rows: Sequence[Row]) -> tuple[GradeCount, ...]:
    counts = Counter(row.grade for row in rows)
    everybody = max(1, len(rows))
    found = [GradeCount(one, counts[one.id], Fraction(counts[one.id], everybody)) for one in report.grades]
    without = len(rows) - sum(one.count for one in found)
    if without:
        found.append(GradeCount(None, without, Fraction(without, everybody)))
    return tuple(found) if report.grades else ()


def _heat(
    report: Report, rows: Sequence[Row], groups: tuple[str | None, ...], weights: Weights
) -> tuple[HeatRow, ...]:
    present = [group for group in groups if any(row.group == group for row in rows)]
    parts = [rows, *([row for row in rows if row.group == group] for group in present)]
    return tuple(
        HeatRow(one, tuple(_heat_cell(place, one, part, weights) for part in parts))
        for place, one in enumerate(report.indicators)
    )


def _heat_cell(place: int, one: IndicatorInfo, rows: Sequence[Row], weights: Weights) -> HeatCell | None:
    got = [(row.points[place], _weight(one, row.number, weights)) for row in rows]
    points = [value for value, _ in got if value is not None]
    average = mean(points)
    if average is None:
        return None
    known = [(value, weight) for value, weight in got if value is not None and weight is not None]
    total_weight = sum((weight for _, weight in known), Decimal(0))
    whole = len(known) == len(points) and total_weight > 0
    share = (
        Fraction(sum((value for value, _ in known), Decimal(0))) / Fraction(total_weight) if whole else None
    )
    return HeatCell(average, share, len(points))


def _means(rows: Sequence[Row], groups: tuple[str | None, ...]) -> Mapping[str | None, Decimal]:
    found = {}
    for group in groups:
        average = mean([row.total for row in rows if row.group == group and row.total is not None])
        if average is not None:
            found[group] = average
    return found


def mean(values: Sequence[Decimal]) -> Decimal | None:
    """To two places, halves up."""
    if not values:
        return None
    return _cents(sum((Fraction(one) for one in values), Fraction(0)) / len(values))


def median(values: Sequence[Decimal]) -> Decimal | None:
    """The middle one, or the mean of the two in the middle."""
    if not values:
        return None
    ordered = sorted(values)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return _cents((Fraction(ordered[middle - 1]) + Fraction(ordered[middle])) / 2)


def _cents(value: Fraction) -> Decimal:
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(_CENT, ROUND_HALF_UP)
