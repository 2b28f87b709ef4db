"""Cells from text into typed columns, a whole column at once.

Text in, an Arrow array and the faulty rows out; no value ever passes through a
float. Blank is the empty string; nothing is trimmed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from kaohe.core.problem import Kind
from kaohe.records import problems
from kaohe.records.clock import FIRST_DAY, FIRST_TIME, LAST_DAY, LAST_TIME, days, times
from kaohe.records.schema import MONEY_DIGITS, NUMBER_DIGITS, SENDERS, Cell, Column

Mask = npt.NDArray[np.bool_]
ROUNDED = r"^[0-9](\.[0-9]+)?[Ee]\+[0-9]+$"
"""A long number as a spreadsheet saves it in a CSV file."""
NUMBER = r"^-?[0-9]+(\.[0-9]+)?$"
WHOLE = r"^-?[0-9]+(\.0+)?$"
MONTH_WIDTH = len("2026-10")
MONTH = r"^[0-9]{4}-(0[1-9]|1[0-2])$"
FLAGS = {"yes": True, "true": True, "no": False, "false": False}
FLAG_WORDS = "yes, no"
SEQ_DIGITS = 32
FIRST_PRINTED, DELETE = 32, 127
CONTROLS = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
"""What no keyboard types into a name; a tab or a line break is one that a careless copy brings along."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Rows of one column that share one kind of problem."""

    kind: Kind
    rows: Mask
    gaps: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Parsed:
    """A typed column and its faults; a faulty cell holds null or a harmless value.

    ``converted``: whether a time had an offset and was converted into the zone.
    """

    values: pa.Array
    faults: tuple[Fault, ...]
    converted: bool = False


def parsed(column: Column, texts: pa.Array, zone: ZoneInfo) -> Parsed:
    """Return the column read from its texts.

    Args:
        column: What the cells hold.
        texts: The cells as strings without nulls, or as dictionary codes of such; blank is "".
        zone: The zone into which times with an offset are converted.
    """
    if pa.types.is_dictionary(texts.type):
        return _of_codes(column, texts, zone)
    blank = flags(pc.equal(texts, ""))
    missing = (Fault(problems.BLANK, blank),) if not column.blank and blank.any() else ()
    if blank.all():
        return Parsed(absent(column, len(texts)), missing)
    if column.optional and column.cell is Cell.TEXT:
        return Parsed(pc.if_else(pa.array(blank), pa.scalar(None, pa.string()), texts), missing)
    read = _PARSERS[column.cell](texts, blank, zone)
    found = (*missing, *(fault for fault in read.faults if fault.rows.any()))
    return Parsed(read.values, found, read.converted)


def _of_codes(column: Column, texts: pa.DictionaryArray, zone: ZoneInfo) -> Parsed:
    """Return a column read from its words, each looked at once."""
    read = parsed(column, texts.dictionary, zone)
    codes = texts.indices.to_numpy()
    faults = (Fault(fault.kind, fault.rows[codes], fault.gaps) for fault in read.faults)
    found = tuple(fault for fault in faults if fault.rows.any())
    return Parsed(pa.DictionaryArray.from_arrays(texts.indices, read.values), found, read.converted)


def flags(mask: pa.Array) -> Mask:
    """Return an Arrow array of booleans as a NumPy mask; null is false."""
    values: Mask = pc.fill_null(mask, fill_value=False).to_numpy(zero_copy_only=False)
    return values


def absent(column: Column, count: int) -> pa.Array:
    """Return a column of blank cells: null, or "" in a text column that is always there."""
    if column.cell.arrow == pa.string() and not column.optional:
        return pa.repeat(pa.scalar(""), count)
    return pa.nulls(count, column.cell.arrow)


def _name(texts: pa.Array, _blank: Mask, _zone: ZoneInfo) -> Parsed:
    if not _has_controls(texts):
        return Parsed(texts, ())
    odd = flags(pc.match_substring_regex(texts, CONTROLS))
    return Parsed(texts, (Fault(problems.CONTROL_CHARACTER, odd),))


def _id(texts: pa.Array, blank: Mask, zone: ZoneInfo) -> Parsed:
    read = _name(texts, blank, zone)
    rounded = flags(pc.match_substring_regex(texts, ROUNDED))
    return Parsed(texts, (*read.faults, Fault(problems.LOST_DIGITS, rounded)))


def _has_controls(texts: pa.Array) -> bool:
    """Return whether any byte of all the texts could be a control character: quicker than to ask each."""
    _, offsets, data = texts.buffers()
    if not data or not len(texts):
        return False
    borders = np.frombuffer(offsets, dtype=np.int32)
    content = np.frombuffer(data, dtype=np.uint8)[borders[texts.offset] : borders[texts.offset + len(texts)]]
    return bool(len(content)) and bool(content.min() < FIRST_PRINTED or (content == DELETE).any())


def _text(texts: pa.Array, _blank: Mask, _zone: ZoneInfo) -> Parsed:
    return Parsed(texts, ())


def _time(texts: pa.Array, blank: Mask, zone: ZoneInfo) -> Parsed:
    read = times(texts, zone)
    bad = read.unlike | read.nonexistent | read.outside
    values = pa.array(read.values.view("datetime64[s]"), mask=bad | blank)
    return Parsed(
        values,
        (
            Fault(problems.NOT_A_TIME, read.unlike & ~blank),
            Fault(problems.NO_SUCH_DAY, read.nonexistent & ~blank),
            Fault(problems.OUT_OF_TIME, read.outside & ~blank, {"first": FIRST_TIME, "last": LAST_TIME}),
            Fault(problems.SKIPPED_TIME, read.skipped & ~blank, {"zone": zone.key}),
        ),
        read.converted,
    )


def _day(texts: pa.Array, blank: Mask, _zone: ZoneInfo) -> Parsed:
    read = days(texts)
    bad = read.unlike | read.nonexistent | read.outside
    values = pa.array(read.values, mask=bad | blank).cast(pa.date32())
    return Parsed(
        values,
        (
            Fault(problems.NOT_A_DAY, read.unlike & ~blank),
            Fault(problems.NO_SUCH_DAY, read.nonexistent & ~blank),
            Fault(problems.OUT_OF_TIME, read.outside & ~blank, {"first": FIRST_DAY, "last": LAST_DAY}),
        ),
    )


def _month(texts: pa.Array, blank: Mask, _zone: ZoneInfo) -> Parsed:
    good = flags(pc.match_substring_regex(texts, MONTH))
    first, last = FIRST_TIME[:MONTH_WIDTH], LAST_TIME[:MONTH_WIDTH]
    outside = good & flags(pc.or_(pc.less(texts, first), pc.greater(texts, last)))
    return Parsed(
        texts,
        (
            Fault(problems.NOT_A_MONTH, ~good & ~blank),
            Fault(problems.OUT_OF_TIME, outside, {"first": first, "last": last}),
        ),
    )


def _sender(texts: pa.Array, blank: Mask, _zone: ZoneInfo) -> Parsed:
    known = flags(pc.is_in(texts, value_set=pa.array(SENDERS)))
    return Parsed(texts, (Fault(problems.UNKNOWN_WORD, ~known & ~blank, {"words": ", ".join(SENDERS)}),))


def _flag(texts: pa.Array, blank: Mask, _zone: ZoneInfo) -> Parsed:
    index = pc.index_in(texts, value_set=pa.array(list(FLAGS)))
    values = pa.array(list(FLAGS.values())).take(index)
    unknown = flags(pc.is_null(index)) & ~blank
    return Parsed(values, (Fault(problems.UNKNOWN_WORD, unknown, {"words": FLAG_WORDS}),))


def _money(texts: pa.Array, blank: Mask, _zone: ZoneInfo) -> Parsed:
    shape = _Shape(texts, blank, problems.NOT_MONEY)
    too_fine = shape.good & flags(pc.match_substring_regex(texts, r"\.[0-9]{2}0*[1-9]"))
    return shape.read(
        Cell.MONEY,
        Fault(problems.TOO_FINE, too_fine),
        shape.too_large(MONEY_DIGITS),
        shape.negative(),
    )


def _number(texts: pa.Array, blank: Mask, _zone: ZoneInfo) -> Parsed:
    shape = _Shape(texts, blank, problems.NOT_A_NUMBER)
    return shape.read(Cell.NUMBER, shape.too_large(NUMBER_DIGITS), shape.too_fine(12))


def _quantity(texts: pa.Array, blank: Mask, zone: ZoneInfo) -> Parsed:
    read = _number(texts, blank, zone)
    nothing = flags(pc.equal(read.values, pa.scalar(0, read.values.type)))
    return Parsed(read.values, (*read.faults, Fault(problems.NOT_POSITIVE, nothing)))


def _stars(texts: pa.Array, blank: Mask, zone: ZoneInfo) -> Parsed:
    read = _number(texts, blank, zone)
    kind = read.values.type
    outside = pc.or_(pc.less(read.values, pa.scalar(1, kind)), pc.greater(read.values, pa.scalar(5, kind)))
    return Parsed(read.values, (*read.faults, Fault(problems.NOT_STARS, flags(outside))))


def _count(texts: pa.Array, blank: Mask, _zone: ZoneInfo) -> Parsed:
    shape = _Shape(texts, blank, problems.NOT_A_COUNT, WHOLE)
    return shape.read(Cell.COUNT, shape.too_large(NUMBER_DIGITS), shape.negative())


def _seq(texts: pa.Array, blank: Mask, _zone: ZoneInfo) -> Parsed:
    shape = _Shape(texts, blank, problems.NOT_A_SEQ)
    return shape.read(Cell.SEQ, shape.too_large(SEQ_DIGITS), shape.too_fine(6))


class _Shape:
    """Numbers in text: which rows have the shape of one, and what is odd about the others."""

    def __init__(self, texts: pa.Array, blank: Mask, unlike: Kind, pattern: str = NUMBER) -> None:
        self.texts = texts
        self.blank = blank
        self.good = flags(pc.match_substring_regex(texts, pattern))
        self.unlike = Fault(unlike, ~self.good & ~blank)

    def too_large(self, digits: int) -> Fault:
        """Return the rows with more digits before the point; zeros in front do not count."""
        large = flags(pc.match_substring_regex(self.texts, rf"^-?0*[1-9][0-9]{{{digits},}}(\.|$)"))
        return Fault(problems.TOO_LARGE, large & self.good, {"digits": digits})

    def too_fine(self, places: int) -> Fault:
        """Return the rows with more decimal places than the column can hold."""
        fine = flags(pc.match_substring_regex(self.texts, rf"\.[0-9]{{{places}}}0*[1-9]"))
        return Fault(problems.TOO_MANY_PLACES, fine & self.good, {"places": places})

    def negative(self) -> Fault:
        """Return the rows below zero."""
        below = flags(pc.match_substring_regex(self.texts, r"^-.*[1-9]"))
        return Fault(problems.NEGATIVE, below & self.good)

    def read(self, cell: Cell, *faults: Fault) -> Parsed:
        """Return the numbers; faulty cells are null."""
        bad = ~self.good
        for fault in faults:
            bad |= fault.rows
        kept = pc.if_else(pa.array(bad), pa.scalar(None, pa.string()), self.texts)
        # Zeros at the end would not fit a decimal's scale, though they change nothing.
        plain = pc.replace_substring_regex(kept, r"(\.[0-9]*[1-9])0+$|\.0+$", r"\1")
        return Parsed(plain.cast(cell.arrow), (self.unlike, *faults))


_PARSERS: Mapping[Cell, Callable[[pa.Array, Mask, ZoneInfo], Parsed]] = {
    Cell.NAME: _name,
    Cell.ID: _id,
    Cell.TEXT: _text,
    Cell.SENDER: _sender,
    Cell.TIME: _time,
    Cell.DAY: _day,
    Cell.MONTH: _month,
    Cell.MONEY: _money,
    Cell.NUMBER: _number,
    Cell.QUANTITY: _quantity,
    Cell.STARS: _stars,
    Cell.COUNT: _count,
    Cell.FLAG: _flag,
    Cell.SEQ: _seq,
}
