"""What the file system refuses: a full disk, a missing right; and two jobs at once. Nothing half is ever left."""

from __future__ import annotations

import errno
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kpirules.diagnostics import Problems
from kpirules.records.content import Content
from kpirules.records.lock import LOCK, hold
from kpirules.records.shelf import runs
from tests.records.office import archived, contents, finals, office, wrong
from tests.records.test_killed import forked

COMMAND = [sys.executable, "-c", "from kpirules.cli import main; main()", "run"]


def start(place: Path, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*COMMAND, str(place), "--period", "2026-01", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "LANG": "C.UTF-8"},
    )


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_disk_that_is_full_at_any_size(january: Content, february: Content, tmp_path: Path) -> None:
    """A file may not grow beyond so many bytes: each file of the run in turn is the one that does not fit."""
    archived(tmp_path, february)
    before = contents(tmp_path / "2026-02")
    sizes = sorted({len(data) for data in before.values()})
    for size in sizes:

        def work(most: int = size - 1) -> int:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))
            try:
                archived(tmp_path, january)
            except OSError as refused:
                return refused.errno or 1
            return 0

        status = os.waitstatus_to_exitcode(forked(work))
        assert status in (0, errno.EFBIG)
        assert wrong(tmp_path) == [] and contents(tmp_path / "2026-02") == before
        assert len(finals(tmp_path)) == (2 if status == 0 else 1)
        assert not list(tmp_path.glob(".writing*"))
    assert archived(tmp_path, january).run.standing == "final" and len(finals(tmp_path)) == 2


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own, of 200 kB, where this user may mount one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = shutil.which("mount")
    options = ["-t", "tmpfs", "-o", "size=200k", "tmpfs", str(disk)]
    if os.geteuid() != 0 or mount is None or subprocess.run([mount, *options], check=False).returncode:
        pytest.skip("only root may mount a small disk")
    try:
        yield disk
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_a_full_disk_is_said_and_leaves_the_archive_as_it_was(tmp_path: Path, small_disk: Path) -> None:
    place = office(tmp_path / "office")
    root = small_disk / "archive"
    ballast = small_disk / "ballast"
    ballast.write_bytes(
        b"\0" * (shutil.disk_usage(small_disk).free - 16_384)
    )  # not enough for all of the files
    run = start(place, "--archive", str(root))
    out, said = run.communicate()
    assert (run.returncode, out) == (2, "")
    assert f"cannot write to the archive {root}: No space left on device" in said, said
    assert not root.is_dir() or (runs(root) == () and not list(root.glob(".writing*")))
    ballast.unlink()
    assert start(place, "--archive", str(root)).wait() == 0
    assert len(finals(root)) == 1 and wrong(root) == []


@pytest.fixture
def open_place() -> Iterator[Path]:
    """A folder that everybody may enter; the folders of tests are their user's own."""
    with tempfile.TemporaryDirectory() as place:
        os.chmod(place, 0o777)
        yield Path(place)


@pytest.mark.skipif(
    os.geteuid() != 0, reason="another user's rights are needed: only root can take them away"
)
@pytest.mark.parametrize("lost", [".", "2026-01"])
def test_a_lost_right_is_said(january: Content, february: Content, open_place: Path, lost: str) -> None:
    """The job runs as nobody, who may read the archive and write in none of it, or not in the period's folder."""
    root = open_place / "archive"
    archived(root, february)
    (root / "2026-01").mkdir()
    for one in (root, root / LOCK):
        one.chmod(0o777)
    (root / lost).chmod(0o555)
    before = contents(root)

    def work() -> int:
        os.setgid(65534)
        os.setuid(65534)
        try:
            archived(root, january)
        except OSError as refused:
            return refused.errno or 1
        return 0

    assert os.waitstatus_to_exitcode(forked(work)) == errno.EACCES
    assert contents(root) == before and not list(root.glob(".writing*"))
    for one in (root, root / "2026-01"):
        one.chmod(0o777)
    assert os.waitstatus_to_exitcode(forked(work)) == 0
    assert len(finals(root)) == 2 and wrong(root) == []


def test_an_archive_that_is_a_file_or_lies_nowhere(tmp_path: Path) -> None:
    place = office(tmp_path / "office")
    (tmp_path / "file").touch()
    run = start(place, "--archive", str(tmp_path / "file" / "archive"))
    _, said = run.communicate()
    assert run.returncode == 2 and "cannot write to the archive" in said and "Traceback" not in said


# Two jobs


def test_one_of_two_jobs_wins_and_the_other_says_why(tmp_path: Path) -> None:
    """Real processes, started together: the archive ends up with one run, and whoever lost has a status of its own."""
    place = office(tmp_path / "office")
    both = [start(place), start(place)]
    told = [one.communicate() for one in both]
    statuses = sorted(one.returncode for one in both)
    assert statuses in ([0, 4], [0, 0]), told  # one may have ended before the other began
    if statuses == [0, 4]:
        said = next(err for one, (_, err) in zip(both, told, strict=True) if one.returncode == 4)
        winner = next(one for one in both if one.returncode == 0)
        assert "K840" in said and f"process {winner.pid}, period 2026-01" in said
    assert len(finals(place / "archive")) == 1 and wrong(place / "archive") == []


def test_a_job_waits_if_it_is_told_to(tmp_path: Path) -> None:
    place = office(tmp_path / "office")
    with hold(place / "archive", "period 2026-05"):
        refused = start(place, "--lang", "zh")
        _, said = refused.communicate()
        assert refused.returncode == 4 and "period 2026-05" in said and "另一个作业" in said
        assert runs(place / "archive") == ()
        waiting = start(place, "--wait", "60")
        time.sleep(1)
        assert waiting.poll() is None
    assert waiting.wait() == 0 and len(finals(place / "archive")) == 1


def test_the_lock_goes_with_its_holder(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from kpirules.records.lock import hold\n"
        "with hold(Path(sys.argv[1]), 'period 2026-01'):\n    print('held', flush=True); time.sleep(600)"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None and holder.stdout.readline() == b"held\n"
        with pytest.raises(Problems) as refused, hold(tmp_path, "period 2026-02"):
            pass
        assert f"process {holder.pid}" in refused.value.diagnostics[0].message()
        holder.kill()
    with hold(tmp_path, "period 2026-02"):
        assert (tmp_path / LOCK).read_text().startswith(f"{os.getpid()} period 2026-02")
    assert (tmp_path / LOCK).read_bytes() == b""
