"""What a policy's figures are computed from: the graph that the checker and the engine walk."""

from collections.abc import Iterable, Iterator

from kaohe.core.figure import Level
from kaohe.core.period import Span
from kaohe.policy.expression import (
    Apply,
    Expression,
    FigureName,
    Gather,
    MeasureName,
    Offered,
    Previous,
    walk,
)
from kaohe.policy.policy import Definition, Policy, Rule

Key = tuple[str, Level]


def expressions(definition: Definition) -> Iterator[Expression]:
    """Yield every formula of a figure, outermost expressions only."""
    yield from there((definition.body, definition.only_if, definition.minimum_base, definition.pool))
    for rule in definition.rules:
        yield from rule_expressions(rule)
    if definition.quota is not None:
        yield from definition.quota.then
        for row in definition.quota.rows:
            yield from there((row.share, row.give))


def rule_expressions(rule: Rule) -> Iterator[Expression]:
    """Yield every formula of a rule, outermost expressions only."""
    yield from there((rule.when, rule.give, rule.unless, rule.per, rule.at_most, rule.at_least, rule.of))
    yield from (band.give for band in rule.bands)


def there(parts: Iterable[Expression | None]) -> Iterator[Expression]:
    """Yield those that are there."""
    return (part for part in parts if part is not None)


def inputs(definition: Definition) -> Iterator[Key]:
    """Yield the figures of the same period that a figure is computed from."""
    if definition.of:
        yield definition.of, definition.level
    if any(rule.kind == "places" for rule in definition.rules):
        yield f"{definition.of}.place", definition.level
    for expression in expressions(definition):
        yield from figures_in(expression)


def figures_in(expression: Expression | None) -> Iterator[Key]:
    """Yield the figures of the same period that a formula names."""
    if isinstance(expression, Previous):
        return
    if isinstance(expression, Gather) and expression.over.kind == "periods":
        return
    if isinstance(expression, FigureName):
        yield expression.name, expression.level
    elif isinstance(expression, Offered):
        yield from ((f"{name}.place", Level.PERSON) for name in expression.figures)
    elif isinstance(expression, Gather):
        yield from figures_in(expression.body)
        yield from figures_in(expression.where)
    elif isinstance(expression, Apply):
        for arg in expression.args:
            yield from figures_in(arg)


def names_of_any_period(expression: Expression) -> Iterator[Key]:
    """Yield the figures that a formula names, in this period or another."""
    for part in walk(expression):
        if isinstance(part, FigureName):
            yield part.name, part.level


def names_of_earlier(policy: Policy) -> frozenset[Key]:
    """Return the figures that a policy's formulas read as earlier periods had them."""
    found: set[Key] = set()
    for part in all_parts(policy):
        if isinstance(part, Previous) or (isinstance(part, Gather) and part.over.kind == "periods"):
            found.update(names_of_any_period(part))
    return frozenset(found)


def uses_weeks(policy: Policy) -> bool:
    """Return whether anything of a policy is computed week by week."""
    if "week" in {*(one.each for one in policy.sections), *(one.each for one in policy.checks)}:
        return True
    return any(isinstance(part, Gather) and part.over.kind == "weeks" for part in all_parts(policy))


def uses_measures(policy: Policy) -> bool:
    """Return whether anything of a policy is computed from chats and orders, or drawn from chats."""
    return bool(policy.samples) or any(isinstance(part, MeasureName) for part in all_parts(policy))


def all_parts(policy: Policy) -> Iterator[Expression]:
    """Yield every formula of a policy with everything inside it."""
    for expression in all_expressions(policy):
        yield from walk(expression)


def all_expressions(policy: Policy) -> Iterator[Expression]:
    """Yield every formula of a policy, outermost expressions only."""
    yield policy.department
    yield from (group.condition for group in policy.groups.values())
    for definition in policy.definitions.values():
        yield from expressions(definition)
    for one in policy.checks:
        yield from (condition for _, condition in one.conditions)


def reach(policy: Policy, period: Span) -> Span:
    """Return the days that a policy looks at in a period: weeks may begin before it and end after it."""
    return policy.calendar.reach(period) if uses_weeks(policy) else period
