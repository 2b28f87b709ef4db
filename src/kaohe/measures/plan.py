"""Which days a run must look at, and for which customers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kaohe.core.rules import Rules
from kaohe.measures.columns import NEVER, Ints, day_number, days_of_seconds, seconds
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
        created: Shop and day of all orders that need the agents behind them.
    """

    bounds: Bounds
    days: tuple[Day, ...]
    created: tuple[tuple[str, int], ...]


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
        """Return the days on which orders were created that need the agents behind them."""
        return self.orders.created(self.bounds.first, self.reach)

    def _aside(self) -> Iterator[Day]:
        """Yield the days outside the range that somebody's order needs."""
        seeking = [one for created in self.created() if (one := self._seeking(created)) is not None]
        for day in sorted(self.contents):
            if day in self.bounds:
                continue
            wanted = [one for one in (each.customers_on(day) for each in seeking) if len(one)]
            if wanted:
                customers = pc.unique(pa.chunked_array(wanted))
                yield Day(self.shop, day, self.contents[day], customers)

    def _seeking(self, created: int) -> "_Seeking | None":
        """Return the orders of a day and where they look for agents; None if within the range."""
        # Orders after the range are wanted for who placed them only.
        pays = created in self.bounds
        last = max(created, self.orders.contents[created].last_paid) if pays else created
        if created - self.order_days >= self.bounds.first and last <= self.bounds.last:
            return None
        orders = self.orders.seen(created)
        ends = np.full(orders.num_rows, created)
        if pays:
            paid = days_of_seconds(seconds(orders["paid_at"]))
            ends = np.where(paid == NEVER, created, np.maximum(paid, created))
        return _Seeking(orders["customer"], created - self.order_days, ends)


@dataclass(frozen=True, slots=True)
class _Seeking:
    """Orders created on one day, and the days on which they look for agents.

    Attributes:
        customers: Their customers.
        begins: The first day for all of them.
        ends: The last day of each.
    """

    customers: pa.ChunkedArray
    begins: int
    ends: Ints

    def customers_on(self, day: int) -> pa.Array:
        """Return the customers whose orders look for an agent on a day."""
        if day < self.begins:
            return NOBODY_SEEKS
        chosen = self.customers.filter(pa.array(self.ends >= day))
        return chosen.combine_chunks() if chosen.num_chunks != 1 else chosen.chunk(0)


NOBODY_SEEKS = pa.array([], pa.string())
