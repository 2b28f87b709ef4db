"""Which texts contain a phrase: found in the bytes of a whole column at once.

A match in UTF-8 bytes is a match in code points. Texts lie in one buffer, end to end,
so what a library does text by text is one look over the buffer; a match that reaches
over the end of its text is none.
"""

import numpy as np
import pyarrow as pa

from kaohe.measures.columns import Bools, Ints

SAMPLE = 4096
"""About how many bytes of a column tell which bytes are rare in it."""


def containing(texts: pa.ChunkedArray | pa.Array, phrase: str) -> Bools:
    """Return which texts contain the phrase, code point by code point; a null does not.

    Args:
        texts: The texts, of Arrow's type string.
        phrase: The phrase; not empty.
    """
    chunks = texts.chunks if isinstance(texts, pa.ChunkedArray) else [texts]
    found = [_containing(chunk, phrase.encode()) for chunk in chunks]
    return np.concatenate(found) if found else np.empty(0, np.bool_)


def _containing(texts: pa.Array, phrase: bytes) -> Bools:
    hits = np.zeros(len(texts), np.bool_)
    offsets, data = texts.buffers()[1:]
    if len(texts) == 0 or data is None:
        return hits
    ends = np.frombuffer(offsets, np.int32)[texts.offset : texts.offset + len(texts) + 1]
    begins = _places(np.frombuffer(data, np.uint8)[ends[0] : ends[-1]], phrase) + ends[0]
    line = np.searchsorted(ends, begins, side="right") - 1
    hits[line[begins + len(phrase) <= ends[line + 1]]] = True
    if texts.null_count:
        hits &= np.asarray(texts.is_valid())
    return hits


def _places(data: np.ndarray, phrase: bytes) -> Ints:
    """Return where the phrase begins in the bytes."""
    room = len(data) - len(phrase) + 1
    if room <= 0:
        return np.empty(0, np.int64)
    # The rarest byte first, as a sample tells: then little is left to look at.
    often = np.bincount(data[:: 1 + len(data) // SAMPLE], minlength=256)
    order = sorted(range(len(phrase)), key=lambda place: int(often[phrase[place]]))
    places = np.flatnonzero(data[order[0] : order[0] + room] == phrase[order[0]])
    for place in order[1:]:
        places = places[data[places + place] == phrase[place]]
    return places
