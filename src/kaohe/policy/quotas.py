"""Quotas: people ranked, and grades dealt out by how many seats each grade has."""

from collections.abc import Iterator

from kaohe.core.figure import Level
from kaohe.core.problem import Problem
from kaohe.policy import people_problems, problems
from kaohe.policy.context import Context, Path, nearest
from kaohe.policy.expression import (
    Apply,
    Entries,
    Expression,
    FactName,
    FigureName,
    MeasureName,
    Operating,
    Reviewed,
    Reviews,
    Score,
)
from kaohe.policy.policy import Definition, Policy
from kaohe.policy.quota import Quota, QuotaRow
from kaohe.policy.rulecheck import constant
from kaohe.policy.shape import QuotaRowShape, QuotaShape, TiesShape
from kaohe.policy.vocabulary import LEVELS, Scope

DEPARTMENT = "department"
OF_ONE = (MeasureName, FactName, Entries, Score, Reviewed, Reviews)
"""What a formula about a person reads of that one person."""


def read_quota(context: Context, shape: QuotaShape, path: Path, scope: Scope) -> Quota:
    """Return a quota; what is wrong with its rows and names is noted."""
    if scope.level is not Level.PERSON:
        context.problem(problems.ONLY_PEOPLE, path, key="quota")
    then = shape.ties.then if isinstance(shape.ties, TiesShape) else []
    within = shape.within or ""
    return Quota(
        better=shape.better,
        within=within if within in ("", DEPARTMENT) else context.group(within, (*path, "within")),
        ties="then" if isinstance(shape.ties, TiesShape) else shape.ties,
        then=tuple(_then(context, then, (*path, "ties", "then"))),
        rows=tuple(_row(context, one, (*path, "rows", index), scope) for index, one in enumerate(shape.rows)),
        half_up=shape.seats_round == "half_up",
    )


def _then(context: Context, names: list[str], path: Path) -> Iterator[FigureName]:
    known = [name for name, level in context.names.figures if level is Level.PERSON]
    for index, name in enumerate(names):
        if name in known:
            yield FigureName(name, Level.PERSON)
            continue
        place = context.place(*path, index)
        problem = problems.UNKNOWN_FIGURE.at(place, name, name=name, level=LEVELS[Level.PERSON])
        context.found.append(nearest(problem, name, known))


def _row(context: Context, shape: QuotaRowShape, path: Path, scope: Scope) -> QuotaRow:
    given = [key for key in ("best", "rest") if getattr(shape, key)]
    if len(given) != 1:
        context.problem(problems.ONE_OF, path, ", ".join(given), known="best, rest")
    return QuotaRow(
        share=None if shape.rest else context.formula(shape.best or 1, (*path, "best"), scope),
        give=context.formula(shape.give, (*path, "give"), scope),
        told=context.told(shape, *path),
    )


def check_quota(policy: Policy, definition: Definition) -> Iterator[Problem]:
    """Yield what is wrong with the rows of a quota and what they are dealt out by."""
    quota = definition.quota
    if quota is None:
        return
    *rows, last = quota.rows
    if last.share is not None or any(row.share is None for row in rows):
        yield people_problems.REST_LAST.at(last.told.place)
    before = None
    for row in quota.rows:
        share = constant(row.share)
        if share is not None and not 0 < share <= 1:
            yield people_problems.NOT_A_SHARE.at(row.told.at("best"), "", key="best")
        elif share is not None and before is not None and share <= before:
            yield people_problems.BEST_RISES.at(row.told.at("best"))
        before = share if share is not None else before
        if row.share is not None and _is_of_one(row.share, policy, quota):
            yield people_problems.SEATS_OF_ONE.at(row.told.at("best"))
    for figure in quota.then:
        if not policy.definitions[figure.name, figure.level].better:
            yield problems.NO_BETTER.at(definition.told.at("quota"), name=figure.name)


def _is_of_one(expression: Expression, policy: Policy, quota: Quota) -> bool:
    """Return whether a share of the seats would differ from one competitor to the other."""
    if isinstance(expression, Apply):
        return any(_is_of_one(arg, policy, quota) for arg in expression.args)
    if isinstance(expression, Operating) or (
        isinstance(expression, FigureName) and expression.level is Level.DEPARTMENT
    ):
        return policy.several and quota.within != DEPARTMENT
    return isinstance(expression, OF_ONE) or (
        isinstance(expression, FigureName) and expression.level is Level.PERSON
    )
