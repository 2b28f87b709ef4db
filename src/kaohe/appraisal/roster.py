"""Who belongs to which group of the policy, period by period."""

from collections.abc import Callable
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
        condition: Group and period → whether a person belongs.
    """

    facts: Facts
    desk: str
    condition: Callable[[str, Span], Callable[[str], Value]]
    _members: dict[tuple[str, str], frozenset[str]] = field(default_factory=dict)

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
