"""Signatures of runs: a DSSE envelope around an in-toto statement about the manifest, which covers every file.

Keys lie outside of the archive. Loads the extra `kpirules[sign]`: import it where something is signed or checked.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import Annotated

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import VerificationError
from securesystemslib.signer import CryptoSigner, Signature, SSlibKey

from kpirules.diagnostics import Words
from kpirules.records.manifest import Manifest, canonical

_TYPE = "application/vnd.in-toto+json"
_STATEMENT = "https://in-toto.io/Statement/v1"
_PREDICATE = "urn:kpirules:run:1"


class UnfitKey(Exception):
    """A file holds no key that can be used; says why."""

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en)
        self.words = Words(en, zh)


class _Signature(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    keyid: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    sig: str


class _Envelope(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    payload: str
    payloadType: str
    signatures: Annotated[list[_Signature], Field(min_length=1, max_length=1)]


def statement(manifest: Manifest) -> bytes:
    """What is signed: which run it is, and the digest of its manifest."""
    return canonical(
        {
            "_type": _STATEMENT,
            "subject": [{"name": "manifest.json", "digest": {"sha256": manifest.digest}}],
            "predicateType": _PREDICATE,
            "predicate": {
                "ruleset": manifest.ruleset,
                "version": manifest.version,
                "period": manifest.period,
                "state": manifest.state,
            },
        }
    )


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs runs with a private key; the same run gives the same bytes."""

    _signer: CryptoSigner

    def __call__(self, manifest: Manifest) -> bytes:
        """The file of the signature."""
        envelope = Envelope(statement(manifest), _TYPE, {})
        envelope.sign(self._signer)
        return canonical(envelope.to_dict())


def signer(pem: bytes, passphrase: bytes | None = None) -> Signer:
    """Who signs with the Ed25519 key of a PEM file. Raises UnfitKey."""
    try:
        key = load_pem_private_key(pem, passphrase)
    except TypeError:
        if passphrase is None:
            raise UnfitKey("it needs a passphrase", "需要口令") from None
        raise UnfitKey("a passphrase is given, and it has none", "给出了口令，但密钥没有口令") from None
    except (ValueError, UnsupportedAlgorithm):
        raise UnfitKey(
            "it is no private key in PEM, or the passphrase is another",
            "不是 PEM 格式的私钥，或口令不符",
        ) from None
    if not isinstance(key, Ed25519PrivateKey):
        raise UnfitKey("it is no Ed25519 key", "不是 Ed25519 密钥")
    return Signer(CryptoSigner(key))


@dataclass(frozen=True, slots=True)
class Checker:
    """Checks signatures with a public key."""

    _key: SSlibKey

    def wrong(self, written: bytes, manifest: Manifest) -> Words | None:
        """Why the signature in a file does not hold for a run; None: it holds."""
        envelope = read_envelope(written)
        if envelope is None:
            return Words("it is no signature", "不是签名")
        if envelope.payload != statement(manifest):
            return Words("it is of another manifest", "签的是另一份清单")
        if self._key.keyid not in envelope.signatures:
            return Words("it was made with another key", "用的是另一把密钥")
        try:
            envelope.verify([self._key], 1)
        except VerificationError:
            return Words("it was changed, or made with another key", "已被改动，或用的是另一把密钥")
        return None


def checker(pem: bytes) -> Checker:
    """Who checks with the Ed25519 public key of a PEM file. Raises UnfitKey."""
    try:
        key = load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm):
        raise UnfitKey("it is no public key in PEM", "不是 PEM 格式的公钥") from None
    if not isinstance(key, Ed25519PublicKey):
        raise UnfitKey("it is no Ed25519 key", "不是 Ed25519 密钥")
    return Checker(SSlibKey.from_crypto(key))


def read_envelope(written: bytes) -> Envelope | None:
    """The envelope in the bytes of a file; None where they are none, or are not written the one way."""
    try:
        found = _Envelope.model_validate_json(written)
        one = found.signatures[0]
        payload, sig = (base64.b64decode(text, validate=True) for text in (found.payload, one.sig))
    except (ValidationError, ValueError, binascii.Error, RecursionError):
        return None
    envelope = Envelope(payload, found.payloadType, {one.keyid: Signature(one.keyid, sig.hex())})
    fits = found.payloadType == _TYPE and canonical(envelope.to_dict()) == written
    return envelope if fits else None
