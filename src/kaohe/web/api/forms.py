"""The forms of what the interface takes and gives."""

from datetime import date, datetime, timedelta
from typing import Annotated, Any, Self

from ninja import Field, Schema
from pydantic import StringConstraints, model_validator

from kaohe.core.figure import Level, Unit
from kaohe.core.problem import Severity
from kaohe.periods.books.blockers import State
from kaohe.web.models.jobs import JobState

LONGEST = timedelta(days=400)
Word = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00-\x1f]*$")]
"""Something that is said in a word or a few."""
NO_RANGE = "it ends before it begins"
TOO_LONG = "it is longer than 400 days"


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


class ProblemOut(Schema):
    """Something that is wrong, where, and how to mend it; sentences by language."""

    code: str
    severity: Severity
    file: str = ""
    line: int = 0
    column: str = ""
    found: str | None = None
    message: dict[str, str]
    expected: dict[str, str] | None = None
    cure: dict[str, str] | None = None


class JobOut(Schema):
    """A job: how far it is, what came of it."""

    id: int
    kind: str
    state: JobState
    done: int
    total: int
    says: str
    problems: list[ProblemOut]
    files: list[str]


class FileOut(Schema):
    """A file that was handed in: what it is, and why it is taken for that."""

    name: str
    size: int
    sha256: str
    why: str


class ImportForm(Schema):
    """What is said about the files; whatever is left out is recognised."""

    format: Word = ""
    table: Word = ""
    mapping: Word = ""
    shop: Word = ""
    account: Word = ""
    encoding: Word = ""


class CameIn(Schema):
    """What came of an import, in rows. ``known``: known already; null where a killed worker left it open."""

    table: str
    read: int
    new: int
    replaced: int
    known: int | None
    aside: int
    skipped: int


class ImportOut(Schema):
    """Files that were handed in together and are imported by one job."""

    id: int
    files: list[FileOut]
    format: str
    options: ImportForm
    undone: bool
    came_in: CameIn | None
    job: JobOut


class MeasuresIn(Schema):
    """A range of days to measure, both included."""

    first: date
    last: date

    @model_validator(mode="after")
    def in_order(self) -> Self:
        """Refuse a range that ends before it begins, or is longer than a year and a month."""
        if self.first > self.last:
            raise ValueError(NO_RANGE)
        if self.last - self.first > LONGEST:
            raise ValueError(TOO_LONG)
        return self


class Refusal(Schema):
    """Problem details after RFC 9457."""

    type: str
    title: str
    status: int
    problems: list[ProblemOut] = Field(default_factory=list)
    errors: list[dict[str, Any]] = Field(default_factory=list)
