"""Workbooks (XLSX, and the older XLS) as rows of text, by way of calamine."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError

from kaohe.core.problem import Place, ProblemsFound
from kaohe.records import fileproblems, problems
from kaohe.records.findings import Findings
from kaohe.records.reading import RECORD
from kaohe.records.rows import Batch, Original, Rows
from kaohe.records.unpacking import check_workbook

BATCH_ROWS = 1 << 14
HEADER_WITHIN = 30
"""Titles and notes may stand above the header, but not more rows than this."""
EXACT_DIGITS = 10**15
"""A spreadsheet keeps fifteen digits of a number; the others are lost."""
HALF_SECOND = timedelta(milliseconds=500)

CellValue = int | float | str | bool | time | date | datetime | timedelta


@dataclass
class WorkbookRows:
    """One sheet of a workbook. See ``rows.Rows`` for the contract; a line is the sheet's row.

    Attributes:
        path: The file.
        known: Names that the header holds; the row with most of them is the header.
        sheet: The sheet's name; blank for the first one that has such a header.
        header_row: The header's row, counted from 1; 0 to find it.
        most_bytes: How large it may be once unpacked.
        most_ratio: How many times larger than packed.
        lost: Numbers too long for a spreadsheet: record and column.
    """

    path: Path
    known: Collection[str] = ()
    sheet: str = ""
    header_row: int = 0
    most_bytes: int = 2 << 30
    most_ratio: int = 200
    header: tuple[str, ...] = field(init=False)
    misfits: int = field(init=False, default=0)
    bytes_read: int = field(init=False, default=0)
    lost: list[tuple[int, int]] = field(init=False, default_factory=list)
    _sheet: CalamineSheet = field(init=False)

    def __post_init__(self) -> None:
        check_workbook(self.path, self.most_bytes, self.most_ratio)
        place = Place(str(self.path))
        try:
            self._open(place)
        except PasswordError:
            raise ProblemsFound([fileproblems.LOCKED_WORKBOOK.at(place)]) from None
        except (CalamineError, OSError) as error:
            raise ProblemsFound([fileproblems.NOT_A_WORKBOOK.at(place, reason=str(error))]) from None

    def batches(self, columns: Sequence[int], coded: Collection[int] = ()) -> Iterator[Batch]:
        """Yield the records with only these columns."""
        _ = coded
        self.lost.clear()
        names = [str(number) for number in columns]
        size, height = self.path.stat().st_size, max(1, self._sheet.height)
        first = 0
        for rows in _chunks(self._records()):
            texts = [
                pa.array(
                    [self._text(cells[column], first + row, column) for row, (_, cells) in enumerate(rows)]
                )
                for column in columns
            ]
            arrays = [one.cast(pa.string()) for one in texts]
            self.bytes_read = size * min(first + len(rows), height) // height
            yield Batch(first, pa.RecordBatch.from_arrays(arrays, names))
            first += len(rows)

    def originals(self, records: Collection[int], *, misfits: bool) -> Iterator[Original]:
        """Read the sheet once more and yield these records; a sheet's rows all have one width."""
        _ = misfits
        wanted = set(records)
        for number, (line, cells) in enumerate(self._records()):
            if number in wanted:
                yield Original(number, line, [as_text(cell) for cell in cells[: len(self.header)]])

    def _open(self, place: Place) -> None:
        book = CalamineWorkbook.from_path(str(self.path))
        names = book.sheet_names
        if self.sheet and self.sheet not in names:
            listed = ", ".join(names)
            raise ProblemsFound([fileproblems.NO_SHEET.at(place, sheet=self.sheet, sheets=listed)])
        best = (-1, 0, "")
        for name in [self.sheet] if self.sheet else names:
            sheet = book.get_sheet_by_name(name)
            row, hits = self._find_header(sheet)
            if hits > best[0]:
                best = (hits, row, name)
        hits, row, name = best
        self._sheet = book.get_sheet_by_name(name)
        self._header_index = row
        rows = self._sheet.iter_rows()
        cells = next((cells for index, cells in enumerate(rows) if index == row), [])
        self.header = tuple(as_text(cell) for cell in cells)
        while self.header and not self.header[-1]:
            self.header = self.header[:-1]
        if not self.header:
            raise ProblemsFound([fileproblems.EMPTY_FILE.at(place)])

    def _find_header(self, sheet: CalamineSheet) -> tuple[int, int]:
        """Return the row that holds most of the known names, and how many; else the first row with cells."""
        if self.header_row:
            return self.header_row - 1, 0
        best, most, first = 0, 0, None
        for index, cells in enumerate(sheet.iter_rows()):
            if index >= HEADER_WITHIN:
                break
            names = {as_text(cell).strip() for cell in cells} - {""}
            if first is None and names:
                first = index
            hits = len(names & set(self.known))
            if hits > most:
                best, most = index, hits
        return (best, most) if most else (first or 0, 0)

    def _records(self) -> Iterator[tuple[int, list[CellValue]]]:
        """Yield the rows below the header that are not blank, with their number in the sheet."""
        width = len(self.header)
        for index, cells in enumerate(self._sheet.iter_rows()):
            if index > self._header_index and any(cell != "" for cell in cells[:width]):
                yield index + 1, cells

    def _text(self, cell: CellValue, record: int, column: int) -> str:
        if isinstance(cell, float) and abs(cell) >= EXACT_DIGITS:
            self.lost.append((record, column))
        return as_text(cell)


def exact(
    batches: Iterator[pa.RecordBatch], rows: Rows, names: Mapping[int, str], findings: Findings
) -> Iterator[pa.RecordBatch]:
    """Yield the batches without the rows that have a number too long for a spreadsheet, and note those.

    Args:
        batches: Typed rows with their record numbers.
        rows: The file; only workbooks lose digits.
        names: The columns that matter, by their position in the header.
        findings: Where the problems go.
    """
    if not isinstance(rows, WorkbookRows):
        yield from batches
        return
    told = 0
    for batch in batches:
        for record, column in rows.lost[told:]:
            if column in names:
                findings.add(problems.LOST_DIGITS, record, names[column], "")
        told = len(rows.lost)
        lossy = pa.array({record for record, column in rows.lost if column in names}, pa.int64())
        yield batch.filter(pc.invert(pc.is_in(batch.column(RECORD), value_set=lossy)))


def as_text(cell: CellValue) -> str:
    """Return a cell as people would write it; a whole number has no decimal point."""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime):
        # A day's fraction rarely hits a full second.
        return f"{cell + HALF_SECOND:%Y-%m-%d %H:%M:%S}"
    if isinstance(cell, date):
        return f"{cell:%Y-%m-%d}"
    return str(cell)


def _chunks(
    rows: Iterator[tuple[int, list[CellValue]]],
) -> Iterator[list[tuple[int, list[CellValue]]]]:
    chunk: list[tuple[int, list[CellValue]]] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == BATCH_ROWS:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
