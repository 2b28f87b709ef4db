"""CSV files as rows of text, streamed through pyarrow whatever their encoding and size."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv

from kaohe.core.problem import Place, Problem, ProblemsFound
from kaohe.core.system import refusal
from kaohe.records import fileproblems
from kaohe.records.decoding import CUT_AS_BYTES, decoded
from kaohe.records.encodings import BOMS, UTF_8, better, breaks_off, is_wide, label
from kaohe.records.quotes import Record, check_quotes, records
from kaohe.records.rows import Batch, Original

BLOCK_BYTES = 4 << 20
"""What is parsed at once. No single row may be longer."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a CSV file is written.

    Attributes:
        encoding: A Python codec; ``utf-8`` reads files with and without a BOM.
        delimiter: What separates cells.
        header_record: Which record is the header, counted from 1; those above are left out.
    """

    encoding: str = "utf-8"
    delimiter: str = ","
    header_record: int = 1


@dataclass
class CsvRows:
    """One CSV file. See ``rows.Rows`` for the contract."""

    path: Path
    dialect: Dialect = field(default_factory=Dialect)
    header: tuple[str, ...] = field(init=False)
    misfits: int = field(init=False, default=0)
    bytes_read: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        check_not_empty(self.path)
        check_encoding(self.path, self.dialect.encoding)
        self.header = self._header()

    def batches(self, columns: Sequence[int], coded: Collection[int] = ()) -> Iterator[Batch]:
        """Yield the records with only these columns."""
        self.misfits = 0
        first = 0
        with ThreadPoolExecutor(1) as beside:
            wrong_quote = beside.submit(self._wrong_quote)
            try:
                for batch in self._texts(columns, coded):
                    yield Batch(first, batch)
                    first += batch.num_rows
            except UnicodeError:
                raise ProblemsFound([self._undecodable()]) from None
            except pa.ArrowInvalid as error:
                raise ProblemsFound([self._unreadable(error)]) from None
            found = wrong_quote.result()
        if found:
            raise ProblemsFound([found])

    def originals(self, records: Collection[int], *, misfits: bool) -> Iterator[Original]:
        """Read the file once more and yield these records, and those of another width if asked."""
        wanted = set(records)
        width, number = len(self.header), 0
        for one in islice(self._records(), self.dialect.header_record, None):
            if not one.cells:
                continue
            if len(one.cells) != width:
                if misfits:
                    yield Original(None, one.line, one.cells)
                continue
            if number in wanted:
                yield Original(number, one.line, one.cells)
            number += 1

    def _texts(self, columns: Sequence[int], coded: Collection[int]) -> Iterator[pa.RecordBatch]:
        """Yield the rows as text: cut as bytes as far as that goes, from there on decoded before."""
        read = 0
        if self.dialect.delimiter in CUT_AS_BYTES.get(self.dialect.encoding, ""):
            # A row of another width, which alone stops pyarrow here, can only be told of as text.
            with suppress(pa.ArrowInvalid):
                for batch in self._cut_as_bytes(columns, coded):
                    yield batch
                    read += batch.num_rows
                return
        yield from _after(read, self._cut_as_text(columns, coded))

    def _cut_as_bytes(self, columns: Sequence[int], coded: Collection[int]) -> Iterator[pa.RecordBatch]:
        everything = range(len(self.header))
        names = [str(number) for number in columns]
        for batch in _ahead(self._read(everything, _types(everything, coded, pa.binary()), "utf8", None)):
            # A file is refused for what is no text, wherever that stands.
            texts = [decoded(column, self.dialect.encoding) for column in batch.columns]
            yield pa.RecordBatch.from_arrays([texts[number] for number in columns], names)

    def _cut_as_text(self, columns: Sequence[int], coded: Collection[int]) -> Iterator[pa.RecordBatch]:
        encoding = "utf8" if self.dialect.encoding == UTF_8 else self.dialect.encoding
        types = _types(range(len(self.header)), coded, pa.string())
        yield from _ahead(self._read(columns, types, encoding, self._skip_misfit))

    def _read(
        self,
        columns: Sequence[int],
        types: Mapping[str, pa.DataType],
        encoding: str,
        misfit: Callable[[pa_csv.InvalidRow], str] | None,
    ) -> Iterator[pa.RecordBatch]:
        with self.path.open("rb", buffering=0) as opened:
            batches = pa_csv.open_csv(
                opened,
                read_options=pa_csv.ReadOptions(
                    column_names=list(types),
                    skip_rows_after_names=self._records_to_skip(),
                    block_size=BLOCK_BYTES,
                    encoding=encoding,
                ),
                parse_options=pa_csv.ParseOptions(
                    delimiter=self.dialect.delimiter, newlines_in_values=True, invalid_row_handler=misfit
                ),
                convert_options=pa_csv.ConvertOptions(
                    column_types=types,
                    include_columns=[str(number) for number in columns],
                    strings_can_be_null=False,
                ),
            )
            for batch in batches:
                self.bytes_read = opened.tell()
                yield batch

    def _skip_misfit(self, _row: pa_csv.InvalidRow) -> str:
        self.misfits += 1
        return "skip"

    def _records_to_skip(self) -> int:
        """Return how many rows pyarrow must skip; it counts blank lines too."""
        return self._header_lines()[1]

    def _header_lines(self) -> tuple[tuple[str, ...], int]:
        seen = 0
        for rows, one in enumerate(self._records(), start=1):
            seen += bool(one.cells)
            if seen == self.dialect.header_record:
                return tuple(one.cells), rows
        raise ProblemsFound([fileproblems.EMPTY_FILE.at(Place(str(self.path)))])

    def _header(self) -> tuple[str, ...]:
        try:
            return self._header_lines()[0]
        except UnicodeError:
            raise ProblemsFound([self._undecodable()]) from None

    def _records(self) -> Iterator[Record]:
        """Yield every record; blank lines are records without cells."""
        return records(self.path, self.dialect.encoding, self.dialect.delimiter)

    def _undecodable(self) -> Problem:
        return undecodable(self.path, self.dialect.encoding)

    def _unreadable(self, error: pa.ArrowInvalid) -> Problem:
        place = Place(str(self.path))
        if "UTF8" in str(error):
            return self._undecodable()
        if "straddl" in str(error):
            swallowing = self._wrong_quote()
            return swallowing or fileproblems.LONG_RECORD.at(place, megabytes=BLOCK_BYTES >> 20)
        return fileproblems.UNREADABLE.at(place, reason=str(error))

    def _wrong_quote(self) -> Problem | None:
        return check_quotes(self.path, self.dialect.encoding, self.dialect.delimiter, len(self.header))


def _types(columns: Iterable[int], coded: Collection[int], cell: pa.DataType) -> dict[str, pa.DataType]:
    """Return the type of each column by its number as a name."""
    code = pa.dictionary(pa.int32(), cell)
    return {str(number): code if number in coded else cell for number in columns}


def _ahead(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Yield batches, the next one being read while one is worked on."""
    with ThreadPoolExecutor(1) as beside:
        coming = beside.submit(next, batches, None)
        while (batch := coming.result()) is not None:
            coming = beside.submit(next, batches, None)
            yield batch


def _after(count: int, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Yield the rows after the first ones."""
    for batch in batches:
        if count < batch.num_rows:
            yield batch.slice(count)
        count = max(0, count - batch.num_rows)


def check_not_empty(path: Path) -> None:
    """Refuse a file that is missing or without a byte of content."""
    try:
        with path.open("rb") as opened:
            start = opened.read(4096)
    except OSError as error:
        raise ProblemsFound([fileproblems.UNREADABLE.at(Place(str(path)), reason=refusal(error))]) from None
    bom = next((one for one in BOMS if start.startswith(one)), b"")
    if not start.removeprefix(bom).strip():
        raise ProblemsFound([fileproblems.EMPTY_FILE.at(Place(str(path)))])


def check_encoding(path: Path, encoding: str) -> None:
    """Refuse a file that reads plainly better in another encoding."""
    fitting = better(path, encoding)
    if fitting:
        raise ProblemsFound([undecodable(path, encoding, fitting)])


def undecodable(path: Path, encoding: str, fitting: str = "") -> Problem:
    """Return the problem of a file that is no text in an encoding, at the first line that is none.

    Args:
        path: The file.
        encoding: The codec in which it was to be read.
        fitting: The codec in which it reads well; blank to find out.
    """
    line, content, is_last = _first_undecodable_line(path, encoding)
    place = Place(str(path), line)
    if is_last and breaks_off(content, encoding):
        return fileproblems.CUT_CHARACTER.at(place)
    fitting = fitting or better(path, encoding)
    if not fitting:
        return fileproblems.WRONG_ENCODING.at(place, encoding=label(encoding))
    return fileproblems.ANOTHER_ENCODING.at(place, encoding=label(encoding), fitting=label(fitting))


def _first_undecodable_line(path: Path, encoding: str) -> tuple[int, bytes, bool]:
    """Return the number of the first line that is no text, what it holds, and whether it is the last."""
    if is_wide(encoding):
        # A line feed's byte is part of other characters too.
        return 0, b"", False
    with path.open("rb") as opened:
        for number, line in enumerate(opened, start=1):
            try:
                line.decode(encoding)
            except UnicodeDecodeError:
                return number, line, not opened.read(1)
    return 0, b"", False
