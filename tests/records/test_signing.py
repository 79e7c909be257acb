"""Signatures of runs: made by the library, checked by it and by openssl, and broken by any change."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1
from cryptography.hazmat.primitives.asymmetric.ec import generate_private_key as another_kind
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from kpirules.records.archive import SIGNATURE, open_run
from kpirules.records.content import Content
from kpirules.records.shelf import deposit
from kpirules.records.signing import UnfitKey, checker, read_envelope, signer, statement
from kpirules.records.verify import files, signature
from tests.records.office import archived, codes, copy, finals

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PRIVATE = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
PUBLIC = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
OTHER = (
    Ed25519PrivateKey.generate().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
)


@pytest.fixture(scope="module")
def signed(january: Content, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("signed")
    return deposit(root, january, sign=signer(PRIVATE)).run.path


def told(run: Path, public: bytes | None = PUBLIC) -> list[str]:
    return codes(list(signature(open_run(run), None if public is None else checker(public).wrong)))


def test_a_signature_holds_for_its_key_alone(signed: Path, kept: Path) -> None:
    assert list(files(open_run(signed))) == []
    assert (told(signed), told(signed, None), told(signed, OTHER)) == ([], ["K854"], ["K853"])
    unsigned = finals(kept)[0].path
    assert (told(unsigned, None), told(unsigned)) == ([], ["K855"])


def test_the_same_run_has_the_same_signature(signed: Path, january: Content, tmp_path: Path) -> None:
    again = deposit(tmp_path, january, sign=signer(PRIVATE)).run.path
    assert (again / SIGNATURE).read_bytes() == (signed / SIGNATURE).read_bytes()
    assert not archived(tmp_path, january).new  # signed or not, it is the same run


def test_what_is_signed_is_an_in_toto_statement(signed: Path) -> None:
    """By the letter of DSSE and in-toto, read without the library."""
    envelope = json.loads((signed / SIGNATURE).read_bytes())
    assert envelope["payloadType"] == "application/vnd.in-toto+json"
    payload = base64.b64decode(envelope["payload"])
    said = json.loads(payload)
    assert said["_type"] == "https://in-toto.io/Statement/v1"
    digest = (signed / "MANIFEST.sha256").read_text().split()[0]
    assert said["subject"] == [{"name": "manifest.json", "digest": {"sha256": digest}}]
    kind = envelope["payloadType"].encode()
    encoded = b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)
    KEY.public_key().verify(base64.b64decode(envelope["signatures"][0]["sig"]), encoded)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_the_commands_of_the_manual(january: Content, tmp_path: Path) -> None:
    private, public = tmp_path / "official.pem", tmp_path / "official.pub.pem"
    subprocess.run(
        ["openssl", "genpkey", "-algorithm", "ed25519", "-aes256", "-pass", "pass:长口令", "-out", str(private)],
        check=True, capture_output=True,
    )  # fmt: skip
    subprocess.run(
        ["openssl", "pkey", "-in", str(private), "-passin", "pass:长口令", "-pubout", "-out", str(public)],
        check=True, capture_output=True,
    )  # fmt: skip
    sign = signer(private.read_bytes(), "长口令".encode())
    run = deposit(tmp_path, january, sign=sign).run.path
    assert told(run, public.read_bytes()) == []


def test_every_bit_of_a_signature_counts(signed: Path, tmp_path: Path) -> None:
    run = copy(signed, tmp_path / signed.parent.name / signed.name)
    whole = (run / SIGNATURE).read_bytes()
    manifest = open_run(run).manifest
    check = checker(PUBLIC)
    assert check.wrong(whole, manifest) is None
    for place in range(len(whole)):
        for bit in range(8):
            data = bytearray(whole)
            data[place] ^= 1 << bit
            assert check.wrong(bytes(data), manifest) is not None, (place, bit)
    for cut in (0, 1, len(whole) // 2, len(whole) - 1):
        (run / SIGNATURE).write_bytes(whole[:cut])
        assert told(run) == ["K853"]
    (run / SIGNATURE).unlink()
    assert told(run) == ["K855"]
    (run / SIGNATURE).symlink_to(signed / SIGNATURE)
    assert told(run) == ["K853"]


def test_a_signature_of_another_run(signed: Path, february: Content, tmp_path: Path) -> None:
    other = deposit(tmp_path, february).run.path
    shutil.copy(signed / SIGNATURE, other)
    assert told(other) == ["K853"]


@pytest.mark.parametrize(
    "edit",
    [
        lambda one: one["signatures"].append(one["signatures"][0]),
        lambda one: one["signatures"].clear(),
        lambda one: one.update(payloadType="text/plain"),
        lambda one: one.update(more=1),
        lambda one: one.pop("payload"),
        lambda one: one["signatures"][0].update(sig="AAAA"),
        lambda one: one["signatures"][0].update(keyid="x"),
        lambda one: one.update(payload="?"),
    ],
)
def test_an_envelope_of_another_shape(signed: Path, edit: Any) -> None:
    envelope = json.loads((signed / SIGNATURE).read_bytes())
    edit(envelope)
    assert checker(PUBLIC).wrong(json.dumps(envelope).encode(), open_run(signed).manifest) is not None
    assert read_envelope(b"[" * 100_000) is None


def test_keys_that_cannot_be_used() -> None:
    locked = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret"))
    curve = another_kind(SECP256R1())
    wrong: list[tuple[bytes, bytes | None, str]] = [
        (b"", None, "no private key"),
        (PUBLIC, None, "no private key"),
        (locked, None, "needs a passphrase"),
        (locked, b"other", "passphrase is another"),
        (PRIVATE, b"secret", "it has none"),
        (curve.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), None, "no Ed25519 key"),
    ]
    for pem, passphrase, said in wrong:
        with pytest.raises(UnfitKey, match=said):
            signer(pem, passphrase)
    public = curve.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    for pem, said in ((b"", "no public key"), (PRIVATE, "no public key"), (public, "no Ed25519 key")):
        with pytest.raises(UnfitKey, match=said):
            checker(pem)
    assert signer(locked, b"secret")


def test_a_statement_names_the_run(signed: Path) -> None:
    manifest = open_run(signed).manifest
    assert statement(manifest) != statement(manifest.model_copy(update={"state": "draft"}))
