"""Every rule for what people hand in twice, against each other or late has its message and its test."""

import re
from pathlib import Path

from docs.problems_page import kinds

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "human-input.md").read_text("utf-8")
ROW = re.compile(r"^\| (?!what happens|---)(.*?) \| (.*?) \| (.*?) \| `(\w+)` \|$", re.MULTILINE)


def test_every_row_names_a_code_that_there_is_and_a_test_that_there_is() -> None:
    codes = {kind.code for _, kind in kinds()}
    tests = {
        name
        for file in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", file.read_text("utf-8"), re.MULTILINE)
    }
    rows = ROW.findall(PAGE)
    assert len(rows) == PAGE.count("` |\n") > 50
    for what, _, code, test in rows:
        assert test in tests, what
        assert code == "—" or set(code.split(", ")) <= codes, what
