"""Which days a run must look at, and for which customers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kaohe.core.rules import Rules
from kaohe.measures.columns import NEVER, Ints, day_number
from kaohe.measures.orders import ShopOrders


@dataclass(frozen=True, slots=True)
class Day:
    """One shop and day whose lines are looked at.

    Attributes:
        shop: The shop.
        day: The day's number.
        content: The name of the content of its lines; blank if it has none.
        customers: The customers that matter; None: all of them.
    """

    shop: str
    day: int
    content: str
    customers: pa.Array | None = None


@dataclass(frozen=True, slots=True)
class Payments:
    """The orders of the range that were paid on one day.

    Attributes:
        shop: The shop.
        day: The day's number.
        rows: The rows of the shop's orders.
    """

    shop: str
    day: int
    rows: Ints


@dataclass(frozen=True, slots=True)
class Bounds:
    """The days of a run, as numbers.

    Attributes:
        first: The first day.
        last: The last day, or the last that is known if that is earlier.
        known: The last day whose records are complete.
    """

    first: int
    last: int
    known: int

    @classmethod
    def of(cls, first: date, last: date, as_of: date) -> "Bounds":
        """Cut a range of days off at the day as of which all is computed."""
        return cls(day_number(first), day_number(min(last, as_of)), day_number(as_of))

    def __contains__(self, day: int) -> bool:
        return self.first <= day <= self.last

    def reach(self, rules: Rules) -> int:
        """Return the last day on which an order can be an outcome of the range."""
        return min(self.last + rules.order_days, self.known)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run does.

    Attributes:
        bounds: The days.
        days: The days whose lines are looked at.
        created: Shop and day of all orders that need their placing agent.
        payments: The payments that need their paying agent.
    """

    bounds: Bounds
    days: tuple[Day, ...]
    created: tuple[tuple[str, int], ...]
    payments: tuple[Payments, ...]


def plan(
    partitions: Mapping[tuple[str, date], str], orders: Mapping[str, ShopOrders], rules: Rules, bounds: Bounds
) -> Plan:
    """Plan a run.

    A day of the range is looked at whole. Any other day only for the customers whose
    orders may find an agent there: placing looks back ``order_days``, paying looks up to
    the day of payment, however late that is.

    Args:
        partitions: Shop and day → content id of the chat lines.
        orders: Each shop's orders as of the last known day.
        rules: The rules.
        bounds: The days.
    """
    contents: dict[str, dict[int, str]] = {shop: {} for shop in orders}
    for (shop, day), content in partitions.items():
        contents[shop][day_number(day)] = content
    shops = [
        _ShopPlan(shop, orders[shop], contents[shop], rules.order_days, bounds, bounds.reach(rules))
        for shop in sorted(orders)
    ]
    return Plan(
        bounds,
        days=tuple(day for one in shops for day in one.days()),
        created=tuple((one.shop, day) for one in shops for day in one.created()),
        payments=tuple(payments for one in shops for payments in one.payments()),
    )


@dataclass(frozen=True, slots=True)
class _ShopPlan:
    """The plan of one shop.

    Attributes:
        shop: The shop.
        orders: Its orders.
        contents: Day → content id of its chat lines.
        order_days: How many days placing looks back.
        bounds: The days.
        reach: The last day on which an order can be an outcome of the range.
    """

    shop: str
    orders: ShopOrders
    contents: Mapping[int, str]
    order_days: int
    bounds: Bounds
    reach: int

    def days(self) -> Iterator[Day]:
        """Yield the days whose lines are looked at."""
        for day in sorted(self.contents):
            if day in self.bounds:
                yield Day(self.shop, day, self.contents[day])
        yield from self._aside()

    def created(self) -> list[int]:
        """Return the days on which orders were created that need their placing agent."""
        day = self.orders.created_day[self._in_reach()]
        return [int(one) for one in day[np.diff(day, prepend=NEVER) != 0]]

    def payments(self) -> Iterator[Payments]:
        """Yield the payments of the orders created in the range, by day of payment."""
        in_range = self.orders.created(self.bounds.first, self.bounds.last)
        rows = np.arange(in_range.start, in_range.stop)
        rows = rows[self.orders.paid_day[rows] != NEVER]
        rows = rows[np.argsort(self.orders.paid_day[rows], kind="stable")]
        day = self.orders.paid_day[rows]
        starts = np.flatnonzero(np.diff(day, prepend=NEVER) != 0)
        for number, part in zip(day[starts].tolist(), np.split(rows, starts[1:]), strict=False):
            yield Payments(self.shop, number, part)

    def _in_reach(self) -> slice:
        return self.orders.created(self.bounds.first, self.reach)

    def _aside(self) -> Iterator[Day]:
        """Yield the days outside the range that somebody's order needs."""
        in_reach = self._in_reach()
        created, paid = self.orders.created_day[in_reach], self.orders.paid_day[in_reach]
        begins = created - self.order_days
        pays = (paid != NEVER) & (created <= self.bounds.last)
        ends = np.where(pays, np.maximum(paid, created), created)
        outside = np.flatnonzero((begins < self.bounds.first) | (ends > self.bounds.last))
        begins, ends = begins[outside], ends[outside]
        for day in sorted(self.contents):
            if day in self.bounds:
                continue
            rows = outside[(begins <= day) & (day <= ends)] + in_reach.start
            if len(rows):
                customers = pc.unique(self.orders.table["customer"].take(pa.array(rows)))
                yield Day(self.shop, day, self.contents[day], customers)
