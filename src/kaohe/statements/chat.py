"""A conversation as a chat: bubbles in the order in which they came, the waiting between them, the margin."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kaohe.core.language import Language, Text
from kaohe.measures.conversation import Conversation, Mark
from kaohe.measures.wording import MARKS, REASONS
from kaohe.policy.titles import spaced
from kaohe.statements.shown import day_said

GAPS = (10, 30, 60, 180, 600)
"""Seconds: a gap is drawn one size larger for each of them that the customer waited longer than."""
MINUTE = 60
TONES: Mapping[Mark, str] = {
    Mark.QUICK: "gain",
    Mark.PLACED_THROUGH: "gain",
    Mark.PAID_AFTER: "gain",
    Mark.UNANSWERED: "loss",
    Mark.OUTSIDE_HOURS: "loss",
    Mark.CAPPED: "loss",
    Mark.AD_PHRASE: "loss",
}
DRAWN = (Mark.ROUND_BEGINS, Mark.ANSWERS)
"""Marks that the drawing itself says: where rounds begin, and how long their answers took."""


@dataclass(frozen=True, slots=True)
class Note:
    """What stands in the margin of a line.

    Attributes:
        said: What was made of it.
        tone: ``gain`` for what earned something, ``loss`` for what lost it or left it out, or blank.
    """

    said: str
    tone: str


@dataclass(frozen=True, slots=True)
class Bubble:
    """One line of a chat.

    Attributes:
        sender: ``customer``, ``agent``, ``robot`` or ``system``.
        day: The day where it is another one than that of the line before; else blank.
        time: When, to the second.
        text: What was written.
        notes: What was made of it.
        waited: How long the customer had waited for it; blank where it answers nothing.
        counted: What that counts as where it is something else; else blank.
        gap: How large the waiting is drawn, from 0 to as many sizes as there are.
        round: The number of the round that begins with it; None: none does.
        takes_over: Whether with it a person takes over from the robot.
    """

    sender: str
    day: str
    time: str
    text: str
    notes: tuple[Note, ...]
    waited: str
    counted: str
    gap: int
    round: int | None
    takes_over: bool


@dataclass(frozen=True, slots=True)
class Told:
    """A conversation, ready to be drawn.

    Attributes:
        bubbles: Its lines.
        left_out: By which filter the whole of it does not count; blank: it counts.
    """

    bubbles: tuple[Bubble, ...]
    left_out: str


def told(found: Conversation, language: Language) -> Told:
    """Return a conversation as it is drawn, in the reader's language."""
    return Told(tuple(_bubbles(found.lines.to_pylist(), language)), _left_out(found, language))


def _left_out(found: Conversation, language: Language) -> str:
    named = found.reception["filter"][0].as_py() if found.reception.num_rows else None
    return REASONS[named].to(language) if named else ""


def _bubbles(lines: list[dict[str, Any]], language: Language) -> Iterator[Bubble]:
    before_day, before_round, robot_spoke = None, 0, False
    for line in lines:
        sender, day = line["sender"], line["sent_at"].date()
        waiting = line["waiting_seconds"]
        takes_over = robot_spoke and sender == "agent"
        robot_spoke = sender == "robot" or (robot_spoke and sender != "agent")
        begins = (line["round"] or 0) > before_round
        before_round = line["round"] or before_round
        yield Bubble(
            sender=sender,
            day="" if day == before_day else day_said(day, language),
            time=f"{line['sent_at']:%H:%M:%S}",
            text=line["text"] or "",
            notes=tuple(_notes(line, language)),
            waited="" if waiting is None else waited(waiting, language),
            counted=_counted(waiting, line["counted_seconds"], language),
            gap=sum((waiting or 0) > most for most in GAPS),
            round=before_round if begins else None,
            takes_over=takes_over,
        )
        before_day = day


def _notes(line: Mapping[str, Any], language: Language) -> Iterator[Note]:
    for mark in (Mark(one) for one in line["marks"]):
        if mark not in DRAWN:
            said = MARKS[mark].to(language)
            if mark in (Mark.PLACED_THROUGH, Mark.PAID_AFTER):
                orders = Text(", ").to(language).join(line["orders"])
                said = Text("{thing} ({note})").filled(thing=said, note=orders).to(language)
            yield Note(said, TONES.get(mark, ""))


def waited(seconds: int, language: Language) -> str:
    """Return a span of waiting: ``42 s``, ``3 min 05 s``."""
    if seconds < MINUTE:
        return spaced(Text("{seconds} s").filled(seconds=seconds).to(language), language)
    minutes, rest = divmod(seconds, MINUTE)
    text = Text("{minutes} min {seconds} s").filled(minutes=f"{minutes:,}", seconds=f"{rest:02}")
    return spaced(text.to(language), language)


def _counted(waiting: int | None, counted: int | None, language: Language) -> str:
    """Return what a waiting counts as where that is not what it was."""
    if waiting is None or counted == waiting:
        return ""
    if counted is None:
        return Text("does not count").to(language)
    return Text("counts as {span}").filled(span=waited(counted, language)).to(language)
