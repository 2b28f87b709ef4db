"""A policy's shape becomes a Policy: names are resolved, numbers made exact, rules typed.

Every problem is gathered; a Policy comes back even from a faulty file, so that the
checker can go on and one run shows all there is to mend.
"""

from collections.abc import Mapping

from kaohe.core.document import Document
from kaohe.core.figure import Level
from kaohe.core.language import Text
from kaohe.core.problem import Problem
from kaohe.core.rules import Rules
from kaohe.policy import problems
from kaohe.policy.calendars import read_calendar, read_deadlines, read_references
from kaohe.policy.context import Context, day, nearest, words
from kaohe.policy.expression import Expression, Literal
from kaohe.policy.figures import FigureCompiler, beside
from kaohe.policy.forms import read_forms, read_samples
from kaohe.policy.naming import read_names
from kaohe.policy.parameters import read_parameter
from kaohe.policy.policy import (
    EVERYONE,
    Check,
    Definition,
    Group,
    LedgerItem,
    Policy,
    Section,
)
from kaohe.policy.shape import CheckShape, DepartmentShape, PolicyShape, SectionShape
from kaohe.policy.vocabulary import LEVELS, Scope


def compile_policy(shape: PolicyShape, document: Document) -> tuple[Policy, list[Problem]]:
    """Return the policy, without a digest yet, and every problem of its names, numbers and rules.

    Args:
        shape: The policy's shape.
        document: The file, for the places of problems.
    """
    found: list[Problem] = []
    calendar = read_calendar(shape, document, found)
    context = Context(shape, document, read_names(shape, document, found, calendar), found)
    rules, wrong = Rules.read(shape.rules, lambda path: context.place("rules", *path))
    found += wrong
    if shape.valid_from is not None and day(shape.valid_from) is None:
        context.problem(problems.NOT_A_DAY, ("valid_from",), shape.valid_from, day=shape.valid_from)
    department = shape.department
    policy = Policy(
        name=shape.policy,
        version=shape.version,
        file=document.name,
        digest="",
        title=words(shape.title),
        about=words(shape.about),
        calendar=calendar,
        rules=rules,
        parameters={
            name: read_parameter(name, one, context.told(one, "parameters", name), document, found)
            for name, one in shape.parameters.items()
        },
        groups=_groups(context),
        references=read_references(context),
        ledger={
            name: LedgerItem(
                name,
                one.at_most,
                context.told(one, "ledger", name),
                one.at_most_period,
                one.needs_approval,
            )
            for name, one in shape.ledger.items()
        },
        definitions=_definitions(context),
        sections=tuple(_section(context, name, one) for name, one in shape.sections.items()),
        checks=tuple(_check(context, name, one) for name, one in shape.checks.items()),
        department=_subject(context),
        members=context.group(department.members, ("department", "members")) if department else EVERYONE,
        shops=context.parameter(department.shops if department else None, "texts", ("department", "shops")),
        valid_from=day(shape.valid_from or ""),
        subject_place=context.place("department", "subject") if department and department.subject else None,
        several=context.names.several,
        only=context.parameter(department.only if department else None, "texts", ("department", "only")),
        deadlines=read_deadlines(context),
        forms=read_forms(context),
        samples=read_samples(context),
        operating={name: context.told(one, "operating", name) for name, one in shape.operating.items()},
    )
    return policy, found


def _definitions(context: Context) -> Mapping[tuple[str, Level], Definition]:
    definitions: dict[tuple[str, Level], Definition] = {}
    for name, section in context.shape.sections.items():
        for figure_name, figure in section.figures.items():
            for definition in FigureCompiler(context, name, section, figure_name, figure).definitions():
                definitions[definition.name, definition.level] = definition
    return definitions


def _groups(context: Context) -> Mapping[str, Group]:
    scope = Scope(context.names, Level.PERSON, "period")
    groups = {}
    for name, one in context.shape.groups.items():
        condition = context.formula(one.if_, ("groups", name, "if"), scope)
        groups[name] = Group(name, condition, context.told(one, "groups", name))
    return groups


def _subject(context: Context) -> Expression:
    shape = context.shape
    if shape.department is not None:
        return _named_subject(context, shape.department)
    for name, section in shape.sections.items():
        of_department = section.for_ == "department"
        if of_department or any(beside(section, figure) for figure in section.figures.values()):
            context.problem(problems.NO_DEPARTMENT, ("sections", name, "for"))
            break
    return Literal("", '""')


def _named_subject(context: Context, shape: DepartmentShape) -> Expression:
    path = ("department",)
    if (shape.subject is None) is (shape.each is None):
        found = "subject, each" if shape.subject is not None else ""
        context.problem(problems.ONE_OF, path, found, known="subject, each")
    if shape.only is not None and shape.each is None:
        context.idle("only", Text("beside {keys}").filled(keys="each"), path)
    if shape.subject is None:
        return Literal("", '""')
    scope = Scope(context.names, Level.DEPARTMENT, "period")
    return context.formula(shape.subject, (*path, "subject"), scope)


def _section(context: Context, name: str, shape: SectionShape) -> Section:
    path = ("sections", name)
    if shape.total and shape.total not in shape.figures:
        place = context.place(*path, "total")
        level = LEVELS[Level(shape.for_)]
        problem = problems.UNKNOWN_FIGURE.at(place, shape.total, name=shape.total, level=level)
        context.found.append(nearest(problem, shape.total, shape.figures))
    context.cut(shape.each, (*path, "each"))
    has_points = any(figure.points for figure in shape.figures.values())
    if shape.points_for is not None and not has_points:
        context.idle("points_for", Text("where figures give points"), path)
    has_places = any(figure.ranked for figure in shape.figures.values())
    if shape.minimum_base is not None and not (has_points or has_places):
        context.idle("minimum_base", Text("where figures give points"), path)
    if shape.for_ == "department" and shape.who != EVERYONE:
        context.idle("who", Text("in a section with “for: person”"), path)
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


def _check(context: Context, name: str, shape: CheckShape) -> Check:
    path = ("checks", name)
    is_person = shape.for_ != "department"
    context.cut(shape.each, (*path, "each"))
    level = Level.PERSON if is_person else Level.DEPARTMENT
    conditions = []
    for index, of in enumerate(shape.of or ("",)):
        if of and (of, level) not in context.names.figures:
            place = context.place(*path, "of", index)
            problem = problems.UNKNOWN_FIGURE.at(place, of, name=of, level=LEVELS[level])
            known = [one for one, at in context.names.figures if at is level]
            context.found.append(nearest(problem, of, known))
            continue
        scope = Scope(context.names, level, shape.each, value=of or None)
        conditions.append((of, context.formula(shape.when, (*path, "when"), scope)))
    return Check(
        name=name,
        level=level,
        who=context.group(shape.for_, (*path, "for")) if is_person else "",
        each=shape.each,
        conditions=tuple(conditions),
        says=words(shape.says),
        blocks_closing=shape.blocks is not None,
        told=context.told(shape, *path),
    )
