"""The files that hold the demo shop's orders and chats, each open until its last day is written."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path
from typing import Protocol, Self

from kaohe.core.period import Calendar
from kaohe.demo import pace
from kaohe.demo.cast import SHOP, accounts
from kaohe.demo.desk import LEAD_IN_DAYS, Day
from kaohe.demo.orders import Order
from kaohe.demo.qianniu import ChatLog, CopiedChatLog
from kaohe.demo.taobao import OrderBook, OrderCsv

FIRST_HALF_ENDS = 18
SECOND_HALF_BEGINS = 16
"""The last month's orders come in two exports; the days from 16 to 18 are in both."""
FIRST_HALF_EXPORT = 20
EXPORT_CLOCK = 9 * 3600 + 10 * 60
COPIED_ACCOUNT = accounts()[4]
"""Whose chats were copied from the window."""


@dataclass(frozen=True, slots=True)
class ShopFile:
    """One file to import.

    Attributes:
        path: Where it is.
        format: Its format, as ``kaohe import --format`` names it.
        shop: Whose it is.
        account: For a chat log: the chat account.
        month: The month it is about; blank where it is about all of them.
        mapping: For the format ``table``: the mapping file.
    """

    path: Path
    format: str
    shop: str = SHOP
    account: str = ""
    month: str = ""
    mapping: Path | None = None


class OrderFile(Protocol):
    """An order export under way."""

    def add(self, orders: Iterable[Order]) -> None:
        """Write orders."""

    def close(self) -> None:
        """Finish the file."""


@dataclass(frozen=True, slots=True)
class OrderExport:
    """An order export: the days it covers, and the day it was made."""

    folder: str
    first: date
    last: date
    made_on: date
    workbook: bool = False

    @property
    def as_of(self) -> int:
        """The second at which it was made."""
        return pace.midnight(self.made_on) + EXPORT_CLOCK

    def file(self, root: Path) -> Path:
        """Return its path: the platform puts the time into the name."""
        ending = "xlsx" if self.workbook else "csv"
        return root / "exports" / self.folder / f"ExportOrderList{self.made_on:%Y%m%d}0910.{ending}"

    def open(self, root: Path) -> OrderFile:
        """Begin the file."""
        file = self.file(root)
        return OrderBook(file, self.as_of) if self.workbook else OrderCsv(file, self.as_of)


def order_exports(months: Sequence[str]) -> tuple[OrderExport, ...]:
    """Return the order exports in the order in which they were made.

    The lead-in comes first, then a month each; the last month comes in two halves
    that overlap, the later one being the newer.
    """
    calendar = Calendar()
    first = calendar.period(months[0]).first
    eve = first - timedelta(days=1)
    exports = [OrderExport(f"{eve:%Y-%m}", first - timedelta(days=LEAD_IN_DAYS), eve, first)]
    for month in months[:-1]:
        span = calendar.period(month)
        exports.append(OrderExport(month, span.first, span.last, export_day(month)))
    span = calendar.period(months[-1])
    half = span.first.replace(day=FIRST_HALF_ENDS)
    made_on = span.first.replace(day=FIRST_HALF_EXPORT)
    begins = span.first.replace(day=SECOND_HALF_BEGINS)
    exports.append(OrderExport(span.label, span.first, half, made_on))
    last = export_day(span.label)
    exports.append(OrderExport(span.label, begins, span.last, last, workbook=True))
    return tuple(exports)


def export_day(month: str) -> date:
    """Return the day on which a month's exports are made: the 6th of the next one."""
    return Calendar().period(month).last + timedelta(days=6)


@dataclass(slots=True)
class Exports:
    """All order and chat files of the demo, filled day by day.

    Attributes:
        root: The demo's folder.
        months: The months that there are chats of.
    """

    root: Path
    months: Sequence[str]
    files: list[ShopFile] = field(init=False, default_factory=list)
    _orders: list[tuple[OrderExport, OrderFile]] = field(init=False, default_factory=list)
    _chats: dict[str, ChatLog | CopiedChatLog] = field(init=False, default_factory=dict)
    _month: str = field(init=False, default="")
    _open_orders: ExitStack = field(init=False, default_factory=ExitStack)
    _open_chats: ExitStack = field(init=False, default_factory=ExitStack)

    def __enter__(self) -> Self:
        for export in order_exports(self.months):
            file = export.file(self.root)
            file.parent.mkdir(parents=True, exist_ok=True)
            opened = self._open_orders.enter_context(closing(export.open(self.root)))
            self._orders.append((export, opened))
            self.files.append(ShopFile(file, "taobao-orders", month=export.folder))
        return self

    def __exit__(self, *failure: object) -> None:
        self._open_chats.close()
        self._open_orders.close()

    def add(self, day: Day) -> None:
        """Write what a day left behind into every file that covers it."""
        for export, opened in self._orders:
            if export.first <= day.day <= export.last:
                opened.add(day.orders)
        month = f"{day.day:%Y-%m}"
        if month in self.months:
            self._turn_to(month)
            for account, lines in groupby(day.lines, key=lambda line: line.account):
                self._chats[account].add(lines)

    def _turn_to(self, month: str) -> None:
        """Open the chat logs of a month, those of the month before being complete."""
        if month == self._month:
            return
        self._open_chats.close()
        self._month = month
        for account, file in self._chat_files(month):
            file.parent.mkdir(parents=True, exist_ok=True)
            kind = CopiedChatLog if account == COPIED_ACCOUNT else ChatLog
            self._chats[account] = self._open_chats.enter_context(closing(kind(file)))
            self.files.append(ShopFile(file, "qianniu-chat", account=account, month=month))

    def _chat_files(self, month: str) -> Iterator[tuple[str, Path]]:
        for account in accounts():
            # A colon cannot stand in a file's name everywhere.
            yield account, self.root / "exports" / month / "chats" / f"{account.replace(':', '_')}.txt"
