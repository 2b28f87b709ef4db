"""A sum of a measure, opened: its days, the rows behind, and the conversations behind those."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import cast

import pyarrow as pa

from kaohe.core.figure import MeasureRef, Node
from kaohe.core.language import Text
from kaohe.measures.conversation import Chat
from kaohe.measures.evidence import Evidence
from kaohe.statements.computations import Json, number
from kaohe.statements.evidence import EvidenceSource, Line, Rows, lines, said
from kaohe.statements.shown import counted, day_said
from kaohe.statements.words.voice import Voice

FEW_ROWS = 200
"""Rows of evidence shown before somebody asks for more."""


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a measure: its value, and the day that makes it final if it is not yet."""

    day: date
    value: Fraction
    said: str
    final: bool


@dataclass(frozen=True)
class MeasureExplanation:
    """A sum of a measure: its days, and the rows behind.

    Attributes:
        ref: The sum.
        title: What the measure is called.
        value: The sum, as shown.
        exact: The sum.
        until: Until when it is provisional; blank if final.
        days: Its days in order; days without a row count zero and are left out.
        left_out: Days of the span that the figure leaves out.
    """

    ref: MeasureRef
    title: str
    value: str
    exact: Fraction
    until: str
    days: tuple[Day, ...]
    left_out: tuple[date, ...]
    voice: Voice
    source: EvidenceSource | None

    def evidence(self) -> Evidence | None:
        """Return the rows behind; None where the run has none (measures handed in, another period)."""
        return self.source.rows(self.ref) if self.source else None

    def no_evidence(self) -> str:
        """Say why there are no rows to show."""
        return self.voice.text(
            Text("The measures were handed in, or belong to another period: no rows behind them.")
        )

    def rows(
        self, table: pa.Table, offset: int = 0, limit: int | None = FEW_ROWS, *, brief: bool = False
    ) -> Rows:
        """Return rows of an evidence as people read them; in brief where there is little room."""
        return said(table, self.voice, offset=offset, limit=limit, brief=brief)

    def conversation(self, chat: Chat) -> tuple[Line, ...]:
        """Return the lines of the conversation behind a row; empty where it is not at hand."""
        found = (
            self.source.conversation(chat.shop, chat.person, chat.customer, chat.day) if self.source else None
        )
        return tuple(lines(found, self.voice.language)) if found else ()

    def data(self, depth: int = 1) -> dict[str, Json]:
        """Return it as plain data; with a depth of 1 or more the evidence too."""
        plainly: dict[str, Json] = {
            "measure": self.ref.measure,
            "level": self.ref.level.value,
            "subject": self.ref.subject,
            "span": self.ref.span.label,
            "title": self.title,
            "value": self.value,
            "exact": number(self.exact),
            "until": self.until,
            "days": [
                {
                    "day": one.day.isoformat(),
                    "value": one.said,
                    "exact": number(one.value),
                    "final": one.final,
                }
                for one in self.days
            ],
            "left_out": [day.isoformat() for day in self.left_out],
        }
        if depth < 1:
            return plainly
        found = self.evidence()
        if found is None:
            return {**plainly, "evidence": None, "no_evidence": self.no_evidence()}
        rows = {
            "counted": self.rows(found.counted).data(),
            "not_counted": self.rows(found.not_counted).data(),
        }
        return {**plainly, "evidence": {"total": number(found.total), **cast("dict[str, Json]", rows)}}


def until_final(voice: Voice, final_on: date) -> str:
    """Return until when something is provisional; blank if it is final."""
    if final_on <= voice.appraisal.as_of:
        return ""
    text = Text("provisional, final on {day}")
    return voice.spaced(voice.text(text, day=day_said(final_on, voice.language)))


def measure_explanation(voice: Voice, node: Node, source: EvidenceSource | None) -> MeasureExplanation:
    """Return the explanation of a sum of a measure, which a leaf of a computation names."""
    ref = cast("MeasureRef", node.ref)
    appraisal = voice.appraisal
    days: dict[date, tuple[Fraction, bool]] = {}
    for one in appraisal.days(ref):
        total, final = days.get(one.day, (Fraction(0), True))
        days[one.day] = total + one.value, final and one.final
    return MeasureExplanation(
        ref=ref,
        title=voice.name(node),
        value=voice.spaced(voice.with_unit(node)),
        exact=node.value if isinstance(node.value, Fraction) else Fraction(0),
        until=until_final(voice, appraisal.final_on(ref)),
        days=tuple(
            Day(day, value, counted(value, node.unit, voice.language), final)
            for day, (value, final) in sorted(days.items())
        ),
        left_out=tuple(day for day in ref.without if day in ref.span),
        voice=voice,
        source=source,
    )
