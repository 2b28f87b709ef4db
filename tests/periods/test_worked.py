"""Schemes kept for what the language can say: their cases hold, and every figure tells its reason."""

import json
from collections.abc import Sequence
from fractions import Fraction
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from kaohe.core.figure import Node
from kaohe.core.language import Language
from kaohe.periods.cases import Worked, read_cases, work
from kaohe.policy.differences import differences
from kaohe.policy.loader import CASES, lint, lint_text
from kaohe.policy.sentences import sentences
from kaohe.statements.figures_file import write_figures
from kaohe.statements.report import page
from kaohe.statements.terminal import department
from kaohe.statements.words.sentences import formula_line, not_fired, sentence
from kaohe.statements.workbook import write_workbook
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


def of(name: str, case: int) -> Worked:
    file = Path(__file__).parent / "worked" / f"{name}.yaml"
    return work(read_cases(str(file))[case])


def test_what_does_not_count_is_reported_each_with_its_reason() -> None:
    codes = [[one.code for one in of("hotel", case).appraisal.problems] for case in range(5)]
    assert codes == [[], ["A115"], ["A117", "A117", "A114", "A116", "A120", "A120"], [], ["A121", "A120"]]
    assert [one.code for one in of("ledger", 0).appraisal.problems] == ["A108", "A107", "A106"]


def test_an_entry_that_was_taken_back_before_it_was_approved_is_over() -> None:
    assert [one.code for one in of("ledger", 1).appraisal.problems] == ["A106", "A106"]


def test_a_missing_rater_is_named_and_blocks_where_the_form_says_so() -> None:
    findings = of("hotel", 1).appraisal.findings
    (blocking,) = [one for one in findings if one.blocks_closing]
    assert (blocking.check, blocking.subject) == ("forms.assessment", "Rooms")
    assert blocking.says[Language.EN] == "“the assessment” is not filled in yet by Tao"
    assert {one.check for one in findings if not one.blocks_closing} == {"forms.attitude"}


def test_a_score_is_final_when_its_form_is_due() -> None:
    appraisal = of("hotel", 1).appraisal
    days = {key.figure: figure.final_on.isoformat() for key, figure in appraisal.figures.items()}
    assert days["of_executives"] == "2026-10-24"
    assert days["attitude"] == "2026-10-26"
    assert days["quality"] == days["house"] == "2026-10-20"


def test_a_changed_form_and_a_changed_quota_are_told() -> None:
    for name, old, new, said in (
        ("hotel", "mean: {trimmed: 1}", "mean: mean", "The mean of the raters counts."),
        ("hotel", "second_share: 50%", "second_share: 20%", "A second reviewer sees 20% of them."),
        ("quotas", "ties: down", "ties: up", "Who is tied gets the better grade."),
        ("departments", "each: people.department, only", "subject: '\"Desk\"', only", "Desk"),
        ("ledger", "needs_approval: yes", "needs_approval: no", "a loss averted (saved)."),
    ):
        text = (Path(__file__).parent / "worked" / f"{name}.yaml").read_text("utf-8")
        before, after = lint_text(text, name).policy, lint_text(text.replace(old, new), name).policy
        assert before is not None
        assert after is not None
        told = [
            line
            for chapter in differences(before, after, Language.EN)
            for change in chapter.changes
            for line in change.after
        ]
        assert any(said.lower() in line.lower() for line in told), (name, told)


def test_every_page_can_be_made_of_several_departments_scores_and_grades(tmp_path: Path) -> None:
    for name in ("departments", "hotel", "quotas"):
        appraisal = of(name, 0).appraisal
        text = page(appraisal, Language.ZH_HANT)
        assert all(one in text for one in appraisal.departments)
        write_workbook(appraisal, tmp_path / f"{name}.xlsx", Language.ZH_HANT)
        write_figures(appraisal, tmp_path)
        held = json.loads((tmp_path / "figures.json").read_text("utf-8"))
        assert len(held["figures"]) == len(appraisal.figures)
        console = Console(width=160, record=True, file=StringIO())
        console.print(department(appraisal, Language.EN))
        assert appraisal.departments[0] in console.export_text()
