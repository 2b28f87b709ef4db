"""The rows behind a measure: receptions, orders, ratings … that count into it, or do not."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from functools import cache

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from kaohe.core.figure import Level
from kaohe.measures.compute import Cut, Measured
from kaohe.measures.events import Events
from kaohe.measures.evidencerules import EvidenceRule, evidence_rule
from kaohe.measures.holders import Holders
from kaohe.records.source import Records

ORDER = """
    struct_pack(order_id := order_id, created_at := created_at, paid_at := paid_at, amount := amount,
        paid_in_time := paid_in_time) ORDER BY created_at, order_id
"""
"""What is shown of an order with the inquiry that it came through."""
COUNTED_ONLY = "true"
"""What is known of an order with its inquiry where it only matters that there is one."""
SOURCES = {
    "receptions": "SELECT * FROM receptions",
    "outreaches": "SELECT * FROM outreaches",
    "ratings": "SELECT * FROM ratings",
    "complaints": "SELECT * FROM complaints",
    "traffic": "SELECT * FROM traffic",
    "orders": """
        SELECT *, bool_or(paid_in_time) OVER (PARTITION BY shop, "day", "placing", customer)
            AS customer_paid_in_time
        FROM orders
    """,
    "inquiries": """
        SELECT receptions.*, coalesce(through.orders, []) AS orders,
            coalesce(through.ordered_same_day, false) AS ordered_same_day,
            coalesce(through.converted, false) AS converted
        FROM receptions LEFT JOIN (
            SELECT shop, "placing", customer, reception_day, list({order}) AS orders,
                bool_or("day" = reception_day) AS ordered_same_day,
                bool_or(paid_in_time) AS converted
            FROM linked WHERE reception_day IS NOT NULL GROUP BY ALL
        ) AS through
        ON receptions.shop = through.shop AND receptions.person = through."placing"
            AND receptions.customer = through.customer AND receptions."day" = through.reception_day
    """,
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """The rows behind a measure; ``whose`` is the person that a row is, null where it is the shop's.

    Attributes:
        measure: The measure.
        counted: The rows that count into it; ``counts`` is what each adds. Where several
            orders count as one customer, the first adds 1 and the others 0. Inquiries
            carry ``orders``: those placed through them.
        not_counted: The rows beside them that do not count, each with a ``reason``.
        total: What the counted rows add up to.
    """

    measure: str
    counted: pa.Table
    not_counted: pa.Table
    total: Fraction


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose rows of which days are asked for.

    Attributes:
        level: At level person or department only the rows of ``subjects`` count, at
            level shop everybody's.
        subjects: The person, or the members of the department.
        shops: The shops; empty: all.
        days: The days.
    """

    level: Level
    subjects: Collection[str]
    shops: Collection[str]
    days: Collection[date]


def evidence(  # noqa: PLR0913 - a measure, where it comes from, and whose it is
    measure: str,
    measured: Measured,
    records: Records,
    *,
    level: Level,
    subjects: Collection[str],
    shops: Collection[str],
    days: Collection[date],
) -> Evidence:
    """Return the rows behind a measure.

    Args:
        measure: Its name.
        measured: What was measured; days outside its range have no rows.
        records: The records that were measured.
        level: Whose measure; at level shop everybody's rows count.
        subjects: The person, or the members of a department; not looked at for a shop.
        shops: The shops; empty: all.
        days: The days summed.
    """
    rule = evidence_rule(measure, measured.rules)
    scope = Scope(level, subjects, shops, days)
    with engine().cursor() as connection:
        register(connection, rule, measured, records, scope)
        connection.execute(naming_mine(rule, scope, measured))
        whose = f"{rule.person or 'NULL'}::VARCHAR AS whose"
        counts = f"{whose}, CAST({rule.counts} AS DECIMAL(20, 2)) AS counts"
        counted = _rows(connection, counts, rule.where, rule.order)
        beside = f"{rule.beside} AND NOT coalesce({rule.where}, false)"
        reasons = f"{whose}, CAST({rule.reason} AS VARCHAR) AS reason"
        not_counted = _rows(connection, reasons, beside, rule.order)
    total = pc.sum(counted["counts"]).as_py()
    return Evidence(measure, counted, not_counted, Fraction(total or 0))


@cache
def engine() -> duckdb.DuckDBPyConnection:
    """Return an empty database in memory, opened once: opening takes longer than most questions."""
    return duckdb.connect()


def naming_mine(rule: EvidenceRule, scope: Scope, measured: Measured, *, order: str = ORDER) -> str:
    """Return the statement that names the rows of those asked for; of orders, inquiries list this."""
    last_final_day = measured.as_of - timedelta(days=measured.rules.payment_days)
    conditions = ["true"]
    if rule.person:
        conditions.append(f"{rule.person} IS NOT NULL")
        if scope.level is not Level.SHOP:
            conditions.append(f"{rule.person} IN (FROM subjects)")
    source, which = SOURCES[rule.source].format(order=order), " AND ".join(conditions)
    rows = f"SELECT *, DATE '{last_final_day}' AS last_final_day FROM ({source}) WHERE {which}"  # noqa: S608 - see _rows
    return f"CREATE TEMPORARY VIEW mine AS {rows}"


def register(
    connection: duckdb.DuckDBPyConnection,
    rule: EvidenceRule,
    measured: Measured,
    records: Records,
    scope: Scope,
) -> None:
    """Hand the tables that the rule asks for to the connection, cut down to shops and days."""
    connection.register("subjects", pa.table({"name": pa.array(list(scope.subjects), pa.string())}))
    people = None if scope.level is Level.SHOP or not rule.person else scope.subjects
    cut = Cut(scope.days, scope.shops, people)
    if rule.source in ("ratings", "complaints", "traffic"):
        holders = Holders.of(records.table("accounts"))
        events = Events.of(records, holders, measured.first, min(measured.last, measured.as_of))
        connection.register(rule.source, _plain(_cut(getattr(events, rule.source), scope)))
    elif rule.source == "outreaches":
        connection.register("outreaches", _plain(measured.outreaches_of(cut)))
    elif rule.source == "orders":
        connection.register("orders", _plain(_with_day(measured.orders_of(cut))))
    else:
        connection.register("receptions", _plain(measured.receptions_of(cut)))
        reach = range(measured.rules.order_days + 1)
        days = {day + timedelta(days=later) for day in scope.days for later in reach}
        near = replace(cut, days=days)
        linked = [_with_day(measured.orders_of(near, later=later)) for later in (False, True)]
        connection.register("linked", _plain(pa.concat_tables(linked)))


def _with_day(orders: pa.Table) -> pa.Table:
    return orders.append_column("day", orders["created_at"].cast(pa.date32()))


def _cut(rows: pa.Table, scope: Scope) -> pa.Table:
    """Return the rows of the days and shops."""
    chosen = rows.filter(pc.is_in(rows["day"], value_set=pa.array(sorted(scope.days), pa.date32())))
    if scope.shops:
        chosen = chosen.filter(pc.is_in(chosen["shop"], value_set=pa.array(sorted(scope.shops), pa.string())))
    return chosen


def _plain(rows: pa.Table) -> pa.Table:
    """Return the rows with names as plain text."""
    plain = [
        pa.field(one.name, one.type.value_type if pa.types.is_dictionary(one.type) else one.type)
        for one in rows.schema
    ]
    return rows.cast(pa.schema(plain))


def _rows(connection: duckdb.DuckDBPyConnection, added: str, where: str, order: str) -> pa.Table:
    # The expressions are those of the rules, dates and constants; names from the records never enter.
    query = f"SELECT * EXCLUDE last_final_day, {added} FROM mine WHERE {where} ORDER BY {order}"  # noqa: S608 - no user's text
    return connection.sql(query).to_arrow_table()
