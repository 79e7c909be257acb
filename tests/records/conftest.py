"""An office and one run of it, made once for all tests that only read them."""

from __future__ import annotations

from pathlib import Path

import pytest

from kpirules.records.content import Content
from tests.records.office import archived, office, scored


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return office(tmp_path_factory.mktemp("office"))


@pytest.fixture(scope="session")
def january(project: Path) -> Content:
    return scored(project).content


@pytest.fixture(scope="session")
def february(project: Path) -> Content:
    return scored(project, "2026-02").content


@pytest.fixture(scope="session")
def kept(january: Content, february: Content, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of two runs that no test changes."""
    root = tmp_path_factory.mktemp("kept")
    archived(root, january)
    archived(root, february)
    return root
