"""Rows of text into a table's typed rows; bad rows stay out and are noted."""

from collections.abc import Iterable, Iterator, Mapping
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
from kaohe.records.schema import Table

RECORD = "record"
"""A column beside the table's own: the number of the record in its file."""


def typed(
    table: Table,
    batches: Iterable[Batch],
    positions: Mapping[str, int],
    zone: ZoneInfo,
    findings: Findings,
) -> Iterator[pa.RecordBatch]:
    """Yield the good rows, typed, with their record numbers as last column.

    Args:
        table: The table.
        batches: The rows; a column's name is its position in the header, as text.
        positions: Where the table's columns stand in the header.
        zone: The zone into which times with an offset are converted.
        findings: Where the faults go.
    """
    schema = table.schema.append(pa.field(RECORD, pa.int64()))
    for batch in batches:
        count = batch.columns.num_rows
        if not count:
            continue
        findings.records += count
        records = np.arange(batch.first, batch.first + count, dtype=np.int64)
        texts = {name: batch.columns.column(str(position)) for name, position in positions.items()}
        columns, bad = _columns(table, texts, records, zone, findings)
        bad |= _row_faults(table, _Read(texts, columns, records, findings))
        if table.name == "orders":
            columns |= _order_defaults(columns)
        arrays = [*(columns[name] for name in table.names), pa.array(records)]
        whole = pa.RecordBatch.from_arrays(arrays, schema=schema)
        yield whole.filter(pa.array(~bad)) if bad.any() else whole


def _columns(
    table: Table,
    texts: Mapping[str, pa.Array],
    records: npt.NDArray[np.int64],
    zone: ZoneInfo,
    findings: Findings,
) -> tuple[dict[str, pa.Array], npt.NDArray[np.bool_]]:
    """Return the typed columns, and the rows that have an error in one."""
    bad = np.zeros(len(records), dtype=np.bool_)
    columns: dict[str, pa.Array] = {}
    for column in table.columns:
        if column.name not in texts:
            columns[column.name] = absent(column, len(records))
            continue
        read = parsed(column, texts[column.name], zone)
        columns[column.name] = read.values
        findings.converted |= read.converted
        for fault in read.faults:
            bad |= _noted(fault, column.name, texts[column.name], records, findings)
    return columns, bad


def _noted(
    fault: Fault, column: str, texts: pa.Array, records: npt.NDArray[np.int64], findings: Findings
) -> npt.NDArray[np.bool_]:
    """Note a fault and return the rows that it keeps out."""
    values = texts.filter(pa.array(fault.rows))
    findings.add_column(fault.kind, records[fault.rows], column, values, fault.gaps)
    keeps_out = fault.kind.severity is Severity.ERROR
    return fault.rows if keeps_out else np.zeros_like(fault.rows)


@dataclass(frozen=True, slots=True)
class _Read:
    """One batch, read: its cells as text and as values, and its record numbers."""

    texts: Mapping[str, pa.Array]
    columns: Mapping[str, pa.Array]
    records: npt.NDArray[np.int64]
    findings: Findings

    def noted(self, fault: Fault, column: str) -> npt.NDArray[np.bool_]:
        """Note a fault of a column and return the rows that it keeps out."""
        return _noted(fault, column, self.texts[column], self.records, self.findings)

    def after(self, kind: Kind, later: str, earlier: str) -> npt.NDArray[np.bool_]:
        """Note the rows where ``later`` comes before ``earlier``, and return them."""
        if later not in self.texts or earlier not in self.texts:
            return np.zeros(len(self.records), dtype=np.bool_)
        wrong = flags(pc.less(self.columns[later], self.columns[earlier]))
        for row in np.flatnonzero(wrong):
            first = str(self.columns[earlier][row].as_py())
            self.findings.add(
                kind, int(self.records[row]), later, self.texts[later][row].as_py(), earlier=first
            )
        return wrong


def _row_faults(table: Table, read: _Read) -> npt.NDArray[np.bool_]:
    """Note what is wrong between the cells of a row, and return the rows that it keeps out."""
    if table.name == "orders":
        early = read.after(problems.PAID_TOO_EARLY, "paid_at", "created_at")
        return early | _paid_without_time(read)
    if table.name == "accounts":
        return read.after(problems.ENDS_TOO_EARLY, "to", "from")
    return np.zeros(len(read.records), dtype=np.bool_)


def _paid_without_time(read: _Read) -> npt.NDArray[np.bool_]:
    nowhere = np.zeros(len(read.records), dtype=np.bool_)
    if "paid_amount" not in read.texts:
        return nowhere
    timeless = ~nowhere if "paid_at" not in read.texts else flags(pc.equal(read.texts["paid_at"], ""))
    timeless &= flags(pc.not_equal(read.texts["paid_amount"], ""))
    if not timeless.any():
        return nowhere
    return read.noted(Fault(problems.PAID_WITHOUT_TIME, timeless), "paid_amount")


def _order_defaults(columns: Mapping[str, pa.Array]) -> dict[str, pa.Array]:
    """Return the amount paid (the amount, once paid) and refunded (zero) with their defaults."""
    amount = columns["amount"]
    paid = pc.if_else(pc.is_valid(columns["paid_at"]), amount, pa.scalar(None, amount.type))
    return {
        "paid_amount": pc.coalesce(columns["paid_amount"], paid),
        "refunded": pc.fill_null(columns["refunded"], pa.scalar(Decimal(0), amount.type)),
    }
