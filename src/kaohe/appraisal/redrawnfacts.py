"""Facts drawn anew: everybody's sums of measures together, had other conversations come.

Intervals of single figures need a few sums at a time (``certainty``). What only a whole
policy gives (points by place, shares of a pool, pay) needs the sums of all people in one
and the same replicate: then the policy is appraised on them as on any facts, exactly.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from kaohe.appraisal.certainty import Source
from kaohe.appraisal.facts import Facts, SumKey, of_hundredths
from kaohe.appraisal.resampling import Bootstrap, Resampling, Wanted
from kaohe.appraisal.spool import spool
from kaohe.appraisal.views import View
from kaohe.core.figure import Level
from kaohe.core.measure import MEASURES, Scope
from kaohe.core.period import Span
from kaohe.measures.columns import Ints

FOLLOWS = {
    "shop_orders": "orders",
    "shop_paid_orders": "paid_orders",
    "shop_paid_amount": "paid_amount",
    "shop_payers": "payers_final",
}
"""A shop's own measure → that of its people by as much as which it moves; silent orders stay."""
Sums = Mapping[str, Fraction]


@dataclass(frozen=True)
class SumsAnew:
    """The sums that an appraisal asks for, in every replicate.

    Attributes:
        how: How they were drawn.
        facts: The facts as they are.
        keys: The sums that are asked for.
        people: The people of each shop, in the order of the rows.
        drawn: By shop, measure and days: people down, replicates across, in hundredths.
    """

    how: Resampling
    facts: Facts
    keys: Sequence[SumKey]
    people: Mapping[str, Sequence[str]]
    drawn: Mapping[tuple[str, str, View], Ints]

    @classmethod
    def of(
        cls,
        facts: Facts,
        own: Span,
        asked: Iterable[SumKey],
        source: Callable[[str], Source],
        how: Resampling,
    ) -> "SumsAnew":
        """Draw what was asked for of the days of a span; what lies before them stays as it is.

        Args:
            facts: The facts as they are.
            own: The days whose conversations are drawn.
            asked: The sums that are asked for.
            source: Where it is known what the conversations of a shop contributed.
            how: How they are drawn.
        """
        keys = [key for key in dict.fromkeys(asked) if own.first <= key.first and key.last <= own.last]
        wanted = {(name, _view(key)) for key in keys if (name := _of_people(key.measure))}
        people, drawn = dict[str, Sequence[str]](), dict[tuple[str, str, View], Ints]()
        for shop in facts.shops if wanted else ():
            people[shop] = facts.subjects(Level.PERSON, shop)
            found = _drawn(Wanted(people[shop], *_parts(wanted)), source(shop), how, wanted)
            drawn |= {(shop, *which): sums for which, sums in found.items()}
        return cls(how, facts, keys, people, drawn)

    @property
    def is_anything(self) -> bool:
        """Whether any conversation was there to be drawn."""
        return any(sums.any() for sums in self.drawn.values())

    def replicate(self, number: int) -> Mapping[SumKey, Sums]:
        """Return the sums in one replicate."""
        return {key: dict(self._sums(key, number)) for key in self.keys}

    def _sums(self, key: SumKey, number: int) -> Iterator[tuple[str, Fraction]]:
        shops = self.facts.shops if key.shops is None else key.shops
        if key.level is Level.PERSON:
            totals: dict[str, int] = {}
            for shop in shops:
                for person, value in self._of_shop(shop, key.measure, key, number):
                    totals[person] = totals.get(person, 0) + value
            yield from ((person, of_hundredths(value)) for person, value in totals.items() if value)
            return
        there = self.facts.sums(*key.parts)
        for shop in shops:
            yield shop, there.get(shop, Fraction(0)) + self._moved(shop, key, number)

    def _moved(self, shop: str, key: SumKey, number: int) -> Fraction:
        """Return by how much a shop's sum is more in a replicate than it is."""
        name = _of_people(key.measure)
        if not name:
            return Fraction(0)
        own = key._replace(level=Level.PERSON, measure=name, shops=(shop,))
        before = sum(self.facts.sums(*own.parts).values(), Fraction(0))
        return of_hundredths(sum(value for _, value in self._of_shop(shop, name, key, number))) - before

    def _of_shop(self, shop: str, measure: str, key: SumKey, number: int) -> Iterator[tuple[str, int]]:
        sums = self.drawn.get((shop, measure, _view(key)))
        if sums is not None:
            yield from zip(self.people[shop], sums[:, number].tolist(), strict=True)


def _of_people(measure: str) -> str:
    """Return the measure of people that is drawn for a measure; blank: it stays as it is."""
    return FOLLOWS.get(measure, "") if MEASURES[measure].scope is Scope.SHOP else measure


def _view(key: SumKey) -> View:
    return View(key.first, key.last, key.without)


def _parts(wanted: Iterable[tuple[str, View]]) -> tuple[list[str], list[View]]:
    names, views = zip(*wanted, strict=True)
    return sorted(set(names)), sorted(set(views), key=lambda one: (one.first, one.last, one.without))


def _drawn(
    question: Wanted, source: Source, how: Resampling, wanted: Iterable[tuple[str, View]]
) -> Mapping[tuple[str, View], Ints]:
    """Return the sums of a shop's people: people down, replicates across."""
    found = {which: np.zeros((len(question.people), how.replicates), np.int64) for which in wanted}
    with spool(question.row_kind) as rows:
        batches = source.batches(question.measures, question.people, question.days)
        first = 0
        for some in Bootstrap.of(question, batches, rows, how).replicates():
            last = first + len(some.people)
            for (name, view), sums in found.items():
                sums[first:last] = np.rint(some.of(name, view) * 100)
            first = last
    return found
