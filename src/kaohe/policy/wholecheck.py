"""The whole of a policy proved: nothing in a circle, nothing idle."""

from collections.abc import Hashable, Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import TypeVar

from kaohe.core.figure import Level
from kaohe.core.language import Text
from kaohe.core.problem import Problem
from kaohe.policy import problems
from kaohe.policy.expression import Entries, Expression, Gather, GroupName, ParameterName, walk
from kaohe.policy.graph import expressions, inputs, names_of_any_period
from kaohe.policy.policy import Policy, Told

Knot = TypeVar("Knot", bound=Hashable)


def check_circles(policy: Policy) -> Iterator[Problem]:
    """Yield every circle of figures, and of groups."""
    graph = {key: set(inputs(one)) & policy.definitions.keys() for key, one in policy.definitions.items()}
    for circle in _circles(graph):
        path = " → ".join(_named(name, level, circle) for name, level in circle)
        told = policy.definitions[circle[0]].told
        yield problems.CYCLE.at(told.at("is", "cases", "adds", "share", "bands"), path=path)
    groups = {
        name: {part.name for part in walk(group.condition) if isinstance(part, GroupName)}
        & policy.groups.keys()
        for name, group in policy.groups.items()
    }
    for names in _circles(groups):
        yield problems.GROUP_CYCLE.at(policy.groups[names[0]].told.at("if"), path=" → ".join(names))


def _named(name: str, level: Level, circle: Iterable[tuple[str, Level]]) -> str:
    """Return a figure's name, with its level where the circle passes through several."""
    several = len({at for _, at in circle}) > 1
    return f"{level.value}.{name}" if several and level is not Level.PERSON else name


def _circles(graph: dict[Knot, set[Knot]]) -> Iterator[list[Knot]]:
    while True:
        try:
            TopologicalSorter(graph).prepare()
        except CycleError as error:
            circle: list[Knot] = list(reversed(error.args[1]))
            yield circle
            # Cut the circle where it was found and look for the next one.
            graph[circle[0]].discard(circle[1])
        else:
            return


def check_unused(policy: Policy) -> Iterator[Problem]:
    """Yield a warning for each thing that is defined and used nowhere.

    Every figure stands in a section, and every section in the statement: a figure is
    never idle. Its points are, where other figures' points are summed up and its are not.
    """
    used = [part for one in _all_expressions(policy) for part in walk(one)]
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
        | {policy.shops}
        | {one.instead for one in policy.references.values() if one.instead},
    )
    yield (
        Text("The group"),
        {name: one.told for name, one in policy.groups.items()},
        {part.name for part in used if isinstance(part, GroupName)}
        | {one.who for one in definitions}
        | {one.who for one in policy.checks}
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
        Text("The set of periods"),
        {name: one.told for name, one in policy.references.items()},
        gathered,
    )


def _all_expressions(policy: Policy) -> Iterator[Expression]:
    yield policy.department
    yield from (group.condition for group in policy.groups.values())
    for definition in policy.definitions.values():
        yield from expressions(definition)
    for one in policy.checks:
        yield from (condition for _, condition in one.conditions)


def _uncounted(policy: Policy) -> Iterator[Problem]:
    named = {key for one in _all_expressions(policy) for key in names_of_any_period(one)}
    points = {
        key: one for key, one in policy.definitions.items() if one.of and one.name == f"{one.of}.points"
    }
    if named.isdisjoint(points):
        return
    for key, one in points.items():
        if key not in named and (f"{one.of}.place", one.level) not in named:
            yield problems.POINTS_UNCOUNTED.at(one.told.at("points"), name=one.of)
