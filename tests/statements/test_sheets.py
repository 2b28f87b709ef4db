"""Sheets: plain data that says what the appraisal says, the trends among them."""

import json
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from kaohe.core.figure import FigureKey, Level
from kaohe.core.language import Language
from kaohe.statements.comparing import compared
from kaohe.statements.report.graph import Cell
from kaohe.statements.report.said import Telling, Texts
from kaohe.statements.sheets import sheets
from kaohe.statements.trends import BORDERS, Trends
from statements.appraised import from_records, presale

Plain = Any


@pytest.fixture(scope="module")
def written() -> dict[tuple[str, str], Plain]:
    """Every sheet of a run from records, as JSON gives it back."""
    done = from_records()
    pieces = sheets(done.appraisal, signals=done.signals, measured=done.measured)
    return {(one.kind, one.subject): json.loads(json.dumps(one.data)) for one in pieces}


def test_every_person_and_the_shop_have_trends(written: dict[tuple[str, str], Plain]) -> None:
    people = [row["subject"] for row in written["overview", ""]["people"]]
    assert people
    assert all(("trends", subject) in written for subject in ("", *people))


def test_a_day_of_a_trend_is_what_was_divided_on_that_day(written: dict[tuple[str, str], Plain]) -> None:
    appraisal = from_records().appraisal
    trend = written["trends", ""]
    names = [one["name"] for one in trend["ratios"]]
    assert names == ["order_rate", "payment_rate", "order_value", "conversion", "inquiry_ratio"]
    facts = appraisal.evaluator.facts
    for at, iso in enumerate(trend["days"]):
        day = date.fromisoformat(iso)
        on = [row for row in facts.daily.to_pylist() if row["day"] == day and row["level"] == "shop"]
        sums = {
            name: sum(Fraction(row["value"]) for row in on if row["measure"] == name)
            for name in ("ordered_same_day", "inquiries")
        }
        value = trend["ratios"][0]["values"][at]
        if day > appraisal.as_of or not sums["inquiries"]:
            assert value is None
        else:
            assert value == pytest.approx(float(sums["ordered_same_day"] / sums["inquiries"]), abs=1e-6)


def test_the_days_add_up_to_the_receptions_of_the_figures(written: dict[tuple[str, str], Plain]) -> None:
    appraisal = from_records().appraisal
    daily = appraisal.evaluator.facts.daily.to_pylist()
    known = [
        one
        for one in daily
        if (one["level"], one["measure"]) == ("shop", "receptions") and one["day"] in appraisal.period
    ]
    assert sum(written["trends", ""]["receptions"]) == sum(one["value"] for one in known) > 0


def test_everybodys_waits_are_the_shops(written: dict[tuple[str, str], Plain]) -> None:
    measured = from_records().measured
    assert measured is not None
    rows = [
        row
        for row in measured.receptions.to_pylist()
        if row["filter"] is None and row["first_response_seconds"] is not None
    ]
    expected = [0] * (len(BORDERS) + 1)
    for row in rows:
        expected[sum(row["first_response_seconds"] > border for border in BORDERS)] += 1
    assert written["trends", ""]["waits"]["counts"] == expected
    assert sum(expected) > 0


def test_days_that_may_change_are_told_from_the_first_one_on() -> None:
    # As of the last day, payments may still come for the last four days: each counts until its own end.
    appraisal = presale("presale-1", "2026-06-30")
    trend = Trends(Telling(appraisal, Texts(Language.EN))).view()
    by_name = {one["name"]: one["provisional_from"] for one in trend["ratios"]}
    assert by_name["inquiry_ratio"] > by_name["payment_rate"]
    assert by_name["payment_rate"] < len(trend["days"])


def test_without_measured_records_nobody_says_how_long_customers_waited() -> None:
    trend = Trends(Telling(presale("presale-1"), Texts(Language.EN))).view()
    assert trend["waits"] is None


def test_a_week_is_ordered_by_place_and_lies_on_one_axis(written: dict[tuple[str, str], Plain]) -> None:
    weeks = [
        data for (kind, subject), data in written.items() if kind == "ranking" and "order_rate" in subject
    ]
    seen = 0
    for week in weeks:
        placed = [row["place"]["value"] for row in week["rows"] if row["place"] and row["place"]["value"]]
        assert placed == sorted(placed)
        for row in week["rows"]:
            if row["at"] is not None:
                seen += 1
                assert 0 <= row["at"] <= 100
            if "low_at" in row:
                assert row["low_at"] <= row["at"] <= row["high_at"]
    assert seen


def cell(value: float | None) -> Cell:
    return Cell(0, ("", "", ""), provisional=False, tone="", value=value, final_on=("", "", ""))


def test_neighbours_that_chance_decides_between_stand_in_one_bracket() -> None:
    rows: list[dict[str, Any]] = [
        {"name": name, "value": cell(value), "place": cell(place), "noise": noise}
        for name, value, place, noise in (("c", 0.2, 3, False), ("a", 0.4, 1, True), ("b", 0.3, 2, False))
    ]
    found = compared(rows, cell(0.3), "higher")["rows"]
    assert [(row["name"], row["above"], row["below"]) for row in found] == [
        ("a", False, True),
        ("b", True, False),
        ("c", False, False),
    ]


def test_who_has_no_value_stands_last_and_nowhere_on_the_axis() -> None:
    rows: list[dict[str, Any]] = [
        {"name": "none", "value": cell(None), "place": None},
        {"name": "slow", "value": cell(40.0), "place": None},
        {"name": "quick", "value": cell(20.0), "place": None},
    ]
    found = compared(rows, None, "lower")
    assert [row["name"] for row in found["rows"]] == ["quick", "slow", "none"]
    assert (found["rows"][2]["at"], found["shop_at"]) == (None, None)


def test_the_ledger_says_of_each_item_what_the_policy_does(written: dict[tuple[str, str], Plain]) -> None:
    items = {one["name"]: one for one in written["ledger", ""]["items"]}
    policy = from_records().appraisal.policy
    assert list(items) == list(policy.ledger)
    assert items["averted_loss"]["at_most"] == 5


def test_what_counts_of_an_entry_is_what_the_ledger_counts() -> None:
    appraisal = presale("presale-1")
    (found,) = [one.data for one in sheets(appraisal) if one.kind == "ledger"]
    counted = {
        (one["person"], one["item"]): sum(
            each["counts"]
            for each in found["counted"]
            if (each["person"], each["item"]) == (one["person"], one["item"])
        )
        for one in found["counted"]
    }
    assert counted
    for (person, item), quantity in counted.items():
        assert (
            appraisal.evaluator.ledger.entered(item, appraisal.period, appraisal.period)[person] == quantity
        )


def test_a_review_names_the_days_and_the_entry_that_confirms_it() -> None:
    for name in ("presale-1", "presale-2", "presale-3"):
        appraisal = presale(name)
        (found,) = [one.data for one in sheets(appraisal) if one.kind == "signals"]
        assert len(found["reviewed"]) == len(appraisal.reviews)
        for one, review in zip(found["reviewed"], appraisal.reviews, strict=True):
            assert FigureKey(one["key"][0], Level(one["key"][1]), *one["key"][2:]) == review.figure
            assert one["item"] == review.item == "phrase_misuse"
            assert one["first"] <= one["last"]
    assert any(presale(name).reviews for name in ("presale-1", "presale-2", "presale-3"))
