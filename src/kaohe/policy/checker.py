"""What is proved of a policy before it may be used: everything that needs no data.

Names are resolved by the compiler already. Here every formula is weighed for its
units; rules, the whole, and what is paid have files of their own.
"""

from collections.abc import Iterator

from kaohe.core.problem import Problem
from kaohe.policy.graph import Key, expressions, inputs
from kaohe.policy.paycheck import check_pay
from kaohe.policy.policy import Definition, Policy, Rule
from kaohe.policy.poolcheck import check_pools
from kaohe.policy.quotas import check_quota
from kaohe.policy.rulecheck import check_divisions, check_rules
from kaohe.policy.units import UnitReader
from kaohe.policy.wholecheck import check_circles, check_unused

__all__ = ["Key", "check", "expressions", "inputs"]


def check(policy: Policy, *, skip_whole: bool = False) -> list[Problem]:
    """Return every finding about a compiled policy.

    Args:
        policy: The policy.
        skip_whole: Names did not resolve: what follows from formulas as wholes
            (things unused, pools, totals) would only repeat that.
    """
    found: list[Problem] = []
    for definition in policy.definitions.values():
        found += _units(policy, definition)
        found += check_rules(definition)
        found += check_quota(policy, definition)
    found += _conditions(policy)
    found += check_divisions(policy)
    found += check_circles(policy)
    if not skip_whole:
        found += check_unused(policy)
        found += check_pools(policy)
        found += check_pay(policy)
    return found


def _units(policy: Policy, definition: Definition) -> Iterator[Problem]:
    told = definition.told
    reader = UnitReader(policy, told.place)
    reader.at(told.at("only_if")).condition(definition.only_if)
    match definition.kind:
        case "formula":
            reader.at(told.at("is")).given_as(definition.body, definition.unit, definition.name)
        case "share":
            reader.at(told.at("share")).given_as(definition.pool, definition.unit, definition.name)
            reader.number(definition.body)
        case "quota":
            reader.at(told.at("quota")).number(definition.body)
    for row in definition.quota.rows if definition.quota else ():
        reader.at(row.told.at("best")).share(row.share)
        reader.at(row.told.at("give")).given_as(row.give, definition.unit, definition.name)
    if definition.minimum_base is not None and not definition.of:
        reader.at(told.at("minimum_base")).number(definition.minimum_base)
    for rule in definition.rules:
        _rule_units(reader, definition, rule)
    yield from reader.found


def _rule_units(reader: UnitReader, definition: Definition, rule: Rule) -> None:
    told = rule.told
    reader.at(told.at("when")).condition(rule.when)
    reader.at(told.at("unless")).condition(rule.unless)
    reader.at(told.at("give", "otherwise")).given_as(rule.give, definition.unit, definition.name)
    reader.at(told.at("per")).number(rule.per)
    reader.at(told.at("at_most")).given_as(rule.at_most, definition.unit, definition.name)
    reader.at(told.at("at_least")).given_as(rule.at_least, definition.unit, definition.name)
    if rule.of is not None:
        reader.at(told.at("of")).number(rule.of)
    for band in rule.bands:
        reader.at(band.place)
        if rule.kind == "slabs" and rule.of is not None:
            reader.rate(rule.of, band.give, definition.unit, definition.name)
        else:
            reader.given_as(band.give, definition.unit, definition.name)
        for border, written in zip((band.low, band.high), band.written, strict=True):
            if border is not None and rule.of is not None:
                reader.bare_border(border, written, rule.of)


def _conditions(policy: Policy) -> Iterator[Problem]:
    for group in policy.groups.values():
        reader = UnitReader(policy, group.told.at("if"))
        reader.condition(group.condition)
        yield from reader.found
    for one in policy.checks:
        for _, condition in one.conditions:
            reader = UnitReader(policy, one.told.at("when"))
            reader.condition(condition)
            yield from reader.found
    if policy.subject_place is not None:
        reader = UnitReader(policy, policy.subject_place)
        reader.text(policy.department)
        yield from reader.found
