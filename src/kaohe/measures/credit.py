"""Stage 3: orders find the agents behind them.

Pure kernels over the orders created on one day of a shop: ``placed`` finds who placed
them, ``paid`` who brought them to payment. Both walk back over the days, and on each
look only at the customers whose orders still seek an agent.

What they need of the neighbour days: ``placed`` the agent lines of the day and of the
``order_days`` before it; ``paid`` those of the day and of all days after it up to the
last payment.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kaohe.core.rules import Rules
from kaohe.measures.columns import (
    DAY_SECONDS,
    NEVER,
    Codes,
    Ints,
    bools,
    coded,
    day_number,
    days,
    days_of_seconds,
    named,
    positions,
    seconds,
)
from kaohe.measures.receptions import customers_of


@dataclass(frozen=True, slots=True)
class AgentLines:
    """The agent lines that stand in the receptions of one shop and day.

    Attributes:
        day: The day's number.
        customers: The customers, each once.
        indices: Their indices in the day, ascending.
        keys: Per line, customer index and second of the day in one ascending number.
        consultation: Per line, the row of its consultation.
        person: Per consultation, the code of the person.
        names: The names of the codes.
        inquiry: Per consultation, whether it is an inquiry.
    """

    day: int
    customers: pa.Array
    indices: Codes
    keys: Ints
    consultation: Codes
    person: Codes
    names: pa.Array
    inquiry: np.ndarray

    @classmethod
    def of(cls, day: date, consultations: pa.Table, judgements: pa.Table, lines: pa.Table) -> "AgentLines":
        """Put together what stages 1 and 2 gave for the day."""
        reception = np.asarray(judgements["filter"].is_null())
        consultation = lines["consultation"].to_numpy()
        stands = reception[consultation]
        consultation = consultation[stands]
        index = consultations["customer_index"].to_numpy()
        second = lines["second"].to_numpy()[stands]
        person, names = coded(consultations["person"])
        customers, indices = customers_of(consultations)
        return cls(
            day=day_number(day),
            customers=customers,
            indices=indices,
            keys=index[consultation].astype(np.int64) * DAY_SECONDS + second,
            consultation=consultation,
            person=person,
            names=names,
            inquiry=bools(judgements["inquiry"]),
        )

    @property
    def size(self) -> int:
        """About how many bytes these lines take."""
        return int(self.keys.nbytes + self.consultation.nbytes + self.customers.nbytes)

    def last(self, customers: pa.Array, until: Ints) -> Ints:
        """Return each customer's last line up to a second of the day, -1 where there is none."""
        found = positions(customers, self.customers)
        known = found >= 0
        index = np.where(known, self.indices[found], -1).astype(np.int64) if len(self.indices) else found
        line = np.searchsorted(self.keys, index * DAY_SECONDS + until, side="right") - 1
        same = known & (line >= 0)
        same[same] = self.keys[line[same]] // DAY_SECONDS == index[same]
        return np.where(same, line, -1)

    def second(self, line: Ints) -> Ints:
        """Return the second of the day of each line."""
        return self.keys[line] % DAY_SECONDS


@dataclass(slots=True)
class _Names:
    """Names gathered from several days under one set of codes."""

    codes: dict[str, int]

    def of(self, person: Codes, names: pa.Array) -> Codes:
        """Return the persons of one day by the common codes."""
        common = [self.codes.setdefault(name, len(self.codes)) for name in names.to_pylist()]
        return np.array(common, np.int32)[person]

    def column(self, person: Codes) -> pa.Array:
        """Return the persons as a column."""
        return named(person, pa.array(list(self.codes), pa.string()))


def placed(orders: pa.Table, day: date, lines: Iterable[AgentLines]) -> pa.Table:
    """Return who placed each order: ``placing``, ``reception_day``, ``inquiry``.

    Args:
        orders: The orders created on the day: customer, created_at.
        day: The day.
        lines: The agent lines of the day and of the days before it that count, newest
            first; days without lines may be missing.

    Returns:
        One row per order. ``placing`` and ``reception_day`` are null for a silent order;
        ``inquiry`` tells whether the reception that it was placed through is one.
    """
    count = orders.num_rows
    person = np.full(count, -1, np.int32)
    reception_day = np.full(count, NEVER)
    inquiry = np.zeros(count, np.bool_)
    second = seconds(orders["created_at"]) - day_number(day) * DAY_SECONDS
    names = _Names({})
    seeking = np.arange(count)
    for one in lines:
        until = second[seeking] if one.day == day_number(day) else np.full(len(seeking), DAY_SECONDS - 1)
        line = one.last(orders["customer"].take(pa.array(seeking)), until)
        hit = line >= 0
        found, consultation = seeking[hit], one.consultation[line[hit]]
        person[found] = names.of(one.person[consultation], one.names)
        reception_day[found] = one.day
        inquiry[found] = one.inquiry[consultation]
        seeking = seeking[~hit]
    return pa.table(
        {"placing": names.column(person), "reception_day": days(reception_day), "inquiry": inquiry}
    )


def paid(orders: pa.Table, day: date, lines: Iterable[AgentLines]) -> pa.Table:
    """Return who brought each order to payment: ``paying``, null where nobody wrote in between.

    Args:
        orders: The orders created on the day: customer, created_at, paid_at.
        day: The day.
        lines: The agent lines from the last day on which one of the orders was paid back
            to the day, newest first; days without lines may be missing.
    """
    today = day_number(day)
    paid_at = seconds(orders["paid_at"])
    paid_day, paid_second = days_of_seconds(paid_at), paid_at % DAY_SECONDS
    created_second = seconds(orders["created_at"]) - today * DAY_SECONDS
    person = np.full(orders.num_rows, -1, np.int32)
    names = _Names({})
    seeking = np.flatnonzero(paid_at != NEVER)
    for one in lines:
        asking = seeking[paid_day[seeking] >= one.day]
        until = np.where(paid_day[asking] == one.day, paid_second[asking], DAY_SECONDS - 1)
        line = one.last(orders["customer"].take(pa.array(asking)), until)
        hit = line >= 0
        if one.day == today:
            # The line must come after the order; if the last one does not, no earlier one does.
            hit[hit] = one.second(line[hit]) > created_second[asking[hit]]
        found = asking[hit]
        person[found] = names.of(one.person[one.consultation[line[hit]]], one.names)
        seeking = seeking[person[seeking] < 0]
    return pa.table({"paying": names.column(person)})


def credited(orders: pa.Table, linked: pa.Table, rules: Rules) -> pa.Table:
    """Return the orders created on one day with the agents behind them.

    Args:
        orders: The day's orders: order_id, customer, created_at, paid_at, amount,
            paid_amount, refunded.
        linked: What ``placed`` and ``paid`` gave for them.
        rules: The rules; ``payment_days`` is read.

    Returns:
        The orders with placing, paying, reception_day, paid_in_time, inquiry.
    """
    created, paid_at = seconds(orders["created_at"]), seconds(orders["paid_at"])
    is_paid = paid_at != NEVER
    placing = linked["placing"].cast(pa.string()).combine_chunks()
    follower = pc.coalesce(linked["paying"].cast(pa.string()).combine_chunks(), placing)
    payer = pc.if_else(pa.array(is_paid), follower, pa.scalar(None, pa.string()))
    in_time = is_paid & (paid_at // DAY_SECONDS <= created // DAY_SECONDS + rules.payment_days)
    return pa.table(
        {
            **{name: orders[name] for name in orders.column_names},
            "placing": placing.dictionary_encode(),
            "paying": payer.dictionary_encode(),
            "reception_day": linked["reception_day"],
            "paid_in_time": in_time,
            "inquiry": linked["inquiry"],
        }
    )
