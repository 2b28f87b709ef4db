"""The three files of ``kaohe measures``: measures.csv, receptions.csv, credited_orders.csv."""

from pathlib import Path

import duckdb
import pyarrow as pa

from kaohe.core.writing import written_aside
from kaohe.measures.compute import Measured

MEASURE_COLUMNS = ("level", "shop", "subject", "day", "measure", "value", "final")
RECEPTION_COLUMNS = (
    "shop",
    "person",
    "customer",
    "day",
    "first_customer_at",
    "filter",
    "inquiry",
    "replied",
    "customer_messages",
    "agent_messages",
    "robot_messages",
    "response_rounds",
    "response_seconds",
    "unanswered_rounds",
    "first_response_seconds",
)
ORDER_COLUMNS = (
    "shop",
    "order_id",
    "customer",
    "created_at",
    "paid_at",
    "amount",
    "paid_amount",
    "placing",
    "paying",
    "reception_day",
    "paid_in_time",
)
WHOLE_WITHOUT_PLACES = (
    'CASE WHEN "value" = trunc("value") THEN CAST(CAST("value" AS HUGEINT) AS VARCHAR) '
    'ELSE CAST("value" AS VARCHAR) END AS "value"'
)
"""Counts are written without decimal places, amounts that need them with two."""


def write(measured: Measured, out: Path) -> None:
    """Write the three files into a folder; each is there whole, or as it was before.

    Args:
        measured: What was measured.
        out: The folder; it is made if it is missing.
    """
    out.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as connection:
        for name, rows, columns in (
            ("measures.csv", measured.daily, MEASURE_COLUMNS),
            ("receptions.csv", measured.receptions, RECEPTION_COLUMNS),
            ("credited_orders.csv", measured.orders, ORDER_COLUMNS),
        ):
            with written_aside(out / name) as part:
                _write_csv(connection, rows, columns, part)


def _write_csv(
    connection: duckdb.DuckDBPyConnection, rows: pa.Table, columns: tuple[str, ...], path: Path
) -> None:
    """Write some columns as CSV; a null is a blank cell, quotes stand only where they must."""
    chosen = ", ".join(WHOLE_WITHOUT_PLACES if column == "value" else f'"{column}"' for column in columns)
    connection.register("rows", rows)
    query = connection.sql(f"SELECT {chosen} FROM rows")  # noqa: S608 - the columns above, no user's text
    query.write_csv(str(path), header=True, timestamp_format="%Y-%m-%d %H:%M:%S")
    connection.unregister("rows")
