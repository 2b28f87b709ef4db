"""Who works at the demo shop, how each of them works, and what the shop sells. All made up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

SHOP = "示範旗艦店"
DEPARTMENT = "客服部"
LEAD_ROLE = "售前組長"
DESK_ROLES = ("售前", LEAD_ROLE)
NIGHT_ACCOUNT = f"{SHOP}:夜班"
ROBOT_NICK = f"{SHOP}:服务助手"

SECONDS_A_DAY = 86_400
YUAN = 100
"""Amounts are whole fen on their way through the demo; a yuan has a hundred of them."""


@dataclass(frozen=True, slots=True)
class Agent:
    """One person at the desk's chat accounts: the facts on paper, and the habits.

    Attributes:
        person: The id in the tables.
        name: The name at work (花名).
        department: Where the person belongs.
        role: What the person does there.
        regular: Whether probation is over.
        hired_on: The first day at the shop.
        base_pay: Yuan a month.
        share: How much of the chats lands here, relative to the others.
        order: The probability that an inquiry orders on the same day.
        loss: The probability that an order is never paid, or too late.
        basket: How much more than an average basket is sold.
        delay_seconds: The median time from a customer's line to an answer.
        lines: The mean number of lines in an answer.
        silence: The probability that a customer gets no answer at all.
        bad_rating: The probability that a rating is a bad one.
        completion: Which part of the target is likely to be sold; None: no target is set.
    """

    person: str
    name: str
    department: str
    role: str
    regular: bool
    hired_on: date
    base_pay: Decimal
    share: float
    order: float
    loss: float
    basket: float
    delay_seconds: float
    lines: float
    silence: float
    bad_rating: float
    completion: float | None = None

    @property
    def account(self) -> str:
        """The chat account that is the person's own."""
        return f"{SHOP}:{self.name}"


AGENTS = (
    Agent(
        person="d01",
        name="小竹",
        department=DEPARTMENT,
        role=LEAD_ROLE,
        regular=True,
        hired_on=date(2022, 3, 14),
        base_pay=Decimal("4200.00"),
        share=0.10,
        order=0.403,
        loss=0.055,
        basket=1.22,
        delay_seconds=20,
        lines=1.48,
        silence=0.0005,
        bad_rating=0.0,
        completion=0.96,
    ),
    Agent(
        person="d02",
        name="阿梅",
        department=DEPARTMENT,
        role="售前",
        regular=True,
        hired_on=date(2023, 10, 9),
        base_pay=Decimal("3200.00"),
        share=0.17,
        order=0.42,
        loss=0.075,
        basket=1.06,
        delay_seconds=21,
        lines=1.42,
        silence=0.003,
        bad_rating=0.0,
        completion=1.38,
    ),
    Agent(
        person="d03",
        name="小蘭",
        department=DEPARTMENT,
        role="售前",
        regular=True,
        hired_on=date(2024, 9, 2),
        base_pay=Decimal("3000.00"),
        share=0.17,
        order=0.365,
        loss=0.04,
        basket=0.94,
        delay_seconds=12,
        lines=1.30,
        silence=0.0005,
        bad_rating=0.012,
        completion=1.08,
    ),
    Agent(
        person="d04",
        name="阿菊",
        department=DEPARTMENT,
        role="售前",
        regular=True,
        hired_on=date(2025, 5, 19),
        base_pay=Decimal("2900.00"),
        share=0.15,
        order=0.327,
        loss=0.105,
        basket=0.90,
        delay_seconds=27,
        lines=1.15,
        silence=0.008,
        bad_rating=0.03,
        completion=0.48,
    ),
    Agent(
        person="d05",
        name="小松",
        department=DEPARTMENT,
        role="售前",
        regular=True,
        hired_on=date(2026, 1, 12),
        base_pay=Decimal("2800.00"),
        share=0.14,
        order=0.354,
        loss=0.09,
        basket=1.14,
        delay_seconds=25,
        lines=1.46,
        silence=0.004,
        bad_rating=0.008,
        completion=0.72,
    ),
    Agent(
        person="d06",
        name="阿桂",
        department=DEPARTMENT,
        role="售前",
        regular=False,
        hired_on=date(2026, 7, 20),
        base_pay=Decimal("2400.00"),
        share=0.11,
        order=0.283,
        loss=0.125,
        basket=1.04,
        delay_seconds=31,
        lines=1.25,
        silence=0.012,
        bad_rating=0.02,
        completion=0.42,
    ),
    Agent(
        person="d07",
        name="阿蓮",
        department="售後部",
        role="售後",
        regular=True,
        hired_on=date(2023, 6, 5),
        base_pay=Decimal("3100.00"),
        share=0.08,
        order=0.315,
        loss=0.045,
        basket=1.12,
        delay_seconds=30,
        lines=1.38,
        silence=0.006,
        bad_rating=0.01,
    ),
    Agent(
        person="d08",
        name="小柏",
        department="倉儲部",
        role="倉管",
        regular=True,
        hired_on=date(2024, 2, 26),
        base_pay=Decimal("3000.00"),
        share=0.08,
        order=0.185,
        loss=0.15,
        basket=0.80,
        delay_seconds=58,
        lines=1.08,
        silence=0.014,
        bad_rating=0.04,
    ),
)
LEAD = AGENTS[0]
MISUSER = AGENTS[3]
"""The one who sends the filter phrase to real customers."""
NIGHT_HOLDERS = (AGENTS[2], AGENTS[4])
"""Who holds the night account, before and after it changes hands."""


@dataclass(frozen=True, slots=True)
class Article:
    """Something on the shop's shelf, with its price in fen."""

    title: str
    price: int


SHELF = (
    Article("示範牌 青瓷蓋碗 單只", 39 * YUAN),
    Article("示範牌 手繪品茗杯 兩只裝", 58 * YUAN),
    Article("示範牌 竹製茶盤 小號", 79 * YUAN),
    Article("示範牌 白瓷茶壺 家用", 98 * YUAN),
    Article("示範牌 旅行茶具 一壺二杯", 128 * YUAN),
    Article("示範牌 功夫茶具 六件套", 168 * YUAN),
    Article("示範牌 公道杯茶漏組合", 66 * YUAN),
    Article("示範牌 汝窯茶具 禮盒裝", 268 * YUAN),
    Article("示範牌 紫砂壺 仿古款", 328 * YUAN),
    Article("示範牌 玻璃花茶壺 耐熱", 85 * YUAN),
)
CITIES = ("青石", "白沙", "雲山", "柳橋", "望江", "松嶺")
"""Places that stand on no map."""


@dataclass(frozen=True, slots=True)
class Tenure:
    """Who held an account, both days included; None is open."""

    account: str
    person: str
    first: date | None = None
    last: date | None = None


def night_change(months: Sequence[str]) -> date:
    """Return the day on which nobody held the night account: the 16th of the last month.

    The day before it ends the first holder's time, the day after it begins the
    second one's: a slip of the kind that real account lists have.
    """
    year, month = months[-1].split("-")
    return date(int(year), int(month), 16)


def tenures(months: Sequence[str]) -> tuple[Tenure, ...]:
    """Return every holder of every account of the shop."""
    gap = night_change(months)
    before, after = NIGHT_HOLDERS
    return (
        *(Tenure(agent.account, agent.person) for agent in AGENTS),
        Tenure(NIGHT_ACCOUNT, before.person, None, gap.replace(day=gap.day - 1)),
        Tenure(NIGHT_ACCOUNT, after.person, gap.replace(day=gap.day + 1), None),
    )


def accounts() -> tuple[str, ...]:
    """Return the shop's chat accounts, the night account last."""
    return (*(agent.account for agent in AGENTS), NIGHT_ACCOUNT)
