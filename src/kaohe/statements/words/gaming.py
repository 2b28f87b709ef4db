"""Signals of gaming in words: what was seen, how often elsewhere, what it moves, in which conversations."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from kaohe.appraisal.appraise import Appraisal
from kaohe.core.figure import Unit
from kaohe.core.language import Language, Text
from kaohe.core.measure import MEASURES
from kaohe.measures.gaming import AT_STAKE, Ruse, Signal
from kaohe.measures.wording import REASONS
from kaohe.statements.shown import day_said, shown
from kaohe.statements.words.voice import Voice

WORTH_A_LOOK = Text("Worth a look")
HEADING = Text("Worth a look: a signal never counts by itself")
NOTHING = Text("No signal: nobody does what moves figures far more often than the others.")
HOW_TO_OPEN = Text("“kaohe signals” with --customer and a name of these opens the conversation.")
WHAT: Mapping[Ruse, Text] = {
    Ruse.FILTERED: Text("consultations taken out by the ad or one-line filter"),
    Ruse.FILTERED_BUYER: Text(
        "filtered consultations whose customer then ordered through somebody else or nobody"
    ),
    Ruse.CHOPPED: Text("receptions answered in chopped-off short lines"),
    Ruse.GREETED: Text("receptions greeted at once and answered late"),
    Ruse.PASSED_ON: Text("consultations that a colleague took over without an answer before"),
    Ruse.CLAIMED: Text("orders placed minutes after the first line, by customers whom another had served"),
}
DETAIL: Mapping[Ruse, Text] = {
    Ruse.FILTERED: Text("Filter"),
    Ruse.FILTERED_BUYER: Text("Order"),
    Ruse.PASSED_ON: Text("Taken over by"),
    Ruse.CLAIMED: Text("Order"),
}
NUMBER: Mapping[Ruse, Text] = {
    Ruse.FILTERED: Text("Agent lines"),
    Ruse.FILTERED_BUYER: Text("Agent lines"),
    Ruse.CHOPPED: Text("Lines chopped off"),
    Ruse.GREETED: Text("Answer after, s"),
    Ruse.PASSED_ON: Text("Customer lines"),
    Ruse.CLAIMED: Text("First line before the order, s"),
}
HOW_TO_LIST = Text("“kaohe signals” lists the conversations behind a signal, and opens them.")
NUMBERS: Mapping[int, Text] = {
    3: Text("1,000"),
    4: Text("10,000"),
    5: Text("100,000"),
    6: Text("a million"),
    7: Text("10 million"),
    8: Text("100 million"),
    9: Text("a billion"),
}
"""Powers of ten in words, by their zeros."""
MOST_ZEROS = max(NUMBERS)


@dataclass(frozen=True, slots=True)
class Told:
    """A signal as people read it.

    Attributes:
        said: The sentence.
        columns: The titles of the rows' columns.
        rows: The first conversations behind it, as shown.
        more: How many there are beside these.
    """

    said: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    more: int


def signal_told(appraisal: Appraisal, signal: Signal, language: Language, *, limit: int) -> Told:
    """Return a signal in a reader's language, with at most so many of its conversations."""
    voice = Voice(appraisal, language)
    titles = [Text("Day"), Text("Customer"), NUMBER[signal.ruse]]
    if signal.ruse in DETAIL:
        titles.append(DETAIL[signal.ruse])
    rows = signal.rows.slice(0, limit).to_pylist()
    return Told(
        sentence(voice, signal),
        tuple(voice.text(one) for one in titles),
        tuple(_cells(voice, signal.ruse, row) for row in rows),
        signal.rows.num_rows - len(rows),
    )


def sentence(voice: Voice, signal: Signal) -> str:
    """Return what was seen at whom, how often at the others, how likely by chance, and what it moves."""
    text = Text(
        "{who}: {what}: {hits} of {of} ({share}). The others: {others_hits} of {others_of} ({others_share}); "
        "{expected} would be usual. By chance: {chance}. It moves: {stake}."
    )
    stake = [voice.words(MEASURES[name].title) for name in AT_STAKE[signal.ruse]]
    said = voice.text(
        text,
        who=voice.appraisal.name(signal.person),
        what=voice.text(WHAT[signal.ruse]),
        hits=_count(signal.hits),
        of=_count(signal.of),
        share=shown(signal.share, Unit.RATIO, voice.language, places=1),
        others_hits=_count(signal.others_hits),
        others_of=_count(signal.others_of),
        others_share=shown(signal.others_share, Unit.RATIO, voice.language, places=1),
        expected=shown(signal.expected, None, voice.language, places=1),
        chance=_chance(voice, signal.chance),
        stake=voice.clauses(stake),
    )
    return voice.spaced(said)


def _count(number: int) -> str:
    return f"{number:,}"


def _chance(voice: Voice, chance: float) -> str:
    """Return a small probability in words: less than one in a thousand."""
    zeros = MOST_ZEROS if chance <= 0 else min(math.floor(-math.log10(chance)), MOST_ZEROS)
    number = voice.text(NUMBERS[zeros]) if zeros in NUMBERS else f"{10**zeros:,}"
    return voice.text(Text("less than 1 in {number}"), number=number)


def _cells(voice: Voice, ruse: Ruse, row: Mapping[str, Any]) -> tuple[str, ...]:
    number = "" if row["number"] is None else shown(Fraction(row["number"]), None, voice.language)
    cells = (day_said(row["day"], voice.language), row["customer"], number)
    return (*cells, _detail(voice, ruse, row["detail"])) if ruse in DETAIL else cells


def _detail(voice: Voice, ruse: Ruse, held: str | None) -> str:
    if held is None:
        return ""
    if ruse is Ruse.FILTERED:
        return voice.text(REASONS[held])
    return voice.appraisal.name(held) if ruse is Ruse.PASSED_ON else held
