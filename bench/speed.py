"""`python -m bench.speed ROWS THREADS ROUNDS`: one table of ratios. Started by `python -m bench`."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import numpy.typing as npt

from bench import rivals
from bench.policy import FLAVOURS, facts, policy
from kpirules.scoring.plan import GRADE, TOTAL, outcome_output, point_output
from kpirules.scoring.run import Scorer

Work = Callable[[], object]
#: The rivals get their columns as plain floats.
RIVALS_ON = "decimals"
SLOW_LIMIT = 60.0


def main(rows: int, threads: int, rounds: int) -> None:
    ways = _ways(rows, threads)
    times: dict[str, list[float]] = {name: [] for name in ways}
    for name, work in ways.items():
        work()  # warm: pages, caches, compiled kernels
        times[name] = []
    for _ in range(rounds):
        for name, work in ways.items():
            begin = time.perf_counter()
            work()
            times[name].append(time.perf_counter() - begin)
    medians = {name: statistics.median(spent) for name, spent in times.items()}
    floor = medians["memory copy"]
    ours = medians[f"kpirules, {RIVALS_ON}"]
    print(f"\n{rows:,} rows, 12 columns in, 13 out, {threads} thread{'s' if threads > 1 else ''}")
    print(f"  {'':<26}{'seconds':>9}{'ns a row':>10}{'x copy':>8}{'x kpirules':>12}")
    for name, spent in medians.items():
        print(
            f"  {name:<26}{spent:>9.4f}{spent / rows * 1e9:>10.1f}{spent / floor:>8.2f}{spent / ours:>12.2f}"
        )


def _ways(rows: int, threads: int) -> dict[str, Work]:
    rules = policy()
    ways: dict[str, Work] = {}
    results = _buffers(rows)
    for flavour in FLAVOURS:
        table = facts(rows, flavour)
        scorer = Scorer(rules, table)

        def score(scorer: Scorer = scorer, table: Any = table) -> object:
            return scorer.score(table, threads=threads, into=results)

        ways[f"kpirules, {flavour}"] = score
        if flavour == RIVALS_ON:
            columns = {name: one.values for name, one in table.columns.items()}
            ways = {"memory copy": _copy(columns, threads)} | ways
    if threads == 1:
        ways["NumPy"] = lambda: rivals.in_numpy(columns)
    ways["Polars, streaming"] = rivals.in_polars(columns)
    ways["DuckDB to Arrow"] = rivals.in_duckdb(columns, threads)
    return ways


def _buffers(rows: int) -> dict[str, npt.NDArray[Any]]:
    """Result buffers, reused by every run: fresh ones cost page faults."""
    rules = policy()
    names = [point_output(one.id) for one in rules.indicators] + [TOTAL]
    names += [outcome_output(one.id) for one in rules.outcomes]
    return {name: np.zeros(rows, np.int64) for name in names} | {GRADE: np.zeros(rows, np.int8)}


def _copy(columns: rivals.Arrays, threads: int) -> Work:
    """NumPy's copy of the twelve columns (the C library's memcpy: non-temporal stores for arrays this large)."""
    targets = {name: np.zeros_like(array) for name, array in columns.items()}

    def part(which: int) -> None:
        for name, array in columns.items():
            cut = slice(len(array) * which // threads, len(array) * (which + 1) // threads)
            np.copyto(targets[name][cut], array[cut])

    if threads == 1:
        return lambda: part(0)
    pool = ThreadPoolExecutor(threads)
    return lambda: list(pool.map(part, range(threads)))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
