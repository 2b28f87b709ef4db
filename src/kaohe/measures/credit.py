"""Stage 3: orders find the agents behind them.

Pure kernels over the orders created on one day of a shop. ``linked`` walks back over
the days, and on each looks only at the customers whose orders still seek an agent.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kaohe.core.rules import Rules
from kaohe.measures.columns import (
    DAY_SECONDS,
    NEVER,
    NOBODY,
    Bools,
    Codes,
    Ints,
    bools,
    coded,
    coded_alike,
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
        # Places are taken quicker than flags are followed.
        stands = np.flatnonzero(reception[consultation])
        consultation = consultation[stands]
        index = consultations["customer_index"].to_numpy()
        second = lines["second"].to_numpy()[stands]
        person, names = coded(consultations["person"])
        customers, indices = customers_of(consultations)
        return cls(
            day=day_number(day),
            customers=customers,
            indices=indices,
            keys=index.astype(np.int64)[consultation] * DAY_SECONDS + second,
            consultation=consultation,
            person=person,
            names=names,
            inquiry=bools(judgements["inquiry"]),
        )

    @property
    def size(self) -> int:
        """About how many bytes these lines take."""
        return int(self.keys.nbytes + self.consultation.nbytes + self.customers.nbytes)

    def index(self, customers: pa.Array) -> Ints:
        """Return the index in the day of each customer, -1 of one who had no consultation.

        Args:
            customers: The customers, each once. They are mostly fewer than those of the
                day, and a table of the few is made faster than one of the many.
        """
        found = positions(self.customers, customers)
        known = np.flatnonzero(found >= 0)
        index = np.full(len(customers), NOBODY, np.int64)
        index[found[known]] = self.indices[known]
        return index

    def last(self, index: Ints, until: Ints) -> Ints:
        """Return each customer's last line up to a second of the day, -1 where there is none."""
        line = np.full(len(index), -1)
        known = np.flatnonzero(index >= 0)
        wanted = index[known]
        found = np.searchsorted(self.keys, wanted * DAY_SECONDS + until[known], side="right") - 1
        hit = found >= 0
        hit[hit] = self.keys[found[hit]] // DAY_SECONDS == wanted[hit]
        line[known[hit]] = found[hit]
        return line

    def second(self, line: Ints) -> Ints:
        """Return the second of the day of each line."""
        return self.keys[line] % DAY_SECONDS


@dataclass(slots=True)
class _Names:
    """Names gathered from several days under one set of codes."""

    names: pa.Array | None = None

    def of(self, person: Codes, names: pa.Array) -> Codes:
        """Return the persons of one day by the common codes."""
        if self.names is None or self.names is names or self.names.equals(names):
            self.names = names
            return person
        # Who is new goes to the end: the codes given so far stay.
        self.names = pc.unique(pa.chunked_array([self.names, names]))
        return positions(names, self.names)[person]

    def column(self, person: Codes) -> pa.Array:
        """Return the persons as a column."""
        return named(person, pa.array([], pa.string()) if self.names is None else self.names)


def linked(
    orders: pa.Table, day: date, before: Iterable[AgentLines], after: Iterable[AgentLines]
) -> pa.Table:
    """Return the agents behind the orders created on one day of a shop.

    Args:
        orders: The orders: customer, created_at, paid_at.
        day: The day.
        before: The agent lines of the day and of the ``order_days`` before it, newest first.
        after: Those from the last day on which one of the orders was paid back to the
            day, newest first. Days without lines may be missing in both; without any
            there is nobody who brought an order to payment.

    Returns:
        One row per order: ``placing`` and ``reception_day``, null for a silent order;
        ``inquiry``, whether the reception that it was placed through is one; ``paying``,
        null where nobody wrote between creation and payment.
    """
    names = _Names()
    customers = _Customers(*coded(orders["customer"]))
    placing, reception_day, inquiry = _placed(orders, day, before, names, customers)
    paying = _paid(orders, day, after, names, customers)
    return pa.table(
        {
            "placing": names.column(placing),
            "reception_day": days(reception_day),
            "inquiry": inquiry,
            "paying": names.column(paying),
        }
    )


def _placed(
    orders: pa.Table, day: date, lines: Iterable[AgentLines], names: _Names, customers: "_Customers"
) -> tuple[Codes, Ints, Bools]:
    """Return who placed each order, on which day, and whether through an inquiry."""
    count = orders.num_rows
    person = np.full(count, NOBODY, np.int32)
    reception_day = np.full(count, NEVER)
    inquiry = np.zeros(count, np.bool_)
    second = seconds(orders["created_at"]) - day_number(day) * DAY_SECONDS
    seeking = np.arange(count)
    for one in lines:
        until = second[seeking] if one.day == day_number(day) else np.full(len(seeking), DAY_SECONDS - 1)
        line = one.last(customers.on(one, seeking), until)
        hit = line >= 0
        found, consultation = seeking[hit], one.consultation[line[hit]]
        person[found] = names.of(one.person[consultation], one.names)
        reception_day[found] = one.day
        inquiry[found] = one.inquiry[consultation]
        seeking = seeking[~hit]
    return person, reception_day, inquiry


def _paid(
    orders: pa.Table, day: date, lines: Iterable[AgentLines], names: _Names, customers: "_Customers"
) -> Codes:
    """Return who wrote last between creation and payment of each order."""
    today = day_number(day)
    paid_at = seconds(orders["paid_at"])
    paid_day, paid_second = days_of_seconds(paid_at), paid_at % DAY_SECONDS
    created_second = seconds(orders["created_at"]) - today * DAY_SECONDS
    person = np.full(orders.num_rows, NOBODY, np.int32)
    seeking = np.flatnonzero(paid_at != NEVER)
    for one in lines:
        asking = seeking[paid_day[seeking] >= one.day]
        until = np.where(paid_day[asking] == one.day, paid_second[asking], DAY_SECONDS - 1)
        line = one.last(customers.on(one, asking), until)
        hit = line >= 0
        if one.day == today:
            # The line must come after the order; if the last one does not, no earlier one does.
            hit[hit] = one.second(line[hit]) > created_second[asking[hit]]
        found = asking[hit]
        person[found] = names.of(one.person[one.consultation[line[hit]]], one.names)
        seeking = seeking[person[seeking] < 0]
    return person


@dataclass(slots=True)
class _Customers:
    """The customers of a day's orders, and where they stand among those of other days.

    Attributes:
        codes: Per order, the code of its customer.
        names: The names of the codes.
        known: The indices of the codes in the days on which they were looked for.
    """

    codes: Codes
    names: pa.Array
    known: dict[int, Ints] = field(default_factory=dict)

    def on(self, lines: AgentLines, rows: Ints) -> Ints:
        """Return the indices in a day of the customers in some rows."""
        known = self.known.get(lines.day)
        if known is None:
            known = self.known[lines.day] = lines.index(self.names)
        return known[self.codes[rows]]


def credited(orders: pa.Table, agents: pa.Table, rules: Rules) -> pa.Table:
    """Return the orders created on one day with the agents behind them.

    Args:
        orders: The day's orders: order_id, customer, created_at, paid_at, amount,
            paid_amount, refunded.
        agents: What ``linked`` gave for them.
        rules: The rules; ``payment_days`` is read.

    Returns:
        The orders with placing, paying, reception_day, paid_in_time, inquiry.
    """
    created, paid_at = seconds(orders["created_at"]), seconds(orders["paid_at"])
    is_paid = paid_at != NEVER
    (placing, paying), names = coded_alike(agents["placing"], agents["paying"])
    payer = np.where(is_paid, np.where(paying >= 0, paying, placing), NOBODY)
    in_time = is_paid & (paid_at // DAY_SECONDS <= created // DAY_SECONDS + rules.payment_days)
    return pa.table(
        {
            **{name: orders[name] for name in orders.column_names},
            "placing": named(placing, names),
            "paying": named(payer, names),
            "reception_day": agents["reception_day"],
            "paid_in_time": in_time,
            "inquiry": agents["inquiry"],
        }
    )
