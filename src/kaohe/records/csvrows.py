"""CSV files as rows of text, streamed through pyarrow whatever their encoding and size."""

import codecs
import csv
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from io import FileIO
from itertools import islice
from pathlib import Path
from typing import TextIO

import pyarrow as pa
import pyarrow.csv as pa_csv

from kaohe.core.problem import Place, Problem, ProblemsFound
from kaohe.records import problems
from kaohe.records.rows import Batch, Original

BLOCK_BYTES = 4 << 20
"""What is parsed at once. No single row may be longer."""
FIELD_LIMIT = BLOCK_BYTES * 2
BOM_UTF_8, BOMS_UTF_16 = codecs.BOM_UTF8, (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


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

    @property
    def label(self) -> str:
        """Return the encoding's name for people."""
        return self.encoding.upper()


@dataclass
class CsvRows:
    """One CSV file. See ``rows.Rows`` for the contract."""

    path: Path
    dialect: Dialect = field(default_factory=Dialect)
    header: tuple[str, ...] = field(init=False)
    misfits: int = field(init=False, default=0)
    bytes_read: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        check_text_file(self.path, self.dialect.label)
        self.header = self._header()

    def batches(self, columns: Sequence[int]) -> Iterator[Batch]:
        """Yield the records with only these columns."""
        self.misfits = 0
        names = [str(number) for number in range(len(self.header))]
        wanted = [names[number] for number in columns]
        first = 0
        try:
            with self.path.open("rb", buffering=0) as opened:
                for batch in self._reader(opened, names, wanted):
                    self.bytes_read = opened.tell()
                    yield Batch(first, batch)
                    first += batch.num_rows
        except UnicodeDecodeError:
            raise ProblemsFound([self._wrong_encoding()]) from None
        except pa.ArrowInvalid as error:
            raise ProblemsFound([self._unreadable(error)]) from None
        self._check_quotes()

    def originals(self, records: Collection[int], *, misfits: bool) -> Iterator[Original]:
        """Read the file once more and yield these records, and those of another width if asked."""
        wanted = set(records)
        width, number = len(self.header), 0
        for line, cells in islice(self._records(), self.dialect.header_record, None):
            if not cells:
                continue
            if len(cells) != width:
                if misfits:
                    yield Original(None, line, cells)
                continue
            if number in wanted:
                yield Original(number, line, cells)
            number += 1

    def _reader(self, opened: FileIO, names: list[str], wanted: list[str]) -> pa_csv.CSVStreamingReader:
        return pa_csv.open_csv(
            opened,
            read_options=pa_csv.ReadOptions(
                column_names=names,
                skip_rows_after_names=self._records_to_skip(),
                block_size=BLOCK_BYTES,
                encoding="utf8" if self.dialect.encoding == "utf-8" else self.dialect.encoding,
            ),
            parse_options=pa_csv.ParseOptions(
                delimiter=self.dialect.delimiter,
                newlines_in_values=True,
                invalid_row_handler=self._skip_misfit,
            ),
            convert_options=pa_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                include_columns=wanted,
                strings_can_be_null=False,
            ),
        )

    def _skip_misfit(self, _row: pa_csv.InvalidRow) -> str:
        self.misfits += 1
        return "skip"

    def _records_to_skip(self) -> int:
        """Return how many rows pyarrow must skip; it counts blank lines too."""
        return self._header_lines()[1]

    def _header_lines(self) -> tuple[tuple[str, ...], int]:
        records = 0
        for rows, (_, cells) in enumerate(self._records(), start=1):
            records += bool(cells)
            if records == self.dialect.header_record:
                return tuple(cells), rows
        raise ProblemsFound([problems.EMPTY_FILE.at(Place(str(self.path)))])

    def _header(self) -> tuple[str, ...]:
        try:
            return self._header_lines()[0]
        except UnicodeDecodeError:
            raise ProblemsFound([self._wrong_encoding()]) from None

    def _records(self) -> Iterator[tuple[int, list[str]]]:
        """Yield every record with the line on which it begins; blank lines are records without cells."""
        csv.field_size_limit(FIELD_LIMIT)
        with self._open() as opened:
            reader = csv.reader(opened, delimiter=self.dialect.delimiter)
            line = 1
            for cells in reader:
                yield line, cells
                line = reader.line_num + 1

    def _open(self) -> TextIO:
        encoding = "utf-8-sig" if self.dialect.encoding == "utf-8" else self.dialect.encoding
        return self.path.open(encoding=encoding, newline="")

    def _wrong_encoding(self) -> Problem:
        line = first_undecodable_line(self.path, self.dialect.encoding)
        return problems.WRONG_ENCODING.at(Place(str(self.path), line), encoding=self.dialect.label)

    def _unreadable(self, error: pa.ArrowInvalid) -> Problem:
        place = Place(str(self.path))
        if "UTF8" in str(error):
            return self._wrong_encoding()
        if "straddl" in str(error):
            return problems.LONG_RECORD.at(place, megabytes=BLOCK_BYTES >> 20)
        return problems.UNREADABLE.at(place, reason=str(error))

    def _check_quotes(self) -> None:
        """Refuse a file whose last row begins with a quotation mark that is never closed."""
        if count_byte(self.path, b'"') % 2 == 0:
            return
        last_line = 1
        for line, _ in self._records():
            last_line = line
        with self._open() as opened:
            tail = csv.reader(
                islice(opened, last_line - 1, None), delimiter=self.dialect.delimiter, strict=True
            )
            try:
                for _ in tail:
                    pass
            except csv.Error as error:
                if "end of data" in str(error):
                    raise ProblemsFound([problems.OPEN_QUOTE.at(Place(str(self.path), last_line))]) from None


def check_text_file(path: Path, encoding: str) -> None:
    """Refuse a file that is missing, without a byte of content, or UTF-16."""
    try:
        with path.open("rb") as opened:
            start = opened.read(4096)
    except OSError as error:
        raise ProblemsFound(
            [problems.UNREADABLE.at(Place(str(path)), reason=error.strerror or str(error))]
        ) from None
    if start.startswith(BOMS_UTF_16) or start.count(0) > len(start) // 10:
        raise ProblemsFound([problems.UTF_16.at(Place(str(path)), encoding=encoding)])
    if not start.removeprefix(BOM_UTF_8).strip():
        raise ProblemsFound([problems.EMPTY_FILE.at(Place(str(path)))])


def first_undecodable_line(path: Path, encoding: str) -> int:
    """Return the line of the first byte that is no text in this encoding; 0 if there is none."""
    with path.open("rb") as opened:
        for number, line in enumerate(opened, start=1):
            try:
                line.decode(encoding)
            except UnicodeDecodeError:
                return number
    return 0


def count_byte(path: Path, byte: bytes) -> int:
    """Return how often a byte occurs in a file."""
    with path.open("rb") as opened:
        return sum(block.count(byte) for block in iter(lambda: opened.read(BLOCK_BYTES), b""))
