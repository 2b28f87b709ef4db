"""Quotas as a policy holds them: grades, and how many seats each has."""

from dataclasses import dataclass

from kaohe.policy.expression import Expression, FigureName
from kaohe.policy.told import Told


@dataclass(frozen=True, slots=True)
class QuotaRow:
    """A grade: the share of the best who get it or a better one (None: all others), and what it gives."""

    share: Expression | None
    give: Expression
    told: Told


@dataclass(frozen=True, slots=True)
class Quota:
    """Grades dealt out by rank.

    Attributes:
        better: ``higher`` or ``lower``.
        within: ``department``, a group, or blank: all who have the figure.
        ties: ``up`` or ``down``: whether the tied all get the better grade or the worse; ``then``.
        then: The figures that decide between the tied; those who are tied still all get the better grade.
        rows: The grades, best first.
        half_up: Whether a share of the heads is rounded half up to whole seats, not down.
    """

    better: str
    within: str
    ties: str
    then: tuple[FigureName, ...]
    rows: tuple[QuotaRow, ...]
    half_up: bool
