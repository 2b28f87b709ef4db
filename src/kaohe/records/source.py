"""Where records come from: the contract that a plain directory and a store both keep."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Protocol

import pyarrow as pa

from kaohe.core.problem import Problem


class Records(Protocol):
    """The records of some shops, opened for reading; what they hold does not change while open."""

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The warnings that opening found; errors raise ProblemsFound with all of them."""

    def partitions(self) -> Mapping[tuple[str, date], str]:
        """Return each (shop, local day) that has chat lines, with its content id.

        The id of a store's partition changes if and only if the partition's content
        does. A plain directory has none: its ids are blank.
        """

    def pieces(self, shop: str, day: date) -> int:
        """Return into how many pieces the chat lines of a shop and day are cut; a day without lines has none.

        A piece holds whole customers; the pieces one after the other are the day.
        """

    def messages(self, shop: str, day: date, *, text: bool = True, piece: int | None = None) -> pa.Table:
        """Return the chat lines of one shop and day; a day without lines is an empty table.

        The columns are ``schema.LINE_SCHEMA``, without ``text`` unless asked for. The
        rows stand by (customer, sent_at, seq as a number, place in the file): the lines
        of one customer lie together and in conversation order.

        Args:
            shop: The shop.
            day: The day.
            text: Whether the texts are wanted.
            piece: Which piece is wanted; None: the whole day.
        """

    def conversations(self, shop: str, day: date, customers: Collection[str]) -> pa.Table:
        """Return some customers' chat lines of a day, in the order of ``messages``.

        Few of the others' lines are read for that.
        """

    def orders(self) -> pa.Table:
        """Return every order's newest state, with the columns of ``schema.TABLES["orders"]``.

        ``paid_amount`` is null exactly where ``paid_at`` is; ``refunded`` is never null.
        """

    def order_days(self) -> Mapping[tuple[str, date], str]:
        """Return each (shop, local day) on which orders were created, with its content id."""

    def orders_of(self, shop: str, day: date, columns: Sequence[str] | None = None) -> pa.Table:
        """Return the orders of a shop that were created on a day, in no order, as ``orders`` has them.

        Args:
            shop: The shop.
            day: The day.
            columns: Those that are wanted; None: all.
        """

    def table(self, name: str) -> pa.Table:
        """Return one of the other tables, typed; an absent table is empty."""
