"""What the demo shop expects of its months, and what it knows of the months before.

A plan comes from how the shop is run — the rota, the habits, the price list — and
looks at no chat and no order: targets are set before the month, not after it.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from random import Random

from kaohe.core.number import fixed
from kaohe.core.period import Calendar, add_months
from kaohe.demo import pace
from kaohe.demo.cast import (
    AGENTS,
    DEPARTMENT,
    NIGHT_HOLDERS,
    SECONDS_A_DAY,
    SHELF,
    SHOP,
    YUAN,
    Agent,
)
from kaohe.demo.desk import INQUIRIES, NEXT_DAY_ORDER, NIGHT_FROM, NIGHT_SHARE, SILENT, Desk
from kaohe.demo.orders import ANOTHER_ARTICLE
from kaohe.demo.paperwork import Row

PV_A_DAY = 29_000.0
"""Page views of an ordinary day at scale 1."""
PLANNED_VALUE = sum(article.price for article in SHELF) / len(SHELF) / YUAN * 0.945
"""Yuan that one article brings, discounts deducted, as the shop plans with it."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What the shop expects of its months.

    Attributes:
        campaign_days: Days with more traffic and larger orders.
        scale: How big the shop is.
        night_change: When the night account changes hands.
    """

    campaign_days: Collection[date]
    scale: float
    night_change: date

    def page_views(self, month: str) -> int:
        """Return the page views expected, in whole hundreds."""
        days = Calendar().period(month).days()
        views = sum(PV_A_DAY * pace.busyness(day, self.campaign_days) for day in days)
        return max(100, round(views * self.scale / 100) * 100)

    def sales(self, month: str, agent: Agent) -> float:
        """Return the yuan that an agent is expected to sell."""
        rate = INQUIRIES * (agent.order + NEXT_DAY_ORDER) * (1 - agent.loss)
        return sum(self._worth(day, rate * part, agent.basket) for day, part in self._parts(month, agent))

    def _parts(self, month: str, agent: Agent) -> Iterator[tuple[date, float]]:
        """Yield which part of each day's chats is likely to come to an agent, by the rota."""
        hours = [weight / sum(pace.CHAT_HOURS) for weight in pace.CHAT_HOURS]
        for day in Calendar().period(month).days():
            at_night = NIGHT_HOLDERS[day >= self.night_change] is agent
            yield (
                day,
                sum(
                    weight * _part(agent, pace.midnight(day) + hour * 3600, at_night=at_night)
                    for hour, weight in enumerate(hours)
                    if weight
                ),
            )

    def desk_sales(self, month: str) -> float:
        """Return the yuan that the desk's own people are expected to sell."""
        return sum(self.sales(month, agent) for agent in AGENTS if agent.department == DEPARTMENT)

    def shop_sales(self, month: str) -> float:
        """Return the yuan that the shop is expected to sell, orders without a word included."""
        everyone = sum(self.sales(month, agent) for agent in AGENTS)
        days = Calendar().period(month).days()
        return everyone + sum(self._worth(day, SILENT * 0.93, 1.0) for day in days)

    def _worth(self, day: date, orders: float, basket: float) -> float:
        """Return the yuan of an ordinary day's paid orders, were they placed on this one."""
        fuller = pace.CAMPAIGN_BASKET if day in self.campaign_days else 1.0
        articles = 1 / (1 - ANOTHER_ARTICLE * basket * fuller)
        return orders * self.scale * pace.busyness(day, self.campaign_days) * articles * PLANNED_VALUE

    def targets(self, months: Sequence[str]) -> Iterator[Row]:
        """Yield the table ``targets``: some are modest, some more than can be done."""
        for month in months:
            for agent in AGENTS:
                if agent.completion is not None:
                    amount = self.sales(month, agent) / agent.completion
                    step = 10 ** max(0, len(str(int(amount))) - 3)
                    rounded = max(step, round(amount / step) * step)
                    yield {"person": agent.person, "month": month, "amount": f"{rounded}.00"}


def _part(agent: Agent, second: int, *, at_night: bool) -> float:
    """Return which part of the chats of an hour comes to an agent."""
    hour = second % SECONDS_A_DAY // 3600
    night = 1.0 if hour < pace.CLOSED_FROM else NIGHT_SHARE if hour >= NIGHT_FROM else 0.0
    there = pace.on_duty(second)
    own = agent.share / sum(one.share for one in there) if agent in there else 0.0
    return night * at_night + (1 - night) * own


def history(dice: Random, plan: Plan, months: Sequence[str]) -> Iterator[Row]:
    """Yield figures of earlier months, of the form of ``figures.csv``.

    They are the months that a sales target looks back on — the same month last year
    and the three before — as far as the demo does not make them itself; and the last
    of them with its ratios.
    """
    first = months[0]
    for month in sorted(_looked_back_on(months) - set(months)):
        ago = (int(first[:4]) - int(month[:4])) * 12 + int(first[5:]) - int(month[5:])
        growth = (1 - 0.013 * ago) * (0.96 + dice.random() * 0.08)
        share = 0.97 + dice.random() * 0.06
        yield _figure("pv", month, str(int(plan.page_views(month) * growth)))
        yield _figure("shop_sales", month, f"{plan.shop_sales(month) * growth:.2f}")
        yield _figure("desk_sales", month, f"{plan.desk_sales(month) * growth * share:.2f}")
    before = _shifted(first, -1)
    yield _figure("conversion", before, _ratio(3_127, 9_410))
    yield _figure("order_value", before, _ratio(19_943_280, 95_710))
    yield _figure("mean_completion", before, _ratio(8_571, 10_000))
    yield _figure("inquiry_ratio", before, _ratio(7_918, 10_000), level="shop")


def _figure(figure: str, month: str, value: str, level: str = "department") -> Row:
    return {"figure": figure, "level": level, "subject": DEPARTMENT, "span": month, "value": value}


def _looked_back_on(months: Sequence[str]) -> set[str]:
    return {_shifted(month, by) for month in months for by in (-12, -3, -2, -1)}


def _shifted(month: str, by: int) -> str:
    year, number = add_months(int(month[:4]), int(month[5:]), by)
    return f"{year:04d}-{number:02d}"


def _ratio(numerator: int, denominator: int) -> str:
    return fixed(Fraction(numerator, denominator), 12)


def traffic_row(dice: Random, desk: Desk, day: date, paid_fen: int) -> tuple[str, str, str, str, str]:
    """Return a day of the shop's traffic: shop, day, page views, visitors, sales paid on the day."""
    views = int(
        PV_A_DAY * desk.scale * pace.busyness(day, desk.campaign_days) * (0.93 + dice.random() * 0.14)
    )
    visitors = int(views / (2.7 + dice.random() * 0.5))
    sales = f"{paid_fen // YUAN}.{paid_fen % YUAN:02d}"
    return SHOP, day.isoformat(), str(views), str(visitors), sales
