"""The rows behind a measure, and the conversations behind a row, as people read them.

Where they come from is a port: a run that was handed its measures has none, and the
report of a closed period may have them from elsewhere.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, Protocol

import pyarrow as pa

from kaohe.appraisal.appraise import Appraisal
from kaohe.core.figure import Level, MeasureRef, Unit
from kaohe.core.language import Language, Text
from kaohe.measures.compute import Measured
from kaohe.measures.conversation import Chat, Conversation, Mark, conversations
from kaohe.measures.evidence import Evidence, evidence
from kaohe.measures.wording import MARKS, REASONS
from kaohe.records.source import Records
from kaohe.statements.shown import day_said, shown
from kaohe.statements.words.voice import Voice

COLUMNS: Mapping[str, Text] = {
    "day": Text("Day"),
    "person": Text("Agent"),
    "customer": Text("Customer"),
    "first_customer_at": Text("First line"),
    "first_agent_at": Text("First line"),
    "first_response_seconds": Text("First response, s"),
    "response_seconds": Text("Waiting, s"),
    "response_rounds": Text("Answered rounds"),
    "unanswered_rounds": Text("Unanswered rounds"),
    "customer_messages": Text("Customer lines"),
    "agent_messages": Text("Agent lines"),
    "ordered_same_day": Text("Ordered the same day"),
    "converted": Text("Paid in time"),
    "orders": Text("Orders"),
    "order_id": Text("Order"),
    "created_at": Text("Placed at"),
    "paid_at": Text("Paid at"),
    "amount": Text("Order amount"),
    "paid_in_time": Text("Paid in time"),
    "paid_amount": Text("Amount paid"),
    "refunded": Text("Refunded"),
    "placing": Text("Placed through"),
    "paying": Text("Paid through"),
    "reception_day": Text("Day of the chat"),
    "rated_at": Text("Rated at"),
    "score": Text("Score"),
    "filed_at": Text("Filed at"),
    "upheld": Text("Upheld"),
    "pv": Text("Page views"),
    "uv": Text("Visitors"),
    "sales": Text("Sales"),
    "counts": Text("Counts"),
    "reason": Text("Why not"),
}
"""The columns that people see, in their order; a shop's name stands where there are several."""
BRIEF = (
    "first_customer_at",
    "first_agent_at",
    "created_at",
    "rated_at",
    "filed_at",
    "customer",
    "response_seconds",
    "orders",
    "order_id",
    "paid_at",
    "paid_amount",
    "score",
    "upheld",
    "counts",
    "reason",
)
"""The columns for where there is little room."""
SENDERS: Mapping[str, Text] = {
    "customer": Text("customer"),
    "agent": Text("agent"),
    "robot": Text("robot"),
    "system": Text("system"),
}
WAITED = Text("Waited, s")
NO_CHAT = Text("The chat is not at hand.")
AMOUNTS = ("amount", "paid_amount", "refunded", "sales")
PEOPLE = ("person", "placing", "paying")


class EvidenceSource(Protocol):
    """Where the rows behind measures come from."""

    def rows(self, ref: MeasureRef) -> Evidence | None:
        """Return the rows behind a sum of a measure; None where they are not at hand."""

    def conversation(self, shop: str, person: str, customer: str, day: date) -> Conversation | None:
        """Return a conversation; None where it is not at hand."""

    def conversations(self, chats: Sequence[Chat]) -> Iterator[Conversation | None]:
        """Yield many conversations, each as ``conversation`` returns it."""


@dataclass(frozen=True)
class MeasuredEvidence:
    """The evidence of a run that computed its measures from records.

    Attributes:
        appraisal: The appraisal.
        measured: What was measured for it.
        records: The records that were measured.
    """

    appraisal: Appraisal
    measured: Measured
    records: Records

    def rows(self, ref: MeasureRef) -> Evidence | None:
        """Return the rows behind a sum of a measure; None for days that this run did not measure."""
        if ref.span.first < self.measured.first or ref.span.last > self.measured.last:
            return None
        return evidence(
            ref.measure,
            self.measured,
            self.records,
            level=ref.level,
            subjects=self._subjects(ref),
            shops=ref.shops,
            days=[day for day in ref.span.days() if day not in ref.without],
        )

    def _subjects(self, ref: MeasureRef) -> Sequence[str]:
        if ref.level is Level.DEPARTMENT:
            evaluator = self.appraisal.evaluator
            return sorted(evaluator.department_members(ref.subject, self.appraisal.period))
        return [ref.subject]

    def conversation(self, shop: str, person: str, customer: str, day: date) -> Conversation | None:
        """Return a conversation; None for a day that this run did not measure."""
        return next(self.conversations([Chat(shop, person, customer, day)]))

    def conversations(self, chats: Sequence[Chat]) -> Iterator[Conversation | None]:
        """Yield many conversations; None for each of a day that this run did not measure."""
        # A chat that an order was placed through may lie a day before the range.
        first = self.measured.first - timedelta(days=self.measured.rules.order_days)
        at_hand = [one for one in chats if first <= one.day <= self.measured.last]
        found = iter(conversations(self.measured, self.records, at_hand))
        for one in chats:
            yield next(found) if first <= one.day <= self.measured.last else None


@dataclass(frozen=True, slots=True)
class Row:
    """One row of evidence.

    Attributes:
        cells: As shown, one a column.
        chat: The conversation behind it; None where there is none.
    """

    cells: tuple[str, ...]
    chat: Chat | None


@dataclass(frozen=True, slots=True)
class Rows:
    """Some rows of evidence, ready to be shown.

    Attributes:
        columns: Their titles.
        rows: The rows asked for.
        count: How many there are in all.
    """

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    count: int

    def data(self) -> dict[str, Any]:
        """Return the rows as plain data."""
        return {
            "columns": list(self.columns),
            "count": self.count,
            "rows": [{"cells": list(row.cells), "chat": _chat_data(row.chat)} for row in self.rows],
        }


def _chat_data(chat: Chat | None) -> dict[str, str] | None:
    if chat is None:
        return None
    return {"shop": chat.shop, "person": chat.person, "customer": chat.customer, "day": chat.day.isoformat()}


def said(
    table: pa.Table, voice: Voice, *, offset: int = 0, limit: int | None = None, brief: bool = False
) -> Rows:
    """Return rows of evidence as people read them.

    Args:
        table: ``counted`` or ``not_counted`` of an evidence.
        voice: Of which appraisal, in which language.
        offset: How many rows to pass over.
        limit: How many rows at most; None: all.
        brief: Whether only the columns that one looks at first are wanted.
    """
    names = [name for name in COLUMNS if name in table.column_names and (not brief or name in BRIEF)]
    if not any(name in BRIEF[:5] for name in names):
        names = [name for name in COLUMNS if name in table.column_names]
    elif not brief and len(voice.appraisal.evaluator.shops) > 1 and "shop" in table.column_names:
        names = ["shop", *names]
    titles = tuple(voice.text(COLUMNS.get(name, Text("Shop"))) for name in names)
    wanted = table.slice(offset, limit).to_pylist()
    rows = tuple(Row(tuple(_cell(name, row[name], voice) for name in names), _chat(row)) for row in wanted)
    return Rows(titles, rows, table.num_rows)


def _chat(row: Mapping[str, Any]) -> Chat | None:
    """Return the conversation behind a row: a reception's own, or the one an order was placed through."""
    if "order_id" in row:
        person, day = row.get("placing"), row.get("reception_day")
    else:
        person, day = row.get("person"), row.get("day")
    if person is None or day is None or row.get("customer") is None:
        return None
    return Chat(row["shop"], person, row["customer"], day)


def _cell(name: str, held: object, voice: Voice) -> str:
    if held is None:
        return ""
    if name == "reason":
        return voice.text(REASONS[str(held)])
    if name in PEOPLE:
        return voice.appraisal.name(str(held))
    if name == "orders" and isinstance(held, list):
        return Text(", ").to(voice.language).join(str(order["order_id"]) for order in held)
    return _shown(held, voice.language, money=name in AMOUNTS)


def _shown(held: object, language: Language, *, money: bool) -> str:
    match held:
        case bool():
            return shown(held, None, language)
        case datetime():
            return f"{held:%m-%d %H:%M:%S}"
        case date():
            return day_said(held, language)
        case int() | Decimal():
            return shown(Fraction(held), Unit.MONEY if money else None, language)
    return str(held)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a conversation.

    Attributes:
        sent_at: When, as shown.
        sender: ``customer``, ``agent``, ``robot`` or ``system``.
        text: What was written.
        waiting_seconds: How long the customer had waited for it; None where it answers nothing.
        margin: What was made of it.
        orders: The orders that the margin speaks of.
    """

    sent_at: str
    sender: str
    text: str
    waiting_seconds: int | None
    margin: tuple[str, ...]
    orders: tuple[str, ...]


def lines(found: Conversation, language: Language) -> Iterator[Line]:
    """Yield a conversation's lines with what was made of each in the margin."""
    for row in found.lines.to_pylist():
        yield Line(
            sent_at=f"{row['sent_at']:%Y-%m-%d %H:%M:%S}",
            sender=row["sender"],
            text=row["text"] or "",
            waiting_seconds=row["waiting_seconds"],
            margin=tuple(MARKS[Mark(mark)].to(language) for mark in row["marks"]),
            orders=tuple(row["orders"]),
        )
