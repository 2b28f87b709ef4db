"""What the demo shop keeps on paper: ledger, attendance, targets, ratings of the shop, history."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from random import Random

from kaohe.core.number import fixed
from kaohe.core.period import MonthlyCalendar, add_months
from kaohe.demo import pace
from kaohe.demo.cast import (
    AGENTS,
    DEPARTMENT,
    LEAD,
    MISUSER,
    NIGHT_HOLDERS,
    SECONDS_A_DAY,
    SHELF,
    SHOP,
    YUAN,
    Agent,
    night_change,
)
from kaohe.demo.desk import INQUIRIES, NEXT_DAY_ORDER, NIGHT_FROM, NIGHT_SHARE, SILENT, Desk, Rating
from kaohe.demo.orders import ANOTHER_ARTICLE

Row = Mapping[str, str]
PV_A_DAY = 29_000.0
"""Page views of an ordinary day at scale 1."""
SHOP_MANAGER = "店長"
PLANNED_VALUE = sum(article.price for article in SHELF) / len(SHELF) / YUAN * 0.945
"""Yuan that one article brings, discounts deducted, as the shop plans with it."""
MOST_COMPLAINTS = 6


@dataclass(frozen=True, slots=True)
class Note:
    """One line of the merit ledger, as it recurs in the demo.

    Attributes:
        item: The item's code.
        agent: Whose it is, by place in the cast.
        day: The day of the month.
        quantity: How many.
        note: Why.
    """

    item: str
    agent: int
    day: int
    quantity: int
    note: str


LEDGER = (
    (
        Note("praise", 1, 5, 2, "顧客在評價裡點名感謝"),
        Note("praise", 2, 12, 1, "老顧客來電稱讚"),
        Note("order_error", 4, 9, 2, "備註漏抄,發錯顏色"),
        Note("order_error", 3, 23, 1, "地址改錯"),
        Note("procedure_departure", 4, 14, 1, "未先查庫存即答應發貨"),
        Note("process_improvement", 0, 10, 1, "整理破損補發流程"),
        Note("other_department_work", 1, 16, 1, "支援倉庫盤點"),
        Note("late_task", 3, 20, 1, "話術整理逾期"),
        Note("evening_shift", 2, 28, 1, "當月晚班"),
        Note("reply_excused", 1, 20, 1, "活動當天千牛掉線"),
        Note("averted_loss", 0, 22, 3, "發現標價錯誤並及時更正"),
    ),
    (
        Note("praise", 0, 6, 1, "顧客留言感謝"),
        Note("praise", 2, 13, 3, "連續三位顧客好評點名"),
        Note("bad_attitude_rating", 3, 17, 1, "顧客差評:語氣不耐煩"),
        Note("order_error", 5, 8, 1, "漏備註禮盒"),
        Note("order_error", 4, 26, 1, "改價改錯訂單"),
        Note("procedure_departure", 3, 11, 2, "未按流程登記退款"),
        Note("initiative", 2, 24, 1, "主動整理常見問答"),
        Note("process_improvement", 1, 15, 1, "提出快捷回覆分組"),
        Note("other_department_work", 4, 19, 1, "協助主圖拍攝"),
        Note("refused_assignment", 3, 27, 1, "拒絕頂替晚班"),
        Note("late_task", 5, 21, 1, "試用期小結遲交"),
        Note("evening_shift", 4, 30, 1, "當月晚班"),
        Note("averted_loss", 2, 18, 2, "攔下重複發貨"),
        Note("reply_excused", 4, 20, 1, "活動當天停電十分鐘"),
    ),
)
"""The ledger of a month; months take turns, the last one always has the second."""
MISUSE = Note("phrase_misuse", AGENTS.index(MISUSER), 18, 1, "抽查聊天記錄:對正常顧客使用過濾語")


def people() -> Iterator[Row]:
    """Yield the table ``people``: everyone at the desk, and one of the department who is not."""
    for agent in AGENTS:
        yield {
            "person": agent.person,
            "name": agent.name,
            "department": agent.department,
            "role": agent.role,
            "regular": _yes(agent.regular),
            "hired_on": agent.hired_on.isoformat(),
            "left_on": "",
            "base_pay": str(agent.base_pay),
        }
    yield {
        "person": "d09",
        "name": "阿楓",
        "department": DEPARTMENT,
        "role": "質檢",
        "regular": "yes",
        "hired_on": "2025-11-03",
        "left_on": "",
        "base_pay": "2900.00",
    }


def entries(months: Sequence[str]) -> Iterator[Row]:
    """Yield the table ``entries``: every item that the desk's scheme knows comes up."""
    for back, month in enumerate(reversed(months)):
        notes = LEDGER[1 - back % 2]
        for note in sorted((*notes, MISUSE) if back == 0 else notes, key=lambda one: one.day):
            agent = AGENTS[note.agent]
            last = MonthlyCalendar().month(month).last.day
            yield {
                "person": agent.person,
                "day": f"{month}-{min(note.day, last):02d}",
                "item": note.item,
                "quantity": str(note.quantity),
                "note": note.note,
                "by": SHOP_MANAGER if agent is LEAD else LEAD.name,
            }


def attendance(dice: Random, months: Sequence[str]) -> Iterator[Row]:
    """Yield the table ``attendance``; the lead's overtime is paid by a sum agreed on."""
    for month in months:
        for agent in AGENTS:
            flat = agent is LEAD
            yield {
                "person": agent.person,
                "month": month,
                "full": _yes(dice.random() < 0.75),
                "overtime_hours": "" if flat else str(dice.randrange(0, 37) / 2),
                "overtime_pay": "260.00" if flat else "",
            }


def dsr(dice: Random, months: Sequence[str]) -> Iterator[Row]:
    """Yield the table ``dsr``: the attitude rating creeps up, the industry stands nearly still."""
    attitude, industry = 481_200, 478_400
    for day in pace.month_days(months):
        attitude += int(dice.gauss(35, 160))
        industry += int(dice.gauss(4, 40))
        yield {
            "shop": SHOP,
            "day": day.isoformat(),
            "attitude": f"{attitude / 100_000:.5f}",
            "industry": f"{industry / 100_000:.5f}",
        }


def complaints(ratings: Sequence[Rating]) -> Iterator[Row]:
    """Yield a month's part of the table ``complaints``: who rated badly, or at least someone."""
    verdicts = ("yes", "no", "", "no")
    unhappy = [rating for rating in ratings if rating.score <= 2] or list(ratings)
    for place, rating in enumerate(unhappy[:MOST_COMPLAINTS]):
        yield {
            "shop": SHOP,
            "account": rating.account,
            "customer": rating.customer,
            "filed_at": pace.moment(rating.second + 1800),
            "upheld": verdicts[place % len(verdicts)],
        }


@dataclass(frozen=True, slots=True)
class Plan:
    """What the shop expects of its months, from how it is run; it looks at no chat and no order.

    Attributes:
        campaign_days: Days with more traffic and larger orders.
        scale: How big the shop is.
    """

    campaign_days: Collection[date]
    scale: float

    def page_views(self, month: str) -> int:
        """Return the page views expected, in whole hundreds."""
        days = MonthlyCalendar().month(month).days()
        views = sum(PV_A_DAY * pace.busyness(day, self.campaign_days) for day in days)
        return max(100, round(views * self.scale / 100) * 100)

    def sales(self, month: str, agent: Agent) -> float:
        """Return the yuan that an agent is expected to sell."""
        rate = INQUIRIES * (agent.order + NEXT_DAY_ORDER) * (1 - agent.loss)
        return sum(self._worth(day, rate * part, agent.basket) for day, part in self._parts(month, agent))

    def _parts(self, month: str, agent: Agent) -> Iterator[tuple[date, float]]:
        """Yield which part of each day's chats is likely to come to an agent, by the rota."""
        hours = [weight / sum(pace.CHAT_HOURS) for weight in pace.CHAT_HOURS]
        change = night_change([month])
        for day in MonthlyCalendar().month(month).days():
            at_night = NIGHT_HOLDERS[day >= change] is agent
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
        days = MonthlyCalendar().month(month).days()
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


def traffic_row(dice: Random, desk: Desk, day: date, paid_fen: int) -> tuple[str, str, str, str, str]:
    """Return a day of the shop's traffic: shop, day, page views, visitors, sales paid on the day."""
    views = int(
        PV_A_DAY * desk.scale * pace.busyness(day, desk.campaign_days) * (0.93 + dice.random() * 0.14)
    )
    visitors = int(views / (2.7 + dice.random() * 0.5))
    sales = f"{paid_fen // YUAN}.{paid_fen % YUAN:02d}"
    return SHOP, day.isoformat(), str(views), str(visitors), sales


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


def _yes(true: bool) -> str:
    return "yes" if true else "no"


def export_day(month: str) -> date:
    """Return the day on which a month's exports are made: the 6th of the next one."""
    return MonthlyCalendar().month(month).last + timedelta(days=6)
