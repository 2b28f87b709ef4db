"""Rows on their way into the store: cut by shop and day as they come, kept on disk until merged.

Memory holds a few batches, never a whole import; a partition is read back when its
turn comes.
"""

from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Self

import numpy as np
import pyarrow as pa
import pyarrow.ipc

from kaohe.records.between import group_numbers
from kaohe.records.decoding import compacted
from kaohe.records.deltas import Partition

BATCH_ROWS = 1 << 18
EPOCH = date(1970, 1, 1)
DAY_SECONDS = 86_400
DAY_BITS = 32
PACKED = pa.ipc.IpcWriteOptions(compression="lz4")


@dataclass
class Stage:
    """Staged rows of one table.

    Attributes:
        folder: Where they lie; it is there and empty.
        time: The column whose day cuts them.
    """

    folder: Path
    time: str
    rows: int = 0
    _waiting: list[pa.RecordBatch] = field(default_factory=list)
    _waiting_rows: int = 0
    _file: int = 0
    _files_written: int = 0
    _pieces: dict[Partition, dict[int, list[tuple[Path, int]]]] = field(default_factory=dict)
    _counts: dict[Partition, int] = field(default_factory=dict)
    _writer: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1))
    _writing: Future[None] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: object) -> None:
        self._writer.shutdown()

    def add(self, batch: pa.RecordBatch) -> None:
        """Take some rows of the current file."""
        if not batch.num_rows:
            return
        self._waiting.append(batch)
        self._waiting_rows += batch.num_rows
        self.rows += batch.num_rows
        if self._waiting_rows >= BATCH_ROWS:
            self._flush()

    def end_file(self) -> None:
        """Say that the rows of the next file follow."""
        self._flush()
        self._wait()
        self._file += 1

    def partitions(self) -> list[Partition]:
        """Return the shops and days that there are rows of, in order."""
        return sorted(self._pieces)

    def rows_of(self, partition: Partition) -> int:
        """Return how many rows of a partition there are."""
        return self._counts.get(partition, 0)

    def pieces(self, partition: Partition) -> Mapping[int, pa.Table]:
        """Return the rows of a partition by the number of their file, in the order of the files."""
        return {
            file: pa.concat_tables(self._read(places)).unify_dictionaries()
            for file, places in sorted(self._pieces.get(partition, {}).items())
        }

    def _read(self, places: list[tuple[Path, int]]) -> Iterator[pa.Table]:
        for path, begin in places:
            with pa.OSFile(str(path)) as source:
                source.seek(begin)
                with pa.ipc.open_stream(source) as opened:
                    yield opened.read_all()

    def _flush(self) -> None:
        """Have the waiting rows written while the next ones are read."""
        batches, self._waiting, self._waiting_rows = self._waiting, [], 0
        if batches:
            self._wait()
            self._writing = self._writer.submit(self._write, pa.Table.from_batches(batches), self._file)

    def _wait(self) -> None:
        if self._writing:
            self._writing.result()
            self._writing = None

    def _write(self, rows: pa.Table, file: int) -> None:
        """Write rows to one file, each partition so that it can be read by itself."""
        whole = rows.unify_dictionaries().combine_chunks().to_batches()[0]
        days = whole.column(self.time).cast(pa.int64()).to_numpy() // DAY_SECONDS
        shops = group_numbers(pa.table({"shop": whole.column("shop")}), ["shop"])
        partitions = shops << DAY_BITS | days
        if (np.diff(partitions) < 0).any():
            order = np.argsort(partitions, kind="stable")
            whole, partitions = whole.take(pa.array(order)), partitions[order]
        starts = np.flatnonzero(np.append(True, np.diff(partitions) != 0))
        path = self.folder / f"{self._files_written}.arrow"
        self._files_written += 1
        with pa.OSFile(str(path), "wb") as sink:
            for start, stop in pairwise([*starts.tolist(), len(partitions)]):
                piece = compacted(whole.slice(start, stop - start))
                day = EPOCH + timedelta(days=int(partitions[start] & (1 << DAY_BITS) - 1))
                partition = (piece["shop"][0].as_py(), day)
                places = self._pieces.setdefault(partition, {}).setdefault(file, [])
                places.append((path, sink.tell()))
                self._counts[partition] = self.rows_of(partition) + piece.num_rows
                with pa.ipc.new_stream(sink, piece.schema, options=PACKED) as writer:
                    writer.write_batch(piece)
