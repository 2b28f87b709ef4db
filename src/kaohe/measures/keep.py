"""Kept results: Arrow tables in files that are whole or absent.

A file lies in a slot (what it is about) and carries the key of what it was computed
from. A new key takes the old one's place, so that the folder does not grow with every
late line. Files are written aside and renamed; each carries checksums, and a file
that fails them is as good as absent.
"""

import hashlib
import json
import os
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import get_ident

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kaohe.measures.columns import hundredths

MAGIC = b"kaohe-1\n"
ALIGNMENT = 64
"""Tables begin on such a border, so that they can be used where they lie."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Kept tables.

    Attributes:
        tables: The tables by name, lying in the mapped file.
        digest: A name for their content, whatever it was computed from.
    """

    tables: Mapping[str, pa.Table]
    digest: str

    def __getitem__(self, name: str) -> pa.Table:
        return self.tables[name]


@dataclass(frozen=True, slots=True)
class Keep:
    """A folder of kept results, as one run sees it.

    Attributes:
        folder: The folder.
        checked: What this run has read or written before, by slot and key.
    """

    folder: Path
    checked: dict[tuple[str, str], Entry] = field(default_factory=dict)

    def read(self, slot: str, key: str) -> Entry | None:
        """Return what is kept in a slot under this key; None if nothing is, or it is damaged."""
        known = self.checked.get((slot, key))
        if known is not None:
            return known
        try:
            # Memory-mapped: the tables cost no memory until they are looked at.
            whole = pa.memory_map(str(self.folder / slot)).read_buffer()
            entry = _opened(whole, key)
        except (OSError, ValueError, KeyError, pa.ArrowException):
            return None
        if entry is not None:
            self.checked[slot, key] = entry
        return entry

    def write(self, slot: str, key: str, tables: Mapping[str, pa.Table]) -> Entry:
        """Keep tables in a slot and return them as kept."""
        bodies = {name: _serialised(table) for name, table in tables.items()}
        path = self.folder / slot
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = path.with_name(f"{path.name}.{os.getpid()}-{get_ident()}.aside")
        with aside.open("wb") as file:
            file.write(_head(key, bodies))
            for body in bodies.values():
                file.write(body)
                file.write(bytes(-body.size % ALIGNMENT))
        aside.replace(path)
        written = self.read(slot, key)
        if written is None:
            raise OSError(f"{path} cannot be read back")
        return written


def _serialised(table: pa.Table) -> pa.Buffer:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(
        sink, table.schema, options=pa.ipc.IpcWriteOptions(unify_dictionaries=True)
    ) as writer:
        writer.write_table(table.combine_chunks())
    return sink.getvalue()


def _head(key: str, bodies: Mapping[str, pa.Buffer]) -> bytes:
    """Return the first bytes of a file: what it holds and where, with checksums of head and body.

    The body has two: the name of its content, and a quick one that each reading repeats.
    """
    places, end = {}, 0
    digest, checksum = hashlib.sha256(), 0
    for name, body in bodies.items():
        padding = bytes(-body.size % ALIGNMENT)
        places[name] = (end, body.size)
        end += body.size + len(padding)
        for part in (body, padding):
            digest.update(part)
            checksum = zlib.crc32(part, checksum)
    known = {"key": key, "digest": digest.hexdigest(), "checksum": checksum, "tables": places}
    header = json.dumps(known).encode()
    head = MAGIC + hashlib.sha256(header).digest() + len(header).to_bytes(8, "little") + header
    return head + bytes(-len(head) % ALIGNMENT)


def _opened(whole: pa.Buffer, key: str) -> Entry | None:
    start = len(MAGIC)
    checksum = whole.slice(start, 32).to_pybytes()
    length = int.from_bytes(whole.slice(start + 32, 8).to_pybytes(), "little")
    head_end = start + 40 + length
    header = whole.slice(start + 40, length).to_pybytes()
    if whole.slice(0, start).to_pybytes() != MAGIC or hashlib.sha256(header).digest() != checksum:
        return None
    known = json.loads(header)
    body = whole.slice(head_end + -head_end % ALIGNMENT)
    if known["key"] != key or zlib.crc32(body) != known["checksum"]:
        return None
    tables = {
        name: pa.ipc.open_stream(body.slice(offset, size)).read_all()
        for name, (offset, size) in known["tables"].items()
    }
    return Entry(tables, known["digest"])


def key_of(*parts: str) -> str:
    """Return one key for several texts, none of which can run into the next."""
    digest = hashlib.sha256()
    for part in parts:
        text = part.encode()
        digest.update(len(text).to_bytes(8, "little") + text)
    return digest.hexdigest()


def content_digest(columns: Iterable[pa.ChunkedArray | pa.Array]) -> str:
    """Return a name for the values of columns, however they are chunked or encoded."""
    digest = hashlib.sha256()
    for column in columns:
        whole = column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column
        digest.update(f"{whole.type} {len(whole)} ".encode())
        if whole.null_count:
            digest.update(np.packbits(np.asarray(whole.is_valid())).tobytes())
        for part in _values(whole):
            digest.update(np.ascontiguousarray(part).data)
    return digest.hexdigest()


def _values(column: pa.ChunkedArray | pa.Array) -> list[np.ndarray]:
    if pa.types.is_decimal(column.type):
        return [hundredths(column)]
    if pa.types.is_string(column.type):
        lengths = np.asarray(pc.fill_null(pc.binary_length(column), 0))
        chunks = column.chunks if isinstance(column, pa.ChunkedArray) else [column]
        return [lengths, *(_characters(chunk) for chunk in chunks)]
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
