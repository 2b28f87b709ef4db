"""One small desk for all tests of the books; each test works on a copy of its own."""

from pathlib import Path

import pytest

from periods.desks import Desk, made_desk


@pytest.fixture(scope="session")
def original(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return made_desk(tmp_path_factory.mktemp("desk") / "original")


@pytest.fixture
def desk(original: Desk, tmp_path: Path) -> Desk:
    return original.copied(tmp_path / "desk")
