"""`python -m bench.simulating [PEOPLE]`: a simulation beside a scoring run of the same policy and file, as ratios.

Each is a run of the command line of its own, so that its time (of the processor, which other work on the machine
disturbs least) and its greatest memory are those a user pays for. The policy has ten indicators, a grade and a bonus; the file
is Parquet with twelve months of everybody. Three edits are simulated, without and with what each does; then an edit of a
smaller firm as `--watch` shows it.
"""

from __future__ import annotations

import contextlib
import resource
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

#: People of the firm whose policy is edited while it is watched.
WATCHED = 10_000
MONTHS = [f"2026-{month:02}" for month in range(1, 13)]
DEPARTMENTS = [f"department {number:02}" for number in range(1, 25)]
POLICY = """\
ruleset firm "Ten indicators"
  period month
  missing redistribute

attribute department : text
input late : count
input defects : count
input good : count
input complaints : count
input punctual : ratio
input rating : number
input done : count
input planned : count
input coverage : ratio
input failed : count
input complete : ratio
input salary : money
parameter allowance : count = 2 times
parameter share : ratio = 10%

indicator lateness weight 10
  measure late
  target <= allowance
  deduct 2 points per time above target
indicator quality weight 15
  measure good / (good + defects)
  target >= 95%
  bands
    from 95% : 15
    from 80% to below 95% : 5 to 15
    otherwise : 0
indicator complaints weight 10
  measure complaints
  bands
    from 0 times to below 1 time : 10
    from 1 time to below 4 times : 6
    otherwise : 0
indicator punctuality weight 10
  measure punctual
  target >= 98%
  pro rata to target
indicator opinion weight 10
  measure rating
  target >= 4.5
  pro rata to target
indicator output weight 15
  measure done / planned
  target >= 100%
  pro rata to target
indicator reach weight 10
  measure coverage
  target >= 90%
  pro rata to target
indicator failures weight 5
  measure failed
  target <= 1
  deduct 1 point per time above target
indicator completeness weight 10
  measure complete
  target >= 99%
  bands
    from 99% : 10
    from 90% to below 99% : 0 to 10
    otherwise : 0
indicator effort weight 5
  measure done
  target >= 40
  pro rata to target

grades
  excellent from 90
  good from 75
  fair from 60
  poor otherwise

amount bonus : money = salary * share * total / 100 when total >= 60 otherwise 0 yuan round to 0.01
"""
EDITS = (
    ("allowance : count = 2 times", "allowance : count = 1 time"),
    ("share : ratio = 10%", "share : ratio = 11%"),
    ("good from 75", "good from 78"),
)


def write_facts(path: Path, people: int, seed: int = 7) -> None:
    """Twelve months of so many people, a month after the other."""
    chance = np.random.default_rng(seed)
    staff = pa.array([f"E{number:07}" for number in range(people)])
    department = pa.array(DEPARTMENTS).take(pa.array(chance.integers(0, len(DEPARTMENTS), people)))
    with contextlib.ExitStack() as stack:
        writer: pq.ParquetWriter | None = None
        for month in MONTHS:
            planned = chance.integers(20, 60, people)
            table = pa.table(
                {
                    "staff": staff,
                    "period": pa.array([month] * people),
                    "department": department,
                    "late": chance.poisson(1.5, people),
                    "defects": chance.poisson(2, people),
                    "good": chance.poisson(30, people),
                    "complaints": chance.poisson(0.7, people),
                    "punctual": chance.integers(800, 1001, people) / 1000,
                    "rating": chance.integers(30, 51, people) / 10,
                    "done": np.minimum(planned, chance.integers(10, 60, people)),
                    "planned": planned,
                    "coverage": chance.integers(60, 101, people) / 100,
                    "failed": chance.poisson(0.8, people),
                    "complete": chance.integers(850, 1001, people) / 1000,
                    "salary": chance.integers(4_000, 9_000, people),
                }
            )
            if writer is None:
                writer = stack.enter_context(pq.ParquetWriter(path, table.schema))
            writer.write_table(table)


def edited() -> str:
    text = POLICY
    for before, after in EDITS:
        assert before in text
        text = text.replace(before, after)
    return text


def run(folder: Path, *words: str) -> tuple[float, int]:
    """Seconds of the processor, and the greatest memory in MB, of a run of the command line."""
    done = subprocess.run(
        [sys.executable, str(Path(__file__).resolve()), "--run", *words],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(done.stderr)
    seconds, peak = done.stderr.rpartition("\nused ")[2].split()[:2]
    return float(seconds), int(peak)


def measured(words: list[str]) -> None:
    """One run of the command line in this process; what it used is said at the end."""
    from kpirules.cli.main import main as kpirules

    try:
        kpirules(words)
    finally:
        used = resource.getrusage(resource.RUSAGE_SELF)
        sys.stderr.write(f"\nused {used.ru_utime + used.ru_stime:.2f} {used.ru_maxrss // 1024}\n")


def main(people: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        facts = folder / "facts.parquet"
        (folder / "old.kpi").write_text(POLICY, encoding="utf-8")
        (folder / "new.kpi").write_text(edited(), encoding="utf-8")
        write_facts(facts, people)
        size = facts.stat().st_size >> 20
        print(f"{people:,} people x {len(MONTHS)} months, {size} MB of Parquet")
        both = ("old.kpi", "new.kpi", "--data", "facts.parquet", "-o", "report.json")
        ways = {
            "kpirules score": ("score", "old.kpi", "--data", "facts.parquet", "-o", "scores.parquet"),
            "kpirules simulate --attribute none": ("simulate", *both, "--attribute", "none"),
            "kpirules simulate --attribute all": ("simulate", *both, "--attribute", "all"),
        }
        first: tuple[float, int] | None = None
        for way, words in ways.items():
            seconds, peak = run(folder, *words)
            first = first or (seconds, peak)
            times, sizes = seconds / first[0], peak / first[1]
            print(f"  {way:<38} {seconds:7.1f} s  x {times:4.2f}   peak {peak:6,} MB  x {sizes:4.2f}")
        write_facts(facts, WATCHED)
        took = watched(folder)
        print(
            f"{WATCHED:,} people x {len(MONTHS)} months, --watch: from a save to the report, {len(took)} times"
        )
        print(f"  median {statistics.median(took):.2f} s, {min(took):.2f} to {max(took):.2f}")


def watched(folder: Path, times: int = 9) -> list[float]:
    """Seconds from a save of the new policy until its report is printed."""
    words = ["simulate", "old.kpi", "new.kpi", "--data", "facts.parquet", "--watch"]
    running = subprocess.Popen(
        [sys.executable, str(Path(__file__).resolve()), "--run", *words],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert running.stderr is not None
    took = []
    for number in range(times + 1):
        begun = time.perf_counter()
        if number:
            (folder / "new.kpi").write_text(edited().replace("good from 78", f"good from {70 + number}"))
        while "Ctrl-C" not in running.stderr.readline():
            pass
        took.append(time.perf_counter() - begun)
        time.sleep(0.3)
    running.send_signal(signal.SIGINT)
    running.communicate()
    return took[1:]


if __name__ == "__main__":
    if sys.argv[1:2] == ["--run"]:
        measured(sys.argv[2:])
    else:
        main(int(sys.argv[1]) if sys.argv[1:] else 1_000_000)
