"""What a figure does to a person's pay: computed anew without it, or not said at all."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from kaohe.appraisal.appraise import Appraisal
from kaohe.appraisal.arithmetic import APPLY, GATHER
from kaohe.core.figure import FigureKey, Level, Node, Unit, Value
from kaohe.core.number import Direction, rounded
from kaohe.policy.checker import Key, inputs
from kaohe.policy.expression import Gather, walk
from kaohe.policy.policy import Definition, Policy
from kaohe.statements.remembering import once


def pay_total(policy: Policy, key: FigureKey, period: str) -> FigureKey | None:
    """Return the pay total of the person a figure is about; None where the policy pays nobody by name."""
    section = next((one for one in policy.sections if one.total and one.level is Level.PERSON), None)
    if section is None or key.level is not Level.PERSON:
        return None
    return FigureKey(section.total, Level.PERSON, key.subject, period)


@dataclass
class Worths:
    """What the figures of one appraisal do to pay.

    Attributes:
        appraisal: The appraisal.
    """

    appraisal: Appraisal
    _between: dict[tuple[Key, Key], frozenset[Key] | None] = field(default_factory=dict)

    def of(self, key: FigureKey) -> Fraction | None:
        """Return what points (or an amount) do to this month's pay; None where it is not said.

        A figure that earns points is worth what its points are worth. A line of the
        payslip says itself what it is worth, and what is zero does nothing.
        """
        appraisal = self.appraisal
        definitions = appraisal.policy.definitions
        key = _points(appraisal, key) or key
        if appraisal.figures[key].unit not in (Unit.POINTS, Unit.MONEY) or not appraisal.figures[key].value:
            return None
        total = pay_total(appraisal.policy, key, appraisal.period.label)
        section = definitions[key.figure, key.level].section
        if total and definitions[total.figure, total.level].section == section:
            return None
        return once(appraisal, ("effect", key), lambda: self.effect(key))

    def effect(self, key: FigureKey) -> Fraction | None:
        """Return what the person's pay total would lose if this figure were zero.

        None where that cannot be computed from formulas alone: the figure does not reach the
        person's pay, or reaches it by a rule, a ranking or a pool shared by weight.

        Args:
            key: A person's figure with a value.
        """
        appraisal = self.appraisal
        total = pay_total(appraisal.policy, key, appraisal.period.label)
        figure = appraisal.figures.get(key)
        if total is None or total == key or total not in appraisal.figures or figure is None:
            return None
        paid = appraisal.figures[total].value
        if paid is None or figure.value is None:
            return None
        between = self.between((key.figure, key.level), (total.figure, total.level))
        if between is None:
            return None
        without = _Otherwise(appraisal, {key: Fraction(0)}, between).figure(total)
        return paid - without if isinstance(without, Fraction) else None

    def paid(self, person: str) -> Fraction | None:
        """Return a person's pay total; None where the policy pays nobody by name."""
        period = self.appraisal.period.label
        total = pay_total(self.appraisal.policy, FigureKey("", Level.PERSON, person, period), period)
        return self.appraisal.figures[total].value if total and total in self.appraisal.figures else None

    def otherwise(self, person: str, values: Mapping[FigureKey, Fraction]) -> Fraction | None:
        """Return what a person's pay total would be if some of their figures were otherwise.

        None where that cannot be computed from formulas alone; see ``effect``.
        """
        period = self.appraisal.period.label
        total = pay_total(self.appraisal.policy, FigureKey("", Level.PERSON, person, period), period)
        if total is None or total not in self.appraisal.figures:
            return None
        ends = (total.figure, total.level)
        ways = [self.between((key.figure, key.level), ends) for key in values]
        if not ways or any(one is None for one in ways):
            return None
        between = frozenset().union(*(one for one in ways if one is not None))
        found = _Otherwise(self.appraisal, values, between).figure(total)
        return found if isinstance(found, Fraction) else None

    def between(self, start: Key, end: Key) -> frozenset[Key] | None:
        """Return the figures through which one reaches the other; see ``_between``."""
        if (start, end) not in self._between:
            self._between[start, end] = _between(self.appraisal.policy, start, end)
        return self._between[start, end]


def _points(appraisal: Appraisal, key: FigureKey) -> FigureKey | None:
    """Return the points that a figure earns; None where it earns none."""
    points = key._replace(figure=f"{key.figure}.points")
    return points if points in appraisal.figures else None


def _between(policy: Policy, start: Key, end: Key) -> frozenset[Key] | None:
    """Return the figures through which one reaches the other; None if none, or if not by formulas alone."""
    reaches: dict[Key, bool] = {start: True}

    def reached(key: Key) -> bool:
        if key not in reaches:
            reaches[key] = False  # the checker has refused circles
            definition = policy.definitions.get(key)
            # All inputs are asked, not only up to the first: every way through counts.
            found = {reached(one) for one in inputs(definition)} if definition else set()
            reaches[key] = True in found
        return reaches[key]

    if not reached(end):
        return None
    between = frozenset(key for key, yes in reaches.items() if yes and key != start)
    plain = all(_is_plain(policy.definitions[key]) for key in between)
    return between if plain and all(level is Level.PERSON for _, level in between) else None


def _is_plain(definition: Definition) -> bool:
    """Whether a figure is a formula whose computed steps are all there to be recomputed."""
    filtered = any(isinstance(one, Gather) and one.where is not None for one in walk(definition.body))
    return definition.kind == "formula" and not filtered


@dataclass
class _Otherwise:
    """Recomputes figures as if some of them had other values."""

    appraisal: Appraisal
    values: Mapping[FigureKey, Fraction]
    between: frozenset[Key]
    known: dict[FigureKey, Value] = field(default_factory=dict)

    def figure(self, key: FigureKey) -> Value:
        """Return a figure's value by the other values."""
        if key in self.values:
            return self.values[key]
        if (key.figure, key.level) not in self.between or key not in self.appraisal.figures:
            figure = self.appraisal.figures.get(key)
            return figure.value if figure else None
        if key not in self.known:
            self.known[key] = self.node(self.appraisal.reason(key).tree)
        return self.known[key]

    def node(self, node: Node) -> Value:
        """Return a step's value by the other values."""
        if isinstance(node.ref, FigureKey):
            return self.figure(node.ref) if node.ref in self.appraisal.figures else node.value
        if not node.args:
            return node.value
        values = [self.node(arg) for arg in node.args]
        if node.op == "round":
            value, step, *direction = values
            if not isinstance(value, Fraction) or not isinstance(step, Fraction):
                return None
            return rounded(value, step, *(Direction(str(one)) for one in direction))
        operation = APPLY.get(node.op) or GATHER.get(node.op)
        return operation(values) if operation else node.value
