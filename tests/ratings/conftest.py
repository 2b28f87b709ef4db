"""One store for the tests that only read, and a fresh copy for those that write."""

import shutil
from pathlib import Path

import pytest

from ratings import world


@pytest.fixture(scope="session")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return world.store_of(tmp_path_factory.mktemp("desk"))


@pytest.fixture
def store(pristine: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(pristine, tmp_path / "store"))
