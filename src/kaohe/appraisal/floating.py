"""Formulas over replicates: the same trees as ``formulas``, read over sums drawn anew.

What no conversation plays a part in (parameters, targets, the shop's own figures) is
taken at its exact value and stays the same in every replicate. NaN stands for "no value".
A formula is read for many people at a time: people down, replicates across.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from kaohe.appraisal.arithmetic import APPLY
from kaohe.appraisal.evaluator import Evaluator
from kaohe.appraisal.formulas import Lens
from kaohe.appraisal.resampling import Floats, Replicates
from kaohe.appraisal.views import View
from kaohe.core.figure import Level, Value
from kaohe.core.measure import MEASURES, Scope
from kaohe.core.number import Direction
from kaohe.policy.expression import Apply, Expression, FigureName, Gather, MeasureName, walk
from kaohe.policy.policy import Definition, Policy

Drawn = Floats | list[Value]
"""Values in each replicate, or one value a person that stays as it is."""
Statistic = Callable[[Replicates], Drawn]
"""A formula as a function of the replicates of some people's sums."""


def measures_of(policy: Policy, definition: Definition) -> tuple[str, ...] | None:
    """Return the measures of persons that a person's figure is made of; None where it cannot be drawn anew.

    It can if it is a formula over such measures, of what stays as it is, and of figures
    that are such formulas too. Points, places, shares and sums over weeks are none.
    """
    found: dict[str, None] = {}

    def readable(one: Definition) -> bool:
        if one.level is not Level.PERSON:
            return True
        if one.kind != "formula" or one.each != definition.each:
            return False
        for part in walk(one.body):
            if isinstance(part, Gather) and any(map(_of_person, walk(part.body))):
                return False
            if isinstance(part, FigureName) and not readable(policy.definitions[part.name, part.level]):
                return False
            if isinstance(part, MeasureName) and MEASURES[part.name].scope is not Scope.SHOP:
                found[part.name] = None
        return True

    return tuple(found) if definition.level is Level.PERSON and readable(definition) and found else None


def _of_person(part: Expression) -> bool:
    return isinstance(part, MeasureName) or (isinstance(part, FigureName) and part.level is Level.PERSON)


@dataclass(frozen=True)
class Floating:
    """Reads formulas of one appraisal over replicates.

    Attributes:
        evaluator: Knows what stays as it is.
    """

    evaluator: Evaluator

    def figure(self, definition: Definition, lens: Lens) -> Statistic:
        """Return a figure's value in each replicate, rounded where the policy says so."""
        assert definition.body is not None
        content = self.formula(definition.body, lens)
        step = definition.round
        if step is None:
            return content
        to = float(step)
        return lambda drawn: _rounded(floats(content(drawn)), to, definition.direction)

    def formula(self, expression: Expression, lens: Lens) -> Statistic:
        """Return a formula as a function of the replicates."""
        match expression:
            case MeasureName(name) if MEASURES[name].scope is not Scope.SHOP:
                view = View(lens.span.first, lens.span.last, lens.without)
                return lambda drawn: drawn.of(name, view)
            case FigureName(name, Level.PERSON):
                inner = self.evaluator.policy.definitions[name, Level.PERSON]
                return self.figure(inner, self.evaluator.lens(inner, lens.span, lens.period))
            case Apply(op, args) if any(map(_of_person, walk(expression))):
                parts = [self.formula(arg, lens) for arg in args]
                return lambda drawn: _applied(op, [part(drawn) for part in parts])
        exact = self.evaluator.function(expression, lens)
        return lambda drawn: [exact(one) if one in drawn.asked else None for one in drawn.people]


def floats(value: Drawn) -> Floats:
    """Return values as floats, people down; what is no number is NaN."""
    if isinstance(value, np.ndarray):
        return value
    numbers = [float(one) if isinstance(one, Fraction | bool) else np.nan for one in value]
    return np.array(numbers).reshape(-1, 1)


def _applied(op: str, args: Sequence[Drawn]) -> Drawn:
    """Return the result of an operation, exact as long as nothing drawn anew takes part."""
    exact = [arg for arg in args if not isinstance(arg, np.ndarray)]
    if len(exact) == len(args):
        return [APPLY[op](row) for row in zip(*exact, strict=True)]
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        return OPERATIONS[op]([floats(arg) for arg in args])


def _rounded(value: Floats, step: float, direction: Direction) -> Floats:
    """Round replicates; which way exact halves go makes no difference to a statistic."""
    size = np.abs(value) / step
    whole = {Direction.UP: np.ceil, Direction.DOWN: np.floor}.get(direction, np.rint)(size)
    return np.sign(value) * whole * step


def _divide(args: Sequence[Floats]) -> Floats:
    left, right = args
    return np.where(right == 0, np.nan, left / np.where(right == 0, 1, right))


def _comparison(compare: Callable[[Floats, Floats], np.ndarray]) -> Callable[[Sequence[Floats]], Floats]:
    def apply(args: Sequence[Floats]) -> Floats:
        left, right = args
        return np.where(np.isnan(left) | np.isnan(right), np.nan, compare(left, right))

    return apply


def _all(args: Sequence[Floats]) -> Floats:
    unknown = np.any(np.broadcast_arrays(*map(np.isnan, args)), axis=0)
    no = np.any(np.broadcast_arrays(*(arg == 0 for arg in args)), axis=0)
    return np.where(no, 0.0, np.where(unknown, np.nan, 1.0))


def _first_known(args: Sequence[Floats]) -> Floats:
    found = args[-1]
    for arg in reversed(args[:-1]):
        found = np.where(np.isnan(arg), found, arg)
    return found


def _negated(arg: Floats) -> Floats:
    return np.where(np.isnan(arg), np.nan, arg == 0)


def _if(args: Sequence[Floats]) -> Floats:
    test, then, otherwise = args
    return np.where(np.isnan(test), np.nan, np.where(test != 0, then, otherwise))


def _reduced(function: Callable[[Floats, Floats], Floats]) -> Callable[[Sequence[Floats]], Floats]:
    def apply(args: Sequence[Floats]) -> Floats:
        total = args[0]
        for arg in args[1:]:
            total = function(total, arg)
        return total

    return apply


def _slab(args: Sequence[Floats]) -> Floats:
    return _reduced(np.minimum)([args[0], *args[2:]]) - args[1]


OPERATIONS: dict[str, Callable[[Sequence[Floats]], Floats]] = {
    "+": _reduced(np.add),
    "-": _reduced(np.subtract),
    "*": _reduced(np.multiply),
    "/": _divide,
    "neg": lambda args: -args[0],
    "abs": lambda args: np.abs(args[0]),
    "min": _reduced(np.minimum),
    "max": _reduced(np.maximum),
    "<": _comparison(np.less),
    "<=": _comparison(np.less_equal),
    ">": _comparison(np.greater),
    ">=": _comparison(np.greater_equal),
    "==": _comparison(np.equal),
    "!=": _comparison(np.not_equal),
    "and": _all,
    "or": lambda args: _negated(_all([_negated(arg) for arg in args])),
    "not": lambda args: _negated(args[0]),
    "if": _if,
    "default": _first_known,
    "known": lambda args: np.where(np.isnan(args[0]), 0.0, 1.0),
    "slab": _slab,
}
"""Operation → its function over replicates; what takes texts or days is never drawn anew."""
