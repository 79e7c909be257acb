"""Secrets come from the environment or a file, and never come out again."""

from __future__ import annotations

import base64
import urllib.parse
from pathlib import Path
from typing import Annotated, Literal

import pyarrow as pa
import pytest
from pydantic import BaseModel, Field, SecretStr

from kpirules.diagnostics import Diagnostic, Words
from kpirules.plugin import Capability, Chunk, DataRequest, Description, Plugins, Source, describe, read_table
from kpirules.plugin.problems import READ_FAILED

SECRET = "pä ss/w+rd&1"


class Bearer(BaseModel):
    kind: Literal["bearer"]
    token: SecretStr


class Basic(BaseModel):
    kind: Literal["basic"]
    user: str
    password: SecretStr


class Told(BaseModel):
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


def test_a_mapping_of_values_is_no_secret() -> None:
    found = read_table(PLUGINS, "x", adapter="gossip", settings={"params": {"env": "prod"}, "way": "query"})
    assert found.diagnostics == ()
