from pathlib import Path

import pytest

from kaohe.demo.shop import Shop, write_shop


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """A tenth of the demo shop: small, yet with everything in it."""
    folder: Path = tmp_path_factory.mktemp("demo")
    return write_shop(folder / "shop", scale=0.1)
