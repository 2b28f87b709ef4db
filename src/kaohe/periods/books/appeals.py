"""Appeals: against one figure of one published period, answered by somebody else.

Every event is a file of its own that names the digest of the one before: nothing is
changed afterwards, and nothing can be taken out of the middle unseen. An upheld appeal
names what makes it good: an entry of the ledger, which the books add to the records of
its period, or a corrected record, which comes in by an import. Either reaches pay by a
correction, or by the closing where the period is still open.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from kaohe.core.problem import Place, Problem, ProblemsFound
from kaohe.periods.books import problems
from kaohe.periods.books.manifest import digest
from kaohe.periods.books.moments import local
from kaohe.periods.books.shelf import APPEALS, Shelf, held, whole
from kaohe.periods.commands import TEXT, command, is_said
from kaohe.periods.rescoring import Rescored

ANSWER_DAYS = 14
"""Days within which an appeal is to be answered; a later answer counts, and says that it is late."""
OPEN_DAYS = 30
"""Days after a closing or correction within which its figures can be appealed against."""


class Decision(StrEnum):
    """What became of an appeal."""

    UNDECIDED = "undecided"
    UPHELD = "upheld"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the ledger that an answer names.

    Attributes:
        day: The day that it is dated.
        item: The item.
        quantity: How many.
    """

    day: date
    item: str
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Appeal:
    """One appeal with its answer.

    Attributes:
        number: Its number in the books, from 1.
        period: The period's label.
        version: The version appealed against; 0: what was published before the closing.
        person: Whose figure it is.
        name: What they are called.
        figure: The figure's name.
        span: The label of its span.
        value: The value appealed against, as ``figures.csv`` writes it.
        text: What is said against it.
        by: Who opened it.
        at: When, ISO 8601.
        late: Why it was taken up after its time; blank: in time.
        unit: What the value is counted in; blank: it was not noted.
        zone: The zone of the shop's clocks; blank: it was not noted.
        decision: What became of it.
        reason: Why.
        answered_by: Who answered.
        answered_at: When.
        entry: The entry that makes it good; None where a record does, or nothing has to.
        record: The corrected record that makes it good, in words.
        review: The score of a reviewed conversation that makes it good, or None.
    """

    number: int
    period: str
    version: int
    person: str
    name: str
    figure: str
    span: str
    value: str
    text: str
    by: str
    at: str
    late: str = ""
    unit: str = ""
    zone: str = ""
    decision: Decision = Decision.UNDECIDED
    reason: str = ""
    answered_by: str = ""
    answered_at: str = ""
    entry: Entry | None = None
    record: str = ""
    review: Rescored | None = None

    @property
    def due(self) -> date:
        """The last day on which an answer is in time."""
        return datetime.fromisoformat(self.at).date() + timedelta(days=ANSWER_DAYS)

    @property
    def answered_late(self) -> bool:
        """Whether it was answered after its time."""
        return bool(self.answered_at) and datetime.fromisoformat(self.answered_at).date() > self.due


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody decided.

    Attributes:
        decision: Upheld or rejected.
        reason: Why.
        by: Who.
        at: When, ISO 8601 with the offset of the zone.
        entry: The entry of the ledger that makes it good, or None.
        record: The corrected record that makes it good; blank: none.
        review: The score of a reviewed conversation that is to count, or None.
    """

    decision: Decision
    reason: str
    by: str
    at: str
    entry: Entry | None = None
    record: str = ""
    review: Rescored | None = None

    @property
    def makes_good(self) -> bool:
        """Whether it names what makes an appeal good."""
        return self.entry is not None or self.review is not None or bool(self.record.strip())


def appeals(shelf: Shelf) -> list[Appeal]:
    """Return every appeal in the books, in order.

    Raises:
        ProblemsFound: An event is missing or was changed afterwards.
    """
    found: dict[int, dict[str, Any]] = {}
    before = ""
    for number, (name, content) in enumerate(_events(shelf), start=1):
        event = json.loads(content)
        if name != f"{number:06d}.json" or event.pop("before") != before:
            place = Place(str(shelf.path / APPEALS / name))
            raise ProblemsFound([problems.APPEALS_BROKEN.at(place, name=name)])
        before = digest(content)
        if event.pop("event") == "opened":
            found[event["number"]] = event
        else:
            found[event["number"]] |= event
    return [_appeal(one) for one in found.values()]


def _events(shelf: Shelf) -> list[tuple[str, bytes]]:
    folder = shelf.path / APPEALS
    return [(one.name, one.read_bytes()) for one in sorted(folder.glob("*.json"))]


def _appeal(event: Mapping[str, Any]) -> Appeal:
    entry = event.get("entry")
    read = entry and Entry(date.fromisoformat(entry["day"]), entry["item"], Decimal(entry["quantity"]))
    review = event.get("review")
    decided = review and Rescored(review["case"], review["item"], Decimal(review["score"]))
    answered = {"decision": Decision(event.get("decision", "undecided"))}
    return Appeal(**{**event, **answered, "entry": read or None, "review": decided or None})


def record(shelf: Shelf, kind: str, event: Mapping[str, object]) -> None:
    """Add an event; the books must be held."""
    events = _events(shelf)
    before = digest(events[-1][1]) if events else ""
    folder = shelf.path / APPEALS
    folder.mkdir(exist_ok=True)
    plain = {"event": kind, "before": before, **event}
    content = json.dumps(plain, ensure_ascii=False, indent=1, default=str).encode() + b"\n"
    whole(folder / f"{len(events) + 1:06d}.json", content)


def answer(shelf: Shelf, number: int, given: Answer) -> tuple[Appeal, tuple[Problem, ...]]:
    """Answer an appeal; return it with the warnings.

    Raises:
        ProblemsFound: There is no such appeal, it is answered already, the answer comes
            from the appellant, says no reason, or upholds without naming what makes it good.
    """
    with held(shelf):
        known = {one.number: one for one in appeals(shelf)}
        wrong = list(_wrong(shelf, known.get(number), number, given, list(known)))
        if wrong:
            raise ProblemsFound(wrong)
        record(
            shelf,
            "answered",
            {
                "number": number,
                "decision": given.decision.value,
                "reason": given.reason,
                "answered_by": given.by,
                "answered_at": given.at,
                "entry": asdict(given.entry) if given.entry else None,
                "record": given.record,
                "review": asdict(given.review) if given.review else None,
            },
        )
        answered = {one.number: one for one in appeals(shelf)}[number]
    late = [problems.ANSWERED_LATE.at(Place(), number=number, due=answered.due)]
    return answered, tuple(late if answered.answered_late else ())


def _wrong(
    shelf: Shelf, appeal: Appeal | None, number: int, given: Answer, known: Sequence[int]
) -> Iterator[Problem]:
    if appeal is None:
        listed = ", ".join(map(str, known)) or "—"
        yield problems.NO_APPEAL.at(Place(), str(number), number=number, known=listed)
        return
    if appeal.decision is not Decision.UNDECIDED:
        yield problems.ANSWERED_ALREADY.at(
            Place(),
            number=number,
            by=appeal.answered_by,
            at=local(appeal.answered_at, appeal.zone),
            again=command(
                "appeal open",
                books=shelf.path,
                person=appeal.person,
                figure=appeal.figure,
                span=appeal.span,
                text=TEXT,
            ),
            decision=problems.DECISIONS[appeal.decision.value],
        )
    if given.decision is Decision.UNDECIDED:
        yield problems.NO_DECISION.at(Place(), number=number)
    if given.by in (appeal.person, appeal.name, appeal.by):
        yield problems.OWN_ANSWER.at(Place(), given.by, number=number)
    if not is_said(given.reason):
        yield problems.NO_REASON.at(Place())
    if given.decision is Decision.UPHELD and not given.makes_good:
        yield problems.NOTHING_MAKES_GOOD.at(Place(), number=number)
    if given.decision is Decision.REJECTED and given.makes_good:
        yield problems.REJECTED_YET_GOOD.at(Place(), number=number)


def of_period(shelf: Shelf, label: str, decision: Decision) -> list[Appeal]:
    """Return the appeals of a period of which this became."""
    return [one for one in appeals(shelf) if one.period == label and one.decision is decision]


def granted(shelf: Shelf, label: str) -> tuple[Mapping[str, object], ...]:
    """Return the entries of the ledger that upheld appeals of a period add to its records."""
    return tuple(
        {
            "person": one.person,
            "day": one.entry.day,
            "item": one.entry.item,
            "quantity": one.entry.quantity,
            "note": f"appeal {one.number}",
            "by": one.answered_by,
        }
        for one in of_period(shelf, label, Decision.UPHELD)
        if one.entry is not None
    )


def rescored_by(shelf: Shelf, label: str) -> tuple[Rescored, ...]:
    """Return the scores of reviewed conversations that upheld appeals of a period decided."""
    return tuple(one.review for one in of_period(shelf, label, Decision.UPHELD) if one.review is not None)
