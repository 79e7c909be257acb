"""The settings of the sources. Importing them loads no HTTP library and no Arrow."""

from __future__ import annotations

import datetime
from typing import Literal

from kpirules_rest.settings import Limits
from pydantic import BaseModel, ConfigDict, Field, SecretStr


class Reached(BaseModel):
    """What every system's settings have."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    limits: Limits = Field(
        default_factory=Limits, description="How long to wait, and how often to ask again."
    )
    insecure: bool = Field(False, description="Whether http:// to another machine is allowed.")
    proxy: str | None = Field(None, description="The address of a proxy.")
    ca_file: str | None = Field(None, description="A file with certificates of a company's own authority.")


class RequestTrackerOptions(Reached):
    """The settings of `adapter = "request_tracker"`."""

    token: SecretStr | None = Field(None, description="An authentication token of the account that reads.")
    user: str | None = Field(None, description="The account's name, where there is no token.")
    password: SecretStr | None = Field(None, description="The account's password.")
    query: str = Field("id > 0", min_length=1, description="Which tickets, in TicketSQL: Queue = 'Support'.")
    closed_statuses: tuple[str, ...] = Field(
        ("resolved", "rejected", "deleted"), description="Statuses in which a ticket is closed."
    )
    per_page: int = Field(100, ge=1, le=100, description="How many tickets to ask for at a time.")


class RoundupOptions(Reached):
    """The settings of `adapter = "roundup"`."""

    user: str | None = Field(None, description="The account that reads; none: what everybody may see.")
    password: SecretStr | None = Field(None, description="The account's password.")
    issues: str = Field("issue", pattern=r"^[A-Za-z_]\w*$", description="The tracker's class of issues.")
    closed_statuses: tuple[str, ...] = Field(
        ("resolved", "done-cbb"), description="Statuses in which an issue is closed."
    )
    fields: dict[str, Literal["text", "number", "moment", "yes"]] = Field(
        default_factory=dict,
        description="Properties of the tracker's own, and what they are; text, if not said.",
    )
    per_page: int = Field(100, ge=1, le=100, description="How many issues to ask for at a time.")


class SalesforceOptions(Reached):
    """The settings of `adapter = "salesforce"`."""

    client_id: str | None = Field(None, description="The connected app's consumer key.")
    client_secret: SecretStr | None = Field(None, description="The connected app's consumer secret.")
    refresh_token: SecretStr | None = Field(
        None, description="A refresh token; without one, the app's own credentials are used."
    )
    token_url: str | None = Field(
        None,
        description="Where access tokens are given out; if not set, services/oauth2/token below the address.",
    )
    token: SecretStr | None = Field(None, description="An access token, in place of the above.")
    api_version: str = Field("60.0", pattern=r"^\d{2,3}\.0$", description="The version of the interface.")
    object: str = Field("Case", description="Whose records: Case, or an object of the company's own.")
    fields: tuple[str, ...] = Field(
        (), description="Fields to offer besides the usual ones, such as Account.Name."
    )
    query: str | None = Field(None, description="Which records, as a condition in SOQL: IsDeleted = false.")
    milestones: tuple[str, ...] = Field(
        (), description='Milestones of cases to offer as columns, such as "First Response".'
    )


class ZendeskOptions(Reached):
    """The settings of `adapter = "zendesk"`."""

    email: str | None = Field(None, description="The account's mail address, which goes with an API token.")
    token: SecretStr | None = Field(
        None, description="The API token; without `email`, an OAuth access token."
    )
    start: datetime.date = Field(
        datetime.date(2000, 1, 1), strict=False, description="Tickets that changed since this day."
    )
    deleted: bool = Field(False, description="Whether deleted tickets are to come, too.")
    custom_fields: tuple[int, ...] = Field(
        (), description="Numbers of custom fields to offer, as columns such as custom.{360001}."
    )
    per_page: int = Field(1000, ge=1, le=1000, description="How many tickets to ask for at a time.")
    cache: str | None = Field(
        None, description="A folder in which to keep what came, so that the next pull asks for changes only."
    )
    full: bool = Field(False, description="With a cache: take everything anew.")
