"""The whole of a policy proved: nothing in a circle, nothing idle."""

from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter

from kaohe.core.figure import Level
from kaohe.core.language import Text
from kaohe.core.problem import Problem
from kaohe.policy import problems
from kaohe.policy.expression import (
    Entries,
    Expression,
    Gather,
    GroupName,
    Operating,
    ParameterName,
    RatersMissing,
    Reviewed,
    Reviews,
    Score,
    walk,
)
from kaohe.policy.graph import Key, all_expressions, expressions, figures_in, inputs, names_of_any_period
from kaohe.policy.policy import SUPERIOR_ROLES, Definition, Policy
from kaohe.policy.told import Told

Knot = Key | str
"""A figure, by name and level, or a group, by name."""


def check_circles(policy: Policy) -> Iterator[Problem]:
    """Yield every circle of figures and groups: each would wait for the other."""
    needs: dict[Knot, set[Knot]] = {}
    for key, one in policy.definitions.items():
        needs[key] = {*inputs(one), *_groups_of(policy, one)}
    for name, group in policy.groups.items():
        needs[name] = {*figures_in(group.condition), *_named_groups(group.condition)}
    # In the policy's order, so that the same policy is always told the same.
    graph = {knot: [other for other in needs if other in wanted] for knot, wanted in needs.items()}
    for circle in _circles(graph):
        figures = [knot for knot in circle if isinstance(knot, tuple)]
        path = " → ".join(_called(knot, figures) for knot in circle)
        if figures:
            told = policy.definitions[figures[0]].told
            yield problems.CYCLE.at(
                told.at("is", "cases", "adds", "share", "bands", "slabs", "quota"), path=path
            )
        else:
            yield problems.GROUP_CYCLE.at(policy.groups[str(circle[0])].told.at("if"), path=path)


def _groups_of(policy: Policy, definition: Definition) -> set[str]:
    """Return the groups that decide whose figure it is, or whom it runs over."""
    groups = {definition.who, *_ranked_within(definition)} | (
        {policy.members} if definition.level is Level.DEPARTMENT else set()
    )
    for expression in expressions(definition):
        groups |= _named_groups(expression)
    return groups


def _ranked_within(definition: Definition) -> set[str]:
    within = definition.quota.within if definition.quota else ""
    return {within} - {"", "department"}


def _named_groups(expression: Expression) -> set[str]:
    parts = list(walk(expression))
    gathered = {part.over.name for part in parts if isinstance(part, Gather) and part.over.kind == "group"}
    return gathered | {part.name for part in parts if isinstance(part, GroupName)}


def _called(knot: Knot, circle: list[Key]) -> str:
    """Return a knot's name, with its level where the circle passes through figures of several."""
    if isinstance(knot, str):
        return knot
    name, level = knot
    several = len({at for _, at in circle}) > 1
    return f"{level.value}.{name}" if several and level is not Level.PERSON else name


def _circles(graph: dict[Knot, list[Knot]]) -> Iterator[list[Knot]]:
    """Yield circles, each from its first knot in the graph's order back to it."""
    order = {knot: index for index, knot in enumerate(graph)}
    while True:
        try:
            TopologicalSorter(graph).prepare()
        except CycleError as error:
            circle: list[Knot] = list(reversed(error.args[1]))[:-1]
            start = circle.index(min(circle, key=order.__getitem__))
            circle = [*circle[start:], *circle[:start], circle[start]]
            yield circle
            # Cut the circle where it was found and look for the next one.
            graph[circle[0]].remove(circle[1])
        else:
            return


def check_unused(policy: Policy) -> Iterator[Problem]:
    """Yield a warning for each thing that is defined and used nowhere.

    Every figure stands in a section, and every section in the statement: a figure is
    never idle. Its points are, where other figures' points are summed up and its are not.
    """
    used = [part for one in all_expressions(policy) for part in walk(one)]
    for what, there, names in _uses(policy, used):
        for name, told in there.items():
            if name not in names:
                yield problems.UNUSED.at(told.place, what=what, name=name)
    yield from _uncounted(policy)


Uses = tuple[Text, Mapping[str, Told], set[str]]


def _uses(policy: Policy, used: list[Expression]) -> Iterator[Uses]:
    definitions = policy.definitions.values()
    gathered = {part.over.name for part in used if isinstance(part, Gather)}
    yield (
        Text("The parameter"),
        {name: one.told for name, one in policy.parameters.items()},
        {part.name for part in used if isinstance(part, ParameterName)}
        | {one.without for one in definitions}
        | {policy.shops, policy.only}
        | {one.instead for one in policy.references.values() if one.instead}
        | {role.by for form in policy.forms.values() for role in form.raters.values()}
        | ({SUPERIOR_ROLES} if _asks_superiors(policy) else set())
        | {sample.size for sample in policy.samples.values()},
    )
    yield (
        Text("The group"),
        {name: one.told for name, one in policy.groups.items()},
        {part.name for part in used if isinstance(part, GroupName)}
        | {one.who for one in definitions}
        | {one.who for one in policy.checks}
        | {one.quota.within for one in definitions if one.quota}
        | {form.who for form in policy.forms.values()}
        | {group for sample in policy.samples.values() for group in (sample.who, sample.reviewers)}
        | {role.by for form in policy.forms.values() for role in form.raters.values()}
        | {policy.members}
        | gathered,
    )
    yield (
        Text("The item of the ledger"),
        {name: one.told for name, one in policy.ledger.items()},
        {part.item for part in used if isinstance(part, Entries)}
        | {rule.confirmed_by for one in definitions for rule in one.rules},
    )
    yield (
        Text("The indicator"),
        policy.operating,
        {part.indicator for part in used if isinstance(part, Operating)},
    )
    yield (
        Text("The form"),
        {name: one.told for name, one in policy.forms.items()},
        {part.form for part in used if isinstance(part, Score | RatersMissing)},
    )
    yield (
        Text("The sample"),
        {name: one.told for name, one in policy.samples.items()},
        {part.sample for part in used if isinstance(part, Reviewed | Reviews)},
    )
    yield (
        Text("The set of periods"),
        {name: one.told for name, one in policy.references.items()},
        gathered,
    )


def _asks_superiors(policy: Policy) -> bool:
    return any(role.kind == "superior" for form in policy.forms.values() for role in form.raters.values())


def _uncounted(policy: Policy) -> Iterator[Problem]:
    named = {key for one in all_expressions(policy) for key in names_of_any_period(one)}
    points = {
        key: one for key, one in policy.definitions.items() if one.of and one.name == f"{one.of}.points"
    }
    if named.isdisjoint(points):
        return
    for key, one in points.items():
        if key not in named and (f"{one.of}.place", one.level) not in named:
            yield problems.POINTS_UNCOUNTED.at(one.told.at("points"), name=one.of)
