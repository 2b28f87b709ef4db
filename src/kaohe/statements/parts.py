"""Sums taken apart: what a figure is the sum of, step by step, each with its name.

A payslip, a ladder of points and a waterfall of a pool are one and the same thing:
the additions of a reason, down to the first figure or step that is not an addition.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from kaohe.appraisal.appraise import Appraisal
from kaohe.core.figure import Figure, FigureKey, Level, Node, Outcome, Unit
from kaohe.core.language import Language, Words, say
from kaohe.policy.expression import Apply, Expression, Gather
from kaohe.policy.titles import title
from kaohe.policy.wording import words
from kaohe.statements.layout import departments, metrics

FEWEST = 3
"""A waterfall of fewer parts tells no more than the figures themselves."""


@dataclass(frozen=True, slots=True)
class Part:
    """What one step adds to a sum.

    Attributes:
        node: The step; a leaf names the figure, measure or fact.
        value: What it adds, with its sign.
        expression: Its formula in the policy; None where a rule made it.
        outcome: The rule that made it; None for other parts.
    """

    node: Node
    value: Fraction
    expression: Expression | None = None
    outcome: Outcome | None = None

    @property
    def told(self) -> Words:
        """What the author calls the rule that made it; empty for other parts."""
        return self.outcome.title if self.outcome else {}

    @property
    def key(self) -> FigureKey | None:
        """The figure that it is, or None where it is computed on the spot."""
        return self.node.ref if isinstance(self.node.ref, FigureKey) else None


def parts(appraisal: Appraisal, key: FigureKey) -> tuple[Part, ...]:
    """Return what a figure is the sum of; empty where it has no value.

    A figure that only rounds or bounds another one is taken apart as that one, so the
    parts add up to what stood before the rounding or the bound.
    """
    found = _own(appraisal, key)
    while len(found) == 1 and (inner := found[0].key) is not None and inner in appraisal.figures:
        key = inner
        inside = _own(appraisal, key)
        if not inside or inside[0].key == key:
            break
        if len(inside) == 1 and inside[0].key is None:
            break
        found = inside
    return found


def caption(appraisal: Appraisal, part: Part, language: Language) -> str:
    """Return what a part is called: its rule, its figure, or its formula in words."""
    if part.told:
        return say(part.told, language)
    if part.key is not None:
        return title(part.key.figure, part.key.level, appraisal.policy, language)
    if part.expression is not None:
        return words(part.expression, appraisal.policy, language)
    return part.node.op


def sums(appraisal: Appraisal) -> tuple[FigureKey, ...]:
    """Return the sums of money that are no person's: each worth a waterfall of its parts.

    Of a sum and the figures that only round or bound it, the last one stands for all.
    """
    found: dict[tuple[tuple[FigureKey | None, Fraction], ...], FigureKey] = {}
    for section in departments(appraisal.policy):
        for department, metric in product(appraisal.departments, metrics(appraisal.policy, section)):
            key = FigureKey(metric.name, metric.level, department, appraisal.period.label)
            figure = appraisal.figures.get(key)
            if figure is None or metric.unit is not Unit.MONEY:
                continue
            added = parts(appraisal, key)
            if len(added) < FEWEST or _one_figure(added):
                continue
            if _is_sum_of(figure, added):
                found[tuple((part.key, part.value) for part in added)] = key
    return tuple(found.values())


def _one_figure(added: tuple[Part, ...]) -> bool:
    """Whether the parts are one figure of many people: a list of them, not a waterfall."""
    return len({part.key.figure if part.key else str(part.expression) for part in added}) == 1


def _is_sum_of(figure: Figure, added: tuple[Part, ...]) -> bool:
    """Whether the parts make the figure: a shortfall is made of the same parts, with the other sign."""
    total = sum((part.value for part in added), Fraction(0))
    value = figure.value or Fraction(0)
    return total * value > 0 or (value == 0 and total <= 0 and figure.key.level is not Level.PERSON)


def _own(appraisal: Appraisal, key: FigureKey) -> tuple[Part, ...]:
    reason = appraisal.reason(key)
    definition = appraisal.policy.definitions[key.figure, key.level]
    if definition.kind == "adds":
        return tuple(
            Part(outcome.give or outcome.node, outcome.gave, outcome=outcome)
            for outcome in reason.outcomes
            if outcome.fired and outcome.gave is not None
        )
    if definition.kind != "formula":
        return ()
    tree = reason.tree.args[0] if definition.round is not None else reason.tree
    return tuple(_addends(tree, definition.body, 1))


def _addends(node: Node, expression: Expression | None, sign: int) -> Iterator[Part]:
    """Yield the parts of a sum; the tree of values and the formula are walked side by side."""
    if not isinstance(node.value, Fraction):
        return
    if isinstance(expression, Gather) and node.op == "sum":
        for arg in node.args:
            yield from _addends(arg, expression.body, sign)
        return
    if isinstance(expression, Apply) and (kept := _kept(node)):
        for index, factor in kept:
            yield from _addends(node.args[index], expression.args[index], sign * factor)
        return
    yield Part(node, sign * node.value, expression)


def _kept(node: Node) -> tuple[tuple[int, int], ...]:
    """Return which arguments a step adds up, each with its sign; empty where it is no addition."""
    match node.op:
        case "+":
            return ((0, 1), (1, 1))
        case "-":
            return ((0, 1), (1, -1))
        case "neg":
            return ((0, -1),)
        case "default":
            first = next(index for index, arg in enumerate(node.args) if arg.value is not None)
            return ((first, 1),)
        case "if":
            return ((1, 1),) if node.args[0].value is True else ((2, 1),)
        case "min" | "max":
            computed = [
                index for index, arg in enumerate(node.args) if arg.op not in ("literal", "parameter")
            ]
            return ((computed[0], 1),) if len(computed) == 1 else ()
    return ()
