"""Reasons built: the same definitions that the evaluator computes, walked for one subject.

Nothing is computed twice by different rules: every Node's value comes from the
operations in ``arithmetic``, and leaves take theirs from the evaluator's columns.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from kaohe.appraisal.arithmetic import APPLY, GATHER, months_between
from kaohe.appraisal.evaluator import Evaluator, band_of
from kaohe.appraisal.formulas import Lens
from kaohe.core.figure import (
    FactRef,
    Figure,
    Level,
    MeasureRef,
    Node,
    Outcome,
    ParameterRef,
    Reason,
    Unit,
)
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
    ParameterName,
    Previous,
    Row,
)
from kaohe.policy.policy import Definition, Rule

TABLE_UNITS = {
    "targets.amount": Unit.MONEY,
    "people.base_pay": Unit.MONEY,
    "attendance.overtime_pay": Unit.MONEY,
}


@dataclass
class Tracer:
    """Builds the reason of one figure at a time.

    Attributes:
        evaluator: Which computed the figures.
    """

    evaluator: Evaluator

    def reason(self, figure: Figure, span: Span) -> Reason:
        """Return why a figure of the evaluator's period has its value."""
        definition = self.evaluator.policy.definitions[figure.key.figure, figure.key.level]
        lens = self.evaluator.lens(definition, span, self.evaluator.period)
        subject = figure.key.subject
        outcomes = self._outcomes(definition, lens, subject)
        return Reason(
            figure=figure,
            formula=definition.formula,
            tree=self._tree(definition, lens, subject, figure, outcomes),
            outcomes=outcomes,
            place=definition.told.place,
            title=definition.told.title,
            reading=definition.told.reading,
        )

    def _tree(
        self, definition: Definition, lens: Lens, subject: str, figure: Figure, outcomes: tuple[Outcome, ...]
    ) -> Node:
        if definition.kind == "formula":
            assert definition.body is not None
            node = self.node(definition.body, lens, subject)
            if definition.round is None:
                return node
            step = Node("literal", definition.round)
            return Node("round", figure.value, (node, step), unit=definition.unit)
        if definition.kind == "place":
            own = self._figure(FigureName(definition.of, definition.level), lens, subject)
            return Node("place", figure.value, (own,), unit=Unit.PLACE)
        if definition.kind == "share":
            assert definition.pool is not None
            assert definition.body is not None
            pool = self.node(definition.pool, lens, subject)
            weight = self.node(definition.body, lens, subject)
            return Node("share", figure.value, (pool, weight), unit=definition.unit)
        gave = tuple(self._given(outcome) for outcome in outcomes if outcome.fired)
        op = "sum" if definition.kind == "adds" else "first"
        return Node(op, figure.value, gave, unit=definition.unit)

    def _given(self, outcome: Outcome) -> Node:
        if outcome.give is not None:
            return outcome.give
        return Node("literal", outcome.gave)

    def _outcomes(self, definition: Definition, lens: Lens, subject: str) -> tuple[Outcome, ...]:
        evaluator = self.evaluator
        if definition.kind == "place":
            standing = evaluator.standing(definition, lens.span, lens.period)
            own = self._figure(FigureName(definition.of, definition.level), lens, subject)
            place = standing.places.get(subject)
            gave = None if place is None else Fraction(place)
            return (Outcome("place", gave is not None, gave, own, detail={"standing": standing}),)
        if definition.kind == "share":
            sharing = evaluator.sharing(definition, lens)
            assert definition.pool is not None
            pool = self.node(definition.pool, lens, subject)
            given = sharing.given.get(subject) if sharing else None
            return (Outcome("share", given is not None, given, pool, detail={"sharing": sharing}),)
        counts = evaluator.counts(definition, lens)(subject)
        outcomes = []
        decided = False
        for rule in definition.rules:
            outcome = self._outcome(rule, definition, lens, subject, open_=counts and not decided)
            decided = decided or (definition.kind == "cases" and outcome.fired)
            outcomes.append(outcome)
        return tuple(outcomes)

    def _outcome(
        self, rule: Rule, definition: Definition, lens: Lens, subject: str, *, open_: bool
    ) -> Outcome:
        fired, gave = self.evaluator.rule(rule, definition, lens)(subject)
        node, detail = self._asked(rule, definition, lens, subject)
        give = self._give(rule, lens, subject)
        return Outcome(
            kind=rule.kind,
            fired=fired and open_,
            gave=gave if fired and open_ else None,
            node=node,
            give=give if fired and open_ else None,
            unless=None if rule.unless is None else self.node(rule.unless, lens, subject),
            place=rule.told.place,
            title=rule.told.title,
            reading=rule.told.reading,
            detail=detail,
        )

    def _asked(
        self, rule: Rule, definition: Definition, lens: Lens, subject: str
    ) -> tuple[Node, Mapping[str, object]]:
        """Return what a rule looked at, and what else its sentence needs."""
        if rule.kind == "places":
            node = self._figure(FigureName(f"{definition.of}.place", definition.level), lens, subject)
            places = self.evaluator.policy.definitions[f"{definition.of}.place", definition.level]
            standing = self.evaluator.standing(places, lens.span, lens.period)
            return node, {"awards": dict(rule.awards), "standing": standing}
        if rule.kind == "bands":
            assert rule.of is not None
            node = self.node(rule.of, lens, subject)
            index = band_of(rule, node.value)
            rows = tuple(
                (band.low, band.high, self.node(band.give, lens, subject).value) for band in rule.bands
            )
            return node, {"band": index, "bands": rows}
        if rule.kind == "per":
            assert rule.per is not None
            return self.node(rule.per, lens, subject), {}
        if rule.when is None:
            return Node("literal", value=True), {}
        node = self.node(rule.when, lens, subject)
        if rule.kind != "review":
            return node, {}
        refs = tuple(self.measure_ref(name, lens, subject) for name in rule.lists)
        entries = self.node(Entries(rule.confirmed_by), lens, subject)
        return node, {"confirmed_by": entries, "lists": refs}

    def _give(self, rule: Rule, lens: Lens, subject: str) -> Node | None:
        if rule.kind == "bands":
            assert rule.of is not None
            index = band_of(rule, self.evaluator.function(rule.of, lens)(subject))
            return None if index is None else self.node(rule.bands[index].give, lens, subject)
        if rule.give is None:
            return None
        give = self.node(rule.give, lens, subject)
        if rule.kind != "per":
            return give
        assert rule.per is not None
        count = self.node(rule.per, lens, subject)
        total = Node("*", APPLY["*"]((count.value, give.value)), (count, give), unit=Unit.POINTS)
        if rule.at_most is None:
            return total
        most = self.node(rule.at_most, lens, subject)
        return Node("min", APPLY["min"]((total.value, most.value)), (total, most), unit=Unit.POINTS)

    # Formulas

    def node(self, expression: Expression, lens: Lens, subject: str) -> Node:
        """Return a formula's computation for one subject."""
        evaluator = self.evaluator
        match expression:
            case Literal(value=value, ratio=ratio):
                return Node("literal", value, unit=Unit.RATIO if ratio else None)
            case ParameterName(name):
                unit = evaluator.policy.parameters[name].unit
                return Node("parameter", evaluator.parameter(name), ref=ParameterRef(name), unit=unit)
            case MeasureName(name):
                ref = self.measure_ref(name, lens, subject)
                value = evaluator.function(expression, lens)(subject)
                return Node("measure", value, ref=ref, unit=MEASURES[name].unit)
            case FigureName():
                return self._figure(expression, lens, subject)
            case Previous(figure):
                before = evaluator.policy.calendar.shifted(lens.period, -1)
                key = evaluator.key(figure, subject, lens.level, before)
                unit = evaluator.policy.definitions[figure.name, figure.level].unit
                return Node("figure", evaluator.facts.history.get(key), ref=key, unit=unit)
            case FactName() | Entries() | Row() | GroupName():
                return self._fact(expression, lens, subject)
            case Offered(figures):
                return self._offered(figures, lens)
            case Gather():
                return self._gather(expression, lens, subject)
            case Apply():
                return self._apply(expression, lens, subject)

    def measure_ref(self, name: str, lens: Lens, subject: str) -> MeasureRef:
        """Return the reference to a measure as a formula of this lens sums it."""
        level = Level.SHOP if MEASURES[name].scope is Scope.SHOP else lens.level
        whose = subject if level is Level.PERSON else self.evaluator.desk
        return MeasureRef(name, level, whose, lens.span, lens.without, self.evaluator.shops)

    def _figure(self, figure: FigureName, lens: Lens, subject: str) -> Node:
        span = self.evaluator.span_of(figure, lens)
        key = self.evaluator.key(figure, subject, lens.level, span)
        value = self.evaluator.function(figure, lens)(subject)
        unit = self.evaluator.policy.definitions[figure.name, figure.level].unit
        return Node("figure", value, ref=key, unit=unit)

    def _fact(self, expression: Expression, lens: Lens, subject: str) -> Node:
        value = self.evaluator.function(expression, lens)(subject)
        match expression:
            case FactName(table, column):
                name, span = f"{table}.{column}", "" if table == "people" else lens.period.label
            case Entries(item):
                name, span = f"entries.{item}", lens.span.label
            case Row(which, table, column):
                name, span = f"{which}({table}.{column})", lens.span.label
            case GroupName(group):
                name, span = f"groups.{group}", lens.period.label
            case _:  # pragma: no cover - the caller sends these four
                raise TypeError(expression)
        return Node("fact", value, ref=FactRef(name, subject, span), unit=TABLE_UNITS.get(name))

    def _offered(self, figures: tuple[str, ...], lens: Lens) -> Node:
        evaluator = self.evaluator
        weeks = Fraction(len(evaluator.policy.calendar.weeks(lens.period)))
        parts = []
        for figure in figures:
            awards = evaluator.award_sum(figure)
            parts.append(Node("*", awards * weeks, (Node("literal", awards), Node("literal", weeks))))
        return Node("sum", evaluator.offered(figures, lens), tuple(parts), unit=Unit.POINTS)

    def _apply(self, apply: Apply, lens: Lens, subject: str) -> Node:
        args = tuple(self.node(arg, lens, subject) for arg in apply.args)
        values = [arg.value for arg in args]
        if apply.op == "months_since":
            until = Node("literal", lens.period.last)
            return Node(
                "months_between", months_between(values[0], lens.period.last), (*args, until), unit=Unit.COUNT
            )
        return Node(apply.op, APPLY[apply.op](values), args, unit=_unit(apply.op, args))

    def _gather(self, gather: Gather, lens: Lens, subject: str) -> Node:
        pairs: list[tuple[Lens, str]]
        if gather.over.kind in ("group", "shops"):
            inside, subjects = self.evaluator.inside(gather.over, lens)
            pairs = [(inside, one) for one in subjects]
        else:
            pairs = [(one, subject) for one in self.evaluator.lenses(gather.over, lens)]
        args = []
        for one, whose in pairs:
            if gather.where is None or self.evaluator.function(gather.where, one)(whose) is True:
                args.append(self._gathered(gather, one, whose))
        value = GATHER[gather.op]([arg.value for arg in args])
        unit = args[0].unit if args and gather.op in ("sum", "mean") else None
        return Node(gather.op, value, tuple(args), unit=unit)

    def _gathered(self, gather: Gather, lens: Lens, subject: str) -> Node:
        if gather.body is None:
            return Node(
                "fact", value=True, ref=FactRef(f"groups.{gather.over.name}", subject, lens.period.label)
            )
        return self.node(gather.body, lens, subject)


def _unit(op: str, args: tuple[Node, ...]) -> Unit | None:
    """Return the unit of a step, where its arguments tell it: sums keep it, quotients of like are ratios."""
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
