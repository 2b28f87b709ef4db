"""Closed periods drawn anew, under the policy of their closing and under a changed one.

In each replicate the conversations of a period count a random number of times, the same
for both policies, and both are appraised on them from end to end; a replicate of a later
period reads what the same replicate of the one before gave. So a difference is drawn with
everything that moves both sides alike taken out of it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from zoneinfo import ZoneInfo

import pyarrow as pa

from kaohe.appraisal.appraise import Appraisal
from kaohe.appraisal.evaluator import Evaluator
from kaohe.appraisal.facts import Facts, SumKey
from kaohe.appraisal.redrawnfacts import Sums, SumsAnew
from kaohe.appraisal.resampling import Resampling
from kaohe.core.figure import FigureKey, Level, Unit
from kaohe.core.language import Text
from kaohe.core.period import Span
from kaohe.core.problem import ProblemsFound
from kaohe.measures.compute import Measured, compute
from kaohe.measures.contributions import Conversations
from kaohe.measures.daily import WRITTEN_SCHEMA
from kaohe.periods.books.cells import Known
from kaohe.periods.books.kept import Kept
from kaohe.periods.runs import CACHE, Progress
from kaohe.policy.graph import names_of_earlier, uses_measures
from kaohe.policy.policy import Definition
from kaohe.records.objects import Where
from kaohe.records.source import Records
from kaohe.records.store import open_store
from kaohe.statements.draws import COST, Amounts, Draws
from kaohe.statements.layout import payslips

NO_STORE = Text("the books keep sums of each day, not single conversations: name the store with --records")
NO_CONVERSATIONS = Text("nothing that the policies pay by comes from conversations; there is nothing to draw")
GONE = Text("the store does not have the version of the closing any more")
OTHERWISE = Text("the store gives other measures than the period was closed on (see: kaohe period verify)")


@dataclass(frozen=True)
class Evidence:
    """The conversations behind the measures of a period.

    Attributes:
        measured: What was measured.
        records: The records that were measured.
    """

    measured: Measured
    records: Records

    def of(self, shop: str) -> Conversations:
        """Return those of one shop."""
        return Conversations(self.measured, self.records, (shop,))


class Undrawn(Exception):  # noqa: N818 - a state of a period, told within this room
    """Nothing can be drawn for a period; ``why`` says why."""

    def __init__(self, why: Text) -> None:
        """Note why."""
        super().__init__(str(why))
        self.why = why


def closed_evidence(kept: Kept, store: Where | None) -> Evidence:
    """Return the conversations behind a closed period, from the store as it was at the closing.

    Raises:
        Undrawn: They are not at hand, or are not those that it was closed on.
    """
    if store is None:
        raise Undrawn(NO_STORE)
    rules = kept.policy.rules
    first, last = kept.manifest.measured[-1]
    try:
        records = open_store(store, zone=ZoneInfo(rules.timezone), version=kept.manifest.store)
        measured = compute(records, rules, first, last, kept.manifest.as_of, cache=store / CACHE)
    except (OSError, ProblemsFound) as error:
        raise Undrawn(GONE) from error
    if not _same(measured.daily, kept.of_days([(first, last)])):
        raise Undrawn(OTHERWISE)
    return Evidence(measured, records)


def _same(one: pa.Table, other: pa.Table) -> bool:
    return bool(one.cast(WRITTEN_SCHEMA).equals(other.cast(WRITTEN_SCHEMA)))


@dataclass(frozen=True)
class Side:
    """A period under one policy, ready to be drawn.

    Attributes:
        appraisal: Its figures as they are.
        evidence: The conversations behind its measures.
    """

    appraisal: Appraisal
    evidence: Evidence

    @property
    def facts(self) -> Facts:
        """What the figures are computed from."""
        return self.appraisal.evaluator.facts

    def evaluator(self, sums: Mapping[SumKey, Sums], before: Known) -> Evaluator:
        """Return what computes the figures of one replicate.

        Args:
            sums: The sums of measures in it.
            before: The figures of earlier periods in it.
        """
        history = _Over(before, self.facts.history) if before else self.facts.history
        own = self.appraisal
        return Evaluator(own.policy, self.facts.summing_to(sums, history), own.period)

    def amounts(self, evaluator: Evaluator) -> Amounts:
        """Return everybody's pay, what it costs, and the departments' amounts of money."""
        policy, period = self.appraisal.policy, self.appraisal.period
        found: dict[tuple[str, str], Fraction | None] = {}
        for section in payslips(policy):
            for person, value in evaluator.column(section.total, Level.PERSON, period, period).items():
                found["", person] = (found.get(("", person)) or Fraction(0)) + (value or Fraction(0))
        found[COST, ""] = sum((value or Fraction(0) for value in found.values()), Fraction(0))
        for definition in policy.definitions.values():
            if definition.level is Level.DEPARTMENT and definition.unit is Unit.MONEY:
                for span in evaluator.spans(definition):
                    if span == period:
                        column = evaluator.column(definition.name, definition.level, span, period)
                        found |= {(definition.name, subject): value for subject, value in column.items()}
        return found

    def remembered(self, evaluator: Evaluator) -> Iterator[tuple[FigureKey, Fraction | None]]:
        """Yield the figures that formulas of a later period read."""
        for definition in self._read_later:
            for span in evaluator.spans(definition):
                column = evaluator.column(definition.name, definition.level, span, evaluator.period)
                for subject, value in column.items():
                    yield FigureKey(definition.name, definition.level, subject, span.label), value

    @property
    def _read_later(self) -> Iterator[Definition]:
        policy = self.appraisal.policy
        return (
            policy.definitions[key] for key in sorted(names_of_earlier(policy)) if key in policy.definitions
        )


class _Over(Mapping[FigureKey, Fraction | None]):
    """Figures of earlier periods, those of a replicate before those of the books."""

    def __init__(self, before: Known, history: Known) -> None:
        self._before, self._history = before, history

    def __getitem__(self, key: FigureKey) -> Fraction | None:
        return self._before[key] if key in self._before else self._history[key]

    def __contains__(self, key: object) -> bool:
        return key in self._before or key in self._history

    def __iter__(self) -> Iterator[FigureKey]:
        yield from dict.fromkeys((*self._before, *self._history))

    def __len__(self) -> int:
        return sum(1 for _ in self)


@dataclass
class Redrawing:
    """Draws period after period under both policies.

    Attributes:
        how: How it is done.
        periods: How many periods there are, for the progress.
        progress: Told after each replicate of each period.
    """

    how: Resampling
    periods: int
    progress: Progress | None = None
    _done: int = 0
    _known: list[tuple[dict[FigureKey, Fraction | None], dict[FigureKey, Fraction | None]]] = field(
        default_factory=list
    )

    def __post_init__(self) -> None:
        """Begin with replicates that know of no earlier period."""
        self._known = [({}, {}) for _ in range(self.how.replicates)]

    def add(self, old: Side, new: Side) -> Draws:
        """Draw a period; those before it that are to be drawn must be drawn already.

        Raises:
            Undrawn: There is nothing to draw.
        """
        self._done += 1
        if not (uses_measures(old.appraisal.policy) or uses_measures(new.appraisal.policy)):
            raise Undrawn(NO_CONVERSATIONS)
        sums = self._sums(old, new)
        if not any(one.is_anything for one in sums):
            raise Undrawn(NO_CONVERSATIONS)
        sides = []
        for number in range(self.how.replicates):
            found = []
            for side, drawn, known in zip((old, new), sums, self._known[number], strict=True):
                evaluator = side.evaluator(drawn.replicate(number), known)
                found.append(side.amounts(evaluator))
                known.update(side.remembered(evaluator))
            sides.append((found[0], found[1]))
            self._moved(number)
        return Draws.of(self.how, sides)

    def _sums(self, old: Side, new: Side) -> Sequence[SumsAnew]:
        if old.evidence is new.evidence:
            # Measured alike: drawn once, for both.
            both = self._drawn(old, (*old.facts.asked, *new.facts.asked))
            return both, both
        return tuple(self._drawn(side, side.facts.asked) for side in (old, new))

    def _drawn(self, side: Side, asked: Sequence[SumKey]) -> SumsAnew:
        measured = side.evidence.measured
        own = Span("", measured.first, measured.last)
        return SumsAnew.of(side.facts, own, asked, side.evidence.of, self.how)

    def _moved(self, number: int) -> None:
        if self.progress is not None:
            every = self.how.replicates
            self.progress((self._done - 1) * every + number + 1, self.periods * every)
