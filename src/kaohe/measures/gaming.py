"""Signals of gaming: somebody does far more often than the rest of the desk what figures can be moved by.

A signal is worth a look and never counts by itself. All are found alike: in how many of a
person's conversations (or orders) something happened, against how many of everybody
else's, by Fisher's exact test. ``docs/signals.md`` has the definitions.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction

import duckdb
import numpy as np
import pyarrow as pa

from kaohe.core.figure import UNASSIGNED
from kaohe.measures.columns import days
from kaohe.measures.compute import Cut, Measured
from kaohe.measures.talks import TALKS


class Ruse(StrEnum):
    """What figures can be moved by."""

    FILTERED = "filtered"
    """Consultations that the ad or the one-line filter took out."""
    FILTERED_BUYER = "filtered_buyer"
    """Such consultations whose customer ordered soon after, through somebody else or nobody."""
    CHOPPED = "chopped"
    """Receptions whose answers are chopped into short lines."""
    GREETED = "greeted"
    """Receptions that were greeted at once and answered late."""
    PASSED_ON = "passed_on"
    """Consultations that a colleague took over without an answer of one's own."""
    CLAIMED = "claimed"
    """Orders placed through somebody who first wrote minutes before, another having served the customer."""


@dataclass(frozen=True, slots=True)
class Bars:
    """From where on something is a signal.

    Attributes:
        chance: The test's probability, at most: how likely so many are by chance.
        times: How many times as often as at the rest of the desk, at least.
        least: How many there must be, by ruse.
        order_days: How long after a filtered consultation an order counts.
        chopped_lines: How many lines of a reception are chopped off, at least.
        chopped_share: Which share of its agent lines these are, at least.
        greeted_seconds: Within how many seconds the greeting comes.
        late_seconds: After how many seconds the answer comes, or never.
        claim_seconds: How soon before the order the first line comes.
        claim_days: How many days before the order are looked at, beside its own.
        served_lines: How many lines the one who served before has written, at least.
    """

    chance: float = 0.0001
    times: Fraction = Fraction(5, 2)
    least: Mapping[Ruse, int] = field(
        default_factory=lambda: dict.fromkeys(Ruse, 5) | {Ruse.FILTERED_BUYER: 2, Ruse.CLAIMED: 3}
    )
    order_days: int = 3
    chopped_lines: int = 2
    chopped_share: Fraction = Fraction(1, 3)
    greeted_seconds: int = 15
    late_seconds: int = 90
    claim_seconds: int = 600
    claim_days: int = 1
    served_lines: int = 3


BARS = Bars()
AT_STAKE: Mapping[Ruse, tuple[str, ...]] = {
    Ruse.FILTERED: ("receptions", "inquiries"),
    Ruse.FILTERED_BUYER: ("receptions", "inquiries"),
    Ruse.CHOPPED: ("agent_messages",),
    Ruse.GREETED: ("first_response_seconds", "quick_rounds"),
    Ruse.PASSED_ON: ("unanswered_rounds", "replied_receptions"),
    Ruse.CLAIMED: ("orders", "sales_amount"),
}
"""The measures that a ruse moves."""

EVIDENCE = pa.schema(
    [
        ("shop", pa.string()),
        ("person", pa.string()),
        ("customer", pa.string()),
        ("day", pa.date32()),
        ("detail", pa.string()),
        ("number", pa.int64()),
    ]
)
"""The conversations behind a signal; ``detail`` is an order or a colleague, ``number`` lines or seconds."""


@dataclass(frozen=True)
class Signal:
    """Something worth a look, which never counts by itself.

    Attributes:
        ruse: What was seen.
        person: At whom.
        first: The first day looked at.
        last: The last day looked at.
        hits: In how many of the person's conversations or orders.
        of: How many the person has.
        others_hits: In how many of everybody else's.
        others_of: How many everybody else has.
        chance: How likely so many are, were the person like the others.
        rows: The conversations, with EVIDENCE, by day.
    """

    ruse: Ruse
    person: str
    first: date
    last: date
    hits: int
    of: int
    others_hits: int
    others_of: int
    chance: float
    rows: pa.Table

    @property
    def share(self) -> Fraction:
        """In which share of the person's."""
        return Fraction(self.hits, self.of)

    @property
    def others_share(self) -> Fraction:
        """In which share of everybody else's."""
        return Fraction(self.others_hits, self.others_of)

    @property
    def expected(self) -> Fraction:
        """In how many it would be, were the person like the others."""
        return self.of * self.others_share


def chance_of(hits: int, of: int, others_hits: int, others_of: int) -> float:
    """Return Fisher's exact test: how likely so many hits or more are, were all alike.

    Args:
        hits: In how many.
        of: Of how many.
        others_hits: In how many of the others'.
        others_of: Of how many of the others'.
    """
    total, all_hits = of + others_of, hits + others_hits
    whole = _ways(total, of)
    tail = (
        math.exp(_ways(all_hits, one) + _ways(total - all_hits, of - one) - whole)
        for one in range(hits, min(of, all_hits) + 1)
        if of - one <= total - all_hits
    )
    return min(1.0, math.fsum(tail))


def _ways(of: int, chosen: int) -> float:
    return math.lgamma(of + 1) - math.lgamma(chosen + 1) - math.lgamma(of - chosen + 1)


def is_signal(ruse: Ruse, counts: tuple[int, int, int, int], bars: Bars = BARS) -> bool:
    """Tell whether so many are worth a look: hits and of how many, the person's and the others'."""
    hits, of, others_hits, others_of = counts
    if hits < bars.least[ruse] or not others_of:
        return False
    often = hits * others_of >= bars.times * others_hits * of
    return often and chance_of(hits, of, others_hits, others_of) <= bars.chance


def signals(measured: Measured, first: date, last: date, bars: Bars = BARS) -> tuple[Signal, ...]:
    """Return the signals of a span of days, the least likely first.

    Args:
        measured: What was measured; the span lies in its range.
        first: The first day.
        last: The last day.
        bars: From where on something is a signal.
    """
    with duckdb.connect() as connection:
        _register(connection, measured, first, last)
        found = [
            one
            for ruse in Ruse
            for one in _found(
                connection, ruse, CANDIDATES[ruse].format(**_numbers(bars)), (first, last), bars
            )
        ]
    return tuple(sorted(found, key=lambda one: (one.chance, one.person, one.ruse)))


def _numbers(bars: Bars) -> Mapping[str, object]:
    """Return the bars as the statements name them; all are numbers."""
    return {
        "order_days": bars.order_days,
        "chopped_lines": bars.chopped_lines,
        "chopped_share": float(bars.chopped_share),
        "greeted_seconds": bars.greeted_seconds,
        "late_seconds": bars.late_seconds,
        "claim_seconds": bars.claim_seconds,
        "claim_days": bars.claim_days,
        "served_lines": bars.served_lines,
    }


CANDIDATES: Mapping[Ruse, str] = {
    Ruse.FILTERED: """
        SELECT shop, person, customer, "day", coalesce(filter IN ('ad', 'one_line'), false) AS hit,
            filter AS detail, agent_messages AS number
        FROM receptions
    """,
    Ruse.FILTERED_BUYER: """
        SELECT shop, person, customer, "day", order_id IS NOT NULL AS hit, order_id AS detail,
            agent_messages AS number
        FROM receptions LEFT JOIN LATERAL (
            SELECT min(order_id) AS order_id FROM every_order
            WHERE every_order.shop = receptions.shop AND every_order.customer = receptions.customer
                AND created_at >= first_customer_at
                AND CAST(created_at AS DATE) <= receptions."day" + {order_days}
                AND "placing" IS DISTINCT FROM receptions.person
        ) ON true
        WHERE filter IN ('ad', 'one_line')
    """,
    Ruse.CHOPPED: """
        SELECT shop, person, customer, "day",
            chopped_lines >= {chopped_lines} AND chopped_lines >= {chopped_share} * agent_lines AS hit,
            NULL AS detail, chopped_lines AS number
        FROM received WHERE agent_lines > 0
    """,
    Ruse.GREETED: """
        SELECT shop, person, customer, "day",
            greeted AND first_wait <= {greeted_seconds} AND coalesce(said_wait > {late_seconds}, true) AS hit,
            NULL AS detail, said_wait AS number
        FROM received WHERE replied
    """,
    Ruse.PASSED_ON: """
        SELECT shop, person, customer, "day", taken_by IS NOT NULL AND taken_by <> person AS hit,
            taken_by AS detail, customer_lines AS number
        FROM talks
    """,
    Ruse.CLAIMED: """
        SELECT orders.shop, "placing" AS person, orders.customer, reception_day AS "day",
            epoch(created_at) - own.began <= {claim_seconds} AND other.lines >= {served_lines} AS hit,
            order_id AS detail, CAST(epoch(created_at) - own.began AS BIGINT) AS number
        FROM orders
        LEFT JOIN LATERAL (
            SELECT min(first_agent_at) AS began FROM every_talk AS talks
            WHERE talks.shop = orders.shop AND talks.customer = orders.customer
                AND talks.person = orders."placing"
                AND talks."day" BETWEEN CAST(created_at AS DATE) - {claim_days} AND CAST(created_at AS DATE)
        ) AS own ON true
        LEFT JOIN LATERAL (
            SELECT max(agent_lines) AS lines FROM every_talk AS talks
            WHERE talks.shop = orders.shop AND talks.customer = orders.customer
                AND talks.person <> orders."placing" AND talks.first_agent_at < own.began
                AND talks."day" BETWEEN CAST(created_at AS DATE) - {claim_days} AND CAST(created_at AS DATE)
        ) AS other ON true
        WHERE "placing" IS NOT NULL AND reception_day IS NOT NULL
    """,
}
"""By ruse: every conversation or order that is asked about, and whether it is a hit."""


def _register(connection: duckdb.DuckDBPyConnection, measured: Measured, first: date, last: date) -> None:
    """Hand what was measured in the span to the connection, names as plain text."""
    wanted = [first.fromordinal(one) for one in range(first.toordinal(), last.toordinal() + 1)]
    connection.register("receptions", _plain(measured.receptions_of(Cut(wanted))))
    orders = [measured.orders, measured.later_orders]
    connection.register("every_order", _plain(pa.concat_tables(orders).unify_dictionaries()))
    connection.register("every_talk", _talks(measured))
    connection.execute(
        f"CREATE VIEW talks AS FROM every_talk WHERE \"day\" BETWEEN DATE '{first}' AND DATE '{last}'"
    )
    connection.execute(
        "CREATE VIEW orders AS FROM every_order "
        f"WHERE CAST(created_at AS DATE) BETWEEN DATE '{first}' AND DATE '{last}'"
    )
    connection.execute("""
        CREATE VIEW received AS SELECT talks.*, receptions.replied
        FROM talks JOIN receptions USING (shop, person, customer, "day") WHERE receptions.filter IS NULL
    """)


def _talks(measured: Measured) -> pa.Table:
    """Return how the lines of every day of the range were written."""
    parts = []
    for shop, day, table in measured.parts.talks():
        where = {"shop": pa.array([shop] * table.num_rows), "day": days(np.full(table.num_rows, day))}
        parts.append(_plain(table.append_column("shop", where["shop"]).append_column("day", where["day"])))
    empty = TALKS.empty_table().append_column("shop", pa.array([], pa.string()))
    return pa.concat_tables([_plain(empty.append_column("day", pa.array([], pa.date32()))), *parts])


def _plain(table: pa.Table) -> pa.Table:
    fields = [
        pa.field(one.name, one.type.value_type if pa.types.is_dictionary(one.type) else one.type)
        for one in table.schema
    ]
    return table.cast(pa.schema(fields))


def _found(
    connection: duckdb.DuckDBPyConnection, ruse: Ruse, candidates: str, span: tuple[date, date], bars: Bars
) -> Iterable[Signal]:
    """Yield the signals of a ruse."""
    # The statements are those above, with numbers filled in; names from the records never enter.
    connection.execute(f"CREATE OR REPLACE TEMPORARY TABLE candidates AS {candidates}")
    counts = connection.sql(
        "SELECT person, count(*) FILTER (WHERE hit), count(*) FROM candidates GROUP BY person ORDER BY person"
    ).fetchall()
    all_hits, everything = sum(row[1] for row in counts), sum(row[2] for row in counts)
    for person, hits, of in counts:
        numbers = (hits, of, all_hits - hits, everything - of)
        if person != UNASSIGNED and is_signal(ruse, numbers, bars):
            rows = connection.sql(
                'SELECT shop, person, customer, "day", CAST(detail AS VARCHAR) AS detail, '
                "CAST(number AS BIGINT) AS number FROM candidates WHERE hit AND person = ? "
                'ORDER BY "day", shop, customer, detail',
                params=[person],
            ).to_arrow_table()
            yield Signal(ruse, person, *span, *numbers, chance_of(*numbers), rows.cast(EVIDENCE))
