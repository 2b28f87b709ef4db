"""What was found in one file, gathered by the column and told by the line."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kaohe.core.language import Text
from kaohe.core.problem import Kind, Place, Problem, Severity
from kaohe.records import problems
from kaohe.records.rows import Original, Source

Records = npt.NDArray[np.int64]
LISTED = 10_000
"""Of one kind of problem in one column, so many rows are listed; the rest is counted."""
VISIBLE = {code: 0x2400 + code for code in range(32) if code not in b"\t\n\r"} | {127: 0x2421}
"""Control characters as signs: a terminal would obey them."""


@dataclass(frozen=True, slots=True)
class _Found:
    """One faulty cell, its line not yet known. ``other``: a record that the message points to."""

    kind: Kind
    record: int
    column: str
    value: str
    gaps: Mapping[str, object]
    other: int | None


@dataclass
class Findings:
    """The problems of one file's records.

    Attributes:
        rows: The file.
        records: How many records were looked at.
        companions: Where several records are one row: records, and for each the one that
            speaks for it. What keeps out the one keeps out them all.
        converted: Whether a time had an offset and was converted into the shop's zone.
        labels: What the file calls the table's columns, where that differs.
    """

    rows: Source
    records: int = 0
    companions: tuple[Records, Records] | None = None
    converted: bool = False
    labels: Mapping[str, str] = field(default_factory=dict)
    _kept_out: list[tuple[Text, Records]] = field(default_factory=list)
    _found: list[_Found] = field(default_factory=list)
    _counts: dict[tuple[str, str], int] = field(default_factory=dict)

    def add_column(
        self,
        kind: Kind,
        records: Records,
        column: str,
        values: pa.Array,
        gaps: Mapping[str, object],
    ) -> None:
        """Note that these records have this problem in this column.

        Args:
            kind: The problem.
            records: The records' numbers.
            column: The column's name, for people.
            values: What stands there, one per record.
            gaps: What fills the gaps of the kind's sentences.
        """
        if kind.severity is Severity.ERROR:
            self._kept_out.append((_reason(kind, self._named(column), gaps), records))
        room = self._take(kind, column, len(records))
        shown = values.slice(0, room).to_pylist()
        self._found.extend(
            _Found(kind, record, column, value, gaps, None)
            for record, value in zip(records[:room].tolist(), shown, strict=True)
        )

    def add(
        self, kind: Kind, record: int, column: str, value: str, *, other: int | None = None, **gaps: object
    ) -> None:
        """Note one problem; ``other`` is a record whose line fills the gap ``{line}``."""
        if kind.severity is Severity.ERROR:
            self._kept_out.append(
                (_reason(kind, self._named(column), gaps), np.array([record], dtype=np.int64))
            )
        if self._take(kind, column, 1):
            self._found.append(_Found(kind, record, column, value, gaps, other))

    def bad(self) -> Records:
        """Return the records that have an error and must stay out, in order."""
        if not self._kept_out:
            return np.zeros(0, dtype=np.int64)
        return np.unique(np.concatenate([self._with_companions(one) for _, one in self._kept_out]))

    def reasons(self) -> Iterator[tuple[int, list[Text]]]:
        """Yield every bad record, in order, with all that is wrong with it."""
        if not self._kept_out:
            return
        each = [self._with_companions(records) for _, records in self._kept_out]
        records = np.concatenate(each)
        which = np.repeat(np.arange(len(each)), [len(one) for one in each])
        order = np.lexsort((which, records))
        told = zip(records[order].tolist(), which[order].tolist(), strict=True)
        for record, group in groupby(told, key=itemgetter(0)):
            yield (
                record,
                [self._kept_out[number][0] for number in dict.fromkeys(number for _, number in group)],
            )

    def _with_companions(self, records: Records) -> Records:
        if self.companions is None:
            return records
        members, leaders = self.companions
        return members[np.isin(leaders, records)]

    def problems(self) -> tuple[Problem, ...]:
        """Return them all in the order of the file, each with its line."""
        misfits = self.rows.misfits > 0
        if not self._found and not misfits:
            return ()
        wanted = {found.record for found in self._found}
        wanted |= {found.other for found in self._found if found.other is not None}
        seen: dict[int, Original] = {}
        told: list[Problem] = []
        for original in self.rows.originals(wanted, misfits=misfits):
            if original.record is None:
                if len(told) < LISTED:
                    told.append(self._misfit(original.line, original.cells))
            else:
                seen[original.record] = original
        told += [self._told(found, seen) for found in self._found]
        told.sort(key=lambda problem: problem.place.line)
        return (*told, *self._unlisted())

    def _take(self, kind: Kind, column: str, count: int) -> int:
        """Return how many of these may still be listed."""
        before = self._counts.get((kind.code, column), 0)
        self._counts[kind.code, column] = before + count
        return max(0, min(count, LISTED - before))

    def _told(self, found: _Found, seen: Mapping[int, Original]) -> Problem:
        original = seen[found.record]
        place = Place(str(self.rows.path), original.line, self._named(found.column))
        gaps = dict(found.gaps)
        if found.other is not None:
            gaps["line"] = seen[found.other].line
        return found.kind.at(place, self._as_it_stands(found, original).translate(VISIBLE), **gaps)

    def _as_it_stands(self, found: _Found, original: Original) -> str:
        """Return the cell as the file has it, before anything was taken off it."""
        names = [name.strip() for name in self.rows.header]
        column = self.labels.get(found.column, found.column)
        if column in names:
            return original.cells[names.index(column)]
        return found.value

    def _named(self, column: str) -> str:
        """Return a column's name for people: the file's own, and the table's in brackets if it differs."""
        theirs = self.labels.get(column, column)
        return theirs if theirs == column else f"{theirs} ({column})"

    def _misfit(self, line: int, cells: Iterable[str]) -> Problem:
        shown = list(cells)
        return problems.WRONG_WIDTH.at(
            Place(str(self.rows.path), line),
            ",".join(shown)[:200],
            count=len(shown),
            expected_count=len(self.rows.header),
        )

    def _unlisted(self) -> list[Problem]:
        """Return one problem for each kind and column that has more rows than are listed."""
        kinds = {found.kind.code: found.kind for found in self._found}
        return [
            problems.AND_MORE.at(
                Place(str(self.rows.path), column=self._named(column)),
                count=count - LISTED,
                message=kinds[code].message,
            )
            for (code, column), count in self._counts.items()
            if count > LISTED
        ]


def _reason(kind: Kind, column: str, gaps: Mapping[str, object]) -> Text:
    """Return what is wrong with a column, as one text."""
    return Text("{column}: {message}").filled(column=column, message=kind.message.filled(**gaps))
