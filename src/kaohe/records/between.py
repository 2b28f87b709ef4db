"""What only shows between rows: repeated keys, and the states of one order."""

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from kaohe.records import problems
from kaohe.records.cells import flags
from kaohe.records.findings import Findings
from kaohe.records.reading import RECORD
from kaohe.records.schema import Table

Numbers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


def group_numbers(table: pa.Table, columns: Iterable[str]) -> Numbers:
    """Return a number for each row such that rows share it if they are equal in these columns."""
    numbers: Numbers = np.zeros(table.num_rows, dtype=np.int64)
    for name in columns:
        codes = table.column(name).combine_chunks()
        if not pa.types.is_dictionary(codes.type):
            codes = codes.dictionary_encode(null_encoding="encode")
        width = len(codes.dictionary) + 1
        indices = pc.fill_null(codes.indices, width - 1).to_numpy().astype(np.int64)
        numbers = np.unique(numbers * width + indices, return_inverse=True)[1].astype(np.int64)
    return numbers


def one_row_each(table: Table, rows: pa.Table, findings: Findings) -> pa.Table:
    """Return the rows with one for each key; keys that several different rows claim have none.

    Equal rows are one. Of an order's different states the newest stays, if the rows
    tell which it is.

    Args:
        table: The table; it has a key.
        rows: Its rows, with their record numbers.
        findings: Where the conflicts go.
    """
    groups = group_numbers(rows, table.key)
    counts = np.bincount(groups) if len(groups) else np.zeros(0, np.int64)
    if not (counts > 1).any():
        return rows
    repeated = counts[groups] > 1
    singles = rows.filter(pa.array(~repeated))
    several = _without_equals(rows.filter(pa.array(repeated)), table)
    if table.name == "orders":
        kept, undecided = newest_states(several)
    else:
        kept, undecided = _alone(several, table.key)
    _note_conflicts(table, undecided, findings)
    return pa.concat_tables([singles, kept]).sort_by(RECORD)


def newest_states(rows: pa.Table) -> tuple[pa.Table, pa.Table]:
    """Return each order's newest state, and the rows of orders of which none is the newest.

    A state is newer if it has come further (see ``demonstrably_older``) than every other.
    """
    columns = ["shop", "order_id"]
    progress = rows.append_column("group", pa.array(group_numbers(rows, columns)))
    progress = progress.append_column("paid", pc.is_valid(rows["paid_at"]).cast(pa.int8()))
    progress = progress.append_column("closed", pc.is_valid(rows["closed_at"]).cast(pa.int8()))
    order = ["group", "paid", "closed", "refunded", RECORD]
    progress = progress.sort_by([(name, "ascending") for name in order])
    groups = progress["group"].to_numpy()
    last = np.append(groups[1:] != groups[:-1], True)
    newest_of_each = np.flatnonzero(last)[groups]
    sorted_rows = progress.select(rows.column_names)
    older = demonstrably_older(sorted_rows, sorted_rows.take(pa.array(newest_of_each)))
    unclear = np.zeros(len(newest_of_each), dtype=np.bool_)
    unclear[groups[~older & ~last]] = True
    undecided = unclear[groups]
    return sorted_rows.filter(pa.array(last & ~undecided)), sorted_rows.filter(pa.array(undecided))


def demonstrably_older(rows: pa.Table, others: pa.Table) -> Mask:
    """Return which rows are an earlier state of the same order than the row beside it.

    Being paid, being closed and an amount refunded never go back: a state is older
    if the other has all that it has, and more.
    """
    none_lost = np.ones(rows.num_rows, dtype=np.bool_)
    gained = np.zeros(rows.num_rows, dtype=np.bool_)
    for name in ("paid_at", "closed_at"):
        absent, later_absent = flags(pc.is_null(rows[name])), flags(pc.is_null(others[name]))
        none_lost &= absent | flags(pc.equal(rows[name], others[name]))
        gained |= absent & ~later_absent
    none_lost &= flags(pc.less_equal(rows["refunded"], others["refunded"]))
    gained |= flags(pc.less(rows["refunded"], others["refunded"]))
    return none_lost & gained


def _without_equals(rows: pa.Table, table: Table) -> pa.Table:
    """Return the rows without those that equal an earlier one in every column."""
    _, first = np.unique(group_numbers(rows, table.names), return_index=True)
    return rows.take(pa.array(np.sort(first)))


def _alone(rows: pa.Table, key: Sequence[str]) -> tuple[pa.Table, pa.Table]:
    groups = group_numbers(rows, key)
    alone = np.bincount(groups, minlength=1)[groups] == 1
    return rows.filter(pa.array(alone)), rows.filter(pa.array(~alone))


def _note_conflicts(table: Table, rows: pa.Table, findings: Findings) -> None:
    """Note every row of a conflict, each pointing at another of its group."""
    if not rows.num_rows:
        return
    rows = rows.append_column("group", pa.array(group_numbers(rows, table.key)))
    rows = rows.sort_by([("group", "ascending"), (RECORD, "ascending")])
    column = table.key[-1]
    first: dict[int, int] = {}
    second: dict[int, int] = {}
    for row in rows.select(["group", RECORD]).to_pylist():
        if first.setdefault(row["group"], row[RECORD]) != row[RECORD]:
            second.setdefault(row["group"], row[RECORD])
    for row in rows.to_pylist():
        group, record = row["group"], row[RECORD]
        other = second[group] if first[group] == record else first[group]
        value = str(row[column] if row[column] is not None else "")
        if table.name == "orders":
            findings.add(problems.ORDER_TWICE, record, column, value, other=other, order=value)
        else:
            key = ", ".join(table.key)
            findings.add(problems.ROW_TWICE, record, column, value, other=other, key=key)
