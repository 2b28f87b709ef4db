"""The plain records directory: one CSV or Parquet file per table, read whole and kept in memory."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from kaohe.core.problem import Place, Problem, ProblemsFound, errors
from kaohe.records import fileproblems
from kaohe.records.between import group_numbers, one_row_each
from kaohe.records.csvrows import CsvRows
from kaohe.records.findings import Findings
from kaohe.records.header import matched
from kaohe.records.holding import clashes, holdings, note_clash, note_unknown_holders, unheld
from kaohe.records.ordering import conversation_order
from kaohe.records.parquetrows import ParquetRows, check_no_floats
from kaohe.records.reading import RECORD, texts_of, typed
from kaohe.records.rows import Rows
from kaohe.records.schema import LINE_SCHEMA, REQUIRED, TABLES, Table

FOLDED = ("shop", "account", "customer", "sender")
"""Columns of chat lines that are kept as dictionary codes: few values, many lines."""


@dataclass(frozen=True, slots=True)
class Lines:
    """All chat lines, sorted by (shop, day, customer, conversation), and where each partition lies."""

    rows: pa.Table
    slices: Mapping[tuple[str, date], slice]


@dataclass(frozen=True, slots=True)
class Directory:
    """An opened plain directory. See ``source.Records`` for the contract."""

    problems: tuple[Problem, ...]
    _lines: Lines
    _tables: Mapping[str, pa.Table]

    def partitions(self) -> Mapping[tuple[str, date], str]:
        """Return each (shop, day) that has chat lines, with a blank id."""
        return dict.fromkeys(self._lines.slices, "")

    def messages(self, shop: str, day: date, *, text: bool = True) -> pa.Table:
        """Return the chat lines of one shop and day."""
        where = self._lines.slices.get((shop, day), slice(0, 0))
        rows = self._lines.rows.slice(where.start, where.stop - where.start)
        names = LINE_SCHEMA.names if text else LINE_SCHEMA.names[:-1]
        return rows.select(names)

    def conversation(self, shop: str, day: date, customer: str) -> pa.Table:
        """Return one customer's chat lines of a day."""
        rows = self.messages(shop, day)
        return rows.filter(pc.equal(rows["customer"], customer))

    def orders(self) -> pa.Table:
        """Return every order's newest state."""
        return self._tables["orders"]

    def table(self, name: str) -> pa.Table:
        """Return one of the other tables."""
        return self._tables[name]


def open_directory(path: Path, *, zone: ZoneInfo, required: Sequence[str] = REQUIRED) -> Directory:
    """Read every table of a plain directory.

    Args:
        path: The directory.
        zone: The zone of the shop's clocks.
        required: The tables that must be there.

    Raises:
        ProblemsFound: With every problem of every file, if one is an error.
    """
    reading = _Reading(path, zone)
    tables = {table.name: reading.table(table, required=table.name in required) for table in TABLES.values()}
    reading.check_holders(tables)
    lines = _sorted_lines(tables.pop("messages"))
    warnings = [*reading.problems, *_unheld(lines, tables["accounts"], reading.place("accounts"))]
    if errors(warnings):
        raise ProblemsFound(warnings)
    return Directory(
        tuple(warnings), lines, {name: rows.drop_columns(RECORD) for name, rows in tables.items()}
    )


@dataclass
class _Reading:
    """The reading of one directory, table by table."""

    path: Path
    zone: ZoneInfo
    problems: list[Problem] = field(default_factory=list)
    findings: dict[str, Findings] = field(default_factory=dict)

    def table(self, table: Table, *, required: bool) -> pa.Table:
        """Return the table's good rows; what is wrong is noted."""
        empty = _folded_schema(table).empty_table()
        try:
            rows = self._rows(table, required=required)
            return self._read(table, rows) if rows else empty
        except ProblemsFound as refusal:
            self.problems.extend(refusal.problems)
            return empty

    def place(self, name: str) -> Place:
        """Return the place of a table's file."""
        findings = self.findings.get(name)
        return Place(str(findings.rows.path if findings else self.path))

    def check_holders(self, tables: Mapping[str, pa.Table]) -> None:
        """Note what is wrong between accounts and people, then tell all rows' problems."""
        accounts = self.findings.get("accounts")
        if accounts:
            for clash in clashes(holdings(tables["accounts"])):
                note_clash(clash, accounts)
            people = self.findings.get("people")
            if people and not len(people.bad()):
                note_unknown_holders(tables["accounts"], tables["people"], accounts)
        for findings in self.findings.values():
            self.problems.extend(findings.problems())

    def _rows(self, table: Table, *, required: bool) -> Rows | None:
        """Return the table's file, or None if it has none and need not have one."""
        csv, parquet = self.path / f"{table.name}.csv", self.path / f"{table.name}.parquet"
        if csv.exists() and parquet.exists():
            raise ProblemsFound([fileproblems.TWO_FILES.at(Place(str(csv)), table=table.name)])
        if parquet.exists():
            rows = ParquetRows(parquet)
            check_no_floats(rows, table)
            return rows
        if csv.exists() and (required or csv.stat().st_size):
            return CsvRows(csv)
        if required:
            raise ProblemsFound([fileproblems.MISSING_TABLE.at(Place(str(self.path)), table=table.name)])
        return None

    def _read(self, table: Table, rows: Rows) -> pa.Table:
        positions, header_problems = matched(table, rows.header, rows.path)
        if errors(header_problems):
            raise ProblemsFound(header_problems)
        self.problems.extend(header_problems)
        findings = Findings(rows)
        batches = rows.batches(list(positions.values()))
        read = pa.Table.from_batches(
            _folded(table, typed(table, texts_of(batches, positions), self.zone, findings)),
            schema=_folded_schema(table),
        )
        self.findings[table.name] = findings
        return one_row_each(table, read, findings) if table.key else read


def _folded_schema(table: Table) -> pa.Schema:
    schema = table.schema.append(pa.field(RECORD, pa.int64()))
    if table.name != "messages":
        return schema
    code = pa.dictionary(pa.int32(), pa.string())
    return pa.schema([pa.field(one.name, code if one.name in FOLDED else one.type) for one in schema])


def _folded(table: Table, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Yield the batches with the few-valued columns of chat lines as dictionary codes."""
    schema = _folded_schema(table)
    for batch in batches:
        columns = [
            column.dictionary_encode() if name in FOLDED and table.name == "messages" else column
            for name, column in zip(batch.schema.names, batch.columns, strict=True)
        ]
        yield pa.RecordBatch.from_arrays(columns, schema=schema)


def _sorted_lines(rows: pa.Table) -> Lines:
    """Return the lines in order, cut into partitions of one shop and day."""
    rows = rows.unify_dictionaries()
    seconds = rows["sent_at"].cast(pa.int64()).to_numpy()
    days = seconds // 86400
    customers = _combined(_ranks(rows["shop"]), days, _ranks(rows["customer"]))
    order = conversation_order(customers, seconds, rows["seq"], rows[RECORD].to_numpy())
    rows = rows.drop_columns(["seq", RECORD]).take(pa.array(order)).combine_chunks()
    partitions = group_numbers(rows, ["shop"]) * (1 << 32) + days[order]
    starts = np.flatnonzero(np.diff(partitions, prepend=-1 << 62))
    stops = np.append(starts[1:], len(order))[: len(starts)].tolist()
    names = rows["shop"].take(pa.array(starts)).to_pylist()
    slices = {
        (shop, rows["sent_at"][start].as_py().date()): slice(start, stop)
        for shop, start, stop in zip(names, starts.tolist(), stops, strict=True)
    }
    return Lines(rows, slices)


def _ranks(codes: pa.ChunkedArray) -> npt.NDArray[np.int64]:
    """Return numbers that compare as the names do."""
    ranks: npt.NDArray[np.int64]
    if not codes.num_chunks:
        return np.zeros(0, dtype=np.int64)
    dictionary = codes.chunk(0).dictionary
    ranks = np.empty(len(dictionary), dtype=np.int64)
    ranks[pc.sort_indices(dictionary).to_numpy()] = np.arange(len(dictionary))
    return np.concatenate([ranks[chunk.indices.to_numpy()] for chunk in codes.chunks])


def _combined(
    shops: npt.NDArray[np.int64], days: npt.NDArray[np.int64], customers: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """Return one number for shop, day and customer that orders by them in turn."""
    if not len(days):
        return days
    most_days, most_customers = int(days.max() - days.min()) + 1, int(customers.max()) + 1
    combined: npt.NDArray[np.int64] = (shops * most_days + (days - days.min())) * most_customers + customers
    return combined


def _unheld(lines: Lines, accounts: pa.Table, place: Place) -> list[Problem]:
    """Return a warning for each account that nobody held on a day with chats."""
    used = (
        (shop, account, day)
        for (shop, day), where in lines.slices.items()
        for account in pc.unique(
            lines.rows["account"].slice(where.start, where.stop - where.start)
        ).to_pylist()
    )
    return unheld(accounts, used, place)
