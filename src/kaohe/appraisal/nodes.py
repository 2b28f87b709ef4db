"""Computations compiled: a formula, seen through a lens, becomes a function of the subject to its Node.

The twin of ``formulas``: that one gives values, this one the steps behind them. What a
formula has the same for everybody, such as a parameter or the shop's figure beside a
person's, is made once and shared by all reasons.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce

from kaohe.appraisal.arithmetic import APPLY, GATHER, months_between, together
from kaohe.appraisal.askednodes import asked_node
from kaohe.appraisal.evaluator import Evaluator
from kaohe.appraisal.formulas import SUBJECTS, Lens
from kaohe.core.figure import FactRef, FigureKey, Level, MeasureRef, Node, ParameterRef, Unit
from kaohe.core.measure import MEASURES, Scope
from kaohe.core.period import Span
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

TABLE_UNITS = {
    "targets.amount": Unit.MONEY,
    "people.base_pay": Unit.MONEY,
    "attendance.overtime_pay": Unit.MONEY,
}


@dataclass(frozen=True, slots=True)
class Same:
    """A computation that is the same for everybody."""

    node: Node

    def __call__(self, _: str) -> Node:
        """Return it."""
        return self.node


Maker = Callable[[str], Node]
"""A function of the subject that returns a formula's computation."""


@dataclass
class Nodes:
    """Compiles formulas into makers of their computations.

    Attributes:
        evaluator: Which computed the figures.
    """

    evaluator: Evaluator

    def maker(self, expression: Expression, lens: Lens) -> Maker:  # noqa: C901 - one case a kind
        """Return a function: subject → the formula's computation."""
        match expression:
            case Literal(value=value, ratio=ratio):
                return Same(Node("literal", value, unit=Unit.RATIO if ratio else None))
            case ParameterName(name):
                parameter = self.evaluator.policy.parameters[name]
                held = self.evaluator.parameter(name)
                return Same(Node("parameter", held, ref=ParameterRef(name), unit=parameter.unit))
            case MeasureName(name):
                return self._measure(expression, name, lens)
            case FigureName():
                return self.figure(expression, lens)
            case Previous(figure):
                return self._previous(figure, lens)
            case FactName(table, column):
                return self._cell(table, column, lens)
            case SpanDays(employed):
                return self._days(lens.span, employed=employed)
            case Entries() | Row() | GroupName() | Operating():
                return self._fact(expression, lens)
            case Score() | RatersMissing() | Reviewed() | Reviews():
                return lambda subject: asked_node(self.evaluator, expression, lens, subject)
            case Gather():
                return self._gather(expression, lens)
            case Apply():
                return self._apply(expression, lens)
            case Offered(figures):
                return Same(self._offered(figures, lens))

    # Leaves

    def measure_ref(self, name: str, lens: Lens, subject: str) -> MeasureRef:
        """Return the reference to a measure as a formula of this lens sums it."""
        level = Level.SHOP if MEASURES[name].scope is Scope.SHOP else lens.level
        whose = self.evaluator.whose(level, lens.level, subject)
        return MeasureRef(name, level, whose, lens.span, lens.without, self.evaluator.shops)

    def _measure(self, expression: Expression, name: str, lens: Lens) -> Maker:
        evaluator, unit = self.evaluator, MEASURES[name].unit
        level = Level.SHOP if MEASURES[name].scope is Scope.SHOP else lens.level
        total, shops = evaluator.measure_total(name, lens), evaluator.shops
        if total is not None:
            ref = MeasureRef(
                name, level, evaluator.whose(level, lens.level, ""), lens.span, lens.without, shops
            )
            return Same(Node("measure", total, ref=ref, unit=unit))
        value = evaluator.function(expression, lens)
        span, without = lens.span, lens.without
        if level is Level.PERSON:
            return lambda subject: Node(
                "measure", value(subject), (), MeasureRef(name, level, subject, span, without, shops), unit
            )
        return lambda subject: Node(
            "measure", value(subject), ref=self.measure_ref(name, lens, subject), unit=unit
        )

    def figure(self, figure: FigureName, lens: Lens) -> Maker:
        """Return a function: subject → another figure's value, as a formula of this lens reads it."""
        evaluator = self.evaluator
        span = evaluator.span_of(figure, lens)
        unit = evaluator.policy.definitions[figure.name, figure.level].unit
        value = evaluator.function(figure, lens)
        name, level, label = figure.name, figure.level, span.label
        if level is Level.PERSON and lens.level is Level.PERSON:
            return lambda subject: Node(
                "figure", value(subject), (), FigureKey(name, level, subject, label), unit
            )

        def made(subject: str) -> Node:
            key = evaluator.key(figure, subject, lens.level, span)
            return Node("figure", value(subject), ref=key, unit=unit)

        of_all = level is Level.SHOP or not evaluator.policy.several
        return Same(made("")) if of_all and level is not lens.level else made

    def _previous(self, figure: FigureName, lens: Lens) -> Maker:
        evaluator = self.evaluator
        before = evaluator.policy.calendar.shifted(lens.period, -1)
        unit = evaluator.policy.definitions[figure.name, figure.level].unit

        def made(subject: str) -> Node:
            key = evaluator.key(figure, subject, lens.level, before)
            return Node("figure", evaluator.facts.history.get(key), ref=key, unit=unit)

        return made

    def _cell(self, table: str, column: str, lens: Lens) -> Maker:
        """Return what reads a cell of a table; of several months, the cells put together."""
        evaluator, months = self.evaluator, self.evaluator.months(table, lens)
        if len(months) == 1:
            return lambda subject: self._of_month(table, column, months[0], subject)

        def made(subject: str) -> Node:
            held = [month for month in months if evaluator.facts.employed_days(subject, month)]
            cells = tuple(self._of_month(table, column, month, subject) for month in held)
            if not cells:
                return self._of_month(table, column, lens.period, subject)
            values = [cell.value for cell in cells]
            if any(isinstance(value, bool) for value in values):
                return Node("all", together(values), cells)
            return reduce(lambda one, other: step("+", one, other), cells)

        return made

    def _of_month(self, table: str, column: str, month: Span, subject: str) -> Node:
        value = self.evaluator.facts.cell(table, column, subject, month.label)
        name, span = f"{table}.{column}", "" if table == "people" else month.label
        return Node("fact", value, ref=FactRef(name, subject, span), unit=TABLE_UNITS.get(name))

    def _days(self, span: Span, *, employed: bool) -> Maker:
        if not employed:
            whole = Fraction((span.last - span.first).days + 1)
            return Same(Node("fact", whole, ref=FactRef("span.days", "", span.label), unit=Unit.COUNT))
        return lambda subject: self._employed(span, subject)

    def _employed(self, span: Span, subject: str) -> Node:
        facts = self.evaluator.facts
        value = Fraction(facts.employed_days(subject, span))
        if subject not in facts.person_rows:
            ref = FactRef("span.employed_days", subject, span.label)
            return Node("fact", value, ref=ref, unit=Unit.COUNT)
        args = (
            *(self._of_month("people", column, span, subject) for column in ("hired_on", "left_on")),
            *(Node("literal", day) for day in (span.first, span.last)),
        )
        return Node("employed_days", value, args, unit=Unit.COUNT)

    def _fact(self, expression: Expression, lens: Lens) -> Maker:
        value = self.evaluator.function(expression, lens)
        match expression:
            case Entries(item):
                name, span = f"entries.{item}", lens.span.label
            case Row(which, table, column):
                name, span = f"{which}({table}.{column})", lens.span.label
            case Operating(indicator):
                return self._operating(indicator, lens)
            case GroupName(group):
                name, span = f"groups.{group}", lens.period.label
            case _:  # pragma: no cover - the caller sends no other
                raise TypeError(expression)
        unit = TABLE_UNITS.get(name)
        return lambda subject: Node("fact", value(subject), (), FactRef(name, subject, span), unit)

    def _operating(self, indicator: str, lens: Lens) -> Maker:
        """Return what reads an indicator; of several months, the months added up."""
        evaluator, name = self.evaluator, f"operating.{indicator}"

        def made(subject: str) -> Node:
            whose = evaluator.whose(Level.DEPARTMENT, lens.level, subject)
            months = [
                Node(
                    "fact",
                    evaluator.facts.indicator(indicator, whose, month.label),
                    ref=FactRef(name, whose, month.label),
                    unit=TABLE_UNITS.get(name),
                )
                for month in evaluator.months("operating", lens)
            ]
            return reduce(lambda one, other: step("+", one, other), months)

        return made

    def _offered(self, figures: tuple[str, ...], lens: Lens) -> Node:
        evaluator = self.evaluator
        parts = []
        for figure in figures:
            awards, times = evaluator.award_sum(figure), Fraction(evaluator.times(figure, lens))
            parts.append(Node("*", awards * times, (Node("literal", awards), Node("literal", times))))
        return Node("sum", evaluator.offered(figures, lens), tuple(parts), unit=Unit.POINTS)

    # Steps

    def _apply(self, apply: Apply, lens: Lens) -> Maker:
        makers = [self.maker(arg, lens) for arg in apply.args]
        if apply.op == "months_since":
            until = Node("literal", lens.period.last)

            def months(subject: str) -> Node:
                since = makers[0](subject)
                value = months_between(since.value, lens.period.last)
                return Node("months_between", value, (since, until), unit=Unit.COUNT)

            return months
        if all(isinstance(one, Same) for one in makers):
            return Same(step(apply.op, *(one("") for one in makers)))
        op, operation = apply.op, APPLY[apply.op]
        if len(makers) == 2:
            left, right = makers

            def pair(subject: str) -> Node:
                args = (left(subject), right(subject))
                return Node(op, operation((args[0].value, args[1].value)), args, None, unit_of(op, args))

            return pair
        return lambda subject: step(op, *[one(subject) for one in makers])

    def _gather(self, gather: Gather, lens: Lens) -> Maker:
        if gather.over.kind not in SUBJECTS:
            parts = [self._part(gather, one) for one in self.evaluator.lenses(gather.over, lens)]
            return lambda subject: _gathered(
                gather, [node for part in parts if (node := part(subject)) is not None]
            )

        def of(subject: str) -> Node:
            inside, subjects = self.evaluator.inside(gather.over, lens, subject)
            part = self._part(gather, inside)
            return _gathered(gather, [node for one in subjects if (node := part(one)) is not None])

        # A person's formula gathers the same people as everybody's; only what many ask is kept.
        return Same(of("")) if lens.level is Level.PERSON else of

    def _part(self, gather: Gather, lens: Lens) -> Callable[[str], Node | None]:
        """Return a function: subject → what a gathering takes of it; None where it is left out."""
        body = self._body(gather, lens)
        if gather.where is None:
            return body
        where = self.evaluator.function(gather.where, lens)
        return lambda subject: body(subject) if where(subject) is True else None

    def _body(self, gather: Gather, lens: Lens) -> Maker:
        if gather.body is not None:
            return self.maker(gather.body, lens)
        over = gather.over
        name = f"groups.{over.name}" if over.kind == "group" else f"over.{over.kind}"
        return lambda subject: Node("fact", value=True, ref=FactRef(name, subject, lens.span.label))


def _gathered(gather: Gather, args: Sequence[Node]) -> Node:
    value = GATHER[gather.op]([arg.value for arg in args])
    unit = args[0].unit if args and gather.op in ("sum", "mean") else None
    return Node(gather.op, value, tuple(args), unit=unit)


def step(op: str, *args: Node) -> Node:
    """Return a step of a computation with what comes out of it."""
    return Node(op, APPLY[op]([arg.value for arg in args]), args, None, unit_of(op, args))


def unit_of(op: str, args: tuple[Node, ...]) -> Unit | None:
    """Return the unit of a step, where its arguments tell it: sums keep it, quotients of like are ratios."""
    if op in _COMPARISONS:
        return None
    units = [arg.unit for arg in args]
    if op in ("+", "-", "min", "max", "neg", "abs", "default"):
        return next((unit for unit in units if unit), None)
    if op == "if":
        return units[1] or units[2]
    if op == "/" and units[0] == units[1]:
        return Unit.RATIO
    if op == "/" and units[1] is Unit.COUNT:
        return units[0]
    if op == "*":
        return next((unit for unit in units if unit in (Unit.MONEY, Unit.POINTS, Unit.SECONDS)), None)
    return None


_COMPARISONS = frozenset(("<", "<=", ">", ">=", "==", "!="))
