"""What formulas may name: the words of the language, and the names of one policy seen from one place."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from kaohe.core.figure import Level
from kaohe.core.language import Text
from kaohe.core.period import Calendar
from kaohe.policy.asking import USAGES as ASKING
from kaohe.policy.asking import Askable

DAYS, EMPLOYED_DAYS = "days", "employed_days"
"""The days of the span, and those on which the person is employed."""
CONSTANTS = {"yes": True, "no": False, "true": True, "false": False}
FACTS: Mapping[str, tuple[str, ...]] = {
    "people": ("name", "department", "role", "regular", "hired_on", "left_on", "base_pay", "superior"),
    "targets": ("amount",),
    "attendance": ("full", "overtime_hours", "overtime_pay"),
}
"""Tables with one row a person, or a person and month; their columns may stand in formulas."""
BY_MONTH = ("targets", "attendance")
"""Tables with a row a person and month."""
ROWS: Mapping[str, tuple[str, ...]] = {"dsr": ("attitude", "industry")}
"""Tables of dated rows a shop, for ``first`` and ``last``."""
USAGES: Mapping[str, str] = {
    "min": "min(sales, target)",
    "max": "max(sales - target, 0)",
    "abs": "abs(difference)",
    "default": "default(people.base_pay, 0)",
    "known": "known(targets.amount)",
    "months_since": "months_since(people.hired_on)",
    "previous": "previous(conversion)",
    "entries": "entries(praise)",
    "offered": "offered(order_rate, conversion)",
    "first": "any(first(dsr.attitude) < last(dsr.attitude), over=shops)",
    "last": "any(last(dsr.attitude) < last(dsr.industry), over=shops)",
    "sum": "sum(points, over=weeks)",
    "mean": "mean(completion, over=appraised)",
    "count": "count(over=appraised)",
    "any": "any(points < 0, over=appraised)",
    "all": "all(points < 0, over=appraised)",
    **ASKING,
}
"""How each function is written, by an example."""
SYNONYMS = {"average": "mean", "avg": "mean", "total": "sum", "coalesce": "default", "len": "count"}
"""What other programs call some functions."""
LEVELS = {
    Level.PERSON: Text("A person"),
    Level.DEPARTMENT: Text("The department"),
    Level.SHOP: Text("The shop"),
}
EACH = {
    "day": Text("day"),
    "week": Text("week"),
    "month": Text("month"),
    "quarter": Text("quarter"),
    "half_year": Text("half-year"),
    "year": Text("year"),
    "period": Text("period"),
}
"""The spans as problems call them."""
ANY = "any"
"""The span of a scope in which a figure of whatever span may be named."""


@dataclass(frozen=True, slots=True)
class Names:
    """Every name that a formula of this policy may use.

    Attributes:
        figures: The spans (``day``, ``week``, ``period``) at which each figure stands, by name and level.
        parameters: Their names.
        groups: Their names, ``everyone`` and ``employed`` included.
        references: The names of sets of other periods.
        ledger: The items of the ledger.
        calendar: The policy's periods.
        several: Whether several departments have figures, each of its own.
        forms: The forms, by name.
        samples: The samples, by name.
        operating: The indicators that formulas may read; empty: any.
    """

    figures: Mapping[tuple[str, Level], frozenset[str]]
    parameters: frozenset[str]
    groups: frozenset[str]
    references: frozenset[str]
    ledger: frozenset[str]
    calendar: Calendar = field(default_factory=Calendar)
    several: bool = False
    forms: Mapping[str, Askable] = field(default_factory=dict)
    samples: Mapping[str, Askable] = field(default_factory=dict)
    operating: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Scope:
    """From where a formula looks.

    Attributes:
        names: The policy's names.
        level: Whose figure is being defined.
        each: ``day``, ``week``, ``month``, ``period``, or ``row`` inside a gathering over shops.
        own: The name of the figure being defined: in its own formula it means the measure.
        value: The figure that ``value`` stands for in a rule, or None.
        around: Inside a gathering over days: what is cut into days; else blank.
        earlier: Whether it is inside a gathering over other periods.
    """

    names: Names
    level: Level
    each: str
    own: str = ""
    value: str | None = None
    around: str = ""
    earlier: bool = False
