"""The settings of the adapter `rest`, as a project file gives them."""

from __future__ import annotations

from pydantic import Field, field_validator, model_validator

from kpirules_rest.cells import Column
from kpirules_rest.incremental import Incremental
from kpirules_rest.pages import OnePage, Pages
from kpirules_rest.paths import Path
from kpirules_rest.settings import Anonymous, Auth, Limits, Settings

PERIOD = ("{period_start}", "{period_end}", "{period_last}")


Value = str | bool | int


class RestOptions(Settings):
    # Not `path` and `columns`: a project file has its own meaning for these.
    endpoint: str = Field(default="", description="Where the records are, below the address.")
    params: dict[str, Value | list[Value]] = Field(
        default={},
        description=(
            "Parameters of the request. {period_start}, {period_end} (the day after) and {period_last} stand for the "
            "days asked for, with a day to spare on either side; such parameters are left out where no period is asked."
        ),
    )
    period_column: str | None = Field(
        default=None,
        description="The column by which the parameters with {period_...} choose; every record must have it.",
    )
    headers: dict[str, str] = Field(default={}, description="Further headers of the request.")
    auth: Auth = Field(
        default=Anonymous(), description="Who asks. Secrets as { env = ... } or { file = ... }."
    )
    records: Path = Field(
        default="@", description='JMESPath to the list of records in an answer; "@" is the answer itself.'
    )
    error_path: Path | None = Field(
        default=None, description="JMESPath to what is there only if an answer of status 200 is an error."
    )
    fields: dict[str, Column] | None = Field(
        default=None,
        description="Each column's JMESPath, or its path and kind. None: every field of the records, as text.",
    )
    key: Path | None = Field(
        default=None, description="JMESPath to what tells records apart: one that comes twice counts once."
    )
    pages: Pages = Field(default=OnePage(), description="How the list is split over several answers.")
    limits: Limits = Field(
        default=Limits(), description="How long to wait, how often to ask, how much to take."
    )
    incremental: Incremental | None = Field(
        default=None,
        description="Asks only for what has changed since the last pull, and keeps the rest in a cache.",
    )
    insecure: bool = Field(default=False, description="Whether http:// may be used for other machines.")
    proxy: str | None = Field(default=None, description="The address of a proxy to go through.")
    ca_file: str | None = Field(
        default=None, description="A file of certificates to trust instead of the usual ones."
    )

    @field_validator("fields", mode="before")
    @classmethod
    def _short(cls, value: object) -> object:
        """A column may be given as its path alone."""
        if not isinstance(value, dict):
            return value
        return {name: {"path": one} if isinstance(one, str) else one for name, one in value.items()}

    @field_validator("fields")
    @classmethod
    def _named(cls, value: dict[str, Column] | None) -> dict[str, Column] | None:
        if value is not None and not value:
            raise ValueError("at least one column must be declared, or none at all")
        for name in value or ():
            if not name or name != name.strip():
                raise ValueError(f"{name!r} cannot be the name of a column")
        return value

    @model_validator(mode="after")
    def _fits(self) -> RestOptions:
        if self.incremental is not None and self.key is None:
            raise ValueError("incremental needs `key`: what tells records apart")
        chosen = any(mark in text for mark in PERIOD for texts in self.texts().values() for text in texts)
        if chosen and self.period_column is None:
            raise ValueError("params with {period_...} need `period_column`: the column by which they choose")
        if chosen and self.incremental is not None:
            raise ValueError(
                "params with {period_...} and incremental exclude each other: a cache holds every period"
            )
        return self

    def texts(self) -> dict[str, list[str]]:
        """The parameters as they are sent: true and false as JSON has them."""
        return {
            name: [_text(one) for one in (value if isinstance(value, list) else [value])]
            for name, value in self.params.items()
        }


def _text(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
