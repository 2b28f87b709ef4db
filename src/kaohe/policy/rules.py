"""One rule's shape becomes a Rule: what gives, when, how much, and where it stands."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from kaohe.core.language import Text
from kaohe.core.measure import MEASURES
from kaohe.policy import problems
from kaohe.policy.context import Context, Path, nearest, words
from kaohe.policy.expression import Expression
from kaohe.policy.policy import Band, Rule
from kaohe.policy.shape import Band as BandShape
from kaohe.policy.shape import RuleShape, Slab
from kaohe.policy.told import Told
from kaohe.policy.vocabulary import Scope

KINDS = ("places", "when", "per", "bands", "review", "otherwise")
UNDER: Mapping[str, tuple[str, ...]] = {
    "points": ("places", "when", "per", "bands", "review"),
    "adds": ("when", "per", "bands"),
    "cases": ("when", "bands", "otherwise"),
}
"""Which kinds of rule may stand under which key of a figure."""
BESIDE: Mapping[str, tuple[str, ...]] = {
    "give": ("when", "per", "review"),
    "unless": ("places", "when", "per", "bands", "review"),
    "only_if": ("places",),
    "at_most": ("per",),
    "at_least": ("per",),
    "of": ("bands",),
}
"""Which key of a rule counts beside which kind."""


def read_rules(
    context: Context, shapes: list[RuleShape], path: Path, scope: Scope, barred: tuple[str, ...]
) -> Iterator[Rule]:
    """Yield the rules of a figure; those that are no rule are noted and left out.

    Args:
        context: The policy being compiled.
        shapes: The rules' shapes.
        path: Where they stand; its last step is ``points``, ``adds`` or ``cases``.
        scope: From where their formulas look.
        barred: The kinds of rule that are for others than those who have the figure.
    """
    for index, shape in enumerate(shapes):
        here = (*path, index)
        kind = _kind(context, shape, here, str(path[-1]))
        if kind in barred:
            context.problem(problems.ONLY_PEOPLE, (*here, kind), key=kind)
            continue
        if kind:
            yield _rule(context, shape, kind, here, scope)


def _kind(context: Context, shape: RuleShape, path: Path, under: str) -> str:
    """Return the kind of a rule; blank where it is none, or stands where it cannot."""
    given = [one for one in KINDS if getattr(shape, one) is not None]
    if len(given) != 1:
        context.problem(problems.ONE_OF, path, ", ".join(given), known=", ".join(UNDER[under]))
        return ""
    kind = given[0]
    if kind not in UNDER[under]:
        known = ", ".join(UNDER[under])
        context.problem(problems.RULE_ELSEWHERE, (*path, kind), rule=kind, under=under, known=known)
        return ""
    for key, kinds in BESIDE.items():
        if getattr(shape, key) is not None and kind not in kinds:
            context.idle(key, Text("beside {keys}").filled(keys=", ".join(kinds)), path)
    if kind in BESIDE["give"] and shape.give is None:
        context.problem(problems.MISSING_KEY, path, key="give")
    return kind


def _rule(context: Context, shape: RuleShape, kind: str, path: Path, scope: Scope) -> Rule:
    told = context.told(shape, *path)

    def read(key: str) -> Expression | None:
        return context.maybe(getattr(shape, key), (*path, key), scope)

    if kind == "otherwise":
        return Rule("otherwise", told, give=read("otherwise"))
    if kind == "places":
        return Rule("places", told, awards=_awards(context, shape, path), unless=read("unless"))
    if kind == "bands":
        return _banded(context, shape, path, scope)
    if kind == "review":
        return _review(context, shape, path, scope)
    return Rule(
        kind="case" if path[-2] == "cases" else kind,
        told=told,
        when=read("when"),
        per=read("per"),
        give=read("give"),
        unless=read("unless"),
        at_most=read("at_most"),
        at_least=read("at_least"),
    )


def _banded(context: Context, shape: RuleShape, path: Path, scope: Scope) -> Rule:
    told = context.told(shape, *path)
    bands = read_bands(context, shape.bands or [], (*path, "bands"), scope)
    of = context.maybe(shape.of, (*path, "of"), scope)
    if of is None and scope.value:
        of = context.formula("value", path, scope)
    if of is None:
        context.problem(problems.MISSING_KEY, path, key="of")
    unless = context.maybe(shape.unless, (*path, "unless"), scope)
    return Rule("bands", told, bands=bands, of=of, unless=unless)


def _review(context: Context, shape: RuleShape, path: Path, scope: Scope) -> Rule:
    review, here = shape.review, (*path, "review")
    assert review is not None
    if review.confirmed_by not in context.shape.ledger:
        place = context.place(*here, "confirmed_by")
        problem = problems.UNKNOWN_ITEM.at(place, review.confirmed_by, name=review.confirmed_by)
        context.found.append(nearest(problem, review.confirmed_by, context.shape.ledger))
    for index, measure in enumerate(review.lists):
        if measure not in MEASURES:
            place = context.place(*here, "lists", index)
            context.found.append(
                nearest(problems.UNKNOWN_NAME.at(place, measure, name=measure), measure, MEASURES)
            )
    told = context.told(shape, *path)
    opens = context.place(*here, "opens_when")
    return Rule(
        "review",
        Told(told.title, told.reading, told.place, {**told.keys, "when": opens}),
        when=context.formula(review.opens_when, (*here, "opens_when"), scope),
        give=context.maybe(shape.give, (*path, "give"), scope),
        unless=context.maybe(shape.unless, (*path, "unless"), scope),
        confirmed_by=review.confirmed_by,
        lists=tuple(measure for measure in review.lists if measure in MEASURES),
    )


def _awards(context: Context, shape: RuleShape, path: Path) -> Mapping[int, Fraction]:
    awards: dict[int, Fraction] = {}
    for key, value in (shape.places or {}).items():
        award = context.number(value, (*path, "places", key))
        if not (key.isascii() and key.isdecimal() and int(key[:9]) >= 1 and key[0] != "0"):
            context.problem(problems.PLACES_WRONG, (*path, "places", key), key, key=key)
        elif award is not None:
            awards[int(key[:9])] = award
    return awards


def read_bands(context: Context, shapes: list[BandShape], path: Path, scope: Scope) -> tuple[Band, ...]:
    """Return the bands with their borders made exact; none, where one border is no number."""
    gives = [context.formula(shape.give, (*path, index, "give"), scope) for index, shape in enumerate(shapes)]
    return _rows(context, shapes, gives, path)


def read_slabs(context: Context, shapes: list[Slab], path: Path, scope: Scope) -> tuple[Band, ...]:
    """Return slabs with their borders made exact; none, where one border is no number."""
    rates = [context.formula(shape.rate, (*path, index, "rate"), scope) for index, shape in enumerate(shapes)]
    return _rows(context, shapes, rates, path)


def _rows(
    context: Context, shapes: Sequence[BandShape | Slab], gives: Sequence[Expression], path: Path
) -> tuple[Band, ...]:
    before = len(context.found)
    bands = tuple(
        Band(
            context.number(shape.from_, (*path, index, "from")),
            context.number(shape.to, (*path, index, "to")),
            give,
            context.place(*path, index),
            (_written(shape.from_), _written(shape.to)),
            words(shape.title),
        )
        for index, (shape, give) in enumerate(zip(shapes, gives, strict=True))
    )
    unread = any(problem.code == problems.BAD_NUMBER.code for problem in context.found[before:])
    return () if unread else bands


def _written(border: str | int | None) -> str:
    return "" if border is None else "".join(str(border).split())
