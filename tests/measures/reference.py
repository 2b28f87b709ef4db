"""The measures once more, in plain slow Python, straight from ``docs/measures.md``.

It shares no code with the kernels, and does every look-up by reading through all rows.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from kaohe.core.rules import Rules
from measures.worlds import Line, Order, World

DAY = timedelta(days=1)
UNASSIGNED = "(unassigned)"
Row = dict[str, Any]
COUNTED = (
    "customer_messages",
    "agent_messages",
    "robot_messages",
    "response_rounds",
    "response_seconds",
    "unanswered_rounds",
    "quick_rounds",
)
PAID_LATE = (
    "payers_final",
    "payers",
    "paid_orders",
    "paid_amount",
    "lost_orderers",
    "lost_amount",
    "sales_orders",
    "sales_amount",
    "assisted_orders",
    "assisted_amount",
    "followed_orders",
    "followed_amount",
    "refunded_amount",
    "shop_paid_orders",
    "shop_paid_amount",
    "shop_payers",
    "silent_orders",
    "silent_amount",
)


@dataclass
class Consultation:
    shop: str
    person: str
    customer: str
    day: date
    stream: list[Line]
    row: Row = field(default_factory=dict)

    @property
    def first(self) -> datetime:
        return next(line.sent_at for line in self.stream if line.sender == "customer")

    @property
    def agent_lines(self) -> list[Line]:
        return [line for line in self.stream if line.sender == "agent"]

    @property
    def customer_lines(self) -> list[Line]:
        return [line for line in self.stream if line.sender == "customer"]


@dataclass
class Expected:
    daily: dict[tuple[str, str, str, date, str], tuple[Decimal, bool]]
    receptions: list[Row]
    orders: list[Row]


class Reference:
    """Everything of a world, as of a day, by the rules."""

    def __init__(self, world: World, rules: Rules, as_of: date) -> None:
        self.world, self.rules, self.as_of = world, rules, as_of
        self.lines = sorted(
            (line for line in world.lines if line.sent_at.date() <= as_of),
            key=lambda line: (line.sent_at, line.place),
        )
        self.orders = [self._as_of(order) for order in world.orders if order.created_at.date() <= as_of]
        self.consultations, self.outreaches = self._streams()
        for one in self.consultations:
            one.row = self._row(one)
        self.received = [one for one in self.consultations if one.row["filter"] is None]
        self.credits = [self._credited(order) for order in self.orders]

    def expected(self, first: date, last: date) -> Expected:
        def within(day: date) -> bool:
            return first <= day <= min(last, self.as_of)

        return Expected(
            daily={key: value for key, value in self._daily().items() if within(key[3])},
            receptions=[one.row for one in self.consultations if within(one.day)],
            orders=[row for row in self.credits if within(row["created_at"].date())],
        )

    def _as_of(self, order: Order) -> Order:
        if order.paid_at is None or order.paid_at.date() <= self.as_of:
            return order
        return Order(**{**vars(order), "paid_at": None, "paid_amount": None})

    def holder(self, shop: str, account: str, day: date) -> str:
        for of_shop, of_account, person, begin, end in self.world.accounts:
            held = (begin is None or begin <= day) and (end is None or day <= end)
            if (of_shop, of_account) == (shop, account) and held:
                return person
        return UNASSIGNED

    def _streams(self) -> tuple[list[Consultation], list[Consultation]]:
        streams: dict[tuple[str, str, str, date], list[Line]] = defaultdict(list)
        for line in self.lines:
            day = line.sent_at.date()
            streams[line.shop, self.holder(line.shop, line.account, day), line.customer, day].append(line)
        all_of = [Consultation(*key, lines) for key, lines in streams.items()]
        consulted = [one for one in all_of if one.customer_lines]
        reached = [one for one in all_of if one.agent_lines and not one.customer_lines]
        return consulted, reached

    def _customers_orders(self, one: Consultation) -> list[Order]:
        return [order for order in self.orders if (order.shop, order.customer) == (one.shop, one.customer)]

    def _filter(self, one: Consultation) -> str | None:
        rules, orders = self.rules, self._customers_orders(one)
        if rules.after_sale_days is not None:
            paid = any(
                order.paid_at is not None
                and order.paid_at < one.first
                and (one.day - order.paid_at.date()).days <= rules.after_sale_days
                for order in orders
            )
            if paid and not any(order.created_at.date() == one.day for order in orders):
                return "after_sale"
        if rules.ad_phrase is not None:
            hits = [line for line in one.agent_lines if rules.ad_phrase in line.text]
            if len(hits) >= rules.ad_times:
                return "ad"
        if rules.one_line_agent_lines is not None and len(one.customer_lines) == 1:
            place = one.stream.index(one.customer_lines[0])
            after = [line for line in one.stream[place:] if line.sender == "agent"]
            if len(after) >= rules.one_line_agent_lines:
                return "one_line"
        return None

    def _inquiry(self, one: Consultation) -> bool:
        orders, rules = self._customers_orders(one), self.rules
        before = any(
            one.day - rules.prior_order_days * DAY <= order.created_at.date() and order.created_at < one.first
            for order in orders
        )
        after = any(
            order.created_at >= one.first and order.created_at.date() <= one.day + rules.order_days * DAY
            for order in orders
        )
        return after or not before

    def _rounds(self, one: Consultation) -> list[tuple[datetime, int | None]]:
        """Return each round's begin and its waiting time, None where unanswered."""
        rounds: list[tuple[datetime, int | None]] = []
        begin: datetime | None = None
        for line in one.stream:
            if line.sender == "customer" and begin is None:
                begin = line.sent_at
            elif line.sender == "agent" and begin is not None:
                rounds.append((begin, int((line.sent_at - begin).total_seconds())))
                begin = None
        return [*rounds, (begin, None)] if begin is not None else rounds

    def _in_hours(self, moment: datetime) -> bool:
        second = moment.hour * 3600 + moment.minute * 60 + moment.second
        return self.rules.hours is None or self.rules.hours[0] <= second < self.rules.hours[1]

    def _time(self, wait: int | None) -> int | None:
        """Return what a round's waiting time counts as, None where it does not count."""
        cap = self.rules.cap_seconds
        if wait is None:
            return cap if self.rules.unanswered == "cap" else None
        return wait if cap is None else min(wait, cap)

    def _row(self, one: Consultation) -> Row:
        rounds = self._rounds(one)
        counted = [wait for begin, wait in rounds if self._in_hours(begin)]
        times = [time for wait in counted if (time := self._time(wait)) is not None]
        begin, wait = rounds[0]
        first = next(i for i, line in enumerate(one.stream) if line.sender == "customer")
        return {
            "shop": one.shop,
            "person": one.person,
            "customer": one.customer,
            "day": one.day,
            "first_customer_at": one.first,
            "filter": self._filter(one),
            "inquiry": self._inquiry(one),
            "replied": any(line.sender == "agent" for line in one.stream[first:]),
            "customer_messages": len(one.customer_lines),
            "agent_messages": len(one.agent_lines),
            "robot_messages": sum(line.sender == "robot" for line in one.stream),
            "response_rounds": len(times),
            "response_seconds": sum(times),
            "unanswered_rounds": counted.count(None),
            "first_response_seconds": self._time(wait) if self._in_hours(begin) else None,
            "quick_rounds": sum(wait is not None and wait <= self.rules.quick_seconds for wait in counted),
        }

    def _credited(self, order: Order) -> Row:
        standing = [
            (line, one)
            for one in self.received
            if (one.shop, one.customer) == (order.shop, order.customer)
            for line in one.agent_lines
        ]
        standing.sort(key=lambda pair: (pair[0].sent_at, pair[0].place))
        earliest = order.created_at.date() - self.rules.order_days * DAY
        before = [
            one
            for line, one in standing
            if line.sent_at <= order.created_at and line.sent_at.date() >= earliest
        ]
        placing = before[-1] if before else None
        paying = placing.person if placing else None
        in_time = False
        if order.paid_at is None:
            paying = None
        else:
            between = [one for line, one in standing if order.created_at < line.sent_at <= order.paid_at]
            paying = between[-1].person if between else paying
            in_time = order.paid_at.date() <= order.created_at.date() + self.rules.payment_days * DAY
        return {
            "shop": order.shop,
            "order_id": order.order_id,
            "customer": order.customer,
            "created_at": order.created_at,
            "paid_at": order.paid_at,
            "amount": order.amount,
            "paid_amount": order.paid_amount,
            "placing": placing.person if placing else None,
            "paying": paying,
            "reception_day": placing.day if placing else None,
            "paid_in_time": in_time,
            "refunded": order.refunded,
            "inquiry": bool(placing and placing.row["inquiry"]),
        }

    def _daily(self) -> dict[tuple[str, str, str, date, str], tuple[Decimal, bool]]:
        sums: dict[tuple[str, str, str, date, str], Decimal] = defaultdict(Decimal)

        def person(shop: str, who: str | None, day: date, measure: str, value: Any = 1) -> None:
            if who is not None:
                sums["person", shop, who, day, measure] += Decimal(value)
                sums["shop", shop, shop, day, measure] += Decimal(value)

        self._by_reception(person)
        self._by_order(person)
        self._events(person)
        self._of_shop(sums)
        delay = {"inquiries": "o", "ordered_same_day": "o", "ordered": "o", "converted": "op"}
        delay |= dict.fromkeys(PAID_LATE, "p")
        days = {"o": self.rules.order_days, "p": self.rules.payment_days}
        return {
            key: (value, self.as_of >= key[3] + DAY * sum(days[letter] for letter in delay.get(key[4], "")))
            for key, value in sums.items()
            if value
        }

    def _by_reception(self, person: Any) -> None:
        for one in self.outreaches:
            person(one.shop, one.person, one.day, "outreaches")
        for one in self.consultations:
            where = (one.shop, one.person, one.day)
            person(*where, "consultations")
            if one.row["filter"]:
                person(*where, f"filtered_{one.row['filter']}")
                continue
            person(*where, "receptions")
            person(*where, "replied_receptions", int(one.row["replied"]))
            for name in COUNTED:
                person(*where, name, one.row[name])
            if one.row["first_response_seconds"] is not None:
                person(*where, "first_responses")
                person(*where, "first_response_seconds", one.row["first_response_seconds"])
            if one.row["inquiry"]:
                self._inquiry_sums(one, person)

    def _inquiry_sums(self, one: Consultation, person: Any) -> None:
        through = [
            row
            for row in self.credits
            if (row["shop"], row["placing"], row["customer"], row["reception_day"])
            == (one.shop, one.person, one.customer, one.day)
        ]
        where = (one.shop, one.person, one.day)
        person(*where, "inquiries")
        person(*where, "ordered_same_day", int(any(row["created_at"].date() == one.day for row in through)))
        person(*where, "ordered", int(bool(through)))
        person(*where, "converted", int(any(row["paid_in_time"] for row in through)))

    def _by_order(self, person: Any) -> None:
        placed: dict[tuple[str, str, date, str], list[Row]] = defaultdict(list)
        for row in self.credits:
            day = row["created_at"].date()
            if row["placing"]:
                placed[row["shop"], row["placing"], day, row["customer"]].append(row)
            self._order_sums(row, day, person)
        for (shop, who, day, _), rows in placed.items():
            paid = any(row["paid_in_time"] for row in rows)
            same_day = any(row["paid_at"] is not None and row["paid_at"].date() == day for row in rows)
            final = self.as_of >= day + DAY * self.rules.payment_days
            person(shop, who, day, "orderers")
            person(shop, who, day, "payers_same_day", int(same_day))
            person(shop, who, day, "payers_final", int(paid))
            person(shop, who, day, "payers", int(paid if final else same_day))
            person(shop, who, day, "lost_orderers", int(final and not paid))

    def _order_sums(self, row: Row, day: date, person: Any) -> None:
        shop, placing, paying, paid = row["shop"], row["placing"], row["paying"], row["paid_amount"]
        person(shop, placing, day, "orders")
        person(shop, placing, day, "ordered_amount", row["amount"])
        if not row["paid_in_time"]:
            if self.as_of >= day + DAY * self.rules.payment_days:
                person(shop, placing, day, "lost_amount", row["amount"])
            return
        seller = {"placed": placing, "paid": paying, "placed_first": placing or paying}[self.rules.credit]
        names = [("paid", placing), ("sales", seller)]
        if placing and paying != placing:
            names.append(("assisted", paying))
        if not placing:
            names.append(("followed", paying))
        for name, who in names:
            person(shop, who, day, f"{name}_orders")
            person(shop, who, day, f"{name}_amount", paid)
        person(shop, seller, day, "refunded_amount", row["refunded"])

    def _events(self, person: Any) -> None:
        for shop, account, _, rated_at, score in self.world.ratings:
            day = rated_at.date()
            if day <= self.as_of:
                where = (shop, self.holder(shop, account, day), day)
                person(*where, "ratings")
                person(*where, "rating_sum", score)
                person(*where, "good_ratings", int(score >= 4))
                person(*where, "bad_ratings", int(score <= 2))
        for shop, account, _, filed_at, upheld in self.world.complaints:
            day = filed_at.date()
            if day <= self.as_of:
                where = (shop, self.holder(shop, account, day), day)
                person(*where, "complaints")
                person(*where, "complaints_upheld", int(upheld is True))

    def _of_shop(self, sums: dict[tuple[str, str, str, date, str], Decimal]) -> None:
        payers: dict[tuple[str, date], set[str]] = defaultdict(set)
        for row in self.credits:
            shop, day = row["shop"], row["created_at"].date()
            sums["shop", shop, shop, day, "shop_orders"] += 1
            if row["paid_in_time"]:
                payers[shop, day].add(row["customer"])
                sums["shop", shop, shop, day, "shop_paid_orders"] += 1
                sums["shop", shop, shop, day, "shop_paid_amount"] += row["paid_amount"]
                if row["placing"] is None:
                    sums["shop", shop, shop, day, "silent_orders"] += 1
                    sums["shop", shop, shop, day, "silent_amount"] += row["paid_amount"]
        for (shop, day), customers in payers.items():
            sums["shop", shop, shop, day, "shop_payers"] += len(customers)
        for shop, day, pv, uv, sales in self.world.traffic:
            if day <= self.as_of:
                sums["shop", shop, shop, day, "pv"] += pv
                sums["shop", shop, shop, day, "uv"] += uv
                sums["shop", shop, shop, day, "traffic_sales"] += sales or 0
