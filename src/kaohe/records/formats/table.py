"""The format ``table``: any CSV, XLSX or Parquet file, with or without a mapping file."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from kaohe.core.problem import Place, Problem, ProblemsFound, raise_errors
from kaohe.records import problems
from kaohe.records.csvrows import CsvRows
from kaohe.records.findings import Findings
from kaohe.records.formats.reading import Options
from kaohe.records.header import matched
from kaohe.records.parquetrows import ParquetRows
from kaohe.records.reading import texts_of, typed
from kaohe.records.rows import Rows
from kaohe.records.schema import TABLES, Table


@dataclass
class PlainReading:
    """A file whose columns are the table's own."""

    table: Table
    rows: Rows
    options: Options
    notes: list[Problem] = field(default_factory=list)
    skipped: int = 0
    findings: Findings = field(init=False)

    def __post_init__(self) -> None:
        self.findings = Findings(self.rows)
        self._positions, found = matched(self.table, self.rows.header, self.rows.path)
        raise_errors(found)
        self.notes.extend(found)

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yield the good rows."""
        batches = self.rows.batches(list(self._positions.values()))
        texts = texts_of(batches, self._positions)
        return typed(self.table, texts, self.options.timezone, self.findings)


def open_table(path: Path, options: Options) -> PlainReading:
    """Open a file whose columns are the table's own; the table is told by name."""
    name = options.table or path.name.partition(".")[0]
    if name not in TABLES:
        raise ProblemsFound([problems.UNKNOWN_FORMAT.at(Place(str(path)), name)])
    rows: Rows = ParquetRows(path) if path.suffix == ".parquet" else CsvRows(path)
    return PlainReading(TABLES[name], rows, options)
