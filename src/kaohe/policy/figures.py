"""One figure's shape becomes definitions: itself, the shop's value beside it, its places, its points."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from kaohe.core.figure import Level, Unit
from kaohe.core.measure import MEASURES
from kaohe.policy import problems
from kaohe.policy.context import Context, Path
from kaohe.policy.expression import Expression, Literal
from kaohe.policy.formula import Scope
from kaohe.policy.policy import Band, Definition, Rule, Told
from kaohe.policy.shape import Band as BandShape
from kaohe.policy.shape import FigureShape, RuleShape, SectionShape

RULE_KEYS = ("places", "when", "per", "bands", "review", "otherwise")
FIGURE_KEYS = ("is_", "cases", "adds", "bands", "share")


def beside(section: SectionShape, figure: FigureShape) -> bool:
    """Return whether the shop's value stands beside a figure."""
    return section.shop_beside if figure.shop_beside is None else figure.shop_beside


@dataclass(slots=True)
class FigureCompiler:
    """Compiles one figure with its places, points and the shop's value beside it."""

    context: Context
    section_name: str
    section: SectionShape
    name: str
    shape: FigureShape

    def definitions(self) -> Iterator[Definition]:
        """Yield the figure's definitions: itself, the shop's, its places, its points."""
        shape, path = self.shape, self._path()
        given = [key.rstrip("_") for key in FIGURE_KEYS if getattr(shape, key) is not None]
        if len(given) != 1:
            known = ", ".join(key.rstrip("_") for key in FIGURE_KEYS)
            self.context.problem(problems.ONE_OF, path, ", ".join(given), known=known)
        own = self._own(given[0] if given else "is")
        yield own
        if beside(self.section, shape):
            yield self._shop(own)
        if shape.points is not None:
            yield from self._points(own)

    def _path(self, *more: str | int) -> Path:
        return ("sections", self.section_name, "figures", self.name, *more)

    def _scope(self, *, value: bool = False, level: Level | None = None) -> Scope:
        return Scope(
            names=self.context.names,
            level=level or Level(self.section.for_),
            each=self.section.each,
            own="" if value else self.name,
            value=self.name if value else None,
        )

    def _own(self, kind: str) -> Definition:
        shape, context = self.shape, self.context
        scope = self._scope()
        base = shape.minimum_base if shape.minimum_base is not None else self.section.minimum_base
        definition = Definition(
            name=self.name,
            level=Level(self.section.for_),
            each=self.section.each,
            who=self.section.who,
            unit=shape.unit,
            kind="formula" if kind == "is" else kind,
            section=self.section_name,
            told=context.told(shape, *self._path()),
            better=shape.better or "",
            without=self._days_parameter(),
            round=context.number(shape.round, self._path("round")),
            minimum_base=context.maybe(base, self._path("minimum_base"), scope),
        )
        return self._filled(definition, kind, scope)

    def _filled(self, definition: Definition, kind: str, scope: Scope) -> Definition:
        """Return the definition with what makes its value."""
        shape, context = self.shape, self.context
        if kind == "cases" and shape.cases is not None:
            return replace(definition, rules=tuple(self._rules(shape.cases, "cases", scope)))
        if kind == "adds" and shape.adds is not None:
            return replace(definition, rules=tuple(self._rules(shape.adds, "adds", scope)))
        if kind == "bands" and shape.bands is not None:
            path = self._path("bands")
            body = context.formula(shape.bands.of, (*path, "of"), scope)
            bands = self._bands(shape.bands.rows, (*path, "rows"), scope)
            told = Told(place=context.place(*path))
            return replace(definition, body=body, rules=(Rule("bands", told, bands=bands, of=body),))
        if kind == "share" and shape.share is not None:
            path = self._path("share")
            return replace(
                definition,
                pool=context.formula(shape.share.pool, (*path, "pool"), scope),
                body=context.formula(shape.share.by, (*path, "by"), scope),
                round=context.number(shape.share.to, (*path, "to")),
            )
        if shape.is_ is None:
            return replace(definition, body=Literal(None, ""))
        body = context.formula(shape.is_, self._path("is"), scope)
        return replace(definition, body=body, formula=" ".join(str(shape.is_).split()))

    def _days_parameter(self) -> str:
        name = self.shape.without
        if name and (name not in self.context.shape.parameters):
            self.context.problem(problems.UNKNOWN_PARAMETER, self._path("without"), name, name=name)
            return ""
        return name or ""

    def _shop(self, own: Definition) -> Definition:
        scope = self._scope(level=Level.SHOP)
        if self.shape.shop_is is not None:
            body = self.context.formula(self.shape.shop_is, self._path("shop_is"), scope)
            formula = str(self.shape.shop_is)
        else:
            body = self.context.maybe(self.shape.is_, self._path("is"), scope) or Literal(None, "")
            formula = own.formula
        return replace(
            own,
            level=Level.SHOP,
            who="",
            body=body,
            formula=formula,
            minimum_base=None,
            also_period=self.shape.shop_each_period,
        )

    def _points(self, own: Definition) -> Iterator[Definition]:
        assert self.shape.points is not None
        ranked = next((rule for rule in self.shape.points if rule.places is not None), None)
        scope = self._scope(value=True)
        base = replace(own, of=self.name, formula="", body=None, rules=(), better="", without="", round=None)
        if ranked is not None:
            index = self.shape.points.index(ranked)
            if not own.better:
                self.context.problem(problems.NO_BETTER, self._path(), name=self.name)
            only_if = self.context.maybe(ranked.only_if, self._path("points", index, "only_if"), scope)
            yield replace(
                base,
                name=f"{self.name}.place",
                unit=Unit.PLACE,
                kind="place",
                better=own.better,
                only_if=only_if,
            )
        yield replace(
            base,
            name=f"{self.name}.points",
            unit=Unit.POINTS,
            kind="adds",
            who=self.section.points_for or self.section.who,
            rules=tuple(self._rules(self.shape.points, "points", scope)),
        )

    # Rules

    def _rules(self, shapes: list[RuleShape], key: str, scope: Scope) -> Iterator[Rule]:
        for index, shape in enumerate(shapes):
            rule = self._rule(shape, self._path(key, index), key, scope)
            if rule is not None:
                yield rule

    def _rule(self, shape: RuleShape, path: Path, key: str, scope: Scope) -> Rule | None:
        context = self.context
        given = [one for one in RULE_KEYS if getattr(shape, one) is not None]
        if len(given) != 1:
            context.problem(problems.ONE_OF, path, ", ".join(given), known=", ".join(RULE_KEYS))
            return None
        told = context.told(shape, *path)

        def read(key: str) -> Expression | None:
            return context.maybe(getattr(shape, key), (*path, key), scope)

        kind = given[0]
        if kind in ("when", "per", "review") and shape.give is None:
            context.problem(problems.MISSING_KEY, path, key="give")
        if kind == "otherwise":
            return Rule("otherwise", told, give=read("otherwise"))
        if kind == "places":
            return Rule("places", told, awards=self._awards(shape, path), unless=read("unless"))
        if kind == "bands":
            bands = self._bands(shape.bands or [], (*path, "bands"), scope)
            of = read("of") or (context.formula("value", path, scope) if scope.value else None)
            if of is None:
                context.problem(problems.MISSING_KEY, path, key="of")
            return Rule("bands", told, bands=bands, of=of, unless=read("unless"))
        if shape.review is not None:
            return self._review(shape, path, told, scope)
        name = "case" if key == "cases" else kind
        return Rule(
            name,
            told,
            when=read("when"),
            per=read("per"),
            give=read("give"),
            unless=read("unless"),
            at_most=read("at_most"),
        )

    def _review(self, shape: RuleShape, path: Path, told: Told, scope: Scope) -> Rule:
        review, context = shape.review, self.context
        assert review is not None
        here = (*path, "review")
        if review.confirmed_by not in context.shape.ledger:
            context.problem(problems.UNKNOWN_ITEM, (*here, "confirmed_by"), name=review.confirmed_by)
        for index, measure in enumerate(review.lists):
            if measure not in MEASURES:
                context.problem(problems.UNKNOWN_NAME, (*here, "lists", index), measure, name=measure)
        return Rule(
            "review",
            told,
            when=context.formula(review.opens_when, (*here, "opens_when"), scope),
            give=context.maybe(shape.give, (*path, "give"), scope),
            unless=context.maybe(shape.unless, (*path, "unless"), scope),
            confirmed_by=review.confirmed_by,
            lists=tuple(review.lists),
        )

    def _awards(self, shape: RuleShape, path: Path) -> Mapping[int, Fraction]:
        awards: dict[int, Fraction] = {}
        for key, value in (shape.places or {}).items():
            award = self.context.number(value, (*path, "places", key))
            if not key.isdecimal() or int(key) < 1:
                self.context.problem(problems.PLACES_WRONG, (*path, "places", key), key=key)
            elif award is not None:
                awards[int(key)] = award
        return awards

    def _bands(self, shapes: list[BandShape], path: Path, scope: Scope) -> tuple[Band, ...]:
        context = self.context
        return tuple(
            Band(
                context.number(shape.from_, (*path, index, "from")),
                context.number(shape.to, (*path, index, "to")),
                context.formula(shape.give, (*path, index, "give"), scope),
                context.place(*path, index),
                (_written(shape.from_), _written(shape.to)),
            )
            for index, shape in enumerate(shapes)
        )


def _written(border: str | int | None) -> str:
    return "" if border is None else "".join(str(border).split())
