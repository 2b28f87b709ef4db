"""Parquet files wherever they lie: mapped on this machine, fetched from an object store as far as wanted."""

import io
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from kaohe.records.objects import ObjectPath, Where

TAIL_BYTES = 1 << 16
"""What is fetched of a file's end at first: nearly always all of the footer."""
ENDING_BYTES = 8
"""At the very end stand the footer's length and four letters."""


def footer_of(file: Where, size: int) -> pq.FileMetaData:
    """Return what stands at the end of a file.

    Args:
        file: The file.
        size: Its bytes; only an object store's need be told.
    """
    if isinstance(file, Path):
        return pq.read_metadata(file, memory_map=True)
    (tail,) = file.ranges([max(0, size - TAIL_BYTES)], [size])
    length = int.from_bytes(tail[-ENDING_BYTES : -ENDING_BYTES // 2].to_pybytes(), "little") + ENDING_BYTES
    if length > tail.size:
        (tail,) = file.ranges([size - length], [size])
    return pq.read_metadata(pa.BufferReader(tail))


def opened(file: Where, *, coded: Sequence[str] = (), memory_map: bool = False) -> pq.ParquetFile:
    """Open a file that is read whole.

    Args:
        file: The file.
        coded: The columns that are read as dictionary codes.
        memory_map: Whether a file of this machine is read where it lies.
    """
    source = pa.BufferReader(file.read_bytes()) if isinstance(file, ObjectPath) else file
    return pq.ParquetFile(source, read_dictionary=list(coded), memory_map=memory_map)


def read_groups(
    file: Where,
    footer: pq.FileMetaData,
    groups: Iterable[int],
    names: Sequence[str],
    coded: Sequence[str] = (),
) -> pa.Table:
    """Return some columns of some row groups; nothing else is fetched.

    Args:
        file: The file.
        footer: What stands at its end.
        groups: The numbers of the row groups.
        names: The columns.
        coded: Those of the file that are read as dictionary codes.
    """
    wanted = list(groups)
    source = file if isinstance(file, Path) else _fetched(file, footer, wanted, names)
    # No reading ahead: each column is asked for by itself, just as it was fetched.
    read = pq.ParquetFile(
        source, metadata=footer, read_dictionary=list(coded), memory_map=True, pre_buffer=False
    )
    # One thread: whoever wants several reads several pieces at once.
    return read.read_row_groups(wanted, columns=list(names), use_threads=False)


def _fetched(
    file: ObjectPath, footer: pq.FileMetaData, groups: Sequence[int], names: Sequence[str]
) -> "_Fetched":
    places = [place for place, name in enumerate(footer.schema.names) if name in names]
    begins, ends = [], []
    for group in groups:
        for place in places:
            column = footer.row_group(group).column(place)
            begin = column.dictionary_page_offset or column.data_page_offset
            begins.append(min(begin, column.data_page_offset))
            ends.append(begins[-1] + column.total_compressed_size)
    order = sorted(range(len(begins)), key=begins.__getitem__)
    begins, ends = [begins[one] for one in order], [ends[one] for one in order]
    return _Fetched(begins, file.ranges(begins, ends) if begins else [])


@dataclass
class _Fetched(io.RawIOBase):
    """Parts of a file, which stand for the whole of it to a reader that asks for nothing else.

    Attributes:
        begins: Where each part begins in the file, in order.
        parts: The parts.
    """

    begins: Sequence[int]
    parts: Sequence[pa.Buffer]
    position: int = field(default=0)

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def seekable(self) -> bool:
        """Say that it can be read from anywhere."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place of the file; its end is that of the last part."""
        end = self.begins[-1] + self.parts[-1].size if self.parts else 0
        self.position = {io.SEEK_SET: 0, io.SEEK_CUR: self.position, io.SEEK_END: end}[whence] + offset
        return self.position

    def tell(self) -> int:
        """Return the place in the file."""
        return self.position

    def read(self, size: int | None = -1) -> bytes:
        """Return what is wanted, which lies within one part."""
        number = bisect_right(self.begins, self.position) - 1
        begin = self.position - self.begins[number]
        part = self.parts[number]
        end = part.size if size is None or size < 0 else begin + size
        found = part[begin:end].to_pybytes() if number >= 0 else b""
        self.position += len(found)
        return found
