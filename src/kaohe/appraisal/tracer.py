"""Reasons built: the same definitions that the evaluator computes, walked for one subject.

Nothing is computed twice by different rules: every Node's value comes from the
operations in ``arithmetic``, and leaves take theirs from the evaluator's columns.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce

from kaohe.appraisal.arithmetic import APPLY, GATHER, months_between, together
from kaohe.appraisal.askednodes import asked_node
from kaohe.appraisal.evaluator import Evaluator, band_of, parts_of
from kaohe.appraisal.formulas import SUBJECTS, ZERO, Lens
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
from kaohe.core.number import Direction
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
from kaohe.policy.policy import Definition, Rule
from kaohe.policy.quota import Quota

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
        if definition.kind == "place":
            own = self._figure(FigureName(definition.of, definition.level), lens, subject)
            return Node("place", figure.value, (own,), unit=Unit.PLACE)
        if definition.kind == "share":
            assert definition.pool is not None
            assert definition.body is not None
            pool = self.node(definition.pool, lens, subject)
            weight = self.node(definition.body, lens, subject)
            return Node("share", figure.value, (pool, weight), unit=definition.unit)
        made = self._made(definition, lens, subject, outcomes)
        if definition.round is None:
            return made
        steps: tuple[Node, ...] = (Node("literal", definition.round),)
        if definition.direction is not Direction.HALF_UP:
            steps += (Node("literal", definition.direction.value),)
        return Node("round", figure.value, (made, *steps), unit=definition.unit)

    def _made(self, definition: Definition, lens: Lens, subject: str, outcomes: tuple[Outcome, ...]) -> Node:
        """Return the computation of a figure before any rounding."""
        if definition.kind == "formula":
            assert definition.body is not None
            return self.node(definition.body, lens, subject)
        if definition.kind == "slabs":
            return outcomes[0].give or Node("literal", None, unit=definition.unit)
        gave = tuple(one.give or Node("literal", one.gave) for one in outcomes if one.fired)
        values = [node.value for node in gave]
        if definition.kind == "adds":
            return Node("sum", GATHER["sum"](values), gave, unit=definition.unit)
        return Node("first", values[0] if values else None, gave, unit=definition.unit)

    def _outcomes(self, definition: Definition, lens: Lens, subject: str) -> tuple[Outcome, ...]:
        evaluator = self.evaluator
        if definition.kind == "place":
            standing = evaluator.standing(definition, lens.span, lens.period)
            own = self._figure(FigureName(definition.of, definition.level), lens, subject)
            place = standing.places.get(subject)
            gave = None if place is None else Fraction(place)
            return (Outcome("place", gave is not None, gave, own, detail={"standing": standing}),)
        if definition.kind == "share":
            sharing = evaluator.sharing(definition, lens, subject)
            assert definition.pool is not None
            pool = self.node(definition.pool, lens, subject)
            given = sharing.given.get(subject) if sharing else None
            return (Outcome("share", given is not None, given, pool, detail={"sharing": sharing}),)
        if definition.quota is not None:
            return tuple(self._grades(definition, definition.quota, lens, subject))
        counts = evaluator.counts(definition, lens)(subject)
        outcomes = []
        decided = False
        for rule in definition.rules:
            outcome = self._outcome(rule, definition, lens, subject, open_=counts and not decided)
            decided = decided or (definition.kind == "cases" and outcome.fired)
            outcomes.append(outcome)
        return tuple(outcomes)

    def _grades(self, definition: Definition, quota: Quota, lens: Lens, subject: str) -> Iterator[Outcome]:
        """Yield what became of each grade of a quota: one is the subject's, if it has a seat."""
        assert definition.body is not None
        dealing = self.evaluator.dealing(definition, lens, subject)
        seat = dealing.by_subject.get(subject) if dealing else None
        node = self.node(definition.body, lens, subject)
        for index, row in enumerate(quota.rows):
            fired = seat is not None and seat.row == index
            give = self.node(row.give, lens, subject) if fired else None
            yield Outcome(
                kind="quota",
                fired=fired,
                gave=give.value if give and isinstance(give.value, Fraction) else None,
                node=node,
                give=give,
                place=row.told.place,
                title=row.told.title,
                reading=row.told.reading,
                detail={"dealing": dealing, "row": index} | ({"grade": row.told.title} if fired else {}),
            )

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
            grade = rule.bands[index].title if index is not None else {}
            return node, {"band": index, "bands": rows} | ({"grade": grade} if grade else {})
        if rule.kind == "slabs":
            assert rule.of is not None
            return self.node(rule.of, lens, subject), {}
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
        if rule.kind == "slabs":
            return self._slabs(rule, lens, subject)
        if rule.give is None:
            return None
        give = self.node(rule.give, lens, subject)
        if rule.kind != "per":
            return give
        assert rule.per is not None
        count = self.node(rule.per, lens, subject)
        total = Node("*", APPLY["*"]((count.value, give.value)), (count, give), unit=Unit.POINTS)
        for op, border in (("min", rule.at_most), ("max", rule.at_least)):
            if border is not None:
                held = self.node(border, lens, subject)
                total = Node(op, APPLY[op]((total.value, held.value)), (total, held), unit=Unit.POINTS)
        return total

    def _slabs(self, rule: Rule, lens: Lens, subject: str) -> Node:
        """Return the sum of the parts of a value, each at its own rate; without a value, of none."""
        assert rule.of is not None
        of = self.node(rule.of, lens, subject)
        amounts = []
        parts: list[tuple[int, Fraction | None]] = [*parts_of(rule, of.value)]
        for index, part in parts or [(0, None)]:
            slab = rule.bands[index]
            borders = (slab.low or ZERO,) if slab.high is None else (slab.low or ZERO, slab.high)
            written = tuple(Node("literal", border, unit=of.unit) for border in borders)
            cut = Node("slab", part, (of, *written), unit=of.unit)
            rate = self.node(slab.give, lens, subject)
            amounts.append(self._step("*", cut, rate))
        return reduce(lambda one, other: self._step("+", one, other), amounts)

    def _step(self, op: str, *args: Node) -> Node:
        return Node(op, APPLY[op]([arg.value for arg in args]), args, unit=_unit(op, args))

    # Formulas

    def node(self, expression: Expression, lens: Lens, subject: str) -> Node:  # noqa: C901 - one case a kind
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
                return self._previous(figure, lens, subject)
            case FactName(table, column):
                return self._cell(table, column, lens, subject)
            case SpanDays(employed):
                return self._days(lens.span, subject, employed=employed)
            case Entries() | Row() | GroupName() | Operating():
                return self._fact(expression, lens, subject)
            case Score() | RatersMissing() | Reviewed() | Reviews():
                return asked_node(evaluator, expression, lens, subject)
            case Gather():
                return self._gather(expression, lens, subject)
            case Apply():
                return self._apply(expression, lens, subject)
            case Offered(figures):
                return self._offered(figures, lens)

    def _previous(self, figure: FigureName, lens: Lens, subject: str) -> Node:
        before = self.evaluator.policy.calendar.shifted(lens.period, -1)
        key = self.evaluator.key(figure, subject, lens.level, before)
        unit = self.evaluator.policy.definitions[figure.name, figure.level].unit
        return Node("figure", self.evaluator.facts.history.get(key), ref=key, unit=unit)

    def measure_ref(self, name: str, lens: Lens, subject: str) -> MeasureRef:
        """Return the reference to a measure as a formula of this lens sums it."""
        level = Level.SHOP if MEASURES[name].scope is Scope.SHOP else lens.level
        whose = self.evaluator.whose(level, lens.level, subject)
        return MeasureRef(name, level, whose, lens.span, lens.without, self.evaluator.shops)

    def _figure(self, figure: FigureName, lens: Lens, subject: str) -> Node:
        span = self.evaluator.span_of(figure, lens)
        key = self.evaluator.key(figure, subject, lens.level, span)
        value = self.evaluator.function(figure, lens)(subject)
        unit = self.evaluator.policy.definitions[figure.name, figure.level].unit
        return Node("figure", value, ref=key, unit=unit)

    def _cell(self, table: str, column: str, lens: Lens, subject: str) -> Node:
        """Return a cell of a table; of several months, the cells put together."""
        facts, months = self.evaluator.facts, self.evaluator.months(table, lens)
        if len(months) > 1:
            held = [month for month in months if facts.employed_days(subject, month)]
            cells = tuple(self._of_month(table, column, month, subject) for month in held)
            if not cells:
                return self._of_month(table, column, lens.period, subject)
            values = [cell.value for cell in cells]
            if any(isinstance(value, bool) for value in values):
                return Node("all", together(values), cells)
            return reduce(lambda one, other: self._step("+", one, other), cells)
        return self._of_month(table, column, months[0], subject)

    def _of_month(self, table: str, column: str, month: Span, subject: str) -> Node:
        value = self.evaluator.facts.cell(table, column, subject, month.label)
        name, span = f"{table}.{column}", "" if table == "people" else month.label
        return Node("fact", value, ref=FactRef(name, subject, span), unit=TABLE_UNITS.get(name))

    def _days(self, span: Span, subject: str, *, employed: bool) -> Node:
        if not employed:
            whole = Fraction((span.last - span.first).days + 1)
            return Node("fact", whole, ref=FactRef("span.days", "", span.label), unit=Unit.COUNT)
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

    def _fact(self, expression: Expression, lens: Lens, subject: str) -> Node:
        value = self.evaluator.function(expression, lens)(subject)
        match expression:
            case Entries(item):
                name, span = f"entries.{item}", lens.span.label
            case Row(which, table, column):
                name, span = f"{which}({table}.{column})", lens.span.label
            case Operating(indicator):
                name, span = f"operating.{indicator}", lens.period.label
                subject = self.evaluator.whose(Level.DEPARTMENT, lens.level, subject)
            case GroupName(group):
                name, span = f"groups.{group}", lens.period.label
            case _:  # pragma: no cover - the caller sends no other
                raise TypeError(expression)
        return Node("fact", value, ref=FactRef(name, subject, span), unit=TABLE_UNITS.get(name))

    def _offered(self, figures: tuple[str, ...], lens: Lens) -> Node:
        evaluator = self.evaluator
        parts = []
        for figure in figures:
            awards, times = evaluator.award_sum(figure), Fraction(evaluator.times(figure, lens))
            parts.append(Node("*", awards * times, (Node("literal", awards), Node("literal", times))))
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
        if gather.over.kind in SUBJECTS:
            inside, subjects = self.evaluator.inside(gather.over, lens, subject)
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
            over = gather.over
            name = f"groups.{over.name}" if over.kind == "group" else f"over.{over.kind}"
            return Node("fact", value=True, ref=FactRef(name, subject, lens.span.label))
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
