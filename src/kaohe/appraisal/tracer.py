"""Reasons built: the same definitions that the evaluator computes, walked for one subject.

Nothing is computed twice by different rules: every Node's value comes from the
operations in ``arithmetic``, and leaves take theirs from the evaluator's columns.
A definition is compiled once for a span; what follows costs a person's own nodes alone.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import reduce

from kaohe.appraisal.arithmetic import APPLY, GATHER
from kaohe.appraisal.evaluator import band_of, parts_of
from kaohe.appraisal.formulas import ZERO, Lens
from kaohe.appraisal.nodes import Maker, Nodes, step
from kaohe.core.figure import Figure, Level, Node, Outcome, Reason, Unit, Value
from kaohe.core.number import Direction
from kaohe.core.period import Span
from kaohe.policy.expression import Entries, Expression, FigureName
from kaohe.policy.policy import Definition, Rule
from kaohe.policy.quota import Quota

Outcomes = Callable[[str], tuple[Outcome, ...]]
"""A function: subject → what each rule of a figure did for it."""
Asked = Callable[[str], tuple[Node, Mapping[str, object]]]
"""A function: subject → what a rule looked at, and what else its sentence needs."""
Tree = Callable[[str, Value, tuple[Outcome, ...]], Node]
"""A function: subject, its figure's value and outcomes → the figure's computation."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """A definition seen from a span."""

    definition: Definition
    outcomes: Outcomes
    tree: Tree

    def reason(self, figure: Figure) -> Reason:
        """Return why a figure of the definition in the span has its value."""
        subject, told = figure.key.subject, self.definition.told
        outcomes = self.outcomes(subject)
        tree = self.tree(subject, figure.value, outcomes)
        return Reason(figure, self.definition.formula, tree, outcomes, told.place, told.title, told.reading)


@dataclass
class Tracer(Nodes):
    """Builds the reason of one figure at a time."""

    _compiled: dict[tuple[str, Level, str], Compiled] = field(default_factory=dict)

    def reason(self, figure: Figure, span: Span) -> Reason:
        """Return why a figure of the evaluator's period has its value."""
        key = (figure.key.figure, figure.key.level, span.label)
        compiled = self._compiled.get(key)
        if compiled is None:
            definition = self.evaluator.policy.definitions[figure.key.figure, figure.key.level]
            compiled = self._compiled[key] = self._compile(definition, span)
        return compiled.reason(figure)

    def node(self, expression: Expression, lens: Lens, subject: str) -> Node:
        """Return a formula's computation for one subject."""
        return self.maker(expression, lens)(subject)

    def _compile(self, definition: Definition, span: Span) -> Compiled:
        lens = self.evaluator.lens(definition, span, self.evaluator.period)
        return Compiled(definition, self._outcomes(definition, lens), self._tree(definition, lens))

    # The computation

    def _tree(self, definition: Definition, lens: Lens) -> Tree:
        unit = definition.unit
        if definition.kind == "place":
            own = self.figure(FigureName(definition.of, definition.level), lens)
            return lambda subject, value, _: Node("place", value, (own(subject),), None, Unit.PLACE)
        if definition.kind == "share":
            assert definition.pool is not None
            assert definition.body is not None
            pool, weight = self.maker(definition.pool, lens), self.maker(definition.body, lens)
            return lambda subject, value, _: Node(
                "share", value, (pool(subject), weight(subject)), None, unit
            )
        made = self._made(definition, lens)
        if definition.round is None:
            return made
        steps: tuple[Node, ...] = (Node("literal", definition.round),)
        if definition.direction is not Direction.HALF_UP:
            steps += (Node("literal", definition.direction.value),)
        return lambda subject, value, outcomes: Node(
            "round", value, (made(subject, value, outcomes), *steps), None, unit
        )

    def _made(self, definition: Definition, lens: Lens) -> Tree:
        """Return the computation of a figure before any rounding."""
        unit = definition.unit
        if definition.kind == "formula":
            assert definition.body is not None
            body = self.maker(definition.body, lens)
            return lambda subject, _value, _outcomes: body(subject)
        if definition.kind == "slabs":
            return lambda _subject, _value, outcomes: outcomes[0].give or Node("literal", None, unit=unit)
        adds = definition.kind == "adds"

        def gathered(_subject: str, _value: Value, outcomes: tuple[Outcome, ...]) -> Node:
            gave = tuple(one.give or Node("literal", one.gave) for one in outcomes if one.fired)
            values = [node.value for node in gave]
            if adds:
                return Node("sum", GATHER["sum"](values), gave, unit=unit)
            return Node("first", values[0] if values else None, gave, unit=unit)

        return gathered

    # The rules

    def _outcomes(self, definition: Definition, lens: Lens) -> Outcomes:
        if definition.kind == "place":
            return self._placed(definition, lens)
        if definition.kind == "share":
            return self._shared(definition, lens)
        if definition.quota is not None:
            return self._graded(definition, definition.quota, lens)
        if not definition.rules:
            return lambda _: ()
        short = self._short(definition, lens)
        rules = [self._outcome(rule, definition, lens) for rule in definition.rules]
        one_decides = definition.kind == "cases"

        def outcomes(subject: str) -> tuple[Outcome, ...]:
            lacking, found = short(subject), []
            open_ = not lacking
            for rule in rules:
                outcome = rule(subject, open_)
                open_ = open_ and not (one_decides and outcome.fired)
                found.append(outcome._replace(detail={**outcome.detail, **lacking}) if lacking else outcome)
            return tuple(found)

        return outcomes

    def _short(self, definition: Definition, lens: Lens) -> Callable[[str], Mapping[str, Node]]:
        """Return what tells of too small a base for places and points; nothing where it is large enough."""
        bound = self.evaluator.minimum_base(definition, lens)
        if bound is None:
            return lambda _: {}
        base, needed, own = bound
        has, needs = self.maker(base, own), self.maker(needed, own)

        def short(subject: str) -> Mapping[str, Node]:
            reached = step(">=", has(subject), needs(subject))
            return {} if reached.value is True else {"minimum_base": reached}

        return short

    def _placed(self, definition: Definition, lens: Lens) -> Outcomes:
        standing = self.evaluator.standing(definition, lens.span, lens.period)
        own = self.figure(FigureName(definition.of, definition.level), lens)
        places, short = standing.places, self._short(definition, lens)
        among: Mapping[str, object] = {"standing": standing}

        def outcomes(subject: str) -> tuple[Outcome, ...]:
            place = places.get(subject)
            gave = None if place is None else Fraction(place)
            detail = among if gave is not None else {**among, **short(subject)}
            return (Outcome("place", gave is not None, gave, own(subject), detail=detail),)

        return outcomes

    def _shared(self, definition: Definition, lens: Lens) -> Outcomes:
        assert definition.pool is not None
        pool = self.maker(definition.pool, lens)

        def outcomes(subject: str) -> tuple[Outcome, ...]:
            sharing = self.evaluator.sharing(definition, lens, subject)
            given = sharing.given.get(subject) if sharing else None
            return (Outcome("share", given is not None, given, pool(subject), detail={"sharing": sharing}),)

        return outcomes

    def _graded(self, definition: Definition, quota: Quota, lens: Lens) -> Outcomes:
        """Return what became of each grade of a quota: one is the subject's, if it has a seat."""
        assert definition.body is not None
        body = self.maker(definition.body, lens)
        gives = [self.maker(row.give, lens) for row in quota.rows]

        def outcomes(subject: str) -> tuple[Outcome, ...]:
            dealing = self.evaluator.dealing(definition, lens, subject)
            seat = dealing.by_subject.get(subject) if dealing else None
            node, found = body(subject), []
            for index, row in enumerate(quota.rows):
                fired = seat is not None and seat.row == index
                give = gives[index](subject) if fired else None
                outcome = Outcome(
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
                found.append(outcome)
            return tuple(found)

        return outcomes

    def _outcome(self, rule: Rule, definition: Definition, lens: Lens) -> Callable[[str, bool], Outcome]:
        asks = self.evaluator.rule(rule, definition, lens)
        asked = self._asked(rule, definition, lens)
        give = self._give(rule, lens)
        unless = self.maker(rule.unless, lens) if rule.unless is not None else None
        kind, told = rule.kind, rule.told
        place, title, reading = told.place, told.title, told.reading

        def outcome(subject: str, open_: bool) -> Outcome:
            fired, gave = asks(subject)
            node, detail = asked(subject)
            stopped = unless(subject) if unless else None
            if not (fired and open_):
                return Outcome(kind, False, None, node, None, stopped, place, title, reading, detail)
            given = give(subject) if give else None
            return Outcome(kind, True, gave, node, given, stopped, place, title, reading, detail)

        return outcome

    def _asked(self, rule: Rule, definition: Definition, lens: Lens) -> Asked:
        """Return what tells what a rule looked at, and what else its sentence needs."""
        nothing: Mapping[str, object] = {}
        if rule.kind == "places":
            own = self.figure(FigureName(f"{definition.of}.place", definition.level), lens)
            places = self.evaluator.policy.definitions[f"{definition.of}.place", definition.level]
            standing = self.evaluator.standing(places, lens.span, lens.period)
            table = {"awards": dict(rule.awards), "standing": standing}
            return lambda subject: (own(subject), table)
        if rule.kind == "bands":
            return self._banded(rule, lens)
        looked_at = rule.of if rule.kind == "slabs" else rule.per if rule.kind == "per" else rule.when
        if looked_at is None:
            always = Node("literal", value=True)
            return lambda _: (always, nothing)
        node = self.maker(looked_at, lens)
        if rule.kind != "review":
            return lambda subject: (node(subject), nothing)
        entries = self.maker(Entries(rule.confirmed_by), lens)

        def reviewed(subject: str) -> tuple[Node, Mapping[str, object]]:
            refs = tuple(self.measure_ref(name, lens, subject) for name in rule.lists)
            return node(subject), {"confirmed_by": entries(subject), "lists": refs}

        return reviewed

    def _banded(self, rule: Rule, lens: Lens) -> Asked:
        assert rule.of is not None
        of = self.maker(rule.of, lens)
        gives = [self.maker(band.give, lens) for band in rule.bands]

        def asked(subject: str) -> tuple[Node, Mapping[str, object]]:
            node = of(subject)
            index = band_of(rule, node.value)
            rows = tuple(
                (band.low, band.high, give(subject).value)
                for band, give in zip(rule.bands, gives, strict=True)
            )
            grade = rule.bands[index].title if index is not None else {}
            return node, {"band": index, "bands": rows} | ({"grade": grade} if grade else {})

        return asked

    # What rules give

    def _give(self, rule: Rule, lens: Lens) -> Callable[[str], Node | None] | None:
        if rule.kind == "bands":
            return self._band(rule, lens)
        if rule.kind == "slabs":
            return self._slabs(rule, lens)
        if rule.give is None:
            return None
        give = self.maker(rule.give, lens)
        return self._per(rule, lens, give) if rule.kind == "per" else give

    def _band(self, rule: Rule, lens: Lens) -> Callable[[str], Node | None]:
        assert rule.of is not None
        value = self.evaluator.function(rule.of, lens)
        gives = [self.maker(band.give, lens) for band in rule.bands]

        def give(subject: str) -> Node | None:
            index = band_of(rule, value(subject))
            return None if index is None else gives[index](subject)

        return give

    def _per(self, rule: Rule, lens: Lens, give: Maker) -> Maker:
        assert rule.per is not None
        per = self.maker(rule.per, lens)
        borders = [
            (op, self.maker(border, lens))
            for op, border in (("min", rule.at_most), ("max", rule.at_least))
            if border is not None
        ]

        def made(subject: str) -> Node:
            total = _points("*", per(subject), give(subject))
            for op, border in borders:
                total = _points(op, total, border(subject))
            return total

        return made

    def _slabs(self, rule: Rule, lens: Lens) -> Maker:
        """Return the sum of the parts of a value, each at its own rate; without a value, of none."""
        assert rule.of is not None
        of = self.maker(rule.of, lens)
        rates = [self.maker(slab.give, lens) for slab in rule.bands]

        def made(subject: str) -> Node:
            whole, amounts = of(subject), []
            parts: Sequence[tuple[int, Fraction | None]] = [*parts_of(rule, whole.value)] or [(0, None)]
            for index, part in parts:
                slab = rule.bands[index]
                borders = (slab.low or ZERO,) if slab.high is None else (slab.low or ZERO, slab.high)
                written = tuple(Node("literal", border, unit=whole.unit) for border in borders)
                cut = Node("slab", part, (whole, *written), unit=whole.unit)
                amounts.append(step("*", cut, rates[index](subject)))
            return reduce(lambda one, other: step("+", one, other), amounts)

        return made


def _points(op: str, one: Node, other: Node) -> Node:
    return Node(op, APPLY[op]((one.value, other.value)), (one, other), unit=Unit.POINTS)
