"""One consultation line by line, as it was counted."""

import random
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from kaohe.core.rules import Rules, Unanswered
from kaohe.measures.compute import compute
from kaohe.measures.conversation import Conversation, conversation
from measures.worlds import DAY, START, Line, MemoryRecords, Order, World, rules_of, world_of


def at(clock: str, day: date = START) -> datetime:
    return datetime.fromisoformat(f"{day} {clock}")


def chat(*lines: tuple[str, str, str]) -> tuple[Line, ...]:
    return tuple(
        Line("s", "one", "c", at(clock), sender, text, place)
        for place, (clock, sender, text) in enumerate(lines)
    )


def order(order_id: str, created: datetime, paid: datetime | None) -> Order:
    return Order("s", order_id, "c", created, paid, Decimal(1), Decimal(1) if paid else None, Decimal(0))


def read(lines: tuple[Line, ...], *orders: Order, rules: Rules | None = None) -> Conversation:
    world = World(lines=lines, orders=orders, accounts=(("s", "one", "a", None, None),), people=("a",))
    records = MemoryRecords(world)
    measured = compute(records, rules or Rules(), START, START, START + 5 * DAY)
    return conversation(measured, records, shop="s", person="a", customer="c", day=START)


def column(found: Conversation, name: str) -> list[Any]:
    values: list[Any] = found.lines[name].to_pylist()
    return values


TALK = chat(
    ("09:00:00", "customer", "在嗎"),
    ("09:00:02", "robot", "您好"),
    ("09:00:10", "customer", "有貨嗎"),
    ("09:00:40", "agent", "有"),
    ("09:00:50", "agent", "今天發"),
    ("09:05:00", "customer", "好"),
)


def test_rounds_are_numbered_and_the_answer_says_how_long_the_customer_waited() -> None:
    found = read(TALK)
    assert column(found, "round") == [1, None, 1, 1, None, 2]
    assert column(found, "waiting_seconds") == [None, None, None, 40, None, None]
    assert column(found, "marks") == [
        ["first_line", "round_begins"],
        [],
        [],
        ["answers"],
        [],
        ["round_begins", "unanswered"],
    ]
    assert found.reception["response_seconds"].to_pylist() == [40]


def test_caps_hours_and_quick_answers_stand_in_the_margin() -> None:
    rules = Rules(quick_seconds=5, cap_seconds=30, unanswered=Unanswered.CAP, hours=(0, 9 * 3600 + 60))
    found = read(TALK, rules=rules)
    assert column(found, "counted_seconds") == [None, None, None, 30, None, None]
    assert column(found, "marks")[3] == ["answers", "capped"]
    assert column(found, "marks")[5] == ["round_begins", "outside_hours", "unanswered"]
    whole_day = read(TALK, rules=Rules(quick_seconds=40, cap_seconds=60, unanswered=Unanswered.CAP))
    assert column(whole_day, "marks")[3] == ["answers", "quick"]
    assert column(whole_day, "counted_seconds")[5] == 60


def test_the_line_that_an_order_was_placed_through_names_it_and_so_does_the_one_that_brought_payment() -> (
    None
):
    found = read(TALK, order("o1", at("09:00:45"), at("09:01:00")), order("o2", at("09:00:40"), None))
    assert column(found, "orders") == [[], [], [], ["o2", "o1"], ["o1"], []]
    assert column(found, "marks")[3] == ["answers", "placed_through"]
    assert column(found, "marks")[4] == ["paid_after"]
    assert found.orders["order_id"].to_pylist() == ["o2", "o1"]


def test_a_filtered_consultation_names_its_filter_and_the_lines_with_the_phrase_and_no_order() -> None:
    found = read(TALK, order("o1", at("09:00:45"), None), rules=Rules(ad_phrase="今天", ad_times=1))
    assert found.reception["filter"].to_pylist() == ["ad"]
    assert [marks for marks in column(found, "marks") if "ad_phrase" in marks] == [["ad_phrase"]]
    assert column(found, "orders") == [[]] * 6


def test_an_outreach_has_lines_and_no_reception() -> None:
    found = read(chat(("09:00:00", "agent", "您好")))
    assert found.reception.num_rows == 0
    assert column(found, "round") == [None]


@pytest.mark.parametrize("seed", range(12))
def test_the_margin_of_every_conversation_adds_up_to_its_row(seed: int) -> None:
    dice = random.Random(seed)
    rules, world = rules_of(dice), world_of(dice)
    records = MemoryRecords(world)
    measured = compute(records, rules, START, START + 5 * DAY, START + 9 * DAY)
    placed = set()
    for row in measured.receptions.to_pylist():
        name = {key: row[key] for key in ("shop", "person", "customer", "day")}
        found = conversation(measured, records, **name)
        counted = [value for value in column(found, "counted_seconds") if value is not None]
        assert (len(counted), sum(counted)) == (row["response_rounds"], row["response_seconds"])
        assert sum(sender == "agent" for sender in column(found, "sender")) == row["agent_messages"]
        assert sum("quick" in marks for marks in column(found, "marks")) == row["quick_rounds"]
        lines = found.lines.to_pylist()
        placed |= {
            (row["shop"], one)
            for line in lines
            if "placed_through" in line["marks"]
            for one in line["orders"]
        }
    with_agent = measured.orders.to_pylist()
    in_range = {
        (row["shop"], row["order_id"])
        for row in with_agent
        if row["reception_day"] and row["reception_day"] >= START
    }
    assert in_range <= placed
