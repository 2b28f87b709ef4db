"""The demo desk at work: day by day, who comes, what is said, what is ordered."""

from collections import deque
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from kaohe.core.period import ONE_DAY
from kaohe.demo import pace, scenes
from kaohe.demo.cast import (
    MISUSER,
    NIGHT_ACCOUNT,
    NIGHT_HOLDERS,
    SECONDS_A_DAY,
    Agent,
    night_change,
)
from kaohe.demo.customers import Crowd
from kaohe.demo.orders import Order, Till, late, never_in_time, soon
from kaohe.demo.talk import Chat, Line

INQUIRIES = 272.0
"""How many talks before an order an ordinary day brings; the other counts a day below likewise."""
SILENT = 86.0
AFTER_SALES = 42.0
ADVERTS = 10.0
NAGGED = 5.0
NEXT_DAY_ORDER = 0.04
"""The probability that an inquiry orders on the day after."""
LEAD_IN_DAYS = 14
"""Days before the first month whose orders are there, so that their buyers can come back."""
NIGHT_FROM = 22
NIGHT_SHARE = 0.3
"""From this hour on such a part of the chats comes to the night account; after midnight all of it."""
MISUSE_DAYS = range(8, 22)
"""Days of the last month on which the filter phrase is misused; found in the third week."""


@dataclass(frozen=True, slots=True)
class Rating:
    """A customer's rating of a chat."""

    account: str
    customer: str
    second: int
    score: int


@dataclass(slots=True)
class Day:
    """What one day leaves behind.

    Attributes:
        day: The day.
        lines: Its chat lines, by account and customer in their order.
        orders: The orders placed on it.
        ratings: The ratings given on it.
    """

    day: date
    lines: list[Line] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    ratings: list[Rating] = field(default_factory=list)


@dataclass(slots=True)
class Desk:
    """The shop over some months.

    Attributes:
        dice: The source of chance.
        months: The months, ``YYYY-MM``, in order.
        campaign_days: Days with much more traffic and larger orders.
        scale: How big the shop is; 1 has about 100,000 lines a month.
    """

    dice: Random
    months: Sequence[str]
    campaign_days: Collection[date]
    scale: float
    _crowd: Crowd = field(init=False)
    _till: Till = field(init=False)
    _today: date = field(init=False, default=date.min)
    _buyers: deque[tuple[date, str]] = field(init=False, default_factory=deque)
    _ahead: dict[date, Day] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._crowd = Crowd(self.dice)
        self._till = Till(self.dice)

    def days(self) -> Iterator[Day]:
        """Yield the days in order: the lead-in with orders alone, then every day of the months.

        A day is complete when it is yielded. What reaches beyond the last day is not
        there, as in an export that ends with its month.
        """
        days = pace.month_days(self.months)
        for back in range(LEAD_IN_DAYS, 0, -1):
            self._today = days[0] - timedelta(days=back)
            self._sell_silently(chats=False)
            yield self._close()
        for day in days:
            self._today = day
            self._serve()
            self._sell_silently(chats=True)
            self._serve_buyers()
            self._rebuff_adverts()
            yield self._close()

    def _close(self) -> Day:
        done = self._on(self._today)
        del self._ahead[self._today]
        done.lines.sort(key=lambda line: (line.account, line.customer, line.second))
        done.orders.sort(key=lambda order: order.created)
        done.ratings.sort(key=lambda rating: rating.second)
        buyers = (order.customer for order in done.orders if order.paid is not None)
        self._buyers.extend((self._today, buyer) for buyer in buyers)
        while self._buyers and self._buyers[0][0] < self._today - timedelta(days=LEAD_IN_DAYS - 1):
            self._buyers.popleft()
        return done

    def _on(self, day: date) -> Day:
        return self._ahead.setdefault(day, Day(day))

    def _expect(self, ordinary: float) -> int:
        return pace.how_many(
            self.dice, ordinary * self.scale * pace.busyness(self._today, self.campaign_days)
        )

    def _seat(self, second: int) -> tuple[Agent, str]:
        """Return who takes a chat at this time, and at which account."""
        hour = second % SECONDS_A_DAY // 3600
        if hour < pace.CLOSED_FROM or (hour >= NIGHT_FROM and self.dice.random() < NIGHT_SHARE):
            change = pace.midnight(night_change(self.months))
            return NIGHT_HOLDERS[second >= change], NIGHT_ACCOUNT
        agent = pace.pick_agent(self.dice, second)
        return agent, agent.account

    def _chat(self, customer: str, second: int, seat: tuple[Agent, str] | None = None) -> Chat:
        agent, account = seat or self._seat(second)
        haste = 1.25 if self._today in self.campaign_days else 1.0
        return Chat(self.dice, agent, account, customer, second, haste)

    def _keep(self, chat: Chat) -> None:
        """File a finished talk's lines, each under its own day."""
        first = pace.day_of(chat.lines[0].second)
        if pace.day_of(chat.lines[-1].second) == first:
            self._on(first).lines.extend(chat.lines)
        else:
            for line in chat.lines:
                self._on(pace.day_of(line.second)).lines.append(line)
        if self.dice.random() < 0.08:
            self._rate(chat)

    def _rate(self, chat: Chat) -> None:
        dice, bad = self.dice, chat.agent.bad_rating
        at = chat.clock + 20 + int(dice.random() * 600)
        score = dice.choice((1, 2)) if dice.random() < bad else dice.choices((3, 4, 5), (4, 16, 80))[0]
        self._on(pace.day_of(at)).ratings.append(Rating(chat.account, chat.customer, at, score))

    def _file(self, order: Order) -> None:
        self._on(pace.day_of(order.created)).orders.append(order)

    def _basket(self, created: int, agent: Agent | None = None) -> float:
        campaign = pace.day_of(created) in self.campaign_days
        return (agent.basket if agent else 1.0) * (pace.CAMPAIGN_BASKET if campaign else 1.0)

    def _time(self, hours: Sequence[int]) -> int:
        return pace.midnight(self._today) + pace.second_of_day(self.dice, hours)

    def _serve(self) -> None:
        """Let people come and ask; some of them order."""
        known: list[str] = []
        for _ in range(self._expect(INQUIRIES)):
            again = known and self.dice.random() < 0.02
            customer = self.dice.choice(known) if again else self._crowd.newcomer()
            known.append(customer)
            chat = self._chat(customer, self._time(pace.CHAT_HOURS))
            self._decide(chat, answered=scenes.inquiry(chat))
        for _ in range(self._expect(NAGGED)):
            chat = self._chat(self._crowd.newcomer(), self._time(pace.CHAT_HOURS))
            scenes.nagging(chat)
            self._keep(chat)

    def _decide(self, chat: Chat, *, answered: bool) -> None:
        """Let a customer decide what comes of an inquiry."""
        dice = self.dice
        if answered and dice.random() < 0.03:
            agent, account = self._seat(chat.clock)
            if agent is not chat.agent:
                chat = scenes.hand_over(chat, agent, account)
        wish = dice.random()
        if answered and wish < chat.agent.order:
            self._order_today(chat)
        elif answered and wish < chat.agent.order + NEXT_DAY_ORDER:
            self._keep(chat)
            tomorrow = pace.midnight(self._today + ONE_DAY) + pace.second_of_day(dice, pace.SHOP_HOURS)
            self._pay(chat, tomorrow)
        else:
            if answered:
                scenes.goes_without(chat)
                if chat.agent is MISUSER and self._misuses():
                    scenes.rebuff(chat)
            self._keep(chat)

    def _misuses(self) -> bool:
        last_month = f"{self._today:%Y-%m}" == self.months[-1]
        return last_month and self._today.day in MISUSE_DAYS and self.dice.random() < 0.5

    def _order_today(self, chat: Chat) -> None:
        """Let the customer order during the talk or later on the day, and talk on."""
        dice = self.dice
        created = chat.clock + 15 + int(dice.random() * 240)
        if dice.random() < 0.15:
            created += int(dice.random() * 3 * 3600)
        if pace.day_of(created) != self._today:
            created = pace.midnight(self._today + ONE_DAY) - 1
        order = self._pay(chat, max(created, chat.clock))
        if created - chat.clock < 300 and pace.day_of(created + 600) == self._today:
            chat.clock = created
            if order.paid is not None and order.paid - created < 300 and dice.random() < 0.45:
                chat.clock = order.paid
                scenes.after_order(chat)
            elif (order.paid is None or order.paid - created > 1800) and dice.random() < 0.5:
                scenes.nudge(chat)
        self._keep(chat)
        if order.paid is not None and dice.random() < 0.2:
            self._ask_about(order)

    def _pay(self, chat: Chat, created: int) -> Order:
        """Place the order of a talk, and settle whether and when it will be paid."""
        dice, agent = self.dice, chat.agent
        if dice.random() < agent.loss:
            paid = never_in_time(dice, created)
        elif dice.random() < 0.06:
            paid = late(dice, created)
        else:
            paid = soon(dice, created)
        if paid is not None and paid - created > SECONDS_A_DAY and dice.random() < 0.6:
            paid = self._come_back_to_pay(chat.customer, created)
        order = self._till.order(chat.customer, created, paid, self._basket(created, agent))
        self._file(order)
        return order

    def _come_back_to_pay(self, customer: str, created: int) -> int:
        """Let a customer with an unpaid order ask a day later, and pay; return when."""
        day = pace.day_of(created) + ONE_DAY
        chat = self._chat(customer, pace.midnight(day) + 10 * 3600 + int(self.dice.random() * 11 * 3600))
        scenes.return_to_pay(chat)
        self._keep(chat)
        return chat.clock + 10 + int(self.dice.random() * 240)

    def _sell_silently(self, *, chats: bool) -> None:
        """Let people order without a word; many of them ask about it afterwards."""
        dice = self.dice
        expected = SILENT if chats else SILENT * 2.2
        for _ in range(self._expect(expected)):
            customer, created = self._crowd.newcomer(), self._time(pace.SHOP_HOURS)
            paid: int | None = soon(dice, created)
            if dice.random() < 0.11:
                paid = self._chase(customer, created) if chats else None
            order = self._till.order(customer, created, paid, self._basket(created))
            self._file(order)
            if chats and paid is not None and paid - created < 3600 and dice.random() < 0.8:
                self._ask_about(order)

    def _chase(self, customer: str, created: int) -> int | None:
        """Let an agent remind someone who has not paid; return when it is paid after all."""
        at = created + 1800 + int(self.dice.random() * 7200)
        if pace.day_of(at) != self._today or not pace.is_open(at):
            return never_in_time(self.dice, created)
        chat = self._chat(customer, at)
        scenes.outreach(chat)
        paid = never_in_time(self.dice, created)
        if self.dice.random() < 0.4:
            chat.pause(60, 900)
            scenes.return_to_pay(chat)
            paid = chat.clock + 10 + int(self.dice.random() * 200)
        self._keep(chat)
        return paid

    def _ask_about(self, order: Order) -> None:
        """Let someone ask about an order placed earlier on the day, of whoever is there."""
        assert order.paid is not None
        at = order.paid + 300 + int(self.dice.random() * 4 * 3600)
        if not pace.is_open(at):
            at += 7 * 3600
        if pace.day_of(at) == pace.day_of(order.created) and pace.is_open(at):
            chat = self._chat(order.customer, at)
            scenes.settled(chat)
            self._keep(chat)

    def _serve_buyers(self) -> None:
        """Let earlier buyers come back with questions about what they got."""
        for _ in range(self._expect(AFTER_SALES)):
            if self._buyers:
                customer = self._buyers[int(self.dice.random() * len(self._buyers))][1]
                chat = self._chat(customer, self._time(pace.CHAT_HOURS))
                scenes.after_sale(chat)
                self._keep(chat)

    def _rebuff_adverts(self) -> None:
        """Let advertisers in, and have them shown out."""
        for _ in range(self._expect(ADVERTS)):
            chat = self._chat(self._crowd.newcomer(), self._time(pace.CHAT_HOURS))
            scenes.advert(chat)
            self._keep(chat)
