"""A period's life as people follow it: its days, who still owes what, and what corrections did to pay."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from fractions import Fraction

from kaohe.appraisal.appraise import Appraisal
from kaohe.core.figure import Unit
from kaohe.core.language import Language, Text, Words
from kaohe.periods.books.appeals import OPEN_DAYS
from kaohe.periods.books.blockers import Blocker
from kaohe.periods.books.carrying import kept_changes
from kaohe.periods.books.manifest import Manifest
from kaohe.periods.books.shelf import Shelf
from kaohe.statements.changes import Change, paid
from kaohe.statements.shown import shown


class Happening(StrEnum):
    """What happens on a day of a period's life."""

    BEGINS = "begins"
    ENDS = "ends"
    DUE = "due"
    FINAL = "final"
    CLOSED = "closed"
    APPEALS = "appeals"


@dataclass(frozen=True, slots=True)
class Milestone:
    """A day on which something happens to a period.

    Attributes:
        day: The day.
        what: What happens.
        says: The same in words.
    """

    day: date
    what: Happening
    says: Words


SAYS = {
    Happening.BEGINS: Text("The period begins"),
    Happening.ENDS: Text("The period ends"),
    Happening.FINAL: Text("The last figure becomes final"),
    Happening.CLOSED: Text("Closed"),
    Happening.APPEALS: Text("Last day for appeals"),
}
CORRECTED = Text("Corrected")
DUE = Text("Due: {what}")
OTHERS = Text("{person}: {said}")


def milestones(appraisal: Appraisal, manifest: Manifest | None = None) -> list[Milestone]:
    """Return the days of a period's life, the earliest first.

    Args:
        appraisal: Its figures.
        manifest: What its newest version in the books says of itself; None: it is not closed.
    """
    period, policy = appraisal.period, appraisal.policy
    found = [_milestone(period.first, Happening.BEGINS), _milestone(period.last, Happening.ENDS)]
    for one in policy.deadlines.values():
        title = one.told.title or dict.fromkeys(Language, one.name)
        found.append(Milestone(one.day(period), Happening.DUE, _words(DUE.filled(what=title))))
    if appraisal.figures:
        last = max(one.final_on for one in appraisal.figures.values())
        found.append(_milestone(last, Happening.FINAL))
    if manifest is not None:
        closed = datetime.fromisoformat(manifest.at).date()
        said = SAYS[Happening.CLOSED] if manifest.version == 1 else CORRECTED
        found.append(Milestone(closed, Happening.CLOSED, _words(said)))
        found.append(_milestone(closed + timedelta(days=OPEN_DAYS), Happening.APPEALS))
    order = list(Happening)
    return sorted(found, key=lambda one: (one.day, order.index(one.what)))


def _milestone(day: date, what: Happening) -> Milestone:
    return Milestone(day, what, _words(SAYS[what]))


def _words(text: Text) -> Words:
    return {language: text.to(language) for language in Language}


# What blocks, kind by kind

OWED = {
    "review": Text("Confirmations that a rule asks for"),
    "provisional": Text("Figures that are not final"),
    "policy-not-yet-valid": Text("The policy"),
    "appeal": Text("Appeals without an answer"),
    "overlap": Text("Other closed periods"),
    "later": Text("Other closed periods"),
    "other-scheme": Text("Other closed periods"),
    "forms": Text("Rating forms that are owed"),
}

OF_A_CHECK = Text("What a check of the policy found")


@dataclass(frozen=True, slots=True)
class Owed:
    """What is still owed of one kind.

    Attributes:
        kind: The kind: what the names of its blockers begin with.
        title: What it is called.
        blockers: The blockers.
    """

    kind: str
    title: Words
    blockers: tuple[Blocker, ...]


def owed(appraisal: Appraisal, found: Sequence[Blocker]) -> list[Owed]:
    """Return what blocks a closing, kind by kind, in the order in which it was found."""
    kinds: dict[str, list[Blocker]] = {}
    for one in found:
        kinds.setdefault(one.name.partition("/")[0], []).append(one)
    return [Owed(kind, _title(appraisal, kind), tuple(some)) for kind, some in kinds.items()]


def _title(appraisal: Appraisal, kind: str) -> Words:
    if (known := OWED.get(kind.partition(".")[0])) is not None:
        return _words(known)
    titles = (one.told.title for one in appraisal.policy.checks if one.name == kind and one.told.title)
    return next(titles, _words(OF_A_CHECK))


# What corrections did

MOST_CAUSES = 5
"""Causes that are said of one difference; the table of differences has them all."""


@dataclass(frozen=True, slots=True)
class PayChange:
    """What a correction changed in one total of one person.

    Attributes:
        person: The person.
        name: What they are called.
        old: What was paid, as people read it.
        new: What is right, as people read it.
        difference: The difference with its sign, as people read it.
        gains: Whether it is a gain.
        causes: What in the records made the difference: the first few.
        more: How many more causes there are.
    """

    person: str
    name: str
    old: Words
    new: Words
    difference: Words
    gains: bool
    causes: tuple[Words, ...]
    more: int


def pay_changes(shelf: Shelf, manifest: Manifest) -> list[PayChange]:
    """Return what a correction changed in people's pay, whose loss is greatest first."""
    changed = kept_changes(shelf, manifest)
    rows = sorted(paid(changed, manifest.totals, manifest.period), key=lambda row: row[1])
    return [_pay_change(changed, number, amount) for number, amount in rows]


def _pay_change(changed: Sequence[Change], number: int, amount: Fraction) -> PayChange:
    one = changed[number]
    causes = list(dict.fromkeys(_roots(changed, number)))
    return PayChange(
        one.subject,
        one.who or one.subject,
        _money(one.old),
        _money(one.new),
        _amount(amount, signed=True),
        amount > 0,
        tuple(_cause(changed[each], one) for each in causes[:MOST_CAUSES]),
        max(len(causes) - MOST_CAUSES, 0),
    )


def _cause(cause: Change, about: Change) -> Words:
    """Return a cause in words: that of somebody else names them."""
    if not cause.who or cause.subject == about.subject:
        return cause.said
    return _words(OTHERS.filled(person=cause.who, said=cause.said))


def _roots(changed: Sequence[Change], top: int) -> Iterator[int]:
    """Yield the changes under one of them that nothing else made, each once, nearest first."""
    seen, queue = {top}, [top]
    for number in queue:
        below = changed[number].below
        if not below and number != top:
            yield number
        fresh = [each for each in dict.fromkeys(below) if each not in seen]
        seen.update(fresh)
        queue += fresh


def _money(value: object) -> Words:
    return _amount(Fraction(value) if isinstance(value, str) else None)


def _amount(value: Fraction | None, *, signed: bool = False) -> Words:
    return {language: shown(value, Unit.MONEY, language, signed=signed) for language in Language}
