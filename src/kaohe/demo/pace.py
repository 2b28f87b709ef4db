"""How busy the demo shop is: by day, by hour, and who sits at the desk then."""

from bisect import bisect
from collections.abc import Collection, Sequence
from datetime import date, timedelta
from functools import cache
from itertools import accumulate
from random import Random

from kaohe.core.period import Calendar
from kaohe.demo.cast import AGENTS, SECONDS_A_DAY, Agent

CAMPAIGN_DAY = 20
"""The day of each month that is a campaign unless the caller names others."""
CAMPAIGN_TRAFFIC = 2.6
CAMPAIGN_BASKET = 1.45
WEEKDAYS = (0.90, 0.86, 0.88, 0.92, 1.00, 1.20, 1.24)
"""Traffic from Monday to Sunday."""
CHAT_HOURS = (6, 2, 0, 0, 0, 0, 0, 0, 22, 40, 55, 52, 38, 45, 58, 60, 56, 48, 52, 70, 92, 96, 74, 36)
SHOP_HOURS = (30, 16, 8, 4, 3, 4, 8, 16, 30, 42, 52, 52, 44, 46, 52, 54, 50, 46, 52, 66, 84, 90, 74, 48)
"""Chats are asked for, and orders placed, in these proportions by hour of the day."""
CLOSED_FROM = 2
OPEN_FROM = 8
"""Nobody is at the desk from two to eight in the morning."""
LATE_FROM = 16
EARLY_UNTIL = 17
EPOCH = date(1970, 1, 1)


def month_days(months: Sequence[str]) -> tuple[date, ...]:
    """Return every day of the months, in order."""
    calendar = Calendar()
    return tuple(sorted(day for label in set(months) for day in calendar.period(label).days()))


def campaigns(months: Sequence[str]) -> tuple[date, ...]:
    """Return the campaign days that the demo has by default, one a month."""
    calendar = Calendar()
    return tuple(
        calendar.period(label).first + timedelta(days=CAMPAIGN_DAY - 1) for label in sorted(set(months))
    )


def midnight(day: date) -> int:
    """Return the day's first second, in local seconds since 1970."""
    return (day - EPOCH).days * SECONDS_A_DAY


def day_of(second: int) -> date:
    """Return the local day that a second lies in."""
    return _day(second // SECONDS_A_DAY)


@cache
def _day(number: int) -> date:
    return EPOCH + timedelta(days=number)


def moment(second: int, form: str = "{:%Y-%m-%d} {:02d}:{:02d}:{:02d}") -> str:
    """Return a second as local wall-clock time."""
    clock = second % SECONDS_A_DAY
    return form.format(day_of(second), clock // 3600, clock // 60 % 60, clock % 60)


def busyness(day: date, campaign_days: Collection[date]) -> float:
    """Return the day's traffic, 1 being an ordinary day's."""
    return WEEKDAYS[day.weekday()] * (CAMPAIGN_TRAFFIC if day in campaign_days else 1.0)


def how_many(dice: Random, expected: float) -> int:
    """Return a count with this expectation, as a day's customers come: near it, never exactly."""
    spread = max(expected, 0.0) ** 0.5
    return max(0, int(dice.gauss(expected, spread) + dice.random()))


def second_of_day(dice: Random, hours: Sequence[int]) -> int:
    """Return a second of the day, drawn from weights by hour."""
    sums = list(accumulate(hours))
    hour = bisect(sums, dice.random() * sums[-1])
    return min(hour, 23) * 3600 + int(dice.random() * 3600)


def is_open(second: int) -> bool:
    """Return whether the desk is manned at a time."""
    hour = second % SECONDS_A_DAY // 3600
    return hour < CLOSED_FROM or hour >= OPEN_FROM


def on_duty(second: int) -> tuple[Agent, ...]:
    """Return who sits at the desk at a time.

    Half have the early shift, half the late one, which ends after midnight; they
    change every week, and each has one day off a week. Nobody is there from two to
    eight.
    """
    day = day_of(second)
    hour = second % SECONDS_A_DAY // 3600
    if hour < CLOSED_FROM:
        day, hour = day - timedelta(days=1), hour + 24
    return _shift(day, hour >= LATE_FROM, hour < EARLY_UNTIL)


@cache
def _shift(day: date, late: bool, early: bool) -> tuple[Agent, ...]:
    week = day.toordinal() // 7
    there = (agent for place, agent in enumerate(AGENTS) if place % 7 != day.weekday())
    return tuple(
        agent for agent in there if (late if (AGENTS.index(agent) + week) % 2 else early)
    )  # between sixteen and seventeen both shifts are there


def pick_agent(dice: Random, second: int) -> Agent:
    """Return who takes a chat that begins at this time, the quicker ones more often."""
    there = on_duty(second)
    return dice.choices(there, weights=[agent.share for agent in there])[0]
