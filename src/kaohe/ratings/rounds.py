"""A rating round: whom it asks, about whom, and what has come in.

The round of a form in a period is called ``2026-10/assessment``. Scores that were
handed in under the period's label alone count too, if their items are the form's.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import cached_property

from kaohe.core.figure import Level
from kaohe.core.problem import Place, Problem
from kaohe.policy.policy import Form, RaterRole
from kaohe.ratings import problems
from kaohe.ratings.desk import Desk
from kaohe.ratings.tendencies import Mark

Cell = tuple[str, str, str]
"""Subject, item, rater."""


@dataclass(frozen=True, slots=True)
class Given:
    """A score that counts.

    Attributes:
        score: The score, on the item's scale.
        at: When it was given; None: not said.
        note: What was noted beside it.
    """

    score: Fraction
    at: datetime | None
    note: str


@dataclass
class Round:
    """One form in one period.

    Attributes:
        desk: The desk.
        form: The form.
    """

    desk: Desk
    form: Form

    @property
    def name(self) -> str:
        """What the scores call it."""
        return f"{self.desk.period.label}/{self.form.name}"

    @property
    def opens(self) -> date:
        """The day on which the form goes out."""
        return self.desk.period.last + timedelta(days=self.form.opens)

    @property
    def due(self) -> date:
        """The last day on which it may come back."""
        return self.desk.period.last + timedelta(days=self.form.due)

    @cached_property
    def subjects(self) -> list[str]:
        """Whom it is about, people in the order of the people table."""
        if self.form.level is Level.DEPARTMENT:
            return self.desk.departments
        return self.desk.people(self.form.who)

    @cached_property
    def raters(self) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
        """Rater → subject → the roles in which they score it; raters in the order of the people table."""
        found: dict[str, dict[str, tuple[str, ...]]] = {}
        for role in self.form.raters.values():
            for subject in self.subjects:
                for rater in self.of_role(role, subject):
                    about = found.setdefault(rater, {})
                    about[subject] = (*about.get(subject, ()), role.name)
        # Everyone goes through the subjects in the same order.
        return {
            rater: {subject: found[rater][subject] for subject in self.subjects if subject in found[rater]}
            for rater in self.desk.in_order(found)
        }

    def of_role(self, role: RaterRole, subject: str) -> list[str]:
        """Return who scores a subject in a role; nobody scores themselves but by ``self``."""
        desk = self.desk
        match role.kind:
            case "self":
                return [subject]
            case "named":
                raters = list(desk.texts(role.by))
            case "group":
                raters = desk.people(role.by)
            case "superior" if self.form.level is Level.DEPARTMENT:
                raters = desk.heads(subject)
            case "superior":
                raters = desk.superiors(subject)
            case _:
                mine = desk.department(subject)
                raters = [one for one in self.subjects if desk.department(one) == mine]
        return [rater for rater in dict.fromkeys(raters) if rater != subject]

    def lacking(self) -> list[Problem]:
        """Return a warning for each role in which nobody scores a subject, and for raters nobody knows."""
        place = self.form.told.place
        found = [
            problems.NO_RATER.at(
                self.form.raters[role.name].told.place,
                subject,
                role=role.name,
                subject=self.desk.name(subject),
            )
            for role in self.form.raters.values()
            for subject in self.subjects
            if not self.of_role(role, subject)
        ]
        found += [
            problems.UNKNOWN_RATER.at(place, rater, rater=rater)
            for rater in self.raters
            if not self.desk.knows(rater)
        ]
        if not self.subjects:
            found.append(problems.NO_SUBJECT.at(place, form=self.form.name, who=self.form.who))
        return found

    @cached_property
    def asked(self) -> list[Cell]:
        """Every score that is asked for."""
        return [
            (subject, item, rater)
            for rater, about in self.raters.items()
            for subject in about
            for item in self.form.items
        ]

    @cached_property
    def given(self) -> Mapping[Cell, Given]:
        """The scores that have come in by the as-of day; of several, the last one given counts."""
        found: dict[Cell, list[Given]] = defaultdict(list)
        names = {self.name, self.desk.period.label}
        for row in self.desk.records.table("scores").to_pylist():
            at = row["scored_at"]
            if row["round"] not in names or row["item"] not in self.form.items:
                continue
            if at is not None and at.date() > self.desk.as_of:
                continue
            cell = (row["subject"], row["item"], row["rater"])
            found[cell].append(Given(Fraction(row["score"]), at, row["note"] or ""))
        return {cell: max(several, key=_when) for cell, several in found.items()}

    def marks(self) -> list[Mark]:
        """Return every score that was asked for and has come in, as a share of its scale."""
        return [
            Mark(rater, (subject, item), self.share(item, self.given[subject, item, rater].score))
            for subject, item, rater in self.asked
            if (subject, item, rater) in self.given
        ]

    def share(self, item: str, score: Fraction) -> Fraction:
        """Return a score as a share of its item's scale."""
        scale = self.form.items[item]
        return (score - scale.low) / (scale.high - scale.low)


def _when(given: Given) -> tuple[bool, datetime | None]:
    """Return by what scores are put in order: one without a time comes before all others."""
    return given.at is not None, given.at


def round_of(desk: Desk, form: str) -> Round:
    """Return the round of a form.

    Raises:
        ProblemsFound: The policy has no such form.
    """
    return rounds(desk, form)[0]


def rounds(desk: Desk, form: str = "") -> list[Round]:
    """Return the rounds of a period: of one form, or of all that the policy has.

    Raises:
        ProblemsFound: The policy has no such form, or none at all.
    """
    forms = desk.policy.forms
    if not forms:
        problems.refuse(problems.NO_FORMS.at(Place(desk.policy.file)))
    if form and form not in forms:
        problems.refuse(
            problems.UNKNOWN_FORM.at(Place(desk.policy.file), form, form=form, known=", ".join(forms))
        )
    return [Round(desk, one) for one in forms.values() if form in ("", one.name)]
