"""An appeal against a sampled review is upheld: the decided score counts, and reaches pay by a correction."""

from decimal import Decimal
from fractions import Fraction

import pytest

from kaohe.core.figure import FigureKey, Level
from kaohe.core.problem import ProblemsFound
from kaohe.periods.books.appeals import Answer, Decision, answer, appeals
from kaohe.periods.books.closing import Act
from kaohe.periods.books.correcting import correct
from kaohe.periods.books.publishing import Objection, open_appeal
from kaohe.periods.books.verifying import verify
from kaohe.periods.rescoring import Rescored
from periods.desks import Desk
from records.shops import imported

ACT = Act("Wu", "2026-11-20T09:00:00+08:00", because="appeal 1")
ITEMS = "items: {tone: {from: 0, to: 2}, facts: {from: 0, to: 1}}"
QUALITY = FigureKey("quality", Level.PERSON, "ann", "2026-07")


@pytest.fixture
def reviewed(desk: Desk) -> Desk:
    """A desk that reviews: ann's only drawn conversation got 1 of 2 and 1 of 1 from two reviewers."""
    text = desk.scheme.read_text("utf-8")
    text = text.replace("sections:\n", f"samples:\n  talks: {{size: drawn, {ITEMS}}}\nsections:\n", 1)
    text = text.replace("parameters:\n", "parameters:\n  drawn: {type: number, unit: count, value: 1}\n", 1)
    quality = "      quality: {unit: ratio, is: reviewed(talks)}\n  desk:\n"
    desk.scheme.write_text(text.replace("  desk:\n", quality, 1), "utf-8")
    imported(
        desk.store,
        "draws",
        "round,case,person,shop,account,customer,day,seed\n2026-07/talks,C1,ann,S,ann1,c1,2026-07-03,7\n",
    )
    rows = "".join(
        f"2026-07/talks,C1,ann,{item},{by},1,2026-08-01 00:00:00\n"
        for item in ("tone", "facts")
        for by in ("bob", "cai")
    )
    imported(desk.store, "reviews", f"round,case,person,item,reviewer,score,reviewed_at\n{rows}")
    return desk


def test_the_decided_score_counts_in_place_of_each_reviewers(reviewed: Desk) -> None:
    first = reviewed.close("2026-07")
    assert first.figures[QUALITY].value is not None
    before = first.figures[QUALITY].value
    objection = Objection(
        "ann", "quality", "2026-07", "the greeting is there", "", "2026-11-07T10:00:00+08:00"
    )
    open_appeal(reviewed.shelf, objection)
    given = Answer(
        Decision.UPHELD,
        "so it is",
        "Lin",
        "2026-11-08T10:00:00+08:00",
        review=Rescored("C1", "tone", Decimal(2)),
    )
    answer(reviewed.shelf, 1, given)
    assert appeals(reviewed.shelf)[0].review == Rescored("C1", "tone", Decimal(2))
    done = correct(reviewed.shelf, "2026-07", reviewed.store, ACT)
    assert done.kept is not None
    assert (before, done.kept.figures[QUALITY].value) == (Fraction(3, 4), Fraction(1))
    assert not done.problems
    top = next(one for one in done.changes if one.name == "quality")
    assert top.below
    assert done.kept.rescored == (given.review,)
    assert verify(reviewed.shelf, "2026-07", store=reviewed.store).holds
    assert verify(reviewed.shelf, "2026-07", version=1, store=reviewed.store).holds


def test_a_score_of_another_period_or_case_moves_nothing_and_is_pointed_out(reviewed: Desk) -> None:
    reviewed.close("2026-07")
    open_appeal(reviewed.shelf, Objection("ann", "quality", "2026-07", "no", "", "2026-11-07T10:00:00+08:00"))
    review = Rescored("C9", "tone", Decimal(2))
    answer(
        reviewed.shelf,
        1,
        Answer(Decision.UPHELD, "so it is", "Lin", "2026-11-08T10:00:00+08:00", review=review),
    )
    done = correct(reviewed.shelf, "2026-07", reviewed.store, ACT)
    assert done.kept is None
    assert [one.code for one in done.problems] == ["D241"]


def test_a_rejected_appeal_names_no_score(reviewed: Desk) -> None:
    reviewed.close("2026-07")
    open_appeal(reviewed.shelf, Objection("ann", "quality", "2026-07", "no", "", "2026-11-07T10:00:00+08:00"))
    review = Rescored("C1", "tone", Decimal(2))
    with pytest.raises(ProblemsFound, match="D254"):
        answer(
            reviewed.shelf,
            1,
            Answer(Decision.REJECTED, "no", "Lin", "2026-11-08T10:00:00+08:00", review=review),
        )
