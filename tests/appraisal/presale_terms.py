"""The words and small sums of the plain second computation of presale-desk: see ``presale_reference``."""

import csv
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

Key = tuple[str, str, str, str]
Value = Fraction | None
Week = tuple[str, list[date]]

NOBODY = "(unassigned)"
PLACED = ("order_rate", "payment_rate", "order_value", "conversion")
RATIOS = {
    "inquiry_ratio": ("inquiries", "receptions"),
    "order_rate": ("ordered_same_day", "inquiries"),
    "payment_rate": ("payers", "orderers"),
    "order_value": ("paid_amount", "payers_final"),
    "conversion": ("converted", "inquiries"),
    "message_ratio": ("agent_messages", "customer_messages"),
    "reply_rate": ("replied_receptions", "receptions"),
    "response_time": ("response_seconds", "response_rounds"),
    "loss_rate": ("lost_orderers", "orderers"),
    "loss_amount_rate": ("lost_amount", "ordered_amount"),
}
EACH = {"praise": "0.5", "bad_attitude_rating": "-2", "order_error": "-1", "procedure_departure": "-0.5"}
ONCE = {
    "process_improvement": 3,
    "initiative": 5,
    "other_department_work": 2,
    "late_task": -3,
    "refused_assignment": -2,
    "evening_shift": 2,
}
# Days after the end of the span until the slowest measure that a figure reads is final.
DELAYS = {
    "inquiry_ratio": 1,
    "order_rate": 1,
    "payment_rate": 4,
    "order_value": 4,
    "conversion": 5,
    "message_ratio": 0,
    "reply_rate": 0,
    "response_time": 0,
    "loss_rate": 4,
    "loss_amount_rate": 4,
    "sales": 4,
    "completion": 4,
    "commission_within": 4,
    "commission_beyond": 4,
    "assisted_commission": 4,
    "desk_sales": 4,
    "mean_completion": 4,
    "mean_completion_award": 4,
    "pay.commission_within": 4,
    "pay.commission_beyond": 4,
    "pay.assisted_commission": 4,
    "points": 5,
    "ratios_award": 5,
    "coefficient": 5,
    "pool": 5,
    "pool_shortfall": 5,
    "performance_pool": 5,
    "behaviour_pool": 5,
    "pay.performance_bonus": 5,
    "pay.behaviour_bonus": 5,
    "pay.total": 5,
    "behaviour_points": 0,
    "dsr_award": 0,
}
PLAIN_RATIOS = set(RATIOS) - {"order_value", "response_time"}
RATIO_FIGURES = PLAIN_RATIOS | {"completion", "mean_completion", "coefficient"}
POINT_FIGURES = {"points", "behaviour_points", "points_on_offer"}


def unit(figure: str) -> str:
    """Return the word that figures.csv has in the column `unit`."""
    if figure.endswith(".points") or figure in POINT_FIGURES:
        return "points"
    if figure.endswith(".place"):
        return "place"
    if figure == "response_time":
        return "seconds"
    return "ratio" if figure in RATIO_FIGURES else "money"


def number(cell: str) -> Value:
    return Fraction(Decimal(cell)) if cell else None


def day_of(cell: str) -> date | None:
    return date.fromisoformat(cell) if cell else None


def fen(value: Fraction) -> Fraction:
    """Round to the fen, half up."""
    size = (abs(value) * 200 + 1) // 2
    return Fraction(-size if value < 0 else size, 100)


def over(value: Value, base: Value) -> Value:
    return None if value is None or not base else value / base


def mean(values: Sequence[Fraction]) -> Value:
    return over(sum(values, Fraction(0)), Fraction(len(values)))


def table(path: Path) -> list[dict[str, str]]:
    if not path.exists():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def month_before(month: str, months: int) -> str:
    count = int(month[:4]) * 12 + int(month[5:]) - 1 - months
    return f"{count // 12:04}-{count % 12 + 1:02}"


def days_of(month: str) -> list[date]:
    first = date.fromisoformat(f"{month}-01")
    days = [first + timedelta(days=count) for count in range(31)]
    return [day for day in days if day.month == first.month]


def completion_points(completion: Value) -> Value:
    if completion is None:
        return None
    bands = (50, -2), (60, 0), (80, 1), (130, 3)
    return Fraction(next((points for end, points in bands if completion < Fraction(end, 100)), 5))


def seniority(hired_on: str, month: str) -> int:
    hired = date.fromisoformat(hired_on)
    months = int(month[:4]) * 12 + int(month[5:]) - hired.year * 12 - hired.month
    return 0 if months < 6 else 2 if months < 12 else 3 if months < 24 else 5 if months < 36 else 8


def dsr_verdict(rows: Sequence[Mapping[str, str]]) -> int:
    """Return 1 for a shop that is rewarded, -1 for one that is punished, else 0."""
    if not rows or not rows[-1]["industry"]:
        return 0
    first, last, industry = (
        Decimal(cell) for cell in (rows[0]["attitude"], rows[-1]["attitude"], rows[-1]["industry"])
    )
    if last < industry:
        return -1
    return 1 if len(rows) > 1 and last > first and last > industry else 0
