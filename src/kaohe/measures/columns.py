"""Between Arrow columns and NumPy arrays: codes, seconds, hundredths.

The kernels compute on plain integers. Names become codes of a dictionary, times
become whole seconds, money becomes hundredths: all exact.
"""

from datetime import date

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int32]
Bools = npt.NDArray[np.bool_]

DAY_SECONDS = 86_400
NEVER = np.iinfo(np.int64).max
"""A time or a day that never comes; stands for a null in integer arrays."""
NOBODY = -1
"""The code that stands for a null name."""

EPOCH = date(1970, 1, 1).toordinal()
FEW = 8
"""How many times fewer names than those among which they are looked for are few."""
NAME = pa.dictionary(pa.int32(), pa.string())
VALUE = pa.decimal128(20, 2)
TIME = pa.timestamp("s")
NOT_A_TIME = np.iinfo(np.int64).min
"""What NumPy has for a time that is null."""


def day_number(day: date) -> int:
    """Return the days from 1 January 1970, as Arrow's date32 counts them."""
    return day.toordinal() - EPOCH


def day_of(number: int) -> date:
    """Return the day with this number."""
    return date.fromordinal(number + EPOCH)


def coded(column: pa.ChunkedArray | pa.Array) -> tuple[Codes, pa.Array]:
    """Return a column of names as codes and the names that they stand for.

    The column may be dictionary-encoded or not, in one chunk or several. A null has
    the code NOBODY.
    """
    whole = column if isinstance(column, pa.ChunkedArray) else pa.chunked_array([column])
    if not pa.types.is_dictionary(whole.type):
        whole = whole.dictionary_encode()
    if whole.num_chunks != 1:
        whole = whole.unify_dictionaries()
    array = whole.combine_chunks() if whole.num_chunks != 1 else whole.chunk(0)
    if isinstance(array, pa.ChunkedArray):
        array = array.chunk(0) if array.num_chunks else pa.array([], whole.type)
    indices = array.indices
    if indices.null_count:
        indices = pc.fill_null(indices, NOBODY)
    return indices.to_numpy(zero_copy_only=False).astype(np.int32, copy=False), array.dictionary


def coded_alike(*columns: pa.ChunkedArray | pa.Array) -> tuple[list[Codes], pa.Array]:
    """Return several columns of names as codes of one list of names."""
    apart = [coded(column) for column in columns]
    first = apart[0][1]
    if all(names.equals(first) for _, names in apart[1:]):
        return [codes for codes, _ in apart], first
    common = pc.unique(pa.chunked_array([names for _, names in apart]))
    return [np.append(positions(names, common), NOBODY)[codes] for codes, names in apart], common


def named(codes: Codes, names: pa.Array) -> pa.Array:
    """Return the dictionary column that the codes stand for; NOBODY becomes null."""
    missing = codes < 0
    indices = pa.array(codes, pa.int32(), mask=missing if missing.any() else None)
    return pa.DictionaryArray.from_arrays(indices, names.cast(pa.string()))


def positions(names: pa.Array | pa.ChunkedArray, among: pa.Array) -> Codes:
    """Return where each name stands among others, each of which is there once; NOBODY where it does not."""
    if FEW * len(names) < len(among):
        # A table of the few is made faster than one of the many.
        few = pc.unique(names)
        places = np.full(len(few) + 1, NOBODY, np.int32)
        found = _positions(among, few)
        known = np.flatnonzero(found >= 0)
        places[found[known]] = known
        return places[_positions(names, few)]
    return _positions(names, among)


def _positions(names: pa.Array | pa.ChunkedArray, among: pa.Array) -> Codes:
    found = pc.fill_null(pc.index_in(names, value_set=among), NOBODY)
    return np.asarray(found).astype(np.int32, copy=False)


def seconds(column: pa.ChunkedArray | pa.Array) -> Ints:
    """Return times as seconds since 1970 on the wall clock; NEVER where null."""
    if column.type != TIME:
        column = column.cast(TIME)
    values = (
        column.to_numpy() if isinstance(column, pa.ChunkedArray) else column.to_numpy(zero_copy_only=False)
    )
    found: Ints = values.view(np.int64)
    return np.where(found == NOT_A_TIME, NEVER, found) if column.null_count else found


def times(values: Ints) -> pa.Array:
    """Return seconds as times; NEVER becomes null."""
    return pa.array(values, pa.int64(), mask=values == NEVER).cast(TIME)


def days(values: Ints) -> pa.Array:
    """Return day numbers as days; NEVER becomes null."""
    missing = values == NEVER
    return pa.array(np.where(missing, 0, values).astype(np.int32), pa.int32(), mask=missing).cast(pa.date32())


def day_numbers(column: pa.ChunkedArray | pa.Array) -> Ints:
    """Return days as numbers; NEVER where null."""
    return _filled(column.cast(pa.int32()).cast(pa.int64()), NEVER)


def days_of_seconds(values: Ints) -> Ints:
    """Return the day numbers of times in seconds; NEVER stays."""
    return np.where(values == NEVER, NEVER, values // DAY_SECONDS)


def bools(column: pa.ChunkedArray | pa.Array) -> Bools:
    """Return a column of booleans; a null is false."""
    return np.asarray(pc.fill_null(column, False)).astype(np.bool_, copy=False)


def hundredths(column: pa.ChunkedArray | pa.Array) -> Ints:
    """Return decimals or whole numbers as hundredths; a null is zero.

    Raises:
        pyarrow.ArrowInvalid: A value has more than two decimal places.
    """
    if pa.types.is_integer(column.type):
        return _filled(column, 0) * 100
    whole = column.cast(pa.decimal128(18, 2))
    array = whole.combine_chunks() if isinstance(whole, pa.ChunkedArray) else whole
    if isinstance(array, pa.ChunkedArray):
        array = pa.concat_arrays(array.chunks) if array.num_chunks else pa.array([], whole.type)
    if array.null_count:
        array = pc.if_else(array.is_valid(), array, pa.scalar(0, pa.decimal128(18, 2)))
    # 18 digits fit into the lower of the two words of a decimal.
    words = np.frombuffer(array.buffers()[1], np.int64) if len(array) else np.empty(0, np.int64)
    return words[::2][array.offset : array.offset + len(array)]


def decimals(values: Ints) -> pa.Array:
    """Return hundredths as decimals with two places."""
    words = np.empty((len(values), 2), np.int64)
    words[:, 0] = values
    words[:, 1] = values >> 63
    return pa.Array.from_buffers(VALUE, len(values), [None, pa.py_buffer(words)])


def _filled(column: pa.ChunkedArray | pa.Array, filler: int) -> Ints:
    if column.null_count:
        column = pc.fill_null(column, filler)
    return np.asarray(column).astype(np.int64, copy=False)
