"""What is alike is said once, and what blocks closing is never left out."""

from dataclasses import replace

from kaohe.appraisal.appraise import Appraisal
from kaohe.core.language import Language
from kaohe.statements import labels
from kaohe.statements.words.grouped import MOST_NAMES, blocking, findings_sentence
from statements.appraised import presale

EN = Language.EN


def owing(people: int) -> Appraisal:
    """Return a month in which the same finding stands against so many people."""
    appraisal = presale("presale-1")
    first = next(one for one in appraisal.findings if one.blocks_closing and not one.figure)
    found = tuple(replace(first, subject=f"p-{one}", span="2026-06") for one in range(101, 101 + people))
    return replace(appraisal, findings=found)


def said(appraisal: Appraisal, language: Language = EN) -> list[str]:
    return [findings_sentence(appraisal, one, language) for one in blocking(appraisal)]


def test_what_holds_up_several_people_alike_is_one_line_with_their_names() -> None:
    appraisal, owed = owing(3), "no target for the month, or a target of zero: no completion, no commission"
    assert said(appraisal) == [f"June 2026, p-101, p-102 and p-103: {owed}"]


def test_of_many_people_eight_are_named_and_the_others_counted() -> None:
    appraisal = owing(11)
    (line,) = said(appraisal)
    assert line.startswith("June 2026, p-101, p-102, p-103, ")
    assert line.count("p-1") == MOST_NAMES
    assert " and 3 more: " in line
    (chinese,) = said(appraisal, Language.ZH_HANT)
    assert chinese.startswith("2026 年 6 月，p-101、")
    assert "p-108 和另外 3 個：" in chinese


def test_other_months_or_other_words_are_lines_of_their_own() -> None:
    appraisal = owing(2)
    one, other = appraisal.findings
    assert len(said(replace(appraisal, findings=(one, replace(other, span="2026-05"))))) == 2
    assert len(said(replace(appraisal, findings=(one, replace(other, says={EN: "something else"}))))) == 2
    assert len(said(replace(appraisal, findings=(replace(one, blocks_closing=False), other)))) == 1


def test_figures_are_not_called_final_without_more_ado_while_something_blocks_closing() -> None:
    appraisal = owing(1)
    assert labels.provisional(appraisal, EN) == labels.FINAL_BUT_BLOCKED.to(EN)
    assert labels.provisional(replace(appraisal, findings=()), EN) == labels.ALL_FINAL.to(EN)
    spoken = replace(
        appraisal, findings=tuple(replace(one, blocks_closing=False) for one in appraisal.findings)
    )
    assert labels.provisional(spoken, EN) == labels.ALL_FINAL.to(EN)


def test_figures_are_not_called_final_while_a_review_waits_for_its_confirmation() -> None:
    found = (presale(name) for name in ("presale-1", "presale-2", "presale-3"))
    appraisal = next(one for one in found if one.reviews)
    for confirmed, said in ((False, labels.FINAL_BUT_BLOCKED), (True, labels.ALL_FINAL)):
        reviews = tuple(replace(one, confirmed=confirmed) for one in appraisal.reviews)
        told = replace(appraisal, findings=(), reviews=reviews)
        assert labels.provisional(told, EN) == said.to(EN)
