"""Rows of evidence kept once each: a reception counts into many measures, but travels once.

A row is known by what it is a row of: a reception by shop, person, customer and day, an
order by its id, anything else by all that is shown of it. Lists name rows by number.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from kaohe.core.figure import MeasureRef, Unit
from kaohe.core.language import Language
from kaohe.measures.conversation import Chat
from kaohe.measures.wording import REASONS
from kaohe.statements.evidence import AMOUNTS, COLUMNS, PEOPLE
from kaohe.statements.report.said import Telling
from kaohe.statements.shown import shown

Numbers = npt.NDArray[np.int64]
Cell = str | int | None
CHAT, ORDER = ("shop", "person", "customer", "day"), ("shop", "order_id")
BETWEEN = "\x1f"
EPOCH = date(1970, 1, 1)
HUNDRED = 100
OF_A_LIST = ("counts", "reason", "day")
"""Columns that belong to a list, or that another column says more exactly."""


@dataclass(slots=True)
class Side:
    """The rows of a measure that count, or those that do not, of everybody in the period.

    Attributes:
        kind: The name of what the rows are rows of.
        rows: The row's number in its kind.
        whose: A number for whose it is.
        days: The day, counted from 1970.
        adds: What each adds, in hundredths; none for rows that do not count.
        reasons: Why each does not count; none for rows that do.
    """

    kind: str
    rows: Numbers
    whose: Numbers
    days: Numbers
    adds: Numbers | None
    reasons: npt.NDArray[np.str_] | None

    def of(self, ref: MeasureRef, whose: set[int] | None) -> Numbers:
        """Return where the rows of a sum stand; None for whose: everybody's."""
        first, last = ((day - EPOCH).days for day in (ref.span.first, ref.span.last))
        wanted = (self.days >= first) & (self.days <= last)
        if ref.without:
            wanted &= ~np.isin(self.days, [(day - EPOCH).days for day in ref.without])
        if whose is not None:
            wanted &= np.isin(self.whose, list(whose))
        return np.flatnonzero(wanted).astype(np.int64)

    def total(self, at: Numbers) -> Fraction:
        """Return what rows add up to."""
        return Fraction(0 if self.adds is None else int(self.adds[at].sum()), HUNDRED)

    def said(self, at: Numbers, telling: Telling) -> dict[str, object]:
        """Return what rows add, unless each adds one, or why they do not count, once if all are alike."""
        if self.reasons is not None:
            reasons = self.reasons[at].tolist()
            numbers = {one: telling.texts.put(telling.text(REASONS[one])) for one in dict.fromkeys(reasons)}
            said = [numbers[one] for one in reasons]
            return {"y": said[0] if len(numbers) == 1 else said}
        adds = [] if self.adds is None else self.adds[at].tolist()
        if all(one == HUNDRED for one in adds):
            return {}
        return {"a": [one // HUNDRED if one % HUNDRED == 0 else f"{one / HUNDRED:,.2f}" for one in adds]}


@dataclass(slots=True)
class Kind:
    """All rows of one kind.

    Attributes:
        by: The columns that a row is known by.
        columns: The columns that are shown.
    """

    by: tuple[str, ...]
    columns: tuple[str, ...]
    keys: pa.Array = field(default_factory=lambda: pa.array([], pa.string()))
    parts: list[pa.Table] = field(default_factory=list)

    def numbers(self, table: pa.Table) -> Numbers:
        """Return the number of each row of a table; rows that are new get the next ones."""
        keys = _keys(table, self.by)
        found = pc.index_in(keys, value_set=self.keys)
        new = pc.is_null(found)
        if pc.any(new).as_py():
            self.keys = pa.concat_arrays([self.keys, keys.filter(new)])
            self.parts.append(table.filter(new).select([one for one in _KEPT if one in table.column_names]))
            found = pc.index_in(keys, value_set=self.keys)
        return np.asarray(found, dtype=np.int64)

    def table(self, numbers: Numbers) -> pa.Table:
        """Return some of the rows."""
        return pa.concat_tables(self.parts, promote_options="default").take(pa.array(numbers))

    def chats(self, numbers: Numbers) -> list[Chat]:
        """Return the conversations behind some of the rows, where there are any."""
        return [one for one in _chats(self.table(numbers)) if one is not None]

    def data(self, numbers: Numbers, telling: Telling, chats: Mapping[Chat, int]) -> dict[str, object]:
        """Return rows for the page: columns, cells, and which row opens which conversation.

        Args:
            numbers: Which rows, in which order.
            telling: Says things in every language.
            chats: The conversations that are carried, with their numbers.
        """
        if not len(numbers):
            return {"columns": [], "rows": [], "chats": {}}
        table = self.table(numbers)
        flags = [pa.types.is_boolean(table[name].type) for name in self.columns]
        rows = _cells(table, self.columns, telling.appraisal.name)
        opening = ((row, chats.get(chat)) for row, chat in enumerate(_chats(table)) if chat is not None)
        return {
            "columns": [telling.texts.put(telling.text(COLUMNS[name])) for name in self.columns],
            "flags": [int(one) for one in flags],
            "who": self.columns.index("person") if "person" in self.columns else -1,
            "rows": rows,
            "chats": {str(row): number for row, number in opening if number is not None},
        }


def hundredths(amounts: pa.ChunkedArray) -> Numbers:
    """Return amounts of two decimal places as whole numbers."""
    return np.asarray(pc.multiply(amounts, Decimal(HUNDRED)).cast(pa.int64()), dtype=np.int64)


def kind_name(table: pa.Table) -> str:
    """Return the name of what a table's rows are rows of."""
    names = table.column_names
    known = next((one for one in ("order_id", "first_customer_at", "first_agent_at") if one in names), "")
    return known or ",".join(names[:-1])


def kind_of(table: pa.Table) -> Kind:
    """Return the kind of a table's rows, empty so far."""
    names = table.column_names
    shown_columns = tuple(one for one in COLUMNS if one in names and one not in OF_A_LIST)
    if "order_id" in names:
        return Kind(ORDER, shown_columns)
    if "first_customer_at" in names or "first_agent_at" in names:
        return Kind(CHAT, shown_columns)
    whole = tuple(one for one in COLUMNS if one in names and one not in ("counts", "reason"))
    return Kind(("shop", *whole) if "shop" in names else whole, whole)


_KEPT = ("shop", *COLUMNS)


def _keys(table: pa.Table, by: Iterable[str]) -> pa.Array:
    columns = [pc.fill_null(table[name].cast(pa.string()), "") for name in by]
    return pc.binary_join_element_wise(*columns, BETWEEN).combine_chunks()


def _chats(table: pa.Table) -> list[Chat | None]:
    """Return the conversation behind each row: a reception's own, or the one an order was placed through."""
    person, day = ("placing", "reception_day") if "order_id" in table.column_names else ("person", "day")
    wanted = ("shop", person, "customer", day)
    if not set(wanted) <= set(table.column_names):
        return [None] * table.num_rows
    rows = zip(*(table[name].to_pylist() for name in wanted), strict=True)
    return [None if None in row else Chat(*row) for row in rows]


def _cells(table: pa.Table, columns: Iterable[str], names: Callable[[str], str]) -> list[list[Cell]]:
    """Return rows as the page shows them: a text or a number each, 1 and 0 for yes and no.

    Args:
        table: The rows.
        columns: Which columns, in which order.
        names: What people are called.
    """
    there = [_column(table[name], name, names) for name in columns]
    return [list(row) for row in zip(*there, strict=True)]


def _column(column: pa.ChunkedArray, name: str, names: Callable[[str], str]) -> list[Cell]:
    kind = column.type
    if pa.types.is_timestamp(kind):
        return list(pc.strftime(column, "%m-%d %H:%M:%S").to_pylist())
    held = column.to_pylist()
    if name in PEOPLE:
        called: Mapping[object, str] = {one: names(one) for one in set(held) if one is not None}
        return [called.get(one) for one in held]
    if pa.types.is_boolean(kind):
        return [None if one is None else int(one) for one in held]
    if pa.types.is_decimal(kind):
        unit = Unit.MONEY if name in AMOUNTS else None
        return [None if one is None else shown(Fraction(one), unit, Language.EN) for one in held]
    if pa.types.is_list(kind):
        return [", ".join(str(order["order_id"]) for order in one or ()) for one in held]
    return [one.isoformat() if isinstance(one, date) else one for one in held]
