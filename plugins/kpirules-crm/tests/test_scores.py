"""From the real ticket systems to scores: a policy of the library, a project file, and what `why` says.

The expected numbers are worked out by hand from the desk in conftest.py, in Shanghai's days.
"""

from __future__ import annotations

import csv
import io
import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kpirules.cli import main
from tests.servers.request_tracker import RequestTracker
from tests.servers.roundup import Roundup

RULESET = Path(__file__).resolve().parents[3] / "rulesets" / "after_sales_core.kpi"

PROJECT = """
[parameters]
response_limit = "30 min"
response_worst = "60 min"

[data.tickets]
adapter = "{adapter}"
path = "{address}"
timezone = "Asia/Shanghai"
id = "id"
{settings}

[data.tickets.columns]
{columns}
"""

REQUEST_TRACKER = """
staff = "Owner"
opened = "Created"
first_reply = "first_response"
closed = "closed"
survey = "CF.{Satis faction}"
contacts = "responses"
reopened = "reopened"
"""

ROUNDUP = """
staff = "assignedto"
opened = "creation"
first_reply = "first_response"
closed = "closed_activity"
contacts = "responses"
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in, with the plugin installed."""
    info = tmp_path / "site" / "kpirules_crm-0.1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: kpirules-crm\nVersion: 0.1.0\n")
    (info / "entry_points.txt").write_text("[kpirules]\ncrm = kpirules_crm.hooks\n")
    monkeypatch.syspath_prepend(str(info.parent))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LANG", "C.UTF-8")
    return tmp_path


def run(*words: str) -> Result:
    result = CliRunner().invoke(main, list(words))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def project(folder: Path, adapter: str, address: str, settings: str, columns: str) -> None:
    text = PROJECT.format(adapter=adapter, address=address, settings=settings, columns=columns)
    (folder / "kpirules.toml").write_text(text, encoding="utf-8")


def scores() -> dict[tuple[str, str], dict[str, str]]:
    result = run("score", str(RULESET), "--project", "kpirules.toml")
    assert result.exit_code == 0, result.stderr
    rows = csv.DictReader(io.StringIO(result.stdout))
    names = ("response_time", "first_contact_resolution", "satisfaction", "repeat_complaint_rate", "total")
    return {(row["staff"], row["period"]): {name: row[name] for name in names} for row in rows}


def expected(*values: str) -> dict[str, str]:
    names = ("response_time", "first_contact_resolution", "satisfaction", "repeat_complaint_rate", "total")
    return dict(zip(names, values, strict=True))


@pytest.fixture
def from_request_tracker(folder: Path, rt: RequestTracker, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RT_TOKEN", rt.token)
    project(folder, "request_tracker", rt.address, 'token = { env = "RT_TOKEN" }', REQUEST_TRACKER)
    return folder


def test_request_tracker(from_request_tracker: Path) -> None:
    assert scores() == {
        # Replies after 20, 60 and 30 minutes: the mean of 36 min 40 s is 7/9 of the way. Of four tickets, two are
        # solved at first contact: 50% of 80%. One of two surveys is good: 50% of 90%. One of four came back: 25%.
        # 15.56 + 12.50 + 13.89 + 0 of 80 points that can be had.
        ("li", "2026-07"): expected("15.56", "12.50", "13.89", "0.00", "52.43"),
        # Replies after 25 and (in the merged ticket) 40 minutes: 32 min 30 s. Two of three are closed; the third
        # came back and is open: 33%. The one survey is good.
        ("wang", "2026-07"): expected("18.33", "16.67", "25.00", "0.00", "75.00"),
        # The ticket of the last July evening there is one of August here; no survey.
        ("li", "2026-08"): expected("20.00", "20.00", "", "15.00", "100.00"),
    }


def test_why_names_the_tickets(from_request_tracker: Path) -> None:
    result = run("why", str(RULESET), "--project", "kpirules.toml", "--staff", "li", "--period", "2026-07")
    assert result.exit_code == 0, result.stderr
    assert "(2 of 4 records: 1, 10)" in result.stdout  # solved at first contact
    assert "(1 of 4 records: 2)" in result.stdout  # came back
    assert "(4 records: 1, 2, 3, 10)" in result.stdout
    assert "REST/2.0/tickets?query=" in result.stdout  # what was asked
    assert os.environ["RT_TOKEN"] not in result.output
    assert "total: 41.944444… / 80 x 100 = 52.430556…, rounded to 0.01, half up: 52.43" in result.stdout


def test_roundup(folder: Path, tracker: Roundup, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROUNDUP_PASSWORD", "reader")
    settings = 'user = "reader"\npassword = { env = "ROUNDUP_PASSWORD" }'
    project(folder, "roundup", tracker.address, settings, ROUNDUP)
    assert scores() == {
        # Replies after 20 and 60 minutes: 40 is two thirds of the way. Both are closed after one answer.
        ("li", "2026-07"): expected("13.33", "20.00", "", "", "83.33"),
        # A reply after 25 minutes; the one issue is open.
        ("wang", "2026-07"): expected("20.00", "0.00", "", "", "50.00"),
        ("li", "2026-08"): expected("20.00", "20.00", "", "", "100.00"),
    }
