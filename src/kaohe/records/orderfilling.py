"""Merging staged orders into the store: one row per order, its newest state."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from kaohe.core.problem import Place, Problem
from kaohe.records import fileproblems
from kaohe.records.between import group_numbers
from kaohe.records.deltas import Part, Partition, content_id
from kaohe.records.fetching import footer_of, read_groups
from kaohe.records.filling import Advance, Filling, kept
from kaohe.records.merging import Merged, merged_by_key
from kaohe.records.schema import TABLES
from kaohe.records.staging import Stage
from kaohe.records.store import stored_rows

ELSEWHERE = """
SELECT i.shop, p.shop, count(*), min(i.order_id)
FROM read_parquet($files, filename = true) o JOIN parts p USING (filename)
JOIN incoming i ON i.order_id = o.order_id AND i.shop <> p.shop
    AND i.customer = o.customer AND i.created_at = o.created_at
GROUP BY ALL ORDER BY ALL
"""
"""The same order has the same customer and time; a number alone may be two shops' own."""
Sift = Callable[[int, pa.Table], pa.Table]
"""Given a file's number and its rows, returns those without conflicts, one for each order."""
ORDERS = TABLES["orders"]
NAME = ("shop", "order_id")
SOUGHT = ("order_id", "customer", "created_at")
"""The columns that the searches below look at."""
STRAYS_WITHIN = "SELECT shop, order_id FROM incoming GROUP BY shop, order_id HAVING min(day) <> max(day)"
STRAYS_BEYOND = """
SELECT i.shop, i.order_id
FROM read_parquet($files, filename = true) o JOIN parts p USING (filename)
JOIN incoming i ON i.shop = p.shop AND i.order_id = o.order_id AND i.day <> p.day
"""


@dataclass
class OrderFilling:
    """The merging of one import's orders.

    An order is one order even where two exports give it different days of creation:
    such strays are settled by themselves before the days are.

    Attributes:
        filling: Where the changes go.
        stage: The incoming rows.
        sift: Takes the conflicts out of one file's rows.
    """

    filling: Filling
    stage: Stage
    sift: Sift
    _parts: Mapping[Partition, Part] = field(init=False)

    def __post_init__(self) -> None:
        self._parts = self.filling.delta.parts()

    def fill(self, advance: Advance) -> None:
        """Merge them, day by day."""
        if not self.stage.partitions():
            return
        strays = self._strays()
        settled = self._settled(strays)
        partitions = sorted({*self.stage.partitions(), *settled.superseded, *settled.rows})
        for done, partition in enumerate(partitions):
            advance(done, len(partitions))
            self._merge(partition, strays, settled)
        advance(len(partitions), len(partitions))
        # A stray that moved to another day is no new order.
        moved = sum(rows.num_rows for rows in settled.superseded.values())
        self.filling.new -= moved
        self.filling.replaced += moved
        self.filling.gone -= moved

    def elsewhere(self, place: Place) -> list[Problem]:
        """Return a warning for each two shops under which the store would hold the same orders.

        Args:
            place: The table that the warnings point to.
        """
        own = {shop for shop, _ in self.stage.partitions()}
        days = {day for _, day in self.stage.partitions()}
        parts = [part for where, part in self._parts.items() if where[1] in days and {where[0]} != own]
        if not parts:
            return []
        columns = ["shop", "order_id", "customer", "created_at"]
        incoming = pa.concat_tables(
            [
                kept(rows, "orders").select(columns)
                for where in self.stage.partitions()
                for rows in self.stage.pieces(where).values()
            ]
        )
        with duckdb.connect() as connection:
            connection.register("incoming", incoming)
            files = [self._at_hand(part) for part in parts]
            connection.register("parts", _files(files, parts))
            found = connection.sql(ELSEWHERE, params={"files": files}).fetchall()
        return [
            fileproblems.ORDERS_ELSEWHERE.at(place, order, count=count, shop=shop, other=other, order=order)
            for shop, other, count, order in found
        ]

    def _merge(self, partition: Partition, strays: pa.Table, settled: "_Settled") -> None:
        pieces = self.stage.pieces(partition)
        incoming = self._folded(
            {file: _apart(kept(rows, "orders"), strays)[1] for file, rows in pieces.items()}
        )
        incoming = pa.concat_tables(
            [incoming, *([settled.rows[partition]] if partition in settled.rows else [])]
        )
        stored = self._stored(partition)
        superseded = settled.superseded.get(partition)
        stays = _apart(stored, superseded)[1] if superseded else stored
        merged = merged_by_key(ORDERS, stays, incoming)
        gone = stored.num_rows - stays.num_rows
        part = self._parts.get(partition)
        self.filling.take(partition, part, Merged(merged.rows, merged.new, merged.replaced, gone))

    def _folded(self, files: Mapping[int, pa.Table]) -> pa.Table:
        """Return the newest states in several files of one import; the later file is the newer."""
        newest = kept(ORDERS.schema.empty_table(), "orders")
        for file, rows in files.items():
            sifted = self.sift(file, rows).select(ORDERS.names)
            newest = merged_by_key(ORDERS, newest, sifted).rows
        return newest

    def _stored(self, partition: Partition) -> pa.Table:
        rows = stored_rows(self.filling.delta, self._parts.get(partition))
        shops = pa.repeat(pa.scalar(partition[0]), rows.num_rows)
        return rows.append_column("shop", shops).select(ORDERS.names)

    def _strays(self) -> pa.Table:
        """Return the orders that have rows of more than one day, here and in the store together."""
        names = [
            pa.table(
                {
                    "shop": rows["shop"],
                    "order_id": rows["order_id"],
                    "day": pa.repeat(pa.scalar(partition[1]), rows.num_rows),
                }
            )
            for partition in self.stage.partitions()
            for rows in self.stage.pieces(partition).values()
        ]
        shops = {shop for shop, _ in self.stage.partitions()}
        parts = [part for part in self._parts.values() if part.partition[0] in shops]
        with duckdb.connect() as connection:
            connection.register("incoming", pa.concat_tables(names))
            if not parts:
                return connection.sql(STRAYS_WITHIN).to_arrow_table()
            files = [self._at_hand(part) for part in parts]
            connection.register("parts", _files(files, parts))
            return connection.sql(
                f"{STRAYS_WITHIN} UNION {STRAYS_BEYOND}", params={"files": files}
            ).to_arrow_table()

    def _at_hand(self, part: Part) -> str:
        """Return a file of this machine with what is sought in a day's orders, if not all of it."""
        file = self.filling.delta.file(part)
        if isinstance(file, Path):
            return str(file)
        copy = self.filling.staging / f"{content_id(part.path.encode())}.sought.parquet"
        if not copy.exists():
            footer = footer_of(file, part.size)
            pq.write_table(read_groups(file, footer, range(footer.num_row_groups), SOUGHT), copy)
        return str(copy)

    def _settled(self, strays: pa.Table) -> "_Settled":
        """Return the newest state of every stray, by the day where it belongs."""
        if not strays.num_rows:
            return _Settled({}, {})
        by_file: dict[int, list[pa.Table]] = {}
        for partition in self.stage.partitions():
            for file, rows in self.stage.pieces(partition).items():
                by_file.setdefault(file, []).append(_apart(kept(rows, "orders"), strays)[0])
        incoming = self._folded({file: pa.concat_tables(rows) for file, rows in sorted(by_file.items())})
        before = {partition: _apart(self._stored(partition), strays)[0] for partition in self._parts}
        stored = pa.concat_tables([incoming.slice(0, 0), *before.values()])
        newest = merged_by_key(ORDERS, _marked(stored, won=False), _marked(incoming, won=True)).rows
        won = newest.filter(newest["won"]).select(ORDERS.names)
        superseded = {partition: _apart(rows, won)[0] for partition, rows in before.items()}
        return _Settled(_by_day(won), {where: rows for where, rows in superseded.items() if rows.num_rows})


@dataclass(frozen=True, slots=True)
class _Settled:
    """The strays' newest states that come in, and the stored rows that they take the place of."""

    rows: Mapping[Partition, pa.Table]
    superseded: Mapping[Partition, pa.Table]


def _apart(rows: pa.Table, orders: pa.Table) -> tuple[pa.Table, pa.Table]:
    """Return the rows of these orders, and the others."""
    names = pa.concat_tables([orders.select(NAME), rows.select(NAME)])
    groups = group_numbers(names, NAME)
    meant = pa.array(np.isin(groups[orders.num_rows :], groups[: orders.num_rows]))
    return rows.filter(meant), rows.filter(pc.invert(meant))


def _files(files: Sequence[str], parts: Sequence[Part]) -> pa.Table:
    """Return each file with its shop and day."""
    return pa.table(
        {
            "filename": pa.array(files, pa.string()),
            "shop": pa.array([part.partition[0] for part in parts], pa.string()),
            "day": pa.array([part.partition[1] for part in parts], pa.date32()),
        }
    )


def _marked(rows: pa.Table, *, won: bool) -> pa.Table:
    return rows.append_column("won", pa.repeat(pa.scalar(won), rows.num_rows))


def _by_day(rows: pa.Table) -> dict[Partition, pa.Table]:
    """Return the orders by shop and day of creation."""
    days = rows["created_at"].cast(pa.date32())
    groups = group_numbers(rows.append_column("day", days), ("shop", "day"))
    cut = [rows.filter(pa.array(groups == group)) for group in np.unique(groups)]
    return {(one["shop"][0].as_py(), one["created_at"][0].as_py().date()): one for one in cut}
