"""Quotation marks of a CSV file that open and are not closed where they should be.

Such a mark swallows the rows that follow, up to the next mark or to the end of the
file, into one cell; no parser complains. A quick look at the bytes finds the files
whose marks are irregular; those are read once more, row by row, to tell a swallowed
row from a customer's remark of several lines.
"""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from kaohe.core.problem import Place, Problem
from kaohe.records import fileproblems
from kaohe.records.encodings import UTF_8, is_wide

SLICE_BYTES = 1 << 18
FIELD_LIMIT = 8 << 20
QUOTE, LINE_FEED, CARRIAGE_RETURN = b'"\n\r'
LAST_OF_BOM = 0xBF
LINES_IN_A_CELL = 200
"""No customer's remark has more lines."""
LEAST_WIDTH = 4
"""A line with fewer cells than this says too little to be taken for a row by itself."""
LEAST_TELLING = 2
TIME = re.compile(r"[\s='\"]*\d{4}[-/.年]\d")
NUMBER = re.compile(r"[\s='\"]*-?[\d.]*\d\"?\s*")

Bytes = npt.NDArray[np.uint8]
Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Record:
    """One record of a CSV file: where it begins, its cells, and its lines as they stand there."""

    line: int
    cells: Sequence[str]
    lines: Sequence[str]


def check_quotes(path: Path, encoding: str, delimiter: str, width: int) -> Problem | None:
    """Return what is wrong with a file's quotation marks, at the line where the first bad one opens.

    Args:
        path: The file.
        encoding: Its codec.
        delimiter: What separates its cells.
        width: How many cells its header has.
    """
    if not is_wide(encoding) and _regular(path, delimiter, width):
        return None
    usual: Sequence[str] = ()
    above = False
    record = None
    for record in records(path, encoding, delimiter):
        if len(record.lines) > 1:
            # The first cells of a record that swallows others are a row's, too.
            found = _swallowed(record, delimiter, width, usual or record.cells)
            if found and not _is_open(record, delimiter):
                return fileproblems.SWALLOWED.at(Place(str(path), _opened(record)), count=found)
        if len(record.cells) == width:
            # The first of them is the header, which says nothing of times and numbers.
            usual, above = record.cells if above else (), True
    if record and _is_open(record, delimiter):
        return fileproblems.OPEN_QUOTE.at(Place(str(path), _opened(record)))
    return None


def records(path: Path, encoding: str, delimiter: str) -> Iterator[Record]:
    """Yield every record of a file; one that is longer than a cell may be ends the reading."""
    csv.field_size_limit(FIELD_LIMIT)
    with path.open(encoding="utf-8-sig" if encoding == UTF_8 else encoding, newline="") as opened:
        taken: list[str] = []

        def lines() -> Iterator[str]:
            for line in opened:
                taken.append(line)
                yield line

        reader, first = csv.reader(lines(), delimiter=delimiter), 1
        try:
            for cells in reader:
                yield Record(first, cells, tuple(taken))
                first += len(taken)
                taken.clear()
        except csv.Error:
            # Only a cell beyond all limits: its first line tells where it opens.
            yield Record(first, ("",), tuple(taken))


def _regular(path: Path, delimiter: str, width: int) -> bool:
    """Return whether all marks open and close cells, and no cell holds a line as wide as the header."""
    closes = np.zeros(256, dtype=np.bool_)
    closes[[ord(delimiter), QUOTE, LINE_FEED, CARRIAGE_RETURN]] = True
    opens = closes.copy()
    opens[LAST_OF_BOM] = True
    seen = 0
    for piece in _slices(path):
        marks = np.flatnonzero(piece[1:-1] == QUOTE)
        opening, closing = marks[seen % 2 :: 2], marks[1 - seen % 2 :: 2]
        if not (opens[piece[opening]].all() and closes[piece[closing + 2]].all()):
            return False
        if (len(marks) or seen % 2) and _holds_rows(piece[:-1], marks + 1, seen, ord(delimiter), width):
            return False
        seen += len(marks)
    return seen % 2 == 0


def _slices(path: Path) -> Iterator[Bytes]:
    """Yield a file in slices that end with a line, each with the byte before and the byte after it.

    A line feed stands before and after the file. It is read and not mapped, since what
    is mapped counts as memory in use.
    """
    border = bytes([LINE_FEED])
    rest = border
    with path.open("rb", buffering=0) as opened:
        while read := opened.read(SLICE_BYTES):
            rest += read
            # The last byte waits for the one after it.
            end = rest.rfind(border, 1, len(rest) - 1) + 1
            if not end and len(rest) > FIELD_LIMIT:
                end = len(rest) - 1
            if end:
                yield np.frombuffer(rest, dtype=np.uint8, count=end + 1)
                rest = rest[end - 1 :]
    yield np.frombuffer(rest + border, dtype=np.uint8)


def _holds_rows(piece: Bytes, marks: Numbers, seen: int, separator: int, width: int) -> bool:
    """Return whether a quoted cell holds a line with as many cells as the header, or very many lines."""
    ends = np.flatnonzero(piece == LINE_FEED)
    cell = seen + np.searchsorted(marks, ends)
    quoted = cell % 2 == 1
    ends, cell = ends[quoted], cell[quoted]
    if not len(ends):
        return False
    if np.bincount(cell - cell[0]).max() > LINES_IN_A_CELL:
        return True
    same_cell = np.diff(cell) == 0
    if not same_cell.any():
        return False
    separators = np.searchsorted(np.flatnonzero(piece == separator), ends)
    return bool((same_cell & (np.diff(separators) == width - 1)).any())


def _swallowed(record: Record, delimiter: str, width: int, usual: Sequence[str]) -> int:
    """Return how many rows a record of several lines seems to have swallowed; 0 if it is sound.

    A line of a sound cell may look like a row only by chance, so all of it must; in a
    record that is odd by itself it is enough that a line begins as rows do.
    """
    if len(record.lines) > LINES_IN_A_CELL:
        return len(record.lines) - 1
    odd = len(record.cells) != width or _refused(record.lines, delimiter) is not None
    rows = [next(csv.reader([line], delimiter=delimiter), []) for line in record.lines[1:]]
    return sum(
        _resembles(row, usual)
        if len(row) == width and line.count('"') % 2 == 0
        else odd and _begins_like(row[:-1], usual)
        for row, line in zip(rows, record.lines[1:], strict=True)
    )


def _refused(lines: Sequence[str], delimiter: str) -> str | None:
    """Return why a strict reader refuses lines as CSV; None if it does not."""
    try:
        list(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error as error:
        return str(error)
    return None


def _resembles(row: Sequence[str], usual: Sequence[str]) -> bool:
    """Return whether a row has times and numbers where the file's rows usually have them."""
    telling = _telling(row, usual)
    if not telling:
        return len(row) >= LEAST_WIDTH
    return sum(telling) * 2 > len(telling)


def _begins_like(cells: Sequence[str], usual: Sequence[str]) -> bool:
    """Return whether cells begin as the file's rows usually do, with two times or numbers at least."""
    telling = _telling(cells, usual)
    return len(telling) >= LEAST_TELLING and all(telling)


def _telling(cells: Sequence[str], usual: Sequence[str]) -> Sequence[bool]:
    """Return for each cell where rows usually have a time or a number whether it has one."""
    return [_kind(cell) == kind for cell, one in zip(cells, usual, strict=False) if (kind := _kind(one))]


def _kind(cell: str) -> str:
    return "time" if TIME.match(cell) else "number" if NUMBER.fullmatch(cell) else ""


def _opened(record: Record) -> int:
    """Return the line on which the record's longest cell opens."""
    breaks = [cell.count("\n") for cell in record.cells]
    longest = breaks.index(max(breaks))
    return record.line + sum(breaks[:longest])


def _is_open(record: Record, delimiter: str) -> bool:
    """Return whether the last record of a file ends within a quoted cell."""
    return "end of data" in (_refused(record.lines, delimiter) or "")
