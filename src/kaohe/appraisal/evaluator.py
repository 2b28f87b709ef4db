"""Figures computed: a definition, a span and the facts give one value a subject.

A formula is compiled once for a span into a function of the subject; a figure's
values over all its subjects are a column. Reasons are not built here: see
``tracer``, which walks the same definitions and asks for one subject.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

from kaohe.appraisal.arithmetic import APPLY, total
from kaohe.appraisal.dealing import Dealing, dealt
from kaohe.appraisal.facts import Facts
from kaohe.appraisal.formulas import ZERO, Column, Formulas, Function, Lens, days_left_out
from kaohe.appraisal.ledger import Ledger
from kaohe.appraisal.ranking import Sharing, Standing, ranked, shared
from kaohe.appraisal.raters import Raters
from kaohe.appraisal.ratings import Ratings
from kaohe.appraisal.roster import Roster
from kaohe.core.figure import Level, Value
from kaohe.core.number import rounded
from kaohe.core.period import Span
from kaohe.policy.expression import (
    Apply,
    Expression,
    FigureName,
    RatersMissing,
    Reviewed,
    Reviews,
    Score,
    walk,
)
from kaohe.policy.policy import Definition, Policy, Rule


@dataclass
class Evaluator(Formulas):
    """Computes figures of a policy from facts; keeps every column it has computed.

    Attributes:
        policy: The policy.
        facts: What is known.
        period: The period appraised.
    """

    policy: Policy
    facts: Facts
    period: Span
    _columns: dict[tuple[str, Level, Span], Column] = field(default_factory=dict)
    _standings: dict[tuple[str, Level, Span], Standing] = field(default_factory=dict)
    _sharings: dict[tuple[str, Span, str], Sharing | None] = field(default_factory=dict)
    _dealings: dict[tuple[str, Span, str], Dealing | None] = field(default_factory=dict)

    # Who and when

    def subjects(self, definition: Definition, period: Span) -> list[str]:
        """Return whose figure it is, people in the order of the people table."""
        if definition.level is Level.DEPARTMENT:
            return list(self.departments(period))
        if definition.level is Level.SHOP:
            return [self.desk]
        return self.people(definition.who, period)

    def people(self, group: str, period: Span) -> list[str]:
        """Return the members of a group in a period, in the order of the people table."""
        return self.roster.people(group, period)

    def members(self, group: str, period: Span) -> frozenset[str]:
        """Return the members of a group in a period."""
        return self.roster.members(group, period)

    @cached_property
    def ledger(self) -> Ledger:
        """What the entries of the merit ledger come to."""
        return Ledger(self.policy, self.facts)

    @cached_property
    def roster(self) -> Roster:
        """Who belongs to which group."""

        def condition(group: str, period: Span) -> Function:
            return self.function(self.policy.groups[group].condition, Lens(Level.PERSON, period, period))

        only = self.parameter(self.policy.only) if self.policy.only else None
        return Roster(self.facts, self.policy.members, condition, only if isinstance(only, tuple) else None)

    @cached_property
    def ratings(self) -> Ratings:
        """What people said in forms and reviews."""
        return Ratings(self.policy, self.facts, Raters(self))

    def asked(
        self, expression: Score | RatersMissing | Reviewed | Reviews, period: Span
    ) -> Callable[[str], Fraction | None]:
        """Return what people said of a subject in a period."""
        match expression:
            case Score(name, item, role):
                scores = self.ratings.form(name, period)
                return lambda subject: scores.opinion(subject, item, role).mean
            case RatersMissing(name):
                form = self.ratings.form(name, period)
                return lambda subject: Fraction(len(form.missing(subject)) + len(form.unfilled(subject)))
            case Reviewed(name, item):
                reviewed = self.ratings.sample(name, period)
                return lambda person: reviewed.mean(person, item)
            case Reviews(name):
                sample = self.ratings.sample(name, period)
                return lambda person: Fraction(len(sample.seen(person)))

    def spans(self, definition: Definition) -> tuple[Span, ...]:
        """Return the spans of the period at which a figure stands."""
        spans = self.policy.calendar.spans(self.period, definition.each)
        return (*spans, self.period) if definition.also_period else spans

    # Columns

    def column(self, name: str, level: Level, span: Span, period: Span) -> Column:
        """Return subject → value of a figure."""
        # By its days too: a week that a border cuts in two has one label in two periods.
        key = (name, level, span)
        if key not in self._columns:
            definition = self.policy.definitions[name, level]
            self._columns[key] = self._column(definition, span, period)
        return self._columns[key]

    def lens(self, definition: Definition, span: Span, period: Span) -> Lens:
        """Return from where a figure's formulas look."""
        each = "period" if span == period else definition.each
        left_out = days_left_out(self.policy, definition, self.period)
        return Lens(definition.level, span, period, left_out, each)

    def _column(self, definition: Definition, span: Span, period: Span) -> Column:
        lens = self.lens(definition, span, period)
        subjects = self.subjects(definition, period)
        if definition.kind == "place":
            standing = self.standing(definition, span, period)
            places = {subject: Fraction(place) for subject, _, place in standing.rows}
            return {subject: places.get(subject) for subject in subjects}
        if definition.kind == "share":
            return self._shares(definition, lens, subjects)
        if definition.kind == "quota":
            return self._dealt(definition, lens, subjects)
        value = self._content(definition, lens)
        column = {}
        for subject in subjects:
            one = value(subject)
            number = one if isinstance(one, Fraction) else None
            column[subject] = number if number is None else self.rounded(number, definition)
        return column

    def rounded(self, number: Fraction, definition: Definition) -> Fraction:
        """Return a figure's value as the policy rounds it."""
        return number if definition.round is None else rounded(number, definition.round, definition.direction)

    def _content(self, definition: Definition, lens: Lens) -> Function:
        if definition.kind in ("cases", "adds"):
            allowed = self.counts(definition, lens)
            gives = [self.rule(rule, definition, lens) for rule in definition.rules]
            if definition.kind == "cases":
                return lambda subject: next(
                    (give for fired, give in (one(subject) for one in gives) if fired), None
                )
            return lambda subject: (
                total(give or ZERO for _, give in (one(subject) for one in gives))
                if allowed(subject)
                else ZERO
            )
        if definition.kind in ("bands", "slabs"):
            give = self.rule(definition.rules[0], definition, lens)
            return lambda subject: give(subject)[1]
        assert definition.body is not None
        return self.function(definition.body, lens)

    def counts(self, definition: Definition, lens: Lens) -> Callable[[str], bool]:
        """Return who reaches the minimum base of the figure that places or points belong to."""
        bound = self.minimum_base(definition, lens)
        if bound is None:
            return lambda _: True
        base, needed, own = bound
        has, needs = self.function(base, own), self.function(needed, own)
        return lambda subject: APPLY[">="]((has(subject), needs(subject))) is True

    def minimum_base(self, definition: Definition, lens: Lens) -> tuple[Expression, Expression, Lens] | None:
        """Return the base of the figure that places or points belong to, and what it must reach.

        Both are to be read through the lens that is returned with them. None where no
        minimum is asked for.
        """
        own = self.policy.definitions.get((definition.of, definition.level)) if definition.of else None
        base = own.body.args[1] if own and isinstance(own.body, Apply) and own.body.op == "/" else None
        if own is None or base is None or own.minimum_base is None:
            return None
        return base, own.minimum_base, self.lens(own, lens.span, lens.period)

    def standing(self, definition: Definition, span: Span, period: Span) -> Standing:
        """Return the ranking behind a figure's places: 1 + the number who are strictly better."""
        key = (definition.name, definition.level, span)
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
        rows = ranked(competing, definition.better)
        return Standing(definition.of, span.label, definition.better, rows, definition.level)

    def dealing(self, definition: Definition, lens: Lens, subject: str) -> Dealing | None:
        """Return the quota dealt out among those with whom a subject competes; None: it has no seats."""
        quota = definition.quota
        assert quota is not None
        of_department = quota.within == Level.DEPARTMENT.value
        within = str(self.facts.cell("people", "department", subject, "") or "") if of_department else ""
        key = (definition.name, lens.span, within)
        if key not in self._dealings:
            people = self._competing(definition, lens)
            self._dealings[key] = dealt(self, definition, lens, people.get(within, []))
        return self._dealings[key]

    def _competing(self, definition: Definition, lens: Lens) -> Mapping[str, list[str]]:
        """Return those who have a figure with a quota, by department where it ranks within them."""
        assert definition.quota is not None
        within = definition.quota.within
        people = self.subjects(definition, lens.period)
        if within not in ("", Level.DEPARTMENT.value):
            members = self.members(within, lens.period)
            return {"": [person for person in people if person in members]}
        if not within:
            return {"": people}
        found: dict[str, list[str]] = defaultdict(list)
        for person in people:
            found[str(self.facts.cell("people", "department", person, "") or "")].append(person)
        return found

    def _dealt(self, definition: Definition, lens: Lens, subjects: list[str]) -> Column:
        assert definition.quota is not None
        gives = [self.function(row.give, lens) for row in definition.quota.rows]
        column: dict[str, Fraction | None] = {}
        for subject in subjects:
            dealing = self.dealing(definition, lens, subject)
            seat = dealing.by_subject.get(subject) if dealing else None
            given = gives[seat.row](subject) if seat else None
            column[subject] = self.rounded(given, definition) if isinstance(given, Fraction) else None
        return column

    def _shares(self, definition: Definition, lens: Lens, subjects: list[str]) -> Column:
        sharings = ((subject, self.sharing(definition, lens, subject)) for subject in subjects)
        return {subject: sharing.given[subject] if sharing else None for subject, sharing in sharings}

    def sharing(self, definition: Definition, lens: Lens, subject: str) -> Sharing | None:
        """Return how the pool that a subject has a share of is handed out; None where it has no value.

        A pool that comes from the department is that of each department: it is handed
        out among those who belong to it.
        """
        own = self.policy.several and is_of_department(definition.pool)
        key = (definition.name, lens.span, self.department_of(subject) if own else "")
        if key not in self._sharings:
            sharers = self.subjects(definition, lens.period)
            if own:
                sharers = [one for one in sharers if self.department_of(one) == key[2]]
            self._sharings[key] = self._shared(definition, lens, sharers, key[2])
        return self._sharings[key]

    def _shared(self, definition: Definition, lens: Lens, sharers: list[str], within: str) -> Sharing | None:
        assert definition.pool is not None
        assert definition.body is not None
        assert definition.round is not None
        pool = self.function(definition.pool, lens)(sharers[0] if self.policy.several else "")
        weigh = self.function(definition.body, lens)
        weights = {}
        for subject in sharers:
            weight = weigh(subject)
            weights[subject] = max(weight, ZERO) if isinstance(weight, Fraction) else ZERO
        if not isinstance(pool, Fraction):
            return None
        given = shared(pool, weights, definition.round, definition.direction)
        rows = tuple((one, weights[one], given[one]) for one in weights)
        return Sharing(pool, definition.round, rows, within)

    # Rules

    def rule(
        self, rule: Rule, definition: Definition, lens: Lens
    ) -> Callable[[str], tuple[bool, Fraction | None]]:
        """Return a function: subject → whether the rule fires, and what it then gives."""
        if rule.kind == "places":
            give: Function = self._place_award(rule, definition, lens)
        elif rule.kind == "bands":
            give = self._band(rule, lens)
        elif rule.kind == "slabs":
            give = self._slabs(rule, lens)
        elif rule.kind == "per":
            give = self._per(rule, lens)
        else:
            assert rule.give is not None
            give = self.function(rule.give, lens)
        when = self.function(rule.when, lens) if rule.when is not None else None
        unless = self.function(rule.unless, lens) if rule.unless is not None else None
        confirmed = (
            self.ledger.entered(rule.confirmed_by, lens.span, lens.period) if rule.kind == "review" else None
        )

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

    def _slabs(self, rule: Rule, lens: Lens) -> Function:
        assert rule.of is not None
        of = self.function(rule.of, lens)
        rates = [self.function(slab.give, lens) for slab in rule.bands]

        def give(subject: str) -> Value:
            whole: Value = None
            for index, part in parts_of(rule, of(subject)):
                amount = APPLY["*"]((part, rates[index](subject)))
                whole = amount if index == 0 else APPLY["+"]((whole, amount))
            return whole

        return give

    def _per(self, rule: Rule, lens: Lens) -> Function:
        assert rule.per is not None
        assert rule.give is not None
        count, each = self.function(rule.per, lens), self.function(rule.give, lens)
        borders = [
            (op, self.function(border, lens))
            for op, border in (("min", rule.at_most), ("max", rule.at_least))
            if border is not None
        ]

        def give(subject: str) -> Value:
            number = count(subject)
            if not number:
                return None
            amount = APPLY["*"]((number, each(subject)))
            for op, border in borders:
                amount = APPLY[op]((amount, border(subject)))
            return amount

        return give


def is_of_department(expression: Expression | None) -> bool:
    """Return whether a person's formula reads something of the person's department."""
    return any(isinstance(part, FigureName) and part.level is Level.DEPARTMENT for part in walk(expression))


def band_of(rule: Rule, value: Value) -> int | None:
    """Return the index of the band in which a value lies; a border belongs to the upper band."""
    if not isinstance(value, Fraction):
        return None
    for index, band in enumerate(rule.bands):
        if (band.low is None or value >= band.low) and (band.high is None or value < band.high):
            return index
    return None


def parts_of(rule: Rule, value: Value) -> Iterator[tuple[int, Fraction]]:
    """Yield each slab that a value reaches into, by its index, with the part of the value in it.

    The first slab takes all that lies below its upper border, less than nothing too.
    """
    if not isinstance(value, Fraction):
        return
    for index, slab in enumerate(rule.bands):
        low = slab.low or ZERO
        if index and value <= low:
            return
        yield index, (value if slab.high is None else min(value, slab.high)) - low
