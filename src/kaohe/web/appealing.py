"""Appeals from pages: whether a figure can be appealed against, and who speaks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from kaohe.core.figure import FigureKey, Level, Unit
from kaohe.periods.books.appeals import ANSWER_DAYS, Appeal, Decision, appeals
from kaohe.periods.books.publishing import open_until
from kaohe.periods.books.reading import Read
from kaohe.periods.books.shelf import MARKER, Shelf, open_shelf
from kaohe.statements.shown import day_said, shown, span_said
from kaohe.web.clock import today
from kaohe.web.editions import sheet
from kaohe.web.entry import Standing
from kaohe.web.models import Desk, Edition
from kaohe.web.rights import Right
from kaohe.web.speaking import to


@dataclass(frozen=True, slots=True)
class Appealable:
    """Whether one's own figure can be appealed against.

    Attributes:
        until: The last day on which it can be; None: as long as the period is open.
        is_over: Whether that day is gone: one that comes now says why it comes late.
        known: The appeals against it so far, the newest first.
        until_said: The same in the reader's language; blank: no such day.
        days: Within how many days an appeal is to be answered.
    """

    until: date | None
    is_over: bool
    known: tuple[Appeal, ...]
    until_said: str
    days: int = ANSWER_DAYS

    @property
    def is_possible(self) -> bool:
        """Whether one can be opened now."""
        return not any(one.decision is Decision.UNDECIDED for one in self.known)


def appealable(at: Standing, read: Read, key: FigureKey) -> Appealable | None:
    """Return whether somebody can appeal against a figure; None: it is not theirs, or was not shown yet."""
    shelf = shelf_of(at.desk)
    if shelf is None or not at.may(Right.APPEAL):
        return None
    if key.level is not Level.PERSON or not at.person or key.subject != at.person:
        return None
    until = open_until(read.manifest) if read.manifest else None
    period = read.appraised.appraisal.period.label
    known = tuple(
        one
        for one in reversed(appeals(shelf))
        if (one.period, one.person, one.figure, one.span) == (period, at.person, key.figure, key.span)
    )
    is_over = until is not None and today(at.desk.timezone) > until
    said = day_said(until, at.language, year=True) if until else ""
    return Appealable(until, is_over, known, said)


@dataclass(frozen=True, slots=True)
class Case:
    """An appeal as a page shows it.

    Attributes:
        appeal: The appeal.
        title: What the figure is called.
        span: When, in words.
        value: The value appealed against, as shown.
        key: The figure's key as addresses write it.
        opened: The day on which it was opened.
        due: The last day for an answer in time.
        is_late: Whether that day is gone without an answer, or the answer came after it.
        is_own: Whether the reader opened it, or it is about them.
        item: What the ledger's entry that makes it good is called; blank: there is none.
    """

    appeal: Appeal
    title: str
    span: str
    value: str
    key: tuple[str, str, str, str]
    opened: str
    due: str
    is_late: bool
    is_own: bool
    item: str


def cases(at: Standing, edition: Edition | None, found: Iterable[Appeal]) -> list[Case]:
    """Return appeals as a page shows them.

    Args:
        at: Who reads.
        edition: The edition that says what figures are called; None: they go by their names.
        found: The appeals.
    """
    words = (sheet(edition, "words") if edition else None) or {"figures": {}, "ledger": {}}
    return [_case(at, words, one) for one in found]


def _case(at: Standing, words: Mapping[str, Any], one: Appeal) -> Case:
    language = at.language
    called = words["figures"].get(one.figure, {"title": one.figure, "unit": None})
    unit = Unit(called["unit"]) if called["unit"] else None
    on = day_of(one.answered_at) if one.answered_at else today(at.desk.timezone)
    return Case(
        appeal=one,
        title=to(called["title"], language),
        span=span_said(one.span, language),
        value=shown(Fraction(one.value) if one.value else None, unit, language),
        key=(one.figure, Level.PERSON.value, one.person, one.span),
        opened=day_said(day_of(one.at), language, year=True),
        due=day_said(one.due, language, year=True),
        is_late=on > one.due,
        is_own=bool(at.person) and at.person in (one.person, one.by),
        item=to(words["ledger"].get(one.entry.item, one.entry.item), language) if one.entry else "",
    )


def readable(at: Standing) -> list[Appeal]:
    """Return the appeals of all periods that somebody may read, the newest first.

    Raises:
        ProblemsFound: The books of appeals are broken.
    """
    shelf = shelf_of(at.desk)
    found = reversed(appeals(shelf)) if shelf else ()
    return [one for one in found if at.may(Right.ANSWER) or (at.person and one.person == at.person)]


def shelf_of(desk: Desk) -> Shelf | None:
    """Return a desk's books; None: nothing was shown or closed there yet."""
    return open_shelf(desk.books) if (desk.books / MARKER).is_file() else None


def speaker(at: Standing) -> str:
    """Return who somebody is to the books: the person of the people table, else what they are called."""
    return at.person or at.user.called


def day_of(written: str) -> date:
    """Return the day of a moment that the books wrote."""
    return datetime.fromisoformat(written).date()
