"""A policy's shape becomes a Policy: names are resolved, numbers made exact, rules typed.

Every problem is gathered; a Policy comes back even from a faulty file, so that the
checker can go on and one run shows all there is to mend.
"""

from collections.abc import Iterator, Mapping

from kaohe.core.document import Document
from kaohe.core.figure import Level
from kaohe.core.measure import MEASURES
from kaohe.core.period import MonthlyCalendar
from kaohe.core.problem import Problem
from kaohe.core.rules import Rules
from kaohe.policy import problems
from kaohe.policy.context import Context, Path, words
from kaohe.policy.expression import Expression, Literal
from kaohe.policy.figures import FigureCompiler, beside
from kaohe.policy.formula import Names, Scope
from kaohe.policy.parameters import read_parameter
from kaohe.policy.policy import (
    EMPLOYED,
    EVERYONE,
    Check,
    Definition,
    Group,
    LedgerItem,
    Policy,
    Reference,
    Section,
)
from kaohe.policy.shape import PolicyShape, SectionShape

RESERVED = frozenset(
    {"value", "shop", "place", "department", "person", "weeks", "shops", EVERYONE, EMPLOYED, "yes", "no"}
)


def compile_policy(shape: PolicyShape, document: Document, digest: str) -> tuple[Policy, list[Problem]]:
    """Return the policy and every problem of its names, numbers and rules.

    Args:
        shape: The policy's shape.
        document: The file, for the places of problems.
        digest: The digest that the policy will bear.
    """
    found: list[Problem] = []
    context = Context(shape, document, _names(shape, document, found), found)
    rules, wrong = Rules.read(shape.rules, lambda path: context.place("rules", *path))
    found += wrong
    definitions: dict[tuple[str, Level], Definition] = {}
    for name, section in shape.sections.items():
        for figure_name, figure in section.figures.items():
            for definition in FigureCompiler(context, name, section, figure_name, figure).definitions():
                definitions[definition.name, definition.level] = definition
    members = shape.department.members if shape.department else EVERYONE
    policy = Policy(
        name=shape.policy,
        version=shape.version,
        file=document.name,
        digest=digest,
        title=words(shape.title),
        about=words(shape.about),
        calendar=MonthlyCalendar(shape.starts_on),
        rules=rules,
        parameters={
            name: read_parameter(name, one, context.told(one, "parameters", name), document, found)
            for name, one in shape.parameters.items()
        },
        groups=_groups(context),
        references=_references(context),
        ledger={
            name: LedgerItem(name, one.at_most, context.told(one, "ledger", name))
            for name, one in shape.ledger.items()
        },
        definitions=definitions,
        sections=tuple(_section(context, name, one) for name, one in shape.sections.items()),
        checks=tuple(_checks(context)),
        department=_subject(context),
        members=context.group(members, ("department", "members")),
        shops=_shops(context),
    )
    return policy, found


# Names first: any formula may use any figure, wherever it stands.


def _names(shape: PolicyShape, document: Document, found: list[Problem]) -> Names:
    figures: dict[tuple[str, Level], frozenset[str]] = {}
    for name, level, spans, path in _declared(shape):
        if name in RESERVED:
            found.append(problems.NAME_TAKEN.at(document.place(path), name=name, what="a built-in word"))
        if (name, level) in figures:
            what = "another figure of this level"
            found.append(problems.NAME_TAKEN.at(document.place(path), name=name, what=what))
        figures[name, level] = frozenset(spans)
    for kind, there in (("parameters", shape.parameters), ("groups", shape.groups)):
        for name in there:
            if name in MEASURES or name in RESERVED:
                what = "a measure or a built-in word"
                found.append(problems.NAME_TAKEN.at(document.place((kind, name)), name=name, what=what))
    return Names(
        figures=figures,
        parameters=frozenset(shape.parameters),
        groups=frozenset({*shape.groups, EVERYONE, EMPLOYED}),
        references=frozenset(shape.reference_periods),
        ledger=frozenset(shape.ledger),
    )


def _declared(shape: PolicyShape) -> Iterator[tuple[str, Level, tuple[str, ...], Path]]:
    for section_name, section in shape.sections.items():
        level = Level(section.for_)
        for name, figure in section.figures.items():
            path = ("sections", section_name, "figures", name)
            yield name, level, (section.each,), path
            if figure.points is not None:
                yield f"{name}.points", level, (section.each,), path
            if any(rule.places is not None for rule in figure.points or ()):
                yield f"{name}.place", level, (section.each,), path
            if beside(section, figure):
                spans = (section.each, "period") if figure.shop_each_period else (section.each,)
                yield name, Level.SHOP, spans, path


def _groups(context: Context) -> Mapping[str, Group]:
    scope = Scope(context.names, Level.PERSON, "period")
    return {
        name: Group(
            name, context.formula(one.if_, ("groups", name, "if"), scope), context.told(one, "groups", name)
        )
        for name, one in context.shape.groups.items()
    }


def _references(context: Context) -> Mapping[str, Reference]:
    references = {}
    for name, one in context.shape.reference_periods.items():
        if one.instead and one.instead not in context.shape.parameters:
            path = ("reference_periods", name, "instead")
            context.problem(problems.UNKNOWN_PARAMETER, path, one.instead, name=one.instead)
        told = context.told(one, "reference_periods", name)
        references[name] = Reference(name, tuple(one.months), one.instead, told)
    return references


def _subject(context: Context) -> Expression:
    department = context.shape.department
    if department is None:
        return Literal("", "")
    return context.formula(
        department.subject, ("department", "subject"), Scope(context.names, Level.DEPARTMENT, "period")
    )


def _shops(context: Context) -> str:
    name = (context.shape.department and context.shape.department.shops) or ""
    if name and name not in context.shape.parameters:
        context.problem(problems.UNKNOWN_PARAMETER, ("department", "shops"), name, name=name)
        return ""
    return name


def _section(context: Context, name: str, shape: SectionShape) -> Section:
    path = ("sections", name)
    if shape.total and shape.total not in shape.figures:
        context.problem(problems.UNKNOWN_FIGURE, (*path, "total"), name=shape.total, level=shape.for_)
    who = context.group(shape.who, (*path, "who"))
    return Section(
        name=name,
        level=Level(shape.for_),
        each=shape.each,
        who=who,
        points_for=context.group(shape.points_for, (*path, "points_for")) if shape.points_for else who,
        figures=tuple(shape.figures),
        total=shape.total or "",
        told=context.told(shape, *path),
    )


def _checks(context: Context) -> Iterator[Check]:
    for name, shape in context.shape.checks.items():
        path = ("checks", name)
        is_person = shape.for_ != "department"
        level = Level.PERSON if is_person else Level.DEPARTMENT
        conditions = []
        for index, of in enumerate(shape.of or ("",)):
            if of and (of, level) not in context.names.figures:
                context.problem(problems.UNKNOWN_FIGURE, (*path, "of", index), name=of, level=level.value)
                continue
            scope = Scope(context.names, level, shape.each, value=of or None)
            conditions.append((of, context.formula(shape.when, (*path, "when"), scope)))
        yield Check(
            name=name,
            level=level,
            who=context.group(shape.for_, (*path, "for")) if is_person else "",
            each=shape.each,
            conditions=tuple(conditions),
            says=words(shape.says),
            blocks_closing=shape.blocks is not None,
            told=context.told(shape, *path),
        )
