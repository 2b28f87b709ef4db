"""The overview's tables as data: who stands in each, by which figures; terminal, workbook and page draw them.

People stand together, or tier by tier where a policy judges groups that share nobody by
figures of their own. Departments, where a policy judges several, stand ranked. Nothing
here knows a scheme: all of it follows from the policy and from who has which figure.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from kaohe.appraisal.appraise import Appraisal
from kaohe.core.figure import Figure, FigureKey, Level
from kaohe.core.language import Words
from kaohe.core.period import Span
from kaohe.policy.checker import Key
from kaohe.policy.graph import inputs
from kaohe.policy.policy import Definition, Policy, Section
from kaohe.statements.digest import points_figure
from kaohe.statements.layout import (
    Metric,
    called,
    departments,
    find,
    heads,
    metrics,
    monthly,
    payslips,
    people,
    weeks,
)
from kaohe.statements.words.formulas import reduced
from kaohe.statements.words.surety import surety_beside

UNTITLED: Words = {}
MOST_COLUMNS = 8
"""Of more figures than one takes in side by side, those nearest to the result stand in the overview."""
Members = frozenset[str]


@dataclass(frozen=True)
class Roster:
    """A table of the overview.

    Attributes:
        title: What the tier is called; empty for all people and for the departments.
        level: Whether it lists people or departments.
        names: Who stands in it → what they are called, in the table's order.
        columns: The figures across.
        totals: What payslips end in.
        ranked: The figure by which the table is ordered; None: it is not ordered by any.
        points: The figure of points that the weeks add up to; None: none.
        weeks: The weeks whose points stand beside it.
        counts_places: Whether people take places span by span, so that they are counted.
    """

    title: Words
    level: Level
    names: Mapping[str, str]
    columns: tuple[Metric, ...]
    totals: tuple[Metric, ...] = ()
    ranked: Metric | None = None
    points: Metric | None = None
    weeks: tuple[Span, ...] = ()
    counts_places: bool = False

    def figure(self, appraisal: Appraisal, metric: Metric, subject: str) -> Figure | None:
        """Return a cell of the table; None where the subject has no such figure."""
        return find(appraisal, metric.name, metric.level, subject, appraisal.period)

    def place(self, appraisal: Appraisal, metric: Metric, subject: str) -> Figure | None:
        """Return the place that a subject took by a column; None where nobody takes one."""
        if not metric.has_place:
            return None
        return find(appraisal, f"{metric.name}.place", metric.level, subject, appraisal.period)

    def sure(self, appraisal: Appraisal, metric: Metric, subject: str) -> str:
        """Return how sure the place taken by a column is; blank where nothing is known of it."""
        place = self.place(appraisal, metric, subject)
        return "" if place is None else surety_beside(appraisal, place.key)

    def is_sure(self, appraisal: Appraisal, metric: Metric) -> bool:
        """Tell whether it is known of anybody how sure the place taken by a column is."""
        return any(self.sure(appraisal, metric, one) for one in self.names)


def rosters(appraisal: Appraisal) -> tuple[Roster, ...]:
    """Return the overview's tables: the departments where there are several, then the people."""
    return (*_departments(appraisal), *people_rosters(appraisal))


def people_rosters(appraisal: Appraisal) -> tuple[Roster, ...]:
    """Return the tables of people; none where the policy has no figures of single people."""
    names = called(appraisal)
    if not names:
        return ()
    found = list(_tiers(appraisal))
    if not found:
        return (everybody(appraisal),)
    inside = {person for _, _, members in found for person in members}
    tables = [
        _roster(appraisal, title, {one: names[one] for one in names if one in members}, columns)
        for title, columns, members in found
    ]
    rest = {one: name for one, name in names.items() if one not in inside}
    return (*tables, _roster(appraisal, UNTITLED, rest, ())) if rest else tuple(tables)


def everybody(appraisal: Appraisal) -> Roster:
    """Return all people in one table, whatever tiers they belong to."""
    return _roster(appraisal, UNTITLED, called(appraisal), heads(appraisal.policy))


def _tiers(appraisal: Appraisal) -> Iterator[tuple[Words, tuple[Metric, ...], Members]]:
    """Yield the tiers: title, figures and members of each; nothing where people are judged alike.

    Sections of figures that no member has in common with another section's make tiers;
    those that everybody of a tier has belong to it too.
    """
    sections = [(one, _members(appraisal, one)) for one in monthly(appraisal.policy)]
    sections = [(one, members) for one, members in sections if members]
    apart = {members for _, members in sections if any(members.isdisjoint(other) for _, other in sections)}
    if any(one & other for one, other in combinations(apart, 2)):
        return
    for members in dict.fromkeys(members for _, members in sections if members in apart):
        own = [section for section, whose in sections if members <= whose]
        first = next(section for section, whose in sections if whose == members)
        judged = {metric.name for metric in heads(appraisal.policy)}
        columns = tuple(
            metric
            for section in own
            for metric in metrics(appraisal.policy, section)
            if metric.name in judged
        )
        yield first.told.title, columns, members


def _members(appraisal: Appraisal, section: Section) -> Members:
    """Return who has figures of a section."""
    found: set[str] = set()
    for metric in metrics(appraisal.policy, section):
        found.update(appraisal.people(metric.definition.who))
    return frozenset(found & set(people(appraisal)))


def _roster(
    appraisal: Appraisal, title: Words, names: Mapping[str, str], columns: Iterable[Metric]
) -> Roster:
    """Return a table of people, without columns that say nothing in it."""
    policy = appraisal.policy
    told = _nearest(policy, tuple(_telling(appraisal, tuple(columns), Level.PERSON, names)))
    points = points_figure(appraisal, told)
    totals = tuple(
        metric
        for section in payslips(policy)
        for metric in metrics(policy, section)
        if metric.name == section.total
    )
    ranked = [one for one in policy.definitions.values() if one.kind == "place" and _is_of_people(one)]
    return Roster(
        title=title,
        level=Level.PERSON,
        names=names,
        columns=told,
        totals=totals,
        points=points,
        weeks=weeks(appraisal) if points else (),
        counts_places=any(one.each != "period" for one in ranked),
    )


def _is_of_people(definition: Definition) -> bool:
    return definition.level is Level.PERSON


def _nearest(policy: Policy, columns: tuple[Metric, ...]) -> tuple[Metric, ...]:
    """Return the columns of a table that is not too wide: of many, those nearest to what is ranked.

    What is ranked comes first, with what is read off it, such as a grade; then what that is
    made of, and so on while there is room.
    """
    if len(columns) <= MOST_COLUMNS:
        return columns
    by_key = {(one.name, one.level): one for one in columns}
    kept: set[Key] = set()
    ranked = {key for key, one in by_key.items() if one.has_place}
    layer = ranked | {key for key, one in by_key.items() if ranked.intersection(inputs(one.definition))}
    while layer and len(kept | layer) <= MOST_COLUMNS:
        kept |= layer
        layer = {key for one in layer for key in inputs(policy.definitions[one]) if key in by_key} - kept
    return tuple(one for key, one in by_key.items() if key in kept) or columns


def _telling(
    appraisal: Appraisal, columns: tuple[Metric, ...], level: Level, subjects: Iterable[str]
) -> Iterator[Metric]:
    """Yield the columns that somebody has a figure in, and that do not only repeat another column."""
    listed, names = list(subjects), {one.name for one in columns}
    for metric in columns:
        keys = [FigureKey(metric.name, level, one, appraisal.period.label) for one in listed]
        held = [key for key in keys if key in appraisal.figures]
        known = [key for key in held if appraisal.figures[key].value is not None]
        others = names - {metric.name}
        if held and not (known and all(_repeats(appraisal, key, others) for key in known)):
            yield metric


def _repeats(appraisal: Appraisal, key: FigureKey, others: set[str]) -> bool:
    """Return whether a figure is just another one of the same subject that has a column of its own."""
    ref = reduced(appraisal.reason(key).tree).ref
    return (
        isinstance(ref, FigureKey)
        and (ref.level, ref.subject, ref.span) == (key.level, key.subject, key.span)
        and ref.figure in others
    )


# Departments


def _departments(appraisal: Appraisal) -> Iterator[Roster]:
    """Yield the table of departments, the best first; nothing where the policy has only one."""
    policy = appraisal.policy
    if not policy.several:
        return
    every = tuple(metric for section in departments(policy) for metric in metrics(policy, section))
    shown = [one for one in every if one.level is Level.DEPARTMENT and one.definition.each == "period"]
    leading = _leading({(one.name, one.level): one for one in shown})
    columns = tuple(_telling(appraisal, tuple(leading), Level.DEPARTMENT, appraisal.departments))
    ranked = next((one for one in columns if one.has_place), None)
    order = sorted(appraisal.departments, key=lambda one: _place(appraisal, ranked, one))
    names = {one: appraisal.name(one) for one in order}
    if columns:
        yield Roster(UNTITLED, Level.DEPARTMENT, names, columns, ranked=ranked)


def _leading(metrics_: Mapping[Key, Metric]) -> list[Metric]:
    """Return what the departments' figures come to: those that no other is made of, those that are ranked.

    What these are directly made of stands beside them.
    """
    made_of = {key: set(inputs(one.definition)) - {key} for key, one in metrics_.items()}
    used = {key for others in made_of.values() for key in others}
    last = {key for key, one in metrics_.items() if key not in used or one.has_place}
    beside = {key for one in last if one not in used for key in made_of[one]}
    return [metric for key, metric in metrics_.items() if key in last | beside]


def _place(appraisal: Appraisal, ranked: Metric | None, department: str) -> tuple[bool, Fraction]:
    """Return what a department is ordered by: its place; those without one come last."""
    figure = None
    if ranked is not None:
        figure = find(appraisal, f"{ranked.name}.place", Level.DEPARTMENT, department, appraisal.period)
    value = figure.value if figure else None
    return value is None, value or Fraction(0)
