"""The stages of one run, each taken from what is kept or computed.

A stage's key covers exactly what its result depends on: the content of what it reads
and the rules that it, or a stage before it, looks at. Where a stage gives the same
result as before, what is built on it stays as it is.
"""

import hashlib
import json
from collections import Counter, OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import PurePosixPath

import pyarrow as pa

from kaohe.core.rules import Rules
from kaohe.measures import credit, daily, receptions, streams
from kaohe.measures.columns import NOBODY, Ints, coded, day_of, positions
from kaohe.measures.holders import Holders, holders_digest
from kaohe.measures.keep import Entry, Keep, content_digest, key_of
from kaohe.measures.orders import ShopOrders
from kaohe.measures.plan import Day
from kaohe.records.source import Records

KERNEL_VERSION = "1"
"""Raised with every change of a stage that changes a result: what was kept is then computed anew."""

RECENT_DAYS = 8
LINE_COLUMNS = ("customer", "created_at")
PAY_COLUMNS = ("customer", "created_at", "paid_at")


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


@dataclass(slots=True)
class Stages:
    """The stages over one set of records, rules and kept results.

    Attributes:
        records: What the shop handed in; read from several threads at once.
        rules: The rules.
        keep: Where results are kept.
        orders: Each shop's orders as of the day.
        holders: Who held which account.
        computed: How often each stage was really computed.
        recent: The agent lines of a few days, oldest first: neighbouring orders ask for the same.
    """

    records: Records
    rules: Rules
    keep: Keep
    orders: Mapping[str, ShopOrders]
    holders: Holders
    computed: Counter[str] = field(default_factory=Counter)
    recent: OrderedDict[tuple[str, int], credit.AgentLines] = field(default_factory=OrderedDict)

    def judged(self, day: Day) -> Judged:
        """Return a day's consultations judged: which are receptions, which inquiries.

        Where another run has left the whole day, it serves a run that asks for some
        customers only.
        """
        if day.customers is not None:
            whole = replace(day, customers=None)
            streams_key, key = self._judged_keys(whole)
            kept = self.keep.read(self._slot("receptions", whole), self._full_key("receptions", key))
            if kept is not None:
                return Judged(whole, streams_key, kept)
        streams_key, key = self._judged_keys(day)
        return Judged(day, streams_key, self._kept("receptions", day, key, partial(self._judge, day)))

    def _judge(self, day: Day) -> dict[str, pa.Table]:
        parts = self.streams(day)
        window = self.orders[day.shop].window(*self._window(day))
        judgements = receptions.judged(parts["consultations"], window, day_of(day.day), self.rules)
        sums = daily.reception_sums(parts["consultations"], judgements, parts["outreaches"])
        return {"judgements": judgements, "sums": sums}

    def _window(self, day: Day) -> tuple[int, int, int, int | None]:
        rules = self.rules
        return day.day, rules.prior_order_days, rules.order_days, rules.after_sale_days

    def _judged_keys(self, day: Day) -> tuple[str, str]:
        """Return the key of a day's streams, and that of its judgements."""
        streams_key = self._streams_key(day)
        return streams_key, key_of(streams_key, self.orders[day.shop].window_digest(*self._window(day)))

    def streams(self, day: Day) -> Entry:
        """Return a day's streams: consultations, outreaches, unheld."""
        return self._streams_or_lines("streams", day)

    def agent_lines(self, judged: Judged) -> credit.AgentLines:
        """Return the agent lines of a day that stand in receptions."""
        where = (judged.day.shop, judged.day.day)
        lines = self.recent.get(where)
        if lines is None:
            lines = credit.AgentLines.of(
                day_of(judged.day.day),
                self.streams(judged.day)["consultations"],
                judged.entry["judgements"],
                self._streams_or_lines("lines", judged.day)["lines"],
            )
            self.recent[where] = lines
            while len(self.recent) > RECENT_DAYS:
                self.recent.popitem(last=False)
        return lines

    def placed(self, shop: str, day: int, judged: Mapping[int, Judged]) -> Entry:
        """Return who placed the orders created on a day.

        Args:
            shop: The shop.
            day: The day's number.
            judged: The shop's days with lines, by number.
        """
        orders = self.orders[shop].rows(self.orders[shop].created(day, day), LINE_COLUMNS)
        near = [judged[one] for one in range(day, day - self.rules.order_days - 1, -1) if one in judged]

        def compute() -> dict[str, pa.Table]:
            return {"placed": credit.placed(orders, day_of(day), map(self.agent_lines, near))}

        key = key_of(content_digest(orders.columns), *(one.lines_key for one in near))
        return self._kept("placed", Day(shop, day, ""), key, compute)

    def paid(self, shop: str, day: int, rows: Ints, judged: Mapping[int, Judged]) -> Entry:
        """Return who brought orders to payment.

        Args:
            shop: The shop.
            day: The number of the day of payment.
            rows: The orders.
            judged: The shop's days with lines, by number.
        """
        shop_orders = self.orders[shop]
        orders = shop_orders.rows(rows, PAY_COLUMNS)
        earliest = int(shop_orders.created_day[rows].min())
        near = [judged[one] for one in range(day, earliest - 1, -1) if one in judged]

        def compute() -> dict[str, pa.Table]:
            return {"paid": credit.paid(orders, day_of(day), map(self.agent_lines, near))}

        key = key_of(content_digest(orders.columns), *(one.lines_key for one in near))
        return self._kept("paid", Day(shop, day, ""), key, compute)

    def credited(self, shop: str, day: int, placed: Entry, paying: pa.Array) -> Entry:
        """Return the orders created on a day with their agents, and the sums.

        Args:
            shop: The shop.
            day: The day's number.
            placed: Who placed them.
            paying: Who brought them to payment; null where unpaid or nobody.
        """
        orders = self.orders[shop].rows(self.orders[shop].created(day, day))

        def compute() -> dict[str, pa.Table]:
            table = credit.credited(orders, placed["placed"], paying, self.rules)
            return {"orders": table, "sums": daily.order_sums(table, self.rules)}

        key = key_of(content_digest(orders.columns), placed.digest, content_digest([paying]))
        return self._kept("credited", Day(shop, day, ""), key, compute)

    def outcomes(self, shop: str, day: int, credited: list[Entry]) -> Entry:
        """Return what came of a day's inquiries.

        Args:
            shop: The shop.
            day: The day's number.
            credited: The credited orders of the day and of the days that its inquiries reach.
        """

        def compute() -> dict[str, pa.Table]:
            orders = pa.concat_tables([one["orders"] for one in credited]).unify_dictionaries()
            return {"sums": daily.outcome_sums(orders, day_of(day))}

        return self._kept("outcomes", Day(shop, day, ""), key_of(*(one.digest for one in credited)), compute)

    def _streams_key(self, day: Day) -> str:
        customers = "all" if day.customers is None else content_digest([day.customers])
        return key_of(day.content, holders_digest(self.holders.on(day.shop, day_of(day.day))), customers)

    def _streams_or_lines(self, part: str, day: Day) -> Entry:
        """Return one of the two files of stage 1; compute both if it is not kept."""
        key = self._streams_key(day)
        kept = self.keep.read(self._slot(part, day), self._full_key(part, key))
        if kept is not None:
            return kept
        self.computed["streams"] += 1
        held = self.holders.on(day.shop, day_of(day.day))
        found = streams.streams_of(self._lines(day), held, day_of(day.day), self.rules)
        files = {
            "streams": {
                "consultations": found.consultations,
                "outreaches": found.outreaches,
                "unheld": found.unheld,
            },
            "lines": {"lines": found.lines},
        }
        written = {
            name: self.keep.write(self._slot(name, day), self._full_key(name, key), tables)
            for name, tables in files.items()
        }
        return written[part]

    def _lines(self, day: Day) -> pa.Table:
        """Read a day's chat lines, those of the customers that matter."""
        text = self.rules.ad_phrase is not None
        lines = self.records.messages(day.shop, day_of(day.day), text=text)
        if day.customers is None:
            return lines
        codes, names = coded(lines["customer"])
        wanted = positions(names, day.customers) != NOBODY
        return lines.filter(pa.array(wanted[codes]))

    def _kept(self, stage: str, day: Day, key: str, compute: Callable[[], dict[str, pa.Table]]) -> Entry:
        """Return a stage's result from what is kept, or compute and keep it."""
        slot, full_key = self._slot(stage, day), self._full_key(stage, key)
        kept = self.keep.read(slot, full_key)
        if kept is not None:
            return kept
        self.computed[stage] += 1
        return self.keep.write(slot, full_key, compute())

    def _slot(self, stage: str, day: Day) -> str:
        """Return where a result is kept: by stage, rules, shop and day."""
        shop = hashlib.sha256(day.shop.encode()).hexdigest()[:24]
        part = "" if day.customers is None else "-part"
        folder = PurePosixPath(stage, self._rules_digest(stage)[:24], shop)
        return str(folder / f"{day_of(day.day).isoformat()}{part}.arrow")

    def _full_key(self, stage: str, key: str) -> str:
        return key_of(KERNEL_VERSION, stage, self._rules_digest(stage), key)

    def _rules_digest(self, stage: str) -> str:
        """Return a name for the rules that a stage, or one before it, looks at."""
        read = {name: getattr(self.rules, name) for name in RULES_OF_STAGE[stage]}
        return hashlib.sha256(json.dumps(read, sort_keys=True).encode()).hexdigest()


OF_STREAMS = streams.RULES
OF_RECEPTIONS = (*OF_STREAMS, *receptions.RULES)
OF_CREDITS = (*OF_RECEPTIONS, *daily.RULES)
RULES_OF_STAGE: Mapping[str, tuple[str, ...]] = {
    "streams": OF_STREAMS,
    "lines": OF_STREAMS,
    "receptions": OF_RECEPTIONS,
    "placed": OF_RECEPTIONS,
    "paid": OF_RECEPTIONS,
    "credited": OF_CREDITS,
    "outcomes": OF_CREDITS,
}
"""The rules that each stage looks at, with those of the stages before it."""
