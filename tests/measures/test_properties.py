"""What must hold of any world: the order of rows says nothing, shops are apart, what is final stays."""

import random
from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from kaohe.core.rules import Rules
from kaohe.measures.compute import Measured, compute
from measures.reference import Reference
from measures.test_reference import assert_equal
from measures.worlds import DAY, START, MemoryRecords, World, rules_of, world_of

LAST = START + 5 * DAY
Key = tuple[str, str, str, date, str]
seeds = st.integers(min_value=0, max_value=2**32)
few = settings(max_examples=10, deadline=None)


def thrown(seed: int) -> tuple[Rules, World]:
    dice = random.Random(seed)
    return rules_of(dice), world_of(dice)


def measured(
    world: World, rules: Rules, as_of: date = LAST, *, first: date = START, last: date = LAST
) -> Measured:
    return compute(MemoryRecords(world), rules, first, last, as_of, workers=1)


def cells(found: Measured, *, final: bool = False) -> dict[Key, Decimal]:
    return {
        (row["level"], row["shop"], row["subject"], row["day"], row["measure"]): row["value"]
        for row in found.daily.to_pylist()
        if row["final"] or not final
    }


@few
@given(seeds)
def test_any_world_gives_what_the_plain_reference_gives(seed: int) -> None:
    rules, world = thrown(seed)
    assert_equal(measured(world, rules), Reference(world, rules, LAST).expected(START, LAST))


@few
@given(seeds)
def test_the_order_of_rows_says_nothing_where_lines_carry_their_place(seed: int) -> None:
    rules, world = thrown(seed)
    dice = random.Random(seed)
    turned = world.but(
        lines=tuple(dice.sample(world.lines, len(world.lines))),
        orders=tuple(dice.sample(world.orders, len(world.orders))),
        accounts=tuple(dice.sample(world.accounts, len(world.accounts))),
        ratings=tuple(dice.sample(world.ratings, len(world.ratings))),
    )
    one, other = measured(world, rules), measured(turned, rules)
    assert one.daily.equals(other.daily)
    assert one.receptions.to_pylist() == other.receptions.to_pylist()
    assert one.orders.to_pylist() == other.orders.to_pylist()


@few
@given(seeds, st.integers(min_value=0, max_value=4))
def test_a_range_gives_the_same_whole_or_in_two_parts(seed: int, cut: int) -> None:
    rules, world = thrown(seed)
    border = START + DAY * cut
    whole = measured(world, rules)
    parts = [
        measured(world, rules, last=border),
        measured(world, rules, first=border + DAY),
    ]
    assert cells(whole) == cells(parts[0]) | cells(parts[1])
    assert whole.receptions.num_rows == sum(part.receptions.num_rows for part in parts)
    by_order = {(row["shop"], row["order_id"]): row for part in parts for row in part.orders.to_pylist()}
    assert by_order == {(row["shop"], row["order_id"]): row for row in whole.orders.to_pylist()}


@few
@given(seeds)
def test_two_shops_together_give_what_each_gives_alone(seed: int) -> None:
    rules, world = thrown(seed)
    alone: dict[Key, Decimal] = {}
    for shop in ("旗艦店", "Shop, 2"):
        alone |= cells(
            measured(
                world.but(
                    lines=tuple(line for line in world.lines if line.shop == shop),
                    orders=tuple(order for order in world.orders if order.shop == shop),
                    ratings=tuple(row for row in world.ratings if row[0] == shop),
                    complaints=tuple(row for row in world.complaints if row[0] == shop),
                    traffic=tuple(row for row in world.traffic if row[0] == shop),
                ),
                rules,
            )
        )
    assert cells(measured(world, rules)) == alone


@few
@given(seeds, st.integers(min_value=0, max_value=8), st.integers(min_value=1, max_value=6))
def test_what_is_final_stays_as_it_is_and_stays_final(seed: int, day: int, later: int) -> None:
    rules, world = thrown(seed)
    early = measured(world, rules, START + DAY * day)
    late = measured(world, rules, START + DAY * (day + later))
    settled = cells(early, final=True)
    assert settled.items() <= cells(late, final=True).items()


@few
@given(seeds)
def test_workers_say_nothing(seed: int) -> None:
    rules, world = thrown(seed)
    records = MemoryRecords(world)
    many = compute(records, rules, START, LAST, LAST, workers=4)
    assert many.daily.equals(measured(world, rules).daily)


def test_an_empty_shop_and_a_range_of_the_future_give_empty_tables() -> None:
    for found in (
        measured(World(), Rules()),
        measured(thrown(1)[1], Rules(), START - DAY),
        measured(thrown(1)[1], Rules(), first=LAST, last=START),
    ):
        for table in (found.daily, found.receptions, found.orders, found.outreaches, found.later_orders):
            assert table.num_rows == 0
