"""What is paid, proved: a pool is paid out once, a payslip adds up, a line has a value."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from fractions import Fraction

from kaohe.core.figure import Level, Unit
from kaohe.core.number import plain
from kaohe.core.problem import Problem
from kaohe.policy import problems
from kaohe.policy.expression import (
    Apply,
    Expression,
    FactName,
    FigureName,
    Gather,
    Literal,
    Offered,
    ParameterName,
    Previous,
    Row,
)
from kaohe.policy.graph import Key
from kaohe.policy.policy import Definition, Policy, Section
from kaohe.policy.printing import printed
from kaohe.policy.rulecheck import constant

Portion = tuple[Expression, Fraction]
"""A part of something: the whole, and how much of it."""

# Pools


def check_pools(policy: Policy) -> Iterator[Problem]:
    """Yield a problem for each pool of which more is paid out than there is.

    What two shares take is compared on every day from which a parameter has a new
    value; roundings on the way are left aside.
    """
    shares = [one for one in policy.definitions.values() if one.kind == "share" and one.pool is not None]
    for one in shares:
        if one.each == "week" and _is_monthly(policy, one.pool):
            yield problems.POOL_EACH_WEEK.at(one.told.at("share"), name=one.name, pool=_pool_name(one))
    reported: set[frozenset[str]] = set()
    for day in sorted({since for one in policy.parameters.values() for since, _ in one.values} | {date.min}):
        for whole, parts in _by_pool(policy, shares, day).items():
            names = frozenset(one.name for one, _ in parts)
            total = sum((part for _, part in parts), Fraction(0))
            if total > 1 and names not in reported:
                reported.add(names)
                yield _overspent(whole, parts, total)


def _is_monthly(policy: Policy, pool: Expression | None) -> bool:
    definition = policy.definitions.get((pool.name, pool.level)) if isinstance(pool, FigureName) else None
    return definition is not None and definition.each == "period"


def _pool_name(share: Definition) -> str:
    assert share.pool is not None
    return share.pool.name if isinstance(share.pool, FigureName) else printed(share.pool, Level.PERSON)


def _by_pool(
    policy: Policy, shares: list[Definition], day: date
) -> dict[Expression, list[tuple[Definition, Fraction]]]:
    pools = defaultdict(list)
    for one in shares:
        assert one.pool is not None
        whole, part = portion(one.pool, policy, day)
        pools[whole].append((one, part))
    return pools


def _overspent(whole: Expression, parts: list[tuple[Definition, Fraction]], total: Fraction) -> Problem:
    *_, (last, _) = parts
    pool = whole.name if isinstance(whole, FigureName) else printed(whole, Level.PERSON)
    if len(parts) == 2 and all(part == 1 for _, part in parts):
        return problems.POOL_TWICE.at(
            last.told.at("share"), pool=pool, first=parts[0][0].name, name=last.name
        )
    names = " + ".join(one.name for one, _ in parts)
    return problems.POOL_OVERSPENT.at(
        last.told.at("share"), pool=pool, names=names, percent=plain(total * 100, 2)
    )


def portion(expression: Expression, policy: Policy, day: date) -> Portion:
    """Return what an amount is a fixed part of, and which part, by the parameters of a day."""
    match expression:
        case FigureName(name, level):
            definition = policy.definitions.get((name, level))
            if definition is not None and definition.kind == "formula" and definition.body is not None:
                whole, part = portion(definition.body, policy, day)
                # A figure that is no part of another figure is a whole of its own.
                return (whole, part) if isinstance(whole, FigureName) else (expression, Fraction(1))
        case Apply(op="*", args=(left, right)):
            for factor, rest in ((left, right), (right, left)):
                number = _fixed(factor, policy, day)
                if number is not None:
                    whole, part = portion(rest, policy, day)
                    return whole, part * number
        case Apply(op="/", args=(left, right)):
            number = _fixed(right, policy, day)
            if number:
                whole, part = portion(left, policy, day)
                return whole, part / number
        case Apply(op="+" | "-" as op, args=(left, right)):
            whole, part = portion(left, policy, day)
            other, taken = portion(right, policy, day)
            if whole == other:
                return whole, part + taken if op == "+" else part - taken
    return expression, Fraction(1)


def _fixed(expression: Expression, policy: Policy, day: date) -> Fraction | None:
    """Return the number that a formula of numbers and parameters is on a day; None: it needs data."""
    match expression:
        case Literal(value=Fraction() as value):
            return value
        case ParameterName(name):
            held = policy.parameters[name].on(day)
            return held if isinstance(held, Fraction) else None
        case Apply(op="+" | "-" | "*" as op, args=(left, right)):
            one, other = _fixed(left, policy, day), _fixed(right, policy, day)
            if one is None or other is None:
                return None
            return one + other if op == "+" else one - other if op == "-" else one * other
    return None


# The payslip


def check_pay(policy: Policy) -> Iterator[Problem]:
    """Yield what keeps the lines of a payslip from adding up to its total."""
    for section in policy.sections:
        if section.total and (section.total, section.level) in policy.definitions:
            yield from _payslip(policy, section)


def _payslip(policy: Policy, section: Section) -> Iterator[Problem]:
    total = policy.definitions[section.total, section.level]
    added = list(_terms(total.body))
    names = Counter(term.name for term in added if isinstance(term, FigureName))
    place = total.told.at("is")
    if total.kind != "formula" or total.round is not None or any(map(_is_no_line, added)):
        yield problems.TOTAL_NOT_A_SUM.at(place, total=section.total)
    for name, times in names.items():
        if times > 1:
            yield problems.TOTAL_TWICE.at(place, total=section.total, name=name)
    lines = {name for name in section.figures if name != section.total} | names.keys()
    for name in sorted(lines, key=lambda one: _place(policy, one, section)):
        definition = policy.definitions.get((name, section.level))
        if definition is None or definition.unit is not Unit.MONEY:
            continue
        if name not in names:
            yield problems.TOTAL_MISSES.at(definition.told.place, total=section.total, name=name)
        if definition.round is None:
            yield problems.PAY_ROUNDING.at(definition.told.place, name=name)
        if may_lack_value(policy, (name, section.level)):
            yield problems.PAY_WITHOUT_VALUE.at(definition.told.at("is", "cases", "share"), name=name)


def _place(policy: Policy, name: str, section: Section) -> tuple[str, int]:
    definition = policy.definitions.get((name, section.level))
    return (definition.told.place.file, definition.told.place.line) if definition else ("", 0)


def _terms(expression: Expression | None) -> Iterator[Expression]:
    """Yield the terms of a chain of sums and differences."""
    match expression:
        case None:
            return
        case Apply(op="+" | "-", args=args):
            for arg in args:
                yield from _terms(arg)
        case Apply(op="neg", args=(arg,)):
            yield from _terms(arg)
        case _:
            yield expression


def _is_no_line(term: Expression) -> bool:
    return not isinstance(term, FigureName) or term.level is not Level.PERSON


# Values that may be missing


def may_lack_value(policy: Policy, key: Key, above: frozenset[Key] = frozenset()) -> bool:
    """Return whether a figure may come out without a value, by its formula alone.

    A sum of rules never does; cases do where none may apply; a share does where its
    pool does. A figure that is asked again on the way to itself is not asked twice.
    """
    definition = policy.definitions.get(key)
    if definition is None or key in above:
        return False
    inside = above | {key}
    match definition.kind:
        case "adds":
            return False
        case "place":
            return True
        case "share":
            return _may_lack(policy, definition.pool, inside)
        case "cases":
            has_last = any(rule.kind == "otherwise" for rule in definition.rules)
            return not has_last or any(_may_lack(policy, rule.give, inside) for rule in definition.rules)
        case "bands":
            gives = [band.give for rule in definition.rules for band in rule.bands]
            return any(_may_lack(policy, part, inside) for part in (definition.body, *gives))
    return _may_lack(policy, definition.body, inside)


def _may_lack(policy: Policy, expression: Expression | None, above: frozenset[Key]) -> bool:
    match expression:
        case FigureName(name, level):
            return may_lack_value(policy, (name, level), above)
        case ParameterName(name):
            return any(value is None for _, value in policy.parameters[name].values)
        case FactName() | Previous() | Row():
            return True
        case Gather(op="mean"):
            return True
        case Gather(op="any" | "all", body=body):
            return _may_lack(policy, body, above)
        case Apply():
            return _operation_may_lack(policy, expression, above)
    return False


def _operation_may_lack(policy: Policy, apply: Apply, above: frozenset[Key]) -> bool:
    args = apply.args
    match apply.op:
        case "default":
            return all(_may_lack(policy, arg, above) for arg in args)
        case "known":
            return False
        case "/" if not _never_zero(policy, args[1]):
            return True
    return any(_may_lack(policy, arg, above) for arg in args)


def _never_zero(policy: Policy, divisor: Expression) -> bool:
    """Return whether a divisor is above zero by its formula alone."""
    match divisor:
        case Literal():
            return constant(divisor) not in (None, 0)
        case Offered():
            return True
        case ParameterName(name):
            parameter = policy.parameters[name]
            values = [value for _, value in parameter.values]
            return all(isinstance(value, Fraction) and value != 0 for value in values) and bool(
                parameter.at_least is not None and parameter.at_least > 0
            )
        case FigureName(name, level):
            definition = policy.definitions.get((name, level))
            body = definition.body if definition and definition.kind == "formula" else None
            return body is not None and _never_zero(policy, body)
        case Apply(op="max", args=args):
            return any((constant(arg) or 0) > 0 for arg in args)
    return False
