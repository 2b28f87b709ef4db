"""How much people were there in a span: what stands beside their places."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

import pyarrow as pa
import pyarrow.compute as pc

from kaohe.appraisal.evaluator import Evaluator
from kaohe.core.figure import Level
from kaohe.core.period import Span

SPOKEN = ("consultations", "outreaches")
"""The measures that show that a person was there on a day."""


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


def exposures(evaluator: Evaluator) -> Iterator[tuple[tuple[str, str], Exposure]]:
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
