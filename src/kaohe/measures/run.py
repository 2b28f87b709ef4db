"""One run of the stages over a plan; each stage goes over its days in parallel."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from threading import Lock
from typing import TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kaohe.measures.assembly import DaySums
from kaohe.measures.columns import coded, day_number, day_of
from kaohe.measures.engines import Ahead, Item, Step
from kaohe.measures.keep import Entry
from kaohe.measures.orders import Contents, ShopOrders
from kaohe.measures.plan import Bounds, Day, Plan, plan
from kaohe.measures.stages import Judged, ShopDay, Stages
from kaohe.measures.streams import Streams

Progress = Callable[[int, int], None]
"""Told after each step how many steps are done, and how many there are."""

One = TypeVar("One")
Result = TypeVar("Result")
Rows = Iterator[tuple[str, int, pa.Table]]
"""Tables with their shop and day, by shop and day."""
Days = Collection[int] | None
"""The numbers of the days that are asked for; None: all."""
People = Collection[str] | None
"""Whose rows are asked for; None: everybody's."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What the days of a run gave, day by day.

    Attributes:
        stages: The stages that gave them.
        bounds: The days of the range.
        judged: The days whose lines were looked at.
        credited: The days on which orders were created.
        outcomes: The days whose inquiries have outcomes.
    """

    stages: Stages
    bounds: Bounds
    judged: Mapping[ShopDay, Judged]
    credited: Mapping[ShopDay, Entry]
    outcomes: Mapping[ShopDay, Entry]

    def sums(self) -> Iterator[DaySums]:
        """Yield all sums of the range."""
        for shop, day in self._days(None, ()):
            yield DaySums(shop, day, self.judged[shop, day].entry["sums"])
        for (shop, day), entry in self.credited.items():
            if day in self.bounds:
                yield DaySums(shop, day, entry["sums"])
        for (shop, day), entry in self.outcomes.items():
            yield DaySums(shop, day, entry["sums"])

    def unheld(self) -> Iterator[tuple[str, str, date]]:
        """Yield shop, account and day of chats on accounts that nobody held."""
        for shop, day in self._days(None, ()):
            accounts = self.stages.day_streams(self.judged[shop, day].day)["unheld"]["account"]
            yield from ((shop, account, day_of(day)) for account in accounts.to_pylist())

    def talks(self) -> Iterator[tuple[str, int, pa.Table]]:
        """Yield how the lines of each day of the range were written."""
        for shop, day in self._days(None, ()):
            yield shop, day, self.stages.talks(self.judged[shop, day].day)

    def receptions(self, days: Days, shops: Collection[str], people: People) -> Rows:
        """Yield the consultations of the range with their judgements."""
        for shop, day in self._days(days, shops):
            one = self.judged[shop, day]
            table = self.stages.day_streams(one.day)["consultations"]
            judgements = one.entry["judgements"]
            for name in ("filter", "inquiry"):
                table = table.append_column(name, judgements[name])
            yield shop, day, _of_people(table, people, "person")

    def outreaches(self, days: Days, shops: Collection[str], people: People) -> Rows:
        """Yield the outreaches of the range."""
        for shop, day in self._days(days, shops):
            table = self.stages.day_streams(self.judged[shop, day].day)["outreaches"]
            yield shop, day, _of_people(table, people, "person")

    def orders(self, days: Days, shops: Collection[str], people: People, *, later: bool) -> Rows:
        """Yield the orders created in the range, or those after it that its inquiries reach."""
        for (shop, day), entry in sorted(self.credited.items(), key=lambda one: one[0]):
            if later != (day in self.bounds) and _wanted(shop, day, days, shops):
                yield shop, day, _of_people(entry["orders"], people, "placing", "paying")

    def created_before_paid(self, shop: str, paid: int) -> list[int]:
        """Return the days of creation of the orders of a shop that were paid on a day."""
        return [day for day, one in self.stages.orders[shop].contents.items() if paid in one.paid]

    def _days(self, days: Days, shops: Collection[str]) -> list[ShopDay]:
        """Return the days of the range that have lines, those that are asked for."""
        return sorted(one for one in self.judged if one[1] in self.bounds and _wanted(*one, days, shops))


def _wanted(shop: str, day: int, days: Days, shops: Collection[str]) -> bool:
    return (days is None or day in days) and (not shops or shop in shops)


def _of_people(table: pa.Table, people: People, *columns: str) -> pa.Table:
    """Return the rows in which some people stand in one of the columns; each name is compared once."""
    if people is None:
        return table
    wanted = pa.array(sorted(people), pa.string())
    hits = np.zeros(table.num_rows, np.bool_)
    for column in columns:
        codes, names = coded(table[column])
        hits |= np.append(np.asarray(pc.is_in(names, value_set=wanted)), False)[codes]
    return table.filter(pa.array(hits))


@dataclass(slots=True)
class Run:
    """One run of the stages.

    Attributes:
        stages: The stages.
        bounds: The days.
        pool: Who does the work.
        progress: Told after each step.
        ahead: Who works ahead of the pool; None: nobody.
        done: How many steps are done.
        steps: How many there are.
        told: How many of them were told as they were done ahead: they are not told again.
    """

    stages: Stages
    bounds: Bounds
    pool: Executor
    progress: Progress | None
    ahead: Ahead | None = None
    done: int = 0
    steps: int = 0
    told: int = 0

    def parts(self) -> Parts:
        """Run all stages."""
        records, rules = self.stages.records, self.stages.rules
        partitions = records.partitions()
        self.stages.orders = self._orders({shop for shop, _ in partitions})
        steps = plan(partitions, self.stages.orders, rules, self.bounds)
        judged = self._judged(steps)
        linked = self._linked(steps, judged)
        credited = self._credited(linked)
        outcomes = self._outcomes(linked, credited)
        return Parts(self.stages, self.bounds, judged, credited, outcomes)

    def _orders(self, shops: Collection[str]) -> dict[str, ShopOrders]:
        """Learn what the orders of each day hold."""
        records = self.stages.records
        numbered = ((shop, day_number(day), content) for (shop, day), content in records.order_days().items())
        days = sorted(one for one in numbered if one[1] <= self.bounds.known)
        if self.ahead:
            self.ahead.work([Item(Step.CONTENTS, shop, day) for shop, day, _ in days])
        entries = self._each(lambda one: self.stages.contents(*one)["contents"], days, told=False)
        found: dict[str, dict[int, Contents]] = {
            shop: {} for shop in sorted({*shops, *(one[0] for one in days)})
        }
        for (shop, day, _), table in zip(days, entries, strict=True):
            found[shop][day] = Contents.of(table, self.bounds.known)
        return {
            shop: ShopOrders.of(shop, contents, self.stages.order_days) for shop, contents in found.items()
        }

    def _judged(self, steps: Plan) -> dict[ShopDay, Judged]:
        """Stages 1 and 2: every day's lines become receptions."""
        self.steps = len(steps.days) + 2 * len(steps.created) + len(self._reached(steps.created))
        if self.ahead:
            self.ahead.planned(steps.days)
        self._ahead(Step.JUDGED, [(day.shop, day.day) for day in steps.days])
        pending = [_Pending(self.stages, day) for day in steps.days]
        pieces = [(one, piece) for one in pending for piece in one.pieces()]
        found = {}
        for judged in self._each(lambda one: one[0].work(one[1]), pieces, told=False):
            if judged is not None:
                found[judged.day.shop, judged.day.day] = judged
                self._tell()
        return found

    def _linked(self, steps: Plan, judged: Mapping[ShopDay, Judged]) -> dict[ShopDay, Entry]:
        """Stage 3: orders find their agents."""
        by_shop: dict[str, dict[int, Judged]] = defaultdict(dict)
        for (shop, day), one in judged.items():
            by_shop[shop][day] = one

        self._ahead(Step.CREDITED, steps.created, steps=2)

        def linked(one: ShopDay) -> Entry:
            shop, day = one
            return self.stages.linked(shop, day, by_shop[shop], pays=day in self.bounds)

        return dict(zip(steps.created, self._each(linked, steps.created), strict=True))

    def _credited(self, linked: Mapping[ShopDay, Entry]) -> dict[ShopDay, Entry]:
        """Stage 4: what the orders are worth, and to whom."""
        days = list(linked)
        credited = self._each(lambda one: self.stages.credited(*one, linked[one]), days)
        return dict(zip(days, credited, strict=True))

    def _outcomes(
        self, linked: Mapping[ShopDay, Entry], credited: Mapping[ShopDay, Entry]
    ) -> dict[ShopDay, Entry]:
        """Stage 5, which joins several days: what came of each day's inquiries."""

        def outcomes(one: ShopDay) -> Entry:
            shop, day = one
            reach = [n for n in range(day, day + self.stages.rules.order_days + 1) if (shop, n) in credited]
            return self.stages.outcomes(shop, day, {n: (linked[shop, n], credited[shop, n]) for n in reach})

        wanted = self._reached(list(credited))
        self._ahead(Step.OUTCOMES, wanted)
        return dict(zip(wanted, self._each(outcomes, wanted), strict=True))

    def _reached(self, created: Sequence[ShopDay]) -> list[ShopDay]:
        """Return the days of the range whose inquiries reach a day on which orders were created."""
        return sorted(
            {
                (shop, day)
                for shop, last in created
                for day in range(last - self.stages.rules.order_days, last + 1)
                if day in self.bounds
            }
        )

    def _each(
        self, step: Callable[[One], Result], items: Sequence[One], *, told: bool = True
    ) -> list[Result]:
        results = []
        for result in self.pool.map(step, items):
            results.append(result)
            if told:
                self._tell()
        return results

    def _ahead(self, step: Step, where: Sequence[ShopDay], steps: int = 1) -> None:
        """Let a step be done ahead, if there is anyone to do it; each item of it is so many steps."""
        if self.ahead:
            self.ahead.work([Item(step, *one) for one in where], partial(self._tell_ahead, steps))

    def _tell_ahead(self, steps: int, items: int) -> None:
        self.told += steps * items
        self._count(steps * items)

    def _tell(self) -> None:
        if self.told:
            self.told -= 1
        else:
            self._count(1)

    def _count(self, steps: int) -> None:
        self.done += steps
        if self.progress:
            self.progress(self.done, self.steps)


@dataclass(slots=True)
class _Pending:
    """A day under way: its pieces may be worked on by several hands; whoever ends the last one judges it.

    Attributes:
        stages: The stages.
        day: The day.
        streams: What its pieces gave so far, by their number.
        left: How many pieces are left.
    """

    stages: Stages
    day: Day
    streams: dict[int, Streams] = field(default_factory=dict)
    left: int = 0
    lock: Lock = field(default_factory=Lock)

    def pieces(self) -> Sequence[int | None]:
        """Return what there is to do: the numbers of the pieces, or None if no line need be read."""
        if self.stages.needs_no_lines(self.day):
            return [None]
        pieces = range(self.stages.records.pieces(self.day.shop, day_of(self.day.day)))
        self.left = len(pieces)
        return pieces

    def work(self, piece: int | None) -> Judged | None:
        """Work on a piece; return the day once it is judged."""
        if piece is None:
            return self.stages.judged(self.day)
        found = self.stages.piece(self.day, piece)
        with self.lock:
            self.streams[piece] = found
            self.left -= 1
            if self.left:
                return None
        pieces = [self.streams.pop(one) for one in sorted(self.streams)]
        return self.stages.judged(self.day, self.stages.keep_streams(self.day, pieces))
