"""Opening a file by what it claims to be, and refusing it where its content says otherwise."""

import csv
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from kaohe.core.language import Text
from kaohe.core.problem import Place, ProblemsFound
from kaohe.records import fileproblems
from kaohe.records.csvrows import CsvRows, Dialect, check_encoding, check_not_empty
from kaohe.records.encodings import GB18030, UTF_8, in_order, is_wide, marked, recognised
from kaohe.records.formats.chatlog import BLOCK
from kaohe.records.formats.reading import Options
from kaohe.records.likeness import CHAT, not_but
from kaohe.records.parquetrows import ParquetRows
from kaohe.records.quarantine import GUARD, LINE, PROBLEM, unguarded
from kaohe.records.rows import Batch, Original, Rows
from kaohe.records.unpacking import BINARY, looks_binary, refuse_by_kind
from kaohe.records.workbookrows import WorkbookRows

WORKBOOKS = (".xlsx", ".xlsm", ".xls")
SNIFFED_BYTES = 1 << 12
LONGEST_LINE = 1 << 16
LINES_ABOVE_A_BLOCK = 5
ROWS = Text("rows with columns")
QUARANTINED = (LINE, PROBLEM)
"""The quarantine's own columns, which stand last."""
REMARKS = len(QUARANTINED)
DELIMITERS = (",", "\t", ";", "|")
"""The first one counts where a header tells nothing."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How a file of rows is laid out.

    Attributes:
        encoding: Of a text file; blank if nothing says it.
        delimiter: Of a text file; blank for the one that gives the known names.
        fallback: The encoding where nothing says it: UTF-8 is taken at its word, unless a
            byte order mark names another; any other only where nothing else is recognised.
        header: The header's row, counted from 1; 0 to find it (in a workbook) or take the first.
        sheet: Of a workbook; blank for the first that has the known names.
        known: Names that the header holds.
    """

    encoding: str = ""
    delimiter: str = ""
    fallback: str = UTF_8
    header: int = 0
    sheet: str = ""
    known: Collection[str] = ()


def open_rows(path: Path, shape: Shape, options: Options) -> Rows:
    """Return the file as rows, by its suffix; a quarantine is read as one, whatever the shape."""
    suffix = path.suffix.lower()
    if suffix in WORKBOOKS:
        book = WorkbookRows(
            path, shape.known, shape.sheet, shape.header, options.most_bytes, options.most_ratio
        )
        return MendedRows(book) if book.header[-REMARKS:] == QUARANTINED else book
    if suffix == ".parquet":
        return ParquetRows(path)
    check_text(path, suffix.removeprefix(".").upper() or "CSV")
    _refuse_chat_log(path)
    quarantined = _quarantine_dialect(path)
    if quarantined:
        return MendedRows(CsvRows(path, quarantined))
    encoding = _encoding(path, options.encoding or shape.encoding, shape.fallback)
    delimiter = shape.delimiter or _recognised_delimiter(path, encoding, shape)
    return CsvRows(path, Dialect(encoding, delimiter, max(1, shape.header)))


def check_text(path: Path, claimed: str) -> None:
    """Refuse a file that is plainly no text, or empty."""
    check_not_empty(path)
    with path.open("rb") as opened:
        start = opened.read(SNIFFED_BYTES)
    refuse_by_kind(start, claimed, Place(str(path)))
    if looks_binary(start) and not is_wide(recognised(path)):
        raise ProblemsFound([fileproblems.NOT_A_TABLE.at(Place(str(path)), likeness=BINARY)])


def first_names(path: Path) -> Sequence[str]:
    """Return the names in a text file's first row, in whichever encoding it reads well."""
    if path.suffix.lower() in (*WORKBOOKS, ".parquet"):
        return ()
    header = "".join(_first_lines(path, recognised(path) or GB18030, 1))
    return max((next(csv.reader([header], delimiter=one), []) for one in DELIMITERS), key=len)


def looks_like_chat_log(path: Path) -> bool:
    """Return whether a text file begins as a chat log does."""
    encoding = recognised(path) or GB18030
    return any(BLOCK.fullmatch(line) for line in _first_lines(path, encoding, LINES_ABOVE_A_BLOCK))


def _refuse_chat_log(path: Path) -> None:
    """Refuse a chat log where rows with columns are wanted."""
    if looks_like_chat_log(path):
        raise ProblemsFound([not_but(ROWS, CHAT, Place(str(path), 1))])


def platform_encoding(path: Path, options: Options) -> str:
    """Return the encoding of a platform's export: the one told, else the one recognised, else GB18030."""
    return _encoding(path, options.encoding, GB18030)


def _encoding(path: Path, told: str, fallback: str) -> str:
    found = marked(path) if fallback == UTF_8 else recognised(path)
    encoding = in_order(path, told or found or fallback)
    check_encoding(path, encoding)
    return encoding


def _recognised_delimiter(path: Path, encoding: str, shape: Shape) -> str:
    """Return what separates the header's cells: the delimiter that gives most of the known names."""
    lines = _first_lines(path, encoding, max(1, shape.header))
    header = lines[-1] if lines else ""
    hits = {
        one: sum(cell.strip() in shape.known for cell in next(csv.reader([header], delimiter=one), []))
        for one in DELIMITERS
    }
    return max(DELIMITERS, key=lambda one: hits[one])


def _quarantine_dialect(path: Path) -> Dialect | None:
    """Return how a quarantine was saved, for a spreadsheet may have changed that; None if it is none."""
    encoding = recognised(path) or UTF_8
    header = "".join(_first_lines(path, encoding, 1))
    for delimiter in DELIMITERS:
        cells = next(csv.reader([header], delimiter=delimiter), [])
        if tuple(cells[-REMARKS:]) == QUARANTINED:
            return Dialect(encoding, delimiter)
    return None


def _first_lines(path: Path, encoding: str, count: int) -> list[str]:
    """Return the first lines that hold something; what cannot be read in them is replaced."""
    name = "utf-8-sig" if encoding == UTF_8 else encoding
    with path.open(encoding=name, errors="replace", newline="") as opened:
        filled = (line for line in iter(lambda: opened.readline(LONGEST_LINE), "") if line.strip())
        return list(islice(filled, count))


@dataclass
class MendedRows:
    """A quarantine that comes back: its remarks are left out and its guards taken off."""

    inner: Rows
    header: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        self.header = tuple(map(unguarded, self.inner.header[:-REMARKS]))

    @property
    def path(self) -> Path:
        """The file."""
        return self.inner.path

    @property
    def misfits(self) -> int:
        """How many records had another width than the header."""
        return self.inner.misfits

    @property
    def bytes_read(self) -> int:
        """How much of the file has been read, about."""
        return self.inner.bytes_read

    def batches(self, columns: Sequence[int], coded: Collection[int] = ()) -> Iterator[Batch]:
        """Yield the records with only these columns, without guards."""
        _ = coded
        for batch in self.inner.batches(columns):
            bare = [pc.replace_substring_regex(one, f"^{GUARD}", "") for one in batch.columns.columns]
            yield Batch(batch.first, pa.RecordBatch.from_arrays(bare, batch.columns.schema.names))

    def originals(self, records: Collection[int], *, misfits: bool) -> Iterator[Original]:
        """Read the file once more and yield these records, without remarks and guards."""
        for original in self.inner.originals(records, misfits=misfits):
            cells = [unguarded(cell) for cell in original.cells]
            yield Original(original.record, original.line, cells[: len(self.header)])
