"""Grades dealt out: people ranked, the seats of each grade filled from the best on."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import groupby
from math import floor

from kaohe.appraisal.formulas import Formulas, Function, Lens
from kaohe.policy.policy import Definition
from kaohe.policy.quota import Quota

HALF = Fraction(1, 2)
Key = tuple[tuple[bool, Fraction], ...]


@dataclass(frozen=True, slots=True)
class Seat:
    """What one person took: the value, the place among those who compete, the row of the quota."""

    subject: str
    value: Fraction
    place: int
    row: int


@dataclass(frozen=True)
class Dealing:
    """A quota dealt out among some people.

    Attributes:
        seats: The seats of each row and those before it together.
        taken: Who took which seat, best first.
    """

    seats: tuple[int, ...]
    taken: tuple[Seat, ...]

    @cached_property
    def by_subject(self) -> dict[str, Seat]:
        """Subject → seat."""
        return {seat.subject: seat for seat in self.taken}


def dealt(formulas: Formulas, definition: Definition, lens: Lens, people: Sequence[str]) -> Dealing | None:
    """Return the quota of a figure dealt out; None where a share of the seats has no value.

    Who has no value does not compete and does not count as a head.

    Args:
        formulas: The policy over the facts.
        definition: The figure.
        lens: From where its formulas look.
        people: Who competes.
    """
    quota = definition.quota
    assert quota is not None
    assert definition.body is not None
    by = formulas.function(definition.body, lens)
    given = {person: by(person) for person in people}
    values = {person: value for person, value in given.items() if isinstance(value, Fraction)}
    seats = _seats(formulas, quota, lens, list(values))
    if seats is None:
        return None
    then = [
        (formulas.function(one, lens), formulas.policy.definitions[one.name, one.level].better)
        for one in quota.then
    ]
    keys = {person: _key(person, value, quota.better, then) for person, value in values.items()}
    taken: list[Seat] = []
    for _, tied in groupby(sorted(values, key=keys.__getitem__), key=keys.__getitem__):
        people_tied = list(tied)
        place = len(taken) + 1
        counted = place + len(people_tied) - 1 if quota.ties == "down" else place
        row = next(index for index, upto in enumerate(seats) if counted <= upto)
        taken += [Seat(person, values[person], place, row) for person in people_tied]
    return Dealing(seats, tuple(taken))


def _key(person: str, value: Fraction, better: str, then: Sequence[tuple[Function, str]]) -> Key:
    """Return what sorts the better first; where a tie is broken by a figure, who has none is behind."""
    key = [(False, -value if better == "higher" else value)]
    for function, way in then:
        other = function(person)
        number = other if isinstance(other, Fraction) else Fraction(0)
        key.append((not isinstance(other, Fraction), -number if way == "higher" else number))
    return tuple(key)


def _seats(formulas: Formulas, quota: Quota, lens: Lens, people: Sequence[str]) -> tuple[int, ...] | None:
    """Return the seats of each row and those before it together; the last row has room for all."""
    heads = len(people)
    seats: list[int] = []
    for row in quota.rows[:-1]:
        share = formulas.function(row.share, lens)(people[0]) if row.share is not None and people else None
        if people and not isinstance(share, Fraction):
            return None
        exact = share * heads if isinstance(share, Fraction) else Fraction(0)
        count = floor(exact + HALF) if quota.half_up else floor(exact)
        seats.append(min(max(count, seats[-1] if seats else 0), heads))
    return (*seats, heads)
