"""How sure figures and places are: intervals, and places drawn anew.

A place is decided by noise where the person does not beat the next one in enough
replicates: in less than (1 + level) / 2 of them, 97.5 % at the level of 95 %. That is
the same as asking whether the interval of their difference lies on one side of zero.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from statistics import median

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kaohe.appraisal.evaluator import Evaluator
from kaohe.appraisal.floating import Floating, Statistic, floats, measures_of
from kaohe.appraisal.ranking import Standing
from kaohe.appraisal.resampling import Bootstrap, Floats, Resampling, View
from kaohe.core.figure import FigureKey, Level
from kaohe.core.period import Span
from kaohe.measures.contributions import Contributions
from kaohe.policy.policy import Definition

SPOKEN = ("consultations", "outreaches")
"""The measures that show that a person was there on a day."""


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


@dataclass(frozen=True, slots=True)
class Exposure:
    """How much of a span a person was there.

    Attributes:
        days: The days of the span up to the as-of day.
        employed: On how many of them the person was employed.
        present: On how many of them the person wrote with customers.
        usual: On how many of them people usually did: the median of those ranked.
    """

    days: int
    employed: int
    present: int
    usual: float

    @property
    def is_partial(self) -> bool:
        """Whether the person joined or left in the span, or was there for at most half of what is usual."""
        return self.employed < self.days or 0 < self.usual >= 2 * self.present


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


def measures_wanted(evaluator: Evaluator) -> tuple[str, ...]:
    """Return the measures whose contributions ``certainty`` asks for."""
    found = (measures_of(evaluator.policy, one) for one in _judged(evaluator))
    return tuple(dict.fromkeys(name for names in found for name in names or ()))


def certainty(
    evaluator: Evaluator, found: Contributions | None, resampling: Resampling | None = None
) -> Certainty:
    """Return how sure the figures of people are of which more or less is better.

    Args:
        evaluator: The appraisal's figures.
        found: What conversations contributed to their measures; None: it is not known, and
            only how much people were there can be told.
        resampling: How the bootstrap is done; None: as it usually is.
    """
    exposures = dict(_exposures(evaluator))
    asked = [
        _Asked.of(evaluator, definition, span)
        for definition in _judged(evaluator)
        if measures_of(evaluator.policy, definition)
        for span in evaluator.spans(definition)
    ]
    if found is None or not asked or not len(found.units):
        return Certainty(exposures=exposures)
    how = resampling or Resampling()
    drawn = _drawn(evaluator, Bootstrap.of(found, list(dict.fromkeys(one.view for one in asked)), how), asked)
    intervals = {key: one for key, (values, count) in drawn.items() if (one := _interval(values, count, how))}
    places = {
        key: one
        for definition in evaluator.policy.definitions.values()
        if definition.kind == "place" and definition.level is Level.PERSON
        for span in evaluator.spans(definition)
        for key, one in _places(evaluator, definition, span, drawn, how)
    }
    return Certainty(how, intervals, places, exposures)


def _judged(evaluator: Evaluator) -> Iterator[Definition]:
    """Yield the figures of people of which more or less is better."""
    for definition in evaluator.policy.definitions.values():
        if definition.level is Level.PERSON and definition.better and definition.kind == "formula":
            yield definition


@dataclass(frozen=True)
class _Asked:
    """A figure in a span, to be read over replicates."""

    definition: Definition
    span: Span
    view: View
    measures: Sequence[str]
    statistic: Statistic

    @classmethod
    def of(cls, evaluator: Evaluator, definition: Definition, span: Span) -> "_Asked":
        lens = evaluator.lens(definition, span, evaluator.period)
        return cls(
            definition,
            span,
            View(span.first, span.last, lens.without),
            measures_of(evaluator.policy, definition) or (),
            Floating(evaluator).figure(definition, lens),
        )


Drawings = Mapping[FigureKey, tuple[Floats, int]]
"""A figure's value in every replicate, and from how many conversations it comes."""


def _drawn(evaluator: Evaluator, bootstrap: Bootstrap, asked: Sequence[_Asked]) -> Drawings:
    """Read every figure over the replicates, one person after the other."""
    by_person: dict[str, list[_Asked]] = defaultdict(list)
    for one in asked:
        column = evaluator.column(one.definition.name, Level.PERSON, one.span, evaluator.period)
        for person, value in column.items():
            if value is not None:
                by_person[person].append(one)
    drawn: dict[FigureKey, tuple[Floats, int]] = {}
    for person, wanted in by_person.items():
        replicates = bootstrap.person(person)
        for one in wanted:
            key = FigureKey(one.definition.name, Level.PERSON, person, one.span.label)
            values = floats(one.statistic(person, replicates))
            whole = np.broadcast_to(values, (bootstrap.resampling.replicates,))
            drawn[key] = whole, replicates.conversations(one.measures, one.view)
    return drawn


def _interval(values: Floats, conversations: int, how: Resampling) -> Interval | None:
    """Return the percentile interval; None where all replicates that have a value have the same one.

    What never differed cannot be drawn anew: a rate of 100 % from ten conversations
    says nothing of the eleventh, and an interval of no width would claim that it does.
    """
    known = values[~np.isnan(values)]
    if not known.size or known.min() == known.max():
        return None
    tail = (1 - how.level) / 2
    low, high = np.quantile(known, [tail, 1 - tail])
    return Interval(float(low), float(high), conversations)


def _places(
    evaluator: Evaluator, definition: Definition, span: Span, drawn: Drawings, how: Resampling
) -> Iterator[tuple[FigureKey, Sureness]]:
    """Yield how sure each place of a ranking is; none where its figure is not drawn anew."""
    standing = evaluator.standing(definition, span, evaluator.period)
    keys = [FigureKey(definition.of, Level.PERSON, one[0], span.label) for one in standing.rows]
    if not keys or any(key not in drawn for key in keys):
        return
    values = np.stack([drawn[key][0] for key in keys])
    # Who has no value in a replicate stands last in it.
    signed = np.where(np.isnan(values), -np.inf, values if standing.better == "higher" else -values)
    sure = _surenesses(standing, signed, _awards(evaluator, definition), how)
    for key, one in zip(keys, sure, strict=True):
        yield FigureKey(definition.name, Level.PERSON, key.subject, span.label), one


def _awards(evaluator: Evaluator, definition: Definition) -> Mapping[int, float]:
    """Return what the places of a figure earn."""
    points = evaluator.policy.definitions.get((f"{definition.of}.points", definition.level))
    rules = points.rules if points else ()
    return {place: float(award) for rule in rules for place, award in rule.awards.items()}


def _surenesses(
    standing: Standing, values: Floats, awards: Mapping[int, float], how: Resampling
) -> Iterator[Sureness]:
    """Yield how sure each place is; values hold people down and replicates across, more being better."""
    drawn_places = places(values)
    table = np.array([awards.get(place, 0.0) for place in range(len(values) + 1)])
    gained = table[drawn_places]
    for index, (_, _, place) in enumerate(standing.rows):
        if awards:
            same = float(np.mean(gained[index] == table[place]))
            earning = float(np.mean(gained[index] > 0))
        else:
            same, earning = float(np.mean(drawn_places[index] == place)), None
        if index + 1 == len(values):
            yield Sureness(same, earning, "", None, noise=False)
            continue
        own, other = values[index], values[index + 1]
        beats = float(np.mean(own > other) + np.mean(own == other) / 2)
        yield Sureness(same, earning, standing.rows[index + 1][0], beats, noise=beats < how.told_apart)


def places(values: Floats) -> np.ndarray:
    """Return everyone's place in each replicate: 1 + the number who are strictly better.

    Args:
        values: People down, replicates across; more is better.
    """
    order = np.argsort(-values, axis=0, kind="stable")
    ordered = np.take_along_axis(values, order, axis=0)
    rank = np.broadcast_to(np.arange(len(values))[:, np.newaxis], values.shape)
    new = np.ones(values.shape, np.bool_)
    new[1:] = ordered[1:] != ordered[:-1]
    shared = np.maximum.accumulate(np.where(new, rank, 0), axis=0) + 1
    found = np.empty(values.shape, np.int64)
    np.put_along_axis(found, order, shared, axis=0)
    return found


# Who was there


def _exposures(evaluator: Evaluator) -> Iterator[tuple[tuple[str, str], Exposure]]:
    """Yield how much everyone who takes a place was there, span by span."""
    facts, period = evaluator.facts, evaluator.period
    present = _days_present(evaluator)
    spans: dict[str, tuple[Span, set[str]]] = {}
    for definition in evaluator.policy.definitions.values():
        if definition.kind == "place" and definition.level is Level.PERSON:
            for span in evaluator.spans(definition):
                ranked = evaluator.standing(definition, span, period).places
                spans.setdefault(span.label, (span, set()))[1].update(ranked)
    for label, (span, people) in spans.items():
        known = Span(label, span.first, min(span.last, facts.as_of))
        if known.last < known.first:
            continue
        seen = {person: sum(day in known for day in present.get(person, ())) for person in people}
        usual = float(median(seen.values())) if seen else 0.0
        days = (known.last - known.first).days + 1
        for person in sorted(people):
            employed = facts.employed_days(person, known) if person in facts.person_rows else days
            yield (person, label), Exposure(days, employed, seen[person], usual)


def _days_present(evaluator: Evaluator) -> Mapping[str, Sequence[date]]:
    """Return the days on which each person wrote with customers."""
    daily = evaluator.facts.daily
    spoken = daily.filter(
        pc.and_(
            pc.and_(
                pc.equal(daily["level"], Level.PERSON.value),
                pc.is_in(daily["measure"], pa.array(SPOKEN, pa.string())),
            ),
            pc.greater(daily["value"], 0),
        )
    )
    days: dict[str, set[date]] = defaultdict(set)
    for person, day in zip(spoken["subject"].to_pylist(), spoken["day"].to_pylist(), strict=True):
        days[person].add(day)
    return {person: tuple(found) for person, found in days.items()}
