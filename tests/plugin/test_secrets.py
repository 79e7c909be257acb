"""Secrets come from the environment or a file, and never come out again."""

from __future__ import annotations

import base64
import html
import json
import urllib.parse
from pathlib import Path
from typing import Annotated, Literal

import pyarrow as pa
import pytest
from pydantic import BaseModel, Field, SecretStr, field_validator

from kpirules.diagnostics import Cell, Diagnostic, Span, Words
from kpirules.plugin import Capability, Chunk, DataRequest, Description, Plugins, Source, describe, read_table
from kpirules.plugin.problems import READ_FAILED
from kpirules.plugin.secrets import Secrets, secret_in_address

SECRET = "pä ss/w+rd&1"


class Bearer(BaseModel):
    kind: Literal["bearer"]
    token: SecretStr


class Basic(BaseModel):
    kind: Literal["basic"]
    user: str
    password: SecretStr


class Told(BaseModel):
    tokens: list[SecretStr] = []
    logins: dict[str, Basic] = {}
    ways: list[Bearer] = []
    proxy: str | None = None
    auth: Annotated[Bearer | Basic, Field(discriminator="kind")] | None = None
    password: SecretStr | None = None
    user: str = "nobody"
    headers: dict[str, SecretStr] = {}
    params: dict[str, str] = {}
    way: str = "raise"


class Gossip:
    """An adapter that tells its secrets in every way it can."""

    name = "gossip"
    description = Words("gossip", "闲话")
    endings = ()
    Options = Told
    capabilities: frozenset[Capability] = frozenset()

    def describe(self, location: str, options: Told) -> Description:
        return Description(
            (), (READ_FAILED.at(None, path=said(options), reason=Words(said(options), said(options))),)
        )

    def read(self, request: DataRequest[Told]) -> Source:
        text = said(request.options)
        if request.options.way == "raise":
            raise RuntimeError(f"cannot log in with {text}")
        schema = pa.schema([("n", pa.int64())])
        batch = pa.record_batch([pa.array([1], pa.int64())], schema=schema)
        return Source(request.location, None, ("n",), schema, (Chunk(batch, 1),), (), f"GET /?t={text}")


def said(options: Told) -> str:
    found = [options.password, *options.headers.values()]
    if isinstance(options.auth, Bearer):
        found.append(options.auth.token)
    texts = [one.get_secret_value() for one in found if one is not None]
    return " ".join(
        f"{text} {urllib.parse.quote_plus(text)} {urllib.parse.quote(text)} {text!r} "
        f"{base64.b64encode(text.encode()).decode()}"
        for text in texts
    )


PLUGINS = Plugins((Gossip(),), ())


def told(findings: tuple[Diagnostic, ...]) -> str:
    return "\n".join(f"{one.message('en')}{one.message('zh')}{one.help('en')}{one!r}" for one in findings)


def assert_hidden(text: str) -> None:
    assert "***" in text
    for form in (
        SECRET,
        urllib.parse.quote_plus(SECRET),
        base64.b64encode(SECRET.encode()).decode(),
        "w+rd",
        "w%2Brd",
    ):
        assert form not in text


@pytest.fixture(autouse=True)
def known(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("KPI_TEST_SECRET", SECRET)
    (tmp_path / "secret").write_text(SECRET + "\n", "utf-8")


@pytest.mark.parametrize(
    "settings",
    [
        {"password": {"env": "KPI_TEST_SECRET"}},
        {"auth": {"kind": "bearer", "token": {"env": "KPI_TEST_SECRET"}}},
        {"headers": {"X-Key": {"env": "KPI_TEST_SECRET"}}},
        {"user": {"env": "KPI_TEST_SECRET"}, "password": {"env": "KPI_TEST_SECRET"}},
    ],
)
def test_a_secret_never_comes_out(settings: dict[str, object]) -> None:
    fault = read_table(PLUGINS, "x", adapter="gossip", settings=settings)
    assert [one.code for one in fault.diagnostics] == ["K523"]
    assert_hidden(told(fault.diagnostics))
    found = read_table(PLUGINS, "x", adapter="gossip", settings=settings | {"way": "query"})
    assert found.query is not None
    assert_hidden(found.query)
    assert_hidden(told(describe(PLUGINS, "x", adapter="gossip", settings=settings).diagnostics))


def test_a_secret_from_a_file(tmp_path: Path) -> None:
    settings = {"password": {"file": str(tmp_path / "secret")}}
    fault = read_table(PLUGINS, "x", adapter="gossip", settings=settings)
    assert_hidden(told(fault.diagnostics))


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"password": {"env": "KPI_NO_SUCH_NAME"}}, "KPI_NO_SUCH_NAME"),
        ({"password": {"file": "/no/such/file"}}, "/no/such/file"),
        ({"auth": {"kind": "bearer", "token": {"env": "KPI_NO_SUCH_NAME"}}}, "auth.token"),
    ],
)
def test_a_secret_that_is_not_there(settings: dict[str, object], named: str) -> None:
    found = read_table(PLUGINS, "x", adapter="gossip", settings=settings)
    assert [one.code for one in found.diagnostics] == ["K516"]
    assert named in found.diagnostics[0].message("en")


@pytest.mark.parametrize(
    ("settings", "setting"),
    [
        ({"password": "abc123"}, "password"),
        ({"auth": {"kind": "bearer", "token": "abc123"}}, "auth.token"),
        ({"headers": {"X-Key": "abc123"}}, "headers.X-Key"),
    ],
)
def test_a_secret_is_not_written_down(settings: dict[str, object], setting: str) -> None:
    found = read_table(PLUGINS, "x", adapter="gossip", settings=settings)
    assert [one.code for one in found.diagnostics] == ["K517"]
    assert setting in found.diagnostics[0].message("en")
    assert "abc123" not in told(found.diagnostics)


@pytest.mark.parametrize(
    "location",
    [
        "postgresql://kpi:abc123@db/sales",
        "https://x.example/hook?access_token=abc123",
        "https://x.example/?a=1&key=abc123",
    ],
)
def test_an_address_holds_no_secret(location: str) -> None:
    found = read_table(PLUGINS, location, adapter="gossip")
    assert [one.code for one in found.diagnostics] == ["K518"]
    assert "abc123" not in told(found.diagnostics) + found.path


@pytest.mark.parametrize(
    ("location", "refused"),
    [
        ("mysql://kpi:p/w:1@db:3306/sales", True),
        ("https://x.example/?client_secret=abc", True),
        ("https://x.example/?a=1;sig=abc", True),
        ("https://x.example:8080/users/@me", False),
        ("https://x.example/a:b@c", False),
        ("postgresql://kpi@db/sales", False),
        ("https://x.example/?monkey=1&page=2&keyword=x", False),
        ("C:/data/a@b.csv", False),
    ],
)
def test_which_addresses_hold_a_secret(location: str, refused: bool) -> None:
    assert (secret_in_address(location, None) is not None) is refused


def basic(user: str) -> str:
    return base64.b64encode(f"{user}:{SECRET}".encode()).decode()


@pytest.mark.parametrize(
    "form",
    [
        *(basic("u" * length) for length in range(4)),
        "p%c3%a4%20ss%2fw%2brd%261",
        SECRET.encode().hex(),
        repr(SECRET.encode()),
        html.escape(SECRET),
        json.dumps(SECRET),
        json.dumps(SECRET, ensure_ascii=False),
        f"<{SECRET}>",
    ],
)
def test_however_it_is_spelled(form: str) -> None:
    hidden = Secrets(values=[SECRET]).hide(f"before {form} after")
    assert hidden.startswith("before ") and hidden.endswith(" after")
    assert "***" in hidden
    # What is left are at most the signs of base64 that hold bits of the user's name, too.
    assert len(hidden.replace("***", "")) <= len("before  after") + len(form) - len(SECRET) + 2


KEY = "-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG9w0\n  BAQEFAASCBKcwggSjAgEAAo\n-----END KEY-----"


@pytest.mark.parametrize(
    "said",
    [
        KEY,
        " ".join(KEY.split()),
        "MIIEvQIBADANBgkqhkiG9w0",
        "value 'MIIEvQIBADANBgkq...wggSjAgEAAo' is wrong",
        "it began with MIIEvQIBADANBgkqh and broke off",
    ],
)
def test_a_long_secret_that_is_quoted_in_part(said: str) -> None:
    hidden = Secrets(values=[KEY]).hide(said)
    assert "***" in hidden
    for place in range(len(KEY) - 16):
        assert KEY[place : place + 16] not in hidden


def test_what_is_no_secret_stays() -> None:
    secrets = Secrets(values=["12", "tickets", KEY])
    assert secrets.hide("12 of 1234, it112") == "*** of 1234, it112"
    assert secrets.hide("ticket 5") == "ticket 5"
    row = READ_FAILED.at(Cell("a.csv", 12, "tickets", None, "x"), path="a.csv", reason=13)
    (hidden,) = secrets.hidden([row])
    assert hidden.place == Cell("a.csv", 12, "***", None, "x")
    assert hidden.args == {"path": "a.csv", "reason": 13}
    (number,) = secrets.hidden([READ_FAILED.at(Span("tickets.kpi", 1, 1, 1, 2), path="x", reason=12)])
    assert number.args["reason"] == "***"
    assert isinstance(number.place, Span) and number.place.path == "***.kpi"


@pytest.mark.parametrize(
    "settings",
    [
        {"tokens": ["abc123"]},
        {"logins": {"a": {"kind": "basic", "user": "u", "password": "abc123"}}},
        {"ways": [{"kind": "bearer", "token": "abc123"}]},
        {"proxy": "http://me:abc123@proxy:3128"},
        {"params": {"via": "http://me:abc123@proxy:3128"}},
    ],
)
def test_plain_secrets_are_found_at_every_depth(settings: dict[str, object]) -> None:
    found = read_table(PLUGINS, "x", adapter="gossip", settings=settings)
    assert [one.code for one in found.diagnostics] == ["K517"]
    assert "abc123" not in told(found.diagnostics)


def test_secrets_in_lists_are_looked_up_and_hidden() -> None:
    settings = {
        "tokens": [{"env": "KPI_TEST_SECRET"}],
        "ways": [{"kind": "bearer", "token": {"env": "KPI_TEST_SECRET"}}],
        "proxy": {"env": "KPI_TEST_SECRET"},
        "password": {"env": "KPI_TEST_SECRET"},
    }
    found = read_table(PLUGINS, "x", adapter="gossip", settings=settings)
    assert [one.code for one in found.diagnostics] == ["K523"]
    assert_hidden(told(found.diagnostics))


@pytest.mark.parametrize("held", [b"\xff\xfe", b"x" * 70_000, b"", b"\n"])
def test_a_file_that_holds_no_secret(tmp_path: Path, held: bytes) -> None:
    (tmp_path / "key").write_bytes(held)
    found = read_table(PLUGINS, "x", adapter="gossip", settings={"password": {"file": str(tmp_path / "key")}})
    assert [one.code for one in found.diagnostics] == ["K516"]


def test_a_device_does_not_fill_the_memory() -> None:
    found = read_table(PLUGINS, "x", adapter="gossip", settings={"password": {"file": "/dev/zero"}})
    assert [one.code for one in found.diagnostics] == ["K516"]


class Strict(BaseModel):
    key: SecretStr
    depth: int = 1

    @field_validator("key")
    @classmethod
    def _says_it(cls, value: SecretStr) -> SecretStr:
        text = value.get_secret_value()
        if text.startswith("odd"):
            raise KeyError(f"no lock for {text}")
        if len(text) < 20:
            raise ValueError(f"{text} is too short")
        return value


class Careful(Gossip):
    Options = Strict  # type: ignore[assignment]


@pytest.mark.parametrize(
    ("key", "code"), [({"env": "KPI_TEST_SECRET"}, "K526"), ("abc123", "K526"), ("odd abc123", "K523")]
)
def test_a_validator_that_quotes_the_secret(key: object, code: str) -> None:
    found = read_table(Plugins((Careful(),), ()), "x", adapter="gossip", settings={"key": key})
    assert [one.code for one in found.diagnostics] == [code]
    said = told(found.diagnostics)
    assert SECRET not in said
    assert "abc123" not in said


def test_a_mapping_of_values_is_no_secret() -> None:
    found = read_table(PLUGINS, "x", adapter="gossip", settings={"params": {"env": "prod"}, "way": "query"})
    assert found.diagnostics == ()
