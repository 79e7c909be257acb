"""`run`, `runs` and `verify`: official runs as people and schedulers make them, right and wrong, in both languages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from tests.cli.desk import Desk
from tests.records.office import contents, office


@pytest.fixture
def place(desk: Desk) -> Path:
    return office(desk.folder / "office")


def test_from_a_run_to_its_verification(desk: Desk, place: Path) -> None:
    made = desk.run("run", "office", "--period", "2026-01")
    assert made.exit_code == 0 and made.stdout.startswith(f"archived: {place / 'archive' / '2026-01'}/")
    assert "3 rows scored: good 2, poor 1" in made.stderr
    before = contents(place)
    again = desk.run("run", str(place / "kpirules.toml"), "--period", "2026-01", "--lang", "zh")
    assert again.exit_code == 0 and again.stdout.startswith("已归档，内容相同：")
    assert contents(place) == before
    listed = desk.run("runs", "office")
    title, line = listed.stdout.splitlines()
    assert title.split()[:4] == ["period", "run", "state", "ruleset"]
    assert line.split()[0] == "2026-01" and line.split()[2:5] == ["final", "desk", "2026.1"]
    checked = desk.run("verify", "--archive", "office")
    assert checked.exit_code == 0
    assert checked.stdout.endswith("13 files as archived, not signed, scored again, the same\n")
    assert (
        "重新计分，结果相同"
        in desk.run("verify", line.split()[1][:8], "--archive", "office", "--lang", "zh").stdout
    )
    (record,) = json.loads(desk.run("runs", "office", "--format", "json").stdout)
    assert (record["state"], record["ruleset"], record["signed"]) == ("final", "desk", False)
    assert record["archived"].startswith("20") and record["run"] == line.split()[1]


def test_other_data_are_another_run(desk: Desk, place: Path) -> None:
    desk.run("run", "office", "--period", "2026-01")
    text = (place / "inputs.csv").read_text()
    (place / "inputs.csv").write_text(text.replace("north,2", "north,3"))
    refused = desk.run("run", "office", "--period", "2026-01")
    assert refused.exit_code == 1 and "error[K841]" in refused.stderr
    assert "scores.parquet (other)" in refused.stderr and "--supersede" in refused.stderr
    made = desk.run("run", "office", "--period", "2026-01", "--supersede", "a course came late")
    assert made.exit_code == 0
    listed = desk.run("runs", "office", "--lang", "zh").stdout.splitlines()
    assert "已被取代" in listed[1] and "最终" in listed[2] and "a course came late" in listed[2]
    assert desk.run("verify", "--archive", "office").exit_code == 0


def test_a_dry_run_and_a_draft(desk: Desk, place: Path) -> None:
    dry = desk.run("run", "office", "--period", "2026-01", "--dry-run")
    assert dry.exit_code == 0 and "would be archived" in dry.stdout and not (place / "archive").exists()
    draft = desk.run("run", "office", "--period", "2026-01", "--draft", "--archive", "drafts")
    assert draft.exit_code == 0 and " a draft " in desk.run("runs", "drafts").stdout
    final = desk.run("run", "office", "--period", "2026-01")
    assert final.stdout.split()[-1] == dry.stdout.split()[-1] != draft.stdout.split()[-1]


def test_a_changed_archive_is_told(desk: Desk, place: Path) -> None:
    desk.run("run", "office", "--period", "2026-01")
    (scores,) = place.glob("archive/2026-01/*/scores.parquet")
    data = bytearray(scores.read_bytes())
    data[100] ^= 1
    scores.chmod(0o644)
    scores.write_bytes(data)
    found = desk.run("verify", "--archive", "office")
    assert found.exit_code == 1 and "error[K847]: scores.parquet of the run" in found.stdout
    assert "NOT as archived" in found.stdout
    said = json.loads(desk.run("verify", "--archive", "office", "--format", "json").stdout)
    assert not said["holds"] and said["runs"][0]["findings"][0]["code"] == "K847"
    assert not said["runs"][0]["scored_again"]
    (scores.parent / "manifest.json").chmod(0o644)
    (scores.parent / "manifest.json").write_text("{}")
    broken = desk.run("verify", "--archive", "office", "--lang", "zh")
    assert broken.exit_code == 1 and "不是运行的清单" in broken.stdout
    assert "已损坏" in desk.run("runs", "office", "--lang", "zh").stdout


def test_a_run_that_was_taken_out_of_its_archive(desk: Desk, place: Path) -> None:
    desk.run("run", "office", "--period", "2026-01")
    (run,) = place.glob("archive/2026-01/*")
    away = desk.folder / "sent"
    run.rename(away)
    assert "K848" in desk.run("verify", "sent").stdout
    assert desk.run("verify", "sent", "--alone").exit_code == 0


def test_signed_and_checked(desk: Desk, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = Ed25519PrivateKey.generate()
    private = desk.folder / "official.pem"
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    public = desk.folder / "official.pub.pem"
    public.write_bytes(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    made = desk.run("run", "office", "--period", "2026-01", "--sign", "official.pem")
    assert made.exit_code == 0 and " yes" in desk.run("runs", "office").stdout
    assert "signature not checked" in desk.run("verify", "--archive", "office").stdout
    held = desk.run("verify", "2026-01", "--archive", "office", "--key", "official.pub.pem")
    assert held.exit_code == 0 and "signature holds" in held.stdout
    for words in (["run", "office", "--period", "2026-02", "--sign", "official.pub.pem"],
                  ["verify", "--archive", "office", "--key", "official.pem"]):  # fmt: skip
        refused = desk.run(*words)
        assert refused.exit_code == 2 and "K861" in refused.stderr
    monkeypatch.setenv("KPIRULES_SIGN_PASSPHRASE", "x")
    refused = desk.run("run", "office", "--period", "2026-02", "--sign", "official.pem", "--lang", "zh")
    assert refused.exit_code == 2 and "密钥没有口令" in refused.stderr
    (place / "archive" / "k.pem").write_bytes(private.read_bytes())
    inside = desk.run("run", "office", "--period", "2026-02", "--sign", "office/archive/k.pem")
    assert inside.exit_code == 2 and "the key lies in the archive" in inside.stderr
    gone = desk.run("run", "office", "--period", "2026-02", "--sign", "nowhere.pem")
    assert gone.exit_code == 2 and f"cannot read {desk.folder / 'nowhere.pem'}" in gone.stderr


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["run", "office", "--period", "2026-13"], 2, '"2026-13" is no period'),
        (["run", "office", "--period", "2026-W31"], 2, "holds no whole month"),
        (["run", "office", "--period", "2027-01"], 1, "the data has no row in 2027-01"),
        (["run", "nowhere", "--period", "2026-01"], 2, "cannot read"),
        (["run", "office/inputs.csv", "--period", "2026-01"], 1, "K501"),
        (["run", "office", "--period", "2026-01", "--supersede", " "], 2, "give a reason"),
        (["run", "office", "--period", "2026-01", "--supersede", "x", "--draft"], 2, "a draft takes"),
        (["run", "office", "--period", "2026-01", "--wait", "-1"], 2, "not in the range"),
        (["runs", "nowhere"], 2, "cannot read nowhere"),
        (["verify", "--archive", "nowhere"], 2, "cannot read nowhere"),
        (["verify", "2026-01", "--archive", "empty"], 2, "K842"),
        (["verify", "beef", "--archive", "empty", "--key", "nowhere.pem"], 2, "cannot read nowhere.pem"),
        (["verify", "--archive", "empty"], 0, "there is no run to verify"),
        (["runs", "empty"], 0, "there is no run in empty"),
    ],
)
def test_wrong_and_empty(desk: Desk, place: Path, words: list[str], status: int, said: str) -> None:
    (desk.folder / "empty").mkdir()
    result = desk.run(*words)
    assert (result.exit_code, said in result.stderr) == (status, True), result.stderr
    assert result.stdout == "" and not list(place.glob("archive/2*"))


def test_errors_in_the_project_end_the_run(desk: Desk, place: Path) -> None:
    for name, old, new, said in (
        ("kpirules.toml", "25 yuan", "25 min", "25 min"),
        ("kpirules.toml", 'ruleset = "desk.kpi"', "", "names no policy"),
        ("inputs.csv", "north,2,", "north,many,", "many"),
        ("desk.kpi", "extends base", "extends basement", "basement"),
        ("days.csv", "work", "sleep", "sleep"),
    ):
        whole = (place / name).read_text(encoding="utf-8")
        (place / name).write_text(whole.replace(old, new), encoding="utf-8")
        refused = desk.run("run", "office", "--period", "2026-01")
        assert refused.exit_code in (1, 2) and said in refused.stderr, (name, refused.stderr)
        assert not list(place.glob("archive/2*")), name
        (place / name).write_text(whole, encoding="utf-8")
    (place / "tickets.csv").unlink()
    assert desk.run("run", "office", "--period", "2026-01").exit_code == 2
