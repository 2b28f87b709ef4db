"""One table of the store: a Delta Lake table whose files are written here, one file per partition.

The files lie under ``<table>/<day>/``; the log alone says which of them are live, of
which shop they are, and since which version. A commit is a file of the log that is
either there or not, so a killed import leaves at most files that no version names.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq
from deltalake import DeltaTable, Schema
from deltalake.exceptions import CommitFailedError
from deltalake.transaction import AddAction, CommitProperties, PostCommitHookProperties, RemoveAction

from kaohe.core.problem import Place, ProblemsFound
from kaohe.records import problems
from kaohe.records.decoding import compacted
from kaohe.records.objects import Where, moved
from kaohe.records.schema import CODED, CODES, TABLES, Cell

PARTITIONED = {"messages": "sent_at", "orders": "created_at"}
"""The tables that are cut by shop and day, and the time that the day is taken from."""
WHOLE = ("", date(1, 1, 1))
"""The one partition of a table that is not cut."""
PLACE = "place"
ROW_GROUP_ROWS = 1 << 16
"""Small enough that one customer's lines are found without reading the whole day, and that a
day's lines are worked on by several hands."""
WHOLE_CUSTOMERS = {b"kaohe:row-groups": b"whole customers"}
"""What a file of chat lines says of itself if no customer's lines are cut by its row groups."""
FOLDED = frozenset({"account", "customer", "sender", "shop", "person", "refunded"})
"""Columns that a dictionary makes smaller."""
TEXTS = frozenset({"text", "order_id", "note"})
METADATA_KEY = "kaohe"
DIGEST_DIGITS = 32
KEEP_FOR_EVER = {
    # A closed period reads its version of the records, however old.
    "delta.enableExpiredLogCleanup": "false",
    "delta.logRetentionDuration": "interval 36500 days",
    "delta.deletedFileRetentionDuration": "interval 36500 days",
}
LONGEST_FOLDER = 240
"""Bytes of a shop's name in a path; file systems allow 255 in all."""
LEFT_BEHIND_SECONDS = 86_400
LOG_COLUMNS = ("path", "num_records", "size_bytes", "partition.shop", "partition.day")

Partition = tuple[str, date]


@dataclass(frozen=True, slots=True)
class Part:
    """One live file.

    Attributes:
        path: Where it lies, relative to the table.
        partition: Its shop and day, or ``WHOLE``.
        rows: How many rows it holds.
        size: Its bytes.
        modified: When it was written, in milliseconds since 1970 (UTC), of one that was just written.
    """

    path: str
    partition: Partition
    rows: int
    size: int
    modified: int = 0

    @property
    def content_id(self) -> str:
        """Return the digest of its content, which its name carries."""
        return Path(self.path).name.partition("-")[0]


class Delta:
    """One table of the store at one version."""

    def __init__(self, folder: Where, version: int | None = None) -> None:
        self.folder = folder
        self._table = DeltaTable(str(folder), version=version)
        self.name = folder.name

    @classmethod
    def made(cls, folder: Where) -> "Delta":
        """Return the table at its newest version; it is made if there is none."""
        if not is_table(folder):
            if isinstance(folder, Path):
                folder.mkdir(parents=True, exist_ok=True)
            columns = ["shop", "day"] if folder.name in PARTITIONED else None
            DeltaTable.create(
                str(folder), stored_schema(folder.name), partition_by=columns, configuration=KEEP_FOR_EVER
            )
        delta = cls(folder)
        return delta if delta.widened() == 0 else cls(folder)

    def widened(self) -> int:
        """Add the columns that the table does not have yet, and return how many they are.

        A table that was made before a column was thought of gets it with its next import.
        """
        there = set(pa.schema(self._table.schema().to_arrow()).names)
        lacking = [one for one in stored_schema(self.name) if one.name not in there]
        if lacking:
            self._table.alter.add_columns(Schema.from_arrow(pa.schema(lacking)).fields)
        return len(lacking)

    @property
    def version(self) -> int:
        """The version it was opened at."""
        return int(self._table.version())

    def parts(self) -> Mapping[Partition, Part]:
        """Return the live file of each partition."""
        actions = pa.table(self._table.get_add_actions(flatten=True))
        parts = [
            Part(unquote(row["path"]), _partition(row), row["num_records"], row["size_bytes"])
            for row in actions.select([one for one in LOG_COLUMNS if one in actions.column_names]).to_pylist()
        ]
        return {part.partition: part for part in sorted(parts, key=lambda part: part.partition)}

    def file(self, part: Part) -> Where:
        """Return where a part lies."""
        return self.folder / part.path

    def clear_leftovers(self) -> None:
        """Remove the files that an import wrote for the next version and never committed."""
        unnamed = f"-v{self.version + 1}.parquet"
        if isinstance(self.folder, Path):
            for file in self.folder.glob(f"**/*{unnamed}"):
                file.unlink()
            return
        # Another import may be under way there: only what is old for sure was left behind.
        found = list(self.folder.below())
        newest = max((written for _, written in found), default=0.0)
        for one, written in found:
            if one.name.endswith(unnamed) and written < newest - LEFT_BEHIND_SECONDS:
                one.unlink()

    @contextmanager
    def next_version(self) -> Iterator[None]:
        """Make what is written within it the next version, or leave no file of it, whatever ends it."""
        self.clear_leftovers()
        try:
            yield
        except BaseException:
            # Read afresh: where it was committed already, its files are live and stay.
            Delta(self.folder).clear_leftovers()
            raise

    def written(self, rows: pa.Table, partition: Partition, staging: Path) -> Part:
        """Write a partition's new content beside the live files, not yet part of any version.

        Args:
            rows: The content, without shop and day.
            partition: Whose content it is.
            staging: A folder for the file until it is complete.
        """
        folder = hive_path(partition) if partition != WHOLE else "all"
        fresh = staging / f"{hashlib.sha256(folder.encode()).hexdigest()[:DIGEST_DIGITS]}.parquet"
        if self.name == "orders":
            rows = rows.sort_by([("created_at", "ascending"), ("order_id", "ascending")])
        _write(rows, fresh, whole_customers=self.name == "messages")
        with fresh.open("rb") as opened:
            digest = hashlib.file_digest(opened, "sha256").hexdigest()[:DIGEST_DIGITS]
            os.fsync(opened.fileno())
        path, state = f"{folder}/{digest}-v{self.version + 1}.parquet", fresh.stat()
        moved(fresh, self.folder / path)
        return Part(path, partition, rows.num_rows, state.st_size, int(state.st_mtime * 1000))

    def commit(self, added: Sequence[Part], removed: Iterable[Part], note: Mapping[str, object]) -> None:
        """Make the new files live and the old ones history, all at once.

        Args:
            added: The files written for it.
            removed: The files that they replace, or that are empty now.
            note: What the history says of this import.

        Raises:
            ProblemsFound: Another import has made a version in the meantime.
        """
        now = max((part.modified for part in added), default=int(self._table.history(1)[0]["timestamp"]))
        actions: list[AddAction | RemoveAction] = [
            RemoveAction(
                part.path,
                data_change=True,
                deletion_timestamp=now,
                size=part.size,
                partition_values=self._values(part),
            )
            for part in removed
        ]
        actions += [
            AddAction(
                part.path,
                part.size,
                self._values(part),
                part.modified,
                data_change=True,
                stats=json.dumps({"numRecords": part.rows}),
            )
            for part in added
        ]
        try:
            self._table.create_write_transaction(
                actions,
                "append",
                stored_schema(self.name),
                ["shop", "day"] if self.name in PARTITIONED else None,
                commit_properties=CommitProperties(
                    custom_metadata={METADATA_KEY: json.dumps(note, ensure_ascii=False)},
                    # What was merged was merged with this version, and goes with no later one.
                    max_commit_retries=0,
                ),
                post_commithook_properties=PostCommitHookProperties(cleanup_expired_logs=False),
            )
        except CommitFailedError as error:
            raise ProblemsFound([problems.OTHER_IMPORT.at(Place(str(self.folder)))]) from error

    def history(self) -> list[tuple[int, int, Mapping[str, object]]]:
        """Return version, milliseconds since 1970 (UTC) and note of every import, the oldest first."""
        # Only at its newest version does a table number the entries of its log aright.
        newest = DeltaTable(str(self.folder)).history()
        return [
            (int(entry["version"]), int(entry["timestamp"]), json.loads(entry[METADATA_KEY]))
            for entry in reversed(newest)
            if METADATA_KEY in entry and entry["version"] <= self.version
        ]

    def _values(self, part: Part) -> dict[str, str | None]:
        if self.name not in PARTITIONED:
            return {}
        return {"shop": part.partition[0], "day": f"{part.partition[1]:%Y-%m-%d}"}


def hive_path(partition: Partition) -> str:
    """Return the folder of a partition, named so that other readers find shop and day in it.

    Letters of any script stay as they are; what a path or a reader could take for
    something else is written in per cents, as in an address. A name too long for a
    folder goes by its digest; the table's log has the name itself.
    """
    shop = "".join(one if one.isalnum() or one in "-_" else quote(one, safe="") for one in partition[0])
    if len(shop.encode()) > LONGEST_FOLDER:
        shop = hashlib.sha256(shop.encode()).hexdigest()
    return f"shop={shop}/day={partition[1]:%Y-%m-%d}"


def content_id(content: bytes) -> str:
    """Return the digest that the name of a file with this content carries."""
    return hashlib.sha256(content).hexdigest()[:DIGEST_DIGITS]


def is_table(folder: Where) -> bool:
    """Return whether a folder holds a Delta table."""
    return DeltaTable.is_deltatable(str(folder))


def stored_schema(name: str) -> pa.Schema:
    """Return the columns of a table as the store keeps them: times in microseconds, as Delta has them."""
    fields = [
        pa.field(column.name, pa.timestamp("us") if column.cell is Cell.TIME else column.cell.arrow)
        for column in TABLES[name].columns
    ]
    if name in PARTITIONED:
        fields.insert(1, pa.field("day", pa.date32()))
    if name == "messages":
        fields.append(pa.field(PLACE, pa.int64()))
    return pa.schema(fields)


def kept_schema(name: str) -> pa.Schema:
    """Return the columns that stand in the files themselves: shop and day stand in the log."""
    return pa.schema(
        [one for one in stored_schema(name) if name not in PARTITIONED or one.name not in {"shop", "day"}]
    )


def merged_schema(name: str) -> pa.Schema:
    """Return the columns of the files with the types in which they are merged: names of chat lines coded."""
    codes = CODED if name == "messages" else ()
    return pa.schema(
        [pa.field(one.name, CODES if one.name in codes else one.type) for one in kept_schema(name)]
    )


def in_whole_customers(footer: pq.FileMetaData) -> bool:
    """Return whether no customer's lines are cut by a file's row groups."""
    return WHOLE_CUSTOMERS.items() <= (footer.metadata or {}).items()


def _write(rows: pa.Table, file: Path, *, whole_customers: bool) -> None:
    """Write rows to a file, row groups ending with a customer's last line if that is wanted."""
    ends = np.arange(ROW_GROUP_ROWS, rows.num_rows, ROW_GROUP_ROWS)
    if whole_customers:
        ends = _customers_ends(rows["customer"], ends)
    with pq.ParquetWriter(file, rows.schema, store_schema=False, **_layout(rows)) as writer:
        if whole_customers:
            writer.add_key_value_metadata(WHOLE_CUSTOMERS)
        for begin, end in pairwise([0, *ends.tolist(), rows.num_rows]):
            group = rows.slice(begin, end - begin).combine_chunks()
            for batch in group.to_batches():
                writer.write_batch(compacted(batch), row_group_size=max(1, end - begin))


def _customers_ends(customer: pa.ChunkedArray, ends: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return for each of these places the next at which a customer's lines end; the end itself is none."""
    codes = customer.combine_chunks().indices.to_numpy()
    borders = np.append(np.flatnonzero(np.diff(codes)) + 1, len(codes))
    return np.setdiff1d(borders[np.searchsorted(borders, ends, side="left")], [len(customer)])


def fitted(rows: pa.Table, schema: pa.Schema) -> pa.Table:
    """Return rows with the columns of a schema; one that was thought of later is blank."""
    for field in schema:
        if field.name not in rows.column_names:
            rows = rows.append_column(field, pa.nulls(rows.num_rows, field.type))
    return rows.select(schema.names).cast(schema)


def _layout(rows: pa.Table) -> dict[str, Any]:
    """Return how the columns are written.

    Times and places grow from row to row: their differences are small. Only texts are
    worth the slower compression; what every run reads is quick to unpack.
    """
    growing = [name for name in rows.column_names if name in {"sent_at", "created_at", PLACE}]
    return {
        "use_dictionary": [name for name in rows.column_names if name in FOLDED],
        "column_encoding": dict.fromkeys(growing, "DELTA_BINARY_PACKED"),
        "compression": {name: "zstd" if name in TEXTS else "lz4" for name in rows.column_names},
    }


def _partition(row: Mapping[str, Any]) -> Partition:
    """Return the shop and day of a live file by its row of the log."""
    return row.get("partition.shop", WHOLE[0]), row.get("partition.day", WHOLE[1])
