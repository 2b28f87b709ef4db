"""A second, tiny evaluator for computations as figures.json holds them; it knows nothing of the engine."""

import operator
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

COMPARED = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}
Leaf = Callable[[Mapping[str, Any]], Any]


def read(held: Any) -> Any:
    """Return a value from its JSON."""
    if isinstance(held, str):
        return Fraction(held)
    if isinstance(held, dict):
        if "day" in held:
            return date.fromisoformat(held["day"])
        return held["text"] if "text" in held else tuple(held["texts"])
    return held


def evaluated(tree: Mapping[str, Any], leaf: Leaf) -> Any:
    """Return what a computation comes to; ``leaf`` gives the value of what it reads."""
    op, args = tree["op"], tree.get("args", [])
    if not args and op not in ("sum", "mean", "count", "any", "all", "first"):
        return leaf(tree)
    return applied(op, [evaluated(arg, leaf) for arg in args])


def applied(op: str, values: Sequence[Any]) -> Any:
    known = [one for one in values if one is not None]
    match op:
        case "sum":
            return sum(known, Fraction(0))
        case "mean":
            return sum(known, Fraction(0)) / len(known) if known else None
        case "count":
            return Fraction(len(values))
        case "any" | "or":
            return True if any(known) else (None if len(known) < len(values) else False)
        case "all" | "and":
            return False if not all(known) else (None if len(known) < len(values) else True)
        case "first" | "rated" | "trimmed":
            return values[0] if values else None
        case "default":
            return known[0] if known else None
        case "known":
            return bool(known)
        case "if":
            test, then, other = values
            return None if test is None else (then if test else other)
        case "in" | "not":
            return among(*values) if op == "in" else (None if not known else not values[0])
        case "employed_days":
            return employed_days(*values)
    return numeric(op, values) if len(known) == len(values) else None


def among(item: Any, items: Any) -> Any:
    return None if items is None else item in items


def employed_days(hired: date | None, left: date | None, first: date, last: date) -> Fraction:
    return Fraction(max(0, (min(left or last, last) - max(hired or first, first)).days + 1))


def rounded(value: Any, step: Any, direction: str = "half_up") -> Any:
    steps = abs(value) / step
    below, rest = steps // 1, steps % 1
    half = {"half_up": Fraction(1, 2), "half_down": Fraction(1, 2), "half_even": Fraction(1, 2)}
    if direction in half:
        goes = rest > half[direction] or (
            rest == half[direction]
            and (direction == "half_up" or (direction == "half_even" and below % 2 == 1))
        )
    else:
        goes = direction == "up" and rest > 0
    return (below + goes) * step * (1 if value >= 0 else -1)


def numeric(op: str, values: Sequence[Any]) -> Any:
    if op in COMPARED:
        return COMPARED[op](*values)
    if op == "round":
        return rounded(*values)
    if op == "slab":
        return min(values[0], *values[2:], values[0]) - values[1]
    if op == "months_between":
        since, until = values
        return Fraction(max(0, (until.year * 12 + until.month) - (since.year * 12 + since.month)))
    if op == "/":
        return values[0] / values[1] if values[1] else None
    return {
        "+": lambda: values[0] + values[1],
        "-": lambda: values[0] - values[1],
        "*": lambda: values[0] * values[1],
        "neg": lambda: -values[0],
        "abs": lambda: abs(values[0]),
        "min": lambda: min(values),
        "max": lambda: max(values),
    }[op]()
