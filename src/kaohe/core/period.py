"""Spans of days: the appraisal period, its weeks, and the periods before it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

MONTH = re.compile(r"(\d{4})-(\d{2})")
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Whole local calendar days, both ends included.

    Attributes:
        label: The name in ``figures.csv``: ``2026-10``, ``2026-10-W1``.
        first: The first day.
        last: The last day.
    """

    label: str
    first: date
    last: date

    def days(self) -> Iterator[date]:
        """Yield its days in order."""
        day = self.first
        while day <= self.last:
            yield day
            day += ONE_DAY

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def __str__(self) -> str:
        return self.label


def add_months(year: int, month: int, count: int) -> tuple[int, int]:
    """Return the year and month that lie ``count`` months later (earlier if negative)."""
    index = year * 12 + month - 1 + count
    return index // 12, index % 12 + 1


@dataclass(frozen=True, slots=True)
class MonthlyCalendar:
    """Appraisal months that begin on a fixed day of the calendar month.

    A month is named after the calendar month in which it ends: with ``starts_on``
    21, ``2026-10`` runs from 21 September to 20 October.

    Attributes:
        starts_on: The day on which a month begins, 1 to 28.
    """

    starts_on: int = 1

    def month(self, label: str) -> Span:
        """Return the month with this label.

        Raises:
            ValueError: The label is not ``YYYY-MM``.
        """
        match = MONTH.fullmatch(label)
        if not match or not 1 <= int(match[2]) <= 12 or int(match[1]) < 1:
            raise ValueError(label)
        year, month = int(match[1]), int(match[2])
        next_year, next_month = add_months(year, month, 1)
        if self.starts_on == 1:
            return Span(label, date(year, month, 1), date(next_year, next_month, 1) - ONE_DAY)
        last_year, last_month = add_months(year, month, -1)
        first = date(last_year, last_month, self.starts_on)
        return Span(label, first, date(year, month, self.starts_on) - ONE_DAY)

    def shifted(self, span: Span, months: int) -> Span:
        """Return the month that lies ``months`` after this one (before, if negative)."""
        year, month = add_months(int(span.label[:4]), int(span.label[5:7]), months)
        return self.month(f"{year:04d}-{month:02d}")

    def weeks(self, span: Span) -> tuple[Span, ...]:
        """Return the four weeks of a month: days 1–7, 8–14, 15–21, 22–end."""
        starts = [span.first + timedelta(days=7 * week) for week in range(4)]
        ends = [*(start - ONE_DAY for start in starts[1:]), span.last]
        return tuple(
            Span(f"{span.label}-W{number}", start, end)
            for number, (start, end) in enumerate(zip(starts, ends, strict=True), start=1)
        )
