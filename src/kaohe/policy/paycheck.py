"""The payslip proved: its lines add up to its total, and each has a value."""

from collections import Counter
from collections.abc import Iterator

from kaohe.core.figure import Level, Unit
from kaohe.core.problem import Problem
from kaohe.policy import problems
from kaohe.policy.expression import Apply, Expression, FigureName
from kaohe.policy.lacking import Lacking
from kaohe.policy.policy import Policy, Section


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
    lacking = Lacking(policy)
    lines = {name for name in section.figures if name != section.total} | names.keys()
    for name in sorted(lines, key=lambda one: _place(policy, one, section)):
        definition = policy.definitions.get((name, section.level))
        if definition is None or definition.unit is not Unit.MONEY:
            continue
        if name not in names:
            yield problems.TOTAL_MISSES.at(definition.told.place, total=section.total, name=name)
        if definition.round is None:
            yield problems.PAY_ROUNDING.at(definition.told.place, name=name)
        if lacking.figure((name, section.level)):
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
