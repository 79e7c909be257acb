"""The settings of both outputs, as a project file gives them."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

Level = Literal["critical", "warning", "info"]
Format = Literal["text", "markdown", "card", "post", "blocks"]
Service = Literal["dingtalk", "feishu", "wecom", "slack"]


class NewsOptions(BaseModel):
    """What is told."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    level: Level = Field(default="info", description="Alerts of this level and graver are told.")
    people: int = Field(
        default=10, ge=0, le=1000, description="So many people are named for an alert; the rest are counted."
    )
    names: bool = Field(default=True, description="Whether people are named at all, or only counted.")
    always: bool = Field(default=False, description="Whether a message is sent without any alert, too.")
    language: Literal["en", "zh", "both"] | None = Field(
        default=None, description="The language. None: the report's."
    )
    link: str | None = Field(default=None, description="An address where the report can be read.")

    @field_validator("link")
    @classmethod
    def _link(cls, value: str | None) -> str | None:
        if value is not None and (
            not value.startswith(("https://", "http://")) or any(c in value for c in ' <>()"\n')
        ):
            raise ValueError(
                "it must be an address like https://host/path, without spaces, brackets or quotes"
            )
        return value


class WebhookOptions(NewsOptions):
    address: SecretStr = Field(description="The robot's address, as the chat's settings give it.")
    secret: SecretStr | None = Field(
        default=None, description="The robot's secret for signing (DingTalk, Feishu)."
    )
    service: Service | None = Field(
        default=None, description="Which chat it is. None: by the address's host."
    )
    format: Format | None = Field(
        default=None, description="The kind of message. None: the service's richest."
    )
    keyword: str | None = Field(
        default=None,
        description="A word that the robot's security rules ask for; put into the title if it is not there.",
    )
    mention: tuple[str, ...] = Field(
        default=(), description="Who is called: phone numbers (DingTalk, WeCom) or ids."
    )
    mention_all: bool = Field(default=False, description="Whether everybody in the chat is called.")
    mention_from: Level = Field(
        default="critical", description="They are called for alerts of this level and graver."
    )
    timeout_seconds: float = Field(default=20, gt=0, description="How long to wait for the service.")
    attempts: int = Field(default=4, ge=1, le=20, description="How often to try while nothing was sent.")
    longest_wait_seconds: float = Field(
        default=90, ge=0, description="The longest wait where the service asks for one."
    )
    insecure: bool = Field(default=False, description="Whether http:// may be used for other machines.")
    proxy: str | None = Field(default=None, description="The address of a proxy to go through.")
    ca_file: str | None = Field(
        default=None, description="A file of certificates to trust instead of the usual ones."
    )

    @field_validator("mention")
    @classmethod
    def _ids(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for one in value:
            if not one or not all(c.isascii() and (c.isalnum() or c in "+-_.@") for c in one):
                raise ValueError(f'"{one}" is neither a phone number nor an id')
        return value


class MailOptions(NewsOptions):
    host: str = Field(description="The mail server.")
    port: int | None = Field(
        default=None, ge=1, le=65535, description="Its port. None: 587, with tls 465, with none 25."
    )
    security: Literal["starttls", "tls", "none"] = Field(
        default="starttls",
        description="How the connection is made safe; none only on this machine, or with insecure.",
    )
    user: str | None = Field(default=None, description="The user to log in as. None: without login.")
    password: SecretStr | None = Field(default=None, description="The user's password.")
    sender: str = Field(description="The address from which it comes.")
    to: tuple[str, ...] = Field(
        default=(), description="To whom. None: the address in the place of the file."
    )
    cc: tuple[str, ...] = Field(default=(), description="Who gets a copy.")
    timeout_seconds: float = Field(default=30, gt=0, description="How long to wait for the server.")
    insecure: bool = Field(
        default=False, description="Whether security = none may be used for other machines."
    )
    ca_file: str | None = Field(
        default=None, description="A file of certificates to trust instead of the usual ones."
    )

    @model_validator(mode="after")
    def _both(self) -> MailOptions:
        if (self.user is None) != (self.password is None):
            raise ValueError("user and password go together")
        return self
