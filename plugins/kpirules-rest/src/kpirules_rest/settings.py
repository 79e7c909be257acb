"""The settings of a pull that do not depend on what is pulled: who asks, and how patiently.

Pydantic models, used by the adapter's options and by sources built on this package alike. Importing them
loads no HTTP library.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr


class Settings(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Anonymous(Settings):
    """No credentials."""

    kind: Literal["none"] = Field(default="none", description="No credentials are sent.")


class Bearer(Settings):
    """A token in the header `Authorization`."""

    kind: Literal["bearer"] = Field(default="bearer", description="A token in the header Authorization.")
    token: SecretStr = Field(description="The token.")
    word: str = Field(default="Bearer", description='The word before the token; some servers want "token".')


class Basic(Settings):
    """User and password in the header `Authorization`."""

    kind: Literal["basic"] = Field(default="basic", description="User and password.")
    user: str = Field(description="The user's name.")
    password: SecretStr = Field(description="The user's password.")


class HeaderSecret(Settings):
    """A secret in a header of the server's own."""

    kind: Literal["header"] = Field(default="header", description="A secret in a header of the server's own.")
    name: str = Field(description="The header's name, such as X-Api-Key.")
    value: SecretStr = Field(description="What it holds.")


class QuerySecret(Settings):
    """A secret in the address. It is left out of every message."""

    kind: Literal["query"] = Field(
        default="query", description="A secret among the parameters of the address."
    )
    name: str = Field(description="The parameter's name, such as api_key.")
    value: SecretStr = Field(description="What it holds.")


class OAuth2(Settings):
    """An access token, fetched with the client's own credentials or with a refresh token, and renewed when it expires."""

    kind: Literal["oauth2"] = Field(
        default="oauth2", description="OAuth 2: client credentials, or a refresh token."
    )
    token_url: str = Field(description="The address that gives out access tokens.")
    client_id: str = Field(description="The client's name.")
    client_secret: SecretStr | None = Field(default=None, description="The client's secret.")
    refresh_token: SecretStr | None = Field(
        default=None, description="A refresh token; without one, the client's own credentials are used."
    )
    scope: str | None = Field(default=None, description="The rights to ask for.")
    style: Literal["body", "basic"] = Field(
        default="body",
        description="Where the client's credentials go: in the body, or as basic authentication.",
    )


Auth = Annotated[
    Anonymous | Bearer | Basic | HeaderSecret | QuerySecret | OAuth2, Field(discriminator="kind")
]


class Limits(Settings):
    """How long to wait, how often to ask again, how much to take."""

    connect_seconds: float = Field(default=10, gt=0, description="How long to wait for a connection.")
    silence_seconds: float = Field(default=60, gt=0, description="How long the server may say nothing.")
    answer_seconds: float = Field(
        default=300, gt=0, description="How long one answer may take from its first byte on."
    )
    attempts: int = Field(
        default=6, ge=1, le=100, description="How often one request is made before giving up."
    )
    first_wait_seconds: float = Field(
        default=0.5, ge=0, description="The wait before the second attempt; doubled each time."
    )
    longest_wait_seconds: float = Field(
        default=120, ge=0, description="The longest wait, also where the server asks for a longer one."
    )
    patience_seconds: float = Field(
        default=900, gt=0, description="No further attempt at one request is begun after this time."
    )
    requests_per_second: float | None = Field(
        default=None,
        gt=0,
        description="At most so many requests a second. None: as fast as they are answered.",
    )
    max_pages: int = Field(
        default=10_000, ge=1, description="More pages than this are an error, never a cut."
    )
    max_megabytes: int = Field(default=64, ge=1, description="The largest answer taken, unpacked.")
