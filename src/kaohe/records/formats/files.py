"""Opening a file by what it claims to be, and refusing it where its content says otherwise."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from kaohe.core.problem import Place, ProblemsFound
from kaohe.records import problems
from kaohe.records.csvrows import BOM_UTF_8, CsvRows, Dialect
from kaohe.records.formats.reading import Options
from kaohe.records.parquetrows import ParquetRows
from kaohe.records.quarantine import GUARD, is_quarantine, unguarded
from kaohe.records.rows import Batch, Original, Rows
from kaohe.records.unpacking import kind_of
from kaohe.records.workbookrows import WorkbookRows

WORKBOOKS = (".xlsx", ".xlsm", ".xls")
SNIFFED_BYTES = 1 << 20
REMARKS = 2
"""The quarantine's own columns, which stand last."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How a file of rows is laid out.

    Attributes:
        encoding: Of a text file.
        delimiter: Of a text file.
        header: The header's row, counted from 1; 0 to find it (in a workbook) or take the first.
        sheet: Of a workbook; blank for the first that has the known names.
        known: Names that the header holds.
    """

    encoding: str = "utf-8"
    delimiter: str = ","
    header: int = 0
    sheet: str = ""
    known: Collection[str] = ()


def open_rows(path: Path, shape: Shape, options: Options) -> Rows:
    """Return the file as rows, by its suffix; a quarantine is read as one, whatever the shape."""
    suffix = path.suffix.lower()
    if suffix in WORKBOOKS:
        return WorkbookRows(
            path, shape.known, shape.sheet, shape.header, options.most_bytes, options.most_ratio
        )
    if suffix == ".parquet":
        return ParquetRows(path)
    check_text(path, suffix.removeprefix(".").upper() or "CSV")
    if is_quarantine(path):
        return MendedRows(CsvRows(path))
    return CsvRows(path, Dialect(shape.encoding, shape.delimiter, max(1, shape.header)))


def check_text(path: Path, claimed: str) -> None:
    """Refuse a file that is plainly no text."""
    try:
        with path.open("rb") as opened:
            found = kind_of(opened.read(512))
    except OSError as error:
        reason = error.strerror or str(error)
        raise ProblemsFound([problems.UNREADABLE.at(Place(str(path)), reason=reason)]) from None
    if found:
        raise ProblemsFound([problems.ANOTHER_FORMAT.at(Place(str(path)), claimed=claimed, likeness=found)])


def recognised_encoding(path: Path) -> str:
    """Return ``utf-8`` if the beginning of the file is that and not plain ASCII, else ``gb18030``."""
    with path.open("rb") as opened:
        start = opened.read(SNIFFED_BYTES)
    if start.startswith(BOM_UTF_8):
        return "utf-8"
    try:
        # The last character may be cut in two.
        text = start.decode("utf-8", errors="strict" if len(start) < SNIFFED_BYTES else "ignore")
    except UnicodeDecodeError:
        return "gb18030"
    lossless = len(text.encode()) >= len(start) - 3
    return "utf-8" if lossless and not text.isascii() else "gb18030"


@dataclass
class MendedRows:
    """A quarantine that comes back: its remarks are left out and its guards taken off."""

    inner: CsvRows
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

    def batches(self, columns: Sequence[int]) -> Iterator[Batch]:
        """Yield the records with only these columns, without guards."""
        for batch in self.inner.batches(columns):
            bare = [pc.replace_substring_regex(one, f"^{GUARD}", "") for one in batch.columns.columns]
            yield Batch(batch.first, pa.RecordBatch.from_arrays(bare, batch.columns.schema.names))

    def originals(self, records: Collection[int], *, misfits: bool) -> Iterator[Original]:
        """Read the file once more and yield these records, without remarks and guards."""
        for original in self.inner.originals(records, misfits=misfits):
            cells = [unguarded(cell) for cell in original.cells]
            yield Original(original.record, original.line, cells[: len(self.header)])
