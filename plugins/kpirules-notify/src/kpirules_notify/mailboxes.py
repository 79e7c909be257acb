"""Mail addresses: `name@example.com`, or with a name before it: `HR <hr@example.com>`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.headerregistry import Address
from email.utils import parseaddr

_ADDRESS = re.compile(r"[^\s@<>(),;:\"\[\]\\]+@[^\s@<>(),;:\"\[\]\\.]+(\.[^\s@<>(),;:\"\[\]\\.]+)*")


@dataclass(frozen=True, slots=True)
class Mailbox:
    """One address and, if given, whose it is."""

    address: str
    name: str = ""

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]

    def written(self) -> str:
        """As a header has it."""
        return str(Address(self.name, addr_spec=self.address)) if self.address.isascii() else self.address


def mailbox(text: str) -> Mailbox | None:
    """The address in a text; None where there is none, or more than one."""
    if any(not one.isprintable() for one in text):
        return None
    name, address = parseaddr(text.strip())
    if not _ADDRESS.fullmatch(address) or (address not in text):
        return None
    if not name and text.strip() not in (address, f"<{address}>"):
        return None
    return Mailbox(address, name)
