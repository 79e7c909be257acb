"""What the tests of this package share: a web server on loopback."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.servers.web import Server, serving


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as one:
        yield one
