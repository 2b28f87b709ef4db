"""Spans of days: the appraisal period, its weeks and days, and the periods before it."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from kaohe.core.language import Text

MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
ONE_DAY = timedelta(days=1)
YEAR_MONTHS = 12
FIRST_YEAR, LAST_YEAR = 1000, 9000
"""Labels of other years are none: there must be room for the periods before and after."""
THURSDAY = 3
"""Days from a Monday to the day that says to which month, quarter or year a week belongs (ISO 8601)."""


class PeriodKind(StrEnum):
    """How long an appraisal period is."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"


class Weeks(StrEnum):
    """How a period is cut into weeks.

    ``quarters``: days 1–7, 8–14, 15–21 and 22 to the end of a month. ``iso``: whole weeks
    from Monday to Sunday; one that straddles a border belongs to the period that holds
    its Thursday. ``iso_cut``: the same weeks, cut at the period's borders. ``none``: not at all.
    """

    QUARTERS = "quarters"
    ISO = "iso"
    ISO_CUT = "iso_cut"
    NONE = "none"


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


MONTHS: Mapping[PeriodKind, int] = {
    PeriodKind.MONTH: 1,
    PeriodKind.QUARTER: 3,
    PeriodKind.HALF_YEAR: 6,
    PeriodKind.YEAR: YEAR_MONTHS,
}
"""Of how many months a period consists."""
LABELS: Mapping[PeriodKind, re.Pattern[str]] = {
    PeriodKind.WEEK: re.compile(r"(\d{4})-W(\d{2})", re.ASCII),
    PeriodKind.MONTH: MONTH,
    PeriodKind.QUARTER: re.compile(r"(\d{4})-Q([1-4])", re.ASCII),
    PeriodKind.HALF_YEAR: re.compile(r"(\d{4})-H([12])", re.ASCII),
    PeriodKind.YEAR: re.compile(r"(\d{4})", re.ASCII),
}
WRITTEN: Mapping[PeriodKind, str] = {
    PeriodKind.MONTH: "{year:04d}-{number:02d}",
    PeriodKind.QUARTER: "{year:04d}-Q{number}",
    PeriodKind.HALF_YEAR: "{year:04d}-H{number}",
    PeriodKind.YEAR: "{year:04d}",
}
FORMS: Mapping[PeriodKind, Text] = {
    PeriodKind.WEEK: Text("a week such as 2026-W41"),
    PeriodKind.MONTH: Text("a month such as 2026-10"),
    PeriodKind.QUARTER: Text("a quarter such as 2026-Q4"),
    PeriodKind.HALF_YEAR: Text("a half-year such as 2026-H2"),
    PeriodKind.YEAR: Text("a year such as 2026"),
}
"""How the label of a period is written, for those who wrote another one."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """Appraisal periods that follow each other without gap or overlap.

    A month is named after the calendar month in which it ends: with ``starts_on`` 21,
    ``2026-10`` runs from 21 September to 20 October. Quarters, half-years and years are
    made of such months and named after the year in which they begin: with ``starts_in``
    4, ``2026-Q4`` is January to March 2027. A week runs from Monday to Sunday.

    Attributes:
        kind: How long a period is.
        starts_on: The day on which a month begins, 1 to 28.
        starts_in: The month in which the first quarter, half-year or year begins, 1 to 12.
        weeks: How a period is cut into weeks; quarters are those of a month only.
    """

    kind: PeriodKind = PeriodKind.MONTH
    starts_on: int = 1
    starts_in: int = 1
    weeks: Weeks = Weeks.QUARTERS

    def __post_init__(self) -> None:
        """Refuse quarters of anything but a month: they would be no weeks."""
        if self.weeks is Weeks.QUARTERS and self.kind is not PeriodKind.MONTH:
            raise ValueError(self.weeks)

    @property
    def form(self) -> Text:
        """How the label of a period is written."""
        return FORMS[self.kind]

    @property
    def has_weeks(self) -> bool:
        """Whether a period is cut into weeks; a week is not."""
        return self.kind is not PeriodKind.WEEK and self.weeks is not Weeks.NONE

    @property
    def has_months(self) -> bool:
        """Whether a period is made of several months."""
        return MONTHS.get(self.kind, 1) > 1

    # Periods

    def period(self, label: str) -> Span:
        """Return the period with this label.

        Raises:
            ValueError: No period of this calendar is called so.
        """
        match = LABELS[self.kind].fullmatch(label)
        if not match or not FIRST_YEAR <= int(match[1]) <= LAST_YEAR:
            raise ValueError(label)
        if self.kind is PeriodKind.WEEK:
            monday = date.fromisocalendar(int(match[1]), int(match[2]), 1)
            return Span(label, monday, monday + 6 * ONE_DAY)
        months = MONTHS[self.kind]
        number = int(match[2]) if match.lastindex == 2 else 1
        if not 1 <= number <= YEAR_MONTHS // months:
            raise ValueError(label)
        first = self._first_month(int(match[1]) * (YEAR_MONTHS // months) + number - 1)
        return Span(label, self._month(first).first, self._month(first + months - 1).last)

    def shifted(self, span: Span, count: int) -> Span:
        """Return the period that lies ``count`` periods after this one (before, if negative)."""
        if self.kind is PeriodKind.WEEK:
            return _week(span.first + 7 * count * ONE_DAY)
        a_year = YEAR_MONTHS // MONTHS[self.kind]
        year, number = divmod(self._ordinal(span) + count, a_year)
        return self.period(WRITTEN[self.kind].format(year=year, number=number + 1))

    def months(self, period: Span) -> tuple[Span, ...]:
        """Return the months of which a period is made; of a week none."""
        if self.kind is PeriodKind.WEEK:
            return ()
        first = self._first_month(self._ordinal(period))
        return tuple(self._month(first + count) for count in range(MONTHS[self.kind]))

    def since(self, kind: PeriodKind, period: Span) -> tuple[Span, ...]:
        """Return the periods of the running quarter, half-year or year up to the one before.

        Args:
            kind: What is running; it is longer than a period.
            period: The period from which it is seen; it is not among them.
        """
        running = self._running(kind, period)
        found: list[Span] = []
        before = self.shifted(period, -1)
        while self._running(kind, before) == running:
            found.insert(0, before)
            before = self.shifted(before, -1)
        return tuple(found)

    def _running(self, kind: PeriodKind, period: Span) -> int:
        """Return the number of the quarter, half-year or year in which a period lies."""
        if self.kind is PeriodKind.WEEK:
            thursday = period.first + THURSDAY * ONE_DAY
            month = thursday.year * YEAR_MONTHS + thursday.month - 1
        else:
            month = self._first_month(self._ordinal(period))
        return (month - (self.starts_in - 1)) // MONTHS[kind]

    def _ordinal(self, period: Span) -> int:
        """Return the number of a period that is made of months, counted from year 0."""
        match = LABELS[self.kind].fullmatch(period.label)
        if not match:
            raise ValueError(period.label)
        number = int(match[2]) if match.lastindex == 2 else 1
        return int(match[1]) * (YEAR_MONTHS // MONTHS[self.kind]) + number - 1

    def _first_month(self, ordinal: int) -> int:
        """Return the number of a period's first month: twelve times its year, and the months before it."""
        within = 0 if self.kind is PeriodKind.MONTH else self.starts_in - 1
        return ordinal * MONTHS[self.kind] + within

    def _month(self, index: int) -> Span:
        year, month = index // YEAR_MONTHS, index % YEAR_MONTHS + 1
        label = WRITTEN[PeriodKind.MONTH].format(year=year, number=month)
        next_year, next_month = add_months(year, month, 1)
        if self.starts_on == 1:
            return Span(label, date(year, month, 1), date(next_year, next_month, 1) - ONE_DAY)
        last_year, last_month = add_months(year, month, -1)
        first = date(last_year, last_month, self.starts_on)
        return Span(label, first, date(year, month, self.starts_on) - ONE_DAY)

    # Spans of a period

    def spans(self, span: Span, each: str) -> tuple[Span, ...]:
        """Return the spans into which a period is cut.

        Args:
            span: A period; of days, any span.
            each: ``day``, ``week``, ``month`` or ``period`` (the span itself).
        """
        cut: Mapping[str, Callable[[Span], tuple[Span, ...]]] = {
            "day": _days,
            "week": self._weeks,
            "month": self.months,
            "period": lambda whole: (whole,),
        }
        return cut[each](span)

    def reach(self, period: Span) -> Span:
        """Return the days from the first to the last of a period's weeks, which may lie beyond it."""
        every = (period, *self._weeks(period))
        return Span(period.label, min(one.first for one in every), max(one.last for one in every))

    def _weeks(self, period: Span) -> tuple[Span, ...]:
        if not self.has_weeks:
            return ()
        if self.weeks is Weeks.QUARTERS:
            return _quarters(period)
        touched = [
            _week(day) for day in (period.first + 7 * count * ONE_DAY for count in range(_most(period)))
        ]
        if self.weeks is Weeks.ISO:
            return tuple(week for week in touched if week.first + THURSDAY * ONE_DAY in period)
        return tuple(
            Span(week.label, max(week.first, period.first), min(week.last, period.last))
            for week in touched
            if week.first <= period.last
        )


def _week(day: date) -> Span:
    """Return the week from Monday to Sunday that holds a day."""
    iso = day.isocalendar()
    monday = day - (iso.weekday - 1) * ONE_DAY
    return Span(f"{iso.year:04d}-W{iso.week:02d}", monday, monday + 6 * ONE_DAY)


def _most(period: Span) -> int:
    """Return how many weeks a span may touch at most."""
    return ((period.last - period.first).days + 1) // 7 + 2


def _days(span: Span) -> tuple[Span, ...]:
    return tuple(Span(day.isoformat(), day, day) for day in span.days())


def _quarters(month: Span) -> tuple[Span, ...]:
    """Return the four weeks of a month: days 1–7, 8–14, 15–21, 22–end."""
    starts = [month.first + timedelta(days=7 * week) for week in range(4)]
    ends = [*(start - ONE_DAY for start in starts[1:]), month.last]
    return tuple(
        Span(f"{month.label}-W{number}", start, end)
        for number, (start, end) in enumerate(zip(starts, ends, strict=True), start=1)
    )
