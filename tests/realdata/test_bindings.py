"""Real files of several formats, read by binding alone into policies; every number is worked out again in plain Python.

The files are not part of the project; the tests are skipped where they are absent.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import shutil
from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, time
from decimal import Decimal
from fractions import Fraction
from math import floor
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kpirules.plugin import installed, read_table
from kpirules.plugin.columns import as_text
from tests.cli.desk import Desk

HERE = Path(__file__).resolve().parent
RULESETS = HERE.parents[1] / "rulesets"
DATA = (HERE.parents[1] / ".." / "shared" / "data").resolve()

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the folder with real data files is not here")


def points(value: Fraction, weight: int) -> Decimal:
    """Published points: between nothing and the weight, half up to two places."""
    value = min(max(value, Fraction(0)), Fraction(weight))
    return Decimal(floor(value * 100 + Fraction(1, 2))).scaleb(-2)


def scored(desk: Desk, *words: str) -> dict[tuple[str, str], dict[str, str]]:
    result = desk.run("score", *words)
    assert result.exit_code == 0, result.stderr
    return {(row["staff"], row["period"]): row for row in csv.DictReader(io.StringIO(result.stdout))}


# Calls: a workbook with dates as text, times of day as durations, and blanks for calls that nobody answered

CALLS = """\
ruleset calls "Calls"
  period month
  missing redistribute

data calls "Calls"
  staff    : staff
  day      : date
  answered : boolean
  resolved : boolean
  waited   : duration optional
  talked   : duration optional
  stars    : rating 1 to 5 optional
  placed by day

measure answered_share = share of calls where answered = yes
measure resolved_share = share of calls where resolved = yes among answered = yes
measure mean_wait = mean of waited over calls
measure mean_talk = mean of talked over calls
measure mean_stars = mean of stars over calls

indicator answering weight 25
  measure answered_share
  target >= 90%
  pro rata to target
indicator resolving weight 25
  measure resolved_share
  target >= 95%
  pro rata to target
indicator waiting weight 20
  measure mean_wait
  target <= 60 s
  linear from 60 s : 20 to 120 s : 0
indicator talking weight 10
  measure mean_talk
  target <= 3 min
  linear from 3 min : 10 to 5 min : 0
indicator satisfaction weight 20
  measure mean_stars
  target >= 5
  pro rata to target
"""
CALLS_BOUND = """
[data.{name}]
path = "calls.xlsx"
id = "Call Id"

[data.{name}.columns]
staff = "Agent"
"""


def calls() -> dict[tuple[str, str], list[dict[str, Any]]]:
    book = openpyxl.load_workbook(DATA / "workbooks" / "call_center_dataset_raw.xlsx", data_only=True)
    rows = book.worksheets[0].iter_rows(values_only=True)
    header = [str(title) for title in next(rows)]
    groups: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        one = dict(zip(header, row, strict=True))
        groups[one["Agent"], str(one["Date"])[:7]].append(one)
    return groups


def mean(values: list[Fraction]) -> Fraction:
    return sum(values, Fraction(0)) / len(values)


def seconds(at: time) -> Fraction:
    return Fraction(at.hour * 3600 + at.minute * 60 + at.second)


def test_calls_of_a_workbook(desk: Desk) -> None:
    (desk.folder / "calls.xlsx").symlink_to(DATA / "workbooks" / "call_center_dataset_raw.xlsx")
    desk.put("calls.kpi", CALLS)
    desk.put(
        "kpirules.toml",
        CALLS_BOUND.format(name="calls")
        + 'day = "Date"\nanswered = "Answered (Y/N)"\nresolved = "Resolved"\n'
        'waited = { column = "Speed of answer in seconds", unit = "s" }\ntalked = "AvgTalkDuration"\n'
        'stars = "Satisfaction rating"\n',
    )
    found, groups = scored(desk, "calls.kpi"), calls()
    assert set(found) == set(groups)
    assert len(found) == 8 * 3
    everybody: list[Fraction] = []
    for key, mine in groups.items():
        answered = [one for one in mine if one["Answered (Y/N)"] == "Y"]
        stars = [
            Fraction(one["Satisfaction rating"]) for one in mine if one["Satisfaction rating"] is not None
        ]
        everybody += stars
        waits = [
            Fraction(one["Speed of answer in seconds"])
            for one in mine
            if one["Speed of answer in seconds"] is not None
        ]
        talks = [seconds(one["AvgTalkDuration"]) for one in mine if one["AvgTalkDuration"] is not None]
        resolved = sum(one["Resolved"] == "Y" for one in answered)
        expected = {
            "answering": points(Fraction(len(answered), len(mine)) / Fraction(90, 100) * 25, 25),
            "resolving": points(Fraction(resolved, len(answered)) / Fraction(95, 100) * 25, 25),
            "waiting": points((120 - mean(waits)) / 60 * 20, 20),
            "talking": points((300 - mean(talks)) / 120 * 10, 10),
            "satisfaction": points(mean(stars) / 5 * 20, 20),
        }
        assert {name: Decimal(found[key][name]) for name in expected} == expected, key
    # Blanks are left out: filled with a mean or a zero they would give the 3.33 that was published.
    assert round(float(mean(everybody)), 2) == 3.40


def test_calls_by_a_policy_that_is_shipped(desk: Desk) -> None:
    (desk.folder / "calls.xlsx").symlink_to(DATA / "workbooks" / "call_center_dataset_raw.xlsx")
    bound = (
        CALLS_BOUND.format(name="tickets")
        + 'opened = "Date"\nsurvey = "Satisfaction rating"\nchannel = "Topic"\n'
    )
    desk.put("kpirules.toml", bound)
    found = scored(desk, str(RULESETS / "after_sales_core.kpi"), "--project", "kpirules.toml")
    groups = calls()
    assert set(found) == set(groups)
    for key, mine in groups.items():
        stars = [one["Satisfaction rating"] for one in mine if one["Satisfaction rating"] is not None]
        share = Fraction(sum(one >= 4 for one in stars), len(stars))
        assert Decimal(found[key]["satisfaction"]) == points(share / Fraction(90, 100) * 25, 25)
        topics = len({one["Topic"] for one in mine})
        assert Decimal(found[key]["channel_coverage"]) == points(Fraction(topics, 3) * 10, 10)


# Staff: a list with a mark at its start, trailing blanks, leading zeros, several kinds of people

ATTENDANCE = """\
ruleset attendance "Attendance"
  period quarter
  missing redistribute

attribute department : text
attribute hired : date
input late : count
input absences : count
input engagement : rating 1 to 5 step 0.01

indicator punctuality weight 30
  measure late
  target <= 0
  deduct 5 points per time above target
indicator presence weight 30
  measure absences
  target <= 5
  linear from 5 : 30 to 20 : 0
indicator engaged weight 40
  measure engagement
  target >= 5
  pro rata to target

eligible long_service when hired < 2012-01-01
"""
ATTENDANCE_BOUND = """
[inputs]
path = "staff.csv"
period = "2019-Q1"
date_format = "month first"
where = { EmploymentStatus = ["Active"] }

[inputs.columns]
staff = "EmpID"
department = "Department"
hired = "DateofHire"
late = "DaysLateLast30"
absences = "Absences"
engagement = "EngagementSurvey"
"""


def test_a_staff_list(desk: Desk) -> None:
    (desk.folder / "staff.csv").symlink_to(DATA / "staff" / "HRDataset_v14.csv")
    desk.put("attendance.kpi", ATTENDANCE)
    desk.put("kpirules.toml", ATTENDANCE_BOUND)
    found = scored(desk, "attendance.kpi")
    with (DATA / "staff" / "HRDataset_v14.csv").open(encoding="utf-8-sig", newline="") as file:
        people = [one for one in csv.DictReader(file) if one["EmploymentStatus"].strip() == "Active"]
    assert len(people) == 207
    assert list(found) == [(one["EmpID"].strip(), "2019-Q1") for one in people]
    for one in people:
        row = found[one["EmpID"].strip(), "2019-Q1"]
        assert Decimal(row["punctuality"]) == points(Fraction(30 - 5 * int(one["DaysLateLast30"])), 30)
        assert Decimal(row["presence"]) == points(Fraction(20 - int(one["Absences"])) * 2, 30)
        assert Decimal(row["engaged"]) == points(Fraction(one["EngagementSurvey"]) * 8, 40)
        hired = datetime.strptime(one["DateofHire"].strip(), "%m/%d/%Y")
        assert row["long_service"] == ("true" if hired < datetime(2012, 1, 1) else "false")


def test_departments_with_trailing_blanks_are_one(desk: Desk) -> None:
    (desk.folder / "staff.csv").symlink_to(DATA / "staff" / "HRDataset_v14.csv")
    desk.put("attendance.kpi", ATTENDANCE)
    only = 'where = { EmploymentStatus = ["Active"], Department = ["Production"] }'
    desk.put("kpirules.toml", ATTENDANCE_BOUND.replace('where = { EmploymentStatus = ["Active"] }', only))
    with (DATA / "staff" / "HRDataset_v14.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [(one["EmploymentStatus"].strip(), one["Department"].strip()) for one in csv.DictReader(file)]
    assert len(scored(desk, "attendance.kpi")) == rows.count(("Active", "Production"))


# Tickets as folders: an export a month, packed; and Parquet in partitions

INCIDENTS = "servicenow_incident_events_2016q1_apr.csv.gz"
SUPPORT = "technical_support_dataset.csv"


def bound(desk: Desk, project: str, path: str, settings: str = "") -> None:
    """The shipped binding with another location."""
    lines = (HERE / project / "kpirules.toml").read_text("utf-8").splitlines()
    names = ("contact_limit", "contacts", "reopened", "channel")  # of another policy
    kept = [f'path = "{path}"\n{settings}' if line.startswith("path") else line for line in lines]
    desk.put("kpirules.toml", "\n".join(line for line in kept if not line.startswith(names)))


def test_incidents_in_a_folder_of_packed_months_score_as_in_one_file(desk: Desk) -> None:
    (desk.folder / INCIDENTS).symlink_to(DATA / "tickets" / INCIDENTS)
    policy = (str(RULESETS / "service_staff.kpi"), "--project", "kpirules.toml")
    bound(desk, "incidents", INCIDENTS)
    whole = desk.run("score", *policy)
    assert whole.exit_code == 0, whole.stderr
    with gzip.open(DATA / "tickets" / INCIDENTS, "rt", encoding="utf-8", newline="") as file:
        header, *lines = file.read().splitlines(keepends=True)
    months: dict[str, list[str]] = defaultdict(list)
    for line in lines:
        opened = next(csv.reader([line]))[9]
        _, month, year = opened.split(" ")[0].split("/")
        months[f"{year}-{int(month):02}"].append(line)
    (desk.folder / "months").mkdir()
    for month, rows in months.items():
        (desk.folder / "months" / f"incidents_{month}.csv.gz").write_bytes(
            gzip.compress("".join([header, *rows]).encode())
        )
    bound(desk, "incidents", "months")
    folder = desk.run("score", *policy)
    assert folder.exit_code == 0, folder.stderr
    assert set(months) == {"2016-02", "2016-03", "2016-04"}
    assert sorted(folder.stdout.splitlines()) == sorted(whole.stdout.splitlines())
    assert "101045 rows of 17136 cases" in folder.stderr


def test_support_tickets_in_partitions_of_parquet(desk: Desk) -> None:
    shutil.copy(DATA / "tickets" / SUPPORT, desk.folder)
    policy = (str(RULESETS / "service_staff.kpi"), "--project", "kpirules.toml", "--reject", "rejects.csv")
    one_quarter = (*policy, "--periods", "2023-04..2023-06")
    bound(desk, "support", SUPPORT)
    whole, quarter = desk.run("score", *policy), desk.run("score", *one_quarter)
    with (desk.folder / SUPPORT).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    columns: dict[str, list[Any]] = {name: [row[name] or None for row in rows] for name in rows[0]}
    moments = ("Created time", "First response time", "Resolution time")
    for name in moments:
        columns[name] = [None if one is None else datetime.fromisoformat(one) for one in columns[name]]
    columns["month"] = [f"{one:%Y-%m}" for one in columns["Created time"]]
    pq.write_to_dataset(pa.table(columns), desk.folder / "tickets", partition_cols=["month"])
    bound(desk, "support", "tickets", 'period_of = "Created time"')
    assert desk.run("score", *policy).stdout == whole.stdout
    part = desk.run("score", *one_quarter)
    assert part.stdout == quarter.stdout
    assert len(quarter.stdout.splitlines()) == 1 + 8 * 3
    # What lies in months that nobody asked for is not even opened.
    (desk.folder / "tickets" / "month=2023-11").joinpath("broken.parquet").write_bytes(b"PAR1 broken")
    assert desk.run("score", *one_quarter).stdout == quarter.stdout
    assert desk.run("score", *policy).exit_code == 1


# Truth that others wrote, as JSON with lists inside


def table(path: Path, **settings: object) -> tuple[list[str], list[dict[str, str | None]]]:
    found = read_table(installed(found=[]), str(path), settings=settings)
    assert found.diagnostics == ()
    assert found.table is not None
    texts: Mapping[str, list[str | None]] = {
        name: as_text(found.table[name]).to_pylist() for name in found.table.column_names
    }
    return list(found.header), [
        {name: texts[name][row] for name in texts} for row in range(found.table.num_rows)
    ]


def leaves(value: object, name: str) -> dict[str, object]:
    """What stands where in a JSON value, by dotted names."""
    if not isinstance(value, dict):
        return {name: value}
    inner = [leaves(one, f"{name}.{key}" if name else key) for key, one in value.items()]
    return {key: one for part in inner for key, one in part.items()}


def plain(value: object) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return value
    return str(value).lower() if isinstance(value, bool) else json.dumps(value, ensure_ascii=False)


@pytest.mark.parametrize(
    ("name", "records"),
    [
        ("dmn_level2_tables.json", "cases"),
        ("dmn_level2_tables.json", "tables"),
        ("dmn_level2_tables.json", "tables.0.rules"),
        ("openfisca_scales.json", None),
        ("pmml_scorecards.json", None),
        ("pmml_scorecards.json", "0.characteristics"),
    ],
)
def test_truth_as_tables(name: str, records: str | None) -> None:
    path = DATA / "truth" / name
    whole = json.loads(path.read_text("utf-8"))
    for key in records.split(".") if records else ():
        whole = whole[int(key)] if key.isdecimal() else whole[key]
    settings = {"lists": "json"} | ({"records": records} if records else {})
    header, rows = table(path, **settings)
    expected = [leaves(one, "") for one in whole]
    assert set(header) == {name for one in expected for name in one}
    assert len(rows) == len(expected)
    for row, one in zip(rows, expected, strict=True):
        assert row == {name: plain(one.get(name)) for name in header}
