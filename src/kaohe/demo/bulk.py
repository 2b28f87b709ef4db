"""A records directory of any size, for benchmarks: plausible in its shares, made without a row at a time.

The demo shop tells stories; this makes mass. A day is generated at once with NumPy
and written before the next one begins, so that memory is bounded by the largest day.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
from numpy.typing import NDArray

from kaohe.core.period import Calendar
from kaohe.demo import pace
from kaohe.demo.cast import DEPARTMENT, SECONDS_A_DAY, SHELF, SHOP
from kaohe.demo.paperwork import Row
from kaohe.demo.phrases import texts
from kaohe.demo.tables import COLUMNS, write_table

Ints = NDArray[np.int64]
MESSAGES = pa.schema(
    [
        ("shop", pa.string()),
        ("account", pa.string()),
        ("customer", pa.string()),
        ("sent_at", pa.timestamp("s")),
        ("sender", pa.string()),
        ("text", pa.string()),
    ]
)
ORDERS = pa.schema(
    [
        ("shop", pa.string()),
        ("order_id", pa.string()),
        ("customer", pa.string()),
        ("created_at", pa.timestamp("s")),
        ("paid_at", pa.timestamp("s")),
        ("amount", pa.decimal128(18, 2)),
        ("paid_amount", pa.decimal128(18, 2)),
    ]
)
MEAN_LINES = 8
"""Lines of a conversation, on average."""
LAST_START = 23 * 3600 + 40 * 60
CUSTOMER, AGENT, ROBOT = 0, 1, 2
SENDERS = pa.array(["customer", "agent", "robot"])
ORDER_SHARE = 0.33
NEXT_DAY_SHARE = 0.03
SILENT_SHARE = 0.25
"""Orders without a word, for each conversation."""
SETTLED_SHARE = 0.17
SETTLED_WITHIN = 3 * 3600
"""Conversations about an order placed without a word, and how soon after it."""
RETURN_SHARE = 0.08
ADVERT_SHARE = 0.02
LOSS = 0.09
BUYERS_KEPT = 14


def write_records(  # noqa: PLR0913 - each is a choice of its own, by name
    into: Path, *, lines: int, shops: int = 1, seed: int, month: str = "2026-10", agents: int = 200
) -> Path:
    """Write a month of records and return its directory.

    Messages and orders are Parquet, the small tables CSV. The same arguments give
    the same records.

    Args:
        into: The directory; made if it is missing.
        lines: How many chat lines there are, exactly.
        shops: How many shops they are spread over.
        seed: Where chance begins.
        month: The month, ``YYYY-MM``.
        agents: How many people there are in all, each with an account.
    """
    into.mkdir(parents=True, exist_ok=True)
    names = [SHOP, *(f"示範{number}店" for number in range(2, shops + 1))]
    mills = [
        Mill(name, np.random.default_rng([seed, place]), max(1, agents // shops))
        for place, name in enumerate(names)
    ]
    with (
        pq.ParquetWriter(into / "messages.parquet", MESSAGES, compression="zstd") as messages,
        pq.ParquetWriter(into / "orders.parquet", ORDERS, compression="zstd") as orders,
    ):
        for day, wanted in _lines_by_day(month, lines):
            for mill, part in zip(mills, _split(wanted, len(mills)), strict=True):
                said, bought = mill.day(day, part)
                messages.write_table(said)
                orders.write_table(bought)
    _write_small_tables(into, mills, month, lines)
    return into


def write_messages_csv(records: Path, file: Path, *, encoding: str = "gb18030") -> Path:
    """Write the messages of a records directory as one CSV file in an encoding, and return it."""
    reader = pq.ParquetFile(records / "messages.parquet")
    with file.open("wb") as opened:
        for place, batch in enumerate(reader.iter_batches(batch_size=200_000)):
            buffer = BytesIO()
            options = pacsv.WriteOptions(include_header=place == 0, quoting_style="needed")
            # Parquet knows no whole seconds; as milliseconds every time would end in ".000".
            pacsv.write_csv(pa.Table.from_batches([batch]).cast(MESSAGES), buffer, options)
            opened.write(buffer.getvalue().decode("utf-8").encode(encoding))
    return file


def _lines_by_day(month: str, lines: int) -> Iterator[tuple[date, int]]:
    """Yield the days of the month with their parts of the lines, which add up exactly."""
    days = list(Calendar().period(month).days())
    weights = np.cumsum([pace.busyness(day, pace.campaigns([month])) for day in days])
    until = np.rint(weights / weights[-1] * lines).astype(np.int64)
    yield from zip(days, (int(part) for part in np.diff(until, prepend=0)), strict=True)


def _split(whole: int, parts: int) -> list[int]:
    return [whole * (part + 1) // parts - whole * part // parts for part in range(parts)]


@dataclass(slots=True)
class Mill:
    """One shop's mass production.

    Attributes:
        shop: Its name.
        dice: The source of chance.
        agents: How many accounts it has.
    """

    shop: str
    dice: np.random.Generator
    agents: int
    customers: int = field(init=False, default=0)
    orders: int = field(init=False, default=0)
    buyers: list[Ints] = field(init=False, default_factory=list)

    def accounts(self) -> list[str]:
        """Return its chat accounts."""
        return [f"{self.shop}:{number:04d}" for number in range(self.agents)]

    def day(self, day: date, lines: int) -> tuple[pa.Table, pa.Table]:
        """Return a day's messages, exactly so many, and the orders that they and silence lead to."""
        lengths = self._lengths(lines)
        chats = len(lengths)
        advert = self.dice.random(chats) < ADVERT_SHARE
        customer, begin = self._visitors(chats), self._begin(chats)
        silent = self._newcomers(int(chats * SILENT_SHARE))
        silently = self.dice.integers(0, SECONDS_A_DAY, len(silent))
        settled = self._settled(customer, begin, silent, silently)
        starts = np.cumsum(lengths) - lengths
        chat = np.repeat(np.arange(chats), lengths)
        place = np.arange(lines) - starts[chat]
        sender = self._senders(place, starts[chat])
        second = self._seconds(sender, place, begin[chat], starts[chat])
        midnight = pace.midnight(day)
        said = self._said(midnight, (customer, chat, sender, second, advert[chat] & (place > 0)))
        asking = ~advert & ~settled
        buyer, created = self._decide(customer[asking], second[starts + lengths - 1][asking])
        bought = self._sell(midnight, np.concatenate([buyer, silent]), np.concatenate([created, silently]))
        return said, bought

    def _said(self, midnight: int, lines: tuple[Ints, Ints, Ints, Ints, NDArray[np.bool_]]) -> pa.Table:
        """Return a day's messages by time, from customers by chat, and chat, sender and second by line."""
        customer, chat, sender, second, rebuff = lines
        account = self.dice.integers(0, self.agents, len(customer))
        order = np.argsort(second, kind="stable")
        return pa.table(
            [
                _same(self.shop, len(order)),
                pa.array(self.accounts()).take(pa.array(account[chat[order]])),
                _names(customer).take(pa.array(chat[order])),
                _times(midnight + second[order]),
                SENDERS.take(pa.array(sender[order])),
                texts(self.dice, (rebuff & (sender == AGENT))[order]),
            ],
            schema=MESSAGES,
        )

    def _lengths(self, lines: int) -> Ints:
        """Return how long each conversation is, in lines; together they are as many as wanted."""
        drawn = self.dice.geometric(1 / (MEAN_LINES - 2), max(16, lines // MEAN_LINES * 2))
        drawn = np.minimum(drawn + 2, 60)
        ends = np.minimum(np.cumsum(drawn), lines)
        lengths: Ints = np.diff(ends, prepend=0)
        return lengths[lengths > 0]

    def _visitors(self, chats: int) -> Ints:
        """Return who comes: mostly newcomers, some of them buyers of the last days."""
        visitors: Ints = self._newcomers(chats)
        known = np.concatenate(self.buyers) if self.buyers else visitors[:0]
        if len(known):
            back = self.dice.random(chats) < RETURN_SHARE
            visitors[back] = self.dice.choice(known, int(back.sum()))
        return visitors

    def _newcomers(self, count: int) -> Ints:
        ids = np.arange(self.customers, self.customers + count, dtype=np.int64)
        self.customers += count
        return ids

    def _begin(self, chats: int) -> Ints:
        """Return in which second of the day each conversation begins."""
        hours = np.array(pace.CHAT_HOURS, dtype=np.float64)
        hour = self.dice.choice(24, chats, p=hours / hours.sum())
        begin: Ints = hour * 3600 + self.dice.integers(0, 3600, chats)
        return np.minimum(begin, LAST_START)

    def _settled(self, customer: Ints, begin: Ints, silent: Ints, silently: Ints) -> NDArray[np.bool_]:
        """Let some who ordered without a word ask afterwards; change their chats, and return which."""
        settled = self.dice.random(len(customer)) < SETTLED_SHARE
        early = np.flatnonzero(silently < LAST_START - SETTLED_WITHIN)
        chats = np.flatnonzero(settled)[: len(early)]
        early = early[: len(chats)]
        customer[chats] = silent[early]
        begin[chats] = silently[early] + self.dice.integers(600, SETTLED_WITHIN, len(chats))
        return settled

    def _senders(self, place: Ints, start: Ints) -> Ints:
        """Return who sends each line: the customer begins, then they take turns as it comes."""
        turns: Ints = np.cumsum(self.dice.random(len(place)) < 0.62, dtype=np.int64)
        sender: Ints = (turns - turns[start]) % 2
        sender[(sender == CUSTOMER) & (place > 0) & (self.dice.random(len(place)) < 0.12)] = AGENT
        sender[(place == 2) & (self.dice.random(len(place)) < 0.96)] = AGENT
        sender[(place == 1) & (self.dice.random(len(place)) < 0.3)] = ROBOT
        return sender

    def _seconds(self, sender: Ints, place: Ints, begin: Ints, start: Ints) -> Ints:
        """Return each line's second of the day; a talk that would reach midnight hurries."""
        gaps = np.where(
            sender == AGENT,
            self.dice.lognormal(3.1, 0.8, len(sender)),
            self.dice.exponential(25, len(sender)),
        ).astype(np.int64)
        gaps[place == 0] = 0
        gaps[sender == ROBOT] = 1
        passed = np.cumsum(gaps)
        second: Ints = begin + passed - passed[start]
        return np.minimum(second, SECONDS_A_DAY - 1)

    def _decide(self, customer: Ints, asked: Ints) -> tuple[Ints, Ints]:
        """Return who orders after asking, and in which second: soon, or on the next day."""
        chance = self.dice.random(len(customer))
        today, tomorrow = chance < ORDER_SHARE, chance > 1 - NEXT_DAY_SHARE
        later = SECONDS_A_DAY + self.dice.integers(0, SECONDS_A_DAY, int(tomorrow.sum()))
        soon = np.minimum(asked[today] + 30, SECONDS_A_DAY - 1)
        return np.concatenate([customer[today], customer[tomorrow]]), np.concatenate([soon, later])

    def _sell(self, midnight: int, buyer: Ints, second: Ints) -> pa.Table:
        """Return the orders of these buyers, some of them never paid."""
        count, created = len(buyer), midnight + second
        wait = self.dice.integers(5, 600, count)
        late = self.dice.random(count) < 0.04
        wait[late] = self.dice.integers(1, 3 * SECONDS_A_DAY, int(late.sum()))
        unpaid = self.dice.random(count) < LOSS
        prices = np.array([article.price for article in SHELF])
        amount = prices[self.dice.integers(0, len(prices), count)] * self.dice.geometric(0.6, count)
        number = np.arange(self.orders, self.orders + count, dtype=np.int64)
        self.orders += count
        self.buyers = [*self.buyers, buyer[~unpaid]][-BUYERS_KEPT:]
        ids = pc.binary_join_element_wise("4", _padded(number, 18), "")
        return pa.table(
            [
                _same(self.shop, count),
                ids,
                _names(buyer),
                _times(created),
                _times(created + wait, unpaid),
                _money(amount),
                _money(amount, unpaid),
            ],
            schema=ORDERS,
        )


def _same(text: str, count: int) -> pa.Array:
    return pa.repeat(text, count)


def _padded(numbers: Ints, width: int) -> pa.Array:
    return pc.utf8_lpad(pa.array(numbers).cast(pa.string()), width, "0")


def _names(customers: Ints) -> pa.Array:
    return pc.binary_join_element_wise("tb", _padded(customers * 7_919 % 10_000_000_019, 11), "")


def _times(seconds: Ints, missing: NDArray[np.bool_] | None = None) -> pa.Array:
    return pa.array(seconds.astype("datetime64[s]"), mask=missing)


def _money(fen: Ints, missing: NDArray[np.bool_] | None = None) -> pa.Array:
    """Return exact decimals: Arrow keeps one as a whole number of its last place, 128 bits wide."""
    words = np.zeros((len(fen), 2), dtype="<i8")
    words[:, 0] = fen
    money = pa.Array.from_buffers(pa.decimal128(18, 2), len(fen), [None, pa.py_buffer(words)])
    return money if missing is None else pc.if_else(pa.array(missing), None, money)


def _write_small_tables(into: Path, mills: list[Mill], month: str, lines: int) -> None:
    days = list(Calendar().period(month).days())
    seats = [(mill, account) for mill in mills for account in mill.accounts()]
    people = [f"p{number:05d}" for number in range(len(seats))]
    target = f"{lines * 7 // len(seats)}.00"
    tables: Mapping[str, list[Row]] = {
        "people": [_person(person, days[0]) for person in people],
        "accounts": [
            {"shop": mill.shop, "account": account, "person": person, "from": "", "to": ""}
            for person, (mill, account) in zip(people, seats, strict=True)
        ],
        "targets": [{"person": person, "month": month, "amount": target} for person in people],
        "traffic": [
            {"shop": mill.shop, "day": f"{day}", "pv": str(lines // 3), "uv": str(lines // 9)}
            for mill in mills
            for day in days
        ],
        "attendance": [
            {"person": person, "month": month, "full": "yes", "overtime_hours": "4"} for person in people
        ],
    }
    columns = {**COLUMNS, "traffic": ("shop", "day", "pv", "uv", "sales")}
    for name, rows in tables.items():
        write_table(into / f"{name}.csv", columns[name], rows)


def _person(person: str, first: date) -> Row:
    return {
        "person": person,
        "name": person,
        "department": DEPARTMENT,
        "role": "售前",
        "regular": "yes",
        "hired_on": f"{first - timedelta(days=400)}",
        "left_on": "",
        "base_pay": "3000.00",
    }
