"""A desk in a period, as rating rounds and samples look at it: who is there, who heads whom."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

from kaohe.appraisal.evaluator import Evaluator
from kaohe.appraisal.facts import Facts
from kaohe.core.language import Words
from kaohe.core.period import Span
from kaohe.core.problem import Place, ProblemsFound
from kaohe.measures.compute import Measured, compute
from kaohe.periods import problems as period_problems
from kaohe.periods.holding import chosen
from kaohe.periods.runs import CACHE, TABLES
from kaohe.policy.loader import load
from kaohe.policy.policy import Policy
from kaohe.ratings.listing import listed
from kaohe.records.objects import Where
from kaohe.records.opening import open_records
from kaohe.records.source import Records

Progress = Callable[[int, int], None]


@dataclass
class Desk:
    """A department as the records have it.

    Attributes:
        policy: Its policy.
        period: The period.
        as_of: The last day whose records are complete.
        records: The records.
        measured: The period's measures with their evidence.
    """

    policy: Policy
    period: Span
    as_of: date
    records: Records
    measured: Measured

    @cached_property
    def evaluator(self) -> Evaluator:
        """Who belongs to which group, by the policy's own conditions."""
        tables = {name: self.records.table(name) for name in TABLES}
        return Evaluator(self.policy, Facts(self.measured.daily, as_of=self.as_of, **tables), self.period)

    @cached_property
    def weeks(self) -> tuple[Span, ...]:
        """The period's weeks."""
        return self.policy.calendar.spans(self.period, "week")

    def people(self, group: str) -> list[str]:
        """Return the members of a group, in the order of the people table."""
        return self.evaluator.people(group, self.period)

    def in_order(self, people: Iterable[str]) -> list[str]:
        """Return people in the order of the people table, others behind by name."""
        wanted = set(people)
        listed = [person for person in self.evaluator.facts.person_rows if person in wanted]
        return listed + sorted(wanted - set(listed))

    def knows(self, person: str) -> bool:
        """Return whether a person stands in the people table."""
        return person in self.evaluator.facts.person_rows

    def name(self, subject: str) -> str:
        """Return what a person is called; of a department, its own name."""
        return self._cell(subject, "name") or subject

    def listed(self, subjects: Sequence[str]) -> Words:
        """Return what some are called, one after the other; of many the first ones, and how many more."""
        return listed([self.name(one) for one in subjects])

    def department(self, person: str) -> str:
        """Return a person's department; blank where none is said."""
        return self._cell(person, "department")

    def heads(self, department: str) -> Sequence[str]:
        """Return who heads a department."""
        raters = self.evaluator.ratings.raters
        return raters.superiors(department, self.period, of_department=True)

    def _cell(self, person: str, column: str) -> str:
        value = self.evaluator.facts.cell("people", column, person, "")
        return value if isinstance(value, str) else ""


def open_desk(  # noqa: PLR0913 - what a user can say about a round
    records: Where,
    policy: str,
    period: str,
    as_of: date,
    *,
    parameters: Path | None = None,
    progress: Progress | None = None,
) -> Desk:
    """Open the records of a period and compute its measures, which say who was at work.

    Args:
        records: A records directory or a store; without chats, nobody was at work.
        policy: A policy file, the name of a shipped policy, or a folder with the versions of one.
        period: The period's label.
        as_of: The last day whose records are complete.
        parameters: A file that overrides parameters for this run.
        progress: Told how far the measures are.

    Raises:
        ProblemsFound: With everything that is wrong with the policy, the period or the records.
    """
    read = load(chosen(policy, period), parameters)
    try:
        span = read.calendar.period(period)
    except ValueError:
        wrong = period_problems.NOT_A_PERIOD.at(
            Place("--period"), period, label=period, form=read.calendar.form
        )
        raise ProblemsFound([wrong]) from None
    opened = open_records(records, timezone=ZoneInfo(read.rules.timezone), required=("people",))
    reach = read.calendar.reach(span)
    measured = compute(
        opened, read.rules, reach.first, reach.last, as_of, cache=records / CACHE, progress=progress
    )
    return Desk(read, span, as_of, opened, measured)
