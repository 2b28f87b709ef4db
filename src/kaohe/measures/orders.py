"""The orders of one shop as they stood at the end of a day, ready to be cut by day."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kaohe.measures.columns import NEVER, Ints, coded, day_number, days_of_seconds, seconds, times
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
    known = orders.filter(pa.array(seconds(orders["created_at"]) < _midnight_after(as_of)))
    paid = seconds(known["paid_at"])
    late = paid >= _midnight_after(as_of)
    unpaid = pa.array(late)
    amount = pc.if_else(unpaid, pa.scalar(None, known["paid_amount"].type), known["paid_amount"])
    known = known.set_column(
        known.column_names.index("paid_at"), "paid_at", times(np.where(late, NEVER, paid))
    )
    known = known.set_column(known.column_names.index("paid_amount"), "paid_amount", amount)
    shops, names = coded(known["shop"])
    order = _by_creation(known, shops)
    ends = np.searchsorted(shops[order], np.arange(len(names) + 1))
    known = known.select(list(USED)).take(pa.array(order))
    return {
        name: ShopOrders.of(known.slice(int(begin), int(end - begin)))
        for name, begin, end in zip(names.to_pylist(), ends[:-1], ends[1:], strict=True)
    }


def no_orders(orders: pa.Table) -> ShopOrders:
    """Return the orders of a shop that has none, with the types of the others' columns."""
    return ShopOrders.of(orders.select(list(USED)).slice(0, 0))


def _midnight_after(day: date) -> int:
    return (day_number(day) + 1) * 86_400


def _by_creation(orders: pa.Table, shops: np.ndarray) -> Ints:
    """Return the order by shop, creation and order id, whatever the order of the rows."""
    created = seconds(orders["created_at"])
    order = np.lexsort((created, shops))
    same = (np.diff(created[order]) == 0) & (np.diff(shops[order]) == 0)
    tied = np.zeros(len(order), np.bool_)
    tied[1:] |= same
    tied[:-1] |= same
    places = np.flatnonzero(tied)
    if len(places):
        # Names are compared only where the second is the same: that is rare, and they are slow.
        rows = order[places]
        ties = pa.table(
            {
                "shop": shops[rows],
                "created": created[rows],
                "order_id": orders["order_id"].take(pa.array(rows)),
            }
        )
        keys = [(name, "ascending") for name in ties.column_names]
        order[places] = rows[np.asarray(pc.sort_indices(ties, sort_keys=keys))]
    return order
