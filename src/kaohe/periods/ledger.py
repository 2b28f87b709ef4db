"""The merit ledger as people keep it: entered, approved by somebody else, taken back, never deleted."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from kaohe.core.period import Span
from kaohe.core.problem import Kind, Place, Problem, ProblemsFound
from kaohe.periods import problems
from kaohe.periods.booking import Booking
from kaohe.periods.books import problems as book_problems
from kaohe.records.handing import Row

TABLE = "entries"
REVERSES = "reverses"
"""How the note of an entry begins that takes another one back."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a policy says of an item of the ledger.

    Attributes:
        at_most: The largest quantity of one entry; None: any.
        needs_approval: Whether an entry counts only once somebody has approved it.
    """

    at_most: int | None = None
    needs_approval: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the ledger.

    Attributes:
        person: Whom it is about.
        day: The day that it is dated.
        item: The item.
        quantity: How many; below zero where it takes another entry back.
        note: The evidence, in words.
        by: Who entered it.
        approved_by: Who approved it; blank: nobody.
    """

    person: str
    day: date
    item: str
    quantity: Decimal
    note: str = ""
    by: str = ""
    approved_by: str = ""

    @property
    def row(self) -> Row:
        """The row of the table."""
        return {
            "person": self.person,
            "day": self.day.isoformat(),
            "item": self.item,
            "quantity": format(self.quantity, "f"),
            "note": self.note,
            "by": self.by,
            "approved_by": self.approved_by,
        }

    @property
    def mark(self) -> str:
        """What tells it from other entries, who approved it left out: equal entries have equal marks."""
        parts = [text for name, text in self.row.items() if name != "approved_by"]
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:20]


@dataclass(frozen=True, slots=True)
class Line:
    """An entry, and what is left of it.

    Attributes:
        entry: The entry.
        left: Its quantity less what later entries took back; of an entry that takes back, zero.
    """

    entry: Entry
    left: Decimal


@dataclass(frozen=True, slots=True)
class Ledger:
    """The ledger of one period.

    Attributes:
        booking: The store that it lies in.
        window: The days of the period.
        items: What the policy says of each item.
        people: Everyone who may have an entry.
    """

    booking: Booking
    window: Span
    items: Mapping[str, Bounds]
    people: Collection[str]

    def lines(self) -> list[Line]:
        """Return the entries of the period, the newest day first."""
        rows = self.booking.standing(TABLE).rows
        entries = [entry for row in rows if (entry := _read(row)).day in self.window]
        return sorted(_balanced(entries), key=lambda line: (line.entry.day, line.entry.mark), reverse=True)

    def enter(self, entry: Entry) -> None:
        """Add an entry.

        Raises:
            ProblemsFound: It cannot stand in the ledger, or stands there already.
        """
        found = list(self._wrong(entry))
        if not found and any(line.entry.mark == entry.mark for line in self.lines()):
            found.append(problems.STANDS_ALREADY.at(Place()))
        if found:
            raise ProblemsFound(found)
        self.booking.put(TABLE, [entry.row])

    def approve(self, mark: str, by: str, also: str = "") -> Entry:
        """Approve an entry; return it as it stands now.

        Args:
            mark: Which.
            by: Who approves it.
            also: Whom of the people they are; blank: nobody.

        Raises:
            ProblemsFound: There is none, or it is their own or about themselves.
        """
        entry = self._found(mark).entry
        if entry.by == by or (also and entry.person == also):
            raise ProblemsFound([problems.OWN_ENTRY.at(Place(), by)])
        if entry.approved_by:
            return entry
        approved = replace(entry, approved_by=by)
        self.booking.put(TABLE, [approved.row])
        return approved

    def take_back(self, mark: str, by: str, reason: str) -> Entry:
        """Take back what is left of an entry; return the entry that does so.

        Where the item needs approval, so does taking back.

        Raises:
            ProblemsFound: There is none, nothing is left of it, or no reason is named.
        """
        line = self._found(mark)
        found: list[Problem] = []
        if not reason.strip():
            found.append(book_problems.NO_REASON.at(Place()))
        if line.left <= 0:
            found.append(problems.NOTHING_LEFT.at(Place()))
        if found:
            raise ProblemsFound(found)
        note = f"{REVERSES}: {reason.strip()}"
        back = replace(line.entry, quantity=-line.left, note=note, by=by, approved_by="")
        self.booking.put(TABLE, [back.row])
        return back

    def _found(self, mark: str) -> Line:
        """Return the entry with a mark; of equal ones, one that still stands."""
        lines = [line for line in self.lines() if line.entry.mark == mark]
        if not lines:
            raise ProblemsFound([problems.NO_SUCH_ENTRY.at(Place())])
        return max(lines, key=lambda line: line.left)

    def _wrong(self, entry: Entry) -> Iterator[Problem]:
        def problem(kind: Kind, column: str, found: str, **gaps: object) -> Problem:
            return kind.at(Place(column=column), found, **gaps)

        if entry.person not in self.people:
            yield problem(problems.NOT_OF_THE_DESK, "person", entry.person)
        if entry.day not in self.window:
            gaps = {"first": self.window.first, "last": self.window.last}
            yield problem(problems.OUTSIDE_PERIOD, "day", entry.day.isoformat(), **gaps)
        bounds = self.items.get(entry.item)
        if bounds is None:
            known = ", ".join(self.items) or "—"
            yield problem(problems.CASE_ITEM, "item", entry.item, name=entry.item, known=known)
        most = bounds.at_most if bounds else None
        whole = entry.quantity == entry.quantity.to_integral_value()
        if not whole or entry.quantity <= 0 or (most is not None and entry.quantity > most):
            kind = problems.ODD_QUANTITY if most is None else problems.QUANTITY_BEYOND
            yield problem(kind, "quantity", format(entry.quantity, "f"), most=most)


def _read(row: Row) -> Entry:
    return Entry(
        person=row["person"],
        day=date.fromisoformat(row["day"]),
        item=row["item"],
        quantity=Decimal(row["quantity"]),
        note=row["note"],
        by=row["by"],
        approved_by=row["approved_by"],
    )


def _balanced(entries: Sequence[Entry]) -> Iterator[Line]:
    """Yield the entries with what is left of each; what takes back takes from the earliest first."""
    taken: dict[tuple[str, date, str], Decimal] = defaultdict(Decimal)
    for entry in entries:
        if entry.quantity < 0:
            taken[entry.person, entry.day, entry.item] -= entry.quantity
    for entry in entries:
        if entry.quantity < 0:
            yield Line(entry, Decimal(0))
            continue
        where = (entry.person, entry.day, entry.item)
        off = min(entry.quantity, taken[where])
        taken[where] -= off
        yield Line(entry, entry.quantity - off)
