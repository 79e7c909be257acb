"""The page of a simulation in a real browser: right numbers, no requests, filters, keyboard, phone, print, both languages."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page

from kpirules.diagnostics import Language
from kpirules.outputs.html.simulation.page import write_simulation
from kpirules.plugin.simulated import Simulation
from tests.outputs.html.browser import PHONE, chromium, opened
from tests.outputs.html.seen import CONTRAST, DUPLICATES, HEADINGS, OVERFLOWING, UNNAMED, UNSCOPED
from tests.outputs.simulation.made_simulation import SPOILT, hostile, large, pilot, real, with_heads

#: So many rows of the list are shown at a time.
PAGE = 100


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def made() -> Simulation:
    return with_heads(real())


@pytest.fixture(scope="module")
def path(made: Simulation, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(made, tmp_path_factory.mktemp("simulation") / "report.html")


def written(simulation: Simulation, path: Path, language: Language = "en") -> Path:
    assert write_simulation(simulation, str(path), language) == ()
    return path


def cells(table: Locator) -> list[list[str]]:
    """The visible texts of a table's body, white space in one."""
    found: list[list[str]] = table.locator("tbody tr:visible").evaluate_all(
        "rows => rows.map(row => [...row.children].map(cell => cell.innerText.replace(/\\s+/g, ' ').trim()))"
    )
    return found


def number(text: str) -> Fraction | None:
    """A number as the page writes it; None for a dash."""
    bare = text.split(" ")[0].replace(",", "").replace("−", "-").removeprefix("+")
    return None if bare == "–" else Fraction(bare)


def open_all(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")


def test_the_head_has_the_counts_and_the_costs(browser: Browser, made: Simulation, path: Path) -> None:
    with opened(browser, path) as page:
        counts = made.whole.counts
        for kind, count in (("up", counts.up), ("down", counts.down), ("same", counts.same)):
            assert number(page.locator(f".tiles .{kind} dd").inner_text()) == count
        sums = page.locator(".tiles .sum dd").all_inner_texts()
        differences = sorted(
            (one.difference for one in made.whole.amounts if one.cost), key=lambda one: -abs(one)
        )
        assert [number(one.split()[0]) for one in sums] == differences
        assert made.new.label in page.inner_text("h1")
        assert made.edits[0].title.en in page.inner_text("#why")
        assert "K825" in page.inner_text("#notes")
        assert "superior's view" in page.inner_text("#notes")


def test_costs_are_those_of_the_simulation(browser: Browser, made: Simulation, path: Path) -> None:
    with opened(browser, path) as page:
        tables = page.locator("#costs table")
        for row, one in zip(cells(tables.first), made.whole.amounts, strict=True):
            assert [number(text) for text in row[1:4]] == [one.old, one.new, one.difference]
            assert [number(text) for text in row[5:]] == [one.up, one.down]
        open_all(page)
        for row, group in zip(cells(page.locator("#costs details table")), made.periods.groups, strict=True):
            figures = group.figures
            assert row[0] == group.value
            assert [number(text) for text in row[1:4]] == [
                figures.rows,
                figures.counts.up,
                figures.counts.down,
            ]
        heads = cells(page.locator("#costs table").last)
        assert [[number(text) for text in row[1:]] for row in heads] == [
            [one.old, one.new, one.new - one.old, one.gained, one.lost] for one in made.whole.heads
        ]
        assert heads[1][0] == "course: basics"


def test_the_parts_of_each_waterfall_add_up_on_the_page(
    browser: Browser, made: Simulation, path: Path
) -> None:
    with opened(browser, path) as page:
        falls = page.locator(".waterfall")
        assert falls.count() == 4  # two amounts, totals, a grade
        for place in range(falls.count()):
            rows = cells(falls.nth(place))
            before, *parts, whole, after = [number(row[2]) or Fraction(0) for row in rows]
            assert len(parts) == len(made.parts)
            assert sum(parts, Fraction(0)) == whole == after - before
        amounts = {(one.old, one.new) for one in made.whole.amounts}
        for place in (0, 1):
            rows = cells(falls.nth(place))
            assert (number(rows[0][2]), number(rows[-1][2])) in amounts
        open_all(page)
        columns = list(zip(*cells(page.locator("#why details table")), strict=True))[1:]
        for column, one in zip(columns, made.attribution, strict=True):
            before, *parts, whole, after = [number(text) or Fraction(0) for text in column]
            assert (before, after) == (one.old, one.new)
            assert sum(parts, Fraction(0)) == whole == after - before


def test_grades_move_as_in_the_simulation(browser: Browser, made: Simulation, path: Path) -> None:
    with opened(browser, path) as page:
        rows = cells(page.locator(".matrix"))
        grades = range(len(made.levels) - 2)
        for old in grades:
            shown = [0 if text in ("· 0", "·") else number(text) for text in rows[old][1:-1]]
            assert shown == [made.transitions[old][new] for new in grades]
            assert number(rows[old][-1]) == sum(made.transitions[old])
        assert [number(text) for text in rows[-1][1:-1]] == [made.whole.grades_new[new] for new in grades]


def test_distributions_in_tables_are_those_of_the_charts(
    browser: Browser, made: Simulation, path: Path
) -> None:
    with opened(browser, path) as page:
        open_all(page)
        tables = page.locator("#totals details table")
        spread = made.distribution
        assert [[number(text) for text in row[1:]] for row in cells(tables.nth(0))] == [
            [one.old, one.new] for one in spread.bins
        ]
        assert [number(row[1]) for row in cells(tables.nth(1))] == [one.new for one in spread.changes]
        titles = page.locator("#totals svg.columns").first.locator("title").all_text_contents()
        assert [title.split(": ")[1] for title in titles] == [f"{one.old} → {one.new}" for one in spread.bins]


def test_groups_and_ranks(browser: Browser, made: Simulation, path: Path) -> None:
    with opened(browser, path) as page:
        several = [one for one in made.by if len(one.groups) > 1]
        tables = page.locator("#groups table")
        assert tables.count() == len(several)
        for place, one in enumerate(several):
            for row, group in zip(cells(tables.nth(place)), one.groups, strict=True):
                figures = group.figures
                assert row[0] == group.label.en
                assert [number(text) for text in row[1:4]] == [
                    figures.rows,
                    figures.counts.up,
                    figures.counts.down,
                ]
                bonus = {number(text) for text in row[8:]}
                assert {amount.old for amount in figures.amounts if amount.cost} <= bonus
                assert {amount.difference for amount in figures.amounts if amount.cost} <= bonus
        falls = cells(page.locator("#ranks table").first)
        assert falls == [
            [move.staff, move.period, f"{move.old} → {move.new}"]
            for move in made.ranks[0].falls[: len(falls)]
        ]


def test_the_sweep_shows_what_keeps_the_budget(browser: Browser, made: Simulation, path: Path) -> None:
    (curve,), (budget,) = made.curves, made.budgets
    with opened(browser, path) as page:
        rows = cells(page.locator("table.curve"))
        for place, (row, point) in enumerate(zip(rows, curve.points, strict=True)):
            amount = next(one for one in point.figures.amounts if one.id == budget.amount)
            assert number(row[1]) == amount.new
            assert row[1].endswith("kept") == (amount.new <= budget.limit) == (place in curve.kept[0].kept)
            assert ("nearest within the budget" in row[0]) == (place == curve.kept[0].last)
            assert ("as in the new policy" in row[0]) == point.current
        assert "exceeded" in page.inner_text("#budget table >> nth=0")


def test_the_list_has_all_rows_the_largest_first(browser: Browser, made: Simulation, path: Path) -> None:
    with opened(browser, path) as page:
        assert page.locator("#count").inner_text() == f"{PAGE} / {made.all_rows}"
        assert len(cells(page.locator(".moves"))) == PAGE
        page.get_by_role("button", name="Show more").click()
        rows = cells(page.locator(".moves"))
        assert page.get_by_role("button", name="Show more").is_hidden()
        table = made.rows.to_pylist()
        assert len(rows) == len(table) == made.all_rows
        for row, known in zip(rows, table, strict=True):
            assert row[:2] == [known["staff"], known["period"]]
            assert row[2 : 2 + len(made.attributes)] == [known[name] for name, _ in made.attributes]
            total, change = row[2 + len(made.attributes)], row[3 + len(made.attributes)]
            assert [number(one) for one in total.split(" → ")] == [known["old_total"], known["new_total"]]
            assert number(change) == known["total_change"]
            assert number(row[-1].split(" ")[0]) == known["new_bonus"] - known["old_bonus"]


def shown(page: Page) -> list[dict[str, str]]:
    """What the list shows: name, period, change, grade of each row."""
    found: list[dict[str, str]] = page.locator(".moves tbody tr:visible").evaluate_all(
        """rows => rows.map(row => Object.fromEntries(['name', 'when', 'by', 'grade-col'].map(
            part => [part, row.querySelector('.' + part).innerText.trim()])))"""
    )
    return found


def test_filters_and_orders(browser: Browser, made: Simulation, path: Path) -> None:
    table = made.rows.to_pylist()
    fell = [one for one in table if one["total_change"] is not None and one["total_change"] < 0]
    with opened(browser, path) as page:
        page.locator("#fate").select_option("down")
        rows = shown(page)
        assert [one["name"] for one in rows] == [one["staff"] for one in fell]
        page.locator("#sort").select_option("gain")
        changes = [number(one["by"]) or Fraction(0) for one in shown(page)]
        assert changes == sorted(changes, reverse=True)
        page.get_by_role("button", name="Clear").click()
        assert page.locator("#count").inner_text() == f"{PAGE} / {made.all_rows}"
        page.locator("#grade").select_option("worse")
        worse = [one for one in table if one["old_grade"] != one["new_grade"]]
        assert len(shown(page)) == len(worse) > 0  # in these data nobody gets a better one
        page.locator("#grade").select_option("better")
        assert page.locator("#nobody:visible").inner_text().startswith("Nothing matches")
        page.get_by_role("button", name="Clear").click()
        page.locator("select.attribute", has_text="west").select_option(label="west")
        west = [one["staff"] for one in table if one["department"] == "west"]
        assert [one["name"] for one in shown(page)] == west
        page.get_by_label("Search a name or a group").fill(f" {west[0].lower()}  WEST ")
        assert {one["name"] for one in shown(page)} == {west[0]}
        page.get_by_role("button", name="Clear").click()
        page.locator("#sort").select_option("name")
        names = [one["name"] for one in shown(page)]
        assert names == sorted(names)
        page.locator("#sort").select_option("gain-1")
        first = page.locator(".moves tbody tr:visible .amount:last-child b").first.inner_text()
        assert number(first) == max(one["new_bonus"] - one["old_bonus"] for one in table)
        page.locator("#sort").select_option("size")
        assert [one["name"] for one in shown(page)][:5] == [one["staff"] for one in table[:5]]


def test_both_languages_in_one_file(browser: Browser, path: Path) -> None:
    with opened(browser, path) as page:
        assert "Who loses most" in page.inner_text("main")
        page.get_by_label("中文").check()
        assert page.locator("html").get_attribute("lang") == "zh-Hans"
        text = page.inner_text("main")
        assert "谁损失最大" in text
        for english in ("Who loses most", "Largest", "Before", "Change", "rise", "within"):
            assert english not in text
        assert page.locator("#fate option").first.inner_text() == "全部"
        assert page.locator("#budget svg.trend tspan[lang=zh]").first.is_visible()
        assert page.locator("#budget svg.trend tspan[lang=en]").first.is_hidden()


def test_it_opens_in_the_language_it_is_asked_for(browser: Browser, made: Simulation, tmp_path: Path) -> None:
    with opened(browser, written(made, tmp_path / "zh.html", "zh")) as page:
        assert page.locator("html").get_attribute("lang") == "zh-Hans"
        assert "制度变更模拟" in page.inner_text("header.mast")
        assert "制度变更模拟" in page.title()


@pytest.mark.parametrize("which", [real, hostile, pilot])
@pytest.mark.parametrize("width", [390, 320])
def test_on_a_phone_nothing_stands_out(
    browser: Browser, tmp_path: Path, width: int, which: Callable[[], Simulation]
) -> None:
    with opened(browser, written(which(), tmp_path / "r.html"), size=(width, PHONE[1])) as page:
        for language in ("English", "中文"):
            page.get_by_label(language).check()
            open_all(page)
            assert page.evaluate(OVERFLOWING) == []
            assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("dark", [False, True])
def test_contrast(browser: Browser, path: Path, dark: bool) -> None:
    with opened(browser, path, dark=dark) as page:
        open_all(page)
        assert page.evaluate(CONTRAST) == []


def test_names_headings_and_tables(browser: Browser, path: Path) -> None:
    with opened(browser, path) as page:
        open_all(page)
        assert page.evaluate(UNNAMED) == []
        assert page.evaluate(HEADINGS) == []
        assert page.evaluate(UNSCOPED) == []
        assert page.evaluate(DUPLICATES) == []
        for landmark in ("header", "nav", "main", "footer"):
            assert page.locator(landmark).count() == 1
        targets = page.locator("nav a").evaluate_all("links => links.map(link => link.getAttribute('href'))")
        assert all(page.locator(target).count() == 1 for target in targets)
        drawings = page.locator("main svg").evaluate_all(
            "all => all.filter(one => !one.closest('[aria-hidden=true]')).length"
        )
        assert drawings == 0  # what they show stands in tables, too


def test_by_keyboard_alone(browser: Browser, made: Simulation, path: Path) -> None:
    with opened(browser, path) as page:
        focused = "document.activeElement"
        page.keyboard.press("Tab")
        assert page.evaluate(f"{focused}.className") == "skip"
        walked: list[str] = []
        while "clear" not in walked:
            page.keyboard.press("Tab")
            assert page.evaluate(f"getComputedStyle({focused}).outlineStyle") != "none", walked
            walked.append(page.evaluate(f"{focused}.id || {focused}.textContent.trim()"))
            if walked[-1] == "search":
                page.keyboard.type(made.rows["staff"][0].as_py())
            assert len(walked) < 100
        assert [one for one in walked if one in ("search", "fate", "grade", "sort", "clear")] == [
            "search", "fate", "grade", "sort", "clear",
        ]  # fmt: skip
        assert {one["name"] for one in shown(page)} == {made.rows["staff"][0].as_py()}
        page.keyboard.press("Enter")
        assert len(shown(page)) == PAGE
        assert page.evaluate(f"{focused}.id") == "search"
        page.locator("#more").focus()
        page.keyboard.press("Enter")
        assert page.evaluate(f"[...document.querySelectorAll('.moves tbody tr')].indexOf({focused})") == PAGE


def test_without_scripts_everything_is_there(browser: Browser, made: Simulation, path: Path) -> None:
    with opened(browser, path, scripts=False) as page:
        assert len(cells(page.locator(".moves"))) == made.all_rows
        assert page.locator("#filters").is_hidden()
        assert page.locator("#more").is_hidden()
        page.get_by_label("中文").check()
        assert "谁损失最大" in page.inner_text("main")
        assert "Who loses most" not in page.inner_text("main")


def test_print(browser: Browser, made: Simulation, path: Path, tmp_path: Path) -> None:
    with opened(browser, path) as page:
        page.locator("#fate").select_option("down")
        page.pdf(path=tmp_path / "report.pdf", prefer_css_page_size=True)
        assert page.locator("#why details[open]").count() == 0  # folded again
    done = subprocess.run(
        ["pdftotext", "-layout", str(tmp_path / "report.pdf"), "-"],
        capture_output=True,
        text=True,
        check=True,
    )
    text = " ".join(done.stdout.split())
    for said in ("Who loses most", "Sum of totals", "How grades move", "Largest moves", made.method.en):
        assert said in text
    assert "Search a name" not in text
    assert "Show more" not in text
    info = subprocess.run(
        ["pdfinfo", str(tmp_path / "report.pdf")], capture_output=True, text=True, check=True
    )
    assert "(A4)" in info.stdout


def test_hostile_texts_do_nothing_and_are_shown_as_they_are(browser: Browser, tmp_path: Path) -> None:
    bad = hostile()
    with opened(browser, written(bad, tmp_path / "bad.html")) as page:
        assert page.locator("img, iframe").count() == 0
        seen = page.locator(".moves tbody .name").first.evaluate("one => one.textContent")
        assert seen == bad.rows["staff"][0].as_py().replace("\x07", "\ufffd")
        assert SPOILT.replace("\x07", "\ufffd") in page.locator("h1").evaluate("one => one.textContent")
        page.get_by_label("Search a name or a group").fill("onerror=alert(1)")
        assert page.locator("#count").inner_text().endswith(f"/ {bad.all_rows}")
        page.locator("select.attribute").first.select_option(index=1)
        assert shown(page)


def test_many_rows_and_groups(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, written(large(4000), tmp_path / "large.html")) as page:
        assert page.locator("#count").inner_text() == "100 / 1,500"
        page.get_by_label("Search a name or a group").fill("person 001499")
        assert [one["name"] for one in shown(page)] == ["Person 001499"]
        assert page.evaluate(OVERFLOWING) == []
