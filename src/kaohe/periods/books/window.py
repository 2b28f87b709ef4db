"""The records as far as one period needs them, and how a closing vouches for them.

A closing names the digest of every day's chat lines, as the store has it in the file's
name, and one of the orders that matter. So the evidence behind a figure is sealed too,
though it stays in the store.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property

import pyarrow as pa
import pyarrow.compute as pc

from kaohe.core.problem import Place, Problem
from kaohe.core.rules import Rules
from kaohe.measures.keep import content_digest
from kaohe.periods.books import problems
from kaohe.records.schema import TABLES
from kaohe.records.source import Records

RECORDS = "records.json"
ORDERS = "orders"


@dataclass
class Window:
    """Records as far as a period needs them; it remembers which days were read.

    Attributes:
        records: The records.
        since: Orders that were neither created nor paid since this day matter to nobody.
        as_of: Orders created after this day are not known yet.
        read: Shop and day of the chat lines that were read.
    """

    records: Records
    since: date
    as_of: date
    read: set[tuple[str, date]] = field(default_factory=set)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The warnings that opening found."""
        return self.records.problems

    def partitions(self) -> Mapping[tuple[str, date], str]:
        """Return each (shop, day) that has chat lines."""
        return self.records.partitions()

    def messages(self, shop: str, day: date, *, text: bool = True) -> pa.Table:
        """Return the chat lines of one shop and day."""
        self.read.add((shop, day))
        return self.records.messages(shop, day, text=text)

    def conversation(self, shop: str, day: date, customer: str) -> pa.Table:
        """Return one customer's lines of a day."""
        self.read.add((shop, day))
        return self.records.conversation(shop, day, customer)

    @cached_property
    def _orders(self) -> pa.Table:
        orders = self.records.orders()
        since, until = (
            pa.scalar(datetime.combine(day, time()), pa.timestamp("s"))
            for day in (self.since, self.as_of + timedelta(days=1))
        )
        recent = pc.or_(
            pc.greater_equal(orders["created_at"], since),
            pc.fill_null(pc.greater_equal(orders["paid_at"], since), False),
        )
        kept = orders.filter(pc.and_(recent, pc.less(orders["created_at"], until)))
        return kept.sort_by([("shop", "ascending"), ("order_id", "ascending")])

    def orders(self) -> pa.Table:
        """Return the orders that matter, by shop and id."""
        return self._orders

    def table(self, name: str) -> pa.Table:
        """Return one of the other tables."""
        return self._orders if name == ORDERS else self.records.table(name)


def since(rules: Rules, first: date) -> date:
    """Return the day since which an order matters to measures from a day on."""
    windows = (rules.after_sale_days or 0, rules.prior_order_days, rules.order_days, rules.payment_days)
    return first - timedelta(days=max(windows) + rules.order_days + 2)


def records_bytes(window: Window) -> bytes:
    """Return what a closing says of the records, as a file of the books."""
    plain = {
        "since": window.since.isoformat(),
        "orders": orders_digest(window.orders()),
        "lines": [
            [shop, day.isoformat(), content] for (shop, day), content in sorted(window.partitions().items())
        ],
    }
    return json.dumps(plain, ensure_ascii=False, indent=1).encode() + b"\n"


@dataclass(frozen=True, slots=True)
class Vouched:
    """What a closing says of its records.

    Attributes:
        since: Orders that were neither created nor paid since this day do not matter.
        orders: The digest of the orders that do.
        lines: Shop and day → the digest of the chat lines.
    """

    since: date
    orders: str
    lines: Mapping[tuple[str, date], str]


def read_vouched(content: bytes) -> Vouched:
    """Return what a closing said of its records."""
    plain = json.loads(content)
    lines = {(shop, date.fromisoformat(day)): content for shop, day, content in plain["lines"]}
    return Vouched(date.fromisoformat(plain["since"]), plain["orders"], lines)


def orders_digest(orders: pa.Table) -> str:
    """Return a name for the content of orders that stand in order."""
    columns = TABLES[ORDERS].schema.names
    return content_digest(orders[name] for name in columns)


def foreign(vouched: Vouched, window: Window, place: Place) -> Iterator[Problem]:
    """Yield what of the records is not what was closed on.

    Args:
        vouched: What the closing says of them.
        window: The records; of days that it has not, nothing is said.
        place: For the problems.
    """
    for (shop, day), content in window.partitions().items():
        if vouched.lines.get((shop, day)) != content:
            yield problems.LINES_DIFFER.at(place, shop=shop, day=day)
    if orders_digest(window.orders()) != vouched.orders:
        yield problems.TABLE_DIFFERS.at(place, name=ORDERS)
