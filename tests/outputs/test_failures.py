"""An output writes all or nothing: after a failure the old file is whole, nothing is left beside it, and it is said why."""

from __future__ import annotations

import io
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from kpirules.outputs.hooks import kpirules_outputs
from kpirules.plugin import Plugins, write_table, write_text

OUTPUTS = Plugins((), tuple(kpirules_outputs()))
ENDINGS = ["csv", "json", "jsonl", "parquet", "xlsx"]
TABLE = pa.table({"staff": ["Li", "Han"], "total": [1.5, 2.5]})


def codes(rows: pa.Table | pa.RecordBatchReader, path: Path | str, output: str | None = None) -> list[str]:
    found = write_table(OUTPUTS, rows, str(path), output=output)
    assert all(one.is_error and one.message("zh") and one.message("en") for one in found)
    return [one.code for one in found]


@pytest.fixture(params=ENDINGS)
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    """A file that is there already, and must be there, whole and alone, in the end."""
    path = tmp_path / f"out.{request.param}"
    path.write_text("old")
    yield path
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == [path.name]


def test_a_failure_half_way(old: Path) -> None:
    def batches() -> Iterator[pa.RecordBatch]:
        yield from TABLE.to_batches()
        raise RuntimeError("lost")

    found = write_table(OUTPUTS, pa.RecordBatchReader.from_batches(TABLE.schema, batches()), str(old))
    assert [one.code for one in found] == ["K523"]
    assert "lost" in found[0].message()


@pytest.mark.parametrize(("number", "code"), [(28, "K582"), (122, "K582"), (5, "K583"), (30, "K581")])
def test_the_disk_fails_at_the_end(
    old: Path, monkeypatch: pytest.MonkeyPatch, number: int, code: str
) -> None:
    def fail(_: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("os.fsync", fail)
    assert codes(TABLE, old) == [code]


def test_the_disk_is_full_half_way(old: Path) -> None:
    """A limit on the size of files, in a process of its own, stands for a full disk."""
    script = """
import resource, sys, pyarrow as pa
from kpirules.plugin import installed, write_table
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
table = pa.table({"a": [f"{row * 7919 % 1_000_003}x{row * 104729 % 1_000_033}" for row in range(60_000)]})
print([one.code for one in write_table(installed(found=[]), table, sys.argv[1])])
"""
    done = subprocess.run(
        [sys.executable, "-c", script, str(old)], capture_output=True, text=True, check=True
    )
    assert done.stdout == "['K582']\n"
    assert done.stderr == ""


def test_the_file_may_not_be_written(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.access", lambda *_: False)
    assert codes(TABLE, old) == ["K581"]


def test_the_folder_may_not_be_written(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.mkstemp", refuse)
    assert codes(TABLE, old) == ["K581"]


@pytest.mark.parametrize("ending", ENDINGS)
def test_no_folder(tmp_path: Path, ending: str) -> None:
    found = write_table(OUTPUTS, TABLE, str(tmp_path / "no" / f"out.{ending}"))
    assert [one.code for one in found] == ["K580"]
    assert str(tmp_path / "no") in found[0].message()
    (tmp_path / "file").write_text("x")
    assert codes(TABLE, tmp_path / "file" / f"out.{ending}") == ["K580"]


@pytest.mark.parametrize("output", ENDINGS)
def test_a_folder_or_no_path_at_all(tmp_path: Path, output: str) -> None:
    assert codes(TABLE, tmp_path, output) == ["K583"]
    assert codes(TABLE, "a\0b", output) == ["K583"]
    assert os.listdir(tmp_path) == []


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no /dev/full")
@pytest.mark.parametrize("output", ENDINGS)
def test_a_device_that_is_full(output: str) -> None:
    assert codes(TABLE, "/dev/full", output) == ["K582"]


@pytest.mark.parametrize("output", ENDINGS)
def test_a_device_is_not_replaced(output: str) -> None:
    assert codes(TABLE, os.devnull, output) == []
    assert stat.S_ISCHR(os.stat(os.devnull).st_mode)


def test_a_link_is_followed_and_permissions_stay(tmp_path: Path) -> None:
    real, link = tmp_path / "real.csv", tmp_path / "link.csv"
    real.write_text("old")
    real.chmod(0o640)
    link.symlink_to(real)
    assert codes(TABLE, link) == []
    assert link.is_symlink()
    assert real.read_text() == "staff,total\nLi,1.5\nHan,2.5\n"
    assert stat.S_IMODE(real.stat().st_mode) == 0o640


def test_a_new_file_has_the_usual_permissions(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        assert codes(TABLE, tmp_path / "new.csv") == []
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "new.csv").stat().st_mode) == 0o640


def test_what_a_worksheet_cannot_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "out.xlsx"
    assert codes(pa.table({"a": ["x" * 32_768]}), path) == ["K584"]
    assert codes(pa.table({"x" * 40_000: [1]}), path) == ["K584"]
    assert codes(pa.table({f"c{column}": [1] for column in range(16_385)}), path) == ["K584"]
    monkeypatch.setattr("kpirules.outputs.xlsx_file.MOST_ROWS", 3)
    assert codes(TABLE, path) == []
    assert codes(pa.concat_tables([TABLE, TABLE]), path) == ["K584"]
    assert os.listdir(tmp_path) == ["out.xlsx"]


@pytest.mark.parametrize("ending", ["csv", "json", "xlsx"])
def test_columns_without_single_values(tmp_path: Path, ending: str) -> None:
    found = write_table(OUTPUTS, pa.table({"a": [1], "list": [[1]]}), str(tmp_path / f"o.{ending}"))
    assert [(one.code, one.args["column"]) for one in found] == [("K585", "list")]
    assert os.listdir(tmp_path) == []


def test_printing(tmp_path: Path) -> None:
    assert [one.code for one in write_text(OUTPUTS, TABLE, io.StringIO(), output="xlsx")] == ["K527"]
    assert [one.code for one in write_text(OUTPUTS, TABLE, io.StringIO(), output="cvs")] == ["K524"]
    assert [one.code for one in write_text(OUTPUTS, TABLE, io.StringIO(), settings={"x": 1})] == ["K526"]
    assert [one.code for one in write_text(OUTPUTS, pa.table({"l": [[1]]}), io.StringIO())] == ["K585"]

    class Closed(io.StringIO):
        def write(self, _: str) -> int:
            raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        write_text(OUTPUTS, TABLE, Closed())


def test_the_ending_picks_the_output(tmp_path: Path) -> None:
    assert codes(TABLE, tmp_path / "out.dat") == ["K525"]
    assert codes(TABLE, tmp_path / "out.dat", "csv") == []
    assert (tmp_path / "out.dat").read_text().startswith("staff,total\n")
