"""The tables that the demo shop keeps itself: CSV in UTF-8 with BOM, and traffic as a workbook."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from kaohe.core.period import ONE_DAY
from kaohe.demo import pace, paperwork
from kaohe.demo.cast import SHOP, tenures
from kaohe.demo.desk import Day, Desk, Rating
from kaohe.demo.exports import ShopFile
from kaohe.demo.paperwork import Row
from kaohe.demo.plan import Plan, traffic_row
from kaohe.demo.taobao import TextSheet

COLUMNS: Mapping[str, Sequence[str]] = {
    "people": ("person", "name", "department", "role", "regular", "hired_on", "left_on", "base_pay"),
    "accounts": ("shop", "account", "person", "from", "to"),
    "targets": ("person", "month", "amount"),
    "dsr": ("shop", "day", "attitude", "industry"),
    "ratings": ("shop", "account", "customer", "rated_at", "score"),
    "complaints": ("shop", "account", "customer", "filed_at", "upheld"),
    "entries": ("person", "day", "item", "quantity", "note", "by", "approved_by"),
    "attendance": ("person", "month", "full", "overtime_hours", "overtime_pay"),
    "messages": ("shop", "account", "customer", "sent_at", "sender", "text"),
    "orders": ("shop", "order_id", "customer", "created_at", "paid_at", "amount", "paid_amount"),
    "operating": ("department", "month", "indicator", "value"),
    "scores": ("round", "subject", "item", "rater", "score", "scored_at", "note"),
    "reviews": ("round", "case", "person", "item", "reviewer", "score", "reviewed_at", "note"),
    "history": ("figure", "level", "subject", "span", "value"),
}
TRAFFIC_COLUMNS = ("店铺名称", "统计日期", "浏览量", "访客数", "支付金额")
TRAFFIC_MAPPING = """\
# How the columns of 生意參謀-style traffic become the table "traffic".
table: traffic
columns:
  shop: 店铺名称
  day: 统计日期
  pv: 浏览量
  uv: 访客数
  sales: 支付金额
"""


def write_table(
    file: Path, columns: Sequence[str], rows: Iterable[Row], *, encoding: str = "utf-8-sig"
) -> Path:
    """Write a canonical table: by default UTF-8 with BOM, as a spreadsheet program saves it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", encoding=encoding, newline="") as opened:
        writer = csv.DictWriter(opened, columns)
        writer.writeheader()
        writer.writerows(rows)
    return file


def standing_tables(root: Path, months: Sequence[str], plan: Plan, seed: int) -> Iterator[ShopFile]:
    """Write the tables that do not come day by day; yield them, people first."""
    rows: Mapping[str, Iterable[Row]] = {
        "people": paperwork.people(),
        "accounts": _accounts(months),
        "targets": plan.targets(months),
        "dsr": paperwork.dsr(Random(f"{seed} dsr"), months),
        "entries": paperwork.entries(months),
        "attendance": paperwork.attendance(Random(f"{seed} attendance"), months),
    }
    for name, content in rows.items():
        file = write_table(root / "tables" / f"{name}.csv", COLUMNS[name], content)
        yield ShopFile(file, "table")


def _accounts(months: Sequence[str]) -> Iterator[Row]:
    for tenure in tenures(months):
        yield {
            "shop": SHOP,
            "account": tenure.account,
            "person": tenure.person,
            "from": tenure.first.isoformat() if tenure.first else "",
            "to": tenure.last.isoformat() if tenure.last else "",
        }


@dataclass(slots=True)
class DailyTables:
    """Ratings, complaints and traffic, which grow with the days.

    Attributes:
        root: The demo's folder.
        seed: Where chance begins.
        desk: Whose days they are.
    """

    root: Path
    seed: int
    desk: Desk
    _ratings: list[Rating] = field(init=False, default_factory=list)
    _traffic: list[tuple[str, ...]] = field(init=False, default_factory=list)

    def add(self, day: Day) -> None:
        """Take in what a day left behind."""
        midnight = pace.midnight(day.day + ONE_DAY)
        paid = sum(order.paid_amount for order in day.orders if order.paid and order.paid < midnight)
        dice = Random(f"{self.seed} traffic {day.day}")
        self._ratings.extend(day.ratings)
        self._traffic.append(traffic_row(dice, self.desk, day.day, paid))

    def write(self) -> Iterator[ShopFile]:
        """Write the tables and yield them."""
        ratings = write_table(
            self.root / "tables" / "ratings.csv", COLUMNS["ratings"], map(_rating_row, self._ratings)
        )
        yield ShopFile(ratings, "table")
        filed = (row for month in self.desk.months for row in paperwork.complaints(self._of(month)))
        yield ShopFile(
            write_table(self.root / "tables" / "complaints.csv", COLUMNS["complaints"], filed), "table"
        )
        yield self._write_traffic()

    def _of(self, month: str) -> list[Rating]:
        return [rating for rating in self._ratings if pace.moment(rating.second).startswith(month)]

    def _write_traffic(self) -> ShopFile:
        mapping = self.root / "tables" / "traffic-mapping.yaml"
        mapping.write_text(TRAFFIC_MAPPING, encoding="utf-8", newline="\n")
        file = self.root / "tables" / "traffic.xlsx"
        sheet = TextSheet(file, TRAFFIC_COLUMNS)
        for row in self._traffic:
            sheet.add(row)
        sheet.close()
        return ShopFile(file, "table", mapping=mapping)


def _rating_row(rating: Rating) -> Row:
    return {
        "shop": SHOP,
        "account": rating.account,
        "customer": rating.customer,
        "rated_at": pace.moment(rating.second),
        "score": str(rating.score),
    }
