"""A policy copied to begin one's own."""

from pathlib import Path

import pytest

from kaohe.core.problem import ProblemsFound
from kaohe.policy.copying import copied, copy_policy
from kaohe.policy.loader import lint, load, shipped, shipped_cases_text


def codes(found: pytest.ExceptionInfo[ProblemsFound]) -> list[str]:
    return [one.code for one in found.value.problems]


@pytest.mark.parametrize("name", shipped())
def test_a_copy_says_the_same_under_its_own_name(name: str, tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    copy_policy(name, "my-desk", file)
    linted = lint(str(file))
    assert linted.problems == ()
    assert linted.policy is not None
    assert (linted.policy.name, linted.policy.version) == ("my-desk", 1)
    assert list(linted.policy.definitions) == list(load(name).definitions)


def test_comments_are_kept_and_a_later_version_begins_anew(tmp_path: Path) -> None:
    file = tmp_path / "old.yaml"
    text = copied("presale-desk", "old").replace("version: 1\n", "version: 17   # since July\n")
    file.write_text(text, "utf-8")
    made = copied(str(file), "new")
    assert "version: 1   # since July\n" in made
    assert made.count("#") == text.count("#")


def test_a_file_that_is_there_is_not_touched(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("mine", "utf-8")
    with pytest.raises(ProblemsFound) as found:
        copy_policy("presale-desk", "mine", file)
    assert codes(found) == ["P303"]
    assert file.read_text("utf-8") == "mine"


def test_the_worked_cases_come_along_and_name_the_copy(tmp_path: Path) -> None:
    first, second, bare = (tmp_path / name for name in ("first.yaml", "second.yaml", "bare.yaml"))
    assert copy_policy("presale-desk", "first", first) == tmp_path / "first.cases.yaml"
    cases = (tmp_path / "first.cases.yaml").read_text("utf-8")
    assert "kaohe policy test first.yaml\n" in cases
    assert cases.split("usual:")[1] == shipped_cases_text("presale-desk").split("usual:")[1]
    assert copy_policy(str(first), "second", second) == tmp_path / "second.cases.yaml"
    (tmp_path / "second.cases.yaml").unlink()
    assert copy_policy(str(second), "bare", bare) is None


def test_cases_that_are_there_are_not_touched_and_no_policy_is_written(tmp_path: Path) -> None:
    beside = tmp_path / "mine.cases.yaml"
    beside.write_text("mine", "utf-8")
    with pytest.raises(ProblemsFound) as found:
        copy_policy("presale-desk", "mine", tmp_path / "mine.yaml")
    assert codes(found) == ["P303"]
    assert [file.name for file in tmp_path.iterdir()] == ["mine.cases.yaml"]
    assert beside.read_text("utf-8") == "mine"


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ProblemsFound) as found:
        copy_policy("presale-desk", "mine", tmp_path / "nowhere" / "mine.yaml")
    assert codes(found) == ["P304"]


def test_a_bad_name_and_an_unknown_original_are_told_at_once() -> None:
    with pytest.raises(ProblemsFound) as found:
        copied("presale-dusk", "My Desk")
    assert codes(found) == ["P301", "P100"]


def test_a_policy_in_one_line_is_left_to_its_author(tmp_path: Path) -> None:
    file = tmp_path / "flow.yaml"
    file.write_text("{policy: x, version: 1, title: x, sections: {}}", "utf-8")
    with pytest.raises(ProblemsFound) as found:
        copied(str(file), "mine")
    assert codes(found) == ["P302"]
