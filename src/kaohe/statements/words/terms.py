"""The terms of a sum: those that say something, and long sums taken together by span."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from kaohe.core.figure import FigureKey, Node

MOST_TERMS = 8
"""A longer sum is told by span, or by how many values of what it adds up."""
Term = tuple[int, Node]
"""A part of a sum with its sign."""


def terms(node: Node, sign: int = 1) -> Iterator[Term]:
    """Yield what a chain of sums adds up, each with its sign."""
    if node.op in ("+", "sum"):
        for arg in node.args:
            yield from terms(arg, sign)
    elif node.op == "-":
        yield from terms(node.args[0], sign)
        yield from terms(node.args[1], -sign)
    elif node.op == "neg":
        yield from terms(node.args[0], -sign)
    else:
        yield sign, node


def told(node: Node) -> list[Term]:
    """Return the terms of a sum that are worth reading.

    A zero adds nothing, nor does a term without a value that the sum leaves out; where
    the sum itself has no value, all its terms are worth seeing.
    """
    return [term for term in terms(node) if node.value is None or term[1].value not in (None, 0)]


def by_span(parts: Sequence[Term]) -> dict[str, Fraction] | None:
    """Return span → sum of the terms that stand in it; None where they are not figures of several spans."""
    sums: dict[str, Fraction] = {}
    for sign, node in parts:
        if not isinstance(node.ref, FigureKey) or not isinstance(node.value, Fraction | None):
            return None
        sums[node.ref.span] = sums.get(node.ref.span, Fraction(0)) + sign * (node.value or 0)
    return sums if 1 < len(sums) <= MOST_TERMS else None


def is_sum(node: Node) -> bool:
    """Return whether a step adds up or takes off things that have names of their own."""
    return node.op in ("+", "-", "sum") and any(part.ref is not None for _, part in terms(node))
