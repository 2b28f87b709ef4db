"""A rating round: whom it asks, about whom, and what has come in.

The round of a form in a period is called ``2026-10/assessment``. Scores that were
handed in under the period's label alone count too, if their items are the form's.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property

from kaohe.appraisal.ratings import FormScores
from kaohe.core.problem import Place, Problem
from kaohe.policy.policy import Form
from kaohe.ratings import problems
from kaohe.ratings.desk import Desk
from kaohe.ratings.tendencies import Mark

Cell = tuple[str, str, str]
"""Subject, item, rater."""


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
    def scores(self) -> FormScores:
        """The scores that count, and who is asked about whom: as the appraisal reads them."""
        return self.desk.evaluator.ratings.form(self.form.name, self.desk.period)

    @cached_property
    def subjects(self) -> list[str]:
        """Whom it is about, people in the order of the people table."""
        return list(self.scores.asking)

    @cached_property
    def raters(self) -> Mapping[str, Mapping[str, str]]:
        """Rater → subject → the role in which they score it; raters in the order of the people table."""
        found: dict[str, dict[str, str]] = {}
        for subject, asking in self.scores.asking.items():
            for rater, role in asking.raters.items():
                found.setdefault(rater, {})[subject] = role
        return {rater: found[rater] for rater in self.desk.in_order(found)}

    def lacking(self) -> list[Problem]:
        """Return a warning for each role in which nobody scores a subject, and for raters nobody knows."""
        place, desk = self.form.told.place, self.desk
        lonely: dict[str, list[str]] = {}
        for subject in self.subjects:
            for role in self.scores.unfilled(subject):
                lonely.setdefault(role, []).append(subject)
        found = [
            problems.NO_RATER.at(self.form.raters[role].told.place, role=role, subjects=desk.listed(subjects))
            for role, subjects in lonely.items()
        ]
        found += [
            problems.UNKNOWN_RATER.at(place, rater, rater=rater)
            for rater in self.raters
            if not desk.knows(rater)
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
    def given(self) -> Mapping[Cell, Fraction]:
        """The scores that count by the as-of day."""
        return {
            (subject, item, rater): score
            for subject in self.subjects
            for rater, scores in self.scores.sheet.of(subject).items()
            for item, score in scores.items()
        }

    @cached_property
    def late(self) -> AbstractSet[Cell]:
        """What was scored, for the first or for a later time, after the last day."""
        facts = self.desk.evaluator.facts.marks("scores")
        marks = [*facts.get(self.name, ()), *facts.get(self.desk.period.label, ())]
        return {
            (mark.subject, mark.item, mark.by) for mark in marks if mark.at and mark.at.date() > self.due
        } & set(self.asked)

    def marks(self) -> list[Mark]:
        """Return every score that was asked for and has come in, as a share of its scale."""
        return [
            Mark(rater, (subject, item), self.scores.asked.full_marks(item, self.given[subject, item, rater]))
            for subject, item, rater in self.asked
            if (subject, item, rater) in self.given
        ]


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
        problems.refuse(problems.UNKNOWN_FORM.at(Place("--form"), form, form=form, known=", ".join(forms)))
    return [Round(desk, one) for one in forms.values() if form in ("", one.name)]
