"""Stage 4: receptions and credited orders are summed up per person, shop and day.

Pure kernels per shop and day. ``reception_sums`` needs the day alone, ``order_sums`` the
credited orders created on it, ``outcome_sums`` those created from it to ``order_days``
later. The sums of one day are kept as they would be once final; what holds until then
is decided when they are put together, so that a later "as of" computes nothing anew.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from kaohe.core.rules import Credit, Rules
from kaohe.measures.columns import (
    NAME,
    NOBODY,
    Bools,
    Codes,
    Ints,
    bools,
    coded,
    coded_alike,
    day_number,
    day_numbers,
    days_of_seconds,
    hundredths,
    named,
    seconds,
)

RULES = ("credit", "payment_days", "order_days")
"""The rules that this stage reads."""

DAILY_SCHEMA = pa.schema(
    [
        ("level", NAME),
        ("shop", NAME),
        ("subject", NAME),
        ("day", pa.date32()),
        ("measure", NAME),
        ("value", pa.decimal128(20, 2)),
        ("final", pa.bool_()),
    ]
)
"""Daily measures. Names are codes: a desk of thousands has millions of rows."""
WRITTEN_SCHEMA = pa.schema(
    [pa.field(one.name, pa.string() if one.type == NAME else one.type) for one in DAILY_SCHEMA]
)
"""Daily measures with their names as they are, as files hold them."""
SUMS_SCHEMA = pa.schema([("subject", NAME), ("measure", NAME), ("hundredths", pa.int64())])
"""One day's sums of one shop; a null subject is the shop itself."""

OUTCOME_COLUMNS = ("placing", "customer", "created_at", "reception_day", "paid_in_time", "inquiry")
"""What the outcomes of inquiries need of credited orders."""

COUNTED_LINES = (
    "customer_messages",
    "agent_messages",
    "robot_messages",
    "response_rounds",
    "response_seconds",
    "unanswered_rounds",
    "quick_rounds",
)


class _Sums:
    """Gathers sums by person and measure."""

    def __init__(self, names: pa.Array) -> None:
        self.names = names
        self.measures: list[str] = []
        self.totals: list[Ints] = []

    def add(self, measure: str, person: Codes, values: Ints | None = None) -> None:
        """Add values (in hundredths; each 1 if None) to their persons; the code -1 is nobody."""
        totals = self._row(measure)
        if values is None:
            totals[:-1] = np.bincount(person + np.int32(1), minlength=len(totals))[1:] * 100
        else:
            # Nobody's values go to the last place, which is the shop's own, and are taken off again.
            np.add.at(totals, person, values)
            totals[-1] = 0

    def shop(self, measure: str, value: int) -> None:
        """Add a sum of the shop's own."""
        self._row(measure)[-1] = value

    def _row(self, measure: str) -> Ints:
        if measure not in self.measures:
            self.measures.append(measure)
            self.totals.append(np.zeros(len(self.names) + 1, np.int64))
        return self.totals[self.measures.index(measure)]

    def table(self) -> pa.Table:
        """Return the sums, with SUMS_SCHEMA."""
        totals = np.concatenate(self.totals) if self.totals else np.empty(0, np.int64)
        some = np.flatnonzero(totals)
        measure, person = np.divmod(some, len(self.names) + 1)
        person[person == len(self.names)] = NOBODY
        return pa.table(
            {
                "subject": named(person.astype(np.int32), self.names),
                "measure": named(measure.astype(np.int32), pa.array(self.measures, pa.string())),
                "hundredths": totals[some],
            },
            schema=SUMS_SCHEMA,
        )


def reception_sums(consultations: pa.Table, judgements: pa.Table, outreaches: pa.Table) -> pa.Table:
    """Return the sums of a day's consultations and outreaches, as far as no order plays a part."""
    person, names = coded(consultations["person"])
    sums = _Sums(names)
    reason, reasons = coded(judgements["filter"])
    stands = reason < 0
    rows = np.flatnonzero(stands)
    sums.add("consultations", person)
    for code, name in enumerate(reasons.to_pylist()):
        sums.add(f"filtered_{name}", person[np.flatnonzero(reason == code)])
    received = person[rows]
    sums.add("receptions", received)
    sums.add("inquiries", person[np.flatnonzero(stands & bools(judgements["inquiry"]))])
    sums.add("replied_receptions", person[np.flatnonzero(stands & bools(consultations["replied"]))])
    for column in COUNTED_LINES:
        sums.add(column, received, consultations[column].to_numpy()[rows].astype(np.int64) * 100)
    first = consultations["first_response_seconds"]
    answered = np.flatnonzero(stands & np.asarray(first.is_valid()))
    waited = np.asarray(first.fill_null(0)).astype(np.int64)[answered] * 100
    sums.add("first_responses", person[answered])
    sums.add("first_response_seconds", person[answered], waited)
    reached, reachers = coded(outreaches["person"])
    reaching = _Sums(reachers)
    reaching.add("outreaches", reached)
    return pa.concat_tables([sums.table(), reaching.table()])


@dataclass(frozen=True, slots=True)
class _Orders:
    """Credited orders as integers; a code of -1 is nobody."""

    names: pa.Array
    placing: Codes
    paying: Codes
    customer: Codes
    created_day: Ints
    paid_day: Ints
    in_time: Bools
    amount: Ints
    paid_amount: Ints
    refunded: Ints

    @classmethod
    def of(cls, orders: pa.Table) -> "_Orders":
        (placing, paying), names = coded_alike(orders["placing"], orders["paying"])
        return cls(
            names=names,
            placing=placing,
            paying=paying,
            customer=coded(orders["customer"])[0],
            created_day=days_of_seconds(seconds(orders["created_at"])),
            paid_day=days_of_seconds(seconds(orders["paid_at"])),
            in_time=bools(orders["paid_in_time"]),
            amount=hundredths(orders["amount"]),
            paid_amount=hundredths(orders["paid_amount"]),
            refunded=hundredths(orders["refunded"]),
        )

    def credited(self, credit: Credit) -> Codes:
        """Return whose sale each order is."""
        if credit is Credit.PLACED:
            return self.placing
        if credit is Credit.PAID:
            return self.paying
        return np.where(self.placing >= 0, self.placing, self.paying)


def order_sums(orders: pa.Table, rules: Rules) -> pa.Table:
    """Return the sums of the orders created on one day, of persons and of the shop.

    Args:
        orders: The day's credited orders.
        rules: The rules; ``credit`` is read.
    """
    all_orders = _Orders.of(orders)
    sums = _Sums(all_orders.names)
    _placed_sums(sums, all_orders)
    _sales_sums(sums, all_orders, rules.credit)
    _shop_sums(sums, all_orders)
    return sums.table()


def _placed_sums(sums: _Sums, orders: _Orders) -> None:
    placing = orders.placing
    in_time, lost = orders.in_time, ~orders.in_time
    sums.add("orders", placing)
    sums.add("ordered_amount", placing, orders.amount)
    same_day = orders.paid_day == orders.created_day
    orderers = _distinct(placing, orders.customer)
    payers = _distinct(placing, orders.customer, in_time)
    sums.add("orderers", orderers)
    sums.add("payers_same_day", _distinct(placing, orders.customer, same_day))
    sums.add("payers_final", payers)
    sums.add("paid_orders", placing[in_time])
    sums.add("paid_amount", placing[in_time], orders.paid_amount[in_time])
    missing = np.bincount(orderers, minlength=len(orders.names)) - np.bincount(
        payers, minlength=len(orders.names)
    )
    everyone = np.arange(len(orders.names), dtype=np.int32)
    sums.add("lost_orderers", everyone, missing.astype(np.int64) * 100)
    sums.add("lost_amount", placing[lost], orders.amount[lost])


def _sales_sums(sums: _Sums, orders: _Orders, credit: Credit) -> None:
    in_time = orders.in_time
    seller = orders.credited(credit)[in_time]
    sums.add("sales_orders", seller)
    sums.add("sales_amount", seller, orders.paid_amount[in_time])
    sums.add("refunded_amount", seller, orders.refunded[in_time])
    silent = orders.placing < 0
    assisted = in_time & ~silent & (orders.paying != orders.placing)
    for name, chosen in (("assisted", assisted), ("followed", in_time & silent)):
        sums.add(f"{name}_orders", orders.paying[chosen])
        sums.add(f"{name}_amount", orders.paying[chosen], orders.paid_amount[chosen])


def _shop_sums(sums: _Sums, orders: _Orders) -> None:
    in_time = orders.in_time
    silent = in_time & (orders.placing < 0)
    sums.shop("shop_orders", 100 * len(orders.customer))
    sums.shop("shop_paid_orders", 100 * int(in_time.sum()))
    sums.shop("shop_paid_amount", int(orders.paid_amount[in_time].sum()))
    sums.shop("shop_payers", 100 * int(np.count_nonzero(np.bincount(orders.customer[in_time]))))
    sums.shop("silent_orders", 100 * int(silent.sum()))
    sums.shop("silent_amount", int(orders.paid_amount[silent].sum()))


def outcome_sums(orders: pa.Table, day: date) -> pa.Table:
    """Return what came of a day's inquiries: ordered the same day, ordered, converted.

    Args:
        orders: The credited orders created from the day to ``order_days`` later, with OUTCOME_COLUMNS.
        day: The day of the inquiries.
    """
    today = day_number(day)
    through = (day_numbers(orders["reception_day"]) == today) & bools(orders["inquiry"])
    chosen = orders.filter(pa.array(through))
    placing, names = coded(chosen["placing"])
    customer, _ = coded(chosen["customer"])
    same_day = days_of_seconds(seconds(chosen["created_at"])) == today
    sums = _Sums(names)
    for measure, which in (
        ("ordered_same_day", same_day),
        ("ordered", np.ones(len(placing), np.bool_)),
        ("converted", bools(chosen["paid_in_time"])),
    ):
        sums.add(measure, _distinct(placing, customer, which))
    return sums.table()


def _distinct(person: Codes, customer: Codes, which: Bools | None = None) -> Codes:
    """Return the person of each distinct (person, customer); nobody's are left out."""
    chosen = person >= 0 if which is None else which & (person >= 0)
    pairs = np.sort(person[chosen].astype(np.int64) << 32 | customer[chosen])
    new = np.diff(pairs, prepend=-1) != 0
    persons: Codes = (pairs[new] >> 32).astype(np.int32)
    return persons


def tallied(person: Codes, names: pa.Array, values: Mapping[str, Ints]) -> pa.Table:
    """Return sums of events such as ratings, with SUMS_SCHEMA.

    Args:
        person: The person of each event; NOBODY for the shop's own.
        names: The names of the persons.
        values: Measure → what each event adds, in hundredths.
    """
    sums = _Sums(names)
    for measure, each in values.items():
        sums.add(measure, person, each)
        own = int(each[person == NOBODY].sum())
        if own:
            sums.shop(measure, own)
    return sums.table()
