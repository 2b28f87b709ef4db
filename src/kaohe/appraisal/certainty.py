"""How sure figures and places are: intervals, and places drawn anew.

Memory is bounded: of the replicates of a figure, only those of the people who are drawn
at the moment are held; what places need of everyone's is put aside (``spool``).
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Protocol

import numpy as np

from kaohe.appraisal.evaluator import Evaluator
from kaohe.appraisal.floating import Floating, Statistic, floats, measures_of
from kaohe.appraisal.presence import Exposure, exposures
from kaohe.appraisal.redrawn import Ranking, Rankings, Sureness
from kaohe.appraisal.resampling import Bootstrap, Floats, Replicates, Resampling, Wanted
from kaohe.appraisal.spool import spool
from kaohe.appraisal.views import View
from kaohe.core.figure import FigureKey, Level
from kaohe.core.period import Span
from kaohe.measures.columns import Ints
from kaohe.measures.contributions import Contributions
from kaohe.policy.policy import Definition


class Source(Protocol):
    """Where it is known what conversations contributed."""

    def batches(
        self, measures: Sequence[str], people: Collection[str], days: Collection[date]
    ) -> Iterator[Contributions]:
        """Yield what the conversations of some people contributed to some measures on some days, in parts."""


@dataclass(frozen=True, slots=True)
class Interval:
    """Between which values a figure would lie, had other conversations of the same kind come.

    Attributes:
        low: The lower end.
        high: The upper end.
        conversations: From how many conversations it is told.
    """

    low: float
    high: float
    conversations: int


@dataclass(frozen=True)
class Certainty:
    """How sure the figures of an appraisal are.

    Attributes:
        resampling: How that was found; None: not at all, the measures being handed in as sums.
        intervals: By figure.
        places: By the key of the place.
        exposures: By person and the span's label.
    """

    resampling: Resampling | None = None
    intervals: Mapping[FigureKey, Interval] = field(default_factory=dict)
    places: Mapping[FigureKey, Sureness] = field(default_factory=dict)
    exposures: Mapping[tuple[str, str], Exposure] = field(default_factory=dict)


def certainty(
    evaluator: Evaluator,
    found: Source | None,
    resampling: Resampling | None = None,
    about: Collection[FigureKey] | None = None,
) -> Certainty:
    """Return how sure the figures of people are of which more or less is better.

    Args:
        evaluator: The appraisal's figures.
        found: What conversations contributed to their measures; None: it is not known, and
            only how much people were there can be told.
        resampling: How the bootstrap is done; None: as it usually is.
        about: The figures that are asked about, each with its place and points; None: all.
    """
    there = dict(exposures(evaluator))
    if found is None or not (question := _Question.of(evaluator, about)).figures:
        return Certainty(exposures=there)
    how, wanted = resampling or Resampling(), question.wanted
    with spool(wanted.row_kind) as rows, spool((np.float64, (how.replicates,))) as values:
        batches = found.batches(wanted.measures, wanted.people, wanted.days)
        bootstrap = Bootstrap.of(wanted, batches, rows, how)
        if not any(bootstrap.rows.counts):
            return Certainty(exposures=there)
        rankings = Rankings(question.rankings, how, values)
        intervals: dict[FigureKey, Interval] = {}
        for drawn in bootstrap.replicates():
            for figure in question.figures:
                intervals.update(figure.read(drawn, rankings))
        return Certainty(how, intervals, dict(rankings.sure()), there)


@dataclass(frozen=True)
class _Figure:
    """A figure in a span, to be read over replicates.

    Attributes:
        definition: The figure.
        span: The span.
        view: The days that it looks at.
        measures: The measures that it is made of.
        statistic: Reads it.
        told: Whose interval is wanted.
        ranked: Who besides is in a ranking of it that is wanted.
    """

    definition: Definition
    span: Span
    view: View
    measures: Sequence[str]
    statistic: Statistic
    told: frozenset[str]
    ranked: frozenset[str] = frozenset()

    @cached_property
    def people(self) -> frozenset[str]:
        """Whose values are wanted."""
        return self.told | self.ranked

    def read(self, drawn: Replicates, rankings: Rankings) -> Iterator[tuple[FigureKey, Interval]]:
        """Hand the values of those who were drawn to the rankings, and yield their intervals."""
        rows = [row for row, person in enumerate(drawn.people) if person in self.people]
        if not rows:
            return
        how, people = rankings.how, [drawn.people[row] for row in rows]
        read = floats(self.statistic(replace(drawn, asked=self.people)))
        values = np.broadcast_to(read, (len(drawn.people), how.replicates))[rows]
        rankings.add(self.definition.name, self.span, people, values)
        counts = drawn.conversations(self.measures, self.view)[rows]
        for person, ends, count in zip(people, intervals(values, how.level), counts, strict=True):
            if ends and person in self.told:
                key = FigureKey(self.definition.name, Level.PERSON, person, self.span.label)
                yield key, Interval(*ends, int(count))


@dataclass(frozen=True, slots=True)
class _Question:
    """What is to be read over replicates, and which rankings are placed anew."""

    figures: Sequence[_Figure]
    rankings: Sequence[Ranking]

    @classmethod
    def of(cls, evaluator: Evaluator, about: Collection[FigureKey] | None) -> "_Question":
        """Return what is asked about, or all that there is."""
        found = {(one.definition.name, one.span): one for one in _figures(evaluator)}
        rankings = [one for one in _rankings(evaluator) if one.of_figure in found]
        if about is not None:
            names = {
                key: evaluator.policy.definitions[key.figure, key.level].of or key.figure for key in about
            }
            asked = {(names[key], key.span, key.subject) for key in about if key.level is Level.PERSON}
            for (name, span), figure in found.items():
                told = frozenset(one for one in figure.told if (name, span.label, one) in asked)
                found[name, span] = replace(figure, told=told)
            rankings = [one for one in rankings if found[one.of_figure].told & one.standing.places.keys()]
        for one in rankings:
            found[one.of_figure] = replace(found[one.of_figure], ranked=frozenset(one.standing.places))
        return cls([one for one in found.values() if one.people], rankings)

    @property
    def wanted(self) -> Wanted:
        """What the bootstrap must know."""
        return Wanted(
            sorted({person for one in self.figures for person in one.people}),
            sorted({name for one in self.figures for name in one.measures}),
            list(dict.fromkeys(one.view for one in self.figures)),
        )


def _figures(evaluator: Evaluator) -> Iterator[_Figure]:
    """Yield the figures of people of which more or less is better, with everyone who has a value."""
    floating, period = Floating(evaluator), evaluator.period
    for definition in evaluator.policy.definitions.values():
        if definition.level is not Level.PERSON or not definition.better or definition.kind != "formula":
            continue
        if measures := measures_of(evaluator.policy, definition):
            for span in evaluator.spans(definition):
                lens = evaluator.lens(definition, span, period)
                column = evaluator.column(definition.name, Level.PERSON, span, period)
                yield _Figure(
                    definition,
                    span,
                    View(span.first, span.last, lens.without),
                    measures,
                    floating.figure(definition, lens),
                    frozenset(person for person, value in column.items() if value is not None),
                )


def _rankings(evaluator: Evaluator) -> Iterator[Ranking]:
    """Yield the rankings of people."""
    for definition in evaluator.policy.definitions.values():
        if definition.kind == "place" and definition.level is Level.PERSON:
            for span in evaluator.spans(definition):
                yield Ranking.of(evaluator, definition, span)


def intervals(values: Floats, level: float) -> Iterator[tuple[float, float] | None]:
    """Yield the percentile interval of each person; None where all replicates with a value have the same one.

    What never differed cannot be drawn anew: a rate of 100 % from ten conversations
    says nothing of the eleventh, and an interval of no width would claim that it does.

    Args:
        values: People down, replicates across; NaN: no value.
        level: How sure the intervals are.
    """
    ordered = np.sort(values, axis=1)
    known = values.shape[1] - np.isnan(ordered).sum(axis=1)
    tail = (1 - level) / 2
    low, high = (_quantiles(ordered, known, share) for share in (tail, 1 - tail))
    differ = (known > 0) & (ordered[:, 0] < ordered[np.arange(len(known)), known - 1])
    for row, one in enumerate(differ):
        yield (float(low[row]), float(high[row])) if one else None


def _quantiles(ordered: Floats, known: Ints, share: float) -> Floats:
    """Return a quantile of each row's known values, which come first and in order."""
    rows, at = np.arange(len(known)), np.maximum(known - 1, 0) * share
    lower = np.floor(at).astype(np.int64)
    low, high = ordered[rows, lower], ordered[rows, np.minimum(lower + 1, np.maximum(known - 1, 0))]
    part = at - lower
    with np.errstate(invalid="ignore"):
        width = high - low
        found: Floats = np.where(part < 0.5, low + width * part, high - width * (1 - part))
    return found
