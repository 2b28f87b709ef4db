"""The demo financial firm: advisers who sign contracts, analysts who write reports, support. All made up."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

from kaohe.demo.months import PERIOD, DemoMonth, Rating, Row, person, scores, tables

SCHEME = "front-middle-back"
SHOP = "示範金融"
FRONT, MIDDLE, BACK = "業務部", "運營管理中心", "支持保障中心"
HEAD = "部門負責人"
SCORED_AT = "2026-11-03 16:00:00"


@dataclass(frozen=True, slots=True)
class Adviser:
    """Somebody of the front office.

    Attributes:
        id: The id in the tables.
        name: The name.
        role: The role.
        base_pay: Yuan a month.
        target: Yuan in the month.
        contracts: The amounts signed, in yuan.
    """

    id: str
    name: str
    role: str
    base_pay: int
    target: int
    contracts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Analyst:
    """Somebody of the middle office.

    Attributes:
        id: The id in the tables.
        name: The name.
        reports: How many were handed in, how many of them late, how many wrong.
        usual: What they are usually scored.
        hired_on: The first day.
    """

    id: str
    name: str
    reports: tuple[int, int, int]
    usual: float
    hired_on: str = "2024-05-06"


ADVISERS = (
    Adviser("f01", "阿泰", HEAD, 9_000, 600_000, (180_000, 150_000, 220_000, 90_000, 60_000, 40_000)),
    Adviser("f02", "小衡", "客戶經理", 6_500, 500_000, (120_000, 80_000, 160_000, 90_000)),
    Adviser("f03", "阿嵩", "客戶經理", 6_500, 500_000, (60_000, 45_000, 80_000)),
    Adviser("f04", "小恆", "客戶經理", 6_000, 400_000, (200_000, 130_000, 110_000, 75_000, 35_000)),
)
ANALYSTS = (
    Analyst("f12", "阿湘", (13, 1, 0), 92),
    Analyst("f13", "小沅", (11, 3, 2), 81),
    Analyst("f14", "阿澧", (9, 0, 1), 88),
    Analyst("f15", "小資", (5, 1, 1), 74, "2026-10-15"),
)
MIDDLE_HEAD = ("f11", "老漢")
SUPPORT = (("f22", "阿松", "人事", 90.0), ("f23", "小柏", "行政", 97.0), ("f24", "阿槐", "財務", 70.0))
BACK_HEAD = ("f21", "老榕")


def write_month(into: Path) -> DemoMonth:
    """Write the firm's month and return what it is."""
    dice = Random("firm 2026-10")
    contracts = list(_contracts(dice))
    files = tables(
        into,
        {
            "people": _people(),
            "accounts": _accounts(),
            "targets": (
                {"person": one.id, "month": PERIOD, "amount": f"{one.target}.00"} for one in ADVISERS
            ),
            "entries": _entries(),
            "scores": _scores(dice),
            "messages": (row for one in contracts for row in _chat(*one)),
            "orders": (_order(number, *one) for number, one in enumerate(contracts, 1)),
        },
    )
    return DemoMonth(into, SCHEME, date(2026, 11, 10), files, ("f13", "pay.performance"))


def _people() -> Iterator[Row]:
    for one in ADVISERS:
        yield person(one.id, one.name, FRONT, one.role, one.base_pay)
    yield person(*MIDDLE_HEAD, MIDDLE, HEAD, 10_000)
    for analyst in ANALYSTS:
        yield person(analyst.id, analyst.name, MIDDLE, "評審", 7_000, hired_on=analyst.hired_on)
    yield person(*BACK_HEAD, BACK, HEAD, 9_500)
    for id_, name, role, _ in SUPPORT:
        yield person(id_, name, BACK, role, 5_800)


def _accounts() -> Iterator[Row]:
    for one in ADVISERS:
        yield {"shop": SHOP, "account": _account(one), "person": one.id, "from": "", "to": ""}


def _account(adviser: Adviser) -> str:
    return f"{SHOP}:{adviser.name}"


def _contracts(dice: Random) -> Iterator[tuple[Adviser, int, str, datetime]]:
    """Yield who signs what with whom, and when the talk begins."""
    number = 0
    for one in ADVISERS:
        for amount in one.contracts:
            number += 1
            day = datetime(2026, 10, dice.randrange(1, 29))  # noqa: DTZ001 - the shop's wall clock
            begins = day + timedelta(hours=dice.randrange(9, 17), minutes=dice.randrange(60))
            yield one, amount, f"客戶{number:02d}", begins


def _chat(adviser: Adviser, amount: int, client: str, begins: datetime) -> Iterator[Row]:
    """Yield the talk before a contract."""
    lines = (
        (0, "customer", "您好，想了解一下穩健一點的產品。"),
        (35, "agent", "您好，先請您填一份風險測評，我再按結果介紹。"),
        (260, "customer", f"填好了，打算放 {amount // 10_000} 萬左右。"),
        (300, "agent", "好的，產品說明和合約都發給您，請仔細看完再決定。"),
    )
    for after, sender, text in lines:
        yield {
            "shop": SHOP,
            "account": _account(adviser),
            "customer": client,
            "sent_at": f"{begins + timedelta(seconds=after):%Y-%m-%d %H:%M:%S}",
            "sender": sender,
            "text": text,
        }


def _order(number: int, _: Adviser, amount: int, client: str, begins: datetime) -> Row:
    """Return a contract: signed within the hour, paid in some days later."""
    signed = begins + timedelta(minutes=50)
    return {
        "shop": SHOP,
        "order_id": f"HT-{number:04d}",
        "customer": client,
        "created_at": f"{signed:%Y-%m-%d %H:%M:%S}",
        "paid_at": f"{signed + timedelta(days=number % 4, minutes=30):%Y-%m-%d %H:%M:%S}",
        "amount": f"{amount}.00",
        "paid_amount": f"{amount}.00",
    }


def _entries() -> Iterator[Row]:
    """Yield the reports handed in, week by week, and those late or wrong."""
    for analyst in ANALYSTS:
        first = max(1, int(analyst.hired_on[-2:])) if analyst.hired_on.startswith(PERIOD) else 1
        for item, count in zip(("report", "late_report", "wrong_report"), analyst.reports, strict=True):
            for number in range(count):
                day = first + (31 - first) * (number + 1) // (count + 1)
                yield {
                    "person": analyst.id,
                    "day": f"{PERIOD}-{day:02d}",
                    "item": item,
                    "quantity": "1",
                    "note": "",
                    "by": MIDDLE_HEAD[1],
                }


def _scores(dice: Random) -> Iterator[Row]:
    quality = [Rating(one.id, MIDDLE_HEAD[0], one.usual) for one in ANALYSTS]
    yield from scores(dice, "reports", ("grounds", "clarity"), quality, SCORED_AT)
    yield from scores(dice, "teamwork", ("response", "support"), _by_sales(ANALYSTS), SCORED_AT)
    card = ("service", "plan", "compliance", "costs")
    by_head = [Rating(id_, BACK_HEAD[0], usual) for id_, _, _, usual in SUPPORT]
    by_sales = [Rating(id_, one.id, usual - 3) for id_, _, _, usual in SUPPORT for one in ADVISERS]
    yield from scores(dice, "scorecard", card, (*by_head, *by_sales), SCORED_AT, spread=2)


def _by_sales(analysts: Iterable[Analyst]) -> Iterator[Rating]:
    """Yield the sales people's scores; the last of them has not handed in the form."""
    for analyst in analysts:
        for adviser in ADVISERS[:-1]:
            yield Rating(analyst.id, adviser.id, analyst.usual - 2)
