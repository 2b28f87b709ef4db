"""How somebody's scores are spread beside everybody else's, item by item."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import floor

from kaohe.core.number import plain
from kaohe.policy.policy import FormItem
from kaohe.ratings.tendencies import Mark

MOST_STEPS = 10
"""A scale of no more whole steps is shown step by step; a longer one in so many equal parts."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a scale, and how many scores lie in it.

    Attributes:
        label: The score, or from where to where.
        own: How many scores of the one.
        others: How many of all others.
    """

    label: str
    own: int
    others: int


@dataclass(frozen=True, slots=True)
class Spread:
    """How an item was scored.

    Attributes:
        item: The item.
        parts: The parts of its scale, the lowest first.
        own: The mean of the one's scores; None without any.
        others: The mean of all others' scores; None without any.
    """

    item: FormItem
    parts: tuple[Part, ...]
    own: Fraction | None
    others: Fraction | None


def spreads(items: Iterable[FormItem], marks: Sequence[Mark], rater: str) -> list[Spread]:
    """Return how each item was scored by one rater and by all the others.

    Args:
        items: The items.
        marks: Every score as a share of its scale; a unit ends with its item.
        rater: The one.
    """
    return [_spread(item, [mark for mark in marks if mark.unit[-1] == item.name], rater) for item in items]


def whole_steps(item: FormItem) -> list[Fraction]:
    """Return the whole steps of a scale that has few of them, the lowest first; of others none."""
    steps = item.high - item.low
    if item.low.denominator != 1 or steps.denominator != 1 or steps > MOST_STEPS:
        return []
    return [item.low + step for step in range(int(steps) + 1)]


def _spread(item: FormItem, marks: Sequence[Mark], rater: str) -> Spread:
    own = [mark.value for mark in marks if mark.rater == rater]
    others = [mark.value for mark in marks if mark.rater != rater]
    steps = whole_steps(item)
    labels = [plain(step) for step in steps] or _labels(item)
    parts = tuple(
        Part(label, _in(own, number, len(labels), bool(steps)), _in(others, number, len(labels), bool(steps)))
        for number, label in enumerate(labels)
    )
    return Spread(item, parts, _mean(item, own), _mean(item, others))


def _labels(item: FormItem) -> list[str]:
    size = (item.high - item.low) / MOST_STEPS
    ends = [plain(item.low + size * step, 2) for step in range(MOST_STEPS + 1)]
    return [f"{low}–{high}" for low, high in pairwise(ends)]


def _in(shares: Iterable[Fraction], number: int, parts: int, stepped: bool) -> int:
    """Return how many shares lie in a part: the nearest step, or the part from its lower end on."""
    return sum(_part(share, parts, stepped) == number for share in shares)


def _part(share: Fraction, parts: int, stepped: bool) -> int:
    if stepped:
        return floor(share * (parts - 1) + Fraction(1, 2))
    return min(floor(share * parts), parts - 1)


def _mean(item: FormItem, shares: Sequence[Fraction]) -> Fraction | None:
    if not shares:
        return None
    return item.low + (item.high - item.low) * sum(shares, Fraction(0)) / len(shares)
