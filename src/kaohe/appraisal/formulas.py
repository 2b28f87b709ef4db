"""Formulas compiled: an expression, seen through a lens, becomes a function of the subject.

Where the formula needs other figures or the members of a group, it asks whoever
completes this class: see ``evaluator``.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import cache

from kaohe.appraisal.arithmetic import APPLY, GATHER, months_between, together
from kaohe.appraisal.facts import Facts
from kaohe.appraisal.ledger import Ledger
from kaohe.appraisal.roster import Roster
from kaohe.core.figure import FigureKey, Level, Value
from kaohe.core.measure import MEASURES, Scope
from kaohe.core.period import Span
from kaohe.policy.expression import (
    CUTS,
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
    Over,
    ParameterName,
    Previous,
    RatersMissing,
    Reviewed,
    Reviews,
    Row,
    Score,
    SpanDays,
)
from kaohe.policy.graph import reach
from kaohe.policy.policy import Definition, Policy

Column = Mapping[str, Fraction | None]
Function = Callable[[str], Value]
SUBJECTS = ("group", "departments", "shops")
"""What a gathering may run over that has other subjects, not other days."""
ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class Lens:
    """From where a formula is asked.

    Attributes:
        level: Whose figure it is.
        span: The days it is about.
        period: The appraisal period that the span lies in.
        without: Days left out of measures.
        each: Whether the span is a ``day``, ``week`` or ``month`` of the period, or the ``period``.
    """

    level: Level
    span: Span
    period: Span
    without: tuple[date, ...] = ()
    each: str = "period"


def days_left_out(policy: Policy, definition: Definition, period: Span) -> tuple[date, ...]:
    """Return the days that a figure's measures leave out, such as days of a campaign."""
    days = policy.parameters[definition.without].on(period.first) if definition.without else None
    return tuple(date.fromisoformat(day) for day in days) if isinstance(days, tuple) else ()


class Formulas(ABC):
    """Compiles formulas of a policy over facts.

    Attributes:
        policy: The policy.
        facts: What is known.
        period: The period appraised.
    """

    policy: Policy
    facts: Facts
    period: Span

    @abstractmethod
    def column(self, name: str, level: Level, span: Span, period: Span) -> Column:
        """Return subject → value of a figure."""

    @abstractmethod
    def people(self, group: str, period: Span) -> list[str]:
        """Return the members of a group in a period, in the order of the people table."""

    @abstractmethod
    def members(self, group: str, period: Span) -> frozenset[str]:
        """Return the members of a group in a period."""

    @property
    @abstractmethod
    def ledger(self) -> Ledger:
        """What the entries of the merit ledger come to."""

    @property
    @abstractmethod
    def roster(self) -> Roster:
        """Who belongs to which group, and to which department."""

    @property
    def desk(self) -> str:
        """The name of the department, also the subject at level shop; of several departments the policy's."""
        if self.policy.several:
            return self.policy.name
        lens = Lens(Level.DEPARTMENT, self.period, self.period)
        name = self.function(self.policy.department, lens)("")
        return name if isinstance(name, str) else ""

    def departments(self, period: Span) -> tuple[str, ...]:
        """Return the subjects at level department."""
        return self.roster.departments(period) if self.policy.several else (self.desk,)

    def department_of(self, person: str) -> str:
        """Return the department whose figures a person's formulas read."""
        return self.roster.department(person) if self.policy.several else self.desk

    def department_members(self, department: str, period: Span) -> frozenset[str]:
        """Return those whose measures make a department's."""
        if not self.policy.several:
            return self.members(self.policy.members, period)
        return frozenset(self.roster.by_department(self.policy.members, period).get(department, ()))

    def parameter(self, name: str) -> Value:
        """Return a parameter's value on the period's first day."""
        return self.policy.parameters[name].on(self.period.first)

    @property
    def shops(self) -> tuple[str, ...]:
        """The shops that the policy is about."""
        named = self.parameter(self.policy.shops) if self.policy.shops else None
        return named if isinstance(named, tuple) else self.facts.shops

    def function(self, expression: Expression, lens: Lens) -> Function:  # noqa: C901, PLR0912 - one case a kind of expression
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
                return self._cell(table, column, lens)
            case GroupName(name):
                members = self.members(name, lens.period)
                return lambda person: person in members
            case Entries(item):
                entered = self.ledger.entered(item, lens.span, lens.period)
                return lambda person: entered.get(person, ZERO)
            case SpanDays(employed):
                return self._days(lens.span, employed=employed)
            case Row(which, _, column):
                return lambda shop: self.facts.row(which, column, shop, lens.span)
            case Previous(figure):
                return self._previous(figure, lens)
            case Offered(figures):
                total = self.offered(figures, lens)
                return lambda _: total
            case Score() | RatersMissing() | Reviewed() | Reviews():
                return self._asked(expression, lens)
            case Operating(indicator):
                return self._operating(indicator, lens)
            case Gather():
                return self._gather(expression, lens)
            case Apply():
                return self._apply(expression, lens)

    def _cell(self, table: str, column: str, lens: Lens) -> Function:
        months = self.months(table, lens)
        if len(months) == 1:
            return lambda person: self.facts.cell(table, column, person, months[0].label)

        def over_months(person: str) -> Value:
            held = [
                self.facts.cell(table, column, person, month.label)
                for month in months
                if self.facts.employed_days(person, month)
            ]
            return together(held) if held else None

        return over_months

    def _operating(self, indicator: str, lens: Lens) -> Function:
        """Return what reads an indicator of a department; of several months, the sum of all of them."""
        months = self.months("operating", lens)

        def over_months(subject: str) -> Value:
            department = self.whose(Level.DEPARTMENT, lens.level, subject)
            return together([self.facts.indicator(indicator, department, month.label) for month in months])

        return over_months

    def months(self, table: str, lens: Lens) -> tuple[Span, ...]:
        """Return the months whose rows of a table a formula reads; of people there is but one row."""
        if table == "people":
            return (lens.period,)
        return (lens.span,) if lens.each == "month" else self.policy.calendar.months(lens.period)

    def _days(self, span: Span, *, employed: bool) -> Function:
        whole = Fraction((span.last - span.first).days + 1)
        return (
            (lambda person: Fraction(self.facts.employed_days(person, span))) if employed else lambda _: whole
        )

    @abstractmethod
    def asked(
        self, expression: Score | RatersMissing | Reviewed | Reviews, period: Span
    ) -> Callable[[str], Fraction | None]:
        """Return what people said of a subject in a period."""

    def _asked(self, expression: Score | RatersMissing | Reviewed | Reviews, lens: Lens) -> Function:
        said = self.asked(expression, lens.period)
        return lambda subject: said(self.whose(lens.level, lens.level, subject))

    def _previous(self, figure: FigureName, lens: Lens) -> Function:
        before = self.policy.calendar.shifted(lens.period, -1)
        return lambda subject: self.facts.history.get(self.key(figure, subject, lens.level, before))

    def key(self, figure: FigureName, subject: str, level: Level, span: Span) -> FigureKey:
        """Return the key of a figure named in a formula about a subject."""
        return FigureKey(figure.name, figure.level, self.whose(figure.level, level, subject), span.label)

    def whose(self, wanted: Level, level: Level, subject: str) -> str:
        """Return the subject at a wanted level that a formula about a subject means."""
        if wanted is Level.PERSON and level is Level.PERSON:
            return subject
        if wanted is Level.DEPARTMENT and level is not Level.SHOP and self.policy.several:
            return subject if level is Level.DEPARTMENT else self.department_of(subject)
        return self.desk

    def _measure(self, name: str, lens: Lens) -> Function:
        total = self.measure_total(name, lens)
        if total is not None:
            return lambda _: total
        sums = self.facts.sums(Level.PERSON, name, lens.span, lens.without, self.shops)
        if lens.level is Level.DEPARTMENT:
            people = self.roster.by_department(self.policy.members, lens.period)
            totals = {
                name: sum((sums.get(one, ZERO) for one in there), ZERO) for name, there in people.items()
            }
            return lambda department: totals.get(department, ZERO)
        return lambda person: sums.get(person, ZERO)

    def measure_total(self, name: str, lens: Lens) -> Fraction | None:
        """Return the one value of a measure at level shop, or of a single department; else None."""
        if lens.level is Level.SHOP or MEASURES[name].scope is Scope.SHOP:
            return sum(self.facts.sums(Level.SHOP, name, lens.span, lens.without, self.shops).values(), ZERO)
        if lens.level is Level.DEPARTMENT and not self.policy.several:
            members = self.members(self.policy.members, lens.period)
            sums = self.facts.sums(Level.PERSON, name, lens.span, lens.without, self.shops)
            return sum((value for person, value in sums.items() if person in members), ZERO)
        return None

    def span_of(self, figure: FigureName, lens: Lens) -> Span:
        """Return the span at which a formula of this lens reads a figure."""
        definition = self.policy.definitions[figure.name, figure.level]
        return lens.span if definition.each == lens.each else lens.period

    def _figure(self, figure: FigureName, lens: Lens) -> Function:
        if lens.period != self.period:
            return self._earlier(figure, lens)
        column = self.column(figure.name, figure.level, self.span_of(figure, lens), lens.period)
        if figure.level is lens.level:
            return column.get
        if figure.level is Level.DEPARTMENT and self.policy.several:
            return lambda subject: column.get(self.whose(figure.level, lens.level, subject))
        value = column.get(self.desk)
        return lambda _: value

    def _earlier(self, figure: FigureName, lens: Lens) -> Function:
        """A figure of another period: as handed in, else computed where the records reach back so far."""
        span = self.span_of(figure, lens)
        covered = self.facts.covers(reach(self.policy, lens.period))

        def look_up(subject: str) -> Value:
            key = self.key(figure, subject, lens.level, span)
            if key in self.facts.history or not covered:
                return self.facts.history.get(key)
            return self.column(key.figure, key.level, span, lens.period).get(key.subject)

        return look_up

    def offered(self, figures: tuple[str, ...], lens: Lens) -> Fraction:
        """Return what the places of these figures offer over the period."""
        return sum((self.award_sum(figure) * self.times(figure, lens) for figure in figures), ZERO)

    def times(self, figure: str, lens: Lens) -> int:
        """Return how often in a period people take places in a figure."""
        places = self.policy.definitions[f"{figure}.place", Level.PERSON]
        return len(self.policy.calendar.spans(lens.period, places.each))

    def award_sum(self, figure: str) -> Fraction:
        """Return the points of all places of a figure in one span; places may be for information alone."""
        points = self.policy.definitions.get((f"{figure}.points", Level.PERSON))
        rules = points.rules if points else ()
        return sum((award for rule in rules for award in rule.awards.values()), ZERO)

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
        if gather.over.kind in SUBJECTS:
            # Whom it runs over depends on the subject only where that is one of several departments.
            own = self.policy.several and lens.level is Level.DEPARTMENT and gather.over.kind == "group"
            body, where = self._gathered(gather, self.inside(gather.over, lens, "")[0])

            @cache
            def total(whose: str) -> Value:
                subjects = self.inside(gather.over, lens, whose)[1]
                return operation([body(one) for one in subjects if where(one) is True])

            return total if own else (lambda _: total(""))
        lenses = self.lenses(gather.over, lens)
        pairs = [self._gathered(gather, one) for one in lenses]
        return lambda subject: operation([body(subject) for body, where in pairs if where(subject) is True])

    def _gathered(self, gather: Gather, lens: Lens) -> tuple[Function, Function]:
        body: Function = (lambda _: None) if gather.body is None else self.function(gather.body, lens)
        where: Function = (lambda _: True) if gather.where is None else self.function(gather.where, lens)
        return body, where

    def inside(self, over: Over, lens: Lens, subject: str) -> tuple[Lens, tuple[str, ...]]:
        """Return the lens inside a gathering over people, departments or shops, and whom it runs over."""
        if over.kind == "shops":
            return lens, self.shops
        if over.kind == "departments":
            return replace(lens, level=Level.DEPARTMENT), self.departments(lens.period)
        inside = replace(lens, level=Level.PERSON)
        if self.policy.several and lens.level is Level.DEPARTMENT:
            return inside, self.roster.by_department(over.name, lens.period).get(subject, ())
        return inside, tuple(self.people(over.name, lens.period))

    def lenses(self, over: Over, lens: Lens) -> list[Lens]:
        """Return the lenses of a gathering over days, weeks, months or other periods."""
        if over.kind in CUTS:
            each = CUTS[over.kind]
            return [replace(lens, span=one, each=each) for one in self.policy.calendar.spans(lens.span, each)]
        return [
            replace(lens, span=period, period=period, each="period")
            for period in self.reference_periods(over.name, lens.period)
        ]

    def reference_periods(self, name: str, period: Span) -> list[Span]:
        """Return the periods of a named set, seen from a period."""
        reference = self.policy.references[name]
        instead = self.parameter(reference.instead) if reference.instead else None
        return reference.periods(self.policy.calendar, period, instead)
