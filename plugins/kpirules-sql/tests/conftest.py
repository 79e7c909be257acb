"""What the tests of this package share: two real servers, each started when it is first needed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.servers.mariadb import MariaDb, mariadb
from tests.servers.postgres import Postgres, postgres


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Postgres]:
    with postgres() as server:
        yield server


@pytest.fixture(scope="session")
def mysql() -> Iterator[MariaDb]:
    with mariadb() as server:
        yield server
