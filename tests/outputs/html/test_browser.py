"""The HTML report in a real browser: right numbers, no requests, on a phone, by keyboard, in print, in both languages."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from kpirules.outputs.html.page import write_report
from kpirules.outputs.options import HtmlOptions
from kpirules.plugin import Report
from tests.outputs.html.browser import PHONE, chromium, opened
from tests.outputs.html.seen import CONTRAST, DUPLICATES, HEADINGS, OVERFLOWING, UNNAMED, UNSCOPED
from tests.outputs.made_report import HOSTILE, made_report


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def report() -> Report:
    return made_report()


@pytest.fixture(scope="module")
def path(report: Report, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report of 71 rows: the statements of the last period stand in the page, some of the others are packed."""
    return written(report, tmp_path_factory.mktemp("html") / "report.html")


def written(report: Report, path: Path, options: HtmlOptions | None = None) -> Path:
    assert write_report(report, str(path), options or made_options()) == ()
    return path


def made_options(**settings: object) -> HtmlOptions:
    return HtmlOptions.model_validate(settings)


def shown_rows(page: Page) -> list[list[str]]:
    """The visible results: rank, name, group, total of each."""
    rows = page.locator(".people tbody tr:visible")
    found: list[list[str]] = rows.evaluate_all(
        """rows => rows.map(row => ['.rank', '.name bdi', '.group', '.total-col b'].map(
            part => (row.querySelector(part) || {innerText: ''}).innerText))"""
    )
    return found


def expected_rows(report: Report, period: str) -> list[tuple[str, Decimal | None]]:
    rows = [row for row in report.table.to_pylist() if row["period"] == period]
    return [(row["staff"], row["total"]) for row in rows]


def totals(rows: list[list[str]]) -> list[Decimal]:
    return [Decimal(row[3].replace("−", "-")) for row in rows if row[3]]


def test_the_results_are_those_of_the_report(browser: Browser, report: Report, path: Path) -> None:
    with opened(browser, path) as page:
        for period in reversed(report.periods):
            page.locator("#period").select_option(label=period)
            expected = sorted(
                expected_rows(report, period), key=lambda row: (row[1] is None, -(row[1] or Decimal(0)))
            )
            rows = shown_rows(page)
            assert [row[1] for row in rows] == [seen(name) for name, _ in expected]
            assert totals(rows) == [total for _, total in expected if total is not None]
            assert page.locator("#count").inner_text() == f"{len(expected)} / {len(expected)}"
            assert [row[0] for row in rows] == ranks([total for _, total in expected])


def ranks(best_first: list[Decimal | None]) -> list[str]:
    """Equal totals share a rank, and the next is counted on."""
    return [
        "–" if one is None else f"{'=' if best_first.count(one) > 1 else ''}{best_first.index(one) + 1}"
        for one in best_first
    ]


def seen(name: str) -> str:
    """A name as a browser shows it: white space in one."""
    return " ".join(name.split())


def test_each_statement_has_the_numbers_of_the_report(browser: Browser, report: Report, path: Path) -> None:
    """Also of the packed ones; all of them, by the keys of a reader who goes on from one to the next."""
    with opened(browser, path, fragment="#s0") as page:
        for row in range(0, report.table.num_rows, 7):
            page.evaluate(f"location.hash = '#s{row}'")
            article = page.locator(f"#s{row}")
            article.wait_for(state="visible")
            told = report.statement(row)
            assert article.locator("h2").inner_text() == seen(told.staff)
            if told.total is not None:
                assert article.locator(".big").inner_text() == str(told.total)
            lines = article.locator("section:first-of-type .line")
            assert lines.count() == len(told.lines)
            points = lines.locator("summary .got").all_inner_texts()
            expected = [
                "does not apply"
                if not line.applies
                else f"{'missing' if line.points is None else line.points} / {line.weight}"
                for line in told.lines
            ]
            assert [" ".join(one.split()) for one in points] == expected
            assert told.lines[0].because.en in lines.nth(0).inner_text()
        assert page.locator("article.statement:visible").count() == 1


def test_a_statement_shows_how_points_came_about(browser: Browser, report: Report, path: Path) -> None:
    row = report.table.num_rows - 12
    told = report.statement(row)
    line = next(one for one in told.lines if one.lost and one.facts and one.facts[0].records)
    place = told.lines.index(line)
    with opened(browser, path, fragment=f"#s{row}") as page:
        shown = page.locator(f"#s{row} .lines .line").nth(place)
        shown.locator("summary").click()
        text = shown.inner_text()
        fact = line.facts[0]
        assert fact.records is not None
        for part in (
            line.because.en,
            line.target.en,
            line.rule,
            line.clauses[0],
            fact.formula,
            *fact.records.ids,
        ):
            assert part in text
        assert f"−{line.weight - (line.points or 0)}" in text


def test_hostile_names_do_nothing_and_are_shown_as_they_are(
    browser: Browser, report: Report, path: Path
) -> None:
    with opened(browser, path) as page:
        names = {row[1] for row in shown_rows(page)}
        assert names >= {seen(name) for name in HOSTILE}
        for place in range(len(HOSTILE)):
            row = report.table.num_rows - 24 + place
            page.evaluate(f"location.hash = '#s{row}'")
            page.locator(f"#s{row}").wait_for(state="visible")
            assert page.locator(f"#s{row} h2").inner_text() == seen(HOSTILE[place])
        assert page.locator("img, iframe, b b").count() == 0


def test_search_filters_and_sorting(browser: Browser, report: Report, path: Path) -> None:
    with opened(browser, path) as page:
        page.get_by_label("Search a name").fill("  hAn ")
        assert [row[1] for row in shown_rows(page)] == ["Han Meimei"]
        page.get_by_label("Search a name").fill("nobody of this name")
        assert shown_rows(page) == []
        assert page.locator(".nobody:visible").inner_text().startswith("Nobody matches")
        page.get_by_role("button", name="Clear").click()
        assert len(shown_rows(page)) == 24
        page.locator("#group").select_option(label="South")
        rows = shown_rows(page)
        belong = report.attributes["team"].to_pylist()
        assert len(rows) == sum(
            team == "South" and period == report.periods[-1]
            for team, period in zip(belong, report.table["period"].to_pylist(), strict=True)
        )
        assert {row[2] for row in rows} == {"South"}
        page.locator("#grade").select_option("excellent")
        assert totals(shown_rows(page))
        assert all(total >= 90 for total in totals(shown_rows(page)))
        page.get_by_role("button", name="Clear").click()
        page.locator("#sort").select_option("worst")
        assert totals(shown_rows(page)) == sorted(totals(shown_rows(page)))
        page.locator("#sort").select_option("best")
        assert totals(shown_rows(page)) == sorted(totals(shown_rows(page)), reverse=True)
        page.locator("#period").select_option("all")
        page.get_by_label("Search a name").fill("Han Mei")
        assert [row[1] for row in shown_rows(page)] == ["Han Meimei"] * 3


def test_both_languages_in_one_file(browser: Browser, path: Path) -> None:
    with opened(browser, path) as page:
        assert page.locator("html").get_attribute("lang") == "en"
        assert "Distribution of totals" in page.inner_text("main")
        page.get_by_label("中文").check()
        assert page.locator("html").get_attribute("lang") == "zh-Hans"
        text = page.inner_text("main")
        assert "总分分布" in text
        assert "Distribution of totals" not in text
        assert page.locator("#sort option").first.inner_text() == "总分从高到低"
        page.locator(".people .name a:visible", has_text="Han Meimei").click()
        shown = page.locator("article.statement:visible")
        shown.wait_for()
        assert "得分与失分" in shown.inner_text()
        assert "达到目标 90%" in shown.inner_text()
        assert "is reached" not in shown.inner_text()


def test_it_opens_in_the_language_of_the_settings(browser: Browser, tmp_path: Path) -> None:
    path = written(made_report(3, ("2026-Q1",)), tmp_path / "r.html", made_options(language="zh"))
    with opened(browser, path) as page:
        assert page.locator("html").get_attribute("lang") == "zh-Hans"
        assert "考核结果" in page.inner_text("header.mast")


@pytest.mark.parametrize("width", [390, 320])
def test_on_a_phone_nothing_stands_out(browser: Browser, report: Report, path: Path, width: int) -> None:
    with opened(browser, path, size=(width, PHONE[1])) as page:
        for language in ("English", "中文"):
            page.get_by_label(language).check()
            for row in (
                None,
                6,
                report.table.num_rows - 18,
                report.table.num_rows - 1,
            ):  # 6: the longest name
                page.evaluate(f"location.hash = '{'#main' if row is None else f'#s{row}'}'")
                page.locator("#results:visible" if row is None else f"#s{row}:visible").wait_for()
                if row is not None:
                    page.evaluate("document.querySelectorAll('.current details').forEach(d => d.open = true)")
                assert page.evaluate(OVERFLOWING) == []
                assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("dark", [False, True])
def test_contrast(browser: Browser, report: Report, path: Path, dark: bool) -> None:
    with opened(browser, path, dark=dark) as page:
        assert page.evaluate(CONTRAST) == []
        page.evaluate(f"location.hash = '#s{report.table.num_rows - 8}'")
        page.locator("article.statement:visible").wait_for()
        page.evaluate("document.querySelectorAll('.current details').forEach(d => d.open = true)")
        assert page.evaluate(CONTRAST) == []


@pytest.mark.parametrize("fragment", ["", "#s50"])
def test_names_headings_and_tables(browser: Browser, path: Path, fragment: str) -> None:
    with opened(browser, path, fragment=fragment) as page:
        page.locator("main").wait_for()
        if fragment:
            page.locator("#s50:visible").wait_for()
        assert page.evaluate(UNNAMED) == []
        assert page.evaluate(HEADINGS) == []
        assert page.evaluate(UNSCOPED) == []
        assert page.evaluate(DUPLICATES) == []
        for landmark in ("header", "main", "footer"):
            assert page.locator(landmark).count() >= 1


def test_headings_of_one_period_without_notes(browser: Browser, tmp_path: Path) -> None:
    quiet = replace(made_report(5, ("2026-Q1",)), notes=())
    with opened(browser, written(quiet, tmp_path / "quiet.html")) as page:
        assert page.evaluate(HEADINGS) == []
        assert page.locator("#period").count() == 0
        assert len(shown_rows(page)) == 5


def test_by_keyboard_alone(browser: Browser, path: Path) -> None:
    with opened(browser, path) as page:
        focused = "document.activeElement"
        page.keyboard.press("Tab")
        assert page.evaluate(f"{focused}.className") == "skip"
        page.keyboard.press("Tab")
        assert page.evaluate(f"{focused}.id") == "lang-en"
        page.keyboard.press("ArrowRight")
        assert page.locator("html").get_attribute("lang") == "zh-Hans"
        page.keyboard.press("ArrowLeft")
        walked: list[str] = []
        for _ in range(80):
            page.keyboard.press("Tab")
            ring = page.evaluate(f"getComputedStyle({focused}).outlineStyle")
            assert ring != "none", page.evaluate(f"{focused}.outerHTML")
            walked.append(page.evaluate(f"{focused}.id || {focused}.textContent.trim()"))
            if page.evaluate(f"{focused}.closest('.name') !== null"):
                break
        assert [one for one in walked if one in ("period", "search", "group", "grade", "sort", "clear")] == [
            "period",
            "search",
            "group",
            "grade",
            "sort",
            "clear",
        ]
        name = walked[-1]
        page.keyboard.press("Enter")
        page.locator("article.statement:visible").wait_for()
        page.wait_for_function(f"{focused}.tagName === 'H2'")
        assert page.evaluate(f"{focused}.textContent.trim()") == name
        page.keyboard.press("Tab")
        while page.evaluate(f"{focused}.tagName") != "SUMMARY":
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        assert page.evaluate(f"{focused}.parentElement.open") is True
        page.keyboard.press("Escape")
        page.locator("#results:visible").wait_for()
        page.wait_for_function(f"{focused}.closest('.name') !== null")
        assert page.evaluate(f"{focused}.textContent.trim()") == name


def test_back_next_and_other_periods(browser: Browser, report: Report, path: Path) -> None:
    last = report.table.num_rows - 1
    with opened(browser, path) as page:
        first, second = (row[1] for row in shown_rows(page)[:2])
        page.locator(".name a:visible").first.click()
        heading = page.locator("article.statement:visible h2")
        heading.wait_for()
        assert heading.inner_text() == first
        assert page.locator("#previous").is_disabled()
        page.locator("#next").click()
        page.wait_for_function(
            "name => [...document.querySelectorAll('.current h2')].some(h => h.innerText === name)",
            arg=second,
        )
        page.locator(".others a:visible").first.click()  # packed: of an earlier period
        page.locator("article.statement:visible .facets", has_text=report.periods[0]).wait_for()
        assert heading.inner_text() == second
        page.go_back()
        page.locator("article.statement:visible .facets", has_text=report.periods[-1]).wait_for()
        page.evaluate(f"location.hash = '#s{last + 1000}'")
        assert page.locator("#no-statement").inner_text() == "This file has no statement for this row."
        page.get_by_role("link", name="All results").click()
        page.locator("#results:visible").wait_for()


def test_without_scripts_it_can_be_read(browser: Browser, report: Report, path: Path) -> None:
    last = report.table.num_rows - 20  # among those that stand in the page as they are
    with opened(browser, path, scripts=False) as page:
        assert "Han Meimei" in page.inner_text(".people")
        assert page.locator("#search").is_hidden()
        assert "allow scripts" in page.inner_text("#statements")
        page.locator(f".people a[href='#s{last - 1}']").click()
        page.locator(f"#s{last - 1}").wait_for(state="visible")
        page.get_by_label("中文").check()
        assert "得分与失分" in page.inner_text(f"#s{last - 1}")
        assert "Where the points went" not in page.inner_text(f"#s{last - 1}")


def test_print_of_one_statement(browser: Browser, report: Report, path: Path, tmp_path: Path) -> None:
    row = report.table.num_rows - 12
    told = report.statement(row)
    with opened(browser, path, fragment=f"#s{row}") as page:
        page.locator(f"#s{row}").wait_for(state="visible")
        page.pdf(path=tmp_path / "one.pdf", prefer_css_page_size=True)
        assert page.locator(f"#s{row} details[open]").count() == 0  # folded again
    text = pdf_text(tmp_path / "one.pdf")
    assert told.staff in text
    assert str(told.total) in text
    for line in told.lines:
        assert "".join(line.rule.split()) in "".join(text.split())
    assert "Search a name" not in text
    assert "Distribution of totals" not in text


def test_print_of_all_that_are_shown(browser: Browser, report: Report, path: Path, tmp_path: Path) -> None:
    with opened(browser, path) as page:
        page.evaluate(
            "window.print = () => { window.printed = document.querySelectorAll('.st:not([hidden])').length }"
        )
        page.locator("#period").select_option(label=report.periods[0])  # packed ones among them
        page.locator("#group").select_option(label="South")
        names = [row[1] for row in shown_rows(page)]
        page.get_by_role("button", name="Print these statements").click()
        page.wait_for_function("window.printed > 0")
        assert page.evaluate("window.printed") == len(names)
        page.pdf(path=tmp_path / "all.pdf", prefer_css_page_size=True)
        assert shown_rows(page)[0][1] == names[0]  # the screen is as it was
    pages = pdf_text(tmp_path / "all.pdf").split("\f")
    starts = [page for page in pages if "Appraisal statement" in page]
    assert len(starts) == len(names)
    for name, start in zip(names, starts, strict=True):
        assert "".join(name.split()) in "".join(start.split())


def pdf_text(path: Path) -> str:
    done = subprocess.run(
        ["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=True
    )
    return done.stdout


def test_many_people(browser: Browser, tmp_path: Path) -> None:
    """250 rows: what is not in the page opens from the packs."""
    report = made_report(250, ("2026-Q1",), hostile=False)
    path = written(report, tmp_path / "many.html")
    assert path.stat().st_size < 1_000_000
    with opened(browser, path) as page:
        page.get_by_label("Search a name").fill("S0233")
        assert [row[1] for row in shown_rows(page)] == ["S0233"]
        page.locator(".name a:visible").click()
        page.locator("article.statement:visible").wait_for()
        assert page.locator("article.statement:visible h2").inner_text() == "S0233"
        assert page.locator(".big:visible").inner_text() == str(report.statement(233).total)
