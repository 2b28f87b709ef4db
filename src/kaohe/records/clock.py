"""Local times from text, a whole column at once, and from other zones into the shop's.

A time is ``YYYY-MM-DD HH:MM:SS`` with a blank or a T; a fraction of a second is cut
off; one with an offset or a Z is converted to the shop's zone. Zones are asked once
per hour that occurs, not once per row.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

TAIL = re.compile(r"(?:\.\d{1,9})?(?:(Z)|([+-])(\d{2}):?(\d{2}))?")
DAY_WIDTH = 10
TIME_WIDTH = 19
FIRST_TIME, LAST_TIME = "1990-01-01 00:00:00", "2099-12-31 23:59:59"
"""No shop chatted or sold earlier; 1970 and 1900 are what programs write for no time at all."""
FIRST_DAY, LAST_DAY = "1950-01-01", "2099-12-31"
"""Nobody at work was hired earlier; a day without an end is a blank cell, not one far away."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
BUCKET_SECONDS = 900
"""No zone moves its clocks within a quarter of an hour."""
MOST_BUCKETS = 1 << 16
"""So many, almost two years, are counted off, which is quicker than sorting."""

Seconds = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Times:
    """A column of local times.

    Attributes:
        values: Seconds since 1970-01-01 00:00:00 of the local clock; 0 where bad.
        unlike: Rows that do not look like a time.
        nonexistent: Rows that do, but name a day that the calendar lacks.
        outside: Rows whose time is before ``FIRST_TIME`` or after ``LAST_TIME``.
        skipped: Rows whose time the local clocks jumped over.
        converted: Whether a time had an offset and was converted.
    """

    values: Seconds
    unlike: Mask
    nonexistent: Mask
    outside: Mask
    skipped: Mask
    converted: bool


@dataclass(frozen=True, slots=True)
class Days:
    """A column of days.

    Attributes:
        values: Days since 1970-01-01; 0 where bad.
        unlike: Rows that do not look like a day.
        nonexistent: Rows that do, but name one that the calendar lacks.
        outside: Rows whose day is before ``FIRST_DAY`` or after ``LAST_DAY``.
    """

    values: npt.NDArray[np.int32]
    unlike: Mask
    nonexistent: Mask
    outside: Mask


def times(texts: pa.Array, zone: ZoneInfo) -> Times:
    """Return the local times that the texts name; blank texts are unlike a time."""
    plain = plain_times(texts)
    if plain is not None:
        return _plain(plain, zone)
    digits, long_enough = fixed_width(texts, TIME_WIDTH)
    seconds, unlike, nonexistent = _clock_seconds(digits)
    unlike |= ~long_enough
    offsets, abroad, tail_unlike = _offsets(texts, ~unlike)
    unlike |= tail_unlike
    bad = unlike | nonexistent
    first, last = (np.datetime64(bound, "s").astype(np.int64) for bound in (FIRST_TIME, LAST_TIME))
    outside = ~bad & ((seconds < first) | (seconds > last))
    bad |= outside
    seconds[bad] = 0
    abroad &= ~bad
    if abroad.any():
        seconds[abroad] = to_local(seconds[abroad] - offsets[abroad], zone)
    skipped = ~bad & ~abroad & _in_a_gap(seconds, zone)
    return Times(seconds, unlike, nonexistent & ~unlike, outside, skipped, bool(abroad.any()))


def plain_times(texts: pa.Array) -> pa.Array | None:
    """Return the times if all texts are ``YYYY-MM-DD HH:MM:SS`` with a blank or a T; None if not.

    Nothing else that Arrow takes for a time without an offset has that width.
    """
    widths = pc.min_max(pc.binary_length(texts)).as_py()
    if texts.null_count or widths != {"min": TIME_WIDTH, "max": TIME_WIDTH}:
        return None
    try:
        return texts.cast(pa.timestamp("s"))
    except pa.ArrowInvalid:
        return None


def _plain(values: pa.Array, zone: ZoneInfo) -> Times:
    seconds = np.array(values.cast(pa.int64()))
    none = np.zeros(len(seconds), dtype=np.bool_)
    first, last = (np.datetime64(bound, "s").astype(np.int64) for bound in (FIRST_TIME, LAST_TIME))
    outside = (seconds < first) | (seconds > last)
    seconds[outside] = 0
    return Times(seconds, none, none, outside, ~outside & _in_a_gap(seconds, zone), False)


def days(texts: pa.Array) -> Days:
    """Return the days that the texts name; blank texts are unlike a day."""
    digits, _ = fixed_width(texts, DAY_WIDTH)
    widths = pc.fill_null(pc.binary_length(texts), 0).to_numpy(zero_copy_only=False)
    number, unlike, nonexistent = _calendar_days(digits)
    unlike |= widths != DAY_WIDTH
    first, last = (np.datetime64(bound, "D").astype(np.int64) for bound in (FIRST_DAY, LAST_DAY))
    bad = unlike | nonexistent
    outside = ~bad & ((number < first) | (number > last))
    number[bad | outside] = 0
    return Days(number.astype(np.int32), unlike, nonexistent & ~unlike, outside)


def to_local(seconds: Seconds, zone: ZoneInfo) -> Seconds:
    """Return local clock seconds for seconds of UTC."""
    buckets, which = _buckets(seconds)
    offsets = np.array(
        [_utc_offset(int(bucket) * BUCKET_SECONDS, zone) for bucket in buckets], dtype=np.int64
    )
    return seconds + offsets[which]


def fixed_width(texts: pa.Array, width: int) -> tuple[npt.NDArray[np.uint8], Mask]:
    """Return the first ``width`` bytes of each text as rows of a matrix, and which texts have them."""
    lengths = pc.fill_null(pc.binary_length(texts), 0).to_numpy(zero_copy_only=False)
    long_enough: Mask = lengths >= width
    matrix = np.zeros((len(texts), width), dtype=np.uint8)
    if long_enough.any():
        kept = texts.filter(pa.array(long_enough)).cast(pa.binary())
        heads = pc.binary_slice(kept, 0, width).cast(pa.binary(width))
        start = heads.offset * width
        data = np.frombuffer(heads.buffers()[1], dtype=np.uint8)[start : start + len(heads) * width]
        matrix[long_enough] = data.reshape(-1, width)
    return matrix, long_enough


def _clock_seconds(digits: npt.NDArray[np.uint8]) -> tuple[Seconds, Mask, Mask]:
    """Return seconds of the local clock, the rows unlike a time, those whose day is none."""
    day, unlike, nonexistent = _calendar_days(digits)
    blank_or_t = (digits[:, 10] == ord(" ")) | (digits[:, 10] == ord("T"))
    colons = (digits[:, 13] == ord(":")) & (digits[:, 16] == ord(":"))
    hour, hour_digits = _number(digits[:, 11:13])
    minute, minute_digits = _number(digits[:, 14:16])
    second, second_digits = _number(digits[:, 17:19])
    unlike |= ~(blank_or_t & colons & hour_digits & minute_digits & second_digits)
    unlike |= (hour > 23) | (minute > 59) | (second > 59)
    return day * 86400 + hour * 3600 + minute * 60 + second, unlike, nonexistent


def _calendar_days(digits: npt.NDArray[np.uint8]) -> tuple[Seconds, Mask, Mask]:
    year, year_digits = _number(digits[:, 0:4])
    month, month_digits = _number(digits[:, 5:7])
    day, day_digits = _number(digits[:, 8:10])
    dashes = (digits[:, 4] == ord("-")) & (digits[:, 7] == ord("-"))
    unlike = ~(year_digits & month_digits & day_digits & dashes)
    nonexistent = (month < 1) | (month > 12) | (day < 1) | (day > 31)
    months = ((year - 1970) * 12 + np.clip(month, 1, 12) - 1).astype("datetime64[M]")
    dates = months.astype("datetime64[D]") + (np.clip(day, 1, 31) - 1)
    nonexistent |= dates.astype("datetime64[M]") != months
    return dates.astype(np.int64), unlike, nonexistent


def _number(digits: npt.NDArray[np.uint8]) -> tuple[Seconds, Mask]:
    """Return the numbers that rows of digits spell, and which rows are digits throughout."""
    values = digits.astype(np.int64) - ord("0")
    proper = ((values >= 0) & (values <= 9)).all(axis=1)
    powers = 10 ** np.arange(digits.shape[1] - 1, -1, -1, dtype=np.int64)
    numbers: Seconds = values @ powers
    return numbers, np.asarray(proper)


def _offsets(texts: pa.Array, rows: Mask) -> tuple[Seconds, Mask, Mask]:
    """Return each row's offset from UTC in seconds, which rows have one, which have an odd tail."""
    count = len(texts)
    offsets, abroad, unlike = np.zeros(count, np.int64), np.zeros(count, bool), np.zeros(count, bool)
    lengths = pc.fill_null(pc.binary_length(texts), 0).to_numpy(zero_copy_only=False)
    where = np.flatnonzero(rows & (lengths > TIME_WIDTH))
    if not len(where):
        return offsets, abroad, unlike
    tails = pc.utf8_slice_codeunits(texts.take(pa.array(where)), TIME_WIDTH).dictionary_encode()
    read = [_offset(tail) for tail in tails.dictionary.to_pylist()]
    which = tails.indices.to_numpy()
    unlike[where] = np.array([one.odd for one in read])[which]
    abroad[where] = np.array([one.given for one in read])[which]
    offsets[where] = np.array([one.seconds for one in read], dtype=np.int64)[which]
    return offsets, abroad, unlike


@dataclass(frozen=True, slots=True)
class _Offset:
    """What follows the seconds of a time: an offset from UTC, nothing, or something odd."""

    seconds: int = 0
    given: bool = False
    odd: bool = False


def _offset(tail: str) -> _Offset:
    match = TAIL.fullmatch(tail)
    if not match:
        return _Offset(odd=True)
    if match[1]:
        return _Offset(given=True)
    if not match[2]:
        return _Offset()
    hours, minutes = int(match[3]), int(match[4])
    if hours > 15 or minutes > 59:
        return _Offset(odd=True)
    return _Offset((hours * 3600 + minutes * 60) * (-1 if match[2] == "-" else 1), given=True)


def _in_a_gap(seconds: Seconds, zone: ZoneInfo) -> Mask:
    """Return which local times the clocks of the zone jumped over."""
    buckets, which = _buckets(seconds)
    gaps = np.array([_is_skipped(int(bucket) * BUCKET_SECONDS, zone) for bucket in buckets], dtype=bool)
    return gaps[which]


def _buckets(seconds: Seconds) -> tuple[Seconds, Seconds]:
    """Return the quarters of an hour that occur, and which of them each row is in."""
    buckets = seconds // BUCKET_SECONDS
    first = buckets.min() if len(buckets) else 0
    if len(buckets) and buckets.max() - first > MOST_BUCKETS:
        found, which = np.unique(buckets, return_inverse=True)
        return found, which
    there = np.bincount(buckets - first) > 0
    return np.flatnonzero(there) + first, (np.cumsum(there) - 1)[buckets - first]


def _utc_offset(seconds: int, zone: ZoneInfo) -> int:
    moment = (EPOCH + timedelta(seconds=seconds)).astimezone(zone)
    offset = moment.utcoffset()
    assert offset is not None
    return int(offset.total_seconds())


def _is_skipped(seconds: int, zone: ZoneInfo) -> bool:
    local = (EPOCH + timedelta(seconds=seconds)).replace(tzinfo=zone)
    return local.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None)
