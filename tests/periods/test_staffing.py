"""Who is there when, and what came to the shops."""

from datetime import date
from decimal import Decimal

import pytest

from kaohe.core.period import Span
from kaohe.periods.staffing import (
    employed,
    held_on,
    month_before,
    months_of,
    targets_by_month,
    traffic_by_month,
)
from kaohe.records.handing import Row

OCTOBER = Span("2026-10", date(2026, 10, 1), date(2026, 10, 31))


@pytest.mark.parametrize(
    ("hired", "left", "there"),
    [
        ("", "", True),
        ("2026-10-31", "", True),
        ("2026-11-01", "", False),
        ("2020-01-01", "2026-10-01", True),
        ("2020-01-01", "2026-09-30", False),
    ],
)
def test_the_days_of_hiring_and_leaving_belong_to_employment(hired: str, left: str, there: bool) -> None:
    row: Row = {"person": "ann", "hired_on": hired, "left_on": left}
    assert bool(employed([row], OCTOBER)) is there


def test_an_account_is_held_by_who_holds_it_on_the_day() -> None:
    rows: list[Row] = [
        {"shop": "S", "account": "b", "person": "bo", "from": "2026-10-05", "to": ""},
        {"shop": "S", "account": "b", "person": "ann", "from": "", "to": "2026-10-04"},
        {"shop": "S", "account": "a", "person": "carl", "from": "", "to": ""},
    ]
    assert [row["person"] for row in held_on(rows, date(2026, 10, 4))] == ["carl", "ann"]
    assert [row["person"] for row in held_on(rows, date(2026, 10, 5))] == ["carl", "bo"]


def test_a_quarter_has_three_months_and_the_year_turns() -> None:
    span = Span("2026-Q4", date(2026, 10, 1), date(2026, 12, 31))
    assert months_of(span) == ("2026-10", "2026-11", "2026-12")
    assert month_before("2026-01") == "2025-12"


def test_targets_stand_by_month_and_person() -> None:
    rows: list[Row] = [
        {"person": "ann", "month": "2026-10", "amount": "100.5"},
        {"person": "bo", "month": "2026-09", "amount": "90"},
    ]
    assert targets_by_month(rows) == {"2026-10": {"ann": Decimal("100.5")}, "2026-09": {"bo": Decimal(90)}}


def test_traffic_adds_up_by_month_the_newest_first() -> None:
    rows: list[Row] = [
        {"shop": "S", "day": "2026-09-30", "pv": "5", "uv": "2", "sales": ""},
        {"shop": "S", "day": "2026-10-01", "pv": "10", "uv": "3", "sales": "1.50"},
        {"shop": "T", "day": "2026-10-01", "pv": "20", "uv": "4", "sales": "2"},
    ]
    (newest,) = traffic_by_month(rows, 1)
    assert (newest.month, newest.pv, newest.uv, newest.sales) == ("2026-10", 30, 7, Decimal("3.50"))
