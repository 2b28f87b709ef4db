"""Places drawn anew: how often the same one results, and how often who stands ahead is ahead.

A place is decided by noise where the person does not beat the next one in enough
replicates: in less than (1 + level) / 2 of them, 97.5 % at the level of 95 %. That is
the same as asking whether the interval of their difference lies on one side of zero.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from kaohe.appraisal.evaluator import Evaluator
from kaohe.appraisal.ranking import Standing
from kaohe.appraisal.resampling import Floats, Resampling
from kaohe.appraisal.spool import Spool
from kaohe.core.figure import FigureKey, Level
from kaohe.core.period import Span
from kaohe.measures.columns import Ints
from kaohe.policy.policy import Definition

MOST_VALUES = 1 << 17
"""So many values are placed at a time, or one replicate's."""


@dataclass(frozen=True, slots=True)
class Sureness:
    """How sure a place is.

    Attributes:
        same: The share of replicates with the same award; without awards, with the same place.
        earning: The share in which the person stands at a place that earns; None: no place does.
        next: Who comes next in the ranking; blank: nobody.
        beats: The share in which the person beats the next one, half of the ties counted; None: nobody comes next.
        noise: Whether that is too little to tell the two apart.
    """  # noqa: E501 - one line a field

    same: float
    earning: float | None
    next: str
    beats: float | None
    noise: bool


@dataclass(frozen=True)
class Ranking:
    """A ranking of people that is drawn anew.

    Attributes:
        definition: The figure of its places.
        span: The span.
        standing: Who takes which place.
        awards: What a place earns; empty: no place earns anything.
    """

    definition: Definition
    span: Span
    standing: Standing
    awards: Mapping[int, float]

    @classmethod
    def of(cls, evaluator: Evaluator, definition: Definition, span: Span) -> "Ranking":
        """Return a ranking of an appraisal."""
        points = evaluator.policy.definitions.get((f"{definition.of}.points", definition.level))
        awards = {
            place: float(award)
            for rule in (points.rules if points else ())
            for place, award in rule.awards.items()
        }
        return cls(definition, span, evaluator.standing(definition, span, evaluator.period), awards)

    @property
    def of_figure(self) -> tuple[str, Span]:
        """The figure that is ranked, and in which span."""
        return self.definition.of, self.span

    def sure(
        self, values: Floats, order: Sequence[int], how: Resampling
    ) -> Iterator[tuple[FigureKey, Sureness]]:
        """Yield how sure each place is.

        Args:
            values: The figure of everyone ranked in each replicate, a row for each.
            order: Which row belongs to whom, in the order of the standing.
            how: How they were drawn.
        """
        rows = self.standing.rows
        counts = _Counts.of(np.array([place for _, _, place in rows]), self.awards)
        size = max(1, MOST_VALUES // max(1, len(rows)))
        for start in range(0, how.replicates, size):
            part = values[order, start : start + size]
            # Who has no value in a replicate stands last in it.
            sign = 1 if self.standing.better == "higher" else -1
            counts.add(np.where(np.isnan(part), -np.inf, sign * part))
        for index, (subject, _, _) in enumerate(rows):
            key = FigureKey(self.definition.name, Level.PERSON, subject, self.span.label)
            following = rows[index + 1][0] if index + 1 < len(rows) else ""
            yield key, counts.sureness(index, following, how)


@dataclass(frozen=True)
class _Counts:
    """In how many replicates it is so, person by person in the order of their places.

    Attributes:
        places: The places as they are.
        table: What each place earns, or which one it is where none earns anything.
        is_earning: Whether places earn anything.
        same: It is a place that earns the same, or the same place.
        earning: It is one that earns.
        ahead: The person is ahead of the next.
        level: Both are the same.
    """

    places: Ints
    table: Floats
    is_earning: bool
    same: Ints
    earning: Ints
    ahead: Ints
    level: Ints

    @classmethod
    def of(cls, places: Ints, awards: Mapping[int, float]) -> "_Counts":
        numbers = range(len(places) + 1)
        table = np.array([awards.get(place, 0.0) if awards else float(place) for place in numbers])
        return cls(places, table, bool(awards), *(np.zeros(len(places), np.int64) for _ in range(4)))

    def add(self, values: Floats) -> None:
        """Count some replicates: people down, replicates across; more is better."""
        gained = self.table[places(values)]
        self.same[:] += (gained == self.table[self.places][:, np.newaxis]).sum(axis=1)
        self.earning[:] += (gained > 0).sum(axis=1)
        self.ahead[:-1] += (values[:-1] > values[1:]).sum(axis=1)
        self.level[:-1] += (values[:-1] == values[1:]).sum(axis=1)

    def sureness(self, index: int, following: str, how: Resampling) -> Sureness:
        """Return how sure a place is.

        Args:
            index: Which in the order of the standing.
            following: Who comes next; blank: nobody.
            how: How replicates were drawn.
        """
        every = how.replicates
        same = float(self.same[index] / every)
        earning = float(self.earning[index] / every) if self.is_earning else None
        if not following:
            return Sureness(same, earning, "", None, noise=False)
        beats = float(self.ahead[index] / every + self.level[index] / every / 2)
        return Sureness(same, earning, following, beats, noise=beats < how.told_apart)


def places(values: Floats) -> npt.NDArray[np.int64]:
    """Return everyone's place in each replicate: 1 + the number who are strictly better.

    Args:
        values: People down, replicates across; more is better.
    """
    # Replicate by replicate, each beside itself in memory; who ties shares a place, in whatever order.
    worse = np.ascontiguousarray(-values.T)
    order = np.argsort(worse, axis=1)
    ordered = np.take_along_axis(worse, order, axis=1)
    new = np.ones(worse.shape, np.bool_)
    new[:, 1:] = ordered[:, 1:] != ordered[:, :-1]
    shared = np.maximum.accumulate(np.where(new, np.arange(1, len(values) + 1), 0), axis=1)
    found = np.empty(worse.shape, np.int64)
    np.put_along_axis(found, order, shared, axis=1)
    return found.T


@dataclass(frozen=True)
class Rankings:
    """Rankings under way: the values of everyone ranked are put aside, then each ranking is placed alone.

    Attributes:
        rankings: The rankings.
        how: How replicates are drawn.
        spool: Where the values are put aside, a row for each person.
    """

    rankings: Sequence[Ranking]
    how: Resampling
    spool: Spool
    _parts: list[tuple[int, int, tuple[str, ...]]] = field(default_factory=list)

    def add(self, figure: str, span: Span, people: Sequence[str], values: Floats) -> None:
        """Put the values of some people's figure aside, if there are rankings of it."""
        for number, one in enumerate(self.rankings):
            if one.of_figure == (figure, span):
                ranked = [row for row, person in enumerate(people) if person in one.standing.places]
                names = tuple(people[row] for row in ranked)
                self._parts.append((number, self.spool.put(values[ranked]), names))

    def sure(self) -> Iterator[tuple[FigureKey, Sureness]]:
        """Yield how sure each place is; none of a ranking of which anybody's value is missing."""
        for number, one in enumerate(self.rankings):
            parts = [(begin, people) for which, begin, people in self._parts if which == number]
            row = {person: at for at, person in enumerate(name for _, people in parts for name in people)}
            if not row or any(subject not in row for subject in one.standing.places):
                continue
            values = np.empty((len(row), self.how.replicates))
            for begin, people in parts:
                values[[row[person] for person in people]] = self.spool.get(begin, len(people))
            order = [row[subject] for subject, _, _ in one.standing.rows]
            yield from one.sure(values, order, self.how)
