"""A shop's orders as they stood at the end of a day, by their day of creation.

Each day's orders are read when they are asked for. What a run must know of the others
(whether anything about them changed, when they were paid) stands in their contents: a
few digests a day, kept once they were computed.
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from itertools import pairwise
from threading import Lock

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kaohe.measures.columns import DAY_SECONDS, NEVER, day_of, days_of_seconds, hundredths, seconds, times
from kaohe.measures.keep import Bytes, bytes_digest, content_digest, key_of
from kaohe.records.source import Records

USED = ("order_id", "customer", "created_at", "paid_at", "amount", "paid_amount", "refunded")
SEEN = ("customer", "created_at", "paid_at")
"""What the judgement of consultations and the search for agents see of an order."""
RECENT_BYTES = 192 << 20
"""How much memory orders may take: those of a month of any but the largest shops."""
CONTENTS = pa.schema([("paid_day", pa.int64()), ("seen", pa.string()), ("whole", pa.string())])


@dataclass(frozen=True)
class Contents:
    """What the orders created on one day of a shop hold, as of a day.

    Attributes:
        created: A name for their customers and times of creation.
        whole: A name for what else they hold without being paid.
        paid: Day of payment → a name for the customers and times of its payments, and
            one for all that being paid adds.
    """

    created: str
    whole: str
    paid: Mapping[int, tuple[str, str]]

    @classmethod
    def of(cls, table: pa.Table, as_of: int) -> "Contents":
        """Take what ``contents`` gave, without the payments after a day."""
        first, *payments = table.to_pylist()
        paid = {one["paid_day"]: (one["seen"], one["whole"]) for one in payments if one["paid_day"] <= as_of}
        return cls(first["seen"], first["whole"], paid)

    @cached_property
    def last_paid(self) -> int:
        """The last day of payment; -1 where all are unpaid."""
        return max(self.paid, default=-1)

    @property
    def seen(self) -> str:
        """A name for everything about these orders that SEEN tells."""
        return key_of(self.created, *(seen for _, (seen, _) in sorted(self.paid.items())))

    @property
    def all(self) -> str:
        """A name for everything about these orders."""
        return key_of(self.created, self.whole, *(f"{day} {both}" for day, both in sorted(self.paid.items())))


def in_order(orders: pa.Table) -> pa.Table:
    """Return the orders of one day by creation, those of one second by their ids."""
    created, ids = seconds(orders["created_at"]), orders["order_id"]
    steps = np.diff(created)
    tied = np.flatnonzero(steps == 0)
    if (steps >= 0).all() and _ascending(ids.take(pa.array(tied)), ids.take(pa.array(tied + 1))):
        return orders
    return orders.sort_by([("created_at", "ascending"), ("order_id", "ascending")])


def _ascending(ids: pa.ChunkedArray, following: pa.ChunkedArray) -> bool:
    return bool(pc.all(pc.less(ids, following), min_count=0).as_py())


def contents(orders: pa.Table, *, named: bool) -> pa.Table:
    """Return what tells whether orders changed, with CONTENTS: one row for all, one per day of payment.

    Args:
        orders: The orders created on one day, in order, as they stand now.
        named: Whether digests are wanted; without them only the days of payment are there.
    """
    paid_at = seconds(orders["paid_at"])
    paid_day = days_of_seconds(paid_at)
    by_payment = np.argsort(paid_day, kind="stable")
    by_payment = by_payment[: np.searchsorted(paid_day[by_payment], NEVER)]
    firsts = np.flatnonzero(np.diff(paid_day[by_payment], prepend=NEVER) != 0)
    payments = [*pairwise([*firsts.tolist(), len(by_payment)])] if len(firsts) else []
    numbers = [None, *(int(paid_day[by_payment[first]]) for first, _ in payments)]
    seen = whole = [""] * len(numbers)
    if named:
        paid = orders.select(["customer", "paid_amount"]).take(pa.array(by_payment))
        customers, amounts = Bytes.of(paid["customer"]), hundredths(paid["paid_amount"])
        times = paid_at[by_payment]
        seen = [content_digest([orders["customer"], orders["created_at"]])]
        seen += [bytes_digest(*customers.of_rows(*rows), times[slice(*rows)]) for rows in payments]
        whole = [content_digest([orders["order_id"], orders["amount"], orders["refunded"]])]
        whole += [
            bytes_digest(by_payment[slice(*rows)], times[slice(*rows)], amounts[slice(*rows)])
            for rows in payments
        ]
    columns = (numbers, seen, whole)
    return pa.table(
        [pa.array(one, field.type) for one, field in zip(columns, CONTENTS, strict=True)], CONTENTS
    )


def as_known(orders: pa.Table, as_of: int) -> pa.Table:
    """Return the orders as they stood at the end of a day: those paid later are unpaid."""
    paid = seconds(orders["paid_at"])
    late = paid >= (as_of + 1) * DAY_SECONDS
    if not (late & (paid != NEVER)).any():
        return orders
    columns = dict(zip(orders.column_names, orders.columns, strict=True))
    columns["paid_at"] = times(np.where(late, NEVER, paid))
    if "paid_amount" in columns:
        unpaid = pa.scalar(None, orders["paid_amount"].type)
        columns["paid_amount"] = pc.if_else(pa.array(late), unpaid, orders["paid_amount"])
    return pa.table(columns)


@dataclass(slots=True)
class OrderDays:
    """The orders created on each day of each shop, read once as long as there is room.

    Attributes:
        records: What the shops handed in.
        as_of: The number of the last day whose records are complete.
        recent: Those that are in memory, as they stood at the end of that day, the oldest first.
        size: About how many bytes these take.
    """

    records: Records
    as_of: int
    recent: OrderedDict[tuple[str, int], pa.Table] = field(default_factory=OrderedDict)
    size: int = 0
    lock: Lock = field(default_factory=Lock)

    def as_handed_in(self, shop: str, day: int) -> pa.Table:
        """Return the orders created on a day as the records have them: in order, the columns USED."""
        orders = in_order(self.records.orders_of(shop, day_of(day), USED))
        self._remember((shop, day), as_known(orders, self.as_of))
        return orders

    def as_known(self, shop: str, day: int) -> pa.Table:
        """Return the orders created on a day as they stood at the end of the last known one."""
        with self.lock:
            known = self.recent.get((shop, day))
        return as_known(self.as_handed_in(shop, day), self.as_of) if known is None else known

    def looked_at(self, shop: str, day: int) -> pa.Table:
        """Return the columns SEEN of the orders created on a day, in any order; nothing else is read."""
        with self.lock:
            known = self.recent.get((shop, day))
        if known is None:
            return as_known(self.records.orders_of(shop, day_of(day), SEEN), self.as_of)
        return known.select(list(SEEN))

    def _remember(self, where: tuple[str, int], orders: pa.Table) -> None:
        with self.lock:
            if where in self.recent:
                return
            self.recent[where] = orders
            self.size += orders.nbytes
            while self.size > RECENT_BYTES and len(self.recent) > 1:
                self.size -= self.recent.popitem(last=False)[1].nbytes


@dataclass(frozen=True, slots=True)
class ShopOrders:
    """One shop's orders as of a day.

    Attributes:
        contents: The days on which there are any, in order, and what they hold.
        whole: Gives the orders created on a day, in order, with the columns USED.
        looked_at: Gives them in any order, with the columns SEEN.
    """

    contents: Mapping[int, Contents]
    whole: Callable[[int], pa.Table]
    looked_at: Callable[[int], pa.Table]

    @classmethod
    def of(cls, shop: str, contents: Mapping[int, Contents], orders: OrderDays) -> "ShopOrders":
        """Take a shop's orders from those of all shops."""
        return cls(contents, partial(orders.as_known, shop), partial(orders.looked_at, shop))

    def seen(self, day: int) -> pa.Table:
        """Return the orders created on a day, with the columns SEEN."""
        return self.whole(day).select(list(SEEN))

    def created(self, first: int, last: int) -> list[int]:
        """Return the days from one to another on which orders were created."""
        return [day for day in self.contents if first <= day <= last]

    def window(self, window: "Window") -> pa.Table:
        """Return what the judgement of a day's consultations must see: SEEN of the orders near it.

        Of a day that lies in the window all orders are there, those that do not matter
        included: they do no harm, and to take them out would cost more.
        """
        parts = [self.looked_at(day) for day in self.created(*window.created)]
        for day, one in self.contents.items():
            if window.has_created(day) or not any(window.has_paid(paid) for paid in one.paid):
                continue
            parts.append(self.looked_at(day) if window.has_paid(day) else self._late(day, window))
        return together(parts)

    def _late(self, day: int, window: "Window") -> pa.Table:
        """Return the orders of a day long before a window that were paid in it."""
        orders = self.looked_at(day)
        paid_day = days_of_seconds(seconds(orders["paid_at"]))
        first, last = window.paid or (0, -1)
        return orders.filter(pa.array((paid_day >= first) & (paid_day <= last)))

    def window_digest(self, window: "Window") -> str:
        """Return a name for the creations and the payments that ``window`` looks at."""
        created = [f"{day} {self.contents[day].created}" for day in self.created(*window.created)]
        paid = [
            f"{day} {seen}"
            for one in self.contents.values()
            for day, (seen, _) in one.paid.items()
            if window.has_paid(day)
        ]
        return key_of(*created, "", *sorted(paid))


@dataclass(frozen=True, slots=True)
class Window:
    """The days whose orders the judgement of a day's consultations looks at.

    Attributes:
        created: The first and the last day of creation.
        paid: The first and the last day of payment; None: payments do not matter.
    """

    created: tuple[int, int]
    paid: tuple[int, int] | None

    @classmethod
    def around(cls, day: int, before: int, after: int, paid_before: int | None) -> "Window":
        """Return the window of a day, from its width before and after."""
        return cls((day - before, day + after), None if paid_before is None else (day - paid_before, day))

    def has_created(self, day: int) -> bool:
        """Tell whether orders created on a day are looked at."""
        return self.created[0] <= day <= self.created[1]

    def has_paid(self, day: int) -> bool:
        """Tell whether payments of a day are looked at."""
        return self.paid is not None and self.paid[0] <= day <= self.paid[1]


NO_ORDERS = pa.schema(
    [("customer", pa.string()), ("created_at", pa.timestamp("s")), ("paid_at", pa.timestamp("s"))]
).empty_table()


def together(days: Sequence[pa.Table]) -> pa.Table:
    """Return the orders of several days as one table."""
    return pa.concat_tables(days) if days else NO_ORDERS
