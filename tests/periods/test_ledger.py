"""The ledger as people keep it: what is entered, who approves it, what is taken back."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from kaohe.core.language import Language
from kaohe.core.period import Span
from kaohe.core.problem import ProblemsFound
from kaohe.periods.booking import Booking
from kaohe.periods.ledger import Bounds, Entry, Ledger, Line

OCTOBER = Span("2026-10", date(2026, 10, 1), date(2026, 10, 31))
ENTRY = Entry("ann", date(2026, 10, 5), "praise", Decimal(2), "letter 17", "lead")


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    booking = Booking(tmp_path / "store", ZoneInfo("Asia/Shanghai"), Language.EN)
    items = {"praise": Bounds(at_most=3), "bonus": Bounds(needs_approval=True)}
    return Ledger(booking, OCTOBER, items, ("ann", "bo"))


def codes(refused: pytest.ExceptionInfo[ProblemsFound]) -> list[str]:
    return [one.code for one in refused.value.problems]


def test_what_is_entered_stands_there_once(ledger: Ledger) -> None:
    ledger.enter(ENTRY)
    with pytest.raises(ProblemsFound) as refused:
        ledger.enter(ENTRY)
    assert codes(refused) == ["D154"]
    assert ledger.lines() == [Line(ENTRY, Decimal(2))]


def test_everything_wrong_with_an_entry_is_told_at_once(ledger: Ledger) -> None:
    wrong = Entry("carl", date(2026, 11, 1), "prize", Decimal("0.5"))
    with pytest.raises(ProblemsFound) as refused:
        ledger.enter(wrong)
    assert codes(refused) == ["D150", "D151", "D142", "D152"]
    assert ledger.lines() == []


@pytest.mark.parametrize("quantity", ["4", "-1", "1.5", "0"])
def test_a_quantity_beyond_its_bounds_is_refused(ledger: Ledger, quantity: str) -> None:
    with pytest.raises(ProblemsFound) as refused:
        ledger.enter(replace(ENTRY, quantity=Decimal(quantity)))
    assert codes(refused) == ["D153"]


def test_an_entry_is_approved_by_somebody_else_and_only_once(ledger: Ledger) -> None:
    ledger.enter(ENTRY)
    assert ledger.approve(ENTRY.mark, "hr").approved_by == "hr"
    assert ledger.approve(ENTRY.mark, "head").approved_by == "hr"
    assert [line.entry.approved_by for line in ledger.lines()] == ["hr"]


@pytest.mark.parametrize(("by", "also"), [("lead", ""), ("ann.lee", "ann")])
def test_nobody_approves_what_is_their_own(ledger: Ledger, by: str, also: str) -> None:
    ledger.enter(ENTRY)
    with pytest.raises(ProblemsFound) as refused:
        ledger.approve(ENTRY.mark, by, also)
    assert codes(refused) == ["D155"]


def test_an_entry_is_taken_back_by_another_one_and_only_once(ledger: Ledger) -> None:
    ledger.enter(ENTRY)
    back = ledger.take_back(ENTRY.mark, "head", "the wrong person")
    assert (back.quantity, back.note) == (Decimal(-2), "reverses: the wrong person")
    with pytest.raises(ProblemsFound) as refused:
        ledger.take_back(ENTRY.mark, "head", "again")
    assert codes(refused) == ["D157"]
    assert sorted(line.entry.quantity for line in ledger.lines()) == [Decimal(-2), Decimal(2)]
    assert all(line.left == 0 for line in ledger.lines())


def test_taking_back_needs_a_reason(ledger: Ledger) -> None:
    ledger.enter(ENTRY)
    with pytest.raises(ProblemsFound) as refused:
        ledger.take_back(ENTRY.mark, "head", "  ")
    assert codes(refused) == ["D208"]


def test_what_is_not_there_is_neither_approved_nor_taken_back(ledger: Ledger) -> None:
    with pytest.raises(ProblemsFound) as refused:
        ledger.approve("x", "hr")
    assert codes(refused) == ["D156"]
    with pytest.raises(ProblemsFound) as refused:
        ledger.take_back("x", "hr", "why")
    assert codes(refused) == ["D156"]


def test_entries_of_other_days_are_of_other_periods(ledger: Ledger) -> None:
    september = Span("2026-09", date(2026, 9, 1), date(2026, 9, 30))
    ledger.enter(ENTRY)
    assert replace(ledger, window=september).lines() == []
