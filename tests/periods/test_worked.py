"""Schemes kept for what the language can say: their cases hold, and every figure tells its reason."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from kaohe.core.figure import Node
from kaohe.core.language import Language
from kaohe.periods.cases import Worked, read_cases, work
from kaohe.policy.loader import CASES, lint
from kaohe.policy.sentences import sentences
from kaohe.statements.words.sentences import formula_line, not_fired, sentence
from statements.arithmetic import applied

SCHEMES = sorted(
    file for file in (Path(__file__).parent / "worked").glob("*.yaml") if not file.name.endswith(CASES)
)
EMPTY = ("sum", "mean", "count", "any", "all", "first")
WHOLE = ("place", "share", "quota")
"""Steps that are read from a whole ranking or sharing, not computed from their arguments."""


def evaluated(node: Node) -> Any:
    """Return what a computation comes to, by the small evaluator that knows nothing of the engine."""
    if (not node.args and node.op not in EMPTY) or node.op in WHOLE:
        return node.value
    return applied(node.op, [evaluated(arg) for arg in node.args])


@pytest.fixture(scope="module", params=SCHEMES, ids=[file.stem for file in SCHEMES])
def worked(request: pytest.FixtureRequest) -> Sequence[Worked]:
    return [work(case) for case in read_cases(str(request.param))]


@pytest.mark.parametrize("file", SCHEMES, ids=[file.stem for file in SCHEMES])
def test_a_scheme_is_sound_and_can_be_read_out(file: Path) -> None:
    linted = lint(str(file))
    assert [str(one.message) for one in linted.problems] == []
    assert linted.policy is not None
    for language in Language:
        said = [line for passage in sentences(linted.policy, language) for line in passage.lines]
        assert said
        assert not [line.text for line in said if "{" in line.text or not line.text.strip()]


def test_its_cases_hold(worked: Sequence[Worked]) -> None:
    assert worked
    assert [(one.case.name, different) for one in worked for different in one.differing] == []


def test_every_figure_is_what_its_reason_says(worked: Sequence[Worked]) -> None:
    for one in worked:
        for key, figure in one.appraisal.figures.items():
            reason = one.appraisal.reason(key)
            value = evaluated(reason.tree)
            assert (Fraction(value) if value is not None else None) == figure.value, key


def test_every_figure_has_a_sentence_in_every_language(worked: Sequence[Worked]) -> None:
    for one in worked:
        for key in one.appraisal.figures:
            for language in Language:
                said = sentence(one.appraisal, key, language)
                assert said.strip(), key
                assert "{" not in said, said
                assert formula_line(one.appraisal, key, language)
                assert all(not_fired(one.appraisal, key, language)), key
