"""One consultation as a person reads it: its lines, with what was made of each in the margin."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from kaohe.core.figure import UNASSIGNED
from kaohe.core.rules import Rules, Unanswered
from kaohe.measures.compute import WORKERS, Cut, Measured
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


@dataclass(frozen=True, slots=True)
class Chat:
    """The whole name of a conversation; the person may be ``(unassigned)``."""

    shop: str
    person: str
    customer: str
    day: date


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
    (found,) = conversations(measured, records, [Chat(shop, person, customer, day)])
    return found


def conversations(
    measured: Measured, records: Records, chats: Sequence[Chat], *, workers: int = WORKERS
) -> list[Conversation]:
    """Return several conversations, as they were counted, in the order of their names.

    Those of one day are read together, several days at once.

    Args:
        measured: What was measured; the days lie in its range.
        records: The records that were measured; read from several threads.
        chats: The conversations.
        workers: Threads.
    """
    by_day: dict[tuple[str, date], list[Chat]] = defaultdict(list)
    for chat in chats:
        by_day[chat.shop, chat.day].append(chat)
    holders = Holders.of(records.table("accounts"))

    def on_day(where: tuple[str, date]) -> dict[Chat, Conversation]:
        return dict(_on_day(measured, records, holders.on(*where), by_day[where]))

    with ThreadPoolExecutor(max_workers=workers) as pool:
        found = {chat: one for day in pool.map(on_day, by_day) for chat, one in day.items()}
    return [found[chat] for chat in chats]


def _on_day(
    measured: Measured, records: Records, held: Mapping[str, str], chats: Sequence[Chat]
) -> Iterator[tuple[Chat, Conversation]]:
    """Yield conversations of one shop and day."""
    shop, day = chats[0].shop, chats[0].day
    customers = {chat.customer for chat in chats}
    lines: dict[str, list[_Line]] = defaultdict(list)
    for row in records.conversations(shop, day, customers).to_pylist():
        lines[row["customer"]].append(_Line(**row))
    cut = Cut(days=(day,), shops=(shop,), people={chat.person for chat in chats})
    receptions = _of_customers(measured.receptions_of(cut), customers)
    orders = _of_customers(measured.orders_around(shop, day), customers)
    for chat in chats:
        of_customer = _rows(orders, customer=chat.customer)
        reception = _rows(receptions, customer=chat.customer, person=chat.person)
        # A line stands in one conversation only: another person's lines are another one's.
        own = [line for line in lines[chat.customer] if held.get(line.account, UNASSIGNED) == chat.person]
        _mark_rounds(own, measured.rules)
        _mark_phrase(own, measured.rules)
        if reception.num_rows and reception["filter"].null_count:
            _mark_orders(own, of_customer.to_pylist(), chat.person, day)
        through = _rows(of_customer, placing=chat.person, reception_day=day)
        table = pa.Table.from_pylist([_cells(line) for line in own], LINES)
        yield chat, Conversation(table, reception, through)


def _of_customers(rows: pa.Table, customers: Collection[str]) -> pa.Table:
    return rows.filter(pc.is_in(rows["customer"], value_set=pa.array(sorted(customers), pa.string())))


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
