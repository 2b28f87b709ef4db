"""Which records came, changed or went since a period was closed: how many rows, of which table and day.

A correction says so whether or not a figure moved: what a scheme does not look at, such
as refunds under ``refunds: kept``, is else nowhere to be seen.
"""

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pyarrow as pa

from kaohe.periods.books.kept import KEPT_TABLES, Kept
from kaohe.periods.books.window import MESSAGES, ORDERS, Days, Window, since
from kaohe.records.schema import TABLES, Cell, Table
from kaohe.records.store import Store

COLUMNS = ("table", "when", "came", "changed", "gone", "columns")
LASTING = ("people", "accounts")
"""Tables whose rows hold until they are changed; their days say when somebody came or went."""
Row = tuple[object, ...]
Read = Callable[[str, date], pa.Table]


@dataclass(frozen=True, slots=True)
class RowsChanged:
    """The rows of one table and day that are not as they were closed on.

    Attributes:
        table: The table.
        when: The day that they are of, or the month; blank: the table knows neither.
        came: How many there were not.
        changed: How many say something else now.
        gone: How many there are no longer.
        columns: What those that changed say otherwise.
    """

    table: str
    when: str
    came: int
    changed: int
    gone: int
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reach:
    """The days that a period can know anything of.

    Attributes:
        first: The first one.
        talked: The last one whose chat lines can still play a part.
        last: The last one of the period, and of weeks that reach beyond it.
        as_of: The last one whose records are complete.
    """

    first: date
    talked: date
    last: date
    as_of: date

    @classmethod
    def of(cls, kept: Kept, as_of: date) -> "Reach":
        """Return the reach of a closed period."""
        manifest, rules = kept.manifest, kept.policy.rules
        spans = (*manifest.measured, (manifest.first, manifest.last))
        last = max(end for _, end in spans)
        talked = min(as_of, last + timedelta(days=rules.order_days))
        return cls(since(rules, min(begin for begin, _ in spans)), talked, last, as_of)

    def knows(self, when: object, *, upto: date) -> bool:
        """Return whether a day or month lies within; what has neither always does."""
        if isinstance(when, datetime):
            when = when.date()
        if isinstance(when, date):
            return self.first <= when <= upto
        if isinstance(when, str):
            return f"{self.first:%Y-%m}" <= when <= f"{self.last:%Y-%m}"
        return True


def rows_changed(kept: Kept, closed: Window | None, now: Store, as_of: date) -> list[RowsChanged]:
    """Return the rows that are not as they were closed on, table by table and day by day.

    Args:
        kept: The closed version.
        closed: The store at its version, for the chat lines and orders; None: these are passed over.
        now: The store as it is.
        as_of: The last day that counts.
    """
    reach = Reach.of(kept, as_of)
    found: list[RowsChanged] = []
    if closed is not None:
        was = closed.records
        found += _of_days(
            MESSAGES, (was.partitions(), was.messages), (now.partitions(), now.messages), reach, reach.talked
        )
        found += _of_days(
            ORDERS, (was.order_days(), was.orders_of), (now.order_days(), now.orders_of), reach, reach.as_of
        )
    for name in KEPT_TABLES:
        found += _of_table(TABLES[name], kept.tables[name], now.table(name), reach)
    return found


def _of_days(
    name: str, closed: tuple[Days, Read], now: tuple[Days, Read], reach: Reach, last: date
) -> Iterator[RowsChanged]:
    """Yield what changed in a table that is kept by shop and day; only days whose digest moved are read."""
    (before, was), (after, then) = closed, now
    moved: dict[date, set[str]] = defaultdict(set)
    for shop, day in {*before, *after}:
        if reach.first <= day <= last and before.get((shop, day)) != after.get((shop, day)):
            moved[day].add(shop)
    for day, shops in sorted(moved.items()):
        sides = (pa.concat_tables([read(shop, day) for shop in sorted(shops)]) for read in (was, then))
        found = _compared(TABLES[name], *(_rows(one) for one in sides))
        if found is not None:
            yield RowsChanged(name, day.isoformat(), *found)


def _of_table(table: Table, closed: pa.Table, now: pa.Table, reach: Reach) -> Iterator[RowsChanged]:
    if closed.equals(now):
        return
    timely = (one for one in table.columns if one.cell in (Cell.DAY, Cell.MONTH, Cell.TIME))
    column = None if table.name in LASTING else next(timely, None)
    when = column.name if column else ""
    # What people say afterwards has a time; what is dated to a day belongs to that day's period.
    upto = reach.as_of if column and column.cell is Cell.TIME else reach.last
    before, after = (_by_time(one, when) for one in (closed, now))
    for label in sorted({*before, *after}):
        named = date.fromisoformat(label) if len(label) > len("2026-10") else label or None
        if reach.knows(named, upto=upto):
            found = _compared(table, before.get(label, []), after.get(label, []))
            if found is not None:
                yield RowsChanged(table.name, label, *found)


def _by_time(rows: pa.Table, when: str) -> Mapping[str, list[dict[str, object]]]:
    """Return day or month → rows; what says none stands under a blank."""
    found: dict[str, list[dict[str, object]]] = defaultdict(list)
    for row in _rows(rows):
        value = row.get(when)
        label = value.date().isoformat() if isinstance(value, datetime) else str(value or "")
        found[label].append(row)
    return found


def _rows(table: pa.Table) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = table.to_pylist()
    return rows


def _compared(
    table: Table, closed: Iterable[dict[str, object]], now: Iterable[dict[str, object]]
) -> tuple[int, int, int, tuple[str, ...]] | None:
    """Return how many rows came, changed and went, and in which columns; None where none did."""
    before, after = (Counter(tuple(row.items()) for row in side) for side in (closed, now))
    went, came = before - after, after - before
    if not went and not came:
        return None
    if not table.key:
        return came.total(), 0, went.total(), ()
    left, new = ({_key(table, row): dict(row) for row in side} for side in (went, came))
    both = left.keys() & new.keys()
    columns = tuple(
        name for name in table.names if any(left[key].get(name) != new[key].get(name) for key in both)
    )
    return len(new) - len(both), len(both), len(left) - len(both), columns


def _key(table: Table, row: Iterable[tuple[str, object]]) -> Row:
    named = dict(row)
    return tuple(named.get(name) for name in table.key)


def rows_changed_csv(found: Iterable[RowsChanged]) -> bytes:
    """Return the rows that changed as a file of the books."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for one in found:
        writer.writerow((one.table, one.when, one.came, one.changed, one.gone, " ".join(one.columns)))
    return text.getvalue().encode()
