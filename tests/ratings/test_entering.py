"""Scores typed into pages: held against their scales, kept once, the last one counting."""

from datetime import datetime
from fractions import Fraction
from pathlib import Path

import pytest

from kaohe.core.language import Language
from kaohe.ratings import problems
from kaohe.ratings.distribution import spreads, whole_steps
from kaohe.ratings.entering import Given, HandedIn, Typed, entered, given_by, hand_in_form, hand_in_reviews
from kaohe.ratings.rounds import round_of
from kaohe.ratings.sampling import sampling_of
from kaohe.ratings.takein import FORMS
from ratings import world

AT = datetime.fromisoformat("2026-11-03T10:00:00")
LATE = datetime.fromisoformat("2026-11-05T09:00:00")
CELL = ("p2", "cooperation")


def hand_in(store: Path, score: str, at: datetime = AT, note: str = "") -> HandedIn:
    round_ = round_of(world.desk(store), "attitude")
    given = {CELL: Given(Fraction(score), note)}
    return hand_in_form(round_, "p1", given, store, at, language=Language.EN)


def counted(store: Path) -> Fraction | None:
    return round_of(world.desk(store), "attitude").given.get((*CELL, "p1"))


def test_a_score_that_is_handed_in_counts(store: Path) -> None:
    handed = hand_in(store, "4.5", note="steps in")
    assert (handed.new, handed.known, handed.problems) == (1, 0, ())
    assert counted(store) == Fraction("4.5")
    noted = given_by(world.desk(store).records, FORMS, "2026-10/attitude", "p1")
    assert noted == {CELL: Given(Fraction("4.5"), "steps in")}


def test_the_same_again_changes_nothing_and_another_one_counts_instead(store: Path) -> None:
    hand_in(store, "4")
    again = hand_in(store, "4", LATE)
    assert (again.new, again.known, again.report) == (0, 1, None)
    assert not round_of(world.desk(store), "attitude").late
    hand_in(store, "2", LATE)
    assert counted(store) == 2
    assert len(world.desk(store).records.table("scores")) == 2


def test_what_is_handed_in_last_counts_even_where_the_clock_went_back(store: Path) -> None:
    hand_in(store, "4", LATE)
    hand_in(store, "5", AT)
    assert counted(store) == 5


def test_a_score_after_the_last_day_counts_and_is_marked_as_late(store: Path) -> None:
    handed = hand_in(store, "3", LATE)
    assert [one.code for one in handed.problems] == [problems.LATE.code]
    round_ = round_of(world.desk(store), "attitude")
    assert round_.late == {(*CELL, "p1")}


def test_what_somebody_is_not_asked_is_not_kept(store: Path) -> None:
    round_ = round_of(world.desk(store), "attitude")
    given = {("p2", "cooperation"): Given(Fraction(3), "")}
    handed = hand_in_form(round_, "p2", given, store, AT, language=Language.EN)
    assert (handed.new, handed.report) == (0, None)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        (Typed("six"), problems.NOT_A_SCORE.code),
        (Typed("6"), problems.OFF_SCALE.code),
        (Typed("0"), problems.OFF_SCALE.code),
        (Typed("1e9"), problems.NOT_A_SCORE.code),
        (Typed("4.1234567"), problems.TOO_FINE.code),
        (Typed("", "a note alone"), problems.NOTE_WITHOUT_SCORE.code),
    ],
)
def test_what_is_wrong_is_told_by_its_cell(pristine: Path, typed: Typed, code: str) -> None:
    desk = world.desk(pristine)
    items = desk.policy.forms["attitude"].items
    read = entered(items, {CELL: typed}, desk.name, Language.EN)
    assert not read.scores
    assert read.problems[CELL].code == code
    assert "阿梅 · Cooperation" in read.problems[CELL].message.to(Language.EN)


@pytest.mark.parametrize("typed", ["4", " 4 ", "４", "4.0", "4.000000000"])
def test_a_number_is_read_however_it_was_typed(pristine: Path, typed: str) -> None:
    desk = world.desk(pristine)
    read = entered(desk.policy.forms["attitude"].items, {CELL: Typed(typed)}, desk.name, Language.EN)
    assert read.scores == {CELL: Given(Fraction(4), "")}


def test_a_review_is_kept_with_whose_conversation_it_is_and_never_ones_own(store: Path) -> None:
    sampling = sampling_of(world.desk(store))
    sampling.keep(sampling.draw("7"), "7", store, Language.EN)
    sampling = sampling_of(world.desk(store))
    people = {one.case: one.talk.person for one in sampling.drawn}
    mine = next(case for case, person in people.items() if person == "p2")
    other = next(case for case, person in people.items() if person == "p3")
    scores = {(case, "courtesy"): Given(Fraction(2), "") for case in (mine, other, "ZZZZ-ZZZZ")}
    handed = hand_in_reviews(
        sampling.round, "p2", scores, people, sampling.desk.records, store, AT,
        zone=world.ZONE, language=Language.EN,
    )  # fmt: skip
    assert handed.new == 1
    (row,) = world.desk(store).records.table("reviews").to_pylist()
    assert (row["case"], row["person"], row["reviewer"], row["score"]) == (other, "p3", "p2", 2)


def test_a_rater_sees_how_their_scores_are_spread_beside_the_others(store: Path) -> None:
    round_ = round_of(world.desk(store), "attitude")
    for rater, score in (("p1", 5), ("p3", 3), ("p4", 2)):
        hand_in_form(round_, rater, {CELL: Given(Fraction(score), "")}, store, AT, language=Language.EN)
    round_ = round_of(world.desk(store), "attitude")
    cooperation, initiative = spreads(round_.form.items.values(), round_.marks(), "p1")
    assert [part.label for part in cooperation.parts] == ["1", "2", "3", "4", "5"]
    assert [part.own for part in cooperation.parts] == [0, 0, 0, 0, 1]
    assert [part.others for part in cooperation.parts] == [0, 1, 1, 0, 0]
    assert (cooperation.own, cooperation.others) == (Fraction(5), Fraction("2.5"))
    assert (initiative.own, initiative.others) == (None, None)


def test_a_long_scale_is_cut_into_ten_equal_parts(store: Path) -> None:
    round_ = round_of(world.desk(store), "duties")
    cell = ("p2", "records")
    for rater, score in (("p1", 100), ("p2", 59)):
        hand_in_form(round_, rater, {cell: Given(Fraction(score), "")}, store, AT, language=Language.EN)
    round_ = round_of(world.desk(store), "duties")
    records, _ = spreads(round_.form.items.values(), round_.marks(), "p1")
    assert [part.label for part in records.parts][::9] == ["0–10", "90–100"]
    assert [number for number, part in enumerate(records.parts) if part.own] == [9]
    assert [number for number, part in enumerate(records.parts) if part.others] == [5]
    assert whole_steps(records.item) == []
