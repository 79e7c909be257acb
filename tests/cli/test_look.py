"""`kpirules look`: what is there, what it looks like, and a section of the project file that works as it stands."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from kpirules.cli.look import settings_of
from kpirules.cli.wording import Misuse
from kpirules.facts.looks import looks_of
from kpirules.facts.project import read_project
from kpirules.units import Unit
from tests.cli.desk import Desk

LOG = """\
Case,Agent,Opened at,Answered,Rating,Share,Zip,Note
C1,Ann,29/2/2016 01:16,Y,4,93%,01960,?
C2,Ann,1/3/2016 09:00,N,?,5%,02148,late
C3,Bob,2/3/2016 10:00,Y,5,,01810,?
"""


def look(desk: Desk, *words: str) -> Any:
    result = desk.run("look", *words, "--format", "json")
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def test_columns_with_what_they_could_be_read_as(desk: Desk) -> None:
    desk.put("log.csv", LOG)
    found = look(desk, "log.csv")
    assert found["adapter"] == "csv"
    assert {one["name"]: one["like"] for one in found["columns"]} == {
        "Case": "text",
        "Agent": "text",
        "Opened at": "datetime",
        "Answered": "boolean",
        "Rating": "number",
        "Share": "ratio",
        "Zip": "text",
        "Note": "text",
    }
    (opened,) = [one for one in found["columns"] if one["name"] == "Opened at"]
    assert opened["date_formats"] == ["day first"]
    assert found["rows"][0]["Zip"] == "01960"
    assert len(look(desk, "log.csv", "--rows", "2")["rows"]) == 2


def test_the_text_shows_columns_rows_and_the_section(desk: Desk) -> None:
    desk.put("log.csv", LOG)
    said = desk.run("look", "log.csv").stdout
    assert "3 rows, 8 columns" in said
    assert re.search(r"^Opened at +moment +100% +29/2/2016 01:16, ", said, re.MULTILINE)
    assert re.search(r"^2 +C1 +Ann +29/2/2016 01:16 ", said, re.MULTILINE)
    assert 'missing = ["?"]' in said
    assert 'date_format = "day first"' in said
    chinese = desk.run("look", "log.csv", "--lang", "zh").stdout
    assert "3 行，8 列" in chinese and "时刻" in chinese


def test_the_section_works_once_names_are_put_in(desk: Desk) -> None:
    desk.put(
        "export 2016.csv", LOG.replace("29/2/2016 01:16", "29/1/2016 01:16").replace("/3/2016", "/1/2016")
    )
    text = look(desk, "export 2016.csv", "--name", "tickets")["section"]
    for title, name in (("Agent", "staff"), ("Opened at", "opened"), ("Rating", "survey")):
        text = re.sub(rf'# \w+ = "{title}"', f'{name} = "{title}"', text)
    project, found = read_project(text, "kpirules.toml")
    assert found == ()
    assert project.tables["tickets"].path == "export 2016.csv"
    desk.put("kpirules.toml", text)
    desk.put("courses.csv", "staff,period,courses\nAnn,2016-01,1\nBob,2016-01,2\n")
    result = desk.run("score", "desk.kpi", "--data", "courses.csv")
    assert result.exit_code == 0, result.stderr
    assert result.stdout.splitlines()[1].startswith("Ann,2016-01,")


def test_every_line_of_the_section_is_good_toml(desk: Desk) -> None:
    """Also where titles are alike, in other scripts, or full of signs."""
    desk.put("考核 表.csv", 'a b,a_b,员工,"say ""hi"" \\ #",1st,...\n1,2,3,4,5,6\n')
    text = look(desk, "考核 表.csv")["section"]
    project, found = read_project(re.sub("^# ", "", text, flags=re.MULTILINE), "kpirules.toml")
    assert found == ()
    (table,) = project.tables.values()
    titles = {name: one.column for name, one in table.binding.columns.items()}
    assert titles == {
        "a_b": "a b",
        "a_b_2": "a_b",
        "员工": "员工",
        "say_hi": 'say "hi" \\ #',
        "column_1st": "1st",
        "column": "...",
    }


def test_orders_of_days_that_the_cells_do_not_tell_are_asked_for(desk: Desk) -> None:
    desk.put("t.csv", "a,b\n5/1/2026,x\n6/2/2026,y\n")
    section = look(desk, "t.csv")["section"]
    assert '# date_format = "day first" | "month first"' in section
    assert "find out which is right" in section
    desk.put("t.csv", "a,b\n25/1/2026,1/25/2026\n")
    assert "# a: day first" in (section := look(desk, "t.csv")["section"])
    assert "# b: month first" in section
    assert "\ndate_format" not in section


def test_moments_with_a_zone_need_a_clock(desk: Desk) -> None:
    desk.put("tickets.csv", "staff,opened\nAnn,2026-01-05T09:00:00Z\nAnn,2026-01-06T09:00:00+08:00\n")
    assert 'timezone = "UTC"   # moments here carry a zone' in look(desk, "tickets.csv")["section"]
    moments = pa.array([0, 1], pa.timestamp("us", "Asia/Shanghai"))
    pq.write_table(pa.table({"at": moments}), desk.folder / "t.parquet")
    assert "timezone" in look(desk, "t.parquet")["section"]


def test_settings_are_handed_on_and_repeated(desk: Desk) -> None:
    desk.put("t.csv", "title\na|b\n1|2\n")
    found = look(desk, "t.csv", "--option", "header_row=2", "--option", "delimiter=|", "--adapter", "csv")
    assert [one["name"] for one in found["columns"]] == ["a", "b"]
    for line in ('adapter = "csv"', "header_row = 2", 'delimiter = "|"'):
        assert line in found["section"]
    assert read_project(found["section"], "kpirules.toml")[1] == ()
    wrong = desk.run("look", "t.csv", "--option", "delimeter=;")
    assert wrong.exit_code == 1
    assert "delimeter" in wrong.stderr and "delimiter" in wrong.stderr
    assert desk.run("look", "t.csv", "--option", "delimiter").exit_code == 2


def test_settings_as_toml_has_them() -> None:
    given = (
        "a=1",
        "b=yes no",
        "c=true",
        'd=["x", 2]',
        'e="1"',
        "f.g=env:NAME",
        "f.h=file:/run/secret",
        "i=a=b",
        "j=",
    )
    assert settings_of(given) == {
        "a": 1,
        "b": "yes no",
        "c": True,
        "d": ["x", 2],
        "e": "1",
        "f": {"g": {"env": "NAME"}, "h": {"file": "/run/secret"}},
        "i": "a=b",
        "j": "",
    }
    for wrong in (("a",), ("=1",), ("a=1", "a=2"), ("a=1", "a.b=2")):
        with pytest.raises(Misuse):
            settings_of(wrong)


def test_a_secret_stays_one(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A setting from the environment is looked up for the source and written by its name into the section."""
    monkeypatch.setenv("THE_SEPARATOR", ";")
    desk.put("t.csv", "a;b\n1;2\n")
    found = look(desk, "t.csv", "--option", "delimiter=env:THE_SEPARATOR")
    assert [one["name"] for one in found["columns"]] == ["a", "b"]
    assert 'delimiter = { env = "THE_SEPARATOR" }' in found["section"]
    missing = desk.run("look", "t.csv", "--option", "delimiter=env:NOT_THERE")
    assert missing.exit_code == 1
    assert "NOT_THERE" in missing.stderr


def test_a_workbook_with_several_sheets(desk: Desk) -> None:
    with xlsxwriter.Workbook(desk.folder / "book.xlsx") as book:
        for name in ("first", "second"):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ["staff", name])
            sheet.write_row(1, 0, ["Li", 5])
    said = desk.run("look", "book.xlsx").stdout
    assert 'tables: first, second; "first" is read, another one with --option sheet=NAME' in said
    found = look(desk, "book.xlsx", "--option", "sheet=second")
    assert [one["name"] for one in found["columns"]] == ["staff", "second"]
    assert 'sheet = "second"' in found["section"]


def test_a_folder_and_inputs(desk: Desk) -> None:
    desk.put("months/2026-01.csv", "staff,late\nLi,1\n")
    desk.put("months/2026-02.csv", "staff,late\nLi,2\n")
    said = desk.run("look", "months/", "--option", "period_from=name").stdout
    assert re.search(r"^2026-02.csv 2 +Li +2 +2026-02", said, re.MULTILINE)
    assert "[inputs]\n" in said  # it has staff and period
    assert 'period_from = "name"' in said


def test_a_large_table_is_not_read_to_its_end(desk: Desk) -> None:
    pq.write_table(pa.table({"n": range(200_000)}), desk.folder / "t.parquet", row_group_size=5000)
    found = desk.run("look", "t.parquet").stdout
    assert "200000 rows, 1 columns" in found
    with (desk.folder / "t.csv").open("w") as file:
        file.write("n,text\n" + "".join(f"{n},some words\n" for n in range(100_000)) * 20 + "broken\n")
    result = desk.run("look", "t.csv")
    assert "rows were looked at" in result.stdout
    assert result.exit_code == 0  # what is wrong further down is not seen


def test_what_is_wrong_is_said_beside_what_could_be_read(desk: Desk) -> None:
    desk.put("t.csv", "a,b\n1,2\n3\n")
    result = desk.run("look", "t.csv")
    assert result.exit_code == 1
    assert "[data.t]" in result.stdout
    assert "K542" in result.stderr
    nothing = desk.run("look", "no.csv")
    assert (nothing.exit_code, nothing.stdout) == (2, "")
    unknown = desk.run("look", "t.dat")
    assert unknown.exit_code == 2
    assert "K525" in unknown.stderr
    assert desk.run("look", "t.csv", "--adapter", "cvs").exit_code == 2


def test_hostile_cells_do_not_reach_the_terminal(desk: Desk) -> None:
    desk.put("t.csv", 'a\n"\x1b[31mred\x07"\n"' + "长" * 100 + '"\n')
    result = desk.run("look", "t.csv")
    assert "\x1b" not in result.stdout and "\x07" not in result.stdout
    assert max(len(line) for line in result.stdout.splitlines()) < 120


@pytest.mark.parametrize(
    ("texts", "unit", "orders", "missing"),
    [
        (["2026-01-05", "2026-02-05"], Unit.DATE, (), ()),
        (["2026-01-05 09:00", ""], Unit.DATETIME, (), ()),
        (["2026/1/5", "2026年1月5日"], Unit.DATE, (), ()),
        (["5.1.2026", "25.1.2026"], Unit.DATE, ("day first",), ()),
        (["1/13/2026 9:00 PM", "-"], Unit.DATETIME, ("month first",), ("-",)),
        (["1", "2.5", "1,234"], Unit.NUMBER, (), ()),
        (["0", "1"], Unit.NUMBER, (), ()),
        (["yes", "no"], Unit.BOOLEAN, (), ()),
        (["是", "否", "N/A"], Unit.BOOLEAN, (), ("N/A",)),
        (["¥3", "¥4.50"], Unit.MONEY, (), ()),
        (["93%", "5%"], Unit.RATIO, (), ()),
        (["30 min", "2h"], Unit.DURATION, (), ()),
        (["007", "008"], Unit.TEXT, (), ()),
        (["a", "?"], Unit.TEXT, (), ("?",)),
        (["a", "-"], Unit.TEXT, (), ()),
        (["?", "?"], Unit.TEXT, (), ("?",)),
        (["", ""], Unit.TEXT, (), ()),
    ],
)
def test_what_texts_look_like(
    texts: list[str], unit: Unit, orders: tuple[str, ...], missing: tuple[str, ...]
) -> None:
    found = looks_of(pa.array([one or None for one in texts], pa.string()))
    assert (found.unit, found.orders, found.missing) == (unit, orders, missing)
    assert (found.cells, found.filled) == (len(texts), sum(1 for one in texts if one))


def test_real_files(desk: Desk) -> None:
    data = Path(__file__).resolve().parents[2] / ".." / "shared" / "data"
    if not data.is_dir():
        pytest.skip("the folder with real data files is not here")
    log = look(desk, str(data / "tickets" / "servicenow_incident_events_2016q1_apr.csv.gz"))
    assert 'missing = ["?"]\ndate_format = "day first"\n' in log["section"]
    staff = look(desk, str(data / "staff" / "HRDataset_v14.csv"))
    assert 'date_format = "month first"' in staff["section"]
    calls = look(desk, str(data / "workbooks" / "call_center_dataset_raw.xlsx"))
    likes = {one["name"]: one["like"] for one in calls["columns"]}
    assert (likes["Date"], likes["AvgTalkDuration"], likes["Resolved"]) == ("date", "duration", "boolean")
