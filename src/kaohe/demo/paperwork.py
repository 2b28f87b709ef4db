"""What the demo shop keeps on paper: ledger, attendance, targets, ratings of the shop."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from kaohe.core.period import Calendar
from kaohe.demo import pace
from kaohe.demo.cast import AGENTS, DEPARTMENT, LEAD, MISUSER, SHOP
from kaohe.demo.desk import Rating

Row = Mapping[str, str]
SHOP_MANAGER = "店長"
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
        Note("order_error", 4, 9, 2, "備註漏抄，發錯顏色"),
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
        Note("bad_attitude_rating", 3, 17, 1, "顧客差評：語氣不耐煩"),
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
MISUSE = Note("phrase_misuse", AGENTS.index(MISUSER), 18, 1, "抽查聊天記錄：對正常顧客使用過濾語")


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
            last = Calendar().period(month).last.day
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
    """Yield the table ``dsr``: the attitude rating rises in one month and falls in the next.

    It ends with a falling one; the industry stands nearly still, always below.
    """
    attitude, industry = 482_400, 478_400
    for day in pace.month_days(months):
        back = len(months) - 1 - months.index(f"{day:%Y-%m}")
        attitude += int(dice.gauss(60 if back % 2 else -45, 60))
        industry += int(dice.gauss(4, 40))
        yield {
            "shop": SHOP,
            "day": day.isoformat(),
            "attitude": f"{attitude / 100_000:.5f}",
            "industry": f"{industry / 100_000:.5f}",
        }


def complaints(ratings: Sequence[Rating]) -> Iterator[Row]:
    """Yield a month's part of the table ``complaints``: those who rated worst, three to six of them."""
    verdicts = ("yes", "no", "", "no")
    bad = sum(rating.score <= 2 for rating in ratings)
    worst = sorted(ratings, key=lambda rating: (rating.score, rating.second))
    for place, rating in enumerate(worst[: min(max(bad, 3), MOST_COMPLAINTS)]):
        yield {
            "shop": SHOP,
            "account": rating.account,
            "customer": rating.customer,
            "filed_at": pace.moment(rating.second + 1800),
            "upheld": verdicts[place % len(verdicts)],
        }


def _yes(true: bool) -> str:
    return "yes" if true else "no"
