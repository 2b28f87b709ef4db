"""What is proved of a policy before it may be used: everything that needs no data.

Names are resolved by the compiler already. Here: units, circles, bands, rules that
cannot fire, things unused, pools and pay lines.
"""

import operator
from collections.abc import Iterable, Iterator
from fractions import Fraction
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

from kaohe.core.figure import Level, Unit
from kaohe.core.number import plain
from kaohe.core.problem import Place, Problem
from kaohe.policy import problems
from kaohe.policy.expression import (
    Apply,
    Entries,
    Expression,
    FactName,
    FigureName,
    Gather,
    GroupName,
    Literal,
    Offered,
    ParameterName,
    Previous,
    walk,
)
from kaohe.policy.policy import Band, Definition, Policy, Rule
from kaohe.policy.units import BARE, UnitReader, of_unit, shown

Key = tuple[str, Level]
COMPARISON = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}


def check(policy: Policy, *, skip_values: bool = False) -> list[Problem]:
    """Return every finding about a compiled policy.

    Args:
        policy: The policy.
        skip_values: Names did not resolve: what follows from formulas as wholes
            (things unused, totals) would only repeat that.
    """
    found: list[Problem] = []
    for definition in policy.definitions.values():
        found += _units(policy, definition)
        found += _rules(definition)
    found += _conditions(policy)
    found += _circles(policy)
    if not skip_values:
        found += _unused(policy)
        found += _pools(policy)
        found += _pay(policy)
    return found


def expressions(definition: Definition) -> Iterator[Expression]:
    """Yield every formula of a figure, outermost expressions only."""
    yield from _there((definition.body, definition.only_if, definition.minimum_base, definition.pool))
    for rule in definition.rules:
        yield from _there((rule.when, rule.give, rule.unless, rule.per, rule.at_most, rule.of))
        yield from (band.give for band in rule.bands)


def _there(parts: Iterable[Expression | None]) -> Iterator[Expression]:
    return (part for part in parts if part is not None)


def inputs(definition: Definition) -> Iterator[Key]:
    """Yield the figures of the same period that a figure is computed from."""
    if definition.of:
        yield definition.of, definition.level
    for expression in expressions(definition):
        yield from figures_in(expression)


def figures_in(expression: Expression | None) -> Iterator[Key]:
    """Yield the figures of the same period that a formula names."""
    skipped: set[int] = set()
    for part in walk(expression):
        if isinstance(part, Previous):
            skipped.add(id(part.figure))
        elif isinstance(part, Gather) and part.over.kind == "periods":
            skipped |= {id(inner) for inner in (*walk(part.body), *walk(part.where))}
        elif isinstance(part, FigureName) and id(part) not in skipped:
            yield part.name, part.level
        elif isinstance(part, Offered):
            yield from ((f"{name}.place", Level.PERSON) for name in part.figures)


# Units


def _units(policy: Policy, definition: Definition) -> Iterator[Problem]:
    reader = UnitReader(policy, definition.told.place)
    declared = of_unit(definition.unit)
    reader.condition(definition.only_if)
    if definition.kind == "formula" and definition.body is not None:
        given = reader.dimension(definition.body)
        if given not in (declared, BARE, "unknown"):
            yield problems.UNIT_OF_FIGURE.at(
                definition.told.place,
                name=definition.name,
                declared=definition.unit.value,
                given=shown(given),
            )
    yield from reader.found
    for rule in definition.rules:
        yield from _rule_units(policy, definition, rule)


def _rule_units(policy: Policy, definition: Definition, rule: Rule) -> Iterator[Problem]:
    reader = UnitReader(policy, rule.told.place)
    reader.condition(rule.when)
    reader.condition(rule.unless)
    declared = of_unit(definition.unit)
    for give in _there((rule.give, *(band.give for band in rule.bands))):
        given = reader.dimension(give)
        if given not in (declared, BARE, "unknown"):
            yield problems.UNIT_OF_FIGURE.at(
                rule.told.place, name=definition.name, declared=definition.unit.value, given=shown(given)
            )
    if rule.of is not None:
        reader.dimension(rule.of)
        for border in (
            border for band in rule.bands for border in (band.low, band.high) if border is not None
        ):
            reader.bare_ratio(border, rule.of)
    yield from reader.found


def _conditions(policy: Policy) -> Iterator[Problem]:
    for group in policy.groups.values():
        reader = UnitReader(policy, group.told.place)
        reader.condition(group.condition)
        yield from reader.found
    for one in policy.checks:
        for _, condition in one.conditions:
            reader = UnitReader(policy, one.told.place)
            reader.condition(condition)
            yield from reader.found


# Rules


def _rules(definition: Definition) -> Iterator[Problem]:
    otherwise: Place | None = None
    for rule in definition.rules:
        if otherwise is not None:
            yield problems.AFTER_OTHERWISE.at(rule.told.place)
        if rule.kind == "otherwise":
            otherwise = rule.told.place
        yield from _bands(rule.bands)
        yield from _never(rule)
    if definition.kind == "formula" and definition.body is not None:
        for part in walk(definition.body):
            if isinstance(part, Apply) and part.op == "/" and _constant(part.args[1]) == 0:
                yield problems.MAY_DIVIDE_BY_ZERO.at(definition.told.place, name=definition.name)


def _bands(bands: tuple[Band, ...]) -> Iterator[Problem]:
    if not bands:
        return
    for band in bands:
        if band.low is not None and band.high is not None and band.low >= band.high:
            yield problems.BAND_EMPTY.at(band.place, low=plain(band.low), high=plain(band.high))
    ordered = sorted(bands, key=lambda band: (band.low is not None, band.low or 0))
    first, last = ordered[0], ordered[-1]
    if first.low is not None:
        border = _border(first.low, bands)
        yield problems.BAND_OPEN.at(first.place, side="<", border=border, row=f"{{to: {border}, give: …}}")
    for before, after in pairwise(ordered):
        yield from _seam(before, after, bands)
    if last.high is not None and not any(band.high is None for band in ordered):
        border = _border(last.high, bands)
        yield problems.BAND_OPEN.at(last.place, side="≥", border=border, row=f"{{from: {border}, give: …}}")


def _seam(before: Band, after: Band, bands: tuple[Band, ...]) -> Iterator[Problem]:
    if before.high is None or after.low is None:
        low = "−∞" if after.low is None else _border(after.low, bands)
        yield problems.BAND_OVERLAP.at(after.place, low=low, high="∞")
    elif before.high < after.low:
        yield problems.BAND_GAP.at(
            after.place, low=_border(before.high, bands), high=_border(after.low, bands)
        )
    elif before.high > after.low:
        upper = before.high if after.high is None else min(before.high, after.high)
        yield problems.BAND_OVERLAP.at(after.place, low=_border(after.low, bands), high=_border(upper, bands))


def _border(border: Fraction, bands: tuple[Band, ...]) -> str:
    """Return a border as an author of these bands would write it."""
    borders = [one for band in bands for one in (band.low, band.high) if one is not None]
    as_percent = any(one.denominator != 1 for one in borders)
    return f"{plain(border * 100)}%" if as_percent else plain(border)


def _never(rule: Rule) -> Iterator[Problem]:
    if rule.kind == "places" and not any(rule.awards.values()):
        yield problems.NEVER.at(rule.told.place, why="every place earns zero")
    for condition, wanted in ((rule.when, True), (rule.unless, False)):
        fixed = _truth(condition)
        if fixed is not None and fixed is not wanted:
            yield problems.NEVER.at(rule.told.place, why="its condition is always the same")
    if rule.kind in ("when", "per", "review") and rule.give is not None and _constant(rule.give) == 0:
        yield problems.NEVER.at(rule.told.place, why="it gives zero")


def _constant(expression: Expression | None) -> Fraction | None:
    if isinstance(expression, Literal) and isinstance(expression.value, Fraction):
        return expression.value
    return None


def _truth(expression: Expression | None) -> bool | None:
    """Return the truth value of a condition that needs no data, else None.

    Besides constants: x < x, and a border that lies outside both sides of an ``and``.
    """
    if isinstance(expression, Literal) and isinstance(expression.value, bool):
        return expression.value
    if not isinstance(expression, Apply):
        return None
    if expression.op == "and" and (
        any(_truth(arg) is False for arg in expression.args) or _contradict(expression.args)
    ):
        return False
    if expression.op in ("<", ">", "!=") and expression.args[0] == expression.args[1]:
        return False
    return _compared(expression.op, [_constant(arg) for arg in expression.args])


def _compared(op: str, sides: list[Fraction | None]) -> bool | None:
    """Return what a comparison of two constants says; None where it is not one."""
    if len(sides) != 2 or sides[0] is None or sides[1] is None or op not in COMPARISON:
        return None
    return bool(COMPARISON[op](sides[0], sides[1]))


def _contradict(parts: tuple[Expression, ...]) -> bool:
    """Return whether comparisons of one thing with constants leave no value for it."""
    low: dict[Expression, Fraction] = {}
    high: dict[Expression, Fraction] = {}
    for part in parts:
        if isinstance(part, Apply) and len(part.args) == 2:
            border = _constant(part.args[1])
            if border is None:
                continue
            thing = part.args[0]
            if part.op in (">", ">="):
                low[thing] = max(border, low.get(thing, border))
            elif part.op in ("<", "<="):
                high[thing] = min(border, high.get(thing, border))
    return any(low[one] > high[one] for one in low.keys() & high.keys())


# The whole


def _circles(policy: Policy) -> Iterator[Problem]:
    graph = {key: set(inputs(one)) & policy.definitions.keys() for key, one in policy.definitions.items()}
    while graph:
        try:
            TopologicalSorter(graph).prepare()
        except CycleError as error:
            circle: list[Key] = list(reversed(error.args[1]))
            path = " → ".join(name for name, _ in circle)
            yield problems.CYCLE.at(policy.definitions[circle[0]].told.place, path=path)
            # Cut the circle where it was found and look for the next one.
            graph[circle[0]].discard(circle[1])
        else:
            return


def order(policy: Policy) -> list[Key]:
    """Return all figures so that each stands after those it is computed from."""
    graph = {key: list(dict.fromkeys(inputs(one))) for key, one in policy.definitions.items()}
    return list(TopologicalSorter(graph).static_order())


def _unused(policy: Policy) -> Iterator[Problem]:
    used = [part for one in _all_expressions(policy) for part in walk(one)]
    parameters = {part.name for part in used if isinstance(part, ParameterName)}
    parameters |= {one.without for one in policy.definitions.values()} | {policy.shops}
    parameters |= {one.instead for one in policy.references.values() if one.instead}
    groups = {part.name for part in used if isinstance(part, GroupName)}
    groups |= (
        {one.who for one in policy.definitions.values()}
        | {one.who for one in policy.checks}
        | {policy.members}
    )
    groups |= {part.over.name for part in used if isinstance(part, Gather)}
    items = {part.item for part in used if isinstance(part, Entries)}
    items |= {rule.confirmed_by for one in policy.definitions.values() for rule in one.rules}
    references = {part.over.name for part in used if isinstance(part, Gather)}
    named = (
        ("parameter", policy.parameters, parameters),
        ("group", policy.groups, groups),
        ("ledger item", policy.ledger, items),
        ("set of periods", policy.references, references),
    )
    for what, there, names in named:
        for name, one in there.items():
            if name not in names:
                yield problems.UNUSED.at(one.told.place, what=what, name=name)


def _all_expressions(policy: Policy) -> Iterator[Expression]:
    yield policy.department
    yield from (group.condition for group in policy.groups.values())
    for definition in policy.definitions.values():
        yield from expressions(definition)
    for one in policy.checks:
        yield from (condition for _, condition in one.conditions)


def _pools(policy: Policy) -> Iterator[Problem]:
    shares = [one for one in policy.definitions.values() if one.kind == "share"]
    first: dict[Expression, Definition] = {}
    for one in shares:
        assert one.pool is not None
        if one.pool in first:
            pool = one.pool.name if isinstance(one.pool, FigureName) else "?"
            yield problems.POOL_TWICE.at(one.told.place, pool=pool, first=first[one.pool].name, name=one.name)
        first.setdefault(one.pool, one)


def _pay(policy: Policy) -> Iterator[Problem]:
    for section in policy.sections:
        if not section.total or (section.total, section.level) not in policy.definitions:
            continue
        total = policy.definitions[section.total, section.level]
        added = {name for name, _ in figures_in(total.body)}
        for name in section.figures:
            if name == section.total:
                continue
            definition = policy.definitions[name, section.level]
            if definition.unit is not Unit.MONEY:
                continue
            if name not in added:
                yield problems.TOTAL_MISSES.at(definition.told.place, total=section.total, name=name)
            if definition.round is None:
                yield problems.PAY_ROUNDING.at(definition.told.place, name=name)
            if may_lack_value(policy, (name, section.level)):
                yield problems.PAY_WITHOUT_VALUE.at(definition.told.place, name=name)


def may_lack_value(policy: Policy, key: Key, above: frozenset[Key] = frozenset()) -> bool:
    """Return whether a figure may come out without a value, by its formula alone."""
    definition = policy.definitions.get(key)
    if definition is None or key in above:
        return False
    if definition.kind in ("adds", "share"):
        return False
    if definition.kind == "cases":
        return not any(rule.kind == "otherwise" for rule in definition.rules) or any(
            _may_lack(policy, rule.give, above | {key}) for rule in definition.rules
        )
    return definition.kind == "place" or _may_lack(policy, definition.body, above | {key})


def _may_lack(policy: Policy, expression: Expression | None, above: frozenset[Key]) -> bool:
    match expression:
        case FigureName(name, level):
            return may_lack_value(policy, (name, level), above)
        case ParameterName(name):
            return any(value is None for _, value in policy.parameters[name].values)
        case FactName() | Previous():
            return True
        case Gather(op=op):
            return op == "mean"
        case Apply(op="default", args=args):
            return all(_may_lack(policy, arg, above) for arg in args)
        case Apply(op="known"):
            return False
        case Apply(op="/", args=(left, right)):
            safe = _constant(right) not in (None, 0) or _never_zero(policy, right)
            return not safe or _may_lack(policy, left, above)
        case Apply(op="if", args=(test, *branches)):
            return any(_may_lack(policy, arg, above) for arg in branches) or _may_lack(policy, test, above)
        case Apply(args=args):
            return any(_may_lack(policy, arg, above) for arg in args)
    return expression is None


def _never_zero(policy: Policy, expression: Expression) -> bool:
    """Return whether a divisor is a count of points on offer, which the places rules keep above zero."""
    if isinstance(expression, Offered):
        return True
    if isinstance(expression, FigureName):
        definition = policy.definitions.get((expression.name, expression.level))
        return definition is not None and definition.body is not None and _never_zero(policy, definition.body)
    return False
