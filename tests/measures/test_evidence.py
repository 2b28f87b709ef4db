"""The rows behind a measure add up to it."""

import json
import random
from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from kaohe.core.figure import Level
from kaohe.core.measure import MEASURES, Scope
from kaohe.core.rules import Credit
from kaohe.measures.compute import Measured, compute
from kaohe.measures.evidence import Evidence, evidence
from kaohe.measures.rules_file import load_rules
from kaohe.measures.wording import REASONS
from kaohe.records.opening import open_records
from kaohe.records.source import Records
from measures.worlds import DAY, START, MemoryRecords, rules_of, world_of

CASES = Path(__file__).parent.parent / "conformance"
Cell = tuple[str, str, date]


def days_of(measured: Measured) -> list[date]:
    return [measured.first + DAY * n for n in range((measured.last - measured.first).days + 1)]


def of_shop(measure: str, measured: Measured, records: Records) -> Evidence:
    return evidence(
        measure, measured, records, level=Level.SHOP, subjects=(), shops=(), days=days_of(measured)
    )


def whose(measure: str, credit: Credit, row: Mapping[str, Any]) -> str:
    """Return the person of an evidence row, by the words of the definitions."""
    if MEASURES[measure].scope is Scope.SHOP:
        person = row["shop"]
    elif MEASURES[measure].scope is Scope.PERSON_BY_RECEPTION:
        person = row["person"]
    elif measure.startswith(("assisted", "followed")):
        person = row["paying"]
    elif measure.startswith(("sales", "refunded")):
        first = "paying" if credit is Credit.PAID else "placing"
        person = row[first] or (row["paying"] if credit is Credit.PLACED_FIRST else None)
    else:
        person = row["placing"]
    assert isinstance(person, str)
    return person


def assert_rows_add_up(measured: Measured, records: Records) -> None:
    """Hold that the rows behind each measure give each of its cells, per person and day."""
    expected: dict[str, dict[Cell, Fraction]] = defaultdict(dict)
    for row in measured.daily.to_pylist():
        level = "shop" if MEASURES[row["measure"]].scope is Scope.SHOP else "person"
        if row["level"] == level:
            expected[row["measure"]][row["shop"], row["subject"], row["day"]] = Fraction(row["value"])
    for measure in MEASURES:
        found = of_shop(measure, measured, records)
        sums: dict[Cell, Fraction] = defaultdict(Fraction)
        for row in found.counted.to_pylist():
            of_shop_alone = MEASURES[measure].scope is Scope.SHOP
            assert row["whose"] == (None if of_shop_alone else whose(measure, measured.rules.credit, row))
            sums[row["shop"], whose(measure, measured.rules.credit, row), row["day"]] += Fraction(
                row["counts"]
            )
        assert {cell: value for cell, value in sums.items() if value} == expected[measure], measure
        assert found.total == sum(expected[measure].values()), measure


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("later", [-1, 0, 3, 9])
def test_the_rows_behind_every_measure_add_up_to_it(seed: int, later: int) -> None:
    dice = random.Random(seed * 10 + later)
    rules, world = rules_of(dice), world_of(dice)
    records = MemoryRecords(world)
    last = START + 4 * DAY
    assert_rows_add_up(compute(records, rules, START, last, last + DAY * later), records)


@pytest.mark.parametrize("name", ["tiny-1", "small-1"])
@pytest.mark.parametrize("later", [-3, 0, 60])
def test_the_rows_of_the_worked_cases_add_up_early_and_late(name: str, later: int) -> None:
    case = json.loads((CASES / name / "case.json").read_text())
    rules = load_rules(CASES / name / "rules.yaml")
    records = open_records(CASES / name / "records", timezone=ZoneInfo(rules.timezone))
    first, last = date.fromisoformat(case["from"]), date.fromisoformat(case["to"])
    assert_rows_add_up(compute(records, rules, first, last, last + DAY * later), records)


def case_measured(name: str) -> tuple[Measured, Records]:
    case = json.loads((CASES / name / "case.json").read_text())
    rules = load_rules(CASES / name / "rules.yaml")
    records = open_records(CASES / name / "records", timezone=ZoneInfo(rules.timezone))
    days = [date.fromisoformat(case[key]) for key in ("from", "to", "as_of")]
    return compute(records, rules, *days), records


def test_a_persons_evidence_holds_that_persons_rows_alone_and_a_departments_those_of_its_members() -> None:
    measured, records = case_measured("small-1")
    days = days_of(measured)
    parts = [
        evidence("receptions", measured, records, level=Level.PERSON, subjects=[one], shops=(), days=days)
        for one in ("Zoé", "陳")
    ]
    together = evidence(
        "receptions", measured, records, level=Level.DEPARTMENT, subjects=["Zoé", "陳"], shops=(), days=days
    )
    assert set(parts[0].counted["person"].to_pylist()) == {"Zoé"}
    assert together.total == parts[0].total + parts[1].total > 0


def test_days_and_shops_that_are_not_asked_for_have_no_rows() -> None:
    measured, records = case_measured("small-1")
    one_day = evidence(
        "consultations", measured, records, level=Level.SHOP, subjects=(), shops=(), days=[measured.first]
    )
    assert set(one_day.counted["day"].to_pylist()) == {measured.first}
    elsewhere = evidence(
        "consultations",
        measured,
        records,
        level=Level.SHOP,
        subjects=(),
        shops=["elsewhere"],
        days=days_of(measured),
    )
    assert elsewhere.total == 0
    assert elsewhere.counted.num_rows == 0


def test_a_filtered_consultation_is_shown_as_not_counted_with_its_filter() -> None:
    measured, records = case_measured("small-1")
    found = of_shop("receptions", measured, records)
    filtered = [reason for reason in measured.receptions["filter"].to_pylist() if reason]
    assert sorted(found.not_counted["reason"].to_pylist()) == sorted(filtered) != []


def test_inquiries_carry_the_orders_placed_through_them_and_those_without_come_first() -> None:
    measured, records = case_measured("small-1")
    rows = of_shop("inquiries", measured, records).counted.to_pylist()
    ordered = [bool(row["orders"]) for row in rows]
    assert ordered == sorted(ordered)
    assert sum(ordered) == of_shop("ordered", measured, records).total > 0
    through = {order["order_id"] for row in rows for order in row["orders"]}
    placed = measured.orders.to_pylist() + measured.later_orders.to_pylist()
    assert through == {
        row["order_id"] for row in placed if row["inquiry"] and row["reception_day"] in days_of(measured)
    }


def test_inquiries_counted_and_not_counted_as_ordered_are_together_all_inquiries() -> None:
    measured, records = case_measured("small-1")
    for measure in ("ordered", "ordered_same_day", "converted"):
        found = of_shop(measure, measured, records)
        both = found.counted.num_rows + found.not_counted.num_rows
        assert both == of_shop("inquiries", measured, records).total
        assert None not in found.not_counted["reason"].to_pylist()


def test_every_reason_why_a_row_does_not_count_has_words() -> None:
    measured, records = case_measured("small-1")
    reasons = {
        reason
        for measure in MEASURES
        for reason in of_shop(measure, measured, records).not_counted["reason"].to_pylist()
    }
    assert reasons <= set(REASONS)
    assert len(reasons) > 8
