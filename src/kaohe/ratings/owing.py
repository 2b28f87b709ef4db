"""Who still owes what in a rating round, and what to remind them of."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path

from kaohe.core.language import Language, Text, say
from kaohe.ratings.rounds import Round
from kaohe.statements.shown import day_said, span_said

SOON = timedelta(days=1)
"""From this long before the last day on, a reminder is due."""
REMINDER_COLUMNS = ("rater", "name", "round", "asked", "given", "missing", "opens", "due", "state", "message")
RISKY = ("=", "+", "-", "@", "\t", "\r")


class State(StrEnum):
    """How far a rater is."""

    DONE = "done"
    NOT_OUT = "not_out"
    """The form goes out later."""
    OPEN = "open"
    DUE = "due"
    """Today or tomorrow is the last day."""
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class Owed:
    """What one rater has given and owes in a round.

    Attributes:
        round: The round.
        rater: Who.
        asked: How many scores are asked for.
        missing: Subject and item of each that is missing.
        state: How far they are.
        late: How many of the scores given came after the last day.
    """

    round: Round
    rater: str
    asked: int
    missing: tuple[tuple[str, str], ...]
    state: State
    late: int

    @property
    def given(self) -> int:
        """How many scores have come in."""
        return self.asked - len(self.missing)

    @property
    def reminded(self) -> bool:
        """Whether a reminder is due."""
        return self.state in (State.DUE, State.OVERDUE)

    @property
    def days_over(self) -> int:
        """How many days after the last day it is; 0 or less: not after."""
        return (self.round.desk.as_of - self.round.due).days

    def message(self, language: Language) -> str:
        """Return the reminder."""
        form = self.round.form
        text = (
            Text(
                "{form}, {period}: {missing} of {asked} scores are missing; they were due on {due}, {days} "
                "day(s) ago. Please hand in your form."
            )
            if self.state is State.OVERDUE
            else Text(
                "{form}, {period}: {missing} of {asked} scores are missing; please hand in your form by "
                "{due}."
            )
        )
        return text.filled(
            form=say(form.told.title, language) or form.name,
            period=span_said(self.round.desk.period.label, language),
            missing=len(self.missing),
            asked=self.asked,
            due=day_said(self.round.due, language, year=True),
            days=self.days_over,
        ).to(language)


def owed(round_: Round) -> list[Owed]:
    """Return what every rater of a round has given and owes, in the order of the raters."""
    found = []
    for rater, about in round_.raters.items():
        cells = [(subject, item) for subject in about for item in round_.form.items]
        missing = tuple(cell for cell in cells if (*cell, rater) not in round_.given)
        late = sum((*cell, rater) in round_.late for cell in cells)
        found.append(Owed(round_, rater, len(cells), missing, _state(round_, bool(missing)), late))
    return found


def _state(round_: Round, missing: bool) -> State:
    today: date = round_.desk.as_of
    if not missing:
        return State.DONE
    if today < round_.opens:
        return State.NOT_OUT
    if today > round_.due:
        return State.OVERDUE
    return State.DUE if today >= round_.due - SOON else State.OPEN


def write_reminders(rows: Iterable[Owed], file: Path, language: Language) -> int:
    """Write the reminders that are due as a CSV file for a mailing, and return how many there are."""
    due = [one for one in rows if one.reminded]
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", encoding="utf-8-sig", newline="") as opened:
        out = csv.writer(opened)
        out.writerow(REMINDER_COLUMNS)
        for one in due:
            round_ = one.round
            cells = [
                one.rater,
                round_.desk.name(one.rater),
                round_.name,
                one.asked,
                one.given,
                len(one.missing),
            ]
            cells += [round_.opens, round_.due, one.state, one.message(language)]
            out.writerow([_guarded(str(cell)) for cell in cells])
    return len(due)


def _guarded(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(RISKY) else cell
