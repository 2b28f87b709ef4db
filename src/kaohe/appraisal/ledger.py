"""The merit ledger as a policy counts it: approved, within its borders, less what was taken back."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from kaohe.appraisal import problems
from kaohe.appraisal.facts import Entry, Facts
from kaohe.core.number import plain
from kaohe.core.period import Span
from kaohe.core.problem import Kind, Place, Problem
from kaohe.policy.policy import LedgerItem, Policy

ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class Counted:
    """An entry with the quantity that counts, and why that is not its own; None: it is."""

    entry: Entry
    quantity: Fraction
    wrong: Problem | None = None


@dataclass
class Ledger:
    """Knows what the entries of a policy's items come to.

    Attributes:
        policy: The policy.
        facts: What is known.
    """

    policy: Policy
    facts: Facts
    _counted: dict[tuple[str, Span], Sequence[Counted]] = field(default_factory=dict)

    def entered(self, item: str, span: Span, period: Span) -> Mapping[str, Fraction]:
        """Return person → the sum of the quantities of an item that count in a span of a period."""
        quantities: dict[str, Fraction] = defaultdict(Fraction)
        window = Span(period.label, min(span.first, period.first), max(span.last, period.last))
        for counted in self.counted(item, window):
            if counted.entry.day in span and counted.quantity:
                quantities[counted.entry.person] += counted.quantity
        return quantities

    def uncounted(self, period: Span) -> Iterator[Counted]:
        """Yield the entries of a period that do not count, or not in full, each with why."""
        for item in self.policy.ledger:
            yield from (one for one in self.counted(item, period) if one.wrong is not None)

    def counted(self, item: str, window: Span) -> Sequence[Counted]:
        """Return the entries of an item in some days, in the order of the days, with what counts of each."""
        key = (item, window)
        if key not in self._counted:
            entries = [one for one in self.facts.by_item.get(item, ()) if one.day in window]
            bounds = self.policy.ledger.get(item)
            found = [Counted(one, one.quantity) for one in sorted(entries, key=lambda one: one.day)]
            self._counted[key] = found if bounds is None else list(_within(bounds, _approved(bounds, found)))
        return self._counted[key]


def _approved(item: LedgerItem, entries: Sequence[Counted]) -> Iterator[Counted]:
    """Yield the entries; one that lacks its approval counts as nothing, one that takes back nothing too."""
    days: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for number, one in enumerate(entries):
        days[one.entry.person, one.entry.day].append(number)
    found: dict[int, Counted] = {}
    for numbers in days.values():
        found |= _of_a_day(item, {number: entries[number] for number in numbers})
    yield from (found[number] for number in range(len(entries)))


def _of_a_day(item: LedgerItem, entries: Mapping[int, Counted]) -> dict[int, Counted]:
    """Return the entries of a person on a day by their numbers, with what counts of each.

    An entry that was never approved and then taken back is over: nobody has to approve either.
    """
    left = waiting = over = ZERO
    for one in entries.values():
        if one.quantity > 0 and _lacks_approval(item, one.entry):
            waiting += one.quantity
        elif one.quantity > 0:
            left += one.quantity
    found: dict[int, Counted] = {}
    # What takes back comes first: by it one knows what is over.
    for number, one in sorted(entries.items(), key=lambda pair: pair[1].quantity > 0):
        lacking, kind = _lacks_approval(item, one.entry), None
        if one.quantity < 0 and not left and waiting + one.quantity >= 0:
            waiting, over = waiting + one.quantity, over - one.quantity
            found[number] = Counted(one.entry, ZERO)
        elif lacking and ZERO < one.quantity <= over:
            over -= one.quantity
            found[number] = Counted(one.entry, ZERO)
        elif lacking:
            kind = problems.NOT_APPROVED
        elif one.quantity < 0 and left + one.quantity < 0:
            kind = problems.REVERSES_NOTHING
        else:
            left += min(one.quantity, ZERO)
            found[number] = one
        if kind:
            found[number] = Counted(one.entry, ZERO, _wrong(kind, one.entry))
    return found


def _lacks_approval(item: LedgerItem, entry: Entry) -> bool:
    return item.needs_approval and not entry.approved_by


def _within(item: LedgerItem, entries: Iterator[Counted]) -> Iterator[Counted]:
    """Yield the entries; what goes beyond the most of a period counts no more."""
    most = item.at_most_period
    listed = list(entries)
    if most is None:
        yield from listed
        return
    taken_back: dict[tuple[object, ...], Fraction] = defaultdict(Fraction)
    for one in listed:
        if one.quantity < 0:
            taken_back[one.entry.person, one.entry.day] -= one.quantity
    sums: dict[str, Fraction] = defaultdict(Fraction)
    for one in listed:
        entry = one.entry
        if one.quantity <= 0:
            # What was taken back is taken off the entry itself, so that it leaves room for others.
            yield Counted(entry, ZERO, one.wrong)
            continue
        off = min(one.quantity, taken_back[entry.person, entry.day])
        taken_back[entry.person, entry.day] -= off
        rest = one.quantity - off
        counts = min(rest, most - sums[entry.person])
        sums[entry.person] += counts
        gaps = {"most": most, "counts": plain(counts)}
        yield Counted(
            entry, counts, None if counts == rest else _wrong(problems.BEYOND_PERIOD, entry, **gaps)
        )


def _wrong(kind: Kind, entry: Entry, **gaps: object) -> Problem:
    column, found = "quantity", plain(entry.quantity)
    if kind is problems.NOT_APPROVED:
        column, found = "approved_by", ""
    place, day = Place("entries", 0, column), entry.day.isoformat()
    return kind.at(place, found, person=entry.person, day=day, item=entry.item, **gaps)
