"""What the operations of the policy language do, exactly.

``None`` is "no value": it passes through arithmetic, a division by zero makes it, and
a comparison with it is neither true nor false, so that no rule fires on it.
"""

import operator
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from fractions import Fraction
from math import lcm
from typing import Any

from kaohe.core.figure import Value

Number = Fraction | None


def _numbers(args: Sequence[Value]) -> list[Fraction] | None:
    """Return the arguments as numbers, or None where one has no value."""
    numbers = []
    for arg in args:
        if arg is None:
            return None
        numbers.append(arg if isinstance(arg, Fraction) else Fraction(int(bool(arg))))
    return numbers


# Whole numbers do the work: an appraisal takes some millions of these steps, and Fraction's
# own operators cost two to three times as much, since they take any kind of number.


def _add(left: Fraction, right: Fraction) -> Fraction:
    (a, b), (c, d) = left.as_integer_ratio(), right.as_integer_ratio()
    return Fraction(a + c, b) if b == d else Fraction(a * d + c * b, b * d)


def _subtract(left: Fraction, right: Fraction) -> Fraction:
    (a, b), (c, d) = left.as_integer_ratio(), right.as_integer_ratio()
    return Fraction(a - c, b) if b == d else Fraction(a * d - c * b, b * d)


def _multiply(left: Fraction, right: Fraction) -> Fraction:
    (a, b), (c, d) = left.as_integer_ratio(), right.as_integer_ratio()
    return Fraction(a * c, b * d)


def _divide(args: Sequence[Value]) -> Number:
    numbers = _numbers(args)
    if numbers is None:
        return None
    (a, b), (c, d) = numbers[0].as_integer_ratio(), numbers[1].as_integer_ratio()
    return Fraction(a * d, b * c) if c else None


def total(numbers: Iterable[Fraction]) -> Fraction:
    """Return the sum of numbers; of none, zero."""
    above, below = 0, 1
    for number in numbers:
        a, b = number.as_integer_ratio()
        if b == below:
            above += a
        else:
            common = lcm(below, b)
            above, below = above * (common // below) + a * (common // b), common
    return Fraction(above, below)


def _arithmetic(function: Callable[..., Fraction]) -> Callable[[Sequence[Value]], Value]:
    def apply(args: Sequence[Value]) -> Value:
        numbers = _numbers(args)
        return None if numbers is None else function(*numbers)

    return apply


def _comparison(function: Callable[[Any, Any], Any]) -> Callable[[Sequence[Value]], Value]:
    def apply(args: Sequence[Value]) -> Value:
        left, right = args
        if left is None or right is None:
            return None
        if isinstance(left, Fraction) and isinstance(right, Fraction):
            (a, b), (c, d) = left.as_integer_ratio(), right.as_integer_ratio()
            return bool(function(a * d, c * b))
        return bool(function(left, right))

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
    "+": _arithmetic(_add),
    "-": _arithmetic(_subtract),
    "*": _arithmetic(_multiply),
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
    return total(value for value in values if isinstance(value, Fraction))


def _mean(values: Sequence[Value]) -> Value:
    known = [value for value in values if isinstance(value, Fraction)]
    return total(known) / len(known) if known else None


def together(values: Sequence[Value]) -> Value:
    """Return the cells of several months as one: amounts added up, conditions true in all of them.

    Where one month has no value, neither have all of them together.
    """
    if any(isinstance(value, bool) for value in values):
        return truth_of_all(values)
    numbers = _numbers(values)
    return None if numbers is None else total(numbers)


GATHER: dict[str, Callable[[Sequence[Value]], Value]] = {
    "sum": _sum,
    "mean": _mean,
    "count": lambda values: Fraction(len(values)),
    "any": truth_of_any,
    "all": truth_of_all,
}
"""Gathering → its function; a sum or mean leaves out what has no value."""
