"""What conversations contributed, summed up, is what was measured."""

import random
from collections import defaultdict
from fractions import Fraction

import pyarrow as pa
import pytest

from kaohe.core.measure import MEASURES, Scope
from kaohe.measures.columns import day_of
from kaohe.measures.compute import compute
from kaohe.measures.contributions import Contributions, contributions
from measures.test_evidence import days_of
from measures.worlds import DAY, START, MemoryRecords, rules_of, world_of

PERSONS = [name for name, one in MEASURES.items() if one.scope is not Scope.SHOP]


def summed(found: Contributions) -> dict[tuple[str, str, str, object], Fraction]:
    sums: dict[tuple[str, str, str, object], Fraction] = defaultdict(Fraction)
    people, shops = found.units["person"].to_pylist(), found.units["shop"].to_pylist()
    for unit, measure, day, value in zip(found.unit, found.measure, found.day, found.hundredths, strict=True):
        key = (found.measures[measure], shops[unit], people[unit], day_of(int(day)))
        sums[key] += Fraction(int(value), 100)
    return {key: value for key, value in sums.items() if value}


@pytest.mark.parametrize("seed", range(6))
def test_contributions_of_conversations_add_up_to_every_measure_of_persons(seed: int) -> None:
    dice = random.Random(seed)
    rules, world = rules_of(dice), world_of(dice)
    records = MemoryRecords(world)
    measured = compute(records, rules, START + DAY, START + DAY * 8, START + DAY * (6 + seed))
    found = contributions(measured, records, PERSONS, shops=(), days=days_of(measured))
    expected = {
        (row["measure"], row["shop"], row["subject"], row["day"]): Fraction(row["value"])
        for row in measured.daily.to_pylist()
        if row["level"] == "person" and row["value"]
    }
    assert summed(found) == {key: value for key, value in expected.items() if key[0] in PERSONS}


def test_conversations_stand_by_their_names_whatever_the_order_of_the_rows() -> None:
    dice = random.Random(3)
    rules, world = rules_of(dice), world_of(dice)
    found: list[Contributions] = []
    for lines in (world.lines, world.lines[::-1]):
        records = MemoryRecords(world.but(lines=lines), most_pieces=1 + len(found) * 2)
        measured = compute(records, rules, START, START + DAY * 6, START + DAY * 9)
        found.append(
            contributions(measured, records, ["receptions", "orders"], shops=(), days=days_of(measured))
        )
    one, other = found
    assert one.units.equals(other.units)
    assert one.units.sort_by([(name, "ascending") for name in one.units.column_names]).equals(one.units)
    assert pa.array(one.hundredths).equals(pa.array(other.hundredths))


def test_an_order_belongs_to_the_conversation_it_was_placed_through() -> None:
    dice = random.Random(1)
    rules, world = rules_of(dice), world_of(dice)
    records = MemoryRecords(world)
    measured = compute(records, rules, START, START + DAY * 9, START + DAY * 14)
    found = contributions(measured, records, ["orders"], shops=(), days=days_of(measured))
    talks = {
        (row["shop"], row["placing"], row["customer"], row["reception_day"])
        for row in measured.orders.to_pylist()
        if row["placing"] is not None
    }
    units = {(row["shop"], row["person"], row["customer"], row["day"]) for row in found.units.to_pylist()}
    assert units
    assert units == talks
