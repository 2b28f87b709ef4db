"""The examples of the documents: nothing to mend, and their worked cases hold."""

from pathlib import Path

import pytest

from kaohe.periods.cases import read_cases, work
from kaohe.policy.loader import lint

EXAMPLES = sorted(
    file
    for file in (Path(__file__).parents[2] / "docs" / "examples").glob("*.yaml")
    if not file.name.endswith(".cases.yaml")
)


def test_there_are_examples() -> None:
    assert len(EXAMPLES) >= 2


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: str(file.stem))
def test_an_example_has_nothing_to_mend_and_its_cases_hold(file: Path) -> None:
    assert lint(str(file)).problems == ()
    worked = [work(case) for case in read_cases(str(file))]
    assert len(worked) >= 3
    assert [(one.case.name, different) for one in worked for different in one.differing] == []
