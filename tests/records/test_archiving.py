"""A run is archived with the same bytes whenever it is made, once, and never changed."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from kpirules.diagnostics import Problems
from kpirules.records.archive import open_run
from kpirules.records.content import Content
from kpirules.records.journal import JOURNAL, noted
from kpirules.records.shelf import Run, Supersede, deposit, find, in_force, runs
from tests.records.office import archived, contents, finals, office, scored, with_note, wrong

NAMES = {
    "MANIFEST.sha256",
    "calendar.csv",
    "derivations.parquet",
    "given.json",
    "kpirules.toml",
    "manifest.json",
    "measures.parquet",
    "notes.json",
    "parameters.json",
    "policy/1-desk.kpi",
    "policy/2-base.kpi",
    "scores.parquet",
    "tables/1-inputs.parquet",
    "tables/2-tickets.parquet",
}


def test_a_run_holds_everything_that_it_was_made_of(kept: Path) -> None:
    first = finals(kept)[0]
    assert set(contents(first.path)) == NAMES
    assert first.path == kept / "2026-01" / first.id
    assert (first.path / "policy/1-desk.kpi").read_text(encoding="utf-8").startswith("ruleset desk")
    # by hand: Ann answered one of two within half an hour: 60 * (1/2)/(9/10) = 33.33; 40 * 2/3 = 26.67; 60 + 2 = 62
    scores = pq.read_table(first.path / "scores.parquet").to_pylist()
    assert [(one["staff"], str(one["total"]), one["grade"], str(one["bonus"])) for one in scores] == [
        ("Ann", "62.00", "poor", "15.50"),
        ("Bob", "100.00", "good", "25.00"),
        ("Cem", "100.00", "good", "25.00"),
    ]


def test_derivations_are_exact(kept: Path) -> None:
    lines = pq.read_table(finals(kept)[0].path / "derivations.parquet").to_pylist()
    ann = {(one["step"], one["id"]): one for one in lines if one["staff"] == "Ann"}
    response = ann["indicator", "response"]
    assert (response["given"], response["target"], response["weight"]) == ("0.5", ">= 0.9", "60")
    assert (response["points"], response["lost"], response["published"]) == ("100/3", "80/3", "33.33")
    assert ann["total", "earned"]["points"] == "60" and ann["total", "total"]["published"] == "62"
    assert ann["bonus", "seller"]["points"] == "2"
    cem = {(one["step"], one["id"]): one for one in lines if one["staff"] == "Cem"}
    assert (cem["indicator", "learning"]["state"], cem["indicator", "learning"]["points"]) == (
        "missing",
        None,
    )
    assert cem["total", "present"]["points"] == "60"


def test_the_same_inputs_give_the_same_bytes_wherever_and_with_however_many_threads(
    january: Content, kept: Path, tmp_path: Path
) -> None:
    elsewhere = office(tmp_path / "another" / "place")
    again = archived(tmp_path / "archive", scored(elsewhere, threads=2).content)
    one = archived(tmp_path / "single", scored(elsewhere, threads=1).content)
    first = contents(finals(kept)[0].path)
    assert contents(again.run.path) == contents(one.run.path) == first
    assert not any(str(tmp_path).encode() in data for data in first.values())


def test_a_run_made_again_is_the_one_that_is_there(january: Content, tmp_path: Path) -> None:
    first = archived(tmp_path, january)
    before = contents(tmp_path)
    again = archived(tmp_path, january)
    assert (first.new, again.new) == (True, False)
    assert again.run.path == first.run.path and contents(tmp_path) == before


def test_final_runs_follow_each_other(january: Content, february: Content, tmp_path: Path) -> None:
    first, draft = archived(tmp_path, january).run, archived(tmp_path, february, draft=True).run
    second = archived(tmp_path, february).run
    assert first.manifest is not None and second.manifest is not None and draft.manifest is not None
    assert (first.manifest.previous, draft.manifest.previous) == (None, None)
    assert second.manifest.previous == first.manifest.digest
    assert [(one.id, one.standing) for one in runs(tmp_path)] == [
        (first.id, "final"),
        (second.id, "final"),
        (draft.id, "draft"),
    ]
    assert wrong(tmp_path) == []


def test_another_run_of_the_same_period_is_refused(january: Content, tmp_path: Path) -> None:
    first = archived(tmp_path, january).run
    before = contents(tmp_path)
    with pytest.raises(Problems) as refused:
        archived(tmp_path, with_note(january, "other"))
    (told,) = refused.value.diagnostics
    assert told.code == "K841" and first.id in told.message() and "more.json (new)" in told.message()
    assert contents(tmp_path) == before


def test_a_run_takes_the_place_of_another_for_a_reason(january: Content, tmp_path: Path) -> None:
    first = archived(tmp_path, january).run
    before = contents(first.path)
    second = archived(tmp_path, with_note(january, "other"), reason="late figures").run
    assert second.manifest is not None and first.manifest is not None
    assert (second.manifest.supersedes, second.manifest.reason) == (first.manifest.digest, "late figures")
    assert [(one.id, one.standing, one.by) for one in runs(tmp_path)] == [
        (first.id, "superseded", second.id),
        (second.id, "final", None),
    ]
    assert contents(first.path) == before
    assert find(tmp_path, "2026-01").id == second.id and find(tmp_path, first.id[:6]).id == first.id
    # made again after a job was killed, it is there already; so is the old one, as superseded
    assert not archived(tmp_path, with_note(january, "other"), reason="late figures").new
    old = archived(tmp_path, january)
    assert not old.new and old.run.standing == "superseded"
    current = in_force(runs(tmp_path), "desk", "2026-01")
    assert current is not None and current.id == second.id
    assert wrong(tmp_path) == []


def test_only_the_run_in_force_is_superseded(january: Content, tmp_path: Path) -> None:
    first = archived(tmp_path, january).run
    archived(tmp_path, with_note(january, "other"), reason="late figures")
    assert first.manifest is not None
    with pytest.raises(Problems) as refused:
        deposit(tmp_path, with_note(january, "third"), supersede=Supersede("again", first.manifest.digest))
    assert [one.code for one in refused.value.diagnostics] == ["K851"]


def test_a_dry_run_leaves_nothing(january: Content, tmp_path: Path) -> None:
    aside = tmp_path / "aside"
    aside.mkdir()
    told = deposit(tmp_path / "archive", january, aside=aside)
    assert told.new and told.dry and not (tmp_path / "archive").exists() and not list(aside.iterdir())
    assert archived(tmp_path / "archive", january).run.id == told.run.id


def test_a_word_that_means_no_run_or_several(kept: Path) -> None:
    for word in ("2026-07", "beef", "a", finals(kept)[0].id[:3]):
        with pytest.raises(Problems) as refused:
            find(kept, word)
        assert [one.code for one in refused.value.diagnostics] == ["K842"]


def test_what_a_killed_job_left_behind_is_taken_away(january: Content, tmp_path: Path) -> None:
    (tmp_path / ".writing-old" / "tables").mkdir(parents=True)
    (tmp_path / ".writing-old" / "tables" / "1-inputs.parquet").write_bytes(b"half")
    archived(tmp_path, january)
    assert not list(tmp_path.glob(".writing*"))


def test_nothing_is_added_to_a_broken_chain(january: Content, february: Content, tmp_path: Path) -> None:
    first = archived(tmp_path, january).run
    archived(tmp_path, february)
    first.path.rename(tmp_path / "gone")
    before = contents(tmp_path)
    with pytest.raises(Problems) as refused:
        archived(tmp_path, with_note(january, "other"))
    assert [one.code for one in refused.value.diagnostics] == ["K864"]
    assert contents(tmp_path) == before
    assert archived(tmp_path, january, draft=True).new  # drafts follow nothing


def test_the_journal_informs_and_may_be_broken(january: Content, february: Content, tmp_path: Path) -> None:
    first = archived(tmp_path, january).run
    assert first.manifest is not None
    journal = tmp_path / JOURNAL
    journal.write_bytes(journal.read_bytes() + b'{"at": "half a li')
    second = archived(tmp_path, february).run
    assert second.manifest is not None
    assert set(noted(tmp_path)) == {first.manifest.digest, second.manifest.digest}
    journal.write_bytes(b"\xff\x00 no journal")
    assert noted(tmp_path) == {} and len(runs(tmp_path)) == 2


def test_files_of_a_run_are_read_only(kept: Path) -> None:
    assert all(not one.stat().st_mode & 0o222 for one in finals(kept)[0].path.rglob("*") if one.is_file())


def test_a_folder_that_is_no_run_is_broken(kept: Path, tmp_path: Path) -> None:
    (tmp_path / "2026-01" / "old").mkdir(parents=True)
    assert [(one.id, one.standing) for one in runs(tmp_path)] == [("old", "broken")]
    with pytest.raises(Problems):
        open_run(tmp_path / "2026-01" / "old")
    assert runs(tmp_path)[0] == Run(tmp_path / "2026-01" / "old", "broken", None)
