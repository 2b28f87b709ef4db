"""The records as far as one period needs them, and how a closing vouches for them.

A closing names the digest of every day's chat lines and orders, as the store has them in
the files' names. So the evidence behind a figure is sealed too, though it stays in the
store.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property

import pyarrow as pa
import pyarrow.compute as pc

from kaohe.core.problem import Place, Problem
from kaohe.core.rules import Rules
from kaohe.periods.books import problems
from kaohe.records.source import Records
from kaohe.records.store import Store

RECORDS = "records.json"
MESSAGES, ORDERS = "messages", "orders"
Days = Mapping[tuple[str, date], str]


@dataclass
class Window:
    """Records as far as a period needs them; it remembers which days of chat lines were read.

    Attributes:
        records: The records.
        since: Orders that were neither created nor paid since this day matter to nobody.
        as_of: Orders created after this day are not known yet.
        read: Shop and day of the chat lines that were read.
    """

    records: Store
    since: date
    as_of: date
    read: set[tuple[str, date]] = field(default_factory=set)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The warnings that opening found."""
        return self.records.problems

    def partitions(self) -> Days:
        """Return each (shop, day) that has chat lines."""
        return self.records.partitions()

    def pieces(self, shop: str, day: date) -> int:
        """Return into how many pieces the chat lines of a shop and day are cut."""
        return self.records.pieces(shop, day)

    def messages(self, shop: str, day: date, *, text: bool = True, piece: int | None = None) -> pa.Table:
        """Return the chat lines of one shop and day."""
        self.read.add((shop, day))
        return self.records.messages(shop, day, text=text, piece=piece)

    def conversations(self, shop: str, day: date, customers: Collection[str]) -> pa.Table:
        """Return some customers' lines of a day."""
        self.read.add((shop, day))
        return self.records.conversations(shop, day, customers)

    @cached_property
    def _order_days(self) -> Days:
        return {where: one for where, one in self.records.order_days().items() if self._matters(*where)}

    def _matters(self, shop: str, day: date) -> bool:
        """Return whether an order created on a day matters: it is recent, or was paid recently."""
        if day >= self.since:
            return day <= self.as_of
        paid = pc.max(self.records.orders_of(shop, day, ["paid_at"])["paid_at"]).as_py()
        return paid is not None and paid >= datetime.combine(self.since, time())

    def order_days(self) -> Days:
        """Return each (shop, day) on which orders were created that matter."""
        return self._order_days

    def orders_of(self, shop: str, day: date, columns: Sequence[str] | None = None) -> pa.Table:
        """Return the orders of a shop that were created on a day."""
        return self.records.orders_of(shop, day, columns)

    def orders(self) -> pa.Table:
        """Return the orders of the days that matter."""
        parts = [self.orders_of(*where) for where in self.order_days()]
        return pa.concat_tables([self.records.orders().slice(0, 0), *parts])

    def table(self, name: str) -> pa.Table:
        """Return one of the other tables."""
        return self.orders() if name == ORDERS else self.records.table(name)


def since(rules: Rules, first: date) -> date:
    """Return the day since which an order matters to measures from a day on."""
    windows = (rules.after_sale_days or 0, rules.prior_order_days, rules.order_days, rules.payment_days)
    return first - timedelta(days=max(windows) + rules.order_days + 2)


def records_bytes(records: Store) -> bytes:
    """Return what a closing says of its chat lines and orders, as a file of the books."""
    plain = {MESSAGES: _rows(records.partitions()), ORDERS: _rows(records.order_days())}
    return json.dumps(plain, ensure_ascii=False, indent=1).encode() + b"\n"


def _rows(days: Days) -> list[list[str]]:
    return [[shop, day.isoformat(), content] for (shop, day), content in sorted(days.items())]


def read_days(rows: list[list[str]]) -> Days:
    """Return shop and day → digest, as a file of the books holds it."""
    return {(shop, date.fromisoformat(day)): content for shop, day, content in rows}


@dataclass(frozen=True, slots=True)
class Vouched:
    """What a closing says of its records: shop and day → the digest of what the store holds.

    Attributes:
        messages: Of the chat lines.
        orders: Of the orders.
    """

    messages: Days
    orders: Days


def read_vouched(content: bytes) -> Vouched:
    """Return what a closing said of its records."""
    plain = json.loads(content)
    return Vouched(read_days(plain[MESSAGES]), read_days(plain[ORDERS]))


def foreign(vouched: Vouched, records: Records, place: Place) -> Iterator[Problem]:
    """Yield the days whose chat lines or orders are not those that were closed on.

    Args:
        vouched: What the closing says of them.
        records: The records; of days that they do not have, nothing is said.
        place: For the problems.
    """
    for (shop, day), content in records.partitions().items():
        if vouched.messages.get((shop, day)) != content:
            yield problems.LINES_DIFFER.at(place, shop=shop, day=day)
    for (shop, day), content in records.order_days().items():
        if vouched.orders.get((shop, day)) != content:
            yield problems.ORDERS_DIFFER.at(place, shop=shop, day=day)
