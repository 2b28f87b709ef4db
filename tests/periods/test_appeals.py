"""An appeal is about one figure and answered once, by somebody else; what makes it good reaches pay."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from kaohe.core.problem import ProblemsFound
from kaohe.periods.books.appeals import Answer, Appeal, Decision, Entry, answer, appeals
from kaohe.periods.books.closing import Act, close, status
from kaohe.periods.books.correcting import correct, waiting
from kaohe.periods.books.kept import opened
from kaohe.periods.books.publishing import Objection, open_appeal, publish
from kaohe.periods.books.shelf import made_shelf
from kaohe.periods.runs import run
from periods.desks import AT, Desk, totals

DAY_AFTER = "2026-11-07T10:00:00+08:00"
ENTRY = Entry(date(2026, 7, 9), "praise", Decimal(2))


def appealed(desk: Desk, person: str = "ann", figure: str = "merit", **more: str) -> Appeal:
    said = {"text": "a praise is missing", "by": "", "at": DAY_AFTER, "span": "2026-07", **more}
    return open_appeal(desk.shelf, Objection(person, figure, **said))


def upheld(desk: Desk, number: int, **more: object) -> Appeal:
    given = {"reason": "it was forgotten", "by": "Wu", "at": DAY_AFTER, "entry": ENTRY, **more}
    return answer(desk.shelf, number, Answer(Decision.UPHELD, **given))[0]  # type: ignore[arg-type]


def codes(found: pytest.ExceptionInfo[ProblemsFound]) -> list[str]:
    return [one.code for one in found.value.problems]


@pytest.fixture
def closed(desk: Desk) -> Desk:
    desk.close("2026-07")
    return desk


def test_an_appeal_names_the_value_and_the_version_it_is_against(closed: Desk) -> None:
    one = appealed(closed, "Ann", "sold", span="2026-07-W2")
    assert (one.number, one.person, one.period, one.version) == (1, "ann", "2026-07", 1)
    kept = opened(closed.shelf, "2026-07")
    figure = next(
        f for k, f in kept.figures.items() if (k.figure, k.subject, k.span) == ("sold", "ann", "2026-07-W2")
    )
    assert Decimal(one.value) == Decimal(figure.value.numerator) / figure.value.denominator  # type: ignore[union-attr]
    assert one.due == date(2026, 11, 21)


def test_only_a_figure_that_was_shown_can_be_appealed_against(closed: Desk) -> None:
    with pytest.raises(ProblemsFound) as found:
        appealed(closed, figure="merits", text=" ")
    assert codes(found) == ["D256", "D208"]
    with pytest.raises(ProblemsFound) as found:
        appealed(closed, span="2026-10")
    assert codes(found) == ["D255"]


def test_one_figure_has_one_open_appeal(closed: Desk) -> None:
    appealed(closed)
    with pytest.raises(ProblemsFound) as found:
        appealed(closed)
    assert codes(found) == ["D257"]
    upheld(closed, 1)
    assert appealed(closed).number == 2


def test_neither_who_opened_it_nor_whom_it_is_about_answers(closed: Desk) -> None:
    appealed(closed, by="Zhao")
    for name in ("ann", "Ann", "Zhao"):
        with pytest.raises(ProblemsFound) as found:
            upheld(closed, 1, by=name)
        assert codes(found) == ["D252"]


def test_an_answer_stands(closed: Desk) -> None:
    appealed(closed)
    upheld(closed, 1)
    with pytest.raises(ProblemsFound) as found:
        answer(closed.shelf, 1, Answer(Decision.REJECTED, "no", "Qian", DAY_AFTER))
    assert codes(found) == ["D251"]
    assert appeals(closed.shelf)[0].decision is Decision.UPHELD


def test_an_answer_is_whole_or_none(closed: Desk) -> None:
    appealed(closed)
    with pytest.raises(ProblemsFound) as found:
        upheld(closed, 1, entry=None, reason="")
    assert codes(found) == ["D208", "D253"]
    with pytest.raises(ProblemsFound) as found:
        answer(closed.shelf, 1, Answer(Decision.REJECTED, "no", "Wu", DAY_AFTER, ENTRY))
    assert codes(found) == ["D254"]
    with pytest.raises(ProblemsFound) as found:
        upheld(closed, 7)
    assert codes(found) == ["D250"]


def test_a_late_answer_counts_and_says_so(closed: Desk) -> None:
    appealed(closed)
    given = Answer(Decision.UPHELD, "yes", "Wu", "2026-12-30T10:00:00+08:00", ENTRY)
    one, warnings = answer(closed.shelf, 1, given)
    assert one.answered_late
    assert [warning.code for warning in warnings] == ["D259"]


def test_a_late_appeal_needs_a_reason(closed: Desk) -> None:
    with pytest.raises(ProblemsFound) as found:
        appealed(closed, at="2026-12-07T10:00:00+08:00")
    assert codes(found) == ["D258"]
    assert appealed(closed, at="2026-12-07T10:00:00+08:00", late="was ill").late == "was ill"


def test_an_upheld_appeal_reaches_pay_by_a_correction(closed: Desk) -> None:
    appealed(closed)
    upheld(closed, 1)
    before = opened(closed.shelf, "2026-07")
    assert [one.number for one in waiting(closed.shelf, before)] == [1]
    done = correct(closed.shelf, "2026-07", closed.store, Act("Wu", AT, because="appeal 1"))
    assert done.kept is not None
    assert totals(done.kept)["ann"] > totals(before)["ann"]
    assert done.kept.manifest.appeals == (1,)
    assert waiting(closed.shelf, done.kept) == []


def test_an_upheld_appeal_whose_record_never_came_is_pointed_at(closed: Desk) -> None:
    appealed(closed)
    upheld(closed, 1, entry=None, record="order o5 belongs to ann")
    done = correct(closed.shelf, "2026-07", closed.store, Act("Wu", AT, because="appeal 1"))
    assert [one.code for one in done.problems] == ["D241"]
    assert done.kept is None


def test_an_appeal_before_the_closing_blocks_it_and_then_counts_in_it(desk: Desk) -> None:
    made_shelf(desk.books)
    publish(desk.shelf, run(desk.request("2026-07")).appraisal)
    one = appealed(desk)
    assert one.version == 0
    assert [blocker.name for blocker in status(desk.request("2026-07")).blockers] == ["appeal/1"]
    with pytest.raises(ProblemsFound):
        close(desk.request("2026-07"), Act("Lin", AT))
    upheld(desk, 1)
    kept = close(desk.request("2026-07"), Act("Lin", AT))
    assert kept.manifest.appeals == (1,)
    assert [row["item"] for row in kept.entries] == ["praise"]


def test_appeals_that_were_changed_afterwards_are_not_read(closed: Desk, tmp_path: Path) -> None:
    appealed(closed)
    upheld(closed, 1)
    first = closed.books / "appeals" / "000001.json"
    good = first.read_text("utf-8")
    first.write_text(good.replace("a praise is missing", "nothing"), "utf-8")
    with pytest.raises(ProblemsFound, match="D260"):
        appeals(closed.shelf)
    first.rename(tmp_path / "gone")
    with pytest.raises(ProblemsFound, match="D260"):
        appeals(closed.shelf)
