"""What a formula is once it is read: a tree whose names are resolved.

Nothing here holds data. ``kaohe.appraisal`` gives the tree a meaning, the checker
walks it, ``kaohe.policy.wording`` says it in words.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from kaohe.core.figure import Level, Value

RATIO_MARKS = {"%": 100, "‰": 1000}


@dataclass(frozen=True, slots=True)
class Literal:
    """A number, text or truth value as written; ``ratio`` marks a % or ‰."""

    value: Value
    text: str
    ratio: bool = False


@dataclass(frozen=True, slots=True)
class MeasureName:
    """A daily measure, summed over the span of the figure that asks."""

    name: str


@dataclass(frozen=True, slots=True)
class FigureName:
    """Another figure: of the same subject at the same level, or of the department or shop."""

    name: str
    level: Level


@dataclass(frozen=True, slots=True)
class ParameterName:
    """A parameter of the policy."""

    name: str


@dataclass(frozen=True, slots=True)
class FactName:
    """A cell of a table that has one row for the subject (and month)."""

    table: str
    column: str


@dataclass(frozen=True, slots=True)
class GroupName:
    """Whether the person belongs to a group; ``employed`` in the period is built in."""

    name: str


@dataclass(frozen=True, slots=True)
class Entries:
    """The sum of the quantities of the person's entries of an item in the span."""

    item: str


@dataclass(frozen=True, slots=True)
class SpanDays:
    """How many calendar days the span has; ``employed``: on how many of them the person is employed."""

    employed: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A cell of the first or last row of a shop's table dated in the span."""

    which: str
    table: str
    column: str


@dataclass(frozen=True, slots=True)
class Previous:
    """A figure of the period before, as it was closed or handed in."""

    figure: FigureName


@dataclass(frozen=True, slots=True)
class Offered:
    """The points that the places of some figures offer in the period: each day or week, or once."""

    figures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Score:
    """What raters gave the subject in a form: on the whole, or for an item, by all or by one role."""

    form: str
    item: str = ""
    role: str = ""


@dataclass(frozen=True, slots=True)
class RatersMissing:
    """How many of those who are asked about the subject have not filled in a form."""

    form: str


@dataclass(frozen=True, slots=True)
class Reviewed:
    """Which part of full marks the person's drawn conversations reached, on the whole or for an item."""

    sample: str
    item: str = ""


@dataclass(frozen=True, slots=True)
class Reviews:
    """How many of the person's drawn conversations have been reviewed."""

    sample: str


@dataclass(frozen=True, slots=True)
class Operating:
    """An indicator that other systems report of the department and month."""

    indicator: str


@dataclass(frozen=True, slots=True)
class Apply:
    """An operation on values; ``op`` is a key of ``OPERATIONS``."""

    op: str
    args: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Over:
    """What a gathering runs over: a group, the days, weeks or months, the shops, or named other periods.

    ``kind`` is ``group``, ``days``, ``weeks``, ``months``, ``shops`` or ``periods``.
    """

    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Gather:
    """A sum, mean, count, any or all over several subjects or spans."""

    op: str
    body: "Expression | None"
    over: Over
    where: "Expression | None" = None


Expression = (
    Literal
    | MeasureName
    | FigureName
    | ParameterName
    | FactName
    | GroupName
    | Entries
    | SpanDays
    | Row
    | Previous
    | Offered
    | Score
    | RatersMissing
    | Reviewed
    | Reviews
    | Operating
    | Apply
    | Gather
)

ARITHMETIC = ("+", "-", "*", "/", "neg")
COMPARISONS = ("<", "<=", ">", ">=", "==", "!=")
CALLS = {
    "min": (1, 99),
    "max": (1, 99),
    "abs": (1, 1),
    "default": (2, 99),
    "known": (1, 1),
    "months_since": (1, 1),
}
"""Functions of values, with the least and most arguments each takes."""
CUTS = {"days": "day", "weeks": "week", "months": "month"}
"""What a gathering may run over → into what it cuts the span."""
GATHERINGS = ("sum", "mean", "count", "any", "all")
OPERATIONS = (*ARITHMETIC, *COMPARISONS, *CALLS, "and", "or", "not", "if", "in")


def walk(expression: Expression | None) -> Iterator[Expression]:
    """Yield the expression and everything inside it, outermost first."""
    if expression is None:
        return
    yield expression
    if isinstance(expression, Apply):
        for arg in expression.args:
            yield from walk(arg)
    elif isinstance(expression, Gather):
        yield from walk(expression.body)
        yield from walk(expression.where)
    elif isinstance(expression, Previous):
        yield expression.figure
