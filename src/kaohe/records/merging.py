"""What becomes of a row that the store may already hold.

Chat lines, ratings, complaints and ledger entries are events: each is kept as often
as the fullest single export holds it. Everything else has a key, and the newer row
replaces the older.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from kaohe.records.between import demonstrably_older, group_numbers
from kaohe.records.cells import flags
from kaohe.records.ordering import conversation_order, flags_null, seq_ranks
from kaohe.records.reading import RECORD
from kaohe.records.schema import Table

Numbers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
LINE = ("account", "customer", "sent_at", "sender", "text")
"""What makes two lines of one shop the same line."""
SECOND = ("customer", "sent_at")
VERDICTS = {"complaints": "upheld", "entries": "approved_by"}
"""Events that somebody decides on afterwards, and the column that says how."""


@dataclass(frozen=True, slots=True)
class Merged:
    """The outcome for one partition or table.

    Attributes:
        rows: What the store holds from now on.
        new: How many rows it did not hold before.
        replaced: How many rows it held in another state.
        gone: How many rows it held and no longer does.
    """

    rows: pa.Table
    new: int
    replaced: int = 0
    gone: int = 0

    @property
    def changed(self) -> bool:
        """Whether the store's content differs from before."""
        return bool(self.new or self.replaced or self.gone)


def lines_in_order(rows: pa.Table) -> pa.Table:
    """Return chat lines in conversation order; ``record`` is their place in the export."""
    rows = rows.unify_dictionaries().combine_chunks()
    customers = _name_ranks(rows["customer"])
    seconds = rows["sent_at"].cast(pa.timestamp("s")).cast(pa.int64()).to_numpy()
    order = conversation_order(customers, seconds, rows["seq"], rows[RECORD].to_numpy())
    return rows.take(pa.array(order))


def one_export(pieces: Sequence[pa.Table]) -> pa.Table:
    """Return the lines of several files that were handed in together, in conversation order.

    The files are parts of one export, and equal lines of two parts are two lines,
    unless the files overlap: then they are merged as two exports are. ``record``
    counts through all of them afterwards.
    """
    whole = _renumbered(lines_in_order(pieces[0]), 0)
    for piece in pieces[1:]:
        more = _renumbered(lines_in_order(piece), whole.num_rows)
        if overlap(whole, more):
            whole = _renumbered(merged_lines(whole, more).rows, 0)
        else:
            whole = _renumbered(lines_in_order(pa.concat_tables([whole, more])), 0)
    return whole


def overlap(one: pa.Table, other: pa.Table) -> bool:
    """Return whether two files hold the same lines over again, rather than being parts of one export.

    They do if more than half of the lines of one of them, within the time that both
    cover, stand in the other too. Equal lines within a single second say nothing:
    there an export may have been cut in two.
    """
    both = _beside(one, other, LINE)
    shared = np.minimum(both.first_counts, both.second_counts)
    times = both.rows["sent_at"].cast(pa.int64()).to_numpy()
    if len(np.unique(times[shared[both.groups] > 0])) <= 1:
        return False
    first, second = times[: one.num_rows], times[one.num_rows :]
    begin, end = max(first.min(), second.min()), min(first.max(), second.max())
    within = min(((side >= begin) & (side <= end)).sum() for side in (first, second))
    return bool(shared.sum() * 2 > within)


def merged_lines(stored: pa.Table, incoming: pa.Table) -> Merged:
    """Return the lines of two exports, each as often as the fuller of the two holds it.

    Both stand in conversation order. Second by second of one customer: where one
    export holds all that the other does, it gives the lines and their order; where
    each lacks something, the incoming lines that are missing go in after the line
    that they follow, or by their numbers if all lines have one.
    """
    if not stored.num_rows:
        return Merged(incoming, incoming.num_rows)
    if _same_lines(stored, incoming):
        return Merged(stored, 0)
    both = _beside(stored, incoming, LINE)
    seconds = group_numbers(both.rows, SECOND)
    second_of_line = np.zeros(len(both.first_counts), dtype=np.int64)
    second_of_line[both.groups] = seconds
    stored_lacks = np.zeros(seconds.max() + 1, dtype=np.bool_)
    incoming_lacks = stored_lacks.copy()
    stored_lacks[second_of_line[both.second_counts > both.first_counts]] = True
    incoming_lacks[second_of_line[both.first_counts > both.second_counts]] = True
    if not stored_lacks.any():
        return Merged(stored, 0)
    from_stored = ~stored_lacks[seconds] & both.is_first
    from_incoming = (stored_lacks & ~incoming_lacks)[seconds] & ~both.is_first
    mixed = _mixed(both, seconds, stored_lacks & incoming_lacks)
    chosen = np.concatenate([np.flatnonzero(from_stored), np.flatnonzero(from_incoming), mixed])
    customers = _name_ranks(both.rows["customer"])[chosen]
    times = both.rows["sent_at"].cast(pa.int64()).to_numpy()[chosen]
    # Within a second the chosen rows already stand in order.
    order = np.lexsort((np.arange(len(chosen)), times, customers))
    rows = both.rows.take(pa.array(chosen[order]))
    return Merged(rows, rows.num_rows - stored.num_rows)


def _same_lines(stored: pa.Table, incoming: pa.Table) -> bool:
    """Return whether two exports hold the same lines in the same order."""
    if stored.num_rows != incoming.num_rows:
        return False
    both = pa.concat_tables([stored.select(LINE), incoming.select(LINE)]).unify_dictionaries()
    return bool(both.slice(0, stored.num_rows).equals(both.slice(stored.num_rows)))


def merged_events(table: Table, stored: pa.Table, incoming: pa.Table) -> Merged:
    """Return the events of two exports, each as often as the fuller of the two holds it.

    What somebody decides on afterwards, a complaint's verdict or who has approved an entry,
    is not part of what the event is: a later one takes the place of an earlier one, and a
    blank one takes the place of none.
    """
    verdict = VERDICTS.get(table.name, "")
    identity = [name for name in table.names if name != verdict]
    if verdict:
        # Decided first: the n-th of equal events here is then the n-th there.
        stored, incoming = stored.sort_by(verdict), incoming.sort_by(verdict)
    both = _beside(stored, incoming, identity)
    occurrences = _occurrences(both)
    extra = ~both.is_first & (occurrences >= both.first_counts[both.groups])
    stays = pa.array(both.is_first | extra)
    if not verdict:
        return Merged(both.rows.filter(stays), int(extra.sum()))
    verdicts, changed = _verdicts(both, occurrences, verdict)
    rows = both.rows.set_column(table.names.index(verdict), verdict, verdicts)
    return Merged(rows.filter(stays), int(extra.sum()), changed)


def merged_by_key(table: Table, stored: pa.Table, incoming: pa.Table) -> Merged:
    """Return the rows by key: an incoming row takes the place of a stored one.

    A stored order stays if the incoming row is demonstrably an older state of it.
    """
    both = pa.concat_tables([stored, incoming])
    groups = group_numbers(both, table.key)
    known = np.full(both.num_rows, -1, dtype=np.int64)
    known[groups[: stored.num_rows]] = np.arange(stored.num_rows)
    before = known[groups[stored.num_rows :]]
    met = np.flatnonzero(before >= 0)
    old_rows, new_rows = stored.take(pa.array(before[met])), incoming.take(pa.array(met))
    names = [name for name in table.names if name in stored.column_names]
    replaces = ~_equal_rows(old_rows, new_rows, names)
    if table.name == "orders":
        replaces &= ~demonstrably_older(new_rows, old_rows)
    stays = np.ones(stored.num_rows, dtype=np.bool_)
    stays[before[met[replaces]]] = False
    enters = before < 0
    new = int(enters.sum())
    enters[met[replaces]] = True
    rows = pa.concat_tables([stored.filter(pa.array(stays)), incoming.filter(pa.array(enters))])
    return Merged(rows, new, int(replaces.sum()))


@dataclass(frozen=True, slots=True)
class _Both:
    """Two tables beside each other, and how often each holds every distinct row."""

    rows: pa.Table
    groups: Numbers
    is_first: Mask
    first_counts: Numbers
    second_counts: Numbers


def _beside(one: pa.Table, other: pa.Table, identity: Sequence[str]) -> _Both:
    rows = pa.concat_tables([one, other]).combine_chunks()
    groups = group_numbers(rows, identity)
    size = int(groups.max()) + 1 if len(groups) else 0
    is_first = np.arange(len(groups)) < one.num_rows
    first_counts = np.bincount(groups[is_first], minlength=size)
    return _Both(rows, groups, is_first, first_counts, np.bincount(groups[~is_first], minlength=size))


def _renumbered(rows: pa.Table, first: int) -> pa.Table:
    """Return the rows with their place in the export counted from here."""
    places = pa.array(np.arange(first, first + rows.num_rows, dtype=np.int64))
    return rows.set_column(rows.schema.get_field_index(RECORD), RECORD, places)


def _name_ranks(names: pa.ChunkedArray) -> Numbers:
    """Return numbers that compare as the names do, by code points."""
    codes = pa.chunked_array(names).combine_chunks()
    if not pa.types.is_dictionary(codes.type):
        codes = codes.dictionary_encode()
    ranks: Numbers = np.empty(len(codes.dictionary), dtype=np.int64)
    ranks[pc.sort_indices(codes.dictionary).to_numpy()] = np.arange(len(ranks))
    taken: Numbers = np.take(ranks, codes.indices.to_numpy())
    return taken


def _mixed(both: _Both, seconds: Numbers, mixed: Mask) -> Numbers:
    """Return the rows of the seconds in which each export lacks something, in their order."""
    rows = np.flatnonzero(mixed[seconds])
    if not len(rows):
        return rows
    rows = rows[np.argsort(seconds[rows], kind="stable")]
    ranks, blank = seq_ranks(both.rows["seq"]), flags_null(both.rows["seq"])
    borders = np.flatnonzero(np.diff(seconds[rows])) + 1
    chosen: list[int] = []
    for second in np.split(rows, borders):
        is_first = both.is_first[second]
        kept = _interleaved(second[is_first].tolist(), second[~is_first].tolist(), both.groups)
        if not blank[kept].any():
            kept.sort(key=lambda row: int(ranks[row]))
        chosen += kept
    return np.array(chosen, dtype=np.int64)


def _interleaved(stored: list[int], incoming: list[int], lines: Numbers) -> list[int]:
    """Return the stored rows with the incoming ones that are missing among them, after those they follow."""
    before, after = lines[stored].tolist(), lines[incoming].tolist()
    missing = Counter(after) - Counter(before)
    chosen: list[int] = []
    steps = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    for step, first, last, begin, end in steps:
        chosen += stored[first:last]
        if step != "equal":
            for row, line in zip(incoming[begin:end], after[begin:end], strict=True):
                if missing[line] > 0:
                    missing[line] -= 1
                    chosen.append(row)
    return chosen


def _occurrences(both: _Both) -> Numbers:
    """Return for each row how many equal rows of its own table stand before it."""
    sides = both.groups * 2 + ~both.is_first
    order = np.argsort(sides, kind="stable")
    starts = np.flatnonzero(np.diff(sides[order], prepend=-1))
    lengths = np.diff(np.append(starts, len(order)))
    ranks = np.empty(len(order), dtype=np.int64)
    ranks[order] = np.arange(len(order)) - np.repeat(starts, lengths)
    return ranks


def _verdicts(both: _Both, occurrences: Numbers, column: str) -> tuple[pa.Array, int]:
    """Return every row's verdict, the incoming one where it is given, and how many that changes."""
    names = both.groups * (len(both.groups) + 1) + occurrences
    rows, others = np.flatnonzero(both.is_first), np.flatnonzero(~both.is_first)
    _, here, there = np.intersect1d(names[rows], names[others], assume_unique=True, return_indices=True)
    source = np.arange(len(names))
    source[rows[here]] = others[there]
    before = both.rows[column].combine_chunks()
    after = pc.coalesce(before.take(pa.array(source)), before)
    changed = pc.or_kleene(pc.not_equal(before, after), pc.xor(pc.is_null(before), pc.is_null(after)))
    return after, int(pc.sum(pc.fill_null(changed, fill_value=False)).as_py() or 0)


def _equal_rows(one: pa.Table, other: pa.Table, names: Sequence[str]) -> Mask:
    """Return which rows are equal in all these columns; null equals null."""
    equal = np.ones(one.num_rows, dtype=np.bool_)
    for name in names:
        nulls = pc.and_(pc.is_null(one[name]), pc.is_null(other[name]))
        equal &= flags(pc.or_(pc.fill_null(pc.equal(one[name], other[name]), fill_value=False), nulls))
    return equal
