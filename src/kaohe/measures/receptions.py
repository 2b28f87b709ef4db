"""Stage 2: consultations and orders become receptions and inquiries.

A pure kernel per shop and day. It sees the orders of the windows around the day,
cut off at the day as of which all is computed.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from kaohe.core.rules import Rules
from kaohe.measures.columns import (
    DAY_SECONDS,
    NEVER,
    Bools,
    Codes,
    Ints,
    bools,
    day_number,
    named,
    positions,
    seconds,
)

FILTERS = ("after_sale", "ad", "one_line")
"""The filter reasons in the order in which they apply."""

RULES = ("after_sale_days", "prior_order_days", "order_days")
"""The rules that this stage reads."""


@dataclass(frozen=True, slots=True)
class _Window:
    """What the orders of each customer of the day say, by the customer's index.

    Attributes:
        paid: The first payment that is near enough to mean after-sale; NEVER if none.
        created_first: The first order near enough to mean "ordered before"; NEVER if none.
        created_last: The last order near enough to be the chat's outcome; -1 if none.
        created_today: Whether an order was created on the day.
    """

    paid: Ints
    created_first: Ints
    created_last: Ints
    created_today: Bools


def judged(consultations: pa.Table, orders: pa.Table, day: date, rules: Rules) -> pa.Table:
    """Return ``filter`` (null for a reception) and ``inquiry`` for each consultation.

    Args:
        consultations: As stage 1 gives them.
        orders: The shop's orders of the windows: customer, created_at, paid_at. Others
            do no harm; none may be dated after the day as of which all is computed.
        day: The day.
        rules: The rules; those named in RULES are read.
    """
    index = consultations["customer_index"].to_numpy()
    first = seconds(consultations["first_customer_at"])
    window = _window(consultations, index, orders, day, rules)
    after_sale = (window.paid[index] < first) & ~window.created_today[index]
    reasons = (after_sale, bools(consultations["ad"]), bools(consultations["one_line"]))
    code = np.full(len(index), -1, np.int32)
    for number in reversed(range(len(FILTERS))):
        code[reasons[number]] = number
    inquiry = (window.created_last[index] >= first) | ~(window.created_first[index] < first)
    return pa.table({"filter": named(code, pa.array(FILTERS)), "inquiry": inquiry})


def customers_of(consultations: pa.Table) -> tuple[pa.Array, Codes]:
    """Return the customers of the consultations, each once, and their indices in the day."""
    index = consultations["customer_index"].to_numpy()
    firsts = np.flatnonzero(np.diff(index, prepend=-1))
    return consultations["customer"].take(pa.array(firsts)).combine_chunks(), index[firsts]


def _window(consultations: pa.Table, index: Codes, orders: pa.Table, day: date, rules: Rules) -> _Window:
    size = int(index.max(initial=-1)) + 1
    names, indices = customers_of(consultations)
    found = positions(orders["customer"], names)
    known = found >= 0
    customer = indices[found[known]] if len(indices) else np.empty(0, np.int32)
    created = seconds(orders["created_at"])[known]
    paid = seconds(orders["paid_at"])[known]
    today = day_number(day)
    begins = today * DAY_SECONDS
    window = _Window(
        paid=np.full(size, NEVER),
        created_first=np.full(size, NEVER),
        created_last=np.full(size, -1, np.int64),
        created_today=np.zeros(size, np.bool_),
    )
    if rules.after_sale_days is not None:
        near = paid >= begins - rules.after_sale_days * DAY_SECONDS
        np.minimum.at(window.paid, customer[near], paid[near])
    near = created >= begins - rules.prior_order_days * DAY_SECONDS
    np.minimum.at(window.created_first, customer[near], created[near])
    near = created < begins + (rules.order_days + 1) * DAY_SECONDS
    np.maximum.at(window.created_last, customer[near], created[near])
    window.created_today[customer[created // DAY_SECONDS == today]] = True
    return window
