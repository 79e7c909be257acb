"""A job that is killed leaves the run complete or absent, and the next job makes the same bytes.

The job is forked from this process, so that two hundred of them need not start anew; it dies by SIGKILL at its n-th
moment: before a file operation, in the middle of a write (half of it on the disk) or behind it, or before a sync. Whole processes
are killed after times as well.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kpirules.records import folder
from kpirules.records.content import Content
from kpirules.records.shelf import runs
from tests.records.office import archived, contents, finals, office, wrong

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")

LEAST = 200
#: With the nightly profile at every moment, else at enough of them, evenly.
WHOLE = os.environ.get("HYPOTHESIS_PROFILE") == "nightly"


class Moments:
    """Counts what a job does with files below a folder, and ends the process at one of them."""

    def __init__(self, root: Path, last: int | None) -> None:
        self.root = str(root)
        self.last = last
        self.count = 0

    def pass_(self) -> None:
        self.count += 1
        if self.count == self.last:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(self) -> None:
        """From here on every moment counts. There is no way back: for a process that ends soon."""
        sys.addaudithook(self.audit)
        write = folder._Hashed.write

        def synced(fd: Any) -> None:
            self.pass_()

        def written(file: folder._Hashed, data: bytes) -> int:
            whole = memoryview(data).tobytes()
            if self.count + 1 == self.last:
                file._stream.write(whole[: len(whole) // 2])
                file._stream.flush()
            self.pass_()
            size = write(file, data)
            self.pass_()
            return size

        os.fsync = synced
        folder._Hashed.write = written  # type: ignore[method-assign,assignment]

    def audit(self, event: str, args: tuple[Any, ...]) -> None:
        if event.partition(".")[0] in ("open", "os", "shutil", "fcntl") and any(
            self.root in str(one) for one in args
        ):
            self.pass_()


def forked(work: Callable[[], int]) -> int:
    """The status of a process that does the work and ends with what it gives (at most 255)."""
    child = os.fork()
    if child == 0:
        status = 255
        try:
            status = work()
        finally:
            os._exit(status)
    return os.waitpid(child, 0)[1]


def job(root: Path, content: Content, last: int | None) -> int:
    """One job, killed at a moment; it tells how many moments it has had, in a file beside the archive."""

    def work() -> int:
        moments = Moments(root, last)
        moments.watch()
        archived(root, content)
        root.with_name("moments").write_text(str(moments.count))
        return 0

    return forked(work)


@pytest.mark.timeout(1200)  # two hundred processes, on a machine that may be shared
def test_killed_at_every_moment(
    january: Content, february: Content, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a job that adds to an archive.

    A killed process loses nothing that the system has taken over, synced or not; so nothing is synced here.
    """
    monkeypatch.setattr(os, "fsync", lambda handle: None)
    base, whole, root = (tmp_path / name for name in ("base", "whole", "archive"))
    archived(base, february)
    old = {one.id: contents(one.path) for one in finals(base)}
    shutil.copytree(base, whole)
    assert job(whole, january, None) == 0
    expected = contents(finals(whole)[1].path)
    moments = range(1, int((tmp_path / "moments").read_text()) + 1)
    assert len(moments) >= LEAST
    for last in moments if WHOLE else spread(moments, LEAST):
        shutil.copytree(base, root)
        status = job(root, january, last)
        assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        assert wrong(root) == [], last
        left = {one.id: contents(one.path) for one in finals(root)}
        assert {name: left[name] for name in old} == old
        new = [files for name, files in left.items() if name not in old]
        assert new in ([], [expected]), last
        again = archived(root, january)
        assert again.new == (not new) and contents(again.run.path) == expected
        assert not list(root.glob(f"{folder.WRITING}*")) and len(runs(root)) == 2
        shutil.rmtree(root)


def spread(moments: range, count: int) -> list[int]:
    """So many of them, evenly, the first and the last among them."""
    return sorted({moments[place * (len(moments) - 1) // (count - 1)] for place in range(count)})


@pytest.mark.timeout(1200)
def test_whole_processes_killed_after_a_time(tmp_path: Path) -> None:
    """As a scheduler's host would lose them, at whatever they are; the last one is let live."""
    place = office(tmp_path / "office")
    root = place / "archive"
    command = [
        sys.executable, "-c", "from kpirules.cli import main; main()", "run", str(place), "--period", "2026-01"
    ]  # fmt: skip
    begun = time.monotonic()
    subprocess.run([*command, "--archive", str(tmp_path / "whole")], check=True, capture_output=True)
    took = time.monotonic() - begun
    (expected,) = (contents(one.path) for one in finals(tmp_path / "whole"))
    for share in (0.8, 0.95):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            process.wait(took * share)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if root.is_dir():
            assert wrong(root) == [] and [contents(one.path) for one in finals(root)] in ([], [expected])
    subprocess.run(command, check=True, capture_output=True)
    assert [contents(one.path) for one in finals(root)] == [expected]
    assert not list(root.glob(f"{folder.WRITING}*"))
