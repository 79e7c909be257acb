"""Official runs as a scheduler and an office see them: run, look, send, correct, state, verify."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpirules.diagnostics import render
from kpirules.facts.project import read_project
from tests.cli.desk import SHOP, Desk

ALERT = """
alert behind "Behind" when total < 80 level warning
"""
PROJECT = """\
[project]
ruleset = "shop.kpi"

[parameters]
price = 20

[inputs]
path = "shop.csv"

[output.hr]
path = "out/{period}.xlsx"

[run]
archive = "kept"
"""
WHOLE = f"""\
{PROJECT}outputs = ["hr"]
sign = "keys/official.pem"

[run.block]
missing = "20%"
without_data = "5%"
change = 0.3
sources = true
"""
FEBRUARY = """\
Ann,2026-02,north,no,1,75,100,
Bob,2026-02,north,no,1,9,10,4
Cem,2026-02,south,no,2,9,10,1
"""
CORRECTIONS = """\
staff,period,fact,old,new,reason,evidence
Ann,2026-01,late,3,1,two were a colleague's,mail of 3 February
"""


@pytest.fixture
def shop(desk: Desk) -> Desk:
    desk.put("shop.kpi", SHOP + ALERT)
    facts = desk.read("shop.csv").replace("Ann,2026-02,north,no,1,75,100,\n", "")
    desk.put("shop.csv", facts + FEBRUARY)
    desk.put("kpirules.toml", PROJECT)
    (desk.folder / "out").mkdir()
    return desk


def done(desk: Desk, *words: str, status: int = 0) -> Any:
    result = desk.run(*words)
    assert result.exit_code == status, result.stdout + result.stderr
    return result


def kept(desk: Desk) -> list[Path]:
    return sorted(path for path in (desk.folder / "kept").glob("2026-*/*") if path.is_dir())


def lines(log: str) -> list[dict[str, Any]]:
    """Every line of a log, which is nothing but JSON objects."""
    found = [json.loads(line) for line in log.splitlines()]
    assert all(list(one)[:4] == ["time", "level", "event", "message"] for one in found)
    assert all(one["level"] in ("info", "warning", "error") and one["message"] for one in found)
    return found


def test_a_run_is_archived_and_sent_where_the_project_says(shop: Desk) -> None:
    result = done(shop, "run", ".", "--period", "2026-01")
    (run,) = kept(shop)
    assert result.stdout == f"archived: {run}\n"
    assert "warning: Behind: " in result.stderr and "3 rows reported in out/2026-01.xlsx" in result.stderr
    book = openpyxl.load_workbook(shop.folder / "out" / "2026-01.xlsx")
    assert any(run.name in str(cell.value) for sheet in book for row in sheet for cell in row if cell.value)
    again = done(shop, "run", ".", "--period", "2026-01")
    assert again.stdout == f"already archived, the same: {run}\n" and kept(shop) == [run]


def test_a_dry_run_and_a_draft_send_nothing(shop: Desk) -> None:
    result = done(shop, "run", ".", "--period", "2026-01", "--dry-run")
    assert result.stdout.startswith("would be archived: ") and not (shop.folder / "kept").exists()
    assert "a final run would write: out/{period}.xlsx" in result.stderr
    done(shop, "run", ".", "--period", "2026-01", "--draft")
    assert list((shop.folder / "out").iterdir()) == [] and len(kept(shop)) == 1


def test_the_log_is_json_from_the_first_line_to_the_last(shop: Desk) -> None:
    result = done(shop, "run", ".", "--period", "2026-01", "--log", "json")
    told = lines(result.stderr)
    events = [one["event"] for one in told]
    assert [one for one in events if one != "note"] == [
        "started",
        "read",
        "scored",
        "finding",
        "finding",
        "preflight",
        "archived",
        "alert",
        "output written",
        "ended",
    ]
    by = {one["event"]: one for one in told}
    (run,) = kept(shop)
    assert (by["archived"]["run"], by["archived"]["new"]) == (run.name, True)
    assert by["read"]["rows"] == 7 and by["scored"]["rows"] == 3 and by["ended"]["status"] == 0
    assert by["preflight"]["stopped"] is False and by["finding"]["code"] == "K874"
    assert by["output written"]["path"] == "out/2026-01.xlsx"


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("--period", "soon", "--log", "json"), 2),
        (("--log=json",), 2),
        (("--period", "2031-01", "--log=json"), 1),
        (("--period", "2026-01", "--log=json", "--lang", "zh", "--supersede", " "), 2),
    ],
)
def test_the_log_of_what_fails_is_json_as_well(shop: Desk, words: tuple[str, ...], status: int) -> None:
    told = lines(done(shop, "run", ".", *words, status=status).stderr)
    assert (told[-1]["event"], told[-1]["status"]) == ("ended", status)


def test_what_the_project_does_not_allow_stops_the_run(shop: Desk) -> None:
    # Of Cem two facts are missing: a third of three people.
    shop.put("kpirules.toml", f'{PROJECT}\n[run.block]\nmissing = "33%"\n')
    result = done(shop, "run", ".", "--period", "2026-01", "--log", "json", status=3)
    found = [one for one in lines(result.stderr) if one["event"] == "finding"]
    assert [one["code"] for one in found] == ["K874", "K874", "K879"]
    assert not kept(shop) and list((shop.folder / "out").iterdir()) == []
    result = done(shop, "run", ".", "--period", "2026-01", "--lang", "zh", status=3)
    assert (
        "错误[K879]: 运行被 [run.block] 停止：K874 3 人中有 1 人缺少 speed Speed 的事实（33.3%）"
        in result.stderr
    )
    done(shop, "run", ".", "--period", "2026-01", "--dry-run", status=3)
    done(shop, "run", ".", "--period", "2026-01", "--draft")
    shop.put("kpirules.toml", f'{PROJECT}\n[run.block]\nmissing = "34%"\n')
    done(shop, "run", ".", "--period", "2026-01")


def test_a_run_is_compared_with_the_period_before(shop: Desk) -> None:
    done(shop, "run", ".", "--period", "2026-01")
    shop.put("kpirules.toml", f'{PROJECT}\n[run.block]\nchange = "30%"\n')
    result = done(shop, "run", ".", "--period", "2026-02", status=3)
    # The median of sales was 5 (10, 5, 1), and is 4 and 1 and an empty cell that counts 0: 1.
    assert "the median of sold was 5 in 2026-01 and is 1: 80% less" in result.stderr
    assert "K879" in result.stderr and len(kept(shop)) == 1
    shop.put("kpirules.toml", f"{PROJECT}\n[run.block]\nchange = 2.0\n")
    done(shop, "run", ".", "--period", "2026-02")


def test_a_failed_output_leaves_the_run_and_can_be_written_later(shop: Desk) -> None:
    (shop.folder / "out").rmdir()
    shop.put("out", "a file where a folder should be")
    result = done(shop, "run", ".", "--period", "2026-01", status=5)
    assert len(kept(shop)) == 1 and "--outputs-only" in result.stderr
    (shop.folder / "out").unlink()
    (shop.folder / "out").mkdir()
    shop.put("shop.csv", "gone")  # nothing is read from the sources
    done(shop, "run", ".", "--period", "2026-01", "--outputs-only")
    assert [one.name for one in (shop.folder / "out").iterdir()] == ["2026-01.xlsx"]
    assert len(kept(shop)) == 1
    done(shop, "run", ".", "--period", "2026-03", "--outputs-only", status=2)


def test_the_whole_way_of_a_correction(shop: Desk) -> None:
    done(shop, "run", ".", "--period", "2026-01")
    done(shop, "run", ".", "--period", "2026-02")
    old = next(one for one in kept(shop) if one.parent.name == "2026-01")
    before = {path.name: path.read_bytes() for path in old.iterdir() if path.is_file()}
    shop.put("c.csv", CORRECTIONS)
    dry = done(shop, "correct", "2026-01", "--facts", "c.csv", "--dry-run")
    assert len(kept(shop)) == 2 and dry.stdout.startswith("would be archived: ")

    result = done(shop, "correct", "2026-01", "--facts", "c.csv")
    (new,) = set(kept(shop)) - {old, *(one for one in kept(shop) if one.parent.name == "2026-02")}
    # 3 late replies cost 10 points of 40; sales of 15 pieces at 20 are shared by two in the team: 150 x total.
    assert result.stdout.splitlines() == [
        f"archived: {new.relative_to(shop.folder)}",
        "corrected:",
        "  Ann, 2026-01: late 3 -> 1: two were a colleague's (mail of 3 February)",
        "so their figures change:",
        "  Ann, 2026-01: speed 30.00 -> 40.00, total 90.00 -> 100.00, bonus 135.00 -> 150.00, prize false -> true",
    ]
    told = json.loads((new / "differences.json").read_text(encoding="utf-8"))
    assert told["differences"][0]["figures"]["total"] == ["90.00", "100.00"]

    # The old run is as it was, and superseded; both come out again from what they hold.
    assert {path.name: path.read_bytes() for path in old.iterdir() if path.is_file()} == before
    listed = done(shop, "runs").stdout
    assert "superseded" in next(line for line in listed.splitlines() if old.name in line)
    done(shop, "verify")

    english = done(shop, "statement", "2026-01", "--staff", "Ann").stdout
    assert english.startswith(f"run {new.name}, final\n")
    assert (
        "input late Late replies = 1 (corrected, 3 before; reason: two were a colleague's;"
        " evidence: mail of 3 February; c.csv, row 2) [shop.csv, row 2]"
    ) in english
    chinese = done(shop, "statement", "2026-01", "--staff", "Ann", "--lang", "zh").stdout
    assert "（" in chinese and "已更正，原为 3；原因：two were a colleague's" in chinese
    first = done(shop, "statement", old.name[:8], "--staff", "Ann").stdout
    assert first.startswith(f"run {old.name}, superseded by {new.name}\n") and "corrected" not in first

    # The same inputs as at first are known, and not sent again.
    again = done(shop, "run", ".", "--period", "2026-01")
    assert again.stdout == f"already archived, the same: {old}\n"
    assert f"superseded by {new.name}" in again.stderr and "reported" not in again.stderr
    done(shop, "run", ".", "--period", "2026-01", "--outputs-only")
    book = openpyxl.load_workbook(shop.folder / "out" / "2026-01.xlsx")
    assert any(new.name in str(cell.value) for sheet in book for row in sheet for cell in row if cell.value)


def test_only_the_run_in_force_is_corrected_and_only_as_it_was(shop: Desk) -> None:
    done(shop, "run", ".", "--period", "2026-01")
    (old,) = kept(shop)
    shop.put("wrong.csv", CORRECTIONS.replace(",3,1,", ",2,1,"))
    result = done(shop, "correct", "2026-01", "--facts", "wrong.csv", status=1)
    assert 'late (Late replies) of "Ann" in 2026-01 was 3, and not 2' in result.stderr
    assert 'wrong.csv, row 2, column "old"' in result.stderr and kept(shop) == [old]
    shop.put("c.csv", CORRECTIONS)
    done(shop, "correct", "2026-01", "--facts", "c.csv")
    (new,) = {*kept(shop)} - {old}
    result = done(shop, "correct", old.name, "--facts", "c.csv", status=1)
    assert "K851" in result.stderr and f"the run in force is {new.name}" in result.stderr
    done(shop, "run", ".", "--period", "2026-02", "--draft")
    draft = next(one for one in kept(shop) if one.parent.name == "2026-02")
    result = done(shop, "correct", str(draft), "--facts", "c.csv", status=1)
    assert "a draft" in result.stderr and len(kept(shop)) == 3
    done(shop, "correct", "2026-01", "--facts", "none.csv", status=2)
    done(shop, "correct", "2030-01", "--facts", "c.csv", status=2)


def test_corrections_from_a_workbook_and_as_json(shop: Desk) -> None:
    done(shop, "run", ".", "--period", "2026-01")
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in (
        ["员工", "周期", "事实", "原值", "新值", "原因"],
        ["Cem", "2026-01", "late", None, 0, "漏报"],
    ):
        book.active.append(row)
    book.save(shop.folder / "c.xlsx")
    result = done(shop, "correct", "2026-01", "--facts", "c.xlsx", "--format", "json")
    told = json.loads(result.stdout.partition("\n")[2])
    assert told["corrections"][0] == {
        "staff": "Cem",
        "period": "2026-01",
        "fact": "late",
        "old": None,
        "new": "0",
        "reason": "漏报",
        "evidence": "",
    }
    assert [one["staff"] for one in told["differences"]] == ["Cem"]
    done(shop, "verify")


def test_a_statement_as_a_page_and_as_a_workbook(shop: Desk) -> None:
    done(shop, "run", ".", "--period", "2026-01")
    done(shop, "statement", "2026-01", "--staff", "Bob", "-o", "bob.html")
    page = shop.read("bob.html")
    assert "What the next grade would have taken" in page and "Cem" not in page
    done(shop, "statement", "2026-01", "--staff", "Bob", "-o", "bob.xlsx", "--lang", "zh")
    book = openpyxl.load_workbook(shop.folder / "bob.xlsx")
    said = [str(cell.value) for sheet in book for row in sheet for cell in row if cell.value]
    assert "下一等级：good 良好，总分需达 80：还差 26.67" in said
    result = done(shop, "statement", "2026-01", "--staff", "Bo", status=1)
    assert 'there are no scores of "Bo"; did you mean "Bob"?' in result.stderr


def test_statements_are_made_only_of_what_was_published(shop: Desk) -> None:
    done(shop, "run", ".", "--period", "2026-01")
    (run,) = kept(shop)
    other = done(shop, "run", ".", "--period", "2026-02")
    two = next(one for one in kept(shop) if one != run)
    (run / "scores.parquet").write_bytes((two / "scores.parquet").read_bytes())
    assert "K883" in done(shop, "statement", "2026-01", "--staff", "Ann", status=1).stderr
    assert other.exit_code == 0


@pytest.mark.parametrize(
    ("section", "code", "place"),
    [
        ('[run]\noutputs = ["hrr"]', "K880", "outputs"),
        ('[run]\narchiv = "x"', "K502", "archiv"),
        ('[run.block]\nmissing = "many"', "K881", "missing"),
        ("[run.block]\nchange = nan", "K503", "change"),
        ("[run.block]\nsources = 1", "K503", "sources"),
        ('[run]\nblock = "all"', "K503", "block"),
        ("[run.block]\nmissing = 5", "K503", "missing"),
    ],
)
def test_mistakes_in_the_section_of_runs(section: str, code: str, place: str) -> None:
    text = f'[output.hr]\npath = "a.xlsx"\n{section}\n'
    project, found = read_project(text, "kpirules.toml")
    assert [one.code for one in found] == [code]
    line = next(number for number, one in enumerate(text.splitlines(), 1) if one.startswith(place))
    assert getattr(found[0].place, "line", None) == line
    assert project.run.limits.missing.stops is False


def test_limits_that_stand_in_the_project_stop() -> None:
    text = '[run.block]\nmissing = "12.5%"\nchange = 0.3\nsources = true\n'
    limits = read_project(text, "kpirules.toml")[0].run.limits
    told: Mapping[str, object] = {
        "missing": (str(limits.missing.share), limits.missing.stops),
        "without": (str(limits.without_data.share), limits.without_data.stops),
        "change": (str(limits.change.share), limits.change.stops),
    }
    assert told == {"missing": ("1/8", True), "without": ("1/20", False), "change": ("3/10", True)}
    assert limits.sources is True


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("shop.csv", "is read by this run and would be overwritten"),
        ("shop.kpi", "is read by this run and would be overwritten"),
        ("kept/x.xlsx", "lies in the archive"),
        ("x.docx", "K525"),
    ],
)
def test_an_output_harms_neither_sources_nor_the_archive(shop: Desk, path: str, said: str) -> None:
    shop.put("kpirules.toml", PROJECT.replace("out/{period}.xlsx", path))
    before = shop.read("shop.csv")
    result = done(shop, "run", ".", "--period", "2026-01", status=2)
    assert said in result.stderr and shop.read("shop.csv") == before and not kept(shop)


@given(at=st.integers(0, len(WHOLE) - 1), cut=st.integers(0, 8), put=st.text(max_size=4))
def test_any_mutation_of_a_project_is_told_about(at: int, cut: int, put: str) -> None:
    text = WHOLE[:at] + put + WHOLE[at + cut :]
    project, found = read_project(text, "kpirules.toml")
    for one in found:
        assert render(one, {"kpirules.toml": text}, "zh")
    shares = [getattr(project.run.limits, name).share for name in ("missing", "without_data", "change")]
    assert all(0 <= one <= 10 for one in shares)
