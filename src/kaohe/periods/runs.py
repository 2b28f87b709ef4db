"""Runs: what a door asks for, from files to results.

A run reads and computes; it keeps no state of its own. Everything that is wrong with
what it was asked and handed is told before it begins.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

import pyarrow as pa

from kaohe.appraisal.appraise import Appraisal, appraise
from kaohe.appraisal.facts import Facts
from kaohe.appraisal.resampling import Resampling
from kaohe.core.figure import FigureKey
from kaohe.core.period import ONE_DAY, Span
from kaohe.core.problem import Place, Problem, ProblemsFound
from kaohe.core.rules import Rules
from kaohe.measures.compute import Measured, compute
from kaohe.measures.engines import Engine
from kaohe.measures.gaming import Signal, signals
from kaohe.measures.reading import read_daily
from kaohe.measures.rules_file import load_rules
from kaohe.periods import problems
from kaohe.periods.books.appeals import granted, rescored_by
from kaohe.periods.books.carrying import carried_into
from kaohe.periods.books.history import BookHistory
from kaohe.periods.books.shelf import open_shelf
from kaohe.periods.folders import see_writable
from kaohe.periods.history import MONTHLY, read_history
from kaohe.periods.holding import chosen, period_of
from kaohe.periods.rescoring import Rescored, rescored
from kaohe.periods.surety import with_certainty
from kaohe.policy.graph import reach, uses_measures
from kaohe.policy.loader import load
from kaohe.policy.policy import Policy
from kaohe.records.objects import Where
from kaohe.records.opening import open_records
from kaohe.records.schema import REQUIRED
from kaohe.records.source import Records
from kaohe.statements.changes import Carried

Progress = Callable[[int, int], None]
Read = TypeVar("Read")
CACHE = "measures-kept"
TABLES = ("people", "targets", "attendance", "entries", "dsr", "scores", "reviews", "draws", "operating")


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be appraised, from which files.

    Attributes:
        records: A records directory or a store, also one in an object store.
        policy: A policy file, or the name of a shipped policy.
        period: The period's label.
        as_of: The last day whose records are complete.
        parameters: A file that overrides parameters for this run.
        history: Files with figures of earlier periods.
        measures: A file to take the daily measures from, instead of computing them.
        out: The folder that the results will go into; None: none.
        books: Books whose closed figures are the history of earlier periods.
        resampling: How it is found out how sure figures and places are; None: it is not.
        rules: A file with the rules of the measures, in place of the policy's own.
    """

    records: Where
    policy: str
    period: str
    as_of: date
    parameters: Path | None = None
    history: tuple[Path, ...] = ()
    measures: Path | None = None
    out: Path | None = None
    books: Path | None = None
    resampling: Resampling | None = field(default_factory=Resampling)
    rules: Path | None = None


@dataclass(frozen=True, slots=True)
class Gathered:
    """Problems of several things that are read one after the other, to be raised all at once.

    Attributes:
        found: The problems so far.
    """

    found: list[Problem] = field(default_factory=list)

    def read(self, reading: Callable[[], Read]) -> Read | None:
        """Return what is read; None where it cannot be, the problems being noted."""
        try:
            return reading()
        except ProblemsFound as found:
            self.found.extend(found.problems)
            return None

    def settle(self) -> None:
        """Raise what was found, if anything was.

        Raises:
            ProblemsFound: With all of it.
        """
        if self.found:
            raise ProblemsFound(self.found)


@dataclass(frozen=True, slots=True)
class Basis:
    """What a period is computed from beside the records, all of it read.

    Attributes:
        policy: The policy, with the parameters of the run.
        period: The period.
        as_of: The last day whose records are complete.
        history: Figures of earlier periods.
        entries: Entries of the ledger beside those of the records, such as upheld appeals name.
        daily: The daily measures, where they are not to be computed.
        rescored: Reviews that upheld appeals decided otherwise.
    """

    policy: Policy
    period: Span
    as_of: date
    history: Mapping[FigureKey, Fraction | None]
    entries: Sequence[Mapping[str, object]] = ()
    daily: pa.Table | None = None
    rescored: Sequence[Rescored] = ()


@dataclass(frozen=True)
class Appraised:
    """An appraisal with what it was made from.

    Attributes:
        appraisal: The figures and their reasons.
        records: The records, for the evidence.
        measured: The measures of the period with their evidence; None where they were handed in.
        problems: Every warning of the run.
        carried: The corrections of earlier periods that are paid with this one.
    """

    appraisal: Appraisal
    records: Records
    measured: Measured | None
    problems: tuple[Problem, ...]
    carried: tuple[Carried, ...] = ()

    @cached_property
    def signals(self) -> tuple[Signal, ...]:
        """What is worth a look in the period and never counts by itself; none without conversations."""
        period, last = self.appraisal.period, min(self.appraisal.period.last, self.appraisal.as_of)
        return () if self.measured is None else signals(self.measured, period.first, last)


def measure(  # noqa: PLR0913 - a range of days, and from what
    records: Where,
    rules: Path | Rules | None,
    first: date,
    last: date,
    as_of: date,
    *,
    out: Path,
    progress: Progress | None = None,
    engine: Engine | None = None,
) -> Measured:
    """Compute the measures of a range of days, keeping them beside the store.

    Args:
        records: A records directory or a store, also one in an object store.
        rules: The rules, or the file with them; None: all as they usually are.
        first: The first day.
        last: The last day.
        as_of: The last day whose records are complete.
        out: The folder that they will go into.
        progress: Told after each step.
        engine: Whose hands help; None: nobody's.

    Raises:
        ProblemsFound: With everything that is wrong with the rules, the folder or the range,
            or else with the records.
    """
    gathered = Gathered()
    read = (
        rules if isinstance(rules, Rules) else gathered.read(lambda: load_rules(rules) if rules else Rules())
    )
    gathered.read(lambda: see_writable(out))
    if last < first:
        gathered.found.append(problems.TURNED_ROUND.at(Place(), first=first, last=last))
    elif as_of < first:
        gathered.found.append(problems.NOT_BEGUN.at(Place(), as_of=as_of, first=first, last=last))
    gathered.settle()
    assert read is not None
    opened = open_records(records, timezone=ZoneInfo(read.timezone))
    return compute(opened, read, first, last, as_of, cache=records / CACHE, progress=progress, engine=engine)


def run(request: Request, *, certain: bool = True, progress: Progress | None = None) -> Appraised:
    """Appraise a period.

    Args:
        request: What is asked for.
        certain: Whether it is wanted how sure figures and places are.
        progress: Told after each step of measuring.

    Raises:
        ProblemsFound: With everything that is wrong with the policy, the files or the records.
    """
    policy, handed, period, daily = _read(request)
    shelf = open_shelf(request.books) if request.books else None
    history = BookHistory.before(shelf, period, handed) if shelf else handed
    entries = granted(shelf, period.label) if shelf else ()
    decided = rescored_by(shelf, period.label) if shelf else ()
    basis = Basis(policy, period, request.as_of, history, entries, daily, decided)
    required = REQUIRED if daily is None and uses_measures(policy) else ("people",)
    records = open_records(request.records, timezone=ZoneInfo(policy.rules.timezone), required=required)
    done = computed(basis, records, cache=request.records / CACHE, progress=progress)
    if certain:
        done = sure(done, request.resampling)
    return replace(
        done,
        problems=(*done.problems, *(history.contradictions() if isinstance(history, BookHistory) else ())),
        carried=carried_into(shelf, period.label) if shelf else (),
    )


def sure(
    appraised: Appraised, resampling: Resampling | None, about: Collection[FigureKey] | None = None
) -> Appraised:
    """Return an appraisal that knows how sure its figures and places are.

    Args:
        appraised: The appraisal.
        resampling: How it is found out; None: not at all, only how much people were there.
        about: The figures that are asked about, each with its place and points; None: all.
    """
    found = with_certainty(appraised.appraisal, appraised.measured, appraised.records, resampling, about)
    return replace(appraised, appraisal=found)


def computed(
    basis: Basis, records: Records, *, cache: Where | None, progress: Progress | None = None
) -> Appraised:
    """Appraise a period from opened records.

    Args:
        basis: Everything else that it is computed from.
        records: The records.
        cache: A folder with measures that earlier runs have kept; None: trust none.
        progress: Told after each step of measuring.
    """
    warnings = list(records.problems)
    daily, measured = basis.daily, None
    if daily is None:
        daily, measured = _measured(basis, records, cache, progress)
        warnings += measured.problems
    facts = facts_of({name: records.table(name) for name in TABLES}, daily, basis)
    appraisal = appraise(basis.policy, facts, basis.period)
    return Appraised(appraisal, records, measured, (*warnings, *appraisal.problems))


def facts_of(tables: Mapping[str, pa.Table], daily: pa.Table, basis: Basis) -> Facts:
    """Return the facts that these tables and measures make, with what upheld appeals add to them."""
    entries = tables["entries"]
    added = pa.Table.from_pylist([dict(row) for row in basis.entries], schema=entries.schema)
    own = {
        **{name: tables[name] for name in TABLES},
        "entries": pa.concat_tables([entries, added]),
        "reviews": rescored(tables["reviews"], basis.rescored, basis.period.label),
    }
    return Facts(daily, history=basis.history, as_of=basis.as_of, **own)


def _read(request: Request) -> tuple[Policy, Mapping[FigureKey, Fraction | None], Span, pa.Table | None]:
    """Read policy, history, period and measures; raise the problems of all of them at once."""
    gathered = Gathered()
    given, out, ruled = request.measures, request.out, request.rules
    policy = gathered.read(lambda: load(chosen(request.policy, request.period), request.parameters))
    rules = gathered.read(lambda: load_rules(ruled)) if ruled else None
    daily = gathered.read(lambda: read_daily(given)) if given else None
    calendar = policy.calendar if policy else MONTHLY
    history = gathered.read(lambda: read_history(*request.history, calendar=calendar))
    period = gathered.read(lambda: period_of(calendar, request.period))
    if policy and period and request.as_of < period.first:
        problem = problems.NOT_BEGUN.at(Place(), as_of=request.as_of, first=period.first, last=period.last)
        gathered.found.append(problem)
    if out:
        gathered.read(lambda: see_writable(out))
    gathered.settle()
    assert policy is not None
    assert history is not None
    assert period is not None
    return policy if rules is None else replace(policy, rules=rules), history, period, daily


def _measured(
    basis: Basis, records: Records, cache: Where | None, progress: Progress | None
) -> tuple[pa.Table, Measured]:
    """Return the daily measures of the period and of earlier ones looked at, and the period's evidence."""
    policy, period = basis.policy, basis.period

    def measures(span: Span) -> Measured:
        return compute(
            records, policy.rules, span.first, span.last, basis.as_of, cache=cache, progress=progress
        )

    *earlier, own = measured_spans(policy, period, records.partitions())
    measured = measures(own)
    tables = [measures(span).daily for span in earlier]
    return pa.concat_tables([*tables, measured.daily]).unify_dictionaries(), measured


def measured_spans(policy: Policy, period: Span, lines: Iterable[tuple[str, date]]) -> tuple[Span, ...]:
    """Return the spans that are measured for a period: earlier ones looked at, then its own.

    Args:
        policy: The policy.
        period: The period.
        lines: The shops and days of which there are chat lines.
    """
    first_day = min((day for _, day in lines), default=None)
    own = reach(policy, period)
    earlier = [
        span for span in looked_at(policy, period) if first_day is not None and first_day <= span.first
    ]
    return (*apart(earlier, own), own)


def looked_at(policy: Policy, period: Span) -> tuple[Span, ...]:
    """Return the earlier periods that the policy's formulas look at through named sets."""
    spans: dict[str, Span] = {}
    for reference in policy.references.values():
        instead = policy.parameters[reference.instead].on(period.first) if reference.instead else None
        for span in reference.periods(policy.calendar, period, instead):
            spans[span.label] = reach(policy, span)
    return tuple(span for label, span in sorted(spans.items()) if span.first < period.first)


def apart(spans: Iterable[Span], taken: Span) -> Iterator[Span]:
    """Yield the spans without the days that one before them, or the span taken already, has.

    Weeks that reach beyond a border belong to one period, but their days lie in two.
    """
    free = date.min
    for span in sorted(spans, key=lambda one: one.first):
        first, last = max(span.first, free), min(span.last, taken.first - ONE_DAY)
        if first <= last:
            free = last + ONE_DAY
            yield Span(span.label, first, last)
