"""`python -m bench.people`: ranks, quotas and pools of a million people beside one sort of their totals.

Ways are tried in turn, round after round; medians and ratios to `np.sort` are printed. Sorting alone gives no ranks:
a sort of the order of rows by group (`np.argsort`, `np.lexsort`) is what a program for ranks begins with.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from fractions import Fraction

import numpy as np

from kpirules.model.expressions import Over, Quota, Remainder
from kpirules.scoring import groups, pools, ranking
from kpirules.scoring.groups import Items


def ways(count: int) -> dict[str, Callable[[], object]]:
    """What is measured, by name, the sort first. Totals of two decimals, teams of 200."""
    random = np.random.default_rng(1)
    totals = np.clip((random.normal(82, 8, count) * 100).round(), 0, 10_000).astype(np.int64)
    floats, teams = totals / 100, random.integers(0, count // 200, count)
    everyone, names = np.zeros(count, np.int64), np.arange(count)
    items, money = Items(totals, Fraction(1, 100)), Items(teams * 7919 + 100_000, Fraction(1, 100))
    own = np.where(totals >= 9_000, 0, 1)
    quota = Quota(Fraction(1, 5), ("team",), False, 1)
    keys = teams * 10_001 + totals
    return {
        "np.sort of the totals": lambda: np.sort(floats),
        "np.argsort by team and total": lambda: np.argsort(keys),
        "np.lexsort by team and total": lambda: np.lexsort((totals, teams)),
        "rank within everyone": lambda: ranking.standings(items, everyone).rank(),
        "rank within team": lambda: ranking.standings(items, teams).rank(),
        "dense rank within team": lambda: ranking.standings(items, teams).dense(),
        "quota of 20% of team": lambda: ranking.limited((quota, None), items, own, {("team",): teams}),
        "pool divided over team": lambda: pools.divided(
            money, items, teams, Fraction(1, 100), Remainder.LARGEST, lambda: names
        ),
        "sum over team": lambda: groups.over(Over.SUM, items, teams),
        "median over team": lambda: groups.over(Over.FIRST, items, teams),
    }


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    tried = ways(count)
    times: dict[str, list[float]] = {name: [] for name in tried}
    for round_ in range(10):
        for name, work in tried.items():
            start = time.perf_counter()
            work()
            if round_:  # the first one warms up
                times[name].append(time.perf_counter() - start)
    base = statistics.median(times["np.sort of the totals"])
    print(f"{count:,} people")
    for name, found in times.items():
        middle = statistics.median(found)
        print(f"{name:32} {middle * 1000:8.1f} ms {middle / base:6.2f} sorts")


if __name__ == "__main__":
    main()
