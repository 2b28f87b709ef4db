"""Who is there when: people employed in some days, accounts and their holders on a day, a shop's months."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kaohe.core.period import ONE_DAY, Span
from kaohe.records.handing import Row


@dataclass(frozen=True, slots=True)
class Traffic:
    """What came to the shops in a month.

    Attributes:
        month: The month, as ``2026-10``.
        pv: Page views.
        uv: Visitors, each day's counted by itself.
        sales: Sales of all kinds, where the records have them.
    """

    month: str
    pv: int
    uv: int
    sales: Decimal


def employed(people: Iterable[Row], span: Span) -> list[Row]:
    """Return those who are employed on some day of a span; the days of hiring and leaving belong to it."""
    return [row for row in people if _meets(row["hired_on"], row["left_on"], span.first, span.last)]


def held_on(accounts: Iterable[Row], day: date) -> list[Row]:
    """Return who holds which account on a day, by shop and account."""
    found = [row for row in accounts if _meets(row["from"], row["to"], day, day)]
    return sorted(found, key=lambda row: (row["shop"], row["account"]))


def months_of(span: Span) -> tuple[str, ...]:
    """Return the months that a span lies in, as ``2026-10``."""
    months, day = [], span.first
    while day <= span.last:
        months.append(f"{day:%Y-%m}")
        day = (day.replace(day=28) + 4 * ONE_DAY).replace(day=1)
    return tuple(months)


def month_before(month: str) -> str:
    """Return the month before a month."""
    return f"{date.fromisoformat(f'{month}-01') - ONE_DAY:%Y-%m}"


def targets_by_month(rows: Iterable[Row]) -> Mapping[str, Mapping[str, Decimal]]:
    """Return month → person → target."""
    found: dict[str, dict[str, Decimal]] = defaultdict(dict)
    for row in rows:
        found[row["month"]][row["person"]] = Decimal(row["amount"])
    return found


def traffic_by_month(rows: Iterable[Row], most: int) -> Sequence[Traffic]:
    """Return what came to the shops month by month, the newest first, at most so many months."""
    pv: dict[str, int] = defaultdict(int)
    uv: dict[str, int] = defaultdict(int)
    sales: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        month = row["day"][:7]
        pv[month] += int(row["pv"])
        uv[month] += int(row["uv"])
        sales[month] += Decimal(row["sales"] or 0)
    months = sorted(pv, reverse=True)[:most]
    return [Traffic(month, pv[month], uv[month], sales[month]) for month in months]


def _meets(begin: str, end: str, first: date, last: date) -> bool:
    """Return whether two spans share a day; a blank end is open."""
    return (not begin or begin <= last.isoformat()) and (not end or end >= first.isoformat())
