"""The orders of one shop as they stood at the end of a day, ready to be cut by day."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kaohe.measures.columns import NEVER, Codes, Ints, coded, day_number, days_of_seconds, seconds, times
from kaohe.measures.keep import content_digest, key_of

USED = ("order_id", "customer", "created_at", "paid_at", "amount", "paid_amount", "refunded")


@dataclass(frozen=True, slots=True)
class ShopOrders:
    """One shop's orders, as of a day, by creation.

    Attributes:
        table: The columns USED, sorted by (created_at, order_id).
        created_day: The day number of each creation.
        paid_day: The day number of each payment, NEVER where unpaid.
        by_payment: The paid rows in the order of their day of payment.
        payments: Their days of payment, ascending.
        digests: Names of one day's creations and payments, once they were asked for.
    """

    table: pa.Table
    created_day: Ints
    paid_day: Ints
    by_payment: Ints
    payments: Ints
    digests: dict[tuple[str, int], str] = field(default_factory=dict)

    @classmethod
    def of(cls, table: pa.Table) -> "ShopOrders":
        """Take a shop's orders, sorted and cut off."""
        paid_day = days_of_seconds(seconds(table["paid_at"]))
        rows = np.flatnonzero(paid_day != NEVER)
        by_payment = rows[np.argsort(paid_day[rows], kind="stable")]
        return cls(
            table=table,
            created_day=days_of_seconds(seconds(table["created_at"])),
            paid_day=paid_day,
            by_payment=by_payment,
            payments=paid_day[by_payment],
        )

    def created(self, first: int, last: int) -> slice:
        """Return the rows of the orders created from one day to another."""
        begin, end = np.searchsorted(self.created_day, [first, last + 1])
        return slice(int(begin), int(end))

    def paid(self, first: int, last: int) -> Ints:
        """Return the rows of the orders paid from one day to another, by day of payment."""
        begin, end = np.searchsorted(self.payments, [first, last + 1])
        return self.by_payment[begin:end]

    def rows(self, rows: slice | Ints, columns: Iterable[str] = USED) -> pa.Table:
        """Return some rows."""
        table = self.table.select(list(columns))
        if isinstance(rows, slice):
            return table.slice(rows.start, rows.stop - rows.start)
        return table.take(pa.array(rows, pa.int64()))

    def window(self, day: int, before: int, after: int, paid_before: int | None) -> pa.Table:
        """Return what the judgement of a day's consultations must see.

        Args:
            day: The day's number.
            before: Days before it from which orders count as created.
            after: Days after it up to which they do.
            paid_before: Days before it from which payments count; None: payments do not.
        """
        wanted = np.zeros(self.table.num_rows, np.bool_)
        wanted[self.created(day - before, day + after)] = True
        if paid_before is not None:
            wanted[self.paid(day - paid_before, day)] = True
        return self.rows(np.flatnonzero(wanted), ("customer", "created_at", "paid_at"))

    def window_digest(self, day: int, before: int, after: int, paid_before: int | None) -> str:
        """Return a name for the content of ``window``: the creations and the payments in it."""
        created = [self._day_digest("created", one) for one in range(day - before, day + after + 1)]
        paid = []
        if paid_before is not None:
            paid = [self._day_digest("paid", one) for one in range(day - paid_before, day + 1)]
        return key_of(*created, "", *paid)

    def _day_digest(self, event: str, day: int) -> str:
        """Return a name for the customers and times of one day's creations or payments."""
        known = self.digests.get((event, day))
        if known is None:
            rows: slice | Ints = self.created(day, day) if event == "created" else self.paid(day, day)
            known = content_digest(self.rows(rows, ("customer", f"{event}_at")).columns)
            self.digests[event, day] = known
        return known


def by_shop(orders: pa.Table, as_of: date) -> dict[str, ShopOrders]:
    """Return each shop's orders as they stood at the end of a day.

    Orders created later are left out; those paid later are unpaid.
    """
    known = _as_of(orders, _midnight_after(as_of))
    shops, names = coded(known["shop"])
    known = known.select(list(USED))
    order = _by_creation(known, shops)
    if order is not None:
        known, shops = known.take(pa.array(order)), shops[order]
    ends = np.searchsorted(shops, np.arange(len(names) + 1))
    return {
        name: ShopOrders.of(known.slice(int(begin), int(end - begin)))
        for name, begin, end in zip(names.to_pylist(), ends[:-1], ends[1:], strict=True)
    }


def _as_of(orders: pa.Table, end: int) -> pa.Table:
    """Return the orders as they stood before a moment, given in seconds."""
    created = seconds(orders["created_at"])
    if (created >= end).any():
        orders = orders.filter(pa.array(created < end))
    paid = seconds(orders["paid_at"])
    late = paid >= end
    if not (late & (paid != NEVER)).any():
        return orders
    unpaid = pa.scalar(None, orders["paid_amount"].type)
    columns = {
        **dict(zip(orders.column_names, orders.columns, strict=True)),
        "paid_at": times(np.where(late, NEVER, paid)),
        "paid_amount": pc.if_else(pa.array(late), unpaid, orders["paid_amount"]),
    }
    return pa.table(columns)


def no_orders(orders: pa.Table) -> ShopOrders:
    """Return the orders of a shop that has none, with the types of the others' columns."""
    return ShopOrders.of(orders.select(list(USED)).slice(0, 0))


def _midnight_after(day: date) -> int:
    return (day_number(day) + 1) * 86_400


def _by_creation(orders: pa.Table, shops: Codes) -> Ints | None:
    """Return the order by shop, creation and order id; None if the rows stand so already."""
    created = seconds(orders["created_at"])
    ids = orders["order_id"]
    if _ascending(created, shops, ids):
        return None
    order = np.lexsort((created, shops))
    same = (np.diff(created[order]) == 0) & (np.diff(shops[order]) == 0)
    tied = np.zeros(len(order), np.bool_)
    tied[1:] |= same
    tied[:-1] |= same
    rows = order[tied]
    # Names are compared only where the second is the same: they are slow.
    ties = pa.table({"shop": shops[rows], "created": created[rows], "id": ids.take(pa.array(rows))})
    keys = [(name, "ascending") for name in ties.column_names]
    order[tied] = rows[np.asarray(pc.sort_indices(ties, sort_keys=keys))]
    return order


def _ascending(created: Ints, shops: Codes, ids: pa.ChunkedArray) -> bool:
    next_shop, later = np.diff(shops), np.diff(created)
    tied = np.flatnonzero((next_shop == 0) & (later == 0))
    if not ((next_shop > 0) | ((next_shop == 0) & (later >= 0))).all():
        return False
    in_order = pc.less(ids.take(pa.array(tied)), ids.take(pa.array(tied + 1)))
    return bool(pc.all(in_order, min_count=0).as_py())
