"""Each kind of mistake: a small bad policy in ``mistakes/``, and what is said of it beside it."""

from pathlib import Path

import pytest

from kaohe.core.language import Language
from kaohe.core.problem import Kind
from kaohe.policy import people_problems, problems
from kaohe.policy.loader import lint_text

MISTAKES = Path(__file__).parent / "mistakes"
NAMES = sorted(file.stem for file in MISTAKES.glob("*.yaml"))
TWENTY = "twenty_mistakes"
DECLARED = [
    one for room in (problems, people_problems) for one in vars(room).values() if isinstance(one, Kind)
]
KINDS = {one.code: one for one in DECLARED}
SEEN_ELSEWHERE = {"P100", "P302", "P303", "P304"}
"""A policy that is not there has no file to show; see test_loader."""


def said(name: str, language: Language = Language.EN) -> str:
    file = MISTAKES / f"{name}.yaml"
    found = lint_text(file.read_text("utf-8"), file.name).problems
    return "".join(f"{row}\n" for problem in found for row in problem.lines(language))


@pytest.mark.parametrize("name", NAMES)
def test_a_mistake_is_explained_as_it_was_agreed(name: str) -> None:
    assert said(name) == (MISTAKES / f"{name}.expected.txt").read_text("utf-8")


@pytest.mark.parametrize("language", [Language.ZH_HANT, Language.ZH_HANS])
@pytest.mark.parametrize("name", NAMES)
def test_a_mistake_is_explained_in_chinese_with_the_same_lines(name: str, language: Language) -> None:
    english, chinese = said(name).splitlines(), said(name, language).splitlines()
    assert len(chinese) == len(english)
    assert all("{" not in row or "{" in other for row, other in zip(chinese, english, strict=True))
    assert chinese != english


def test_every_kind_of_problem_has_a_policy_that_shows_it() -> None:
    shown = {
        problem.code
        for name in NAMES
        for problem in lint_text((MISTAKES / f"{name}.yaml").read_text("utf-8"), name).problems
    }
    assert KINDS.keys() - shown == SEEN_ELSEWHERE


def test_no_code_names_two_kinds() -> None:
    codes = [one.code for one in DECLARED]
    assert len(codes) == len(set(codes))


def test_twenty_mistakes_at_once_are_all_found_on_their_lines() -> None:
    text = (MISTAKES / f"{TWENTY}.yaml").read_text("utf-8")
    marked = [
        number for number, row in enumerate(text.splitlines(), start=1) if " # 1" in row or " # " in row
    ]
    found = lint_text(text, TWENTY).problems
    wrong = {problem.place.line for problem in found}
    assert len(found) == 20
    assert len({problem.code for problem in found}) >= 17
    # The gap between two bands stands at the second one, the unit beside the formula: one line apart.
    assert all({line, line + 1} & wrong for line in marked)
