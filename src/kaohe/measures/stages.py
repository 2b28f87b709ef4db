"""The stages of one run, each taken from what is kept or computed.

A stage is a pure kernel over one shop and day, Arrow tables in, Arrow tables out:

| stage | kernel | of the day | of its neighbours |
|---|---|---|---|
| streams | ``streams.streams_of`` | chat lines, holders | nothing |
| receptions | ``receptions.judged``, ``daily.reception_sums`` | streams | orders created from ``prior_order_days`` before to ``order_days`` after, and paid from ``after_sale_days`` before |
| linked | ``credit.linked`` | orders created on it | agent lines in receptions from ``order_days`` before to the last payment |
| credited | ``credit.credited``, ``daily.order_sums`` | its orders, linked | nothing |
| talks | ``talks.talks_of`` | chat lines, holders | nothing |
| outcomes | ``daily.outcome_sums`` | credited orders | those up to ``order_days`` after |

Whoever hands a kernel these tables gets these results, in a thread here or on a cluster.

A stage's key covers exactly what its result depends on: the content of what it reads
and the rules that it, or a stage before it, looks at. Where a stage gives the same
result as before, what is built on it stays as it is.
"""  # noqa: E501 - a table

import hashlib
import json
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache, partial
from threading import Lock

import pyarrow as pa

from kaohe.core.rules import Rules
from kaohe.measures import credit, daily, orders, receptions, streams, talks
from kaohe.measures.columns import NOBODY, coded, day_of, positions
from kaohe.measures.holders import Holders, holders_digest
from kaohe.measures.keep import Entry, Keep, Tables, content_digest, key_of
from kaohe.measures.orders import OrderDays, ShopOrders, Window
from kaohe.measures.plan import Day
from kaohe.records.source import Records

KERNEL_VERSION = "2"
"""Raised with every change of a stage that changes a result: what was kept is then computed anew."""

RECENT_BYTES = 80 << 20
"""How much memory the agent lines of recent days may take: neighbouring orders ask for the same."""
ShopDay = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Judged:
    """A day after stages 1 and 2.

    Attributes:
        day: The day.
        streams_key: The key of its streams.
        entry: The judgements of its consultations, and the sums.
    """

    day: Day
    streams_key: str
    entry: Entry

    @property
    def lines_key(self) -> str:
        """A name for everything that its agent lines can tell about orders."""
        return key_of(self.streams_key, self.entry.digest)


@dataclass(slots=True, weakref_slot=True)
class Stages:
    """The stages over one set of records, rules and kept results.

    Attributes:
        records: What the shop handed in; read from several threads at once.
        rules: The rules.
        keep: Where results are kept.
        holders: Who held which account.
        order_days: The orders, by their day of creation.
        orders: Each shop's orders as of the day, once it is known what they hold.
        computed: How often each stage was really computed.
        recent: The agent lines of a few days, oldest first.
        held: Who held which account since a day, and a name for that.
    """

    records: Records
    rules: Rules
    keep: Keep
    holders: Holders
    order_days: OrderDays
    orders: Mapping[str, ShopOrders] = field(default_factory=dict)
    computed: Counter[str] = field(default_factory=Counter)
    recent: OrderedDict[ShopDay, credit.AgentLines] = field(default_factory=OrderedDict)
    held: dict[tuple[str, date], tuple[Mapping[str, str], str]] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def contents(self, shop: str, day: int, content: str) -> Entry:
        """Return what the orders created on a day hold.

        Args:
            shop: The shop.
            day: The day's number.
            content: The name of their content; blank if it has none.
        """

        def compute() -> Tables:
            rows = self.order_days.as_handed_in(shop, day)
            return {"contents": orders.contents(rows, named=bool(content))}

        return self._kept("contents", Day(shop, day, ""), content, compute)

    def streams_key(self, day: Day) -> str:
        """Return a name for everything that a day's streams depend on."""
        customers = "all" if day.customers is None else content_digest([day.customers])
        return key_of(day.content, self._held(day)[1], customers)

    def _held(self, day: Day) -> tuple[Mapping[str, str], str]:
        since = self.holders.since(day.shop, day_of(day.day))
        known = self.held.get((day.shop, since))
        if known is None:
            holders = self.holders.on(day.shop, since)
            known = self.held[day.shop, since] = holders, holders_digest(holders)
        return known

    def kept_streams(self, day: Day) -> Entry | None:
        """Return a day's streams if they are kept."""
        key = self._full_key("streams", self.streams_key(day))
        return self.keep.read(self._slot("streams", day), key, partial(self._streams_anew, day))

    def day_streams(self, day: Day) -> Entry:
        """Return a day's streams: consultations, outreaches, lines, unheld."""
        return self.kept_streams(day) or self._streams_anew(day)

    def _streams_anew(self, day: Day) -> Entry:
        pieces = range(self.records.pieces(day.shop, day_of(day.day)))
        return self.keep_streams(day, [self.piece(day, piece) for piece in pieces])

    def piece(self, day: Day, piece: int) -> streams.Streams:
        """Return the streams of one piece of a day."""
        when = day_of(day.day)
        text = self.rules.ad_phrase is not None
        lines = self.records.messages(day.shop, when, text=text, piece=piece)
        if day.customers is not None:
            codes, names = coded(lines["customer"])
            wanted = positions(names, day.customers) != NOBODY
            lines = lines.filter(pa.array(wanted[codes]))
        return streams.streams_of(lines, self._held(day)[0], when, self.rules)

    def keep_streams(self, day: Day, pieces: Sequence[streams.Streams]) -> Entry:
        """Keep the streams of a day, put together from its pieces.

        All of its tables are in memory as long as the entry is: they are looked at next.
        """
        found = streams.joined(pieces)
        tables = {
            "consultations": found.consultations,
            "outreaches": found.outreaches,
            "lines": found.lines,
            "unheld": found.unheld,
        }
        tables = {name: table.unify_dictionaries().combine_chunks() for name, table in tables.items()}
        with self.lock:
            self.computed["streams"] += 1
        key = self._full_key("streams", self.streams_key(day))
        entry = self.keep.write(self._slot("streams", day), key, tables, partial(self._streams_anew, day))
        entry.held.update(tables)
        return entry

    def talks(self, day: Day) -> pa.Table:
        """Return how a day's lines were written, with ``talks.TALKS``; of whole days."""

        def compute() -> Tables:
            when, holders = day_of(day.day), self._held(day)[0]
            pieces = range(self.records.pieces(day.shop, when))
            lines = (self.records.messages(day.shop, when, piece=piece) for piece in pieces)
            parts = [talks.TALKS.empty_table(), *(talks.talks_of(one, holders) for one in lines)]
            return {"talks": pa.concat_tables(parts).unify_dictionaries().combine_chunks()}

        return self._kept("talks", day, key_of(talks.VERSION, self.streams_key(day)), compute)["talks"]

    def needs_no_lines(self, day: Day) -> bool:
        """Tell whether a day can be judged from what is kept."""
        return self.kept_streams(day) is not None or self._judged_whole(day) is not None

    def judged(self, day: Day, parts: Entry | None = None) -> Judged:
        """Return a day's consultations judged: which are receptions, which inquiries.

        Args:
            day: The day.
            parts: Its streams, if they were just made.
        """
        whole = self._judged_whole(day)
        if whole is not None:
            return whole
        streams_key, key = self._judged_keys(day)
        built_on = ["judgements"]
        entry = self._read("receptions", day, key, partial(self._judge, day), built_on)
        if entry is None:
            entry = self._anew("receptions", day, key, partial(self._judge, day, parts), built_on)
            # Should it ever be judged again, then not from tables that stay in memory for that.
            entry.again = partial(self._anew, "receptions", day, key, partial(self._judge, day), built_on)
        found = Judged(day, streams_key, entry)
        if parts is not None and self._has_room():
            # Orders will ask for them, and what they are made of is at hand now.
            self.agent_lines(found, parts)
        return found

    def _judged_whole(self, day: Day) -> Judged | None:
        """Return the whole day if it is kept: it serves a run that asks for some customers only."""
        if day.customers is None:
            return None
        whole = replace(day, customers=None)
        streams_key, key = self._judged_keys(whole)
        kept = self._read("receptions", whole, key, partial(self._judge, whole), built_on=["judgements"])
        return None if kept is None else Judged(whole, streams_key, kept)

    def _judge(self, day: Day, parts: Entry | None = None) -> Tables:
        parts = parts or self.day_streams(day)
        consultations = parts["consultations"]
        window = self.orders[day.shop].window(self._window(day))
        judgements = receptions.judged(consultations, window, day_of(day.day), self.rules)
        sums = daily.reception_sums(consultations, judgements, parts["outreaches"])
        return {"judgements": judgements, "sums": sums}

    def _window(self, day: Day) -> Window:
        rules = self.rules
        return Window.around(day.day, rules.prior_order_days, rules.order_days, rules.after_sale_days)

    def _judged_keys(self, day: Day) -> tuple[str, str]:
        """Return the key of a day's streams, and that of its judgements."""
        streams_key = self.streams_key(day)
        return streams_key, key_of(streams_key, self.orders[day.shop].window_digest(self._window(day)))

    def _has_room(self) -> bool:
        """Tell whether the agent lines of one more day, as large as the largest, may stay in memory."""
        with self.lock:
            sizes = [one.size for one in self.recent.values()]
        return sum(sizes) + max(sizes, default=0) <= RECENT_BYTES

    def agent_lines(self, judged: Judged, parts: Entry | None = None) -> credit.AgentLines:
        """Return the agent lines of a day that stand in receptions.

        Args:
            judged: The day.
            parts: Its streams, if they were just made.
        """
        where = (judged.day.shop, judged.day.day)
        with self.lock:
            known = self.recent.get(where)
        if known is not None:
            return known
        parts = parts or self.day_streams(judged.day)
        lines = credit.AgentLines.of(
            day_of(judged.day.day), parts["consultations"], judged.entry["judgements"], parts["lines"]
        )
        with self.lock:
            self.recent[where] = lines
            while len(self.recent) > 1 and sum(one.size for one in self.recent.values()) > RECENT_BYTES:
                self.recent.popitem(last=False)
        return lines

    def linked(self, shop: str, day: int, judged: Mapping[int, Judged], *, pays: bool) -> Entry:
        """Return the agents behind the orders created on a day.

        Args:
            shop: The shop.
            day: The day's number.
            judged: The shop's days with lines, by number.
            pays: Whether it is asked who brought them to payment.
        """
        contents = self.orders[shop].contents[day]
        last = max(day, contents.last_paid) if pays else day
        before = _near(judged, day, day - self.rules.order_days)
        after = _near(judged, last, day) if pays else []

        def compute() -> Tables:
            rows = self.orders[shop].seen(day)
            return {
                "linked": credit.linked(
                    rows, day_of(day), map(self.agent_lines, before), map(self.agent_lines, after)
                )
            }

        lines = [one.lines_key for one in (*after, *before)]
        key = key_of(str(pays), contents.seen, *lines)
        return self._kept("linked", Day(shop, day, ""), key, compute, built_on=["linked"])

    def credited(self, shop: str, day: int, linked: Entry) -> Entry:
        """Return the orders created on a day with their agents, and the sums.

        Args:
            shop: The shop.
            day: The day's number.
            linked: The agents behind them.
        """

        def compute() -> Tables:
            table = credit.credited(self.orders[shop].whole(day), linked["linked"], self.rules)
            return {"orders": table, "sums": daily.order_sums(table, self.rules)}

        key = key_of(self.orders[shop].contents[day].all, linked.digest)
        return self._kept("credited", Day(shop, day, ""), key, compute)

    def outcomes(self, shop: str, day: int, credited: Mapping[int, tuple[Entry, Entry]]) -> Entry:
        """Return what came of a day's inquiries.

        Args:
            shop: The shop.
            day: The day's number.
            credited: Linked and credited orders of the day and of the days that its
                inquiries reach, by number.
        """

        def compute() -> Tables:
            found = [one["orders"].select(list(daily.OUTCOME_COLUMNS)) for _, one in credited.values()]
            together = pa.concat_tables(found).unify_dictionaries()
            return {"sums": daily.outcome_sums(together, day_of(day))}

        contents = self.orders[shop].contents
        parts = [
            part for one, (linked, _) in credited.items() for part in (contents[one].seen, linked.digest)
        ]
        return self._kept("outcomes", Day(shop, day, ""), key_of(*parts), compute)

    def _kept(
        self, stage: str, day: Day, key: str, compute: Callable[[], Tables], built_on: Iterable[str] = ()
    ) -> Entry:
        """Return a stage's result from what is kept, or compute and keep it."""
        return self._read(stage, day, key, compute, built_on) or self._anew(
            stage, day, key, compute, built_on
        )

    def _read(
        self, stage: str, day: Day, key: str, compute: Callable[[], Tables], built_on: Iterable[str] = ()
    ) -> Entry | None:
        again = partial(self._anew, stage, day, key, compute, built_on)
        return self.keep.read(self._slot(stage, day), self._full_key(stage, key), again)

    def _anew(
        self, stage: str, day: Day, key: str, compute: Callable[[], Tables], built_on: Iterable[str]
    ) -> Entry:
        with self.lock:
            self.computed[stage] += 1
        again = partial(self._anew, stage, day, key, compute, built_on)
        slot, full_key = self._slot(stage, day), self._full_key(stage, key)
        return self.keep.write(slot, full_key, compute(), again, built_on)

    def _slot(self, stage: str, day: Day) -> str:
        """Return where a result is kept: by stage, rules, shop and day."""
        part = "" if day.customers is None else "-part"
        folder = f"{stage}/{_rules_digest(stage, self.rules)[:24]}/{_folder(day.shop)}"
        return f"{folder}/{day_of(day.day).isoformat()}{part}.arrow"

    def _full_key(self, stage: str, key: str) -> str:
        return key_of(KERNEL_VERSION, stage, _rules_digest(stage, self.rules), key)


def _near(judged: Mapping[int, Judged], last: int, first: int) -> list[Judged]:
    """Return the days with lines from the last back to the first."""
    return [judged[one] for one in range(last, first - 1, -1) if one in judged]


@cache
def _folder(shop: str) -> str:
    return hashlib.sha256(shop.encode()).hexdigest()[:24]


@cache
def _rules_digest(stage: str, rules: Rules) -> str:
    """Return a name for the rules that a stage, or one before it, looks at."""
    read = {name: getattr(rules, name) for name in RULES_OF_STAGE[stage]}
    return hashlib.sha256(json.dumps(read, sort_keys=True).encode()).hexdigest()


OF_STREAMS = streams.RULES
OF_RECEPTIONS = (*OF_STREAMS, *receptions.RULES)
OF_CREDITS = (*OF_RECEPTIONS, *daily.RULES)
RULES_OF_STAGE: Mapping[str, tuple[str, ...]] = {
    "contents": (),
    "talks": (),
    "streams": OF_STREAMS,
    "receptions": OF_RECEPTIONS,
    "linked": OF_RECEPTIONS,
    "credited": OF_CREDITS,
    "outcomes": (*OF_RECEPTIONS, "payment_days"),
}
"""The rules that each stage looks at, with those of the stages before it."""
