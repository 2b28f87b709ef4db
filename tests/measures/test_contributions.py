"""What conversations contributed, summed up, is what was measured."""

import random
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from kaohe.core.measure import MEASURES, Scope
from kaohe.core.rules import Rules
from kaohe.measures.columns import day_of
from kaohe.measures.compute import compute
from kaohe.measures.contributions import Conversations
from measures.test_evidence import days_of
from measures.worlds import DAY, START, MemoryRecords, World, rules_of, world_of

PERSONS = [name for name, one in MEASURES.items() if one.scope is not Scope.SHOP]


def told(found: Conversations, measures: Sequence[str]) -> list[tuple[str, tuple[Any, ...], date, Fraction]]:
    """Return measure, conversation, day and value of everything that conversations of anybody added."""
    people = found.measured.daily["subject"].unique().to_pylist()
    rows = []
    for batch in found.batches(measures, people, days_of(found.measured)):
        names = [tuple(row.values()) for row in batch.names.to_pylist()]
        for name, day, added in zip(names, batch.day, batch.hundredths, strict=True):
            assert added.any()
            rows += [
                (measure, name, day_of(int(day)), Fraction(int(value), 100))
                for measure, value in zip(batch.measures, added, strict=True)
                if value
            ]
    return rows


def measured_in(world: World, rules: Rules, last: int, pieces: int = 3) -> Conversations:
    records = MemoryRecords(world, most_pieces=pieces)
    return Conversations(compute(records, rules, START + DAY, START + DAY * 8, START + DAY * last), records)


@pytest.mark.parametrize(("seed", "enough"), [*((seed, 20_000) for seed in range(6)), (0, 1), (3, 1)])
def test_contributions_of_conversations_add_up_to_every_measure_of_persons(
    seed: int, enough: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kaohe.measures.contributions.ENOUGH", enough)
    dice = random.Random(seed)
    rules, world = rules_of(dice), world_of(dice)
    found = measured_in(world, rules, 6 + seed)
    sums: dict[tuple[object, ...], Fraction] = defaultdict(Fraction)
    for measure, (person, _, shop, _), day, value in told(found, PERSONS):
        sums[measure, shop, person, day] += value
    expected = {
        (row["measure"], row["shop"], row["subject"], row["day"]): Fraction(row["value"])
        for row in found.measured.daily.to_pylist()
        if row["level"] == "person" and row["value"]
    }
    assert sums == {key: value for key, value in expected.items() if key[0] in PERSONS}


def test_conversations_add_the_same_whatever_the_order_of_the_rows() -> None:
    dice = random.Random(3)
    rules, world = rules_of(dice), world_of(dice)
    one, other = (
        sorted(told(measured_in(world.but(lines=lines), rules, 9, pieces), ["receptions", "orders"]))
        for lines, pieces in ((world.lines, 1), (world.lines[::-1], 3))
    )
    assert one == other


def test_only_what_is_asked_for_is_told() -> None:
    dice = random.Random(3)
    found = measured_in(world_of(dice), rules_of(dice), 9)
    days = days_of(found.measured)
    person = found.measured.daily["subject"].unique().to_pylist()[0]
    everything = told(found, ["receptions", "orders"])
    batches = found.batches(["orders"], [person], days[2:4])
    some = {
        (*row.values(), day_of(int(day)))
        for one in batches
        for row, day in zip(one.names.to_pylist(), one.day, strict=True)
    }
    assert some
    assert some == {
        (*name, day)
        for measure, name, day, _ in everything
        if measure == "orders" and name[0] == person and day in days[2:4]
    }


def test_an_order_belongs_to_the_conversation_it_was_placed_through() -> None:
    dice = random.Random(1)
    found = measured_in(world_of(dice), rules_of(dice), 14)
    talks = {
        (row["placing"], row["reception_day"], row["shop"], row["customer"])
        for row in found.measured.orders.to_pylist()
        if row["placing"] is not None
    }
    names = {name for _, name, _, _ in told(found, ["orders"])}
    assert names
    assert names == talks
