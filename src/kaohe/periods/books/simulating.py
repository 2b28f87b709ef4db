"""A changed policy over closed periods: what closing under it would have given.

The periods are computed from what their closings kept, one after the other, each
reading the simulated figures of the one before: the result is what twin books would hold
that had been closed under the changed policy from the first of these periods on. Only
where the changed policy measures otherwise are the chat lines and orders gone through
again, in the store as it was at the closing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from zoneinfo import ZoneInfo

import pyarrow as pa

from kaohe.appraisal.appraise import Appraisal
from kaohe.appraisal.resampling import Resampling
from kaohe.core.figure import Level, Unit
from kaohe.core.language import Text
from kaohe.core.period import Span
from kaohe.core.problem import Place, ProblemsFound, errors
from kaohe.periods.books import problems
from kaohe.periods.books.cells import Known
from kaohe.periods.books.history import BookHistory
from kaohe.periods.books.kept import PARAMETERS, Kept, opened
from kaohe.periods.books.manifest import Manifest, Seen
from kaohe.periods.books.redrawing import Evidence, Redrawing, Side, Undrawn, closed_evidence
from kaohe.periods.books.shelf import Shelf
from kaohe.periods.commands import DAY, NAME, POLICY, STORE, command
from kaohe.periods.runs import CACHE, Basis, Progress, computed, measured_spans
from kaohe.policy.graph import inputs
from kaohe.policy.loader import document, lint_document
from kaohe.policy.policy import Policy
from kaohe.records.objects import Where
from kaohe.records.store import open_store
from kaohe.statements.changes import titled
from kaohe.statements.draws import Draws
from kaohe.statements.effects import Effects, Figures, PeriodEffect, effect
from kaohe.statements.layout import payslips

SIMULATED = "simulated"
"""Stands for the seal of a version that nobody closed."""


@dataclass(frozen=True)
class Simulated:
    """A closed period under another policy.

    Attributes:
        kept: The period as it was closed.
        appraisal: Its figures as they would have been.
        anew: The conversations behind its measures, where these had to be computed again
            from the records; None: they are those of the closing.
    """

    kept: Kept
    appraisal: Appraisal
    anew: Evidence | None = None

    @property
    def measured_anew(self) -> bool:
        """Whether its measures had to be computed again from the records."""
        return self.anew is not None

    @cached_property
    def values(self) -> Known:
        """The values of all figures, which every later period reads."""
        return {key: figure.value for key, figure in self.appraisal.figures.items()}

    @property
    def totals(self) -> tuple[str, ...]:
        """The figures that payslips end in."""
        return tuple(section.total for section in payslips(self.appraisal.policy))


@dataclass
class Simulation:
    """Computes closed periods under a changed policy, each from the one before.

    Attributes:
        shelf: The books.
        name: The changed policy: a file, or a shipped one's name.
        store: The store, for periods that the policy measures otherwise; None: not at hand.
        progress: Told after each step of measuring.
        done: The periods that are computed already.
    """

    shelf: Shelf
    name: str
    store: Where | None = None
    progress: Progress | None = None
    done: list[Simulated] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Read the policy once; each period's parameters are laid over it."""
        read = document(self.name)

        def checked(parameters: str) -> Policy:
            linted = lint_document(read, parameters, PARAMETERS)
            if linted.policy is None or errors(linted.problems):
                raise ProblemsFound(linted.problems)
            return linted.policy

        self._policy = cache(checked)

    def add(self, label: str) -> Simulated:
        """Compute a period; those before it that are to be simulated must be computed already.

        Raises:
            ProblemsFound: The policy is at fault, has no such period, or needs records
                that are not at hand.
        """
        kept = opened(self.shelf, label)
        policy = self._policy(kept.text(PARAMETERS))
        period = self._period(policy, kept)
        basis = Basis(policy, period, kept.manifest.as_of, self._history(kept, period), kept.entries)
        basis = replace(basis, rescored=kept.rescored)
        daily = self._daily(kept, policy, period)
        if daily is None:
            one = self._anew(kept, basis)
        else:
            one = Simulated(kept, kept.appraisal(replace(basis, daily=daily)))
        self.done.append(one)
        return one

    def _period(self, policy: Policy, kept: Kept) -> Span:
        label = kept.manifest.period
        try:
            return policy.calendar.period(label)
        except ValueError:
            raise ProblemsFound([problems.OTHER_CALENDAR.at(Place(self.name), label=label)]) from None

    def _history(self, kept: Kept, period: Span) -> BookHistory:
        """Return the books' history of a period, with the simulated figures in place of the closed ones."""
        simulated = {one.kept.manifest.period: one for one in self.done}

        def closed(manifest: Manifest) -> bool:
            return manifest.last < period.first and manifest.period not in simulated

        history = BookHistory.of(self.shelf, kept.handed, closed)
        for label, one in simulated.items():
            seen = Seen(label, one.kept.manifest.version, SIMULATED)
            history.put(seen, tuple(one.appraisal.spans), one.values)
        return history

    def _daily(self, kept: Kept, policy: Policy, period: Span) -> pa.Table | None:
        """Return the kept measures as far as the policy asks for them; None where it measures otherwise."""
        manifest = kept.manifest
        spans = [(one.first, one.last) for one in measured_spans(policy, period, kept.vouched.messages)]
        if policy.rules.digest() != manifest.rules or not set(spans) <= set(manifest.measured):
            return None
        return kept.daily if set(spans) == set(manifest.measured) else kept.of_days(spans)

    def _anew(self, kept: Kept, basis: Basis) -> Simulated:
        if self.store is None:
            place = Place(self.name)
            raise ProblemsFound([problems.OTHER_MEASURES.at(place, label=kept.manifest.period)])
        zone = ZoneInfo(basis.policy.rules.timezone)
        records = open_store(self.store, zone=zone, version=kept.manifest.store)
        done = computed(basis, records, cache=self.store / CACHE, progress=self.progress)
        assert done.measured is not None
        return Simulated(kept, done.appraisal, Evidence(done.measured, records))


def last_closed(shelf: Shelf, count: int) -> list[str]:
    """Return the labels of the last closed periods, the earliest first.

    Raises:
        ProblemsFound: None is closed.
    """
    closed = [opened(shelf, label).manifest for label in shelf.periods()]
    if not closed:
        raise ProblemsFound([problems.NOTHING_CLOSED.at(Place(str(shelf.path)), command=_closing(shelf))])
    return [one.period for one in sorted(closed, key=lambda one: one.first)][-count:]


def _closing(shelf: Shelf) -> str:
    return command(
        "period close",
        books=shelf.path,
        records=STORE,
        policy=POLICY,
        period="PERIOD",
        as_of=DAY,
        by=NAME,
    )


def simulate(  # noqa: PLR0913 - a policy, the periods, and how sure it is to be
    shelf: Shelf,
    name: str,
    *,
    last: int = 6,
    store: Where | None = None,
    resampling: Resampling | None = None,
    progress: Progress | None = None,
) -> Effects:
    """Return what a changed policy would have done to the last closed periods.

    Args:
        shelf: The books.
        name: The changed policy: a file, or a shipped one's name.
        last: How many periods.
        store: The store, where the policy measures otherwise than the closings did, or
            where it is to be found out how sure the differences are.
        resampling: How that is found out; None: it is not.
        progress: Told after each step of measuring and of drawing.

    Raises:
        ProblemsFound: As ``Simulation.add``, or nothing is closed.
    """
    simulation, labels = Simulation(shelf, name, store, progress), last_closed(shelf, last)
    doubting = _Doubting.of(store, resampling, len(labels), progress)
    made = []
    for label in labels:
        one = simulation.add(label)
        closed = one.kept.amounts(_lines(one.appraisal.policy))
        made.append(_effect(one, (closed, one.kept.manifest.totals), doubting))
    before = dict.fromkeys(
        f"{one.kept.manifest.policy} {one.kept.manifest.policy_version}" for one in simulation.done
    )
    return Effects(", ".join(before), _called(simulation.done[-1]), tuple(made), resampling)


def money(  # noqa: PLR0913 - two policies, a period, and from what
    shelf: Shelf,
    old: str,
    new: str,
    label: str,
    *,
    store: Where | None = None,
    resampling: Resampling | None = None,
    progress: Progress | None = None,
) -> Effects:
    """Return what the change from one policy to another means in money, on one closed period.

    Args:
        shelf: The books.
        old: The policy as it was.
        new: The policy as it is to be.
        label: The period.
        store: As of ``simulate``.
        resampling: As of ``simulate``.
        progress: Told after each step of measuring and of drawing.

    Raises:
        ProblemsFound: As ``Simulation.add``.
    """
    before, after = (Simulation(shelf, name, store, progress).add(label) for name in (old, new))
    doubting = _Doubting.of(store, resampling, 1, progress)
    made = _effect(after, (before.appraisal.figures, before.totals), doubting, before)
    return Effects(_called(before), _called(after), (made,), resampling)


@dataclass(frozen=True)
class _Doubting:
    """How sure differences are, found out period by period.

    Attributes:
        store: The store; None: not at hand.
        redrawing: Draws the periods.
    """

    store: Where | None
    redrawing: Redrawing

    @classmethod
    def of(
        cls, store: Where | None, how: Resampling | None, periods: int, progress: Progress | None
    ) -> "_Doubting | None":
        return None if how is None else cls(store, Redrawing(how, periods, progress))

    def draws(self, new: Simulated, old: Simulated | None) -> Draws | Text:
        """Return a period drawn anew under both policies, or why it cannot be."""
        closing = old or Simulated(new.kept, new.kept.appraisal())
        try:
            if not (closing.anew and new.anew):
                shared = closed_evidence(new.kept, self.store)
            sides = [Side(one.appraisal, one.anew or shared) for one in (closing, new)]
            return self.redrawing.add(*sides)
        except Undrawn as undrawn:
            return undrawn.why


def both(shelf: Shelf, name: str) -> tuple[Policy, Policy]:
    """Return the policy of the last closing and a changed one, both with the parameters of that closing.

    Raises:
        ProblemsFound: None is closed, or the changed policy is at fault.
    """
    kept = opened(shelf, last_closed(shelf, 1)[0])
    linted = lint_document(document(name), kept.text(PARAMETERS), PARAMETERS)
    if linted.policy is None or errors(linted.problems):
        raise ProblemsFound(linted.problems)
    return kept.policy, linted.policy


def _called(one: Simulated) -> str:
    return f"{one.appraisal.policy.name} {one.appraisal.policy.version}"


def _effect(
    one: Simulated,
    old: tuple[Figures, Sequence[str]],
    doubting: _Doubting | None,
    before: Simulated | None = None,
) -> PeriodEffect:
    appraisal = one.appraisal
    new: tuple[Figures, Sequence[str]] = (appraisal.figures, one.totals)
    people = {key.subject for figures in (old[0], new[0]) for key in figures if key.level is Level.PERSON}
    titles = {
        name: titled(appraisal, name, Level.DEPARTMENT)
        for name, level in appraisal.policy.definitions
        if level is Level.DEPARTMENT
    }
    return effect(
        one.kept.manifest.period,
        old,
        new,
        {person: appraisal.name(person) for person in people},
        titles,
        measured_anew=one.measured_anew,
        draws=doubting.draws(one, before) if doubting else None,
        lines={name: titled(appraisal, name, Level.PERSON) for name in _lines(appraisal.policy)},
    )


def _lines(policy: Policy) -> list[str]:
    """Return the amounts that the totals of payslips are made of."""
    totals = [policy.definitions[section.total, Level.PERSON] for section in payslips(policy)]
    parts = dict.fromkeys(key for one in totals for key in inputs(one))
    return [
        name
        for name, level in parts
        if level is Level.PERSON and policy.definitions[name, level].unit is Unit.MONEY
    ]
