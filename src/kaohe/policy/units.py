"""Units proved: what a formula is counted in, and where unlike things meet.

A dimension is the power of each base unit: money per head is money, points times
money over points is money, a ratio and a count have none. A bare number fits
whatever it meets; one with % or ‰ is a ratio.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from kaohe.core.figure import Level, Unit
from kaohe.core.measure import MEASURES
from kaohe.core.problem import Kind, Place, Problem
from kaohe.policy import problems
from kaohe.policy.expression import (
    COMPARISONS,
    Apply,
    Entries,
    Expression,
    FactName,
    FigureName,
    Gather,
    GroupName,
    Literal,
    MeasureName,
    Offered,
    ParameterName,
    Previous,
    Row,
)
from kaohe.policy.policy import Policy

BARE = "bare"
"""The dimension of a number without unit or mark: it fits whatever it meets."""
NO_UNIT: tuple[tuple[str, int], ...] = ()
Dimension = tuple[tuple[str, int], ...] | str
"""Powers of base units, or ``bare``, ``text``, ``list``, ``day``, ``flag``, ``unknown``."""
FACT_KINDS: dict[tuple[str, str], Dimension] = {
    ("people", "regular"): "flag",
    ("people", "hired_on"): "day",
    ("people", "left_on"): "day",
    ("people", "base_pay"): (("money", 1),),
    ("targets", "amount"): (("money", 1),),
    ("attendance", "full"): "flag",
    ("attendance", "overtime_hours"): NO_UNIT,
    ("attendance", "overtime_pay"): (("money", 1),),
}
BARE_RATIO_LIMIT = 5
"""A ratio compared with a bare number beyond this is almost surely a forgotten per cent sign."""


def of_unit(unit: Unit | None) -> Dimension:
    """Return the dimension of a unit; a place is a number like any other."""
    if unit in (Unit.MONEY, Unit.POINTS, Unit.SECONDS):
        assert unit is not None
        return ((unit.value, 1),)
    return NO_UNIT


def shown(dimension: Dimension) -> str:
    """Return the dimension as people would say it: ``money``, ``money / points``, ``a number``."""
    if isinstance(dimension, str):
        return {"bare": "a number", "flag": "a condition", "unknown": "?"}.get(dimension, f"a {dimension}")
    if not dimension:
        return "a count or ratio"
    above = [_power(name, power) for name, power in dimension if power > 0]
    below = [_power(name, -power) for name, power in dimension if power < 0]
    return " × ".join(above or ["1"]) + "".join(f" / {one}" for one in below)


def _power(name: str, power: int) -> str:
    return name if power == 1 else f"{name}^{power}"


@dataclass(slots=True)
class UnitReader:
    """Finds the dimension of a formula.

    Attributes:
        policy: Whose names the formula uses.
        place: Where, for the problems.
        found: The problems so far.
    """

    policy: Policy
    place: Place
    found: list[Problem] = field(default_factory=list)

    def dimension(self, expression: Expression) -> Dimension:
        """Return what the expression is counted in."""
        match expression:
            case Literal():
                return self._literal(expression)
            case MeasureName(name):
                return of_unit(MEASURES[name].unit)
            case FigureName(name, level):
                return self._figure(name, level)
            case Previous(figure):
                return self._figure(figure.name, figure.level)
            case ParameterName(name):
                return self._parameter(name)
            case FactName(table, column):
                return FACT_KINDS.get((table, column), "text")
            case GroupName():
                return "flag"
            case Entries() | Row():
                return NO_UNIT
            case Offered():
                return of_unit(Unit.POINTS)
            case Gather():
                return self._gather(expression)
            case Apply():
                return self._apply(expression)

    def condition(self, expression: Expression | None) -> None:
        """Demand that the expression, if there is one, is true or false."""
        if expression is None:
            return
        given = self.dimension(expression)
        if given not in ("flag", "unknown"):
            self._problem(problems.NOT_A_CONDITION, given=shown(given))

    def _problem(self, kind: Kind, **gaps: object) -> None:
        self.found.append(kind.at(self.place, "", **gaps))

    def _literal(self, literal: Literal) -> Dimension:
        if isinstance(literal.value, bool):
            return "flag"
        if isinstance(literal.value, str):
            return "text"
        if isinstance(literal.value, date) or literal.value is None:
            return "unknown"
        return NO_UNIT if literal.ratio else BARE

    def _figure(self, name: str, level: Level) -> Dimension:
        definition = self.policy.definitions.get((name, level))
        return of_unit(definition.unit) if definition else "unknown"

    def _parameter(self, name: str) -> Dimension:
        parameter = self.policy.parameters[name]
        kinds = {"flag": "flag", "text": "text", "month": "text", "texts": "list", "days": "list"}
        return of_unit(parameter.unit) if parameter.type == "number" else kinds[parameter.type]

    def _gather(self, gather: Gather) -> Dimension:
        self.condition(gather.where)
        if gather.body is None:
            return NO_UNIT
        if gather.op in ("any", "all"):
            self.condition(gather.body)
            return "flag"
        return self.dimension(gather.body)

    def _apply(self, apply: Apply) -> Dimension:
        if apply.op in ("and", "or", "not"):
            for arg in apply.args:
                self.condition(arg)
            return "flag"
        if apply.op == "if":
            self.condition(apply.args[0])
            return self._alike("else", apply.args[1:])
        given = [self.dimension(arg) for arg in apply.args]
        if apply.op in ("known", "in"):
            return "flag"
        if apply.op == "months_since":
            return NO_UNIT
        if apply.op in ("neg", "abs"):
            return given[0]
        if apply.op in ("*", "/"):
            return _product(given[0], given[1], 1 if apply.op == "*" else -1)
        if apply.op in COMPARISONS:
            self._alike(apply.op, apply.args)
            self._bare_ratios(apply)
            return "flag"
        return self._alike("," if apply.op in ("min", "max", "default") else apply.op, apply.args)

    def _alike(self, op: str, args: tuple[Expression, ...]) -> Dimension:
        """Demand that all are counted in the same; return what."""
        result: Dimension = BARE
        for arg in args:
            given = self.dimension(arg)
            if given == "unknown" or (given == BARE and result not in ("text", "flag", "list", "day")):
                continue
            if result in (BARE, "unknown"):
                result = given
            elif given != result:
                self._problem(problems.UNITS, left=shown(result), op=op, right=shown(given))
        return result

    def _bare_ratios(self, apply: Apply) -> None:
        for one, other in (apply.args, apply.args[::-1]):
            if isinstance(one, Literal) and not one.ratio and isinstance(one.value, Fraction):
                self.bare_ratio(one.value, other)

    def bare_ratio(self, border: Fraction, other: Expression) -> None:
        """Report a border without % that a ratio would hardly ever reach."""
        if abs(border) > BARE_RATIO_LIMIT and _is_ratio(other, self.policy):
            self._problem(problems.BARE_RATIO, number=border, percent=border * 100)


def _is_ratio(expression: Expression, policy: Policy) -> bool:
    match expression:
        case FigureName(name, level):
            definition = policy.definitions.get((name, level))
            return definition is not None and definition.unit is Unit.RATIO
        case ParameterName(name):
            return policy.parameters[name].unit is Unit.RATIO
        case Previous(figure):
            return _is_ratio(figure, policy)
    return False


def _product(left: Dimension, right: Dimension, sign: int) -> Dimension:
    if (
        "unknown" in (left, right)
        or (isinstance(left, str) and left != BARE)
        or (isinstance(right, str) and right != BARE)
    ):
        return "unknown"
    if left == BARE and right == BARE:
        return BARE
    powers = dict(_powers(left))
    for name, power in _powers(right):
        powers[name] = powers.get(name, 0) + sign * power
    return tuple(sorted((name, power) for name, power in powers.items() if power))


def _powers(dimension: Dimension) -> Iterator[tuple[str, int]]:
    if not isinstance(dimension, str):
        yield from dimension
