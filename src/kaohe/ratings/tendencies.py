"""How a rater scores beside the others: more mildly, more evenly, in step with them or not.

Scores are compared as shares of their item's scale, so that items of unlike scales
can stand together; a rater's are compared with the mean of the others on the very
same things.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt

from kaohe.core.language import Text

FEWEST = 3
"""Two points always lie on a line: a correlation of fewer than three says nothing."""
ALONE = Text("nobody else scored the same")
TOO_FEW = Text("fewer than three scores to compare")
FLAT = Text("all scores of one side are the same")


@dataclass(frozen=True, slots=True)
class Mark:
    """One score as a share of its scale: 0 is the lowest, 1 full marks.

    Attributes:
        rater: Who gave it.
        unit: What was scored: subject and item, or conversation and item.
        value: The share.
    """

    rater: str
    unit: tuple[str, ...]
    value: Fraction


@dataclass(frozen=True, slots=True)
class Tendency:
    """How one rater scores.

    Attributes:
        rater: Who.
        scores: How many scores they gave.
        shared: How many of these somebody else scored too.
        mean: Their mean.
        leniency: Their mean deviation from the others on the shared; None without any.
        spread: The standard deviation of their scores; None of fewer than two.
        others_spread: That of the others' means on the shared ones.
        correlation: Pearson's, with the others' means; None where it cannot be computed.
        why: Why something is missing.
    """

    rater: str
    scores: int
    shared: int
    mean: Fraction
    leniency: Fraction | None
    spread: float | None
    others_spread: float | None
    correlation: float | None
    why: Text | None = None


def tendencies(marks: Iterable[Mark]) -> list[Tendency]:
    """Return how each rater scores, by name; one score of a rater for each unit."""
    by_unit: dict[tuple[str, ...], dict[str, Fraction]] = defaultdict(dict)
    for mark in marks:
        by_unit[mark.unit][mark.rater] = mark.value
    raters = sorted({rater for given in by_unit.values() for rater in given})
    return [_tendency(rater, by_unit) for rater in raters]


def _tendency(rater: str, by_unit: Mapping[tuple[str, ...], Mapping[str, Fraction]]) -> Tendency:
    own = [given[rater] for given in by_unit.values() if rater in given]
    pairs = [
        (given[rater], (sum(given.values()) - given[rater]) / (len(given) - 1))
        for given in by_unit.values()
        if rater in given and len(given) > 1
    ]
    mean = sum(own, Fraction(0)) / len(own)
    if not pairs:
        return Tendency(rater, len(own), 0, mean, None, _deviation(own), None, None, ALONE)
    mine, others = [one for one, _ in pairs], [other for _, other in pairs]
    leniency = sum((one - other for one, other in pairs), Fraction(0)) / len(pairs)
    correlation, why = _correlation(mine, others)
    return Tendency(
        rater, len(own), len(pairs), mean, leniency, _deviation(own), _deviation(others), correlation, why
    )


def _deviation(values: list[Fraction]) -> float | None:
    """Return the standard deviation of a sample."""
    if len(values) < 2:
        return None
    return sqrt(_products(values, values) / (len(values) - 1))


def _correlation(mine: list[Fraction], others: list[Fraction]) -> tuple[float | None, Text | None]:
    if len(mine) < FEWEST:
        return None, TOO_FEW
    of_mine, of_others = _products(mine, mine), _products(others, others)
    if not of_mine or not of_others:
        return None, FLAT
    return float(_products(mine, others)) / sqrt(of_mine * of_others), None


def _products(one: list[Fraction], other: list[Fraction]) -> Fraction:
    """Return the sum of the products of the deviations from the means."""
    means = sum(one, Fraction(0)) / len(one), sum(other, Fraction(0)) / len(other)
    return sum(((a - means[0]) * (b - means[1]) for a, b in zip(one, other, strict=True)), Fraction(0))
