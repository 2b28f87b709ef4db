"""The conversations that the page carries with their lines: those behind lost points and reviews."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from kaohe.appraisal.appraise import Appraisal
from kaohe.core.figure import FigureKey, Level, MeasureRef, Unit
from kaohe.measures.conversation import Chat, Conversation
from kaohe.measures.receptions import FILTERS
from kaohe.statements.evidence import EvidenceSource, lines
from kaohe.statements.explain import leaves
from kaohe.statements.report.rows import Numbers, Side
from kaohe.statements.report.said import LANGUAGES, Telling

CHATS_EACH = 5
LONGEST = 60
"""Lines of a conversation that are carried."""
SENDERS = ("customer", "agent", "robot", "system")
Placed = tuple[Side, Numbers]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A measure whose conversations are worth reading.

    Attributes:
        ref: The measure.
        better: Whether more of it was ``higher`` or ``lower``, or blank for a list to review.
    """

    ref: MeasureRef
    better: str


def wanted(appraisal: Appraisal) -> Iterator[Wanted]:
    """Yield the measures behind open reviews, then those behind lost points, the dearest first."""
    for review in appraisal.reviews:
        if not review.confirmed:
            yield from (Wanted(ref, "") for ref in review.lists)
    lost = [
        figure
        for figure in appraisal.figures.values()
        if figure.unit is Unit.POINTS and figure.key.level is Level.PERSON and (figure.value or 0) < 0
    ]
    for figure in sorted(lost, key=lambda one: one.value or 0):
        key = figure.key
        definition = appraisal.policy.definitions[key.figure, key.level]
        about = FigureKey(definition.of, key.level, key.subject, key.span)
        if definition.of and about in appraisal.figures:
            better = appraisal.policy.definitions[definition.of, key.level].better
            # What is counted stands first; what it is divided by comes after it.
            refs = [leaf.ref for leaf in leaves(appraisal.reason(about)) if isinstance(leaf.ref, MeasureRef)]
            yield from (Wanted(ref, better) for ref in refs[:1] if ref.level is Level.PERSON)


def chat_rows(one: Wanted, sides: tuple[Placed, Placed]) -> Placed:
    """Return the rows whose conversations tell most about a measure.

    Where more would have been better, those that are missing from it, those that a filter
    took out left aside; else the ones that add most to it.
    """
    (counted, at), (not_counted, beside) = sides
    if one.better == "higher":
        reasons = not_counted.reasons
        missing = beside if reasons is None else beside[~np.isin(reasons[beside], list(FILTERS))]
        if len(missing):
            return not_counted, missing[:CHATS_EACH]
    sign = 1 if one.better == "higher" else -1
    if counted.adds is None:
        return counted, at[:CHATS_EACH]
    return counted, at[np.argsort(sign * counted.adds[at], kind="stable")][:CHATS_EACH]


def lines_of(chats: Sequence[Chat], source: EvidenceSource, telling: Telling) -> list[dict[str, object]]:
    """Return the conversations with their lines as the page's data; nothing of one that is not at hand."""
    return [
        _conversation(chat, found, telling) if found else {}
        for chat, found in zip(chats, source.conversations(chats), strict=True)
    ]


def _conversation(chat: Chat, found: Conversation, telling: Telling) -> dict[str, object]:
    said = [list(lines(found, language)) for language in LANGUAGES]
    carried = []
    for alike in list(zip(*said, strict=True))[:LONGEST]:
        line = alike[0]
        margin = [telling.texts.put(mark) for mark in zip(*(one.margin for one in alike), strict=True)]
        sender = SENDERS.index(line.sender)
        carried.append(
            [line.sent_at[11:], sender, line.text, line.waiting_seconds, margin, list(line.orders)]
        )
    return {
        "who": telling.appraisal.name(chat.person),
        "customer": chat.customer,
        "day": telling.texts.put(telling.day(chat.day)),
        "lines": carried,
        "more": max(len(said[0]) - LONGEST, 0),
    }
