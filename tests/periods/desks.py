"""A desk small enough to be closed many times over: a store of a few chats and orders, and its scheme."""

import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

from kaohe.appraisal.resampling import Resampling
from kaohe.core.number import plain
from kaohe.core.period import Calendar
from kaohe.periods.books.closing import Act, close
from kaohe.periods.books.kept import Kept
from kaohe.periods.books.shelf import Shelf, open_shelf
from kaohe.periods.runs import Request
from records.shops import imported

PEOPLE = ("ann", "bob", "cai")
MONTHS = ("2026-07", "2026-08", "2026-09", "2026-10")
AT = "2026-11-06T10:00:00+08:00"
SCHEME = """
policy: small-desk
version: 1
valid_from: 2026-01-01
title: {en: Small desk, zh-Hant: 小小客服部, zh-Hans: 小小客服部}
department: {subject: '"Desk"', members: everyone}
parameters:
  rate: {type: number, unit: ratio, value: 3%}
  share: {type: number, unit: ratio, value: 10%}
  start: {type: number, unit: points, value: 1}
  hundred: {type: number, unit: money, value: 100}
groups: {appraised: {if: people.regular and employed}}
ledger: {praise: {}}
sections:
  week:
    for: person
    who: appraised
    each: week
    figures:
      sold: {unit: money, better: higher, is: sales_amount, points: [{places: {1: 3, 2: 1}}]}
      ratio: {unit: ratio, better: higher, is: replied_receptions / receptions}
  month:
    for: person
    who: appraised
    each: period
    figures:
      merit: {unit: points, adds: [{per: entries(praise), give: 2}, {when: sales_amount > 0, give: 1}]}
      points: {unit: points, is: 'sum(sold.points, over=weeks)'}
      third: {unit: points, is: 'default(previous(third), start) / 3 + points / 7'}
  desk:
    for: department
    each: period
    figures:
      pool: {unit: money, is: sales_amount * share, round: 0.01}
  pay:
    for: person
    who: appraised
    each: period
    total: pay.total
    figures:
      pay.commission: {unit: money, is: sales_amount * rate, round: 0.01}
      pay.bonus: {unit: money, share: {pool: department.pool, by: merit, to: 0.01}}
      pay.loyalty: {unit: money, is: 'default(previous(pay.commission), 0) / 10', round: 0.01}
      pay.third: {unit: money, is: 'default(third / start * hundred, 0)', round: 0.01}
      pay.total: {unit: money, is: pay.commission + pay.bonus + pay.loyalty + pay.third}
checks:
  sells_nothing:
    for: appraised
    each: period
    when: sales_amount == 0
    blocks: closing
    says: {en: sold nothing, zh-Hant: 沒有銷售, zh-Hans: 没有销售}
"""


def as_of(month: str) -> date:
    """The day on which everything of a month is final."""
    return Calendar().period(month).last + timedelta(days=5)


@dataclass
class Desk:
    """A store, its scheme, and books.

    Attributes:
        root: The folder of all three.
        orders: How many orders were handed in, so that each has a number of its own.
        resampling: How sure figures are is found out so at closings; None: it is not.
    """

    root: Path
    orders: int = field(default=0)
    resampling: Resampling | None = None

    @property
    def store(self) -> Path:
        return self.root / "store"

    @property
    def scheme(self) -> Path:
        return self.root / "scheme.yaml"

    @property
    def books(self) -> Path:
        return self.root / "books"

    @property
    def shelf(self) -> Shelf:
        return open_shelf(self.books)

    def request(self, month: str, *, books: Path | None = None, policy: Path | None = None) -> Request:
        own, where = str(policy or self.scheme), books or self.books
        return Request(self.store, own, month, as_of(month), books=where, resampling=self.resampling)

    def close(self, month: str, *, books: Path | None = None, policy: Path | None = None) -> Kept:
        act = Act("Lin", AT, because="as the head of the desk says")
        return close(self.request(month, books=books, policy=policy), act)

    def closing(self, month: str, by: str) -> list[object]:
        """The words of the command that closes a month."""
        words: list[object] = ["period", "close", "--books", self.books, "--records", self.store]
        words += ["--policy", self.scheme, "--period", month, "--as-of", as_of(month)]
        return [*words, "--by", by, "--at", AT, "--because", "x", "--language", "en"]

    def sell(self, sales: Sequence[tuple[str, str, str]]) -> None:
        """Bring in chats that end in an order: person, day, amount."""
        lines, orders = [], []
        for person, day, amount in sales:
            self.orders += 1
            who = f"c{self.orders}"
            lines += [
                f"S,{person}1,{who},{day} 10:00:00,customer,hello",
                f"S,{person}1,{who},{day} 10:00:20,agent,hi",
            ]
            orders.append(f"S,o{self.orders},{who},{day} 10:05:00,{day} 10:06:00,{amount},{amount}")
        imported(
            self.store, "messages", "shop,account,customer,sent_at,sender,text\n" + "\n".join(lines) + "\n"
        )
        header = "shop,order_id,customer,created_at,paid_at,amount,paid_amount\n"
        imported(self.store, "orders", header + "\n".join(orders) + "\n")

    def praise(self, person: str, day: str, quantity: int = 1) -> None:
        imported(self.store, "entries", f"person,day,item,quantity\n{person},{day},praise,{quantity}\n")

    def leave(self, person: str, day: date) -> None:
        """Say that somebody's last day was that one."""
        header = "person,name,department,role,regular,left_on\n"
        imported(self.store, "people", f"{header}{person},{person.title()},Desk,agent,yes,{day}\n")

    def mend(self, person: str, month: str, amount: str) -> str:
        """Hand in the first order of a person's month again with another amount; return what was mended."""
        number = 1 + 12 * MONTHS.index(month) + PEOPLE.index(person)
        times = f"{month}-03 10:05:00,{month}-03 10:06:00"
        header = "shop,order_id,customer,created_at,paid_at,amount,paid_amount\n"
        imported(self.store, "orders", f"{header}S,o{number},c{number},{times},{amount},{amount}\n")
        return f"o{number}: {amount}"

    def copied(self, to: Path) -> "Desk":
        """A desk of its own with the same records."""
        shutil.copytree(self.root, to)
        return Desk(to, self.orders)


def made_desk(root: Path) -> Desk:
    """Four months in which everybody sells a little every week."""
    root.mkdir(parents=True, exist_ok=True)
    desk = Desk(root)
    desk.scheme.write_text(SCHEME, "utf-8")
    rows = "".join(f"{person},{person.title()},Desk,agent,yes\n" for person in PEOPLE)
    imported(desk.store, "people", f"person,name,department,role,regular\n{rows}")
    accounts = "".join(f"S,{person}1,{person}\n" for person in PEOPLE)
    imported(desk.store, "accounts", f"shop,account,person\n{accounts}")
    desk.sell(
        [
            (
                person,
                f"{month}-{day:02d}",
                plain(Fraction(1000 + 137 * index + 11 * day + int(month[-2:]), 10)),
            )
            for month in MONTHS
            for day in (3, 11, 18, 27)
            for index, person in enumerate(PEOPLE)
        ]
    )
    return desk


def commanded(*arguments: object) -> subprocess.Popen[str]:
    """A command of kaohe, begun in a process of its own."""
    code = "import sys; from kaohe.cli.main import main; sys.argv[0] = 'kaohe'; main()"
    words = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def totals(kept: Kept) -> Mapping[str, Fraction]:
    """What everybody's payslip of a version says."""
    return {
        key.subject: figure.value or Fraction(0)
        for key, figure in kept.figures.items()
        if key.figure == "pay.total"
    }
