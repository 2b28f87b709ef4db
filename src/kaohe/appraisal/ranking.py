"""Places among people, and a pool handed out by weight: whole results that many figures are read from."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from kaohe.core.figure import Level
from kaohe.core.number import Direction, rounded

FINE = 2**64
"""Into how many parts the unit is cut before two values are compared as fractions."""


@dataclass(frozen=True)
class Standing:
    """A ranking: everyone who takes a place in a figure, best first.

    Attributes:
        figure: The figure ranked.
        span: The span's label.
        better: ``higher`` or ``lower``.
        rows: Subject, value, place.
        level: Whether people or departments are ranked.
    """

    figure: str
    span: str
    better: str
    rows: tuple[tuple[str, Fraction, int], ...]
    level: Level = Level.PERSON

    @cached_property
    def places(self) -> Mapping[str, int]:
        """Subject → place."""
        return {subject: place for subject, _, place in self.rows}


@dataclass(frozen=True)
class Sharing:
    """A pool handed out: subject, weight, and what each gets; ``within`` one of several departments."""

    pool: Fraction
    step: Fraction
    rows: tuple[tuple[str, Fraction, Fraction], ...]
    within: str = ""

    @cached_property
    def weights(self) -> Mapping[str, Fraction]:
        """Subject → weight."""
        return {subject: weight for subject, weight, _ in self.rows}

    @cached_property
    def given(self) -> Mapping[str, Fraction]:
        """Subject → what each gets."""
        return {subject: given for subject, _, given in self.rows}

    @cached_property
    def total(self) -> Fraction:
        """The sum of all weights."""
        return sum(self.weights.values(), Fraction(0))


def ranked(values: Mapping[str, Fraction], better: str) -> tuple[tuple[str, Fraction, int], ...]:
    """Return subject, value and place, best first; a place is 1 + the number who are strictly better.

    Args:
        values: Subject → value of all who compete.
        better: ``higher`` or ``lower``.
    """
    rows: list[tuple[str, Fraction, int]] = []
    ordered = sorted(values.items(), key=lambda pair: _order(pair[1]), reverse=better == "higher")
    for index, (subject, value) in enumerate(ordered, start=1):
        tied = bool(rows) and rows[-1][1] == value
        rows.append((subject, value, rows[-1][2] if tied else index))
    return tuple(rows)


def _order(value: Fraction) -> tuple[int, Fraction]:
    """Return what sorts as the value does: mostly told apart by whole numbers, the rest exactly."""
    return value.numerator * FINE // value.denominator, value


def shared(
    pool: Fraction, weights: dict[str, Fraction], to: Fraction, direction: Direction = Direction.DOWN
) -> dict[str, Fraction]:
    """Return the pool handed out by weight in whole steps, by largest remainder.

    Equal remainders go by the key's order. Nobody gets anything where all weights
    are zero; what is less than a step stays, unless the direction says otherwise.

    Args:
        pool: What is handed out.
        weights: Person → weight, none below zero.
        to: The step, such as a hundredth.
        direction: Which way the pool is rounded to whole steps first.
    """
    total = sum(weights.values(), Fraction(0))
    if total == 0:
        return dict.fromkeys(weights, Fraction(0))
    steps = rounded(pool, to, direction) / to
    exact_steps = {person: steps * weight / total for person, weight in weights.items()}
    given = {person: part // 1 for person, part in exact_steps.items()}
    left = int(steps - sum(given.values()))
    by_remainder = sorted(weights, key=lambda person: (given[person] - exact_steps[person], person))
    for person in by_remainder[:left]:
        given[person] += 1
    return {person: part * to for person, part in given.items()}
