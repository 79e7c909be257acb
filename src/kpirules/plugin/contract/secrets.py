"""A secret that the tests give to a plugin, to see that it never comes out again."""

from __future__ import annotations

from typing import ClassVar

from pydantic import BaseModel, SecretStr

from kpirules.plugin.contract.options import every_field, members
from kpirules.plugin.secrets import spellings


class Canary:
    """The secret. NAME: the environment variable that holds it while such a test runs."""

    NAME: ClassVar[str] = "KPIRULES_CONTRACT_SECRET"
    VALUE: ClassVar[str] = "canary/6+Zq&7 %w"

    @classmethod
    def found_in(cls, text: str) -> str:
        """Where the secret stands in a text, in whatever form; empty where it does not."""
        for form in spellings(cls.VALUE):
            place = text.find(form)
            if place >= 0:
                return text[max(0, place - 40) : place + len(form) + 40]
        return ""


def secret_settings(model: type[BaseModel]) -> dict[str, object] | None:
    """Settings in which every secret of the model is the canary; None where the model hides them further inside."""
    given: dict[str, object] = {}
    for name, field in every_field(model):
        if SecretStr in members(field.annotation):
            if "." in name or field.annotation not in (SecretStr, SecretStr | None):
                return None
            given[name] = {"env": Canary.NAME}
    return given
