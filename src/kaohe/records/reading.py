"""Rows of text into a table's typed rows; bad rows stay out and are noted."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from kaohe.core.problem import Kind, Severity
from kaohe.records import problems
from kaohe.records.cells import Fault, absent, flags, parsed
from kaohe.records.findings import Findings
from kaohe.records.rows import Batch
from kaohe.records.schema import CODED, CODES, Table

Mask = npt.NDArray[np.bool_]
REVERSES = r"^\s*(?i:reverses|沖銷|冲销)"
"""How the note of an entry begins that takes another one back."""
RECORD = "record"
"""A column beside the table's own: the number of the record in its file."""


@dataclass(frozen=True, slots=True)
class Texts:
    """Some rows of a table, still as text.

    Attributes:
        records: The number of each row's record in its file.
        columns: The table's columns by name; a column that the file lacks is missing.
    """

    records: npt.NDArray[np.int64]
    columns: Mapping[str, pa.Array]


def texts_of(batches: Iterable[Batch], positions: Mapping[str, int]) -> Iterator[Texts]:
    """Yield a file's rows under the table's names, as they stand there."""
    for batch in batches:
        records = np.arange(batch.first, batch.first + batch.columns.num_rows, dtype=np.int64)
        yield Texts(
            records, {name: batch.columns.column(str(position)) for name, position in positions.items()}
        )


def typed(
    table: Table,
    rows: Iterable[Texts],
    zone: ZoneInfo,
    findings: Findings,
    labels: Mapping[str, str] | None = None,
) -> Iterator[pa.RecordBatch]:
    """Yield the good rows, typed, with their record numbers as last column.

    Args:
        table: The table.
        rows: The rows as text.
        zone: The zone into which times with an offset are converted.
        findings: Where the faults go.
        labels: What the file calls the table's columns, where that differs.
    """
    schema = read_schema(table)
    for texts in rows:
        if not len(texts.records):
            continue
        read = _Read(texts.columns, {}, texts.records, findings, labels or {})
        bad = read.columns_of(table, zone) | _row_faults(table, read)
        if table.name == "orders":
            read.columns.update(_order_defaults(read.columns))
            _note_high_refunds(read)
        arrays = [
            *(_as(schema.field(name).type, read.columns[name]) for name in table.names),
            pa.array(texts.records),
        ]
        whole = pa.RecordBatch.from_arrays(arrays, schema=schema)
        yield whole.filter(pa.array(~bad)) if bad.any() else whole


def read_schema(table: Table) -> pa.Schema:
    """Return the columns of a table's typed rows: its own, and the record number."""
    codes = coded_columns(table)
    own = [pa.field(one.name, CODES if one.name in codes else one.type) for one in table.schema]
    return pa.schema([*own, pa.field(RECORD, pa.int64())])


def coded_columns(table: Table) -> Sequence[str]:
    """Return the columns of a table that are read as dictionary codes."""
    return CODED if table.name == "messages" else ()


def _as(kind: pa.DataType, values: pa.Array) -> pa.Array:
    """Return values as dictionary codes where those are wanted."""
    return values.dictionary_encode() if kind == CODES else values


@dataclass(frozen=True, slots=True)
class _Read:
    """Some rows being read: their cells as text and, one by one, as values."""

    texts: Mapping[str, pa.Array]
    columns: dict[str, pa.Array]
    records: npt.NDArray[np.int64]
    findings: Findings
    labels: Mapping[str, str]

    def columns_of(self, table: Table, zone: ZoneInfo) -> Mask:
        """Read every column, note its faults, and return the rows that they keep out."""
        self.findings.records += len(self.records)
        bad = np.zeros(len(self.records), dtype=np.bool_)
        for column in table.columns:
            if column.name not in self.texts:
                self.columns[column.name] = absent(column, len(self.records))
                continue
            read = parsed(column, self.texts[column.name], zone)
            self.columns[column.name] = read.values
            self.findings.converted |= read.converted
            for fault in read.faults:
                bad |= self.noted(fault, column.name)
        return bad

    def noted(self, fault: Fault, column: str) -> Mask:
        """Note a fault of a column and return the rows that it keeps out."""
        values = self.texts[column].filter(pa.array(fault.rows))
        label = self.labels.get(column, column)
        self.findings.add_column(fault.kind, self.records[fault.rows], label, values, fault.gaps)
        return fault.rows if fault.kind.severity is Severity.ERROR else np.zeros_like(fault.rows)

    def after(self, kind: Kind, later: str, earlier: str) -> Mask:
        """Note the rows where ``later`` comes before ``earlier``, and return them."""
        if later not in self.texts or earlier not in self.texts:
            return np.zeros(len(self.records), dtype=np.bool_)
        wrong = flags(pc.less(self.columns[later], self.columns[earlier]))
        for row in np.flatnonzero(wrong):
            first, text = str(self.columns[earlier][row].as_py()), self.texts[later][row].as_py()
            label = self.labels.get(later, later)
            self.findings.add(kind, int(self.records[row]), label, text, earlier=first)
        return wrong


def _row_faults(table: Table, read: _Read) -> Mask:
    """Note what is wrong between the cells of a row, and return the rows that it keeps out."""
    if table.name == "orders":
        early = read.after(problems.PAID_TOO_EARLY, "paid_at", "created_at")
        return early | _paid_without_time(read)
    if table.name == "accounts":
        return read.after(problems.ENDS_TOO_EARLY, "to", "from")
    if table.name == "entries":
        return _taken_back_without_saying_so(read)
    return np.zeros(len(read.records), dtype=np.bool_)


def _taken_back_without_saying_so(read: _Read) -> Mask:
    """Note the entries below zero whose note does not say that they reverse another one."""
    below = flags(pc.less(read.columns["quantity"], pa.scalar(0, read.columns["quantity"].type)))
    if not below.any():
        return below
    says_so = flags(pc.match_substring_regex(read.columns["note"], REVERSES))
    return read.noted(Fault(problems.NOT_POSITIVE, below & ~says_so), "quantity")


def _paid_without_time(read: _Read) -> Mask:
    nowhere = np.zeros(len(read.records), dtype=np.bool_)
    if "paid_amount" not in read.texts:
        return nowhere
    timeless = ~nowhere if "paid_at" not in read.texts else flags(pc.equal(read.texts["paid_at"], ""))
    timeless &= flags(pc.not_equal(read.texts["paid_amount"], ""))
    if not timeless.any():
        return nowhere
    return read.noted(Fault(problems.PAID_WITHOUT_TIME, timeless), "paid_amount")


def _note_high_refunds(read: _Read) -> None:
    """Note the orders of which more is refunded than was paid; what was not paid is zero."""
    if "refunded" not in read.texts:
        return
    paid = pc.fill_null(read.columns["paid_amount"], pa.scalar(Decimal(0), read.columns["amount"].type))
    label = read.labels.get("refunded", "refunded")
    for row in np.flatnonzero(flags(pc.greater(read.columns["refunded"], paid))):
        text = read.texts["refunded"][row].as_py()
        record, gap = int(read.records[row]), str(paid[row].as_py())
        read.findings.add(problems.REFUND_TOO_HIGH, record, label, text, paid=gap)


def _order_defaults(columns: Mapping[str, pa.Array]) -> dict[str, pa.Array]:
    """Return the amount paid (the amount, once paid) and refunded (zero) with their defaults."""
    amount = columns["amount"]
    paid = pc.if_else(pc.is_valid(columns["paid_at"]), amount, pa.scalar(None, amount.type))
    return {
        "paid_amount": pc.coalesce(columns["paid_amount"], paid),
        "refunded": pc.fill_null(columns["refunded"], pa.scalar(Decimal(0), amount.type)),
    }
