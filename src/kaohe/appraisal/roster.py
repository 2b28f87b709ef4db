"""Who belongs to which group of the policy, period by period."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from kaohe.appraisal.facts import Facts
from kaohe.core.figure import Value
from kaohe.core.period import Span
from kaohe.policy.policy import EMPLOYED, EVERYONE


@dataclass
class Roster:
    """The groups of a policy, filled.

    Attributes:
        facts: What is known.
        desk: The group that makes the department; everyone employed in it belongs to ``everyone``.
        named: Of several departments those that are meant, in their order; None: all.
        condition: Group and period → whether a person belongs.
    """

    facts: Facts
    desk: str
    condition: Callable[[str, Span], Callable[[str], Value]]
    named: tuple[str, ...] | None = None
    _members: dict[tuple[str, str], frozenset[str]] = field(default_factory=dict)
    _departments: dict[tuple[str, str], Mapping[str, tuple[str, ...]]] = field(default_factory=dict)

    def people(self, group: str, period: Span) -> list[str]:
        """Return the members of a group, in the order of the people table, others behind by name."""
        members = self.members(group, period)
        listed = [person for person in self.facts.person_rows if person in members]
        return listed + sorted(members - set(listed))

    def members(self, group: str, period: Span) -> frozenset[str]:
        """Return the members of a group.

        ``everyone`` is who had any measure in the period, and who is employed at the
        desk in it; ``(unassigned)`` never is. Other groups are asked of all people
        known, at work in the period or not.
        """
        key = (group, period.label)
        if key not in self._members:
            self._members[key] = frozenset(self._found(group, period))
        return self._members[key]

    # Several departments

    def department(self, person: str) -> str:
        """Return the department of a person by the people table; blank for none, or for one not meant."""
        name = self.facts.cell("people", "department", person, "")
        if not isinstance(name, str) or (self.named is not None and name not in self.named):
            return ""
        return name

    def departments(self, period: Span) -> tuple[str, ...]:
        """Return the departments that are meant; else those that have a member in the period."""
        return self.named if self.named is not None else tuple(self.by_department(self.desk, period))

    def by_department(self, group: str, period: Span) -> Mapping[str, tuple[str, ...]]:
        """Return department → the members of a group who belong to it, in the order of the people table."""
        key = (group, period.label)
        if key not in self._departments:
            found: dict[str, list[str]] = {}
            for person in self.people(group, period):
                if department := self.department(person):
                    found.setdefault(department, []).append(person)
            self._departments[key] = {name: tuple(people) for name, people in found.items()}
        return self._departments[key]

    def _found(self, group: str, period: Span) -> set[str]:
        active = set(self.facts.active(period))
        if group == EMPLOYED:
            return {person for person in self.facts.person_rows if self.facts.employed_days(person, period)}
        if group == EVERYONE:
            at_desk = (
                self.members(self.desk, period)
                if self.desk != EVERYONE
                else frozenset(self.facts.person_rows)
            )
            return active | (at_desk & self.members(EMPLOYED, period))
        belongs = self.condition(group, period)
        return {person for person in {*self.facts.person_rows, *active} if belongs(person) is True}
