"""What another policy would have done, drawn anew: between which values a difference would lie.

In every replicate other conversations of the same kind have come, and both policies are
appraised on the same ones: an interval of a difference is that of the difference, not of
two amounts. Statistics, in floats; amounts themselves stay exact.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from kaohe.appraisal.resampling import Floats, Resampling

WHOLE = 6
"""Amounts are compared to so many places: what sums of floats differ by beyond is no difference."""
COST = "cost"
"""What the department costs: the sum of everybody's totals."""
Which = tuple[str, str]
"""A figure's name and its subject; of a person's pay, a blank name."""
Amounts = Mapping[Which, Fraction | None]


@dataclass(frozen=True, slots=True)
class Likely:
    """Between which values a difference and a change of rank would lie.

    Attributes:
        low: The lower end of the difference.
        high: The upper end.
        rise_low: By how many ranks somebody would rise at least; negative: fall. Of who has no rank, 0.
        rise_high: By how many at most.
    """

    low: float
    high: float
    rise_low: int = 0
    rise_high: int = 0

    @property
    def is_fixed(self) -> bool:
        """Whether chance moves nothing: it is the same in every replicate."""
        return self.low == self.high

    @property
    def is_chance(self) -> bool:
        """Whether it cannot be told from no difference at all."""
        return not self.is_fixed and self.low <= 0 <= self.high


@dataclass(frozen=True)
class Draws:
    """Both sides in every replicate.

    Attributes:
        how: How they were drawn.
        old: What it is before, by figure and subject; NaN: nothing.
        new: What it is after.
        difference: By how much the two differ, exactly until it is made a float.
    """

    how: Resampling
    old: Mapping[Which, Floats] = field(default_factory=dict)
    new: Mapping[Which, Floats] = field(default_factory=dict)
    difference: Mapping[Which, Floats] = field(default_factory=dict)

    @classmethod
    def of(cls, how: Resampling, sides: Sequence[tuple[Amounts, Amounts]]) -> "Draws":
        """Return them from the amounts before and after of every replicate."""
        known = dict.fromkeys(which for side in sides for amounts in side for which in amounts)
        old, new, difference = (
            {which: np.full(len(sides), np.nan) for which in known},
            {which: np.full(len(sides), np.nan) for which in known},
            {which: np.zeros(len(sides)) for which in known},
        )
        for number, (before, after) in enumerate(sides):
            for which in known:
                one, other = before.get(which), after.get(which)
                if one is not None:
                    old[which][number] = one
                if other is not None:
                    new[which][number] = other
                difference[which][number] = (other or Fraction(0)) - (one or Fraction(0))
        return cls(how, old, new, difference)

    @classmethod
    def together(cls, several: Sequence["Draws"]) -> "Draws":
        """Return the sums over several periods, replicate by replicate."""
        parts = [(one.old, one.new, one.difference) for one in several]
        return cls(several[0].how, *(_summed([part[side] for part in parts]) for side in range(3)))

    def likely(
        self, differences: Mapping[Which, Fraction], rises: Mapping[Which, int]
    ) -> Mapping[Which, Likely]:
        """Return between which values everything would lie.

        The spread of the replicates is laid about the difference itself. Their own middle
        lies elsewhere where places are given: drawn anew, people who are near each other
        change places more often than one month shows, whichever the policy.

        Args:
            differences: The differences as they are; of what is not named, 0.
            rises: By how many ranks each of the people rises.
        """
        people = [which for which in self.difference if not which[0]]
        ranks = dict(zip(people, self._rises(people), strict=True))
        found = {}
        for which, values in self.difference.items():
            low, high = self._about(float(differences.get(which, 0)), values)
            rise = self._about(rises.get(which, 0), ranks[which]) if which in ranks else (0.0, 0.0)
            found[which] = Likely(low, high, round(rise[0]), round(rise[1]))
        return found

    def _rises(self, people: Sequence[Which]) -> Floats:
        """Return by how many ranks everybody rises: people down, replicates across."""
        if not people:
            return np.zeros((0, self.how.replicates))
        before, after = (_ranks(np.array([side[which] for which in people])) for side in (self.old, self.new))
        return np.where(np.isnan(before) | np.isnan(after), 0.0, before - after)

    def _about(self, value: float, replicates: Floats) -> tuple[float, float]:
        """Return the ends of the interval about a value that has this spread."""
        tail = (1 - self.how.level) / 2
        low, middle, high = np.quantile(replicates, (tail, 0.5, 1 - tail))
        return value + float(low - middle), value + float(high - middle)


def _ranks(values: Floats) -> Floats:
    """Return everybody's rank in each replicate, 1 + the number who have more; NaN: none."""
    rounded = np.round(values, WHOLE)
    order = np.sort(np.where(np.isnan(rounded), -np.inf, rounded), axis=0)
    ranks = np.empty_like(values)
    for number in range(values.shape[1]):
        ranks[:, number] = 1 + len(values) - np.searchsorted(order[:, number], rounded[:, number], "right")
    return np.where(np.isnan(values), np.nan, ranks)


def _summed(parts: Iterable[Mapping[Which, Floats]]) -> Mapping[Which, Floats]:
    """Return sums by name; of who is not there in one, what there is in the others."""
    found: dict[Which, Floats] = {}
    for part in parts:
        for which, values in part.items():
            known = found.get(which)
            if known is None:
                found[which] = values
            else:
                both = np.isnan(known) & np.isnan(values)
                total = np.nan_to_num(known) + np.nan_to_num(values)
                found[which] = np.where(both, np.nan, np.round(total, WHOLE))
    return found
