"""The heart of the streams' kernel in three forms, over the same encoded days.

Each takes a day's lines as integers and gives, by customer and person: customer lines,
agent lines, answered rounds, and the sum of their seconds. The form that the product
keeps does more than that (first responses, filters, the lines behind orders); here only
the shared part is compared.
"""

from collections.abc import Callable, Mapping
from functools import cache

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa

from kaohe.measures.columns import coded, seconds
from kaohe.measures.streams import SENDERS

Sums = tuple[int, int, int, int, int]
"""Streams, customer lines, agent lines, answered rounds, their seconds: summed up over a day."""

SQL = """
WITH walked AS (
    SELECT *, lag(kind) OVER stream AS before FROM lines WHERE kind <= 1
    WINDOW stream AS (PARTITION BY customer, person ORDER BY place)
), timed AS (
    SELECT customer, person, kind, second, lead(second) OVER stream AS next
    FROM walked WHERE before IS DISTINCT FROM kind
    WINDOW stream AS (PARTITION BY customer, person ORDER BY place)
), rounds AS (
    SELECT customer, person, count(next) AS rounds, coalesce(sum(next - second), 0) AS waited
    FROM timed WHERE kind = 0 GROUP BY ALL
), counts AS (
    SELECT customer, person, count(*) FILTER (kind = 0) AS asked, count(*) FILTER (kind = 1) AS said
    FROM lines GROUP BY ALL
)
SELECT count(*), sum(asked), sum(said), sum(rounds), sum(waited)
FROM counts JOIN rounds USING (customer, person)
"""


def encoded(lines: pa.Table, persons: Mapping[str, int]) -> pa.Table:
    """Return a day's lines as integers: customer, person, kind, second, place."""
    accounts, names = coded(lines["account"])
    senders, kinds = coded(lines["sender"])
    person = np.array([persons.get(name, 0) for name in names.to_pylist()], np.int32)[accounts]
    kind = np.array([SENDERS[name] for name in kinds.to_pylist()], np.int32)[senders]
    return pa.table(
        {
            "customer": coded(lines["customer"])[0],
            "person": person,
            "kind": kind,
            "second": seconds(lines["sent_at"]),
            "place": np.arange(lines.num_rows, dtype=np.int32),
        }
    )


def by_numpy(lines: pa.Table) -> Sums:
    """One sort by person where a customer has several, then passes over runs of lines."""
    customer, person, kind, second = (lines[name].to_numpy() for name in lines.column_names[:-1])
    stream = customer.astype(np.int64) << 32 | person
    if (np.diff(stream) < 0).any():
        order = np.argsort(stream, kind="stable")
        stream, kind, second = stream[order], kind[order], second[order]
    number = np.cumsum(np.diff(stream, prepend=stream[:1]) != 0)
    counts = np.bincount(number * 4 + kind, minlength=4 * (int(number[-1]) + 1)).reshape(-1, 4)
    talk = np.flatnonzero(kind <= 1)
    turn, second = number[talk] * 2 + kind[talk], second[talk]
    runs = np.flatnonzero(np.diff(turn, prepend=-1) != 0)
    turn, second = turn[runs], second[runs]
    answered = np.flatnonzero((turn[:-1] % 2 == 0) & (turn[1:] == turn[:-1] + 1))
    asked = counts[:, 0] > 0
    waited = int((second[answered + 1] - second[answered]).sum())
    return int(asked.sum()), int(counts[asked, 0].sum()), int(counts[asked, 1].sum()), len(answered), waited


def by_duckdb(lines: pa.Table) -> Sums:
    """Windows over integers."""
    with _database().cursor() as connection:
        connection.register("lines", lines)
        row = connection.execute(SQL).fetchone()
    assert row is not None
    return row[0], int(row[1]), int(row[2]), int(row[3]), int(row[4])


@cache
def _database() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


def by_polars(lines: pa.Table) -> Sums:
    """The passes of the NumPy form as Polars expressions."""
    frame = pl.from_arrow(lines)
    assert isinstance(frame, pl.DataFrame)
    frame = frame.sort("customer", "person", maintain_order=True)
    counts = (
        frame.group_by("customer", "person", maintain_order=True)
        .agg(asked=(pl.col("kind") == 0).sum(), said=(pl.col("kind") == 1).sum())
        .filter(pl.col("asked") > 0)
    )
    here = pl.struct("customer", "person")
    runs = frame.filter(pl.col("kind") <= 1).filter(
        pl.any_horizontal(
            pl.col(name) != pl.col(name).shift(fill_value=-1) for name in ("customer", "person", "kind")
        )
    )
    rounds = runs.with_columns(
        wait=pl.when((pl.col("kind") == 0) & (here == here.shift(-1))).then(
            pl.col("second").shift(-1) - pl.col("second")
        )
    )["wait"]
    return (
        counts.height,
        int(counts["asked"].sum()),
        int(counts["said"].sum()),
        int(rounds.count()),
        int(rounds.sum()),
    )


FORMS: Mapping[str, Callable[[pa.Table], Sums]] = {
    "kernel_numpy": by_numpy,
    "kernel_duckdb": by_duckdb,
    "kernel_polars": by_polars,
}
