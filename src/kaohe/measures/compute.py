"""From records to measures, over a range of days."""

import os
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import chain
from pathlib import Path
from typing import TypeVar

import numpy as np
import pyarrow as pa

from kaohe.core.problem import Problem, raise_errors
from kaohe.core.rules import Rules
from kaohe.measures import problems
from kaohe.measures.columns import NOBODY, Codes, coded, day_of, named
from kaohe.measures.daily import DaySums, put_together
from kaohe.measures.events import Events
from kaohe.measures.holders import Holders, unheld
from kaohe.measures.keep import Entry, Keep
from kaohe.measures.orders import ShopOrders, by_shop, no_orders
from kaohe.measures.plan import Bounds, Payments, Plan, plan
from kaohe.measures.shapes import LINKED_ORDERS, OUTREACHES, RECEPTIONS, shaped
from kaohe.measures.stages import Judged, Stages
from kaohe.records import problems as record_problems
from kaohe.records.source import Records

Progress = Callable[[int, int], None]
"""Told after each step how many steps are done, and how many there are."""

TOLD_AT_OPENING = {
    problems.NOBODY_HELD.code: record_problems.UNHELD_ACCOUNT.code,
    problems.HOLDER_UNKNOWN.code: record_problems.UNKNOWN_HOLDER.code,
}
"""The warnings of opened records that say the same as ours."""

WORKERS = os.cpu_count() or 1
Item = TypeVar("Item")
Result = TypeVar("Result")
ShopDay = tuple[str, int]


@dataclass(frozen=True)
class Measured:
    """Everything measured over a range of days.

    Attributes:
        daily: The measures per person (or shop) and day: level, shop, subject, day,
            measure, value, final. A missing row is a zero.
        receptions: One row per consultation: the columns of ``receptions.csv``, and
            ``quick_rounds``.
        orders: One row per order created in the range: the columns of
            ``credited_orders.csv``, ``refunded``, and ``inquiry``, which tells whether
            the reception that it was placed through is an inquiry.
        outreaches: One row per person, customer and day with agent lines only.
        later_orders: Like ``orders``, those created after the range that the inquiries
            of its last days reach; ``paying`` is not looked for.
        problems: Warnings.
        computed: How often each stage was really computed, by its name.
        rules: The rules.
        first: The first day.
        last: The last day.
        as_of: The last day whose records are complete.
    """

    daily: pa.Table
    receptions: pa.Table
    orders: pa.Table
    outreaches: pa.Table
    later_orders: pa.Table
    problems: tuple[Problem, ...]
    computed: Mapping[str, int]
    rules: Rules
    first: date
    last: date
    as_of: date

    @property
    def kernel_calls(self) -> int:
        """For how many shops and days the chat lines were really gone through."""
        return self.computed.get("streams", 0)


def compute(  # noqa: PLR0913 - a run's whole scope, and three ways to go about it
    records: Records,
    rules: Rules,
    first: date,
    last: date,
    as_of: date,
    *,
    cache: Path | None = None,
    workers: int = WORKERS,
    progress: Progress | None = None,
) -> Measured:
    """Compute the measures of a range of days.

    Args:
        records: The records; read from several threads at once.
        rules: The rules.
        first: The first day.
        last: The last day; days after ``as_of`` give no rows.
        as_of: The last day whose records are complete; later records are ignored.
        cache: A folder for results that later runs may take up. Records without
            content ids are never kept.
        workers: Threads.
        progress: Told after each step.

    Raises:
        ProblemsFound: Two people hold one account on one day.
    """
    holders = Holders.of(records.table("accounts"))
    raise_errors(holders.overlaps())
    partitions = records.partitions()
    all_orders = records.orders()
    orders = by_shop(all_orders, as_of)
    orders |= {shop: no_orders(all_orders) for shop, _ in partitions if shop not in orders}
    bounds = Bounds.of(first, last, as_of)
    steps = plan(partitions, orders, rules, bounds)
    with _folder(cache if all(partitions.values()) else None) as folder:
        stages = Stages(records, rules, Keep(folder), orders, holders)
        with ThreadPoolExecutor(max_workers=workers) as pool:
            parts = _Run(stages, steps, pool, progress).parts()
    events = Events.of(records, holders, first, min(last, as_of))
    warnings = [
        *unheld(_unheld_days(parts.unheld, events)),
        *holders.strangers(records.table("people")["person"].to_pylist(), first, last),
    ]
    # What opening the records has told is not told twice.
    told = {problem.code for problem in records.problems}
    warnings = [one for one in warnings if TOLD_AT_OPENING[one.code] not in told]
    return Measured(
        daily=put_together([*parts.sums, *events.sums()], rules, as_of),
        receptions=shaped(parts.receptions, RECEPTIONS),
        orders=shaped(parts.orders, LINKED_ORDERS),
        outreaches=shaped(parts.outreaches, OUTREACHES),
        later_orders=shaped(parts.later_orders, LINKED_ORDERS),
        problems=tuple(warnings),
        computed=dict(stages.computed),
        rules=rules,
        first=first,
        last=last,
        as_of=as_of,
    )


@contextmanager
def _folder(cache: Path | None) -> Iterator[Path]:
    """Give the folder for results: the one that stays, or one that goes when the run ends.

    Results lie in files either way, so that a month needs no more memory than a few
    days. Tables that are still in use stay readable after their files are gone.
    """
    if cache is not None:
        yield cache
        return
    with tempfile.TemporaryDirectory(prefix="kaohe-") as passing:
        yield Path(passing)


def _unheld_days(
    accounts: Iterable[tuple[str, str, date]], events: Events
) -> dict[tuple[str, str], list[date]]:
    used: dict[tuple[str, str], list[date]] = defaultdict(list)
    for shop, account, day in chain(accounts, events.unheld()):
        used[shop, account].append(day)
    return used


Tables = list[tuple[str, int, pa.Table]]
"""Tables with their shop and day."""


@dataclass(slots=True)
class _Parts:
    """What the days of a run gave, day by day."""

    sums: list[DaySums]
    receptions: Tables
    outreaches: Tables
    orders: Tables
    later_orders: Tables
    unheld: list[tuple[str, str, date]]


@dataclass(slots=True)
class _Run:
    """One run of the stages over a plan; each stage goes over its days in parallel."""

    stages: Stages
    plan: Plan
    pool: Executor
    progress: Progress | None
    done: int = 0

    def parts(self) -> _Parts:
        """Run all stages."""
        judged = self._judged()
        credited = self._credited(judged)
        return self._gathered(judged, credited, self._outcomes(credited))

    def _judged(self) -> dict[str, dict[int, Judged]]:
        """Stages 1 and 2: every day's lines become receptions."""
        judged: dict[str, dict[int, Judged]] = defaultdict(dict)
        for one in self._each(self.stages.judged, self.plan.days):
            judged[one.day.shop][one.day.day] = one
        return judged

    def _credited(self, judged: Mapping[str, Mapping[int, Judged]]) -> dict[ShopDay, Entry]:
        """Stage 3: orders find their agents."""

        def linked(one: ShopDay | Payments) -> Entry:
            if isinstance(one, Payments):
                return self.stages.paid(one.shop, one.day, one.rows, judged[one.shop])
            return self.stages.placed(*one, judged[one[0]])

        def credited(one: tuple[ShopDay, Entry]) -> Entry:
            (shop, day), placement = one
            rows = self.stages.orders[shop].created(day, day)
            return self.stages.credited(shop, day, placement, payers[shop].column(rows))

        # Day by day: neighbours look at the same days' lines.
        seeking: list[ShopDay | Payments] = [*self.plan.created, *self.plan.payments]
        seeking.sort(key=_when)
        links = list(zip(seeking, self._each(linked, seeking), strict=True))
        payers = {shop: _Payers.of(orders) for shop, orders in self.stages.orders.items()}
        placements: list[tuple[ShopDay, Entry]] = []
        for one, entry in links:
            if isinstance(one, Payments):
                payers[one.shop].add(one.rows, entry["paid"]["paying"])
            else:
                placements.append((one, entry))
        days = [day for day, _ in placements]
        return dict(zip(days, self._each(credited, placements), strict=True))

    def _outcomes(self, credited: Mapping[ShopDay, Entry]) -> dict[ShopDay, Entry]:
        """Stage 4, the part of it that joins several days: what came of each day's inquiries."""

        def outcomes(one: ShopDay) -> Entry:
            shop, day = one
            reach = range(day, day + self.stages.rules.order_days + 1)
            return self.stages.outcomes(
                shop, day, [credited[shop, n] for n in reach if (shop, n) in credited]
            )

        reached = {
            (shop, day)
            for shop, created in credited
            for day in range(created - self.stages.rules.order_days, created + 1)
            if day in self.plan.bounds
        }
        wanted = sorted(reached)
        return dict(zip(wanted, self._each(outcomes, wanted), strict=True))

    def _gathered(
        self,
        judged: Mapping[str, Mapping[int, Judged]],
        credited: Mapping[ShopDay, Entry],
        outcomes: Mapping[ShopDay, Entry],
    ) -> _Parts:
        parts = _Parts([], [], [], [], [], [])
        for one in chain.from_iterable(days.values() for days in judged.values()):
            if one.day.day not in self.plan.bounds:
                continue
            shop, day = one.day.shop, one.day.day
            entry = self.stages.streams(one.day)
            receptions = entry["consultations"]
            for name in ("filter", "inquiry"):
                receptions = receptions.append_column(name, one.entry["judgements"][name])
            parts.receptions.append((shop, day, receptions))
            parts.outreaches.append((shop, day, entry["outreaches"]))
            parts.sums.append(DaySums(shop, day, one.entry["sums"]))
            parts.unheld += (
                (shop, account, day_of(day)) for account in entry["unheld"]["account"].to_pylist()
            )
        for (shop, day), entry in credited.items():
            if day in self.plan.bounds:
                parts.orders.append((shop, day, entry["orders"]))
                parts.sums.append(DaySums(shop, day, entry["sums"]))
            else:
                parts.later_orders.append((shop, day, entry["orders"]))
        parts.sums += (DaySums(shop, day, entry["sums"]) for (shop, day), entry in outcomes.items())
        return parts

    def _each(self, step: Callable[[Item], Result], items: Sequence[Item]) -> list[Result]:
        results = []
        for result in self.pool.map(step, items):
            results.append(result)
            self.done += 1
            if self.progress:
                self.progress(self.done, self._steps())
        return results

    def _steps(self) -> int:
        created = [day for _, day in self.plan.created]
        return len(self.plan.days) + len(self.plan.payments) + 3 * len(created)


def _when(one: ShopDay | Payments) -> ShopDay:
    return (one.shop, one.day) if isinstance(one, Payments) else one


@dataclass(slots=True)
class _Payers:
    """Who brought each of a shop's orders to payment, gathered from the days of payment."""

    codes: Codes
    names: dict[str, int]

    @classmethod
    def of(cls, orders: ShopOrders) -> "_Payers":
        return cls(np.full(orders.table.num_rows, NOBODY, np.int32), {})

    def add(self, rows: np.ndarray, paying: pa.ChunkedArray) -> None:
        """Take in one day of payment."""
        codes, names = coded(paying)
        common = [self.names.setdefault(name, len(self.names)) for name in names.to_pylist()]
        self.codes[rows] = np.append(np.array(common, np.int32), NOBODY)[codes]

    def column(self, rows: slice) -> pa.Array:
        """Return some of the orders' paying agents."""
        return named(self.codes[rows], pa.array(list(self.names), pa.string()))
