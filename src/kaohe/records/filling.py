"""Merging staged rows into the store, partition by partition, and committing them all at once."""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from pathlib import Path
from threading import Lock

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kaohe.records.deltas import PLACE, WHOLE, Delta, Part, Partition, merged_schema
from kaohe.records.merging import (
    Merged,
    merged_by_key,
    merged_events,
    merged_lines,
    one_export,
)
from kaohe.records.reading import RECORD
from kaohe.records.schema import Table
from kaohe.records.staging import Stage
from kaohe.records.store import stored_rows

HANDS = 2
"""More days at once would need more memory, and disks do not get faster."""
ALONE_ROWS = 1 << 19
"""A day of a shop with more incoming lines than this is merged while no other is: it fills the memory."""
Advance = Callable[[int, int], None]
"""Told how many partitions are merged, of how many."""


@dataclass
class Filling:
    """The changes that one import makes to one table, not yet committed.

    Attributes:
        delta: The table.
        staging: A folder for files under way.
        used: Shop, account and day of the chat lines that came in, each once.
    """

    delta: Delta
    staging: Path
    added: list[Part] = field(default_factory=list)
    removed: list[Part] = field(default_factory=list)
    new: int = 0
    replaced: int = 0
    gone: int = 0
    used: set[tuple[str, str, date]] = field(default_factory=set)
    _lock: Lock = field(default_factory=Lock)

    def take(self, partition: Partition, before: Part | None, merged: Merged) -> None:
        """Write a partition's new content, if it differs from the old; threads may do so at once."""
        if not merged.changed:
            return
        written = self._written(partition, merged.rows) if merged.rows.num_rows else None
        with self._lock:
            self.new += merged.new
            self.replaced += merged.replaced
            self.gone += merged.gone
            self.removed += [before] if before else []
            self.added += [written] if written else []

    def _written(self, partition: Partition, rows: pa.Table) -> Part:
        schema = merged_schema(self.delta.name)
        fitted = rows.select(schema.names).cast(schema).combine_chunks()
        return self.delta.written(fitted, partition, self.staging)

    def commit(self, note: Mapping[str, object]) -> None:
        """Make the changes part of the store; without any, no version is made."""
        if self.added or self.removed:
            added = sorted(self.added, key=lambda part: part.partition)
            removed = sorted(self.removed, key=lambda part: part.partition)
            self.delta.commit(added, removed, note)


def fill_lines(filling: Filling, stage: Stage, advance: Advance) -> None:
    """Merge staged chat lines into the store, as many days at once as there are hands."""
    # What reading the files took is not needed any more.
    pa.default_memory_pool().release_unused()
    parts = filling.delta.parts()
    partitions = stage.partitions()

    def merge(partition: Partition) -> Merged:
        pieces = [kept(rows, "messages") for rows in stage.pieces(partition).values()]
        incoming = one_export(pieces).drop_columns(["shop", RECORD])
        accounts = pc.unique(incoming["account"]).to_pylist()
        filling.used.update((partition[0], account, partition[1]) for account in accounts)
        stored = stored_rows(filling.delta, parts.get(partition)).drop_columns(PLACE)
        merged = merged_lines(stored, incoming)
        places = pa.array(np.arange(merged.rows.num_rows, dtype=np.int64))
        return Merged(merged.rows.append_column(PLACE, places), merged.new)

    def fill(partition: Partition) -> None:
        filling.take(partition, parts.get(partition), merge(partition))

    large = [one for one in partitions if stage.rows_of(one) > ALONE_ROWS]
    others = [one for one in partitions if stage.rows_of(one) <= ALONE_ROWS]
    with ThreadPoolExecutor(HANDS) as hands:
        for done, _ in enumerate(chain(hands.map(fill, others), map(fill, large)), start=1):
            advance(done, len(partitions))


def fill_table(filling: Filling, table: Table, files: Iterable[pa.Table], *, whole: bool) -> pa.Table:
    """Merge the files of a small table into the store, and return its rows as they will be.

    Args:
        filling: Where the changes go.
        table: The table.
        files: The rows of each file, in the order in which the files were named.
        whole: Whether the files are all there is: rows that they lack are taken out.
    """
    part = filling.delta.parts().get(WHOLE)
    stored = stored_rows(filling.delta, part)
    incoming = stored.slice(0, 0)
    for rows in files:
        incoming = _merged(table, incoming, rows.drop_columns(RECORD)).rows
    merged = _merged(table, stored, incoming)
    if whole:
        gone = merged.rows.num_rows - incoming.num_rows
        merged = Merged(incoming, merged.new, merged.replaced, gone)
    filling.take(WHOLE, part, merged)
    return merged.rows


def _merged(table: Table, stored: pa.Table, incoming: pa.Table) -> Merged:
    if table.events:
        return merged_events(table, stored, incoming)
    return merged_by_key(table, stored, incoming)


def kept(rows: pa.Table, name: str) -> pa.Table:
    """Return incoming rows with the types that the store keeps, their record numbers last."""
    types = {one.name: one.type for one in merged_schema(name)}
    fields = [pa.field(one.name, types.get(one.name, one.type)) for one in rows.schema]
    return rows.cast(pa.schema(fields))
