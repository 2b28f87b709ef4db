"""Trends: the main ratios and the receptions day by day, and how long customers waited.

The main ratios are quotients of two measures: those that people are ranked by first, then
the others in the policy's order. Days are added up as the figures add them up, so that a
day is the figure of that day.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from kaohe.appraisal.finality import Finality
from kaohe.core.figure import Level, Value
from kaohe.core.language import Language
from kaohe.core.measure import MEASURES, Scope
from kaohe.core.period import ONE_DAY, Span
from kaohe.measures.compute import Cut, Measured
from kaohe.policy.expression import Apply, Expression, MeasureName
from kaohe.statements.layout import Metric, metrics, monthly, weekly
from kaohe.statements.report.said import Telling
from kaohe.statements.shown import shown

MOST_RATIOS = 5
RECEPTIONS = "receptions"
DAYS = "days"
"""The type of parameters that name days, such as those of a campaign."""
BORDERS = (5, 10, 20, 30, 45, 60, 90, 120, 180, 300, 600)
"""Seconds at which waiting times are told apart; a time that meets one lies below it."""
Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Ratio:
    """A quotient of two measures that a trend is drawn of.

    Attributes:
        metric: The figure.
        of_person: Its measures for a person: what is divided by what.
        of_shop: Those for the whole shop.
    """

    metric: Metric
    of_person: tuple[str, str]
    of_shop: tuple[str, str]


@dataclass
class Trends:
    """Tells the trends of one appraisal.

    Attributes:
        telling: The appraisal, said in every language.
        measured: What was measured; None where the measures were handed in.
    """

    telling: Telling
    measured: Measured | None = None

    def __post_init__(self) -> None:
        """Look up what every trend needs."""
        self.appraisal = self.telling.appraisal
        self.facts = self.appraisal.evaluator.facts
        self.days = [one.first for one in _each_day(self.appraisal.period)]
        self.ratios = tuple(islice(self._ratios(), MOST_RATIOS))

    def view(self, person: str = "") -> Mapping[str, Any]:
        """Return the trends of a person; blank: of the whole shop."""
        return {
            "days": [day.isoformat() for day in self.days],
            "said_days": [self.telling.day(day) for day in self.days] if not person else [],
            "known": sum(day <= self.appraisal.as_of for day in self.days),
            "marked": list(self._marked()) if not person else [],
            "ratios": [self._ratio(one, person) for one in self.ratios],
            "receptions": [int(one or 0) for one in self._series(RECEPTIONS, person)],
            "waits": self._waiting(person),
        }

    def _ratios(self) -> Iterator[Ratio]:
        policy = self.appraisal.policy
        sections = (*weekly(policy), *monthly(policy))
        every = [metric for section in sections for metric in metrics(policy, section)]
        seen: set[tuple[str, str]] = set()
        for metric in sorted(every, key=lambda one: not one.has_place):
            own = _quotient(metric.definition.body)
            shop = policy.definitions.get((metric.name, Level.SHOP))
            if own is None or not metric.definition.better or own in seen:
                continue
            if metric.has_shop and shop is not None:
                seen.add(own)
                yield Ratio(metric, own, _quotient(shop.body) or own)
            elif not metric.has_shop:
                seen.add(own)
                yield Ratio(metric, own, own)

    def _ratio(self, ratio: Ratio, person: str) -> Mapping[str, Any]:
        above, below = ratio.of_person if person else ratio.of_shop
        unit = ratio.metric.unit
        named: dict[str, object] = {"name": ratio.metric.name}
        pairs = zip(self._series(above, person), self._series(below, person), strict=True)
        values = [part / whole if part is not None and whole else None for part, whole in pairs]
        if not person:
            named |= {"unit": unit.value, "better": ratio.metric.definition.better}
            named |= {"title": self.telling.metric(ratio.metric)}
        return {
            **named,
            "values": [None if one is None else round(float(one), 6) for one in values],
            "said": [shown(one, unit, Language.EN) for one in values],
            "provisional_from": self._provisional_from(above, below),
        }

    def _provisional_from(self, *measures: str) -> int:
        """Return the number of the first day that is not final, counted from zero."""
        finality = Finality(self.appraisal.policy, self.appraisal.period)

        def is_final(day: date) -> bool:
            span = Span(day.isoformat(), day, day)
            return all(finality.measure(one, span, ()) <= self.appraisal.as_of for one in measures)

        return next((at for at, day in enumerate(self.days) if not is_final(day)), len(self.days))

    def _series(self, measure: str, person: str) -> list[Fraction | None]:
        """Return a measure day by day; None for days that are not over yet."""
        return [self._on(day, measure, person) if day <= self.appraisal.as_of else None for day in self.days]

    def _on(self, day: date, measure: str, person: str) -> Fraction:
        of_shop = not person or MEASURES[measure].scope is Scope.SHOP
        level, span = (Level.SHOP if of_shop else Level.PERSON), Span(day.isoformat(), day, day)
        sums = self.facts.sums(level, measure, span, (), self.appraisal.evaluator.shops)
        return sum(sums.values(), Fraction(0)) if of_shop else sums.get(person, Fraction(0))

    def _marked(self) -> Iterator[Mapping[str, Any]]:
        """Yield the days that parameters of the policy name, such as those of a campaign."""
        for one in self.appraisal.policy.parameters.values():
            days = one.on(self.appraisal.period.first) if one.type == DAYS else None
            within = [day for day in _isos(days) if date.fromisoformat(day) in self.appraisal.period]
            if within:
                yield {"title": self.telling.words(one.told.title, one.name), "days": within}

    def _waiting(self, person: str) -> Mapping[str, Any] | None:
        """Return how many receptions waited how long for their first answer."""
        if self.measured is None:
            return None
        counts = self._counted.get(person, np.zeros(len(BORDERS) + 1, np.int64))
        return {"borders": list(BORDERS), "counts": counts.tolist()}

    @cached_property
    def _counted(self) -> Mapping[str, Numbers]:
        """Person → receptions by how long they waited; a blank person: everybody's. One day at a time."""
        assert self.measured is not None
        sums: dict[str, Numbers] = {"": np.zeros(len(BORDERS) + 1, np.int64)}
        for day in self.days:
            if day > self.appraisal.as_of:
                break
            rows = self.measured.receptions_of(Cut(days=[day], shops=self.appraisal.evaluator.shops or ()))
            for person, counts in _counts(rows):
                sums[person] = sums.get(person, 0) + counts
                sums[""] = sums[""] + counts
        return sums


def _counts(receptions: pa.Table) -> Iterator[tuple[str, Numbers]]:
    """Yield each person's receptions of some rows by how long they waited for the first answer."""
    wanted = pc.and_(pc.is_null(receptions["filter"]), pc.is_valid(receptions["first_response_seconds"]))
    rows = receptions.filter(wanted)
    if not rows.num_rows:
        return
    people = rows["person"].cast(pa.string()).combine_chunks().dictionary_encode()
    seconds = rows["first_response_seconds"].to_numpy()
    kinds = np.searchsorted(BORDERS, seconds, side="left")
    width = len(BORDERS) + 1
    codes = people.indices.to_numpy().astype(np.int64) * width + kinds
    table = np.bincount(codes, minlength=len(people.dictionary) * width).reshape(-1, width)
    yield from zip(people.dictionary.to_pylist(), table, strict=True)


def _each_day(span: Span) -> Iterator[Span]:
    day = span.first
    while day <= span.last:
        yield Span(day.isoformat(), day, day)
        day += ONE_DAY


def _quotient(body: Expression | None) -> tuple[str, str] | None:
    """Return the two measures that a formula divides; None where it is another formula."""
    if isinstance(body, Apply) and body.op == "/":
        above, below = body.args
        if isinstance(above, MeasureName) and isinstance(below, MeasureName):
            return above.name, below.name
    return None


def _isos(days: Value) -> Sequence[str]:
    return days if isinstance(days, tuple) else ()
