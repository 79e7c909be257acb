"""`python -m bench`: the speed of scoring beside the alternatives, in one run, as ratios.

Ways are tried in turn, round after round, so that a busy moment of the machine hits all alike; medians are
shown. `--rows` and `--rounds` change the size; `--quick` does 200,000 rows.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench.checking import wrong_cells


def main() -> None:
    options = _options()
    for rows in options.rows:
        for threads in options.threads:
            # Polars reads its thread count once, when it is imported: a process for each
            command = [sys.executable, "-m", "bench.speed", str(rows), str(threads), str(options.rounds)]
            subprocess.run(command, env=os.environ | {"POLARS_MAX_THREADS": str(threads)}, check=True)
    print("\nAgainst exact arithmetic (cells compared / wrong):")
    for flavour, compared, wrong, plain in wrong_cells(options.check):
        print(f"  {flavour:<10} {compared:>9,} / {wrong}   (plain floats: {plain} rows wrong)")
    _start_up()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[1_000_000, 10_000_000])
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument(
        "--check", type=int, default=20_000, help="rows of each kind held against exact arithmetic"
    )
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    if options.quick:
        options.rows, options.rounds, options.check = [200_000], 3, 2_000
    return options


def _start_up() -> None:
    """The command line as a whole, in processes of its own: `check`, and `score` of a small table."""
    print("\nStart-up (seconds, whole command):")
    command = shutil.which("kpirules", path=str(Path(sys.executable).parent))
    ruleset = Path(__file__).resolve().parents[1] / "rulesets" / "after_sales_manager.kpi"
    if command is None or not ruleset.exists():
        print(f"  skipped: {'no kpirules command is installed' if command is None else f'no {ruleset.name}'}")
        return
    _show("check", lambda: _run([command, "check", str(ruleset)]))
    with tempfile.TemporaryDirectory() as folder:
        table, result = Path(folder, "facts.csv"), Path(folder, "scores.csv")
        table.write_text(_small_table(200), encoding="utf-8")
        score = [command, "score", str(ruleset), "--data", str(table), "-o", str(result)]
        # an empty folder for the compiler's cache: what a fresh install does on its first run
        fresh = {"NUMBA_CACHE_DIR": str(Path(folder, "compiled"))}
        _show("score, fresh install", lambda: _run(score, fresh))
        _show("score", lambda: _run(score))


_INPUTS = (
    "late_replies", "invalid_services", "total_services", "reports_submitted", "reports_due", "complaints",
    "plm_docs", "total_docs", "covered_points", "required_points", "failed_trainees", "superior_rating",
    "reports_on_time", "reports_expected",
)  # fmt: skip


def _small_table(rows: int) -> str:
    """A quarter of some managers, as CSV."""
    lines = [",".join(["staff", "period", *_INPUTS, "cooperation_score"])]
    for row in range(rows):
        counts = [
            str((row * 7 + place) % (4 if name == "superior_rating" else 20))
            for place, name in enumerate(_INPUTS)
        ]
        lines.append(",".join([f"s{row}", "2026-Q1", *counts, f"{row % 101}%"]))
    return "\n".join(lines) + "\n"


def _run(command: list[str], more: dict[str, str] | None = None) -> int:
    environment = os.environ | (more or {})
    return subprocess.run(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False
    ).returncode


def _show(name: str, work: Callable[[], int]) -> None:
    times: list[float] = []
    status = 0
    for _ in range(5):
        begin = time.perf_counter()
        status = work()
        times.append(time.perf_counter() - begin)
    note = "" if status == 0 else f"   (exit status {status})"
    print(f"  {name:<24} first {times[0]:.2f}, then {statistics.median(times[1:]):.2f}{note}")


if __name__ == "__main__":
    main()
