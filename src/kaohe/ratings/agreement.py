"""How far raters agree: Krippendorff's α with an interval.

Source of the definition: Klaus Krippendorff, "Computing Krippendorff's Alpha-Reliability"
(2011). α is 1 where raters agree in everything, and 0 where they agree no more than
chance would have it. The value is exact; the interval comes from drawing the units
again and again, with a seed that is told.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from random import Random
from typing import Any

import numpy as np
import numpy.typing as npt

from kaohe.core.language import Text
from kaohe.core.number import apart, fixed
from kaohe.statements.shown import MINUS

Counts = npt.NDArray[Any]
"""Units × values: how often a unit was given a value; whole numbers, as objects where all stays exact."""
DRAWS = 1000
"""So many times the units are drawn anew for the interval."""
TAIL = 0.025
"""What the interval leaves out on either side: it covers 95 % of the draws."""
RELIABLE, TENTATIVE = Fraction(4, 5), Fraction(2, 3)
"""Krippendorff's customary bars: from the first on scores can be relied on, from the second with care."""

NO_PAIRS = Text("nothing was scored by two people")
NO_VARIATION = Text("all scores are the same, so that agreement cannot be told from habit")
CERTAIN, CAREFUL = Text("reliable"), Text("with care")
DOUBTFUL, TOO_FEW = Text("not reliable"), Text("too few to tell")


class Metric(StrEnum):
    """How far apart two scores are."""

    NOMINAL = "nominal"
    """Equal or not."""
    ORDINAL = "ordinal"
    """By how many of the scores given lie between them."""
    INTERVAL = "interval"
    """By the square of their difference."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far raters agree.

    Attributes:
        alpha: Krippendorff's α; None where it cannot be computed.
        low: The lower end of its interval; None without one.
        high: The upper end of its interval.
        units: Things that two or more people scored.
        pairs: Pairs of scores of one thing.
        seed: The seed of the interval.
        why: Why there is no α; None where there is one.
    """

    alpha: Fraction | None
    low: float | None
    high: float | None
    units: int
    pairs: int
    seed: int
    why: Text | None = None


def agreement(
    units: Iterable[Sequence[Fraction]], seed: int, metric: Metric = Metric.INTERVAL, draws: int = DRAWS
) -> Agreement:
    """Return how far the raters of some units agree.

    Args:
        units: The scores of each unit, in any order; a unit with fewer than two says nothing.
        seed: What the draws of the interval begin with; the same seed gives the same interval.
        metric: How far apart two scores are.
        draws: How many times the units are drawn anew.
    """
    paired = sorted(sorted(scores) for scores in units if len(scores) > 1)
    pairs = sum(len(scores) * (len(scores) - 1) // 2 for scores in paired)
    if not paired:
        return Agreement(None, None, None, 0, 0, seed, NO_PAIRS)
    values = sorted({score for scores in paired for score in scores})
    counts = np.array([[scores.count(value) for value in values] for scores in paired], dtype=object)
    alpha = _alpha(counts, np.array(values, dtype=object), metric)
    if alpha is None:
        return Agreement(None, None, None, len(paired), pairs, seed, NO_VARIATION)
    low, high = _interval(counts, values, metric, seed, draws)
    return Agreement(Fraction(alpha), low, high, len(paired), pairs, seed)


def judged(one: Agreement) -> Text | None:
    """Return what can be said of an agreement, None where it has no α.

    A wide interval says that too little was scored by two.
    """
    if one.alpha is None or one.low is None or one.high is None:
        return None
    if Fraction(str(one.high)) < TENTATIVE:
        return DOUBTFUL
    if Fraction(str(one.low)) < TENTATIVE:
        return TOO_FEW
    return CAREFUL if one.alpha < RELIABLE else CERTAIN


def beside_bars(value: Fraction) -> str:
    """Return a number with two places, or as many as keep it on its own side of the bars."""
    places = max(apart(value, bar, 2, 4) for bar in (RELIABLE, TENTATIVE))
    return fixed(value, places).replace("-", MINUS)


def _interval(
    counts: Counts, values: Sequence[Fraction], metric: Metric, seed: int, draws: int
) -> tuple[float | None, float | None]:
    """Return the middle 95 % of α over drawn units; none where no draw has any variation."""
    dice = Random(seed)  # noqa: S311 - an interval needs a seed that can be told, not secrecy
    size, quick = len(counts), counts.astype(np.float64)
    scale = np.array([float(value) for value in values])
    found = []
    for _ in range(draws):
        # random() alone is promised to give the same numbers in every version of Python.
        drawn = quick[[int(dice.random() * size) for _ in range(size)]]
        alpha = _alpha(drawn, scale, metric)
        if alpha is not None:
            found.append(float(alpha))
    if not found:
        return None, None
    low, high = np.quantile(np.array(found), [TAIL, 1 - TAIL])
    return float(low), float(high)


def _alpha(counts: Counts, values: Counts, metric: Metric) -> Any:  # noqa: ANN401 - a Fraction or a float, as comes in
    """Return α; None where the scores do not differ at all."""
    totals = counts.sum(axis=0)
    differing = _differing(metric, values, totals)
    sizes = counts.sum(axis=1)
    exact = counts.dtype == object
    one = Fraction(1) if exact else 1.0
    expected = differing(totals[np.newaxis])[0] * one / (totals.sum() - 1)
    if expected <= (0 if exact else 1e-12):
        return None
    observed = sum(differing(counts) * one / (sizes - 1))
    return 1 - observed / expected


def _differing(metric: Metric, values: Counts, totals: Counts) -> Callable[[Counts], Counts]:
    """Return a function: rows of counts → the sum of the differences of all pairs in each row."""
    if metric is Metric.NOMINAL:
        return lambda rows: rows.sum(axis=1) ** 2 - (rows**2).sum(axis=1)
    # The ordinal difference is the one between the middles of the ranks that two scores take up.
    scale = values if metric is Metric.INTERVAL else 2 * totals.cumsum() - totals
    return lambda rows: 2 * (rows.sum(axis=1) * (rows @ scale**2) - (rows @ scale) ** 2)
