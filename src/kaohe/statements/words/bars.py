"""The bars that a figure is held against in its policy, so that rounding never shows it on one."""

from collections.abc import Iterator
from fractions import Fraction

from kaohe.appraisal.appraise import Appraisal
from kaohe.core.figure import FigureKey, Level, Node
from kaohe.policy.expression import FigureName
from kaohe.policy.policy import Band
from kaohe.statements.remembering import once


def bars(appraisal: Appraisal, key: FigureKey) -> tuple[Fraction, ...]:
    """Return the numbers that rules compare a figure with: the shop's value, borders, band borders."""
    return once(appraisal, ("bars", key), lambda: tuple(_bars(appraisal, key)))


def _bars(appraisal: Appraisal, key: FigureKey) -> Iterator[Fraction]:
    shop = appraisal.figures.get(FigureKey(key.figure, Level.SHOP, appraisal.desk, key.span))
    if shop is not None and shop.value is not None and key.level is Level.PERSON:
        yield shop.value
    points = FigureKey(f"{key.figure}.points", key.level, key.subject, key.span)
    if points in appraisal.figures:
        for outcome in appraisal.reason(points).outcomes:
            yield from _compared(outcome.node, key)
    name = FigureName(key.figure, key.level)
    for definition in appraisal.policy.definitions.values():
        for rule in definition.rules:
            if rule.of == name:
                yield from _borders(rule.bands)


def _compared(node: Node, key: FigureKey) -> Iterator[Fraction]:
    """Yield what a condition compares the figure with, wherever in it that stands."""
    for index, arg in enumerate(node.args):
        if arg.ref == key and len(node.args) == 2:
            other = node.args[1 - index].value
            if isinstance(other, Fraction):
                yield other
        yield from _compared(arg, key)


def _borders(bands: tuple[Band, ...]) -> Iterator[Fraction]:
    for band in bands:
        yield from (border for border in (band.low, band.high) if border is not None)
