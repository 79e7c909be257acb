"""Settings that the systems share: how the server is reached, and how patiently."""

from __future__ import annotations

from kpirules_rest.settings import Limits
from pydantic import BaseModel, ConfigDict, Field


class Reached(BaseModel):
    """What every system's settings have."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    limits: Limits = Field(
        default_factory=Limits, description="How long to wait, and how often to ask again."
    )
    insecure: bool = Field(False, description="Whether http:// to another machine is allowed.")
    proxy: str | None = Field(None, description="The address of a proxy.")
    ca_file: str | None = Field(None, description="A file with certificates of a company's own authority.")
