"""Rows that people enter by hand: in all or none, in the place of others, over what was seen."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from kaohe.core.language import Language
from kaohe.core.problem import ProblemsFound
from kaohe.periods.booking import Booking, key_of
from kaohe.records.handing import Row


@pytest.fixture
def booking(tmp_path: Path) -> Booking:
    return Booking(tmp_path / "store", ZoneInfo("Asia/Shanghai"), Language.EN)


def target(person: str, amount: str, month: str = "2026-10") -> Row:
    return {"person": person, "month": month, "amount": amount}


def amounts(booking: Booking) -> dict[str, str]:
    return {row["person"]: row["amount"] for row in booking.standing("targets").rows}


def test_a_row_takes_the_place_of_the_one_with_its_key_and_again_changes_nothing(booking: Booking) -> None:
    booking.put("targets", [target("ann", "100"), target("bo", "200")])
    booking.put("targets", [target("ann", "150.50")])
    version = booking.standing("targets").version
    report = booking.put("targets", [target("ann", "150.50")])
    assert amounts(booking) == {"ann": "150.5", "bo": "200"}
    assert (report.rows_unchanged, booking.standing("targets").version) == (1, version)


def test_of_a_bad_row_the_column_is_told_and_nothing_comes_in(booking: Booking) -> None:
    with pytest.raises(ProblemsFound) as refused:
        booking.put("targets", [target("ann", "100"), target("bo", "much")])
    (problem,) = refused.value.problems
    assert (problem.place.file, problem.place.line, problem.place.column) == ("", 0, "amount")
    assert amounts(booking) == {}


def test_rows_go_and_come_in_one_step(booking: Booking) -> None:
    booking.put("targets", [target("ann", "100"), target("bo", "200")])
    booking.exchange("targets", [("ann", "2026-10")], [target("carl", "300")])
    assert amounts(booking) == {"bo": "200", "carl": "300"}
    booking.exchange("targets", [("bo", "2026-10"), ("carl", "2026-10")])
    assert amounts(booking) == {}


def test_who_has_not_seen_the_newest_changes_nothing(booking: Booking) -> None:
    booking.put("targets", [target("ann", "100")])
    seen = booking.standing("targets").version
    booking.put("targets", [target("bo", "200")])
    with pytest.raises(ProblemsFound) as refused:
        booking.exchange("targets", [("ann", "2026-10")], since=seen)
    assert [one.code for one in refused.value.problems] == ["R409"]
    assert amounts(booking) == {"ann": "100", "bo": "200"}


def test_an_account_changes_hands_on_a_day(booking: Booking) -> None:
    people = [{"person": one, "name": one, "regular": "yes"} for one in ("ann", "bo")]
    booking.put("people", people)
    whole = {"shop": "S", "account": "a", "person": "ann", "from": "2026-01-01", "to": ""}
    first, then = {**whole, "to": "2026-10-04"}, {**whole, "person": "bo", "from": "2026-10-05"}
    booking.put("accounts", [whole])
    booking.exchange("accounts", [key_of("accounts", whole)], [first, then])
    assert list(booking.standing("accounts").rows) == [first, then]


def test_two_holders_of_an_account_on_one_day_are_refused(booking: Booking) -> None:
    booking.put("people", [{"person": one, "name": one, "regular": "yes"} for one in ("ann", "bo")])
    held = {"shop": "S", "account": "a", "person": "ann", "from": "2026-01-01", "to": ""}
    booking.put("accounts", [held])
    with pytest.raises(ProblemsFound):
        booking.put("accounts", [{**held, "person": "bo", "from": "2026-05-01"}])
    assert [row["person"] for row in booking.standing("accounts").rows] == ["ann"]
