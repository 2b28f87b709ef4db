"""The tables that a shop hands in: their columns, what each cell may hold, and their Arrow types.

Source of the definitions: ``spec/records.md``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

import pyarrow as pa

MONEY_DIGITS = 10
"""Digits before the point of an amount: fewer than a phone number (11) or an order number has."""
NUMBER_DIGITS = 12
"""Digits before the point of any other number; more is a slip of the pen."""


class Cell(Enum):
    """What a cell holds; its value is the Arrow type that it is read into.

    An id is a name that may be a long number, which spreadsheets spoil.

    Money has two decimal places. A number (a score, a rating, an indicator) has up
    to twelve, and as many digits before the point.
    """

    NAME = "name"
    ID = "id"
    TEXT = "text"
    SENDER = "sender"
    TIME = "time"
    DAY = "day"
    MONTH = "month"
    MONEY = "money"
    NUMBER = "number"
    QUANTITY = "quantity"
    STARS = "stars"
    COUNT = "count"
    FLAG = "flag"
    SEQ = "seq"

    @property
    def arrow(self) -> pa.DataType:
        """Return the Arrow type."""
        return ARROW_TYPES[self]


NUMBER_TYPE = pa.decimal128(24, 12)
ARROW_TYPES: Mapping[Cell, pa.DataType] = {
    Cell.NAME: pa.string(),
    Cell.ID: pa.string(),
    Cell.TEXT: pa.string(),
    Cell.SENDER: pa.string(),
    Cell.TIME: pa.timestamp("s"),
    Cell.DAY: pa.date32(),
    Cell.MONTH: pa.string(),
    Cell.MONEY: pa.decimal128(18, 2),
    Cell.NUMBER: NUMBER_TYPE,
    Cell.QUANTITY: NUMBER_TYPE,
    Cell.STARS: NUMBER_TYPE,
    Cell.COUNT: pa.int64(),
    Cell.FLAG: pa.bool_(),
    Cell.SEQ: pa.decimal128(38, 6),
}
SENDERS = ("customer", "agent", "robot", "system")


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes:
        name: Its name, as it stands in the header.
        cell: What its cells hold.
        optional: Whether the column may be missing.
        blank: Whether a cell may be blank.
    """

    name: str
    cell: Cell
    optional: bool = False
    blank: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """One table.

    Attributes:
        name: Its name, and the name of its file.
        columns: Its columns in the order of ``spec/records.md``.
        key: The columns that name a row; blank for events, which may repeat.
        events: Whether equal rows are several events, not a repetition.
    """

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    events: bool = False

    @property
    def schema(self) -> pa.Schema:
        """Return the Arrow schema."""
        return pa.schema([(column.name, column.cell.arrow) for column in self.columns])

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of its columns."""
        return tuple(column.name for column in self.columns)

    def __getitem__(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)


def _column(text: str) -> Column:
    """Return a column written as ``name:cell``; ``?`` marks one that may be missing, ``~`` blank cells."""
    name, _, cell = text.rstrip("?~").partition(":")
    optional = text.endswith("?")
    return Column(name, Cell(cell), optional, blank=optional or text.endswith("~"))


def _table(name: str, columns: str, key: str, *, events: bool = False) -> Table:
    return Table(name, tuple(map(_column, columns.split())), tuple(key.split()), events)


TABLES: Mapping[str, Table] = {
    table.name: table
    for table in (
        _table(
            "messages",
            "shop:name account:name customer:name sent_at:time sender:sender text:text~ seq:seq?",
            key="",
            events=True,
        ),
        _table(
            "orders",
            "shop:name order_id:id customer:name created_at:time paid_at:time? amount:money "
            "paid_amount:money? refunded:money? closed_at:time?",
            key="shop order_id",
        ),
        _table(
            "people",
            "person:name name:name department:name~ role:name~ regular:flag hired_on:day? left_on:day? "
            "base_pay:money? superior:name?",
            key="person",
        ),
        _table(
            "accounts",
            "shop:name account:name person:name from:day? to:day?",
            key="shop account person from",
        ),
        _table("targets", "person:name month:month amount:money", key="person month"),
        _table("traffic", "shop:name day:day pv:count uv:count sales:money?", key="shop day"),
        _table("dsr", "shop:name day:day attitude:number industry:number?", key="shop day"),
        _table(
            "ratings",
            "shop:name account:name customer:name rated_at:time score:stars",
            key="",
            events=True,
        ),
        _table(
            "complaints",
            "shop:name account:name customer:name filed_at:time upheld:flag?",
            key="",
            events=True,
        ),
        _table(
            "entries",
            "person:name day:day item:name quantity:quantity note:text? by:text? approved_by:text?",
            key="",
            events=True,
        ),
        _table(
            "scores",
            "round:name subject:name item:name rater:name score:number scored_at:time? note:text?",
            key="round subject item rater scored_at",
        ),
        _table(
            "draws",
            "round:name case:name person:name shop:name account:name customer:name day:day seed:name "
            "second:flag?",
            key="round case",
        ),
        _table(
            "reviews",
            "round:name case:name person:name item:name reviewer:name score:number reviewed_at:time? "
            "note:text?",
            key="round case item reviewer reviewed_at",
        ),
        _table(
            "attendance",
            "person:name month:month full:flag? overtime_hours:number? overtime_pay:money?",
            key="person month",
        ),
        _table(
            "operating",
            "department:name month:month indicator:name value:number",
            key="department month indicator",
        ),
    )
}
"""Every table by its name."""

REQUIRED = ("messages", "orders", "people", "accounts")
"""The tables that must be there, unless the measures come from elsewhere."""

CODED = ("shop", "account", "customer", "sender")
"""Columns of chat lines that are kept as dictionary codes: few words, many lines."""
CODES = pa.dictionary(pa.int32(), pa.string())

LINE_SCHEMA = pa.schema(
    [
        ("account", CODES),
        ("customer", CODES),
        ("sender", CODES),
        ("sent_at", pa.timestamp("s")),
        ("text", pa.string()),
    ]
)
"""One partition of chat lines as ``Records.messages`` hands it out."""
