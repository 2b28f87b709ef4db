"""The hidden sheet of a workbook that comes back: what was asked, of whom, in which cell."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import blake2b

from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.workbook import Workbook

SHEET = "kaohe"
FORMAT = "1"
CHECKSUM = "checksum"


class Kind(StrEnum):
    """What a workbook is for."""

    FORM = "form"
    REVIEW = "review"


class Role(StrEnum):
    """What a cell is for."""

    FIXED = "fixed"
    """It says what is scored, and must stay as it is."""
    SCORE = "score"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell that matters.

    Attributes:
        sheet: Its sheet.
        row: Its row, from 0.
        column: Its column, from 0.
        role: What it is for.
        text: Of a fixed cell: what stands there.
        subject: Of a score or note: the subject (a person, a department, a case).
        item: Of a score or note: the item.
        low: Of a score: the lower end of its scale.
        high: Of a score: the upper end of its scale.
    """

    sheet: str
    row: int
    column: int
    role: Role
    text: str = ""
    subject: str = ""
    item: str = ""
    low: str = ""
    high: str = ""

    @property
    def address(self) -> str:
        """Return where it stands, as people say it: ``C7``."""
        return str(xl_rowcol_to_cell(self.row, self.column))


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What a workbook asks.

    Attributes:
        kind: What it is for.
        round: The round.
        rater: Who fills it in.
        policy: The policy's name, version and digest, for people who wonder.
        opens: The day on which it goes out; blank: not said.
        due: The day by which it is to be back; blank: not said.
        cells: Every cell that matters.
        checked: Sheet → the last row in which nothing but these cells may stand, from 0.
    """

    kind: Kind
    round: str
    rater: str
    policy: str
    opens: str = ""
    due: str = ""
    cells: tuple[Cell, ...] = ()
    checked: Mapping[str, int] = field(default_factory=dict)


class NotOursError(ValueError):
    """The workbook has no hidden sheet of ours."""


class BrokenError(ValueError):
    """The hidden sheet was changed."""


class OtherFormatError(ValueError):
    """The hidden sheet was written by another version."""


def hide(workbook: Workbook, fingerprint: Fingerprint) -> None:
    """Add the hidden sheet to a workbook."""
    sheet = workbook.add_worksheet(SHEET)
    sheet.very_hidden()
    sheet.protect()
    rows = list(_rows(fingerprint))
    for number, row in enumerate([(CHECKSUM, _checksum(rows)), *rows]):
        for column, text in enumerate(row):
            sheet.write_string(number, column, text)


def found_in(rows: Sequence[Sequence[object]]) -> Fingerprint:
    """Return the fingerprint that the rows of a hidden sheet hold.

    Raises:
        NotOursError: They are no fingerprint.
        BrokenError: They are not as they were written.
        OtherFormatError: Another version wrote them.
    """
    texts = [tuple(str(cell) for cell in row) for row in rows]
    if not texts or texts[0][:1] != (CHECKSUM,):
        raise NotOursError
    (_, checksum, *_), *told = [_bare(row) + ("",) * (row[:1] == (CHECKSUM,)) for row in texts]
    if checksum != _checksum(told):
        raise BrokenError
    heads = {row[0]: (*row[1:], "") for row in told if row[0] not in ("cell", "sheet")}
    if heads.get("format", ("",))[0] != FORMAT:
        raise OtherFormatError
    said = {name: heads.get(name, ("",))[0] for name in ("round", "rater", "policy", "opens", "due")}
    cells = tuple(_cell(row) for row in told if row[0] == "cell")
    checked = {row[1]: int(row[2]) for row in told if row[0] == "sheet"}
    return Fingerprint(Kind(heads["kind"][0]), **said, cells=cells, checked=checked)


def _rows(fingerprint: Fingerprint) -> Iterator[tuple[str, ...]]:
    yield "format", FORMAT
    yield "kind", fingerprint.kind
    for name in ("round", "rater", "policy", "opens", "due"):
        yield _bare((name, str(getattr(fingerprint, name))))
    for sheet, last in fingerprint.checked.items():
        yield "sheet", sheet, str(last)
    for cell in fingerprint.cells:
        place = (cell.sheet, str(cell.row), str(cell.column), cell.role.value)
        yield _bare(("cell", *place, cell.text, cell.subject, cell.item, cell.low, cell.high))


def _bare(row: Iterable[str]) -> tuple[str, ...]:
    """Return a row without the blank cells at its end, which no spreadsheet keeps."""
    cells = list(row)
    while cells and not cells[-1]:
        cells.pop()
    return tuple(cells)


def _cell(row: Sequence[str]) -> Cell:
    _, sheet, line, column, role, *rest = (*row, "", "", "", "", "")
    text, subject, item, low, high = rest[:5]
    return Cell(sheet, int(line), int(column), Role(role), text, subject, item, low, high)


def _checksum(rows: Iterable[Iterable[str]]) -> str:
    digest = blake2b(digest_size=16)
    for row in rows:
        digest.update("\x1f".join(row).encode("utf-8", "surrogatepass") + b"\x1e")
    return digest.hexdigest()
