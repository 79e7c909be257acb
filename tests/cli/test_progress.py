"""The line that long reading shows: rows, rate, share and rest."""

from __future__ import annotations

import pytest

from kpirules.cli.progress import reading_line
from kpirules.plugin import Progress


@pytest.mark.parametrize(
    ("progress", "seconds", "en", "zh"),
    [
        (
            Progress("t.csv", 50_000, 0.25),
            10.0,
            ": t.csv: 50,000 rows, 5,000 rows/s, 25%, 0:30 left",
            "：t.csv: 50,000 行，5,000 行/秒，25%，还需 0:30",
        ),
        (Progress("t.csv", 10, None), 2.0, ": t.csv: 10 rows, 5 rows/s", "：t.csv: 10 行，5 行/秒"),
        (
            Progress("t.csv", 10, 1.0),
            2.0,
            ": t.csv: 10 rows, 5 rows/s, 100%",
            "：t.csv: 10 行，5 行/秒，100%",
        ),
        (Progress("t.csv", 10, 0.0), 0.0, ": t.csv: 10 rows", "：t.csv: 10 行"),
    ],
)
def test_what_is_said(
    progress: Progress, seconds: float, en: str, zh: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    assert reading_line(progress, seconds) == en
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert reading_line(progress, seconds) == zh
