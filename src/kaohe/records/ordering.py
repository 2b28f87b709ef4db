"""The order of chat lines: by (sent_at, seq as a number), else by their place in the file.

Where one of the lines that a customer's second holds has no seq, the lines of that
second go by place: a blank can be compared with no number.
"""

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Numbers = npt.NDArray[np.int64]
PACKED_BITS = 63


def conversation_order(customer: Numbers, sent_at: Numbers, seq: pa.ChunkedArray, place: Numbers) -> Numbers:
    """Return the row numbers in conversation order, one customer after the other.

    Args:
        customer: A number per customer (of a shop and day); it decides who comes first.
        sent_at: Seconds.
        seq: The lines' own numbers, or null.
        place: Where the line stands in its file.
    """
    if seq.null_count == len(seq):
        return _by_place(customer, sent_at, place)
    ranks = seq_ranks(seq)
    if seq.null_count:
        ranks[_in_a_second_with_a_blank(customer, sent_at, flags_null(seq))] = 0
    return np.lexsort((place, ranks, sent_at, customer))


def _by_place(customer: Numbers, sent_at: Numbers, place: Numbers) -> Numbers:
    """Return the row numbers by customer, time and place: packed into one number, they sort far quicker."""
    count = len(place)
    if not count or (np.diff(place) < 0).any():
        return np.lexsort((place, sent_at, customer))
    times = sent_at - sent_at.min()
    time_bits, row_bits = int(times.max()).bit_length(), (count - 1).bit_length()
    if int(customer.max()).bit_length() + time_bits + row_bits > PACKED_BITS:
        return np.lexsort((place, sent_at, customer))
    packed = (customer << (time_bits + row_bits)) | (times << row_bits) | np.arange(count)
    packed.sort()
    rows: Numbers = packed & ((1 << row_bits) - 1)
    return rows


def seq_ranks(seq: pa.ChunkedArray) -> Numbers:
    """Return numbers that compare as the seqs do."""
    return np.array(pc.rank(seq, tiebreaker="dense"), dtype=np.int64)


def flags_null(values: pa.ChunkedArray) -> npt.NDArray[np.bool_]:
    """Return which values are null."""
    nulls: npt.NDArray[np.bool_] = pc.is_null(values).to_numpy()
    return nulls


def _in_a_second_with_a_blank(
    customer: Numbers, sent_at: Numbers, blank: npt.NDArray[np.bool_]
) -> npt.NDArray[np.bool_]:
    order = np.lexsort((sent_at, customer))
    borders = np.append(True, (np.diff(customer[order]) != 0) | (np.diff(sent_at[order]) != 0))
    seconds = np.empty(len(order), dtype=np.int64)
    seconds[order] = np.cumsum(borders) - 1
    with_blank = np.zeros(int(borders.sum()), dtype=np.bool_)
    with_blank[seconds[blank]] = True
    return with_blank[seconds]
