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
from kaohe.measures.columns import day_number
from kaohe.measures.events import Events
from kaohe.measures.holders import Holders, unheld
from kaohe.measures.keep import Keep
from kaohe.measures.orders import OrderDays
from kaohe.measures.plan import Bounds
from kaohe.measures.run import Parts, Progress, Run
from kaohe.measures.shapes import LINKED_ORDERS, OUTREACHES, RECEPTIONS, shaped
from kaohe.measures.stages import Stages
from kaohe.records import problems as record_problems
from kaohe.records.source import Records

TOLD_AT_OPENING = {
    problems.NOBODY_HELD.code: record_problems.UNHELD_ACCOUNT.code,
    problems.HOLDER_UNKNOWN.code: record_problems.UNKNOWN_HOLDER.code,
}
"""The warnings of opened records that say the same as ours."""

WORKERS = os.cpu_count() or 1


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
        return self.later_orders_of()

    def receptions_of(self, days: Collection[date] | None = None, shops: Collection[str] = ()) -> pa.Table:
        """Return the receptions of some days and shops; None: of all days; empty: of all shops."""
        return shaped(self.parts.receptions(_numbers(days), shops), RECEPTIONS)

    def outreaches_of(self, days: Collection[date] | None = None, shops: Collection[str] = ()) -> pa.Table:
        """Return the outreaches of some days and shops."""
        return shaped(self.parts.outreaches(_numbers(days), shops), OUTREACHES)

    def orders_of(self, days: Collection[date] | None = None, shops: Collection[str] = ()) -> pa.Table:
        """Return the orders created in the range, on some days and in some shops."""
        return shaped(self.parts.orders(_numbers(days), shops, later=False), LINKED_ORDERS)

    def later_orders_of(self, days: Collection[date] | None = None, shops: Collection[str] = ()) -> pa.Table:
        """Return the orders created after the range, on some days and in some shops."""
        return shaped(self.parts.orders(_numbers(days), shops, later=True), LINKED_ORDERS)


def _numbers(days: Collection[date] | None) -> Collection[int] | None:
    return None if days is None else {day_number(day) for day in days}


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
    named = all(records.partitions().values()) and all(records.order_days().values())
    passing = None if cache is not None and named else Path(tempfile.mkdtemp(prefix="kaohe-"))
    bounds = Bounds.of(first, last, as_of)
    keep = Keep(str(passing or cache))
    stages = Stages(records, rules, keep, holders, OrderDays(records, bounds.known))
    if passing is not None:
        # The rows behind the measures lie there as long as anyone may ask for them.
        weakref.finalize(stages, shutil.rmtree, passing, ignore_errors=True)
    with ThreadPoolExecutor(max_workers=workers) as pool:
        parts = Run(stages, bounds, pool, progress).parts()
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
