"""Figures that the rules do not give are found, with file, row and rule, even where every hash was made to fit."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kpirules.diagnostics import Diagnostic, Problems
from kpirules.official import verified
from kpirules.records.archive import open_run
from kpirules.records.folder import filed
from kpirules.records.manifest import Manifest, canonical, read_manifest
from kpirules.records.parquet import Unfit, read_table, write_table
from kpirules.records.shelf import runs
from kpirules.records.verify import made_elsewhere
from tests.records.office import codes, copy, finals, forge, wrong


@pytest.fixture
def run(kept: Path, tmp_path: Path) -> Path:
    """A copy of the first run, alone in an archive, that may be changed."""
    first = finals(kept)[0].path
    return copy(first, tmp_path / first.parent.name / first.name)


def changed(run: Path, name: str, data: bytes) -> Path:
    """The run with another file of that name, and a manifest and a folder that fit it."""
    (run / name).write_bytes(data)
    manifest = open_run(run).manifest
    entry = filed(run / name, len(data))
    assert entry is not None
    return forge(run, manifest.model_copy(update={"files": {**manifest.files, name: entry}}))


def edited(run: Path, name: str, edit: Callable[[list[dict[str, Any]]], object]) -> Path:
    """The run with a table in which some rows are others, written as the archive writes it."""
    table = read_table(run / name)
    rows = table.to_pylist()
    edit(rows)
    path = run.parent.parent / "edited"
    with open(path, "wb") as stream:
        write_table(stream, pa.Table.from_pylist(rows, schema=table.schema))
    return changed(run, name, path.read_bytes())


def again(run: Path) -> list[Diagnostic]:
    """What is found of a run whose hashes all fit."""
    assert wrong(run.parent.parent) == []
    return list(verified(open_run(run)))


def test_a_run_comes_out_again(kept: Path) -> None:
    for one in runs(kept):
        assert list(verified(open_run(one.path))) == []


def test_a_forged_score(run: Path) -> None:
    def better(rows: list[dict[str, Any]]) -> None:
        rows[0]["response"] += 20

    (found,) = again(edited(run, "scores.parquet", better))
    assert found.code == "K856"
    assert found.message() == (
        'scores.parquet, row 1 (Ann, 2026-01), response: "53.33" is archived, and "33.33" comes out'
    )
    assert "indicator response, base.kpi:" in found.help()
    assert "归档中为“53.33”，重新计算得“33.33”" in found.message("zh")


def test_a_forged_source_makes_other_figures(run: Path) -> None:
    """A cell of the snapshot is another: everything that follows from it is told."""

    def more(rows: list[dict[str, Any]]) -> None:
        rows[0]["courses"] = "3"

    found = again(edited(run, "tables/1-inputs.parquet", more))
    told = {(one.args["file"], one.args["who"], one.args["column"]) for one in found}
    assert ("measures.parquet", "Ann, 2026-01", "courses") in told
    assert ("scores.parquet", "Ann, 2026-01", "learning") in told
    assert ("scores.parquet", "Ann, 2026-01", "total") in told
    assert ("derivations.parquet", "Ann, 2026-01, indicator, learning", "points") in told
    assert not any(str(who).startswith(("Bob", "Cem")) for _, who, _ in told)


def test_a_forged_derivation(run: Path) -> None:
    def other(rows: list[dict[str, Any]]) -> None:
        rows[1]["lost"] = "0"

    (found,) = again(edited(run, "derivations.parquet", other))
    assert "derivations.parquet, row 2 (Ann, 2026-01, indicator, learning), lost" in found.message()
    assert "indicator learning" in found.help()


def test_a_forged_policy_and_forged_parameters(run: Path) -> None:
    text = (run / "policy/2-base.kpi").read_text(encoding="utf-8")
    found = again(
        changed(
            run, "policy/2-base.kpi", text.replace("at 80", "at 60").replace("from 80", "from 60").encode()
        )
    )
    assert [one.args["column"] for one in found if one.args["file"] == "scores.parquet"] == ["grade"]


def test_parameters_that_are_not_those_of_the_policy(run: Path) -> None:
    data = json.loads((run / "parameters.json").read_bytes())
    data["price"]["value"] = "26"
    assert codes(again(changed(run, "parameters.json", canonical(data)))) == ["K847"]


def test_rows_that_are_gone_or_too_many(run: Path) -> None:
    first = edited(run, "scores.parquet", lambda rows: rows.pop())
    assert codes(again(first)) == ["K858"]
    found = again(edited(first, "scores.parquet", lambda rows: rows.extend(rows[:2])))
    assert codes(found)[-1] == "K858" and set(codes(found[:-1])) == {"K856"}


def test_many_differences_are_counted(run: Path) -> None:
    def all_other(rows: list[dict[str, Any]]) -> None:
        for row in rows:
            row["weight"] = "1"

    found = again(edited(run, "derivations.parquet", all_other))
    assert codes(found) == ["K856"] * 20 + ["K857"] and found[-1].args["count"] == 42


def test_an_archive_that_does_not_go_together(run: Path) -> None:
    text = (run / "policy/1-desk.kpi").read_text(encoding="utf-8")
    broken = changed(run, "policy/1-desk.kpi", text.replace("extends base", "extends bse").encode())
    assert codes(again(broken))[-1] == "K859"
    other = changed(broken, "policy/1-desk.kpi", b"\xff\xfe")
    assert codes(again(other)) == ["K844", "K859"]


def test_a_table_of_measures_that_no_run_has(run: Path) -> None:
    stray = changed(run, "measures-week.parquet", (run / "measures.parquet").read_bytes())
    assert codes(again(stray)) == ["K846"]


def test_other_versions_are_told(run: Path) -> None:
    manifest = open_run(run).manifest
    assert list(made_elsewhere(open_run(run))) == []
    older = forge(run, manifest.model_copy(update={"versions": {**manifest.versions, "pyarrow": "1.0"}}))
    (found,) = made_elsewhere(open_run(older))
    assert found.code == "K860" and "pyarrow 1.0" in found.message()


# Anything at all in the place of a file


def mutants(data: bytes, count: int, seed: str) -> Iterator[bytes]:
    """Files that are nearly this one."""
    chance = random.Random(seed)
    for _ in range(count):
        new = bytearray(data)
        for _ in range(chance.choice([1, 1, 2, 8])):
            place = chance.randrange(len(new) + 1)
            match chance.randrange(5):
                case 0:
                    new[place : place + 1] = bytes([chance.randrange(256)])
                case 1:
                    del new[place : place + chance.randrange(1, 40)]
                case 2:
                    new[place:place] = bytes(chance.randrange(256) for _ in range(chance.randrange(1, 9)))
                case 3:
                    other = chance.randrange(len(new) + 1)
                    new[place : place + 16] = new[other : other + 16]
                case 4:
                    new[place : place + 1] = chance.choice(
                        [b"0", b"9" * 30, b"null", b"{", b'"', b"\xff", b"-1"]
                    )
        yield bytes(new)


@pytest.mark.parametrize("name", ["scores.parquet", "derivations.parquet", "tables/2-tickets.parquet"])
def test_any_bytes_in_the_place_of_a_table(kept: Path, tmp_path: Path, name: str) -> None:
    """They are read or refused, and what is read takes no more memory than was allowed."""
    whole = (finals(kept)[0].path / name).read_bytes()
    path = tmp_path / "mutant"
    refused = 0
    for data in mutants(whole, 1000, name):
        path.write_bytes(data)
        try:
            assert read_table(path, 1 << 20).nbytes <= 1 << 20
        except Unfit:
            refused += 1
    assert refused > 100


def test_any_bytes_in_the_place_of_texts(run: Path) -> None:
    """With hashes that fit, so that they are used: each run is as archived, or something is said of it."""
    manifest = open_run(run).manifest
    for name in ("given.json", "kpirules.toml", "policy/1-desk.kpi", "calendar.csv", "parameters.json"):
        whole = (run / name).read_bytes()
        for data in mutants(whole, 12 if name != "given.json" else 40, name):
            (run / name).write_bytes(data)
            entry = filed(run / name, len(data))
            assert entry is not None
            files = {**manifest.files, name: entry}
            (run / "manifest.json").write_bytes(manifest.model_copy(update={"files": files}).written())
            list(verified(open_run(run)))
        (run / name).write_bytes(whole)


def test_any_bytes_in_the_place_of_a_manifest(run: Path) -> None:
    whole = (run / "manifest.json").read_bytes()
    for data in mutants(whole, 3000, "manifest"):
        found = read_manifest(data)
        assert found is None or hashlib.sha256(data).hexdigest() == found.digest
    for data in (b"", b"{}", b"[" * 100_000, b'{"form": 1}', b"\xff", b"null"):
        (run / "manifest.json").write_bytes(data)
        with pytest.raises(Problems):
            open_run(run)
        assert [one.standing for one in runs(run.parent.parent)] == ["broken"]


def test_a_manifest_is_written_one_way() -> None:
    fields: dict[str, Any] = {"ruleset": "制度", "version": None, "period": "2026-Q3", "state": "final"}
    fields |= {
        "previous": None,
        "supersedes": None,
        "reason": "迟交",
        "files": {},
        "versions": {"b": "1", "a": "2"},
    }
    manifest = Manifest(**fields)
    data = manifest.written()
    assert read_manifest(data) == manifest and data.endswith(b"\n}\n") and "制度".encode() in data
    for other in (data[:-1], data + b"\n", data.replace(b": ", b":"), json.dumps(fields).encode()):
        assert read_manifest(other) is None
    for path in ("../x", "/x", "a/../b", "a/b/c", ".x", "", "a\\b", "A/b"):
        with pytest.raises(ValueError):
            Manifest(**{**fields, "files": {path: {"sha256": "0" * 64, "size": 0}}})


def test_a_table_that_would_unfold_is_refused_before_it_does(tmp_path: Path) -> None:
    """A hundred million equal texts are a file of a few kilobytes."""
    small = tmp_path / "small.parquet"
    text = pa.array(["x" * 1000]).dictionary_encode()
    part = pa.DictionaryArray.from_arrays(pa.array([0] * 1_000_000, pa.int32()), text.dictionary)
    with pq.ParquetWriter(small, pa.schema([("a", part.type)])) as writer:
        for _ in range(10):
            writer.write_table(pa.table({"a": part}))
    assert small.stat().st_size < 1 << 20
    with pytest.raises(Unfit, match="not written as an archive"):
        read_table(small)
    nulls = tmp_path / "nulls.parquet"
    with open(nulls, "wb") as stream:
        write_table(stream, pa.table({"a": pa.nulls(3_000_000, pa.string())}))
    assert nulls.stat().st_size < 1 << 16
    with pytest.raises(Unfit, match="more than may be read"):
        read_table(nulls, 1 << 20)
