"""Who is asked to fill in a form about whom."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from kaohe.appraisal.formulas import Formulas
from kaohe.core.figure import Level
from kaohe.core.period import Span
from kaohe.policy.policy import EMPLOYED, SUPERIOR_ROLES, Form, RaterRole


@dataclass(frozen=True, slots=True)
class Asking:
    """Those who are asked about one subject.

    Attributes:
        raters: Rater → role, in the order of the roles; who has two is asked in the first.
        unfilled: The roles that nobody has, such as the superior of somebody without one.
    """

    raters: Mapping[str, str]
    unfilled: tuple[str, ...]


@dataclass
class Raters:
    """Knows whom a form is about in a period, and who fills it in.

    Attributes:
        formulas: The policy over the facts.
    """

    formulas: Formulas
    _asked: dict[tuple[str, str], Mapping[str, Asking]] = field(default_factory=dict)

    def asked(self, form: Form, period: Span) -> Mapping[str, Asking]:
        """Return subject → those asked, subjects in the order in which they are shown."""
        key = (form.name, period.label)
        if key not in self._asked:
            subjects = self._subjects(form, period)
            peers = self._by_department(subjects) if form.level is Level.PERSON else {}
            self._asked[key] = {one: self._asking(form, one, period, peers) for one in subjects}
        return self._asked[key]

    def _subjects(self, form: Form, period: Span) -> Sequence[str]:
        if form.level is Level.DEPARTMENT:
            return self.formulas.departments(period)
        return self.formulas.people(form.who, period)

    def _by_department(self, people: Sequence[str]) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = {}
        for person in people:
            found.setdefault(self._department(person), []).append(person)
        return found

    def _department(self, person: str) -> str:
        name = self.formulas.facts.cell("people", "department", person, "")
        return name if isinstance(name, str) else ""

    def _asking(self, form: Form, subject: str, period: Span, peers: Mapping[str, list[str]]) -> Asking:
        raters: dict[str, str] = {}
        unfilled = []
        for role in form.raters.values():
            found = list(self._in_role(form, role, subject, period, peers))
            # Peers of somebody who is alone are not missing: there are none.
            if not found and role.kind != "peers":
                unfilled.append(role.name)
            for rater in found:
                raters.setdefault(rater, role.name)
        return Asking(raters, tuple(unfilled))

    def _in_role(
        self, form: Form, role: RaterRole, subject: str, period: Span, peers: Mapping[str, list[str]]
    ) -> Iterator[str]:
        """Yield who has a role towards a subject; nobody but ``self`` rates themselves."""
        if role.kind == "self":
            yield subject
            return
        match role.kind:
            case "named":
                named = self.formulas.parameter(role.by)
                found: Sequence[str] = named if isinstance(named, tuple) else ()
            case "group":
                found = self.formulas.people(role.by, period)
            case "peers":
                found = peers.get(self._department(subject), [])
            case _:
                found = self.superiors(subject, period, of_department=form.level is Level.DEPARTMENT)
        yield from (one for one in found if form.level is Level.DEPARTMENT or one != subject)

    # Superiors

    def superiors(self, subject: str, period: Span, *, of_department: bool) -> Sequence[str]:
        """Return the direct superiors of a person, or the heads of a department.

        The people table says whose superior somebody is; where it does not, the policy's
        parameter ``superior_roles`` names the roles of the department that are.
        """
        if of_department:
            return self._leading(period).get(subject, ()) or self._heads.get(subject, ())
        named = self.formulas.facts.cell("people", "superior", subject, "")
        if isinstance(named, str) and named:
            return (named,)
        return self._leading(period).get(self._department(subject), ())

    def _leading(self, period: Span) -> Mapping[str, list[str]]:
        """Department → its people in one of the policy's superior roles, employed in the period."""
        if SUPERIOR_ROLES not in self.formulas.policy.parameters:
            return {}
        roles = self.formulas.parameter(SUPERIOR_ROLES)
        employed = self.formulas.members(EMPLOYED, period)
        return self._by_department(
            [
                person
                for person, row in self.formulas.facts.person_rows.items()
                if isinstance(roles, tuple) and row.get("role") in roles and person in employed
            ]
        )

    @cached_property
    def _heads(self) -> Mapping[str, list[str]]:
        """Department → those who are superiors in it and have none in it themselves."""
        rows = self.formulas.facts.person_rows
        leads = {(str(row.get("superior")), row.get("department")) for row in rows.values()}
        heads = []
        for person, row in rows.items():
            above = row.get("superior")
            is_inside = above in rows and rows[str(above)].get("department") == row.get("department")
            if (person, row.get("department")) in leads and not is_inside:
                heads.append(person)
        return self._by_department(heads)
