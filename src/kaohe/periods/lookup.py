"""Finding what a person asks about: a figure by its name, the chats behind it."""

from collections.abc import Iterator, Sequence

from kaohe.appraisal.appraise import Appraisal
from kaohe.core.figure import FigureKey, Level
from kaohe.core.problem import Place, ProblemsFound
from kaohe.periods import problems
from kaohe.periods.runs import Appraised
from kaohe.statements.evidence import Chat


def find_figures(appraisal: Appraisal, figure: str, person: str, span: str) -> list[FigureKey]:
    """Return the figures that a name, a person and a span mean, in the order of their spans.

    Args:
        appraisal: Where to look.
        figure: The figure's name.
        person: A person's id or name; blank: the department's, else the shop's figure.
        span: A span's label; blank: all that the figure has.

    Raises:
        ProblemsFound: There is no such figure or person.
    """
    subject, levels = _subject(appraisal, person)
    for level in levels:
        keys = [
            key
            for key in appraisal.figures
            if key.figure == figure
            and key.level is level
            and key.subject == subject
            and span in ("", key.span)
        ]
        if keys:
            return keys
    known = dict.fromkeys(
        f"{key.figure} ({key.span})"
        for key in appraisal.figures
        if key.subject == subject and key.level in levels
    )
    problem = problems.NO_FIGURE.at(
        Place(),
        figure,
        figure=figure,
        person=person or subject,
        span=span or appraisal.period.label,
        known=", ".join(known),
    )
    raise ProblemsFound([problem])


def _subject(appraisal: Appraisal, person: str) -> tuple[str, tuple[Level, ...]]:
    if not person:
        return appraisal.desk, (Level.DEPARTMENT, Level.SHOP)
    people = dict.fromkeys(key.subject for key in appraisal.figures if key.level is Level.PERSON)
    if person in people:
        return person, (Level.PERSON,)
    named = [one for one in people if appraisal.name(one) == person]
    if len(named) == 1:
        return named[0], (Level.PERSON,)
    known = ", ".join(f"{one} ({appraisal.name(one)})" for one in named or people)
    raise ProblemsFound([problems.NO_PERSON.at(Place(), person, person=person, known=known)])


def conversations(appraised: Appraised, keys: Sequence[FigureKey], customer: str) -> Iterator[Chat]:
    """Yield the chats of a customer with the figures' people in the figures' spans, in order."""
    if appraised.measured is None:
        return
    people = {key.subject for key in keys}
    spans = [appraised.appraisal.spans[key.span] for key in keys]
    for row in appraised.measured.receptions.to_pylist():
        if (
            row["customer"] == customer
            and row["person"] in people
            and any(row["day"] in span for span in spans)
        ):
            yield Chat(row["shop"], row["person"], row["customer"], row["day"])
