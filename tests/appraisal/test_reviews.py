"""Which reviews of drawn conversations count: of what was drawn, by who may review, of nobody's own."""

from collections.abc import Collection, Mapping
from datetime import datetime
from fractions import Fraction

from kaohe.appraisal.marks import Asked, Mark
from kaohe.appraisal.reviews import counting
from kaohe.core.problem import Problem

ASKED = Asked("quality", "reviews", {})
DRAWN = {"A": "ann", "B": "bob"}


def mark(case: str, subject: str, by: str) -> Mark:
    return Mark("2026-10/quality", subject, case, "tone", by, Fraction(1), datetime(2026, 11, 1))  # noqa: DTZ001 - wall clock


def counted(
    *marks: Mark, drawn: Mapping[str, str] | None = DRAWN, reviewers: Collection[str] | None = None
) -> tuple[list[Mark], list[Problem]]:
    found: list[Problem] = []
    return list(counting(ASKED, marks, drawn, reviewers, found)), found


def test_a_review_of_what_was_never_drawn_does_not_count_and_is_told_once() -> None:
    good = mark("A", "ann", "eve")
    kept, found = counted(good, mark("X", "ann", "eve"), mark("Y", "bob", "eve"), mark("X", "ann", "joe"))
    assert kept == [good]
    assert [one.code for one in found] == ["A122"]
    said = "Reviews of 2 conversations not drawn in “quality” do not count: X, Y."
    assert str(found[0].message).startswith(said)


def test_a_review_counts_only_as_that_of_the_person_it_was_drawn_from() -> None:
    kept, found = counted(mark("A", "bob", "eve"))
    assert (kept, [one.code for one in found]) == ([], ["A123"])
    assert "was drawn from ann, and is reviewed as that of bob" in str(found[0].message)


def test_where_nothing_shows_a_draw_every_case_counts() -> None:
    given = [mark("X", "ann", "eve"), mark("Y", "bob", "eve")]
    assert counted(*given, drawn=None) == (given, [])


def test_nobody_reviews_themself_and_only_those_whom_the_policy_names_review() -> None:
    good = mark("B", "bob", "eve")
    kept, found = counted(mark("A", "ann", "ann"), good, mark("A", "ann", "zoe"), reviewers=["eve", "ann"])
    assert kept == [good]
    assert [one.code for one in found] == ["A124", "A125"]
    assert "one of eve, ann" in str(found[1].expected)
