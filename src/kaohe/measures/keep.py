"""Kept results: Arrow tables in files that are whole or absent.

A file lies in a slot (what it is about) and carries the key of what it was computed
from. A new key takes the old one's place, so that the folder does not grow with every
late line. The head of a file tells its key and
where its tables lie; a table is mapped and checked when it is looked at, so that a run
pays for what it needs. What is damaged is as good as absent: it is computed again.
"""

import hashlib
import json
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kaohe.measures.columns import hundredths, seconds
from kaohe.measures.keptfiles import KeptFiles, kept_files
from kaohe.records.objects import Where

Tables = Mapping[str, pa.Table]

MAGIC = b"kaohe-2\n"
ALIGNMENT = 64
"""Tables begin on such a border, so that they can be used where they lie."""
SMALL_BYTES = 1 << 18
"""Tables up to this size stay in memory once they are there."""


class Damaged(Exception):  # noqa: N818 - a state of a file, told within this room
    """A kept file is not what it was when it was written."""


@dataclass(frozen=True, slots=True)
class Lie:
    """Where a table lies in its file.

    Attributes:
        offset: Its first byte.
        size: Its bytes.
        checksum: Their CRC-32.
    """

    offset: int
    size: int
    checksum: int


@dataclass(slots=True)
class Entry:
    """Kept tables.

    Attributes:
        files: Where their file is.
        slot: Which one it is.
        lies: Where each lies in it, by name.
        digest: A name for the content of the tables that others build on, whatever it
            was computed from.
        again: Computes and keeps them again.
        held: Those that are in memory.
        first: The first bytes of the file, if they were read.
    """

    files: KeptFiles
    slot: str
    lies: Mapping[str, Lie]
    digest: str
    again: Callable[[], "Entry"]
    held: dict[str, pa.Table] = field(default_factory=dict)
    first: bytes = b""

    def __getitem__(self, name: str) -> pa.Table:
        """Return a table; if its file is gone or damaged, it is computed again."""
        known = self.held.get(name)
        if known is not None:
            return known
        try:
            table = self._read(name)
        except Damaged:
            fresh = self.again()
            self.lies, self.first = fresh.lies, b""
            return fresh.held[name] if name in fresh.held else self._read(name)
        if self.lies[name].size <= SMALL_BYTES:
            self.held[name] = table
        return table

    def _read(self, name: str) -> pa.Table:
        lie = self.lies[name]
        end = lie.offset + lie.size
        try:
            if end <= len(self.first):
                body = pa.py_buffer(self.first)[lie.offset : end]
            else:
                body = self.files.part(self.slot, lie.offset, lie.size)
            if zlib.crc32(body) != lie.checksum:
                raise Damaged
            return pa.ipc.open_stream(body).read_all()
        except (OSError, ValueError, pa.ArrowException) as error:
            raise Damaged from error


@dataclass(frozen=True)
class Keep:
    """A folder of kept results, on this machine or in an object store."""

    folder: Where

    @cached_property
    def files(self) -> KeptFiles:
        """Its files."""
        return kept_files(self.folder)

    def read(self, slot: str, key: str, again: Callable[[], Entry]) -> Entry | None:
        """Return what is kept in a slot under this key; None if nothing is, or its head is damaged.

        Args:
            slot: The slot.
            key: The key.
            again: Computes the tables again and writes them, should they turn out damaged.
        """
        try:
            first = self.files.first(slot)
            known = _head_of(first, lambda offset, size: self.files.part(slot, offset, size).to_pybytes())
        except (OSError, ValueError, KeyError, Damaged):
            return None
        if known["key"] != key:
            return None
        lies = {name: Lie(*numbers) for name, numbers in known["tables"].items()}
        return Entry(self.files, slot, lies, known["digest"], again, first=first)

    def write(
        self, slot: str, key: str, tables: Tables, again: Callable[[], Entry], built_on: Iterable[str] = ()
    ) -> Entry:
        """Keep tables in a slot; what is returned holds only the small ones in memory.

        Args:
            slot: The slot.
            key: The key.
            tables: The tables by name.
            again: As for ``read``.
            built_on: The tables whose content gives the digest.
        """
        bodies = {name: _serialised(table) for name, table in tables.items()}
        digest = hashlib.sha256()
        for name in built_on:
            digest.update(bodies[name])
        lies, head = _head(key, digest.hexdigest(), bodies)
        padded = ((body, bytes(-body.size % ALIGNMENT)) for body in bodies.values())
        self.files.write(slot, [head, *chain.from_iterable(padded)])
        small = {name: table for name, table in tables.items() if lies[name].size <= SMALL_BYTES}
        return Entry(self.files, slot, lies, digest.hexdigest(), again, small)


def _serialised(table: pa.Table) -> pa.Buffer:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(
        sink, table.schema, options=pa.ipc.IpcWriteOptions(unify_dictionaries=True)
    ) as writer:
        writer.write_table(table.combine_chunks())
    return sink.getvalue()


def _head(key: str, digest: str, bodies: Mapping[str, pa.Buffer]) -> tuple[Mapping[str, Lie], bytes]:
    """Return where the tables will lie, and the first bytes of the file, which say so."""
    sizes = {name: body.size for name, body in bodies.items()}
    checksums = {name: zlib.crc32(body) for name, body in bodies.items()}
    start = 0
    while True:
        # The head tells offsets, whose digits make it longer: a second look settles it.
        lies, end = {}, start
        for name, size in sizes.items():
            lies[name] = Lie(end, size, checksums[name])
            end += size + -size % ALIGNMENT
        places = {name: (one.offset, one.size, one.checksum) for name, one in lies.items()}
        header = json.dumps({"key": key, "digest": digest, "tables": places}).encode()
        head = MAGIC + hashlib.sha256(header).digest() + len(header).to_bytes(8, "little") + header
        length = len(head) + -len(head) % ALIGNMENT
        if length <= start:
            return lies, head + bytes(start - len(head))
        start = length


def _head_of(first: bytes, part: Callable[[int, int], bytes]) -> dict[str, Any]:
    """Return what the head of a file says."""
    start = len(MAGIC)
    length = int.from_bytes(first[start + 32 : start + 40], "little")
    if first[:start] != MAGIC or length > 1 << 20:
        raise Damaged
    if start + 40 + length > len(first):
        first += part(len(first), start + 40 + length - len(first))
    header = first[start + 40 : start + 40 + length]
    if hashlib.sha256(header).digest() != first[start : start + 32]:
        raise Damaged
    known: dict[str, Any] = json.loads(header)
    return known


def key_of(*parts: str) -> str:
    """Return one key for several texts, none of which can run into the next."""
    digest = hashlib.sha256()
    for part in parts:
        text = part.encode()
        digest.update(len(text).to_bytes(8, "little") + text)
    return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class Bytes:
    """The bytes of texts, one after the other, and where each text ends; a null has none."""

    lengths: np.ndarray
    ends: np.ndarray
    data: np.ndarray

    @classmethod
    def of(cls, texts: pa.ChunkedArray | pa.Array) -> "Bytes":
        """Take the bytes of a column."""
        lengths = np.asarray(pc.fill_null(pc.binary_length(texts), 0))
        chunks = texts.chunks if isinstance(texts, pa.ChunkedArray) else [texts]
        data = [_characters(chunk) for chunk in chunks] or [np.empty(0, np.uint8)]
        return cls(lengths, np.cumsum(lengths), data[0] if len(data) == 1 else np.concatenate(data))

    def of_rows(self, first: int, end: int) -> tuple[np.ndarray, np.ndarray]:
        """Return lengths and bytes of the texts from one row up to another."""
        begins = self.ends[first - 1] if first else 0
        return self.lengths[first:end], self.data[begins : self.ends[end - 1] if end else 0]


def bytes_digest(*arrays: np.ndarray) -> str:
    """Return a name for the bytes of arrays."""
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(array.nbytes.to_bytes(8, "little"))
        digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()


def content_digest(columns: Iterable[pa.ChunkedArray | pa.Array]) -> str:
    """Return a name for the values of columns, however they are chunked or encoded."""
    parts = []
    for column in columns:
        whole = column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column
        parts.append(np.frombuffer(f"{whole.type} {len(whole)} ".encode(), np.uint8))
        if whole.null_count:
            parts.append(np.packbits(np.asarray(whole.is_valid())))
        parts += _values(whole)
    return bytes_digest(*parts)


def _values(column: pa.ChunkedArray | pa.Array) -> list[np.ndarray]:
    if pa.types.is_decimal(column.type):
        return [hundredths(column)]
    if pa.types.is_string(column.type):
        texts = Bytes.of(column)
        return [texts.lengths, texts.data]
    if pa.types.is_timestamp(column.type):
        return [seconds(column)]
    if pa.types.is_boolean(column.type):
        return [np.asarray(pc.fill_null(column, False))]
    integers = column.cast(pa.int32()) if pa.types.is_date32(column.type) else column
    return [np.asarray(pc.fill_null(integers.cast(pa.int64()), 0))]


def _characters(chunk: pa.Array) -> np.ndarray:
    """Return the bytes of a chunk's texts, one after the other; a null has none."""
    offsets, data = chunk.buffers()[1:]
    if len(chunk) == 0 or data is None:
        return np.empty(0, np.uint8)
    ends = np.frombuffer(offsets, np.int32)[chunk.offset : chunk.offset + len(chunk) + 1]
    return np.frombuffer(data, np.uint8)[ends[0] : ends[-1]]
