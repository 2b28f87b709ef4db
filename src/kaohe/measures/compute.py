"""From records to measures, over a range of days."""

import os
import shutil
import tempfile
import weakref
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import chain
from pathlib import Path

import pyarrow as pa

from kaohe.core.problem import Problem, raise_errors
from kaohe.core.rules import Rules
from kaohe.measures import problems
from kaohe.measures.assembly import put_together
from kaohe.measures.columns import day_number, day_of
from kaohe.measures.engines import Ahead, Engine
from kaohe.measures.events import Events
from kaohe.measures.holders import Holders, unheld
from kaohe.measures.keep import Keep
from kaohe.measures.orders import OrderDays
from kaohe.measures.plan import Bounds
from kaohe.measures.run import Parts, Progress, Run
from kaohe.measures.shapes import LINKED_ORDERS, OUTREACHES, RECEPTIONS, shaped
from kaohe.measures.stages import Stages
from kaohe.records import problems as record_problems
from kaohe.records.objects import Where
from kaohe.records.source import Records

TOLD_AT_OPENING = {
    problems.NOBODY_HELD.code: record_problems.UNHELD_ACCOUNT.code,
    problems.HOLDER_UNKNOWN.code: record_problems.UNKNOWN_HOLDER.code,
}
"""The warnings of opened records that say the same as ours."""

WORKERS = os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class Cut:
    """Which rows are asked for.

    Attributes:
        days: The days; None: all.
        shops: The shops; empty: all.
        people: Whose rows; None: everybody's.
    """

    days: Collection[date] | None = None
    shops: Collection[str] = ()
    people: Collection[str] | None = None

    @property
    def numbers(self) -> Collection[int] | None:
        """The numbers of the days."""
        return None if self.days is None else {day_number(day) for day in self.days}


@dataclass(frozen=True)
class Measured:
    """Everything measured over a range of days.

    The daily measures are there; the rows behind them lie where they were kept and are
    read when they are asked for.

    Attributes:
        daily: The measures per person (or shop) and day: level, shop, subject, day,
            measure, value, final. A missing row is a zero.
        problems: Warnings.
        computed: How often each stage was really computed, by its name.
        rules: The rules.
        first: The first day.
        last: The last day.
        as_of: The last day whose records are complete.
        parts: The days' rows.
    """

    daily: pa.Table
    problems: tuple[Problem, ...]
    computed: Mapping[str, int]
    rules: Rules
    first: date
    last: date
    as_of: date
    parts: Parts

    @property
    def kernel_calls(self) -> int:
        """For how many shops and days the chat lines were really gone through."""
        return self.computed.get("streams", 0)

    @cached_property
    def receptions(self) -> pa.Table:
        """One row per consultation: the columns of ``receptions.csv``, and ``quick_rounds``."""
        return self.receptions_of()

    @cached_property
    def orders(self) -> pa.Table:
        """One row per order created in the range.

        The columns of ``credited_orders.csv``, ``refunded``, and ``inquiry``, which tells
        whether the reception that it was placed through is an inquiry.
        """
        return self.orders_of()

    @cached_property
    def outreaches(self) -> pa.Table:
        """One row per person, customer and day with agent lines only."""
        return self.outreaches_of()

    @cached_property
    def later_orders(self) -> pa.Table:
        """Like ``orders``, those created after the range that the inquiries of its last days reach.

        ``paying`` is not looked for.
        """
        return self.orders_of(later=True)

    def receptions_of(self, cut: Cut = Cut()) -> pa.Table:
        """Return the receptions that are asked for."""
        return shaped(self.parts.receptions(cut.numbers, cut.shops, cut.people), RECEPTIONS)

    def outreaches_of(self, cut: Cut = Cut()) -> pa.Table:
        """Return the outreaches that are asked for."""
        return shaped(self.parts.outreaches(cut.numbers, cut.shops, cut.people), OUTREACHES)

    def orders_of(self, cut: Cut = Cut(), *, later: bool = False) -> pa.Table:
        """Return the orders that are asked for, of the range or after it.

        The people of an order are those who placed it or brought it to payment.
        """
        return shaped(self.parts.orders(cut.numbers, cut.shops, cut.people, later=later), LINKED_ORDERS)

    def orders_around(self, shop: str, day: date) -> pa.Table:
        """Return the orders that a shop's chats of a day may have to do with.

        They were created on the day or up to ``order_days`` after it, or were paid on it.
        """
        number = day_number(day)
        days = {*range(number, number + self.rules.order_days + 1)}
        days.update(self.parts.created_before_paid(shop, number))
        cut = Cut(days=tuple(map(day_of, days)), shops=(shop,))
        return pa.concat_tables([self.orders_of(cut), self.orders_of(cut, later=True)])


def compute(  # noqa: PLR0913 - a run's whole scope, and four ways to go about it
    records: Records,
    rules: Rules,
    first: date,
    last: date,
    as_of: date,
    *,
    cache: Where | None = None,
    workers: int = WORKERS,
    progress: Progress | None = None,
    engine: Engine | None = None,
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
        engine: Who works ahead of the threads; only over a store, with a cache that lies
            where all its hands find it.

    Raises:
        ProblemsFound: Two people hold one account on one day, or an engine cannot do its work.
    """
    holders = Holders.of(records.table("accounts"))
    raise_errors(holders.overlaps())
    named = all(records.partitions().values()) and all(records.order_days().values())
    passing = None if cache is not None and named else Path(tempfile.mkdtemp(prefix="kaohe-"))
    bounds = Bounds.of(first, last, as_of)
    kept = passing or cache
    assert kept is not None
    keep = Keep(kept)
    keep.files.clear_aside()
    stages = Stages(records, rules, keep, holders, OrderDays(records, bounds.known))
    if passing is not None:
        # The rows behind the measures lie there as long as anyone may ask for them.
        weakref.finalize(stages, shutil.rmtree, passing, ignore_errors=True)
    ahead = None if engine is None else Ahead(engine, stages, bounds)
    with ThreadPoolExecutor(max_workers=workers) as pool:
        parts = Run(stages, bounds, pool, progress, ahead).parts()
    events = Events.of(records, holders, first, min(last, as_of))
    warnings = [
        *unheld(_unheld_days(chain(parts.unheld(), events.unheld()))),
        *holders.strangers(records.table("people")["person"].to_pylist(), first, last),
    ]
    # What opening the records has told is not told twice.
    told = {problem.code for problem in records.problems}
    warnings = [one for one in warnings if TOLD_AT_OPENING[one.code] not in told]
    return Measured(
        daily=put_together([*parts.sums(), *events.sums()], rules, as_of),
        problems=tuple(warnings),
        computed=stages.computed,
        rules=rules,
        first=first,
        last=last,
        as_of=as_of,
        parts=parts,
    )


def _unheld_days(accounts: Iterable[tuple[str, str, date]]) -> dict[tuple[str, str], list[date]]:
    used: dict[tuple[str, str], list[date]] = defaultdict(list)
    for shop, account, day in accounts:
        used[shop, account].append(day)
    return used
