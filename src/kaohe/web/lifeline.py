"""A period's life drawn as a calendar: where its days lie on a line that is as wide as the page."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from kaohe.core.language import Language, Text
from kaohe.statements.shown import day_said
from kaohe.web.models import Edition
from kaohe.web.speaking import to

APART = 3.4
"""Marks nearer to each other than this, in per cent of the line, stand below each other."""
ROW, TOP, RADIUS = 24, 34, 10
"""Pixels between the rows of marks, above the first one, and a mark's radius."""
MOST_TICKS = 8
"""Lines of the calendar, so that their days can be read on a phone; they stand whole weeks apart."""
MARGIN = timedelta(days=2)
TODAY, RECORDS = Text("Today"), Text("The records are complete up to here")


@dataclass(frozen=True, slots=True)
class Mark:
    """A day on the line.

    Attributes:
        number: What the mark says.
        day: The day, as people read it.
        says: What happens on it.
        what: What kind of happening it is.
        is_over: Whether the day has gone by.
        x: Where it lies, in per cent.
        y: How far down, in pixels.
    """

    number: int
    day: str
    says: str
    what: str
    is_over: bool
    x: float
    y: int


@dataclass(frozen=True, slots=True)
class Lifeline:
    """The line.

    Attributes:
        marks: The days on it, the earliest first.
        ticks: Where the calendar's own lines are, and their days.
        first: Where the period begins, in per cent.
        width: How long it is, in per cent.
        now: Where today is; None: it lies beyond the line.
        height: The drawing's height in pixels.
    """

    marks: Sequence[Mark]
    ticks: Sequence[Mapping[str, object]]
    first: float
    width: float
    now: float | None
    height: int


def lifeline(edition: Edition, today: date, language: Language) -> Lifeline:
    """Return a period's life as a line.

    Args:
        edition: The period.
        today: The day at the desk.
        language: The reader's.
    """
    days = [*_days(edition, language)]
    end = max(day for day, _, _ in days) + MARGIN
    if today <= end + timedelta(days=31):
        days.append((today, "today", TODAY.to(language)))
        end = max(end, today + MARGIN)
    days.sort(key=lambda one: one[0])
    start = min(days[0][0], edition.first) - MARGIN
    total = (end - start).days

    def x(day: date) -> float:
        return round(100 * (day - start).days / total, 2)

    marks = list(_marks(days, x, today, language))
    ticks = [
        {"x": x(day), "day": f"{day.month}/{day.day}"}
        for day in (
            edition.first + timedelta(days=step)
            for step in range(0, total, 7 * -(-total // (7 * MOST_TICKS)))
        )
        if day < end
    ]
    return Lifeline(
        marks,
        ticks,
        x(edition.first),
        round(x(edition.last + timedelta(days=1)) - x(edition.first), 2),
        x(today) if start <= today <= end else None,
        max(one.y for one in marks) + RADIUS + 6,
    )


def _days(edition: Edition, language: Language) -> Iterator[tuple[date, str, str]]:
    for one in edition.summary.get("milestones", ()):
        yield date.fromisoformat(one["day"]), one["what"], to(one["says"], language)
    yield edition.as_of, "records", RECORDS.to(language)


def _marks(
    days: Sequence[tuple[date, str, str]], x: Callable[[date], float], today: date, language: Language
) -> Iterator[Mark]:
    """Yield the marks; those that would cover each other go into rows of their own."""
    ends: list[float] = []
    for number, (day, what, says) in enumerate(days, start=1):
        at = x(day)
        row = next((index for index, end in enumerate(ends) if at - end >= APART), len(ends))
        ends[row : row + 1] = [at]
        yield Mark(number, day_said(day, language, year=True), says, what, day < today, at, TOP + ROW * row)
