"""Whatever a file contains, reading it ends soon, raises nothing, and points into the text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpirules.diagnostics import Span, render
from kpirules.language.parse import Parsed, decode, parse
from kpirules.language.reading import MOST_MISTAKES
from kpirules.language.vocabulary import vocabulary
from tests.strategies import mistyped, policies

fewer = settings(max_examples=max(60, settings().max_examples // 3))
WORDS = sorted({spelling for spellings in vocabulary().spellings.values() for spelling in spellings})
PIECES = st.sampled_from(
    [*WORDS, "x", "甲", "1", "2.5", '"a"', "“", '"', "\n", "\n  ", "\n    ", "#", "(", ")", "\t", "'", ";"]
)


def check(text: str) -> Parsed:
    """Read a text and hold every diagnostic against it."""
    parsed = parse(text, "a.kpi")
    lines = parsed.text.replace("\r\n", "\n").split("\n")
    assert len(parsed.diagnostics) <= 2 * MOST_MISTAKES
    for number, one in enumerate(parsed.diagnostics):
        place = one.place
        assert isinstance(place, Span)
        assert 1 <= place.line <= place.end_line <= len(lines)
        assert 1 <= place.column <= len(lines[place.line - 1]) + 1
        assert (place.line, place.column) <= (place.end_line, place.end_column)
        assert place.end_column <= len(lines[place.end_line - 1]) + 2
        if number >= 3 and len(text) > 10_000:
            continue  # showing a line splits the whole text
        for language in ("en", "zh"):
            shown = render(one, {"a.kpi": text}, language)
            assert "{" not in one.message(language)
            assert shown
    assert parsed.tree is not None or parsed.diagnostics
    return parsed


@given(st.text())
def test_any_text(text: str) -> None:
    check(text)


@given(st.lists(PIECES, max_size=60))
def test_any_words_of_the_language(words: list[str]) -> None:
    check("ruleset x\n" + " ".join(words))


@given(st.binary())
def test_any_bytes(data: bytes) -> None:
    text, problems = decode(data, "a.kpi")
    if problems:
        assert [one.code for one in problems] == ["K111"]
        assert text == ""
    else:
        check(text)


@fewer
@given(mistyped(policies()))
def test_mistyped_policies(text: str) -> None:
    check(text)


@fewer
@given(policies(), st.data())
def test_a_mistake_is_found_on_its_own_line_and_spoils_no_other(text: str, data: st.DataObject) -> None:
    """A line that makes no sense, put before any declaration, gives one message, there."""
    lines = text.replace("\r\n", "\n").split("\n")
    heads = [n for n, line in enumerate(lines) if line[:1].isalpha() and n > 0 and "ruleset" not in line]
    heads = [n for n in heads if not line_is_first(lines, n)]
    at = data.draw(st.sampled_from(heads)) if heads else len(lines)
    lines.insert(at, "@@ nonsense @@")
    parsed = check("\n".join(lines))
    assert [(one.code, one.place.line) for one in parsed.diagnostics if isinstance(one.place, Span)] == [
        ("K105", at + 1)
    ]


def line_is_first(lines: list[str], number: int) -> bool:
    """Whether no line with words stands before this one."""
    return not any(line.strip() and line.strip()[0] not in "#＃" for line in lines[:number])


HEAD = "ruleset x\nindicator y weight 1\n  measure "
ADVERSARIES = {
    "parentheses": HEAD + "(" * 10_000,
    "closed parentheses": HEAD + "(" * 9_000 + "1" + ")" * 9_000,
    "brackets": HEAD + "a[" * 9_000 + "1" + "]" * 9_000,
    "minus signs": HEAD + "-" * 15_000 + "1",
    "sums of sums": HEAD + "sum of " * 2_500,
    "nots": HEAD + "not " * 4_000 + "x",
    "choices": HEAD + "1 when 2 otherwise " * 900 + "3",
    "semicolons": HEAD + ";" * 19_000,
    "quotes": HEAD + '"' * 15_001,
    "full-width quotes": HEAD + "“" * 15_000,
    "words": HEAD + "to " * 6_000,
    "names": HEAD + "x " * 9_000,
    "run-together words": HEAD + "每" * 19_000,
    "run-together names": HEAD + "每超出目标次扣" * 2_500,
    "a long list": HEAD + "x in (" + "1, " * 6_000 + "1)",
    "a line of a megabyte": HEAD + "x" * 1_000_000,
    "words of a megabyte": HEAD + "x + " * 250_000,
    "lines of garbage": "ruleset x\n" + "foo bar baz @@ (\n" * 100_000,
    "lines of garbage in Chinese": "规则集 甲\n" + "每 每 指票 权中 （\n" * 20_000,
    "deeper and deeper": "ruleset x\n" + "".join(" " * n + "grades\n" for n in range(1, 2_000)),
    "parentheses over many lines": HEAD + "(\n" + "      1 +\n" * 5_000,
    "comments in a parenthesis": HEAD + "(\n" + "      # x\n" * 20_000 + "      1)\n",
    "blank lines": "\n" * 200_000,
    "comments": "# x\n" * 50_000 + "ruleset x\n",
    "digits": HEAD + "1" * 15_000,
    "commas in digits": HEAD + "1,111" * 3_000,
}


@pytest.mark.parametrize("what", ADVERSARIES)
def test_the_work_is_bounded(what: str) -> None:
    parsed = check(ADVERSARIES[what])
    good = {
        "comments in a parenthesis",
        "comments",
        "a long list",
        "run-together words",
        "run-together names",
    }
    assert bool(parsed.diagnostics) == (what not in good)


def test_after_a_hundred_mistakes_reading_ends_with_a_word() -> None:
    parsed = parse("ruleset x\n" + "what is this\n" * 500)
    assert len(parsed.diagnostics) == MOST_MISTAKES + 1
    assert parsed.diagnostics[-1].code == "K117"
    assert not parsed.complete


def test_a_mark_at_the_beginning_and_line_ends_of_other_systems_do_not_matter() -> None:
    plain = "ruleset x\n  period month\ngrades\n  a from 1\n"
    assert parse("\ufeff" + plain).tree == parse(plain).tree
    assert parse(plain.replace("\n", "\r\n")).tree == parse(plain).tree
    assert decode(b"\xef\xbb\xbf" + plain.encode(), "a")[0] == plain
    assert not parse("\ufeff" + plain).diagnostics


def test_names_in_lines_that_could_not_be_read_are_known() -> None:
    parsed = parse("ruleset x\ninput late ? ! count\nmeasure a = late\n")
    assert not parsed.complete
    assert "late" in parsed.skipped


def test_blanks_without_end_cost_no_time() -> None:
    """Phrases are tried where a line makes no sense: their patterns must not try blanks over and over."""
    blanks = " " * 18_000
    lines = [f"from 1{blanks}x", f"measure m = 1{blanks}x y", f"扣 1{blanks}分 每{blanks[:900]}低"]
    for line in lines:  # each took ten seconds and more when blanks could be parted in several ways
        assert check(f'ruleset x "X"\n  period month\n{line}\n').diagnostics
