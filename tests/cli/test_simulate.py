"""`kpirules simulate`: two policies on the same data, right and wrong, in both languages."""

from __future__ import annotations

import csv
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from click.testing import Result
from hypothesis import given, settings
from hypothesis import strategies as st

from kpirules.diagnostics import width
from kpirules.engine import policy_of
from tests.cli.desk import SHOP, Desk

PRICE = ("--with", "price=3 yuan")
NEW = SHOP.replace("allowance : count = 1 time", "allowance : count = 3 times").replace(
    'good "良好" from 80', 'good "良好" from 85'
)


def simulate(desk: Desk, *words: str, new: str = NEW) -> Result:
    desk.put("new.kpi", new)
    return desk.run("simulate", "shop.kpi", "new.kpi", "--data", "shop.csv", *PRICE, *words)


def record(desk: Desk, *words: str, new: str = NEW) -> dict[str, Any]:
    result = simulate(desk, *words, "--format", "json", new=new)
    assert result.exit_code == 0, result.stderr
    found: dict[str, Any] = json.loads(result.stdout)
    return found


EXPECTED = """\
Simulation: shop -> shop
  4 rows of 3 staff, 2026-01..2026-02
  old: shop.kpi Shop (price = 3 yuan)
  new: new.kpi Shop (price = 3 yuan)

Edits
   1  value of parameter allowance: 1 time -> 3 times
   2  bound of grade good: 80 -> 85

Who gains, who loses
           1   25.0%  gain
           0    0.0%  lose
           2   50.0%  stay the same
           1   25.0%  have no total under either
  mean total 71.11 -> 74.44

Amounts
  sum of         old         new  difference         more  less
  base    48.00 yuan  48.00 yuan   0.00 yuan   0.0%     0     0
  Bonus   32.25 yuan  34.50 yuan  +2.25 yuan  +7.0%     1     0
"""


def test_the_report_begins_with_what_was_edited_and_what_becomes_of_people(desk: Desk) -> None:
    result = simulate(desk)
    assert result.exit_code == 0, result.stderr
    assert result.stdout.startswith(EXPECTED), result.stdout


def test_everything_is_said_in_chinese_too(desk: Desk) -> None:
    result = simulate(desk, "--lang", "zh", "--budget", "bonus=30", "--sweep", "allowance=0..3 step 1")
    text = result.stdout
    assert "模拟：shop -> shop" in text and "总分上升" in text and "每处改动的作用" in text
    english = {"gain", "lose", "edit", "old", "new", "total", "rows", "budget", "without", "mean"}
    assert not english & set(re.findall(r"[a-z]+", text.replace("new.kpi", "")))


def test_no_line_is_wider_than_a_hundred_columns(desk: Desk) -> None:
    for language in ("en", "zh"):
        text = simulate(desk, "--lang", language, "--budget", "bonus=30").stdout
        assert [line for line in text.split("\n") if width(line) > 100] == []


def test_one_file_with_a_setting_is_the_same_as_two_files(desk: Desk) -> None:
    desk.put("new.kpi", SHOP.replace("allowance : count = 1 time", "allowance : count = 3 times"))
    two = desk.run("simulate", "shop.kpi", "new.kpi", "--data", "shop.csv", *PRICE, "--format", "json")
    one = desk.run(
        "simulate", "shop.kpi", "--set", "allowance=3 times", "--data", "shop.csv", *PRICE, "--format", "json"
    )
    assert one.exit_code == two.exit_code == 0
    first, second = json.loads(one.stdout), json.loads(two.stdout)
    assert first["whole"] == second["whole"]
    assert [edit["title"] for edit in first["edits"]] == [edit["title"] for edit in second["edits"]]
    assert first["new"]["given"] == ["price", "allowance"]


def test_numbers_in_json_are_exact_and_parts_add_up(desk: Desk) -> None:
    found = record(desk)
    assert found["format"] == "kpirules simulation 1"
    for line in found["attribution"]:
        parts = sum((Fraction(part) for part in line["parts"]), Fraction(0))
        assert Fraction(line["old"]) + parts == Fraction(line["new"])
    whole = found["whole"]
    assert (whole["sum_old"], whole["mean_old"], whole["mean_new"]) == ("213.33", "71.11", "22333/300")
    assert "rows" not in found


@pytest.mark.parametrize("name", ["moves.csv", "moves.parquet"])
def test_every_row_goes_to_a_file(desk: Desk, name: str) -> None:
    result = simulate(desk, "--rows", name)
    assert result.exit_code == 0
    path = desk.folder / name
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows: list[dict[str, object]] = list(csv.DictReader(file))
    else:
        rows = pq.read_table(path).to_pylist()
    assert [(row["staff"], row["period"], row["change"]) for row in rows] == [
        ("Ann", "2026-01", "up"),
        ("Bob", "2026-01", "same"),
        ("Cem", "2026-01", "none"),
        ("Ann", "2026-02", "same"),
    ]
    assert (str(rows[0]["old_total"]), str(rows[0]["new_total"])) == ("90.00", "100.00")


def test_the_report_as_a_file(desk: Desk) -> None:
    assert simulate(desk, "-o", "report.json").exit_code == 0
    assert json.loads(desk.read("report.json")) == record(desk)
    wrong = simulate(desk, "-o", "report.docx")
    assert wrong.exit_code == 2


def test_a_budget_that_fails_the_run(desk: Desk) -> None:
    within = simulate(desk, "--fail-over", "bonus=34.50")
    assert within.exit_code == 0
    over = simulate(desk, "--fail-over", "bonus=34.49")
    assert over.exit_code == 1
    assert "exceeded by 0.01 yuan" in over.stdout
    told = simulate(desk, "--budget", "bonus=34.49")
    assert told.exit_code == 0 and "K830" in over.stdout and "K830" not in told.stdout
    assert "without parameter allowance: 1 time -> 3 times: 32.25 yuan: kept" in told.stdout


def test_a_sweep_shows_the_value_nearest_within_a_budget(desk: Desk) -> None:
    found = record(desk, "--sweep", "price=1 yuan..4 yuan step 0.5 yuan", "--budget", "bonus=30")
    [curve] = found["curves"]
    costs = [
        next(Fraction(a["new"]) for a in point["figures"]["amounts"] if a["id"] == "bonus")
        for point in curve["points"]
    ]
    assert costs == [Fraction("11.5") * n / 2 for n in range(2, 9)]
    assert curve["kept"] == [{"budget": 0, "kept": [0, 1, 2, 3], "last": 3}]
    assert [point["current"] for point in curve["points"]] == [False] * 4 + [True] + [False] * 2


def test_a_pilot_is_shown_side_by_side(desk: Desk) -> None:
    found = record(desk, "--where", 'department = "south"')
    pilot = found["pilot"]
    assert (pilot["inside"]["rows"], pilot["outside"]["rows"]) == (1, 3)
    assert pilot["outside"]["counts"]["up"] == 0 and pilot["beyond"]["counts"]["up"] == 1
    assert "outside, were it new too" in simulate(desk, "--where", 'department = "south"').stdout


def test_a_column_that_no_policy_reads_can_break_figures_down(desk: Desk) -> None:
    lines = desk.read("shop.csv").splitlines()
    lines = [
        f"{line},{'post' if place == 0 else 'clerk' if 'Ann' in line else 'boss'}"
        for place, line in enumerate(lines)
    ]
    desk.put("shop.csv", "\n".join(lines) + "\n")
    found = record(desk, "--by", "post", "--within", "post")
    by = {one["name"]: [group["value"] for group in one["groups"]] for one in found["by"]}
    assert by["post"] == ["boss", "clerk"]
    assert [one["within"] for one in found["ranks"]] == [None, "post"]
    missing = simulate(desk, "--by", "nothing_here")
    assert missing.exit_code == 1 and "nothing_here" in missing.stderr


WRONG = {
    "no change": ((), "second file"),
    "--where": (("--set", "allowance=2", "--where", "departmnt = 1"), 'did you mean "department"'),
    "--where results": (("--set", "allowance=2", "--where", "total > 3"), "--where:1:"),
    "--where text": (("--set", "allowance=2", "--where", "department ="), "--where:1:"),
    "--sweep": (("--sweep", "allowance"), "PARAM=A..B step C"),
    "--sweep name": (("--sweep", "allowence=0..5 step 1"), 'did you mean "allowance"'),
    "--sweep unit": (("--sweep", "price=1%..5% step 1%"), "yuan"),
    "--sweep order": (("--sweep", "allowance=5..0 step 1"), "smaller value first"),
    "--sweep many": (("--sweep", "allowance=0..100000 step 1"), "at most 1,000"),
    "--sweep zero": (("--sweep", "allowance=0..5 step 0"), "above zero"),
    "--budget": (("--set", "allowance=2", "--budget", "bonuss=5"), 'did you mean "bonus"'),
    "--budget sum": (("--set", "allowance=2", "--budget", "bonus=lots"), "NAME=SUM"),
    "--within": (("--set", "allowance=2", "--within", "teem"), "--within"),
    "--rollup": (("--set", "allowance=2", "--rollup", "year"), "no roll-up"),
    "--few": (("--set", "allowance=2", "--few", "0"), "--few"),
    "--rows": (("--set", "allowance=2", "--rows", "shop.kpi"), "would be overwritten"),
    "--rows ending": (("--set", "allowance=2", "--rows", "moves.xyz"), "K525"),
}


@pytest.mark.parametrize("name", list(WRONG))
def test_what_is_wrong_is_said(desk: Desk, name: str) -> None:
    words, expected = WRONG[name]
    for language in ("en", "zh"):
        result = desk.run("simulate", "shop.kpi", "--data", "shop.csv", *PRICE, *words, "--lang", language)
        assert result.exit_code in (1, 2), result.stdout
        assert "Traceback" not in result.stderr
        if language == "en":
            assert expected in result.stderr, result.stderr


def test_policies_that_cannot_be_laid_side_by_side(desk: Desk) -> None:
    other = SHOP.replace("  period month", "  period quarter")
    result = simulate(desk, new=other)
    assert result.exit_code == 1 and "K826" in result.stderr


def test_data_that_only_one_policy_reads_and_a_policy_that_is_wrong(desk: Desk) -> None:
    more = SHOP.replace("input sold", "input extra : count missing zero\ninput sold").replace(
        "sold * price", "(sold + extra) * price"
    )
    result = simulate(desk, new=more)
    assert result.exit_code == 1 and "extra" in result.stderr
    broken = simulate(desk, new=SHOP.replace("weight 60", "weight sixty"))
    assert broken.exit_code == 1 and "new.kpi" in broken.stderr
    missing = desk.run("simulate", "shop.kpi", "gone.kpi", "--data", "shop.csv", *PRICE)
    assert missing.exit_code == 2


def test_records_are_read_once_for_both_and_few_of_them_warned_of(desk: Desk) -> None:
    text = desk.read("desk.kpi")
    desk.put("new.kpi", text.replace("<= 30 min", "<= 5 min"))
    desk.put("inputs.csv", "staff,period,courses\nAnn,2026-01,1\nBob,2026-01,2\n")
    words = ("--data", "tickets=tickets.csv", "--data", "inputs.csv", "--format", "json")
    result = desk.run("simulate", "desk.kpi", "new.kpi", *words)
    assert result.exit_code == 0, result.stderr
    found = json.loads(result.stdout)
    [few] = found["few"]
    assert few["measure"] == "response"
    assert few["examples"] == [["Bob", "2026-01", 1], ["Ann", "2026-01", 2]]


@settings(max_examples=25)
@given(st.sampled_from(["--where", "--sweep", "--budget", "--set", "--by", "--within"]), st.text(max_size=12))
def test_nothing_typed_ends_in_a_traceback(option: str, text: str) -> None:
    with tempfile.TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        desk = Desk(Path(name), patch)
        prefix = {"--sweep": "allowance=", "--budget": "bonus=", "--set": "allowance="}.get(option, "")
        result = simulate(desk, option, f"{prefix}{text}")
        assert result.exit_code in (0, 1, 2), result.stderr
        assert "internal error" not in result.stderr


def test_rows_that_both_policies_set_aside_are_written_once(desk: Desk) -> None:
    desk.put("shop.csv", desk.read("shop.csv") + "Gus,2026-01,north,no,many,x,20,10\n")
    plain = simulate(desk)
    assert plain.exit_code == 1 and "many" in plain.stderr
    more = NEW.replace("input sold", "input extra : count missing zero\ninput sold")
    desk.put(
        "shop.csv",
        re.sub("$", ",0", desk.read("shop.csv").strip(), flags=re.MULTILINE).replace("sold,0", "sold,extra"),
    )
    for new in (NEW, more.replace("sold * price", "(sold + extra) * price")):
        result = simulate(desk, "--reject", "aside.csv", new=new)
        assert result.exit_code == 0, result.stderr
        assert "1 row set aside into aside.csv" in result.stderr
        assert desk.read("aside.csv").count("Gus") == 0 and desk.read("aside.csv").count("shop.csv") == 2


def run_watching(folder: Path) -> subprocess.Popen[str]:
    words = ["simulate", "shop.kpi", "new.kpi", "--data", "shop.csv", *PRICE, "--watch"]
    code = "import sys; from kpirules.cli.main import main; main(sys.argv[1:])"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "LANG": "C.UTF-8"}
    return subprocess.Popen(
        [sys.executable, "-c", code, *words],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env=environment,
    )


def test_watching_runs_again_on_save_shows_mistakes_and_ends_quietly(desk: Desk) -> None:
    policy = desk.put("new.kpi", NEW)
    running = run_watching(desk.folder)
    assert running.stderr is not None and running.stdout is not None
    try:
        assert "runs again" in _until(running, "runs again")
        policy.write_text(NEW.replace("weight 60", "weight sixty"), encoding="utf-8")
        assert "sixty" in _until(running, "runs again")
        policy.write_text(NEW.replace("3 times", "2 times"), encoding="utf-8")
        assert "error" not in _until(running, "runs again")
        time.sleep(0.3)
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=60)
    finally:
        running.kill()
    assert running.returncode == 130
    assert "Traceback" not in err
    assert out.count("Simulation: shop -> shop") == 2
    assert "1 time -> 2 times" in out


def _until(running: subprocess.Popen[str], words: str) -> str:
    """What is said on the error stream until a line with the words."""
    assert running.stderr is not None
    said = ""
    while words not in said:
        line = running.stderr.readline()
        assert line, f"the run ended: {said}"
        said += line
    return said


def test_shown_policies_are_valid() -> None:
    assert policy_of(NEW, "new.kpi", {"price": "3 yuan"}).ruleset is not None
