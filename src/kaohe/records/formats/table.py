"""The format ``table``: any CSV, XLSX or Parquet file, with or without a mapping file.

Without one the file's columns are the table's own, cells stand as they are, and the
table is told by ``table`` or by the file's name.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from kaohe.core.problem import Place, Problem, ProblemsFound, raise_errors
from kaohe.records import fileproblems
from kaohe.records.findings import Findings
from kaohe.records.formats.files import Shape, first_names, open_rows
from kaohe.records.formats.mapped import open_by_mapping
from kaohe.records.formats.reading import CsvQuarantine, Options, Reading, unused
from kaohe.records.formats.recipes import other_shops
from kaohe.records.header import matched
from kaohe.records.likeness import TABLE, mistaken
from kaohe.records.parquetrows import check_no_floats
from kaohe.records.reading import Texts, coded_columns, texts_of, typed
from kaohe.records.rows import Rows
from kaohe.records.schema import TABLES, Table
from kaohe.records.workbookrows import exact


@dataclass
class PlainReading(CsvQuarantine):
    """A file whose columns are the table's own. See ``reading.Reading`` for the contract."""

    table: Table
    rows: Rows
    options: Options
    notes: list[Problem] = field(default_factory=list)
    skipped: int = 0
    findings: Findings = field(init=False)

    def __post_init__(self) -> None:
        self.findings = Findings(self.rows)
        given = {"shop"} if self.options.shop else set()
        self._positions, found = matched(self.table, self.rows.header, self.rows.path, given)
        raise_errors(found)
        self.notes.extend(found)

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yield the good rows."""
        coded = [self._positions[name] for name in coded_columns(self.table) if name in self._positions]
        batches = self.rows.batches(list(self._positions.values()), coded)
        texts = self._of_the_shop(texts_of(batches, self._positions))
        read = typed(self.table, texts, self.options.timezone, self.findings)
        names = {position: name for name, position in self._positions.items()}
        yield from exact(read, self.rows, names, self.findings)

    def _of_the_shop(self, batches: Iterator[Texts]) -> Iterator[Texts]:
        """Yield the rows under the shop that the user names, if he does; other names are noted."""
        shop = self.options.shop
        owned: set[str] = set()
        for texts in batches:
            if not shop:
                yield texts
                continue
            if "shop" in texts.columns:
                owned.update(pc.unique(texts.columns["shop"]).to_pylist())
            column = pa.repeat(pa.scalar(shop), len(texts.records))
            yield Texts(texts.records, {**texts.columns, "shop": column})
        if shop:
            self.notes.extend(other_shops(shop, Place(str(self.rows.path)))(sorted(owned)))


def open_table(path: Path, options: Options) -> Reading:
    """Open a file by its mapping, or as a table of its own."""
    if options.mapping:
        return open_by_mapping(path, options)
    name = options.table or _told_by(path)
    if name not in TABLES:
        tables = ", ".join(TABLES)
        raise ProblemsFound([fileproblems.WHICH_TABLE.at(Place(str(path)), name, tables=tables)])
    table = TABLES[name]
    if options.shop and "shop" not in table.names:
        raise ProblemsFound([unused("--shop", TABLE.filled(table=name))])
    mistake = mistaken(first_names(path), table, Place(str(path), 1))
    if mistake:
        raise ProblemsFound([mistake])
    rows = open_rows(path, Shape(known=table.names), options)
    check_no_floats(rows, table)
    return PlainReading(table, rows, options)


def _told_by(path: Path) -> str:
    """Return the table that a file's name begins with: ``orders``, ``orders-2026-10``, ``orders_1``."""
    stem = path.name.partition(".")[0]
    return next((name for name in TABLES if stem == name or stem.startswith((f"{name}-", f"{name}_"))), stem)
