"""A plugin that misbehaves in every way it can: runs end with a message, and its secret is nowhere to be found."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SECRET = "s3cret/Pa+ss&wörd"

PLUGIN = """
import base64, os, sys, threading
import pyarrow as pa
from pydantic import BaseModel, SecretStr
from kpirules.diagnostics import Cell, Words
from kpirules.plugin import Chunk, Description, Source, hookimpl
from kpirules.plugin.problems import READ_FAILED

KPIRULES_API = 2
print("hello from the plugin")

class Options(BaseModel):
    token: SecretStr
    way: str = "fine"

class Fault(BaseException):
    pass

class Gossip:
    name = "gossip"
    description = Words("gossip", "闲话")
    endings = ()
    Options = Options
    capabilities = frozenset()

    def describe(self, location, options):
        raise Fault(options.token.get_secret_value())

    def health(self):
        raise SystemExit(self)

    def read(self, request):
        token = request.options.token.get_secret_value()
        header = base64.b64encode(f"me:{token}".encode()).decode()
        match request.options.way:
            case "raise":
                raise ValueError(f"login with {token} refused ({header})")
            case "base":
                raise Fault(f"Authorization: Basic {header}")
            case "exit":
                sys.exit(f"bye {token}")
            case "none":
                return None
            case "recursion":
                return self.read(request)
            case "unsayable":
                return Source.refused("x", READ_FAILED.at(None))
            case "finding":
                place = Cell(f"x?{token}", 3, token, token, token)
                return Source.refused("x", READ_FAILED.at(place, path=token, reason=Words(header, token)))
            case "chain":
                try:
                    raise OSError(token)
                except OSError as cause:
                    raise RuntimeError("see above") from cause
        names = ["staff", "opened", "first_reply", "survey"]
        schema = pa.schema([(name, pa.string()) for name in names if request.wants(name)])
        row = dict(zip(names, ["Ann", "2026-01-05 09:00", "2026-01-05 09:10", "5"]))
        batch = pa.RecordBatch.from_pylist([{name: row[name] for name in schema.names}], schema=schema)
        query = f"GET /tickets?token={token}"
        return Source(request.location, None, tuple(names), schema, (Chunk(batch, 1),), (), query)

@hookimpl
def kpirules_adapters():
    return [Gossip()]
"""
POLICY = """ruleset desk "Service desk"
  period month
  missing redistribute

data tickets "Tickets"
  staff       : staff
  opened      : datetime
  first_reply : datetime optional
  placed by opened

measure quick = share of tickets where first_reply - opened <= 30 min among first_reply is present

indicator response "Response" weight 100
  measure quick
  target >= 100%
  pro rata to target
"""
PROJECT = """[data.tickets]
path = "tickets"
adapter = "gossip"
token = { env = "KPI_TEST_TOKEN" }
way = "WAY"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    site = tmp_path / "site"
    info = site / "kpirules_gossip-1.0.dist-info"
    info.mkdir(parents=True)
    (site / "kpirules_gossip.py").write_text(PLUGIN, "utf-8")
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: kpirules-gossip\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[kpirules]\ngossip = kpirules_gossip\n")
    (tmp_path / "desk.kpi").write_text(POLICY, "utf-8")
    return tmp_path


def run(folder: Path, way: str, *words: str) -> tuple[int, str]:
    """A run of its own; its status, and all that it says and leaves behind."""
    (folder / "kpirules.toml").write_text(PROJECT.replace("WAY", way), "utf-8")
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join([str(folder / "site"), str(ROOT / "src")]),
        "KPI_TEST_TOKEN": SECRET,
        "KPIRULES_DEBUG": "1",
        "LC_ALL": "C.UTF-8",
    }
    ran = subprocess.run(
        [sys.executable, "-c", "from kpirules.cli import main; main()", *words],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=200,
    )
    return ran.returncode, ran.stdout + ran.stderr


def left(folder: Path) -> bytes:
    """All that is in the folder besides what the test has put there, workbooks unpacked."""
    found = b""
    for path in folder.rglob("*"):
        if path.is_file() and "site" not in path.parts and path.suffix not in (".kpi", ".toml"):
            found += path.read_bytes()
            if zipfile.is_zipfile(path):
                with zipfile.ZipFile(path) as packed:
                    found += b"".join(packed.read(name) for name in packed.namelist())
    return found


def assert_silent(said: str | bytes) -> None:
    text = said if isinstance(said, str) else said.decode("utf-8", "replace")
    for form in (SECRET, "s3cret", "Pa+ss", "Pa%2Bss", base64.b64encode(SECRET.encode()).decode()[:12]):
        assert form not in text
    assert base64.b64encode(f"me:{SECRET}".encode()).decode()[6:18] not in text


@pytest.mark.parametrize(
    ("way", "code"),
    [
        ("raise", "K523"),
        ("base", "K523"),
        ("exit", "K523"),
        ("none", "K523"),
        ("recursion", "K523"),
        ("unsayable", "K523"),
        ("finding", "K534"),
        ("chain", "K523"),
    ],
)
def test_a_run_ends_with_a_message(folder: Path, way: str, code: str) -> None:
    status, said = run(folder, way, "score", "desk.kpi", "-o", "out.csv")
    assert status in (1, 2)
    assert f"error[{code}]" in said
    assert "Traceback" not in said and "hello" not in said
    assert_silent(said)
    assert not (folder / "out.csv").exists()
    assert_silent(left(folder))


def test_results_hold_no_secret(folder: Path) -> None:
    for words in (
        ("report", "desk.kpi", "-o", "report.xlsx", "-o", "scores.json"),
        ("why", "desk.kpi", "--staff", "Ann", "--period", "2026-01"),
    ):
        status, said = run(folder, "fine", *words)
        assert status == 0, said
        assert_silent(said)
    held = left(folder)
    assert b"token=***" in held
    assert_silent(held)


def test_looking_at_it_and_listing_it(folder: Path) -> None:
    status, said = run(
        folder, "fine", "look", "x", "--adapter", "gossip", "--option", "token=env:KPI_TEST_TOKEN"
    )
    assert status in (0, 1, 2)
    assert_silent(said)
    status, said = run(folder, "fine", "plugins", "gossip")
    assert status == 1
    assert "K523" in said and "hello from the plugin" in said and "Traceback" not in said
    status, said = run(folder, "fine", "plugins", "csv")
    assert status == 0
