"""What single conversations contributed to measures: the units that a statistic draws anew.

A unit is a conversation: a person, a customer, a day, in one shop. An order belongs to
the conversation that it was placed through; one that another person brought to payment,
and a rating or a complaint, to the day of the order or of the event itself. Which rows
count, and how much, is said once, by the rules of evidence.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

import duckdb
import numpy as np
import pyarrow as pa

from kaohe.core.figure import Level
from kaohe.core.measure import MEASURES, Scope
from kaohe.measures import evidence
from kaohe.measures.columns import Codes, Ints, day_numbers
from kaohe.measures.compute import Measured
from kaohe.measures.evidencerules import PLACING, EvidenceRule, evidence_rule
from kaohe.records.source import Records

ENTRIES = pa.schema(
    [
        ("shop", pa.string()),
        ("person", pa.string()),
        ("customer", pa.string()),
        ("unit_day", pa.date32()),
        ("day", pa.date32()),
        ("measure", pa.int32()),
        ("hundredths", pa.int64()),
    ]
)


@dataclass(frozen=True)
class Contributions:
    """What conversations contributed to the daily measures of persons.

    Attributes:
        measures: The measures, by their code.
        units: One row a conversation: person, day, shop, customer, sorted by these.
        unit: Per entry, the row of its conversation; ascending.
        measure: Per entry, the code of its measure.
        day: Per entry, the number of the day to which it counts; not always the conversation's own.
        hundredths: Per entry, what it adds.
    """

    measures: tuple[str, ...]
    units: pa.Table
    unit: Codes
    measure: Codes
    day: Ints
    hundredths: Ints


def contributions(
    measured: Measured,
    records: Records,
    measures: Collection[str],
    *,
    shops: Collection[str],
    days: Sequence[date],
) -> Contributions:
    """Return what each conversation contributed; summed up by person and day, they are the measures.

    Args:
        measured: What was measured.
        records: The records that were measured.
        measures: The measures that are wanted; those of the shop alone have no conversations.
        shops: The shops; empty: all.
        days: The days to which the contributions count.
    """
    names = tuple(one for one in MEASURES if one in measures and MEASURES[one].scope is not Scope.SHOP)
    scope = evidence.Scope(Level.SHOP, (), shops, days)
    with evidence.engine().cursor() as connection:
        tables = []
        for code, measure in enumerate(names):
            rule = evidence_rule(measure, measured.rules)
            evidence.register(connection, rule, measured, records, scope)
            connection.execute(evidence.naming_mine(rule, scope, measured))
            tables.append(_entries(connection, rule, code))
            connection.execute("DROP VIEW mine")
        connection.register("entries", pa.concat_tables([ENTRIES.empty_table(), *tables]))
        return _numbered(connection, names)


def _entries(connection: duckdb.DuckDBPyConnection, rule: EvidenceRule, code: int) -> pa.Table:
    """Return what the rows of a measure add, each with its conversation."""
    own_day = '"day"'
    if rule.source == "orders":
        own_day = f'CASE WHEN {rule.person} = {PLACING} THEN coalesce(reception_day, "day") ELSE "day" END'
    # The expressions are those of the rules; names from the records never enter.
    query = f"""
        SELECT shop, {rule.person} AS person, coalesce(customer, '') AS customer,
            {own_day} AS unit_day, "day", CAST({code} AS INTEGER) AS measure,
            CAST(CAST({rule.counts} AS DECIMAL(20, 2)) * 100 AS BIGINT) AS hundredths
        FROM mine WHERE {rule.where}
    """  # noqa: S608 - no user's text
    return connection.sql(query).to_arrow_table().cast(ENTRIES)


def _numbered(connection: duckdb.DuckDBPyConnection, names: tuple[str, ...]) -> Contributions:
    """Number the conversations by their names, so that no order of rows makes a difference."""
    connection.execute("""
        CREATE TEMPORARY TABLE units AS
        SELECT *, row_number() OVER (ORDER BY person, "unit_day", shop, customer) - 1 AS unit
        FROM (SELECT DISTINCT person, unit_day, shop, customer FROM entries WHERE hundredths <> 0)
    """)
    units = connection.sql(
        'SELECT person, unit_day AS "day", shop, customer FROM units ORDER BY unit'
    ).to_arrow_table()
    found = connection.sql("""
        SELECT unit, measure, entries."day" AS "day", CAST(sum(hundredths) AS BIGINT) AS hundredths
        FROM entries JOIN units USING (person, unit_day, shop, customer)
        GROUP BY ALL HAVING sum(hundredths) <> 0 ORDER BY unit, measure, entries."day"
    """).to_arrow_table()
    connection.execute("DROP TABLE units")
    return Contributions(
        names,
        units,
        found["unit"].to_numpy().astype(np.int32),
        found["measure"].to_numpy().astype(np.int32),
        day_numbers(found["day"]),
        found["hundredths"].to_numpy(),
    )
