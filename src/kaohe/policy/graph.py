"""What a policy's figures are computed from: the graph that the checker and the engine walk."""

from collections.abc import Iterable, Iterator

from kaohe.core.figure import Level
from kaohe.policy.expression import Apply, Expression, FigureName, Gather, Offered, Previous, walk
from kaohe.policy.policy import Definition, Rule

Key = tuple[str, Level]


def expressions(definition: Definition) -> Iterator[Expression]:
    """Yield every formula of a figure, outermost expressions only."""
    yield from there((definition.body, definition.only_if, definition.minimum_base, definition.pool))
    for rule in definition.rules:
        yield from rule_expressions(rule)


def rule_expressions(rule: Rule) -> Iterator[Expression]:
    """Yield every formula of a rule, outermost expressions only."""
    yield from there((rule.when, rule.give, rule.unless, rule.per, rule.at_most, rule.of))
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
