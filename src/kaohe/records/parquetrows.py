"""Parquet files as rows of text: types that a writer chose are read back as what they say."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from kaohe.core.problem import Place, ProblemsFound
from kaohe.core.system import refusal
from kaohe.records import fileproblems
from kaohe.records.rows import Batch, Original, Rows
from kaohe.records.schema import Cell, Table

BATCH_ROWS = 1 << 17


@dataclass
class ParquetRows:
    """One Parquet file. See ``rows.Rows`` for the contract; a line is the row's number."""

    path: Path
    header: tuple[str, ...] = field(init=False)
    misfits: int = field(init=False, default=0)
    bytes_read: int = field(init=False, default=0)
    _file: pq.ParquetFile = field(init=False)

    def __post_init__(self) -> None:
        place = Place(str(self.path))
        try:
            self._file = pq.ParquetFile(self.path, memory_map=True)
        except OSError as error:
            raise ProblemsFound([fileproblems.UNREADABLE.at(place, reason=refusal(error))]) from None
        except pa.ArrowInvalid as error:
            raise ProblemsFound([fileproblems.NOT_PARQUET.at(place, reason=_first_line(error))]) from None
        self.header = tuple(self._file.schema_arrow.names)

    def floats(self) -> frozenset[str]:
        """Return the columns that hold floating-point numbers."""
        return frozenset(one.name for one in self._file.schema_arrow if pa.types.is_floating(one.type))

    def batches(self, columns: Sequence[int], coded: Collection[int] = ()) -> Iterator[Batch]:
        """Yield the records with only these columns, all as text."""
        _ = coded
        names = [self.header[number] for number in columns]
        first, size = 0, self.path.stat().st_size
        try:
            for batch in self._file.iter_batches(BATCH_ROWS, columns=names):
                texts = [as_text(batch.column(name)) for name in names]
                yield Batch(first, pa.RecordBatch.from_arrays(texts, [str(number) for number in columns]))
                first += batch.num_rows
                self.bytes_read = size * first // max(1, self._file.metadata.num_rows)
        except (OSError, pa.ArrowInvalid) as error:
            place = Place(str(self.path))
            raise ProblemsFound([fileproblems.NOT_PARQUET.at(place, reason=_first_line(error))]) from None

    def originals(self, records: Collection[int], *, misfits: bool) -> Iterator[Original]:
        """Read the file once more and yield these records; there are none of another width."""
        _ = misfits
        wanted = set(records)
        for batch in self.batches(range(len(self.header))):
            for row in range(batch.columns.num_rows):
                number = batch.first + row
                if number in wanted:
                    cells = [column[row].as_py() for column in batch.columns.columns]
                    yield Original(number, number + 1, cells)


def check_no_floats(rows: Rows, table: Table) -> None:
    """Refuse a Parquet file that holds money as floating-point numbers."""
    if not isinstance(rows, ParquetRows):
        return
    money = {column.name for column in table.columns if column.cell is Cell.MONEY}
    wrong = sorted(money & rows.floats())
    if wrong:
        place = Place(str(rows.path))
        raise ProblemsFound([fileproblems.FLOAT_MONEY.at(place, column=column) for column in wrong])


def as_text(values: pa.Array) -> pa.Array:
    """Return the values as people would write them; null is blank."""
    kind = values.type
    if pa.types.is_dictionary(kind):
        values = values.dictionary_decode()
    elif pa.types.is_timestamp(kind) and kind.tz:
        values = values.cast(pa.timestamp(kind.unit, "UTC"))
    return pc.fill_null(values.cast(pa.string()), "")


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]
