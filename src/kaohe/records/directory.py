"""The plain records directory: one CSV or Parquet file per table, read whole and kept in memory."""

from collections.abc import Collection, Mapping, Sequence
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
from kaohe.records.reading import RECORD, coded_columns, read_schema, texts_of, typed
from kaohe.records.rows import Rows
from kaohe.records.schema import LINE_SCHEMA, REQUIRED, TABLES, Table

DAY_SECONDS = 86_400


@dataclass(frozen=True, slots=True)
class Cut:
    """Rows sorted by shop and day (chat lines further by customer and conversation), and where each lies."""

    rows: pa.Table
    slices: Mapping[tuple[str, date], slice]

    def of(self, shop: str, day: date) -> pa.Table:
        """Return the rows of one shop and day."""
        where = self.slices.get((shop, day), slice(0, 0))
        return self.rows.slice(where.start, where.stop - where.start)


@dataclass(frozen=True, slots=True)
class Directory:
    """An opened plain directory. See ``source.Records`` for the contract."""

    problems: tuple[Problem, ...]
    _lines: Cut
    _orders: Cut
    _tables: Mapping[str, pa.Table]

    def partitions(self) -> Mapping[tuple[str, date], str]:
        """Return each (shop, day) that has chat lines, with a blank id."""
        return dict.fromkeys(self._lines.slices, "")

    def pieces(self, shop: str, day: date) -> int:
        """Return how many pieces a day has: it lies in memory, in one."""
        return int((shop, day) in self._lines.slices)

    def messages(self, shop: str, day: date, *, text: bool = True, piece: int | None = None) -> pa.Table:  # noqa: ARG002 - there is one
        """Return the chat lines of one shop and day."""
        return self._lines.of(shop, day).select(LINE_SCHEMA.names if text else LINE_SCHEMA.names[:-1])

    def conversations(self, shop: str, day: date, customers: Collection[str]) -> pa.Table:
        """Return some customers' chat lines of a day."""
        rows = self.messages(shop, day)
        return rows.filter(pc.is_in(rows["customer"], value_set=pa.array(sorted(customers), pa.string())))

    def orders(self) -> pa.Table:
        """Return every order's newest state."""
        return self._tables["orders"]

    def order_days(self) -> Mapping[tuple[str, date], str]:
        """Return each (shop, day) on which orders were created, with a blank id."""
        return dict.fromkeys(self._orders.slices, "")

    def orders_of(self, shop: str, day: date, columns: Sequence[str] | None = None) -> pa.Table:
        """Return the orders of a shop that were created on a day."""
        orders = self._orders.of(shop, day)
        return orders if columns is None else orders.select(list(columns))

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
    kept = {name: rows.drop_columns(RECORD) for name, rows in tables.items()}
    return Directory(tuple(warnings), lines, _by_creation(kept["orders"]), kept)


@dataclass
class _Reading:
    """The reading of one directory, table by table."""

    path: Path
    zone: ZoneInfo
    problems: list[Problem] = field(default_factory=list)
    findings: dict[str, Findings] = field(default_factory=dict)

    def table(self, table: Table, *, required: bool) -> pa.Table:
        """Return the table's good rows; what is wrong is noted."""
        empty = read_schema(table).empty_table()
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
        coded = [positions[name] for name in coded_columns(table) if name in positions]
        batches = rows.batches(list(positions.values()), coded)
        read = pa.Table.from_batches(
            typed(table, texts_of(batches, positions), self.zone, findings),
            schema=read_schema(table),
        )
        self.findings[table.name] = findings
        return one_row_each(table, read, findings) if table.key else read


def _sorted_lines(rows: pa.Table) -> Cut:
    """Return the lines in order, cut into partitions of one shop and day."""
    rows = rows.unify_dictionaries()
    seconds = rows["sent_at"].cast(pa.int64()).to_numpy()
    customers = _combined(_ranks(rows["shop"]), seconds // DAY_SECONDS, _ranks(rows["customer"]))
    order = conversation_order(customers, seconds, rows["seq"], rows[RECORD].to_numpy())
    return _cut(rows.drop_columns(["seq", RECORD]).take(pa.array(order)).combine_chunks(), "sent_at")


def _by_creation(orders: pa.Table) -> Cut:
    """Return the orders by shop and creation, cut into partitions of one shop and day."""
    return _cut(
        orders.sort_by([(name, "ascending") for name in ("shop", "created_at", "order_id")]), "created_at"
    )


def _cut(rows: pa.Table, time: str) -> Cut:
    """Tell where each shop's days lie in rows that stand by shop and day."""
    days = rows[time].cast(pa.int64()).to_numpy() // DAY_SECONDS
    partitions = group_numbers(rows, ["shop"]) * (1 << 32) + days
    starts = np.flatnonzero(np.diff(partitions, prepend=-1 << 62))
    stops = np.append(starts[1:], rows.num_rows)[: len(starts)].tolist()
    names = rows["shop"].take(pa.array(starts)).to_pylist()
    return Cut(
        rows,
        {
            (shop, rows[time][start].as_py().date()): slice(start, stop)
            for shop, start, stop in zip(names, starts.tolist(), stops, strict=True)
        },
    )


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


def _unheld(lines: Cut, accounts: pa.Table, place: Place) -> list[Problem]:
    """Return a warning for each account that nobody held on a day with chats."""
    used = (
        (shop, account, day)
        for shop, day in lines.slices
        for account in pc.unique(lines.of(shop, day)["account"]).to_pylist()
    )
    return unheld(accounts, used, place)
