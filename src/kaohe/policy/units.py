"""Units proved: what a formula is counted in, and where unlike things meet.

A dimension is the power of each base unit: money per head is money, points times
money over points is money, a ratio and a count have none. A bare number fits
whatever it meets; one with % or ‰ is a ratio.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import reduce

from kaohe.core.figure import Unit
from kaohe.core.language import Text
from kaohe.core.measure import MEASURES
from kaohe.core.number import plain
from kaohe.core.problem import Kind, Place, Problem
from kaohe.policy import problems
from kaohe.policy.expression import (
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
    Operating,
    ParameterName,
    Previous,
    RatersMissing,
    Reviewed,
    Reviews,
    Row,
    Score,
    SpanDays,
)
from kaohe.policy.policy import Policy

Dimension = tuple[tuple[str, int], ...] | str
"""Powers of base units, or ``bare``, ``text``, ``texts``, ``day``, ``days``, ``flag``, ``unknown``."""
BARE = "bare"
"""The dimension of a number without unit or mark: it fits whatever it meets."""
UNKNOWN = "unknown"
"""The dimension of what the policy does not say, or what could not be read (and was reported): it fits."""
NO_UNIT: tuple[tuple[str, int], ...] = ()
MONEY: Dimension = (("money", 1),)
FACT_KINDS: Mapping[tuple[str, str], Dimension] = {
    ("people", "regular"): "flag",
    ("people", "hired_on"): "day",
    ("people", "left_on"): "day",
    ("people", "base_pay"): MONEY,
    ("targets", "amount"): MONEY,
    ("attendance", "full"): "flag",
    ("attendance", "overtime_hours"): NO_UNIT,
    ("attendance", "overtime_pay"): MONEY,
}
"""What a column holds that is no text."""
PARAMETER_KINDS: Mapping[str, Dimension] = {
    "flag": "flag",
    "text": "text",
    "month": "text",
    "texts": "texts",
    "days": "days",
}
ORDERED = ("<", "<=", ">", ">=")
BARE_RATIO_LIMIT = 5
"""A ratio beside a bare number beyond this is almost surely a forgotten per cent sign."""


def of_unit(unit: Unit | None) -> Dimension:
    """Return the dimension of a unit; a place is a number like any other."""
    if unit in (Unit.MONEY, Unit.POINTS, Unit.SECONDS):
        assert unit is not None
        return ((unit.value, 1),)
    return NO_UNIT


SHOWN = {
    BARE: Text("a number"),
    "flag": Text("a condition"),
    "text": Text("a text"),
    "texts": Text("a list of texts"),
    "day": Text("a day"),
    "days": Text("a list of days"),
    UNKNOWN: Text("nothing that can be read"),
}
UNITS = {
    Unit.RATIO: Text("a ratio"),
    Unit.MONEY: Text("money"),
    Unit.POINTS: Text("points"),
    Unit.SECONDS: Text("seconds"),
    Unit.COUNT: Text("a count"),
    Unit.PLACE: Text("a place"),
}
"""The units as problems call them."""


def shown(dimension: Dimension) -> Text:
    """Return the dimension as people would say it: ``money``, ``money / points``, ``a number``."""
    if isinstance(dimension, str):
        return SHOWN[dimension]
    if not dimension:
        return Text("a count or ratio")
    above = [_power(name, power) for name, power in dimension if power > 0]
    below = [_power(name, -power) for name, power in dimension if power < 0]
    product = reduce(
        lambda one, other: Text("{one} × {other}").filled(one=one, other=other), above or [Text("1")]
    )
    return reduce(lambda one, other: Text("{one} / {other}").filled(one=one, other=other), below, product)


def _power(name: str, power: int) -> Text:
    unit = UNITS[Unit(name)]
    return unit if power == 1 else Text("{unit}^{power}").filled(unit=unit, power=power)


def is_number(dimension: Dimension) -> bool:
    """Return whether one can calculate with it; what is unknown is given the benefit of the doubt."""
    return not isinstance(dimension, str) or dimension in (BARE, UNKNOWN)


@dataclass(slots=True)
class UnitReader:
    """Finds the dimension of formulas.

    Attributes:
        policy: Whose names the formulas use.
        place: Where, for the problems.
        found: The problems so far.
    """

    policy: Policy
    place: Place
    found: list[Problem] = field(default_factory=list)

    def at(self, place: Place) -> "UnitReader":
        """Return the same reader for a formula that stands elsewhere."""
        self.place = place
        return self

    # Demands

    def condition(self, expression: Expression | None) -> None:
        """Demand that the expression, if there is one, is true or false."""
        if expression is None:
            return
        given = self.dimension(expression)
        if given not in ("flag", UNKNOWN):
            self._problem(problems.NOT_A_CONDITION, given=shown(given))

    def number(self, expression: Expression | None) -> Dimension:
        """Demand that the expression, if there is one, is a number; return what it is counted in."""
        if expression is None:
            return UNKNOWN
        return self._numbers([self.dimension(expression)])[0]

    def share(self, expression: Expression | None) -> None:
        """Demand that the expression, if there is one, is a part of a whole."""
        self.number(expression)
        if isinstance(expression, Literal):
            self._bare_ratio(expression)

    def text(self, expression: Expression) -> None:
        """Demand that the expression is a text."""
        given = self.dimension(expression)
        if given not in ("text", UNKNOWN):
            self._problem(problems.NOT_A_TEXT, given=shown(given))

    def given_as(self, expression: Expression | None, unit: Unit, name: str) -> None:
        """Demand that what a figure is given, if anything, is counted in its unit."""
        if expression is None:
            return
        given = self.dimension(expression)
        if given not in (of_unit(unit), BARE, UNKNOWN):
            self._problem(problems.UNIT_OF_FIGURE, name=name, declared=UNITS[unit], given=shown(given))
        elif unit is Unit.RATIO and isinstance(expression, Literal):
            self._bare_ratio(expression)

    def rate(self, of: Expression, rate: Expression, unit: Unit, name: str) -> None:
        """Demand that a rate makes of what it is applied to what a figure is counted in."""
        base, given = self.number(of), self.dimension(rate)
        if given == BARE and base in (NO_UNIT, BARE):
            return  # so many of the figure's unit for each one counted
        self.given_as(Apply("*", (of, rate)), unit, name)

    def alike(self, op: str, one: Expression, other: Expression) -> None:
        """Demand that two numbers are counted in the same."""
        self._alike(op, self._numbers([self.dimension(one), self.dimension(other)]))

    def bare_border(self, border: Fraction, written: str, of: Expression) -> None:
        """Report a border of bands without % that a ratio would hardly ever reach."""
        if _is_ratio(of, self.policy):
            self._bare_ratio(Literal(border, written, ratio=not written[-1:].isdigit()))

    def _problem(self, kind: Kind, **gaps: object) -> None:
        self.found.append(kind.at(self.place, "", **gaps))

    def _bare_ratio(self, literal: Literal) -> None:
        value = literal.value
        if isinstance(value, Fraction) and not literal.ratio and abs(value) > BARE_RATIO_LIMIT:
            self._problem(problems.BARE_RATIO, number=plain(value), percent=plain(value * 100))

    def _numbers(self, dimensions: Sequence[Dimension]) -> list[Dimension]:
        """Demand numbers; what is none counts as unknown from here on, so that it is said once."""
        for dimension in dimensions:
            if not is_number(dimension):
                self._problem(problems.NOT_A_NUMBER, given=shown(dimension))
        return [dimension if is_number(dimension) else UNKNOWN for dimension in dimensions]

    def _alike(self, op: str, dimensions: Sequence[Dimension]) -> Dimension:
        """Demand that all are counted in the same; return what."""
        result: Dimension = UNKNOWN
        for given in dimensions:
            if result == UNKNOWN or (result == BARE and isinstance(given, tuple)):
                result = given
            elif given not in (result, UNKNOWN) and not (given == BARE and isinstance(result, tuple)):
                self._problem(problems.UNITS, left=shown(result), op=op, right=shown(given))
        return result

    # Dimensions

    def dimension(self, expression: Expression) -> Dimension:
        """Return what the expression is counted in."""
        match expression:
            case Apply():
                return self._apply(expression)
            case Gather():
                return self._gather(expression)
            case Literal():
                return _literal(expression)
            case FigureName(name, level) | Previous(FigureName(name, level)):
                definition = self.policy.definitions.get((name, level))
                return of_unit(definition.unit) if definition else UNKNOWN
            case ParameterName(name):
                parameter = self.policy.parameters[name]
                return PARAMETER_KINDS.get(parameter.type) or of_unit(parameter.unit)
            case _:
                return _outside(expression)

    def _gather(self, gather: Gather) -> Dimension:
        self.condition(gather.where)
        if gather.body is None:
            return NO_UNIT
        if gather.op in ("any", "all"):
            self.condition(gather.body)
            return "flag"
        return self.number(gather.body)

    def _apply(self, apply: Apply) -> Dimension:
        if apply.op in ("and", "or", "not"):
            for arg in apply.args:
                self.condition(arg)
            return "flag"
        if apply.op == "if":
            self.condition(apply.args[0])
            return self._alike("else", [self.dimension(arg) for arg in apply.args[1:]])
        given = [self.dimension(arg) for arg in apply.args]
        match apply.op:
            case "known":
                return "flag"
            case "in":
                return self._among(*given)
            case "months_since":
                if given[0] not in ("day", UNKNOWN):
                    self._problem(problems.UNITS, left=Text("a day"), op="≠", right=shown(given[0]))
                return NO_UNIT
            case "default":
                return self._alike(",", given)
            case "neg" | "abs":
                return self._numbers(given)[0]
            case "*" | "/":
                left, right = self._numbers(given)
                return _product(left, right, 1 if apply.op == "*" else -1)
            case "+" | "-" | "min" | "max":
                return self._alike("," if apply.op in ("min", "max") else apply.op, self._numbers(given))
        return self._comparison(apply, given)

    def _comparison(self, apply: Apply, given: list[Dimension]) -> Dimension:
        if apply.op in ORDERED and "day" not in given:
            given = self._numbers(given)
        self._alike(apply.op, given)
        for one, other in (apply.args, apply.args[::-1]):
            if isinstance(one, Literal) and _is_ratio(other, self.policy):
                self._bare_ratio(one)
        return "flag"

    def _among(self, item: Dimension, items: Dimension) -> Dimension:
        if UNKNOWN not in (item, items) and (item, items) != ("text", "texts"):
            self._problem(problems.UNITS, left=shown(item), op="in", right=shown(items))
        return "flag"


def _literal(literal: Literal) -> Dimension:
    if isinstance(literal.value, bool):
        return "flag"
    if isinstance(literal.value, str):
        return "text"
    if isinstance(literal.value, Fraction):
        return NO_UNIT if literal.ratio else BARE
    return UNKNOWN


Outside = (
    MeasureName
    | FactName
    | GroupName
    | Entries
    | SpanDays
    | Row
    | Offered
    | Score
    | RatersMissing
    | Reviewed
    | Reviews
    | Operating
)


def _outside(expression: Outside) -> Dimension:
    """Return what is counted in a thing that the policy does not define."""
    match expression:
        case MeasureName(name):
            return of_unit(MEASURES[name].unit)
        case FactName(table, column):
            return FACT_KINDS.get((table, column), "text")
        case GroupName():
            return "flag"
        case Score() | Operating():
            # A score counts on the form's own scale, an indicator in whatever is reported.
            return UNKNOWN
        case Entries() | Row() | SpanDays() | RatersMissing() | Reviewed() | Reviews():
            return NO_UNIT
        case Offered():
            return of_unit(Unit.POINTS)


def _is_ratio(expression: Expression, policy: Policy) -> bool:
    match expression:
        case FigureName(name, level) | Previous(FigureName(name, level)):
            definition = policy.definitions.get((name, level))
            return definition is not None and definition.unit is Unit.RATIO
        case ParameterName(name):
            return policy.parameters[name].unit is Unit.RATIO
        case Reviewed():
            return True
    return False


def _product(left: Dimension, right: Dimension, sign: int) -> Dimension:
    if UNKNOWN in (left, right):
        return UNKNOWN
    if left == BARE and right == BARE:
        return BARE
    powers = dict(_powers(left))
    for name, power in _powers(right):
        powers[name] = powers.get(name, 0) + sign * power
    return tuple(sorted((name, power) for name, power in powers.items() if power))


def _powers(dimension: Dimension) -> Iterator[tuple[str, int]]:
    if not isinstance(dimension, str):
        yield from dimension
