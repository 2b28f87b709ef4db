"""What is wrong with the entries of the merit ledger, told by the names that people know."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from kaohe.appraisal import problems
from kaohe.appraisal.facts import Entry, Facts
from kaohe.appraisal.ledger import Ledger
from kaohe.core.language import Text
from kaohe.core.period import Span
from kaohe.core.problem import Place, Problem
from kaohe.policy.policy import Policy

NAMED = Text("{thing} ({note})")


def entry_problems(
    ledger: Ledger, days: Span, period: Span, reviewed: Mapping[tuple[str, str], Sequence[Span]]
) -> Iterator[Problem]:
    """Yield what is wrong with the entries of a period; nothing where the policy has no ledger.

    Args:
        ledger: The ledger.
        days: The days that the policy looks at.
        period: The period.
        reviewed: Item and person → the spans in which a review is open or confirmed.
    """
    policy, facts = ledger.policy, ledger.facts
    if not policy.ledger:
        return  # the ledger is another scheme's: this one looks at no entry
    entries = [entry for entry in facts.ledger if entry.day in days]
    yield from _unknown_items(policy, facts, entries)
    confirming = {rule.confirmed_by for one in policy.definitions.values() for rule in one.rules} - {""}
    for entry in entries:
        if entry.item in policy.ledger:
            yield from _of_one(policy, facts, entry, reviewed if entry.item in confirming else None)
    for counted in ledger.uncounted(period):
        assert counted.wrong is not None
        message = counted.wrong.message.filled(**said(policy, facts, counted.entry))
        yield replace(counted.wrong, message=message)


def said(policy: Policy, facts: Facts, entry: Entry) -> Mapping[str, object]:
    """Return whose entry of which item and day it is, by name and title, each with what records call it."""
    name = facts.cell("people", "name", entry.person, "")
    person = entry.person if name in (None, "", entry.person) else _named(name, entry.person)
    known = policy.ledger.get(entry.item)
    item = _named(known.told.title, entry.item) if known and known.told.title else entry.item
    return {"person": person, "day": entry.day.isoformat(), "item": item}


def _named(thing: object, note: str) -> Text:
    return NAMED.filled(thing=thing, note=note)


def _unknown_items(policy: Policy, facts: Facts, entries: Collection[Entry]) -> Iterator[Problem]:
    """Yield a problem for each item that the policy does not know, however often it is entered."""
    unknown: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.item not in policy.ledger:
            unknown[entry.item].append(entry)
    place, known = Place("entries", 0, "item"), ", ".join(policy.ledger)
    for item, several in unknown.items():
        first = said(policy, facts, several[0])
        yield problems.UNKNOWN_ITEM.at(place, item, **first, known=known, count=len(several))


def _of_one(
    policy: Policy,
    facts: Facts,
    entry: Entry,
    reviewed: Mapping[tuple[str, str], Sequence[Span]] | None,
) -> Iterator[Problem]:
    place, who = Place("entries", 0, "item"), said(policy, facts, entry)
    if entry.person not in facts.person_rows:
        yield problems.UNKNOWN_PERSON.at(place, entry.person, **who)
    most = policy.ledger[entry.item].at_most
    if entry.quantity == 0 or entry.quantity.denominator != 1 or (most and entry.quantity > most):
        yield problems.BAD_QUANTITY.at(place, str(entry.quantity), **who, most=most or "∞")
    if reviewed is not None:
        spans = reviewed.get((entry.item, entry.person), ())
        if not any(entry.day in span for span in spans):
            yield problems.NO_REVIEW.at(place, "", **who)
