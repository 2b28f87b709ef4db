"""Work that is done ahead of a run, by other hands than its threads: those of a cluster.

A run is the same whoever does its work. Before each of its steps an engine may take
those items of it that are not kept yet; whoever works on one goes through the very
stages of a local run, over the same records at the same version, and leaves the result
where results are kept. The run then finds it there. What an engine leaves undone, or
what does not arrive, the run computes itself: an engine can change the time that a run
takes, and nothing else.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Never, Protocol
from zoneinfo import ZoneInfo

from kaohe import __version__
from kaohe.core.problem import Place, ProblemsFound
from kaohe.core.rules import Rules
from kaohe.measures import problems
from kaohe.measures.columns import day_number
from kaohe.measures.holders import Holders
from kaohe.measures.keep import Entry, Keep
from kaohe.measures.orders import Contents, OrderDays, ShopOrders
from kaohe.measures.plan import Bounds, Day
from kaohe.measures.stages import KERNEL_VERSION, Judged, ShopDay, Stages
from kaohe.records.objects import Where
from kaohe.records.source import Records
from kaohe.records.store import Store, Version, is_store, open_store

Done = Callable[[int], None]
"""Told how many more items are done."""


class Step(StrEnum):
    """The steps of a run, each of which waits for all of the one before it."""

    CONTENTS = "contents"
    """What the orders created on a day hold."""
    JUDGED = "judged"
    """A day's lines become receptions."""
    CREDITED = "credited"
    """The orders created on a day find their agents, and what they are worth."""
    OUTCOMES = "outcomes"
    """What came of a day's inquiries."""


@dataclass(frozen=True, slots=True)
class Item:
    """One piece of work: a step for one shop and day."""

    step: Step
    shop: str
    day: int


@dataclass(frozen=True)
class Setting:
    """All that a hand needs to know of a run; it travels to every one.

    Attributes:
        store: The store, where every hand finds it.
        version: Its version.
        keep: The folder of kept results, where every hand finds it.
        rules: The rules.
        bounds: The days of the run.
        contents: What each shop's orders hold by day; empty until that is known.
        days: The days whose lines are looked at; empty until they are planned.
        software: The version of kaohe and of its kernels, which must be the same everywhere.
    """

    store: Where
    version: Version
    keep: Where
    rules: Rules
    bounds: Bounds
    contents: Mapping[str, Mapping[int, Contents]] = field(default_factory=dict)
    days: Mapping[ShopDay, Day] = field(default_factory=dict)
    software: tuple[str, str] = (__version__, KERNEL_VERSION)

    @cached_property
    def hand(self) -> "Hand":
        """A hand in this setting, which opens the store once.

        Raises:
            ProblemsFound: The store is not where it should be, or the software is another one.
        """
        if self.software != (__version__, KERNEL_VERSION):
            raise ProblemsFound(
                [problems.OTHER_SOFTWARE.at(Place(), there=__version__, here=self.software[0])]
            )
        if not is_store(self.store):
            raise ProblemsFound([problems.STORE_OUT_OF_REACH.at(Place(str(self.store)))])
        records = open_store(self.store, zone=ZoneInfo(self.rules.timezone), version=self.version)
        known = OrderDays(records, self.bounds.known)
        stages = Stages(records, self.rules, Keep(self.keep), Holders.of(records.table("accounts")), known)
        stages.orders = {
            shop: ShopOrders.of(shop, contents, known) for shop, contents in self.contents.items()
        }
        return Hand(stages, self.bounds, self.days)


class Engine(Protocol):
    """Other hands than those of this process."""

    def work(self, setting: Setting, items: Sequence[Item], done: Done) -> Mapping[str, int]:
        """Work on items in any order, and leave the results where they are kept.

        Args:
            setting: The run.
            items: The items.
            done: Told as they are done.

        Returns:
            How often each stage was really computed, by its name.

        Raises:
            ProblemsFound: What kept a hand from its work.
        """


@dataclass(slots=True)
class Hand:
    """Whoever works on items, one after the other.

    Attributes:
        stages: The stages.
        bounds: The days of the run.
        days: The days whose lines are looked at.
        contents: Shop and day → name of the content of the orders created on it.
        judged: The judged days of one shop, the last one that was asked for.
    """

    stages: Stages
    bounds: Bounds
    days: Mapping[ShopDay, Day]
    contents: dict[ShopDay, str] = field(default_factory=dict)
    judged: tuple[str, Mapping[int, Judged]] = ("", {})

    def __post_init__(self) -> None:
        named = self.stages.records.order_days()
        self.contents = {(shop, day_number(day)): content for (shop, day), content in named.items()}

    def work(self, item: Item) -> None:
        """Compute what an item asks for and keep it, unless it is kept."""
        where = item.shop, item.day
        match item.step:
            case Step.CONTENTS:
                self.stages.contents(*where, self.contents[where])
            case Step.JUDGED:
                # A judgement may be kept that outlives the streams under it.
                self.stages.day_streams(self._judged(item.shop)[item.day].day)
            case Step.CREDITED:
                self._credited(*where)
            case Step.OUTCOMES:
                last = item.day + self.stages.rules.order_days
                created = self.stages.orders[item.shop].created(item.day, min(last, self._reach))
                self.stages.outcomes(*where, {day: self._credited(item.shop, day) for day in created})

    @property
    def _reach(self) -> int:
        return self.bounds.reach(self.stages.rules)

    def _judged(self, shop: str) -> Mapping[int, Judged]:
        if self.judged[0] != shop:
            days = {day: one for (its, day), one in self.days.items() if its == shop}
            self.judged = shop, _JudgedDays(self.stages, days)
        return self.judged[1]

    def _credited(self, shop: str, day: int) -> tuple[Entry, Entry]:
        linked = self.stages.linked(shop, day, self._judged(shop), pays=day in self.bounds)
        return linked, self.stages.credited(shop, day, linked)


class _JudgedDays(Mapping[int, Judged]):
    """A shop's days with lines, each judged when it is asked for."""

    def __init__(self, stages: Stages, days: Mapping[int, Day]) -> None:
        self._stages = stages
        self._days = days
        self._known: dict[int, Judged] = {}

    def __getitem__(self, day: int) -> Judged:
        known = self._known.get(day)
        if known is None:
            known = self._known[day] = self._stages.judged(self._days[day])
        return known

    def __iter__(self) -> Iterator[int]:
        return iter(self._days)

    def __len__(self) -> int:
        return len(self._days)

    def __contains__(self, day: object) -> bool:
        return day in self._days


class Ahead:
    """An engine at work ahead of a run."""

    def __init__(self, engine: Engine, stages: Stages, bounds: Bounds) -> None:
        """Take up a run.

        Args:
            engine: Whose hands do the work.
            stages: The run's own stages; its orders become known as the run goes on.
            bounds: The days of the run.

        Raises:
            ProblemsFound: The records are no store, or nothing of them can be kept.
        """
        self._engine = engine
        self._stages = stages
        self._setting = Setting(*_address(stages.records), stages.keep.files.absolute(), stages.rules, bounds)

    def planned(self, days: Sequence[Day]) -> None:
        """Take note of the days whose lines are looked at, once the orders are known."""
        known = self._setting
        self._setting = Setting(
            known.store,
            known.version,
            known.keep,
            known.rules,
            known.bounds,
            {shop: orders.contents for shop, orders in self._stages.orders.items()},
            {(day.shop, day.day): day for day in days},
        )

    def work(self, items: Sequence[Item], done: Done = lambda _: None) -> None:
        """See that the results of items are kept, as far as the engine can.

        Args:
            items: The items.
            done: Told as they are done; never of those that were kept before.
        """
        looking = Hand(_Looking.at(self._stages), self._setting.bounds, self._setting.days)
        lacking = [item for item in items if not _is_kept(looking, item)]
        if lacking:
            self._stages.computed.update(Counter(self._engine.work(self._setting, lacking, done)))


def _address(records: Records) -> tuple[Where, Version]:
    if not isinstance(records, Store):
        raise ProblemsFound([problems.NEEDS_STORE.at(Place("--engine"))])
    return records.path.absolute(), records.version()


class _Lacking(Exception):  # noqa: N818 - told within this module
    """A result is not kept."""


@dataclass(slots=True)
class _Looking(Stages):
    """Stages that compute nothing: what is not kept is lacking."""

    @classmethod
    def at(cls, stages: Stages) -> "_Looking":
        """Look at what is kept for these stages."""
        return cls(
            stages.records, stages.rules, stages.keep, stages.holders, stages.order_days, stages.orders
        )

    def _anew(self, *_: object) -> Never:
        raise _Lacking

    def _streams_anew(self, _: Day) -> Never:
        raise _Lacking


def _is_kept(looking: Hand, item: Item) -> bool:
    try:
        looking.work(item)
    except _Lacking:
        return False
    return True
