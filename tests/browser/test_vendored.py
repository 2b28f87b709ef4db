import re
from hashlib import sha256
from pathlib import Path

import pytest

from kaohe.statements import report

HERE = Path(__file__).parent / "vendor"
PAGE = Path(report.__file__).parent / "page" / "vendor"


@pytest.mark.parametrize("folder", [HERE, PAGE], ids=["tests", "report"])
def test_vendored_scripts_are_the_ones_that_their_list_names(folder: Path) -> None:
    listed = dict(re.findall(r"`([\w.]+\.js)` .*`([0-9a-f]{64})`", (folder / "README.md").read_text("utf-8")))
    held = {file.name: sha256(file.read_bytes()).hexdigest() for file in folder.glob("*.js")}
    assert held == listed
    assert any("LICENSE" in file.name for file in folder.iterdir())
