"""The settings of the adapter, as a project file gives them."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

Parameter = bool | int | Decimal | datetime.datetime | datetime.date | str


class ServerOptions(BaseModel):
    """How to reach a server; without meaning for files."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    user: str | None = Field(None, description="The user of the database server.")
    password: SecretStr | None = Field(None, description="The user's password.")
    schema_: str | None = Field(
        None,
        alias="schema",
        min_length=1,
        description="Where the table is; without it, where the server looks by itself.",
    )
    sslmode: Literal["disable", "prefer", "require", "verify-ca", "verify-full"] | None = Field(
        None, description="Whether the connection must be encrypted, and the server's certificate checked."
    )
    sslrootcert: str | None = Field(
        None, description="The file with the certificates that are trusted; the system's, if not given."
    )
    timeout_seconds: float = Field(
        300, gt=0, le=86_400, description="How long one question to the database may take."
    )


class SqlOptions(ServerOptions):
    table: str | None = Field(
        None, min_length=1, description="The table or view to read; needed where there are several."
    )
    called: str | None = Field(
        None,
        description="What the policy calls the table: taken where there are several and one is called so.",
    )
    query: str | None = Field(
        None, min_length=1, description="A SELECT to read instead of a table. Nothing can be changed by it."
    )
    parameters: dict[str, Parameter] = Field(
        default_factory=dict, description="Values for `:name` in the query, by name."
    )
    order_by: tuple[str, ...] = Field(
        (),
        description='Columns that give the order of the rows ("opened", "id desc"); else the primary key.',
    )
    batch_rows: int = Field(50_000, ge=1, le=1_000_000, description="How many rows are fetched at a time.")

    @field_validator("order_by", mode="before")
    @classmethod
    def _one_or_many(cls, value: object) -> object:
        return (value,) if isinstance(value, str) else value

    @model_validator(mode="after")
    def _one_of_two(self) -> SqlOptions:
        if self.table is not None and self.query is not None:
            raise ValueError("give a table or a query, not both")
        if self.parameters and self.query is None:
            raise ValueError("parameters need a query")
        return self


class SqlOutputOptions(ServerOptions):
    table: str = Field(
        "scores", min_length=1, description="The table of scores; it is made if it is not there."
    )
    prefix: str = Field("", description="Stands before the name of every table that is written.")
    run: str | None = Field(
        None,
        min_length=1,
        description="The name of this run; a report has one of its own. Its rows are replaced.",
    )
    key: tuple[str, ...] = Field(
        ("run", "staff", "period"),
        min_length=1,
        description="The columns that tell rows apart: without a run, rows with the same key are replaced.",
    )
    alter: bool = Field(False, description="Whether columns may be added to a table that is there.")
