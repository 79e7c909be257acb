"""What is in the page of a simulation, without a browser: harmless, in bounds, whole in every shape of a simulation."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from dataclasses import replace
from pathlib import Path

import pytest

from kpirules.diagnostics import Words
from kpirules.outputs.html.simulation.page import page, write_simulation
from kpirules.outputs.html.simulation.rows import MOST_ROWS
from kpirules.plugin.simulated import Simulation
from tests.outputs.html.elements import Elements, assert_harmless
from tests.outputs.simulation.made_simulation import SHAPES, SPOILT_SEEN, empty, hostile, large, pilot, real


def test_nothing_comes_from_outside_and_nothing_of_the_data_is_markup() -> None:
    plain, spoilt = page(real()), page(hostile())
    assert_harmless(plain)
    assert_harmless(spoilt)
    assert Elements(spoilt).names == Elements(plain).names
    assert "&lt;img src=x onerror=alert(1)&gt;" in spoilt
    assert "\x07" not in spoilt
    assert "49" not in re.findall(r"\{\{.{0,9}", spoilt)
    assert spoilt.count("<script>") == 1


def test_the_policy_of_contents_allows_the_style_and_script_of_the_page_alone() -> None:
    text = page(real())
    allowed = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', text)
    assert allowed is not None
    for part, tag in (("style-src", "style"), ("script-src", "script")):
        inside = re.search(f"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        assert inside is not None
        digest = base64.b64encode(hashlib.sha256(inside[1].encode()).digest()).decode()
        assert f"{part} 'sha256-{digest}'" in allowed[1]
    assert allowed[1].startswith("default-src 'none';")


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: str(shape.__name__))
@pytest.mark.parametrize("language", ["en", "zh"])
def test_simulations_of_other_shapes(shape: object, language: str) -> None:
    assert callable(shape)
    assert_harmless(page(shape(real()), "zh" if language == "zh" else "en"))


def test_a_pilot_is_told_on_both_sides() -> None:
    made = pilot()
    assert made.pilot is not None
    text = page(made)
    assert_harmless(text)
    assert "department = &#34;north&#34;" in text
    for figures in (made.pilot.inside, made.pilot.outside, made.pilot.beyond):
        assert f'<td class="n">{figures.rows:,}</td><td class="n">{figures.counts.up:,}</td>' in text
    assert 'id="pilot"' not in page(real())


def test_a_long_list_is_cut_and_the_page_says_so() -> None:
    text = page(large(4000))
    assert text.count('<tr role="row" data-fate=') == MOST_ROWS
    assert f"The list has the {MOST_ROWS:,} largest of 12,000 moves" in text
    assert f"列表仅含 12,000 条中变化最大的 {MOST_ROWS:,} 条" in text
    assert len(text.encode()) < 2_500_000
    assert "300 values; the largest are shown." in text
    assert "The list has the" not in page(real())


def test_the_same_simulation_gives_the_same_page() -> None:
    assert page(real()) == page(real())


def test_nobody_at_all_is_said_in_words() -> None:
    assert "Nobody has a total in this period." in page(empty(real()))


def test_an_attribute_that_is_called_like_a_column_is_found() -> None:
    made = real()
    table = made.rows.rename_columns(
        ["attribute_period" if name == "department" else name for name in made.rows.column_names]
    )
    named = tuple(("period" if name == "department" else name, label) for name, label in made.attributes)
    text = page(replace(made, rows=table, attributes=named))
    west = made.rows.column("department").to_pylist().count("west")
    assert text.count('<td role="cell" class="at"><bdi>west</bdi></td>') == west > 0


def test_hostile_texts_are_in_the_page_as_they_are_read() -> None:
    seen = html.unescape(page(hostile()))
    made: Simulation = real()
    for text in (
        made.edits[0].title.en,
        made.movers[0].losses[0].staff,
        made.new.label,
        made.by[1].groups[0].label.en,
    ):
        assert text + SPOILT_SEEN in seen


def test_writing_a_file_and_not_being_able_to(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    assert write_simulation(real(), str(path), "zh") == ()
    text = path.read_text("utf-8")
    assert text.startswith('<!doctype html>\n<html lang="zh-Hans" data-lang="zh">')
    assert [one.code for one in write_simulation(real(), str(tmp_path / "no" / "r.html"), "en")] == ["K580"]


def test_a_missing_chinese_text_is_the_english_one() -> None:
    made = real()
    notes = (replace(made.notes[0], text=Words("said once")),)
    assert page(replace(made, notes=notes), "zh").count("said once") == 1
