"""Figures computed: a definition, a span and the facts give one value a subject.

A formula is compiled once for a span into a function of the subject; a figure's
values over all its subjects are a column. Reasons are not built here: see
``tracer``, which walks the same definitions and asks for one subject.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from functools import cache, cached_property

from kaohe.appraisal.arithmetic import APPLY, GATHER, months_between
from kaohe.appraisal.facts import Facts
from kaohe.appraisal.ranking import Sharing, Standing, ranked, shared
from kaohe.appraisal.roster import Roster
from kaohe.core.figure import FigureKey, Level, Value
from kaohe.core.measure import MEASURES, Scope
from kaohe.core.number import rounded
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
    Over,
    ParameterName,
    Previous,
    Row,
)
from kaohe.policy.policy import Definition, Policy, Rule

Column = Mapping[str, Fraction | None]
Function = Callable[[str], Value]
ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class Lens:
    """From where a formula is asked.

    Attributes:
        level: Whose figure it is.
        span: The days it is about.
        period: The appraisal period that the span lies in.
        without: Days left out of measures.
    """

    level: Level
    span: Span
    period: Span
    without: tuple[date, ...] = ()


@dataclass
class Evaluator:
    """Computes figures of a policy from facts; keeps every column it has computed.

    Attributes:
        policy: The policy.
        facts: What is known.
        period: The period appraised.
    """

    policy: Policy
    facts: Facts
    period: Span
    _columns: dict[tuple[str, Level, str], Column] = field(default_factory=dict)
    _standings: dict[tuple[str, str], Standing] = field(default_factory=dict)
    _sharings: dict[str, Sharing | None] = field(default_factory=dict)

    # Who and when

    @property
    def desk(self) -> str:
        """The name of the department, also the subject at level shop."""
        lens = Lens(Level.DEPARTMENT, self.period, self.period)
        name = self.function(self.policy.department, lens)("")
        return name if isinstance(name, str) else ""

    def parameter(self, name: str) -> Value:
        """Return a parameter's value on the period's first day."""
        return self.policy.parameters[name].on(self.period.first)

    @property
    def shops(self) -> tuple[str, ...]:
        """The shops that the policy is about."""
        named = self.parameter(self.policy.shops) if self.policy.shops else None
        return named if isinstance(named, tuple) else self.facts.shops

    def subjects(self, definition: Definition, period: Span) -> list[str]:
        """Return whose figure it is, people in the order of the people table."""
        if definition.level is not Level.PERSON:
            return [self.desk]
        return self.people(definition.who, period)

    def people(self, group: str, period: Span) -> list[str]:
        """Return the members of a group in a period, in the order of the people table."""
        return self.roster.people(group, period)

    def members(self, group: str, period: Span) -> frozenset[str]:
        """Return the members of a group in a period."""
        return self.roster.members(group, period)

    @cached_property
    def roster(self) -> Roster:
        """Who belongs to which group."""

        def condition(group: str, period: Span) -> Function:
            return self.function(self.policy.groups[group].condition, Lens(Level.PERSON, period, period))

        return Roster(self.facts, self.policy.members, condition)

    def spans(self, definition: Definition) -> tuple[Span, ...]:
        """Return the spans of the period at which a figure stands."""
        weeks = self.policy.calendar.weeks(self.period)
        if definition.each == "period":
            return (self.period,)
        return (*weeks, self.period) if definition.also_period else weeks

    # Columns

    def column(self, name: str, level: Level, span: Span, period: Span) -> Column:
        """Return subject → value of a figure."""
        key = (name, level, span.label)
        if key not in self._columns:
            definition = self.policy.definitions[name, level]
            self._columns[key] = self._column(definition, span, period)
        return self._columns[key]

    def value(self, key: FigureKey, span: Span, period: Span) -> Fraction | None:
        """Return one figure's value; None where it has none."""
        return self.column(key.figure, key.level, span, period).get(key.subject)

    def lens(self, definition: Definition, span: Span, period: Span) -> Lens:
        """Return from where a figure's formulas look."""
        days = self.parameter(definition.without) if definition.without else None
        without = tuple(date.fromisoformat(day) for day in days) if isinstance(days, tuple) else ()
        return Lens(definition.level, span, period, without)

    def _column(self, definition: Definition, span: Span, period: Span) -> Column:
        lens = self.lens(definition, span, period)
        subjects = self.subjects(definition, period)
        if definition.kind == "place":
            standing = self.standing(definition, span, period)
            places = {subject: Fraction(place) for subject, _, place in standing.rows}
            return {subject: places.get(subject) for subject in subjects}
        if definition.kind == "share":
            return self._shares(definition, lens, subjects)
        value = self._content(definition, lens)
        column = {}
        for subject in subjects:
            one = value(subject)
            number = one if isinstance(one, Fraction) else None
            column[subject] = (
                number if number is None or definition.round is None else rounded(number, definition.round)
            )
        return column

    def _content(self, definition: Definition, lens: Lens) -> Function:
        if definition.kind in ("cases", "adds"):
            allowed = self.counts(definition, lens)
            gives = [self.rule(rule, definition, lens) for rule in definition.rules]
            if definition.kind == "cases":
                return lambda subject: next(
                    (give for fired, give in (one(subject) for one in gives) if fired), None
                )
            return lambda subject: (
                sum((give or ZERO for _, give in (one(subject) for one in gives)), ZERO)
                if allowed(subject)
                else ZERO
            )
        if definition.kind == "bands":
            give = self.rule(definition.rules[0], definition, lens)
            return lambda subject: give(subject)[1]
        assert definition.body is not None
        return self.function(definition.body, lens)

    def counts(self, definition: Definition, lens: Lens) -> Callable[[str], bool]:
        """Return who reaches the minimum base of the figure that places or points belong to."""
        own = self.policy.definitions.get((definition.of, definition.level)) if definition.of else None
        base = own.body.args[1] if own and isinstance(own.body, Apply) and own.body.op == "/" else None
        if own is None or base is None or own.minimum_base is None:
            return lambda _: True
        own_lens = self.lens(own, lens.span, lens.period)
        has, needs = self.function(base, own_lens), self.function(own.minimum_base, own_lens)
        return lambda subject: APPLY[">="]((has(subject), needs(subject))) is True

    def standing(self, definition: Definition, span: Span, period: Span) -> Standing:
        """Return the ranking behind a figure's places: 1 + the number who are strictly better."""
        key = (definition.name, span.label)
        if key not in self._standings:
            self._standings[key] = self._ranked(definition, span, period)
        return self._standings[key]

    def _ranked(self, definition: Definition, span: Span, period: Span) -> Standing:
        values = self.column(definition.of, definition.level, span, period)
        lens = self.lens(definition, span, period)
        allowed = self.counts(definition, lens)
        takes = (
            self.function(definition.only_if, lens) if definition.only_if is not None else (lambda _: True)
        )
        competing = {
            subject: value
            for subject, value in values.items()
            if value is not None and takes(subject) is True and allowed(subject)
        }
        return Standing(definition.of, span.label, definition.better, ranked(competing, definition.better))

    def _shares(self, definition: Definition, lens: Lens, subjects: list[str]) -> Column:
        sharing = self.sharing(definition, lens)
        if sharing is None:
            return dict.fromkeys(subjects)
        return {subject: given for subject, _, given in sharing.rows}

    def sharing(self, definition: Definition, lens: Lens) -> Sharing | None:
        """Return how a pool is handed out; None where the pool has no value."""
        key = f"{definition.name} {lens.span.label}"
        if key not in self._sharings:
            self._sharings[key] = self._shared(definition, lens)
        return self._sharings[key]

    def _shared(self, definition: Definition, lens: Lens) -> Sharing | None:
        assert definition.pool is not None
        assert definition.body is not None
        assert definition.round is not None
        pool = self.function(definition.pool, lens)("")
        weigh = self.function(definition.body, lens)
        weights = {}
        for subject in self.subjects(definition, lens.period):
            weight = weigh(subject)
            weights[subject] = max(weight, ZERO) if isinstance(weight, Fraction) else ZERO
        if not isinstance(pool, Fraction):
            return None
        given = shared(pool, weights, definition.round)
        return Sharing(pool, definition.round, tuple((one, weights[one], given[one]) for one in weights))

    # Rules

    def rule(
        self, rule: Rule, definition: Definition, lens: Lens
    ) -> Callable[[str], tuple[bool, Fraction | None]]:
        """Return a function: subject → whether the rule fires, and what it then gives."""
        if rule.kind == "places":
            give: Function = self._place_award(rule, definition, lens)
        elif rule.kind == "bands":
            give = self._band(rule, lens)
        elif rule.kind == "per":
            give = self._per(rule, lens)
        else:
            assert rule.give is not None
            give = self.function(rule.give, lens)
        when = self.function(rule.when, lens) if rule.when is not None else None
        unless = self.function(rule.unless, lens) if rule.unless is not None else None
        confirmed = self.facts.entered(rule.confirmed_by, lens.span) if rule.kind == "review" else None

        def asked(subject: str) -> tuple[bool, Fraction | None]:
            if when is not None and when(subject) is not True:
                return False, None
            if confirmed is not None and not confirmed.get(subject):
                return False, None
            if unless is not None and unless(subject) is True:
                return False, None
            given = give(subject)
            if not isinstance(given, Fraction):
                # A case that applies decides, even where what it gives has no value.
                return rule.kind in ("case", "otherwise"), None
            return True, given

        return asked

    def _place_award(self, rule: Rule, definition: Definition, lens: Lens) -> Function:
        places = self.column(f"{definition.of}.place", definition.level, lens.span, lens.period)

        def give(subject: str) -> Value:
            place = places.get(subject)
            return None if place is None else rule.awards.get(int(place))

        return give

    def _band(self, rule: Rule, lens: Lens) -> Function:
        assert rule.of is not None
        of = self.function(rule.of, lens)
        gives = [self.function(band.give, lens) for band in rule.bands]

        def give(subject: str) -> Value:
            index = band_of(rule, of(subject))
            return None if index is None else gives[index](subject)

        return give

    def _per(self, rule: Rule, lens: Lens) -> Function:
        assert rule.per is not None
        assert rule.give is not None
        count, each = self.function(rule.per, lens), self.function(rule.give, lens)
        most = self.function(rule.at_most, lens) if rule.at_most is not None else None

        def give(subject: str) -> Value:
            number = count(subject)
            if not number:
                return None
            total = APPLY["*"]((number, each(subject)))
            return total if most is None else APPLY["min"]((total, most(subject)))

        return give

    # Formulas

    def function(self, expression: Expression, lens: Lens) -> Function:  # noqa: C901 - one case a kind of expression
        """Return the formula as a function of the subject (inside a gathering over shops: of the shop)."""
        match expression:
            case Literal(value=value):
                return lambda _: value
            case ParameterName(name):
                held = self.parameter(name)
                return lambda _: held
            case MeasureName(name):
                return self._measure(name, lens)
            case FigureName():
                return self._figure(expression, lens)
            case FactName(table, column):
                return lambda person: self.facts.cell(table, column, person, lens.period.label)
            case GroupName(name):
                members = self.members(name, lens.period)
                return lambda person: person in members
            case Entries(item):
                entered = self.facts.entered(item, lens.span)
                return lambda person: entered.get(person, ZERO)
            case Row(which, _, column):
                return lambda shop: self.facts.row(which, column, shop, lens.span)
            case Previous(figure):
                return self._previous(figure, lens)
            case Offered(figures):
                total = self.offered(figures, lens)
                return lambda _: total
            case Gather():
                return self._gather(expression, lens)
            case Apply():
                return self._apply(expression, lens)

    def _previous(self, figure: FigureName, lens: Lens) -> Function:
        before = self.policy.calendar.shifted(lens.period, -1)
        return lambda subject: self.facts.history.get(self.key(figure, subject, lens.level, before))

    def key(self, figure: FigureName, subject: str, level: Level, span: Span) -> FigureKey:
        """Return the key of a figure named in a formula about a subject."""
        whose = subject if figure.level is level is Level.PERSON else self.desk
        return FigureKey(figure.name, figure.level, whose, span.label)

    def _measure(self, name: str, lens: Lens) -> Function:
        total = self.measure_total(name, lens)
        if total is not None:
            return lambda _: total
        sums = self.facts.sums(Level.PERSON, name, lens.span, lens.without, self.shops)
        return lambda person: sums.get(person, ZERO)

    def measure_total(self, name: str, lens: Lens) -> Fraction | None:
        """Return the one value of a measure at level shop or department; None at level person."""
        if lens.level is Level.SHOP or MEASURES[name].scope is Scope.SHOP:
            return sum(self.facts.sums(Level.SHOP, name, lens.span, lens.without, self.shops).values(), ZERO)
        if lens.level is Level.DEPARTMENT:
            members = self.members(self.policy.members, lens.period)
            sums = self.facts.sums(Level.PERSON, name, lens.span, lens.without, self.shops)
            return sum((value for person, value in sums.items() if person in members), ZERO)
        return None

    def span_of(self, figure: FigureName, lens: Lens) -> Span:
        """Return the span at which a formula of this lens reads a figure."""
        definition = self.policy.definitions[figure.name, figure.level]
        return lens.period if definition.each == "period" else lens.span

    def _figure(self, figure: FigureName, lens: Lens) -> Function:
        if lens.period != self.period:
            return self._earlier(figure, lens)
        column = self.column(figure.name, figure.level, self.span_of(figure, lens), lens.period)
        if figure.level is lens.level:
            return column.get
        value = column.get(self.desk)
        return lambda _: value

    def _earlier(self, figure: FigureName, lens: Lens) -> Function:
        """A figure of another period: as handed in, else computed where the records reach back so far."""
        span = self.span_of(figure, lens)

        def look_up(subject: str) -> Value:
            key = self.key(figure, subject, lens.level, span)
            if key in self.facts.history or not self.facts.covers(lens.period):
                return self.facts.history.get(key)
            return self.value(key, span, lens.period)

        return look_up

    def offered(self, figures: tuple[str, ...], lens: Lens) -> Fraction:
        """Return what the places of these figures offer over the period's weeks."""
        weeks = len(self.policy.calendar.weeks(lens.period))
        return sum((self.award_sum(figure) * weeks for figure in figures), ZERO)

    def award_sum(self, figure: str) -> Fraction:
        """Return the points of all places of a figure in one week."""
        points = self.policy.definitions[f"{figure}.points", Level.PERSON]
        return sum((award for rule in points.rules for award in rule.awards.values()), ZERO)

    def _apply(self, apply: Apply, lens: Lens) -> Function:
        functions = tuple(self.function(arg, lens) for arg in apply.args)
        if apply.op == "months_since":
            since = functions[0]
            return lambda subject: months_between(since(subject), lens.period.last)
        operation = APPLY[apply.op]
        if len(functions) == 2:
            left, right = functions
            return lambda subject: operation((left(subject), right(subject)))
        return lambda subject: operation([function(subject) for function in functions])

    def _gather(self, gather: Gather, lens: Lens) -> Function:
        operation = GATHER[gather.op]
        if gather.over.kind in ("group", "shops"):
            inside, subjects = self.inside(gather.over, lens)
            body, where = self._gathered(gather, inside)
            total = cache(lambda: operation([body(one) for one in subjects if where(one) is True]))
            return lambda _: total()
        lenses = self.lenses(gather.over, lens)
        pairs = [self._gathered(gather, one) for one in lenses]
        return lambda subject: operation([body(subject) for body, where in pairs if where(subject) is True])

    def _gathered(self, gather: Gather, lens: Lens) -> tuple[Function, Function]:
        body: Function = (lambda _: None) if gather.body is None else self.function(gather.body, lens)
        where: Function = (lambda _: True) if gather.where is None else self.function(gather.where, lens)
        return body, where

    def inside(self, over: Over, lens: Lens) -> tuple[Lens, tuple[str, ...]]:
        """Return the lens inside a gathering over people or shops, and whom it runs over."""
        if over.kind == "shops":
            return lens, self.shops
        return replace(lens, level=Level.PERSON), tuple(self.people(over.name, lens.period))

    def lenses(self, over: Over, lens: Lens) -> list[Lens]:
        """Return the lenses of a gathering over weeks or other periods."""
        if over.kind == "weeks":
            return [replace(lens, span=week) for week in self.policy.calendar.weeks(lens.period)]
        return [
            replace(lens, span=period, period=period)
            for period in self.reference_periods(over.name, lens.period)
        ]

    def reference_periods(self, name: str, period: Span) -> list[Span]:
        """Return the periods of a named set, seen from a period."""
        reference = self.policy.references[name]
        instead = self.parameter(reference.instead) if reference.instead else None
        if isinstance(instead, str):
            return [self.policy.calendar.month(instead)]
        return [self.policy.calendar.shifted(period, months) for months in reference.months]


def band_of(rule: Rule, value: Value) -> int | None:
    """Return the index of the band in which a value lies; a border belongs to the upper band."""
    if not isinstance(value, Fraction):
        return None
    for index, band in enumerate(rule.bands):
        if (band.low is None or value >= band.low) and (band.high is None or value < band.high):
            return index
    return None
