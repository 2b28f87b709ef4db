"""What the operations of the policy language do, exactly.

``None`` is "no value": it passes through arithmetic, a division by zero makes it, and
a comparison with it is neither true nor false, so that no rule fires on it.
"""

import operator
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from kaohe.core.figure import Value

Number = Fraction | None


def _numbers(args: Sequence[Value]) -> list[Fraction] | None:
    """Return the arguments as numbers, or None where one has no value."""
    if any(arg is None for arg in args):
        return None
    return [arg if isinstance(arg, Fraction) else Fraction(int(bool(arg))) for arg in args]


def _divide(args: Sequence[Value]) -> Number:
    numbers = _numbers(args)
    return None if numbers is None or numbers[1] == 0 else numbers[0] / numbers[1]


def _arithmetic(function: Callable[..., Fraction]) -> Callable[[Sequence[Value]], Value]:
    def apply(args: Sequence[Value]) -> Value:
        numbers = _numbers(args)
        return None if numbers is None else function(*numbers)

    return apply


def _comparison(function: Callable[[Any, Any], Any]) -> Callable[[Sequence[Value]], Value]:
    def apply(args: Sequence[Value]) -> Value:
        left, right = args
        return None if left is None or right is None else bool(function(left, right))

    return apply


def truth_of_all(values: Iterable[Value]) -> bool | None:
    """Return whether all are true: false as soon as one is, unknown where one is unknown."""
    unknown = False
    for value in values:
        if value is None:
            unknown = True
        elif not value:
            return False
    return None if unknown else True


def truth_of_any(values: Iterable[Value]) -> bool | None:
    """Return whether any is true: true as soon as one is, unknown where one is unknown."""
    unknown = False
    for value in values:
        if value is None:
            unknown = True
        elif value:
            return True
    return None if unknown else False


def _not(args: Sequence[Value]) -> Value:
    return None if args[0] is None else not args[0]


def _if(args: Sequence[Value]) -> Value:
    test, then, otherwise = args
    return None if test is None else then if test else otherwise


def _contains(args: Sequence[Value]) -> Value:
    item, items = args
    return None if item is None or not isinstance(items, tuple) else item in items


def _first_known(args: Sequence[Value]) -> Value:
    return next((arg for arg in args if arg is not None), None)


def months_between(since: Value, until: date) -> Number:
    """Return the whole months from the month of a day to the month of another; not below zero."""
    if not isinstance(since, date):
        return None
    return Fraction(max((until.year - since.year) * 12 + until.month - since.month, 0))


def _slab(args: Sequence[Value]) -> Value:
    """Return the part of a value from a border up, at most to the next border."""
    numbers = _numbers(args)
    return None if numbers is None else min([numbers[0], *numbers[2:]]) - numbers[1]


def days_employed(hired: Value, left: Value, first: date, last: date) -> int:
    """Return the days from the first to the last on which one is employed; a blank day is open."""
    begin = max(hired, first) if isinstance(hired, date) else first
    end = min(left, last) if isinstance(left, date) else last
    return max((end - begin).days + 1, 0)


APPLY: dict[str, Callable[[Sequence[Value]], Value]] = {
    "+": _arithmetic(operator.add),
    "-": _arithmetic(operator.sub),
    "*": _arithmetic(operator.mul),
    "/": _divide,
    "neg": _arithmetic(operator.neg),
    "abs": _arithmetic(abs),
    "min": _arithmetic(min),
    "max": _arithmetic(max),
    "<": _comparison(operator.lt),
    "<=": _comparison(operator.le),
    ">": _comparison(operator.gt),
    ">=": _comparison(operator.ge),
    "==": _comparison(operator.eq),
    "!=": _comparison(operator.ne),
    "and": truth_of_all,
    "or": truth_of_any,
    "not": _not,
    "if": _if,
    "in": _contains,
    "default": _first_known,
    "known": lambda args: args[0] is not None,
    "slab": _slab,
    "rated": lambda args: args[0],
    "trimmed": lambda args: args[0],
}
"""Operation → its function of the arguments' values.

``rated`` gives what one rater gave a name, ``trimmed`` shows beside a mean what it leaves out:
both are what their first argument is.
"""


def _sum(values: Sequence[Value]) -> Value:
    return sum((value for value in values if isinstance(value, Fraction)), Fraction(0))


def _mean(values: Sequence[Value]) -> Value:
    known = [value for value in values if isinstance(value, Fraction)]
    return sum(known, Fraction(0)) / len(known) if known else None


def together(values: Sequence[Value]) -> Value:
    """Return the cells of several months as one: amounts added up, conditions true in all of them.

    Where one month has no value, neither have all of them together.
    """
    if any(isinstance(value, bool) for value in values):
        return truth_of_all(values)
    numbers = _numbers(values)
    return None if numbers is None else sum(numbers, Fraction(0))


GATHER: dict[str, Callable[[Sequence[Value]], Value]] = {
    "sum": _sum,
    "mean": _mean,
    "count": lambda values: Fraction(len(values)),
    "any": truth_of_any,
    "all": truth_of_all,
}
"""Gathering → its function; a sum or mean leaves out what has no value."""
