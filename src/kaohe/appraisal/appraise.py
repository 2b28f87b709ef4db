"""An appraisal: one policy, one period, the facts → every figure, finding and review."""

import gc
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property

from kaohe.appraisal import problems
from kaohe.appraisal.askednodes import unheard
from kaohe.appraisal.certainty import Certainty
from kaohe.appraisal.entryproblems import entry_problems
from kaohe.appraisal.evaluator import Evaluator
from kaohe.appraisal.facts import DayValue, Facts
from kaohe.appraisal.figures import Block, Figures
from kaohe.appraisal.finality import Finality
from kaohe.appraisal.formulas import Lens
from kaohe.appraisal.tracer import Tracer
from kaohe.core.figure import Figure, FigureKey, Level, MeasureRef, Node, Reason
from kaohe.core.language import Words
from kaohe.core.period import Span, Weeks
from kaohe.core.problem import Place, Problem
from kaohe.policy.expression import Apply, Literal, RatersMissing
from kaohe.policy.graph import reach, uses_weeks
from kaohe.policy.policy import Definition, Policy


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that a check of the policy says.

    Attributes:
        check: The check's name.
        level: Person or department.
        subject: Whom it is about.
        span: The span's label.
        figure: The figure it runs over; blank: none.
        node: The condition with its values.
        says: The sentence.
        blocks_closing: Whether the period cannot be closed while it is so.
        place: The check's line in the policy file.
        title: What the figure it runs over is called.
    """

    check: str
    level: Level
    subject: str
    span: str
    figure: str
    node: Node
    says: Words
    blocks_closing: bool
    place: Place
    title: Words = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Review:
    """A finding that counts only once a supervisor has confirmed it by an entry.

    Attributes:
        figure: The points figure whose rule opened it.
        node: The condition that opened it, with its values.
        confirmed: Whether it is confirmed.
        item: The ledger item that confirms it.
        lists: The measures whose evidence the reviewer looks at.
    """

    figure: FigureKey
    node: Node
    confirmed: bool
    item: str
    lists: tuple[MeasureRef, ...]


@dataclass
class Appraisal:
    """The result of a run.

    Attributes:
        policy: The policy.
        period: The period.
        as_of: The last day whose records are complete.
        figures: Every figure, in the policy's order.
        findings: What the policy's checks say.
        reviews: The reviews that are open or confirmed.
        problems: What is wrong with the facts.
        certainty: How sure figures and places are; empty where nobody asked.
    """

    policy: Policy
    period: Span
    as_of: date
    evaluator: Evaluator
    figures: Mapping[FigureKey, Figure]
    findings: tuple[Finding, ...]
    reviews: tuple[Review, ...]
    problems: tuple[Problem, ...]
    spans: Mapping[str, Span]
    certainty: Certainty = field(default_factory=Certainty)

    @property
    def desk(self) -> str:
        """The department's name, also the subject at level shop; of several departments the policy's name."""
        return self.evaluator.desk

    @property
    def departments(self) -> tuple[str, ...]:
        """The subjects at level department."""
        return self.evaluator.departments(self.period)

    def name(self, subject: str) -> str:
        """Return what a person is called; the subject itself where nothing else is known."""
        name = self.evaluator.facts.cell("people", "name", subject, "")
        return name if isinstance(name, str) and name else subject

    def people(self, group: str) -> list[str]:
        """Return the members of a group of the policy, in the order of the people table."""
        return self.evaluator.people(group, self.period)

    def grade(self, key: FigureKey) -> Words:
        """Return what a figure's value is called, such as a grade; empty where it is called nothing.

        Raises:
            KeyError: There is no such figure.
        """
        definition = self.policy.definitions[key.figure, key.level]
        titled = [band.title for rule in definition.rules for band in rule.bands]
        titled += [row.told.title for row in definition.quota.rows] if definition.quota else []
        if not any(titled):
            return {}
        grades = (one.detail.get("grade") for one in self.reason(key).outcomes if one.fired)
        return next((grade for grade in grades if isinstance(grade, Mapping)), {})

    def membership(self, group: str, person: str) -> Node:
        """Return the condition of a group of the policy with its values for one person."""
        lens = Lens(Level.PERSON, self.period, self.period)
        return self.tracer.node(self.policy.groups[group].condition, lens, person)

    def reason(self, key: FigureKey) -> Reason:
        """Return why a figure has its value.

        Raises:
            KeyError: There is no such figure.
        """
        return self.tracer.reason(self.figures[key], self.spans[key.span])

    @cached_property
    def tracer(self) -> Tracer:
        """What walks the reasons; it compiles each definition once."""
        return Tracer(self.evaluator)

    def days(self, ref: MeasureRef) -> list[DayValue]:
        """Return the days behind a sum of a measure, in order."""
        evaluator = self.evaluator
        level = Level.SHOP if ref.level is Level.SHOP else Level.PERSON
        if ref.level is Level.PERSON:
            subjects = frozenset({ref.subject})
        elif ref.level is Level.SHOP:
            subjects = frozenset(ref.shops)
        else:
            subjects = evaluator.department_members(ref.subject, self.period)
        return evaluator.facts.days(
            level, ref.measure, ref.span, subjects, without=ref.without, shops=ref.shops
        )

    def final_on(self, ref: MeasureRef) -> date:
        """Return the day whose end makes a sum of a measure final."""
        return Finality(self.policy, self.period).measure(ref.measure, ref.span, ref.without)


def appraise(policy: Policy, facts: Facts, period: Span) -> Appraisal:
    """Return every figure of the policy for a period, as of the facts' day.

    A figure's value is exact; nothing is rounded but where the policy says so.
    """
    evaluator = Evaluator(policy, facts, period)
    finality = Finality(policy, period)
    figures = Figures()
    with _uncollected():
        for definition in policy.definitions.values():
            for span in evaluator.spans(definition):
                figures.add(_block(evaluator, finality, definition, span))
    reviews = tuple(_reviews(evaluator))
    return Appraisal(
        policy=policy,
        period=period,
        as_of=facts.as_of,
        evaluator=evaluator,
        figures=figures,
        findings=(*_findings(evaluator), *_missing_raters(evaluator)),
        reviews=reviews,
        problems=tuple(_problems(evaluator, reviews)),
        spans={span.label: span for span in _spans(policy, period)},
    )


@contextmanager
def _uncollected() -> Iterator[None]:
    """Hold off the search for circles of objects: millions are made, none lies in one."""
    wanted = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if wanted:
            gc.enable()


def _spans(policy: Policy, period: Span) -> Iterator[Span]:
    """Yield the period, and its weeks and days where anything is computed by them."""
    yield period
    if policy.calendar.weeks is Weeks.QUARTERS or uses_weeks(policy):
        yield from policy.calendar.spans(period, "week")
    if any("day" in (one.each for one in parts) for parts in (policy.sections, policy.checks)):
        yield from policy.calendar.spans(period, "day")


def _block(evaluator: Evaluator, finality: Finality, definition: Definition, span: Span) -> Block:
    """Return a definition's figures in a span."""
    column = evaluator.column(definition.name, definition.level, span, evaluator.period)
    final_on = finality.day(definition, span)
    final = final_on <= evaluator.facts.as_of
    return Block(definition.name, definition.level, span.label, definition.unit, final, final_on, column)


def _findings(evaluator: Evaluator) -> Iterator[Finding]:
    tracer = Tracer(evaluator)
    policy, period = evaluator.policy, evaluator.period
    for check in policy.checks:
        spans = policy.calendar.spans(period, check.each)
        of_people = check.level is Level.PERSON
        subjects = evaluator.people(check.who, period) if of_people else evaluator.departments(period)
        for figure, condition in check.conditions:
            definition = policy.definitions.get((figure, check.level))
            for span in spans:
                lens = Lens(check.level, span, period, each=check.each)
                holds = evaluator.function(condition, lens)
                for subject in subjects:
                    if holds(subject) is True:
                        yield Finding(
                            check.name,
                            check.level,
                            subject,
                            span.label,
                            figure,
                            tracer.node(condition, lens, subject),
                            check.says,
                            check.blocks_closing,
                            check.told.place,
                            definition.told.title if definition else {},
                        )


def _missing_raters(evaluator: Evaluator) -> Iterator[Finding]:
    """Yield whose forms are not filled in yet, once they have gone out."""
    period = evaluator.period
    for form in evaluator.policy.forms.values():
        if evaluator.facts.as_of < period.last + timedelta(days=form.opens):
            continue
        scores = evaluator.ratings.form(form.name, period)
        missing = RatersMissing(form.name)
        condition = Apply(">", (missing, Literal(Fraction(0), "0")))
        for subject in scores.asking:
            raters, roles = scores.missing(subject), scores.unfilled(subject)
            if raters or roles:
                lens = Lens(form.level, period, period)
                yield Finding(
                    f"forms.{form.name}",
                    form.level,
                    subject,
                    period.label,
                    "",
                    Tracer(evaluator).node(condition, lens, subject),
                    unheard(evaluator, form, raters, roles),
                    form.missing == "blocks",
                    form.told.place,
                )


def _reviews(evaluator: Evaluator) -> Iterator[Review]:
    tracer = Tracer(evaluator)
    for definition in evaluator.policy.definitions.values():
        for rule in (rule for rule in definition.rules if rule.kind == "review"):
            assert rule.when is not None
            for span in evaluator.spans(definition):
                lens = evaluator.lens(definition, span, evaluator.period)
                opens = evaluator.function(rule.when, lens)
                entered = evaluator.ledger.entered(rule.confirmed_by, span, evaluator.period)
                # Everyone who has the figure is reviewed, though only some earn points by it.
                own = evaluator.policy.definitions[definition.of, definition.level]
                for subject in evaluator.subjects(own, evaluator.period):
                    if opens(subject) is True:
                        yield Review(
                            FigureKey(definition.name, definition.level, subject, span.label),
                            tracer.node(rule.when, lens, subject),
                            bool(entered.get(subject)),
                            rule.confirmed_by,
                            tuple(tracer.measure_ref(name, lens, subject) for name in rule.lists),
                        )


def _opened(evaluator: Evaluator, reviews: tuple[Review, ...]) -> Mapping[tuple[str, str], Sequence[Span]]:
    """Return item and person → the spans in which a review is open or confirmed."""
    opened = defaultdict(list)
    for review in reviews:
        definition = evaluator.policy.definitions[review.figure.figure, review.figure.level]
        labelled = {span.label: span for span in evaluator.spans(definition)}
        opened[review.item, review.figure.subject].append(labelled[review.figure.span])
    return opened


def _problems(evaluator: Evaluator, reviews: tuple[Review, ...]) -> Iterator[Problem]:
    facts, days = evaluator.facts, reach(evaluator.policy, evaluator.period)
    yield from entry_problems(evaluator.ledger, days, evaluator.period, _opened(evaluator, reviews))
    yield from evaluator.ratings.problems(evaluator.period)
    for person in facts.active(evaluator.period):
        if person not in facts.person_rows:
            yield problems.NOT_IN_PEOPLE.at(Place("people", 0, "person"), person, person=person)
