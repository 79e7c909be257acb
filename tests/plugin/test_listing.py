"""What is said of settings: their types in words, defaults, limits, secrets, and settings inside settings."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field, SecretStr

from kpirules.diagnostics import Diagnostic, Words
from kpirules.plugin import Rows
from kpirules.plugin.kit_problems import NOT_INSTALLED
from kpirules.plugin.listing import health_of, options_of, writes_of


class Bearer(BaseModel):
    kind: Literal["bearer"] = Field("bearer", description="Which.")
    token: SecretStr = Field(description="The token.")


class Basic(BaseModel):
    kind: Literal["basic"]
    password: SecretStr


class Everything(BaseModel):
    text: str
    count: int = Field(3, ge=1, le=9, description="How\n   many.", json_schema_extra={"zh": "多少。"})
    share: Annotated[float, Field(gt=0)] | None = None
    mode: Literal["a", "b"] = "a"
    both: int | str = 5
    names: list[str] = Field(default_factory=list)
    headers: dict[str, SecretStr] = {}
    auth: Annotated[Bearer | Basic, Field(discriminator="kind")] | None = None
    key: SecretStr | None = None
    inside: dict[str, Bearer] = {}
    called: str = Field("x", alias="as")


class Printer:
    name = "printer"
    description = Words("a printer", "打印机")
    endings = ()
    Options = Everything
    ill: Any = ()

    def write(self, rows: Rows, location: str, options: Everything) -> tuple[Diagnostic, ...]:
        return ()

    def health(self) -> Any:
        if isinstance(self.ill, Exception):
            raise self.ill
        return self.ill


def test_every_type_in_words() -> None:
    found = {one.name: one for one in options_of(Printer())}
    assert {name: one.type.en for name, one in found.items()} == {
        "text": "text",
        "count": "whole number >= 1, <= 9",
        "share": "number > 0",
        "mode": 'one of "a", "b"',
        "both": "whole number or text",
        "names": "list of text",
        "headers": 'table of secret: { env = "NAME" } or { file = "PATH" }',
        "auth": "table",
        "auth.kind": '"basic"',
        "auth.token": 'secret: { env = "NAME" } or { file = "PATH" }',
        "auth.password": 'secret: { env = "NAME" } or { file = "PATH" }',
        "key": 'secret: { env = "NAME" } or { file = "PATH" }',
        "inside": "table of table",
        "inside.kind": '"bearer"',
        "inside.token": 'secret: { env = "NAME" } or { file = "PATH" }',
        "as": "text",
    }
    assert found["count"].meaning == Words("How many.", "多少。")
    assert {name for name, one in found.items() if one.required} == {
        "text",
        "auth.token",
        "auth.kind",
        "auth.password",
        "inside.token",
    }
    assert {one.name for one in found.values() if one.secret} == {
        "auth.token",
        "auth.password",
        "key",
        "inside.token",
    }
    assert {name: one.default for name, one in found.items() if one.default is not None} == {
        "count": "3",
        "mode": '"a"',
        "both": "5",
        "headers": "{}",
        "inside": "{}",
        "inside.kind": '"bearer"',
        "as": '"x"',
    }


def test_what_it_writes() -> None:
    assert writes_of(Printer()) == ("table",)


@pytest.mark.parametrize(
    ("ill", "codes"),
    [
        ((), []),
        ((NOT_INSTALLED.at(None, name="printer", library="ink", package="ink"),), ["K528"]),
        (ValueError("jam"), ["K523"]),
        (None, ["K523"]),
        (("jam",), ["K523"]),
        ((NOT_INSTALLED.at(None),), ["K523"]),
    ],
)
def test_health(ill: Any, codes: list[str]) -> None:
    one = Printer()
    one.ill = ill
    assert [each.code for each in health_of(one)] == codes
    assert all(each.message("zh") for each in health_of(one))
