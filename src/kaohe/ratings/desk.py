"""A desk in a period, as rating rounds and samples look at it: who is there, who heads whom."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

from kaohe.appraisal.evaluator import Evaluator
from kaohe.appraisal.facts import Facts
from kaohe.core.period import Span
from kaohe.core.problem import Place, ProblemsFound
from kaohe.measures.compute import Measured, compute
from kaohe.periods import problems as period_problems
from kaohe.periods.runs import CACHE, TABLES
from kaohe.policy.loader import load
from kaohe.policy.policy import Policy
from kaohe.records.opening import open_records
from kaohe.records.source import Records

SUPERIOR_ROLES = "superior_roles"
"""The parameter that names the roles of those who head their department."""
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
    def departments(self) -> list[str]:
        """The departments that the policy is about."""
        return [one for one in self.evaluator.departments(self.period) if one]

    @cached_property
    def weeks(self) -> tuple[Span, ...]:
        """The period's weeks."""
        return self.policy.calendar.weeks(self.period)

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

    def department(self, person: str) -> str:
        """Return a person's department; blank where none is said."""
        return self._cell(person, "department")

    def texts(self, parameter: str) -> tuple[str, ...]:
        """Return the texts of a parameter; none where the policy has no such parameter or value."""
        if parameter not in self.policy.parameters:
            return ()
        value = self.evaluator.parameter(parameter)
        return value if isinstance(value, tuple) else ()

    def superiors(self, person: str) -> list[str]:
        """Return who is a person's direct superior: as the people table says, else the department's head.

        Source of the rule: the column ``superior``; without it, those of the person's own
        department whose role is among the policy's ``superior_roles``.
        """
        named = self._cell(person, "superior")
        if named:
            return [named]
        return [head for head in self.heads(self.department(person)) if head != person]

    def heads(self, department: str) -> list[str]:
        """Return who heads a department: those of it whose role is among the ``superior_roles``."""
        roles = self.texts(SUPERIOR_ROLES)
        employed = self.evaluator.members("employed", self.period)
        return [
            person
            for person in self.evaluator.facts.person_rows
            if person in employed
            and self.department(person) == department
            and self._cell(person, "role") in roles
        ]

    def _cell(self, person: str, column: str) -> str:
        value = self.evaluator.facts.cell("people", column, person, "")
        return value if isinstance(value, str) else ""


def open_desk(  # noqa: PLR0913 - what a user can say about a round
    records: Path,
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
        policy: A policy file, or the name of a shipped policy.
        period: The period's label.
        as_of: The last day whose records are complete.
        parameters: A file that overrides parameters for this run.
        progress: Told how far the measures are.

    Raises:
        ProblemsFound: With everything that is wrong with the policy, the period or the records.
    """
    read = load(policy, parameters)
    try:
        span = read.calendar.month(period)
    except ValueError:
        raise ProblemsFound([period_problems.NOT_A_PERIOD.at(Place(), period, label=period)]) from None
    opened = open_records(records, timezone=ZoneInfo(read.rules.timezone), required=("people",))
    measured = compute(
        opened, read.rules, span.first, span.last, as_of, cache=records / CACHE, progress=progress
    )
    return Desk(read, span, as_of, opened, measured)
