"""What is in the HTML file, without a browser: escaped, from nowhere else, in bounds, and said where it is not all."""

from __future__ import annotations

import base64
import json
import re
import zlib
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest

from kpirules.diagnostics import Words
from kpirules.outputs.hooks import HtmlOutput
from kpirules.outputs.html.page import bare, page
from kpirules.outputs.options import HtmlOptions
from kpirules.plugin import Plugins, Report, Statement, write_report
from tests.outputs.html.elements import Elements, assert_harmless
from tests.outputs.made_report import made_report

PLUGINS = Plugins((), (HtmlOutput(),))


def made(report: Report, **settings: object) -> str:
    return page(report, HtmlOptions.model_validate(settings))


def packed(text: str) -> list[tuple[list[int], str]]:
    """The packs of a file: the rows, and the HTML of their statements."""
    found = re.findall(
        r'<script type="text/plain" class="pack" data-rows="([\d ]+)">([A-Za-z0-9+/=]+)</script>', text
    )
    return [([int(row) for row in rows.split()], unpacked(data)) for rows, data in found]


def unpacked(data: str) -> str:
    inside = json.loads(zlib.decompress(base64.b64decode(data)))
    return "".join("".join(inside["pieces"][piece] for piece in row) for row in inside["rows"].values())


def everything(text: str) -> str:
    """The page with what is packed, as one text."""
    return text + "".join(inside for _, inside in packed(text))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_nothing_comes_from_outside_and_nothing_of_the_data_is_markup(language: str) -> None:
    text = made(made_report(), language=language)
    for part in (text, *(inside for _, inside in packed(text))):
        assert_harmless(part)
    assert "<script>alert" not in everything(text)
    assert "onerror=alert(1)&gt;" in text
    assert text.count("<script>") == 1


def test_the_policy_of_contents_allows_this_style_and_script_alone() -> None:
    text = made(made_report(3))
    allowed = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', text)
    assert allowed is not None
    assert allowed[1].startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in allowed[1]


def test_packs_hold_the_statements_that_are_not_in_the_page() -> None:
    report = made_report(50)
    text = made(report)
    packs = packed(text)
    inside = {row for rows, _ in packs for row in rows}
    in_page = {int(row) for row in re.findall(r'<article id="s(\d+)"', text)}
    assert in_page | inside == set(range(report.table.num_rows))
    assert not in_page & inside
    assert {report.table["period"][row].as_py() for row in in_page} == {report.periods[-1]}
    for rows, html in packs:
        assert [int(row) for row in re.findall(r'<article id="s(\d+)"', html)] == rows
    assert len(text) < 1_500_000


def test_people_limits_the_statements_and_the_file_says_so() -> None:
    report = made_report(10)
    all_rows = report.table.num_rows
    text = made(report, people=10)
    assert len(re.findall(r"<article id=", everything(text))) == 10
    assert f"the statements of 10 rows of {all_rows}" in text
    assert f"{all_rows} 行中 10 行的说明" in text
    summary = made(report, people=0)
    assert "<article id=" not in everything(summary)
    assert "it has no statements" in summary
    assert not re.search(r'href="#s\d', summary)
    assert "Han Meimei" in made(made_report(20), people=0)
    assert "has the statements of" not in made(report)


def test_rows_that_the_user_chose() -> None:
    report = replace(made_report(10), chosen=(3, 7))
    text = everything(made(report))
    assert sorted(int(row) for row in re.findall(r'<article id="s(\d+)"', text)) == [3, 7]


def test_a_list_that_is_too_long_for_a_browser_is_cut_and_the_file_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("kpirules.outputs.html.page.MOST_ROWS", 30)
    text = made(made_report(20, hostile=False))
    assert "The results list 30 rows of 59" in text
    assert len(re.findall(r'<tr role="row" data-row=', text)) == 30


def test_control_characters_are_shown_as_replaced() -> None:
    report = made_report(2, ("2026",), hostile=False)
    names = pa.array(["a\0b\x1b[31m\x07", "c\x85d"])
    bad = replace(report, table=report.table.set_column(0, "staff", names))
    text = everything(made(bad))
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]", text)
    assert "a\ufffdb\ufffd[31m\ufffd" in text


def test_attributes_stand_without_quotes() -> None:
    assert bare(Words('"south"', '"south"')) == Words("south", "south")
    assert bare(Words("missing", "缺失")) == Words("missing", "缺失")
    assert bare(Words('"', '"')) == Words('"', '"')


def test_the_same_report_gives_the_same_file() -> None:
    assert made(made_report(30, ("2026",))) == made(made_report(30, ("2026",)))


def empty(report: Report) -> Report:
    return replace(
        report, table=report.table.slice(0, 0), attributes=report.attributes.slice(0, 0), facts=report.facts.slice(0, 0),
        periods=(), alerts=(),
    )  # fmt: skip


def plainest(report: Report) -> Report:
    """Of a policy without grades, groups, parameters, labels, and of a single period."""
    return replace(
        report, grades=(), group=None, parameters=(), adjustments=(), outcomes=(), alerts=(), sources=(), notes=(),
        table=report.table.drop_columns(["grade"]), policy=replace(report.policy, label="", version=None),
    )  # fmt: skip


def rolled_up(report: Report) -> Report:
    """Of a roll-up: no indicators, a total by a formula, statements without lines."""

    def statement(row: int) -> Statement:
        return replace(report.statement(row), lines=(), adjustments=())

    return replace(report, indicators=(), statement=statement)


def in_spells(report: Report) -> Report:
    def statement(row: int) -> Statement:
        whole = report.statement(row)
        part = replace(whole, title=Words("senior, 12 days", "senior，12 天"))
        return replace(whole, parts=(part, replace(part, appraised=False)))

    return replace(report, statement=statement)


@pytest.mark.parametrize("change", [empty, plainest, rolled_up, in_spells])
def test_reports_of_other_shapes(change: object) -> None:
    assert callable(change)
    report = change(made_report(6, ("2026-Q1",)))
    for people in (0, 3, 100):
        elements = Elements(made(report, people=people))
        assert elements.crossed == []
        assert elements.open == []
    if change is in_spells:
        text = everything(made(report))
        assert "senior, 12 days" in text
        assert "This policy is not for this person." in text


def test_through_the_seam(tmp_path: Path) -> None:
    path = tmp_path / "r.html"
    assert write_report(PLUGINS, made_report(4), str(path), settings={"people": 2}) == ()
    assert path.read_text("utf-8").startswith("<!doctype html>")
    found = write_report(PLUGINS, made_report(4), str(path), settings={"people": -1})
    assert [one.is_error for one in found] == [True]
    assert [one.code for one in write_report(PLUGINS, made_report(4), str(tmp_path / "no" / "r.html"))] == [
        "K580"
    ]
