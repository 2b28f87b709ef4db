"""The shapes of the tables that leave this room."""

from collections.abc import Iterable

import numpy as np
import pyarrow as pa

from kaohe.measures.columns import NAME, days

RECEPTIONS = pa.schema(
    [
        ("shop", NAME),
        ("person", NAME),
        ("customer", pa.string()),
        ("day", pa.date32()),
        ("first_customer_at", pa.timestamp("s")),
        ("filter", NAME),
        ("inquiry", pa.bool_()),
        ("replied", pa.bool_()),
        ("customer_messages", pa.int32()),
        ("agent_messages", pa.int32()),
        ("robot_messages", pa.int32()),
        ("response_rounds", pa.int32()),
        ("response_seconds", pa.int32()),
        ("unanswered_rounds", pa.int32()),
        ("first_response_seconds", pa.int32()),
        ("quick_rounds", pa.int32()),
    ]
)
"""Consultations; ``filter`` is null for a reception, ``first_response_seconds`` where there is none."""

OUTREACHES = pa.schema(
    [
        ("shop", NAME),
        ("person", NAME),
        ("customer", pa.string()),
        ("day", pa.date32()),
        ("first_agent_at", pa.timestamp("s")),
        ("agent_messages", pa.int32()),
    ]
)
"""Streams with agent lines and no customer line."""

LINKED_ORDERS = pa.schema(
    [
        ("shop", NAME),
        ("order_id", pa.string()),
        ("customer", pa.string()),
        ("created_at", pa.timestamp("s")),
        ("paid_at", pa.timestamp("s")),
        ("amount", pa.decimal128(18, 2)),
        ("paid_amount", pa.decimal128(18, 2)),
        ("placing", NAME),
        ("paying", NAME),
        ("reception_day", pa.date32()),
        ("paid_in_time", pa.bool_()),
        ("refunded", pa.decimal128(18, 2)),
        ("inquiry", pa.bool_()),
    ]
)
"""Orders with the agents behind them."""


def shaped(tables: Iterable[tuple[str, int, pa.Table]], schema: pa.Schema) -> pa.Table:
    """Return the tables of several shops and days, in their order, as one."""
    parts = [_placed(shop, day, table, schema) for shop, day, table in tables]
    return pa.concat_tables(parts or [schema.empty_table()]).unify_dictionaries()


def _placed(shop: str, day: int, table: pa.Table, schema: pa.Schema) -> pa.Table:
    rows = table.num_rows
    code = pa.array(np.zeros(rows, np.int32))
    columns = {
        "shop": pa.DictionaryArray.from_arrays(code, pa.array([shop], pa.string())),
        "day": days(np.full(rows, day)),
        **dict(zip(table.column_names, table.columns, strict=True)),
    }
    return pa.table([columns[name] for name in schema.names], schema=schema)
