"""What people hand in twice, against each other or too late: each has a rule, and nothing is lost.

The rest of the list in ``docs/human-input.md`` is held where its rule is.
"""

from fractions import Fraction

import pytest

from kaohe.core.problem import ProblemsFound
from kaohe.periods.books.carrying import outstanding
from kaohe.periods.books.closing import Act
from kaohe.periods.books.correcting import correct
from kaohe.periods.books.kept import opened
from kaohe.periods.books.shelf import made_shelf
from kaohe.periods.books.verifying import verify
from kaohe.periods.runs import run
from periods.desks import AT, Desk, totals
from records.shops import imported

MONTH = "2026-10"
SCHEME = """
policy: rated
version: 1
valid_from: 2026-01-01
title: {en: Rated, zh-Hant: 評分, zh-Hans: 评分}
department: {subject: '"Desk"', members: everyone}
parameters:
  bosses: {type: texts, value: [wu]}
  yuan: {type: number, unit: money, value: 10}
groups: {appraised: {if: people.regular and employed}}
ledger: {saved: {needs_approval: yes}, praise: {}}
forms:
  attitude:
    for: person
    who: appraised
    due: 3
    missing: left_out
    items: {effort: {from: 0, to: 10}, care: {from: 0, to: 10}}
    raters: {boss: {named: bosses}}
  duties:
    for: person
    who: appraised
    due: 3
    missing: left_out
    items: {care: {from: 0, to: 10}}
    raters: {boss: {named: bosses}}
sections:
  pay:
    for: person
    who: appraised
    each: period
    total: pay.total
    figures:
      pay.attitude: {unit: money, is: 'default(score(attitude), 0) * yuan', round: 0.01}
      pay.duties: {unit: money, is: 'default(score(duties), 0) * yuan', round: 0.01}
      pay.merit: {unit: money, is: '(entries(saved) * 5 + entries(praise)) * yuan', round: 0.01}
      pay.total: {unit: money, is: pay.attitude + pay.duties + pay.merit}
"""


@pytest.fixture
def rated(desk: Desk) -> Desk:
    desk.scheme.write_text(SCHEME, "utf-8")
    made_shelf(desk.books)
    return desk


def score(
    desk: Desk, item: str, given: float, at: str, *, round_: str = "attitude", who: str = "ann"
) -> None:
    row = f"{MONTH}/{round_},{who},{item},wu,{given},{MONTH[:5]}{at}\n"
    imported(desk.store, "scores", f"round,subject,item,rater,score,scored_at\n{row}")


def enter(desk: Desk, item: str, quantity: int, approved_by: str = "", note: str = "") -> None:
    row = f"ann,{MONTH}-12,{item},{quantity},{note},{approved_by}\n"
    imported(desk.store, "entries", f"person,day,item,quantity,note,approved_by\n{row}")


def paid(desk: Desk, version: int = 0) -> int:
    return whole(totals(opened(desk.shelf, MONTH, version))["ann"])


def whole(amount: Fraction) -> int:
    assert amount.denominator == 1
    return int(amount)


def codes(desk: Desk) -> list[str]:
    return [one.code for one in run(desk.request(MONTH), certain=False).problems]


def corrected(desk: Desk) -> None:
    correct(desk.shelf, MONTH, desk.store, Act("Wu", AT, because="it came late"))


def test_scores_after_the_closing_are_paid_by_a_correction(rated: Desk) -> None:
    rated.close(MONTH)
    for item in ("effort", "care"):
        score(rated, item, 8, "11-03 09:00:00")
    assert paid(rated) == 0
    corrected(rated)
    assert (paid(rated, 1), paid(rated)) == (0, 80)
    assert [(one.person, whole(one.amount)) for one in outstanding(rated.shelf)] == [("ann", 80)]


def test_a_score_given_anew_after_the_closing_replaces_it_in_a_correction_alone(rated: Desk) -> None:
    score(rated, "care", 8, "11-02 09:00:00", round_="duties")
    rated.close(MONTH)
    score(rated, "care", 3, "11-04 09:00:00", round_="duties")
    corrected(rated)
    assert (paid(rated, 1), paid(rated)) == (80, 30)
    assert len(opened(rated.shelf, MONTH).tables["scores"]) == 2, "both stand in the records"
    assert all(verify(rated.shelf, MONTH, version=one, store=rated.store).holds for one in (1, 2))


def test_an_approval_after_the_closing_is_paid_by_a_correction(rated: Desk) -> None:
    enter(rated, "saved", 1)
    assert codes(rated) == ["A106"]
    rated.close(MONTH)
    enter(rated, "saved", 1, approved_by="wu")
    assert codes(rated) == []
    corrected(rated)
    assert (paid(rated, 1), paid(rated)) == (0, 50)


def test_an_entry_taken_back_after_the_closing_is_got_back_by_a_correction(rated: Desk) -> None:
    enter(rated, "praise", 3)
    rated.close(MONTH)
    enter(rated, "praise", -3, note="reverses the wrong person")
    corrected(rated)
    assert (paid(rated, 1), paid(rated)) == (30, 0)
    assert [whole(one.amount) for one in outstanding(rated.shelf)] == [-30]
    assert len(opened(rated.shelf, MONTH).tables["entries"]) == 2, "what was taken back still stands there"


def test_the_same_entries_again_count_once_and_others_of_the_day_are_added(rated: Desk) -> None:
    enter(rated, "praise", 1)
    enter(rated, "praise", 1)
    enter(rated, "praise", 1, note="another customer")
    rated.close(MONTH)
    assert paid(rated) == 20


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (("effort", 5, "11-02 09:00:00", "atitude"), "A111"),
        (("zeal", 5, "11-02 09:00:00", "attitude"), "A112"),
        (("effort", 11, "11-02 09:00:00", "attitude"), "A114"),
        (("effort", 5, "11-02 09:00:00", "attitude"), "A120"),
    ],
)
def test_a_score_that_does_not_count_says_why_and_stays_in_the_records(
    rated: Desk, given: tuple[str, float, str, str], code: str
) -> None:
    item, mark, at, round_ = given
    score(rated, item, mark, at, round_=round_)
    assert code in codes(rated)
    rated.close(MONTH)
    assert paid(rated) == 0
    assert len(opened(rated.shelf, MONTH).tables["scores"]) == 1


def test_a_score_of_somebody_the_form_is_not_about_does_not_count(rated: Desk) -> None:
    score(rated, "effort", 5, "11-02 09:00:00", who="dora")
    assert codes(rated) == ["A118"]


def test_a_score_of_an_item_that_two_forms_have_must_say_which(rated: Desk) -> None:
    row = f"{MONTH},ann,care,wu,5,2026-11-02 09:00:00\n"
    imported(rated.store, "scores", f"round,subject,item,rater,score,scored_at\n{row}")
    assert codes(rated) == ["A113"]


def test_a_score_after_its_day_counts_and_is_marked(rated: Desk) -> None:
    score(rated, "care", 4, "11-05 09:00:00", round_="duties")
    assert codes(rated) == ["A119"]
    rated.close(MONTH)
    assert paid(rated) == 40


def test_books_that_moved_meanwhile_are_not_written_into(rated: Desk) -> None:
    rated.close("2026-09")
    rated.praise("ann", "2026-09-12", 2)
    rated.sell([("ann", "2026-09-12", "10.00")])

    def meanwhile(done: int, _: int) -> None:
        if done and not rated.shelf.versions(MONTH):
            rated.close(MONTH)

    act = Act("Wu", AT, because="it came late")
    with pytest.raises(ProblemsFound, match="D206"):
        correct(rated.shelf, "2026-09", rated.store, act, progress=meanwhile)
    assert rated.shelf.versions("2026-09") == [1]


def test_an_item_that_the_ledger_lacks_is_told_once_with_names(rated: Desk) -> None:
    for note in ("one", "two"):
        enter(rated, "prise", 1, note=note)
    (problem,) = run(rated.request(MONTH), certain=False).problems
    assert problem.code == "A101"
    assert "of 2 entries, the first of 2026-10-12 for Ann (ann)" in str(problem.message)
