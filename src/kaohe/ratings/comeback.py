"""Workbooks that come back: every cell compared with what was sent out.

A file is taken whole or refused whole; what is wrong with it is told cell by cell.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from zipfile import BadZipFile

from python_calamine import CalamineError, CalamineWorkbook, PasswordError
from xlsxwriter.utility import xl_rowcol_to_cell

from kaohe.core.problem import Place, Problem, ProblemsFound
from kaohe.ratings import problems
from kaohe.ratings.cellformulas import formulas
from kaohe.ratings.fingerprint import (
    SHEET,
    BrokenError,
    Cell,
    Fingerprint,
    Kind,
    NotOursError,
    OtherFormatError,
    Role,
    found_in,
)
from kaohe.records import fileproblems
from kaohe.records.unpacking import check_workbook
from kaohe.records.workbookrows import CellValue, as_text

MOST_BYTES, MOST_RATIO = 100 << 20, 200
MOST_PLACES = 6
KIND_SAID = {Kind.FORM: problems.A_FORM, Kind.REVIEW: problems.A_REVIEW}
Grid = Sequence[Sequence[CellValue]]


@dataclass(frozen=True, slots=True)
class Score:
    """One score that was filled in.

    Attributes:
        subject: What was scored.
        item: On which item.
        score: The score.
        note: What was noted beside it.
        place: Where it stands.
    """

    subject: str
    item: str
    score: Fraction
    note: str
    place: Place


@dataclass(frozen=True, slots=True)
class Returned:
    """A workbook that came back whole.

    Attributes:
        file: The file.
        asked: What it asked.
        scores: What was filled in.
        problems: Warnings.
    """

    file: Path
    asked: Fingerprint
    scores: tuple[Score, ...]
    problems: tuple[Problem, ...]


def read_back(file: Path, kind: Kind) -> Returned:
    """Read a workbook that was filled in.

    Args:
        file: The file.
        kind: What it is to be for.

    Raises:
        ProblemsFound: With every cell that is not as it should be.
    """
    grids = _grids(file)
    asked = _fingerprint(file, grids)
    if asked.kind is not kind:
        problems.refuse(
            problems.OTHER_KIND.at(Place(str(file)), other=KIND_SAID[asked.kind], expected=KIND_SAID[kind])
        )
    return _Comparing(file, asked, grids, formulas(file)).returned()


def _grids(file: Path) -> Mapping[str, Grid]:
    place = Place(str(file))
    if file.suffix.lower() != ".xlsx":
        problems.refuse(problems.NOT_XLSX.at(place, file.suffix))
    check_workbook(file, MOST_BYTES, MOST_RATIO)
    try:
        book = CalamineWorkbook.from_path(str(file))
        return {
            name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names
        }
    except PasswordError:
        raise ProblemsFound([fileproblems.LOCKED_WORKBOOK.at(place)]) from None
    except (CalamineError, OSError, BadZipFile) as error:
        raise ProblemsFound([fileproblems.NOT_A_WORKBOOK.at(place, reason=str(error))]) from None


def _fingerprint(file: Path, grids: Mapping[str, Grid]) -> Fingerprint:
    place = Place(str(file))
    try:
        return found_in(grids.get(SHEET, ()))
    except NotOursError:
        kind = problems.NOT_OURS
    except BrokenError:
        kind = problems.BROKEN_MARK
    except OtherFormatError:
        kind = problems.NEWER_FORMAT
    raise ProblemsFound([kind.at(place)])


@dataclass(frozen=True, slots=True)
class _Comparing:
    """One file beside what was sent out."""

    file: Path
    asked: Fingerprint
    grids: Mapping[str, Grid]
    formulas: set[tuple[str, str]]

    def returned(self) -> Returned:
        """Return the scores, or raise everything that is wrong."""
        found = [*self._sheets(), *self._changed(), *self._elsewhere()]
        scores: list[Score] = []
        for cell in self.asked.cells:
            if cell.sheet not in self.grids:
                continue
            if cell.role is Role.NOTE and self._computed(cell):
                found.append(problems.FORMULA.at(self._place(cell.sheet, cell.address), cell=cell.address))
            if cell.role is Role.SCORE:
                read = self._score(cell)
                if isinstance(read, Problem):
                    found.append(read)
                elif read is not None:
                    scores.append(read)
        if found:
            raise ProblemsFound(found)
        return Returned(self.file, self.asked, tuple(scores), tuple(self._orphans()))

    def _sheets(self) -> Iterator[Problem]:
        there = ", ".join(name for name in self.grids if name != SHEET)
        for sheet in dict.fromkeys(cell.sheet for cell in self.asked.cells):
            if sheet not in self.grids:
                yield problems.SHEET_GONE.at(Place(str(self.file)), sheet=sheet, sheets=there)

    def _changed(self) -> Iterator[Problem]:
        for cell in self.asked.cells:
            if cell.role is not Role.FIXED or cell.sheet not in self.grids:
                continue
            text = as_text(self._value(cell))
            if text.split() != cell.text.split() or self._computed(cell):
                yield problems.CHANGED.at(
                    self._place(cell.sheet, cell.address), text, cell=cell.address, expected=cell.text
                )

    def _elsewhere(self) -> Iterator[Problem]:
        """Yield what stands where nothing was: a line that was added would be lost without a word."""
        known = {(cell.sheet, cell.row, cell.column) for cell in self.asked.cells}
        for sheet, last in self.asked.checked.items():
            for row, cells in enumerate(self.grids.get(sheet, ())):
                for column, value in enumerate(cells):
                    if value == "" or row > last >= 0 or (sheet, row, column) in known:
                        continue
                    address = xl_rowcol_to_cell(row, column)
                    yield problems.SOMETHING_ELSE.at(
                        self._place(sheet, address), as_text(value), cell=address
                    )

    def _score(self, cell: Cell) -> Score | Problem | None:
        """Return the score in a cell, what is wrong with it, or None where it is blank."""
        value, place = self._value(cell), self._place(cell.sheet, cell.address)
        scale = {"cell": cell.address, "low": cell.low, "high": cell.high}
        if self._computed(cell):
            return problems.FORMULA.at(place, as_text(value), cell=cell.address)
        if value == "":
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            return problems.NOT_A_SCORE.at(place, as_text(value), **scale)
        # The shortest text that a spreadsheet's number is read from: 4.1, not its neighbour in binary.
        score = Decimal(repr(value))
        if not score.is_finite() or not Decimal(cell.low) <= score <= Decimal(cell.high):
            return problems.OFF_SCALE.at(place, as_text(value), **scale)
        if -int(score.normalize().as_tuple().exponent) > MOST_PLACES:
            return problems.TOO_FINE.at(place, as_text(value), cell=cell.address, places=MOST_PLACES)
        return Score(cell.subject, cell.item, Fraction(score), self._note_beside(cell), place)

    def _note_beside(self, cell: Cell) -> str:
        return as_text(self._at(cell.sheet, cell.row, cell.column + 1)).strip()

    def _orphans(self) -> Iterator[Problem]:
        for cell in self.asked.cells:
            if cell.role is Role.SCORE and self._value(cell) == "" and self._note_beside(cell):
                note = xl_rowcol_to_cell(cell.row, cell.column + 1)
                yield problems.NOTE_WITHOUT_SCORE.at(
                    self._place(cell.sheet, note), self._note_beside(cell), cell=note
                )

    def _computed(self, cell: Cell) -> bool:
        return (cell.sheet, cell.address) in self.formulas

    def _value(self, cell: Cell) -> CellValue:
        return self._at(cell.sheet, cell.row, cell.column)

    def _at(self, sheet: str, row: int, column: int) -> CellValue:
        rows = self.grids[sheet]
        return rows[row][column] if row < len(rows) and column < len(rows[row]) else ""

    def _place(self, sheet: str, address: str) -> Place:
        return Place(str(self.file), column=f"{sheet}!{address}")
