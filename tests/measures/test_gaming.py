"""Signals of gaming: each ruse is found where somebody uses it, and nobody is suspected by chance."""

import random
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest

from demo.test_import import take_in
from kaohe.core.rules import Rules
from kaohe.demo.shop import write_shop
from kaohe.demo.talk import filter_phrase
from kaohe.measures.compute import Measured, compute
from kaohe.measures.gaming import BARS, Ruse, Signal, chance_of, is_signal, signals
from kaohe.measures.talks import talks_of
from kaohe.records.opening import open_records
from kaohe.records.schema import LINE_SCHEMA
from measures.worlds import DAY, PHRASE, START, Line, MemoryRecords, Order, World

SHOP = "示範店"
LONG = "這款是純棉的，尺碼正常，今天下單明天就發貨"
NOON = datetime(START.year, START.month, START.day, 12)  # noqa: DTZ001 - the shop's wall clock
DAYS = 10
Said = tuple[int, str, str]
"""A line: second, sender, text."""
ANSWERED: Sequence[Said] = [
    (0, "customer", "有貨嗎"),
    (20, "agent", LONG),
    (60, "customer", "好"),
    (80, "agent", LONG),
]


class Desk:
    """A desk of three, whose conversations are written one by one."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.orders: list[Order] = []
        self.talks = 0

    def talk(self, person: str, said: Sequence[Said], *, customer: str = "", day: int = 0) -> str:
        """Let a person talk with a customer, a new one where none is named; return the customer."""
        self.talks += not customer
        name = customer or f"c{self.talks:05d}"
        for second, sender, text in said:
            sent_at = NOON + DAY * day + timedelta(seconds=second)
            self.lines.append(Line(SHOP, person, name, sent_at, sender, text, len(self.lines)))
        return name

    def order(self, customer: str, second: int, *, day: int = 0) -> None:
        """Let a customer order and pay."""
        created = NOON + DAY * day + timedelta(seconds=second)
        paid, amount = created + timedelta(minutes=1), Decimal("99.00")
        self.orders.append(
            Order(SHOP, f"o{len(self.orders)}", customer, created, paid, amount, amount, Decimal(0))
        )

    def honest(self, each: int = 120) -> None:
        """Let everybody answer as one should."""
        for number in range(each):
            for person in "abc":
                self.talk(person, ANSWERED, day=number % DAYS)

    def measured(self) -> Measured:
        accounts = tuple((SHOP, person, person, None, None) for person in "abc")
        world = World(
            lines=tuple(self.lines), orders=tuple(self.orders), accounts=accounts, people=tuple("abc")
        )
        records = MemoryRecords(world)
        return compute(records, Rules(ad_phrase=PHRASE), START, START + DAY * (DAYS - 1), START + DAY * 20)

    def signals(self) -> tuple[Signal, ...]:
        return signals(self.measured(), START, START + DAY * (DAYS - 1))


def seen(found: Iterable[Signal]) -> list[tuple[str, Ruse]]:
    return [(one.person, one.ruse) for one in found]


@pytest.fixture
def desk() -> Desk:
    one = Desk()
    one.honest()
    return one


def test_an_honest_desk_has_no_signal(desk: Desk) -> None:
    assert desk.signals() == ()


def test_a_filter_used_far_more_often_is_found_with_its_conversations(desk: Desk) -> None:
    for number in range(20):
        said = [*ANSWERED, (100, "agent", PHRASE), (103, "agent", f"{PHRASE}!")]
        desk.talk("b", said, day=number % DAYS)
    for person in "ac":
        desk.talk(person, [(0, "customer", "廣告"), (9, "agent", PHRASE), (10, "agent", PHRASE)])
    (found,) = desk.signals()
    assert (found.person, found.ruse) == ("b", Ruse.FILTERED)
    assert (found.hits, found.of, found.others_hits, found.others_of) == (20, 140, 2, 242)
    assert found.expected == Fraction(140 * 2, 242)
    assert found.chance < BARS.chance
    rows = found.rows.to_pylist()
    assert len(rows) == 20
    assert {row["detail"] for row in rows} == {"ad"}
    assert rows == sorted(rows, key=lambda row: (row["day"], row["customer"]))


def test_filtered_customers_who_then_order_elsewhere_are_found(desk: Desk) -> None:
    for person in "abc":
        for number in range(20):
            said = [(0, "customer", "廣告"), (9, "agent", PHRASE), (10, "agent", PHRASE)]
            customer = desk.talk(person, said, day=number % DAYS)
            if person == "c" and number < 12:
                desk.order(customer, 3600, day=number % DAYS)
    (found,) = desk.signals()
    assert (found.person, found.ruse) == ("c", Ruse.FILTERED_BUYER)
    assert (found.hits, found.of, found.others_hits) == (12, 20, 0)
    assert all(row["detail"].startswith("o") for row in found.rows.to_pylist())


def test_answers_chopped_into_short_lines_are_found(desk: Desk) -> None:
    chopped = [(0, "customer", "有貨嗎"), *((20 + 2 * n, "agent", "有的亲") for n in range(6))]
    more = [(60, "customer", "好"), (70, "agent", "嗯"), (72, "agent", "好的")]
    for number in range(20):
        desk.talk("a", [*chopped, *more], day=number % DAYS)
    (found,) = desk.signals()
    assert (found.person, found.ruse) == ("a", Ruse.CHOPPED)
    assert {row["number"] for row in found.rows.to_pylist()} == {6}


def test_a_greeting_at_once_with_a_late_answer_is_found(desk: Desk) -> None:
    for number in range(20):
        said = [(0, "customer", "有貨嗎"), (3, "agent", "您好，很高興為您服務~"), (400, "agent", LONG)]
        desk.talk("b", said, day=number % DAYS)
        prompt = [(0, "customer", "有貨嗎"), (3, "agent", "您好，很高興為您服務~"), (30, "agent", LONG)]
        desk.talk("c", prompt, day=number % DAYS)
    (found,) = desk.signals()
    assert (found.person, found.ruse) == ("b", Ruse.GREETED)
    assert {row["number"] for row in found.rows.to_pylist()} == {400}


def test_customers_passed_on_without_an_answer_are_found(desk: Desk) -> None:
    for number in range(20):
        customer = desk.talk("a", [(0, "customer", "有貨嗎")], day=number % DAYS)
        said = [(90, "customer", "在嗎"), (120, "agent", LONG)]
        desk.talk("c", said, customer=customer, day=number % DAYS)
        desk.talk("b", [(0, "customer", "無人回覆")], day=number % DAYS)
    (found,) = desk.signals()
    assert (found.person, found.ruse) == ("a", Ruse.PASSED_ON)
    assert {row["detail"] for row in found.rows.to_pylist()} == {"c"}


def test_orders_claimed_minutes_before_from_whom_another_served_are_found(desk: Desk) -> None:
    served = [*ANSWERED, (100, "customer", "好"), (120, "agent", LONG), (140, "agent", LONG)]
    for number in range(20):
        customer = desk.talk("a", served, day=number % DAYS)
        if number < 12:
            said = [(3000, "agent", "親，可以拍下了，今天有活動"), (3010, "customer", "好")]
            desk.talk("b", said, customer=customer, day=number % DAYS)
        desk.order(customer, 3100, day=number % DAYS)
        for person in "bccc":
            own = desk.talk(person, ANSWERED, day=number % DAYS)
            desk.order(own, 600, day=number % DAYS)
    (found,) = desk.signals()
    assert (found.person, found.ruse) == ("b", Ruse.CLAIMED)
    assert found.hits == 12
    assert {row["number"] for row in found.rows.to_pylist()} == {100}


def test_signals_of_a_span_look_at_its_days_alone(desk: Desk) -> None:
    for _ in range(20):
        desk.talk("b", [*ANSWERED, (100, "agent", PHRASE), (103, "agent", PHRASE)], day=2)
    measured = desk.measured()
    assert seen(signals(measured, START, START + DAY * 3)) == [("b", Ruse.FILTERED)]
    assert signals(measured, START + DAY * 3, START + DAY * 9) == ()


# The lines


@pytest.mark.parametrize(
    ("text", "greets"),
    [
        ("您好，很高興為您服務~", True),
        ("亲，您好，我是小竹，请问有什么可以帮您？", True),
        ("在的呢，亲", True),
        ("您好，小竹为您服务~", True),
        ("親，在的，您請說", True),
        ("Hello, how can I help you today?", True),
        ("稍等哦", True),
        ("您好，這款今天發貨", False),
        ("純棉的", True),  # three letters say too little to be an answer
        ("有的，今天就能發", False),
        ("Yes, it is in stock", False),
    ],
)
def test_a_greeting_is_what_says_nothing_else(text: str, greets: bool) -> None:
    said = [(0, "customer", "有貨嗎"), (5, "agent", text), (200, "agent", LONG)]
    rows = [
        {
            "account": "x",
            "customer": "c",
            "sender": sender,
            "sent_at": NOON + timedelta(seconds=second),
            "text": text,
        }
        for second, sender, text in said
    ]
    columns = {name: [row[name] for row in rows] for name in LINE_SCHEMA.names}
    lines = pa.table({name: pa.array(cells) for name, cells in columns.items()}).cast(LINE_SCHEMA)
    (row,) = talks_of(lines, {"x": "p"}).to_pylist()
    assert row["greeted"] is greets
    assert (row["first_wait"], row["said_wait"]) == (5, 200 if greets else 5)


def test_no_lines_give_no_talks() -> None:
    assert talks_of(LINE_SCHEMA.empty_table(), {}).num_rows == 0


# The test


def test_the_chance_is_that_of_fishers_exact_test() -> None:
    # The lady tasting tea: 4 of 4 right, among 8 cups of which 4 had the milk first.
    assert chance_of(4, 4, 0, 4) == pytest.approx(1 / 70)
    assert chance_of(3, 4, 1, 4) == pytest.approx(17 / 70)
    assert chance_of(0, 4, 4, 4) == pytest.approx(1)


def test_few_hits_or_hardly_more_than_the_others_are_no_signal() -> None:
    assert is_signal(Ruse.FILTERED, (60, 1000, 20, 1000))
    assert not is_signal(Ruse.FILTERED, (60, 1000, 25, 1000)), "less than two and a half times as often"
    assert not is_signal(Ruse.FILTERED, (4, 10, 0, 10_000)), "fewer than five"
    assert not is_signal(Ruse.FILTERED, (50, 1000, 0, 0)), "nobody to compare with"


@pytest.mark.parametrize(("spread", "most"), [(0.0, 0.005), (0.3, 0.015), (0.5, 0.08)])
def test_honest_shops_hardly_ever_have_a_signal(spread: float, most: float) -> None:
    """Spread: how far honest habits differ, as a share of the usual rate."""
    dice, shops, alarms = random.Random(11), 400, 0
    for _ in range(shops):
        people = dice.randrange(4, 13)
        sizes = [dice.randrange(100, 800) for _ in range(people)]
        for ruse in Ruse:
            usual = dice.choice([0.002, 0.01, 0.03, 0.08])
            hits = [
                sum(dice.random() < rate for _ in range(size))
                for size in sizes
                for rate in [usual * (1 + spread * dice.uniform(-1, 1))]
            ]
            everything = sum(hits), sum(sizes)
            alarms += any(
                is_signal(ruse, (hit, size, everything[0] - hit, everything[1] - size))
                for hit, size in zip(hits, sizes, strict=True)
            )
    assert alarms / shops <= most


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_demo_shops_one_misuser_is_found_and_nobody_else(seed: int, tmp_path: Path) -> None:
    shop = write_shop(tmp_path / "shop", seed=seed, months=["2026-10"], scale=0.15)
    take_in(shop, tmp_path / "store")
    records = open_records(tmp_path / "store", timezone=ZoneInfo("Asia/Shanghai"))
    first, last = START.replace(2026, 10, 1), START.replace(2026, 10, 31)
    measured = compute(records, Rules(ad_phrase=filter_phrase()), first, last, last + DAY * 5)
    assert seen(signals(measured, first, last)) == [("d04", Ruse.FILTERED)]
