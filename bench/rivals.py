"""The same policy in NumPy, Polars and DuckDB SQL, in plain floats: what one would write without kpirules.

Each returns total (two places), grade and bonus beside the ten indicators' points. None of them is exact.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Arrays = Mapping[str, Floats]

#: indicator: weight. Curves: (edge, slope, intercept), the last without an edge; the sense of the edges.
WEIGHTS = {
    "late": 20.0, "defects": 10.0, "good": 15.0, "complaints": 15.0, "punctual": 10.0,
    "rating": 8.0, "done": 5.0, "coverage": 5.0, "failed": 4.0, "complete": 10.0,
}  # fmt: skip
DEFECTS = [
    (0.01, 0.0, 10.0),
    (0.02, -200.0, 12.0),
    (0.05, -200 / 3, 19 / 3),
    (0.1, -40.0, 4.0),
    (None, 0.0, 0.0),
]
GOOD = [(0.95, 0.0, 15.0), (0.9, 60.0, -42.0), (0.8, 40.0, -24.0), (0.6, 40.0, -24.0), (None, 0.0, 0.0)]
PUNCTUAL = [(0.95, 0.0, 10.0), (0.9, 40.0, -28.0), (0.8, 30.0, -19.0), (0.6, 25.0, -15.0), (None, 0.0, 0.0)]


def in_numpy(c: Arrays) -> dict[str, Floats]:
    def curve(x: Floats, pieces: list[tuple[float | None, float, float]], falling: bool) -> Floats:
        holds = [x <= edge if falling else x >= edge for edge, _, _ in pieces if edge is not None]
        lines = [slope * x + base for _, slope, base in pieces]
        return np.where(np.isnan(x), np.nan, np.select(holds, lines[:-1], lines[-1]))

    points = {
        "late": np.maximum(20 - c["late"], 0),
        "defects": curve(c["defects"], DEFECTS, True),
        "good": curve(c["good"], GOOD, False),
        "complaints": np.maximum(15 - np.maximum(c["complaints"] - 3, 0), 0),
        "punctual": curve(c["punctual"], PUNCTUAL, False),
        "rating": c["rating"] * (8 / 3),
        "done": np.minimum(c["done"] / c["planned"] / 0.95 * 5, 5),
        "coverage": np.where(np.isnan(c["coverage"]), np.nan, np.where(c["coverage"] >= 0.8, 5.0, 0.0)),
        "failed": np.maximum(4 - 5 * c["failed"], 0),
        "complete": np.clip(10 - np.floor((0.98 - c["complete"]) * 100), 0, 10),
    }
    earned = np.zeros(len(c["late"]))
    present = np.zeros(len(c["late"]))
    for name, weight in WEIGHTS.items():
        there = ~np.isnan(points[name])
        earned += np.where(there, points[name], 0)
        present += np.where(there, weight, 0)
    total = np.floor(earned / present * 10_000 + 0.5) / 100
    grade = np.select([np.isnan(total), total >= 90, total >= 80, total >= 60], [-1, 0, 1, 2], 3).astype(
        np.int8
    )
    bonus = np.where((c["punctual"] >= 0.9) & (c["good"] == 1), c["salary"] * 0.1, 0)
    rounded = {name: np.floor(one * 100 + 0.5) / 100 for name, one in points.items()}
    return rounded | {
        "total": total,
        "grade": grade.astype(np.float64),
        "bonus": np.floor(bonus * 100 + 0.5) / 100,
    }


def _case(name: str, pieces: list[tuple[float | None, float, float]], sign: str) -> str:
    """A curve as SQL."""
    *inner, (_, slope, base) = pieces
    whens = " ".join(f"WHEN {name} {sign} {edge} THEN {a} * {name} + {b}" for edge, a, b in inner)
    return f"CASE WHEN {name} IS NULL THEN NULL {whens} ELSE {slope} * {name} + {base} END"


SQL_POINTS = {
    "late": "greatest(20 - late, 0)",
    "defects": _case("defects", DEFECTS, "<="),
    "good": _case("good", GOOD, ">="),
    "complaints": "greatest(15 - greatest(complaints - 3, 0), 0)",
    "punctual": _case("punctual", PUNCTUAL, ">="),
    "rating": "rating * (8.0::DOUBLE / 3)",
    "done": "least(done / planned / 0.95 * 5, 5)",
    "coverage": "CASE WHEN coverage IS NULL THEN NULL WHEN coverage >= 0.8 THEN 5.0::DOUBLE ELSE 0.0::DOUBLE END",
    "failed": "greatest(4 - 5 * failed, 0)",
    "complete": "least(greatest(10 - floor((0.98::DOUBLE - complete) * 100), 0), 10)",
}
# greatest() and least() of SQL leave out missing values: guard them.
_GUARDED = {
    name: f"CASE WHEN {'done IS NULL OR planned' if name == 'done' else name} IS NULL THEN NULL ELSE {text} END"
    for name, text in SQL_POINTS.items()
}
SQL = f"""
WITH points AS (SELECT {", ".join(f"({text})::DOUBLE AS p_{name}" for name, text in _GUARDED.items())},
    CASE WHEN punctual >= 0.9 AND good = 1 THEN salary * 0.1 ELSE 0 END AS bonus FROM facts),
totals AS (SELECT *, floor(({" + ".join(f"coalesce(p_{name}, 0)" for name in WEIGHTS)})
    / nullif({" + ".join(f"CASE WHEN p_{name} IS NULL THEN 0 ELSE {w} END" for name, w in WEIGHTS.items())}, 0)
    * 10000 + 0.5) / 100 AS total FROM points)
SELECT {", ".join(f"floor(p_{name} * 100 + 0.5) / 100 AS p_{name}" for name in WEIGHTS)}, total,
    CASE WHEN total IS NULL THEN -1 WHEN total >= 90 THEN 0 WHEN total >= 80 THEN 1
        WHEN total >= 60 THEN 2 ELSE 3 END::TINYINT AS grade, floor(bonus * 100 + 0.5) / 100 AS bonus
FROM totals
"""


def in_duckdb(c: Arrays, threads: int) -> Callable[[], object]:
    """A query over Arrow columns, ready to run; the result is an Arrow table."""
    import duckdb
    import pyarrow as pa

    connection = duckdb.connect()
    connection.execute(f"SET threads = {threads}")
    table = pa.table({name: pa.array(array, from_pandas=True) for name, array in c.items()})
    connection.register("facts", table)
    return lambda: connection.sql(SQL).to_arrow_table()


def in_polars(c: Arrays) -> Callable[[], object]:
    """A lazy query over columns in memory, ready to run by the streaming engine."""
    import polars as pl

    frame = pl.DataFrame(dict(c)).with_columns(pl.all().fill_nan(None)).lazy()

    def curve(name: str, pieces: list[tuple[float | None, float, float]], falling: bool) -> pl.Expr:
        x = pl.col(name)
        *inner, (_, slope, base) = pieces
        chain: pl.Expr = slope * x + base
        for edge, a, b in reversed(inner):
            chain = pl.when(x <= edge if falling else x >= edge).then(a * x + b).otherwise(chain)
        return pl.when(x.is_null()).then(None).otherwise(chain)

    col = pl.col
    points = {
        "late": (20 - col("late")).clip(lower_bound=0),
        "defects": curve("defects", DEFECTS, True),
        "good": curve("good", GOOD, False),
        "complaints": (15 - (col("complaints") - 3).clip(lower_bound=0)).clip(lower_bound=0),
        "punctual": curve("punctual", PUNCTUAL, False),
        "rating": col("rating") * (8 / 3),
        "done": (col("done") / col("planned") / 0.95 * 5).clip(upper_bound=5),
        "coverage": pl.when(col("coverage").is_null())
        .then(None)
        .when(col("coverage") >= 0.8)
        .then(5.0)
        .otherwise(0.0),
        "failed": (4 - 5 * col("failed")).clip(lower_bound=0),
        "complete": (10 - ((0.98 - col("complete")) * 100).floor()).clip(0, 10),
    }
    scored = frame.with_columns(one.alias(f"p_{name}") for name, one in points.items())
    present = pl.sum_horizontal(
        pl.when(col(f"p_{name}").is_null()).then(0.0).otherwise(weight) for name, weight in WEIGHTS.items()
    )
    earned = pl.sum_horizontal(col(f"p_{name}").fill_null(0) for name in WEIGHTS)
    total = pl.when(present > 0).then(((earned / present * 10_000) + 0.5).floor() / 100)
    totalled = scored.with_columns(total.alias("total"))
    grade = (
        pl.when(col("total").is_null()).then(-1).when(col("total") >= 90).then(0)
        .when(col("total") >= 80).then(1).when(col("total") >= 60).then(2).otherwise(3)
    )  # fmt: skip
    bonus = pl.when((col("punctual") >= 0.9) & (col("good") == 1)).then(col("salary") * 0.1).otherwise(0.0)
    result = totalled.select(
        *((col(f"p_{name}") * 100 + 0.5).floor() / 100 for name in WEIGHTS),
        col("total"),
        grade.cast(pl.Int8).alias("grade"),
        (((bonus * 100) + 0.5).floor() / 100).alias("bonus"),
    )
    return lambda: result.collect(engine="streaming")
