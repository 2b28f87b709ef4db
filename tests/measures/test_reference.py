"""The kernels against the plain reference, on dense made-up worlds."""

import random
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from kaohe.core.rules import Rules
from kaohe.measures.compute import Measured, compute
from measures.reference import Expected, Reference
from measures.worlds import DAY, START, MemoryRecords, World, rules_of, world_of

DailyKey = tuple[str, str, str, date, str]


def daily_of(measured: Measured) -> dict[DailyKey, tuple[Decimal, bool]]:
    return {
        (row["level"], row["shop"], row["subject"], row["day"], row["measure"]): (row["value"], row["final"])
        for row in measured.daily.to_pylist()
    }


def rows_of(rows: list[dict[str, Any]], *key: str) -> dict[tuple[Any, ...], dict[str, Any]]:
    found = {tuple(row[name] for name in key): row for row in rows}
    assert len(found) == len(rows)
    return found


def assert_equal(measured: Measured, expected: Expected) -> None:
    assert rows_of(measured.receptions.to_pylist(), "shop", "person", "customer", "day") == rows_of(
        expected.receptions, "shop", "person", "customer", "day"
    )
    assert rows_of(measured.orders.to_pylist(), "shop", "order_id") == rows_of(
        expected.orders, "shop", "order_id"
    )
    assert daily_of(measured) == expected.daily


def check(world: World, rules: Rules, first: date, last: date, as_of: date) -> None:
    measured = compute(MemoryRecords(world), rules, first, last, as_of, workers=1)
    assert_equal(measured, Reference(world, rules, as_of).expected(first, last))


@pytest.mark.parametrize("seed", range(120))
def test_every_cell_is_that_of_the_plain_reference(seed: int) -> None:
    dice = random.Random(seed)
    rules, world = rules_of(dice), world_of(dice)
    first = START + DAY * dice.randint(-1, 3)
    last = first + DAY * dice.randint(0, 4)
    check(world, rules, first, last, last + DAY * dice.randint(-2, 6))
