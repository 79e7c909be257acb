"""What the tests with real servers share: whether a program is here, a free port, a process that is surely ended."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

#: A process that does not end by itself within this many seconds after being asked to is killed.
_PATIENCE = 10.0


def missing(what: str) -> None:
    """Skips the test that needs what is not here; fails it where everything has to be here."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what}, and CI has to have it")
    pytest.skip(what)


def free_port() -> int:
    """A port of the loopback interface that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def as_user(account: str, folder: Path) -> list[str]:
    """What a command begins with that runs as another user, who then owns the folder: databases refuse to be root."""
    if os.getuid():
        return []
    shutil.chown(folder, account, account)
    return ["setpriv", "--reuid", account, "--regid", account, "--init-groups", "--pdeathsig", "TERM"]


@contextmanager
def running(
    command: Sequence[str], log: Path, ready: Callable[[], bool], env: Mapping[str, str], seconds: float = 60
) -> Iterator[subprocess.Popen[bytes]]:
    """The server while the block runs, once it is `ready`; it and its children are ended afterwards.

    It gets a process group of its own, and a signal from the system should the tests be killed.
    """
    bound = ["setpriv", "--pdeathsig", "TERM"] if shutil.which("setpriv") else []
    with log.open("wb") as out:
        process = subprocess.Popen(
            [*bound, *command],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            env={**os.environ, **env},
            start_new_session=True,
        )
    try:
        _wait(process, ready, log, seconds)
        yield process
    finally:
        _end(process)


def _wait(process: subprocess.Popen[bytes], ready: Callable[[], bool], log: Path, seconds: float) -> None:
    last = time.monotonic() + seconds
    while not ready():
        said = log.read_text(errors="replace")[-2000:]
        if process.poll() is not None:
            raise ServerFailed(f"the server ended with {process.returncode}: {said}")
        if time.monotonic() > last:
            raise ServerFailed(f"the server is not ready after {seconds} s: {said}")
        time.sleep(0.1)


def _end(process: subprocess.Popen[bytes]) -> None:
    for how in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, how)
        except ProcessLookupError:
            break
        try:
            process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            continue
        # Its children may outlive it by a moment, or be left behind: the kill that follows finds them.
    process.wait(_PATIENCE)


class ServerFailed(RuntimeError):
    """A server that does not come up."""
