"""One figure's shape becomes definitions: itself, the shop's value beside it, its places, its points."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from kaohe.core.figure import Level, Unit
from kaohe.core.language import Text
from kaohe.core.number import Direction
from kaohe.policy import problems
from kaohe.policy.context import Context, Path
from kaohe.policy.expression import Apply, Literal
from kaohe.policy.policy import Band, Definition, Rule
from kaohe.policy.quotas import read_quota
from kaohe.policy.rules import read_bands, read_rules, read_slabs
from kaohe.policy.shape import FigureShape, SectionShape
from kaohe.policy.told import Told
from kaohe.policy.vocabulary import Scope

KINDS = ("is_", "cases", "adds", "bands", "slabs", "share", "quota")


def beside(section: SectionShape, figure: FigureShape) -> bool:
    """Return whether the shop's value stands beside a figure: only a formula has one."""
    wanted = section.shop_beside if figure.shop_beside is None else figure.shop_beside
    return wanted and (figure.is_ is not None or figure.shop_is is not None)


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
        given = [key.rstrip("_") for key in KINDS if getattr(shape, key) is not None]
        if len(given) != 1:
            known = ", ".join(key.rstrip("_") for key in KINDS)
            self.context.problem(problems.ONE_OF, path, ", ".join(given), known=known)
        own = self._own(given[0] if given else "is")
        self._idle_keys(own)
        yield own
        if beside(self.section, shape):
            yield self._shop(own)
        if shape.ranked and not self._awarded and self._ranks:
            yield self._place(own, ("ranked",))
        if shape.points is not None:
            yield from self._points(own)

    @property
    def _awarded(self) -> list[int]:
        """The rules of points that give by place."""
        return [index for index, rule in enumerate(self.shape.points or ()) if rule.places is not None]

    @property
    def _level(self) -> Level:
        return Level(self.section.for_)

    @property
    def _ranks(self) -> bool:
        """Whether there are several who have the figure, to be ranked among each other."""
        return self._level is Level.PERSON or self.context.names.several

    def _path(self, *more: str | int) -> Path:
        return ("sections", self.section_name, "figures", self.name, *more)

    def _scope(self, *, value: bool = False, level: Level | None = None) -> Scope:
        return Scope(
            names=self.context.names,
            level=level or self._level,
            each=self.section.each,
            own="" if value else self.name,
            value=self.name if value else None,
        )

    # The figure itself

    def _own(self, kind: str) -> Definition:
        shape, context = self.shape, self.context
        step, direction = context.step(shape.round, self._path("round"))
        definition = Definition(
            name=self.name,
            level=self._level,
            each=self.section.each,
            who=self.section.who,
            unit=shape.unit,
            kind="formula" if kind == "is" else kind,
            section=self.section_name,
            told=context.told(shape, *self._path()),
            better=shape.better or "",
            without=context.parameter(shape.without, "days", self._path("without")),
            round=step,
            direction=direction,
        )
        definition = self._filled(definition, kind, self._scope())
        return self._with_base(definition)

    def _with_base(self, definition: Definition) -> Definition:
        """Return the definition with the smallest base that competes, its own or its section's."""
        if self.shape.minimum_base is not None:
            text, path = self.shape.minimum_base, self._path("minimum_base")
        elif self.section.minimum_base is not None:
            text, path = self.section.minimum_base, ("sections", self.section_name, "minimum_base")
        else:
            return definition
        place = self.context.place(*path)
        told = replace(definition.told, keys={**definition.told.keys, "minimum_base": place})
        return replace(definition, told=told, minimum_base=self.context.formula(text, path, self._scope()))

    def _filled(self, definition: Definition, kind: str, scope: Scope) -> Definition:
        """Return the definition with what makes its value."""
        shape, context = self.shape, self.context
        if kind == "cases" and shape.cases is not None:
            return replace(definition, rules=self._rules("cases", scope))
        if kind == "adds" and shape.adds is not None:
            return replace(definition, rules=self._rules("adds", scope))
        if kind == "bands" and shape.bands is not None:
            bands = shape.bands
            return self._cut(
                definition, kind, bands.of, lambda at: read_bands(context, bands.rows, at, scope)
            )
        if kind == "slabs" and shape.slabs is not None:
            slabs = shape.slabs
            return self._cut(
                definition, kind, slabs.of, lambda at: read_slabs(context, slabs.rows, at, scope)
            )
        if kind == "share" and shape.share is not None:
            path = self._path("share")
            step, direction = context.step(shape.share.to, (*path, "to"), Direction.DOWN)
            if self._level is not Level.PERSON:
                context.problem(problems.ONLY_PEOPLE, path, key="share")
            return replace(
                definition,
                pool=context.formula(shape.share.pool, (*path, "pool"), scope),
                body=context.formula(shape.share.by, (*path, "by"), scope),
                round=step,
                direction=direction,
            )
        if kind == "quota" and shape.quota is not None:
            path = self._path("quota")
            body = context.formula(shape.quota.by, (*path, "by"), scope)
            return replace(definition, body=body, quota=read_quota(context, shape.quota, path, scope))
        if shape.is_ is None:
            return replace(definition, body=Literal(None, ""))
        body = context.formula(shape.is_, self._path("is"), scope)
        return replace(definition, body=body, formula=" ".join(str(shape.is_).split()))

    def _cut(
        self, definition: Definition, kind: str, of: str | int, rows: Callable[[Path], tuple[Band, ...]]
    ) -> Definition:
        """Return the definition with a value cut into bands or slabs, of the rows that are read at a path."""
        context, path = self.context, self._path(kind)
        body = context.formula(of, (*path, "of"), self._scope())
        told = Told(place=context.place(*path), keys={"of": context.place(*path, "of")})
        rule = Rule(kind, told, bands=rows((*path, "rows")), of=body)
        return replace(definition, body=body, rules=(rule,))

    def _rules(self, key: str, scope: Scope) -> tuple[Rule, ...]:
        shapes = getattr(self.shape, key)
        # One department takes no places; no department is reviewed.
        barred = () if self._level is Level.PERSON else ("review",) if self._ranks else ("places", "review")
        return tuple(read_rules(self.context, shapes, self._path(key), scope, barred))

    def _idle_keys(self, own: Definition) -> None:
        """Note the keys of the figure that do nothing."""
        shape, context, path = self.shape, self.context, self._path()
        if shape.shop_beside and not beside(self.section, shape):
            context.idle("shop_beside", Text("beside {keys}").filled(keys="is"), path)
        if not beside(self.section, shape):
            where = Text("beside {keys}").filled(keys="shop_beside: yes")
            if shape.shop_is is not None:
                context.idle("shop_is", where, path)
            if shape.shop_each_period:
                context.idle("shop_each_period", where, path)
        elif shape.shop_each_period and self.section.each == "period":
            context.idle("shop_each_period", Text("in a section with “each: week” or “each: day”"), path)
        quotient = isinstance(own.body, Apply) and own.body.op == "/"
        if shape.minimum_base is not None and not (quotient and (shape.points or shape.ranked)):
            context.idle("minimum_base", Text("with points, beside “is: … / …”"), path)
        if shape.ranked and not self._ranks:
            context.idle("ranked", Text("in a section with “for: person”"), path)
        elif shape.ranked and self._awarded:
            context.idle("ranked", Text("where no “places” rank it already"), path)
        if shape.round is not None and shape.share is not None:
            context.idle("round", Text("beside {keys}").filled(keys="is, cases, adds, bands, slabs"), path)

    # The shop's value, places, points

    def _shop(self, own: Definition) -> Definition:
        path = "is" if self.shape.shop_is is None else "shop_is"
        text = self.shape.is_ if self.shape.shop_is is None else self.shape.shop_is
        body = self.context.maybe(text, self._path(path), self._scope(level=Level.SHOP))
        place = self.context.place(*self._path(path))
        return replace(
            own,
            level=Level.SHOP,
            who="",
            told=replace(own.told, keys={**own.told.keys, "is": place}),
            body=body or Literal(None, ""),
            formula=" ".join(str(text).split()),
            minimum_base=None,
            also_period=self.shape.shop_each_period and self.section.each != "period",
        )

    def _points(self, own: Definition) -> Iterator[Definition]:
        if self._awarded and self._ranks:
            first, *others = self._awarded
            for index in others:
                if self.shape.points and self.shape.points[index].only_if is not None:
                    where = Text("beside the first “places” of the figure")
                    self.context.idle("only_if", where, self._path("points", index))
            yield self._place(own, ("points", first))
        yield replace(
            self._beside(own),
            name=f"{self.name}.points",
            unit=Unit.POINTS,
            kind="adds",
            who=self.section.points_for or self.section.who,
            rules=self._rules("points", self._scope(value=True)),
        )

    def _place(self, own: Definition, ranked_by: Path) -> Definition:
        """Return the places in the figure; ``ranked_by`` is the key that asks for them."""
        if not own.better:
            self.context.problem(problems.NO_BETTER, self._path(*ranked_by), name=self.name)
        only_if = None
        path = self._path(*ranked_by, "only_if")
        if self.shape.points is not None and isinstance(index := ranked_by[-1], int):
            only_if = self.shape.points[index].only_if
        told = replace(own.told, keys={**own.told.keys, "only_if": self.context.place(*path)})
        return replace(
            self._beside(own),
            name=f"{self.name}.place",
            told=told,
            unit=Unit.PLACE,
            kind="place",
            better=own.better,
            only_if=self.context.maybe(only_if, path, self._scope(value=True)),
        )

    def _beside(self, own: Definition) -> Definition:
        """Return what the figure's places and points have from it."""
        return replace(
            own,
            of=self.name,
            formula="",
            body=None,
            rules=(),
            quota=None,
            better="",
            without="",
            round=None,
            direction=Direction.HALF_UP,
        )
