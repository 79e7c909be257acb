"""Every change of a single bit in an archive is found, and so is every file that is lost, added or put in another's place."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from kpirules.diagnostics import Problems
from kpirules.records.archive import BESIDE, MANIFEST, open_run
from kpirules.records.manifest import Manifest
from kpirules.records.shelf import runs
from kpirules.records.verify import change, files
from tests.records.office import codes, copy, finals, forge, wrong

#: Of every byte of large files one bit is flipped, another one each; with the nightly profile all of them.
WHOLE = os.environ.get("HYPOTHESIS_PROFILE") == "nightly"


@pytest.fixture
def archive(kept: Path, tmp_path: Path) -> Path:
    """A copy of the archive that may be changed."""
    for one in finals(kept):
        copy(one.path, tmp_path / one.path.parent.name / one.path.name)
    assert wrong(tmp_path) == []
    return tmp_path


def told(run: Path) -> list[str]:
    """What is found, of a run whose manifest may be broken."""
    try:
        return codes(list(files(open_run(run))))
    except Problems as broken:
        return codes(list(broken.diagnostics))


def names(run: Path) -> list[str]:
    return sorted(str(one.relative_to(run)) for one in run.rglob("*") if one.is_file())


def test_every_bit_counts(archive: Path) -> None:
    run = finals(archive)[0].path
    manifest = open_run(run).manifest
    flipped = 0
    for name in names(run):
        path = run / name
        whole = path.read_bytes()
        all_bits = WHOLE or name in BESIDE
        data = bytearray(whole)
        with open(path, "r+b", buffering=0) as stream:
            for place in range(len(whole)):
                for bit in range(8) if all_bits else [place % 8]:
                    data[place] ^= 1 << bit
                    os.pwrite(stream.fileno(), data[place : place + 1], place)
                    found = _found(run, name, manifest)
                    assert found, f"bit {bit} of byte {place} of {name}"
                    data[place] ^= 1 << bit
                    flipped += 1
                os.pwrite(stream.fileno(), data[place : place + 1], place)
        assert path.read_bytes() == whole
    assert told(run) == [] and flipped > 10_000


def _found(run: Path, name: str, manifest: Manifest) -> bool:
    """Whether verifying the one file finds the change; of the manifest's two, verifying the whole run."""
    if name in BESIDE:
        try:
            return next(files(open_run(run)), None) is not None
        except Problems:
            return True
    return change(run / name, manifest.files[name]) is not None


@pytest.mark.parametrize("size", [-1, 1])
def test_a_file_that_is_cut_or_longer(archive: Path, size: int) -> None:
    run = finals(archive)[0].path
    for name in names(run):
        path = run / name
        whole = path.read_bytes()
        path.write_bytes(whole[:-1] if size < 0 else whole + b"\n")
        assert told(run), name
        path.write_bytes(whole)


def test_files_that_are_lost_or_added(archive: Path) -> None:
    run = finals(archive)[0].path
    for name in names(run):
        (run / name).rename(archive / "away")
        assert "K845" in told(run), name
        (archive / "away").rename(run / name)
    for name in ("extra.txt", "tables/extra.parquet", ".hidden", "new/extra"):
        (run / name).parent.mkdir(exist_ok=True)
        (run / name).touch()
        assert told(run) == ["K846"], name
        (run / name).unlink()
    assert told(run) == ["K846"]  # the empty folder
    (run / "new").rmdir()
    assert told(run) == []


def test_a_link_is_no_file_of_an_archive(archive: Path) -> None:
    run = finals(archive)[0].path
    for name in ("scores.parquet", MANIFEST):
        shutil.copy(run / name, archive / "copy")
        (run / name).unlink()
        (run / name).symlink_to(archive / "copy")
        assert told(run), name
        (run / name).unlink()
        shutil.move(archive / "copy", run / name)
    (run / "tables").rename(archive / "tables")
    (run / "tables").symlink_to(archive / "tables")
    assert "K845" in told(run) and "K846" in told(run)


def test_files_in_each_others_place(archive: Path) -> None:
    run, other = (one.path for one in finals(archive))
    for name in ("scores.parquet", "given.json", "manifest.json", "MANIFEST.sha256"):
        mine = (run / name).read_bytes()
        (run / name).write_bytes((other / name).read_bytes())
        assert told(run), name
        (run / name).write_bytes(mine)


def test_a_run_in_another_folder(archive: Path) -> None:
    first = finals(archive)[0].path
    for place in ("2026-03", "2026-02"):
        moved = archive / place / first.name
        moved.parent.mkdir(exist_ok=True)
        first.rename(moved)
        assert told(moved) == ["K848"]
        assert [one.standing for one in runs(archive) if one.path == moved] == ["broken"]
        moved.rename(first)
    renamed = first.with_name("0123456789abcdef")
    first.rename(renamed)
    assert told(renamed) == ["K848"]
    assert codes(list(files(open_run(renamed), alone=True))) == []


# The chain


def test_a_run_that_is_lost_leaves_a_gap(archive: Path) -> None:
    first, second = (one.path for one in finals(archive))
    first.rename(archive / "away")
    assert codes(wrong(archive)) == ["K849"]
    (archive / "away").rename(first)
    assert wrong(archive) == []
    second.rename(archive / "away")
    assert wrong(archive) == []  # nothing follows it: only the journal would tell


def test_the_journal_tells_of_the_last_run(archive: Path, kept: Path) -> None:
    shutil.copy(kept / "journal.jsonl", archive)
    shutil.rmtree(finals(archive)[1].path)
    assert codes(wrong(archive)) == ["K863"]


def test_a_manifest_that_was_edited_with_all_its_hashes(archive: Path) -> None:
    """Whoever writes a sound manifest anew gets another id: the run after it follows nothing any more."""
    first = finals(archive)[0]
    assert first.manifest is not None
    edited = first.manifest.model_copy(update={"version": "2026.2"})
    forge(first.path, edited)
    assert codes(wrong(archive)) == ["K849"]


def test_two_runs_that_follow_the_same(archive: Path) -> None:
    first, second = finals(archive)
    assert first.manifest is not None and second.manifest is not None
    twin = second.manifest.model_copy(update={"period": "2026-03"})
    forge(copy(second.path, archive / "2026-03" / "twin"), twin)
    assert codes(wrong(archive)) == ["K850"]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"supersedes": "0" * 64}, "is not in the archive"),
        ({"supersedes": "first"}, "is of another ruleset or period"),
    ],
)
def test_a_run_that_supersedes_what_it_may_not(archive: Path, change: dict[str, str], expected: str) -> None:
    first, second = finals(archive)
    assert first.manifest is not None and second.manifest is not None
    old = first.manifest.digest if change["supersedes"] == "first" else change["supersedes"]
    forge(second.path, second.manifest.model_copy(update={"supersedes": old, "reason": "so"}))
    (found,) = wrong(archive)
    assert found.code == "K852" and expected in found.message()
