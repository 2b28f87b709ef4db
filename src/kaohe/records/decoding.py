"""Cells from bytes into text, a whole column at once.

In some encodings no byte of a longer character can be taken for a comma, a quotation
mark or a line end. Their files are cut into cells as they stand, and only the cells
are decoded: a name that fills many rows once, and all that stands between cells never.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kaohe.records.encodings import BIG5, GB18030

CUT_AS_BYTES = {GB18030: ",;\t", BIG5: ",;\t"}
"""The delimiters at which the bytes of an encoding can be cut."""
SEPARATOR = b"\x1e"
"""Stands between cells while they are decoded together; hardly any cell holds one."""
FIRST_BEYOND_ASCII = 0x80


def decoded(cells: pa.Array, encoding: str) -> pa.Array:
    """Return binary cells, or dictionary codes of such, as text; each word of a dictionary stays one.

    Raises:
        UnicodeDecodeError: A cell is no text in the encoding.
    """
    if pa.types.is_dictionary(cells.type):
        return coded(cells.indices, decoded(cells.dictionary, encoding))
    content = _content(cells)
    if not len(content):
        return cells.cast(pa.string())
    if content.max() < FIRST_BEYOND_ASCII:
        _, offsets, data = cells.buffers()
        return pa.StringArray.from_buffers(len(cells), offsets, data, None, 0, cells.offset)
    whole = pa.ListArray.from_arrays(pa.array([0, len(cells)], pa.int32()), cells)
    joined = pc.binary_join(whole, SEPARATOR)[0].as_buffer()
    text = np.frombuffer(str(joined, encoding).encode(), dtype=np.uint8)
    kept = text != SEPARATOR[0]
    borders = np.flatnonzero(~kept)
    if len(borders) != len(cells) - 1:
        return pa.array([cell.decode(encoding) for cell in cells.to_pylist()], pa.string())
    ends = np.append(borders - np.arange(len(borders)), len(text) - len(borders))
    offsets = np.append(0, ends).astype(np.int32)
    return pa.StringArray.from_buffers(len(cells), pa.py_buffer(offsets), pa.py_buffer(text[kept]))


def coded(codes: pa.Array, words: pa.Array) -> pa.DictionaryArray:
    """Return dictionary codes of these words, of which some may have become equal."""
    unique = words.dictionary_encode()
    if len(unique.dictionary) < len(words):
        codes, words = unique.indices.take(codes), unique.dictionary
    return pa.DictionaryArray.from_arrays(codes, words)


def compacted(rows: pa.RecordBatch) -> pa.RecordBatch:
    """Return rows whose dictionaries hold only the words that occur, in their order."""
    columns = [in_use(column) if pa.types.is_dictionary(column.type) else column for column in rows.columns]
    return pa.RecordBatch.from_arrays(columns, schema=rows.schema)


def in_use(column: pa.DictionaryArray) -> pa.DictionaryArray:
    """Return dictionary codes of only the words that occur, in the words' own order."""
    codes = column.indices.to_numpy()
    there = np.zeros(len(column.dictionary), dtype=np.bool_)
    there[codes] = True
    words = column.dictionary.filter(pa.array(there))
    order = pc.sort_indices(words)
    ranks = np.empty(len(words), dtype=np.int32)
    ranks[order.to_numpy()] = np.arange(len(words), dtype=np.int32)
    places = np.zeros(len(there), dtype=np.int32)
    places[there] = ranks
    return pa.DictionaryArray.from_arrays(pa.array(places[codes]), words.take(order))


def _content(cells: pa.Array) -> np.ndarray[tuple[int], np.dtype[np.uint8]]:
    """Return the bytes of all cells, one after the other."""
    _, offsets, data = cells.buffers()
    if not data or not len(cells):
        return np.zeros(0, dtype=np.uint8)
    borders = np.frombuffer(offsets, dtype=np.int32)
    first, last = borders[cells.offset], borders[cells.offset + len(cells)]
    return np.frombuffer(data, dtype=np.uint8)[first:last]
