"""Finding what a person asks about: a figure by its name, the chats behind it."""

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kaohe.appraisal.appraise import Appraisal
from kaohe.core.figure import FigureKey, Level
from kaohe.core.language import Text
from kaohe.core.problem import Place, Problem, ProblemsFound
from kaohe.measures.conversation import Chat
from kaohe.periods import problems
from kaohe.periods.runs import Appraised
from kaohe.policy.context import nearest
from kaohe.policy.vocabulary import LEVELS

LISTED = 8
"""So many names are listed, the nearest first; the rest is counted."""


def find_figures(appraisal: Appraisal, figure: str, person: str, span: str) -> list[FigureKey]:
    """Return the figures that a name, a person and a span mean, in the order of their spans.

    Args:
        appraisal: Where to look.
        figure: The figure's name.
        person: A person's id or name, or of several departments one; blank: the department's,
            else the shop's figure.
        span: A span's label; blank: all that the figure has.

    Raises:
        ProblemsFound: There is no such figure or person.
    """
    levels: tuple[Level, ...] = (Level.PERSON,)
    if person in ("", *appraisal.departments):
        subject, levels = person or appraisal.desk, (Level.DEPARTMENT, Level.SHOP)
    else:
        subject = _person(appraisal, person)
    question = _Question(appraisal, figure, subject, levels, span)
    for level in levels:
        keys = question.answers(level)
        if keys:
            return keys
    raise ProblemsFound([question.why_none()])


@dataclass(frozen=True, slots=True)
class _Question:
    """What was asked, the person being found already."""

    appraisal: Appraisal
    figure: str
    subject: str
    levels: Sequence[Level]
    span: str

    def answers(self, level: Level) -> list[FigureKey]:
        """Return the figures of a level that are meant."""
        return [one for one in self._any_span() if one.level is level and self.span in ("", one.span)]

    def why_none(self) -> Problem:
        """Return what keeps the question from having an answer."""
        any_span = self._any_span()
        if any_span:
            known = ", ".join(dict.fromkeys(one.span for one in any_span))
            return problems.NOT_OF_SPAN.at(Place(), self.span, **self._gaps(known))
        definitions = self.appraisal.policy.definitions
        elsewhere = [one for (name, _), one in definitions.items() if name == self.figure]
        if not elsewhere:
            return self._unknown()
        one = elsewhere[0]
        if one.level is not Level.PERSON:
            return problems.OF_NOBODY.at(Place(), self.figure, figure=self.figure, level=LEVELS[one.level])
        members = _called(self.appraisal, self.appraisal.people(one.who))
        if Level.PERSON not in self.levels:
            return problems.OF_PEOPLE.at(Place(), self.figure, **self._gaps(members))
        return problems.NOT_OF_GROUP.at(
            Place(), self.figure, **self._gaps(members), group=one.who, period=self.appraisal.period.label
        )

    def _any_span(self) -> list[FigureKey]:
        return [
            key
            for key in self.appraisal.figures
            if key.figure == self.figure and key.subject == self.subject and key.level in self.levels
        ]

    def _unknown(self) -> Problem:
        names = dict.fromkeys(name for name, _ in self.appraisal.policy.definitions)
        own = dict.fromkeys(
            key.figure
            for key in self.appraisal.figures
            if key.subject == self.subject and key.level in self.levels
        )
        known = _listed(self.figure, own or names)
        problem = problems.NO_FIGURE.at(Place(), self.figure, **self._gaps(known))
        return nearest(problem, self.figure, names)

    def _gaps(self, known: Text | str) -> dict[str, object]:
        return {
            "figure": self.figure,
            "person": self.appraisal.name(self.subject),
            "span": self.span or self.appraisal.period.label,
            "known": known,
        }


def _person(appraisal: Appraisal, person: str) -> str:
    """Return the id of whom an id or a name means; a name must be one person's."""
    measured = (key.subject for key in appraisal.figures if key.level is Level.PERSON)
    people = dict.fromkeys((*appraisal.evaluator.facts.person_rows, *measured))
    if person in people:
        return person
    named = [one for one in people if appraisal.name(one) == person]
    if len(named) == 1:
        return named[0]
    known = _called(appraisal, named) if named else _like(appraisal, people, person)
    kind = problems.SEVERAL_PEOPLE if named else problems.NO_PERSON
    problem = kind.at(Place(), person, person=person, known=known)
    raise ProblemsFound([nearest(problem, person, [*people, *map(appraisal.name, people)])])


def _called(appraisal: Appraisal, people: Iterable[str]) -> str:
    return ", ".join(f"{one} ({appraisal.name(one)})" for one in people)


def _like(appraisal: Appraisal, people: Iterable[str], person: str) -> Text | str:
    """Return people, those whose id or name is like the one that was meant first."""

    def likeness(one: str) -> float:
        called = (one, appraisal.name(one))
        return max(difflib.SequenceMatcher(None, person, name).ratio() for name in called)

    ordered = sorted(people, key=likeness, reverse=True)
    return _counted(_called(appraisal, ordered[:LISTED]), len(ordered) - LISTED)


def _listed(name: str, known: Iterable[str]) -> Text | str:
    """Return the known names, those like the one that was meant first; of many, how many more there are."""
    names = list(known)
    near = difflib.get_close_matches(name, names, n=LISTED, cutoff=0.0)
    return _counted(", ".join(near), len(names) - len(near))


def _counted(known: str, more: int) -> Text | str:
    return problems.MORE.filled(known=known, count=more) if more > 0 else known


def conversations(appraised: Appraised, keys: Sequence[FigureKey], customer: str) -> list[Chat]:
    """Return the chats of a customer with the figures' people in the figures' spans, in order.

    Raises:
        ProblemsFound: There is none, or the measures were handed in.
    """
    if appraised.measured is None:
        raise ProblemsFound([problems.CHATS_UNKNOWN.at(Place())])
    people = {key.subject for key in keys if key.level is Level.PERSON}
    spans = [appraised.appraisal.spans[key.span] for key in keys]
    behind = [
        row
        for row in appraised.measured.receptions.to_pylist()
        if (not people or row["person"] in people) and any(row["day"] in span for span in spans)
    ]
    chats = [
        Chat(row["shop"], row["person"], row["customer"], row["day"])
        for row in behind
        if row["customer"] == customer
    ]
    if not chats:
        customers = sorted({row["customer"] for row in behind})
        problem = problems.NO_CHAT.at(Place(), customer, customer=customer, count=f"{len(customers):,}")
        raise ProblemsFound([nearest(problem, customer, customers)])
    return chats
