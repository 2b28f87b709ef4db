"""Runs: what a door asks for, from files to results.

A run reads, computes and writes; it keeps no state of its own. Results are written
aside and put in place file by file at the end, so that a run that is killed leaves
the files of the run before, and the next run finishes the work.
"""

import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa

from kaohe.appraisal.appraise import Appraisal, appraise
from kaohe.appraisal.facts import Facts
from kaohe.core.figure import FigureKey
from kaohe.core.period import Span
from kaohe.core.problem import Place, Problem, ProblemsFound
from kaohe.core.rules import Rules
from kaohe.measures.compute import Measured, compute
from kaohe.measures.reading import read_daily
from kaohe.periods import problems
from kaohe.periods.history import read_history
from kaohe.policy.loader import load
from kaohe.policy.policy import Policy
from kaohe.records.opening import open_records
from kaohe.records.schema import REQUIRED
from kaohe.records.source import Records

Progress = Callable[[int, int], None]
CACHE = "measures-kept"
TABLES = ("people", "targets", "attendance", "entries", "dsr")


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be appraised, from which files.

    Attributes:
        records: A records directory or a store.
        policy: A policy file, or the name of a shipped policy.
        period: The period's label.
        as_of: The last day whose records are complete.
        parameters: A file that overrides parameters for this run.
        history: Files with figures of earlier periods.
        measures: A file to take the daily measures from, instead of computing them.
    """

    records: Path
    policy: str
    period: str
    as_of: date
    parameters: Path | None = None
    history: tuple[Path, ...] = ()
    measures: Path | None = None


@dataclass(frozen=True)
class Appraised:
    """An appraisal with what it was made from.

    Attributes:
        appraisal: The figures and their reasons.
        records: The records, for the evidence.
        measured: The measures of the period with their evidence; None where they were handed in.
        problems: Every warning of the run.
    """

    appraisal: Appraisal
    records: Records
    measured: Measured | None
    problems: tuple[Problem, ...]


def measure(  # noqa: PLR0913 - a range of days, and from what
    records: Path,
    rules: Rules,
    first: date,
    last: date,
    as_of: date,
    *,
    progress: Progress | None = None,
) -> Measured:
    """Compute the measures of a range of days, keeping them beside the store.

    Raises:
        ProblemsFound: With everything that is wrong with the records or the range.
    """
    if last < first:
        raise ProblemsFound([problems.TURNED_ROUND.at(Place(), first=first, last=last)])
    opened = open_records(records, timezone=ZoneInfo(rules.timezone))
    return compute(opened, rules, first, last, as_of, cache=records / CACHE, progress=progress)


def run(request: Request, *, progress: Progress | None = None) -> Appraised:
    """Appraise a period.

    Raises:
        ProblemsFound: With everything that is wrong with the policy, the files or the records.
    """
    policy, history, period, daily_given = _read(request)
    required = ("people",) if daily_given is not None else REQUIRED
    records = open_records(request.records, timezone=ZoneInfo(policy.rules.timezone), required=required)
    warnings = list(records.problems)
    measured = None
    if daily_given is None:
        daily, measured = _measured(request, policy, period, records, progress)
        warnings += measured.problems
    else:
        daily = daily_given
    tables = {name: records.table(name) for name in TABLES}
    facts = Facts(daily, history=history, as_of=request.as_of, **tables)
    appraisal = appraise(policy, facts, period)
    return Appraised(appraisal, records, measured, (*warnings, *appraisal.problems))


def _read(request: Request) -> tuple[Policy, Mapping[FigureKey, Fraction | None], Span, pa.Table | None]:
    """Read policy, history, period and measures; raise the problems of all of them at once."""
    found: list[Problem] = []

    def gathered(read: Callable[[], object]) -> object:
        try:
            return read()
        except ProblemsFound as problem:
            found.extend(problem.problems)
            return None

    policy = gathered(lambda: load(request.policy, request.parameters))
    history = gathered(lambda: read_history(*request.history))
    given = request.measures
    daily = gathered(lambda: read_daily(given)) if given else None
    period = gathered(lambda: _period(policy, request.period)) if isinstance(policy, Policy) else None
    if found:
        raise ProblemsFound(found)
    assert isinstance(policy, Policy)
    assert isinstance(history, Mapping)
    assert isinstance(period, Span)
    return policy, history, period, daily if isinstance(daily, pa.Table) else None


def _period(policy: Policy, label: str) -> Span:
    try:
        return policy.calendar.month(label)
    except ValueError:
        raise ProblemsFound([problems.NOT_A_PERIOD.at(Place(), label, label=label)]) from None


def _measured(
    request: Request, policy: Policy, period: Span, records: Records, progress: Progress | None
) -> tuple[pa.Table, Measured]:
    """Return the daily measures of the period and of earlier ones looked at, and the period's evidence."""
    cache = request.records / CACHE

    def measures(span: Span) -> Measured:
        return compute(
            records, policy.rules, span.first, span.last, request.as_of, cache=cache, progress=progress
        )

    first_day = min((day for _, day in records.partitions()), default=None)
    earlier = [
        span for span in looked_at(policy, period) if first_day is not None and first_day <= span.first
    ]
    measured = measures(period)
    tables = [measures(span).daily for span in earlier]
    return pa.concat_tables([*tables, measured.daily]), measured


def looked_at(policy: Policy, period: Span) -> tuple[Span, ...]:
    """Return the earlier periods that the policy's formulas look at through named sets."""
    spans: dict[str, Span] = {}
    for reference in policy.references.values():
        instead = policy.parameters[reference.instead].on(period.first) if reference.instead else None
        if isinstance(instead, str):
            spans[instead] = policy.calendar.month(instead)
            continue
        for months in reference.months:
            span = policy.calendar.shifted(period, months)
            spans[span.label] = span
    return tuple(span for label, span in sorted(spans.items()) if span.last < period.first)


@contextmanager
def put_in_place(out: Path) -> Iterator[Path]:
    """Give a folder to write into; when all is written, move its files into ``out`` one by one.

    A folder that a killed run left behind is removed by the next run.
    """
    out.mkdir(parents=True, exist_ok=True)
    for left in out.glob(".being-written-*"):
        shutil.rmtree(left, ignore_errors=True)
    aside = Path(tempfile.mkdtemp(prefix=".being-written-", dir=out))
    try:
        yield aside
        for file in sorted(aside.iterdir()):
            file.replace(out / file.name)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
