"""Small made-up shops, dense in corners, and their records in memory."""

import hashlib
import random
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from kaohe.core.problem import Problem
from kaohe.core.rules import Credit, Rules, Unanswered
from kaohe.records.schema import LINE_SCHEMA, TABLES

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
START = date(2026, 3, 27)
PHRASE = "非誠勿擾"


@dataclass(frozen=True)
class Line:
    shop: str
    account: str
    customer: str
    sent_at: datetime
    sender: str
    text: str
    place: int


@dataclass(frozen=True)
class Order:
    shop: str
    order_id: str
    customer: str
    created_at: datetime
    paid_at: datetime | None
    amount: Decimal
    paid_amount: Decimal | None
    refunded: Decimal


@dataclass(frozen=True)
class World:
    """Everything that some shops hand in."""

    lines: tuple[Line, ...] = ()
    orders: tuple[Order, ...] = ()
    accounts: tuple[tuple[str, str, str, date | None, date | None], ...] = ()
    ratings: tuple[tuple[str, str, str, datetime, Decimal], ...] = ()
    complaints: tuple[tuple[str, str, str, datetime, bool | None], ...] = ()
    traffic: tuple[tuple[str, date, int, int, Decimal | None], ...] = ()
    people: tuple[str, ...] = ()

    def but(self, **changes: Any) -> "World":
        return replace(self, **changes)


@dataclass
class MemoryRecords:
    """A world by the contract of ``records.source.Records``.

    Attributes:
        world: The world.
        stored: Whether its partitions have content ids, as a store's have.
        most_pieces: Into how many pieces a day may be cut.
        read: The partitions that were read.
    """

    world: World
    stored: bool = False
    problems: tuple[Problem, ...] = ()
    most_pieces: int = 3
    read: list[tuple[str, date]] = field(default_factory=list)

    @cached_property
    def by_day(self) -> Mapping[tuple[str, date], list[Line]]:
        found: dict[tuple[str, date], list[Line]] = {}
        for line in sorted(self.world.lines, key=lambda one: (one.customer, one.sent_at, one.place)):
            found.setdefault((line.shop, line.sent_at.date()), []).append(line)
        return found

    def partitions(self) -> Mapping[tuple[str, date], str]:
        return {
            key: hashlib.sha256(repr(lines).encode()).hexdigest() if self.stored else ""
            for key, lines in self.by_day.items()
        }

    def pieces(self, shop: str, day: date) -> int:
        return min(self.most_pieces, len(self._customers(shop, day)))

    def _customers(self, shop: str, day: date) -> list[str]:
        return sorted({line.customer for line in self.by_day.get((shop, day), [])})

    def messages(self, shop: str, day: date, *, text: bool = True, piece: int | None = None) -> pa.Table:
        if not piece:
            self.read.append((shop, day))
        lines = self.by_day.get((shop, day), [])
        if piece is not None:
            customers = self._customers(shop, day)
            count = self.pieces(shop, day)
            wanted = customers[len(customers) * piece // count : len(customers) * (piece + 1) // count]
            lines = [line for line in lines if line.customer in wanted]
        names = LINE_SCHEMA.names if text else LINE_SCHEMA.names[:-1]
        columns = [pa.array([getattr(line, name) for line in lines]) for name in names]
        schema = pa.schema([LINE_SCHEMA.field(name) for name in names])
        encoded = [
            column.cast(pa.string()).dictionary_encode()
            if pa.types.is_dictionary(one.type)
            else column.cast(one.type)
            for column, one in zip(columns, schema, strict=True)
        ]
        return pa.table(encoded, schema=schema)

    def conversations(self, shop: str, day: date, customers: Collection[str]) -> pa.Table:
        lines = self.messages(shop, day)
        return lines.filter(
            pc.is_in(lines["customer"].cast(pa.string()), value_set=pa.array(sorted(customers)))
        )

    def orders(self) -> pa.Table:
        rows = [vars(order) | {"closed_at": None} for order in self.world.orders]
        return pa.Table.from_pylist(rows, TABLES["orders"].schema)

    def order_days(self) -> Mapping[tuple[str, date], str]:
        found: dict[tuple[str, date], list[Order]] = {}
        for order in self.world.orders:
            found.setdefault((order.shop, order.created_at.date()), []).append(order)
        return {
            key: hashlib.sha256(repr(orders).encode()).hexdigest() if self.stored else ""
            for key, orders in found.items()
        }

    def orders_of(self, shop: str, day: date, columns: Sequence[str] | None = None) -> pa.Table:
        orders = self.orders()
        created = pc.equal(orders["created_at"].cast(pa.date32()), pa.scalar(day))
        orders = orders.filter(pc.and_(pc.equal(orders["shop"], shop), created))
        return orders if columns is None else orders.select(list(columns))

    def table(self, name: str) -> pa.Table:
        rows: Sequence[tuple[Any, ...]] = getattr(self.world, name)
        if name == "people":
            rows = [(person, person, "desk", "agent", True, None, None, None) for person in self.world.people]
        schema = TABLES[name].schema
        # A column that a row does not reach is blank.
        return pa.Table.from_pylist([dict(zip(schema.names, row, strict=False)) for row in rows], schema)


def rules_of(dice: random.Random) -> Rules:
    """Throw rules: every option on and off, windows small enough for their borders to matter."""
    cap = dice.choice([None, 40, 180, 600])
    return Rules(
        after_sale_days=dice.choice([None, 0, 1, 3, 14]),
        ad_phrase=dice.choice([None, PHRASE, '"bye"']),
        ad_times=dice.choice([1, 2, 3]),
        one_line_agent_lines=dice.choice([None, 1, 2, 3]),
        prior_order_days=dice.choice([0, 1, 1, 3]),
        order_days=dice.choice([0, 1, 1, 2, 3]),
        payment_days=dice.choice([0, 1, 2, 4]),
        credit=dice.choice(list(Credit)),
        quick_seconds=dice.choice([0, 5, 30]),
        hours=dice.choice([None, (8 * 3600, 23 * 3600), (0, 86_400), (12 * 3600, 12 * 3600 + 60)]),
        cap_seconds=cap,
        unanswered=dice.choice(list(Unanswered)) if cap else Unanswered.SKIP,
    )


def world_of(dice: random.Random, days: int = 6) -> World:
    """Throw a world of one or two shops over a few days."""
    shops = ["旗艦店", "Shop, 2"][: dice.choice([1, 1, 2])]
    customers = ["+1", "=1+1", "小明", "小明 ", "O'Brien", "tb1"][: dice.choice([1, 2, 3, 6])]
    accounts = [f"客服{number}" for number in range(dice.randint(1, 5))] + ["舊號"]
    people = ["阿強", "Zoé", "p-13"]
    moments = _moments(dice, days)
    held = tuple(
        holding
        for shop in shops
        for account in accounts[:-1]
        for holding in _held(dice, shop, account, people, days)
    )
    lines = tuple(
        line
        for shop in shops
        for line in _chats(dice, shop, customers, accounts, moments, dice.choice([5, 20, 60, 120]))
    )
    orders = tuple(
        _order(dice, shop, number, customers, moments)
        for shop in shops
        for number in range(dice.choice([0, 3, 12, 25]))
    )
    return World(
        lines=tuple(replace(line, place=place) for place, line in enumerate(lines)),
        orders=orders,
        accounts=held,
        ratings=tuple(
            (
                dice.choice(shops),
                dice.choice(accounts),
                "x",
                dice.choice(moments),
                Decimal(dice.randint(1, 5)),
            )
            for _ in range(dice.randint(0, 8))
        ),
        complaints=tuple(
            (
                dice.choice(shops),
                dice.choice(accounts),
                "x",
                dice.choice(moments),
                dice.choice([True, False, None]),
            )
            for _ in range(dice.randint(0, 5))
        ),
        traffic=tuple(
            (
                shop,
                START + DAY * day,
                dice.randint(0, 999),
                dice.randint(0, 99),
                dice.choice([None, Decimal("9.99")]),
            )
            for shop in shops
            for day in range(days)
            if dice.random() < 0.6
        ),
        people=tuple(people),
    )


def _moments(dice: random.Random, days: int) -> list[datetime]:
    """Throw a few seconds of each day at which everything happens, so that much happens at once."""
    times = [time(0, 0, 0), time(23, 59, 59), time(7, 59, 59), time(8, 0, 0), time(12, 0, 30), time(23, 0, 0)]
    moments = [
        datetime.combine(START + DAY * day, one)
        for day in range(days)
        for one in dice.sample(times, dice.randint(1, 4))
    ]
    near = [moment + SECOND * dice.choice([0, 1, 5, 6, 30, 31, 40, 41, 180]) for moment in moments]
    last = datetime.combine(START + DAY * (days - 1), time(23, 59, 59))
    return sorted(min(moment, last) for moment in [*moments, *near])


def _held(
    dice: random.Random, shop: str, account: str, people: list[str], days: int
) -> list[tuple[str, str, str, date | None, date | None]]:
    """Throw one holder, or a handover, or a gap."""
    change = START + DAY * dice.randint(0, days - 1)
    one, two = dice.choice(people), dice.choice(people)
    return dice.choice(
        [
            [(shop, account, one, None, None)],
            [(shop, account, one, None, change), (shop, account, two, change + DAY, None)],
            [(shop, account, one, START, change), (shop, account, two, change + 2 * DAY, START + 90 * DAY)],
            [],
        ]
    )


def _chats(
    dice: random.Random,
    shop: str,
    customers: list[str],
    accounts: list[str],
    moments: list[datetime],
    count: int,
) -> list[Line]:
    texts = ["您好", "", PHRASE, f"親,{PHRASE}。{PHRASE}", 'say "bye"', "非誠 勿擾"]
    return [
        Line(
            shop,
            dice.choice(accounts),
            dice.choice(customers),
            dice.choice(moments) + SECOND * dice.choice([0, 0, 0, 1]),
            dice.choices(["customer", "agent", "robot", "system"], [8, 9, 2, 1])[0],
            dice.choice(texts),
            0,
        )
        for _ in range(count)
    ]


def _order(
    dice: random.Random, shop: str, number: int, customers: list[str], moments: list[datetime]
) -> Order:
    created = dice.choice(moments) + SECOND * dice.choice([-1, 0, 0, 1])
    later = [moment for moment in moments if moment >= created]
    borders = [created, created + SECOND, datetime.combine(created.date() + DAY * dice.randint(0, 5), time())]
    paid = dice.choice([None, *(moment for moment in [*later, *borders] if moment >= created)])
    amount = Decimal(dice.choice([0, 1, 1999, 123_456_789])) / 100
    return Order(
        shop=shop,
        order_id=f"22{number:03d}",
        customer=dice.choice([*customers, "靜默"]),
        created_at=created,
        paid_at=paid,
        amount=amount,
        paid_amount=None if paid is None else dice.choice([amount, Decimal("0.50")]),
        refunded=dice.choice([Decimal("0.00"), amount]),
    )
