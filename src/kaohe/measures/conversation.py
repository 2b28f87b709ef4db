"""One consultation as a person reads it: its lines, with what was made of each in the margin."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from kaohe.core.figure import UNASSIGNED
from kaohe.core.rules import Rules, Unanswered
from kaohe.measures.compute import Measured
from kaohe.measures.holders import Holders
from kaohe.records.source import Records

LINES = pa.schema(
    [
        ("account", pa.string()),
        ("sender", pa.string()),
        ("sent_at", pa.timestamp("s")),
        ("text", pa.string()),
        ("round", pa.int32()),
        ("waiting_seconds", pa.int32()),
        ("counted_seconds", pa.int32()),
        ("marks", pa.list_(pa.string())),
        ("orders", pa.list_(pa.string())),
    ]
)
"""The columns of a conversation's lines."""


class Mark(StrEnum):
    """What may stand in the margin of a line."""

    FIRST_LINE = "first_line"
    """The customer's first line: it decides about orders before and after."""
    ROUND_BEGINS = "round_begins"
    ANSWERS = "answers"
    """The agent line that ends a round."""
    QUICK = "quick"
    UNANSWERED = "unanswered"
    OUTSIDE_HOURS = "outside_hours"
    """A round that does not count because it begins outside the hours."""
    CAPPED = "capped"
    AD_PHRASE = "ad_phrase"
    PLACED_THROUGH = "placed_through"
    """The orders of this line were placed through it."""
    PAID_AFTER = "paid_after"
    """The orders of this line were paid after it, before anyone else wrote."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """One consultation, or one outreach.

    Attributes:
        lines: The lines, with LINES: ``round`` counts from 1 and stands at the
            customer's lines and the answer; ``waiting_seconds`` stands at the answer,
            and ``counted_seconds`` is what it counts as (of an unanswered round it
            stands at its first line); ``orders`` are the ids that the marks speak of.
        reception: The consultation's row with its filter and counts; empty for an outreach.
        orders: The orders placed through it.
    """

    lines: pa.Table
    reception: pa.Table
    orders: pa.Table


def conversation(  # noqa: PLR0913 - one conversation's whole name
    measured: Measured, records: Records, *, shop: str, person: str, customer: str, day: date
) -> Conversation:
    """Return the conversation of a person with a customer on a day, as it was counted.

    Args:
        measured: What was measured; the day lies in its range.
        records: The records that were measured.
        shop: The shop.
        person: The person, or ``(unassigned)``.
        customer: The customer.
        day: The day.
    """
    held = Holders.of(records.table("accounts")).on(shop, day)
    rows = records.conversation(shop, day, customer).to_pylist()
    lines = [_Line(**row) for row in rows if held.get(row["account"], UNASSIGNED) == person]
    reception = _rows(measured.receptions, shop=shop, customer=customer, person=person, day=day)
    of_customer = _rows(
        pa.concat_tables([measured.orders, measured.later_orders]), shop=shop, customer=customer
    )
    through = _rows(of_customer, placing=person, reception_day=day)
    _mark_rounds(lines, measured.rules)
    _mark_phrase(lines, measured.rules)
    if reception.num_rows and reception["filter"].null_count:
        _mark_orders(lines, of_customer.to_pylist(), person, day)
    return Conversation(pa.Table.from_pylist([_cells(line) for line in lines], LINES), reception, through)


@dataclass(slots=True)
class _Line:
    """One line with its margin."""

    account: str
    customer: str
    sender: str
    sent_at: datetime
    text: str | None
    round: int | None = None
    waiting_seconds: int | None = None
    counted_seconds: int | None = None
    marks: list[str] = field(default_factory=list)
    orders: list[str] = field(default_factory=list)


def _cells(line: _Line) -> dict[str, Any]:
    """Return the cells of a line."""
    return {name: getattr(line, name) for name in LINES.names}


def _rows(table: pa.Table, **cells: object) -> pa.Table:
    """Return the rows with these cells."""
    for name, value in cells.items():
        column = table[name]
        plain = column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column
        table = table.filter(pc.equal(plain, pa.scalar(value, plain.type)))
    return table


@dataclass(slots=True)
class _Round:
    """The customer's lines up to an answer."""

    lines: list[_Line]
    answer: _Line | None = None


def _rounds(lines: list[_Line]) -> Iterator[_Round]:
    """Yield the rounds; robot and system lines neither break nor answer one."""
    running: list[_Line] = []
    for line in lines:
        if line.sender == "customer":
            running.append(line)
        elif line.sender == "agent" and running:
            yield _Round(running, line)
            running = []
    if running:
        yield _Round(running)


def _mark_rounds(lines: list[_Line], rules: Rules) -> None:
    for number, one in enumerate(_rounds(lines), start=1):
        first = one.lines[0]
        if number == 1:
            first.marks.append(Mark.FIRST_LINE)
        first.marks.append(Mark.ROUND_BEGINS)
        for line in (*one.lines, one.answer):
            if line:
                line.round = number
        counts = _in_hours(first.sent_at, rules)
        if not counts:
            first.marks.append(Mark.OUTSIDE_HOURS)
        if one.answer:
            _mark_answer(first, one.answer, rules, counts=counts)
        else:
            first.marks.append(Mark.UNANSWERED)
            if counts and rules.unanswered is Unanswered.CAP:
                first.counted_seconds = rules.cap_seconds


def _mark_answer(first: _Line, answer: _Line, rules: Rules, *, counts: bool) -> None:
    answer.marks.append(Mark.ANSWERS)
    waited = int((answer.sent_at - first.sent_at).total_seconds())
    answer.waiting_seconds = waited
    if not counts:
        return
    answer.counted_seconds = waited
    if rules.cap_seconds is not None and waited > rules.cap_seconds:
        answer.counted_seconds = rules.cap_seconds
        answer.marks.append(Mark.CAPPED)
    if waited <= rules.quick_seconds:
        answer.marks.append(Mark.QUICK)


def _in_hours(moment: datetime, rules: Rules) -> bool:
    second = moment.hour * 3600 + moment.minute * 60 + moment.second
    return rules.hours is None or rules.hours[0] <= second < rules.hours[1]


def _mark_phrase(lines: list[_Line], rules: Rules) -> None:
    for line in lines:
        if rules.ad_phrase is not None and line.sender == "agent" and rules.ad_phrase in (line.text or ""):
            line.marks.append(Mark.AD_PHRASE)


def _mark_orders(lines: list[_Line], orders: list[dict[str, Any]], person: str, day: date) -> None:
    """Mark the lines through which orders were placed, or brought to payment on the same day."""
    agent_lines = [line for line in lines if line.sender == "agent"]
    for order in orders:
        created, paid = order["created_at"], order["paid_at"]
        if order["placing"] == person and order["reception_day"] == day:
            _mark_last([line for line in agent_lines if line.sent_at <= created], Mark.PLACED_THROUGH, order)
        if order["paying"] == person and paid is not None and paid.date() == day:
            between = [line for line in agent_lines if created < line.sent_at <= paid]
            _mark_last(between, Mark.PAID_AFTER, order)


def _mark_last(lines: list[_Line], mark: str, order: dict[str, Any]) -> None:
    if lines:
        if mark not in lines[-1].marks:
            lines[-1].marks.append(mark)
        lines[-1].orders.append(order["order_id"])
