"""Several rows of a file that are one row of a table: an order's lines, one per article."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kaohe.records import problems
from kaohe.records.between import group_numbers
from kaohe.records.findings import Findings, Records
from kaohe.records.reading import RECORD, Texts

EXACT = pa.decimal128(38, 6)
PLAIN_NUMBER = r"^-?[0-9]{1,20}(\.[0-9]{1,6})?$"


@dataclass(frozen=True, slots=True)
class Group:
    """What makes rows one.

    Attributes:
        by: The columns that they share.
        add: The columns that are added up.
        first: The columns whose first value counts; in all others they must agree.
    """

    by: tuple[str, ...]
    add: tuple[str, ...]
    first: tuple[str, ...] = ()


def grouped(batches: Iterator[Texts], group: Group, findings: Findings) -> Iterator[Texts]:
    """Yield one row for each group, with the record of its first row.

    The whole file is read before the first row comes. A group whose rows disagree, or
    have something that is no number where numbers are added, is an error of all its rows.
    """
    tables = [
        pa.table({**dict(texts.columns), RECORD: pa.array(texts.records)})
        for texts in batches
        if len(texts.records)
    ]
    if not tables:
        return
    rows = pa.concat_tables(tables).combine_chunks()
    del tables
    groups = group_numbers(rows, group.by)
    order = np.argsort(groups, kind="stable")
    starts = np.flatnonzero(np.diff(groups[order], prepend=-1))
    leaders = order[starts]
    records = rows[RECORD].to_numpy()
    findings.companions = (records, records[leaders][groups])
    columns = {
        name: _added(rows[name], groups) if name in group.add else rows[name].take(pa.array(leaders))
        for name in rows.column_names
        if name != RECORD
    }
    agree = np.ones(len(leaders), dtype=np.bool_)
    for name in columns:
        if name not in (*group.by, *group.add, *group.first):
            agree[_disagreeing(rows, name, groups, leaders, findings)] = False
    place = np.argsort(records[leaders])
    place = place[agree[place]]
    findings.records += rows.num_rows - len(place)
    where = pa.array(place)
    yield Texts(
        records[leaders][place], {name: one.combine_chunks().take(where) for name, one in columns.items()}
    )


def _added(texts: pa.ChunkedArray, groups: Records) -> pa.ChunkedArray:
    """Return each group's sum as text; a group with something that is no number gives that back."""
    plain = pc.match_substring_regex(texts, PLAIN_NUMBER)
    values = pc.if_else(plain, texts, "0").cast(EXACT)
    table = pa.table({"group": groups, "value": values}).group_by("group").aggregate([("value", "sum")])
    sums = table.sort_by("group")["value_sum"].cast(pa.string())
    odd = np.flatnonzero(~plain.to_numpy())
    if not len(odd):
        return sums
    shown = np.array(sums.to_pylist(), dtype=object)
    shown[groups[odd]] = texts.take(pa.array(odd)).to_pylist()
    return pa.chunked_array([pa.array(shown.tolist(), pa.string())])


def _disagreeing(rows: pa.Table, name: str, groups: Records, leaders: Records, findings: Findings) -> Records:
    """Note where the rows of a group differ in a column, and return those groups."""
    firsts = rows[name].take(pa.array(leaders[groups]))
    differing = np.flatnonzero(pc.not_equal(rows[name], firsts).to_numpy())
    for row in differing.tolist():
        leader = int(leaders[groups[row]])
        findings.add(
            problems.GROUP_DIFFERS,
            rows[RECORD][leader].as_py(),
            name,
            rows[name][leader].as_py(),
            other=rows[RECORD][row].as_py(),
            differing=rows[name][row].as_py(),
        )
    return groups[differing]
