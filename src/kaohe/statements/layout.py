"""How an appraisal is laid out in documents: the policy's sections become tables.

Nothing here knows a scheme: what stands in a table follows from the policy alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import PurePath

from kaohe.appraisal.appraise import Appraisal
from kaohe.appraisal.ranking import Standing
from kaohe.core.figure import Figure, FigureKey, Level, Node, Outcome, Unit
from kaohe.core.language import Language, Text, Words, say
from kaohe.core.period import Span, Weeks
from kaohe.core.problem import Place
from kaohe.policy.expression import Apply, Entries, Expression, Literal, MeasureName, Reviews, walk
from kaohe.policy.graph import figures_in, uses_weeks
from kaohe.policy.policy import EMPLOYED, EVERYONE, Definition, Policy, Section
from kaohe.statements import labels
from kaohe.statements.remembering import once
from kaohe.statements.shown import per_mille, shown, shown_beside, unit_said

MEASURED = (MeasureName, Entries, Reviews)
"""What formulas read of what people did."""


@dataclass(frozen=True, slots=True)
class Metric:
    """A figure of a section, with what stands beside it.

    Attributes:
        definition: How it is made.
        has_place: Whether people take places in it.
        has_points: Whether it earns points.
        has_shop: Whether the shop has a value of it too.
    """

    definition: Definition
    has_place: bool
    has_points: bool
    has_shop: bool

    @property
    def name(self) -> str:
        """Its name in the policy."""
        return self.definition.name

    @property
    def level(self) -> Level:
        """Whose figure it is."""
        return self.definition.level

    @property
    def title(self) -> Words:
        """What the policy calls it."""
        return self.definition.told.title

    @property
    def unit(self) -> Unit:
        """What it is counted in."""
        return self.definition.unit


def is_progress(policy: Policy, metric: Metric) -> bool:
    """Return whether a figure grows over the period to a target: a ratio to something that nobody measured.

    A bar beside the share of the period that is over makes sense for such alone.
    """
    body = metric.definition.body
    return (
        metric.unit is Unit.RATIO
        and metric.definition.each == "period"
        and isinstance(body, Apply)
        and body.op == "/"
        and not _is_measured(policy, body.args[1])
    )


def _is_measured(policy: Policy, expression: Expression) -> bool:
    """Return whether a formula reads what people did, by itself or through other figures."""
    if any(isinstance(one, MEASURED) for one in walk(expression)):
        return True
    bodies = (policy.definitions[key].body for key in figures_in(expression) if key in policy.definitions)
    return any(body is not None and _is_measured(policy, body) for body in bodies)


def metrics(policy: Policy, section: Section) -> tuple[Metric, ...]:
    """Return the figures of a section in the author's order."""
    known = policy.definitions
    return tuple(
        Metric(
            definition=known[name, section.level],
            has_place=(f"{name}.place", section.level) in known,
            has_points=(f"{name}.points", section.level) in known,
            has_shop=section.level is Level.PERSON and (name, Level.SHOP) in known,
        )
        for name in section.figures
        if (name, section.level) in known
    )


def weekly(policy: Policy) -> tuple[Section, ...]:
    """Return the sections that people have week by week, or day by day."""
    return tuple(one for one in policy.sections if one.level is Level.PERSON and one.each != "period")


def monthly(policy: Policy) -> tuple[Section, ...]:
    """Return the sections that people have once a period, payslips left out."""
    return tuple(
        one for one in policy.sections if one.level is Level.PERSON and one.each == "period" and not one.total
    )


def payslips(policy: Policy) -> tuple[Section, ...]:
    """Return the sections of people that end in a total."""
    return tuple(one for one in policy.sections if one.level is Level.PERSON and one.total)


def departments(policy: Policy) -> tuple[Section, ...]:
    """Return the sections that are not about single people."""
    return tuple(one for one in policy.sections if one.level is not Level.PERSON)


def heads(policy: Policy) -> tuple[Metric, ...]:
    """Return the figures that sum a person's period up: those of which more or less is better."""
    found = tuple(one for section in monthly(policy) for one in metrics(policy, section))
    judged = tuple(one for one in found if one.definition.better)
    return judged or found[:3]


def weeks(appraisal: Appraisal) -> tuple[Span, ...]:
    """Return the weeks of the period."""
    calendar = appraisal.policy.calendar
    if calendar.weeks is not Weeks.QUARTERS and not uses_weeks(appraisal.policy):
        return ()
    return calendar.spans(appraisal.period, "week")


def latest(appraisal: Appraisal, section: Section, most: int) -> tuple[Span, ...]:
    """Return the spans of a section; of more than so many, the last that have begun, one fewer."""
    every = spans(appraisal, section)
    begun = [span for span in every if span.first <= appraisal.as_of]
    return every if len(every) <= most else tuple(begun[1 - most :])


def spans(appraisal: Appraisal, section: Section) -> tuple[Span, ...]:
    """Return the spans that the figures of a section have."""
    return appraisal.policy.calendar.spans(appraisal.period, section.each)


def people(appraisal: Appraisal) -> tuple[str, ...]:
    """Return everyone who has a figure, the appraised first, each in the order of the people table."""
    having = {key.subject for key in appraisal.figures if key.level is Level.PERSON}
    listed = [person for person in appraisal.people(EVERYONE) if person in having]
    group = appraised_group(appraisal.policy)
    appraised = set(appraisal.people(group)) if group else having
    in_order = (*listed, *sorted(having - set(listed)))
    return tuple(sorted(in_order, key=lambda person: person not in appraised))


def appraised_group(policy: Policy) -> str:
    """Return the group whose period is summed up; blank where it is everybody's."""
    groups = {one.definition.who for one in heads(policy) if one.level is Level.PERSON}
    return groups.pop() if len(groups) == 1 and not groups & {EVERYONE, EMPLOYED} else ""


def called(appraisal: Appraisal) -> dict[str, str]:
    """Return person → what documents call them: the name, with the id where two share one."""
    names = {person: appraisal.name(person) for person in people(appraisal)}
    shared = [name for name in names.values() if list(names.values()).count(name) > 1]
    return {
        person: f"{name} ({person})" if name in shared and name != person else name
        for person, name in names.items()
    }


def named(metric: Metric, language: Language) -> str:
    """Return a figure's title with its unit, where neither the title nor the cells say it."""
    title = say(metric.title, language) or metric.name
    if metric.unit in (Unit.POINTS, Unit.MONEY, Unit.RATIO, Unit.COUNT):
        return title
    return Text("{thing} ({note})").filled(thing=title, note=unit_said(metric.unit, language)).to(language)


def find(appraisal: Appraisal, name: str, level: Level, subject: str, span: Span) -> Figure | None:
    """Return a figure, or None where the subject has none."""
    return appraisal.figures.get(FigureKey(name, level, subject, span.label))


def unblocked(appraisal: Appraisal) -> Text:
    """Return what is said where no check blocks closing: reviews that wait still do."""
    waiting = any(not one.confirmed for one in appraisal.reviews)
    return labels.REVIEWS_BLOCK if waiting else labels.NOTHING_BLOCKS


def desk_named(appraisal: Appraisal) -> str:
    """Return what the one department is called; blank where there are several, or it has no name."""
    policy, desk = appraisal.policy, appraisal.desk
    return "" if policy.several or desk == policy.name else desk


def of_department(appraisal: Appraisal, title: str, department: str, language: Language) -> str:
    """Return what a department's figure is called, with the department's name where there are several."""
    if not appraisal.policy.several:
        return title
    return Text("{department}: {figure}").filled(department=department, figure=title).to(language)


def beside(appraisal: Appraisal, key: FigureKey, what: str) -> Figure | None:
    """Return what stands beside a figure: its ``place`` or ``points``, or the ``shop``'s value."""
    if what == "shop":
        return appraisal.figures.get(key._replace(level=Level.SHOP, subject=appraisal.desk))
    return appraisal.figures.get(key._replace(figure=f"{key.figure}.{what}"))


def standing(appraisal: Appraisal, metric: Metric, span: Span) -> Standing | None:
    """Return the whole ranking of a metric in a span; None where nobody takes a place."""
    for key in appraisal.figures:
        if key.figure == f"{metric.name}.place" and key.span == span.label:
            found = appraisal.reason(key).outcomes[0].detail.get("standing")
            return found if isinstance(found, Standing) else None
    return None


def places_beside(appraisal: Appraisal, own: FigureKey) -> int | None:
    """Return the decimal places that keep a shown value on its own side of all it is compared with.

    That are the bars of its points' rules, and its neighbours in the ranking; None
    where the unit's own places do.
    """
    return once(appraisal, ("places_beside", own), lambda: _places_beside(appraisal, own))


def _places_beside(appraisal: Appraisal, own: FigureKey) -> int | None:
    points = beside(appraisal, own, "points")
    figure = appraisal.figures[own]
    value, unit = figure.value, figure.unit
    if points is None or value is None:
        return None
    enough = 0
    for outcome in appraisal.reason(points.key).outcomes:
        borders = list(_borders(outcome, own))
        standing = outcome.detail.get("standing")
        if isinstance(standing, Standing):
            borders += _neighbours(standing, own.subject)
        bands = outcome.detail.get("bands")
        if isinstance(bands, tuple) and outcome.node.ref == own:
            borders += [border for low, high, _ in bands for border in (low, high) if border is not None]
        for border in borders:
            text = shown_beside(value, border, unit, Language.EN)
            enough = max(enough, decimals(text))
    return enough if enough > decimals(shown(value, unit, Language.EN)) else None


def cell_shown(
    appraisal: Appraisal,
    figure: Figure,
    language: Language,
    *,
    places: int | None = None,
    signed: bool = False,
) -> str:
    """Return a figure as a cell shows it: as ``shown``, but a rate in the per mille that it was written."""
    if isinstance(figure.value, Fraction) and in_per_mille(appraisal.policy, figure.key):
        return per_mille(figure.value)
    return shown(figure.value, figure.unit, language, places=places, signed=signed)


def in_per_mille(policy: Policy, key: FigureKey) -> bool:
    """Return whether a figure is a rate that the policy's author wrote in per mille."""
    definition = policy.definitions.get((key.figure, key.level))
    if definition is None or definition.unit is not Unit.RATIO:
        return False
    gives = [rule.give for rule in definition.rules]
    gives += [band.give for rule in definition.rules for band in rule.bands]
    return any(_is_per_mille(one) for one in (definition.body, *gives))


def _is_per_mille(expression: Expression | None) -> bool:
    if isinstance(expression, Literal):
        return expression.ratio and expression.text.endswith("‰")
    if isinstance(expression, Apply) and expression.op in ("if", "default", "min", "max"):
        return any(_is_per_mille(one) for one in expression.args)
    return False


def placed(place: Place) -> str:
    """Return a line of a policy by the file's name: the reader's disk is not the writer's."""
    return str(replace(place, file=PurePath(place.file).name))


def decimals(text: str) -> int:
    """Return how many decimal places a shown number has."""
    return len(text.rstrip("%").partition(".")[2])


def _borders(outcome: Outcome, own: FigureKey) -> Iterator[Fraction]:
    for comparison in _comparisons(outcome.node):
        left, right = comparison.args
        for side, other in ((left, right), (right, left)):
            if side.ref == own and isinstance(other.value, Fraction):
                yield other.value


def _comparisons(node: Node) -> Iterator[Node]:
    if node.op in ("<", "<=", ">", ">="):
        yield node
    for arg in node.args:
        yield from _comparisons(arg)


def _neighbours(standing: Standing, subject: str) -> list[Fraction]:
    names = [row[0] for row in standing.rows]
    if subject not in names:
        return []
    at = names.index(subject)
    return [row[1] for row in standing.rows[max(at - 1, 0) : at + 2] if row[0] != subject]
