"""The forms of what the interface takes and gives."""

from datetime import date, datetime
from typing import Any

from ninja import Field, Schema

from kaohe.core.figure import Level, Unit
from kaohe.periods.books.blockers import State
from kaohe.web.models.jobs import JobState


class PeriodOut(Schema):
    """A period of the desk, as its pages show it."""

    period: str
    first: date
    last: date
    state: State
    version: int
    as_of: date
    policy: str
    seal: str
    computed_at: datetime


class BlockerOut(Schema):
    """Something that blocks the closing."""

    name: str
    who: str
    says: str


class PeriodWhole(PeriodOut):
    """A period with what blocks its closing."""

    blockers: list[BlockerOut]


class FigureOut(Schema):
    """A figure: a row of ``figures.csv``. A value is exact, as text; null where there is none."""

    figure: str
    level: Level
    subject: str
    span: str
    value: str | None
    unit: Unit
    final: bool
    final_on: date


class FiguresOut(Schema):
    """A page of figures."""

    total: int
    offset: int
    figures: list[FigureOut]


class JobOut(Schema):
    """A job: how far it is, what came of it."""

    id: int
    kind: str
    state: JobState
    done: int
    total: int
    says: str
    problems: list[dict[str, Any]]
    files: list[str]


class MeasuresIn(Schema):
    """A range of days to measure, both included."""

    first: date
    last: date


class Refusal(Schema):
    """Problem details after RFC 9457."""

    type: str
    title: str
    status: int
    problems: list[dict[str, Any]] = Field(default_factory=list)
