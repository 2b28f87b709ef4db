"""The order of chat lines: by (sent_at, seq as a number), else by their place in the file.

Where one of the lines that a customer's second holds has no seq, the lines of that
second go by place: a blank can be compared with no number.
"""

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Numbers = npt.NDArray[np.int64]


def conversation_order(customer: Numbers, sent_at: Numbers, seq: pa.ChunkedArray, place: Numbers) -> Numbers:
    """Return the row numbers in conversation order, one customer after the other.

    Args:
        customer: A number per customer (of a shop and day); it decides who comes first.
        sent_at: Seconds.
        seq: The lines' own numbers, or null.
        place: Where the line stands in its file.
    """
    if seq.null_count == len(seq):
        return np.lexsort((place, sent_at, customer))
    ranks = seq_ranks(seq)
    if seq.null_count:
        ranks[_in_a_second_with_a_blank(customer, sent_at, flags_null(seq))] = 0
    return np.lexsort((place, ranks, sent_at, customer))


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
